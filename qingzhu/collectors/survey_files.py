"""Survey files 概况文件: project.toml and its Excel form as the same list of entries, each value with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingzhu.collectors.guards import guard
from qingzhu.collectors.headers import Synonyms, find_header, plain, table_of
from qingzhu.collectors.remarks import ENTRY_STEP, SHEET_STEP, Place, refusal, remark
from qingzhu.collectors.sheets import WORKBOOKS, Book, Sheet, decode, read_book
from qingzhu.terms.readings import Remark

if TYPE_CHECKING:
    from qingzhu.collectors.survey import SurveyWords

_TABLE_LINE = re.compile(r"^\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(?:#.*)?$")

Read = tuple[list["Entry"], Place, dict[str, Any], list[Remark]]


@dataclass(frozen=True)
class Entry:
    """One entry of one table 一条记录: ``values`` maps a key as written to its value and its line; ``row`` is where it begins."""

    table: str
    row: int
    values: dict[str, tuple[Any, int]]


def read_entries(path: Path, name: str, words: SurveyWords) -> Read:
    """The entries of a survey file 读概况文件, TOML or workbook; raises ``MalformedError`` when it is neither."""
    guard(path, name)
    if path.suffix.lower() in WORKBOOKS:
        return _from_book(read_book(path, name), words)
    return _from_toml(path, name, words)


def _from_toml(path: Path, name: str, words: SurveyWords) -> Read:
    place = Place(name)
    text, encoding = decode(path.read_bytes(), name)
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise refusal("toml_invalid", place, found=error, **_bracket_hint(str(error))) from error
    lines = text.splitlines()
    entries: list[Entry] = []
    remarks: list[Remark] = []
    for key, value in data.items():
        table = _table(key, words)
        items = value if isinstance(value, list) else [value]
        starts = _starts(lines, key)
        if table is None or not all(isinstance(item, dict) for item in items):
            remarks.append(_unknown_table(key, starts[0] if starts else None, words, place))
            continue
        for number, item in enumerate(items):
            start = starts[min(number, len(starts) - 1)] if starts else 1
            values = {inner: (found, _key_line(lines, start, inner)) for inner, found in item.items()}
            # Entries written on one line, building = [{...}, {...}], still need a number each.
            entries.append(Entry(table, start + ENTRY_STEP * max(0, number - len(starts) + 1), values))
    return entries, place, {"encoding": encoding}, remarks


def _bracket_hint(error: str) -> dict[str, str]:
    """What a message about a bracket means in plain words."""
    if "]" not in error:
        return {"hint_zh": "", "hint_en": ""}
    return {
        "hint_zh": "那一行的方括号不成对：表名写成 [project] 或 [[building]]，左右括号数目相同。",
        "hint_en": "The brackets of that line don't match: write [project] or [[building]], as many to the right as to the left. ",
    }


def _table(key: str, words: SurveyWords) -> str | None:
    match = words.sheets.match(key)
    return match[0] if match and match[0] in words.columns else None


def _unknown_table(key: str, row: int | None, words: SurveyWords, place: Place) -> Remark:
    near = words.sheets.nearest(key)
    facts: dict[str, Any] = {"near_zh": f"（最接近的是“{near}”）" if near else "", "near_en": f" (the nearest is “{near}”)" if near else ""}
    return remark("table_unknown", place, row=row, found=key, wanted=", ".join(words.columns), **facts)


def _starts(lines: list[str], key: str) -> list[int]:
    """The lines, from 1, on which entries of a table begin: ``[[building]]``, or ``building = [`` above the first table; below it a line
    ``building = "B1"`` is a key of another entry."""
    found, inline = [], re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    above = True
    for number, line in enumerate(lines, 1):
        match = _TABLE_LINE.match(line)
        above = above and match is None
        if (match and match[1].strip("\"' ") == key) or (above and inline.match(line)):
            found.append(number)
    return found


def _key_line(lines: list[str], start: int, key: str) -> int:
    """The line on which a key of the entry that begins at ``start`` stands; ``start`` where it cannot be told."""
    written = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    for number in range(start + 1, len(lines) + 1):
        if _TABLE_LINE.match(lines[number - 1]):
            break
        if written.match(lines[number - 1]):
            return number
    return start


def _from_book(book: Book, words: SurveyWords) -> Read:
    entries: list[Entry] = []
    remarks: list[Remark] = []
    for sheet in book.sheets:
        match = words.sheets.match(sheet.title)
        if any(word in plain(sheet.title) for word in words.instruction_sheets):
            continue
        if match is None or not sheet.visible:
            if any(any(cell.strip() for cell in line) for line in sheet.lines):
                remarks.append(remark("sheet_name_unknown", book.place, found=sheet.title, wanted=", ".join(words.columns)))
        elif match[0] in words.columns:
            entries += entries_of_sheet(sheet, match[0], words.columns[match[0]])
    return entries, book.place, book.facts, remarks


def entries_of_sheet(sheet: Sheet, table: str, synonyms: Synonyms) -> list[Entry]:
    """The entries of a sheet: a row each below a header, or (for the one project) a key and a value on each line."""
    header = find_header(sheet, synonyms)
    if header is None:
        return _of_pairs(sheet, table, synonyms)
    raw = table_of(sheet, header).raw
    entries = []
    for line in raw.iter_rows(named=True):
        row = line.pop("row")
        entries.append(Entry(table, row, {key: (text, row) for key, text in line.items() if text and not re.fullmatch(r"\(\d+\)", key)}))
    return entries


def _of_pairs(sheet: Sheet, table: str, synonyms: Synonyms) -> list[Entry]:
    values: dict[str, tuple[Any, int]] = {}
    for number, cells in enumerate(sheet.lines, 1):
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) >= 2 and plain(filled[0]) not in ("项目", "key"):
            values[filled[0]] = (filled[1], sheet.index * SHEET_STEP + number)
    known = [key for key in values if synonyms.match(key)]
    return [Entry(table, min(row for _, row in values.values()), values)] if known else []
