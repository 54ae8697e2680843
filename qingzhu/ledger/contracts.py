"""Table contracts 表约定: the columns of every table of evidence, with type, unit and words, read from ``contracts/*.toml``.

A contract only ever grows: a column may be added, none is renamed, retyped or taken away, because rows handed in years ago stand by it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.terms.errors import MalformedError
from qingzhu.terms.units import exact

TYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "int64": pl.Int64(),
    "float64": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us", "UTC"),
}
"""The types a contract may name and what they are in memory. A timestamp is microseconds in UTC, with its zone."""

FOLDER = Path(__file__).with_suffix("")

_TABLE_KEYS = {"table", "title", "kind", "event", "column"}
_COLUMN_KEYS = {"name", "type", "unit", "required", "personal", "one_of", "at_least", "words"}


@dataclass(frozen=True)
class Column:
    """One column 列. ``unit`` is that of its values; ``personal`` ones 个人信息 stay out of hashes and reports."""

    name: str
    type: str
    unit: str | None = None
    required: bool = False
    personal: bool = False
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    words: dict[str, str] = field(default_factory=dict)

    @property
    def dtype(self) -> pl.DataType:
        """The type in memory."""
        return TYPES[self.type]


SUBMISSION = Column("submission", "string", required=True, words={"zh": "提交", "en": "Submission that holds the row"})
ROW = Column("row", "int64", required=True, words={"zh": "行", "en": "Line in the original"})
"""The two columns every table of evidence begins with; contract files leave them out."""


@dataclass(frozen=True)
class Contract:
    """One table 表. ``kind`` is the kind of slot that fills it, ``event`` the column with the time a row speaks of."""

    table: str
    title: dict[str, str]
    kind: str
    event: str | None
    columns: tuple[Column, ...]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Name and type in memory of every column, ``submission`` and ``row`` first."""
        return {column.name: column.dtype for column in self.columns}

    def column(self, name: str) -> Column:
        """The column of that name; raises ``KeyError``."""
        return {column.name: column for column in self.columns}[name]


@cache
def load(folder: Path = FOLDER) -> dict[str, Contract]:
    """Every contract of a folder by name of table 全部表约定, in order of their names."""
    found = [read(path) for path in sorted(folder.glob("*.toml"))]
    return {contract.table: contract for contract in found}


def read(path: Path) -> Contract:
    """One contract from its file 读表约定. Raises ``MalformedError`` for anything that is not expected there."""
    data = tomllib.loads(path.read_text("utf-8"))
    _refuse_unknown(path, data, _TABLE_KEYS, "")
    columns = tuple(_column(path, entry) for entry in data.get("column", []))
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1} | ({"submission", "row"} & set(names)))
    if twice or not names:
        raise _wrong(path, "columns", twice, "每列一次，submission 与 row 不写", "each column once, without submission and row")
    if data.get("table") != path.stem:
        raise _wrong(path, "table", data.get("table"), f"与文件同名 {path.stem}", f"the name of the file, {path.stem}")
    event = data.get("event")
    if event is not None and next((column.type for column in columns if column.name == event), None) != "timestamp":
        raise _wrong(path, "event", event, "一个 timestamp 列", "a column of type timestamp")
    return Contract(data["table"], dict(data["title"]), data["kind"], event, (SUBMISSION, ROW, *columns))


def _column(path: Path, entry: dict[str, Any]) -> Column:
    name = str(entry.get("name", "?"))
    _refuse_unknown(path, entry, _COLUMN_KEYS, name)
    if entry.get("type") not in TYPES:
        raise _wrong(path, f"{name}.type", entry.get("type"), "、".join(TYPES), ", ".join(TYPES))
    unit = entry.get("unit")
    if unit is not None and exact(unit) is None:
        raise _wrong(path, f"{name}.unit", unit, "terms/units 的写法", "a spelling of terms/units")
    return Column(
        name,
        entry["type"],
        unit,
        bool(entry.get("required", False)),
        bool(entry.get("personal", False)),
        tuple(entry.get("one_of", ())),
        entry.get("at_least"),
        dict(entry.get("words", {})),
    )


def _refuse_unknown(path: Path, entry: dict[str, Any], known: set[str], where: str) -> None:
    strange = sorted(set(entry) - known)
    if strange:
        raise _wrong(path, where or "table", strange, "、".join(sorted(known)), ", ".join(sorted(known)))


def _wrong(path: Path, where: str, found: object, zh: str, en: str) -> MalformedError:
    return MalformedError(
        "contract_malformed",
        f"表约定 {path.name} 的 {where} 写成了 {found!r}，应为：{zh}。",
        f"In the table contract {path.name}, {where} is {found!r}; wanted: {en}.",
        file=path.name,
        where=where,
        found=found,
    )
