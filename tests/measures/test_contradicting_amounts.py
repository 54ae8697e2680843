"""An amount that is written twice with values that contradict each other: every figure of it runs from the least to the greatest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.measures.carbon_rows import factors
from tests.measures.model_rows import Model, evidence, rules
from tests.measures.worked_cases import derived_of, figure_of

PRECAST, CAST = '["预制混凝土 C30"]', '["现浇混凝土 C30"]'


def twice(model: Model, second: float) -> Model:
    """The last quantity of the model once more, in another set, with another value."""
    model.quantity.append({**model.quantity[-1], "set_name": "Qto_Base", "value": second})
    model.quantity[-2]["set_name"] = "Qto_Other"
    return model


def columns() -> Model:
    """A precast column of 6 m³ and a cast one of 1 m³."""
    return Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 6.0}).add("IfcColumn", "现浇柱", CAST, {"NetVolume": 1.0})


def with_cast() -> Model:
    return twice(columns().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 2.0}), 10.0)


def with_precast() -> Model:
    return twice(columns().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 10.0}), 2.0)


def figure(measure: str, engine, model: Model, **tables: Any):
    return figure_of(measure, evidence(model, **tables), {**factors(), **rules()}, engine, building="B1")


class TestAnElement:
    def test_says_the_least_and_the_greatest_and_no_volume(self, engine):
        rows = derived_of("mapped_element", evidence(with_cast()), rules(), engine)
        assert [(row["volume"], row["volume_least"], row["volume_most"]) for row in sorted(rows, key=lambda row: row["global_id"])] == [
            (6.0, None, None),
            (1.0, None, None),
            (None, 2.0, 10.0),
        ]

    def test_of_which_geometry_confirms_neither_lies_between_all_three(self, engine):
        model = Model().add("IfcColumn", "柱", PRECAST, {"NetVolume": 2.0})
        model = twice(model, 10.0)
        model.quantity.append({**model.quantity[-1], "set_name": None, "source": "geometry", "value": 1.5})
        (row,) = derived_of("mapped_element", evidence(model), rules(), engine)
        assert (row["volume"], row["volume_least"], row["volume_most"]) == (None, 1.5, 10.0)

    def test_is_counted_as_a_doubt(self, engine):
        assert figure_of("impossible_quantities", evidence(with_cast()), rules(), engine).value == 1


class TestRatios:
    @pytest.mark.parametrize("measure", ["vertical_precast_ratio", "precast_ratio"])
    def test_against_is_the_greatest_below_and_the_least_above(self, measure, engine):
        """6 of 6 + 1 + 10 at least, 6 of 6 + 1 + 2 at most; 2 of 3 have a volume."""
        found = figure(measure, engine, with_cast())
        assert (found.value, found.high) == (pytest.approx(600 / 17), pytest.approx(600 / 9))
        assert found.coverage == pytest.approx(100 * 2 / 3)

    @pytest.mark.parametrize("measure", ["vertical_precast_ratio", "precast_ratio"])
    def test_in_favour_is_the_least_below_and_the_greatest_above(self, measure, engine):
        """6 + 2 of 9 at least, 6 + 10 of 17 at most."""
        found = figure(measure, engine, with_precast())
        assert (found.value, found.high) == (pytest.approx(800 / 9), pytest.approx(1600 / 17))

    def test_one_without_volume_is_as_large_as_the_greatest_written_of_its_role(self, engine):
        """6 of 6 + 1 + 10 + 10."""
        found = figure("vertical_precast_ratio", engine, with_cast().add("IfcColumn", "现浇柱", CAST))
        assert found.value == pytest.approx(600 / 27)

    def test_what_is_only_written_so_is_no_gap(self, engine):
        """2 of 2 + 7 at least, 10 of 10 + 3 at most."""
        model = twice(Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 2.0}), 10.0)
        model = twice(model.add("IfcColumn", "现浇柱", CAST, {"NetVolume": 3.0}), 7.0)
        found = figure("vertical_precast_ratio", engine, model)
        assert (found.value, found.high, found.gap) == (pytest.approx(200 / 9), pytest.approx(1000 / 13), None)

    def test_an_area_is_bounded_so_too(self, engine):
        """Of 100 m² of floors 20 and 5 to 15 are precast."""
        model = Model().add("IfcSlab", "预制板", PRECAST, {"NetArea": 20.0}).add("IfcSlab", "预制板", PRECAST, {"NetArea": 5.0})
        found = figure(
            "horizontal_precast_ratio", engine, twice(model, 15.0), building=[{"project": "P1", "building": "B1", "floor_area": 100.0}]
        )
        assert (found.value, found.high) == (25.0, 35.0)

    def test_a_length_is_bounded_so_too(self, engine):
        """Of pipes of 6 and 2 to 10 m the second is separated."""
        model = Model().add("IfcPipeSegment", "埋设管", quantities={"Length": 6.0})
        model = twice(model.add("IfcPipeSegment", "管线分离", quantities={"Length": 2.0}), 10.0)
        mapping = [
            {"project": "P1", "place": 1, "name": "埋设", "role": "pipe", "system": "embedded"},
            {"project": "P1", "place": 2, "name": "分离", "role": "pipe", "system": "separated"},
        ]
        found = figure("separated_pipe_ratio", engine, model, mapping=mapping)
        assert (found.value, found.high) == (25.0, 62.5)


class TestTheLargestSpecs:
    def test_are_over_the_greatest_area_written(self, engine):
        """180 m² of one spec, and a face of 20 or 60 m² of unknown size: 180 of 240 at least."""
        properties = {"Pset_WallCommon.LoadBearing": "F", "Pset_WallCommon.IsExternal": "F"}
        model = Model().add("IfcWall", "预制内隔墙板", PRECAST, {"Length": 12.0, "Width": 0.1, "Height": 3.0}, properties, times=5)
        model = twice(model.add("IfcWall", "预制内隔墙板", PRECAST, {"NetSideArea": 20.0}, properties), 60.0)
        found = figure("top_area_share", engine, model)
        assert (found.value, found.high, found.coverage) == (75.0, 100.0, pytest.approx(500 / 6))


class TestVolumesOfConcrete:
    def test_run_from_the_least_to_the_greatest(self, engine):
        """Cast: 1 + 2 to 1 + 10 m³, of which 1 is known."""
        found = figure("cast_in_place_concrete_volume", engine, with_cast())
        assert (found.value, found.high, found.gap) == (3.0, 11.0, None)
        assert found.coverage == pytest.approx(100 / 11)


class TestComponents:
    ITEM = ({"project": "P1", "component_kind": "column", "type_name": "KZ1"},)

    @pytest.mark.parametrize(
        ("type_name", "value", "high"),
        [("KZ2", 100 * 6 / 16, 100 * 6 / 8), ("KZ1", 100 * 2 / 8, 100 * 10 / 16)],  # one is 6 m³, one 2 to 10
    )
    def test_of_the_library_are_bounded_so(self, type_name, value, high, engine):
        other = "KZ1" if type_name == "KZ2" else "KZ2"
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 6.0}, type_name=other)
        model = twice(model.add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 2.0}, type_name=type_name), 10.0)
        found = figure("library_share_by_volume", engine, model, library_item=self.ITEM)
        assert (found.value, found.high) == (pytest.approx(value), pytest.approx(high))

    @pytest.mark.parametrize(
        ("width", "value", "high"),
        [(0.61, 100 * 6 / 16, 100 * 6 / 8), (0.6, 100 * 2 / 8, 100 * 10 / 16)],
    )
    def test_that_keep_their_module_are_bounded_so(self, width, value, high, engine):
        other = 0.6 if width == 0.61 else 0.61
        sides = {"Length": 30.0, "Height": 0.6}
        model = Model().add("IfcColumn", "预制柱", PRECAST, {**sides, "Width": other, "NetVolume": 6.0})
        model = twice(model.add("IfcColumn", "预制柱", PRECAST, {**sides, "Width": width, "NetVolume": 2.0}), 10.0)
        found = figure("modular_conformity_by_volume", engine, model)
        assert (found.value, found.high) == (pytest.approx(value), pytest.approx(high))


class TestMassAndCarbon:
    RATE = ({"project": "P1", "row": 1, "rate": 100.0, "document": "结构说明"},)

    def model(self) -> Model:
        return twice(
            Model().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 1.0}).add("IfcColumn", "现浇柱", CAST, {"NetVolume": 2.0}), 10.0
        )

    @pytest.mark.parametrize(
        ("measure", "per"),
        [
            ("material_mass", 2.4 + 0.1),  # t of concrete and bars
            ("material_carbon", 295 + 0.1 * 2340),  # kgCO₂e of a cubic metre of C30 and of 100 kg of bars
            ("transport_carbon", 2.4 * 40 * 0.078 + 0.1 * 500 * 0.078),
        ],
    )
    def test_run_from_3_to_11_cubic_metres(self, measure, per, engine):
        found = figure(measure, engine, self.model(), rebar_rate=self.RATE)
        assert (found.value, found.high) == (pytest.approx(3 * per), pytest.approx(11 * per))
        assert found.coverage == pytest.approx(100 / 11)

    def test_per_floor_area_run_so_too(self, engine):
        building = [{"project": "P1", "building": "B1", "floor_area": 10.0}]
        found = figure("material_carbon_intensity", engine, self.model(), rebar_rate=self.RATE, building=building)
        per = 295 + 234 + 2.4 * 40 * 0.078 + 0.1 * 500 * 0.078
        assert (found.value, found.high) == (pytest.approx(0.3 * per), pytest.approx(1.1 * per))

    def test_of_one_material_counts_the_least(self, engine):
        found = figure_of("material_carbon_by_material", evidence(self.model()), factors(), engine, material_key="concrete")
        assert (found.value, found.coverage) == (pytest.approx(3 * 295), pytest.approx(100 / 11))
