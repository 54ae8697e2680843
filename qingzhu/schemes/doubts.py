"""Doubts 存疑数据 and the verdicts they bear on: a doubt never changes an outcome, it is named beside it and keeps it from being final.

One rule for all: a scheme lists the doubts that would shake what it rests on (``[doubts]`` in its file); one of them that is open
bears on a verdict where it speaks of the same thing (quantity, building, kind of evidence) or of a thing that belongs to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from qingzhu.collectors.mended import Corrections
from qingzhu.ledger.store import Pin, Store, Submission
from qingzhu.measures.load import Measure
from qingzhu.schemes.load import Scheme
from qingzhu.schemes.results import Result, amount, both, listed
from qingzhu.schemes.spans import point
from qingzhu.terms.figures import Figure, Node, Words

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Doubt:
    """One doubt 存疑: its code, what it says of what, what it speaks of (a figure's grain; kind and file of evidence), and its figure."""

    code: str
    title: Words
    words: Words
    about: Facts
    figure: str | None = None


@dataclass(frozen=True)
class Doubts:
    """The open doubts of a project 项目的存疑数据; ``related`` says what belongs together: sensors and quantities, models and buildings."""

    found: Sequence[Doubt] = ()
    related: Sequence[Facts] = ()

    def on(self, scheme: Scheme, building: str | None) -> list[Doubt]:
        """Those that bear on a verdict of the scheme."""
        rule = scheme.rules.get("doubts", {})
        wanted = {**rule.get("of", {}), **({"building": [building]} if building else {})}
        return [doubt for doubt in self.found if doubt.code in rule.get("codes", ()) and self._speaks_of(doubt.about, wanted)]

    def _speaks_of(self, about: Facts, wanted: Mapping[str, Sequence[Any]]) -> bool:
        linked = [
            row for row in self.related if row.keys() & about.keys() and all(row[key] == about[key] for key in row.keys() & about.keys())
        ]
        each: list[Facts] = [{**row, **about} for row in linked] or [about]
        # What is not known to be elsewhere may be here.
        return any(all(one.get(key) is None or one[key] in values for key, values in wanted.items()) for one in each)


def doubts_of(
    store: Store, code: str, figures: Iterable[Figure], measures: Mapping[str, Measure], mapped: pl.DataFrame, pin: Pin | None = None
) -> Doubts:
    """The open doubts of a project, now or at ``pin``; ``mapped`` are its mapped elements."""
    submissions = open_ones(store.submissions(code, at=pin.position if pin else None))
    said = [doubt for given in submissions for doubt in of_submission(given, mended_of(store, given, pin))]
    measured = [doubt for figure in figures if (doubt := of_figure(figure, measures[figure.measure]))]
    models = mapped.select("model", "building").unique().sort("model", "building").to_dicts()
    return Doubts([*said, *measured], [*(stream for given in submissions for stream in streams(given)), *models])


def open_ones(submissions: Iterable[Submission]) -> list[Submission]:
    """Submissions whose remarks still speak of something: those that count, and a refusal that nothing has followed in its slot."""
    given = list(submissions)
    last = {one.slot: one.id for one in given}
    return [one for one in given if one.status == "current" or (one.status == "refused" and last[one.slot] == one.id)]


def mended_of(store: Store, given: Submission, pin: Pin | None = None) -> set[int]:
    """The refused rows of a submission that corrections have mended, now or at ``pin``."""
    return Corrections(store, given.slot, pin).mended_rows(given) if given.refused_rows is not None else set()


NOTHING_MISSING = frozenset(
    {"ticket_twice", "ticket_handed_in_before", "zero_report_twice", "row_mended_before", "reading_twice", "waste_not_construction"}
)
"""Why a row is refused that counts elsewhere already, or nowhere: nothing is missing without it."""


def of_submission(given: Submission, mended: Collection[int]) -> list[Doubt]:
    """The doubts raised when a file was read, and one for rows that were refused and not mended; a refused row raises none itself."""
    about = {"kind": given.slot.kind, "file": given.slot.name}
    if given.slot.kind == "model":
        about["model"] = given.slot.name.removeprefix("models/")
    remarks = given.reading_report["remarks"]
    refused = {one["row"]: one["code"] for one in remarks if one["level"] == "refused" and one.get("row") is not None}
    title = both(given.slot.name, given.slot.name)
    found = [
        Doubt(one["code"], title, both(one["zh"], one["en"]), about)
        for one in remarks
        if one["level"] == "doubt" and (one.get("row") is None or one["row"] not in refused)
    ]
    missing = [row for row, code in refused.items() if row not in mended and code not in NOTHING_MISSING]
    if missing:
        zh = f"{len(missing)} 行没有读入，也没有更正：它们可能改变结论。"
        en = f"{len(missing)} rows were refused and not mended: they may change the verdict."
        found.append(Doubt("rows_refused", title, both(zh, en), about))
    return found


def streams(given: Submission) -> list[dict[str, Any]]:
    """Sensor and quantity of each stream of a file of readings."""
    found = given.reading_report["facts"].get("streams", ())
    return [{"file": given.slot.name, "sensor": one["sensor"], "quantity": one["quantity"]} for one in found]


def of_figure(figure: Figure, measure: Measure) -> Doubt | None:
    """The doubt that a figure is, where its measure is one of doubt and its value above the mark."""
    if measure.doubt is None or figure.value is None or figure.value <= measure.doubt["above"]:
        return None
    grain = {key: value for key, value in figure.grain.items() if key != "project"}
    which = " ".join(grain.values())
    title = both(f"{measure.title['zh'].removeprefix('存疑：')} {which}", f"{measure.title['en'].removeprefix('Doubt: ')} {which}")
    said, mark = (
        {lang: amount(point(value), figure.unit, lang) for lang in ("zh", "en")} for value in (figure.value, measure.doubt["above"])
    )
    words = both(f"{said['zh']}，高于 {mark['zh']} 即存疑。", f"{said['en']}: above {mark['en']} it is a doubt.")
    return Doubt(figure.measure, title, words, grain, figure.id)


def in_doubt(scheme: Scheme, result: Result, doubts: Sequence[Doubt]) -> Result:
    """The result with the doubts that bear on it named in tree and words, and not final; its outcome stands."""
    rule = scheme.rules.get("doubts", {})
    doubts = [doubt for doubt in doubts if result.outcome != "not_met" or doubt.code not in rule.get("raises_only", ())]
    if not doubts or result.outcome == "not_applicable":
        return result
    nodes = _nodes(doubts)
    named = listed([node.title for node in nodes])
    zh = f"存疑数据：{named['zh']}；核实或认定之前不是最终结论。"
    en = f"Data in doubt: {named['en']}; not final before they are checked or a person has determined it."
    title, cited = both("存疑数据", "Data in doubt"), scheme.cited(scheme.rules["doubts"])
    node = Node("doubts", "doubt", title, "unknown", both(zh, en), clause=cited, children=tuple(nodes))
    words = both(result.words["zh"] + zh, f"{result.words['en']} {en}")
    return replace(result, final=False, nodes=(*result.nodes, node), words=words)


def _nodes(doubts: Sequence[Doubt]) -> list[Node]:
    """A step for each figure in doubt, and one for each fault of a file, however many rows have it."""
    groups: dict[tuple[str, str], list[Doubt]] = {}
    for doubt in doubts:
        groups.setdefault((doubt.code, doubt.figure or doubt.title["zh"]), []).append(doubt)
    nodes = []
    for (code, _), same in groups.items():
        first, more = same[0], len(same) - 1
        reason = both(first.words["zh"] + f"（另有 {more} 处）", first.words["en"] + f" ({more} more)") if more else first.words
        nodes.append(Node(code, "doubt", first.title, "unknown", reason, figure=first.figure))
    return nodes
