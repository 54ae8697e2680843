"""Checks 逐行检查: conditions on a frame, each with the remark that every row it holds for receives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from qingzhu.collectors.remarks import WORDINGS, Place, remark
from qingzhu.terms.readings import Remark

EACH_AT_MOST = 200
"""How many rows receive a remark of their own per code; the rest are one remark with their count (and all stand in the refused rows)."""


@dataclass(frozen=True)
class Check:
    """One condition 检查项: ``when`` it holds, the row receives the remark ``code`` on our ``column``; ``found`` is the text it found.

    ``facts`` are columns or expressions whose values the wording names. A code of level ``refused`` refuses the row.
    """

    code: str
    when: pl.Expr
    column: str | None = None
    found: pl.Expr | None = None
    facts: dict[str, pl.Expr] = field(default_factory=dict)


def check_rows(frame: pl.DataFrame, checks: Iterable[Check], place: Place, titles: dict[str, str]) -> tuple[list[Remark], set[int]]:
    """The remarks of every check and the rows that are refused 逐行检查; ``titles`` gives our column its header in the file."""
    remarks: list[Remark] = []
    refused: set[int] = set()
    for check in checks:
        found = check.found if check.found is not None else pl.lit(None, dtype=pl.String)
        hits = frame.filter(check.when.fill_null(False)).select("row", found.alias("_found"), **check.facts)
        if hits.is_empty():
            continue
        column = titles.get(check.column, check.column) if check.column else None
        remarks += say(check.code, hits, place, column)
        if WORDINGS[check.code].level == "refused":
            refused |= set(hits["row"])
    return remarks, refused


def say(code: str, hits: pl.DataFrame, place: Place, column: str | None) -> list[Remark]:
    """A remark for each row of ``hits`` (``row``, ``_found``, facts); beyond ``EACH_AT_MOST`` one for all the rest."""
    said = []
    for facts in hits.head(EACH_AT_MOST).iter_rows(named=True):
        row, found = facts.pop("row"), _shown(facts).pop("_found")
        facts.pop("_found")
        said.append(remark(code, place, row=row, column=column, found=found, **_shown(facts)))
    if hits.height > EACH_AT_MOST:
        rest = remark("more_like_this", place, found=code, column=column, count=hits.height - EACH_AT_MOST)
        said.append(replace(rest, level=WORDINGS[code].level, code=code))
    return said


def _shown(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they are written in words: numbers without needless digits."""
    return {name: f"{value:.10g}" if isinstance(value, float) else value for name, value in facts.items()}
