"""Materials of elements with their shares, by both readers."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from qingzhu.collectors import models
from qingzhu.collectors.model_files import model_text
from tests.collectors.model_makers import guid, step, wall

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

COLUMNS = ("material", "category", "kind", "thickness", "share", "ventilated", "origin")
CONCRETE = "#90=IFCMATERIAL('C30',$,'Concrete');"
WOOL = "#91=IFCMATERIAL('rock wool',$,$);"


def materials(tmp_path: Path, *lines: str, schema: str = "IFC4") -> list[tuple]:
    """The rows of the walls of a file in millimetres; both readers must give the same."""
    path = tmp_path / "tower.ifc"
    path.write_text(step(*lines, schema=schema), "ascii")
    given = model_text(path, "models/tower.ifc")
    columns, parser = (
        read.tables["element_material"] for read in (models.by_columns(given, "P01", ()), models.by_parser(given, "P01", (), ""))
    )
    assert columns.equals(parser)
    assert columns["place"].to_list() == list(range(1, columns.height + 1))
    return columns.with_columns(pl.col("thickness", "share").round(9)).select(COLUMNS).rows()


def associated(relating: int, related: int = 10, number: int = 80) -> str:
    return f"#{number}=IFCRELASSOCIATESMATERIAL('{guid(number)}',$,$,$,(#{related}),#{relating});"


class TestShares:
    def test_a_single_material_is_the_whole_element(self, tmp_path):
        assert materials(tmp_path, wall(10), CONCRETE, associated(90)) == [("C30", "Concrete", "single", None, 1.0, None, "occurrence")]

    def test_layers_share_by_their_thickness_in_metres(self, tmp_path):
        layers = [
            "#92=IFCMATERIALLAYER(#90,200.,$,$,$,'Core',$);",
            "#93=IFCMATERIALLAYER(#91,50.,.F.,$,$,'Insulation',$);",
            "#94=IFCMATERIALLAYERSET((#92,#93),$,$);",
            "#95=IFCMATERIALLAYERSETUSAGE(#94,.AXIS2.,.POSITIVE.,0.,$);",
        ]
        assert materials(tmp_path, wall(10), CONCRETE, WOOL, *layers, associated(95)) == [
            ("C30", "Concrete", "layer", 0.2, 0.8, False, "occurrence"),
            ("rock wool", "Insulation", "layer", 0.05, 0.2, False, "occurrence"),
        ]

    def test_an_air_layer_is_a_layer_without_material_and_only_what_is_said_to_be_ventilated_is(self, tmp_path):
        layers = [
            "#92=IFCMATERIALLAYER(#90,150.,.U.,$,$,$,$);",
            "#93=IFCMATERIALLAYER($,50.,.T.,$,$,$,$);",
            "#94=IFCMATERIALLAYERSET((#92,#93),$,$);",
        ]
        assert materials(tmp_path, wall(10), CONCRETE, *layers, associated(94)) == [
            ("C30", "Concrete", "layer", 0.15, 0.75, False, "occurrence"),
            (None, None, "layer", 0.05, 0.25, True, "occurrence"),
        ]

    def test_constituents_share_by_their_fraction_and_none_does_where_one_does_not_say(self, tmp_path):
        def shares(second: str) -> list[float | None]:
            lines = [
                "#92=IFCMATERIALCONSTITUENT('core',$,#90,0.75,$);",
                f"#93=IFCMATERIALCONSTITUENT('skin',$,#91,{second},$);",
                "#94=IFCMATERIALCONSTITUENTSET($,$,(#92,#93));",
            ]
            return [row[4] for row in materials(tmp_path, wall(10), CONCRETE, WOOL, *lines, associated(94))]

        assert shares("0.25") == [0.75, 0.25]
        assert shares("$") == [None, None]
        assert shares("0.75") == [None, None]

    def test_fractions_that_do_not_make_up_the_whole_leave_the_shares_open(self, tmp_path):
        def shares(*fractions: str) -> list[float | None]:
            parts = [f"#{100 + at}=IFCMATERIALCONSTITUENT('c',$,#90,{one},$);" for at, one in enumerate(fractions)]
            held = ",".join(f"#{100 + at}" for at in range(len(fractions)))
            lines = [*parts, f"#94=IFCMATERIALCONSTITUENTSET($,$,({held}));"]
            return [row[4] for row in materials(tmp_path, wall(10), CONCRETE, *lines, associated(94))]

        assert shares("0.", "0.") == [None, None]
        assert shares("0.3", "0.01") == [None, None]
        assert shares("0.3") == [None]
        assert shares("0.") == [None]
        assert shares("1.", "0.") == [1.0, 0.0]
        assert shares("0.33", "0.33", "0.33") == pytest.approx([1 / 3] * 3)  # 0.99: written with few digits

    def test_a_list_of_two_says_nothing_of_how_much_and_a_list_of_one_is_the_whole(self, tmp_path):
        two = materials(tmp_path, wall(10), CONCRETE, WOOL, "#94=IFCMATERIALLIST((#90,#91));", associated(94))
        assert [row[2:5] for row in two] == [("list", None, None), ("list", None, None)]
        one = materials(tmp_path, wall(10), CONCRETE, "#94=IFCMATERIALLIST((#90));", associated(94))
        assert [row[2:5] for row in one] == [("list", None, 1.0)]

    def test_a_profile_that_stands_alone_is_the_whole(self, tmp_path):
        lines = [
            "#96=IFCCIRCLEPROFILEDEF(.AREA.,$,$,10.);",
            "#92=IFCMATERIALPROFILE($,$,#90,#96,$,'Column');",
            "#93=IFCMATERIALPROFILESET($,$,(#92),$);",
            "#94=IFCMATERIALPROFILESETUSAGE(#93,$,$);",
        ]
        assert materials(tmp_path, wall(10), CONCRETE, *lines, associated(94)) == [
            ("C30", "Concrete", "profile", None, 1.0, None, "occurrence")
        ]

    def test_several_associations_leave_the_shares_open(self, tmp_path):
        rows = materials(tmp_path, wall(10), CONCRETE, WOOL, associated(90), associated(91, number=81))
        assert [(row[0], row[4]) for row in rows] == [("C30", None), ("rock wool", None)]

    def test_layers_of_no_thickness_at_all_have_no_share(self, tmp_path):
        layers = ["#92=IFCMATERIALLAYER(#90,0.,$);", "#93=IFCMATERIALLAYERSET((#92,#92),$);"]
        rows = materials(tmp_path, wall(10).replace(",$);", ");"), "#90=IFCMATERIAL('C30');", *layers, associated(93), schema="IFC2X3")
        assert [row[3:5] for row in rows] == [(0.0, None), (0.0, None)]


class TestTypes:
    LINES = (f"#70=IFCWALLTYPE('{guid(70)}',$,'W200',$,$,$,$,$,$,.STANDARD.);", f"#71=IFCRELDEFINESBYTYPE('{guid(71)}',$,$,$,(#10),#70);")

    def test_the_type_speaks_only_where_the_occurrence_does_not(self, tmp_path):
        of_type = [wall(10), CONCRETE, WOOL, *self.LINES, associated(91, related=70)]
        assert [row[0::6] for row in materials(tmp_path, *of_type)] == [("rock wool", "type")]
        assert [row[0::6] for row in materials(tmp_path, *of_type, associated(90, number=81))] == [("C30", "occurrence")]


@pytest.mark.skipif(not os.environ.get("QINGZHU_TEST_DATA"), reason="QINGZHU_TEST_DATA is not set")
class TestRealModels:
    def test_the_layers_of_a_revit_wall_are_read_with_their_thickness(self):
        name = "hhs_office_construction_revit2010.ifc"
        path = Path(os.environ["QINGZHU_TEST_DATA"]) / "ifc" / name
        rows = models.by_columns(model_text(path, name), "P01", ()).tables["element_material"]
        walls = rows.filter(pl.col("material").str.starts_with("Stahlbeton - Ortbeton") & (pl.col("kind") == "layer"))
        assert walls["thickness"].round(6).unique().sort().to_list()[-1] >= 0.3
        assert rows.filter(pl.col("kind") == "layer").group_by("global_id").agg(pl.col("share").sum())["share"].round(
            9
        ).unique().to_list() == [1.0]
