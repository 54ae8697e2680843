"""Determinations: what a named officer decided stands beside what was computed, and neither is mixed with the other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from qingzhu.schemes.determinations import Determination, unused
from qingzhu.schemes.judge import judge
from qingzhu.schemes.load import load_scheme
from tests.schemes.scheme_making import BOOK, BUILDING, ON, PROJECT, figure, node, nodes, ratios

DAY = date(2023, 6, 29)
MET = Determination("gbt51129_2017", "B1", None, "met", "王工（常州市住建局）", DAY, "专家组认可", "会议纪要 3 号")
LOW = {"vertical_precast_ratio": 10.0, "horizontal_precast_ratio": 10.0}
"""Ratios by which the worked building fails."""


def assembly(*determinations: Determination, on: date = ON, **changed: float):
    scheme = load_scheme("gbt51129_2017", on, None, BOOK)
    return judge(scheme, PROJECT, BUILDING, ratios(**changed), on, determinations=determinations)


class TestAVerdictThatAPersonDetermined:
    def test_is_judged_final_and_says_who_when_why_and_by_what(self):
        verdict = assembly(MET, **LOW)
        assert (verdict.outcome, verdict.final, verdict.firm) == ("judged", True, True)
        assert verdict.words["zh"] == "王工（常州市住建局）于 2023-06-29 认定达标，依据 会议纪要 3 号，理由：专家组认可。"
        assert verdict.determined == {
            "outcome": "met",
            "judged_by": "王工（常州市住建局）",
            "judged_on": "2023-06-29",
            "reason": "专家组认可",
            "document": "会议纪要 3 号",
        }

    def test_keeps_everything_that_was_computed_beside_it(self):
        own, verdict = assembly(**LOW), assembly(MET, **LOW)
        assert own.outcome == "not_met"
        assert verdict.computed == {"outcome": "not_met", "final": own.final, "firm": own.firm, "words": own.words}
        assert (verdict.value, verdict.high, verdict.limit, verdict.grade) == (own.value, own.high, own.limit, own.grade)
        assert [step for step in nodes(verdict.tree) if step.key != "determination"][1:] == list(nodes(own.tree))[1:]

    def test_has_neither_where_nobody_decided(self):
        verdict = assembly(**LOW)
        assert (verdict.determined, verdict.computed) == (None, None)

    def test_of_points_that_were_not_reached_does_not_change_a_point(self):
        assert node(assembly(MET, **LOW), "q1a") == node(assembly(**LOW), "q1a")

    def test_counts_from_its_day_on(self):
        assert assembly(MET, on=date(2023, 6, 28)).outcome == "met"
        assert assembly(MET, on=DAY).outcome == "judged"

    def test_goes_by_the_latest_and_shows_all(self):
        later = replace(MET, outcome="not_met", judged_on=date(2023, 6, 30), document="复核意见")
        for given in ((MET, later), (later, MET)):
            verdict = assembly(*given)
            assert (verdict.determined["outcome"], verdict.determined["document"]) == ("not_met", "复核意见")
            shown = [step.reason["zh"] for step in nodes(verdict.tree) if step.key == "determination"]
            assert ["复核意见" in shown[0], "会议纪要 3 号" in shown[1], len(shown)] == [True, True, 2]

    def test_may_be_one_whose_text_was_never_seen(self):
        scheme = load_scheme("hunan_green_construction", date(2024, 6, 30), "湖南省", BOOK)
        decided = replace(MET, scheme=scheme.name, building=None)
        verdict = judge(scheme, PROJECT, None, {}, date(2024, 6, 30), determinations=[decided])
        assert (verdict.outcome, verdict.computed["outcome"]) == ("judged", "unknown")
        assert {"determination", "text"} <= {step.key for step in nodes(verdict.tree)}

    def test_is_plain_data(self):
        assert json.loads(json.dumps(assembly(MET).as_dict()))["determined"]["judged_on"] == "2023-06-29"


class TestAnItemThatAPersonDetermined:
    ITEM = replace(MET, item="q1a")

    def test_stands_beside_the_item_and_changes_nothing(self):
        own, verdict = assembly(**LOW), assembly(self.ITEM, **LOW)
        assert (verdict.outcome, verdict.determined) == (own.outcome, None)
        step = node(verdict, "q1a")
        assert (step.low, step.high, step.outcome) == (node(own, "q1a").low, node(own, "q1a").high, node(own, "q1a").outcome)
        assert (step.children[0].key, step.children[0].outcome) == ("determination", "judged")

    def test_is_found_in_a_scheme_of_limits_too(self):
        made = figure("waste_intensity", "P1", value=500.0)
        decided = replace(MET, scheme="waste_reduction", building=None, item="waste_intensity")
        scheme, facts = load_scheme("waste_reduction", ON, None, BOOK), [{**BUILDING, "prefabricated": False}]
        verdict = judge(scheme, PROJECT, None, {made.id: made}, ON, facts, determinations=[decided])
        assert verdict.outcome == "not_met"
        assert node(verdict, "waste_intensity").children[0].key == "determination"


class TestADeterminationOfNothing:
    @pytest.mark.parametrize(
        "changed",
        [{"scheme": "gbt51129"}, {"building": "B9"}, {"building": None}, {"item": "q9z"}],
        ids=["scheme", "building", "none", "item"],
    )
    def test_is_named(self, changed):
        strange = replace(MET, **changed)
        verdict = assembly(strange)
        assert verdict.outcome == "met"
        assert unused([MET, strange], [verdict], ON) == [strange]

    def test_is_not_named_before_its_day(self):
        assert unused([replace(MET, building="B9")], [assembly()], date(2023, 6, 28)) == []
