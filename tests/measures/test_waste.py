"""Waste: what left the gate, per floor area, by class and stage, and what was recovered. Expected values by hand arithmetic."""

from __future__ import annotations

from datetime import date

import pytest

from tests.measures.worked_cases import Case, figure_of, figures_of, local

ORIGINS = [
    {"waste_origin": "works_waste", "in_intensity": True},
    {"waste_origin": "demolition_waste", "in_intensity": True},
    {"waste_origin": "spoil", "in_intensity": False},
    {"waste_origin": "slurry", "in_intensity": False},
]
AREA = [{"project": "P1", "building": "B1", "floor_area": 20_000.0}, {"project": "P1", "building": "B2", "floor_area": 12_000.0}]


def load(mass: float | None, origin: str | None = "works_waste", **other: object) -> dict:
    """One ticket of P1 [t]."""
    return {"project": "P1", "time": local("2023-03-01 10:00"), "zero_report": False, "waste_origin": origin, "net_mass": mass, **other}


def zero_report(month: str = "2023-03") -> dict:
    return {"project": "P1", "time": local(f"{month}-15 00:00"), "zero_report": True}


def intensity(engine, loads: list[dict], buildings: list[dict] = AREA):
    return figure_of(
        "waste_intensity", {"project": [{"project": "P1"}], "building": buildings, "weighing": loads}, {"waste_origin": ORIGINS}, engine
    )


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


CLASSES = [{"scheme": "jgj498", "waste_class": name, "group": name} for name in ("metal", "inorganic", "wood")]
PLACES = {"project": [{"project": "P1"}], "building": AREA}


def by_class(engine, loads: list[dict]) -> dict:
    parameters = {"waste_origin": ORIGINS, "waste_class": CLASSES}
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

    def test_of_a_silent_site_are_unknown(self, engine):
        assert {figure.gap for figure in by_class(engine, []).values()} == {"no_load_weighed"}


class TestByStage:
    STAGES = (
        {"project": "P1", "stage": "underground", "from_date": date(2022, 12, 1), "to_date": date(2023, 2, 28)},
        {"project": "P1", "stage": "aboveground", "from_date": date(2023, 3, 1)},
        {"project": "P1", "stage": "fit_out", "from_date": date(2023, 9, 1)},
    )

    def test_a_load_counts_in_the_stage_of_its_local_day(self, engine):
        loads = [load(320.0, time=local("2023-02-28 23:59")), load(640.0, time=local("2023-03-01 00:00"))]
        found = figures_of(
            "waste_intensity_by_stage", PLACES | {"stage": list(self.STAGES), "weighing": loads}, {"waste_origin": ORIGINS}, engine
        )
        assert {figure.grain["stage"]: (figure.value, figure.gap) for figure in found} == {
            "underground": (pytest.approx(100.0, rel=1e-9), None),
            "aboveground": (pytest.approx(200.0, rel=1e-9), None),
            "fit_out": (None, "stage_not_begun"),
        }


class TestDischargedAndGenerated:
    LOADS = (load(10.0), load(5.0, disposal="reused_on_site"), load(100.0, "spoil"), load(20.0, disposal="recovered"))

    def test_discharged_is_what_left_the_gate_by_origin(self, engine):
        found = figures_of("waste_discharged", PLACES | {"weighing": self.LOADS}, {"waste_origin": ORIGINS}, engine)
        assert {figure.grain["waste_origin"]: figure.value for figure in found} == {
            "works_waste": 30.0,
            "demolition_waste": 0.0,
            "spoil": 100.0,
            "slurry": 0.0,
        }

    def test_generated_adds_what_was_reused_on_site_and_leaves_out_spoil(self, engine):
        assert figure_of("waste_generated", PLACES | {"weighing": self.LOADS}, {"waste_origin": ORIGINS}, engine).value == 35.0

    def test_of_a_silent_site_are_unknown(self, engine):
        for measure in ("waste_discharged", "waste_generated"):
            assert {figure.gap for figure in figures_of(measure, PLACES, {"waste_origin": ORIGINS}, engine)} == {"no_load_weighed"}


class TestRecoveryRate:
    def rate(self, engine, *loads: dict):
        return figure_of("recovery_rate", PLACES | {"weighing": loads}, {"waste_origin": ORIGINS}, engine)

    def test_is_the_share_that_was_recovered_backfilled_or_reused(self, engine):
        figure = self.rate(
            engine,
            load(30.0, disposal="recovered"),
            load(20.0, disposal="backfilled"),
            load(10.0, disposal="reused_on_site"),
            load(20.0, disposal="disposed"),
            load(500.0, "spoil", disposal="backfilled"),
        )
        assert (figure.value, figure.high, figure.coverage) == (75.0, 75.0, 100.0)

    def test_what_goes_to_an_unknown_place_stands_in_the_denominator_and_in_high(self, engine):
        figure = self.rate(
            engine, load(50.0, disposal="recovered"), load(25.0), load(25.0, disposal="disposed"), load(0.0, disposal="disposed")
        )
        assert (figure.value, figure.high, figure.coverage) == (50.0, 75.0, 75.0)

    def test_is_unknown_where_no_ticket_names_a_place(self, engine):
        assert self.rate(engine, load(50.0)).gap == "no_disposal"


class TestMonthsReported:
    def months(self, engine, loads: list[dict], works: dict, on: date = date(2023, 6, 30), **more: list[dict]):
        return figure_of("waste_months_reported", {"project": [{"project": "P1"} | works], "weighing": loads} | more, None, engine, on)

    def test_four_of_five_months_are_80_percent(self, engine):
        loads = [load(1.0, time=local(f"2023-0{month}-20 08:00")) for month in (2, 3, 5)] + [zero_report("2023-06"), zero_report("2023-06")]
        assert self.months(engine, loads, {"works_from": date(2023, 2, 27)}).value == pytest.approx(80.0, rel=1e-9)

    def test_a_ticket_just_after_local_midnight_counts_in_the_new_month(self, engine):
        figure = self.months(engine, [load(1.0, time=local("2023-06-01 00:10"))], {"works_from": date(2023, 5, 1)})
        assert figure.value == pytest.approx(50.0, rel=1e-9)

    def test_end_with_the_works(self, engine):
        works = {"works_from": date(2023, 1, 1), "works_to": date(2023, 2, 10)}
        assert self.months(engine, [zero_report("2023-01"), zero_report("2023-02")], works).value == 100.0

    def test_a_month_wholly_in_suspensions_is_excused(self, engine):
        rest = [
            {"project": "P1", "from_date": date(2023, 3, 1), "to_date": date(2023, 3, 20)},
            {"project": "P1", "from_date": date(2023, 3, 10), "to_date": date(2023, 4, 2)},
        ]
        loads = [zero_report("2023-02"), zero_report("2023-04")]
        figure = self.months(engine, loads, {"works_from": date(2023, 2, 1)}, on=date(2023, 4, 30), suspension=rest)
        assert figure.value == 100.0

    def test_overlapping_suspensions_do_not_excuse_a_month_twice(self, engine):
        rest = [{"project": "P1", "from_date": date(2023, 3, 1), "to_date": date(2023, 3, 20)}] * 2
        figure = self.months(engine, [zero_report("2023-02")], {"works_from": date(2023, 2, 1)}, on=date(2023, 3, 31), suspension=rest)
        assert figure.value == pytest.approx(50.0, rel=1e-9)

    def test_the_running_month_is_not_due_yet(self, engine):
        figure = self.months(engine, [zero_report("2023-05")], {"works_from": date(2023, 5, 1)}, on=date(2023, 6, 10))
        assert figure.value == 100.0

    def test_without_first_day_of_works_nothing_is_known(self, engine):
        assert self.months(engine, [], {}).gap == "no_works_dates"


class TestTheRowsBehindTheIntensity:
    def test_are_the_loads_that_left_the_gate_and_the_buildings(self, engine):
        loads = [load(10.0), load(5.0, disposal="reused_on_site"), load(1.0, project="P2")]
        with Case(PLACES | {"weighing": loads}, {"waste_origin": ORIGINS}, engine, names=["waste_intensity"]) as case:
            (figure,) = case.figures("waste_intensity")
            behind = case.rows(figure)
            assert {table: frame.height for table, frame in behind.items()} == {"building": 2, "project": 1, "weighing": 1}
            assert behind["weighing"].select("submission", "row", "net_mass").rows() == [("S1", 2, 10.0)]
