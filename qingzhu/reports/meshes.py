"""Meshes 网格 for a GLB: y up, around their own corner, with a normal for each flat face, equal ones once.

A body's coordinates may be those of a country (10⁵ to 10⁷ m), where a float32 is some centimetres to half a metre coarse. So every
mesh is written around its own lowest corner, and where it stands is said in double precision by its node.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qingzhu.reports.snapshots import Body

FINE = 1e-5
"""Corners and places are kept to this much [m]: a hundredth of a millimetre."""

FLAT = 1e-3
"""Two triangles whose unit normals differ by less than this share corners."""


@dataclass(frozen=True)
class Mesh:
    """A mesh 网格: corners [m], their normals, and triangles as rows of corners; y up."""

    positions: NDArray[np.float32]
    normals: NDArray[np.float32]
    indices: NDArray[np.uint32]


@dataclass(frozen=True)
class Placed:
    """A mesh and where it stands 已放置网格: the element, which mesh, and its lowest corner ([m], y up, less the scene's offset)."""

    global_id: str
    mesh: int
    place: tuple[float, float, float]


@dataclass(frozen=True)
class Meshes:
    """All meshes of a scene, where they stand, the offset taken from every corner ([m], z up), and elements that could not be drawn."""

    meshes: list[Mesh]
    placed: list[Placed]
    offset: tuple[float, float, float]
    undrawn: list[str]


def meshes(bodies: Iterable[Body]) -> Meshes:
    """Meshes of some bodies 生成网格. A body without a triangle of some area, or with a corner that is no number, is ``undrawn``."""
    known: dict[bytes, int] = {}
    made: list[Mesh] = []
    found: list[tuple[str, int, NDArray[np.float64]]] = []
    undrawn: list[str] = []
    for body in bodies:
        corner = body.vertices.min(axis=0) if len(body.vertices) else np.full(3, np.nan)
        if not len(body.faces) or not np.isfinite(body.vertices).all():
            undrawn.append(body.global_id)
            continue
        local = np.rint((body.vertices - corner) / FINE).astype(np.int64)
        key = local.tobytes() + b"|" + body.faces.astype(np.int64).tobytes()
        if key not in known:
            mesh = _mesh(local, body.faces)
            if mesh is None:
                undrawn.append(body.global_id)
                continue
            known[key] = len(made)
            made.append(mesh)
        found.append((body.global_id, known[key], corner))
    corners = np.array([corner for *_, corner in found]).reshape(-1, 3)
    offset = np.round((corners.min(axis=0) + corners.max(axis=0)) / 2, 3) if len(corners) else np.zeros(3)
    placed = [Placed(id, mesh, _place(corner - offset)) for id, mesh, corner in found]
    return Meshes(made, placed, (float(offset[0]), float(offset[1]), float(offset[2])), undrawn)


def _place(moved: NDArray[np.float64]) -> tuple[float, float, float]:
    """A place with y up, to the accuracy of the corners."""
    x, y, z = np.round(moved, 5) + 0.0  # no negative zero
    return float(x), float(z), float(-y + 0.0)


def _mesh(local: NDArray[np.int64], faces: NDArray[np.int32]) -> Mesh | None:
    """A mesh of flat faces from corners in units of ``FINE``; None where no triangle has an area."""
    corners = np.stack([local[:, 0], local[:, 2], -local[:, 1]], axis=1)  # z up to y up: a turn, so triangles keep their sense
    points = corners.astype(np.float64)
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1)
    drawn = length > 0
    if not drawn.any():
        return None
    normal = normal[drawn] / length[drawn, None]
    rows = faces[drawn].reshape(-1)
    sides = np.repeat(np.rint(normal / FLAT).astype(np.int64), 3, axis=0)
    _, first, indices = np.unique(np.concatenate([corners[rows], sides], axis=1), axis=0, return_index=True, return_inverse=True)
    return Mesh(
        (points[rows[first]] * FINE).astype(np.float32),
        np.repeat(normal, 3, axis=0)[first].astype(np.float32),
        indices.reshape(-1, 3).astype(np.uint32),
    )
