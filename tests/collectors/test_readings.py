"""Readings: long and wide, csv and Parquet, the units and flags of devices, and what is refused."""

from __future__ import annotations

import tempfile
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingzhu.collectors.readings import read_readings
from qingzhu.terms.errors import MalformedError
from tests.collectors.table_making import GIVEN_AT, READING, RULEBOOK, book_file, codes, csv_file, local, said, sensors, streams

LONG = ["监测点", "监测量", "监测时间", "值", "单位"]
NOISE = ["N1", "noise", "2023-03-05 14:20:00", "61.2", "dB(A)"]
DUST = ["D1", "pm10", "2023-03-05 14:20:00", "85", "µg/m³"]
DECLARED = sensors(("N1", "noise", None), ("D1", "pm10", "mg/m³"))


def only(reading):
    assert reading.rows == 1, [one.zh for one in reading.remarks]
    return reading.tables["reading"].row(0, named=True)


def parquet(path: Path, frame: pl.DataFrame, declared=None, **more):
    frame.write_parquet(path / "r.parquet")
    return read_readings(path / "r.parquet", "readings/r.parquet", "P01", READING, declared, given_at=GIVEN_AT, **more)


class TestAReading:
    def test_gives_the_columns_of_the_contract(self, tmp_path):
        assert only(streams(tmp_path, [LONG, NOISE])) == {
            "project": "P01",
            "row": 2,
            "sensor": "N1",
            "quantity": "noise",
            "time": local("2023-03-05T14:20:00"),
            "value": 61.2,
            "given": 61.2,
            "unit": "dB(A)",
            "flag": None,
            "received": None,
        }

    def test_in_english_headers_is_the_same(self, tmp_path):
        row = only(streams(tmp_path, [["sensor", "parameter", "timestamp", "value", "unit"], ["D1", "PM10", *DUST[2:]]]))
        assert (row["sensor"], row["quantity"], row["value"]) == ("D1", "pm10", 85.0)

    def test_in_milligrams_is_kept_in_micrograms_beside_the_number_as_written(self, tmp_path):
        row = only(streams(tmp_path, [LONG, [*DUST[:3], "0.085", "mg/m³"]]))
        assert (row["value"], row["given"], row["unit"]) == (85.0, 0.085, "mg/m³")

    @pytest.mark.parametrize("unit", ["µg/m³", "μg/m3", "ug/m3", "ug/m³", "微克/立方米", "μg/㎥"])
    def test_in_micrograms_may_be_spelt_in_many_ways(self, tmp_path, unit):
        assert only(streams(tmp_path, [LONG, [*DUST[:4], unit]]))["value"] == 85.0

    @pytest.mark.parametrize(
        ("text", "quantity"),
        [("噪声", "noise"), ("LAeq", "noise"), ("PM2.5", "pm2_5"), ("a34002", "pm10"), ("TSP", "tsp"), ("PM10(ug/m3)", "pm10")],
    )
    def test_is_of_a_quantity_by_any_of_its_names(self, tmp_path, text, quantity):
        unit = "dB" if quantity == "noise" else ("" if "(" in text else "ug/m3")
        assert only(streams(tmp_path, [LONG, ["X", text, *DUST[2:4], unit]]))["quantity"] == quantity

    @pytest.mark.parametrize("time", ["2023年3月5日 14:20", "2023/3/5 14:20", "2023-03-05T06:20:00Z", "2023-03-05T14:20:00+08:00"])
    def test_may_have_its_time_in_many_forms(self, tmp_path, time):
        assert only(streams(tmp_path, [LONG, [*NOISE[:2], time, *NOISE[3:]]]))["time"] == local("2023-03-05T14:20:00")

    def test_may_have_one_time_in_another_form_than_the_others(self, tmp_path):
        reading = streams(tmp_path, [LONG, NOISE, [*NOISE[:2], "2023年3月5日 14:21", *NOISE[3:]]])
        assert reading.tables["reading"]["time"].to_list() == [local("2023-03-05T14:20:00"), local("2023-03-05T14:21:00")]

    def test_without_a_zone_is_beijing_time_and_the_report_says_so(self, tmp_path):
        reading = streams(tmp_path, [LONG, NOISE, [*DUST[:2], "2023-03-05T06:20:00Z", *DUST[3:]]])
        assert said(reading, "time_without_zone").count == 1

    def test_with_full_width_digits_is_a_number(self, tmp_path):
        assert only(streams(tmp_path, [LONG, [*NOISE[:3], "６１．２", ""]]))["value"] == 61.2

    def test_may_carry_its_unit_behind_the_number(self, tmp_path):
        row = only(streams(tmp_path, [LONG, [*DUST[:3], "0.085mg/m3", ""]]))
        assert (row["value"], row["unit"]) == (85.0, "mg/m3")

    def test_keeps_when_the_platform_received_it(self, tmp_path):
        row = only(streams(tmp_path, [[*LONG, "接收时间"], [*NOISE, "2023-03-05 22:20:07"]]))
        assert row["received"] == local("2023-03-05T22:20:07")


class TestTheWideForm:
    HEADER = ("监测点", "监测时间", "噪声（dB(A)）", "PM10（mg/m³）", "TSP(ug/m3)")

    def test_gives_one_row_a_reading_with_the_line_it_stood_on(self, tmp_path):
        reading = streams(
            tmp_path, [self.HEADER, ["X1", "2023-03-05 14:20", "61.2", "0.085", "120"], ["X1", "2023-03-05 14:21", "", "0.090", ""]]
        )
        rows = reading.tables["reading"].select("row", "quantity", "value").rows()
        second, third = 1_000_000_000_000, 2_000_000_000_000  # the second and third reading of a line
        assert rows == [(2, "noise", 61.2), (second + 2, "pm10", 85.0), (second + 3, "pm10", 90.0), (third + 2, "tsp", 120.0)]
        assert said(reading, "reading_empty").count == 2

    def test_without_sensors_belongs_to_the_only_one_that_measures_it(self, tmp_path):
        reading = streams(tmp_path, [["时间", "PM10"], ["2023-03-05 14:20", "0.085"]], DECLARED)
        assert only(reading)["sensor"] == "D1"
        assert codes(reading) == ["time_without_zone", "sensor_assumed", "reading_unit_declared"]

    def test_without_sensors_is_refused_where_several_could_be_meant(self, tmp_path):
        with pytest.raises(MalformedError) as error:
            streams(
                tmp_path, [["时间", "PM10（mg/m³）"], ["2023-03-05 14:20", "0.085"]], sensors(("D1", "pm10", None), ("D2", "pm10", None))
            )
        assert error.value.code == "sensor_missing"

    def test_of_a_platform_export_may_have_title_rows_and_any_order(self, tmp_path):
        lines = [["某市扬尘平台导出"], [], ["PM10(ug/m3)", "设备编号", "数据时间"], ["85", "D1", "2023-03-05 14:20"]]
        row = only(streams(tmp_path, lines))
        assert (row["row"], row["sensor"], row["value"]) == (4, "D1", 85.0)

    def test_names_the_line_of_what_is_wrong(self, tmp_path):
        reading = streams(
            tmp_path, [self.HEADER, ["X1", "2023-03-05 14:20", "61.2", "-1", "120"], ["X1", "2023-03-05 14:21", "60", "abc", "-5"]]
        )
        assert [(one.code, one.row % 10**12) for one in reading.remarks if one.level == "refused"] == [
            ("reading_not_a_number", 3),
            ("reading_negative", 2),
        ]
        assert " 第 3 行“" in said(reading, "reading_not_a_number").zh
        assert reading.refused_rows["row"].to_list() == [2, 3]


HJ212 = ["MN", "DataTime", "a34002-Rtd", "a34002-Flag", "a34001-Rtd", "a34001-Flag", "LA-Rtd", "LA-Flag"]
UNITS = sensors(("X1", "pm10", "mg/m³"), ("X1", "tsp", "mg/m³"), ("X1", "noise", None))


def flagged(folder, *cells: str, header: list[str] = HJ212):
    """``quantity: (value, given, flag)`` of a line of an export with a column of flags a quantity, and its report."""
    reading = streams(folder, [header, ["X1", "20230305142000", *cells]], UNITS)
    rows = reading.tables["reading"].select("quantity", "value", "given", "flag").rows()
    return {quantity: rest for quantity, *rest in rows}, reading


class TestFlagsOfEachQuantity:
    def test_stand_beside_their_values_in_an_export_of_hj_212(self, tmp_path):
        found, reading = flagged(tmp_path, "0.085", "N", "0.160", "D", "61.2", "N")
        assert found == {"pm10": [85.0, 0.085, "N"], "tsp": [None, 0.16, "D"], "noise": [61.2, 61.2, "N"]}
        assert (said(reading, "reading_flagged").count, said(reading, "reading_flagged").column) == (1, "a34002-Flag")
        assert "columns_unread" not in codes(reading)

    @pytest.mark.parametrize("flag", ["F", "C", "M", "D", "T", "B", "S", "+"])
    def test_other_than_normal_keep_the_number_as_evidence_and_do_not_count(self, tmp_path, flag):
        found, reading = flagged(tmp_path, "0.085", flag, "0.160", "N", "61.2", "N")
        assert found["pm10"] == [None, 0.085, flag]
        assert said(reading, "reading_flagged").count == 1

    @pytest.mark.parametrize("flag", ["HSp", "9", "-"])
    def test_that_nobody_knows_do_not_count_either_and_are_a_doubt(self, tmp_path, flag):
        found, reading = flagged(tmp_path, "0.085", flag, "0.160", "N", "61.2", "N")
        assert found["pm10"] == [None, 0.085, flag]
        remark = said(reading, "reading_flag_not_valid")
        assert (remark.level, remark.count, remark.found) == ("doubt", 1, flag)

    def test_that_are_missing_leave_the_value_counted(self, tmp_path):
        assert flagged(tmp_path, "0.085", "", "0.160", "N", "61.2", "N")[0]["pm10"] == [85.0, 0.085, None]

    def test_keep_a_reading_whose_number_is_missing(self, tmp_path):
        found, reading = flagged(tmp_path, "", "D", "", "N", "61.2", "N")
        assert found == {"pm10": [None, None, "D"], "noise": [61.2, 61.2, "N"]}
        assert said(reading, "reading_empty").count == 1

    @pytest.mark.parametrize(
        "name", ["PM10_flag", "pm10-Flag", "PM10 Flag", "PM10标识", "PM10（标识）", "PM10数据标识", "PM10状态", "可吸入颗粒物标记"]
    )
    def test_may_be_called_by_many_names_and_stand_before_the_value(self, tmp_path, name):
        header = [*HJ212[:2], name, "PM10", *HJ212[4:]]
        assert flagged(tmp_path, "M", "0.085", "0.160", "N", "61.2", "N", header=header)[0]["pm10"] == [None, 0.085, "M"]

    def test_give_way_to_the_flag_of_the_row_where_they_say_valid(self, tmp_path):
        found, _ = flagged(tmp_path, "0.085", "N", "0.160", "D", "61.2", "离线", header=[*HJ212[:7], "状态"])
        assert found == {"pm10": [None, 0.085, "离线"], "tsp": [None, 0.16, "D"], "noise": [None, 61.2, "离线"]}

    def test_are_read_from_parquet_too(self, tmp_path):
        frame = pl.DataFrame(
            [["X1", "2023-03-05 14:20", 0.085, "M"], ["X1", "2023-03-05 14:21", 0.09, "N"]], schema=HJ212[:4], orient="row"
        )
        assert parquet(tmp_path, frame, UNITS).tables["reading"].select("value", "given", "flag").rows() == [
            (None, 0.085, "M"),
            (90.0, 0.09, "N"),
        ]


class TestTheUnit:
    def test_is_the_surveys_where_the_file_has_none(self, tmp_path):
        reading = streams(tmp_path, [LONG, [*DUST[:3], "0.085", ""]], DECLARED)
        assert only(reading)["value"] == 85.0
        assert said(reading, "reading_unit_declared").level == "note"

    def test_of_dust_is_never_guessed(self, tmp_path):
        reading = streams(tmp_path, [LONG, NOISE, [*DUST[:4], ""]])
        assert (said(reading, "reading_unit_missing").level, reading.rows) == ("refused", 1)

    def test_of_noise_is_decibels_and_the_report_says_so(self, tmp_path):
        reading = streams(tmp_path, [LONG, [*NOISE[:4], ""]])
        assert only(reading)["unit"] == "dB(A)"
        assert said(reading, "reading_unit_assumed").level == "note"

    def test_of_the_file_wins_over_the_surveys_as_a_doubt(self, tmp_path):
        reading = streams(tmp_path, [LONG, DUST], DECLARED)
        assert only(reading)["value"] == 85.0
        assert said(reading, "reading_unit_differs").level == "doubt"

    @pytest.mark.parametrize("unit", ["ppm", "dB", "担"])
    def test_that_does_not_fit_is_refused(self, tmp_path, unit):
        reading = streams(tmp_path, [LONG, NOISE, [*DUST[:4], unit]])
        assert (said(reading, "reading_unit_unknown").found, reading.rows) == (unit, 1)

    def test_may_differ_from_maker_to_maker_in_one_file(self, tmp_path):
        reading = streams(tmp_path, [LONG, DUST, ["D2", *DUST[1:3], "0.09", "mg/m³"]])
        assert reading.tables["reading"]["value"].to_list() == [85.0, 90.0]


class TestAFlag:
    @pytest.mark.parametrize("flag", ["无效", "校准", "D", "invalid"])
    def test_of_an_invalid_value_leaves_it_empty_and_keeps_what_was_written(self, tmp_path, flag):
        reading = streams(tmp_path, [[*LONG, "标识"], [*NOISE, flag]])
        row = only(reading)
        assert (row["value"], row["given"], row["flag"]) == (None, 61.2, flag)
        assert said(reading, "reading_flagged").count == 1

    @pytest.mark.parametrize("flag", ["N", "有效", "正常"])
    def test_of_a_valid_value_changes_nothing(self, tmp_path, flag):
        reading = streams(tmp_path, [[*LONG, "标识"], [*NOISE, flag]], DECLARED)
        assert only(reading)["value"] == 61.2
        assert codes(reading) == ["time_without_zone"]

    def test_nobody_knows_is_a_doubt(self, tmp_path):
        reading = streams(tmp_path, [[*LONG, "标识"], [*NOISE, "7"]])
        assert only(reading)["value"] == 61.2
        assert (said(reading, "reading_flag_unknown").level, said(reading, "reading_flag_unknown").found) == ("doubt", "7")

    def test_excuses_a_value_that_is_no_number(self, tmp_path):
        row = only(streams(tmp_path, [[*LONG, "标识"], [*NOISE[:3], "****", "dB", "故障"]]))
        assert (row["value"], row["given"], row["flag"]) == (None, None, "故障")


class TestAReadingThatIsWrong:
    @pytest.mark.parametrize(
        ("row", "code", "level"),
        [
            ([*NOISE[:3], "nan", "dB"], "reading_not_finite", "refused"),
            ([*NOISE[:3], "inf", "dB"], "reading_not_finite", "refused"),
            ([*NOISE[:3], "abc", "dB"], "reading_not_a_number", "refused"),
            ([*DUST[:3], "-5", "µg/m³"], "reading_negative", "refused"),
            ([*NOISE[:2], "5.3.2023", *NOISE[3:]], "reading_time_unreadable", "refused"),
            ([*NOISE[:2], "", *NOISE[3:]], "reading_time_missing", "refused"),
            ([*NOISE[:2], "2023-06-30 18:01:00", *NOISE[3:]], "reading_in_future", "refused"),
            (["N1", "温度", *NOISE[2:]], "quantity_unknown", "refused"),
            (["", *NOISE[1:]], "sensor_empty", "refused"),
        ],
    )
    def test_is_refused_with_its_reason_and_the_others_stand(self, tmp_path, row, code, level):
        good = ["N1", "noise", "2023-03-01 00:00:00", "55", "dB"]
        reading = streams(tmp_path, [LONG, good, row])
        remark = said(reading, code)
        assert (remark.level, remark.row, remark.count) == (level, 3, 1)
        assert reading.tables["reading"]["row"].to_list() == [2]
        assert reading.refused_rows.select("row", "监测量").rows() == [(3, row[1])]
        assert reading.refused_rows["reason_zh"].to_list() == [remark.zh]

    def test_noise_below_zero_decibels_is_no_negative_mass(self, tmp_path):
        assert only(streams(tmp_path, [LONG, [*NOISE[:3], "-1.5", "dB"]]))["value"] == -1.5

    def test_an_empty_value_is_a_reading_without_a_value(self, tmp_path):
        reading = streams(tmp_path, [LONG, NOISE, [*NOISE[:2], "2023-03-05 14:21:00", "", "dB"]])
        assert reading.tables["reading"]["value"].to_list() == [61.2, None]
        assert said(reading, "reading_empty").level == "note"

    def test_is_counted_though_a_thousand_are_alike(self, tmp_path):
        bad = [[*NOISE[:2], f"2023-03-05 {n // 60:02d}:{n % 60:02d}:00", "abc", "dB"] for n in range(1000)]
        reading = streams(tmp_path, [LONG, ["N1", "noise", "2023-03-01 00:00", "55", "dB"], *bad])
        assert said(reading, "reading_not_a_number").count == 1000
        assert reading.refused_rows.height == 1000

    def test_with_more_cells_than_the_header_is_refused(self, tmp_path):
        (tmp_path / "r.csv").write_text(
            "监测点,监测量,监测时间,值\nN1,噪声,2023-03-05 14:20,61,2\nN1,噪声,2023-03-05 14:21,61.3\n", encoding="utf-8"
        )
        reading = read_readings(tmp_path / "r.csv", "r.csv", "P01", READING)
        assert (said(reading, "cells_beyond_header").row, reading.tables["reading"]["value"].to_list()) == (2, [61.3])

    def test_a_blank_line_keeps_the_numbers_of_the_lines_below_it(self, tmp_path):
        reading = streams(tmp_path, [LONG, NOISE, [], [*NOISE[:2], "2023-03-05 14:21:00", "62", "dB"]])
        assert reading.tables["reading"]["row"].to_list() == [2, 4]

    def test_speaks_both_languages(self, tmp_path):
        remark = said(streams(tmp_path, [LONG, NOISE, [*DUST[:3], "-5", "µg/m³"]]), "reading_negative")
        assert remark.zh == "readings/readings.csv 第 3 行“值”：1 行的浓度是负数（如 -5.0），仪器可能需要校零。请改正，或在标识列注明无效。"
        assert remark.en.startswith("readings/readings.csv, row 3, column “值”: 1 row has a negative concentration (such as -5.0)")


class TestAReadingThatStandsTwice:
    def test_in_one_file_is_counted_once(self, tmp_path):
        reading = streams(tmp_path, [LONG, NOISE, DUST, [*NOISE[:3], "70", "dB"]])
        assert reading.tables["reading"]["row"].to_list() == [2, 3]
        assert (said(reading, "reading_twice").row, said(reading, "reading_twice").count) == (4, 1)

    def test_under_another_name_of_its_quantity_is_counted_once(self, tmp_path):
        assert said(streams(tmp_path, [LONG, NOISE, ["N1", "LAeq", *NOISE[2:]]]), "reading_twice").row == 3

    def test_in_another_file_leans_on_that_submission(self, tmp_path):
        asked = []

        def known(found):
            asked.append(found.rows())
            row = ("f" * 64, "N1", "noise", local("2023-03-05T14:20:00"))
            return pl.DataFrame(
                [row],
                schema={"submission": pl.String, "sensor": pl.String, "quantity": pl.String, "time": pl.Datetime("us", "UTC")},
                orient="row",
            )

        reading = streams(tmp_path, [LONG, NOISE, [*NOISE[:2], "2023-03-05 14:21", *NOISE[3:]]], known=known)
        assert asked == [[("N1", "noise", local("2023-03-05T14:20:00"), local("2023-03-05T14:21:00"))]]
        assert (reading.leans_on, reading.tables["reading"]["row"].to_list()) == (["f" * 64], [3])
        assert said(reading, "reading_handed_in_before").count == 1

    def test_before_1970_is_found_too(self, tmp_path):
        row = ["N1", "noise", "1969-03-05 14:20", "61", "dB"]
        assert said(streams(tmp_path, [LONG, row, row]), "reading_twice").count == 1


class TestAFile:
    def test_out_of_order_is_read_and_the_report_says_so(self, tmp_path):
        rows = [[*NOISE[:2], f"2023-03-05 14:{minute}:00", *NOISE[3:]] for minute in (22, 20, 21)]
        reading = streams(tmp_path, [LONG, *rows])
        assert reading.tables["reading"]["row"].to_list() == [2, 3, 4]
        assert said(reading, "reading_unsorted").level == "note"

    def test_of_interleaved_sensors_is_in_order(self, tmp_path):
        rows = [[sensor, "noise", f"2023-03-05 14:{minute}:00", "60", "dB"] for minute in (20, 21) for sensor in ("N1", "N2")]
        assert "reading_unsorted" not in codes(streams(tmp_path, [LONG, *rows]))

    def test_names_sensors_the_survey_does_not_declare(self, tmp_path):
        reading = streams(tmp_path, [LONG, NOISE, ["N9", *NOISE[1:]]], DECLARED)
        assert (said(reading, "sensor_undeclared").found, reading.rows) == ("N9", 2)

    def test_without_a_column_of_quantities_takes_the_only_one_the_survey_gives_its_sensors(self, tmp_path):
        reading = streams(tmp_path, [["监测点", "时间", "值"], ["D1", "2023-03-05 14:20", "0.085"]], DECLARED)
        assert (only(reading)["quantity"], only(reading)["value"]) == ("pm10", 85.0)

    def test_without_any_quantity_is_refused(self, tmp_path):
        with pytest.raises(MalformedError) as error:
            streams(tmp_path, [["监测点", "时间", "值"], ["X9", "2023-03-05 14:20", "0.085"]], DECLARED)
        assert error.value.code == "quantity_missing"

    def test_that_is_no_table_of_readings_is_refused(self, tmp_path):
        with pytest.raises(MalformedError) as error:
            streams(tmp_path, [["水果", "价格"], ["香蕉", "3"]])
        assert error.value.code == "header_missing"

    def test_with_a_header_alone_is_a_doubt(self, tmp_path):
        reading = streams(tmp_path, [LONG])
        assert (said(reading, "no_rows").level, reading.refused) == ("doubt", False)

    def test_may_be_a_workbook(self, tmp_path):
        path = book_file(tmp_path / "r.xlsx", {"数据": [LONG, [*NOISE[:2], datetime(2023, 3, 5, 14, 20), 61.2, "dB"]]})  # noqa: DTZ001
        row = only(read_readings(path, "r.xlsx", "P01", READING))
        assert (row["time"], row["value"]) == (local("2023-03-05T14:20:00"), 61.2)

    def test_keeps_its_streams_as_facts(self, tmp_path):
        assert streams(tmp_path, [LONG, NOISE]).facts["streams"] == [
            {"sensor": "N1", "quantity": "noise", "rows": 1, "from": "2023-03-05T06:20:00Z", "to": "2023-03-05T06:20:00Z"}
        ]


NAIVE = [datetime.fromisoformat(f"2023-03-05T14:{minute}:00") for minute in (20, 21)]
"""Times without a zone, as most devices write them."""


class TestParquet:
    FRAME = pl.DataFrame(
        {
            "监测点": ["N1", "N1"],
            "监测量": ["噪声", "噪声"],
            "监测时间": NAIVE,
            "值": [61.2, 62.0],
        }
    )

    def test_with_naive_times_is_beijing_time(self, tmp_path):
        reading = parquet(tmp_path, self.FRAME)
        assert reading.tables["reading"]["time"].to_list() == [local("2023-03-05T14:20:00"), local("2023-03-05T14:21:00")]
        assert reading.tables["reading"]["row"].to_list() == [1, 2]
        assert said(reading, "time_without_zone").count == 2

    def test_with_zoned_times_is_taken_at_its_word(self, tmp_path):
        frame = self.FRAME.with_columns(pl.col("监测时间").dt.replace_time_zone("UTC"))
        reading = parquet(tmp_path, frame)
        assert reading.tables["reading"]["time"][0] == datetime(2023, 3, 5, 14, 20, tzinfo=UTC)
        assert "time_without_zone" not in codes(reading)

    @pytest.mark.parametrize("unit", ["ms", "ns", "us"])
    def test_may_count_its_time_in_any_unit(self, tmp_path, unit):
        reading = parquet(tmp_path, self.FRAME.with_columns(pl.col("监测时间").cast(pl.Datetime(unit))))
        assert reading.tables["reading"]["time"][0] == local("2023-03-05T14:20:00")

    def test_with_nan_is_refused_row_by_row(self, tmp_path):
        reading = parquet(tmp_path, self.FRAME.with_columns(pl.Series("值", [float("nan"), 62.0])))
        assert (said(reading, "reading_not_finite").row, reading.rows) == (1, 1)
        assert reading.refused_rows.select("row", "监测点").rows() == [(1, "N1")]

    def test_with_integers_and_categories_is_read(self, tmp_path):
        frame = self.FRAME.with_columns(pl.col("值").cast(pl.Int32), pl.col("监测点").cast(pl.Categorical))
        assert parquet(tmp_path, frame).tables["reading"]["value"].to_list() == [61.0, 62.0]

    def test_that_is_truncated_is_refused(self, tmp_path):
        self.FRAME.write_parquet(tmp_path / "r.parquet")
        (tmp_path / "r.parquet").write_bytes((tmp_path / "r.parquet").read_bytes()[:-20])
        with pytest.raises(MalformedError) as error:
            read_readings(tmp_path / "r.parquet", "r.parquet", "P01", READING)
        assert error.value.code == "parquet_unreadable"


MINUTES = st.lists(st.integers(0, 100_000), min_size=1, max_size=12, unique=True)


class TestWhateverTheForm:
    @settings(max_examples=20, deadline=None)
    @given(MINUTES, st.permutations(list(range(5))), st.integers(0, 3), st.sampled_from(["utf-8", "gb18030", "utf-16", "parquet", "wide"]))
    def test_the_readings_are_the_same(self, minutes, order, titles, form):
        start = datetime(2023, 3, 5)  # noqa: DTZ001
        rows = [["D1", "pm10", (start + timedelta(minutes=m)).isoformat(sep=" "), str(m % 97 / 10), "mg/m³"] for m in minutes]
        with tempfile.TemporaryDirectory() as folder:
            found = self.read(Path(folder), rows, order, titles, form)
        expected = [(local((start + timedelta(minutes=m)).isoformat()), pytest.approx(m % 97 * 100.0)) for m in minutes]
        assert found.select("time", "value").rows() == expected
        assert found["sensor"].unique().to_list() == ["D1"]

    def read(self, folder, rows, order, titles, form):
        if form == "parquet":
            file = folder / "r.parquet"
            pl.DataFrame(rows, schema=LONG, orient="row").write_parquet(file)
        elif form == "wide":
            file = csv_file(
                folder / "r.csv", [*[["导出"]] * titles, ["时间", "PM10(mg/m3)", "测点"], *[[row[2], row[3], row[0]] for row in rows]]
            )
        else:
            lines = [[LONG[place] for place in order], *[[row[place] for place in order] for row in rows]]
            file = csv_file(folder / "r.csv", [*[["导出"]] * titles, *lines], form)
        return read_readings(file, file.name, "P01", READING).tables["reading"]


class TestWhatNoInstrumentGives:
    @pytest.mark.parametrize(
        ("quantity", "value", "unit"),
        [("noise", "300", "dB(A)"), ("noise", "19", "dB(A)"), ("pm10", "85", "mg/m³"), ("tsp", "30001", "µg/m³")],
    )
    def test_is_kept_as_a_doubt(self, tmp_path, quantity, value, unit):
        reading = streams(tmp_path, [LONG, ["X1", quantity, "2023-03-05 14:20:00", value, unit]])
        assert said(reading, "reading_implausible").level == "doubt"
        assert reading.tables["reading"].height == 1

    def test_begins_beyond_the_ends_of_the_range(self, tmp_path):
        rows = [["N1", "noise", "2023-03-05 14:20:00", "20", "dB(A)"], ["D1", "pm10", "2023-03-05 14:20:00", "10", "mg/m³"]]
        assert codes(streams(tmp_path, [LONG, *rows]), "doubt") == []

    def test_is_what_the_rulebook_says_it_is(self):
        conventions = tomllib.loads((RULEBOOK / "conventions.toml").read_text(encoding="utf-8"))
        ranges = {one["quantity"]: (one["at_least"], one["at_most"]) for one in conventions["plausible"]}
        assert READING.plausible == ranges
