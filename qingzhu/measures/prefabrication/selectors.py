"""Applying mapping rows 映射匹配: which rows match which elements, on distinct values, so that names are looked at once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from qingzhu.terms.selectors import (
    ORIGINS,
    LayerCondition,
    PropertyCondition,
    class_conditions,
    insensitive,
    layer_condition,
    property_conditions,
)

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Row = Mapping[str, Any]

CLOSE = 1e-9
"""A thickness this near the end of a range is in it: floating point. [m]"""

PATTERNS = ("name", "type_name", "storey", "text")
LISTS = {"material": "materials", "classification": "classification"}


class Selectors:
    """Elements ready to be matched 待匹配图元, with their properties and, where a ``layer`` is asked for, their materials."""

    def __init__(self, element: pl.DataFrame, property: pl.DataFrame, rules: pl.DataFrame, material: pl.DataFrame | None = None) -> None:
        self.height = element.height
        self._values: dict[str, pl.Series] = {}
        self._codes: dict[str, Any] = {}
        self._masks: dict[tuple[str, str], Mask] = {}
        texts = ["name", "long_name", "type_name", "object_type", "materials"]
        element = element.with_columns(
            text=pl.concat_str(texts, separator="\n", ignore_nulls=True),
            class_and_type=pl.concat_str("ifc_class", pl.col("predefined_type").fill_null(""), separator="."),
        )
        for column in ["project", "model", "name", "type_name", "storey", "text", "materials", "classification", "class_and_type"]:
            self._factor(column, element[column])
        self._property = self._relevant(element, property, rules)
        self._layer = None if material is None else self._layers(element, material)

    def _factor(self, column: str, values: pl.Series) -> None:
        distinct = values.unique(maintain_order=True)
        codes = pl.DataFrame({"value": values}).join(
            pl.DataFrame({"value": distinct, "code": np.arange(len(distinct))}),
            on="value",
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        self._values[column] = distinct
        self._codes[column] = codes["code"].to_numpy()

    @staticmethod
    def _relevant(element: pl.DataFrame, property: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
        """Rows of the properties some rule asks for, with the place of their element; the nearest origin of a set hides the others."""
        asked = {condition.name for written in rules["property"].drop_nulls() for condition in property_conditions(written)}
        wanted = property if "*" in asked else property.filter(pl.col("name").is_in(list(asked)))
        keys = ["project", "model", "global_id"]
        placed = wanted.join(element.select(*keys, pl.int_range(pl.len()).alias("at")), on=keys, how="inner")
        rank = pl.col("origin").replace_strict(ORIGINS, default=9)
        return placed.sort(rank, "value").unique(["at", "set_name", "name"], keep="first", maintain_order=True)

    @staticmethod
    def _layers(element: pl.DataFrame, material: pl.DataFrame) -> pl.DataFrame:
        """The layers of materials, with the place of their element."""
        keys = ["project", "model", "global_id"]
        layers = material.filter(pl.col("kind") == "layer").select(*keys, "material", "category", "thickness")
        return layers.join(element.select(*keys, pl.int_range(pl.len()).alias("at")), on=keys, how="inner")

    def matches(self, row: Row) -> Mask:
        """Which elements meet every condition of a row 命中的图元; a row without conditions meets all."""
        mask = np.ones(self.height, dtype=np.bool_)
        for column in ("project", "model"):
            if row.get(column):
                mask &= self._cached(column, "=" + row[column])
        for column in ("ifc_class", *PATTERNS, *LISTS, "layer", "property"):
            if row.get(column) and mask.any():
                mask &= self._cached(column, row[column])
        if row.get("unless") and mask.any():
            mask &= ~self._cached("text", row["unless"])
        return mask

    def _cached(self, column: str, written: str) -> Mask:
        key = (column, written)
        if key not in self._masks:
            self._masks[key] = self._evaluate(column, written)
        return self._masks[key]

    def _evaluate(self, column: str, written: str) -> Mask:
        if column in ("project", "model"):
            return self._spread(column, self._values[column] == written[1:])
        if column == "ifc_class":
            return self._of_class(written)
        if column == "property":
            held: Mask = np.logical_and.reduce([self._of_property(condition) for condition in property_conditions(written)])
            return held
        if column == "layer":
            return self._of_layer(layer_condition(written))
        if column in LISTS:
            listed = self._values[LISTS[column]].str.json_decode(pl.List(pl.String))
            one = listed.list.eval(pl.element().str.contains(insensitive(written))).list.any()
            return self._spread(LISTS[column], one)
        return self._spread(column, self._values[column].str.contains(insensitive(written)))

    def _spread(self, column: str, distinct: pl.Series) -> Mask:
        """From distinct values back to elements; unknown is no match."""
        mask: Mask = distinct.fill_null(False).to_numpy()[self._codes[column]]
        return mask

    def _of_class(self, written: str) -> Mask:
        admitted = class_conditions(written)
        whole = {name for name, predefined in admitted if predefined is None}
        exact = {f"{name}.{predefined}" for name, predefined in admitted if predefined is not None}
        values = self._values["class_and_type"]
        return self._spread("class_and_type", values.is_in(list(exact)) | values.str.split(".").list.first().is_in(list(whole)))

    def _of_layer(self, condition: LayerCondition) -> Mask:
        """Elements with a layer of such a material, or category, and thickness; one of unknown thickness is in no range."""
        mask = np.zeros(self.height, dtype=np.bool_)
        if self._layer is None:
            return mask
        named = pl.any_horizontal(pl.col("material", "category").str.contains(insensitive(condition.pattern)))
        rows = self._layer.filter(named)
        if condition.at_least is not None:
            rows = rows.filter(pl.col("thickness") >= condition.at_least - CLOSE)
        if condition.at_most is not None:
            rows = rows.filter(pl.col("thickness") <= condition.at_most + CLOSE)
        mask[rows["at"].to_numpy()] = True
        return mask

    def _of_property(self, condition: PropertyCondition) -> Mask:
        rows = self._property
        if condition.set_name != "*":
            rows = rows.filter(pl.col("set_name") == condition.set_name)
        if condition.name != "*":
            rows = rows.filter(pl.col("name") == condition.name)
        rows = rows.filter(pl.col("value").str.contains(insensitive(condition.pattern)))
        mask = np.zeros(self.height, dtype=np.bool_)
        mask[rows["at"].to_numpy()] = True
        return mask


def first_row(selectors: Selectors, rules: Iterable[Row], fields: Iterable[str]) -> dict[str, list[Any]]:
    """For each element what the first matching row says 首个命中行: the fields, and ``place``; None where none matches."""
    columns: dict[str, Any] = {field: np.full(selectors.height, None, dtype=object) for field in (*fields, "place")}
    free = np.ones(selectors.height, dtype=np.bool_)
    for row in rules:
        hit = selectors.matches(row) & free
        for field, column in columns.items():
            column[hit] = row[field]
        free &= ~hit
        if not free.any():
            break
    return {field: column.tolist() for field, column in columns.items()}


def first_value(selectors: Selectors, rules: Iterable[Row], field: str) -> dict[str, list[Any]]:
    """For each element the field from the first matching row that sets it 逐项取值, and that row's ``place``."""
    return first_row(selectors, [row for row in rules if row[field] is not None], [field])
