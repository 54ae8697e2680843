"""Units of a model 模型单位: from what the file declares to m, m², m³, t and s.

Sources: ISO 16739-1, IfcUnitAssignment, IfcSIUnit, IfcConversionBasedUnit, IfcDerivedUnit. The prefix of an SI
unit belongs to the metre, so MILLI SQUARE_METRE is mm² = 10⁻⁶ m².
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from qingzhu.collectors.model_losses import BROKEN
from qingzhu.terms.readings import Remark

SI_PREFIXES = {
    "EXA": 1e18, "PETA": 1e15, "TERA": 1e12, "GIGA": 1e9, "MEGA": 1e6, "KILO": 1e3, "HECTO": 1e2, "DECA": 1e1,
    "DECI": 1e-1, "CENTI": 1e-2, "MILLI": 1e-3, "MICRO": 1e-6, "NANO": 1e-9, "PICO": 1e-12, "FEMTO": 1e-15, "ATTO": 1e-18,
}  # fmt: skip
"""SI prefixes by their IFC names. [1]"""

SI_SYMBOLS = {"MILLI": "m", "CENTI": "c", "DECI": "d", "KILO": "k", "MEGA": "M", "MICRO": "µ", "HECTO": "h"}

SI_UNITS = {
    "METRE": ("length", "m", 1.0, 1),
    "SQUARE_METRE": ("area", "m²", 1.0, 2),
    "CUBIC_METRE": ("volume", "m³", 1.0, 3),
    "GRAM": ("mass", "g", 1e-6, 1),
    "SECOND": ("time", "s", 1.0, 1),
}
"""Kind, symbol, factor to m, m², m³, t, s, and the power of the prefix, by IFC name."""

UNIT_KINDS = {"LENGTHUNIT": "length", "AREAUNIT": "area", "VOLUMEUNIT": "volume", "MASSUNIT": "mass", "TIMEUNIT": "time"}
DEEPEST = 8
"""How many units may stand on one another before we call it a circle."""

FACTORS = 16
"""How many units a derived one may be made of; IFC's own have at most four."""


@dataclass(frozen=True)
class Unit:
    """A unit 单位: how it is called and what turns it into m, m², m³, t or s; ``factor`` None where that is not known."""

    name: str
    factor: float | None


NEUTRAL = Unit("", 1.0)
"""The unit of a count."""

ASSUMED = {"length": Unit("m", 1.0), "area": Unit("m²", 1.0), "volume": Unit("m³", 1.0), "mass": Unit("kg", 1e-3), "time": Unit("s", 1.0)}
"""What is taken, with a remark, where the project declares no unit for a kind: SI."""


def project_units(model: Any) -> dict[str, Unit]:
    """The units the project declares 项目单位, by kind of quantity."""
    units: dict[str, Unit] = {}
    for assignment in [project.UnitsInContext for project in model.by_type("IfcProject") if project.UnitsInContext]:
        held = getattr(assignment, "Units", None)
        for entity in held if isinstance(held, tuple | list) else ():
            written = getattr(entity, "UnitType", None)
            kind = UNIT_KINDS.get(written) if isinstance(written, str) else None
            if kind:
                units.setdefault(kind, unit_of(entity))
    return units


def unit_of(entity: Any, depth: int = 0) -> Unit:
    """One IfcUnit as a factor 换算系数; a circle of units, one of another kind, of no known prefix or of nothing has the factor None."""
    found = _unit_of(entity, depth)
    return found if found.factor is None or 0 < found.factor < math.inf else Unit(found.name, None)


def unit_for(entity: Any, kind: str) -> Unit:
    """The unit that a quantity of this kind is written in 自带单位; the factor is None where it says to be one of another kind."""
    found, written = unit_of(entity), getattr(entity, "UnitType", None)
    other = isinstance(written, str) and UNIT_KINDS.get(written, kind) != kind
    return Unit(found.name, None) if other else found


def prefix_factor(prefix: Any) -> float | None:
    """What a prefix of an SI unit stands for 词头 [1]: 1 where there is none, None for one that is none of SI's."""
    return 1.0 if prefix is None else SI_PREFIXES.get(prefix)


def _unit_of(entity: Any, depth: int) -> Unit:
    if entity is None or depth > DEEPEST:
        return Unit("?", None)
    try:
        if entity.is_a("IfcSIUnit"):
            return _si_unit(entity)
        if entity.is_a("IfcConversionBasedUnit"):
            return _conversion_based(entity, depth)
        if entity.is_a("IfcDerivedUnit"):
            return _derived(entity, depth)
    except BROKEN:  # a unit made of something that is none has no factor, and what is written in it is refused by name
        return Unit("?", None)
    return Unit(str(getattr(entity, "Name", None) or entity.is_a()), None)


def _si_unit(entity: Any) -> Unit:
    name, prefix = entity.Name, entity.Prefix
    scale = prefix_factor(prefix)
    kind, symbol, factor, power = SI_UNITS.get(name, (None, "", 1.0, 1))
    if scale is None or kind is None or kind != UNIT_KINDS.get(entity.UnitType):
        return Unit(f"{prefix or ''} {name or '?'}".strip(), None)
    return Unit(SI_SYMBOLS.get(prefix, prefix or "") + symbol, factor * scale**power)


def _conversion_based(entity: Any, depth: int) -> Unit:
    name = str(entity.Name or "?")
    measure = entity.ConversionFactor
    value = getattr(measure.ValueComponent, "wrappedValue", None) if measure else None
    base = unit_of(measure.UnitComponent, depth + 1) if measure else Unit("?", None)
    if not isinstance(value, int | float) or base.factor is None:
        return Unit(name, None)
    return Unit(name, float(value) * base.factor)


def _derived(entity: Any, depth: int) -> Unit:
    """Products of powers of units of one kind, as m·m·m; anything else is not one of our quantities."""
    factor, names = 1.0, []
    elements = entity.Elements or ()
    if len(elements) > FACTORS or any(element.Unit.is_a("IfcDerivedUnit") for element in elements):  # each of many of many would never end
        return Unit(str(entity.UnitType), None)
    for element in elements:
        part = unit_of(element.Unit, depth + 1)
        if part.factor is None:
            return Unit(str(entity.UnitType), None)
        factor *= part.factor ** int(element.Exponent)
        names.append(f"{part.name}^{element.Exponent}")
    return Unit("·".join(names), factor)


def length_of(units: dict[str, Unit]) -> float | None:
    """What turns the model's unit of length into m 长度系数: 1 where it declares none, None where that cannot be converted."""
    return units.get("length", ASSUMED["length"]).factor


def length_known(units: dict[str, Unit]) -> bool:
    """Whether the model says in which unit its bodies are drawn, and that can be converted 长度单位已知."""
    return "length" in units and units["length"].factor is not None


def names_of(units: dict[str, Unit]) -> dict[str, str]:
    """How the units are called, by kind 单位名称."""
    return {kind: units[kind].name for kind in UNIT_KINDS.values() if kind in units}


def length_remarks(units: dict[str, Unit], counted: int) -> list[Remark]:
    """What is said of elevations and thicknesses, of which so many were ``counted`` 长度单位, where the unit is not declared or unknown."""
    unit = units.get("length")
    if unit is None and counted:
        zh = f"模型没有声明长度单位，楼层标高和材料层厚度（{counted} 行）按 m 计；请在原软件中声明单位后重新导出。"
        en = (
            f"The model declares no unit of length: elevations of storeys and thicknesses of layers ({counted} rows) are taken to be in m. "
            "Declare it and export again."
        )
        return [Remark("doubt", "unit_assumed", zh, en, found="elevation, thickness", count=counted)]
    if unit is not None and unit.factor is None:
        zh = f"模型的长度单位“{unit.name}”无法换算：楼层标高、材料层厚度和形体尺寸均未知；请在原软件中改正单位后重新导出。"
        en = (
            f"The model's unit of length “{unit.name}” cannot be converted: elevations, thicknesses and the sizes of bodies are unknown. "
            "Correct the unit and export again."
        )
        return [Remark("doubt", "length_unit_unknown", zh, en, found=unit.name)]
    return []
