"""Waste: what left the gate, per floor area, by class and stage, and what was recovered. Expected values by hand arithmetic."""

from __future__ import annotations

import pytest
from worked_cases import figure_of, local

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
        assert intensity(engine, [load(1.0)], []).gap == "no_building"

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
