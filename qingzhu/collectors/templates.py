"""Templates 模板: an empty dossier for ``qingzhu init``: survey, ticket workbook, readings, mapping and a page that explains them.

Everything is made from the contracts and the words of the rulebook, so a template can't ask for what the readers don't know.
The same words give the same bytes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from qingzhu.collectors.survey import TABLES
from qingzhu.collectors.workbooks import WRAP, workbook_bytes, write_header
from qingzhu.ledger import contracts

TEXTS = tomllib.loads(Path(__file__).with_name("template_texts.toml").read_text(encoding="utf-8"))
"""What the templates say 模板文字, in both languages."""

LINES = 2000
"""How many lines of a template have a drop-down list."""

FORMATTED = 500
"""Down to which line the cells of the ticket template have their number format."""

TOML_KEYS = {
    ("project", "project"): "code",
    ("building", "building"): "id",
    ("sensor", "sensor"): "id",
    ("model_file", "model"): "file",
    "from_date": "from",
    "to_date": "to",
    "judged_by": "by",
    "judged_on": "on",
}
"""Shorter keys for some columns in project.toml; the reader knows both."""


def write_templates(folder: Path, code: str, headers: Mapping[str, Any], waste_words: Mapping[str, Any]) -> list[Path]:
    """Write an empty dossier 新建项目档案 into ``folder``; files that are there already are left as they are. Gives those written."""
    files = {
        "project.toml": survey_toml(code, headers).encode(),
        "weighings.xlsx": ticket_workbook(headers, waste_words),
        "readings/readings.csv": TEXTS["readings"].encode("utf-8-sig"),
        "templates/mapping.toml": TEXTS["mapping"].encode(),
        "templates/library.toml": TEXTS["library"].encode(),
        "templates/survey.xlsx": survey_workbook(headers),
        "README.md": TEXTS["readme"].encode(),
    }
    (folder / "models").mkdir(parents=True, exist_ok=True)
    written = []
    for name, data in files.items():
        path = folder / name
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    return written


def survey_toml(code: str, headers: Mapping[str, Any]) -> str:
    """A commented ``project.toml`` 项目概况模板; only the project's code and name are filled in."""
    parts = [
        "# 项目概况 Survey of the project. 去掉行首的 # 并填写；不知道的留着 #，报告会写明缺口。",
        "# Take away the # and fill in; leave what you do not know: the report shows it as a gap. 日期 dates: 2023-03-05",
        "",
    ]
    known = contracts.load()
    for table in TABLES:
        contract = known[table]
        parts.append(f"# ---- {contract.title['zh']} {contract.title['en']} ----")
        parts.append("[project]" if table == "project" else f"#[[{'model' if table == 'model_file' else table}]]")
        for column in contract.columns:
            if column.name not in ("submission", "row") and (table == "project" or column.name != "project"):
                parts.append(_toml_line(table, column, code))
        parts.append("")
    return "\n".join(parts)


def _toml_line(table: str, column: Any, code: str) -> str:
    key = TOML_KEYS.get((table, column.name)) or TOML_KEYS.get(column.name, column.name)
    filled = table == "project" and column.name in ("project", "name")
    value = f'"{_escaped(code)}"' if filled else _EXAMPLES[column.type]
    if column.one_of and not filled:
        value = f'"{column.one_of[0]}"'
    notes = [column.words["zh"], column.words["en"]]
    notes += [f"[{column.unit}]"] if column.unit else []
    notes += [" | ".join(column.one_of)] if column.one_of else []
    notes += ["必填 required"] if column.required else []
    return f"{'' if filled else '#'}{key} = {value}".ljust(36) + "# " + "; ".join(notes)


_EXAMPLES = {"string": '""', "float64": "0.0", "int64": "0", "bool": "false", "date": "2023-03-05"}


def _escaped(text: str) -> str:
    return re.sub(r'([\\"])', r"\\\1", text)


def survey_workbook(headers: Mapping[str, Any]) -> bytes:
    """The Excel form of the survey 项目概况表, one sheet per table, with drop-down lists."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    known = contracts.load()
    for table in TABLES:
        contract = known[table]
        columns = [c for c in contract.columns if c.name not in ("submission", "row") and (table == "project" or c.name != "project")]
        sheet = workbook.create_sheet(contract.title["zh"])
        write_header(sheet, 1, [_survey_header(table, column) for column in columns])
        for place, column in enumerate(columns, 1):
            choices = _choices(column, headers)
            if choices:
                _list(sheet, place, choices, 2)
    _instructions(workbook, TEXTS["instructions"]["survey"])
    return workbook_bytes(workbook)


def _survey_header(table: str, column: Any) -> str:
    title = {"project": "项目代码"}.get(column.name, column.words["zh"]) if table == "project" else column.words["zh"]
    return f"{title}（{column.unit}）" if column.unit else title


def _choices(column: Any, headers: Mapping[str, Any]) -> list[str]:
    if column.type == "bool":
        return ["是", "否"]
    words = headers["survey_values"].get(column.name, {})
    return [words[key][0] if words.get(key) else key for key in column.one_of or ()]


def ticket_workbook(headers: Mapping[str, Any], waste_words: Mapping[str, Any]) -> bytes:
    """The workbook of tickets 过磅单模板: header, drop-down lists, and a sheet of instructions in both languages."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "过磅单"
    columns = TEXTS["column"]
    write_header(sheet, 1, [column["title"] for column in columns], [column["width"] for column in columns])
    values = headers["weighing_values"]
    lists = {
        "垃圾来源": [_chinese(words) for words in waste_words["origins"].values()],
        "垃圾类别": [_chinese(words) for words in waste_words["classes"].values()],
        "计量方式": [_chinese(words) for words in values["basis"].values()],
        "去向": [_chinese(words) for words in values["disposal"].values()],
        "零报告": ["是", "否"],
    }
    for place, column in enumerate(columns, 1):
        if column["title"] in lists:
            _list(sheet, place, lists[column["title"]], 2)
        for line in range(2, FORMATTED):
            sheet.cell(line, place).number_format = column["format"]
    _instructions(workbook, [*TEXTS["instructions"]["tickets"], *({"item": column["title"], **column} for column in columns)])
    return workbook_bytes(workbook)


def _chinese(words: list[str]) -> str:
    return next(word for word in words if re.search(r"[\u4e00-\u9fff]", word))


def _list(sheet: Any, place: int, choices: list[str], first: int) -> None:
    rule = DataValidation(type="list", formula1='"' + ",".join(choices) + '"', allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "请从列表中选择 Choose from the list", "、".join(choices)[:255]
    letter = sheet.cell(1, place).column_letter
    rule.add(f"{letter}{first}:{letter}{LINES}")
    sheet.add_data_validation(rule)


def _instructions(workbook: Workbook, lines: list[dict[str, Any]]) -> None:
    sheet = workbook.create_sheet("填写说明 Instructions")
    write_header(sheet, 1, ["列 / Item", "说明", "What it is", "例 Example"], [22, 60, 60, 30])
    for line, said in enumerate(lines, 2):
        for place, key in enumerate(("item", "zh", "en", "example"), 1):
            sheet.cell(line, place, said[key] or None).alignment = WRAP
