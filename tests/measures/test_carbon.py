"""Carbon of materials: by hand, on both engines."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, cast

import pytest

from qingzhu.schemes.evaluate import Session
from qingzhu.schemes.evidence import Opened
from qingzhu.schemes.members import members
from tests.measures.carbon_rows import factors, layers, listed
from tests.measures.model_rows import Model, evidence, mapped
from tests.measures.worked_cases import Case, derived_of, figure_of, figures_of

C30 = '["现浇混凝土 C30"]'


def figure(measure, engine, model=None, **tables):
    return figure_of(measure, evidence(*([model] if model else []), **tables), factors(), engine, building="B1")


def rows_of(engine, model, **tables):
    return derived_of("element_carbon", evidence(model, **tables), factors(), engine)


class TestOneMaterial:
    def test_ten_cubic_metres_of_c30_are_2950_kilograms(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0})
        rate = [{"project": "P1", "rate": 0.0, "document": "素混凝土"}]
        found = figure("material_carbon", engine, model, rebar_rate=rate)
        assert (found.value, found.unit, found.gap, found.coverage, found.high) == (2950.0, "kgCO₂e", None, 100.0, 2950.0)
        (row, _) = rows_of(engine, model, rebar_rate=rate)
        assert (row["factor_name"], row["source"], row["mass"]) == ("C30 混凝土", "GB/T 51366-2019 附录 D 表 D.0.1", 24.0)
        assert row["checked"] == "two transcriptions"

    def test_bars_that_nobody_knows_leave_the_value_open_above(self, engine):
        found = figure("material_carbon", engine, Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0}))
        assert (found.value, found.gap, found.high) == (2950.0, "rebar_unknown", None)

    def test_a_grade_the_table_lacks_has_no_factor_and_names_the_nearest(self, engine):
        model = Model().add("IfcColumn", "柱", '["现浇混凝土 C35"]', {"NetVolume": 1.0}).add("IfcColumn", "柱", C30, {"NetVolume": 3.0})
        found = figure("material_carbon", engine, model)
        assert (found.value, found.gap, found.coverage, found.high) == (885.0, "main_materials_below", pytest.approx(75.0), None)
        assert [(row["why"], row["nearest"]) for row in rows_of(engine, model)] == [("no_factor", "C30 混凝土"), (None, None)]

    def test_concrete_without_a_grade_says_so(self, engine):
        model = Model().add("IfcColumn", "柱", '["现浇混凝土"]', {"NetVolume": 1.0})
        assert figure("material_carbon", engine, model).gap == "no_carbon_factor"
        assert rows_of(engine, model)[0]["why"] == "grade_unknown"

    def test_the_name_of_an_element_does_not_turn_its_material_into_another(self, engine):
        model = Model().add("IfcWall", "岩棉夹芯 EPS 保温墙", '["现浇混凝土 C35"]', {"NetVolume": 1.0})
        assert [(row["why"], row["nearest"], row["density"]) for row in rows_of(engine, model)] == [("no_factor", "C30 混凝土", 2.4)]

    def test_but_it_speaks_where_the_material_says_nothing(self, engine):
        model = Model().add("IfcWall", "页岩空心砖 200", '["默认墙"]', {"NetVolume": 2.0})
        assert [(row["carbon"], row["mass"]) for row in rows_of(engine, model)] == [(408.0, 1.8)]  # 2 × 204; 2 × 0.9 t

    @pytest.mark.parametrize("name", ["Fiberglass Batt", "玻璃棉"])
    def test_glass_wool_is_no_glass(self, name, engine):
        model = Model().add("IfcCovering", "X", f'["{name}"]', {"NetVolume": 1.0})
        assert [(row["material_key"], row["why"]) for row in rows_of(engine, model)] == [("insulation", "no_factor")]

    def test_the_strength_of_a_european_class_is_not_taken_for_a_chinese_grade(self, engine):
        model = Model().add("IfcColumn", "column", '["concrete C30/37"]', {"NetVolume": 1.0})
        assert [(row["grade"], row["why"]) for row in rows_of(engine, model)] == [("C30/37", "no_factor")]

    def test_light_concrete_is_no_normal_concrete(self, engine):
        model = Model().add("IfcColumn", "柱", '["C30 陶粒混凝土"]', {"NetVolume": 1.0})
        assert [(row["why"], row["mass"]) for row in rows_of(engine, model)] == [("no_factor", 1.4)]

    def test_the_grade_may_stand_in_a_property_the_name_or_the_mapping(self, engine):
        def grade(name="柱", properties=None, mapping=()):
            model = Model().add("IfcColumn", name, '["现浇混凝土"]', {"NetVolume": 1.0}, properties)
            return rows_of(engine, model, mapping=list(mapping))[0]["grade"]

        assert grade("KZ1 混凝土柱 C50") == "C50"
        assert grade(properties={"S.混凝土强度等级": "C30P6"}) == "C30"
        assert grade(mapping=[mapped(1, ifc_class="IfcColumn", role="column", material_key="concrete", grade="C50")]) == "C50"

    def test_an_unknown_density_is_an_unknown_mass_and_weighs_in_the_coverage(self, engine):
        model = Model().add("IfcBuildingElementProxy", "X", '["Unobtainium"]', {"NetVolume": 1.0})
        model.add("IfcColumn", "柱", C30, {"NetVolume": 3.0})
        mass = figure("material_mass", engine, model)
        assert (mass.value, mass.coverage, mass.high) == (pytest.approx(7.2), pytest.approx(75.0), None)
        assert figure("material_carbon", engine, model).coverage == pytest.approx(75.0)
        assert rows_of(engine, model)[0]["why"] == "material_unknown"

    def test_steel_of_a_written_weight_needs_no_volume(self, engine):
        model = Model().add("IfcBeam", "HEA200", '["S235"]')
        weight = {**{key: model.element[0][key] for key in ("project", "model", "global_id")}, "set_name": "Qto_BeamBaseQuantities"}
        model.quantity.append({**weight, "quantity": "NetWeight", "kind": "mass", "value": 2.0, "known": True, "source": "authored"})
        assert figure("material_carbon", engine, model).value == 4700.0  # 2 t of H section × 2350

    def test_a_pvc_window_counts_by_its_area(self, engine):
        model = Model().add("IfcWindow", "塑钢窗 C1518", '["塑钢"]', {"Width": 1.5, "Height": 1.8})
        assert figure("material_carbon", engine, model).value == pytest.approx(326.7)  # 2.7 m² × 121
        assert figure("material_mass", engine, model).value == pytest.approx(0.081)  # × 30 kg/m²

    def test_a_window_whose_volume_is_written_too_keeps_its_area(self, engine):
        model = Model().add("IfcWindow", "塑钢窗 C1518", '["塑钢"]', {"Width": 1.5, "Height": 1.8, "NetVolume": 0.1})
        assert figure("material_carbon", engine, model).value == pytest.approx(326.7)  # 2.7 m² × 121
        one_side = Model().add("IfcWindow", "塑钢窗 C1518", '["塑钢"]', {"Width": 1.5, "NetVolume": 0.1})
        assert rows_of(engine, one_side)[0]["area"] is None

    @pytest.mark.parametrize("ifc_class", ["IfcCovering", "IfcPlate"])
    def test_a_factor_by_the_square_metre_counts_by_the_area_that_is_written(self, ifc_class, engine):
        model = Model().add(ifc_class, "X", '["铝塑复合板"]', {"NetArea": 10.0, "GrossArea": 12.0, "NetVolume": 0.04})
        assert figure("material_carbon", engine, model).value == pytest.approx(80.6)  # 10 m² × 8.06

    def test_one_of_a_wall_counts_by_its_face(self, engine):
        model = Model().add("IfcWall", "预制隔墙", '["X板"]', {"NetSideArea": 10.0, "NetVolume": 1.0})
        given = [{"project": "P1", "row": 1, "material": "X板", "factor": 20.0, "unit": "kgCO₂e/m²", "document": "EPD-3"}]
        assert figure("material_carbon", engine, model, material_factor=given).value == 200.0  # 10 m² × 20

    def test_timber_has_a_mass_and_no_factor(self, engine):
        model = Model().add("IfcBeam", "梁", '["木材"]', {"NetVolume": 4.0})
        assert figure("mass_without_factor", engine, model).value == 2.0
        assert figure("material_carbon", engine, model).gap == "no_carbon_factor"


class TestShares:
    def test_a_wall_of_200_mm_c30_and_50_mm_rock_wool_counts_each_by_its_thickness(self, engine):
        model = Model().add("IfcWall", "外墙", '["C30 混凝土", "岩棉"]', {"NetVolume": 2.5})
        materials = layers(model, ("C30 混凝土", 0.2), ("岩棉", 0.05))
        # 2.0 m³ × 295 = 590; 0.5 m³ × 0.14 t/m³ = 0.07 t × 1980 = 138.6
        assert figure("material_carbon", engine, model, element_material=materials).value == pytest.approx(728.6)
        found = figures_of("material_carbon_by_material", evidence(model, element_material=materials), factors(), engine)
        assert {one.grain["material_key"]: one.value for one in found} == {
            "concrete": pytest.approx(590.0),
            "insulation": pytest.approx(138.6),
        }

    def test_an_air_layer_weighs_nothing(self, engine):
        model = Model().add("IfcWall", "外墙", '["C30 混凝土"]', {"NetVolume": 2.5})
        materials = layers(model, ("C30 混凝土", 0.2), (None, 0.05))
        materials[1]["ventilated"] = True
        found = figure("material_carbon", engine, model, element_material=materials)
        assert (found.value, found.coverage) == (pytest.approx(590.0), 100.0)

    def test_a_list_says_nothing_of_how_much_and_is_a_gap(self, engine):
        model = Model().add("IfcWall", "墙", '["C30 混凝土", "岩棉"]', {"NetVolume": 2.5})
        found = figure("material_carbon", engine, model, element_material=listed(model, "C30 混凝土", "岩棉"))
        assert (found.value, found.gap) == (None, "no_carbon_factor")

    def test_but_the_mapping_may_say_of_what_the_element_is(self, engine):
        model = Model().add("IfcWall", "墙", '["C30 混凝土", "面漆"]', {"NetVolume": 2.0})
        tables = {
            "element_material": listed(model, "C30 混凝土", "面漆"),
            "mapping": [mapped(1, ifc_class="IfcWall", material_key="concrete", grade="C30")],
        }
        assert figure("material_carbon", engine, model, **tables).value == 590.0

    def test_a_model_read_before_shares_were_kept_has_its_one_material(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 1.0}).add("IfcWall", "墙", '["C30 混凝土", "岩棉"]', {"NetVolume": 2.5})
        assert figure("material_carbon", engine, model).value == 295.0


class TestWhatCounts:
    def test_openings_spaces_and_furniture_do_not(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 1.0})
        for ifc_class in ("IfcOpeningElement", "IfcSpace", "IfcFurniture"):
            model.add(ifc_class, "X", C30, {"NetVolume": 5.0})
        assert figure("material_carbon", engine, model).value == 295.0

    def test_a_whole_and_its_parts_count_once(self, engine):
        model = Model().add("IfcWall", "剪力墙", C30, {"NetVolume": 2.0}, global_id="whole")
        model.add("IfcBuildingElementPart", "层", C30, {"NetVolume": 2.0}, assembly="whole")
        assert figure("material_carbon", engine, model).value == 590.0

    def test_a_curtain_wall_and_its_panes_weigh_once(self, engine):
        model = Model().add("IfcCurtainWall", "CW", '["Glass"]', {"NetVolume": 1.0}, global_id="whole")
        model.add("IfcPlate", "P", '["Glass"]', {"NetVolume": 0.25}, assembly="whole", predefined_type="CURTAIN_PANEL", times=4)
        assert figure("material_mass", engine, model).value == 2.5  # 4 × 0.25 m³ × 2.5 t

    def test_an_assembly_whose_pieces_do_not_make_it_up_weighs_as_a_whole(self, engine):
        model = Model().add("IfcElementAssembly", "precast panel", '["Concrete C30"]', {"NetVolume": 6.0}, global_id="whole")
        model.add("IfcWall", "leaf", '["Concrete C30"]', assembly="whole")
        model.add("IfcCovering", "insulation", '["EPS"]', {"NetVolume": 0.5}, assembly="whole")
        assert figure("material_mass", engine, model).value == pytest.approx(14.4)  # 6 × 2.4 t

    @pytest.mark.parametrize("ifc_class", ["IfcCovering", "IfcRailing", "IfcPlate", "IfcReinforcingBar"])
    def test_one_element_of_two_models_counts_once_and_is_a_doubt_whatever_it_is(self, ifc_class, engine):
        models = [Model(f"{name}.ifc").add(ifc_class, "X", '["S235"]', {"NetVolume": 2.0}, global_id="same") for name in "ab"]
        rows = evidence(*models)
        assert figure_of("material_mass", rows, factors(), engine, building="B1").value == pytest.approx(15.7)  # 2 × 7.85 t
        assert [one.value for one in figures_of("role_counted_twice", rows, factors(), engine)] == [2]

    def test_an_element_without_volume_weighs_in_the_coverage_as_the_largest_of_its_role(self, engine):
        model = (
            Model()
            .add("IfcColumn", "柱", C30, {"NetVolume": 1.0})
            .add("IfcColumn", "柱", C30, {"NetVolume": 3.0})
            .add("IfcColumn", "柱", C30)
        )
        assert figure("material_carbon", engine, model).coverage == pytest.approx(100 * 4 / 7)

    def test_an_element_of_which_nothing_is_measured_is_said(self, engine):
        model = Model().add("IfcDoor", "门", '["钢"]').add("IfcBeam", "HEA200", '["S235"]', {"NetVolume": 1.0})
        found = figure("material_carbon", engine, model)
        assert (found.value, found.coverage, found.gap, found.high) == (pytest.approx(7.85 * 2350), 100.0, "some_mass_unknown", None)
        for measure in ("material_mass", "transport_carbon"):
            found = figure(measure, engine, model)
            assert (found.gap, found.high) == ("some_mass_unknown", None)

    def test_a_column_of_which_nothing_is_measured_leaves_the_coverage_unknown_and_is_said(self, engine):
        model = Model().add("IfcColumn", "柱", C30).add("IfcBeam", "HEA200", '["S235"]', {"NetVolume": 1.0})
        for measure, value in (
            ("material_carbon", 7.85 * 2350),
            ("material_mass", 7.85),
            ("transport_carbon", 7.85 * 500 * 0.078),
            ("mass_without_factor", 0.0),
        ):
            found = figure(measure, engine, model)
            assert (found.value, found.coverage, found.gap, found.high) == (pytest.approx(value), None, "members_unmeasured", None)

    def test_a_material_of_which_some_is_not_measured_has_no_coverage(self, engine):
        model = Model().add("IfcColumn", "柱", C30).add("IfcSlab", "板", C30, {"NetVolume": 1.0})
        found = figures_of("material_carbon_by_material", evidence(model), factors(), engine)
        assert [(one.value, one.coverage, one.gap) for one in found] == [(295.0, None, "some_mass_unknown")]

    def test_models_that_name_no_building_of_several_leave_all_of_them_open(self, engine):
        buildings = [{"project": "P1", "building": name} for name in ("B1", "B2")]
        found = figure("material_carbon", engine, Model().add("IfcColumn", "柱", C30, {"NetVolume": 1.0}), building=buildings)
        assert (found.value, found.gap) == (None, "model_without_building")

    def test_and_each_of_their_materials_too(self, engine):
        buildings = [{"project": "P1", "building": name} for name in ("B1", "B2")]
        models = [Model(f"{name}.ifc").add("IfcColumn", "柱", C30, {"NetVolume": 10.0}) for name in "ab"]
        files = [{"project": "P1", "model": "a.ifc", "building": "B1"}, {"project": "P1", "model": "b.ifc"}]
        rows = evidence(*models, building=buildings, model_file=files)
        found = figures_of("material_carbon_by_material", rows, factors(), engine)
        assert [(one.grain["building"], one.value, one.gap, one.coverage) for one in found] == [
            ("B1", None, "model_without_building", None)
        ]

    def test_no_model_is_a_gap_of_every_measure(self, engine):
        for measure in (
            "material_carbon",
            "material_carbon_intensity",
            "transport_carbon",
            "material_mass",
            "mass_without_factor",
            "rebar_content",
        ):
            found = figure(measure, engine)
            assert (found.value, found.gap, found.coverage) == (None, "no_model", None)


class TestTheRowsBehindTheCarbonOfMatterNobodyKnows:
    def test_are_those_of_no_material_key(self, engine):
        model = (
            Model()
            .add("IfcColumn", "柱", C30, {"NetVolume": 1.0})
            .add("IfcBuildingElementProxy", "X", '["Unobtainium"]', {"NetVolume": 1.0})
        )
        with Case(evidence(model), factors(), engine, names=["material_carbon_by_material"]) as case:
            session = cast(Session, case)
            figures = {figure.grain["material_key"]: figure for figure in case.figures("material_carbon_by_material")}
            names = {key: case.rows(figure)["element_carbon"]["material"].to_list() for key, figure in figures.items()}
            counts = {key: Opened(session).of(figure)[0]["count"] for key, figure in figures.items()}
            behind = members(session, figures.values())
        assert names == {"concrete": ["现浇混凝土 C30"], "unknown": ["Unobtainium"]}
        assert counts == {"concrete": 1, "unknown": 1}
        assert behind.select("figure", "global_id").rows() == [
            (figures["concrete"].id, "tower.ifc00000"),
            (figures["unknown"].id, "tower.ifc00001"),
        ]


class TestBars:
    def test_the_project_may_give_a_rate(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0}).add("IfcSlab", "板", C30, {"NetVolume": 10.0})
        rates = [
            {"project": "P1", "row": 1, "role": "column", "rate": 150.0, "document": "结构说明"},
            {"project": "P1", "row": 2, "rate": 100.0, "document": "结构说明"},
        ]
        # 20 m³ × 295 = 5900; (10 × 150 + 10 × 100) kg = 2.5 t × 2340 = 5850
        found = figure("material_carbon", engine, model, rebar_rate=rates)
        assert (found.value, found.high, found.gap) == (11750.0, 11750.0, None)
        assert figure("rebar_content", engine, model, rebar_rate=rates).value == 125.0

    def test_what_bars_leave_open_is_said_beside_every_lower_bound(self, engine):
        """Ten m³ of C30 are 24 t; bars of 0.001 m³ are 0.00785 t, and whether a proxy has any nobody knows."""

        def gaps(model):
            return [figure(name, engine, model).gap for name in ("material_mass", "transport_carbon", "material_carbon")]

        column = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0})
        assert gaps(column) == ["rebar_unknown"] * 3
        proxy = Model().add("IfcBuildingElementProxy", "X", '["C30 混凝土"]', {"NetVolume": 10.0})
        assert gaps(proxy) == ["rebar_open"] * 3
        bar = column.add("IfcReinforcingBar", "φ20", '["HRB400"]', {"NetVolume": 0.001})
        assert gaps(bar) == ["rebar_open"] * 3
        mass = figure("material_mass", engine, bar)
        assert (mass.value, mass.coverage, mass.high) == (pytest.approx(24.00785), 100.0, None)
        found = figures_of("material_carbon_by_material", evidence(bar), factors(), engine)
        assert {one.grain["material_key"]: one.gap for one in found} == {"concrete": None, "rebar": "rebar_open"}

    def test_a_coverage_is_never_above_one_hundred_by_the_order_of_summing(self, engine):
        model = Model()
        for volume in (0.1, 0.2, 0.3, 0.7, 1.1, 3.3, 1e-9, 12345.678):
            model.add("IfcColumn", "柱", C30, {"NetVolume": volume}).add("IfcSlab", "板", '["岩棉"]', {"NetVolume": volume / 7})
        assert figure("material_carbon", engine, model).coverage <= 100
        assert figure("material_mass", engine, model).coverage <= 100

    def test_modelled_bars_are_spread_over_all_concrete_of_the_building(self, engine):
        """1 m³ of bars, 7850 kg, in a column of 10 m³ and a panel of 90 m³: 78.5 kg/m³, at least."""
        model = (
            Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0}).add("IfcWall", "预制外挂墙板", '["C30 混凝土"]', {"NetVolume": 90.0})
        )
        model.add("IfcReinforcingBar", "φ20", '["HRB400"]', {"NetVolume": 1.0})
        found = figure("rebar_content", engine, model)
        assert (found.value, found.gap) == (pytest.approx(78.5), "rebar_open")

    @pytest.mark.parametrize(("columns", "bars"), [(9, 0), (0, 9)])
    def test_concrete_without_volume_or_bars_without_mass_leave_the_content_unknown(self, columns, bars, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0}).add("IfcColumn", "柱", C30, times=columns)
        model.add("IfcReinforcingBar", "φ20", '["HRB400"]', {"NetVolume": 0.2}).add("IfcReinforcingBar", "φ20", '["HRB400"]', times=bars)
        found = figure("rebar_content", engine, model)
        assert (found.value, found.gap) == (None, "some_mass_unknown")

    def test_modelled_bars_count_and_the_rate_does_not_then(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0}).add("IfcReinforcingBar", "φ20", '["HRB400"]', {"NetVolume": 0.1})
        rates = [{"project": "P1", "rate": 150.0, "document": "结构说明"}]
        # 10 × 295 = 2950; 0.1 m³ × 7.85 = 0.785 t × 2340 = 1836.9
        assert figure("material_carbon", engine, model, rebar_rate=rates).value == pytest.approx(4786.9)
        assert figure("rebar_content", engine, model, rebar_rate=rates).value == pytest.approx(78.5)

    def test_one_modelled_bar_does_not_say_that_it_is_the_only_one(self, engine):
        model = Model().add("IfcBeam", "梁", C30, {"NetVolume": 3000.0}).add("IfcReinforcingBar", "φ20", '["HRB400"]', {"NetVolume": 0.001})
        # 3000 × 295 = 885 000; 0.001 m³ × 7.85 t/m³ × 2340 = 18.369
        found = figure("material_carbon", engine, model)
        assert (found.value, found.high) == (pytest.approx(885_018.369), None)
        assert figure("material_mass", engine, model).high is None
        assert figure("transport_carbon", engine, model).high is None

    @pytest.mark.parametrize(
        ("ifc_class", "name"),
        [("IfcBuildingElementProxy", "X"), ("IfcWall", "预制外挂墙板"), ("IfcWall", "预制隔墙"), ("IfcCovering", "X")],
    )
    def test_concrete_of_any_role_may_have_them_and_a_rate_says_how_many(self, ifc_class, name, engine):
        model = Model().add(ifc_class, name, '["C30 混凝土"]', {"NetVolume": 10.0})
        found = figure("material_carbon", engine, model)
        assert (found.value, found.high) == (2950.0, None)
        assert figure("material_mass", engine, model).high is None
        assert [row["rebar"] for row in rows_of(engine, model)] == ["possible"]
        rates = [{"project": "P1", "rate": 100.0, "document": "结构说明"}]
        # 10 m³ × 100 kg/m³ = 1 t × 2340
        found = figure("material_carbon", engine, model, rebar_rate=rates)
        assert (found.value, found.high) == (5290.0, 5290.0)

    def test_a_rate_of_facade_panels_is_for_facade_panels(self, engine):
        model = (
            Model().add("IfcWall", "预制外挂墙板", '["C30 混凝土"]', {"NetVolume": 10.0}).add("IfcColumn", "柱", C30, {"NetVolume": 10.0})
        )
        rates = [{"project": "P1", "role": "enclosure_wall", "rate": 50.0, "document": "结构说明"}]
        found = figure("material_carbon", engine, model, rebar_rate=rates)
        assert (found.value, found.gap, found.high) == (pytest.approx(5900 + 0.5 * 2340), "rebar_unknown", None)

    def test_without_either_they_are_a_gap(self, engine):
        assert figure("rebar_content", engine, Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0})).gap == "rebar_unknown"


class TestFactorsOfTheProject:
    ROW: ClassVar = {
        "project": "P1",
        "row": 1,
        "material_key": "concrete",
        "grade": "C40",
        "factor": 331.0,
        "unit": "kgCO₂e/m³",
        "document": "EPD-1",
    }

    def test_come_first_and_stand_under_their_own_document(self, engine):
        model = Model().add("IfcColumn", "柱", '["现浇混凝土 C40"]', {"NetVolume": 2.0})
        (row,) = rows_of(engine, model, material_factor=[self.ROW])
        assert (row["carbon"], row["source"], row["factor"]) == (662.0, "EPD-1", "material_factor")

    def test_a_verified_one_goes_before_one_that_is_not(self, engine):
        model = Model().add("IfcColumn", "柱", '["现浇混凝土 C40"]', {"NetVolume": 2.0})
        verified = {**self.ROW, "row": 2, "factor": 300.0, "verified": True}
        assert rows_of(engine, model, material_factor=[self.ROW, verified])[0]["carbon"] == 600.0

    def test_words_of_the_material_are_taken_as_they_stand(self, engine):
        model = Model().add("IfcColumn", "柱", '["UHPC (a+b)"]', {"NetVolume": 2.0})
        given = {"project": "P1", "material": "uhpc (a+b)", "factor": 0.5, "unit": "kgCO₂e/t", "density": 2.5, "document": "EPD-2"}
        assert rows_of(engine, model, material_factor=[{**given, "factor": 500.0}])[0]["carbon"] == 2500.0

    def test_are_those_of_the_project_alone(self, engine):
        model = Model().add("IfcColumn", "柱", '["现浇混凝土 C40"]', {"NetVolume": 2.0})
        assert rows_of(engine, model, material_factor=[{**self.ROW, "project": "P2"}])[0]["why"] == "no_factor"


class TestBeforeTheFirstDayOfOurWords:
    def test_no_matter_is_told_and_no_density_assumed(self, engine):
        model = Model().add("IfcColumn", "柱", '["X"]', {"NetVolume": 10.0})
        rows = derived_of("element_carbon", evidence(model), factors(date(2020, 6, 30)), engine)
        assert [(row["mass"], row["mass_bound"], row["carbon"]) for row in rows] == [(None, None, None)]


class TestTransport:
    def test_is_mass_by_distance_by_the_factor_of_the_truck(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0}).add("IfcBeam", "HEA200", '["S235"]', {"NetVolume": 1.0})
        # 24 t × 40 km × 0.078 = 74.88; 7.85 t × 500 km × 0.078 = 306.15
        found = figure("transport_carbon", engine, model)
        assert (found.value, found.coverage) == (pytest.approx(381.03), 100.0)

    def test_takes_the_distance_of_the_project(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0})
        given = [{"project": "P1", "material_key": "concrete", "distance": 10.0, "document": "搅拌站"}]
        assert figure("transport_carbon", engine, model, material_factor=given).value == pytest.approx(18.72)

    def test_production_and_transport_are_spread_over_the_floor_area(self, engine):
        model = Model().add("IfcColumn", "柱", C30, {"NetVolume": 10.0})
        building = [{"project": "P1", "building": "B1", "floor_area": 100.0}]
        found = figure("material_carbon_intensity", engine, model, building=building)
        assert (found.value, found.unit) == (pytest.approx((2950 + 74.88) / 100), "kgCO₂e/m²")
        assert figure("material_carbon_intensity", engine, model).gap == "no_floor_area"

    def test_the_worked_building_of_thirty_thousand_square_metres(self, engine):
        """12 000 m³ C30, 1 000 m³ C50, 1 450 t of bars, 60 t of rock wool: products and sum by hand."""
        model = (
            Model().add("IfcColumn", "柱", C30, {"NetVolume": 12000.0}).add("IfcColumn", "柱", '["现浇混凝土 C50"]', {"NetVolume": 1000.0})
        )
        model.add("IfcReinforcingBar", "钢筋", '["HRB400"]', {"NetVolume": 1450 / 7.85}).add(
            "IfcCovering", "保温", '["岩棉"]', {"NetVolume": 60 / 0.14}
        )
        tables = {"building": [{"project": "P1", "building": "B1", "floor_area": 30000.0}]}
        assert figure("material_carbon", engine, model, **tables).value == pytest.approx(3_540_000 + 385_000 + 3_393_000 + 118_800)
        assert figure("transport_carbon", engine, model, **tables).value == pytest.approx(97_344 + 56_550 + 2_340)


class TestTheMassOfUnmappedElements:
    """A beam that says how it was made, and one that does not: C35 of 2.4 t/m³."""

    def test_is_that_of_their_materials_by_density(self, engine):
        model = Model().add("IfcBeam", "梁", C30, {"NetVolume": 3.0}).add("IfcBeam", "梁", '["混凝土 C35"]', {"NetVolume": 2.0})
        found = figure("unmapped_mass", engine, model)
        assert (found.value, found.coverage) == (pytest.approx(4.8), 100.0)

    def test_is_zero_where_all_are_mapped_and_a_gap_where_none_has_a_quantity(self, engine):
        assert figure("unmapped_mass", engine, Model().add("IfcBeam", "梁", C30, {"NetVolume": 3.0})).value == 0
        unknown = figure("unmapped_mass", engine, Model().add("IfcBeam", "梁", '["混凝土 C35"]'))
        assert (unknown.value, unknown.gap, unknown.coverage) == (None, "no_material_mass", 0.0)
