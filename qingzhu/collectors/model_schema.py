"""IFC schemas 模式: classes, their ancestors and attributes, as IfcOpenShell knows IFC2X3, IFC4 and IFC4X3 from the standard."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from qingzhu.collectors.step_scan import Classes

READ = (
    "IfcObjectDefinition", "IfcRelDefinesByType", "IfcRelDefinesByProperties", "IfcRelAggregates", "IfcRelNests",
    "IfcRelContainedInSpatialStructure", "IfcRelFillsElement", "IfcRelVoidsElement", "IfcRelProjectsElement",
    "IfcRelAssociatesMaterial", "IfcRelAssociatesClassification", "IfcPropertyDefinition", "IfcPropertyAbstraction", "IfcProperty",
    "IfcMaterialProperties", "IfcPhysicalQuantity", "IfcMaterial", "IfcMaterialDefinition", "IfcMaterialList", "IfcMaterialLayer",
    "IfcMaterialLayerSet", "IfcMaterialLayerSetUsage", "IfcMaterialUsageDefinition", "IfcClassification", "IfcClassificationReference",
    "IfcClassificationNotation", "IfcNamedUnit", "IfcDerivedUnit", "IfcDerivedUnitElement", "IfcMonetaryUnit", "IfcUnitAssignment",
    "IfcMeasureWithUnit", "IfcApplication",
)  # fmt: skip
"""The classes, with all below them, that a table of a model is made of; everything else is geometry, styles, people and times."""


@dataclass(frozen=True)
class IfcClass:
    """One class of a schema 类: its name, its attributes in order, itself and every class above it."""

    name: str
    attributes: tuple[str, ...]
    kinds: frozenset[str]


@dataclass(frozen=True)
class Schema:
    """One schema 模式: classes by their name in upper case, and how each type is spelt."""

    name: str
    classes: dict[str, IfcClass]
    spelling: dict[str, str]

    def below(self, *kinds: str) -> list[str]:
        """Every class, in upper case, that is one of these kinds."""
        return [upper for upper, one in self.classes.items() if one.kinds.intersection(kinds)]

    @cached_property
    def read(self) -> Classes:
        """All classes, with the number of attributes of those that tables are made of."""
        return Classes(self.classes, {name: len(self.classes[name].attributes) for name in self.below(*READ)})


def schema(name: str) -> Schema | None:
    """The schema of this name in a file's header, or None where IfcOpenShell has none. Raises ImportError without IfcOpenShell."""
    import ifcopenshell

    return _schema(name, ifcopenshell.ifcopenshell_wrapper)


@cache
def _schema(name: str, wrapper: Any) -> Schema | None:
    if name.upper() not in {one.upper() for one in wrapper.schema_names() if one.startswith("IFC")}:
        return None
    declared = wrapper.schema_by_name(name.upper())
    entities: list[Any] = [one.as_entity() for one in declared.declarations() if one.as_entity()]
    classes = {one.name().upper(): IfcClass(one.name(), tuple(a.name() for a in one.all_attributes()), _kinds(one)) for one in entities}
    return Schema(name.upper(), classes, {one.name().upper(): one.name() for one in declared.declarations()})


def _kinds(entity: Any) -> frozenset[str]:
    kinds = set()
    while entity is not None:
        kinds.add(entity.name())
        entity = entity.supertype()
    return frozenset(kinds)
