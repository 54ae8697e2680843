"""What the rulebook says of models 模型规则, as parameter tables and vocabularies.

Roles and constructions of elements, the default mapping, which cast joints count, which quantities are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from qingzhu.terms.selectors import class_conditions

Entry = Mapping[str, Any]

SCHEMAS: dict[str, dict[str, Any]] = {
    "role": {
        "role": pl.String,
        "gbt51129": pl.String,
        "component_kind": pl.String,
        "dimension": pl.String,
        "area": pl.String,
        "area_sides": pl.String,
        "needs_construction": pl.Boolean,
        "spec": pl.String,
    },
    "construction": {
        "construction": pl.String,
        "counts_in_volume": pl.Boolean,
        "counts_in_area": pl.Boolean,
        "masonry": pl.Boolean,
        "concrete": pl.Boolean,
    },
    "possible_role": {"ifc_class": pl.String, "gbt51129": pl.String, "area": pl.String},
    "counting_rule": {"rule": pl.String, "gbt51129": pl.String, "system": pl.String, "dimension": pl.String, "at_most": pl.Float64},
    "quantity_rule": {"slip": pl.Float64, "agrees": pl.Float64},
    "quantity_fault": {"kind": pl.String, "at_least": pl.Float64, "at_most": pl.Float64},
    "quantity_pair": {"net": pl.String, "gross": pl.String, "at_most": pl.Float64},
    "quantity_choice": {"dimension": pl.String, "quantity": pl.String, "place": pl.Int64},
    "mapping_default": {
        "place": pl.Int64,
        "ifc_class": pl.String,
        "text": pl.String,
        "unless": pl.String,
        "property": pl.String,
        "role": pl.String,
        "construction": pl.String,
        "material_key": pl.String,
        "grade": pl.String,
        "system": pl.String,
        "external": pl.Boolean,
    },
}
"""Parameter tables of models and their columns. ``at_most`` in m (or a ratio, as ``dimension`` says)."""

MAPPED_FIELDS = ("role", "construction", "material_key", "grade", "system", "external")
"""What the defaults say of an element, a list of rows each in ``mapping_defaults.toml``; a project's own mapping says all but the last."""


def model_tables(files: Mapping[str, Entry]) -> dict[str, pl.DataFrame]:
    """The parameter tables of models 模型参数表 from the files ``roles``, ``counting_rules``, ``quantities`` and ``mapping_defaults``."""
    roles, counting, quantities, defaults = (
        files[f"{name}.toml"] for name in ("roles", "counting_rules", "quantities", "mapping_defaults")
    )
    choices = [
        {"dimension": choice["dimension"], "quantity": quantity, "place": place}
        for choice in quantities["quantity_choice"]
        for place, quantity in enumerate(choice["quantities"], start=1)
    ]
    rows = [row for field in MAPPED_FIELDS for row in defaults[field]]
    return {
        "role": _table("role", roles["role"]),
        "construction": _table("construction", roles["construction"]),
        "possible_role": _possible_roles(roles["role"], defaults["role"]),
        "counting_rule": _table("counting_rule", counting["counting_rule"]),
        "quantity_choice": _table("quantity_choice", choices),
        "quantity_rule": _table("quantity_rule", [quantities["quantity_rule"]]),
        "quantity_pair": _table("quantity_pair", _pairs(quantities)),
        "quantity_fault": _table("quantity_fault", quantities["quantity_fault"]),
        "mapping_default": _table("mapping_default", [{**row, "place": place} for place, row in enumerate(rows, start=1)]),
    }


def _pairs(quantities: Entry) -> Iterable[Entry]:
    """Each net quantity with its gross one 净量与毛量: the net is at most so many times the gross."""
    known = set(quantities["known"])
    at_most = 1 + float(quantities["geometry"]["agrees"])
    names = sorted(name for name in known if name.startswith("Net") and f"Gross{name[3:]}" in known)
    return [{"net": name, "gross": f"Gross{name[3:]}", "at_most": at_most} for name in names]


def _possible_roles(roles: Iterable[Entry], defaults: Iterable[Entry]) -> pl.DataFrame:
    """What an element nobody mapped could be 可能的角色: in each ratio whatever a default could make of its class, and by which area."""
    held = {entry["role"]: entry for entry in roles}
    found = [
        {"ifc_class": ifc_class, **{column: held[row["role"]].get(column) for column in ("gbt51129", "area")}}
        for row in defaults
        if held.get(row["role"], {"gbt51129": "none"})["gbt51129"] != "none"
        for ifc_class, _ in class_conditions(row["ifc_class"])
    ]
    return _table("possible_role", found).unique().sort("ifc_class", "gbt51129", "area")


def mapping_vocabulary(files: Mapping[str, Entry]) -> dict[str, frozenset[str]]:
    """The words a mapping file may use 映射词汇: ``roles``, ``constructions``, ``systems``."""
    roles = files["roles.toml"]
    return {f"{name}s": frozenset(entry[name] for entry in roles[name]) for name in ("role", "construction", "system")}


def known_quantities(files: Mapping[str, Entry]) -> frozenset[str]:
    """Names of quantities that IFC's documentation knows 标准工程量名称."""
    return frozenset(files["quantities.toml"]["known"])


def _table(name: str, entries: Iterable[Entry]) -> pl.DataFrame:
    schema = SCHEMAS[name]
    rows = [{column: entry.get(column) for column in schema} for entry in entries]
    return pl.DataFrame(rows, schema=schema)
