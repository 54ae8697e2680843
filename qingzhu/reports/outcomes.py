"""How an outcome is told 结论表述: a sign, a word and the reason, never colour alone; and what is to be done about it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from qingzhu.reports.numbers import quantity_shown
from qingzhu.reports.words import in_language, value_word, word

DOUBT_SIGN = "!"
"""Stands before a doubt."""

SIGNS = {"met": "✓", "not_met": "✕", "unknown": "?", "not_applicable": "–", "judged": "§", "text_missing": "¶", "score_only": "#"}
"""One sign an outcome, told apart without colour, on paper and by those who see no red."""

TEXT_MISSING = "text_missing"
"""How a verdict is shown whose standard was not seen: unknown, but nothing a project can mend."""

SCORE_ONLY = "score_only"
"""How a verdict is shown whose scheme has no pass mark: points, and neither met nor failed."""

SEVERITY = ("not_met", "unknown", "judged", "met", SCORE_ONLY, "not_applicable", TEXT_MISSING)
"""What asks for attention first."""

FIRST_SCHEMES = ("waste_reduction", "gbt51129_2017", "noise", "dust", "variety")
"""The order of schemes of equal gravity, that of the columns on the page of a region."""

INSTRUMENT_SCHEMES = ("noise", "dust")
"""Judged from continuous instruments, which give a warning (预警, 疑似超标) and never a statutory exceedance."""


@dataclass(frozen=True)
class Light:
    """A traffic light in words 状态: ``tone`` is the style, ``sign`` and ``label`` say the same without it."""

    tone: str
    sign: str
    label: str
    tags: tuple[str, ...] = ()


def standing(verdict: dict[str, Any]) -> str:
    """The outcome as it is shown: what lacks the text or the pass mark of its standard stands apart from what a project leaves unknown."""
    if verdict["outcome"] != "unknown":
        return str(verdict["outcome"])
    tree = verdict["tree"]
    marks = [below for node in tree.get("children", ()) if node["kind"] == "sum" for below in node.get("children", ())]
    without = any(node["kind"] == "missing" for node in marks)
    return TEXT_MISSING if tree["kind"] == "missing" else SCORE_ONLY if without else "unknown"


def doubts_of(verdict: dict[str, Any]) -> dict[str, Any] | None:
    """The step of a verdict that names the data in doubt it rests on, or None."""
    return next((node for node in verdict["tree"].get("children", ()) if node["kind"] == "doubt"), None)


def computed_of(verdict: dict[str, Any]) -> dict[str, Any] | None:
    """A judged verdict as it would be without the person who determined it, or None where nobody did."""
    return {**verdict, **verdict["computed"], "determined": None} if verdict.get("determined") else None


def light(verdict: dict[str, Any], lang: str) -> Light:
    """The light of a verdict, with its tags: final or so far, firm or open, a warning of instruments."""
    outcome = standing(verdict)
    label = word(f"outcome.{outcome}", lang)
    tags = []
    own = computed_of(verdict)
    if own is not None:
        label = word(f"determined.{verdict['determined']['outcome']}", lang)
        tags.append(word("tag.computed", lang, outcome=light(own, lang).label))
    if outcome in ("met", "not_met"):
        tags.append(word("tag.final" if verdict["final"] else "tag.so_far", lang))
        if not verdict["final"]:
            below = outcome == "met" and verdict["tree"]["kind"] == "limit"
            label = word("so_far.below_limit" if below else f"so_far.{outcome}", lang)
        tags.append(word("tag.firm" if verdict["firm"] else "tag.open", lang))
        if verdict["scheme"] in INSTRUMENT_SCHEMES:
            label = word(f"warning.{outcome}", lang)
            tags.append(word("tag.instrument", lang))
    if doubts_of(verdict):
        tags.insert(0, word("tag.doubt", lang))
    tone = "so-far" if outcome == "met" and not verdict["final"] else outcome.replace("_", "-")
    return Light(tone, SIGNS[outcome], label, tuple(tags))


def node_light(node: dict[str, Any], scheme: str, lang: str) -> Light | None:
    """The light of one step of a verdict's tree; a fact, score or figure that is known carries none, for it neither passes nor fails,
    nor does a note on a missing text that decides nothing; a doubt says so."""
    outcome, kind = node["outcome"], node["kind"]
    if kind == "doubt":
        return Light("finding-doubt", DOUBT_SIGN, word("level.doubt", lang))
    known = outcome in ("met", "not_met")
    if (known and kind in ("fact", "score", "figure")) or (kind == "missing" and outcome == "not_applicable"):
        return None
    if known and kind == "grade" and node["limit"] is not None:
        return Light("met" if outcome == "met" else "not-applicable", SIGNS[outcome], word(f"grade.{outcome}", lang))
    key = f"warning.{outcome}" if scheme in INSTRUMENT_SCHEMES and known else f"outcome.{outcome}"
    label = word("so_far.applies" if kind == "applies" and outcome == "met" else key, lang)
    return Light(outcome.replace("_", "-"), SIGNS[outcome], label)


def tally(verdicts: list[dict[str, Any]], lang: str) -> list[tuple[Light, int]]:
    """How many verdicts show each light; unknown and not applicable are counted apart; the gravest first."""
    counted = Counter((standing(verdict), light(verdict, lang).tone, light(verdict, lang).label) for verdict in verdicts)
    order = sorted(counted, key=lambda found: SEVERITY.index(found[0]))
    return [(Light(tone, SIGNS[outcome], label), counted[(outcome, tone, label)]) for outcome, tone, label in order]


def by_severity(verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Verdicts, the gravest first: what failed for good, what fails so far, what is open; a met one that is final comes after one that is
    not. Equals stand in the order of schemes."""

    def place(verdict: dict[str, Any]) -> tuple[int, bool, int]:
        scheme = FIRST_SCHEMES.index(verdict["scheme"]) if verdict["scheme"] in FIRST_SCHEMES else len(FIRST_SCHEMES)
        certain = verdict["final"] and verdict["firm"]
        return SEVERITY.index(standing(verdict)), not certain if verdict["outcome"] == "not_met" else certain, scheme

    return sorted(verdicts, key=place)


def grouped(verdicts: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Verdicts that say the same of several buildings together, the gravest first: one card for B2 and B3 without a model."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for verdict in by_severity(verdicts):
        said = [verdict.get(key) for key in ("scheme", "outcome", "final", "firm", "value", "high", "limit", "grade", "words", "computed")]
        groups.setdefault(json.dumps([said, _shape(verdict["tree"])], sort_keys=True, default=str), []).append(verdict)
    return list(groups.values())


def _shape(node: dict[str, Any]) -> list[Any]:
    """A tree without the ids of its figures."""
    own = [node.get(key) for key in ("key", "outcome", "title", "reason", "low", "high", "limit")]
    return [*own, [_shape(child) for child in node.get("children", ())]]


@dataclass(frozen=True)
class Task:
    """One thing to do 待办事项; ``target`` is a figure, a verdict or a section of the report."""

    what: str
    about: str
    why: str
    target: str
    tone: str


MOST_SUBJECTS = 3

TASK_OF_FINDING = {"doubt": ("check", "doubts"), "gap": ("complete", "gaps"), "refused": ("correct", "reading")}


def tasks(evaluation: dict[str, Any], lang: str) -> list[Task]:
    """What is to be done, from verdicts that are not met or not known and from findings; the gravest first.

    Where only the text of a standard is missing, it is not the project that has to act: these come last.
    """
    by_verdict = [_verdict_task(group, lang) for group in grouped(evaluation["verdicts"]) if _asked(group[0]) in TASK_OF_OUTCOME]
    made = [task for task in by_verdict if task.tone != "text-missing"]
    for kind in ("refused", "doubt", "gap"):
        what, section = TASK_OF_FINDING[kind]
        for group in alike(evaluation["findings"], kind):
            target = (group[0].get("figure") if len(group) == 1 else None) or section
            about, why = _subjects(evaluation, group, lang), _told(evaluation, group, lang)
            made.append(Task(word(f"to_do.{what}", lang), about, why, target, f"finding-{kind}"))
    return [*made, *(task for task in by_verdict if task.tone == "text-missing")]


TASK_OF_OUTCOME = {"not_met": "act", "unknown": "complete", TEXT_MISSING: "text"}


def _asked(verdict: dict[str, Any]) -> str:
    """What asks for something to be done: the standing of a verdict, or what a person determined."""
    return str(verdict["determined"]["outcome"]) if verdict.get("determined") else standing(verdict)


def _verdict_task(group: list[dict[str, Any]], lang: str) -> Task:
    """What verdicts that say the same ask for."""
    first = group[0]
    what = word(f"to_do.{TASK_OF_OUTCOME[_asked(first)]}", lang)
    about = " ".join(part for part in (in_language(first["tree"]["title"], lang), buildings_of(group, lang)) if part)
    return Task(what, about, in_language(first["words"], lang), first["id"], light(first, lang).tone)


def buildings_of(group: list[dict[str, Any]], lang: str) -> str:
    """The buildings a group speaks of: B2、B3."""
    return ("、" if lang == "zh" else ", ").join(verdict["building"] for verdict in group if verdict["building"])


def alike(findings: list[dict[str, Any]], kind: str) -> list[list[dict[str, Any]]]:
    """Findings of a kind that ask for the same: gaps with one key, rows of one file with one fault."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in findings:
        if finding["kind"] == kind:
            key = "" if kind == "gap" else in_language(finding["subject"], "zh")
            groups.setdefault((finding["code"], key), []).append(finding)
    return list(groups.values())


def subject_of(evaluation: dict[str, Any], finding: dict[str, Any], lang: str) -> str:
    """What a finding is about; where it is a figure of this evaluation, the measure and its grain in words."""
    figure = next((one for one in evaluation["figures"] if one["id"] == finding.get("figure")), None)
    if figure is None or figure["measure"] not in evaluation["measures"]:
        return in_language(finding["subject"], lang)
    grain = [value_word(column, value, lang) for column, value in figure["grain"].items() if column != "project"]
    return " ".join([in_language(evaluation["measures"][figure["measure"]]["title"], lang), *grain])


def words_of_finding(evaluation: dict[str, Any], finding: dict[str, Any], lang: str) -> str:
    """What a finding says; a doubt about a figure gives its value as pages write it."""
    figure = next((one for one in evaluation["figures"] if one["id"] == finding.get("figure")), None)
    said = str(finding[lang])
    # Words of its own stand as they are; a bare "title: 28803 s" is written as pages write numbers.
    if figure is None or figure["value"] is None or not said.endswith(f": {figure['value']:g} {figure['unit']}"):
        return said
    shown = quantity_shown(figure["value"], figure["unit"], lang)
    if figure["unit"] == "s" and abs(figure["value"]) >= AN_HOUR:
        shown += word("page.in_brackets", lang, text=quantity_shown(figure["value"] / AN_HOUR, "h", lang))
    return f"{subject_of(evaluation, finding, lang)}{word('page.colon', lang)}{shown}"


AN_HOUR = 3600
"""Seconds of an hour: a longer offset is also told in hours."""


def _subjects(evaluation: dict[str, Any], group: list[dict[str, Any]], lang: str) -> str:
    """What a group is about: the first few subjects, and how many there are."""
    subjects = list(dict.fromkeys(subject_of(evaluation, finding, lang) for finding in group))
    named = ("、" if lang == "zh" else ", ").join(subjects[:MOST_SUBJECTS])
    return word("to_do.and_others", lang, named=named, count=len(subjects)) if len(subjects) > MOST_SUBJECTS else named


def _told(evaluation: dict[str, Any], group: list[dict[str, Any]], lang: str) -> str:
    """The words of a group: of its first, and how many more say something else."""
    texts = list(dict.fromkeys(words_of_finding(evaluation, finding, lang) for finding in group))
    return texts[0] if len(texts) == 1 else word("to_do.likewise", lang, first=texts[0], count=len(group))
