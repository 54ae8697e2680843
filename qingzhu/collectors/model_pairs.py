"""Pairs 图元配对: which element of one revision of a model is which of another, by GlobalId; and those whose GlobalId changed.

docs/spec/model_diff.md has the rules. A GlobalId that a file repeats stands in its tables as ``GlobalId#instance``; instance numbers
say nothing, so elements with one GlobalId are paired by what they hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

KEY = ("model", "global_id")
SIGNED = ("ifc_class", "name", "tag", "type_name", "storey", "predefined_type", "long_name", "object_type", "materials", "assembly")
"""What tells elements with one GlobalId apart, the steadiest first."""

SAME = ("ifc_class", "name", "type_name", "storey")
"""What an element keeps when only its GlobalId changes; beside them its tag or its quantities."""

DIGITS = 5
"""Significant digits by which quantities are sorted before they are compared."""

LAYER_DIGITS = 6
"""Significant digits of a thickness or share: an exporter's float noise lies beyond."""

PAIRS = {"old": pl.Int64, "new": pl.Int64, "basis": pl.String, "candidates": pl.Int64}
"""Columns of pairs: rows of the two revisions, and for those of another GlobalId why they are taken for one and of how many alike."""


@dataclass(frozen=True)
class SameNumber:
    """When two numbers are one 相同的数: off by ``relative`` of the larger at most, or by ``near_zero`` [1]; an exporter's float noise."""

    relative: float
    near_zero: float

    def holds(self, one: pl.Expr, other: pl.Expr) -> pl.Expr:
        """Whether two columns hold the same number; null where one of them is."""
        largest = pl.max_horizontal(one.abs(), other.abs())
        return (one - other).abs() <= pl.max_horizontal(largest * self.relative, pl.lit(self.near_zero))


@dataclass(frozen=True)
class Revision:
    """One revision of a model 模型版本: its tables, with the place ``at`` of the element in each row."""

    element: pl.DataFrame
    property: pl.DataFrame
    quantity: pl.DataFrame

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> Revision:
        """From the tables that ``read_model`` gives; a GlobalId without its instance number is ``base``."""
        base = pl.col("global_id").str.replace(r"#\d+$", "")
        element = tables["element"].with_columns(at=pl.int_range(pl.len()), base=base)
        codes = pl.col("classification").str.json_decode(pl.List(pl.String)).list.sort().list.join("; ")
        element = _layers(element.with_columns(classification=codes), tables["element_material"])
        places = element.select(*KEY, "at")
        held = {name: tables[name].join(places, on=list(KEY), how="inner", maintain_order="left") for name in ("property", "quantity")}
        return cls(element, **held)


def _layers(element: pl.DataFrame, material: pl.DataFrame) -> pl.DataFrame:
    """With ``layers``: how thick each layer is [m], or its share where it is none, and its category; their names are ``materials``."""
    size = pl.coalesce(
        pl.format("{} m", pl.col("thickness").round_sig_figs(LAYER_DIGITS)), pl.col("share").round_sig_figs(LAYER_DIGITS).cast(pl.String)
    )
    said = material.sort("place").with_columns(said=pl.concat_str(size, "category", separator=" ", ignore_nulls=True))
    told = said.group_by(KEY, maintain_order=True).agg(layers=pl.col("said").str.join("; "))
    told = told.with_columns(pl.when(pl.col("layers").str.contains(r"[^; ]")).then("layers"))
    return element.join(told, on=list(KEY), how="left", maintain_order="left")


def paired(old: Revision, new: Revision, same: SameNumber) -> pl.DataFrame:
    """Pairs of elements 图元配对 (``PAIRS``): by GlobalId, then, with a ``basis``, those that are the same under another GlobalId."""
    once = [side.element.filter(pl.col("base").is_unique()).select("base", "at") for side in (old, new)]
    direct = once[0].join(once[1], on="base", how="inner").select(old="at", new="at_right")
    repeated = set(old.element.filter(pl.col("base").is_duplicated())["base"]) | set(
        new.element.filter(pl.col("base").is_duplicated())["base"]
    )
    pairs = pl.concat([direct, _of_repeated(old, new, sorted(repeated))]) if repeated else direct
    pairs = pairs.with_columns(basis=pl.lit(None, pl.String), candidates=pl.lit(None, pl.Int64)).cast(PAIRS)  # type: ignore[arg-type]
    return pl.concat([pairs, _re_identified(old, new, pairs, same)]).sort("new")


def _of_repeated(old: Revision, new: Revision, bases: list[str]) -> pl.DataFrame:
    """Elements whose GlobalId stands more than once: equal ones first, the others in order of what they hold."""
    sides = [_signed(side, side.element.filter(pl.col("base").is_in(bases))) for side in (old, new)]
    equal, left, right = matched(sides[0], sides[1], ["base", "signature"], [])
    rest, _, _ = matched(left, right, ["base"], ["signature"])
    return pl.concat([frame.select(old="at", new="at_right") for frame in (equal, rest)])


def _signed(side: Revision, elements: pl.DataFrame) -> pl.DataFrame:
    """``base``, ``at`` and all that an element holds as one text."""
    own = elements.select("base", "at", own=pl.concat_str([pl.col(one).fill_null("") for one in SIGNED], separator="\n"))
    row = pl.concat_str([pl.col(one).fill_null("") for one in ("set_name", "name", "value")], separator="\n")
    held = side.property.join(own, on="at", how="semi").group_by("at").agg(properties=row.sort().str.join("\n"))
    row = pl.concat_str(pl.col("set_name").fill_null(""), "quantity", pl.col("value").cast(pl.String), separator="\n")
    measured = side.quantity.join(own, on="at", how="semi").group_by("at").agg(quantities=row.sort().str.join("\n"))
    found = own.join(held, on="at", how="left").join(measured, on="at", how="left")
    parts = ["own", pl.col("properties").fill_null(""), pl.col("quantities").fill_null("")]
    return found.select("base", "at", signature=pl.concat_str(parts, separator="\n"))


def matched(left: pl.DataFrame, right: pl.DataFrame, keys: list[str], order: list[str]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows of two frames with equal keys, the first with the first in ``order``, each once; then what is left of either frame."""
    nth = pl.int_range(pl.len()).over(keys).alias("nth")
    sides = [(frame.sort(order, nulls_last=True, maintain_order=True) if order else frame).with_columns(nth) for frame in (left, right)]
    on = [*keys, "nth"]
    both = sides[0].join(sides[1], on=on, how="inner", nulls_equal=True).drop("nth")
    only = [sides[0].join(sides[1], on=on, how="anti", nulls_equal=True), sides[1].join(sides[0], on=on, how="anti", nulls_equal=True)]
    return both, only[0].drop("nth"), only[1].drop("nth")


def _re_identified(old: Revision, new: Revision, pairs: pl.DataFrame, same: SameNumber) -> pl.DataFrame:
    """Elements of which only the GlobalId changed: same class, name, type, storey and quantities, and the same tag; else without it.

    Without tag and quantities only a name counts that no other element of its class, type and storey has.
    """
    found = [pl.DataFrame(schema=PAIRS)]
    removed, added = _not_paired(old, pairs, "old"), _not_paired(new, pairs, "new")
    measured, named = pl.col("digest").is_not_null(), pl.col("named") & pl.col("digest").is_null()
    for basis, keys, evidence in (
        ("tag", [*SAME, "tag"], pl.col("tag").is_not_null()),
        ("quantities", [*SAME], measured),
        ("name", [*SAME], named),
    ):
        taken = _alike(removed.filter(evidence), added.filter(evidence), keys, old, new, same)
        found.append(taken.with_columns(basis=pl.lit(basis)).select(*PAIRS))
        removed = removed.filter(~pl.col("at").is_in(taken["old"].implode()))
        added = added.filter(~pl.col("at").is_in(taken["new"].implode()))
    return pl.concat(found)


def _not_paired(side: Revision, pairs: pl.DataFrame, column: str) -> pl.DataFrame:
    """Elements without a pair: ``size`` and ``digest`` of their quantities, and whether they are ``named`` like no other."""
    named = side.element.select(SAME).is_unique() & side.element["name"].is_not_null()
    left = side.element.with_columns(named=named).filter(~pl.col("at").is_in(pairs[column].implode())).select("at", *SAME, "tag", "named")
    rounded = pl.col("value").round_sig_figs(DIGITS).cast(pl.String)
    row = pl.concat_str("source", pl.col("set_name").fill_null(""), "quantity", rounded, separator="\n")
    held = side.quantity.join(left, on="at", how="semi").group_by("at")
    return left.join(held.agg(digest=row.sort().str.join("\n"), size=pl.col("value").sum()), on="at", how="left", maintain_order="left")


def _alike(left: pl.DataFrame, right: pl.DataFrame, keys: list[str], old: Revision, new: Revision, same: SameNumber) -> pl.DataFrame:
    """Elements with equal keys whose quantities are the same, one by one; ``candidates`` is how many on either side have these keys."""
    left, right = (frame.with_columns(alike=pl.len().over(keys).cast(pl.Int64)) for frame in (left, right))
    equal, left, right = matched(left, right, [*keys, "digest"], [])
    near, _, _ = matched(left, right, keys, ["size"])
    columns = [pl.col("at").alias("old"), pl.col("at_right").alias("new"), pl.max_horizontal("alike", "alike_right").alias("candidates")]
    both = pl.concat([frame.select(columns) for frame in (equal, near)])
    apart = unequal_quantities(old, new, both, same)["new"]
    return both.filter(~pl.col("new").is_in(apart.implode()))


def unequal_quantities(old: Revision, new: Revision, pairs: pl.DataFrame, same: SameNumber) -> pl.DataFrame:
    """Quantities that the elements of pairs don't share: ``old`` and ``new`` places, what was written on each side; null on a side without.

    Columns: ``new`` (place of the element), ``source``, ``set_name``, ``quantity``, ``kind``, ``old_value``, ``new_value``.
    """
    named = ["source", "set_name", "quantity", "kind"]
    left = old.quantity.join(pairs.select(at="old", new="new"), on="at", how="inner").select("new", *named, "value")
    right = new.quantity.join(pairs.select(at="new"), on="at", how="semi").select(pl.col("at").alias("new"), *named, "value")
    _, left, right = matched(left, right, ["new", *named, "value"], [])
    return changed_rows(left, right, ["new", *named], ["value"]).filter(
        ~same.holds(pl.col("old_value"), pl.col("new_value")).fill_null(False)
    )


def changed_rows(left: pl.DataFrame, right: pl.DataFrame, keys: list[str], values: list[str]) -> pl.DataFrame:
    """Rows of both frames by their keys, the smallest value with the smallest.

    ``old_…`` and ``new_…`` of each value, null where a side has none.
    """
    nth = pl.int_range(pl.len()).over(keys).alias("nth")
    sides = [
        frame.sort(values, nulls_last=True).select(*keys, nth, *(pl.col(one).alias(f"{side}_{one}") for one in values))
        for side, frame in (("old", left), ("new", right))
    ]
    on = [*keys, "nth"]
    return sides[0].join(sides[1], on=on, how="full", coalesce=True, nulls_equal=True).drop("nth")
