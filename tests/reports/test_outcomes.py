"""Traffic lights in words, and what is to be done."""

from __future__ import annotations

from qingzhu.reports.outcomes import buildings_of, by_severity, grouped, light, node_light, tally, tasks, words_of_finding
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

    def test_of_a_score_without_a_pass_mark_is_neither_passed_nor_failed_nor_left_to_complete(self):
        mark = {"kind": "missing", "outcome": "unknown"}
        scored = {**verdict("unknown", "variety"), "tree": {"kind": "grade", "children": [{"kind": "sum", "children": [mark]}]}}
        assert (light(scored, "zh").sign, light(scored, "zh").label, light(scored, "en").label) == ("#", "只计分", "Score only")
        assert light(verdict("unknown", "variety"), "zh").label == "无法判定"

    def test_of_a_verdict_that_rests_on_a_doubt_says_so(self):
        doubted = {**verdict("not_met", final=False), "tree": {"kind": "limit", "children": [{"kind": "doubt"}]}}
        assert light(doubted, "zh").tags[0] == "有存疑数据"
        assert "data in doubt" in light(doubted, "en").tags
        assert "有存疑数据" not in light(verdict("not_met"), "zh").tags


class TestAStep:
    def step(self, kind: str, outcome: str = "met") -> str | None:
        found = node_light({"kind": kind, "outcome": outcome}, "gbt51129_2017", "zh")
        return found and found.label

    def test_that_is_a_known_fact_or_score_neither_passes_nor_fails(self):
        assert (self.step("fact"), self.step("score", "not_met"), self.step("score", "unknown")) == (None, None, "无法判定")

    def test_that_is_a_doubt_has_a_sign_of_its_own(self):
        found = node_light({"kind": "doubt", "outcome": "unknown"}, "noise", "en")
        assert (found.sign, found.label) == ("!", "doubt")

    def test_of_scope_applies_or_not(self):
        assert (self.step("applies"), self.step("applies", "not_applicable")) == ("适用", "不适用")


class TestOrder:
    def test_the_gravest_comes_first_and_not_applicable_last(self):
        made = [verdict(outcome) for outcome in ("not_applicable", "met", "unknown", "not_met")]
        assert [found["outcome"] for found in by_severity(made)] == ["not_met", "unknown", "met", "not_applicable"]

    def test_what_failed_for_good_comes_before_what_fails_so_far(self):
        made = [verdict("not_met", final=False), verdict("not_met"), verdict("met"), verdict("met", final=False)]
        assert [(found["outcome"], found["final"]) for found in by_severity(made)] == [
            ("not_met", True),
            ("not_met", False),
            ("met", False),
            ("met", True),
        ]

    def test_waste_comes_first_among_equals(self):
        made = [verdict("met", "variety"), verdict("met", "dust"), verdict("met", "waste_reduction")]
        assert [found["scheme"] for found in by_severity(made)] == ["waste_reduction", "dust", "variety"]

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


class TestVerdictsThatSayTheSame:
    def missing(self, building: str) -> dict:
        tree = {"key": "x", "kind": "missing", "outcome": "unknown", "title": "t", "figure": None, "children": []}
        own = {"id": f"x:P01:{building}", "building": building, "value": None, "high": None, "limit": None, "grade": None, "words": "w"}
        return {**verdict("unknown", "x", final=False), **own, "tree": tree}

    def test_of_several_buildings_are_one_group_that_names_them(self):
        (group,) = grouped([self.missing("B2"), self.missing("B3")])
        assert buildings_of(group, "zh") == "B2、B3"

    def test_but_not_where_a_step_differs(self):
        other = self.missing("B3")
        other["tree"] = {**other["tree"], "children": [{**other["tree"], "outcome": "met"}]}
        assert len(grouped([self.missing("B2"), other])) == 2

    def test_and_figures_of_their_own_keep_none_apart(self):
        other = self.missing("B3")
        other["tree"] = {**other["tree"], "figure": "top_share:P01:B3"}
        assert len(grouped([self.missing("B2"), other])) == 1

    def test_a_missing_text_comes_after_everything_and_is_called_by_its_name(self):
        ordered = by_severity([self.missing("B1"), {**verdict("not_applicable"), "tree": {"kind": "limit"}}])
        assert ordered[-1]["id"] == "x:P01:B1"
        assert light(ordered[-1], "zh").label == "缺标准原文"


FIGURE = {
    "id": "clock_offset:P01:S",
    "measure": "clock_offset",
    "grain": {"project": "P01", "sensor": "S"},
    "value": 28803.0,
    "unit": "s",
}


class TestWhatAFindingSays:
    def said(self, zh: str, lang: str = "zh") -> str:
        made = {"figures": [FIGURE], "measures": {"clock_offset": {"title": {"zh": "设备时钟偏差", "en": "clock"}}}}
        return words_of_finding(made, {"kind": "doubt", "figure": FIGURE["id"], "zh": zh, "en": zh}, lang)

    def test_is_a_number_as_pages_write_it_where_it_is_bare(self):
        assert self.said("设备时钟偏差: 28803 s") == "设备时钟偏差 S：28,803 秒（8.0 小时）"

    def test_is_its_own_words_where_it_has_some(self):
        assert self.said("时钟可能差 8 小时。") == "时钟可能差 8 小时。"


class TestStepsThatDecideNothing:
    def test_carry_no_light(self):
        node = {"kind": "figure", "outcome": "met", "limit": None}
        assert node_light(node, "dust", "zh") is None
        assert node_light({**node, "kind": "missing", "outcome": "not_applicable"}, "dust", "zh") is None

    def test_a_grade_is_reached_or_not_and_no_failure(self):
        found = node_light({"kind": "grade", "outcome": "not_met", "limit": 91.0}, "gbt51129_2017", "zh")
        assert (found.label, found.tone) == ("未达到", "not-applicable")
