"""Corrections 改正表: the refused rows of a file as a workbook the user mends and hands in under a name of its own.

Two columns of reasons and the row in the original stand before the columns of the original; a hidden sheet names the
submission. A reader finds its table in it like in any other file, and the marker tells it what the rows correct.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Collection
from itertools import islice
from pathlib import Path

import polars as pl

from qingzhu.collectors.sheets import MARKER, WORKBOOKS, read_book
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Reading

REASONS = ("拒收原因（中文）", "Reason for refusal (English)")
ROW = "原文件行"
SUBMISSION = "更正的提交"
OWN = (*REASONS, ROW, SUBMISSION)
"""The columns of a correction file 改正表 that the original did not have."""

ROWS_IN_A_WORKBOOK = 50_000
"""More refused rows than this are written as csv in UTF-8 with the same columns and the submission in a column: a workbook of them
would take minutes to open."""

ADVICE = (
    "改正下列各行后以新文件名放入项目档案重新提交；前三列请勿改动。 "
    "Mend the rows below and hand the file in under a new name; leave the first three columns."
)


def refused_name(name: str, rows: int) -> str:
    """What the correction file of ``name`` 改正表文件名 is called: the same path, ending in ``.xlsx``, or ``.csv`` for very many rows."""
    ending = ".xlsx" if rows <= ROWS_IN_A_WORKBOOK else ".csv"
    return name if name.lower().endswith(ending) else name + ending


def write_refused(
    reading: Reading,
    folder: Path,
    *,
    submission: str,
    kind: str,
    project: str,
    name: str,
    mended: Collection[int] = (),
    handed_in: Collection[str] = (),
) -> Path | None:
    """Write the refused rows of a reading 写改正表 under ``folder``, without those ``mended`` elsewhere; None when none are left.

    The same rows give the same bytes. A file that a person is at work on (see :func:`in_hand`) is left as it is.
    """
    rows = _with_reasons(reading, mended)
    if rows is None:
        return None
    path = folder / refused_name(name, rows.height)
    if in_hand(path, handed_in):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unit = reading.facts.get("title_unit", "")
    data = _as_csv(rows, submission, unit) if path.suffix == ".csv" else _as_workbook(rows, submission, kind, project, name, unit)
    rest = path.with_name(path.name + ".part")
    rest.write_bytes(data)
    os.replace(rest, path)  # a reader never sees half a file
    return path


def in_hand(path: Path, handed_in: Collection[str]) -> bool:
    """Whether a file of refused rows was mended where it lies 尚未提交 and not handed in yet: it must not be lost.

    ``handed_in`` are the SHA-256 of everything handed in. Of a csv nobody can tell.
    """
    if not path.is_file() or path.suffix != ".xlsx":
        return False
    from qingzhu.collectors.workbooks import as_written

    return not as_written(path) and hashlib.sha256(path.read_bytes()).hexdigest() not in handed_in


def stale(folder: Path, written: Collection[Path], submissions: Collection[str]) -> list[Path]:
    """Files of refused rows of these submissions under ``folder`` that were not written this time 过时的改正表."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in written:
            corrects = read_marker(path).get("submission") or _corrects(path)
            found += [path] if corrects in submissions else []
    return found


def _corrects(path: Path) -> str | None:
    """The submission that a csv of refused rows names in its last column."""
    if path.suffix != ".csv":
        return None
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = csv.reader(file)
        header = next((line for line in islice(lines, 3) if SUBMISSION in line), [])
        first = next(lines, [])
    return first[header.index(SUBMISSION)] if header and len(first) == len(header) else None


def _with_reasons(reading: Reading, mended: Collection[int]) -> pl.DataFrame | None:
    """The refused rows as text: reasons, row, then the columns of the original without those of an earlier correction file."""
    rows = None if reading.refused_rows is None else reading.refused_rows.filter(~pl.col("row").is_in(list(mended)))
    if rows is None or rows.is_empty():
        return None
    if "reason_zh" not in rows.columns:
        said = [(one.row, one.zh, one.en) for one in reading.remarks if one.level == "refused" and one.row is not None]
        reasons = pl.DataFrame(said, schema={"row": pl.Int64, "reason_zh": pl.String, "reason_en": pl.String}, orient="row")
        joined = reasons.group_by("row", maintain_order=True).agg(pl.col("reason_zh", "reason_en").str.join("\n"))
        rows = rows.join(joined, on="row", how="left", maintain_order="left")
    original = [column for column in rows.columns if column not in ("row", "reason_zh", "reason_en", *OWN)]
    return rows.select(
        pl.col("reason_zh").alias(REASONS[0]),
        pl.col("reason_en").alias(REASONS[1]),
        pl.col("row").cast(pl.String).alias(ROW),
        *original,
    ).fill_null("")


def _as_workbook(rows: pl.DataFrame, submission: str, kind: str, project: str, name: str, unit: str) -> bytes:
    from openpyxl import Workbook  # a fifth of a second, which most runs need not spend

    from qingzhu.collectors.workbooks import WRAP, set_text, workbook_bytes, write_header

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "改正"
    sheet.cell(1, 1, ADVICE).alignment = WRAP
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[1].height = 60
    if unit:
        set_text(sheet.cell(2, 1), f"单位：{unit}")
    write_header(sheet, 3, rows.columns, [48, 48, 10, *[16] * (rows.width - 3)])
    for line, cells in enumerate(rows.iter_rows(), 4):
        for place, text in enumerate(cells, 1):
            box = set_text(sheet.cell(line, place), text) if text else sheet.cell(line, place)
            box.number_format = "@"  # a ticket number keeps its leading zeros
            box.alignment = WRAP
    marker = workbook.create_sheet(MARKER)
    marker.sheet_state = "hidden"
    for line, pair in enumerate((("submission", submission), ("kind", kind), ("project", project), ("name", name)), 1):
        for place, text in enumerate(pair, 1):
            set_text(marker.cell(line, place), text)
    return workbook_bytes(workbook)


def _as_csv(rows: pl.DataFrame, submission: str, unit: str) -> bytes:
    text = io.StringIO()
    if unit:
        csv.writer(text, lineterminator="\n").writerow([f"单位：{unit}"])
    text.write(rows.with_columns(pl.lit(submission).alias(SUBMISSION)).write_csv())
    return text.getvalue().encode("utf-8-sig")


def read_marker(path: Path) -> dict[str, str]:
    """What a correction file says of itself 改正表标记: ``submission kind project name``; empty for any other file."""
    if path.suffix.lower() not in WORKBOOKS or not _is_marked(path):
        return {}
    try:
        return read_book(path, path.name).marker
    except MalformedError:
        return {}


def _is_marked(path: Path) -> bool:
    """Whether the list of sheets names the hidden one: the sheets themselves are not read for that."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MARKER.encode() in archive.read("xl/workbook.xml")
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError):
        return False
