"""Files of rows 数据行文件: where they may go, and tables as sheets of one Excel file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from rich.cells import cell_len

from qingzhu.terms.errors import RefusedError
from qingzhu.terms.times import LOCAL_OFFSET_HOURS

PLAIN = (".csv", ".parquet")
"""Files that hold one table."""

LONGEST = 1_048_575
"""Rows of a sheet of Excel below its header."""

LOOKED_AT, WIDEST = 200, 60
"""So many rows tell how wide a column is, and no column is wider. [rows, characters]"""


def write_workbook(frames: dict[str, pl.DataFrame], file: Path) -> None:
    """Tables as sheets of one Excel file, their header frozen, with filters; more rows than a sheet holds is an error, never a cut."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    from qingzhu.collectors.workbooks import header_cell, set_text

    book = Workbook(write_only=True)
    for table, frame in frames.items():
        if frame.height > LONGEST:
            raise RefusedError(
                "rows_too_many",
                f"{table} 有 {frame.height} 行，Excel 装不下：请改用 .parquet 或 .csv。",
                f"{table} has {frame.height} rows, more than an Excel sheet holds: use .parquet or .csv.",
                table=table,
            )
        sheet = book.create_sheet(table)
        moments = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
        heads = [f"{name} (UTC+8)" if name in moments else name for name in frame.columns]
        local = pl.col(moments).dt.offset_by(f"{LOCAL_OFFSET_HOURS}h").dt.replace_time_zone(None)
        frame = frame.with_columns(local)
        sheet.freeze_panes = "A2"
        if heads:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{frame.height + 1}"
        for place, width in enumerate(_widths(heads, frame), 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.append([header_cell(sheet, head) for head in heads])
        for row in frame.iter_rows():
            sheet.append([set_text(WriteOnlyCell(sheet), value) if isinstance(value, str) else value for value in row])
    book.save(file)


def _widths(heads: list[str], frame: pl.DataFrame) -> list[int]:
    """How wide each column is [characters]: as wide as what stands in its first rows, within bounds."""
    rows = [heads, *frame.head(LOOKED_AT).iter_rows()]
    return [min(WIDEST, 3 + max(cell_len("" if cell is None else _shown(cell)) for cell in column)) for column in zip(*rows, strict=True)]


def _shown(cell: object) -> str:
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
