"""A made-up evaluation of one project, rich enough to show every part of a report. No number in it is anyone's.

The assembly rate of building B1 is the worked example 73.2 (22.2 + 15.0, 5 + 3.5 + 5 + 0, 6 + 6 + 4.5 + 6 + 0).
"""

from __future__ import annotations

from typing import Any

from qingzhu.terms.figures import Figure
from tests.reports.made_up_files import derived_paper, evidence_of, papers, series, sha, submissions
from tests.reports.made_up_verdicts import AREA, CLASSES, ON, STAGES, assembly_verdicts, site_verdicts, waste_verdict, words

RATIOS = {
    "vertical_precast_ratio": (44.6875, 65.8),
    "horizontal_precast_ratio": (75.0, 84.0),
    "enclosure_non_masonry_ratio": (90.0, 90.0),
    "enclosure_integrated_ratio": (65.0, 65.0),
    "inner_wall_non_masonry_ratio": (65.0, 81.0),
    "inner_wall_integrated_ratio": (40.0, 40.0),
    "dry_floor_ratio": (72.05, 72.05),
    "integrated_kitchen_ratio": (80.0, 95.0),
    "integrated_bathroom_ratio": (95.0, 95.0),
    "separated_pipe_ratio": (45.0, 45.0),
}


def prefabrication_figures() -> list[Figure]:
    made = []
    for name, (low, high) in RATIOS.items():
        made.append(Figure(name, {"project": "P01", "building": "B1"}, low, "%", coverage=100.0, high=low))
        gap = "elements_without_material" if low != high else None
        made.append(
            Figure(name, {"project": "P01", "building": "B2"}, low, "%", gap=gap, coverage=100.0 if low == high else 78.4, high=high)
        )
    return made


def waste_figures() -> list[Figure]:
    project = {"project": "P01"}
    intensity = round(10_000 * sum(CLASSES.values()) / AREA, 6)
    unit = "t/10⁴ m²"
    return [
        Figure("waste_intensity", project, intensity, unit, coverage=90.9),
        *(
            Figure("waste_intensity_by_class", {**project, "waste_class": name}, 10_000 * mass / AREA, unit)
            for name, mass in CLASSES.items()
        ),
        *(Figure("waste_intensity_by_stage", {**project, "stage": name}, 10_000 * mass / AREA, unit) for name, mass in STAGES.items()),
        Figure("waste_discharged", {**project, "waste_origin": "works_waste"}, 683.6, "t", coverage=90.9),
        Figure("waste_discharged", {**project, "waste_origin": "spoil"}, 41_380.0, "t", coverage=100.0),
        Figure("waste_generated", project, None, "t", gap="no_reuse_record"),
        Figure("recovery_rate", project, 71.3, "%", coverage=90.9, high=76.1),
        Figure("waste_months_reported", project, 90.9, "%", coverage=100.0),
    ]


def site_figures() -> list[Figure]:
    def stream(sensor: str, rule: str, period: str) -> dict[str, str]:
        return {"project": "P01", "sensor": sensor, "rule": rule, "period": period}

    return [
        Figure("noise_exceedances", stream("N1", "gb12523", "night"), 14.0, "count", coverage=96.2, high=22.0),
        Figure("noise_exceedances", stream("N1", "gb12523", "day"), 0.0, "count", coverage=97.0, high=0.0),
        Figure("noise_hours", stream("N1", "gb12523", "night"), 14 / 3, "h", coverage=96.2),
        Figure("noise_episodes", stream("N1", "gb12523", "night"), 4.0, "count", coverage=96.2),
        Figure("dust_exceedances", stream("D1", "db32_4437_pm10", "all"), None, "count", gap="no_reference_stream", coverage=0.0),
        Figure("reading_completeness", {"project": "P01", "sensor": "N1", "quantity": "noise"}, 96.4, "%"),
        Figure("reading_completeness", {"project": "P01", "sensor": "N2 西侧", "quantity": "noise"}, 71.8, "%"),
        Figure("reading_completeness", {"project": "P01", "sensor": "D1", "quantity": "pm10"}, 88.0, "%"),
        Figure("reading_completeness", {"project": "P01", "sensor": "D2", "quantity": "pm10"}, None, "%", gap="sensor_never_read"),
        Figure("flat_readings", {"project": "P01", "sensor": "N2 西侧", "quantity": "noise"}, 61.5, "h"),
        *(
            Figure("spec_count", {"project": "P01", "building": "B1", "component_kind": kind}, count, "count")
            for kind, count in (("column", 7.0), ("beam", 18.0), ("slab", 5.0), ("inner_wall", 11.0), ("stair", 2.0))
        ),
        *(
            Figure("top_share", {"project": "P01", "building": "B1", "component_kind": kind}, share, "%")
            for kind, share in (("column", 81.2), ("beam", 52.9), ("slab", 88.0), ("inner_wall", 67.4), ("stair", 100.0))
        ),
        Figure("model_completeness", {"project": "P01", "model": "tower.ifc"}, 93.7, "%", coverage=100.0),
    ]


FINDINGS = [
    {
        "kind": "doubt",
        "code": "flat_readings",
        "subject": "N2 西侧",
        "figure": "flat_readings:P01:N2 西侧:noise",
        "zh": "噪声读数连续 61.5 小时完全相同（2023年3月4日至6日），传感器可能失灵。",
        "en": "Noise readings were equal for 61.5 h (4 to 6 March 2023); the sensor may be stuck.",
    },
    {
        "kind": "doubt",
        "code": "shared_tickets",
        "subject": "CZ-2022-0871",
        "figure": None,
        "zh": "联单 CZ-2022-0871 在另一项目 P07 也有提交。",
        "en": "Ticket CZ-2022-0871 was handed in for project P07 too.",
    },
    {
        "kind": "refused",
        "code": "ticket_tare_above_gross",
        "subject": "weighings/2022.xlsx",
        "figure": None,
        "zh": "3 张过磅单皮重大于毛重，未计入；更正文件在 results/refused/。",
        "en": "Three tickets with tare above gross are not counted; mend the file in results/refused/.",
    },
    {
        "kind": "gap",
        "code": "silent_months",
        "subject": "2022-12, 2023-05",
        "figure": "waste_months_reported:P01",
        "zh": "两个月既无过磅单也无零报告。",
        "en": "Two months have neither a ticket nor a zero report.",
    },
]

GAPS = {
    "elements_without_material": words("部分图元没有材料，按未知处理", "some elements have no material and are unknown"),
    "no_reuse_record": words("没有现场回用记录，产生量无法计算", "no record of reuse on site, so what was generated is unknown"),
    "no_reference_stream": words("没有城市背景对照读数", "no readings of the city background"),
    "sensor_never_read": words("该监测点从未有读数", "this sensor never gave a reading"),
}

DOCUMENTS = {
    "建质〔2020〕46号": {
        "name": words("关于推进建筑垃圾减量化的指导意见", "Guiding opinion on reducing construction waste"),
        "from_date": "2020-05-08",
    },
    "GB/T 51129-2017": {
        "name": words("装配式建筑评价标准", "Standard for assessment of prefabricated building"),
        "from_date": "2018-02-01",
    },
    "GB 12523-2011": {
        "name": words("建筑施工场界环境噪声排放标准", "Emission standard of noise at construction boundary"),
        "to_date": "2025-12-31",
    },
    "DB32/4437-2022": {"name": words("施工场地扬尘排放标准", "Dust emission of construction sites")},
    "DB32/T 3753-2020": {"name": words("江苏省装配式建筑综合评定标准", "Jiangsu assessment of prefabricated building")},
    "青筑约定": {"name": words("本系统约定", "Conventions of this system"), "checked": "convention"},
}

TERMS = {
    "waste_intensity": {
        **words("单位面积排放量", "waste intensity"),
        "meaning": words(
            "离开工地的建筑垃圾质量除以建筑面积，不含渣土与泥浆。",
            "Mass of waste that left the site per gross floor area, without spoil and slurry.",
        ),
    },
    "prefabrication_ratio": {
        **words("装配率", "prefabrication ratio"),
        "meaning": words("按 GB/T 51129 评分所得的百分率。", "The percentage scored by GB/T 51129."),
    },
    "laeq": {
        **words("等效声级", "equivalent level"),
        "meaning": words("一个时段内声能平均所得的声级。", "Level of the mean sound energy of a slot."),
    },
}


def project_row(code: str = "P01", name: str = "常州经开区横山桥保障性租赁住房（二期）工程") -> dict[str, Any]:
    return {
        "project": code,
        "name": name,
        "region": "江苏省/常州市",
        "work": "new",
        "category": "housing",
        "client": "常州经开区城市更新建设有限公司",
        "contractor": "常州第一建筑集团有限公司",
        "designer": "江苏筑森建筑设计有限公司",
        "supervisor": "常州安厦工程监理有限公司",
        "epc_contract": True,
        "whole_process_consulting": None,
        "works_from": "2021-09-06",
        "works_to": None,
    }


BUILDINGS = [
    {
        "project": "P01",
        "building": "B1",
        "name": "1号住宅楼",
        "use": "housing",
        "structure_type": "concrete",
        "floor_area": 18_640.0,
        "storeys": 26,
    },
    {
        "project": "P01",
        "building": "B2",
        "name": "2号住宅楼",
        "use": "housing",
        "structure_type": "concrete",
        "floor_area": 17_420.0,
        "storeys": 24,
    },
    {
        "project": "P01",
        "building": "B3",
        "name": "开闭所",
        "use": "industrial",
        "structure_type": "concrete",
        "floor_area": 440.0,
        "storeys": 1,
    },
]


def evaluation(**changes: Any) -> dict[str, Any]:
    """The whole evaluation as plain data; ``changes`` replace keys."""
    figures = [*waste_figures(), *prefabrication_figures(), *site_figures()]
    verdicts = [waste_verdict(), *assembly_verdicts(), *site_verdicts()]
    made = {
        "format": "qingzhu-evaluation/1",
        "project": project_row(),
        "buildings": BUILDINGS,
        "on": ON.isoformat(),
        "store": {
            "position": 12,
            "pin": {
                "position": 12,
                "versions": {"weighing": 7, "reading": 4, "element": 2, "building": 1},
                "engine": "duckdb",
                "engine_version": "1.4.2",
                "measures": sha("measures"),
                "vocabulary": sha("vocabulary"),
                "parameters": sha("parameters"),
                "derived": sha("derived"),
            },
        },
        "verdicts": [verdict.as_dict() for verdict in verdicts],
        "measures": papers(figures),
        "derived": {"waste_load": derived_paper()},
        "figures": [{**figure.as_dict(), "evidence": evidence_of(figure)} for figure in figures],
        "series": series(),
        "submissions": submissions(),
        "findings": [dict(finding) for finding in FINDINGS],
        "gaps": GAPS,
        "documents": DOCUMENTS,
        "terms": TERMS,
        "unmapped": [
            {"model": "tower.ifc", "ifc_class": "IfcBuildingElementProxy", "count": 43, "volume": 118.62},
            {"model": "tower.ifc", "ifc_class": "IfcMember", "count": 12, "volume": None},
        ],
    }
    return {**made, **changes}
