"""Items of a scheme of points 评价项: what each scores, from its figure, from several figures, from a fact, or as a named person judges.

An item that is unknown runs from no points to all of them. An item the building does not have is absent and leaves the denominator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from qingzhu.schemes.facts import Facts, words_of
from qingzhu.schemes.load import Scheme
from qingzhu.schemes.results import Figures, Gaps, amount, both, figure_node
from qingzhu.schemes.spans import Span, exact, hull, of_figure, point
from qingzhu.terms.figures import Figure, Node, Outcome, Words, figure_id

Rule = Mapping[str, Any]

Decided = Mapping[str, Outcome]
"""What named persons determined 认定 of the items of one verdict, by key."""

BOTH_ENDS = (False, True)
"""A condition nobody knows: it fails at the lower end and holds at the upper."""


@dataclass(frozen=True)
class Scored:
    """Points of one item: from, to, at most. An absent item has none and leaves the denominator."""

    points: Span
    maximum: Decimal
    absent: bool = False
    full: bool = False


@dataclass(frozen=True)
class Part:
    """One figure of an item and the mark it must reach: the figure's id, its title, the rule that is cited.

    ``at_least`` is None where no mark is known for a building of this kind, or nobody says of which kind it is.
    """

    key: str
    id: str
    title: Words
    rule: Rule
    at_least: Decimal | None


def points_of(rule: Rule, ratio: Decimal | None) -> Decimal:
    """Points 得分 of an item for a ratio [%]: none below its first mark, interpolated within, all from its last mark on."""
    if ratio is None:
        return Decimal(0)
    if "between" not in rule:
        return exact(rule["points"]) if ratio >= exact(rule["at_least"]) else Decimal(0)
    first, last = (exact(mark) for mark in rule["between"])
    low, high = (exact(points) for points in rule["points"])
    if ratio < first:
        return Decimal(0)
    if ratio >= last:
        return high
    points = low + (ratio - first) / (last - first) * (high - low)
    return points.quantize(Decimal(1).scaleb(-rule["decimals"]), rounding=ROUND_HALF_UP)


def score(scheme: Scheme, rule: Rule, facts: Facts, grain: Sequence[str], figures: Figures, decided: Decided) -> Scored:
    """The points of an item 得分 under given facts."""
    points = rule["points"]
    maximum = exact(points[1] if isinstance(points, list) else points)
    gone = rule.get("absent_where")
    if gone and facts[gone["fact"]] == gone["is"]:
        return Scored(point(0), maximum, absent=True)
    full = rule.get("full_where")
    if full and facts[full["fact"]] in full["in"]:
        return Scored(point(maximum), maximum, full=True)
    if "fact" in rule:
        return Scored(point(maximum if facts[rule["fact"]] is True else Decimal(0)), maximum)
    if "kinds" in rule or rule.get("judged"):
        return _all_or_nothing(scheme, rule, facts, grain, figures, decided, maximum)
    figure = figures.get(figure_id(rule["measure"], list(grain)))
    if is_absent(rule, figure):
        return Scored(point(0), maximum, absent=True)
    span = of_figure(figure)
    return Scored(Span(points_of(rule, span.low), maximum if span.high is None else points_of(rule, span.high)), maximum)


def _all_or_nothing(
    scheme: Scheme, rule: Rule, facts: Facts, grain: Sequence[str], figures: Figures, decided: Decided, maximum: Decimal
) -> Scored:
    """All points where every kind the building has reaches its mark and, if a person must judge, that person says so."""
    there = [part for part in parts(scheme, rule, facts, grain) if not is_absent(rule, figures.get(part.id))]
    if "kinds" in rule and not there:
        return Scored(point(0), maximum, absent=True)
    held = [reached(part, figures) for part in there]
    if rule.get("judged"):
        held.append({"met": (True, True), "not_met": (False, False)}.get(decided.get(rule["key"], "unknown"), BOTH_ENDS))
    low, high = (maximum if all(one[end] for one in held) else Decimal(0) for end in (0, 1))
    return Scored(Span(low, high), maximum)


def parts(scheme: Scheme, rule: Rule, facts: Facts, grain: Sequence[str]) -> Iterator[Part]:
    """The figures an item of several kinds rests on, each with the mark its row of ``top_rule`` sets."""
    for row in scheme.rows:
        if row.get("component_kind") in rule.get("kinds", ()):
            kind, more = row["component_kind"], [row["component_kind"]] if rule.get("by_kind", True) else []
            shares = [one["share"] for one in row.get("share_where", ()) if facts.get(one["fact"]) == one["is"]] or [row.get("share")]
            mark = None if shares[0] is None else exact(shares[0])
            yield Part(kind, figure_id(rule["measure"], [*grain, *more]), dict(row["title"]), {**row, "unit": rule["unit"]}, mark)


def is_absent(rule: Rule, figure: Figure | None) -> bool:
    """Whether a figure says that the building has no such thing 没有此项."""
    return figure is not None and figure.gap is not None and figure.gap in rule.get("absent", {}).get("gaps", ())


def reached(part: Part, figures: Figures) -> tuple[bool, bool]:
    """Whether the figure reaches its mark at its lower and at its upper end; one without a mark may or may not."""
    if part.at_least is None:
        return BOTH_ENDS
    span = of_figure(figures.get(part.id))
    return span.low is not None and span.low >= part.at_least, span.high is None or span.high >= part.at_least


def figure_ids(scheme: Scheme, rule: Rule, facts: Facts, grain: Sequence[str]) -> list[str]:
    """The figures an item rests on 所依数值."""
    if "kinds" in rule:
        return [part.id for part in parts(scheme, rule, facts, grain)]
    return [figure_id(rule["measure"], list(grain))] if "measure" in rule else []


def item_node(
    scheme: Scheme, rule: Rule, facts: Facts, scored: Sequence[Scored], grain: Sequence[str], figures: Figures, gaps: Gaps, decided: Decided
) -> Node:
    """One item 评价项: its points in each building it may be, and the figures or fact they come from. ``facts``: as stated."""
    here = [item for item in scored if not item.absent]
    span = hull(item.points for item in here) if here else point(0)
    low, high = span.floats
    outcome: Outcome = "unknown" if not span.known or 0 < len(here) < len(scored) else "met" if high else "not_met"
    if not here:
        outcome = "not_applicable"
    leaves: tuple[Node, ...] = ()
    if "kinds" in rule:
        leaves = tuple(_part_node(scheme, rule, part, figures, gaps) for part in parts(scheme, rule, facts, grain))
    elif "measure" in rule:
        id = figure_id(rule["measure"], list(grain))
        leaves = (figure_node(id, figures.get(id), dict(rule["title"]), rule["unit"], gaps),)
    cited, most, reason = scheme.cited(rule), float(scored[0].maximum), _reason(rule, scored, here, decided)
    return Node(rule["key"], "score", dict(rule["title"]), outcome, reason, low, high, most, "points", None, None, cited, leaves)


def _reason(rule: Rule, scored: Sequence[Scored], here: Sequence[Scored], decided: Decided) -> Words | None:
    """Why an item has the points it has, where its figures do not say so."""
    if not here:
        return (
            dict(rule["absent"]["words"])
            if "absent" in rule
            else both("本单体没有此项，其分值计入 Q4。", "The building has none; the points go into Q4.")
        )
    if len(here) < len(scored):
        return both("本单体有无此项未知。", "Whether the building has any is not known.")
    if all(item.full for item in here):
        return dict(rule["full_where"]["words"])
    if rule.get("judged") and rule["key"] not in decided:
        return dict(rule["judged"])
    return None


def _part_node(scheme: Scheme, rule: Rule, part: Part, figures: Figures, gaps: Gaps) -> Node:
    """One kind of an item against its mark."""
    figure = figures.get(part.id)
    span, unit, mark = of_figure(figure), rule["unit"], part.at_least
    leaf = figure_node(part.id, figure, part.title, unit, gaps)
    low, high = span.floats
    ends = set(reached(part, figures))
    outcome: Outcome = "unknown" if len(ends) > 1 else "met" if True in ends else "not_met"
    reason: Words | None = leaf.reason
    if is_absent(rule, figure):
        outcome, reason = "not_applicable", dict(rule["absent"]["words"])
    elif span.low is not None:
        zh, en = _wanted(part, unit)
        reason = both(f"{amount(span, unit, 'zh', mark)}，{zh}。", f"{amount(span, unit, 'en', mark)}, {en}.")
    cited, limit = scheme.cited(part.rule), None if mark is None else float(mark)
    return Node(part.key, "limit", part.title, outcome, reason, low, high, None, unit, limit, None, cited, (leaf,))


def _wanted(part: Part, unit: str) -> tuple[str, str]:
    """The mark of a part in words, or the marks there are where the building has none that is known."""
    if part.at_least is not None:
        return f"要求 ≥ {amount(point(part.at_least), unit, 'zh')}", f"wanted ≥ {amount(point(part.at_least), unit, 'en')}"
    shares = [(words_of(one["is"]), point(one["share"])) for one in part.rule["share_where"]]
    zh, en = ([f"{words[lang]} ≥ {amount(share, unit, lang)}" for words, share in shares] for lang in ("zh", "en"))
    return f"本单体的用途未填或没有指标（{'，'.join(zh)}）", f"no mark for a building of its use, or the use is not known ({', '.join(en)})"
