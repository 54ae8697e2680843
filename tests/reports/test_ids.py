"""Checks and audits of an IDS on a page, in the terminal and as topics."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

pytest.importorskip("ifctester", reason="the [bim] extra is not installed")

from qingzhu.collectors.model_geometry import Shape
from qingzhu.reports.ids import MOST_ELEMENTS, audit_html, audit_text, check_html, check_text
from qingzhu.reports.ids_topics import ids_topics
from qingzhu.reports.snapshots import Scene
from qingzhu.schemes.ids_audit import audit, audit_result
from qingzhu.schemes.ids_check import check
from qingzhu.schemes.ids_results import CheckedModel, check_result
from qingzhu.terms.readings import Remark
from tests.collectors.model_makers import guid
from tests.schemes.ids_making import entity, facet, ids, model, specification, wall

NAMED = facet("attribute", 'instructions="Ask Wang"', name="Name")
PROHIBITED = 'minOccurs="0" maxOccurs="0"'


def checked(*lines: str, name: str = "S", count: int = 1) -> dict:
    read = ids(specification(NAMED, name=name), specification(applies=entity("IFCDOOR"), occurs=PROHIBITED, name="no doors"))
    models = [CheckedModel(f"m{number}.ifc", {"schema": "IFC4"}, [], check(read, model(*lines))) for number in range(count)]
    return check_result(read, models, {"error": 0, "warning": 0, "note": 0})


@pytest.mark.parametrize("lang", ["zh", "en"])
class TestThePage:
    def test_names_what_fails_and_why(self, lang):
        page = check_html(checked(wall(name="$")), lang)
        assert guid(10) in page
        assert {"zh": "直接属性未填写", "en": "the attribute is not given"}[lang] in page
        assert "Ask Wang" in page

    def test_escapes_names_from_outside(self, lang):
        page = check_html(checked(wall(10, name="'<script>alert(1)</script>'"), wall(11, name="$"), name="&lt;b&gt;bold"), lang)
        assert "<script>alert" not in page
        assert "&lt;b&gt;bold" in page

    def test_counts_what_it_does_not_list(self, lang):
        page = check_html(checked(*(wall(10 + number, name="$") for number in range(MOST_ELEMENTS + 7))), lang)
        assert {"zh": "另有 7 个未列出", "en": "7 more are not listed"}[lang] in page

    def test_shows_a_model_that_could_not_be_read(self, lang):
        read = ids(specification(NAMED))
        said = Remark("refused", "model_empty", "是空文件", "is empty")
        page = check_html(check_result(read, [CheckedModel("x.ifc", {}, [said], None)], {}), lang)
        assert {"zh": "是空文件", "en": "is empty"}[lang] in page
        assert {"zh": "未读取", "en": "Not read"}[lang] in page

    def test_of_an_audit_names_line_and_remedy(self, lang):
        read = ids(specification(facet("attribute", name="Nam")))
        page = audit_html(audit_result(read, audit(read)), lang)
        assert "Name" in page
        assert {"zh": "有错误", "en": "Has errors"}[lang] in page


class TestTheTerminal:
    def test_names_the_first_elements_of_each_requirement(self):
        text = check_text(checked(*(wall(10 + number, name="$") for number in range(5))), "en")
        assert [guid(10 + number) in text for number in range(5)] == [True, True, True, False, False]
        assert "5 apply, 5 fail" in text

    def test_never_moves_the_cursor(self):
        assert "\x1b" not in check_text(checked(wall(name="$", description="'\x1b[2J'"), name="a&#9;b"), "zh")

    def test_says_that_a_sound_file_is_sound(self):
        read = ids(specification(NAMED))
        assert "未发现问题" in audit_text(audit_result(read, audit(read)), "zh")


class TestTopics:
    AT = datetime(2024, 6, 1, tzinfo=UTC)

    def topics(self, *lines: str, scene: Scene | None = None) -> list:
        return ids_topics(checked(*lines), {"m0.ifc": scene} if scene else {}, {}, date=self.AT, author="me", lang="en")

    def test_stand_for_each_requirement_that_is_not_met(self):
        door = f"#20=IFCDOOR('{guid(20)}',$,'D',$,$,$,$,$,$,$,$,$,$);"
        named, unwanted = self.topics(wall(10, name="$"), wall(11), wall(12, name="$"), door)
        assert named.components == (guid(10), guid(12))
        assert unwanted.components == (guid(20),)
        assert "2 × the attribute is not given" in named.description
        assert "Ask Wang" in named.description

    def test_are_none_where_everything_is_met(self):
        assert self.topics(wall()) == []

    def test_stand_for_a_specification_that_found_nothing(self):
        (topic,) = self.topics()
        assert topic.components == ()
        assert "at least one is required" in topic.description

    def test_keep_their_id_from_export_to_export(self):
        assert self.topics(wall(name="$"))[0].guid == self.topics(wall(name="$"), wall(11))[0].guid

    def test_have_a_camera_and_a_picture_where_there_are_bodies(self):
        corners = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], float)
        body = Shape(guid(10), corners, np.array([(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)], np.int32))
        (viewpoint,) = self.topics(wall(name="$"), scene=Scene.of([body]))[0].viewpoints
        assert viewpoint.camera is not None
        assert viewpoint.snapshot[:4] == b"\x89PNG"
