"""The XML parts of a BCF file 问题文件的各部分, by the names of their elements alone, in whatever order and namespace they stand.

Source: buildingSMART/BCF-XML, releases 1.0 to 3.0. A date without a zone is UTC (3.0, DateTime Format); a camera without an aspect
ratio has 1.0 (3.0, Cameras). Of 1.0 and 2.0, components marked ``Selected`` are selected, or all listed where none is marked.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from qingzhu.terms.topics import Camera, Comment, Topic, TopicModel, Vector, Viewpoint

LEFT_OUT = ("Line", "ClippingPlane", "Bitmap", "BimSnippet", "DocumentReference")
"""What a topic may hold that is not read: it is counted and said."""

ELEMENTS_AT_MOST = 1_000_000
"""Elements in one part: 1,000 components in each of 100 colours are 0.1 million. An element takes some 100 bytes. Convention."""

FIELD_BELOW = 180.0
"""No camera sees so much of the world. [°]"""

MIDNIGHT = re.compile(r"T24:00(:00(\.0+)?)?(?=$|[Z+-])")
"""The end of a day, as XML Schema has it beside the beginning of the next."""

FRACTION = re.compile(r"(\.\d{6})\d+")
"""Programs write ticks of 100 ns; a microsecond is kept."""


class DoctypeError(ValueError):
    """A part that declares a document type. BCF needs none, and entities that unpack to gigabytes start with one."""


class _Builder(ElementTree.TreeBuilder):
    """Builds elements without their namespaces and stops at a document type, or where there are too many."""

    count = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise DoctypeError(name)

    def start(self, tag: Any, attrs: Any) -> Element:
        self.count += 1
        if self.count > ELEMENTS_AT_MOST:
            raise ValueError(f"> {ELEMENTS_AT_MOST} elements")
        return super().start(_local(tag), {_local(key): value for key, value in attrs.items()})

    def end(self, tag: Any) -> Element:
        return super().end(_local(tag))


@dataclass(frozen=True)
class Entry:
    """What a markup says of one viewpoint: its id, the names of its parts, its place among the others."""

    guid: str
    viewpoint: str | None
    snapshot: str | None
    index: int = 0


def parse(data: bytes) -> Element:
    """The root element; raises DoctypeError, or ParseError for what is no XML."""
    parser = ElementTree.XMLParser(target=_Builder())
    parser.feed(data)
    root: Element = parser.close()
    return root


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def text(parent: Element, path: str) -> str | None:
    """The text at a path of names; None where it is empty or not there."""
    found = parent.find(path)
    return ((found.text or "").strip() or None) if found is not None else None


def viewpoint_entries(root: Element, held: Element) -> list[Entry]:
    """The viewpoints a markup lists 视点清单, by their index: beside the topic (2.1) or inside it (3.0)."""
    listed = [*root.findall("Viewpoints"), *held.findall("Viewpoints/ViewPoint")]
    entries = [
        Entry((each.get("Guid") or "").lower(), text(each, "Viewpoint"), text(each, "Snapshot"), _whole(text(each, "Index")))
        for each in listed
    ]
    return sorted(entries, key=lambda entry: entry.index)


def _whole(value: str | None) -> int:
    return int(value) if value is not None and re.fullmatch(r"-?\d{1,9}", value) else 0


def topic(root: Element, held: Element, guid: str, viewpoints: tuple[Viewpoint, ...]) -> tuple[Topic, list[str]]:
    """A topic from its markup, and what could not be read of it."""
    unread: list[str] = []
    comments = tuple(_comment(each, unread) for each in _comments(root, held))
    last = max(_comments(root, held), key=lambda each: text(each, "Date") or "", default=None)
    old = {} if last is None else {"type": text(last, "Status"), "status": text(last, "VerbalStatus")}  # until 2.0 they stood there
    first = comments[0] if comments else None
    found = Topic(
        guid=guid,
        title=text(held, "Title") or "",
        date=_date(held, "CreationDate", unread) or (first.date if first else None),
        author=text(held, "CreationAuthor") or (first.author if first else ""),
        type=held.get("TopicType") or old.get("type") or "",
        status=held.get("TopicStatus") or old.get("status") or "",
        description=text(held, "Description") or "",
        priority=text(held, "Priority"),
        stage=text(held, "Stage"),
        labels=_texts(held, "Labels", "Label"),
        assigned_to=text(held, "AssignedTo"),
        due=_date(held, "DueDate", unread),
        modified=_date(held, "ModifiedDate", unread),
        modified_by=text(held, "ModifiedAuthor"),
        links=_texts(held, "ReferenceLinks", "ReferenceLink") + _texts(held, "ReferenceLink", ""),
        related=_related(held),
        models=tuple(_model(each, unread) for each in [*root.findall("Header/File"), *root.findall("Header/Files/File")]),
        comments=comments,
        viewpoints=viewpoints,
    )
    return found, unread


def _comments(root: Element, held: Element) -> list[Element]:
    return [*root.findall("Comment"), *held.findall("Comments/Comment")]


def _comment(held: Element, unread: list[str]) -> Comment:
    viewpoint = held.find("Viewpoint")
    return Comment(
        guid=(held.get("Guid") or "").lower(),
        date=_date(held, "Date", unread),
        author=text(held, "Author") or "",
        text=text(held, "Comment") or "",
        viewpoint=None if viewpoint is None else (viewpoint.get("Guid") or "").lower() or None,
        modified=_date(held, "ModifiedDate", unread),
        modified_by=text(held, "ModifiedAuthor"),
    )


def _texts(held: Element, name: str, inner: str) -> tuple[str, ...]:
    """The texts of a list: each element by itself (2.1), or wrapped (3.0)."""
    found = [each for group in held.findall(name) for each in (group.findall(inner) if inner and len(group) else [group])]
    return tuple(said for each in found if (said := (each.text or "").strip()))


def _related(held: Element) -> tuple[str, ...]:
    found = [*held.findall("RelatedTopic"), *held.findall("RelatedTopics/RelatedTopic"), *held.findall("RelatedTopics")]
    return tuple(each.get("Guid", "").lower() for each in found if each.get("Guid"))


def _model(held: Element, unread: list[str]) -> TopicModel:
    return TopicModel(text(held, "Filename") or text(held, "Reference") or "", held.get("IfcProject"), _date(held, "Date", unread))


def viewpoint(root: Element, guid: str, snapshot: bytes | None, version: str) -> tuple[Viewpoint, list[str]]:
    """A viewpoint from its ``.bcfv`` part, and what could not be read of it."""
    unread: list[str] = []
    held = root.find("Components")
    seen: dict[str, Any] = {}
    if held is not None:
        seen = _listed(held) if version in ("1.0", "2.0") else _selected(held)
    return Viewpoint(guid or (root.get("Guid") or "").lower(), _camera(root, unread), snapshot=snapshot, **seen), unread


def _selected(held: Element) -> dict[str, Any]:
    visibility = held.find("Visibility")
    colours = [
        (each.get("Color", ""), (*_ids(each.findall("Component")), *_ids(each.findall("Components/Component")))) for each in _colours(held)
    ]
    return {
        "selection": _ids(held.findall("Selection/Component")),
        "visible": visibility is None or visibility.get("DefaultVisibility", "false").strip() in ("true", "1"),
        "exceptions": _ids(held.findall("Visibility/Exceptions/Component")),
        "coloring": tuple(
            (colour[-6:].upper(), ids) for colour, ids in colours if re.fullmatch(r"([0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", colour) and ids
        ),
    }


def _colours(held: Element) -> Iterator[Element]:
    for coloring in held.findall("Coloring"):
        yield from coloring.findall("Color")


def _listed(held: Element) -> dict[str, Any]:
    """Components of 1.0 and 2.0, which say of themselves whether they are selected, seen and coloured."""
    listed = held.findall("Component")
    marked = [each for each in listed if each.get("Selected") in ("true", "1")]
    colours: dict[str, list[Element]] = {}
    for each in listed:
        if re.fullmatch(r"([0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", colour := each.get("Color", "")):
            colours.setdefault(colour[-6:].upper(), []).append(each)
    return {
        "selection": _ids(marked if any(each.get("Selected") for each in listed) else listed),
        "exceptions": _ids([each for each in listed if each.get("Visible") in ("false", "0")]),
        "coloring": tuple((colour, _ids(group)) for colour, group in colours.items()),
    }


def _ids(components: list[Element]) -> tuple[str, ...]:
    """The GlobalId of each, else its id in the authoring program."""
    found = [(each.get("IfcGuid") or text(each, "AuthoringToolId") or "").strip() for each in components]
    return tuple(dict.fromkeys(id for id in found if id))


def _camera(root: Element, unread: list[str]) -> Camera | None:
    for name in ("PerspectiveCamera", "OrthogonalCamera"):
        held = root.find(name)
        if held is None:
            continue
        position = _vector(held, "CameraViewPoint")
        direction, up = (_unit(_vector(held, part)) for part in ("CameraDirection", "CameraUpVector"))
        size = _number(text(held, "FieldOfView" if name == "PerspectiveCamera" else "ViewToWorldScale"))
        most = FIELD_BELOW if name == "PerspectiveCamera" else math.inf
        if position is None or direction is None or up is None or size is None or not 0 < size < most:
            unread.append(name)
            continue
        aspect = _number(text(held, "AspectRatio")) or 1.0
        if name == "PerspectiveCamera":
            return Camera(position, direction, up, aspect, field_of_view=size)
        return Camera(position, direction, up, aspect, height=size)
    return None


def _vector(held: Element, name: str) -> Vector | None:
    x, y, z = (_number(text(held, f"{name}/{axis}")) for axis in "XYZ")
    return None if x is None or y is None or z is None else (x, y, z)


def _unit(vector: Vector | None) -> Vector | None:
    """The same direction with the length 1; None for a vector that has none."""
    length = math.hypot(*vector) if vector else 0.0
    if vector is None or not 0 < length < math.inf:
        return None
    return vector if abs(length - 1) < 1e-6 else (vector[0] / length, vector[1] / length, vector[2] / length)


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(held: Element, name: str, unread: list[str]) -> datetime | None:
    said = text(held, name)
    if said is None:
        return None
    try:
        begun, ended = MIDNIGHT.subn("T00:00:00", said)
        found = datetime.fromisoformat(FRACTION.sub(r"\1", begun)) + timedelta(days=ended)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        unread.append(f"{name} {said[:40]}")
        return None


def left_out(root: Element) -> Counter[str]:
    """How many of each kind of thing a part holds that is not read."""
    counted = Counter(each.tag for each in root.iter() if each.tag in LEFT_OUT)
    counted["Bitmap"] -= sum(1 for each in root.iter("Bitmap") if each.find("Bitmap") is not None)  # the format of 2.1 has that name too
    return +counted
