"""The ratios of GB/T 51129-2017: worked numbers, and what is not known."""

from __future__ import annotations

import pytest

from tests.measures.model_rows import Model, evidence, mapped, rules
from tests.measures.worked_cases import figure_of, figures_of

STOREYS = [{"project": "P1", "building": "B1", "storey": f"{number}F", "floor_area": 1152.0} for number in range(1, 11)]
PRECAST, CAST = '["预制混凝土 C40"]', '["现浇混凝土 C35"]'


def ratio(measure: str, engine, *models: Model, **tables):
    return figure_of(measure, evidence(*models, **tables), rules(), engine, building="B1")


STRIPS = [mapped(1, name="后浇", role="joint", construction="cast_in_place")]
"""The project's own word for it that its strips are joints; which kind of joint the defaults tell by the name."""


def strip(width: float) -> dict[str, float]:
    """Quantities of one cast strip of 0.95 m³ between wall panels 500 mm thick, as an IfcWall: its length is the strip's width [m]."""
    return {"NetVolume": 0.95, "Length": width, "Width": 0.5, "Height": 3.0}


class TestVerticalMembers:
    def test_620_precast_and_95_counted_joints_of_1600_m3_are_44_6875(self, engine):
        model = Model().add("IfcWall", "预制剪力墙", PRECAST, {"NetVolume": 62.0}, times=10)
        model.add("IfcWall", "竖向后浇段", CAST, strip(0.6), times=100).add("IfcWall", "现浇剪力墙", CAST, {"NetVolume": 885.0})
        figure = ratio("vertical_precast_ratio", engine, model, mapping=STRIPS)
        assert figure.value == pytest.approx(44.6875, rel=1e-9)
        assert (figure.high, figure.coverage, figure.gap) == (pytest.approx(44.6875, rel=1e-9), 100.0, None)

    def test_what_only_words_call_a_joint_counts_in_the_upper_bound_alone(self, engine):
        model = Model().add("IfcWall", "预制剪力墙", PRECAST, {"NetVolume": 620.0})
        model.add("IfcWall", "竖向后浇段", CAST, strip(0.6), times=100).add("IfcWall", "现浇剪力墙", CAST, {"NetVolume": 885.0})
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high) == (pytest.approx(38.75, rel=1e-9), pytest.approx(44.6875, rel=1e-9))

    @pytest.mark.parametrize("mapping", [[], [mapped(1, name="^(圈梁|梁柱)", role="joint")]])
    def test_joints_of_a_building_without_precast_members_never_count(self, mapping, engine):
        model = Model().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 6.0}).add("IfcColumn", "梁柱节点区", CAST, {"NetVolume": 2.0})
        model.add("IfcBeam", "圈梁", CAST, {"NetVolume": 0.1728, "Length": 3.0, "Width": 0.24, "Height": 0.24})
        model.add("IfcSlab", "预制板", PRECAST, {"NetVolume": 1.0, "NetArea": 10.0})
        figure = ratio("vertical_precast_ratio", engine, model, mapping=mapping)
        assert (figure.value, figure.high, figure.coverage) == (0.0, 0.0, 100.0)

    def test_where_a_member_may_be_precast_a_joint_may_count(self, engine):
        model = Model().add("IfcColumn", "柱", '["混凝土"]', {"NetVolume": 8.0}).add("IfcColumn", "后浇节点", CAST, {"NetVolume": 2.0})
        model.add("IfcColumn", "现浇柱", CAST, {"NetVolume": 10.0})
        figure = ratio("vertical_precast_ratio", engine, model, mapping=STRIPS)
        assert (figure.value, figure.high) == (0.0, 50.0)

    @pytest.mark.parametrize(
        ("ifc_class", "length", "value", "high"),
        [("IfcColumn", 0.4, 100.0, 100.0), ("IfcColumn", 0.6, 80.0, 80.0), ("IfcBeam", 0.4, 80.0, 100.0)],
    )
    def test_a_zone_between_columns_is_as_high_as_its_column_is_long(self, ifc_class, length, value, high, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 4.0})
        model.add(ifc_class, "柱 后浇段", CAST, {"NetVolume": 1.0, "Length": length, "Width": 0.5, "Height": 0.6})
        mapping = [mapped(1, name="后浇段", role="joint", construction="cast_in_place", system="column_joint")]
        figure = ratio("vertical_precast_ratio", engine, model, mapping=mapping)
        assert (figure.value, figure.high) == (value, high)

    def test_a_strip_wider_than_600_mm_does_not_count(self, engine):
        model = Model().add("IfcWall", "预制剪力墙", PRECAST, {"NetVolume": 620.0})
        model.add("IfcWall", "竖向后浇段", CAST, strip(0.65), times=100).add("IfcWall", "现浇剪力墙", CAST, {"NetVolume": 885.0})
        assert ratio("vertical_precast_ratio", engine, model).value == pytest.approx(38.75, rel=1e-9)

    @pytest.mark.parametrize(
        ("ifc_class", "length", "width", "height", "counts"),
        [
            ("IfcWall", 0.6, 0.2, 2.9, True),
            ("IfcWall", 0.61, 0.2, 2.9, False),
            ("IfcWall", 3.0, 0.2, 0.5, False),
            ("IfcColumn", 2.9, 0.2, 0.6, True),
            ("IfcColumn", 2.9, 0.2, 0.7, False),
        ],
    )
    def test_a_strip_is_as_wide_as_it_is_long_beside_the_wall_whatever_its_thickness(
        self, ifc_class, length, width, height, counts, engine
    ):
        sizes = {"NetVolume": length * width * height, "Length": length, "Width": width, "Height": height}
        model = Model().add("IfcWall", "预制剪力墙", PRECAST, {"NetVolume": 1.0})
        mapping = [mapped(1, name="^strip", role="joint", construction="cast_in_place", system="vertical_strip")]
        model.add(ifc_class, "strip", CAST, sizes)
        value = ratio("vertical_precast_ratio", engine, model, mapping=mapping).value
        assert value == pytest.approx(100.0 if counts else 100 / (1 + length * width * height), rel=1e-9)

    def test_a_joint_of_unknown_size_counts_only_in_the_upper_bound(self, engine):
        model = Model().add("IfcWall", "预制剪力墙", PRECAST, {"NetVolume": 620.0})
        model.add("IfcWall", "竖向后浇段", CAST, {"NetVolume": 95.0}).add("IfcWall", "现浇剪力墙", CAST, {"NetVolume": 885.0})
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high) == (pytest.approx(38.75, rel=1e-9), pytest.approx(44.6875, rel=1e-9))
        assert figure.coverage == pytest.approx(100 * 1505 / 1600, rel=1e-9)

    def test_concrete_that_does_not_say_how_it_was_made_counts_against(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 30.0}).add("IfcColumn", "柱", '["混凝土"]', {"NetVolume": 10.0})
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high, figure.coverage) == (75.0, 100.0, 75.0)

    def test_an_unmapped_proxy_with_a_volume_counts_against_too(self, engine):
        model = (
            Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 30.0}).add("IfcBuildingElementProxy", "X", "[]", {"NetVolume": 10.0})
        )
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high) == (75.0, 100.0)

    @pytest.mark.parametrize("ifc_class", ["IfcMemberStandardCase", "IfcBuiltElement", "IfcBuildingElementPart"])
    def test_every_class_that_could_be_a_column_counts_against_unmapped(self, ifc_class, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}).add(ifc_class, "M", quantities={"NetVolume": 9.0})
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high) == (10.0, 100.0)

    def test_steel_columns_are_no_concrete(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 30.0}).add("IfcColumn", "钢柱", '["Q355"]', {"NetVolume": 10.0})
        assert ratio("vertical_precast_ratio", engine, model).value == 100.0

    def test_a_cast_wall_without_volume_is_bounded_by_the_largest_of_its_role(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 60.0})
        model.add("IfcWall", "现浇剪力墙", CAST, {"NetVolume": 20.0}).add("IfcWall", "现浇剪力墙", CAST)
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high) == (60.0, 75.0)
        assert figure.coverage == pytest.approx(100 * 2 / 3, rel=1e-9)

    def test_fifty_unmapped_walls_without_quantity_do_not_leave_two_precast_columns_at_100(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}, times=2).add("IfcWall", "W", times=50)
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high) == (pytest.approx(100 * 2 / 52), 100.0)
        assert figure.coverage == pytest.approx(100 * 2 / 52)

    def test_a_kind_of_which_nothing_is_measured_leaves_no_lower_bound(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}).add("IfcWall", "现浇剪力墙", CAST)
        assert ratio("vertical_precast_ratio", engine, model).gap == "kind_without_quantity"
        model = Model().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 1.0}).add("IfcWall", "预制剪力墙", PRECAST)
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high, figure.coverage) == (0.0, 100.0, 50.0)

    def test_without_any_volume_or_any_construction_there_is_no_figure(self, engine):
        assert ratio("vertical_precast_ratio", engine, Model().add("IfcColumn", "预制柱", PRECAST)).gap == "no_quantity"
        unknown = Model().add("IfcColumn", "柱", '["混凝土"]', {"NetVolume": 1.0})
        assert ratio("vertical_precast_ratio", engine, unknown).gap == "construction_unknown"

    def test_a_composite_wall_counts_only_in_the_upper_bound(self, engine):
        model = Model().add("IfcWall", "叠合剪力墙", "[]", {"NetVolume": 5.0}).add("IfcWall", "现浇剪力墙", CAST, {"NetVolume": 5.0})
        figure = ratio("vertical_precast_ratio", engine, model)
        assert (figure.value, figure.high) == (0.0, 50.0)


class TestHorizontalMembers:
    def test_8640_of_11520_m2_are_75(self, engine):
        model = Model().add("IfcSlab", "叠合板 PCB-67-3330", PRECAST, {"NetArea": 864.0, "NetVolume": 51.84}, times=10)
        model.add("IfcSlab", "叠合板现浇层 70mm", CAST, {"NetArea": 8640.0, "NetVolume": 600.0})
        figure = ratio("horizontal_precast_ratio", engine, model, storey=STOREYS)
        assert (figure.value, figure.high, figure.coverage) == (75.0, 75.0, 100.0)

    def test_a_slab_of_unknown_construction_counts_only_in_the_upper_bound(self, engine):
        model = Model().add("IfcSlab", "预制板", PRECAST, {"NetArea": 5760.0}).add("IfcSlab", "板", '["混凝土"]', {"NetArea": 2880.0})
        figure = ratio("horizontal_precast_ratio", engine, model, storey=STOREYS)
        assert (figure.value, figure.high) == (50.0, 75.0)

    def test_a_finish_drawn_as_a_slab_is_no_precast_floor(self, engine):
        model = Model().add("IfcSlab", "现浇楼板", CAST, {"NetArea": 100.0}).add("IfcSlab", "木地板 20mm", "[]", {"NetArea": 90.0})
        building = [{"project": "P1", "building": "B1", "floor_area": 100.0}]
        assert ratio("horizontal_precast_ratio", engine, model, building=building).value == 0.0

    def test_without_storeys_the_floor_area_of_the_building_stands_in(self, engine):
        model = Model().add("IfcSlab", "预制板", PRECAST, {"NetArea": 300.0})
        building = [{"project": "P1", "building": "B1", "floor_area": 400.0}]
        assert ratio("horizontal_precast_ratio", engine, model, building=building).value == 75.0

    def test_storeys_that_are_not_all_listed_are_no_denominator(self, engine):
        model = Model().add("IfcSlab", "预制板", PRECAST, {"NetArea": 160.0})
        building = [{"project": "P1", "building": "B1", "floor_area": 1000.0, "storeys": 10}]
        listed = [{"project": "P1", "building": "B1", "storey": name, "floor_area": 100.0} for name in ("1F", "2F")]
        assert ratio("horizontal_precast_ratio", engine, model, building=building, storey=listed).value == 16.0
        assert ratio("horizontal_precast_ratio", engine, model, building=[{**building[0], "storeys": 2}], storey=listed).value == 80.0

    def test_more_precast_area_than_there_are_floors_is_a_gap_and_no_100(self, engine):
        model = Model().add("IfcSlab", "预制板", PRECAST, {"NetArea": 5000.0})
        building = [{"project": "P1", "building": "B1", "floor_area": 1000.0}]
        figure = ratio("horizontal_precast_ratio", engine, model, building=building)
        assert (figure.value, figure.high, figure.gap) == (None, None, "area_above_floors")

    @pytest.mark.parametrize(
        ("denominator", "value", "gap"), [(40.0, None, "takeoff_contradicts"), (100.0, 40.0, None), (160.0, 25.0, None), (0.0, 40.0, None)]
    )
    def test_a_take_off_of_fewer_floors_than_the_building_has_contradicts_itself(self, denominator, value, gap, engine):
        model = Model().add("IfcSlab", "预制板", PRECAST, {"NetArea": 40.0})
        tables = {
            "storey": [{"project": "P1", "building": "B1", "storey": "1F", "floor_area": 100.0}],
            "takeoff": [{"project": "P1", "building": "B1", "item": "q1b", "part": "denominator", "value": denominator, "unit": "m²"}],
        }
        figure = ratio("horizontal_precast_ratio", engine, model, **tables)
        assert (figure.value, figure.gap) == (value, gap)

    def test_without_any_floor_area_there_is_no_figure(self, engine):
        figure = ratio("horizontal_precast_ratio", engine, Model().add("IfcSlab", "预制板", PRECAST, {"NetArea": 300.0}))
        assert (figure.value, figure.high, figure.gap) == (None, None, "no_floor_area")

    def test_strips_between_planks_count_up_to_300_mm(self, engine):
        sizes = {"Length": 3.0, "Depth": 0.13, "NetArea": 10.0}
        model = (
            Model()
            .add("IfcSlab", "预制板", PRECAST, {"NetArea": 40.0})
            .add("IfcSlab", "板后浇带", CAST, {**sizes, "Width": 0.3})
            .add("IfcSlab", "板后浇带", CAST, {**sizes, "Width": 0.8})
        )
        building = [{"project": "P1", "building": "B1", "floor_area": 100.0}]
        assert ratio("horizontal_precast_ratio", engine, model, building=building, mapping=STRIPS).value == 50.0


class TestWalls:
    def test_enclosure_and_inner_walls_not_of_masonry(self, engine):
        model = Model()
        external = {"Pset_WallCommon.LoadBearing": "false", "Pset_WallCommon.IsExternal": "true"}
        model.add("IfcWall", "ALC外墙板", '["蒸压加气混凝土条板"]', {"GrossSideArea": 90.0}, external)
        model.add("IfcWall", "砌块外墙", '["蒸压加气混凝土砌块"]', {"GrossSideArea": 10.0}, external)
        model.add("IfcWall", "轻质隔墙板", '["轻质隔墙板"]', {"GrossSideArea": 65.0}).add(
            "IfcWall", "砌块隔墙", '["砌块"]', {"GrossSideArea": 35.0}
        )
        assert ratio("enclosure_non_masonry_ratio", engine, model).value == 90.0
        assert ratio("inner_wall_non_masonry_ratio", engine, model).value == 65.0

    @pytest.mark.parametrize(
        ("measure", "wall", "ifc_class"),
        [
            ("enclosure_non_masonry_ratio", "ALC外墙板 围护墙", "IfcBuildingElementProxy"),
            ("inner_wall_non_masonry_ratio", "隔墙 条板", "IfcPlate"),
            ("inner_wall_non_masonry_ratio", "隔墙 条板", "IfcBuiltElement"),
        ],
    )
    def test_what_nobody_mapped_may_be_a_wall_of_blocks(self, measure, wall, ifc_class, engine):
        model = (
            Model().add("IfcWall", wall, '["条板"]', {"GrossSideArea": 10.0}).add(ifc_class, "填充", '["砌块"]', {"GrossSideArea": 90.0})
        )
        figure = ratio(measure, engine, model)
        assert (figure.value, figure.high, figure.coverage) == (10.0, 100.0, 10.0)

    def test_integrated_is_what_the_mapping_says_and_masonry_never_is(self, engine):
        model = (
            Model()
            .add("IfcWall", "W1 围护墙", '["轻质墙板"]', {"GrossSideArea": 65.0})
            .add("IfcWall", "W2 围护墙", '["砌块"]', {"GrossSideArea": 35.0})
        )
        mapping = [mapped(1, name="^W1", role="enclosure_wall", construction="panel", system="integrated")]
        figure = ratio("enclosure_integrated_ratio", engine, model, mapping=mapping)
        assert (figure.value, figure.coverage) == (65.0, 100.0)

    @pytest.mark.parametrize(("external", "value", "high"), [("true", 40.0, 40.0), ("false", 100.0, 100.0), (None, 40.0, 100.0)])
    def test_bearing_walls_that_are_external_are_enclosing_walls_too(self, external, value, high, engine):
        said = {"Pset_WallCommon.LoadBearing": "true", **({"Pset_WallCommon.IsExternal": external} if external else {})}
        model = Model().add("IfcWall", "W1 围护墙", '["轻质墙板"]', {"GrossSideArea": 40.0})
        model.add("IfcWall", "W2", CAST, {"GrossSideArea": 60.0}, said)
        mapping = [
            mapped(1, name="^W1", role="enclosure_wall", construction="panel", system="integrated"),
            mapped(2, name="^W2", role="bearing_wall", construction="cast_in_place", system="not_integrated"),
        ]
        figure = ratio("enclosure_integrated_ratio", engine, model, mapping=mapping)
        assert (figure.value, figure.high) == (value, high)

    @pytest.mark.parametrize(
        ("measure", "name"), [("inner_wall_integrated_ratio", "一体化隔墙"), ("enclosure_integrated_ratio", "一体化围护墙")]
    )
    def test_a_wall_in_one_that_may_be_masonry_counts_only_in_the_upper_bound(self, measure, name, engine):
        model = Model().add("IfcWall", name, quantities={"GrossSideArea": 65.0})
        model.add("IfcWall", f"{name} 砌块", quantities={"GrossSideArea": 35.0})
        figure = ratio(measure, engine, model)
        assert (figure.value, figure.high, figure.coverage) == (0.0, 65.0, 35.0)

    def test_where_nobody_says_whether_a_wall_is_integrated_there_is_no_figure(self, engine):
        model = Model().add("IfcWall", "轻质隔墙板", '["轻质隔墙板"]', {"GrossSideArea": 65.0})
        assert ratio("inner_wall_integrated_ratio", engine, model).gap == "construction_unknown"


class TestFitOut:
    def test_8300_of_11520_m2_laid_dry_are_72_05_by_the_take_off(self, engine):
        takeoff = [{"project": "P1", "building": "B1", "item": "q3a", "part": "numerator", "value": 8300.0, "unit": "m²"}]
        figure = ratio("dry_floor_ratio", engine, Model(), takeoff=takeoff, storey=STOREYS)
        assert figure.value == pytest.approx(72.0486111, rel=1e-8)
        assert figure.coverage == 100.0

    def test_kitchens_come_from_the_rooms_and_one_that_does_not_say_counts_against(self, engine):
        rooms = [
            {"project": "P1", "building": "B1", "room": "K1", "use": "kitchen", "faces": 40.0, "dry_faces": 40.0},
            {"project": "P1", "building": "B1", "room": "K2", "use": "kitchen", "faces": 10.0},
            {"project": "P1", "building": "B1", "room": "B1", "use": "bathroom", "faces": 10.0, "dry_faces": 9.5},
        ]
        kitchens = ratio("integrated_kitchen_ratio", engine, Model(), room=rooms)
        assert (kitchens.value, kitchens.high, kitchens.coverage) == (80.0, 100.0, 50.0)
        assert ratio("integrated_bathroom_ratio", engine, Model(), room=rooms).value == 95.0

    @pytest.mark.parametrize(
        ("rooms", "value", "high", "coverage"),
        [
            ([(10.0, 0.0), (None, 50.0)], 100 * 50 / 60, 100 * 50 / 60, 50.0),
            ([(10.0, 10.0), (None, 0.0)], 50.0, 100.0, 50.0),
            ([(10.0, 40.0), (30.0, 0.0)], 0.0, 25.0, 50.0),
            ([(10.0, 5.0), (None, None)], 25.0, 75.0, 50.0),
        ],
    )
    def test_rooms_have_bounds_whatever_is_left_open(self, rooms, value, high, coverage, engine):
        rows = [
            {"project": "P1", "building": "B1", "room": f"K{at}", "use": "kitchen", "faces": faces, "dry_faces": dry}
            for at, (faces, dry) in enumerate(rooms)
        ]
        figure = ratio("integrated_kitchen_ratio", engine, Model(), room=rows)
        assert (figure.value, figure.high, figure.coverage) == (pytest.approx(value), pytest.approx(high), coverage)

    def test_pipes_from_the_take_off_where_no_model_holds_them(self, engine):
        parts = [("numerator", 450.0), ("denominator", 1000.0)]
        takeoff = [{"project": "P1", "building": "B1", "item": "q3d", "part": part, "value": value, "unit": "m"} for part, value in parts]
        assert ratio("separated_pipe_ratio", engine, Model(), takeoff=takeoff).value == 45.0
        assert ratio("separated_pipe_ratio", engine, Model(), takeoff=takeoff[:1]).gap == "takeoff_incomplete"

    def test_pipes_of_a_model_come_before_the_take_off(self, engine):
        model = (
            Model().add("IfcPipeSegment", "给水管 明装", "[]", {"Length": 3.0}).add("IfcPipeSegment", "给水管 预埋", "[]", {"Length": 7.0})
        )
        takeoff = [
            {"project": "P1", "building": "B1", "item": "q3d", "part": part, "value": 1.0, "unit": "m"}
            for part in ("numerator", "denominator")
        ]
        assert ratio("separated_pipe_ratio", engine, model, takeoff=takeoff).value == pytest.approx(30.0, rel=1e-9)

    def test_the_length_of_a_pipe_is_not_made_up_from_its_volume(self, engine):
        model = Model().add("IfcPipeSegment", "给水管 明装", "[]", {"NetVolume": 0.01})
        assert ratio("separated_pipe_ratio", engine, model).gap == "no_quantity"

    def test_an_unmapped_element_does_not_make_the_take_off_give_way(self, engine):
        takeoff = [
            {"project": "P1", "building": "B1", "item": "q1a", "part": part, "value": value, "unit": "m³"}
            for part, value in (("numerator", 715.0), ("denominator", 1600.0))
        ]
        model = Model().add("IfcBuildingElementProxy", "X", "[]", {"NetVolume": 1.0})
        figure = ratio("vertical_precast_ratio", engine, model, takeoff=takeoff)
        assert (figure.value, figure.coverage) == (pytest.approx(44.6875, rel=1e-9), 100.0)
        assert ratio("vertical_precast_ratio", engine, model).gap == "members_unmapped"

    @pytest.mark.parametrize(("measure", "item"), [("vertical_precast_ratio", "q1a"), ("integrated_kitchen_ratio", "q3b")])
    def test_a_take_off_with_more_than_there_is_contradicts_itself(self, measure, item, engine):
        takeoff = [
            {"project": "P1", "building": "B1", "item": item, "part": part, "value": value, "unit": "m³"}
            for part, value in (("numerator", 11.0), ("denominator", 10.0))
        ]
        assert ratio(measure, engine, Model(), takeoff=takeoff).gap == "takeoff_contradicts"

    @pytest.mark.parametrize(
        ("numerator", "denominator", "off"),
        [(8.0, 10.0, 20.0), (4.0, 10.0, 10.0), (5.0, 10.0, 0.0), (6.0, 10.0, 0.0), (11.0, 10.0, None), (None, 10.0, None)],
    )
    def test_a_take_off_beside_a_model_is_a_doubt_by_what_it_lies_outside_of_its_bounds(self, numerator, denominator, off, engine):
        """5 of 10 m³ are precast by the model, and 1 m³ more may be."""
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 5.0}).add("IfcColumn", "现浇柱", CAST, {"NetVolume": 4.0})
        model.add("IfcColumn", "柱", '["混凝土"]', {"NetVolume": 1.0})
        takeoff = [
            {"project": "P1", "building": "B1", "item": "q1a", "part": part, "value": value, "unit": "m³"}
            for part, value in (("numerator", numerator), ("denominator", denominator))
            if value is not None
        ]
        found = figures_of("takeoff_difference", evidence(model, takeoff=takeoff), rules(), engine)
        assert [one.value for one in found] == ([] if off is None else [pytest.approx(off)])

    def test_full_fit_out_is_as_declared(self, engine):
        buildings = [{"project": "P1", "building": f"B{at}", "full_fit_out": said} for at, said in enumerate([True, False, None])]
        found = figures_of("full_fit_out_ratio", {"building": buildings}, {}, engine)
        assert [(figure.value, figure.gap) for figure in found] == [(100.0, None), (0.0, None), (None, "full_fit_out_not_declared")]


class TestBuildings:
    def test_a_building_without_members_and_take_off_has_no_figure(self, engine):
        assert ratio("vertical_precast_ratio", engine, Model()).gap == "no_such_member"

    def test_models_that_name_no_building_among_several_are_a_gap_of_each(self, engine):
        buildings = [{"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"}]
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0})
        assert ratio("vertical_precast_ratio", engine, model, building=buildings).gap == "model_without_building"
        named = [{"project": "P1", "model": "Tower.ifc", "building": "B1"}]
        assert ratio("vertical_precast_ratio", engine, model, building=buildings, model_file=named).value == 100.0

    def test_elements_of_a_model_that_names_no_building_may_be_any_buildings(self, engine):
        buildings = [{"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"}]
        named = [{"project": "P1", "model": "a.ifc", "building": "B1"}]
        one = Model("a.ifc").add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0})
        other = Model("b.ifc").add("IfcColumn", "现浇柱", CAST, {"NetVolume": 100.0}, times=5).add("IfcBuildingElementProxy", "X")
        for measure in ("vertical_precast_ratio", "precast_concrete_volume", "unmapped_count", "unmapped_volume"):
            figure = ratio(measure, engine, one, other, building=buildings, model_file=named)
            assert (figure.value, figure.high, figure.coverage, figure.gap) == (None, None, None, "model_without_building")
        windows = Model("b.ifc").add("IfcWindow", "C1512")
        assert ratio("vertical_precast_ratio", engine, one, windows, building=buildings, model_file=named).value == 100.0

    def test_a_take_off_gives_way_to_members_of_no_building_but_not_to_unmapped_elements(self, engine):
        buildings = [{"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"}]
        takeoff = [
            {"project": "P1", "building": "B1", "item": "q1a", "part": part, "value": value, "unit": "m³"}
            for part, value in (("numerator", 715.0), ("denominator", 1600.0))
        ]
        tables = {"building": buildings, "takeoff": takeoff}
        proxy = Model().add("IfcBuildingElementProxy", "X", "[]", {"NetVolume": 1.0})
        assert ratio("vertical_precast_ratio", engine, proxy, **tables).value == pytest.approx(44.6875, rel=1e-9)
        column = Model().add("IfcColumn", "现浇柱", CAST, {"NetVolume": 1.0})
        assert ratio("vertical_precast_ratio", engine, column, **tables).gap == "model_without_building"

    def test_a_model_named_for_two_buildings_is_of_neither(self, engine):
        buildings = [{"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"}]
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0})
        files = [{"project": "P1", "model": "tower.ifc", "building": building} for building in ("B1", "B2")]
        assert ratio("vertical_precast_ratio", engine, model, building=buildings, model_file=files).gap == "model_without_building"

    def test_models_of_one_name_in_two_folders_are_two_models(self, engine):
        buildings = [{"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"}]
        first = Model("b1/model.ifc").add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0})
        second = Model("b2/model.ifc").add("IfcColumn", "现浇柱", CAST, {"NetVolume": 1.0})
        files = [{"project": "P1", "model": f"{name.lower()}/model.ifc", "building": name} for name in ("B1", "B2")]
        tables = {"building": buildings, "model_file": files}
        found = figures_of("vertical_precast_ratio", evidence(first, second, **tables), rules(), engine)
        assert [figure.value for figure in found] == [100.0, 0.0]

    def test_a_role_counts_only_from_the_models_that_count_it(self, engine):
        structure = Model("s.ifc").add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 3.0})
        architecture = Model("a.ifc").add("IfcColumn", "现浇柱", CAST, {"NetVolume": 1.0})
        files = [
            {"project": "P1", "model": "s.ifc", "building": "B1"},
            {"project": "P1", "model": "a.ifc", "building": "B1", "counts": "door window"},
        ]
        assert ratio("vertical_precast_ratio", engine, structure, architecture, model_file=files).value == 100.0
        files[1]["counts"] = ""
        assert ratio("vertical_precast_ratio", engine, structure, architecture, model_file=files).value == 75.0
