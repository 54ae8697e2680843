"""The files, rows, papers and series of the made-up evaluation."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from qingzhu.terms.figures import Figure


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


FILES = {
    "project.toml": ("survey", 2_318),
    "weighings/2021.xlsx": ("weighing", 18_432),
    "weighings/2022.xlsx": ("weighing", 41_216),
    "weighings/2023.csv": ("weighing", 9_870),
    "models/tower.ifc": ("model", 31_700_412),
    "models/车库.ifc": ("model", 212_000),
    "readings/noise.parquet": ("reading", 4_204_119),
    "readings/dust.csv": ("reading", 8_800_300),
    "mapping.toml": ("mapping", 3_110),
}

TITLES = {
    "waste_intensity": ("waste", "施工现场建筑垃圾单位面积排放量", "Waste sent off site per floor area"),
    "waste_intensity_by_class": ("waste", "单位面积排放量，按类别", "Waste per floor area, by class"),
    "waste_intensity_by_stage": ("waste", "单位面积排放量，按阶段", "Waste per floor area, by stage"),
    "waste_discharged": ("waste", "排放量", "Waste discharged"),
    "waste_generated": ("waste", "产生量", "Waste generated"),
    "recovery_rate": ("waste", "资源化利用率", "Recovery rate"),
    "waste_months_reported": ("waste", "有记录的月份占比", "Months accounted for"),
    "vertical_precast_ratio": ("prefabrication", "竖向构件预制比例 q1a", "Precast share of vertical members, q1a"),
    "horizontal_precast_ratio": ("prefabrication", "水平构件预制比例 q1b", "Precast share of horizontal members, q1b"),
    "enclosure_non_masonry_ratio": ("prefabrication", "围护墙非砌筑比例 q2a", "Enclosure wall without masonry, q2a"),
    "enclosure_integrated_ratio": ("prefabrication", "围护墙一体化比例 q2b", "Integrated enclosure wall, q2b"),
    "inner_wall_non_masonry_ratio": ("prefabrication", "内隔墙非砌筑比例 q2c", "Inner wall without masonry, q2c"),
    "inner_wall_integrated_ratio": ("prefabrication", "内隔墙一体化比例 q2d", "Integrated inner wall, q2d"),
    "dry_floor_ratio": ("prefabrication", "干式楼地面比例 q3a", "Dry floors, q3a"),
    "integrated_kitchen_ratio": ("prefabrication", "集成厨房比例 q3b", "Integrated kitchens, q3b"),
    "integrated_bathroom_ratio": ("prefabrication", "集成卫生间比例 q3c", "Integrated bathrooms, q3c"),
    "separated_pipe_ratio": ("prefabrication", "管线分离比例 q3d", "Separated pipes, q3d"),
    "noise_exceedances": ("noise", "噪声疑似超标时段数", "Noise slots above the limit"),
    "noise_hours": ("noise", "噪声疑似超标时数", "Hours of noise above the limit"),
    "noise_episodes": ("noise", "噪声疑似超标次数", "Episodes of noise above the limit"),
    "dust_exceedances": ("dust", "扬尘疑似超标时段数", "Dust slots above the limit"),
    "reading_completeness": ("readings", "读数完整率", "Completeness of readings"),
    "flat_readings": ("doubts", "最长不变读数", "Longest run of equal readings"),
    "spec_count": ("variety", "规格数", "Number of specs"),
    "top_share": ("variety", "前几种规格占比", "Share of the top specs"),
    "model_completeness": ("bim", "模型信息完整率", "Completeness of the model"),
}

SQL = """SELECT area.project,
       10000 * counted.mass / nullif(area.floor_area, 0) AS value,
       CASE WHEN counted.mass IS NULL THEN 'no_load_weighed' END AS gap   -- a < b & c
FROM area LEFT JOIN counted ON counted.project = area.project
"""

WEIGHING_COLUMNS = [
    {"name": "submission", "zh": "提交", "en": "Submission"},
    {"name": "row", "zh": "行", "en": "Row"},
    {"name": "ticket", "zh": "联单编号", "en": "Ticket"},
    {"name": "time", "zh": "出场时间", "en": "Left the site"},
    {"name": "waste_class", "zh": "垃圾类别", "en": "Class"},
    {"name": "net_mass", "zh": "净重", "en": "Net mass", "unit": "t"},
    {"name": "plate", "zh": "车牌", "en": "Plate", "personal": True},
]
ELEMENT_COLUMNS = [
    {"name": "row", "zh": "序号", "en": "Row"},
    {"name": "global_id", "zh": "GlobalId", "en": "GlobalId"},
    {"name": "ifc_class", "zh": "IFC 类", "en": "IFC class"},
    {"name": "name", "zh": "名称", "en": "Name"},
    {"name": "volume", "zh": "体积", "en": "Volume", "unit": "m³"},
]


def paper(measure: str, unit: str, grain: list[str]) -> dict[str, Any]:
    term, zh, en = TITLES[measure]
    return {
        "title": both(zh, en),
        "term": term,
        "unit": unit,
        "grain": grain,
        "sql": f"-- {measure}\n{SQL}",
        "derived": ["waste_load"] if measure == "waste_intensity" else [],
        "sql_sha256": sha(measure),
        "notes": both(
            "不含工程渣土与工程泥浆；没有过磅的工地为未知，不是零。",
            "Spoil and slurry are left out. A site that has weighed nothing is unknown, not zero.",
        ),
        "source": {"document": "建质〔2020〕46号", "article": "一（三）", "checked": "secondary"}
        if term == "waste"
        else {"document": "GB/T 51129-2017", "clause": "4.0.2", "checked": "two transcriptions"},
        "inputs": {"waste_load": ["project", "waste_origin", "net_mass"], "building": ["project", "floor_area"]},
        "parameters": {"waste_origin": ["waste_origin", "in_intensity"]},
        "doubt": {"above": 24} if term == "doubts" else None,
    }


def derived_paper() -> dict[str, Any]:
    """The one derived table the made-up figures are computed from."""
    own = {"title": both("垃圾车次", "Loads of waste"), "sql": "SELECT project, loads FROM weighing", "sql_sha256": sha("waste_load")}
    return {**paper("waste_intensity", "", ["project"]), **own, "derived": [], "inputs": {"weighing": ["project", "loads"]}}


def papers(figures: list[Figure]) -> dict[str, Any]:
    return {figure.measure: paper(figure.measure, figure.unit, list(figure.grain)) for figure in figures}


def submission_id(name: str) -> str:
    return sha(f"submission {name}")


def evidence_of(figure: Figure) -> list[dict[str, Any]]:
    term = TITLES[figure.measure][0]
    if figure.value is None:
        return []
    if term == "waste":
        rows = [
            [
                submission_id("weighings/2022.xlsx"),
                line,
                f"CZ-2022-{line:04}",
                f"2022-04-{1 + line % 28:02}T01:2{line % 10}:00+00:00",
                ("inorganic", "wood", "metal")[line % 3],
                round(2.5 + line % 7 * 0.43, 2),
                "苏D12345",
            ]
            for line in range(3, 23)
        ]
        return [
            {
                "table": "weighing",
                "count": 214,
                "columns": WEIGHING_COLUMNS,
                "rows": rows,
                "originals": [sha("weighings/2021.xlsx"), sha("weighings/2022.xlsx"), sha("weighings/2023.csv")],
            }
        ]
    if term in ("prefabrication", "variety", "bim"):
        rows = [[line, sha(str(line))[:22], "IfcColumn", "矩形柱 600×600-C40", 1.08] for line in range(1, 7)]
        return [{"table": "element", "count": 6, "columns": ELEMENT_COLUMNS, "rows": rows, "originals": [sha("models/tower.ifc")]}]
    return [
        {
            "table": "noise_slot",
            "count": 31_104,
            "columns": [{"name": "slot", "zh": "时段", "en": "Slot"}, {"name": "level", "zh": "等效声级", "en": "LAeq", "unit": "dB(A)"}],
            "rows": [["2023-05-11T14:20:00+00:00", 58.31], ["2023-05-11T14:40:00+00:00", None]],
            "originals": [sha("readings/noise.parquet")],
        }
    ]


REMARKS = {
    "weighings/2022.xlsx": [
        {
            "level": "refused",
            "code": "ticket_tare_above_gross",
            "row": 87,
            "column": "皮重",
            "found": "18.42",
            "count": 1,
            "zh": "皮重 18.42 吨大于毛重 12.10 吨；请核对磅单后更正。",
            "en": "Tare 18.42 t is above gross 12.10 t; check the weighbridge slip and correct it.",
        },
        {
            "level": "refused",
            "code": "duplicate_ticket",
            "row": 131,
            "column": "联单编号",
            "found": "CZ-2022-0042",
            "count": 2,
            "zh": "联单编号与第 45 行重复，后一行未计入。",
            "en": "Same ticket as row 45; the later row is not counted.",
        },
        {
            "level": "doubt",
            "code": "shared_ticket",
            "row": 140,
            "found": "CZ-2022-0871",
            "count": 1,
            "zh": "另一项目也有此联单。",
            "en": "Another project has this ticket too.",
        },
        {
            "level": "note",
            "code": "density_used",
            "count": 64,
            "zh": "64 行按体积折算，堆积密度 1.2 吨/立方米。",
            "en": "64 rows from volume, bulk density 1.2 t/m³.",
        },
    ],
    "readings/noise.parquet": [
        {
            "level": "note",
            "code": "local_time_assumed",
            "count": 1,
            "zh": "时间没有时区，按北京时间读入。",
            "en": "Times without zone were read as Asia/Shanghai.",
        }
    ],
    "models/车库.ifc": [
        {
            "level": "refused",
            "code": "lfs_pointer",
            "count": 1,
            "zh": "该文件是 Git LFS 指针，不是模型；请提交真正的 IFC 文件。",
            "en": "This is a Git LFS pointer, not a model; hand in the IFC file itself.",
        }
    ],
}

ROWS = {
    "survey": {"project": 1, "building": 3, "stage": 3, "sensor": 4},
    "weighing": {"weighing": 71},
    "model": {"element": 2_213, "property": 31_870, "quantity": 8_412},
    "reading": {"reading": 1_104_480},
    "mapping": {"mapping": 38},
}


def submissions() -> list[dict[str, Any]]:
    made = []
    for name, (kind, size) in FILES.items():
        refused = name.endswith("车库.ifc")
        made.append(
            {
                "id": submission_id(name),
                "slot": {"project": "P01", "kind": kind, "name": name},
                "state": "refused" if refused else "read",
                "status": "refused" if refused else "current",
                "given_by": "资料员 王敏",
                "given_at": "2023-07-01T01:20:00+00:00",
                "originals": [{"name": name, "size": size, "sha256": sha(name)}],
                "tables": {} if refused else ROWS[kind],
                "remarks": REMARKS.get(name, []),
            }
        )
    made.append(
        {
            **made[0],
            "id": submission_id("earlier project.toml"),
            "status": "superseded",
            "originals": [{"name": "project.toml", "size": 2_190, "sha256": sha("earlier")}],
        }
    )
    return made


MONTHLY = [0, 12.1, 38.4, 61.9, 55.2, 44.8, 21.0, 48.3, 52.7, 49.9, 46.1, 38.8, 35.2, 30.7, 9.1, None, 0, 24.3, 41.0, 37.9, None, 36.2]


def series() -> dict[str, Any]:
    months = []
    for place, counted in enumerate(MONTHLY):
        year, month = divmod(2021 * 12 + 8 + place, 12)
        state = "silent" if counted is None else "zero_report" if counted == 0 and place else "tickets"
        spoil = [9_800.0, 14_200.0, 11_900.0, 4_600.0, 880.0][place] if place < 5 else 0.0
        months.append({"month": f"{year}-{month + 1:02}", "counted": counted or 0.0, "not_counted": spoil, "state": state})
    return {"waste_by_month": months, "noise_slots_by_day": days("N1", "gb12523", 27, 45) + days("N2 西侧", "gb12523", 27, 45)}


def days(sensor: str, rule: str, night_slots: int, day_slots: int) -> list[dict[str, Any]]:
    made = []
    for offset in range(181):
        day = date(2023, 1, 1) + timedelta(days=offset)
        stuck = sensor != "N1" and date(2023, 3, 4) <= day <= date(2023, 3, 20)
        works = sensor == "N1" and date(2023, 5, 11) <= day <= date(2023, 5, 14)
        for period, slots, limit in (("day", day_slots, 70.0), ("night", night_slots, 55.0)):
            above = {11: 6, 12: 1, 13: 4, 14: 3}[day.day] if works and period == "night" else 0
            unknown = slots if stuck else 8 if offset % 43 == 7 else 0
            made.append(
                {
                    "day": day.isoformat(),
                    "sensor": sensor,
                    "rule": rule,
                    "period": period,
                    "limit": limit,
                    "exceeding": above,
                    "within": slots - above - unknown,
                    "unknown": unknown,
                }
            )
    return made
