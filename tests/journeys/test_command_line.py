"""A person at the terminal: every command, its exit code, its JSON, and what a wrong call says."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.journeys.dossiers import as_json, figure, qingzhu, survey, tickets

ON = "2022-05-31"
ROWS = [("2022-03-10", "A1", "混凝土块", 40.0, "填埋"), ("2022-04-10", "A2", "废木材", 8.0, "填埋")]


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    folder = survey(tmp_path / "T01", floor_area=2000.0)
    tickets(folder, ROWS)
    return folder


class TestInit:
    def test_makes_a_dossier_that_evaluates_with_gaps_and_nothing_refused(self, tmp_path):
        qingzhu("init", tmp_path / "P09")
        found = as_json("evaluate", tmp_path / "P09", "--on", ON)
        assert {one["state"] for one in found["collected"]["submissions"]} == {"read"}
        assert {verdict["outcome"] for verdict in found["evaluation"]["verdicts"]} <= {"unknown", "not_applicable"}

    def test_leaves_a_folder_alone_that_holds_something(self, dossier):
        assert "已有内容" in qingzhu("init", dossier, expect=2)


class TestEvaluate:
    def test_writes_report_and_verdict_and_exits_with_0_whatever_the_verdict(self, dossier):
        text = qingzhu("evaluate", dossier, "--on", ON, "--lang", "en")
        assert "waste_reduction:T01" in text
        assert (dossier / "results/report.html").stat().st_size > 10_000
        assert json.loads((dossier / "results/verdict.json").read_text("utf-8"))["on"] == ON

    def test_keeps_within_80_columns(self, dossier):
        def width(line: str) -> int:
            return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)

        lines = qingzhu("evaluate", dossier, "--on", ON).splitlines()
        assert [line for line in lines if str(dossier) not in line and width(line) > 80] == []

    def test_exits_with_1_when_a_row_was_refused_and_counts_the_others(self, dossier):
        tickets(dossier, [*ROWS, ("2022-04-12", "A3", "废金属", -3.0, "填埋")])
        found = as_json("evaluate", dossier, "--on", ON, expect=1)
        values = {one["id"]: one["value"] for one in found["evaluation"]["figures"]}
        assert values["waste_intensity:T01"] == pytest.approx(48.0 / 0.2)
        assert (dossier / "results/refused").is_dir()

    def test_never_reads_its_own_results_or_store_as_evidence(self, dossier):
        qingzhu("evaluate", dossier, "--on", ON)
        (dossier / "results" / "weighings_of_mine.csv").write_text((dossier / "weighings.csv").read_text("utf-8"), "utf-8")
        again = as_json("evaluate", dossier, "--on", ON)
        assert [one["slot"]["name"] for one in again["collected"]["submissions"]] == ["project", "weighings.csv"]

    def test_of_a_folder_that_is_not_there_is_a_wrong_call(self, tmp_path):
        assert "找不到" in qingzhu("evaluate", tmp_path / "nowhere", expect=2)

    def test_in_a_language_that_is_not_known_is_a_wrong_call(self, dossier):
        qingzhu("evaluate", dossier, "--lang", "fr", expect=2)

    def test_of_an_empty_folder_says_that_there_is_no_evidence(self, tmp_path):
        (tmp_path / "P77").mkdir()
        assert as_json("evaluate", tmp_path / "P77", expect=2)["error"]["code"] == "dossier_empty"

    def test_of_tickets_without_a_survey_shows_what_is_missing_as_gaps(self, tmp_path):
        (tmp_path / "P78").mkdir()
        tickets(tmp_path / "P78", ROWS)
        found = as_json("evaluate", tmp_path / "P78", "--on", ON)["evaluation"]
        figures = {one["id"]: (one["value"], one["gap"]) for one in found["figures"]}
        assert figures["waste_intensity:P78"] == (None, "no_floor_area")
        assert figures["waste_generated:P78"] == (48.0, None)
        assert {verdict["outcome"] for verdict in found["verdicts"]} == {"unknown"}

    def test_of_a_survey_without_buildings_says_so_for_every_scheme_that_judges_buildings(self, tmp_path):
        (tmp_path / "P79").mkdir()
        (tmp_path / "P79/project.toml").write_text(
            '[project]\ncode = "P79"\nname = "青竹苑"\nwork = "new"\ncategory = "housing"\n', "utf-8"
        )
        found = {one["id"]: one for one in as_json("evaluate", tmp_path / "P79", "--on", ON)["evaluation"]["verdicts"]}
        assert {found[id]["outcome"] for id in ("gbt51129_2017:P79", "variety:P79")} == {"unknown"}
        told = qingzhu("explain", "gbt51129_2017:P79", "--store", tmp_path / "P79/.qingzhu", "--on", ON)
        assert "没有登记单体建筑" in "".join(told.split())


class TestSeveralDossiers:
    def test_side_by_side_have_a_page_of_their_own(self, tmp_path):
        for code in ("T01", "T02"):
            tickets(
                survey(tmp_path / code, floor_area=2000.0, code=code), [(day, f"{code}-{number}", *rest) for day, number, *rest in ROWS]
            )
        found = as_json("evaluate", tmp_path, "--on", ON)
        assert [one["project"]["project"] for one in found["evaluations"][0]] == ["T01", "T02"]
        assert (tmp_path / "results/index.html").is_file()
        assert (tmp_path / "results/T02/report.html").is_file()

    def test_of_one_code_are_refused_before_one_replaces_the_other(self, tmp_path):
        for name in ("one", "two"):
            survey(tmp_path / name, floor_area=2000.0)
        assert as_json("evaluate", tmp_path, "--on", ON, expect=2)["error"]["code"] == "project_twice"
        assert not (tmp_path / ".qingzhu").exists()

    def test_write_no_file_outside_their_results(self, tmp_path):
        survey(tmp_path / "region" / "a", floor_area=2000.0, code="../../evil")
        survey(tmp_path / "region" / "b", floor_area=2000.0, code="T02")
        qingzhu("evaluate", tmp_path / "region", "--on", ON, expect=None)
        assert [path.name for path in tmp_path.iterdir()] == ["region"]


class TestWhatTheSystemRefuses:
    def test_is_told_in_words(self, dossier):
        found = as_json("evaluate", dossier, "--out", dossier / "project.toml", "--on", ON, expect=2)
        assert found["error"]["code"] == "system_refused"

    def test_an_engine_that_is_not_there_is_told_within_seconds(self, dossier):
        qingzhu("collect", dossier)
        found = as_json("measure", "--store", dossier / ".qingzhu", "--engine", "sc://127.0.0.1:1", expect=2)
        assert found["error"]["code"] == "engine_unreachable"


class TestTheDateOfJudgement:
    def test_sees_nothing_that_happened_after_it(self, dossier):
        qingzhu("collect", dossier)
        assert figure(dossier / ".qingzhu", "waste_intensity:T01", "2022-03-31")["figure"]["value"] == pytest.approx(40.0 / 0.2)
        assert figure(dossier / ".qingzhu", "waste_intensity:T01", ON)["figure"]["value"] == pytest.approx(48.0 / 0.2)


class TestExplain:
    def test_opens_a_figure_to_sql_rows_and_originals(self, dossier):
        qingzhu("collect", dossier)
        opened = figure(dossier / ".qingzhu", "waste_intensity:T01", ON)
        rows = {entry["table"]: entry["count"] for entry in opened["figure"]["evidence"]}
        assert rows["weighing"] == 2
        digest = hashlib.sha256((dossier / "weighings.csv").read_bytes()).hexdigest()
        assert digest in {original["sha256"] for original in opened["originals"]}
        assert "SELECT" in opened["measure"]["sql"]

    def test_writes_every_row_behind_a_figure(self, dossier, tmp_path):
        qingzhu("collect", dossier)
        qingzhu("explain", "waste_intensity:T01", "--store", dossier / ".qingzhu", "--on", ON, "--rows", tmp_path / "rows.xlsx")
        sheet = load_workbook(tmp_path / "rows.xlsx")["weighing"]
        assert sheet.max_row == 3
        assert "plate" not in [cell.value for cell in sheet[1]]

    def test_opens_a_verdict(self, dossier):
        qingzhu("collect", dossier)
        text = qingzhu("explain", "waste_reduction:T01", "--store", dossier / ".qingzhu", "--on", ON)
        assert "建质〔2020〕46号" in text

    def test_of_an_id_that_is_not_there_is_told(self, dossier):
        qingzhu("collect", dossier)
        qingzhu("explain", "waste_intensity:T99", "--store", dossier / ".qingzhu", expect=2)
        qingzhu("explain", "nonsense", "--store", dossier / ".qingzhu", expect=2)

    def test_of_a_store_that_is_not_there_makes_none(self, tmp_path):
        qingzhu("explain", "waste_intensity:T01", "--store", tmp_path / "no", expect=2)
        assert not (tmp_path / "no").exists()


class TestWithdraw:
    def test_takes_evidence_out_and_keeps_the_reason(self, dossier):
        collected = as_json("collect", dossier)["dossiers"][0]
        given = next(one for one in collected["submissions"] if one["slot"]["kind"] == "weighing")
        qingzhu("withdraw", given["id"][:8], "--reason", "别的工地的磅单", "--store", dossier / ".qingzhu")
        opened = figure(dossier / ".qingzhu", "waste_intensity:T01", ON)["figure"]
        assert (opened["value"], opened["gap"]) == (None, "no_load_weighed")
        assert "别的工地的磅单" in (dossier / ".qingzhu/journal.jsonl").read_text("utf-8")

    def test_keeps_it_out_though_the_file_still_lies_in_the_dossier(self, dossier):
        collected = as_json("collect", dossier)["dossiers"][0]
        given = next(one for one in collected["submissions"] if one["slot"]["kind"] == "weighing")
        qingzhu("withdraw", given["id"], "--reason", "别的工地的磅单", "--store", dossier / ".qingzhu")
        again = as_json("evaluate", dossier, "--on", ON)
        met = next(one for one in again["collected"]["submissions"] if one["slot"]["kind"] == "weighing")
        assert (met["state"], met["status"]) == ("unchanged", "withdrawn")
        assert {one["id"]: one["gap"] for one in again["evaluation"]["figures"]}["waste_intensity:T01"] == "no_load_weighed"

    def test_wants_a_reason_and_a_submission_that_counts(self, dossier):
        qingzhu("collect", dossier)
        qingzhu("withdraw", "ffffffffffff", "--reason", "x", "--store", dossier / ".qingzhu", expect=2)
        qingzhu("withdraw", "f", "--store", dossier / ".qingzhu", expect=2)


class TestCheck:
    def test_finds_a_sound_store_sound_and_an_altered_original(self, dossier):
        qingzhu("collect", dossier)
        assert as_json("check", "--store", dossier / ".qingzhu", "--deep")["problems"] == []
        original = next(path for path in (dossier / ".qingzhu/originals").glob("*/*") if b"A1" in path.read_bytes())
        original.chmod(0o644)
        original.write_bytes(original.read_bytes().replace(b"40.0", b"04.0"))
        assert as_json("check", "--store", dossier / ".qingzhu", "--deep", expect=1)["problems"]


class TestMeasure:
    def test_lists_the_figures_of_one_measure(self, dossier):
        qingzhu("collect", dossier)
        found = as_json("measure", "--store", dossier / ".qingzhu", "--measure", "waste_intensity", "--on", ON)
        assert [one["id"] for one in found["figures"]] == ["waste_intensity:T01"]

    def test_of_a_name_that_is_not_known_lists_those_that_are(self, dossier):
        qingzhu("collect", dossier)
        assert "waste_intensity" in qingzhu("measure", "--store", dossier / ".qingzhu", "--measure", "waste", expect=2)


class TestCorrectedRows:
    def test_come_back_and_are_added_without_touching_the_others(self, dossier):
        tickets(dossier, [*ROWS, ("2022-04-12", "A3", "废金属", -3.0, "填埋")])
        back = Path(as_json("evaluate", dossier, "--on", ON, expect=1)["collected"]["refused_files"][0])
        book = load_workbook(back)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows():
            for cell in row:
                if str(cell.value) in ("-3.0", "-3"):
                    cell.value = "3.0"
        book.save(dossier / "weighings_corrected.xlsx")
        again = as_json("evaluate", dossier, "--on", ON)
        values = {one["id"]: one["value"] for one in again["evaluation"]["figures"]}
        assert values["waste_intensity:T01"] == pytest.approx(51.0 / 0.2)
        assert [one for one in again["evaluation"]["findings"] if one["kind"] == "refused"] == []
        assert not back.exists()
        assert next(one for one in again["collected"]["submissions"] if one["slot"]["name"] == "weighings.csv")["state"] == "unchanged"
