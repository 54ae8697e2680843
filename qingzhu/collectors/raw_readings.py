"""Raw readings 原始读数: a csv, workbook or Parquet file as one long frame, nothing judged yet.

A csv goes straight into columns; only one that polars refuses (ragged lines, stray quotes) is split line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.guards import guard
from qingzhu.collectors.headers import SEARCHED_LINES, Header, Synonyms, find_header, plain
from qingzhu.collectors.remarks import Place, refusal
from qingzhu.collectors.sheets import WORKBOOKS, Book, Sheet, decode, read_book, split_text
from qingzhu.collectors.tables import SheetWords, columns_unread, tables_of
from qingzhu.terms.readings import Remark

WIDE = "="
"""Mark of a column that is named after a quantity (wide form 宽表): ``=pm10``."""

FLAG = "?"
"""Mark of a column that holds the flags of one quantity of the wide form: ``?pm10``."""

HEAD = 200_000
"""How much of a csv is looked at to find its header [characters]."""

COLUMNS = ("sensor", "quantity", "time", "date", "value", "unit", "flag", "received", "project", "corrects", "corrects_row")


@dataclass
class RawReadings:
    """What a file holds 原始读数. ``frame``: ``row`` and those of ``COLUMNS`` that the file has, or ``=pm10 ?pm10`` ... for the wide form;
    ``original(rows)`` gives rows as the file has them, as text; ``overlong`` are rows with cells beyond the header.
    """

    frame: pl.DataFrame
    header: Header
    place: Place
    original: Callable[[pl.Series], pl.DataFrame]
    overlong: list[int] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    marker: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def both(columns: Synonyms, quantities: Synonyms, flagged: Iterable[str]) -> Synonyms:
    """One look-up 合并同义词 for headers: our columns, quantities as columns of the wide form, and the flags of each quantity.

    ``flagged``: forms of a header of flags, with {} for the quantity (``{}_flag``).
    """
    wide = {word: (WIDE + quantity, rank) for word, (quantity, rank) in quantities.ranks.items()}
    flags = {
        plain(form.format(word)): (FLAG + quantity, rank)
        for word, (quantity, rank) in sorted(quantities.ranks.items(), key=lambda item: -item[1][1])
        for form in flagged
    }
    titles = {mark + quantity: title for mark in (WIDE, FLAG) for quantity, title in quantities.titles.items()}
    return Synonyms({**flags, **wide, **columns.ranks}, {**columns.titles, **titles})


def read_raw(path: Path, name: str, synonyms: Synonyms, ignored: frozenset[str]) -> RawReadings:
    """Read a file of readings 读原始读数; ``synonyms`` as made by :func:`both`. Raises ``MalformedError`` when it is no such table."""
    guard(path, name)
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return _parquet(path, name, synonyms, ignored)
    return _by_lines(read_book(path, name), synonyms, ignored) if suffix in WORKBOOKS else _csv(path, name, synonyms, ignored)


def _parquet(path: Path, name: str, synonyms: Synonyms, ignored: frozenset[str]) -> RawReadings:
    place = Place(name)
    try:
        schema = pl.read_parquet_schema(path)
        header = _header_of(list(schema), synonyms, place)
        names = list(schema)
        frame = pl.read_parquet(path, columns=[names[cell] for cell in header.columns.values()])
    except (pl.exceptions.PolarsError, OSError) as error:
        raise refusal("parquet_unreadable", place, found=str(error).splitlines()[0][:200]) from error
    frame = frame.select(pl.col(names[cell]).alias(column) for column, cell in header.columns.items())
    texts = [column for column in frame.columns if column not in ("time", "date", "value", "received") and not column.startswith(WIDE)]
    frame = frame.with_columns(pl.col(texts).cast(pl.String)).with_row_index("row", offset=1).cast({"row": pl.Int64})

    def original(rows: pl.Series) -> pl.DataFrame:
        try:
            whole = pl.read_parquet(path)
        except pl.exceptions.PolarsError as error:  # a column that holds no readings, and so was not read before, is broken
            raise refusal("parquet_unreadable", place, found=str(error).splitlines()[0][:200]) from error
        whole = whole.rename({"row": "row_"} if "row" in names else {}).with_row_index("row", offset=1)
        found = whole.filter(pl.col("row").is_in(rows.implode()))
        return found.select(pl.col("row").cast(pl.Int64), pl.exclude("row").cast(pl.String))

    return RawReadings(frame, header, place, original, facts={"columns": names}, remarks=_on_columns(header, place, ignored))


def _header_of(texts: list[str], synonyms: Synonyms, place: Place) -> Header:
    header = find_header(Sheet("", 0, [texts]), synonyms)
    if header is None:
        wanted = "、".join(synonyms.title(column) for column in ("sensor", "time", "value"))
        raise refusal("header_missing", place, found=" | ".join(texts)[:120], searched=1, wanted=wanted)
    return header


def _csv(path: Path, name: str, synonyms: Synonyms, ignored: frozenset[str]) -> RawReadings:
    place, data = Place(name), path.read_bytes()
    # A file of pure ASCII is UTF-8 as it stands; only others are decoded, which costs a copy.
    text, encoding = (data[:HEAD].decode(), "utf-8") if data.isascii() and b"\x00" not in data[:HEAD] else decode(data, name)
    head = text[:HEAD]
    lines, delimiter = split_text(head if len(head) < HEAD else head[: head.rfind("\n")], name)
    header = find_header(Sheet("", 0, lines[: SEARCHED_LINES + 2]), synonyms)
    if header is None:
        return _by_lines(read_book(path, name), synonyms, ignored)  # refuses it, with the words for it
    columns = [f"{cell}" for cell in range(len(header.texts))]
    source = data if encoding == "utf-8" else text.encode()
    try:
        whole = pl.read_csv(
            source,
            has_header=False,
            skip_lines=header.line + 1,
            schema=dict.fromkeys(columns, pl.String),
            separator=delimiter,
        )
    except pl.exceptions.PolarsError:
        return _by_lines(read_book(path, name), synonyms, ignored)
    whole = whole.with_row_index("row", offset=header.line + 2).cast({"row": pl.Int64})
    frame = whole.select("row", *(pl.col(str(cell)).alias(column) for column, cell in header.columns.items()))
    frame = frame.filter(~pl.all_horizontal(pl.exclude("row").is_null())) if _has_empty_lines(frame) else frame
    named = {str(cell): ("row_" if title == "row" else title) or f"({cell + 1})" for cell, title in enumerate(header.texts)}

    def original(rows: pl.Series) -> pl.DataFrame:
        return whole.filter(pl.col("row").is_in(rows.implode())).rename(named)

    facts = {"encoding": encoding, "delimiter": delimiter, "header_row": header.line + 1, "header": header.texts}
    return RawReadings(frame, header, place, original, facts=facts, remarks=_on_columns(header, place, ignored))


def _has_empty_lines(frame: pl.DataFrame) -> bool:
    column = "time" if "time" in frame.columns else frame.columns[-1]
    return frame[column].null_count() > 0


def _by_lines(book: Book, synonyms: Synonyms, ignored: frozenset[str]) -> RawReadings:
    words = SheetWords(synonyms, (("time", "date"),), ignored=tuple(ignored))
    tables, remarks = tables_of(book, words)
    frame = pl.concat([table.rows for table in tables], how="diagonal")
    whole = pl.concat([table.raw for table in tables], how="diagonal")
    header = tables[0].header
    facts = {**book.facts, "header_row": header.line + 1, "header": header.texts}

    def original(rows: pl.Series) -> pl.DataFrame:
        return whole.filter(pl.col("row").is_in(rows.implode()))

    overlong = [row for table in tables for row in table.overlong]
    return RawReadings(frame, header, book.place, original, overlong, facts, book.marker, remarks)


def _on_columns(header: Header, place: Place, ignored: frozenset[str]) -> list[Remark]:
    unread = [text for text in header.unread if plain(text) not in ignored]
    return [columns_unread(unread, place)] if unread else []
