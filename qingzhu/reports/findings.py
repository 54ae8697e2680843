"""Findings about models 模型发现: what keeps a figure from being known, group by group, as topics with pictures for BCF.

Groups are those a person mends at once: one class, type and set of materials in one model. Words stand in ``findings.toml``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.reports.columns import shortened
from qingzhu.reports.snapshots import SELECTED_AT_MOST, Scene, viewpoint
from qingzhu.reports.words import LANGUAGES, has_word, word
from qingzhu.terms.plurals import filled
from qingzhu.terms.readings import Remark
from qingzhu.terms.topics import Topic, TopicModel, topic_guid

AT_MOST = 50
"""Findings of a kind that are exported, the largest first: each has a picture, and nobody mends more at once. Convention."""

TITLE = 160
"""Width of a title in cells; a Chinese character takes two."""

STATUS = {"zh": "待处理", "en": "Open"}


@dataclass(frozen=True)
class Finding:
    """One finding 发现: its kind, the model, what its words are filled from, the elements, and what tells it from others of its kind."""

    kind: str
    model: str
    facts: Mapping[str, Any]
    elements: tuple[str, ...]
    key: tuple[str, ...]
    volume: float = 0.0

    def words(self, part: str, lang: str) -> str:
        """``title`` or ``text`` in ``zh`` or ``en``."""
        held = _words()[self.kind]
        facts = {name: value[lang] if isinstance(value, Mapping) else value for name, value in self.facts.items()}
        return filled(str(held[lang if part == "title" else f"do_{lang}"]), facts)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("findings.toml").read_text(encoding="utf-8"))


def findings(
    mapped: pl.DataFrame,
    remarks: Iterable[tuple[str, Remark]] = (),
    dimensions: pl.DataFrame | None = None,
    carbon: pl.DataFrame | None = None,
) -> list[Finding]:
    """The findings 模型发现 about models, the largest of each kind first. Volumes in m³.

    ``mapped`` holds rows of ``mapped_element``, ``dimensions`` of ``component_dimension``, ``carbon`` of ``element_carbon``; ``remarks``
    what was said while reading (model, remark). Elements that count in no ratio are asked for no mapping and no quantity.
    """
    needed = pl.col("role").is_null() | (pl.col("gbt51129") != "none")
    asked = mapped.filter(pl.col("counted") & needed)
    alike = ["model", "ifc_class", "type_name", "materials"]
    found = [
        *_groups("unmapped", asked.filter(~pl.col("mapped") & pl.col("role").is_null()), alike),
        *_groups("construction_unknown", asked.filter(~pl.col("mapped") & pl.col("role").is_not_null()), [*alike, "role"]),
        *_groups("impossible", mapped.filter(pl.col("impossible") > 0), alike[:3]),
        *_groups("without_quantity", asked.filter(pl.coalesce("volume", "area", "length").is_null()), alike[:3]),
        *_groups("without_storey", asked.filter(pl.col("storey").is_null()), alike[:2]),
    ]
    if dimensions is not None:
        found += _off_module(dimensions)
    if carbon is not None:
        found += _without_carbon(carbon)
    return found + [
        Finding("reading", model, {"text": {"zh": said.zh, "en": said.en}}, (), (said.code, said.found or ""))
        for model, said in remarks
        if said.level != "note"
    ]


def _off_module(dimensions: pl.DataFrame) -> list[Finding]:
    """Components with a side that is no multiple of the module asked of it, by kind and side."""
    off = dimensions.filter(pl.col("component").fill_null(False) & ~pl.col("conforms"))
    by = ["model", "component_kind", "dimension", "module"]
    sizes = pl.col("size").unique().sort().round(4).cast(pl.String)
    return [
        Finding(
            "off_module",
            row["model"],
            {
                "kind": _said(f"value.component_kind.{row['component_kind']}", row["component_kind"]),
                "side": _words()["side"].get(row["dimension"], row["dimension"]),
                "module": row["module"],
                "count": row["count"],
                "sizes": ", ".join(row["sizes"][:20]) + (" m" if len(row["sizes"]) <= 20 else " … m"),
            },
            tuple(row["ids"]),
            tuple(str(row[column]) for column in by[1:]),
        )
        for row in _grouped(off, by, sizes=sizes).iter_rows(named=True)
    ]


def _without_carbon(carbon: pl.DataFrame) -> list[Finding]:
    """Elements of a material whose carbon is not known, by material and reason."""
    by = ["model", "material", "why"]
    return [
        Finding(
            "without_carbon",
            row["model"],
            {"material": row["material"] or "—", "why": _words()["why"].get(row["why"], row["why"]), "count": row["count"]},
            tuple(row["ids"]),
            (row["material"] or "", row["why"]),
        )
        for row in _grouped(carbon.filter(pl.col("why").is_not_null()), by).iter_rows(named=True)
    ]


def _said(key: str, otherwise: str) -> Mapping[str, str]:
    return {lang: word(key, lang) if has_word(key) else otherwise for lang in LANGUAGES}


def _grouped(rows: pl.DataFrame, by: list[str], **more: pl.Expr) -> pl.DataFrame:
    """Groups with the ids of their elements, the largest first."""
    ids = pl.col("global_id").unique().sort()
    grouped = rows.group_by(by).agg(ids=ids, volume=pl.col("volume").sum(), count=pl.col("global_id").n_unique(), **more)
    return grouped.sort("volume", "count", *by, descending=[True, True, *[False] * len(by)])


def _groups(kind: str, rows: pl.DataFrame, by: list[str]) -> list[Finding]:
    return [
        Finding(
            kind,
            row["model"],
            {"group": _group(row), "count": row["count"], "role": row.get("role") or ""},
            tuple(row["ids"]),
            tuple(str(row[column] or "") for column in by[1:]),
            row["volume"],
        )
        for row in _grouped(rows, by).iter_rows(named=True)
    ]


def _group(row: Mapping[str, Any]) -> str:
    """``IfcWall “外墙 200” (混凝土), 12.3 m³``."""
    words = str(row["ifc_class"]) + (f" “{row['type_name']}”" if row.get("type_name") else "")
    materials = json.loads(row.get("materials") or "[]")
    words += f" ({', '.join(materials[:2])})" if materials else ""
    return words + (f" {row['volume']:.1f} m³" if row["volume"] >= 0.05 else "")


def topics(
    found: Sequence[Finding],
    scene: Scene,
    models: Mapping[str, TopicModel],
    *,
    date: datetime,
    author: str,
    lang: str,
    most: int = AT_MOST,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> list[Topic]:
    """Topics of findings 由发现生成问题, at most ``most`` of a kind, each with a viewpoint and a picture of its elements.

    ``models`` gives the file of each model name. A topic's id is made of its model, kind and group: the same finding is the same topic.
    """
    kept: list[Finding] = []
    of_kind: dict[str, int] = {}
    for finding in found:
        of_kind[finding.kind] = of_kind.get(finding.kind, 0) + 1
        if of_kind[finding.kind] <= most:
            kept.append(finding)
    made = []
    for finding in kept:
        made.append(_topic(finding, scene, models, date, author, lang))
        tell(len(made), len(kept))
    return made


def _topic(finding: Finding, scene: Scene, models: Mapping[str, TopicModel], date: datetime, author: str, lang: str) -> Topic:
    guid = topic_guid(finding.model, finding.kind, *finding.key)
    seen = viewpoint(scene, topic_guid(guid, "viewpoint"), finding.elements)
    cut = len(finding.elements) - SELECTED_AT_MOST
    more = {"zh": f"视点只选中前 {SELECTED_AT_MOST} 个图元。", "en": f"The viewpoint selects the first {SELECTED_AT_MOST} elements."}
    return Topic(
        guid=guid,
        title=shortened(finding.words("title", lang), TITLE),
        date=date,
        author=author,
        type=_words()[finding.kind]["type"][lang],
        status=STATUS[lang],
        description="\n".join([finding.words("text", lang), *([more[lang]] if cut > 0 else [])]),
        priority=_words()[finding.kind]["priority"][lang],
        labels=(finding.kind,),
        models=(models.get(finding.model, TopicModel(finding.model)),),
        viewpoints=(seen,),
    )
