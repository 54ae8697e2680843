"""Units of a model 模型单位: from what the file declares to m, m², m³, t and s.

Sources: ISO 16739-1, IfcUnitAssignment, IfcSIUnit, IfcConversionBasedUnit, IfcDerivedUnit. The prefix of an SI
unit belongs to the metre, so MILLI SQUARE_METRE is mm² = 10⁻⁶ m².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qingzhu.collectors.model_losses import BROKEN

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
POWERS = {"length": 1, "area": 2, "volume": 3}
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
        for entity in getattr(assignment, "Units", None) or ():
            written = getattr(entity, "UnitType", None)
            kind = UNIT_KINDS.get(written) if isinstance(written, str) else None
            if kind:
                units.setdefault(kind, unit_of(entity))
    return units


def unit_of(entity: Any, depth: int = 0) -> Unit:
    """One IfcUnit as a factor 换算系数; a circle of units or one of another kind has the factor None."""
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
    if name not in SI_UNITS:
        return Unit(f"{prefix or ''} {name}".strip(), None)
    _, symbol, factor, power = SI_UNITS[name]
    return Unit(SI_SYMBOLS.get(prefix, prefix or "") + symbol, factor * SI_PREFIXES.get(prefix, 1.0) ** power)


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
