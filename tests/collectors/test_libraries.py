"""Libraries of components: TOML, workbooks and text into one table; what cannot be found in a model is refused by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from qingzhu.collectors.dossier_files import kind_of
from qingzhu.collectors.libraries import read_library
from qingzhu.terms.errors import MalformedError
from tests.collectors.table_making import survey_words

TOML = """
[[item]]
component_kind = "slab"
code = "DBS1-67-3612"
length = 3.6
width = 1.2
height = 0.06

[[item]]
kind = "楼梯"
type_name = "^ST-28-25"
tolerance = 0.01
"""

CSV = "构件种类,编码,长（mm）,宽（mm）,厚度（mm）\n叠合板,DBS1-67-3612,3600,1200,60\n"


def read(tmp_path: Path, name: str, text: str):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_library(path, name, "P01", survey_words())


class TestALibrary:
    def test_in_toml_has_an_item_each(self, tmp_path):
        slab, stair = read(tmp_path, "library.toml", TOML).tables["library_item"].to_dicts()
        assert (slab["project"], slab["component_kind"], slab["code"], slab["length"]) == ("P01", "slab", "DBS1-67-3612", 3.6)
        assert (stair["component_kind"], stair["type_name"], stair["tolerance"], stair["code"]) == ("stair", "^ST-28-25", 0.01, None)

    def test_in_text_stands_in_the_units_of_its_header(self, tmp_path):
        (slab,) = read(tmp_path, "library.csv", CSV.replace("厚度", "高")).tables["library_item"].to_dicts()
        assert [slab[side] for side in ("length", "width", "height")] == [pytest.approx(size) for size in (3.6, 1.2, 0.06)]

    def test_in_a_workbook_is_read_from_every_sheet(self, tmp_path):
        book = Workbook()
        for place, (title, kind) in enumerate((("板", "板"), ("墙", "墙"))):
            sheet = book.active if place == 0 else book.create_sheet()
            sheet.title = title
            sheet.append(["标准部品构件库"])
            sheet.append(["构件种类", "构件编码", "长（m）"])
            sheet.append([kind, f"C-{place}", 3.0])
        book.save(tmp_path / "library.xlsx")
        table = read_library(tmp_path / "library.xlsx", "library.xlsx", "P01", survey_words()).tables["library_item"]
        assert table["component_kind"].to_list() == ["slab", "wall"]
        assert table["row"].to_list() == [3, 10_000_003]

    def test_names_each_sheet_of_a_workbook_that_gave_nothing(self, tmp_path):
        book, known = Workbook(), ["构件种类", "构件编码", "长（m）"]
        sheets = {"板": [known, ["板", "C-0", 3.0]], "墙": [["类", "型号", "L"], ["墙", "W-1", 3.0]], "楼梯": [known, ["楼梯", "S-1", 3.0]]}
        sheets |= {"梁（说明）": [known, ["梁", "B-1", 3.0]], "填写说明": [["请每行填一个构件"]], "柱": [known], "空": []}
        for title, lines in sheets.items():
            sheet = book.create_sheet(title)
            sheet.sheet_state = "hidden" if title == "楼梯" else "visible"
            for line in lines:
                sheet.append(line)
        book.remove(book.worksheets[0])
        book.save(tmp_path / "library.xlsx")
        reading = read_library(tmp_path / "library.xlsx", "library.xlsx", "P01", survey_words())
        assert reading.tables["library_item"]["code"].to_list() == ["C-0"]
        assert {(one.code, one.found) for one in reading.remarks} == {
            ("library_sheet_unknown", "墙"),
            ("library_sheet_skipped", "楼梯"),
            ("library_sheet_skipped", "梁（说明）"),
        }

    def test_that_takes_every_component_of_a_kind_is_in_doubt(self, tmp_path):
        reading = read(tmp_path, "library.toml", '[[item]]\ncomponent_kind = "slab"\ntype_name = ".*"\n')
        assert [(one.level, one.code) for one in reading.remarks] == [("doubt", "library_pattern_matches_all")]
        assert not read(tmp_path, "library.toml", '[[item]]\ncomponent_kind = "slab"\ntype_name = ".*"\nlength = 3\n').remarks

    @pytest.mark.parametrize(
        ("lines", "code"),
        [
            ('component_kind = "slab"', "library_item_by_nothing"),
            ('component_kind = "slab"\nlength = 0', "library_size_zero"),
            ('component_kind = "slab"\ntype_name = "(?=x)"', "library_pattern_wrong"),
            ('code = "A"', "value_missing"),
            ('component_kind = "slabb"\ncode = "A"', "value_not_one_of"),
            ('component_kind = "slab"\ncode = "A"\nlenght = 3', "key_unknown"),
        ],
    )
    def test_names_what_it_cannot_use_and_keeps_the_others(self, tmp_path, lines, code):
        reading = read(tmp_path, "library.toml", f"{TOML}\n[[item]]\n{lines}\n")
        assert code in [one.code for one in reading.remarks]
        assert reading.tables["library_item"].height >= 2

    @pytest.mark.parametrize(("name", "text"), [("library.toml", "# nothing\n"), ("library.csv", "a,b\n1,2\n")])
    def test_without_an_item_is_refused(self, tmp_path, name, text):
        with pytest.raises(MalformedError) as raised:
            read(tmp_path, name, text)
        assert raised.value.code == "library_empty"

    @pytest.mark.parametrize("name", ["library.toml", "library.xlsx", "library_常州.csv", "Library.TOML"])
    def test_is_known_by_its_name(self, name):
        assert kind_of(name) == "library"
