"""Libraries of components 标准部品构件库: ``library.toml``, or ``library*.xlsx`` and ``library*.csv`` of any layout, into ``library_item``.

An item says of which kind it is and by what a model shows it: a code, a pattern on the name of the type, sizes; by nothing, it is refused.
A workbook may have a sheet for each kind of component; every sheet whose header names known columns is read, any other is named.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.headers import find_header, plain
from qingzhu.collectors.remarks import Place, refusal, remark
from qingzhu.collectors.sheets import read_book
from qingzhu.collectors.survey import SurveyWords, frame_of, record_of
from qingzhu.collectors.survey_checks import complete
from qingzhu.collectors.survey_files import Entry, Read, entries_of_sheet, read_entries
from qingzhu.ledger import contracts
from qingzhu.terms.readings import Reading, Remark
from qingzhu.terms.selectors import insensitive

TABLE = "library_item"
SIZES = ("length", "width", "height")


def read_library(path: Path, name: str, project: str, words: SurveyWords) -> Reading:
    """Read a library 读入构件库 into the table ``library_item``, sizes in m. Raises ``MalformedError`` for a file that cannot be read."""
    words = replace(words, sheets=words.library_sheets, columns={TABLE: words.library_columns})
    entries, place, facts, remarks = read_entries(path, name, words) if path.suffix.lower() == ".toml" else _of_tables(path, name, words)
    contract = contracts.load()[TABLE]
    records = [record_of(entry, words, contract, place, remarks) for entry in entries]
    records = [record for record in records if complete(record, contract, place, remarks) and _is_found(record, place, remarks)]
    if not entries:
        raise refusal("library_empty", place)
    tables = {TABLE: frame_of(records, contract, project)} if records else {}
    return Reading(tables, remarks, facts={**facts, "rows": len(entries)})


def _of_tables(path: Path, name: str, words: SurveyWords) -> Read:
    """The entries of every visible sheet of a workbook that has a known header, or of a text; a sheet that is left out is said."""
    book = read_book(path, name)
    entries: list[Entry] = []
    remarks: list[Remark] = []
    for sheet in book.sheets:
        found = entries_of_sheet(sheet, TABLE, words.columns[TABLE])
        if not sheet.visible or any(word in plain(sheet.title) for word in words.instruction_sheets):
            remarks += [remark("library_sheet_skipped", book.place, found=sheet.title, count=len(found))] if found else []
        elif not found and any(cell.strip() for line in sheet.lines for cell in line) and find_header(sheet, words.columns[TABLE]) is None:
            remarks.append(remark("library_sheet_unknown", book.place, found=sheet.title))
        else:
            entries += found
    return entries, book.place, book.facts, remarks


def _is_found(record: dict[str, Any], place: Place, remarks: list[Remark]) -> bool:
    """Whether an item says by what a model shows it, in a form that can be applied."""
    others = [record[column] for column in ("code", *SIZES) if record.get(column) is not None]
    pattern = record.get("type_name")
    if not others and pattern is None:
        remarks.append(remark("library_item_by_nothing", place, row=record["row"]))
        return False
    if 0.0 in others:
        remarks.append(remark("library_size_zero", place, row=record["row"]))
        return False
    try:
        all_names = pl.Series(["", "A-1", "任何"]).str.contains(insensitive(pattern or "")).all()
    except pl.exceptions.ComputeError:
        remarks.append(remark("library_pattern_wrong", place, row=record["row"], column="type_name", found=pattern))
        return False
    if all_names and not others:
        remarks.append(remark("library_pattern_matches_all", place, row=record["row"], column="type_name", found=pattern))
    return True
