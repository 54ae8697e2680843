"""Series for charts 图表数据: tonnes by month, slots by day. Pure functions over tables; shapes in ``docs/spec/verdict.md``."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from qingzhu.terms.times import LOCAL_OFFSET_HOURS


def waste_by_month(weighing: pl.DataFrame, waste_origin: pl.DataFrame, works_from: date | None, on: date) -> list[dict[str, Any]]:
    """Tonnes by local month, from the first month of works (or the first ticket) to the month of ``on``.

    Of what left the gate ``counted`` counts in ``waste_intensity``, ``not_counted`` is spoil, slurry and what has no known origin; what
    was reused on site is in neither, but its ticket is a ticket. A month without ticket or zero report is ``silent``. [t]
    """
    inside = {row["waste_origin"]: row["in_intensity"] for row in waste_origin.iter_rows(named=True)}
    rows = weighing.with_columns(
        month=pl.col("time").dt.offset_by(f"{LOCAL_OFFSET_HOURS}h").dt.strftime("%Y-%m"),
        inside=pl.col("waste_origin").replace_strict(inside, default=False, return_dtype=pl.Boolean),
        mass=pl.when(pl.col("disposal").fill_null("") != "reused_on_site").then("net_mass").otherwise(0.0),
    )
    months = rows.group_by("month").agg(
        counted=pl.col("mass").filter("inside").sum(),
        not_counted=pl.col("mass").filter(~pl.col("inside")).sum(),
        loads=(~pl.col("zero_report")).sum(),
    )
    known = {row["month"]: row for row in months.iter_rows(named=True)}
    first = min([*known, *([works_from.strftime("%Y-%m")] if works_from else [])], default=None)
    return [] if first is None else [month_row(month, known.get(month)) for month in months_between(first, on.strftime("%Y-%m"))]


def month_row(month: str, row: dict[str, Any] | None) -> dict[str, Any]:
    """One month of :func:`waste_by_month`."""
    if row is None:
        return {"month": month, "counted": 0.0, "not_counted": 0.0, "state": "silent"}
    state = "tickets" if row["loads"] else "zero_report"
    return {"month": month, "counted": row["counted"], "not_counted": row["not_counted"], "state": state}


def months_between(first: str, last: str) -> list[str]:
    """``2022-11``, ``2023-02`` → the four months from one to the other, both included."""
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(start, end + 1)]


def slots_by_day(slots: pl.DataFrame) -> list[dict[str, Any]]:
    """Slots of each local day by sensor, rule and period: how many exceed, stay within, are unknown.

    ``slots`` is the derived table ``noise_slot`` or ``dust_slot``; a slot without a level is unknown.
    """
    if slots.is_empty():
        return []
    exceeds = pl.col("exceeds")
    return (
        slots.with_columns(day=(pl.col("slot_start") + LOCAL_OFFSET_HOURS * 3600).floordiv(86400))
        .group_by("day", "sensor", "rule", "period")
        .agg(
            limit=pl.col("limit_value").max(),
            exceeding=exceeds.sum(),
            within=(~exceeds).sum(),
            unknown=exceeds.is_null().sum(),
        )
        .with_columns(day=pl.from_epoch(pl.col("day"), time_unit="d").dt.strftime("%Y-%m-%d"))
        .sort("day", "sensor", "rule", "period")
        .select("day", "sensor", "rule", "period", "limit", "exceeding", "within", "unknown")
        .to_dicts()
    )
