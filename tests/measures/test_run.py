"""Measures are run in order, kept by the hash of what they came from, and refused where a value is not finite."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qingzhu.measures.load import FOLDER, load
from qingzhu.measures.run import compute, key_of, run
from qingzhu.terms.errors import MeasureError
from tests.measures.worked_cases import Case, local

PAPER = """/*
title  = { zh = "例", en = "Example" }
unit   = "t"
grain  = ["project"]
inputs = { weighing = ["project", "net_mass"] }
source = { document = "house_rules", checked = "convention" }
*/
"""
LOADS = {"weighing": [{"project": "P1", "time": local("2023-06-01 08:00"), "zero_report": False, "net_mass": 4.0}]}


def case(engine, folder: Path, query: str, loads: dict = LOADS) -> Case:
    (folder / "waste").mkdir(exist_ok=True)
    (folder / "waste" / "example.sql").write_text(PAPER + query, "utf-8")
    return Case(loads, None, engine, names=["example"], folders=[folder])


def refused(engine, folder: Path, query: str, loads: dict = LOADS) -> MeasureError:
    with case(engine, folder, query, loads) as one, pytest.raises(MeasureError) as refusal:
        one.figures("example")
    return refusal.value


class TestAValueThatIsNotFinite:
    @pytest.mark.parametrize("value", ["power(10, 1000)", "-power(10, 1000)", "power(10, 1000) - power(10, 1000)"])
    def test_is_an_error_that_names_measure_and_grain(self, engine, tmp_path, value):
        error = refused(engine, tmp_path, f"SELECT project, {value} AS value, 'no_reading' AS gap FROM weighing GROUP BY project")
        assert (error.code, error.facts["measure"], error.facts["grain"]) == ("measure_not_finite", "example", {"project": "P1"})
        assert "P1" in error.zh

    def test_in_high_or_coverage_is_one_too(self, engine, tmp_path):
        query = "SELECT project, 1 AS value, 'no_reading' AS gap, power(10, 1000) AS {} FROM weighing GROUP BY project"
        assert [refused(engine, tmp_path, query.format(column)).code for column in ("high", "coverage")] == ["measure_not_finite"] * 2


class TestAFigure:
    def test_that_is_unknown_must_say_why(self, engine, tmp_path):
        query = "SELECT project, nullif(1, 1) AS value, nullif('no_reading', 'no_reading') AS gap FROM weighing GROUP BY project"
        assert refused(engine, tmp_path, query).code == "measure_unknown_without_gap"

    def test_has_a_grain_of_its_own(self, engine, tmp_path):
        loads = {"weighing": LOADS["weighing"] * 2}
        assert (
            refused(engine, tmp_path, "SELECT project, net_mass AS value, 'no_reading' AS gap FROM weighing", loads).code
            == "measure_grain_twice"
        )

    def test_has_no_null_in_its_grain(self, engine, tmp_path):
        query = "SELECT nullif(project, 'P1') AS project, net_mass AS value, 'no_reading' AS gap FROM weighing"
        assert refused(engine, tmp_path, query).code == "measure_grain_null"

    def test_carries_unit_and_id(self, engine, tmp_path):
        with case(
            engine, tmp_path, "SELECT project, sum(net_mass) AS value, nullif('a', 'a') AS gap FROM weighing GROUP BY project"
        ) as one:
            (figure,) = one.figures("example")
        assert (figure.id, figure.value, figure.unit) == ("example:P1", 4.0, "t")


class TestWhatWasComputed:
    QUERY = "SELECT project, sum(net_mass) AS value, nullif('a', 'a') AS gap FROM weighing GROUP BY project"

    def test_is_kept_and_not_computed_again(self, engine, tmp_path):
        with case(engine, tmp_path, self.QUERY) as one:
            first = compute(one.measures, engine, one.tables, "example", one.on)
            stamp = Path(first[0]).stat().st_mtime_ns
            assert compute(one.measures, engine, one.tables, "example", one.on) == first
            assert Path(first[0]).stat().st_mtime_ns == stamp

    def test_may_be_deleted_and_comes_again(self, engine, tmp_path):
        with case(engine, tmp_path, self.QUERY) as one:
            for file in compute(one.measures, engine, one.tables, "example", one.on):
                Path(file).unlink()
            assert one.figures("example")[0].value == 4.0

    def key(self, engine, folder: Path, query: str = QUERY, mass: float = 4.0, on: date = date(2023, 6, 30), count: int = 1) -> str:
        (folder / "waste").mkdir(parents=True)
        (folder / "waste" / "example.sql").write_text(PAPER + query, "utf-8")
        loads = {"weighing": [LOADS["weighing"][0] | {"net_mass": mass}] * count}
        with Case(loads, None, engine, on, ["example"], [folder]) as one:
            return key_of(one.measures, engine, one.tables, "example", on)

    def test_has_the_same_key_wherever_the_store_lies(self, engine, tmp_path):
        assert self.key(engine, tmp_path / "a") == self.key(engine, tmp_path / "b")

    def test_has_another_key_when_the_measure_the_evidence_or_the_date_changes(self, engine, tmp_path):
        keys = [
            self.key(engine, tmp_path / "a"),
            self.key(engine, tmp_path / "b", self.QUERY + " "),
            self.key(engine, tmp_path / "c", count=2000),
            self.key(engine, tmp_path / "d", on=date(2023, 6, 29)),
        ]
        assert len(set(keys)) == 4

    def test_an_unknown_measure_is_named(self, engine, tmp_path):
        with case(engine, tmp_path, self.QUERY) as one, pytest.raises(MeasureError) as refusal:
            run(one.measures, engine, one.tables, ["no_such_measure"], one.on)
        assert refusal.value.facts["measure"] == "no_such_measure"


class TestEveryMeasureOfTheHouse:
    NAMES = tuple(name for name, measure in load([FOLDER]).items() if not measure.derived)

    @pytest.mark.parametrize("name", NAMES)
    def test_runs_on_an_empty_store(self, engine, name):
        with Case({}, None, engine, names=[name]) as one:
            assert one.figures(name) == []
