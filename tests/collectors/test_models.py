"""Reading models: elements, properties, quantities, and every bad input in words."""

from __future__ import annotations

import gzip
import os
import random
import sys
import tomllib
import zipfile
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import qingzhu.ledger
from qingzhu.collectors import models
from qingzhu.collectors.model_files import MODEL_LIMITS, ModelLimits, model_text
from qingzhu.collectors.models import read_model
from qingzhu.collectors.step_model import NotColumnarError
from qingzhu.collectors.step_values import UnreadableError
from qingzhu.terms.errors import MalformedError, MissingError
from qingzhu.terms.readings import Reading
from tests.collectors.model_makers import guid, properties, quantities, step, wall

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

KNOWN = ("NetVolume", "GrossVolume", "Length", "Width", "Height", "GrossWeight")


def read(tmp_path: Path, content: str | bytes, name: str = "models/tower.ifc", limits: ModelLimits = MODEL_LIMITS) -> Reading:
    path = tmp_path / "original"
    path.write_bytes(content.encode("ascii") if isinstance(content, str) else content)
    return read_model(path, name, "P01", KNOWN, limits)


def codes(reading: Reading) -> list[str]:
    return [remark.code for remark in reading.remarks]


def refusal(tmp_path: Path, content: str | bytes, limits: ModelLimits = MODEL_LIMITS) -> str:
    reading = read(tmp_path, content, limits=limits)
    assert reading.refused
    (remark,) = reading.remarks
    assert "models/tower.ifc" in remark.zh
    assert "models/tower.ifc" in remark.en
    return remark.code


def rows(reading: Reading, table: str, *columns: str) -> list[tuple]:
    return reading.tables[table].select(columns).rows()


class TestElements:
    def test_every_element_opening_and_space_is_a_row(self, tmp_path):
        opening = f"#11=IFCOPENINGELEMENT('{guid(11)}',$,'O',$,$,$,$,$,$);"
        space = f"#12=IFCSPACE('{guid(12)}',$,'101',$,$,$,$,'厨房',$,$,$);".replace("厨房", "\\X2\\53A8623F\\X0\\")
        reading = read(tmp_path, step(wall(10), opening, space))
        assert rows(reading, "element", "row", "project", "model", "ifc_class", "name", "long_name") == [
            (1, "P01", "tower.ifc", "IfcWall", "W", None),
            (2, "P01", "tower.ifc", "IfcOpeningElement", "O", None),
            (3, "P01", "tower.ifc", "IfcSpace", "101", "厨房"),
        ]

    def test_the_columns_are_those_of_the_contracts(self, tmp_path):
        reading = read(tmp_path, step(wall(10), *quantities(20, [10], "IFCQUANTITYVOLUME('NetVolume',$,$,2.,$)")))
        folder = Path(qingzhu.ledger.__file__).parent / "contracts"
        for table, frame in reading.tables.items():
            contract = tomllib.loads((folder / f"{table}.toml").read_text("utf-8"))
            assert set(frame.columns) == {"row", *(column["name"] for column in contract["column"])}

    def test_the_storey_is_climbed_to_through_assembly_space_and_host(self, tmp_path):
        lines = [
            f"#10=IFCBUILDINGSTOREY('{guid(10)}',$,'2F',$,$,$,$,$,.ELEMENT.,3600.);",
            f"#11=IFCSPACE('{guid(11)}',$,'R',$,$,$,$,$,$,$,$);",
            f"#12=IFCRELAGGREGATES('{guid(12)}',$,$,$,#10,(#11));",
            wall(13, "in the space"),
            f"#14=IFCRELCONTAINEDINSPATIALSTRUCTURE('{guid(14)}',$,$,$,(#13),#11);",
            f"#15=IFCOPENINGELEMENT('{guid(15)}',$,'hole',$,$,$,$,$,$);",
            f"#16=IFCRELVOIDSELEMENT('{guid(16)}',$,$,$,#13,#15);",
            f"#17=IFCDOOR('{guid(17)}',$,'door',$,$,$,$,$,$,$,$,$,$);",
            f"#18=IFCRELFILLSELEMENT('{guid(18)}',$,$,$,#15,#17);",
            wall(19, "part"),
            f"#20=IFCRELAGGREGATES('{guid(20)}',$,$,$,#13,(#19));",
            wall(21, "nowhere"),
        ]
        found = {
            name: (storey, height, whole)
            for name, storey, height, whole in rows(
                read(tmp_path, step(*lines)), "element", "name", "storey", "storey_elevation", "assembly"
            )
        }
        assert found["in the space"] == found["hole"] == found["door"] == ("2F", 3.6, None)
        assert found["part"] == ("2F", 3.6, guid(13))
        assert found["nowhere"] == (None, None, None)

    def test_a_circle_of_parts_ends_without_a_storey(self, tmp_path):
        circle = [f"#12=IFCRELAGGREGATES('{guid(12)}',$,$,$,#10,(#11));", f"#13=IFCRELAGGREGATES('{guid(13)}',$,$,$,#11,(#10));"]
        assert rows(read(tmp_path, step(wall(10), wall(11), *circle)), "element", "storey") == [(None,), (None,)]

    def test_materials_come_in_order_and_from_the_type_where_the_occurrence_has_none(self, tmp_path):
        lines = [
            "#30=IFCMATERIAL('C30',$,$);",
            "#31=IFCMATERIAL('EPS',$,$);",
            "#32=IFCMATERIALLAYER(#30,200.,$,$,$,$,$);",
            "#33=IFCMATERIALLAYER(#31,60.,$,$,$,$,$);",
            "#34=IFCMATERIALLAYERSET((#32,#33),$,$);",
            f"#35=IFCWALLTYPE('{guid(35)}',$,'Q200',$,$,$,$,$,$,.SOLIDWALL.);",
            f"#36=IFCRELDEFINESBYTYPE('{guid(36)}',$,$,$,(#10,#11),#35);",
            f"#37=IFCRELASSOCIATESMATERIAL('{guid(37)}',$,$,$,(#35),#34);",
            f"#38=IFCRELASSOCIATESMATERIAL('{guid(38)}',$,$,$,(#11),#31);",
        ]
        assert rows(read(tmp_path, step(wall(10), wall(11), *lines)), "element", "type_name", "predefined_type", "materials") == [
            ("Q200", "SOLIDWALL", '["C30", "EPS"]'),
            ("Q200", "SOLIDWALL", '["EPS"]'),
        ]

    def test_an_element_without_global_id_is_refused_and_a_repeated_one_is_a_doubt(self, tmp_path):
        reading = read(tmp_path, step(wall(10, id="0same"), wall(11, id="0same"), "#12=IFCWALL($,$,'no id',$,$,$,$,$,$);"))
        assert rows(reading, "element", "global_id") == [("0same",), ("0same#11",)]
        assert {"global_id_missing", "global_id_repeated"} <= set(codes(reading))


class TestProperties:
    def test_each_kind_of_property_is_text_with_a_number_where_it_is_one(self, tmp_path):
        held = properties(
            20,
            [10],
            "IFCPROPERTYSINGLEVALUE('single',$,IFCLENGTHMEASURE(200.),$)",
            "IFCPROPERTYSINGLEVALUE('flag',$,IFCBOOLEAN(.T.),$)",
            "IFCPROPERTYENUMERATEDVALUE('enumerated',$,(IFCLABEL('a'),IFCLABEL('b')),$)",
            "IFCPROPERTYLISTVALUE('list',$,(IFCREAL(1.5)),$)",
            "IFCPROPERTYBOUNDEDVALUE('bounded',$,IFCREAL(9.),IFCREAL(1.),$,IFCREAL(5.))",
            "IFCCOMPLEXPROPERTY('A',$,'use',(#40))",
            "IFCPROPERTYSINGLEVALUE('empty',$,$,$)",
        )
        inner = "#40=IFCPROPERTYSINGLEVALUE('B',$,IFCINTEGER(3),$);"
        reading = read(tmp_path, step(wall(10), inner, *held))
        assert rows(reading, "property", "name", "value", "number", "unit", "value_type") == [
            ("single", "200.0", 200.0, "mm", "IfcLengthMeasure"),
            ("flag", "true", None, None, "IfcBoolean"),
            ("enumerated", "a; b", None, None, "IfcLabel"),
            ("list", "1.5", 1.5, None, "IfcReal"),
            ("bounded", "1.0..9.0", 5.0, None, "IfcReal"),
            ("A.B", "3", 3.0, None, "IfcInteger"),
            ("empty", None, None, None, None),
        ]

    def test_sets_of_type_and_material_stand_beside_those_of_the_occurrence(self, tmp_path):
        lines = [
            "#30=IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('of type'),$);",
            f"#31=IFCPROPERTYSET('{guid(31)}',$,'T',$,(#30));",
            f"#32=IFCWALLTYPE('{guid(32)}',$,'Q200',$,$,(#31),$,$,$,.SOLIDWALL.);",
            f"#33=IFCRELDEFINESBYTYPE('{guid(33)}',$,$,$,(#10),#32);",
            "#34=IFCMATERIAL('C30',$,$);",
            f"#35=IFCRELASSOCIATESMATERIAL('{guid(35)}',$,$,$,(#10),#34);",
            "#36=IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('of material'),$);",
            "#37=IFCMATERIALPROPERTIES('M',$,(#36),#34);",
        ]
        own = properties(20, [10], "IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('own'),$)")
        assert rows(read(tmp_path, step(wall(10), *own, *lines)), "property", "set_name", "value", "origin") == [
            ("S", "own", "occurrence"),
            ("T", "of type", "type"),
            ("M", "of material", "material"),
        ]

    def test_a_complex_property_that_holds_itself_ends(self, tmp_path):
        held = properties(20, [10], "IFCCOMPLEXPROPERTY('A',$,'use',(#22))", "IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('y'),$)")
        assert ("x", "y") in rows(read(tmp_path, step(wall(10), *held)), "property", "name", "value")


class TestQuantities:
    def test_a_quantity_is_converted_by_its_own_unit_else_by_the_project_s(self, tmp_path):
        lines = quantities(
            20,
            [10],
            "IFCQUANTITYLENGTH('Length',$,$,2500.,$)",
            "IFCQUANTITYVOLUME('NetVolume',$,$,1.25,$)",
            "IFCQUANTITYVOLUME('GrossVolume',$,#50,1250000000.,$)",
            "IFCQUANTITYWEIGHT('GrossWeight',$,$,3125.,$)",
            "IFCQUANTITYLENGTH('Width',$,#53,2.,$)",
            "IFCQUANTITYCOUNT('Height',$,$,4.,$)",
        )
        units = [
            "#50=IFCSIUNIT(*,.VOLUMEUNIT.,.MILLI.,.CUBIC_METRE.);",
            "#51=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);",
            "#52=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#51);",
            "#53=IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'FOOT',#52);",
        ]
        reading = read(tmp_path, step(wall(10), *lines, *units))
        assert rows(reading, "quantity", "quantity", "kind", "value", "given", "given_unit") == [
            ("Length", "length", pytest.approx(2.5), 2500.0, "mm"),
            ("NetVolume", "volume", 1.25, 1.25, "m³"),
            ("GrossVolume", "volume", pytest.approx(1.25), 1.25e9, "mm³"),
            ("GrossWeight", "mass", pytest.approx(3.125), 3125.0, "kg"),
            ("Width", "length", pytest.approx(0.6096), 2.0, "FOOT"),
            ("Height", "count", 4.0, 4.0, ""),
        ]

    def test_a_misspelt_name_is_kept_but_not_known_and_the_right_one_is_named(self, tmp_path):
        reading = read(tmp_path, step(wall(10), *quantities(20, [10], "IFCQUANTITYVOLUME('GorssVolume',$,$,8.,$)")))
        assert rows(reading, "quantity", "quantity", "value", "known") == [("GorssVolume", 8.0, False)]
        (remark,) = reading.remarks
        assert (remark.code, remark.level, remark.found) == ("quantity_name_near", "doubt", "GrossVolume")

    def test_without_a_declared_unit_si_is_taken_and_said(self, tmp_path):
        project = "#6=IFCPROJECT('0project00000000000000',$,'P',$,$,$,$,$,$);\n"
        reading = read(tmp_path, step(wall(10), *quantities(20, [10], "IFCQUANTITYVOLUME('NetVolume',$,$,8.,$)"), units=project))
        assert rows(reading, "quantity", "value", "given_unit") == [(8.0, "m³")]
        assert codes(reading) == ["unit_assumed"]

    def test_a_quantity_in_a_unit_that_leads_nowhere_is_refused_not_guessed(self, tmp_path):
        unit = "#50=IFCCONTEXTDEPENDENTUNIT(#51,.VOLUMEUNIT.,'barrow');"
        dimensions = "#51=IFCDIMENSIONALEXPONENTS(3,0,0,0,0,0,0);"
        reading = read(tmp_path, step(wall(10), *quantities(20, [10], "IFCQUANTITYVOLUME('NetVolume',$,#50,8.,$)"), unit, dimensions))
        assert rows(reading, "quantity", "value") == []
        assert codes(reading) == ["quantity_unreadable"]

    def test_a_complex_quantity_is_flattened(self, tmp_path):
        lines = quantities(20, [10], "IFCPHYSICALCOMPLEXQUANTITY('Layer',$,(#40),'d',$,$)")
        inner = "#40=IFCQUANTITYLENGTH('Width',$,$,200.,$);"
        assert rows(read(tmp_path, step(wall(10), *lines, inner)), "quantity", "quantity", "value") == [("Layer.Width", pytest.approx(0.2))]


class TestTextInACodePage:
    @pytest.mark.parametrize(
        ("encoding", "words"),
        [("utf-8", "预制墙板"), ("gb18030", "预制混凝土柱"), ("cp932", "コンクリート構造・柱"), ("cp1252", "Außenwand – tragend")],
    )
    def test_raw_bytes_are_read_as_the_text_they_were(self, tmp_path, encoding, words):
        content = step(wall(10, "@@"), wall(11, "It''s \\X2\\98845236\\X0\\ C:\\\\b")).encode().replace(b"@@", words.encode(encoding))
        reading = read(tmp_path, content)
        assert rows(reading, "element", "name") == [(words,), ("It's 预制 C:\\b",)]
        assert [remark.found for remark in reading.remarks] == [encoding]

    def test_shift_jis_bytes_in_single_byte_escapes_are_read_too(self, tmp_path):
        assert rows(read(tmp_path, step(wall(10, "\\X\\92\\X\\8C500"))), "element", "name") == [("柱500",)]

    def test_legal_escapes_are_left_alone(self, tmp_path):
        reading = read(tmp_path, step(wall(10, "W\\X\\E4nde \\S\\d \\X2\\53E05408677F\\X0\\")))
        assert rows(reading, "element", "name") == [("Wände ä 叠合板",)]
        assert reading.remarks == []


class TestPacking:
    def test_gzip_and_zip_give_the_same_rows_as_plain(self, tmp_path):
        plain = step(wall(10), *quantities(20, [10], "IFCQUANTITYVOLUME('NetVolume',$,$,8.,$)"))
        with zipfile.ZipFile(tmp_path / "packed", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a/tower.ifc", plain)
        zipped = read(tmp_path, (tmp_path / "packed").read_bytes())
        gzipped = read(tmp_path, gzip.compress(plain.encode()))
        for table, frame in read(tmp_path, plain).tables.items():
            assert frame.equals(zipped.tables[table])
            assert frame.equals(gzipped.tables[table])

    def test_a_zip_with_no_model_or_with_two_is_refused(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "packed", "w") as archive:
            archive.writestr("a.ifc", step(wall(10)))
            archive.writestr("b.ifc", step(wall(10)))
        assert refusal(tmp_path, (tmp_path / "packed").read_bytes()) == "model_not_one"

    @pytest.mark.parametrize("packing", ["gzip", "zip"])
    def test_a_bomb_is_refused_before_it_unpacks(self, tmp_path, packing):
        bomb = b"ISO-10303-21;" + b" " * 110_000_000  # above 100 MB, where the ratio is asked
        if packing == "zip":
            with zipfile.ZipFile(tmp_path / "packed", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("tower.ifc", bomb)
            packed = (tmp_path / "packed").read_bytes()
        else:
            packed = gzip.compress(bomb)
        assert refusal(tmp_path, packed) == "model_too_large"

    def test_the_size_limit_holds_for_plain_files_too(self, tmp_path):
        assert refusal(tmp_path, step(wall(10)), ModelLimits(size=100)) == "model_too_large"

    def test_a_cut_off_archive_is_refused(self, tmp_path):
        packed = gzip.compress(step(wall(10)).encode())
        assert refusal(tmp_path, packed[:-20]) == "model_packing_broken"
        assert refusal(tmp_path, b"PK\x03\x04 and nothing more") == "model_packing_broken"


class TestBadInput:
    def test_empty_and_blank_files(self, tmp_path):
        assert refusal(tmp_path, b"") == "model_empty"
        assert refusal(tmp_path, b" \r\n") == "model_empty"

    def test_something_else_named_ifc(self, tmp_path):
        assert refusal(tmp_path, b"<?xml version='1.0'?><ifcXML/>") == "model_not_step"
        assert refusal(tmp_path, b"%PDF-1.7 \xff\xfe") == "model_not_step"

    def test_a_syntax_error(self, tmp_path):
        assert refusal(tmp_path, step("#10=IFCWALL('0',$,'unclosed", wall(11))) == "model_unparsed"

    def test_what_the_parser_passes_over_with_a_warning_is_a_doubt(self, tmp_path):
        reading = read(tmp_path, step(wall(10), "#11=IFCWALL('0',$,'too few');"))
        assert [(remark.level, remark.code) for remark in reading.remarks] == [("note", "read_by_ifcopenshell"), ("doubt", "parser_warned")]
        assert "#11" in reading.remarks[0].found

    def test_a_model_without_elements(self, tmp_path):
        assert refusal(tmp_path, step()) == "model_without_elements"

    def test_a_file_cut_anywhere_is_refused_or_says_what_was_lost(self, tmp_path):
        whole = step(wall(10), *quantities(20, [10], "IFCQUANTITYVOLUME('NetVolume',$,$,8.,$)"))
        for length in range(1, len(whole) - 2, 97):
            assert read(tmp_path, whole[:length]).refused

    def test_instances_of_an_unknown_class_or_a_repeated_id_are_counted_as_lost(self, tmp_path):
        reading = read(tmp_path, step(wall(10), wall(10, "again"), "#11=IFCNOSUCHTHING('x');"))
        (remark,) = [remark for remark in reading.remarks if remark.code == "instances_lost"]
        assert (remark.level, remark.count) == ("doubt", 2)

    def test_relations_to_what_is_missing_harm_nothing(self, tmp_path):
        dangling = [
            f"#12=IFCRELDEFINESBYPROPERTIES('{guid(12)}',$,$,$,(#10,#99),#98);",
            f"#13=IFCRELASSOCIATESMATERIAL('{guid(13)}',$,$,$,(#10),#97);",
            f"#14=IFCRELAGGREGATES('{guid(14)}',$,$,$,#96,(#10));",
        ]
        assert rows(read(tmp_path, step(wall(10), *dangling)), "element", "name", "materials") == [("W", "[]")]

    def test_relations_to_something_of_another_kind_cost_what_hangs_on_them_and_are_said(self, tmp_path):
        own = properties(30, [10], "IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('y'),$)")
        wrong = [
            f"#12=IFCRELDEFINESBYPROPERTIES('{guid(12)}',$,$,$,(#10),#1);",
            f"#13=IFCRELASSOCIATESMATERIAL('{guid(13)}',$,$,$,(#10),#1);",
            f"#14=IFCRELDEFINESBYTYPE('{guid(14)}',$,$,$,(#10),#10);",
            f"#15=IFCPROPERTYSET('{guid(15)}',$,'S',$,(#1,#10));",
            f"#16=IFCRELDEFINESBYPROPERTIES('{guid(16)}',$,$,$,(#10),#15);",
        ]
        reading = read(tmp_path, step(wall(10), *own, *wrong))
        assert rows(reading, "element", "name", "type_name", "materials") == [("W", None, "[]")]
        assert rows(reading, "property", "name", "value") == [("x", "y")]
        (remark,) = [remark for remark in reading.remarks if remark.code == "instance_malformed"]
        assert (remark.level, remark.count) == ("doubt", 4)

    @pytest.mark.parametrize("seed", range(40))
    def test_a_file_with_faults_is_refused_or_the_columns_read_no_less_than_ifcopenshell(self, seed, tmp_path):
        chance = random.Random(seed)
        sets = [
            *properties(30, [10, 11], "IFCPROPERTYSINGLEVALUE('it''s',$,IFCLABEL('y;'),$)", "IFCPROPERTYSINGLEVALUE('n',$,IFCREAL(1.),$)")
        ]
        sets += quantities(40, [10, 12], "IFCQUANTITYVOLUME('NetVolume',$,$,8.,$)")
        points = [f"#{number}=IFCCARTESIANPOINT(({number}.,0.,0.));" for number in range(100, 140)]
        text = step(*points[:20], wall(10), wall(11), *sets, *points[20:], wall(12))
        pieces = ["'", "(", ")", ",", ";", "#", "=", "\\", "$", "/*", "''", "#10", "IFCWALL", " ", "\n"]
        for _ in range(6):
            at = chance.randrange(text.index("DATA;") + 6, text.rindex("ENDSEC"))
            broken = text[:at] + chance.choice(pieces) + text[at + chance.choice([0, 0, 1, 4]) :]
            (tmp_path / "original").write_text(broken, "ascii")
            given = model_text(tmp_path / "original", "tower.ifc")
            try:
                columns = models.by_columns(given, "P01", KNOWN)
                parser = models.by_parser(given, "P01", KNOWN, "")
            except (NotColumnarError, UnreadableError, MalformedError):
                continue
            for table, key in (
                ("element", ["global_id"]),
                ("element_material", ["global_id", "material"]),
                ("property", ["global_id", "name"]),
                ("quantity", ["global_id", "quantity"]),
            ):
                assert set(parser.tables[table].select(key).rows()) <= set(columns.tables[table].select(key).rows())

    def test_without_the_extra_a_model_is_read_by_its_columns(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "ifcopenshell", None)
        assert read(tmp_path, step(wall(10))).tables["element"].height == 1

    def test_where_the_columns_cannot_be_taken_the_error_names_the_extra(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "ifcopenshell", None)
        with pytest.raises(MissingError, match=r"pip install qingzhu\[bim\]"):
            read(tmp_path, step(wall(10), "#20=IFCRELDEFINESBYPROPERTIES('r',$,$,$,(#10),#99);"))


DATA = os.environ.get("QINGZHU_TEST_DATA")
real = pytest.mark.skipif(not DATA, reason="QINGZHU_TEST_DATA is not set")

COUNTS = {
    "duplex_arch_revit2011.ifc": (268, 21, 38_898),
    "duplex_electrical_revit2013.ifc": (103, 1, 30_554),
    "samplehouse_ifc4_revit2015.ifc": (67, 4, 47_309),
    "fzk_haus_ifc4_archicad20.ifc": (102, 7, 44_249),
    "largebuilding_revit2021.ifc": (175, 8, 20_735),
    "hhs_office_construction_revit2010.ifc": (356, 0, 67_898),
    "mini_project_tekla.ifc": (3687, 0, 49_044),
    "schependomlaan_precast_plank_floors.ifc": (61, 0, 9_230),
    "schependomlaan_precast_hollowcore.ifc": (50, 0, 5_767),
    "schependomlaan_precast_vebo.ifc": (130, 0, 18_952),
    "schependomlaan_steel.ifc": (78, 0, 13_402),
    "schependomlaan_timber_frames.ifc.gz": (233, 0, 125_924),
    "janesville_restaurant_revit2012.ifc.gz": (1660, 20, 453_586),
    "infra_bridge_ifc4.ifc": (57, 0, 953),
    "rfi_signalling_ifc4x3.ifc": (270, 0, 22_953),
    "rfi_track10_ifc4x3.ifc": (952, 0, 34_771),
    "rebar_allplan.ifc": (18, 0, 11_663),
    "m1_revit2018_chs.ifc": (18, 0, 831),
    "encoding_sjis_archicad16.ifc": (24, 0, 1_242),
}
"""IfcElements, IfcSpaces and instances, as the README of the test data counts them."""

VALUES = {
    "samplehouse_ifc4_revit2015.ifc": 2_118,
    "mini_project_tekla.ifc": 69_162,
    "schependomlaan_timber_frames.ifc.gz": 78_904,
    "janesville_restaurant_revit2012.ifc.gz": 30_360,
}
"""Values of properties and quantities of elements (spaces aside), as counted by another program."""


def real_model(name: str) -> Reading:
    return read_model(Path(str(DATA)) / "ifc" / name, f"models/{name}", "P01", KNOWN)


@real
class TestRealModels:
    @pytest.mark.parametrize("name", COUNTS)
    def test_every_element_space_and_instance_is_read(self, name):
        reading = real_model(name)
        spaces = reading.tables["element"].filter(pl.col("ifc_class") == "IfcSpace").height
        assert (reading.tables["element"].height - spaces, spaces, reading.facts["instances"]) == COUNTS[name]
        assert "instances_lost" not in codes(reading)
        if name in VALUES:
            ids = reading.tables["element"].filter(pl.col("ifc_class") != "IfcSpace")["global_id"].implode()
            held = [reading.tables[table].filter(pl.col("global_id").is_in(ids)).height for table in ("property", "quantity")]
            assert sum(held) == VALUES[name]

    @pytest.mark.parametrize("name", COUNTS)
    def test_the_columns_give_what_ifcopenshell_gives_value_by_value(self, name):
        given = model_text(Path(str(DATA)) / "ifc" / name, name)
        columns, parser = models.by_columns(given, "P01", KNOWN), models.by_parser(given, "P01", KNOWN, "")
        for table, frame in parser.tables.items():
            assert_frame_equal(columns.tables[table], frame, check_exact=True)
        assert columns.facts | {"reader": "IfcOpenShell"} == parser.facts
        assert [remark.as_dict() for remark in columns.remarks] == [remark.as_dict() for remark in parser.remarks[1:]]

    def test_chinese_and_japanese_names_are_read(self):
        assert "混凝土" in "".join(real_model("m1_revit2018_chs.ifc").tables["element"]["materials"])
        assert "コンクリート" in "".join(real_model("encoding_sjis_archicad16.ifc").tables["element"]["materials"])

    def test_hhs_office_volumes_in_cubic_millimetres_become_cubic_metres(self):
        reading = real_model("hhs_office_construction_revit2010.ifc")
        columns = reading.tables["element"].filter(pl.col("ifc_class") == "IfcColumn").select("global_id")
        volumes = reading.tables["quantity"].filter(pl.col("quantity") == "GrossVolume").join(columns, on="global_id")
        assert volumes.height == 257
        assert volumes["value"].sum() == pytest.approx(61.40, abs=0.005)
        assert ("quantity_name_near", "GrossVolume", 8) in [
            (r.code, r.found, r.count) for r in reading.remarks if r.column == "GorssVolume"
        ]

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("git_lfs_pointer.ifc", "model_is_pointer"),
            ("truncated.ifc", "model_truncated"),
            ("unsupported_schema_ifc4x3_rc2.ifc", "model_schema_refused"),
        ],
    )
    def test_bad_files_are_refused_in_words(self, name, code):
        reading = read_model(Path(str(DATA)) / "ifc" / "bad" / name, f"models/{name}", "P01", KNOWN)
        assert reading.refused
        assert codes(reading) == [code]


class TestReleasesOfTheSchema:
    @pytest.mark.parametrize("released", ["IFC4X3", "ifc4x3_tc1", "IFC4X3_ADD1"])
    @pytest.mark.parametrize("by", ["columns", "IfcOpenShell"])
    def test_every_release_of_ifc_4_3_is_read_by_the_last_one_and_says_so(self, released, by, tmp_path):
        path = tmp_path / "road.ifc"
        lost = "#11=IFCNOSUCHCLASS($);" if by == "IfcOpenShell" else ""
        path.write_text(step("#10=IFCKERB('0123456789012345678901',$,'K',$,$,$,$,$,$);", lost, schema=released), "utf-8")
        reading = read_model(path, "models/road.ifc", "P01", KNOWN)
        assert reading.tables["element"]["ifc_class"].to_list() == ["IfcKerb"]
        assert (reading.facts["schema"], reading.facts["reader"]) == ("IFC4X3_ADD2", by)
        assert [r.found for r in reading.remarks if r.code == "schema_read_as"] == [released]

    @pytest.mark.parametrize("header", ["'IFC9'", "(1.,$)", "''", "'IFC4X3_RC2'"])
    def test_a_schema_that_is_none_is_refused_before_anything_is_parsed(self, header, tmp_path):
        path = tmp_path / "odd.ifc"
        path.write_text(step(wall(10)).replace("'IFC4'", header), "utf-8")
        assert codes(read_model(path, "models/odd.ifc", "P01", KNOWN)) == ["model_schema_refused"]
