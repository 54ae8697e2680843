"""``qingzhu measure`` and ``qingzhu explain`` 计算与依据: figures from what is in the store, and everything behind one."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from qingzhu.cli.evaluation import judged
from qingzhu.cli.outcome import DONE, show_json
from qingzhu.cli.places import existing_store, writable
from qingzhu.cli.places import opened as open_store
from qingzhu.cli.row_files import PLAIN, write_workbook
from qingzhu.cli.words import rulebook
from qingzhu.ledger.store import Store
from qingzhu.measures.engines import Engine, open_engine
from qingzhu.measures.load import papers_of_house
from qingzhu.measures.tables import gaps
from qingzhu.reports.terminal import explain_text, measure_text
from qingzhu.schemes.evaluate import Session, measured, open_session
from qingzhu.schemes.evidence import Opened, all_rows, sources
from qingzhu.schemes.explain import as_plain, explained, paper
from qingzhu.schemes.runs import recorded, run_for, stands
from qingzhu.terms.errors import MissingError, RefusedError
from qingzhu.terms.figures import Figure, split_id


def measure(store: Path | None, project: str | None, name: str | None, *, on: date, lang: str, engine: str, by: str, json: bool) -> int:
    """The figures of all projects or one, of all measures or one."""
    measures = papers_of_house()
    if name is not None and (name not in measures or measures[name].derived):
        listed = "、".join(sorted(one for one, paper in measures.items() if not paper.derived))
        raise RefusedError("measure_unknown", f"没有指标“{name}”。已有：{listed}", f"No measure {name!r}. Known: {listed}", measure=name)
    names = [name] if name else sorted(one for one, paper in measures.items() if not paper.derived)
    kept = open_store(existing_store(store), create=False)
    running = open_engine(engine)
    try:
        sessions = sessions_of(kept, project, on, running, names)
        figures = []
        for session in sessions:
            computed = session.figures(names)
            figures += computed
            for code in sorted({figure.grain["project"] for figure in computed}):
                recorded(session, code, [figure for figure in computed if figure.grain["project"] == code], [], by, datetime.now(UTC))
        papers = {one: paper(measures[one], sessions[0]) for one in {figure.measure for figure in figures}} if sessions else {}
    finally:
        running.close()
    words = {figure.gap: gaps()[figure.gap] for figure in figures if figure.gap}
    data = as_plain({"on": on, "figures": [figure.as_dict() for figure in figures], "measures": papers, "gaps": words})
    show_json(data) if json else print(f"{on}\n{measure_text(data, lang)}")
    return DONE


def sessions_of(store: Store, project: str | None, on: date, engine: Engine, names: list[str]) -> list[Session]:
    """A session for the named measures for each region of the store, or the one of a project; a project without survey has no region."""
    if project is not None:
        known_project(store, project)
    held = {one.slot.project for one in store.current()} if project is None else {project}
    facts = store.rows("project", project, ["project", "region"])
    named = dict(facts.iter_rows())
    regions: dict[str | None, list[str]] = {}
    for code in sorted(held):
        regions.setdefault(named.get(code), []).append(code)
    return [open_session(store, rulebook(), region, on, engine, codes, names) for region, codes in regions.items()]


def explain(id: str, store: Path | None, rows: Path | None, *, on: date, lang: str, engine: str, json: bool) -> int:
    """A figure or verdict opened; with ``rows`` all rows behind a figure go into a file."""
    name, grain = split_id(id)
    if not grain:
        raise RefusedError(
            "id_incomplete",
            f"“{id}”不是完整的编号：应为 指标或方案:项目[:…]，例如 waste_intensity:P01。",
            f"{id!r} is no full id: wanted measure or scheme, then project and so on, e.g. waste_intensity:P01.",
            id=id,
        )
    kept = open_store(existing_store(store), create=False)
    known_project(kept, grain[0])
    writes = None if rows is None else writable(rows, (".xlsx", *PLAIN))
    running = open_engine(engine)
    try:
        if name in papers_of_house() and not papers_of_house()[name].derived:
            session = open_session(kept, rulebook(), region_of(kept, grain[0]), on, running, [grain[0]], [name])
            data = explained(measured(session, grain[0], name), session, Opened(session))
            must_hold(data, id, name)
            written = write_rows(session, data, id, writes) if writes else []
        elif rows is not None:
            raise RefusedError(
                "rows_of_a_verdict", "结论没有数据行：请对其数值使用 --rows。", "A verdict has no rows: use --rows with its figures.", id=id
            )
        else:
            data, written = judged(kept, [grain[0]], on, engine)[0], []
            must_hold(data, id, name)
    finally:
        running.close()
    held = run_for(kept, grain[0], on.isoformat(), data["store"]["position"], id) if kept.has_log else None
    data["store"]["log"] = None if held is None else stands(kept, held, int(datetime.now(UTC).timestamp()))
    if json:
        show_json({**opened(data, id), **({"rows": written} if written else {})})
    else:
        print("\n".join([str(on), explain_text(data, id, lang), *map(str, written)]))
    return DONE


MOST_LISTED = 20
"""So many ids a message lists."""


def known_project(store: Store, project: str) -> None:
    """Raises ``MissingError`` where the store holds nothing of a project, and names those it holds."""
    held = sorted({one.slot.project for one in store.current()})
    if project not in held:
        raise MissingError(
            "project_unknown",
            f"证据库中没有项目 {project} 的任何证据。已有项目：{'、'.join(held[:MOST_LISTED]) or '—'}。",
            f"The store holds no evidence of a project {project}. It holds: {', '.join(held[:MOST_LISTED]) or '—'}.",
            project=project,
        )


def must_hold(data: dict[str, Any], id: str, name: str) -> None:
    """Raises ``MissingError`` where an evaluation has no figure or verdict of this id, and lists those that were perhaps meant."""
    ids = [one["id"] for one in [*data["figures"], *data["verdicts"]]]
    if id in ids:
        return
    below = [one for one in ids if one.startswith(f"{id}:")]
    meant = below or [one for one in ids if one.split(":")[0] == name] or difflib.get_close_matches(id, ids, 5, 0.5)
    listed = "\n".join(f"  {one}" for one in meant[:MOST_LISTED]) + ("\n  …" if len(meant) > MOST_LISTED else "")
    zh = f"“{id}”之下有 {len(below)} 个编号，请写出其中一个" if below else f"没有编号为“{id}”的数值或结论" + ("，是否指" if meant else "")
    en = (
        f"There are {len(below)} ids below {id!r}: name one of them"
        if below
        else f"There is no figure or verdict {id!r}" + ("; perhaps one of these" if meant else "")
    )
    tail = f"：\n{listed}" if meant else "。用 qingzhu measure 可列出所有数值。"
    tail_en = f":\n{listed}" if meant else ". qingzhu measure lists all figures."
    raise MissingError("id_incomplete" if below else "unknown_id", zh + tail, en + tail_en, id=id, meant=meant[:MOST_LISTED])


def region_of(store: Store, project: str) -> str | None:
    """The region a project's survey names."""
    found = store.rows("project", project, ["region"])["region"]
    return found[0] if len(found) else None


def opened(data: dict[str, Any], id: str) -> dict[str, Any]:
    """The figure or verdict of an evaluation, with its measure's paper and the files it came from."""
    figure = next((one for one in data["figures"] if one["id"] == id), None)
    if figure is None:
        verdict = next(one for one in data["verdicts"] if one["id"] == id)
        return {"verdict": verdict, "on": data["on"], "store": data["store"]}
    hashes = {sha for entry in figure["evidence"] for sha in entry["originals"]}
    files = [one for given in data["submissions"] for one in given["originals"] if one["sha256"] in hashes]
    measure = data["measures"][figure["measure"]]
    derived = {name: data["derived"][name] for name in measure["derived"]}
    return {"figure": figure, "measure": measure, "derived": derived, "originals": files, "on": data["on"], "store": data["store"]}


def write_rows(session: Session, data: dict[str, Any], id: str, file: Path) -> list[Path]:
    """Every row behind a figure: CSV or Parquet, a file a table, or sheets of one Excel file. Nothing is cut. Gives the files written."""
    given = next(one for one in data["figures"] if one["id"] == id)
    paper_of = session.measures[given["measure"]]
    figure = Figure(paper_of.name, given["grain"], given["value"], paper_of.unit)
    frames = {source.table: all_rows(session, figure, source) for source in sources(session, paper_of)}
    if file.suffix.lower() == ".xlsx":
        write_workbook(frames, file)
        return [file]
    written = []
    for table, frame in frames.items():
        target = file if len(frames) == 1 else file.with_name(f"{file.stem}.{table}{file.suffix}")
        frame.write_csv(target) if file.suffix.lower() == ".csv" else frame.write_parquet(target)
        written.append(target)
    return written
