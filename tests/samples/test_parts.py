"""The parts of the generator: numbers by chance, stair bodies, slots and flat runs, worked by hand."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from samples.chance import Chance
from samples.housing import stair
from samples.loads import months_between
from samples.slots import longest_flat, noise_over, slots_of
from samples.streams import Stream, clock
from samples.writing import toml_value


def stream(values: list[float], interval: int = 60, quantity: str = "noise", day: date = date(2023, 5, 1)) -> Stream:
    times = clock(day, day, interval)[: len(values)]
    return Stream("S1", quantity, interval, times, np.asarray(values, dtype=float))


class TestChance:
    def test_the_mixing_function_gives_the_published_numbers_of_splitmix64(self):
        chance = Chance(0)
        chance._start = np.uint64(1234567)
        published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
        assert list(chance.uniforms(3)) == [(number >> 11) * 2.0**-53 for number in published]

    def test_streams_of_different_names_do_not_disturb_each_other(self):
        first = Chance(7, "a")
        first.uniforms(100)
        assert first.child("b").uniform(0, 1) == Chance(7, "a").child("b").uniform(0, 1)

    def test_normals_have_mean_nought_and_deviation_one(self):
        numbers = Chance(7).normals(200_000)
        assert abs(numbers.mean()) < 0.01
        assert abs(numbers.std() - 1) < 0.01


class TestBodies:
    def test_a_flight_of_nine_steps_is_what_lies_between_its_steps_and_its_underside(self):
        """Steps 0.28 × 0.1611 × (1 + … + 9) = 2.03 m², underside 1.624 − 0.3024 m² below them: 0.7084 m² × 1.2 m."""
        steps = 0.28 * (1.45 / 9) * 45
        under = (1.45 - 1.45 / 9) * 2.52 / 2 - 0.12 * 2.52
        assert stair(1450.0, 9).volume == pytest.approx((steps - under) * 1.2)

    def test_its_plan_is_going_times_width(self):
        assert stair(1450.0, 9).area == pytest.approx(2.52 * 1.2)


class TestSlots:
    def test_twenty_minutes_half_at_60_and_half_at_70_are_67_4(self):
        """10·lg((10⁶ + 10⁷)/2) = 67.40."""
        assert slots_of(stream([60.0] * 10 + [70.0] * 10), 1200, energy=True).values[0] == pytest.approx(67.40, abs=0.005)

    def test_a_slot_with_fourteen_of_twenty_readings_does_not_count(self):
        assert not slots_of(stream([80.0] * 14), 1200).enough[0]
        assert slots_of(stream([80.0] * 15), 1200).enough[0]

    def test_a_night_hour_at_60_is_three_exceedances_one_hour_one_episode(self):
        over = noise_over(stream([60.0] * 60 + [40.0] * 60))
        assert over["night"] == {"exceedances": 3.0, "hours": 1.0, "episodes": 1.0}
        assert over["day"]["exceedances"] == 0

    def test_the_longest_flat_run_is_measured_from_its_first_to_its_last_reading(self):
        assert longest_flat(stream([1.0, 2.0] + [5.0] * 13 + [6.0], interval=300, quantity="pm10")) == 1.0


class TestSmallThings:
    def test_months_touched_count_both_ends(self):
        assert len(months_between(date(2022, 12, 31), date(2023, 2, 1))) == 3

    def test_a_moment_is_written_in_toml_without_a_zone(self):
        assert toml_value(datetime(2023, 5, 1, 8, 0)) == "2023-05-01T08:00:00"  # noqa: DTZ001
