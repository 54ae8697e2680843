"""Charts of one building 单体图: points of the assembly rate with their minima, and counts of component specs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qingzhu.reports.drawing import HALF, NOTHING, PALETTE, UNKNOWN, Chart, margin_for, text_width, ticks
from qingzhu.reports.numbers import bounds_shown, value_shown
from qingzhu.reports.outcomes import buildings_of, grouped, light
from qingzhu.reports.words import in_language, value_word, word

ROW = 44.0


def point_charts(evaluation: dict[str, Any], lang: str) -> list[Chart]:
    """One chart for verdicts that say the same and whose tree has sums of scores: a bar a sum, its scores end to end."""
    made = []
    for group in sorted(grouped(evaluation["verdicts"]), key=lambda group: str(group[0]["id"])):
        sums = [node for node in _nodes(group[0]["tree"]) if node["kind"] == "sum" and _scores(node)]
        if sums and any(node["maximum"] for node in sums):
            made.append(_points(group, sums, lang))
    return made


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The node and all below it, in order."""
    yield node
    for child in node["children"]:
        yield from _nodes(child)


def _scores(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [child for child in node["children"] if child["kind"] == "score"]


def minimum_of(node: dict[str, Any], tree: dict[str, Any]) -> float | None:
    """The minimum of a sum: of its own child, of a node named after it, or the limit of the sum itself."""
    own: float | None = next((child["limit"] for child in node["children"] if child["kind"] == "minimum"), None)
    named = next(
        (other["limit"] for other in _nodes(tree) if other["kind"] == "minimum" and other["key"] == f"{node['key']}_minimum"), None
    )
    limit: float | None = node["limit"]
    return own if own is not None else named if named is not None else limit


def _points(group: list[dict[str, Any]], sums: list[dict[str, Any]], lang: str) -> Chart:
    """The bars of one building, or of several alike, with full points as a frame, what is unknown hatched and minima as lines."""
    verdict = group[0]
    name = buildings_of(group, lang) or verdict["project"]
    chart = Chart("points", word("chart.points", lang, building=name), HALF, ROW * len(sums) + 30)
    highest = max(node["maximum"] or 0 for node in sums)
    left = margin_for(in_language(node["title"], lang) for node in sums)
    right = margin_for((bounds_shown(node["low"], node["high"], "points", lang) for node in sums), least=40)
    scale = (HALF - left - right) / highest
    for place, node in enumerate(sums):
        _sum_bar(chart, node, minimum_of(node, verdict["tree"]), left, 8 + ROW * place, scale, lang)
    for mark in ticks(highest, 5):
        if mark <= highest:
            chart.line(left + mark * scale, chart.height - 24, left + mark * scale, chart.height - 19, "axis")
            chart.text(left + mark * scale, chart.height - 6, f"{mark:.0f}", "middle", "tick")
    chart.line(left, chart.height - 24, left + highest * scale, chart.height - 24, "axis")
    chart.legend = [("tone-1", word("kind.score", lang)), (UNKNOWN, word("chart.possible", lang)), (NOTHING, word("chart.full", lang))]
    value = bounds_shown(verdict["value"], verdict["high"], verdict["unit"], lang, verdict["limit"])
    chart.note = " · ".join(part for part in (light(verdict, lang).label, value, verdict["grade"]) if part)
    return chart


def _sum_bar(chart: Chart, node: dict[str, Any], minimum: float | None, left: float, y: float, scale: float, lang: str) -> None:
    """One bar: scores known for sure, then what the unknown may add, in a frame of the full points."""
    chart.text(left - 8, y + 18, in_language(node["title"], lang), "end")
    chart.bar(left, y + 4, (node["maximum"] or 0) * scale, 20, NOTHING, word("chart.full", lang))
    x = left
    for place, child in enumerate(_scores(node)):
        low = child["low"] or 0.0
        title = f"{in_language(child['title'], lang)} {bounds_shown(child['low'], child['high'], 'points', lang)}"
        chart.bar(x, y + 4, low * scale, 20, PALETTE[place % len(PALETTE)], title)
        number = value_shown(low, "points", lang)
        covered = minimum is not None and abs(x + low * scale / 2 - left - minimum * scale) < text_width(number, 11) / 2 + 2
        if low * scale > text_width(number, 11) + 4 and not covered:
            chart.text(x + low * scale / 2, y + 18, number, "middle", f"inside {PALETTE[place % len(PALETTE)]}")
        x += low * scale
    room = sum((child["high"] if child["high"] is not None else child["maximum"] or 0.0) - (child["low"] or 0.0) for child in _scores(node))
    chart.bar(x, y + 4, room * scale, 20, UNKNOWN, word("chart.possible", lang))
    chart.text(left + (node["maximum"] or 0) * scale + 6, y + 18, bounds_shown(node["low"], node["high"], "points", lang), kind="number")
    if minimum is not None:
        chart.line(left + minimum * scale, y, left + minimum * scale, y + 28, "limit")
        chart.text(
            left + minimum * scale, y + 38, word("chart.minimum", lang, value=value_shown(minimum, "1", lang)), "middle", "limit small"
        )


def spec_charts(evaluation: dict[str, Any], lang: str) -> list[Chart]:
    """One chart a building: number of specs by kind of component, with the share of the most frequent ones beside it."""
    counts = [figure for figure in evaluation["figures"] if figure["measure"] == "spec_count" and figure["value"] is not None]
    shares = {tuple(f["grain"].values()): f["value"] for f in evaluation["figures"] if f["measure"] == "top_share"}
    buildings = list(dict.fromkeys(figure["grain"].get("building", "") for figure in counts))
    return [_specs(name, [figure for figure in counts if figure["grain"].get("building", "") == name], shares, lang) for name in buildings]


def _specs(building: str, figures: list[dict[str, Any]], shares: dict[tuple[str, ...], float | None], lang: str) -> Chart:
    """Two panels side by side: specs on a common scale, share of the top specs from 0 to 100 %."""
    title = f"{word('chart.specs', lang)}{word('page.colon', lang)}{building}"
    chart = Chart("specs", title, HALF, 24 * len(figures) + 34, figure=figures[0]["id"])
    left = margin_for(value_word("component_kind", figure["grain"].get("component_kind"), lang) for figure in figures)
    gap = 60.0
    length = (HALF - left - gap - 46) / 2
    highest = ticks(max(figure["value"] for figure in figures))[-1]
    right = left + length + gap
    chart.text(left, 14, word("chart.specs_count", lang), kind="tick")
    chart.text(right, 14, word("chart.top_share", lang), kind="tick")
    for place, figure in enumerate(figures):
        y = 22 + 24 * place
        share = shares.get(tuple(figure["grain"].values()))
        chart.text(left - 8, y + 12, value_word("component_kind", figure["grain"].get("component_kind"), lang), "end")
        chart.bar(left, y, length * figure["value"] / highest, 15, "tone-1")
        chart.text(left + length * figure["value"] / highest + 5, y + 12, value_shown(figure["value"], "count", lang), kind="number")
        chart.bar(right, y, length, 15, NOTHING if share is not None else UNKNOWN)
        chart.bar(right, y, length * (share or 0) / 100, 15, "tone-3")
        chart.text(right + length + 5, y + 12, word("figure.unknown", lang) if share is None else f"{share:.0f}%", kind="number")
    chart.line(left, 18, left, chart.height - 8, "axis")
    chart.line(right, 18, right, chart.height - 8, "axis")
    return chart
