"""What the command line prints 终端输出: plain text of 80 columns in either language, from the same data as the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qingzhu.reports import numbers
from qingzhu.reports.columns import WIDTH, indented, pad, shortened, table, widths_of
from qingzhu.reports.outcomes import DOUBT_SIGN, TEXT_MISSING, computed_of, doubts_of, light, standing, tally, tasks
from qingzhu.reports.page import Page
from qingzhu.reports.steps import lines as steps_shown
from qingzhu.reports.steps import reason_of
from qingzhu.reports.words import in_language, value_word, word
from qingzhu.terms.errors import MissingError

Row = dict[str, Any]

MOST_TASKS = 6
MOST_REASON_LINES = 2
"""A reason is cut after so many lines; the report has all of it."""

MOST_REMARKS = 8
MOST_ROWS = 10


def evaluate_text(evaluation: Row, lang: str) -> str:
    """What ``qingzhu evaluate`` prints: project and date, each verdict with its reason, what is to be done."""
    page = Page(evaluation, lang)
    project = evaluation["project"]
    colon = word("page.colon", lang)
    lines = [
        *heading(f"{project['project']} {project['name']}"),
        f"{word('head.on', lang)}{colon}{numbers.day_shown(evaluation['on'], lang)}",
        *indented(page.entry, f"{word('head.entry', lang)}{colon}"),
    ]
    counted = " · ".join(
        word("verdict.count", lang, count=count, outcome=lamp.label) for lamp, count in tally(evaluation["verdicts"], lang)
    )
    lines += [*indented(counted, f"{word('section.verdicts', lang)}{colon}"), ""]
    for group in page.groups:
        lines += verdict_group(page, group)
    own = {verdict["id"] for verdict in evaluation["verdicts"]}
    found = [task for task in tasks(evaluation, lang) if task.target not in own]
    if found:
        lines += ["", word("section.to_do", lang)]
        for place, task in enumerate(found[:MOST_TASKS], 1):
            lines.append(shortened(f"{place:>3}. {task.what}{colon}{task.about} — {task.why}"))
        if len(found) > MOST_TASKS:
            lines.append(f"     {word('terminal.more_findings', lang, count=len(found) - MOST_TASKS)}")
    if page.groups:
        lines += ["", *indented(page.command(page.groups[0][0]["id"]), f"{word('figure.command', lang)}{colon}")]
    return _text(lines)


def collect_text(submissions: Iterable[Row], lang: str) -> str:
    """What ``qingzhu collect`` prints: each file, what became of it, what was refused, row by row."""
    given = list(submissions)
    lines = [*heading(word("terminal.collected", lang))]
    rows = [tuple(word(f"submission.{key}", lang) for key in ("file", "kind", "state", "rows"))]
    widths = (34, 10, 10, 20)
    lines += table(rows, widths)
    for submission in given:
        read = ", ".join(f"{value_word('table', name, lang)} {count:,}" for name, count in submission["tables"].items())
        gone = submission["status"] in ("superseded", "withdrawn")
        state = word(f"submission.{submission['status' if gone else 'state']}", lang)
        lines += table([(submission["slot"]["name"], value_word("kind", submission["slot"]["kind"], lang), state, read)], widths)
        lines += remark_lines(submission, lang)
    if not given:
        lines.append(word("submission.none", lang))
    return _text([*lines, "", *indented(_totals(given, lang), "")])


def measure_text(evaluation: Row, lang: str) -> str:
    """What ``qingzhu measure`` prints: each figure with coverage, gap and upper bound. Needs ``figures``, ``measures``, ``gaps``."""
    page = Page({"verdicts": [], "submissions": [], "findings": [], **evaluation}, lang)
    lines = heading(word("terminal.figures", lang))
    for term, measures in page.terms:
        lines += ["", page.term_name(term)]
        for name, paper, figures in measures:
            lines += indented(f"{page.w(paper['title'])} · {name}", "  ")
            lines += table([figure_cells(page, figure) for figure in figures], (26, 18, 28), right=(1,), margin="    ")
    if not page.terms:
        lines.append(word("page.none", lang))
    return _text(lines)


def explain_text(evaluation: Row, id: str, lang: str) -> str:
    """What ``qingzhu explain`` prints of a figure or a verdict; an id that is neither is an error."""
    page = Page(evaluation, lang)
    if id in page.figures:
        return _text(_explain_figure(page, page.figures[id]))
    verdict = next((verdict for verdict in evaluation["verdicts"] if verdict["id"] == id), None)
    if verdict is None:
        words = {each: word("terminal.unknown_id", each, id=id) for each in ("zh", "en")}
        raise MissingError("unknown_id", words["zh"], words["en"], id=id)
    return _text(_explain_verdict(page, verdict))


def _text(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


def heading(text: str) -> list[str]:
    """A line of words and a line under it over the whole width."""
    return [*indented(text, ""), "─" * WIDTH]


def verdict_group(page: Page, group: list[Row]) -> list[str]:
    """Verdicts that say the same in a few lines: sign, outcome, title, numbers; id and reason, cut where it is long; what is in doubt."""
    verdict, lamp = group[0], light(group[0], page.lang)
    numbers_shown = " / ".join(_numbers(page, verdict))
    title = " ".join(part for part in (page.w(verdict["tree"]["title"]), page.about_group(group), numbers_shown) if part)
    lines = indented(title, f" {lamp.sign} {pad(lamp.label, 23 if page.lang == 'en' else 10)}  ")
    doubts = doubts_of(verdict)
    doubted = [shortened(f"     {DOUBT_SIGN} {page.w(doubts['reason'])}")] if doubts and not verdict.get("determined") else []
    if standing(verdict) in ("met", "not_applicable", TEXT_MISSING):
        return [*lines, shortened(f"     {verdict['id']}  {page.w(verdict['words'])}"), *doubted]
    reason = indented(page.w(verdict["words"]), f"     {verdict['id']}  ", rest="     ", most=MOST_REASON_LINES)
    own = computed_of(verdict)
    beside = (
        [shortened(f"     {page.t('verdict.computed')}{page.t('page.colon')}{light(own, page.lang).label} — {page.w(own['words'])}")]
        if own
        else []
    )
    return lines + reason + beside + doubted


def _numbers(page: Page, verdict: Row) -> list[str]:
    """Value and limit of a verdict, and its grade."""
    if verdict["value"] is None:
        return []
    found = [page.bounds(verdict["value"], verdict["high"], verdict["unit"], verdict["limit"])]
    if verdict["limit"] is not None:
        found.append(page.limit(verdict["limit"], verdict["unit"]))
    return [*found, *([f"{page.t('verdict.grade')} {verdict['grade']}"] if verdict["grade"] else [])]


def _verdict(page: Page, verdict: Row) -> list[str]:
    """Sign, outcome and title on a line; value against limit, reason, tags and id under it."""
    lamp = light(verdict, page.lang)
    title = " ".join(part for part in (page.w(verdict["tree"]["title"]), page.about(verdict)) if part)
    lines = indented(title, f" {lamp.sign} {pad(lamp.label, 21 if page.lang == 'en' else 10)}  ")
    numbers_line = []
    if verdict["value"] is not None:
        numbers_line.append(
            f"{page.t('verdict.value')} {page.bounds(verdict['value'], verdict['high'], verdict['unit'], verdict['limit'])}"
        )
    if verdict["value"] is not None and verdict["limit"] is not None:
        numbers_line.append(f"{page.t('verdict.limit')} {page.limit(verdict['limit'], verdict['unit'])}")
    if verdict["grade"]:
        numbers_line.append(f"{page.t('verdict.grade')} {verdict['grade']}")
    own = computed_of(verdict)
    beside = f"{page.t('verdict.computed')}{page.t('page.colon')}{page.w(own['words'])}" if own else ""
    detail = [part for part in (" · ".join(numbers_line), " · ".join(lamp.tags), page.w(verdict["words"]), beside, verdict["id"]) if part]
    for part in detail:
        lines += indented(part, "     ")
    return lines


def remark_lines(submission: Row, lang: str) -> list[str]:
    """The remarks of a file under it; refused ones first, with their rows; what is left out is counted."""
    order = {"refused": 0, "doubt": 1, "note": 2}
    remarks = sorted(submission["remarks"], key=lambda remark: (order[remark["level"]], remark.get("row") or 0))
    lines = []
    for remark in remarks[:MOST_REMARKS]:
        told = in_language(remark, lang)
        placed = not remark.get("row") or submission["slot"]["name"] in told  # most name file and row themselves
        place = "" if placed else f" {word('remark.at_row', lang, row=remark['row'])}"
        lines += indented(told, f"  {word('level.' + remark['level'], lang)}{place}{word('page.colon', lang)}", rest="    ")
    if len(remarks) > MOST_REMARKS:
        lines.append(f"  {word('terminal.more_remarks', lang, count=len(remarks) - MOST_REMARKS)}")
    return lines


def _totals(given: list[Row], lang: str) -> str:
    """One sentence over all files."""
    states = [submission["state"] for submission in given]
    remarks = [remark for submission in given for remark in submission["remarks"]]
    levels = {level: sum(remark.get("count", 1) for remark in remarks if remark["level"] == level) for level in ("refused", "doubt")}
    rows = sum(sum(submission["tables"].values()) for submission in given)
    return word(
        "terminal.files_total", lang, files=len(given), read=states.count("read"), unchanged=states.count("unchanged"),
        refused=states.count("refused"), rows=f"{rows:,}", rows_refused=levels["refused"], doubts=levels["doubt"],
    )  # fmt: skip


def figure_cells(page: Page, figure: Row) -> tuple[str, str, str]:
    """What a figure is about, its value, and what limits it: upper bound, coverage, gap."""
    about = " · ".join([figure["grain"].get("project", ""), *(value for _, value in page.grain(figure))])
    value = page.t("figure.unknown") if figure["value"] is None else page.quantity(figure["value"], figure["unit"])
    beside = []
    if figure["high"] is not None and figure["high"] != figure["value"]:
        bound = (
            "≤" if figure["value"] is None or figure["high"] > figure["value"] else "≥"
        )  # where fewer is better, high is the smallest it could be
        beside.append(f"{bound} {page.quantity(figure['high'], figure['unit'])}")
    if figure["coverage"] is not None:
        beside.append(f"{page.t('figure.coverage')} {page.coverage(figure)}")
    return about, value, " · ".join(part for part in (*beside, page.gap(figure)) if part)


def _explain_figure(page: Page, figure: Row) -> list[str]:
    """A figure opened: value, source, notes, SQL, rows, originals, pin."""
    paper = page.evaluation["measures"][figure["measure"]]
    value = page.t("figure.unknown") if figure["value"] is None else page.quantity(figure["value"], figure["unit"])
    facts = [
        ("figure.subject", " · ".join(f"{label} {value}" for label, value in page.grain(figure)) or page.t("figure.whole_project")),
        (
            "figure.value",
            value if figure["value"] is None else f"{value}{page.t('page.in_brackets', text=numbers.full_value(figure['value']))}",
        ),
        ("figure.gap", page.gap(figure)),
        ("figure.coverage", page.coverage(figure)),
        ("figure.high", "" if figure["high"] is None else page.quantity(figure["high"], figure["unit"])),
        ("figure.source", _clause(page, paper["source"])),
        ("figure.notes", page.w(paper["notes"])),
        ("figure.hash", paper["sql_sha256"]),
        ("head.position", page.t("head.position_value", position=page.evaluation["store"]["position"])),
        ("head.entry", page.entry),
    ]
    lines = [*heading(f"{figure['id']} {page.w(paper['title'])}"), *_facts(page, facts), "", page.t("figure.sql")]
    lines += [f"  {line}" for line in paper["sql"].rstrip().splitlines()]
    for name in paper["derived"]:
        below = page.evaluation["derived"][name]
        facts = [("figure.derived", f"{name} {page.w(below['title'])}"), ("figure.hash", below["sql_sha256"])]
        lines += ["", *_facts(page, facts)]
        lines += [f"  {line}" for line in below["sql"].rstrip().splitlines()]
    held = [entry for entry in figure["evidence"] if entry["count"]]
    for entry in held:
        lines += ["", *_rows(page, entry, _read_of(page, paper, entry["table"])), page.t("figure.originals")]
        lines += [line for sha256 in entry["originals"] for line in _original(page, sha256)]
    return lines if held else [*lines, "", page.t("figure.no_evidence")]


def _facts(page: Page, facts: list[tuple[str, str]]) -> list[str]:
    """Names and texts in two columns; empty ones are left out."""
    width = 14 if page.lang == "zh" else 16
    return [line for key, text in facts if text for line in indented(text, pad(page.t(key), width))]


def _clause(page: Page, clause: Row | None) -> str:
    """Clause, how it was checked and the name of the document."""
    return " · ".join(part for part in (page.clause(clause), page.checked(clause), page.document(clause)) if part)


def _original(page: Page, sha256: str) -> list[str]:
    """Name and size of an original file with its full SHA-256 under it, so that a person can compare it."""
    known = page.originals.get(sha256)
    return [*indented(f"{known[0]['name']}  {numbers.size_shown(known[0]['size'])}" if known else "—", "  "), f"    {sha256}"]


def _read_of(page: Page, paper: Row, table: str) -> set[str]:
    """The columns of a table that a measure reads, itself or through its derived tables."""
    papers = [paper, *(page.evaluation["derived"][name] for name in paper["derived"])]
    return {column for one in papers for column in one["inputs"].get(table, ())}


def _rows(page: Page, entry: Row, read: set[str]) -> list[str]:
    """The first rows behind a figure in as many columns as 80 cells hold, those it was computed from first; the rest is counted."""
    columns = [(place, column) for place, column in page.columns(entry) if column["name"] != "project"]
    columns.sort(key=lambda column: column[1]["name"] not in read)
    heads = [column[page.lang] + (page.t("page.in_brackets", text=page.unit(column)) if page.unit(column) else "") for _, column in columns]
    rows = [heads, *([page.cell(column, row[place]) for place, column in columns] for row in entry["rows"][:MOST_ROWS])]
    widths = widths_of(rows, most=28, room=WIDTH - 2)
    lines = [f"{page.t('figure.rows')}{page.t('page.colon')}{page.value('table', entry['table'])}"]
    lines += table([row[: len(widths)] for row in rows], widths, margin="  ")
    if len(columns) > len(widths):
        lines.append(f"  {page.t('terminal.more_columns', count=len(columns) - len(widths))}")
    more = entry["count"] - len(rows) + 1
    return [*lines, f"  {page.t('terminal.more_rows', count=f'{more:,}')}"] if more > 0 else lines


def _explain_verdict(page: Page, verdict: Row) -> list[str]:
    """A verdict opened: its reason, then its tree, each step with value, limit, clause and figure."""
    lines = [*heading(f"{verdict['id']} {page.w(verdict['tree']['title'])}"), *_verdict(page, verdict)]
    if verdict["clause"]:
        lines += indented(f"{page.t('verdict.clause')}{page.t('page.colon')}{page.cited(verdict['clause'])}", "     ")
    lines += ["", page.t("terminal.tree")]
    for depth, node, alone in steps_shown(verdict["tree"]):
        figure = node["figure"] or (alone["figure"] if alone else None)
        lines += _step(page, verdict, node, figure, "  " * depth, page.w(reason_of(node, alone)))
    return lines


def _step(page: Page, verdict: Row, node: Row, figure: str | None, margin: str, reason: str) -> list[str]:
    """One step: sign, title, value of limit; under it reason, clause and the figure's id."""
    lamp = page.node_light(node, verdict)
    value = (
        page.bounds(node["low"], node["high"], node["unit"], node["limit"]) if node["low"] is not None or node["high"] is not None else ""
    )
    against = f" / {page.against(node)}" if page.against(node) else ""
    lines = indented(f"{page.w(node['title'])} · {value}{against}".rstrip(" ·"), f"{margin}{lamp.sign if lamp else '·'} ")
    clause = " · ".join(part for part in (page.clause(node["clause"], verdict["clause"]), page.checked(node["clause"])) if part)
    for part in (reason, clause, figure or ""):
        if part:
            lines += indented(part, f"{margin}    ")
    return lines
