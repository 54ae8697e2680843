"""Names of streams 序列命名: sensor, quantity, unit and factor of each stream of a file, and what is wrong with them.

A file has few streams and many rows: everything here looks at streams, and touches rows only to refuse them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from qingzhu.collectors.remarks import refusal
from qingzhu.collectors.sieve import Sieve

if TYPE_CHECKING:
    from qingzhu.collectors.readings import ReadingWords

NAMES = {"stream": pl.Int64, "sensor": pl.String, "quantity": pl.String, "unit": pl.String, "factor": pl.Float64, "rows": pl.Int64}

Stream = dict[str, Any]


def name_streams(sieve: Sieve, given: pl.DataFrame, words: ReadingWords, declared: pl.DataFrame) -> pl.DataFrame:
    """``stream sensor quantity unit factor rows`` of every stream 命名, by number; the rows of those that cannot be named are refused."""
    streams = [{**stream, "problem": None} for stream in given.iter_rows(named=True)]
    _quantities(sieve, streams, words, declared)
    _sensors(sieve, streams, declared)
    _units(sieve, streams, words, declared)
    for stream in streams:
        if stream["problem"]:
            code, column, facts = stream["problem"]
            sieve.check(code, pl.col("stream") == stream["stream"], column, **facts)
    return pl.DataFrame([{name: stream.get(name) for name in NAMES} for stream in streams], schema=NAMES)


def _quantities(sieve: Sieve, streams: list[Stream], words: ReadingWords, declared: pl.DataFrame) -> None:
    """The quantity by our names; one written with its unit (PM10(mg/m3)) gives the unit too."""
    if streams and all(stream["quantity_text"] is None for stream in streams):
        _quantity_of_sensor(sieve, streams, words, declared)
        return
    wanted = ", ".join(sorted(words.dimensions))
    for stream in streams:
        match = words.quantities.match(stream["quantity_text"] or "")
        if match is None:
            found = pl.lit(stream["quantity_text"] or "")
            stream["problem"] = ("quantity_unknown", "quantity", {"found": found, "wanted": wanted})
            continue
        stream["quantity"], stream["unit_text"] = match[0], stream["unit_text"] or match[2] or None


def _quantity_of_sensor(sieve: Sieve, streams: list[Stream], words: ReadingWords, declared: pl.DataFrame) -> None:
    """No column of quantities: the survey's when it gives the sensor only one, or noise when the values are in dB."""
    for stream in streams:
        own = declared.filter(pl.col("sensor") == (stream["sensor"] or "").strip())["quantity"].unique()
        meaning = words.units.meaning(stream["unit_text"])
        if len(own) != 1 and not (meaning and meaning[0] == "level"):
            raise refusal("quantity_missing", sieve.place, found=" | ".join(sieve.titles.values()))
        stream["quantity"] = own[0] if len(own) == 1 else "noise"
    for quantity in sorted({stream["quantity"] for stream in streams}):
        sieve.say("quantity_assumed", found=quantity)


def _sensors(sieve: Sieve, streams: list[Stream], declared: pl.DataFrame) -> None:
    """The sensor, trimmed; without a column of sensors, the only one that the survey has for the quantity."""
    if "sensor" in sieve.titles:
        for stream in streams:
            stream["sensor"] = (stream["sensor"] or "").strip() or None
            if stream["sensor"] is None and not stream["problem"]:
                stream["problem"] = ("sensor_empty", "sensor", {})
        return
    for quantity in dict.fromkeys(stream["quantity"] for stream in streams if not stream["problem"]):
        sensors = declared.filter(pl.col("quantity") == quantity)["sensor"].unique()
        if len(sensors) != 1:
            raise refusal("sensor_missing", sieve.place, found=quantity)
        sieve.say("sensor_assumed", found=sensors[0], quantity=quantity)
        for stream in streams:
            if stream.get("quantity") == quantity:
                stream["sensor"] = sensors[0]


def _units(sieve: Sieve, streams: list[Stream], words: ReadingWords, declared: pl.DataFrame) -> None:
    """The unit is the file's, else the survey's, else dB(A) for noise; dust without any is refused: mg and µg differ by 1000."""
    own = {(sensor, quantity): unit for sensor, quantity, unit in declared.select("sensor", "quantity", "unit").iter_rows() if unit}
    silent: dict[tuple[str, str, str], int] = {}
    for stream in streams:
        if stream["problem"]:
            continue
        quantity, text = stream["quantity"], stream["unit_text"]
        told = own.get((stream["sensor"], quantity))
        unit = text or told or ("dB(A)" if quantity == "noise" else None)
        meaning = words.units.meaning(unit)
        if unit is None:
            stream["problem"] = ("reading_unit_missing", "value", {"found": pl.lit(quantity)})
        elif meaning is None or meaning[0] != words.dimensions[quantity]:
            facts = {"found": pl.lit(unit), "quantity": quantity, "wanted": "dB(A)" if quantity == "noise" else "µg/m³, mg/m³"}
            stream["problem"] = ("reading_unit_unknown", "unit", facts)
        else:
            stream["unit"], stream["factor"] = unit, meaning[1]
            if text is None:
                key = ("reading_unit_declared" if told else "reading_unit_assumed", quantity, unit)
                silent[key] = silent.get(key, 0) + stream["rows"]
            elif told and words.units.meaning(told) not in (None, meaning):
                sieve.say("reading_unit_differs", count=stream["rows"], found=text, wanted=told, sensor=stream["sensor"])
    for (code, quantity, unit), rows in silent.items():
        sieve.say(code, count=rows, found=unit, quantity=quantity)
