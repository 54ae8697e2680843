"""Bodies made by hand: boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Corner = tuple[float, float, float]


@dataclass(frozen=True)
class Box:
    """A body: id, corners [m] and triangles, whose normals point outwards."""

    global_id: str
    vertices: np.ndarray
    faces: np.ndarray


def box(name: str, low: Corner = (0, 0, 0), high: Corner = (1, 1, 1)) -> Box:
    corners = np.array([[(low, high)[bit >> axis & 1][axis] for axis in range(3)] for bit in range(8)], float)
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    faces = [(a, b, c) for a, b, c, _ in quads] + [(a, c, d) for a, _, c, d in quads]
    return Box(name, corners, np.array(faces, np.int32))
