"""The standard property and quantity sets 标准属性集: names, applicable classes, data types, as buildingSMART publishes them.

They are the templates that IfcOpenShell carries for IFC2X3, IFC4 and IFC4X3. IFC2X3 has no standard quantity sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from qingzhu.collectors.ids_schema import schema

FILES = {"IFC2X3": "IFC2X3", "IFC4": "IFC4", "IFC4X3_ADD2": "IFC4X3"}
RESERVED = ("Pset_", "Qto_")
"""Prefixes that only standard sets may have (property-facet.md)."""

QUANTITIES = {
    "Q_LENGTH": "IFCLENGTHMEASURE",
    "Q_AREA": "IFCAREAMEASURE",
    "Q_VOLUME": "IFCVOLUMEMEASURE",
    "Q_COUNT": "IFCCOUNTMEASURE",
    "Q_WEIGHT": "IFCMASSMEASURE",
    "Q_TIME": "IFCTIMEMEASURE",
}


@dataclass(frozen=True)
class SetTemplate:
    """A standard set 标准集: its classes in upper case, and for each property the data type (None: it is not of one value)."""

    name: str
    classes: tuple[str, ...]
    properties: dict[str, str | None]

    def fits(self, version: str, entity: str) -> bool:
        """True for a class it is made for, one below it, its type, or the occurrences of that type."""
        own = schema(version)
        name = entity.upper()
        related = (name, name.removesuffix("TYPE").removesuffix("STYLE"), f"{name}TYPE")
        return not self.classes or any(own.is_a(each, wanted) for each in related for wanted in self.classes)


@cache
def set_templates(version: str) -> dict[str, SetTemplate]:
    """The standard sets of a version 标准属性集, by name."""
    import ifcopenshell.util.pset

    found = {}
    for file in ifcopenshell.util.pset.PsetQto(FILES[version]).templates:
        for template in file.by_type("IfcPropertySetTemplate"):
            classes = tuple(part.split("/")[-1].strip().upper() for part in (template.ApplicableEntity or "").split(",") if part.strip())
            properties = {each.Name: _data_type(each) for each in template.HasPropertyTemplates or ()}
            found[template.Name] = SetTemplate(template.Name, classes, properties)
    return found


def _data_type(template: Any) -> str | None:
    kind = getattr(template, "TemplateType", None)
    if kind in QUANTITIES:
        return QUANTITIES[kind]
    if kind in ("P_SINGLEVALUE", "P_ENUMERATEDVALUE", "P_LISTVALUE", "P_BOUNDEDVALUE", "P_TABLEVALUE"):
        measure = getattr(template, "PrimaryMeasureType", None)
        return str(measure).upper() if measure else ""
    return None
