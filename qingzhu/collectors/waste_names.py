"""Waste names 垃圾名称: what a ticket calls the waste → its origin 来源, its class 类别 and the density of a load of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qingzhu.collectors.headers import plain

_PARTS = re.compile(r"[-—/、,;+()\[\]:]+")


@dataclass(frozen=True)
class Waste:
    """What one name says of a load 一种垃圾; ``density`` is a key of the densities; empty where the name does not say."""

    origin: str | None = None
    waste_class: str | None = None
    density: str | None = None


@dataclass(frozen=True)
class Density:
    """A bulk density 堆积密度 [t/m³] with how it was checked and what it is a density of."""

    value: float
    checked: str
    zh: str
    en: str


@dataclass(frozen=True)
class Resolved:
    """What the names of a row come to. ``problem`` is the code of a remark, ``assumed`` says that the origin was not named."""

    waste: Waste = field(default_factory=Waste)
    problem: str | None = None
    found: str | None = None
    near: str | None = None
    assumed: bool = False


@dataclass(frozen=True)
class WasteWords:
    """The synonyms and densities 同义词与密度 of ``rulebook/waste_words.toml``."""

    names: Mapping[str, Waste]
    forbidden: frozenset[str]
    densities: Mapping[str, Density]
    density_of_class: Mapping[str, str]
    density_of_origin: Mapping[str, str]

    @staticmethod
    def of(data: Mapping[str, Any]) -> WasteWords:
        """The words from the data file, as ``tomllib`` reads it."""
        names: dict[str, Waste] = {}
        for entry in data.get("word", []):
            for word in entry["words"]:
                names[plain(word)] = Waste(entry.get("waste_origin"), entry.get("waste_class"), entry.get("density"))
        for key, words in data["classes"].items():
            names |= {plain(word): Waste(None, key) for word in [key, *words]}
        for key, words in data["origins"].items():
            names |= {plain(word): Waste(key) for word in [key, *words]}
        return WasteWords(
            names,
            frozenset(plain(word) for word in data["not_construction_waste"]["words"]),
            {key: Density(d["density"], d["checked"], d["words"]["zh"], d["words"]["en"]) for key, d in data["density"].items()},
            data["density_of_class"],
            data["density_of_origin"],
        )

    def resolve(self, texts: tuple[str | None, ...]) -> Resolved:
        """What the waste, origin and class cells of a row come to together 判定: the first named origin and class win."""
        given = [text for text in texts if text]
        if not given:
            return Resolved(problem="waste_missing")
        wastes: list[Waste] = []
        for text in given:
            parts = self._parts(text)
            if parts is None:
                code = "waste_not_construction" if self._is_forbidden(text) else "waste_unknown"
                return Resolved(problem=code, found=text, near=self._nearest(text))
            wastes += parts
        return self._together(wastes, " / ".join(given))

    def _parts(self, text: str) -> list[Waste] | None:
        whole = plain(text)
        if whole in self.names:
            return [self.names[whole]]
        pieces = [piece for piece in _PARTS.split(whole) if piece]
        if self._is_forbidden(text) or not pieces or any(piece not in self.names for piece in pieces):
            return None
        return [self.names[piece] for piece in pieces]

    def _is_forbidden(self, text: str) -> bool:
        return any(word in plain(text) for word in self.forbidden)

    def _together(self, wastes: list[Waste], found: str) -> Resolved:
        # A material implies waste of the works; an origin named on its own (拆除垃圾) overrides that.
        named = {waste.origin for waste in wastes if waste.origin and not waste.waste_class}
        implied = {waste.origin for waste in wastes if waste.origin and waste.waste_class}
        classes = {waste.waste_class for waste in wastes if waste.waste_class}
        classes = classes - {"mixed"} or classes  # 建筑垃圾 beside 金属 only says that it is construction waste
        if len(named) > 1 or len(classes) > 1:
            return Resolved(problem="waste_conflict", found=found)
        origin = next(iter(named or implied), None)
        waste_class = next(iter(classes), None)
        key = next((waste.density for waste in wastes if waste.density), None)
        key = key or self.density_of_class.get(waste_class or "") or (None if waste_class else self.density_of_origin.get(origin or ""))
        return Resolved(Waste(origin or "works_waste", waste_class, key), found=found, assumed=not named)

    def _nearest(self, text: str) -> str | None:
        near = difflib.get_close_matches(plain(text), self.names, n=5, cutoff=0.5)
        return next((name for name in near if len(name) == len(plain(text))), near[0]) if near else None
