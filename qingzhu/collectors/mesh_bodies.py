"""Bodies of a mesh 形体: the closed surfaces one element's triangles make, each turned outward by itself, and whether they lie apart.

Plan 三（四）. A volume is known only where every surface is closed and no spot lies in two bodies. Programs draw an element as several
bodies, some mirrored (which turns them inside out), some with voids (which look in on purpose): which is which, nesting tells.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

CLOSE = 1e-5
"""Corners nearer than this are one corner. [m]"""

LINES = 16
"""Where boxes of bodies overlap it is looked through along so many by so many lines to see whether the bodies do. [1]"""

OVERLAP = 0.01
"""Bodies overlap where what lies in two of them (or in one turned inside out) is more than this share of their volume. [1]"""

CELLS = 1_000_000
"""So many crossings are held at a time. [1]"""

SLANT = np.array([0.36, 0.48, 0.8]) + np.array([0.0123, -0.0077, 0.0051])
"""A direction along which hardly any face of a building lies."""


def bodies(vertices: np.ndarray, faces: np.ndarray) -> list[np.ndarray] | None:
    """The faces of each closed body 封闭形体, looking out, or in where it is a void of another; None where a surface is open.

    Bodies are what hangs together by its own corners; what is open so is taken together by places (programs write loose faces).
    """
    whole, rest = [], []
    for part in parts(len(vertices), faces):
        closed = watertight(vertices, part)
        (rest.append(part) if closed is None else whole.append(closed))
    if rest:
        loose, back = _merged(vertices, np.concatenate(rest))
        left = []
        for part in parts(len(back), loose):
            closed = watertight(vertices, back[part])
            (left.append(back[part]) if closed is None else whole.append(closed))
        if left:
            closed = watertight(vertices, np.concatenate(left))
            if closed is None:
                return None
            whole.append(closed)
    return _turned_outward(vertices, whole) if whole else None


def _merged(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Faces by corners that are one each, without those that are no triangle; and one vertex of each corner."""
    _, corner, back = np.unique(np.round(vertices / CLOSE), axis=0, return_index=True, return_inverse=True)
    faces = back.reshape(-1)[faces]
    a, b, c = faces.T
    return faces[(a != b) & (b != c) & (a != c)], corner


def parts(corners: int, faces: np.ndarray) -> Iterator[np.ndarray]:
    """The faces that hang together by shared corners."""
    label = np.arange(corners)
    while True:
        low = label[faces].min(axis=1)
        new = label.copy()
        np.minimum.at(new, label[faces].reshape(-1), np.repeat(low, 3))
        np.minimum.at(new, faces.reshape(-1), np.repeat(low, 3))
        new = new[new]
        if (new == label).all():
            break
        label = new
    mine = label[faces[:, 0]]
    order = np.argsort(mine, kind="stable")
    cuts = np.flatnonzero(np.diff(mine[order])) + 1
    yield from (faces[at] for at in np.split(order, cuts) if len(at))


def _turned_outward(vertices: np.ndarray, found: list[np.ndarray]) -> list[np.ndarray]:
    """Each body looking out; one inside another that was drawn the other way round is a void of it."""
    signed = np.array([_signed(vertices, body) for body in found])
    low, high = _boxes(vertices, found)
    look = np.ones(len(found))
    for at in np.argsort(-np.abs(signed), kind="stable").tolist():
        around = (low <= low[at] + CLOSE).all(axis=1) & (high >= high[at] - CLOSE).all(axis=1) & (np.abs(signed) > np.abs(signed[at]))
        holding = [one for one in np.flatnonzero(around) if _inside(vertices, found[at], found[one])]
        if holding:
            nearest = min(holding, key=lambda one: abs(signed[one]))
            look[at] = look[nearest] * np.sign(signed[at]) * np.sign(signed[nearest])
    return [body if sign * way >= 0 else body[:, ::-1] for body, sign, way in zip(found, signed, look, strict=True)]


def _boxes(vertices: np.ndarray, found: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    low = np.array([vertices[body.reshape(-1)].min(axis=0) for body in found])
    return low, np.array([vertices[body.reshape(-1)].max(axis=0) for body in found])


def _inside(vertices: np.ndarray, body: np.ndarray, other: np.ndarray) -> bool:
    """Whether a spot of a body lies inside another: a ray from it crosses that one's surface an odd number of times."""
    a, b, c = vertices[body[:, 0]], vertices[body[:, 1]], vertices[body[:, 2]]
    largest = int(np.argmax(np.linalg.norm(np.cross(b - a, c - a), axis=1)))
    spot = (a[largest] + b[largest] + c[largest]) / 3
    u = np.cross(SLANT, [1.0, 0.0, 0.0])
    across = np.stack([u / np.linalg.norm(u), np.cross(SLANT, u) / np.linalg.norm(np.cross(SLANT, u)), SLANT])
    _, depth = _crossings((vertices - spot) @ across.T, other, np.zeros((1, 2)))
    return int((depth > 10 * CLOSE).sum()) % 2 == 1


def _crossings(points: np.ndarray, faces: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where lines (x, y) along z cross faces: −1 out of one that looks up the line, 1 into one, 0 none; and how far up (nan: none)."""
    a, b, c = points[faces[:, 0]], points[faces[:, 1]], points[faces[:, 2]]
    double = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    some = np.abs(double) > 1e-12
    a, b, c, double = a[some], b[some], c[some], double[some]
    x, y = lines[:, :1], lines[:, 1:]
    of_b = ((x - a[:, 0]) * (c[:, 1] - a[:, 1]) - (y - a[:, 1]) * (c[:, 0] - a[:, 0])) / double
    of_c = ((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (b[:, 1] - a[:, 1]) * (x - a[:, 0])) / double
    hit = (of_b >= 0) & (of_c >= 0) & (of_b + of_c < 1)
    depth = np.where(hit, a[:, 2] + of_b * (b[:, 2] - a[:, 2]) + of_c * (c[:, 2] - a[:, 2]), np.nan)
    return np.where(hit, -np.sign(double), 0.0), depth


def overlapping(vertices: np.ndarray, found: list[np.ndarray], axes: np.ndarray) -> bool:
    """Whether bodies overlap, or one is still inside out, by more than ``OVERLAP`` 形体重叠; boxes and lines lie along ``axes`` (rows)."""
    points = vertices @ axes.T
    low, high = _boxes(points, found)
    most, wrong = OVERLAP * volume(vertices, np.concatenate(found)), 0.0
    for start, end in _shared(found, low, high):
        here = np.flatnonzero((low < end).all(axis=1) & (high > start).all(axis=1)).tolist()
        wrong += _wrong(points, np.concatenate([found[at] for at in here]), start, end)
        if wrong > most:
            return True
    return False


def _shared(found: list[np.ndarray], low: np.ndarray, high: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The boxes, from corner to corner, in which bodies could overlap: what two of their boxes share; all of one that touches itself."""
    gap = 10 * CLOSE
    for at, body in enumerate(found):
        if not _plain(body):
            yield low[at], high[at]
        start, end = np.maximum(low[at], low[at + 1 :]), np.minimum(high[at], high[at + 1 :])
        for other in np.flatnonzero((end - start > gap).all(axis=1)).tolist():
            yield start[other], end[other]


def _wrong(points: np.ndarray, faces: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """How much of a box lies in more than one body or in less than none. [m³]"""
    steps = np.arange(LINES)
    places = np.stack(np.meshgrid((steps + 0.4871) / LINES, (steps + 0.5213) / LINES), axis=-1)  # along no diagonal of a face
    lines = start[:2] + places.reshape(-1, 2) * (end - start)[:2]
    step = max(1, CELLS // len(faces))
    total = 0.0
    for at in range(0, len(lines), step):
        ways, depth = _crossings(points, faces, lines[at : at + step])
        order = np.argsort(depth, axis=1)
        within = np.cumsum(np.take_along_axis(ways, order, axis=1), axis=1)[:, :-1]
        lengths = np.nan_to_num(np.diff(np.clip(np.take_along_axis(depth, order, axis=1), start[2], end[2]), axis=1))
        total += float((lengths * ((within > 1) | (within < 0))).sum())
    return total * float((end - start)[:2].prod()) / LINES**2


def _plain(body: np.ndarray) -> bool:
    """Whether no edge of a body has more than two faces."""
    edges = np.sort(np.concatenate([body[:, [0, 1]], body[:, [1, 2]], body[:, [2, 0]]]).astype(np.int64), axis=1)
    return bool(np.unique(edges, axis=0, return_counts=True)[1].max() <= 2)


def volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Volume inside a closed surface 体积 [m³], by the divergence theorem; voids inside are taken off."""
    return abs(_signed(vertices, faces))


def _signed(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = vertices[faces[:, 0]], vertices[faces[:, 1]], vertices[faces[:, 2]]
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6


def watertight(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray | None:
    """The faces, all looking out or all in, of a surface without an edge 封闭曲面, or None for an open one; ``bodies`` asks it of each.

    Faces that look the wrong way are turned (programs write surfaces as loose faces); then every edge is run through as often one way as
    the other. Where neighbours meet without sharing corners (a long edge against two short ones), the edges of one line are taken together.
    """
    used, own = np.unique(faces, return_inverse=True)
    faces, corner = _merged(vertices[used], own.reshape(faces.shape))
    corner = used[corner]
    if not len(faces):
        return None
    points = vertices[corner]
    if not _balanced(points, faces):
        faces = _turned_alike(points, faces)
        if not _balanced(points, faces):
            return None
    return np.asarray(corner[faces])


def _balanced(points: np.ndarray, faces: np.ndarray) -> bool:
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    key, place = np.unique(edges.min(axis=1).astype(np.int64) * len(points) + edges.max(axis=1), return_inverse=True)
    net = np.bincount(place.reshape(-1), weights=np.where(edges[:, 0] < edges[:, 1], 1, -1), minlength=len(key))
    bare = key[net != 0]
    return not len(bare) or _cancel(points, bare // len(points), bare % len(points), net[net != 0])


def _turned_alike(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """The faces turned so that neighbours across an edge of two faces look the same way; each body by itself looks out."""
    across: dict[tuple[int, int], list[tuple[int, bool]]] = {}
    for place, face in enumerate(faces.tolist()):
        for a, b in zip(face, face[1:] + face[:1], strict=True):
            across.setdefault((min(a, b), max(a, b)), []).append((place, a < b))
    beside: list[list[tuple[int, bool]]] = [[] for _ in range(len(faces))]
    for pair in across.values():
        if len(pair) == 2:
            (one, forward), (other, too) = pair
            beside[one].append((other, forward == too))
            beside[other].append((one, forward == too))
    turn: dict[int, bool] = {}
    found = faces.copy()
    for start in range(len(faces)):
        if start in turn:
            continue
        turn[start], body = False, [start]
        for place in body:
            for other, differs in beside[place]:
                if other not in turn:
                    turn[other] = turn[place] ^ differs
                    body.append(other)
        at = np.array(body)
        flip = np.array([turn[place] for place in body])
        found[at[flip]] = faces[at[flip]][:, ::-1]
        if _signed(points, found[at]) < 0:
            found[at] = found[at][:, ::-1]
    return found


def _cancel(points: np.ndarray, tails: np.ndarray, heads: np.ndarray, net: np.ndarray) -> bool:
    """Whether edges lie on lines along which as many run one way as the other at every place."""
    left = list(range(len(tails)))
    while left:
        start, along = points[tails[left[0]]], points[heads[left[0]]] - points[tails[left[0]]]
        along = along / np.linalg.norm(along)
        at = np.array(left)
        on_line = _off_line(points[tails[at]], start, along) & _off_line(points[heads[at]], start, along)
        mine = at[on_line]
        ends = np.concatenate([tails[mine], heads[mine]])
        place, back = np.unique(np.round((points[ends] - start) @ along / CLOSE / 10), return_inverse=True)
        if np.bincount(back.reshape(-1), weights=np.concatenate([net[mine], -net[mine]]), minlength=len(place)).any():
            return False
        left = at[~on_line].tolist()
    return True


def _off_line(points: np.ndarray, start: np.ndarray, along: np.ndarray) -> np.ndarray:
    away = points - start
    return np.asarray(np.linalg.norm(away - np.outer(away @ along, along), axis=1) <= 10 * CLOSE)
