"""What left the gate per floor area, whole, by class and by stage, and its bounds. Expected values by hand arithmetic on 3.2 × 10⁴ m²."""

from __future__ import annotations

from datetime import date

import pytest

from qingzhu.schemes.spans import OPEN, of_figure
from tests.measures.waste_rows import AREA, PLACES, RULES, load, zero_report
from tests.measures.worked_cases import Case, derived_of, figure_of, figures_of, local


def intensity(engine, loads: list[dict], buildings: list[dict] = AREA, full_load: float = 4.0):
    rows = {"project": [{"project": "P1"}], "building": buildings, "weighing": loads}
    return figure_of("waste_intensity", rows, RULES | {"load_rule": [{"full_load": full_load}]}, engine)


class TestWasteIntensity:
    def test_of_812_4_t_on_32000_m2_is_253_875(self, engine):
        figure = intensity(engine, [load(800.0), load(12.4, "demolition_waste"), load(5000.0, "spoil"), load(300.0, "slurry")])
        assert figure.value == pytest.approx(253.875, rel=1e-9)
        assert (figure.high, figure.coverage, figure.gap) == (pytest.approx(253.875, rel=1e-9), 100.0, None)

    def test_leaves_out_what_was_reused_on_site(self, engine):
        figure = intensity(engine, [load(320.0), load(100.0, disposal="reused_on_site"), load(320.0, disposal="backfilled")])
        assert figure.value == pytest.approx(200.0, rel=1e-9)


class TestWhatIsNotKnown:
    def test_a_site_that_weighed_nothing_has_no_figure_rather_than_zero(self, engine):
        figure = intensity(engine, [])
        assert (figure.value, figure.gap, figure.high) == (None, "no_load_weighed", None)

    def test_a_site_that_weighed_only_spoil_has_no_figure_rather_than_zero(self, engine):
        assert intensity(engine, [load(5000.0, "spoil")]).gap == "no_load_weighed"

    def test_a_site_with_zero_reports_only_has_zero(self, engine):
        figure = intensity(engine, [zero_report()])
        assert (figure.value, figure.gap) == (0.0, None)

    def test_a_project_without_building_has_no_figure(self, engine):
        assert intensity(engine, [load(1.0)], []).gap == "no_floor_area"

    def test_a_building_without_floor_area_takes_the_figure_away(self, engine):
        figure = intensity(engine, [load(1.0)], [AREA[0], {"project": "P1", "building": "B2"}])
        assert (figure.value, figure.gap) == (None, "some_floor_area_missing")

    def test_no_floor_area_at_all_is_a_gap_and_no_division_by_zero(self, engine):
        assert intensity(engine, [load(1.0)], [{"project": "P1", "building": "B1", "floor_area": 0.0}]).gap == "no_floor_area"

    def test_loads_of_unknown_origin_stand_in_high_and_lower_the_coverage(self, engine):
        figure = intensity(engine, [load(320.0), load(32.0, None), load(32.0, "what?"), load(320.0)])
        assert (figure.value, figure.high, figure.coverage) == (pytest.approx(200.0), pytest.approx(220.0), 50.0)

    def test_a_load_of_unknown_mass_stands_in_high_as_the_heaviest_of_the_project(self, engine):
        figure = intensity(engine, [load(304.0), load(16.0), load(None)])
        assert (figure.value, figure.high) == (pytest.approx(100.0), pytest.approx(195.0))
        assert figure.coverage == pytest.approx(200 / 3)

    def test_the_heaviest_load_of_the_project_may_be_one_that_does_not_count_itself(self, engine):
        for heavy in (load(64.0, "spoil"), load(64.0, disposal="reused_on_site")):
            figure = intensity(engine, [load(320.0, loads=20), heavy, load(None)])
            assert (figure.value, figure.high) == (pytest.approx(100.0), pytest.approx(120.0))

    def test_a_load_of_unknown_mass_leaves_it_unknown_where_no_load_was_weighed_to_bound_it(self, engine):
        figure = intensity(engine, [zero_report("2023-02"), load(None)])
        assert (figure.value, figure.high, figure.coverage, figure.gap) == (None, None, 0.0, "no_mass_known")
        assert of_figure(figure) == OPEN

    def test_loads_of_unknown_mass_alone_are_unknown_and_not_zero(self, engine):
        figure = intensity(engine, [load(None), load(None)])
        assert (figure.value, figure.high, figure.coverage, figure.gap) == (None, None, 0.0, "no_load_weighed")

    def test_zero_reports_do_not_raise_the_coverage_of_loads(self, engine):
        figure = intensity(engine, [zero_report("2023-01"), zero_report("2023-02"), load(320.0), load(None)])
        assert figure.coverage == 50.0

    def test_a_site_with_zero_reports_only_is_covered_in_full(self, engine):
        assert intensity(engine, [zero_report("2023-01"), zero_report("2023-02")]).coverage == 100.0


class TestAFullTruckOf30Tonnes:
    """Each unweighed load is 30 t at least in the upper bound, however light those that were weighed."""

    def test_bounds_500_loads_that_nobody_weighed_where_the_one_weighed_was_of_10_kg(self, engine):
        figure = intensity(engine, [load(0.01), load(None, loads=200)] + [load(None)] * 300, full_load=30.0)
        assert (figure.value, figure.high) == (pytest.approx(0.003125), pytest.approx(4687.503125))
        assert figure.coverage == pytest.approx(100 / 501)

    def test_gives_way_to_a_heavier_load_of_the_project(self, engine):
        figure = intensity(engine, [load(16.0), load(48.0, "spoil"), load(None, loads=2)], full_load=30.0)
        assert (figure.value, figure.high) == (pytest.approx(5.0), pytest.approx(35.0))

    def test_changes_nothing_of_loads_that_were_weighed(self, engine):
        figure = intensity(engine, [load(16.0), load(48.0)], full_load=30.0)
        assert (figure.value, figure.high, figure.coverage) == (pytest.approx(20.0), pytest.approx(20.0), 100.0)

    def test_is_no_measurement_of_a_site_that_weighed_nothing(self, engine):
        for weighed_nothing in ([], [load(0.0)]):
            figure = intensity(engine, [zero_report("2023-02"), load(None), *weighed_nothing], full_load=30.0)
            assert (figure.value, figure.high, figure.gap) == (None, None, "no_mass_known")


class TestARowThatStandsForSeveralLoads:
    def test_has_in_high_as_many_of_the_heaviest_load(self, engine):
        figure = intensity(engine, [load(304.0), load(16.0), load(None, loads=4)])
        assert (figure.value, figure.high) == (pytest.approx(100.0), pytest.approx(480.0))

    def test_weighs_by_the_load_when_the_heaviest_is_looked_for(self, engine):
        figure = intensity(engine, [load(320.0, loads=20), load(8.0), load(None, loads=2)])
        assert (figure.value, figure.high) == (pytest.approx(102.5), pytest.approx(112.5))

    def test_counts_in_the_coverage_as_so_many_loads(self, engine):
        assert intensity(engine, [load(320.0, loads=20), load(8.0), load(None, loads=4)]).coverage == pytest.approx(84.0)

    def test_is_one_load_where_it_names_none(self, engine):
        rows = derived_of("waste_load", {"weighing": [load(8.0), load(8.0, loads=0), load(None), zero_report()]}, RULES, engine)
        assert sorted((row["loads"], row["net_mass"] is None, row["bound"]) for row in rows) == [
            (0, False, 0.0),
            (1, False, 8.0),
            (1, False, 8.0),
            (1, True, 8.0),
        ]


CLASSES = [{"scheme": "jgj498", "waste_class": name, "group": name} for name in ("metal", "inorganic", "wood")]


def by_class(engine, loads: list[dict]) -> dict:
    parameters = RULES | {"waste_class": CLASSES}
    found = figures_of("waste_intensity_by_class", PLACES | {"weighing": loads}, parameters, engine)
    return {figure.grain["waste_class"]: figure for figure in found}


class TestByClass:
    def test_the_classes_add_up_to_the_whole(self, engine):
        found = by_class(
            engine, [load(320.0, waste_class="metal"), load(160.0, waste_class="inorganic"), load(160.0, waste_class="inorganic")]
        )
        assert {name: figure.value for name, figure in found.items()} == pytest.approx(
            {"metal": 100.0, "inorganic": 100.0, "wood": 0.0}, rel=1e-9
        )

    def test_a_load_without_class_stands_in_high_of_every_class(self, engine):
        found = by_class(engine, [load(320.0, waste_class="metal"), load(32.0)])
        assert {name: (figure.value, figure.high, figure.coverage) for name, figure in found.items()} == {
            "inorganic": (0.0, pytest.approx(10.0), 50.0),
            "metal": (pytest.approx(100.0), pytest.approx(110.0), 50.0),
            "wood": (0.0, pytest.approx(10.0), 50.0),
        }

    def test_a_load_with_neither_class_nor_mass_stands_in_high_of_every_class(self, engine):
        found = by_class(engine, [load(32.0, waste_class="metal"), load(None, loads=2)])
        assert {name: (figure.value, figure.high) for name, figure in found.items()} == {
            "inorganic": (0.0, pytest.approx(20.0)),
            "metal": (pytest.approx(10.0), pytest.approx(30.0)),
            "wood": (0.0, pytest.approx(20.0)),
        }
        assert found["wood"].coverage == pytest.approx(100 / 3)

    def test_a_load_of_known_class_and_unknown_origin_or_mass_stands_in_high_of_its_own(self, engine):
        found = by_class(
            engine, [load(32.0, waste_class="metal"), load(16.0, None, waste_class="wood"), load(None, waste_class="inorganic")]
        )
        assert {name: (figure.value, figure.high) for name, figure in found.items()} == {
            "inorganic": (0.0, pytest.approx(10.0)),
            "metal": (pytest.approx(10.0), pytest.approx(10.0)),
            "wood": (0.0, pytest.approx(5.0)),
        }

    def test_a_load_without_mass_leaves_its_class_unknown_where_no_load_was_weighed_to_bound_it(self, engine):
        found = by_class(engine, [zero_report(), load(None, waste_class="metal")])
        assert {name: (figure.value, figure.high, figure.coverage, figure.gap) for name, figure in found.items()} == {
            "inorganic": (0.0, 0.0, 0.0, None),
            "metal": (None, None, 0.0, "no_mass_known"),
            "wood": (0.0, 0.0, 0.0, None),
        }

    def test_without_a_class_on_any_load_are_unknown_for_want_of_a_class(self, engine):
        for loads in ([load(320.0)], [zero_report(), load(320.0), load(None)], [load(None)]):
            found = by_class(engine, loads)
            assert {(figure.value, figure.high, figure.gap) for figure in found.values()} == {(None, None, "no_class_named")}

    def test_of_a_site_with_zero_reports_only_are_zero(self, engine):
        found = by_class(engine, [zero_report()])
        assert {(figure.value, figure.high, figure.coverage, figure.gap) for figure in found.values()} == {(0.0, 0.0, 100.0, None)}

    def test_of_a_silent_site_are_unknown(self, engine):
        for loads in ([], [load(None, waste_class="metal")], [load(9.0, "spoil", waste_class="inorganic")]):
            assert {figure.gap for figure in by_class(engine, loads).values()} == {"no_load_weighed"}


def by_stage(engine, stages: list[dict], loads: list[dict]) -> dict:
    """Value of each stage, or its gap."""
    rows = PLACES | {"stage": [{"project": "P1"} | stage for stage in stages], "weighing": loads}
    found = figures_of("waste_intensity_by_stage", rows, RULES, engine)
    return {figure.grain["stage"]: figure.gap or figure.value for figure in found}


class TestByStage:
    STAGES = (
        {"project": "P1", "stage": "underground", "from_date": date(2022, 12, 1), "to_date": date(2023, 2, 28)},
        {"project": "P1", "stage": "aboveground", "from_date": date(2023, 3, 1)},
        {"project": "P1", "stage": "fit_out", "from_date": date(2023, 9, 1)},
    )

    def test_a_load_counts_in_the_stage_of_its_local_day(self, engine):
        loads = [load(320.0, time=local("2023-02-28 23:59")), load(640.0, time=local("2023-03-01 00:00"))]
        found = figures_of("waste_intensity_by_stage", PLACES | {"stage": list(self.STAGES), "weighing": loads}, RULES, engine)
        assert {figure.grain["stage"]: (figure.value, figure.gap) for figure in found} == {
            "underground": (pytest.approx(100.0, rel=1e-9), None),
            "aboveground": (pytest.approx(200.0, rel=1e-9), None),
            "fit_out": (None, "stage_not_begun"),
        }

    def test_a_load_of_unknown_mass_leaves_its_stage_unknown_where_no_load_was_weighed_to_bound_it(self, engine):
        loads = [zero_report("2023-02"), zero_report("2023-03"), load(None, time=local("2023-03-20 10:00"))]
        assert by_stage(engine, list(self.STAGES), loads) == {
            "underground": 0.0,
            "aboveground": "no_mass_known",
            "fit_out": "stage_not_begun",
        }

    def test_a_load_of_unknown_mass_stands_in_high_of_its_stage_as_the_heaviest_of_the_project(self, engine):
        loads = [load(32.0, time=local("2023-02-10 10:00")), load(16.0), load(None, loads=2)]
        rows = PLACES | {"stage": list(self.STAGES), "weighing": loads}
        found = figures_of("waste_intensity_by_stage", rows, RULES, engine)
        assert {figure.grain["stage"]: (figure.value, figure.high) for figure in found if figure.gap is None} == {
            "underground": (pytest.approx(10.0), pytest.approx(10.0)),
            "aboveground": (pytest.approx(5.0), pytest.approx(25.0)),
        }

    def test_a_stage_without_an_end_ends_the_day_before_the_next_begins(self, engine):
        stages = [
            {"stage": "underground", "from_date": date(2023, 1, 1)},
            {"stage": "aboveground", "from_date": date(2023, 3, 1), "to_date": date(2023, 4, 30)},
        ]
        loads = [load(320.0, time=local(f"2023-0{month} 12:00")) for month in ("2-28", "3-01", "4-30", "5-01")]
        assert by_stage(engine, stages, loads) == pytest.approx({"underground": 100.0, "aboveground": 200.0}, rel=1e-9)

    def test_a_load_in_two_stages_counts_in_the_one_that_began_last(self, engine):
        stages = [
            {"stage": "fit_out", "from_date": date(2023, 3, 1), "to_date": date(2023, 3, 31)},
            {"stage": "aboveground", "from_date": date(2023, 1, 1), "to_date": date(2023, 6, 30)},
        ]
        loads = [load(320.0, time=local(f"2023-0{month}-15 12:00")) for month in (2, 3, 4)]
        assert by_stage(engine, stages, loads) == pytest.approx({"aboveground": 200.0, "fit_out": 100.0}, rel=1e-9)

    def test_of_two_stages_that_begin_on_one_day_a_load_counts_in_the_one_entered_later(self, engine):
        first, later = {"stage": "underground", "from_date": date(2023, 1, 1)}, {"stage": "aboveground", "from_date": date(2023, 1, 1)}
        assert by_stage(engine, [first, later], [load(320.0)]) == {"underground": "no_load_weighed", "aboveground": pytest.approx(100.0)}
        assert by_stage(engine, [later, first], [load(320.0)]) == {"underground": pytest.approx(100.0), "aboveground": "no_load_weighed"}

    def test_a_stage_entered_twice_counts_a_load_once(self, engine):
        stage = {"stage": "aboveground", "from_date": date(2023, 1, 1), "to_date": date(2023, 6, 30)}
        assert by_stage(engine, [stage, stage], [load(320.0)]) == {"aboveground": pytest.approx(100.0)}


class TestTheRowsBehindTheIntensity:
    def test_are_the_buildings_and_every_load_of_the_project_as_the_heaviest_may_be_any(self, engine):
        loads = [load(10.0), load(5.0, disposal="reused_on_site"), load(1.0, project="P2")]
        with Case(PLACES | {"weighing": loads}, RULES, engine, names=["waste_intensity"]) as case:
            (figure,) = case.figures("waste_intensity")
            behind = case.rows(figure)
            assert {table: frame.height for table, frame in behind.items()} == {"building": 2, "project": 1, "weighing": 2}
            assert behind["weighing"].select("submission", "row", "net_mass").rows() == [("S1", 2, 10.0), ("S1", 3, 5.0)]
