"""The evidence store 证据库: originals, tables and one journal; a row counts once its submission stands in the journal.

``docs/spec/store.md`` names every durable step, what a crash there leaves and what repairs it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger import contracts as table_contracts
from qingzhu.ledger.acts import Act, given
from qingzhu.ledger.check import Tell, changed_rows, no_news, problems
from qingzhu.ledger.contracts import Contract
from qingzhu.ledger.files import sha256_of
from qingzhu.ledger.index import Index, Standing
from qingzhu.ledger.journal import NOTHING, Journal, Record
from qingzhu.ledger.keys import Verifier
from qingzhu.ledger.locks import Lock
from qingzhu.ledger.log import Log
from qingzhu.ledger.log_check import log_problems
from qingzhu.ledger.places import Places, make, require
from qingzhu.ledger.policies import Policy
from qingzhu.ledger.store_log import SIGNED, open_log, policy_of, verifiers
from qingzhu.ledger.submissions import Pin, Problem, Slot, Submission, TableFiles, broken, run_id, submission_of, withdrawal_id
from qingzhu.terms.errors import BrokenChainError, MissingError, RefusedError
from qingzhu.terms.readings import Reading

__all__ = ["Pin", "Problem", "Slot", "Store", "Submission", "TableFiles"]

WAIT = 120.0
"""How long an act waits for another process to let go of the store. [s]"""


def _no_step(name: str) -> None:
    """What is called between durable steps: nothing, but in a test that stops there."""


class Store:
    """One evidence store 证据库, a folder. Reading needs no lock; every act that writes holds it from beginning to end."""

    def __init__(
        self,
        path: Path,
        *,
        wait: float = WAIT,
        contracts: Mapping[str, Contract] | None = None,
        step: Callable[[str], None] = _no_step,
        keys: Path | None = None,
        logged: bool = True,
    ) -> None:
        """Use :meth:`open`. ``step`` is called with the name of every durable step, right after it."""
        self.path = path
        self.logged = logged
        self._keys = keys
        self._log: Log | None = None
        self.places = Places(path)
        self.contracts = dict(contracts or table_contracts.load())
        self.wait = wait
        self.step = step
        self.journal = Journal(self.places.journal)
        self.index = Index()
        self._reading = threading.Lock()

    @classmethod
    def open(
        cls,
        path: Path,
        create: bool = True,
        *,
        wait: float = WAIT,
        contracts: Mapping[str, Contract] | None = None,
        step: Callable[[str], None] = _no_step,
        keys: Path | None = None,
        logged: bool = True,
    ) -> Store:
        """Open a store, or make an empty one 打开证据库.

        ``wait`` is the time limit for the lock [s], ``contracts`` the table contracts if not the house's own, ``keys`` the folder of the
        log's keys if not the store's own; without ``logged`` nothing is logged, for a store that goes with the process. Raises
        ``MissingError`` where there is none and none is to be made, ``MalformedError`` for a format this version doesn't know.
        """
        places = Places(path.resolve())
        if create:
            make(places)
        require(places)
        store = cls(places.root, wait=wait, contracts=contracts, step=step, keys=keys, logged=logged)
        store.refresh()
        return store

    def refresh(self) -> Index:
        """Take in what other processes have recorded since, and give the index."""
        with self._reading:
            for record in self.journal.news():
                self.index.add(record)
        return self.index

    def log(self, make: bool = False) -> Log:
        """The log of this store 存证日志; ``make`` begins one, with new keys, where there is none. Raises ``MissingError``."""
        if self._log is None:
            self._log = open_log(self.places.log, self.keys, wait=self.wait, step=self.step, make=make)
        return self._log

    @property
    def keys(self) -> Path:
        """The folder of the log's keys."""
        return self._keys or self.places.keys

    @property
    def policy(self) -> Policy:
        """The witnesses this store's log asks, and how many are a quorum 见证策略."""
        return policy_of(self.keys)

    @property
    def has_log(self) -> bool:
        """Whether there is a log: a store of before there was one gets it by its next act."""
        return (self.places.log / "checkpoint").is_file()

    @property
    def log_begun(self) -> bool:
        """Whether there is a log, or was one: its keys have signed, or records have a salt."""
        return self.has_log or (self.keys / SIGNED).exists() or any("salt" in record for record in self.refresh().records)

    @property
    def writable(self) -> bool:
        """Whether acts may write: not in a copy that may only be read, nor in a store that logs nothing."""
        return self.logged and os.access(self.path, os.W_OK)

    # ---- acts -----------------------------------------------------------------------------------------------------

    def hand_in(
        self,
        slot: Slot,
        path: Path,
        read: Callable[[Path], Reading],
        *,
        given_by: str,
        given_at: datetime,
        again: bool = False,
        anew: bool = False,
    ) -> Submission:
        """Hand a file in 提交: keep it, read it, record it.

        Bytes that were withdrawn from the slot stay out, so that a file left lying in a dossier does not bring them back;
        ``again`` takes them in. ``anew`` reads bytes that are current once more, because more is asked of them than before.

        ``read`` is called with the path of the kept bytes under the file's own name, and not at all when the bytes are current in
        the slot. What it refuses, or raises as ``MalformedError`` or ``MissingError``, is recorded as a refusal and supersedes nothing.
        """
        if not path.is_file():
            zh, en = f"找不到文件 {path}。", f"There is no file {path}."
            raise MissingError("file_missing", zh, en, file=str(path))
        slot.as_dict()
        words = given(given_by, given_at)
        with Act(self) as act:
            held = self.index.read_in.get(slot)
            if held and self._unchanged(held, sha256_of(path), again, anew):
                return replace(self._submission(held, act.position), state="unchanged")
            record = act.hand_in(slot, path, read, words)
            return self._submission(self.refresh().standings[record["id"]], self.index.position)

    def _unchanged(self, held: Standing, sha256: str, again: bool, anew: bool) -> bool:
        at = self.index.position
        if [one["sha256"] for one in held.record["originals"]] != [sha256]:
            return False
        if held.status(at) == "withdrawn":
            return not again
        if anew:
            return False
        leant_on = [self.index.standings.get(id) for id in held.record["leans_on"]]
        return held.status(at) == "current" and all(other is not None and other.status(at) == "current" for other in leant_on)

    def settle(self) -> None:
        """Sweep what a crash left and log what is not logged yet 补记."""
        with Act(self):
            pass

    def withdraw(self, submission_id: str, reason: str, *, given_by: str, given_at: datetime) -> Submission:
        """Take evidence out 撤回, with a reason; what it superseded stays superseded.

        The submission, now withdrawn. Done again with the same reason it changes nothing. Raises ``MissingError`` for an unknown
        id and ``RefusedError`` for one that is not current.
        """
        words = given(given_by, given_at, reason=reason)
        with Act(self) as act:
            standing = self._standing(submission_id)
            done = standing.withdrawal
            if done is None or done["reason"] != reason:
                self._must_be_current(standing)
                record = {"kind": "withdrawal", "id": withdrawal_id(submission_id), "withdraws": submission_id, **words}
                act.record(record)
            return self._submission(self.refresh().standings[submission_id], self.index.position)

    def _must_be_current(self, standing: Standing) -> None:
        status, id = standing.status(self.index.position), standing.record["id"]
        if status != "current":
            words = {"superseded": "已被替代", "withdrawn": "已撤回", "refused": "已被拒收"}[status]
            raise RefusedError(
                "submission_not_current",
                f"提交 {id[:12]} {words}，不计入，无须撤回。",
                f"Submission {id[:12]} is {status} already: it does not count and cannot be withdrawn.",
                submission=id,
                status=status,
            )

    def record_run(self, run: dict[str, Any], rows: bytes, *, given_by: str, given_at: datetime) -> Record:
        """Record a run of measures and schemes 计算入账, with the bytes of what it gave; its journal record.

        ``run`` says all the run stands on and the hashes of ``rows``; the same run recorded again gives the record that stands.
        """
        held = self.refresh().runs.get(run_id(run))
        if held is not None:
            return held
        with Act(self) as act:
            return act.run(run, rows, given(given_by, given_at))

    def compact(self, table: str, *, given_by: str, given_at: datetime, target_size: int = 64 << 20) -> int | None:
        """Join a table's small files 合并小文件, as a record of its own; the new version, None where there was nothing to join.

        No row changes and no file is deleted: an older pin reads its own files. ``target_size`` of a joined file [byte].
        """
        self.contract(table)
        with Act(self) as act:
            return act.compact(table, given(given_by, given_at), target_size)

    # ---- reading --------------------------------------------------------------------------------------------------

    def current(self, project: str | None = None, *, at: int | None = None) -> list[Submission]:
        """The submissions whose rows count 现行提交, in order; ``at`` an earlier position of the journal."""
        return [one for one in self.submissions(project, at=at) if one.status == "current"]

    def submissions(self, project: str | None = None, *, at: int | None = None) -> list[Submission]:
        """Everything handed in 全部提交, in order, with its status; ``at`` an earlier position of the journal."""
        index = self.refresh()
        position = index.position if at is None else at
        found = [self._submission(standing, position) for standing in index.standing_at(position)]
        return [one for one in found if project is None or one.slot.project == project]

    def submission(self, id: str) -> Submission:
        """One submission by its id. Raises ``MissingError``."""
        self.refresh()
        return self._submission(self._standing(id), self.index.position)

    def pin(self) -> Pin:
        """The position of the last record that evidence changed by, and the versions there 计算基准."""
        index = self.refresh()
        return Pin(index.evidence, index.versions(index.evidence), self._head(index.evidence))

    def inputs(self, table: str, pin: Pin, project: str | None = None) -> TableFiles:
        """A table as of a pin 计算输入: the files that hold rows of submissions current there, and their ids.

        A view on the files must still be filtered to ``submissions``, and to ``event`` before the end of the day of judgement.
        """
        contract = self.contract(table)
        index = self.refresh()
        self._must_be_ours(pin)
        mine = {one.record["id"] for one in index.current(pin.position) if project in (None, one.record["slot"]["project"])}
        files = {path: whose & mine for path, whose in index.files(table, pin.position).items() if whose & mine}
        counted = frozenset().union(*files.values())
        order = [id for id in index.standings if id in counted]
        paths = [str(self.path / path) for path in files]
        return TableFiles(table, paths, list(contract.columns), order, contract.event, index.version(table, pin.position))

    def rows(
        self,
        table: str,
        project: str | None = None,
        columns: list[str] | None = None,
        *,
        where: pl.Expr | None = None,
        besides: Slot | None = None,
        pin: Pin | None = None,
    ) -> pl.DataFrame:
        """The rows that count 现行数据, with ``submission`` and ``row``; a column an older file lacks is null.

        ``where`` narrows them before they are read, ``besides`` leaves out the rows of one slot, ``pin`` looks back.
        """
        given = self.inputs(table, pin or self.pin(), project)
        own = {one.id for one in self.current(at=pin.position if pin else None) if one.slot == besides} if besides else set()
        schema = self.contract(table).schema
        wanted = [id for id in given.submissions if id not in own]
        if not wanted:
            return pl.DataFrame(schema=schema).select(columns or pl.all())
        frame = pl.scan_parquet(given.files, schema=schema, missing_columns="insert", extra_columns="ignore")
        frame = frame.filter(pl.col("submission").is_in(wanted))
        return (frame if where is None else frame.filter(where)).select(columns or pl.all()).collect()

    def original(self, sha256: str) -> Path:
        """The kept file of that SHA-256 原件. Raises ``MissingError``."""
        path = self.places.original(sha256)
        if not path.is_file():
            zh, en = f"证据库中没有原件 {sha256}。", f"The store has no original {sha256}."
            raise MissingError("original_missing", zh, en, sha256=sha256)
        return path

    def contract(self, table: str) -> Contract:
        """The contract of a table. Raises ``MissingError``."""
        if table not in self.contracts:
            known = ", ".join(sorted(self.contracts))
            zh, en = f"没有名为 {table} 的表；已有：{known}。", f"There is no table {table}; known: {known}."
            raise MissingError("table_unknown", zh, en, table=table)
        return self.contracts[table]

    def changed_rows(self, table: str, pin: Pin, ids: Collection[str]) -> set[str]:
        """Of some submissions, those whose rows at a pin no longer hash as they did when handed in 已变的数据行."""
        return set(changed_rows(self.places, self.contract(table), self.index, pin.position, ids))

    def check(self, deep: bool = False, tell: Tell = no_news) -> list[Problem]:
        """What is wrong with the store 检查, empty when it is sound; ``deep`` reads every byte and hashes every row again."""
        with self._still():
            found = problems(self.places, self.contracts, Index(), Journal(self.places.journal), deep, tell)
        if not (self.has_log or any(one.code.startswith("journal_") for one in found)) and self.log_begun:
            found.append(broken("log_missing", "log", "存证账本不见了", "the log is gone"))
        return found

    def check_log(self, others: Sequence[Verifier] = (), tell: Tell = no_news) -> list[Problem]:
        """What is wrong with the log 存证检查: signatures, tiles, entries, and the journal they were made from.

        ``others`` are the keys of witnesses whose cosignatures are looked at too.
        """
        with self._still():
            try:
                records = list(Journal(self.places.journal).news())
            except BrokenChainError as error:
                return [Problem("broken", error.code, self.places.journal.name, error.zh, error.en)]
            known = [*verifiers(self.keys), *(one.key for one in self.policy.witnesses), *others]
            return log_problems(self.places.log, self.keys / SIGNED, known, records, lambda done, all: tell("log", done, all))

    @contextmanager
    def _still(self) -> Iterator[None]:
        """While nobody writes; of a copy that may only be read nobody does."""
        try:
            lock = Lock(self.places.lock, self.wait)
        except PermissionError:
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def _standing(self, id: str) -> Standing:
        if id not in self.index.standings:
            zh, en = f"证据库中没有提交 {id}。", f"The store has no submission {id}."
            raise MissingError("submission_unknown", zh, en, submission=id)
        return self.index.standings[id]

    def _submission(self, standing: Standing, at: int) -> Submission:
        status = standing.status(at)
        return submission_of(standing.record, status, standing.withdrawal if status == "withdrawn" else None, self.places.originals)

    def _head(self, position: int) -> str:
        """The hash of the journal's record at a position."""
        records = self.index.records
        if position == 0:
            return NOTHING
        return str(records[position]["previous"]) if position < len(records) else self.journal.head

    def _must_be_ours(self, pin: Pin) -> None:
        ours = pin.position <= self.index.position and pin.versions == self.index.versions(pin.position)
        if not ours or pin.head not in ("", self._head(pin.position)):
            raise BrokenChainError(
                "pin_differs",
                f"计算基准（第 {pin.position} 条）与本库日志（至第 {self.index.position} 条）不符：它属于另一证据库，或日志已被改动。",
                f"The pin at position {pin.position} does not agree with this journal, which ends at {self.index.position}: "
                "it is of another store, or the journal was changed.",
                wanted=pin.position,
                found=self.index.position,
            )
