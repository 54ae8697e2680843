"""``qingzhu evaluate`` 评价: hand in, read, measure, judge; terminal, report.html, verdict.json, and a page for several projects."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qingzhu.cli.hand_in import collect_one, collected_text, must_hold_evidence, one_project_each, results_of
from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.cli.places import RESULTS, dossiers, opened, store_of
from qingzhu.cli.witnesses import ask_witnesses
from qingzhu.cli.words import rulebook
from qingzhu.collectors.mappings import suggested_mapping
from qingzhu.ledger.store import Store
from qingzhu.ledger.witnessing import state_of
from qingzhu.measures.engines import open_engine
from qingzhu.reports.html import index_html, report_html
from qingzhu.reports.terminal import evaluate_text
from qingzhu.reports.verdict_json import verdict_json, verdict_text
from qingzhu.schemes.evaluate import Evaluation, evaluate_all, open_session
from qingzhu.schemes.evidence import Opened
from qingzhu.schemes.explain import explained
from qingzhu.schemes.runs import recorded


def evaluate(dossier: Path, store: Path | None, out: Path | None, *, on: date, lang: str, engine: str, by: str, json: bool) -> int:
    """One dossier, or every dossier in a folder, as of ``on``."""
    found = dossiers(dossier)
    if found != [dossier]:
        return evaluate_region(
            dossier, store_of(dossier, store), out or dossier / RESULTS, [on], lang=lang, engine=engine, by=by, json=json
        )
    must_hold_evidence(dossier, store_of(dossier, store))
    kept = opened(store_of(dossier, store))
    target = out or dossier / RESULTS
    tell = progress(json)
    collected = collect_one(dossier, kept, target, by, tell)
    data = witnessed(kept, judged(kept, [collected["project"]], on, engine, by))[0]
    write(data, target, lang)
    if json:
        show_json({"collected": collected, "evaluation": verdict_json(data), "report": str(target / "report.html")})
    else:
        if collected["refused"]:
            print(collected_text(collected, lang))
        print(evaluate_text(data, lang))
        print("\n".join(f"  {target / name}" for name in ("report.html", "verdict.json")))
        print(store_hint(kept.path, lang))
    return REFUSED if collected["refused"] else DONE


def evaluate_region(
    folder: Path, store: Path, out: Path, days: Sequence[date], *, lang: str, engine: str, by: str, json: bool = False
) -> int:
    """Every dossier of a folder on each of the days; ``out/index.html`` shows them side by side and, with two days, their contrast."""
    found = one_project_each(dossiers(folder))
    kept = opened(store)
    tell = progress(json)
    collected = [collect_one(one, kept, results_of(one, folder, out), by, tell) for one in found]
    codes = [one["project"] for one in collected]
    by_day: list[list[dict[str, Any]]] = []
    for place, on in enumerate(days):
        data = witnessed(kept, judged(kept, codes, on, engine, by))
        for one in data:
            tell(f"{one['project']['project']} {on}")
            write(one, target_of(out, one, place, on), lang)
        by_day.append(data)
    links = {str(one["project"]["project"]): f"{quote(folder_name(str(one['project']['project'])))}/report.html" for one in by_day[0]}
    replace(out / "index.html", index_html(by_day[0], lang, by_day[1] if len(by_day) > 1 else None, links))
    if json:
        show_json({"collected": collected, "evaluations": [[verdict_json(one) for one in data] for data in by_day]})
    else:
        print("\n".join(evaluate_text(one, lang) for one in by_day[0]))
        print(f"  {out / 'index.html'}\n{store_hint(kept.path, lang)}")
    return REFUSED if any(one["refused"] for one in collected) else DONE


def witnessed(store: Store, evaluations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The evaluations, after the witnesses were asked, with who cosigned."""
    if ask_witnesses(store):
        now = int(datetime.now(UTC).timestamp())
        for told in [one["store"]["log"] for one in evaluations if one["store"].get("log")]:
            told["witnessed"] = state_of(store.log(), store.policy, now, told["entry"])
    return evaluations


def store_hint(store: Path, lang: str) -> str:
    """Where the evidence lies, as the option that the commands shown need elsewhere."""
    return {"zh": f"  证据库，以上命令需加：--store {store}", "en": f"  the evidence; the commands above want: --store {store}"}[lang]


def target_of(out: Path, data: dict[str, Any], place: int, on: date) -> Path:
    """Where a report of a region goes: ``out/<project>`` for the first day, ``out/<project>/<day>`` for others."""
    folder = out / folder_name(str(data["project"]["project"]))
    return folder if place == 0 else folder / on.isoformat()


def folder_name(code: str) -> str:
    """A project's code as the name of one folder: what could lead elsewhere is written as ``%2F`` and the like."""
    return quote(code, safe="".join(letter for letter in code if letter.isalnum() or letter in "-_ ")).replace(".", "%2E")


def judged(store: Store, codes: list[str], on: date, engine: str, by: str | None = None) -> list[dict[str, Any]]:
    """The evaluations of some projects as plain data, with what opens their figures; logged as runs where ``by`` says by whom."""
    running = open_engine(engine)
    try:
        evaluations = evaluate_all(store, rulebook(), on, running, codes)
        by_region: dict[str | None, list[Evaluation]] = {}
        for one in evaluations:
            by_region.setdefault(one.project["region"], []).append(one)
        found: dict[str, dict[str, Any]] = {}
        for region, some in by_region.items():
            session = open_session(store, rulebook(), region, on, running, [one.code for one in some])
            behind = Opened(session)
            for one in some:
                found[one.code] = explained(one, session, behind)
                if by is not None:
                    found[one.code]["store"]["log"] = recorded(session, one.code, one.figures, one.verdicts, by, datetime.now(UTC))
        return [found[code] for code in codes]
    finally:
        running.close()


def write(data: dict[str, Any], target: Path, lang: str) -> None:
    """``report.html``, ``verdict.json`` and, where elements are unmapped, a mapping file to complete by hand."""
    replace(target / "report.html", report_html(data, lang))
    replace(target / "verdict.json", verdict_text(data))
    if data["unmapped_groups"]:
        replace(target / "mapping_suggested.toml", suggested_mapping(data["unmapped_groups"]))


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader never sees half a report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)
