"""What measures are computed from 计算输入: files of evidence, filtered to what is current, parameter tables, a date, a cache.

An engine never sees a raw table: each input is a view of the pinned files, typed, filtered to the submissions that are current
and to what had happened by the end of the day of judgement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import polars as pl

from qingzhu.measures import tables
from qingzhu.measures.engines import Column, Engine, instant
from qingzhu.measures.engines.engine import quoted
from qingzhu.terms.times import end_of

FEW = 50
"""So many submissions are named in the view itself; more are joined as a table of one column."""


class TableFiles(Protocol):
    """One table of evidence at a pin 证据表的文件: what ``Store.inputs`` gives."""

    @property
    def table(self) -> str:
        """Name of the table."""

    @property
    def files(self) -> Sequence[str]:
        """Parquet files of the pinned version."""

    @property
    def submissions(self) -> Sequence[str] | None:
        """Ids of the submissions that are current; None for no filter."""

    @property
    def event(self) -> str | None:
        """The column with the time a row speaks of, if any."""


@dataclass(frozen=True)
class Files:
    """The plain form of :class:`TableFiles`, for files that stand outside a store."""

    table: str
    files: Sequence[str]
    submissions: Sequence[str] | None = None
    event: str | None = None


@dataclass
class Tables:
    """Everything measures may read 指标输入: evidence by table, parameter tables as frames, and a folder for what is derived.

    A table that is not given is empty. ``folder`` may be deleted at any time; it is filled again.
    """

    evidence: Mapping[str, TableFiles]
    parameters: Mapping[str, pl.DataFrame]
    folder: Path
    registered: dict[tuple[int, str], str] = field(default_factory=dict, repr=False)
    keys: dict[tuple[str, date], str] = field(default_factory=dict, repr=False)

    def key(self, name: str, on: date) -> str:
        """Hash of what a view of a table shows 输入哈希: files, submissions, columns, the cut-off; or the rows of a parameter table.

        A file counts by name and size, not by folder: files of a store are written once, under a name of their own.
        """
        if (name, on) not in self.keys:
            self.keys[name, on] = self._key(name, on)
        return self.keys[name, on]

    def _key(self, name: str, on: date) -> str:
        if name in self.parameters or name not in tables.evidence():
            frame = self.parameters.get(name)
            rows = [] if frame is None else [[_typed(value) for value in row] for row in frame.rows()]
            columns = [] if frame is None else [[column, str(dtype)] for column, dtype in frame.schema.items()]
            return _hash([name, tables.parameters().get(name), rows, columns])
        given = self.evidence.get(name)
        if given is None:
            return _hash([name, None])
        files = [[Path(file).name, Path(file).stat().st_size if Path(file).is_file() else None] for file in sorted(given.files)]
        submissions = None if given.submissions is None else sorted(given.submissions)
        return _hash([name, tables.evidence()[name], files, submissions, given.event, on.isoformat() if given.event else None])

    def register(self, engine: Engine, name: str, on: date) -> None:
        """The view of one table on an engine, made once 登记视图."""
        key = self.key(name, on)
        if self.shows(engine, name, key):
            return
        if name in tables.evidence():
            self._register_evidence(engine, name, on)
        else:
            self._register_parameter(engine, name, key)
        self.remember(engine, name, key)

    def shows(self, engine: Engine, name: str, key: str) -> bool:
        """Whether a view of this key stands on the engine already."""
        return self.registered.get((id(engine), name)) == key

    def remember(self, engine: Engine, name: str, key: str) -> None:
        """Note that a view of this key stands on the engine now."""
        self.registered[id(engine), name] = key

    def _register_evidence(self, engine: Engine, name: str, on: date) -> None:
        columns = list(tables.evidence()[name].items())
        given = self.evidence.get(name)
        if given is None or not given.files:
            engine.register(name, [], columns)
            return
        conditions = [condition for condition in (self._current(engine, given), _before(engine, given, on)) if condition]
        engine.register(name, list(given.files), columns, " AND ".join(conditions) or None)

    def _current(self, engine: Engine, given: TableFiles) -> str | None:
        if given.submissions is None:
            return None
        column = quoted(engine.dialect, "submission")
        if len(given.submissions) <= FEW:
            listed = ", ".join("'" + submission.replace("'", "''") + "'" for submission in given.submissions)
            return f"{column} IN ({listed})" if listed else "1 = 0"
        frame = pl.DataFrame({"submission": sorted(given.submissions)})
        current = f"{given.table}_current"
        engine.register(current, [self._kept(current, _hash(frame["submission"].to_list()), frame)], [("submission", "string")])
        return f"{column} IN (SELECT {column} FROM {quoted(engine.dialect, current)})"

    def _register_parameter(self, engine: Engine, name: str, key: str) -> None:
        known = tables.parameters().get(name, {})
        frame = self.parameters.get(name)
        columns: list[Column] = list(known.items())
        if frame is None or frame.width == 0:
            engine.register(name, [], columns)
            return
        engine.register(name, [self._kept(name, key, frame)], columns)

    def _kept(self, name: str, key: str, frame: pl.DataFrame) -> str:
        file = self.folder / "parameters" / f"{name}-{key[:16]}.parquet"
        if not file.is_file():
            file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".unfinished")
            frame.write_parquet(unfinished)
            unfinished.replace(file)
        return str(file)


def _before(engine: Engine, given: TableFiles, on: date) -> str | None:
    return f"{quoted(engine.dialect, given.event)} < {instant(engine.dialect, end_of(on))}" if given.event else None


def _typed(value: object) -> object:
    """A value for the hash, none like one of another type; times and what else JSON lacks by type and text."""
    return value if value is None or isinstance(value, str | bool | int | float) else [type(value).__name__, str(value)]


def _hash(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
