"""Numbers as people read them 数值书写: digits by unit, 万 and 亿 on Chinese pages, thousands apart on English ones.

Showing is not rounding by a rule: a scheme compares full values, and here a value that lies on one side of its limit
is given as many digits as it takes to be seen on that side. The full value stands in every opened figure.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from qingzhu.terms import units

DIGITS = {
    "%": 1,
    "t": 2,
    "kg": 1,
    "m": 2,
    "m²": 1,
    "m³": 2,
    "t/10⁴ m²": 1,
    "t/m³": 2,
    "h": 1,
    "s": 0,
    "d": 0,
    "count": 0,
    "points": 1,
    "dB(A)": 1,
    "µg/m³": 0,
}
"""Digits after the point by unit; a unit not named here gets three significant figures or, from 100 on, one digit."""

MOST_DIGITS = 6
MOST_DIGITS_OF_A_RULE = 3
"""No rule writes a limit with more digits after the point: more come of a computation."""

WHOLE_FROM = 1000
"""A whole number of this size is written without digits after the point."""

GROUPED_BY_TEN_THOUSANDS = {"m²", "m³", "t", "count", "1", "kg", "kWh", ""}
"""Units whose large values are told in 万 and 亿 on Chinese pages."""

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def unit_shown(unit: str | None, lang: str) -> str:
    """The unit 计量单位 as a page writes it: ``t/10⁴ m²`` is 吨/万m² in Chinese. A count needs no word in English."""
    if not unit or (lang == "en" and unit == "count"):
        return ""
    shown = units.shown(unit, lang)
    return shown.replace("10⁴ ", "万").replace("10⁴", "万") if lang == "zh" else shown


def value_shown(value: float | None, unit: str | None, lang: str, against: float | None = None) -> str:
    """The number 数 alone, without its unit; ``against`` is the limit it is compared with on the page."""
    if value is None:
        return "—"
    decimal = _as_decimal(value)
    if lang == "zh" and unit in GROUPED_BY_TEN_THOUSANDS:
        for size, word in ((Decimal(10**8), "亿"), (Decimal(10**4), "万")):
            if abs(decimal) >= size and not _needs_each_digit(decimal, size, against):
                return f"{_rounded(decimal / size, 2).normalize():,f} {word}"
    return f"{_rounded(decimal, _digits(decimal, unit, against)):,f}".replace("-", "−")


def quantity_shown(value: float | None, unit: str | None, lang: str, against: float | None = None) -> str:
    """Number and unit 数量: ``187.3 吨/万m²``, ``3.65 万平方米``, ``44.7%``."""
    number = value_shown(value, unit, lang, against)
    word = unit_shown(unit, lang)
    if value is None or not word:
        return number
    if unit == "%" or number.endswith(("万", "亿")):
        return number + word
    return f"{number} {word}"


def bounds_shown(low: float | None, high: float | None, unit: str | None, lang: str, against: float | None = None) -> str:
    """A value, or from–to where what is unknown leaves room 取值范围: ``47.2–61.0%``; the smaller first, also where fewer is better."""
    if low is None or high is None or low == high:
        return quantity_shown(high if low is None else low, unit, lang, against)
    low, high = sorted((low, high))
    return f"{value_shown(low, unit, lang, against)}–{quantity_shown(high, unit, lang, against)}"


def limit_shown(limit: float | None, unit: str | None, lang: str) -> str:
    """A limit or full points 限值 as a rule writes it, without noughts at the end: ``200 吨/万m²``, ``60%``, ``2.5 m``.

    A limit no rule writes, such as a mean weighted by area, is rounded by its unit: ``240.7 吨/万m²``.
    """
    if limit is None:
        return "—"
    decimal = _as_decimal(limit).normalize()
    exponent = decimal.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DIGITS_OF_A_RULE:
        decimal = _rounded(decimal, DIGITS.get(unit or "", MOST_DIGITS_OF_A_RULE)).normalize()
    number = f"{decimal:,f}".replace("-", "−")
    word = unit_shown(unit, lang)
    return number + word if unit == "%" else f"{number} {word}".strip()


def full_value(value: float | None) -> str:
    """The value with every digit it has 完整值, as a measure gave it."""
    if value is None:
        return "—"
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else repr(float(value))


def size_shown(size: float) -> str:
    """Bytes of a file 文件大小 [B, kB, MB]: the same in both languages."""
    for word, step in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            return f"{size / step:,.1f} {word}"
    return f"{size:,.0f} B"


def day_shown(day: str | date | None, lang: str) -> str:
    """A day 日期: ``2023年6月30日``, ``30 June 2023``."""
    if day is None:
        return "—"
    moment = date.fromisoformat(str(day)[:10])
    if lang == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _as_decimal(value: float) -> Decimal:
    """The shortest decimal that reads back as this float, so that 0.15 rounds as it is written."""
    return Decimal(repr(float(value)))


def _rounded(value: Decimal, digits: int) -> Decimal:
    """Half up, as people round (四舍五入); never ``-0``."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _digits(value: Decimal, unit: str | None, against: float | None) -> int:
    """Digits by unit, and more while rounding would put the value on the wrong side of ``against`` or on it."""
    digits = DIGITS.get(unit or "", _significant(value))
    if abs(value) >= WHOLE_FROM and value == value.to_integral_value():
        digits = 0
    if against is None:
        return digits
    limit = _as_decimal(against)
    side = _side(value, limit)
    while digits < MOST_DIGITS and _side(_rounded(value, digits), limit) != side:
        digits += 1
    return digits


def _significant(value: Decimal) -> int:
    """Digits that leave three significant figures below 100, one digit above, none for whole numbers."""
    if value == value.to_integral_value():
        return 0
    size = abs(value)
    return 1 if size >= 100 else 2 if size >= 1 else 3


def _side(value: Decimal, limit: Decimal) -> int:
    """Below, on or above: -1, 0, 1."""
    return (value > limit) - (value < limit)


def _needs_each_digit(value: Decimal, size: Decimal, against: float | None) -> bool:
    """True where telling the value in 万 would hide on which side of its limit it lies."""
    if against is None:
        return False
    limit = _as_decimal(against)
    return _side(_rounded(value / size, 2) * size, limit) != _side(value, limit)


def age_shown(seconds: int, lang: str) -> str:
    """How long ago something was, in the largest whole unit: ``4 分钟前``, ``4 minutes ago``. [s]"""
    for size, zh, en in ((86_400, "天", "day"), (3_600, "小时", "hour"), (60, "分钟", "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {zh}前" if lang == "zh" else f"{count} {en}{'s' if count > 1 else ''} ago"
    return "刚刚" if lang == "zh" else "just now"
