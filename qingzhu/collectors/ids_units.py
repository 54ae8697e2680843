"""Values in the units of IDS 单位换算: what a model writes, in SI, as IDS 1.0 wants it (mass in kg, temperature in K, angle in rad).

Sources: ISO 16739-1 (IfcUnitAssignment, IfcSIUnit, IfcConversionBasedUnit, IfcDerivedUnit); buildingSMART IDS, units.md. A
prefix belongs to the metre, so MILLI SQUARE_METRE is mm². :mod:`qingzhu.collectors.model_units` keeps the quantities of the
tables (in t); here every measure of IFC counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from qingzhu.collectors.model_losses import BROKEN
from qingzhu.collectors.model_units import prefix_factor

POWERS = {"SQUARE_METRE": 2, "CUBIC_METRE": 3}
ZERO_CELSIUS = 273.15
"""0 °C. [K]"""

OTHER_UNITS = {
    "THERMALCONDUCTIVITY": "THERMALCONDUCTANCEUNIT",
    "POSITIVELENGTH": "LENGTHUNIT",
    "NONNEGATIVELENGTH": "LENGTHUNIT",
    "POSITIVEPLANEANGLE": "PLANEANGLEUNIT",
    "WARPINGMOMENT": "WARPINGMOMENTUNIT",
}
"""Measures whose unit is not called as they are."""


@dataclass(frozen=True)
class Scale:
    """From a unit to SI 换算: value · ``factor`` + ``offset``."""

    factor: float = 1.0
    offset: float = 0.0

    def si(self, value: Any) -> Any:
        """A number in SI; anything else as it is, and a number that needs no change unchanged."""
        if self == PLAIN or isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return value * self.factor + self.offset


PLAIN = Scale()


def unit_kind(data_type: str) -> str | None:
    """The kind of unit of a data type 量纲: IFCLENGTHMEASURE → LENGTHUNIT; None for what has no unit."""
    name = data_type.upper()
    if not name.startswith("IFC") or not name.endswith("MEASURE"):
        return None
    return OTHER_UNITS.get(name[3:-7], name[3:-7] + "UNIT")


def project_scales(model: Any, known: dict[int, Scale | None]) -> dict[str, Scale | None]:
    """The scales of the units a project declares 项目单位, by kind; None for one that cannot be converted."""
    scales: dict[str, Scale | None] = {}
    for project in [*model.by_type("IfcProject"), *(model.by_type("IfcContext") if model.schema != "IFC2X3" else ())]:
        for unit in _units(project):
            kind = getattr(unit, "UnitType", None)
            if isinstance(kind, str):
                scales.setdefault(kind, scale_of(unit, known))
    return scales


def _units(project: Any) -> tuple[Any, ...]:
    given = getattr(project.UnitsInContext, "Units", None)
    return given if isinstance(given, tuple) else ()


def scale_of(unit: Any, known: dict[int, Scale | None]) -> Scale | None:
    """One IfcUnit as a scale 换算系数; None for one that is no number, of no known prefix, or a circle of units.

    ``known`` keeps what was found, by instance: units made of units, each used many times, are followed once.
    """
    try:
        id = unit.id()
        if id not in known:
            known[id] = None  # while it is followed: one that leads back to itself has no scale
            known[id] = _followed(unit, known)
        return known[id]
    except BROKEN:
        return None


def _followed(unit: Any, known: dict[int, Scale | None]) -> Scale | None:
    if unit.is_a("IfcSIUnit"):
        found = _si(unit)
    elif unit.is_a("IfcConversionBasedUnit"):
        found = _conversion_based(unit, known)
    elif unit.is_a("IfcDerivedUnit"):
        found = _derived(unit, known)
    else:  # money, and units that only those who use them know, have no SI
        return PLAIN if unit.is_a("IfcMonetaryUnit") or unit.is_a("IfcContextDependentUnit") else None
    return found if found and 0 < found.factor < math.inf and math.isfinite(found.offset) else None


def _derived(unit: Any, known: dict[int, Scale | None]) -> Scale | None:
    factor = 1.0
    for element in unit.Elements or ():
        part = scale_of(element.Unit, known)
        if part is None:
            return None
        factor *= part.factor ** int(element.Exponent)
    return Scale(factor)


def _si(unit: Any) -> Scale | None:
    prefix = prefix_factor(unit.Prefix)
    if prefix is None:
        return None
    factor = prefix ** POWERS.get(unit.Name, 1)
    if unit.Name == "GRAM":  # the kilogram is the unit of mass
        return Scale(factor / 1000)
    return Scale(factor, ZERO_CELSIUS if unit.Name == "DEGREE_CELSIUS" else 0.0)


def _conversion_based(unit: Any, known: dict[int, Scale | None]) -> Scale | None:
    measure = unit.ConversionFactor
    value = getattr(getattr(measure, "ValueComponent", None), "wrappedValue", None)
    base = scale_of(getattr(measure, "UnitComponent", None), known)
    if base is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    offset = getattr(unit, "ConversionOffset", None) or 0.0
    return Scale(float(value) * base.factor, (float(offset) * base.factor) + base.offset)
