"""Submissions 提交: what was handed in, what of it is current, and what a figure is pinned to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import polars as pl

from qingzhu.ledger.contracts import Column
from qingzhu.ledger.journal import Record, canonical
from qingzhu.terms.errors import MalformedError

State = Literal["unchanged", "read", "refused"]
Status = Literal["current", "superseded", "withdrawn", "refused"]


@dataclass(frozen=True, order=True)
class Slot:
    """A place that holds one submission at a time 位置: project, kind of evidence, name (in a dossier the file's path)."""

    project: str
    kind: str
    name: str

    def as_dict(self) -> dict[str, str]:
        """Plain data for JSON. Raises ``MalformedError`` where a part is empty or no Unicode text."""
        for part, text in asdict(self).items():
            if not text or any("\ud800" <= letter <= "\udfff" or letter in "\0\n" for letter in text):
                shown = text.encode("utf-8", "backslashreplace").decode()
                raise MalformedError(
                    "slot_name",
                    f"位置的 {part} 为“{shown}”：不可为空，须是可读的文字，请改名后再提交。",
                    f"The slot's {part} is {shown!r}: it must be readable text and not empty. Rename it and hand in again.",
                    part=part,
                    found=shown,
                )
        return asdict(self)


def submission_id(slot: Slot, originals: list[str], supersedes: str | None, salt: str | None) -> str:
    """SHA-256 (hex) over the record's salt, slot, hashes of the originals and the id superseded 提交编号. Time is no part of it.

    Without the salt the name in the slot could be guessed and tried against the id, which stands in the log.
    """
    return _id("submission", salt, slot.project, slot.kind, slot.name, originals, supersedes)


def refusal_id(slot: Slot, originals: list[str], follows: str | None, salt: str | None) -> str:
    """SHA-256 (hex) of a refused hand-in 拒收编号: ``follows`` is the record before it in the slot, refused or not."""
    return _id("refusal", salt, slot.project, slot.kind, slot.name, originals, follows)


def withdrawal_id(submission: str) -> str:
    """SHA-256 (hex) of the withdrawal of a submission 撤回编号."""
    return _id("withdrawal", submission)


def run_id(run: Record) -> str:
    """SHA-256 (hex) of a run of measures and schemes 计算编号: all it stands on and what it gave. Time and person are no part of it."""
    return _id("run", run)


def _id(kind: str, *parts: object) -> str:
    return hashlib.sha256(canonical([f"qingzhu/{kind}/{_FORMS[kind]}", *parts])).hexdigest()


_FORMS = {"submission": 2, "refusal": 2, "withdrawal": 1, "run": 1}


@dataclass(frozen=True)
class Submission:
    """One act of handing something in 提交. ``state``: what became of the act; ``status``: what it is at the position asked for.

    ``originals`` lists name, size [byte] and SHA-256; ``tables`` the rows by table; ``withdrawal`` who, when and why.
    """

    id: str
    slot: Slot
    state: State
    status: Status
    supersedes: str | None
    position: int
    given_by: str
    given_at: str
    originals: list[dict[str, Any]]
    tables: dict[str, int]
    leans_on: list[str]
    corrects: str | None
    report_path: Path
    withdrawal: dict[str, Any] | None = None

    @property
    def rows_id(self) -> str:
        """What the column ``submission`` of its rows holds: the id."""
        return self.id

    @cached_property
    def reading_report(self) -> dict[str, Any]:
        """The reading report 读入报告: ``remarks``, ``facts``, ``tables``, ``leans_on``, ``corrects``, ``refused_rows``."""
        report: dict[str, Any] = json.loads(self.report_path.read_bytes())
        return report

    @property
    def refused_rows(self) -> pl.DataFrame | None:
        """The refused rows as the file had them, or None."""
        kept = self.reading_report["refused_rows"]
        return None if kept is None else pl.DataFrame(kept["rows"], schema=kept["columns"], orient="row", infer_schema_length=None)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without the reading report."""
        data = asdict(self)
        del data["report_path"]
        return data


def submission_of(record: Record, status: Status, withdrawal: Record | None, originals: Path) -> Submission:
    """The submission a journal record speaks of."""
    why = {key: withdrawal[key] for key in ("id", "position", "reason", "given_by", "given_at")} if withdrawal else None
    return Submission(
        id=record["id"],
        slot=Slot(**record["slot"]),
        state="refused" if record["kind"] == "refusal" else "read",
        status=status,
        supersedes=record["supersedes"],
        position=record["position"],
        given_by=record["given_by"],
        given_at=record["given_at"],
        originals=record["originals"],
        tables={table: entry["rows"] for table, entry in record["tables"].items()},
        leans_on=record["leans_on"],
        corrects=record["corrects"],
        report_path=originals / record["report"][:2] / record["report"],
        withdrawal=why,
    )


@dataclass(frozen=True)
class Pin:
    """What a figure was computed from 计算基准: a position of the journal, the versions of the tables and the hash of the record there."""

    position: int
    versions: dict[str, int] = field(default_factory=dict)
    head: str = ""


@dataclass(frozen=True)
class TableFiles:
    """One table at a pin 证据表的文件: files, columns, the submissions whose rows count, the column with the time of a row."""

    table: str
    files: list[str]
    columns: list[Column]
    submissions: list[str]
    event: str | None
    version: int | None = None


@dataclass(frozen=True)
class Problem:
    """Something a check found 检查所见. ``broken``: evidence is damaged; ``leftover``: an unfinished act, harmless, swept by the next."""

    level: Literal["broken", "leftover"]
    code: str
    subject: str
    zh: str
    en: str

    def words(self, lang: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def as_dict(self) -> dict[str, str]:
        """Plain data for JSON."""
        return asdict(self)


def broken(code: str, subject: str, zh: str, en: str) -> Problem:
    """Evidence that is damaged 损坏."""
    return Problem(
        "broken", code, subject, f"损坏：{subject}：{zh}。请从备份恢复它。", f"Damaged: {subject}: {en}. Restore it from a copy."
    )


def leftover(code: str, subject: str, zh: str, en: str) -> Problem:
    """What an unfinished act left 遗留."""
    return Problem("leftover", code, subject, f"遗留：{subject}：{zh}，不影响证据。", f"Leftover: {subject}: {en}. It does no harm.")
