"""Figures and verdicts 数值与评价结论: what measures and schemes hand on, as plain data.

A *figure* 数值 is one value of one measure for one grain; unknown is ``value=None`` with a ``gap``.
A *verdict* 评价结论 is what a scheme says of a project or building, with the tree that led to it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

Outcome = Literal["met", "not_met", "unknown", "not_applicable", "judged"]

Words = dict[str, str]
"""The same words in both languages: ``{"zh": ..., "en": ...}``."""


def figure_id(measure: str, grain: list[str]) -> str:
    """``waste_intensity:P01``: the measure, then its grain values; ``%`` and ``:`` in a value are escaped."""
    return ":".join([measure, *(value.replace("%", "%25").replace(":", "%3A") for value in grain)])


def split_id(id: str) -> tuple[str, list[str]]:
    """The inverse of :func:`figure_id`: measure or scheme, and the values after it."""
    name, *grain = id.split(":")
    return name, [value.replace("%3A", ":").replace("%25", "%") for value in grain]


@dataclass(frozen=True)
class Figure:
    """One value of one measure. ``unit`` is that of ``value`` and ``high``; ``coverage`` is a share in %.

    ``value`` counts what is known, so for a ratio it is a lower bound; ``high`` is the value if everything
    unknown counted in favour; both are equal (or ``high`` is None) where nothing is unknown.
    """

    measure: str
    grain: dict[str, str]
    value: float | None
    unit: str
    gap: str | None = None
    coverage: float | None = None
    high: float | None = None

    @property
    def id(self) -> str:
        """Measure and grain values, e.g. ``waste_intensity:P01``."""
        return figure_id(self.measure, list(self.grain.values()))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"id": self.id, **asdict(self)}


@dataclass(frozen=True)
class Node:
    """One step of a verdict's explanation 评价依据: a limit, score, minimum, gate, grade, sum or figure.

    ``kind`` is one of ``limit score sum minimum gate grade figure fact applies missing doubt``. ``low`` and
    ``high`` bound the points or the value; equal when nothing is unknown, ``None`` where nothing bounds it.
    """

    key: str
    kind: str
    title: Words
    outcome: Outcome
    reason: Words | None = None
    low: float | None = None
    high: float | None = None
    maximum: float | None = None
    unit: str | None = None
    limit: float | None = None
    figure: str | None = None
    clause: dict[str, Any] | None = None
    children: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What a scheme says 评价结论, as of ``on``. ``final`` or so far; ``firm`` when what is unknown cannot turn it.

    ``value``, ``limit`` and ``grade`` are always computed 核算. Of a *judged* verdict ``determined`` 认定 holds what a person decided
    (outcome, judged_by, judged_on, reason, document) and ``computed`` what would stand without (outcome, final, firm, words).
    """

    scheme: str
    project: str
    building: str | None
    on: date
    outcome: Outcome
    final: bool
    firm: bool
    tree: Node
    value: float | None = None
    high: float | None = None
    unit: str | None = None
    limit: float | None = None
    grade: str | None = None
    words: Words = field(default_factory=dict)
    clause: dict[str, Any] = field(default_factory=dict)
    determined: dict[str, Any] | None = None
    computed: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        """Scheme, project and, where it judges one, building: ``gbt51129_2017:P01:B1``."""
        return figure_id(self.scheme, [self.project, *([self.building] if self.building else [])])

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; the date as ISO text."""
        return {"id": self.id, **asdict(self), "on": self.on.isoformat()}
