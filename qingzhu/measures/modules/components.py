"""Components, and what may be one 构件及可能的构件: each element once, whatever kinds its class could be of."""

from __future__ import annotations

import polars as pl


def possible(frame: pl.DataFrame, role: pl.DataFrame, possible_role: pl.DataFrame) -> pl.DataFrame:
    """What is or may be a component; an element nobody mapped if its class could be of a kind of component, without a kind."""
    kinds = role.filter(pl.col("component_kind").is_not_null()).select("gbt51129").unique()
    of_class = possible_role.join(kinds, on="gbt51129", how="semi").select("ifc_class").unique()
    named = frame.filter(pl.col("role").is_not_null() & pl.col("component_kind").is_not_null() & pl.col("component").fill_null(True))
    nobody = frame.filter(pl.col("role").is_null()).join(of_class, on="ifc_class", how="semi")
    unknown = {"component": pl.lit(None, dtype=pl.Boolean), "component_kind": pl.lit(None, dtype=pl.String)}
    return pl.concat([named, nobody.with_columns(**unknown).select(named.columns)])
