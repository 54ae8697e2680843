"""What the readings amount to 时段核算: fixed slots on the local clock, counted with plain arithmetic for the expected findings.

A slot counts when at least three quarters of its expected readings are there. Noise is averaged as energy,
LAeq = 10·lg(mean of 10^(L/10)), dust as a plain mean. Limits: GB 12523-2011 (70 dB by day, 55 from 22 to 6, over 20 minutes);
DB32/4437-2022 (PM10 80 µg/m³ above the city in the hour, TSP 500 µg/m³ in 15 minutes).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from samples.streams import Stream, at_hours

VALID_SHARE = 0.75


@dataclass(frozen=True)
class Slots:
    """Slots of one stream: local start, value (LAeq or mean), whether enough readings stand in it."""

    starts: np.ndarray
    values: np.ndarray
    enough: np.ndarray
    seconds: int

    @property
    def night(self) -> np.ndarray:
        """True where the slot starts between 22:00 and 06:00."""
        hours = (self.starts.astype("datetime64[h]") - self.starts.astype("datetime64[D]")).astype(np.int64)
        return (hours >= 22) | (hours < 6)


def slots_of(stream: Stream, seconds: int, energy: bool = False) -> Slots:
    """Cut a stream into slots of a length [s]; values that are not numbers don't count."""
    valid = np.isfinite(stream.values)
    place = stream.times[valid].astype("datetime64[s]").astype(np.int64) // seconds
    values = stream.values[valid]
    numbers, inverse, counts = np.unique(place, return_inverse=True, return_counts=True)
    parts = 10.0 ** (values / 10.0) if energy else values
    means = np.bincount(inverse, weights=parts) / counts
    means = 10.0 * np.log10(means) if energy else means
    starts = (numbers * seconds).astype("datetime64[s]")
    return Slots(starts, means, counts >= VALID_SHARE * seconds / stream.interval, seconds)


def noise_over(stream: Stream) -> dict[str, dict[str, float]]:
    """Exceedances, hours and episodes of a noise stream by day and by night."""
    slots = slots_of(stream, 1200, energy=True)
    night = slots.night
    over_day = slots.enough & ~night & (slots.values > 70.0)
    over_night = slots.enough & night & (slots.values > 55.0)
    return {"day": _amounts(slots, over_day), "night": _amounts(slots, over_night)}


def dust_over(stream: Stream, background: Stream) -> dict[str, float]:
    """Hours in which PM10 stands more than 80 µg/m³ above the city's value of the same hour."""
    slots = slots_of(stream, 3600)
    above = slots.values - at_hours(background, slots.starts)
    return _amounts(slots, slots.enough & (above > 80.0))


def total_dust_over(stream: Stream) -> dict[str, float]:
    """Quarters of an hour in which TSP is above 500 µg/m³."""
    slots = slots_of(stream, 900)
    return _amounts(slots, slots.enough & (slots.values > 500.0))


def longest_flat(stream: Stream) -> float:
    """The longest stretch of equal values, from its first reading to its last [h]."""
    changes = np.flatnonzero(np.diff(stream.values) != 0)
    edges = np.concatenate(([-1], changes, [len(stream.values) - 1]))
    spans = stream.times[edges[1:]] - stream.times[edges[:-1] + 1]
    return float(spans.max() / np.timedelta64(1, "s")) / 3600.0


def largest_jump(stream: Stream) -> float:
    """The largest ratio of the medians of two days that follow each other."""
    days = stream.times.astype("datetime64[D]")
    middles = [float(np.median(stream.values[days == day])) for day in np.unique(days)]
    return max(max(one / other, other / one) for one, other in itertools.pairwise(middles))


def _amounts(slots: Slots, over: np.ndarray) -> dict[str, float]:
    starts = slots.starts[over]
    step = np.timedelta64(slots.seconds, "s")
    episodes = 0 if len(starts) == 0 else 1 + int((np.diff(starts) != step).sum())
    count = int(over.sum())
    return {"exceedances": float(count), "hours": count * slots.seconds / 3600.0, "episodes": float(episodes)}
