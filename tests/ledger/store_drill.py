"""The kill -9 drill: a process that hands in is killed, another looks at what it left and goes on.

Run as a program by the tests. It forks before any thread is started, so a trial costs a tenth of a second, and every trial's acts
and checks run in processes of their own. It prints what it did as JSON; what is wrong it prints and ends with 1.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger import acts, contracts, tables
from qingzhu.ledger.contracts import Column, Contract
from qingzhu.ledger.rows import hash_of_rows
from qingzhu.ledger.store import Store
from tests.ledger.store_makers import NOW, hand_in, read_told, slot, told_file

Act = Callable[[Store, Path], str]


def handing(seed: int, name: str, **told: Any) -> Act:
    """An act: hand a file in; what it gives is an id."""
    return lambda store, folder: hand_in(store, told_file(folder, seed, f"{seed}-{name}", **told), slot(name)).id


def withdrawing(name: str) -> Act:
    """An act: take out what was handed in last under a name, found among all so that a repeated act finds the same."""

    def act(store: Store, folder: Path) -> str:
        last = [one for one in store.submissions() if one.slot.name == name and one.state == "read"][-1]
        return store.withdraw(last.id, "drill", given_by="drill", given_at=NOW).id

    return act


def compacting(table: str) -> Act:
    """An act: join small files."""

    def act(store: Store, folder: Path) -> str:
        store.compact(table, given_by="drill", given_at=NOW)
        return table

    return act


def story() -> list[Act]:
    """Acts that pass every durable step: tables made, superseded, refused, withdrawn, grown, joined."""
    both = {"tables": {"stage": 2, "weighing": 4}}
    return [
        handing(1, "a", **both),
        handing(2, "a", **both),
        handing(3, "a", refused=True),
        handing(4, "b"),
        withdrawing("b"),
        handing(5, "b"),
        compacting("weighing"),
        handing(6, "c", **both),
        handing(7, "a", **both),
    ]


GROWN_FROM = 6
"""From this act on the contract of weighings has one column more."""


def grown(table_contracts: dict[str, Contract]) -> dict[str, Contract]:
    """The contracts with a column added to weighings."""
    held = table_contracts["weighing"]
    column = Column("moisture", "float64", "%", words={"zh": "含水率", "en": "Moisture"})
    return {**table_contracts, "weighing": Contract(held.table, held.title, held.kind, held.event, (*held.columns, column))}


def opened(path: Path, number: int, step: Callable[[str], None] = lambda name: None) -> Store:
    """The store as the program of that act knows it. Few commits lie between checkpoints, so that the drill meets them."""
    tables.CHECKPOINT_EVERY = 3
    known = contracts.load()
    return Store.open(path, contracts=grown(known) if number >= GROWN_FROM else known, step=step)


def act_on(path: Path, folder: Path, start: int, step: Callable[[str], None]) -> None:
    """Do the acts from ``start`` on and note each as acknowledged only after it returned."""
    for number, act in list(enumerate(story()))[start:]:
        id = act(opened(path, number, step), folder)
        with (folder / "acknowledged").open("a") as noted:
            noted.write(f"{number} {id}\n")


def acknowledged(folder: Path) -> list[str]:
    """The ids the killed process was told, by act."""
    noted = folder / "acknowledged"
    return [line.split()[1] for line in noted.read_text().splitlines()] if noted.exists() else []


def looked_at(path: Path, folder: Path) -> None:
    """Whatever was killed: the store opens, nothing acknowledged is lost, nothing is half visible or counted twice."""
    if not (path / "store.toml").exists():
        assert not acknowledged(folder)
        return
    store = opened(path, GROWN_FROM)
    assert [problem for problem in store.check(deep=True) if problem.level == "broken"] == []
    known = {one.id for one in store.submissions()} | {"weighing"}
    assert set(acknowledged(folder)) <= known, "an acknowledged act is lost"
    for table in ("weighing", "stage"):
        rows = store.rows(table)
        expected = {one.id: whole(store, one, table) for one in store.current()}
        found = {id: frame.drop("submission") for (id,), frame in rows.group_by("submission")}
        assert {id: frame.height for id, frame in found.items()} == {
            id: frame.height for id, frame in expected.items() if frame is not None
        }
        for id, frame in found.items():
            assert hash_of_rows(frame, store.contract(table)) == hash_of_rows(expected[id], store.contract(table))


def whole(store: Store, one: Any, table: str) -> pl.DataFrame | None:
    """The rows of a submission as its original says, read once more."""
    return read_told("P01")(store.original(one.originals[0]["sha256"])).tables.get(table)


def final_state(path: Path) -> str:
    """Everything that must come out the same, however often the process was killed; ids, made with salts, by their order."""
    store = opened(path, GROWN_FROM)
    assert store.check(deep=True) == [], [problem.en for problem in store.check(deep=True)]
    places: dict[str | None, int] = {one.id: place for place, one in enumerate(store.submissions())}
    submissions = [(one.slot.as_dict(), one.originals, one.status, places.get(one.supersedes), one.tables) for one in store.submissions()]
    hashes = [hash_of_rows(store.rows(table).drop("submission"), store.contract(table)) for table in ("weighing", "stage")]
    return json.dumps([submissions, hashes])


def forked(work: Callable[[], None], kill_after: float | None = None) -> int:
    """Run in a process of its own, killed after a while if asked; its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killer(name: str, time_of_death: int) -> Callable[[str], None]:
    """A step that kills its own process when ``name`` is reached for the nth time."""
    seen: Counter[str] = Counter()

    def step(reached: str) -> None:
        seen[reached] += 1
        if reached == name and seen[reached] == time_of_death:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def note_state(path: Path, folder: Path) -> None:
    (folder / "state").write_text(final_state(path))


class Drill:
    """All trials of one run, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trials = 0
        self.kills: Counter[str] = Counter()
        self.wanted = self.state_after(lambda path, place: None)

    def state_after(self, harm: Callable[[Path, Path], None]) -> str:
        """The state after harm was done and the acts were then carried on to the end."""
        self.trials += 1
        place = self.folder / str(self.trials)
        place.mkdir()
        path = place / "store"
        harm(path, place)
        self.must(lambda: looked_at(path, place), "looking at what was left")
        self.must(lambda: act_on(path, place, len(acknowledged(place)), lambda name: None), "going on")
        self.must(lambda: note_state(path, place), "the end")
        return (place / "state").read_text()

    def undisturbed(self) -> float:
        """How long the acts take when nobody kills them. [s]"""
        place = self.folder / "undisturbed"
        place.mkdir()
        began = time.monotonic()
        self.must(lambda: act_on(place / "store", place, 0, lambda name: None), "the acts")
        return time.monotonic() - began

    def must(self, work: Callable[[], None], what: str) -> None:
        if forked(work) != 0:
            sys.exit(f"trial {self.trials}: {what} failed")

    def same(self, harm: Callable[[Path, Path], None]) -> None:
        if self.state_after(harm) != self.wanted:
            sys.exit(f"trial {self.trials}: another state than without the kill")

    def at_step(self, name: str, time_of_death: int) -> bool:
        """Killed right after a named step; False when the story has no such time."""
        died = False

        def harm(path: Path, place: Path) -> None:
            nonlocal died
            died = forked(lambda: act_on(path, place, 0, killer(name, time_of_death))) == -signal.SIGKILL

        self.same(harm)
        self.kills[name] += died
        return died

    def in_a_sweep(self, time_of_death: int) -> bool:
        """Killed with rows committed, then killed again while those are swept."""
        died = False

        def harm(path: Path, place: Path) -> None:
            nonlocal died
            forked(lambda: act_on(path, place, 0, killer("rows_committed", 4)))
            again = killer("leftover_removed", time_of_death)
            died = forked(lambda: act_on(path, place, len(acknowledged(place)), again)) == -signal.SIGKILL

        self.same(harm)
        self.kills["leftover_removed"] += died
        return died

    def at_random(self, chance: random.Random, lasts: float, times: int) -> None:
        """Killed several times over in one story, at any moment."""

        def harm(path: Path, place: Path) -> None:
            for _ in range(times):
                start = len(acknowledged(place))
                code = forked(lambda start=start: act_on(path, place, start, lambda name: None), chance.uniform(0, 0.8 * lasts))
                self.kills["random"] += code == -signal.SIGKILL

        self.same(harm)


TIMES = (1, 2, 5)
"""A process is killed the first, second, ... time it reaches a step, as long as it does."""


def main(folder: Path, rounds: int) -> None:
    """Kill at every step, then at any moment, and tell how often."""
    drill = Drill(folder)
    for name in acts.STEPS:
        if name == "leftover_removed":
            all(drill.in_a_sweep(nth) for nth in TIMES)
        else:
            all(drill.at_step(name, nth) for nth in TIMES)
    lasts = drill.undisturbed()
    chance = random.Random(20230701)
    for _ in range(rounds):
        drill.at_random(chance, lasts, 3)
    sys.stdout.write(json.dumps({"trials": drill.trials, "kills": sum(drill.kills.values()), **drill.kills}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
