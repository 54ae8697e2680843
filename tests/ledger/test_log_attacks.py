"""Killed or tampered with, the log opens where it was signed, and every change is found, with the file it lies in."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qingzhu.ledger import notes
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.entries import entry_of
from qingzhu.ledger.keys import Signer
from qingzhu.ledger.log_check import log_problems
from qingzhu.ledger.notes import Note
from qingzhu.ledger.submissions import Problem
from qingzhu.ledger.tiles import bundle_of, entries_of, path_of
from tests.ledger.log_makers import entries, key, keys, log_at, plain_root

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("ed25519", "ml-dsa-44", "sm2")


def checked(folder: Path) -> list[Problem]:
    return checked_with(folder, keys(KINDS))


def checked_with(folder: Path, signers: list[Signer]) -> list[Problem]:
    return log_problems(folder / "log", folder / "signed", [one.verifier for one in signers], None)


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """A log of 66,708 entries in seven portions: three levels of tiles, full and partial ones, and partial ones of earlier sizes."""
    folder = tmp_path_factory.mktemp("sound")
    log = log_at(folder, signers=keys(KINDS))
    for count in (700, 1, 1, 3, 66_000, 2, 1):
        log.append(entries(count, log.size))
    return folder


class TestTheKillDrill:
    def test_two_hundred_kills_under_load_lose_nothing_acknowledged(self, tmp_path):
        ran = subprocess.run(
            [sys.executable, "-m", "tests.ledger.log_drill", str(tmp_path), "200"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        counts = json.loads(ran.stdout)
        sys.stdout.write(f"kill -9 drill of the log: {counts}\n")
        assert counts["kills"] == 200


class TestBitFlips:
    def test_of_a_sound_log_nothing_is_said(self, sound):
        assert checked(sound) == []

    def test_two_hundred_in_random_places_are_each_found_in_their_file(self, sound, tmp_path):
        small = log_at(tmp_path, signers=keys(KINDS))
        for count in (700, 1, 1, 3):
            small.append(entries(count, small.size))
        chance = random.Random(7)
        for folder, times in ((tmp_path, 160), (sound, 40)):
            files = sorted(path for path in (folder / "log").rglob("*") if path.is_file() and path.stat().st_size)
            by_kind = [
                [path for path in files if "/entries/" in str(path)],
                [path for path in files if "/tile/0/" in str(path)],
                [path for path in files if "/tile/1/" in str(path) or "/tile/2/" in str(path)],
                [folder / "log/checkpoint"],
            ]
            for number in range(times):
                path = chance.choice(by_kind[number % 4])
                with flipped(path, chance):
                    subjects = {problem.subject for problem in checked(folder) if problem.level == "broken"}
                assert subjects == {path.relative_to(folder / "log").as_posix()}, number

    def test_in_the_checkpoint_beside_the_keys_are_found(self, sound):
        chance = random.Random(8)
        for _ in range(8):
            with flipped(sound / "signed", chance):
                assert {problem.subject for problem in checked(sound)} == {"signed"}


class flipped:
    """One bit of a file turned over, and back."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path, self.data = path, path.read_bytes()
        self.bit = chance.randrange(8 * len(self.data))

    def __enter__(self) -> None:
        data = bytearray(self.data)
        data[self.bit // 8] ^= 1 << self.bit % 8
        self.path.write_bytes(data)

    def __exit__(self, *error: object) -> None:
        self.path.write_bytes(self.data)


class TestWhatWasAlteredTogether:
    """An entry, and so many of the tiles above it that the files still agree: what the signed root does not bear out is named."""

    @pytest.mark.parametrize(
        ("index", "tiles", "named"),
        [
            (300, 0, {"tile/entries/001"}),
            (300, 1, {"tile/entries/001", "tile/0/001"}),
            (300, 2, {"tile/1/000"}),
            (300, 3, {"tile"}),
            (65_900, 1, {"tile/entries/257", "tile/0/257"}),
            (65_900, 2, {"tile"}),
            (66_600, 0, {"tile/entries/260.p/148"}),
            (66_600, 1, {"tile/entries/260.p/148", "tile/0/260.p/148"}),  # the partial tiles of before bear it out
        ],
    )
    def test_in_a_log_of_three_levels(self, sound, index, tiles, named):
        with altered(sound, index, tiles):
            assert {problem.subject for problem in checked(sound)} == named
        assert checked(sound) == []

    def test_with_all_but_the_checkpoint_is_told_with_the_tiles_that_may_be_at_fault(self, sound):
        with altered(sound, 300, 3):
            (problem,) = checked(sound)
        words = (
            "the files agree with one another, not with the signed root: one of tile/0/260.p/148, tile/1/001.p/4, tile/2/000.p/1 "
            "was altered together with what lies below it"
        )
        assert words in problem.en

    def test_with_a_tile_that_covers_many_says_which_entries_are_in_doubt(self, sound):
        with altered(sound, 300, 2):
            (problem,) = checked(sound)
        assert "something below it (entries 0 to 65535)" in problem.en

    @pytest.mark.parametrize(("count", "index"), [(100, 30), (256, 30), (65_536, 70)])
    def test_in_a_log_with_one_tile_at_its_right_edge_names_that(self, tmp_path, count, index):
        log_at(tmp_path).append(entries(count))
        level = 0 if count < 256 else 1 if count < 65_536 else 2
        with altered(tmp_path, index, level + 1):
            named = {problem.subject for problem in checked_with(tmp_path, keys())}
        path = f"tile/{level}/000.p/{count >> 8 * level}"
        assert named == ({path, "tile/entries/000.p/100"} if level == 0 else {path})

    def test_is_told_apart_from_damage_elsewhere_in_the_same_tiles(self, sound, tmp_path):
        with altered(sound, 300, 1), changed(sound / "log/tile/1/000", 32 * 7), changed(sound / "log/tile/0/260.p/148", 32 * 147):
            named = {problem.subject for problem in checked(sound)}
        assert named == {"tile/entries/001", "tile/0/001", "tile/1/000", "tile/0/260.p/148"}

    def test_in_a_store_is_told_entry_by_entry_as_the_journal_bears_it_out(self, tmp_path):
        records = [{"position": at + 1, "kind": "checkpoint", "given_at": "2026-03-01T08:00:00Z"} for at in range(66_000)]
        log_at(tmp_path).append([entry_of(one) for one in records])
        touched = ["tile/entries/001", "tile/0/001", "tile/1/000", "tile/2/000.p/1"]
        for tiles in (1, 2, 3):
            with altered(tmp_path, 300, tiles):
                found = log_problems(tmp_path / "log", tmp_path / "signed", [one.verifier for one in keys()], records)
            assert {problem.subject for problem in found} == set(touched[: tiles + 1])
            assert any("entry 300 does not agree with what was signed" in problem.en for problem in found)


class altered:
    """An entry with another letter, its leaf hash, and so many tiles in all that agree with it; and back."""

    def __init__(self, folder: Path, index: int, tiles: int) -> None:
        log = folder / "log"
        size = Checkpoint.of(notes.read((log / "checkpoint").read_bytes()).text).size
        place = index // 256
        bundle = log / path_of("entries", place, min(256, size - 256 * place))
        found = entries_of(bundle.read_bytes(), min(256, size - 256 * place))
        found[index % 256] = found[index % 256][:-1] + b"#"
        self.files = {bundle: bundle_of(found)}
        made, at = hashlib.sha256(b"\0" + found[index % 256]).digest(), index
        for level in range(tiles):
            tile = log / path_of(level, at // 256, min(256, (size >> 8 * level) - at // 256 * 256))
            data = bytearray(tile.read_bytes())
            data[32 * (at % 256) : 32 * (at % 256 + 1)] = made
            self.files[tile] = bytes(data)
            made, at = plain_root([bytes(data[begin : begin + 32]) for begin in range(0, len(data), 32)]), at // 256
        self.before = {path: path.read_bytes() for path in self.files}

    def __enter__(self) -> None:
        for path, data in self.files.items():
            path.write_bytes(data)

    def __exit__(self, *error: object) -> None:
        for path, data in self.before.items():
            path.write_bytes(data)


@contextmanager
def changed(path: Path, place: int) -> Iterator[None]:
    """A byte of a file changed, and back."""
    before = path.read_bytes()
    path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
    yield
    path.write_bytes(before)


class TestSignatureLinesOthersPassOver:
    @pytest.mark.parametrize("kind", KINDS)
    def test_one_that_is_missing_is_found(self, sound, tmp_path, kind):
        copy = copied(sound, tmp_path)
        note = log_at(copy, signers=keys(KINDS)).note
        kept = tuple(one for one in note.signatures if one.key_id != key(kind=kind).verifier.key_id)
        (copy / "log/checkpoint").write_bytes(Note(note.text, kept).written())
        assert [problem.code for problem in checked(copy)] == ["signature_missing"]

    def test_one_of_a_stranger_is_found(self, sound, tmp_path):
        copy = copied(sound, tmp_path)
        note = log_at(copy, signers=keys(KINDS)).note
        (copy / "log/checkpoint").write_bytes(note.signed_too([key("stranger.example/x").sign(note.text)]).written())
        assert [problem.code for problem in checked(copy)] == ["signature_unknown"]


def copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to / "copy")
    return to / "copy"


class TestLogsThatWereChanged:
    def test_truncated_to_an_earlier_checkpoint_with_its_tiles_is_found_by_what_the_keys_signed(self, tmp_path):
        log = log_at(tmp_path, signers=keys(KINDS))
        log.append(entries(5))
        shutil.copytree(tmp_path / "log", tmp_path / "older")
        log.append(entries(5, 5))
        shutil.rmtree(tmp_path / "log")
        (tmp_path / "older").rename(tmp_path / "log")
        found = {(problem.level, problem.code, problem.subject) for problem in checked(tmp_path)}
        assert found >= {("broken", "log_tile", "tile/0/000.p/10"), ("broken", "log_entry", "tile/entries/000.p/10")}

    def test_behind_what_the_keys_signed_but_whole_is_what_a_crash_leaves(self, tmp_path):
        log = log_at(tmp_path, signers=keys(KINDS))
        log.append(entries(5))
        old = (tmp_path / "log/checkpoint").read_bytes()
        log.append(entries(5, 5))
        (tmp_path / "log/checkpoint").write_bytes(old)
        assert [(one.level, one.code, one.subject) for one in checked(tmp_path)] == [("leftover", "log_checkpoint", "checkpoint")]
        log_at(tmp_path, signers=keys(KINDS)).settle()
        assert checked(tmp_path) == []

    @pytest.mark.parametrize("bit", range(0, 8 * len(f"{key().name}\n10\n"), 5))
    def test_are_held_to_what_the_keys_signed_where_the_text_of_the_checkpoint_was_changed(self, tmp_path, bit):
        log_at(tmp_path, signers=keys(KINDS)).append(entries(10))
        data = bytearray((tmp_path / "log/checkpoint").read_bytes())
        data[bit // 8] ^= 1 << bit % 8
        (tmp_path / "log/checkpoint").write_bytes(data)
        assert {problem.subject for problem in checked(tmp_path)} == {"checkpoint"}

    def test_with_entries_in_another_order_is_found(self, tmp_path):
        log_at(tmp_path, signers=keys(KINDS)).append(entries(5))
        bundle = tmp_path / "log/tile/entries/000.p/5"
        bundle.write_bytes(
            bundle.read_bytes().replace(b"entry 1", b"entry X").replace(b"entry 2", b"entry 1").replace(b"entry X", b"entry 2")
        )
        assert [(one.subject, "entry 1 does" in one.en) for one in checked(tmp_path)] == [("tile/entries/000.p/5", True)]

    def test_rewritten_from_one_entry_on_with_all_its_tiles_is_found_by_the_signed_root(self, tmp_path):
        log_at(tmp_path, signers=keys(KINDS)).append(entries(5))
        log_at(tmp_path / "other", signers=keys(KINDS)).append([*entries(4), b"forged"])
        shutil.copytree(tmp_path / "other/log/tile", tmp_path / "log/tile", dirs_exist_ok=True)
        assert {problem.subject for problem in checked(tmp_path)} == {"tile/0/000.p/5", "tile/entries/000.p/5"}

    def test_signed_by_a_stolen_name_is_found(self, tmp_path):
        log_at(tmp_path, signers=[key(seed="thief")]).append(entries(5))
        assert {problem.code for problem in checked(tmp_path)} == {"signature_missing", "signature_unknown"}

    def test_files_that_no_checkpoint_speaks_of_are_left_over_and_do_no_harm(self, tmp_path):
        log_at(tmp_path, signers=keys(KINDS)).append(entries(5))
        shutil.copy(tmp_path / "log/tile/0/000.p/5", tmp_path / "log/tile/0/000.p/6")
        (tmp_path / "log/tile/0/.000.unfinished").write_bytes(b"half")
        assert [(one.level, one.subject) for one in checked(tmp_path)] == [
            ("leftover", "tile/0/.000.unfinished"),
            ("leftover", "tile/0/000.p/6"),
        ]
