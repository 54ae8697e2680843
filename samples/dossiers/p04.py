"""P04 医院: far above the limit by volume tickets without a density; a model of architecture only; a sprinkler beside the dust sensor."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from samples.dossier import FROZEN_DAY, Dossier
from samples.frames import hospital_architecture
from samples.loads import ABOVEGROUND, UNDERGROUND, Habit, Phase, silent_months, spoil, works_waste
from samples.model import Model
from samples.prefabrication import expect_integration
from samples.streams import FESTIVAL, Stream, dust, total_dust
from samples.tickets import VOLUME_WITHOUT_DENSITY, Form, rows_of, write_tickets, zero_row
from samples.writing import local

AREA = 6_480.0
FROM = date(2022, 8, 1)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="public",
        client="武进区礼嘉卫生服务中心",
        contractor="江苏中泽建设工程有限公司",
        designer="常州医疗建筑设计研究所",
        supervisor="常州天衡监理有限公司",
        epc_contract=False,
        works_from=FROM,
    )
    facts = {"use": "public", "structure_type": "concrete", "floor_area": AREA, "storeys": 4, "height": 18.0}
    dossier.add(
        "building",
        {
            "building": "B1",
            "name": "门诊楼",
            **facts,
            "prefabricated": False,
            "full_fit_out": True,
            "has_kitchen": False,
            "has_bathroom": True,
        },
    )
    dossier.add(
        "stage",
        {"stage": "underground", "from_date": FROM, "to_date": date(2022, 12, 31)},
        {"stage": "aboveground", "from_date": date(2023, 1, 1)},
    )
    dossier.festival()
    model = Model("P04", "门诊楼-建筑.ifc", "礼嘉医院门诊楼")
    hospital_architecture(model)
    model.write(dossier.folder / "models" / "门诊楼-建筑.ifc")
    dossier.add("model_file", {"model": "门诊楼-建筑.ifc", "building": "B1", "discipline": "建筑"})
    _tickets(dossier)
    _readings(dossier)
    dossier.write_survey()
    truth = dossier.truth
    truth.facts["elements"] = len(model.drawn)
    outer, inner = model.area("enclosure_wall"), model.area("inner_wall")
    truth.figure(
        "enclosure_non_masonry_ratio",
        "B1",
        100 * (outer - model.area("enclosure_wall", "masonry")) / outer,
        "q2a from the dimensions drawn",
    )
    truth.figure(
        "inner_wall_non_masonry_ratio", "B1", 100 * (inner - model.area("inner_wall", "masonry")) / inner, "q2c from the dimensions drawn"
    )
    truth.gap("vertical_precast_ratio", "B1", "", "the model holds no column and no bearing wall")
    truth.gap("horizontal_precast_ratio", "B1", "", "the model holds no slab")
    expect_integration(dossier, model, said=False)
    truth.verdict("gbt51129_2017", "B1", "unknown", "a model of architecture says nothing of the main structure")
    truth.verdict("waste_reduction", "", "not_met", "above 300 already", final=True)


def _tickets(dossier: Dossier) -> None:
    habit = Habit("LJ", night=True, rests=(FESTIVAL,), by_volume=True)
    phases = [Phase(FROM, date(2022, 12, 31), 118.0, UNDERGROUND), Phase(date(2023, 1, 1), date(2023, 6, 30), 128.0, ABOVEGROUND)]
    loads = works_waste(dossier.chance.child("waste"), phases, habit)
    earth = spoil(dossier.chance.child("earth"), FROM, date(2022, 9, 20), 10, habit)
    form = Form(VOLUME_WITHOUT_DENSITY, ("礼嘉医院门诊楼工程 建筑垃圾外运台账", "填表人：资料员    2023年6月"))
    zeros = silent_months(loads + earth, FROM, FROZEN_DAY)
    rows = rows_of(sorted(loads + earth, key=lambda load: load.when), form)
    unknown = [None, local(2023, 6, 12, 22, 30), "杂料", None, 8, "苏DA8812", "LJ2306-9001", "填埋"]
    write_tickets(dossier.folder / "weighings.xlsx", [*rows, unknown, *[zero_row(form, day) for day in zeros]], form)
    dossier.truth.remark("weighings.xlsx", "refused", "waste_unknown", 1, "a load called 杂料, which is no name of a waste")
    dossier.expect_waste(loads + earth, zeros, FROM, None, AREA)


def _readings(dossier: Dossier) -> None:
    """The fog cannon beside the gate wets the sensor at nine and at two: its optics read drops as dust for forty minutes."""
    background = dossier.city_stream()
    fine = dust(dossier.chance.child("dust"), "LJ-D1", background, date(2023, 2, 6), date(2023, 6, 30), 300)
    coarse = total_dust(dossier.chance, fine)
    humidity = 55 + 10 * np.clip(dossier.chance.child("humidity").normals(len(fine.times)), -2, 2)
    wet = sprinkled(fine)
    fine = fine.with_values(wet, fine.values[wet] + 210)
    humidity[wet] = 97
    dossier.sensor(fine, "µg/m³", "丙厂", reference="CZ-01", site="大门雾炮旁")
    dossier.sensor(coarse, "µg/m³", "丙厂", site="大门雾炮旁")
    extra = {"湿度(%RH)": np.round(humidity, 1)}
    dossier.wide("扬尘.parquet", [fine, coarse], ["PM10(µg/m³)", "TSP(µg/m³)"], [1.0, 1.0], extra)
    over = sum(dossier.expect_stream(stream, background) for stream in (fine, coarse))
    truth = dossier.truth
    truth.verdict("dust", "", "not_met", f"{over:g} slots; most stand at nine and at two, when the fog cannon runs", final=True)
    truth.for_a_person(
        "大门监测点每天9点、14点 PM10 高于 TSP，湿度近100%：雾炮喷湿仪器，读数不可信，应移位。",
        "Each working day at nine and two PM10 stands above TSP at 97 % humidity: the fog cannon wets the device. Move it.",
    )


def sprinkled(stream: Stream) -> np.ndarray:
    """True while the fog cannon runs: forty minutes from nine and from two on working days of May and June."""
    mask = np.zeros(len(stream.times), dtype=bool)
    for day in range(60):
        start = local(2023, 5, 2) + timedelta(days=day)
        if start.weekday() < 5:
            for hour in (9, 14):
                mask |= stream.during(start + timedelta(hours=hour), start + timedelta(hours=hour, minutes=40))
    return mask
