"""Files of rows 数据行文件: where they may go, and tables as sheets of one Excel file."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from qingzhu.terms.errors import RefusedError
from qingzhu.terms.times import LOCAL_OFFSET_HOURS

PLAIN = (".csv", ".parquet")
"""Files that hold one table."""


def rows_into(file: Path) -> Path:
    """The file that rows are to go into; its ending and its folder are looked at before anything is computed."""
    if file.suffix.lower() not in (".xlsx", *PLAIN):
        raise RefusedError(
            "rows_file", f"{file} 应为 .csv、.xlsx 或 .parquet。", f"{file}: wanted .csv, .xlsx or .parquet.", file=str(file)
        )
    if not file.absolute().parent.is_dir():
        zh, en = f"没有文件夹 {file.parent}，无法写出 {file.name}。", f"There is no folder {file.parent} to write {file.name} into."
        raise RefusedError("rows_folder", zh, en, file=str(file))
    return file


def write_workbook(frames: dict[str, pl.DataFrame], file: Path) -> None:
    """Tables as sheets of one Excel file; more rows than a sheet holds is an error, never a cut."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from qingzhu.collectors.workbooks import set_text

    longest = 1_048_575
    book = Workbook(write_only=True)
    for table, frame in frames.items():
        if frame.height > longest:
            raise RefusedError(
                "rows_too_many",
                f"{table} 有 {frame.height} 行，Excel 装不下：请改用 .parquet 或 .csv。",
                f"{table} has {frame.height} rows, more than an Excel sheet holds: use .parquet or .csv.",
                table=table,
            )
        sheet = book.create_sheet(table)
        moments = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
        sheet.append([f"{name} (UTC+8)" if name in moments else name for name in frame.columns])
        local = pl.col(moments).dt.offset_by(f"{LOCAL_OFFSET_HOURS}h").dt.replace_time_zone(None)
        for row in frame.with_columns(local).iter_rows():
            sheet.append([set_text(WriteOnlyCell(sheet), value) if isinstance(value, str) else value for value in row])
    book.save(file)
