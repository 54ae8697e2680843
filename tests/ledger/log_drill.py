"""The kill -9 drill of the log: a process that appends under load is killed, another looks at what it left and goes on.

Run as a program: ``python -m tests.ledger.log_drill FOLDER KILLS``. It prints what it did as JSON and ends with 1 when something is wrong.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from qingzhu.ledger.log import STEPS
from qingzhu.ledger.log_check import log_problems
from tests.ledger.log_makers import keys, log_at


def appending(folder: Path, run: int, killed_at: tuple[str, int] | None) -> None:
    """Append batches of all sizes without end; each is noted in a file of its own, synced, once it was acknowledged."""
    seen: Counter[str] = Counter()

    def step(name: str) -> None:
        seen[name] += 1
        if killed_at == (name, seen[name]):
            os.kill(os.getpid(), signal.SIGKILL)

    log, chance, number = log_at(folder, step=step), random.Random(run), 0
    noted = os.open(folder / f"acknowledged-{run}", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    while True:
        count = chance.choice((1, 2, 7, 120, 300))
        places = log.append([f"{run} {number + at}".encode() for at in range(count)])
        os.write(noted, f"{places.start} {run} {number} {count}\n".encode())
        number += count


def killed(folder: Path, run: int, after: float | None, at: tuple[str, int] | None) -> None:
    """One process that appends, killed after a time [s] or at a step."""
    child = os.fork()
    if child == 0:
        try:
            appending(folder, run, at)
        finally:
            os._exit(1)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != -signal.SIGKILL:
        sys.exit(f"run {run}: the process ended with {code} instead of being killed")


def looked_at(folder: Path, runs: int) -> int:
    """The log opens at a signed checkpoint, is sound, and holds every acknowledged entry at the place that was told; its size."""
    log = log_at(folder)
    log.append([b"after the kill"])
    problems = log_problems(folder / "log", folder / "signed", [one.verifier for one in keys()], None)
    if wrong := [one.en for one in problems if one.level == "broken"]:
        sys.exit(f"run {runs}: {wrong}")
    held = list(log.entries())
    for run in range(runs + 1):
        noted = folder / f"acknowledged-{run}"
        for line in noted.read_text().splitlines() if noted.exists() else ():
            first, _, number, count = map(int, line.split())
            if held[first : first + count] != [f"{run} {number + at}".encode() for at in range(count)]:
                sys.exit(f"run {runs}: entries {first} to {first + count} of run {run} were acknowledged and are lost")
    return log.size


def main(folder: Path, kills: int) -> None:
    """Kill at every step, then at any moment."""
    chance, size = random.Random(20260301), 0
    at_steps = [(name, nth) for name in STEPS for nth in (1, 2, 3)]
    for run in range(kills):
        at = at_steps[run] if run < len(at_steps) else None
        killed(folder, run, None if at else chance.uniform(0.0, 0.12), at)
        if run % 10 == 9 or run < len(at_steps) or run == kills - 1:
            size = looked_at(folder, run)
    sys.stdout.write(json.dumps({"kills": kills, "at_steps": len(at_steps), "entries": size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
