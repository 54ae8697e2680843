"""Sheets: whatever the program, encoding or layout, the same content gives the same lines; what cannot be read says why."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingzhu.collectors.cells import clocks, moments, numbers
from qingzhu.collectors.headers import Synonyms, find_header, table_of
from qingzhu.collectors.sheets import Sheet, cell_text, decode, read_book
from qingzhu.terms.errors import MalformedError
from tests.collectors.table_making import book_file, csv_file, local

SYNONYMS = Synonyms.of(
    {"ticket": ["联单编号"], "time": ["出场时间"], "net_mass": ["净重", "重量"], "gross_mass": ["毛重"], "volume": ["方量"]}
)
LINES = [["联单编号", "出场时间", "净重"], ["A1", "2023年3月5日 14:20", "12.5"], ["A2", "２０２３/３/６", "，"]]


def refused(path, name="file") -> MalformedError:
    with pytest.raises(MalformedError) as error:
        read_book(path, name)
    return error.value


class TestOneContentOneReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
    def test_whatever_the_encoding_of_a_csv(self, tmp_path, encoding):
        assert read_book(csv_file(tmp_path / "a.csv", LINES, encoding), "a.csv").sheets[0].lines == LINES

    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_whatever_the_delimiter(self, tmp_path, delimiter):
        assert read_book(csv_file(tmp_path / "a.csv", LINES, delimiter=delimiter), "a.csv").sheets[0].lines == LINES

    def test_whether_csv_or_workbook(self, tmp_path):
        assert read_book(book_file(tmp_path / "a.xlsx", {"表": LINES}), "a.xlsx").sheets[0].lines == LINES

    def test_the_encoding_is_a_fact_of_the_reading(self, tmp_path):
        assert read_book(csv_file(tmp_path / "a.csv", LINES, "gb18030"), "a.csv").facts["encoding"] == "gb18030"

    def test_a_quoted_cell_may_hold_delimiters_and_line_breaks(self, tmp_path):
        lines = [["a", "b"], ["one,\ntwo", "3"]]
        assert read_book(csv_file(tmp_path / "a.csv", lines), "a.csv").sheets[0].lines == lines


class TestACell:
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            (12.0, "12"),
            (12.5, "12.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (datetime(2023, 3, 5, 14, 20), "2023-03-05 14:20:00"),  # noqa: DTZ001
            (date(2023, 3, 5), "2023-03-05"),
            (time(14, 20), "14:20:00"),
            (True, "TRUE"),
            (None, ""),
        ],
    )
    def test_becomes_the_text_a_csv_would_have(self, cell, text):
        assert cell_text(cell) == text

    def test_of_a_merged_area_repeats_its_text_and_is_known_as_merged(self, tmp_path):
        path = book_file(tmp_path / "a.xlsx", {"表": [["日期", "净重"], ["2023-03-05", "1"], [None, "2"]]}, merged=("A2:A3",))
        sheet = read_book(path, "a.xlsx").sheets[0]
        assert sheet.lines[2] == ["2023-03-05", "2"]
        assert (2, 0) in sheet.merged


class TestTheHeader:
    def header(self, lines):
        return find_header(Sheet("", 0, lines), SYNONYMS)

    def test_is_found_below_title_rows(self):
        assert self.header([["某工程建筑垃圾台账", "", ""], ["单位：吨", "", ""], *LINES]).line == 2

    def test_gives_the_unit_in_its_brackets(self):
        assert self.header([["联单编号", "净重（kg）", "毛重(吨)"]]).units == {"net_mass": "kg", "gross_mass": "吨"}

    def test_gives_the_unit_that_stands_above_it(self):
        assert self.header([["台账", "单位：吨"], ["联单编号", "净重"]]).title_units == ("吨",)

    def test_may_have_two_lines_under_a_merged_title(self):
        header = self.header([["联单编号", "重量（kg）", "重量（kg）"], ["联单编号", "毛重", "净重"], ["A1", "3", "2"]])
        assert (header.line, header.columns, header.units) == (
            1,
            {"ticket": 0, "gross_mass": 1, "net_mass": 2},
            {"gross_mass": "kg", "net_mass": "kg"},
        )

    def test_that_stands_first_among_the_synonyms_wins(self):
        header = self.header([["联单编号", "重量", "净重"]])
        assert header.columns["net_mass"] == 2
        assert header.rivals == {"net_mass": ["重量"]}

    def test_is_none_where_no_line_names_two_columns(self):
        assert self.header([["水果", "价格"], ["香蕉", "3"]]) is None

    @pytest.mark.parametrize("text", ["净 重", "净重\n", "净重*", "净重：", "净重（吨）", "净重/吨", "净重[t]"])
    def test_is_known_in_spite_of_blanks_marks_and_units(self, text):
        assert SYNONYMS.match(text)[0] == "net_mass"

    @given(st.permutations(["联单编号", "出场时间", "净重", "毛重", "方量"]), st.integers(0, 5))
    def test_neither_the_order_of_columns_nor_titles_change_the_rows(self, order, titles):
        values = {"联单编号": "A1", "出场时间": "2023-03-05", "净重": "1", "毛重": "2", "方量": "3"}
        sheet = Sheet("", 0, [*[["标题"]] * titles, list(order), [values[title] for title in order]])
        rows = table_of(sheet, find_header(sheet, SYNONYMS)).rows
        assert rows.row(0, named=True) == {
            "row": titles + 2,
            "ticket": "A1",
            "time": "2023-03-05",
            "net_mass": "1",
            "gross_mass": "2",
            "volume": "3",
        }

    def test_repeated_on_every_page_is_no_row(self):
        sheet = Sheet("", 0, [LINES[0], LINES[1], LINES[0], LINES[2]])
        assert table_of(sheet, find_header(sheet, SYNONYMS)).rows["ticket"].to_list() == ["A1", "A2"]


class TestANumber:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("12.5", 12.5), ("１２．５", 12.5), ("1,234.5", 1234.5), (" 3 ", 3.0), ("-3", -3.0), ("−3", -3.0), (".5", 0.5), ("1e3", 1000.0)],
    )
    def test_is_read_as_people_write_it(self, text, value):
        assert numbers(pl.Series([text]))["value"][0] == value

    @pytest.mark.parametrize("text", ["12,5", "1.2.3", "abc", "nan", "inf", "约12", "1,23"])
    def test_is_not_guessed(self, text):
        assert numbers(pl.Series([text])).row(0) == (None, None, text)

    @pytest.mark.parametrize("text", ["", "-", "—", "/", "N/A", None])
    def test_may_be_absent(self, text):
        assert numbers(pl.Series([text], dtype=pl.String)).row(0) == (None, None, None)

    def test_may_carry_its_unit(self):
        assert numbers(pl.Series(["12.5吨"])).row(0) == (12.5, "吨", "12.5吨")

    @given(st.floats(-1e9, 1e9, allow_nan=False))
    def test_comes_back_as_it_was_written(self, value):
        assert numbers(pl.Series([repr(value)]))["value"][0] == value


class TestATime:
    @pytest.mark.parametrize(
        "text",
        [
            "2023-03-05 14:20",
            "2023/3/5 14:20",
            "2023.3.5 14:20:00",
            "2023年3月5日 14:20",
            "2023年3月5日14时20分",
            "2023年3月5日 下午2:20",
            "２０２３年３月５日　１４：２０",
            "2023-03-05T14:20:00",
            "2023-03-05T06:20:00Z",
            "2023-03-05 14:20:00+08:00",
            "20230305142000",
            "202303051420",
            "2023年3月5日（星期日）14:20",
            "1677997200",
            "44990.597222222222",
        ],
    )
    def test_is_read_as_people_and_devices_write_it(self, text):
        assert moments(pl.Series([text]))["time"][0] == local("2023-03-05T14:20:00")

    @pytest.mark.parametrize("text", ["3/5/2023", "2023-13-01", "2023-02-30", "abc", "2023-03-05 25:00", "2023-03 14:20", "12.5"])
    def test_is_not_guessed(self, text):
        assert moments(pl.Series([text]))["time"][0] is None

    def test_of_a_month_is_its_first_moment(self):
        found = moments(pl.Series(["2023年3月", "2023-03", "2023/3", "202303"]))
        assert found["time"].unique().to_list() == [local("2023-03-01T00:00:00")]
        assert found["month_only"].all()

    def test_at_24_is_the_next_day(self):
        assert moments(pl.Series(["2023-03-05 24:00"]))["time"][0] == local("2023-03-06T00:00:00")

    @given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
    def test_comes_back_as_it_was_written(self, moment):
        text = moment.isoformat(sep=" ")
        assert moments(pl.Series([text]))["time"][0] == local(text)

    @pytest.mark.parametrize("text", ["14:20", "14:20:00", "14时20分", "下午2:20", "2:20 PM", "0.5972222222"])
    def test_of_day_is_a_duration_since_midnight(self, text):
        assert clocks(pl.Series([text]))[0].total_seconds() == 14 * 3600 + 20 * 60


class TestWhatCannotBeRead:
    def test_an_empty_file(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"")
        assert refused(tmp_path / "a.csv").code == "file_empty"

    def test_a_missing_file(self, tmp_path):
        assert refused(tmp_path / "a.csv").code == "file_missing"

    @pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
    def test_an_lfs_pointer(self, tmp_path, name):
        (tmp_path / name).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
        assert refused(tmp_path / name).code == "file_lfs_pointer"

    def test_a_zip_bomb(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120 * 1024**2)
        error = refused(tmp_path / "a.xlsx")
        assert (error.code, error.facts["found"]) == ("file_zip_bomb", "120 MB")

    def test_a_truncated_workbook(self, tmp_path):
        path = book_file(tmp_path / "a.xlsx", {"表": LINES})
        path.write_bytes(path.read_bytes()[:-200])
        assert refused(path).code == "file_truncated"

    def test_a_workbook_that_is_none(self, tmp_path):
        (tmp_path / "a.xlsx").write_text("<html>登录</html>", encoding="utf-8")
        assert refused(tmp_path / "a.xlsx").code == "workbook_unreadable"

    def test_a_workbook_that_is_text(self, tmp_path):
        (tmp_path / "a.xlsx").write_text("联单号,日期,品名,净重(kg)\nX1,2023-03-05,废混凝土,12000\n", encoding="gb18030")
        error = refused(tmp_path / "a.xlsx")
        assert error.code == "workbook_is_text"
        assert "Rename it to .csv" in error.en

    def test_noise_is_no_text(self, tmp_path):
        (tmp_path / "a.xlsx").write_bytes(bytes(range(256)) * 8)
        assert refused(tmp_path / "a.xlsx").code == "workbook_unreadable"

    def test_a_cell_that_never_ends(self, tmp_path):
        (tmp_path / "a.csv").write_text("联单号,日期\n" + "头" * 200_000 + ",1\n", encoding="utf-8")
        assert refused(tmp_path / "a.csv").code == "cell_too_long"

    def test_a_bomb_is_refused_by_a_rule_that_is_told(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120 * 1024**2)
        assert "at most 2048 MB, and above 100 MB at most 300 times" in refused(tmp_path / "a.xlsx").en

    def test_bytes_in_no_encoding(self):
        with pytest.raises(MalformedError) as error:
            decode(b"\xff\xfa\x00\x81,", "a.csv")
        assert error.value.code == "encoding_unknown"

    def test_says_so_in_both_languages_with_the_file_and_what_to_do(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"")
        error = refused(tmp_path / "a.csv", "weighings/三月.csv")
        assert error.zh == "weighings/三月.csv：文件为空（0 字节），应有内容。请重新导出或复制后再提交。"
        assert error.en == "weighings/三月.csv: the file is empty (0 bytes). Export or copy it again and hand it in again."
