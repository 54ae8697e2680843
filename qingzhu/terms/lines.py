"""Lines 单行文本: text from outside as one line that is safe to show."""

from __future__ import annotations

import re


def clean(text: object) -> str:
    """One line without control characters 去除控制字符: what others wrote must not move the cursor, colour the screen or look like ours."""
    spaced = re.sub(r"\s+", " ", str(text))
    return "".join(character for character in spaced if character.isprintable()).strip()
