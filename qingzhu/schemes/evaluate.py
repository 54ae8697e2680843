"""Evaluation 评价: the one place that brings store, measures, engine and rulebook together. Command line, pages and API call it.

``evaluate(store, project, rulebook, on, engine)`` judges one project; :func:`evaluate_all` judges several in one pass, each by the
rules of its region. Nothing here knows a clock or a threshold: the date is an argument, limits are rows of the rulebook.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.mapping_proposals import SimilarNames, proposals
from qingzhu.collectors.mappings import GROUPS_AT_MOST, unmapped_groups
from qingzhu.ledger.store import Pin, Store
from qingzhu.measures import run as measuring
from qingzhu.measures.engines import Engine
from qingzhu.measures.inputs import Files, TableFiles, Tables
from qingzhu.measures.load import Measure, load, order
from qingzhu.measures.tables import evidence as evidence_tables
from qingzhu.measures.tables import gaps
from qingzhu.measures.vocabulary import vocabulary_hash
from qingzhu.rulebook.book import Rulebook
from qingzhu.schemes.determinations import Determination
from qingzhu.schemes.doubts import Doubts, doubts_of
from qingzhu.schemes.judge import judge
from qingzhu.schemes.load import load_scheme, scheme_names
from qingzhu.schemes.series import slots_by_day, waste_by_month
from qingzhu.terms.errors import MissingError
from qingzhu.terms.figures import Figure, Verdict
from qingzhu.terms.times import end_of

FACTS = ("project", "building")
"""Tables a verdict reads its facts from."""

COMPARED = ("weighing",)
"""Tables of which a session holds the rows of every project: tickets are compared between projects (``shared_tickets``)."""

UNSURVEYED = "unsurveyed"
"""Stands in the column ``submission`` of a bare row: no submission says anything of this project but its code."""


@dataclass
class Evaluation:
    """One project, judged as of one date, from one position of the store 一次评价."""

    project: dict[str, Any]
    buildings: list[dict[str, Any]]
    on: date
    position: int
    pin: dict[str, Any]
    figures: list[Figure]
    verdicts: list[Verdict]
    series: dict[str, list[dict[str, Any]]]
    unmapped: list[dict[str, Any]]
    determinations: list[Determination] = field(default_factory=list)
    unmapped_groups: list[dict[str, Any]] = field(default_factory=list, repr=False)
    slots: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def code(self) -> str:
        """The project's code 项目代码."""
        return str(self.project["project"])


@dataclass
class Session:
    """What one pass of measuring stands on 计算现场: a store at a pin, the rules of a region, an engine, a date."""

    store: Store
    pin: Pin
    rulebook: Rulebook
    region: str | None
    on: date
    engine: Engine
    measures: Mapping[str, Measure]
    tables: Tables
    projects: frozenset[str] | None = None

    def figures(self, names: Iterable[str]) -> list[Figure]:
        """The figures of measures, all projects of this session."""
        found = measuring.run(self.measures, self.engine, self.tables, names, self.on)
        return found if self.projects is None else [figure for figure in found if figure.grain["project"] in self.projects]

    def derived(self, name: str) -> pl.DataFrame:
        """The rows of a derived table."""
        return measuring.derived(self.measures, self.engine, self.tables, name, self.on)

    def pinned(self) -> dict[str, Any]:
        """The pin as plain data: what must be the same for a figure to be recomputed."""
        return {
            "position": self.pin.position,
            "versions": dict(self.pin.versions),
            "engine": f"{self.engine.name} {self.engine.version}",
            "vocabulary": vocabulary_hash(),
            "parameters": {name: self.tables.key(name, self.on) for name in sorted(self.tables.parameters)},
        }


def evaluate(store: Store, project: str, rulebook: Rulebook, on: date, engine: Engine) -> Evaluation:
    """One project judged as of ``on``. Raises ``MissingError`` when no current survey names it."""
    return evaluate_all(store, rulebook, on, engine, [project])[0]


def evaluate_all(store: Store, rulebook: Rulebook, on: date, engine: Engine, projects: Iterable[str] | None = None) -> list[Evaluation]:
    """Every project, or those named, judged as of ``on``, in order of their codes; one pass of measuring a region."""
    facts = {row["project"]: row for row in store.rows("project").sort("project").iter_rows(named=True)}
    facts |= {code: unsurveyed(store, code) for code in {one.slot.project for one in store.current()} - set(facts)}
    wanted = sorted(projects) if projects is not None else sorted(facts)
    for code in wanted:
        if code not in facts:
            raise MissingError(
                "project_unknown",
                f"证据库中没有项目 {code} 的任何证据：请先提交项目档案。",
                f"The store holds no evidence of a project {code}: hand its dossier in first.",
                project=code,
            )
    found: dict[str, Evaluation] = {}
    for region in sorted({facts[code]["region"] or "" for code in wanted}):
        codes = [code for code in wanted if (facts[code]["region"] or "") == region]
        found |= of_region(open_session(store, rulebook, region or None, on, engine, codes), codes)
    return [found[code] for code in wanted]


def measured(session: Session, code: str, name: str) -> Evaluation:
    """One measure of one project and nothing else: what it takes to open a figure."""
    rows = {table: session.store.rows(table, code).drop("submission", "row").to_dicts() for table in FACTS}
    return Evaluation(
        project=rows["project"][0] if rows["project"] else unsurveyed(session.store, code),
        buildings=rows["building"],
        on=session.on,
        position=session.pin.position,
        pin=session.pinned(),
        figures=[figure for figure in session.figures([name]) if figure.grain["project"] == code],
        verdicts=[],
        series={},
        unmapped=[],
    )


def unsurveyed(store: Store, code: str) -> dict[str, Any]:
    """The facts of a project without survey: its code, everything else unknown."""
    return {**dict.fromkeys(store.contract("project").schema), "project": code, "name": code}


def open_session(
    store: Store,
    rulebook: Rulebook,
    region: str | None,
    on: date,
    engine: Engine,
    projects: Iterable[str] | None = None,
    names: Iterable[str] | None = None,
    pin: Pin | None = None,
    folder: Path | None = None,
) -> Session:
    """Everything a pass of measuring reads: views of the evidence of these projects at the present pin, parameter tables as of ``on``.

    ``names`` are the measures wanted, by default all; ``pin`` looks back; ``folder`` is where derived tables are kept, if not in the store.
    """
    pin = pin or store.pin()
    folder = folder or working_folder(store)
    evidence: dict[str, TableFiles] = {table: store.inputs(table, pin) for table in evidence_tables()}
    if projects is not None:
        codes = set(projects)
        theirs = {submission.id for submission in store.current(at=pin.position) if submission.slot.project in codes}
        evidence = {
            table: files
            if table in COMPARED
            else Files(table, files.files, [one for one in files.submissions or () if one in theirs], files.event)
            for table, files in evidence.items()
        }
        evidence["project"] = with_unsurveyed(store, evidence["project"], codes, folder, pin)
    tables = Tables(evidence, rulebook.parameters(on, region or ""), folder)
    wanted = None if projects is None else frozenset(codes)
    return Session(store, pin, rulebook, region, on, engine, load(names=names), tables, wanted)


def working_folder(store: Store) -> Path:
    """Where derived tables are kept: in the store, or, of a copy that may only be read, in a folder that goes with the process."""
    if os.access(store.path, os.W_OK):
        return store.path
    folder = tempfile.mkdtemp(prefix="qingzhu-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def with_unsurveyed(store: Store, files: TableFiles, codes: set[str], folder: Path, pin: Pin) -> TableFiles:
    """The table ``project`` with a bare row for each project that has evidence and no survey, so that its figures show their gaps."""
    given = {one.slot.project for one in store.current(at=pin.position)}
    bare = sorted((codes & given) - set(store.rows("project", pin=pin)["project"]))
    if not bare:
        return files
    rows = [{**unsurveyed(store, code), "submission": UNSURVEYED, "row": place} for place, code in enumerate(bare)]
    frame = pl.DataFrame(rows, schema=store.contract("project").schema)
    path = folder / "derived" / f"unsurveyed-{sha256(chr(10).join(bare).encode()).hexdigest()[:24]}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
    return Files("project", [*files.files, str(path)], [*(files.submissions or ()), UNSURVEYED], files.event)


def of_region(session: Session, codes: list[str]) -> dict[str, Evaluation]:
    """The projects of one region, measured together and judged one by one."""
    figures = session.figures(sorted(name for name, measure in session.measures.items() if not measure.derived))
    frames = {name: session.store.rows(name, pin=session.pin) for name in (*FACTS, "weighing", "determination")}
    slots = {name: session.derived(name) for name in ("noise_slot", "dust_slot")}
    mapped = session.derived("mapped_element")
    weighed, confirmed = session.derived("element_carbon"), session.store.rows("mapping", pin=session.pin)
    unmapped = _unmapped(mapped)
    by_project: dict[str, list[Figure]] = {code: [] for code in codes}
    for figure in figures:
        by_project.setdefault(figure.grain["project"], []).append(figure)
    found = {}
    for code in codes:
        rows = {name: frame.filter(pl.col("project") == code) for name, frame in frames.items()}
        mine = {name: frame.filter(pl.col("project") == code) for name, frame in slots.items()}
        known = rows["project"].to_dicts() or [unsurveyed(session.store, code)]
        project = {key: value for key, value in known[0].items() if key not in ("submission", "row")}
        buildings = rows["building"].drop("submission", "row").sort("building").to_dicts()
        series = {
            "waste_by_month": waste_by_month(
                before(rows["weighing"], session), session.tables.parameters["waste_origin"], project["works_from"], session.on
            ),
            "noise_slots_by_day": slots_by_day(mine["noise_slot"]),
            "dust_slots_by_day": slots_by_day(mine["dust_slot"]),
        }
        elements = mapped.filter(pl.col("project") == code)
        determinations = [Determination.of(row) for row in rows["determination"].sort("row").to_dicts()]
        doubts = doubts_of(session.store, code, by_project[code], session.measures, elements, session.pin)
        found[code] = Evaluation(
            project=project,
            buildings=buildings,
            on=session.on,
            position=session.pin.position,
            pin=session.pinned(),
            figures=by_project[code],
            verdicts=verdicts(session, project, buildings, by_project[code], doubts, determinations),
            determinations=determinations,
            series=series,
            unmapped=unmapped.filter(pl.col("project") == code).drop("project").to_dicts(),
            unmapped_groups=with_proposals(unmapped_groups(elements, weighed), confirmed, session),
            slots=mine,
        )
    return found


def before(frame: pl.DataFrame, session: Session) -> pl.DataFrame:
    """The rows whose time lies before the end of the day of judgement."""
    return frame.filter(pl.col("time") < end_of(session.on))


def verdicts(
    session: Session,
    project: dict[str, Any],
    buildings: list[dict[str, Any]],
    figures: list[Figure],
    doubts: Doubts,
    determinations: Sequence[Determination],
) -> list[Verdict]:
    """Every scheme in force that speaks for the project's region, on the project or on each of its buildings, or once."""
    by_id = {figure.id: figure for figure in figures}
    found = []
    for name in scheme_names(session.on, session.region, session.rulebook):
        scheme = load_scheme(name, session.on, session.region, session.rulebook)
        subjects: list[dict[str, Any] | None] = [None] if scheme.per == "project" or not buildings else [*buildings]
        for subject in subjects:
            bearing = doubts.on(scheme, subject["building"] if subject else None)
            found.append(judge(scheme, project, subject, by_id, session.on, buildings, gaps(), bearing, determinations))
    return found


def with_proposals(groups: list[dict[str, Any]], confirmed: pl.DataFrame, session: Session) -> list[dict[str, Any]]:
    """Groups of unmapped elements, each with the ``proposals`` 建议 learned from ``confirmed``, rows of mappings that are evidence."""
    convention = session.rulebook.conventions["similar_name"]
    rule = SimilarNames(float(convention["value"]), convention["at_most"], float(convention["meaning"]))
    found = proposals(groups[:GROUPS_AT_MOST], confirmed, session.tables.parameters["mapping_default"], rule)
    return [{**group, "proposals": found[at] if at < len(found) else []} for at, group in enumerate(groups)]


def _unmapped(elements: pl.DataFrame) -> pl.DataFrame:
    """Elements of which nobody says what they are or how they are made, by class: how many, and the volume of those that have one. [m³]"""
    return (
        elements.filter(pl.col("counted") & ~pl.col("mapped"))
        .group_by("project", "model", "ifc_class")
        .agg(count=pl.len(), volume=pl.when(pl.col("volume").is_not_null().any()).then(pl.col("volume").sum()))
        .sort("project", pl.col("volume").fill_null(-1.0), "count", "ifc_class", descending=[False, True, True, False])
    )


def needed(measures: Mapping[str, Measure], names: Iterable[str]) -> list[str]:
    """The evidence tables that measures read, directly or through derived tables."""
    names = order(measures, names)
    return sorted({table for name in names for table in measures[name].inputs if table not in measures})
