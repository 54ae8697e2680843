"""What a chart is made of 图形元素: bars, lines and texts on a plane, drawn as inline SVG by ``templates/charts.j2``.

A chart holds numbers and words only; colours and hatching are classes of the style sheet, so that unknown is
hatched everywhere and nothing rests on colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

HALF, WHOLE = 470.0, 980.0
"""Widths of a chart in half a row and in a whole row. [units of the drawing, about a pixel]"""

PALETTE = ("tone-1", "tone-2", "tone-3", "tone-4", "tone-5", "tone-6")
UNKNOWN, EXCEEDING, WITHIN, NOTHING, FRAME = "unknown", "exceeding", "within", "nothing", "frame"


@dataclass(frozen=True)
class Bar:
    """A rectangle; ``fill`` is a class of the style sheet, ``title`` what a pointer resting on it reads."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    title: str = ""


@dataclass(frozen=True)
class Line:
    """A straight line of a kind: ``axis``, ``grid``, ``limit``."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str = "grid"


@dataclass(frozen=True)
class Text:
    """A text at a point; ``anchor`` is start, middle or end; ``kind`` a class (``label``, ``number``, ``limit``)."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    kind: str = "label"


@dataclass
class Chart:
    """One drawing with its title, key and size 图."""

    name: str
    title: str
    width: float
    height: float = 0.0
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    figure: str | None = None

    @property
    def whole(self) -> bool:
        """True for a chart that takes a whole row of the page."""
        return self.width > HALF

    def bar(self, x: float, y: float, width: float, height: float, fill: str, title: str = "") -> None:
        """Add a rectangle; one without extent is left out."""
        if width > 0 and height > 0:
            self.bars.append(Bar(round(x, 2), round(y, 2), round(width, 2), round(height, 2), fill, title))

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> None:
        """Add a line."""
        self.lines.append(Line(round(x1, 2), round(y1, 2), round(x2, 2), round(y2, 2), kind))

    def text(self, x: float, y: float, text: str, anchor: str = "start", kind: str = "label") -> None:
        """Add a text."""
        self.texts.append(Text(round(x, 2), round(y, 2), text, anchor, kind))


def ticks(highest: float, about: int = 4) -> list[float]:
    """Round numbers from 0 up to at least ``highest``, about so many steps of 1, 2, 2.5 or 5 times a power of ten."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999999)
    return [step * place for place in range(math.ceil(highest / step - 1e-9) + 1)]


def text_width(text: str, size: float = 12.0) -> float:
    """About how wide a text is drawn: a Chinese character takes a full square, others a little over half."""
    return sum(size if ord(character) > 0x2E80 else size * 0.56 for character in text)


def margin_for(labels: Iterable[str], least: float = 60.0, most: float = 200.0) -> float:
    """Room for labels left of a chart, with a little air; a label wider than ``most`` is cut by its chart."""
    return min(most, max([least, *(text_width(label) + 16 for label in labels)]))
