"""Determinations 认定: what a named officer decided, with reason and document, beside what was computed 核算 and never mixed with it.

One of a whole verdict makes it *judged*: its outcome is that person's, the computed one stands beside it. One of an item stands beside that
item and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qingzhu.schemes.results import Result, both
from qingzhu.terms.figures import Node, Outcome, Verdict, Words

OUTCOMES: dict[str, Words] = {"met": both("认定达标", "determined as met"), "not_met": both("认定不达标", "determined as not met")}


@dataclass(frozen=True)
class Determination:
    """One row of the table ``determination`` 一条认定. ``building`` and ``item`` are None for a project's verdict, a whole verdict."""

    scheme: str
    building: str | None
    item: str | None
    outcome: Outcome
    judged_by: str
    judged_on: date
    reason: str
    document: str

    @staticmethod
    def of(row: Mapping[str, Any]) -> Determination:
        """From a row of the table."""
        return Determination(**{name: row[name] for name in Determination.__dataclass_fields__})

    def as_dict(self) -> dict[str, Any]:
        """What a verdict keeps of it."""
        kept = ("outcome", "judged_by", "reason", "document")
        return {**{name: getattr(self, name) for name in kept}, "judged_on": self.judged_on.isoformat()}

    @property
    def words(self) -> Words:
        """Who decided what, when, by which document and why."""
        said = OUTCOMES[self.outcome]
        zh = f"{self.judged_by}于 {self.judged_on} {said['zh']}，依据 {self.document}，理由：{self.reason.rstrip('。.')}。"
        en = f"{said['en'].capitalize()} by {self.judged_by} on {self.judged_on}, by {self.document}, because: {self.reason.rstrip('。.')}."
        return both(zh, en)


def of_verdict(determinations: Iterable[Determination], scheme: str, building: str | None, on: date) -> list[Determination]:
    """Those that speak of a verdict and had been made by the day of judgement, the latest last."""
    mine = [one for one in determinations if (one.scheme, one.building) == (scheme, building) and one.judged_on <= on]
    return sorted(mine, key=lambda one: one.judged_on)


def determined(result: Result, determinations: Iterable[Determination]) -> tuple[Result, Determination | None]:
    """The result with each determination beside what it speaks of; the latest of the whole verdict makes it judged, final and firm."""
    given = list(determinations)
    whole = [one for one in given if one.item is None]
    nodes = tuple(_beside(node, [one for one in given if one.item is not None]) for node in result.nodes)
    nodes = (*(_node(one) for one in reversed(whole)), *nodes)
    if not whole:
        return replace(result, nodes=nodes), None
    return replace(result, outcome="judged", final=True, firm=True, nodes=nodes, words=whole[-1].words), whole[-1]


def _beside(node: Node, given: list[Determination]) -> Node:
    """A step and those below it, each with the determinations of it as children."""
    mine = [_node(one) for one in reversed(given) if one.item == node.key and node.kind != "figure"]
    return replace(node, children=(*mine, *(_beside(child, given) for child in node.children)))


def _node(one: Determination) -> Node:
    return Node("determination", "fact", both("认定", "Determination"), "judged", one.words)


def unused(determinations: Iterable[Determination], verdicts: Iterable[Verdict], on: date) -> list[Determination]:
    """Those made by the day of judgement that speak of no verdict, or of no item of it: a slip of the pen, mostly."""
    known = {(verdict.scheme, verdict.building): {None, *_keys(verdict.tree)} for verdict in verdicts}
    return [one for one in determinations if one.judged_on <= on and one.item not in known.get((one.scheme, one.building), ())]


def _keys(node: Node) -> set[str]:
    return {node.key}.union(*(_keys(child) for child in node.children))
