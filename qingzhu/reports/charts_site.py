"""Charts of what instruments said 在线监测图: a strip of days for noise and dust, and how complete the readings are."""

from __future__ import annotations

from datetime import date
from typing import Any

from qingzhu.reports.drawing import EXCEEDING, HALF, NOTHING, UNKNOWN, WHOLE, WITHIN, Chart, margin_for, ticks
from qingzhu.reports.numbers import quantity_shown
from qingzhu.reports.words import value_word, word

ROW, BAND_DAYS = 17.0, 184
"""Height of a strip [unit of drawing], and how many days stand side by side: half a year, so that a day can be seen."""

MOSTLY = 0.5
"""From this share of unknown slots on a day without an exceedance is drawn as unknown: a convention of the drawing, no rule."""

Stream = tuple[str, str, str]


def day_strips(evaluation: dict[str, Any], lang: str, quantity: str) -> Chart | None:
    """A strip of days for each sensor, rule and period of ``noise`` or ``dust``; unknown days are hatched, days without watch are blank."""
    rows = evaluation["series"].get(f"{quantity}_slots_by_day") or []
    if not rows:
        return None
    streams = sorted({_stream(row) for row in rows})
    first, last = (date.fromisoformat(end(row["day"] for row in rows)) for end in (min, max))
    chart = Chart(f"{quantity}_days", word(f"chart.{quantity}_days", lang), WHOLE, 0)
    names = {stream: _name(stream, streams, lang) for stream in streams}
    most = max((row["exceeding"] for row in rows), default=0)
    y = 8.0
    for start in range(first.toordinal(), last.toordinal() + 1, BAND_DAYS):
        end = min(start + BAND_DAYS - 1, last.toordinal())
        y = _band(chart, [row for row in rows if start <= _ordinal(row) <= end], names, (start, end), most, y, lang)
    chart.height = y
    chart.figure = next((f["id"] for f in evaluation["figures"] if f["measure"] == f"{quantity}_exceedances"), None)
    chart.legend = _legend(most, lang)
    chart.note = word("chart.days", lang, from_day=first.isoformat(), to_day=last.isoformat())
    return chart


def _stream(row: dict[str, Any]) -> Stream:
    """What one strip is about."""
    return (row["sensor"], row["rule"], row["period"])


def _name(stream: Stream, streams: list[Stream], lang: str) -> str:
    """Sensor and period; the rule too where several are drawn."""
    sensor, rule, period = stream
    name = f"{sensor} {value_word('period', period, lang)}"
    return name if len({other for _, other, _ in streams}) == 1 else f"{sensor} {value_word('rule', rule, lang)}"


def _ordinal(row: dict[str, Any]) -> int:
    return date.fromisoformat(row["day"]).toordinal()


def _legend(most: int, lang: str) -> list[tuple[str, str]]:
    """The key: how many slots a day, within, unknown, no watch."""
    above = [
        (f"{EXCEEDING}-{level}", word("chart.exceeding_slots", lang, count=_level_words(level, most)))
        for level in (1, 2, 3)
        if _level_words(level, most)
    ]
    return [*above, (WITHIN, word("chart.within", lang)), (UNKNOWN, word("chart.unknown", lang)), (NOTHING, word("chart.no_day", lang))]


def _steps(most: int) -> tuple[int, int]:
    """From how many slots a day the second and the third tone are taken."""
    return max(2, most // 3 + 1), max(3, 2 * most // 3 + 1)


def _level_words(level: int, most: int) -> str:
    """``1–2``, ``3–4``, ``≥5`` slots a day; empty where a tone does not occur."""
    second, third = _steps(most)
    low, high = {1: (1, second - 1), 2: (second, third - 1), 3: (third, most)}[level]
    high = min(high, most)
    return "" if low > high else str(low) if low == high else f"{low}–{high}"


def _fill(row: dict[str, Any], most: int) -> str:
    """The class of one day: an exceedance is always seen, even on a day that is mostly unknown."""
    if row["exceeding"]:
        second, third = _steps(most)
        return f"{EXCEEDING}-{1 + (row['exceeding'] >= second) + (row['exceeding'] >= third)}"
    total = row["within"] + row["unknown"]
    return NOTHING if total == 0 else UNKNOWN if row["unknown"] > MOSTLY * total else WITHIN


def _band(
    chart: Chart, rows: list[dict[str, Any]], names: dict[Stream, str], span: tuple[int, int], most: int, y: float, lang: str
) -> float:
    """All strips of half a year one under the other with the months below; returns where the next band starts."""
    left = margin_for(names.values(), most=230.0)
    cell = (chart.width - left - 4) / BAND_DAYS
    for stream, name in names.items():
        chart.text(left - 8, y + ROW - 5, name, "end")
        chart.bar(left, y, (span[1] - span[0] + 1) * cell, ROW - 3, NOTHING)
        _strip(chart, [row for row in rows if _stream(row) == stream], span[0], left, cell, most, y, lang)
        y += ROW
    for day in range(span[0], span[1] + 1):
        if date.fromordinal(day).day == 1 or day == span[0]:
            x = left + (day - span[0]) * cell
            chart.line(x, y - 2, x, y + 4, "axis")
            if date.fromordinal(day).day <= 20:
                chart.text(x + 3, y + 11, f"{date.fromordinal(day):%Y-%m}", kind="tick")
    return y + 24


def _strip(chart: Chart, rows: list[dict[str, Any]], first: int, left: float, cell: float, most: int, y: float, lang: str) -> None:
    """Days of one stream; neighbours that look the same and need no words of their own are one rectangle."""
    start, length, fill = 0, 0, ""
    for row in sorted(rows, key=_ordinal):
        place, look = _ordinal(row) - first, _fill(row, most)
        if look.startswith(EXCEEDING):
            title = f"{row['day']} {word('chart.exceeding', lang)} {row['exceeding']}"
            chart.bar(left + place * cell, y - 1, max(cell - 0.6, 2.2), ROW - 1, look, title)
        elif look == fill and place == start + length:
            length += 1
            continue
        chart.bar(left + start * cell, y, length * cell, ROW - 3, fill)
        start, length, fill = place, int(not look.startswith(EXCEEDING)), look
    chart.bar(left + start * cell, y, length * cell, ROW - 3, fill)


def completeness(evaluation: dict[str, Any], lang: str) -> Chart | None:
    """A bar for each sensor and quantity: readings in % of those expected; an unknown one is hatched over the full length."""
    figures = [figure for figure in evaluation["figures"] if figure["measure"] == "reading_completeness"]
    if not figures:
        return None
    chart = Chart("completeness", word("chart.completeness", lang), HALF, 24 * len(figures) + 26, figure=figures[0]["id"])
    names = [f"{f['grain'].get('sensor', '')} {value_word('quantity', f['grain'].get('quantity'), lang)}" for f in figures]
    left = margin_for(names)
    length = HALF - left - 62
    for place, figure in enumerate(figures):
        y = 6 + 24 * place
        chart.text(left - 8, y + 12, names[place], "end")
        unknown = figure["value"] is None
        chart.bar(left, y, length, 15, UNKNOWN if unknown else NOTHING, word("figure.unknown", lang) if unknown else "")
        chart.bar(left, y, length * (figure["value"] or 0) / 100, 15, "tone-1")
        shown = word("figure.unknown", lang) if unknown else quantity_shown(figure["value"], "%", lang)
        chart.text(left + length + 6, y + 12, shown, kind="number")
    for mark in ticks(100, 4):
        chart.line(left + length * mark / 100, 2, left + length * mark / 100, chart.height - 18)
        chart.text(left + length * mark / 100, chart.height - 4, f"{mark:.0f}%", "middle", "tick")
    return chart
