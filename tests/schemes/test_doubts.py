"""Doubts and verdicts: one that is open is named beside the outcome and keeps it from being final; it never turns it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import qingzhu.collectors
from qingzhu.collectors.remarks import WORDINGS
from qingzhu.measures.load import load as load_measures
from qingzhu.schemes.doubts import Doubt, Doubts, of_figure
from qingzhu.schemes.judge import judge
from qingzhu.schemes.load import load_scheme
from qingzhu.terms.figures import Figure
from tests.schemes.scheme_making import BOOK, BUILDING, ON, PROJECT, figure, node, nodes, ratios

OVER = {"works_to": ON}
RELATED = (
    {"file": "readings/a.csv", "sensor": "N1", "quantity": "noise"},
    {"file": "readings/b.csv", "sensor": "D1", "quantity": "pm10"},
    {"file": "readings/c.csv", "sensor": "X1", "quantity": "noise"},
    {"file": "readings/c.csv", "sensor": "X1", "quantity": "pm10"},
    {"model": "tower.ifc", "building": "B1"},
    {"model": "hall.ifc", "building": "B2"},
    {"model": "loose.ifc", "building": None},
)


def doubt(code: str, figure: str | None = None, title: str = "设备时钟偏差 N1", **about: str) -> Doubt:
    return Doubt(code, {"zh": title, "en": "clock N1"}, {"zh": "28800 s。", "en": "28800 s."}, about, figure)


def bears(scheme: str, one: Doubt, building: str | None = None) -> bool:
    return Doubts([one], RELATED).on(load_scheme(scheme, ON, None, BOOK), building) == [one]


def noise(count: float, *doubts: Doubt):
    found = [figure("noise_exceedances_total", "P1", rule, value=count) for rule in ("noise_day", "noise_night")]
    return judge(load_scheme("noise", ON, None, BOOK), {**PROJECT, **OVER}, None, {one.id: one for one in found}, ON, doubts=doubts)


class TestAVerdictInDoubt:
    @pytest.mark.parametrize(("count", "outcome"), [(3.0, "not_met"), (0.0, "met")])
    def test_keeps_its_outcome_and_is_not_final(self, count, outcome):
        sound, doubtful = noise(count), noise(count, doubt("clock_offset", "clock_offset:P1:N1", sensor="N1"))
        assert (sound.outcome, sound.final) == (outcome, True)
        assert (doubtful.outcome, doubtful.final, doubtful.firm) == (outcome, False, sound.firm)
        assert (doubtful.value, doubtful.high, doubtful.limit) == (sound.value, sound.high, sound.limit)

    def test_names_it_in_its_words_and_in_its_tree(self):
        verdict = noise(3.0, doubt("clock_offset", "clock_offset:P1:N1", sensor="N1"))
        assert "存疑数据：设备时钟偏差 N1；核实或认定之前不是最终结论。" in verdict.words["zh"]
        assert "Data in doubt: clock N1; not final" in verdict.words["en"]
        step = node(verdict, "doubts")
        assert (step.kind, [child.figure for child in step.children]) == ("doubt", ["clock_offset:P1:N1"])
        assert step.children[0].reason["zh"] == "28800 s。"
        assert step.clause["checked"] == "convention"

    def test_names_many_rows_of_one_file_with_one_fault_once(self):
        heavy = [doubt("load_heavy", title="weighings.csv", kind="weighing", file="weighings.csv")] * 5
        (step,) = node(noise(0.0, *heavy), "doubts").children
        assert "另有 4 处" in step.reason["zh"]
        assert "4 more" in step.reason["en"]

    def test_of_a_building_is_a_pre_evaluation_no_longer_but_not_final_either(self):
        sound, doubtful = (
            judge(
                load_scheme("gbt51129_2017", ON, None, BOOK),
                {**PROJECT, **OVER},
                {**BUILDING, "as_built": True},
                ratios(),
                ON,
                doubts=doubts,
            )
            for doubts in ([], [doubt("role_counted_twice", building="B1", role="column")])
        )
        assert (sound.final, doubtful.final) == (True, False)
        assert (sound.outcome, sound.grade, sound.value) == (doubtful.outcome, doubtful.grade, doubtful.value)

    def test_that_does_not_apply_has_nothing_to_doubt(self):
        works = {**PROJECT, "category": "municipal"}
        verdict = judge(load_scheme("waste_reduction", ON, None, BOOK), works, None, {}, ON, doubts=[doubt("load_heavy", kind="weighing")])
        assert (verdict.outcome, verdict.final) == ("not_applicable", True)
        assert "doubts" not in {step.key for step in nodes(verdict.tree)}


class TestWhichDoubtsBearOnWhat:
    @pytest.mark.parametrize(
        ("code", "about", "noisy", "dusty"),
        [
            ("clock_offset", {"sensor": "N1"}, True, False),
            ("clock_offset", {"sensor": "D1"}, False, True),
            ("clock_offset", {"sensor": "X1"}, True, True),
            ("flat_readings", {"sensor": "X1", "quantity": "pm10"}, False, True),
            ("level_jump", {"sensor": "D1", "quantity": "pm10"}, False, True),
            ("reading_implausible", {"kind": "reading", "file": "readings/a.csv"}, True, False),
            ("reading_implausible", {"kind": "reading", "file": "readings/c.csv"}, True, True),
            ("sheet_hidden", {"kind": "weighing", "file": "weighings.xlsx"}, False, False),
            ("sheet_hidden", {"kind": "survey", "file": "project"}, True, True),
            ("shared_tickets", {"other_project": "P2"}, False, False),
        ],
    )
    def test_a_sensor_s_on_what_it_measures(self, code, about, noisy, dusty):
        assert (bears("noise", doubt(code, **about)), bears("dust", doubt(code, **about))) == (noisy, dusty)

    @pytest.mark.parametrize(
        ("code", "about", "buildings"),
        [
            ("role_counted_twice", {"building": "B1", "role": "slab"}, ["B1"]),
            ("impossible_quantities", {"model": "hall.ifc"}, ["B2"]),
            ("impossible_quantities", {"model": "loose.ifc"}, ["B1", "B2"]),
            ("unit_assumed", {"kind": "model", "file": "models/tower.ifc", "model": "tower.ifc"}, ["B1"]),
            ("mapping_twice", {"kind": "mapping", "file": "mapping.toml"}, ["B1", "B2"]),
            ("load_heavy", {"kind": "weighing", "file": "weighings.csv"}, []),
        ],
    )
    def test_a_model_s_on_its_building(self, code, about, buildings):
        for scheme in ("gbt51129_2017", "variety"):
            assert [building for building in ("B1", "B2") if bears(scheme, doubt(code, **about), building)] == buildings

    def test_about_models_is_the_same_for_every_scheme_on_figures_of_models(self):
        listed = {name: set(BOOK.schemes[name]["doubts"]["codes"]) for name in ("gbt51129_2017", "variety", "shanghai_precast")}
        takeoffs = {"takeoff_difference"}  # only the assembly rate reads take-offs
        assert listed["shanghai_precast"] == listed["variety"] == listed["gbt51129_2017"] - takeoffs

    @pytest.mark.parametrize("about", [{"other_project": "P2"}, {"kind": "weighing", "file": "weighings.csv"}])
    def test_tickets_on_waste(self, about):
        code = "load_heavy" if "kind" in about else "shared_tickets"
        assert bears("waste_reduction", doubt(code, **about))

    def test_every_kind_of_doubt_bears_on_a_scheme_or_is_known_to_bear_on_none(self):
        listed = {code for scheme in BOOK.schemes.values() for code in scheme.get("doubts", {}).get("codes", ())}
        known = {code for code in known_codes() if not code.startswith("bcf_")}  # said of a BCF file, which is no evidence
        assert listed | set(ON_NONE) == known
        assert listed & set(ON_NONE) == set()


ON_NONE = {
    "no_rows": "nothing of the file counts",
    "correction_adds_nothing": "nothing of the file counts",
    "density_missing": "the mass is unknown, which the coverage says",
    "load_volume_missing": "the mass is unknown, which the coverage says",
    "received_unreadable": "no measure but the one of clocks reads it",
    "stages_overlap": "no scheme judges a stage",
    "stage_outside_works": "no scheme judges a stage",
    "reference_unknown": "what needs the reference is unknown",
    "file_outside": "said of the dossier, no evidence",
    "survey_twice": "said of the dossier, no evidence",
    "file_name_unreadable": "said of the dossier, no evidence",
    "library_sheet_unknown": "no scheme judges by the library",
    "library_sheet_skipped": "no scheme judges by the library",
    "library_pattern_matches_all": "no scheme judges by the library",
}


def known_codes() -> set[str]:
    """Every doubt there is: measures of doubt, and what the collectors say, in their words or in their code."""
    folder = Path(qingzhu.collectors.__file__).parent
    said = {
        code for path in folder.glob("*.py") for code in re.findall(r'"doubt"(?: if lost else "note")?,\s*"(\w+)"', path.read_text("utf-8"))
    }
    said |= {code for code, wording in WORDINGS.items() if wording.level == "doubt"}
    return said | {"rows_refused"} | {name for name, measure in load_measures().items() if measure.doubt}


class TestAFigureIsADoubt:
    def test_above_its_mark_only(self):
        paper = load_measures()["clock_offset"]
        grain = {"project": "P1", "sensor": "N1"}
        given = {value: of_figure(Figure("clock_offset", grain, value, "s"), paper) for value in (None, 3600.0, 28803.0)}
        assert (given[None], given[3600.0]) == (None, None)
        found = given[28803.0]
        assert found.title["zh"] == "设备时钟偏差 N1"
        assert found.code == "clock_offset"
