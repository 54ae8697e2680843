"""A designer at the terminal: models in, tables and figures out, without a dossier."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from tests.collectors.model_makers import guid, properties, quantities, step
from tests.journeys.dossiers import as_json, qingzhu

ELEMENT = ["global_id", "ifc_class", "name", "type_name", "storey", "materials", "assembly"]
PROPERTY = ["global_id", "set_name", "name", "value", "number", "unit", "origin"]
QUANTITY = ["global_id", "quantity", "value", "unit", "source", "agrees"]


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    """Two precast columns of 0.3 m³, one cast in place of 0.9 m³, one proxy nobody maps, in mm and with one space."""
    columns = [(10, "预制"), (11, "预制"), (12, "现浇")]
    lines = [f"#{id}=IFCCOLUMN('{guid(id)}',$,'Z-{id}',$,$,$,$,$,$);" for id, _ in columns]
    lines += [f"#13=IFCBUILDINGELEMENTPROXY('{guid(13)}',$,'thing',$,$,$,$,$,$);", f"#14=IFCSPACE('{guid(14)}',$,'S1',$,$,$,$,$,$,$,$);"]
    lines += [f"#{id + 10}=IFCMATERIAL('{word}混凝土 C30',$,$);" for id, word in columns]
    lines += [f"#{id + 20}=IFCRELASSOCIATESMATERIAL('{guid(id + 20)}',$,$,$,(#{id}),#{id + 10});" for id, _ in columns]
    lines += quantities(40, [10, 11], "IFCQUANTITYVOLUME('NetVolume',$,$,0.3,$)")
    lines += quantities(50, [12], "IFCQUANTITYVOLUME('NetVolume',$,$,0.9,$)", "IFCQUANTITYLENGTH('Length',$,$,3000.,$)")
    lines += properties(60, [14], "IFCPROPERTYSINGLEVALUE('Reference',$,IFCLABEL('a'),$)")
    file = tmp_path / "frame.ifc"
    file.write_text(step(*lines), "utf-8")
    return file


class TestHelp:
    def test_shows_the_options_and_the_other_subcommands_where_a_new_user_looks(self):
        text = qingzhu("model", "--help")
        assert all(option in text for option in ("--tables", "--excel", "--geometry", "--mapping", "qingzhu model diff old.ifc new.ifc"))


class TestFigures:
    def test_ratios_and_volumes_are_those_of_the_quantities(self, frame):
        found = as_json("model", frame)
        values = {one["id"]: (one["value"], one["gap"]) for one in found["figures"]}
        assert values["precast_concrete_volume:MODEL:B1"][0] == pytest.approx(0.6)
        assert values["cast_in_place_concrete_volume:MODEL:B1"][0] == pytest.approx(0.9)
        # 0.6 / (0.6 + 0.9), and the proxy that may be a column counts against: with the largest volume of all, 0.9
        assert values["vertical_precast_ratio:MODEL:B1"][0] == pytest.approx(100 * 0.6 / 2.4)
        assert values["horizontal_precast_ratio:MODEL:B1"] == (None, "members_unmapped")

    def test_one_object_holds_counts_volumes_gaps_and_what_was_not_read(self, frame):
        found = as_json("model", frame)
        assert found["counts"] | {"by_class": None} == {
            "elements": 4, "spaces": 1, "storeys": 0, "properties": 1, "quantities": 4, "mapped": 3, "unmapped": 1, "by_class": None,
        }  # fmt: skip
        assert found["counts"]["by_class"] == {"IfcColumn": 3, "IfcBuildingElementProxy": 1}
        assert found["volumes"] == {
            "cast_in_place": pytest.approx(0.9),
            "precast": pytest.approx(0.6),
            "unknown": None,
        }  # the proxy has none
        assert ("full_fit_out_ratio:MODEL:B1", "full_fit_out_not_declared") in {(one["figure"], one["gap"]) for one in found["gaps"]}
        assert found["not_read"] == []

    def test_a_mapping_says_what_the_elements_are(self, frame, tmp_path):
        mapping = tmp_path / "mapping.toml"
        mapping.write_text('[[mapping]]\nname = "^thing$"\nrole = "other"\n', "utf-8")
        values = {one["id"]: one["value"] for one in as_json("model", frame, "--mapping", mapping)["figures"]}
        assert values["vertical_precast_ratio:MODEL:B1"] == pytest.approx(40.0)
        assert values["unmapped_count:MODEL:B1"] == 0

    def test_facts_of_the_building_come_from_a_survey(self, frame, tmp_path):
        survey = tmp_path / "project.toml"
        survey.write_text('[project]\nproject = "P7"\nname = "x"\n[[building]]\nbuilding = "T1"\nfull_fit_out = true\n', "utf-8")
        found = as_json("model", frame, "--facts", survey)
        assert {one["id"]: one["value"] for one in found["figures"]}["full_fit_out_ratio:P7:T1"] == 100

    def test_the_region_of_a_survey_or_of_the_call_says_whose_rules_hold(self, frame, tmp_path):
        survey = tmp_path / "project.toml"
        survey.write_text('[project]\nproject = "P7"\nname = "x"\nregion = "江苏省/常州市"\n[[building]]\nbuilding = "T1"\n', "utf-8")
        found = as_json("model", frame, "--facts", survey)
        assert {one["scheme"] for one in found["verdicts"]} > {"gbt51129_2017", "variety"}
        assert found["region"] == "江苏省/常州市"
        assert "常州" in qingzhu("model", frame, "--region", "Atlantis", expect=2)

    def test_a_file_named_twice_counts_once_and_that_is_said(self, frame, tmp_path):
        copy = tmp_path / "copy.ifc"
        copy.write_bytes(frame.read_bytes())
        found = as_json("model", frame, copy, frame)
        assert len(found["files"]) == 1
        assert found["counts"]["elements"] == 4
        assert [(one["code"], one["file"]) for one in found["remarks"]] == [("file_twice", str(copy)), ("file_twice", str(frame))]
        assert "counts once." in " ".join(qingzhu("model", frame, copy, "--lang", "en").split())

    def test_several_models_are_one_building(self, frame, tmp_path):
        other = tmp_path / "other" / "frame.ifc"
        other.parent.mkdir()
        other.write_text(
            frame.read_text("utf-8").replace(guid(10), guid(90)).replace(guid(11), guid(91)).replace(guid(12), guid(92)), "utf-8"
        )
        found = as_json("model", frame, other)
        assert [one["file"] for one in found["files"]] == ["1-frame.ifc", "2-frame.ifc"]
        assert found["counts"]["elements"] == 8

    def test_the_terminal_keeps_within_80_columns_in_both_languages(self, frame):
        def width(line: str) -> int:
            return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)

        for lang in ("zh", "en"):
            assert [line for line in qingzhu("model", frame, "--lang", lang).splitlines() if width(line) > 80] == []


class TestTables:
    def test_have_the_promised_columns_first_and_lists_of_materials(self, frame, tmp_path):
        qingzhu("model", frame, "--tables", tmp_path / "t")
        tables = {name: pl.read_parquet(tmp_path / "t" / f"{name}.parquet") for name in ("element", "property", "quantity")}
        for name, columns in {"element": ELEMENT, "property": PROPERTY, "quantity": QUANTITY}.items():
            assert tables[name].columns[: len(columns)] == columns
        assert tables["element"]["materials"].to_list() == [["预制混凝土 C30"], ["预制混凝土 C30"], ["现浇混凝土 C30"], []]
        assert tables["quantity"].select("quantity", "value", "unit", "source").unique().sort("quantity", "value").rows() == [
            ("Length", 3.0, "m", "authored"),
            ("NetVolume", 0.3, "m³", "authored"),
            ("NetVolume", 0.9, "m³", "authored"),
        ]

    def test_spaces_stand_in_tables_of_their_own(self, frame, tmp_path):
        qingzhu("model", frame, "--tables", tmp_path / "t")
        tables = {name: pl.read_parquet(tmp_path / "t" / f"{name}.parquet") for name in ("element", "property", "space", "space_property")}
        assert {name: frame.height for name, frame in tables.items()} == {"element": 4, "property": 0, "space": 1, "space_property": 1}

    def test_list_the_elements_behind_each_figure(self, frame, tmp_path):
        qingzhu("model", frame, "--tables", tmp_path / "t")
        behind = pl.read_parquet(tmp_path / "t" / "figure_element.parquet")
        of = {figure: set(rows["global_id"]) for (figure,), rows in behind.group_by("figure")}
        assert of["vertical_precast_ratio:MODEL:B1"] == {guid(10), guid(11), guid(12), guid(13)}
        assert of["precast_concrete_volume:MODEL:B1"] == {guid(10), guid(11), guid(13)}
        assert of["unmapped_count:MODEL:B1"] == {guid(13)}

    def test_open_carbon_and_modules_down_to_materials_and_dimensions(self, frame, tmp_path):
        qingzhu("model", frame, "--tables", tmp_path / "t")
        carbon = pl.read_parquet(tmp_path / "t" / "element_carbon.parquet").filter(pl.col("carbon") > 0)
        assert sorted(carbon["carbon"].to_list()) == pytest.approx([88.5, 88.5, 265.5])  # 0.3, 0.3 and 0.9 m³ of C30, 295 each
        assert {"size", "conforms", "off_by"} <= set(pl.read_parquet(tmp_path / "t" / "component_dimension.parquet").columns)

    def test_stand_in_one_excel_file_too(self, frame, tmp_path):
        qingzhu("model", frame, "--excel", tmp_path / "t.xlsx")
        book = load_workbook(tmp_path / "t.xlsx")
        assert [cell.value for cell in book["element"][2]][:2] == [guid(10), "IfcColumn"]
        assert book["quantity"].max_row == 5

    @pytest.mark.parametrize(
        ("lang", "first", "volume", "gap"),
        [
            ("zh", ["结果", "列说明"], ("装配式建筑", "预制混凝土体积", "B1", 0.6, "立方米"), "未申报是否全装修"),
            ("en", ["results", "columns"], ("Prefabrication", "Volume of precast concrete", "B1", 0.6, "m³"), "it is not declared"),
        ],
    )
    def test_behind_results_in_words_and_what_the_columns_are(self, frame, tmp_path, lang, first, volume, gap):
        qingzhu("model", frame, "--excel", tmp_path / "t.xlsx", "--lang", lang)
        book = load_workbook(tmp_path / "t.xlsx")
        assert book.sheetnames[:2] == first
        rows = list(book[first[0]].iter_rows(values_only=True, min_row=2))
        (precast,) = [row for row in rows if row[8] == "precast_concrete_volume:MODEL:B1"]
        assert precast[:5] == (*volume[:3], pytest.approx(volume[3]), volume[4])
        (fit_out,) = [row for row in rows if row[8] == "full_fit_out_ratio:MODEL:B1"]
        assert fit_out[3] is None
        assert fit_out[7].startswith(gap)
        assert [row[8] for row in rows][-1].startswith("variety:")
        explained = {row[:2]: row[2] for row in book[first[1]].iter_rows(values_only=True, min_row=2)}
        assert [column for column, what in explained.items() if not what] == []
        assert {(sheet.title, cell.value) for sheet in book.worksheets[2:] for cell in sheet[1]} == set(explained)
        assert {sheet.freeze_panes for sheet in book.worksheets} == {"A2"}
        assert all(sheet.auto_filter.ref for sheet in book.worksheets)

    def test_a_mapping_to_complete_is_written_where_asked_for(self, frame, tmp_path):
        qingzhu("model", frame, "--suggest", tmp_path / "mapping.toml")
        assert "IfcBuildingElementProxy" in (tmp_path / "mapping.toml").read_text("utf-8")


class TestWrongInput:
    def test_a_file_that_is_not_there_is_named(self, tmp_path):
        assert "nowhere.ifc" in qingzhu("model", tmp_path / "nowhere.ifc", expect=2)

    def test_what_is_no_model_is_refused_in_words(self, tmp_path):
        file = tmp_path / "notes.ifc"
        file.write_text("just some notes", "utf-8")
        said = json.loads(qingzhu("model", file, "--json", expect=1))["error"]
        assert said["zh"]
        assert "notes.ifc" in said["en"]

    def test_a_bad_model_beside_a_good_one_is_told_and_the_good_one_counts(self, frame, tmp_path):
        bad = tmp_path / "bad.ifc"
        bad.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "utf-8")
        found = as_json("model", frame, bad, expect=1)
        assert {one["file"]: one["state"] for one in found["files"]} == {"frame.ifc": "read", "bad.ifc": "refused"}
        assert found["not_read"][0]["file"] == "bad.ifc"
        assert found["counts"]["elements"] == 4

    def test_a_mapping_with_an_unknown_role_is_told(self, frame, tmp_path):
        mapping = tmp_path / "mapping.toml"
        mapping.write_text('[[mapping]]\nname = "Z"\nrole = "colunm"\n', "utf-8")
        assert "column" in qingzhu("model", frame, "--mapping", mapping, expect=1)

    def test_a_date_that_is_none_is_a_wrong_call_in_words(self, frame):
        assert json.loads(qingzhu("model", frame, "--on", "2023-13-01", "--json", expect=None))["error"]["code"] == "date_malformed"
        assert "2023-13-01" in qingzhu("model", "diff", frame, frame, "--on", "2023-13-01", expect=2)
        assert "yesterday" in qingzhu("glb", frame, "-o", "x.glb", "--on", "yesterday", expect=2)

    def test_a_folder_is_no_model_and_a_picture_no_library(self, frame, tmp_path):
        assert "文件夹" in qingzhu("model", tmp_path, expect=2)
        (tmp_path / "library.png").write_bytes(b"x")
        assert "library.png" in qingzhu("model", frame, "--library", tmp_path / "library.png", expect=2)

    def test_messages_name_files_as_they_were_given(self, frame, tmp_path):
        mapping = tmp_path / "mine.toml"
        mapping.write_text("[[mapping]", "utf-8")
        said = qingzhu("model", frame, "--mapping", mapping, "--json", expect=1)
        assert str(mapping) in json.loads(said)["error"]["zh"]
        assert "mapping.toml" not in json.loads(said)["error"]["zh"]

    def test_an_unknown_option_is_told_in_both_languages(self, frame):
        said = qingzhu("model", frame, "--tabels", "x", expect=2)
        assert "--tabels" in said
        assert "qingzhu model" in said
