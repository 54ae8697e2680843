"""The classes of the IFC schemas, held against those IfcOpenShell carries."""

from __future__ import annotations

import pytest

from qingzhu.collectors.model_schema import SCHEMAS, declared, file_of, schema


class TestSchemas:
    @pytest.mark.parametrize("name", SCHEMAS)
    def test_are_those_of_ifcopenshell(self, name):
        pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")
        assert file_of(name).read_text("ascii") == declared(name)

    @pytest.mark.parametrize("name", SCHEMAS)
    def test_give_each_class_all_it_inherits_in_the_order_of_a_file(self, name):
        ifcopenshell = pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")
        entities = ifcopenshell.ifcopenshell_wrapper.schema_by_name(name).entities()
        held = {one.name(): tuple(attribute.name() for attribute in one.all_attributes()) for one in entities}
        assert {one.name: one.attributes for one in schema(name).classes.values()} == held

    def test_a_stair_is_a_building_element_and_a_type_is_no_class(self):
        known = schema("ifc2x3")
        assert {"IfcStair", "IfcBuildingElement", "IfcElement", "IfcProduct", "IfcObject", "IfcObjectDefinition", "IfcRoot"} == set(
            known.classes["IFCSTAIR"].kinds
        )
        assert ("IFCLABEL" in known.classes, known.spelling["IFCLABEL"]) == (False, "IfcLabel")

    def test_there_is_none_of_another_name(self):
        assert schema("IFC4X3_RC2") is None
