"""The limits of 建质〔2020〕46号: so far, for good, mixed projects, and what they do not speak of."""

from __future__ import annotations

from datetime import date

import pytest

from qingzhu.schemes.judge import judge
from qingzhu.schemes.load import load_scheme
from tests.schemes.scheme_making import BOOK, BUILDING, ON, PROJECT, figure, node, waste

PRECAST = {**BUILDING, "building": "B1", "floor_area": 20000.0, "prefabricated": True}
CAST = {**BUILDING, "building": "B2", "floor_area": 12000.0, "prefabricated": False}


class TestSoFarAndForGood:
    def test_while_the_works_go_on_it_is_within_the_limit_so_far(self):
        verdict = waste(253.875)
        assert (verdict.outcome, verdict.final, verdict.firm) == ("met", False, True)
        assert "迄今" in verdict.words["zh"]
        assert "so far" in verdict.words["en"]

    def test_it_is_final_on_the_last_day_of_works_with_every_month_reported(self):
        assert waste(253.875, works_to=date(2023, 6, 30)).final
        assert not waste(253.875, works_to=date(2023, 7, 1)).final

    def test_a_figure_above_the_limit_is_above_it_for_good(self):
        verdict = waste(300.1)
        assert (verdict.outcome, verdict.final) == ("not_met", True)
        assert "不可能再达标" in verdict.words["zh"]

    def test_months_that_were_never_reported_leave_a_finished_project_unknown(self):
        verdict = waste(10.0, months=99.9, works_to=date(2023, 5, 31))
        assert (verdict.outcome, verdict.final, verdict.firm) == ("unknown", False, False)
        assert node(verdict, "final").outcome == "not_met"

    def test_whether_it_is_final_is_open_while_the_works_go_on(self):
        assert node(waste(253.875), "final").outcome == "unknown"
        assert node(waste(253.875, works_to=date(2023, 5, 31)), "final").outcome == "met"

    def test_an_unknown_share_of_months_is_not_all_of_them(self):
        assert waste(10.0, months=None, works_to=date(2023, 5, 31)).outcome == "unknown"

    def test_a_finished_project_with_a_load_that_nobody_weighed_is_not_judged_for_good(self):
        figures = {
            "waste_intensity:P1": figure("waste_intensity", "P1", value=253.875, high=260.0, coverage=98.0),
            "waste_months_reported:P1": figure("waste_months_reported", "P1", value=100.0),
        }
        project, facts = {**PROJECT, "works_to": date(2023, 5, 31)}, [{**BUILDING, "prefabricated": False}]
        verdict = judge(load_scheme("waste_reduction", ON, None, BOOK), project, None, figures, ON, facts)
        assert (verdict.outcome, verdict.firm, verdict.final) == ("met", True, False)
        assert "资料未覆盖全部" in verdict.words["zh"]
        assert "在建" not in verdict.words["zh"]


class TestMixedProjects:
    def test_are_held_to_the_mean_weighted_by_area(self):
        verdict = waste(237.5, buildings=[PRECAST, CAST])
        assert (verdict.limit, verdict.outcome) == (pytest.approx(237.5), "met")
        assert waste(237.6, buildings=[PRECAST, CAST]).outcome == "not_met"

    def test_say_that_the_mean_is_a_convention(self):
        step = node(waste(237.5, buildings=[PRECAST, CAST]), "weighted")
        assert step.clause["checked"] == "convention"
        assert "约定" in step.reason["zh"]

    def test_of_one_kind_need_no_area(self):
        bare = [{**PRECAST, "floor_area": None}, {**PRECAST, "building": "B3", "floor_area": None}]
        assert waste(150.0, buildings=bare).limit == 200.0

    def test_show_what_each_limit_alone_would_give(self):
        verdict = waste(237.5, buildings=[PRECAST, CAST])
        assert (node(verdict, "at_most_200").outcome, node(verdict, "at_most_300").outcome) == ("not_met", "met")


class TestWhatIsNotKnown:
    def test_a_project_without_buildings_is_held_to_both_limits(self):
        assert waste(199.0, buildings=[]).outcome == "met"
        assert waste(250.0, buildings=[]).outcome == "unknown"
        assert waste(301.0, buildings=[]).outcome == "not_met"

    def test_a_gap_is_said_in_words(self):
        verdict = waste(None)
        assert verdict.outcome == "unknown"
        assert "未知" in verdict.words["zh"]


class TestWhatItDoesNotSpeakOf:
    @pytest.mark.parametrize("category", ["municipal", "facility"])
    def test_works_without_buildings(self, category):
        verdict = waste(250.0, category=category)
        assert (verdict.outcome, verdict.firm) == ("not_applicable", True)
        assert node(verdict, "applies_category").clause["document"] == "建质〔2020〕46号"

    @pytest.mark.parametrize("work", ["renewal", "upgrade"])
    def test_works_on_existing_buildings(self, work):
        assert waste(250.0, work=work).outcome == "not_applicable"


class TestChinesePages:
    def test_write_tonnes_on_ten_thousand_square_metres(self):
        words = waste(253.875).words
        assert "253.9 吨/万m²，要求 ≤ 300 吨/万m²" in words["zh"]
        assert "253.9 t/10⁴ m², wanted ≤ 300 t/10⁴ m²" in words["en"]

    def test_show_enough_digits_to_tell_a_figure_from_its_limit(self):
        assert "300.00001 吨/万m²" in waste(300.00001).words["zh"]
