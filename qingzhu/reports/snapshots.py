"""Snapshots 快照 of a model for findings: what is meant in colour, everything else light grey. A z-buffer in numpy, no graphics card.

The same scene and camera give the same bytes. Lengths in m, z up, as in the model. A pixel is covered where its centre lies in a
triangle or on its edge; of what covers a pixel the nearest is seen. What is meant and hidden behind something else shines through.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qingzhu.reports.pictures import png
from qingzhu.terms.topics import Camera, Vector, Viewpoint

MEANT = "D55E00"
"""Vermilion of the palette of Okabe and Ito (2008), told apart from grey by people who see colours differently."""

OTHERS, PAPER, LINE = (214, 214, 214), (255, 255, 255), 0.72
"""Colour of all other elements, of the background, and how much of its light a pixel on an outline keeps."""

SHINES_THROUGH = 0.6
"""Share of its colour that a hidden element keeps."""

SELECTED_AT_MOST = 1000
"""Elements a viewpoint selects. BCF-XML 3.0, Optimization Rules: longer lists make viewers slow."""

LOOKING: Vector = (-0.6, 0.6, -0.529150262212918)
"""The direction one looks in: down, from the south-east. A unit vector: 0.36 + 0.36 + 0.28."""

PIXELS = 2_000_000
"""Covered pixels looked at together; 2 million take some 100 MB."""

EDGE = 1e-9
"""A centre this far outside an edge lies on it. [pixel]"""

ROOM, MARGIN = 1.0, 1.1
"""What is shown around the elements: 1 m on each side [m], and a tenth of the picture."""

Rgb = tuple[int, int, int]


class Body(Protocol):
    """A body of an element: its id, corners (n × 3, [m]) and triangles (m × 3, rows of corners)."""

    @property
    def global_id(self) -> str: ...  # noqa: D102
    @property
    def vertices(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def faces(self) -> NDArray[np.int32]: ...  # noqa: D102


@dataclass(frozen=True)
class Scene:
    """All bodies of a model 场景 as one: corners [m], triangles, and the element (place in ``ids``) each triangle is of."""

    ids: tuple[str, ...]
    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    owner: NDArray[np.int64]

    @staticmethod
    def of(bodies: Iterable[Body]) -> Scene:
        """The scene of some bodies; one without triangles is not in it."""
        held = [body for body in bodies if len(body.faces)]
        starts = np.cumsum([0, *(len(body.vertices) for body in held)])
        faces = [body.faces.astype(np.int64) + start for body, start in zip(held, starts, strict=False)]
        return Scene(
            tuple(body.global_id for body in held),
            np.concatenate([body.vertices for body in held]) if held else np.zeros((0, 3)),
            np.concatenate(faces) if held else np.zeros((0, 3), np.int64),
            np.repeat(np.arange(len(held)), [len(body.faces) for body in held]).astype(np.int64),
        )

    def corners(self, ids: Iterable[str]) -> NDArray[np.float64]:
        """The corners of some elements; of all where none of them has a body."""
        wanted = set(ids)
        chosen = np.isin(self.owner, [place for place, id in enumerate(self.ids) if id in wanted])
        return self.vertices[np.unique(self.faces[chosen if chosen.any() else slice(None)])]


def framed(scene: Scene, ids: Iterable[str], aspect: float = 4 / 3) -> Camera | None:
    """A camera that shows some elements whole 取景; None where the scene is empty.

    Perspective of 60° vertically, looking down from the south-east, as near as the box around the elements, with ``ROOM`` and
    ``MARGIN`` around it, allows.
    """
    corners = scene.corners(ids)
    if not len(corners):
        return None
    low, high = corners.min(axis=0) - ROOM, corners.max(axis=0) + ROOM
    forward = np.array(LOOKING)
    right = _unit(np.cross(forward, (0, 0, 1)))
    up = np.cross(right, forward)
    box = np.array([[(low, high)[corner >> axis & 1][axis] for axis in range(3)] for corner in range(8)]) - (low + high) / 2
    steep = math.tan(math.radians(30)) / MARGIN
    away = max(float(np.max(np.abs(box @ side) / size - box @ forward)) for side, size in ((up, steep), (right, steep * aspect)))
    x, y, z = (low + high) / 2 - forward * away
    return Camera((float(x), float(y), float(z)), LOOKING, (float(up[0]), float(up[1]), float(up[2])), aspect)


def viewpoint(scene: Scene, guid: str, ids: Sequence[str], colour: str = MEANT, size: tuple[int, int] = (800, 600)) -> Viewpoint:
    """A viewpoint on some elements 视点, with camera, selection (at most ``SELECTED_AT_MOST``), colour and picture."""
    camera = framed(scene, ids, size[0] / size[1])
    shown = tuple(ids[:SELECTED_AT_MOST])
    picture = png(render(scene, camera, dict.fromkeys(ids, rgb(colour)), size)) if camera else None
    return Viewpoint(guid, camera, shown, coloring=((colour, shown),) if shown else (), snapshot=picture)


def rgb(colour: str) -> Rgb:
    """``D55E00`` as three numbers of 0–255."""
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)


def render(scene: Scene, camera: Camera, colours: Mapping[str, Rgb], size: tuple[int, int] = (800, 600)) -> NDArray[np.uint8]:
    """The picture (height × width × 3) of a scene 渲染: elements of ``colours`` in their colour, the others grey.

    Triangles that reach behind the camera are left out.
    """
    width, height = size
    points, nearness = _projected(scene.vertices, camera, width, height)
    light = _light(scene, camera)
    meant = np.isin(scene.owner, [place for place, id in enumerate(scene.ids) if id in colours])
    tints = np.array([colours.get(id, OTHERS) for id in scene.ids] or [OTHERS], float)
    picture = np.full((height * width, 3), PAPER, float)
    buffers = [_nearest(points, nearness, scene.faces, np.flatnonzero(chosen), width, height) for chosen in (~meant, meant)]
    (other, other_near), (front, front_near) = buffers
    _paint(picture, other, scene.owner, tints, light, np.ones(len(picture)))
    _paint(picture, front, scene.owner, tints, light, np.where(front_near >= other_near, 1.0, SHINES_THROUGH))
    outline = _outline(np.where(front >= 0, front, other), scene.owner, height, width)
    picture[outline] *= LINE
    pixels: NDArray[np.uint8] = np.rint(picture).astype(np.uint8).reshape(height, width, 3)
    return pixels


def _projected(vertices: NDArray[np.float64], camera: Camera, width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where each corner falls [pixel], and how near it is: a number linear on the picture, larger nearer, NaN behind the camera."""
    forward = _unit(camera.direction)
    right = _unit(np.cross(forward, camera.up))
    above = np.cross(right, forward)
    moved = vertices - np.array(camera.position)
    depth = moved @ forward
    with np.errstate(divide="ignore", invalid="ignore"):
        if camera.height is None:
            scale = height / 2 / math.tan(math.radians(camera.field_of_view) / 2)
            nearness = np.where(depth > 1e-3, 1 / depth, np.nan)
            x, y = moved @ right * nearness * scale, moved @ above * nearness * scale
        else:
            nearness = -depth
            x, y = moved @ right * height / camera.height, moved @ above * height / camera.height
    return np.stack([width / 2 + x, height / 2 - y], axis=1), nearness


def _unit(vector: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    held = np.asarray(vector, float)
    result: NDArray[np.float64] = held / np.linalg.norm(held)
    return result


def _light(scene: Scene, camera: Camera) -> NDArray[np.float64]:
    """How light each triangle is, 0.5–1: by the angle to a lamp a little above the camera."""
    a, b, c = (scene.vertices[scene.faces[:, corner]] for corner in range(3))
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1)
    lamp = _unit(_unit(camera.direction) - 0.4 * np.array([0.0, 0.0, 1.0]))
    result: NDArray[np.float64] = 0.5 + 0.5 * np.abs(normal @ lamp) / np.where(length > 0, length, 1)
    return result


def _nearest(
    points: NDArray[np.float64], nearness: NDArray[np.float64], faces: NDArray[np.int64], chosen: NDArray[np.int64], width: int, height: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """For each pixel the nearest of the chosen triangles (−1 where there is none) and how near it is there.

    Of two at one depth (to some 1:130,000) the first is seen, so that faces that lie in each other do not flicker.
    """
    seen, best = np.full(width * height, -1, np.int64), np.full(width * height, -np.inf, np.float32)
    for triangle, pixel, near in _covered(points[faces[chosen]], nearness[faces[chosen]], width, height):
        coarse = (near.astype(np.float32).view(np.int32) & ~0x7F).view(np.float32)
        before = best[pixel]
        np.maximum.at(best, pixel, coarse)
        wins = (coarse == best[pixel]) & (coarse > before)
        seen[pixel[wins][::-1]] = chosen[triangle[wins][::-1]]
    return seen, best


def _covered(
    corners: NDArray[np.float64], near: NDArray[np.float64], width: int, height: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Each triangle (its row) with each pixel whose centre it covers, and how near it is there, a block at a time."""
    (ax, ay), (bx, by), (cx, cy) = ((corners[:, corner, 0], corners[:, corner, 1]) for corner in range(3))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    drawn = np.isfinite(area) & (area != 0)  # NaN: a corner lies behind the camera
    whole = np.where(drawn, area, 1.0)
    one, two = near[:, 1] - near[:, 0], near[:, 2] - near[:, 0]
    along, down = (one * (cy - ay) - two * (by - ay)) / whole, (two * (bx - ax) - one * (cx - ax)) / whole
    for triangle, line, first, count in _spans(corners, np.flatnonzero(drawn), width, height):
        ends = np.cumsum(count)
        start = 0
        while start < len(count):
            base = ends[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, base + PIXELS, side="right")))
            part = slice(start, stop)
            span = np.repeat(np.arange(start, stop), count[part])
            x = first[span] + np.arange(len(span)) - (ends[span] - count[span] - base)
            rows, y = triangle[span], line[span]
            yield rows, y * width + x, near[rows, 0] + along[rows] * (x + 0.5 - ax[rows]) + down[rows] * (y + 0.5 - ay[rows])
            start = stop


def _spans(
    corners: NDArray[np.float64], drawn: NDArray[np.int64], width: int, height: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """The pixels each triangle covers in each line of the picture: triangle, line, first pixel, how many."""
    for block in np.array_split(drawn, len(drawn) // 20_000 + 1):
        y = corners[block, :, 1]
        top = np.clip(np.ceil(y.min(axis=1) - 0.5), 0, height).astype(np.int64)
        lines = np.maximum(np.clip(np.floor(y.max(axis=1) - 0.5), -1, height - 1).astype(np.int64) - top + 1, 0)
        triangle = np.repeat(block, lines)
        line = np.repeat(top, lines) + np.arange(len(triangle)) - np.repeat(np.cumsum(lines) - lines, lines)
        low, high = np.full(len(triangle), np.inf), np.full(len(triangle), -np.inf)
        for one, other in ((0, 1), (1, 2), (2, 0)):
            (px, py), (qx, qy) = corners[triangle, one].T, corners[triangle, other].T
            centre = line + 0.5
            crossed = (np.minimum(py, qy) <= centre) & (centre <= np.maximum(py, qy)) & (py != qy)
            x = px + (centre - py) * (qx - px) / np.where(py != qy, qy - py, 1.0)
            low, high = np.where(crossed, np.minimum(low, x), low), np.where(crossed, np.maximum(high, x), high)
        first = np.ceil(np.clip(low, -1, width + 1) - 0.5 - EDGE).astype(np.int64)
        last = np.floor(np.clip(high, -1, width + 1) - 0.5 + EDGE).astype(np.int64)
        first, last = np.maximum(first, 0), np.minimum(last, width - 1)
        held = last >= first
        yield triangle[held], line[held], first[held], (last - first + 1)[held]


def _paint(
    picture: NDArray[np.float64],
    seen: NDArray[np.int64],
    owner: NDArray[np.int64],
    tints: NDArray[np.float64],
    light: NDArray[np.float64],
    share: NDArray[np.float64],
) -> None:
    held = seen >= 0
    colour = tints[owner[seen[held]]] * light[seen[held], None]
    weight = share[held, None]
    picture[held] = weight * colour + (1 - weight) * picture[held]


def _outline(seen: NDArray[np.int64], owner: NDArray[np.int64], height: int, width: int) -> NDArray[np.bool_]:
    """Pixels of an element next to one of another element (right, below) or to the background."""
    elements = np.full(len(seen), -1, np.int64)
    elements[seen >= 0] = owner[seen[seen >= 0]]
    grid = elements.reshape(height, width)
    edge = np.zeros((height, width), bool)
    edge[:, :-1] |= grid[:, 1:] != grid[:, :-1]
    edge[:-1, :] |= grid[1:, :] != grid[:-1, :]
    edge[:, 1:] |= grid[:, :-1] < 0
    edge[1:, :] |= grid[:-1, :] < 0
    result: NDArray[np.bool_] = (edge & (grid >= 0)).reshape(-1)
    return result
