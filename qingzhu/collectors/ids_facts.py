"""What IDS asks of an element 规范所查事实: class, predefined type, attributes, properties, materials, classifications, wholes.

Every value comes in SI (:mod:`qingzhu.collectors.ids_units`) with its data type. Rules of inheritance follow buildingSMART IDS
1.0: attributes are never inherited; properties, materials and classifications are taken from the type unless the occurrence has
its own; relations that run in a circle are walked once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from qingzhu.collectors.ids_schema import GENERIC_2X3, AttributeType, Schema, schema
from qingzhu.collectors.ids_units import PLAIN, Scale, project_scales, scale_of, unit_kind

VOIDS = "IFCRELVOIDSELEMENT IFCRELFILLSELEMENT"
RELATIONS = ("IFCRELAGGREGATES", "IFCRELASSIGNSTOGROUP", "IFCRELCONTAINEDINSPATIALSTRUCTURE", "IFCRELNESTS", VOIDS)
"""The relations of the partOf facet, as IDS 1.0 writes them."""

Typed = tuple[str, Any]
"""A data type in upper case, and a value in SI: text, number, boolean."""


@dataclass(frozen=True)
class Datum:
    """A property or quantity 属性或数量: its set, its name and what it holds; ``checkable`` False for complex and reference ones."""

    set_name: str
    name: str
    values: tuple[Typed, ...]
    checkable: bool = True


@dataclass(frozen=True)
class Classified:
    """One classification 分类: the name of its system, and the codes from the reference up to the system."""

    system: str | None
    codes: tuple[str, ...]


class Facts:
    """A model as IDS sees it 模型事实; what was looked up once is kept, so that ten requirements cost little more than one."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.schema: Schema = schema(model.schema_identifier)
        self._typed_by = "IsDefinedBy" if model.schema == "IFC2X3" else "IsTypedBy"
        self._units: dict[int, Scale | None] = {}
        self._scales = project_scales(model, self._units)
        generic = [name for name in self.schema.entities if any(self.schema.is_a(name, each) for each in GENERIC_2X3)]
        self._generic = frozenset(generic) if self.schema.stand_ins else frozenset()
        self.broken: set[int] = set()
        self._sets_of: dict[int, list[tuple[str, Any]]] = {}
        self._sets: dict[int, tuple[Datum, ...]] = {}
        self._kept: dict[tuple[str, int], Any] = {}

    # class and predefined type

    def classes(self, entity: Any) -> tuple[str, ...]:
        """The class as IDS names it; in IFC2X3 also the one its type stands for (IfcFlowTerminal typed as air terminal)."""
        own = entity.is_a().upper()
        if own in self._generic:
            kind = self.type_of(entity)
            meant = kind.is_a().upper().removesuffix("TYPE") if kind else ""
            if meant in self.schema.stand_ins:
                return own, meant
        return (own,)

    def predefined_types(self, entity: Any) -> tuple[str, ...]:
        """The predefined type, the type's before the occurrence's; a user-defined one under both its names. Empty without one."""
        kind = self.type_of(entity)
        inherited = _predefined(kind) if kind is not None else ()
        return inherited if inherited and inherited != ("NOTDEFINED",) else _predefined(entity) or inherited

    def type_of(self, entity: Any) -> Any:
        """The type object of an occurrence, or None."""
        key = ("type", entity.id())
        if key not in self._kept:
            relations = getattr(entity, self._typed_by, None) or ()
            self._kept[key] = next((each.RelatingType for each in relations if each.is_a("IfcRelDefinesByType")), None)
        return self._kept[key]

    # attributes

    def attributes(self, entity: Any) -> Iterator[tuple[AttributeType, Any]]:
        """Forward attributes with their values in SI; derived and inverse ones are none that IDS may ask for."""
        for attribute, value in zip(self.schema.attributes(entity.is_a()), entity, strict=False):
            if not attribute.derived:
                yield attribute, self._si(attribute.data_type, value) if attribute.kind == "value" else value

    # properties and quantities

    def properties(self, entity: Any, wanted: Callable[[str], bool]) -> dict[str, list[Datum]]:
        """Sets of the names wanted, each with its properties or quantities, those of the type included that none of the same name
        overrides. Only these sets are read: an element may carry hundreds of others.
        """
        found: dict[str, list[Datum]] = {}
        for name, definition in self._definitions(entity):
            if wanted(name):
                found.setdefault(name, []).extend(self._of_set(definition))
        kind = self.type_of(entity)
        for name, definition in self._definitions(kind) if kind is not None else ():
            if wanted(name):
                taken = {datum.name for datum in found.get(name, ())}
                found[name] = [datum for datum in self._of_set(definition) if datum.name not in taken] + found.get(name, [])
        return found

    def _definitions(self, entity: Any) -> list[tuple[str, Any]]:
        """The sets given to an element itself, with their names."""
        key = entity.id()
        if key not in self._sets_of:
            self._sets_of[key] = [(definition.Name or "", definition) for definition in _own_definitions(entity)]
        return self._sets_of[key]

    def _of_set(self, definition: Any) -> tuple[Datum, ...]:
        key = definition.id()
        if key not in self._sets:
            self._sets[key] = tuple(self._read_set(definition))
        return self._sets[key]

    def _read_set(self, definition: Any) -> Iterator[Datum]:
        name = getattr(definition, "Name", None) or ""
        members = _members(definition)
        if members is not None:
            for member in members:
                yield Datum(name, member.Name or "", tuple(self._values(member)), _checkable(member))
        elif definition.is_a("IfcPropertySetDefinition"):
            for attribute, value in self.attributes(definition):  # predefined sets, as IfcDoorPanelProperties
                if attribute.kind == "value" and attribute.name not in ("GlobalId", "Name", "Description"):
                    yield Datum(name, attribute.name, () if _empty(value) else ((attribute.data_type.upper(), value),))

    def _values(self, member: Any) -> Iterator[Typed]:
        if member.is_a("IfcPropertySingleValue"):
            yield from self._wrapped([member.NominalValue], member.Unit)
        elif member.is_a("IfcPropertyEnumeratedValue"):
            yield from self._wrapped(member.EnumerationValues, getattr(member.EnumerationReference, "Unit", None))
        elif member.is_a("IfcPropertyListValue"):
            yield from self._wrapped(member.ListValues, member.Unit)
        elif member.is_a("IfcPropertyBoundedValue"):
            bounds = [member.UpperBoundValue, member.LowerBoundValue, getattr(member, "SetPointValue", None)]
            yield from self._wrapped(bounds, member.Unit)
        elif member.is_a("IfcPropertyTableValue"):
            yield from self._wrapped(member.DefiningValues, member.DefiningUnit)
            yield from self._wrapped(member.DefinedValues, member.DefinedUnit)
        elif member.is_a("IfcPhysicalSimpleQuantity"):
            attribute = self.schema.attributes(member.is_a())[3]
            yield attribute.data_type.upper(), self._si(attribute.data_type, member[3], member.Unit)

    def _wrapped(self, values: Iterable[Any] | None, unit: Any) -> Iterator[Typed]:
        for value in values or ():
            if value is not None:
                yield value.is_a().upper(), self._si(value.is_a(), value.wrappedValue, unit)

    def _si(self, data_type: str, value: Any, unit: Any = None) -> Any:
        """A number in SI, written as its data type has it: an IfcReal(5) is 5.0, a count of 5. is 5; an unknown logical is nothing.

        One whose unit cannot be converted is there, but no number: it meets no value.
        """
        name = data_type.upper()
        if name == "IFCLOGICAL" and value == "UNKNOWN":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if self.schema.data_types.get(name) == "integer":
            return int(value) if value == value // 1 else value
        kind = unit_kind(name)
        scale = scale_of(unit, self._units) if unit is not None else self._scales.get(kind or "", PLAIN)
        return math.nan if scale is None else scale.si(float(value))

    # materials and classifications

    def materials(self, entity: Any) -> frozenset[str] | None:
        """Names and categories of all materials, layers, profiles, constituents; None where no material is associated."""
        for holder in (entity, self.type_of(entity)):
            found = [
                relation.RelatingMaterial
                for relation in getattr(holder, "HasAssociations", None) or ()
                if relation.is_a("IfcRelAssociatesMaterial") and relation.RelatingMaterial
            ]
            if found:
                return frozenset(name for material in found for name in self._kept_for("material", material, _material_names))
        return None

    def classifications(self, entity: Any) -> list[Classified]:
        """Classifications; those of the type for each system in which the occurrence has none of its own."""
        own = self._classified(entity)
        kind = self.type_of(entity)
        if kind is None:
            return own
        systems = {each.system for each in own}
        return own + [each for each in self._classified(kind) if each.system not in systems]

    def _classified(self, entity: Any) -> list[Classified]:
        return [self._kept_for("class", reference, _classified) for reference in _references(entity)]

    def _kept_for(self, what: str, entity: Any, read: Any) -> Any:
        key = (what, entity.id())
        if key not in self._kept:
            self._kept[key] = read(entity)
        return self._kept[key]

    # wholes

    def wholes(self, entity: Any, relation: str | None) -> list[Any]:
        """Everything an element is part of, near ones first, by one relation or by all of them, over any number of steps."""
        found: dict[int, Any] = {}
        waiting = [entity]
        while waiting:
            for whole in self._next_wholes(waiting.pop(0), relation):
                if whole.id() not in found and whole.id() != entity.id():
                    found[whole.id()] = whole
                    waiting.append(whole)
        return list(found.values())

    def _next_wholes(self, entity: Any, relation: str | None) -> list[Any]:
        key = (relation or "", entity.id())
        if key not in self._kept:
            self._kept[key] = list(_wholes(entity, relation))
        return list(self._kept[key])


def _predefined(entity: Any) -> tuple[str, ...]:
    written = getattr(entity, "PredefinedType", None)
    if written != "USERDEFINED":
        return (written,) if written else ()
    keys = ("ElementType", "ProcessType", "ResourceType", "ObjectType", "UserDefinedPartitioningType")
    custom = next((value for key in keys if (value := getattr(entity, key, None))), None)
    return (custom, "USERDEFINED") if custom else ("USERDEFINED",)


def _own_definitions(entity: Any) -> Iterator[Any]:
    """Sets of properties and quantities given to an occurrence, a type, a material or a profile itself."""
    if entity.is_a("IfcTypeObject"):  # asking for an attribute that a class lacks is slow
        yield from entity.HasPropertySets or ()
        return
    for relation in getattr(entity, "IsDefinedBy", None) or ():
        if relation.is_a("IfcRelDefinesByProperties") and (definition := relation.RelatingPropertyDefinition) is not None:
            yield from definition.wrappedValue if definition.is_a("IfcPropertySetDefinitionSet") else (definition,)
    if entity.is_a("IfcObjectDefinition"):
        return
    if entity.is_a("IfcMaterialDefinition") or entity.is_a("IfcProfileDef"):
        yield from getattr(entity, "HasProperties", None) or ()
    elif entity.is_a("IfcMaterial"):  # IFC2X3 has no inverse for it
        for holder in entity.file.get_inverse(entity):
            if holder.is_a("IfcExtendedMaterialProperties"):
                yield holder


def _members(definition: Any) -> tuple[Any, ...] | None:
    """The properties or quantities of a set; None for a set whose attributes are its properties."""
    if definition.is_a("IfcPropertySet"):
        return definition.HasProperties or ()
    if definition.is_a("IfcElementQuantity"):
        return definition.Quantities or ()
    return getattr(definition, "Properties", None) or getattr(definition, "ExtendedProperties", None)


def _checkable(member: Any) -> bool:
    return member.is_a() not in ("IfcComplexProperty", "IfcPropertyReferenceValue", "IfcPhysicalComplexQuantity")


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == ()


def _material_names(material: Any) -> frozenset[str]:
    """Names and categories in a material of any form; what is missing is left out."""
    found: set[Any] = set()
    waiting, seen = [material], set()
    while waiting:
        each = waiting.pop()
        if each is None or each.id() in seen:
            continue
        seen.add(each.id())
        found |= {getattr(each, key, None) for key in ("Name", "LayerSetName", "Category")}
        for key in ("ForLayerSet", "ForProfileSet", "Material"):
            waiting.append(getattr(each, key, None))
        for key in ("Materials", "MaterialLayers", "MaterialProfiles", "MaterialConstituents"):
            waiting.extend(getattr(each, key, None) or ())
    return frozenset(name for name in found if name)


def _references(entity: Any) -> Iterator[Any]:
    """The references or systems an element, or in IFC4 a resource, is classified by."""
    for relation in getattr(entity, "HasAssociations", None) or ():
        if relation.is_a("IfcRelAssociatesClassification") and relation.RelatingClassification is not None:
            yield relation.RelatingClassification
    for relation in getattr(entity, "HasExternalReferences", None) or getattr(entity, "HasExternalReference", None) or ():
        if relation.RelatingReference.is_a("IfcClassificationReference"):
            yield relation.RelatingReference
    for relation in getattr(entity, "ClassifiedAs", None) or ():
        yield from relation.MaterialClassifications or ()


def _classified(reference: Any) -> Classified:
    codes, seen = [], set()
    while reference is not None and not reference.is_a("IfcClassification") and reference.id() not in seen:
        seen.add(reference.id())
        codes.append(getattr(reference, "Identification", None) or getattr(reference, "ItemReference", None))
        codes += [facet.NotationValue for facet in getattr(reference, "NotationFacets", None) or ()]
        reference = getattr(reference, "ReferencedSource", None)
    known = reference is not None and reference.is_a("IfcClassification")
    return Classified(reference.Name if known else None, tuple(code for code in codes if code))


def _wholes(entity: Any, relation: str | None) -> Iterator[Any]:
    """The next wholes of an element."""
    if relation in (None, "IFCRELAGGREGATES", "IFCRELNESTS"):
        for each in (*(getattr(entity, "Decomposes", None) or ()), *(getattr(entity, "Nests", None) or ())):
            if relation is None or each.is_a().upper() == relation:
                yield each.RelatingObject
    if relation in (None, "IFCRELASSIGNSTOGROUP"):
        for each in getattr(entity, "HasAssignments", None) or ():
            if each.is_a("IfcRelAssignsToGroup"):
                yield each.RelatingGroup
    if relation in (None, "IFCRELCONTAINEDINSPATIALSTRUCTURE"):
        for each in getattr(entity, "ContainedInStructure", None) or ():
            yield each.RelatingStructure
    if relation in (None, VOIDS):
        for each in (getattr(entity, "FillsVoids", None) or ()) if entity.is_a("IfcElement") else ():
            yield each.RelatingOpeningElement
        for each in (getattr(entity, "VoidsElements", None) or ()) if entity.is_a("IfcFeatureElementSubtraction") else ():
            yield each.RelatingBuildingElement
