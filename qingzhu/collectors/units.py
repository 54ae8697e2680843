"""Units of a file 单位: what a unit text means, by ``terms/units`` and the extra spellings of the rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from qingzhu.collectors.headers import plain
from qingzhu.terms import units as known_units

LOAD = "load"
"""A truckload 车: counted, but no unit of a quantity."""


@dataclass(frozen=True)
class UnitWords:
    """Spellings of units 单位写法 beside those of ``terms/units``: plain spelling → unit text, or ``load``."""

    spellings: Mapping[str, str]

    @staticmethod
    def of(words: Mapping[str, list[str]]) -> UnitWords:
        """From ``{unit: [spelling, ...]}`` as the rulebook holds it."""
        return UnitWords({plain(spelling): unit for unit, spellings in words.items() for spelling in spellings})

    def meaning(self, text: str | None) -> tuple[str, float] | None:
        """Dimension and factor to the kept unit (t, m³, t/m³, µg/m³, dB(A), loads), or None where the text is no known unit."""
        spelling = self.spellings.get(plain(text or ""), text)
        if spelling == LOAD:
            return LOAD, 1.0
        unit = known_units.find(spelling)
        return (unit.dimension, unit.factor) if unit else None

    def table(self, texts: pl.Series) -> pl.DataFrame:
        """``unit``, ``dimension``, ``factor`` for the distinct unit texts of a column; unknown ones have no dimension."""
        distinct = texts.drop_nulls().unique().to_list()
        meanings = [self.meaning(text) or (None, None) for text in distinct]
        return pl.DataFrame(
            {"unit": distinct, "dimension": [m[0] for m in meanings], "factor": [m[1] for m in meanings]},
            schema={"unit": pl.String, "dimension": pl.String, "factor": pl.Float64},
        )
