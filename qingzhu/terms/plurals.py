"""Words filled with facts 用语填充: ``{count:row has|rows have}`` is 1 row has, 5 rows have."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any


def counted(number: object, one: str, many: str) -> str:
    """A number, or one already written with commas, with the form it asks for: ``1 row has``, ``5 rows have``."""
    return f"{number} {one if str(number) == '1' else many}"


class _Filler(Formatter):
    """Knows one form more than Python's own: of two forms parted by a bar the first for a number that is 1, with the number before it."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return super().format_field(value, format_spec)
        return counted(value, one, many)


def filled(template: str, facts: Mapping[str, Any]) -> str:
    """The template with its ``{names}`` filled, ``{name:one|many}`` by number and form."""
    return _Filler().vformat(template, (), facts)
