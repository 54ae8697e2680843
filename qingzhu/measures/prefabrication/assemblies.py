"""Wholes and their parts 整体与部件: what is handed down, and which of them stands for volume and for area.

A part is *matter* of its whole where it is no member of its own: it took its role from the whole, or it is a layer
(IfcBuildingElementPart) that counts in no ratio or in that of the whole. Everything else is a *member*: a flight of a stair, a
slab of a roof. An assembly may have any depth.

* Matter never has an area of its own: the whole counts, once, with its own area, else that of its largest part.
* The volume of a whole is that of its matter where the pieces make it up (``agrees``) or it has none itself, each as what it is; else
  its own: one small layer does not stand for a wall.
* Matter, for mass and carbon, counts once: a whole whose volume is known gives way to its pieces of whatever ratio only where they make it
  up (all of them, or those of its own ratio), else they give way to it (``matter_stands``). Bars, and steel in concrete, stand beside it:
  no volume of concrete leaves room for them.
* Volumes of concrete count matter in the same way (``concrete_stands``), but a whole that is no member (``other``) always gives way, and
  one that nobody mapped does where a piece is measured: what is concrete in it its pieces say.
* A measured whole gives way to members of its own ratio only where they make it up; else they give way to it, but where all its pieces
  make its volume up those of its ratio stand for that: the leaves of a sandwich wall. Members of another ratio stand beside it. A
  whole that counts in no ratio gives way to measured members that do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

LAYER = "IfcBuildingElementPart"
"""The class of layers and other pieces of one element. IFC4 8.9.3.7: a subordinate part that is part of a building element."""

NO_MEMBER = (None, "other")
"""Roles that hand nothing down."""

VOIDS = ("opening", "space", "kitchen", "bathroom")
"""Roles whose volume is that of no matter."""

MEASURED = ("volume", "plan", "face")
"""What of an element is compared with its pieces."""

STANDS = ("stands", "volume_stands", "matter_stands", "concrete_stands")
"""Whether an element stands: as a member with its area, in a ratio of volumes, in mass and carbon, in volumes of concrete."""

HANDED_DOWN = ("construction", "material_key", "grade", "system")
CHANGED = {
    "role": pl.String, "rule_source": pl.String, "rule_place": pl.Int64, **dict.fromkeys(HANDED_DOWN, pl.String),
    "volume": pl.Float64, "plan": pl.Float64, "face": pl.Float64,
    **dict.fromkeys((*STANDS, "other_matter"), pl.Boolean),
}  # fmt: skip
"""What settling sets of an element; ``other_matter``: a part of concrete by its whole that is made of something else."""


def settled(frame: pl.DataFrame, role: pl.DataFrame, construction: pl.DataFrame, agrees: float) -> pl.DataFrame:
    """Elements with what their wholes hand down 整体与部件, and what stands: ``stands`` as a member with its area, ``volume_stands`` in a
    ratio of volumes, ``matter_stands`` for mass and carbon, ``concrete_stands`` for volumes of concrete.

    ``other_matter`` marks parts that are not of the concrete their whole is made of. ``agrees``: pieces make up a whole where their sum is
    off by no more than this share of it.
    """
    frame = frame.with_columns(pl.lit(True).alias(name) for name in STANDS).with_columns(other_matter=pl.lit(False))
    above = _above(frame)
    if not above:
        return frame
    involved = sorted({*above, *above.values()})
    rows = frame[involved].to_dicts()
    place = {at: number for number, at in enumerate(involved)}
    tree = Tree(rows, {place[part]: place[whole] for part, whole in above.items()})
    ratio = dict(zip(role["role"], role["gbt51129"], strict=True))
    concrete = {row["construction"] for row in construction.to_dicts() if row["concrete"]}
    _hand_down(tree, ratio, concrete)
    _settle_once(tree, ratio, agrees, "matter_stands")
    _settle_once(tree, ratio, agrees, "concrete_stands")
    for host in tree.hosts():
        _settle_matter(tree, host, agrees)
    _settle_members(tree, ratio, agrees)
    found = pl.DataFrame([{name: row[name] for name in CHANGED} for row in rows], schema=CHANGED)
    found = found.with_columns(at=pl.Series(involved, dtype=pl.UInt32))
    kept = frame.with_row_index("at").with_columns(touched=pl.col("at").is_in(involved))
    kept = kept.join(found, on="at", how="left", maintain_order="left", suffix="_settled")
    chosen = [pl.when("touched").then(f"{name}_settled").otherwise(name).alias(name) for name in CHANGED]
    return kept.with_columns(chosen).select(frame.columns)


@dataclass
class Tree:
    """Elements that are wholes or parts 整体部件树; indices into ``rows``; ``matter`` holds the parts that are matter of their whole."""

    rows: list[dict[str, Any]]
    above: Mapping[int, int]
    below: dict[int, list[int]] = field(default_factory=dict)
    matter: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for part, whole in self.above.items():
            self.below.setdefault(whole, []).append(part)

    def downwards(self) -> Iterator[int]:
        """Every element, each after its whole."""
        waiting = [at for at in range(len(self.rows)) if at not in self.above]
        while waiting:
            at = waiting.pop()
            yield at
            waiting.extend(self.below.get(at, ()))

    def layers(self, at: int) -> list[int]:
        """The parts that are matter of an element."""
        return [part for part in self.below.get(at, ()) if part in self.matter]

    def hosts(self) -> list[int]:
        """Elements that are members of their own."""
        return [at for at in range(len(self.rows)) if at not in self.matter]

    def host(self, at: int) -> int:
        """The member an element is, or is matter of."""
        while at in self.matter:
            at = self.above[at]
        return at

    def wholes(self, host: int) -> Iterator[int]:
        """The members a member is part of, nearest first."""
        while host in self.above:
            host = self.host(self.above[host])
            yield host


def _above(frame: pl.DataFrame) -> dict[int, int]:
    """The whole of each part, by place in the frame; parts of what is not there, or of themselves, are parts of nothing."""
    key = ["project", "model", "global_id"]
    placed = frame.select(*key, "assembly").with_row_index("at")
    parts = placed.filter(pl.col("assembly").is_not_null()).select("at", "project", "model", pl.col("assembly").alias("global_id"))
    pairs = parts.join(placed.select(*key, pl.col("at").alias("whole")).unique(key, keep="first"), on=key, how="inner")
    above = dict(zip(pairs["at"], pairs["whole"], strict=True))
    return {part: whole for part, whole in above.items() if not _circular(part, above)}


def _circular(part: int, above: Mapping[int, int]) -> bool:
    seen = {part}
    while part in above:
        part = above[part]
        if part in seen:
            return True
        seen.add(part)
    return False


def _hand_down(tree: Tree, ratio: Mapping[str, str], concrete: set[str]) -> None:
    """From wholes to parts: the role where there is none, then what is open.

    How concrete was made says nothing of another material, nor of one whose name nobody knows.
    """
    for at in tree.downwards():
        if at not in tree.above:
            continue
        part, whole = tree.rows[at], tree.rows[tree.above[at]]
        if whole["role"] in NO_MEMBER:
            continue
        heir = part["role"] is None
        counts = "none" if heir else ratio.get(part["role"], "none")
        if heir or (part["ifc_class"] == LAYER and counts in ("none", ratio.get(whole["role"], "none"))):
            tree.matter.add(at)
        if heir:
            part["other_matter"] = whole["construction"] in concrete and part["material_key"] not in (None, "concrete")
            strange = part["material_key"] is None and part["materials"] != "[]"
            kept = part["other_matter"] or whole["other_matter"] or strange
            part |= {name: whole[name] for name in ("role", "rule_source", "rule_place")}
            part |= {name: whole[name] for name in HANDED_DOWN if part[name] is None and not kept}


def _settle_once(tree: Tree, ratio: Mapping[str, str], agrees: float, stands: str) -> None:
    """Of each whole and its pieces, whatever they are, one ``stands`` for the matter of both; from the innermost whole outwards."""
    volumes = [None if row["role"] in VOIDS else row["volume"] for row in tree.rows]
    for whole in reversed([at for at in tree.downwards() if at in tree.below]):
        pieces = [part for part in tree.below[whole] if not _beside(tree, part, whole)]
        own, held = volumes[whole], [volumes[part] for part in pieces]
        if not pieces:
            continue
        if stands == "concrete_stands" and tree.rows[whole]["role"] in NO_MEMBER:
            gives_way = tree.rows[whole]["role"] is not None or any(one is not None for one in held)
        elif own is None:
            gives_way = any(one is not None for one in held) or any(part not in tree.matter for part in pieces)
        else:
            counts = _counts(tree, whole, ratio)
            kin = [volumes[part] for part in pieces if part in tree.matter or _counts(tree, part, ratio) == counts]
            gives_way = _make_up(own, held, agrees) or _make_up(own, kin, agrees)
        if gives_way:
            tree.rows[whole][stands] = False
            volumes[whole] = _sum(held)
        else:
            _take_matter(tree, whole, stands)


def _take_matter(tree: Tree, whole: int, stands: str) -> None:
    """A whole stands for its pieces of any depth, but for what is beside it."""
    for part in tree.below.get(whole, ()):
        if not _beside(tree, part, whole):
            tree.rows[part][stands] = False
            _take_matter(tree, part, stands)


def _beside(tree: Tree, part: int, whole: int) -> bool:
    """Bars, and fittings of steel in concrete: volumes of concrete are taken without deducting them, so that they are no piece of it."""
    role, of = (str(tree.rows[at][name]) for at, name in ((part, "role"), (whole, "material_key")))
    return role == "rebar" or (role == "steel_part" and of == "concrete")


def _settle_matter(tree: Tree, host: int, agrees: float) -> None:
    """Of a member and its matter: area by the member, volume by the matter where it makes the member up, else by the member."""
    row, matter = tree.rows[host], list(_matter(tree, host))
    if not matter:
        return
    for name in ("plan", "face"):
        largest = max((tree.rows[at][name] for at in matter if tree.rows[at][name] is not None), default=None)
        row[name] = largest if row[name] is None else row[name]
    for at in matter:
        tree.rows[at]["stands"] = False
    row["volume"] = _settle_volume(tree, host, agrees)


def _matter(tree: Tree, at: int) -> Iterator[int]:
    for part in tree.layers(at):
        yield part
        yield from _matter(tree, part)


def _settle_volume(tree: Tree, at: int, agrees: float) -> float | None:
    """Either an element or its matter stands for its volume; the volume that then stands, None where a part of it is unknown."""
    layers, own = tree.layers(at), tree.rows[at]["volume"]
    if not layers:
        return float(own) if own is not None else None
    held = [_settle_volume(tree, part, agrees) for part in layers]
    made_up = own is None and any(one is not None for one in held)
    if made_up or _make_up(own, held, agrees):
        tree.rows[at]["volume_stands"] = False
        return _sum(held)
    for part in _matter(tree, at):
        tree.rows[part]["volume_stands"] = False
    return float(own) if own is not None else None


def _sum(held: list[float | None]) -> float | None:
    return None if None in held else sum(one for one in held if one is not None)


def _make_up(own: float | None, held: list[float | None], agrees: float) -> bool:
    """Whether pieces, all of them measured, add up to a whole."""
    total = _sum(held)
    return bool(held) and own is not None and total is not None and abs(total - own) <= agrees * own


def _settle_members(tree: Tree, ratio: Mapping[str, str], agrees: float) -> None:
    """Of a whole and its members one gives way, with all its matter; from the innermost whole outwards."""
    below: dict[int, list[int]] = {}
    for host in tree.hosts():
        whole = next(tree.wholes(host), None)
        if whole is not None:
            below.setdefault(whole, []).append(host)
    amounts = {host: {name: tree.rows[host][name] for name in MEASURED} for host in tree.hosts()}
    for whole in reversed([at for at in tree.downwards() if at in below]):
        counts = _counts(tree, whole, ratio)
        kin = [member for member in below[whole] if counts == "none" or _counts(tree, member, ratio) == counts]
        if not kin:
            continue
        if _gives_way(tree, whole, kin, amounts, ratio, agrees):
            _remove(tree, whole)
            amounts[whole] = {name: _sum([amounts[member][name] for member in kin]) for name in MEASURED}
        else:
            for member in _all_below(below, whole):
                if _counts(tree, member, ratio) == counts:
                    _remove(tree, member)
            _give_volume(tree, whole, ratio)


def _give_volume(tree: Tree, whole: int, ratio: Mapping[str, str]) -> None:
    """A whole whose pieces, whatever they are, make it up keeps its area, but its volume is that of its pieces of the same ratio."""
    if tree.rows[whole]["concrete_stands"] or tree.rows[whole]["role"] in NO_MEMBER:
        return
    waiting = [whole]
    while waiting:
        at = waiting.pop()
        if _counts(tree, at, ratio) == _counts(tree, whole, ratio):
            tree.rows[at]["volume_stands"] = tree.rows[at]["concrete_stands"]
        waiting.extend(tree.below.get(at, ()))


def _gives_way(
    tree: Tree, whole: int, kin: list[int], amounts: Mapping[int, Mapping[str, float | None]], ratio: Mapping[str, str], agrees: float
) -> bool:
    """Whether a whole gives way to its members of the same ratio (of any, where it counts in none)."""
    own, counts = amounts[whole], _counts(tree, whole, ratio)
    measured = [member for member in kin if any(value is not None for value in amounts[member].values())]
    if all(value is None for value in own.values()):
        return True
    if counts == "none" and any(_counts(tree, member, ratio) != "none" for member in measured):
        return True
    if tree.rows[whole]["role"] in NO_MEMBER:
        return bool(measured)
    same = [member for member in kin if _counts(tree, member, ratio) == counts]
    return all(_make_up(own[name], [amounts[member][name] for member in same], agrees) for name in MEASURED if own[name] is not None)


def _counts(tree: Tree, at: int, ratio: Mapping[str, str]) -> str:
    """The ratio a member counts in, or ``none``."""
    return ratio.get(tree.rows[at]["role"] or "", "none")


def _all_below(below: Mapping[int, list[int]], whole: int) -> Iterator[int]:
    for member in below.get(whole, ()):
        yield member
        yield from _all_below(below, member)


def _remove(tree: Tree, host: int) -> None:
    for at in (host, *_matter(tree, host)):
        tree.rows[at] |= {"stands": False, "volume_stands": False}
