"""``verdict.json`` and its published schema."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from qingzhu.reports.verdict_json import verdict_json, verdict_text
from qingzhu.terms.errors import MeasureError
from tests.reports.made_up import evaluation

SPECIFICATION = Path(__file__).resolve().parents[2] / "docs" / "spec"


def schema() -> dict:
    return json.loads((SPECIFICATION / "verdict.schema.json").read_text(encoding="utf-8"))


def mistakes(document: object) -> list[str]:
    return [error.json_path for error in Draft202012Validator(schema()).iter_errors(document)]


class TestTheSchema:
    def test_is_itself_a_json_schema_of_2020_12(self):
        Draft202012Validator.check_schema(schema())

    def test_holds_for_a_rich_evaluation(self):
        assert mistakes(verdict_json(evaluation())) == []

    def test_holds_for_a_project_of_which_nothing_is_known(self):
        empty = evaluation(
            buildings=[], verdicts=[], figures=[], measures={}, submissions=[], findings=[], unmapped=[], series={}, terms={}
        )
        assert mistakes(verdict_json(empty)) == []

    def test_refuses_an_unknown_value_without_a_gap(self):
        document = verdict_json(evaluation())
        document["figures"][0]["value"] = None
        assert mistakes(document) == ["$.figures[0].gap"]

    def test_refuses_an_outcome_that_no_verdict_has(self):
        document = verdict_json(evaluation())
        document["verdicts"][0]["outcome"] = "passed"
        assert "$.verdicts[0].outcome" in mistakes(document)

    def test_refuses_a_hash_that_is_none(self):
        document = verdict_json(evaluation())
        document["figures"][0]["evidence"][0]["originals"][0] = "abc"
        assert len(mistakes(document)) == 1


class TestWhatIsKept:
    def test_every_verdict_and_figure_under_its_id(self):
        made, kept = evaluation(), verdict_json(evaluation())
        assert [v["id"] for v in kept["verdicts"]] == [v["id"] for v in made["verdicts"]]
        assert [f["id"] for f in kept["figures"]] == [f["id"] for f in made["figures"]]

    def test_no_row_of_evidence_no_plate_and_no_sql(self):
        text = verdict_text(evaluation())
        assert "苏D12345" not in text
        assert "SELECT" not in text
        assert "CZ-2022-0003" not in text

    def test_remarks_by_the_number_of_rows_they_speak_of(self):
        kept = verdict_json(evaluation())["submissions"][2]
        assert kept["slot"]["name"] == "weighings/2022.xlsx"
        assert kept["remarks"] == {"refused": 3, "doubt": 1, "note": 64}

    def test_the_evaluation_is_left_as_it_was(self):
        made = evaluation()
        before = copy.deepcopy(made)
        verdict_json(made)
        assert made == before


class TestValues:
    def test_a_value_that_is_not_finite_is_an_error_that_names_its_place(self):
        made = evaluation()
        made["figures"][0]["value"] = float("nan")
        with pytest.raises(MeasureError) as caught:
            verdict_json(made)
        assert caught.value.facts["place"] == "figures[0].value"
        assert "figures[0].value" in caught.value.zh

    def test_dates_become_text(self):
        made = evaluation()
        made["project"]["works_from"] = date(2021, 9, 6)
        assert verdict_json(made)["project"]["works_from"] == "2021-09-06"

    def test_the_text_reads_back_as_the_same_data(self):
        assert json.loads(verdict_text(evaluation())) == verdict_json(evaluation())


class TestTheSpecification:
    def test_names_every_key_of_the_evaluation(self):
        page = (SPECIFICATION / "verdict.md").read_text(encoding="utf-8")
        assert [key for key in evaluation() if f"`{key}`" not in page] == []
