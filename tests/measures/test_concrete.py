"""Volumes of concrete by how it is made, the precast ratio and the area above ground: worked numbers, and what is not known."""

from __future__ import annotations

import pytest

from qingzhu.collectors.models import read_model
from tests.measures.model_rows import Model, evidence, rules
from tests.measures.worked_cases import figure_of

PRECAST, CAST = '["预制混凝土 C40"]', '["现浇混凝土 C35"]'


def ratio(measure: str, engine, *models: Model, **tables):
    return figure_of(measure, evidence(*models, **tables), rules(), engine, building="B1")


class TestVolumes:
    def test_precast_and_cast_in_place_concrete(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 3.0}).add("IfcSlab", "叠合板现浇层", CAST, {"NetVolume": 2.0})
        model.add("IfcSlab", "叠合板", '["混凝土"]', {"NetVolume": 1.0}).add("IfcBeam", "钢梁", '["Q355"]', {"NetVolume": 9.0})
        precast, cast = ratio("precast_concrete_volume", engine, model), ratio("cast_in_place_concrete_volume", engine, model)
        assert (precast.value, precast.high) == (3.0, 4.0)
        assert (cast.value, cast.high) == (2.0, 3.0)
        assert (precast.coverage, cast.coverage) == (pytest.approx(100 * 3 / 4), pytest.approx(100 * 2 / 3))

    def test_openings_spaces_and_windows_are_no_concrete_whatever_they_are_called(self, engine):
        model = (
            Model()
            .add("IfcColumn", "现浇柱", CAST, {"NetVolume": 6.0})
            .add("IfcOpeningElement", "现浇剪力墙:洞口", "[]", {"NetVolume": 3.0})
        )
        model.add("IfcWindow", "预制窗", "[]", {"NetVolume": 1.0}).add("IfcSpace", "预制构件堆场", "[]", {"NetVolume": 500.0})
        precast, cast = (ratio(f"{kind}_concrete_volume", engine, model) for kind in ("precast", "cast_in_place"))
        assert (precast.value, precast.high, cast.value, cast.high) == (0.0, 0.0, 6.0, 6.0)

    def test_a_footing_a_ring_beam_and_a_roof_that_do_not_say_how_they_were_made_open_both_bounds(self, engine):
        model = (
            Model()
            .add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 6.0})
            .add("IfcFooting", "独立基础", '["混凝土 C30"]', {"NetVolume": 500.0})
        )
        model.add("IfcBeam", "圈梁", '["混凝土 C30"]', {"NetVolume": 7.0}).add("IfcRoof", "屋面", '["混凝土 C30"]', {"NetVolume": 20.0})
        precast, cast = (ratio(f"{kind}_concrete_volume", engine, model) for kind in ("precast", "cast_in_place"))
        assert (precast.value, precast.high, precast.coverage) == (6.0, 533.0, pytest.approx(600 / 533))
        assert (cast.value, cast.gap) == (None, "construction_unknown")
        assert ratio("unmapped_count", engine, model).value == 3.0

    def test_where_every_member_is_known_to_be_precast_nothing_is_cast_in_place_whatever_was_measured(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST)
        precast, cast = (ratio(f"{kind}_concrete_volume", engine, model) for kind in ("precast", "cast_in_place"))
        assert (precast.value, precast.gap, cast.value, cast.gap) == (None, "no_quantity", 0.0, None)

    def test_unmapped_members_open_the_upper_bound_and_one_without_any_like_it_leaves_none(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 3.0}).add("IfcWall", "W", "[]", {"NetVolume": 2.0})
        figure = ratio("precast_concrete_volume", engine, model)
        assert (figure.value, figure.high, figure.coverage) == (3.0, 5.0, 60.0)
        figure = ratio("precast_concrete_volume", engine, model.add("IfcSlab", "楼板", '["混凝土"]'))
        assert (figure.value, figure.high, figure.gap, figure.coverage) == (3.0, None, "members_unmeasured", None)

    def test_of_a_sandwich_wall_drawn_with_its_leaves_only_the_concrete_counts(self, engine):
        """Leaves of 3 and 2 m³ and 1 m³ of rock wool make up the wall of 6 m³; beside it 5 m³ cast in place: 5 of 10."""
        model = Model().add("IfcWall", "预制墙", PRECAST, {"NetVolume": 6.0}, global_id="whole")
        model.add("IfcWall", "预制内叶板", PRECAST, {"NetVolume": 3.0}, assembly="whole")
        model.add("IfcWall", "预制外叶板", PRECAST, {"NetVolume": 2.0}, assembly="whole")
        model.add("IfcCovering", "保温", '["岩棉"]', {"NetVolume": 1.0}, assembly="whole")
        model.add("IfcColumn", "现浇柱", CAST, {"NetVolume": 5.0})
        figure = ratio("precast_concrete_volume", engine, model)
        assert (figure.value, figure.high, figure.coverage) == (5.0, 5.0, 100.0)
        for measure in ("precast_ratio", "vertical_precast_ratio"):
            figure = ratio(measure, engine, model)
            assert (figure.value, figure.high, figure.coverage) == (50.0, 50.0, 100.0)

    def test_a_measured_assembly_does_not_stand_for_walls_that_say_more_than_it(self, engine):
        """Of 9 m³ nobody knows what they are; a wall of 2 m³ is precast, another not measured: 2 to 4 m³; beside 8 m³ cast 2 of 10."""
        model = Model().add("IfcElementAssembly", "X", "[]", {"NetVolume": 9.0}, global_id="whole")
        model.add("IfcWall", "预制墙", PRECAST, {"NetVolume": 2.0}, assembly="whole").add("IfcWall", "预制墙", PRECAST, assembly="whole")
        figure = ratio("precast_concrete_volume", engine, model)
        assert (figure.value, figure.high, figure.coverage) == (2.0, 4.0, 50.0)
        model.add("IfcWall", "现浇剪力墙", CAST, {"NetVolume": 8.0})
        assert ratio("precast_ratio", engine, model).value == ratio("vertical_precast_ratio", engine, model).value == pytest.approx(20.0)


class TestRealModels:
    """Authored quantities of real models, as bim.md gives them."""

    @staticmethod
    def volumes(folder, name: str, engine) -> tuple[float | None, float | None]:
        from tests.measures.model_rows import known

        reading = read_model(folder / name, f"models/{name}", "P1", known())
        rows = {table: frame.to_dicts() for table, frame in reading.tables.items()}
        rows["building"] = [{"project": "P1", "building": "B1"}]
        found = [figure_of(f"{kind}_concrete_volume", rows, rules(), engine) for kind in ("precast", "cast_in_place")]
        return found[0].value, found[1].value

    def test_hhs_office_has_61_40_m3_of_precast_columns_and_415_5_m3_of_cast_walls(self, real_models, duckdb_engine):
        precast, cast = self.volumes(real_models, "hhs_office_construction_revit2010.ifc", duckdb_engine)
        assert precast == pytest.approx(61.40, abs=0.005)
        assert cast == pytest.approx(415.5, abs=0.05)

    def test_schependomlaan_has_52_87_m3_of_precast_planks_and_198_58_m3_cast_in_place(self, real_models, duckdb_engine):
        precast, cast = self.volumes(real_models, "schependomlaan_precast_plank_floors.ifc", duckdb_engine)
        assert precast == pytest.approx(52.87, abs=0.005)
        assert cast == pytest.approx(198.58, abs=0.005)


class TestThePrecastRatio:
    """Precast over all concrete above ground."""

    PRECAST, CAST = '["预制混凝土 C30"]', '["现浇混凝土 C30"]'

    def model(self) -> Model:
        model = Model().add("IfcSlab", "预制板", self.PRECAST, {"NetVolume": 2.0}, times=3)
        return model.add("IfcColumn", "现浇柱", self.CAST, {"NetVolume": 4.0})

    def test_of_six_cubic_metres_of_ten_is_60(self, engine):
        figure = figure_of("precast_ratio", evidence(self.model()), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (60.0, 60.0, 100.0)

    @pytest.mark.parametrize(
        ("basement", "ground", "surveyed", "value"),
        [
            (-4.0, 0.0, None, 60.0),  # 6 / (6 + 4)
            (-4.0, -0.05, None, 60.0),  # the structural floor is 50 mm below the finished one
            (-4.0, 0.3, None, 60.0),
            (None, 0.0, None, 30.0),  # 6 / (6 + 4 + 10)
            (-4.0, 0.0, 0.0, 30.0),  # the survey speaks first
        ],
    )
    def test_a_basement_is_told_by_the_elevation_that_the_model_writes_where_the_survey_says_nothing(
        self, basement, ground, surveyed, value, engine
    ):
        model = Model().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 10.0}, storey="B1F", storey_elevation=basement)
        model.add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 6.0}, storey="1F", storey_elevation=ground)
        model.add("IfcColumn", "现浇柱", CAST, {"NetVolume": 4.0}, storey="2F", storey_elevation=3.6)
        storeys = [] if surveyed is None else [{"project": "P1", "building": "B1", "storey": "B1F", "elevation": surveyed}]
        assert figure_of("precast_ratio", evidence(model, storey=storeys), rules(), engine).value == pytest.approx(value)

    def test_leaves_out_foundations_and_storeys_below_ground(self, engine):
        model = self.model().add("IfcFooting", "基础", self.CAST, {"NetVolume": 50.0})
        model.add("IfcColumn", "现浇柱", self.CAST, {"NetVolume": 30.0}, storey="B1F")
        storeys = [{"project": "P1", "building": "B1", "storey": name, "elevation": at} for name, at in (("B1F", -3.6), ("1F", 0.0))]
        assert figure_of("precast_ratio", evidence(model, storey=storeys), rules(), engine).value == 60.0

    def test_counts_what_nobody_knows_in_the_denominator_and_above_in_both(self, engine):
        """2 m³ nobody knows how made: 6 of 12 at least, 8 of 12 at most; 10 of 12 are settled."""
        figure = figure_of("precast_ratio", evidence(self.model().add("IfcBeam", "梁", '["混凝土"]', {"NetVolume": 2.0})), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (50.0, pytest.approx(800 / 12), pytest.approx(1000 / 12))

    def test_takes_an_unknown_volume_for_the_largest_of_its_role(self, engine):
        """A cast column without volume: 6 of 14 at least, and of the ten that are measured at most; 4 of 5 have a volume."""
        figure = figure_of("precast_ratio", evidence(self.model().add("IfcColumn", "现浇柱", self.CAST)), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (pytest.approx(600 / 14), 60.0, 80.0)

    @pytest.mark.parametrize(
        ("model", "gap"),
        [
            (Model().add("IfcDoor"), "no_such_member"),
            (Model().add("IfcBuildingElementProxy", "X", '["混凝土"]', {"NetVolume": 1.0}), "members_unmapped"),
            (Model().add("IfcSlab", "预制板", PRECAST), "no_quantity"),
            (Model().add("IfcSlab", "板", '["混凝土"]', {"NetVolume": 1.0}), "construction_unknown"),
        ],
    )
    def test_says_why_there_is_none(self, model, gap, engine):
        assert figure_of("precast_ratio", evidence(model), rules(), engine).gap == gap

    def test_of_the_national_atlas_counts_the_plank_as_precast_and_its_topping_as_cast(self, engine):
        """Atlas 15J939-1, slab YDBS_01: 3,750 × 3,130 × 60 mm precast, topping 7/6 of it: 0.704 and 0.822 m³, 6/13 = 46.15 %."""
        plank = 3.75 * 3.13 * 0.06
        model = Model().add("IfcSlab", "预制板 YDBS_01", self.PRECAST, {"NetVolume": plank})
        model.add("IfcSlab", "叠合层 现浇", self.CAST, {"NetVolume": plank * 7 / 6})
        assert figure_of("precast_ratio", evidence(model), rules(), engine).value == pytest.approx(600 / 13)
