"""Makers of what the tests of schemes judge: figures, buildings, projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from qingzhu.rulebook.load import load
from qingzhu.schemes.judge import judge
from qingzhu.schemes.load import load_scheme
from qingzhu.terms.figures import Figure, Node, Verdict, figure_id

BOOK = load()
ON = date(2023, 6, 30)
PROJECT = {"project": "P1", "work": "new", "category": "housing", "works_from": date(2022, 1, 1)}
BUILDING = {
    "building": "B1",
    "use": "housing",
    "structure_type": "concrete",
    "full_fit_out": True,
    "has_kitchen": True,
    "has_bathroom": True,
    "floor_area": 32000.0,
}
RATIOS = {
    "vertical_precast_ratio": 44.6875,
    "horizontal_precast_ratio": 75.0,
    "enclosure_non_masonry_ratio": 90.0,
    "enclosure_integrated_ratio": 65.0,
    "inner_wall_non_masonry_ratio": 65.0,
    "inner_wall_integrated_ratio": 40.0,
    "dry_floor_ratio": 72.05,
    "integrated_kitchen_ratio": 80.0,
    "integrated_bathroom_ratio": 95.0,
    "separated_pipe_ratio": 45.0,
}
"""The worked building: 73.2 %, grade A."""


def figure(measure: str, *grain: str, value: float | None = None, **more: Any) -> Figure:
    return Figure(measure, dict(zip("abcd", grain, strict=False)), value, "%", **more)


def ratios(**changed: float | tuple[float, float] | None) -> dict[str, Figure]:
    """The figures of the worked building, some changed; a pair is value and high, None is unknown."""
    made = {}
    for measure, given in {**RATIOS, **changed}.items():
        low, high = given if isinstance(given, tuple) else (given, None)
        made[figure_id(measure, ["P1", "B1"])] = figure(measure, "P1", "B1", value=low, high=high)
    return made


def assembly(figures: dict[str, Figure], project: dict[str, Any] | None = None, name: str = "gbt51129_2017", **building: Any) -> Verdict:
    """The verdict of GB/T 51129-2017 on the worked building with some facts changed."""
    return judge(load_scheme(name, ON, None, BOOK), {**PROJECT, **(project or {})}, {**BUILDING, **building}, figures, ON)


def waste(value: float | None, months: float | None = 100.0, buildings: list[dict[str, Any]] | None = None, **project: Any) -> Verdict:
    """The verdict of the waste limits on a figure [t/10⁴ m²] and a share of months reported [%]."""
    figures = {
        "waste_intensity:P1": figure("waste_intensity", "P1", value=value),
        "waste_months_reported:P1": figure("waste_months_reported", "P1", value=months),
    }
    facts = [{**BUILDING, "prefabricated": False}] if buildings is None else buildings
    return judge(load_scheme("waste_reduction", ON, None, BOOK), {**PROJECT, **project}, None, figures, ON, facts)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def node(verdict: Verdict, key: str) -> Node:
    """The step of a verdict with that key."""
    return next(step for step in nodes(verdict.tree) if step.key == key and step.kind != "figure")
