"""What must be found 应有结论: the generator's own knowledge of a dossier, worked out before any file is read back.

Every value here is counted from what the generator meant to write (tonnes of a load, metres of a slab, decibels of a minute),
with plain arithmetic. Nothing of the product is used, so that a test can compare the two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samples.writing import write_toml

FROZEN = "2023-06-30"
LATER = "2026-06-30"
"""A later day of judgement: three years without a ticket, for the contrast."""


@dataclass
class Truth:
    """The findings of one dossier: figures, gaps, verdicts, remarks, doubts, and what only a person can see."""

    project: str
    name: str
    zh: str
    en: str
    facts: dict[str, Any] = field(default_factory=dict)
    figures: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)
    look: list[dict[str, Any]] = field(default_factory=list)

    def figure(self, measure: str, grain: str, value: float, why: str, within: float = 1e-9, **more: Any) -> None:
        """A known value; ``within`` is the relative difference allowed, ``grain`` what follows the project in the id."""
        self.figures.append({"id": self._id(measure, grain), "value": float(value), "within": within, "why": why, **more})

    def gap(self, measure: str, grain: str, gap: str, why: str, **more: Any) -> None:
        """A figure that must be unknown, with the key of its gap."""
        self.figures.append({"id": self._id(measure, grain), "gap": gap, "why": why, **more})

    def verdict(self, scheme: str, grain: str, outcome: str, why: str, on: str = FROZEN, **more: Any) -> None:
        """What a scheme must say on a day: met, not_met, unknown, not_applicable."""
        self.verdicts.append({"id": self._id(scheme, grain), "on": on, "outcome": outcome, **more, "why": why})

    def remark(self, file: str, level: str, code: str, count: int, why: str) -> None:
        """A line of the reading report: ``code`` as the collector names it, and how many rows it speaks of."""
        self.remarks.append({"file": file, "level": level, "code": code, "count": count, "why": why})

    def doubt(self, measure: str, grain: str, why: str, **more: Any) -> None:
        """A doubt 存疑 that must be raised, with the value and how near it must be."""
        self.doubts.append({"id": self._id(measure, grain), **more, "why": why})

    def for_a_person(self, zh: str, en: str) -> None:
        """Something no rule finds and an officer should see."""
        self.look.append({"zh": zh, "en": en})

    def write(self, folder: Path) -> None:
        """``<folder>/<project>.toml``."""
        tables: dict[str, Any] = {"project": self.project, "name": self.name, "on": FROZEN, "zh": self.zh, "en": self.en}
        tables |= {"facts": self.facts, "figure": self.figures, "verdict": self.verdicts}
        tables |= {"remark": self.remarks, "doubt": self.doubts, "look": self.look}
        write_toml(folder / f"{self.project}.toml", {key: value for key, value in tables.items() if value}, _HEAD)

    def _id(self, measure: str, grain: str) -> str:
        return ":".join([measure, self.project, *([grain] if grain else [])])


_HEAD = (
    "Expected findings 应有结论, written by `python -m samples.region` from what it meant to make, never from the product's output.\n"
    "figure: value with the relative difference allowed, or the gap; verdict: outcome on a day; remark: lines of the reading report;\n"
    "doubt: what must be flagged; look: what only a person sees."
)
