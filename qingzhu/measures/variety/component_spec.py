"""Specs of components 构件规格: how many components there are of each spec, by what counts as *the same spec* 同一规格.

The same spec: same role, type name and material key, and length, width and height within the tolerance of ``spec_rule``: in order of
size, a spec holds what is within the tolerance of its smallest, first by length, then by width, then by height. So a series in small
steps is several specs. A size that is not written is that of a box of the same volume (see ``mapped_element``).

Components whose size is unknown, and members that are components only if precast and do not say, are not ``known``: they stand in a
row of their own for each kind. Rebar, inserts and mirroring are not evidence here and make no difference.
"""

from __future__ import annotations

import polars as pl

INPUTS = {
    "mapped_element": [
        "project", "building", "role", "type_name", "material_key", "component", "component_kind", "counted",
        "length", "width", "height", "size_from",
    ],
}  # fmt: skip
"""Tables and the columns read of them."""

PARAMETERS = {"spec_rule": ["tolerance"]}
"""Parameter tables and the columns read of them."""

KIND = ["project", "building", "component_kind"]
SAME = [*KIND, "role", "type_name", "material_key", "known"]
SIDES = ("length", "width", "height")
SLACK = 1e-6
"""What a size may be off by the arithmetic of its unit [m]."""


def component_spec(*, mapped_element: pl.DataFrame, spec_rule: pl.DataFrame) -> pl.DataFrame:
    """One row a spec 构件规格. Lengths in m, the smallest of the spec; ``place`` is its rank by count within its kind, known ones apart."""
    tolerance = float(spec_rule["tolerance"].max() or 0.0) + SLACK  # type: ignore[arg-type]
    may_be = (
        pl.col("component").fill_null(True) & pl.col("counted") & pl.col("building").is_not_null() & pl.col("component_kind").is_not_null()
    )
    frame = mapped_element.filter(may_be).with_columns(
        pl.col("type_name", "material_key").fill_null(""),
        known=pl.col("component").is_not_null() & pl.col("size_from").is_not_null(),
    )
    unknown = frame.filter(~pl.col("known")).group_by(*KIND, "known").agg(components=pl.len())
    classes: list[str] = []
    for side in SIDES:
        frame = _classed(frame, [*SAME, *classes], side, tolerance)
        classes.append(f"{side}_class")
    known = frame.filter("known").group_by(*SAME, *classes).agg(pl.col(SIDES).min(), components=pl.len())
    specs = pl.concat([known.drop(classes), unknown], how="diagonal")
    in_order = ["components", "role", "type_name", "material_key", *SIDES]
    specs = specs.sort(*KIND, *in_order, descending=[False] * len(KIND) + [True] + [False] * (len(in_order) - 1))
    return specs.with_columns(place=pl.int_range(1, pl.len() + 1).over(*KIND, "known"))


def _classed(frame: pl.DataFrame, group: list[str], side: str, tolerance: float) -> pl.DataFrame:
    """``<side>_class``: within its group a size belongs to the class of the smallest size it is within the tolerance of."""
    sizes = frame.select(*group, side).unique().sort(*group, side)
    classes, smallest, before, number = [], 0.0, None, 0
    for *key, size in sizes.iter_rows():
        if key != before or (size is not None and size - smallest > tolerance):
            before, smallest, number = key, size or 0.0, number + 1
        classes.append(number)
    sizes = sizes.with_columns(pl.Series(f"{side}_class", classes, dtype=pl.Int64))
    return frame.join(sizes, on=[*group, side], how="left", nulls_equal=True)
