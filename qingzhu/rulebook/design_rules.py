"""What the rulebook says of standardised design 标准化设计规则, as parameter tables: modules, and what is the same spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

Entry = Mapping[str, Any]

SCHEMAS: dict[str, dict[str, Any]] = {
    "module": {"module": pl.String, "size": pl.Float64},
    "module_rule": {
        "component_kind": pl.String,
        "dimension": pl.String,
        "side": pl.String,
        "module": pl.String,
        "size": pl.Float64,
        "joint": pl.Float64,
        "tolerance": pl.Float64,
    },
    "spec_rule": {"tolerance": pl.Float64, "mirrored": pl.String, "mirror_mark": pl.String},
    "spec_property": {"property": pl.String, "means": pl.String, "required": pl.Boolean},
    "library_property": {"property": pl.String, "tolerance": pl.Float64},
    "regional_item": {
        **dict.fromkeys(("component_kind", "code", "name", "type_name"), pl.String),
        **dict.fromkeys(("length", "width", "height", "tolerance"), pl.Float64),
    },
    "spec_side": {"component_kind": pl.String, "side": pl.String},
}
"""Parameter tables of standardised design and their columns. Sizes, joints and tolerances in m."""


def module_tables(modules: Entry) -> dict[str, pl.DataFrame]:
    """The modules 模数 and what each dimension of a kind of component is held to, from the file ``modules``. [m]"""
    sizes = {entry["module"]: entry["size"] for entry in modules["module"]}
    off = {column: modules["module_tolerance"][column] for column in ("joint", "tolerance")}
    rules = [
        {**off, "component_kind": rule["component_kind"], "dimension": dimension, "side": side, "module": module, "size": sizes[module]}
        for rule in modules["module_rule"]
        for dimension, side in rule["sides"].items()
        for module in (rule["modules"][dimension],)
    ]
    return {"module": _table("module", modules["module"]), "module_rule": _table("module_rule", rules)}


def spec_tables(specs: Entry) -> dict[str, pl.DataFrame]:
    """When two components are of one spec 同一规格, from the file ``specs``: tolerance [m], mirroring, properties, sides."""
    properties = [{**rule, "property": written} for rule in specs["spec_property"] for written in rule["properties"]]
    sides = [{"component_kind": rule["component_kind"], "side": side} for rule in specs["spec_side"] for side in rule["sides"]]
    return {
        "spec_rule": _table("spec_rule", [specs["spec_rule"]]),
        "spec_property": _table("spec_property", properties),
        "spec_side": _table("spec_side", sides),
        "library_property": _table(
            "library_property", [{**specs["library_rule"], "property": one} for one in specs["library_rule"]["properties"]]
        ),
    }


def library_table(libraries: Iterable[Entry]) -> pl.DataFrame:
    """The items of regional libraries 地方标准部品构件库, from files ``regions/REGION/library.toml``. Sizes in m."""
    return _table("regional_item", [item for library in libraries for item in library["item"]])


def _table(name: str, entries: Iterable[Entry]) -> pl.DataFrame:
    schema = SCHEMAS[name]
    rows = [{column: entry.get(column) for column in schema} for entry in entries]
    return pl.DataFrame(rows, schema=schema)
