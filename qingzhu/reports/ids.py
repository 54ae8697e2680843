"""IDS checks and audits shown 信息交付规范报告: a page of its own, and the lines of the terminal, from the same data as the JSON."""

from __future__ import annotations

from typing import Any

from qingzhu.reports.columns import indented, shortened, table
from qingzhu.reports.html import checked_language, rendered
from qingzhu.reports.outcomes import Light
from qingzhu.reports.words import in_language, own_language, word

Row = dict[str, Any]

MOST_ELEMENTS = 200
"""Elements listed under one requirement of a page; the rest is counted, and stands in the JSON."""

MOST_LINES = 3
"""Elements named under one requirement in the terminal."""

MOST_OF_ASKED = 3
"""Lines of what a requirement asks in the terminal; a longer pattern is cut."""

MOST_FINDINGS = 40
"""Findings of an audit in the terminal."""

SIGNS = {"met": ("met", "✓"), "not_met": ("not-met", "✗"), "not_applicable": ("not-applicable", "–"), "unread": ("unknown", "?")}
SEVERITIES = {"error": ("not-met", "✗"), "warning": ("unknown", "!"), "note": ("not-applicable", "i")}


class IdsPage:
    """A check or an audit in one language 报告数据, as the templates see it."""

    def __init__(self, result: Row, lang: str) -> None:
        self.result = result
        self.lang = lang

    most = MOST_ELEMENTS

    def t(self, key: str, **facts: object) -> str:
        """A label."""
        return word(f"ids.{key}", self.lang, **facts)

    def w(self, words: object) -> str:
        """Words of the result, or a text of the IDS, in this language."""
        return own_language(in_language(words, self.lang), self.lang)

    @property
    def colon(self) -> str:
        """The colon of this language."""
        return word("page.colon", self.lang)

    @property
    def title(self) -> str:
        """The title of the IDS, or the name of its file."""
        return self.w(self.result["ids"]["info"].get("title") or self.result["ids"]["file"])

    def light(self, outcome: str) -> Light:
        """The light of an outcome."""
        tone, sign = SIGNS[outcome]
        return Light(tone, sign, self.t(outcome))

    def severity(self, finding: Row) -> Light:
        """The light of a finding."""
        tone, sign = SEVERITIES[finding["severity"]]
        return Light(tone, sign, self.t(f"severity_{finding['severity']}"))

    @property
    def validity(self) -> Light:
        """The light of an audit."""
        return Light("met", "✓", self.t("valid")) if self.result["valid"] else Light("not-met", "✗", self.t("not_valid"))

    @property
    def audited(self) -> str:
        """The file itself in one line."""
        counts = self.result["audit"]
        return self.t("audit_counts", **counts) if any(counts.values()) else self.t("audit_clean")

    def place(self, finding: Row) -> str:
        """Specification, clause, facet, parameter."""
        if finding["specification"] is None:
            return str(finding["parameter"] or self.t("whole_file"))
        clause = self.t(f"clause_{finding['clause']}") if finding["clause"] else None
        parts = [f"{finding['specification']}. {self.w(finding['name'])}", clause, finding["facet"], finding["parameter"]]
        return " › ".join(part for part in parts if part)


def check_html(result: Row, lang: str) -> str:
    """The page of a check 校验报告网页, in ``zh`` or ``en``: one file, opens offline."""
    return rendered("ids_check.html.j2", lang, page=IdsPage(result, checked_language(lang)), script="report.js")


def audit_html(result: Row, lang: str) -> str:
    """The page of an audit 审核报告网页, in ``zh`` or ``en``."""
    return rendered("ids_audit.html.j2", lang, page=IdsPage(result, checked_language(lang)), script="report.js")


def check_text(result: Row, lang: str) -> str:
    """What ``qingzhu ids check`` prints 终端输出: each specification, what fails, the first elements with their reasons."""
    page = IdsPage(result, lang)
    lines = [shortened(f"{page.t('check_title')} · {page.title}"), f"{page.t('audit')}{page.colon}{page.audited}"]
    for model in result["models"]:
        light = page.light(model["outcome"])
        lines += ["", shortened(f"{light.sign} {light.label}  {model['file']} ({model['schema'] or '?'})")]
        for remark in model["remarks"]:
            lines += indented(remark[lang], "    ")
        for given in model["specifications"]:
            lines += _specification(page, given)
    return "\n".join(lines)


def _specification(page: IdsPage, given: Row) -> list[str]:
    light = page.light(given["outcome"])
    counted = page.t("of_elements", applicable=given["applicable"], failed=given["failed"]) if given["applicable"] else light.label
    lines = table([(f"{light.sign} {given['number']}", page.w(given["name"]), counted)], (5, 45, 26), margin="  ")
    for note in [*([given["reason"]] if given["outcome"] == "not_met" and not given["failed"] else []), *given["notes"]]:
        lines += indented(page.w(note), "       ")
    for asked in [*given["requirements"], *([{"asks": given["reason"], "failures": given["unwanted"]}] if given["unwanted"] else [])]:
        if asked["failures"]:
            lines += indented(f"{len(asked['failures'])} × {page.w(asked['asks'])}", "       ", most=MOST_OF_ASKED)
            lines += indented(page.w(asked["instructions"]), "       ") if asked.get("instructions") else []
            for failure in asked["failures"][:MOST_LINES]:
                named = f"{failure['ifc_class']} {failure['global_id'] or '#' + str(failure['step_id'])}"
                lines += indented(f"{named}{page.colon}{page.w(failure['reason'])} · {failure['name'] or '—'}", "         ", most=2)
    return lines


def audit_text(result: Row, lang: str) -> str:
    """What ``qingzhu ids audit`` prints 终端输出: each finding with its place and line."""
    page = IdsPage(result, lang)
    light = page.validity
    counts = {severity: result["counts"][severity] for severity in ("error", "warning", "note")}
    counted = " · ".join(f"{page.t(f'severity_{severity}')} {count}" for severity, count in counts.items())
    lines = [shortened(f"{page.t('audit_title')} · {page.title}"), f"{light.sign} {light.label} · {counted}"]
    for finding in result["findings"][:MOST_FINDINGS]:
        sign = page.severity(finding)
        line = f" ({page.t('line')} {finding['line']})" if finding["line"] else ""
        lines += ["", *indented(f"{page.place(finding)}{line}", f"  {sign.sign} {sign.label} "), *indented(finding[lang], "    ")]
    if not result["findings"]:
        lines.append(page.t("nothing_found"))
    if len(result["findings"]) > MOST_FINDINGS:
        lines.append(page.t("more", count=len(result["findings"]) - MOST_FINDINGS))
    return "\n".join(lines)
