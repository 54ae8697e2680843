"""Storeys above and below ground 楼层位于地上或地下: told by elevations over ±0.000, for the storeys listed and those of models alike.

A storey is below ground where the middle between its elevation and that of the next storey is below ±0.000, so that a structural floor
some centimetres under the finished one is not. A level less than ``least_height`` above another is no next storey but the same floor
again (structural and finished, or of another file); one without a next storey is above ground from minus ``least_height`` up.
"""

from __future__ import annotations

import polars as pl

INPUTS = {"storey": ["submission", "row", "project", "building", "storey", "elevation", "floor_area"]}
"""Evidence tables and the columns read of them."""

PARAMETERS = {"ground_rule": ["least_height"]}
"""Parameter tables and the columns read of them."""

OF = ["project", "building"]


def storey_level(*, storey: pl.DataFrame, ground_rule: pl.DataFrame) -> pl.DataFrame:
    """One row a storey of the survey 楼层, with ``above_ground``, null where it has no elevation. Elevations in m, areas in m²."""
    levels = placed(storey.select(*OF, "elevation"), ground_rule)
    return storey.join(levels, on=[*OF, "elevation"], how="left", nulls_equal=True, maintain_order="left")


def placed(levels: pl.DataFrame, ground_rule: pl.DataFrame) -> pl.DataFrame:
    """Each elevation [m] of a building once, with ``above_ground`` 是否地上; of several rules the largest height holds."""
    height = pl.lit(ground_rule["least_height"].max(), dtype=pl.Float64)
    each = levels.drop_nulls("elevation").unique().sort("elevation").with_columns(of=pl.col("building").fill_null(""))
    lower = each.with_columns(least=pl.col("elevation") + height)
    upper = each.select("project", "of", upper="elevation")
    found = lower.join_asof(upper, left_on="least", right_on="upper", by=["project", "of"], strategy="forward", check_sortedness=False)
    above = pl.coalesce(pl.col("elevation") + pl.col("upper") >= 0, pl.col("elevation") >= -height)
    return found.select(*OF, "elevation", above_ground=above)
