"""A named officer determines a verdict: handed in with the dossier, shown beside what was computed, in every view."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.journeys.dossiers import as_json, qingzhu, survey, tickets

ON = "2022-05-31"
SCHEMA = Path(__file__).resolve().parents[2] / "docs/spec/verdict.schema.json"


def determined(scheme: str = "waste_reduction", outcome: str = "met", on: str = "2022-05-20") -> str:
    return (
        f'[[determination]]\nscheme = "{scheme}"\noutcome = "{outcome}"\nby = "王某（常州市住建局）"\non = {on}\n'
        'reason = "其中一车为邻地块垃圾"\ndocument = "现场核查记录 7 号"\n'
    )


@pytest.fixture
def dossier(tmp_path):
    """40 t and 8 t on 200 m² are 2400 t/10⁴ m², far above any limit."""

    def make(rest: str) -> Path:
        folder = survey(tmp_path / "T01", floor_area=200.0, rest=rest)
        tickets(folder, [("2022-03-10", "A1", "混凝土块", 40.0, "填埋"), ("2022-04-10", "A2", "废木材", 8.0, "填埋")])
        return folder

    return make


class TestADeterminationInTheDossier:
    def test_makes_the_verdict_judged_and_keeps_the_computed_one_beside_it(self, dossier):
        found = as_json("evaluate", dossier(determined()), "--on", ON)["evaluation"]
        verdict = next(one for one in found["verdicts"] if one["id"] == "waste_reduction:T01")
        assert (verdict["outcome"], verdict["determined"]["outcome"], verdict["computed"]["outcome"]) == ("judged", "met", "not_met")
        assert verdict["value"] == pytest.approx(2400.0)
        assert [one["code"] for one in found["findings"] if one["kind"] == "doubt"] == ["determination_differs"]

    def test_is_shown_on_the_terminal_in_the_report_and_in_valid_data(self, dossier):
        folder = dossier(determined())
        text = qingzhu("evaluate", folder, "--on", ON)
        assert "§ 认定达标" in text
        assert "核算：不达标" in text
        page = (folder / "results/report.html").read_text("utf-8")
        for words in ("认定达标", "核算：不达标", "王某（常州市住建局）于 2022-05-20 认定达标，依据 现场核查记录 7 号"):
            assert words in page
        data = json.loads((folder / "results/verdict.json").read_text("utf-8"))
        assert list(Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).iter_errors(data)) == []
        told = qingzhu("explain", "waste_reduction:T01", "--store", folder / ".qingzhu", "--on", ON, "--lang", "en")
        assert "Determined: met" in told
        assert "Computed: Above the limit" in told

    def test_counts_from_its_day_on(self, dossier):
        folder = dossier(determined())
        assert "认定达标" not in qingzhu("evaluate", folder, "--on", "2022-05-19")
        assert "认定达标" in qingzhu("evaluate", folder, "--on", "2022-05-20")

    def test_of_not_met_is_something_to_do(self, dossier):
        folder = dossier(determined("noise", "not_met"))
        page = qingzhu("evaluate", folder, "--on", ON) and (folder / "results/report.html").read_text("utf-8")
        assert "认定不达标" in page

    def test_of_a_scheme_that_is_misspelt_is_named_and_not_used(self, dossier):
        found = as_json("evaluate", dossier(determined("waste_reducton")), "--on", ON)["evaluation"]
        (finding,) = [one for one in found["findings"] if one["code"] == "determination_unused"]
        assert "waste_reducton:T01" in finding["zh"]
        assert "waste_reduction:T01" in finding["en"]
        assert "judged" not in {one["outcome"] for one in found["verdicts"]}
