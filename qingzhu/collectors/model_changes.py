"""Changes of a model 模型变更: what one revision changes in elements, attributes, properties and quantities of the one before.

docs/spec/model_diff.md has the tables and rules. Both revisions are tables as ``read_model`` gives them; order, instance numbers and
spelling make no difference. Elements are paired by GlobalId (``model_pairs``); those that seem to be the same under another GlobalId
are shown apart, as ``re_identified``.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from qingzhu.collectors.model_pairs import Revision, SameNumber, changed_rows, matched, paired, unequal_quantities
from qingzhu.collectors.model_units import SI_PREFIXES, SI_SYMBOLS, SI_UNITS
from qingzhu.terms.selectors import ORIGINS

ATTRIBUTES = (
    "ifc_class", "predefined_type", "name", "long_name", "tag", "type_name", "object_type", "storey", "storey_elevation", "assembly",
    "materials", "layers", "classification",
)  # fmt: skip
"""What is compared of an element: columns of the table ``element``, and its layers from ``element_material``."""

UNITS = {
    SI_SYMBOLS.get(prefix, prefix) + symbol: (kind, factor * scale**power)
    for kind, symbol, factor, power in SI_UNITS.values()
    for prefix, scale in {"": 1.0, **SI_PREFIXES}.items()
}
"""The kind of a unit, by its name in the table ``property``, and what turns a number in it into m, m², m³, t or s."""

KINDS, FACTORS = ({name: unit[at] for name, unit in UNITS.items()} for at in (0, 1))

SCHEMAS: dict[str, dict[str, type[pl.DataType]]] = {
    "element_change": {
        "change": pl.String, "global_id": pl.String, "old_global_id": pl.String, "ifc_class": pl.String, "name": pl.String,
        "type_name": pl.String, "storey": pl.String, "attributes": pl.Int64, "properties": pl.Int64, "quantities": pl.Int64,
        "basis": pl.String, "candidates": pl.Int64,
    },
    "attribute_change": {"global_id": pl.String, "attribute": pl.String, "old_value": pl.String, "new_value": pl.String},
    "property_change": {
        "global_id": pl.String, "change": pl.String, "set_name": pl.String, "name": pl.String, "old_value": pl.String,
        "new_value": pl.String, "old_unit": pl.String, "new_unit": pl.String, "old_origin": pl.String, "new_origin": pl.String,
    },
    "quantity_change": {
        "global_id": pl.String, "change": pl.String, "set_name": pl.String, "quantity": pl.String, "kind": pl.String,
        "source": pl.String, "old_value": pl.Float64, "new_value": pl.Float64, "difference": pl.Float64, "relative": pl.Float64,
    },
    "element_pair": {
        "old_model": pl.String, "old_global_id": pl.String, "model": pl.String, "global_id": pl.String, "basis": pl.String,
    },
    "repeated_global_id": {"revision": pl.String, "global_id": pl.String, "count": pl.Int64},
}  # fmt: skip
"""The tables of :func:`changes` and their columns; quantities in m, m², m³, t, s or as a count, ``relative`` to the old value."""


def changes(old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame], same: SameNumber) -> dict[str, pl.DataFrame]:
    """What NEW changes of OLD 模型变更: the tables of ``SCHEMAS``, each from the tables ``element``, ``element_material``, ``property``,
    ``quantity``.

    ``same`` says when two numbers are one. ``global_id`` is that of NEW, of a removed element that of OLD; an attribute, property or
    quantity is compared only where the element stands in both revisions.
    """
    before, after = Revision.of(old), Revision.of(new)
    pairs = paired(before, after, same)
    found = {
        "attribute_change": _attributes(before, after, pairs, same),
        "property_change": _properties(before, after, pairs, same),
        "quantity_change": _quantities(before, after, pairs, same),
    }
    elements = _elements(before, after, pairs, found)
    ids = after.element.select(pl.col("at").cast(pl.Int64).alias("new"), "global_id")
    named = {name: frame.join(ids, on="new", how="left", maintain_order="left") for name, frame in found.items()}
    both = [side.element.select(pl.col("at").cast(pl.Int64), "model", "global_id") for side in (before, after)]
    olds = pairs.select("old", "new", "basis").join(both[0], left_on="old", right_on="at", how="left", maintain_order="left")
    olds = olds.rename({"model": "old_model", "global_id": "old_global_id"})
    held = olds.join(both[1], left_on="new", right_on="at", how="left", maintain_order="left")
    tables = {"element_change": elements, **named, "element_pair": held, "repeated_global_id": _repeated(before, after)}
    return {name: frame.select(pl.col(column).cast(kind) for column, kind in SCHEMAS[name].items()) for name, frame in tables.items()}


def _attributes(old: Revision, new: Revision, pairs: pl.DataFrame, same: SameNumber) -> pl.DataFrame:
    """Attributes that differ, a row each: ``new`` (place of the element), ``attribute``, ``old_value``, ``new_value``."""
    left = pairs.select(at="old", new="new").join(old.element.select("at", *ATTRIBUTES), on="at", how="left", maintain_order="left")
    both = left.join(new.element.select("at", *ATTRIBUTES), left_on="new", right_on="at", how="left", suffix="_new", maintain_order="left")
    found: list[pl.DataFrame] = []
    for attribute in ATTRIBUTES:
        one, other = pl.col(attribute), pl.col(f"{attribute}_new")
        differs = one.ne_missing(other)
        if attribute == "storey_elevation":
            differs &= ~same.holds(one, other).fill_null(False)
        found.append(
            both.filter(differs).select(
                "new", attribute=pl.lit(attribute), old_value=one.cast(pl.String), new_value=other.cast(pl.String), place=pl.lit(len(found))
            )
        )
    return pl.concat(found).sort("new", "place")


def _properties(old: Revision, new: Revision, pairs: pl.DataFrame, same: SameNumber) -> pl.DataFrame:
    """Properties that differ as they hold: the occurrence's hides its type's, and that the material's.

    Rows that are the same on both sides are taken away first, so that only what may have changed is looked at closely.
    """
    key, value = ["new", "set_name", "name"], ["value", "unit", "number", "origin"]
    left = old.property.join(pairs.select(at="old", new="new"), on="at", how="inner").select(*key, *value)
    right = new.property.join(pairs.select(at="new"), on="at", how="semi").select(pl.col("at").alias("new"), *key[1:], *value)
    _, only_left, only_right = matched(left, right, [*key, "value", "unit", "origin"], [])
    asked = pl.concat([only_left.select(key), only_right.select(key)]).unique()
    sides = [_holding(frame.join(asked, on=key, how="semi", nulls_equal=True), key) for frame in (left, right)]
    _, only_left, only_right = matched(sides[0], sides[1], [*key, "value", "unit"], [])
    found = changed_rows(only_left, only_right, key, ["number", "value", "unit", "origin"])
    return _with_change(found.filter(~_same_value(same)), "origin").sort("new", "set_name", "name", nulls_last=True)


def _holding(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Of the rows of one property those of the nearest origin."""
    rows = rows.with_columns(rank=pl.col("origin").replace_strict(ORIGINS, default=9, return_dtype=pl.Int8))
    return rows.filter(pl.col("rank") == pl.col("rank").min().over(key)).drop("rank")


def _same_value(same: SameNumber) -> pl.Expr:
    """Whether both sides write one number, in any known unit of one kind; only what is a number and nothing else is compared as one."""
    plain, factors, kinds = [], [], []
    for side in ("old", "new"):
        number = pl.col(f"{side}_number")
        plain.append(pl.when(pl.col(f"{side}_value").cast(pl.Float64, strict=False) == number).then(number))
        factors.append(pl.col(f"{side}_unit").replace_strict(FACTORS, default=None, return_dtype=pl.Float64))
        kinds.append(pl.col(f"{side}_unit").replace_strict(KINDS, default=None, return_dtype=pl.String))
    alike = pl.col("old_unit").eq_missing(pl.col("new_unit"))
    scaled = same.holds(plain[0] * factors[0], plain[1] * factors[1]) & (kinds[0] == kinds[1])
    return pl.when(alike).then(same.holds(*plain)).otherwise(scaled).fill_null(False)


def _quantities(old: Revision, new: Revision, pairs: pl.DataFrame, same: SameNumber) -> pl.DataFrame:
    found = _with_change(unequal_quantities(old, new, pairs, same), "value")
    difference = pl.col("new_value") - pl.col("old_value")
    relative = pl.when(pl.col("old_value") != 0).then(difference / pl.col("old_value").abs())
    found = found.with_columns(difference=difference, relative=relative)
    return found.sort("new", "source", "set_name", "quantity", nulls_last=True)


def _with_change(frame: pl.DataFrame, held: str) -> pl.DataFrame:
    """With ``change``: on which sides something stands, told by a column that is never null there."""
    before, after = pl.col(f"old_{held}").is_not_null(), pl.col(f"new_{held}").is_not_null()
    said = pl.when(before & after).then(pl.lit("changed")).when(after).then(pl.lit("added")).otherwise(pl.lit("removed"))
    return frame.with_columns(change=said)


def _elements(old: Revision, new: Revision, pairs: pl.DataFrame, found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What became of each element that is not what it was; the added and changed in the order of NEW, then the removed."""
    counts = {"attribute_change": "attributes", "property_change": "properties", "quantity_change": "quantities"}
    shown = ["global_id", "ifc_class", "name", "type_name", "storey"]
    frame = new.element.select(pl.col("at").cast(pl.Int64).alias("new"), *shown).join(pairs, on="new", how="left", maintain_order="left")
    for table, column in counts.items():
        counted = found[table].group_by("new").agg(pl.len().cast(pl.Int64).alias(column))
        frame = frame.join(counted, on="new", how="left", maintain_order="left").with_columns(pl.col(column).fill_null(0))
    ids = old.element.select(pl.col("at").cast(pl.Int64).alias("old"), old_global_id="global_id")
    frame = frame.join(ids, on="old", how="left", maintain_order="left")
    change = (
        pl.when(pl.col("old").is_null())
        .then(pl.lit("added"))
        .when(pl.col("basis").is_not_null())
        .then(pl.lit("re_identified"))
        .when(pl.sum_horizontal(counts.values()) > 0)
        .then(pl.lit("changed"))
    )
    stands = pl.when(pl.col("old").is_not_null()).then
    frame = frame.with_columns(change=change, **{column: stands(column) for column in counts.values()}).filter(
        pl.col("change").is_not_null()
    )
    gone = old.element.filter(~pl.col("at").is_in(pairs["old"].implode()))
    removed = gone.select(pl.lit("removed").alias("change"), *shown, old_global_id="global_id")
    return pl.concat([frame, removed], how="diagonal_relaxed")


def _repeated(old: Revision, new: Revision) -> pl.DataFrame:
    """GlobalIds that a revision has more than once."""
    found = []
    for revision, side in (("old", old), ("new", new)):
        counted = side.element.group_by("base", maintain_order=True).agg(count=pl.len()).filter(pl.col("count") > 1)
        found.append(counted.select(pl.lit(revision).alias("revision"), global_id="base", count="count"))
    return pl.concat(found)
