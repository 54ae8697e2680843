"""Contracts are read strictly, and every frame is held to its contract before a row becomes evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from qingzhu.ledger.contracts import load, read
from qingzhu.ledger.frames import fitted
from qingzhu.terms.errors import MalformedError
from tests.ledger.store_makers import stages, weighings

CONTRACTS = load()

GOOD = """
table = "load"
title = { zh = "车", en = "Load" }
kind  = "weighing"
[[column]]
name = "project"
type = "string"
"""


def refused(frame: pl.DataFrame, table: str = "weighing", project: str | None = "P01") -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        fitted(frame, CONTRACTS[table], project)
    return caught.value


def with_value(column: str, *values: object) -> pl.DataFrame:
    """Three good tickets with other values in one column."""
    dtype = CONTRACTS["weighing"].schema[column]
    return weighings("P01", 3, 1).with_columns(pl.Series(column, values, dtype))


class TestEveryContractOfTheHouse:
    @pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.table)
    def test_begins_with_submission_and_row_and_a_required_project(self, contract):
        assert [(column.name, column.required) for column in contract.columns[:3]] == [
            ("submission", True),
            ("row", True),
            ("project", True),
        ]

    @pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.table)
    def test_names_every_column_in_both_languages(self, contract):
        assert [column.name for column in contract.columns if not (column.words.get("zh") and column.words.get("en"))] == []


class TestAContractFile:
    @pytest.mark.parametrize(
        ("text", "where"),
        [
            (GOOD.replace('"string"', '"text"'), "project.type"),
            (GOOD + 'unit = "stone"\n', "project.unit"),
            (GOOD + 'colour = "red"\n', "project"),
            (GOOD + '[[column]]\nname = "project"\ntype = "string"\n', "columns"),
            (GOOD + '[[column]]\nname = "row"\ntype = "int64"\n', "columns"),
            (GOOD.replace('"load"', '"other"'), "table"),
            (GOOD.replace("[[column]]", 'event = "project"\n[[column]]'), "event"),
        ],
        ids=["unknown type", "unknown unit", "unknown key", "column twice", "column of the store", "other name", "event that is no time"],
    )
    def test_is_refused_with_the_place_that_is_wrong(self, tmp_path, text, where):
        (tmp_path / "load.toml").write_text(text, "utf-8")
        with pytest.raises(MalformedError) as caught:
            read(tmp_path / "load.toml")
        assert (caught.value.code, caught.value.facts["where"]) == ("contract_malformed", where)

    def test_that_is_right_is_read(self, tmp_path):
        (tmp_path / "load.toml").write_text(GOOD, "utf-8")
        assert list(read(tmp_path / "load.toml").schema) == ["submission", "row", "project"]


class TestAFrame:
    def test_gets_the_columns_it_lacks_as_null_in_the_order_of_the_contract(self):
        held = fitted(weighings("P01", 2, 1), CONTRACTS["weighing"], "P01")
        assert held.columns == [column.name for column in CONTRACTS["weighing"].columns][1:]
        assert held.schema == {name: dtype for name, dtype in CONTRACTS["weighing"].schema.items() if name != "submission"}
        assert held["receiver"].null_count() == 2

    def test_keeps_its_values_when_a_type_is_widened(self):
        narrow = weighings("P01", 3, 1).with_columns(pl.col("row").cast(pl.Int32), pl.col("ticket").cast(pl.Categorical))
        assert fitted(narrow, CONTRACTS["weighing"]).equals(fitted(weighings("P01", 3, 1), CONTRACTS["weighing"]))

    def test_without_rows_is_as_good_as_any(self):
        assert fitted(weighings("P01", 0, 1), CONTRACTS["weighing"], "P01").height == 0


class TestAFrameIsRefused:
    """Each error names table, column, row and what was found."""

    @pytest.mark.parametrize(
        ("frame", "code", "column", "row"),
        [
            (weighings("P01", 3, 1).drop("time"), "contract_value_missing", "time", 2),
            (with_value("zero_report", False, None, True), "contract_value_missing", "zero_report", 3),
            (with_value("net_mass", 1.0, 2.0, -0.5), "contract_value_too_small", "net_mass", 4),
            (with_value("net_mass", 1.0, float("nan"), 2.0), "contract_value_not_finite", "net_mass", 3),
            (with_value("net_mass", float("inf"), 1.0, 2.0), "contract_value_not_finite", "net_mass", 2),
            (with_value("basis", None, "loads", "guess"), "contract_value_unknown", "basis", 4),
            (with_value("project", "P01", "P02", "P01"), "contract_row_of_other_project", "project", 3),
            (with_value("row", 2, None, 4), "contract_value_missing", "row", None),
            (weighings("P01", 3, 1).with_columns(colour=pl.lit("red")), "contract_column_unknown", "colour", None),
            (weighings("P01", 3, 1).with_columns(net_mass=pl.lit("1.5")), "contract_column_type", "net_mass", None),
            (weighings("P01", 3, 1).with_columns(time=pl.lit("2023-03-01").str.to_datetime()), "contract_column_type", "time", None),
            (weighings("P01", 3, 1).with_columns(row=pl.lit(2**63, pl.UInt64)), "contract_column_type", "row", None),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_with_table_column_and_row(self, frame, code, column, row):
        error = refused(frame)
        assert (error.code, error.facts["table"], error.facts["column"], error.facts["row"]) == (code, "weighing", column, row)
        assert column in error.zh
        assert column in error.en

    def test_for_a_date_given_as_a_time(self):
        frame = stages("P01", 1, 1).with_columns(from_date=pl.lit(datetime(2023, 1, 1, tzinfo=UTC)))
        assert refused(frame, "stage").code == "contract_column_type"

    def test_for_a_stage_nobody_knows_and_says_which_are_known(self):
        frame = stages("P01", 1, 1).with_columns(stage=pl.lit("roof"), from_date=pl.lit(date(2023, 1, 1)))
        assert refused(frame, "stage").en.endswith("found 'roof', wanted underground, aboveground, fit_out.")
