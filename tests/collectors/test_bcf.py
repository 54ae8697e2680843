"""BCF files as they come: both versions, older ones, and files that are broken or mean harm."""

from __future__ import annotations

import contextlib
import itertools
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingzhu.collectors.bcf import BcfFile, read_bcf
from qingzhu.terms.errors import MalformedError

GUID, VIEW, WALL = "fa07f68e-dc1c-4cc7-8a2f-0d8dc27ba8e1", "0b7a5f2c-7d3f-4f06-9a3c-6c7b9f0a1b2c", "0YvctVUKr0kugbFTf53O9L"

VERSION = '<Version VersionId="{}"/>'
CAMERA = """<PerspectiveCamera><CameraViewPoint><X>1</X><Y>2</Y><Z>3</Z></CameraViewPoint>
<CameraDirection><X>1</X><Y>0</Y><Z>0</Z></CameraDirection><CameraUpVector><X>0</X><Y>0</Y><Z>1</Z></CameraUpVector>
<FieldOfView>50</FieldOfView>{}</PerspectiveCamera>"""
VIEW_21 = f"""<VisualizationInfo Guid="{VIEW}"><Components><Selection><Component IfcGuid="{WALL}"/></Selection>
<Visibility DefaultVisibility="true"><Exceptions><Component IfcGuid="{WALL}"/></Exceptions></Visibility>
<Coloring><Color Color="80D55E00"><Component IfcGuid="{WALL}"/></Color></Coloring></Components>{CAMERA.format("")}</VisualizationInfo>"""
MARKUP_21 = f"""<Markup><Header><File IfcProject="{WALL}"><Filename>a.ifc</Filename></File></Header>
<Topic Guid="{GUID}" TopicType="Clash" TopicStatus="Open"><Title>墙</Title><Labels>A</Labels><Labels>B</Labels>
<CreationDate>2026-01-01T08:00:00.1234567+08:00</CreationDate><CreationAuthor>甲</CreationAuthor></Topic>
<Comment Guid="{VIEW}"><Date>2026-01-02T00:00:00</Date><Author>乙</Author><Comment>看这里</Comment><Viewpoint Guid="{VIEW}"/></Comment>
<Viewpoints Guid="{VIEW}"><Viewpoint>viewpoint.bcfv</Viewpoint><Snapshot>snapshot.png</Snapshot></Viewpoints></Markup>"""
VIEW_30 = f"""<VisualizationInfo Guid="{VIEW}"><Components><Selection><Component IfcGuid="{WALL}"/></Selection>
<Visibility DefaultVisibility="true"><Exceptions><Component IfcGuid="{WALL}"/></Exceptions></Visibility>
<Coloring><Color Color="80D55E00"><Components><Component IfcGuid="{WALL}"/></Components></Color></Coloring></Components>
{CAMERA.format("<AspectRatio>1.5</AspectRatio>")}</VisualizationInfo>"""
MARKUP_30 = f"""<Markup><Header><Files><File IfcProject="{WALL}"><Filename>a.ifc</Filename></File></Files></Header>
<Topic Guid="{GUID}" TopicType="Clash" TopicStatus="Open"><Title>墙</Title><Labels><Label>A</Label><Label>B</Label></Labels>
<CreationDate>2026-01-01T08:00:00.1234567+08:00</CreationDate><CreationAuthor>甲</CreationAuthor>
<Comments><Comment Guid="{VIEW}"><Date>2026-01-02T00:00:00</Date><Author>乙</Author>
<Comment>看这里</Comment><Viewpoint Guid="{VIEW}"/></Comment></Comments>
<Viewpoints><ViewPoint Guid="{VIEW}"><Viewpoint>viewpoint.bcfv</Viewpoint><Snapshot>snapshot.png</Snapshot>
</ViewPoint></Viewpoints></Topic></Markup>"""
PARTS = {"2.1": (MARKUP_21, VIEW_21), "3.0": (MARKUP_30, VIEW_30)}


def parts(version: str = "2.1", **changed: str | bytes | None) -> dict[str, str | bytes]:
    markup, view = PARTS[version]
    given: dict[str, str | bytes | None] = {
        "bcf.version": VERSION.format(version),
        f"{GUID}/markup.bcf": markup,
        f"{GUID}/viewpoint.bcfv": view,
        f"{GUID}/snapshot.png": b"\x89PNG",
    }
    names = {"markup": f"{GUID}/markup.bcf", "view": f"{GUID}/viewpoint.bcfv", "snapshot": f"{GUID}/snapshot.png"}
    given |= {names.get(name, name): value for name, value in changed.items()}
    return {name: value for name, value in given.items() if value is not None}


def packed(path: Path, given: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path / "a.bcf", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in given.items():
            archive.writestr(name, data)
    return path / "a.bcf"


def read(path: Path, given: dict[str, str | bytes]) -> BcfFile:
    return read_bcf(packed(path, given))


def codes(file: BcfFile) -> list[str]:
    return [said.code for said in file.remarks]


@pytest.mark.parametrize("version", ["2.1", "3.0"])
class TestATopic:
    def test_has_its_title_words_dates_and_people(self, tmp_path, version):
        (topic,) = read(tmp_path, parts(version)).topics
        assert (topic.guid, topic.title, topic.type, topic.status, topic.labels, topic.author) == (
            GUID,
            "墙",
            "Clash",
            "Open",
            ("A", "B"),
            "甲",
        )
        assert topic.date == datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)
        assert (topic.models[0].name, topic.models[0].ifc_project) == ("a.ifc", WALL)

    def test_has_its_comments_and_a_date_without_zone_is_utc(self, tmp_path, version):
        (comment,) = read(tmp_path, parts(version)).topics[0].comments
        assert (comment.text, comment.author, comment.viewpoint) == ("看这里", "乙", VIEW)
        assert comment.date == datetime(2026, 1, 2, tzinfo=UTC)

    def test_has_what_its_viewpoint_selects_hides_and_colours(self, tmp_path, version):
        (viewpoint,) = read(tmp_path, parts(version)).topics[0].viewpoints
        assert (viewpoint.guid, viewpoint.selection, viewpoint.visible, viewpoint.exceptions) == (VIEW, (WALL,), True, (WALL,))
        assert (viewpoint.coloring, viewpoint.snapshot) == ((("D55E00", (WALL,)),), b"\x89PNG")

    def test_has_its_camera_with_an_aspect_of_one_where_none_is_said(self, tmp_path, version):
        camera = read(tmp_path, parts(version)).topics[0].viewpoints[0].camera
        assert (camera.position, camera.direction, camera.up, camera.field_of_view) == ((1, 2, 3), (1, 0, 0), (0, 0, 1), 50)
        assert camera.aspect == {"2.1": 1.0, "3.0": 1.5}[version]

    def test_is_read_without_a_word_where_all_is_well(self, tmp_path, version):
        assert codes(read(tmp_path, parts(version))) == []

    def test_is_read_in_any_namespace(self, tmp_path, version):
        spaced = parts(version, markup=PARTS[version][0].replace("<Markup>", '<Markup xmlns="urn:x">'))
        assert read(tmp_path, spaced).topics[0].title == "墙"

    def test_hides_nothing_where_its_viewpoint_says_nothing_of_visibility(self, tmp_path, version):
        view = re.sub(r"<Visibility.*</Visibility>", "", PARTS[version][1])
        (viewpoint,) = read(tmp_path, parts(version, view=view)).topics[0].viewpoints
        assert (viewpoint.selection, viewpoint.visible, viewpoint.exceptions) == ((WALL,), True, ())

    def test_has_a_camera_whose_vectors_have_the_length_one(self, tmp_path, version):
        view = PARTS[version][1].replace("<X>1</X><Y>0</Y><Z>0</Z>", "<X>3</X><Y>0</Y><Z>-4</Z>")
        assert read(tmp_path, parts(version, view=view)).topics[0].viewpoints[0].camera.direction == pytest.approx((0.6, 0, -0.8))

    @pytest.mark.parametrize(("written", "wrong"), [("<FieldOfView>50", "<FieldOfView>600"), ("<X>1</X><Y>0</Y>", "<X>0</X><Y>0</Y>")])
    def test_has_no_camera_that_sees_nothing(self, tmp_path, version, written, wrong):
        file = read(tmp_path, parts(version, view=PARTS[version][1].replace(written, wrong)))
        assert (file.topics[0].viewpoints[0].camera, codes(file)) == (None, ["bcf_value_unreadable"])

    @pytest.mark.parametrize("written", ["2026-01-01T24:00:00Z", "2026-01-02T08:00:00+08:00", "2026-01-01T24:00:00.000Z"])
    def test_may_be_of_the_end_of_a_day(self, tmp_path, version, written):
        markup = PARTS[version][0].replace("2026-01-01T08:00:00.1234567+08:00", written)
        file = read(tmp_path, parts(version, markup=markup))
        assert (file.topics[0].date, codes(file)) == (datetime(2026, 1, 2, tzinfo=UTC), [])


class TestOlderVersions:
    def test_of_version_1_have_one_viewpoint_that_no_markup_names(self, tmp_path):
        said = "<VerbalStatus>Open</VerbalStatus><Status>Error</Status>"
        said += "<Date>2015-04-16T12:32:03.73499Z</Date><Author>A</Author><Comment>C</Comment>"
        markup = f'<Markup><Topic Guid="{GUID}"><Title>T</Title></Topic><Comment Guid="{VIEW}">{said}</Comment></Markup>'
        view = f'<VisualizationInfo><Components><Component IfcGuid="{WALL}"/></Components>{CAMERA.format("")}</VisualizationInfo>'
        file = read(tmp_path, parts(markup=markup, view=view) | {"bcf.version": VERSION.format("1.0")})
        (topic,) = file.topics
        assert (topic.components, topic.type, topic.status, topic.author) == ((WALL,), "Error", "Open", "A")
        assert codes(file) == ["bcf_version_old"]


class TestAPartThatIsMissingOrBroken:
    def test_a_version_is_said_and_the_rest_read(self, tmp_path):
        given = parts()
        del given["bcf.version"]
        assert codes(read(tmp_path, given)) == ["bcf_version_missing"]

    @pytest.mark.parametrize("part", ["view", "snapshot"])
    def test_a_viewpoint_or_snapshot_is_said_and_the_topic_read(self, tmp_path, part):
        file = read(tmp_path, parts(**{part: None}))
        assert (codes(file), file.topics[0].title) == (["bcf_part_missing"], "墙")

    def test_a_markup_that_is_no_xml_costs_its_topic_alone(self, tmp_path):
        other = GUID.replace("fa07", "ab12")
        file = read(tmp_path, parts() | {f"{other}/markup.bcf": "<Markup><Topic"})
        assert ([topic.guid for topic in file.topics], codes(file)) == ([GUID], ["bcf_part_broken", "bcf_topic_unreadable"])

    def test_a_folder_without_markup_is_said(self, tmp_path):
        assert codes(read(tmp_path, parts() | {"lost/snapshot.png": b""})) == ["bcf_part_missing"]

    def test_a_date_and_a_number_that_cannot_be_read_are_unknown_and_said(self, tmp_path):
        file = read(
            tmp_path,
            parts(markup=MARKUP_21.replace("2026-01-01T08:00:00.1234567+08:00", "gestern"), view=VIEW_21.replace("<X>1</X>", "<X>1,5</X>")),
        )
        assert (file.topics[0].viewpoints[0].camera, codes(file)) == (None, ["bcf_value_unreadable", "bcf_value_unreadable"])
        assert file.topics[0].date == datetime(2026, 1, 2, tzinfo=UTC)  # that of the first comment

    def test_what_is_not_read_is_counted(self, tmp_path):
        lines = VIEW_21.replace(
            "</VisualizationInfo>", "<Lines><Line/><Line/></Lines><Bitmap><Bitmap>PNG</Bitmap></Bitmap></VisualizationInfo>"
        )
        (said,) = read(tmp_path, parts(view=lines)).remarks
        assert (said.code, said.found) == ("bcf_parts_left", "Bitmap 1, Line 2")

    def test_a_topic_that_is_there_twice_is_read_once(self, tmp_path):
        assert codes(read(tmp_path, parts() | {"copy/markup.bcf": MARKUP_21.split("<Comment")[0] + "</Markup>"})) == ["bcf_topic_twice"]


class TestAFileThatMeansHarm:
    def test_an_entity_bomb_is_refused_before_it_unpacks(self, tmp_path):
        laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<!DOCTYPE Markup [<!ENTITY a0 "ha">{laughs}]>' + MARKUP_21.replace("墙", "&a9;")
        with pytest.raises(MalformedError, match="DOCTYPE"):
            read(tmp_path, parts(markup=bomb))

    def test_a_part_of_too_many_elements_costs_its_topic_and_no_memory(self, tmp_path, monkeypatch):
        monkeypatch.setattr("qingzhu.collectors.bcf_xml.ELEMENTS_AT_MOST", 1000)
        other = GUID.replace("fa07", "ab12")
        file = read(tmp_path, parts() | {f"{other}/markup.bcf": "<a>" + "<b/>" * 1000})
        assert codes(file) == ["bcf_part_broken", "bcf_topic_unreadable"]

    def test_a_path_out_of_the_file_is_not_followed(self, tmp_path):
        (tmp_path / "secret.bcfv").write_text(VIEW_21)
        for path in ("../secret.bcfv", "/etc/passwd", "..\\secret.bcfv", "C:\\secret.bcfv"):
            file = read(tmp_path, parts(markup=MARKUP_21.replace("viewpoint.bcfv", path)))
            assert (codes(file), file.topics[0].viewpoints[0].camera) == (["bcf_path_refused"], None)

    def test_a_part_named_out_of_the_file_is_left(self, tmp_path):
        assert codes(read(tmp_path, parts() | {"../../evil.sh": "#!"})) == ["bcf_path_refused"]

    def test_a_part_that_unpacks_to_too_much_is_left(self, tmp_path, monkeypatch):
        monkeypatch.setattr("qingzhu.collectors.bcf.PICTURE_AT_MOST", 1000)
        file = read(tmp_path, parts(snapshot=bytes(1001)))
        assert (codes(file), file.topics[0].viewpoints[0].snapshot) == (["bcf_part_too_large"], None)

    def test_a_zip_bomb_is_refused(self, tmp_path):
        with pytest.raises(MalformedError) as refused:
            read(tmp_path, parts(snapshot=bytes(101 * 1024**2)))
        assert refused.value.code == "file_zip_bomb"


class TestAFileThatIsRefused:
    def test_a_truncated_zip(self, tmp_path):
        whole = packed(tmp_path, parts()).read_bytes()
        for length in range(1, len(whole), 97):
            (tmp_path / "cut.bcf").write_bytes(whole[:length])
            with pytest.raises(MalformedError) as refused:
                read_bcf(tmp_path / "cut.bcf")
            assert refused.value.code in ("file_truncated", "bcf_not_zip")

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"", "file_empty"), (b"version https://git-lfs.github.com/spec/v1\n", "file_lfs_pointer"), (b"ISO-10303-21;", "bcf_not_zip")],
    )
    def test_what_is_no_zip(self, tmp_path, content, code):
        (tmp_path / "a.bcf").write_bytes(content)
        with pytest.raises(MalformedError) as refused:
            read_bcf(tmp_path / "a.bcf")
        assert refused.value.code == code

    def test_a_version_that_nobody_knows(self, tmp_path):
        with pytest.raises(MalformedError) as refused:
            read(tmp_path, parts() | {"bcf.version": VERSION.format("9.9")})
        assert (refused.value.code, "9.9" in refused.value.zh, "9.9" in refused.value.en) == ("bcf_version_unknown", True, True)

    def test_one_without_topics(self, tmp_path):
        with pytest.raises(MalformedError) as refused:
            read(tmp_path, {"bcf.version": VERSION.format("2.1")})
        assert refused.value.code == "bcf_without_topics"

    def test_says_in_each_language_why_it_holds_no_topic(self, tmp_path):
        with pytest.raises(MalformedError) as refused:
            read(tmp_path, {"bcf.version": VERSION.format("2.1"), f"{GUID}/markup.bcf": "<Markup><Topic"})
        assert not re.search("[一-鿿]", refused.value.en)
        assert "topic that could" not in refused.value.zh
        assert not re.search("[a-z]+ [a-z]+ [a-z]+ [a-z]+", refused.value.zh.split("markup.bcf")[0])


WRONG = ["", " ", "nan", "-1", "1e400", "0", "24:00", "9999-12-31T24:00:00Z", "0001-01-01T00:00:00+14:00", "真"]
"""Texts that stand where a number, a date, an id or a colour should."""


class TestAFileWithValuesChanged:
    @settings(deadline=None)
    @given(
        version=st.sampled_from(["1.0", "2.0", "2.1", "3.0"]),
        changed=st.dictionaries(st.integers(0, 80), st.sampled_from(WRONG), max_size=4),
    )
    def test_is_read_or_refused_in_words_whatever_stands_for_a_value(self, version, changed):
        given_parts = parts("3.0" if version == "3.0" else "2.1") | {"bcf.version": VERSION.format(version)}
        count = itertools.count()
        for name in (f"{GUID}/markup.bcf", f"{GUID}/viewpoint.bcfv"):
            values = re.compile(r"(?<=>)[^<>]+(?=<)|(?<=\")[^\"]*(?=\")")
            given_parts[name] = values.sub(lambda found: changed.get(next(count), found[0]), given_parts[name])
        with tempfile.TemporaryDirectory() as folder, contextlib.suppress(MalformedError):
            read_bcf(packed(Path(folder), given_parts))


class TestAFileWithBytesChanged:
    @settings(deadline=None)
    @given(places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8), cut=st.integers(0, 10**6))
    def test_is_read_or_refused_in_words(self, places, cut):
        with tempfile.TemporaryDirectory() as folder:
            whole = bytearray(packed(Path(folder), parts()).read_bytes())
            for place, value in places:
                whole[place % len(whole)] = value
            (Path(folder) / "b.bcf").write_bytes(whole[: max(1, cut % (2 * len(whole)))])
            with contextlib.suppress(MalformedError):
                read_bcf(Path(folder) / "b.bcf")
