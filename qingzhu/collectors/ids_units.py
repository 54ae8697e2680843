"""Values in the units of IDS 单位换算: what a model writes, in SI, as IDS 1.0 wants it (mass in kg, temperature in K, angle in rad).

Sources: ISO 16739-1 (IfcUnitAssignment, IfcSIUnit, IfcConversionBasedUnit, IfcDerivedUnit); buildingSMART IDS, units.md. A
prefix belongs to the metre, so MILLI SQUARE_METRE is mm². :mod:`qingzhu.collectors.model_units` keeps the quantities of the
tables (in t); here every measure of IFC counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qingzhu.collectors.model_losses import BROKEN
from qingzhu.collectors.model_units import DEEPEST, SI_PREFIXES

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


def project_scales(model: Any) -> dict[str, Scale]:
    """The scales of the units a project declares 项目单位, by kind; a unit that cannot be followed is left out."""
    scales: dict[str, Scale] = {}
    for project in [*model.by_type("IfcProject"), *(model.by_type("IfcContext") if model.schema != "IFC2X3" else ())]:
        for unit in _units(project):
            kind, scale = getattr(unit, "UnitType", None), scale_of(unit)
            if isinstance(kind, str) and scale:
                scales.setdefault(kind, scale)
    return scales


def _units(project: Any) -> tuple[Any, ...]:
    given = getattr(project.UnitsInContext, "Units", None)
    return given if isinstance(given, tuple) else ()


def scale_of(unit: Any, depth: int = 0) -> Scale | None:
    """One IfcUnit as a scale 换算系数; None for one that is no number, or a circle of units."""
    if unit is None or depth > DEEPEST:
        return None
    try:
        if unit.is_a("IfcSIUnit"):
            return _si(unit)
        if unit.is_a("IfcConversionBasedUnit"):
            return _conversion_based(unit, depth)
        return _derived(unit, depth) if unit.is_a("IfcDerivedUnit") else None
    except BROKEN:
        return None


def _derived(unit: Any, depth: int) -> Scale | None:
    factor = 1.0
    for element in unit.Elements or ():
        part = scale_of(element.Unit, depth + 1)
        if part is None:
            return None
        factor *= part.factor ** int(element.Exponent)
    return Scale(factor)


def _si(unit: Any) -> Scale:
    factor = SI_PREFIXES.get(unit.Prefix, 1.0) ** POWERS.get(unit.Name, 1)
    if unit.Name == "GRAM":  # the kilogram is the unit of mass
        return Scale(factor / 1000)
    return Scale(factor, ZERO_CELSIUS if unit.Name == "DEGREE_CELSIUS" else 0.0)


def _conversion_based(unit: Any, depth: int) -> Scale | None:
    measure = unit.ConversionFactor
    value = getattr(getattr(measure, "ValueComponent", None), "wrappedValue", None)
    base = scale_of(getattr(measure, "UnitComponent", None), depth + 1)
    if base is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    offset = getattr(unit, "ConversionOffset", None) or 0.0
    return Scale(float(value) * base.factor, (float(offset) * base.factor) + base.offset)
