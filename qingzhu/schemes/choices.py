"""Limits that facts choose 分情形的限值: by the day a project was reported, by the use and height of the building.

The first case a building is under holds. Where a fact is not known, the limit may be that of every case it may be under; under none of them
it is not entered, and open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qingzhu.schemes.facts import Facts, day
from qingzhu.schemes.load import Scheme
from qingzhu.schemes.results import both
from qingzhu.schemes.spans import OPEN, Span, hull, point
from qingzhu.terms.figures import Node

Rule = Mapping[str, Any]


def limit_by_case(scheme: Scheme, rule: Rule, project: Facts, building: Facts, on: date) -> tuple[Span, tuple[Node, ...]]:
    """The limit 限值 of a building, from lowest to highest, with a node for each case it is or may be under."""
    limits, nodes = [], []
    for case in rule["case"]:
        under = _under(case, project, building, rule["by_date"], on)
        if under is False:
            continue
        cited = scheme.cited({**case, "clause": rule["clause"], "checked": rule["checked"]})
        least = float(case["at_least"])
        key = f"at_least_{case['at_least']}"
        nodes.append(Node(key, "fact", dict(case["title"]), "met" if under else "unknown", unit=rule["unit"], limit=least, clause=cited))
        limits.append(point(case["at_least"]))
        if under:
            return hull(limits), tuple(nodes)
    if _may_be_later(rule, project, on):
        title = both("未录入的限值", "A limit that is not entered")
        nodes.append(Node("not_entered", "missing", title, "unknown", dict(rule["unseen"])))
        limits.append(OPEN)
    return hull(limits), tuple(nodes)


def _under(case: Rule, project: Facts, building: Facts, by_date: str, on: date) -> bool | None:
    """Whether a building is under a case; None where a fact that decides it is not known."""
    answers = [_in_time(case, project, by_date, on)]
    if "use" in case:
        use = building.get("use") or project.get("category")
        answers.append(None if use is None else use == case["use"])
    if "height_above" in case:
        height = building.get("height")
        answers.append(None if height is None else height > case["height_above"])
    return False if False in answers else None if None in answers else True


def _in_time(case: Rule, project: Facts, by_date: str, on: date) -> bool | None:
    """Whether the day fell into a case's time; one that is not stated lies before the works began and before the day of judgement."""
    first, last, told = case.get("from", date.min), case.get("to", date.max), day(project.get(by_date))
    if told is not None:
        return bool(first <= told <= last)
    latest = min(on, day(project.get("works_from")) or on)
    if first > latest:
        return False
    return True if first == date.min and last >= latest else None


def _may_be_later(rule: Rule, project: Facts, on: date) -> bool:
    """Whether the day may lie after every case."""
    latest = day(project.get(rule["by_date"])) or min(on, day(project.get("works_from")) or on)
    return all(latest > case.get("to", date.max) for case in rule["case"])
