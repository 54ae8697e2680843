"""The rulebook and the measures fit each other: names, units, documents, parameter tables."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from qingzhu.measures.load import load as load_measures
from qingzhu.rulebook.load import load

ROOT = Path(__file__).resolve().parent.parent.parent
MEASURES = load_measures()
BOOK = load()
TYPES = {"string": "String", "float64": "Float64", "int64": "Int64", "bool": "Boolean", "date": "Date"}


class TestSchemes:
    def test_judge_measures_that_exist_in_their_own_unit(self):
        assert load(measures={name: measure.unit for name, measure in MEASURES.items()}).schemes


class TestMeasures:
    @pytest.mark.parametrize("name", sorted(MEASURES))
    def test_cite_documents_that_are_registered(self, name):
        document = (MEASURES[name].source or {}).get("document")
        if document:
            assert BOOK.document(document)


class TestParameterTables:
    WANTED = tomllib.loads((ROOT / "qingzhu/measures/parameters.toml").read_text("utf-8"))
    GIVEN = BOOK.parameters(date(2023, 6, 30), "江苏省/常州市")

    @pytest.mark.parametrize("table", sorted(WANTED))
    def test_have_the_columns_and_types_that_measures_ask_for(self, table):
        given = {name: str(kind) for name, kind in self.GIVEN[table].schema.items()}
        for column, kind in self.WANTED[table].items():
            assert given.get(column) == TYPES[kind], (table, column)
