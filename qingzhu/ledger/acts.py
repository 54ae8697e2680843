"""Acts on a store 存证动作: each under the lock, its steps in the order of ``docs/spec/store.md``, the journal record last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import TYPE_CHECKING, Any

import polars as pl

from qingzhu.ledger import tables
from qingzhu.ledger.entries import entry_of
from qingzhu.ledger.files import copy_hashed, entry, sm3_of, sync_folder
from qingzhu.ledger.frames import fitted
from qingzhu.ledger.journal import NOTHING, Record, canonical
from qingzhu.ledger.locks import Lock
from qingzhu.ledger.log import Log
from qingzhu.ledger.rows import hash_of_rows
from qingzhu.ledger.store_log import log_records
from qingzhu.ledger.submissions import Slot, refusal_id, run_id, submission_id
from qingzhu.terms.errors import MalformedError, MissingError
from qingzhu.terms.readings import Reading, Remark

if TYPE_CHECKING:
    from qingzhu.ledger.store import Store

STEPS = (
    "store_marked", "original_copied", "original_kept", "report_kept", "rows_written", "rows_synced", "table_created", "columns_added",
    "rows_committed", "commit_synced", "record_written", "record_synced", "compaction_committed", "compaction_synced",
    "checkpoint_written", "leftover_removed", "entry_logged",
)  # fmt: skip
"""Every durable step by the name that is told to ``step``, as ``docs/spec/store.md`` lists them."""

FILES_BEFORE_COMPACTION = 64
"""So many small data files of one table are joined by the writer that made the last of them."""

TARGET_SIZE = 64 << 20
"""Size of a joined data file. [byte]"""


def given(given_by: str, given_at: datetime, **words: str) -> dict[str, str]:
    """Who and when, and other words of a record 提交人与时间.

    Raises ``MalformedError`` for a time without a zone, and for bytes that are no text.
    """
    told = {"given_by": given_by, **words}
    for key, text in told.items():
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            shown = text.encode("utf-8", "backslashreplace").decode()
            zh, en = f"{key} 为“{shown}”，不是可读的文字。", f"{key} is {shown!r}, which is no readable text."
            raise MalformedError("words_unreadable", zh, en, part=key, found=shown)
    return {**told, "given_at": moment(given_at)}


def moment(given_at: datetime) -> str:
    """A moment as the journal writes it: ISO 8601 in UTC. Raises ``MalformedError`` for one without a zone."""
    if given_at.tzinfo is None:
        zh, en = f"提交时间 {given_at} 没有时区。", f"The time of handing in, {given_at}, has no zone."
        raise MalformedError("given_at_naive", zh, en, found=str(given_at))
    return given_at.astimezone(UTC).isoformat()


@dataclass(frozen=True)
class Kept:
    """A file now among the originals 已存原件."""

    path: Path
    name: str
    sha256: str

    def as_dict(self, sm3: str) -> dict[str, Any]:
        """Plain data for the journal."""
        return {"name": self.name, "size": self.path.stat().st_size, "sha256": self.sha256, "sm3": sm3}


class Act:
    """One act that writes 一次写入. Entering takes the lock, learns what others recorded and sweeps what they left unfinished."""

    def __init__(self, store: Store) -> None:
        self.store, self.places, self.step = store, store.places, store.step

    def __enter__(self) -> Act:
        self.lock = Lock(self.places.lock, self.store.wait)
        try:
            self._settle()
        except BaseException:
            self.lock.release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # An act that raised leaves the mark: what it had begun is swept by the next one, as after a crash.
        if kind is None:
            self.lock.clear()
        self.lock.release()

    @property
    def position(self) -> int:
        """The position of the last record."""
        return self.store.index.position

    def _settle(self) -> None:
        self.store.refresh()
        if self.store.journal.torn():
            self.store.journal.cut()
        if self.lock.marked:
            self._sweep()
        self._log()  # a crash may have left records that are not in the log

    def _sweep(self) -> None:
        for folder in sorted(path for path in self.places.tables.iterdir() if path.is_dir()):
            named = [self.places.root / path for path in self.store.index.named.get(folder.name, ())]
            tables.swept(folder, self._version(folder.name), named, self.step)
        for path in self.places.incoming.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _version(self, table: str) -> int | None:
        return self.store.index.version(table, self.position)

    # ---- handing in -----------------------------------------------------------------------------------------------

    def hand_in(self, slot: Slot, path: Path, read: Callable[[Path], Reading], given: dict[str, str]) -> Record:
        """Keep, read and record a file; the journal record, an older one where the same refusal stands already."""
        self._mark()
        kept = self._keep(path)
        with ThreadPoolExecutor(1) as pool:  # SM3 is slow; it is taken while the file is read
            sm3 = pool.submit(sm3_of, kept.path)
            reading, frames = self._read(slot, kept, read)
            original = kept.as_dict(sm3.result())
        report = self._keep_report(reading)
        counting = {standing.record["id"] for standing in self.store.index.current(self.position)}
        corrected = counting & {reading.corrects or ""}  # what never counted, or counts no more, can't stop counting
        leant_on = (set(reading.leans_on) & set(self.store.index.standings)) | corrected
        common: Record = {"slot": slot.as_dict(), **given, "originals": [original], "report": report}
        known = reading.corrects if reading.corrects in self.store.index.standings else None  # else words of the file, kept in the report
        common |= {"corrects": known, "leans_on": sorted(leant_on), **self._salt()}
        if reading.refused:
            return self._refuse(slot, kept, common)
        held = self.store.index.read_in.get(slot)
        supersedes = held.record["id"] if held else None
        id = submission_id(slot, [kept.sha256], supersedes, common.get("salt"))
        record: Record = {"kind": "submission", "id": id, "supersedes": supersedes, **common, "tables": self._append(id, frames)}
        self.record(record)
        self._tidy([table for table in frames if table in record["tables"]], given)
        return record

    def _mark(self) -> None:
        if self.store.logged:
            self._log_of_ours().require_keys()  # nothing is written that could not be logged
        self.lock.mark()
        self.step("store_marked")  # a crash from here on is swept by the next act

    def _keep(self, path: Path) -> Kept:
        """Copy a file among the originals: under another name first, so that one under its SHA-256 is always whole."""
        incoming = self.places.incoming / "original"
        sha256 = copy_hashed(path, incoming)
        self.step("original_copied")
        return Kept(self._keep_as(sha256, incoming), path.name, sha256)

    def _keep_as(self, sha256: str, incoming: Path) -> Path:
        target = self.places.original(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir()
            sync_folder(self.places.originals)
        incoming.chmod(0o444)
        incoming.replace(target)
        sync_folder(target.parent)
        self.step("original_kept")  # a crash here leaves an original no record names: harmless, and used by the next hand-in
        return target

    def _read(self, slot: Slot, kept: Kept, read: Callable[[Path], Reading]) -> tuple[Reading, dict[str, pl.DataFrame]]:
        """Read the kept bytes, under the name they came with, and hold every table to its contract."""
        shown = self.places.incoming / "reading" / kept.name
        shown.parent.mkdir(exist_ok=True)
        try:
            os.link(kept.path, shown)
        except OSError:  # a file system without hard links
            shutil.copyfile(kept.path, shown)
        try:
            reading = read(shown)
            frames = {name: fitted(frame, self.store.contract(name), slot.project) for name, frame in reading.tables.items()}
        except (MalformedError, MissingError) as error:
            return Reading(remarks=[Remark("refused", error.code, error.zh, error.en)]), {}
        finally:
            shutil.rmtree(shown.parent)
        return reading, frames

    def _keep_report(self, reading: Reading) -> str:
        """Keep the reading report as an original of its own; its SHA-256."""
        rows = reading.refused_rows
        report = {
            "format": "qingzhu-reading-report/1",
            "facts": reading.facts,
            "remarks": [remark.as_dict() for remark in reading.remarks],
            "tables": {name: frame.height for name, frame in reading.tables.items()},
            "leans_on": reading.leans_on,
            "corrects": reading.corrects,
            "refused_rows": None if rows is None else {"columns": rows.columns, "rows": [list(row) for row in rows.iter_rows()]},
        }
        sha256 = self._keep_bytes(canonical(plain(report)))
        self.step("report_kept")
        return sha256

    def _refuse(self, slot: Slot, kept: Kept, common: Record) -> Record:
        last = self.store.index.last_in.get(slot)
        if (
            last
            and last.record["kind"] == "refusal"
            and all(last.record[key] == common[key] for key in ("originals", "report", "leans_on"))
        ):
            return last.record
        id = refusal_id(slot, [kept.sha256], last.record["id"] if last else None, common.get("salt"))
        record = {"kind": "refusal", "id": id, "supersedes": None, "follows": last.record["id"] if last else None, **common, "tables": {}}
        self.record(record)
        return record

    def _append(self, id: str, frames: dict[str, pl.DataFrame]) -> dict[str, Any]:
        """Write the rows of every table that has some; what the journal says of them."""
        return {name: self._append_one(id, name, frame) for name, frame in frames.items() if frame.height}

    def _append_one(self, id: str, name: str, frame: pl.DataFrame) -> dict[str, Any]:
        contract, folder, recorded = self.store.contract(name), self.places.table(name), self._version(name)
        with ThreadPoolExecutor(1) as pool:  # rows are hashed while they are written
            hashed = pool.submit(hash_of_rows, frame, contract)
            data = tables.write_rows(folder, f"{self.position + 1:08}-{id[:16]}.parquet", frame, id, self.step)
            rows_hash = hashed.result()
        version = tables.commit_rows(folder, contract, data, frame.height, id, recorded, self.step)
        written = [data, *tables.commits(folder, recorded, version)]
        files = [entry(path, self.places.root) for path in written]
        return {"rows": frame.height, "hash": rows_hash, "version": version, "files": files}

    # ---- the record and after -------------------------------------------------------------------------------------

    def record(self, record: Record) -> None:
        """The commit point 入账: from the moment this line is on the disk the act counts."""
        self._mark()
        salted = self._salt() | record
        entry_of({**salted, "format": 1, "position": self.position + 1, "previous": NOTHING})  # one that is too long is refused now
        self.store.journal.append(salted, self.step)
        self.store.refresh()
        self._log()

    def _salt(self) -> dict[str, str]:
        """What the log hashes the words of a record with; a store that logs nothing has none, and gives the same ids again."""
        return {"salt": token_hex(16)} if self.store.logged else {}

    def _log(self) -> None:
        """Log the records that are not logged yet 存证. A crash before it leaves them to the next act."""
        if self.store.logged:
            log_records(self._log_of_ours(), self.store.index.records, self.step)

    def _log_of_ours(self) -> Log:
        """The log; begun where none of the records was ever in one. A log that was lost is not begun anew in silence."""
        return self.store.log(make=not any("salt" in record for record in self.store.index.records))

    def run(self, run: Record, rows: bytes, given: dict[str, str]) -> Record:
        """Record a run of measures and schemes 计算入账 and keep what it gave; the record, an older one of the same run."""
        id = run_id(run)
        held = self.store.index.runs.get(id)
        if held is not None:
            return held
        self._mark()
        self._keep_bytes(rows)
        self.record({"kind": "run", "id": id, "run": run, **given})
        return self.store.index.runs[id]

    def _keep_bytes(self, data: bytes) -> str:
        written, incoming = self.places.incoming / "bytes", self.places.incoming / "copy"
        written.write_bytes(data)
        sha256 = copy_hashed(written, incoming)
        written.unlink()
        self._keep_as(sha256, incoming)
        return sha256

    def _tidy(self, names: list[str], given: dict[str, str]) -> None:
        """Checkpoints, and small files joined once there are many of them."""
        for name in names:
            files = self.store.index.files(name, self.position)
            small = [path for path in files if (self.places.root / path).stat().st_size < TARGET_SIZE // 2]
            if len(small) >= FILES_BEFORE_COMPACTION:
                self.compact(name, given, TARGET_SIZE)
            version = self._version(name)
            if version is not None:
                self._checkpoint(name, version, given)

    def _checkpoint(self, name: str, version: int, given: dict[str, str]) -> None:
        """A checkpoint of a Delta log is a record too: a foreign reader trusts its bytes, so their hashes must stand somewhere."""
        written = tables.checkpoint(self.places.table(name), version, self.step)
        if written:
            files = [entry(path, self.places.root) for path in written]
            self.record({"kind": "checkpoint", **given, "tables": {name: {"version": version, "files": files}}})

    def compact(self, table: str, given: dict[str, str], target_size: int) -> int | None:
        """Join small files and record it; the new version, None where nothing was joined."""
        recorded = self._version(table)
        if recorded is None:
            return None
        self._mark()
        folder = self.places.table(table)
        version, made, replaced = tables.compacted(folder, self.store.contract(table), recorded, target_size, self.step)
        if version == recorded:
            return None
        files = [entry(path, self.places.root) for path in [*made, *tables.commits(folder, recorded, version)]]
        removed = [path.relative_to(self.places.root).as_posix() for path in replaced]
        self.record({"kind": "compaction", **given, "tables": {table: {"version": version, "files": files, "removed": removed}}})
        return version


def plain(value: Any) -> Any:
    """A value as JSON can hold it: times as ISO text, numbers that are not finite as text, everything else unknown as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
