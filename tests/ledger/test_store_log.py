"""The journal and its log: an entry a record, whatever crashes; what was changed in either is found."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qingzhu.ledger import entries
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.journal import canonical
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import verified
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import make_keys, policy_of, proving_note, signers, verifiers
from qingzhu.terms.errors import BrokenChainError, MalformedError, MissingError
from tests.ledger.log_makers import key
from tests.ledger.store_makers import NOW, hand_in, never, slot, told_file

ROOT = Path(__file__).resolve().parents[2]

KILLED = """
import os, signal, sys
from pathlib import Path
from qingzhu.ledger.store import Store
from tests.ledger.store_makers import hand_in, told_file
def step(name):
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
hand_in(Store.open(Path(sys.argv[1]), step=step), told_file(Path(sys.argv[2]), 9, "killed.json"))
"""


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store.open(tmp_path / "store")
    hand_in(store, told_file(tmp_path, 1))
    return store


def logged(store: Store) -> list[dict]:
    store.log().refresh()
    return [entries.read(one) for one in store.log().entries()]


def flipped_at_the_end(data: bytes) -> bytes:
    """A bit turned over in the last signature."""
    return data[:-12] + bytes([data[-12] ^ 1]) + data[-11:]


WITNESS = key("w0.example/x", "cosignature")


class TestEveryRecord:
    def test_is_an_entry(self, store, tmp_path):
        second = hand_in(store, told_file(tmp_path, 2))
        hand_in(store, told_file(tmp_path, 3, refused=True))
        store.withdraw(second.id, "scanned twice", given_by="officer", given_at=NOW)
        store.compact("weighing", given_by="officer", given_at=NOW)
        kinds = [entry["kind"] for entry in logged(store)]
        assert kinds == [record["kind"] for record in store.refresh().records]
        assert kinds == ["submission", "submission", "refusal", "withdrawal", "compaction"]
        assert store.check_log() == []

    def test_names_what_was_handed_in_by_its_hashes(self, store, tmp_path):
        data = (tmp_path / "tickets.json").read_bytes()
        entry, record = logged(store)[0], store.refresh().records[0]
        assert entry["originals"] == [
            {"sha256": hashlib.sha256(data).hexdigest(), "sm3": hashlib.new("sm3", data).hexdigest(), "size": len(data)}
        ]
        assert (entry["project"], entry["evidence"], entry["given_at"]) == ("P01", "weighing", "2023-07-01T00:00:00+00:00")
        opening = hashlib.sha256(bytes.fromhex(record["salt"]) + b"rows\0weighing").hexdigest()
        sealed = hashlib.sha256((opening + record["tables"]["weighing"]["hash"]).encode()).hexdigest()
        assert (entry["tables"]["weighing"]["rows"], entry["tables"]["weighing"]["hash"]) == (3, sealed)
        assert entry["record"] == hashlib.sha256(canonical(record)).hexdigest()
        report = hashlib.sha256(bytes.fromhex(record["salt"]) + b"report\0" + record["report"].encode()).hexdigest()
        assert entry["report"] == report

    def test_has_names_and_reasons_by_salted_hash_only(self, store, tmp_path):
        store.withdraw(store.current()[0].id, "张三 scanned it twice", given_by="李四", given_at=NOW)
        written = b"".join(store.log().entries())
        for words in ("site team", "李四", "张三", "tickets.json"):
            assert words.encode() not in written
        record, entry = store.refresh().records[1], logged(store)[1]
        assert entry["given_by"] == hashlib.sha256(bytes.fromhex(record["salt"]) + b"given_by\0" + "李四".encode()).hexdigest()

    def test_does_not_show_that_a_name_was_guessed_right(self, store):
        entry, record = logged(store)[0], store.refresh().records[0]
        known = ["P01", "weighing", "tickets.json", [entry["originals"][0]["sha256"]], None]
        guesses = [canonical(["qingzhu/submission/1", *known]), canonical(["qingzhu/submission/2", None, *known]), b"tickets.json"]
        told = {hashlib.sha256(guess).hexdigest() for guess in guesses} | {record["report"]}
        told |= {file["sha256"] for file in record["tables"]["weighing"]["files"]}  # made again, with guesses of the plates in it
        told.add(record["tables"]["weighing"]["hash"])
        assert not told & set(re.findall(r"[0-9a-f]{64}", json.dumps(entry)))

    def test_does_not_show_that_two_of_its_words_are_the_same(self, store):
        store.withdraw(store.current()[0].id, "李四", given_by="李四", given_at=NOW)
        entry = logged(store)[1]
        assert entry["given_by"] != entry["reason"]

    def test_longer_than_an_entry_may_be_has_its_lists_by_hash(self):
        files = [{"path": f"tables/weighing/{number}.parquet", "size": 1, "sha256": "0" * 64} for number in range(2000)]
        record = {
            "kind": "compaction",
            "position": 1,
            "given_at": "x",
            "salt": "00" * 16,
            "tables": {"weighing": {"version": 3, "files": files, "removed": []}},
        }
        entry = entries.entry_of(record)
        assert len(entry) < 65_536
        salted = hashlib.sha256(bytes(16) + b"file\0" + b"0" * 64).hexdigest()
        wanted = hashlib.sha256(canonical([{**file, "sha256": salted} for file in files])).hexdigest()
        assert json.loads(entry)["tables"]["weighing"]["files"] == {"sha256": wanted}

    @pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format": "qingzhu-entry/2"}', b'{"format":"qingzhu-entry/1"}', b"\xff"])
    def test_in_another_form_is_no_entry(self, data):
        with pytest.raises(MalformedError):
            entries.read(data)


class TestThePage:
    def test_its_example_is_what_the_program_and_plain_python_give(self):
        page = (ROOT / "docs/spec/entry.md").read_text("utf-8")
        record, entry = re.findall(r"```json\n(.*?)\n```", page, re.S)
        code, names = re.search(r"```python\n(.*?)```", page, re.S)[1], {}
        exec(code, names)
        assert entries.entry_of(json.loads(record)).decode() == entry == names["entry"]
        assert f"`{names['leaf']}`" in page


class TestAfterACrash:
    @pytest.mark.parametrize(
        "step",
        [
            "record_synced",
            "bundles_written",
            "tiles_written",
            "folders_synced",
            "checkpoint_signed",
            "checkpoint_published",
            "entry_logged",
        ],
    )
    def test_the_next_act_logs_what_the_journal_holds(self, store, tmp_path, step):
        ran = subprocess.run([sys.executable, "-c", KILLED, str(store.path), str(tmp_path), step], cwd=ROOT, check=False)
        assert ran.returncode == -9
        opened = Store.open(store.path)
        assert [one.slot.name for one in opened.current()] == ["tickets.json", "killed.json"]
        hand_in(opened, told_file(tmp_path, 3, "next.json"))
        assert [entry["position"] for entry in logged(opened)] == [1, 2, 3]
        assert (opened.check(deep=True), opened.check_log()) == ([], [])

    def test_what_is_not_logged_yet_is_said(self, store, tmp_path):
        subprocess.run([sys.executable, "-c", KILLED, str(store.path), str(tmp_path), "record_synced"], cwd=ROOT, check=False)
        assert [(one.level, one.code) for one in store.check_log()] == [("leftover", "records_unlogged")]


class TestAStoreOfBefore:
    def test_gets_its_log_with_all_records_by_its_next_act(self, tmp_path):
        old = Store.open(tmp_path / "old", logged=False)
        hand_in(old, told_file(tmp_path, 1))
        assert not (tmp_path / "old/log").exists()
        hand_in(Store.open(tmp_path / "old"), told_file(tmp_path, 2, "b.json"))
        assert [entry["position"] for entry in logged(Store.open(tmp_path / "old"))] == [1, 2]


class TestWhatWasChanged:
    def test_a_record_of_the_journal_is_found(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 2, "b.json"))
        records = [dict(record) for record in store.refresh().records]
        rewrite(store, [records[0], {**records[1], "given_by": "another"}])
        assert [(one.code, "record 2 " in one.en) for one in Store.open(store.path).check_log()] == [("entry_record", True)]
        with pytest.raises(BrokenChainError, match="does not agree with its entry"):
            hand_in(Store.open(store.path), told_file(tmp_path, 3, "c.json"))

    def test_a_journal_cut_short_is_found_and_not_built_on(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 2, "b.json"))
        rewrite(store, [dict(store.refresh().records[0])])
        assert [one.code for one in Store.open(store.path).check_log()] == ["journal_shorter"]
        with pytest.raises(BrokenChainError, match="the journal has 1 records, the log 2"):
            hand_in(Store.open(store.path), told_file(tmp_path, 3, "c.json"))

    def test_a_store_put_back_to_an_older_copy_without_its_keys_is_not_built_on(self, store, tmp_path):
        shutil.copytree(store.path, tmp_path / "copy")
        hand_in(store, told_file(tmp_path, 2, "b.json"))
        for name in ("log", "journal.jsonl", "tables"):
            target = store.path / name
            shutil.rmtree(target) if target.is_dir() else target.unlink()
            shutil.move(tmp_path / "copy" / name, target)
        with pytest.raises(BrokenChainError, match="lacks what was signed"):
            hand_in(Store.open(store.path), told_file(tmp_path, 3, "c.json"))


def rewrite(store: Store, records: list[dict]) -> None:
    """Write the journal anew, its chain whole, as one would who wants to hide something."""
    previous, lines = "0" * 64, []
    for record in records:
        body = canonical({**record, "previous": previous})
        previous = hashlib.sha256(body).hexdigest()
        lines.append(previous.encode() + b" " + body + b"\n")
    store.places.journal.write_bytes(b"".join(lines))


class TestKeys:
    def test_are_drawn_once_and_readable_by_the_owner_only(self, store, tmp_path):
        own = signers(store.keys)
        assert [one.kind for one in own] == ["ed25519", "ml-dsa-44", "sm2"]
        assert [one.verifier for one in own] == verifiers(store.keys)
        assert (store.keys / "log.key").stat().st_mode & 0o777 == 0o600
        hand_in(Store.open(store.path), told_file(tmp_path, 2, "b.json"))
        assert signers(store.keys) == own

    def test_may_lie_elsewhere(self, tmp_path):
        make_keys(tmp_path / "safe", "log.example/region")
        store = Store.open(tmp_path / "store", keys=tmp_path / "safe")
        hand_in(store, told_file(tmp_path, 1))
        assert (store.log().origin, (store.path / "keys").exists()) == ("log.example/region", False)

    def test_that_are_gone_leave_a_store_that_is_read_and_not_written(self, store, tmp_path):
        shutil.rmtree(store.keys)
        copy = Store.open(store.path)
        assert copy.rows("weighing").height == 3
        assert copy.hand_in(slot(), tmp_path / "tickets.json", never, given_by="x", given_at=NOW).state == "unchanged"
        before = store.places.journal.read_bytes()
        with pytest.raises(MissingError, match="no key of the log"):
            hand_in(copy, told_file(tmp_path, 2, "b.json"))
        assert store.places.journal.read_bytes() == before

    def test_and_a_log_that_are_gone_are_not_begun_anew_in_silence(self, store, tmp_path):
        shutil.rmtree(store.keys)
        shutil.rmtree(store.places.log)
        with pytest.raises(MissingError, match="is no log"):
            hand_in(Store.open(store.path), told_file(tmp_path, 2, "b.json"))

    def test_alone_do_not_begin_a_log_anew_where_it_is_gone(self, store, tmp_path):
        shutil.rmtree(store.places.log)
        (store.keys / "signed").unlink()
        with pytest.raises(MissingError, match="is no log"):
            Store.open(store.path).log()
        with pytest.raises(MissingError, match="is no log"):
            hand_in(Store.open(store.path), told_file(tmp_path, 2, "b.json"))
        assert not store.places.log.exists()

    @pytest.mark.parametrize("name", ["log.key", "log.pub", "policy"])
    @pytest.mark.parametrize("data", [b"nonsense\n", b"\xff"])
    def test_that_cannot_be_read_are_named_with_their_file(self, store, name, data):
        (store.keys / name).write_bytes(data)
        with pytest.raises(MalformedError, match=str(store.keys / name)):
            {"log.key": signers, "log.pub": verifiers, "policy": policy_of}[name](store.keys)

    def test_of_another_user_leave_a_log_that_is_read(self, tmp_path):
        secret = tmp_path / "keys/log.key"
        make_keys(tmp_path / "keys")
        with as_somebody_else(secret):
            assert signers(secret.parent) == []

    def test_that_were_not_handed_on_leave_the_signatures_unchecked_and_said_so(self, store):
        public = verifiers(store.keys)
        shutil.rmtree(store.keys)
        copy = Store.open(store.path)
        assert [(one.level, one.code, one.subject) for one in copy.check_log()] == [("leftover", "signatures_unchecked", "checkpoint")]
        assert copy.check_log(public) == []
        tile = store.places.log / "tile/0/000.p/1"
        tile.write_bytes(bytes(32))
        assert [one.subject for one in copy.check_log(public) if one.level == "broken"] == ["tile/0/000.p/1"]


@contextmanager
def as_somebody_else(path: Path) -> Iterator[None]:
    """While nobody may read a file: root, who may read all, acts as another user meanwhile."""
    if os.geteuid():
        path.chmod(0)
        yield
        return
    for folder in (path.parent, *path.parent.parents):
        if folder.stat().st_uid == 0 and folder.is_relative_to(tempfile.gettempdir()):
            folder.chmod(folder.stat().st_mode | 0o055)
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


class TestWordsOfAPerson:
    def test_that_are_no_text_are_refused_before_anything_is_kept(self, store, tmp_path):
        held = list(store.places.originals.rglob("*"))
        with pytest.raises(MalformedError, match="no readable text"):
            store.hand_in(slot("b.json"), told_file(tmp_path, 2, "b.json"), never, given_by="\udcff", given_at=NOW)
        with pytest.raises(MalformedError, match="no readable text"):
            store.withdraw(store.current()[0].id, "\udcff", given_by="officer", given_at=NOW)
        assert list(store.places.originals.rglob("*")) == held


class TestALogOfAnotherVersion:
    def test_is_told_as_such_and_not_as_damage(self, store, tmp_path, monkeypatch):
        monkeypatch.setattr("qingzhu.ledger.store_log.FORMAT", "qingzhu-entry/3")  # as the next version will have it
        with pytest.raises(MalformedError, match=r"is of another version \(qingzhu-entry/2, this one writes qingzhu-entry/3\)"):
            hand_in(Store.open(store.path), told_file(tmp_path, 2, "b.json"))

    def test_is_not_called_damaged_by_the_check(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 2, "b.json"))
        own = signers(store.keys)
        told = [one.replace(b"qingzhu-entry/2", b"qingzhu-entry/1") for one in store.log().entries()]
        shutil.rmtree(store.places.log)
        (store.keys / "signed").unlink()
        Log.open(store.places.log, own, store.keys / "signed").append(told)
        (found,) = Store.open(store.path).check_log()
        assert (found.code, "are of another version (qingzhu-entry/1)" in found.en, "Restore" in found.en) == ("entry_form", True, False)


class TestTheCheckpointToProveUnder:
    def cosigned(self, store: Store, name: str, change: Callable[[bytes], bytes]) -> None:
        log = store.log()
        log.refresh()
        log.cosign(log.note, [WITNESS.sign(log.note.text, 1_700_000_000)], lambda note: True)
        path = store.places.log / name
        path.write_bytes(change(path.read_bytes()))

    @pytest.mark.parametrize("change", [lambda data: data, flipped_at_the_end, lambda data: data.replace(b"\n1\n", b"\n900\n")])
    def test_is_one_that_verifies(self, store, change):
        for name in ("quorum", "cosigned"):
            self.cosigned(store, name, change)
        keys = [*verifiers(store.keys), WITNESS.verifier]
        note = proving_note(Store.open(store.path).log(), keys, 0)
        assert (Checkpoint.of(note.text).size, bool(verified(note, keys))) == (1, True)

    def test_is_none_where_the_entry_is_in_none(self, store):
        with pytest.raises(MissingError):
            proving_note(store.log(), verifiers(store.keys), 1)


class TestARecordThatIsTooLong:
    def test_is_refused_before_it_counts(self, store, tmp_path):
        with pytest.raises(MalformedError, match="at most 65535"):
            hand_in(store, told_file(tmp_path, 2, "b.json"), slot("b.json", project="P" * 66_000))
        assert [one.slot.name for one in Store.open(store.path).current()] == ["tickets.json"]
        assert hand_in(Store.open(store.path), told_file(tmp_path, 3, "c.json")).state == "read"
        assert {one.level for one in store.check(deep=True)} == {"leftover"}  # the original of the refused act, of which nobody speaks


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Store:
    """A store with evidence in two tables, superseded and joined, and a checkpoint of a Delta log."""
    folder = tmp_path_factory.mktemp("full")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("qingzhu.ledger.tables.CHECKPOINT_EVERY", 3)
        store = Store.open(folder / "store")
        for seed in range(8):
            hand_in(store, told_file(folder, seed, f"{seed % 5}.json", tables={"stage": 2, "weighing": 40}))
        store.compact("weighing", given_by="officer", given_at=NOW)
    assert "checkpoint" in {record["kind"] for record in store.refresh().records}
    return store


class TestBitFlips:
    def test_in_originals_data_files_commits_checkpoints_and_the_journal_are_each_found(self, full):
        chance = random.Random(11)
        kinds = {
            "originals": list(full.places.originals.glob("*/*")),
            "data": list(full.places.tables.glob("*/*.parquet")),
            "commits": list(full.places.tables.glob("*/_delta_log/*.json")),
            "checkpoints": [path for path in full.places.tables.glob("*/_delta_log/*") if "checkpoint" in path.name],
            "journal": [full.places.journal],
        }
        assert sorted(full.check(deep=True), key=str) == full.check_log() == []
        for number in range(60):
            name = list(kinds)[number % len(kinds)]
            path = chance.choice(kinds[name])
            data, mode = path.read_bytes(), path.stat().st_mode
            turned = bytearray(data)
            at = chance.randrange(8 * len(data))
            turned[at // 8] ^= 1 << at % 8
            path.chmod(0o644)
            path.write_bytes(turned)
            opened = Store.open(full.path) if name != "journal" else full
            subjects = [problem.subject for problem in opened.check(deep=True) if problem.level == "broken"]
            path.write_bytes(data)
            path.chmod(mode)
            assert any(path.name in subject for subject in subjects), (name, path, at, subjects)
