"""Mended rows: a row without ticket number counts once, however often and wherever it is mended, and a dossier comes to rest."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from qingzhu.collectors.dossier import DossierWords, collect
from qingzhu.ledger.store import Store
from tests.collectors.table_making import GIVEN_AT, READING, WEIGHING, csv_file, survey_words

SURVEY = '[project]\ncode = "P01"\nname = "丁堰家园"\n'
HEADER = ["日期", "垃圾名称", "净重（吨）"]
GOOD, SECOND, THIRD = ["2023-03-01", "废混凝土", "10"], ["2023-04-02", "废混凝土", "20"], ["2023-05-02", "废混凝土", "30"]
BAD_SECOND, BAD_THIRD = [*SECOND[:2], "-20"], [*THIRD[:2], "约30"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "P01").mkdir()
    (tmp_path / "P01" / "project.toml").write_text(SURVEY, encoding="utf-8")
    return tmp_path / "P01"


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "store")


def hand_in(folder, store):
    words = DossierWords(survey_words(), WEIGHING, READING, frozenset(), frozenset())
    return collect(folder, store, words, given_by="张工", given_at=GIVEN_AT)


def original(folder, *rows, name="weighings.csv"):
    csv_file(folder / name, [HEADER, *rows])


def mend(folder, name, amounts, of="weighings.csv"):
    """A correction of every refused row of a file that gives these amounts, one after the other; None leaves one as it is."""
    workbook = load_workbook(folder / f"results/refused/{of}.xlsx")
    sheet = workbook.worksheets[0]
    sheet["A1"] = name  # other bytes each time
    for line, amount in enumerate(amounts, 3 if sheet["C2"].value == "原文件行" else 4):
        sheet.cell(line, 6).value = amount or sheet.cell(line, 6).value
    workbook.save(folder / name)


def masses(store):
    return sorted(store.rows("weighing")["net_mass"].to_list())


def remarks(collected, name):
    one = next(one for one in collected if one.slot.name == name)
    return [said["code"] for said in one.reading_report["remarks"]]


def is_at_rest(folder, store):
    """Whether three more runs change nothing, and every file is as it was."""
    at = store.pin().position
    states = [{one.slot.name: one.state for one in hand_in(folder, store)} for _ in range(3)]
    assert all(state == "unchanged" for run in states for state in run.values()), states
    return store.pin().position == at


class TestARowMendedTwice:
    def test_in_two_files_counts_once(self, folder, store):
        original(folder, GOOD, BAD_SECOND, BAD_THIRD)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20", "30"])
        mend(folder, "改b.xlsx", ["20", "30"])
        collected = hand_in(folder, store)
        assert masses(store) == [10.0, 20.0, 30.0]
        assert remarks(collected, "改b.xlsx").count("row_mended_before") == 2
        assert is_at_rest(folder, store)

    def test_with_another_amount_counts_as_first_mended(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20"])
        mend(folder, "改b.xlsx", ["21"])
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0]

    def test_half_in_one_file_and_half_in_another_counts_whole(self, folder, store):
        original(folder, GOOD, BAD_SECOND, BAD_THIRD)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20", None])
        hand_in(folder, store)
        mend(folder, "改b.xlsx", [None, "30"])
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0, 30.0]

    def test_counts_from_the_second_file_once_the_first_is_withdrawn(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20"])
        mend(folder, "改b.xlsx", ["21"])
        first = next(one for one in hand_in(folder, store) if one.slot.name == "改a.xlsx")
        (folder / "改a.xlsx").unlink()
        store.withdraw(first.id, "错", given_by="张工", given_at=GIVEN_AT)
        hand_in(folder, store)
        assert masses(store) == [10.0, 21.0]


class TestARowMendedInTheOriginalToo:
    def test_counts_once(self, folder, store):
        original(folder, GOOD, BAD_SECOND, BAD_THIRD)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20", "30"])
        hand_in(folder, store)
        original(folder, GOOD, SECOND, THIRD)
        collected = hand_in(folder, store)
        assert masses(store) == [10.0, 20.0, 30.0]
        assert remarks(collected, "改a.xlsx").count("corrected_in_the_original") == 2
        assert is_at_rest(folder, store)

    def test_counts_once_where_the_whole_file_had_been_refused(self, folder, store):
        original(folder, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20"])
        hand_in(folder, store)
        original(folder, SECOND, GOOD)
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0]
        assert is_at_rest(folder, store)

    def test_leaves_the_other_mended_rows_of_a_ledger_that_grew(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20"])
        hand_in(folder, store)
        original(folder, THIRD, GOOD, BAD_SECOND)
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0, 30.0]
        assert is_at_rest(folder, store)

    def test_and_again_from_the_newer_file_of_refused_rows_counts_once(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20"])
        hand_in(folder, store)
        original(folder, THIRD, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改b.xlsx", ["20"])
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0, 30.0]


class TestACorrectionOfWhatWasWithdrawn:
    def test_counts_no_more(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        first = next(one for one in hand_in(folder, store) if one.slot.name == "weighings.csv")
        mend(folder, "改a.xlsx", ["20"])
        hand_in(folder, store)
        (folder / "weighings.csv").unlink()
        store.withdraw(first.id, "错", given_by="张工", given_at=GIVEN_AT)
        assert "corrected_withdrawn" in remarks(hand_in(folder, store), "改a.xlsx")
        assert masses(store) == []


class TestATicketMendedInTwoPlaces:
    def test_comes_to_rest(self, folder, store):
        header = ["联单编号", *HEADER]
        csv_file(folder / "weighings.csv", [header, ["A1", *GOOD], ["A2", *BAD_SECOND]])
        hand_in(folder, store)
        for name in ("改a.xlsx", "改b.xlsx"):
            workbook = load_workbook(folder / "results/refused/weighings.csv.xlsx")
            workbook.worksheets[0]["A1"] = name
            line = workbook.worksheets[0].max_row
            workbook.worksheets[0].cell(line, 7).value = "20"
            workbook.save(folder / name)
        hand_in(folder, store)
        csv_file(folder / "weighings.csv", [header, ["A1", *GOOD], ["A2", *SECOND]])
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0]
        assert is_at_rest(folder, store)


class TestARenamedFile:
    def test_is_refused_with_what_to_do(self, folder, store):
        original(folder, GOOD)
        first = next(one for one in hand_in(folder, store) if one.slot.name == "weighings.csv")
        (folder / "weighings.csv").rename(folder / "weighings_2023.csv")
        collected = hand_in(folder, store)
        said = next(one for one in collected if one.slot.name == "weighings_2023.csv").reading_report["remarks"][0]
        assert said["code"] == "file_renamed"
        assert f"qingzhu withdraw {first.id[:12]} --reason" in said["zh"]
        assert masses(store) == [10.0]

    def test_counts_under_its_new_name_once_that_was_done(self, folder, store):
        original(folder, GOOD)
        first = next(one for one in hand_in(folder, store) if one.slot.name == "weighings.csv")
        (folder / "weighings.csv").rename(folder / "weighings_2023.csv")
        hand_in(folder, store)
        store.withdraw(first.id, "改名", given_by="张工", given_at=GIVEN_AT)
        hand_in(folder, store)
        assert [one.slot.name for one in store.current() if one.slot.kind == "weighing"] == ["weighings_2023.csv"]
        assert is_at_rest(folder, store)

    def test_that_grew_counts_no_row_twice(self, folder, store):
        original(folder, GOOD)
        first = next(one for one in hand_in(folder, store) if one.slot.name == "weighings.csv")
        (folder / "weighings.csv").unlink()
        original(folder, GOOD, SECOND, name="weighings_2023.csv")
        collected = hand_in(folder, store)
        assert masses(store) == [10.0, 20.0]
        said = next(one for one in collected if one.slot.name == "weighings_2023.csv").reading_report["remarks"]
        assert any(one["code"] == "row_of_a_file_that_left" and f"qingzhu withdraw {first.id[:12]}" in one["en"] for one in said)
        store.withdraw(first.id, "改名", given_by="张工", given_at=GIVEN_AT)
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0]
        assert is_at_rest(folder, store)
