"""BCF files: what stands in them, in which order, and that another program reads them."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest

from qingzhu.collectors.bcf import read_bcf
from qingzhu.reports.bcf import BcfProject, write_bcf
from qingzhu.terms.topics import Camera, Comment, Topic, TopicModel, Viewpoint, topic_guid

WALL, SLAB = "0YvctVUKr0kugbFTf53O9L", "3cUkl32yn9qRSPvBJVyWYp"
NEW_YEAR = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))  # 2026-01-01 00:00 UTC


def topic(**facts: object) -> Topic:
    view = Viewpoint(topic_guid("v"), Camera((0, 0, 0), (1, 0, 0)), (WALL,), coloring=(("d55e00", (WALL,)),))
    said = (Comment(topic_guid("c"), NEW_YEAR, "甲", "请补充施工方式", topic_guid("v")),)
    known = {
        "guid": topic_guid("t"),
        "title": "未映射：墙 & 板",
        "date": NEW_YEAR,
        "author": "Qingzhu",
        "comments": said,
        "viewpoints": (view,),
    }
    return Topic(**{**known, **facts})


def written(path: Path, *topics: Topic, version: str = "2.1", project: BcfProject | None = None) -> dict[str, bytes]:
    write_bcf(topics or (topic(),), path / "a.bcf", version, project)
    with zipfile.ZipFile(path / "a.bcf") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def markup(parts: dict[str, bytes]) -> ElementTree.Element:
    return ElementTree.fromstring(parts[f"{topic_guid('t')}/markup.bcf"])


def view(parts: dict[str, bytes]) -> ElementTree.Element:
    return ElementTree.fromstring(parts[f"{topic_guid('t')}/viewpoint.bcfv"])


@pytest.mark.parametrize("version", ["2.1", "3.0"])
class TestAFile:
    def test_is_read_by_another_program(self, tmp_path, version):
        bcfxml = pytest.importorskip("bcf.bcfxml")
        written(tmp_path, topic(models=(TopicModel("塔楼.ifc"),), labels=("a", "b")), version=version, project=BcfProject("P01", "试点"))
        with bcfxml.load(tmp_path / "a.bcf") as read:
            other = read.topics[topic_guid("t")]
            assert (other.topic.title, [comment.comment for comment in other.comments]) == ("未映射：墙 & 板", ["请补充施工方式"])
            assert other.viewpoints["viewpoint.bcfv"].get_selected_guids() == [WALL]
            assert other.viewpoints["viewpoint.bcfv"].snapshot[:4] == b"\x89PNG"
            assert read.project.name == "试点"

    def test_names_its_version_and_has_a_folder_for_each_topic(self, tmp_path, version):
        parts = written(tmp_path, version=version)
        assert ElementTree.fromstring(parts["bcf.version"]).get("VersionId") == version
        assert f"{topic_guid('t')}/" in parts

    def test_has_the_file_names_that_programs_look_for(self, tmp_path, version):
        assert {f"{topic_guid('t')}/{name}" for name in ("markup.bcf", "viewpoint.bcfv", "snapshot.png")} <= set(
            written(tmp_path, version=version)
        )

    def test_gives_a_topic_without_viewpoint_one_with_a_camera_and_a_picture(self, tmp_path, version):
        parts = written(tmp_path, topic(viewpoints=(), comments=()), version=version)
        assert view(parts).find("PerspectiveCamera/FieldOfView").text == "60.0"
        assert parts[f"{topic_guid('t')}/snapshot.png"][:4] == b"\x89PNG"

    def test_writes_dates_in_utc(self, tmp_path, version):
        assert markup(written(tmp_path, version=version)).find("Topic/CreationDate").text == "2026-01-01T00:00:00Z"

    def test_is_the_same_bytes_for_the_same_topics(self, tmp_path, version):
        written(tmp_path, version=version)
        first = (tmp_path / "a.bcf").read_bytes()
        written(tmp_path, version=version)
        assert (tmp_path / "a.bcf").read_bytes() == first

    def test_holds_no_character_that_xml_cannot_hold(self, tmp_path, version):
        assert markup(written(tmp_path, topic(title="墙\x00\x1b"), version=version)).find("Topic/Title").text == "墙\ufffd\ufffd"

    def test_writes_an_id_that_is_no_globalid_as_one_of_the_authoring_program(self, tmp_path, version):
        odd = Viewpoint(topic_guid("v"), selection=(f"{WALL}#12",))
        component = view(written(tmp_path, topic(viewpoints=(odd,)), version=version)).find("Components/Selection/Component")
        assert (component.get("IfcGuid"), component.find("AuthoringToolId").text) == (None, f"{WALL}#12")


class TestVersion21:
    def test_has_comments_and_viewpoints_beside_the_topic(self, tmp_path):
        assert [child.tag for child in markup(written(tmp_path))] == ["Topic", "Comment", "Viewpoints"]

    def test_keeps_the_field_of_view_its_schema_allows(self, tmp_path):
        wide = Viewpoint(topic_guid("v"), Camera((0, 0, 0), (1, 0, 0), field_of_view=90))
        assert view(written(tmp_path, topic(viewpoints=(wide,)))).find("PerspectiveCamera/FieldOfView").text == "60.0"

    def test_lists_the_words_it_uses_where_it_names_a_project(self, tmp_path):
        parts = written(tmp_path, project=BcfProject("P01", "试点"))
        assert b'<xs:enumeration value="Issue"' in parts["extensions.xsd"]
        assert ElementTree.fromstring(parts["project.bcfp"]).find("ExtensionSchema").text == "extensions.xsd"


class TestVersion30:
    def test_points_a_comment_without_words_at_a_viewpoint(self, tmp_path):
        silent = Comment(topic_guid("c"), NEW_YEAR, "甲", "")
        comment = markup(written(tmp_path, topic(comments=(silent,)), version="3.0")).find("Topic/Comments/Comment")
        assert (comment.find("Comment"), comment.find("Viewpoint").get("Guid")) == (None, topic_guid("v"))

    def test_has_comments_and_viewpoints_inside_the_topic(self, tmp_path):
        root = markup(written(tmp_path, version="3.0"))
        assert [child.tag for child in root] == ["Topic"]
        assert [child.tag for child in root.find("Topic")][-2:] == ["Comments", "Viewpoints"]

    def test_lists_the_words_it_uses(self, tmp_path):
        extensions = ElementTree.fromstring(written(tmp_path, topic(priority="High"), version="3.0")["extensions.xml"])
        assert [word.text for word in extensions.iter() if word.text.strip()] == ["Issue", "Open", "High", "Qingzhu", "甲"]

    def test_says_how_wide_its_views_are(self, tmp_path):
        assert float(view(written(tmp_path, version="3.0")).find("PerspectiveCamera/AspectRatio").text) == 4 / 3


class TestWhatCannotBeWritten:
    def test_a_version_nobody_asks_for(self, tmp_path):
        with pytest.raises(ValueError, match=r"2\.1 and 3\.0"):
            write_bcf([topic()], tmp_path / "a.bcf", "1.0")

    def test_a_topic_without_title(self, tmp_path):
        with pytest.raises(ValueError, match="title"):
            write_bcf([topic(title=" ")], tmp_path / "a.bcf")

    def test_one_id_for_two_topics(self, tmp_path):
        with pytest.raises(ValueError, match="twice"):
            write_bcf([topic(), topic()], tmp_path / "a.bcf")


class TestAnId:
    def test_is_the_same_for_the_same_finding_and_lower_case(self):
        assert topic_guid("m.ifc", "wall") == topic_guid("m.ifc", "wall") == topic_guid("m.ifc", "wall").lower()

    def test_differs_where_the_parts_do(self):
        assert topic_guid("a", "bc") != topic_guid("ab", "c")


def test_a_date_without_zone_is_utc(tmp_path):
    bare = NEW_YEAR.astimezone(UTC).replace(tzinfo=None)
    assert markup(written(tmp_path, topic(date=bare))).find("Topic/CreationDate").text == "2026-01-01T00:00:00Z"


class TestThereAndBack:
    @pytest.mark.parametrize("version", ["2.1", "3.0"])
    def test_a_topic_comes_back_as_it_was(self, tmp_path, version):
        full = topic(
            description="两行\n说明",
            priority="High",
            stage="施工图",
            labels=("a", "b"),
            assigned_to="乙",
            due=NEW_YEAR,
            links=("https://example.org/1", "https://example.org/2"),
            related=(topic_guid("other"),),
            models=(TopicModel("塔楼.ifc", WALL, NEW_YEAR),),
        )
        written(tmp_path, full, version=version)
        (back,) = read_bcf(tmp_path / "a.bcf").topics
        assert replace(back, viewpoints=()) == replace(full, viewpoints=())
        assert (back.components, back.viewpoints[0].coloring) == ((WALL,), (("D55E00", (WALL,)),))

    def test_from_2_1_to_3_0_keeps_titles_comments_and_components(self, tmp_path):
        written(tmp_path, topic(), topic(guid=topic_guid("u"), title="板", comments=(), viewpoints=()))
        first = read_bcf(tmp_path / "a.bcf")
        write_bcf(first.topics, tmp_path / "b.bcf", "3.0")
        second = read_bcf(tmp_path / "b.bcf")
        assert (first.version, second.version) == ("2.1", "3.0")
        assert [(t.title, t.comments, t.components) for t in second.topics] == [(t.title, t.comments, t.components) for t in first.topics]
        assert [t.viewpoints[0].snapshot for t in second.topics] == [t.viewpoints[0].snapshot for t in first.topics]
