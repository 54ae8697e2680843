"""P07 车站附属: the silent site. No ticket, no zero report, a model without a material, a dust sensor stuck six days, no city stream."""

from __future__ import annotations

from datetime import date

from samples.chance import Chance
from samples.dossier import FROZEN_DAY, Dossier
from samples.frames import station_annex
from samples.model import Model
from samples.slots import longest_flat
from samples.streams import city, dust, noise
from samples.writing import local

AREA = 1_296.0
FROM = date(2022, 10, 8)


def make(dossier: Dossier) -> None:
    """Write the dossier and note what must be found."""
    dossier.project(
        work="new",
        category="public",
        client="常州奔牛站场建设管理处",
        contractor="中天路桥（常州）有限公司",
        designer="常州市交通规划设计院",
        supervisor="常州天衡监理有限公司",
        epc_contract=False,
        works_from=FROM,
    )
    facts = {"use": "public", "structure_type": "concrete", "floor_area": AREA, "storeys": 2, "height": 8.4, "prefabricated": False}
    dossier.add(
        "building", {"building": "B1", "name": "附属用房", **facts, "full_fit_out": True, "has_kitchen": False, "has_bathroom": True}
    )
    dossier.add("stage", {"stage": "aboveground", "from_date": date(2023, 2, 6)})
    dossier.festival()
    model = Model("P07", "附属用房.ifc", "奔牛站附属用房")
    station_annex(model)
    model.write(dossier.folder / "models" / "附属用房.ifczip")
    dossier.add("model_file", {"model": "附属用房.ifczip", "building": "B1", "discipline": "建筑"})
    _readings(dossier)
    dossier.write_survey()
    _expect(dossier, model)


def _readings(dossier: Dossier) -> None:
    background = city(Chance(dossier.chance.seed, "city"), date(2023, 1, 1), FROZEN_DAY)
    first, last = date(2023, 3, 1), date(2023, 6, 30)
    level = noise(dossier.chance.child("noise"), "BN-1", first, last, 60)
    fine = dust(dossier.chance.child("dust"), "BN-2", background, first, last, 300)
    fine = fine.held(local(2023, 5, 20, 7, 0), local(2023, 5, 26, 9, 0))
    dossier.sensor(level, "dB(A)", "乙厂", site="站前广场")
    dossier.sensor(fine, "mg/m³", "乙厂", site="站前广场")
    dossier.wide("noise_2023.parquet", [level], ["噪声"], [1.0])
    dossier.wide("pm10_2023.csv", [fine], ["PM10(mg/m³)"], [1000.0])
    over = dossier.expect_stream(level)
    truth = dossier.truth
    truth.verdict("noise", "", "met" if over == 0 else "not_met", f"{over:g} slots above", final=over > 0)
    truth.verdict("dust", "", "unknown", "the rule needs the city's value of the same hour, and the dossier holds none")
    truth.doubt("flat_readings", "BN-2:pm10", "the same value for six days", value=longest_flat(fine), within=0.2)


def _expect(dossier: Dossier, model: Model) -> None:
    truth = dossier.truth
    truth.facts |= {"elements": len(model.drawn), "elements_without_material": len(model.drawn)}
    truth.gap("waste_intensity", "", "no_load_weighed", "nothing was handed in: unknown, not zero")
    truth.figure("waste_months_reported", "", 0.0, "none of 9 months")
    truth.verdict("waste_reduction", "", "unknown", "a silent site has no figure")
    truth.verdict("gbt51129_2017", "B1", "unknown", "a model without materials says neither precast nor cast in place")
