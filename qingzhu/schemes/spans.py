"""Spans 区间: what is known of a number, from its lowest to its highest possible value, in decimal arithmetic.

A figure enters a scheme as a span: known it is a point, partly known it runs from ``value`` to ``high``, unknown it is open at
both ends. Whatever is computed at both ends and comes out the same is firm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qingzhu.terms.figures import Figure

SIGNIFICANT = 12
"""Digits of a float that carry meaning: sums of a million loads agree to that, their last bits do not."""


def exact(value: float | int) -> Decimal:
    """A float as the decimal a person would write for it: 35.000000000000004 is 35."""
    return Decimal(format(value, f".{SIGNIFICANT}g"))


@dataclass(frozen=True)
class Span:
    """From ``low`` to ``high``; an end that nothing bounds is None."""

    low: Decimal | None
    high: Decimal | None

    @property
    def known(self) -> bool:
        """Both ends are there and the same."""
        return self.low is not None and self.low == self.high

    @property
    def floats(self) -> tuple[float | None, float | None]:
        """Both ends as plain numbers."""
        return (None if self.low is None else float(self.low), None if self.high is None else float(self.high))


OPEN = Span(None, None)
"""Nothing is known."""


def point(value: float | int | Decimal) -> Span:
    """A number that is known."""
    number = value if isinstance(value, Decimal) else exact(value)
    return Span(number, number)


def of_figure(figure: Figure | None) -> Span:
    """What a figure 数值 says: unknown is open; covered a point; partly covered, or with a gap, and without ``high`` open above."""
    if figure is None or figure.value is None:
        return OPEN
    low = exact(figure.value)
    if figure.high is not None:
        high = exact(figure.high)
        return Span(min(low, high), max(low, high))
    return Span(low, low if covered(figure) else None)


def covered(figure: Figure | None) -> bool:
    """Whether a figure 数值 rests on all of its evidence: no gap, and full coverage (99.99999999999997 % is) or none stated."""
    if figure is None or figure.value is None or figure.gap is not None:
        return False
    return figure.coverage is None or exact(figure.coverage) >= 100


def hull(spans: Iterable[Span]) -> Span:
    """The smallest span that holds all of them."""
    lows, highs = zip(*((span.low, span.high) for span in spans), strict=True)
    low = None if None in lows else min(value for value in lows if value is not None)
    high = None if None in highs else max(value for value in highs if value is not None)
    return Span(low, high)


def added(spans: Iterable[Span]) -> Span:
    """The sum of spans that are bounded at both ends."""
    low, high = Decimal(0), Decimal(0)
    for span in spans:
        low += span.low or Decimal(0)
        high += span.high or Decimal(0)
    return Span(low, high)


def shown(value: float | Decimal | None, beside: float | Decimal | None = None) -> str:
    """A number for a sentence: one digit after the point, as a table shows it, or as many as it takes to stay on its side of a limit."""
    if value is None:
        return "—"
    number = value if isinstance(value, Decimal) else exact(value)
    limit = None if beside is None else beside if isinstance(beside, Decimal) else exact(beside)
    digits = 1 if abs(number) >= 1 else 3
    while limit is not None and digits < SIGNIFICANT and _side(_rounded(number, digits), limit) != _side(number, limit):
        digits += 1
    return _plain(_rounded(number, digits))


def _side(number: Decimal, limit: Decimal) -> int:
    """Below, at or above a limit: −1, 0, 1."""
    return (number > limit) - (number < limit)


def _rounded(number: Decimal, digits: int) -> Decimal:
    """Half up, as people round (四舍五入)."""
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    """Without exponent and without zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
