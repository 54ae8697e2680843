"""Appending: one writer at a time, whole batches, nothing signed that was not written, nothing written twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from qingzhu.ledger.files import write_flushed
from qingzhu.ledger.keys import Signer
from qingzhu.ledger.log import STEPS
from qingzhu.ledger.log_check import log_problems
from qingzhu.ledger.notes import Note, Signature
from qingzhu.terms.errors import BrokenChainError, BusyError, MalformedError, MissingError
from tests.ledger.log_makers import ORIGIN, entries, key, keys, leaves, log_at, plain_root

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/spec/log.md").read_text("utf-8")

APPEND = """
import sys
from pathlib import Path
from tests.ledger.log_makers import log_at
log = log_at(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    log.append([f"{sys.argv[2]} {number}".encode()])
"""


def appending(folder: Path, name: str, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", APPEND, str(folder), name, str(times)], cwd=ROOT)


class TestAppending:
    def test_gives_the_places_and_signs_the_root_over_them(self, tmp_path):
        log = log_at(tmp_path)
        assert (log.append(entries(3)), log.append(entries(2, 3))) == (range(3), range(3, 5))
        assert (log.checkpoint.size, log.checkpoint.root, log.origin) == (5, plain_root(leaves(5)), ORIGIN)
        assert list(log.entries(1, 4)) == entries(3, 1)

    def test_an_empty_log_has_a_signed_checkpoint(self, tmp_path):
        assert (tmp_path / "log").exists() is False
        assert (log_at(tmp_path).checkpoint.size, log_at(tmp_path).checkpoint.root) == (0, plain_root([]))

    @pytest.mark.parametrize("sizes", [(1,) * 20, (255, 1, 1), (256, 256), (257, 300, 3), (70_000, 1)])
    def test_in_any_portions_gives_one_root(self, tmp_path, sizes):
        log = log_at(tmp_path)
        for size in sizes:
            log.append(entries(size, log.size))
        assert log.checkpoint.root == log_at(tmp_path).tiles.root() == plain_root(leaves(sum(sizes)))

    def test_takes_empty_and_longest_entries_and_refuses_a_longer_one_with_all_that_came_with_it(self, tmp_path):
        log = log_at(tmp_path)
        log.append([b"", b"a" * 65_535])
        with pytest.raises(MalformedError, match="65536 bytes"):
            log.append([b"fine", b"a" * 65_536])
        assert [len(one) for one in log_at(tmp_path).entries()] == [0, 65_535]

    def test_of_nothing_changes_nothing(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(1))
        before = (tmp_path / "log/checkpoint").read_bytes()
        assert list(log.append([])) == []
        assert (tmp_path / "log/checkpoint").read_bytes() == before

    def test_without_keys_is_refused_while_reading_goes_on(self, tmp_path):
        log_at(tmp_path).append(entries(2))
        reader = type(log_at(tmp_path)).open(tmp_path / "log")
        assert reader.entry(1) == b"entry 1"
        with pytest.raises(MissingError, match="no key"):
            reader.append(entries(1))

    def test_knows_the_steps_the_page_lists(self):
        told = [line.split("`")[1] for line in PAGE.split("\n") if line.startswith("| `")]
        assert told == list(STEPS)


class TestManyWriters:
    def test_threads_share_checkpoints(self, tmp_path):
        log, places = log_at(tmp_path), []
        signed = []
        log.step = lambda name: signed.append(name) if name == "checkpoint_signed" else None
        threads = [threading.Thread(target=lambda n=n: places.append((n, log.append([f"{n}".encode()])[0]))) for n in range(60)]
        log._turn.acquire()  # while one writes, the others bring theirs
        for thread in threads:
            thread.start()
        log._turn.release()
        for thread in threads:
            thread.join()
        assert all(log.entry(place) == f"{n}".encode() for n, place in places)
        assert (log.size, len({place for _, place in places})) == (60, 60)
        assert len(signed) < 30

    def test_processes_wait_for_each_other(self, tmp_path):
        log = log_at(tmp_path)
        running = [appending(tmp_path, name, 15) for name in "abc"]
        for number in range(15):
            log.append([f"here {number}".encode()])
        assert [one.wait() for one in running] == [0, 0, 0]
        found = list(log_at(tmp_path).entries())
        for name in ("a", "b", "c", "here"):
            assert [one for one in found if one.startswith(f"{name} ".encode())] == [f"{name} {n}".encode() for n in range(15)]
        assert log_at(tmp_path).tiles.root() == log_at(tmp_path).checkpoint.root

    def test_one_that_waits_too_long_is_refused_in_words_and_loses_nothing(self, tmp_path):
        log = log_at(tmp_path, wait=0.05)
        log.append(entries(1))
        with log_at(tmp_path)._locked(), pytest.raises(BusyError, match="did not let go"):
            log.append(entries(1, 1))
        assert list(log.append(entries(1, 1))) == [1]


class TestAWriterThatLostItsLock:
    def test_signs_nothing_when_the_lock_file_was_put_aside(self, tmp_path):
        log = log_at(tmp_path, step=lambda name: name == "folders_synced" and os.replace(tmp_path / "log/lock", tmp_path / "aside"))
        with pytest.raises(BrokenChainError, match="lost its lock"):
            log.append(entries(1))
        assert log_at(tmp_path).size == 0

    def test_names_no_tile_either_and_makes_no_folder(self, tmp_path):
        """A tile of the name may be another's, who has the lock now and signs it."""
        log = log_at(tmp_path, step=lambda name: name == "bundles_written" and os.replace(tmp_path / "log/lock", tmp_path / "aside"))
        with pytest.raises(BrokenChainError, match="lost its lock"):
            log.append(entries(1))
        assert [path.name for path in (tmp_path / "log/tile").iterdir()] == ["entries"]

    def test_writes_over_no_tile_of_another(self, tmp_path):
        def meanwhile(name: str) -> None:
            if name == "bundles_written" and log.size == 1:
                os.replace(tmp_path / "log/lock", tmp_path / "aside")
                log_at(tmp_path).append([b"another"])

        log = log_at(tmp_path, step=meanwhile)
        log.append(entries(1))  # from here on it knows the folders of the tiles
        with pytest.raises(BrokenChainError, match="lost its lock"):
            log.append(entries(1, 1))
        assert log_problems(tmp_path / "log", tmp_path / "signed", [key().verifier], None) == []
        assert list(log_at(tmp_path).entries()) == [b"entry 0", b"another"]

    def test_signs_nothing_when_another_signed_meanwhile(self, tmp_path):
        def meanwhile(name: str) -> None:
            if name == "folders_synced" and not done:
                done.append(name)
                os.replace(tmp_path / "log/lock", tmp_path / "aside")
                log_at(tmp_path).append([b"another"])
                os.replace(tmp_path / "aside", tmp_path / "log/lock")

        done: list[str] = []
        log = log_at(tmp_path, step=meanwhile)
        with pytest.raises(BrokenChainError, match="lost its lock"):
            log.append(entries(1))
        assert list(log_at(tmp_path).entries()) == [b"another"]
        assert list(log.append(entries(1))) == [1]

    def test_signs_nothing_when_it_loses_it_while_it_signs(self, tmp_path):
        class Slow(Signer):
            def sign(self, text: str, time: int = 0) -> Signature:
                if text.split("\n")[1] == "3":
                    os.replace(tmp_path / "log/lock", tmp_path / "aside")
                    log_at(tmp_path).append([b"another", b"one more", b"a third"])
                return super().sign(text, time)

        own = key()
        log = log_at(tmp_path, signers=[Slow(own.name, own.kind, own.secret)])
        log.append(entries(1))
        with pytest.raises(BrokenChainError, match="lost its lock"):
            log.append([b"lost", b"lost too"])
        assert list(log_at(tmp_path).entries()) == [b"entry 0", b"another", b"one more", b"a third"]
        assert (tmp_path / "signed").read_bytes() == (tmp_path / "log/checkpoint").read_bytes()

    def test_gives_no_file_a_name(self, tmp_path):
        def lost() -> None:
            raise BrokenChainError("log_lock_lost", "", "")

        write_flushed(tmp_path / "tile", b"signed")
        with pytest.raises(BrokenChainError):
            write_flushed(tmp_path / "tile", b"not signed", lost, "a")
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"tile": b"signed"}

    def test_signs_nothing_in_a_child_process(self, tmp_path):
        def fork(name: str) -> None:
            if name == "folders_synced" and not child:
                child.append(os.fork())

        child: list[int] = []
        log = log_at(tmp_path, step=fork)
        try:
            log.append(entries(1))
        except BrokenChainError:
            os._exit(0 if child == [0] else 1)
        if child == [0]:
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child[0], 0)[1]) == 0
        assert list(log_at(tmp_path).entries()) == [b"entry 0"]


class TestWhatAKilledWriterLeft:
    def test_without_a_name_or_beyond_what_was_signed_is_swept_by_the_next(self, tmp_path):
        log_at(tmp_path).append(entries(300))
        names = ("0/001.p/45", "0/001.p/.46.a1b2", "0/.001.a1b2", "0/002.p/3", "0/.003.a1b2", "entries/001.p/.47.a1b2", "entries/.002.a1b2")
        for name in names:
            path = tmp_path / "log/tile" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"half")
        log_at(tmp_path).append(entries(1, 300))
        assert log_problems(tmp_path / "log", tmp_path / "signed", [key().verifier], None) == []
        held = {path.relative_to(tmp_path / "log/tile").as_posix() for path in (tmp_path / "log/tile").rglob("*") if path.is_file()}
        assert held == {f"{kind}/{name}" for kind in ("0", "entries") for name in ("000", "001.p/44", "001.p/45")} | {"1/000.p/1"}


class TestKeysThatSignedAnotherLog:
    def test_a_log_put_back_to_an_older_copy_is_not_signed(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(3))
        subprocess.run(["cp", "-a", tmp_path / "log", tmp_path / "copy"], check=True)
        log.append(entries(3, 3))
        subprocess.run(["rm", "-r", tmp_path / "log"], check=True)
        (tmp_path / "copy").rename(tmp_path / "log")
        with pytest.raises(BrokenChainError, match="have signed a checkpoint of 6 entries, and it lacks what was signed"):
            log_at(tmp_path).append([b"another"])
        assert log_at(tmp_path).size == 3

    def test_a_checkpoint_of_another_log_of_the_same_name_is_not_built_on(self, tmp_path):
        log_at(tmp_path).append(entries(3))
        log_at(tmp_path / "other").append(entries(3, 7))
        (tmp_path / "log/checkpoint").write_bytes((tmp_path / "other/log/checkpoint").read_bytes())
        with pytest.raises(BrokenChainError, match="not the one these keys signed last"):
            log_at(tmp_path).append([b"another"])

    def test_a_checkpoint_beside_the_keys_that_is_older_and_of_the_same_log_is_built_on(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(3))
        older = (tmp_path / "signed").read_bytes()
        log.append(entries(300, 3))
        (tmp_path / "signed").write_bytes(older)
        assert list(log_at(tmp_path).append([b"another"])) == [303]
        assert (tmp_path / "signed").read_bytes() == (tmp_path / "log/checkpoint").read_bytes()

    @pytest.mark.parametrize("size", [3, 256])
    def test_a_checkpoint_beside_the_keys_that_is_older_and_of_a_fork_is_not_built_on(self, tmp_path, size):
        log_at(tmp_path).append(entries(300))
        log_at(tmp_path / "other").append(entries(size, 7))
        (tmp_path / "signed").write_bytes((tmp_path / "other/signed").read_bytes())
        before = (tmp_path / "log/checkpoint").read_bytes()
        with pytest.raises(BrokenChainError, match=f"of {size} entries that was signed does not begin the 300"):
            log_at(tmp_path).append([b"another"])
        assert (tmp_path / "log/checkpoint").read_bytes() == before

    def test_a_larger_checkpoint_beside_the_keys_whose_entries_are_there_is_published(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(3))
        older = (tmp_path / "log/checkpoint").read_bytes()
        log.append(entries(2, 3))
        (tmp_path / "log/checkpoint").write_bytes(older)
        assert log_at(tmp_path).settle().size == log_at(tmp_path).size == 5

    def test_a_larger_checkpoint_of_a_fork_with_all_its_tiles_does_not_replace_the_published_one(self, tmp_path):
        log_at(tmp_path).append(entries(3))
        log_at(tmp_path / "other").append(entries(5, 7))
        shutil.copytree(tmp_path / "other/log/tile", tmp_path / "log/tile", dirs_exist_ok=True)
        (tmp_path / "signed").write_bytes((tmp_path / "other/signed").read_bytes())
        before = (tmp_path / "log/checkpoint").read_bytes()
        with pytest.raises(BrokenChainError, match="of 3 entries that was signed does not begin the 5"):
            log_at(tmp_path).append([b"another"])
        assert (tmp_path / "log/checkpoint").read_bytes() == before

    def test_a_checkpoint_of_other_keys_is_not_built_on(self, tmp_path):
        log_at(tmp_path).append(entries(3))
        with pytest.raises(BrokenChainError):
            log_at(tmp_path, signers=[key(seed="other")]).append([b"another"])
        with pytest.raises(BrokenChainError, match="its origin is"):
            log_at(tmp_path, signers=[key("other.example/log")])

    @pytest.mark.parametrize(("kind", "refused"), [("ed25519", True), ("ml-dsa-44", True), ("sm2", False)])
    def test_a_changed_signature_is_not_built_on_but_that_of_sm2_which_the_check_finds(self, tmp_path, kind, refused):
        own = keys(("ed25519", "ml-dsa-44", "sm2"))
        note = log_at(tmp_path, signers=own).note
        changed = tuple(
            replace(one, signature=bytes(len(one.signature))) if one.key_id == key(kind=kind).verifier.key_id else one
            for one in note.signatures
        )
        for path in (tmp_path / "log/checkpoint", tmp_path / "signed"):
            path.write_bytes(Note(note.text, changed).written())
        found = log_problems(tmp_path / "log", tmp_path / "signed", [one.verifier for one in own], None)
        assert [(one.code, one.subject) for one in found] == [("signature_wrong", "checkpoint"), ("signature_wrong", "signed")]
        with pytest.raises(BrokenChainError, match="does not verify") if refused else nullcontext():
            log_at(tmp_path, signers=own).append(entries(1))

    def test_tiles_that_were_changed_are_not_built_on(self, tmp_path):
        log_at(tmp_path).append(entries(3))
        tile = tmp_path / "log/tile/0/000.p/3"
        data = bytearray(tile.read_bytes())
        data[5] ^= 1
        tile.write_bytes(data)
        with pytest.raises(BrokenChainError, match="do not give the signed root"):
            log_at(tmp_path).append([b"another"])
