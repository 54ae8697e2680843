"""Streams of readings 读数序列: numbers for them, so that a million rows compare integers, and the rows that stand there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from qingzhu.collectors.sieve import Sieve

if TYPE_CHECKING:
    from qingzhu.collectors.readings import Known

TIME_BITS = 51
"""Microseconds since 1970 until the year 2041 need so many bits; the rest of 63 holds the number of the stream."""

TEXTS = ("sensor", "quantity_text", "unit_text")
"""Rows that agree in these are one stream as the file writes it."""


def number_streams(sieve: Sieve) -> pl.DataFrame:
    """Numbers the streams 序列编号 in every row; returns them as the file writes them: ``stream``, texts, ``rows``."""
    frame = sieve.frame
    code = pl.Series([0]).new_from_index(0, frame.height)
    for column in TEXTS:
        numbers, many = _numbered(frame[column])
        code = code * many + numbers if many > 1 else code
    first = code.arg_unique().sort()
    seen = code.gather(first)
    lookup = pl.Series([0]).new_from_index(0, _most(code) + 1).scatter(seen, pl.Series(range(len(seen)), dtype=pl.Int64))
    stream = lookup.gather(code).rename("stream") if frame.height else pl.Series("stream", [], dtype=pl.Int64)
    sieve.frame = frame.with_columns(stream)
    rows = stream.value_counts().sort("stream")["count"] if frame.height else pl.Series([], dtype=pl.UInt32)
    return frame.select(TEXTS)[first].with_row_index("stream").cast({"stream": pl.Int64}).with_columns(rows=rows)


def _numbered(texts: pl.Series) -> tuple[pl.Series, int]:
    """A dense number for every text of a column (null is one of its own), and how many there are."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    if len(distinct) + (texts.null_count() > 0) <= 1:
        return pl.Series([0]).new_from_index(0, len(texts)), 1
    return texts.cast(pl.Enum(distinct)).to_physical().cast(pl.Int64).fill_null(len(distinct)), len(distinct) + 1


def streams_of(frame: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """``sensor quantity rows from to`` of the rows that still stand 序列一览, in order."""
    time = pl.col("time")
    each = frame.group_by("stream").agg(pl.len().alias("rows"), time.min().alias("from"), time.max().alias("to"))
    one = (
        each.join(names.drop("rows"), on="stream")
        .group_by("sensor", "quantity")
        .agg(pl.col("rows").sum(), pl.col("from").min(), pl.col("to").max())
    )
    return one.sort("sensor", "quantity")


def on_declared(sieve: Sieve, streams: pl.DataFrame, declared: pl.DataFrame) -> None:
    """A note for every stream that the survey does not declare 未登记的监测点."""
    for stream in streams.join(declared, on=["sensor", "quantity"], how="anti", maintain_order="left").iter_rows(named=True):
        sieve.say("sensor_undeclared", count=stream["rows"], found=stream["sensor"], quantity=stream["quantity"])


def check_twice(sieve: Sieve, names: pl.DataFrame, streams: pl.DataFrame, known: Known | None) -> list[str]:
    """Readings that stand in the file twice, or count already from another file, are refused 重复; gives the submissions that count."""
    if sieve.frame.is_empty():
        return []
    number = names.select(pl.struct("sensor", "quantity").rank("dense").cast(pl.Int64)).to_series().gather(sieve.frame["stream"])
    key = _key(number, sieve.frame["time"])
    if not (sieve.frame["time"].is_sorted() or (key.dtype == pl.Int64 and key.is_sorted())) and not _sorted_in_streams(sieve.frame):
        sieve.say("reading_unsorted")
    again = _again(key)
    if again is not None:
        sieve.check("reading_twice", again, "time")
    before = known(streams.select("sensor", "quantity", "from", "to")) if known else None
    return _handed_in_before(sieve, names, before) if before is not None and before.height else []


def _key(number: pl.Series, time: pl.Series) -> pl.Series:
    """One number a (stream, time); a struct where it does not fit."""
    moment = time.to_physical()
    if -_most(-moment) < 0 or _most(moment) >> TIME_BITS or _most(number) >= 1 << (62 - TIME_BITS):
        return pl.DataFrame({"number": number, "time": moment}).to_struct("key")
    return number * (1 << TIME_BITS) + moment


def _most(numbers: pl.Series) -> int:
    """The largest of a column of whole numbers, 0 for none."""
    most = numbers.max()
    return most if isinstance(most, int) else 0


def _again(key: pl.Series) -> pl.Series | None:
    """Which rows repeat an earlier key, or None when none does."""
    if key.dtype == pl.Int64 and key.is_sorted():
        same = key.diff() == 0
        return same if same.any() else None
    return None if key.n_unique() == len(key) else ~key.is_first_distinct()


def _sorted_in_streams(frame: pl.DataFrame) -> bool:
    step = frame.group_by("stream").agg(pl.col("time").to_physical().diff().min().alias("step"))
    return bool((step["step"].fill_null(0) >= 0).all())


def _handed_in_before(sieve: Sieve, names: pl.DataFrame, before: pl.DataFrame) -> list[str]:
    """Rows whose sensor, quantity and time count from another submission."""
    time = pl.col("time").cast(pl.Datetime("us", "UTC"))
    named = names.select("stream", "sensor", "quantity")
    by_stream = before.select("submission", "sensor", "quantity", time).join(named, on=["sensor", "quantity"])
    by_stream = by_stream.unique(["stream", "time"], keep="first", maintain_order=True).select("stream", "time", "submission")
    sieve.frame = sieve.frame.join(by_stream, on=["stream", "time"], how="left", maintain_order="left")
    submissions = sieve.frame["submission"].drop_nulls().unique(maintain_order=True).to_list()
    for submission in submissions:
        sieve.check("reading_handed_in_before", pl.col("submission") == submission, "time", submission=submission[:12])
    sieve.frame = sieve.frame.drop("submission")
    return submissions
