"""Facts 项目资料 that a scheme asks for: whether it applies, and what a building may be where a fact is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import product
from typing import Any

from qingzhu.schemes.load import Scheme
from qingzhu.schemes.spans import exact, of_figure
from qingzhu.terms.figures import Figure, Node, Outcome, Words, figure_id

Facts = Mapping[str, Any]

UNKNOWN: Words = {"zh": "未知", "en": "unknown"}
YES_NO: dict[bool, Words] = {True: {"zh": "是", "en": "yes"}, False: {"zh": "否", "en": "no"}}
VALUES: dict[str, Words] = {
    "new": {"zh": "新建", "en": "new"},
    "renewal": {"zh": "城市更新", "en": "renewal"},
    "upgrade": {"zh": "改造提升", "en": "upgrade"},
    "housing": {"zh": "住宅", "en": "housing"},
    "public": {"zh": "公共建筑", "en": "public building"},
    "industrial": {"zh": "工业建筑", "en": "industrial building"},
    "municipal": {"zh": "市政工程", "en": "municipal works"},
    "facility": {"zh": "处置设施", "en": "facility"},
    "concrete": {"zh": "混凝土结构", "en": "concrete"},
    "steel": {"zh": "钢结构", "en": "steel"},
    "timber": {"zh": "木结构", "en": "timber"},
    "composite": {"zh": "组合结构", "en": "composite"},
    "masonry": {"zh": "砌体结构", "en": "masonry"},
}
"""Words of the values that facts take; a value without words is shown as it is."""


def words_of(value: Any) -> Words:
    """A fact's value in both languages."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return YES_NO[value]
    return VALUES.get(str(value), {"zh": str(value), "en": str(value)})


def fact(rule: Facts, project: Facts, building: Facts | None) -> Any:
    """The value of the fact a rule asks for; ``or_fact`` of the project stands in for one a building does not state."""
    value = project.get(rule["fact"]) if rule.get("of") == "project" else (building or {}).get(rule["fact"])
    if value is None and "or_fact" in rule:
        value = project.get(rule["or_fact"])
    return value


def applies(scheme: Scheme, project: Facts, building: Facts | None, figures: Mapping[str, Figure]) -> list[Node]:
    """One node 适用范围 a condition: met, not applicable with its words and clause, or unknown."""
    nodes = []
    for rule in scheme.rules.get("applies", []):
        if "measure" in rule:
            nodes.append(_applies_by_size(scheme, rule, figures.get(figure_id(rule["measure"], [str(project["project"])]))))
            continue
        value = fact(rule, project, building)
        # A scheme that speaks of every value of a fact speaks of a project that does not state it.
        everywhere = value is None and bool(rule.get("every"))
        outcome: Outcome = "met" if everywhere or value in rule["in"] else "unknown" if value is None else "not_applicable"
        shown, said = words_of(value), rule["words"]
        reason = {
            "zh": f"{said['zh']}本项目：{shown['zh']}。"
            if rule["of"] == "project" or building is None
            else f"{said['zh']}本单体：{shown['zh']}。",
            "en": f"{said['en']} Here: {shown['en']}.",
        }
        title = {"zh": "适用范围", "en": "Scope"}
        nodes.append(Node(f"applies_{rule['fact']}", "applies", title, outcome, reason, clause=scheme.cited(rule)))
    return nodes


def _applies_by_size(scheme: Scheme, rule: Facts, figure: Figure | None) -> Node:
    """A condition on a figure of the project 规模: it must be above a mark."""
    span, mark = of_figure(figure), exact(rule["above"])
    outcome: Outcome = "unknown"
    if span.low is not None and span.low > mark:
        outcome = "met"
    elif span.low is not None and span.high is not None and span.high <= mark:
        outcome = "not_applicable"
    low, high = span.floats
    title = {"zh": "适用范围", "en": "Scope"}
    known: Outcome = "met" if span.known else "unknown"
    leaf = Node(rule["measure"], "figure", title, known, low=low, high=high, unit=rule["unit"], figure=figure.id if figure else None)
    key, mark_shown, words = f"applies_{rule['measure']}", float(rule["above"]), dict(rule["words"])
    return Node(key, "applies", title, outcome, words, low, high, None, rule["unit"], mark_shown, None, scheme.cited(rule), (leaf,))


def scope(nodes: list[Node]) -> Outcome:
    """Whether the scheme applies: met, not_applicable, or unknown where a fact is."""
    outcomes = {node.outcome for node in nodes}
    return "not_applicable" if "not_applicable" in outcomes else "unknown" if "unknown" in outcomes else "met"


def possibilities(scheme: Scheme, building: Facts) -> Iterator[dict[str, Any]]:
    """Every building it may be: facts that are known as they are, each unknown one under each of its values."""
    rules = scheme.rules.get("fact", [])
    choices = [rule["values"] if building.get(rule["fact"]) is None else [building[rule["fact"]]] for rule in rules]
    for chosen in product(*choices):
        yield {rule["fact"]: value for rule, value in zip(rules, chosen, strict=True)}


def fact_nodes(scheme: Scheme, building: Facts) -> list[Node]:
    """What is stated of the building 单体资料, and what is not."""
    nodes = []
    for rule in scheme.rules.get("fact", []):
        value = building.get(rule["fact"])
        nodes.append(Node(rule["fact"], "fact", dict(rule["title"]), "unknown" if value is None else "met", words_of(value)))
    return nodes


def day(value: Any) -> date | None:
    """A date from a row: None stays None, a moment gives its day, text is ISO."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    return date.fromisoformat(str(value))


def ended(project: Facts, on: date) -> bool:
    """Whether the works had ended 完工 by the day of judgement: a last day is stated and is not after it."""
    last = day(project.get("works_to"))
    return last is not None and last <= on


def as_built(scheme: Scheme, building: Facts | None) -> bool:
    """Whether the data are as built 竣工资料, for a scheme that asks for it: only where a fact of the building says so."""
    wanted = scheme.rules.get("final", {}).get("fact")
    return wanted is None or (building or {}).get(wanted) is True
