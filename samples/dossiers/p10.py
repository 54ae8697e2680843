"""P10 老旧小区改造 and the tickets it shares: the same loads stand in P11, one piece of works under two names."""

from __future__ import annotations

from datetime import date

from samples.chance import Chance
from samples.dossier import FROZEN_DAY, Dossier
from samples.loads import RENEWAL, Habit, Load, Phase, silent_months, works_waste
from samples.streams import FESTIVAL
from samples.tickets import TRUCKS_AND_CUBIC_METRES, Form, rows_of, write_tickets, zero_row

AREA = 42_000.0
FROM = date(2022, 11, 1)
SHARED = 18


def tickets(seed: int) -> list[Load]:
    """All loads of the upgrade; the eighteen latest are handed in by P11 as well."""
    habit = Habit("QT", rests=(FESTIVAL,), by_volume=True, receivers=("横林建筑垃圾资源化利用厂",))
    return works_waste(Chance(seed, "P10/waste"), [Phase(FROM, FROZEN_DAY, 760.0, RENEWAL)], habit)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="upgrade",
        category="housing",
        client="钟楼区清潭街道办事处",
        contractor="常州恒筑建设有限公司",
        designer="常州筑友建筑设计院",
        epc_contract=False,
        works_from=FROM,
    )
    facts = {"use": "housing", "structure_type": "masonry", "floor_area": AREA, "storeys": 6, "prefabricated": False}
    dossier.add("building", {"building": "B1", "name": "清潭新村24幢住宅", **facts})
    dossier.festival()
    loads = tickets(dossier.chance.seed)
    zeros = silent_months(loads, FROM, FROZEN_DAY)
    form = Form(TRUCKS_AND_CUBIC_METRES, ("清潭新村老旧小区改造 拆除及装修垃圾清运记录",), sheet="清运")
    write_tickets(dossier.folder / "weighings.xlsx", rows_of(loads, form) + [zero_row(form, month) for month in zeros], form)
    dossier.expect_waste(loads, zeros, FROM, None, AREA)
    dossier.write_survey_book()
    truth = dossier.truth
    truth.verdict("waste_reduction", "", "not_applicable", "the limit speaks of new buildings")
    truth.verdict("noise", "", "unknown", "no instrument")
    truth.doubt("shared_tickets", "P11", "the same ticket numbers stand in P11", value=float(SHARED), within=0.0)
    truth.for_a_person(
        "与 P11 有18张联单相同：疑为同一工程以两个名称申报。",
        "Eighteen tickets are those of P11: one piece of works may have applied under two names.",
    )
