"""Files whose bytes depend on nothing but their content 写文件: TOML, Excel, CSV, Parquet.

Excel files are zip archives that carry the time of writing twice (entry dates and ``docProps/core.xml``); both are set
to the day the region is frozen.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from openpyxl.styles import Alignment, Font

FROZEN_STAMP = (2023, 6, 30, 18, 0, 0)
FROZEN_TEXT = "2023-06-30T10:00:00Z"

Table = dict[str, Any]


def write_toml(path: Path, tables: dict[str, Any], comment: str = "") -> None:
    """Plain values, then ``[table]`` for a dict and ``[[table]]`` for a list of dicts; empty values are left out."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f"{key} = {toml_value(value)}" for key, value in tables.items() if not _is_table(value) and value is not None]
    for name, content in tables.items():
        if isinstance(content, dict):
            lines += ["", f"[{name}]", *_pairs(content)]
        elif _is_table(content):
            for row in content:
                lines += ["", f"[[{name}]]", *_pairs(row)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).lstrip("\n") + "\n", encoding="utf-8", newline="\n")


def toml_value(value: object) -> str:
    """One value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + " }"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def write_excel(path: Path, sheets: dict[str, list[list[Any]]], bold_rows: dict[str, int] | None = None) -> None:
    """Sheets of rows; ``bold_rows`` names the header line (from 1) of a sheet. Same rows, same bytes."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        header = (bold_rows or {}).get(title, 1)
        for cell in sheet[header]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(horizontal="center")
        for column in range(1, sheet.max_column + 1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = 16
    buffer = io.BytesIO()
    book.save(buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_without_clock(buffer.getvalue()))


def write_csv(path: Path, rows: list[list[Any]], encoding: str = "utf-8") -> None:
    """Rows with commas and CRLF, as Chinese office programs save them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(",".join(_csv_cell(cell) for cell in row) + "\r\n" for row in rows)
    path.write_bytes(text.encode(encoding))


def write_readings(path: Path, frame: pl.DataFrame, encoding: str = "utf-8") -> None:
    """A frame as Parquet or CSV by the name's ending; times in CSV as ``2023-04-01 08:00:00``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.write_parquet(path, compression="zstd", statistics=True)
        return
    text = frame.write_csv(datetime_format="%Y-%m-%d %H:%M:%S", line_terminator="\r\n")
    path.write_bytes(text.encode(encoding))


def at(day: date, hour: float) -> datetime:
    """A local moment without zone, as a gate clerk writes it; ``hour`` may exceed 24. [h]"""
    minutes = round(hour * 60)
    whole_days, minutes = divmod(minutes, 24 * 60)
    moment = datetime.combine(date.fromordinal(day.toordinal() + whole_days), time())
    return moment.replace(hour=minutes // 60, minute=minutes % 60)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _pairs(row: Table) -> list[str]:
    return [f"{key} = {toml_value(value)}" for key, value in row.items() if value is not None]


def _csv_cell(cell: object) -> str:
    text = "" if cell is None else cell.strftime("%Y-%m-%d %H:%M") if isinstance(cell, datetime) else str(cell)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text


def _without_clock(archive: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", FROZEN_TEXT.encode(), content)
            entry = zipfile.ZipInfo(name, FROZEN_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return buffer.getvalue()
