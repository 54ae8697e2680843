"""Parquet of strangers: it is read as it is, or refused before it takes more memory than it may."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, date, datetime

import duckdb
import polars as pl
import pytest

from qingzhu.measures.engines.bounded import bounded_rows
from qingzhu.terms.errors import MalformedError


def parquet(frame: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.write_parquet(written, compression="zstd", statistics=False)
    return written.getvalue()


FRAME = pl.DataFrame(
    {
        "text": ["一", None, "", 'a"b'],
        "int": [1, None, -(2**63), 2**63 - 1],
        "float": [0.1, None, float("inf"), -0.0],
        "bool": [True, None, False, True],
        "date": [date(2024, 2, 29), None, date(1, 1, 1), date(2000, 1, 1)],
        "time": [datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC), None, datetime(1970, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)],
        "nothing": pl.Series([None] * 4, dtype=pl.String),
    },
    schema_overrides={"time": pl.Datetime("us", "UTC")},
)


def test_rows_come_back_as_they_were_in_order_and_type():
    assert bounded_rows(parquet(FRAME), 4).equals(FRAME)
    assert bounded_rows(parquet(FRAME), 4).schema == FRAME.schema
    assert bounded_rows(parquet(FRAME.clear()), 0).schema == FRAME.schema
    many = pl.DataFrame({"row": range(300_000)})
    assert bounded_rows(parquet(many), 300_000).equals(many)


def test_a_row_more_than_told_is_refused():
    with pytest.raises(MalformedError, match="it has 4 rows, at most 3 are told"):
        bounded_rows(parquet(FRAME), 3)


def test_lists_and_bytes_are_refused():
    for values in ([[1, 2]], [b"1"], [{"a": 1}]):
        with pytest.raises(MalformedError, match="lists or bytes"):
            bounded_rows(parquet(pl.DataFrame({"a": values})), 1)


def test_a_text_written_once_and_meant_a_thousand_times_counts_a_thousand_times():
    once = "0" * 2_000_000
    with pytest.raises(MalformedError, match="its texts are more than"):
        bounded_rows(parquet(pl.DataFrame({"a": [once] * 600})), 600)


def varint(number: int) -> bytes:
    """A number as Parquet's footer writes it: zigzag, seven bits a byte, the lowest first."""
    number, written = 2 * number, b""
    while number > 127:
        written, number = written + bytes([number & 127 | 128]), number >> 7
    return written + bytes([number])


READING = """
import resource, sys
from qingzhu.measures.engines import bounded
bounded.bounded_rows(open(sys.argv[1], "rb").read(), 1, 64 << 20)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    bounded.bounded_rows(open(sys.argv[2], "rb").read(), 1, 64 << 20)
except bounded.MalformedError as error:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, error.en)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the most memory a process took, as Linux tells it")
def test_a_footer_that_lies_about_its_size_wins_no_memory(tmp_path):
    """A text of 150 MB in a few kilobytes, told as 50 byte; a reader that believes the footer takes twice the 150 MB."""
    small, large = tmp_path / "small.parquet", tmp_path / "large.parquet"
    small.write_bytes(parquet(pl.DataFrame({"a": ["0"]})))
    pl.DataFrame({"a": ["0" * 150_000_000]}).write_parquet(large, compression="zstd", statistics=False)
    told = "SELECT total_uncompressed_size FROM parquet_metadata(?)"
    size = varint(duckdb.execute(told, [str(large)]).fetchall()[0][0])
    lie = bytes([100 | 128, *[128] * (len(size) - 2), 0])  # 50, written at the same length
    large.write_bytes(large.read_bytes().replace(size, lie))
    assert duckdb.execute(told, [str(large)]).fetchall() == [(50,)]
    assert large.stat().st_size < 20_000
    done = subprocess.run([sys.executable, "-c", READING, small, large], capture_output=True, text=True, timeout=300, check=True)
    rise, words = done.stdout.split(" ", 1)
    assert int(rise) < 64
    assert "Out of Memory" in words
