"""Doubts: what to look at before a figure is believed. Expected values by hand arithmetic."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.measures.worked_cases import figure_of, figures_of, local

SENSOR = {"project": "P1", "sensor": "D1", "quantity": "pm10", "interval": 300}
FLAT = {"flat_rule": [{"hours": 6.0}]}


def readings(start: str, values: list[float | None], seconds: int = 300, **other: object) -> list[dict]:
    first = local(start)
    base = {"project": "P1", "sensor": "D1", "quantity": "pm10"} | other
    return [base | {"time": first + timedelta(seconds=seconds * at), "value": value} for at, value in enumerate(values)]


class TestFlatReadings:
    def flat(self, engine, rows: list[dict]):
        return figure_of("flat_readings", {"sensor": [SENSOR], "reading": rows}, FLAT, engine)

    def test_the_longest_run_of_equal_values_is_told_in_hours(self, engine):
        rows = readings("2023-06-01 00:00", [1.0, 2.0] + [7.0] * 97 + [3.0])
        assert self.flat(engine, rows).value == pytest.approx(8.0, rel=1e-9)

    def test_a_run_within_the_rule_is_no_doubt(self, engine):
        assert self.flat(engine, readings("2023-06-01 00:00", [7.0] * 73)).value == 0.0

    def test_missing_readings_end_a_run(self, engine):
        rows = readings("2023-06-01 00:00", [7.0] * 61) + readings("2023-06-01 06:00", [7.0] * 61)
        assert self.flat(engine, rows).value == 0.0

    def test_without_readings_nothing_is_known(self, engine):
        assert self.flat(engine, []).gap == "no_reading"


class TestClockOffset:
    def offset(self, engine, late: list[int | None]):
        time = local("2023-06-01 10:00")
        rows = [
            {
                "project": "P1",
                "sensor": "D1",
                "quantity": "pm10",
                "time": time,
                "received": None if s is None else time + timedelta(seconds=s),
            }
            for s in late
        ]
        return figure_of("clock_offset", {"sensor": [SENSOR], "reading": rows}, None, engine)

    def test_of_a_clock_on_utc_is_eight_hours(self, engine):
        assert self.offset(engine, [28_803, 28_801, 28_809]).value == 28_803.0

    def test_of_a_clock_that_is_ahead_is_as_large(self, engine):
        assert self.offset(engine, [-28_797]).value == 28_797.0

    def test_is_not_known_where_the_platform_wrote_no_time(self, engine):
        assert self.offset(engine, [None]).gap == "no_clock_evidence"


class TestSharedTickets:
    def test_are_counted_for_both_projects(self, engine):
        time = local("2023-06-01 10:00")
        one = {"ticket": "T1", "time": time, "net_mass": 8.0, "zero_report": False}
        rows = [
            one | {"project": "P1"},
            one | {"project": "P2"},
            one | {"project": "P2", "ticket": "T2"},
            one | {"project": "P1", "ticket": "T2", "net_mass": 9.0},
        ]
        found = figures_of("shared_tickets", {"weighing": rows}, None, engine)
        assert [(figure.id, figure.value) for figure in found] == [("shared_tickets:P1:P2", 1.0), ("shared_tickets:P2:P1", 1.0)]

    def test_two_zero_reports_are_no_doubt(self, engine):
        rows = [{"project": name, "time": local("2023-06-01 10:00"), "zero_report": True} for name in ("P1", "P2")]
        assert figures_of("shared_tickets", {"weighing": rows}, None, engine) == []


class TestUnits:
    def test_milligrams_after_micrograms_jump_a_thousandfold(self, engine):
        rows = readings("2023-06-01 10:00", [60.0] * 5) + readings("2023-06-02 10:00", [0.05, 0.06, 0.06, 0.07, 0.0])
        figure = figure_of("level_jump", {"sensor": [SENSOR], "reading": rows}, None, engine)
        assert figure.value == pytest.approx(1000.0, rel=1e-9)

    def test_one_day_alone_is_no_jump(self, engine):
        figure = figure_of("level_jump", {"sensor": [SENSOR], "reading": readings("2023-06-01 10:00", [60.0, 90.0])}, None, engine)
        assert figure.value == 1.0

    def ratio(self, engine, site: list[float], city: list[float]):
        rows = readings("2023-06-01 10:00", site) + readings("2023-06-01 10:00", city, sensor="CITY")
        return figure_of("background_ratio", {"sensor": [SENSOR | {"reference": "CITY"}], "reading": rows}, None, engine)

    def test_milligrams_throughout_stand_a_thousandfold_below_the_city(self, engine):
        assert self.ratio(engine, [0.05, 0.06, 0.08], [60.0]).value == pytest.approx(1000.0, rel=1e-9)

    def test_a_dusty_site_stands_some_way_above_the_city(self, engine):
        assert self.ratio(engine, [600.0], [60.0]).value == pytest.approx(10.0, rel=1e-9)

    def test_without_readings_of_the_reference_nothing_is_known(self, engine):
        assert self.ratio(engine, [600.0], []).gap == "no_reference"
