"""Libraries of components 标准部品构件库: ``library.toml``, or ``library*.xlsx`` and ``library*.csv`` of any layout, into ``library_item``.

An item says of which kind it is and by what a model shows it: a code, a pattern on the name of the type, sizes; by nothing, it is refused.
A workbook may have a sheet for each kind of component; every sheet whose header names known columns is read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.headers import plain
from qingzhu.collectors.remarks import Place, refusal, remark
from qingzhu.collectors.sheets import read_book
from qingzhu.collectors.survey import SurveyWords, frame_of, record_of
from qingzhu.collectors.survey_checks import complete
from qingzhu.collectors.survey_files import Read, entries_of_sheet, read_entries
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
    """The entries of every visible sheet of a workbook that has a known header, or of a text."""
    book = read_book(path, name)
    shown = [sheet for sheet in book.sheets if sheet.visible and not any(word in plain(sheet.title) for word in words.instruction_sheets)]
    entries = [entry for sheet in shown for entry in entries_of_sheet(sheet, TABLE, words.columns[TABLE])]
    return entries, book.place, book.facts, []


def _is_found(record: dict[str, Any], place: Place, remarks: list[Remark]) -> bool:
    """Whether an item says by what a model shows it, in a form that can be applied."""
    if not any(record.get(column) is not None for column in ("code", "type_name", *SIZES)):
        remarks.append(remark("library_item_by_nothing", place, row=record["row"]))
        return False
    try:
        pl.Series([""]).str.contains(insensitive(record.get("type_name") or ""))
    except pl.exceptions.ComputeError:
        remarks.append(remark("library_pattern_wrong", place, row=record["row"], column="type_name", found=record["type_name"]))
        return False
    return True
