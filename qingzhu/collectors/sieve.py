"""A sieve 筛: rows of a large frame that fail a check leave it, with one remark a check and a reason for every row."""

from __future__ import annotations

import polars as pl

from qingzhu.collectors.remarks import ENTRY_STEP, WORDINGS, Place, remark
from qingzhu.terms.readings import Remark


class Sieve:
    """The rows still standing and what was said of the others 逐项筛选.

    Checks run on whole columns; a remark counts its rows and names the first. ``reasons`` holds ``row reason_zh reason_en``.
    """

    def __init__(self, frame: pl.DataFrame, place: Place, titles: dict[str, str], remarks: list[Remark]) -> None:
        self.frame = frame
        self.place = place
        self.titles = titles
        self.remarks = remarks
        self.reasons: list[pl.DataFrame] = []

    def check(self, code: str, when: pl.Expr | pl.Series, column: str | None = None, found: pl.Expr | None = None, **facts: object) -> None:
        """Say ``code`` of the rows for which ``when`` holds; those of a code of level ``refused`` leave the frame."""
        mask = self.frame.select(when.alias("_")).to_series() if isinstance(when, pl.Expr) else when
        mask = mask.fill_null(False)
        count = int(mask.sum())
        if count == 0:
            return
        shown = found.cast(pl.String) if found is not None else pl.lit(None, dtype=pl.String)
        first = self.frame.filter(mask).head(1).select("row", _found=shown).row(0)
        self.say(code, column, row=first[0], found=first[1], count=count, **facts)
        if WORDINGS[code].level == "refused":
            said = self.remarks[-1]
            rows = self.frame.filter(mask).select(pl.col("row") % ENTRY_STEP).unique(maintain_order=True)
            self.reasons.append(rows.with_columns(reason_zh=pl.lit(said.zh), reason_en=pl.lit(said.en)))
            self.frame = self.frame.filter(~mask)

    def say(self, code: str, column: str | None = None, **facts: object) -> None:
        """A remark that takes no row away."""
        title = self.titles.get(column, column) if column else None
        self.remarks.append(remark(code, self.place, column=title, **facts))  # type: ignore[arg-type]

    def refused(self) -> pl.DataFrame | None:
        """The refused rows with their reasons, one line a row of the file, or None."""
        if not self.reasons:
            return None
        both = pl.concat(self.reasons)
        joined = both.group_by("row").agg(pl.col("reason_zh").unique(maintain_order=True), pl.col("reason_en").unique(maintain_order=True))
        return joined.with_columns(pl.col("reason_zh", "reason_en").list.join("\n")).sort("row")
