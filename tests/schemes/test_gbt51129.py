"""GB/T 51129-2017: points, minima, gates, grades, and what is firm although not everything is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from qingzhu.schemes.items import points_of
from qingzhu.schemes.spans import exact
from tests.schemes.scheme_making import BOOK, assembly, node, nodes, ratios

ITEMS = {item["key"]: item for item in BOOK.schemes["gbt51129_2017"]["item"]}

TABLE_4_0_1 = [
    ("q1a", 35, 80, 20, 30),
    ("q1b", 70, 80, 10, 20),
    ("q2b", 50, 80, 2, 5),
    ("q2d", 50, 80, 2, 5),
    ("q3b", 70, 90, 3, 6),
    ("q3c", 70, 90, 3, 6),
    ("q3d", 50, 70, 4, 6),
]


class TestTable401:
    @pytest.mark.parametrize(("key", "first", "last", "low", "high"), TABLE_4_0_1)
    def test_a_range_gives_its_ends_and_nothing_below(self, key, first, last, low, high):
        given = [points_of(ITEMS[key], exact(ratio)) for ratio in (first - 0.01, first, last, last + 5, 100)]
        assert given == [0, low, high, high, high]

    @pytest.mark.parametrize(("key", "mark", "points"), [("q2a", 80, 5), ("q2c", 50, 5), ("q3a", 70, 6)])
    def test_a_single_mark_gives_all_or_nothing(self, key, mark, points):
        assert [points_of(ITEMS[key], exact(ratio)) for ratio in (mark - 0.01, mark, 100)] == [0, points, points]

    def test_the_items_add_up_to_a_hundred(self):
        most = [item["points"][1] if isinstance(item["points"], list) else item["points"] for item in ITEMS.values()]
        assert sum(most) == 100
        sums = {rule["key"]: sum(most[list(ITEMS).index(key)] for key in rule["of"]) for rule in BOOK.schemes["gbt51129_2017"]["sum"]}
        assert sums == {"Q1": 50, "Q2": 20, "Q3": 30}

    def test_points_are_rounded_half_up_in_decimal(self):
        assert points_of(ITEMS["q2b"], Decimal("50.5")) == Decimal("2.1")
        assert points_of(ITEMS["q1a"], Decimal("44.6875")) == Decimal("22.2")

    def test_a_float_that_means_35_is_35(self):
        assert points_of(ITEMS["q1a"], exact(100 * 0.07 * 5)) == 20


class TestGrades:
    @pytest.mark.parametrize(("pipe", "value", "grade"), [(45.0, 73.2, "A"), (50.0, 77.2, "AA"), (70.0, 79.2, "AA")])
    def test_go_by_the_rate_at_full_value(self, pipe, value, grade):
        verdict = assembly(ratios(separated_pipe_ratio=pipe))
        assert (verdict.value, verdict.grade) == (pytest.approx(value), grade)

    def test_the_text_s_gaps_between_grades_are_said_in_the_output(self):
        reason = node(assembly(ratios()), "grade").reason
        assert "75–76" in reason["zh"]
        assert "75-76" in reason["en"]

    def test_below_60_there_is_none(self):
        verdict = assembly(ratios(vertical_precast_ratio=35.0, horizontal_precast_ratio=70.0, integrated_bathroom_ratio=0.0))
        assert (verdict.outcome, verdict.value, verdict.grade) == ("met", pytest.approx(60.0), "A")
        verdict = assembly(
            ratios(vertical_precast_ratio=35.0, horizontal_precast_ratio=70.0, integrated_bathroom_ratio=0.0, integrated_kitchen_ratio=79.0)
        )
        assert (verdict.outcome, verdict.grade, verdict.firm) == ("met", None, True)
        assert "不评级" in verdict.words["zh"]


class TestWhatIsNotKnown:
    def test_an_unknown_ratio_runs_from_none_to_all_of_its_points(self):
        step = node(assembly(ratios(horizontal_precast_ratio=None)), "q1b")
        assert (step.low, step.high, step.outcome) == (0.0, 20.0, "unknown")

    def test_the_verdict_names_what_is_unknown(self):
        words = assembly(ratios(horizontal_precast_ratio=None), has_kitchen=None).words
        assert "梁、板、楼梯" in words["zh"]
        assert "有厨房" in words["zh"]
        assert "has kitchens" in words["en"]

    def test_an_unknown_structure_may_be_of_steel(self):
        step = node(assembly(ratios(vertical_precast_ratio=10.0), structure_type=None), "q1a")
        assert (step.low, step.high) == (0.0, 30.0)

    def test_an_unknown_structure_changes_nothing_where_full_points_are_scored_anyway(self):
        verdict = assembly(ratios(vertical_precast_ratio=80.0), structure_type=None)
        assert (verdict.firm, verdict.grade) == (True, "AA")

    def test_an_unknown_ratio_of_vertical_members_leaves_the_grade_open(self):
        verdict = assembly(ratios(vertical_precast_ratio=None, horizontal_precast_ratio=80.0))
        assert (verdict.outcome, verdict.grade, verdict.firm) == ("met", None, False)
        assert node(verdict, "q1a_gate").outcome == "unknown"

    def test_what_fails_whatever_is_unknown_fails_firmly(self):
        verdict = assembly(ratios(vertical_precast_ratio=None, enclosure_non_masonry_ratio=0.0, enclosure_integrated_ratio=0.0))
        assert (verdict.outcome, verdict.firm) == ("not_met", True)


class TestWhatIsAbsent:
    def test_a_building_without_kitchens_and_bathrooms_has_88_points_to_score(self):
        rooms = ("integrated_kitchen_ratio:P1:B1", "integrated_bathroom_ratio:P1:B1")
        figures = {id: one for id, one in ratios().items() if id not in rooms}
        verdict = assembly(figures, has_kitchen=False, has_bathroom=False)
        assert verdict.value == pytest.approx(100 * (37.2 + 13.5 + 12.0) / 88)
        assert node(verdict, "q3c").outcome == "not_applicable"
        assert "Q4 = 12" in node(verdict, "P").reason["en"]

    def test_kitchens_on_record_outweigh_a_declaration_that_there_are_none(self):
        verdict = assembly(ratios(integrated_kitchen_ratio=0.0), has_kitchen=False)
        assert (verdict.value, verdict.high) == (pytest.approx(68.7), pytest.approx(100 * (37.2 + 13.5 + 18.0) / 94))
        assert node(verdict, "q3b").outcome == "unknown"


class TestWhatIsFinal:
    def test_an_evaluation_after_completion_on_data_as_built(self):
        verdict = assembly(ratios(), {"works_to": date(2023, 6, 1)}, as_built=True)
        assert verdict.final
        assert verdict.words["zh"].endswith("竣工评价。")
        assert verdict.words["en"].endswith("Evaluation as built.")
        assert not assembly(ratios(), None, as_built=True).final

    def test_without_data_declared_as_built_it_is_a_pre_evaluation_and_says_so(self):
        verdict = assembly(ratios(), {"works_to": date(2023, 6, 1)})
        assert (verdict.final, verdict.firm) == (False, True)
        assert "预评价：未声明资料为竣工资料" in verdict.words["zh"]

    def test_a_coverage_that_misses_100_by_the_last_bits_of_a_float_is_full(self):
        for coverage, final in ((99.99999999999997, True), (99.96, False)):
            given = {id: replace(one, high=one.value, coverage=coverage) for id, one in ratios().items()}
            verdict = assembly(given, {"works_to": date(2023, 6, 1)}, as_built=True)
            assert verdict.final == final
            told = [step.reason["zh"] for step in nodes(verdict.tree) if step.kind == "figure" and step.reason]
            assert set(told) == (set() if final else {"覆盖率 99.96%。"})

    def test_nothing_that_is_not_firm(self):
        verdict = assembly(
            ratios(vertical_precast_ratio=(44.0, 80.0), separated_pipe_ratio=None), {"works_to": date(2023, 6, 1)}, as_built=True
        )
        assert (verdict.outcome, verdict.firm, verdict.final) == ("met", False, False)


class TestTheTree:
    def test_every_item_goes_down_to_its_figure(self):
        leaves = {step.figure for step in node(assembly(ratios()), "Q1").children for step in step.children}
        assert leaves == {"vertical_precast_ratio:P1:B1", "horizontal_precast_ratio:P1:B1"}

    def test_the_sums_are_sums_of_their_items(self):
        verdict = assembly(ratios())
        for key, total in {"Q1": 37.2, "Q2": 13.5, "Q3": 22.5}.items():
            step = node(verdict, key)
            assert step.low == pytest.approx(total)
            assert sum(child.low for child in step.children if child.kind == "score") == pytest.approx(total)

    def test_each_number_says_how_it_was_checked(self):
        verdict = assembly(ratios())
        assert node(verdict, "q1a").clause["checked"] == "two transcriptions"
        assert node(verdict, "q1a").clause["checked_of"] == {"decimals": "unverified"}
        assert node(verdict, "q1a").clause["document"] == "GB/T 51129-2017"
