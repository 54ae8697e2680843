"""A real building: the Schependomlaan models of several trades with tickets, and the office whose columns stand in the literature."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.util.element
import pytest

from tests.journeys.dossiers import as_json, qingzhu, survey, tickets

ON = "2022-05-31"

TRADES = {
    "schependomlaan_precast_plank_floors.ifc": "slab topping",
    "schependomlaan_precast_hollowcore.ifc": "slab",
    "schependomlaan_precast_vebo.ifc": "beam",
    "schependomlaan_steel.ifc": "column beam",
    "schependomlaan_timber_frames.ifc.gz": "window door",
}


def with_models(folder: Path, source: Path, models: dict[str, str]) -> Path:
    """A dossier of one building with real models and two months of tickets."""
    rest = "\n".join(f'[[model_file]]\nmodel = "{name}"\nbuilding = "B1"\ncounts = "{counts}"\n' for name, counts in models.items())
    survey(folder, floor_area=1500.0, rest=rest)
    (folder / "models").mkdir()
    for name in models:
        shutil.copy(source / name, folder / "models" / name)
    tickets(folder, [("2022-03-10", "A1", "混凝土块", 21.5, "填埋"), ("2022-04-10", "A2", "废木材", 8.5, "填埋")])
    return folder


def figures(evaluation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {figure["id"]: figure for figure in evaluation["evaluation"]["figures"]}


def volume_of_prefab_slabs(path: Path) -> float:
    """The NetVolume [m³] of the slabs whose material says "prefab", by the utilities of IfcOpenShell."""
    elements, total = ifcopenshell.util.element, 0.0
    model = ifcopenshell.open(str(path))
    for slab in model.by_type("IfcSlab"):
        materials = " ".join(material.Name for material in elements.get_materials(slab))
        volumes = [values["NetVolume"] for values in elements.get_psets(slab, qtos_only=True).values() if "NetVolume" in values]
        total += volumes[0] if "prefab" in materials and volumes else 0.0
    return total


@pytest.fixture(scope="module")
def building(real_models, tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    folder = with_models(tmp_path_factory.mktemp("real") / "T01", real_models, TRADES)
    return folder, as_json("evaluate", folder, "--on", ON)


class TestOneRealBuildingOfSeveralTrades:
    def test_every_model_is_read(self, building):
        read = {one["slot"]["name"]: one for one in building[1]["collected"]["submissions"] if one["slot"]["kind"] == "model"}
        assert {name.split("/")[-1] for name in read} == set(TRADES)
        assert {one["state"] for one in read.values()} == {"read"}
        assert read["models/schependomlaan_precast_plank_floors.ifc"]["tables"]["element"] == 61  # as the file's own count says
        assert read["models/schependomlaan_timber_frames.ifc.gz"]["tables"]["element"] == 233

    def test_nobody_is_asked_for_components_that_the_building_does_not_have(self, building):
        none = {id for id, figure in figures(building[1]).items() if figure["gap"] == "no_component"}
        asked = {finding["figure"] for finding in building[1]["evaluation"]["findings"]}
        assert "top_share:T01:B1:balcony" in none
        assert not none & asked

    def test_waste_is_judged_from_the_tickets(self, building):
        assert figures(building[1])["waste_intensity:T01"]["value"] == pytest.approx(30 / 0.15)

    def test_the_precast_slabs_of_two_trades_have_the_volume_another_reader_adds_up(self, building, real_models):
        """Planks and hollow-core slabs: the net volumes of what is "prefab" are added up through IfcOpenShell alone."""
        trades = [name for name, counts in TRADES.items() if "slab" in counts]
        wanted = sum(volume_of_prefab_slabs(real_models / name) for name in trades)
        assert wanted > 52.87
        assert figures(building[1])["precast_concrete_volume:T01:B1"]["value"] == pytest.approx(wanted, rel=1e-9)

    def test_what_no_trade_model_holds_is_a_gap(self, building):
        assert figures(building[1])["inner_wall_non_masonry_ratio:T01:B1"]["value"] is None

    def test_a_figure_opens_to_the_model_it_came_from(self, building):
        folder, _ = building
        opened = as_json("explain", "precast_concrete_volume:T01:B1", "--store", folder / ".qingzhu", "--on", ON)
        assert {"schependomlaan_precast_plank_floors.ifc"} <= {original["name"] for original in opened["originals"]}

    def test_evaluating_again_hands_nothing_in_twice(self, building):
        folder, first = building
        again = as_json("evaluate", folder, "--on", ON)
        assert {one["state"] for one in again["collected"]["submissions"]} == {"unchanged"}
        assert again["evaluation"]["figures"] == first["evaluation"]["figures"]


class TestPlankFloorsAlone:
    def test_52_planks_are_52_87_cubic_metres_and_6_toppings_198_58(self, real_models, tmp_path):
        models = {"schependomlaan_precast_plank_floors.ifc": "slab topping"}
        found = figures(as_json("evaluate", with_models(tmp_path / "T01", real_models, models), "--on", ON))
        assert found["precast_concrete_volume:T01:B1"]["value"] == pytest.approx(52.87, abs=0.005)
        assert found["cast_in_place_concrete_volume:T01:B1"]["value"] == pytest.approx(198.58, abs=0.005)


OF_THE_PROJECT = """
[[material_factor]]
material = "prefab"
factor = 331
unit = "kgCO2e/m3"
document = "EPD"
verified = true

[[rebar_rate]]
rate = 100
document = "structural note"
"""


@pytest.fixture(scope="module")
def planks(real_models, tmp_path_factory) -> dict[str, dict[str, Any]]:
    name = "schependomlaan_precast_plank_floors.ifc"
    folder = tmp_path_factory.mktemp("carbon") / "T01"
    survey(folder, floor_area=1500.0, rest=f'[[model_file]]\nmodel = "{name}"\nbuilding = "B1"\n{OF_THE_PROJECT}')
    (folder / "models").mkdir()
    shutil.copy(real_models / name, folder / "models" / name)
    return figures(as_json("evaluate", folder, "--on", ON))


class TestTheCarbonOfPlankFloors:
    def test_52_87_cubic_metres_of_planks_by_the_factor_of_the_project_and_bars_by_its_rate(self, planks):
        assert planks["material_carbon_by_material:T01:B1:concrete"]["value"] == pytest.approx(52.87 * 331, rel=1e-4)
        assert planks["material_carbon_by_material:T01:B1:rebar"]["value"] == pytest.approx((52.87 + 198.58) * 0.1 * 2340, rel=1e-4)

    def test_toppings_of_unknown_grade_are_a_gap_and_are_covered_by_mass(self, planks):
        whole, toppings = (52.87 + 198.58) * (2.4 + 0.1), 198.58 * 2.4
        assert planks["mass_without_factor:T01:B1"]["value"] == pytest.approx(toppings, rel=1e-4)
        carbon = planks["material_carbon:T01:B1"]
        assert carbon["coverage"] == pytest.approx(100 * (whole - toppings) / whole, rel=1e-4)
        assert (carbon["gap"], carbon["high"]) == ("main_materials_below", None)


class TestTheOffice:
    def test_257_precast_columns_are_61_40_cubic_metres(self, real_models, tmp_path):
        folder = with_models(tmp_path / "T01", real_models, {"hhs_office_construction_revit2010.ifc": "column"})
        found = figures(as_json("evaluate", folder, "--on", ON))
        assert found["precast_concrete_volume:T01:B1"]["value"] == pytest.approx(61.40, abs=0.005)


class TestModelsThatCannotBeRead:
    def test_are_refused_in_words_and_harm_nothing_else(self, real_models, tmp_path):
        folder = survey(tmp_path / "T01")
        shutil.copytree(real_models / "bad", folder / "models")
        shutil.copy(real_models / "m1_revit2018_chs.ifc", folder / "models")
        found = as_json("evaluate", folder, "--on", ON, expect=1)
        state = {one["slot"]["name"].split("/")[-1]: one for one in found["collected"]["submissions"]}
        assert state["m1_revit2018_chs.ifc"]["state"] == "read"
        bad = [one for name, one in state.items() if (real_models / "bad" / name).exists()]
        assert {one["state"] for one in bad} == {"refused"}
        assert all(any(remark["zh"] and remark["en"] for remark in one["remarks"] if remark["level"] == "refused") for one in bad)
        assert "Traceback" not in qingzhu("evaluate", folder, "--on", ON, "--lang", "en", expect=1)
