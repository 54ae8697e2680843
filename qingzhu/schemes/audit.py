"""Audit 复算审计: what runs gave, held against what the same evidence gives today, line by line. ``docs/spec/audit.md``.

Every figure and verdict of a run is computed again at the run's own pin and date, in a folder of its own, so that nothing kept to save time
is believed. A difference that other rules, another engine or other words explain is told as such; any other is an alarm.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from qingzhu.ledger import merkle
from qingzhu.ledger.check import Tell, no_news
from qingzhu.ledger.journal import Record
from qingzhu.ledger.store import Store
from qingzhu.ledger.submissions import Problem, broken
from qingzhu.measures.engines import Engine
from qingzhu.measures.load import papers_of_house
from qingzhu.rulebook.book import Rulebook
from qingzhu.schemes.audit_reasons import Difference, Evidence, Line, Reason, Then, pin_of
from qingzhu.schemes.bundle_checks import AGREES
from qingzhu.schemes.evaluate import Session, of_region, open_session
from qingzhu.schemes.runs import lines_of
from qingzhu.terms.errors import QingzhuError
from qingzhu.terms.figures import Figure, Node, Verdict


@dataclass(frozen=True)
class Audited:
    """One run, audited 一次计算的审计结果. ``faults`` are what is damaged; ``alarm`` where anything is not explained by other rules."""

    entry: int
    project: str
    on: str
    position: int
    lines: int
    equal: int
    differences: list[Difference]
    faults: list[Problem] = field(default_factory=list)

    @property
    def alarm(self) -> bool:
        """Whether evidence, or what was stored, can no longer be relied on."""
        return bool(self.faults) or any(one.alarm for one in self.differences)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "alarm": self.alarm}


@dataclass(frozen=True)
class Again:
    """What a run gives today 重算结果: where it was computed, figures and verdicts of its project."""

    session: Session
    figures: Sequence[Figure]
    verdicts: Sequence[Verdict]


def chosen(store: Store, project: str | None = None, on: date | None = None, *, every: bool = False) -> list[Record]:
    """The runs to audit 选取计算, oldest first: of each project and date those nothing newer has taken the place of, or ``every`` one."""
    found: list[Record] = []
    given: dict[tuple[str, str], set[str]] = {}
    for record in reversed(store.refresh().runs.values()):
        run = record["run"]
        if (project is not None and run["project"] != project) or (on is not None and run["on"] != on.isoformat()):
            continue
        known = given.setdefault((run["project"], run["on"]), set())
        gives = {*run["measures"], *(["verdicts"] if run["rows"]["verdicts"] else [])}
        if every or gives - known:
            found.append(record)
        known |= gives
    return found[::-1]


def newest(store: Store) -> list[Record]:
    """The newest run of each project 各项目最近一次计算, one with verdicts where there is one."""
    records = list(store.refresh().runs.values())
    found = {record["run"]["project"]: record for record in records}
    return list((found | {record["run"]["project"]: record for record in records if record["run"]["rows"]["verdicts"]}).values())


def audit(store: Store, rulebook: Rulebook, engine: Engine, records: Iterable[Record], tell: Tell = no_news) -> list[Audited]:
    """Runs of the journal 复算审计, each computed again with the measures and rules of today at its own pin and date; in their order."""
    wanted = list(records)
    groups: dict[tuple[object, ...], list[Record]] = {}
    for record in wanted:
        groups.setdefault(_together(record["run"]), []).append(record)
    evidence, found, done = Evidence(store), dict[str, Audited](), 0
    with tempfile.TemporaryDirectory(prefix="qingzhu-audit-") as folder:
        for group in groups.values():
            run = group[0]["run"]
            tell(f"{run['project']} {run['on']}", done, len(wanted))
            again = _recomputed(store, rulebook, engine, group, Path(folder))
            for record in group:
                found[record["id"]] = _audited(store, record, again[record["id"]], evidence)
            done += len(group)
    return [found[record["id"]] for record in wanted]


def _together(run: dict[str, Any]) -> tuple[object, ...]:
    """What runs have in common that are computed in one pass: evidence, date, region, what was asked for."""
    asked = None if run["rows"]["verdicts"] else tuple(sorted(run["measures"]))
    return run["pin"]["position"], run["pin"]["head"], run["on"], run["region"], asked


def _recomputed(store: Store, rulebook: Rulebook, engine: Engine, group: list[Record], folder: Path) -> dict[str, Again | Problem]:
    """Each run computed again, by its id; one that cannot be, with the reason. What fails for several is tried one by one."""
    try:
        return _computed(store, rulebook, engine, group, folder)
    except Exception as error:  # bytes that were damaged may raise anything in the libraries that read them
        if len(group) == 1:
            other = f"{type(error).__name__}: {error}".split("\n", 1)[0]
            zh, en = (error.zh, error.en) if isinstance(error, QingzhuError) else (other, other)
            return {group[0]["id"]: _not_recomputed(_subject(group[0]), zh, en)}
        return {id: again for one in group for id, again in _recomputed(store, rulebook, engine, [one], folder).items()}


def _not_recomputed(subject: str, zh: str, en: str) -> Problem:
    """A run that cannot be computed again. Its own evidence may be sound: measures that compare projects read that of others."""
    zh, en = zh.rstrip("。"), en.rstrip(".")
    return Problem(
        "broken",
        "not_recomputed",
        subject,
        f"{subject} 无法重算：{zh}。是哪个文件损坏，请用 qingzhu ledger check --deep 查明。",
        f"{subject} can't be computed again: {en}. qingzhu ledger check --deep says which file is damaged.",
    )


def _computed(store: Store, rulebook: Rulebook, engine: Engine, group: list[Record], folder: Path) -> dict[str, Again | Problem]:
    run = group[0]["run"]
    codes = sorted({record["run"]["project"] for record in group})
    known = papers_of_house()
    asked = [name for name in run["measures"] if name in known and not known[name].derived]
    full = run["rows"]["verdicts"] > 0
    session = open_session(
        store, rulebook, run["region"], date.fromisoformat(run["on"]), engine, codes, None if full else asked, pin_of(run), folder
    )
    if full:
        judged = of_region(session, codes)
        given = {code: Again(session, one.figures, one.verdicts) for code, one in judged.items()}
    else:
        figures = session.figures(asked)
        given = {code: Again(session, [one for one in figures if one.grain["project"] == code], []) for code in codes}
    return {record["id"]: given[record["run"]["project"]] for record in group}


def _audited(store: Store, record: Record, again: Again | Problem, evidence: Evidence) -> Audited:
    """One run held against what it gives today."""
    run = record["run"]
    stored, faults = _stored(store, run, _subject(record))
    lines: dict[str, Line] = {}
    if isinstance(again, Problem):
        faults.append(again)
    else:
        lines = {id: told for line in lines_of(again.figures, again.verdicts) for id, told in _line(line).items()}
    differences: list[Difference] = []
    if stored is not None and not isinstance(again, Problem):
        differences = _explained(compared(stored, lines), Then(run, again.session, evidence), again.verdicts)
        if faults:  # what was stored was changed, and says nothing of what the rules gave
            differences = [replace(one, reasons=[Reason("lines", "")], alarm=True) for one in differences]
    faults += evidence.faults(run)
    count = len(stored or {})
    both = len(stored.keys() & lines.keys()) if stored is not None else 0
    unlike = sum(one.kind in ("value", "verdict") for one in differences)
    return Audited(record["position"] - 1, run["project"], run["on"], run["pin"]["position"], count, both - unlike, differences, faults)


def _subject(record: Record) -> str:
    """A run as a message names it."""
    return f"run {record['id'][:12]}"


def _stored(store: Store, run: dict[str, Any], subject: str) -> tuple[dict[str, Line] | None, list[Problem]]:
    """The lines a run gave, by id, and what is wrong with them; None where they are gone or no lines at all."""
    rows = run["rows"]
    path = store.places.original(rows["sha256"])
    if not path.is_file():
        return None, [broken("lines_missing", subject, "计算结果行的文件不见了", "the file of its lines is gone")]
    data, faults = path.read_bytes(), []
    lines = data.splitlines()
    root = merkle.root_of([merkle.leaf_hash(line) for line in lines]).hex()
    if (hashlib.sha256(data).hexdigest(), root) != (rows["sha256"], rows["root"]):
        zh, en = "所存计算结果行与账本所记哈希不符：事后被改动", "its stored lines do not agree with the hash in the log: changed since"
        faults.append(broken("lines_changed", subject, zh, en))
    try:
        return {id: told for line in lines for id, told in _line(line).items()}, faults
    except (ValueError, KeyError, TypeError, AttributeError):
        zh, en = "计算结果行无法读取", "its stored lines can't be read"
        return None, [*faults, broken("lines_unreadable", subject, zh, en)]


def _line(line: bytes) -> dict[str, Line]:
    """One line by its id, as ``{"figure" or "verdict": …}`` has it."""
    ((kind, told),) = json.loads(line).items()
    return {str(told["id"]): Line(kind, told)}


def compared(stored: dict[str, Line], again: dict[str, Line]) -> list[Difference]:
    """What differs between stored and recomputed lines 逐行比较, in the order of figures, then verdicts, by id."""
    found: list[Difference] = []
    exact = all(stored[id].told == again[id].told for id in stored.keys() & again.keys() if again[id].kind == "figure")
    for id in sorted(stored.keys() | again.keys(), key=lambda id: ((stored.get(id) or again[id]).kind, id)):
        then, now = stored.get(id), again.get(id)
        if then is None or now is None:
            found.append(_alone(id, then, now))
            continue
        unlike = {key: [then.told.get(key), now.told.get(key)] for key in sorted({*then.told, *now.told})}
        unlike = {key: two for key, two in unlike.items() if not same(*two)}
        if unlike.keys() == {"tree_sha256"} and not exact:  # figures that differ in their last digits stand in the tree
            continue
        if unlike:
            kind = "value" if now.kind == "figure" else "verdict"
            found.append(Difference(id, now.kind, now.name, kind, unlike, _relative(*unlike["value"]) if "value" in unlike else None))
    return found


def _alone(id: str, then: Line | None, now: Line | None) -> Difference:
    """A line that stands on one side only, with its value or outcome."""
    line = then or now or Line("", {})
    kind = "only_recomputed" if then is None else "only_stored"
    key = "outcome" if line.kind == "verdict" else "value"
    return Difference(id, line.kind, line.name, kind, {key: [then and then.told.get(key), now and now.told.get(key)]})


def same(one: Any, other: Any) -> bool:
    """Whether two values are one: numbers to a share of :data:`AGREES`, all else exactly."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    numbers = [value for value in (one, other) if isinstance(value, int | float) and not isinstance(value, bool)]
    return abs(one - other) <= AGREES * max(abs(one), abs(other)) if len(numbers) == 2 else bool(one == other)


def _relative(then: float | None, now: float | None) -> float | None:
    """By how much a value is larger now, as a share of what it was [1]; None where either is unknown or it was zero."""
    return None if then is None or now is None or then == 0 else (now - then) / abs(then)


def _explained(found: list[Difference], then: Then, verdicts: Sequence[Verdict]) -> list[Difference]:
    """The differences with their reasons; of a verdict also the figures under it, or doubts, that differ."""
    resting = {verdict.id: set(_figures(verdict.tree)) for verdict in verdicts}
    figures, done = [], []
    for one in found:
        if one.of == "figure":
            reasons = then.of_figure(one.name)
            told = replace(one, reasons=reasons, alarm=not reasons or any(why.of_evidence for why in reasons))
            figures.append(told)
        else:
            own = then.of_verdict(one.name)
            under = [figure for figure in figures if figure.id in resting.get(one.id, (figure.id,)) or then.is_doubt(figure.name)]
            left = not own and (not under or any(figure.alarm for figure in under))
            alarm = left or any(why.of_evidence for why in own)
            told = replace(one, reasons=[*own, *(Reason("figure", figure.id) for figure in under)], alarm=alarm)
        done.append(told)
    return done


def _figures(node: Node) -> Iterable[str]:
    """The figures a tree rests on."""
    if node.figure:
        yield node.figure
    for child in node.children:
        yield from _figures(child)
