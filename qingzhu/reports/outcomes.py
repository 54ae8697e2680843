"""How an outcome is told 结论表述: a sign, a word and the reason, never colour alone; and what is to be done about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from qingzhu.reports.words import in_language, word

SIGNS = {"met": "✓", "not_met": "✕", "unknown": "?", "not_applicable": "–", "judged": "§"}
"""One sign an outcome, told apart without colour, on paper and by those who see no red."""

SEVERITY = ("not_met", "unknown", "judged", "met", "not_applicable")
"""What asks for attention first."""

INSTRUMENT_SCHEMES = ("noise", "dust")
"""Judged from continuous instruments, which give a warning (预警, 疑似超标) and never a statutory exceedance."""


@dataclass(frozen=True)
class Light:
    """A traffic light in words 状态: ``tone`` is the style, ``sign`` and ``label`` say the same without it."""

    tone: str
    sign: str
    label: str
    tags: tuple[str, ...] = ()


def light(verdict: dict[str, Any], lang: str) -> Light:
    """The light of a verdict, with its tags: final or so far, firm or open, a warning of instruments."""
    outcome = verdict["outcome"]
    label = word(f"outcome.{outcome}", lang)
    tags = []
    if outcome in ("met", "not_met"):
        tags.append(word("tag.final" if verdict["final"] else "tag.so_far", lang))
        if not verdict["final"]:
            below = outcome == "met" and verdict["tree"]["kind"] == "limit"
            label = word("so_far.below_limit" if below else f"so_far.{outcome}", lang)
        tags.append(word("tag.firm" if verdict["firm"] else "tag.open", lang))
        if verdict["scheme"] in INSTRUMENT_SCHEMES:
            label = word(f"warning.{outcome}", lang)
            tags.append(word("tag.instrument", lang))
    tone = "so-far" if outcome == "met" and not verdict["final"] else outcome.replace("_", "-")
    return Light(tone, SIGNS[outcome], label, tuple(tags))


def node_light(node: dict[str, Any], scheme: str, lang: str) -> Light | None:
    """The light of one step of a verdict's tree; a fact or a score that is known carries none, for it neither passes nor fails."""
    outcome, kind = node["outcome"], node["kind"]
    known = outcome in ("met", "not_met")
    if known and kind in ("fact", "score"):
        return None
    key = f"warning.{outcome}" if scheme in INSTRUMENT_SCHEMES and known else f"outcome.{outcome}"
    label = word("so_far.applies" if kind == "applies" and outcome == "met" else key, lang)
    return Light(outcome.replace("_", "-"), SIGNS[outcome], label)


def tally(verdicts: list[dict[str, Any]], lang: str) -> list[tuple[Light, int]]:
    """How many verdicts show each light; unknown and not applicable are counted apart; the gravest first."""
    counted = Counter((verdict["outcome"], light(verdict, lang).tone, light(verdict, lang).label) for verdict in verdicts)
    order = sorted(counted, key=lambda found: SEVERITY.index(found[0]))
    return [(Light(tone, SIGNS[outcome], label), counted[(outcome, tone, label)]) for outcome, tone, label in order]


def by_severity(verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Verdicts, the gravest first, otherwise in their order; a met one that is still open stands before a final one."""
    return sorted(verdicts, key=lambda verdict: (SEVERITY.index(verdict["outcome"]), verdict["final"] and verdict["firm"]))


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

    Where only the text of a standard is missing, it is not the project that has to act: these come after its own verdicts.
    """
    made = []
    asking = [verdict for verdict in by_severity(evaluation["verdicts"]) if verdict["outcome"] in ("not_met", "unknown")]
    for missing in (False, True):
        for verdict in (verdict for verdict in asking if (verdict["tree"]["kind"] == "missing") == missing):
            what = word("to_do.text" if missing else "to_do.act" if verdict["outcome"] == "not_met" else "to_do.complete", lang)
            about = " ".join(part for part in (in_language(verdict["tree"]["title"], lang), verdict["building"]) if part)
            made.append(Task(what, about, in_language(verdict["words"], lang), verdict["id"], light(verdict, lang).tone))
    for kind in ("refused", "doubt", "gap"):
        what, section = TASK_OF_FINDING[kind]
        for group in alike(evaluation["findings"], kind):
            target = (group[0].get("figure") if len(group) == 1 else None) or section
            made.append(Task(word(f"to_do.{what}", lang), _subjects(group, lang), _told(group, lang), target, f"finding-{kind}"))
    return made


def alike(findings: list[dict[str, Any]], kind: str) -> list[list[dict[str, Any]]]:
    """Findings of a kind that ask for the same: gaps with one key, rows of one file with one fault."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in findings:
        if finding["kind"] == kind:
            key = "" if kind == "gap" else in_language(finding["subject"], "zh")
            groups.setdefault((finding["code"], key), []).append(finding)
    return list(groups.values())


def _subjects(group: list[dict[str, Any]], lang: str) -> str:
    """What a group is about: the first few subjects, and how many there are."""
    subjects = list(dict.fromkeys(in_language(finding["subject"], lang) for finding in group))
    named = ("、" if lang == "zh" else ", ").join(subjects[:MOST_SUBJECTS])
    return word("to_do.and_others", lang, named=named, count=len(subjects)) if len(subjects) > MOST_SUBJECTS else named


def _told(group: list[dict[str, Any]], lang: str) -> str:
    """The words of a group: of its first, and how many more say something else."""
    texts = list(dict.fromkeys(str(finding[lang]) for finding in group))
    return texts[0] if len(texts) == 1 else word("to_do.likewise", lang, first=texts[0], count=len(group))
