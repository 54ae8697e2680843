"""A witness 见证人: it cosigns checkpoints of logs it knows, each only if it grew out of the last one it cosigned.

c2sp.org/tlog-witness for what it is asked and answers, c2sp.org/tlog-cosignature for what it signs. Of each log it keeps one row, the
last checkpoint it cosigned, in SQLite; the row is written durably, in one step with the comparison, before anything is answered.
The state is begun with the keys (``begin``) and never again: a witness that forgot what it cosigned would cosign a fork.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from qingzhu.ledger import merkle, notes
from qingzhu.ledger.checkpoints import Checkpoint, number, signed
from qingzhu.ledger.files import sync_folder
from qingzhu.ledger.keys import TIMED, Signer, Verifier
from qingzhu.ledger.notes import Note, malformed
from qingzhu.ledger.proofs import hashes_of
from qingzhu.terms.errors import EvidenceError, MalformedError, MissingError, RefusedError

LONGEST = 64 << 10
"""A longer request is not read. [byte] 63 lines of proof and 16 signatures of ML-DSA-44 have 57 kB."""

WAIT = 5.0
"""How long a request waits for another that writes the state. [s]"""

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


@dataclass(frozen=True)
class Answer:
    """What a witness answers: HTTP status, media type, body."""

    status: int
    body: bytes
    media: str = TEXT


@dataclass(frozen=True)
class Request:
    """A request to cosign 见证请求: the size cosigned last, the consistency proof from there, the checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def written(self) -> bytes:
        """Its bytes: ``old N``, a line a hash, a blank line, the checkpoint."""
        lines = [f"old {self.old}", *map(notes.encoded, self.proof), "", ""]
        return "\n".join(lines).encode() + self.note.written()


def read_request(data: bytes) -> Request:
    """A request from its bytes. Raises ``MalformedError``."""
    head, blank, rest = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise malformed("witness_request", "请求格式不对", "the request is malformed") from None
    if not blank or not lines[0].startswith("old "):
        raise malformed("witness_request", "请求须以 old 行开头", "a request begins with an old line")
    return Request(number(lines[0].removeprefix("old ")), hashes_of(lines[1:]), notes.read(rest))


class Witness:
    """One witness 见证人: its keys, the logs it knows by their public keys, its state in a file."""

    def __init__(self, signers: Sequence[Signer], logs: Sequence[Verifier], state: Path, clock: Callable[[], int]) -> None:
        """``signers`` are cosigning keys, ``logs`` public keys of logs (its name is the log's origin), ``clock`` gives s since 1970.

        Raises ``MissingError`` without the state that was begun with the keys, ``RefusedError`` where it is that of others,
        ``MalformedError`` where it cannot be read or where a key is none to cosign with.
        """
        if not signers or any(signer.kind not in TIMED for signer in signers):
            raise malformed("witness_key", "见证密钥须为 cosignature 或 ml-dsa-44", "a witness signs by cosignature or ml-dsa-44 keys")
        self.signers, self.clock, self.state = tuple(signers), clock, state
        self.logs: dict[str, list[Verifier]] = {}
        for key in logs:
            self.logs.setdefault(key.name, [])
            if key.kind != "sm2":  # slow to verify, and no witness needs it
                self.logs[key.name].append(key)
        self._require_own_state()

    def add_checkpoint(self, data: bytes) -> Answer:
        """Cosign a checkpoint, or say why not 见证检查点; the answers of c2sp.org/tlog-witness."""
        if len(data) > LONGEST:
            return Answer(400, b"the request is too long\n")
        try:
            request = read_request(data)
            checkpoint = Checkpoint.of(request.note.text)
        except MalformedError as error:
            return Answer(400, f"{error.en}\n".encode())
        keys = self.logs.get(checkpoint.origin)
        if keys is None:
            return Answer(404, b"this witness does not know that log\n")
        try:
            own = signed(request.note, keys)
        except EvidenceError as error:
            return Answer(403, f"{error.en}\n".encode())
        if request.old > checkpoint.size:
            return Answer(400, b"the old size is larger than the checkpoint\n")
        return self._cosigned(request, checkpoint, Note(request.note.text, tuple(own.values())))

    def _cosigned(self, request: Request, checkpoint: Checkpoint, note: Note) -> Answer:
        with self._written() as held:  # nobody else compares or writes until this is written
            row = held.execute("SELECT size, root FROM log WHERE origin = ?", (checkpoint.origin,)).fetchone()
            size, root = row or (0, merkle.EMPTY)
            if request.old != size:
                return Answer(409, f"{size}\n".encode(), SIZE)
            if not merkle.consistent(size, checkpoint.size, root, checkpoint.root, request.proof):
                return Answer(422, b"the checkpoint does not grow out of the last one cosigned\n")
            now = self.clock()
            signatures = [signer.sign(note.text, now) for signer in self.signers]
            kept = note.signed_too(signatures).written()
            held.execute(
                "INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?)",
                (checkpoint.origin, checkpoint.size, checkpoint.root, kept),
            )
        return Answer(200, "".join(signature.line() for signature in signatures).encode())

    def checkpoint(self, origin_hash: str) -> Answer:
        """The last checkpoint cosigned for the log whose origin has this SHA-256 (hex), with the cosignatures."""
        for origin in self.logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                with self._read() as held:
                    row = held.execute("SELECT note FROM log WHERE origin = ?", (origin,)).fetchone()
                if row:
                    return Answer(200, row[0])
        return Answer(404, b"no checkpoint of that log was cosigned\n")

    def sizes(self) -> Mapping[str, int]:
        """The size last cosigned of each log it knows; 0 where none was."""
        with self._read() as held:
            found = dict(held.execute("SELECT origin, size FROM log").fetchall())
        return {origin: found.get(origin, 0) for origin in self.logs}

    def _require_own_state(self) -> None:
        if not self.state.exists():
            raise _lost(self.state)
        try:
            with self._read() as held:
                keys = {line for (line,) in held.execute("SELECT line FROM key")}
        except sqlite3.Error as error:
            zh = f"{self.state} 不能作为见证状态读取（{error}）：若被占用，请稍后再试；若已损坏，用 qingzhu witness key 新建密钥和状态。"
            en = (
                f"{self.state} cannot be read as the state of a witness ({error}). If it is in use, try again; if it is damaged, make a new"
                " key with a new state (qingzhu witness key)."
            )
            raise MalformedError("witness_state", zh, en, state=str(self.state)) from error
        if keys != _lines(self.signers):
            zh = f"{self.state} 是另一见证密钥的状态：每个密钥只能用随它新建的状态。"
            en = f"{self.state} is the state of another key: a key goes with the state that was begun with it."
            raise RefusedError("witness_state_foreign", zh, en, state=str(self.state))

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """The state, to look at: never made here, and nobody who writes waits for a reader. Raises ``sqlite3.Error``."""
        with closing(sqlite3.connect(f"{self.state.absolute().as_uri()}?mode=rw", uri=True, timeout=WAIT, isolation_level=None)) as held:
            yield held

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        """The state, locked for writing from the first look on; what was written is on the disk at the end. Raises ``sqlite3.Error``."""
        with self._read() as held:  # closing it rolls back what was not committed
            held.execute("PRAGMA synchronous = FULL")
            held.execute("BEGIN IMMEDIATE")
            yield held
            held.execute("COMMIT")


def begin(signers: Sequence[Signer], state: Path) -> None:
    """Begin the state of a witness whose keys are new 新建见证状态: nothing was cosigned. Raises ``RefusedError`` where a file is there."""
    try:
        state.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise RefusedError(
            "file_exists", f"{state} 已存在，未改动。", f"{state} is there already and was left alone.", file=str(state)
        ) from None
    with closing(sqlite3.connect(state, isolation_level=None)) as held:
        held.execute("PRAGMA journal_mode = WAL")  # so that readers and the writer do not wait for each other
        held.execute("PRAGMA synchronous = FULL")
        held.execute("BEGIN IMMEDIATE")
        held.execute("CREATE TABLE log (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL)")
        held.execute("CREATE TABLE key (line TEXT PRIMARY KEY)")
        held.executemany("INSERT INTO key VALUES (?)", [(line,) for line in sorted(_lines(signers))])
        held.execute("COMMIT")
    sync_folder(state.parent)


def _lost(state: Path) -> MissingError:
    zh = (
        f"没有状态文件 {state}：它随密钥新建，记着该密钥见证过什么；没有它，分叉也会被见证。若只是挪了位置，用 --state 指明；"
        "若已丢失，不要用备份恢复：用 qingzhu witness key 新建密钥和状态，并把新公钥告知各账本。"
    )
    en = (
        f"There is no state {state}. It was begun with the key and holds what the key cosigned; without it, a fork would be cosigned. If it"
        " was only moved, say where (--state). If it is lost, put back no copy: make a new key with a new state (qingzhu witness key), and"
        " tell the logs its public key."
    )
    return MissingError("witness_state_missing", zh, en, state=str(state))


def _lines(signers: Sequence[Signer]) -> set[str]:
    return {signer.verifier.line() for signer in signers}
