"""GLB 三维模型文件 (glTF 2.0, binary): one node an element, named by its GlobalId, in the colours of what is known of it. Plan 三（四）.

One file holds every colouring, as variants of its materials (KHR_materials_variants); the one asked for is what a viewer that knows
no variants shows. Source: Khronos, glTF 2.0 specification (ISO/IEC 12113:2022). `docs/spec/glb.md` says what stands where.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from qingzhu.reports.colourings import Colouring, colourings
from qingzhu.reports.meshes import Mesh, Meshes, meshes
from qingzhu.reports.snapshots import Body, rgb
from qingzhu.terms.errors import MissingError, RefusedError

MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942
FLOAT, SHORT, INT = 5126, 5123, 5125
VERTICES, INDICES = 34962, 34963
VARIANTS = "KHR_materials_variants"

LARGEST = 2**32 - 1
"""What the length of a GLB can say. [byte]"""

TOLD = ("ifc_class", "name", "type_name", "storey", "role", "construction", "material_key", "spec", "carbon", "mapped")
"""Columns of an element that its node repeats, so that a viewer can show them without the tables."""


@dataclass(frozen=True)
class GlbReport:
    """What was written 写出情况: counts, size [byte], offset ([m], z up), colourings, and elements whose body could not be drawn."""

    nodes: int
    meshes: int
    triangles: int
    size: int
    offset: tuple[float, float, float]
    colourings: list[dict[str, Any]]
    undrawn: list[str]


@dataclass
class _Binary:
    """The binary chunk: arrays one after the other in four views, each accessor by its place."""

    arrays: dict[str, list[NDArray[Any]]] = field(default_factory=lambda: {"positions": [], "normals": [], "short": [], "long": []})
    sizes: dict[str, int] = field(default_factory=lambda: {"positions": 0, "normals": 0, "short": 0, "long": 0})
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, view: str, array: NDArray[Any], **facts: Any) -> int:
        """Append an array to a view, and an accessor for it; the accessor's place."""
        count = len(array)
        if array.nbytes % 4:
            array = np.concatenate([array, np.zeros(1, array.dtype)])
        self.accessors.append({"bufferView": view, "byteOffset": self.sizes[view], "count": count, **facts})
        self.arrays[view].append(array)
        self.sizes[view] += array.nbytes
        return len(self.accessors) - 1

    def views(self) -> tuple[list[dict[str, Any]], bytes]:
        """The buffer views that hold something, with the accessors pointed at them, and the bytes."""
        listed: list[dict[str, Any]] = []
        parts: list[bytes] = []
        place: dict[str, int] = {}
        start = 0
        for view, arrays in self.arrays.items():
            if not arrays:
                continue
            place[view] = len(listed)
            stride = {"byteStride": 12, "target": VERTICES} if view in ("positions", "normals") else {"target": INDICES}
            listed.append({"buffer": 0, "byteOffset": start, "byteLength": self.sizes[view], **stride})
            parts += [array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes() for array in arrays]
            start += self.sizes[view]
        for accessor in self.accessors:
            accessor["bufferView"] = place[accessor["bufferView"]]
        return listed, b"".join(parts)


def write_glb(path: Path, bodies: Iterable[Body], elements: pl.DataFrame, colour_by: str = "construction", model: str = "") -> GlbReport:
    """Write a model's bodies to ``path`` 写出 GLB.

    ``bodies``: id, corners ([m], z up, world) and triangles of each element. ``elements``: ``global_id`` and what
    :func:`~qingzhu.reports.colourings.colourings` and ``TOLD`` name, as far as it is known. ``colour_by``: the colouring shown first.
    Raises MissingError where nothing has a body, or the columns of ``colour_by`` are not there; RefusedError above 4 GB.
    """
    built = meshes(bodies)
    if not built.placed:
        raise MissingError(
            "glb_without_bodies",
            f"{model or path.name} 没有可显示的形体：请导出带几何的模型。",
            f"{model or path.name} has no body that could be drawn: export the model with its geometry.",
            file=model,
        )
    available = colourings(elements, [placed.global_id for placed in built.placed])
    first = next((colouring for colouring in available if colouring.name == colour_by), None)
    if first is None:
        raise MissingError(
            "glb_colouring_missing",
            f"不能按“{colour_by}”着色：缺少所需的列。可用：{'、'.join(each.name for each in available) or '无'}。",
            f"There is no colouring {colour_by!r}: its columns are missing. Known: {', '.join(each.name for each in available) or 'none'}.",
            found=colour_by,
        )
    ordered = [first, *(each for each in available if each is not first)]
    data = _glb(built, ordered, elements, model)
    path.write_bytes(data)
    return GlbReport(
        nodes=len(built.placed),
        meshes=len(built.meshes),
        triangles=sum(len(built.meshes[placed.mesh].indices) for placed in built.placed),
        size=len(data),
        offset=built.offset,
        colourings=[colouring.as_dict() for colouring in ordered],
        undrawn=built.undrawn,
    )


def _glb(built: Meshes, ordered: list[Colouring], elements: pl.DataFrame, model: str) -> bytes:
    binary = _Binary()
    attributes = [_attributes(binary, mesh) for mesh in built.meshes]
    views, data = binary.views()
    materials, starts = _materials(ordered)
    nodes, held = _nodes(built, ordered, starts, attributes, _told(elements))
    about = {"model": model, "offset": built.offset, "up": "y", "unit": "m", "colourings": [each.as_dict() for each in ordered]}
    document = {
        "asset": {"version": "2.0", "generator": "Qingzhu 青筑", "extras": about},
        "extensionsUsed": [VARIANTS],
        "extensions": {VARIANTS: {"variants": [{"name": colouring.name} for colouring in ordered]}},
        "scene": 0,
        "scenes": [{"name": model or "model", "nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "meshes": held,
        "materials": materials,
        "accessors": binary.accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(data)}],
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    size = 12 + 8 + len(text) + 8 + len(data)
    if size > LARGEST:
        raise RefusedError(
            "glb_too_large",
            f"形体共 {size / 1024**3:.1f} GB，超过 GLB 格式的上限 4 GB：请分专业或分楼层导出模型。",
            f"The bodies take {size / 1024**3:.1f} GB, more than the 4 GB a GLB can hold: export the model by discipline or storey.",
            found=str(size),
        )
    head = struct.pack("<III", MAGIC, 2, size) + struct.pack("<II", len(text), JSON_CHUNK)
    return head + text + struct.pack("<II", len(data), BINARY_CHUNK) + data


def _attributes(binary: _Binary, mesh: Mesh) -> dict[str, Any]:
    low, high = mesh.positions.min(axis=0), mesh.positions.max(axis=0)
    vector = {"componentType": FLOAT, "type": "VEC3"}
    positions = binary.add("positions", mesh.positions, min=[float(v) for v in low], max=[float(v) for v in high], **vector)
    normals = binary.add("normals", mesh.normals, **vector)
    flat = mesh.indices.reshape(-1)
    if len(mesh.positions) < 65535:  # 65535 itself would restart a primitive
        indices = binary.add("short", flat.astype(np.uint16), componentType=SHORT, type="SCALAR")
    else:
        indices = binary.add("long", flat, componentType=INT, type="SCALAR")
    return {"attributes": {"POSITION": positions, "NORMAL": normals}, "indices": indices}


def _materials(ordered: list[Colouring]) -> tuple[list[dict[str, Any]], list[int]]:
    """A material for each line of each legend, and the place where each colouring's begin."""
    made: list[dict[str, Any]] = []
    starts = []
    for colouring in ordered:
        starts.append(len(made))
        for entry in colouring.legend:
            if not entry.count:  # only the last line, what is not known, may have nobody
                continue
            surface = {"baseColorFactor": [*linear(entry.colour), 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.9}
            made.append({"name": f"{colouring.name}:{entry.key}", "pbrMetallicRoughness": surface, "doubleSided": True})
    return made, starts


def linear(colour: str) -> list[float]:
    """A colour ``RRGGBB`` of the screen (sRGB) as the linear light glTF asks for. Source: IEC 61966-2-1."""
    shares = [value / 255 for value in rgb(colour)]
    return [round(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4, 6) for share in shares]


def _nodes(
    built: Meshes, ordered: list[Colouring], starts: list[int], attributes: list[dict[str, Any]], told: dict[str, dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A node for each element, and a mesh for each shape in each set of colours: the arrays behind them are shared."""
    held: list[dict[str, Any]] = []
    known: dict[tuple[int, ...], int] = {}
    nodes = []
    for placed in built.placed:
        lines = tuple(start + colouring.line(placed.global_id) for start, colouring in zip(starts, ordered, strict=True))
        key = (placed.mesh, *lines)
        if key not in known:
            known[key] = len(held)
            variants: dict[int, list[int]] = {}
            for variant, material in enumerate(lines):
                variants.setdefault(material, []).append(variant)
            mappings = [{"material": material, "variants": listed} for material, listed in variants.items()]
            primitive = {**attributes[placed.mesh], "material": lines[0], "extensions": {VARIANTS: {"mappings": mappings}}}
            held.append({"primitives": [primitive]})
        extras = {"global_id": placed.global_id, **told.get(placed.global_id, {})}
        nodes.append({"name": placed.global_id, "mesh": known[key], "translation": placed.place, "extras": extras})
    return nodes, held


def _told(elements: pl.DataFrame) -> dict[str, dict[str, Any]]:
    columns = [column for column in TOLD if column in elements.columns]
    rows = elements.unique("global_id", keep="first").select("global_id", *columns).iter_rows(named=True)
    return {row.pop("global_id"): {key: value for key, value in row.items() if value is not None} for row in rows}
