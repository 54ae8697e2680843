"""Bad models: each kind of bad input gets a clear answer or a complete reading, and none is lost in silence."""

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from benchmarks.bad_models import BAD, Bad
from qingzhu.collectors import model_losses, model_properties, model_readers, models, step_scan
from qingzhu.collectors.model_files import END, check_step
from qingzhu.collectors.models import read_model, read_models
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Reading
from tests.collectors.model_makers import guid, properties, quantities, step, wall
from tests.collectors.model_mutants import EVERYTHING, differences, mutant

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

DATA = os.environ.get("QINGZHU_TEST_DATA")
real = pytest.mark.skipif(not DATA, reason="QINGZHU_TEST_DATA names no folder with real models")
KNOWN = ("NetVolume", "Length")


def read(tmp_path: Path, content: bytes) -> Reading:
    path = tmp_path / "original"
    path.write_bytes(content)
    return read_model(path, "models/tower.ifc", "P01", KNOWN)


SMALL = step(
    wall(10),
    wall(11, "it''s;"),
    *properties(30, [10, 11], "IFCPROPERTYSINGLEVALUE('END-ISO-10303-21;',$,IFCLABEL('y'),$)"),
    *quantities(40, [10], "IFCQUANTITYVOLUME('NetVolume',$,$,8.,$)"),
).encode()


class TestEachKind:
    @pytest.mark.parametrize("bad", [bad for bad in BAD if bad.small], ids=lambda bad: bad.name)
    def test_has_the_answer_it_should(self, bad: Bad, tmp_path):
        reading = read(tmp_path, bad.made())
        codes = [remark.code for remark in reading.remarks]
        if bad.answer == "read":
            assert codes == []
            assert reading.tables["element"].height > 0
        else:
            assert bad.answer in codes

    @pytest.mark.parametrize("bad", [bad for bad in BAD if bad.small and bad.answer.startswith("model_")], ids=lambda bad: bad.name)
    def test_a_refusal_names_the_file_and_speaks_both_languages(self, bad: Bad, tmp_path):
        (remark,) = read(tmp_path, bad.made()).remarks
        assert "tower.ifc" in remark.zh
        assert "tower.ifc" in remark.en


class TestCutAnywhere:
    def test_a_model_is_refused_wherever_it_is_cut_before_its_last_word_is_out(self):
        for kept in range(len(SMALL) - 2):
            with pytest.raises(MalformedError) as refused:
                check_step(SMALL[:kept], "tower.ifc")
            assert refused.value.code in ("model_empty", "model_not_step", "model_truncated")

    @pytest.mark.parametrize("kept", [len(SMALL) - 2, len(SMALL) - 1])
    def test_without_the_last_sign_and_line_end_everything_is_read(self, kept, tmp_path):
        assert tables_of(read(tmp_path, SMALL[:kept])) == tables_of(read(tmp_path, SMALL))

    @pytest.mark.parametrize("place", range(7))
    def test_one_whose_end_was_set_behind_the_cut_tells_unless_whole_instances_are_gone(self, place, tmp_path):
        begin, end = SMALL.index(b"DATA;") + 6, SMALL.rindex(b"ENDSEC")
        for kept in range(begin + place, end, 7 * 6):
            cut = SMALL[:kept].rstrip()
            told = read(tmp_path, cut + SMALL[end:])
            assert told.remarks or (cut.endswith(b";") and not cut.endswith(b"s;"))

    @real
    @pytest.mark.parametrize("name", ["samplehouse_ifc4_revit2015.ifc", "schependomlaan_steel.ifc", "rfi_track10_ifc4x3.ifc"])
    def test_a_real_model_cut_is_refused_and_tells_where_its_end_was_set_behind(self, name, tmp_path):
        whole = (Path(str(DATA)) / "ifc" / name).read_bytes()
        chance = random.Random(name)
        for kept in chance.sample(range(len(whole) - 20), 200):
            with pytest.raises(MalformedError):
                check_step(whole[:kept], name)
        for _ in range(3):
            at = chance.randrange(whole.index(b"DATA;") + 6, len(whole) // 2)
            assert whole[:at].rstrip().endswith(b";") or read(tmp_path, whole[:at] + b"ENDSEC;\nEND-ISO-10303-21;\n").remarks


def tables_of(reading: Reading) -> dict[str, list[tuple]]:
    return {name: frame.rows() for name, frame in reading.tables.items()}


class TestWhatIsBehindTheEnd:
    @given(st.binary(max_size=40))
    @example(b"\0" * 30)
    @example(b"\r\n\x1a")
    def test_whatever_it_is_the_file_ends_where_it_ends(self, behind):
        assert check_step(SMALL + behind, "t") == len(SMALL) - 1 or END.search(behind)

    @pytest.mark.parametrize("first", ["a string ; END-ISO-10303-21; in it", "a string of (END-ISO-10303-21)"])
    def test_what_a_string_or_a_comment_says_of_an_end_is_text(self, first, tmp_path):
        content = step(wall(10, first), "/* ; END-ISO-10303-21; */", wall(11)).encode()
        for behind in (b"", content):
            assert read(tmp_path, content + behind).tables["element"]["name"].to_list() == [first, "W"]

    def test_of_two_files_the_first_is_read_whatever_stands_in_the_second(self, tmp_path):
        metres = step(wall(1000), *quantities(2000, [1000], "IFCQUANTITYLENGTH('Length',$,$,3.,$)"), schema="IFC2X3").replace("#1=", "#91=")
        reading = read(tmp_path, SMALL + metres.replace("ENDSEC;\nDATA", "ENDSEC;\n/*" + " " * 5000 + "*/DATA").encode())
        assert tables_of(reading) == tables_of(read(tmp_path, SMALL))
        assert [(remark.level, remark.code) for remark in reading.remarks] == [("doubt", "text_after_end")]

    @pytest.mark.parametrize("behind", [b"\0" * 30, b"\r\n\x1a"])
    def test_blanks_and_nul_bytes_are_nothing(self, behind, tmp_path):
        assert not read(tmp_path, SMALL + behind).remarks


class TestHeaders:
    HEADER = "FILE_SCHEMA(('IFC4'));"

    @pytest.mark.parametrize(
        "header",
        [
            "FILE_DESCRIPTION(('" + "x" * 70_000 + "'),'2;1');" + HEADER,
            "FILE_SCHEMA(/* which; it's */('IFC4'/* this */));",
            "/* FILE_SCHEMA(('IFC2X3')); */" + HEADER,
            "FILE_NAME('FILE_SCHEMA((''IFC2X3''));','',(''),(''),'ENDSEC;','','');" + HEADER,
            "FILE_SCHEMA (\r\n ( 'IFC4' ) ) ;",
        ],
    )
    def test_name_the_schema_however_they_are_written(self, header, tmp_path):
        reading = read(tmp_path, step(wall(10)).replace(self.HEADER, header).encode())
        assert (reading.facts["schema"], reading.facts["reader"], reading.remarks) == ("IFC4", "columns", [])

    def test_may_stand_behind_a_comment(self, tmp_path):
        assert not read(tmp_path, b"/* made\nby hand */\n" + SMALL).remarks

    def test_that_name_none_do_not_take_one_from_the_data(self, tmp_path):
        content = step(wall(10, "FILE_SCHEMA((''IFC2X3''));")).replace(self.HEADER, "")
        assert [remark.code for remark in read(tmp_path, content.encode()).remarks] == ["model_schema_refused"]


class TestValuesOfAnotherKind:
    @pytest.mark.parametrize(
        ("line", "becomes"),
        [
            ("IFCLABEL('a')", "IFCLABEL(.FOO.)"),
            ("'e',$,(IFCLABEL('p'))", "'e',$,(IFCLABEL(.FOO.))"),
            ("'b',$,IFCREAL(1.)", "'b',$,IFCFOO(1.)"),
            ("'e',$", "#1,$"),
            ("'l',$", "5,$"),
            ("'c',$,'u'", "('c'),$,'u'"),
            ("IFCMATERIAL('C30',$,$)", "IFCMATERIAL('C30',$,(#38))"),
            ("(#90,200.,.F.,$,$,'Core',$)", "(#90,200.,.F.,$,$,#38,$)"),
            ("$,'A1','n'", "$,(#11,#12),'n'"),
            (",(#11),#70)", ",(#11),(#70))"),
            (",(#11),#81)", ",(#11),(#81))"),
            (",(#11),#94)", ",(#11),(#94))"),
            ("$,$,.STANDARD.", "$,$,.standard."),
            ("$,$,.STANDARD.", "$,$,.T."),
            ("$,$,.STANDARD.", "$,$,'STANDARD'"),
            ("$,.CUBIC_METRE.", "$,IFCLABEL('a')"),
            ("'foot',#84", "'foot',#84123456789012345678"),
        ],
    )
    def test_are_for_ifcopenshell_to_judge(self, line, becomes, tmp_path):
        assert EVERYTHING.count(line) == 1
        reading = read(tmp_path, EVERYTHING.replace(line, becomes).encode())
        assert {"read_by_ifcopenshell", "model_unparsed"} & {remark.code for remark in reading.remarks}

    @pytest.mark.parametrize("digits", [20, 310, 999])
    def test_integers_beyond_any_number_are_text_without_a_number(self, digits, tmp_path):
        large = "1" + "0" * (digits - 1)
        reading = read(tmp_path, EVERYTHING.replace("IFCREAL(1.5)", f"IFCINTEGER({large})").replace("$,$,8.,$", f"$,$,{large},$").encode())
        (held,) = reading.tables["property"].filter(name="y", origin="occurrence").to_dicts()
        assert (reading.facts["reader"], held["value"]) == ("columns", large)
        assert held["number"] == (None if digits >= 310 else 1e19)
        refused = [remark.count for remark in reading.remarks if remark.code == "quantity_unreadable"]
        assert bool(refused) == (digits >= 310)

    @pytest.mark.parametrize("seed", range(100))
    def test_never_raise_and_are_read_as_ifcopenshell_reads_them(self, seed, tmp_path):
        assert differences(mutant(random.Random(seed)), tmp_path) == []

    def test_what_no_guard_foresaw_is_for_ifcopenshell_too(self, tmp_path, monkeypatch):
        def odd(*_: object) -> None:
            raise TypeError("unforeseen")

        monkeypatch.setattr(models, "property_rows", odd)
        reading = read(tmp_path, SMALL)
        assert reading.facts["reader"] == "IfcOpenShell"
        assert "unforeseen" in reading.remarks[0].found


class TestNests:
    def test_the_limit_of_rows_holds_before_they_are_made(self, tmp_path, monkeypatch):
        monkeypatch.setattr(model_properties, "ROWS_AT_MOST", 1)
        reading = read(tmp_path, SMALL)
        assert [remark.code for remark in reading.remarks] == ["model_too_many_rows"]

    def test_a_nest_of_nests_up_to_the_limit_is_read(self, tmp_path):
        depth = model_losses.DEEPEST - 1
        nests = [f"IFCCOMPLEXPROPERTY('A',$,'u',(#{23 + at}))" for at in range(depth)]
        reading = read(tmp_path, step(wall(10), *properties(20, [10], *nests, "IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('y'),$)")).encode())
        assert not reading.remarks
        assert ".".join(["A"] * depth + ["x"]) in reading.tables["property"]["name"].to_list()

    def test_parentheses_are_counted_outside_strings_and_by_instance(self):
        text = b"DATA;#1=IFCA((('((((')));#2=IFCA((1);#3=IFCA((1);#4=IFCA((((1))));ENDSEC;"
        assert step_scan.census(text) == (4, 4)

    def test_instances_are_counted_however_they_stand(self):
        assert step_scan.census(b"DATA;#1=IFCA('#2=');/* #3=IFCA(1); */#4 = IFCA(1);#5=\nIFCA(2)") == (2, 1)


class TestSeveralAtOnce:
    def files(self, folder: Path) -> list[tuple[Path, str]]:
        found = []
        for number in range(3):
            path = folder / f"{number}.ifc"
            path.write_text(step(*(wall(10 + at, f"{number}-{at}", guid(at)) for at in range(number + 1))), "ascii")
            found.append((path, f"models/{number}.ifc"))
        (folder / "bad.ifc").write_bytes(b"%PDF")
        return [*found, (folder / "bad.ifc", "models/bad.ifc")]

    @pytest.mark.parametrize("worth", [0, 10**9])
    def test_give_what_they_give_alone_in_their_order(self, worth, tmp_path, monkeypatch):
        monkeypatch.setattr(model_readers, "WORTH_PROCESSES", worth)
        files = self.files(tmp_path)
        for reading, (path, name) in zip(read_models(files, "P01", KNOWN, workers=2), files, strict=True):
            alone = read_model(path, name, "P01", KNOWN)
            assert reading.remarks == alone.remarks
            assert reading.tables.keys() == alone.tables.keys()
            for table, frame in alone.tables.items():
                assert_frame_equal(reading.tables[table], frame)


HIGH = st.text(st.sampled_from("aä中'\\Sß() ;"), max_size=8)


class TestPackedAgain:
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(name=HIGH)
    def test_raw_text_in_any_name_survives_gzip_and_its_code_page(self, name, tmp_path):
        written = name.replace("\\", "\\\\").replace("'", "''")
        content = step(wall(10, "N4ME"), wall(11, "äöü")).encode().replace(b"N4ME", written.encode())
        plain, packed = read(tmp_path, content), read(tmp_path, gzip.compress(content))
        assert plain.tables["element"]["name"].to_list() == packed.tables["element"]["name"].to_list() == [name or None, "äöü"]
