"""Mended rows: a row without ticket number counts once, however often and wherever it is mended, and a dossier comes to rest."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from qingzhu.collectors import corrections
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


def mend(folder, name, amounts, of="weighings.csv", results=None):
    """A correction of every refused row of a file that gives these amounts, one after the other; None leaves one as it is."""
    workbook = load_workbook((results or folder) / f"results/refused/{of}.xlsx")
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
        mend(folder, "改b.xlsx", ["30"])
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
        mend(folder.parent, "改a.xlsx", ["20"], results=folder)
        original(folder, THIRD, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改b.xlsx", ["20"])
        (folder.parent / "改a.xlsx").rename(folder / "改a.xlsx")
        hand_in(folder, store)
        assert masses(store) == [10.0, 20.0, 30.0]
        assert is_at_rest(folder, store)


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


def offered(folder):
    """The rows that results/refused offers to mend, by file: each with the row of the original and the amount."""
    found = {}
    for path in sorted((folder / "results/refused").rglob("*.xlsx")):
        lines = [list(line) for line in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
        header = next(place for place, line in enumerate(lines) if "原文件行" in line)
        found[path.name] = [(line[2], line[5]) for line in lines[header + 1 :]]
    return found


class TestTheFileOfRefusedRows:
    def test_offers_no_row_that_a_correction_has_mended(self, folder, store):
        original(folder, GOOD, BAD_SECOND, BAD_THIRD)
        hand_in(folder, store)
        assert offered(folder) == {"weighings.csv.xlsx": [("3", "-20"), ("4", "约30")]}
        mend(folder, "改a.xlsx", ["20", None])
        hand_in(folder, store)
        assert offered(folder) == {"weighings.csv.xlsx": [("4", "约30")]}
        mend(folder, "改b.xlsx", ["30"])
        assert hand_in(folder, store).refused_files == []
        assert offered(folder) == {}
        assert is_at_rest(folder, store)

    def test_goes_when_a_newer_version_of_the_original_has_the_row_right(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        original(folder, GOOD, SECOND)
        hand_in(folder, store)
        assert offered(folder) == {}

    def test_offers_no_row_of_a_newer_version_that_a_correction_of_the_older_one_has_mended(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20"])
        hand_in(folder, store)
        original(folder, THIRD, GOOD, BAD_SECOND)
        hand_in(folder, store)
        assert offered(folder) == {}
        assert masses(store) == [10.0, 20.0, 30.0]

    def test_offers_the_row_again_once_the_correction_is_withdrawn(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["20"])
        first = next(one for one in hand_in(folder, store) if one.slot.name == "改a.xlsx")
        store.withdraw(first.id, "错", given_by="张工", given_at=GIVEN_AT)
        hand_in(folder, store)
        assert offered(folder) == {"weighings.csv.xlsx": [("3", "-20")]}

    def test_of_a_file_that_left_stays_until_its_rows_are_mended_or_it_is_withdrawn(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        given = next(one for one in hand_in(folder, store) if one.slot.name == "weighings.csv")
        (folder / "weighings.csv").unlink()
        hand_in(folder, store)
        assert offered(folder) == {"weighings.csv.xlsx": [("3", "-20")]}
        store.withdraw(given.id, "错", given_by="张工", given_at=GIVEN_AT)
        hand_in(folder, store)
        assert offered(folder) == {}

    def test_offers_a_row_that_a_correction_failed_to_mend_once_and_not_twice(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder, "改a.xlsx", ["-21"])
        hand_in(folder, store)
        assert offered(folder) == {"weighings.csv.xlsx": [("3", "-20")]}

    def test_that_somebody_mends_where_it_lies_is_never_overwritten_and_named(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder / "results/refused", "weighings.csv.xlsx", ["20"], results=folder)
        for rows in ([GOOD, BAD_SECOND, BAD_THIRD], [GOOD, SECOND]):
            original(folder, *rows)
            collected = hand_in(folder, store)
            assert offered(folder) == {"weighings.csv.xlsx": [("3", "20")]}
            assert [one.code for one in collected.unread] == ["refused_file_in_hand"]

    def test_that_was_handed_in_as_it_lies_goes_with_its_rows(self, folder, store):
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        mend(folder / "results/refused", "weighings.csv.xlsx", ["20"], results=folder)
        (folder / "改a.xlsx").write_bytes((folder / "results/refused/weighings.csv.xlsx").read_bytes())
        collected = hand_in(folder, store)
        assert masses(store) == [10.0, 20.0]
        assert (offered(folder), collected.unread) == ({}, [])

    def test_of_another_project_in_the_same_folder_of_results_is_left_alone(self, folder, store, tmp_path):
        original(folder, GOOD, BAD_SECOND)
        words = DossierWords(survey_words(), WEIGHING, READING, frozenset(), frozenset())
        collect(folder, store, words, given_by="张工", given_at=GIVEN_AT, out=tmp_path / "out")
        other = tmp_path / "P02"
        other.mkdir()
        (other / "project.toml").write_text(SURVEY.replace("P01", "P02"), encoding="utf-8")
        collect(other, store, words, given_by="张工", given_at=GIVEN_AT, out=tmp_path / "out")
        assert (tmp_path / "out/refused/weighings.csv.xlsx").is_file()

    def test_too_long_for_a_workbook_goes_too(self, folder, store, monkeypatch):
        monkeypatch.setattr(corrections, "ROWS_IN_A_WORKBOOK", 0)
        original(folder, GOOD, BAD_SECOND)
        hand_in(folder, store)
        assert (folder / "results/refused/weighings.csv").is_file()
        original(folder, GOOD, SECOND)
        hand_in(folder, store)
        assert not (folder / "results/refused/weighings.csv").exists()


class TestReadings:
    LINES = (
        ["监测点", "监测量", "监测时间", "值", "单位"],
        ["D1", "pm10", "2023-03-05 14:20", "80", "µg/m³"],
        ["D1", "pm10", "2023-03-05 14:21", "-5", "µg/m³"],
        ["D1", "pm10", "2023-03-05 14:22", "多", "µg/m³"],
    )

    def test_that_a_correction_has_mended_are_offered_no_more(self, folder, store):
        (folder / "readings").mkdir()
        csv_file(folder / "readings/r.csv", list(self.LINES))
        path = hand_in(folder, store).refused_files[0]
        workbook = load_workbook(path)
        sheet = workbook.worksheets[0]
        line = next(cell.row for cell in sheet["C"] if cell.value == "3")
        sheet.cell(line, 7).value = "5"
        workbook.save(folder / "readings/改a.xlsx")
        collected = hand_in(folder, store)
        assert store.rows("reading")["value"].sort().to_list() == [5.0, 80.0]
        assert list(offered(folder)) == ["r.csv.xlsx"]
        rows = [line[2] for line in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
        assert ("3" in rows, "4" in rows) == (False, True)
        assert [one.name for one in collected.refused_files] == ["r.csv.xlsx"]
