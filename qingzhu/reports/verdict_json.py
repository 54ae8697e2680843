"""``verdict.json`` 评价结果数据: what a machine keeps of an evaluation, by ``docs/spec/verdict.schema.json``.

No row of evidence, no personal column and no SQL text is in it; counts, hashes and ids are, so that each figure can be opened.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from qingzhu.collectors.mappings import GROUPS_AT_MOST
from qingzhu.terms.errors import MeasureError

FORMAT = "qingzhu-verdict/1"
KEPT_OF_MEASURE = ("title", "term", "unit", "grain", "source", "derived", "sql_sha256")
KEPT_OF_SUBMISSION = ("id", "slot", "state", "status", "given_by", "given_at", "originals", "tables")
LEVELS = ("refused", "doubt", "note")


def verdict_json(evaluation: dict[str, Any]) -> dict[str, Any]:
    """The evaluation as plain JSON data of format ``qingzhu-verdict/1``; a value that is not finite is an error."""
    kept = {
        "format": FORMAT,
        "project": evaluation["project"],
        "buildings": evaluation["buildings"],
        "on": evaluation["on"],
        "store": evaluation["store"],
        "verdicts": evaluation["verdicts"],
        "figures": [_figure(figure) for figure in evaluation["figures"]],
        "derived": {name: {key: paper[key] for key in KEPT_OF_MEASURE if key in paper} for name, paper in evaluation["derived"].items()},
        "measures": {name: {key: paper[key] for key in KEPT_OF_MEASURE if key in paper} for name, paper in evaluation["measures"].items()},
        "submissions": [_submission(given) for given in evaluation["submissions"]],
        "findings": evaluation["findings"],
        "gaps": evaluation["gaps"],
        "documents": evaluation["documents"],
        "unmapped": evaluation["unmapped"],
        "unmapped_groups": evaluation.get("unmapped_groups", [])[:GROUPS_AT_MOST],
    }
    return {key: _plain(value, key) for key, value in kept.items()}


def verdict_text(evaluation: dict[str, Any]) -> str:
    """``verdict.json`` as text: UTF-8, two spaces, the same bytes for the same evaluation."""
    return json.dumps(verdict_json(evaluation), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _figure(figure: dict[str, Any]) -> dict[str, Any]:
    """A figure with what stands behind it, by count and hash."""
    evidence = [{key: entry[key] for key in ("table", "count", "originals")} for entry in figure["evidence"]]
    return {**{key: value for key, value in figure.items() if key != "evidence"}, "evidence": evidence}


def _submission(given: dict[str, Any]) -> dict[str, Any]:
    """A submission with the number of rows its remarks speak of, by level."""
    counted = Counter[str]()
    for remark in given["remarks"]:
        counted[remark["level"]] += remark.get("count", 1)
    return {**{key: given[key] for key in KEPT_OF_SUBMISSION}, "remarks": {level: counted[level] for level in LEVELS}}


def _plain(value: Any, place: str) -> Any:
    """Lists, objects, text, numbers: dates as ISO text, tuples as lists; ``place`` is named in the error."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, f"{place}.{key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{place}[{index}]") for index, inner in enumerate(value)]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise MeasureError(
            "value_not_finite",
            f"{place} 的值 {value} 不是有限数；指标应给出未知（空值）和缺口。",
            f"{place} is {value}, not a finite number; a measure gives null and a gap instead.",
            place=place,
            found=value,
        )
    return value
