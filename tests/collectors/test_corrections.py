"""Corrections: refused rows come back as a workbook that can be mended and handed in under a name of its own."""

from __future__ import annotations

import polars as pl
import pytest
from openpyxl import load_workbook

from qingzhu.collectors import corrections
from qingzhu.collectors.corrections import ROW, SUBMISSION, read_marker, refused_name, write_refused
from qingzhu.collectors.readings import read_readings
from qingzhu.collectors.weighings import read_weighings
from qingzhu.terms.readings import Reading
from tests.collectors.table_making import GIVEN_AT, HEADER, READING, WEIGHING, book_file, streams, tickets

FACTS = {"submission": "f" * 64, "kind": "weighing", "project": "P01", "name": "weighings.csv"}


def refused(path, lines=None):
    """A file with one good row and two refused ones, and its correction file."""
    lines = lines or [
        ["台账"],
        ["单位：吨"],
        [*HEADER[:3], "净重", "备注"],
        ["A1", "2023-03-05", "渣土", "5", ""],
        ["0002", "2023-03-05", "香蕉", "-3", "看"],
        ["A3", "2033-03-05", "渣土", "4", ""],
    ]
    reading = tickets(path, lines)
    return write_refused(reading, path / "refused", **FACTS)


def mend(path, changes):
    """What a user does: open the workbook, overwrite cells by header and line, save."""
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    header = next(line for line in range(1, 6) if sheet.cell(line, 3).value == ROW)
    columns = {sheet.cell(header, place).value: place for place in range(1, sheet.max_column + 1)}
    for (line, column), text in changes.items():
        sheet.cell(header + line, columns[column]).value = text
    target = path.parent / "mended.xlsx"
    workbook.save(target)
    return target


def lines_of(path):
    return [list(line) for line in load_workbook(path).worksheets[0].iter_rows(values_only=True)]


class TestTheFileOfRefusedRows:
    def test_stands_under_the_name_of_the_original(self, tmp_path):
        assert refused(tmp_path) == tmp_path / "refused" / "weighings.csv.xlsx"

    def test_has_reasons_in_both_languages_then_the_row_then_the_original_columns_in_their_order(self, tmp_path):
        header = lines_of(refused(tmp_path))[2]
        assert header == [
            "拒收原因（中文）",
            "Reason for refusal (English)",
            "原文件行",
            "联单编号",
            "出场时间",
            "垃圾名称",
            "净重",
            "备注",
        ]

    def test_has_every_refused_row_as_it_was_with_all_its_reasons(self, tmp_path):
        rows = lines_of(refused(tmp_path))[3:]
        assert [row[2:] for row in rows] == [["5", "0002", "2023-03-05", "香蕉", "-3", "看"], ["6", "A3", "2033-03-05", "渣土", "4", None]]
        assert "香蕉" in rows[0][0]
        assert "-3 是负数" in rows[0][0]
        assert "later than 2023-06-30 18:00" in rows[1][1]

    def test_keeps_the_unit_that_stood_above_the_header(self, tmp_path):
        assert lines_of(refused(tmp_path))[1][0] == "单位：吨"

    def test_says_on_a_hidden_sheet_what_it_corrects(self, tmp_path):
        path = refused(tmp_path)
        assert read_marker(path) == FACTS
        assert load_workbook(path).worksheets[1].sheet_state == "hidden"

    def test_has_the_same_bytes_each_time(self, tmp_path):
        first = refused(tmp_path).read_bytes()
        assert refused(tmp_path).read_bytes() == first

    def test_is_not_written_where_nothing_was_refused(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ["A1", "2023-03-05", "渣土", "5"]])
        assert write_refused(reading, tmp_path / "refused", **FACTS) is None
        assert not (tmp_path / "refused").exists()

    def test_of_very_many_rows_is_a_csv(self, tmp_path, monkeypatch):
        monkeypatch.setattr(corrections, "ROWS_IN_A_WORKBOOK", 1)
        path = refused(tmp_path)
        assert path.name == "weighings.csv"
        frame = pl.read_csv(path, skip_rows=1, infer_schema=False)
        assert (frame.columns[-1], frame[SUBMISSION].to_list()) == (SUBMISSION, ["f" * 64] * 2)

    @pytest.mark.parametrize(
        ("name", "expected"), [("w.xlsx", "w.xlsx"), ("readings/a.csv", "readings/a.csv.xlsx"), ("r.parquet", "r.parquet.xlsx")]
    )
    def test_ends_in_xlsx(self, name, expected):
        assert refused_name(name, 1) == expected


class TestHandedInAgain:
    def test_mended_rows_are_read_and_point_to_the_rows_they_correct(self, tmp_path):
        path = mend(refused(tmp_path), {(1, "垃圾名称"): "混凝土", (1, "净重"): "3", (2, "出场时间"): "2023-03-06"})
        reading = read_weighings(path, "改正.xlsx", "P01", WEIGHING, given_at=GIVEN_AT)
        assert reading.corrects == "f" * 64
        assert reading.tables["weighing"].select("ticket", "net_mass", "corrects_row").rows() == [("0002", 3.0, 5), ("A3", 4.0, 6)]

    def test_rows_that_are_still_wrong_are_refused_again_without_growing_columns(self, tmp_path):
        path = mend(refused(tmp_path), {(1, "垃圾名称"): "混凝土"})
        reading = read_weighings(path, "改正.xlsx", "P01", WEIGHING, given_at=GIVEN_AT)
        again = write_refused(reading, tmp_path / "again", **{**FACTS, "submission": "e" * 64, "name": "改正.xlsx"})
        header = lines_of(again)[2]
        assert header == [
            "拒收原因（中文）",
            "Reason for refusal (English)",
            "原文件行",
            "联单编号",
            "出场时间",
            "垃圾名称",
            "净重",
            "备注",
        ]

    def test_as_csv_points_to_its_submission_too(self, tmp_path, monkeypatch):
        monkeypatch.setattr(corrections, "ROWS_IN_A_WORKBOOK", 1)
        path = refused(tmp_path)
        path.write_text(path.read_text("utf-8-sig").replace("香蕉,-3", "混凝土,3"), encoding="utf-8-sig")
        reading = read_weighings(path, "c.csv", "P01", WEIGHING, given_at=GIVEN_AT)
        assert (reading.corrects, reading.tables["weighing"]["corrects_row"].to_list()) == ("f" * 64, [5])

    def test_of_a_book_of_several_sheets_keeps_the_row_unique(self, tmp_path):
        book = book_file(
            tmp_path / "w.xlsx", {"3月": [HEADER, ["A1", "2023-03-05", "渣土", "5"]], "4月": [HEADER, ["A2", "2023-04-05", "渣土", "-5"]]}
        )
        reading = read_weighings(book, "w.xlsx", "P01", WEIGHING)
        path = mend(write_refused(reading, tmp_path / "refused", **{**FACTS, "name": "w.xlsx"}), {(1, "净重（吨）"): "5"})
        assert read_weighings(path, "c.xlsx", "P01", WEIGHING).tables["weighing"]["corrects_row"].to_list() == [10_000_002]

    def test_readings_are_mended_in_the_same_way(self, tmp_path):
        lines = [
            ["监测点", "监测时间", "PM10（mg/m³）", "TSP（mg/m³）"],
            ["D1", "2023-03-05 14:20", "-5", "0.2"],
            ["D1", "2023-03-05 14:21", "0.1", "0.2"],
        ]
        reading = streams(tmp_path, lines)
        path = write_refused(reading, tmp_path / "refused", **{**FACTS, "kind": "reading", "name": "readings/r.csv"})
        mended = mend(path, {(1, "PM10（mg/m³）"): "0.05", (1, "TSP（mg/m³）"): None})
        again = read_readings(mended, "readings/c.xlsx", "P01", READING, given_at=GIVEN_AT)
        assert again.corrects == "f" * 64
        assert again.tables["reading"].select("quantity", "value").rows() == [("pm10", 50.0)]

    def test_an_ordinary_workbook_corrects_nothing(self, tmp_path):
        path = book_file(tmp_path / "w.xlsx", {"3月": [HEADER, ["A1", "2023-03-05", "渣土", "5"]]})
        assert read_marker(path) == {}
        assert read_weighings(path, "w.xlsx", "P01", WEIGHING).corrects is None

    def test_a_reading_without_refused_rows_writes_nothing(self, tmp_path):
        assert write_refused(Reading(), tmp_path, **FACTS) is None
