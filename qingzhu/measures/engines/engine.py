"""Engines 计算引擎: what runs a measure's SQL, behind one protocol; embedded DuckDB or a Spark cluster through Spark Connect.

An engine is given files and makes a typed view of each input: every column by name and type, what an older file lacks as null.
All times are UTC instants and the session's zone is UTC on every engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from qingzhu.measures.vocabulary import spell
from qingzhu.terms.errors import MeasureError, RefusedError

Column = tuple[str, str]
"""Name and type, one of ``string int64 float64 bool date timestamp``."""


class Engine(Protocol):
    """What runs SQL over files 计算引擎. ``dialect`` names the spelling of the vocabulary it wants."""

    name: str
    version: str
    dialect: str

    def register(self, name: str, files: list[str], columns: list[Column], where: str | None = None) -> None:
        """A typed view of Parquet files; a column a file lacks is null; of no files an empty view. ``where`` is in the engine's dialect."""

    def run(self, sql: str) -> pl.DataFrame:
        """The rows of a query in the engine's dialect."""

    def write(self, sql: str, folder: Path) -> list[str]:
        """The rows of a query as Parquet files in a folder; the files."""

    def explain(self, sql: str) -> str:
        """How the engine would run a query."""

    def close(self) -> None:
        """Let go of the session."""


def open_engine(address: str = "duckdb:") -> Engine:
    """The engine at an address 打开引擎: ``duckdb:`` in this process, ``sc://host:port`` a Spark Connect server."""
    if address == "duckdb:":
        from qingzhu.measures.engines.duck import DuckEngine

        return DuckEngine()
    if address.startswith("sc://"):
        from qingzhu.measures.engines.spark import SparkEngine

        return SparkEngine(address)
    raise RefusedError(
        "engine_unknown",
        f"不认识的计算引擎 {address}；可用 duckdb: 或 sc://主机:端口",
        f"unknown engine {address}; wanted duckdb: or sc://host:port",
        found=address,
    )


def view_sql(dialect: str, sources: Iterable[tuple[str, set[str]]], columns: list[Column], where: str | None) -> str:
    """The query behind a typed view 视图: ``sources`` are table expressions with the columns each has."""
    types = TYPES[dialect]
    parts = [
        "SELECT "
        + ", ".join(
            f"CAST({quoted(dialect, name) if name in present else 'NULL'} AS {types[kind]}) AS {quoted(dialect, name)}"
            for name, kind in columns
        )
        + (f" FROM {source}" if source else " WHERE 1 = 0")
        for source, present in (list(sources) or [("", set())])
    ]
    united = " UNION ALL ".join(parts)
    return f"SELECT * FROM ({united}) AS typed WHERE {where}" if where else united


def typed(sql: str, dialect: str, columns: Iterable[Column]) -> str:
    """A query of the vocabulary spelt for an engine, its columns cast to the types promised."""
    names = ", ".join(f"CAST({quoted(dialect, name)} AS {TYPES[dialect][kind]}) AS {quoted(dialect, name)}" for name, kind in columns)
    return f"SELECT {names} FROM ({spell(sql, dialect)}) AS result"


def by_columns(files: Iterable[str]) -> Iterator[tuple[list[str], set[str]]]:
    """Files grouped by the columns they have, so that each group is read as one."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in files:
        try:
            names = pl.read_parquet_schema(file)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise MeasureError(
                "input_unreadable", f"数据文件无法读取：{file}（{error}）", f"the data file {file} can't be read: {error}", file=file
            ) from error
        groups.setdefault(tuple(sorted(f"{name}:{kind}" for name, kind in names.items())), []).append(file)
    for key, members in groups.items():
        yield members, {entry.split(":")[0] for entry in key}


def instant(dialect: str, moment: datetime) -> str:
    """A moment as a literal of an engine."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return f"TIMESTAMPTZ '{text}+00'" if dialect == "duckdb" else f"TIMESTAMP '{text}'"


def quoted(dialect: str, name: str) -> str:
    """A name as an engine quotes it."""
    return f'"{name}"' if dialect == "duckdb" else f"`{name}`"


TYPES = {
    "duckdb": {"string": "VARCHAR", "int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMPTZ"},
    "spark": {"string": "STRING", "int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"},
}
"""How each engine spells the types of contracts."""
