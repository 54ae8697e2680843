"""Hash of rows 行哈希: one SHA-256 over the values of a table, the same on any engine and for any layout of files.

``docs/spec/rows.md`` is the specification, with a full example that a test recomputes without this module.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from qingzhu.ledger.contracts import Column, Contract

HEAD = b"qingzhu-rows/1\n"
"""What the hashed list begins with: name and version of the format."""

_CHUNK = 1 << 20
"""Rows whose texts are joined at a time; a joined text must stay below 4 GiB."""

_MANY = 200_000
"""From so many rows on, columns are hashed side by side; below, starting threads takes longer."""

_WIDTHS = {"int64": "<i8", "timestamp": "<i8", "date": "<i4", "bool": "<u1"}


def hash_of_rows(frame: pl.DataFrame, contract: Contract) -> str:
    """SHA-256 (hex) of the rows of one submission in one table 行哈希.

    Columns in the contract's order, without ``submission``, without the personal ones and those without any value; rows in
    the order of ``row``, then of their values. ``frame`` holds the contract's columns in their types; a missing one counts as empty.
    """
    held = {series.name for series in frame if series.null_count() < frame.height}
    columns = [column for column in hashed_columns(contract) if column.name in held]
    ordered = in_order(pl.DataFrame([frame[column.name] for column in columns]))
    digests = _each(columns, lambda column: hash_of_column(ordered[column.name], column), frame.height >= _MANY)
    total = hashlib.sha256(HEAD + _text(contract.table) + struct.pack("<QI", frame.height, len(columns)))
    for digest in digests:
        total.update(digest)
    return total.hexdigest()


def _each(columns: list[Column], work: Callable[[Column], bytes], many: bool) -> list[bytes]:
    """The digests of the columns; two at a time where it pays, for hashlib lets go of the interpreter."""
    if not many:
        return [work(column) for column in columns]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, columns))


def hashed_columns(contract: Contract) -> list[Column]:
    """The columns a hash may take in: all but ``submission`` and the personal ones."""
    return [column for column in contract.columns if column.name != "submission" and not column.personal]


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows by ``row``; those of one line by their values, column after column, empty first, text by its UTF-8 bytes."""
    if frame.is_empty():
        return frame
    row = frame["row"]
    rising = (row.diff().slice(1) > 0) if row.null_count() else np.diff(row.to_numpy()) > 0
    if bool(rising.all()):
        return frame
    if row.n_unique() == frame.height:
        return frame.sort("row")
    keys = ["row", *(name for name in frame.columns if name != "row")]
    return frame.sort([_one_zero(name, frame.schema[name]) for name in keys], nulls_last=False, maintain_order=True)


def _one_zero(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name) + 0.0 if dtype == pl.Float64 else pl.col(name)


def hash_of_column(series: pl.Series, column: Column) -> bytes:
    """SHA-256 of one column 列哈希: name, type, number of rows, validity bytes, values."""
    digest = hashlib.sha256(_text(column.name) + _text(column.type) + struct.pack("<Q", len(series)))
    digest.update(series.is_not_null().to_numpy().astype(np.uint8).data if series.null_count() else b"\1" * len(series))
    for part in _values(series, column.type):
        digest.update(part)
    return digest.digest()


def _values(series: pl.Series, kind: str) -> Iterator[bytes | memoryview]:
    if kind == "string":
        yield _filled(series.str.len_bytes(), 0).astype("<u4").data
        yield from _joined(series)
    elif kind == "float64":
        values = _filled(series, 0.0) + 0.0  # adding zero turns -0 into 0
        values[np.isnan(values)] = np.nan
        yield np.ascontiguousarray(values, "<f8").data
    else:
        yield np.ascontiguousarray(_filled(series.to_physical(), False if kind == "bool" else 0), _WIDTHS[kind]).data


def _filled(series: pl.Series, empty: float) -> np.ndarray:
    """Values with ``empty`` where there is none. A call of polars costs as much as some thousand rows: none is made for nothing."""
    return (series.fill_null(empty) if series.null_count() else series).to_numpy()


def _joined(series: pl.Series) -> Iterator[bytes]:
    """The texts one after another as UTF-8. Joined by polars a chunk at a time: no Python object per row."""
    for start in range(0, len(series), _CHUNK):
        part = series if len(series) <= _CHUNK else series.slice(start, _CHUNK)
        yield str(part.str.join("", ignore_nulls=True).item()).encode()


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<I", len(encoded)) + encoded
