"""Repetition of specs: how many, how often, how concentrated. Worked numbers of domain facts, and what counts as the same spec."""

from __future__ import annotations

import pytest

from tests.measures.model_rows import Model, evidence, rules
from tests.measures.worked_cases import derived_of, figure_of, figures_of

PRECAST = '["预制混凝土 C30"]'


def slabs(*counts: int) -> Model:
    """Precast slabs, each count of a length of its own."""
    model = Model()
    for place, count in enumerate(counts):
        size = {"Length": 3.0 + 0.3 * place, "Width": 0.06, "Depth": 1.2}
        model.add("IfcSlab", "预制板", PRECAST, size, times=count, type_name="PCB-67")
    return model


def specs(model: Model, engine) -> list[int]:
    return sorted((row["components"] for row in derived_of("component_spec", evidence(model), rules(), engine)), reverse=True)


class TestWorkedNumbers:
    """Counts 120, 60, 40, 20, 10: top three 88 %, five specs, mean repetition 50, H 0.3216."""

    @pytest.mark.parametrize(
        ("measure", "value"), [("top_share", 88.0), ("spec_count", 5.0), ("mean_repetition", 50.0), ("herfindahl", 0.3216)]
    )
    def test_of_250_slabs_in_five_specs(self, measure, value, engine):
        figure = figure_of(measure, evidence(slabs(120, 60, 40, 20, 10)), rules(), engine, component_kind="slab")
        assert figure.grain == {"project": "P1", "building": "B1", "component_kind": "slab"}
        assert (figure.value, figure.high, figure.coverage) == (pytest.approx(value, rel=1e-9), pytest.approx(value, rel=1e-9), 100.0)


class TestTheSameSpec:
    def test_sizes_within_5_mm_are_one_spec_and_6_mm_are_two(self, engine):
        model = Model()
        for length in (3.0, 3.005, 3.011):
            model.add("IfcSlab", "预制板", PRECAST, {"Length": length, "Width": 0.06, "Depth": 1.2})
        assert specs(model, engine) == [2, 1]

    def test_a_series_in_small_steps_is_several_specs(self, engine):
        model = Model()
        for step in range(6):
            model.add("IfcSlab", "预制板", PRECAST, {"Length": 3.0 + 0.004 * step, "Width": 0.06, "Depth": 1.2})
        assert specs(model, engine) == [2, 2, 2]

    @pytest.mark.parametrize("other", [{"type_name": "PCB-68"}, {"materials": '["预制钢纤维板 steel"]'}])
    def test_another_type_or_material_is_another_spec(self, other, engine):
        model = slabs(3)
        given = {"materials": PRECAST, "type_name": "PCB-67", **other}
        model.add("IfcSlab", "预制板", quantities={"Length": 3.0, "Width": 0.06, "Depth": 1.2}, **given)
        assert specs(model, engine) == [3, 1]

    def test_only_precast_and_composite_members_are_components(self, engine):
        model = slabs(2).add("IfcSlab", "现浇板", '["现浇混凝土"]', {"Length": 3.0, "Width": 0.13, "Depth": 1.2})
        assert specs(model, engine) == [2]

    def test_columns_of_one_type_without_written_section_are_told_apart_by_their_volume(self, engine):
        model = Model()
        for side in (0.4, 0.4, 0.5):
            model.add("IfcColumn", "预制柱", PRECAST, {"Length": 2.9, "NetVolume": 2.9 * side * side}, type_name="PCZ")
        assert specs(model, engine) == [2, 1]

    @pytest.mark.parametrize("written", [{"NetVolume": 0.18}, {"NetVolume": 0.18, "NetArea": 3.0}, {"NetVolume": 0.18, "Width": 0.06}])
    def test_planks_of_equal_volume_and_unknown_shape_are_not_known_to_be_one_spec(self, written, engine):
        rows = evidence(Model().add("IfcSlab", "预制板", PRECAST, written, times=10, type_name="PCB-1"))
        figure = figure_of("spec_count", rows, rules(), engine)
        assert (figure.value, figure.gap, figure.coverage) == (None, "component_unknown", 0.0)

    def test_columns_without_type_and_section_are_not_known_to_be_one_spec(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"Length": 2.9, "NetVolume": 0.464}, times=2)
        assert figure_of("spec_count", evidence(model), rules(), engine).gap == "component_unknown"


def marked(*marks: dict[str, str], type_name: str = "PCB-67", **tables) -> dict:
    """One slab for each dictionary of properties, all of one size."""
    model = Model()
    for properties in marks:
        model.add("IfcSlab", "预制板", PRECAST, {"Length": 3.0, "Width": 0.06, "Depth": 1.2}, properties, type_name=type_name)
    return evidence(model, **tables)


def of_rows(rows: dict, engine) -> list[tuple[int, bool]]:
    found = derived_of("component_spec", rows, rules(), engine)
    return sorted(((row["components"], row["known"]) for row in found), reverse=True)


def own(**row) -> list[dict]:
    return [{"project": "P1", **row}]


class TestPropertiesThatTellSpecsApart:
    def test_rebar_of_another_mark_is_another_spec(self, engine):
        rows = marked({"PC.配筋编号": "R1"}, {"PC.配筋编号": "R1"}, {"PC.配筋编号": "R2"})
        assert of_rows(rows, engine) == [(2, True), (1, True)]

    def test_embedded_parts_that_some_have_and_others_not_are_two_specs(self, engine):
        assert of_rows(marked({"X.Embedded parts": "2×M20"}, {}, {}), engine) == [(2, True), (1, True)]

    def test_a_property_of_a_project_tells_its_components_apart_in_its_own_set_alone(self, engine):
        rows = marked({"MY.Lifting": "A"}, {"MY.Lifting": "B"}, {"OTHER.Lifting": "C"}, same_spec=own(property="MY.Lifting"))
        assert of_rows(rows, engine) == [(1, True)] * 3
        assert of_rows(marked({"OTHER.Lifting": "A"}, {"OTHER.Lifting": "B"}, same_spec=own(property="MY.Lifting")), engine) == [(2, True)]

    def test_a_property_of_one_kind_does_not_tell_others_apart(self, engine):
        rows = marked({"MY.Lifting": "A"}, {"MY.Lifting": "B"}, same_spec=own(property="MY.Lifting", component_kind="wall"))
        assert of_rows(rows, engine) == [(2, True)]

    def test_a_component_without_a_required_property_is_of_unknown_spec(self, engine):
        rows = marked(
            {"PC.配筋编号": "R1"}, {"PC.配筋编号": "R1"}, {}, same_spec=own(property="*.配筋编号", means="rebar_mark", required=True)
        )
        assert of_rows(rows, engine) == [(2, True), (1, False)]
        figure = figure_of("spec_count", rows, rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (2.0, 1.0, pytest.approx(200 / 3))

    def test_a_value_of_the_component_hides_that_of_its_type(self, engine):
        rows = marked({"PC.配筋编号": "R1"}, {"PC.配筋编号": "R1"})
        key = {"project": "P1", "model": "tower.ifc", "global_id": "tower.ifc00000"}
        rows["property"].append({**key, "set_name": "PC", "name": "配筋编号", "value": "R9", "origin": "type"})
        assert of_rows(rows, engine) == [(2, True)]


class TestMirroredComponents:
    MIRRORED = ({"X.Mirrored": "T"}, {"X.Mirrored": "F"}, {})

    def test_are_another_spec_and_what_is_said_not_to_be_mirrored_is_as_what_says_nothing(self, engine):
        assert of_rows(marked(*self.MIRRORED), engine) == [(2, True), (1, True)]

    def test_are_the_same_where_the_project_says_so(self, engine):
        assert of_rows(marked(*self.MIRRORED, same_spec=own(mirrored="same")), engine) == [(3, True)]

    @pytest.mark.parametrize(("mirrored", "specs"), [("different", [(2, True), (1, True)]), ("same", [(3, True)])])
    def test_are_known_where_mirroring_is_required_and_they_say_that_they_are_not(self, mirrored, specs, engine):
        """Three planks that say no, no and yes: two specs, or one where mirroring makes none."""
        said = own(property="*.镜像", means="mirrored", required=True, mirrored=mirrored)
        rows = marked({"P.镜像": "否"}, {"P.镜像": "否"}, {"P.镜像": "是"}, same_spec=said)
        assert of_rows(rows, engine) == specs
        figure = figure_of("spec_count", rows, rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (len(specs), len(specs), 100.0)

    def test_that_say_nothing_where_they_must_are_of_unknown_spec(self, engine):
        said = own(property="*.镜像", means="mirrored", required=True)
        assert of_rows(marked({"P.镜像": "否"}, {"P.镜像": ""}, {}, same_spec=said), engine) == [(2, False), (1, True)]

    @pytest.mark.parametrize(("mirrored", "specs"), [("different", [1, 1]), ("same", [2])])
    def test_of_a_type_name_with_their_mark(self, mirrored, specs, engine):
        model = Model()
        for type_name in ("YWQ1", "YWQ1（镜像）"):
            model.add("IfcSlab", "预制板", PRECAST, {"Length": 3.0, "Width": 0.06, "Depth": 1.2}, type_name=type_name)
        rows = evidence(model, same_spec=own(mirrored=mirrored))
        assert [count for count, _ in of_rows(rows, engine)] == specs


class TestTheToleranceOfAProject:
    @pytest.mark.parametrize(
        ("same_spec", "specs"),
        [
            ([], [2, 1]),
            (own(tolerance=0.02), [3]),
            (own(tolerance=0.001), [1, 1, 1]),
            (own(tolerance=0.02) + own(tolerance=0.001, component_kind="slab"), [1, 1, 1]),
            (own(tolerance=0.02, component_kind="wall"), [2, 1]),
            ([{"project": "P2", "tolerance": 0.02}], [2, 1]),
        ],
    )
    def test_stands_in_place_of_the_rulebooks_and_that_of_a_kind_before_that_of_all(self, same_spec, specs, engine):
        model = Model()
        for length in (3.0, 3.005, 3.011):
            model.add("IfcSlab", "预制板", PRECAST, {"Length": length, "Width": 0.06, "Depth": 1.2})
        assert [count for count, _ in of_rows(evidence(model, same_spec=same_spec), engine)] == specs


class TestWindows:
    def test_are_of_one_spec_by_width_and_height_alone(self, engine):
        model = Model()
        for width in (1.5, 1.5, 1.8):
            model.add("IfcWindow", "C", "[]", {"Width": width, "Height": 1.5})
        model.add("IfcWindow", "C", "[]", {"Height": 1.5})
        assert of_rows(evidence(model), engine) == [(2, True), (1, True), (1, False)]


class TestWhatIsNotKnown:
    def test_slabs_of_unknown_size_are_specs_of_their_own_below_and_of_the_most_repeated_above(self, engine):
        rows = evidence(slabs(6, 2).add("IfcSlab", "预制板", PRECAST, times=2, type_name="PCB-67"))
        share, count = (figure_of(measure, rows, rules(), engine, component_kind="slab") for measure in ("top_share", "spec_count"))
        assert (share.value, share.high, share.coverage) == (90.0, 100.0, 80.0)
        assert (count.value, count.high) == (4.0, 2.0)

    def test_without_any_size_there_is_no_figure(self, engine):
        figure = figure_of("herfindahl", evidence(Model().add("IfcSlab", "预制板", PRECAST, times=3)), rules(), engine)
        assert (figure.value, figure.gap) == (None, "component_unknown")

    def test_a_kind_without_a_rule_has_no_top_share(self, engine):
        model = Model().add("IfcBeam", "预制梁", PRECAST, {"Length": 6.0, "Width": 0.3, "Height": 0.5})
        assert figure_of("top_share", evidence(model), rules(), engine, component_kind="beam").gap == "no_top_rule"

    def test_a_member_that_does_not_say_how_it_was_made_may_be_a_component(self, engine):
        rows = evidence(slabs(6, 2).add("IfcSlab", "板", '["混凝土"]', {"Length": 9.0, "Width": 0.06, "Depth": 1.2}, times=2))
        share, repeated = (figure_of(measure, rows, rules(), engine, component_kind="slab") for measure in ("top_share", "mean_repetition"))
        assert (share.value, share.high, share.coverage) == (90.0, 100.0, 80.0)
        assert (repeated.value, repeated.high) == (2.5, 5.0)

    @pytest.mark.parametrize(
        ("model", "slab", "column"),
        [
            (Model().add("IfcDoor"), "no_component", "no_component"),
            (Model().add("IfcSlab", "现浇板", '["现浇混凝土"]'), "no_component", "no_component"),
            (Model().add("IfcSlab", "板", '["混凝土"]'), "component_unknown", "no_component"),
            (Model().add("IfcColumn", "C", "[]").add("IfcBuildingElementProxy", "X"), "members_unmapped", "component_unknown"),
        ],
    )
    def test_why_a_kind_has_no_share_is_said(self, model, slab, column, engine):
        gaps = {figure.grain["component_kind"]: figure.gap for figure in figures_of("top_share", evidence(model), rules(), engine)}
        assert (gaps["slab"], gaps["column"]) == (slab, column)
        assert {gap for kind, gap in gaps.items() if kind not in ("slab", "column")} <= {"no_top_rule"}

    def test_ninety_unmapped_proxies_beside_ten_planks_leave_the_share_open(self, engine):
        """10 of 100, and two of the ninety may be the second and third spec: 12 % at least; one spec at least, 91 at most."""
        rows = evidence(slabs(10).add("IfcBuildingElementProxy", "X", "[]", {"NetVolume": 0.2}, times=90))
        share, count, mean, squares = (
            figure_of(measure, rows, rules(), engine, component_kind="slab")
            for measure in ("top_share", "spec_count", "mean_repetition", "herfindahl")
        )
        assert (share.value, share.high, share.coverage) == (12.0, 100.0, 10.0)
        assert (count.value, count.high) == (91.0, 1.0)
        assert (mean.value, mean.high) == (pytest.approx(100 / 91), 100.0)
        assert (squares.value, squares.high) == (pytest.approx((10**2 + 90) / 100**2), 1.0)

    @pytest.mark.parametrize("measure", ["top_share", "spec_count", "mean_repetition", "herfindahl"])
    @pytest.mark.parametrize(("ifc_class", "name", "gap"), [("IfcSlab", "预制板", "model_without_building"), ("IfcWindow", "C1", None)])
    def test_components_of_a_model_that_names_no_building_may_be_any_buildings(self, measure, ifc_class, name, gap, engine):
        other = Model("other.ifc").add(ifc_class, name, PRECAST, {"Length": 9.0, "Width": 0.06, "Depth": 1.2})
        rows = evidence(slabs(10), other, building=[{"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"}])
        rows["model_file"] = [{"project": "P1", "model": "tower.ifc", "building": "B1"}]
        assert figure_of(measure, rows, rules(), engine, building="B1", component_kind="slab").gap == gap

    def test_a_building_without_components_has_no_count_of_specs(self, engine):
        assert figures_of("spec_count", evidence(Model().add("IfcDoor")), rules(), engine) == []


class TestTheAreaOfTheMostRepeatedSpecs:
    """Inner walls of 3 m height, in one project more by number and in the other by area."""

    def walls(self, *given: tuple[int, float]) -> Model:
        model = Model()
        for times, length in given:
            model.add(
                "IfcWall",
                "预制内隔墙板",
                PRECAST,
                {"Length": length, "Width": 0.1, "Height": 3.0},
                {"Pset_WallCommon.LoadBearing": "F", "Pset_WallCommon.IsExternal": "F"},
                times=times,
            )
        return model

    def test_ranks_by_area_and_not_by_number(self, engine):
        """10 × 12 m² = 120, 5 × 36 m² = 180: the second, 60 % of 300."""
        figure = figure_of("top_area_share", evidence(self.walls((10, 4.0), (5, 12.0))), rules(), engine)
        assert (figure.grain["component_kind"], figure.value, figure.high, figure.coverage) == ("inner_wall", 60.0, 60.0, 100.0)

    def test_of_unknown_size_is_below_in_the_denominator_and_above_in_both(self, engine):
        """Known 5 × 36 = 180; one whose face alone is known, 20 m²: 90 % to 100 %."""
        model = self.walls((5, 12.0))
        properties = {"Pset_WallCommon.LoadBearing": "F", "Pset_WallCommon.IsExternal": "F"}
        model.add("IfcWall", "预制内隔墙板", PRECAST, {"NetSideArea": 20.0}, properties)
        figure = figure_of("top_area_share", evidence(model), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (90.0, 100.0, pytest.approx(500 / 6))

    def test_of_a_building_without_inner_walls_is_of_nothing(self, engine):
        assert figure_of("top_area_share", evidence(slabs(2)), rules(), engine).gap == "no_component"


def top(by: str, *kinds: str) -> dict:
    return {"top_rule": [{"component_kind": kind, "by": by, "k": 3, "share": 70.0} for kind in kinds]}


class TestUnitTypes:
    def rows(self, *types: tuple[int | None, float | None]) -> dict:
        listed = [{"units": units, "floor_area": area, "unit_type": f"U{place}"} for place, (units, area) in enumerate(types)]
        building = [{"project": "P1", "building": "B1"}]
        return {"building": building, "unit_type": [{"project": "P1", "building": "B1", **one} for one in listed]}

    def test_are_ranked_by_number_and_summed_by_area(self, engine):
        """34 × 90 + 34 × 120 + 17 × 60 = 8,160 of 8,160 + 2 × 320 = 8,800."""
        rows = self.rows((34, 90.0), (34, 120.0), (17, 60.0), (2, 320.0))
        assert figure_of("unit_type_share", rows, top("unit_area", "unit_type"), engine).value == pytest.approx(100 * 8160 / 8800)

    def test_of_equal_numbers_at_the_last_place_are_the_smaller_below_and_the_larger_above(self, engine):
        """900 + 540 + 3 × 60 of 2,100 m² at least, 900 + 540 + 3 × 160 at most."""
        figure = figure_of(
            "unit_type_share", self.rows((10, 90.0), (6, 90.0), (3, 60.0), (3, 160.0)), top("unit_area", "unit_type"), engine
        )
        assert (figure.value, figure.high) == (pytest.approx(100 * 1620 / 2100), pytest.approx(100 * 1920 / 2100))

    def test_without_a_rule_are_a_gap(self, engine):
        figure = figure_of("unit_type_share", self.rows((34, 90.0)), top("count", "slab"), engine)
        assert (figure.value, figure.high, figure.gap) == (None, None, "no_top_rule")

    @pytest.mark.parametrize(("types", "gap"), [((), "no_unit_type"), (((34, 90.0), (34, None)), "some_unit_area_missing")])
    def test_that_are_not_told_are_a_gap(self, types, gap, engine):
        assert figure_of("unit_type_share", self.rows(*types), top("unit_area", "unit_type"), engine).gap == gap


class TestRoomTypes:
    def rows(self, rooms: dict[str | None, int], use: str = "kitchen", **building) -> dict:
        named = [{"use": use, "room_type": kind} for kind, times in rooms.items() for _ in range(times)]
        listed = [{"project": "P1", "building": "B1", "room": f"R{place}", **one} for place, one in enumerate(named)]
        return {"building": [{"project": "P1", "building": "B1", **building}], "room": listed}

    RULES = top("rooms", "kitchen", "bathroom", "storage")

    def test_share_of_the_three_most_repeated(self, engine):
        figure = figure_of("room_type_share", self.rows({"K1": 5, "K2": 3, "K3": 1, "K4": 1}), self.RULES, engine, use="kitchen")
        assert (figure.value, figure.high, figure.coverage) == (90.0, 90.0, 100.0)

    def test_rooms_that_name_no_type_are_types_of_their_own_below(self, engine):
        """K1 and K2 are 6 of 10, one of the four may be the third type: 7 at least, 10 at most."""
        figure = figure_of("room_type_share", self.rows({"K1": 4, "K2": 2, None: 4}), self.RULES, engine, use="kitchen")
        assert (figure.value, figure.high, figure.coverage) == (70.0, 100.0, 60.0)

    @pytest.mark.parametrize(
        ("use", "facts", "gap"),
        [
            ("bathroom", {}, "no_bathroom_listed"),
            ("bathroom", {"has_bathroom": False}, "no_such_room"),
            ("storage", {}, "no_such_room"),
        ],
    )
    def test_of_what_is_not_listed_only_what_nobody_declared_is_a_gap(self, use, facts, gap, engine):
        assert figure_of("room_type_share", self.rows({"K1": 1}, **facts), self.RULES, engine, use=use).gap == gap

    def test_without_any_type_there_is_no_share(self, engine):
        assert figure_of("room_type_share", self.rows({None: 3}), self.RULES, engine, use="kitchen").gap == "room_type_missing"

    def test_storage_is_a_gap_where_no_room_at_all_is_listed(self, engine):
        assert figure_of("room_type_share", self.rows({}), self.RULES, engine, use="storage").gap == "no_storage_listed"
