"""All charts of one evaluation 图示, in the order of the page. Nothing is computed here that a measure should compute."""

from __future__ import annotations

from typing import Any

from qingzhu.reports.charts_building import point_charts, spec_charts
from qingzhu.reports.charts_site import completeness, day_strips
from qingzhu.reports.charts_waste import waste_months, waste_stack
from qingzhu.reports.drawing import Chart


def charts_of(evaluation: dict[str, Any], lang: str) -> list[Chart]:
    """The charts for which there are data; half-width ones stand in pairs, whole ones between them."""
    wanted = [
        waste_stack(evaluation, lang, "waste_class"),
        waste_stack(evaluation, lang, "stage"),
        waste_months(evaluation, lang),
        *point_charts(evaluation, lang),
        *spec_charts(evaluation, lang),
        completeness(evaluation, lang),
        day_strips(evaluation, lang, "noise"),
        day_strips(evaluation, lang, "dust"),
    ]
    return [chart for chart in wanted if chart is not None]
