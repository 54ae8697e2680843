"""Mended rows 已改正的行: which rows of a correction file may count still, and what other files know of them.

A row mended twice, or mended in the original as well, would count twice. A correction leans on the submission it corrects; what is
corrected never looks at its corrections, so that nothing leans on itself and the same dossier handed in again changes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import polars as pl

from qingzhu.collectors.corrections import OWN, ROW
from qingzhu.collectors.remarks import Place, remark
from qingzhu.collectors.sheets import WORKBOOKS, read_book
from qingzhu.ledger.store import Pin, Slot, Store, Submission
from qingzhu.terms.readings import Remark

TEXTS = (".csv", ".txt", ".tsv")
"""Files of delimited text."""


@dataclass
class Outcome:
    """What is wrong with rows of a correction 改正表检查结果: remarks, the rows refused, and the submissions that decide it."""

    remarks: list[Remark] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    leans_on: set[str] = field(default_factory=set)


class Corrections:
    """The corrections of one project as seen from one slot 项目的改正表, from what the store holds now, or held at ``pin``."""

    def __init__(self, store: Store, slot: Slot, pin: Pin | None = None) -> None:
        self.store, self.slot, self.pin = store, slot, pin
        self.all = {one.id: one for one in store.submissions(slot.project, at=pin.position if pin else None)}

    def of_this_slot(self) -> tuple[set[str], set[str]]:
        """Submissions that correct this slot 更正本文件的提交: those read again once it changes, and those that are not."""
        mine = {one.id for one in self.all.values() if one.slot == self.slot}
        others = [one for one in self.all.values() if one.status == "current" and one.slot != self.slot and one.corrects]
        leaning = {one.id for one in others if mine & set(one.leans_on)}
        return leaning, {one.id for one in others if one.corrects in mine} - leaning

    def check(self, corrects: str, rows: pl.DataFrame, place: Place) -> Outcome:
        """What may not count of the rows (``row corrects_row``) of a correction of ``corrects`` 检查改正表."""
        outcome = Outcome()
        corrected = self.all.get(corrects)
        if corrected is None:  # a doubt is said of the whole file
            return outcome
        now = self._now(corrected)
        gone = corrected.status in ("withdrawn", "superseded") and now is None
        if now is not None and now.id != corrected.id:
            outcome.leans_on.add(now.id)
        refused = _contents(corrected)
        still = set(_contents(now).values()) if now is not None and now.id != corrected.id else None
        mended = self._mended(corrected)
        for row, corrects_row in rows.iter_rows():
            content = refused.get(corrects_row)
            other = mended.get((corrected.id, corrects_row)) or (mended.get(content) if content is not None else None)
            if gone:
                said = remark("corrected_withdrawn", place, row=row, submission=corrects[:12], other=corrected.slot.name)
            elif still is not None and now is not None and content not in still:
                facts = {"submission": corrects[:12], "other": corrected.slot.name, "first": corrects_row, "now": now.id[:12]}
                said = remark("corrected_in_the_original", place, row=row, **facts)
            elif other is not None:
                said = remark("row_mended_before", place, row=row, first=corrects_row, other=other.slot.name, submission=other.id[:12])
                outcome.leans_on.add(other.id)
            else:
                continue
            outcome.remarks.append(said)
            outcome.refused.add(row)
        return outcome

    def _now(self, corrected: Submission) -> Submission | None:
        """What counts now in the place of what is corrected."""
        current = [one for one in self.all.values() if one.slot == corrected.slot and one.status == "current"]
        newest = current[-1] if current else None
        # An older one that counts still says nothing of a file that was refused as a whole after it.
        return None if newest is not None and newest.position < corrected.position else newest

    def _mended(self, corrected: Submission) -> dict[object, Submission]:
        """Rows that other corrections mend already: by submission and row, and by their content where it was refused more than once."""
        mended: dict[object, Submission] = {}
        for other in self.all.values():
            first = self.all.get(other.corrects or "")
            if other.status != "current" or other.slot in (self.slot, corrected.slot) or first is None or first.slot != corrected.slot:
                continue
            contents = _contents(first) if first.id != corrected.id else {}
            for row in self._taken(other):
                mended[first.id, row] = other
                if row in contents:
                    mended[contents[row]] = other
        return mended

    def _taken(self, correction: Submission) -> set[int]:
        """The rows that a correction mends: of tickets the table says it, of readings the file itself, less the rows it lost."""
        if correction.slot.kind == "weighing":
            where = pl.col("submission") == correction.id
            taken = self.store.rows("weighing", self.slot.project, ["corrects_row"], where=where, pin=self.pin)
            return set(taken["corrects_row"].drop_nulls())
        suffix = PurePosixPath(correction.slot.name).suffix.lower()
        if suffix not in (*WORKBOOKS, *TEXTS):
            return set()
        with tempfile.TemporaryDirectory() as folder:
            named = Path(folder) / f"correction{suffix}"  # its name says how to read it
            shutil.copyfile(self.store.original(correction.originals[0]["sha256"]), named)
            lines = [line for sheet in read_book(named, correction.slot.name).sheets for line in sheet.lines]
        place = next((line.index(ROW) for line in lines if ROW in line), None)
        given = {line[place] for line in lines if place is not None and len(line) > place}
        lost = correction.refused_rows
        given -= set(lost[ROW]) if lost is not None and ROW in lost.columns else set()
        return {int(row) for row in given if row.isdecimal()}

    def mended_rows(self, submission: Submission) -> set[int]:
        """The refused rows of a submission of this slot that corrections have mended 已改正的行: nothing is left to do about them."""
        contents = _contents(submission)
        if not contents:
            return set()
        mended = self._mended(submission)
        return {row for row, content in contents.items() if (submission.id, row) in mended or content in mended}


def _contents(submission: Submission) -> dict[int, frozenset[tuple[str, str]]]:
    """The refused rows of a submission by row: what stood under which header, empty cells left out."""
    rows = submission.refused_rows
    if rows is None:
        return {}
    columns = [column for column in rows.columns if column not in ("row", "reason_zh", "reason_en", *OWN)]
    each = zip(rows["row"], rows.select(columns).iter_rows(), strict=True)
    return {row: frozenset((column, str(text)) for column, text in zip(columns, cells, strict=True) if text) for row, cells in each}
