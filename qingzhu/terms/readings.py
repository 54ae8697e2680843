"""What a collector hands back 读入结果: tables, what was refused and why.

A *reading report* 读入报告 says what was read, what was refused, row by row, with reasons. Nothing is
dropped in silence: a row stands either in a table or in a remark of level ``refused``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import polars as pl

Level = Literal["refused", "doubt", "note"]


@dataclass(frozen=True)
class Remark:
    """One line of a reading report 读入说明.

    ``refused``: a row or the whole file is not counted; ``doubt`` 存疑: counted, but look at it;
    ``note``: something was assumed (a time zone, a unit, a density) and stands here.
    ``row`` is the line in the original, counted from 1 as a spreadsheet shows it; ``None`` means the file.
    """

    level: Level
    code: str
    zh: str
    en: str
    row: int | None = None
    column: str | None = None
    found: str | None = None
    count: int = 1

    def words(self, lang: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without the fields that are empty."""
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass
class Reading:
    """What one file gave 一次读入.

    ``tables`` maps table names to frames with the contract's columns except ``submission``;
    ``refused_rows`` holds the refused rows as the file had them (text), with ``row`` first, so that they can
    be given back as a file; ``leans_on`` names submissions whose rows were the reason to refuse some here;
    ``facts`` is anything worth keeping in the report (encoding, schema, header row, date of the file).
    """

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    refused_rows: pl.DataFrame | None = None
    leans_on: list[str] = field(default_factory=list)
    corrects: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows were read, over all tables."""
        return sum(frame.height for frame in self.tables.values())

    @property
    def refused(self) -> bool:
        """True when the file as a whole was refused: no row of it is counted."""
        return self.rows == 0 and any(r.level == "refused" and r.row is None for r in self.remarks)
