"""What words of names, materials and properties say of how an element is made, where two of them meet."""

from __future__ import annotations

import pytest

from tests.measures.model_rows import Model, evidence, rules
from tests.measures.test_mapped_element import one
from tests.measures.worked_cases import figure_of

C30 = '["钢筋混凝土 C30"]'


class TestTilesAndMasonry:
    @pytest.mark.parametrize(
        ("name", "materials", "construction", "material_key"),
        [
            ("预制外挂墙板 面砖反打", '["混凝土 C30"]', "precast", "concrete"),
            ("预制外挂墙板 砖反打", '["混凝土 C30"]', "precast", "concrete"),
            ("外挂墙板", '["面砖", "ALC"]', "panel", "aerated_concrete"),
            ("页岩砖墙 贴面砖", "[]", "masonry", "brick"),
            ("墙", '["烧结砖"]', "masonry", "brick"),
            ("墙", '["煤矸石砖"]', "masonry", "brick"),
            ("墙", '["预制混凝土砌块 C20"]', "masonry", "block"),
            ("装配式外墙 劈开砖", '["C30混凝土"]', None, "concrete"),
            ("预制外挂墙板 文化砖", '["C30混凝土"]', "precast", "concrete"),
            ("剪力墙 砖红色涂料", '["混凝土"]', None, "concrete"),
            ("现浇墙 brick red", '["钢筋混凝土 C30"]', "cast_in_place", "concrete"),
            ("墙 brick red", '["Reinforced concrete"]', None, "concrete"),
            ("墙", '["钢筋混凝土 C30", "页岩砖"]', None, "concrete"),
            ("砌块墙", '["混凝土"]', "masonry", "block"),
            ("Wall", '["Concrete Masonry Units", "Brick, common"]', "masonry", "brick"),
        ],
    )
    def test_tiles_on_a_panel_are_no_masonry(self, name, materials, construction, material_key):
        assert one(Model().add("IfcWall", name, materials), "construction", "material_key") == (construction, material_key)

    @pytest.mark.parametrize(
        "finish", ["", " 墙砖饰面", " 面砖饰面", " 劈开砖", " 通体砖", " 文化砖", " 砖红色涂料", " 仿石砖", " brick red"]
    )
    @pytest.mark.parametrize("measure", ["precast_ratio", "vertical_precast_ratio"])
    def test_keep_no_cast_wall_out_of_the_concrete_a_precast_column_is_held_against(self, measure, finish, engine):
        """1 m³ precast of 1 + 3 m³."""
        model = Model().add("IfcWall", f"现浇剪力墙{finish}", C30, {"NetVolume": 3.0})
        model.add("IfcColumn", "预制柱", '["预制混凝土 C30"]', {"NetVolume": 1.0})
        figure = figure_of(measure, evidence(model), rules(), engine, building="B1")
        assert (figure.value, figure.high, figure.coverage) == (25.0, 25.0, 100.0)

    @pytest.mark.parametrize("name", ["现浇墙 墙砖饰面", "钢筋混凝土墙 面砖", "混凝土墙 brick red"])
    def test_make_no_enclosing_wall_of_one_that_exports_say_bears_nothing(self, name):
        properties = {"Pset_WallCommon.LoadBearing": "false", "Pset_WallCommon.IsExternal": "true"}
        assert one(Model().add("IfcWall", name, C30, properties=properties), "role") == (None,)


class TestHowItIsMade:
    @pytest.mark.parametrize("name", ["ConstructionMethod", "CastingMethod", "ConstructionType"])
    @pytest.mark.parametrize(
        ("said", "construction"),
        [
            ("预制叠合", "composite"),
            ("预制+叠合现浇", "composite"),
            ("Precast, topping in situ", "composite"),
            ("Precast composite", "composite"),
            ("Halbfertigteil", "composite"),
            ("预制（非叠合）", None),
            ("Precast / cast in place", None),
            ("现浇，局部预制", None),
            ("Not precast", None),
            ("Prefab", "precast"),
            ("预制 PC", "precast"),
            ("in-situ", "cast_in_place"),
        ],
    )
    def test_is_composite_where_a_property_says_both_and_open_where_it_contradicts_itself(self, name, said, construction):
        properties = {f"Pset_ConcreteElementGeneral.{name}": said}
        assert one(Model().add("IfcColumn", "柱", '["C30混凝土"]', properties=properties), "construction") == (construction,)

    @pytest.mark.parametrize(
        ("name", "material", "construction"),
        [
            ("现浇柱", "C30混凝土", None),
            ("柱 cast in place", "C30混凝土", None),
            ("预制柱 现浇段", "C30混凝土", "precast"),
            ("柱", "混凝土 - 现场浇注混凝土", "precast"),  # the material a program gives by itself
        ],
    )
    def test_is_open_where_the_name_says_cast_in_place_of_what_a_property_calls_precast(self, name, material, construction):
        properties = {"Pset_ConcreteElementGeneral.ConstructionMethod": "Precast"}
        assert one(Model().add("IfcColumn", name, f'["{material}"]', properties=properties), "construction") == (construction,)

    def test_of_two_properties_that_contradict_each_other_is_not_known(self):
        properties = {"Pset_ConcreteElementGeneral.ConstructionMethod": "Precast", "Pset_ConcreteElementGeneral.CastingMethod": "In-Situ"}
        assert one(Model().add("IfcColumn", "柱", '["C30混凝土"]', properties=properties), "construction") == (None,)

    def test_a_composite_column_counts_in_the_upper_bound_alone(self, engine):
        """1 m³ 预制叠合 and 1 m³ cast: 0 of 2 at least, 1 of 2 at most."""
        properties = {"Pset_ConcreteElementGeneral.ConstructionMethod": "预制叠合"}
        model = Model().add("IfcColumn", "柱", '["C30混凝土"]', {"NetVolume": 1.0}, properties)
        model.add("IfcColumn", "现浇柱", C30, {"NetVolume": 1.0})
        figure = figure_of("precast_ratio", evidence(model), rules(), engine)
        assert (figure.value, figure.high, figure.coverage) == (0.0, 50.0, 50.0)
