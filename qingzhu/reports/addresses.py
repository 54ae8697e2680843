"""Addresses of figures and verdicts 编号与链接: as an element of a page, as a link to it, as a command that opens it."""

from __future__ import annotations

import re
import shlex
from urllib.parse import quote

PLAIN_ID = re.compile(r"[\w:./-]+")
"""What a shell takes as it is."""


def anchor(id: str) -> str:
    """A figure's or verdict's id as the ``id`` of an element, which may hold no blank."""
    return re.sub(r"\s", lambda blank: f"%{ord(blank.group()):02X}", id)


def href(id: str) -> str:
    """A link to that element on the same page."""
    return "#" + quote(anchor(id), safe=":")


def command(id: str, on: str) -> str:
    """The command that opens a figure or a verdict as of a day: ``qingzhu explain waste_intensity:P01 --on 2023-06-30``."""
    return f"qingzhu explain {id if PLAIN_ID.fullmatch(id) else shlex.quote(id)} --on {on}"
