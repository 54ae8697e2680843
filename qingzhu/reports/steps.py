"""The tree of a verdict as rows 评价过程: every step with its depth, or the steps as a page shows them."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def steps(tree: Row, depth: int = 0) -> list[tuple[int, Row]]:
    """The tree as rows with their depth, in order."""
    return [(depth, tree), *(row for child in tree["children"] for row in steps(child, depth + 1))]


def lines(tree: Row) -> list[tuple[int, Row, Row | None]]:
    """The tree as a page shows it, without its root: depth, step, and the figure a step rests on where it rests on one alone."""
    if not tree["children"]:
        return _lines(tree, 0)
    return [row for child in tree["children"] for row in _lines(child, 0)]


def _lines(node: Row, depth: int) -> list[tuple[int, Row, Row | None]]:
    """A step and those below it; a single figure stands in the line of its step, with its reason where the step has none."""
    alone = node["children"][0] if len(node["children"]) == 1 else None
    told = alone is not None and (not alone["reason"] or not node["reason"] or alone["reason"] == node["reason"])
    alone = alone if alone and told and alone["kind"] == "figure" and not alone["children"] else None
    below = () if alone else node["children"]
    return [(depth, node, alone), *(row for child in below for row in _lines(child, depth + 1))]


def reason_of(node: Row, alone: Row | None) -> Any:
    """Why a step came out as it did: its own words, or those of its only figure."""
    return node["reason"] or (alone["reason"] if alone else None)


def figure_of(node: Row, alone: Row | None) -> str:
    """The figure a step rests on, its own or that of its only child; empty without one."""
    return str(node["figure"] or (alone["figure"] if alone else None) or "")
