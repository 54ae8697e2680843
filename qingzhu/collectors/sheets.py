"""Sheets 表格: a workbook or csv file in, its lines as text out, whatever the program, encoding or layout it came in.

Every cell becomes text, so that a csv in GB18030 and a workbook with the same content give the same rows. Numbers and
times are read from the text by :mod:`qingzhu.collectors.cells`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from qingzhu.collectors.guards import guard
from qingzhu.collectors.remarks import Place, refusal
from qingzhu.terms.errors import MalformedError

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
"""Endings read as workbooks; everything else is read as delimited text."""

MARKER = "_qingzhu"
"""Title of the hidden sheet 隐藏工作表 in which a file of refused rows says what it corrects."""

DELIMITERS = ",\t;|"


@dataclass(frozen=True)
class Sheet:
    """One sheet 工作表: its lines from line 1, every cell as text (empty: ``""``).

    ``merged`` holds the (line, cell) places, from 0, that are empty in the file but stand in a merged area 合并单元格 and
    repeat the text of its first cell here.
    """

    title: str
    index: int
    lines: list[list[str]]
    merged: frozenset[tuple[int, int]] = frozenset()
    visible: bool = True


@dataclass(frozen=True)
class Book:
    """A file of sheets 表格文件. ``marker`` holds the pairs of the hidden sheet of a correction file, if it has one."""

    place: Place
    sheets: list[Sheet]
    facts: dict[str, Any] = field(default_factory=dict)
    marker: dict[str, str] = field(default_factory=dict)


def read_book(path: Path, name: str) -> Book:
    """Read a workbook (xlsx, xlsm, xls, ods) or delimited text 读表格; ``name`` is what remarks call the file.

    Raises ``MalformedError`` when the file is empty, a pointer, a bomb, truncated, locked or in no encoding known here.
    """
    guard(path, name)
    if path.suffix.lower() in WORKBOOKS:
        return _read_workbook(path, name)
    text, encoding = decode(path.read_bytes(), name)
    lines, delimiter = split_text(text, name)
    return Book(Place(name), [Sheet("", 0, lines)], {"encoding": encoding, "delimiter": delimiter})


def _read_workbook(path: Path, name: str) -> Book:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        titles = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet and sheet.name != MARKER]
        shown = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in workbook.sheets_metadata}
        sheets = [_sheet(workbook, title, index, shown[title]) for index, title in enumerate(titles)]
        marker = _marker(workbook) if MARKER in shown else {}
    except PasswordError:
        raise refusal("file_locked", Place(name)) from None
    except (CalamineError, OSError, ValueError) as error:
        if _is_text(path):
            raise refusal("workbook_is_text", Place(name), found=path.suffix) from error
        raise refusal("workbook_unreadable", Place(name), found=error) from error
    return Book(Place(name, tuple(titles)), sheets, {"sheets": titles}, marker)


def _is_text(path: Path) -> bool:
    """Whether what is called a workbook is delimited text; a web page saved as one is not."""
    head = path.read_bytes()[:4096]
    try:
        text = decode(head[: head.rfind(b"\n") + 1] or head, path.name)[0]
    except MalformedError:
        return False
    return not text.lstrip().startswith("<") and all(line.isprintable() for line in text.replace("\t", " ").splitlines())


def _sheet(workbook: CalamineWorkbook, title: str, index: int, visible: bool) -> Sheet:
    source = workbook.get_sheet_by_name(title)
    lines = [[cell_text(cell) for cell in line] for line in source.to_python(skip_empty_area=False)]
    merged = set()
    for (top, left), (bottom, right) in source.merged_cell_ranges or []:
        for line in range(top, min(bottom + 1, len(lines))):
            for cell in range(left, min(right + 1, len(lines[line]))):
                if (line, cell) != (top, left) and lines[line][cell] == "" and lines[top][left] != "":
                    lines[line][cell] = lines[top][left]
                    merged.add((line, cell))
    return Sheet(title, index, lines, frozenset(merged), visible)


def _marker(workbook: CalamineWorkbook) -> dict[str, str]:
    lines = workbook.get_sheet_by_name(MARKER).to_python()
    return {cell_text(line[0]): cell_text(line[1]) for line in lines if len(line) >= 2}


def cell_text(cell: Any) -> str:
    """The text of a cell 单元格文字: whole numbers without ``.0``, dates as ``2023-03-05``, times as ``2023-03-05 14:20:00``."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="microseconds" if cell.microsecond else "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return "" if cell is None else str(cell)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file and its encoding 编码: byte order marks first, then UTF-8, UTF-16 by its zero bytes, GB18030."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decode(data, (encoding,), name)
    return _decode(data, _unmarked(data[:4096]), name)


def _unmarked(head: bytes) -> tuple[str, ...]:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 > len(head):
        return ("utf-16-le",) if odd >= even else ("utf-16-be",)
    return ("utf-8", "gb18030")


def _decode(data: bytes, encodings: tuple[str, ...], name: str) -> tuple[str, str]:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding.removesuffix("-sig")
    raise refusal("encoding_unknown", Place(name), tried=", ".join(encodings))


def delimiter_of(text: str) -> str:
    """The delimiter 分隔符 of a text: the one of ``, tab ; |`` that its first forty lines use most."""
    head = "\n".join(text.splitlines()[:40])
    return max(DELIMITERS, key=head.count)


def split_text(text: str, name: str) -> tuple[list[list[str]], str]:
    """The lines of a delimited text and its delimiter 分列: a quoted cell may hold delimiters and line breaks."""
    delimiter = delimiter_of(text)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter
    except csv.Error as error:
        if "field larger" in str(error):
            raise refusal("cell_too_long", Place(name), found=csv.field_size_limit()) from error
        raise refusal("csv_unreadable", Place(name), found=error) from error
