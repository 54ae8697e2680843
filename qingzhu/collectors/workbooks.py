"""Workbooks 工作簿: the same content gives the same bytes, so that a template or a file of refused rows can be compared."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

STAMP = (2021, 3, 16, 0, 0, 0)
"""The date every entry of a written workbook carries: openpyxl would write the clock."""

MOMENT = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*STAMP).encode()
"""When a written workbook says it was last changed: whatever program saves it again writes another moment."""

HEAD = PatternFill("solid", fgColor="DDE8DF")
BOLD = Font(bold=True)
WRAP = Alignment(wrap_text=True, vertical="top")


def workbook_bytes(workbook: Workbook) -> bytes:
    """The bytes of a workbook 工作簿字节, without the time at which it was written."""
    written = io.BytesIO()
    workbook.save(written)
    result = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + MOMENT, data)
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return result.getvalue()


def as_written(path: Path) -> bool:
    """Whether a workbook is as :func:`workbook_bytes` wrote it 未被改过: no program has saved it since."""
    try:
        with zipfile.ZipFile(path) as archive:
            return re.search(rb"<dcterms:modified[^>]*>" + MOMENT, archive.read("docProps/core.xml")) is not None
    except (zipfile.BadZipFile, KeyError, OSError):
        return False


def set_text(cell: Any, text: str) -> Any:
    """A cell that holds a text as it is 文字单元格: never a formula, whatever it begins with, and without what no workbook can hold."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    if cell.data_type == "f":
        cell.data_type = "s"
    return cell


def header_cell(sheet: Any, text: str) -> Any:
    """A cell of a header 表头 for a sheet that is written row by row: bold on green."""
    cell = set_text(WriteOnlyCell(sheet), text)
    cell.font, cell.fill, cell.alignment = BOLD, HEAD, WRAP
    return cell


def write_header(sheet: Any, line: int, texts: list[str], widths: list[int] | None = None) -> None:
    """A header line 表头 in bold on green, with column widths [characters] and the panes frozen below it."""
    for cell, text in enumerate(texts, 1):
        box = set_text(sheet.cell(line, cell), text)
        box.font, box.fill, box.alignment = BOLD, HEAD, WRAP
        letter = box.column_letter
        sheet.column_dimensions[letter].width = widths[cell - 1] if widths else max(12, min(40, 2 * len(text)))
    sheet.freeze_panes = f"A{line + 1}"
