"""Readings of noise and dust 噪声、扬尘读数 as site devices send them, with what goes wrong on sites.

Times are local and without zone, levels in dB(A), dust in µg/m³. Each stream is a pair of columns, time and value; a value that
is not a number is one the device marked invalid. Works follow the clock of a Chinese site: seven to six, a break at noon.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from samples.chance import Chance

NOISE_AT_WORK = (46, 46, 46, 46, 47, 49, 54, 61, 64, 65, 65, 64, 58, 62, 65, 65, 64, 62, 56, 53, 51, 50, 48, 47)
NOISE_AT_REST = (44, 44, 43, 43, 44, 45, 47, 49, 50, 51, 51, 50, 50, 50, 50, 51, 51, 51, 50, 49, 48, 47, 45, 44)
DUST_AT_WORK = (6, 6, 5, 5, 6, 8, 14, 24, 30, 34, 36, 32, 22, 28, 34, 36, 32, 26, 18, 12, 10, 9, 8, 7)
CITY_BY_HOUR = (2, 1, 0, -1, -1, 1, 5, 10, 13, 11, 6, 1, -3, -5, -6, -5, -3, 1, 5, 8, 9, 8, 6, 4)
"""Departures of the city's PM10 from its daily level by local hour, the two rush hours on top. [µg/m³]"""

SANDSTORM = date(2023, 4, 12)
"""The day on which dust from the north-west covered the whole city."""

FESTIVAL = (date(2023, 1, 14), date(2023, 2, 5))
"""Spring Festival rest of the region's sites, both days included; New Year's Eve was 2023-01-21."""


@dataclass(frozen=True)
class Stream:
    """One quantity of one sensor: local times, values, seconds between readings."""

    sensor: str
    quantity: str
    interval: int
    times: np.ndarray
    values: np.ndarray

    def during(self, first: datetime, last: datetime) -> np.ndarray:
        """Mask of the readings from ``first`` up to, not including, ``last``."""
        return (self.times >= np.datetime64(first)) & (self.times < np.datetime64(last))

    def without(self, first: datetime, last: datetime) -> Stream:
        """A power cut: no rows at all."""
        keep = ~self.during(first, last)
        return replace(self, times=self.times[keep], values=self.values[keep])

    def held(self, first: datetime, last: datetime) -> Stream:
        """A stuck device: the first value again and again."""
        mask = self.during(first, last)
        return self.with_values(mask, self.values[mask][0])

    def with_values(self, mask: np.ndarray, values: object) -> Stream:
        """The same stream with other values where the mask is true."""
        changed = self.values.copy()
        changed[mask] = values
        return replace(self, values=changed)

    def shifted(self, hours: int) -> Stream:
        """The device's clock is so many hours off."""
        return replace(self, times=self.times + np.timedelta64(hours * 3600, "s"))


def clock(first: date, last: date, interval: int) -> np.ndarray:
    """Times of readings over whole local days, both included."""
    count = ((last - first).days + 1) * 86400 // interval
    return np.datetime64(first.isoformat(), "s") + np.arange(count) * np.timedelta64(interval, "s")


def noise(chance: Chance, sensor: str, first: date, last: date, interval: int, rests: tuple[tuple[date, date], ...] = ()) -> Stream:
    """Site noise: the hour's level, a change every twenty minutes, and the flutter of single readings."""
    times = clock(first, last, interval)
    at_work = np.asarray(NOISE_AT_WORK, dtype=np.float64)[_hours(times)]
    at_rest = np.asarray(NOISE_AT_REST, dtype=np.float64)[_hours(times)]
    level = np.where(resting(times, rests), at_rest, at_work)
    per_slot = max(1, 1200 // interval)
    slow = np.repeat(chance.child("slow").normals(len(times) // per_slot + 1), per_slot)[: len(times)]
    values = np.round(level + 1.3 * slow + 1.6 * chance.child("fast").normals(len(times)), 1)
    return Stream(sensor, "noise", interval, times, values)


def city(chance: Chance, first: date, last: date) -> Stream:
    """PM10 of the city's own station, hourly; the sandstorm day is high for everyone."""
    times = clock(first, last, 3600)
    days = len(times) // 24
    raw = chance.child("days").uniforms(days + 4) * 90 + 25
    level = (raw[:-4] + raw[1:-3] + raw[2:-2] + raw[3:-1] + raw[4:]) / 5
    values = (
        np.repeat(level, 24) + np.asarray(CITY_BY_HOUR, dtype=np.float64)[_hours(times)] + 4 * chance.child("hours").normals(len(times))
    )
    storm = times.astype("datetime64[D]") == np.datetime64(SANDSTORM)
    values[storm] += np.asarray(
        [120, 260, 380, 470, 520, 560, 590, 600, 590, 570, 540, 500, 460, 420, 380, 340, 300, 260, 220, 180, 150, 120, 90, 70]
    )
    return Stream("CZ-01", "pm10", 3600, times, np.round(values) + 0.3)


def dust(
    chance: Chance, sensor: str, background: Stream, first: date, last: date, interval: int, rests: tuple[tuple[date, date], ...] = ()
) -> Stream:
    """Site PM10: the city's value of the hour plus what works add."""
    times = clock(first, last, interval)
    added = np.asarray(DUST_AT_WORK, dtype=np.float64)[_hours(times)]
    added = np.where(resting(times, rests), 4.0, added) + 6 * chance.child("fast").normals(len(times))
    values = np.maximum(5.0, np.round(at_hours(background, times) + added))
    return Stream(sensor, "pm10", interval, times, values)


def total_dust(chance: Chance, fine: Stream) -> Stream:
    """TSP beside a PM10 stream: about 1.9 times as much, as PM10 is some half of the dust of a site."""
    factor = 1.9 + 0.12 * chance.child("tsp").normals(len(fine.values))
    return replace(fine, quantity="tsp", values=np.round(fine.values * factor))


def at_hours(background: Stream, times: np.ndarray) -> np.ndarray:
    """The background's value of the hour each time falls in."""
    places = ((times - background.times[0]) // np.timedelta64(3600, "s")).astype(np.int64)
    return background.values[places]


def resting(times: np.ndarray, rests: tuple[tuple[date, date], ...]) -> np.ndarray:
    """True on the days of a suspension."""
    mask = np.zeros(len(times), dtype=bool)
    for first, last in rests:
        mask |= (times >= np.datetime64(first.isoformat())) & (times < np.datetime64((last + timedelta(days=1)).isoformat()))
    return mask


def _hours(times: np.ndarray) -> np.ndarray:
    return (times.astype("datetime64[h]") - times.astype("datetime64[D]")).astype(np.int64)
