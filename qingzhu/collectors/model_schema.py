"""IFC schemas 模式: classes, their ancestors and attributes, of IFC2X3, IFC4 and IFC4X3 (ISO 16739-1).

They stand in ``ifc/``, a file a schema and a line a name: ``IfcWall < IfcBuildingElement: PredefinedType`` is a class with what it has
beside its ancestor's attributes, a line without a colon a type. IfcOpenShell knows the same, but loading it takes 30 MB of memory and as
long as reading 10 MB of a model; a test holds both against each other.

Run: ``python -m qingzhu.collectors.model_schema`` writes the files anew from IfcOpenShell's schemas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from qingzhu.collectors.step_scan import Classes

SCHEMAS = ("IFC2X3", "IFC4", "IFC4X3_ADD2")
"""The schemas that are read: those that IfcOpenShell has."""

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


@cache
def schema(name: str) -> Schema | None:
    """The schema of this name in a file's header, or None for another than ``SCHEMAS``."""
    if name.upper() not in SCHEMAS:
        return None
    classes: dict[str, IfcClass] = {}
    spelling: dict[str, str] = {}
    for line in file_of(name.upper()).read_text("ascii").splitlines():
        head, colon, own = line.partition(":")
        spelt, _, above = head.partition(" < ")
        spelling[spelt.upper()] = spelt
        if colon:
            inherits = classes[above.upper()] if above else IfcClass("", (), frozenset())
            classes[spelt.upper()] = IfcClass(spelt, (*inherits.attributes, *own.split()), inherits.kinds | {spelt})
    return Schema(name.upper(), classes, spelling)


def file_of(name: str) -> Path:
    """Where a schema stands 模式文件."""
    return Path(__file__).parent / "ifc" / f"{name}.txt"


def declared(name: str) -> str:
    """The lines of a schema as IfcOpenShell knows it 模式文件, classes after their ancestors; raises ImportError without it."""
    import ifcopenshell

    lines = {}
    for one in ifcopenshell.ifcopenshell_wrapper.schema_by_name(name).declarations():
        entity = one.as_entity()
        above = entity.supertype() if entity else None
        own = " ".join(attribute.name() for attribute in entity.attributes()) if entity else ""
        line = f"{one.name()} < {above.name()}" if above else one.name()
        lines[one.name()] = (_depth(entity), f"{line}: {own}".rstrip() if entity else line)
    return "".join(f"{line}\n" for _, line in sorted(lines.values()))


def _depth(entity: Any) -> int:
    return 1 + _depth(entity.supertype()) if entity else 0


if __name__ == "__main__":
    for name in SCHEMAS:
        file_of(name).write_text(declared(name), "ascii")
