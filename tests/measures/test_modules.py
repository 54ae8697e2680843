"""Modular conformity: which dimensions of components are multiples of their module, and what follows for a building."""

from __future__ import annotations

import pytest

from tests.measures.model_rows import Model, evidence, rules
from tests.measures.worked_cases import Case, derived_of, figure_of, figures_of

PRECAST = '["预制混凝土 C30"]'


def plank(model: Model, length: float, width: float = 1.2, thickness: float = 0.06, times: int = 1, **more) -> Model:
    return model.add(
        "IfcSlab",
        "预制板",
        PRECAST,
        {"Length": length, "Width": thickness, "Depth": width, **more.pop("quantities", {})},
        times=times,
        **more,
    )


def dimensions(model: Model, engine) -> dict[str, tuple]:
    """Of the only component: dimension -> size, module, off by, conforms, keeps."""
    rows = derived_of("component_dimension", evidence(model), rules(), engine)
    return {row["dimension"]: tuple(row[column] for column in ("size", "module", "off_by", "conforms", "keeps")) for row in rows}


class TestADimension:
    def test_of_a_plank_is_named_by_its_size_whatever_the_exporter_calls_it(self, engine):
        """3,600 is 36 M, 1,210 is 10 mm above 12 M and 121 M/10, a thickness of 60 is 6 M/10."""
        expected = {
            "length": (3.6, "M", pytest.approx(0, abs=1e-9), True, "M"),
            "width": (1.21, "M", pytest.approx(0.01), False, "M/10"),
            "height": (0.06, "M/10", pytest.approx(0, abs=1e-9), True, "M/5"),
        }
        assert dimensions(plank(Model(), 3.6, 1.21), engine) == expected
        assert dimensions(plank(Model(), 1.21, 3.6), engine) == expected

    @pytest.mark.parametrize(
        ("width", "conforms", "keeps"),
        [(0.35, True, "M/2"), (0.36, False, "M/5"), (0.4, True, "M"), (0.37, False, "M/10"), (0.375, False, None)],
    )
    def test_of_a_section_goes_in_steps_of_half_a_module(self, width, conforms, keeps, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"Length": 2.9, "Width": width, "Height": 0.4})
        assert dimensions(model, engine)["width"][3:] == (conforms, keeps)

    @pytest.mark.parametrize(("length", "conforms"), [(3.601, True), (3.599, True), (3.602, False), (3.598, False), (0.03, False)])
    def test_conforms_within_a_millimetre_of_a_multiple_and_never_of_none(self, length, conforms, engine):
        model = Model().add("IfcBeam", "预制梁", PRECAST, {"Length": length, "Width": 0.3, "Height": 0.6})
        assert dimensions(model, engine)["length"][3] is conforms

    def test_that_follows_from_the_volume_is_not_known(self, engine):
        model = Model().add("IfcBeam", "预制梁", PRECAST, {"Length": 6.0, "Width": 0.3, "NetVolume": 1.08})
        assert {name: row[0] for name, row in dimensions(model, engine).items()} == {"length": 6.0, "width": 0.3, "height": None}

    def test_of_a_size_as_made_has_its_joint_added(self, engine):
        """A panel made 3,580 long for a joint of 20 mm fills 3,600."""
        given = rules()
        model = Model().add("IfcBeam", "预制梁", PRECAST, {"Length": 3.58, "Width": 0.28, "Height": 0.58})
        with Case(evidence(model), {**given, "module_rule": given["module_rule"].with_columns(joint=0.02)}, engine) as case:
            assert {row["conforms"] for row in case.derived("component_dimension")} == {True}

    def test_of_a_window_is_its_width_and_height(self, engine):
        model = Model().add("IfcWindow", "C1515", "[]", {"Width": 1.5, "Height": 1.45})
        assert {name: row[3] for name, row in dimensions(model, engine).items()} == {"width": True, "height": False}

    def test_of_what_is_no_component_is_not_looked_at(self, engine):
        model = Model().add("IfcSlab", "现浇板", '["现浇混凝土"]', {"Length": 3.61, "Width": 0.13, "Depth": 1.2}).add("IfcDoor")
        assert dimensions(model, engine) == {}


class TestTheConformityOfABuilding:
    """Ten planks: six conform in all, three are off in width, one has no size written."""

    def rows(self):
        model = plank(Model(), 3.6, quantities={"NetVolume": 0.25}, times=6)
        plank(model, 3.6, 1.21, quantities={"NetVolume": 0.5}, times=3)
        return evidence(model.add("IfcSlab", "预制板", PRECAST, {"NetVolume": 1.0}))

    def test_is_a_share_by_count(self, engine):
        figure = figure_of("modular_conformity", self.rows(), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (60.0, 70.0, 90.0)
        assert figure.grain == {"project": "P1", "building": "B1"}

    def test_is_a_share_by_volume(self, engine):
        """6 × 0.25 = 1.5 of 1.5 + 1.5 + 1.0 = 4; with the unknown one 2.5; 3 of 4 are known."""
        figure = figure_of("modular_conformity_by_volume", self.rows(), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (37.5, 62.5, 75.0)

    @pytest.mark.parametrize(("dimension", "value", "high"), [("length", 90.0, 100.0), ("width", 60.0, 70.0), ("height", 90.0, 100.0)])
    def test_is_a_share_by_dimension(self, dimension, value, high, engine):
        figure = figure_of("modular_conformity_by_dimension", self.rows(), rules(), engine, dimension=dimension)
        assert (figure.value, figure.high, figure.coverage) == (value, high, 90.0)

    def test_opens_to_the_dimensions_that_do_not_conform_or_are_not_known(self, engine):
        with Case(self.rows(), rules(), engine, names=["modular_conformity"]) as case:
            found = case.rows(case.figures("modular_conformity")[0])
        off = found["component_dimension"].filter(found["component_dimension"]["conforms"].is_not_null())
        assert off["dimension"].to_list() == ["width"] * 3
        assert off["off_by"].to_list() == [pytest.approx(0.01)] * 3
        assert found["component_dimension"].height == 3 + 3
        assert next(iter(found)) == "component_dimension"

    def test_an_unknown_volume_is_taken_for_the_largest_of_its_kind(self, engine):
        """2 conform, 0.25 each; one is off and has no volume: 0.5 of 0.75 at least, and of the two that are measured at most."""
        model = plank(plank(Model(), 3.6, quantities={"NetVolume": 0.25}, times=2), 3.61)
        figure = figure_of("modular_conformity_by_volume", evidence(model), rules(), engine)
        assert (figure.value, figure.high) == (pytest.approx(100 * 0.5 / 0.75), 100.0)

    def test_windows_are_counted_and_have_no_volume(self, engine):
        model = plank(Model(), 3.6, quantities={"NetVolume": 0.25}).add("IfcWindow", "C1", "[]", {"Width": 1.55, "Height": 1.5})
        count, volume = (
            figure_of(name, evidence(model), rules(), engine) for name in ("modular_conformity", "modular_conformity_by_volume")
        )
        assert (count.value, volume.value) == (50.0, 100.0)

    def test_without_a_volume_of_any_there_is_no_share_by_volume(self, engine):
        figure = figure_of("modular_conformity_by_volume", evidence(plank(Model(), 3.61)), rules(), engine)
        assert (figure.value, figure.gap) == (None, "no_quantity")

    def test_a_kind_without_volumes_that_is_off_leaves_no_lower_bound(self, engine):
        model = plank(Model(), 3.6, quantities={"NetVolume": 0.25})
        model.add("IfcBeam", "预制梁", PRECAST, {"Length": 6.01, "Width": 0.3, "Height": 0.6})
        assert figure_of("modular_conformity_by_volume", evidence(model), rules(), engine).gap == "kind_without_quantity"


class TestWhatIsNotKnown:
    @pytest.mark.parametrize(
        "unclear", [Model("other.ifc").add("IfcBuildingElementProxy", "X"), plank(Model("other.ifc"), 3.61, type_name="板").add("IfcDoor")]
    )
    def test_what_may_be_no_component_is_never_held_against_the_building_for_good(self, unclear, engine):
        for row in unclear.element:
            row["materials"], row["name"] = '["混凝土"]', "板"
        figure = figure_of("modular_conformity", evidence(plank(Model(), 3.6), unclear), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (50.0, 100.0, 50.0)

    @pytest.mark.parametrize("measure", ["modular_conformity", "modular_conformity_by_volume"])
    @pytest.mark.parametrize(
        ("model", "gap"),
        [
            (Model(), "no_model"),
            (Model().add("IfcDoor"), "no_component"),
            (Model().add("IfcBuildingElementProxy", "X"), "members_unmapped"),
            (Model().add("IfcSlab", "预制板", PRECAST, {"NetVolume": 1.0}), "component_unknown"),
        ],
    )
    def test_why_there_is_no_share_is_said(self, measure, model, gap, engine):
        figure = figure_of(measure, evidence(model), rules(), engine)
        assert (figure.value, figure.gap) == (None, gap)

    @pytest.mark.parametrize("measure", ["modular_conformity", "modular_conformity_by_volume", "modular_conformity_by_dimension"])
    def test_components_of_a_model_that_names_no_building_may_be_any_buildings(self, measure, engine):
        models = plank(Model(), 3.6, quantities={"NetVolume": 0.25}), plank(Model("other.ifc"), 3.61)
        rows = evidence(*models, building=[{"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"}])
        rows["model_file"] = [{"project": "P1", "model": "tower.ifc", "building": "B1"}]
        assert {figure.gap for figure in figures_of(measure, rows, rules(), engine)} == {"model_without_building"}


def item(**given) -> dict:
    return {"project": "P1", "component_kind": "slab", **given}


REGION = {"component_kind": "slab", "name": "DBS-36", "length": 3.6, "width": 1.2, "height": 0.06}


class TestTheLibraryOfComponents:
    """Planks 3,600 × 1,200 × 60 are held against one item at a time."""

    def held(self, items: list[dict], engine, region: tuple[dict, ...] = (), properties: dict[str, str] | None = None, **plank_of) -> list:
        model = plank(Model(), **{"length": 3.6, "type_name": "DBS1-67-3612", **plank_of})
        for name, value in (properties or {}).items():
            key = {"project": "P1", "model": "tower.ifc", "global_id": "tower.ifc00000", "origin": "occurrence"}
            model.property.append({**key, "set_name": name.split(".")[0], "name": name.split(".")[1], "value": value})
        with Case(evidence(model, library_item=items), {**rules(), "regional_item": list(region)}, engine) as case:
            return [(row["held"], row["item"]) for row in case.derived("library_component")]

    @pytest.mark.parametrize(
        ("given", "held"),
        [
            ({"length": 3.6, "width": 1.2, "height": 0.06}, True),
            ({"length": 0.06, "width": 3.6, "height": 1.2}, True),
            ({"length": 3.604, "width": 1.2, "height": 0.06}, True),
            ({"length": 3.606, "width": 1.2, "height": 0.06}, False),
            ({"length": 3.606, "width": 1.2, "height": 0.06, "tolerance": 0.01}, True),
            ({"length": 3.6}, True),
            ({"length": 3.3}, False),
            ({"length": 3.6, "width": 0.06}, True),
            ({"length": 3.6, "height": 0.06}, None),  # the thickness is the plank's width; whose height the library means nobody says
            ({"length": 3.6, "height": 0.07}, False),
            ({"length": 3.6, "height": 3.6}, False),  # no two sides are of 3.6 m
            ({"type_name": "^DBS1-67"}, True),
            ({"type_name": "^DBS2"}, False),
            ({"type_name": "^DBS1", "length": 3.3}, False),
            ({"type_name": "^DBS1", "component_kind": "wall"}, False),
        ],
    )
    def test_is_held_against_by_type_name_and_sizes_within_its_tolerance(self, given, held, engine):
        assert [one for one, _ in self.held([item(**given)], engine)] == [held]

    @pytest.mark.parametrize(("code", "held"), [("B-1", True), ("b-1 ", True), ("B-2", False), (None, None)])
    def test_is_held_against_by_the_code_a_component_carries(self, code, held, engine):
        properties = {"PC.构件编码": code} if code else {}
        assert [one for one, _ in self.held([item(code="B-1")], engine, properties=properties)] == [held]

    @pytest.mark.parametrize(
        ("codes", "held"),
        [
            ([("PC", "type", "A1"), ("PC", "occurrence", "B2")], False),
            ([("PC", "type", "B2"), ("PC", "occurrence", "A1")], True),
            ([("PC", "type", "A1"), ("OTHER", "occurrence", "B2")], False),
            ([("PC", "occurrence", "A1"), ("OTHER", "occurrence", "B2")], None),
            ([("PC", "occurrence", "A1"), ("OTHER", "occurrence", "a1 ")], True),
            ([("PC", "type", "A1")], True),
        ],
    )
    def test_takes_the_code_of_the_component_before_that_of_its_type_and_none_of_several(self, codes, held, engine):
        model = plank(Model(), 3.6)
        key = {"project": "P1", "model": "tower.ifc", "global_id": "tower.ifc00000", "name": "构件编码"}
        model.property = [{**key, "set_name": name, "origin": origin, "value": value} for name, origin, value in codes]
        rows = evidence(model, library_item=[item(code="A1")])
        (found,) = derived_of("library_component", rows, {**rules(), "regional_item": []}, engine)
        assert found["held"] is held

    def test_goes_by_sizes_where_a_component_carries_no_code(self, engine):
        assert self.held([item(code="B-1", length=3.6)], engine) == [(True, "B-1")]

    def test_of_the_region_counts_beside_that_of_the_project(self, engine):
        assert self.held([item(type_name="^X")], engine, region=(REGION,)) == [(True, "DBS-36")]

    def test_of_another_project_does_not_count(self, engine):
        assert self.held([item(type_name="^DBS1", project="P2")], engine) == [(False, None)]

    def shares(self, engine, **tables) -> tuple:
        """Six planks of 3,600 with 0.25 m³ each, three of 3,300 with 0.5, one of unknown size with 1.0."""
        model = plank(Model(), 3.6, quantities={"NetVolume": 0.25}, times=6)
        plank(model, 3.3, quantities={"NetVolume": 0.5}, times=3)
        rows = evidence(model.add("IfcSlab", "预制板", PRECAST, {"NetVolume": 1.0}), **tables)
        return tuple(
            figure_of(name, rows, {**rules(), "regional_item": []}, engine) for name in ("library_share", "library_share_by_volume")
        )

    def test_gives_shares_by_count_and_by_volume(self, engine):
        """6 of 10, with the unknown one 7; 1.5 of 4.0 m³, with it 2.5; 9 of 10 and 3 of 4 m³ are known."""
        count, volume = self.shares(engine, library_item=[item(length=3.6, width=1.2, height=0.06)])
        assert (count.value, count.high, count.coverage) == (60.0, 70.0, 90.0)
        assert (volume.value, volume.high, volume.coverage) == (37.5, 62.5, 75.0)

    def test_that_is_not_there_leaves_no_share(self, engine):
        assert {figure.gap for figure in self.shares(engine)} == {"no_library"}

    def test_opens_to_the_components_that_are_not_in_it(self, engine):
        model = plank(plank(Model(), 3.6, times=2), 3.3)
        rows = evidence(model, library_item=[item(length=3.6, width=1.2, height=0.06)])
        with Case(rows, {**rules(), "regional_item": []}, engine, names=["library_share"]) as case:
            found = case.rows(case.figures("library_share")[0])["library_component"]
        assert found["length"].to_list() == [3.3]
