"""An auditor at the terminal: a region's figures computed again, what is told of a changed row, and the exit code."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import polars as pl
import pytest

from tests.journeys.dossiers import as_json, qingzhu, survey, tickets

ON = "2022-05-31"


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Path:
    """Two projects of 48 t on 2,000 m² each, evaluated: 240 t/10⁴ m²."""
    folder = tmp_path_factory.mktemp("region")
    for code in ("T01", "T02"):
        one = survey(folder / code, floor_area=2000.0, code=code)
        tickets(one, [("2022-03-10", f"A1{code}", "混凝土块", 40.0, "填埋"), ("2022-04-10", f"A2{code}", "废木材", 8.0, "填埋")])
    qingzhu("evaluate", folder, "--on", ON)
    return folder / ".qingzhu"


@pytest.fixture
def altered(region, tmp_path) -> Path:
    """A copy in which a ticket of T02 weighs 25 t and no longer 40 t: 33 t on 2,000 m² are 165 t/10⁴ m²."""
    store = shutil.copytree(region, tmp_path / "store")
    for path in (store / "tables/weighing").glob("*.parquet"):
        frame = pl.read_parquet(path)
        mass = pl.when((pl.col("project") == "T02") & (pl.col("net_mass") == 40.0)).then(25.0).otherwise(pl.col("net_mass"))
        frame.with_columns(net_mass=mass).write_parquet(path)
    return store


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


class TestASoundRegion:
    def test_is_told_as_sound(self, region):
        assert "全部相符" in qingzhu("audit", "--store", region)
        assert "all as stored" in " ".join(qingzhu("audit", "--store", region, "--lang", "en").split())

    def test_is_audited_project_by_project(self, region):
        found = as_json("audit", "--store", region)
        assert [(run["project"], run["on"], run["alarm"]) for run in found["runs"]] == [("T01", ON, False), ("T02", ON, False)]
        assert found["lines"] == found["equal"] > 80
        assert [run["project"] for run in as_json("audit", "--store", region, "--project", "T02")["runs"]] == ["T02"]

    def test_is_sound_in_the_deep_check_too(self, region):
        found = as_json("ledger", "check", "--deep", "--store", region)
        assert (found["problems"], found["figures"]["alarms"], found["figures"]["lines"] > 80) == ([], 0, True)

    def test_of_which_nothing_was_judged_that_day_is_a_wrong_call(self, region):
        assert "qingzhu evaluate" in qingzhu("audit", "--store", region, "--on", "2001-01-01", expect=2)


class TestAnAlteredRow:
    @pytest.mark.parametrize(("lang", "said"), [("zh", "值 240 → 165（−31.2%）"), ("en", "value 240 → 165 (−31.2%)")])
    def test_is_told_with_figure_file_and_both_values_within_80_columns(self, altered, lang, said):
        text = qingzhu("audit", "--store", altered, "--lang", lang, expect=1)
        assert f"waste_intensity:T02{'：' if lang == 'zh' else ': '}{said}" in text
        assert "weighings.csv" in text
        assert [line for line in text.splitlines() if width(line) > 80] == []

    def test_leaves_the_other_project_sound(self, altered):
        found = as_json("audit", "--store", altered, expect=1)
        assert {run["project"]: run["alarm"] for run in found["runs"]} == {"T01": False, "T02": True}

    def test_is_found_by_the_deep_check_with_the_figures_it_changes(self, altered):
        found = as_json("ledger", "check", "--deep", "--store", altered, expect=1)
        codes = {
            problem["code"]: problem["subject"] for problem in found["problems"] if problem["subject"].startswith(("tables", "waste_int"))
        }
        assert {"file_size", "file_changed"} & set(codes)
        assert "waste_intensity:T02" in {problem["subject"] for problem in found["problems"] if problem["code"] == "figure_differs"}
