"""P08 道路桥梁: a road without floor area, so the waste limit does not apply; spoil and slurry by night; a power cut of 36 hours."""

from __future__ import annotations

from datetime import date

import numpy as np

from samples.dossier import FROZEN_DAY, Dossier
from samples.loads import UNDERGROUND, Habit, Phase, silent_months, spoil, works_waste
from samples.streams import FESTIVAL, dust, noise
from samples.tickets import TRUCKS_AND_CUBIC_METRES, Form, rows_of, write_tickets, zero_row
from samples.writing import local

FROM = date(2022, 9, 1)
CUT = (local(2023, 2, 18, 8, 0), local(2023, 2, 19, 20, 0))


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="municipal",
        client="常州市龙城大道建设指挥部",
        contractor="中天路桥（常州）有限公司",
        designer="常州市交通规划设计院",
        supervisor="江苏通衢监理有限公司",
        epc_contract=False,
        works_from=FROM,
    )
    dossier.festival()
    _tickets(dossier)
    _readings(dossier)
    dossier.write_survey()
    dossier.truth.gap("waste_intensity", "", "no_floor_area", "a road has no floor area")
    dossier.truth.verdict("waste_reduction", "", "not_applicable", "municipal works: the limit is per floor area of buildings")


def _tickets(dossier: Dossier) -> None:
    habit = Habit("LCD", night=True, rests=(FESTIVAL,), by_volume=True, fleet=11, receivers=("雪堰渣土消纳场",))
    loads = works_waste(dossier.chance.child("waste"), [Phase(FROM, FROZEN_DAY, 420.0, UNDERGROUND)], habit)
    earth = spoil(dossier.chance.child("earth"), FROM, date(2022, 12, 20), 26, habit)
    mud = spoil(
        dossier.chance.child("mud"),
        date(2022, 10, 10),
        date(2022, 11, 30),
        8,
        Habit("LCN", rests=(FESTIVAL,), receivers=("雪堰渣土消纳场",)),
        "工程泥浆",
    )
    everything = sorted(loads + earth + mud, key=lambda load: (load.when, load.ticket))
    zeros = silent_months(everything, FROM, FROZEN_DAY)
    form = Form(TRUCKS_AND_CUBIC_METRES, ("龙城大道II标 渣土、泥浆、建筑垃圾外运日报（车数×方）",), encoding="gb18030")
    write_tickets(dossier.folder / "weighings.csv", rows_of(everything, form) + [zero_row(form, month) for month in zeros], form)
    dossier.expect_waste(everything, zeros, FROM, None, None)


def _readings(dossier: Dossier) -> None:
    background = dossier.city_stream()
    first, last = date(2023, 1, 1), date(2023, 3, 31)
    level = noise(dossier.chance.child("noise"), "LCD-Z3", first, last, 60, (FESTIVAL,))
    fine = dust(dossier.chance.child("dust"), "LCD-Y3", background, first, last, 300, (FESTIVAL,))
    milling = level.during(local(2023, 3, 15, 13, 0), local(2023, 3, 15, 16, 0))
    level = level.with_values(milling, np.round(level.values[milling] + 9.5, 1))
    whole = len(level.times) - int(level.during(local(2023, 1, 14), local(2023, 2, 6)).sum())
    dossier.sensor(level, "dB(A)", "甲厂", site="K3+200 北侧居民楼")
    dossier.sensor(fine, "µg/m³", "甲厂", reference="CZ-01", site="K3+200")
    level, fine = level.without(*CUT), fine.without(*CUT)
    dossier.wide("noise.parquet", [level], ["噪声"], [1.0])
    dossier.wide("pm10.csv", [fine], ["PM10(µg/m³)"], [1.0])
    over, above = dossier.expect_stream(level), dossier.expect_stream(fine, background)
    truth = dossier.truth
    share = 100.0 * (whole - 36 * 60) / whole
    why = "36 hours without power; days of the Spring Festival rest are not expected"
    truth.figure("reading_completeness", "LCD-Z3:noise", share, why, within=1e-9)
    truth.verdict("noise", "", "not_met" if over else "met", f"{over:g} slots above while the old road was milled", final=over > 0)
    why = f"{above:g} hours above, and the hours without power are unknown"
    truth.verdict("dust", "", "unknown" if above == 0 else "not_met", why, final=above > 0)
    truth.for_a_person(
        "2月18日停电36小时，正好是周末浇筑：缺的数据不能当作达标。",
        "Power was off for 36 hours on the weekend of 18 February: what is missing is not within the limit.",
    )
