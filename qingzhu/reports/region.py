"""What the page of a region asks of its evaluations 地区数据: rows, small multiples, and two dates of judgement side by side."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import quote

from qingzhu.reports import numbers
from qingzhu.reports.addresses import href
from qingzhu.reports.charts_waste import small_limit, small_months
from qingzhu.reports.drawing import Chart
from qingzhu.reports.outcomes import SEVERITY, Light, by_severity, light, tally
from qingzhu.reports.words import in_language, value_word, word

Row = dict[str, Any]

COLUMNS = (("waste", "waste_reduction"), ("assembly", "gbt51129_2017"), ("noise", "noise"), ("dust", "dust"), ("variety", "variety"))
"""Columns of lights: the word of the heading and the scheme; all other schemes stand in one column."""


class Region:
    """Evaluations of many projects in one language 地区项目一览."""

    def __init__(self, evaluations: list[Row], lang: str, others: list[Row], links: dict[str, str]) -> None:
        self.lang = lang
        self.links = links
        self.evaluations = sorted(evaluations, key=lambda found: (-self.findings(found, "doubt"), found["project"]["project"]))
        self.others = others
        self.columns = COLUMNS

    def t(self, key: str, **facts: object) -> str:
        """A label."""
        return word(key, self.lang, **facts)

    def value(self, column: str, value: object) -> str:
        """A value of a closed list in words."""
        return value_word(column, value, self.lang)

    def day(self, day: str | None) -> str:
        """A day in words."""
        return numbers.day_shown(day, self.lang)

    def link(self, evaluation: Row) -> str:
        """Where the project's report lies, relative to this page."""
        code = evaluation["project"]["project"]
        return self.links.get(code, f"{quote(code)}/report.html")

    def verdict_link(self, verdict: Row) -> str:
        """Where a verdict of either date lies: the reports of the other date stand below the project's own."""
        code = verdict["project"]
        own = self.evaluations and verdict["on"] == self.evaluations[0]["on"]
        page = self.links.get(code, f"{quote(code)}/report.html") if own else f"{quote(code)}/{verdict['on']}/report.html"
        return page + href(verdict["id"])

    def findings(self, evaluation: Row, kind: str) -> int:
        """How many findings of a kind."""
        return sum(finding["kind"] == kind for finding in evaluation["findings"])

    def lights(self, evaluation: Row, scheme: str | None) -> list[tuple[Light, Row]]:
        """The lights of one scheme, the gravest first; of all schemes without a column for ``None``."""
        named = {name for _, name in COLUMNS}
        wanted = [v for v in evaluation["verdicts"] if (v["scheme"] == scheme if scheme else v["scheme"] not in named)]
        return [(light(verdict, self.lang), verdict) for verdict in by_severity(wanted)]

    def lamps(self, evaluation: Row, scheme: str | None) -> list[tuple[Light, int, str]]:
        """The lights of one scheme, equal ones once: light, how many, and what stands behind them in words."""
        found: dict[str, list[tuple[Light, Row]]] = {}
        for lamp, verdict in self.lights(evaluation, scheme):
            found.setdefault(lamp.label, []).append((lamp, verdict))
        return [(pairs[0][0], len(pairs), "\n".join(self.words_of(verdict) for _, verdict in pairs)) for pairs in found.values()]

    def gravity(self, evaluation: Row, scheme: str | None) -> int:
        """Place of the gravest light, to sort by: 0 is the gravest."""
        found = self.lights(evaluation, scheme)
        return SEVERITY.index(found[0][1]["outcome"]) if found else len(SEVERITY)

    def words_of(self, verdict: Row) -> str:
        """What a light means: scheme, building, outcome, value against limit, reason."""
        shown = numbers.bounds_shown(verdict["value"], verdict["high"], verdict["unit"], self.lang, verdict["limit"])
        parts = (
            in_language(verdict["tree"]["title"], self.lang),
            verdict["building"],
            light(verdict, self.lang).label,
            shown,
            in_language(verdict["words"], self.lang),
        )
        return " · ".join(part for part in parts if part and part != "—")

    def verdict(self, evaluation: Row, scheme: str) -> Row | None:
        """The first verdict of a scheme, the gravest."""
        found = self.lights(evaluation, scheme)
        return found[0][1] if found else None

    def shown(self, verdict: Row | None) -> str:
        """Its value with unit."""
        if verdict is None:
            return "—"
        return numbers.bounds_shown(verdict["value"], verdict["high"], verdict["unit"], self.lang, verdict["limit"])

    def limit(self, verdict: Row) -> str:
        """Its limit as the rule writes it."""
        return numbers.limit_shown(verdict["limit"], verdict["unit"], self.lang)

    def completeness(self, evaluation: Row) -> str:
        """The lowest completeness of readings of a project's sensors [%]: the weakest stream decides what can be believed."""
        values = [
            figure["value"]
            for figure in evaluation["figures"]
            if figure["measure"] == "reading_completeness" and figure["value"] is not None
        ]
        return numbers.quantity_shown(min(values), "%", self.lang) if values else "—"

    @cached_property
    def tally(self) -> list[tuple[Light, int]]:
        """How many verdicts of all projects show each light."""
        return tally([verdict for evaluation in self.evaluations for verdict in evaluation["verdicts"]], self.lang)

    @cached_property
    def multiples(self) -> list[tuple[Row, Chart]]:
        """Months of waste, a small chart a project, on one scale."""
        series = [(found, found["series"].get("waste_by_month") or []) for found in self.evaluations]
        highest = max((row["counted"] for _, rows in series for row in rows), default=0.0)
        return [(found, small_months(rows, highest, self.lang)) for found, rows in series if rows]

    @cached_property
    def highest_month(self) -> str:
        """The top of the scale of the small charts."""
        highest = max((row["counted"] for found in self.evaluations for row in found["series"].get("waste_by_month") or []), default=0.0)
        return numbers.quantity_shown(highest, "t", self.lang)

    @cached_property
    def intensities(self) -> list[tuple[Row, Row, Chart]]:
        """Waste per floor area against its limit, a bar a project, on one scale; projects to which the limit doesn't apply are left out."""
        found = [(evaluation, self.verdict(evaluation, "waste_reduction")) for evaluation in self.evaluations]
        rows = [(evaluation, verdict) for evaluation, verdict in found if verdict and verdict["outcome"] != "not_applicable"]
        highest = max((max(verdict["value"] or 0, verdict["limit"] or 0) for _, verdict in rows), default=0) * 1.05
        return [(evaluation, verdict, small_limit(verdict["value"], verdict["limit"], highest, self.lang)) for evaluation, verdict in rows]

    @cached_property
    def dates(self) -> tuple[str, str] | None:
        """The two dates of judgement, earlier first, when there are two sets."""
        if not (self.others and self.evaluations):
            return None
        first, second = sorted((self.evaluations[0]["on"], self.others[0]["on"]))
        return first, second

    @cached_property
    def contrast(self) -> list[tuple[Row, Row, Row | None, Row | None, bool]]:
        """Project, any verdict of the pair, verdict at the earlier and at the later date, differs: those that differ first."""
        early, late = (
            (self.evaluations, self.others)
            if self.dates and self.evaluations[0]["on"] == self.dates[0]
            else (self.others, self.evaluations)
        )
        pairs: dict[str, list[Any]] = {}
        for place, evaluations in enumerate((early, late)):
            for evaluation in evaluations:
                for verdict in evaluation["verdicts"]:
                    pair = pairs.setdefault(verdict["id"], [evaluation["project"], None, None])
                    pair[1 + place] = verdict
        rows = [(project, one or two, one, two, self._looks(one) != self._looks(two)) for project, one, two in pairs.values()]
        return sorted(rows, key=lambda row: (not row[4], row[0]["project"]))

    def _looks(self, verdict: Row | None) -> tuple[Any, ...] | None:
        """What two verdicts must share to be the same to a reader."""
        return None if verdict is None else (verdict["outcome"], verdict["final"], verdict["firm"], verdict["grade"], verdict["limit"])

    def pairs(self, differs: bool) -> list[tuple[Row, Row, Row | None, Row | None, bool]]:
        """Pairs of verdicts that differ between the two dates, or those that don't."""
        return [row for row in self.contrast if row[4] == differs]

    def light(self, verdict: Row) -> Light:
        """The traffic light of a verdict."""
        return light(verdict, self.lang)

    def w(self, words: object) -> str:
        """Words of an evaluation in this language."""
        return in_language(words, self.lang)
