"""Judging: editions, regions, people, subjects, and what holds of every verdict."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qingzhu.rulebook
from qingzhu.rulebook.load import load
from qingzhu.schemes.judge import judge
from qingzhu.schemes.load import load_scheme, scheme_names
from qingzhu.schemes.results import listed
from qingzhu.schemes.spans import shown
from qingzhu.terms.errors import NotInForceError, RefusedError, UnknownSchemeError
from tests.schemes.scheme_making import BOOK, BUILDING, ON, PROJECT, RATIOS, assembly, figure, node, nodes, ratios, waste

GRADES = ["", "A", "AA", "AAA"]


class TestEditions:
    def test_a_family_gives_the_edition_in_force(self):
        assert load_scheme("gbt51129", ON, None, BOOK).name == "gbt51129_2017"

    def test_a_family_without_an_edition_in_force_is_an_error_that_lists_them(self):
        with pytest.raises(NotInForceError, match="gbt51129_2017"):
            load_scheme("gbt51129", date(2017, 12, 31), None, BOOK)

    def test_old_evidence_can_be_judged_under_a_newer_edition(self):
        rules = {**BOOK.schemes["waste_reduction"], "to": date(2025, 12, 31)}
        stricter = [{**choice, "at_most": choice["at_most"] - 100} for choice in rules["limit"][0]["choice"]]
        newer = {**rules, "from": date(2026, 1, 1), "limit": [{**rules["limit"][0], "choice": stricter}]}
        newer.pop("to")
        book = replace(BOOK, schemes={"waste_2020": rules, "waste_2026": newer})
        figures = {
            "waste_intensity:P1": figure("waste_intensity", "P1", value=253.875),
            "waste_months_reported:P1": figure("waste_months_reported", "P1", value=100.0),
        }
        facts = [{**BUILDING, "prefabricated": False}]

        def outcome(name: str, on: date) -> tuple[str, float | None]:
            verdict = judge(load_scheme(name, on, None, book), PROJECT, None, figures, on, facts)
            return verdict.outcome, verdict.limit

        assert outcome("waste_reduction", ON) == ("met", 300.0)
        assert outcome("waste_reduction", date(2026, 6, 30)) == ("not_met", 200.0)
        assert outcome("waste_2026", ON) == ("not_met", 200.0)

    def test_an_edition_asked_for_by_name_says_that_it_is_not_in_force(self):
        verdict = judge(load_scheme("gbt51129_2017", date(2017, 1, 1), None, BOOK), PROJECT, BUILDING, ratios(), date(2017, 1, 1))
        edition = next(step for step in nodes(verdict.tree) if step.key == "edition")
        assert "2018-02-01" in edition.reason["en"]

    def test_an_unknown_scheme_is_an_error_that_lists_the_known(self):
        with pytest.raises(UnknownSchemeError, match="waste_reduction"):
            load_scheme("greenness", ON, None, BOOK)


class TestWhichSchemesSpeak:
    def test_a_region_s_own_rule_for_prefabrication_comes_first(self):
        assert scheme_names(ON, "湖南省/长沙市", BOOK)[0] == "dbj43t332_2018"
        assert scheme_names(ON, "深圳市", BOOK)[0] == "shenzhen_prefabrication_2018"
        assert scheme_names(ON, "江苏省/常州市", BOOK)[0] == "db32t3753_2020"

    def test_schemes_not_yet_in_force_do_not(self):
        assert "gbt50640_2023" not in scheme_names(date(2024, 4, 30), None, BOOK)
        assert "gbt50640_2023" in scheme_names(date(2024, 5, 1), None, BOOK)

    def test_schemes_of_other_regions_do_not(self):
        assert not {name for name in scheme_names(ON, "常州市", BOOK) if "hunan" in name or "shenzhen" in name}


class TestStandardisedDesign:
    """Three types of unit with 65 % of the area; housing needs 70 %, public buildings 60 %, and of others no mark was seen."""

    def unit_types(self, share, **building):
        figures = {"unit_type_share:P1:B1": figure("unit_type_share", "P1", "B1", value=share)}
        verdict = judge(load_scheme("variety", ON, None, BOOK), PROJECT, {"building": "B1", **building}, figures, ON)
        item = node(verdict, "unit_types")
        return (item.low, item.high), item.children[0]

    @pytest.mark.parametrize(("use", "points", "outcome", "limit"), [("housing", 0.0, "not_met", 70.0), ("public", 4.0, "met", 60.0)])
    def test_holds_housing_and_public_buildings_to_their_marks(self, use, points, outcome, limit):
        span, step = self.unit_types(65.0, use=use)
        assert (span, step.outcome, step.limit) == ((points, points), outcome, limit)

    @pytest.mark.parametrize("share", [50.0, 65.0, 90.0])
    @pytest.mark.parametrize("facts", [{"use": "industrial"}, {}])
    def test_has_no_mark_for_other_uses_nor_for_one_nobody_states(self, share, facts):
        span, step = self.unit_types(share, **facts)
        assert (step.outcome, step.limit) == ("unknown", None)
        assert "housing ≥ 70%, public building ≥ 60%" in step.reason["en"]
        if facts:
            assert span == (0.0, 4.0)

    def test_takes_mark_and_number_from_the_rules_of_the_same_region(self, tmp_path):
        shutil.copytree(Path(qingzhu.rulebook.__file__).parent, tmp_path / "book", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        national = (tmp_path / "book/conventions.toml").read_text("utf-8")
        own = national[national.index("[[top_rule]]") :].replace("k       = 3\nshare   = 50", "k       = 5\nshare   = 10")
        (tmp_path / "book/regions/changzhou/conventions.toml").write_text(own, "utf-8")
        book = load(tmp_path / "book")
        rows = {row["component_kind"]: row for row in load_scheme("variety", ON, "常州市", book).rows}
        assert (rows["column"]["k"], rows["column"]["share"]) == (5, 10)
        held = book.parameters(ON, "常州市")["top_rule"].filter(component_kind="column")
        assert held.select("k", "share").row(0) == (5, 10.0)


class TestSubjects:
    @pytest.mark.parametrize("name", ["gbt51129_2017", "variety"])
    def test_a_project_that_states_no_building_is_unknown_and_says_so(self, name):
        verdict = judge(load_scheme(name, ON, None, BOOK), PROJECT, None, {}, ON)
        assert (verdict.id, verdict.outcome, verdict.final, verdict.firm) == (f"{name}:P1", "unknown", False, False)
        assert "没有登记单体建筑" in verdict.words["zh"]
        assert "No building is stated" in verdict.words["en"]
        assert node(verdict, "building").outcome == "unknown"

    @pytest.mark.parametrize("facts", [{"category": "municipal"}, {"category": "industrial"}, {"work": "renewal"}])
    def test_a_project_outside_the_scheme_needs_no_building_to_be_so(self, facts):
        verdict = judge(load_scheme("gbt51129_2017", ON, None, BOOK), {**PROJECT, **facts}, None, {}, ON)
        assert (verdict.outcome, verdict.firm) == ("not_applicable", True)
        assert "本单体" not in verdict.words["zh"]

    def test_a_scheme_for_projects_wants_none(self):
        with pytest.raises(RefusedError, match="project"):
            judge(load_scheme("waste_reduction", ON, None, BOOK), PROJECT, BUILDING, {}, ON)


class TestEveryVerdict:
    def test_is_plain_data(self):
        for verdict in (assembly(ratios()), waste(253.875), waste(None), waste(1.0, category="municipal")):
            assert json.loads(json.dumps(verdict.as_dict(), ensure_ascii=False, allow_nan=False))["id"] == verdict.id

    def test_has_an_id_of_scheme_project_and_building(self):
        assert assembly(ratios()).id == "gbt51129_2017:P1:B1"
        assert waste(1.0).id == "waste_reduction:P1"


shares = st.floats(0, 100).map(lambda value: round(value, 4))
known = st.fixed_dictionaries(dict.fromkeys(RATIOS, shares))
partly = st.fixed_dictionaries(
    dict.fromkeys(RATIOS, st.one_of(shares, st.none(), st.tuples(shares, shares).map(lambda pair: tuple(sorted(pair)))))
)


def rank(verdict) -> tuple[bool, int]:
    """How good a verdict is: whether it is met, then its grade."""
    return verdict.outcome == "met", GRADES.index(verdict.grade or "")


class TestWhatAlwaysHolds:
    @settings(max_examples=60, deadline=None)
    @given(given_ratios=known, measure=st.sampled_from(sorted(RATIOS)), more=shares)
    def test_more_of_anything_never_makes_a_building_worse(self, given_ratios, measure, more):
        better = {**given_ratios, measure: max(given_ratios[measure], more)}
        low, high = assembly(ratios(**given_ratios)), assembly(ratios(**better))
        assert rank(high) >= rank(low)
        assert high.value >= low.value

    @settings(max_examples=60, deadline=None)
    @given(given_ratios=partly, measure=st.sampled_from(sorted(RATIOS)))
    def test_knowing_less_never_makes_a_verdict_firm(self, given_ratios, measure):
        narrow, wide = assembly(ratios(**given_ratios)), assembly(ratios(**{**given_ratios, measure: None}))
        assert narrow.firm or not wide.firm
        if wide.firm:
            assert (wide.outcome, wide.grade) == (narrow.outcome, narrow.grade)
        assert wide.value <= narrow.value <= narrow.high <= wide.high

    @settings(max_examples=60, deadline=None)
    @given(given_ratios=partly, chosen=known)
    def test_a_firm_verdict_holds_whatever_the_unknown_turns_out_to_be(self, given_ratios, chosen):
        before = assembly(ratios(**given_ratios))
        settled = {}
        for measure, value in given_ratios.items():
            if isinstance(value, tuple):
                low, high = value
                settled[measure] = low + (high - low) * chosen[measure] / 100
            else:
                settled[measure] = chosen[measure] if value is None else value
        after = assembly(ratios(**settled))
        assert before.value - 1e-9 <= after.value <= before.high + 1e-9
        if before.firm:
            assert (after.outcome, after.grade) == (before.outcome, before.grade)

    @settings(max_examples=30, deadline=None)
    @given(given_ratios=partly, order=st.permutations(range(11)), of_figures=st.permutations(sorted(RATIOS)))
    def test_the_order_of_items_and_figures_does_not_matter(self, given_ratios, order, of_figures):
        rules = BOOK.schemes["gbt51129_2017"]
        book = replace(BOOK, schemes={**BOOK.schemes, "gbt51129_2017": {**rules, "item": [rules["item"][place] for place in order]}})
        figures = ratios(**given_ratios)
        shuffled = {f"{measure}:P1:B1": figures[f"{measure}:P1:B1"] for measure in of_figures}
        one = assembly(figures)
        two = judge(load_scheme("gbt51129_2017", ON, None, book), PROJECT, BUILDING, shuffled, ON)
        assert (one.outcome, one.grade, one.firm, one.value, one.high) == (two.outcome, two.grade, two.firm, two.value, two.high)

    @settings(max_examples=60, deadline=None)
    @given(value=st.floats(0, 600), more=st.floats(0, 300), months=st.floats(0, 100), ended=st.booleans())
    def test_more_waste_never_turns_a_failure_into_a_success(self, value, more, months, ended):
        to = {"works_to": date(2023, 5, 31)} if ended else {}
        before, after = waste(value, months, **to), waste(value + more, months, **to)
        if before.outcome == "not_met":
            assert (after.outcome, after.final) == ("not_met", before.final)

    @settings(max_examples=60, deadline=None)
    @given(value=st.one_of(st.none(), st.floats(0, 600)), months=st.one_of(st.none(), st.floats(0, 99.9)), ended=st.booleans())
    def test_waste_is_never_met_for_good_while_a_month_is_missing(self, value, months, ended):
        to = {"works_to": date(2023, 5, 31)} if ended else {}
        verdict = waste(value, months, **to)
        assert not (verdict.outcome == "met" and (verdict.final or verdict.firm))


class TestSentences:
    def test_name_three_titles_and_count_more(self):
        titles = [{"zh": name, "en": name} for name in ("甲", "乙", "丙", "丁")]
        assert listed(titles[:3])["zh"] == "甲、乙、丙"
        assert listed(titles) == {"zh": "甲、乙等 4 项", "en": "甲; 乙 and others, 4 in all"}

    def test_part_titles_that_hold_a_comma_of_their_own(self):
        assert listed([{"zh": "柱、支撑", "en": "columns"}, {"zh": "梁", "en": "beams"}])["zh"] == "柱、支撑；梁"

    @pytest.mark.parametrize(
        ("value", "beside", "text"),
        [
            (187.549102, None, "187.5"),
            (200.04, 200.0, "200.04"),
            (199.97, 200.0, "199.97"),
            (240.68348, None, "240.7"),
            (0.12345, None, "0.123"),
        ],
    )
    def test_round_as_tables_do_but_never_across_a_limit(self, value, beside, text):
        assert shown(value, beside) == text
