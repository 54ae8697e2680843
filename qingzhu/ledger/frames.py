"""Frames held to their contract 合约检查: types, required values, known words, bounds, before a row becomes evidence."""

from __future__ import annotations

from typing import NoReturn

import polars as pl

from qingzhu.ledger.contracts import Column, Contract
from qingzhu.terms.errors import MalformedError


def fitted(frame: pl.DataFrame, contract: Contract, project: str | None = None) -> pl.DataFrame:
    """The frame in the contract's columns and types, without ``submission`` 合乎约定的表.

    A column that may be empty and is missing is filled with null; a type is changed only where nothing is lost by it. Raises
    ``MalformedError`` that names table, column and row for anything else; ``project`` is what every row's ``project`` must be.
    """
    columns = [column for column in contract.columns if column.name != "submission"]
    strange = sorted(set(frame.columns) - {column.name for column in columns})
    if strange:
        _refuse("column_unknown", contract, strange[0], None, strange[0], "约定中的列", "a column of the contract")
    fitted = pl.DataFrame([_typed(frame, column, contract) for column in columns])
    for column in columns:
        _check(fitted, column, contract)
    if project is not None and "project" in fitted.columns:
        _all(fitted, contract, "project", pl.col("project") == project, "row_of_other_project", project, project)
    return fitted


def _typed(frame: pl.DataFrame, column: Column, contract: Contract) -> pl.Series:
    if column.name not in frame.columns:
        return pl.Series(column.name, [None], dtype=column.dtype).extend_constant(None, frame.height).head(frame.height)
    series = frame[column.name]
    if series.dtype == column.dtype:
        return series
    if not _convertible(series.dtype, column):
        _refuse("column_type", contract, column.name, None, str(series.dtype), column.type, column.type)
    try:
        return series.cast(column.dtype, strict=True)
    except pl.exceptions.PolarsError:
        return _refuse("column_type", contract, column.name, None, str(series.dtype), column.type, column.type)


def _convertible(given: pl.DataType, column: Column) -> bool:
    """Whether a type may become the contract's; a time without a zone may not, for nobody knows which it is in."""
    if given == pl.Null:
        return True
    if column.type == "timestamp":
        return isinstance(given, pl.Datetime) and given.time_zone is not None
    if column.type == "int64":
        return given.is_integer()
    if column.type == "float64":
        return given.is_numeric()
    return column.type == "string" and given in (pl.Categorical, pl.Enum)


def _check(frame: pl.DataFrame, column: Column, contract: Contract) -> None:
    name, value = column.name, pl.col(column.name)
    if column.required and frame[name].null_count():
        _all(frame, contract, name, value.is_not_null(), "value_missing", "不可为空", "a value")
    if column.type == "float64":
        _all(frame, contract, name, value.is_finite(), "value_not_finite", "有限的数", "a finite number")
    if column.one_of:
        listed = ", ".join(column.one_of)
        _all(frame, contract, name, value.is_in(list(column.one_of)), "value_unknown", listed, listed)
    if column.at_least is not None:
        least = f"{column.at_least:g}"
        _all(frame, contract, name, value >= column.at_least, "value_too_small", f"不小于 {least}", f"at least {least}")


def _all(frame: pl.DataFrame, contract: Contract, name: str, holds: pl.Expr, code: str, zh: str, en: str) -> None:
    """Refuse the first row for which the condition is false; where it is null the value is empty, which ``required`` decides."""
    lenient = holds.fill_null(True)
    if frame.select(lenient.all()).item():
        return
    first = frame.filter(~lenient).select("row", found=pl.col(name)).row(0)
    _refuse(code, contract, name, first[0], first[1], zh, en)


def _refuse(code: str, contract: Contract, column: str, row: object, found: object, zh: str, en: str) -> NoReturn:
    where_zh = f"表 {contract.table}（{contract.title['zh']}）列 {column}" + (f" 第 {row} 行" if row is not None else "")
    where_en = f"Table {contract.table}, column {column}" + (f", row {row}" if row is not None else "")
    raise MalformedError(
        f"contract_{code}",
        f"{where_zh}：值为 {found!r}，应为{zh}。",
        f"{where_en}: found {found!r}, wanted {en}.",
        table=contract.table,
        column=column,
        row=row,
        found=found,
        wanted=en,
    )
