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


def write_survey_book(path: Path, tables: dict[str, Any]) -> None:
    """The survey as a workbook: a sheet a table with Chinese headers, as offices fill in the template."""
    sheets = {}
    for table, content in tables.items():
        rows = [content] if isinstance(content, dict) else content
        columns = list(dict.fromkeys(key for row in rows for key in row))
        cells = [[_SHEET_WORDS.get(row.get(column), row.get(column)) for column in columns] for row in rows]
        sheets[_SHEETS[table]] = [[_HEADERS.get((table, column), _HEADERS.get(("", column), column)) for column in columns], *cells]
    write_excel(path, sheets)


_SHEETS = {"project": "工程项目", "building": "单体建筑", "stage": "施工阶段", "model_file": "模型文件", "suspension": "停工"}
_HEADERS = {
    ("", "project"): "项目代码",
    ("", "building"): "单体",
    ("", "name"): "项目名称",
    ("building", "name"): "单体名称",
    ("", "region"): "地区",
    ("", "work"): "工程性质",
    ("", "category"): "工程类别",
    ("", "client"): "建设单位",
    ("", "contractor"): "施工单位",
    ("", "designer"): "设计单位",
    ("", "supervisor"): "监理单位",
    ("", "epc_contract"): "工程总承包",
    ("", "works_from"): "开工日期",
    ("", "works_to"): "完工日期",
    ("", "use"): "用途",
    ("", "structure_type"): "结构类型",
    ("", "floor_area"): "建筑面积",
    ("", "storeys"): "层数",
    ("", "prefabricated"): "装配式建筑",
    ("", "stage"): "阶段",
    ("", "from_date"): "开始",
    ("", "to_date"): "结束",
    ("", "model"): "模型",
    ("", "discipline"): "专业",
    ("", "reason"): "原因",
    ("", "document"): "依据文件",
}
_SHEET_WORDS: dict[Any, Any] = {
    True: "是",
    False: "否",
    "new": "新建",
    "upgrade": "改造提升",
    "municipal": "市政基础设施",
    "housing": "居住建筑",
    "public": "公共建筑",
    "concrete": "钢筋混凝土结构",
    "masonry": "砖混",
    "underground": "地下结构",
    "aboveground": "地上结构",
    "fit_out": "装修及机电安装",
    "spring_festival": "春节",
}


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


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A local moment without zone, as files of offices have it."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


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
