"""Small dossiers for the journeys 旅程: written as a person would write them, and the command line run as a person would run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TICKETS = "日期,联单编号,垃圾类别,净重（吨）,去向\n"


def qingzhu(*words: object, expect: int | None = 0) -> str:
    """Run the command line in a process of its own; its standard output."""
    done = subprocess.run([sys.executable, "-m", "qingzhu.cli.main", *map(str, words)], capture_output=True, text=True, timeout=300)
    assert expect is None or done.returncode == expect, (done.returncode, done.stdout[-2000:], done.stderr[-4000:])
    return done.stdout if expect != 2 else done.stdout + done.stderr


def as_json(*words: object, expect: int | None = 0) -> dict[str, Any]:
    """Run a command with ``--json``; the one object it prints."""
    found: dict[str, Any] = json.loads(qingzhu(*words, "--json", expect=expect))
    return found


def survey(folder: Path, *, floor_area: float = 32000.0, building: str = "", rest: str = "", code: str = "T01") -> Path:
    """A dossier with a survey of one new housing project of one building."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "project.toml").write_text(
        f"""[project]
project = "{code}"
name = "青竹苑"
region = "江苏省/常州市"
work = "new"
category = "housing"
works_from = 2022-03-01
works_to = 2022-04-30

[[building]]
building = "B1"
name = "1号楼"
use = "housing"
structure_type = "concrete"
floor_area = {floor_area}
{building}
{rest}
""",
        "utf-8",
    )
    return folder


def tickets(folder: Path, rows: list[tuple[str, str, str, float, str]], name: str = "weighings.csv") -> Path:
    """A file of tickets: day, number, waste, tonnes, where it went."""
    text = TICKETS + "".join(f"{day},{number},{waste},{mass},{to}\n" for day, number, waste, mass, to in rows)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def figure(store: Path, id: str, on: str) -> dict[str, Any]:
    """One figure as ``qingzhu explain`` gives it."""
    found: dict[str, Any] = as_json("explain", id, "--store", store, "--on", on)
    return found
