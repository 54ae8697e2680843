"""What an audit of an ``.ids`` file finds, and what it leaves in peace."""

from __future__ import annotations

import pytest

pytest.importorskip("ifctester", reason="the [bim] extra is not installed")

from qingzhu.collectors.ids import ids_of
from qingzhu.schemes.ids_audit import audit, audit_result
from qingzhu.schemes.ids_findings import Finding
from tests.schemes.ids_making import HEAD, TAIL, entity, facet, ids, specification

NAMED = facet("attribute", name="Name")


def found(*requirements: str, **more: str) -> list[tuple[str, str]]:
    """Severity and code of each finding in one specification."""
    return [(each.severity, each.code) for each in audit(ids(specification(*requirements, **more)))]


def only(*requirements: str, **more: str) -> Finding:
    (finding,) = audit(ids(specification(*requirements, **more)))
    return finding


def prop(set_name: str, base_name: str, *attributes: str, type: str | None = None, **values: str) -> str:
    data_type = [f'dataType="{type}"'] if type else []
    return facet("property", *data_type, *attributes, propertySet=set_name, baseName=base_name, **values)


class TestForm:
    def raw(self, text: str) -> list[Finding]:
        return audit(ids_of((HEAD + text + TAIL).encode(), "t.ids"))

    def test_a_fault_is_told_with_its_line_and_what_belongs_there(self):
        text = specification(NAMED).replace("</applicability>", "</applicability>\n\n<requirement/>")
        (finding,) = self.raw(text)
        assert (finding.code, finding.line) == ("form_child_not_allowed", 6)  # three lines of head, then the third of the specification
        assert "<requirement>" in finding.zh

    def test_what_belongs_there_is_named(self):
        (finding,) = self.raw(specification(NAMED).replace("<name>", "<nam>").replace("</name>", "</nam>"))[:1]
        assert (finding.code, "<name>" in finding.en, "<nam>" in finding.zh) == ("form_child_unexpected", True, True)

    @pytest.mark.parametrize(
        ("wrong", "right", "code"),
        [
            ('name="S" ', "", "form_attribute_missing"),
            ('name="S"', 'name="S" colour="red"', "form_attribute_unexpected"),
            ('ifcVersion="IFC4"', 'ifcVersion="IFC5"', "form_not_one_of"),
            ("<name><simpleValue>Name</simpleValue></name>", "", "form_child_missing"),
        ],
    )
    def test_each_kind_of_fault_has_its_words(self, wrong, right, code):
        assert code in [each.code for each in self.raw(specification(NAMED).replace(wrong, right))]

    def test_what_is_well_formed_has_none(self):
        assert found(NAMED) == []


class TestCardinality:
    def test_of_a_specification_is_one_of_three(self):
        assert found(NAMED, occurs='minOccurs="1" maxOccurs="3"') == [("error", "occurs")]
        assert found(NAMED, occurs="") == [("error", "occurs")]  # the schema reads that as exactly one

    def test_a_prohibited_specification_asks_nothing(self):
        assert found(NAMED, occurs='minOccurs="0" maxOccurs="0"') == [("error", "prohibited_with_requirements")]
        assert found(occurs='minOccurs="0" maxOccurs="0"') == []

    def test_an_optional_specification_that_asks_nothing_never_fails(self):
        assert found(occurs='minOccurs="0" maxOccurs="unbounded"') == [("error", "no_requirements")]
        assert found(occurs='minOccurs="1" maxOccurs="unbounded"') == [("warning", "no_requirements")]

    @pytest.mark.parametrize(
        "requirement",
        [
            facet("attribute", 'cardinality="optional"', name="Name"),
            facet("property", 'cardinality="optional"', propertySet="Own", baseName="X"),
            facet("material", 'cardinality="optional"'),
            facet("classification", 'cardinality="optional"', system="A"),
        ],
    )
    def test_an_optional_requirement_without_a_value_never_fails(self, requirement):
        assert found(requirement) == [("error", "optional_never_fails")]

    def test_a_prohibited_property_has_no_value_and_a_value_has_a_type(self):
        prohibited = prop("Own", "X", 'cardinality="prohibited"', type="IFCLABEL", value="a")
        assert found(prohibited) == [("error", "prohibited_with_value")]
        assert found(prop("Own", "X", value="a")) == [("error", "value_without_type")]


class TestClasses:
    def test_unknown_ones_are_told_with_the_nearest(self):
        finding = only(NAMED, applies=entity("IFCWAL"))
        assert finding.code == "unknown_class"
        assert "IFCWALL" in finding.zh

    def test_are_of_the_version_stated(self):
        lines = found(NAMED, applies=entity("IFCKERB"), versions="IFC4 IFC4X3_ADD2")
        assert ("error", "unknown_class") in lines  # IfcKerb came with IFC4X3

    def test_are_in_upper_case(self):
        assert ("error", "class_case") in found(NAMED, applies=entity("IfcWall"))

    def test_that_are_abstract_match_no_element(self):
        assert found(NAMED, applies=entity("IFCELEMENT")) == [("warning", "abstract_class")]

    def test_by_a_pattern_must_exist(self):
        assert ("error", "no_class_matches") in found(NAMED, applies=entity("pattern=IFCWALLS.?"))
        assert found(NAMED, applies=entity("pattern=IFCWALL.*")) == []

    def test_asked_for_must_not_exclude_those_it_applies_to(self):
        assert found(entity("IFCSLAB")) == [("error", "class_contradicts")]
        assert found(entity("enumeration=IFCSLAB enumeration=IFCWALL")) == []

    def test_that_ifc2x3_has_as_types_only_are_known(self):
        assert found(NAMED, applies=entity("IFCAIRTERMINAL"), versions="IFC2X3") == []


class TestPredefinedTypes:
    def test_that_the_schema_lacks_are_user_defined(self):
        assert found(entity(predefinedType="SOLIDWALL")) == []
        assert found(entity(predefinedType="SANDWICH")) == [("note", "user_defined")]
        assert found(entity(predefinedType="solidwall")) == [("warning", "predefined_case")]

    def test_need_a_class_that_has_them(self):
        assert ("error", "no_predefined_types") in found(NAMED, applies=entity("IFCBUILDINGSTOREY", predefinedType="X"))

    def test_of_walls_stand_in_their_types_in_ifc2x3(self):
        assert found(entity(predefinedType="SHEAR"), versions="IFC2X3") == [("note", "predefined_by_type")]


class TestAttributes:
    def test_must_stand_in_the_class(self):
        finding = only(facet("attribute", name="Nam"))
        assert (finding.code, "Name" in finding.en) == ("unknown_attribute", True)

    def test_that_are_inverse_cannot_be_asked(self):
        assert found(facet("attribute", name="IsDefinedBy")) == [("error", "inverse_attribute")]

    def test_that_are_derived_cannot_be_asked(self):
        assert found(facet("attribute", name="Dimensions"), applies=entity("IFCSIUNIT")) == [("error", "unknown_attribute")]

    def test_that_hold_objects_or_lists_have_no_value(self):
        asked = facet("attribute", name="ObjectPlacement", value="x")
        assert found(asked) == [("error", "value_of_object")]

    def test_have_values_of_their_own_type(self):
        assert found(facet("attribute", name="Elevation", value="3,0"), applies=entity("IFCBUILDINGSTOREY")) == [("error", "not_castable")]
        number = facet("attribute", name="Elevation", value="pattern=3.*")
        assert found(number, applies=entity("IFCBUILDINGSTOREY")) == [("error", "base_differs")]

    def test_of_an_enumeration_have_its_values(self):
        asked = facet("attribute", name="PredefinedType", value="SHEER")
        finding = only(asked)
        assert (finding.code, "SHEAR" in finding.zh) == ("not_in_list", True)


class TestProperties:
    def test_of_standard_sets_are_known_by_version(self):
        assert found(prop("Pset_WallCommon", "LoadBearing", type="IFCBOOLEAN"), versions="IFC2X3 IFC4 IFC4X3_ADD2") == []

    def test_sets_that_only_look_standard_are_told_with_the_nearest(self):
        finding = only(prop("Pset_WallComon", "LoadBearing"))
        assert (finding.code, "Pset_WallCommon" in finding.en) == ("unknown_set", True)

    def test_names_that_a_standard_set_lacks_are_told_with_the_nearest(self):
        finding = only(prop("Pset_WallCommon", "Loadbearing"))
        assert (finding.code, "LoadBearing" in finding.en) == ("unknown_property", True)

    def test_of_standard_sets_have_their_data_type(self):
        assert found(prop("Pset_WallCommon", "LoadBearing", type="IFCLABEL")) == [("error", "property_of_other_type")]
        assert found(prop("Qto_WallBaseQuantities", "NetVolume", type="IFCVOLUMEMEASURE")) == []
        assert found(prop("Qto_WallBaseQuantities", "NetVolume", type="IFCAREAMEASURE")) == [("error", "property_of_other_type")]

    def test_of_standard_sets_belong_to_their_classes_and_the_types_of_those(self):
        asked = prop("Pset_WallCommon", "LoadBearing")
        assert found(asked, applies=entity("IFCSLAB")) == [("error", "set_not_for_class")]
        assert found(asked, applies=entity("IFCWALLTYPE")) == []
        assert found(asked, applies=entity("IFCWALLSTANDARDCASE")) == []
        assert found(asked, applies=entity("enumeration=IFCWALL enumeration=IFCSLAB")) == [("warning", "set_not_for_some")]

    def test_of_own_sets_are_free(self):
        assert found(prop("构件信息", "混凝土强度等级", type="IFCLABEL")) == []

    def test_standard_quantities_are_none_in_ifc2x3(self):
        assert found(prop("Qto_WallBaseQuantities", "NetVolume"), versions="IFC2X3") == [("warning", "no_standard_quantities")]

    def test_data_types_exist_in_the_version(self):
        finding = only(prop("Own", "X", type="IFCLENGHTMEASURE"))
        assert (finding.code, "IFCLENGTHMEASURE" in finding.en) == ("unknown_data_type", True)
        assert found(prop("Own", "X", type="IFCDURATION"), versions="IFC2X3") == [("error", "unknown_data_type")]

    @pytest.mark.parametrize(
        ("type", "value", "fits"),
        [
            ("IFCBOOLEAN", "true", True),
            ("IFCBOOLEAN", "TRUE", False),
            ("IFCINTEGER", "42", True),
            ("IFCINTEGER", "42.0", False),
            ("IFCREAL", "4.2e1", True),
            ("IFCREAL", "42,3", False),
            ("IFCDATE", "2024-06-01", True),
            ("IFCDATE", "1.6.2024", False),
        ],
    )
    def test_values_are_written_as_their_data_type_wants(self, type, value, fits):
        assert found(prop("Own", "X", type=type, value=value)) == ([] if fits else [("error", "not_castable")])


class TestWholes:
    def test_must_be_what_the_relation_leads_to(self):
        group = 'relation="IFCRELASSIGNSTOGROUP"'
        assert found(facet("partOf", group, name="IFCWALL")) == [("error", "relation_never")]
        assert found(facet("partOf", group, name="IFCZONE")) == []
        contained = 'relation="IFCRELCONTAINEDINSPATIALSTRUCTURE"'
        assert found(facet("partOf", contained, name="IFCBUILDINGSTOREY"), versions="IFC2X3 IFC4 IFC4X3_ADD2") == []


class TestRestrictions:
    def asked(self, limits: str, base: str = "string", type: str = "IFCLABEL") -> list[tuple[str, str]]:
        return found(prop("Own", "X", type=type, value=limits, base=base))

    @pytest.mark.parametrize(
        ("limits", "base", "type", "code"),
        [
            ("pattern=[", "string", "IFCLABEL", "pattern_broken"),
            ("pattern=(?i)c30", "string", "IFCLABEL", "pattern_broken"),
            ("minInclusive=5 maxInclusive=3", "double", "IFCREAL", "nothing_fits"),
            ("minExclusive=5 maxInclusive=5", "double", "IFCREAL", "nothing_fits"),
            ("minInclusive=x", "double", "IFCREAL", "not_castable"),
            ("minInclusive=1 minExclusive=2", "double", "IFCREAL", "bound_twice"),
            ("minInclusive=1", "string", "IFCLABEL", "bound_on_text"),
            ("minLength=5 maxLength=3", "string", "IFCLABEL", "nothing_fits"),
            ("length=-1", "string", "IFCLABEL", "length_broken"),
            (f"maxLength={'9' * 5000}", "string", "IFCLABEL", "length_broken"),
            ("enumeration=1,5", "double", "IFCREAL", "not_castable"),
            ("enumeration=1.5", "string", "IFCREAL", "base_differs"),
        ],
    )
    def test_that_cannot_be_met_are_errors(self, limits, base, type, code):
        assert ("error", code) in self.asked(limits, base, type)

    def test_that_are_empty_say_nothing(self):
        empty = prop("Own", "X", type="IFCLABEL", value="pattern=a").replace('<xs:pattern value="a"/>', "")
        assert found(empty) == [("error", "no_limit")]

    def test_that_ids_does_not_support_are_errors(self):
        digits = prop("Own", "X", type="IFCREAL", value="minInclusive=1", base="double").replace("minInclusive", "totalDigits")
        assert found(digits) == [("error", "limit_unsupported")]

    def test_narrower_than_the_tolerance_are_warned_of(self):
        assert self.asked("minInclusive=1 maxInclusive=1.000001", "double", "IFCREAL") == [("warning", "spread_below_tolerance")]
        assert self.asked("minInclusive=42 maxInclusive=42", "double", "IFCREAL") == []

    def test_that_are_sound_pass(self):
        assert self.asked("minInclusive=0.1 maxExclusive=0.5", "double", "IFCREAL") == []
        assert self.asked("pattern=C[0-9]{2}") == []
        assert self.asked("enumeration=预制 enumeration=现浇") == []


class TestTheFindings:
    def test_stand_once_for_all_versions_they_hold_in(self):
        finding = only(facet("attribute", name="Colour"), versions="IFC2X3 IFC4")
        assert "IFC2X3, IFC4" in finding.en

    def test_have_their_place(self):
        finding = only(facet("attribute", name="Colour"))
        place = (finding.specification, finding.name, finding.clause, finding.facet, finding.parameter, finding.line)
        assert place == (1, "S", "requirements", "attribute", "name", 4)

    def test_tell_names_that_stand_twice(self):
        told = audit(ids(specification(NAMED), specification(NAMED)))
        assert [(each.severity, each.code) for each in told] == [("note", "name_twice")]

    def test_make_the_file_invalid_by_errors_alone(self):
        read = ids(specification(entity(predefinedType="solidwall")))
        assert audit_result(read, audit(read))["valid"] is True
        read = ids(specification(entity("IFCSLAB")))
        assert audit_result(read, audit(read))["counts"] == {"error": 1, "warning": 0, "note": 0}
