"""One GlobalId in several models of a building: one element, of which what they do not agree on is not known."""

from __future__ import annotations

import pytest

from tests.measures.carbon_rows import factors
from tests.measures.model_rows import Model, evidence
from tests.measures.worked_cases import derived_of, figure_of

PRECAST, CAST = '["预制混凝土 C30"]', '["现浇混凝土 C30"]'


def twice(material: str, first: dict, second: dict, engine, measure: str):
    """A column in two models, beside a cast one of 5 m³; C30 concrete has a factor of 295 kgCO₂e/m³."""
    models = [Model(f"{at}.ifc").add("IfcColumn", "柱", material, sizes, global_id="same") for at, sizes in enumerate((first, second))]
    models[0].add("IfcColumn", "现浇柱", CAST, {"NetVolume": 5.0})
    return figure_of(measure, evidence(*models), factors(), engine, building="B1")


class TestAVolumeTheModelsDoNotAgreeOn:
    @pytest.mark.parametrize("measure", ["vertical_precast_ratio", "precast_ratio"])
    @pytest.mark.parametrize("volumes", [(1.0, 5.0), (5.0, 1.0)])
    def test_in_favour_counts_as_the_least_and_in_the_upper_bound_as_the_greatest(self, volumes, measure, engine):
        """1 of 1 + 5 m³ at least, 5 of 5 + 5 at most."""
        figure = twice(PRECAST, *({"NetVolume": one} for one in volumes), engine, measure)
        assert (figure.value, figure.high) == (pytest.approx(100 / 6), 50.0)

    def test_against_counts_as_the_greatest(self, engine):
        """A precast column of 5 m³ beside a cast one of 1 or 15: 5 of 20 at least, 5 of 6 at most."""
        models = [Model(f"{one}.ifc").add("IfcColumn", "现浇柱", CAST, {"NetVolume": one}, global_id="same") for one in (1.0, 15.0)]
        models[0].add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 5.0})
        figure = figure_of("precast_ratio", evidence(*models), factors(), engine)
        assert (figure.value, figure.high) == (25.0, pytest.approx(500 / 6))

    def test_weighs_and_emits_at_least_what_the_smaller_does(self, engine):
        """(1 + 5) × 295 kgCO₂e."""
        assert twice(PRECAST, {"NetVolume": 1.0}, {"NetVolume": 5.0}, engine, "material_carbon").value == pytest.approx(1770.0)

    def test_makes_a_volume_of_concrete_run_from_one_to_the_other(self, engine):
        figure = twice(PRECAST, {"NetVolume": 1.0}, {"NetVolume": 5.0}, engine, "precast_concrete_volume")
        assert (figure.value, figure.high) == (1.0, 5.0)

    def test_is_known_within_two_per_cent(self, engine):
        figure = twice(PRECAST, {"NetVolume": 5.0}, {"NetVolume": 5.05}, engine, "precast_ratio")
        assert figure.value == figure.high == pytest.approx(100 * 5.05 / 10.05)

    def test_is_that_of_the_one_that_counts_where_the_other_writes_none(self, engine):
        figure = twice(PRECAST, {"NetVolume": 5.0}, {"Height": 3.0}, engine, "precast_ratio")
        assert (figure.value, figure.high) == (50.0, 50.0)


class TestAnAreaOrLengthTheModelsDoNotAgreeOn:
    def test_is_not_known_and_lies_between_them(self, engine):
        models = [
            Model(f"{at}.ifc").add("IfcSlab", "预制板", PRECAST, {"NetVolume": 1.0, "NetArea": area, "Length": long}, global_id="same")
            for at, (area, long) in enumerate([(10.0, 4.0), (12.0, 6.0)])
        ]
        (row,) = (row for row in derived_of("mapped_element", evidence(*models), factors(), engine) if row["counted"])
        names = ("area", "area_least", "area_most", "length", "length_least", "length_most", "volume", "size_from")
        assert tuple(row[name] for name in names) == (None, 10.0, 12.0, None, 4.0, 6.0, 1.0, None)

    def test_leaves_a_ratio_of_floors_between_the_least_and_the_greatest(self, engine):
        models = [
            Model(f"{area}.ifc").add("IfcSlab", "预制板", PRECAST, {"NetVolume": 1.0, "NetArea": area}, global_id="same")
            for area in (10.0, 12.0)
        ]
        building = [{"project": "P1", "building": "B1", "floor_area": 20.0}]
        figure = figure_of("horizontal_precast_ratio", evidence(*models, building=building), factors(), engine)
        assert (figure.value, figure.high) == (50.0, 60.0)
