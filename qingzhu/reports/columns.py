"""Text in columns of a fixed width 定宽文本: a Chinese character takes two cells, and lines break where people break them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from qingzhu.terms.lines import clean

WIDTH = 80
"""Width of the terminal everything is laid out for. [cells]"""

NARROWEST = 20
"""Behind a long first part text is folded to this width at least. [cells]"""

NEVER_FIRST = "，。；：、！？）》」』”’】〕%…,.;:!?)]}"
NEVER_LAST = "（《「『“‘【〔([{"
WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
PIECES = re.compile(rf"\s+|{WIDE}|(?:(?!{WIDE})\S)+")


def fold(text: object, width: int) -> list[str]:
    """The text in lines of at most ``width`` cells: between Chinese characters or at blanks, no line starts with a closing mark."""
    lines, line = [], ""
    for piece in _pieces(clean(text), width):
        fits = cell_len(line) + cell_len(piece) <= width
        hangs = piece in NEVER_FIRST and line and not fits
        if fits:
            line += piece
            continue
        if hangs or (line and line[-1] in NEVER_LAST):
            line, kept = _back(line)
            piece = kept + piece
        lines.append(line.rstrip())
        line = piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _back(line: str) -> tuple[str, str]:
    """The line without its last piece, and that piece, which moves on with what must not stand alone."""
    found = PIECES.findall(line)
    return ("".join(found[:-1]), found[-1]) if len(found) > 1 else (line, "")


def _pieces(text: str, width: int) -> list[str]:
    """What may not be broken: a Chinese character, a word; a word longer than a line is cut."""
    pieces = []
    for piece in PIECES.findall(text):
        while cell_len(piece) > width:
            pieces.append(piece[:width])
            piece = piece[width:]
        pieces.append(piece)
    return pieces


def pad(text: str, width: int, right: bool = False) -> str:
    """The text filled with blanks to so many cells."""
    blanks = " " * max(0, width - cell_len(text))
    return blanks + text if right else text + blanks


def indented(text: object, first: str, width: int = WIDTH, rest: str | None = None, most: int | None = None) -> list[str]:
    """The text folded behind ``first``; the following lines stand under it; of more than ``most`` lines the last one kept is cut with …."""
    hang = " " * cell_len(first) if rest is None else rest
    folded = fold(text, max(width - cell_len(first), NARROWEST))
    lines = [((first if place == 0 else hang) + line).rstrip() for place, line in enumerate(folded)]
    return lines if most is None or len(lines) <= most else [*lines[: most - 1], shortened(lines[most - 1], width, always=True)]


def shortened(text: str, width: int = WIDTH, always: bool = False) -> str:
    """The text on one line, cut with … where it is longer than so many cells, or ``always`` where it is known to go on; blanks at its
    start are kept."""
    margin = text[: len(text) - len(text.lstrip(" "))]
    said = clean(text)
    if cell_len(margin + said) <= width and not always:
        return margin + said
    while cell_len(margin + said) > width - 2:
        said = said[:-1]
    return f"{margin}{said.rstrip(NEVER_LAST + '，、；： ')} …"


def widths_of(rows: Sequence[Sequence[str]], most: int, room: int = WIDTH, gap: int = 2) -> list[int]:
    """Widths that hold each column, none over ``most`` cells; only as many columns as the room holds, at least one."""
    widths: list[int] = []
    for column in zip(*rows, strict=True):
        width = min(most, max(cell_len(clean(cell)) for cell in column))
        if widths and sum(widths) + gap * len(widths) + width > room:
            break
        widths.append(max(1, width))
    return widths


def table(rows: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[int] = (), gap: int = 2, margin: str = "") -> list[str]:
    """Rows of cells in columns of the given widths; a long cell is folded, numbers (``right``) stand at the right."""
    lines = []
    for row in rows:
        folded = [fold(cell, width) for cell, width in zip(row, widths, strict=True)]
        for place in range(max(len(cell) for cell in folded)):
            cells = [
                pad(cell[place] if place < len(cell) else "", width, column in right)
                for column, (cell, width) in enumerate(zip(folded, widths, strict=True))
            ]
            lines.append((margin + (" " * gap).join(cells)).rstrip())
    return lines
