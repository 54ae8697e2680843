"""What ``qingzhu model`` prints 模型评价输出: files, elements, volumes, figures, verdicts and what is unmapped, in 80 columns."""

from __future__ import annotations

import json
from typing import Any

from qingzhu.measures.tables import nothing_missing
from qingzhu.reports import numbers
from qingzhu.reports.columns import indented, shortened, table
from qingzhu.reports.page import Page
from qingzhu.reports.terminal import figure_cells, heading, remark_lines, verdict_group
from qingzhu.reports.words import value_word, word

Row = dict[str, Any]

MOST_GROUPS = 6
MOST_OF_A_MEASURE = 6
"""Of a measure with more figures than this only the first are printed; the tables hold all."""


def model_text(data: Row, lang: str) -> str:
    """Models as text 模型评价文本, from the data of :func:`qingzhu.reports.model_data.model_data`."""
    page = Page({**data, "submissions": [], "findings": [], "gaps": {one["gap"]: one for one in data["gaps"]}}, lang)
    lines = heading(f"{word('model.heading', lang)} {numbers.day_shown(data['on'], lang)}")
    for file in data["files"]:
        lines += _file(file, lang)
    for name in dict.fromkeys(remark["file"] for remark in data["remarks"]):
        held = [remark for remark in data["remarks"] if remark["file"] == name]
        lines += [*indented(name, ""), *remark_lines({"slot": {"name": name}, "remarks": held}, lang)]
    lines += ["", *_elements(data, page)]
    for term, measures in page.terms:
        shown = [(paper, told) for _, paper, figures in measures if (told := [one for one in figures if _known(one, paper)])]
        if shown:
            lines += ["", page.term_name(term)]
        for paper, figures in shown:
            lines += _figures(page, paper, figures)
    lines += [*_unknown(page), "", word("section.verdicts", lang)]
    for group in page.groups:
        lines += verdict_group(page, group)
    lines += [*_unmapped(data, lang), "", *indented(word("model.tables", lang), "")]
    if any(one["coverage"] is None or one["coverage"] < 100 for one in data["figures"] if one["measure"].endswith("concrete_volume")):
        lines += indented(word("model.measure_bodies", lang), "") if not _measured(data) else []
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _measured(data: Row) -> bool:
    return any(file["facts"].get("geometry", {}).get("mode", "none") != "none" for file in data["files"])


def _file(file: Row, lang: str) -> list[str]:
    facts, tables = file["facts"], file["tables"]
    lines = indented(file["file"], "")
    if file["state"] != "refused":
        told = word(
            "model.read", lang, schema=facts.get("schema", "—"), application=facts.get("application") or "—",
            size=numbers.size_shown(facts.get("size", file["bytes"])), elements=f"{tables.get('element', 0):,}",
            properties=f"{tables.get('property', 0):,}", quantities=f"{tables.get('quantity', 0):,}",
        )  # fmt: skip
        lines += indented(told, "  ")
        if facts.get("reader") == "IfcOpenShell":
            lines += indented(word("model.by_parser", lang), "  ")
    return lines + remark_lines({"slot": {"name": file["file"]}, "remarks": file["remarks"]}, lang)


def _elements(data: Row, page: Page) -> list[str]:
    counts, lang = data["counts"], page.lang
    share = page.quantity(100 * counts["mapped"] / counts["elements"], "%") if counts["elements"] else "—"
    facts = {name: f"{counts[name]:,}" for name in ("elements", "storeys", "spaces", "mapped")}
    volumes = " · ".join(
        f"{value_word('construction', name, lang)} {page.quantity(volume, 'm³')}" for name, volume in data["volumes"].items() if volume
    )
    lines = indented(word("model.counted", lang, **facts, share=share), f"{word('model.elements', lang)}{page.t('page.colon')}")
    return lines + indented(volumes or "—", f"{word('model.volumes', lang)}{page.t('page.colon')}")


def _known(figure: Row, paper: Row) -> bool:
    """Whether a figure has a value that says something: doubts that are none are left to the tables."""
    return figure["value"] is not None and (paper["doubt"] is None or figure["value"] > paper["doubt"]["above"])


def _figures(page: Page, paper: Row, figures: list[Row]) -> list[str]:
    title = page.w(paper["title"])
    if len(figures) == 1 and set(figures[0]["grain"]) <= {"project", "building"}:
        return table([(title, *figure_cells(page, figures[0])[1:])], (32, 24, 18), right=(1,), margin="  ")
    lines = indented(title, "  ")
    for figure in figures[:MOST_OF_A_MEASURE]:
        lines += table([(_about(page, figure), *figure_cells(page, figure)[1:])], (30, 24, 18), right=(1,), margin="    ")
    more = len(figures) - MOST_OF_A_MEASURE
    return [*lines, f"    {word('model.more_figures', page.lang, count=more)}"] if more > 0 else lines


def _about(page: Page, figure: Row) -> str:
    """What a figure is about beside the building: a kind of component, a class, a material."""
    return " · ".join(page.value(column, value) for column, value in figure["grain"].items() if column not in ("project", "building"))


def _unknown(page: Page) -> list[str]:
    """The figures that are not known, by the reason why; what is not there is no gap."""
    by_gap: dict[str, dict[str, list[str]]] = {}
    for figure in page.evaluation["figures"]:
        if figure["gap"] and figure["value"] is None and figure["gap"] not in nothing_missing():
            title = page.w(page.evaluation["measures"][figure["measure"]]["title"])
            by_gap.setdefault(figure["gap"], {}).setdefault(title, []).append(_about(page, figure))
    lines = ["", word("model.unknown", page.lang)] if by_gap else []
    mark = "；" if page.lang == "zh" else "; "
    for gap, measures in by_gap.items():
        shown = mark.join(f"{title}{_kinds(page, kinds)}" for title, kinds in measures.items())
        lines += [*indented(page.w(page.evaluation["gaps"][gap]) + page.t("page.colon").rstrip(), "  "), *indented(shown, "    ")]
    return lines


def _kinds(page: Page, kinds: list[str]) -> str:
    """Of which kinds a figure is unknown: by name where there are one or two, else how many."""
    told = [kind for kind in kinds if kind]
    if not told:
        return ""
    mark = "、" if page.lang == "zh" else ", "
    return page.t("page.in_brackets", text=mark.join(told) if len(told) < 3 else word("model.kinds", page.lang, count=len(told)))


def _unmapped(data: Row, lang: str) -> list[str]:
    groups = data["unmapped_groups"]
    lines = ["", *indented(word("model.unmapped", lang), "")] if groups else []
    for group in groups[:MOST_GROUPS]:
        what = " · ".join(part for part in (group["ifc_class"], group["type_name"], *json.loads(group["materials"] or "[]")[:1]) if part)
        volume = numbers.quantity_shown(group["volume"], "m³", lang) if group["volume"] else "—"
        lines.append(shortened("  " + word("model.group", lang, what=what, count=f"{group['count']:,}", volume=volume)))
    more = len(groups) - MOST_GROUPS
    return [*lines, *indented(word("model.more_groups", lang, count=more), "  ")] if more > 0 else lines
