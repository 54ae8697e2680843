"""Judging 评价: figures and the rules of one scheme in, one verdict 评价结论 out, with the tree that led to it.

A pure function: the date is an argument, nothing is read. What is unknown is never guessed: it enters as everything it could be,
and a verdict that comes out the same whatever it is, is firm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from qingzhu.schemes.determinations import Determination, determined, of_verdict
from qingzhu.schemes.doubts import Doubt, in_doubt
from qingzhu.schemes.facts import applies, scope
from qingzhu.schemes.limits import judge_limits
from qingzhu.schemes.load import Scheme
from qingzhu.schemes.results import Result, both
from qingzhu.schemes.scores import judge_scores
from qingzhu.terms.errors import RefusedError
from qingzhu.terms.figures import Figure, Node, Verdict, Words

ROOT_KIND = {"limit": "limit", "score": "grade", "missing": "missing"}


def judge(
    scheme: Scheme,
    project: Mapping[str, Any],
    building: Mapping[str, Any] | None,
    figures: Mapping[str, Figure],
    on: date,
    buildings: Sequence[Mapping[str, Any]] = (),
    gaps: Mapping[str, Words] | None = None,
    doubts: Sequence[Doubt] = (),
    determinations: Sequence[Determination] = (),
) -> Verdict:
    """The verdict of a scheme on a project, or on one building of it, as of ``on``.

    A scheme for buildings is asked without one where the project states none: it is unknown, unless the project's own facts exclude it.
    ``figures`` are by id; ``buildings`` are all rows of the project; ``gaps`` are the words of gap keys, ``doubts`` those that bear on
    this verdict, ``determinations`` all that people decided in the project. Raises :class:`RefusedError` when a scheme for
    projects is asked about a building.
    """
    if scheme.per == "project" and building is not None:
        raise RefusedError(
            "wrong_subject",
            f"方案“{scheme.name}”评价的是项目，不是单体。",
            f"Scheme {scheme.name!r} judges a project, not a building.",
            scheme=scheme.name,
        )
    code = None if building is None else str(building["building"])
    mine = of_verdict(determinations, scheme.name, code, on)
    conditions = applies(scheme, project, building, figures)
    where = scope(conditions)
    if where == "not_applicable":
        result = _outside(conditions)
    else:
        result = _judged(scheme, project, building, buildings, figures, on, gaps or {}, mine)
        if where == "unknown":
            result = _maybe_outside(result, conditions)
    result = in_doubt(scheme, result, doubts)
    computed = {key: getattr(result, key) for key in ("outcome", "final", "firm", "words")}
    result, decided = determined(result, mine)
    edition = () if scheme.in_force else (_edition(scheme, on),)
    verdict = _verdict(scheme, project, building, on, result, (*edition, *_region(scheme), *conditions))
    return verdict if decided is None else replace(verdict, determined=decided.as_dict(), computed=computed)


def _judged(
    scheme: Scheme,
    project: Mapping[str, Any],
    building: Mapping[str, Any] | None,
    buildings: Sequence[Mapping[str, Any]],
    figures: Mapping[str, Figure],
    on: date,
    gaps: Mapping[str, Words],
    determinations: Sequence[Determination],
) -> Result:
    """The scheme by its kind."""
    kind = scheme.rules["kind"]
    if kind == "missing":
        return _missing(scheme)
    if scheme.per == "building" and building is None:
        return _without_building()
    if kind == "score":
        decided = {one.item: one.outcome for one in determinations if one.item is not None}
        return judge_scores(scheme, project, building or {}, figures, on, gaps, decided)
    return judge_limits(scheme, project, building, buildings, figures, on, gaps)


def _missing(scheme: Scheme) -> Result:
    """A scheme whose text was not seen: unknown, with a node for each text that is missing."""
    nodes = tuple(
        Node(entry["key"], "missing", dict(entry["title"]), "unknown", dict(entry["words"]), clause=scheme.book.cited(entry))
        for entry in scheme.rules["missing"]
    )
    words = {lang: " ".join(entry["words"][lang] for entry in scheme.rules["missing"]) for lang in ("zh", "en")}
    return Result("unknown", False, False, nodes, words)


def _without_building() -> Result:
    """A scheme for buildings and a project that states none."""
    zh = "没有登记单体建筑，无从评价。请在 project.toml 中为每个单体写一个 [[building]]（或在 project.xlsx 的“单体建筑”表中各写一行）。"
    en = "No building is stated, so there is nothing to judge. Write a [[building]] for each in project.toml (or a line of the sheet)."
    node = Node("building", "fact", both("单体建筑", "Buildings"), "unknown", both(zh, en))
    return Result("unknown", False, False, (node,), both(zh, en))


def _outside(conditions: list[Node]) -> Result:
    """Not applicable, with the words and clause of each condition that excludes it."""
    reasons = [node.reason for node in conditions if node.outcome == "not_applicable" and node.reason]
    words = {lang: " ".join(reason[lang] for reason in reasons) for lang in ("zh", "en")}
    return Result("not_applicable", True, True, (), both(f"不适用。{words['zh']}", f"Not applicable. {words['en']}"))


def _maybe_outside(result: Result, conditions: list[Node]) -> Result:
    """Whether the scheme applies is unknown, so the verdict is; what it would be is kept in the tree and the words."""
    reasons = [node.reason for node in conditions if node.outcome == "unknown" and node.reason]
    words = {lang: " ".join(reason[lang] for reason in reasons) for lang in ("zh", "en")}
    zh = f"是否适用未知。{words['zh']}若适用：{result.words['zh']}"
    en = f"Not known whether it applies. {words['en']} If it does: {result.words['en']}"
    return replace(result, outcome="unknown", final=False, firm=False, grade=None, words=both(zh, en))


def _edition(scheme: Scheme, on: date) -> Node:
    """Says that the edition judged by is not the one of the day: it was asked for by name."""
    first, last = scheme.rules["from"], scheme.rules.get("to")
    span = both(f"{first} 至 {last or '今'}", f"{first} to {last or 'now'}")
    zh = f"应要求按此版本评价；其有效期为 {span['zh']}，{on} 不在其内。"
    en = f"Judged by this edition because it was asked for; it is in force {span['en']}, which leaves {on} out."
    return Node("edition", "applies", both("版本", "Edition"), "met", both(zh, en), clause=scheme.cited(scheme.rules))


def _region(scheme: Scheme) -> tuple[Node, ...]:
    """Says that no rule of the project's region is known, so that only national ones were held against it."""
    if not scheme.region or scheme.book.names_region(scheme.region):
        return ()
    zh = f"规则库没有“{scheme.region}”的地方规则，只按全国规则评价；若有地方规则，请核对地区名称，例如 江苏省/常州市。"
    en = f"The rulebook holds no rule of {scheme.region}, so only national ones were applied; check its spelling, e.g. 江苏省/常州市."
    return (Node("region", "missing", both("地区", "Region"), "unknown", both(zh, en)),)


def _verdict(
    scheme: Scheme, project: Mapping[str, Any], building: Mapping[str, Any] | None, on: date, result: Result, first: tuple[Node, ...]
) -> Verdict:
    """The verdict and the root of its tree."""
    clause = scheme.cited(scheme.rules)
    if "notes" in scheme.rules:
        clause["note"] = dict(scheme.rules["notes"])
    root = Node(
        scheme.name,
        ROOT_KIND[scheme.rules["kind"]],
        scheme.title,
        result.outcome,
        result.words,
        result.value,
        result.high,
        None,
        result.unit,
        result.limit,
        None,
        clause,
        (*first, *result.nodes),
    )
    return Verdict(
        scheme.name,
        str(project["project"]),
        None if building is None else str(building["building"]),
        on,
        result.outcome,
        result.final,
        result.firm,
        root,
        result.value,
        result.high,
        result.unit,
        result.limit,
        result.grade,
        result.words,
        clause,
    )
