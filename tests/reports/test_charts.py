"""Charts: what is drawn agrees with the data, and what is unknown is hatched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qingzhu.reports.charts import charts_of
from qingzhu.reports.charts_building import minimum_of, point_charts, spec_charts
from qingzhu.reports.charts_site import completeness, day_strips
from qingzhu.reports.charts_waste import months_of_works, small_months, waste_months, waste_stack
from qingzhu.reports.drawing import text_width, ticks
from tests.reports.made_up import evaluation


def widths(chart, fill: str) -> list[float]:
    return [bar.width for bar in chart.bars if bar.fill == fill]


def slots(days: int, **changes: object) -> dict:
    """A series of so many days of one night stream, as ``changes`` say on the third day."""
    rows = []
    for place in range(days):
        row = {"day": (date(2023, 1, 1) + timedelta(days=place)).isoformat(), "sensor": "N1", "rule": "r", "period": "night", "limit": 55.0,
               "exceeding": 0, "within": 24, "unknown": 0}  # fmt: skip
        rows.append({**row, **changes} if place == 2 else row)
    return evaluation(series={"noise_slots_by_day": rows})


class TestTicks:
    @pytest.mark.parametrize(
        ("highest", "wanted"), [(204, [0, 100, 200, 300]), (62, [0, 20, 40, 60, 80]), (100, [0, 25, 50, 75, 100]), (0, [0, 1])]
    )
    def test_are_round_and_reach_the_highest(self, highest, wanted):
        assert ticks(highest) == wanted

    def test_a_chinese_character_is_as_wide_as_its_square(self):
        assert text_width("限值", 12) == 24


class TestWasteAgainstItsLimit:
    def test_parts_are_in_proportion(self):
        bars = {bar.title.split()[0]: bar.width for bar in waste_stack(evaluation(), "zh", "waste_class").bars}
        assert bars["无机非金属类"] / bars["金属类"] == pytest.approx(421.5 / 68.4, rel=1e-3)

    def test_the_limit_stands_at_its_place_on_the_scale(self):
        chart = waste_stack(evaluation(), "zh", "stage")
        end = max(bar.x + bar.width for bar in chart.bars)
        (limit,) = [line for line in chart.lines if line.kind == "limit"]
        assert (limit.x1 - 12) / (end - 12) == pytest.approx(200 / 187.287671, rel=1e-3)

    def test_without_figures_there_is_no_chart(self):
        assert waste_stack(evaluation(figures=[]), "zh", "stage") is None


class TestMonths:
    def test_silent_months_are_hatched_in_both_panels(self):
        assert len(widths(waste_months(evaluation(), "zh"), "unknown")) == 2 * 2

    def test_a_zero_report_is_seen_and_is_not_silence(self):
        titles = [bar.title for bar in waste_months(evaluation(), "zh").bars if bar.fill == "nothing"]
        assert titles == ["2023-01 零报告"]

    def test_columns_are_in_proportion(self):
        heights = {bar.title.split()[0]: bar.height for bar in waste_months(evaluation(), "zh").bars if bar.fill == "tone-1"}
        assert heights["2021-12"] / heights["2022-03"] == pytest.approx(61.9 / 21.0, rel=1e-3)

    def test_the_second_panel_stands_only_where_there_is_spoil(self):
        made = evaluation()
        for row in made["series"]["waste_by_month"]:
            row["not_counted"] = 0.0
        assert len(widths(waste_months(made, "zh"), "tone-4")) == 0
        assert waste_months(made, "zh").height < waste_months(evaluation(), "zh").height


class TestDays:
    def test_a_day_with_exceedances_is_drawn_as_one_even_if_mostly_unknown(self):
        chart = day_strips(slots(5, exceeding=1, within=0, unknown=23), "zh", "noise")
        assert [bar.title for bar in chart.bars if bar.fill.startswith("exceeding")] == ["2023-01-03 疑似超标 1"]

    def test_a_day_mostly_unknown_is_hatched(self):
        assert len(widths(day_strips(slots(5, within=5, unknown=19), "zh", "noise"), "unknown")) == 1

    def test_a_day_with_a_few_unknown_slots_counts_as_within(self):
        assert widths(day_strips(slots(5, within=20, unknown=4), "zh", "noise"), "unknown") == []

    def test_equal_neighbours_are_one_rectangle(self):
        assert len(widths(day_strips(slots(184), "zh", "noise"), "within")) == 1

    def test_a_long_time_is_broken_into_half_years_and_none_is_left_out(self):
        chart = day_strips(slots(400), "zh", "noise")
        cell = max(widths(chart, "within")) / 184
        assert sum(widths(chart, "within")) == pytest.approx(400 * cell, rel=1e-3)
        assert len({bar.y for bar in chart.bars if bar.fill == "within"}) == 3

    def test_the_key_names_only_tones_that_occur(self):
        labels = [label for _, label in day_strips(slots(5, exceeding=1), "zh", "noise").legend]
        assert labels[0] == "疑似超标 1 个时段"


class TestCompleteness:
    def test_a_sensor_that_never_read_is_hatched_over_the_full_length(self):
        chart = completeness(evaluation(), "zh")
        assert len(widths(chart, "unknown")) == 1
        assert "未知" in [text.text for text in chart.texts]


class TestPoints:
    def test_scores_unknown_room_and_full_points_are_in_proportion(self):
        chart = point_charts(evaluation(), "zh")[1]
        scale = max(widths(chart, "nothing")) / 50
        assert sum(widths(chart, "unknown")) == pytest.approx((84.4 - 68.2) * scale, rel=1e-3)

    def test_a_building_whose_points_are_known_shows_nothing_hatched(self):
        assert widths(point_charts(evaluation(), "zh")[0], "unknown") == []

    def test_each_sum_has_its_minimum(self):
        labels = [text.text for text in point_charts(evaluation(), "zh")[0].texts if "limit" in text.kind]
        assert labels == ["最低 20 分", "最低 10 分", "最低 6 分"]

    def test_a_minimum_named_after_its_sum_is_found_anywhere_in_the_tree(self):
        low = {"key": "Q1_minimum", "kind": "minimum", "limit": 20.0, "children": []}
        node = {"key": "Q1", "kind": "sum", "limit": None, "children": []}
        assert minimum_of(node, {"key": "root", "kind": "sum", "limit": None, "children": [node, low]}) == 20.0


class TestAllCharts:
    def test_an_evaluation_without_anything_has_none(self):
        assert charts_of(evaluation(figures=[], verdicts=[], series={}), "zh") == []

    def test_nothing_is_drawn_outside_its_plane(self):
        for lang in ("zh", "en"):
            for chart in charts_of(evaluation(), lang):
                assert all(bar.x >= 0 and bar.x + bar.width <= chart.width + 0.5 for bar in chart.bars), chart.name
                assert all(bar.y >= -1 and bar.y + bar.height <= chart.height + 0.5 for bar in chart.bars), chart.name

    def test_no_text_runs_out_of_its_plane_in_either_language(self):
        for lang in ("zh", "en"):
            for chart in charts_of(evaluation(), lang):
                for text in chart.texts:
                    wide = text_width(text.text, 11.5)
                    start = text.x - {"start": 0, "middle": wide / 2, "end": wide}[text.anchor]
                    assert start >= -2, (chart.name, text.text)
                    assert start + wide <= chart.width + 2, (chart.name, text.text)

    def test_specs_are_one_chart_a_building(self):
        assert [chart.title for chart in spec_charts(evaluation(), "zh")] == ["构件规格数与前几种规格占比：B1"]


class TestMonthsOfWorks:
    def test_after_the_last_day_of_works_a_month_without_tickets_is_no_gap(self):
        rows = [{"month": month, "state": state} for month, state in (("2023-01", "silent"), ("2023-02", "silent"), ("2023-03", "tickets"))]
        made = {"project": {"works_to": "2023-01-15"}, "series": {"waste_by_month": rows}}
        assert [row["month"] for row in months_of_works(made)] == ["2023-01", "2023-03"]

    def test_a_small_chart_fills_its_own_height_and_hatches_silent_months(self):
        rows = [
            {"month": "2023-01", "counted": 4.0, "not_counted": 9000.0, "state": "tickets"},
            {"month": "2023-02", "counted": 0.0, "not_counted": 0.0, "state": "silent"},
        ]
        bars = small_months(rows, "zh").bars
        assert max(bar.height for bar in bars if bar.fill == "tone-1") == 48
        assert [bar.fill for bar in bars if bar.height == 48] == ["tone-1", "unknown"]


class TestBuildingsAlike:
    def test_share_one_chart_of_points(self):
        made = evaluation()
        first = next(verdict for verdict in made["verdicts"] if verdict["id"] == "gbt51129_2017:P01:B1")
        made["verdicts"] = [first, {**first, "id": "gbt51129_2017:P01:B9", "building": "B9"}]
        assert [chart.title for chart in point_charts(made, "zh")] == ["装配率得分：B1、B9"]
