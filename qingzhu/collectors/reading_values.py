"""Values of readings 读数取值: times, numbers, flags and units of a long frame, checked column by column."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from qingzhu.collectors.cells import NOT_FINITE, clocks, moments, numbers
from qingzhu.collectors.headers import Header, plain
from qingzhu.collectors.raw_readings import FLAG, WIDE
from qingzhu.collectors.remarks import ENTRY_STEP
from qingzhu.collectors.sieve import Sieve
from qingzhu.terms.times import LOCAL, LOCAL_OFFSET_HOURS

if TYPE_CHECKING:
    from qingzhu.collectors.readings import ReadingWords

UTC_TIME = pl.Datetime("us", "UTC")

PLAIN_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
"""Formats tried on a whole column before the reader that knows all of them takes the rest."""


def parse_times(sieve: Sieve) -> None:
    """``time`` and ``received`` as moments in UTC 时间; a time without zone is local, and a note says so. ``time_text`` is the file's."""
    frame = sieve.frame
    given = frame["time"] if "time" in frame.columns else frame["date"]
    time, local = moments_of(given)
    if "time" in frame.columns and "date" in frame.columns and time.null_count() == time.len():
        days, local = moments_of(frame["date"])
        time = pl.select(days + clocks(given.cast(pl.String))).to_series()
    received = moments_of(frame["received"])[0] if "received" in frame.columns else pl.Series([None] * frame.height, dtype=UTC_TIME)
    if "received" in frame.columns:
        bad = frame["received"].is_not_null() & received.is_null()
        sieve.check("received_unreadable", bad, "received", pl.col("received"))
    sieve.frame = frame.with_columns(time_text=given, time=time.cast(UTC_TIME), received=received.cast(UTC_TIME))
    if local and time.null_count() < time.len():
        sieve.say("time_without_zone", "time", count=local)


def moments_of(given: pl.Series) -> tuple[pl.Series, int]:
    """Moments in UTC from a column of any type, and how many of them had no zone."""
    if given.dtype == pl.Date:
        given = given.cast(pl.Datetime("us"))
    if isinstance(given.dtype, pl.Datetime):
        if given.dtype.time_zone:
            return given.cast(pl.Datetime("us", given.dtype.time_zone)).dt.convert_time_zone("UTC"), 0
        return _from_local(given.cast(pl.Datetime("us"))), given.len() - given.null_count()
    text = given.cast(pl.String)
    quick = _quick(text)
    rest = (text.is_not_null() & quick.is_null()).arg_true()
    local = quick.len() - quick.null_count()
    time = _from_local(quick)
    if len(rest):
        slow = moments(text.gather(rest))
        local += int((slow["time"].is_not_null() & ~slow["zoned"]).sum())
        time = time.scatter(rest, slow["time"])
    return time, local


def _quick(text: pl.Series) -> pl.Series:
    sample = text.drop_nulls().head(1)
    for form in PLAIN_FORMATS:
        if sample.str.to_datetime(form, time_unit="us", strict=False).null_count() == 0 and len(sample):
            return text.str.to_datetime(form, time_unit="us", strict=False)
    return pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, len(text))


def _from_local(time: pl.Series) -> pl.Series:
    return (time.to_physical() - LOCAL_OFFSET_HOURS * 3_600_000_000).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def to_long(sieve: Sieve, header: Header, words: ReadingWords) -> None:
    """One row a reading 宽表转长表: ``quantity_text value_text unit_text flag marked``; empty cells of the wide form are no readings.

    ``marked`` is true where the quantity has a column of flags that says anything but valid; such a cell without a number is a reading too.
    """
    frame, wide = sieve.frame, [column for column in sieve.frame.columns if column.startswith(WIDE)]
    shared = {column: pl.col(column) if column in frame.columns else pl.lit(None, dtype=pl.String) for column in ("sensor", "flag", "unit")}
    keep = ["row", "time", "time_text", "received"]
    if "value" in frame.columns or not wide:
        value = pl.col("value") if "value" in frame.columns else pl.lit(None, dtype=pl.String)
        quantity = pl.col("quantity") if "quantity" in frame.columns else pl.lit(None, dtype=pl.String)
        unit = pl.coalesce(shared.pop("unit"), pl.lit(header.units.get("value"), dtype=pl.String))
        sieve.frame = frame.select(*keep, **shared, quantity_text=quantity, value_text=value, unit_text=unit, marked=pl.lit(False))
        return
    parts = []
    for number, column in enumerate(wide):
        flag, marked = _flag_of(sieve, FLAG + column.removeprefix(WIDE), shared["flag"], words)
        part = frame.select(
            pl.col("row") + number * ENTRY_STEP,
            *keep[1:],
            sensor=shared["sensor"],
            flag=flag,
            marked=marked,
            quantity_text=pl.lit(column.removeprefix(WIDE)),
            value_text=pl.col(column),
            unit_text=pl.coalesce(pl.lit(header.units.get(column), dtype=pl.String), shared["unit"]),
        )
        parts.append(part.filter(pl.col("value_text").is_not_null() | pl.col("marked")))
    empty = frame.height * len(wide) - sum(part.height for part in parts)
    sieve.frame = pl.concat(parts, how="vertical_relaxed")
    if empty:
        sieve.say("reading_empty", count=empty)


def _flag_of(sieve: Sieve, column: str, shared: pl.Expr, words: ReadingWords) -> tuple[pl.Expr, pl.Expr]:
    """The flag of each reading of a quantity 数据标识, and whether its own column says anything but valid; otherwise the row's counts."""
    if column not in sieve.frame.columns:
        return shared, pl.lit(False)
    sieve.titles.setdefault("flag", sieve.titles[column])
    fine = [flag for flag in sieve.frame[column].drop_nulls().unique() if not flag.strip() or plain(flag) in words.valid]
    marked = pl.col(column).is_not_null() & ~pl.col(column).is_in(fine)
    return pl.when(marked).then(pl.col(column)).otherwise(pl.coalesce(shared, pl.col(column))), marked


def check_times(sieve: Sieve, given_at: datetime | None) -> None:
    """Readings without a time, or later than the moment they were handed in, are refused 时间检查."""
    sieve.check("reading_time_missing", pl.col("time").is_null() & pl.col("time_text").is_null(), "time")
    sieve.check("reading_time_unreadable", pl.col("time").is_null(), "time", pl.col("time_text"))
    if given_at is not None:
        at = given_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
        sieve.check("reading_in_future", pl.col("time") > given_at, "time", pl.col("time_text"), given_at=at)


def check_flags(sieve: Sieve, words: ReadingWords) -> None:
    """``invalid`` where the device says so 设备标识. A flag that is not known leaves the value counted, as a doubt; one in the column
    of flags of its quantity (HJ 212) lets it count only where it says valid.
    """
    flags = sieve.frame["flag"].drop_nulls().unique(maintain_order=True).to_list()
    bad = [flag for flag in flags if plain(flag) in words.invalid]
    known = pl.col("flag").is_in(bad).fill_null(False) if bad else pl.lit(False)
    sieve.frame = sieve.frame.with_columns(invalid=known | pl.col("marked"))
    sieve.check("reading_flagged", known, "flag", pl.col("flag"))
    for flag in flags:
        if flag.strip() and plain(flag) not in words.invalid | words.valid:
            strange = pl.col("flag") == flag
            sieve.check("reading_flag_unknown", strange & ~pl.col("marked"), "flag", pl.col("flag"))
            sieve.check("reading_flag_not_valid", strange & pl.col("marked"), "flag", pl.col("flag"))


def parse_values(sieve: Sieve) -> None:
    """``given`` as a finite number, ``strange`` where the file has NaN or infinity 数值; a unit behind the number becomes the unit."""
    frame = sieve.frame
    text = frame["value_text"]
    if text.dtype == pl.String:
        sieve.frame = _numbers(frame)
        return
    given = text.cast(pl.Float64, strict=False)
    strange = _strange(given)
    if strange is None:
        sieve.frame = frame.with_columns(given=given, strange=pl.lit(False))
    else:
        sieve.frame = frame.with_columns(given=given.set(strange, None), strange=strange)


def _strange(given: pl.Series) -> pl.Series | None:
    finite = given.is_finite()
    return None if finite.all() else ~finite.fill_null(True)


def _numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers out of text: a plain cast, and the reader that knows full-width digits for what the cast leaves."""
    text, unit = frame["value_text"], frame["unit_text"]
    given = text.cast(pl.Float64, strict=False)
    strange = _strange(given)
    strange = pl.Series([False]).new_from_index(0, len(given)) if strange is None else strange
    given = given.set(strange, None) if strange.any() else given
    rest = (text.is_not_null() & given.is_null()).arg_true()
    if len(rest):
        slow = numbers(text.gather(rest))
        given = given.scatter(rest, slow["value"])
        unit = unit.scatter(rest, pl.select(pl.coalesce(slow["suffix"], unit.gather(rest))).to_series())
        strange = strange.scatter(rest, slow["given"].str.contains(NOT_FINITE).fill_null(False))
    return frame.with_columns(given=given, unit_text=unit, strange=strange)


def check_values(sieve: Sieve, names: pl.DataFrame) -> None:
    """What is no number, and a negative concentration, is refused unless the device marked it invalid 数值检查."""
    if sieve.frame["given"].null_count():
        refusable = ~pl.col("invalid") & pl.col("given").is_null()
        value = pl.col("value_text").cast(pl.String)
        filled = pl.col("value_text").is_not_null() & (value.str.strip_chars() != "")
        sieve.check("reading_not_finite", refusable & pl.col("strange"), "value", value)
        sieve.check("reading_not_a_number", refusable & filled, "value", value)
        sieve.check("reading_empty", refusable, "value")
    least = sieve.frame["given"].min()
    if least is not None and least < 0:  # type: ignore[operator]
        dust = names.filter(pl.col("quantity") != "noise")["stream"].to_list()
        negative = pl.col("stream").is_in(dust) & (pl.col("given") < 0) & ~pl.col("invalid")
        sieve.check("reading_negative", negative, "value", pl.col("given"))


def check_plausible(sieve: Sieve, names: pl.DataFrame, plausible: Mapping[str, tuple[float, float]]) -> None:
    """A doubt for values outside what an instrument can give 合理范围 (kept units); they stay as evidence."""
    spread = sieve.frame.filter(~pl.col("invalid")).group_by("stream").agg(low=pl.col("given").min(), high=pl.col("given").max())
    known = names.filter(pl.col("quantity").is_in(list(plausible))).select("stream", "quantity", "factor").join(spread, on="stream")
    for stream, quantity, factor, low, high in known.sort("stream").iter_rows():
        least, most = plausible[quantity]
        if low is None or (low * factor >= least and high * factor <= most):
            continue
        outside = ~(pl.col("given") * factor).is_between(least, most) & (pl.col("stream") == stream) & ~pl.col("invalid")
        unit = "dB(A)" if quantity == "noise" else "µg/m³"
        facts = {"quantity": quantity, "wanted": f"{least:.10g}–{most:.10g} {unit}"}
        sieve.check("reading_implausible", outside, "value", (pl.col("given") * factor).round(6), **facts)
