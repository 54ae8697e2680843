"""``qingzhu ledger check --deep`` over a store, against the SHA-256 of the same bytes in the same run.

One large original, as a model of half a gigabyte is, and some hundred submissions with small tables, as a year of some projects is:
a file of tickets and one of readings a month. Bytes are those on the disk, of rows those of their Parquet.
Run: ``python -m benchmarks.deep_check``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.readings_into_store import readings
from qingzhu.ledger.files import sha256_of
from qingzhu.ledger.store import Slot, Store
from qingzhu.terms.readings import Reading

LARGE = 500_000_000
"""Size of the large original. [byte]"""

PROJECTS, TICKETS, READINGS = 12, 150, 20_000
"""Projects of 24 submissions each, tickets in a file, readings in a file."""

BAR = 200.0
"""[MB/s]"""

GIVEN_AT = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> bool:
    """Print a line for each store; whether both meet the bar."""
    print(f"{'check --deep of':<48}{'MB':>8}{'[s]':>8}{'MB/s':>8}{'SHA-256':>9}{'ratio':>7}   bar")
    met = True
    for what, make in (("one original of 500 MB", large), (f"{24 * PROJECTS} submissions with small tables", many)):
        with TemporaryDirectory(prefix="qingzhu-deep-") as folder:
            store = Store.open(make(Path(folder)))
            files = [path for path in store.path.rglob("*") if path.is_file()]
            size = sum(path.stat().st_size for path in files) / 1e6
            bare = quickest(lambda files=files: [sha256_of(path) for path in files])
            ours = quickest(lambda store=store: sound(store))
        held = size / ours >= BAR
        met = met and held
        rates = f"{size:8,.0f}{ours:8.2f}{size / ours:8,.0f}{size / bare:9,.0f}{ours / bare:7.2f}"
        print(f"{what:<48}{rates}   ≥ 200{'' if held else '  NOT MET'}")
    return met


def sound(store: Store) -> None:
    """The check as the command does it, of a store without runs. Raises where it finds anything."""
    if problems := store.check_log() + store.check(deep=True):
        raise SystemExit(f"the check of a sound store found: {problems[0].en}")


def quickest(work: Callable[[], object], rounds: int = 3) -> float:
    """The least time of some rounds. [s]"""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def large(folder: Path) -> Path:
    """A store with one large original and next to no rows; where it lies."""
    path, chance = folder / "large.ifc", Random(1)
    with path.open("wb") as file:
        for _ in range(LARGE // 10_000_000):
            file.write(chance.randbytes(10_000_000))
    store = Store.open(folder / "store")
    store.hand_in(Slot("P01", "model", path.name), path, lambda path: Reading(), given_by="bench", given_at=GIVEN_AT)
    return store.path


def many(folder: Path) -> Path:
    """A store of a year of some projects, its rows as they are read; where it lies."""
    store = Store.open(folder / "store")
    for number in range(PROJECTS):
        for month in range(12):
            for kind, frame in (("weighing", tickets(number, month)), ("reading", streams(number, month))):
                path = folder / f"{kind}-{month:02}.csv"
                frame.write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")
                rows = frame.with_columns(project=pl.lit(f"P{number:02}"), row=pl.int_range(2, frame.height + 2))
                store.hand_in(Slot(f"P{number:02}", kind, path.name), path, partial(told, kind, rows), given_by="bench", given_at=GIVEN_AT)
    return store.path


def told(kind: str, rows: pl.DataFrame, path: Path) -> Reading:
    """What a file is read as: its rows, made beforehand, as reading is not what is measured here."""
    return Reading({kind: rows})


def streams(project: int, month: int) -> pl.DataFrame:
    """A file of readings."""
    return readings(READINGS, 12 * project + month).with_columns(given=pl.col("value"))


def tickets(project: int, month: int) -> pl.DataFrame:
    """A month's file of tickets."""
    masses = [10 + (at * 7) % 15 + 0.5 for at in range(TICKETS)]
    return pl.DataFrame(
        {
            "ticket": [f"P{project:02}-{month:02}-{at:03}" for at in range(TICKETS)],
            "time": [datetime(2022, month + 1, 1 + at % 28, 8, at % 60, tzinfo=UTC) for at in range(TICKETS)],
            "zero_report": False,
            "waste_class": "concrete",
            "waste_as_given": "混凝土块",
            "net_mass": masses,
            "mass_as_given": [str(mass) for mass in masses],
            "unit_as_given": "吨",
            "disposal": "recycled",
            "receiver": "再生利用厂",
        },
        schema_overrides={"time": pl.Datetime("us", "UTC")},
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
