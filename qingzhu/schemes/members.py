"""Elements behind figures 数值背后的图元: which elements of the models a figure was computed from, one by one.

A measure says by the ``rows`` of its paper which rows of a derived table are its own; the nearest derived tables that hold
elements are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from qingzhu.measures.engines.engine import quoted
from qingzhu.measures.load import Measure
from qingzhu.measures.run import derived
from qingzhu.measures.vocabulary import spell
from qingzhu.schemes.evaluate import Session
from qingzhu.schemes.evidence import NOBODY, Source
from qingzhu.terms.figures import Figure

MEMBERS = {"figure": pl.String, "model": pl.String, "global_id": pl.String}
"""Columns of :func:`members`."""


def members(session: Session, figures: Iterable[Figure]) -> pl.DataFrame:
    """The elements behind figures 数值背后的图元: ``figure`` (its id), ``model``, ``global_id``; a row for each element of each figure."""
    found = [pl.DataFrame(schema=MEMBERS)]
    by_measure: dict[str, list[Figure]] = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, []).append(figure)
    for name, some in by_measure.items():
        measure = session.measures[name]
        for source in sources_of_elements(session.measures, measure):
            keys = pl.DataFrame([{"figure": figure.id, **figure.grain} for figure in some])
            keys, held = (_with_nobody(frame, source) for frame in (keys, _rows(session, source)))
            joined = keys.join(held, on=list(source.keys), how="inner", nulls_equal=True, maintain_order="left_right")
            found.append(joined.select(list(MEMBERS)))
    return pl.concat(found).unique(maintain_order=True)


def sources_of_elements(measures: Mapping[str, Measure], measure: Measure) -> list[Source]:
    """The nearest derived tables below a measure that hold elements, with the grain they share and what narrows them."""
    return list({source.table: source for source in _below(measures, measure, list(measure.grain), measure.rows)}.values())


def _below(measures: Mapping[str, Measure], measure: Measure, grain: list[str], rows: Mapping[str, str]) -> Iterator[Source]:
    for table in measure.inputs:
        if table not in measures:
            continue
        below = measures[table]
        if "global_id" in below.columns:
            yield Source(table, tuple(column for column in grain if column in below.columns), rows.get(table))
        else:
            yield from _below(measures, below, grain, {**below.rows, **rows})


def _with_nobody(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Keys with null for what grains call unknown or unmapped."""
    return frame.with_columns(pl.col(key).replace(list(NOBODY), None) for key in source.keys)


def _rows(session: Session, source: Source) -> pl.DataFrame:
    derived(session.measures, session.engine, session.tables, source.table, session.on)
    dialect = session.engine.dialect
    names = ", ".join(quoted(dialect, name) for name in (*source.keys, "model", "global_id"))
    where = f" WHERE {source.predicate}" if source.predicate else ""
    narrowed = spell(f"SELECT * FROM {source.table}{where}", dialect)
    return session.engine.run(f"SELECT {names} FROM ({narrowed}) AS narrowed")
