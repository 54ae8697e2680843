"""What the product finds in the sample region, against what the generator knows it put there."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from qingzhu.cli.words import dossier_words, rulebook
from qingzhu.collectors.dossier import collect
from qingzhu.ledger.store import Store
from qingzhu.measures.engines import open_engine
from qingzhu.schemes.evaluate import evaluate_all
from qingzhu.terms.times import LOCAL
from samples.region import SEED, make
from samples.stories import STORIES
from samples.truth import FROZEN, LATER

pytestmark = pytest.mark.xdist_group("sample_region")  # one worker makes and judges the region once
EXPECTED = Path(__file__).resolve().parents[2] / "samples" / "expected"
DOUBTS = {"flat_readings": 6.0, "clock_offset": 600.0, "shared_tickets": 0.0, "level_jump": 100.0}
"""Measures of doubt and the mark above which each is one."""


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """All twelve dossiers in one store, judged on both days: submissions, figures and verdicts by id."""
    folder = tmp_path_factory.mktemp("region")
    make(folder, SEED)
    store = Store.open(folder / "store")
    given_at = datetime(2023, 7, 3, 9, 0, tzinfo=LOCAL)
    for code in STORIES:
        collect(folder / code, store, dossier_words(), given_by="sample", given_at=given_at, out=folder / "out" / code)
    engine = open_engine("duckdb:")
    judged = {day: evaluate_all(store, rulebook(), date.fromisoformat(day), engine) for day in (FROZEN, LATER)}
    engine.close()
    return {
        "remarks": {code: _remarks(store, code) for code in STORIES},
        "figures": {day: {figure.id: figure for one in each for figure in one.figures} for day, each in judged.items()},
        "verdicts": {day: {verdict.id: verdict for one in each for verdict in one.verdicts} for day, each in judged.items()},
    }


def _remarks(store: Store, code: str) -> Counter:
    said: Counter = Counter()
    for submission in store.submissions(code):
        for remark in submission.reading_report["remarks"]:
            said[submission.slot.name, remark["level"], remark["code"]] += remark.get("count", 1)
    return said


def expected(table: str) -> list:
    """The rows of a table of every file of expected findings, with an id to show."""
    rows = []
    for code in STORIES:
        for row in tomllib.loads((EXPECTED / f"{code}.toml").read_text("utf-8")).get(table, []):
            day = row.get("on", FROZEN)
            name = row.get("id") or f"{code} {row['file']} {row['code']}"
            rows.append(pytest.param(code, day, row, id=f"{name} {day}"))
    return rows


class TestFigures:
    @pytest.mark.parametrize(("code", "day", "row"), expected("figure"))
    def test_a_figure_is_what_was_drawn_loaded_or_measured(self, found, code, day, row):
        figure = found["figures"][day][row["id"]]
        if "gap" in row:
            assert figure.value is None
            assert figure.gap == row["gap"] or (not row["gap"] and figure.gap)
            return
        assert figure.value == pytest.approx(row["value"], rel=row["within"], abs=1e-9), row["why"]
        if "high" in row:
            assert figure.high == pytest.approx(row["high"], rel=row["within"])


class TestVerdicts:
    @pytest.mark.parametrize(("code", "day", "row"), expected("verdict"))
    def test_a_verdict_is_the_one_the_story_tells(self, found, code, day, row):
        verdict = found["verdicts"][day][row["id"]]
        assert verdict.outcome == row["outcome"], f"{row['why']} / {verdict.words}"
        for mark in ("final", "firm"):
            if mark in row:
                assert getattr(verdict, mark) == row[mark], mark
        if "grade" in row:
            assert (verdict.grade or "") == row["grade"]


class TestReadingReports:
    @pytest.mark.parametrize(("code", "day", "row"), expected("remark"))
    def test_each_fault_of_a_file_is_told(self, found, code, day, row):
        assert found["remarks"][code][row["file"], row["level"], row["code"]] == row["count"], row["why"]

    def test_no_file_is_refused_as_a_whole_and_no_other_row_is(self, found):
        told = Counter()
        for param in expected("remark"):
            code, _, row = param.values
            told[code, row["file"], row["level"], row["code"]] += row["count"]
        said = {(code, *key): count for code, each in found["remarks"].items() for key, count in each.items() if key[1] == "refused"}
        assert said == {key: count for key, count in told.items() if key[2] == "refused"}


class TestDoubts:
    @pytest.mark.parametrize(("code", "day", "row"), expected("doubt"))
    def test_what_should_be_doubted_is_raised(self, found, code, day, row):
        figure = found["figures"][day][row["id"]]
        assert figure.value == pytest.approx(row["value"], abs=row["within"]), row["why"]

    def test_nothing_else_of_these_kinds_is_doubted(self, found):
        """Other clocks are right to the minute, other sensors move within six hours, other tickets stand in one project."""
        raised = {param.values[2]["id"] for param in expected("doubt")}
        for id, figure in found["figures"][FROZEN].items():
            measure = id.split(":")[0]
            if measure in DOUBTS and figure.value is not None and abs(figure.value) > DOUBTS[measure]:
                assert id in raised, (id, figure.value)


class TestTheContrastOfTheTwoDays:
    def test_three_years_later_the_months_reported_are_fewer_wherever_works_go_on(self, found):
        for code in ("P01", "P02", "P03", "P04", "P08", "P09", "P10", "P11"):
            then, later = (found["figures"][day][f"waste_months_reported:{code}"].value for day in (FROZEN, LATER))
            assert later < then, code

    def test_within_the_limit_so_far_becomes_unknown_when_the_planned_end_has_passed_in_silence(self, found):
        then, later = (found["verdicts"][day]["waste_reduction:P03"].outcome for day in (FROZEN, LATER))
        assert (then, later) == ("met", "unknown")

    def test_no_verdict_on_waste_of_works_that_go_on_is_met_for_good(self, found):
        for code in ("P01", "P03"):
            verdict = found["verdicts"][LATER][f"waste_reduction:{code}"]
            assert not (verdict.outcome == "met" and verdict.final)
