"""Schemes of points 评分: interpolated items, sums with minima, a ratio, gates and grades, each judged at both ends of what is known.

A scheme of which no pass mark was seen gives its score and is neither met nor failed.

A fact of the building that is unknown is judged under each of its values; an item that is unknown runs from no points to all of
them. More points never make a building worse, so the two ends of a span bound everything in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qingzhu.schemes.facts import Facts, as_built, ended, fact_nodes, possibilities, words_of
from qingzhu.schemes.items import Decided, Scored, figure_ids, is_absent, item_node, score
from qingzhu.schemes.load import Scheme
from qingzhu.schemes.results import Figures, Gaps, Result, amount, both, listed
from qingzhu.schemes.spans import Span, added, covered, exact, hull, of_figure, point
from qingzhu.terms.figures import Node, Outcome, Words, figure_id

Rule = Mapping[str, Any]

FAILED = ""
"""The grade of a building that has none."""


@dataclass(frozen=True)
class Ends:
    """One building it may be: the points of each item, the sums, the ratio, and outcome and grade at both ends."""

    items: Mapping[str, Scored]
    sums: Mapping[str, Span]
    ratio: Span
    outcomes: tuple[bool, bool]
    grades: tuple[str, str]


def judge_scores(
    scheme: Scheme, project: Facts, building: Facts, figures: Figures, on: date, gaps: Gaps, decided: Decided | None = None
) -> Result:
    """The building at both ends of everything it may be: firm where all agree. ``decided``: what persons determined of its items."""
    decided = decided or {}
    grain = [str(project["project"]), str(building["building"])]
    building = _uncontradicted(scheme, building, grain, figures)
    ends = [_ends(scheme, facts, grain, figures, decided) for facts in possibilities(scheme, building)]
    outcomes = {outcome for end in ends for outcome in end.outcomes}
    grades = _between(scheme, ends)
    outcome: Outcome = "unknown" if len(outcomes) > 1 or "no_mark" in scheme.rules["ratio"] else "met" if True in outcomes else "not_met"
    ratio = hull(end.ratio for end in ends)
    low, high = ratio.floats
    firm = outcome != "unknown" and len(grades) == 1
    grade = next(iter(grades)) if firm else None
    nodes = (
        *fact_nodes(scheme, building),
        *_sum_nodes(scheme, building, ends, grain, figures, gaps, decided),
        _ratio_node(scheme, ends),
        *_gate_nodes(scheme, building, ends, grain, figures),
        *((_grade_node(scheme, grades, outcome),) if scheme.rules.get("grade") else ()),
    )
    pending = _pending(scheme, project, building, grain, figures, ends, on)
    final = firm and not pending
    words = _words(scheme, outcome, ratio, grades, _open(scheme, ends, building), pending)
    rule = scheme.rules["ratio"]
    return Result(outcome, final, firm, nodes, words, low, high, rule["unit"], _mark(rule), grade or None)


def _pending(
    scheme: Scheme, project: Facts, building: Facts, grain: list[str], figures: Figures, ends: Sequence[Ends], on: date
) -> list[Words]:
    """What a pre-evaluation 预评价 lacks to be final: works that have ended, data as built, figures that cover everything."""
    needed = [rule for rule in scheme.rules["item"] if any(_asked(end.items[rule["key"]]) for end in ends)]
    given = {
        id: figures.get(id) for rule in needed for id in figure_ids(scheme, rule, building, grain) if not is_absent(rule, figures.get(id))
    }
    whole = all(covered(figure) for figure in given.values())
    lacking = [
        (ended(project, on), both("工程在建", "the works go on")),
        (as_built(scheme, building), both("未声明资料为竣工资料", "the data are not declared as built")),
        (whole, both("有的比例未覆盖全部图元或资料", "a ratio does not cover everything")),
    ]
    return [words for there, words in lacking if not there]


def _uncontradicted(scheme: Scheme, building: Facts, grain: list[str], figures: Figures) -> Facts:
    """The building's facts; one that takes an item out while there is evidence of that item is not known."""
    denied: dict[str, Any] = {}
    for rule in scheme.rules["item"]:
        gone = rule.get("absent_where")
        if gone and building.get(gone["fact"]) == gone["is"]:
            figure = figures.get(figure_id(rule["measure"], grain))
            if figure is not None and figure.gap not in gone["gaps"]:
                denied[gone["fact"]] = None
    return {**building, **denied}


def _asked(item: Scored) -> bool:
    """Whether an item's points come from its figure."""
    return not item.absent and not item.full


def _ends(scheme: Scheme, facts: Facts, grain: list[str], figures: Figures, decided: Decided) -> Ends:
    """One building it may be, from its items up to its grade."""
    rules = scheme.rules
    items = {rule["key"]: score(scheme, rule, facts, grain, figures, decided) for rule in rules["item"]}
    sums = {rule["key"]: added(items[key].points for key in rule["of"]) for rule in rules["sum"]}
    absent = sum((item.maximum for item in items.values() if item.absent), Decimal(0))
    whole = exact(rules["ratio"]["out_of"]) - (absent if rules["ratio"]["less_absent"] else 0)
    total = added(sums[key] for key in rules["ratio"]["of"])
    least, most = _end(total, 0), _end(total, 1)
    ratio = Span(100 * least / whole, 100 * most / whole) if whole else point(0)
    low, high = (_passes(scheme, facts, sums, ratio, end) for end in (0, 1))
    grades = tuple(_grade(scheme, items, ratio, grain, figures, end) if passed else FAILED for end, passed in enumerate((low, high)))
    return Ends(items, sums, ratio, (low, high), (grades[0], grades[1]))


def _end(span: Span, end: int) -> Decimal:
    """The lower (0) or upper (1) end of a span of points."""
    return (span.low if end == 0 else span.high) or Decimal(0)


def _passes(scheme: Scheme, facts: Facts, sums: Mapping[str, Span], ratio: Span, end: int) -> bool:
    """Whether every minimum and gate for the outcome holds at one end."""
    minima = all(_end(sums[rule["key"]], end) >= exact(rule["at_least"]) for rule in scheme.rules["sum"] if "at_least" in rule)
    gates = all(facts[rule["fact"]] == rule["is"] for rule in scheme.rules.get("gate", []) if rule["for"] == "outcome")
    mark = _mark(scheme.rules["ratio"])
    return minima and gates and (mark is None or _end(ratio, end) >= exact(mark))


def _mark(rule: Rule) -> float | None:
    """The ratio from which a scheme is met, or None where no pass mark was seen."""
    return None if "no_mark" in rule else float(rule["at_least"])


def _grade(scheme: Scheme, items: Mapping[str, Scored], ratio: Span, grain: list[str], figures: Figures, end: int) -> str:
    """The highest grade whose mark the ratio reaches at one end, if every gate for a grade holds there."""
    for rule in scheme.rules.get("gate", []):
        if rule["for"] == "grade" and not _gate_holds(scheme, rule, items, grain, figures, end):
            return FAILED
    reached = [rule["grade"] for rule in scheme.rules.get("grade", []) if _end(ratio, end) >= exact(rule["at_least"])]
    return str(reached[-1]) if reached else FAILED


def _gate_holds(scheme: Scheme, rule: Rule, items: Mapping[str, Scored], grain: list[str], figures: Figures, end: int) -> bool:
    """Whether the ratio of the item a gate names reaches its mark at one end; an item in full by its structure does."""
    if items[rule["item"]].full:
        return True
    measure = next(item["measure"] for item in scheme.rules["item"] if item["key"] == rule["item"])
    span = of_figure(figures.get(figure_id(measure, grain)))
    value = span.low if end == 0 else span.high
    return end == 1 if value is None else value >= exact(rule["at_least"])


def _agree(values: set[bool]) -> Outcome:
    """Met or not met where all agree, unknown where they do not."""
    return "unknown" if len(values) > 1 else "met" if True in values else "not_met"


def _sum_nodes(
    scheme: Scheme, building: Facts, ends: Sequence[Ends], grain: list[str], figures: Figures, gaps: Gaps, decided: Decided
) -> list[Node]:
    """Each sum 分项合计 with its items, and its minimum where it has one."""
    nodes = []
    for rule in scheme.rules["sum"]:
        key = rule["key"]
        span = hull(end.sums[key] for end in ends)
        low, high = span.floats
        named = [item for item in scheme.rules["item"] if item["key"] in rule["of"]]
        scored = {item["key"]: [end.items[item["key"]] for end in ends] for item in named}
        children = [item_node(scheme, item, building, scored[item["key"]], grain, figures, gaps, decided) for item in named]
        least = float(rule["at_least"]) if "at_least" in rule else None
        outcome: Outcome = "met" if span.known else "unknown"
        if least is not None:
            outcome = _agree({_end(end.sums[key], at) >= exact(least) for end in ends for at in (0, 1)})
            title = both(f"{rule['title']['zh']}最低分", f"Minimum of {rule['title']['en'].lower()}")
            children.append(
                Node(f"{key}_minimum", "minimum", title, outcome, None, low, high, None, "points", least, None, scheme.cited(rule))
            )
        title = both(f"{key} {rule['title']['zh']}", f"{key} {rule['title']['en']}")
        cited, most = scheme.cited(rule), float(rule["maximum"])
        nodes.append(Node(key, "sum", title, outcome, None, low, high, most, "points", least, None, cited, tuple(children)))
    return nodes


def _ratio_node(scheme: Scheme, ends: Sequence[Ends]) -> Node:
    """The ratio 装配率 and its minimum."""
    rule = scheme.rules["ratio"]
    span = hull(end.ratio for end in ends)
    least = _mark(rule)
    absent = hull(point(sum((item.maximum for item in end.items.values() if item.absent), Decimal(0))) for end in ends)
    four = {lang: amount(absent, None, lang) for lang in ("zh", "en")}
    parts = " + ".join(rule["of"])
    gone = rule["absent_as"]
    zh = f"({parts}) / ({rule['out_of']} − {gone['zh']})，{gone['zh']} = {four['zh']}。"
    reason = both(zh, f"({parts}) / ({rule['out_of']} − {gone['en']}), {gone['en']} = {four['en']}.")
    low, high = span.floats
    key, cited = rule["key"], scheme.cited(rule)
    title = both(f"{rule['title']['zh']} {key}", f"{rule['title']['en']} {key}")
    if least is None:
        outcome: Outcome = "met" if span.known else "unknown"
        below = Node(f"{key}_mark", "missing", both("合格线", "Pass mark"), "unknown", dict(rule["no_mark"]), clause=cited)
    else:
        outcome = _agree({_end(end.ratio, at) >= exact(least) for end in ends for at in (0, 1)})
        below = Node(f"{key}_minimum", "minimum", title, outcome, None, low, high, None, rule["unit"], least, None, cited)
    return Node(key, "sum", title, outcome, reason, low, high, 100.0, rule["unit"], least, None, cited, (below,))


def _gate_nodes(scheme: Scheme, building: Facts, ends: Sequence[Ends], grain: list[str], figures: Figures) -> list[Node]:
    """The conditions 条件 for the outcome and for a grade."""
    nodes = []
    for rule in scheme.rules.get("gate", []):
        cited = scheme.cited(rule)
        if "fact" in rule:
            value = building.get(rule["fact"])
            outcome: Outcome = "unknown" if value is None else "met" if value == rule["is"] else "not_met"
            nodes.append(Node(rule["key"], "gate", dict(rule["title"]), outcome, words_of(value), clause=cited))
            continue
        holds = {_gate_holds(scheme, rule, end.items, grain, figures, at) for end in ends for at in (0, 1)}
        measure = next(item["measure"] for item in scheme.rules["item"] if item["key"] == rule["item"])
        low, high = of_figure(figures.get(figure_id(measure, grain))).floats
        limit = float(rule["at_least"])
        nodes.append(Node(rule["key"], "gate", dict(rule["title"]), _agree(holds), None, low, high, None, rule["unit"], limit, None, cited))
    return nodes


def _grade_node(scheme: Scheme, grades: set[str], outcome: Outcome) -> Node:
    """The grade 评价等级, or those it may be, with the marks of each."""
    title = both("评价等级", "Grade")
    said = _graded(scheme, grades)
    marks = tuple(
        Node(f"grade_{rule['grade']}", "grade", both(f"{rule['grade']} 级", f"Grade {rule['grade']}"),
             _reached(scheme, grades, rule["grade"]), unit="%", limit=float(rule["at_least"]), clause=scheme.cited(rule))
        for rule in scheme.rules.get("grade", [])
    )  # fmt: skip
    result: Outcome = "unknown" if len(grades) > 1 or outcome == "unknown" else "not_met" if FAILED in grades else "met"
    reason = both(f"{said['zh']}。{scheme.rules['grade_words']['zh']}", f"{said['en'].capitalize()}. {scheme.rules['grade_words']['en']}")
    return Node("grade", "grade", title, result, reason, children=marks)


def _reached(scheme: Scheme, grades: set[str], grade: str) -> Outcome:
    """Whether a grade is reached under everything the building may be."""
    order = [FAILED, *(rule["grade"] for rule in scheme.rules.get("grade", []))]
    return _agree({order.index(one) >= order.index(grade) for one in grades})


def _between(scheme: Scheme, ends: Sequence[Ends]) -> set[str]:
    """Every grade it may be: those at both ends of each building it may be, and those that lie between."""
    order = [FAILED, *(rule["grade"] for rule in scheme.rules.get("grade", []))]
    found: set[str] = set()
    for end in ends:
        low, high = (order.index(grade) for grade in end.grades)
        found.update(order[low : high + 1])
    return found


def _graded(scheme: Scheme, grades: set[str]) -> Words:
    """The grade in words, or the grades it may be, from the lowest up."""
    order = [FAILED, *(rule["grade"] for rule in scheme.rules.get("grade", []))]
    found = sorted(grades, key=order.index)
    zh, en = ([f"{grade} 级" if grade else "不评级" for grade in found], [f"grade {grade}" if grade else "no grade" for grade in found])
    if len(found) > 2:
        return both(f"{zh[0]}至 {zh[-1]}均有可能", f"anything from {en[0]} to {en[-1]}")
    return both("或 ".join(zh), " or ".join(en))


def _open(scheme: Scheme, ends: Sequence[Ends], building: Facts) -> Words:
    """The items and facts that are unknown, by name; of many the first and how many."""
    items = [rule["title"] for rule in scheme.rules["item"] if any(not end.items[rule["key"]].points.known for end in ends)]
    facts = [rule["title"] for rule in scheme.rules.get("fact", []) if building.get(rule["fact"]) is None]
    named = listed([*items, *facts])
    return both(named["zh"], named["en"].lower())


def _words(scheme: Scheme, outcome: Outcome, ratio: Span, grades: set[str], unknown: Words, pending: Sequence[Words]) -> Words:
    """The verdict in two or three sentences."""
    own, rule = scheme.rules["words"][outcome], scheme.rules["ratio"]
    graded = {lang: f"{mark}{said}" for lang, mark in (("zh", "，"), ("en", ", ")) for said in (_graded(scheme, grades)[lang],)}
    graded = graded if scheme.rules.get("grade") else both("", "")
    zh = f"{own['zh']}。{rule['title']['zh']} {amount(ratio, rule['unit'], 'zh')}{graded['zh']}。"
    en = f"{own['en'].capitalize()}. {rule['title']['en']} {amount(ratio, rule['unit'], 'en')}{graded['en']}."
    if pending:
        zh += f"预评价：{'，'.join(one['zh'] for one in pending)}。"
        en += f" Pre-evaluation: {', '.join(one['en'] for one in pending)}."
    elif outcome != "unknown" and len(grades) == 1:
        zh, en = zh + "竣工评价。", en + " Evaluation as built."
    if unknown["zh"]:
        zh, en = zh + f"未知项：{unknown['zh']}。", en + f" Unknown: {unknown['en']}."
    return both(zh, en)
