"""Logs of ours read by Go, logs of Go read by us: golang.org/x/mod/sumdb, on which Go's checksum database runs. ``make go-client`` runs it.

Run as a program: ``python -m tests.against.go_client FOLDER [STORE]``. It needs Go 1.18, and golang.org/x/mod below ``GOPATH`` (Debian's
golang-go, golang-golang-x-mod-dev: /usr/share/gocode). It prints what it did as JSON and ends with 1 when something is wrong.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.fuzz_ledger import faulty
from benchmarks.fuzz_ledger_targets import TARGETS
from qingzhu.cli.hand_in import collect_one
from qingzhu.ledger import merkle, notes, proofs
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.keys import Verifier, verifier_of
from qingzhu.ledger.log_check import log_problems
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import verifiers
from qingzhu.ledger.tiles import Tiles, in_folder
from qingzhu.terms.errors import EvidenceError, MalformedError
from tests.ledger.log_makers import entries, keys, log_at
from tests.schemes.small_dossier import written

SOURCE = Path(__file__).parent / "go"
SIZES = (1, 255, 256, 257, 65_536, 70_001)
GO_NAME = "go.example/log"
FLIPS, NOTES = 100, 100_000


def need() -> dict[str, str]:
    """The environment in which Go finds the sources; ends the program in words where something is missing."""
    folder = os.environ.get("GOPATH", "/usr/share/gocode")
    if shutil.which("go") is None:
        sys.exit("There is no `go` here: install Go 1.18 or later (Debian: apt-get install golang-go golang-golang-x-mod-dev).")
    if not (Path(folder) / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        sys.exit(f"golang.org/x/mod is not below GOPATH {folder} (Debian: apt-get install golang-golang-x-mod-dev).")
    return {**os.environ, "GO111MODULE": "off", "GOPATH": folder}


class Go:
    """The program in ``go/``, built."""

    def __init__(self, folder: Path) -> None:
        self.program = (folder / "client").resolve()
        subprocess.run(["go", "build", "-o", str(self.program), "."], cwd=SOURCE, env=need(), check=True)

    def write(self, folder: Path, sizes: Sequence[int]) -> Verifier:
        """A log of Go's making; its key."""
        return verifier_of(self._run("write", folder, GO_NAME, *sizes).stdout.strip())

    def read(self, key: Verifier, folder: Path, *older: Path) -> dict[str, Any]:
        """What Go says of a log."""
        done = self._run("read", key.line(), folder, *older)
        return json.loads(done.stdout) if done.returncode == 0 else {"refused": done.stderr.strip()}

    def notes(self, texts: Sequence[bytes]) -> list[str]:
        """Of each text the length of its note's text [byte], or ``none`` where Go takes it for no note."""
        given = b"".join(len(text).to_bytes(4, "big") + text for text in texts)
        return subprocess.run([str(self.program), "notes"], input=given, capture_output=True, check=True).stdout.decode().splitlines()

    def _run(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(self.program), *map(str, words)], capture_output=True, text=True, check=False)


def ours(go: Go, folder: Path) -> dict[str, Any]:
    """A log of 70,001 entries by the public append, with a checkpoint kept at each size."""
    log, older = log_at(folder, signers=keys(("ed25519", "ml-dsa-44", "sm2"))), []
    for size in SIZES:
        log.append(entries(size - log.size, log.size))
        older.append(folder / f"checkpoint.{size}")
        shutil.copy(folder / "log/checkpoint", older[-1])
    found = go.read(log.signers[0].verifier, folder / "log", *older)
    assert (found["size"], found["grown"], found["unknown"]) == (SIZES[-1], list(SIZES), 2), found
    assert found["read"] > 1900
    return found


def store(go: Go, folder: Path) -> dict[str, Any]:
    """The log of a store, by its Ed25519 key alone."""
    [key] = [one for one in verifiers(Store.open(folder).keys) if one.kind == "ed25519"]
    found = go.read(key, folder / "log")
    assert found["origin"] == key.name, found
    return found


def flips(go: Go, folder: Path) -> int:
    """Single bits of tiles, entries and of what is signed turned over, one after another: Go refuses each."""
    log, chance = log_at(folder, signers=keys(("ed25519", "sm2"))), random.Random(7)
    log.append(entries(1000))
    key = log.signers[0].verifier
    assert go.read(key, folder / "log")["read"] == 1000
    files = [path for path in (folder / "log/tile").rglob("*") if path.is_file()] + 3 * [folder / "log/checkpoint"]
    for _ in range(FLIPS):
        path = chance.choice(files)
        data = path.read_bytes()
        signed = data.index(b"\n", data.index(b"\n\n") + 2) + 1 if path.name == "checkpoint" else len(data)  # the SM2 line is passed over
        at = chance.randrange(8 * signed)
        changed = bytearray(data)
        changed[at // 8] ^= 1 << at % 8
        path.write_bytes(changed)
        assert "refused" in go.read(key, folder / "log"), (path, at)
        path.write_bytes(data)
    assert go.read(key, folder / "log")["read"] == 1000
    return FLIPS


def faulty_notes(go: Go) -> dict[str, int]:
    """Notes with faults: what we take Go takes, with the same text; what Go alone takes has base64 that could be spelt otherwise."""
    target, chance = TARGETS["note"](), random.Random(11)
    texts = [faulty(chance.randbytes(2), target, chance) for _ in range(NOTES)]
    told = {"taken_by_both": 0, "refused_by_both": 0, "base64_only_go_takes": 0}
    for text, said in zip(texts, go.notes(texts), strict=True):
        try:
            ours = str(len(notes.read(text).text.encode()))
        except MalformedError as error:
            ours = error.code
        assert said == ours or (said == "none" and ours.startswith("note_")) or ours == "note_base64", text
        told["taken_by_both" if said == ours else "refused_by_both" if said == "none" else "base64_only_go_takes"] += 1
    return told


def theirs(go: Go, folder: Path) -> dict[str, Any]:
    """A log of Go's making: its checkpoints, tiles, entries, growth and proof, read by us; with a bit turned over, refused."""
    key = go.write(folder, SIZES)
    heads = []
    for size in SIZES:
        note = notes.read((folder / f"checkpoint.{size}").read_bytes())
        assert list(notes.verified(note, [key])) == [key]
        heads.append(Checkpoint.of(note.text))
        assert (heads[-1].origin, heads[-1].size) == (GO_NAME, size)
    last = heads[-1]
    tiles = Tiles(in_folder(folder), last.size)
    for head in heads:
        assert tiles.root(head.size) == head.root
        assert merkle.consistent(head.size, last.size, head.root, last.root, tiles.consistency(head.size))
    for index in (*range(0, last.size, 97), last.size - 1):
        entry = tiles.entry(index)
        assert entry == f"entry {index} of Go".encode()
        assert merkle.included(merkle.leaf_hash(entry), index, last.size, tiles.inclusion(index), last.root)
    proof = proofs.read((folder / "last.tlog-proof").read_bytes())
    assert list(proofs.proven(f"entry {last.size - 1} of Go".encode(), proof, GO_NAME, [key])) == [key]
    assert log_problems(folder, folder / "signed", [key], None) == []
    for name in ("tile/1/001.p/17", "tile/0/273.p/113", "tile/entries/007"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:100] + bytes([data[100] ^ 4]) + data[101:])
        assert log_problems(folder, folder / "signed", [key], None)
        (folder / name).write_bytes(data)
    try:
        proofs.proven(b"entry 0 of Go", proof, GO_NAME, [key])
    except EvidenceError:
        return {"size": last.size, "grown": list(SIZES)}
    raise AssertionError("another entry was proven")


def small_store(folder: Path) -> Path:
    """A store of a dossier, handed in."""
    kept = Store.open(folder / "store")
    collect_one(written(folder / "dossier"), kept, folder / "results", "site team", lambda what: None)
    return kept.path


def main() -> None:
    """Run all of it in a folder; a store may be named."""
    folder = Path(sys.argv[1])
    go = Go(folder)
    for name in ("ours", "theirs", "flips"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    done = {
        "ours_read_by_go": ours(go, folder / "ours"),
        "store_read_by_go": store(go, Path(sys.argv[2]) if len(sys.argv) > 2 else small_store(folder)),
        "bits_go_refused": flips(go, folder / "flips"),
        "faulty_notes": faulty_notes(go),
        "theirs_read_by_us": theirs(go, folder / "theirs"),
    }
    sys.stdout.write(f"{json.dumps(done)}\n")


if __name__ == "__main__":
    main()
