"""``qingzhu measure`` and ``qingzhu explain`` 计算与依据: figures from what is in the store, and everything behind one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.cli.evaluation import judged
from qingzhu.cli.outcome import DONE, show_json
from qingzhu.cli.places import existing_store
from qingzhu.cli.words import rulebook
from qingzhu.ledger.store import Store
from qingzhu.measures.engines import Engine, open_engine
from qingzhu.measures.load import load
from qingzhu.measures.tables import gaps
from qingzhu.reports.terminal import explain_text, measure_text
from qingzhu.schemes.evaluate import Session, measured, open_session
from qingzhu.schemes.evidence import Opened, all_rows, sources
from qingzhu.schemes.explain import as_plain, explained, paper
from qingzhu.terms.errors import MissingError, RefusedError
from qingzhu.terms.figures import Figure, split_id

PLAIN = (".csv", ".parquet")
"""Files that hold one table."""


def measure(store: Path | None, project: str | None, name: str | None, *, on: date, lang: str, engine: str, json: bool) -> int:
    """The figures of all projects or one, of all measures or one."""
    measures = load()
    if name is not None and (name not in measures or measures[name].derived):
        listed = "、".join(sorted(one for one, paper in measures.items() if not paper.derived))
        raise RefusedError("measure_unknown", f"没有指标“{name}”。已有：{listed}", f"No measure {name!r}. Known: {listed}", measure=name)
    names = [name] if name else sorted(one for one, paper in measures.items() if not paper.derived)
    kept = Store.open(existing_store(store), create=False)
    running = open_engine(engine)
    try:
        sessions = sessions_of(kept, project, on, running)
        figures = [figure for session in sessions for figure in session.figures(names)]
        papers = {one: paper(measures[one], sessions[0]) for one in {figure.measure for figure in figures}} if sessions else {}
    finally:
        running.close()
    words = {figure.gap: gaps()[figure.gap] for figure in figures if figure.gap}
    data = as_plain({"on": on, "figures": [figure.as_dict() for figure in figures], "measures": papers, "gaps": words})
    show_json(data) if json else print(f"{on}\n{measure_text(data, lang)}")
    return DONE


def sessions_of(store: Store, project: str | None, on: date, engine: Engine) -> list[Session]:
    """A session for each region of the store, or the one of a project."""
    facts = store.rows("project", project).sort("project")
    if project is not None and facts.is_empty():
        raise MissingError(
            "project_unknown", f"证据库中没有项目 {project}。", f"The store has no survey of project {project}.", project=project
        )
    regions: dict[str | None, list[str]] = {}
    for row in facts.iter_rows(named=True):
        regions.setdefault(row["region"], []).append(row["project"])
    return [open_session(store, rulebook(), region, on, engine, codes) for region, codes in regions.items()]


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
    kept = Store.open(existing_store(store), create=False)
    running = open_engine(engine)
    try:
        if name in load() and not load()[name].derived:
            session = open_session(kept, rulebook(), region_of(kept, grain[0]), on, running, [grain[0]], [name])
            data = explained(measured(session, grain[0], name), session, Opened(session))
            if rows is not None:
                write_rows(session, data, id, rows)
        elif rows is not None:
            raise RefusedError(
                "rows_of_a_verdict", "结论没有数据行：请对其数值使用 --rows。", "A verdict has no rows: use --rows with its figures.", id=id
            )
        else:
            data = judged(kept, [grain[0]], on, engine)[0]
    finally:
        running.close()
    text = explain_text(data, id, lang)
    if json:
        show_json(opened(data, id))
    else:
        print(f"{on}\n{text}" + (f"\n{rows}" if rows else ""))
    return DONE


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
    return {"figure": figure, "measure": data["measures"][figure["measure"]], "originals": files, "on": data["on"], "store": data["store"]}


def write_rows(session: Session, data: dict[str, Any], id: str, file: Path) -> None:
    """Every row behind a figure: one table as CSV or Parquet, several as sheets of one Excel file. Nothing is cut."""
    given = next((one for one in data["figures"] if one["id"] == id), None)
    if given is None:
        return  # the text says that there is no such figure
    paper_of = session.measures[given["measure"]]
    figure = Figure(paper_of.name, given["grain"], given["value"], paper_of.unit)
    frames = {source.table: all_rows(session, figure, source) for source in sources(session, paper_of)}
    if file.suffix == ".xlsx":
        write_workbook(frames, file)
    elif file.suffix in PLAIN:
        for table, frame in frames.items():
            target = file if len(frames) == 1 else file.with_name(f"{file.stem}.{table}{file.suffix}")
            frame.write_csv(target) if file.suffix == ".csv" else frame.write_parquet(target)
    else:
        raise RefusedError(
            "rows_file", f"{file} 应为 .csv、.xlsx 或 .parquet。", f"{file}: wanted .csv, .xlsx or .parquet.", file=str(file)
        )


def write_workbook(frames: dict[str, pl.DataFrame], file: Path) -> None:
    """Tables as sheets of one Excel file; more rows than a sheet holds is an error, never a cut."""
    from openpyxl import Workbook

    longest = 1_048_575
    book = Workbook(write_only=True)
    for table, frame in frames.items():
        if frame.height > longest:
            raise RefusedError(
                "rows_too_many",
                f"{table} 有 {frame.height} 行，Excel 装不下：请改用 .parquet 或 .csv。",
                f"{table} has {frame.height} rows, more than an Excel sheet holds: use .parquet or .csv.",
                table=table,
            )
        sheet = book.create_sheet(table)
        sheet.append(frame.columns)
        for row in frame.with_columns(pl.col(pl.Datetime).dt.replace_time_zone(None)).iter_rows():
            sheet.append(row)
    book.save(file)
