"""What a model lacks: completeness, unmapped elements, roles counted twice, quantities that cannot be."""

from __future__ import annotations

import pytest

from tests.measures.carbon_rows import factors
from tests.measures.model_rows import Model, evidence, rules
from tests.measures.worked_cases import Case, figure_of, figures_of

PRECAST = '["预制混凝土 C30"]'


class TestCompleteness:
    def test_an_element_is_complete_with_storey_material_construction_and_quantity(self, engine):
        model = Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}).add("IfcColumn", "预制柱", PRECAST)
        model.add("IfcColumn", "柱", '["混凝土"]', {"NetVolume": 1.0}).add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}, storey=None)
        model.add("IfcFurniture", "desk")
        assert figure_of("model_completeness", evidence(model), rules(), engine).value == 25.0

    def test_a_declared_model_that_was_never_read_is_a_gap(self, engine):
        files = [{"project": "P1", "model": "gone.ifc", "building": "B1"}]
        assert figure_of("model_completeness", evidence(Model(), model_file=files), rules(), engine).gap == "model_not_read"


class TestUnmapped:
    def test_are_counted_with_their_volume_and_class(self, engine):
        model = (
            Model().add("IfcBuildingElementProxy", "X", "[]", {"NetVolume": 2.0}).add("IfcColumn", "柱", '["混凝土"]', {"NetVolume": 1.5})
        )
        model.add("IfcBuildingElementProxy", "Y").add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 9.0}).add("IfcWindow")
        rows = evidence(model)
        assert figure_of("unmapped_count", rows, rules(), engine).value == 3
        volume = figure_of("unmapped_volume", rows, rules(), engine)
        assert (volume.value, volume.coverage) == (3.5, pytest.approx(200 / 3))
        by_class = figures_of("unmapped_count_by_class", rows, rules(), engine)
        assert [(figure.grain["ifc_class"], figure.value) for figure in by_class] == [("IfcBuildingElementProxy", 2), ("IfcColumn", 1)]

    def test_none_is_zero_and_no_model_is_a_gap(self, engine):
        whole = evidence(Model().add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 9.0}))
        assert [figure_of(measure, whole, rules(), engine).value for measure in ("unmapped_count", "unmapped_volume")] == [0, 0]
        assert figure_of("unmapped_count", evidence(Model()), rules(), engine).gap == "no_model"


class TestDoubts:
    def test_a_role_of_two_models_is_a_doubt_until_counts_decides(self, engine):
        models = Model("a.ifc").add("IfcColumn", "预制柱", PRECAST), Model("b.ifc").add("IfcColumn", "预制柱", PRECAST)
        files = [{"project": "P1", "model": f"{name}.ifc", "building": "B1", "counts": None} for name in "ab"]

        def doubt() -> float | None:
            return figure_of("role_counted_twice", evidence(*models, model_file=files), factors(), engine, role="column").value

        assert doubt() == 2
        files[0]["counts"] = "column"
        assert doubt() == 2
        files[1]["counts"] = "wall"
        assert doubt() == 1
        files[1]["counts"] = "column"
        assert doubt() == 1

    @pytest.mark.parametrize(
        ("ifc_class", "role"), [("IfcWindow", "window"), ("IfcFooting", "foundation"), ("IfcBuildingElementProxy", "unmapped")]
    )
    def test_an_element_of_two_models_is_a_doubt_whatever_it_counts_in_and_counts_once(self, ifc_class, role, engine):
        models = [Model(f"{name}.ifc").add(ifc_class, "X", '["现浇混凝土"]', {"NetVolume": 1.0}, global_id="same") for name in "ab"]
        rows = evidence(*models)
        assert figure_of("role_counted_twice", rows, factors(), engine, role=role).value == 2
        assert figure_of("cast_in_place_concrete_volume", rows, rules(), engine).value == (None if role == "window" else 1.0)
        apart = [Model(f"{name}.ifc").add(ifc_class, "X", global_id=name) for name in "ab"]
        value = figure_of("role_counted_twice", evidence(*apart), factors(), engine, role=role).value
        assert value == (1 if role == "unmapped" else 2)

    @pytest.mark.parametrize(
        ("ifc_class", "doubts"),
        [("IfcSpace", []), ("IfcFurniture", []), ("IfcOpeningElement", []), ("IfcDoor", [2.0]), ("IfcColumn", [2.0])],
    )
    def test_an_element_of_two_models_that_no_figure_reads_is_none(self, ifc_class, doubts, engine):
        models = [Model(f"{name}.ifc").add(ifc_class, "X", quantities={"NetVolume": 1.0}, global_id="same") for name in "ab"]
        assert [one.value for one in figures_of("role_counted_twice", evidence(*models), factors(), engine)] == doubts

    @pytest.mark.parametrize("other", [("现浇柱", '["现浇混凝土"]'), ("柱", '["混凝土"]')])
    def test_of_one_element_in_two_models_the_one_that_favours_least_counts(self, other, engine):
        first = Model("a.ifc").add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 2.0}, global_id="same")
        second = (
            Model("b.ifc")
            .add("IfcColumn", *other, {"NetVolume": 2.0}, global_id="same")
            .add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 6.0})
        )
        assert figure_of("vertical_precast_ratio", evidence(first, second), rules(), engine).value == 75.0

    def test_models_are_known_by_their_names_without_endings_and_capitals(self, engine):
        models = [Model(f"{name}.ifc").add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}) for name in ("tower", "annex")]
        files = [{"project": "P1", "model": name, "building": "B1", "counts": "column"} for name in ("Tower.ifc.gz", "annex.ifc")]
        rows = evidence(*models, model_file=files)
        assert figure_of("role_counted_twice", rows, factors(), engine, role="column").value == 1
        found = figures_of("model_completeness", rows, rules(), engine)
        assert {figure.grain["model"]: figure.value for figure in found} == {"tower.ifc": 100.0, "annex.ifc": 100.0}

    def test_litres_written_as_cubic_metres_are_passed_over_and_said(self, engine):
        model = Model().add("IfcSlab", "预制板", PRECAST, {"GrossVolume": 68713.0, "Width": 0.47, "Perimeter": 51.07, "GrossArea": 146.2})
        rows = evidence(model)
        assert figure_of("impossible_quantities", rows, rules(), engine).value == 1
        assert figure_of("precast_concrete_volume", rows, rules(), engine).gap == "no_quantity"


class TestQuantitiesThatContradictEachOther:
    """quantity_disagreements."""

    def found(self, model: Model, engine) -> float | None:
        return figure_of("quantity_disagreements", evidence(model), rules(), engine).value

    def test_none_is_zero(self, engine):
        model = Model().add("IfcWall", quantities={"NetVolume": 1.0, "GrossVolume": 1.0, "Length": 4.0})
        assert self.found(model, engine) == 0

    def test_what_geometry_contradicts_counts_once_a_name_and_element(self, engine):
        model = Model().add("IfcWall", quantities={"NetVolume": 2.0, "Length": 4.0}, geometry={"NetVolume": 1.0})
        for row in model.quantity:
            row["agrees"] = None if row["quantity"] == "Length" else False
        model.quantity.append({**model.quantity[0], "set_name": "Q"})
        assert self.found(model, engine) == 1

    def test_net_above_gross_counts_from_more_than_one_per_cent(self, engine):
        assert self.found(Model().add("IfcWall", quantities={"NetSideArea": 10.05, "GrossSideArea": 10.0}), engine) == 0
        assert self.found(Model().add("IfcWall", quantities={"NetSideArea": 10.2, "GrossSideArea": 10.0}), engine) == 1

    def test_gross_in_litres_beside_net_in_cubic_metres_counts(self, engine):
        assert self.found(Model().add("IfcSlab", quantities={"NetVolume": 24.846, "GrossVolume": 24846.0}, times=4), engine) == 4
        assert self.found(Model().add("IfcSlab", quantities={"NetVolume": 10.0, "GrossVolume": 14.0}), engine) == 0


class TestTheRowsBehindAFigure:
    """Of two towers with a model each."""

    BUILDINGS = ({"project": "P1", "building": "B1"}, {"project": "P1", "building": "B2"})

    def behind(self, engine, named: dict[str, str]) -> dict[str, list[str]]:
        models = [Model(f"{name}.ifc").add("IfcColumn", "预制柱", PRECAST, {"NetVolume": 1.0}) for name in ("one", "two")]
        files = [{"project": "P1", "model": model, "building": building} for model, building in named.items()]
        rows = evidence(*models, model_file=files, building=self.BUILDINGS)
        with Case(rows, rules(), engine, names=["precast_concrete_volume"]) as case:
            figures = {figure.grain["building"]: case.rows(figure) for figure in case.figures("precast_concrete_volume")}
        return {
            building: [model for table in ("element", "quantity") for model in sorted(found[table]["model"])]
            for building, found in figures.items()
        }

    def test_of_one_building_are_those_of_its_models(self, engine):
        assert self.behind(engine, {"one.ifc": "B1", "two.ifc": "B2"}) == {"B1": ["one.ifc"] * 2, "B2": ["two.ifc"] * 2}

    def test_are_those_of_a_model_that_names_no_building_for_every_building(self, engine):
        assert self.behind(engine, {"one.ifc": "B1"}) == {"B1": ["one.ifc", "two.ifc"] * 2, "B2": ["two.ifc"] * 2}
