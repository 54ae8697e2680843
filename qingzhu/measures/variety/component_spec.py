"""Specs of components 构件规格: how many components there are of each spec, by what counts as *the same spec* 同一规格.

The same spec: same role, type name and material key, the same marks (rebar, embedded parts, mirroring: ``distinctions.py``), and
length, width and height within the tolerance: in order of size, a spec holds what is within the tolerance of its smallest,
first by length, then by width, then by height. So a series in small steps is several specs. A size is known where at most
one side has to follow from the volume, or where length, volume and type name are written: a type has one section. Equal
volumes alone do not make one spec (see ``mapped_element``). Of kinds in ``spec_side`` the sides named there must be written
and the others do not matter.

Components whose size is unknown or that lack a property their project requires, members that are components only if precast
and do not say, and elements nobody mapped, in each kind their class could be of, are not ``known``: they stand in rows of
their own for each kind and role (none: unmapped).
"""

from __future__ import annotations

import polars as pl

from qingzhu.measures.variety.distinctions import settings, told_apart

INPUTS = {
    "mapped_element": [
        "project", "building", "model", "global_id", "ifc_class", "role", "type_name", "material_key", "component", "component_kind",
        "counted", "length", "width", "height", "size_from", "unwritten", "area", "area_most",
    ],
    "property": ["project", "model", "global_id", "set_name", "name", "value", "origin"],
    "same_spec": ["row", "project", "component_kind", "tolerance", "mirrored", "property", "means", "required"],
}  # fmt: skip
"""Tables and the columns read of them."""

PARAMETERS = {
    "spec_rule": ["tolerance", "mirrored", "mirror_mark"],
    "spec_property": ["property", "means", "required"],
    "spec_side": ["component_kind", "side"],
    "role": ["gbt51129", "component_kind"],
    "possible_role": ["ifc_class", "gbt51129"],
}
"""Parameter tables and the columns read of them."""

KIND = ["project", "building", "component_kind"]
SAME = [*KIND, "role", "type_name", "material_key", "marks", "known"]
SIDES = ("length", "width", "height")
CLASSES = tuple(f"{side}_class" for side in SIDES)
"""Columns of the class of each side: sizes within the tolerance of one another."""

SLACK = 1e-6
"""What a size may be off by the arithmetic of its unit [m]."""


def component_spec(**tables: pl.DataFrame) -> pl.DataFrame:
    """One row a spec 构件规格. Lengths in m, the smallest of the spec; areas in m². ``tables`` are those of :func:`by_spec`.

    ``place`` is its rank by count within its kind, known ones apart. ``bound`` is the area at most of those whose area is not known: of
    values that contradict each other the greatest, else the largest of the kind in the building; 0 where there is none.
    """
    frame = by_spec(**tables)
    most = pl.coalesce("area", "area_most")
    frame = frame.with_columns(bound=pl.when(pl.col("area").is_null()).then(pl.coalesce("area_most", most.max().over(KIND))))
    areas = {"area": pl.col("area").sum(), "without_area": pl.col("area").is_null().sum().cast(pl.Int64), "bound": pl.col("bound").sum()}
    unknown = frame.filter(~pl.col("known")).group_by(*KIND, "role", "known").agg(components=pl.len(), **areas)
    known = frame.filter("known").group_by(*SAME, *CLASSES).agg(pl.col(SIDES).min(), components=pl.len(), **areas)
    specs = pl.concat([known.drop(CLASSES), unknown], how="diagonal")
    in_order = ["components", "role", "type_name", "material_key", "marks", *SIDES]
    specs = specs.sort(*KIND, *in_order, descending=[False] * len(KIND) + [True] + [False] * (len(in_order) - 1))
    return specs.with_columns(place=pl.int_range(1, pl.len() + 1).over(*KIND, "known"))


def by_spec(
    mapped_element: pl.DataFrame,
    property: pl.DataFrame,
    same_spec: pl.DataFrame,
    spec_rule: pl.DataFrame,
    spec_property: pl.DataFrame,
    spec_side: pl.DataFrame,
    role: pl.DataFrame,
    possible_role: pl.DataFrame,
) -> pl.DataFrame:
    """Components one by one 逐件构件: what is or may be one, and whether its spec is ``known``.

    Known ones that are equal in ``SAME`` and ``CLASSES`` are of one spec.
    """
    frame = _possible(mapped_element.filter("counted"), role, possible_role).with_columns(pl.col("type_name", "material_key").fill_null(""))
    frame = frame.join(settings(frame, same_spec, spec_rule), on=["project", "component_kind"], how="left")
    frame = _sized(told_apart(_unmirrored(frame), property, same_spec, spec_property), spec_side)
    for place, side in enumerate(SIDES):
        frame = _classed(frame, [*SAME, *CLASSES[:place]], side)
    return frame


def _possible(frame: pl.DataFrame, role: pl.DataFrame, possible_role: pl.DataFrame) -> pl.DataFrame:
    """What is or may be a component; an element nobody mapped once in each kind its class could be of."""
    kinds = role.filter(pl.col("component_kind").is_not_null()).select("gbt51129", "component_kind").unique()
    of_class = possible_role.select("ifc_class", "gbt51129").unique().join(kinds, on="gbt51129").drop("gbt51129")
    named = frame.filter(pl.col("role").is_not_null() & pl.col("component_kind").is_not_null() & pl.col("component").fill_null(True))
    nobody = frame.filter(pl.col("role").is_null()).drop("component_kind").join(of_class, on="ifc_class")
    return pl.concat([named, nobody.with_columns(component=pl.lit(None, dtype=pl.Boolean)).select(named.columns)])


def _unmirrored(frame: pl.DataFrame) -> pl.DataFrame:
    """Type names without the mark of mirrored ones, where mirrored ones are the same."""
    marks = frame["mirror_mark"].drop_nulls().unique().to_list()
    cut = pl.col("type_name").str.replace("(?i)" + marks[0], "") if marks and marks[0] else pl.col("type_name")
    return frame.with_columns(type_name=pl.when(pl.col("mirrored") == "same").then(cut).otherwise("type_name"))


def _sized(frame: pl.DataFrame, spec_side: pl.DataFrame) -> pl.DataFrame:
    """``known``: a component whose size and marks are known. Of kinds in ``spec_side`` the sides that do not matter are left out."""
    sized = pl.col("size_from").is_in(["written", "geometry", "volume"]) | (
        (pl.col("size_from") == "section") & (pl.col("type_name") != "")
    )
    asked = spec_side.group_by("component_kind").agg(asked=pl.col("side"))
    frame = frame.join(asked, on="component_kind", how="left")
    needed = {side: pl.col("asked").list.contains(side) for side in SIDES}
    unwritten = pl.col("unwritten").fill_null("")
    written = pl.all_horizontal(~needed[side] | (pl.col(side).is_not_null() & ~unwritten.str.contains(side)) for side in SIDES)
    known = pl.when(pl.col("asked").is_null()).then(sized).otherwise(written)
    return frame.with_columns(
        *[pl.when(pl.col("asked").is_null() | needed[side]).then(pl.col(side)).alias(side) for side in SIDES],
        known=(pl.col("component") & known & pl.col("marked")).fill_null(False),
    ).drop("asked")


def _classed(frame: pl.DataFrame, group: list[str], side: str) -> pl.DataFrame:
    """``<side>_class``: within its group a size belongs to the class of the smallest size it is within the tolerance of."""
    sizes = frame.select(*group, side, "tolerance").unique().sort(*group, side)
    classes, smallest, before, number = [], 0.0, None, 0
    for *key, size, tolerance in sizes.iter_rows():
        if key != before or (size is not None and size - smallest > tolerance + SLACK):
            before, smallest, number = key, size or 0.0, number + 1
        classes.append(number)
    sizes = sizes.drop("tolerance").with_columns(pl.Series(f"{side}_class", classes, dtype=pl.Int64))
    return frame.join(sizes, on=[*group, side], how="left", nulls_equal=True)
