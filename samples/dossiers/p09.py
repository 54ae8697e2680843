"""P09 污水厂: the survey is an Excel book, slurry by volume, a ticket from the year 2032, a model after the fact, no instrument."""

from __future__ import annotations

from datetime import date

from samples.dossier import FROZEN_DAY, Dossier
from samples.frames import after_the_fact
from samples.loads import UNDERGROUND, Habit, Phase, silent_months, spoil, works_waste
from samples.model import Model
from samples.streams import FESTIVAL
from samples.tickets import TRUCKS_AND_CUBIC_METRES, Form, rows_of, write_tickets, zero_row
from samples.writing import local

AREA = 2_350.0
FROM = date(2022, 6, 20)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="municipal",
        client="常州市排水建设管理处",
        contractor="江苏滆湖建设有限公司",
        designer="常州市市政设计院",
        supervisor="江苏通衢监理有限公司",
        epc_contract=True,
        works_from=FROM,
    )
    facts = {"use": "public", "structure_type": "concrete", "floor_area": AREA, "storeys": 3, "prefabricated": False}
    dossier.add("building", {"building": "B1", "name": "综合楼", **facts})
    dossier.add("stage", {"stage": "underground", "from_date": FROM, "to_date": date(2023, 3, 31)})
    dossier.add("stage", {"stage": "aboveground", "from_date": date(2023, 4, 1)})
    dossier.festival()
    model = Model("P09", "综合楼.ifc", "江边污水处理厂综合楼")
    after_the_fact(model, 2, 20, 16, 12)
    model.write(dossier.folder / "models" / "综合楼.ifc")
    dossier.add("model_file", {"model": "综合楼.ifc", "building": "B1", "discipline": "结构"})
    _tickets(dossier)
    dossier.write_survey_book()
    truth = dossier.truth
    truth.facts["elements"] = len(model.drawn)
    truth.verdict("waste_reduction", "", "not_applicable", "municipal works")
    truth.verdict("gbt51129_2017", "B1", "not_applicable", "municipal works are no civil building")
    truth.verdict("noise", "", "unknown", "no instrument")
    truth.verdict("dust", "", "unknown", "no instrument")


def _tickets(dossier: Dossier) -> None:
    habit = Habit("JB", rests=(FESTIVAL,), by_volume=True, receivers=("雪堰渣土消纳场",))
    loads = works_waste(dossier.chance.child("waste"), [Phase(FROM, FROZEN_DAY, 96.0, UNDERGROUND)], habit)
    earth = spoil(dossier.chance.child("earth"), FROM, date(2022, 9, 30), 18, habit)
    mud = spoil(
        dossier.chance.child("mud"), date(2022, 8, 1), date(2022, 9, 20), 5, Habit("JBN", receivers=("雪堰渣土消纳场",)), "工程泥浆"
    )
    everything = sorted(loads + earth + mud, key=lambda load: (load.when, load.ticket))
    zeros = silent_months(everything, FROM, FROZEN_DAY)
    form = Form(TRUCKS_AND_CUBIC_METRES, ("江边污水处理厂三期 外运统计表", "按车计方，密度为估算值"))
    future = [local(2032, 6, 11, 15, 0), "废混凝土", 2, 8.0, 1.5, "雪堰渣土消纳场", "资源化利用", "JB2306-9001"]
    rows = [*rows_of(everything, form), future, *[zero_row(form, month) for month in zeros]]
    write_tickets(dossier.folder / "weighings.xlsx", rows, form)
    dossier.truth.remark("weighings.xlsx", "refused", "time_in_future", 1, "2032 was written for 2023")
    dossier.expect_waste(everything, zeros, FROM, None, None)
