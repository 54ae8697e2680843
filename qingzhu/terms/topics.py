"""Topics 问题 of the BIM Collaboration Format: a finding about elements of a model, with who said what and what to look at.

Plan 三（四）. One shape for BCF 2.1 and 3.0, for what is read and what is written (docs/spec/bcf.md). Lengths in m, angles in
degrees, coordinates those of the model (z up); dates carry a zone and are written in UTC. The id of a finding is made from what
it is about (:func:`topic_guid`), so that the same finding, exported again, is the same topic to the program that receives it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

Vector = tuple[float, float, float]

NAMESPACE = uuid.UUID("8f3e9f0a-5d53-5b0e-9a50-6a1d6a3f2c11")
"""The namespace of our ids (RFC 9562, version 5): any fixed UUID, never changed."""


def topic_guid(*parts: str) -> str:
    """The id 编号 of what ``parts`` name (model, kind of finding, group, …): the same parts give the same lower-case UUID."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


@dataclass(frozen=True)
class Camera:
    """Where one looks from 视角: ``position`` [m], unit vectors ``direction`` and ``up``, ``aspect`` width to height [1].

    Perspective with ``field_of_view`` (vertical, [°]), or orthogonal where ``height`` (what is seen vertically, [m]) is given.
    """

    position: Vector
    direction: Vector
    up: Vector = (0.0, 0.0, 1.0)
    aspect: float = 4 / 3
    field_of_view: float = 60.0
    height: float | None = None


@dataclass(frozen=True)
class Viewpoint:
    """What to look at 视点: the camera, the GlobalIds selected, those hidden or shown, colours, and a picture.

    ``exceptions`` are hidden where ``visible`` (all others are shown), shown where not. ``coloring`` pairs a colour (``RRGGBB``)
    with GlobalIds. ``snapshot`` is a PNG or JPEG; one without is given a picture when it is written.
    """

    guid: str
    camera: Camera | None = None
    selection: tuple[str, ...] = ()
    visible: bool = True
    exceptions: tuple[str, ...] = ()
    coloring: tuple[tuple[str, tuple[str, ...]], ...] = ()
    snapshot: bytes | None = None


@dataclass(frozen=True)
class Comment:
    """What someone said 评论; ``viewpoint`` is the id of the viewpoint it speaks of."""

    guid: str
    date: datetime | None
    author: str
    text: str
    viewpoint: str | None = None
    modified: datetime | None = None
    modified_by: str | None = None


@dataclass(frozen=True)
class TopicModel:
    """A model a topic is about 相关模型: the name of its file and, where known, the GlobalId of its IfcProject and its date."""

    name: str
    ifc_project: str | None = None
    date: datetime | None = None


@dataclass(frozen=True)
class Topic:
    """One finding 问题. ``type``, ``status``, ``priority``, ``stage`` and ``labels`` are words of the project that uses them."""

    guid: str
    title: str
    date: datetime | None
    author: str
    type: str = "Issue"
    status: str = "Open"
    description: str = ""
    priority: str | None = None
    stage: str | None = None
    labels: tuple[str, ...] = ()
    assigned_to: str | None = None
    due: datetime | None = None
    modified: datetime | None = None
    modified_by: str | None = None
    links: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    models: tuple[TopicModel, ...] = ()
    comments: tuple[Comment, ...] = ()
    viewpoints: tuple[Viewpoint, ...] = ()

    @property
    def components(self) -> tuple[str, ...]:
        """The GlobalIds 构件 that its viewpoints select, each once, in order."""
        return tuple(dict.fromkeys(id for viewpoint in self.viewpoints for id in viewpoint.selection))
