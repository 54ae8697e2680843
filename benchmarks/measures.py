"""Dust and noise over ten million readings, against as many bare DuckDB queries in the same run.

A bare query reads the same files, columns and filter and groups by project, sensor, rule and slot; it counts and averages, no more.
``alone`` is one measure with nothing computed before (its slots included) against one bare query; ``total`` is all of them as an
evaluation runs them, slots computed once, against as many bare queries. Run: ``python -m benchmarks.measures [readings]``.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars as pl

from qingzhu.measures.engines import Engine, instant
from qingzhu.measures.engines.duck import DuckEngine
from qingzhu.measures.inputs import Files, Tables
from qingzhu.measures.load import load
from qingzhu.measures.run import run
from qingzhu.terms.times import end_of

READINGS = 10_000_000
PROJECTS = 5
STREAMS = ("noise", "pm10", "tsp")
INTERVAL = 60  # s
FIRST = date(2022, 1, 1)
THREADS = 2
ROUNDS = 3
NOISE = ("noise_exceedances", "noise_hours", "noise_episodes", "noise_exceedances_total")
DUST = ("dust_exceedances", "dust_hours", "dust_episodes", "dust_exceedances_total")
TOTAL_AT_MOST, WORST_AT_MOST = 2.0, 3.0

SLOT = "(epoch_us(time) // 1000000 + 28800)"
BARE = {
    "noise": f"""SELECT project, sensor,
        CASE WHEN ({SLOT} % 86400) // 3600 BETWEEN 6 AND 21 THEN 'noise_day' ELSE 'noise_night' END AS rule,
        {SLOT} // 1200 AS slot, count(value) AS readings, avg(value) AS level
        FROM reading WHERE quantity = 'noise' GROUP BY ALL""",
    "dust": f"""SELECT project, sensor, CASE WHEN quantity = 'tsp' THEN 'tsp_mean' ELSE 'pm10_difference' END AS rule,
        {SLOT} // (CASE WHEN quantity = 'tsp' THEN 900 ELSE 3600 END) AS slot, count(value) AS readings, avg(value) AS level
        FROM reading WHERE quantity <> 'noise' GROUP BY ALL""",
}


def made(folder: Path, readings: int) -> tuple[dict[str, Files], date]:
    """Files of evidence: streams of a minute, an hourly reference, some invalid values; one submission a file."""
    each = readings // (PROJECTS * len(STREAMS))
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - timedelta(hours=8)
    random = np.random.default_rng(7)
    files, sensors = [], []
    for at in range(PROJECTS):
        project = f"P{at + 1:02d}"
        for quantity in STREAMS:
            level = {"noise": 62.0, "pm10": 90.0, "tsp": 300.0}[quantity] + {"noise": 8.0, "pm10": 40.0, "tsp": 150.0}[
                quantity
            ] * random.normal(size=each)
            files.append(_written(folder, project, f"{quantity}-1", quantity, start, INTERVAL, np.round(level, 1)))
            sensors.append(
                {
                    "project": project,
                    "sensor": f"{quantity}-1",
                    "quantity": quantity,
                    "interval": INTERVAL,
                    "reference": "CITY",
                    "from_date": FIRST,
                }
            )
        hours = each * INTERVAL // 3600
        files.append(_written(folder, project, "CITY", "pm10", start, 3600, np.round(60 + 20 * random.normal(size=hours), 1)))
        sensors.append(
            {"project": project, "sensor": "CITY", "quantity": "pm10", "interval": 3600, "is_reference": True, "from_date": FIRST}
        )
    last = FIRST + timedelta(seconds=each * INTERVAL) - timedelta(days=1)
    projects = [{"project": f"P{at + 1:02d}", "works_from": FIRST} for at in range(PROJECTS)]
    small = {}
    for table, rows in (("sensor", sensors), ("project", projects)):
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(folder / f"{table}.parquet")
        small[table] = Files(table, [str(folder / f"{table}.parquet")])
    return small | {"reading": Files("reading", [file for file, _ in files], [submission for _, submission in files], "time")}, last


def _written(folder: Path, project: str, sensor: str, quantity: str, start: datetime, seconds: int, values: np.ndarray) -> tuple[str, str]:
    count, submission = len(values), f"{project}-{sensor}"
    frame = pl.DataFrame(
        {
            "submission": pl.repeat(submission, count, eager=True),
            "row": pl.int_range(2, count + 2, eager=True),
            "project": pl.repeat(project, count, eager=True),
            "sensor": pl.repeat(sensor, count, eager=True),
            "quantity": pl.repeat(quantity, count, eager=True),
            "time": pl.Series(
                np.datetime64(start.replace(tzinfo=None), "us") + np.arange(count) * np.timedelta64(seconds, "s")
            ).dt.replace_time_zone("UTC"),
            "value": pl.Series(values).set(pl.Series(np.arange(count) % 97 == 0), None),
        }
    )
    file = folder / f"reading-{project}-{sensor}.parquet"
    frame.write_parquet(file, row_group_size=200_000)
    return str(file), submission


def parameters(on: date) -> dict[str, pl.DataFrame]:
    """Limits as the rulebook hands them over."""
    whole = {"period": "all", "hour_from": 0, "hour_to": 24, "from_date": date(2012, 7, 1), "needs_reference": False}
    noise = whole | {"quantity": "noise", "metric": "laeq", "slot_length": 1200}
    limits = [
        noise | {"rule": "noise_day", "period": "day", "hour_from": 6, "hour_to": 22, "limit": 70.0},
        noise | {"rule": "noise_night", "period": "night", "hour_from": 22, "hour_to": 6, "limit": 55.0},
        whole
        | {
            "rule": "pm10_difference",
            "quantity": "pm10",
            "metric": "difference",
            "slot_length": 3600,
            "limit": 80.0,
            "needs_reference": True,
        },
        whole | {"rule": "tsp_mean", "quantity": "tsp", "metric": "mean", "slot_length": 900, "limit": 500.0},
    ]
    days = pl.DataFrame({"from_date": pl.date_range(date(2015, 1, 1), on, "1mo", eager=True)})
    months = days.with_columns(
        to_date=pl.col("from_date").dt.month_end(),
        month=pl.col("from_date").dt.year().cast(pl.Int64) * 12 + pl.col("from_date").dt.month() - 1,
    )
    return {
        "limit": pl.DataFrame(limits),
        "slot_rule": pl.DataFrame({"valid_share": [75.0]}),
        "comparison_rule": pl.DataFrame({"tolerance": [1e-9]}),
        "judgement": pl.DataFrame({"on_date": [on]}),
        "calendar_month": months,
    }


def timed(work: Callable[[], object]) -> float:
    """Wall time of one go. [s]"""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def bare(evidence: dict[str, Files], on: date) -> dict[str, Callable[[], object]]:
    """One bare query each of noise and dust, ready to run."""
    connection = duckdb.connect(config={"threads": THREADS})
    connection.execute("SET TimeZone = 'UTC'")
    reading = evidence["reading"]
    current = ", ".join(f"'{submission}'" for submission in reading.submissions or ())
    connection.execute(
        f"CREATE VIEW reading AS SELECT project, sensor, quantity, time, value FROM read_parquet({list(reading.files)!r}) "
        f"WHERE submission IN ({current}) AND time < {instant('duckdb', end_of(on))}"
    )
    return {term: lambda sql=sql: connection.execute(f"CREATE OR REPLACE TEMP TABLE slots AS {sql}") for term, sql in BARE.items()}


def measured(engine: Engine, evidence: dict[str, Files], on: date, folder: Path, names: tuple[str, ...]) -> Callable[[], object]:
    """Measures from nothing, ready to run: views, slots, figures."""
    measures, given = load(names=names), parameters(on)

    def work() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        run(measures, engine, Tables(evidence, given, folder), names, on)

    return work


def side_by_side(ours: Callable[[], object], theirs: list[Callable[[], object]]) -> tuple[float, float]:
    """Both in turn, several rounds, the fastest of each: what else runs on the machine slows both alike. [s]"""
    rounds = [(timed(ours), sum(timed(query) for query in theirs)) for _ in range(ROUNDS)]
    return min(one for one, _ in rounds), min(other for _, other in rounds)


def main(readings: int = READINGS) -> bool:
    """Print the table; true where the bars hold."""
    with TemporaryDirectory() as place:
        evidence, on = made(Path(place), readings)
        queries, engine, kept = bare(evidence, on), DuckEngine(threads=THREADS), Path(place) / "kept"
        print(f"{readings:,} readings, {THREADS} threads, DuckDB {duckdb.__version__}; fastest of {ROUNDS} rounds")
        print(f"{'measure':32} {'ours s':>8} {'bare s':>8} {'ratio':>6}")
        worst = 0.0
        for name in (*NOISE, *DUST):
            ours, theirs = side_by_side(measured(engine, evidence, on, kept, (name,)), [queries[name.split("_")[0]]])
            worst = max(worst, ours / theirs)
            print(f"{name + ', alone':32} {ours:8.2f} {theirs:8.2f} {ours / theirs:6.2f}")
        as_many = [queries[name.split("_")[0]] for name in (*NOISE, *DUST)]
        ours, theirs = side_by_side(measured(engine, evidence, on, kept, (*NOISE, *DUST)), as_many)
        total = ours / theirs
        print(f"{'total, slots shared':32} {ours:8.2f} {theirs:8.2f} {total:6.2f}")
        print(f"total {total:.2f} (at most {TOTAL_AT_MOST:g}), worst {worst:.2f} (at most {WORST_AT_MOST:g})")
        engine.close()
        return total <= TOTAL_AT_MOST and worst <= WORST_AT_MOST


if __name__ == "__main__":
    sys.exit(0 if main(*(int(argument) for argument in sys.argv[1:])) else 1)
