"""The journal 日志: one line a record, each bound to the one before; a submission counts once its line is on the disk.

A line is ``<sha256 of the record> <record>\\n``, the record canonical JSON. ``docs/spec/store.md`` is the specification.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from qingzhu.ledger.files import sync_folder
from qingzhu.terms.errors import BrokenChainError

Record = dict[str, Any]

NOTHING = "0" * 64
"""What the first record names as the one before it."""

KINDS = ("submission", "refusal", "withdrawal", "compaction", "checkpoint", "run")

EVIDENCE = ("submission", "refusal", "withdrawal", "compaction")
"""Kinds that change what may be read: a figure is pinned to the last of these."""


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8: the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def line_of(record: Record) -> bytes:
    """The line that stands for a record."""
    body = canonical(record)
    return hashlib.sha256(body).hexdigest().encode() + b" " + body + b"\n"


class Journal:
    """The journal of one store 日志, read forward as it grows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position = 0
        self.head = NOTHING
        self._read_to = 0

    def news(self) -> Iterable[Record]:
        """The records that were appended since the last call. A last line without its end is not one yet and is passed over.

        Raises ``BrokenChainError`` for a whole line that does not agree with its hash or its place.
        """
        for line in self._lines():
            record = self._record(line)
            self._read_to += len(line)
            self.position, self.head = record["position"], line[:64].decode()
            yield record

    def torn(self) -> int:
        """How many bytes stand after the last whole record."""
        return max(self._size() - self._read_to, 0)

    def cut(self) -> None:
        """Take a torn tail off. Only under the lock and after ``news``: nobody was told that it is there."""
        with self.path.open("r+b") as file:
            file.truncate(self._read_to)
            os.fsync(file.fileno())

    def append(self, record: Record, step: Callable[[str], None]) -> Record:
        """Append and flush one record, given its place and the hash of the one before. Only under the lock."""
        placed = {**record, "format": 1, "position": self.position + 1, "previous": self.head}
        line = line_of(placed)
        new = not self.path.exists()
        with self.path.open("ab", buffering=0) as file:
            file.write(line)
            step("record_written")  # a crash here may leave a torn line, or a whole one that nobody was told of: both are sound
            os.fsync(file.fileno())
        if new:
            sync_folder(self.path.parent)
        step("record_synced")
        return placed

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _lines(self) -> list[bytes]:
        size = self._size()
        if size < self._read_to:
            raise self._broken("journal_shorter", "日志比先前短", "the journal is shorter than it was")
        if size == self._read_to:
            return []
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            lines = file.read().splitlines(keepends=True)
        # A power cut may leave a longer file whose last pages are zeros: that is a torn tail, too.
        while lines and (not lines[-1].endswith(b"\n") or b"\0" in lines[-1]):
            lines.pop()
        return lines

    def _record(self, line: bytes) -> Record:
        body = line[65:-1]
        if line[64:65] != b" " or hashlib.sha256(body).hexdigest().encode() != line[:64]:
            raise self._broken("journal_hash", "记录与其哈希不符", "the record does not agree with its hash")
        record: Record = json.loads(body)
        if record.get("format") != 1 or record.get("kind") not in KINDS:
            raise self._broken("journal_format", "不认识的记录格式", "the format or kind of the record is not known")
        if record["position"] != self.position + 1 or record["previous"] != self.head:
            raise self._broken("journal_chain", "记录与前一条不相接", "the record does not follow the one before")
        return record

    def _broken(self, code: str, zh: str, en: str) -> BrokenChainError:
        place = self.position + 1
        return BrokenChainError(
            code,
            f"{self.path} 第 {place} 条：{zh}。请不要改动证据库，从备份恢复日志后再检查。",
            f"{self.path}, record {place}: {en}. Leave the store as it is; restore the journal from a copy and check again.",
            file=str(self.path),
            position=place,
        )
