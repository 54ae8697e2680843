"""Data in doubt, from the dossier to the page: the verdict keeps its outcome, names the doubt, and is not final."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.dossiers import as_json, qingzhu, survey, tickets

ON = "2022-05-31"
SENSOR = """
[[sensor]]
id = "N1"
quantity = "noise"
interval = 60
unit = "dB(A)"
from = 2022-03-01
to = 2022-03-01
"""


def loud_hour(folder: Path, late: int) -> Path:
    """An hour at 80 dB(A) on 1 March from midnight on, told ``late`` hours later: above the limits of day and night."""
    start = datetime(2022, 3, 1)  # noqa: DTZ001
    lines = ["监测点,监测量,监测时间,值,单位,接收时间"]
    for minute in range(60):
        time = start + timedelta(minutes=minute)
        lines.append(f"N1,noise,{time:%Y-%m-%d %H:%M:%S},80.{minute % 10},dB(A),{time + timedelta(hours=late):%Y-%m-%d %H:%M:%S}")
    (folder / "readings").mkdir(parents=True, exist_ok=True)
    (folder / "readings/noise.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def dossier(tmp_path: Path, late: int) -> Path:
    return loud_hour(survey(tmp_path / "T01", rest=SENSOR), late)


def verdict(folder: Path, id: str = "noise:T01") -> dict[str, Any]:
    found = as_json("evaluate", folder, "--on", ON)["evaluation"]["verdicts"]
    return next(one for one in found if one["id"] == id)


class TestAClockEightHoursOff:
    def test_leaves_the_exceedance_of_a_night_that_may_be_a_day_not_final(self, tmp_path):
        sound, doubtful = verdict(dossier(tmp_path / "a", 0)), verdict(dossier(tmp_path / "b", 8))
        assert (sound["outcome"], sound["final"]) == ("not_met", True)
        assert (doubtful["outcome"], doubtful["final"], doubtful["value"]) == ("not_met", False, sound["value"])
        assert "存疑数据：设备时钟偏差 N1" in doubtful["words"]["zh"]
        assert "存疑数据" not in sound["words"]["zh"]

    def test_is_told_on_the_terminal_in_the_report_and_in_the_data(self, tmp_path):
        folder = dossier(tmp_path, 8)
        text = qingzhu("evaluate", folder, "--on", ON)
        assert "! 存疑数据：设备时钟偏差 N1" in text
        assert max(len(line) for line in text.splitlines() if "存疑数据" in line) <= 80
        page = (folder / "results/report.html").read_text("utf-8")
        assert "有存疑数据" in page
        assert "设备时钟偏差 N1；核实或认定之前不是最终结论" in page
        data = json.loads((folder / "results/verdict.json").read_text("utf-8"))
        found = next(one for one in data["verdicts"] if one["id"] == "noise:T01")
        step = next(child for child in found["tree"]["children"] if child["kind"] == "doubt")
        assert [child["figure"] for child in step["children"]] == ["clock_offset:T01:N1"]
        told = qingzhu("explain", "noise:T01", "--store", folder / ".qingzhu", "--on", ON, "--lang", "en")
        assert "clock_offset:T01:N1" in told
        assert "offset of the device's clock N1" in told

    def test_is_no_doubt_any_more_once_the_clock_was_mended(self, tmp_path):
        folder = dossier(tmp_path, 8)
        assert not verdict(folder)["final"]
        assert verdict(loud_hour(folder, 0))["final"]


class TestALoadAThousandTimesTooHeavy:
    @pytest.mark.parametrize(("mass", "final"), [(13.2, True), (13200.0, False)])
    def test_leaves_the_waste_above_its_limit_and_not_final(self, tmp_path, mass, final):
        folder = survey(tmp_path / "T01", floor_area=200.0)
        tickets(folder, [("2022-03-10", "A1", "混凝土块", mass, "填埋"), ("2022-04-10", "A2", "混凝土块", 8.0, "填埋")])
        found = verdict(folder, "waste_reduction:T01")
        assert (found["outcome"], found["final"]) == ("not_met", final)
        assert ("存疑数据：weighings.csv" in found["words"]["zh"]) is not final


class TestAFileThatWasRefusedAndReplaced:
    def test_is_nothing_to_do_any_more(self, tmp_path):
        folder = survey(tmp_path / "T01")
        (folder / "weighings.csv").write_text("nothing of the kind\n", "utf-8")
        assert refused(folder, expect=1) == ["weighings.csv"]
        tickets(folder, [("2022-03-10", "A1", "混凝土块", 13.2, "填埋")])
        assert refused(folder) == []


def refused(folder: Path, expect: int = 0) -> list[str]:
    found = as_json("evaluate", folder, "--on", ON, expect=expect)["evaluation"]["findings"]
    return [one["subject"] for one in found if one["kind"] == "refused"]


LOADS = [("2022-03-10", "A1", "混凝土块", 20.0, "填埋"), ("2022-04-10", "A2", "废木材", 8.5, "填埋")]


class TestRowsThatWereRefused:
    def test_keep_waste_within_its_limit_from_being_final_until_they_are_mended(self, tmp_path):
        folder = survey(tmp_path / "T01")
        tickets(folder, [*LOADS, ("2022-04-11", "A3", "谁也不认得的东西", 30.0, "填埋")])
        found = as_json("evaluate", folder, "--on", ON, expect=1)["evaluation"]["verdicts"]
        open_one = next(one for one in found if one["id"] == "waste_reduction:T01")
        assert (open_one["outcome"], open_one["final"]) == ("met", False)
        assert "weighings.csv" in open_one["words"]["zh"]
        tickets(folder, [*LOADS, ("2022-04-11", "A3", "混凝土块", 30.0, "填埋")])
        assert verdict(folder, "waste_reduction:T01")["final"] is True

    def test_do_not_soften_a_limit_that_is_not_met(self, tmp_path):
        folder = survey(tmp_path / "T01", floor_area=500.0)
        tickets(folder, [*LOADS, ("2022-04-11", "A3", "谁也不认得的东西", 30.0, "填埋")])
        found = as_json("evaluate", folder, "--on", ON, expect=1)["evaluation"]["verdicts"]
        (judged,) = (one for one in found if one["id"] == "waste_reduction:T01")
        assert (judged["outcome"], judged["final"]) == ("not_met", True)


class TestTicketsThatTwoProjectsShare:
    def test_are_a_doubt_whether_the_region_or_one_project_is_opened(self, tmp_path):
        for code in ("T01", "T02"):
            tickets(survey(tmp_path / "r" / code, code=code), LOADS)
        region = as_json("evaluate", tmp_path / "r", "--on", ON)
        store = tmp_path / "r" / ".qingzhu"
        assert region
        alone = as_json("explain", "waste_reduction:T02", "--store", store, "--on", ON)["verdict"]
        assert alone["final"] is False
        assert "联单" in alone["words"]["zh"]
        assert as_json("explain", "shared_tickets:T01:T02", "--store", store, "--on", ON)["figure"]["value"] == 2
        assert {
            one["id"] for one in as_json("measure", "--store", store, "--on", ON, "--project", "T02")["figures"] if "T01:" in one["id"]
        } == set()
