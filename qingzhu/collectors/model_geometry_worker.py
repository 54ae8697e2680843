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


def measured(element: Any, mesh: Mesh, deflection: float) -> tuple[dict[str, float], str | None]:
    """Net and gross quantities of an element [m, m², m³], and why it has no net volume; without openings its gross is its net."""
    frame = mesh[2][:3, :3].T
    kind = family(element)
    held, why = quantities(kind, *_placed(mesh), frame, gross=False)
    if not _has_openings(element):
        return held | {f"Gross{name[3:]}": value for name, value in held.items() if name.startswith("Net")}, why
    try:
        whole = ifcopenshell.geom.create_shape(_settings(deflection, cut=False), element)
    except RuntimeError:  # what is left of it has a shape, the whole has none
        return held, why
    return held | quantities(kind, *_placed(_mesh(whole)), frame, gross=True)[0], why


def family(element: Any) -> str:
    """How the sides of an element are called (``FAMILIES``); a layer of a wall lies as the wall does."""
    if element.is_a("IfcBuildingElementPart") and any(one.is_a("IfcWall") for one in _wholes(element)):
        return "wall"
    return next((name for kind, name in FAMILIES.items() if element.is_a(kind)), "block")


def has_body(element: Any) -> bool:
    """Whether anything but an axis, a footprint or a box is drawn of the element."""
    held = element.Representation.Representations if element.Representation else ()
    return any(one.RepresentationIdentifier not in ("Axis", "FootPrint", "Box", "Profile", "Annotation", "CoG") for one in held)


def _has_openings(element: Any) -> bool:
    """Whether the kernel cuts something out of it: its own openings, or those of a whole it is a part of."""
    return any(len(getattr(one, "HasOpenings", ())) > 0 for one in (element, *_wholes(element)))


def _wholes(element: Any) -> list[Any]:
    """What an element is a part of, and that in turn; a ring of parts ends where it closes."""
    found: list[Any] = []
    one = element
    while one is not None:
        held = [relation.RelatingObject for relation in getattr(one, "Decomposes", ()) if relation.is_a("IfcRelAggregates")]
        one = next((host for host in held if host != element and host not in found), None)
        found += [one] if one is not None else []
    return found


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
