"""Quantities from geometry beside those that are written: what is measured, what agrees, which faults are named."""

from __future__ import annotations

import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import qingzhu.rulebook
from qingzhu.cli.words import dossier_words
from qingzhu.collectors.dossier import collect
from qingzhu.collectors.geometry_quantities import Geometry, GeometryRules
from qingzhu.collectors.models import read_model
from qingzhu.ledger.store import Store
from qingzhu.terms.readings import Reading
from tests.collectors.model_makers import guid, quantities, wall
from tests.collectors.shape_makers import CUBE, METRES, SIX, box, broken, drawn, extruded, faces, mirrored_beside, opening, part_of, twice

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

RULES = tomllib.loads((Path(qingzhu.rulebook.__file__).parent / "quantities.toml").read_text("utf-8"))
DATA = os.environ.get("QINGZHU_TEST_DATA")
SLAB = (3000, 2000, 200)


def read(path: Path, geometry: Geometry = "all") -> Reading:
    return read_model(path, "models/tower.ifc", "P01", RULES["known"], geometry=geometry, workers=1, rules=GeometryRules.of(RULES))


@pytest.fixture
def made(tmp_path):
    """Reads a made model."""

    def made(*lines: str, geometry: Geometry = "all", text: str | None = None) -> Reading:
        path = tmp_path / "made.ifc"
        path.write_text(text or drawn(*lines), "ascii")
        return read(path, geometry)

    return made


def geometry_of(reading: Reading, number: int) -> dict[str, float]:
    rows = reading.tables["quantity"].filter((pl.col("source") == "geometry") & (pl.col("global_id") == guid(number)))
    return {name: round(value, 6) for name, value in rows.select("quantity", "value").iter_rows()}


def agreement(reading: Reading, name: str, source: str = "authored") -> list[bool | None]:
    return reading.tables["quantity"].filter((pl.col("quantity") == name) & (pl.col("source") == source))["agrees"].to_list()


def said(reading: Reading) -> dict[str, int]:
    return {f"{remark.code} {remark.column or ''}".strip(): remark.count for remark in reading.remarks}


def volume(number: int, element: int, name: str, value: float) -> list[str]:
    return quantities(number, [element], f"IFCQUANTITYVOLUME('{name}',$,$,{float(value)},$)")


class TestWhatIsMeasured:
    def test_a_slab_of_3_by_2_by_0_2_m_with_an_opening_of_1_by_1_holds_one_cubic_metre(self, made):
        held = geometry_of(made(*box(100, SLAB), *opening(200, 100, (1000, 1000, 400), (500.0, 500.0, -100.0))), 100)
        assert (held["NetVolume"], held["GrossVolume"]) == (1.0, 1.2)
        assert (held["NetArea"], held["GrossArea"], held["ProjectedArea"]) == (5.0, 6.0, 5.0)
        assert (held["Length"], held["Width"], held["Depth"]) == (3.0, 0.2, 2.0)

    def test_units_and_placements_change_nothing(self, made):
        millimetres = geometry_of(made(*box(100, SLAB)), 100)
        turned = {"at": (4e6, 5e6, 3e3), "along": (0.6, 0.8, 0.0)}
        assert geometry_of(made(*box(100, SLAB, **turned)), 100) == pytest.approx(millimetres, abs=1e-6)
        assert geometry_of(made(*box(100, SLAB, turned=0.8)), 100) == pytest.approx(millimetres, abs=1e-6)
        assert geometry_of(made(text=drawn(*box(100, (3, 2, 0.2)), units=METRES)), 100) == millimetres

    def test_a_slab_that_stands_on_its_edge_is_as_large_and_hardly_seen_from_above(self, made):
        held = geometry_of(made(*box(100, SLAB, along=(1.0, 0.0, 0.0), up=(0.0, -1.0, 0.0))), 100)
        assert (held["NetVolume"], held["NetArea"], held["ProjectedArea"]) == (1.2, 6.0, 0.6)

    def test_a_wall_has_the_names_of_its_quantity_set(self, made):
        held = geometry_of(made(*box(100, (5000, 240, 3000), "WALL", along=(0.6, 0.8, 0.0))), 100)
        sides = {"Length": 5.0, "Width": 0.24, "Height": 3.0}
        assert held == {"NetVolume": 3.6, "GrossVolume": 3.6, "NetSideArea": 15.0, "GrossSideArea": 15.0, **sides}

    def test_openings_spaces_furniture_services_doors_and_windows_are_not_asked(self, made):
        kinds = ["OPENINGELEMENT", "FURNISHINGELEMENT", "DISTRIBUTIONELEMENT", "BUILDINGELEMENTPROXY"]
        reading = made(*(line for at, kind in enumerate(kinds, start=1) for line in box(100 * at, SLAB, kind)))
        assert reading.facts["geometry"]["asked"] == 1
        assert geometry_of(reading, 400)["NetVolume"] == 1.2

    def test_needed_leaves_out_what_has_a_net_volume_that_could_be_right(self, made):
        written = [*volume(300, 100, "NetVolume", 1.2), *volume(400, 200, "GrossVolume", 1.2), *volume(600, 500, "NetVolume", 1200)]
        fault = volume(700, 500, "GrossVolume", 1.2)
        lines = [*box(100, SLAB), *box(200, SLAB), *box(500, SLAB), *written, *fault]
        reading = made(*lines, geometry="needed")
        assert [bool(geometry_of(reading, number)) for number in (100, 200, 500)] == [False, True, True]
        assert reading.facts["geometry"]["mode"] == "needed"

    def test_a_mirrored_body_beside_another_is_added_to_it(self, made):
        reading = made(*mirrored_beside(100, (1000, 1000, 3000), (1000, 1000, 1000), "BEAM"))
        assert geometry_of(reading, 100)["NetVolume"] == 4.0  # 3 m³ and 1 m³ turned inside out

    def test_an_opening_of_a_wall_is_cut_out_of_its_part_too_and_the_part_has_a_face_as_the_wall(self, made):
        whole = [
            line.replace("#213", "$")
            for line in box(200, (4000, 200, 3000), "WALL")
            if line.startswith(("#200=", "#201", "#202", "#203", "#204", "#205"))
        ]
        lines = [*whole, *box(100, (4000, 200, 3000), "BUILDINGELEMENTPART"), *part_of(350, 200, 100)]
        held = geometry_of(made(*lines, *opening(400, 200, (2000, 1000, 2000), (1000.0, -400.0, 500.0))), 100)
        assert (held["NetVolume"], held["GrossVolume"]) == (1.6, 2.4)
        assert (held["NetSideArea"], held["GrossSideArea"], held["Width"]) == (8.0, 12.0, 0.2)

    def test_the_body_of_an_assembly_is_measured(self, made):
        assert geometry_of(made(*box(100, SLAB, "ELEMENTASSEMBLY")), 100)["NetVolume"] == 1.2

    def test_none_adds_nothing(self, made):
        reading = made(*box(100, SLAB), geometry="none")
        assert geometry_of(reading, 100) == {}
        assert "geometry" not in reading.facts


class TestWhatIsNot:
    def test_an_open_shell_has_sides_but_no_volume_and_is_named(self, made):
        reading = made(*faces(100, CUBE, SIX[1:]), *faces(1000, CUBE, SIX))
        assert "NetVolume" not in geometry_of(reading, 100)
        assert geometry_of(reading, 100)["ProjectedArea"] == 1.0
        assert geometry_of(reading, 1000)["NetVolume"] == 1.0
        assert said(reading) == {"geometry_open": 1}
        assert reading.facts["geometry"]["ids"] == {"open_surface": [guid(100)]}

    def test_a_model_of_one_wall_that_turns_a_corner_has_its_volume_and_no_sides_and_is_read(self, made):
        outline = [(0, 0), (4000, 0), (4000, 200), (200, 200), (200, 4000), (0, 4000)]
        reading = made(*extruded(100, outline, 3000, "WALL"), *volume(300, 100, "NetVolume", 4.68))
        assert geometry_of(reading, 100) == {"NetVolume": 4.68, "GrossVolume": 4.68}  # (4 × 0.2 + 3.8 × 0.2) × 3
        assert said(reading) == {}

    def test_bodies_drawn_twice_have_no_volume_and_are_named(self, made):
        reading = made(*twice(box(100, SLAB)), *box(300, SLAB))
        assert "NetVolume" not in geometry_of(reading, 100)
        assert geometry_of(reading, 100)["NetArea"] == 6.0
        assert geometry_of(reading, 300)["NetVolume"] == 1.2
        assert said(reading) == {"geometry_overlapping": 1}
        assert reading.facts["geometry"]["ids"] == {"overlapping": [guid(100)]}

    def test_faces_written_inside_out_hold_what_they_enclose(self, made):
        assert geometry_of(made(*faces(100, CUBE, [SIX[0][::-1], *SIX[1:]])), 100)["NetVolume"] == 1.0

    def test_a_shape_the_kernel_makes_nothing_of_is_named_and_the_others_stay(self, made):
        reading = made(*box(100, SLAB), *broken(200), wall(300))
        assert said(reading) == {"geometry_failed": 1}
        assert reading.facts["geometry"]["without_volume"] == {"no_body": 1, "no_shape": 1}
        assert geometry_of(reading, 100)["NetVolume"] == 1.2

    def test_an_element_whose_openings_leave_nothing_of_it_is_named_so(self, made):
        reading = made(*box(100, SLAB), *opening(200, 100, (3000, 2000, 400), (0.0, 0.0, -100.0)), *box(400, SLAB))
        (remark,) = reading.remarks
        assert "openings leave nothing" in remark.en
        assert remark.found == guid(100)
        assert geometry_of(reading, 400)["NetVolume"] == 1.2

    def test_geometry_without_its_rules_is_a_wrong_call(self, tmp_path):
        with pytest.raises(ValueError, match="rules"):
            read_model(tmp_path, "models/a.ifc", "P01", (), geometry="all")


class TestWhatAgrees:
    @pytest.mark.parametrize(("written", "agrees"), [(1.2, True), (1.211, True), (1.22, False), (1200, False)])
    def test_a_volume_within_one_per_cent(self, made, written, agrees):
        reading = made(*box(100, SLAB), *volume(300, 100, "NetVolume", written))
        assert agreement(reading, "NetVolume") == [agrees]
        assert agreement(reading, "NetVolume", "geometry") == [agrees]
        assert agreement(reading, "GrossVolume", "geometry") == [None]

    @pytest.mark.parametrize(
        ("name", "written", "agrees"),
        [("Width", 2000, True), ("Width", 200, True), ("Depth", 215, None), ("Width", 700, False)],
    )
    def test_a_side_with_the_nearest_side_and_not_at_all_where_custom_may_differ(self, made, name, written, agrees):
        reading = made(*box(100, SLAB), *quantities(300, [100], f"IFCQUANTITYLENGTH('{name}',$,$,{float(written)},$)"))
        assert agreement(reading, name) == [agrees]

    def test_what_geometry_does_not_know_is_not_compared(self, made):
        reading = made(*faces(100, CUBE, SIX[1:]), *volume(1900, 100, "NetVolume", 1.0))
        assert agreement(reading, "NetVolume") == [None]


class TestFaults:
    @pytest.mark.parametrize(("times", "word"), [(1000, "litres"), (1e9, "mm³"), (35.3147, "cubic feet")])
    def test_a_slip_of_the_unit_is_named(self, made, times, word):
        (remark,) = made(*box(100, SLAB), *volume(300, 100, "GrossVolume", 1.2 * times)).remarks
        assert (remark.code, remark.column) == ("quantity_fault", "GrossVolume")
        assert word in remark.en
        assert guid(100) in remark.zh

    def test_what_is_no_known_fault_is_named_with_how_far_off_it_is(self, made):
        (remark,) = made(*box(100, SLAB), *volume(300, 100, "NetVolume", 3.6)).remarks
        assert remark.code == "quantities_disagree"
        assert "it is 3 times" in remark.en

    def test_both_faces_is_more_than_the_box_has_and_a_face_full_of_holes_is_not_called_so(self, made):
        holes = [line for at in (200, 400) for line in opening(at, 100, (1300, 1900, 400), (100.0 + 6.8 * at - 1360, 50.0, -100.0))]

        def said_of(area: float) -> list[str]:
            written = quantities(600, [100], f"IFCQUANTITYAREA('NetArea',$,$,{area},$)")
            return [remark.code for remark in made(*box(100, SLAB), *holes, *written).remarks]

        assert geometry_of(made(*box(100, SLAB), *holes), 100)["NetArea"] == 1.06
        assert said_of(2.12) == ["quantities_disagree"]  # twice the 1.06 m² that are left, but within 3 × 2 m
        assert [
            remark.code for remark in made(*box(100, SLAB), *quantities(600, [100], "IFCQUANTITYAREA('NetArea',$,$,12.4,$)")).remarks
        ] == ["quantity_fault"]

    def test_without_geometry_net_above_gross_and_gross_in_litres_are_seen(self, made):
        net, gross = volume(300, 100, "NetVolume", 1.3), volume(400, 100, "GrossVolume", 1.2)
        assert said(made(*box(100, SLAB), *net, *gross, geometry="none")) == {"net_above_gross NetVolume": 1}
        litres = volume(400, 100, "GrossVolume", 1300)
        assert said(made(*box(100, SLAB), *net, *litres, geometry="none")) == {"quantity_fault_written GrossVolume": 1}

    def test_without_geometry_a_volume_is_held_against_area_and_thickness(self, made):
        sides = quantities(300, [100], "IFCQUANTITYAREA('NetArea',$,$,6.,$)", "IFCQUANTITYLENGTH('Width',$,$,200.,$)")
        assert said(made(*box(100, SLAB), *sides, *volume(400, 100, "NetVolume", 1.2), geometry="none")) == {}
        litres = volume(400, 100, "NetVolume", 1200)
        assert said(made(*box(100, SLAB), *sides, *litres, geometry="none")) == {"quantity_fault_written NetVolume": 1}


class TestADossier:
    """``[[model]] geometry`` of project.toml."""

    def survey(self, folder: Path, mode: str | None) -> None:
        asked = f'geometry = "{mode}"\n' if mode else ""
        building = '[[building]]\ncode = "B1"\n\n[[model]]\nfile = "Tower.ifc.gz"\nbuilding = "B1"\n'
        (folder / "project.toml").write_text(f'[project]\ncode = "P01"\nname = "丁堰家园"\n\n{building}{asked}', "utf-8")

    def hand_in(self, folder: Path, store: Store) -> dict[str, str]:
        given = collect(folder, store, dossier_words(), given_by="张工", given_at=datetime(2024, 1, 1, tzinfo=UTC))
        return {one.slot.name: one.state for one in given}

    def sources(self, store: Store) -> list[str]:
        return store.rows("quantity", "P01")["source"].unique().sort().to_list()

    def test_measures_what_the_survey_asks_and_again_when_it_asks_otherwise(self, tmp_path):
        folder, store = tmp_path / "P01", Store.open(tmp_path / "store")
        (folder / "models").mkdir(parents=True)
        text = drawn(*box(100, SLAB), *volume(300, 100, "GrossVolume", 1.2))
        (folder / "models" / "tower.ifc").write_text(text, "ascii")
        self.survey(folder, None)
        assert self.hand_in(folder, store)["models/tower.ifc"] == "read"
        assert self.sources(store) == ["authored"]
        self.survey(folder, "needed")
        assert self.hand_in(folder, store)["models/tower.ifc"] == "read"
        assert self.sources(store) == ["authored", "geometry"]
        assert self.hand_in(folder, store)["models/tower.ifc"] == "unchanged"
        self.survey(folder, "none")
        self.hand_in(folder, store)
        assert self.sources(store) == ["authored"]


def real(name: str) -> Path:
    path = Path(str(DATA)) / "ifc" / f"{name}.ifc"
    if not path.is_file():
        pytest.skip("real models are not here")
    return path


def agreeing(reading: Reading, ifc_class: str, name: str) -> tuple[int, int]:
    """How many authored quantities of a name agree, of how many that were compared; of two sets that hold one name the better."""
    held = reading.tables["quantity"].join(reading.tables["element"].select("global_id", "ifc_class"), on="global_id")
    held = held.filter((pl.col("quantity") == name) & (pl.col("source") == "authored") & pl.col("ifc_class").str.starts_with(ifc_class))
    held = held.group_by("global_id").agg(pl.col("agrees").max())
    return int(held["agrees"].sum()), held["agrees"].count()


@pytest.mark.skipif(DATA is None, reason="QINGZHU_TEST_DATA names no folder with real models")
class TestRealModels:
    """Known answers: bim.md, measured with ifc5d, which shares the kernel and none of our arithmetic."""

    def test_fzk_haus_of_archicad(self):
        reading = read(real("fzk_haus_ifc4_archicad20"))
        assert agreeing(reading, "IfcWall", "NetVolume") == (13, 13)
        assert agreeing(reading, "IfcWall", "GrossVolume") == (13, 13)
        assert agreeing(reading, "IfcSlab", "NetVolume") == (4, 4)
        assert agreeing(reading, "IfcSlab", "Width") == (4, 4)

    def test_precast_planks_of_schependomlaan(self):
        reading = read(real("schependomlaan_precast_plank_floors"))
        assert agreeing(reading, "IfcSlab", "NetVolume") == (58, 58)
        assert agreeing(reading, "IfcSlab", "GrossVolume") == (51, 58)

    def test_hhs_office_of_revit_2010(self):
        reading = read(real("hhs_office_construction_revit2010"))
        assert agreeing(reading, "IfcColumn", "GrossVolume") == (257, 257)
        assert agreeing(reading, "IfcWall", "GrossVolume") == (11, 36)
        walls = reading.tables["element"].filter(pl.col("ifc_class") == "IfcWall").select("global_id")
        net = reading.tables["quantity"].filter((pl.col("quantity") == "NetVolume") & (pl.col("source") == "geometry"))
        assert walls.join(net, on="global_id").height == 12  # the walls without any written volume

    def test_largebuilding_of_revit_2021_and_its_faults(self):
        reading = read(real("largebuilding_revit2021"))
        assert agreeing(reading, "IfcWall", "NetVolume") == (18, 18)
        assert agreeing(reading, "IfcSlab", "NetVolume") == (4, 4)
        words = ("about 1,000 times", "2.05 times", "2.24 times")
        named = {(remark.column, word) for remark in reading.remarks for word in words if word in remark.en}
        assert named == {("GrossVolume", "about 1,000 times"), ("NetArea", "2.05 times"), ("NetSideArea", "2.24 times")}
