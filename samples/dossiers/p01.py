"""P01 安置房: a project in good order. Three towers, one with a usable model that reaches grade A; waste within its limit so far."""

from __future__ import annotations

from datetime import date

from samples.dossier import COUNTED, FROZEN_DAY, Dossier
from samples.housing import resettlement_tower
from samples.loads import ABOVEGROUND, FIT_OUT, UNDERGROUND, Habit, Load, Phase, silent_months, spoil, works_waste
from samples.model import Model
from samples.prefabrication import expect_integration, expect_ratios, expect_variety, storeys, take_off, wet_rooms
from samples.streams import FESTIVAL, dust, noise, total_dust
from samples.tickets import SITE_WEIGHBRIDGE, TRUCKS_AND_CUBIC_METRES, Form, rows_of, write_tickets, zero_row
from samples.truth import LATER
from samples.writing import local, write_toml

AREA = 28_512.0
FROM = date(2022, 3, 1)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="housing",
        client="常州丁堰城镇建设有限公司",
        contractor="江苏青枫建工集团有限公司",
        designer="常州筑友建筑设计院",
        supervisor="常州正平工程监理有限公司",
        epc_contract=True,
        whole_process_consulting=False,
        works_from=FROM,
    )
    for code, name, area, height in (("B1", "1号楼", 5832.0, 34.8), ("B2", "2号楼", 11340.0, 52.2), ("B3", "3号楼", 11340.0, 52.2)):
        facts = {"use": "housing", "structure_type": "concrete", "floor_area": area, "storeys": round(height / 2.9), "height": height}
        dossier.add(
            "building",
            {
                "building": code,
                "name": name,
                **facts,
                "prefabricated": True,
                "full_fit_out": True,
                "has_kitchen": True,
                "has_bathroom": True,
            },
        )
    dossier.add(
        "stage",
        {"stage": "underground", "from_date": FROM, "to_date": date(2022, 8, 31)},
        {"stage": "aboveground", "from_date": date(2022, 9, 1), "to_date": date(2023, 4, 30)},
        {"stage": "fit_out", "from_date": date(2023, 5, 1)},
    )
    dossier.festival()
    _model(dossier)
    _tickets(dossier)
    _readings(dossier)
    dossier.write_survey()
    truth = dossier.truth
    truth.verdict("waste_reduction", "", "met", "below 200 so far, every month reported, works go on", final=False)
    truth.verdict("waste_reduction", "", "met", "still so far: the works go on, and most months are silent", on=LATER, final=False)
    truth.verdict("gbt51129_2017", "B1", "met", "Q1, Q2, full fit-out and P reach their minima; grade A", grade="A", final=False)
    for building in ("B2", "B3"):
        truth.verdict("gbt51129_2017", building, "unknown", "no model and no take-off")
        truth.gap("vertical_precast_ratio", building, "", "no model holds a vertical member of this building")
    truth.for_a_person("2号楼、3号楼与1号楼同型，却没有模型。", "Towers 2 and 3 are of the same kind as tower 1 and have no model.")


def _model(dossier: Dossier) -> None:
    model = Model("P01", "B1-结构建筑.ifc", "丁堰青竹家园1号楼")
    resettlement_tower(model)
    model.write(dossier.folder / "models" / "B1-结构建筑.ifc")
    dossier.add("model_file", {"model": "B1-结构建筑.ifc", "building": "B1", "discipline": "结构、建筑"})
    expect_ratios(dossier, model, storeys(dossier, 12, 2.9, 486.0))
    expect_integration(dossier, model, said=True, mapped="预制剪力墙 YWQ")
    expect_variety(dossier, model)
    take_off(
        dossier,
        {
            "q3a": (4_200.0, 5_832.0, "m²"),
            "q3d": (5_100.0, 12_600.0, "m"),
        },
    )
    wet_rooms(dossier, 12, 4, "kitchen", 35.76, 28.6)
    wet_rooms(dossier, 12, 4, "bathroom", 27.48, 23.4)
    write_toml(dossier.folder / "mapping.toml", {"mapping": MAPPING}, "项目自己的映射：先匹配者为准，其余由默认映射判定")


BEARING = {"role": "bearing_wall", "material_key": "concrete"}
MAPPING = [
    # 外墙为夹心保温剪力墙，与保温、装饰一体
    {"type_name": "^预制剪力墙 YWQ", **BEARING, "construction": "precast", "grade": "C40", "system": "integrated"},
    {"type_name": "^预制剪力墙 ", **BEARING, "construction": "precast", "grade": "C40", "system": "not_integrated"},
    {"type_name": "^现浇剪力墙 ", **BEARING, "construction": "cast_in_place", "grade": "C35", "system": "not_integrated"},
    {"type_name": "^ALC外墙板", "role": "enclosure_wall", "construction": "panel", "system": "not_integrated"},
    {"type_name": "^轻质隔墙板", "role": "inner_wall", "construction": "panel", "system": "not_integrated"},
]


def _tickets(dossier: Dossier) -> None:
    habit = Habit("DY", rests=(FESTIVAL,), receivers=("横林建筑垃圾资源化利用厂", "奔牛再生资源分拣中心"))
    phases = [
        Phase(FROM, date(2022, 8, 31), 158.0, UNDERGROUND),
        Phase(date(2022, 9, 1), date(2023, 4, 30), 268.0, ABOVEGROUND),
        Phase(date(2023, 5, 1), date(2023, 6, 30), 96.0, FIT_OUT),
    ]
    loads = works_waste(dossier.chance.child("waste"), phases, habit)
    earth = spoil(dossier.chance.child("earth"), FROM, date(2022, 5, 20), 22, habit)
    gate = Form(SITE_WEIGHBRIDGE, ("丁堰青竹家园安置房一期 建筑垃圾出场过磅台账", "施工单位：江苏青枫建工集团有限公司    单位：吨"))
    old = [load for load in loads if load.when.year == 2022]
    new = [load for load in loads if load.when.year == 2023]
    again = old[-4:]
    zeros = silent_months(loads + earth, FROM, FROZEN_DAY)
    rows = [zero_row(gate, month) for month in zeros]
    total: list[object] = ["合计"] + [None] * 6 + [round(sum(load.mass for load in old), 2)] + [None] * 4
    write_tickets(dossier.folder / "weighings_2022.xlsx", [*rows_of(old, gate), total], gate)
    write_tickets(dossier.folder / "weighings_2023.xlsx", rows_of(again, gate) + rows_of(new, gate)[3:] + rows, gate)
    night = Form(TRUCKS_AND_CUBIC_METRES, ("渣土外运夜间记录",))
    write_tickets(dossier.folder / "weighings_渣土.csv", rows_of(earth, night), night)
    dossier.truth.remark(
        "weighings_2023.xlsx",
        "refused",
        "ticket_handed_in_before",
        len(again),
        "four tickets of December 2022 copied into the new year's file",
    )
    dossier.expect_waste(loads + earth, zeros, FROM, None, AREA)
    _by_stage(dossier, phases, loads)


def _by_stage(dossier: Dossier, phases: list[Phase], loads: list[Load]) -> None:
    for stage, phase in zip(("underground", "aboveground", "fit_out"), phases, strict=True):
        mass = sum(load.mass for load in loads if phase.first <= load.when.date() <= phase.last and load.material.origin in COUNTED)
        dossier.truth.figure("waste_intensity_by_stage", stage, 1e4 * mass / AREA, f"{mass:.2f} t left in this stage")


def _readings(dossier: Dossier) -> None:
    background = dossier.city_stream()
    level = noise(dossier.chance.child("noise"), "DY-Z1", date(2023, 4, 1), date(2023, 6, 30), 60)
    fine = dust(dossier.chance.child("dust"), "DY-Y1", background, date(2023, 1, 1), date(2023, 6, 30), 300, (FESTIVAL,))
    earthwork = fine.during(local(2023, 6, 8, 9), local(2023, 6, 8, 14))
    fine = fine.with_values(earthwork, fine.values[earthwork] + 140)
    coarse = total_dust(dossier.chance, fine)
    dossier.sensor(level, "dB(A)", "甲厂", site="东侧场界")
    dossier.sensor(fine, "µg/m³", "甲厂", reference="CZ-01", site="工地大门")
    dossier.sensor(coarse, "µg/m³", "甲厂", site="工地大门")
    dossier.wide("noise.parquet", [level], ["噪声"], [1.0])
    dossier.wide("dust.parquet", [fine, coarse], ["PM10(µg/m³)", "TSP(µg/m³)"], [1.0, 1.0])
    over = sum(dossier.expect_stream(stream, background) for stream in (fine, coarse))
    dossier.expect_stream(level)
    dossier.truth.verdict("noise", "", "met", "no slot above its limit", final=False)
    dossier.truth.verdict("noise", "", "unknown", "no reading since July 2023", on=LATER, final=False)
    dossier.truth.verdict("dust", "", "not_met", f"{over:g} slots: earthwork on 8 June, and TSP in the sandstorm of 12 April", final=True)
    dossier.truth.for_a_person(
        "4月12日全市沙尘：TSP 超限不是工地造成的。",
        "On 12 April the whole city lay in dust: the TSP slots above the limit were not made by the site.",
    )
