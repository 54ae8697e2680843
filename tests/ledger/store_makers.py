"""Evidence for the tests of the store: a file says in JSON what rows it stands for, so that anybody can tell what must be there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger.store import Slot, Store, Submission
from qingzhu.terms.readings import Reading, Remark

NOW = datetime(2023, 7, 1, tzinfo=UTC)
START = datetime(2023, 3, 1, tzinfo=UTC)


def weighings(project: str, rows: int, seed: int) -> pl.DataFrame:
    """Tickets of ``seed`` + 0.5 t, a line each."""
    lines = range(2, 2 + rows)
    return pl.DataFrame(
        {
            "project": [project] * rows,
            "row": list(lines),
            "ticket": [f"T{seed}-{line}" for line in lines],
            "time": [START] * rows,
            "zero_report": [False] * rows,
            "net_mass": [seed + 0.5] * rows,
            "plate": ["苏A00001"] * rows,
        },
        schema_overrides={"row": pl.Int64, "time": pl.Datetime("us", "UTC")},
    )


def stages(project: str, rows: int, seed: int) -> pl.DataFrame:
    """Stages of works that begin on the seed's day."""
    names = ["underground", "aboveground", "fit_out"]
    begin = [date(2023, 1, 1 + seed % 28)] * rows
    return pl.DataFrame({"project": [project] * rows, "row": list(range(rows)), "stage": names[:rows], "from_date": begin})


MAKERS: dict[str, Callable[[str, int, int], pl.DataFrame]] = {"weighing": weighings, "stage": stages}


def read_told(project: str) -> Callable[[Path], Reading]:
    """The reader of such files."""

    def read(path: Path) -> Reading:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if told.get("refused"):
            return Reading(remarks=[Remark("refused", "told_to", "按要求拒收", "refused as told")])
        frames = {name: MAKERS[name](project, rows, told["seed"]) for name, rows in told["tables"].items()}
        return Reading(frames, leans_on=told.get("leans_on", []), corrects=told.get("corrects"))

    return read


def told_file(folder: Path, seed: int, name: str = "tickets.json", **told: Any) -> Path:
    """A file that stands for three tickets, or for what is told."""
    path = folder / name
    path.write_text(json.dumps({"seed": seed, "tables": {"weighing": 3}, **told}), "utf-8")
    return path


def slot(name: str = "tickets.json", project: str = "P01") -> Slot:
    return Slot(project, "weighing", name)


def hand_in(store: Store, path: Path, where: Slot | None = None, **more: bool) -> Submission:
    """Hand in as a caller would."""
    place = where or slot(path.name)
    return store.hand_in(place, path, read_told(place.project), given_by="site team", given_at=NOW, **more)


def masses(store: Store, **more: Any) -> list[float]:
    """The net masses that count, in order."""
    return sorted(store.rows("weighing", **more)["net_mass"].to_list())


def never(path: Path) -> Reading:
    raise AssertionError(f"{path} was read")
