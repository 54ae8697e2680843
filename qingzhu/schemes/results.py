"""What judging a scheme gives 评价过程 before it becomes a verdict, and the nodes that every scheme shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qingzhu.schemes.spans import Span, covered, of_figure, shown
from qingzhu.terms import units
from qingzhu.terms.figures import Figure, Node, Outcome, Words

Figures = Mapping[str, Figure]
Gaps = Mapping[str, Words]


@dataclass(frozen=True)
class Result:
    """Outcome, whether it is final and firm, the steps that led to it, and what a verdict prints."""

    outcome: Outcome
    final: bool
    firm: bool
    nodes: tuple[Node, ...]
    words: Words
    value: float | None = None
    high: float | None = None
    unit: str | None = None
    limit: float | None = None
    grade: str | None = None


def both(zh: str, en: str) -> Words:
    """The same words in both languages."""
    return {"zh": zh, "en": en}


def amount(span: Span, unit: str | None, lang: str, beside: Decimal | None = None) -> str:
    """A span with its unit for a sentence: ``253.9 吨/万m²``, ``60 to 73.2%``, ``at least 3``, seen beside a limit."""
    spelt = units.shown(unit, lang)
    tail = spelt if spelt == "%" else f" {spelt}" if spelt else ""
    if span.low is None and span.high is None:
        return "未知" if lang == "zh" else "unknown"
    if span.known:
        return shown(span.low, beside) + tail
    if span.high is None:
        return (f"不少于 {shown(span.low)}" if lang == "zh" else f"at least {shown(span.low)}") + tail
    if span.low is None:
        return (f"不多于 {shown(span.high)}" if lang == "zh" else f"at most {shown(span.high)}") + tail
    return f"{shown(span.low)} {'至' if lang == 'zh' else 'to'} {shown(span.high)}{tail}"


SO_MANY = 3
"""So many titles are named in a sentence; the tree holds all of them."""


def listed(titles: Sequence[Words]) -> Words:
    """Titles for a sentence: up to three by name, of more the first two and how many there are in all."""
    named = titles if len(titles) <= SO_MANY else titles[: SO_MANY - 1]
    mark = "；" if any("、" in title["zh"] for title in named) else "、"
    zh, en = mark.join(title["zh"] for title in named), "; ".join(title["en"] for title in named)
    return both(zh, en) if len(named) == len(titles) else both(f"{zh}等 {len(titles)} 项", f"{en} and others, {len(titles)} in all")


def figure_node(id: str, figure: Figure | None, title: Words, unit: str, gaps: Gaps) -> Node:
    """The figure 数值 a step rests on: the leaf of every explanation."""
    span = of_figure(figure)
    low, high = span.floats
    reason = None
    if figure is None:
        reason = both("未提交相应资料，没有此项数值。", "No evidence for it was handed in.")
    elif figure.value is None:
        gap = gaps.get(figure.gap or "", {"zh": figure.gap or "未说明原因", "en": figure.gap or "no reason given"})
        reason = both(f"数值未知，{gap['zh']}。", f"Unknown: {gap['en']}.")
    elif figure.coverage is not None and not covered(figure):
        share = shown(figure.coverage, 100)
        reason = both(f"覆盖率 {share}%。", f"Coverage {share}%.")
    outcome: Outcome = "met" if span.known else "unknown"
    return Node(id.split(":")[0], "figure", title, outcome, reason, low=low, high=high, unit=unit, figure=id)
