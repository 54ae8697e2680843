"""The log: entries written through its public append, proofs, the check; ratios against bare hashing and flushing in the same run."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import deep_check
from qingzhu.ledger import merkle, notes
from qingzhu.ledger.files import write_secret
from qingzhu.ledger.keys import made
from qingzhu.ledger.log import Log
from qingzhu.ledger.log_check import log_problems
from qingzhu.ledger.tiles import Tiles, in_folder

ENTRIES, BATCH, LENGTH = 1_000_000, 1_000, 180

FRESH = """
import sys, time
from pathlib import Path
import gmalg
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa
from qingzhu.ledger.store_log import open_log
folder = Path(sys.argv[1])
began = time.perf_counter()
log = open_log(folder / "log", folder, wait=5, step=lambda name: None)
log.entry(log.size - 1)
opened = time.perf_counter()
log.append([bytes(int(sys.argv[2]))])
print(1000 * (opened - began), 1000 * (time.perf_counter() - opened))
"""
"""A process of its own that has imported what it needs: it opens the log with its keys, reads the last entry, appends one."""


def main() -> bool:
    """One log of a million entries, and the deep check of two stores; True where every bar is met."""
    with tempfile.TemporaryDirectory(prefix="qingzhu-log-") as folder:
        held = of(Path(folder))
    print()
    return deep_check.main() and held


def of(folder: Path) -> bool:
    """Print the table of a log made in a folder."""
    signers = [made("log.example/bench", kind, secrets.token_bytes(32)) for kind in ("ed25519", "ml-dsa-44", "sm2")]
    log = Log.open(folder / "log", signers, folder / "signed")
    single = timed(100, lambda number: log.append([number.to_bytes(LENGTH, "big")]))
    began = time.perf_counter()
    while log.size < ENTRIES:
        first = log.size
        log.append([(first + at).to_bytes(LENGTH, "big") for at in range(min(BATCH, ENTRIES - first))])
    took = time.perf_counter() - began
    bare = bare_write(folder / "bare")
    size = sum(path.stat().st_size for path in (folder / "log").rglob("*") if path.is_file())
    root = log.checkpoint.root

    def inclusion(number: int) -> None:
        tiles = Tiles(in_folder(folder / "log"), ENTRIES)  # nothing cached
        tiles.inclusion(number * 9_973 % ENTRIES)

    def consistency(number: int) -> None:
        Tiles(in_folder(folder / "log"), ENTRIES).consistency(1 + number * 9_973 % (ENTRIES - 1))

    leaf, proof = merkle.leaf_hash(log.entry(123_456)), log.tiles.inclusion(123_456)
    own = [signers[0].verifier]
    proving, growing = timed(100, inclusion), timed(100, consistency)
    verifying = timed(100, lambda number: merkle.included(leaf, 123_456, ENTRIES, proof, root))
    signed = timed(50, lambda number: notes.verified(notes.read((folder / "log/checkpoint").read_bytes()), own))
    began = time.perf_counter()
    problems = log_problems(folder / "log", folder / "signed", [one.verifier for one in signers], None)
    checked = time.perf_counter() - began
    write_secret(folder / "log.key", "".join(f"{signer.line()}\n" for signer in signers))
    opening, first = fresh(folder)
    rate = (ENTRIES - 100) / took
    rows = [
        ("entries acknowledged a second, batches of 1,000, every file flushed", f"{rate:,.0f}", "≥ 10,000", rate >= 10_000),
        ("  bare: the same bytes hashed once and written in files flushed alike", f"{bare:,.0f}", f"ratio {bare / rate:.1f}", True),
        ("one entry acknowledged, p50 [ms]", f"{single:.1f}", "< 50", single < 50),
        ("size of 10⁶ entries of 180 bytes [MB]", f"{size / 1e6:,.0f}", "", True),
        ("a fresh process: opening it with its keys, reading the last entry [ms]", f"{opening:.1f}", "< 200", opening < 200),
        ("  and acknowledging one entry, p50 [ms]", f"{first:.1f}", "< 50", first < 50),
        ("inclusion proof, nothing cached [ms]", f"{proving:.2f}", "≤ 5", proving <= 5),
        ("consistency proof, nothing cached [ms]", f"{growing:.2f}", "≤ 5", growing <= 5),
        ("verification of a proof [ms]", f"{verifying:.3f}", "≤ 1", verifying <= 1),
        ("verification of the checkpoint, Ed25519 [ms]", f"{signed:.3f}", "≤ 1", signed <= 1),
        ("check of all entries, tiles, signatures [s]", f"{checked:.1f}", "< 60", checked < 60 and not problems),
    ]
    for what, found, bar, held in rows:
        print(f"{what:<72}{found:>10}  {bar:<12}{'' if held else 'NOT MET'}")
    return all(held for *_, held in rows)


def timed(times: int, work: Callable[[int], object]) -> float:
    """The median time of a call. [ms]"""
    took = []
    for number in range(times):
        began = time.perf_counter()
        work(number)
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took)[times // 2]


def fresh(folder: Path, times: int = 9) -> tuple[float, float]:
    """The median times of opening and of the first entry in processes of their own. [ms]"""
    found = []
    for _ in range(times):
        ran = subprocess.run([sys.executable, "-c", FRESH, str(folder), str(LENGTH)], capture_output=True, text=True, check=True)
        found.append([float(part) for part in ran.stdout.split()])
    opening, first = (sorted(column)[times // 2] for column in zip(*found, strict=True))
    return opening, first


def bare_write(folder: Path) -> float:
    """Entries a second where each is hashed once and a thousand go into five files that are flushed with their folder: the limit."""
    folder.mkdir()
    data, began, count = bytes(LENGTH), time.perf_counter(), 100
    for number in range(count):
        digests = b"".join(hashlib.sha256(data).digest() for _ in range(BATCH))
        for part in range(5):
            handle = os.open(folder / f"{number}-{part}", os.O_WRONLY | os.O_CREAT)
            os.write(handle, (data * (BATCH // 5)) + digests[part::5])
            os.fsync(handle)
            os.close(handle)
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    return count * BATCH / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
