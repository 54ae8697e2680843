"""A model as columns 列式模型: scanned instances with their schema; attributes of a kind as a table, and single instances on demand.

What is rare (units, materials, complex properties) is looked at instance by instance through ``Instance``, which answers as
IfcOpenShell's does, so that one piece of code reads both. What there is much of is read as columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import polars as pl

from qingzhu.collectors.model_schema import IfcClass, Schema
from qingzhu.collectors.step_scan import Scanned, scan
from qingzhu.collectors.step_values import Reference, Typed, UnreadableError, string, value


class NotColumnarError(Exception):
    """A file holds something the columns do not take 不宜按列读取: IfcOpenShell reads it instead, and the reason is said."""


class StepModel:
    """The instances of one file 模型实例. Raises ``NotColumnarError`` wherever a guard fails."""

    def __init__(self, data: bytes, schema: Schema) -> None:
        scanned = scan(data, schema.read, schema.classes)
        self.schema = schema
        self.total = scanned.total
        self.frame = _guarded(scanned, schema)
        self._of: dict[str, pl.DataFrame] = {key[0]: part for key, part in self.frame.partition_by("entity", as_dict=True).items()}
        self._place: dict[int, int] | None = None
        self._seen: dict[int, Instance] = {}

    def table(self, *kinds: str, attributes: Iterable[str] = ()) -> pl.DataFrame:
        """``id``, ``entity`` and the attributes, as written, of all instances of these kinds, by id; attributes not set are null."""
        held = [self._attributes(name, attributes) for name in self.schema.below(*kinds) if name in self._of]
        empty = {"id": pl.Int64, "entity": pl.String, **dict.fromkeys(attributes, pl.String)}
        return pl.concat(held).sort("id") if held else pl.DataFrame(schema=empty)

    def _attributes(self, name: str, attributes: Iterable[str]) -> pl.DataFrame:
        known = self.schema.classes[name].attributes
        columns = [_parameter(known.index(one)).alias(one) if one in known else pl.lit(None, pl.String).alias(one) for one in attributes]
        return self._of[name].select("id", "entity", *columns)

    def ids(self, *kinds: str) -> pl.Series:
        """The ids of all instances of these kinds."""
        held = [self._of[name]["id"] for name in self.schema.below(*kinds) if name in self._of]
        return pl.concat(held) if held else pl.Series("id", [], pl.Int64)

    def by_type(self, kind: str) -> list[Instance]:
        """Every instance of a kind, one by one."""
        return [self.instance(id) for id in sorted(self.ids(kind))]

    def instance(self, id: int) -> Instance:
        """One instance. Raises ``NotColumnarError`` for one that is not there or of a class that was passed over."""
        if id not in self._seen:
            if self._place is None:
                self._place = {one: at for at, one in enumerate(self.frame["id"])}
            if id not in self._place:
                raise NotColumnarError(f"#{id}")
            _, entity, parameters = self.frame.row(self._place[id])
            self._seen[id] = Instance(self, id, self.schema.classes[entity], parameters)
        return self._seen[id]


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
        return self[self._class.attributes.index(name)]

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
        return Value(self._model.schema.spelling.get(held.type, held.type), self._opened(held.value)) if isinstance(held, Typed) else held


class Value:
    """A value with its type 带类型的值, as IfcOpenShell gives one."""

    def __init__(self, type: str, wrapped: Any) -> None:
        self._type, self.wrappedValue = type, wrapped

    def is_a(self, kind: str | None = None) -> Any:
        """Its type, or whether it is of that type."""
        return self._type if kind is None else kind == self._type

    def __getitem__(self, place: int) -> Any:
        return (self.wrappedValue,)[place]


def _guarded(scanned: Scanned, schema: Schema) -> pl.DataFrame:
    """Rows in = rows out: every instance with an id of its own and as many parameters as its class has attributes."""
    if scanned.strange:
        raise NotColumnarError(f"{scanned.strange} instances of classes {schema.name} lacks")
    frame = scanned.instances
    if frame["id"].null_count() or frame["id"].n_unique() < frame.height:
        raise NotColumnarError("ids that are no numbers or repeat")
    arity = {name: len(one.attributes) for name, one in schema.classes.items()}
    wrong = frame.filter(pl.col("parameters").list.len() != pl.col("entity").replace_strict(arity, default=-1, return_dtype=pl.Int64))
    if wrong.height:
        raise NotColumnarError(f"#{wrong['id'][0]}: {wrong.height} instances have not as many parameters as their class")
    return frame


def _parameter(place: int) -> pl.Expr:
    text = pl.col("parameters").list.get(place)
    return pl.when(~text.is_in(["$", "*"])).then(text)


def texts(column: pl.Series) -> pl.Series:
    """Strings as text 字符串列, escapes undone on distinct values; an empty one is null. What is no string raises ``NotColumnarError``."""
    if not (column.str.starts_with("'") & column.str.ends_with("'")).all():
        raise NotColumnarError(f"{column.name}: a value that is no string")
    inner = column.str.slice(1, column.str.len_chars() - 2)
    if inner.str.replace_all("''", "", literal=True).str.contains("'", literal=True).any():
        raise NotColumnarError(f"{column.name}: a value that is no string")
    escaped = inner.str.contains(r"\\|''")
    if escaped.any():
        distinct = inner.filter(escaped).unique()
        plain = pl.Series([string(one) for one in distinct], dtype=pl.String)
        inner = inner.replace(distinct, plain)
    return inner.set(inner == "", None)


def references(column: pl.Series) -> pl.Series:
    """References as ids 引用列. Raises ``NotColumnarError`` for what is none."""
    return _numbers(column, column.str.strip_prefix("#"))


def enumerations(column: pl.Series) -> pl.Series:
    """Enumerations as text 枚举列. Raises ``NotColumnarError`` for what is none."""
    if not column.str.contains(r"^\.[A-Za-z0-9_]+\.$").all():
        raise NotColumnarError(f"{column.name}: a value that is no enumeration")
    return column.str.strip_chars(".")


def reference(text: str) -> int:
    """One reference as an id 引用. Raises ``NotColumnarError`` for what is none."""
    if not re.fullmatch(r"#[0-9]+", text):
        raise NotColumnarError(f"{text[:40]}: a value that is no reference")
    return int(text[1:])


def lists(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row for each reference of a list 引用列表展开, in order. Raises ``NotColumnarError`` for what is no list of references."""
    held = frame.filter(pl.col(column).is_not_null())
    text = held[column]
    if not (text.str.starts_with("(") & text.str.ends_with(")")).all():
        raise NotColumnarError(f"{column}: a value that is no list")
    parts = held.with_columns(pl.col(column).str.strip_chars("()").str.split(",")).explode(column).filter(pl.col(column) != "")
    return parts.with_columns(references(parts[column]))


def _numbers(column: pl.Series, digits: pl.Series) -> pl.Series:
    ids = digits.cast(pl.Int64, strict=False)
    if ids.null_count() > column.null_count() or not column.str.starts_with("#").all():
        raise NotColumnarError(f"{column.name}: a value that is no reference")
    return ids
