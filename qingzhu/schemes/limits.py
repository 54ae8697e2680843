"""Schemes of limits 限值: a figure against what it may be at most, or must be at least.

A cumulating figure can fail for good at any time; before the works have ended it can only be within the limit so far; after that it
is met for good only if every month or slot is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qingzhu.schemes.choices import limit_by_case
from qingzhu.schemes.facts import Facts, as_built, day, ended, words_of
from qingzhu.schemes.load import Scheme
from qingzhu.schemes.results import Figures, Gaps, Result, amount, both, figure_node, listed
from qingzhu.schemes.spans import OPEN, Span, covered, exact, hull, of_figure, point
from qingzhu.terms.figures import Node, Outcome, Words, figure_id

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """One figure held against one limit: what the figure is, what it may be, and what stands behind the limit."""

    key: str
    title: Words
    rule: Rule
    figure: str
    limit: Span
    basis: tuple[Node, ...] = ()
    unseen: Words | None = None
    """Why nothing was seen of it: it is shown as unknown and not counted, and the verdict speaks of the rest alone."""


@dataclass(frozen=True)
class Judged:
    """One limit judged: outcome, final, firm, the node that says so, and whether the verdict counts it."""

    outcome: Outcome
    final: bool
    firm: bool
    node: Node
    counts: bool = True


@dataclass(frozen=True)
class Standing:
    """Where the works stand: whether they have ended, whether every month is known and a figure says so, whether the data are as built."""

    ended: bool
    complete: bool
    reported: Span = OPEN
    by_month: bool = False
    as_built: bool = True


def judge_limits(
    scheme: Scheme, project: Facts, building: Facts | None, buildings: Sequence[Facts], figures: Figures, on: date, gaps: Gaps
) -> Result:
    """Every limit of the scheme: not met where one is not, met where all are, otherwise unknown."""
    grain = [str(project["project"]), *([str(building["building"])] if building else [])]
    months, standing = _standing(scheme, project, building, figures, on, gaps)
    held = [one for rule in scheme.rules["limit"] for one in _held(scheme, rule, grain, project, building, buildings, figures, on)]
    judged = [_judge(scheme, one, figures, standing, gaps) for one in held]
    gap_nodes, instead = _missing(scheme, project), _alternatives(scheme)
    counted = [one for one in judged if one.counts]
    outcomes = {one.outcome for one in counted}
    outcome: Outcome = "not_met" if "not_met" in outcomes else "met" if outcomes == {"met"} else "unknown"
    outcome = "unknown" if instead and outcome == "not_met" else outcome
    nodes = (*(one.node for one in judged), *instead, *months, *gap_nodes)
    unseen = [one.node for one in judged if one.outcome == "unknown" and not one.counts]
    final, firm = _certain(outcome, [one for one in counted if one.outcome == outcome], bool(unseen or gap_nodes))
    one = held[0] if len(held) == 1 else None
    span = of_figure(figures.get(one.figure)) if one else Span(None, None)
    low, high = span.floats
    return Result(
        outcome,
        final,
        firm,
        nodes,
        _words(scheme, outcome, final, judged, unseen, gap_nodes if outcome != "unknown" else (*gap_nodes, *instead)),
        value=low,
        high=high,
        unit=one.rule["unit"] if one else None,
        limit=one.limit.floats[0] if one and one.limit.known else None,
    )


def _certain(outcome: Outcome, judged: list[Judged], partial: bool) -> tuple[bool, bool]:
    """Final and firm: one failure that is final is enough; being met takes all of them, and nothing that was not watched."""
    if outcome == "unknown" or not judged or (outcome == "met" and partial):
        return False, False
    of = any if outcome == "not_met" else all
    return of(one.final for one in judged), of(one.firm for one in judged)


def _standing(
    scheme: Scheme, project: Facts, building: Facts | None, figures: Figures, on: date, gaps: Gaps
) -> tuple[tuple[Node, ...], Standing]:
    """Where the works stand, and the node of the figure that says whether each month is reported."""
    rule = scheme.rules.get("final", {})
    over = ended(project, on)
    if "measure" not in rule:
        return (), Standing(over, True, as_built=as_built(scheme, building))
    id = figure_id(rule["measure"], [str(project["project"])])
    span = of_figure(figures.get(id))
    complete = span.low is not None and span.low >= exact(rule["at_least"])
    leaf = figure_node(id, figures.get(id), both("已报月份占比", "Months of works reported"), rule["unit"], gaps)
    low, high = span.floats
    # Works that go on have not failed to be final: that is open.
    outcome: Outcome = "unknown" if span.low is None or not over else "met" if complete else "not_met"
    now = both("工程已完工。", " The works have ended.") if over else both("工程在建。", " The works go on.")
    reason = both(rule["words"]["zh"] + now["zh"], rule["words"]["en"] + now["en"])
    title, limit, cited = both("最终性", "Finality"), float(rule["at_least"]), scheme.cited(rule)
    node = Node("final", "gate", title, outcome, reason, low, high, None, rule["unit"], limit, None, cited, (leaf,))
    return (node,), Standing(over, complete, span, by_month=True)


def _held(
    scheme: Scheme,
    rule: Rule,
    grain: list[str],
    project: Facts,
    building: Facts | None,
    buildings: Sequence[Facts],
    figures: Figures,
    on: date,
) -> list[Held]:
    """A limit as the figures it speaks of: one of its own, or one for each row of the table it names."""
    if "table" in rule:
        return _instruments(scheme, rule, grain, project, figures, on)
    id = figure_id(rule["measure"], grain)
    if "case" in rule:
        limit, basis = limit_by_case(scheme, rule, project, building or {}, on)
        return [Held(rule["key"], dict(rule["title"]), {**rule, "at_least": None}, id, limit, basis)]
    if "chosen_by" in rule:
        limit, basis = _chosen(scheme, rule, buildings, of_figure(figures.get(id)))
        return [Held(rule["key"], dict(rule["title"]), rule, id, limit, basis)]
    return [Held(rule["key"], dict(rule["title"]), rule, id, point(rule.get("at_most", rule.get("at_least"))))]


def _instruments(scheme: Scheme, rule: Rule, grain: list[str], project: Facts, figures: Figures, on: date) -> list[Held]:
    """Each rule of noise or dust that spoke during the works, with the limits of its editions beneath.

    A quantity without an instrument is shown and not counted, unless there is no instrument at all.
    """
    begun, over = day(project.get("works_from")), day(project.get("works_to"))
    spoke = [
        row for row in scheme.rows if row["from"] <= min(on, over or on) and (begun is None or row.get("to") is None or row["to"] >= begun)
    ]
    ids = {name: figure_id(rule["measure"], [*grain, name]) for name in dict.fromkeys(row["rule"] for row in spoke)}
    without = {name for name, id in ids.items() if id not in figures or figures[id].gap in rule["not_counted"]["gaps"]}
    held = []
    for name, id in ids.items():
        rows = [row for row in spoke if row["rule"] == name]
        basis = tuple(_edition(scheme, row) for row in rows)
        unseen = dict(rule["not_counted"]["words"]) if name in without and len(without) < len(ids) else None
        held.append(Held(name, dict(rows[-1]["title"]), rule, id, point(rule["at_most"]), basis, unseen=unseen))
    return held


def _edition(scheme: Scheme, row: Rule) -> Node:
    """The limit of one edition, as a leaf."""
    value = float(row["limit"])
    title = dict(row["title"])
    return Node(f"{row['rule']}_{row['clause']['document']}", "fact", title, "met", unit=row["unit"], limit=value, clause=scheme.cited(row))


def _chosen(scheme: Scheme, rule: Rule, buildings: Sequence[Facts], span: Span) -> tuple[Span, tuple[Node, ...]]:
    """The limit that a fact of each building chooses, weighted where they differ; both ends where the fact is unknown."""
    by = rule["chosen_by"]
    limits = {choice["is"]: point(choice["at_most"]) for choice in rule["choice"]}
    every = hull(limits.values())
    own = [limits.get(building.get(by["fact"]), every) for building in buildings]
    weights = [building.get(by["weight"]) for building in buildings]
    mixed = len({(limit.low, limit.high) for limit in own}) > 1
    if not own:
        limit = every
    elif not mixed:
        limit = own[0]
    elif None in weights or not sum(weight or 0 for weight in weights):
        limit = hull(own)
    else:
        limit = _weighted(own, [float(weight or 0) for weight in weights])
    nodes = [_choice(scheme, rule, choice, span) for choice in rule["choice"] if point(choice["at_most"]) in own or not limit.known]
    for building in buildings:
        value = building.get(by["fact"])
        title = both(f"单体 {building['building']}：装配式建筑", f"Building {building['building']}: prefabricated")
        nodes.append(Node(f"{by['fact']}_{building['building']}", "fact", title, "unknown" if value is None else "met", words_of(value)))
    if mixed:
        low, high = limit.floats
        title = both("按面积加权的限值", "Limit weighted by floor area")
        nodes.append(Node("weighted", "sum", title, "met", dict(by["words"]), low, high, unit=rule["unit"], clause=scheme.cited(by)))
    return limit, tuple(nodes)


def _weighted(limits: Sequence[Span], weights: Sequence[float]) -> Span:
    """The mean of limits, weighted."""
    area = sum((exact(weight) for weight in weights), Decimal(0))
    low = sum(((limit.low or Decimal(0)) * exact(weight) for limit, weight in zip(limits, weights, strict=True)), Decimal(0))
    high = sum(((limit.high or Decimal(0)) * exact(weight) for limit, weight in zip(limits, weights, strict=True)), Decimal(0))
    return Span(low / area, high / area)


def _choice(scheme: Scheme, rule: Rule, choice: Rule, span: Span) -> Node:
    """One of the limits a project may have, and what it would give alone."""
    limit = exact(choice["at_most"])
    outcome: Outcome = "unknown"
    if span.low is not None:
        outcome = "not_met" if span.low > limit else "met" if span.high is not None and span.high <= limit else "unknown"
    quoted = scheme.cited({**rule, "quote": choice.get("quote")})
    low, high = span.floats
    return Node(
        f"at_most_{choice['at_most']}",
        "limit",
        dict(choice["title"]),
        outcome,
        None,
        low,
        high,
        None,
        rule["unit"],
        float(limit),
        None,
        quoted,
    )


def _judge(scheme: Scheme, held: Held, figures: Figures, standing: Standing, gaps: Gaps) -> Judged:
    """One figure against one limit."""
    figure = figures.get(held.figure)
    span, unit = of_figure(figure), held.rule["unit"]
    outcome: Outcome
    reason: Words | None
    leaf = figure_node(held.figure, figure, dict(held.rule["title"]), unit, gaps)
    if held.unseen is not None:
        outcome, final, firm, reason = "unknown", False, False, held.unseen
    else:
        outcome, final, firm = _compare(held.rule, span, held.limit, standing)
        for_good = outcome == "not_met" and bool(held.rule.get("cumulates"))
        # A figure that covers a part only is not the last word, except where the part seen is too much already.
        final = final and (for_good or (covered(figure) and standing.as_built))
        reason = _reason(held, span, outcome, final, standing) if span.low is not None else leaf.reason
    low, high = span.floats
    cited, limit = scheme.cited(held.rule), held.limit.floats[0] if held.limit.known else None
    children = (leaf, *held.basis)
    node = Node(held.key, "limit", held.title, outcome, reason, low, high, None, unit, limit, None, cited, children)
    return Judged(outcome, final, firm, node, held.unseen is None)


def _compare(rule: Rule, span: Span, limit: Span, standing: Standing) -> tuple[Outcome, bool, bool]:
    """Outcome, final, firm of a figure against a limit, either of which may be a span."""
    if span.low is None or limit.low is None or limit.high is None:
        return "unknown", False, False
    if "at_least" in rule:
        if span.low >= limit.high:
            return "met", standing.ended, True
        if span.high is not None and span.high < limit.low:
            return "not_met", standing.ended, True
        return "unknown", False, False
    cumulates = bool(rule.get("cumulates"))
    if span.low > limit.high:
        return "not_met", cumulates or standing.ended, True
    if span.low > limit.low or (span.high is not None and span.high > limit.low):
        return "unknown", False, False
    bounded = span.high is not None and standing.complete
    if bounded:
        return "met", standing.ended, True
    # What is missing may still come while the works go on; once they have ended it is simply not known.
    return ("met", False, False) if cumulates and standing.by_month and not standing.ended else ("unknown", False, False)


def _reason(held: Held, span: Span, outcome: Outcome, final: bool, standing: Standing) -> Words:
    """One sentence: the figure, the limit, and whether it is so far or for good."""
    if "said" in held.rule:
        return _counted(held.rule, span)
    unit, least = held.rule["unit"], "at_least" in held.rule
    limit = {lang: amount(held.limit, unit, lang) for lang in ("zh", "en")}
    number = {lang: amount(span, unit, lang, held.limit.low if held.limit.known else None) for lang in ("zh", "en")}
    sign = "≥" if least else "≤"
    said = both(f"{number['zh']}，要求 {sign} {limit['zh']}。", f"{number['en']}, wanted {sign} {limit['en']}.")
    if outcome == "met" and not final and held.rule.get("cumulates"):
        return _so_far(said, standing)
    if outcome == "not_met" and final and not standing.ended:
        return both(said["zh"] + "已不可能再达标。", said["en"] + " This cannot be made good.")
    if outcome == "unknown" and span.low is not None and held.limit.known and standing.ended and not standing.complete:
        return both(
            said["zh"] + "工程已完工，仍有月份无过磅单或零报告。",
            said["en"] + " The works have ended, and months are without ticket or zero report.",
        )
    return said


def _counted(rule: Rule, span: Span) -> Words:
    """So many slots are seen to exceed; those that are unknown are told apart, for they are no exceedances."""
    seen, tail = point(span.low or Decimal(0)), rule["said"]
    if span.high is None or span.high == span.low:
        least = Span(span.low, span.high)
        return both(f"{amount(least, rule['unit'], 'zh')} {tail['zh']}。", f"{amount(least, rule['unit'], 'en')} {tail['en']}.")
    rest = point(span.high - (span.low or Decimal(0)))
    zh = f"已见 {amount(seen, rule['unit'], 'zh')} {tail['zh']}，另有 {amount(rest, rule['unit'], 'zh')} {tail['zh_unknown']}。"
    en = f"{amount(seen, rule['unit'], 'en')} {tail['en']}, {amount(rest, rule['unit'], 'en')} {tail['en_unknown']}."
    return both(zh, en)


def _so_far(said: Words, standing: Standing) -> Words:
    """A figure that still adds up is within its limit so far; months without a record are said, for they may hide the rest."""
    if standing.ended:
        return both(said["zh"] + "资料未覆盖全部，不是最终结论。", said["en"] + " It does not cover everything, so it is not final.")
    if standing.complete or standing.reported.low is None:
        return both(said["zh"] + "工程在建，累计值还会增加。", said["en"] + " The works go on and it still adds up.")
    share = {lang: amount(point(standing.reported.low), "%", lang) for lang in ("zh", "en")}
    zh = f"仅 {share['zh']} 的施工月有过磅单或零报告，其余月份未知。"
    return both(said["zh"] + zh, f"{said['en']} Only {share['en']} of the months of works have a ticket or a zero report.")


def _missing(scheme: Scheme, project: Facts) -> tuple[Node, ...]:
    """What a region lacks for this scheme: a limit for all of the works, or for the time before its first edition."""
    if not any(rule.get("table") in ("noise", "dust") for rule in scheme.rules["limit"]):
        return ()
    title = both("缺限值", "Limits missing")
    if not scheme.rows and not scheme.missing:
        zh = f"{scheme.region or '全国'}没有录入限值：原文未见。"
        en = f"No limit is entered for {scheme.region or 'the nation'}: a text was not seen."
        return (Node("no_limit", "missing", title, "unknown", both(zh, en)),)
    begun = day(project.get("works_from"))
    begins = {rule: min(row["from"] for row in scheme.rows if row["rule"] == rule) for rule in {row["rule"] for row in scheme.rows}}
    first = max(begins.values(), default=None)
    if first is not None and begun is not None and first <= begun:
        return ()
    if scheme.missing:
        return tuple(Node("no_limit", "missing", title, "unknown", dict(gap["words"])) for gap in scheme.missing)
    if begun is None or first is None:
        return ()
    words = both(f"{first} 之前没有录入限值，此前的时段未评价。", f"No limit is entered before {first}; earlier slots are not judged.")
    return (Node("no_limit", "missing", title, "unknown", words),)


def _alternatives(scheme: Scheme) -> tuple[Node, ...]:
    """What would do in place of the limits and cannot be computed 另一途径: with it, nothing is not met."""
    given = scheme.rules.get("alternative", [])
    return tuple(
        Node(entry["key"], "missing", dict(entry["title"]), "unknown", dict(entry["words"]), clause=scheme.cited(entry)) for entry in given
    )


def _words(scheme: Scheme, outcome: Outcome, final: bool, judged: list[Judged], unseen: list[Node], missing: tuple[Node, ...]) -> Words:
    """The verdict in a sentence or two: the scheme's own word, so far or not, what decides, and what was not watched."""
    own = scheme.rules.get("words", {}).get(outcome) or both("未知", "unknown")
    sofar = both("（迄今）", " (so far)") if outcome == "met" and not final else both("", "")
    deciding = [one.node for one in judged if one.outcome == outcome and one.counts]
    said = _told([*deciding, *unseen], own)
    if missing and (outcome == "met" or not judged):
        gaps = {lang: " ".join((node.reason or own)[lang] for node in missing) for lang in ("zh", "en")}
        said = {lang: f"{said[lang]} {gaps[lang]}".strip() for lang in ("zh", "en")}
    return both(f"{own['zh']}{sofar['zh']}。{said['zh']}", f"{own['en'].capitalize()}{sofar['en']}. {said['en']}".strip())


def _told(nodes: Sequence[Node], own: Words) -> Words:
    """Each reason once, behind the titles it holds for: 昼间噪声、夜间噪声：数值未知，未登记监测点。"""
    groups: dict[str, list[Node]] = {}
    for node in nodes:
        groups.setdefault((node.reason or own)["zh"], []).append(node)
    zh = "".join(f"{listed([one.title for one in group])['zh']}：{(group[0].reason or own)['zh']}" for group in groups.values())
    en = " ".join(f"{listed([one.title for one in group])['en']}: {(group[0].reason or own)['en']}" for group in groups.values())
    return both(zh, en)
