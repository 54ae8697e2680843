"""The pages made from the rulebook are current, and the glossary knows every word in use."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from qingzhu.rulebook import pages
from qingzhu.rulebook.load import load

ROOT = Path(__file__).resolve().parent.parent.parent
BOOK = load()


class TestTheCommittedPages:
    @pytest.mark.parametrize(("name", "made"), [("glossary.md", pages.glossary), ("articles.md", pages.articles)])
    def test_are_what_the_rulebook_makes(self, name, made):
        assert (ROOT / "docs" / name).read_text("utf-8") == made(BOOK), "run: make pages"

    def test_are_written_into_the_folder_that_is_named(self, tmp_path):
        assert [path.name for path in pages.write(tmp_path, BOOK)] == ["glossary.md", "articles.md"]
        assert (tmp_path / "glossary.md").read_text("utf-8").startswith("# Glossary")


class TestTheGlossary:
    def test_has_both_languages_and_a_kind_for_each_word(self):
        for name, term in BOOK.terms.items():
            assert term["zh"].strip(), name
            assert term["en"].strip(), name
            assert term["kind"] in pages.KINDS, name

    def test_has_every_table_with_the_name_its_contract_gives(self):
        for path in sorted((ROOT / "qingzhu/ledger/contracts").glob("*.toml")):
            contract = tomllib.loads(path.read_text("utf-8"))
            assert contract["table"] in BOOK.terms
            assert {column["name"] for column in contract["column"]} <= set(BOOK.terms), path.name

    def test_has_every_scheme_and_every_measure_they_judge(self):
        measures = {
            step["measure"]
            for scheme in BOOK.schemes.values()
            for step in [*scheme.get("item", []), *scheme.get("limit", [])]
            if "measure" in step
        }
        assert set(BOOK.schemes) | measures <= set(BOOK.terms)

    def test_has_every_parameter_table(self):
        from datetime import date

        words = {word for name in BOOK.terms for word in name.split("_")}
        tables = BOOK.parameters(date(2023, 6, 30))
        used = {word for name, frame in tables.items() for text in (name, *frame.columns) for word in text.split("_")}
        assert used - words == set()


class TestConfidence:
    def test_every_rule_carries_a_mark(self):
        marks = pages.confidence(BOOK)
        assert set(marks) <= {"original text", "two transcriptions", "secondary", "unverified", "convention"}
        assert "gbt51129_2017: item q1a" in marks["two transcriptions"]
        assert "variety" in marks["unverified"]
