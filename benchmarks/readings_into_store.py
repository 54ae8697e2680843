"""Readings into durable evidence, against reading the same files and writing them as Parquet, flushed, in the same run.

Ours: a dossier is collected as ``qingzhu collect`` does: original kept and flushed, read, units and times settled, duplicates looked for in
the file and in the other files, contract, hash of rows, Delta commit, journal record, every step flushed. The bare side reads with polars,
writes Parquet and flushes: no contract, no check, no original, no commit. Run: ``python -m benchmarks.readings_into_store [rows]``.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from qingzhu.cli.words import dossier_words
from qingzhu.collectors.dossier import collect
from qingzhu.ledger.store import Store

ROWS = 1_000_000
"""Readings in a file."""

FILES = 3
ROUNDS = 3
STREAMS = {"N1": ("noise", 62.0, "dB(A)"), "D1": ("pm10", 90.0, "µg/m³"), "D2": ("tsp", 300.0, "µg/m³"), "D3": ("pm2_5", 50.0, "µg/m³")}
BARS = {"parquet": 1_000_000, "csv": 300_000}
"""Readings a second."""

FIRST = datetime(2022, 1, 1, tzinfo=UTC)
GIVEN_AT = datetime(2026, 1, 1, tzinfo=UTC)


def readings(rows: int, part: int) -> pl.DataFrame:
    """A file's readings: four streams, ten seconds apart, the parts one after another in time."""
    random = np.random.default_rng(part)
    each = rows // len(STREAMS)
    start = FIRST + timedelta(seconds=10 * each * part)
    times = pl.datetime_range(start, start + timedelta(seconds=10 * (each - 1)), "10s", time_unit="us", eager=True)
    frames = [
        pl.DataFrame(
            {
                "sensor": pl.repeat(sensor, each, eager=True),
                "quantity": pl.repeat(quantity, each, eager=True),
                "time": times,
                "value": np.round(level + level / 8 * random.normal(size=each).clip(-4, 4), 1),
                "unit": pl.repeat(unit, each, eager=True),
            }
        )
        for sensor, (quantity, level, unit) in STREAMS.items()
    ]
    return pl.concat(frames)


def dossier(folder: Path, kind: str, rows: int) -> list[Path]:
    """A dossier with a survey and files of readings; the files."""
    (folder / "readings").mkdir(parents=True)
    sensors = "".join(
        f'[[sensor]]\nsensor = "{sensor}"\nquantity = "{quantity}"\ninterval = 10\nunit = "{unit}"\n'
        for sensor, (quantity, _, unit) in STREAMS.items()
    )
    (folder / "project.toml").write_text(f'[project]\nproject = "P01"\nname = "一号楼"\n{sensors}', "utf-8")
    files = [folder / "readings" / f"{part}.{kind}" for part in range(FILES)]
    for part, path in enumerate(files):
        frame = readings(rows, part)
        if kind == "csv":
            frame.with_columns(pl.col("time").dt.convert_time_zone("Asia/Shanghai").dt.strftime("%Y-%m-%d %H:%M:%S")).write_csv(path)
        else:
            frame.write_parquet(path)
    return files


def ours(folder: Path, store: Path) -> tuple[int, float]:
    """Collect a dossier; how many readings count in the end, and the time its files of readings took. [s]"""
    moments: list[float] = []
    words, kept = dossier_words(), Store.open(store)
    collect(folder, kept, words, given_by="bench", given_at=GIVEN_AT, tell=lambda name, submission: moments.append(time.perf_counter()))
    return sum(one.tables.get("reading", 0) for one in kept.current("P01")), moments[-1] - moments[0]


def bare(files: list[Path], out: Path) -> tuple[int, float]:
    """Read and write the same files, flushed."""
    out.mkdir()
    began, rows = time.perf_counter(), 0
    for path in files:
        frame = pl.read_csv(path, try_parse_dates=True) if path.suffix == ".csv" else pl.read_parquet(path)
        written = out / f"{path.stem}.parquet"
        frame.write_parquet(written)
        with written.open("rb") as file:
            os.fsync(file.fileno())
        rows += frame.height
    return rows, time.perf_counter() - began


def best(work: Callable[[int], tuple[int, float]]) -> tuple[int, float]:
    """The quickest of several rounds."""
    found = []
    for number in range(ROUNDS):
        gc.collect()
        found.append(work(number))
    return min(found, key=lambda result: result[1])


def main(rows: int = ROWS) -> bool:
    """Print the table; whether every bar is met."""
    print(f"{FILES} files of {rows:,} readings each, best of {ROUNDS}")
    print(f"{'':10}{'ours [s]':>10}{'rows/s':>14}{'bare [s]':>10}{'rows/s':>14}{'ratio':>8}{'bar rows/s':>14}")
    met = True
    for kind, bar in BARS.items():
        with TemporaryDirectory() as place:
            folder = Path(place)
            files = dossier(folder / "dossier", kind, rows)
            counted, seconds = best(lambda number, folder=folder: ours(folder / "dossier", folder / f"store-{number}"))
            wanted, other = best(lambda number, files=files, folder=folder: bare(files, folder / f"bare-{number}"))
        rate, met_here = counted / seconds, counted / seconds >= bar and counted == wanted
        met = met and met_here
        line = f"{kind:10}{seconds:10.2f}{rate:14,.0f}{other:10.2f}{wanted / other:14,.0f}{seconds / other:8.2f}{bar:14,}"
        print(line + ("  met" if met_here else "  NOT MET") + ("" if counted == wanted else f"  ({counted:,} of {wanted:,} counted)"))
    return met


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS) else 1)
