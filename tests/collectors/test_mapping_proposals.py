"""Proposals for unmapped elements, learned from mappings that people confirmed: how alike, from where, and never applied."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

import qingzhu.rulebook
from qingzhu.collectors.mapping_proposals import SimilarNames, letters, plain_words, proposals
from qingzhu.collectors.mappings import SCHEMA, read_mapping, suggested_mapping
from qingzhu.rulebook.load import load
from qingzhu.rulebook.model_rules import model_tables

DEFAULTS = model_tables(load().files)["mapping_default"]
RULE = SimilarNames(least=0.5, at_most=3, meaning=4.0)
ROLES = [entry["role"] for entry in tomllib.loads((Path(qingzhu.rulebook.__file__).parent / "roles.toml").read_text("utf-8"))["role"]]


def confirmed(*rows: dict) -> pl.DataFrame:
    """Rows of mappings: project P02 and places from 1, where a row does not say otherwise."""
    held = [{"project": "P02", "place": place, **row} for place, row in enumerate(rows, 1)]
    return pl.DataFrame([{column: row.get(column) for column in SCHEMA} for row in held], schema=SCHEMA)


def group(**held: object) -> dict:
    """A group of unmapped elements."""
    return {"ifc_class": "IfcBuildingElementProxy", "type_name": None, "materials": "[]", "role": None, "name": None, "count": 1, **held}


def learned(unmapped: dict, *rows: dict) -> list[tuple]:
    """Place, role, construction and similarity of the proposals for one group."""
    (found,) = proposals([unmapped], confirmed(*rows), DEFAULTS, RULE)
    return [(one["place"], one.get("role"), one.get("construction"), one["similarity"]) for one in found]


class TestHowAlike:
    def test_a_row_whose_pattern_is_found_is_wholly_alike(self):
        row = {"type_name": "^PCB-", "role": "slab", "construction": "precast"}
        assert learned(group(type_name="PCB-45 60mm"), row) == [(1, "slab", "precast", 1.0)]

    def test_digits_sizes_width_and_case_make_no_difference(self):
        assert letters("ＰＣＢ－45 3000x60mm") == letters("pcb 7") == ["pcb"]
        assert letters("叠合板YDB2") == ["叠合板", "ydb"]

    def test_words_are_compared_by_pairs_of_characters_and_threes_of_letters(self):
        # <vl vlo loe oer erp rpl pla laa aat at> against <vl vlo loe oer erd rde del el>: 4 in common of 10 and 8
        row = {"name": "Vloerdel", "role": "slab"}
        ((_, _, _, similarity),) = proposals_of(group(name="Vloerplaat"), row, least=0.1)
        assert similarity == pytest.approx(2 * 4 / (10 + 8))

    def test_a_word_of_another_language_with_the_same_meaning_is_alike(self):
        row = {"material": "Fertigteil", "role": "column", "construction": "precast"}
        chinese = proposals_of(group(ifc_class="IfcColumn", role="column", materials='["预制"]'), row, least=0.1)
        # one meaning (4) in common; 预制 is one pair more, <fertigteil> ten threes
        assert chinese[0][3] == pytest.approx(2 * 4 / ((4 + 1) + (4 + 10)))

    def test_words_that_contradict_each_other_are_not_alike(self):
        row = {"material": "Stahlbeton - Fertigbeton", "construction": "precast"}
        assert proposals_of(group(ifc_class="IfcColumn", role="column", materials='["Stahlbeton - Ortbeton"]'), row, least=0.01) == []

    def test_what_cannot_be_compared_counts_as_unlike(self):
        row = {"name": "^W", "ifc_class": "IfcWall", "property": "S.Zone=A", "role": "bearing_wall"}
        assert learned(group(name="W1", ifc_class="IfcWall"), row) == [(1, "bearing_wall", None, pytest.approx(2 / 3))]

    def test_a_class_alone_is_no_likeness(self):
        assert learned(group(name="W1", ifc_class="IfcWall"), {"ifc_class": "IfcWall", "role": "bearing_wall"}) == []

    def test_the_words_of_a_pattern_are_its_alternatives(self):
        assert plain_words(r"^(预制柱|PC column [0-9]+)$") == ["预制柱", "PC column"]


def proposals_of(unmapped: dict, row: dict, least: float) -> list[tuple]:
    rule = SimilarNames(least, 3, 4.0)
    (found,) = proposals([unmapped], confirmed(row), DEFAULTS, rule)
    return [(one["place"], one.get("role"), one.get("construction"), one["similarity"]) for one in found]


class TestWhatIsProposed:
    def test_only_what_is_open_and_nothing_that_is_contradicted(self):
        rows = [
            {"name": "Fundament", "role": "foundation", "construction": "cast_in_place"},
            {"name": "Fundament", "role": "slab", "construction": "precast"},
            {"name": "Fundament", "role": "foundation"},
        ]
        known = group(ifc_class="IfcFooting", role="foundation", name="Fundament 2")
        assert learned(known, *rows) == [(1, "foundation", "cast_in_place", 1.0)]

    def test_equal_results_are_proposed_once_and_the_most_similar_come_first(self):
        rows = [
            {"name": "Kanaalplaat vloer", "role": "slab", "construction": "precast"},
            {"name": "Kanaalplaat", "role": "slab", "construction": "precast"},
            {"name": "Kanaalplaat dak", "role": "roof"},
        ]
        found = learned(group(name="Kanaalplaat 260"), *rows)
        assert [one[:3] for one in found] == [(2, "slab", "precast"), (3, "roof", None)]
        assert found[0][3] == 1.0 > found[1][3]


class TestTheSuggestedMapping:
    def test_proposals_are_comments_that_say_where_they_were_learned_and_hold_once_a_person_takes_them(self, tmp_path):
        unmapped = group(type_name="PCB-45", count=3, volume=1.5)
        row = {"type_name": "^PCB-", "role": "slab", "construction": "precast"}
        (found,) = proposals([unmapped], confirmed(row), DEFAULTS, RULE)
        text = suggested_mapping([{**unmapped, "proposals": found}])
        assert "建议，未采用：与 P02 的第 1 条映射相似 100% / proposal, not applied: 100% like row 1 of P02" in text
        path = tmp_path / "mapping.toml"
        path.write_text(text, "utf-8")
        (refused,) = read_mapping(path, "mapping.toml", "P01", ROLES).remarks
        assert refused.code == "mapping_says_nothing"
        path.write_text(text.replace('# role = "slab"', 'role = "slab"').replace('# construction = "pre', 'construction = "pre'), "utf-8")
        taken = read_mapping(path, "mapping.toml", "P01", ROLES)
        assert taken.remarks == []
        assert taken.tables["mapping"].select("role", "construction").rows() == [("slab", "precast")]
