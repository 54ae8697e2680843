"""What an element is, how it is made and how much of it there is: the rules of mapping and of quantities."""

from __future__ import annotations

from typing import ClassVar

import polars as pl
import pytest

from qingzhu.measures import tables
from qingzhu.measures.prefabrication.mapped_element import INPUTS, PARAMETERS, mapped_element
from tests.measures.model_rows import Model, evidence, mapped, rules
from tests.measures.worked_cases import derived_of, frame_of


def frames(rows: dict) -> dict[str, pl.DataFrame]:
    """Evidence and rules as the function takes them."""
    held = {}
    for table, columns in INPUTS.items():
        numbered = [{"submission": "S1", "row": at, **row} for at, row in enumerate(rows.get(table, []), 1)]
        held[table] = frame_of(numbered, tables.evidence()[table]).select(columns)
    return {**held, **{table: rules()[table].select(columns) for table, columns in PARAMETERS.items()}}


def elements(*models: Model, **more) -> list[dict]:
    return mapped_element(**frames(evidence(*models, **more))).to_dicts()


def one(model: Model, *columns: str, **more) -> tuple:
    (row,) = elements(model, **more)
    return tuple(row[column] for column in columns)


SAID = ("role", "construction", "material_key", "rule_source", "rule_place")


class TestMapping:
    def test_the_first_row_that_matches_wins(self):
        rows = [
            mapped(1, name="^PCB", role="balcony", construction="precast"),
            mapped(2, ifc_class="IfcSlab", role="slab", construction="timber"),
        ]
        assert one(Model().add("IfcSlab", "PCB-67"), *SAID, mapping=rows) == ("balcony", "precast", None, "mapping", 1)
        assert one(Model().add("IfcSlab", "other"), *SAID, mapping=rows) == ("slab", "timber", None, "mapping", 2)

    def test_what_the_winning_row_leaves_open_comes_from_the_defaults_not_from_later_rows(self):
        rows = [mapped(1, name="^A", role="column"), mapped(2, ifc_class="IfcSlab", construction="timber")]
        assert one(Model().add("IfcSlab", "A", '["预制混凝土"]'), *SAID, mapping=rows) == ("column", "precast", "concrete", "mapping", 1)

    @pytest.mark.parametrize("name", ["ConstructionMethod", "CastingMethod", "ConstructionType"])
    @pytest.mark.parametrize(
        ("said", "construction"),
        [
            *((word, "precast") for word in ("Precast", "precast", "PRECAST", "预制")),
            *((word, "cast_in_place") for word in ("In-Situ", "in-situ", "INSITU", "Cast in place", "现浇")),
            *((word, "composite") for word in ("MIXED", "Composite", "叠合")),
        ],
    )
    def test_how_it_is_made_is_read_from_every_word_the_shipped_ids_admits(self, name, said, construction):
        properties = {f"Pset_ConcreteElementGeneral.{name}": said}
        assert one(Model().add("IfcSlab", "B1", '["C30"]', properties=properties), "construction") == (construction,)

    @pytest.mark.parametrize(
        ("ifc_class", "name", "materials", "construction"),
        [
            ("IfcSlab", "楼板 150", '["C30 混凝土", "HRB400 steel"]', None),
            ("IfcSlab", "楼板 150", '["C30 混凝土", "石膏板"]', None),
            ("IfcSlab", "Floor", '["Concrete", "fiberglass"]', None),
            ("IfcColumn", "型钢混凝土柱", '["C40 混凝土", "Q355"]', None),
            ("IfcColumn", "现浇柱", '["C40 混凝土", "Q355"]', "cast_in_place"),
            ("IfcColumn", "钢柱 GZ1", '["Q355"]', "steel"),
            ("IfcSlab", "木楼板", '["胶合木"]', "timber"),
            ("IfcWall", "ALC 内隔墙", '["蒸压加气混凝土", "C30 混凝土"]', "panel"),
            ("IfcWall", "隔墙", '["metal stud"]', "panel"),
            ("IfcSlab", "Studio floor", "[]", None),
        ],
    )
    def test_a_second_material_does_not_make_cast_concrete_something_else(self, ifc_class, name, materials, construction):
        assert one(Model().add(ifc_class, name, materials), "construction") == (construction,)

    @pytest.mark.parametrize(
        ("layer", "found"),
        [
            ("混凝土", "precast"),
            ("混凝土 @ 0.1..0.2", "precast"),
            ("混凝土 @ ..0.2", "precast"),
            ("混凝土 @ 0.25..", None),
            ("保温 @ 0.05..", None),
            ("insulation", "precast"),
            ("涂料 @ ..0.01", None),
        ],
    )
    def test_a_layer_is_met_by_its_material_or_category_and_its_thickness(self, layer, found):
        """Concrete of 200 mm; 岩棉 of the category insulation, 30 mm; a paint of unknown thickness; a material that is no layer."""
        key = {"project": "P1", "model": "tower.ifc", "global_id": "tower.ifc00000", "origin": "occurrence"}
        layers = [
            {**key, "place": 1, "material": "C30 混凝土", "kind": "layer", "thickness": 0.2},
            {**key, "place": 2, "material": "岩棉", "category": "insulation", "kind": "layer", "thickness": 0.03},
            {**key, "place": 3, "material": "涂料", "kind": "layer"},
            {**key, "place": 4, "material": "外保温", "kind": "single", "thickness": 0.06},
        ]
        rows = [mapped(1, layer=layer, role="enclosure_wall", construction="precast")]
        assert one(Model().add("IfcWall", "墙"), "construction", mapping=rows, element_material=layers) == (found,)

    def test_rows_of_another_project_say_nothing(self):
        rows = [{**mapped(1, ifc_class="IfcSlab", role="balcony"), "project": "P2"}]
        assert one(Model().add("IfcSlab", "A"), "role", "rule_source", mapping=rows) == ("slab", "default")

    @pytest.mark.parametrize(
        ("selector", "matches"),
        [
            ({"ifc_class": "IfcWall"}, True),
            ({"ifc_class": "IfcBeam|IfcWall.SHEAR"}, True),
            ({"ifc_class": "IfcWall.PARTITIONING"}, False),
            ({"name": "^q-"}, True),
            ({"name": "^-"}, False),
            ({"type_name": "200$"}, True),
            ({"material": "^EPS$"}, True),
            ({"material": "C30.*EPS"}, False),
            ({"text": "eps"}, True),
            ({"storey": "^1F$"}, True),
            ({"classification": "^14-"}, True),
            ({"model": "tower.ifc"}, True),
            ({"model": "other.ifc"}, False),
            ({"property": "S.Mark=^yz"}, True),
            ({"property": "*.Mark=^YZ & S.Grade=30"}, True),
            ({"property": "T.Mark=^YZ"}, False),
            ({"property": "S.Mark=^YZ & S.Grade=40"}, False),
            ({"property": "S.*=30"}, True),
            ({"name": "^Q-", "material": "wood"}, False),
        ],
    )
    def test_every_condition_of_a_row_must_hold(self, selector, matches):
        given = {"type_name": "墙 200", "predefined_type": "SHEAR", "classification": '["14-10.20"]'}
        model = Model().add("IfcWallStandardCase", "Q-1", '["C30", "EPS"]', properties={"S.Mark": "YZ-1", "S.Grade": "C30"}, **given)
        assert one(model, "role", mapping=[mapped(1, role="other", **selector)]) == ("other" if matches else "bearing_wall",)

    def test_a_set_of_the_occurrence_hides_the_same_set_of_its_type(self):
        model = Model().add("IfcWall", "W", properties={"S.Mark": "own"})
        model.property.append({**model.property[0], "value": "of type", "origin": "type"})
        assert one(model, "role", mapping=[mapped(1, property="S.Mark=type", role="other")]) != ("other",)
        assert one(model, "role", mapping=[mapped(1, property="S.Mark=own", role="other")]) == ("other",)


class TestDefaults:
    @pytest.mark.parametrize(
        ("ifc_class", "name", "materials", "role", "construction", "grade"),
        [
            ("IfcColumn", "矩形柱 600×600-C40", "[]", "column", None, "C40"),
            ("IfcSlab", "叠合板 PCB-67-3312", '["混凝土"]', "slab", "precast", None),
            ("IfcSlab", "叠合板现浇层 70mm", '["现浇混凝土 C30"]', "topping", "cast_in_place", "C30"),
            ("IfcSlab", "叠合板 130", '["混凝土"]', "slab", "composite", None),
            ("IfcWall", "砌块内墙 200mm", '["蒸压加气混凝土砌块"]', None, "masonry", None),
            ("IfcWall", "轻质隔墙板 100mm", "[]", "inner_wall", "panel", None),
            ("IfcWall", "预制剪力墙 YWQ-3029", '["预制混凝土 C40"]', "bearing_wall", "precast", "C40"),
            ("IfcColumn", "钢柱 H400", '["Q355B"]', "column", "steel", "Q355"),
            ("IfcColumn", "STB Stütze", '["Stahlbeton - Fertigbeton"]', "column", "precast", None),
            ("IfcWallStandardCase", "STB 30.0", '["Stahlbeton - Ortbeton"]', "bearing_wall", "cast_in_place", None),
            ("IfcSlab", "vloerveld", '["02 Beton gewapend - prefab"]', "slab", "precast", None),
            ("IfcSlab", "vloerveld", '["02 Beton gewapend - ihw VLOER"]', "slab", "cast_in_place", None),
            ("IfcColumn", "C1", '["Concrete, Cast In Situ"]', "column", "cast_in_place", None),
            ("IfcBeam", "B1", '["concrete_reinforced_prefab"]', "beam", "precast", None),
            ("IfcWindow", "C1512", "[]", "window", None, None),
            ("IfcSpace", "厨房 01", "[]", "kitchen", None, None),
            ("IfcOpeningElement", "O", "[]", "opening", None, None),
            ("IfcFurniture", "桌", "[]", "furniture", None, None),
            ("IfcBuildingElementProxy", "X", "[]", None, None, None),
            ("IfcBuiltElement", "预制柱", "[]", "column", "precast", None),
            ("IfcColumn", "非预制柱", '["混凝土 C30"]', "column", None, "C30"),
            ("IfcColumn", "Column, not precast", '["concrete"]', "column", None, None),
            ("IfcBeam", "雨篷梁 YL-1", '["混凝土 C30"]', "beam", None, "C30"),
            ("IfcSlab", "非叠合板", '["混凝土"]', "slab", None, None),
            ("IfcSlab", "木地板 20mm", "[]", "floor_finish", "timber", None),
            ("IfcSlab", "楼板:地毯", '["tiles", "screed"]', "floor_finish", None, None),
            ("IfcSlab", "楼板 120 木地板", '["C30", "木地板"]', "slab", None, "C30"),
            ("IfcSlab", "Floor", '["Parquet", "Concrete"]', "slab", None, None),
            ("IfcSlab", "glued laminated timber floor", "[]", "slab", "timber", None),
        ],
    )
    def test_words_of_practice_are_understood(self, ifc_class, name, materials, role, construction, grade):
        assert one(Model().add(ifc_class, name, materials), "role", "construction", "grade") == (role, construction, grade)

    @pytest.mark.parametrize(
        ("name", "material", "construction"),
        [
            ("现浇柱 KZ1", "混凝土 C30", None),
            ("Column", "Concrete, cast in place", None),
            ("非预制柱", "混凝土 C30", None),
            ("柱 KZ1", "混凝土 C30", "precast"),
            ("叠合梁 后浇层", "混凝土 C30", "precast"),
        ],
    )
    def test_a_set_of_precast_members_and_words_that_contradict_it_leave_open_how_it_was_made(self, name, material, construction):
        model = Model().add("IfcColumn", name, f'["{material}"]', properties={"Pset_PrecastConcreteElementGeneral.CornerChamfer": "0."})
        assert one(model, "construction") == (construction,)

    def test_load_bearing_and_external_tell_walls_apart(self):
        def role(bearing: str, external: str) -> str:
            properties = {"Pset_WallCommon.LoadBearing": bearing, "Pset_WallCommon.IsExternal": external}
            return one(Model().add("IfcWall", "W", properties=properties), "role")[0]

        assert [role("true", "true"), role("false", "true"), role("false", "false")] == ["bearing_wall", "enclosure_wall", "inner_wall"]

    @pytest.mark.parametrize(
        ("name", "materials", "role"),
        [("W3", '["Concrete, Precast"]', None), ("剪力墙 W3", '["现浇混凝土"]', "bearing_wall"), ("W3", '["砌块"]', "enclosure_wall")],
    )
    def test_a_wall_of_concrete_that_is_said_to_bear_nothing_is_what_its_name_says_or_not_known(self, name, materials, role):
        properties = {"Pset_WallCommon.LoadBearing": "false", "Pset_WallCommon.IsExternal": "true"}
        model = Model().add("IfcWall", name, materials, properties=properties)
        assert one(model, "role", "rule_source") == (role, role and "default")

    @pytest.mark.parametrize(
        ("ifc_class", "name", "system"),
        [
            ("IfcWall", "Partition non-integrated", "not_integrated"),
            ("IfcWall", "Partition integrated", "integrated"),
            ("IfcCovering", "非干式地面", "wet"),
            ("IfcCovering", "干式地面", "dry"),
            ("IfcPipeSegment", "PVC not separated", "embedded"),
            ("IfcPipeSegment", "管线未分离", "embedded"),
            ("IfcPipeSegment", "PVC separated", "separated"),
        ],
    )
    def test_a_word_that_is_denied_is_not_taken_for_what_it_denies(self, ifc_class, name, system):
        assert one(Model().add(ifc_class, name), "system") == (system,)

    def test_what_a_default_could_make_of_a_class_is_possible_for_an_element_of_it_that_nobody_mapped(self):
        held = rules()
        could = {(row["ifc_class"], row["gbt51129"]) for row in held["possible_role"].to_dicts()}
        for ifc_class in ("IfcBuildingElementProxy", "IfcBuiltElement"):
            assert {(ifc_class, ratio) for ratio in ("vertical", "horizontal", "enclosure", "inner_wall")} <= could
        assert {("IfcPlate", "inner_wall"), ("IfcPlateStandardCase", "enclosure"), ("IfcMemberStandardCase", "vertical")} <= could
        assert not {ratio for _, ratio in could} & {"none", None}

    def test_an_unmapped_element_has_the_largest_area_it_could_have(self):
        sizes = {"NetArea": 4.0, "Length": 3.0, "Height": 3.0}
        assert one(Model().add("IfcBuildingElementProxy", "X", quantities=sizes), "area", "area_quantity") == (9.0, "length height")
        assert one(Model().add("IfcWall", "X", quantities=sizes), "area", "area_quantity") == (9.0, "length height")
        assert one(Model().add("IfcBuildingElementProxy", "X", quantities={"NetArea": 4.0}), "area", "area_quantity") == (4.0, "NetArea")
        assert one(Model().add("IfcBuildingElementProxy", "X"), "area", "area_quantity") == (None, None)


class TestQuantities:
    def test_net_volume_comes_before_gross_and_the_name_is_kept(self):
        assert one(Model().add("IfcColumn", quantities={"GrossVolume": 2.0, "NetVolume": 1.9}), "volume", "volume_quantity") == (
            1.9,
            "NetVolume",
        )
        assert one(Model().add("IfcColumn", quantities={"GrossVolume": 2.0}), "volume", "volume_quantity") == (2.0, "GrossVolume")

    def test_zero_and_unknown_names_are_no_volume(self):
        assert one(Model().add("IfcColumn", quantities={"NetVolume": 0.0, "GorssVolume": 2.0}), "volume") == (None,)

    def test_a_slip_of_the_unit_gives_way_to_the_value_that_can_be(self):
        sides = {"Length": 8.2, "Width": 0.2, "Height": 3.85}
        model = Model().add("IfcWall", quantities={**sides, "NetVolume": 6.314e9})
        model.quantity.append({**model.quantity[-1], "value": 5.64422})
        assert one(model, "volume", "impossible") == (5.64422, 1)

    @pytest.mark.parametrize(("second", "volume", "impossible"), [(1.0, None, 1), (9.95, 9.95, 0), (10.0, 10.0, 0)])
    def test_two_values_of_one_quantity_are_no_value_unless_they_differ_by_rounding_alone(self, second, volume, impossible):
        model = Model().add("IfcColumn", quantities={"NetVolume": 10.0, "GrossVolume": 11.0})
        model.quantity.append({**model.quantity[0], "set_name": "Qto_ColumnBaseQuantities", "value": second})
        assert one(model, "volume", "impossible") == (volume, impossible)

    def test_slabs_are_measured_in_plan_and_walls_on_their_face_or_by_their_sides(self):
        assert one(Model().add("IfcSlab", quantities={"NetArea": 9.0, "GrossSideArea": 1.0}), "area", "area_quantity") == (9.0, "NetArea")
        assert one(Model().add("IfcWall", "隔墙", quantities={"NetArea": 9.0, "GrossSideArea": 1.0}), "area") == (1.0,)
        assert one(Model().add("IfcWall", "隔墙", quantities={"Length": 4.0, "Height": 3.0}), "area", "area_quantity") == (
            12.0,
            "length height",
        )

    def test_a_slab_whose_thickness_is_written_twice_has_no_known_sides(self):
        plank = {"Width": 0.06, "Depth": 0.06, "NetArea": 9.0, "NetVolume": 0.54}
        assert one(Model().add("IfcSlab", quantities=plank), "width", "height", "size_from", "area") == (None, 0.06, None, 9.0)
        beam = {"Width": 0.3, "Height": 0.3, "NetVolume": 0.54}
        assert one(Model().add("IfcBeam", quantities=beam), "length", "size_from") == (pytest.approx(6.0), "volume")
        box = {"Length": 3.0, "Width": 3.0, "Depth": 0.06}
        assert one(Model().add("IfcSlab", quantities=plank, geometry=box), "length", "width", "height") == (3.0, 3.0, 0.06)


class TestGeometry:
    """What the body holds, beside what is written."""

    BOX: ClassVar = {"Length": 3.0, "Width": 0.2, "Depth": 2.0}

    def test_a_volume_is_net_as_written_else_of_geometry_else_gross(self):
        body = {"NetVolume": 1.1, "GrossVolume": 1.2}
        taken = "volume", "volume_quantity"
        assert one(Model().add("IfcSlab", quantities={"NetVolume": 1.0}, geometry=body), *taken) == (1.0, "NetVolume")
        assert one(Model().add("IfcSlab", quantities={"GrossVolume": 1.3}, geometry=body), *taken) == (1.1, "NetVolume (geometry)")
        assert one(Model().add("IfcSlab", quantities={"GrossVolume": 1.3}), *taken) == (1.3, "GrossVolume")

    @pytest.mark.parametrize(("written", "volume", "impossible"), [(1000.0, 1.0, 1), (1e9, 1.0, 1), (1.3, 1.3, 0), (3.0, 3.0, 0)])
    def test_a_known_fault_that_geometry_shows_is_passed_over_and_another_difference_is_not(self, written, volume, impossible):
        model = Model().add("IfcSlab", quantities={"NetVolume": written}, geometry={"NetVolume": 1.0})
        assert one(model, "volume", "impossible") == (volume, impossible)

    def test_an_area_of_both_faces_gives_way_to_geometry_or_to_the_gross_one(self):
        written = {"NetArea": 12.3, "GrossArea": 6.0}
        assert one(Model().add("IfcSlab", quantities=written), "area", "area_quantity") == (6.0, "GrossArea")
        model = Model().add("IfcSlab", quantities={"NetArea": 12.3}, geometry={"NetArea": 6.0, "ProjectedArea": 5.9})
        assert one(model, "area", "area_quantity") == (5.9, "ProjectedArea (geometry)")

    @pytest.mark.parametrize(
        ("written", "volume", "impossible"),
        [
            ({"NetVolume": 0.6, "GrossVolume": 0.0006}, None, 2),
            ({"NetVolume": 0.0006, "GrossVolume": 0.6}, None, 2),
            ({"NetVolume": 0.03, "GrossVolume": 3.0}, None, 2),
            ({"NetVolume": 0.3, "GrossVolume": 3.0}, None, 2),
            ({"NetVolume": 0.31, "GrossVolume": 3.0}, 0.31, 0),
            ({"NetVolume": 600.0, "GrossVolume": 0.6}, None, 2),
            ({"NetVolume": 0.6, "GrossVolume": 0.0006, "Length": 3.0, "Width": 0.1, "Depth": 2.0}, 0.6, 1),
            ({"NetVolume": 600.0, "GrossVolume": 0.6, "Length": 3.0, "Width": 0.1, "Depth": 2.0}, 0.6, 1),
            ({"NetVolume": 0.6, "GrossVolume": 600.0, "NetArea": 6.0, "Width": 0.1}, 0.6, 1),
            ({"NetVolume": 0.6, "GrossVolume": 0.0006, "Length": 300.0, "Width": 10.0, "Depth": 20.0}, None, 2),
            ({"NetVolume": 0.6, "GrossVolume": 0.9}, 0.6, 0),
        ],
    )
    def test_of_a_net_and_a_gross_1000_times_apart_neither_is_taken_unless_the_written_sides_tell(self, written, volume, impossible):
        assert one(Model().add("IfcSlab", quantities=written), "volume", "impossible") == (volume, impossible)

    def test_a_body_tells_which_of_a_net_and_a_gross_1000_times_apart_is_right(self):
        model = Model().add("IfcSlab", quantities={"NetVolume": 600.0, "GrossVolume": 0.6}, geometry={"NetVolume": 0.6, "GrossVolume": 0.6})
        assert one(model, "volume", "volume_quantity", "impossible") == (0.6, "NetVolume (geometry)", 1)

    @pytest.mark.parametrize("second", ["BaseQuantities", "Qto_BeamBaseQuantities", "Dimensions"])
    def test_of_a_quantity_written_twice_the_one_that_geometry_confirms_stands(self, second):
        model = Model().add("IfcBeam", quantities={"NetVolume": 9.0, "GrossVolume": 10.2}, geometry={"NetVolume": 10.0})
        model.quantity.append({**model.quantity[0], "set_name": second, "value": 10.1})
        assert one(model, "volume", "volume_quantity", "impossible") == (10.1, "NetVolume", 1)

    def test_sides_are_of_one_source(self):
        taken = "length", "width", "height", "size_from"
        assert one(Model().add("IfcSlab", geometry=self.BOX), *taken) == (3.0, 0.2, 2.0, "geometry")
        mixed = Model().add("IfcSlab", quantities={"Width": 2.0}, geometry=self.BOX)
        assert one(mixed, *taken) == (3.0, 0.2, 2.0, "geometry")
        whole = Model().add("IfcSlab", quantities={"Length": 3.1, "Width": 0.21, "Depth": 2.1}, geometry=self.BOX)
        assert one(whole, *taken) == (3.1, 0.21, 2.1, "written")

    def test_sides_of_geometry_do_not_stand_in_the_way_of_the_volume_of_the_same_body(self):
        model = Model().add("IfcSlab", quantities={"Width": 2.0}, geometry={**self.BOX, "NetVolume": 1.2})
        assert one(model, "volume", "impossible") == (1.2, 0)


SLAB = [
    mapped(1, ifc_class="IfcSlab", role="slab", construction="precast"),
    mapped(2, name="^wall", role="bearing_wall", construction="precast"),
]


def standing(*models: Model, mapping=SLAB) -> dict[str, tuple]:
    """Of each element by its id: counted, volume_counted, area, volume."""
    found = elements(*models, mapping=mapping)
    return {row["global_id"]: tuple(row[name] for name in ("counted", "volume_counted", "area", "volume")) for row in found}


class TestLayers:
    """Parts that are matter of their whole: an area counts once, a volume where it is measured in full."""

    def test_the_area_of_a_slab_counts_once_and_its_volume_by_its_layers(self):
        model = Model().add("IfcSlab", "slab", quantities={"NetArea": 40.0}, global_id="slab")
        for layer, volume in (("lower", 2.4), ("upper", 2.8)):
            part = {"NetArea": 40.0, "NetVolume": volume}
            model.add("IfcBuildingElementPart", layer, '["concrete"]', part, assembly="slab", global_id=layer)
        assert standing(model) == {
            "slab": (True, False, 40.0, pytest.approx(5.2)),
            "lower": (False, True, 40.0, 2.4),
            "upper": (False, True, 40.0, 2.8),
        }

    def test_a_slab_without_area_has_that_of_its_largest_layer(self):
        model = Model().add("IfcSlab", "slab", global_id="slab")
        for layer, area in (("lower", 40.0), ("upper", 38.0)):
            model.add("IfcBuildingElementPart", layer, "[]", {"NetArea": area}, assembly="slab", global_id=layer)
        assert standing(model)["slab"][:3] == (True, True, 40.0)

    def test_where_one_layer_has_no_volume_the_volume_of_the_whole_counts(self):
        model = Model().add("IfcWall", "wall", quantities={"NetVolume": 5.0}, global_id="wall")
        model.add("IfcBuildingElementPart", "leaf", '["concrete"]', {"NetVolume": 2.0}, assembly="wall", global_id="leaf")
        model.add("IfcBuildingElementPart", "other leaf", '["concrete"]', assembly="wall", global_id="other")
        found = standing(model)
        assert [found[name][1] for name in ("wall", "leaf", "other")] == [True, False, False]

    @pytest.mark.parametrize(("parts", "stands"), [((0.5,), "wall"), ((6.0, 3.9), "parts"), ((6.0, 3.7), "wall"), ((25.0,), "wall")])
    def test_parts_stand_for_a_volume_only_where_they_make_it_up_within_2_percent(self, parts, stands):
        model = Model().add("IfcWall", "wall", quantities={"NetVolume": 10.0}, global_id="wall")
        for volume in parts:
            model.add("IfcBuildingElementPart", "leaf", '["concrete"]', {"NetVolume": volume}, assembly="wall")
        found = standing(model)
        assert found["wall"][1] is (stands == "wall")
        assert [row[1] for name, row in found.items() if name != "wall"] == [stands == "parts"] * len(parts)

    def test_a_layer_of_a_material_nobody_knows_is_not_made_as_its_whole_is(self):
        model = Model().add("IfcWall", "wall", global_id="wall")
        model.add("IfcBuildingElementPart", "core", '["Xyz 200"]', {"NetVolume": 1.0}, assembly="wall", global_id="core")
        (core,) = (row for row in elements(model, mapping=SLAB) if row["global_id"] == "core")
        assert (core["role"], core["construction"], core["concrete"]) == ("bearing_wall", None, None)

    def test_insulation_in_a_precast_wall_is_no_concrete(self):
        model = Model().add("IfcWall", "wall", global_id="wall")
        model.add("IfcBuildingElementPart", "leaf", '["concrete"]', {"NetVolume": 2.0}, assembly="wall", global_id="leaf")
        model.add("IfcBuildingElementPart", "core", '["EPS insulation"]', {"NetVolume": 1.0}, assembly="wall", global_id="core")
        found = {row["global_id"]: row for row in elements(model, mapping=SLAB)}
        assert (found["leaf"]["construction"], found["leaf"]["concrete"], found["leaf"]["rule_source"]) == ("precast", True, "mapping")
        assert (found["core"]["construction"], found["core"]["concrete"], found["core"]["role"]) == (None, False, "bearing_wall")

    def test_a_plank_and_its_topping_as_parts_of_one_slab_count_its_area_once(self):
        model = Model().add("IfcSlab", "叠合板 130", '["混凝土"]', {"NetArea": 40.0}, global_id="slab")
        model.add(
            "IfcBuildingElementPart", "预制底板", '["预制混凝土"]', {"NetArea": 40.0, "NetVolume": 2.4}, assembly="slab", global_id="plank"
        )
        model.add(
            "IfcBuildingElementPart", "叠合层", '["现浇混凝土"]', {"NetArea": 40.0, "NetVolume": 2.8}, assembly="slab", global_id="topping"
        )
        found = {row["global_id"]: row for row in elements(model)}
        assert [row["global_id"] for row in found.values() if row["counted"] and row["gbt51129"] == "horizontal"] == ["slab"]
        assert [(found[name]["construction"], found[name]["volume_counted"]) for name in ("slab", "plank", "topping")] == [
            ("composite", False),
            ("precast", True),
            ("cast_in_place", True),
        ]

    def test_a_part_that_says_nothing_takes_what_its_assembly_is(self):
        model = Model().add("IfcElementAssembly", "预制墙板", global_id="whole")
        model.add("IfcBuildingElementPart", "inner leaf", '["预制混凝土"]', {"NetVolume": 2.0}, assembly="whole")
        whole, part = elements(model, mapping=[mapped(1, ifc_class="IfcElementAssembly", role="bearing_wall", construction="precast")])
        assert (whole["volume_counted"], part["volume_counted"]) == (False, True)
        assert (part["role"], part["construction"], part["rule_source"]) == ("bearing_wall", "precast", "mapping")


class TestMembers:
    """Parts that are members of their own: either they or the whole count."""

    def test_a_whole_with_quantities_stands_for_flights_without(self):
        model = Model().add("IfcStair", "预制楼梯", quantities={"NetVolume": 2.0}, global_id="stair")
        model.add("IfcStairFlight", "梯段", assembly="stair", global_id="flight")
        found = standing(model)
        assert (found["stair"][:2], found["flight"][:2]) == ((True, True), (False, False))

    def test_measured_flights_stand_for_the_stair_and_their_areas_add_up(self):
        model = Model().add("IfcStair", "预制楼梯", quantities={"NetArea": 8.0}, global_id="stair")
        for flight in ("up", "down"):
            model.add("IfcStairFlight", "梯段", quantities={"NetArea": 4.0}, assembly="stair", global_id=flight)
        assert {name: row[0] for name, row in standing(model).items()} == {"stair": False, "up": True, "down": True}

    def test_flights_that_do_not_make_up_the_stair_give_way_to_it(self):
        model = Model().add("IfcStair", "预制楼梯", quantities={"NetArea": 20.0}, global_id="stair")
        model.add("IfcStairFlight", "梯段", quantities={"NetArea": 4.0}, assembly="stair", global_id="up")
        assert {name: row[0] for name, row in standing(model).items()} == {"stair": True, "up": False}

    def test_the_leaves_of_a_sandwich_wall_stand_for_its_volume_and_it_for_its_face(self):
        model = Model().add("IfcWall", "wall", quantities={"NetVolume": 6.0, "GrossSideArea": 20.0}, global_id="whole")
        for leaf, volume in (("outer", 2.0), ("inner", 3.0)):
            model.add("IfcWall", leaf, quantities={"NetVolume": volume, "GrossSideArea": 20.0}, assembly="whole", global_id=leaf)
        model.add("IfcCovering", "insulation", '["EPS"]', {"NetVolume": 1.0}, assembly="whole", global_id="insulation")
        wall = [mapped(1, ifc_class="IfcWall", role="bearing_wall", construction="precast")]
        found = standing(model, mapping=wall)
        assert {name for name, row in found.items() if row[0]} == {"whole", "insulation"}
        assert {name for name, row in found.items() if row[1]} == {"outer", "inner", "insulation"}

    @pytest.mark.parametrize(("ifc_class", "name", "wall"), [("IfcBeam", "lintel", True), ("IfcColumn", "预制柱", True)])
    def test_a_wall_does_not_vanish_behind_a_small_member(self, ifc_class, name, wall):
        model = Model().add("IfcWall", "wall", quantities={"NetVolume": 10.0}, global_id="wall")
        model.add(ifc_class, name, '["concrete"]', {"NetVolume": 0.1}, assembly="wall", global_id="member")
        found = standing(model)
        assert found["wall"][1] is wall
        assert found["member"][0] is (ifc_class == "IfcBeam")

    def test_a_wall_without_quantities_does_not_vanish_behind_a_beam(self):
        model = Model().add("IfcWall", "wall", global_id="wall")
        model.add("IfcBeam", "lintel", '["concrete"]', {"NetVolume": 0.1}, assembly="wall", global_id="lintel")
        assert standing(model)["wall"][:2] == (True, True)

    def test_measured_parts_that_count_in_no_ratio_do_not_make_a_curtain_wall_vanish(self):
        model = Model().add("IfcCurtainWall", "幕墙", quantities={"GrossSideArea": 30.0}, global_id="wall")
        model.add("IfcPlate", "glass", quantities={"NetArea": 28.0}, assembly="wall", global_id="pane", predefined_type="CURTAIN_PANEL")
        assert standing(model)["wall"][0] is True

    def test_slabs_without_quantities_do_not_give_way_to_a_measured_roof(self):
        model = Model().add("IfcRoof", "roof", quantities={"GrossArea": 100.0}, global_id="roof")
        model.add("IfcSlab", "板", assembly="roof", global_id="slab")
        assert standing(model)["slab"][0] is True

    def test_an_assembly_of_three_levels_counts_its_volume_once(self):
        model = Model().add("IfcElementAssembly", "wall frame", quantities={"NetVolume": 5.0}, global_id="frame")
        model.add("IfcWall", "wall panel", quantities={"NetVolume": 5.0}, assembly="frame", global_id="panel")
        model.add("IfcBuildingElementPart", "leaf", '["concrete"]', {"NetVolume": 5.0}, assembly="panel", global_id="leaf")
        found = standing(model)
        assert [name for name, row in found.items() if row[1]] == ["leaf"]
        assert [name for name, row in found.items() if row[0]] == ["panel"]

    @pytest.mark.parametrize(
        ("whole", "pieces", "matter"),
        [
            (("IfcCurtainWall", "CW", "Glass", 1.0), [("IfcPlate.CURTAIN_PANEL", "pane", "Glass", 0.25)] * 4, [0.25] * 4),
            (("IfcBeam", "steel beam", "Steel", 2.0), [("IfcPlate", "steel plate", "Steel", 1.0)] * 2, [1.0, 1.0]),
            (
                ("IfcWall", "precast wall", "Concrete C30", 6.0),
                [
                    ("IfcWall", "leaf", "Concrete C30", 3.0),
                    ("IfcWall", "leaf", "Concrete C30", 2.0),
                    ("IfcCovering", "insulation", "Rock wool", 1.0),
                ],
                [3.0, 2.0, 1.0],
            ),
            (("IfcWall", "precast wall", "Concrete C30", 6.0), [("IfcCovering", "insulation", "Rock wool", 1.0)], [6.0]),
            (
                ("IfcStair", "precast stair", "Concrete C30", 2.0),
                [("IfcStairFlight", "precast flight", "Concrete C30", 2.0), ("IfcRailing", "railing", "Steel", 0.3)],
                [2.0, 0.3],
            ),
            (
                ("IfcElementAssembly", "precast sandwich panel", "Concrete C30", 6.0),
                [("IfcWall", "leaf precast", "Concrete C30", None), ("IfcCovering", "insulation", "EPS", 0.5)],
                [6.0],
            ),
            (
                ("IfcElementAssembly", "frame", "Steel", None),
                [("IfcBeam", "steel", "Steel", 1.0), ("IfcBeam", "steel", "Steel", None)],
                [1.0, None],
            ),
            (
                ("IfcBeam", "precast beam", "Concrete C30", 10.0),
                [("IfcReinforcingBar", "bar", "B500B", 0.1), ("IfcPlate", "steel plate", "Steel", 0.01)],
                [10.0, 0.1, 0.01],
            ),
        ],
    )
    def test_the_matter_of_a_whole_and_its_pieces_counts_once_whatever_ratio_they_are_in(self, whole, pieces, matter):
        model = Model()
        for number, (ifc_class, name, material, volume) in enumerate([whole, *pieces]):
            kind, _, predefined = ifc_class.partition(".")
            written = {} if volume is None else {"NetVolume": volume}
            key = {"global_id": "whole"} if number == 0 else {"assembly": "whole"}
            model.add(kind, name, f'["{material}"]', written, predefined_type=predefined or None, **key)
        assert [row["volume"] for row in elements(model) if row["matter_counted"]] == matter

    def test_parts_of_each_other_are_parts_of_nothing(self):
        model = Model().add("IfcWall", "wall a", quantities={"NetVolume": 1.0}, global_id="a", assembly="b")
        model.add("IfcWall", "wall b", quantities={"NetVolume": 1.0}, global_id="b", assembly="a")
        assert all(row[:2] == (True, True) for row in standing(model).values())


class TestBothEngines:
    def test_agree_on_every_column(self, duckdb_engine, spark_engine):
        model = (
            Model().add("IfcColumn", "预制柱", '["C40"]', {"NetVolume": 1.0, "Length": 3.0}).add("IfcSlab", "板", "[]", {"NetArea": 3.0})
        )
        found = [derived_of("mapped_element", evidence(model), rules(), engine) for engine in (duckdb_engine, spark_engine)]
        in_order = [sorted(rows, key=lambda row: row["global_id"]) for rows in found]
        assert in_order[0] == in_order[1]


class TestSize:
    def test_no_elements_give_no_rows(self):
        assert elements() == []

    def test_sixty_thousand_elements_are_mapped(self):
        model = Model()
        for number in range(500):
            model.add("IfcWall", f"墙 {number}", '["预制混凝土"]', {"NetVolume": 1.0}, {"S.Mark": "x"}, times=40)
            model.add("IfcSlab", f"板 {number}", '["现浇混凝土"]', {"NetArea": 1.0}, times=80)
        given = frames(evidence(model))
        found = mapped_element(**given)
        assert found["construction"].value_counts().sort("construction")["count"].to_list() == [40_000, 20_000]
