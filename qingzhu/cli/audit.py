"""``qingzhu audit`` 复算审计: what a store gave, computed again from its evidence, each difference told with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from qingzhu.cli.figures import known_project
from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.cli.places import existing_store, opened
from qingzhu.cli.words import rulebook
from qingzhu.ledger.journal import Record
from qingzhu.ledger.store import Store
from qingzhu.ledger.submissions import Problem
from qingzhu.measures.engines import open_engine
from qingzhu.reports.audit_text import audit_text, difference_words, reasons_words, summed
from qingzhu.schemes import audit as auditing
from qingzhu.terms.errors import MissingError


def audit(store: Path | None, project: str | None, on: date | None, *, every: bool, engine: str, lang: str, json: bool) -> int:
    """The newest runs of each project and date, or ``every`` one, held against what their evidence gives today."""
    kept = opened(existing_store(store), create=False)
    if project is not None:
        known_project(kept, project)
    records = auditing.chosen(kept, project, on, every=every)
    if not records:
        zh = f"{kept.path} 没有符合条件的计算存证：先用 qingzhu evaluate 评价，或去掉 --project、--on。"
        en = f"{kept.path} holds no such run: evaluate first (qingzhu evaluate), or leave out --project and --on."
        raise MissingError("runs_missing", zh, en, store=str(kept.path))
    tell = progress(json)
    data = audited(kept, records, engine, tell)
    tell("")
    show_json(data) if json else print(audit_text(data, lang))
    return REFUSED if data["alarms"] else DONE


def audited(store: Store, records: list[Record], engine: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """The audit of some runs as plain data, with its counts."""
    running = open_engine(engine)
    try:
        found = auditing.audit(store, rulebook(), running, records, lambda what, done, all: tell(f"{what} {done:,}/{all:,}"))
    finally:
        running.close()
    return summed([one.as_dict() for one in found])


def figures_checked(store: Store, tell: Callable[[str], None]) -> tuple[list[Problem], dict[str, Any]]:
    """The newest run of each project computed again 数值复核: what no rule explains, as problems, and the audit.

    Damaged files are told by the check of the store; here are the figures that come out otherwise.
    """
    data = audited(store, auditing.newest(store), "duckdb:", tell)
    found = [Problem(**fault) for run in data["runs"] for fault in run["faults"] if fault["code"] == "not_recomputed"]
    for one in (one for run in data["runs"] for one in run["differences"] if one["alarm"]):
        zh, en = (
            "；".join([difference_words(one, "zh"), *reasons_words(one, "zh")]),
            "; ".join([difference_words(one, "en"), *reasons_words(one, "en")]),
        )
        found.append(Problem("broken", "figure_differs", one["id"], f"数值不符：{zh}。", f"Another figure: {en}."))
    return found, data
