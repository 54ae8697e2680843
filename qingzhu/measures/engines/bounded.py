"""Parquet of strangers 外来数据文件: read within bounds, whatever it says of itself. For proof bundles (``docs/spec/bundle.md``).

A Parquet file of a hundred kilobytes may hold thirty million rows, or one text of a gigabyte, and its footer may lie about sizes. So
DuckDB reads it, which keeps to a limit of memory and says so where it does not suffice; polars sees only what DuckDB wrote.
"""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from qingzhu.measures.engines.engine import quoted
from qingzhu.terms.errors import MalformedError

MEMORY = 1 << 30
"""What reading a file may take, and what its texts may add up to. [byte]"""


def bounded_rows(data: bytes, most: int, memory: int = MEMORY) -> pl.DataFrame:
    """The rows of a Parquet file 读外来数据, in order, in the types of its footer.

    Raises ``MalformedError`` for more than ``most`` rows, for lists, for what does not fit ``memory`` [byte], for what is damaged.
    """
    schema = pl.read_parquet_schema(io.BytesIO(data))
    if any(dtype.is_nested() or dtype == pl.Binary for dtype in schema.values()):
        raise _refused("列类型过于复杂", "a column holds lists or bytes")
    with TemporaryDirectory(prefix="qingzhu-") as folder:
        given, taken = Path(folder) / "given.parquet", Path(folder) / "taken.parquet"
        given.write_bytes(data)
        try:
            with duckdb.connect(":memory:", config={"memory_limit": f"{memory}B", "temp_directory": ""}) as connection:
                rows = connection.read_parquet(str(given))
                count = rows.aggregate("count(*)").fetchall()[0][0]  # of the footer, which the reader never goes beyond
                if count > most:
                    raise _refused(f"有 {count} 行，应至多 {most} 行", f"it has {count} rows, at most {most} are told of it")
                texts = [name for name, dtype in schema.items() if dtype == pl.String]
                sizes = rows.aggregate(", ".join(f"sum(strlen({quoted('duckdb', name)}))" for name in texts)).fetchall()[0] if texts else ()
                if sum(size or 0 for size in sizes) > memory:
                    raise _refused("文字过多", f"its texts are more than {memory} byte")
                rows.write_parquet(str(taken), compression="uncompressed")
        except duckdb.Error as error:
            told = str(error).split("\n", 1)[0]
            raise _refused(f"读不出（{told}）", f"it cannot be read ({told})") from None
        return pl.read_parquet(taken).cast(pl.Schema(schema))


def _refused(zh: str, en: str) -> MalformedError:
    return MalformedError("rows_unbounded", f"数据文件不可读：{zh}。", f"The data file is not read: {en}.")
