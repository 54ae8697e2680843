"""P05 科研办公楼: finished, every month reported, within the limit for good; prefabricated without a grade; a night of concreting."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from samples.dossier import Dossier
from samples.frames import research_office
from samples.loads import ABOVEGROUND, FIT_OUT, UNDERGROUND, Habit, Phase, silent_months, works_waste
from samples.model import Model
from samples.prefabrication import expect_integration, expect_ratios, expect_variety, storeys, take_off, wet_rooms
from samples.streams import FESTIVAL, noise
from samples.tickets import SITE_WEIGHBRIDGE, Form, rows_of, write_tickets, zero_row
from samples.truth import FROZEN, LATER
from samples.writing import local, write_readings, write_toml

AREA = 5_080.32
FROM, TO = date(2022, 4, 1), date(2023, 6, 20)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="public",
        client="新北建筑检测研究院有限公司",
        contractor="江苏青枫建工集团有限公司",
        designer="江苏晴川建筑设计有限公司",
        supervisor="常州正平工程监理有限公司",
        epc_contract=True,
        whole_process_consulting=True,
        works_from=FROM,
        works_to=TO,
    )
    facts = {"use": "public", "structure_type": "concrete", "floor_area": AREA, "storeys": 6, "height": 25.2}
    dossier.add(
        "building",
        {
            "building": "B1",
            "name": "科研楼",
            **facts,
            "prefabricated": True,
            "full_fit_out": True,
            "has_kitchen": False,
            "has_bathroom": True,
        },
    )
    dossier.add(
        "stage",
        {"stage": "underground", "from_date": FROM, "to_date": date(2022, 7, 31)},
        {"stage": "aboveground", "from_date": date(2022, 8, 1), "to_date": date(2023, 2, 28)},
        {"stage": "fit_out", "from_date": date(2023, 3, 1), "to_date": TO},
    )
    dossier.festival()
    _model(dossier)
    _tickets(dossier)
    _readings(dossier)
    dossier.write_survey()
    truth = dossier.truth
    for day in (FROZEN, LATER):
        truth.verdict(
            "waste_reduction",
            "",
            "met",
            "works ended on 20 June and each month has a ticket or a zero report: final on any later day",
            on=day,
            final=True,
        )
    truth.verdict("gbt51129_2017", "B1", "met", "a prefabricated building with P between 50 and 60: no grade", grade="", final=False)


def _model(dossier: Dossier) -> None:
    model = Model("P05", "科研楼.ifc", "新北检测研究院科研楼")
    research_office(model)
    model.write(dossier.folder / "models" / "科研楼.ifc")
    dossier.add("model_file", {"model": "科研楼.ifc", "building": "B1", "discipline": "结构、建筑"})
    expect_ratios(dossier, model, storeys(dossier, 6, 4.2, 846.72))
    expect_integration(dossier, model, said=True)
    expect_variety(dossier, model)
    items = {"q3a": (2_790.0, AREA, "m²"), "q3d": (2_100.0, 7_400.0, "m")}
    take_off(dossier, items)
    wet_rooms(dossier, 6, 4, "bathroom", 71.36, 51.4)
    rows = [
        {"name": "^轻钢龙骨隔墙", "role": "inner_wall", "construction": "panel", "system": "not_integrated"},
        {
            "name": "^ALC外墙板",
            "role": "enclosure_wall",
            "construction": "panel",
            "material_key": "aerated_concrete",
            "system": "not_integrated",
        },
        {"name": "^砌块内墙", "role": "inner_wall", "construction": "masonry", "material_key": "block"},
    ]
    write_toml(dossier.folder / "mapping.toml", {"mapping": rows}, "项目自己的映射")


def _tickets(dossier: Dossier) -> None:
    habit = Habit("XB", rests=(FESTIVAL,), receivers=("横林建筑垃圾资源化利用厂", "奔牛再生资源分拣中心"))
    phases = [
        Phase(FROM, date(2022, 7, 31), 25.0, UNDERGROUND),
        Phase(date(2022, 8, 1), date(2023, 2, 28), 36.0, ABOVEGROUND),
        Phase(date(2023, 3, 1), TO, 18.0, FIT_OUT),
    ]
    loads = works_waste(dossier.chance.child("waste"), phases, habit)
    zeros = silent_months(loads, FROM, TO)
    form = Form(SITE_WEIGHBRIDGE, ("新北检测研究院科研办公楼 建筑垃圾过磅台账",))
    twice = loads[7]
    rows = [*rows_of(loads, form), [cell(twice) for _, cell in form.columns], *[zero_row(form, day, "本月无外运") for day in zeros]]
    write_tickets(dossier.folder / "weighings.xlsx", rows, form)
    dossier.truth.remark("weighings.xlsx", "refused", "ticket_twice", 1, "one ticket entered twice in the same file")
    dossier.expect_waste(loads, zeros, FROM, TO, AREA)


def _readings(dossier: Dossier) -> None:
    """One-minute noise in long form with the device's state; concrete was poured through the night of 16 to 17 May."""
    level = noise(dossier.chance.child("noise"), "XB-N1", date(2023, 4, 1), TO, 60)
    pour = level.during(local(2023, 5, 16, 22, 0), local(2023, 5, 17, 4, 0))
    level = level.with_values(pour, np.round(level.values[pour] + 18.5, 1))
    broken = level.during(local(2023, 6, 3, 10, 0), local(2023, 6, 3, 11, 0))
    dossier.sensor(level, "dB(A)", "甲厂", site="南侧场界")
    frame = {
        "监测点编号": "XB-N1",
        "监测因子": "噪声",
        "时间": level.times.astype("datetime64[us]"),
        "监测值": np.where(broken, 99.9, level.values),
        "单位": "dB(A)",
        "状态": np.where(broken, "校准", "正常"),
    }
    write_readings(dossier.folder / "readings" / "噪声_明细.parquet", pl.DataFrame(frame))
    valid = level.with_values(broken, np.nan)
    over = dossier.expect_stream(valid)
    dossier.expect_completeness(valid, len(level.times), "all but one hour, which the device marked as calibration")
    dossier.truth.verdict(
        "noise", "", "not_met", f"{over:g} slots of 20 minutes in the night of 16 to 17 May: one episode of six hours", final=True
    )
    dossier.truth.for_a_person(
        "5月16日夜间浇筑：应有夜间施工许可，档案里没有。",
        "Concreting in the night of 16 May: a permit for night work is wanted, and the dossier holds none.",
    )
