"""The audit of an ``.ids`` file 规范文件审核: is it valid IDS 1.0, does it name what IFC has, can it be met at all.

Plan 三（四）. First the form, by the XML schema; then what the form cannot know. A finding is an error where IDS 1.0 forbids it
or no model could be judged by it as it is meant, a warning where it is likely a slip, a note where it is good to know.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from qingzhu.collectors.ids import Facet, IdsFile, Specification
from qingzhu.collectors.ids_schema import VERSIONS
from qingzhu.collectors.ids_structure import faults
from qingzhu.schemes.ids_audit_facets import (
    audit_attribute,
    audit_classification,
    audit_entity,
    audit_material,
    audit_part_of,
    audit_property,
    classes_of,
)
from qingzhu.schemes.ids_findings import SEVERITIES, Finding, Place
from qingzhu.schemes.ids_words import words

FORMAT = "qingzhu-ids-audit/1"
OCCURS = {("1", "unbounded"), ("0", "unbounded"), ("0", "0")}
"""The cardinalities of a specification (specifications.md)."""


def audit(ids: IdsFile) -> list[Finding]:
    """Everything found 审核, form first, then in the order of the file; raises MissingError without ifctester."""
    found = []
    for fault in faults(ids):
        text = words("form", fault.code, **fault.facts)
        found.append(Finding("error", f"form_{fault.code}", text["zh"], text["en"], line=fault.line, parameter=fault.path or None))
    place = Place()
    for specification in ids.specifications:
        place.specification = specification
        _specification(place, specification)
    place.specification = place.clause = place.facet = None
    _identifiers(place, ids)
    return found + place.found


def audit_result(ids: IdsFile, found: list[Finding]) -> dict[str, Any]:
    """The audit as one object for JSON 审核结果; ``docs/spec/ids.md`` documents it."""
    keys = ("severity", "code", "zh", "en", "specification", "name", "clause", "facet", "parameter", "line")
    return {
        "format": FORMAT,
        "ids": {"file": ids.name, "sha256": ids.sha256, "info": ids.info, "specifications": len(ids.specifications)},
        "valid": not any(finding.severity == "error" for finding in found),
        "counts": counts(found),
        "findings": [{key: getattr(finding, key) for key in keys} for finding in found],
    }


def counts(found: list[Finding]) -> dict[str, int]:
    """Findings by severity."""
    counted = Counter(finding.severity for finding in found)
    return {severity: counted[severity] for severity in SEVERITIES}


def _specification(place: Place, given: Specification) -> None:
    place.clause, place.facet = None, None
    if (given.least, given.most) not in OCCURS:
        place.say("error", "occurs", least=given.least, most=given.most)
    if not given.applicability:
        place.say("error", "no_applicability")
    if given.usage == "prohibited" and given.requirements:
        place.say("error", "prohibited_with_requirements")
    if given.usage != "prohibited" and not given.requirements:
        place.say("warning" if given.usage == "required" else "error", "no_requirements")
    entity = next((facet for facet in given.applicability if facet.kind == "entity"), None)
    if given.applicability and entity is None:
        place.say("note", "no_entity")
    known = [version for version in given.versions if version in VERSIONS]
    classes = {version: classes_of(version, entity.values.get("name")) if entity else [] for version in known}
    for clause, facets in (("applicability", given.applicability), ("requirements", given.requirements)):
        place.clause = clause
        for facet in facets:
            place.facet = facet
            _facet(place, facet, classes)
            if clause == "requirements" and facet.kind == "entity" and entity is not None:
                _contradiction(place, facet, classes)
    place.clause, place.facet = None, None


def _facet(place: Place, facet: Facet, classes: dict[str, list[str]]) -> None:
    if facet.kind == "entity":
        audit_entity(place, facet)
    elif facet.kind == "partOf":
        audit_part_of(place, facet)
    elif facet.kind == "classification":
        audit_classification(place, facet)
    elif facet.kind == "material":
        audit_material(place, facet)
    elif facet.kind == "attribute":
        audit_attribute(place, facet, classes)
    else:
        audit_property(place, facet, classes)


def _contradiction(place: Place, facet: Facet, classes: dict[str, list[str]]) -> None:
    """Elements of one class cannot be asked to be of another."""
    for version, applicable in classes.items():
        wanted = classes_of(version, facet.values.get("name"))
        if applicable and wanted and not set(applicable) & set(wanted):
            place.say(
                "error", "class_contradicts", "name", facet.values.get("name"), of=", ".join(applicable[:3]), wanted=", ".join(wanted[:3])
            )


def _identifiers(place: Place, ids: IdsFile) -> None:
    for key, code in (("identifier", "identifier_twice"), ("name", "name_twice")):
        named = Counter(value for each in ids.specifications if (value := getattr(each, key)))
        for value, count in named.items():
            if count > 1:
                place.say("note" if key == "name" else "warning", code, text=value, count=count)
