"""P06 产业园厂房: a steel hall, finished, one month silent, kilograms among tonnes, a model drawn after the fact; outside GB/T 51129."""

from __future__ import annotations

from datetime import date

from samples.dossier import Dossier
from samples.frames import after_the_fact
from samples.loads import STEEL, Habit, Phase, silent_months, works_waste
from samples.model import Model
from samples.tickets import AMOUNT_AND_UNIT, Form, rows_of, write_tickets, zero_row

AREA = 18_600.0
FROM, TO = date(2022, 2, 10), date(2023, 5, 31)
SILENT = date(2023, 2, 1)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="industrial",
        client="武进智能装备产业园开发有限公司",
        contractor="江苏沪宁钢构工程有限公司",
        designer="常州市工业设计院",
        epc_contract=True,
        works_from=FROM,
        works_to=TO,
    )
    facts = {"use": "industrial", "structure_type": "steel", "floor_area": AREA, "storeys": 1, "height": 14.5, "prefabricated": True}
    dossier.add(
        "building", {"building": "B1", "name": "3号厂房", **facts, "full_fit_out": False, "has_kitchen": False, "has_bathroom": True}
    )
    dossier.add("stage", {"stage": "aboveground", "from_date": FROM, "to_date": TO})
    dossier.festival()
    model = Model("P06", "3#厂房.ifc", "3号厂房", schema="IFC2X3")
    after_the_fact(model, 1, 24, 36, 20)
    model.write(dossier.folder / "models" / "3#厂房.ifc")
    dossier.add("model_file", {"model": "3#厂房.ifc", "building": "B1", "discipline": "结构"})
    _tickets(dossier)
    dossier.write_survey()
    truth = dossier.truth
    truth.facts["elements"] = len(model.drawn)
    truth.verdict(
        "waste_reduction",
        "",
        "unknown",
        "below 200, but the works have ended and February 2023 is silent: what left in it is not known",
        final=False,
    )
    truth.verdict("gbt51129_2017", "B1", "not_applicable", "a factory hall is no civil building")
    truth.verdict("noise", "", "unknown", "no instrument")
    truth.verdict("dust", "", "unknown", "no instrument")
    truth.for_a_person(
        "模型是事后补的：所有构件都叫“常规 - 200mm”，钢厂房里没有一根钢柱。",
        "The model was drawn afterwards: everything is called 常规 - 200mm, and a steel hall has not one steel column.",
    )


def _tickets(dossier: Dossier) -> None:
    habit = Habit("WJ", rests=((date(2023, 1, 1), date(2023, 2, 28)),), receivers=("奔牛再生资源分拣中心", "横林建筑垃圾资源化利用厂"))
    loads = works_waste(dossier.chance.child("waste"), [Phase(FROM, TO, 279.0, STEEL)], habit)
    zeros = [month for month in silent_months(loads, FROM, TO) if month != SILENT]
    form = Form(AMOUNT_AND_UNIT, ("智能装备产业园3号厂房 废料外运登记",), sheet="2022-2023")
    write_tickets(dossier.folder / "weighings.xlsx", rows_of(loads, form) + [zero_row(form, month) for month in zeros], form)
    dossier.expect_waste(loads, zeros, FROM, TO, AREA)
