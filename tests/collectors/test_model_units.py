"""Units of a model: what cannot be converted is unknown, never taken for a metre, and always said."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingzhu.collectors.geometry_quantities import GeometryRules
from qingzhu.collectors.models import read_model
from qingzhu.rulebook.load import load
from qingzhu.terms.readings import Reading
from tests.collectors.model_makers import STOREYS, UNITS, guid, quantities, step, wall
from tests.collectors.shape_makers import box, drawn

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

KNOWN = ("NetVolume", "Length")
UNDECLARED = UNITS.replace("((#1,#2,#3,#4))", "((#2,#3,#4))")
LAYERED = [
    *STOREYS,
    wall(20),
    f"#21=IFCRELCONTAINEDINSPATIALSTRUCTURE('{guid(21)}',$,$,$,(#20),#11);",
    "#22=IFCMATERIAL('C30',$,$);",
    "#23=IFCMATERIALLAYER(#22,200.,$,$,$,$,$);",
    "#24=IFCMATERIALLAYERSET((#23),$,$);",
    f"#25=IFCRELASSOCIATESMATERIAL('{guid(25)}',$,$,$,(#20),#24);",
    *quantities(30, [20], "IFCQUANTITYLENGTH('Length',$,$,3000.,$)", "IFCQUANTITYVOLUME('NetVolume',$,$,8.,$)"),
]
"""A wall on the second floor, at 3600, of a layer of 200, 3000 long, in the model's unit."""

LOST = "#99=IFCNOSUCHTHING();"
"""What makes IfcOpenShell read the file."""


def read(tmp_path: Path, content: str, **asked) -> Reading:
    path = tmp_path / "original"
    path.write_text(content, "ascii")
    return read_model(path, "models/tower.ifc", "P01", KNOWN, **asked)


def lengths(reading: Reading) -> tuple:
    (height,), (thickness,) = reading.tables["element"]["storey_elevation"], reading.tables["element_material"]["thickness"]
    return height, thickness, dict(reading.tables["quantity"].select("quantity", "value").rows())


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(remark.level, remark.code) for remark in reading.remarks if remark.code not in READER]


READER = ("read_by_ifcopenshell", "parser_warned", "instances_lost")


@pytest.mark.parametrize("lost", [[], [LOST]], ids=["columns", "IfcOpenShell"])
class TestLengths:
    def test_are_in_metres_by_the_prefix(self, lost, tmp_path):
        height, thickness, held = lengths(read(tmp_path, step(*LAYERED, *lost)))
        assert (height, thickness) == pytest.approx((3.6, 0.2))
        assert held == pytest.approx({"Length": 3.0, "NetVolume": 8.0})

    @pytest.mark.parametrize("prefix", [".MILI.", ".milli.", ".foo.", ".T.", "5"])
    def test_of_a_prefix_that_is_none_are_unknown_and_said(self, prefix, lost, tmp_path):
        reading = read(tmp_path, step(*LAYERED, *lost, units=UNITS.replace(".MILLI.", prefix)))
        assert lengths(reading) == (None, None, {"NetVolume": 8.0})
        assert said(reading) == [("doubt", "length_unit_unknown"), ("refused", "quantity_unreadable")]

    @pytest.mark.parametrize(
        "unit",
        [
            "IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METER.)",
            "IFCSIUNIT(*,.LENGTHUNIT.,.KILO.,.GRAM.)",
            "IFCCONTEXTDEPENDENTUNIT($,.LENGTHUNIT.,'chi')",
            "IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'nothing',#8)",
        ],
    )
    def test_of_a_unit_that_leads_nowhere_are_unknown_and_said(self, unit, lost, tmp_path):
        units = UNITS.replace("IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.)", unit)
        nought = ["#7=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);", "#8=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.),#7);"]
        reading = read(tmp_path, step(*nought, *LAYERED, *lost, units=units))
        assert lengths(reading) == (None, None, {"NetVolume": 8.0})
        assert said(reading) == [("doubt", "length_unit_unknown"), ("refused", "quantity_unreadable")]

    def test_of_no_declared_unit_are_taken_for_metres_and_said(self, lost, tmp_path):
        reading = read(tmp_path, step(*LAYERED, *lost, units=UNDECLARED))
        assert lengths(reading) == (3600.0, 200.0, {"Length": 3000.0, "NetVolume": 8.0})
        assert said(reading) == [("doubt", "unit_assumed"), ("doubt", "unit_assumed")]
        assert [remark.count for remark in reading.remarks if remark.code == "unit_assumed"] == [2, 1]

    def test_too_large_for_any_number_are_unknown(self, lost, tmp_path):
        large = [one.replace("3600.", "1.E307").replace("200.", "1.E307") for one in LAYERED]
        units = UNITS.replace(".MILLI.", ".KILO.")
        assert lengths(read(tmp_path, step(*large, *lost, units=units)))[:2] == (None, None)

    def test_units_that_are_no_list_are_no_units(self, lost, tmp_path):
        reading = read(tmp_path, step(*LAYERED, *lost, units=UNITS.replace("((#1,#2,#3,#4))", "(-1.)")))
        assert lengths(reading) == (3600.0, 200.0, {"Length": 3000.0, "NetVolume": 8.0})


@pytest.mark.parametrize("lost", [[], [LOST]], ids=["columns", "IfcOpenShell"])
class TestAQuantityInAUnitOfAnotherKind:
    def test_is_refused(self, lost, tmp_path):
        held = ["IFCQUANTITYVOLUME('NetVolume',$,#1,8.,$)", "IFCQUANTITYLENGTH('Length',$,#1,3000.,$)"]
        reading = read(tmp_path, step(wall(10), *quantities(20, [10], *held), *lost))
        assert dict(reading.tables["quantity"].select("quantity", "value").rows()) == pytest.approx({"Length": 3.0})
        assert said(reading) == [("refused", "quantity_unreadable")]


class TestBodies:
    @pytest.mark.parametrize("units", [UNDECLARED, UNITS.replace(".MILLI.", ".MILI.")], ids=["undeclared", "unknown"])
    def test_are_not_measured_without_a_unit_of_length(self, units, tmp_path):
        rules = GeometryRules.of(load().files["quantities.toml"])
        reading = read(tmp_path, drawn(*box(100, (3000, 2000, 200)), units=units), geometry="all", rules=rules, workers=1)
        assert reading.tables["quantity"].is_empty()
        assert reading.facts["geometry"]["without_volume"] == {"no_unit": 1}
        assert [remark.code for remark in reading.remarks][-1] == "geometry_failed"
