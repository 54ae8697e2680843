"""Elements, quantities and the rulebook's tables of models, for worked cases."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

import qingzhu.rulebook
from qingzhu.rulebook.design_rules import module_tables, spec_tables
from qingzhu.rulebook.model_rules import known_quantities, model_tables

FILES = ("roles", "counting_rules", "quantities", "mapping_defaults", "modules", "specs")


@cache
def rule_files() -> dict[str, Any]:
    """The rulebook's files about models, as they ship."""
    folder = Path(qingzhu.rulebook.__file__).parent
    return {f"{name}.toml": tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in FILES}


@cache
def rules() -> dict[str, pl.DataFrame]:
    """The parameter tables about models, what is the same spec (5 mm), and the repetition rule for slabs (three specs)."""
    small = {
        "ground_rule": pl.DataFrame({"least_height": [1.0]}),
        "top_rule": pl.DataFrame(
            {
                "component_kind": ["slab", "column", "inner_wall"],
                "by": ["count", "count", "area"],
                "k": [3, 3, 1],
                "share": [60.0, 50.0, 50.0],
            }
        ),
    }
    return {**model_tables(rule_files()), **module_tables(rule_files()["modules.toml"]), **spec_tables(rule_files()["specs.toml"]), **small}


def known() -> frozenset[str]:
    """Names of quantities IFC knows."""
    return known_quantities(rule_files())


class Model:
    """Rows of a model under the making: one call an element."""

    def __init__(self, model: str = "tower.ifc", project: str = "P1") -> None:
        self.model, self.project = model, project
        self.element: list[dict[str, Any]] = []
        self.property: list[dict[str, Any]] = []
        self.quantity: list[dict[str, Any]] = []

    def add(
        self,
        ifc_class: str,
        name: str = "",
        materials: str = "[]",
        quantities: Mapping[str, float] | None = None,
        properties: Mapping[str, str] | None = None,
        times: int = 1,
        geometry: Mapping[str, float] | None = None,
        **other: Any,
    ) -> Model:
        """``times`` elements alike; quantities in m, m², m³ by name, written or of ``geometry``; properties as ``Set.Name``."""
        for _ in range(times):
            key = {
                "project": self.project,
                "model": self.model,
                "global_id": other.get("global_id") or f"{self.model}{len(self.element):05d}",
            }
            row = {"ifc_class": ifc_class, "name": name or None, "storey": "1F", "materials": materials, "classification": "[]"}
            self.element.append({**row, **other, **key})
            for source, set_name, given in (("authored", "BaseQuantities", quantities), ("geometry", None, geometry)):
                for quantity, value in (given or {}).items():
                    kind = "volume" if quantity.endswith("Volume") else "area" if quantity.endswith("Area") else "length"
                    held = {"set_name": set_name, "quantity": quantity, "kind": kind, "value": value}
                    self.quantity.append({**key, **held, "known": quantity in known(), "source": source})
            for written, value in (properties or {}).items():
                set_name, _, property = written.partition(".")
                self.property.append({**key, "set_name": set_name, "name": property, "value": value, "origin": "occurrence"})
        return self


def evidence(*models: Model, **tables: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Tables of evidence: the models' rows, one building B1 of P1 unless others are given, and whatever else is named."""
    found: dict[str, list[Mapping[str, Any]]] = {
        table: [row for model in models for row in getattr(model, table)] for table in ("element", "property", "quantity")
    }
    return {**found, "building": [{"project": "P1", "building": "B1"}], **{table: list(rows) for table, rows in tables.items()}}


def mapped(place: int, **row: Any) -> dict[str, Any]:
    """One row of a project's mapping."""
    return {"project": "P1", "place": place, **row}
