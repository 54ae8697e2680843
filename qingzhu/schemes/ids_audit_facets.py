"""The facets of an IDS 条件审核: names that the IFC versions have, types that fit, parameters that IDS 1.0 allows together.

Source: buildingSMART IDS 1.0, the page of each facet and facet-configurations.md; the schemas and standard sets of
ISO 16739-1 as IfcOpenShell carries them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qingzhu.collectors.ids import Facet, Value
from qingzhu.collectors.ids_facts import RELATIONS, VOIDS
from qingzhu.collectors.ids_schema import AttributeType, schema
from qingzhu.collectors.ids_templates import RESERVED, SetTemplate, set_templates
from qingzhu.schemes.ids_audit_values import audit_value
from qingzhu.schemes.ids_findings import Place, nearest
from qingzhu.schemes.ids_values import meets

STAND_IN_ATTRIBUTES = "IFCELEMENT"
"""A class that IFC2X3 has only as a type: its occurrences are elements."""

WHOLES = {
    "IFCRELASSIGNSTOGROUP": ("IFCGROUP",),
    "IFCRELCONTAINEDINSPATIALSTRUCTURE": ("IFCSPATIALSTRUCTUREELEMENT", "IFCSPATIALELEMENT"),
    "IFCRELAGGREGATES": ("IFCOBJECTDEFINITION",),
    "IFCRELNESTS": ("IFCOBJECTDEFINITION",),
    VOIDS: ("IFCELEMENT",),
}
"""What the whole of a relation may be (ISO 16739-1)."""


def classes_of(version: str, name: Value | None) -> list[str]:
    """The classes of a version that a name can mean 类别范围, in upper case; abstract ones included."""
    own = schema(version)
    return [each for each in (*own.entities, *own.stand_ins) if name is not None and meets(name, each)]


def texts_of(value: Value | None) -> list[str]:
    """The texts a parameter names one by one; none where it is a pattern or other limit."""
    if value is None:
        return []
    return [value.simple] if value.simple is not None else value.of("enumeration")


def audit_entity(place: Place, facet: Facet) -> None:
    """Class and predefined type 审核类别与预定义类型, in each version stated."""
    name, wanted = facet.values.get("name"), facet.values.get("predefinedType")
    if name is None:
        return
    audit_value(place, "name", name)
    for version in place.versions:
        own = schema(version)
        known = {**own.entities, **own.stand_ins}
        for text in texts_of(name):
            if text not in known and text:
                found = own.names.get(text.upper()) if text.upper() in known else None
                if found:
                    place.say("error", "class_case", "name", name, text=text, wanted=text.upper())
                else:
                    place.say("error", "unknown_class", "name", name, text=text, version=version, hint=nearest(text, known))
        classes = classes_of(version, name)
        if not classes and not texts_of(name):
            place.say("error", "no_class_matches", "name", name, version=version)
        concrete = [each for each in classes if each not in own.entities or not own.entities[each].is_abstract()]
        if classes and not concrete:
            place.say("warning", "abstract_class", "name", name, text=", ".join(classes[:3]), version=version)
        if wanted is not None and classes:
            _predefined(place, wanted, classes, version)
    if wanted is not None:
        audit_value(place, "predefinedType", wanted)


def _predefined(place: Place, wanted: Value, classes: Sequence[str], version: str) -> None:
    """A predefined type is one of the schema's, or a free text where the class can be user-defined."""
    own = schema(version)
    lists = [types for each in classes if (types := own.predefined_types(each)) is not None]
    if not lists:
        place.say("error", "no_predefined_types", "predefinedType", wanted, text=classes[0], version=version)
        return
    direct = [each for each in classes if each in own.entities and any(a.name == "PredefinedType" for a in own.attributes(each))]
    if not direct:
        place.say("note", "predefined_by_type", "predefinedType", wanted, text=classes[0], version=version)
    known = list(dict.fromkeys(item for types in lists for item in types))
    for text in texts_of(wanted):
        if text in known or not text:
            continue
        if text.upper() in known:
            place.say("warning", "predefined_case", "predefinedType", wanted, text=text, wanted=text.upper())
        elif "USERDEFINED" in known:
            place.say("note", "user_defined", "predefinedType", wanted, text=text, version=version, hint=nearest(text, known))
        else:
            place.say("error", "unknown_predefined", "predefinedType", wanted, text=text, version=version, hint=nearest(text, known))


def audit_part_of(place: Place, facet: Facet) -> None:
    """The whole and whether the relation can lead to it 审核从属关系."""
    audit_entity(place, facet)
    if facet.cardinality == "optional":
        place.say("error", "optional_not_allowed")
    if facet.relation is None:
        return
    if facet.relation not in RELATIONS:
        place.say("error", "unknown_relation", found=facet.relation, known=", ".join(RELATIONS))
        return
    for version in place.versions:
        own = schema(version)
        classes = [each for each in classes_of(version, facet.values.get("name")) if each in own.entities]
        if classes and not any(own.is_a(each, whole) for each in classes for whole in WHOLES[facet.relation]):
            place.say("error", "relation_never", text=classes[0], relation=facet.relation, wanted=", ".join(WHOLES[facet.relation]))


def audit_classification(place: Place, facet: Facet) -> None:
    """System and code 审核分类."""
    for key, value in facet.values.items():
        audit_value(place, key, value)
    if facet.cardinality == "optional" and "value" not in facet.values:
        place.say("error", "optional_never_fails")


def audit_material(place: Place, facet: Facet) -> None:
    """Material 审核材料."""
    for key, value in facet.values.items():
        audit_value(place, key, value)
    if facet.cardinality == "optional" and "value" not in facet.values:
        place.say("error", "optional_never_fails")


def audit_attribute(place: Place, facet: Facet, classes: dict[str, list[str]]) -> None:
    """The attribute stands in the classes and its value fits its type 审核直接属性; ``classes`` by version."""
    name, wanted = facet.values.get("name"), facet.values.get("value")
    if facet.cardinality == "optional" and wanted is None:
        place.say("error", "optional_never_fails")
    if name is None:
        return
    audit_value(place, "name", name)
    for version in place.versions:
        attributes = _attributes(version, classes.get(version, []))
        for text in texts_of(name):
            if text and text not in attributes:
                _unknown_attribute(place, name, text, version, classes.get(version, []), attributes)
        named = [kind for each, kind in attributes.items() if meets(name, each)]
        if not named and not texts_of(name):
            place.say("error", "no_attribute_matches", "name", name, version=version)
        if wanted is not None:
            _attribute_value(place, wanted, named, version)


def _attributes(version: str, classes: Sequence[str]) -> dict[str, AttributeType]:
    own = schema(version)
    holders = [each if each in own.entities else STAND_IN_ATTRIBUTES for each in classes] or list(own.entities)
    return {each.name: each for holder in holders for each in own.attributes(holder) if not each.derived}


def _unknown_attribute(
    place: Place, name: Value, text: str, version: str, classes: Sequence[str], attributes: dict[str, AttributeType]
) -> None:
    own = schema(version)
    for each in classes:
        inverse = {one.name() for one in own.entities[each].all_inverse_attributes()} if each in own.entities else set()
        if text in inverse:
            place.say("error", "inverse_attribute", "name", name, text=text, of=each)
            return
    of = ", ".join(classes[:3]) or version
    place.say("error", "unknown_attribute", "name", name, text=text, of=of, version=version, hint=nearest(text, attributes))


def _attribute_value(place: Place, wanted: Value, named: Iterable[AttributeType], version: str) -> None:
    named = list(named)
    plain = [each for each in named if each.kind == "value"]
    if named and not plain:
        place.say("error", "value_of_object", "value", wanted, text=named[0].name, kind=named[0].kind)
        return
    for base in dict.fromkeys(each.base for each in plain):
        audit_value(place, "value", wanted, base or "string", ", ".join(each.name for each in plain if each.base == base)[:60])
    for each in plain:
        items = schema(version).values_of(each.data_type) if each.data_type else ()
        for text in texts_of(wanted) if items else ():
            if text not in items:
                place.say("error", "not_in_list", "value", wanted, text=text, of=each.data_type, version=version, hint=nearest(text, items))


def audit_property(place: Place, facet: Facet, classes: dict[str, list[str]]) -> None:
    """Set, name, data type and value 审核属性; what bears a reserved prefix must be of the standard sets."""
    _configuration(place, facet)
    set_name, base_name, wanted = (facet.values.get(key) for key in ("propertySet", "baseName", "value"))
    for key, value in (("propertySet", set_name), ("baseName", base_name)):
        if value is not None:
            audit_value(place, key, value)
    base: str | None = None
    if facet.data_type:
        for version in place.versions:
            types = schema(version).data_types
            if facet.data_type not in types:
                place.say(
                    "error", "unknown_data_type", "dataType", text=facet.data_type, version=version, hint=nearest(facet.data_type, types)
                )
            elif not types[facet.data_type]:
                place.say("error", "data_type_unfit", "dataType", text=facet.data_type)
            else:
                base = types[facet.data_type]
    if wanted is not None:
        _property_value(place, facet, wanted, base)
    for version in place.versions:
        for text in texts_of(set_name):
            if text.startswith(RESERVED):
                _standard_set(place, facet, text, version, classes.get(version, []))


def _configuration(place: Place, facet: Facet) -> None:
    """Which parameters may stand together (facet-configurations.md)."""
    if "value" in facet.values and not facet.data_type:
        place.say("error", "value_without_type")
    if facet.cardinality == "optional" and not facet.data_type and "value" not in facet.values:
        place.say("error", "optional_never_fails")
    if facet.cardinality == "prohibited" and (facet.data_type or "value" in facet.values):
        place.say("error", "prohibited_with_value")


def _property_value(place: Place, facet: Facet, wanted: Value, base: str | None) -> None:
    own = wanted.base.rpartition(":")[2] if wanted.simple is None else "string"
    audit_value(place, "value", wanted, base or own, facet.data_type or "")
    for version in place.versions:
        types = schema(version)
        items = types.values_of(facet.data_type) if facet.data_type in types.data_types else ()
        for text in texts_of(wanted) if items else ():
            if text not in items:
                hint = nearest(text, items)
                place.say("warning", "not_in_list", "value", wanted, text=text, of=facet.data_type, version=version, hint=hint)


def _standard_set(place: Place, facet: Facet, name: str, version: str, classes: Sequence[str]) -> None:
    known, value = set_templates(version), facet.values["propertySet"]
    template = known.get(name)
    if template is None:
        severity, code = (
            ("warning", "no_standard_quantities") if name.startswith("Qto_") and version == "IFC2X3" else ("error", "unknown_set")
        )
        place.say(severity, code, "propertySet", value, text=name, version=version, hint=nearest(name, known))
        return
    fitting = [each for each in classes if template.fits(version, each)]
    if classes and not fitting:
        of = ", ".join(classes[:3])
        place.say("error", "set_not_for_class", "propertySet", value, text=name, of=of, version=version, wanted=", ".join(template.classes))
    elif len(fitting) < len(classes):
        rest = ", ".join(each for each in classes if each not in fitting)
        place.say("warning", "set_not_for_some", "propertySet", value, text=name, of=rest, version=version)
    _standard_property(place, facet, template, version)


def _standard_property(place: Place, facet: Facet, template: SetTemplate, version: str) -> None:
    value = facet.values.get("baseName")
    for text in texts_of(value):
        if not text:
            continue
        if text not in template.properties:
            hint = nearest(text, template.properties)
            place.say("error", "unknown_property", "baseName", value, text=text, of=template.name, version=version, hint=hint)
            continue
        own = template.properties[text]
        if own is None:
            place.say("error", "property_not_checkable", "baseName", value, text=text, of=template.name)
        elif facet.data_type and own and facet.data_type != own:
            facts = {"text": text, "of": template.name, "found": facet.data_type, "wanted": own, "version": version}
            place.say("error", "property_of_other_type", "dataType", value, **facts)
