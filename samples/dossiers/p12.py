"""P12 建筑垃圾资源化厂: a facility, finished; English headers; one ticket in kilograms under a header of tonnes, counted and doubted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from samples.dossier import Dossier
from samples.loads import ABOVEGROUND, Habit, Phase, silent_months, works_waste
from samples.tickets import ENGLISH, Form, rows_of, write_tickets, zero_row

AREA = 9_000.0
FROM, TO = date(2022, 1, 5), date(2022, 12, 20)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="facility",
        client="常州横林再生资源有限公司",
        contractor="江苏中泽建设工程有限公司",
        designer="常州市工业设计院",
        epc_contract=True,
        works_from=FROM,
        works_to=TO,
    )
    facts = {"use": "industrial", "structure_type": "steel", "floor_area": AREA, "storeys": 1, "prefabricated": True}
    dossier.add("building", {"building": "B1", "name": "破碎分选车间", **facts})
    habit = Habit("HLZ", receivers=("奔牛再生资源分拣中心",))
    loads = works_waste(dossier.chance.child("waste"), [Phase(FROM, TO, 240.0, ABOVEGROUND)], habit)
    wrong = next(load for load in loads if load.mass > 8)
    in_kilograms = replace(wrong, mass=wrong.mass * 1000, gross=(wrong.gross or 0) * 1000, tare=(wrong.tare or 0) * 1000)
    loads = [in_kilograms if load is wrong else load for load in loads]
    zeros = silent_months(loads, FROM, TO)
    form = Form(ENGLISH, ("Henglin recycling plant, extension: waste tickets",))
    rows = rows_of(loads, form) + [zero_row(form, month, "nil return") for month in zeros]
    write_tickets(dossier.folder / "weighings.csv", rows, form)
    dossier.expect_waste(loads, zeros, FROM, TO, None)
    dossier.write_survey()
    truth = dossier.truth
    truth.remark("weighings.csv", "doubt", "load_heavy", 1, "one load a thousand times too heavy: kilograms under a header of tonnes")
    truth.verdict("waste_reduction", "", "not_applicable", "a facility for waste is no building of the limit")
    truth.verdict("gbt51129_2017", "B1", "not_applicable", "an industrial building")
    truth.verdict("noise", "", "unknown", "no instrument")
    truth.for_a_person(
        "waste_discharged 不可信：一张磅单把千克写成了吨。", "Don't believe waste_discharged: one ticket gives kilograms as tonnes."
    )
