"""A process of the geometry kernel 几何计算进程: reads bundles of ids from its input, writes what it makes of each element to its output.

Started by ``model_geometry``: ``python -m qingzhu.collectors.model_geometry_worker FILE mesh DEFLECTION PATIENCE``. A line of the
input is a JSON list of ids; the answers, after a line ``ready``, are pickled ``(id, status, held)``, one an id, in that order.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
from collections.abc import Iterator
from typing import IO, Any

import ifcopenshell
import ifcopenshell.geom
import numpy as np

from qingzhu.collectors.mesh_quantities import FAMILIES, quantities

Mesh = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Vertices in the element's own axes [m], faces, and the 4 × 4 matrix that places them."""


def main(path: str, what: str, deflection: str, patience: str) -> None:
    """Answer until the input ends; an element that takes more CPU time than ``patience`` [s] ends the process."""
    out = _own_output()
    model = ifcopenshell.open(path, format=".ifc")
    out.write(b"ready\n")
    out.flush()
    for line in sys.stdin.buffer:
        _end_after(float(patience))
        for answer in answers(model, json.loads(line), what, float(deflection)):
            pickle.dump(answer, out, protocol=pickle.HIGHEST_PROTOCOL)
            out.flush()
            _end_after(float(patience))
        _end_after(0.0)


def _end_after(seconds: float) -> None:
    """Let the system end this process after so much CPU time more; nought takes it back. Python cannot: the kernel doesn't return to it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _own_output() -> IO[bytes]:
    """The pipe to the parent, out of reach of the kernel, which prints what it is troubled by to the standard output."""
    mine = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(mine, "wb")


def answers(model: Any, ids: list[int], what: str, deflection: float) -> Iterator[tuple[int, str, Any]]:
    """One answer an id, in order."""
    elements = {id: model.by_id(id) for id in ids}
    drawn = {id: one for id, one in elements.items() if has_body(one)}
    settings = _settings(deflection)
    made = meshes(settings, model, list(drawn.values()))
    waiting: dict[int, Mesh] = {}
    for id in elements:
        while id in drawn and id not in waiting and (found := next(made, None)) is not None:
            waiting.setdefault(*found)
        if id not in drawn:
            yield id, "no_body", None
        elif id not in waiting or not len(waiting[id][1]):
            yield id, "cut_away" if id in waiting and _has_openings(drawn[id]) else "no_shape", None
        elif what == "mesh":
            yield id, "shape", _placed(waiting.pop(id))
        else:
            yield id, "shape", measured(drawn[id], waiting.pop(id), deflection)


def _settings(deflection: float, cut: bool = True) -> Any:
    settings = ifcopenshell.geom.settings()
    settings.set("mesher-angular-deflection", deflection)
    settings.set("disable-opening-subtractions", not cut)
    return settings


def measured(element: Any, mesh: Mesh, deflection: float) -> dict[str, float]:
    """Net and gross quantities of an element [m, m², m³]; an element without openings has the gross of its net."""
    frame = mesh[2][:3, :3].T
    family = next((name for kind, name in FAMILIES.items() if element.is_a(kind)), "block")
    held = quantities(family, *_placed(mesh), frame, gross=False)
    if not _has_openings(element):
        return held | {f"Gross{name[3:]}": value for name, value in held.items() if name.startswith("Net")}
    try:
        whole = ifcopenshell.geom.create_shape(_settings(deflection, cut=False), element)
    except RuntimeError:  # what is left of it has a shape, the whole has none
        return held
    return held | quantities(family, *_placed(_mesh(whole)), frame, gross=True)


def has_body(element: Any) -> bool:
    """Whether anything but an axis, a footprint or a box is drawn of the element."""
    held = element.Representation.Representations if element.Representation else ()
    return any(one.RepresentationIdentifier not in ("Axis", "FootPrint", "Box", "Profile", "Annotation", "CoG") for one in held)


def _has_openings(element: Any) -> bool:
    return len(getattr(element, "HasOpenings", ())) > 0


def meshes(settings: Any, model: Any, elements: list[Any]) -> Iterator[tuple[int, Mesh]]:
    """Id and mesh of each element of which the kernel makes one, in its own order; one whose openings leave nothing has no faces."""
    if not elements:
        return
    made = ifcopenshell.geom.iterator(settings, model, 1, include=elements)
    more = made.initialize()
    while more:
        shape = made.get()
        yield shape.id, _mesh(shape)
        more = made.next()


def _mesh(shape: Any) -> Mesh:
    vertices = np.frombuffer(shape.geometry.verts_buffer, dtype=np.float64).reshape(-1, 3).copy()
    faces = np.frombuffer(shape.geometry.faces_buffer, dtype=np.int32).reshape(-1, 3).copy()
    return vertices, faces, np.frombuffer(shape.transformation_buffer, dtype=np.float64).reshape(4, 4).T.copy()


def _placed(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    vertices, faces, matrix = mesh
    return vertices @ matrix[:3, :3].T + matrix[:3, 3], faces


if __name__ == "__main__":
    main(*sys.argv[1:])
