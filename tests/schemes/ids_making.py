"""Small specifications and models for tests of IDS, written by hand."""

from __future__ import annotations

from typing import Any

import ifcopenshell

from qingzhu.collectors.ids import IdsFile, ids_of
from qingzhu.schemes.ids_check import Outcome, check
from tests.collectors.model_makers import guid, step

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<ids xmlns="http://standards.buildingsmart.org/IDS" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<info><title>T</title></info><specifications>
"""
TAIL = "</specifications></ids>\n"


def value(wanted: str, base: str = "string") -> str:
    """A simple value, or, where it is written ``kind=text``, a restriction; several limits are parted by blanks."""
    kinds = ("enumeration", "pattern", "length", "minLength", "maxLength", "minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
    if not wanted.startswith(kinds):
        return f"<simpleValue>{wanted}</simpleValue>"
    limits = "".join('<xs:{} value="{}"/>'.format(*part.split("=", 1)) for part in wanted.split(" "))
    return f'<xs:restriction base="xs:{base}">{limits}</xs:restriction>'


def facet(kind: str, *attributes: str, base: str = "string", **values: str) -> str:
    """A facet as XML: parameters by name, attributes as they are written."""
    inner = "".join(f"<{key}>{value(text, base if key == 'value' else 'string')}</{key}>" for key, text in values.items())
    if kind == "partOf":
        inner = f"<entity>{inner}</entity>"
    return f"<{kind} {' '.join(attributes)}>{inner}</{kind}>"


def entity(name: str = "IFCWALL", **values: str) -> str:
    """The facet of a class."""
    return facet("entity", name=name, **values)


def specification(
    *requirements: str, applies: str | None = None, occurs: str = 'maxOccurs="unbounded"', versions: str = "IFC4", name: str = "S"
) -> str:
    """One specification."""
    asked = f"<requirements>{''.join(requirements)}</requirements>" if requirements else ""
    applicability = f"<applicability {occurs}>{entity() if applies is None else applies}</applicability>"
    return f'<specification name="{name}" ifcVersion="{versions}">{applicability}{asked}</specification>'


def ids(*specifications: str) -> IdsFile:
    """A whole file, read."""
    return ids_of((HEAD + "".join(specifications) + TAIL).encode(), "t.ids")


def model(*lines: str, **more: Any) -> ifcopenshell.file:
    """A model from its instances."""
    return ifcopenshell.file.from_string(step(*lines, **more))


def outcome(*requirements: str, lines: tuple[str, ...], schema: str = "IFC4", **more: Any) -> Outcome:
    """The outcome of one specification in a model of some lines."""
    (found,) = check(ids(specification(*requirements, **more)), model(*lines, schema=schema))
    return found


def reason(requirement: str, *lines: str, **more: Any) -> str | None:
    """Why the one applicable element fails the one requirement; None where it meets it."""
    found = outcome(requirement, lines=lines, **more)
    assert found.applicable == 1
    failures = found.requirements[0].failures
    return failures[0].reason.code if failures else None


def wall(number: int = 10, name: str = "'W'", description: str = "$", object_type: str = "$", predefined: str = "$") -> str:
    """An IfcWall of IFC4."""
    return f"#{number}=IFCWALL('{guid(number)}',$,{name},{description},{object_type},$,$,$,{predefined});"


def pset(number: int, element: int, name: str, *held: str) -> tuple[str, ...]:
    """A property set on an element; properties are numbered from ``number`` + 2."""
    ids = [number + 2 + place for place in range(len(held))]
    members = ",".join(f"#{each}" for each in ids)
    return (
        f"#{number}=IFCPROPERTYSET('{guid(number)}',$,'{name}',$,({members}));",
        f"#{number + 1}=IFCRELDEFINESBYPROPERTIES('{guid(number + 1)}',$,$,$,(#{element}),#{number});",
        *(f"#{each}={line};" for each, line in zip(ids, held, strict=True)),
    )


def single(name: str, held: str, unit: str = "$") -> str:
    """A property of one value."""
    return f"IFCPROPERTYSINGLEVALUE('{name}',$,{held},{unit})"
