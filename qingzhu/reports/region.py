"""What the page of a region asks of its evaluations 地区数据: rows, small multiples, and two dates of judgement side by side."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import quote

from qingzhu.reports import numbers
from qingzhu.reports.addresses import href
from qingzhu.reports.charts_waste import months_of_works, small_limit, small_months
from qingzhu.reports.contrast import Change, Pair, changes_of, completeness, missing_texts, pairs_of
from qingzhu.reports.drawing import Chart
from qingzhu.reports.outcomes import SEVERITY, Light, by_severity, doubts_of, light, standing, subject_of, tally, words_of_finding
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

    def doubted(self, verdict: Row) -> bool:
        """Whether a verdict rests on data in doubt."""
        return doubts_of(verdict) is not None

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
        return SEVERITY.index(standing(found[0][1])) if found else len(SEVERITY)

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
        """The lowest completeness of readings of a project's sensors in words [%]."""
        return numbers.quantity_shown(completeness(evaluation), "%", self.lang)

    @cached_property
    def tally(self) -> list[tuple[Light, int]]:
        """How many verdicts of all projects show each light."""
        return tally([verdict for evaluation in self.evaluations for verdict in evaluation["verdicts"]], self.lang)

    @cached_property
    def multiples(self) -> list[tuple[Row, Chart, str]]:
        """Months of waste, a small chart a project, each on a scale of its own, and what its highest month and its spoil come to."""
        series = [(found, months_of_works(found)) for found in self.evaluations]
        return [(found, small_months(rows, self.lang), self._months_said(rows)) for found, rows in series if rows]

    def _months_said(self, rows: list[Row]) -> str:
        """The highest month, silent months, and what is left out of the chart."""
        silent = sum(row["state"] == "silent" for row in rows)
        beside = sum(row["not_counted"] for row in rows)
        highest = max(row["counted"] for row in rows)
        tonnes = numbers.quantity_shown(highest, "t", self.lang)
        parts = [self.t("index.highest", value=tonnes) if highest else self.t("index.nothing_counted")]
        if silent:
            parts.append(self.t("index.silent", count=silent))
        if beside:
            parts.append(self.t("index.beside", value=numbers.quantity_shown(beside, "t", self.lang)))
        return " · ".join(parts)

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
    def halves(self) -> tuple[list[Row], list[Row]]:
        """The evaluations of the earlier and of the later date."""
        first = bool(self.dates) and self.evaluations[0]["on"] == (self.dates or ("",))[0]
        return (self.evaluations, self.others) if first else (self.others, self.evaluations)

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every verdict at both dates."""
        return pairs_of(*self.halves)

    def changed(self, change: str) -> list[Pair]:
        """Pairs of verdicts that differ in this way; those of which only the text of a standard is missing are told apart."""
        return [pair for pair in self.pairs if pair.change == change and (change == "none" or not pair.only_text)]

    @cached_property
    def changes(self) -> list[Change]:
        """What the evidence of each project came to at the two dates."""
        return changes_of(*self.halves, self.lang)

    @cached_property
    def missing_texts(self) -> list[tuple[str, int, str]]:
        """Schemes that differ between the dates because their text is missing."""
        return missing_texts(self.pairs, self.lang)

    @cached_property
    def attention(self) -> list[tuple[Row, Row]]:
        """Verdicts that are not met, or determined so, with their evaluation: those that nothing can turn any more first."""
        found = [(evaluation, verdict) for evaluation in self.evaluations for verdict in evaluation["verdicts"]]
        failed = [
            pair for pair in found if pair[1]["outcome"] == "not_met" or (pair[1].get("determined") or {}).get("outcome") == "not_met"
        ]
        return sorted(failed, key=lambda pair: (not pair[1]["final"], not pair[1]["firm"]))

    @cached_property
    def doubtful(self) -> list[tuple[Row, str, str, str | None]]:
        """What should not be believed before it is checked: evaluation, about what, why, and the figure."""
        lang = self.lang
        return [
            (found, subject_of(found, one, lang), words_of_finding(found, one, lang), one.get("figure"))
            for found in self.evaluations
            for one in found["findings"]
            if one["kind"] == "doubt"
        ]

    def figure_link(self, evaluation: Row, figure: str | None) -> str:
        """Where a figure of a project's report lies, or its list of doubts."""
        known = figure and any(one["id"] == figure for one in evaluation["figures"])
        return self.link(evaluation) + (href(str(figure)) if known else "#doubts")

    def light(self, verdict: Row) -> Light:
        """The traffic light of a verdict."""
        return light(verdict, self.lang)

    def w(self, words: object) -> str:
        """Words of an evaluation in this language."""
        return in_language(words, self.lang)
