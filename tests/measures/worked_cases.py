"""Worked cases: rows in, figures out, on an engine. Every test of a measure asks :func:`figures_of`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import polars as pl

from qingzhu.measures import tables as known
from qingzhu.measures.engines import Engine
from qingzhu.measures.inputs import Files, Tables
from qingzhu.measures.load import Measure, load
from qingzhu.measures.run import derived, run
from qingzhu.schemes.evidence import Session, all_rows, sources
from qingzhu.terms.figures import Figure
from qingzhu.terms.times import LOCAL

Rows = Sequence[Mapping[str, Any]]

ON = date(2023, 6, 30)
"""The date of judgement of every case that names no other."""

MONTHS = [
    {
        "month": year * 12 + at,
        "from_date": date(year, at + 1, 1),
        "to_date": date.fromordinal(date(year + (at == 11), (at + 1) % 12 + 1, 1).toordinal() - 1),
    }
    for year in range(2021, 2025)
    for at in range(12)
]

_KINDS = {
    "string": pl.String,
    "int64": pl.Int64,
    "float64": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "timestamp": pl.Datetime("us", "UTC"),
}


def local(text: str) -> datetime:
    """A moment on the local clock (UTC+8), e.g. ``2023-06-01 22:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(UTC)


def frame_of(rows: Rows, columns: Mapping[str, str]) -> pl.DataFrame:
    """Rows as a frame with every column of a contract; what a row does not say is null. A strange column is refused."""
    strange = {name for row in rows for name in row} - set(columns)
    assert not strange, f"no such column: {strange}"
    return pl.DataFrame(
        [{name: row.get(name) for name in columns} for row in rows], schema={name: _KINDS[kind] for name, kind in columns.items()}
    )


def evidence_of(rows: Mapping[str, Rows], folder: Path) -> dict[str, Files]:
    """Tables of evidence as files: submission S1, rows numbered from 2, as in a sheet under its header."""
    found = {}
    for table, listed in rows.items():
        columns = known.evidence()[table]
        numbered = [{"submission": "S1", "row": at, **row} for at, row in enumerate(listed, start=2)]
        file = folder / f"{table}.parquet"
        frame_of(numbered, columns).write_parquet(file)
        found[table] = Files(table, [str(file)], event="time" if table in {"weighing", "reading"} else None)
    return found


def parameters_of(parameters: Mapping[str, Rows | pl.DataFrame] | None, on: date) -> dict[str, pl.DataFrame]:
    """Parameter tables as frames; ``judgement`` and ``calendar_month`` come by themselves."""
    given: dict[str, Any] = {"judgement": [{"on_date": on}], "calendar_month": [month for month in MONTHS if month["from_date"] <= on]}
    given |= parameters or {}
    return {name: rows if isinstance(rows, pl.DataFrame) else frame_of(rows, known.parameters()[name]) for name, rows in given.items()}


class Case:
    """Rows in, ready to be measured on an engine; use in a ``with`` block."""

    def __init__(
        self,
        rows: Mapping[str, Rows],
        parameters: Mapping[str, Rows | pl.DataFrame] | None,
        engine: Engine,
        on: date = ON,
        names: Sequence[str] | None = None,
        folders: Sequence[Path] | None = None,
    ) -> None:
        self.measures: dict[str, Measure] = load(folders, names)
        self.engine, self.on = engine, on
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        self.tables = Tables(evidence_of(rows, folder), parameters_of(parameters, on), folder / "kept")

    def __enter__(self) -> Case:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def figures(self, measure: str) -> list[Figure]:
        return run(self.measures, self.engine, self.tables, [measure], self.on)

    def derived(self, table: str) -> list[dict[str, Any]]:
        return derived(self.measures, self.engine, self.tables, table, self.on).to_dicts()

    def rows(self, figure: Figure) -> dict[str, pl.DataFrame]:
        """The rows of evidence behind a figure, by table."""
        session = cast(Session, self)  # all it asks for are the measures and the engine
        return {source.table: all_rows(session, figure, source) for source in sources(session, self.measures[figure.measure])}


def figures_of(
    measure: str, rows: Mapping[str, Rows], parameters: Mapping[str, Rows | pl.DataFrame] | None, engine: Engine, on: date = ON
) -> list[Figure]:
    """The figures of one measure over rows 算例: ``rows`` maps tables of evidence, ``parameters`` parameter tables, to rows."""
    with Case(rows, parameters, engine, on, [measure]) as case:
        return case.figures(measure)


def derived_of(
    table: str, rows: Mapping[str, Rows], parameters: Mapping[str, Rows | pl.DataFrame] | None, engine: Engine, on: date = ON
) -> list[dict[str, Any]]:
    """The rows of one derived table 派生表算例."""
    with Case(rows, parameters, engine, on, [table]) as case:
        return case.derived(table)


def figure_of(
    measure: str,
    rows: Mapping[str, Rows],
    parameters: Mapping[str, Rows | pl.DataFrame] | None,
    engine: Engine,
    on: date = ON,
    **grain: str,
) -> Figure:
    """The one figure of a grain; of those columns of the grain that are given."""
    found = [figure for figure in figures_of(measure, rows, parameters, engine, on) if grain.items() <= figure.grain.items()]
    assert len(found) == 1, found
    return found[0]
