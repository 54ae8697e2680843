"""Quantities of a mesh 网格工程量: volume, sides and areas of one element's triangles, under the names IFC's quantity sets have.

Plan 三（四）. What is a mesh's own: a volume only where its surface is closed; sides from the smallest box that shares an axis with the
element's placement, so a wall at 30° is as long as it is; areas as what one would see from above or in front, each spot once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qingzhu.collectors.mesh_bodies import CLOSE, OVERLAP, bodies, overlapping, parts, volume

FLAT = 0.985
"""A face looks along an axis where the cosine between them is at least this: within 10°. [1]"""

STRAIGHT = 0.9
"""A wall has a thickness and a face where so much of its upright surface looks along or across it; a curved one has not. [1]"""

FILLED = 0.5
"""And where it is as thick as its box along more than half of its length, at least so much of it solid; an L, a U or a T is not. [1]"""

OPEN, OVERLAPPING = "open_surface", "overlapping"
"""Why a mesh has no volume: its surface is not closed; its bodies overlap, or hold more than their box."""

STRIPS, CELLS = 64, 1_000_000
"""An area seen is cut into so many strips at least; so many crossings are held at a time. [1]"""

TURNS = 24
"""Directions tried about each axis for the smallest box. [1]"""

FAMILIES = {
    "IfcWall": "wall", "IfcCurtainWall": "wall",
    "IfcSlab": "plate", "IfcPlate": "plate", "IfcCovering": "plate", "IfcRoof": "plate", "IfcBuildingElementPart": "plate",
    "IfcColumn": "upright", "IfcPile": "upright", "IfcBeam": "bar", "IfcMember": "bar", "IfcRailing": "bar",
}  # fmt: skip
"""How the sides of a class and of those below it are called; of any other they are those of a block."""


@dataclass(frozen=True)
class Box:
    """The smallest box 最小外包盒: ``axes`` are its unit vectors (rows) in the world, ``sides`` its lengths along them [m]."""

    axes: np.ndarray
    sides: np.ndarray


def quantities(family: str, vertices: np.ndarray, faces: np.ndarray, frame: np.ndarray, gross: bool) -> tuple[dict[str, float], str | None]:
    """Quantities 工程量 of one mesh in m, m², m³, and why it has no volume; ``gross`` names them so.

    ``frame`` holds the axes of the placement as rows. What the mesh doesn't have isn't there: the volume of an open surface or of bodies
    that overlap, the thickness of a wall that is not straight.
    """
    word = "Gross" if gross else "Net"
    vertices = vertices - vertices.mean(axis=0)  # far from the origin digits are lost
    found = bodies(vertices, faces)
    faces = faces if found is None else np.concatenate(found)
    box = smallest_box(vertices, faces, frame)
    inside, why = _volume(vertices, found, box)
    held = {} if inside is None else {f"{word}Volume": inside}
    named = _sides(family, box)
    if family == "wall":
        if not _straight(vertices, faces, box.axes[named["Width"]], box.axes[named["Length"]]):
            return held, why
        held[f"{word}SideArea"] = seen_area(vertices, faces, box.axes[named["Width"]])
    elif family == "plate":
        held[f"{word}Area"] = seen_area(vertices, faces, box.axes[named["Width"]])
    if not gross:
        held |= {name: float(box.sides[axis]) for name, axis in named.items()}
        if family not in ("wall", "upright"):
            held["ProjectedArea"] = seen_area(vertices, faces, np.array([0.0, 0.0, 1.0]))
    return held, why


def _volume(vertices: np.ndarray, found: list[np.ndarray] | None, box: Box) -> tuple[float | None, str | None]:
    """Volume inside the bodies [m³], or why it is not known."""
    if found is None:
        return None, OPEN
    inside = volume(vertices, np.concatenate(found))
    if inside <= CLOSE**2:
        return None, OPEN
    if inside > box.sides.prod() * (1 + OVERLAP) or overlapping(vertices, found, box.axes[np.argsort(-box.sides)]):
        return None, OVERLAPPING
    return inside, None


def _sides(family: str, box: Box) -> dict[str, int]:
    """Which axis of the box each side is, as the quantity set of the class names it; a slab's Width is its thickness."""
    up = int(np.argmax(np.abs(box.axes[:, 2])))
    if family == "upright" and abs(box.axes[up, 2]) < FLAT:  # a raking column or pile
        up = int(np.argmax(box.sides))
    small, large = sorted((axis for axis in range(3) if axis != up), key=lambda axis: box.sides[axis])
    if family == "plate":
        width, depth, length = np.argsort(box.sides, kind="stable").tolist()
        return {"Length": length, "Width": width, "Depth": depth}
    if family == "upright":
        return {"Length": up, "Width": small, "Depth": large}
    if family == "bar":
        length = int(np.argmax(box.sides))
        rest = sorted((axis for axis in range(3) if axis != length), key=lambda axis: abs(box.axes[axis, 2]))
        return {"Length": length, "Width": rest[0], "Depth": rest[1]}
    return {"Length": large, "Width": small, "Height": up}


def smallest_box(vertices: np.ndarray, faces: np.ndarray, frame: np.ndarray) -> Box:
    """The smallest box 最小外包盒 among those that share an axis with ``frame`` and, about it, a direction with a face."""
    normals, areas = _normals(vertices, faces)
    best = Box(frame, np.ptp(vertices @ frame.T, axis=0))
    for axis in range(3):
        u, v = frame[(axis + 1) % 3], frame[(axis + 2) % 3]
        across = np.abs(normals @ frame[axis]) < 0.1
        angles = np.mod(np.arctan2(normals[across] @ v, normals[across] @ u), np.pi / 2)
        _, first, back = np.unique(np.round(angles, 4), return_index=True, return_inverse=True)
        largest = np.argsort(-np.bincount(back.reshape(-1), weights=areas[across], minlength=len(first)), kind="stable")[:TURNS]
        for angle in angles[first[largest]]:
            turned = np.array([np.cos(angle) * u + np.sin(angle) * v, np.cos(angle) * v - np.sin(angle) * u, frame[axis]])
            sides = np.ptp(vertices @ turned.T, axis=0)
            if sides.prod() < best.sides.prod() * (1 - 1e-6):
                best = Box(turned, sides)
    return best


def _normals(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit normals and areas [m²] of the faces that have an area."""
    a, b, c = vertices[faces[:, 0]], vertices[faces[:, 1]], vertices[faces[:, 2]]
    crossed = np.cross(b - a, c - a)
    double = np.linalg.norm(crossed, axis=1)
    some = double > 1e-12
    return crossed[some] / double[some, None], double[some] / 2


def _straight(vertices: np.ndarray, faces: np.ndarray, across: np.ndarray, along: np.ndarray) -> bool:
    """Whether a wall runs one way: its upright surface looks along or across it, and its plan fills its box along most of its length."""
    normals, areas = _normals(vertices, faces)
    upright = np.abs(normals[:, 2]) < 0.5
    aligned = np.maximum(np.abs(normals @ across), np.abs(normals @ along)) > FLAT
    if float(areas[upright & aligned].sum()) < STRAIGHT * float(areas[upright].sum()):
        return False
    plan = np.stack([vertices @ along, vertices @ across], axis=1)
    places = plan[:, 0].min() + (np.arange(STRIPS) + 0.4871) / STRIPS * np.ptp(plan[:, 0])
    low, high = _crossed(plan[faces], places)
    thick = np.maximum(high.max(axis=1) - low.min(axis=1), 0.0)
    solid = _union_of_spans(low, high)
    there, whole = thick > 0, float(np.ptp(plan[:, 1]))
    return bool((thick[there] >= STRAIGHT * whole).mean() > FILLED and solid[there].mean() >= FILLED * whole) if there.any() else False


def seen_area(vertices: np.ndarray, faces: np.ndarray, along: np.ndarray) -> float:
    """The area of a mesh's outline seen along a direction 投影面积 [m²], each spot once, holes left out.

    Exact where the faces turned to the eye lie in one plane and hang together; else cut at every corner into strips, which is exact too
    unless outlines cross inside a strip.
    """
    u = np.cross(along, [1.0, 0.0, 0.0] if abs(along[0]) < 0.9 else [0.0, 1.0, 0.0])
    u /= np.linalg.norm(u)
    flat = np.stack([vertices @ u, vertices @ np.cross(along, u)], axis=1)
    turned = _turned(flat, faces)
    front, behind = turned > 1e-12, turned < -1e-12
    if turned[front].sum() < -turned[behind].sum() * (1 - 1e-6):  # a surface that is open or looks in
        front = behind if turned[front].sum() == 0 else front | behind
    if not front.any():
        return 0.0
    if np.ptp(vertices[faces[front]] @ along) <= 10 * CLOSE and sum(1 for _ in parts(len(vertices), faces[front])) == 1:
        return float(np.abs(turned[front]).sum())
    return _union(flat[faces[front]])


def _turned(flat: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Signed area of each face as seen. [m²]"""
    a, b, c = flat[faces[:, 0]], flat[faces[:, 1]], flat[faces[:, 2]]
    return np.asarray((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])) / 2


def _union(triangles: np.ndarray) -> float:
    """Area of the union of triangles (n, 3, 2) [m²]: of each strip between neighbouring corners its width by the length covered.

    Every corner is a cut: strips of one width may keep step with boards or louvres, and see all of them or none.
    """
    ways = [np.unique(np.round(triangles[:, :, axis], 6)) for axis in (0, 1)]
    if len(ways[1]) < len(ways[0]):
        triangles, ways = triangles[:, :, ::-1], ways[::-1]
    cuts = np.union1d(ways[0], np.linspace(ways[0][0], ways[0][-1], STRIPS + 1))
    middles, widths = (cuts[1:] + cuts[:-1]) / 2, np.diff(cuts)
    first, last = triangles[:, :, 0].min(axis=1), triangles[:, :, 0].max(axis=1)
    step = min(STRIPS, max(1, CELLS // len(triangles)))
    area = 0.0
    for at in range(0, len(middles), step):
        block = middles[at : at + step]
        near = triangles[(first <= block[-1]) & (last >= block[0])]
        area += float(_union_of_spans(*_crossed(near, block)) @ widths[at : at + step]) if len(near) else 0.0
    return area


def _crossed(triangles: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From where to where each triangle lies on each line x = ``at``; inf and -inf where it does not."""
    low, high = np.full((len(at), len(triangles)), np.inf), np.full((len(at), len(triangles)), -np.inf)
    for start, end in ((0, 1), (1, 2), (2, 0)):
        x0, y0 = triangles[:, start].T
        x1, y1 = triangles[:, end].T
        crosses = (np.minimum(x0, x1) <= at[:, None]) & (at[:, None] <= np.maximum(x0, x1)) & (x0 != x1)
        y = y0 + (at[:, None] - x0) / np.where(x0 == x1, 1.0, x1 - x0) * (y1 - y0)
        low = np.where(crosses, np.minimum(low, y), low)
        high = np.where(crosses, np.maximum(high, y), high)
    return low, high


def _union_of_spans(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The length that the spans of each line cover."""
    order = np.argsort(low, axis=1)
    low, high = np.take_along_axis(low, order, axis=1), np.take_along_axis(high, order, axis=1)
    before = np.maximum.accumulate(np.concatenate([np.full((len(low), 1), -np.inf), high[:, :-1]], axis=1), axis=1)
    begins = np.maximum(low, before)
    return np.asarray(np.where(high > begins, high - np.where(np.isfinite(begins), begins, 0.0), 0.0).sum(axis=1))
