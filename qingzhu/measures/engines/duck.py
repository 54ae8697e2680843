"""DuckDB in this process 内嵌引擎: the default; nothing to install, nothing to start."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from qingzhu.measures.engines.engine import Column, by_columns, quoted, view_sql
from qingzhu.terms.errors import MeasureError

UNREADABLE = (duckdb.Error, duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)
"""What a data file that is damaged or gone raises; a broken header the first, bare."""


class DuckEngine:
    """One DuckDB connection in memory 内嵌 DuckDB."""

    name = "duckdb"
    dialect = "duckdb"

    def __init__(self, threads: int | None = None) -> None:
        self.version: str = duckdb.__version__
        self.connection = duckdb.connect(":memory:", config={"threads": threads} if threads else {})
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute("SET enable_progress_bar = false")

    def register(self, name: str, files: list[str], columns: list[Column], where: str | None = None) -> None:
        """A typed view of Parquet files; see :class:`~qingzhu.measures.engines.engine.Engine`."""
        sources = [(f"read_parquet([{', '.join(_text(file) for file in members)}])", present) for members, present in by_columns(files)]
        self.connection.execute(f"CREATE OR REPLACE VIEW {quoted('duckdb', name)} AS {view_sql('duckdb', sources, columns, where)}")

    def run(self, sql: str) -> pl.DataFrame:
        """The rows of a query; they go through a file, which needs no further library and keeps the zone of times."""
        with TemporaryDirectory(prefix="qingzhu-") as folder:
            return pl.read_parquet(self.write(sql, Path(folder))[0])

    def write(self, sql: str, folder: Path) -> list[str]:
        """The rows of a query as one Parquet file."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "part-0.parquet"
        try:
            self.connection.execute(f"COPY ({sql}) TO {_text(str(file))} (FORMAT parquet, COMPRESSION zstd)")
        except duckdb.Error as error:
            if type(error) not in UNREADABLE:
                raise
            told = str(error).split("\n", 1)[0]
            zh = f"引擎无法读写数据文件：{told}。请运行 qingzhu check --deep。"
            raise MeasureError(
                "input_unreadable", zh, f"the engine can't read or write a data file: {told}. Run qingzhu check --deep."
            ) from error
        return [str(file)]

    def explain(self, sql: str) -> str:
        """DuckDB's plan of a query."""
        return "\n".join(str(row[1]) for row in self.connection.execute(f"EXPLAIN {sql}").fetchall())

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
