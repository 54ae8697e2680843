"""When a value meets what IDS wants 取值判定: equality with its tolerance, enumerations, patterns, bounds, lengths.

Source: buildingSMART IDS 1.0, tolerance.md, restrictions.md, DataTypes.md. Numbers are compared with ε = 1e-6, relative and
absolute together; inclusive bounds are stretched by it, exclusive ones shrunk. Text is compared exactly, upper and lower case
apart. Patterns are XSD patterns, match as a whole, and match text only.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from qingzhu.collectors.ids import Value

TOLERANCE = 1e-6
"""ε of tolerance.md. [1]"""

ROUNDING = 1e-9
"""The documented cases count the limit itself as equal; in binary it is missed by up to 1e-10 of the tolerance. [1]"""

FORMS = {
    "boolean": r"true|false|0|1",
    "date": r"\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:\d{2})?",
    "dateTime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?",
    "double": r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|NaN|\+?INF|-INF",
    "duration": r"[-+]?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
    "integer": r"[+-]?\d+",
    "string": r"(?s:.*)",
    "time": r"\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?",
}
"""How the values of each XML base type are written (DataTypes.md)."""

LONGEST_LENGTH = 9
"""Digits of a length: no text has a thousand million characters. Convention. [1]"""

MOMENTS = ("date", "dateTime", "time")
LENGTHS = ("length", "minLength", "maxLength")
BOUNDS = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
SUPPORTED = ("enumeration", "pattern", *LENGTHS, *BOUNDS)
"""The limits of IDS 1.0; totalDigits, fractionDigits and others are outside it, and a value never meets them."""


def meets(wanted: Value | None, actual: Any) -> bool:
    """True where a text, number or boolean is what is wanted; ``None`` wants nothing in particular. Lists and objects never are."""
    if wanted is None:
        return True
    if isinstance(actual, str):
        return actual == wanted.simple if wanted.simple is not None else _text_within(wanted, actual)
    if not isinstance(actual, bool | int | float):
        return False
    if wanted.simple is not None:
        return equal(wanted.simple, actual)
    return _all_within(wanted, actual)


@lru_cache(maxsize=65536)
def _text_within(wanted: Value, actual: str) -> bool:
    """The same few names of classes, sets and materials are asked for every element of a model."""
    return _all_within(wanted, actual)


def _all_within(wanted: Value, actual: Any) -> bool:
    return all(_within(kind, wanted, actual) for kind in dict.fromkeys(kind for kind, _ in wanted.limits))


def equal(text: str, actual: Any) -> bool:
    """True where a text of the IDS names a value of the model, by the value's own type."""
    if isinstance(actual, str):
        return text == actual
    if isinstance(actual, bool):
        return text in (("true", "1") if actual else ("false", "0"))
    if isinstance(actual, int):
        return is_written(text, "integer") and len(text) < 300 and int(text) == actual
    number = to_number(text)
    return number is not None and (number == actual or abs(actual - number) <= (abs(number) + 1) * TOLERANCE * (1 + ROUNDING))


def is_written(text: str, base: str) -> bool:
    """True where a text is written as its XML base type wants it; a base that IDS does not know takes any text."""
    return re.fullmatch(FORMS.get(base, FORMS["string"]), text, re.ASCII) is not None


def to_number(text: str) -> float | None:
    """A text as a number; None where it is none: no thousands separator, no decimal comma."""
    return float(text) if is_written(text, "double") else None


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """An XSD pattern as one of Python; raises ValueError where it is none."""
    from elementpath import ElementPathError
    from elementpath.regex import RegexError, translate_pattern

    try:
        return re.compile(translate_pattern(pattern, back_references=False, lazy_quantifiers=False, anchors=False))
    except (RegexError, ElementPathError, re.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _within(kind: str, wanted: Value, actual: Any) -> bool:
    """One kind of limit: of several enumerations or patterns one is enough, as in XSD; of bounds and lengths every one."""
    texts = wanted.of(kind)
    if kind == "enumeration":
        return any(equal(text, actual) for text in texts)
    if kind == "pattern":
        return isinstance(actual, str) and any(_matches(text, actual) for text in texts)
    if kind in LENGTHS:
        return isinstance(actual, str) and all(_has_length(kind, text, len(actual)) for text in texts)
    if kind in BOUNDS:
        return all(_in_bound(kind, text, actual, wanted.base.rpartition(":")[2]) for text in texts)
    return False


def _matches(pattern: str, actual: str) -> bool:
    try:
        return compiled(pattern).fullmatch(actual) is not None
    except ValueError:
        return False


def _has_length(kind: str, text: str, length: int) -> bool:
    if not is_written(text, "integer") or len(text) > LONGEST_LENGTH:
        return False
    return {"length": length == int(text), "minLength": length >= int(text), "maxLength": length <= int(text)}[kind]


def _in_bound(kind: str, text: str, actual: Any, base: str) -> bool:
    if base in MOMENTS:  # ISO 8601 of one form sorts as text
        return isinstance(actual, str) and is_written(actual, base) and _ordered(kind, text, actual)
    number = to_number(actual) if isinstance(actual, str) else actual
    bound = to_number(text)
    if number is None or bound is None or isinstance(number, bool):
        return False
    slack = abs(bound) * TOLERANCE + TOLERANCE
    return {
        "minInclusive": number >= bound - slack,
        "minExclusive": number > bound + slack,
        "maxInclusive": number <= bound + slack,
        "maxExclusive": number < bound - slack,
    }[kind]


def _ordered(kind: str, text: str, actual: str) -> bool:
    return {"minInclusive": actual >= text, "minExclusive": actual > text, "maxInclusive": actual <= text, "maxExclusive": actual < text}[
        kind
    ]
