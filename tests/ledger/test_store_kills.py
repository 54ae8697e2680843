"""Killed anywhere, the store opens, has lost nothing it acknowledged and shows nothing half; the hand-in repeated heals it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qingzhu.ledger.acts import STEPS
from qingzhu.ledger.store import Store
from tests.ledger.store_makers import hand_in, masses, told_file

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/spec/store.md").read_text("utf-8")

KILL_AND_LEAVE = """
import sys
from pathlib import Path
from qingzhu.ledger.store import Store
from tests.ledger.store_drill import killer
from tests.ledger.store_makers import hand_in, slot
hand_in(Store.open(Path(sys.argv[1]), step=killer(sys.argv[3], 1)), Path(sys.argv[2]), slot())
"""

HAND_IN_MANY = """
import sys
from pathlib import Path
from qingzhu.ledger.store import Store
from tests.ledger.store_makers import hand_in, told_file
store, folder, first = Store.open(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3])
for seed in range(first, first + 8):
    print(hand_in(store, told_file(folder, seed, f"{seed}.json")).id, flush=True)
"""


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


class TestTheDrill:
    def test_kills_at_every_named_step_and_at_any_moment(self, tmp_path):
        ran = subprocess.run(
            [sys.executable, "-m", "tests.ledger.store_drill", str(tmp_path), "6"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr[-4000:]
        counts = json.loads(ran.stdout)
        sys.stdout.write(f"kill -9 drill: {counts}\n")
        assert counts["kills"] >= 40
        assert [step for step in STEPS if counts.get(step, 0) == 0] == []

    def test_knows_the_steps_the_page_lists(self):
        table = PAGE.split("## The order of durable steps")[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", table, re.M) == list(STEPS)


@pytest.fixture
def store(tmp_path):
    """A store with one submission, a second one killed at the step the test names by ``killed_at``."""
    kept = Store.open(tmp_path / "store")
    hand_in(kept, told_file(tmp_path, 1))
    return kept


def killed_at(step: str, store: Store, tmp_path: Path) -> Path:
    """Kill a hand-in of other bytes at a step; the file it handed in."""
    path = told_file(tmp_path, 2)
    process = python(KILL_AND_LEAVE, store.path, path, step)
    process.communicate(timeout=60)
    assert process.returncode == -9
    return path


def halve(path: Path) -> None:
    """Leave half of a file, as a power cut may."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def heals(store: Store, path: Path) -> None:
    """Before the hand-in is repeated the old rows count, after it the new ones, and the store is sound."""
    fresh = Store.open(store.path)
    assert masses(fresh) == [1.5, 1.5, 1.5]
    assert {problem.level for problem in fresh.check(deep=True)} == {"leftover"}
    assert hand_in(fresh, path).state == "read"
    assert masses(fresh) == [2.5, 2.5, 2.5]
    assert fresh.check(deep=True) == []


class TestAfterAPowerCut:
    """Not only is the process gone: what was not flushed is torn."""

    def test_a_data_file_is_torn(self, store, tmp_path):
        path = killed_at("rows_written", store, tmp_path)
        halve(next((store.path / "tables/weighing").glob("00000002-*.parquet")))
        heals(store, path)

    @pytest.mark.parametrize("size", [0, 200])
    def test_a_commit_is_torn(self, store, tmp_path, size):
        path = killed_at("rows_committed", store, tmp_path)
        commit = store.path / "tables/weighing/_delta_log" / f"{2:020}.json"
        commit.write_bytes(commit.read_bytes()[:size])
        heals(store, path)

    @pytest.mark.parametrize("kept", [1, 64, 65, 300, -1])
    def test_the_last_line_of_the_journal_is_torn(self, store, tmp_path, kept):
        path = killed_at("record_written", store, tmp_path)
        journal = store.path / "journal.jsonl"
        whole, last = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(whole + last[:kept])
        heals(store, path)

    def test_the_last_line_of_the_journal_is_partly_zeros(self, store, tmp_path):
        path = killed_at("record_written", store, tmp_path)
        journal = store.path / "journal.jsonl"
        whole, last = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(whole + b"\0" * 200 + last[200:])
        heals(store, path)

    def test_a_checkpoint_is_torn(self, store, tmp_path, monkeypatch):
        monkeypatch.setattr("qingzhu.ledger.tables.CHECKPOINT_EVERY", 1)
        hand_in(store, told_file(tmp_path, 2))
        halve(next((store.path / "tables/weighing/_delta_log").glob("*.checkpoint.parquet")))
        (store.path / "lock").write_text("writing\n")
        assert hand_in(Store.open(store.path), told_file(tmp_path, 3)).state == "read"
        assert masses(store) == [3.5, 3.5, 3.5]
        assert store.check(deep=True) == []


class TestAKillAfterASecondCheckpoint:
    def test_leaves_a_hint_that_no_record_names_which_is_no_damage(self, store, tmp_path, monkeypatch):
        def killed(step: str) -> None:
            if step == "checkpoint_written":
                raise KeyboardInterrupt

        monkeypatch.setattr("qingzhu.ledger.tables.CHECKPOINT_EVERY", 1)
        hand_in(store, told_file(tmp_path, 2))
        with pytest.raises(KeyboardInterrupt):
            hand_in(Store.open(store.path, step=killed), told_file(tmp_path, 3))
        assert masses(store) == [3.5, 3.5, 3.5]
        found = {(one.level, Path(one.subject).name) for one in store.check(deep=True)}
        assert found == {("leftover", "_last_checkpoint")}
        hand_in(Store.open(store.path), told_file(tmp_path, 4))
        assert store.check(deep=True) == []


class TestAKillBetweenCommitAndRecord:
    def test_never_counts_rows_twice_not_even_for_a_reader_of_the_latest_version(self, store, tmp_path):
        path = killed_at("commit_synced", store, tmp_path)
        again = hand_in(Store.open(store.path), path)
        files = [file for file in (store.path / "tables/weighing").glob("*.parquet") if again.id[:16] in file.name]
        assert (len(files), masses(store)) == (1, [2.5, 2.5, 2.5])

    def test_gives_what_an_undisturbed_hand_in_gives(self, store, tmp_path):
        path = killed_at("commit_synced", store, tmp_path)
        other = Store.open(tmp_path / "other")
        first = hand_in(other, told_file(tmp_path, 1))
        told_file(tmp_path, 2)
        ours, theirs = hand_in(Store.open(store.path), path), hand_in(other, path)
        assert (ours.slot, ours.originals, ours.tables, ours.status) == (theirs.slot, theirs.originals, theirs.tables, theirs.status)
        assert (len(store.submissions()), len(other.submissions()), theirs.supersedes) == (2, 2, first.id)


class TestAKillAfterTheRecord:
    def test_was_not_acknowledged_but_counts_and_repeating_it_changes_nothing(self, store, tmp_path):
        path = killed_at("record_written", store, tmp_path)
        fresh = Store.open(store.path)
        assert masses(fresh) == [2.5, 2.5, 2.5]
        assert (hand_in(fresh, path).state, fresh.pin().position) == ("unchanged", 2)


class TestAnErrorInTheMiddle:
    def test_is_swept_like_a_crash(self, store, tmp_path):
        def fail(step):
            if step == "rows_committed":
                raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            hand_in(Store.open(store.path, step=fail), told_file(tmp_path, 2))
        heals(store, told_file(tmp_path, 2))


class TestTwoProcessesAtOnce:
    def test_lose_nothing_and_mix_nothing(self, tmp_path):
        path = tmp_path / "store"
        Store.open(path)
        both = []
        for first in (100, 200):
            folder = tmp_path / str(first)
            folder.mkdir()
            both.append(python(HAND_IN_MANY, path, folder, first))
        told = [process.communicate(timeout=120)[0].split() for process in both]
        assert [process.returncode for process in both] == [0, 0]
        store = Store.open(path)
        assert {one.id for one in store.current()} == {*told[0], *told[1]}
        assert masses(store) == sorted(seed + 0.5 for first in (100, 200) for seed in range(first, first + 8) for _ in range(3))
        assert store.check(deep=True) == []

    def test_handing_in_the_same_file_make_one_submission(self, tmp_path):
        path = tmp_path / "store"
        Store.open(path)
        both = [python(HAND_IN_MANY, path, tmp_path, 1) for _ in range(2)]
        told = [process.communicate(timeout=120)[0].split() for process in both]
        assert told[0] == told[1]
        assert Store.open(path).pin().position == 8

    def test_of_which_one_is_killed_leave_the_other_at_work(self, store, tmp_path):
        killed_at("rows_committed", store, tmp_path)
        assert hand_in(Store.open(store.path), told_file(tmp_path, 3, "other.json")).state == "read"
        assert masses(store) == [1.5] * 3 + [3.5] * 3
        problems = store.check(deep=True)
        assert {(problem.level, problem.code) for problem in problems} == {("leftover", "original_unrecorded")}
