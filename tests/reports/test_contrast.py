"""Two dates of judgement: what the evidence came to, what changed, and what merely lacks its text."""

from __future__ import annotations

import copy

from qingzhu.reports.contrast import changes_of, completeness, missing_texts, pairs_of, silent_months
from qingzhu.reports.html import index_html
from tests.reports.made_up import evaluation


def late(**changes: object) -> dict:
    return copy.deepcopy(evaluation(on="2026-11-22", **changes))


class TestPairs:
    def test_say_whether_the_outcome_or_only_its_certainty_changed(self):
        second = late()
        second["verdicts"][0].update(outcome="unknown")
        second["verdicts"][1].update(final=not second["verdicts"][1]["final"])
        changed = {pair.either["id"]: pair.change for pair in pairs_of([evaluation()], [second])}
        first = evaluation()["verdicts"]
        assert (changed[first[0]["id"]], changed[first[1]["id"]], changed[first[2]["id"]]) == ("verdict", "certainty", "none")

    def test_of_a_new_scheme_whose_text_is_missing_are_one_line_a_scheme(self):
        missing = next(verdict for verdict in evaluation()["verdicts"] if verdict["tree"]["kind"] == "missing")
        second = late()
        for building in ("B1", "B2"):
            second["verdicts"].append({**missing, "id": f"new:P01:{building}", "scheme": "new", "building": building})
        pairs = pairs_of([evaluation()], [second])
        assert [count for _, count, _ in missing_texts(pairs, "zh")] == [2]
        page = index_html([evaluation()], "zh", [second])
        assert "结论不同：0" in page
        assert "另有 1 个方案" in page


class TestMonths:
    def test_without_ticket_or_zero_report_are_silent_up_to_the_last_day_of_works(self):
        rows = [{"month": f"2023-0{n}", "state": state} for n, state in enumerate(("tickets", "silent", "zero_report", "silent"), 1)]
        made = {"project": {"works_to": None}, "series": {"waste_by_month": rows}}
        assert silent_months(made) == (2, 4)
        assert silent_months({**made, "project": {"works_to": "2023-03-31"}}) == (1, 3)


class TestCompleteness:
    def test_is_that_of_the_weakest_stream_and_unknown_without_any(self):
        figures = [{"measure": "reading_completeness", "value": value} for value in (99.0, None, 41.5)]
        assert completeness({"figures": figures}) == 41.5
        assert completeness({"figures": []}) is None


class TestARow:
    def test_sets_the_evidence_of_both_dates_side_by_side(self):
        (change,) = changes_of([evaluation()], [late()], "zh")
        assert change.cells[0] == ("187.3 吨/万m²", "187.3 吨/万m²")

    def test_needs_the_project_at_both_dates(self):
        assert changes_of([evaluation()], [], "zh") == []
