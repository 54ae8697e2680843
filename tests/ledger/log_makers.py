"""Logs for the tests: keys that are the same in every run, entries that anybody can write down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from qingzhu.ledger import merkle
from qingzhu.ledger.keys import Kind, Signer, made
from qingzhu.ledger.log import Log

ORIGIN = "log.example/tests"


def key(name: str = ORIGIN, kind: Kind = "ed25519", seed: str = "") -> Signer:
    """A key whose secret is the hash of its name: the same in every run."""
    return made(name, kind, hashlib.sha256(f"{name} {kind} {seed}".encode()).digest())


def keys(kinds: Sequence[Kind] = ("ed25519",)) -> list[Signer]:
    return [key(kind=kind) for kind in kinds]


def log_at(folder: Path, *, step: Callable[[str], None] = lambda name: None, wait: float = 30.0, signers: Sequence[Signer] = ()) -> Log:
    return Log.open(folder / "log", signers or keys(), folder / "signed", step=step, wait=wait)


def entries(count: int, first: int = 0) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(first, first + count)]


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(entry) for entry in entries(count)]


def plain_root(hashes: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 writes it down, which shares nothing with the product."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\x01" + plain_root(hashes[:half]) + plain_root(hashes[half:])).digest()
