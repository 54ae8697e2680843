"""What is above ground 地上: the storeys that the precast ratio leaves out, and the floor area that is left."""

from __future__ import annotations

import pytest

from tests.measures.model_rows import Model, evidence, rules
from tests.measures.worked_cases import Case, figure_of

PRECAST, CAST = '["预制混凝土 C40"]', '["现浇混凝土 C35"]'


class TestThePrecastRatio:
    @pytest.mark.parametrize(
        ("levels", "value"),
        [
            ([(-0.05, CAST, 3.0), (3.0, PRECAST, 1.0)], 25.0),  # 1 / (1 + 3): the structural ground floor
            ([(-0.05, CAST, 3.0)], 0.0),  # the only storey of a model
            ([(-0.05, CAST, 3.0), (0.0, PRECAST, 1.0)], 25.0),  # two elevations of one floor
            ([(-3.6, CAST, 3.0), (-0.05, PRECAST, 1.0)], 100.0),
            ([(-1.5, CAST, 3.0), (1.8, PRECAST, 1.0)], 25.0),  # a half basement with its greater half above ground
            ([(-1.8, CAST, 3.0), (1.5, PRECAST, 1.0)], 100.0),
        ],
    )
    @pytest.mark.parametrize("files", ["one file", "a file a storey"])
    @pytest.mark.parametrize("written", ["in the models", "in the survey"])
    def test_tells_storeys_below_ground_alike_whoever_writes_their_elevations(self, levels, value, files, written, engine):
        models, storeys = [], []
        for elevation, material, volume in levels:
            model = models[0] if models and files == "one file" else Model(f"{len(models)}.ifc")
            name, of_model = f"{elevation}", elevation if written == "in the models" else None
            model.add("IfcColumn", "柱", material, {"NetVolume": volume}, storey=name, storey_elevation=of_model)
            models += [] if model in models else [model]
            storeys.append({"project": "P1", "building": "B1", "storey": name, "elevation": elevation})
        surveyed = storeys if written == "in the survey" else []
        figure = figure_of("precast_ratio", evidence(*models, storey=surveyed), rules(), engine)
        assert (figure.value, figure.high, figure.coverage, figure.gap) == (value, value, 100.0, None)

    def test_a_storey_of_the_survey_that_holds_nothing_bounds_the_one_below_it(self, engine):
        """A basement from -1.5 to 0.0, of which the model holds the cast column alone, and the third floor."""
        model = Model().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 3.0}, storey="B1F", storey_elevation=-1.5)
        model.add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}, storey="3F", storey_elevation=6.0)
        storeys = [{"project": "P1", "building": "B1", "storey": "1F", "elevation": 0.0}]
        values = [figure_of("precast_ratio", evidence(model, storey=rows), rules(), engine).value for rows in ([], storeys)]
        assert values == [25.0, 100.0]

    def test_names_no_element_below_ground_as_evidence(self, duckdb_engine):
        model = Model().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 3.0}, storey="B1F", storey_elevation=-4.0)
        model.add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}, storey="1F", storey_elevation=0.0)
        with Case(evidence(model), rules(), duckdb_engine, names=["precast_ratio"]) as case:
            assert case.rows(case.figures("precast_ratio")[0])["concrete_member"]["storey"].to_list() == ["1F"]


class TestTheAreaAboveGround:
    def area(self, buildings: dict, storeys: list, engine):
        rows = {
            "project": [{"project": "P1"}],
            "building": [{"project": "P1", "building": name, **facts} for name, facts in buildings.items()],
            "storey": [
                {"project": "P1", "building": name, "storey": f"S{at}", "elevation": at, "floor_area": area} for name, at, area in storeys
            ],
        }
        return figure_of("above_ground_area", rows, rules(), engine)

    def test_is_that_of_the_storeys_at_or_above_zero(self, engine):
        figure = self.area(
            {"B1": {"storeys": 2, "floor_area": 1500.0}}, [("B1", -3.0, 500.0), ("B1", 0.0, 500.0), ("B1", 3.0, 500.0)], engine
        )
        assert (figure.value, figure.high, figure.coverage) == (1000.0, 1000.0, 100.0)

    def test_of_a_building_with_storeys_missing_runs_up_to_its_floor_area(self, engine):
        figure = self.area({"B1": {"storeys": 3, "floor_area": 1500.0}}, [("B1", 0.0, 500.0)], engine)
        assert (figure.value, figure.high, figure.coverage) == (500.0, 1500.0, 0.0)

    def test_without_a_floor_area_has_no_upper_bound(self, engine):
        figure = self.area({"B1": {"storeys": 1}, "B2": {"storeys": 1}}, [("B1", 0.0, 500.0)], engine)
        assert (figure.value, figure.high, figure.coverage) == (500.0, None, 50.0)

    def test_without_storeys_is_a_gap(self, engine):
        assert self.area({"B1": {"floor_area": 1500.0}}, [], engine).gap == "no_storey_area"

    def test_of_a_structural_ground_floor_below_zero_is_its_area_too(self, engine):
        """1,900 m² at -0.05, ten storeys of 900 and a roof of 60: 10,960 m² above ground, and 11,040 below of 22,000."""
        upper = [("B1", 3.0 * at, 900.0) for at in range(2, 12)]
        storeys = [("B1", -4.0, 11040.0), ("B1", -0.05, 1900.0), *upper, ("B1", 36.0, 60.0)]
        figure = self.area({"B1": {"storeys": 11, "floor_area": 22000.0}}, storeys, engine)
        assert (figure.value, figure.high, figure.coverage) == (10960.0, 10960.0, 100.0)

    def test_runs_up_to_what_the_list_lacks_of_the_floor_area(self, engine):
        """The same without the basement in the list: nobody knows that the rest of the 22,000 is below ground."""
        storeys = [("B1", 3.0 * at, 900.0) for at in range(1, 12)]
        figure = self.area({"B1": {"storeys": 11, "floor_area": 22000.0}}, storeys, engine)
        assert (figure.value, figure.high, figure.coverage) == (9900.0, 22000.0, 0.0)

    @pytest.mark.parametrize(("floor_area", "high"), [(None, None), (5000.0, 5000.0), (900.0, None)])
    def test_a_roof_does_not_make_up_for_a_storey_without_area(self, floor_area, high, engine):
        storeys = [("B1", 0.0, 1000.0), ("B1", 3.0, None), ("B1", 7.0, 50.0)]
        figure = self.area({"B1": {"storeys": 2, "floor_area": floor_area}}, storeys, engine)
        assert (figure.value, figure.high, figure.coverage) == (1050.0, high, 0.0)

    def test_of_a_storey_without_elevation_may_count(self, engine):
        storeys = [("B1", 0.0, 500.0), ("B1", 3.0, 500.0), ("B1", None, 400.0)]
        figure = self.area({"B1": {"storeys": 2}}, storeys, engine)
        assert (figure.value, figure.high, figure.coverage) == (1000.0, None, 0.0)
        figure = self.area({"B1": {"storeys": 2, "floor_area": 1400.0}}, storeys, engine)
        assert (figure.value, figure.high, figure.coverage) == (1000.0, 1400.0, 0.0)

    def test_is_known_where_the_list_makes_up_the_floor_area(self, engine):
        """A roof without area: 1.1 + 2.2 of 3.3 are above ground, by whichever order they are added."""
        storeys = [("B1", 0.0, 1.1), ("B1", 3.0, 2.2), ("B1", 6.0, None)]
        figure = self.area({"B1": {"storeys": 2, "floor_area": 3.3}}, storeys, engine)
        assert (figure.value, figure.high, figure.coverage) == (pytest.approx(3.3), pytest.approx(3.3), 100.0)

    def test_shows_which_storeys_were_taken_for_below_ground(self, duckdb_engine):
        rows = {
            "project": [{"project": "P1"}],
            "building": [{"project": "P1", "building": "B1"}],
            "storey": [{"project": "P1", "building": "B1", "storey": f"{at}", "elevation": at} for at in (-3.6, -0.05, 3.0, None)],
        }
        with Case(rows, rules(), duckdb_engine, names=["above_ground_area"]) as case:
            shown = case.rows(case.figures("above_ground_area")[0])["storey_level"]
        assert shown["above_ground"].to_list() == [False, True, True, None]
