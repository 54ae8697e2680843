"""Bodies of models 模型形体 for pictures and 3D files: read by IfcOpenShell's kernel, model by model, with what could not be drawn."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qingzhu.collectors.model_files import model_text, parsed
from qingzhu.collectors.model_geometry import Shape, shapes
from qingzhu.schemes.models import names_of
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.topics import TopicModel


@dataclass
class Drawn:
    """The bodies of some models 已得形体, what each file is called, and why a model or an element has none (GlobalId or file → reason)."""

    bodies: list[Shape] = field(default_factory=list)
    models: dict[str, TopicModel] = field(default_factory=dict)
    undrawn: dict[str, str] = field(default_factory=dict)


def bodies_of(files: Sequence[Path], tell: Callable[[str], None]) -> Drawn:
    """The bodies of every element of the files; a file that IfcOpenShell cannot open gives none, and its reason."""
    drawn = Drawn()
    for path, name in zip(files, names_of(files), strict=True):
        drawn.models[name] = TopicModel(path.name)
        try:
            model = parsed(model_text(path, path.name)).model
        except MalformedError as error:
            drawn.undrawn[name] = error.en
            continue
        projects = model.by_type("IfcProject")
        drawn.models[name] = TopicModel(path.name, projects[0].GlobalId if projects else None)
        made = shapes(model, None, os.cpu_count() or 1, lambda done, of, name=name: tell(f"{name} {done}/{of}"))  # type: ignore[misc]
        drawn.bodies += made
        drawn.undrawn |= made.failed
    return drawn
