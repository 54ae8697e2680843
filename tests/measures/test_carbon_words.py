"""What the words of a model say of its matter: one matter in one name, or nobody knows. By hand, on both engines."""

from __future__ import annotations

import pytest

from tests.measures.carbon_rows import factors, layers
from tests.measures.model_rows import Model, evidence, mapped
from tests.measures.worked_cases import derived_of, figure_of


def row_of(engine, material, name="X", ifc_class="IfcBeam", **tables):
    """The only row of an element of 1 m³ of one material, or of none."""
    model = Model().add(ifc_class, name, f'["{material}"]' if material else "[]", {"NetVolume": 1.0})
    (row,) = derived_of("element_carbon", evidence(model, **tables), factors(), engine)
    return row


class TestAnAirLayer:
    def test_is_no_concrete_that_speaks_of_a_cavity(self, engine):
        model = Model().add("IfcSlab", "双面叠合墙", '["空腔后浇混凝土 C30"]', {"NetVolume": 100.0})
        found = figure_of("material_carbon", evidence(model), factors(), engine, building="B1")
        assert (found.value, found.high) == (29500.0, None)  # 100 × 295

    @pytest.mark.parametrize(
        ("material", "key", "mass"),
        [
            ("Binnenspouwblad kalkzandsteen", "block", 1.2),
            ("Concrete C30 air-entrained", "concrete", 2.4),
            ("Cavity wall insulation", "insulation", None),
            ("Spouwisolatie PIR", "insulation", 0.035),
            ("Cavity wall", None, None),
        ],
    )
    def test_is_no_matter_that_stands_at_a_cavity(self, material, key, mass, engine):
        row = row_of(engine, material, ifc_class="IfcWall")
        assert (row["material_key"], row["mass"]) == (key, mass)

    @pytest.mark.parametrize("material", ["空气层", "空气间层 50mm", "Air", "Misc. Air Layers - Air Space", "Luftschicht 40 mm", "Spouw"])
    def test_weighs_nothing_where_the_whole_name_says_it(self, material, engine):
        row = row_of(engine, material, ifc_class="IfcWall")
        assert (row["material_key"], row["mass"], row["carbon"]) == ("air", 0.0, 0.0)


class TestConcreteWrittenWithItsOtherSign:
    def test_is_concrete_and_not_the_bars_in_it(self, engine):
        model = Model().add("IfcSlab", "楼板", '["钢筋砼 C30"]', {"NetVolume": 100.0})
        model.add("IfcColumn", "柱", '["C30混凝土"]', {"NetVolume": 100.0})
        found = figure_of("material_carbon", evidence(model), factors(), engine, building="B1")
        assert (found.value, found.gap, found.high) == (59000.0, "rebar_unknown", None)  # 200 × 295
        assert figure_of("rebar_content", evidence(model), factors(), engine, building="B1").gap == "rebar_unknown"

    def test_makes_a_wall_of_reinforced_concrete_a_bearing_wall(self, engine):
        assert row_of(engine, "钢筋砼 C30", ifc_class="IfcWall")["role"] == "bearing_wall"

    def test_a_deck_of_lattice_girders_has_no_known_share_of_steel(self, engine):
        row = row_of(engine, "钢筋桁架楼承板", ifc_class="IfcSlab")
        assert (row["material_key"], row["mass"], row["carbon"], row["why"]) == (None, None, None, "material_unknown")

    @pytest.mark.parametrize(
        ("material", "ifc_class"), [("Betonstahl", "IfcBeam"), ("Steel B500B", "IfcBeam"), ("Steel", "IfcReinforcingBar")]
    )
    def test_bars_are_bars_by_their_words_or_class(self, material, ifc_class, engine):
        assert row_of(engine, material, ifc_class=ifc_class)["carbon"] == pytest.approx(7.85 * 2340)


class TestAFactorFitsTheMatterOrIsNone:
    @pytest.mark.parametrize("material", ["C20碎石混凝土", "Kiesbeton", "gravel concrete C25", "grindbeton"])
    def test_concrete_with_gravel_is_concrete(self, material, engine):
        row = row_of(engine, material)
        assert (row["material_key"], row["carbon"], row["nearest"]) == ("concrete", None, "C30 混凝土")

    @pytest.mark.parametrize(
        ("material", "key", "mass"),
        [
            ("水泥砂浆(中砂)", "mortar", 1.8),
            ("Glass mineral wool", "insulation", None),
            ("泡沫玻璃", "insulation", None),
            ("Stainless steel tube", "steel", 7.85),
            ("不锈钢管", "steel", 7.85),
            ("加气混凝土砖", "brick", 0.6),
            ("泡沫混凝土 C30", "foamed_concrete", None),
            ("C30 加气", "aerated_concrete", 0.6),
        ],
    )
    def test_a_row_for_other_matter_is_not_taken_and_the_nearest_is_shown(self, material, key, mass, engine):
        row = row_of(engine, material)
        assert (row["material_key"], row["mass"], row["carbon"], row["why"]) == (key, mass, None, "no_factor")
        assert row["nearest"] is not None

    def test_a_hollow_brick_is_hollow_wherever_the_word_stands(self, engine):
        row = row_of(engine, "空心页岩砖")
        assert (row["mass"], row["carbon"]) == (0.9, 204.0)

    @pytest.mark.parametrize(
        ("material", "mass", "nearest"),
        [
            ("烧结粉煤灰空心砖", 0.9, "烧结粉煤灰实心砖（掺量 50 %）"),
            ("蒸压粉煤灰多孔砖", 0.9, "蒸压粉煤灰砖（240 mm×115 mm×53 mm）"),
            ("页岩多孔砖", 0.9, "页岩空心砖"),
            ("黏土多孔砖", 0.9, "黏土空心砖"),
            ("煤矸石砖", 1.8, "煤矸石实心砖（掺量 90 %）"),
            ("煤矸石多孔砖", 0.9, "煤矸石空心砖（掺量 90 %）"),
            ("陶粒混凝土砖", 1.4, "混凝土砖（240 mm×115 mm×90 mm）"),
            ("镀锌钢板", 7.85, "碳钢热镀锌板卷"),
            ("彩钢板", 7.85, "碳钢热镀锌板卷"),
            ("热镀锌钢管", 7.85, "碳钢热镀锌板卷"),
            ("薄钢板 0.5mm", 7.85, "热轧碳钢中厚板"),
            ("C30 再生混凝土", 2.4, "C30 混凝土"),
            ("C30 透水混凝土", None, "C30 混凝土"),
            ("橡胶颗粒混凝土 C30", None, "C30 混凝土"),
        ],
    )
    def test_a_product_that_is_another_one_has_none(self, material, mass, nearest, engine):
        row = row_of(engine, material)
        assert (row["mass"], row["carbon"], row["nearest"]) == (mass, None, nearest)

    @pytest.mark.parametrize(
        ("material", "carbon"),
        [
            ("煤矸石实心砖（掺量90%）", 22.8),
            ("煤矸石空心砖（掺量 90 %）", 16.0),
            ("烧结粉煤灰砖（掺量50%）", 134.0),
            ("蒸压粉煤灰砖", 341.0),
            ("黏土空心砖", 250.0),
            ("热镀锌钢板", 7.85 * 3110),
            ("Hot-dip galvanised steel sheet", 7.85 * 3110),
            ("电镀锌钢板", 7.85 * 3020),
            ("冷轧钢板", 7.85 * 2530),
            ("钢板 20mm", 7.85 * 2400),
            ("C30 防水混凝土", 295.0),
        ],
    )
    def test_the_product_of_the_table_has_its_factor(self, material, carbon, engine):
        assert row_of(engine, material)["carbon"] == pytest.approx(carbon)

    @pytest.mark.parametrize(
        "material", ["Steel stud", "Steel studs 75mm", "轻钢", "Metal - Stud Layer", "Wood stud", "钢丝网架", "铝蜂窝板"]
    )
    def test_what_is_mostly_air_is_no_solid_metal(self, material, engine):
        row = row_of(engine, material)
        assert (row["mass"], row["carbon"]) == (None, None)

    def test_a_shear_stud_is_solid_steel(self, engine):
        assert row_of(engine, "Steel shear stud")["mass"] == 7.85

    def test_paint_is_paint_whatever_category_it_stands_under(self, engine):
        model = Model().add("IfcWall", "墙", '["x"]', {"NetVolume": 1.0})
        materials = layers(model, ("外墙涂料", 0.5), ("C30 混凝土", 0.5))
        materials[0]["category"] = "混凝土"
        rows = derived_of("element_carbon", evidence(model, element_material=materials), factors(), engine)
        assert [(row["material_key"], row["mass"]) for row in rows] == [(None, None), ("concrete", 1.2)]

    def test_a_window_of_unknown_material_has_no_mass(self, engine):
        model = Model().add("IfcWindow", "C1518", "[]", {"Width": 1.5, "Height": 1.8})
        assert [row["mass"] for row in derived_of("element_carbon", evidence(model), factors(), engine)] == [None]

    def test_a_factor_of_the_project_for_c30_is_none_for_c30_37_or_c300(self, engine):
        given = {"project": "P1", "row": 1, "material": "混凝土 C30", "factor": 100.0, "unit": "kgCO₂e/m³", "document": "EPD-4"}
        for material, carbon in (
            ("混凝土 C30", 100.0),
            ("混凝土 C30, 泵送", 100.0),
            ("混凝土 C30P6", 100.0),
            ("混凝土 C30/37", None),
            ("混凝土 C300", None),
        ):
            assert row_of(engine, material, material_factor=[given])["carbon"] == carbon

    def test_gravel_by_itself_keeps_its_factor(self, engine):
        row = row_of(engine, "级配碎石")
        assert (row["mass"], row["carbon"]) == (1.6, pytest.approx(3.488))  # 1.6 t × 2.18

    def test_a_waterproof_coating_is_no_board(self, engine):
        row = row_of(engine, "聚氨酯防水涂料")
        assert (row["material_key"], row["mass"], row["carbon"]) == (None, None, None)


class TestTwoMattersInOneName:
    MIXED = (
        "胶粉聚苯颗粒保温砂浆",
        "聚苯板粘结砂浆",
        "EPS concrete",
        "Precast concrete with rock wool insulation",
        "Sandwich panel steel PIR",
        "Brick + mineral wool",
        "钢纤维混凝土 C30",
        "预制夹心保温外墙板(聚苯板) C30",
    )

    @pytest.mark.parametrize("material", MIXED)
    def test_are_unknown_and_weigh_in_the_coverage(self, material, engine):
        row = row_of(engine, material)
        assert (row["material_key"], row["mass"], row["carbon"], row["why"]) == (None, None, None, "material_unknown")
        assert (row["mass_bound"], row["nearest"] is not None) == (2.4, True)

    def test_two_kinds_of_insulation_have_no_factor(self, engine):
        row = row_of(engine, "岩棉+EPS")
        assert (row["mass"], row["carbon"], row["why"]) == (None, None, "no_factor")

    @pytest.mark.parametrize("material", ["木模板 C30混凝土", "Concrete, Cast-in-Place, C30, steel formwork"])
    def test_formwork_is_not_one_of_them(self, material, engine):
        assert row_of(engine, material)["carbon"] == 295.0

    def test_are_told_by_the_mapping_or_by_a_factor_of_the_project(self, engine):
        told = mapped(1, ifc_class="IfcBeam", material_key="concrete", grade="C30")
        assert row_of(engine, "EPS concrete", mapping=[told])["carbon"] == 295.0
        given = {"project": "P1", "material": "EPS concrete", "factor": 200.0, "unit": "kgCO₂e/m³", "document": "EPD-1"}
        assert row_of(engine, "EPS concrete", material_factor=[given])["carbon"] == 200.0

    def test_each_of_its_layers_counts_by_itself(self, engine):
        model = Model().add("IfcWall", "墙", '["C30 混凝土", "岩棉"]', {"NetVolume": 1.0})
        materials = layers(model, ("C30 混凝土", 0.5), ("岩棉", 0.5))
        rows = derived_of("element_carbon", evidence(model, element_material=materials), factors(), engine)
        assert [row["carbon"] for row in rows] == [147.5, pytest.approx(0.07 * 1980)]


class TestTheNameOfAnElement:
    def test_that_speaks_of_insulation_does_not_make_a_wall_of_it(self, engine):
        row = row_of(engine, None, "基本墙:外墙-200mm-岩棉保温", "IfcWall")
        assert (row["material_key"], row["carbon"], row["why"]) == (None, None, "no_material")
        row = row_of(engine, "默认墙", "基本墙:外墙-200mm-岩棉保温", "IfcWall")
        assert (row["material_key"], row["carbon"], row["why"]) == (None, None, "material_unknown")

    def test_of_two_matters_says_neither(self, engine):
        assert row_of(engine, "默认墙", "页岩砖+岩棉", "IfcWall")["material_key"] is None

    def test_may_tell_what_a_covering_is(self, engine):
        assert row_of(engine, "默认", "岩棉保温层", "IfcCovering")["carbon"] == pytest.approx(0.14 * 1980)

    @pytest.mark.parametrize(("name", "ifc_class"), [("Column C30", "IfcColumn"), ("C30-12", "IfcBeam"), ("C50", "IfcColumn")])
    def test_that_is_a_mark_is_no_grade(self, name, ifc_class, engine):
        row = row_of(engine, "Concrete", name, ifc_class)
        assert (row["grade"], row["carbon"], row["why"]) == (None, None, "grade_unknown")

    @pytest.mark.parametrize("material", ["C30-C50 混凝土", "混凝土 C35/C30", "C30、C50 混凝土", "C30以上混凝土", "混凝土 ≥C30"])
    def test_two_grades_in_one_name_are_no_grade(self, material, engine):
        row = row_of(engine, material)
        assert (row["grade"], row["carbon"], row["why"]) == (None, None, "grade_unknown")

    def test_that_speaks_of_concrete_may_say_its_grade(self, engine):
        assert row_of(engine, "Concrete", "混凝土-矩形梁-C30: 300x600")["grade"] == "C30"
        assert row_of(engine, "混凝土", "梁 强度 C50")["grade"] == "C50"


class TestThePropertyThatSaysTheGrade:
    def grades(self, engine, *said, parts=("现浇混凝土",), name="柱"):
        """The grades of the materials of a wall with properties StrengthClass, each as (origin, set, value)."""
        model = Model().add("IfcWall", name, '["现浇混凝土"]', {"NetVolume": 2.0})
        key = {column: model.element[0][column] for column in ("project", "model", "global_id")}
        model.property += [
            {**key, "set_name": held, "name": "StrengthClass", "value": value, "origin": origin} for origin, held, value in said
        ]
        materials = layers(model, *[(part, 0.1) for part in parts])
        rows = derived_of("element_carbon", evidence(model, element_material=materials), factors(), engine)
        return [(row["grade"], row["carbon"]) for row in rows]

    def test_of_the_occurrence_hides_that_of_its_type(self, engine):
        type_says = ("type", "P", "C30")
        assert self.grades(engine, ("occurrence", "P", "C60"), type_says) == [("C60", None)]  # the table has no C60
        assert self.grades(engine, ("occurrence", "P", "C50"), type_says) == [("C50", 770.0)]  # 2 m³ × 385

    def test_is_no_grade_where_two_properties_contradict_each_other(self, engine):
        said = ("occurrence", "P", "C30"), ("type", "Q", "C50")
        assert self.grades(engine, *said) == [(None, None)]
        assert self.grades(engine, *said, name="混凝土柱 C50") == [(None, None)]

    @pytest.mark.parametrize("value", ["C35/C30", "C30~C50", "C30、C50", "柱C50，梁C30", "≥C30", "C30及以上", "不低于 C30"])
    def test_is_no_grade_where_its_value_says_two(self, value, engine):
        assert self.grades(engine, ("occurrence", "P", value)) == [(None, None)]

    @pytest.mark.parametrize(("value", "grade"), [("C30/37", "C30/37"), ("C30P6", "C30"), ("C30 (C30)", "C30"), ("LC30", None)])
    def test_is_read_as_it_is_written(self, value, grade, engine):
        assert self.grades(engine, ("occurrence", "P", value))[0][0] == grade

    def test_does_not_say_which_of_two_concretes_it_is_of(self, engine):
        two = ("钢筋混凝土", "细石混凝土")
        assert self.grades(engine, ("occurrence", "P", "C50"), parts=two) == [(None, None), (None, None)]
        assert self.grades(engine, ("material", "P", "C30"), ("material", "P", "C50"), parts=two) == [(None, None), (None, None)]
        # of one concrete, in two layers of it or beside other matter, it does: 2 × 1 m³ × 295, 1 m³ × 295
        assert self.grades(engine, ("occurrence", "P", "C30"), parts=("混凝土", "混凝土")) == [("C30", 295.0), ("C30", 295.0)]
        assert self.grades(engine, ("occurrence", "P", "C30"), parts=("混凝土", "砂浆"))[0] == ("C30", 295.0)
