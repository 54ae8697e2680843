"""Wholes and their parts 整体与部件: what is handed down, and which of them stands for volume and for area.

A part is *matter* of its whole where it is no member of its own: it took its role from the whole, or it is a layer
(IfcBuildingElementPart) that counts in no ratio or in that of the whole. Everything else is a *member*: a flight of a stair, a
slab of a roof. An assembly may have any depth.

* Matter never has an area of its own: the whole counts, once, with its own area, else that of its largest part.
* The volume of a whole is that of its matter where all of it is measured, each piece as what it is; else its own.
* A whole gives way to measured members that count in a ratio, or where it counts in none itself. Members without any quantity give
  way to a measured whole, unless they count in a ratio and it does not.
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

HANDED_DOWN = ("construction", "material_key", "grade", "system")
CHANGED = {
    "role": pl.String, "rule_source": pl.String, "rule_place": pl.Int64, **dict.fromkeys(HANDED_DOWN, pl.String),
    "volume": pl.Float64, "plan": pl.Float64, "face": pl.Float64,
    "stands": pl.Boolean, "volume_stands": pl.Boolean, "other_matter": pl.Boolean,
}  # fmt: skip
"""What settling sets of an element; ``other_matter``: a part of concrete by its whole that is made of something else."""


def settled(frame: pl.DataFrame, role: pl.DataFrame, construction: pl.DataFrame) -> pl.DataFrame:
    """Elements with what their wholes hand down 整体与部件, and what stands: ``stands`` as a member with its area, ``volume_stands``.

    ``other_matter`` marks parts that are not of the concrete their whole is made of.
    """
    frame = frame.with_columns(stands=pl.lit(True), volume_stands=pl.lit(True), other_matter=pl.lit(False))
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
    for host in tree.hosts():
        _settle_matter(tree, host)
    _settle_members(tree, ratio)
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
    """From wholes to parts: the role where there is none, then what is open; how concrete was made says nothing of another material."""
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
            kept = part["other_matter"] or whole["other_matter"]
            part |= {name: whole[name] for name in ("role", "rule_source", "rule_place")}
            part |= {name: whole[name] for name in HANDED_DOWN if part[name] is None and not kept}


def _settle_matter(tree: Tree, host: int) -> None:
    """Of a member and its matter: area by the member, volume by whichever is measured in full."""
    row, matter = tree.rows[host], list(_matter(tree, host))
    if not matter:
        return
    for name in ("plan", "face"):
        largest = max((tree.rows[at][name] for at in matter if tree.rows[at][name] is not None), default=None)
        row[name] = largest if row[name] is None else row[name]
    for at in matter:
        tree.rows[at]["stands"] = False
    _settle_volume(tree, host)
    if row["volume"] is None and _in_full(tree, host):
        row["volume"] = sum(tree.rows[at]["volume"] for at in matter if tree.rows[at]["volume_stands"])


def _matter(tree: Tree, at: int) -> Iterator[int]:
    for part in tree.layers(at):
        yield part
        yield from _matter(tree, part)


def _in_full(tree: Tree, at: int) -> bool:
    """Whether the volume of an element is known, or that of all its matter."""
    layers = tree.layers(at)
    return (tree.rows[at]["volume"] is not None) if not layers else all(_known(tree, part) for part in layers)


def _known(tree: Tree, at: int) -> bool:
    return tree.rows[at]["volume"] is not None or (bool(tree.layers(at)) and _in_full(tree, at))


def _settle_volume(tree: Tree, at: int) -> None:
    """Either the element or its matter stands for its volume."""
    layers, own = tree.layers(at), tree.rows[at]["volume"]
    if layers and (_in_full(tree, at) or (own is None and any(_known(tree, part) for part in layers))):
        tree.rows[at]["volume_stands"] = False
        for part in layers:
            _settle_volume(tree, part)
        return
    for part in _matter(tree, at):
        tree.rows[part]["volume_stands"] = False


def _settle_members(tree: Tree, ratio: Mapping[str, str]) -> None:
    """Of a whole and its members one gives way, with all its matter."""

    def counts(at: int) -> bool:
        return ratio.get(tree.rows[at]["role"] or "", "none") != "none"

    measured = {at: any(_measured(tree.rows[one]) for one in (at, *_matter(tree, at))) for at in tree.hosts()}
    kin = [(at, whole) for at in tree.hosts() for whole in tree.wholes(at) if counts(at) or not counts(whole)]
    for_parts = {whole for at, whole in kin if measured[at]}
    gone = {whole for _, whole in kin if whole in for_parts or not measured[whole]}
    gone |= {at for at, whole in kin if measured[whole] and whole not in for_parts and (counts(whole) or not counts(at))}
    for host in gone:
        for at in (host, *_matter(tree, host)):
            tree.rows[at] |= {"stands": False, "volume_stands": False}


def _measured(row: Mapping[str, Any]) -> bool:
    return any(row[name] is not None for name in ("volume", "plan", "face"))
