"""The specification that ships: sound by its own audit, met by a model that says everything, and true of real models."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("ifctester", reason="the [bim] extra is not installed")

import ifcopenshell

from qingzhu.collectors.ids import read_ids
from qingzhu.reports.words import own_language
from qingzhu.rulebook.shipped_ids import shipped, shipped_names
from qingzhu.schemes.ids_audit import audit
from qingzhu.schemes.ids_check import Outcome, check
from tests.collectors.model_makers import guid, step

IDS = read_ids(shipped("assembly_rate_and_carbon"))
VERSIONS = ("IFC2X3", "IFC4", "IFC4X3_ADD2")
METHOD = {"IFC2X3": "ConstructionType", "IFC4": "ConstructionMethod", "IFC4X3_ADD2": "CastingMethod"}


class Model:
    """A storey with a precast column, a wall, a slab and a room, in mm, that says all that is asked."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.number = 100
        last = "" if version == "IFC2X3" else ",$"
        self.lines = [
            f"#20=IFCBUILDINGSTOREY('{guid(20)}',$,'1F',$,$,$,$,$,.ELEMENT.,0.);",
            f"#21=IFCCOLUMN('{guid(21)}',$,'Z1',$,$,$,$,${last});",
            f"#22=IFCWALL('{guid(22)}',$,'Q1',$,$,$,$,${last});",
            f"#23=IFCSLAB('{guid(23)}',$,'B1',$,$,$,$,$,.FLOOR.);",
            f"#24=IFCSPACE('{guid(24)}',$,'101',$,$,$,$,'Kitchen',.ELEMENT.,.INTERNAL.,$);",
            f"#25=IFCRELCONTAINEDINSPATIALSTRUCTURE('{guid(25)}',$,$,$,(#21,#22,#23),#20);",
            f"#26=IFCRELASSOCIATESMATERIAL('{guid(26)}',$,$,$,(#21,#22,#23),#27);",
            "#27=IFCMATERIAL('\\X2\\6DF751DD571F\\X0\\ C35'" + (");" if version == "IFC2X3" else ",$,$);"),  # 混凝土
        ]
        ways = {21: "'Precast'", 22: "'In-Situ'", 23: "'\\X2\\53E05408\\X0\\'"}  # 叠合
        for element, way in ways.items():
            said = {METHOD[version]: f"IFCLABEL({way})", "StrengthClass": "IFCLABEL('C35')"}
            self.properties(element, "Pset_ConcreteElementGeneral", said)
        designator = "TypeDesignation" if version == "IFC4X3_ADD2" else "TypeDesignator"
        self.properties(21, "Pset_PrecastConcreteElementGeneral", {designator: "IFCLABEL('YKZ-1')"})
        self.properties(21, "Pset_ColumnCommon", {"LoadBearing": "IFCBOOLEAN(.T.)"})
        self.properties(22, "Pset_WallCommon", {"LoadBearing": "IFCBOOLEAN(.F.)", "IsExternal": "IFCBOOLEAN(.T.)"})
        self.properties(23, "Pset_SlabCommon", {"LoadBearing": "IFCBOOLEAN(.T.)"})
        self.quantities(21, "Column", {"NetVolume": "VOLUME"})
        self.quantities(22, "Wall", {"NetVolume": "VOLUME", "NetSideArea": "AREA"})
        self.quantities(23, "Slab", {"NetVolume": "VOLUME", "NetArea": "AREA"})
        self.quantities(24, "Space", {"NetFloorArea": "AREA"})

    def properties(self, element: int, name: str, held: dict[str, str]) -> None:
        self._set(element, "IFCPROPERTYSET", name, "$", [f"IFCPROPERTYSINGLEVALUE('{key}',$,{value},$)" for key, value in held.items()])

    def quantities(self, element: int, kind: str, held: dict[str, str]) -> None:
        name = "BaseQuantities" if self.version == "IFC2X3" else f"Qto_{kind}BaseQuantities"
        last = ",$" if self.version != "IFC2X3" else ""
        self._set(element, "IFCELEMENTQUANTITY", name, "$,$", [f"IFCQUANTITY{what}('{key}',$,$,1.5{last})" for key, what in held.items()])

    def _set(self, element: int, kind: str, name: str, middle: str, members: list[str]) -> None:
        first = self.number
        self.number += 2 + len(members)
        ids = ",".join(f"#{first + 2 + place}" for place in range(len(members)))
        self.lines += [f"#{first}={kind}('{guid(first)}',$,'{name}',{middle},({ids}));"]
        self.lines += [f"#{first + 1}=IFCRELDEFINESBYPROPERTIES('{guid(first + 1)}',$,$,$,(#{element}),#{first});"]
        self.lines += [f"#{first + 2 + place}={member};" for place, member in enumerate(members)]

    def checked(self, *, without: str = "") -> dict[str, Outcome]:
        """The outcomes by identifier; lines that hold ``without`` lose it."""
        lines = [line.replace(without, "Other") if without else line for line in self.lines]
        model = ifcopenshell.file.from_string(step(*lines, schema=self.version))
        return {outcome.specification.identifier or "": outcome for outcome in check(IDS, model)}


class TestTheSpecification:
    def test_is_found_by_its_name(self):
        assert "assembly_rate_and_carbon" in shipped_names()
        assert shipped("no such thing") is None

    def test_is_sound(self):
        assert audit(IDS) == []

    def test_is_for_all_three_versions_and_speaks_both_languages(self):
        assert {given.versions for given in IDS.specifications} == {VERSIONS}
        for given in IDS.specifications:
            for text in (given.name, given.description or "", given.instructions or ""):
                zh, en = (own_language(text, lang) for lang in ("zh", "en"))
                assert any("\u4e00" <= character <= "\u9fff" for character in zh)
                assert en.isascii() or "“" in en

    def test_has_an_identifier_for_each_specification(self):
        assert [given.identifier for given in IDS.specifications] == [f"QZ-{number:02}" for number in range(1, 15)]


@pytest.mark.parametrize("version", VERSIONS)
class TestAModel:
    def test_that_says_everything_meets_it(self, version):
        outcomes = Model(version).checked()
        assert [key for key, outcome in outcomes.items() if outcome.outcome == "not_met"] == []
        assert [key for key, outcome in outcomes.items() if outcome.outcome == "not_applicable"] == ["QZ-09"]  # it has no beam

    @pytest.mark.parametrize(
        ("missing", "fails"),
        [
            ("StrengthClass", {"QZ-03": 3}),
            ("NetVolume", {"QZ-04": 3}),
            ("NetArea", {"QZ-05": 1}),
            ("NetSideArea", {"QZ-06": 1}),
            ("IsExternal", {"QZ-07": 1}),
            ("TypeDesignat", {"QZ-11": 1}),
            ("\\X2\\6DF751DD571F\\X0\\", {"QZ-14": 3}),  # Other C35 in place of 混凝土 C35: nothing more can be asked of it
        ],
    )
    def test_that_lacks_one_thing_fails_there_and_nowhere_else(self, version, missing, fails):
        outcomes = Model(version).checked(without=missing)
        assert {key: outcome.failed for key, outcome in outcomes.items() if outcome.outcome == "not_met"} == fails

    def test_that_does_not_say_how_it_is_made_fails_for_each_concrete_member(self, version):
        assert Model(version).checked(without=METHOD[version])["QZ-02"].failed == 3


DATA = Path(os.environ.get("QINGZHU_TEST_DATA", "")) / "ifc"


@pytest.mark.skipif(not os.environ.get("QINGZHU_TEST_DATA"), reason="QINGZHU_TEST_DATA names no folder of models")
class TestRealModels:
    def outcomes(self, name: str) -> dict[str, tuple[str, int, int]]:
        found = check(IDS, ifcopenshell.open(DATA / name))
        return {each.specification.identifier or "": (each.outcome, each.applicable, each.failed) for each in found}

    def test_an_office_of_257_precast_columns_and_36_walls_says_so_in_material_names_only(self):
        found = self.outcomes("hhs_office_construction_revit2010.ifc")
        assert found["QZ-08"] == ("met", 257, 0)
        # columns and walls 257 + 48, less the walls without volume; 4 slabs are of Ortbeton
        assert found["QZ-02"][0] == "not_met"
        assert found["QZ-06"][1:] == (48, 12)  # 12 walls have no quantities at all
        assert found["QZ-04"] == ("not_met", 321, 321)  # GrossVolume alone: no element has a NetVolume

    def test_plank_floors_have_volumes_and_say_nothing_of_how_they_are_made(self):
        found = self.outcomes("schependomlaan_precast_plank_floors.ifc")
        assert found["QZ-04"] == ("met", 58, 0)  # 52 planks and 6 slabs
        assert found["QZ-02"] == ("not_met", 58, 58)
        assert found["QZ-01"] == ("met", 58, 0)

    def test_a_building_of_default_materials_is_asked_what_they_are_and_for_no_concrete(self):
        """Its 18 walls and 4 slabs are of Default Wall, Default Floor and Default Roof."""
        found = self.outcomes("largebuilding_revit2021.ifc")
        assert (found["QZ-01"], found["QZ-14"]) == (("met", 22, 0), ("not_met", 22, 22))
        assert found["QZ-02"] == ("not_applicable", 0, 0)
        assert found["QZ-04"] == ("met", 22, 0)  # 18 walls, 4 slabs
