"""P03 中学: tickets of the receiver's weighbridge only; half the evidence for the assembly rate is missing; firecrackers at New Year."""

from __future__ import annotations

from datetime import date

import numpy as np

from samples.dossier import FROZEN_DAY, Dossier
from samples.frames import teaching_building
from samples.loads import ABOVEGROUND, UNDERGROUND, Habit, Phase, silent_months, works_waste
from samples.model import Model
from samples.prefabrication import MEASURES, expect_integration, expect_ratios, expect_variety, storeys
from samples.slots import largest_jump
from samples.streams import FESTIVAL, dust, noise
from samples.tickets import RECEIVER_WEIGHBRIDGE, Form, rows_of, write_tickets, zero_row
from samples.truth import LATER
from samples.writing import local

PRECAST_AREA, HALL_AREA = 4_665.6, 3_200.0
FROM, PLANNED_TO = date(2022, 6, 1), date(2023, 12, 20)
"""First day of works, and the last one as planned; when it has passed, the silent months since July 2023 count."""


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="public",
        client="常州市滨江教育投资有限公司",
        contractor="常州恒筑建设有限公司",
        designer="江苏晴川建筑设计有限公司",
        supervisor="常州正平工程监理有限公司",
        epc_contract=False,
        works_from=FROM,
        works_to=PLANNED_TO,
    )
    facts = {"use": "public", "structure_type": "concrete", "has_kitchen": False, "has_bathroom": True}
    school = {
        "building": "B1",
        "name": "教学楼",
        "floor_area": PRECAST_AREA,
        "storeys": 4,
        "height": 15.6,
        "prefabricated": True,
        "full_fit_out": True,
    }
    hall = {"building": "B2", "name": "体育馆", "floor_area": HALL_AREA, "storeys": 2, "height": 13.2, "prefabricated": False}
    dossier.add("building", school | facts, hall | facts)
    dossier.add(
        "stage",
        {"stage": "underground", "from_date": FROM, "to_date": date(2022, 10, 31)},
        {"stage": "aboveground", "from_date": date(2022, 11, 1)},
    )
    dossier.festival()
    model = Model("P03", "教学楼.ifc", "滨江中学教学楼")
    teaching_building(model)
    model.write(dossier.folder / "models" / "教学楼.ifc")
    dossier.add("model_file", {"model": "教学楼.ifc", "building": "B1", "discipline": "结构、建筑"})
    expect_ratios(dossier, model, storeys(dossier, 4, 3.9, 1166.4))
    expect_integration(dossier, model, said=False)
    expect_variety(dossier, model)
    for symbol in ("q3a", "q3c", "q3d"):
        dossier.truth.gap(MEASURES[symbol], "B1", "", f"{symbol}: neither model nor take-off says it")
    _tickets(dossier)
    _readings(dossier)
    dossier.write_survey()
    truth = dossier.truth
    limit = (200 * PRECAST_AREA + 300 * HALL_AREA) / (PRECAST_AREA + HALL_AREA)
    truth.facts["limit_t_per_10000_m2"] = round(limit, 6)
    truth.verdict(
        "waste_reduction", "", "met", f"below {limit:.1f}, the limits of both buildings weighted by area; works go on", final=False
    )
    why = "the works have ended as planned, and from July 2023 no month is reported"
    truth.verdict("waste_reduction", "", "unknown", why, on=LATER, final=False)
    truth.verdict("gbt51129_2017", "B1", "unknown", "integration, dry floors, bathrooms and pipes are not known, and they decide")


def _tickets(dossier: Dossier) -> None:
    habit = Habit("HL", rests=(FESTIVAL,), fleet=5)
    phases = [Phase(FROM, date(2022, 10, 31), 66.0, UNDERGROUND), Phase(date(2022, 11, 1), date(2023, 6, 30), 104.0, ABOVEGROUND)]
    loads = works_waste(dossier.chance.child("waste"), phases, habit)
    titles = ("横林建筑垃圾资源化利用厂 地磅数据导出", "来源工地：滨江中学新校区")
    form = Form(RECEIVER_WEIGHBRIDGE, titles, sheet="磅单")
    bad = loads[len(loads) // 2]
    counted = [load for load in loads if load is not bad]
    zeros = silent_months(counted, FROM, FROZEN_DAY)
    rows = rows_of(counted, form)
    wrong = [cell(bad) for _, cell in form.columns]
    wrong[3], wrong[4] = wrong[4], wrong[3]
    rows += [wrong] + [zero_row(form, day) for day in zeros]
    write_tickets(dossier.folder / "weighings.xlsx", rows, form)
    dossier.truth.remark(
        "weighings.xlsx", "refused", "tare_above_gross", 1, "gross and tare of one ticket are swapped; its tonnes are not counted"
    )
    dossier.truth.facts["refused_t"] = bad.mass
    dossier.expect_waste(counted, zeros, FROM, PLANNED_TO, PRECAST_AREA + HALL_AREA)


def _readings(dossier: Dossier) -> None:
    background = dossier.city_stream()
    first, last = date(2023, 1, 1), date(2023, 2, 28)
    level = noise(dossier.chance.child("noise"), "BJ-N1", first, last, 60, (FESTIVAL,))
    for start, end, more in (
        (local(2023, 1, 21, 23, 20), local(2023, 1, 22, 1, 0), 24.0),
        (local(2023, 1, 22, 6, 40), local(2023, 1, 22, 8, 0), 25.0),
        (local(2023, 1, 26, 0, 0), local(2023, 1, 26, 0, 40), 18.0),
    ):
        mask = level.during(start, end)
        level = level.with_values(mask, level.values[mask] + more)
    fine = dust(dossier.chance.child("dust"), "BJ-D1", background, first, last, 300, (FESTIVAL,))
    replaced = fine.during(local(2023, 2, 10), local(2023, 3, 1))
    fine = fine.with_values(replaced, np.round(fine.values[replaced] / 1000, 4))
    dossier.sensor(level, "dB(A)", "甲厂", site="居民区一侧")
    dossier.sensor(fine, "µg/m³", "甲厂", reference="CZ-01", site="居民区一侧")
    dossier.wide("噪声.parquet", [level], ["噪声"], [1.0])
    dossier.wide("扬尘.csv", [fine], ["PM10(µg/m³)"], [1.0])
    over, above = dossier.expect_stream(level), dossier.expect_stream(fine, background)
    truth = dossier.truth
    truth.verdict("noise", "", "not_met", f"{over:g} slots, all of them firecrackers during the rest", final=True)
    truth.verdict("dust", "", "met" if above == 0 else "not_met", f"{above:g} hours above, in a stream that changes its unit", final=False)
    why = "a device was replaced on 10 February: since then milligrams stand under a header of micrograms"
    truth.doubt("level_jump", "BJ-D1:pm10", why, value=largest_jump(fine), within=0.5)
    truth.for_a_person(
        "除夕至破五的夜间超标是鞭炮，工地当时停工。",
        "The nights above the limit are New Year's firecrackers; the site was at rest.",
    )
