"""What a 3D file colours by 着色依据: construction and mapping state, spec and carbon of each element, from the derived tables."""

from __future__ import annotations

import polars as pl

KEY = ("model", "global_id")
SAME = ("project", "building", "role", "type_name", "material_key")
SIDES = ("length", "width", "height")

SLACK = 1e-6
"""What a size may be off by the arithmetic of its unit [m]."""


def coloured_elements(mapped: pl.DataFrame, specs: pl.DataFrame, carbon: pl.DataFrame, tolerance: float) -> pl.DataFrame:
    """One row an element 着色图元: the columns of ``mapped_element`` with ``spec`` and ``carbon`` [kgCO₂e].

    ``spec`` is a text, the same for components of one spec of ``component_spec``: same role, type name and material key, and no side more
    than ``tolerance`` [m] above the spec's smallest. ``carbon`` is of an element of whose every material it is known; reinforcement
    that nobody knows is not in it.
    """
    whole = carbon.group_by(KEY).agg(carbon=pl.when(pl.col("carbon").is_not_null().all()).then(pl.col("carbon").sum()))
    frame = mapped.join(spec_of(mapped, specs, tolerance), on=KEY, how="left", maintain_order="left")
    return frame.join(whole, on=KEY, how="left", maintain_order="left")


def spec_of(mapped: pl.DataFrame, specs: pl.DataFrame, tolerance: float) -> pl.DataFrame:
    """``model``, ``global_id``, ``spec`` of the components whose spec is known."""
    held = mapped.filter(pl.col("component").fill_null(False) & pl.col("counted")).with_columns(
        pl.col("type_name", "material_key").fill_null("")
    )
    pairs = held.join(specs.filter("known"), on=SAME, how="inner", suffix="_spec", nulls_equal=True)
    above = [pl.col(side) - pl.col(f"{side}_spec") for side in SIDES]
    pairs = pairs.filter(pl.all_horizontal(each.is_between(-SLACK, tolerance + SLACK) for each in above))
    best = pairs.sort([f"{side}_spec" for side in SIDES], descending=True).unique(KEY, keep="first", maintain_order=True)
    sides = pl.concat_str([pl.col(f"{side}_spec").round(3).cast(pl.String) for side in SIDES], separator=" × ")
    name = pl.when(pl.col("type_name") == "").then("role").otherwise("type_name")
    return best.select(*KEY, spec=pl.concat_str([name, sides + " m"], separator=" "))
