"""Materials of elements and the rulebook's factors, for worked cases of carbon."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import polars as pl

from qingzhu.rulebook.load import load
from tests.measures.model_rows import Model, rules
from tests.measures.worked_cases import ON


@cache
def factors(on: date = ON) -> dict[str, pl.DataFrame]:
    """The parameter tables about models and carbon, as the rulebook ships them."""
    return {**load().parameters(on, ""), **rules()}


def layers(model: Model, *parts: tuple[str | None, float]) -> list[dict[str, Any]]:
    """The last element of a model as layers of so much [m] of a material."""
    last = model.element[-1]
    key = {name: last[name] for name in ("project", "model", "global_id")}
    total = sum(thickness for _, thickness in parts)
    held = {"kind": "layer", "origin": "occurrence", "ventilated": False}
    return [
        {**key, "place": place, "material": name, "thickness": thickness, "share": thickness / total, **held}
        for place, (name, thickness) in enumerate(parts, start=1)
    ]


def listed(model: Model, *names: str) -> list[dict[str, Any]]:
    """The last element of a model as a list of materials: nobody knows how much of each."""
    return [{**row, "kind": "list", "thickness": None, "share": None} for row in layers(model, *[(name, 1.0) for name in names])]
