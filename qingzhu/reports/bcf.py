"""BCF files 问题文件 (buildingSMART BIM Collaboration Format 2.1 and 3.0): topics in, one zip out. Plan 三（四）.

Every topic gets a viewpoint and every viewpoint a snapshot, since programs refuse or lose topics without them. The elements of
each part stand in the order of the schemas of buildingSMART/BCF-XML; `docs/spec/bcf.md` shows one file in full.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from qingzhu.reports.bcf_parts import extensions_xml, extensions_xsd, markup_xml, project_xml, version_xml, viewpoint_xml
from qingzhu.reports.pictures import png
from qingzhu.terms.topics import Topic, Viewpoint, topic_guid

Version = Literal["2.1", "3.0"]

BLANK = png(np.full((240, 320, 3), 221, np.uint8))
"""The picture of what was not drawn: grey."""

STAMP = (1980, 1, 1, 0, 0, 0)
"""The date of each part in the zip: fixed, so that the same topics give the same bytes."""


@dataclass(frozen=True)
class BcfProject:
    """The project 工程项目 the topics belong to, as the file names it."""

    id: str
    name: str


def write_bcf(topics: Sequence[Topic], path: Path, version: Version = "2.1", project: BcfProject | None = None) -> None:
    """Write topics to one file 写出问题文件 of the version asked for, ``2.1`` or ``3.0``.

    A topic without a viewpoint gets one, a viewpoint without a snapshot a grey picture. Ids that are no GlobalId are written as ids
    of the authoring program. Raises ValueError for an unknown version, a topic without title or date, and an id used twice.
    """
    if version not in ("2.1", "3.0"):
        raise ValueError(f"BCF versions are 2.1 and 3.0, found {version!r}")
    _check(topics)
    written = [_completed(topic) for topic in topics]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "bcf.version", version_xml(version))
        if project is not None:
            _put(archive, "project.bcfp", project_xml(project.id, project.name, version))
        if version == "3.0":
            _put(archive, "extensions.xml", extensions_xml(written))
        elif project is not None:  # in 2.1 only the project part points at it
            _put(archive, "extensions.xsd", extensions_xsd(written))
        for topic in written:
            _put_topic(archive, topic, version)
    path.write_bytes(buffer.getvalue())


def part_names(topic: Topic) -> list[tuple[str, str]]:
    """The names 文件名 of each viewpoint and its snapshot. The first must have the names BIMcollab asks for in 2.1."""
    names = []
    for number, viewpoint in enumerate(topic.viewpoints):
        kind = "jpg" if viewpoint.snapshot and viewpoint.snapshot[:2] == b"\xff\xd8" else "png"
        names.append((f"{viewpoint.guid}.bcfv", f"{viewpoint.guid}.{kind}") if number else ("viewpoint.bcfv", f"snapshot.{kind}"))
    return names


def _check(topics: Sequence[Topic]) -> None:
    seen: set[str] = set()
    for topic in topics:
        if not topic.title.strip() or topic.date is None:
            raise ValueError(f"topic {topic.guid} needs a title and a date")
        if topic.guid in seen:
            raise ValueError(f"topic {topic.guid} is there twice")
        seen.add(topic.guid)


def _completed(topic: Topic) -> Topic:
    """The topic with what other programs need: a viewpoint, and a snapshot for each."""
    viewpoints = topic.viewpoints or (Viewpoint(guid=topic_guid(topic.guid, "viewpoint")),)
    return replace(
        topic, viewpoints=tuple(viewpoint if viewpoint.snapshot else replace(viewpoint, snapshot=BLANK) for viewpoint in viewpoints)
    )


def _put_topic(archive: zipfile.ZipFile, topic: Topic, version: Version) -> None:
    names = part_names(topic)
    folder = zipfile.ZipInfo(f"{topic.guid}/", STAMP)
    folder.create_system, folder.external_attr = 0, 0x10
    archive.writestr(folder, b"")
    _put(archive, f"{topic.guid}/markup.bcf", markup_xml(topic, names, version))
    for viewpoint, (name, snapshot) in zip(topic.viewpoints, names, strict=True):
        _put(archive, f"{topic.guid}/{name}", viewpoint_xml(viewpoint, version))
        _put(archive, f"{topic.guid}/{snapshot}", viewpoint.snapshot or b"")


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    part = zipfile.ZipInfo(name, STAMP)
    part.create_system = 0  # as on DOS, or extracted parts would have no permissions
    part.compress_type = zipfile.ZIP_STORED if name.endswith((".png", ".jpg")) else zipfile.ZIP_DEFLATED
    archive.writestr(part, data)
