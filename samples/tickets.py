"""Ticket files 过磅单、联单台账 in the many forms offices keep them: other headers, other orders, title rows, other units.

A form is a list of columns, each a header and a function from a load to a cell. The same loads may be written by the gate of
the site, by the receiver's weighbridge, or as a daily count of trucks (车数 × 方).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from samples.loads import Load
from samples.writing import at, write_csv, write_excel

Cell = Callable[[Load], Any]
Column = tuple[str, Cell]

ORIGIN_WORDS = {
    "works_waste": "工程垃圾",
    "spoil": "工程渣土",
    "slurry": "工程泥浆",
    "demolition_waste": "拆除垃圾",
    "decoration_waste": "装修垃圾",
}
CLASS_WORDS = {
    "inorganic": "无机非金属类",
    "metal": "金属类",
    "wood": "木材类",
    "plastic": "塑料类",
    "other": "其他类",
    "mixed": "混合类",
}


@dataclass(frozen=True)
class Form:
    """How an office keeps its tickets: columns in its order, lines above the header, and what a month without a load looks like."""

    columns: list[Column]
    titles: tuple[str, ...] = ()
    sheet: str = "台账"
    encoding: str = "utf-8"


def _origin(load: Load) -> str:
    return ORIGIN_WORDS[load.material.origin]


def _class(load: Load) -> str | None:
    return CLASS_WORDS.get(load.material.waste_class)


SITE_WEIGHBRIDGE: list[Column] = [
    ("联单编号", lambda load: load.ticket),
    ("出场时间", lambda load: load.when),
    ("垃圾来源", _origin),
    ("垃圾类别", _class),
    ("垃圾名称", lambda load: load.material.name),
    ("毛重（吨）", lambda load: load.gross),
    ("皮重（吨）", lambda load: load.tare),
    ("净重（吨）", lambda load: load.mass),
    ("去向", lambda load: load.material.disposal),
    ("消纳场所", lambda load: load.receiver),
    ("车牌号", lambda load: load.plate),
    ("司机", lambda load: load.driver),
]

RECEIVER_WEIGHBRIDGE: list[Column] = [
    ("车号", lambda load: load.plate),
    ("过磅时间", lambda load: load.when),
    ("货物名称", lambda load: load.material.name),
    ("毛重(kg)", lambda load: None if load.gross is None else round(load.gross * 1000)),
    ("皮重(kg)", lambda load: None if load.tare is None else round(load.tare * 1000)),
    ("净重(kg)", lambda load: round(load.mass * 1000)),
    ("磅单号", lambda load: load.ticket),
    ("接收单位", lambda load: load.receiver),
    ("处置方式", lambda load: load.material.disposal),
]

TRUCKS_AND_CUBIC_METRES: list[Column] = [
    ("日期", lambda load: load.when),
    ("垃圾种类", lambda load: load.material.name),
    ("车数", lambda load: load.trucks),
    ("每车方量(m³)", lambda load: load.per_truck),
    ("堆积密度(t/m³)", lambda load: load.material.density),
    ("接收地点", lambda load: load.receiver),
    ("处置方式", lambda load: load.material.disposal),
    ("单号", lambda load: load.ticket),
]

AMOUNT_AND_UNIT: list[Column] = [
    ("外运日期", lambda load: load.when),
    ("单号", lambda load: load.ticket),
    ("物料名称", lambda load: load.material.name),
    ("数量", lambda load: round(load.mass * 1000) if load.material.waste_class == "metal" else load.mass),
    ("单位", lambda load: "kg" if load.material.waste_class == "metal" else "吨"),
    ("处置方式", lambda load: load.material.disposal),
    ("目的地", lambda load: load.receiver),
    ("车牌", lambda load: load.plate),
]
"""Mixed units 单位混用: scrap metal is sold by the kilogram, the rest goes by the tonne."""

ENGLISH: list[Column] = [
    ("Ticket No.", lambda load: load.ticket),
    ("Time out", lambda load: load.when),
    ("Waste", lambda load: ENGLISH_NAMES.get(load.material.name, load.material.name)),
    ("Gross (t)", lambda load: load.gross),
    ("Tare (t)", lambda load: load.tare),
    ("Net (t)", lambda load: load.mass),
    ("Destination", lambda load: load.receiver),
    ("Plate", lambda load: load.plate),
]
ENGLISH_NAMES = {
    "废混凝土": "concrete",
    "废钢筋": "rebar scrap",
    "废模板": "formwork",
    "混合建筑垃圾": "mixed waste",
    "包装塑料": "packaging film",
}
ENGLISH_NAMES |= {"碎砖": "brick", "型钢余料": "scrap steel"}

VOLUME_WITHOUT_DENSITY: list[Column] = [
    ("序号", lambda load: load.ticket.rsplit("-", 1)[-1]),
    ("外运日期", lambda load: load.when),
    ("名称", lambda load: load.material.name),
    ("来源", _origin),
    ("方量(方)", lambda load: load.volume),
    ("车牌", lambda load: load.plate),
    ("联单号", lambda load: load.ticket),
    ("去向", lambda load: load.material.disposal),
]


def rows_of(loads: list[Load], form: Form) -> list[list[Any]]:
    """Title lines, the header, one row a load."""
    rows: list[list[Any]] = [[title] for title in form.titles]
    rows.append([header for header, _ in form.columns])
    return rows + [[cell(load) for _, cell in form.columns] for load in loads]


def zero_row(form: Form, month: date, note: str = "零报告") -> list[Any]:
    """A month in which nothing left the site: the date, the words 零报告 where the waste is named, nothing else."""
    names = {"垃圾名称", "货物名称", "垃圾种类", "名称", "物料名称", "Waste"}
    times = {"出场时间", "过磅时间", "日期", "外运日期", "Time out"}
    return [at(month, 0.0) if header in times else note if header in names else None for header, _ in form.columns]


def write_tickets(path: Path, rows: list[list[Any]], form: Form) -> None:
    """The rows as Excel or CSV by the name's ending."""
    if path.suffix == ".xlsx":
        write_excel(path, {form.sheet: rows}, {form.sheet: len(form.titles) + 1})
    else:
        write_csv(path, rows, form.encoding)
