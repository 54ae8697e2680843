"""The IFC schemas as IDS speaks of them 模式定义: classes, attributes, predefined types, data types and their XML base types.

Everything comes from the schemas that IfcOpenShell carries (ISO 16739-1); the base types follow buildingSMART IDS,
DataTypes.md. Names are compared in upper case, as IDS writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

VERSIONS = ("IFC2X3", "IFC4", "IFC4X3_ADD2")
"""The versions IDS 1.0 knows."""

BASES = {"real": "double", "number": "double", "integer": "integer", "boolean": "boolean", "logical": "string", "string": "string"}
TEXT_BASES = {"IFCDATE": "date", "IFCDATETIME": "dateTime", "IFCTIME": "time", "IFCDURATION": "duration", "IFCCOUNTMEASURE": "integer"}
"""Types whose base is not that of what they are made of (DataTypes.md)."""

GENERIC_2X3 = (
    "IfcFurnishingElement", "IfcDistributionControlElement", "IfcEnergyConversionDevice", "IfcFlowController", "IfcFlowFitting",
    "IfcFlowMovingDevice", "IfcFlowSegment", "IfcFlowStorageDevice", "IfcFlowTerminal", "IfcFlowTreatmentDevice", "IfcElementComponent",
)  # fmt: skip
"""Classes of IFC2X3 whose occurrences say through their type what they are (ifc2x3-occurrence-type-mapping-table.md)."""


@dataclass(frozen=True)
class AttributeType:
    """An attribute of a class 直接属性: ``kind`` is value, list, entity or select; ``data_type`` and ``base`` where it is a value."""

    name: str
    kind: str
    data_type: str = ""
    base: str = ""
    derived: bool = False


@cache
def schema(version: str) -> Schema:
    """The schema of a version 模式: ``IFC2X3``, ``IFC4``, ``IFC4X3_ADD2`` or another that IfcOpenShell names."""
    import ifcopenshell

    return Schema(version, ifcopenshell.ifcopenshell_wrapper.schema_by_name(version))


class Schema:
    """One version of IFC 一个版本, looked up by upper-case names."""

    def __init__(self, version: str, definition: Any) -> None:
        self.version = version
        self._definition = definition

    @cached_property
    def entities(self) -> dict[str, Any]:
        """Classes by name."""
        return {entity.name().upper(): entity for entity in self._definition.entities()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Every name of the schema as IFC writes it, by its upper-case form."""
        return {declaration.name().upper(): declaration.name() for declaration in self._definition.declarations()}

    @cached_property
    def data_types(self) -> dict[str, str]:
        """The XML base type of each data type; empty for those no restriction fits (binary, lists)."""
        found = {}
        for declaration in self._definition.declarations():
            name = declaration.name().upper()
            if declaration.as_enumeration_type():
                found[name] = "string"
            elif kind := declaration.as_type_declaration():
                found[name] = TEXT_BASES.get(name) or _base(kind)
        return found

    @cached_property
    def stand_ins(self) -> dict[str, str]:
        """Names that IFC2X3 expresses by a type: IFCAIRTERMINAL → IfcAirTerminalType; empty for the other versions."""
        if self.version != "IFC2X3":
            return {}
        later = schema("IFC4").entities
        named = ((name.removesuffix("TYPE"), entity) for name, entity in self.entities.items() if name.endswith("TYPE"))
        return {name: entity.name() for name, entity in named if name in later and name not in self.entities}

    @cache  # noqa: B019 - one schema a version lives as long as the program
    def attributes(self, entity: str) -> tuple[AttributeType, ...]:
        """The forward attributes of a class, inherited ones included, in their order."""
        declaration = self.entities[entity.upper()]
        return tuple(_attribute(each, derived) for each, derived in zip(declaration.all_attributes(), declaration.derived(), strict=True))

    def is_a(self, entity: str, ancestor: str) -> bool:
        """True where a class is another or stands below it."""
        declaration = self.entities.get(entity.upper())
        while declaration is not None and declaration.name().upper() != ancestor.upper():
            declaration = declaration.supertype()
        return declaration is not None

    def predefined_types(self, entity: str) -> tuple[str, ...] | None:
        """The values of PredefinedType; for an occurrence without one those of its type; None where there are none."""
        for name in (entity.upper(), f"{entity.upper()}TYPE"):
            for attribute in self.attributes(name) if name in self.entities else ():
                if attribute.name == "PredefinedType":
                    return self.values_of(attribute.data_type)
        stand_in = self.stand_ins.get(entity.upper())
        return self.predefined_types(stand_in) if stand_in else None

    def values_of(self, enumeration: str) -> tuple[str, ...]:
        """The values of an enumeration; empty for another type."""
        declaration = self._definition.declaration_by_name(self.names[enumeration.upper()]).as_enumeration_type()
        return tuple(declaration.enumeration_items()) if declaration else ()


def _base(declaration: Any) -> str:
    """The base of a type through the types it stands on; empty for lists and binaries."""
    kind = declaration.declared_type()
    while (named := kind.as_named_type()) is not None:
        further = named.declared_type().as_type_declaration()
        if further is None:
            return "string" if named.declared_type().as_enumeration_type() else ""
        kind = further.declared_type()
    simple = kind.as_simple_type()
    return BASES.get(str(simple).strip("<>"), "") if simple else ""


def _attribute(attribute: Any, derived: bool) -> AttributeType:
    name, kind = attribute.name(), attribute.type_of_attribute()
    if kind.as_aggregation_type():
        return AttributeType(name, "list", derived=derived)
    if simple := kind.as_simple_type():
        return AttributeType(name, "value", "", BASES.get(str(simple).strip("<>"), ""), derived)
    declaration = kind.as_named_type().declared_type()
    if declaration.as_entity():
        return AttributeType(name, "entity", declaration.name(), derived=derived)
    if declaration.as_select_type():
        return AttributeType(name, "select", declaration.name(), derived=derived)
    type_name = declaration.name()
    if declaration.as_enumeration_type():
        return AttributeType(name, "value", type_name, "string", derived)
    base = TEXT_BASES.get(type_name.upper()) or _base(declaration)
    return AttributeType(name, "value" if base else "list", type_name, base, derived)
