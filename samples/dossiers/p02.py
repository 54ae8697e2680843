"""P02 保障房: trucks and cubic metres at night, above the limit for good; block walls fail Q2; the device's clock is 8 hours off."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from samples.dossier import FROZEN_DAY, Dossier
from samples.housing import rental_tower
from samples.loads import ABOVEGROUND, FIT_OUT, UNDERGROUND, Habit, Phase, silent_months, spoil, works_waste
from samples.model import Model
from samples.prefabrication import expect_integration, expect_ratios, expect_variety, storeys, take_off, wet_rooms
from samples.streams import FESTIVAL, Stream, dust, noise
from samples.tickets import TRUCKS_AND_CUBIC_METRES, Form, rows_of, write_tickets, zero_row
from samples.truth import LATER
from samples.writing import local, write_readings

AREA = 7_207.2
FROM = date(2022, 5, 1)
HOURS_OFF = -8


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="housing",
        client="常州西太湖保障房建设有限公司",
        contractor="江苏滆湖建设有限公司",
        designer="常州筑友建筑设计院",
        supervisor="常州天衡监理有限公司",
        epc_contract=True,
        works_from=FROM,
    )
    facts = {"use": "housing", "structure_type": "concrete", "floor_area": AREA, "storeys": 11, "height": 30.8}
    dossier.add(
        "building",
        {
            "building": "B1",
            "name": "公租房",
            **facts,
            "prefabricated": True,
            "full_fit_out": True,
            "has_kitchen": True,
            "has_bathroom": True,
        },
    )
    dossier.add(
        "stage",
        {"stage": "underground", "from_date": FROM, "to_date": date(2022, 9, 15)},
        {"stage": "aboveground", "from_date": date(2022, 9, 16), "to_date": date(2023, 5, 15)},
        {"stage": "fit_out", "from_date": date(2023, 5, 16)},
    )
    dossier.festival()
    _model(dossier)
    _tickets(dossier)
    _readings(dossier)
    dossier.write_survey()
    dossier.truth.verdict("waste_reduction", "", "not_met", "above 200 already; more tickets can only raise it", final=True)
    dossier.truth.verdict("waste_reduction", "", "not_met", "a sum only grows: still above 200 on any later day", on=LATER, final=True)
    dossier.truth.verdict("gbt51129_2017", "B1", "not_met", "walls of blocks: Q2 is at most 8.4 of the 10 points it needs", firm=True)


def _model(dossier: Dossier) -> None:
    model = Model("P02", "公租房.ifc", "西太湖保障性租赁住房")
    rental_tower(model)
    model.write(dossier.folder / "models" / "公租房.ifc")
    dossier.add("model_file", {"model": "公租房.ifc", "building": "B1", "discipline": "全专业"})
    expect_ratios(dossier, model, storeys(dossier, 11, 2.8, 655.2))
    expect_integration(dossier, model, said=False)
    expect_variety(dossier, model)
    items = {"q3a": (5_200.0, AREA, "m²"), "q3d": (1_500.0, 9_800.0, "m")}
    take_off(dossier, items)
    wet_rooms(dossier, 11, 6, "kitchen", 28.5, 22.8)
    wet_rooms(dossier, 11, 6, "bathroom", 23.3, 21.4)


def _tickets(dossier: Dossier) -> None:
    habit = Habit("XTH", night=True, rests=(FESTIVAL,), by_volume=True, receivers=("雪堰渣土消纳场", "横林建筑垃圾资源化利用厂"))
    phases = [
        Phase(FROM, date(2022, 9, 15), 44.0, UNDERGROUND),
        Phase(date(2022, 9, 16), date(2023, 5, 15), 76.0, ABOVEGROUND),
        Phase(date(2023, 5, 16), date(2023, 6, 30), 16.0, FIT_OUT),
    ]
    loads = works_waste(dossier.chance.child("waste"), phases, habit)
    earth = spoil(dossier.chance.child("earth"), FROM, date(2022, 6, 30), 14, habit)
    form = Form(TRUCKS_AND_CUBIC_METRES, ("西太湖保障性租赁住房 建筑垃圾外运记录（按车计方）",), encoding="gb18030")
    zeros = silent_months(loads + earth, FROM, FROZEN_DAY)
    household = [local(2023, 5, 9, 22, 10), "生活垃圾", 1, 8.0, 0.4, "雪堰渣土消纳场", "填埋", "XTH2305-9001"]
    negative = [local(2023, 4, 6, 23, 40), "废混凝土", -2, 8.0, 1.5, "横林建筑垃圾资源化利用厂", "资源化利用", "XTH2304-9002"]
    rows = (
        rows_of(sorted(loads + earth, key=lambda load: load.when), form)
        + [household, negative]
        + [zero_row(form, month) for month in zeros]
    )
    write_tickets(dossier.folder / "weighings.csv", rows, form)
    truth = dossier.truth
    truth.remark("weighings.csv", "refused", "waste_not_construction", 1, "household waste among the tickets")
    truth.remark("weighings.csv", "refused", "number_negative", 1, "minus two trucks")
    dossier.expect_waste(loads + earth, zeros, FROM, None, AREA)


def _readings(dossier: Dossier) -> None:
    """One device of maker B: mg/m³, and a clock that runs on UTC; the platform wrote down when each reading arrived."""
    background = dossier.city_stream()
    first, last = date(2023, 3, 1), date(2023, 6, 29)
    level = noise(dossier.chance.child("noise"), "XTH-1", first, last, 300)
    fine = dust(dossier.chance.child("dust"), "XTH-1", background, first, last, 300)
    dossier.sensor(level, "dB(A)", "乙厂", site="北侧场界")
    dossier.sensor(fine, "mg/m³", "乙厂", reference="CZ-01", site="北侧场界")
    late = np.timedelta64(3, "s")
    frame = {
        "设备编号": "XTH-1",
        "采集时间": level.shifted(HOURS_OFF).times.astype("datetime64[us]"),
        "噪声(dB)": level.values,
        "PM10(mg/m³)": np.round(fine.values / 1000, 4),
        "接收时间": (level.times + late).astype("datetime64[us]"),
    }
    write_readings(dossier.folder / "readings" / "环境监测_2023.csv", pl.DataFrame(frame), "gb18030")
    _expect(dossier, level.shifted(HOURS_OFF), fine.shifted(HOURS_OFF), background)


def _expect(dossier: Dossier, level: Stream, fine: Stream, background: Stream) -> None:
    over = dossier.expect_stream(level)
    above = dossier.expect_stream(fine, background)
    truth = dossier.truth
    truth.doubt(
        "clock_offset", "XTH-1", "the clock runs on UTC: readings arrive 8 h after the time they carry", value=28_803.0, within=60.0
    )
    truth.verdict("noise", "", "not_met" if over else "met", f"{over:g} slots as the clock has them: day work appears at night")
    why = f"{above:g} hours as the clock has them; the last eight hours of the window carry no reading"
    truth.verdict("dust", "", "not_met" if above else "unknown", why)
    truth.for_a_person(
        "时钟差8小时：“夜间超标”其实是白天施工。更正时钟前不要据此处理。",
        "The clock is 8 hours off: the nights above the limit are working days. Don't act on them before it is put right.",
    )
