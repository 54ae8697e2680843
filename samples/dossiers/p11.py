"""P11 历史街区更新: a renewal, outside both limits; eighteen of its tickets are those of P10; a model of old brick and timber."""

from __future__ import annotations

from datetime import date

from samples.dossier import FROZEN_DAY, Dossier
from samples.dossiers.p10 import SHARED, tickets
from samples.frames import historic_lane
from samples.loads import RENEWAL, Habit, Phase, silent_months, works_waste
from samples.model import Model
from samples.streams import noise
from samples.tickets import TRUCKS_AND_CUBIC_METRES, Form, rows_of, write_tickets, zero_row

AREA = 14_000.0
FROM = date(2023, 1, 3)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="renewal",
        category="public",
        client="常州历史文化街区保护发展有限公司",
        contractor="常州恒筑建设有限公司",
        designer="江苏晴川建筑设计有限公司",
        epc_contract=False,
        works_from=FROM,
    )
    facts = {"use": "public", "structure_type": "timber", "floor_area": AREA, "storeys": 2, "prefabricated": False}
    dossier.add("building", {"building": "B1", "name": "清潭里沿河民居", **facts, "full_fit_out": False})
    dossier.festival()
    model = Model("P11", "清潭里.ifc", "清潭里沿河民居")
    historic_lane(model)
    model.write(dossier.folder / "models" / "清潭里.ifc.gz")
    dossier.add("model_file", {"model": "清潭里.ifc.gz", "building": "B1", "discipline": "建筑"})
    own = works_waste(dossier.chance.child("waste"), [Phase(FROM, FROZEN_DAY, 168.0, RENEWAL)], Habit("QTL", by_volume=True))
    loads = sorted(own + tickets(dossier.chance.seed)[-SHARED:], key=lambda load: load.when)
    zeros = silent_months(loads, FROM, FROZEN_DAY)
    form = Form(TRUCKS_AND_CUBIC_METRES[::-1], ("清潭里历史文化街区更新 建筑垃圾外运",))
    write_tickets(dossier.folder / "weighings.csv", rows_of(loads, form) + [zero_row(form, month) for month in zeros], form)
    dossier.expect_waste(loads, zeros, FROM, None, AREA)
    level = noise(dossier.chance.child("noise"), "QTL-1", date(2023, 5, 1), date(2023, 6, 30), 60)
    dossier.sensor(level, "dB(A)", "丙厂", site="青果巷口")
    dossier.wide("噪声.parquet", [level], ["噪声"], [1.0])
    over = dossier.expect_stream(level)
    dossier.write_survey()
    truth = dossier.truth
    truth.facts["elements"] = len(model.drawn)
    truth.verdict("waste_reduction", "", "not_applicable", "a renewal is no new building")
    truth.verdict("noise", "", "met" if over == 0 else "not_met", f"{over:g} slots above", final=over > 0)
    truth.doubt("shared_tickets", "P10", "the same ticket numbers stand in P10", value=float(SHARED), within=0.0)
