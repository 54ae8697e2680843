"""Selectors 选择条件 of mapping rows: how a class list and a property condition are written, for those who read and those who apply them.

``ifc_class``: ``IfcWall|IfcSlab.ROOF``: names separated by ``|``, a predefined type after a point; a class stands for its
standard-case and elemented-case forms too. ``property``: ``Set.Property=pattern``, several joined by an ampersand between
blanks; ``*`` for any set or property. ``layer``: ``pattern``, or ``pattern @ 0.05..0.1`` with a range of thickness in m.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

CASES = ("", "StandardCase", "ElementedCase")
"""Forms of a class that say only how its geometry is made."""

ORIGINS = {"occurrence": 0, "type": 1, "material": 2}
"""A property of the occurrence hides the one of its type of the same set and name, and that the material's 属性来源."""

CLASS = re.compile(r"^Ifc[A-Za-z0-9]+(\.[A-Z0-9_]+)?$")


@dataclass(frozen=True)
class PropertyCondition:
    """One condition on a property 属性条件: set and name (``*`` for any), and a pattern for the value."""

    set_name: str
    name: str
    pattern: str


def class_conditions(written: str) -> list[tuple[str, str | None]]:
    """Classes and predefined types a class list admits 类别; raises ValueError for what is no class."""
    admitted: list[tuple[str, str | None]] = []
    for part in (one.strip() for one in written.split("|")):
        if not CLASS.match(part):
            raise ValueError(part)
        name, _, predefined = part.partition(".")
        admitted += [(name + case, predefined or None) for case in CASES]
    return admitted


def property_conditions(written: str) -> list[PropertyCondition]:
    """The conditions of a property selector 属性条件, all of which must hold; raises ValueError for one without ``.`` or ``=``."""
    conditions = []
    for part in written.split(" & "):
        left, equals, pattern = part.strip().partition("=")
        set_name, point, name = left.partition(".")
        if not (equals and point and set_name.strip() and name.strip()):
            raise ValueError(part)
        conditions.append(PropertyCondition(set_name.strip(), name.strip(), pattern.strip()))
    return conditions


@dataclass(frozen=True)
class LayerCondition:
    """A condition on a layer of material 材料层条件: a pattern for its material, and the thickness it may have. [m]"""

    pattern: str
    at_least: float | None = None
    at_most: float | None = None


def layer_condition(written: str) -> LayerCondition:
    """The condition of a layer selector 材料层条件; raises ValueError for a range that is none: downwards, below 0, without numbers."""
    pattern, mark, span = written.rpartition(" @ ")
    if not mark:
        return LayerCondition(written)
    first, points, last = span.strip().partition("..")
    ends = [float(end) if end.strip() else None for end in (first, last)]
    least, most = ends[0] or 0.0, math.inf if ends[1] is None else ends[1]
    if not points or ends == [None, None] or not pattern.strip() or math.inf in ends or not 0 <= least <= most:
        raise ValueError(span)
    return LayerCondition(pattern.strip(), *ends)


def insensitive(pattern: str) -> str:
    """A pattern that takes no notice of case, as all patterns of a mapping are read."""
    return f"(?i){pattern}"
