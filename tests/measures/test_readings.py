"""Completeness of readings. Expected values by hand arithmetic."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.measures.worked_cases import derived_of, figure_of, local

SENSOR = {
    "project": "P1",
    "sensor": "N1",
    "quantity": "noise",
    "interval": 3600,
    "from_date": date(2023, 6, 1),
    "to_date": date(2023, 6, 4),
}
WORKS = {"project": "P1", "works_from": date(2023, 5, 30)}


def hourly(start: str, count: int, value: float | None = 50.0) -> list[dict]:
    first = local(start)
    base = {"project": "P1", "sensor": "N1", "quantity": "noise", "value": value}
    return [base | {"time": first + timedelta(hours=at)} for at in range(count)]


def completeness(engine, rows: list[dict], sensor: dict = SENSOR, on: date = date(2023, 6, 30), **more: list[dict]):
    return figure_of("reading_completeness", {"project": [WORKS], "sensor": [sensor], "reading": rows} | more, None, engine, on)


class TestCompleteness:
    def test_of_72_readings_in_96_hours_is_75(self, engine):
        assert completeness(engine, hourly("2023-06-01 00:00", 72)).value == pytest.approx(75.0, rel=1e-9)

    def test_days_of_suspension_are_not_expected_and_not_counted(self, engine):
        rest = [
            {"project": "P1", "from_date": date(2023, 6, 2), "to_date": date(2023, 6, 3)},
            {"project": "P1", "from_date": date(2023, 6, 3), "to_date": date(2023, 6, 3)},
        ]
        assert completeness(engine, hourly("2023-06-01 00:00", 60), suspension=rest).value == pytest.approx(50.0, rel=1e-9)

    def test_invalid_readings_do_not_count(self, engine):
        rows = hourly("2023-06-01 00:00", 48) + hourly("2023-06-03 00:00", 48, None)
        assert completeness(engine, rows).value == pytest.approx(50.0, rel=1e-9)

    def test_more_readings_than_expected_on_one_day_do_not_fill_another(self, engine):
        rows = hourly("2023-06-01 00:00", 24) + hourly("2023-06-01 00:30", 23)
        assert completeness(engine, rows).value == pytest.approx(25.0, rel=1e-9)

    def test_readings_crowded_into_an_hour_do_not_fill_the_day(self, engine):
        first = local("2023-06-01 00:00")
        base = {"project": "P1", "sensor": "N1", "quantity": "noise", "value": 50.0}
        rows = [base | {"time": first + timedelta(seconds=60 * at)} for at in range(24)]
        assert completeness(engine, rows).value == pytest.approx(100 / 96, rel=1e-9)

    def test_ends_with_the_day_of_judgement(self, engine):
        assert completeness(engine, hourly("2023-06-01 00:00", 96), on=date(2023, 6, 2)).value == pytest.approx(100.0, rel=1e-9)

    def test_a_silent_sensor_has_zero_percent_because_that_is_known(self, engine):
        assert completeness(engine, []).value == 0.0


class TestWhatIsNotKnown:
    def test_without_interval(self, engine):
        assert completeness(engine, [], SENSOR | {"interval": None}).gap == "no_interval"

    def test_before_the_first_day(self, engine):
        assert completeness(engine, [], on=date(2023, 5, 1)).gap == "nothing_expected"

    def test_a_sensor_without_first_day_begins_with_the_works(self, engine):
        days = derived_of("sensor_day", {"project": [WORKS], "sensor": [SENSOR | {"from_date": None}]}, None, engine)
        assert len(days) == 6

    def test_without_any_first_day(self, engine):
        figure = figure_of("reading_completeness", {"project": [{"project": "P1"}], "sensor": [SENSOR | {"from_date": None}]}, None, engine)
        assert figure.gap == "no_sensor_dates"
