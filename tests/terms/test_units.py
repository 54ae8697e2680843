"""Units: one spelling each; the factors agree with pint."""

from __future__ import annotations

import pint
import pytest

from qingzhu.terms import units
from qingzhu.terms.errors import MalformedError

PINT = {
    "t": "metric_ton",
    "kg": "kilogram",
    "g": "gram",
    "m": "meter",
    "mm": "millimeter",
    "cm": "centimeter",
    "km": "kilometer",
    "m²": "meter**2",
    "mm²": "millimeter**2",
    "cm²": "centimeter**2",
    "10⁴ m²": "hectare",
    "m³": "meter**3",
    "mm³": "millimeter**3",
    "cm³": "centimeter**3",
    "L": "liter",
    "t/m³": "metric_ton/meter**3",
    "kg/m³": "kilogram/meter**3",
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "kWh": "kilowatt_hour",
    "MWh": "megawatt_hour",
    "µg/m³": "microgram/meter**3",
    "mg/m³": "milligram/meter**3",
    "t/10⁴ m²": "metric_ton/hectare",
    "kg/m²": "kilogram/meter**2",
    "kgCO₂e/t": "kilogram/metric_ton",
    "kgCO₂e/kg": "kilogram/kilogram",
    "kgCO₂e/m³": "kilogram/meter**3",
    "kgCO₂e/m²": "kilogram/meter**2",
    "kgCO₂e/(t·km)": "kilogram/metric_ton/kilometer",
}


class TestFactorsAgreeWithAnotherProgram:
    registry = pint.UnitRegistry()

    @pytest.mark.parametrize("given", PINT)
    def test_a_value_converts_as_pint_converts_it(self, given):
        for wanted in PINT:
            if units.unit(given).dimension == units.unit(wanted).dimension:
                expected = self.registry.Quantity(7.25, PINT[given]).to(PINT[wanted]).magnitude
                assert units.convert(7.25, given, wanted) == pytest.approx(expected, rel=1e-12)

    def test_every_unit_is_compared_with_pint_or_is_a_level_a_share_or_a_number(self):
        left = {unit.dimension for unit in units.UNITS if unit.text not in PINT}
        assert left == {"level", "share", "number", "points", "carbon"}


class TestSpellings:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [("吨", "t"), ("KG", "kg"), ("公斤", "kg"), ("㎡", "m²"), ("M2", "m²"), ("方", "m³"), ("μg/m3", "µg/m³"), ("ug/m³", "µg/m³"),
         ("mg/m3", "mg/m³"), ("dB", "dB(A)"), ("吨/万m²", "t/10⁴ m²"), (" t ", "t"), ("Ｔ", "t"), ("度", "kWh"), ("10⁴ m²", "10⁴ m²")],
    )  # fmt: skip
    def test_what_a_file_writes_is_understood(self, text, meant):
        assert units.unit(text).text == meant

    def test_an_unknown_spelling_says_what_is_known(self):
        with pytest.raises(MalformedError, match="furlong") as raised:
            units.unit("furlong")
        assert "t/10⁴ m²" in raised.value.en
        assert "furlong" in raised.value.zh

    def test_no_spelling_is_no_unit(self):
        assert units.find(None) is None
        assert units.find("") is None

    def test_each_unit_has_one_spelling_of_its_own(self):
        assert len({unit.text for unit in units.UNITS}) == len(units.UNITS)
        assert all(units.unit(unit.text) is unit for unit in units.UNITS)


class TestConversion:
    def test_300_tonnes_on_ten_thousand_square_metres_are_30_kilograms_on_one(self):
        assert units.convert(300.0, "t/10⁴ m²", "kg/m²") == pytest.approx(30.0)

    def test_a_volume_is_not_converted_into_a_mass(self):
        with pytest.raises(MalformedError, match="different dimensions"):
            units.convert(1.0, "m³", "t")

    def test_the_same_unit_leaves_the_value_as_it_is(self):
        assert units.convert(0.1 + 0.2, "t", "吨") == 0.1 + 0.2

    def test_a_factor_is_the_conversion_of_one(self):
        assert units.factor("mg/m³", "µg/m³") == 1000.0


class TestPages:
    def test_chinese_pages_write_tonnes_on_ten_thousand_square_metres(self):
        assert units.shown("t/10⁴ m²", "zh") == "吨/万m²"
        assert units.shown("t/10⁴ m²", "en") == "t/10⁴ m²"

    def test_a_pure_number_shows_no_unit(self):
        assert units.shown("1", "zh") == ""
        assert units.shown("1", "en") == ""
        assert units.shown(None, "en") == ""
