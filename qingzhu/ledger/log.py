"""The log 存证日志: entries in a Merkle tree, in static tiles, under signed checkpoints. Article 三（四）: 区块链, 质量可追溯.

Formats are those of C2SP (tlog-tiles, tlog-checkpoint); ``docs/spec/log.md`` names the folder, every durable step, and what a crash
after it leaves. An entry counts, and its writer is told, once a signed checkpoint that holds it is on the disk.
"""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from qingzhu.ledger import merkle, notes
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.files import sync_folder, write_durably, write_flushed
from qingzhu.ledger.keys import Signer
from qingzhu.ledger.locks import Lock
from qingzhu.ledger.notes import Note, Signature
from qingzhu.ledger.tiles import ENTRIES, HEIGHT, LONGEST, WIDTH, Tiles, bundle_of, in_folder, path_of
from qingzhu.terms.errors import BrokenChainError, EvidenceError, MalformedError, MissingError

STEPS = ("bundles_written", "tiles_written", "folders_synced", "checkpoint_signed", "checkpoint_published", "partials_removed")
"""Every durable step by the name that is told to ``step``, as ``docs/spec/log.md`` lists them."""

WAIT = 30.0
"""How long a writer waits for its turn. [s]"""

WAITING_AT_MOST = 100_000
"""So many entries at most are written under one checkpoint; what waits beyond them comes under the next."""


class _Ticket:
    """Entries that wait to be written, and what became of them."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries, self.first, self.done = entries, -1, False
        self.error: BaseException | None = None


class Log:
    """One log 存证日志, a folder. Reading needs no lock; appending is done by one writer at a time, over threads and processes.

    ``signers`` are the log's own keys, all of one name, which is its origin; without them it is only read. ``signed`` is the file, best
    beside the keys, that holds the last checkpoint they signed: a log put back to an older state is not signed again.
    """

    def __init__(
        self,
        folder: Path,
        signers: Sequence[Signer] = (),
        signed: Path | None = None,
        *,
        wait: float = WAIT,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        """Use :meth:`open`. ``step`` is called with the name of every durable step, right after it."""
        self.folder, self.signers, self.wait, self.step = folder, tuple(signers), wait, step
        self.signed = signed or folder / "signed"
        # what it has to have signed before it is built on; SM2, slow in Python, says nothing the others don't: the check verifies it
        self._vouching = [one for one in self.signers if one.kind != "sm2"] or self.signers
        self.note: Note | None = None
        self.checkpoint = Checkpoint("", 0, merkle.EMPTY)
        self.tiles = Tiles(in_folder(folder), 0)
        self._trusted: tuple[Note | None, ...] = ()
        self._edges: list[list[bytes]] | None = None
        self._tail: list[bytes] = []
        self._lock: Lock | None = None
        self._lasting = set[Path]()  # folders that are flushed, with all above them
        self._turn, self._queue = threading.Lock(), threading.Lock()
        self._waiting: list[_Ticket] = []

    @classmethod
    def open(
        cls,
        folder: Path,
        signers: Sequence[Signer] = (),
        signed: Path | None = None,
        *,
        wait: float = WAIT,
        step: Callable[[str], None] = lambda name: None,
        make: bool = True,
    ) -> Log:
        """Open a log, or, with keys and ``make``, begin an empty one 打开存证日志.

        Raises ``MissingError`` where there is none and none is made, ``BrokenChainError`` where its checkpoint is not ours.
        """
        log = cls(folder, signers, signed, wait=wait, step=step)
        if signers and make and not (folder / "checkpoint").exists():
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(folder.parent)
            with log._locked() as lock:
                if log.note is None:
                    log._publish(lock, Checkpoint(log.origin, 0, merkle.EMPTY))
        log.refresh()
        return log

    @property
    def origin(self) -> str:
        """The name of the log 来源."""
        return self.signers[0].name if self.signers else self.checkpoint.origin

    @property
    def size(self) -> int:
        """How many entries the newest checkpoint known here holds."""
        return self.checkpoint.size

    def refresh(self) -> Checkpoint:
        """Take in the newest published checkpoint, and give it. Raises ``MissingError`` and ``BrokenChainError``."""
        note = _note_at(self.folder / "checkpoint")
        if note is None:
            zh = f"{self.folder} 不是存证日志：没有 checkpoint。若曾有账本，请从备份恢复 log 文件夹，不要另建。"
            en = f"{self.folder} is no log: it has no checkpoint. If there was one, restore its folder from a copy and begin no other."
            raise MissingError("log_missing", zh, en, log=str(self.folder))
        self._take(note)
        return self.checkpoint

    # ---- writing --------------------------------------------------------------------------------------------------

    def append(self, entries: Sequence[bytes]) -> range:
        """Write entries 存证, in this order; their indices, once a signed checkpoint that holds them is on the disk.

        What other threads bring meanwhile is written with them, under one checkpoint (group commit). An entry has at most 65,535 bytes;
        a longer one raises ``MalformedError`` and none is written. Raises ``BusyError`` when another process does not let go in time.
        """
        for entry in entries:
            if len(entry) > LONGEST:
                zh, en = f"一条存证有 {len(entry)} 字节，超过 {LONGEST}", f"an entry has {len(entry)} bytes, at most {LONGEST} are allowed"
                raise MalformedError("entry_long", f"{zh}：请存其哈希。", f"{en}: log its hash instead.", size=len(entry))
        ticket = _Ticket(list(entries))
        with self._queue:
            self._waiting.append(ticket)
        with self._turn:
            while not ticket.done:  # else a thread before us took our entries along
                self._write_waiting()
        if ticket.error:
            raise ticket.error
        return range(ticket.first, ticket.first + len(ticket.entries))

    def settle(self) -> Checkpoint:
        """Publish what was signed and not published before a crash; the newest checkpoint. Raises what :meth:`append` raises."""
        with self._turn, self._locked():
            return self.checkpoint

    def _write_waiting(self) -> None:
        batch: list[_Ticket] = []
        with self._queue:
            while self._waiting and (not batch or sum(len(one.entries) for one in batch) < WAITING_AT_MOST):
                batch.append(self._waiting.pop(0))
        try:
            with self._locked() as lock:
                first = self.size
                self._extend(lock, [entry for ticket in batch for entry in ticket.entries])
        except BaseException as error:
            self._edges = None  # what is on the disk decides what comes next
            for ticket in batch:
                ticket.error = error
        else:
            for ticket in batch:
                ticket.first, first = first, first + len(ticket.entries)
        for ticket in batch:
            ticket.done = True

    def require_keys(self) -> None:
        """Raises ``MissingError`` where the log can only be read."""
        if not self.signers:
            zh, en = f"没有存证日志 {self.folder} 的密钥，不能写入。", f"There is no key of the log {self.folder}, so nothing is written."
            raise MissingError("log_key_missing", zh, en, log=str(self.folder))

    @contextmanager
    def _locked(self) -> Iterator[Lock]:
        self.require_keys()
        lock = self._lock = Lock(self.folder / "lock", self.wait, ("存证日志", "log"))
        try:
            self._settle(lock)
            yield lock
        finally:
            lock.release()

    def _settle(self, lock: Lock) -> None:
        """Learn where the log stands: what others wrote since, and a checkpoint that was signed and not published before a crash."""
        published, signed = _note_at(self.folder / "checkpoint"), _note_at(self.signed)
        for note in (published, signed):
            if note is not None and note not in self._trusted:
                notes.verified(note, [signer.verifier for signer in self._vouching])
        self._trusted = (published, signed)
        ahead = signed is not None and (published is None or _size(signed) > _size(published))
        newest = signed if ahead else published
        if newest is None:
            return
        if signed is not None and _size(signed) == _size(newest) and signed.text != newest.text:
            raise self._broken("log_forked", "检查点与本密钥最近所签的不同", "its checkpoint is not the one these keys signed last")
        fresh = self.note is None or newest.text != self.note.text or self._edges is None
        if fresh:
            self._take(newest)
            self._load()
        for older in (published, signed):
            if older is not None and _size(older) < self.size:
                self._require_beginning(older)
        if fresh:
            self._sweep()
        if ahead:  # its tiles are all there: it was signed after them
            write_durably(self.folder / "checkpoint", newest.written(), lambda: self._check_held(lock))

    def _load(self) -> None:
        """Read the right edge of the tree and hold it to the signed root."""
        size = self.size
        edges: list[list[bytes]] = []
        try:
            while size >> (8 * len(edges)):
                level = len(edges)
                count = size >> (8 * level)
                edges.append(self.tiles.hashes(level, count // WIDTH, count % WIDTH) if count % WIDTH else [])
            self._tail = self.tiles.bundle(size // WIDTH) if size % WIDTH else []
        except BrokenChainError as error:
            zh = f"本密钥已签署 {size} 条的检查点，而日志缺少其内容（{error.zh}）"
            en = f"these keys have signed a checkpoint of {size} entries, and it lacks what was signed ({error.en})"
            raise self._broken("log_rolled_back", zh, en) from error
        if merkle.root_of_edges(edges) != self.checkpoint.root or [merkle.leaf_hash(entry) for entry in self._tail] != (
            edges[0] if edges else []
        ):
            raise self._broken("log_root", "瓦片算不出已签署的根", "its tiles do not give the signed root")
        self._edges = edges

    def _require_beginning(self, note: Note) -> None:
        """An earlier checkpoint, published or kept beside the keys, must be the beginning of what is built on: else these keys forked."""
        older = Checkpoint.of(note.text)
        proof = self.tiles.consistency(older.size)
        if not merkle.consistent(older.size, self.size, older.root, self.checkpoint.root, proof):
            zh = f"已签署的 {older.size} 条的检查点不是现有 {self.size} 条的开头：日志分叉，或瓦片被改动"
            en = f"the checkpoint of {older.size} entries that was signed does not begin the {self.size} there are: forked, or changed"
            raise self._broken("log_forked", zh, en)

    def _sweep(self) -> None:
        """Delete what a killed writer left: tiles beyond the signed size, written one after another, and what had no name yet."""
        kinds: Iterator[int | str] = itertools.chain((ENTRIES,), itertools.count())
        for kind in kinds:
            if not (self.folder / f"tile/{kind}").is_dir():
                return
            count = self.size if kind == ENTRIES else self.size >> (HEIGHT * int(kind))
            for number in itertools.count(count // WIDTH):
                whole = self.folder / path_of(kind, number)
                partial, held = whole.with_name(f"{whole.name}.p"), count % WIDTH if number == count // WIDTH else 0
                left = [*whole.parent.glob(f".{whole.name}.*"), *([whole] if whole.exists() else [])]
                left += [one for one in partial.glob("*") if not one.name.isdigit() or int(one.name) > held]
                for path in left:
                    self._require_lock()  # another may have signed a tile of this name
                    path.unlink()
                if not (left or partial.exists()):
                    break

    def _extend(self, lock: Lock, entries: list[bytes]) -> None:
        """Write the tiles of new entries, then the checkpoint. A crash before it is signed leaves files no checkpoint speaks of."""
        if not entries or self._edges is None:
            self._edges = self._edges or []
            if not entries:
                return
        since, folders, full = self.size, set[Path](), list[Path]()
        tail = self._tail + entries
        for at in range(0, len(tail), WIDTH):
            self._write(ENTRIES, since // WIDTH + at // WIDTH, bundle_of(tail[at : at + WIDTH]), len(tail) - at, folders, full)
        self.step("bundles_written")
        edges = self._grown([merkle.leaf_hash(entry) for entry in entries], folders, full)
        self.step("tiles_written")
        for folder in sorted(folders):
            sync_folder(folder)
        self._lasting |= folders
        self.step("folders_synced")
        self._publish(lock, Checkpoint(self.origin, since + len(entries), merkle.root_of_edges(edges)))
        self._edges, self._tail = edges, tail[len(tail) - len(tail) % WIDTH :]
        for path in full:  # nobody needs the partial ones now; a crash here leaves some, which do no harm
            shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)
        self.step("partials_removed")

    def _grown(self, hashes: list[bytes], folders: set[Path], full: list[Path]) -> list[list[bytes]]:
        """Write the tiles that new leaf hashes make or widen; the new right edge, level by level."""
        edges, level = [list(edge) for edge in self._edges or ()], 0
        while hashes:
            if level == len(edges):
                edges.append([])
            row, number = edges[level] + hashes, (self.size >> (8 * level)) // WIDTH
            for at in range(0, len(row), WIDTH):
                self._write(level, number + at // WIDTH, b"".join(row[at : at + WIDTH]), len(row) - at, folders, full)
            whole = len(row) - len(row) % WIDTH
            edges[level] = row[whole:]
            hashes = [merkle.root_of(row[at : at + WIDTH]) for at in range(0, whole, WIDTH)]
            level += 1
        return edges

    def _write(self, kind: int | str, number: int, data: bytes, width: int, folders: set[Path], full: list[Path]) -> None:
        path = self.folder / path_of(kind, number, min(width, WIDTH))
        folder = path.parent
        if folder not in self._lasting:  # it is new, or was made by a writer that was killed before it flushed the folders above
            self._require_lock()
            folder.mkdir(parents=True, exist_ok=True)
            folders.update(one for one in folder.parents if one.is_relative_to(self.folder))
        folders.add(folder)
        write_flushed(path, data, self._require_lock, token_hex(4))  # another may have signed a tile of this name
        if width >= WIDTH:
            full.append(path)

    def _publish(self, lock: Lock, checkpoint: Checkpoint) -> None:
        """Sign a checkpoint and publish it: first beside the keys, so that they never sign another of its size, then in the log."""
        self._check_held(lock)
        text = checkpoint.text()
        note = Note(text, tuple(signer.sign(text) for signer in self.signers))
        write_durably(self.signed, note.written(), lambda: self._check_held(lock))  # signing takes its time
        self.step("checkpoint_signed")  # a crash from here on: the next writer publishes what was signed
        write_durably(self.folder / "checkpoint", note.written(), lambda: self._check_held(lock))
        self._take(note)
        self._trusted = (note,)
        self.step("checkpoint_published")

    def _check_held(self, lock: Lock) -> None:
        """Whoever lost the lock, or finds that another wrote, must not sign."""
        now = _note_at(self.folder / "checkpoint")
        if not lock.held or (now is not None and self.note is not None and now.text != self.note.text and _size(now) > _size(self.note)):
            raise self._lost()

    def _require_lock(self) -> None:
        if self._lock is None or not self._lock.held:
            raise self._lost()

    def _lost(self) -> BrokenChainError:
        return self._broken("log_lock_lost", "写入权已失去，未签署", "this writer lost its lock, so nothing was signed")

    # ---- cosignatures ---------------------------------------------------------------------------------------------

    def cosigned(self, quorum: bool = False) -> Note | None:
        """The newest checkpoint that witnesses cosigned 最近经见证的检查点, or the newest that had a quorum; None where there is none.

        A file that was damaged counts as none: the check names it, and the next cosignature writes over it.
        """
        try:
            note = _note_at(self.folder / ("quorum" if quorum else "cosigned"))
            if note is not None:
                Checkpoint.of(note.text)
                if self.signers:
                    notes.verified(note, [self.signers[0].verifier])
        except EvidenceError:
            return None
        return note

    def cosign(self, note: Note, signatures: Sequence[Signature], enough: Callable[[Note], bool] = lambda note: False) -> Note:
        """Keep cosignatures over a checkpoint of this log, verified by the caller; the note with them.

        They stand in ``cosigned``, in ``checkpoint`` while that is the same, and in ``quorum`` where they are ``enough``: a newer
        cosignature of one witness does not put a quorum aside.
        """
        with self._turn, self._locked() as lock:
            held = self.cosigned()
            if held is not None and _size(held) > _size(note):
                return held
            merged = (held if held is not None and held.text == note.text else note).signed_too(signatures)
            write_durably(self.folder / "cosigned", merged.written())
            if enough(merged):
                write_durably(self.folder / "quorum", merged.written())
            if self.note is not None and self.note.text == note.text:
                write_durably(self.folder / "checkpoint", merged.written(), lambda: self._check_held(lock))
                self.note = merged
            return merged

    # ---- reading --------------------------------------------------------------------------------------------------

    def entry(self, index: int) -> bytes:
        """One entry. Raises ``IndexError``, or ``BrokenChainError`` where it does not agree with its leaf hash."""
        return self.tiles.entry(index)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Entries ``[start, end)``, a bundle at a time, not held to their hashes."""
        end = self.size if end is None else min(end, self.size)
        tiles = self.tiles
        for number in range(start // WIDTH, -(-end // WIDTH)):
            first = number * WIDTH
            yield from tiles.bundle(number)[max(start - first, 0) : end - first]

    def _take(self, note: Note) -> None:
        checkpoint = Checkpoint.of(note.text)
        if self.signers and checkpoint.origin != self.signers[0].name:
            raise self._broken("log_origin", f"来源为 {checkpoint.origin}", f"its origin is {checkpoint.origin}")
        if self.note is None or note.text != self.note.text:
            self.tiles = Tiles(in_folder(self.folder), checkpoint.size)
            self._edges = None
        self.note, self.checkpoint = note, checkpoint

    def _broken(self, code: str, zh: str, en: str) -> BrokenChainError:
        return BrokenChainError(
            code,
            f"存证日志 {self.folder}：{zh}。请不要改动它，从备份恢复后用 qingzhu ledger check 检查。",
            f"Log {self.folder}: {en}. Leave it as it is, restore it from a copy and run qingzhu ledger check.",
            log=str(self.folder),
        )


def _note_at(path: Path) -> Note | None:
    try:
        return notes.read(path.read_bytes())
    except FileNotFoundError:
        return None
    except MalformedError as error:
        raise notes.of_file(path, error) from None


def _size(note: Note) -> int:
    return Checkpoint.of(note.text).size
