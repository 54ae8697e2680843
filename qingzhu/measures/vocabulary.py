"""The small vocabulary 小词汇表 of measures: which functions they may call, and how each engine spells them.

A measure is written once and runs on DuckDB and on Spark. ``vocabulary.toml`` lists the functions both engines have under one name and
one meaning, and named macros for what they spell differently (epoch seconds, whole division). :func:`spell` puts the macros in place.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from qingzhu.terms.errors import MeasureError

FILE = Path(__file__).with_name("vocabulary.toml")

DIALECT = "duckdb"
"""The dialect measures are read in; what differs on an engine is a macro."""


@dataclass(frozen=True)
class Function:
    """One word of the vocabulary 函数. ``spelling`` maps a dialect to its text; empty for one that all engines share."""

    name: str
    words: dict[str, str]
    arguments: tuple[str, ...]
    spelling: dict[str, str]
    cases: tuple[dict[str, Any], ...]

    @property
    def macro(self) -> bool:
        """True where the engines spell it differently."""
        return bool(self.spelling)


@cache
def vocabulary() -> dict[str, Function]:
    """Every function a measure may call 词汇表, by name."""
    entries = tomllib.loads(FILE.read_text("utf-8"))["function"]
    return {entry["name"]: _function(entry) for entry in entries}


def vocabulary_hash() -> str:
    """SHA-256 of the vocabulary's file: part of a figure's pin."""
    return sha256(FILE.read_bytes()).hexdigest()


def word(node: exp.Expression) -> Function | None:
    """The word of the vocabulary a call in a parsed query uses; None where there is no such word."""
    names = [node.name] if isinstance(node, exp.Anonymous) else list(node.sql_names()) if isinstance(node, exp.Func) else []
    return next((known for name in names if (known := vocabulary().get(name.lower()))), None)


PAPER = re.compile(r"\A\s*/\*.*?\*/", re.DOTALL)


@cache
def parsed(sql: str) -> tuple[exp.Expression, ...]:
    """The statements of a measure's file 语句, read once and never changed; its paper, a comment longer than the query, is passed over."""
    return tuple(tree for tree in sqlglot.parse(PAPER.sub("", sql, count=1), read=DIALECT) if tree is not None)


@cache
def spell(sql: str, dialect: str) -> str:
    """A query of the vocabulary as an engine spells it 按引擎书写.

    ``dialect`` is ``duckdb`` or ``spark``. Numbers with a point become float64 (engines would take them for decimals of their own
    sizes); every name is quoted, so that ``limit`` or ``interval`` may be one.
    """
    tree = parsed(sql)[0].transform(_double)
    while calls := [node for node in tree.find_all(exp.Anonymous) if _macro(node)]:
        for call in reversed(calls):  # the innermost come last
            call.replace(sqlglot.parse_one(_spelt(call, dialect), read=dialect))
    return str(tree.sql(dialect, identify=True, comments=False, copy=False))


@cache
def named_columns(sql: str) -> frozenset[str]:
    """The columns a query gives 结果列."""
    return frozenset(parsed(sql)[0].named_selects)


def _function(entry: dict[str, Any]) -> Function:
    spelling: dict[str, str] = {dialect: entry[dialect] for dialect in ("duckdb", "spark") if dialect in entry}
    return Function(entry["name"], entry["words"], tuple(entry.get("arguments", ())), spelling, tuple(entry["case"]))


def _macro(node: exp.Anonymous) -> bool:
    known = vocabulary().get(node.name.lower())
    return known is not None and known.macro


def _spelt(call: exp.Anonymous, dialect: str) -> str:
    known = vocabulary()[call.name.lower()]
    given = [argument.sql(dialect, identify=True) for argument in call.expressions]
    if len(given) != len(known.arguments):
        raise MeasureError(
            "measure_arguments",
            f"函数 {known.name} 需要 {len(known.arguments)} 个参数，给了 {len(given)} 个",
            f"{known.name} takes {len(known.arguments)} arguments ({', '.join(known.arguments)}), {len(given)} were given",
            function=known.name,
        )
    text = known.spelling[dialect].format(**dict(zip(known.arguments, given, strict=True)))
    return f"({text})"


def _double(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Literal) and not node.is_string and not node.name.isdigit():
        return exp.cast(node.copy(), "DOUBLE")
    return node
