"""Losses 无法读取的实例: references to something of the wrong kind cost what hangs on them, never the file, and are said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qingzhu.terms.plurals import counted
from qingzhu.terms.readings import Remark

BROKEN = (AttributeError, TypeError, ValueError, IndexError, RuntimeError, OverflowError)
"""What IfcOpenShell raises where an attribute is not what the schema says."""

SHOWN = 5
"""How many instances the remark names."""

DEEPEST = 64
"""How far properties and quantities may nest; in real models they do so once. [1]"""

NESTED_AT_MOST = 10_000
"""How many nested properties or quantities one may stand for: ten in each of ten, nine deep, would be a billion. [1]"""


class Losses:
    """Counts what could not be read, by instance."""

    def __init__(self) -> None:
        self.lost: dict[str, int] = {}

    @contextmanager
    def guard(self, entity: Any) -> Iterator[None]:
        """What is read inside may fail: then it is counted under ``entity``, and reading goes on after it."""
        try:
            yield
        except BROKEN:
            self.lose(entity)

    def lose(self, entity: Any) -> None:
        """One thing of ``entity`` was not as the schema wants it."""
        try:
            name = f"#{entity.id()} {entity.is_a()}"
        except BROKEN:
            name = "?"
        self.lost[name] = self.lost.get(name, 0) + 1

    def remarks(self) -> list[Remark]:
        """One doubt for all."""
        if not self.lost:
            return []
        count = sum(self.lost.values())
        found = ", ".join(list(self.lost)[:SHOWN]) + (" …" if len(self.lost) > SHOWN else "")
        zh = f"{count} 处引用或取值不合 IFC 规定，所附内容未读入（{found}）；请用原软件重新导出。"
        told = counted(count, "reference or value is", "references or values are")
        en = f"{told} not what IFC wants; what hangs on it was not read ({found}). Export the model again."
        return [Remark("doubt", "instance_malformed", zh, en, found=found, count=count)]


def is_kind(value: Any, *kinds: str) -> bool:
    """True for an instance of one of the classes, or of a class below."""
    try:
        return any(value.is_a(kind) for kind in kinds)
    except BROKEN:
        return False


def leaves(held: Any, holder: Any, losses: Losses, kind: str, nest: str, attribute: str) -> Iterator[tuple[str, Any]]:
    """Names and members of what is ``held`` 展开嵌套, those in a ``nest`` (by its ``attribute``) under ``A.B``.

    One that is not of the kind, one that holds itself, and one that stands for too many are losses.
    """
    nests: list[tuple[Iterator[Any], str, Any]] = [(iter(held if isinstance(held, tuple | list) else ()), "", holder)]
    nested = 0
    while nests:
        members, prefix, above = nests[-1]
        one: Any = next(members, END)
        if one is END:
            nests.pop()
            continue
        nested += len(nests) > 1
        if nested > NESTED_AT_MOST:
            losses.lose(nests[1][2])
            return
        if not is_kind(one, kind):
            losses.lose(above)
            continue
        said = one.Name
        name = prefix + ("" if said is None else str(said))
        if not one.is_a(nest):
            yield name, one
        elif len(nests) > DEEPEST or one.id() in {inner.id() for _, _, inner in nests[1:]}:
            losses.lose(one)
        else:
            inside = getattr(one, attribute)
            nests.append((iter(inside if isinstance(inside, tuple | list) else ()), f"{name}.", one))


END = object()
