"""The check finds a changed bit wherever it is, tells damage from what an unfinished act left, and says both in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from deltalake import write_deltalake

from qingzhu.ledger.check import changed_rows
from qingzhu.ledger.store import Store
from qingzhu.terms.errors import BrokenChainError
from tests.ledger.store_makers import NOW, hand_in, told_file


@pytest.fixture
def store(tmp_path):
    """Three submissions, one superseded, one withdrawn, their files joined once."""
    kept = Store.open(tmp_path / "store")
    hand_in(kept, told_file(tmp_path, 1))
    hand_in(kept, told_file(tmp_path, 2, tables={"weighing": 3, "stage": 2}))
    last = hand_in(kept, told_file(tmp_path, 3, "other.json"))
    kept.withdraw(last.id, "wrong", given_by="x", given_at=NOW)
    kept.compact("weighing", given_by="x", given_at=NOW)
    return kept


def flip(path: Path, place: int) -> None:
    """Change one bit of a file, its size and name unchanged."""
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def found(store: Store, deep: bool = True) -> set[tuple[str, str]]:
    return {(problem.level, problem.code) for problem in Store(store.path).check(deep=deep)}


def files_of(store: Store) -> list[Path]:
    """Every file that holds evidence, the journal aside."""
    places = [*(store.path / "originals").rglob("*"), *(store.path / "tables").rglob("*")]
    return sorted(path for path in places if path.is_file())


class TestASoundStore:
    def test_has_no_problems(self, store):
        assert (store.check(), store.check(deep=True)) == ([], [])


class TestAChangedBit:
    def test_is_found_in_every_file_at_its_beginning_middle_and_end(self, store):
        for path in files_of(store):
            whole = path.read_bytes()
            for place in (0, len(whole) // 2, len(whole) - 1):
                flip(path, place)
                assert ("broken", "file_changed") in found(store), path
            path.write_bytes(whole)
        assert found(store) == set()

    def test_is_found_anywhere_in_the_journal(self, store):
        journal = store.path / "journal.jsonl"
        whole = journal.read_bytes()
        for place in range(0, len(whole) - 1, 97):
            flip(journal, place)
            assert {level for level, _ in found(store, deep=False)} & {"broken"}, place
            journal.write_bytes(whole)

    def test_in_the_journal_stops_reading_and_writing_and_nothing_is_cut(self, store, tmp_path):
        journal = store.path / "journal.jsonl"
        flip(journal, journal.stat().st_size - 100)
        size = journal.stat().st_size
        with pytest.raises(BrokenChainError) as caught:
            Store.open(store.path)
        assert (caught.value.code, caught.value.facts["position"], journal.stat().st_size) == ("journal_hash", 5, size)


class TestWhatIsMissing:
    def test_is_named_file_by_file_without_reading_anything(self, store):
        for path in files_of(store):
            hidden = path.with_name("hidden")
            path.rename(hidden)
            problems = [problem for problem in store.check() if problem.code == "file_missing"]
            assert [Path(problem.subject).name for problem in problems] == [path.name]
            hidden.rename(path)

    def test_of_a_record_is_a_broken_chain(self, store):
        journal = store.path / "journal.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join(lines[:1] + lines[2:]))
        assert found(store) == {("broken", "journal_chain")}

    def test_of_the_journals_end_is_noticed_by_whoever_read_it_before(self, store):
        journal = store.path / "journal.jsonl"
        journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
        with pytest.raises(BrokenChainError) as caught:
            store.current()
        assert caught.value.code == "journal_shorter"


class TestRowsUnlikeTheirHash:
    def test_are_found_though_every_file_is_as_recorded(self, tmp_path, monkeypatch):
        store = Store.open(tmp_path / "store")
        monkeypatch.setattr("qingzhu.ledger.acts.hash_of_rows", lambda frame, contract: "0" * 64)
        hand_in(store, told_file(tmp_path, 1))
        monkeypatch.undo()
        assert found(store) == {("broken", "rows_changed")}

    @pytest.mark.parametrize("mixed", [False, True])
    def test_are_told_by_submission_however_their_rows_lie_in_a_joined_file(self, tmp_path, mixed):
        store = Store.open(tmp_path / "store")
        handed = [hand_in(store, told_file(tmp_path, seed, f"{seed}.json", tables={"weighing": 40})) for seed in range(3)]
        store.compact("weighing", given_by="x", given_at=NOW)
        contract, position = store.contract("weighing"), store.refresh().position
        (path,) = (store.path / name for name in store.index.files("weighing", position))
        rows = pl.read_parquet(path)
        rows = rows.sort("row") if mixed else rows
        rows.write_parquet(path)
        assert list(changed_rows(store.places, contract, store.index, position)) == []
        other = (pl.col("submission") == handed[1].id) & (pl.col("row") == 20)
        rows.with_columns(net_mass=pl.when(other).then(99.0).otherwise("net_mass")).write_parquet(path)
        assert list(changed_rows(store.places, contract, store.index, position)) == [handed[1].id]
        assert list(changed_rows(store.places, contract, store.index, position, [handed[0].id])) == []


class TestALeftover:
    def test_is_told_from_damage(self, store):
        (store.path / "tables/weighing/part-0.parquet#1").write_bytes(b"half")
        (store.path / "incoming/original").write_bytes(b"half")
        with (store.path / "journal.jsonl").open("ab") as journal:
            journal.write(b"0123")
        assert found(store) == {("leftover", "file_unrecorded"), ("leftover", "file_unfinished"), ("leftover", "journal_torn")}

    def test_has_words_in_both_languages(self, store):
        (store.path / "incoming/original").write_bytes(b"half")
        problem = store.check()[0]
        assert "不影响证据" in problem.words("zh")
        assert problem.words("en") == "Leftover: incoming/original: left by an unfinished hand-in. It does no harm."
        assert json.dumps(problem.as_dict())


class TestAnotherProgramThatWroteToATable:
    def test_is_found_and_its_rows_never_count(self, store):
        table = store.path / "tables/stage"
        write_deltalake(table, pl.read_parquet(next(table.glob("*.parquet"))), mode="append")
        assert ("leftover", "file_unrecorded") in found(store)
        assert store.rows("stage").height == 2

    def test_stops_the_next_hand_in_until_it_is_looked_at(self, store, tmp_path):
        table = store.path / "tables/stage"
        write_deltalake(table, pl.read_parquet(next(table.glob("*.parquet"))), mode="append")
        with pytest.raises(BrokenChainError) as caught:
            hand_in(store, told_file(tmp_path, 5, tables={"stage": 1}))
        assert (caught.value.code, caught.value.facts["wanted"]) == ("table_version", 1)


class TestACopy:
    def test_of_the_folder_is_the_same_store(self, store, tmp_path):
        shutil.copytree(store.path, tmp_path / "copy")
        copy = Store.open(tmp_path / "copy", create=False)
        assert copy.check(deep=True) == []
        assert [one.id for one in copy.submissions()] == [one.id for one in store.submissions()]
        assert copy.rows("stage").equals(store.rows("stage"))
