"""Why a figure or verdict differs 差异原因: other rules, another engine, other evidence, as far as the hashes in its run tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from qingzhu.ledger.files import sha256_of
from qingzhu.ledger.store import Pin, Store, Submission
from qingzhu.ledger.submissions import Problem, broken
from qingzhu.measures.load import order
from qingzhu.schemes.bundles import evidence_hashes
from qingzhu.schemes.evaluate import COMPARED, Session
from qingzhu.schemes.load import scheme_names
from qingzhu.schemes.rule_hashes import judging_hash, scheme_hash

OF_EVIDENCE = ("rows", "report", "counted", "lines")
"""Kinds of reasons that say what was changed, which no rule explains."""


@dataclass(frozen=True)
class Line:
    """One line of a run 结果行: ``figure`` or ``verdict``, and what it says."""

    kind: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        """The measure or scheme."""
        return str(self.told.get("measure") or self.told.get("scheme"))


@dataclass(frozen=True)
class Reason:
    """One thing that is not as it was 一个原因.

    ``kind``: ``measure``, ``parameters``, ``vocabulary``, ``engine``, ``scheme``, ``judging``: other rules, with their hashes then and now,
    null where there were or are none; ``figure``: one that differs itself; ``rows``, ``report``, ``counted``: evidence that was
    changed; ``lines``: what was stored.
    """

    kind: str
    name: str
    then: str | None = None
    now: str | None = None

    @property
    def of_evidence(self) -> bool:
        """Whether it says that evidence was changed, which no rule explains."""
        return self.kind in OF_EVIDENCE


@dataclass(frozen=True)
class Difference:
    """One line that differs 一处差异.

    ``of`` is ``figure`` or ``verdict``, ``name`` the measure or scheme; ``kind`` ``value``, ``verdict``, ``only_stored`` or
    ``only_recomputed``; ``fields`` by name what was stored and what came now; ``relative`` by how much the value is larger now [1];
    ``alarm`` where no reason explains it.
    """

    id: str
    of: str
    name: str
    kind: str
    fields: dict[str, list[Any]]
    relative: float | None = None
    reasons: list[Reason] = field(default_factory=list)
    alarm: bool = True


class Evidence:
    """Evidence looked at again 证据核对: rows against their recorded hash, reading reports against their name; each once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._rows: dict[tuple[str, str, tuple[str, ...]], bool] = {}
        self._reports: dict[str, bool] = {}

    def changed(self, run: dict[str, Any]) -> list[tuple[Submission, str]]:
        """The submissions a run counted that are not as they were, each with the table, or ``report``."""
        pin = pin_of(run)
        current = self.store.current(at=pin.position)
        found = [(one, "report") for one in current if one.slot.project == run["project"] and self._report_changed(one)]
        for table in sorted(self.store.index.changes):
            if table in self.store.contracts:
                asked = {
                    one.id: one for one in current if table in one.tables and (table in COMPARED or one.slot.project == run["project"])
                }
                found += [(asked[id], table) for id in self._rows_changed(table, pin, set(asked))]
        return found

    def faults(self, run: dict[str, Any]) -> list[Problem]:
        """The evidence of a run's own project that was changed, in words."""
        said = []
        for one, table in self.changed(run):
            subject = f"{one.slot.project} {one.slot.name} ({one.id[:12]})"
            if one.slot.project == run["project"] and table == "report":
                zh, en = "读入报告与提交时不同", "its reading report is not what it was when handed in"
                said.append(broken("report_changed", subject, zh, en))
            elif one.slot.project == run["project"]:
                zh, en = (
                    f"表 {table} 中的数据行与提交时的行哈希不符",
                    f"its rows in table {table} do not agree with their hash when handed in",
                )
                said.append(broken("rows_changed", subject, zh, en))
        return said

    def _report_changed(self, given: Submission) -> bool:
        path = given.report_path
        if given.id not in self._reports:
            self._reports[given.id] = not path.is_file() or sha256_of(path) != path.name
        return self._reports[given.id]

    def _rows_changed(self, table: str, pin: Pin, ids: set[str]) -> list[str]:
        """Looked at once in each set of files that hold them: joined files are others."""
        files = self.store.index.files(table, pin.position)
        keys = {id: (table, id, tuple(path for path, whose in files.items() if id in whose)) for id in sorted(ids)}
        new = {id for id, key in keys.items() if key not in self._rows}
        changed = self.store.changed_rows(table, pin, new) if new else set()
        self._rows |= {keys[id]: id in changed for id in new}
        return [id for id, key in keys.items() if self._rows[key]]


@dataclass
class Then:
    """What a run stood on, held against what stands today 当时与现在."""

    run: dict[str, Any]
    session: Session
    evidence: Evidence

    @cached_property
    def pinned(self) -> dict[str, Any]:
        """What stands today."""
        return self.session.pinned()

    @cached_property
    def changed(self) -> list[tuple[Submission, str]]:
        """The evidence that is not as it was."""
        return self.evidence.changed(self.run)

    def is_doubt(self, name: str) -> bool:
        """Whether a measure is one of doubt, which may bear on any verdict."""
        return name in self.session.measures and self.session.measures[name].doubt is not None

    def of_figure(self, name: str) -> list[Reason]:
        """Why a figure of a measure may differ."""
        measures, then = self.session.measures, self.run["measures"]
        if name not in measures:
            return [Reason("measure", name, then.get(name), None)]
        chain = order(measures, [name])
        found = [Reason("measure", one, then.get(one), measures[one].sha256) for one in chain if then.get(one) != measures[one].sha256]
        read = {table for one in chain for table in (*measures[one].inputs, *measures[one].parameters)} - set(measures)
        before, now = self.run["parameters"], self.pinned["parameters"]
        found += [Reason("parameters", one, before.get(one), now.get(one)) for one in sorted(read) if before.get(one) != now.get(one)]
        return [*found, *self._of_all(), *self._of_evidence(read)]

    def of_verdict(self, scheme: str) -> list[Reason]:
        """Why a verdict of a scheme may differ, besides its figures."""
        held, found = self.run.get("schemes"), []
        if held is not None:
            session = self.session
            known = scheme in scheme_names(session.on, session.region, session.rulebook)
            then, now = held.get(scheme), scheme_hash(scheme, session) if known else None
            found += [Reason("scheme", scheme, then, now)] if then != now else []
        if self.run.get("judging") not in (None, judging_hash()):
            found.append(Reason("judging", "", self.run["judging"], judging_hash()))
        return [*found, *self._of_evidence(None)]

    def _of_all(self) -> Iterator[Reason]:
        for key in ("vocabulary", "engine"):
            if self.run[key] != self.pinned[key]:
                yield Reason(key, "", self.run[key], self.pinned[key])

    def _of_evidence(self, tables: set[str] | None) -> Iterator[Reason]:
        """Evidence that was changed: of these tables, or any with the reading reports."""
        for one, table in self.changed:
            if tables is None or table in tables:
                yield Reason("report", one.slot.name) if table == "report" else Reason("rows", f"{one.slot.name} ({table})")
        for table, (then, now) in self._counted.items():
            if then != now and (tables is None or table in tables):
                yield Reason("counted", table, then["sha256"], now["sha256"])

    @cached_property
    def _counted(self) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """By table the submissions that counted then and now: how many, and the hash of their ids."""
        held = self.run.get("evidence", {})
        now = evidence_hashes(self.session, set(self.run["measures"]) & set(self.session.measures), self.run["project"])
        return {table: (held[table], now[table]) for table in held.keys() & now.keys()}


def pin_of(run: dict[str, Any]) -> Pin:
    """The pin of a run 计算基准."""
    return Pin(run["pin"]["position"], run["pin"]["versions"], run["pin"]["head"])
