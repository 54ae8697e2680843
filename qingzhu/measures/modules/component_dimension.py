"""Dimensions of components 构件尺寸: each held to the module that is asked of it, with by how much it is off.

Serves the modular conformity of designs (GB/T 50002, ``rulebook/modules.toml``). A dimension is a side as it is written, by its name
or, where exporters name the sides of a plate differently, by its size; a side that only follows from the volume is not known.
With the joint added it conforms where it is within the tolerance of a whole multiple of its module, at least one.

Members that are components only if precast and do not say, and elements nobody mapped whose class could be a component, have
their dimensions too, or none: they are not known to be components, so ``component`` is null.
"""

from __future__ import annotations

import polars as pl

from qingzhu.measures.modules.components import possible

INPUTS = {
    "mapped_element": [
        "submission", "row", "project", "building", "model", "global_id", "ifc_class", "name", "type_name", "storey", "role", "component",
        "component_kind", "counted", "length", "width", "height", "unwritten", "volume", "volume_least", "volume_most",
    ],
}  # fmt: skip
"""Tables and the columns read of them."""

PARAMETERS = {
    "module": ["module", "size"],
    "module_rule": ["component_kind", "dimension", "side", "module", "size", "joint", "tolerance"],
    "role": ["gbt51129", "component_kind"],
    "possible_role": ["ifc_class", "gbt51129"],
}
"""Parameter tables and the columns read of them."""

SIDES = ("length", "width", "height")
BY_SIZE = ("smallest", "middle", "largest")
SLACK = 1e-6
"""What a size may be off by the arithmetic of its unit [m]."""

COLUMNS = [
    "submission", "row", "project", "building", "model", "global_id", "ifc_class", "name", "type_name", "storey", "role", "component",
    "component_kind", "volume", "volume_least", "volume_most", "dimension", "size", "module", "off_by", "conforms", "keeps",
]  # fmt: skip
"""The columns of the result, as ``component_dimension.toml`` has them."""


def component_dimension(
    *, mapped_element: pl.DataFrame, module: pl.DataFrame, module_rule: pl.DataFrame, role: pl.DataFrame, possible_role: pl.DataFrame
) -> pl.DataFrame:
    """One row a dimension of a component 构件的一个尺寸. In m; ``off_by`` is what is above the nearest multiple, below it negative."""
    frame = possible(mapped_element.filter("counted"), role, possible_role)
    written = [pl.when(~pl.col("unwritten").fill_null("").str.contains(side)).then(pl.col(side)).alias(side) for side in SIDES]
    frame = frame.with_columns(written)
    sizes = pl.concat_list(SIDES)
    whole = pl.all_horizontal(pl.col(side).is_not_null() for side in SIDES)
    frame = frame.with_columns(pl.when(whole).then(sizes.list.sort().list.get(place)).alias(name) for place, name in enumerate(BY_SIZE))
    asked = module_rule.rename({"size": "step"})
    named = frame.filter(pl.col("component_kind").is_not_null()).join(asked, on="component_kind", maintain_order="left")
    unnamed = frame.filter(pl.col("component_kind").is_null()).join(asked.select("dimension").unique(), how="cross")
    frame = pl.concat([named, unnamed], how="diagonal")
    size = pl.coalesce(pl.when(pl.col("side") == side).then(pl.col(side)) for side in (*SIDES, *BY_SIZE))
    frame = frame.with_columns(size=size).with_columns(reach=pl.col("size") + pl.col("joint"), slack=pl.col("tolerance") + SLACK)
    off = _off(pl.col("reach"), pl.col("step"))
    kept = [
        pl.when(_off(pl.col("reach"), pl.lit(step)).abs() <= pl.col("slack")).then(pl.lit(name))
        for name, step in module.sort("size", descending=True).iter_rows()
    ]
    keeps = pl.coalesce(*kept, pl.lit(None, pl.String))
    frame = frame.with_columns(off_by=off, conforms=off.abs() <= pl.col("slack"), keeps=keeps)
    return frame.select(COLUMNS).sort("project", "model", "global_id", "dimension")


def _off(size: pl.Expr, step: pl.Expr) -> pl.Expr:
    """How far a size lies above the nearest whole multiple of a step, at least one of it. [m]"""
    return size - step * pl.max_horizontal((size / step).round(), pl.lit(1.0))
