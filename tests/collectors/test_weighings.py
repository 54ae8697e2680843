"""Weighings: tickets in the forms offices keep them, and every way in which a row can be wrong."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingzhu.collectors.weighings import read_weighings
from qingzhu.terms.errors import MalformedError
from tests.collectors.table_making import (
    GIVEN_AT,
    HEADER,
    WASTE_WORDS,
    WEIGHING,
    book_file,
    codes,
    csv_file,
    local,
    said,
    tickets,
)

ROW = ["A1", "2023-03-05 14:20", "废钢筋", "13.2"]


def one(path, header, row, **more):
    """The only row that these cells give."""
    reading = tickets(path, [header, row], **more)
    assert reading.tables["weighing"].height == 1, [r.zh for r in reading.remarks]
    return reading.tables["weighing"].row(0, named=True)


def known(*rows):
    names = ("submission", "row", "ticket", "time", "plate", "waste_as_given", "mass_as_given")
    kinds = dict.fromkeys(names, pl.String) | {"row": pl.Int64, "time": pl.Datetime("us", "UTC")}
    return pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], schema=kinds)


class TestATicket:
    def test_gives_the_columns_of_the_contract(self, tmp_path):
        header = ["联单编号", "出场时间", "垃圾名称", "毛重（吨）", "皮重（吨）", "净重（吨）", "去向", "消纳场所", "车牌号", "司机"]
        row = ["A1", "2023年3月5日 14:20", "废钢筋", "25.3", "12.1", "13.2", "资源化利用", "横林厂", "苏D12345", "王某"]
        assert one(tmp_path, header, row) == {
            "project": "P01",
            "row": 2,
            "ticket": "A1",
            "time": local("2023-03-05T14:20:00"),
            "zero_report": False,
            "waste_origin": "works_waste",
            "waste_class": "metal",
            "waste_as_given": "废钢筋",
            "net_mass": 13.2,
            "gross_mass": 25.3,
            "tare_mass": 12.1,
            "volume": None,
            "density": None,
            "loads": None,
            "basis": "weighbridge",
            "mass_as_given": "13.2",
            "unit_as_given": "吨",
            "disposal": "recovered",
            "receiver": "横林厂",
            "plate": "苏D12345",
            "driver": "王某",
            "corrects_row": None,
        }

    def test_in_english_is_the_same_ticket(self, tmp_path):
        row = one(tmp_path, ["Ticket No.", "Time out", "Waste", "Net (t)"], ["A1", "2023-03-05 14:20", "scrap steel", "13.2"])
        assert (row["ticket"], row["net_mass"], row["waste_class"]) == ("A1", 13.2, "metal")

    @pytest.mark.parametrize(
        ("header", "cell"),
        [
            ("净重（吨）", "13.2"),
            ("净重（kg）", "13200"),
            ("净重(公斤)", "13,200"),
            ("净重", "13.2吨"),
            ("净重", "13200kg"),
            ("净重吨数（t）", "１３．２"),
            ("吨数", "13.2"),
        ],
    )
    def test_weighs_the_same_in_every_unit(self, tmp_path, header, cell):
        header = {"净重吨数（t）": "净重（t）"}.get(header, header)
        assert one(tmp_path, ["联单编号", "出场时间", "垃圾名称", header], [*ROW[:3], cell])["net_mass"] == pytest.approx(13.2, rel=1e-12)

    def test_takes_its_unit_from_a_column_of_units(self, tmp_path):
        reading = tickets(tmp_path, [[*HEADER[:3], "数量", "单位"], [*ROW[:3], "13200", "kg"], ["A2", *ROW[1:3], "8.5", "m³"]])
        frame = reading.tables["weighing"]
        assert frame["net_mass"].to_list() == [13.2, 8.5]  # the density of loose scrap steel is 1.0
        assert frame["volume"].to_list() == [None, 8.5]
        assert frame["basis"].to_list() == ["weighbridge", "volume"]

    def test_takes_its_unit_from_above_the_header(self, tmp_path):
        reading = tickets(tmp_path, [["台账", "", "", "单位：kg"], [*HEADER[:3], "净重"], [*ROW[:3], "13200"]])
        assert reading.tables["weighing"]["net_mass"].to_list() == [13.2]

    def test_without_net_mass_is_gross_less_tare(self, tmp_path):
        reading = tickets(tmp_path, [[*HEADER[:3], "毛重(t)", "皮重(t)"], [*ROW[:3], "25", "12"]])
        assert reading.tables["weighing"]["net_mass"].to_list() == [13.0]
        assert said(reading, "net_from_gross_and_tare").count == 1

    def test_may_have_its_date_and_its_time_in_two_columns(self, tmp_path):
        row = one(tmp_path, ["联单编号", "日期", "时间", "垃圾名称", "净重（吨）"], ["A1", "2023/3/5", "14:20", "废钢筋", "1"])
        assert row["time"] == local("2023-03-05T14:20:00")

    def test_of_a_workbook_may_have_true_dates_and_times(self, tmp_path):
        lines = [HEADER, ["A1", datetime(2023, 3, 5, 14, 20), "废钢筋", 13.2]]  # noqa: DTZ001
        path = book_file(tmp_path / "w.xlsx", {"3月": lines})
        frame = read_weighings(path, "w.xlsx", "P01", WEIGHING).tables["weighing"]
        assert frame.select("time", "net_mass").row(0) == (local("2023-03-05T14:20:00"), 13.2)

    def test_with_an_excel_day_number_says_so(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ["A1", "44990.597222222222", "废钢筋", "1"]])
        assert reading.tables["weighing"]["time"][0] == local("2023-03-05T14:20:00")
        assert said(reading, "time_serial").level == "note"

    def test_without_a_zone_is_beijing_time_and_the_report_says_so(self, tmp_path):
        assert said(tickets(tmp_path, [HEADER, ROW]), "time_without_zone").zh.endswith("1 行的时间没有写时区，按北京时间（UTC+8）读取。")

    def test_names_the_place_of_weighing(self, tmp_path):
        row = one(tmp_path, [*HEADER, "计量方式"], [*ROW, "消纳场地磅"])
        assert row["basis"] == "receiver_weighbridge"

    def test_with_a_place_as_destination_keeps_it_as_the_receiver(self, tmp_path):
        row = one(tmp_path, [*HEADER, "去向"], [*ROW, "雪堰渣土消纳场"])
        assert (row["disposal"], row["receiver"]) == (None, "雪堰渣土消纳场")


class TestAVolume:
    def test_is_converted_with_the_rulebooks_density_which_is_kept(self, tmp_path):
        reading = tickets(tmp_path, [[*HEADER[:3], "方量（m³）"], [*ROW[:2], "混凝土", "8"]])
        row = reading.tables["weighing"].row(0, named=True)
        assert WASTE_WORDS["density"]["rubble"]["density"] == 1.5
        assert (row["net_mass"], row["volume"], row["density"], row["basis"]) == (12.0, 8.0, 1.5, "volume")
        assert "（未经核对，" in said(reading, "density_used").zh
        assert "Broken concrete and rubble, loose" in said(reading, "density_used").en

    def test_is_converted_with_the_files_own_density(self, tmp_path):
        row = one(tmp_path, [*HEADER[:3], "方量（m³）", "密度（kg/m³）"], [*ROW[:2], "混凝土", "8", "1400"])
        assert (row["net_mass"], row["density"]) == (pytest.approx(11.2), 1.4)

    def test_without_a_density_has_an_unknown_mass_never_zero(self, tmp_path):
        reading = tickets(tmp_path, [[*HEADER[:3], "方量（m³）"], [*ROW[:2], "工程泥浆", "8"]])
        row = reading.tables["weighing"].row(0, named=True)
        assert (row["net_mass"], row["volume"], row["density"]) == (None, 8.0, None)
        assert said(reading, "density_missing").level == "doubt"

    def test_beside_a_weighed_mass_is_kept_and_not_converted(self, tmp_path):
        row = one(tmp_path, [*HEADER, "方量（m³）"], [*ROW, "8"])
        assert (row["net_mass"], row["volume"], row["density"], row["basis"]) == (13.2, 8.0, None, "weighbridge")

    def test_of_trucks_is_their_number_times_the_volume_of_each(self, tmp_path):
        row = one(tmp_path, ["日期", "垃圾名称", "车数", "每车方量"], ["2023-03-05", "渣土", "6", "15"])
        assert (row["volume"], row["loads"], row["basis"]) == (90.0, 6, "loads")
        assert row["net_mass"] == pytest.approx(90 * 1.45)

    def test_of_trucks_may_be_declared_by_the_project(self, tmp_path):
        reading = tickets(tmp_path, [["日期", "垃圾名称", "车数"], ["2023-03-05", "渣土", "6"]], load_volume=15.0)
        assert reading.tables["weighing"]["volume"].to_list() == [90.0]
        assert said(reading, "load_volume_declared").found == "15"

    def test_of_trucks_that_nobody_declared_is_unknown(self, tmp_path):
        reading = tickets(tmp_path, [["日期", "垃圾名称", "车数"], ["2023-03-05", "渣土", "6"]])
        assert reading.tables["weighing"].select("net_mass", "volume", "loads").row(0) == (None, None, 6)
        assert said(reading, "load_volume_missing").level == "doubt"


class TestAName:
    @pytest.mark.parametrize(
        ("header", "cells", "origin", "waste_class"),
        [
            (["垃圾名称"], ["渣土"], "spoil", None),
            (["垃圾名称"], ["废模板"], "works_waste", "wood"),
            (["垃圾来源", "垃圾类别"], ["拆除垃圾", "金属类"], "demolition_waste", "metal"),
            (["垃圾来源", "垃圾名称"], ["装修垃圾", "废石膏板"], "decoration_waste", "other"),
            (["垃圾类别"], ["工程渣土"], "spoil", None),
            (["垃圾名称"], ["装修垃圾（石膏板）"], "decoration_waste", "other"),
            (["垃圾名称", "垃圾类别"], ["建筑垃圾", "金属类"], "works_waste", "metal"),
        ],
    )
    def test_gives_origin_and_class_apart(self, tmp_path, header, cells, origin, waste_class):
        row = one(tmp_path, ["联单编号", "日期", "净重（吨）", *header], ["A1", "2023-03-05", "1", *cells])
        assert (row["waste_origin"], row["waste_class"]) == (origin, waste_class)

    def test_of_a_material_alone_counts_as_waste_of_the_works_and_says_so(self, tmp_path):
        assert said(tickets(tmp_path, [HEADER, ROW]), "origin_assumed").count == 1

    def test_nobody_knows_is_refused_with_the_nearest_one(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ROW, ["A2", ROW[1], "废模版", "1"]])
        remark = said(reading, "waste_unknown")
        assert (remark.level, remark.row, remark.found) == ("refused", 3, "废模版")
        assert "最接近的是“废模板”" in remark.zh

    def test_of_household_waste_does_not_belong_here(self, tmp_path):
        assert said(tickets(tmp_path, [HEADER, ROW, ["A2", ROW[1], "生活垃圾", "1"]]), "waste_not_construction").level == "refused"

    def test_that_contradicts_another_is_refused(self, tmp_path):
        header = ["日期", "净重（吨）", "垃圾名称", "垃圾来源"]
        reading = tickets(tmp_path, [header, ["2023-03-05", "1", "渣土", "拆除垃圾"], ["2023-03-05", "1", "废钢筋", "拆除垃圾"]])
        assert said(reading, "waste_conflict").row == 2

    def test_is_needed(self, tmp_path):
        assert said(tickets(tmp_path, [HEADER, ROW, ["A2", ROW[1], "", "1"]]), "waste_missing").row == 3


class TestAZeroReport:
    HEADER = ("日期", "垃圾名称", "净重（吨）", "零报告")

    def test_is_a_row_of_its_month(self, tmp_path):
        row = one(tmp_path, self.HEADER, ["2023年4月", "", "", "是"])
        assert (row["zero_report"], row["net_mass"], row["time"], row["basis"]) == (True, 0.0, local("2023-04-01T00:00:00"), "zero_report")

    @pytest.mark.parametrize(
        "cells", [["2023年4月", "零报告", "", ""], ["2023年4月", "本月无外运", "0", ""], ["2023年4月", "", "无外运", ""]]
    )
    def test_may_be_told_in_words(self, tmp_path, cells):
        assert one(tmp_path, self.HEADER, cells)["zero_report"] is True

    def test_with_an_amount_is_refused(self, tmp_path):
        reading = tickets(tmp_path, [self.HEADER, ["2023年4月", "", "3", "是"]])
        assert said(reading, "zero_report_with_amount").level == "refused"

    def test_that_stands_twice_is_refused_once(self, tmp_path):
        reading = tickets(tmp_path, [self.HEADER, ["2023年4月", "", "", "是"], ["2023-04", "", "", "是"]])
        assert (said(reading, "zero_report_twice").row, reading.rows) == (3, 1)

    def test_beside_loads_of_the_same_month_is_a_doubt(self, tmp_path):
        reading = tickets(tmp_path, [self.HEADER, ["2023年4月", "", "", "是"], ["2023-04-09", "渣土", "3", ""]])
        assert (said(reading, "zero_report_contradicted").level, reading.rows) == ("doubt", 2)

    def test_is_not_an_amount_of_zero_without_the_word(self, tmp_path):
        assert said(tickets(tmp_path, [self.HEADER, ["2023-04-09", "渣土", "0", ""]]), "amount_zero").level == "refused"

    def test_wants_a_clear_answer(self, tmp_path):
        assert said(tickets(tmp_path, [self.HEADER, ["2023-04-09", "渣土", "1", "也许"]]), "answer_unknown").found == "也许"


class TestARowThatIsWrong:
    @pytest.mark.parametrize(
        ("header", "cells", "code", "column"),
        [
            (["净重（吨）"], ["-3"], "number_negative", "净重（吨）"),
            (["净重（吨）"], ["abc"], "number_unreadable", "净重（吨）"),
            (["净重（吨）"], ["12,5"], "number_unreadable", "净重（吨）"),
            (["净重（担）"], ["3"], "unit_unknown", "净重（担）"),
            (["净重"], ["3"], "unit_missing", "净重"),
            (["净重（kg）", "单位"], ["3", "吨"], "unit_conflict", "净重（kg）"),
            (["毛重（吨）", "皮重（吨）"], ["12", "25"], "tare_above_gross", "皮重（吨）"),
            (["毛重（吨）", "皮重（吨）", "净重（吨）"], ["25", "12", "12"], "net_differs", "净重（吨）"),
            (["净重（吨）"], [""], "amount_missing", "净重（吨）"),
            (["车数", "每车方量"], ["2.5", "8"], "loads_unreadable", "车数"),
            (["车数", "每车方量"], ["-2", "8"], "number_negative", "车数"),
        ],
    )
    def test_is_refused_with_its_reason_and_the_others_stand(self, tmp_path, header, cells, code, column):
        full = [*HEADER[:3], *header]
        good = {
            "净重（吨）": "1",
            "净重（kg）": "1000",
            "净重（担）": "",
            "净重": "1吨",
            "毛重（吨）": "3",
            "皮重（吨）": "2",
            "车数": "1",
            "每车方量": "1",
        }
        better = [good.get(title, "") for title in header]
        if header == ["毛重（吨）", "皮重（吨）", "净重（吨）"]:
            better = ["3", "2", "1"]
        reading = tickets(tmp_path, [full, ["A9", *ROW[1:3], *better], [*ROW[:3], *cells]])
        remark = said(reading, code)
        assert (remark.level, remark.row, remark.column) == ("refused", 3, column)
        assert 3 not in reading.tables["weighing"]["row"]
        assert 3 in reading.refused_rows["row"]
        if code != "unit_unknown":
            assert reading.tables["weighing"]["row"].to_list() == [2]

    @pytest.mark.parametrize(
        ("time", "code"),
        [("", "time_missing"), ("3/5/2023", "time_unreadable"), ("2023-06-30 18:01", "time_in_future"), ("2032-06-11", "time_in_future")],
    )
    def test_has_a_time_that_cannot_be(self, tmp_path, time, code):
        reading = tickets(tmp_path, [HEADER, ROW, ["A2", time, "渣土", "1"]])
        assert (said(reading, code).row, reading.rows) == (3, 1)

    def test_may_be_later_where_nobody_says_when_it_was_handed_in(self, tmp_path):
        path = csv_file(tmp_path / "w.csv", [HEADER, ["A1", "2032-06-11", "渣土", "1"]])
        assert read_weighings(path, "w.csv", "P01", WEIGHING).rows == 1

    def test_rounding_of_a_weighbridge_is_no_difference(self, tmp_path):
        assert one(tmp_path, [*HEADER[:3], "毛重(t)", "皮重(t)", "净重(t)"], [*ROW[:3], "25.30", "12.10", "13.24"])["net_mass"] == 13.24

    def test_with_a_merged_amount_is_refused_and_a_merged_date_is_filled_down(self, tmp_path):
        lines = [HEADER, ["A1", "2023-03-05", "渣土", "10吨"], ["A2", None, "渣土", None]]
        path = book_file(tmp_path / "w.xlsx", {"表": lines}, merged=("B2:B3", "D2:D3"))
        reading = read_weighings(path, "w.xlsx", "P01", WEIGHING)
        assert said(reading, "amount_merged").row == 3
        assert reading.tables["weighing"]["time"].to_list() == [local("2023-03-05T00:00:00")]

    def test_with_more_cells_than_the_header_is_refused(self, tmp_path):
        (tmp_path / "w.csv").write_text(
            "联单编号,出场时间,垃圾名称,净重（吨）\nA1,2023-03-05,渣土,1,234\nA2,2023-03-05,渣土,1\n", encoding="utf-8"
        )
        reading = read_weighings(tmp_path / "w.csv", "w.csv", "P01", WEIGHING)
        assert (said(reading, "cells_beyond_header").row, reading.rows) == (2, 1)

    def test_is_given_every_reason_at_once(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ROW, ["A2", "2033-01-01", "香蕉", "-3"]])
        assert {one.code for one in reading.remarks if one.row == 3} == {"time_in_future", "waste_unknown", "number_negative"}

    def test_among_very_many_is_counted_though_not_told_one_by_one(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ROW, *[[f"B{n}", ROW[1], "香蕉", "1"] for n in range(500)]])
        assert sum(one.count for one in reading.remarks if one.code == "waste_unknown") == 500
        assert reading.refused_rows.height == 500

    def test_speaks_both_languages_and_names_file_row_and_column(self, tmp_path):
        remark = said(tickets(tmp_path, [HEADER, ROW, ["A2", "2023-03-05", "渣土", "-3"]]), "number_negative")
        assert remark.zh == "weighings.csv 第 3 行“净重（吨）”：-3 是负数，质量、体积、车数不能小于 0。请改正。"
        assert (
            remark.en
            == "weighings.csv, row 3, column “净重（吨）”: -3 is negative; masses, volumes and loads cannot be below 0. Correct it."
        )


class TestALoadThatLooksWrong:
    def test_of_twelve_thousand_tonnes_is_a_doubt(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ["A1", "2023-03-05", "渣土", "12280"]])
        assert (said(reading, "load_heavy").level, reading.rows) == ("doubt", 1)
        assert "一车 12280 t，大于 100 t" in said(reading, "load_heavy").zh

    def test_of_another_project_is_a_doubt(self, tmp_path):
        reading = tickets(tmp_path, [[*HEADER, "项目名称"], [*ROW, "别的工程"], ["A2", *ROW[1:], "丁堰 家园"]], project_names=["丁堰家园"])
        assert said(reading, "project_differs").row == 2

    def test_to_an_unknown_destination_is_a_doubt(self, tmp_path):
        reading = tickets(tmp_path, [[*HEADER, "去向", "消纳场所"], [*ROW, "某处", "横林厂"]])
        assert said(reading, "disposal_unknown").level == "doubt"


class TestATicketThatStandsTwice:
    def test_is_counted_once_and_the_later_row_is_refused(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ROW, ["a1 ", *ROW[1:]], ["A1", "2023-04-01", "渣土", "5"]])
        assert reading.tables["weighing"]["row"].to_list() == [2]
        assert [(one.row, one.code) for one in reading.remarks if one.level == "refused"] == [(3, "ticket_twice"), (4, "ticket_twice")]
        assert "内容不同" in reading.remarks[-2].zh or "内容不同" in " ".join(one.zh for one in reading.remarks)

    def test_counts_where_the_earlier_row_is_refused_for_another_reason(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ["A1", "2023-03-05", "渣土", "-5"], ["A1", "2023-03-05", "渣土", "5"]])
        assert reading.tables["weighing"]["row"].to_list() == [3]

    def test_in_another_file_leans_on_that_submission(self, tmp_path):
        before = known(("f" * 64, 7, "A1", local("2023-03-05T14:20:00"), None, "废钢筋", "13.2"))
        reading = tickets(tmp_path, [HEADER, ROW, ["A2", *ROW[1:]]], known=before)
        assert reading.tables["weighing"]["ticket"].to_list() == ["A2"]
        assert reading.leans_on == ["f" * 64]
        assert "ffffffffffff 第 7 行" in said(reading, "ticket_handed_in_before").zh

    def test_without_a_number_is_a_doubt(self, tmp_path):
        lines = [["日期", "车牌号", "垃圾名称", "净重（吨）"], ["2023-03-05", "苏D1", "渣土", "5"], ["2023-03-05", "苏D1", "渣土", "5"]]
        reading = tickets(tmp_path, lines)
        assert (said(reading, "row_looks_twice").level, reading.rows) == ("doubt", 2)

    def test_without_a_number_in_another_file_is_a_doubt(self, tmp_path):
        before = known(("e" * 64, 4, None, local("2023-03-05T00:00:00"), None, "渣土", "5"))
        reading = tickets(tmp_path, [["日期", "垃圾名称", "净重（吨）"], ["2023-03-05", "渣土", "5"]], known=before)
        assert (said(reading, "row_looks_handed_in_before").level, reading.rows, reading.leans_on) == ("doubt", 1, [])


class TestWhatIsNoLoad:
    def test_totals_are_recognised_named_and_not_counted(self, tmp_path):
        header = ["序号", *HEADER]
        lines = [header, ["1", *ROW], ["2", "A2", *ROW[1:]], ["小计", "", "", "", "26.4"], ["合 计", "", "", "", "26.4"]]
        reading = tickets(tmp_path, lines)
        assert reading.tables["weighing"]["net_mass"].sum() == pytest.approx(26.4)
        assert said(reading, "totals_row").found == "4、5"
        assert "total_differs" not in codes(reading)

    def test_a_total_that_is_not_the_sum_of_its_rows_is_a_doubt(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ROW, ["合计", "", "", "20"]])
        assert said(reading, "total_differs").en.endswith("sum to 13.2 t. See whether a row is missing or wrong.")

    def test_footers_are_named_and_not_counted(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ROW, ["制表人：张三", "", "", ""]])
        assert (said(reading, "footnote_row").found, reading.rows) == ("3", 1)

    def test_a_number_without_anything_else_is_a_ticket_that_lacks_everything(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ROW, ["A2", "", "", ""]])
        assert {one.code for one in reading.remarks if one.row == 3} == {"time_missing", "amount_missing", "waste_missing"}


class TestABook:
    def test_of_months_is_read_whole_and_rows_keep_their_sheet(self, tmp_path):
        path = book_file(
            tmp_path / "w.xlsx",
            {"3月": [HEADER, ROW], "4月": [["台账"], HEADER, ["A2", "2023-04-05", "渣土", "-1"], ["A3", "2023-04-05", "渣土", "1"]]},
        )
        reading = read_weighings(path, "w.xlsx", "P01", WEIGHING)
        assert reading.tables["weighing"]["row"].to_list() == [2, 10_000_004]
        assert said(reading, "number_negative").zh.startswith("w.xlsx 工作表“4月”第 3 行“净重（吨）”：")

    def test_does_not_count_its_summary_twice(self, tmp_path):
        path = book_file(tmp_path / "w.xlsx", {"明细": [HEADER, ROW], "汇总": [HEADER, ["", "2023年3月", "废钢筋", "13.2"]]})
        reading = read_weighings(path, "w.xlsx", "P01", WEIGHING)
        assert (reading.rows, said(reading, "sheet_summary").found) == (1, "汇总")

    def test_does_not_read_a_hidden_sheet_and_says_so(self, tmp_path):
        path = book_file(tmp_path / "w.xlsx", {"明细": [HEADER, ROW], "旧": [HEADER, ["A2", *ROW[1:]]]}, hidden=("旧",))
        reading = read_weighings(path, "w.xlsx", "P01", WEIGHING)
        assert (reading.rows, said(reading, "sheet_hidden").level) == (1, "doubt")

    def test_names_a_sheet_without_header(self, tmp_path):
        path = book_file(tmp_path / "w.xlsx", {"明细": [HEADER, ROW], "照片": [["见附件"]]})
        assert said(read_weighings(path, "w.xlsx", "P01", WEIGHING), "sheet_unread").found == "照片"

    def test_names_columns_it_does_not_know(self, tmp_path):
        assert said(tickets(tmp_path, [[*HEADER, "天气", "备注"], [*ROW, "晴", ""]]), "columns_unread").found == "天气"


class TestAFileThatIsNoTable:
    def test_of_tickets_is_refused_with_what_was_wanted(self, tmp_path):
        with pytest.raises(MalformedError) as error:
            tickets(tmp_path, [["水果", "价格"], ["香蕉", "3"]])
        assert error.value.code == "header_missing"
        assert "水果 | 价格" in error.value.zh

    def test_lacks_a_time(self, tmp_path):
        with pytest.raises(MalformedError) as error:
            tickets(tmp_path, [["联单编号", "净重（吨）"], ["A1", "3"]])
        assert error.value.code == "column_missing"

    def test_without_rows_is_a_doubt_not_a_refusal(self, tmp_path):
        reading = tickets(tmp_path, [HEADER])
        assert (said(reading, "no_rows").level, reading.refused) == ("doubt", False)

    def test_with_only_refused_rows_is_refused(self, tmp_path):
        reading = tickets(tmp_path, [HEADER, ["A1", "2023-03-05", "渣土", "-3"]])
        assert reading.refused is True
        assert reading.refused_rows.height == 1


LOAD = st.fixed_dictionaries(
    {
        "联单编号": st.uuids().map(lambda one: one.hex[:12]),
        "出场时间": st.datetimes(datetime(2021, 1, 1), datetime(2023, 6, 1)).map(lambda one: one.strftime("%Y-%m-%d %H:%M")),  # noqa: DTZ001
        "垃圾名称": st.sampled_from(["废钢筋", "渣土", "混凝土", "废模板"]),
        "净重（吨）": st.integers(1, 30_000).map(lambda one: str(one / 1000)),
        "车牌号": st.sampled_from(["苏D12345", "苏D54321"]),
    }
)


class TestWhateverTheLayout:
    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(LOAD, min_size=1, max_size=6, unique_by=lambda one: one["联单编号"]),
        st.permutations(list(range(5))),
        st.integers(0, 4),
        st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "xlsx"]),
    )
    def test_the_rows_are_the_same(self, loads, order, titles, form):
        with tempfile.TemporaryDirectory() as folder:
            plain = self.read(Path(folder) / "a.csv", loads, list(range(5)), 0, "utf-8")
            other = self.read(Path(folder) / ("b.xlsx" if form == "xlsx" else "b.csv"), loads, order, titles, form)
        assert other.with_columns(pl.col("row") - titles).equals(plain)
        assert plain["net_mass"].to_list() == [float(one["净重（吨）"]) for one in loads]

    def read(self, path, loads, order, titles, form):
        columns = [list(loads[0])[place] for place in order]
        lines = [*[["某工程", "", "", "", ""]] * titles, columns, *[[load[column] for column in columns] for load in loads]]
        file = book_file(path, {"表": lines}) if form == "xlsx" else csv_file(path, lines, form)
        return read_weighings(file, path.name, "P01", WEIGHING, given_at=GIVEN_AT).tables["weighing"]


class TestTheUnitAboveTheHeader:
    @pytest.mark.parametrize(
        "title",
        [
            ["建设单位：常州城投", "", "单位：吨"],
            ["施工单位：某某公司                         单位：吨"],
            ["建设单位：常州城投", "监理单位：某监理", "计量单位：吨"],
            ["施工单位：某某公司（单位：吨）"],
            ["建设单位：常州城投", "单位：", "吨"],
        ],
    )
    def test_is_not_the_name_of_a_firm(self, tmp_path, title):
        reading = tickets(tmp_path, [["某工程建筑垃圾外运台账"], title, [*HEADER[:3], "净重"], ROW])
        assert reading.tables["weighing"].select("net_mass", "unit_as_given").rows() == [(13.2, "吨")]

    def test_may_be_kilograms(self, tmp_path):
        reading = tickets(tmp_path, [["计量单位：公斤"], [*HEADER[:3], "净重"], [*ROW[:3], "13200"]])
        assert reading.tables["weighing"]["net_mass"].to_list() == [13.2]

    def test_is_missing_where_only_firms_are_named(self, tmp_path):
        reading = tickets(tmp_path, [["施工单位：某某公司"], [*HEADER[:3], "净重"], ROW])
        assert "unit_missing" in codes(reading)

    def test_stands_in_the_file_of_refused_rows_without_the_firm(self, tmp_path):
        reading = tickets(tmp_path, [["建设单位：常州城投", "", "单位：吨"], [*HEADER[:3], "净重"], [*ROW[:3], "-3"]])
        assert reading.facts["title_unit"] == "吨"


class TestWhereItWent:
    @pytest.mark.parametrize("text", ["场内回填", "现场回填", "就地回填", "场内利用"])
    def test_what_stayed_on_site_was_reused_there(self, tmp_path, text):
        assert one(tmp_path, [*HEADER, "去向"], [*ROW, text])["disposal"] == "reused_on_site"

    @pytest.mark.parametrize("text", ["外运回填", "回填"])
    def test_what_left_to_fill_elsewhere_was_backfilled(self, tmp_path, text):
        assert one(tmp_path, [*HEADER, "去向"], [*ROW, text])["disposal"] == "backfilled"


class TestNamesOnSite:
    @pytest.mark.parametrize(
        ("text", "waste_class"),
        [
            *((text, "inorganic") for text in ("砖块", "碎砖块", "砼块", "废砼")),
            *((text, "wood") for text in ("木方", "废模板")),
            *((text, "metal") for text in ("钢筋头", "废铁")),
            *((text, "plastic") for text in ("编织袋", "塑料布")),
            *((text, "other") for text in ("石膏板", "岩棉")),
        ],
    )
    def test_are_known(self, tmp_path, text, waste_class):
        assert one(tmp_path, HEADER, [*ROW[:2], text, ROW[3]])["waste_class"] == waste_class


class TestATimeThatIsTooEarly:
    def test_before_the_year_2000_is_refused(self, tmp_path):
        assert codes(tickets(tmp_path, [HEADER, ["A1", "1923-03-05", *ROW[2:]]]), "refused")[0] == "time_too_early"

    def test_long_before_the_works_is_a_doubt(self, tmp_path):
        rows = [["A1", "2021-01-26", *ROW[2:]], ["A2", "2021-01-24", *ROW[2:]]]
        reading = tickets(tmp_path, [HEADER, *rows], works_from=date(2022, 3, 1))  # 400 days before is 25 January 2021
        assert (said(reading, "time_before_works").row, reading.tables["weighing"].height) == (3, 2)

    def test_is_not_known_without_a_first_day_of_works(self, tmp_path):
        assert codes(tickets(tmp_path, [HEADER, ["A1", "2003-01-26", *ROW[2:]]]), "doubt") == []


class TestColumnsNobodyKnows:
    def test_are_named_up_to_ten_with_their_number(self, tmp_path):
        many = [f"列{number}" for number in range(300)]
        note = said(tickets(tmp_path, [[*HEADER, *many], [*ROW, *([""] * 300)]]), "columns_unread")
        assert (note.count, note.found) == (300, "、".join(many[:10]))
        assert "300" in note.zh
