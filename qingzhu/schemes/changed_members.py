"""Elements behind changed figures 数值变化背后的图元: of the elements a figure was computed from, those that made it change.

An element is behind a changed figure where it counts in one revision only, or where what the measure reads of it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from qingzhu.collectors.model_pairs import SameNumber
from qingzhu.measures.load import Measure
from qingzhu.measures.run import derived
from qingzhu.measures.vocabulary import spell
from qingzhu.schemes.evaluate import Session
from qingzhu.schemes.evidence import NOBODY, Source
from qingzhu.schemes.members import sources_of_elements

BEHIND = {"figure": pl.String, "change": pl.String, "global_id": pl.String, "ifc_class": pl.String, "name": pl.String, "what": pl.String}
"""Columns of :func:`behind`; ``global_id`` is that of NEW, of a removed element that of OLD."""

LEFT_OUT = ("submission", "row", "project", "building", "model", "global_id", "rule_place", "listed_as", "bound", "mass_bound")
"""Columns that say where a row stands or what others are like, not what its element is."""

WHY = (
    "role", "construction", "material_key", "grade", "system", "type_name", "storey", "external", "component", "mapped", "counted",
    "volume_counted", "matter_counted", "concrete_counted", "volume", "volume_least", "volume_most", "area", "length", "width", "height",
)  # fmt: skip
"""What of a mapped element may bring it into a figure or take it out."""

SHOWN_DIGITS = 6
"""Significant digits of a number in ``what``."""

MAPPED_OTHERWISE = "mapped_otherwise"
"""The column that says what of ``WHY`` differs; no derived table has one of this name."""

ONE = "element_of_both"
"""The column that names an element in both revisions: its place in ``element_pair``, or its own id where it has no pair."""


@dataclass(frozen=True)
class Sides:
    """Two sessions and how their elements are paired 两版的计算现场."""

    old: Session
    new: Session
    pairs: pl.DataFrame
    same: SameNumber

    def rows(self, table: str, predicate: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows of a derived table in either revision, with ``element_of_both``."""
        names = (("old_model", "old_global_id"), ("model", "global_id"))
        found = []
        for session, (model, id), mark in zip((self.old, self.new), names, ("-", "+"), strict=True):
            derived(session.measures, session.engine, session.tables, table, session.on)
            where = f" WHERE {predicate}" if predicate else ""
            frame = session.engine.run(spell(f"SELECT * FROM {table}{where}", session.engine.dialect))
            named = [pl.col(model).alias("model"), pl.col(id).alias("global_id")]
            paired = self.pairs.select(*named, pl.int_range(pl.len()).cast(pl.String).alias(ONE))
            frame = frame.join(paired, on=["model", "global_id"], how="left", maintain_order="left")
            own = pl.format("{}{} {}", pl.lit(mark), "model", "global_id")
            found.append(frame.with_columns(pl.coalesce(ONE, own).alias(ONE)))
        return found[0], found[1]


def behind(sides: Sides, elements: pl.DataFrame, figures: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The elements behind changed figures 数值变化背后的图元 (``BEHIND``), a row for each element of each figure.

    ``elements`` is the table ``element_change``; a figure has ``id``, ``measure`` and ``grain``. ``what`` says what differs, e.g.
    ``volume 1.2 → 1.5``; of an element that stands in both revisions and counts in one, what took it in or out.
    """
    by_measure: dict[str, list[dict[str, Any]]] = {}
    for figure in figures:
        by_measure.setdefault(figure["measure"], []).append({"figure": figure["id"], **figure["grain"]})
    measures = sides.new.measures
    why = _why(sides)
    found = [pl.DataFrame(schema={"figure": pl.String, ONE: pl.String, "what": pl.String})]
    for name, grains in by_measure.items():
        read = columns_read(measures, measures[name])
        for source in sources_of_elements(measures, measures[name]):
            found.append(_differing(sides, source, read[source.table], pl.DataFrame(grains), why))
    rows = (
        pl.concat(found)
        .group_by("figure", ONE, maintain_order=True)
        .agg(pl.col("what").drop_nulls().unique(maintain_order=True).str.join("; "))
    )
    return _named(sides, elements, rows)


def columns_read(measures: Mapping[str, Measure], measure: Measure) -> dict[str, list[str]]:
    """The nearest derived tables below a measure that hold elements, and the columns that are read of them."""
    found: dict[str, list[str]] = {}
    for table, columns in _readers(measures, measure):
        found[table] = list(dict.fromkeys([*found.get(table, []), *columns]))
    return found


def _readers(measures: Mapping[str, Measure], measure: Measure) -> Iterator[tuple[str, list[str]]]:
    for table, columns in measure.inputs.items():
        if table in measures:
            below = measures[table]
            if "global_id" in below.columns:
                yield table, columns
            else:
                yield from _readers(measures, below)


def _differing(sides: Sides, source: Source, columns: list[str], grains: pl.DataFrame, why: pl.DataFrame) -> pl.DataFrame:
    """``figure``, ``element_of_both``, ``what`` of those that differ in a table as a measure reads it, or stand in it on one side."""
    keys = [key for key in source.keys if key not in ("project", "model")]
    read = [column for column in columns if column not in (*LEFT_OUT, *keys)]
    left, right = (frame.select(*keys, ONE, *read) for frame in sides.rows(source.table, source.predicate))
    on = [*keys, ONE]
    nth = pl.int_range(pl.len()).over(on).alias("nth")
    order = sorted(read, key=lambda column: left.schema[column].is_numeric())
    left, right = (frame.sort(order, nulls_last=True).with_columns(nth, pl.lit(True).alias("stands")) for frame in (left, right))
    both = left.join(right, on=[*on, "nth"], how="full", coalesce=True, nulls_equal=True, suffix="_new")
    what = differences(both, read, sides.same)
    one_sided = pl.col("stands").is_null() | pl.col("stands_new").is_null()
    both = both.with_columns(what=pl.when(~one_sided).then(what)).filter(one_sided | (pl.col("what") != ""))
    both = both.join(why, on=ONE, how="left", maintain_order="left").with_columns(what=pl.coalesce("what", MAPPED_OTHERWISE))
    held = grains.select("figure", *keys)
    held = held.with_columns(pl.col(key).replace(list(NOBODY), None) for key in keys)
    joined = both.join(held, on=keys, how="inner", nulls_equal=True) if keys else both.join(held, how="cross")
    return joined.select("figure", ONE, "what")


def _why(sides: Sides) -> pl.DataFrame:
    """What differs of each element that stands in both revisions, as it is mapped: ``element_of_both``, ``mapped_otherwise``."""
    left, right = (frame.select(ONE, *WHY).unique(ONE, keep="first", maintain_order=True) for frame in sides.rows("mapped_element", None))
    both = left.join(right, on=ONE, how="inner", suffix="_new")
    found = differences(both, list(WHY), sides.same).alias(MAPPED_OTHERWISE)
    return both.select(ONE).with_columns(found).filter(pl.col(MAPPED_OTHERWISE) != "")


def differences(both: pl.DataFrame, columns: list[str], same: SameNumber) -> pl.Series:
    """What differs between ``column`` and ``column_new``, as text: ``volume 1.2 → 1.5; role slab → beam``; empty where nothing does."""
    texts = []
    for column in columns:
        one, other = pl.col(column), pl.col(f"{column}_new")
        differs, shown = one.ne_missing(other), (one, other)
        if both.schema[column].is_float():
            differs &= ~same.holds(one, other).fill_null(False)
            shown = (one.round_sig_figs(SHOWN_DIGITS), other.round_sig_figs(SHOWN_DIGITS))
        told = [side.cast(pl.String).fill_null("?") for side in shown]
        texts.append(pl.when(differs).then(pl.format("{} {} → {}", pl.lit(column), *told)))
    return both.select(pl.concat_str(texts, separator="; ", ignore_nulls=True).alias("what"))["what"]


def _named(sides: Sides, elements: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Elements by their GlobalId, with class and name, and what became of them; unchanged ones that others changed are ``changed``."""
    left, right = (
        frame.select(ONE, "global_id", "ifc_class", "name").unique(ONE, maintain_order=True) for frame in sides.rows("mapped_element", None)
    )
    known = pl.concat([right, left.join(right, on=ONE, how="anti")])
    change = elements.select("global_id", "change").unique("global_id", keep="first")
    found = rows.join(known, on=ONE, how="left", maintain_order="left").join(change, on="global_id", how="left", maintain_order="left")
    return found.with_columns(change=pl.col("change").fill_null("changed")).select(pl.col(name).cast(kind) for name, kind in BEHIND.items())
