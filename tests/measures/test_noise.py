"""Noise: slots on the local clock, LAeq, day and night, unknown slots, episodes. Expected values by hand arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from tests.measures.worked_cases import Case, derived_of, figure_of, figures_of, local

DAY = {
    "rule": "noise_day",
    "quantity": "noise",
    "metric": "laeq",
    "slot_length": 1200,
    "period": "day",
    "hour_from": 6,
    "hour_to": 22,
    "limit": 70.0,
}
NIGHT = DAY | {"rule": "noise_night", "period": "night", "hour_from": 22, "hour_to": 6, "limit": 55.0}
OLD = {"from_date": date(2012, 7, 1), "to_date": date(2025, 12, 31)}
RULES = {"limit": [DAY | OLD, NIGHT | OLD], "slot_rule": [{"valid_share": 75.0}], "comparison_rule": [{"tolerance": 1e-9}]}
SENSOR = {"project": "P1", "sensor": "N1", "quantity": "noise", "interval": 60, "from_date": date(2023, 6, 1), "to_date": date(2023, 6, 1)}


def readings(start: str, levels: list[float | None], seconds: int = 60, **other: object) -> list[dict]:
    """Readings of N1 [dB(A)] from a local moment on, one after the other."""
    first = local(start)
    base = {"project": "P1", "sensor": "N1", "quantity": "noise"} | other
    return [base | {"time": first + timedelta(seconds=seconds * at), "value": level} for at, level in enumerate(levels)]


def evidence(rows: list[dict], sensors: Sequence[dict] = (SENSOR,), **more: list[dict]) -> dict:
    return {"project": [{"project": "P1"}], "sensor": sensors, "reading": rows} | more


def noise(
    engine, rows: list[dict], what: str = "exceedances", period: str = "day", rules: dict = RULES, on: date = date(2023, 6, 30), **more
):
    return figure_of(f"noise_{what}", evidence(rows, **more), rules, engine, on, period=period)


def total(engine, rows: list[dict], sensors: Sequence[dict]):
    """The project's total of slots by day."""
    return figure_of("noise_exceedances_total", evidence(rows, sensors=sensors), RULES, engine, rule="noise_day")


class TestASlot:
    def test_of_60_and_70_db_in_equal_shares_has_an_laeq_of_67_4036(self, engine):
        rows = derived_of("noise_slot", evidence(readings("2023-06-01 10:00", [60.0] * 10 + [70.0] * 10)), RULES, engine)
        known = [row for row in rows if row["level"] is not None]
        assert len(known) == 1
        assert known[0]["level"] == pytest.approx(67.40362689494244, rel=1e-9)
        assert (known[0]["rule"], known[0]["limit_value"], known[0]["readings"]) == ("noise_day", 70.0, 20)
        assert known[0]["slot_start"] == local("2023-06-01 10:00").timestamp()

    def test_stands_for_every_twenty_minutes_of_the_sensors_days_known_or_not(self, engine):
        rows = derived_of("noise_slot", evidence([]), RULES, engine)
        assert len(rows) == 72
        assert sum(row["rule"] == "noise_day" for row in rows) == 48

    def test_counts_with_fifteen_of_twenty_readings_and_not_with_fourteen(self, engine):
        enough = noise(engine, readings("2023-06-01 10:00", [75.0] * 15))
        few = noise(engine, readings("2023-06-01 10:00", [75.0] * 14))
        assert (enough.value, few.value, few.gap) == (1.0, None, "no_valid_slot")

    def test_does_not_count_readings_the_device_marked_invalid(self, engine):
        assert noise(engine, readings("2023-06-01 10:00", [75.0] * 14 + [None] * 6)).gap == "no_valid_slot"

    def test_counts_where_its_readings_lie_and_not_how_many_they_are(self, engine):
        crowded = readings("2023-06-01 10:00", [75.0] * 60, seconds=10)
        assert noise(engine, crowded).gap == "no_valid_slot"
        (slot,) = [row for row in derived_of("noise_slot", evidence(crowded), RULES, engine) if row["readings"]]
        assert (slot["readings"], slot["intervals"], slot["level"], slot["exceeds"]) == (60, 11, None, None)

    def test_loses_nothing_to_a_clock_that_wavers_around_the_full_minute(self, engine):
        late, early = readings("2023-06-01 10:00:02", [75.0] * 10, seconds=120), readings("2023-06-01 10:00:58", [75.0] * 10, seconds=120)
        assert noise(engine, late + early).value == 1.0

    @pytest.mark.parametrize(("seconds", "value"), [(900, 1.0), (899, None)])
    def test_of_a_device_that_sends_every_second_needs_nine_hundred_of_twelve(self, engine, seconds, value):
        twice = readings("2023-06-01 10:00", [75.0] * seconds, seconds=1) + readings("2023-06-01 10:00:00.200", [75.0] * 600, seconds=1)
        assert noise(engine, twice, sensors=[SENSOR | {"interval": 1}]).value == value

    @pytest.mark.parametrize("level", [70.0, 40.6, 61.3])
    @pytest.mark.parametrize(("count", "seconds"), [(20, 60), (15, 60), (1200, 1)])
    def test_at_the_limit_is_within_it_to_the_last_bit(self, engine, level, count, seconds):
        rules = RULES | {"limit": [DAY | OLD | {"limit": level}]}
        rows = readings("2023-06-01 10:00", [level] * count, seconds)
        assert noise(engine, rows, rules=rules, sensors=[SENSOR | {"interval": seconds}]).value == 0.0

    @pytest.mark.parametrize("level", [70.1, 70.0001])
    def test_above_the_limit_by_however_little_exceeds_it(self, engine, level):
        assert noise(engine, readings("2023-06-01 10:00", [level] * 20)).value == 1.0


class TestDayAndNight:
    def test_go_by_the_hour_in_which_the_slot_starts_on_the_local_clock(self, engine):
        rows = readings("2023-06-01 21:40", [60.0] * 20) + readings("2023-06-01 22:00", [60.0] * 20)
        assert (noise(engine, rows, period="day").value, noise(engine, rows, period="night").value) == (0.0, 1.0)

    def test_night_ends_at_six(self, engine):
        rows = readings("2023-06-01 05:40", [60.0] * 20) + readings("2023-06-01 06:00", [60.0] * 20)
        assert (noise(engine, rows, period="day").value, noise(engine, rows, period="night").value) == (0.0, 1.0)

    def test_a_slot_after_local_midnight_belongs_to_the_new_day(self, engine):
        rows = derived_of("noise_slot", evidence(readings("2023-06-01 00:00", [50.0] * 20)), RULES, engine)
        assert [row["slot_start"] for row in rows if row["level"] is not None] == [local("2023-06-01 00:00").timestamp()]


class TestWhatIsNotKnown:
    def test_unknown_slots_stand_in_high_and_lower_the_coverage(self, engine):
        figure = noise(engine, readings("2023-06-01 10:00", [75.0] * 20))
        assert (figure.value, figure.high) == (1.0, 48.0)
        assert figure.coverage == pytest.approx(100 / 48)

    def test_a_silent_sensor_is_unknown_and_not_within_the_limit(self, engine):
        figure = noise(engine, [])
        assert (figure.value, figure.gap, figure.coverage) == (None, "no_reading", 0.0)

    def test_a_project_without_sensor_says_so_in_its_total(self, engine):
        totals = figures_of("noise_exceedances_total", evidence([], sensors=[]), RULES, engine)
        assert {figure.gap for figure in totals} == {"no_sensor"}

    def test_a_sensor_without_interval_cannot_be_judged(self, engine):
        figure = noise(engine, readings("2023-06-01 10:00", [75.0] * 20), sensors=[SENSOR | {"interval": None}])
        assert (figure.value, figure.gap) == (None, "no_interval")

    def test_a_sensor_of_which_nobody_knows_since_when_it_runs_covers_nothing_and_has_no_bound(self, engine):
        undated = SENSOR | {"from_date": None}
        for what, value in (("exceedances", 1.0), ("hours", 1 / 3), ("episodes", 1.0)):
            figure = noise(engine, readings("2023-06-01 10:00", [75.0] * 20), what, sensors=[undated])
            assert (figure.value, figure.coverage, figure.high) == (pytest.approx(value), 0.0, None)
        assert noise(engine, [], sensors=[undated]).gap == "no_sensor_dates"

    def test_such_a_sensor_opens_the_total_and_counts_as_one_of_the_streams_in_its_coverage(self, engine):
        rows = readings("2023-06-01 00:00", [50.0] * 1440) + readings("2023-06-01 10:00", [75.0] * 20, sensor="N2")
        undated = SENSOR | {"sensor": "N2", "from_date": None, "to_date": None}
        day = total(engine, rows, [SENSOR, undated])
        assert (day.value, day.coverage, day.high) == (1.0, 50.0, None)
        assert (total(engine, rows, [SENSOR]).coverage, total(engine, rows, [SENSOR]).high) == (100.0, 0.0)

    def test_such_a_sensor_that_is_silent_opens_the_total_too(self, engine):
        undated = SENSOR | {"sensor": "N2", "from_date": None}
        day = total(engine, readings("2023-06-01 00:00", [50.0] * 720), [SENSOR, undated])
        assert (day.value, day.coverage, day.high) == (0.0, pytest.approx(50 * 18 / 48), None)
        alone = total(engine, [], [undated])
        assert (alone.value, alone.gap) == (None, "no_sensor_dates")

    def test_a_total_of_such_sensors_alone_covers_nothing(self, engine):
        day = total(engine, readings("2023-06-01 10:00", [75.0] * 20), [SENSOR | {"from_date": None}])
        assert (day.value, day.coverage, day.high) == (1.0, 0.0, None)

    def test_works_that_began_give_a_sensor_its_first_day(self, engine):
        rows = evidence(readings("2023-06-01 10:00", [75.0] * 20), sensors=[SENSOR | {"from_date": None}])
        dated = rows | {"project": [{"project": "P1", "works_from": date(2023, 6, 1)}]}
        assert figure_of("noise_exceedances_total", dated, RULES, engine, rule="noise_day").high == 48.0

    def test_silence_in_a_suspension_is_no_fault(self, engine):
        rest = [{"project": "P1", "from_date": date(2023, 6, 1), "to_date": date(2023, 6, 1), "reason": "typhoon"}]
        figure = noise(engine, readings("2023-06-01 10:00", [75.0] * 20), suspension=rest)
        assert (figure.value, figure.high, figure.coverage) == (1.0, 1.0, 100.0)


ROWS = [*readings("2023-06-01 10:00", [75.0] * 60), *readings("2023-06-01 11:00", [60.0] * 20), *readings("2023-06-01 11:20", [75.0] * 20)]
"""Three slots above, one within, one above."""


class TestHoursAndEpisodes:
    def test_hours_are_slots_times_their_length(self, engine):
        assert noise(engine, ROWS, "exceedances").value == 4.0
        assert noise(engine, ROWS, "hours").value == pytest.approx(4 / 3, rel=1e-9)

    def test_an_episode_is_an_unbroken_run(self, engine):
        assert noise(engine, ROWS, "episodes").value == 2.0

    def test_an_unknown_slot_breaks_an_episode(self, engine):
        rows = [*readings("2023-06-01 10:00", [75.0] * 20), *readings("2023-06-01 10:40", [75.0] * 20)]
        assert noise(engine, rows, "episodes").value == 2.0

    def test_midnight_does_not_break_an_episode(self, engine):
        sensor = SENSOR | {"to_date": date(2023, 6, 2)}
        rows = readings("2023-06-01 23:40", [60.0] * 40)
        assert noise(engine, rows, "episodes", "night", sensors=[sensor]).value == 1.0

    def test_the_night_between_breaks_an_episode_by_day(self, engine):
        sensor = SENSOR | {"to_date": date(2023, 6, 2)}
        rows = readings("2023-06-01 21:40", [75.0] * 20) + readings("2023-06-02 06:00", [75.0] * 20)
        assert noise(engine, rows, "episodes", sensors=[sensor]).value == 2.0

    def test_a_day_of_suspension_without_readings_breaks_an_episode_and_one_with_readings_does_not(self, engine):
        sensor = SENSOR | {"to_date": date(2023, 6, 3)}
        rest = [{"project": "P1", "from_date": date(2023, 6, 2), "to_date": date(2023, 6, 2), "reason": "typhoon"}]
        ends = readings("2023-06-01 23:40", [60.0] * 20) + readings("2023-06-03 00:00", [60.0] * 20)
        assert noise(engine, ends, "episodes", "night", sensors=[sensor], suspension=rest).value == 2.0
        rows = readings("2023-06-01 23:40", [60.0] * 40)
        assert noise(engine, rows, "episodes", "night", sensors=[sensor], suspension=rest).value == 1.0

    def test_the_total_adds_sensors_and_periods_of_a_rule(self, engine):
        second = SENSOR | {"sensor": "N2"}
        rows = ROWS + readings("2023-06-01 10:00", [75.0] * 20, sensor="N2")
        totals = figures_of("noise_exceedances_total", evidence(rows, sensors=[SENSOR, second]), RULES, engine)
        assert {figure.grain["rule"]: figure.value for figure in totals} == {"noise_day": 5.0, "noise_night": None}


NEW_YEAR = (date(2025, 12, 31), date(2026, 1, 1))


class TestEditionsAndStages:
    def test_the_slots_day_picks_the_edition(self, engine):
        new = [DAY | {"limit": 65.0, "from_date": date(2026, 1, 1)}, NIGHT | {"from_date": date(2026, 1, 1)}]
        rules = RULES | {"limit": [*RULES["limit"], *new]}
        sensor = SENSOR | {"from_date": date(2025, 12, 31), "to_date": date(2026, 1, 1)}
        rows = readings("2025-12-31 10:00", [68.0] * 20) + readings("2026-01-01 10:00", [68.0] * 20)
        months = [{"month": 24311, "from_date": date(2025, 12, 1), "to_date": date(2025, 12, 31)}]
        months.append({"month": 24312, "from_date": date(2026, 1, 1), "to_date": date(2026, 1, 31)})
        figure = noise(engine, rows, rules=rules | {"calendar_month": months}, on=date(2026, 1, 31), sensors=[sensor])
        assert (figure.value, figure.high) == (1.0, 1.0 + 94.0)

    def test_hours_and_episodes_of_editions_whose_slots_differ_in_length_take_each_slot_by_its_own(self, engine):
        longer = NIGHT | {"slot_length": 3600, "from_date": date(2026, 1, 1)}
        rules = RULES | {"limit": [NIGHT | OLD, longer]}
        rules |= {"calendar_month": [{"month": 24311 + at, "from_date": day, "to_date": day} for at, day in enumerate(NEW_YEAR)]}
        sensor = SENSOR | {"from_date": NEW_YEAR[0], "to_date": NEW_YEAR[1]}
        rows = readings("2025-12-31 23:40", [60.0] * 80)
        found = {
            what: noise(engine, rows, what, "night", rules, NEW_YEAR[1], sensors=[sensor]) for what in ("exceedances", "hours", "episodes")
        }
        assert {what: figure.value for what, figure in found.items()} == {
            "exceedances": 2.0,
            "hours": pytest.approx(4 / 3),
            "episodes": 1.0,
        }
        assert (found["hours"].high, found["hours"].coverage) == (16.0, pytest.approx(100 * (4 / 3) / 16))

    def test_a_rule_of_slots_of_a_minute_expects_all_of_them(self, engine):
        rules = RULES | {"limit": [DAY | OLD | {"slot_length": 60, "hour_from": 0, "hour_to": 24}]}
        assert noise(engine, readings("2023-06-01 10:00", [75.0] * 20), rules=rules).high == 1440.0

    def test_a_rule_of_a_stage_speaks_only_during_it(self, engine):
        rules = RULES | {"limit": [DAY | OLD | {"stage": "fit_out"}]}
        rows = readings("2023-06-01 10:00", [75.0] * 20)
        inside = [{"project": "P1", "stage": "fit_out", "from_date": date(2023, 6, 1)}]
        outside = [{"project": "P1", "stage": "fit_out", "from_date": date(2023, 6, 2)}]
        assert noise(engine, rows, rules=rules, stage=inside).value == 1.0
        assert noise(engine, rows, rules=rules, stage=outside).gap == "no_slot_expected"

    def test_evidence_after_the_date_of_judgement_is_not_seen(self, engine):
        figure = noise(engine, readings("2023-06-01 10:00", [75.0] * 20), on=date(2023, 5, 31))
        assert (figure.value, figure.gap) == (None, "no_slot_expected")


class TestTheRowsBehindAFigure:
    def test_are_the_readings_and_the_sensor_with_submission_and_row(self, engine):
        rows = [*readings("2023-06-01 10:00", [75.0] * 20), *readings("2023-06-01 10:00", [80.0] * 5, sensor="N2")]
        with Case(evidence(rows), RULES, engine, names=["noise_exceedances"]) as case:
            figure = next(figure for figure in case.figures("noise_exceedances") if figure.grain["period"] == "day")
            behind = case.rows(figure)
            assert behind["reading"].height == 20
            assert behind["reading"]["row"].to_list() == list(range(2, 22))
            assert behind["sensor"].height == 1
