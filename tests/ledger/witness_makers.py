"""Witnesses for the tests: requests to cosign that anybody can write down, a witness of a few keys, its server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qingzhu.ledger import merkle
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.keys import Signer, Verifier
from qingzhu.ledger.notes import Note
from qingzhu.ledger.witness import Request, Witness, begin
from qingzhu.ledger.witness_server import Tell, server
from tests.ledger.log_makers import ORIGIN, key, leaves, plain_root

WITNESS = "witness.example/w1"
NOW = 1_700_000_000


def head(size: int, root: bytes | None = None, origin: str = ORIGIN) -> Note:
    text = Checkpoint(origin, size, plain_root(leaves(size)) if root is None else root).text()
    return Note(text, (key(origin).sign(text),))


def grown(old: int, new: int) -> tuple[bytes, ...]:
    hashes = leaves(new)
    return tuple(merkle.consistency(old, new, lambda level, number: plain_root(hashes[number << level : (number + 1) << level])))


def asking(old: int, new: int, note: Note | None = None, proof: tuple[bytes, ...] | None = None) -> bytes:
    return Request(old, grown(old, new) if proof is None else proof, note or head(new)).written()


def witness_at(
    state: Path, signers: Sequence[Signer], logs: Sequence[Verifier] = (), clock: Callable[[], int] = lambda: NOW, new: bool = True
) -> Witness:
    if new:
        begin(signers, state)
    return Witness(signers, logs or [key().verifier], state, clock)


@contextmanager
def serving(witness: Witness, tell: Tell = lambda zh, en: None) -> Iterator[str]:
    serves = server(witness, "127.0.0.1", 0, tell)
    thread = threading.Thread(target=serves.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serves.server_address[1]}"
    finally:
        serves.shutdown()
        serves.server_close()
        thread.join()
