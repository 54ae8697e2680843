"""A person who calls it wrongly is told what is wrong, where, and what to do: in both languages, without a trace, as JSON if asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.journeys.dossiers import as_json, qingzhu, survey, tickets

ON = "2022-05-31"
ROWS = [("2022-03-10", "A1", "混凝土块", 40.0, "填埋"), ("2022-04-10", "A2", "废木材", 8.0, "填埋")]


@pytest.fixture(scope="module")
def dossier(tmp_path_factory) -> Path:
    folder = survey(tmp_path_factory.mktemp("calls") / "T01", floor_area=2000.0)
    tickets(folder, ROWS)
    qingzhu("collect", folder)
    return folder


@pytest.fixture
def store(dossier) -> Path:
    return dossier / ".qingzhu"


def told(*words: object) -> str:
    """What a wrong call says, on standard error; it exits with 2 and shows no trace."""
    text = qingzhu(*words, expect=2)
    assert "Traceback" not in text
    return text


class TestACallThatIsNotUnderstood:
    @pytest.mark.parametrize(
        ("words", "zh", "en"),
        [
            (["fly"], "没有命令 fly", "No such command"),
            (["evaluate"], "缺少 dossier", "Missing argument"),
            (["evaluate", "x", "--nope"], "选项 --nope", "No such option"),
            (["evaluate", "x", "--store"], "选项 --store", "requires an argument"),
            (["model", "x.ifc", "--tables"], "用法见：qingzhu model --help", "See: qingzhu model --help"),
            (["model", "diff", "x.ifc"], "缺少 NEW。用法见：qingzhu model diff --help", "Missing argument 'NEW'"),
            (["bcf", "export", "x.ifc", "-o", "x.bcf", "--most", "many"], "--most 的值不对", "Invalid value for '--most'"),
            (["evaluate", "x", "--on", "2023-13-01"], "2023-06-30 这样的年-月-日", "is no date"),
            (["evaluate", "x", "--lang", "fr"], "可用 zh（中文）或 en（英文）", "use zh or en"),
            (["withdraw", "f"], "缺少 --reason", "Missing option"),
        ],
    )
    def test_is_told_in_both_languages(self, words, zh, en):
        text = told(*words)
        assert zh in text
        assert en in text

    @pytest.mark.parametrize("words", [["fly"], ["evaluate"], ["evaluate", "x", "--on", "soon"], ["check", "--lang", "fr"]])
    def test_is_json_where_json_was_asked_for(self, words):
        error = json.loads(qingzhu(*words, "--json", expect=2))["error"]
        assert set(error) == {"code", "zh", "en", "facts"}

    def test_in_one_language_where_one_was_asked_for(self, tmp_path):
        text = told("evaluate", tmp_path / "nowhere", "--lang", "en")
        assert "There is no dossier folder" in text
        assert "找不到" not in text


class TestAFileThatIsNotThere:
    @pytest.mark.parametrize(
        "words",
        [
            ["model"],
            ["ids", "check"],
            ["bcf", "import"],
            ["bcf", "export", "-o", "x.bcf"],
            ["glb", "-o", "x.glb"],
            ["model", "diff", __file__],
        ],
    )
    def test_is_a_wrong_call_of_every_command(self, tmp_path, words):
        text = told(*words, tmp_path / "nowhere.ifc")
        assert f"找不到文件 {tmp_path / 'nowhere.ifc'}" in text
        assert "There is no file" in text
        assert "name the files in it" in told(*words, tmp_path)

    def test_and_a_folder_to_write_into_neither(self, tmp_path):
        out = tmp_path / "nowhere"
        for words in (["bcf", "export", "-o", out / "x.bcf"], ["glb", "-o", out / "x.glb"], ["ids", "check", "--out", out / "x.html"]):
            assert f"There is no folder {out}" in told(*words, __file__)
        for option in ("--excel", "--suggest"):
            ending = {"--excel": ".xlsx", "--suggest": ".toml"}[option]
            assert f"There is no folder {out}" in told("model", __file__, option, out / f"x{ending}")

    def test_what_is_to_be_written_has_the_ending_of_what_is_written(self, tmp_path):
        assert "以 .xlsx 结尾" in told("model", __file__, "--excel", tmp_path / "x.xls")
        assert "or a file that ends in .xlsx" in told("model", "diff", __file__, __file__, "--out", tmp_path / "x.pdf")
        assert not (tmp_path / "x.pdf").exists()


class TestAFolderThatIsNoDossier:
    def test_but_a_file_is_told_which_folder_to_name(self, dossier):
        text = told("evaluate", dossier / "project.toml")
        assert "是一个文件" in text
        assert f"name the dossier's folder: {dossier}" in text

    @pytest.mark.parametrize("command", ["evaluate", "collect"])
    def test_and_holds_nothing_known_is_told_what_belongs_there_and_left_alone(self, tmp_path, command):
        (tmp_path / "notes.docx").write_text("x", "utf-8")
        text = told(command, tmp_path)
        assert "notes.docx" in text
        assert "weighings*.xlsx|csv" in text
        assert [path.name for path in tmp_path.iterdir()] == ["notes.docx"]


class TestAnIdThatIsNotThere:
    def test_of_a_project_that_is_not_there_names_those_that_are(self, store):
        assert "已有项目：T01" in told("explain", "waste_intensity:T99", "--store", store)
        assert "It holds: T01" in told("measure", "--project", "T99", "--store", store)

    def test_that_is_too_short_lists_those_below_it(self, store):
        text = told("explain", "waste_intensity_by_class:T01", "--store", store, "--on", ON)
        assert "waste_intensity_by_class:T01:wood" in text
        assert "gbt51129_2017:T01:B1" in told("explain", "gbt51129_2017:T01", "--store", store, "--on", ON)

    def test_that_is_misspelt_names_what_was_perhaps_meant(self, store):
        error = json.loads(qingzhu("explain", "waste_intensty:T01", "--store", store, "--json", expect=2))["error"]
        assert "waste_intensity:T01" in error["facts"]["meant"]


class TestRowsInAFile:
    def test_of_an_unknown_kind_or_in_no_folder_are_refused_before_anything_is_computed(self, store, tmp_path):
        assert "以 .xlsx、.csv、.parquet 结尾" in told("explain", "waste_intensity:T01", "--store", store, "--rows", tmp_path / "x.docx")
        assert "没有文件夹" in told("explain", "waste_intensity:T01", "--store", store, "--rows", tmp_path / "no" / "x.csv")

    def test_of_several_tables_are_named_each(self, store, tmp_path):
        written = as_json("explain", "waste_intensity:T01", "--store", store, "--on", ON, "--rows", tmp_path / "x.CSV")["rows"]
        assert sorted(written) == sorted(str(path) for path in tmp_path.iterdir())

    def test_in_a_workbook_give_local_time_and_text_that_is_no_formula(self, tmp_path):
        folder = survey(tmp_path / "T02", floor_area=2000.0, code="T02")
        (folder / "weighings.csv").write_text(
            "联单编号,出场时间,垃圾名称,净重（吨）,消纳场所\n=1+1,2022-03-10 14:20,混凝土块,40,=2+2\n", "utf-8"
        )
        qingzhu("collect", folder)
        qingzhu("explain", "waste_intensity:T02", "--store", folder / ".qingzhu", "--on", ON, "--rows", tmp_path / "x.xlsx")
        header, row = load_workbook(tmp_path / "x.xlsx")["weighing"].iter_rows()
        cells = {name.value: cell for name, cell in zip(header, row, strict=True)}
        assert (cells["ticket"].value, cells["ticket"].data_type) == ("=1+1", "s")
        assert str(cells["time (UTC+8)"].value) == "2022-03-10 14:20:00"


class TestWithdraw:
    def test_of_no_submission_lists_those_that_count(self, store):
        text = told("withdraw", "zz", "--reason", "x", "--store", store)
        assert "T01 weighings.csv" in text
        assert "No submission begins with 'zz'" in text

    def test_of_several_asks_for_more_of_the_id(self, tmp_path):
        folder = survey(tmp_path / "T03", code="T03")
        for number in range(17):  # of seventeen ids two begin with the same of sixteen letters
            tickets(folder, [("2022-03-10", f"A{number}", "混凝土块", 4.0, "填埋")], f"weighings_{number}.csv")
        given = [one["id"][0] for one in as_json("collect", folder)["dossiers"][0]["submissions"]]
        letter = next(letter for letter in given if given.count(letter) > 1)
        text = told("withdraw", letter, "--reason", "x", "--store", folder / ".qingzhu")
        assert f"{given.count(letter)} 个编号以“{letter}”开头，请多写几位" in text

    def test_of_what_counts_no_more_says_so(self, tmp_path):
        folder = tickets(survey(tmp_path / "T04", code="T04"), ROWS).parent
        given = next(one for one in as_json("collect", folder)["dossiers"][0]["submissions"] if one["slot"]["kind"] == "weighing")
        qingzhu("withdraw", given["id"], "--reason", "x", "--store", folder / ".qingzhu")
        assert "已撤回，不计入，无须撤回" in told("withdraw", given["id"][:9], "--reason", "y", "--store", folder / ".qingzhu")


class TestATerminalThat:
    def run(self, dossier: Path, **environment: str) -> subprocess.CompletedProcess:
        call = [sys.executable, "-m", "qingzhu.cli.main", "evaluate", str(dossier), "--on", ON]
        return subprocess.run(call, capture_output=True, env={**os.environ, **environment}, timeout=300)

    def test_knows_the_c_locale_only_prints_everything(self, dossier):
        done = self.run(dossier, LC_ALL="C", LANG="C")
        assert done.returncode == 0
        lines = done.stdout.decode("utf-8").splitlines()
        wide = [line for line in lines if sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line) > 80]
        assert [line for line in wide if str(dossier) not in line] == []

    def test_knows_no_chinese_prints_what_it_can(self, dossier):
        done = self.run(dossier, PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"waste_reduction:T01" in done.stdout

    def test_stops_reading_stops_nothing(self, dossier):
        call = f"{sys.executable} -m qingzhu.cli.main measure --store {dossier} --on {ON} | head -1"
        done = subprocess.run(["bash", "-c", call], capture_output=True, text=True, timeout=300)
        assert (done.stdout.strip(), done.stderr) == (ON, "")


class TestAProjectWithoutASurvey:
    def test_has_figures_as_it_has_verdicts(self, tmp_path):
        (tmp_path / "P78").mkdir()
        tickets(tmp_path / "P78", ROWS)
        qingzhu("collect", tmp_path / "P78")
        found = as_json("measure", "--store", tmp_path / "P78", "--measure", "waste_generated", "--on", ON)
        assert [(one["id"], one["value"]) for one in found["figures"]] == [("waste_generated:P78", 48.0)]
