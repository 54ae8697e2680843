"""BCF files 问题文件: topics with comments, viewpoints and snapshots, of BCF 2.1 and 3.0; 1.0 and 2.0 as far as they say the same.

Plan 三（四）. A part that is missing, broken or points outside the file costs what it holds and a remark; the rest is read. Nothing
is ever unpacked to disk, every part is read up to a limit, and a document type declaration (the door of entity bombs) is refused.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, ParseError

from qingzhu.collectors import bcf_xml
from qingzhu.collectors.guards import guard
from qingzhu.collectors.remarks import Place, refusal, remark
from qingzhu.terms.readings import Remark
from qingzhu.terms.topics import Topic, Viewpoint, topic_guid

VERSIONS = ("2.1", "3.0")
"""The versions read in full."""

OLDER = ("1.0", "2.0")
"""Versions whose topics, comments and cameras are read by the same names."""

NO_TOPICS = ("documents", "__macosx")
"""Folders that hold no topic: documents (3.0), and what macOS adds to a zip."""

XML_AT_MOST = 32 * 1024**2
"""One XML part [byte]: markup of 10,000 comments has about 4 MB. Convention."""

PICTURE_AT_MOST = 64 * 1024**2
"""One snapshot [byte]. BCF-XML asks for at most 1500 pixels a side, which is 9 MB uncompressed. Convention."""


@dataclass
class BcfFile:
    """What a BCF file said 问题文件内容: its version, its project, its topics, and what was not read."""

    version: str
    project: str | None
    topics: list[Topic]
    remarks: list[Remark] = field(default_factory=list)


def read_bcf(path: Path, name: str | None = None) -> BcfFile:
    """Read a BCF file 读入问题文件, whatever it is called; raises MalformedError for what is no BCF file or holds no readable topic.

    Codes of the error: those of :func:`~qingzhu.collectors.guards.guard`, ``bcf_not_zip``, ``bcf_version_unknown``, ``bcf_without_topics``.
    """
    place = Place(name or path.name)
    guard(path, place.name)
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise refusal("bcf_not_zip", place) from None
    with opened as archive:
        return _Opened(archive, place).read()


class _Opened:
    """An open archive: its parts by their plain names, and the remarks made on the way."""

    def __init__(self, archive: zipfile.ZipFile, place: Place) -> None:
        self.archive, self.place = archive, place
        self.remarks: list[Remark] = []
        self.left: Counter[str] = Counter()
        self.parts: dict[str, zipfile.ZipInfo] = {}
        for entry in archive.infolist():
            plain = entry.filename.replace("\\", "/")
            if ".." in PurePosixPath(plain).parts or plain.startswith("/"):
                self.say("bcf_path_refused", found=entry.filename)
            elif not plain.endswith("/"):
                self.parts[plain] = entry

    def read(self) -> BcfFile:
        version = self.version()
        folders = [plain.rpartition("/")[0] for plain in self.parts if plain.endswith("/markup.bcf")]
        topics: dict[str, Topic] = {}
        for folder in folders:
            topic = self.topic(folder, version)
            if topic is not None and topic.guid in topics:
                self.say("bcf_topic_twice", found=topic.guid)
            elif topic is not None:
                topics[topic.guid] = topic
        self.say_empty_folders(set(folders))
        if not topics:
            first = self.remarks[0] if self.remarks else None
            found = (first.zh, first.en) if first else (f"{len(self.parts)} 个文件", f"{len(self.parts)} parts")
            raise refusal("bcf_without_topics", self.place, found_zh=found[0].rstrip("。"), found_en=found[1].rstrip("."))
        if self.left:
            self.say("bcf_parts_left", found=", ".join(f"{name} {count}" for name, count in sorted(self.left.items())))
        return BcfFile(version, self.project(), list(topics.values()), self.remarks)

    def version(self) -> str:
        if "bcf.version" not in self.parts:
            self.say("bcf_version_missing")
            return "1.0"  # which had no such part, and whose names the later ones kept
        root = self.xml("bcf.version")
        found = root.get("VersionId", "") if root is not None else ""
        if found and found not in VERSIONS + OLDER:
            raise refusal("bcf_version_unknown", self.place, found=found, wanted=", ".join(VERSIONS))
        if not found:
            self.say("bcf_version_missing")
        elif found in OLDER:
            self.say("bcf_version_old", found=found)
        return found or "2.1"

    def project(self) -> str | None:
        root = self.xml("project.bcfp") if "project.bcfp" in self.parts else None
        return None if root is None else bcf_xml.text(root, "Project/Name")

    def topic(self, folder: str, version: str) -> Topic | None:
        root = self.xml(f"{folder}/markup.bcf")
        held = None if root is None else root.find("Topic")
        if root is None or held is None:
            self.say("bcf_topic_unreadable", found=folder)
            return None
        guid = (held.get("Guid") or PurePosixPath(folder).name).lower()
        viewpoints = tuple(self.viewpoint(folder, entry, guid, version) for entry in bcf_xml.viewpoint_entries(root, held))
        if not viewpoints and f"{folder}/viewpoint.bcfv" in self.parts:  # 1.0 names none: there is one, and this is its name
            viewpoints = (self.viewpoint(folder, bcf_xml.Entry(topic_guid(guid), "viewpoint.bcfv", "snapshot.png"), guid, version),)
        topic, unread = bcf_xml.topic(root, held, guid, viewpoints)
        for what in unread:
            self.say("bcf_value_unreadable", found=f"{folder}: {what}")
        self.left.update(bcf_xml.left_out(root))
        return topic

    def viewpoint(self, folder: str, entry: bcf_xml.Entry, topic: str, version: str) -> Viewpoint:
        snapshot = self.part(folder, entry.snapshot, PICTURE_AT_MOST)
        name = self.inside(folder, entry.viewpoint)
        root = self.xml(name) if name else None
        if root is None:
            return Viewpoint(entry.guid, snapshot=snapshot)
        viewpoint, unread = bcf_xml.viewpoint(root, entry.guid, snapshot, version)
        for what in unread:
            self.say("bcf_value_unreadable", found=f"{name}: {what}")
        self.left.update(bcf_xml.left_out(root))
        return viewpoint

    def part(self, folder: str, named: str | None, most: int) -> bytes | None:
        name = self.inside(folder, named)
        return self.bytes(name, most) if name else None

    def inside(self, folder: str, named: str | None) -> str | None:
        """The part a topic names, in its own folder; one that leads out of it, or is not there, is said and left."""
        if not named:
            return None
        plain = named.replace("\\", "/")
        if ".." in PurePosixPath(plain).parts or plain.startswith("/") or ":" in plain:
            self.say("bcf_path_refused", found=f"{folder}: {named}")
        elif f"{folder}/{plain}" not in self.parts:
            self.say("bcf_part_missing", found=f"{folder}/{plain}")
        else:
            return f"{folder}/{plain}"
        return None

    def bytes(self, name: str, most: int) -> bytes | None:
        """The bytes of a part; the size a zip declares may lie, so they are counted as they come."""
        try:
            with self.archive.open(self.parts[name]) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OSError) as error:
            self.say("bcf_part_broken", found=name, why=str(error))
            return None
        if len(data) > most:
            self.say("bcf_part_too_large", found=name, most=f"{most // 1024**2} MB")
            return None
        return data

    def xml(self, name: str) -> Element | None:
        data = self.bytes(name, XML_AT_MOST)
        if data is None:
            return None
        try:
            return bcf_xml.parse(data)
        except bcf_xml.DoctypeError:
            self.say("bcf_doctype_refused", found=name)
        except (ParseError, LookupError, ValueError) as error:
            self.say("bcf_part_broken", found=name, why=str(error))
        return None

    def say_empty_folders(self, folders: set[str]) -> None:
        held = {folder.split("/")[0] for folder in folders}
        for folder in sorted({plain.split("/")[0] for plain in self.parts if "/" in plain} - held):
            if folder.lower() not in NO_TOPICS:
                self.say("bcf_part_missing", found=f"{folder}/markup.bcf")

    def say(self, code: str, **facts: object) -> None:
        self.remarks.append(remark(code, self.place, **facts))  # type: ignore[arg-type]
