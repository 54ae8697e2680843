"""Tables of a book 数据表: every sheet with a header read, the others named with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from qingzhu.collectors.headers import SEARCHED_LINES, Synonyms, Table, find_header, plain, table_of
from qingzhu.collectors.remarks import Place, refusal, remark
from qingzhu.collectors.sheets import Book, Sheet
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Remark


@dataclass(frozen=True)
class SheetWords:
    """What is asked of a header 读表要求: synonyms; groups of columns of which one must be there; what is passed over."""

    synonyms: Synonyms
    needed: tuple[tuple[str, ...], ...]
    summary_sheets: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    instruction_sheets: tuple[str, ...] = ()


def tables_of(book: Book, words: SheetWords) -> tuple[list[Table], list[Remark]]:
    """The tables of all sheets that have one, and remarks on the sheets and columns that were not read 读取各工作表.

    Raises ``MalformedError`` with ``header_missing`` or ``column_missing`` when no sheet has a table.
    """
    tables: list[Table] = []
    remarks: list[Remark] = []
    failure: MalformedError | None = None
    for sheet in book.sheets:
        if any(plain(word) in plain(sheet.title) for word in words.instruction_sheets):
            continue
        passed = _passed_over(sheet, words)
        if passed:
            remarks.append(remark(passed, book.place, found=sheet.title))
            continue
        try:
            table = _table(sheet, words, book.place)
        except MalformedError as error:
            if len(book.sheets) > 1 and any(any(cell.strip() for cell in line) for line in sheet.lines):
                remarks.append(remark("sheet_unread", book.place, found=sheet.title))
            failure = failure or error
            continue
        tables.append(table)
        remarks += _on_columns(table, words, book.place)
    if not tables:
        raise failure or refusal("header_missing", book.place, found="", searched=SEARCHED_LINES, wanted=_wanted(words))
    return tables, remarks


def _passed_over(sheet: Sheet, words: SheetWords) -> str | None:
    if not sheet.visible and any(any(cell.strip() for cell in line) for line in sheet.lines):
        return "sheet_hidden"
    if any(plain(word) in plain(sheet.title) for word in words.summary_sheets):
        return "sheet_summary"
    return None


def _table(sheet: Sheet, words: SheetWords, place: Place) -> Table:
    header = find_header(sheet, words.synonyms)
    if header is None:
        first = next((" | ".join(cell for cell in line if cell.strip()) for line in sheet.lines if any(line)), "")
        raise refusal("header_missing", place, found=first[:120], searched=SEARCHED_LINES, wanted=_wanted(words))
    for group in words.needed:
        if not any(column in header.columns for column in group):
            found = " | ".join(text for text in header.texts if text)
            raise refusal("column_missing", place, found=found[:200], wanted=" / ".join(words.synonyms.title(column) for column in group))
    return table_of(sheet, header)


def _wanted(words: SheetWords) -> str:
    return "、".join(words.synonyms.title(group[0]) for group in words.needed)


def _on_columns(table: Table, words: SheetWords, place: Place) -> list[Remark]:
    header = table.header
    remarks = [
        remark(
            "columns_rival",
            place,
            found=header.text(column),
            others="”“".join(others),
            column_zh=words.synonyms.title(column),
            column_en=column,
        )
        for column, others in header.rivals.items()
    ]
    ignored = {plain(word) for word in words.ignored}
    unread = [text for text in header.unread if plain(text) not in ignored]
    if unread:
        remarks.append(columns_unread(unread, place))
    return remarks


def columns_unread(texts: list[str], place: Place) -> Remark:
    """The note on columns nobody knows 未读取的列: the first ten by name, and how many there are."""
    found = "、".join(text if len(text) <= LONGEST else f"{text[:LONGEST]}…" for text in texts[:NAMED])
    more = len(texts) > NAMED
    return remark("columns_unread", place, found=found, count=len(texts), more_zh=" 等" if more else "", more_en=", …" if more else "")


NAMED = 10
"""So many columns are named; a sheet with thousands of unknown ones would bury the rest of the report."""

LONGEST = 40
"""A longer header is cut in a remark [characters]."""


def text_columns(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The frame with every one of these columns, those it lacks as null text 补列."""
    lacking = [pl.lit(None, dtype=pl.String).alias(column) for column in columns if column not in frame.columns]
    return frame.with_columns(lacking)
