"""Explanation 依据: an evaluation with everything that opens its figures, as the plain data of ``docs/spec/verdict.md``.

Verdict → rule and clause → figure → formula and SQL → rows → original files with SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from qingzhu.measures.load import Measure, order
from qingzhu.measures.tables import gaps, nothing_missing
from qingzhu.schemes.determinations import OUTCOMES, unused
from qingzhu.schemes.doubts import mended_of, of_figure, open_ones
from qingzhu.schemes.evaluate import Evaluation, Session
from qingzhu.schemes.evidence import Opened
from qingzhu.terms.figures import Figure, Node

FORMAT = "qingzhu-evaluation/1"


def explained(evaluation: Evaluation, session: Session, opened: Opened) -> dict[str, Any]:
    """One evaluation as plain data 评价数据. ``opened`` is shared by the evaluations of a session, so that rows are read once."""
    originals = {one.id: [original["sha256"] for original in one.originals] for one in session.store.submissions(evaluation.code)}
    figures = [figure_data(figure, opened, originals) for figure in evaluation.figures]
    used = {figure.measure for figure in evaluation.figures}
    data = {
        "format": FORMAT,
        "project": evaluation.project,
        "buildings": evaluation.buildings,
        "on": evaluation.on,
        "store": {"position": evaluation.position, "pin": evaluation.pin},
        "verdicts": [verdict.as_dict() for verdict in evaluation.verdicts],
        "measures": {name: paper(session.measures[name], session) for name in sorted(used)},
        "derived": derived_papers(used, session),
        "figures": figures,
        "series": evaluation.series,
        "submissions": submissions_of(session, evaluation.code),
        "findings": findings(evaluation, session),
        "gaps": {figure.gap: gaps()[figure.gap] for figure in evaluation.figures if figure.gap},
        "documents": documents(evaluation, session),
        "terms": terms(used, session),
        "unmapped": evaluation.unmapped,
        "unmapped_groups": evaluation.unmapped_groups,
    }
    plain: dict[str, Any] = as_plain(data)
    return plain


def figure_data(figure: Figure, opened: Opened, originals: dict[str, list[str]]) -> dict[str, Any]:
    """A figure with the rows and originals behind it."""
    evidence = []
    for entry in opened.of(figure):
        shown = [row[2:] for row in entry["rows"]]
        hashes = sorted({sha for submission in entry["submissions"] for sha in originals.get(submission, [])})
        evidence.append({"table": entry["table"], "count": entry["count"], "columns": entry["columns"], "rows": shown, "originals": hashes})
    return {**figure.as_dict(), "evidence": evidence}


def derived_papers(measures: Iterable[str], session: Session) -> dict[str, Any]:
    """The papers of the derived tables 派生表 that measures are computed from, in the order in which they are made."""
    names = [name for name in order(session.measures, sorted(measures)) if session.measures[name].derived]
    return {name: paper(session.measures[name], session) for name in names}


def paper(measure: Measure, session: Session) -> dict[str, Any]:
    """A measure's paper 指标说明, with the formula as it runs: SQL, or the code of a derived table that is a function."""
    return {
        "title": measure.title,
        "term": measure.term,
        "unit": measure.unit,
        "grain": measure.grain,
        "notes": measure.notes if isinstance(measure.notes, dict) else {"zh": measure.notes, "en": measure.notes},
        "source": source_of(measure, session),
        "sql": measure.sql or measure.path.read_text("utf-8"),
        "derived": [name for name in order(session.measures, [measure.name]) if session.measures[name].derived],
        "sql_sha256": measure.sha256,
        "inputs": measure.inputs,
        "parameters": measure.parameters,
        "doubt": measure.doubt,
    }


def source_of(measure: Measure, session: Session) -> dict[str, Any]:
    """The source of a measure with its document as pages cite it: 建质〔2020〕46号, not the key of the rulebook."""
    name = measure.source["document"]
    if not known(session, name):
        return dict(measure.source)
    entry = session.rulebook.document(name)
    return {**measure.source, "document": entry.get("number") or entry["title"]["zh"], "key": entry["key"], "title": dict(entry["title"])}


def submissions_of(session: Session, project: str) -> list[dict[str, Any]]:
    """Everything handed in for a project 提交, with what became of it."""
    found = []
    for given in session.store.submissions(project):
        found.append(
            {
                "id": given.id,
                "slot": {"project": given.slot.project, "kind": given.slot.kind, "name": given.slot.name},
                "state": "refused" if given.state == "refused" else "read",
                "status": given.status,
                "given_by": given.given_by,
                "given_at": given.given_at,
                "originals": given.originals,
                "tables": given.tables,
                "remarks": given.reading_report.get("remarks", []),
            }
        )
    return found


def findings(evaluation: Evaluation, session: Session) -> list[dict[str, Any]]:
    """What an officer should look at 发现: refused rows, doubts, and figures that are not known, each with its reason."""
    found: list[dict[str, Any]] = []
    for given in open_ones(session.store.submissions(evaluation.code)):
        mended = mended_of(session.store, given)
        for remark in given.reading_report["remarks"]:
            if remark["level"] in ("refused", "doubt") and remark.get("row") not in mended:
                told = {"subject": given.slot.name, "zh": remark["zh"], "en": remark["en"], "figure": None}
                found.append({"kind": remark["level"], "code": remark["code"], **told})
    for figure in evaluation.figures:
        measure = session.measures[figure.measure]
        if figure.gap in nothing_missing():
            continue
        if figure.gap:
            words = gaps()[figure.gap]
            found.append(finding("gap", figure.gap, figure, measure, words))
        elif of_figure(figure, measure):
            words = {lang: f"{measure.title[lang]}: {figure.value:g} {figure.unit}" for lang in ("zh", "en")}
            found.append(finding("doubt", figure.measure, figure, measure, words))
    return found + of_determinations(evaluation)


def of_determinations(evaluation: Evaluation) -> list[dict[str, Any]]:
    """What is odd about determinations 认定存疑: one that differs from what was computed, one that speaks of no verdict."""
    found = []
    for verdict in evaluation.verdicts:
        if verdict.determined and verdict.computed and {verdict.determined["outcome"], verdict.computed["outcome"]} == {"met", "not_met"}:
            decided, own = OUTCOMES[verdict.determined["outcome"]], verdict.computed["words"]
            zh, en = f"{decided['zh']}，与核算不同：{own['zh']}", f"{decided['en'].capitalize()}, unlike what was computed: {own['en']}"
            found.append(_doubt("determination_differs", verdict.tree.title, zh, en))
    known = ", ".join(verdict.id for verdict in evaluation.verdicts)
    for one in unused(evaluation.determinations, evaluation.verdicts, evaluation.on):
        id = ":".join(part for part in (one.scheme, evaluation.code, one.building, one.item) if part)
        zh = f"“{id}”（{one.judged_by}，{one.judged_on}）不是任何结论或评价项，没有采用。请核对 scheme、building、item。现有结论：{known}。"
        en = (
            f"{id} ({one.judged_by}, {one.judged_on}) is no verdict or item, so not used. Check scheme, building, item; there are: {known}."
        )
        found.append(_doubt("determination_unused", {"zh": "认定", "en": "Determination"}, zh, en))
    return found


def _doubt(code: str, subject: dict[str, str], zh: str, en: str) -> dict[str, Any]:
    return {"kind": "doubt", "code": code, "subject": subject, "zh": zh, "en": en, "figure": None}


def finding(kind: str, code: str, figure: Figure, measure: Measure, words: dict[str, str]) -> dict[str, Any]:
    """One finding about a figure."""
    subject = {lang: f"{measure.title[lang]} {' '.join(list(figure.grain.values())[1:])}".strip() for lang in ("zh", "en")}
    return {"kind": kind, "code": code, "subject": subject, "zh": words["zh"], "en": words["en"], "figure": figure.id}


def documents(evaluation: Evaluation, session: Session) -> dict[str, Any]:
    """The documents that the clauses of the verdicts and the papers of the measures name."""
    names = {clause["document"] for verdict in evaluation.verdicts for clause in clauses(verdict.tree)}
    names |= {source_of(session.measures[figure.measure], session)["document"] for figure in evaluation.figures}
    found = {}
    for name in sorted(names):
        entry = session.rulebook.document(name) if known(session, name) else None
        if entry is not None:
            dates = {"issued": "issued", "from_date": "from", "to_date": "to", "checked": "checked"}
            found[name] = {"name": entry["title"], **{key: entry[own] for key, own in dates.items() if entry.get(own)}}
        else:
            found[name] = {"name": {"zh": name, "en": name}}
    return found


def known(session: Session, name: str) -> bool:
    """Whether the rulebook registers a document under this key or number."""
    return any(name in (key, entry.get("number")) for key, entry in session.rulebook.documents.items())


def clauses(node: Node) -> Iterator[dict[str, Any]]:
    """Every clause of a tree."""
    if node.clause and node.clause.get("document"):
        yield node.clause
    for child in node.children:
        yield from clauses(child)


def terms(measures: Iterable[str], session: Session) -> dict[str, Any]:
    """The glossary's words for the measures shown 术语."""
    glossary = session.rulebook.terms
    return {name: {"zh": glossary[name]["zh"], "en": glossary[name].get("en", name)} for name in sorted(measures) if name in glossary}


def as_plain(value: Any) -> Any:
    """Dates and moments as ISO text, tuples as lists."""
    if isinstance(value, dict):
        return {key: as_plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
