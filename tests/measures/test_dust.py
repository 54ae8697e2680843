"""Dust: means over slots, the difference to the city's stream of the same hour. Expected values by hand arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from tests.measures.worked_cases import derived_of, figure_of, figures_of, local

WHOLE = {"period": "all", "hour_from": 0, "hour_to": 24, "from_date": date(2023, 1, 1)}
DIFFERENCE = WHOLE | {
    "rule": "pm10_difference",
    "quantity": "pm10",
    "metric": "difference",
    "slot_length": 3600,
    "limit": 80.0,
    "needs_reference": True,
}
TSP = WHOLE | {"rule": "tsp_mean", "quantity": "tsp", "metric": "mean", "slot_length": 900, "limit": 500.0, "needs_reference": False}
RULES = {"limit": [DIFFERENCE, TSP], "slot_rule": [{"valid_share": 75.0}], "comparison_rule": [{"tolerance": 1e-9}]}
DAY = {"from_date": date(2023, 6, 1), "to_date": date(2023, 6, 1)}
SITE = DAY | {"project": "P1", "sensor": "D1", "quantity": "pm10", "interval": 300, "reference": "CITY"}
CITY = DAY | {"project": "P1", "sensor": "CITY", "quantity": "pm10", "interval": 3600, "is_reference": True}
TOTAL = SITE | {"quantity": "tsp"}


def readings(start: str, values: list[float | None], sensor: str = "D1", quantity: str = "pm10", seconds: int = 300) -> list[dict]:
    """Readings of a stream [µg/m³] from a local moment on."""
    first = local(start)
    base = {"project": "P1", "sensor": sensor, "quantity": quantity}
    return [base | {"time": first + timedelta(seconds=seconds * at), "value": value} for at, value in enumerate(values)]


def city(start: str, values: list[float | None]) -> list[dict]:
    return readings(start, values, "CITY", seconds=3600)


def evidence(rows: list[dict], sensors: Sequence[dict] = (SITE, CITY)) -> dict:
    return {"project": [{"project": "P1"}], "sensor": sensors, "reading": rows}


def dust(engine, rows: list[dict], what: str = "exceedances", sensors: Sequence[dict] = (SITE, CITY), rules: dict = RULES, **grain: str):
    return figure_of(f"dust_{what}", evidence(rows, sensors), rules, engine, **({"rule": "pm10_difference"} | grain))


class TestPm10AboveTheCity:
    def test_is_the_hours_mean_less_the_citys_value_of_the_same_hour(self, engine):
        rows = readings("2023-06-01 10:00", [100.0] * 6 + [150.0] * 6) + city("2023-06-01 10:00", [44.0])
        (slot,) = [row for row in derived_of("dust_slot", evidence(rows), RULES, engine) if row["level"] is not None]
        assert (slot["mean"], slot["reference"], slot["reference_mean"], slot["level"]) == (125.0, "CITY", 44.0, 81.0)

    def test_of_80_exactly_is_within_the_limit_to_the_last_bit(self, engine):
        rows = readings("2023-06-01 10:00", [128.3] * 12) + city("2023-06-01 10:00", [48.3])
        assert dust(engine, rows).value == 0.0
        rows = readings("2023-06-01 10:00", [128.3001] * 12) + city("2023-06-01 10:00", [48.3])
        assert dust(engine, rows).value == 1.0

    def test_exceeds_at_81_and_not_at_80(self, engine):
        rows = readings("2023-06-01 10:00", [125.0] * 24) + city("2023-06-01 10:00", [44.0, 45.0])
        assert dust(engine, rows).value == 1.0

    def test_a_sandstorm_that_covers_the_city_is_no_exceedance(self, engine):
        rows = readings("2023-06-01 10:00", [600.0] * 12) + city("2023-06-01 10:00", [590.0])
        assert dust(engine, rows).value == 0.0

    def test_is_unknown_where_the_reference_is(self, engine):
        rows = readings("2023-06-01 10:00", [600.0] * 24) + city("2023-06-01 10:00", [100.0, None])
        figure = dust(engine, rows)
        assert (figure.value, figure.high) == (1.0, 24.0)
        assert figure.coverage == pytest.approx(100 / 24)

    def test_without_any_reference_has_a_gap_that_says_so(self, engine):
        rows = readings("2023-06-01 10:00", [600.0] * 24)
        assert dust(engine, rows).gap == "no_reference"
        assert {figure.gap for figure in figures_of("dust_exceedances_total", evidence(rows), RULES, engine)} == {
            "no_reference",
            "no_sensor",
        }

    def test_shorter_slots_are_held_against_the_citys_hour(self, engine):
        rules = RULES | {"limit": [DIFFERENCE | {"slot_length": 900}]}
        rows = readings("2023-06-01 10:00", [100.0] * 3 + [200.0] * 3 + [100.0] * 6) + city("2023-06-01 10:00", [50.0])
        assert dust(engine, rows, rules=rules).value == 1.0
        assert dust(engine, rows, "hours", rules=rules).value == 0.25

    def test_longer_slots_are_held_against_the_citys_mean_of_the_same_slot(self, engine):
        rules = RULES | {"limit": [DIFFERENCE | {"slot_length": 7200}]}
        rows = readings("2023-06-01 10:00", [140.0] * 24) + city("2023-06-01 10:00", [20.0, 120.0])
        assert dust(engine, rows, rules=rules).value == 0.0
        (slot,) = [row for row in derived_of("dust_slot", evidence(rows), rules, engine) if row["level"] is not None]
        assert (slot["reference_mean"], slot["level"]) == (70.0, 70.0)

    def test_may_be_held_against_another_stream_of_the_site_that_is_judged_too(self, engine):
        upwind = SITE | {"sensor": "D0", "reference": None}
        rows = readings("2023-06-01 10:00", [200.0] * 12) + readings("2023-06-01 10:00", [100.0] * 12, "D0")
        sensors = [SITE | {"reference": "D0"}, upwind]
        assert dust(engine, rows, sensors=sensors, sensor="D1").value == 1.0
        assert dust(engine, rows, sensors=sensors, sensor="D0").gap == "no_reference"

    def test_a_mean_that_needs_a_reference_is_the_mean_and_unknown_where_the_reference_is(self, engine):
        rules = RULES | {"limit": [DIFFERENCE | {"metric": "mean"}]}
        rows = readings("2023-06-01 10:00", [90.0] * 24) + city("2023-06-01 10:00", [60.0])
        figure = dust(engine, rows, rules=rules)
        assert (figure.value, figure.high) == (1.0, 24.0)

    def test_two_rules_of_one_quantity_are_judged_each_by_itself(self, engine):
        mean = WHOLE | {
            "rule": "pm10_mean",
            "quantity": "pm10",
            "metric": "mean",
            "slot_length": 900,
            "limit": 150.0,
            "needs_reference": False,
        }
        rules = RULES | {"limit": [DIFFERENCE, mean]}
        rows = readings("2023-06-01 10:00", [100.0] * 3 + [160.0] * 9) + city("2023-06-01 10:00", [65.0])
        assert (dust(engine, rows, rules=rules).value, dust(engine, rows, rules=rules, rule="pm10_mean").value) == (0.0, 3.0)

    def test_a_reference_stream_is_not_judged_itself(self, engine):
        found = figures_of("dust_exceedances", evidence(city("2023-06-01 10:00", [900.0])), RULES, engine)
        assert {figure.grain["sensor"] for figure in found} == {"D1"}


class TestTotalDust:
    def test_is_averaged_over_a_quarter_of_an_hour(self, engine):
        rows = readings("2023-06-01 10:00", [400.0, 500.0, 603.0, 499.0, 500.0, 501.0], quantity="tsp")
        figure = dust(engine, rows, sensors=[TOTAL], rule="tsp_mean")
        assert (figure.value, figure.high) == (1.0, 95.0)

    def test_needs_three_quarters_of_its_readings(self, engine):
        rows = readings("2023-06-01 10:00", [900.0, 900.0], quantity="tsp")
        assert dust(engine, rows, sensors=[TOTAL], rule="tsp_mean").gap == "no_valid_slot"

    def test_of_exactly_the_limit_is_within_it_to_the_last_bit(self, engine):
        rows = readings("2023-06-01 10:00", [548.2, 576.1, 375.7, 548.3, 576.1, 375.7], quantity="tsp")
        assert dust(engine, rows, sensors=[TOTAL], rule="tsp_mean").value == 1.0

    def test_is_the_mean_of_its_readings_and_several_in_one_interval_weigh_each_the_same(self, engine):
        rows = readings("2023-06-01 10:00", [400.0] * 3, quantity="tsp") + readings("2023-06-01 10:00:10", [800.0], quantity="tsp")
        (slot,) = [row for row in derived_of("dust_slot", evidence(rows, [TOTAL]), RULES, engine) if row["level"] is not None]
        assert (slot["readings"], slot["intervals"], slot["mean"]) == (4, 3, 500.0)

    def test_a_project_with_a_sensor_of_unknown_extent_has_no_bound(self, engine):
        rows = readings("2023-06-01 00:00", [400.0] * 288, quantity="tsp")
        sensors = [TOTAL, TOTAL | {"sensor": "D2", "from_date": None, "to_date": None}]
        (figure,) = [
            one for one in figures_of("dust_exceedances_total", evidence(rows, sensors), RULES, engine) if one.grain["rule"] == "tsp_mean"
        ]
        assert (figure.value, figure.coverage, figure.high) == (0.0, 50.0, None)

    def test_episodes_are_unbroken_runs(self, engine):
        rows = readings("2023-06-01 10:00", [600.0] * 6 + [100.0] * 3 + [600.0] * 3, quantity="tsp")
        assert dust(engine, rows, "episodes", sensors=[TOTAL], rule="tsp_mean").value == 2.0
        assert dust(engine, rows, "hours", sensors=[TOTAL], rule="tsp_mean").value == 0.75
