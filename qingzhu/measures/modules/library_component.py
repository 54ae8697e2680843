"""Components against the library 构件与构件库的对照: each component, and the item of the library that it is.

The library is the project's (``library_item``) and its region's (``regional_item``). An item is of one kind of component, and known

* by its code: a component that carries the same one is it, one that carries another is not; or, where the component carries none,
* by all else that the item states: the pattern on the name of the type, and sizes within its tolerance (else that of the rulebook). Three
  sizes are compared in order of size, so that it does not matter how an exporter names the sides of a plate. Fewer are compared by their
  names; where they are those of other sides of the component (a thickness is the width in one place and the depth in another) nobody knows.

What is not written is not known: then ``held`` is null, as it is for what may be no component.
"""

from __future__ import annotations

from itertools import permutations

import polars as pl

from qingzhu.measures.modules.components import possible
from qingzhu.terms.selectors import ORIGINS

KEY = ["project", "model", "global_id"]
SIDES = ("length", "width", "height")

INPUTS = {
    "mapped_element": [
        "submission", "row", *KEY, "building", "ifc_class", "name", "type_name", "storey", "role", "component", "component_kind",
        "counted", *SIDES, "unwritten", "volume", "volume_least", "volume_most",
    ],
    "property": [*KEY, "set_name", "name", "value", "origin"],
    "library_item": ["project", "component_kind", "code", "name", "type_name", *SIDES, "tolerance"],
}  # fmt: skip
"""Tables and the columns read of them."""

PARAMETERS = {
    "regional_item": ["component_kind", "code", "name", "type_name", *SIDES, "tolerance"],
    "library_property": ["property", "tolerance"],
    "role": ["gbt51129", "component_kind", "dimension"],
    "possible_role": ["ifc_class", "gbt51129"],
}
"""Parameter tables and the columns read of them."""

SLACK = 1e-6
"""What a size may be off by the arithmetic of its unit [m]."""

ALIKE = ["project", "component_kind", "type_name", "code", *SIDES]
"""Components alike in all of these are compared once."""

COLUMNS = [
    "submission", "row", "project", "building", "model", "global_id", "ifc_class", "name", "type_name", "storey", "role", "component",
    "component_kind", "counted_only", "volume", "volume_least", "volume_most", *SIDES, "code", "item", "held",
]  # fmt: skip
"""The columns of the result, as ``library_component.toml`` has them."""


def library_component(
    *,
    mapped_element: pl.DataFrame,
    property: pl.DataFrame,
    library_item: pl.DataFrame,
    regional_item: pl.DataFrame,
    library_property: pl.DataFrame,
    role: pl.DataFrame,
    possible_role: pl.DataFrame,
) -> pl.DataFrame:
    """One row a component 构件, with ``item`` the one of the library it is. Lengths in m, volumes in m³."""
    frame = possible(mapped_element.filter("counted"), role, possible_role)
    written = [pl.when(~pl.col("unwritten").fill_null("").str.contains(side)).then(pl.col(side)).alias(side) for side in SIDES]
    frame = frame.with_columns(written).join(_codes(property, library_property), on=KEY, how="left", maintain_order="left")
    tolerance = pl.coalesce("tolerance", pl.lit(library_property["tolerance"].max(), dtype=pl.Float64)) + SLACK
    items = pl.concat([library_item, regional_item], how="diagonal_relaxed").with_columns(within=tolerance).with_row_index("place")
    frame = frame.join(_found(frame.select(ALIKE).unique(), items), on=ALIKE, how="left", nulls_equal=True, maintain_order="left")
    number = role.filter(pl.col("dimension") == "count")["component_kind"].drop_nulls().unique()
    held = pl.when(pl.col("is_item").fill_null(False)).then(True).when(~pl.col("may_be").fill_null(False)).then(False)
    return frame.with_columns(
        counted_only=pl.col("component_kind").is_in(number.implode()).fill_null(False),
        held=pl.when(pl.col("component").fill_null(False)).then(held),
    ).select(COLUMNS)


def _codes(property: pl.DataFrame, library_property: pl.DataFrame) -> pl.DataFrame:
    """The code each element carries: of the first property that holds one, in the order of ``library_property``, the occurrence's
    before the type's; none where that says several."""
    parted = pl.col("property").str.to_lowercase().str.splitn(".", 2).struct
    asked = library_property.with_row_index("order").select("order", of_set=parted.field("field_0"), plain=parted.field("field_1"))
    given = property.filter(pl.col("value").str.strip_chars().fill_null("") != "").with_columns(plain=pl.col("name").str.to_lowercase())
    given = given.join(asked, on="plain").filter((pl.col("of_set") == "*") | (pl.col("of_set") == pl.col("set_name").str.to_lowercase()))
    rank = pl.col("origin").replace_strict(ORIGINS, default=len(ORIGINS))
    given = given.with_columns(order=pl.col("order") * (len(ORIGINS) + 1) + rank, code=pl.col("value").str.strip_chars())
    first = given.filter(pl.col("order") == pl.col("order").min().over(KEY))
    return first.group_by(KEY).agg(code=pl.when(pl.col("code").str.to_lowercase().n_unique() == 1).then(pl.col("code").min()))


def _found(alike: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """For components alike: whether an item of the library is theirs, or may be, and which."""
    pairs = alike.join(
        items.rename({"project": "of", **{name: f"{name}_item" for name in ("code", "type_name", *SIDES)}}), on="component_kind"
    )
    pairs = pairs.filter(pl.col("of").is_null() | (pl.col("of") == pl.col("project")))
    by_code = pl.col("code").str.to_lowercase() == pl.col("code_item").str.strip_chars().str.to_lowercase()
    by_type = (
        pl.when(pl.col("type_name_item").is_null())
        .then(True)
        .otherwise(pl.col("type_name").str.contains("(?i)" + pl.col("type_name_item")))
    )
    stated = pl.any_horizontal(pl.col("type_name_item", *(f"{side}_item" for side in SIDES)).is_not_null())
    rest = pl.when(stated).then(by_type & _by_size())
    pairs = pairs.with_columns(match=pl.when(by_code.is_not_null()).then(by_code).otherwise(rest))
    item = pl.coalesce("name", "code_item", "type_name_item").sort_by("place").filter(pl.col("match").sort_by("place")).first()
    return pairs.group_by(ALIKE).agg(is_item=pl.col("match").any(), may_be=pl.col("match").is_null().any(), item=item)


def _by_size() -> pl.Expr:
    """Whether the sizes an item states are those of a component; null where one is not known, or is that of a side of another name."""
    stated = pl.all_horizontal(pl.col(f"{side}_item").is_not_null() for side in SIDES)
    known = pl.all_horizontal(pl.col(side).is_not_null() for side in SIDES)
    own, of_item = pl.concat_list(SIDES).list.sort(), pl.concat_list(f"{side}_item" for side in SIDES).list.sort()
    within = pl.col("within")
    in_order = pl.all_horizontal((own.list.get(place) - of_item.list.get(place)).abs() <= within for place in range(len(SIDES)))
    by_name = _of_sides(SIDES)
    other = pl.any_horizontal(_of_sides(named) for named in permutations(SIDES)).fill_null(True)
    fewer = pl.when(by_name | ~other).then(by_name)
    return pl.when(~stated).then(fewer).when(known).then(in_order)


def _of_sides(named: tuple[str, ...]) -> pl.Expr:
    """Whether each size an item states is that of the side of a component ``named`` in its place."""
    pairs = [(pl.col(f"{side}_item"), pl.col(own)) for side, own in zip(SIDES, named, strict=True)]
    return pl.all_horizontal(pl.when(size.is_null()).then(True).otherwise((own - size).abs() <= pl.col("within")) for size, own in pairs)
