"""What ``qingzhu model --json`` prints 模型评价数据, as plain data: counts, volumes, figures, gaps, what was not read.

The form is that of docs/spec/model_tables.md.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from qingzhu.ledger.store import Submission
from qingzhu.measures.tables import gaps
from qingzhu.reports.model_tables import SPACE, volumes
from qingzhu.schemes.explain import as_plain, paper
from qingzhu.schemes.models import Models, as_given

FORMAT = "qingzhu-model/1"


def model_data(models: Models) -> dict[str, Any]:
    """Models as plain data 模型评价数据."""
    evaluation, session = models.evaluation, models.session
    mapped = models.derived("mapped_element")
    figures = [figure.as_dict() for figure in models.figures]
    names = models.collected.names
    files = [_file(one, names) for one in models.files]
    data = {
        "format": FORMAT,
        "on": evaluation.on,
        "project": models.project,
        "region": session.region,
        "buildings": evaluation.buildings,
        "files": files,
        "counts": counts(models, mapped),
        "volumes": volumes(mapped),
        "figures": figures,
        "gaps": [{"figure": one["id"], "gap": one["gap"], **gaps()[one["gap"]]} for one in figures if one["gap"]],
        "verdicts": [verdict.as_dict() for verdict in evaluation.verdicts],
        "unmapped_groups": evaluation.unmapped_groups,
        "not_read": [{"file": file["file"], **remark} for file in files for remark in file["remarks"] if remark["level"] != "note"],
        "remarks": [
            {"file": names.get(one.slot.name, one.slot.name), **remark}
            for one in models.collected
            if one.slot.kind != "model"
            for remark in _remarks(one, names)
        ],
        "measures": {name: paper(session.measures[name], session) for name in sorted({one["measure"] for one in figures})},
    }
    plain: dict[str, Any] = as_plain(data)
    return plain


def counts(models: Models, mapped: pl.DataFrame) -> dict[str, Any]:
    """How many there are of what was read, and how many elements are mapped."""
    element = models.table("element")
    elements = element.filter(~SPACE)
    held = mapped.filter(~SPACE)
    by_class = elements.group_by("ifc_class").len().sort("len", "ifc_class", descending=[True, False])
    return {
        "elements": elements.height,
        "spaces": element.height - elements.height,
        "storeys": element["storey"].drop_nulls().n_unique(),
        "properties": models.table("property").height,
        "quantities": models.table("quantity").height,
        "mapped": held["mapped"].sum(),
        "unmapped": held.height - held["mapped"].sum(),
        "by_class": dict(by_class.iter_rows()),
    }


def _file(one: Submission, names: dict[str, str]) -> dict[str, Any]:
    facts = one.reading_report["facts"]
    return {
        "file": one.slot.name.removeprefix("models/"),
        "state": one.state,
        "sha256": one.originals[0]["sha256"],
        "bytes": one.originals[0]["size"],
        "facts": facts,
        "tables": one.tables,
        "remarks": _remarks(one, names),
    }


def _remarks(one: Submission, names: dict[str, str]) -> list[dict[str, Any]]:
    given = one.reading_report["remarks"]
    return [{**remark, **{lang: as_given(remark[lang], names) for lang in ("zh", "en")}} for remark in given]
