"""Cells 单元格: numbers and times out of text columns, vectorised.

Full-width digits, thousands commas, a unit behind a number (12.5吨), Chinese dates (2023年3月5日 14:20), slashes, compact
dates (20230305142000), Excel serial numbers, Unix seconds and times with a zone are understood; what is ambiguous
(3/5/2023, 12,5) is not guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from qingzhu.terms.times import LOCAL_OFFSET_HOURS

EMPTY = ("", "-", "--", "—", "——", "–", "/", "\\", "null", "none", "n/a", "na", "#n/a")
"""Texts that stand for an empty cell 空值."""

NOT_FINITE = r"^[-+]?(nan|inf|infinity|1\.#(inf|ind|qnan))$"
"""Texts that stand for a number that is none."""

_NUMBER = r"^([-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[-+]?\d+)?)(.*)$"
_UNIT_START = r"^[\p{L}(%]"
_DATE = (  # year, month, day, clock with am or pm before or behind, zone
    r"^(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?-?[ t]*(?P<half>am|pm)? *"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{1,2})?(?::(?P<second>\d{1,2})(?:(?P<part>\.\d{1,6})\d*)?)?:? *(?P<late>am|pm)?)? *"
    r"(?P<zone>z|utc|[-+]\d{2}:?\d{2})?$"
)
_CLOCK = (
    r"^(?:\d{4}-\d\d-\d\d )?(?P<half>am|pm)? *(?P<hour>\d{1,2}):(?P<minute>\d{1,2})?(?::(?P<second>\d{1,2}))?(?:\.\d+)?:? *"
    r"(?P<late>am|pm)?$"
)
_COMPACT = r"^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(?:\d{3})?$"


def clean(text: pl.Expr) -> pl.Expr:
    """The text as it is compared: NFKC (full-width to half-width), trimmed, lower case; texts for an empty cell are null."""
    plain = text.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    return pl.when(plain.is_in(EMPTY)).then(None).otherwise(plain)


def numbers(text: pl.Series) -> pl.DataFrame:
    """``value`` (float64, null where there is no finite number), ``suffix`` (text behind the number: a unit) and ``given`` (cleaned text).

    A row with ``given`` but without ``value`` is no number.
    """
    frame = pl.DataFrame({"text": text.cast(pl.String)}).select(given=clean(pl.col("text")))
    parts = pl.col("given").str.extract_groups(_NUMBER)
    frame = frame.with_columns(
        parts.struct[0].str.replace_all(",", "").str.replace("−", "-").alias("digits"), parts.struct[1].alias("rest")
    )
    rest = pl.col("rest").str.strip_chars()
    value = pl.col("digits").cast(pl.Float64, strict=False)
    sound = value.is_finite() & ((rest == "") | rest.str.contains(_UNIT_START))
    return frame.select(
        pl.when(sound).then(value).alias("value"),
        pl.when(sound & (rest != "")).then(rest).alias("suffix"),
        "given",
    )


def moments(text: pl.Series) -> pl.DataFrame:
    """``time`` (UTC, microseconds; else null), ``zoned`` (the text names its zone), ``month_only``, ``serial`` (Excel's day number).

    A time without zone is local (UTC+8). A month (2023年3月) is its first moment; 24:00 is the next day's 0:00.
    """
    frame = pl.DataFrame({"text": text.cast(pl.String)}).select(given=_spelled(clean(pl.col("text"))))
    frame = frame.with_columns(*_dated(), _compacted(), *_counted())
    local = pl.coalesce("dated", "compacted", "serial_time")
    utc = local - pl.duration(minutes=pl.coalesce("offset", pl.lit(LOCAL_OFFSET_HOURS * 60)))
    return frame.select(
        pl.coalesce(utc, "unix").dt.replace_time_zone("UTC").alias("time"),
        (pl.col("offset").is_not_null() | pl.col("unix").is_not_null()).alias("zoned"),
        "month_only",
        (pl.col("dated").is_null() & pl.col("compacted").is_null() & pl.col("serial_time").is_not_null()).alias("serial"),
    )


def clocks(text: pl.Series) -> pl.Series:
    """A time of day 时刻 as a duration since midnight: ``14:20``, ``14时20分``, ``下午2:20``, or an Excel part of a day; else null."""
    frame = pl.DataFrame({"text": text.cast(pl.String)}).select(given=_spelled(clean(pl.col("text"))))
    part = pl.col("given").str.extract_groups(_CLOCK).struct
    hour, minute, second = (part[name].cast(pl.Int64, strict=False) for name in ("hour", "minute", "second"))
    half = pl.coalesce(part["half"], part["late"])
    hour = pl.when((half == "pm") & (hour < 12)).then(hour + 12).when((half == "am") & (hour == 12)).then(0).otherwise(hour)
    said = pl.when((hour <= 24) & (minute.fill_null(0) < 60)).then(hour * 3600 + minute.fill_null(0) * 60 + second.fill_null(0))
    share = pl.col("given").str.extract(r"^(0?\.\d+)$").cast(pl.Float64, strict=False)
    seconds = pl.coalesce(said, (share * 86_400).round().cast(pl.Int64))
    return frame.select((seconds * 1_000_000).cast(pl.Duration("us")).alias("clock")).to_series()


def _spelled(text: pl.Expr) -> pl.Expr:
    """Chinese dates and slashes as ``2023-3-5 14:20``."""
    return (
        text.str.replace_all(r"\(?(星期|周|礼拜)[一二三四五六日天]\)?", " ")
        .str.replace_all(r"上午|早上|凌晨", " am ")
        .str.replace_all(r"下午|晚上", " pm ")
        .str.replace_all(r" *[年月] *", "-")
        .str.replace_all(r" *[日号] *", " ")
        .str.replace_all(r" *(时|点钟|点|點|分) *", ":")
        .str.replace_all(r" *秒", " ")
        .str.replace(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})", "$1-$2-$3")
        .str.replace(r"^(\d{4})[/.](\d{1,2})$", "$1-$2")
        .str.replace(r"^((?:19|20)\d{2})(0[1-9]|1[0-2])$", "$1-$2")
        .str.replace_all(r" +", " ")
        .str.strip_chars()
    )


def _dated() -> list[pl.Expr]:
    part = pl.col("given").str.extract_groups(_DATE).struct
    hour = part["hour"].cast(pl.Int64, strict=False)
    half = pl.coalesce(part["half"], part["late"])
    hours = pl.when((half == "pm") & (hour < 12)).then(hour + 12).when((half == "am") & (hour == 12)).then(0).otherwise(hour).fill_null(0)
    midnight = (hours == 24) & (part["minute"].fill_null("0").cast(pl.Int64) == 0) & (part["second"].fill_null("0").cast(pl.Int64) == 0)
    day = part["day"].fill_null("1")
    day = pl.when(part["day"].is_not_null() | hour.is_null()).then(day)  # a month with a time of day is no moment
    clock = [pl.when(midnight).then(0).otherwise(hours), part["minute"].fill_null("0"), part["second"].fill_null("0")]
    text = pl.format("{}-{}-{} {}:{}:{}{}", part["year"], part["month"], day, *clock, part["part"].fill_null(".0"))
    moment = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    zone = part["zone"].str.replace(":", "")
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    offset = sign * (zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + zone.str.slice(3, 2).cast(pl.Int64, strict=False))
    return [
        (moment + pl.when(midnight).then(pl.duration(days=1)).otherwise(pl.duration(days=0))).alias("dated"),
        pl.when(zone.is_in(["z", "utc"])).then(0).otherwise(offset).alias("offset"),
        (part["year"].is_not_null() & part["day"].is_null() & part["hour"].is_null()).fill_null(False).alias("month_only"),
    ]


def _compacted() -> pl.Expr:
    part = pl.col("given").str.extract_groups(_COMPACT).struct
    text = pl.format("{}-{}-{} {}:{}:{}", part[0], part[1], part[2], part[3].fill_null("0"), part[4].fill_null("0"), part[5].fill_null("0"))
    moment = text.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    return pl.when(pl.col("given").str.len_chars() != 13).then(moment).alias("compacted")


def _counted() -> list[pl.Expr]:
    number = pl.col("given").str.extract(r"^(\d+(?:\.\d+)?)$").cast(pl.Float64, strict=False)
    serial = pl.when((number >= 20_000) & (number < 80_000)).then((number * 86_400).round().cast(pl.Int64) * 1_000_000)
    digits = pl.col("given").str.len_chars()
    seconds = (
        pl.when((digits == 10) & number.is_between(1e9, 4e9))
        .then(number)
        .when((digits == 13) & number.is_between(1e12, 4e12))
        .then(number / 1000)
    )
    return [
        (pl.lit(_EXCEL_EPOCH).cast(pl.Datetime("us")) + serial.cast(pl.Duration("us"))).alias("serial_time"),
        (seconds * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us")).alias("unix"),
    ]


_EXCEL_EPOCH: Any = datetime(1899, 12, 30)  # noqa: DTZ001  # day 0 of Excel's serial numbers, local by definition
