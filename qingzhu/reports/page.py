"""What a template asks of an evaluation 页面数据: words, numbers, look-ups and addresses of one report in one language."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import datetime
from functools import cached_property
from typing import Any

from qingzhu.reports import numbers
from qingzhu.reports.addresses import command, href
from qingzhu.reports.charts import charts_of
from qingzhu.reports.outcomes import (
    Light,
    alike,
    buildings_of,
    by_severity,
    computed_of,
    grouped,
    light,
    node_light,
    subject_of,
    tally,
    tasks,
    words_of_finding,
)
from qingzhu.reports.rows import Block, Blocks, blocks_of
from qingzhu.reports.steps import figure_of, lines, reason_of, steps
from qingzhu.reports.words import has_word, in_language, value_word, word
from qingzhu.terms.times import LOCAL

Row = dict[str, Any]

SECTIONS = ("verdicts", "to_do", "basis", "charts", "figures", "rows", "doubts", "gaps", "reading", "unmapped", "pin", "glossary")
"""Parts of a report, in order."""

MOST_OPEN = 12
"""Of more figures of one measure than this a table is shown, a row each."""

MOST_FILES = 3
"""So many files are named above rows."""

MOST_LEARNED = 20
"""Of so many groups of unmapped elements the proposals are shown; mapping_suggested.toml has those of more."""

MAPPED = ("role", "construction", "material_key", "grade", "system")
"""What a mapping says of an element."""

MOST_NAMED = 8
"""So many figures are named where rows are shown."""

CHINESE_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
TERMS = ("waste", "prefabrication", "variety", "modules", "noise", "dust", "readings", "bim", "doubts")
CHECKED = ("original text", "two transcriptions", "secondary", "unverified", "convention")
SHORT = 14
"""Characters of a fact that stands in the column of values."""

OWN_TERMS = ("figure", "coverage", "high", "firm", "so_far", "not_applicable", "doubt", "submission", "pin")
PLAIN_NUMBER = re.compile(r"\d+(\.\d+)*")
LATIN = re.compile(r"[0-9A-Za-z]")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Page:
    """One evaluation in one language 一份报告, as the templates see it."""

    def __init__(self, evaluation: Row, lang: str) -> None:
        self.evaluation = evaluation
        self.lang = lang
        self.figures = {figure["id"]: figure for figure in evaluation["figures"]}

    def t(self, key: str, **facts: object) -> str:
        """A label."""
        return word(key, self.lang, **facts)

    def w(self, words: object) -> str:
        """Words of the evaluation in this language."""
        return in_language(words, self.lang)

    def value(self, column: str, value: object) -> str:
        """A value of a closed list in words."""
        return value_word(column, value, self.lang)

    def quantity(self, value: float | None, unit: str | None, against: float | None = None) -> str:
        """Number and unit."""
        return numbers.quantity_shown(value, unit, self.lang, against)

    def bounds(self, low: float | None, high: float | None, unit: str | None, against: float | None = None) -> str:
        """A value, or from–to."""
        return numbers.bounds_shown(low, high, unit, self.lang, against)

    def coverage(self, figure: Row) -> str:
        """The coverage of a figure; empty without one. Less than all is never written as 100 %."""
        share = figure["coverage"]
        if share is None:
            return ""
        return self.quantity(share, "%", 100 if float(f"{share:.12g}") < 100 else None)

    def limit(self, limit: float | None, unit: str | None) -> str:
        """A limit as its rule writes it."""
        return numbers.limit_shown(limit, unit, self.lang)

    def fact(self, node: Row) -> str:
        """The reason of a step where it is short and the step has no number: a fact such as 混凝土结构 stands in the column of values."""
        text = self.w(node["reason"])
        plain = node["kind"] in ("fact", "gate") and node["low"] is None and node["high"] is None and not node["children"]
        return text if plain and len(text) <= SHORT else ""

    def reason(self, node: Row, alone: Row | None) -> str:
        """The words under a step; a fact that stands in the column of values needs none."""
        return "" if self.fact(node) else self.w(reason_of(node, alone))

    def against(self, node: Row) -> str:
        """What a step is held against: its limit, or full points where the minimum is a step of its own; empty without either."""
        below = any(child["kind"] == "minimum" for child in node["children"])
        shown = node["maximum"] if node["maximum"] is not None and (below or node["limit"] is None) else node["limit"]
        return "" if shown is None else self.limit(shown, node["unit"])

    def day(self, day: str | None) -> str:
        """A day in words."""
        return numbers.day_shown(day, self.lang)

    sections = SECTIONS
    most_learned = MOST_LEARNED

    def proposed(self, proposal: Row) -> str:
        """What a proposal for unmapped elements says, in words."""
        said = [value_word(column, proposal[column], self.lang) for column in MAPPED if proposal.get(column)]
        return " · ".join(said)

    def section(self, name: str) -> str:
        """The heading of a section with its number: 一、评价结论 or 1. Verdicts."""
        place = SECTIONS.index(name)
        number = CHINESE_NUMBERS[place] if self.lang == "zh" else place + 1
        return self.t("page.numbered", number=number, title=self.t(f"section.{name}"))

    def light(self, verdict: Row) -> Light:
        """The traffic light of a verdict."""
        return light(verdict, self.lang)

    def computed(self, verdict: Row) -> Row | None:
        """A judged verdict as it was computed 核算, beside what a person determined 认定."""
        return computed_of(verdict)

    def node_light(self, node: Row, verdict: Row) -> Light | None:
        """The light of one step of its tree."""
        return node_light(node, verdict["scheme"], self.lang)

    @cached_property
    def verdicts(self) -> list[Row]:
        """Verdicts, the gravest first."""
        return by_severity(self.evaluation["verdicts"])

    @cached_property
    def groups(self) -> list[list[Row]]:
        """Verdicts that say the same of several buildings together, the gravest first."""
        return grouped(self.evaluation["verdicts"])

    def about_group(self, group: list[Row]) -> str:
        """The buildings a group speaks of: one with its name, several by their codes."""
        return self.about(group[0]) if len(group) == 1 else buildings_of(group, self.lang)

    def group_lines(self, group: list[Row]) -> list[tuple[int, Row, Row | None, list[tuple[str, str]]]]:
        """The tree of a group as the page shows it, each step with the figure of each building."""
        rows: list[tuple[int, Row, Row | None, list[tuple[str, str]]]] = []
        for same in zip(*(lines(verdict["tree"]) for verdict in group), strict=True):
            depth, node, alone = same[0]
            figures = [(verdict["building"] or "", figure_of(one, only)) for verdict, (_, one, only) in zip(group, same, strict=True)]
            rows.append((depth, node, alone, [(building, id) for building, id in figures if id in self.figures]))
        return rows

    def command(self, id: str) -> str:
        """The command that opens a figure or verdict of this report."""
        return command(id, self.evaluation["on"])

    @cached_property
    def entry(self) -> str:
        """Where the run that gave these figures stands in the log, the input checkpoint they were computed at, and who witnessed."""
        log = self.evaluation["store"].get("log")
        if log is None:
            return self.t("head.not_logged")
        told = {"entry": log["entry"], "size": log["input"]["size"], "root": log["input"]["root"][:12], "origin": log["origin"]}
        return f"{self.t('head.entry_value', **told)}{'；' if self.lang == 'zh' else '; '}{self._witnessed(log)}"

    def _witnessed(self, log: dict[str, Any]) -> str:
        """How many witnesses cosigned a checkpoint that holds the entry, how long ago, and whether they are enough."""
        told = log["witnessed"]
        if not told["witnesses"]:
            return self.t("head.witnesses_none")
        met = self.t("head.quorum_met" if told["met"] else "head.quorum_not_met", least=told["quorum"])
        if told["size"] is None:
            return self.t("head.witnesses_pending", of=told["witnesses"], met=met)
        names = ("、" if self.lang == "zh" else ", ").join(told["cosigned_by"])
        shown = {"count": len(told["cosigned_by"]), "of": told["witnesses"], "age": numbers.age_shown(told["age"], self.lang)}
        if told["size"] <= log["entry"]:
            return self.t("head.witnessed_later", size=told["size"], **shown)
        return self.t("head.witnessed", names=names, met=met, **shown)

    @cached_property
    def blocks(self) -> Blocks:
        """The rows of evidence, each set once."""
        return blocks_of(self.evaluation["figures"])

    def block_columns(self, block: Block) -> str:
        """The names of columns that are empty in all rows shown."""
        return ("、" if self.lang == "zh" else ", ").join(column[self.lang] for column in block.empty)

    def files_of(self, block: Block) -> str:
        """The names of the files a block came with: the first few, and how many there are."""
        names = [self.originals[sha256][0]["name"] for sha256 in block.originals if sha256 in self.originals]
        shown = ("、" if self.lang == "zh" else ", ").join(names[:MOST_FILES])
        return self.t("to_do.and_others", named=shown, count=len(names)) if len(names) > MOST_FILES else shown

    def compact(self, figures: list[Row]) -> bool:
        """Whether these figures of one measure are so many that a table shows them."""
        return len(figures) > MOST_OPEN

    def named(self, block: Block) -> tuple[list[str], int]:
        """The first figures that rest on a block, and how many more do."""
        return block.figures[:MOST_NAMED], max(0, len(block.figures) - MOST_NAMED)

    def subject(self, finding: Row) -> str:
        """What a finding is about, in words."""
        return subject_of(self.evaluation, finding, self.lang)

    def finding_words(self, finding: Row) -> str:
        """What a finding says."""
        return words_of_finding(self.evaluation, finding, self.lang)

    @cached_property
    def tally(self) -> list[tuple[Light, int]]:
        """How many verdicts show each light."""
        return tally(self.evaluation["verdicts"], self.lang)

    @cached_property
    def tasks(self) -> list[Any]:
        """What is to be done."""
        return tasks(self.evaluation, self.lang)

    @cached_property
    def charts(self) -> list[Any]:
        """The charts for which there are data."""
        return charts_of(self.evaluation, self.lang)

    def about(self, verdict: Row) -> str:
        """The building a verdict is about, with its name; empty for a project."""
        found = next((b for b in self.evaluation["buildings"] if b["building"] == verdict["building"]), None)
        return " ".join(part for part in (verdict["building"], found and found.get("name")) if part)

    def target(self, id: str) -> str | None:
        """A link to a figure, verdict or section, or None where this report doesn't hold it."""
        known = id in self.figures or id in SECTIONS or any(verdict["id"] == id for verdict in self.evaluation["verdicts"])
        return href(id) if known else None

    def clause(self, clause: Row | None, known: Row | None = None) -> str:
        """Document and clause: ``GB/T 51129-2017 第 4.0.2 条``; the clause alone where ``known`` names the same document."""
        if not clause:
            return ""
        number = self.w(clause.get("clause_words") or clause.get("clause") or clause.get("article"))
        if PLAIN_NUMBER.fullmatch(number):
            number = f"第 {number} 条" if self.lang == "zh" else f"cl. {number}"
        if number and known and known.get("document") == clause.get("document"):
            return number
        return f"{self.numbered(clause)} {number}".strip()

    def numbered(self, clause: Row) -> str:
        """The number of the clause's document; in English the name of one that has no number in any other script."""
        number = str(clause.get("document", ""))
        return number if self.lang == "zh" or LATIN.search(number) else self.document(clause) or number

    def cited(self, clause: Row) -> str:
        """A document with its name: 《装配式建筑评价标准》 GB/T 51129-2017."""
        name, number = self.document(clause), self.numbered(clause)
        if not name or name == number:
            return number
        return f"《{name}》{number}" if self.lang == "zh" else f"{name}, {number}"

    def document(self, clause: Row | None) -> str:
        """The name of the clause's document, where it is known."""
        if not clause:
            return ""
        found = self.evaluation["documents"].get(clause.get("document"), {})
        return self.w(clause.get("title") or found.get("name"))

    def checked(self, clause: Row | None) -> str:
        """How the clause was checked, in words."""
        level = clause.get("checked") if clause else None
        return (self.t(f"checked.{level}") if has_word(f"checked.{level}") else str(level)) if level else ""

    @cached_property
    def confidence(self) -> list[tuple[str, int]]:
        """How many different clauses of the verdicts stand at each level of checking, the surest first."""
        levels: dict[tuple[str, str], str] = {}
        for verdict in self.evaluation["verdicts"]:
            for _, node in steps(verdict["tree"]):
                clause = node.get("clause") or {}
                if clause.get("checked"):
                    levels[(self.clause(clause), clause["checked"])] = clause["checked"]
        counted = Counter(levels.values())
        return [(self.checked({"checked": level}), counted[level]) for level in CHECKED if counted[level]]

    @cached_property
    def terms(self) -> list[tuple[str, list[tuple[str, Row, list[Row]]]]]:
        """Terms with their measures and these with their figures, in the order of the page."""
        by_measure: dict[str, list[Row]] = defaultdict(list)
        for figure in self.evaluation["figures"]:
            by_measure[figure["measure"]].append(figure)
        by_term: dict[str, list[tuple[str, Row, list[Row]]]] = defaultdict(list)
        for name, figures in by_measure.items():
            paper = self.evaluation["measures"][name]
            by_term[paper["term"]].append((name, paper, figures))
        order = sorted(by_term, key=lambda term: (TERMS.index(term) if term in TERMS else len(TERMS), term))
        return [(term, by_term[term]) for term in order]

    def term_name(self, term: str) -> str:
        """A term in words."""
        return self.t(f"term.{term}") if has_word(f"term.{term}") else term

    def grain(self, figure: Row) -> list[tuple[str, str]]:
        """What a figure is about, without the project: ``[("单体", "B1")]``."""
        shown = [(column, value) for column, value in figure["grain"].items() if column != "project"]
        return [(self.value("grain", column), self.value(column, value)) for column, value in shown]

    def gap(self, figure: Row) -> str:
        """The gap of a figure in words."""
        key = figure["gap"]
        return self.w(self.evaluation["gaps"].get(key, key)) if key else ""

    @cached_property
    def used_by(self) -> dict[str, list[Row]]:
        """Figure → verdicts whose tree names it."""
        found: dict[str, list[Row]] = defaultdict(list)
        for verdict in self.evaluation["verdicts"]:
            for id in dict.fromkeys(node["figure"] for _, node in steps(verdict["tree"]) if node["figure"]):
                found[id].append(verdict)
        return found

    @cached_property
    def gap_list(self) -> list[tuple[str, list[Row]]]:
        """Gaps in words with the figures that have them."""
        found: dict[str, list[Row]] = defaultdict(list)
        for figure in self.evaluation["figures"]:
            if figure["gap"]:
                found[self.gap(figure)].append(figure)
        return list(found.items())

    @cached_property
    def doubts(self) -> list[list[Row]]:
        """What is in doubt, rows of one file with one fault together."""
        return alike(self.evaluation["findings"], "doubt")

    @cached_property
    def other_gaps(self) -> list[Row]:
        """Gaps that are not told by a figure of this page already."""
        told = {figure["id"] for figure in self.evaluation["figures"] if figure["gap"]}
        return [finding for finding in self.evaluation["findings"] if finding["kind"] == "gap" and finding.get("figure") not in told]

    @cached_property
    def originals(self) -> dict[str, tuple[Row, Row]]:
        """SHA-256 → the original file and the submission that brought it; of several with the same bytes one that is current."""
        in_order = sorted(self.evaluation["submissions"], key=lambda given: given["status"] == "current")
        return {original["sha256"]: (original, given) for given in in_order for original in given["originals"]}

    def columns(self, evidence: Row) -> list[tuple[int, Row]]:
        """Place and column of what may be shown: personal columns never are."""
        return [(place, column) for place, column in enumerate(evidence["columns"]) if not column.get("personal")]

    def unit(self, column: Row) -> str:
        """The unit of a column of evidence in words."""
        return numbers.unit_shown(column.get("unit"), self.lang)

    def cell(self, column: Row, value: object) -> str:
        """A value of a row of evidence: numbers in full, moments in local time, a submission shortened, closed lists in words."""
        if isinstance(value, float):
            return numbers.full_value(value)
        if column["name"] == "submission" and isinstance(value, str):
            return value[:10]
        if isinstance(value, str) and ISO_MOMENT.fullmatch(value):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return f"{value.astimezone(LOCAL):%Y-%m-%d %H:%M:%S} +08"
        return self.value(column["name"], value)

    def rows_note(self, block: Block) -> str:
        """How many rows are shown of how many: never a silent cap."""
        shown, count = len(block.rows), block.count
        return self.t("page.all_rows", count=f"{count:,}") if shown >= count else self.t("page.of_rows", shown=shown, count=f"{count:,}")

    def remark_counts(self, submission: Row) -> str:
        """Refused, doubt, note: how many rows each, ``3 / 1 / 64``."""
        counted = Counter[str]()
        for remark in submission["remarks"]:
            counted[remark["level"]] += remark.get("count", 1)
        return " / ".join(f"{counted[level]:,}" for level in ("refused", "doubt", "note"))

    @cached_property
    def floor_area(self) -> float | None:
        """Sum of the buildings' floor areas [m²]; None where one is missing."""
        areas = [building.get("floor_area") for building in self.evaluation["buildings"]]
        return sum(areas) if areas and None not in areas else None

    @cached_property
    def organisation(self) -> str:
        """EPC contract, whole-process consulting, or a dash."""
        project = self.evaluation["project"]
        said = [
            self.t(key)
            for key, fact in (("head.epc", "epc_contract"), ("head.consulting", "whole_process_consulting"))
            if project.get(fact)
        ]
        return ("、" if self.lang == "zh" else ", ").join(said) or "—"

    @cached_property
    def pin_rows(self) -> list[tuple[str, str]]:
        """The pin as rows of name and text; a table of it is one row, its hashes shortened."""
        rows: list[tuple[str, str]] = []
        for key, value in self.evaluation["store"]["pin"].items():
            named = self.t(f"pin.key.{key}") if has_word(f"pin.key.{key}") else key
            if isinstance(value, dict):
                rows.append((named, " · ".join(f"{self.value('table', name)} {_short(inner)}" for name, inner in value.items())))
            else:
                rows.append((named, str(value)))
        return rows

    @cached_property
    def glossary(self) -> list[tuple[str, str, str]]:
        """Name in this language, name in the other, meaning: terms of the evaluation, then those of the report itself."""
        other = "en" if self.lang == "zh" else "zh"
        rows = [(term[self.lang], term[other], self.w(term.get("meaning"))) for term in self.evaluation["terms"].values()]
        rows += [
            (word(f"glossary.{key}", self.lang), word(f"glossary.{key}", other), word(f"glossary.{key}_meaning", self.lang))
            for key in OWN_TERMS
        ]
        return rows


def _short(value: object) -> str:
    """A hash by its first characters; verdict.json holds it in full."""
    text = str(value)
    return f"{text[:12]}…" if len(text) > 40 else text
