"""What the journal says 日志索引: which submission stands where, which files a table has, now or at an earlier position.

The journal is the only source; this is its sum in memory and can be made again at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qingzhu.ledger.journal import EVIDENCE, Record
from qingzhu.ledger.submissions import Slot, Status


@dataclass
class Standing:
    """A submission and what became of it 提交的状态: the positions at which it was superseded or withdrawn."""

    record: Record
    superseded_at: int | None = None
    withdrawal: Record | None = None

    def status(self, at: int) -> Status:
        """What it was once the record at position ``at`` stood."""
        if self.record["kind"] == "refusal":
            return "refused"
        if self.withdrawal and self.withdrawal["position"] <= at:
            return "withdrawn"
        return "superseded" if self.superseded_at is not None and self.superseded_at <= at else "current"


@dataclass(frozen=True)
class Change:
    """What one record did to one table 表的变更: its new version, data files added and taken away, whose rows they hold."""

    position: int
    version: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    submissions: frozenset[str]


@dataclass
class Index:
    """The sum of the records so far 索引."""

    position: int = 0
    evidence: int = 0
    runs: dict[str, Record] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    read_in: dict[Slot, Standing] = field(default_factory=dict)
    last_in: dict[Slot, Standing] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Take in the next record."""
        self.position = record["position"]
        self.records.append(record)
        if record["kind"] in EVIDENCE:
            self.evidence = record["position"]
        if record["kind"] == "run":
            self.runs[record["id"]] = record
        elif record["kind"] == "withdrawal":
            self.standings[record["withdraws"]].withdrawal = record
        elif "slot" in record:
            self._stand(record)
        for table, entry in record.get("tables", {}).items():
            self._change(record, table, entry)

    def _stand(self, record: Record) -> None:
        slot, standing = Slot(**record["slot"]), Standing(record)
        self.standings[record["id"]] = self.last_in[slot] = standing
        if record["kind"] == "submission":
            if record["supersedes"]:
                self.standings[record["supersedes"]].superseded_at = record["position"]
            self.read_in[slot] = standing

    def _change(self, record: Record, table: str, entry: Record) -> None:
        if record["kind"] == "checkpoint":  # it says nothing new of the rows, and may be deleted
            return
        paths = [file["path"] for file in entry["files"]]
        self.named.setdefault(table, set()).update(paths)
        added, removed = tuple(path for path in paths if path.endswith(".parquet")), tuple(entry.get("removed", ()))
        whose = frozenset([record["id"]]) if record["kind"] == "submission" else self._held_by(table, removed)
        self.changes.setdefault(table, []).append(Change(record["position"], entry["version"], added, removed, whose))

    def _held_by(self, table: str, files: tuple[str, ...]) -> frozenset[str]:
        live = self.files(table, self.position)
        return frozenset().union(*(live[file] for file in files))

    def files(self, table: str, at: int) -> dict[str, frozenset[str]]:
        """The data files of a table at a position, oldest first, each with the submissions whose rows it holds."""
        live: dict[str, frozenset[str]] = {}
        for change in self.changes.get(table, ()):
            if change.position <= at:
                for path in change.removed:
                    live.pop(path, None)
                live |= dict.fromkeys(change.added, change.submissions)
        return live

    def version(self, table: str, at: int) -> int | None:
        """The Delta version of a table at a position; None where it had none."""
        return max((change.version for change in self.changes.get(table, ()) if change.position <= at), default=None)

    def versions(self, at: int) -> dict[str, int]:
        """The versions of all tables at a position."""
        found = {table: self.version(table, at) for table in sorted(self.changes)}
        return {table: version for table, version in found.items() if version is not None}

    def standing_at(self, at: int) -> list[Standing]:
        """Every hand-in up to a position, in order."""
        return [standing for standing in self.standings.values() if standing.record["position"] <= at]

    def current(self, at: int) -> list[Standing]:
        """The submissions whose rows count at a position, in order."""
        return [standing for standing in self.standing_at(at) if standing.status(at) == "current"]
