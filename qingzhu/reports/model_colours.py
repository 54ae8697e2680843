"""What a 3D file colours by 着色依据: elements with construction, mapping state, spec and carbon, from the derived tables that have them."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

SPEC = ("role", "type_name", "material_key", "length", "width", "height")


def coloured_elements(derived: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """One row an element 着色图元: the columns of ``mapped_element``, and ``spec``, a text that is the same for components of one spec.

    ``derived`` gives a derived table by its name. A component is of the spec of ``component_spec`` with its role, type name and material
    key whose smallest length, width and height are the greatest that do not exceed its own.
    """
    elements = derived("mapped_element")
    return elements.join(spec_of(elements, derived("component_spec")), on=["model", "global_id"], how="left", maintain_order="left")


def spec_of(elements: pl.DataFrame, specs: pl.DataFrame) -> pl.DataFrame:
    """``model``, ``global_id``, ``spec`` of the components whose spec is known."""
    key = ["project", "building", "role", "type_name", "material_key"]
    held = elements.filter(pl.col("component").fill_null(False) & pl.col("counted")).with_columns(pl.col("type_name", "material_key").fill_null(""))
    pairs = held.join(specs.filter("known"), on=key, how="inner", suffix="_spec", nulls_equal=True)
    fits = pl.all_horizontal(pl.col(side) >= pl.col(f"{side}_spec") - 1e-6 for side in ("length", "width", "height"))
    best = pairs.filter(fits).sort("length_spec", "width_spec", "height_spec", descending=True).unique(["model", "global_id"], keep="first")
    sides = pl.concat_str([pl.col(f"{side}_spec").round(3).cast(pl.String) for side in ("length", "width", "height")], separator=" × ")
    name = pl.when(pl.col("type_name") == "").then(pl.col("role")).otherwise(pl.col("type_name"))
    return best.select("model", "global_id", spec=pl.concat_str([name, sides], separator=" "))
