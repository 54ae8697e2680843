"""Colourings 图元着色: which colour each element of a model has, by what is known of it, with a legend in both languages.

What is not known is grey and stands in the legend with its count, so that a picture never says more than the tables. Palettes and
words stand in ``colourings.toml``.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.reports.words import LANGUAGES, word

NAMES = ("construction", "mapping", "spec", "carbon")
"""The colourings, by the words of the command line."""

UNKNOWN, NOT_ASKED = "unknown", "not_asked"

Row = Mapping[str, Any]

Line = tuple[str, ...]
"""A line of a legend before it is counted: key, colour, words in Chinese and English."""


@dataclass(frozen=True)
class Entry:
    """One line of a legend 图例: its key, colour (``RRGGBB``), words, and how many elements have it."""

    key: str
    colour: str
    zh: str
    en: str
    count: int


@dataclass(frozen=True)
class Colouring:
    """Colours of elements 着色: the legend, the last line of which is what is not known, and the line of each element."""

    name: str
    zh: str
    en: str
    legend: tuple[Entry, ...]
    lines: Mapping[str, int]

    def line(self, id: str) -> int:
        """The line of the legend an element has; the last, not known, for one nobody speaks of."""
        return self.lines.get(id, len(self.legend) - 1)

    def as_dict(self) -> dict[str, Any]:
        """Name, words and legend as plain data."""
        return {"name": self.name, "zh": self.zh, "en": self.en, "legend": [vars(entry) for entry in self.legend]}


@cache
def palettes() -> dict[str, Any]:
    """``colourings.toml``."""
    return tomllib.loads(Path(__file__).with_name("colourings.toml").read_text(encoding="utf-8"))


def colourings(elements: pl.DataFrame, ids: Iterable[str]) -> list[Colouring]:
    """The colourings the columns allow 可用着色, for the elements that are drawn (``ids``).

    ``elements`` has ``global_id`` and, for each colouring, some of: ``construction`` (with ``role``, ``needs_construction``);
    ``mapped`` (with ``role``, ``rule_source``); ``spec`` (any key, with ``component``); ``carbon`` [kgCO₂e].
    Of several rows with one id the first counts.
    """
    rows = {row["global_id"]: row for row in elements.unique("global_id", keep="first", maintain_order=True).iter_rows(named=True)}
    drawn = {id: rows.get(id, {}) for id in ids}
    made: dict[str, Callable[[Mapping[str, Row]], Colouring]] = {
        "construction": _by_construction,
        "mapping": _by_mapping,
        "spec": _by_spec,
        "carbon": _by_carbon,
    }
    needed = {"mapping": "mapped"}
    return [made[name](drawn) for name in NAMES if needed.get(name, name) in elements.columns]


def _by_construction(rows: Mapping[str, Row]) -> Colouring:
    """How each element is made; one whose role asks for none is not asked, one that no word of ours names is not known."""
    palette = {key: colour for key, colour in palettes()["construction"].items() if key != "words"}
    entries = [(key, colour, *(word(f"value.construction.{key}", lang) for lang in LANGUAGES)) for key, colour in palette.items()]
    states = {
        id: row.get("construction") or (NOT_ASKED if row.get("role") and row.get("needs_construction") is False else UNKNOWN)
        for id, row in rows.items()
    }
    return _colouring("construction", [*entries, _not_asked()], states)


def _by_mapping(rows: Mapping[str, Row]) -> Colouring:
    """Whether anybody says what each element is, and who."""
    entries = [(key, said["colour"], said["zh"], said["en"]) for key, said in palettes()["mapping"].items() if key != "words"]
    return _colouring("mapping", entries, {id: _mapping(row) for id, row in rows.items()})


def _mapping(row: Row) -> str:
    if row.get("mapped") is None:
        return UNKNOWN
    if row["mapped"]:
        return "mapping" if row.get("rule_source") == "mapping" else "default"
    return "construction_unknown" if row.get("role") else "unmapped"


def _not_asked() -> Line:
    none = palettes()[NOT_ASKED]
    return NOT_ASKED, none["colour"], none["zh"], none["en"]


def _by_spec(rows: Mapping[str, Row]) -> Colouring:
    """The specs that repeat most in colours of their own, the others together, those of one piece apart."""
    palette = palettes()["spec"]
    counted = Counter(row["spec"] for row in rows.values() if row.get("spec"))
    most = sorted((spec for spec, count in counted.items() if count > 1), key=lambda spec: (-counted[spec], spec))[: len(palette["most"])]
    states = {}
    for id, row in rows.items():
        spec = row.get("spec")
        if spec:
            states[id] = f"spec:{spec}" if spec in most else "single" if counted[spec] == 1 else "others"
        else:
            states[id] = NOT_ASKED if row.get("component") is False else UNKNOWN
    entries = [(f"spec:{spec}", colour, str(spec), str(spec)) for spec, colour in zip(most, palette["most"], strict=False)]
    entries += [(key, palette[key]["colour"], palette[key]["zh"], palette[key]["en"]) for key in ("others", "single")]
    return _colouring("spec", [*entries, _not_asked()], states)


def _by_carbon(rows: Mapping[str, Row]) -> Colouring:
    """Up to five classes, from the least to the most carbon [kgCO₂e], of as many elements each; equal amounts stay together."""
    palette = palettes()["carbon"]
    values = sorted(float(row["carbon"]) for row in rows.values() if row.get("carbon") is not None)
    ends = sorted({values[-(-len(values) * place // 5) - 1] for place in range(1, 6)}) if values else []
    colours = palette["least_to_most"][-len(ends) :] if ends else []
    starts = [values[0], *ends] if values else []
    words = [f"{low:,.4g} – {high:,.4g} {palette['unit']}" for low, high in zip(starts, ends, strict=False)]
    states = {
        id: UNKNOWN
        if row.get("carbon") is None
        else next(f"class:{place}" for place, end in enumerate(ends) if float(row["carbon"]) <= end)
        for id, row in rows.items()
    }
    entries = [(f"class:{place}", colour, said, said) for place, (colour, said) in enumerate(zip(colours, words, strict=True))]
    return _colouring("carbon", entries, states)


def _colouring(name: str, entries: Sequence[Line], states: Mapping[str, str]) -> Colouring:
    """A colouring from its lines and the state of each element; lines nobody has are left out, the unknown comes last and stays."""
    keys = {key for key, *_ in entries}
    states = {id: state if state in keys else UNKNOWN for id, state in states.items()}
    counted = Counter(states.values())
    none = palettes()[UNKNOWN]
    kept = [*(entry for entry in entries if counted[entry[0]]), (UNKNOWN, none["colour"], none["zh"], none["en"])]
    legend = tuple(Entry(key, colour, zh, en, counted[key]) for key, colour, zh, en in kept)
    place = {entry.key: line for line, entry in enumerate(legend)}
    words = palettes()[name]["words"]
    return Colouring(name, words["zh"], words["en"], legend, {id: place[state] for id, state in states.items()})
