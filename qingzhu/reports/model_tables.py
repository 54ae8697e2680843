"""Tables of models for other programs 模型数据表: Parquet files, or sheets of one Excel file; docs/spec/model_tables.md has the columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from qingzhu.schemes.models import Models

SPACE = pl.col("ifc_class") == "IfcSpace"

UNITS = {"length": "m", "area": "m²", "volume": "m³", "mass": "t", "time": "s", "count": "1"}
"""The unit of a quantity by its kind."""

ELEMENT = ("global_id", "ifc_class", "name", "type_name", "storey", "materials", "assembly", "model", "predefined_type", "long_name", "tag")
PROPERTY = ("global_id", "set_name", "name", "value", "number", "unit", "origin", "value_type", "model")
QUANTITY = ("global_id", "quantity", "value", "unit", "source", "agrees", "set_name", "known", "given", "given_unit", "model")
MAPPED = (
    "global_id", "role", "construction", "material_key", "grade", "system", "mapped", "counted", "volume", "volume_quantity", "area",
    "area_quantity", "length", "width", "height", "external", "building", "model",
)  # fmt: skip
"""Columns of the tables that other programs read; the first seven, seven and six are promised in this order."""

DERIVED = ("element_carbon", "component_dimension", "component_spec")
"""Derived tables that stand behind figures of carbon, modules and variety, written as they are."""


def model_frames(models: Models) -> dict[str, pl.DataFrame]:
    """The tables of models by name 模型数据表: what was read, what it was taken for, every figure and the elements behind each.

    ``element property quantity`` and the same of spaces, ``mapped_element``, the derived tables of carbon, modules and specs, ``figure``,
    ``figure_element``.
    """
    element = models.table("element").with_columns(materials=pl.col("materials").str.json_decode(pl.List(pl.String)))
    of_space = element.filter(SPACE).select("model", "global_id")
    property_, quantity = models.table("property"), _with_units(models.table("quantity"))
    keys = ["model", "global_id"]
    frames = {
        "element": _picked(element.filter(~SPACE), ELEMENT),
        "property": _picked(property_.join(of_space, on=keys, how="anti", maintain_order="left"), PROPERTY),
        "quantity": _picked(quantity.join(of_space, on=keys, how="anti", maintain_order="left"), QUANTITY),
        "space": _picked(element.filter(SPACE), ELEMENT),
        "space_property": _picked(property_.join(of_space, on=keys, how="semi", maintain_order="left"), PROPERTY),
        "space_quantity": _picked(quantity.join(of_space, on=keys, how="semi", maintain_order="left"), QUANTITY),
        "mapped_element": _picked(models.derived("mapped_element").sort("submission", "row"), MAPPED),
        **{name: models.derived(name).drop("submission", "row", "project", strict=False) for name in DERIVED},
        "figure": figure_frame(models),
        "figure_element": models.members,
    }
    return frames


def figure_frame(models: Models) -> pl.DataFrame:
    """Every figure in a row 数值表: ``figure`` (its id), ``measure value unit high coverage gap``."""
    columns = {"figure": pl.String, "measure": pl.String, "value": pl.Float64, "unit": pl.String, "high": pl.Float64}
    columns |= {"coverage": pl.Float64, "gap": pl.String}
    rows = [{"figure": one.id, **{name: getattr(one, name) for name in columns if name != "figure"}} for one in models.figures]
    return pl.DataFrame(rows, schema=columns)


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame for a sheet: lists as text, joined by ``; ``."""
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(pl.col(name).list.join("; ") for name in lists)


def volumes(mapped: pl.DataFrame) -> dict[str, float | None]:
    """Volume of members by how they are made 按建造方式的体积. [m³] ``unknown`` is of those nobody says.

    Zero where there is no such member, None where there are and no volume of theirs is known.

    Members are elements whose role must be made of something (columns, walls, slabs and the like) and those without a role.
    """
    of_members = mapped.filter(pl.col("volume_counted") & pl.col("needs_construction").fill_null(True))
    found = of_members.group_by(pl.col("construction").fill_null("unknown")).agg(
        pl.when(pl.col("volume").count() > 0).then(pl.col("volume").sum())
    )
    given: Mapping[str, Any] = dict(found.iter_rows())
    return {name: given.get(name, 0.0) for name in sorted({"precast", "cast_in_place", "unknown", *given})}


def _with_units(quantity: pl.DataFrame) -> pl.DataFrame:
    agrees = [] if "agrees" in quantity.columns else [pl.lit(None, pl.Boolean).alias("agrees")]
    return quantity.with_columns(pl.col("kind").replace_strict(UNITS, default=None, return_dtype=pl.String).alias("unit"), *agrees)


def _picked(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return frame.select(columns)
