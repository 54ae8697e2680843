"""A model as columns 列式模型: scanned instances with their schema; attributes of a kind as a table, and single instances on demand.

What is rare (units, materials, complex properties) is looked at instance by instance through ``Instance``, which answers as
IfcOpenShell's does, so that one piece of code reads both. What there is much of is read as columns.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import numpy as np
import polars as pl

from qingzhu.collectors.model_schema import IfcClass, Schema
from qingzhu.collectors.step_scan import CLOSE, COMMA, HASH, OPEN, SEPARATOR, Rows, Scanned, numbers_of, scan
from qingzhu.collectors.step_values import Enumeration, Reference, Typed, UnreadableError, string, value

DOLLAR, STAR = b"$*"


class NotColumnarError(Exception):
    """A file holds something the columns do not take 不宜按列读取: IfcOpenShell reads it instead, and the reason is said."""


HIGHEST = 10**16
"""Beyond the numbers that the scanner takes for those of instances."""

STRINGS = ("Name", "Category", "Identification", "ItemReference", "ApplicationFullName", "Version")
ENUMERATIONS = ("UnitType", "Prefix")
"""What must be a string, and what an enumeration, of the attributes that are looked at instance by instance."""

LONG = 1 << 16
"""Text of a class longer than this is split by Polars, a shorter one by Python, which begins sooner. [byte]"""


class StepModel:
    """The instances of one file 模型实例. Raises ``NotColumnarError`` wherever a guard fails."""

    def __init__(self, data: bytes, schema: Schema) -> None:
        scanned = scan(data, schema.read)
        _guarded(scanned, schema)
        self.schema = schema
        self.total = scanned.total
        self._rows = scanned.rows
        self._places = _Places([rows.ids for rows in scanned.rows.values()])
        self._parameters: dict[str, _Parameters] = {}
        self._seen: dict[int, Instance] = {}

    def table(self, *kinds: str, attributes: Collection[str] = ()) -> pl.DataFrame:
        """``id`` and the attributes, as written, of all instances of these kinds, by id; attributes not set are null."""
        parts: dict[str, list[pl.Series]] = {name: [] for name in attributes}
        for name in self._held(kinds):
            known, rows = self.schema.classes[name].attributes, self._rows[name]
            fields = _fields(rows.text)
            for one, series in parts.items():
                series.append(_column(fields, known.index(one), len(known), len(rows.ids)) if one in known else _nulls(len(rows.ids)))
        columns = {one: pl.concat(series) if series else _nulls(0) for one, series in parts.items()}
        frame = pl.DataFrame({"id": self.ids(*kinds), **columns})
        return frame if frame["id"].is_sorted() else frame.sort("id")

    def links(self, attribute: str, *kinds: str, single: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Which instance of these kinds refers to which by an attribute: owners and targets [int64], by owner, in the order of its list.

        Raises ``NotColumnarError`` for what is neither a reference nor a list of references, and for a list where a ``single`` one belongs.
        """
        found = []
        for name in self._held(kinds):
            known = self.schema.classes[name].attributes
            if attribute in known:
                found.append(links(self._rows[name], known.index(attribute), len(known), single))
        owners, targets = (np.concatenate([*(one[place] for one in found), np.empty(0, dtype=np.int64)]) for place in (0, 1))
        order = np.argsort(owners, kind="stable")
        return owners[order], targets[order]

    def classes(self, ids: pl.Series) -> list[str]:
        """The class of each of these instances, which are there."""
        names = [self.schema.classes[name].name for name in self._rows]
        return [names[code] for code in self._places.classes(ids.to_numpy())]

    def _held(self, kinds: Collection[str]) -> list[str]:
        """The classes of these kinds that the file has instances of."""
        return [name for name in self._rows if not self.schema.classes[name].kinds.isdisjoint(kinds)]

    def ids(self, *kinds: str) -> pl.Series:
        """The ids of all instances of these kinds, class by class."""
        held = [self._rows[name].ids for name in self._held(kinds)]
        return pl.Series("id", np.concatenate(held) if held else [], pl.Int64)

    def are(self, ids: np.ndarray, *kinds: str) -> np.ndarray:
        """Which of the ids are those of instances of these kinds; without kinds, of any that was kept."""
        allowed = [not kinds or not self.schema.classes[name].kinds.isdisjoint(kinds) for name in self._rows]
        return np.asarray(np.array([*allowed, False])[self._places.classes(ids)])

    def resolve(self, ids: np.ndarray, where: str, *kinds: str) -> None:
        """Every id is that of an instance of these kinds; raises ``NotColumnarError`` where one is not."""
        wrong = ids[~self.are(ids, *kinds)]
        if len(wrong):
            raise NotColumnarError(f"{where}: #{wrong[0]} is not there or of another kind")

    def by_type(self, kind: str) -> list[Instance]:
        """Every instance of a kind, one by one."""
        return [self.instance(id) for id in self.ids(kind).sort()]

    def instance(self, id: int) -> Instance:
        """One instance. Raises ``NotColumnarError`` for one that is not there or of a class that was passed over."""
        if id not in self._seen:
            code = int(self._places.classes(np.array([id]))[0]) if id < HIGHEST else -1
            if code < 0:
                raise NotColumnarError(f"#{id}")
            name = list(self._rows)[code]
            if name not in self._parameters:
                self._parameters[name] = _Parameters(self._rows[name], len(self.schema.classes[name].attributes))
            self._seen[id] = Instance(self, id, self.schema.classes[name], self._parameters[name].of(id))
        return self._seen[id]


class _Places:
    """Which class each id is of: a table by id where ids are dense, else by search among the sorted ones."""

    def __init__(self, held: list[np.ndarray]) -> None:
        ids = np.concatenate([*held, np.empty(0, dtype=np.int64)])
        codes = np.repeat(np.arange(len(held), dtype=np.int16), [len(one) for one in held])
        self._dense = len(ids) > 0 and int(ids.max()) < 64 * len(ids) + 65536
        if self._dense:
            self._table = np.full(int(ids.max()) + 2, -1, dtype=np.int16)
            self._table[ids] = codes
        else:
            order = np.argsort(ids)
            self._ids, self._table = ids[order], np.append(codes[order], np.int16(-1))

    def classes(self, ids: np.ndarray) -> np.ndarray:
        """The place of each id's class; -1 where no such instance was kept."""
        if self._dense:
            return self._table[np.where((ids >= 0) & (ids < len(self._table)), ids, -1)]
        at = np.searchsorted(self._ids, ids)
        found = np.append(self._ids, -1)[at] == ids
        return np.where(found, self._table[at], np.int16(-1))


class _Parameters:
    """The parameters of single instances of a class."""

    def __init__(self, rows: Rows, arity: int) -> None:
        self._text = rows.text
        self._ends = np.flatnonzero(np.frombuffer(rows.text, dtype=np.uint8) == SEPARATOR)[arity - 1 :: arity]
        self._order = np.argsort(rows.ids, kind="stable")
        self._ids = rows.ids[self._order]

    def of(self, id: int) -> list[str]:
        """Those of the instance with this id, which is there."""
        row = self._order[np.searchsorted(self._ids, id)]
        begin = self._ends[row - 1] + 1 if row else 0
        return self._text[begin : self._ends[row]].decode("utf-8", "replace").split("\x1f")


def _fields(text: bytes) -> list[str] | pl.Series:
    """All parameters of a class one after the other, and what is behind the last."""
    said = text.decode("utf-8", "replace")
    return said.split("\x1f") if len(text) < LONG else pl.Series([said]).str.split("\x1f").explode()


def _column(fields: list[str] | pl.Series, place: int, arity: int, count: int) -> pl.Series:
    """The parameter at one place of every instance; ``$`` and ``*`` are null."""
    if isinstance(fields, list):
        return pl.Series([None if one in ("$", "*") else one for one in fields[place : arity * count : arity]], dtype=pl.String)
    column = fields.gather_every(arity, place).head(count)
    return column.set((column == "$") | (column == "*"), None)


def _nulls(count: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, count)


class Instance:
    """One instance 实例: answers ``id``, ``is_a`` and its attributes as IfcOpenShell's does."""

    def __init__(self, model: StepModel, id: int, ifc_class: IfcClass, parameters: list[str]) -> None:
        self._model, self._id, self._class, self._parameters = model, id, ifc_class, parameters

    def id(self) -> int:
        """Its number in the file."""
        return self._id

    def is_a(self, kind: str | None = None) -> Any:
        """Its class, or whether it is of a kind."""
        return self._class.name if kind is None else kind in self._class.kinds

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._class.attributes:
            raise AttributeError(name)
        found = self[self._class.attributes.index(name)]
        wanted: type = Enumeration if name in ENUMERATIONS or (name, self._class.name) == ("Name", "IfcSIUnit") else str
        if found is not None and (name in STRINGS or wanted is Enumeration) and type(found) is not wanted:
            raise NotColumnarError(f"#{self._id}: {name} is of another kind")
        return found

    def __getitem__(self, place: int) -> Any:
        try:
            return self._opened(value(self._parameters[place]))
        except UnreadableError as error:
            raise NotColumnarError(f"#{self._id}: {error}") from error

    def _opened(self, held: Any) -> Any:
        if isinstance(held, tuple):
            return tuple(self._opened(one) for one in held)
        if isinstance(held, Reference):
            return self._model.instance(held.id)
        if isinstance(held, Typed):
            inner = held.value if isinstance(held.value, tuple) else (held.value,)
            if held.type not in self._model.schema.spelling or any(isinstance(one, Enumeration | Reference) for one in inner):
                raise NotColumnarError(f"#{self._id}: {held.type} of a value of another kind, or a type the schema lacks")
            return Value(self._model.schema.spelling[held.type], self._opened(held.value))
        return held


class Value:
    """A value with its type 带类型的值, as IfcOpenShell gives one."""

    def __init__(self, type: str, wrapped: Any) -> None:
        self._type, self.wrappedValue = type, wrapped

    def is_a(self, kind: str | None = None) -> Any:
        """Its type, or whether it is of that type."""
        return self._type if kind is None else kind == self._type

    def __getitem__(self, place: int) -> Any:
        return (self.wrappedValue,)[place]


def _guarded(scanned: Scanned, schema: Schema) -> None:
    """Rows in = rows out: every instance with an id of its own and as many parameters as its class has attributes."""
    if scanned.strange:
        raise NotColumnarError(f"{scanned.strange} statements that are no instances of {schema.name}")
    if scanned.repeated:
        raise NotColumnarError(f"{scanned.repeated} ids repeat")
    if scanned.misfit:
        raise NotColumnarError(f"{scanned.misfit}: not as many parameters as its class")


def texts(column: pl.Series) -> pl.Series:
    """Strings as text 字符串列, escapes undone on distinct values; an empty one is null. What is no string raises ``NotColumnarError``."""
    if not (column.str.starts_with("'") & column.str.ends_with("'")).all():
        raise NotColumnarError(f"{column.name}: a value that is no string")
    found = column.str.strip_prefix("'").str.strip_suffix("'")
    escaped = found.filter(found.str.contains_any(["\\", "'"]))
    if len(escaped):
        distinct = escaped.unique()
        if any("'" in one.replace("''", "") for one in distinct):
            raise NotColumnarError(f"{column.name}: a value that is no string")
        found = found.replace(distinct, pl.Series([string(one) for one in distinct], dtype=pl.String))
    return found.set(found == "", None)


def enumerations(column: pl.Series) -> pl.Series:
    """Enumerations as text 枚举列. Raises ``NotColumnarError`` for what is none: of small letters, or a logical value."""
    if not column.str.contains(r"^\.[A-Z][A-Z0-9_]+\.$").all():
        raise NotColumnarError(f"{column.name}: a value that is no enumeration")
    return column.str.strip_chars(".")


def reference(text: str) -> int:
    """One reference as an id 引用. Raises ``NotColumnarError`` for what is none."""
    if not re.fullmatch(r"#[0-9]+", text):
        raise NotColumnarError(f"{text[:40]}: a value that is no reference")
    return int(text[1:])


def links(rows: Rows, place: int, arity: int, single: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The instances and what their parameter at this place refers to 引用展开: one reference, a list (not if ``single``), or none."""
    text = np.frombuffer(rows.text + bytes(16), dtype=np.uint8)
    signs = np.flatnonzero(text <= COMMA)  # what ends a field or a reference, and what begins one, are all among them
    said = text[signs]
    separators = np.flatnonzero(said == SEPARATOR)
    ends_of_fields = signs[separators]
    ends = ends_of_fields[place::arity]
    starts = (ends_of_fields[place - 1 :: arity] if place else np.concatenate(([-1], ends_of_fields[arity - 1 : -1 : arity]))) + 1
    hashes = np.flatnonzero(said == HASH)
    fields = np.searchsorted(separators, hashes)
    mine = fields % arity == place
    hashes, row = hashes[mine], fields[mine] // arity
    after, stop = signs[hashes + 1], said[hashes + 1]
    targets, wrong = numbers_of(text, signs[hashes] + 1, after)
    if wrong or not np.isin(stop, (COMMA, CLOSE, SEPARATOR)).all() or (single and (text[starts] == OPEN).any()):
        raise NotColumnarError("a reference that is none")
    # What is written is exactly `#1`, or `(#1,#2)`, or nothing: the lengths must be those of its parts.
    counts = np.bincount(row, minlength=len(rows.ids))
    listed = text[starts] == OPEN
    length = np.bincount(row, weights=after - signs[hashes], minlength=len(rows.ids)) + np.maximum(counts - 1, 0) + 2 * listed
    empty = (counts == 0) & (ends - starts == 1) & ((text[starts] == DOLLAR) | (text[starts] == STAR))
    odd = np.flatnonzero(~empty & ((length != ends - starts) | (~listed & (counts != 1)) | (listed & (text[ends - 1] != CLOSE))))
    if not len(odd):
        return rows.ids[row], targets
    return _with_sets(rows, row, targets, {int(at): _set_of(rows.text[starts[at] : ends[at]]) for at in odd})


def _with_sets(rows: Rows, row: np.ndarray, targets: np.ndarray, sets: dict[int, list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The links with those of some rows given anew."""
    plain = ~np.isin(row, list(sets))
    again = np.repeat(list(sets), [len(one) for one in sets.values()]).astype(np.int64)
    every = np.concatenate((row[plain], again))
    order = np.argsort(every, kind="stable")
    return rows.ids[every[order]], np.concatenate((targets[plain], [id for one in sets.values() for id in one])).astype(np.int64)[order]


def _set_of(text: bytes) -> list[int]:
    """The references of an IfcPropertySetDefinitionSet, the one type made of them."""
    match value(text.decode("utf-8", "replace")):
        case Typed("IFCPROPERTYSETDEFINITIONSET", tuple() as held) if all(isinstance(one, Reference) for one in held):
            return [one.id for one in held]
    raise NotColumnarError(f"{text[:40]!r}: a value that is no reference")
