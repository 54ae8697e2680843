"""Headers 表头: which line of a sheet names its columns, which of our columns each is, and in what unit."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from qingzhu.collectors.remarks import SHEET_STEP
from qingzhu.collectors.sheets import Sheet

SEARCHED_LINES = 40
"""How many lines from the top may be titles 标题行 before the header."""

_BRACKET = re.compile(r"^(?P<name>.+?)[(\[【〔{](?P<unit>[^()\[\]]*(?:\([^()]*\))?[^()\[\]]*)[)\]】〕}]$")
_TAIL = re.compile(r"^(?P<name>.+?)[/:,_](?P<unit>[^:,_]+)$")
_TITLE_UNIT = re.compile(r"(?:(?:计量|重量|数量|质量)单位|(?<!\w)单位|\bunits?)\s*[::]\s*\(?([^\s,，;；。、()（）]+)", re.IGNORECASE)
"""建设单位：…, 施工单位：… name a firm: 单位 counts as a word of its own only, and only a text that is a unit is taken for one."""


def plain(text: str) -> str:
    """A header, name or unit as it is compared 归一: NFKC, no white space, no case, no trailing ``*`` or ``:``."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold().strip("*:")


@dataclass(frozen=True)
class Synonyms:
    """Column names by what files call them 同义词; built from ``{column: [synonym, ...]}``, the first synonym ranks first."""

    ranks: dict[str, tuple[str, int]]
    titles: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(words: Mapping[str, Iterable[str]]) -> Synonyms:
        """The look-up for these words; each column's own name counts as its first synonym."""
        ranks: dict[str, tuple[str, int]] = {}
        titles = {column: next(iter(synonyms), column) for column, synonyms in words.items()}
        for column, synonyms in words.items():
            for rank, synonym in enumerate([column, *synonyms]):
                ranks.setdefault(plain(synonym), (column, rank))
        return Synonyms(ranks, titles)

    def title(self, column: str) -> str:
        """What a file most often calls our column: its first synonym."""
        return self.titles.get(column, column)

    def match(self, text: str) -> tuple[str, int, str] | None:
        """Column, rank and unit text for a header, or None: the whole text first, then without a unit in brackets or after ``/``."""
        whole = plain(text)
        if whole in self.ranks:
            return (*self.ranks[whole], "")
        for pattern in (_BRACKET, _TAIL):
            found = pattern.match(whole)
            if found and found["name"].strip("*:") in self.ranks:
                return (*self.ranks[found["name"].strip("*:")], found["unit"])
        return None

    def nearest(self, text: str) -> str | None:
        """The column whose name or synonym is spelt most like ``text`` 最接近的词, or None."""
        near = difflib.get_close_matches(plain(text), self.ranks, n=1, cutoff=0.6)
        return self.ranks[near[0]][0] if near else None


@dataclass(frozen=True)
class Header:
    """A header found 表头. ``line`` is its last line, from 0; ``texts`` the header of every cell; ``columns`` our column → cell;
    ``units`` our column → unit text in the header; ``rivals`` headers that could have filled a column taken by a better synonym;
    ``title_units`` what stands above the header after 单位, in order (it may name no unit).
    """

    first: int
    line: int
    texts: list[str]
    columns: dict[str, int]
    units: dict[str, str]
    rivals: dict[str, list[str]] = field(default_factory=dict)
    title_units: tuple[str, ...] = ()

    def text(self, column: str) -> str:
        """What the file calls our column."""
        return self.texts[self.columns[column]] if column in self.columns else column

    @property
    def unread(self) -> list[str]:
        """Headers of the file that fill none of our columns."""
        taken = set(self.columns.values())
        return [text for cell, text in enumerate(self.texts) if text and cell not in taken]


def find_header(sheet: Sheet, synonyms: Synonyms, at_least: int = 2) -> Header | None:
    """The line, or two lines under merged titles, that names most of our columns 查找表头; None when none names ``at_least``."""
    best: Header | None = None
    lines = sheet.lines[:SEARCHED_LINES]
    for line, cells in enumerate(lines):
        one = _header(line, line, cells, cells, synonyms)
        for header in (one, _under(lines, line, one, synonyms)):
            if header and len(header.columns) >= at_least and (best is None or len(header.columns) > len(best.columns)):
                best = header
    return best and _with_title_unit(sheet, best)


def _under(lines: list[list[str]], line: int, one: Header, synonyms: Synonyms) -> Header | None:
    if line + 1 >= len(lines) or not one.columns:
        return None
    if len({text.strip() for text in lines[line]} - {""}) < 2:
        return None  # one text over the whole width is a title, not a group of columns
    two, below = _header(line, line + 1, lines[line], lines[line + 1], synonyms), lines[line + 1]
    alone = _header(line + 1, line + 1, below, below, synonyms)
    gained = len(two.columns) > len(alone.columns) or len(two.units) > len(alone.units)
    return two if alone.columns and gained else None


def _header(first: int, last: int, top: list[str], bottom: list[str], synonyms: Synonyms) -> Header:
    columns: dict[str, tuple[int, int]] = {}
    units: dict[str, str] = {}
    rivals: dict[str, list[str]] = {}
    width = max(len(top), len(bottom))
    pairs = list(zip([*top, *[""] * (width - len(top))], [*bottom, *[""] * (width - len(bottom))], strict=True))
    texts = _distinct([_joined(above.strip(), below.strip()) for above, below in pairs])
    for cell, (above, below) in enumerate(pairs):
        match = synonyms.match(below if below.strip() else above)
        if not match:
            continue
        column, rank, unit = match
        held = columns.get(column)
        if held and held[1] <= rank:
            rivals.setdefault(column, []).append(texts[cell])
            continue
        if held:
            rivals.setdefault(column, []).append(texts[held[0]])
        columns[column] = (cell, rank)
        units[column] = unit or (_bracket_unit(above) if above != below else "")
    return Header(
        first, last, texts, {column: cell for column, (cell, _) in columns.items()}, {k: v for k, v in units.items() if v}, rivals
    )


def _joined(above: str, below: str) -> str:
    """The header of a cell under a merged title: its own text, with the unit of the title when it has none itself."""
    if not below or above == below:
        return above
    unit = _bracket_unit(above)
    return f"{below}({unit})" if unit and not _bracket_unit(below) else below


def _bracket_unit(text: str) -> str:
    found = _BRACKET.match(plain(text))
    return found["unit"] if found else ""


def _distinct(texts: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
        result.append(f"{text}_{seen[text]}" if text and seen[text] > 1 else text)
    return result


def _with_title_unit(sheet: Sheet, header: Header) -> Header:
    titles = [" ".join(unicodedata.normalize("NFKC", text) for text in cells) for cells in sheet.lines[: header.first]]
    found = [text for title in titles for text in _TITLE_UNIT.findall(title)]
    return replace(header, title_units=tuple(dict.fromkeys(found)))


@dataclass(frozen=True)
class Table:
    """The rows under a header 数据行: ``rows`` with ``row`` and our columns as text (empty: null), ``raw`` with ``row`` and every
    column under its own header; ``merged`` gives, for our columns, the rows whose cell repeats a merged area; ``overlong`` the
    rows with a cell beyond the last header.
    """

    header: Header
    rows: pl.DataFrame
    raw: pl.DataFrame
    merged: dict[str, list[int]]
    overlong: list[int] = field(default_factory=list)


def table_of(sheet: Sheet, header: Header) -> Table:
    """The rows of a sheet below its header 读取数据行; empty lines and repeated header lines are left out, nothing else."""
    width = len(header.texts)
    heads = [sheet.lines[line] for line in range(header.first, header.line + 1)]
    below = enumerate(sheet.lines[header.line + 1 :], header.line + 1)
    kept = [(line, cells) for line, cells in below if any(cell.strip() for cell in cells) and cells not in heads]
    numbers = [sheet.index * SHEET_STEP + line + 1 for line, _ in kept]
    overlong = [number for number, (_, cells) in zip(numbers, kept, strict=True) if any(cell.strip() for cell in cells[width:])]
    kept = [(line, _fit(cells, width)) for line, cells in kept]
    named = {("row_" if text == "row" else text) or f"({cell + 1})": cell for cell, text in enumerate(header.texts)}
    raw = {text: [cells[cell] or None for _, cells in kept] for text, cell in named.items()}
    rows = {column: [cells[cell].strip() or None for _, cells in kept] for column, cell in header.columns.items()}
    merged = {
        column: [sheet.index * SHEET_STEP + line + 1 for line, _ in kept if (line, cell) in sheet.merged]
        for column, cell in header.columns.items()
    }
    merged = {column: lines for column, lines in merged.items() if lines}
    return Table(header, _frame(numbers, rows), _frame(numbers, raw), merged, overlong)


def _fit(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _frame(numbers: list[int], columns: dict[str, list[str | None]]) -> pl.DataFrame:
    row = pl.Series("row", numbers, dtype=pl.Int64)
    return pl.DataFrame([row, *(pl.Series(name, values, dtype=pl.String) for name, values in columns.items())])
