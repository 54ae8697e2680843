"""Evidence behind figures 数值的证据: for each figure the rows of each evidence table it was computed from, and their originals.

A figure's rows are those of its measure's inputs that agree with its grain, narrowed by the paper's ``rows``; a derived table is followed
down to the evidence it was made of, and one that ``rows`` names and whose rows say of which submission they are is shown itself, before
that: the elements that do not conform, say.
Rows of a model are of the building that its elements are of; of a model that names none, of every building of its project.
One query serves all figures that share table, grain columns and predicate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from qingzhu.ledger.contracts import load as contracts
from qingzhu.measures import run as measuring
from qingzhu.measures.engines.engine import quoted
from qingzhu.measures.load import Measure
from qingzhu.measures.tables import evidence as evidence_tables
from qingzhu.measures.vocabulary import spell
from qingzhu.schemes.evaluate import Session
from qingzhu.terms.figures import Figure

FIRST = 20
"""So many rows of each table are shown with a figure; ``qingzhu explain --rows`` gives all."""


NOBODY = ("unknown", "unmapped")
"""What grains call a key that rows leave null."""


@dataclass(frozen=True)
class Source:
    """A table behind a measure 证据来源: the grain columns it shares with the measure, and what narrows it.

    ``by_model``: the table names no building itself, but the models that its rows are of do.
    """

    table: str
    keys: tuple[str, ...]
    predicate: str | None
    by_model: bool = False


@dataclass
class Opened:
    """The evidence of one session, opened once and kept 已展开的证据."""

    session: Session
    kept: dict[Source, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)

    def of(self, figure: Figure) -> list[dict[str, Any]]:
        """What stands behind a figure, a table each: count, columns, first rows, submissions."""
        found = []
        for source in sources(self.session, self.session.measures[figure.measure]):
            if source not in self.kept:
                self.kept[source] = grouped(self.session, source)
            grain = [figure.grain[key] for key in source.keys]
            given = self.kept[source].get(tuple(grain)) or self.kept[source].get(tuple(None if key in NOBODY else key for key in grain))
            empty = {"count": 0, "rows": [], "submissions": []}
            found.append({"table": source.table, "columns": columns_of(self.session, source.table), **(given or empty)})
        return found


def sources(session: Session, measure: Measure) -> list[Source]:
    """The tables behind a measure, each once, derived ones that ``rows`` names first; predicates of several readers are united."""
    found: dict[str, Source] = {}
    for source in _sources(session, measure, list(measure.grain), measure.rows):
        held = found.get(source.table, source)
        united = held.predicate if held.predicate == source.predicate else _either(held.predicate, source.predicate)
        found[source.table] = replace(source, predicate=united)
    return sorted(found.values(), key=lambda source: source.table not in session.measures)


def _either(one: str | None, other: str | None) -> str | None:
    return f"({one}) OR ({other})" if one and other else None


def _sources(session: Session, measure: Measure, grain: list[str], rows: Mapping[str, str]) -> Iterator[Source]:
    """``rows`` are the predicates of the measures above: what a measure says of a table goes before what its derived tables say."""
    for table in measure.inputs:
        if table in session.measures:
            below = session.measures[table]
            if table in rows and {"submission", "row"} <= below.columns.keys():
                yield Source(table, tuple(column for column in grain if column in below.columns), rows[table])
            yield from _sources(session, below, grain, {**below.rows, **rows})
        else:
            columns = evidence_tables()[table]
            by_model = "building" in grain and "building" not in columns and "model" in columns and MAPPED in session.measures
            keys = tuple(column for column in grain if column in columns or (by_model and column == "building"))
            yield Source(table, keys, rows.get(table), by_model)


MAPPED = "mapped_element"
"""The derived table that knows of which building the elements of a model are."""

OF_BUILDING = f"""
    SELECT given.*, placed.building FROM ({{rows}}) AS given
    JOIN (SELECT DISTINCT element.project, element.model, building.building
          FROM {MAPPED} AS element JOIN building ON building.project = element.project
          WHERE element.building IS NULL OR element.building = building.building) AS placed
      ON placed.project = given.project AND placed.model = given.model"""
"""Rows of models with the building each is of, a row once for each."""


def rows_sql(session: Session, source: Source, where: str | None = None) -> str:
    """The query for the rows of a source, in the engine's dialect; personal columns are left out."""
    dialect = session.engine.dialect
    names = ", ".join(quoted(dialect, name) for name in dict.fromkeys([*_names(session, source), *source.keys]))
    narrowed = (
        spell(f"SELECT * FROM {source.table} WHERE {source.predicate}", dialect) if source.predicate else f"SELECT * FROM {source.table}"
    )
    if source.by_model:
        measuring.derived(session.measures, session.engine, session.tables, MAPPED, session.on)
        narrowed = OF_BUILDING.format(rows=narrowed)
    return f"SELECT {names} FROM ({narrowed}) AS narrowed" + (f" WHERE {where}" if where else "")


def _names(session: Session, source: Source) -> list[str]:
    return ["submission", "row", *(column["name"] for column in columns_of(session, source.table))]


def grouped(session: Session, source: Source) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of a source by its grain: how many, the first of them, the submissions they came with."""
    dialect = session.engine.dialect
    keys = ", ".join(quoted(dialect, key) for key in source.keys) or "1"
    body = rows_sql(session, source)
    counted = session.engine.run(f"SELECT {keys}, submission, count(*) AS n FROM ({body}) AS evidence GROUP BY {keys}, submission")
    in_order = f"row_number() OVER (PARTITION BY {keys} ORDER BY submission, {quoted(dialect, 'row')})"
    placed = f"SELECT *, {in_order} AS nth_of_grain FROM ({body}) AS evidence"
    first = session.engine.run(f"SELECT * FROM ({placed}) AS placed WHERE nth_of_grain <= {FIRST} ORDER BY nth_of_grain")
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in counted.iter_rows(named=True):
        entry = found.setdefault(tuple(row[key] for key in source.keys), {"count": 0, "rows": [], "submissions": []})
        entry["count"] += row["n"]
        entry["submissions"].append(row["submission"])
    names = _names(session, source)
    for row in first.iter_rows(named=True):
        found[tuple(row[key] for key in source.keys)]["rows"].append([row[name] for name in names])
    return found


def all_rows(session: Session, figure: Figure, source: Source) -> pl.DataFrame:
    """Every row of one table behind a figure, in order of submission and row."""
    dialect = session.engine.dialect
    wanted = [_of_key(quoted(dialect, key), str(figure.grain[key])) for key in source.keys]
    return (
        session.engine.run(rows_sql(session, source, " AND ".join(wanted) or None))
        .select(_names(session, source))
        .sort("submission", "row")
    )


def _of_key(column: str, key: str) -> str:
    """The condition on rows of one key of a grain; of one that grains call unknown also those that leave it null."""
    equal = f"{column} = '{key.replace(chr(39), chr(39) * 2)}'"
    return f"({equal} OR {column} IS NULL)" if key in NOBODY else equal


def columns_of(session: Session, table: str) -> list[dict[str, Any]]:
    """The columns of a table as a report shows them; personal ones are left out before anything is read."""
    if table in session.measures:
        return [column for column in session.measures[table].described if column["name"] not in ("submission", "row")]
    return [
        {"name": column.name, **column.words, **({"unit": column.unit} if column.unit else {})}
        for column in contracts()[table].columns
        if not column.personal and column.name not in ("submission", "row")
    ]
