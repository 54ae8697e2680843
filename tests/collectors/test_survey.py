"""Surveys: project.toml and its Excel form say the same; what nobody knows is named, what is wrong is refused."""

from __future__ import annotations

from datetime import date

import pytest

from qingzhu.collectors.survey import TABLES, read_survey
from qingzhu.terms.errors import MalformedError
from tests.collectors.table_making import book_file, codes, said, survey, survey_words

WHOLE = """\
[project]
code = "P01"
name = "丁堰家园"
region = "江苏省/常州市"
work = "new"
works_from = 2022-03-01
epc_contract = true
load_volume = 15

[[building]]
id = "B1"
name = "1号楼"
use = "housing"
structure_type = "concrete"
floor_area = 12000.5
storeys = 18
prefabricated = true
as_built = true

[[storey]]
building = "B1"
id = "3F"
elevation = 6.0
floor_area = 650

[[stage]]
stage = "underground"
from = 2022-03-01
to = 2022-09-30

[[room]]
building = "B1"
id = "厨房-301"
use = "kitchen"
faces = 32.5
dry_faces = 30
room_type = "K-1"

[[unit_type]]
building = "B1"
unit_type = "A"
units = 34
floor_area = 89.5

[[takeoff]]
building = "B1"
item = "q3d"
part = "numerator"
value = 120
unit = "m"

[[material_factor]]
material_key = "concrete"
grade = "C40"
factor = 331
unit = "kgCO2e/m3"
density = "2400 kg/m³"
verified = true
document = "EPD-1"

[[rebar_rate]]
building = "B1"
role = "column"
rate = 130
document = "结构说明"

[[model]]
file = "tower.ifc"
building = "B1"
counts = ["column", "beam"]

[[sensor]]
id = "N1"
quantity = "noise"
interval = 60
unit = "dB(A)"

[[suspension]]
from = 2023-01-15
to = 2023-02-05
reason = "spring_festival"

[[determination]]
scheme = "gbt51129_2017"
building = "B1"
item = "q1a"
outcome = "met"
by = "王工（常州市住建局）"
on = 2023-06-29
reason = "专家组认可"
document = "会议纪要 3 号"

[[same_spec]]
component_kind = "slab"
tolerance = 0.003
mirrored = "same"
property = "PC.配筋编号"
means = "rebar_mark"
required = true
"""

BOOK = {
    "工程项目": [
        ["项目代码", "P01"],
        ["项目名称", "丁堰家园"],
        ["地区", "江苏省/常州市"],
        ["工程性质", "新建"],
        ["开工日期", "2022年3月1日"],
        ["工程总承包", "是"],
        ["每车装载量（m³）", "15"],
    ],
    "单体建筑": [
        ["单体编号", "单体名称", "用途", "结构类型", "建筑面积（万m²）", "层数", "装配式建筑", "竣工资料"],
        ["B1", "1号楼", "住宅", "混凝土结构", "1.20005", "18", "是", "是"],
    ],
    "楼层": [["某工程楼层表"], ["单体", "楼层", "标高（m）", "楼层建筑平面面积（m²）"], ["B1", "3F", "6", "650"]],
    "施工阶段": [["阶段", "开始", "结束"], ["地下结构", "2022-03-01", "2022/9/30"]],
    "房间": [["单体", "房间", "房间用途", "墙顶地面积", "干式工法墙顶地面积", "规格型号"], ["B1", "厨房-301", "厨房", "32.5", "30", "K-1"]],
    "户型": [["单体", "户型", "套数", "每套面积（m²）"], ["B1", "A", "34", "89.5"]],
    "工程量计算书": [["单体", "计算项", "分子或分母", "数量", "单位"], ["B1", "q3d", "分子", "120", "m"]],
    "材料因子": [
        ["材料键", "强度等级", "碳排放因子", "因子单位", "密度（kg/m³）", "经第三方核查", "依据文件"],
        ["concrete", "C40", "331", "kgCO₂e/m³", "2400", "是", "EPD-1"],
    ],
    "含钢量": [["单体", "角色", "含钢量（kg/m³）", "依据文件"], ["B1", "column", "130", "结构说明"]],
    "模型文件": [["文件", "单体", "计量构件"], ["tower.ifc", "B1", "column beam"]],
    "监测点": [["监测点", "监测量", "读数间隔", "单位"], ["N1", "噪声", "1min", "dB(A)"]],
    "停工": [["开始", "结束", "原因"], ["2023-01-15", "2023-02-05", "春节"]],
    "认定": [
        ["评价方案", "单体", "评价项", "认定结论", "认定人", "认定日期", "理由", "依据文件"],
        ["gbt51129_2017", "B1", "q1a", "达标", "王工（常州市住建局）", "2023年6月29日", "专家组认可", "会议纪要 3 号"],
    ],
    "同一规格": [
        ["构件种类", "尺寸容差（mm）", "镜像构件", "属性", "属性含义", "必有此属性"],
        ["板", "3", "相同", "PC.配筋编号", "配筋", "是"],
    ],
}

MINIMAL = '[project]\ncode = "P01"\nname = "丁堰家园"\n'


def values(reading, table):
    return reading.tables[table].drop("row").to_dicts()


class TestBothForms:
    def test_give_every_table(self, tmp_path):
        reading = survey(tmp_path, WHOLE)
        assert tuple(reading.tables) == TABLES
        assert codes(reading) == []

    def test_give_the_same_tables(self, tmp_path):
        excel = read_survey(book_file(tmp_path / "project.xlsx", BOOK), "project.xlsx", None, survey_words())
        toml = survey(tmp_path, WHOLE)
        assert codes(excel) == []
        assert {table: values(excel, table) for table in TABLES} == {table: values(toml, table) for table in TABLES}

    def test_give_values_in_the_contracts_types_and_units(self, tmp_path):
        reading = survey(tmp_path, WHOLE)
        building = reading.tables["building"].row(0, named=True)
        assert (building["project"], building["floor_area"], building["storeys"], building["prefabricated"]) == ("P01", 12000.5, 18, True)
        assert reading.tables["stage"].row(0, named=True)["to_date"] == date(2022, 9, 30)
        assert reading.tables["model_file"].row(0, named=True)["counts"] == "column beam"
        assert reading.tables["project"].row(0, named=True)["load_volume"] == 15.0

    def test_keep_the_line_on_which_an_entry_begins(self, tmp_path):
        assert survey(tmp_path, WHOLE).tables["building"]["row"].to_list() == [10]

    def test_are_not_led_astray_by_a_key_called_like_the_table(self, tmp_path):
        text = MINIMAL + '\n[[building]]\nbuilding = "B1"\n\n[[building]]\nbuilding = "B2"\n'
        assert survey(tmp_path, text).tables["building"].select("building", "row").rows() == [("B1", 5), ("B2", 8)]

    def test_number_entries_that_stand_on_one_line(self, tmp_path):
        reading = survey(tmp_path, 'building = [{id = "B1"}, {id = "B2"}]\n' + MINIMAL)
        assert reading.tables["building"].select("building", "row").rows() == [("B1", 1), ("B2", 1_000_000_000_001)]

    def test_name_the_project(self, tmp_path):
        assert survey(tmp_path, MINIMAL).facts["project"] == "P01"

    def test_may_say_very_little(self, tmp_path):
        reading = survey(tmp_path, MINIMAL)
        assert (list(reading.tables), codes(reading)) == (["project"], [])


class TestAKeyNobodyKnows:
    def test_is_named_with_its_line_and_the_nearest_known_one(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + '\n[[building]]\nid = "B1"\nfloor_aera = 1200\n')
        remark = said(reading, "key_unknown")
        assert (remark.level, remark.row, remark.column) == ("refused", 7, "floor_aera")
        assert "floor_area" in remark.zh
        assert "floor_area" in remark.en

    def test_leaves_the_rest_of_its_entry_standing(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + '\n[[building]]\nid = "B1"\nfloor_aera = 1200\nstoreys = 3\n')
        assert reading.tables["building"].select("building", "floor_area", "storeys").row(0) == ("B1", None, 3)

    def test_of_a_whole_table_is_named_too(self, tmp_path):
        remark = said(survey(tmp_path, MINIMAL + '\n[[buildng]]\nid = "B1"\n'), "table_unknown")
        assert (remark.row, "building" in remark.zh) == (5, True)

    def test_in_the_excel_form_is_a_header(self, tmp_path):
        book = {"项目": BOOK["工程项目"], "单体": [["单体编号", "建筑面积", "颜色", "备注"], ["B1", "1200", "红", "略"]]}
        reading = read_survey(book_file(tmp_path / "project.xlsx", book), "project.xlsx", None, survey_words())
        assert (said(reading, "key_unknown").column, codes(reading)) == ("颜色", ["key_unknown"])

    def test_of_a_sheet_is_a_note(self, tmp_path):
        book = {"项目": BOOK["工程项目"], "通讯录": [["姓名", "电话"], ["某", "1"]], "填写说明 Instructions": [["列", "说明"]]}
        reading = read_survey(book_file(tmp_path / "project.xlsx", book), "project.xlsx", None, survey_words())
        assert said(reading, "sheet_name_unknown").found == "通讯录"


class TestAValueThatIsWrong:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ('floor_area = "很大"', "value_not_number"),
            ("floor_area = true", "value_not_number"),
            ("floor_area = nan", "value_not_number"),
            ('floor_area = "1200 t"', "value_not_number"),
            ("floor_area = -1", "value_too_small"),
            ("storeys = 2.5", "value_not_whole"),
            ('prefabricated = "也许"', "value_not_bool"),
            ('use = "houssing"', "value_not_one_of"),
            ("name = true", "value_not_text"),
        ],
    )
    def test_is_refused_and_leaves_a_gap(self, tmp_path, line, code):
        reading = survey(tmp_path, f'{MINIMAL}\n[[building]]\nid = "B1"\n{line}\n')
        remark = said(reading, code)
        assert (remark.level, remark.row) == ("refused", 7)
        assert reading.tables["building"].row(0, named=True)[line.split(" ")[0]] is None

    def test_of_a_closed_list_is_told_the_nearest_and_all(self, tmp_path):
        remark = said(survey(tmp_path, f'{MINIMAL}\n[[building]]\nid = "B1"\nuse = "houssing"\n'), "value_not_one_of")
        assert "最接近的是“housing”" in remark.zh
        assert "housing, public, industrial" in remark.en

    def test_of_a_date_names_the_form_it_wants(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + 'works_from = "3/5/2023"\n')
        assert (said(reading, "value_not_date").found, reading.rows) == ("3/5/2023", 1)

    def test_that_must_be_there_takes_its_entry_with_it(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + '\n[[stage]]\nstage = "underground"\n')
        assert (said(reading, "value_missing").row, "stage" in reading.tables) == (5, False)


class TestAnEntryThatCannotStand:
    def test_stands_there_twice(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + '\n[[building]]\nid = "B1"\n[[building]]\nid = "B1"\n')
        assert (said(reading, "entry_twice").row, reading.tables["building"].height) == (7, 1)

    @pytest.mark.parametrize("left_out", ["by", "on", "reason", "document", "outcome", "scheme"])
    def test_determines_without_saying_who_what_when_why_or_by_which_paper(self, tmp_path, left_out):
        text = WHOLE[WHOLE.index("[[determination]]") :]
        lines = [line for line in text.splitlines() if not line.startswith(f"{left_out} =")]
        reading = survey(tmp_path, MINIMAL + '\n[[building]]\nid = "B1"\n' + "\n".join(lines) + "\n")
        assert (said(reading, "value_missing").level, "determination" in reading.tables) == ("refused", False)

    def test_determines_something_else_than_met_or_not_met(self, tmp_path):
        reading = survey(tmp_path, WHOLE.replace('outcome = "met"', 'outcome = "合格吧"'))
        assert said(reading, "value_not_one_of").found == "合格吧"
        assert "determination" not in reading.tables

    def test_ends_before_it_begins(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + "\n[[suspension]]\nfrom = 2023-02-05\nto = 2023-01-15\n")
        assert (said(reading, "dates_reversed").level, "suspension" in reading.tables) == ("refused", False)

    def test_belongs_to_a_building_nobody_declared(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + '\n[[storey]]\nbuilding = "B9"\nstorey = "1F"\n')
        assert (said(reading, "building_unknown").level, reading.tables["storey"].height) == ("doubt", 1)

    def test_refers_to_a_reference_nobody_declared(self, tmp_path):
        reading = survey(tmp_path, MINIMAL + '\n[[sensor]]\nid = "D1"\nquantity = "pm10"\nreference = "C1"\n')
        assert said(reading, "reference_unknown").level == "doubt"

    def test_refers_in_a_circle(self, tmp_path):
        text = "".join(f'\n[[sensor]]\nid = "{a}"\nquantity = "pm10"\nreference = "{b}"\n' for a, b in ("AB", "BC", "CA"))
        reading = survey(tmp_path, MINIMAL + text)
        assert [one.found for one in reading.remarks] == ["A → B → C → A", "B → C → A → B", "C → A → B → C"]
        assert set(codes(reading, "refused")) == {"reference_cyclic"}
        assert reading.tables["sensor"]["reference"].to_list() == [None, None, None]


class TestStages:
    """Line 5 holds the first stage, each stage takes four lines and an empty one."""

    WORKS = "works_from = 2022-01-01\nworks_to = 2022-12-31\n"

    def read(self, tmp_path, *stages, works=""):
        rows = "".join(
            f'\n[[stage]]\nstage = "{stage}"\nfrom = {first}\n' + (f"to = {last}\n" if last else "\n") for stage, first, last in stages
        )
        return survey(tmp_path, MINIMAL + works + rows)

    def found(self, reading):
        return [(one.code, one.level, one.row) for one in reading.remarks]

    def test_that_follow_one_another_are_in_order(self, tmp_path):
        stages = [("underground", "2022-01-01", "2022-05-31"), ("aboveground", "2022-06-01", None), ("fit_out", "2022-10-01", "2022-12-31")]
        assert self.found(self.read(tmp_path, *stages, works=self.WORKS)) == []

    def test_that_share_days_are_named_with_both_rows(self, tmp_path):
        reading = self.read(tmp_path, ("underground", "2022-01-01", "2022-06-30"), ("aboveground", "2022-06-30", None))
        assert self.found(reading) == [("stages_overlap", "doubt", 10)]
        assert "第 10 行" in reading.remarks[0].zh
        assert "第 5 行的阶段“underground”" in reading.remarks[0].zh
        assert "row 10" in reading.remarks[0].en
        assert "stage underground in row 5" in reading.remarks[0].en
        assert reading.tables["stage"].height == 2

    def test_that_share_days_are_told_in_which_of_them_the_waste_of_a_shared_day_counts(self, tmp_path):
        (said,) = self.read(tmp_path, ("underground", "2022-01-01", "2022-06-30"), ("aboveground", "2022-06-30", None)).remarks
        assert "重叠日子的车次只计入开始较晚的阶段（同日开始的，计入登记在后的）" in said.zh
        assert "count in the stage that began later (of two that began on one day, in the one entered later)" in said.en
        assert "not clear" not in said.en

    @pytest.mark.parametrize("last", [None, "2022-06-30"])
    def test_that_begin_on_one_day_overlap_also_where_the_first_has_no_end(self, tmp_path, last):
        reading = self.read(tmp_path, ("underground", "2022-01-01", None), ("aboveground", "2022-01-01", last))
        assert self.found(reading) == [("stages_overlap", "doubt", 10)]

    def test_inside_one_long_stage_are_each_named(self, tmp_path):
        stages = [
            ("underground", "2022-01-01", "2022-12-31"),
            ("aboveground", "2022-03-01", "2022-04-30"),
            ("fit_out", "2022-06-01", "2022-07-31"),
        ]
        assert self.found(self.read(tmp_path, *stages)) == [("stages_overlap", "doubt", 10), ("stages_overlap", "doubt", 15)]

    def test_that_stand_there_twice_without_an_end_overlap(self, tmp_path):
        assert self.found(self.read(tmp_path, ("fit_out", "2022-01-01", None), ("fit_out", "2022-02-01", None))) == [
            ("stages_overlap", "doubt", 10)
        ]

    def test_that_end_before_they_begin_are_refused_by_row(self, tmp_path):
        reading = self.read(tmp_path, ("underground", "2022-05-31", "2022-01-01"), ("aboveground", "2022-06-01", None))
        assert self.found(reading) == [("dates_reversed", "refused", 5)]
        assert reading.tables["stage"]["stage"].to_list() == ["aboveground"]

    @pytest.mark.parametrize(
        ("first", "last"), [("2021-12-31", "2022-03-01"), ("2022-03-01", "2023-01-01"), ("2023-01-01", None), ("2021-01-01", "2021-02-01")]
    )
    def test_outside_the_works_are_named(self, tmp_path, first, last):
        reading = self.read(tmp_path, ("underground", first, last), works=self.WORKS)
        assert self.found(reading) == [("stage_outside_works", "doubt", 7)]
        assert "2022-01-01 – 2022-12-31" in reading.remarks[0].zh
        assert "beyond the works" in reading.remarks[0].en

    def test_of_works_without_dates_are_outside_nothing(self, tmp_path):
        assert self.found(self.read(tmp_path, ("underground", "1999-01-01", "2099-01-01"))) == []


class TestAFileThatIsNoSurvey:
    def test_of_toml_is_told_the_line(self, tmp_path):
        with pytest.raises(MalformedError) as error:
            survey(tmp_path, '[project]\ncode = "P01"\nname = 丁堰\n')
        assert error.value.code == "toml_invalid"
        assert "line 3" in error.value.en

    @pytest.mark.parametrize("text", ["", '[project]\ncode = "P01"\n', '[[building]]\nid = "B1"\n', '[project]\nname = "丁堰"\n'])
    def test_names_no_project(self, tmp_path, text):
        with pytest.raises(MalformedError) as error:
            survey(tmp_path, text or "# nothing\n")
        assert error.value.code == "project_missing"

    def test_names_two_projects(self, tmp_path):
        with pytest.raises(MalformedError) as error:
            survey(tmp_path, '[[project]]\ncode = "P01"\nname = "a"\n[[project]]\ncode = "P02"\nname = "b"\n')
        assert error.value.code == "project_twice"

    def test_in_gb18030_is_read(self, tmp_path):
        (tmp_path / "project.toml").write_bytes(MINIMAL.encode("gb18030"))
        reading = read_survey(tmp_path / "project.toml", "project.toml", None, survey_words())
        assert reading.tables["project"]["name"].to_list() == ["丁堰家园"]

    def test_with_crlf_keeps_its_lines(self, tmp_path):
        (tmp_path / "project.toml").write_bytes((MINIMAL + '\n[[building]]\nid = "B1"\n').replace("\n", "\r\n").encode())
        assert read_survey(tmp_path / "project.toml", "project.toml", None, survey_words()).tables["building"]["row"].to_list() == [5]


class TestTakeOffs:
    def read(self, tmp_path, item, value, unit):
        row = f'\n[[takeoff]]\nbuilding = "B1"\nitem = "{item}"\npart = "numerator"\nvalue = {value}\nunit = "{unit}"\n'
        return survey(tmp_path, MINIMAL + '\n[[building]]\nid = "B1"\n' + row)

    @pytest.mark.parametrize(
        ("item", "value", "unit", "is_"), [("q3d", 0.9, "km", 900.0), ("q3d", 8, "m", 8.0), ("q1b", 3, "㎡", 3.0), ("q1a", 2, "m3", 2.0)]
    )
    def test_stand_in_the_unit_their_item_is_measured_in(self, tmp_path, item, value, unit, is_):
        (row,) = self.read(tmp_path, item, value, unit).tables["takeoff"].to_dicts()
        assert (row["value"], row["unit"]) == (pytest.approx(is_), {"q3d": "m", "q1b": "m²", "q1a": "m³"}[item])

    @pytest.mark.parametrize(
        ("item", "unit", "code"),
        [("q3d", "根", "takeoff_unit_wrong"), ("q1a", "m²", "takeoff_unit_wrong"), ("q9z", "m", "takeoff_item_unknown")],
    )
    def test_in_another_kind_of_unit_or_of_no_item_are_refused(self, tmp_path, item, unit, code):
        reading = self.read(tmp_path, item, 1, unit)
        assert [(one.code, one.level) for one in reading.remarks] == [(code, "refused")]
        assert "takeoff" not in reading.tables


class TestFactorsOfMaterials:
    def read(self, tmp_path, **row):
        written = "\n".join(f"{key} = {value!r}".replace("True", "true") for key, value in {"document": "EPD-1", **row}.items())
        return survey(tmp_path, MINIMAL + "\n[[material_factor]]\n" + written + "\n")

    @pytest.mark.parametrize(
        ("factor", "unit", "kept"),
        [(0.12, "kgCO2e/kg", (120.0, "kgCO₂e/t")), (2.3, "tCO2e/t", (2300.0, "kgCO₂e/t")), (331, "kgCO₂e/m³", (331.0, "kgCO₂e/m³"))],
    )
    def test_stand_by_tonne_cubic_or_square_metre(self, tmp_path, factor, unit, kept):
        (row,) = self.read(tmp_path, material="C40", factor=factor, unit=unit).tables["material_factor"].to_dicts()
        assert (pytest.approx(row["factor"]), row["unit"]) == kept

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ({"material": "C40", "factor": 331, "unit": "kg"}, "factor_unit_wrong"),
            ({"material": "C40", "factor": 331}, "factor_unit_wrong"),
            ({"grade": "C40", "factor": 331, "unit": "kgCO2e/m3"}, "factor_incomplete"),
            ({"material": "C40"}, "factor_incomplete"),
            ({"material": "C40", "density": 2400}, "density_impossible"),
            ({"material": "C40", "density": 0}, "density_impossible"),
            ({"material": "C40", "density": "0.0024 kg/m³"}, "density_impossible"),
        ],
    )
    def test_that_cannot_be_used_are_refused(self, tmp_path, row, code):
        reading = self.read(tmp_path, **row)
        assert [(one.code, one.level) for one in reading.remarks] == [(code, "refused")]
        assert "material_factor" not in reading.tables

    @pytest.mark.parametrize("rate", [0.12, 0.999, 7851])
    def test_a_rate_of_rebar_that_no_concrete_has_is_refused(self, tmp_path, rate):
        reading = survey(tmp_path, MINIMAL + f'\n[[rebar_rate]]\nrate = {rate}\ndocument = "D"\n')
        assert [(one.code, one.level) for one in reading.remarks] == [("rate_impossible", "refused")]
        assert "rebar_rate" not in reading.tables

    @pytest.mark.parametrize(("written", "rate"), [("0", 0.0), ("120", 120.0), ('"0.12 t/m³"', 120.0)])
    def test_a_rate_of_rebar_is_kept_in_kilograms_and_plain_concrete_has_none(self, tmp_path, written, rate):
        reading = survey(tmp_path, MINIMAL + f'\n[[rebar_rate]]\nrate = {written}\ndocument = "D"\n')
        assert reading.tables["rebar_rate"]["rate"].to_list() == [pytest.approx(rate)]

    def test_may_give_a_density_or_a_distance_alone(self, tmp_path):
        (row,) = self.read(tmp_path, material="UHPC", density=2.5).tables["material_factor"].to_dicts()
        assert (row["density"], row["factor"]) == (2.5, None)
