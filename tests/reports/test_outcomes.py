"""Traffic lights in words, and what is to be done."""

from __future__ import annotations

from qingzhu.reports.outcomes import by_severity, light, node_light, tally, tasks
from tests.reports.made_up import evaluation


def verdict(outcome: str, scheme: str = "waste_reduction", final: bool = True, firm: bool = True) -> dict:
    return {"outcome": outcome, "scheme": scheme, "final": final, "firm": firm, "tree": {"kind": "limit"}}


class TestTheLight:
    def test_of_a_met_limit_that_still_adds_up_says_so_far(self):
        found = light(verdict("met", final=False, firm=False), "zh")
        assert (found.label, found.tags) == ("目前未超限", ("截至评价日", "可能随未知项改变"))

    def test_of_a_met_limit_that_is_final_says_met(self):
        assert light(verdict("met"), "en").label == "Met"

    def test_of_instruments_is_a_warning_in_either_language(self):
        assert light(verdict("not_met", "noise"), "zh").label == "疑似超标"
        assert light(verdict("not_met", "dust"), "en").label == "Suspected exceedance"
        assert "在线监测预警，非法定检测" in light(verdict("not_met", "noise"), "zh").tags

    def test_of_unknown_and_of_not_applicable_are_two_things(self):
        found = {light(verdict(outcome), "zh") for outcome in ("unknown", "not_applicable")}
        assert len({(lamp.tone, lamp.sign, lamp.label) for lamp in found}) == 2

    def test_differs_by_its_sign_and_not_by_colour_alone(self):
        signs = [light(verdict(outcome), "zh").sign for outcome in ("met", "not_met", "unknown", "not_applicable", "judged")]
        assert len(set(signs)) == 5

    def test_of_points_met_so_far_speaks_of_no_limit(self):
        assert light({**verdict("met", final=False), "tree": {"kind": "grade"}}, "zh").label == "目前达标"


class TestAStep:
    def step(self, kind: str, outcome: str = "met") -> str | None:
        found = node_light({"kind": kind, "outcome": outcome}, "gbt51129_2017", "zh")
        return found and found.label

    def test_that_is_a_known_fact_or_score_neither_passes_nor_fails(self):
        assert (self.step("fact"), self.step("score", "not_met"), self.step("score", "unknown")) == (None, None, "无法判定")

    def test_of_scope_applies_or_not(self):
        assert (self.step("applies"), self.step("applies", "not_applicable")) == ("适用", "不适用")


class TestOrder:
    def test_the_gravest_comes_first_and_not_applicable_last(self):
        made = [verdict(outcome) for outcome in ("not_applicable", "met", "unknown", "not_met")]
        assert [found["outcome"] for found in by_severity(made)] == ["not_met", "unknown", "met", "not_applicable"]

    def test_the_tally_counts_unknown_and_not_applicable_apart(self):
        counted = {lamp.label: count for lamp, count in tally(evaluation()["verdicts"], "zh")}
        assert counted == {"疑似超标": 1, "无法判定": 2, "缺标准原文": 1, "目前未超限": 1, "达标": 2, "不适用": 1}


class TestWhatIsToBeDone:
    def test_a_failed_limit_asks_to_act_and_an_unknown_one_to_complete(self):
        found = tasks(evaluation(), "zh")
        assert [(task.what, task.target) for task in found[:2]] == [("整改", "noise:P01"), ("补充资料", "gbt51129_2017:P01:B2")]

    def test_a_missing_text_is_no_task_of_the_project_and_comes_after_them(self):
        found = [task.what for task in tasks(evaluation(findings=[]), "zh")]
        assert found == ["整改", "补充资料", "补充资料", "取得标准原文"]

    def test_findings_follow_with_their_own_kind_of_task(self):
        assert [task.what for task in tasks(evaluation(verdicts=[]), "en")] == ["Correct and hand in again", "Check", "Check", "Complete"]

    def test_gaps_with_one_key_are_one_task_and_rows_of_one_file_with_one_fault_too(self):
        gap = {"kind": "gap", "code": "no_reading", "zh": "没有读数", "en": "no reading", "figure": None}
        row = {"kind": "refused", "code": "tare", "subject": "a.xlsx", "figure": None}
        found = [{**gap, "subject": {"zh": f"测点{n}", "en": f"sensor {n}"}} for n in range(5)]
        found += [{**row, "zh": f"第{n}行", "en": f"row {n}"} for n in (3, 4)]
        tasks_found = tasks(evaluation(verdicts=[], findings=found), "zh")
        assert [(task.about, task.why) for task in tasks_found] == [
            ("a.xlsx", "第3行（同类共 2 处）"),
            ("测点0、测点1、测点2 等 5 项", "没有读数"),
        ]

    def test_what_is_met_asks_for_nothing(self):
        assert tasks(evaluation(verdicts=[], findings=[]), "zh") == []
