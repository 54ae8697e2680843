"""Reading an ``.ids`` file: what stands in it, and every bad input in words."""

from __future__ import annotations

import gzip

import pytest

from qingzhu.collectors import ids as reading
from qingzhu.collectors.ids import ids_of, read_ids
from qingzhu.terms.errors import MalformedError

FILE = """<?xml version="1.0" encoding="utf-8"?>
<ids xmlns="http://standards.buildingsmart.org/IDS" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <info><title>装配率</title><author>a@b.cn</author></info>
  <specifications>
    <specification name="S" ifcVersion="IFC2X3 IFC4" identifier="s1" instructions="how">
      <applicability minOccurs="0" maxOccurs="unbounded">
        <entity><name><simpleValue>IFCWALL</simpleValue></name></entity>
      </applicability>
      <requirements>
        <property dataType="IFCLABEL" cardinality="optional" instructions="write it">
          <propertySet><simpleValue>Own</simpleValue></propertySet>
          <baseName><xs:restriction base="xs:string"><xs:enumeration value="a"/><xs:enumeration value="b"/></xs:restriction></baseName>
        </property>
        <partOf relation="IFCRELAGGREGATES"><entity><name><simpleValue>IFCSLAB</simpleValue></name></entity></partOf>
      </requirements>
    </specification>
  </specifications>
</ids>
"""


def refused(data: bytes) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        ids_of(data, "x.ids")
    assert "x.ids" in caught.value.zh
    assert "x.ids" in caught.value.en
    return caught.value


class TestAFile:
    def test_gives_its_head_and_its_specifications(self):
        read = ids_of(FILE.encode(), "x.ids")
        (given,) = read.specifications
        assert read.info == {"title": "装配率", "author": "a@b.cn"}
        assert (given.name, given.versions, given.usage, given.identifier, given.instructions, given.line) == (
            "S", ("IFC2X3", "IFC4"), "optional", "s1", "how", 5,
        )  # fmt: skip

    def test_gives_each_facet_with_its_line(self):
        (given,) = ids_of(FILE.encode(), "x.ids").specifications
        asked, whole = given.requirements
        assert (asked.kind, asked.data_type, asked.cardinality, asked.instructions, asked.line) == (
            "property",
            "IFCLABEL",
            "optional",
            "write it",
            10,
        )
        assert asked.values["propertySet"].simple == "Own"
        assert asked.values["baseName"].of("enumeration") == ["a", "b"]
        assert (whole.relation, whole.values["name"].simple) == ("IFCRELAGGREGATES", "IFCSLAB")

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_may_be_in_any_encoding_that_xml_names(self, encoding):
        data = FILE.replace("utf-8", "utf-16" if encoding == "utf-16" else "utf-8").encode(encoding)
        assert ids_of(data, "x.ids").info["title"] == "装配率"

    def test_that_lacks_parts_is_read_as_far_as_it_goes(self):
        read = ids_of(FILE.replace("<name><simpleValue>IFCWALL</simpleValue></name>", "").encode(), "x.ids")
        assert read.specifications[0].applicability[0].values == {}


class TestBadInput:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "ids_empty"),
            (b"  \n", "ids_empty"),
            (b"PK\x03\x04rest", "ids_other_format"),
            (gzip.compress(FILE.encode()), "ids_other_format"),
            (b"version https://git-lfs.github.com/spec/v1\n", "ids_other_format"),
            (b"ISO-10303-21;\nHEADER;", "ids_other_format"),
            (b"{}", "ids_not_xml"),
            (b"\x00\x01\x02", "ids_not_xml"),
            (FILE.encode()[:300], "ids_not_xml"),
            (FILE.encode("gbk"), "ids_not_xml"),
            (b"<html/>", "ids_other_root"),
            (FILE.replace("IDS", "OTHER", 1).encode(), "ids_other_root"),
        ],
    )
    def test_is_told_by_what_it_is(self, data, code):
        assert refused(data).code == code

    def test_a_fault_of_xml_is_told_with_its_line(self):
        assert refused(FILE.replace("</info>", "</inof>").encode()).facts["line"] == 3

    def test_entities_are_refused_before_they_are_expanded(self):
        bomb = '<!DOCTYPE ids [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n'
        assert refused(FILE.replace("<ids ", bomb + "<ids ").replace("装配率", "&b;").encode()).code == "ids_forbidden_xml"

    def test_outer_files_are_never_fetched(self):
        outer = '<!DOCTYPE ids SYSTEM "file:///etc/passwd">\n'
        assert refused(FILE.replace("<ids ", outer + "<ids ").encode()).code == "ids_forbidden_xml"

    def test_nesting_without_end_is_refused(self):
        assert refused(b"<a>" * 10_000).code == "ids_forbidden_xml"

    def test_elements_without_end_are_refused_before_they_fill_the_memory(self):
        assert refused(b'<ids xmlns="http://standards.buildingsmart.org/IDS">' + b"<a/>" * 250_000).code == "ids_forbidden_xml"

    def test_more_than_eight_megabytes_are_not_read(self):
        assert refused(b" " * (8 * 2**20 + 1)).code == "ids_too_large"

    def test_what_is_too_large_is_not_read(self, tmp_path, monkeypatch):
        monkeypatch.setattr(reading, "LARGEST", 100)
        path = tmp_path / "x.ids"
        path.write_text(FILE, encoding="utf-8")
        with pytest.raises(MalformedError) as caught:
            read_ids(path)
        assert caught.value.code == "ids_too_large"
