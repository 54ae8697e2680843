"""The worked numbers of the standards, from a dossier on disk to the verdict: nothing but files and the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qingzhu.collectors.survey import SurveyWords, read_survey
from qingzhu.ledger import contracts
from qingzhu.ledger.store import Slot, Store
from qingzhu.rulebook.load import load
from qingzhu.terms.readings import Reading
from tests.journeys.dossiers import as_json, survey, tickets

ON = "2022-05-31"

TAKEOFF = {
    "q1a": (715, 1600, "m³"),
    "q1b": (8640, 11520, "m²"),
    "q2a": (90, 100, "m²"),
    "q2b": (65, 100, "m²"),
    "q2c": (65, 100, "m²"),
    "q2d": (40, 100, "m²"),
    "q3a": (8300, 11520, "m²"),
    "q3b": (80, 100, "m²"),
    "q3c": (95, 100, "m²"),
    "q3d": (45, 100, "m"),
}
"""GB/T 51129-2017 with the inputs of the worked example: numerator, denominator, unit."""


def takeoff(changed: dict[str, tuple[float, float, str]] | None = None) -> str:
    rows = {**TAKEOFF, **(changed or {})}
    return "\n".join(
        f'[[takeoff]]\nbuilding = "B1"\nitem = "{item}"\npart = "{part}"\nvalue = {value}\nunit = "{unit}"\ndocument = "计算书 1"\n'
        for item, (numerator, denominator, unit) in rows.items()
        for part, value in (("numerator", numerator), ("denominator", denominator))
    )


def verdicts(folder: Path) -> dict[str, dict[str, Any]]:
    evaluation = as_json("evaluate", folder, "--on", ON)["evaluation"]
    return {verdict["id"]: verdict for verdict in evaluation["verdicts"]}


def assembly(folder: Path, changed: dict[str, tuple[float, float, str]] | None = None, *, kitchens: bool = True) -> dict[str, Any]:
    building = f"full_fit_out = true\nhas_kitchen = {str(kitchens).lower()}\nhas_bathroom = true\nprefabricated = true"
    rows = takeoff(changed)
    if not kitchens:
        rows = "\n[[".join(part for part in ("\n" + rows).split("\n[[") if 'item = "q3b"' not in part)
    return verdicts(survey(folder, building=building, rest=rows))["gbt51129_2017:T01:B1"]


class TestTheAssemblyRateOfTheWorkedExample:
    def test_is_73_2_percent_and_grade_a(self, tmp_path):
        verdict = assembly(tmp_path / "T01")
        assert (verdict["outcome"], verdict["grade"], verdict["firm"]) == ("met", "A", True)
        assert verdict["value"] == pytest.approx(73.2, abs=1e-9)

    def test_without_kitchens_is_73_085_percent(self, tmp_path):
        assert assembly(tmp_path / "T01", kitchens=False)["value"] == pytest.approx(100 * (37.2 + 13.5 + 18.0) / 94, abs=1e-9)

    def test_with_vertical_members_below_35_percent_has_no_points_there_and_no_grade(self, tmp_path):
        verdict = assembly(tmp_path / "T01", {"q1a": (34.99, 100, "m³")})
        assert verdict["value"] == pytest.approx(73.2 - 22.2, abs=1e-9)
        assert (verdict["outcome"], verdict["grade"]) == ("not_met", None)

    @pytest.mark.parametrize(("share", "points"), [(35, 20.0), (80, 30.0), (85, 30.0)])
    def test_gives_vertical_members_their_points(self, tmp_path, share, points):
        assert assembly(tmp_path / "T01", {"q1a": (share, 100, "m³")})["value"] == pytest.approx(73.2 - 22.2 + points, abs=1e-9)


class TestDataAsBuilt:
    """The works of T01 ended on 30 April 2022, a month before the day of judgement."""

    FACTS = "full_fit_out = true\nhas_kitchen = true\nhas_bathroom = true\n"

    def verdict(self, folder: Path, fact: str) -> dict[str, Any]:
        return verdicts(survey(folder, building=self.FACTS + fact, rest=takeoff()))["gbt51129_2017:T01:B1"]

    def test_make_a_completed_building_s_evaluation_the_final_one(self, tmp_path):
        verdict = self.verdict(tmp_path / "T01", "as_built = true")
        assert (verdict["outcome"], verdict["grade"], verdict["final"]) == ("met", "A", True)
        assert "竣工评价" in verdict["words"]["zh"]

    @pytest.mark.parametrize("fact", ["", "as_built = false"])
    def test_that_nobody_declared_leave_a_pre_evaluation(self, tmp_path, fact):
        verdict = self.verdict(tmp_path / "T01", fact)
        assert (verdict["outcome"], verdict["final"]) == ("met", False)
        assert "预评价：未声明资料为竣工资料" in verdict["words"]["zh"]

    def test_declared_later_are_a_second_evaluation_beside_the_first(self, tmp_path):
        found, pins = [], []
        for fact in ("", "as_built = true"):
            found.append(self.verdict(tmp_path / "T01", fact)["final"])
            pins.append(Store.open(tmp_path / "T01" / ".qingzhu").pin())
        store = Store.open(tmp_path / "T01" / ".qingzhu")
        assert found == [False, True]
        assert [store.rows("building", pin=pin)["as_built"].to_list() for pin in pins] == [[None], [True]]

    def test_are_unknown_in_a_store_that_is_older_than_the_column(self, tmp_path):
        folder = survey(tmp_path / "T01", building=self.FACTS, rest=takeoff())
        today = contracts.load()
        before = today["building"]
        older = replace(before, columns=tuple(column for column in before.columns if column.name != "as_built"))
        store = Store.open(folder / ".qingzhu", contracts={**today, "building": older})
        slot = Slot("T01", "survey", "project")
        words = SurveyWords.of(load().headers)

        def read(path: Path) -> Reading:
            reading = read_survey(path, "project.toml", None, words)
            reading.tables["building"] = reading.tables["building"].drop("as_built")
            return reading

        store.hand_in(slot, folder / "project.toml", read, given_by="张工", given_at=datetime(2022, 5, 1, tzinfo=UTC))
        assert not verdicts(folder)["gbt51129_2017:T01:B1"]["final"]
        assert Store.open(folder / ".qingzhu").check(deep=True) == []
        assert self.verdict(folder, "as_built = true")["final"]


class TestWasteOf812TonnesOn32000SquareMetres:
    ROWS = (
        *(("2022-03-10", f"A{load}", "混凝土块", 100.0, "填埋") for load in range(5)),
        *(("2022-04-10", f"B{load}", "废木材", mass, "填埋") for load, mass in enumerate((100.0, 100.0, 100.0, 12.4))),
        *(("2022-04-11", f"C{load}", "渣土", 100.0, "填埋") for load in range(90)),
    )
    """500 t, 312.4 t and 9000 t of spoil, in loads that a truck can carry."""

    def verdict(self, tmp_path: Path, prefabricated: bool) -> dict[str, Any]:
        folder = survey(tmp_path / "T01", building=f"prefabricated = {str(prefabricated).lower()}")
        tickets(folder, list(self.ROWS))
        return verdicts(folder)["waste_reduction:T01"]

    def test_is_253_9_and_passes_the_limit_of_300(self, tmp_path):
        verdict = self.verdict(tmp_path, prefabricated=False)
        assert (round(verdict["value"], 1), verdict["limit"], verdict["outcome"]) == (253.9, 300.0, "met")
        assert verdict["value"] == pytest.approx(812.4 / 3.2)

    def test_fails_the_limit_of_200_of_a_prefabricated_building(self, tmp_path):
        verdict = self.verdict(tmp_path, prefabricated=True)
        assert (verdict["limit"], verdict["outcome"], verdict["firm"]) == (200.0, "not_met", True)

    def test_is_final_when_works_have_ended_and_every_month_has_a_ticket(self, tmp_path):
        assert self.verdict(tmp_path, prefabricated=False)["final"]
