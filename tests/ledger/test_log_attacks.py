"""Killed or tampered with, the log opens where it was signed, and every change is found, with the file it lies in."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qingzhu.ledger.log_check import log_problems
from qingzhu.ledger.notes import Note
from qingzhu.ledger.submissions import Problem
from tests.ledger.log_makers import entries, key, keys, log_at

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("ed25519", "ml-dsa-44", "sm2")


def checked(folder: Path) -> list[Problem]:
    return log_problems(folder / "log", folder / "signed", [one.verifier for one in keys(KINDS)], None)


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
        old = (tmp_path / "log/checkpoint").read_bytes()
        log.append(entries(5, 5))
        (tmp_path / "log/checkpoint").write_bytes(old)
        assert "log_checkpoint" in {problem.code for problem in checked(tmp_path)}

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
        assert [problem.code for problem in checked(tmp_path)] == ["log_root"]

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
