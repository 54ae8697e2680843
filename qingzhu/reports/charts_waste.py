"""Charts of construction waste 建筑垃圾图: by class and stage against the limit, and tonnes by month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qingzhu.reports.drawing import HALF, NOTHING, PALETTE, UNKNOWN, WHOLE, Chart, text_width, ticks
from qingzhu.reports.numbers import limit_shown, quantity_shown, value_shown
from qingzhu.reports.words import value_word, word

INTENSITY = "t/10⁴ m²"


def waste_stack(evaluation: dict[str, Any], lang: str, by: str) -> Chart | None:
    """One bar of the parts of the intensity, by ``waste_class`` or ``stage`` [t/10⁴ m²], with the limit as a line."""
    kind = {"waste_class": "class", "stage": "stage"}[by]
    figures = [f for f in evaluation["figures"] if f["measure"] == f"waste_intensity_by_{kind}" and f["value"] is not None]
    if not figures:
        return None
    limit = next((v["limit"] for v in evaluation["verdicts"] if v["scheme"] == "waste_reduction" and v["limit"] is not None), None)
    chart = Chart(f"waste_by_{kind}", word(f"chart.waste_by_{kind}", lang), HALF, 118, figure=figures[0]["id"])
    total = sum(figure["value"] for figure in figures)
    marks = ticks(max(total, limit or 0) * 1.02, 5)
    scale = (HALF - 24) / marks[-1]
    _stack_bars(chart, figures, by, lang, scale)
    chart.text(12, 20, f"{word('chart.sum', lang)} {quantity_shown(total, INTENSITY, lang, limit)}", kind="number")
    for tick in marks:
        chart.line(12 + tick * scale, 78, 12 + tick * scale, 83, "axis")
        chart.text(12 + tick * scale, 97, value_shown(tick, "1", lang), "middle", "tick")
    chart.line(12, 78, HALF - 12, 78, "axis")
    if limit is not None:
        _limit_line(chart, 12 + limit * scale, word("chart.limit", lang, value=limit_shown(limit, INTENSITY, lang)))
    return chart


def _stack_bars(chart: Chart, figures: list[dict[str, Any]], by: str, lang: str, scale: float) -> None:
    """The parts end to end, each with its number inside where there is room and with its name in the key."""
    x = 12.0
    for place, figure in enumerate(figures):
        fill = PALETTE[place % len(PALETTE)]
        shown = quantity_shown(figure["value"], INTENSITY, lang)
        name = value_word(by, figure["grain"][by], lang)
        chart.bar(x, 34, figure["value"] * scale, 36, fill, f"{name} {shown}")
        number = value_shown(figure["value"], INTENSITY, lang)
        if figure["value"] * scale > text_width(number) + 6:
            chart.text(x + figure["value"] * scale / 2, 56, number, "middle", f"inside {fill}")
        chart.legend.append((fill, f"{name} {shown}"))
        x += figure["value"] * scale


def _limit_line(chart: Chart, x: float, label: str) -> None:
    """The limit as a line from above the bar to the axis, its words on the side where they fit."""
    chart.line(x, 26, x, 78, "limit")
    room = x + 4 + text_width(label) < chart.width
    chart.text(x if not room else x - 2, 20, label, "start" if room else "end", "limit")


def months_of_works(evaluation: dict[str, Any]) -> list[dict[str, Any]]:
    """The months a chart shows: after the last day of works a month without tickets is no gap and is left out."""
    last = str(evaluation["project"].get("works_to") or "9999-12")[:7]
    rows = evaluation["series"].get("waste_by_month") or []
    return [row for row in rows if row["month"] <= last or row["state"] != "silent"]


def waste_months(evaluation: dict[str, Any], lang: str) -> Chart | None:
    """Two panels over the months of works [t]: what counts towards the intensity, and spoil and slurry on a scale of their own."""
    rows = months_of_works(evaluation)
    if not rows:
        return None
    beside = any(row["not_counted"] for row in rows)
    chart = Chart("waste_by_month", word("chart.waste_by_month", lang), WHOLE, 292 if beside else 196, figure=_figure(evaluation))
    _panel(chart, rows, "counted", lang, top=26, height=132)
    if beside:
        _panel(chart, rows, "not_counted", lang, top=196, height=58)
    _month_names(chart, rows, chart.height - 12)
    chart.legend = [
        ("tone-1", word("chart.counted", lang)),
        (UNKNOWN, word("chart.silent", lang)),
        (NOTHING, word("chart.zero_report", lang)),
    ]
    if beside:
        chart.legend.insert(1, ("tone-4", word("chart.not_counted", lang)))
    return chart


def _figure(evaluation: dict[str, Any]) -> str | None:
    """The project's intensity, which the months add up to."""
    return next((f["id"] for f in evaluation["figures"] if f["measure"] == "waste_intensity"), None)


LEFT = 58.0


def _panel(chart: Chart, rows: list[dict[str, Any]], key: str, lang: str, top: float, height: float) -> None:
    """Columns of one kind of mass over the months, with ticks on the left; silent months are hatched over the full height."""
    marks = ticks(max([row[key] for row in rows] + [1.0]), 4 if height > 100 else 2)
    step = (chart.width - LEFT - 6) / len(rows)
    for mark in marks:
        y = top + height * (1 - mark / marks[-1])
        chart.line(LEFT, y, chart.width - 6, y, "axis" if mark == 0 else "grid")
        chart.text(LEFT - 6, y + 4, value_shown(mark, "1", lang), "end", "tick")
    chart.text(4, top - 10, quantity_words(key, lang), kind="tick")
    for place, row in enumerate(rows):
        x = LEFT + place * step
        title = f"{row['month']} {quantity_shown(row[key], 't', lang)}"
        size = height * row[key] / marks[-1]
        if row["state"] == "silent":
            chart.bar(x + 2, top, step - 4, height, UNKNOWN, f"{row['month']} {word('chart.silent', lang)}")
        elif row["state"] == "zero_report" and key == "counted":
            chart.bar(x + 2, top + height - 5, step - 4, 5, NOTHING, f"{row['month']} {word('chart.zero_report', lang)}")
        chart.bar(x + 2, top + height - size, step - 4, size, "tone-1" if key == "counted" else "tone-4", title)
        if key == "counted" and row["state"] == "tickets" and size > 0 and step > 28:
            chart.text(x + step / 2, top + height - size - 4, f"{row[key]:.0f}", "middle", "tick")


def quantity_words(key: str, lang: str) -> str:
    """The heading of a panel with its unit, e.g. 计入排放量（吨）."""
    text = word(f"chart.{key}", lang)
    return f"{text}（吨）" if lang == "zh" else f"{text} [t]"


def _month_names(chart: Chart, rows: list[dict[str, Any]], y: float) -> None:
    """Months under the columns, thinned where they would touch; the year stands under its first month."""
    step = (chart.width - LEFT - 6) / len(rows)
    every = max(1, round(26 / step))
    for place, row in enumerate(rows):
        year, month = row["month"].split("-")
        x = LEFT + (place + 0.5) * step
        if place % every == 0:
            chart.text(x, y - 12, str(int(month)), "middle", "tick")
        if place == 0 or month == "01":
            chart.text(x, y + 2, year, "middle", "tick")


def small_months(rows: Iterable[dict[str, Any]], lang: str) -> Chart:
    """A small column chart of the months of one project on its own scale, for the page of a region; silent months are hatched."""
    rows = list(rows)
    highest = max((row["counted"] for row in rows), default=0.0)
    chart = Chart("months", "", 220, 54)
    step = 216 / max(len(rows), 12)
    gap = min(1.0, step / 4)
    for place, row in enumerate(rows):
        x = 2 + place * step
        size = 48 * row["counted"] / highest if highest else 0
        if row["state"] == "silent":
            chart.bar(x, 2, step - gap, 48, UNKNOWN, f"{row['month']} {word('chart.silent', lang)}")
        if row["state"] == "zero_report":
            chart.bar(x, 47, step - gap, 3, NOTHING, f"{row['month']} {word('chart.zero_report', lang)}")
        chart.bar(x, 50 - size, step - gap, size, "tone-1", f"{row['month']} {quantity_shown(row['counted'], 't', lang)}")
    chart.line(2, 50, 218, 50, "axis")
    return chart


def small_limit(value: float | None, limit: float | None, highest: float, lang: str) -> Chart:
    """One bar of an intensity on a shared scale with its limit as a line; unknown is a hatched bar over the full length."""
    chart = Chart("intensity", "", 560, 18)
    scale = 556 / highest if highest else 0
    if value is None:
        chart.bar(2, 4, 556, 10, UNKNOWN, word("outcome.unknown", lang))
    else:
        above = limit is not None and value > limit
        chart.bar(2, 4, value * scale, 10, "exceeding" if above else "tone-1", quantity_shown(value, INTENSITY, lang, limit))
    if limit is not None:
        chart.line(2 + limit * scale, 0, 2 + limit * scale, 18, "limit")
    return chart
