"""A designer hands findings to a modelling program, reads its answers, and looks at the model in 3D."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from qingzhu.collectors.bcf import read_bcf
from qingzhu.reports.bcf import write_bcf
from qingzhu.terms.topics import Comment, Topic, topic_guid
from tests.collectors.model_makers import UNITS, guid, step
from tests.journeys.dossiers import as_json, qingzhu

GEOMETRY = """#7=IFCCARTESIANPOINT((0.,0.,0.));
#8=IFCAXIS2PLACEMENT3D(#7,$,$);
#9=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#8,$);
#30=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,400.,600.);
#31=IFCDIRECTION((0.,0.,1.));
#32=IFCEXTRUDEDAREASOLID(#30,#8,#31,3000.);
#33=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#32));
#34=IFCPRODUCTDEFINITIONSHAPE($,$,(#33));
"""


def column(number: int, east: float, word: str) -> list[str]:
    """A column of 0.4 × 0.6 × 3 m at ``east`` [mm], of a material of that name."""
    return [
        f"#{number}=IFCCARTESIANPOINT(({east},0.,0.));",
        f"#{number + 1}=IFCAXIS2PLACEMENT3D(#{number},$,$);",
        f"#{number + 2}=IFCLOCALPLACEMENT($,#{number + 1});",
        f"#{number + 3}=IFCCOLUMN('{guid(number)}',$,'Z-{number}',$,$,#{number + 2},#34,$,$);",
        f"#{number + 4}=IFCMATERIAL('{word}',$,$);",
        f"#{number + 5}=IFCRELASSOCIATESMATERIAL('{guid(number + 5)}',$,$,$,(#{number + 3}),#{number + 4});",
    ]


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A precast column, and one of concrete of which nobody says how it was made, 4 m apart, without quantities."""
    units = UNITS.replace("'P',$,$,$,$,$,#5", "'P',$,$,$,$,(#9),#5") + GEOMETRY
    file = tmp_path_factory.mktemp("model") / "frame.ifc"
    file.write_text(step(*column(100, 0.0, "预制混凝土 C30"), *column(110, 4000.0, "混凝土 C30"), units=units), "utf-8")
    return file


def glb_document(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    (length,) = struct.unpack_from("<I", data, 12)
    found: dict[str, Any] = json.loads(data[20 : 20 + length])
    return found


class TestFindings:
    @pytest.mark.parametrize("version", ["2.1", "3.0"])
    def test_go_out_as_topics_with_elements_and_pictures(self, frame, tmp_path, version):
        said = as_json("bcf", "export", frame, "-o", tmp_path / "a.bcf", "--version", version, "--lang", "en", "--by", "甲")
        held = read_bcf(tmp_path / "a.bcf")
        assert (held.version, [topic.title for topic in held.topics]) == (version, [topic["title"] for topic in said["topics"]])
        (unknown,) = [topic for topic in held.topics if topic.labels == ("construction_unknown",)]
        assert (unknown.components, unknown.author, unknown.models[0].name) == ((guid(110),), "甲", "frame.ifc")
        (without,) = [topic for topic in held.topics if topic.labels == ("without_quantity",)]
        assert without.components == (guid(100), guid(110))
        assert all(topic.viewpoints[0].snapshot and topic.viewpoints[0].camera for topic in held.topics)

    def test_are_the_same_topics_when_they_go_out_again(self, frame, tmp_path):
        first, second = (as_json("bcf", "export", frame, "-o", tmp_path / f"{lang}.bcfzip", "--lang", lang) for lang in ("zh", "en"))
        assert [topic["guid"] for topic in first["topics"]] == [topic["guid"] for topic in second["topics"]]

    def test_that_cannot_be_written_are_refused_before_anything_is_computed(self, frame, tmp_path):
        for words in (["-o", tmp_path / "a.zip"], ["-o", tmp_path / "none" / "a.bcf"], ["-o", tmp_path / "a.bcf", "--version", "1.0"]):
            assert "error" in as_json("bcf", "export", frame, *words, expect=2)


class TestTopics:
    TOPIC = Topic(
        topic_guid("t"),
        "墙与梁碰撞",
        datetime(2026, 1, 1, tzinfo=UTC),
        "甲",
        comments=(Comment(topic_guid("c"), datetime(2026, 1, 2, tzinfo=UTC), "乙", "已改"),),
    )

    def test_come_in_as_tables(self, tmp_path):
        write_bcf([self.TOPIC], tmp_path / "a.bcf")
        said = as_json("bcf", "import", tmp_path / "a.bcf", "--out", tmp_path / "t.xlsx")
        assert [(topic["title"], topic["comments"][0]["text"]) for topic in said["topics"]] == [("墙与梁碰撞", "已改")]
        book = load_workbook(tmp_path / "t.xlsx")
        assert (book.sheetnames, book["topic"]["B2"].value, book["comment"]["D2"].value) == (
            ["topic", "comment", "component"],
            "墙与梁碰撞",
            "已改",
        )
        qingzhu("bcf", "import", tmp_path / "a.bcf", "--out", tmp_path / "t.parquet")
        (row,) = pl.read_parquet(tmp_path / "t.parquet").to_dicts()
        assert (row["title"], [comment["text"] for comment in row["said"]]) == ("墙与梁碰撞", ["已改"])

    def test_are_listed_in_both_languages(self, tmp_path):
        write_bcf([self.TOPIC], tmp_path / "a.bcf")
        assert "1 个问题" in qingzhu("bcf", "import", tmp_path / "a.bcf")
        assert "1 topic" in qingzhu("bcf", "import", tmp_path / "a.bcf", "--lang", "en")

    def test_of_a_file_that_is_none_are_refused_in_words(self, tmp_path):
        (tmp_path / "a.bcf").write_bytes(b"ISO-10303-21;")
        error = as_json("bcf", "import", tmp_path / "a.bcf", expect=1)["error"]
        assert error["code"] == "bcf_not_zip"


class TestThreeDimensions:
    def test_each_element_is_a_node_in_the_colour_of_what_is_known(self, frame, tmp_path):
        said = as_json("glb", frame, "-o", tmp_path / "a.glb")
        assert [(entry["key"], entry["count"]) for entry in said["colourings"][0]["legend"]] == [("precast", 1), ("unknown", 1)]
        document = glb_document(tmp_path / "a.glb")
        assert [node["name"] for node in document["nodes"]] == [guid(100), guid(110)]
        east = [node["translation"][0] for node in document["nodes"]]
        assert east[1] - east[0] == pytest.approx(4.0)

    def test_of_one_model_named_twice_are_one_of_each(self, frame, tmp_path):
        assert as_json("glb", frame, frame, "-o", tmp_path / "a.glb", "--colour", "mapping")["nodes"] == 2

    def test_in_a_colour_nobody_knows_are_refused(self, frame, tmp_path):
        assert as_json("glb", frame, "-o", tmp_path / "a.glb", "--colour", "pink", expect=2)["error"]["code"] == "glb_colouring_unknown"
