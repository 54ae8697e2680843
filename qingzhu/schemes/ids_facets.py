"""When an element meets a facet 条件判定: entity, partOf, classification, attribute, property, material of IDS 1.0.

Source: buildingSMART IDS 1.0, the page of each facet, facet-configurations.md and the documented test cases, which decide. A
facet asks two things: is there anything of the kind (``present``), and is it as wanted (``met``). Required wants ``met``;
prohibited wants it not; optional wants ``met`` only of what is present.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qingzhu.collectors.ids import Facet, Value
from qingzhu.collectors.ids_facts import Datum, Facts
from qingzhu.collectors.model_losses import BROKEN
from qingzhu.schemes.ids_values import meets

MOST_SHOWN = 5
"""So many found values stand in one reason."""


@dataclass(frozen=True)
class Found:
    """What an element holds of what a facet asks 查得结果: ``code`` says why it is not met, ``found`` what stands there instead."""

    present: bool
    met: bool
    code: str = ""
    found: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a requirement is not met 未满足原因: a key of the words, and what was found."""

    code: str
    found: str = ""


def judge(facet: Facet, entity: Any, facts: Facts) -> Reason | None:
    """None where an element meets a requirement with its cardinality 判定一项要求; the reason where it does not."""
    found = look(facet, entity, facts)
    if found.code == "broken":
        return Reason("broken")
    if facet.cardinality == "prohibited":
        unwanted = found.present if _names_only(facet) else found.met
        return Reason("prohibited", found.found) if unwanted else None
    if found.met or (facet.cardinality == "optional" and not found.present):
        return None
    return Reason(found.code, found.found)


def look(facet: Facet, entity: Any, facts: Facts) -> Found:
    """What an element holds of what a facet asks 查找; what hangs on links or values that IFC does not allow is never met, and noted."""
    try:
        return _LOOKS[facet.kind](facet, entity, facts)
    except BROKEN:
        facts.broken.add(int(entity.id()))
        return Found(True, False, "broken")


def _names_only(facet: Facet) -> bool:
    """A prohibited property without type and value must not exist at all, whatever it holds."""
    return facet.kind == "property" and facet.data_type is None and "value" not in facet.values


def _entity(facet: Facet, entity: Any, facts: Facts) -> Found:
    classes = facts.classes(entity)
    if not any(meets(facet.values.get("name"), name) for name in classes):
        return Found(True, False, "class", classes[-1])
    wanted = facet.values.get("predefinedType")
    if wanted is None:
        return Found(True, True, found=classes[0])
    types = facts.predefined_types(entity)
    met = any(meets(wanted, name) for name in types)
    return Found(True, met, "" if met else "predefined_type" if types else "no_predefined_type", _shown(types))


def _part_of(facet: Facet, entity: Any, facts: Facts) -> Found:
    wholes = facts.wholes(entity, facet.relation)
    if not wholes:
        return Found(False, False, "no_whole")
    named = [whole for whole in wholes if any(meets(facet.values.get("name"), name) for name in facts.classes(whole))]
    if not named:
        return Found(True, False, "whole", _shown(whole.is_a().upper() for whole in wholes))
    wanted = facet.values.get("predefinedType")
    met = wanted is None or any(meets(wanted, name) for whole in named for name in facts.predefined_types(whole))
    if met and facet.cardinality != "prohibited":
        return Found(True, True)
    types = _shown(f"{whole.is_a().upper()} {'/'.join(facts.predefined_types(whole))}".strip() for whole in named)
    return Found(True, met, "" if met else "whole_type", types)


def _classification(facet: Facet, entity: Any, facts: Facts) -> Found:
    """System and value are those of one and the same classification; where there is any, optional wants one that matches."""
    given = facts.classifications(entity)
    if not given:
        return Found(False, False, "no_classification")
    system, value = facet.values.get("system"), facet.values.get("value")
    named = [each for each in given if system is None or meets(system, each.system)]
    if not named:
        return Found(True, False, "system", _shown(str(each.system) for each in given))
    met = value is None or any(meets(value, code) for each in named for code in each.codes)
    return Found(True, met, "" if met else "code", _shown(f"{each.system} {each.codes[0] if each.codes else ''}".strip() for each in named))


def _attribute(facet: Facet, entity: Any, facts: Facts) -> Found:
    """With a pattern of names one attribute that holds something is enough, and every one that does must have the value."""
    name, wanted = facet.values.get("name"), facet.values.get("value")
    named = [(attribute, value) for attribute, value in facts.attributes(entity) if meets(name, attribute.name)]
    if not named:
        return Found(False, False, "no_attribute")
    held = [(attribute, value) for attribute, value in named if value is not None]
    if not held:
        return Found(False, False, "null_attribute")
    filled = [(attribute, value) for attribute, value in held if not _blank(value)]
    if not filled:
        return Found(True, False, "empty_attribute")
    if wanted is None:
        return Found(True, True, found=_shown(_text(value) for _, value in filled) if facet.cardinality == "prohibited" else "")
    wrong = [value for attribute, value in filled if attribute.kind != "value" or not meets(wanted, value)]
    return Found(True, not wrong, "value" if wrong else "", _shown(_text(value) for value in wrong or [value for _, value in filled]))


def _property(facet: Facet, entity: Any, facts: Facts) -> Found:
    """Every set of the name must hold a property of the name, and every such property must be as wanted."""
    set_name, base_name = facet.values.get("propertySet"), facet.values.get("baseName")
    sets = facts.properties(entity, lambda name: meets(set_name, name))
    if not sets:
        return Found(False, False, "no_set")
    named = {name: [datum for datum in held if meets(base_name, datum.name)] for name, held in sets.items()}
    lacking = sorted(name for name, held in named.items() if not held)
    found = [datum for held in named.values() for datum in held]
    if not found:
        return Found(False, False, "no_property", _shown(lacking))
    for datum in found:
        if code := _wrong(datum, facet):
            return Found(True, False, code, _held(datum, facet.data_type if code == "value" else None))
    if lacking and facet.cardinality != "optional":
        return Found(True, False, "no_property", _shown(lacking))
    return Found(True, True, found=_held(found[0], facet.data_type) if facet.cardinality == "prohibited" else "")


def _wrong(datum: Datum, facet: Facet) -> str:
    """Why a property is not as wanted; empty where it is. Of several values (list, bounds, table, enumeration) one is enough."""
    if not datum.checkable:
        return "complex"
    filled = [(kind, value) for kind, value in datum.values if not _blank(value)]
    if not filled:
        return "empty"
    typed = [value for kind, value in filled if facet.data_type is None or kind == facet.data_type.upper()]
    if not typed:
        return "data_type"
    wanted = facet.values.get("value")
    return "" if wanted is None or any(meets(wanted, value) for value in typed) else "value"


def _material(facet: Facet, entity: Any, facts: Facts) -> Found:
    names = facts.materials(entity)
    if names is None:
        return Found(False, False, "no_material")
    wanted: Value | None = facet.values.get("value")
    met = wanted is None or any(meets(wanted, name) for name in names)
    if met and facet.cardinality != "prohibited":
        return Found(True, True)
    return Found(True, met, "" if met else "material", _shown(sorted(names)))


_LOOKS = {
    "entity": _entity,
    "partOf": _part_of,
    "classification": _classification,
    "attribute": _attribute,
    "property": _property,
    "material": _material,
}


def _blank(value: Any) -> bool:
    """Null, an empty text, an empty list: nothing is written."""
    return value is None or value in ("", ())


def _held(datum: Datum, data_type: str | None) -> str:
    values = [(kind, value) for kind, value in datum.values if data_type is None or kind == data_type.upper()]
    return _shown(_text(value) if data_type else f"{kind}({_text(value)})" for kind, value in values)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "?"  # its unit cannot be converted
        return f"{value:.15g}"
    return str(value)


def _shown(texts: Any) -> str:
    """The first few of several texts, each once; more are counted."""
    distinct: list[str] = list(dict.fromkeys(_iterated(texts)))
    more = len(distinct) - MOST_SHOWN
    return ", ".join(distinct[:MOST_SHOWN]) + (f", … (+{more})" if more > 0 else "")


def _iterated(texts: Any) -> Iterator[str]:
    for text in texts:
        yield str(text)
