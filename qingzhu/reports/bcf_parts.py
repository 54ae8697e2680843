"""The XML parts of a BCF file 问题文件的各部分: version, project, extensions, markup, viewpoint, in the order of their schemas.

Source: buildingSMART/BCF-XML, Schemas of release 2.1 and 3.0. Where both differ, 3.0 wraps lists (Labels, Comments, Viewpoints),
asks for an aspect ratio, and for a type and a status of each topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from qingzhu.terms.topics import Camera, Comment, Topic, Vector, Viewpoint

IFC_GUID = re.compile(r"[0-9A-Za-z_$]{22}")
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold at all (section 2.2, Char)."""

NO_CAMERA = Camera(
    position=(10.0, -10.0, 10.0), direction=(-0.577350269, 0.577350269, -0.577350269), up=(-0.408248290, 0.408248290, 0.816496581)
)
"""Where nothing is known: the origin, seen from 10 m away on each axis."""

FIELD_OF_VIEW_21 = (45.0, 60.0)
"""The field of view [°] that the schema of BCF 2.1 allows."""


def version_xml(version: str) -> bytes:
    """``bcf.version``."""
    root = Element("Version", VersionId=version)
    if version == "2.1":
        _text(root, "DetailedVersion", "2.1")
    return _bytes(root)


def project_xml(id: str, name: str, version: str) -> bytes:
    """``project.bcfp``; in 2.1 it points at ``extensions.xsd``."""
    root = Element("ProjectExtension" if version == "2.1" else "ProjectInfo")
    project = SubElement(root, "Project", ProjectId=_clean(id))
    _text(project, "Name", name)
    if version == "2.1":
        _text(root, "ExtensionSchema", "extensions.xsd")
    return _bytes(root)


def extensions_xml(topics: Sequence[Topic]) -> bytes:
    """``extensions.xml`` of 3.0: every word the topics use."""
    root = Element("Extensions")
    for group, word, values in _words(topics):
        if values:
            held = SubElement(root, group)
            for value in values:
                _text(held, word, value)
    return _bytes(root)


def extensions_xsd(topics: Sequence[Topic]) -> bytes:
    """``extensions.xsd`` of 2.1: every word the topics use, as enumerations of the markup's own types."""
    ElementTree.register_namespace("xs", "http://www.w3.org/2001/XMLSchema")
    xs = "{http://www.w3.org/2001/XMLSchema}"
    root = Element(f"{xs}schema")
    changed = SubElement(root, f"{xs}redefine", schemaLocation="markup.xsd")
    for _, word, values in _words(topics):
        if values:
            name = "UserIdType" if word == "User" else word
            held = SubElement(SubElement(changed, f"{xs}simpleType", name=name), f"{xs}restriction", base=name)
            for value in values:
                SubElement(held, f"{xs}enumeration", value=value)
    return _bytes(root)


def _words(topics: Sequence[Topic]) -> list[tuple[str, str, list[str]]]:
    people = [name for topic in topics for name in [topic.author, topic.assigned_to, topic.modified_by, *_commenters(topic)]]
    return [
        ("TopicTypes", "TopicType", _once(topic.type for topic in topics)),
        ("TopicStatuses", "TopicStatus", _once(topic.status for topic in topics)),
        ("Priorities", "Priority", _once(topic.priority for topic in topics)),
        ("TopicLabels", "TopicLabel", _once(label for topic in topics for label in topic.labels)),
        ("Users", "User", _once(people)),
        ("Stages", "Stage", _once(topic.stage for topic in topics)),
    ]


def _commenters(topic: Topic) -> list[str | None]:
    return [name for comment in topic.comments for name in (comment.author, comment.modified_by)]


def _once(values: Iterable[str | None]) -> list[str]:
    return sorted({_clean(value).strip() for value in values if value and _clean(value).strip()})


def markup_xml(topic: Topic, names: Sequence[tuple[str, str]], version: str) -> bytes:
    """``markup.bcf``: the topic, its comments, and the names of its viewpoints and snapshots."""
    root = Element("Markup")
    wrapped = version == "3.0"
    if topic.models:
        header = SubElement(root, "Header")
        _files(SubElement(header, "Files") if wrapped else header, topic)
    held = SubElement(root, "Topic", Guid=topic.guid, TopicType=_said(topic.type, "Issue"), TopicStatus=_said(topic.status, "Open"))
    _topic(held, topic, wrapped)
    comments = SubElement(held, "Comments") if wrapped and topic.comments else root
    for comment in topic.comments:
        _comment(comments, comment, topic)
    viewpoints = SubElement(held, "Viewpoints") if wrapped else root
    for number, (viewpoint, (name, snapshot)) in enumerate(zip(topic.viewpoints, names, strict=True)):
        entry = SubElement(viewpoints, "ViewPoint" if wrapped else "Viewpoints", Guid=viewpoint.guid)
        _text(entry, "Viewpoint", name)
        _text(entry, "Snapshot", snapshot)
        _text(entry, "Index", str(number))
    return _bytes(root)


def _files(parent: Element, topic: Topic) -> None:
    for model in topic.models:
        held = SubElement(parent, "File")
        if model.ifc_project and IFC_GUID.fullmatch(model.ifc_project):
            held.set("IfcProject", model.ifc_project)
        _text(held, "Filename", model.name)
        _date(held, "Date", model.date)


def _topic(held: Element, topic: Topic, wrapped: bool) -> None:
    links = SubElement(held, "ReferenceLinks") if wrapped and topic.links else held
    for link in topic.links:
        _text(links, "ReferenceLink", link)
    _text(held, "Title", topic.title)
    _text(held, "Priority", topic.priority)
    labels = SubElement(held, "Labels") if wrapped and topic.labels else held
    for label in topic.labels:
        _text(labels, "Label" if wrapped else "Labels", label)
    _date(held, "CreationDate", topic.date)
    _text(held, "CreationAuthor", _said(topic.author, "Qingzhu"))
    _date(held, "ModifiedDate", topic.modified)
    _text(held, "ModifiedAuthor", topic.modified_by)
    _date(held, "DueDate", topic.due)
    _text(held, "AssignedTo", topic.assigned_to)
    _text(held, "Stage", topic.stage)
    _text(held, "Description", topic.description)
    related = SubElement(held, "RelatedTopics") if wrapped and topic.related else held
    for guid in topic.related:
        SubElement(related, "RelatedTopic", Guid=guid)


def _comment(parent: Element, comment: Comment, topic: Topic) -> None:
    held = SubElement(parent, "Comment", Guid=comment.guid)
    _date(held, "Date", comment.date or topic.date)
    _text(held, "Author", _said(comment.author, "Qingzhu"))
    known = [viewpoint.guid for viewpoint in topic.viewpoints]
    viewpoint = comment.viewpoint if comment.viewpoint in known else None
    _text(held, "Comment", comment.text)
    if held.find("Comment") is None and parent.tag == "Markup":
        SubElement(held, "Comment")  # 2.1 asks for it, empty or not
    elif held.find("Comment") is None:
        viewpoint = viewpoint or known[0]  # 3.0 asks for a text or a viewpoint
    if viewpoint:
        SubElement(held, "Viewpoint", Guid=viewpoint)
    _date(held, "ModifiedDate", comment.modified)
    _text(held, "ModifiedAuthor", comment.modified_by)


def viewpoint_xml(viewpoint: Viewpoint, version: str) -> bytes:
    """A ``.bcfv`` part: components first, then the camera."""
    root = Element("VisualizationInfo", Guid=viewpoint.guid)
    components = SubElement(root, "Components")
    hints = {"SpacesVisible": "false", "SpaceBoundariesVisible": "false", "OpeningsVisible": "false"}
    if version == "2.1":
        SubElement(components, "ViewSetupHints", hints)
    _components(components, "Selection", viewpoint.selection)
    visibility = SubElement(components, "Visibility", DefaultVisibility=str(viewpoint.visible).lower())
    if version == "3.0":
        SubElement(visibility, "ViewSetupHints", hints)
    _components(visibility, "Exceptions", viewpoint.exceptions)
    if viewpoint.coloring:
        coloring = SubElement(components, "Coloring")
        for colour, ids in viewpoint.coloring:
            held = SubElement(coloring, "Color", Color=colour.upper())
            _components(held, "Components", ids) if version == "3.0" else _each(held, ids)
    _camera(root, viewpoint.camera or NO_CAMERA, version)
    return _bytes(root)


def _components(parent: Element, name: str, ids: Sequence[str]) -> None:
    if ids:
        _each(SubElement(parent, name), ids)


def _each(parent: Element, ids: Sequence[str]) -> None:
    """A GlobalId by its own attribute; what is none (``GlobalId#instance`` of a repeated one) as an id of the authoring program."""
    for id in ids:
        if IFC_GUID.fullmatch(id):
            SubElement(parent, "Component", IfcGuid=id)
        else:
            _text(SubElement(parent, "Component"), "AuthoringToolId", id)


def _camera(root: Element, camera: Camera, version: str) -> None:
    held = SubElement(root, "PerspectiveCamera" if camera.height is None else "OrthogonalCamera")
    _vector(held, "CameraViewPoint", camera.position)
    _vector(held, "CameraDirection", camera.direction)
    _vector(held, "CameraUpVector", camera.up)
    if camera.height is None:
        low, high = FIELD_OF_VIEW_21
        angle = min(max(camera.field_of_view, low), high) if version == "2.1" else camera.field_of_view
        _text(held, "FieldOfView", repr(float(angle)))
    else:
        _text(held, "ViewToWorldScale", repr(float(camera.height)))
    if version == "3.0":
        _text(held, "AspectRatio", repr(float(camera.aspect)))


def _vector(parent: Element, name: str, vector: Vector) -> None:
    held = SubElement(parent, name)
    for axis, value in zip("XYZ", vector, strict=True):
        _text(held, axis, repr(float(value)))


def _text(parent: Element, name: str, value: str | None) -> None:
    """A child with a text; none where there is nothing to say, since 3.0 refuses empty ones."""
    cleaned = _clean(value or "").strip()
    if cleaned:
        SubElement(parent, name).text = cleaned


def _date(parent: Element, name: str, value: datetime | None) -> None:
    """A date in UTC; one without a zone is UTC (BCF-XML 3.0, DateTime Format)."""
    if value is not None:
        known = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        _text(parent, name, known.isoformat(timespec="seconds").replace("+00:00", "Z"))


def _said(value: str | None, otherwise: str) -> str:
    return _clean(value or "").strip() or otherwise


def _clean(value: str) -> str:
    return ILLEGAL.sub("\ufffd", value)


def _bytes(root: Element) -> bytes:
    ElementTree.indent(root)
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data
