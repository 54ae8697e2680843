"""The paper on top of a measure 指标说明: what it must say, in both languages, before the query is looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qingzhu.terms import units
from qingzhu.terms.errors import MeasureError

CHECKED = ("original text", "two transcriptions", "secondary", "unverified", "convention")
"""How a source was checked 核对程度."""

KEYS = {"title", "unit", "grain", "inputs", "parameters", "source", "notes", "derived", "doubt", "rows", "columns"}

TYPES = {"string", "int64", "float64", "bool", "date", "timestamp"}


def check(path: Path, paper: dict[str, Any]) -> None:
    """Refuse a paper that lacks a part 检查说明: raises ``MeasureError`` with the file, the key, what was wanted."""
    for key, (sound, wanted) in _WANTED.items():
        if key in paper and not sound(paper[key]):
            raise _refusal(path, key, wanted, paper[key])
    for key in _needed(paper):
        if key not in paper:
            raise _refusal(path, key, _WANTED[key][1], None)
    if strange := sorted(set(paper) - KEYS):
        raise _refusal(path, strange[0], f"one of {', '.join(sorted(KEYS))}", paper[strange[0]])


def _needed(paper: dict[str, Any]) -> list[str]:
    return ["title", "grain", "inputs", "source", "columns" if paper.get("derived") else "unit"]


def _words(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(lang), str) and value[lang].strip() for lang in ("zh", "en"))


def _notes(value: object) -> bool:
    return _words(value) or (isinstance(value, str) and bool(value.strip()))


def _grain(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(column, str) for column in value)


def _columns_by_table(value: object) -> bool:
    return isinstance(value, dict) and all(_grain(columns) for columns in value.values())


def _source(value: object) -> bool:
    return isinstance(value, dict) and bool(value.get("document")) and value.get("checked") in CHECKED


def _unit(value: object) -> bool:
    return isinstance(value, str) and units.exact(value) is not None


def _types(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and set(value.values()) <= TYPES


def _doubt(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("above"), int | float)


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _flag(value: object) -> bool:
    return isinstance(value, bool)


_WANTED: dict[str, tuple[Callable[[object], bool], str]] = {
    "title": (_words, '{ zh = "…", en = "…" }'),
    "unit": (_unit, "one unit in the spelling of terms/units"),
    "grain": (_grain, 'the columns that name a figure, e.g. ["project"]'),
    "inputs": (_columns_by_table, '{ table = ["column", …] }'),
    "parameters": (_columns_by_table, '{ table = ["column", …] }'),
    "source": (_source, f'{{ document = "…", checked = one of {", ".join(CHECKED)} }}'),
    "notes": (_notes, '{ zh = "…", en = "…" }'),
    "derived": (_flag, "true or false"),
    "doubt": (_doubt, "{ above = a number }"),
    "rows": (_texts, '{ table = "predicate" }'),
    "columns": (_types, '{ column = "string" | "int64" | "float64" | "bool" | "date" | "timestamp" }'),
}


def _refusal(path: Path, key: str, wanted: str, found: object) -> MeasureError:
    return MeasureError(
        "measure_paper",
        f"{path.name} 的说明中 {key} 缺失或不合要求（现为 {found!r}），应为 {wanted}",
        f"in the paper of {path.name}, {key} is {'missing' if found is None else f'{found!r}'}; wanted: {wanted}",
        file=path.name,
        key=key,
        found=found,
        wanted=wanted,
    )
