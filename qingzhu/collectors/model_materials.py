"""Materials of elements 图元材料 with their shares: the parts of each association, as both readers of models need them.

The rules (docs/spec/model.md): the association of the type counts only where the occurrence has none. A layer's share is its
thickness of that of all layers, a constituent's its Fraction, a single material's 1. A list says of what, not how much of each; so
do several profiles, several associations, layers or constituents of which one does not say, and fractions that do not sum to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl

DEEPEST = 64
"""How far a nest of material sets is followed before it is taken for a circle."""

SLACK = 0.01
"""How far the fractions of constituents may sum from 1: they are written with few digits. [1]"""

CLOSE = 1e-9
"""Floating point: 1 - 0.99 is a little more than 0.01. [1]"""

MATERIAL_COLUMNS = {
    "place": pl.Int64,
    "material": pl.String,
    "category": pl.String,
    "kind": pl.String,
    "thickness": pl.Float64,
    "share": pl.Float64,
    "ventilated": pl.Boolean,
    "origin": pl.String,
}
"""The columns of ``element_material`` that a model gives, as the contract has them."""

SETS = {"Materials": "list", "MaterialLayers": "layer", "MaterialProfiles": "profile", "MaterialConstituents": "constituent"}
"""Attributes that hold the parts of a set, and what each part is."""

Part = tuple[str | None, str | None, str, float | None, float | None, bool | None]
"""Name of the material, category, kind, thickness [m], share, ventilated."""


def text(value: Any) -> str | None:
    """A string of the model 文字; what is empty or not a string where one belongs becomes None or text."""
    return None if value is None or value == "" else str(value)


def number(value: Any, times: float | None = 1.0) -> float | None:
    """A number of the model 数值, so many times: finite, and neither a boolean nor an integer beyond any; anything else is None."""
    if times is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = value * times
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def material_rows(
    ids: Iterable[int], associated: Sequence[tuple[Sequence[int], bool]], instance: Callable[[int], Any], length: float | None
) -> pl.DataFrame:
    """Material rows by element 材料表 (``id`` and the columns of ``element_material``), in the order of the elements.

    ``associated`` holds for each element the ids of its associations, and whether they are its type's; ``instance`` gives what an id
    stands for; ``length`` turns the model's unit into m, None where nothing does.
    """
    keys: dict[tuple[int, ...], int] = {}
    places = [keys.setdefault(tuple(one), len(keys)) for one, _ in associated]
    parts = [
        (key, at, *part)
        for ones, key in keys.items()
        for at, part in enumerate(_parts_of_all(list(dict.fromkeys(ones)), instance, length), start=1)
    ]
    named = {name: kind for name, kind in MATERIAL_COLUMNS.items() if name != "origin"}
    held = pl.DataFrame(parts, schema={"key": pl.Int64, **named}, orient="row")
    origins = ["type" if typed else "occurrence" for _, typed in associated]
    rows = pl.DataFrame({"id": list(ids), "key": places, "origin": origins}, schema={"id": pl.Int64, "key": pl.Int64, "origin": pl.String})
    return rows.join(held, on="key", how="inner", maintain_order="left_right").select("id", *MATERIAL_COLUMNS)


def _parts_of_all(ids: Sequence[int], instance: Callable[[int], Any], length: float | None) -> list[Part]:
    """The parts of each association in turn; of several nobody says how the element is divided among them."""
    held = [parts_of(instance(one), length) for one in ids]
    if len(held) > 1:
        held = [[(*part[:4], None, part[5]) for part in parts] for parts in held]
    return [part for parts in held for part in parts]


def parts_of(relating: Any, length: float | None, depth: int = 0) -> list[Part]:
    """The parts of one association 材料组成, in order: a single material, a list, layers, profiles or constituents, with their usages."""
    if depth > DEEPEST or not hasattr(relating, "is_a"):
        return []
    if relating.is_a("IfcMaterial"):
        return [(text(relating.Name), text(getattr(relating, "Category", None)), "single", None, 1.0, None)]
    for attribute in ("ForLayerSet", "ForProfileSet"):
        inner = getattr(relating, attribute, None)
        if inner is not None:
            return parts_of(inner, length, depth + 1)
    for attribute, kind in SETS.items():
        parts = getattr(relating, attribute, None)
        if isinstance(parts, tuple | list):
            return _shared([_part(part, kind, length) for part in parts if hasattr(part, "is_a")], kind)
    if hasattr(relating, "Material"):  # one layer, profile or constituent that stands alone
        kind = next((kind for name, kind in SETS.items() if relating.is_a("Ifc" + name.removesuffix("s"))), "single")
        return _shared([_part(relating, kind, length)], kind)
    return []


def _part(part: Any, kind: str, length: float | None) -> Part:
    material = part if kind == "list" else getattr(part, "Material", None)
    material = material if hasattr(material, "is_a") else None
    name = text(getattr(material, "Name", None))
    category = text(getattr(material, "Category", None)) or (None if kind == "list" else text(getattr(part, "Category", None)))
    thickness = _amount(getattr(part, "LayerThickness", None), length) if kind == "layer" else None
    share = _amount(getattr(part, "Fraction", None)) if kind == "constituent" else None
    ventilated = getattr(part, "IsVentilated", None) is True if kind == "layer" else None
    return name, category, kind, thickness, share, ventilated


def _shared(parts: list[Part], kind: str) -> list[Part]:
    """The parts with the share of each, where all of them say it; fractions only where they make up the whole."""
    if len(parts) == 1 and parts[0][4] is None:
        shares: list[float | None] = [1.0]
    elif kind == "layer":
        shares = _of_whole([part[3] for part in parts])
    else:
        shares = _of_whole([part[4] for part in parts], within=SLACK)
    return [(*part[:4], share, part[5]) for part, share in zip(parts, shares, strict=True)]


def _of_whole(amounts: Sequence[float | None], within: float = math.inf) -> list[float | None]:
    """The share of each in their sum, where all are known and their sum is positive, and not further than so much from 1."""
    known = [one for one in amounts if one is not None]
    total = math.fsum(known)
    whole = len(known) == len(amounts) and total > 0 and abs(total - 1) <= within + CLOSE
    return [one / total for one in known] if whole else [None] * len(amounts)


def _amount(value: Any, times: float | None = 1.0) -> float | None:
    """A number that can be an amount, so many times: finite and not negative."""
    found = number(value, times)
    return None if found is None or found < 0 else found
