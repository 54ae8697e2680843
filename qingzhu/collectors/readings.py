"""Readings 读数: noise and dust of instruments on site, from csv or Parquet, whole columns at a time (the Plan, 三（四）).

Long form has a row a reading (sensor, quantity, time, value), wide form a column a quantity, and maybe one of its flags. Values are kept
in dB(A) and µg/m³, what the file wrote beside them. Nothing here runs per row: a million readings take well under a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.headers import Synonyms, plain
from qingzhu.collectors.raw_readings import RawReadings, both, read_raw
from qingzhu.collectors.reading_streams import check_twice, number_streams, on_declared, streams_of
from qingzhu.collectors.reading_values import check_flags, check_plausible, check_times, check_values, parse_times, parse_values, to_long
from qingzhu.collectors.remarks import remark
from qingzhu.collectors.sieve import Sieve
from qingzhu.collectors.stream_names import name_streams
from qingzhu.collectors.units import UnitWords
from qingzhu.terms.readings import Reading

Known = Callable[[pl.DataFrame], pl.DataFrame]
"""Asked with the streams of a file (``sensor quantity from to``), gives the readings of other files that count already
(``submission sensor quantity time``)."""

DECLARED = {"sensor": pl.String, "quantity": pl.String, "unit": pl.String}
"""What is looked at in the survey's sensors."""


@dataclass(frozen=True)
class ReadingWords:
    """What the rulebook tells the reader of readings 读数用词: synonyms of headers and quantities, units, flags."""

    synonyms: Synonyms
    quantities: Synonyms
    units: UnitWords
    invalid: frozenset[str]
    valid: frozenset[str]
    flagged: tuple[str, ...]
    ignored: frozenset[str]
    dimensions: Mapping[str, str]
    plausible: Mapping[str, tuple[float, float]]

    @staticmethod
    def of(headers: Mapping[str, Any]) -> ReadingWords:
        """The words from the data file ``headers.toml``, as ``tomllib`` reads it."""
        flags, quantities = headers["reading_flags"], headers["reading_quantities"]
        return ReadingWords(
            Synonyms.of(headers["reading"]),
            Synonyms.of(quantities),
            UnitWords.of(headers["units"]),
            frozenset(plain(flag) for flag in flags["invalid"]),
            frozenset(plain(flag) for flag in flags["valid"]),
            tuple(flags["columns"]),
            frozenset(plain(word) for word in headers["words"]["ignored"]),
            {quantity: "level" if quantity == "noise" else "concentration" for quantity in quantities},
            {quantity: (low, high) for quantity, (low, high) in headers["reading_plausible"].items()},
        )


def read_readings(
    path: Path,
    name: str,
    project: str,
    words: ReadingWords,
    sensors: pl.DataFrame | None = None,
    known: Known | None = None,
    *,
    given_at: datetime | None = None,
) -> Reading:
    """Read a file of readings 读读数 into the table ``reading``.

    ``sensors``: the survey's streams (``sensor quantity unit``); ``known``: readings that count already; ``given_at``: rows
    later than it are refused. Raises ``MalformedError`` when the file is no table of readings.
    """
    declared = pl.DataFrame(schema=DECLARED) if sensors is None else sensors.select(pl.col(c).cast(kind) for c, kind in DECLARED.items())
    raw = read_raw(path, name, both(words.synonyms, words.quantities, words.flagged), words.ignored)
    corrects = _corrects(raw)
    sieve = Sieve(raw.frame, raw.place, {column: raw.header.text(column) for column in raw.header.columns}, raw.remarks)
    rows = raw.frame.height
    if raw.overlong:
        sieve.check("cells_beyond_header", pl.col("row").is_in(raw.overlong))
    parse_times(sieve)
    to_long(sieve, raw.header, words)
    parse_values(sieve)
    names = name_streams(sieve, number_streams(sieve), words, declared)
    check_times(sieve, given_at)
    check_flags(sieve, words)
    check_values(sieve, names)
    check_plausible(sieve, names, words.plausible)
    streams = streams_of(sieve.frame, names)
    leans_on = check_twice(sieve, names, streams, known)
    on_declared(sieve, streams, declared)
    _on_the_whole(sieve, rows)
    refused = sieve.refused()
    refused_rows = refused.join(raw.original(refused["row"]), on="row", maintain_order="left") if refused is not None else None
    facts = {**raw.facts, "streams": streams.with_columns(pl.col("from", "to").dt.strftime("%Y-%m-%dT%H:%M:%SZ")).to_dicts()}
    return Reading({"reading": _evidence(sieve.frame, names, project)}, sieve.remarks, refused_rows, leans_on, corrects, facts)


def _corrects(raw: RawReadings) -> str | None:
    if "corrects" in raw.frame.columns:
        named = raw.frame["corrects"].drop_nulls()
        return str(named[0]) if len(named) else None
    return raw.marker.get("submission")


def _on_the_whole(sieve: Sieve, rows: int) -> None:
    if rows == 0:
        sieve.say("no_rows")
    elif sieve.frame.is_empty() and sieve.reasons:
        sieve.remarks.append(remark("every_row_refused", sieve.place, found=rows))


def _evidence(frame: pl.DataFrame, names: pl.DataFrame, project: str) -> pl.DataFrame:
    """The columns of the contract ``reading``, in the order of the file; what a stream has in common comes by its number."""
    stream = frame["stream"]
    factor = names["factor"].gather(stream) if names["factor"].n_unique() > 1 else None
    given = frame["given"] if factor is None else frame["given"] * factor
    scale = 1.0 if factor is not None or names.is_empty() else names["factor"][0]
    return frame.select(
        pl.lit(project).alias("project"),
        "row",
        names["sensor"].gather(stream),
        names["quantity"].gather(stream),
        "time",
        pl.when(~pl.col("invalid")).then(pl.lit(given) * scale if scale != 1.0 else pl.lit(given)).alias("value"),
        "given",
        names["unit"].gather(stream),
        "flag",
        "received",
    )
