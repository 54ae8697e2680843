"""Remarks 读入说明: one way to say where, what was found, what was wanted and what to do, in both languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from qingzhu.terms.errors import MalformedError
from qingzhu.terms.plurals import filled
from qingzhu.terms.readings import Level, Remark

SHEET_STEP = 10_000_000
"""Rows of the second and later sheets 工作表 are numbered from this much more, so that a row number is unique in a file:
10,000,005 is line 5 of sheet 2. A sheet has at most 1,048,576 lines."""

ENTRY_STEP = 1_000_000_000_000
"""Where one line gives several rows of a table (the columns of a wide table 宽表), the second and later are numbered from this much
more: 1,000,000,000,005 is the second row that line 5 gives."""


@dataclass(frozen=True)
class Wording:
    """The words of one kind of remark 措辞; ``zh`` and ``en`` are templates filled with the facts of the case."""

    level: Level
    code: str
    zh: str
    en: str


def _load() -> dict[str, Wording]:
    data = tomllib.loads(Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8"))
    return {code: Wording(code=code, **words) for code, words in data.items()}


WORDINGS = _load()
"""Every kind of remark by its code, from ``wordings.toml``."""


@dataclass(frozen=True)
class Place:
    """Where a remark points 位置: the file, and the titles of its sheets in order (empty for a file without sheets)."""

    name: str
    sheets: tuple[str, ...] = ()

    def words(self, row: int | None, column: str | None) -> tuple[str, str]:
        """The place in Chinese and English: ``weighings.xlsx 工作表“3月”第 5 行“净重”``."""
        zh, en = self.name, self.name
        if row is not None:
            sheet, line = self.split(row)
            if sheet is not None:
                zh, en = f"{zh} 工作表“{self.sheets[sheet]}”", f"{en}, sheet “{self.sheets[sheet]}”"
            zh, en = f"{zh}{'' if zh.endswith('”') else ' '}第 {line} 行", f"{en}, row {line}"
        if column is not None:
            zh, en = f"{zh}“{column}”", f"{en}, column “{column}”"
        return zh, en

    def line(self, row: int) -> str:
        """A row number as a person reads it: ``5``, or ``3月!5`` in a book of several sheets."""
        sheet, line = self.split(row)
        return str(line) if sheet is None else f"{self.sheets[sheet]}!{line}"

    def split(self, row: int) -> tuple[int | None, int]:
        """The sheet (None where there is only one) and the line of a row number."""
        sheet, line = divmod(row % ENTRY_STEP, SHEET_STEP)
        if len(self.sheets) < 2 or sheet >= len(self.sheets):
            return None, row % ENTRY_STEP
        return sheet, line


def remark(
    code: str,
    place: Place,
    *,
    row: int | None = None,
    column: str | None = None,
    found: object = None,
    count: int = 1,
    **facts: object,
) -> Remark:
    """One remark 读入说明 by its code, with the place written in front and the facts filled in."""
    wording = WORDINGS[code]
    zh, en = place.words(row, column)
    text = None if found is None else str(found)
    facts = {**facts, "found": text, "count": count}
    zh, en = f"{zh}：{filled(wording.zh, facts)}", f"{en}: {filled(wording.en, facts)}"
    return Remark(wording.level, code, zh, en, row=row, column=column, found=text, count=count)


def refusal(code: str, place: Place, **facts: object) -> MalformedError:
    """The error that refuses a whole file 拒收, with the same words a remark would have."""
    said = remark(code, place, **facts)  # type: ignore[arg-type]
    return MalformedError(code, said.zh, said.en, file=place.name, **facts)


def as_remark(error: BaseException, place: Place) -> Remark:
    """A whole-file refusal as a remark 拒收说明; an error without words of its own is named by its cause."""
    code, zh, en = getattr(error, "code", None), getattr(error, "zh", None), getattr(error, "en", None)
    if isinstance(code, str) and zh and en:
        found = getattr(error, "facts", {}).get("found")
        return Remark("refused", code, zh, en, found=None if found is None else str(found))
    return remark("file_unreadable", place, found=f"{type(error).__name__}: {error}")
