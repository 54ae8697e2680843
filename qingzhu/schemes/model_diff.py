"""Diff of two revisions of a model 模型变更与后果: what changed, which figures and verdicts with it, and the elements behind each.

Plan 三（四）, 三（五）. docs/spec/model_diff.md has the form. Both revisions are measured by the same rules on the same date
(``schemes.models``); their elements are compared by ``collectors.model_changes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from qingzhu.collectors.model_changes import changes
from qingzhu.collectors.model_pairs import SameNumber
from qingzhu.measures.tables import gaps
from qingzhu.rulebook.book import Rulebook
from qingzhu.schemes.changed_members import Sides, behind
from qingzhu.schemes.explain import as_plain
from qingzhu.schemes.models import Models
from qingzhu.terms.figures import Figure

FORMAT = "qingzhu-model-diff/1"

MOST_ROWS = 1000
"""So many rows of each table are in the plain data; ``count`` tells how many there are, the files have all."""

MOST_GROUPS = 20
"""So many groups of elements are named behind a figure, and of changes that say the same; the tables have each element."""

ALIKE = {
    "attribute": ("attribute", "old_value", "new_value"),
    "property": ("change", "set_name", "name", "old_value", "new_value", "old_unit", "new_unit"),
    "quantity": ("change", "set_name", "quantity", "kind", "source", "old_value", "new_value"),
}
"""What says that two rows of a table of changes are the same change, of two elements."""

NUMBERS = ("value", "high", "coverage")
JUDGED = ("outcome", "value", "high", "grade", "firm", "words")


@dataclass
class ModelDiff:
    """What NEW changes of OLD 模型变更: ``tables`` of changes and ``behind``; ``figures`` and ``verdicts`` of both, side by side."""

    old: Models
    new: Models
    tables: dict[str, pl.DataFrame]
    figures: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]

    @property
    def empty(self) -> bool:
        """Whether nothing changed, neither in elements nor in figures."""
        return self.tables["element_change"].is_empty() and not any(one["changed"] for one in [*self.figures, *self.verdicts])

    def counts(self) -> dict[str, Any]:
        """How many elements of each change, how many of each class, and how many attributes, properties and quantities."""
        elements = self.tables["element_change"]
        by_class = elements.group_by("ifc_class", "change").len().sort("len", "ifc_class", "change", descending=[True, False, False])
        number = {name: self.tables[f"{name}_change"].height for name in ("attribute", "property", "quantity")}
        of_change = dict(elements.group_by("change").len().iter_rows())
        kinds = ("added", "removed", "changed", "re_identified")
        return {**{kind: of_change.get(kind, 0) for kind in kinds}, **number, "by_class": by_class.rename({"len": "count"}).to_dicts()}

    def as_dict(self) -> dict[str, Any]:
        """The diff as plain data, ``qingzhu-model-diff/1``."""
        shown = {name: frame for name, frame in self.tables.items() if name != "element_pair"}
        plain: dict[str, Any] = as_plain(
            {
                "format": FORMAT,
                "on": self.new.session.on,
                "old": _revision(self.old),
                "new": _revision(self.new),
                "counts": self.counts(),
                "figures": self.figures,
                "verdicts": self.verdicts,
                "alike": {name: self.alike(name) for name in ALIKE},
                "tables": {name: {"count": frame.height, "rows": frame.head(MOST_ROWS).to_dicts()} for name, frame in shown.items()},
            }
        )
        return plain

    def alike(self, name: str) -> dict[str, Any]:
        """The changes of ``attribute``, ``property`` or ``quantity`` by what they say: how many ``kinds`` there are, and the largest
        ``groups``, each with its ``count`` and one element."""
        named = self.tables["element_change"].select("global_id", "ifc_class", element="name").unique("global_id", keep="first")
        rows = self.tables[f"{name}_change"].join(named, on="global_id", how="left", maintain_order="left")
        one = pl.col("global_id", "ifc_class", "element").first()
        groups = rows.group_by(ALIKE[name], maintain_order=True).agg(pl.len().alias("count"), one)
        largest = groups.sort("count", descending=True, maintain_order=True).head(MOST_GROUPS)
        return {"kinds": groups.height, "groups": largest.to_dicts()}


def diff(old: Models, new: Models) -> ModelDiff:
    """What NEW changes of OLD 模型变更, with its consequences; both measured by one rulebook on one date."""
    same = same_number(new.session.rulebook)
    evidence = [{name: one.table(name) for name in ("element", "element_material", "property", "quantity")} for one in (old, new)]
    tables = changes(evidence[0], evidence[1], same)
    figures = _figures(old, new, same)
    sides = Sides(old.session, new.session, tables["element_pair"], same)
    tables["behind"] = behind(sides, tables["element_change"], [one for one in figures if one["changed"]])
    grouped = _grouped(tables["behind"])
    _refer(figures, tables["behind"], grouped)
    nothing: dict[str, Any] = {"elements": 0, "behind": [], "same_elements_as": None}
    return ModelDiff(old, new, tables, [{**one, **grouped.get(one["id"], nothing)} for one in figures], _verdicts(old, new, same))


def _grouped(rows: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """By figure how many ``elements`` are behind it and the largest groups of them of which the same changed, each with one to look at."""
    alike = rows.group_by("figure", "change", "ifc_class", "what", maintain_order=True).agg(
        pl.len().alias("count"), pl.col("global_id", "name").first()
    )
    alike = alike.sort("count", descending=True, maintain_order=True)
    found: dict[str, dict[str, Any]] = {}
    for row in alike.iter_rows(named=True):
        held = found.setdefault(row.pop("figure"), {"elements": 0, "behind": [], "same_elements_as": None})
        held["elements"] += row["count"]
        if len(held["behind"]) < MOST_GROUPS:
            held["behind"].append(row)
    return found


def _refer(figures: list[dict[str, Any]], rows: pl.DataFrame, grouped: dict[str, dict[str, Any]]) -> None:
    """Name of each figure the one before it that is known and has the same elements behind it: they need to be told once only."""
    elements = dict(rows.group_by("figure").agg(pl.struct("change", "global_id").sort()).iter_rows())
    first: dict[str, str] = {}
    for one in figures:
        if one["id"] in elements and any(one[side]["value"] is not None for side in ("old", "new")):
            other = first.setdefault(str(elements[one["id"]]), one["id"])
            grouped[one["id"]]["same_elements_as"] = other if other != one["id"] else None


def same_number(rulebook: Rulebook) -> SameNumber:
    """When two numbers of two revisions are one 相同的数, as the conventions say."""
    convention = rulebook.conventions["same_number"]
    return SameNumber(float(convention["value"]), float(convention["near_zero"]))


def _revision(models: Models) -> dict[str, Any]:
    files = [
        {"file": one.slot.name.removeprefix("models/"), "sha256": one.originals[0]["sha256"], "state": one.state, "tables": one.tables}
        for one in models.files
    ]
    remarks = [
        {"file": one.slot.name.removeprefix("models/"), **remark}
        for one in models.collected
        for remark in one.reading_report["remarks"]
        if remark["level"] != "note"
    ]
    return {"files": files, "elements": models.table("element").height, "remarks": remarks}


def _figures(old: Models, new: Models, same: SameNumber) -> list[dict[str, Any]]:
    """The figures of both revisions, side by side, those of NEW first in order."""
    one_each = len(old.files) == len(new.files) == 1
    sides = [{_key(figure, one_each): figure for figure in models.figures} for models in (old, new)]
    found = []
    for key in dict.fromkeys([*sides[1], *sides[0]]):
        before, after = (_numbers(side.get(key)) for side in sides)
        figure: Figure = sides[1].get(key) or sides[0][key]
        paper = new.session.measures[figure.measure]
        known = before["value"] is not None and after["value"] is not None
        numbers_differ = any(_differ(before[name], after[name], same) for name in NUMBERS)
        found.append(
            {
                "id": key,
                "measure": figure.measure,
                "title": paper.title,
                "unit": figure.unit,
                "grain": {column: value for column, value in figure.grain.items() if column != "project"},
                "old": before,
                "new": after,
                "difference": after["value"] - before["value"] if known else None,
                "changed": numbers_differ or before["gap"] != after["gap"],
            }
        )
    return found


def _key(figure: Figure, one_each: bool) -> str:
    """The id of a figure without the project; where each revision is one file, without the name of the file."""
    left_out = ("project", "model") if one_each else ("project",)
    return ":".join([figure.measure, *(str(value) for column, value in figure.grain.items() if column not in left_out)])


def _numbers(figure: Figure | None) -> dict[str, Any]:
    """Value, bound, coverage and gap; a figure that a revision doesn't have is told from one that is not known by ``stands``."""
    if figure is None:
        return {"stands": False, **dict.fromkeys(NUMBERS), "gap": None}
    words = gaps()[figure.gap] if figure.gap else None
    gap = {"gap": figure.gap, "zh": words["zh"], "en": words["en"]} if words else None
    return {"stands": True, "value": figure.value, "high": figure.high, "coverage": figure.coverage, "gap": gap}


def _differ(one: float | None, other: float | None, same: SameNumber) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > max(same.relative * max(abs(one), abs(other)), same.near_zero)


def _verdicts(old: Models, new: Models, same: SameNumber) -> list[dict[str, Any]]:
    """The verdicts of both revisions, side by side."""
    sides = [{one.id: one.as_dict() for one in models.evaluation.verdicts} for models in (old, new)]
    found = []
    for id in dict.fromkeys([*sides[1], *sides[0]]):
        before, after = ({name: side[id][name] for name in JUDGED} if id in side else None for side in sides)
        shown = sides[1].get(id) or sides[0][id]
        facts = {name: shown[name] for name in ("id", "scheme", "unit")}
        found.append(
            {**facts, "title": shown["tree"]["title"], "old": before, "new": after, "changed": _judged_otherwise(before, after, same)}
        )
    return found


def _judged_otherwise(one: dict[str, Any] | None, other: dict[str, Any] | None, same: SameNumber) -> bool:
    if one is None or other is None:
        return one is not other
    return any(one[name] != other[name] for name in ("outcome", "grade", "firm")) or any(
        _differ(one[name], other[name], same) for name in ("value", "high")
    )
