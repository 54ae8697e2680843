"""Chance 随机数 that is the same on every machine: a counter hashed by SplitMix64, named by seed and words.

Only integer operations, additions and one division by a power of two are used, so no library version and no
processor changes a number. Streams of different names are independent of each other and of the order of calls.
Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (the mixing function).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Thing = TypeVar("Thing")

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


class Chance:
    """A stream of numbers fixed by a seed and a name 随机数列."""

    def __init__(self, seed: int, name: str = "") -> None:
        self.seed = seed
        self.name = name
        self._start = np.uint64(int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "little"))
        self._count = 0

    def child(self, name: str) -> Chance:
        """An independent stream for one thing, so that a change elsewhere does not move it."""
        return Chance(self.seed, f"{self.name}/{name}")

    def uniforms(self, count: int) -> np.ndarray:
        """``count`` numbers in [0, 1)."""
        places = np.arange(self._count + 1, self._count + count + 1, dtype=np.uint64)
        self._count += count
        with np.errstate(over="ignore"):
            mixed = self._start + places * _GOLDEN
            mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
            mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
        mixed ^= mixed >> np.uint64(31)
        return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normals(self, count: int) -> np.ndarray:
        """``count`` numbers, mean 0, deviation 1: the sum of three uniforms (no logarithm, so no last-digit surprises)."""
        parts = self.uniforms(3 * count).reshape(3, count)
        return (parts[0] + parts[1] + parts[2] - 1.5) * 2.0

    def uniform(self, low: float, high: float) -> float:
        """One number in [low, high)."""
        return low + (high - low) * float(self.uniforms(1)[0])

    def integer(self, low: int, high: int) -> int:
        """One whole number from low to high, both included."""
        return low + int(float(self.uniforms(1)[0]) * (high - low + 1))

    def choice(self, things: Sequence[Thing]) -> Thing:
        """One of the things."""
        return things[self.integer(0, len(things) - 1)]

    def weighted(self, things: dict[str, float]) -> str:
        """One of the keys, as often as its weight says."""
        mark = self.uniform(0.0, sum(things.values()))
        for thing, weight in things.items():
            mark -= weight
            if mark < 0:
                return thing
        return next(reversed(things))
