"""Two dates of judgement side by side 两个评价日期的对比: what the evidence of each project came to, then which verdicts changed.

A scheme that came into force between the dates and whose text is merely missing changes nothing for a project: all of these are
one line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qingzhu.reports import numbers
from qingzhu.reports.charts_waste import months_of_works
from qingzhu.reports.outcomes import TEXT_MISSING, light, standing
from qingzhu.reports.words import in_language, word

Row = dict[str, Any]

MEASURES_SHOWN = ("waste", "silent", "edition", "readings")
"""What of a project is set side by side: tonnes by floor area so far, silent months, editions of the noise limits, readings."""


@dataclass
class Pair:
    """One verdict at two dates; either may be absent."""

    project: Row
    early: Row | None = None
    late: Row | None = None

    @property
    def either(self) -> Row:
        """The verdict of the earlier date, or of the later one where there is none."""
        found = self.early or self.late
        assert found is not None
        return found

    @property
    def only_text(self) -> bool:
        """Nothing but the text of a standard is missing, at each date at which it is judged."""
        return all(verdict is None or standing(verdict) == TEXT_MISSING for verdict in (self.early, self.late))

    @property
    def change(self) -> str:
        """``verdict`` where the outcome differs, ``certainty`` where only finality, firmness, grade or limit do, ``none``."""
        if _outcome(self.early) != _outcome(self.late):
            return "verdict"
        return "certainty" if _certainty(self.early) != _certainty(self.late) else "none"


@dataclass
class Change:
    """What the evidence of one project came to at two dates: for each thing shown the two texts."""

    project: Row
    cells: list[tuple[str, str]]
    pairs: list[Pair] = field(default_factory=list)


def pairs_of(early: list[Row], late: list[Row]) -> list[Pair]:
    """Every verdict of either date with that of the other, in order of projects."""
    found: dict[str, Pair] = {}
    for name, evaluations in (("early", early), ("late", late)):
        for evaluation in evaluations:
            for verdict in evaluation["verdicts"]:
                setattr(found.setdefault(verdict["id"], Pair(evaluation["project"])), name, verdict)
    return sorted(found.values(), key=lambda pair: pair.project["project"])


def changes_of(early: list[Row], late: list[Row], lang: str) -> list[Change]:
    """A row a project that is judged at both dates."""
    later = {evaluation["project"]["project"]: evaluation for evaluation in late}
    pairs = pairs_of(early, late)
    found = []
    for evaluation in sorted(early, key=lambda one: one["project"]["project"]):
        code = evaluation["project"]["project"]
        if code in later:
            cells = [(_shown(name, evaluation, lang), _shown(name, later[code], lang)) for name in MEASURES_SHOWN]
            mine = [pair for pair in pairs if pair.project["project"] == code and pair.change == "verdict" and not pair.only_text]
            found.append(Change(evaluation["project"], cells, mine))
    return found


def missing_texts(pairs: list[Pair], lang: str) -> list[tuple[str, int, str]]:
    """Schemes of which only the text is missing and which are not judged at one of the dates: title, how many verdicts, why."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        if pair.only_text and pair.change != "none":
            found.setdefault(in_language(pair.either["tree"]["title"], lang), []).append(pair)
    return [(title, len(some), in_language(some[0].either["words"], lang)) for title, some in found.items()]


def silent_months(evaluation: Row) -> tuple[int, int]:
    """Months of works without ticket or zero report, and months of works in all; after the last day of works none is expected."""
    rows = months_of_works(evaluation)
    return sum(row["state"] == "silent" for row in rows), len(rows)


def completeness(evaluation: Row) -> float | None:
    """The lowest completeness of readings of a project's sensors [%]: the weakest stream decides what can be believed."""
    found = [figure["value"] for figure in evaluation["figures"] if figure["measure"] == "reading_completeness"]
    return min((value for value in found if value is not None), default=None)


def editions(evaluation: Row) -> list[str]:
    """The documents whose noise limits a project is held against, by number."""
    found: dict[str, None] = {}
    for verdict in evaluation["verdicts"]:
        if verdict["scheme"] == "noise":
            for node in verdict["tree"]["children"]:
                for child in node["children"]:
                    if child["kind"] == "fact" and child["limit"] is not None and child["clause"]:
                        found[str(child["clause"]["document"])] = None
    return list(found)


def _shown(name: str, evaluation: Row, lang: str) -> str:
    """One thing of one project at one date in words."""
    if name == "waste":
        figure = next((one for one in evaluation["figures"] if one["measure"] == "waste_intensity"), None)
        return numbers.quantity_shown(figure["value"], figure["unit"], lang) if figure else "—"
    if name == "silent":
        silent, months = silent_months(evaluation)
        return word("index.months_of", lang, silent=silent, months=months) if months else "—"
    if name == "edition":
        return ("、" if lang == "zh" else ", ").join(editions(evaluation)) or "—"
    return numbers.quantity_shown(completeness(evaluation), "%", lang)


def _outcome(verdict: Row | None) -> str | None:
    """What a reader takes a verdict to be: its outcome."""
    return None if verdict is None else str(verdict["outcome"])


def _certainty(verdict: Row | None) -> tuple[Any, ...] | None:
    """What else two verdicts must share to be the same to a reader."""
    return None if verdict is None else (light(verdict, "zh").label, verdict["final"], verdict["firm"], verdict["grade"], verdict["limit"])
