"""Sheets for people in the Excel file of models 工作簿首页: every figure and verdict in words, and what each column of the tables is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from qingzhu.ledger import contracts
from qingzhu.measures.load import papers_of_house
from qingzhu.reports import numbers
from qingzhu.reports.outcomes import light
from qingzhu.reports.page import Page
from qingzhu.reports.words import has_word, word

Row = dict[str, Any]

RESULTS = ("term", "measure", "about", "value", "unit", "high", "coverage", "why", "id")
"""Columns of the sheet of results, by their words in ``words.toml``."""

EVIDENCE = {"space": "element", "space_property": "property", "space_quantity": "quantity"}
"""Tables of spaces have the columns of these."""


def in_words(data: Row, frames: Mapping[str, pl.DataFrame], lang: str) -> dict[str, pl.DataFrame]:
    """The sheets of results and of columns by their names in this language 结果表与列说明; ``data`` is that of ``model_data``."""
    return {word("book.results", lang): results(data, lang), word("book.columns", lang): columns(frames, lang)}


def results(data: Row, lang: str) -> pl.DataFrame:
    """Every figure and verdict in words, a row each 结果表: value, upper end, coverage, why it is not known; by term, known ones first."""
    page = Page({**data, "submissions": [], "findings": [], "gaps": {one["gap"]: one for one in data["gaps"]}}, lang)
    rows = [
        (page.term_name(term), page.w(paper["title"]), _about(page, figure), *_numbers(figure, lang), page.gap(figure), figure["id"])
        for term, measures in page.terms
        for _, _, paper, figure in sorted(
            ((figure["value"] is None, place, paper, figure) for place, (_, paper, figures) in enumerate(measures) for figure in figures),
            key=lambda one: one[:2],
        )
    ]
    verdicts = word("section.verdicts", lang)
    rows += [
        (verdicts, page.w(one["tree"]["title"]), one["building"] or "", *_numbers({**one, "coverage": None}, lang),
         f"{light(one, lang).label}{word('page.colon', lang)}{page.w(one['words'])}", one["id"])
        for one in data["verdicts"]
    ]  # fmt: skip
    kinds = {name: pl.Float64 if name in ("value", "high", "coverage") else pl.String for name in RESULTS}
    frame = pl.DataFrame(rows, schema=kinds, orient="row")
    return frame.rename({name: word(f"book.{name}", lang) for name in RESULTS})


def _about(page: Page, figure: Row) -> str:
    return " · ".join(value for _, value in page.grain(figure))


def _numbers(one: Row, lang: str) -> tuple[float | None, str, float | None, float | None]:
    return one["value"], numbers.unit_shown(one["unit"], lang), one["high"], one["coverage"]


def columns(frames: Mapping[str, pl.DataFrame], lang: str) -> pl.DataFrame:
    """Each column of each table with what it is and its unit 列说明."""
    rows = []
    for table, frame in frames.items():
        said = _said(EVIDENCE.get(table, table), lang)
        for name in frame.columns:
            what, unit = said.get(name, ("", None))
            own = f"book.column.{table}.{name}"
            rows.append((table, name, word(own, lang) if has_word(own) else what, unit or ""))
    names: Sequence[str] = [word(f"book.{name}", lang) for name in ("table", "column_name", "meaning", "unit")]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _said(table: str, lang: str) -> dict[str, tuple[str, str | None]]:
    """What the columns of a table of evidence or of a derived table are, and their units."""
    kept = contracts.load().get(table)
    if kept is not None:
        return {column.name: (column.words[lang], column.unit) for column in kept.columns}
    paper = papers_of_house().get(table)
    described = paper.described if paper is not None else []
    return {column["name"]: (column[lang], column.get("unit")) for column in described}
