"""Parameter tables 参数表: the rules in force, as plain frames that measures take as inputs.

Measures never import the rulebook; they get these tables by name. Each holds what is in force on the date of judgement;
``limit`` holds all editions that began by then, because a slot is held against the edition of its own day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

Entry = Mapping[str, Any]

FIRST_YEAR = 2015
"""The calendar begins here: no pilot project began before."""

LIMIT: dict[str, Any] = {
    "rule": pl.String,
    "scheme": pl.String,
    "region": pl.String,
    "quantity": pl.String,
    "metric": pl.String,
    "slot_length": pl.Int64,  # s
    "period": pl.String,
    "hour_from": pl.Int64,
    "hour_to": pl.Int64,
    "stage": pl.String,
    "limit": pl.Float64,
    "needs_reference": pl.Boolean,
    "from_date": pl.Date,
    "to_date": pl.Date,
}


def in_force(entry: Entry, on: date) -> bool:
    """Whether an entry with ``from`` and ``to`` is in force on a day."""
    first, last = entry.get("from"), entry.get("to")
    return (first is None or first <= on) and (last is None or on <= last)


def judgement(on: date) -> pl.DataFrame:
    """One row: the date of judgement 评价日期."""
    return pl.DataFrame({"on_date": [on]}, schema={"on_date": pl.Date})


def calendar_month(on: date) -> pl.DataFrame:
    """Months 日历月 from January 2015 to the month of judgement; ``month`` counts year × 12 + month − 1."""
    months = range(FIRST_YEAR * 12, on.year * 12 + on.month)
    days = [(month, divmod(month, 12)) for month in months]
    rows = [(month, date(year, at + 1, 1), date(year, at + 1, monthrange(year, at + 1)[1])) for month, (year, at) in days]
    return pl.DataFrame(rows, schema={"month": pl.Int64, "from_date": pl.Date, "to_date": pl.Date}, orient="row")


def limit(rules: Iterable[Entry], on: date) -> pl.DataFrame:
    """Limits 限值 of noise and dust that began by ``on``, every edition; a national rule has region ''."""
    rows = [
        {
            **{column: rule.get(column) for column in LIMIT},
            "region": rule.get("region", ""),
            "needs_reference": rule.get("needs_reference", False),
            "limit": float(rule["limit"]),
            "from_date": rule["from"],
            "to_date": rule.get("to"),
        }
        for rule in rules
        if rule["from"] <= on
    ]
    return pl.DataFrame(rows, schema=LIMIT, orient="row")


def waste_origin(origins: Iterable[Entry]) -> pl.DataFrame:
    """Origins of waste 垃圾来源, and whether they count in waste_intensity."""
    rows = [(origin["waste_origin"], origin["in_intensity"]) for origin in origins]
    return pl.DataFrame(rows, schema={"waste_origin": pl.String, "in_intensity": pl.Boolean}, orient="row")


def waste_class(schemes: Mapping[str, Entry]) -> pl.DataFrame:
    """Classes of waste 垃圾类别 in each scheme of classes; schemes by origin have no rows here."""
    rows = [
        (name, member, group)
        for name, scheme in schemes.items()
        if scheme["by"] == "waste_class"
        for member, group in scheme["groups"].items()
    ]
    return pl.DataFrame(rows, schema={"scheme": pl.String, "waste_class": pl.String, "group": pl.String}, orient="row")


def density(words: Entry) -> pl.DataFrame:
    """Bulk density 堆积密度 [t/m³] of each class that has one."""
    named = words.get("density", {})
    rows = [(name, float(named[key]["density"])) for name, key in words.get("density_of_class", {}).items()]
    return pl.DataFrame(rows, schema={"waste_class": pl.String, "density": pl.Float64}, orient="row")


def top_rule(rules: Iterable[Entry], on: date) -> pl.DataFrame:
    """For each kind of component, unit or room 构件种类, how many specs count as the most repeated, by what, and the share [%] wanted.

    The share is null where it hangs on a fact of the building.
    """
    rows = [(rule["component_kind"], rule["by"], rule["k"], rule.get("share")) for rule in rules if in_force(rule, on)]
    schema = {"component_kind": pl.String, "by": pl.String, "k": pl.Int64, "share": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row", strict=False)


def single(rule: Entry) -> pl.DataFrame:
    """A rule of one number, as one row of one column."""
    return pl.DataFrame({rule["column"]: [float(rule["value"])]})


def plausible(ranges: Iterable[Entry]) -> pl.DataFrame:
    """For each quantity the range of readings 合理范围 an instrument can give, in the unit evidence is kept in."""
    rows = [(entry["quantity"], float(entry["at_least"]), float(entry["at_most"])) for entry in ranges]
    return pl.DataFrame(rows, schema={"quantity": pl.String, "at_least": pl.Float64, "at_most": pl.Float64}, orient="row")
