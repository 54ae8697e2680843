"""Measures run 指标计算: derived tables first, each once, then the measures; figures out.

What was computed is kept under ``Tables.folder`` by the hash of everything it came from (files, submissions, date, parameters, the
measure's file, the vocabulary, the engine): the same question is answered without computing, and the folder may be deleted at any time.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Final
from uuid import uuid4

import polars as pl

from qingzhu.measures import tables as known
from qingzhu.measures.engines import Engine, typed
from qingzhu.measures.engines.engine import quoted
from qingzhu.measures.inputs import Tables
from qingzhu.measures.load import Measure, order
from qingzhu.measures.vocabulary import named_columns, vocabulary_hash
from qingzhu.terms.errors import MeasureError
from qingzhu.terms.figures import Figure


def run(measures: Mapping[str, Measure], engine: Engine, tables: Tables, names: Iterable[str], on: date) -> list[Figure]:
    """The figures of the named measures 数值, as of ``on``, in the order of the names and of their grain.

    Raises ``MeasureError``, naming measure and grain, for a value that is not finite, an unknown without a gap, two figures of one grain.
    """
    wanted = list(names)
    computed = {name: compute(measures, engine, tables, name, on) for name in order(measures, wanted)}
    return [figure for name in wanted if not measures[name].derived for figure in figures(measures[name], pl.read_parquet(computed[name]))]


def compute(measures: Mapping[str, Measure], engine: Engine, tables: Tables, name: str, on: date) -> list[str]:
    """The files of one measure or derived table 计算一个指标, from the cache or computed now; what it reads is computed first.

    A derived table is registered on the engine under its name.
    """
    measure = measures[name]
    _register_inputs(measures, engine, tables, measure, on)
    key = key_of(measures, engine, tables, name, on)
    folder = tables.folder / "derived" / f"{name}-{key[:24]}"
    files = sorted(str(file) for file in folder.glob("*.parquet"))
    if not files:
        files = _computed(engine, tables, measure, folder)
    if measure.derived and not tables.shows(engine, name, key):
        engine.register(name, files, list(measure.columns.items()))
        tables.remember(engine, name, key)
    return files


def key_of(measures: Mapping[str, Measure], engine: Engine, tables: Tables, name: str, on: date) -> str:
    """Hash of everything a result came from 结果哈希."""
    measure = measures[name]
    read = sorted([*measure.inputs, *measure.parameters])
    keys = [key_of(measures, engine, tables, table, on) if table in measures else tables.key(table, on) for table in read]
    made_by = [engine.name, engine.version, vocabulary_hash(), measure.sha256]
    return sha256(json.dumps([name, made_by, keys]).encode()).hexdigest()


def figures(measure: Measure, frame: pl.DataFrame) -> list[Figure]:
    """The rows of a result as figures 结果转为数值, sorted by grain, each checked."""
    found: list[Figure] = []
    for row in frame.sort(measure.grain).iter_rows(named=True):
        grain = {column: row[column] for column in measure.grain}
        numbers = {column: row.get(column) for column in ("value", "coverage", "high")}
        _check(measure, grain, numbers, row["gap"])
        if found and found[-1].grain == grain:
            raise _refusal(measure, grain, "measure_grain_twice", "同一粒度出现两次", "the same grain came twice")
        found.append(Figure(measure.name, grain, numbers["value"], measure.unit, row["gap"], numbers["coverage"], numbers["high"]))
    return found


def derived(measures: Mapping[str, Measure], engine: Engine, tables: Tables, name: str, on: date) -> pl.DataFrame:
    """The rows of one derived table 派生表, as of ``on``."""
    for needed in order(measures, [name]):
        compute(measures, engine, tables, needed, on)
    return pl.read_parquet(compute(measures, engine, tables, name, on))


def typed_sql(measure: Measure, dialect: str) -> str:
    """A measure's query as an engine runs it 引擎语句: spelt, and its result cast to the columns promised."""
    given = named_columns(measure.sql)
    return typed(measure.sql, dialect, [(name, kind) for name, kind in measure.results.items() if name in given])


def _register_inputs(measures: Mapping[str, Measure], engine: Engine, tables: Tables, measure: Measure, on: date) -> None:
    for table in [*measure.inputs, *measure.parameters]:
        if table in measures:
            compute(measures, engine, tables, table, on)
        else:
            tables.register(engine, table, on)


def _computed(engine: Engine, tables: Tables, measure: Measure, folder: Path) -> list[str]:
    """Computed into a folder of its own, then renamed: a crash before leaves one nobody reads; who comes second takes the first's."""
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}-{uuid4().hex[:8]}")
    unfinished.mkdir(parents=True)
    if measure.function:
        _called(engine, measure).write_parquet(unfinished / "part-0.parquet")
    else:
        engine.write(typed_sql(measure, engine.dialect), unfinished)
        if not any(unfinished.glob("*.parquet")):  # a cluster writes no file for no rows
            pl.DataFrame(schema={column: _POLARS[kind] for column, kind in measure.results.items()}).write_parquet(
                unfinished / "part-0.parquet"
            )
    try:
        unfinished.rename(folder)
    except OSError:
        shutil.rmtree(unfinished)
    files = sorted(str(file) for file in folder.glob("*.parquet"))
    if not files:
        raise MeasureError(
            "derived_not_kept",
            f"指标 {measure.name} 的结果没有写入 {folder}，请检查磁盘和权限",
            f"the result of {measure.name} was not written to {folder}: check disk and permissions",
            measure=measure.name,
            folder=str(folder),
        )
    return files


def _called(engine: Engine, measure: Measure) -> pl.DataFrame:
    """A derived table in Python: its inputs as frames, by name."""
    module, function = str(measure.function).rsplit(".", 1)
    read = {**measure.inputs, **measure.parameters}
    frames = {table: engine.run(_select(engine, table, columns)) for table, columns in read.items()}
    frame: pl.DataFrame = getattr(import_module(module), function)(**frames)
    return frame.select([pl.col(column).cast(_POLARS[kind]) for column, kind in measure.columns.items()])


def _select(engine: Engine, table: str, columns: list[str]) -> str:
    names = ", ".join(quoted(engine.dialect, column) for column in columns)
    return f"SELECT {names} FROM {quoted(engine.dialect, table)}"


def _check(measure: Measure, grain: dict[str, str], numbers: dict[str, float | None], gap: str | None) -> None:
    if missing := [column for column, value in grain.items() if value is None]:
        raise _refusal(measure, grain, "measure_grain_null", f"粒度列 {missing[0]} 为空", f"grain column {missing[0]} is null")
    for column, value in numbers.items():
        if value is not None and not math.isfinite(value):
            raise _refusal(measure, grain, "measure_not_finite", f"{column} 不是有限的数（{value}）", f"{column} is not finite ({value})")
    if numbers["value"] is None and gap is None:
        raise _refusal(measure, grain, "measure_unknown_without_gap", "数值为空而没有缺口说明", "the value is null and no gap says why")
    if gap is not None and gap not in known.gaps():
        raise _refusal(measure, grain, "measure_gap_unknown", f"gaps.toml 中没有缺口 {gap}", f"gap {gap} has no words in gaps.toml")


def _refusal(measure: Measure, grain: Mapping[str, object], code: str, zh: str, en: str) -> MeasureError:
    where = ", ".join(f"{column} {value}" for column, value in grain.items())
    return MeasureError(
        code, f"指标 {measure.name}（{where}）：{zh}。", f"{measure.name} ({where}): {en}.", measure=measure.name, grain=dict(grain)
    )


_POLARS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "string": pl.String,
    "int64": pl.Int64,
    "float64": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "timestamp": pl.Datetime("us", "UTC"),
}
