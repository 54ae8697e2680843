"""The command line killed with signal 9 at random moments: nothing is lost or counted twice, and the next run mends it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.dossiers import as_json, survey, tickets

ON = "2022-05-31"
KILLS = 12
SEED = 20220531


def dossier(folder: Path) -> Path:
    """Three files of tickets of 100 loads each, 1 t a load."""
    survey(folder, floor_area=10000.0)
    for month, name in ((3, "weighings_a.csv"), (4, "weighings_b.csv"), (4, "weighings_c.csv")):
        letter = name[-5]
        tickets(folder, [(f"2022-{month:02d}-{day % 28 + 1:02d}", f"{letter}{day}", "混凝土块", 1.0, "填埋") for day in range(100)], name)
    return folder


def how_long(folder: Path) -> float:
    """How long a run takes that nobody disturbs. [s]"""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "qingzhu.cli.main", "collect", str(folder), "--json"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


class TestAKilledCommand:
    @pytest.mark.parametrize("part", range(3))
    def test_leaves_a_store_that_the_next_run_completes(self, tmp_path, part):
        """Twelve kills in three stores, each store killed four times in a row; then one run gives exactly 300 t."""
        chance = random.Random(SEED + part)
        folder = dossier(tmp_path / "T01")
        killed, whole = 0, how_long(dossier(tmp_path / "undisturbed"))
        for _ in range(KILLS // 3):
            running = subprocess.Popen(
                [sys.executable, "-m", "qingzhu.cli.main", "collect", str(folder), "--json"], stdout=subprocess.DEVNULL
            )
            time.sleep(whole * chance.uniform(0.3, 1.0))
            running.send_signal(signal.SIGKILL)
            killed += running.wait() == -signal.SIGKILL
            if (folder / ".qingzhu/store.toml").exists():
                problems = as_json("check", "--store", folder / ".qingzhu", expect=None)["problems"]
                assert [one for one in problems if one["code"] in ("journal_broken", "original_missing", "file_missing")] == []
        found = as_json("evaluate", folder, "--on", ON)["evaluation"]
        values = {one["id"]: one["value"] for one in found["figures"]}
        assert values["waste_generated:T01"] == 300.0
        assert as_json("check", "--store", folder / ".qingzhu", "--deep")["problems"] == []
        journal = (folder / ".qingzhu/journal.jsonl").read_bytes().splitlines()
        positions = [json.loads(line.split(b" ", 1)[1])["position"] for line in journal]
        assert positions == list(range(1, len(positions) + 1))
        assert killed > 0
