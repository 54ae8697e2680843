"""When an element meets a facet of an IDS."""

from __future__ import annotations

import pytest

pytest.importorskip("ifctester", reason="the [bim] extra is not installed")

from tests.collectors.model_makers import guid
from tests.schemes.ids_making import entity, facet, outcome, pset, reason, single, wall

OPTIONAL, PROHIBITED = 'cardinality="optional"', 'cardinality="prohibited"'


def typed(number: int, element: int, line: str) -> tuple[str, ...]:
    """A type object and the relation that gives it to an element."""
    return (f"#{number}={line};", f"#{number + 1}=IFCRELDEFINESBYTYPE('{guid(number + 1)}',$,$,$,(#{element}),#{number});")


class TestEntity:
    def test_a_class_is_matched_exactly_and_not_with_those_below_it(self):
        standard = f"#10=IFCWALLSTANDARDCASE('{guid(10)}',$,$,$,$,$,$,$,$);"
        assert reason(entity("IFCWALL"), standard, applies=entity("IFCWALLSTANDARDCASE")) == "class"

    def test_a_class_is_written_in_upper_case(self):
        assert reason(entity("IfcWall"), wall()) == "class"

    def test_a_predefined_type_is_matched_with_its_case(self):
        assert reason(entity(predefinedType="SOLIDWALL"), wall(predefined=".SOLIDWALL.")) is None
        assert reason(entity(predefinedType="solidwall"), wall(predefined=".SOLIDWALL.")) == "predefined_type"

    def test_without_a_predefined_type_none_is_met(self):
        assert reason(entity(predefinedType="SOLIDWALL"), wall()) == "no_predefined_type"

    @pytest.mark.parametrize("wanted", ["SANDWICH", "USERDEFINED"])
    def test_a_user_defined_type_is_met_by_its_own_name_and_as_user_defined(self, wanted):
        assert reason(entity(predefinedType=wanted), wall(object_type="'SANDWICH'", predefined=".USERDEFINED.")) is None

    def test_an_object_type_says_nothing_where_the_type_is_not_user_defined(self):
        assert reason(entity(predefinedType="SANDWICH"), wall(object_type="'SANDWICH'", predefined=".SHEAR.")) == "predefined_type"

    def test_the_predefined_type_of_the_type_comes_first(self):
        kind = typed(20, 10, f"IFCWALLTYPE('{guid(20)}',$,$,$,$,$,$,$,$,.PARAPET.)")
        assert reason(entity(predefinedType="PARAPET"), wall(predefined=".SHEAR."), *kind) is None
        assert reason(entity(predefinedType="SHEAR"), wall(predefined=".SHEAR."), *kind) == "predefined_type"

    def test_a_type_that_is_not_defined_leaves_it_to_the_occurrence(self):
        kind = typed(20, 10, f"IFCWALLTYPE('{guid(20)}',$,$,$,$,$,$,$,$,.NOTDEFINED.)")
        assert reason(entity(predefinedType="SHEAR"), wall(predefined=".SHEAR."), *kind) is None

    def test_an_air_terminal_of_ifc2x3_is_a_flow_terminal_whose_type_says_so(self):
        lines = (
            f"#10=IFCFLOWTERMINAL('{guid(10)}',$,$,$,$,$,$,$);",
            f"#11=IFCFLOWTERMINAL('{guid(11)}',$,$,$,$,$,$,$);",
            *typed(20, 10, f"IFCAIRTERMINALTYPE('{guid(20)}',$,$,$,$,$,$,$,$,.GRILLE.)"),
        )
        named = facet("attribute", name="GlobalId")
        assert outcome(named, lines=lines, schema="IFC2X3", applies=entity("IFCAIRTERMINAL")).applicable == 1
        assert outcome(named, lines=lines, schema="IFC2X3", applies=entity("IFCAIRTERMINAL", predefinedType="GRILLE")).applicable == 1
        assert outcome(named, lines=lines, schema="IFC2X3", applies=entity("IFCAIRTERMINAL", predefinedType="IRIS")).applicable == 0

    def test_an_element_meant_by_its_class_and_by_its_type_counts_once(self):
        lines = (
            f"#10=IFCFLOWTERMINAL('{guid(10)}',$,$,$,$,$,$,$);",
            *typed(20, 10, f"IFCAIRTERMINALTYPE('{guid(20)}',$,$,$,$,$,$,$,$,.GRILLE.)"),
        )
        both = entity("enumeration=IFCFLOWTERMINAL enumeration=IFCAIRTERMINAL")
        assert outcome(facet("attribute", name="GlobalId"), lines=lines, schema="IFC2X3", applies=both).applicable == 1


class TestAttribute:
    def test_must_hold_something(self):
        assert reason(facet("attribute", name="Name"), wall()) is None
        assert reason(facet("attribute", name="Name"), wall(name="$")) == "null_attribute"
        assert reason(facet("attribute", name="Name"), wall(name="''")) == "empty_attribute"

    def test_optional_may_be_missing_but_not_empty_or_another(self):
        asked = facet("attribute", OPTIONAL, name="Name", value="W")
        assert reason(asked, wall(name="$")) is None
        assert reason(asked, wall(name="''")) == "empty_attribute"
        assert reason(asked, wall(name="'V'")) == "value"

    def test_prohibited_with_a_value_may_hold_another(self):
        asked = facet("attribute", PROHIBITED, name="Name", value="W")
        assert [reason(asked, wall(name=name)) for name in ("$", "'V'", "'W'")] == [None, None, "prohibited"]

    def test_is_not_inherited_from_the_type(self):
        kind = typed(20, 10, f"IFCWALLTYPE('{guid(20)}',$,'T','given',$,$,$,$,$,.SHEAR.)")
        assert reason(facet("attribute", name="Description"), wall(), *kind) == "null_attribute"

    def test_that_is_inverse_or_unknown_is_never_met(self):
        assert reason(facet("attribute", name="IsDefinedBy"), wall()) == "no_attribute"
        assert reason(facet("attribute", name="Colour"), wall()) == "no_attribute"

    def test_of_a_length_is_compared_in_metres(self):
        window = f"#10=IFCWINDOW('{guid(10)}',$,$,$,$,$,$,$,1500.,900.,$,$,$);"  # the project is in mm
        assert reason(facet("attribute", name="OverallHeight", value="1.5"), window, applies=entity("IFCWINDOW")) is None
        assert reason(facet("attribute", name="OverallHeight", value="1500"), window, applies=entity("IFCWINDOW")) == "value"

    def test_zero_and_false_are_values(self):
        task = f"#10=IFCTASK('{guid(10)}',$,$,$,$,$,$,$,$,.F.,0,$,$);"
        assert reason(facet("attribute", name="IsMilestone"), task, applies=entity("IFCTASK")) is None
        assert reason(facet("attribute", name="Priority"), task, applies=entity("IFCTASK")) is None
        assert reason(facet("attribute", name="IsMilestone", value="false"), task, applies=entity("IFCTASK")) is None

    def test_an_unknown_logical_is_no_value(self):
        layer = "#10=IFCPRESENTATIONLAYERWITHSTYLE('L',$,(#9),$,.U.,.F.,.F.,());", "#9=IFCSHAPEREPRESENTATION($,$,$,());"
        asked = {
            name: reason(facet("attribute", name=name), *layer, applies=entity("IFCPRESENTATIONLAYERWITHSTYLE"))
            for name in ("LayerOn", "LayerFrozen", "LayerStyles")
        }
        assert asked == {"LayerOn": "null_attribute", "LayerFrozen": None, "LayerStyles": "empty_attribute"}

    def test_lists_and_objects_may_be_asked_for_but_have_no_value(self):
        point = "#10=IFCCARTESIANPOINT((1.,2.));"
        assert reason(facet("attribute", name="Coordinates"), point, applies=entity("IFCCARTESIANPOINT")) is None
        assert reason(facet("attribute", name="Coordinates", value="1"), point, applies=entity("IFCCARTESIANPOINT")) == "value"
        assert reason(facet("attribute", name="Dim"), point, applies=entity("IFCCARTESIANPOINT")) == "no_attribute"

    def test_by_a_pattern_of_names_is_met_where_one_holds_something_and_all_that_do_have_the_value(self):
        asked = facet("attribute", name="enumeration=Name enumeration=Description")
        valued = facet("attribute", name="enumeration=Name enumeration=Description", value="W")
        assert reason(asked, wall()) is None
        assert reason(valued, wall()) is None
        assert reason(valued, wall(description="'other'")) == "value"


class TestProperty:
    def asked(self, *attributes: str, type: str | None = "IFCLABEL", **values: str) -> str:
        data_type = [f'dataType="{type}"'] if type else []
        return facet("property", *data_type, *attributes, **({"propertySet": "Own", "baseName": "Grade"} | values))

    def test_must_stand_in_its_set_with_a_value(self):
        assert reason(self.asked(), wall()) == "no_set"
        assert reason(self.asked(), wall(), *pset(20, 10, "Own", single("Other", "IFCLABEL('C30')"))) == "no_property"
        assert reason(self.asked(), wall(), *pset(20, 10, "Own", single("Grade", "$"))) == "empty"
        assert reason(self.asked(), wall(), *pset(20, 10, "Own", single("Grade", "IFCLABEL('')"))) == "empty"
        assert reason(self.asked(), wall(), *pset(20, 10, "Own", single("Grade", "IFCLABEL('C30')"))) is None

    def test_must_have_its_data_type(self):
        assert reason(self.asked(), wall(), *pset(20, 10, "Own", single("Grade", "IFCTEXT('C30')"))) == "data_type"
        assert reason(self.asked(type=None), wall(), *pset(20, 10, "Own", single("Grade", "IFCTEXT('C30')"))) is None

    def test_false_is_a_value_and_an_unknown_logical_is_none(self):
        assert reason(self.asked(type="IFCBOOLEAN"), wall(), *pset(20, 10, "Own", single("Grade", "IFCBOOLEAN(.F.)"))) is None
        assert reason(self.asked(type="IFCLOGICAL"), wall(), *pset(20, 10, "Own", single("Grade", "IFCLOGICAL(.U.)"))) == "empty"

    def test_optional_may_be_missing_but_must_be_right_where_it_stands(self):
        asked = self.asked(OPTIONAL, value="C30")
        assert reason(asked, wall()) is None
        assert reason(asked, wall(), *pset(20, 10, "Own", single("Other", "IFCLABEL('C30')"))) is None
        assert reason(asked, wall(), *pset(20, 10, "Own", single("Grade", "IFCLABEL('C20')"))) == "value"
        assert reason(asked, wall(), *pset(20, 10, "Own", single("Grade", "$"))) == "empty"

    def test_prohibited_by_name_must_not_stand_there_even_without_a_value(self):
        asked = self.asked(PROHIBITED, type=None)
        assert reason(asked, wall()) is None
        assert reason(asked, wall(), *pset(20, 10, "Own", single("Grade", "$"))) == "prohibited"

    def test_is_inherited_from_the_type_and_overridden_one_by_one(self):
        kind = (
            f"#30=IFCWALLTYPE('{guid(30)}',$,$,$,$,(#32),$,$,$,.SHEAR.);",
            f"#31=IFCRELDEFINESBYTYPE('{guid(31)}',$,$,$,(#10),#30);",
            f"#32=IFCPROPERTYSET('{guid(32)}',$,'Own',$,(#33,#34));",
            "#33=IFCPROPERTYSINGLEVALUE('Grade',$,IFCLABEL('C20'),$);",
            "#34=IFCPROPERTYSINGLEVALUE('Cover',$,IFCLABEL('25'),$);",
        )
        own = pset(20, 10, "Own", single("Grade", "IFCLABEL('C30')"))
        assert reason(self.asked(value="C20"), wall(), *kind) is None
        assert reason(self.asked(value="C30"), wall(), *kind, *own) is None
        assert reason(self.asked(baseName="Cover", value="25"), wall(), *kind, *own) is None

    def test_every_set_that_matches_must_hold_it_and_every_property_that_matches_must_be_right(self):
        sets = (*pset(20, 10, "Own_A", single("Grade", "IFCLABEL('x')")), *pset(30, 10, "Own_B", single("Other", "IFCLABEL('x')")))
        assert reason(self.asked(propertySet="pattern=Own_.*"), wall(), *sets) == "no_property"
        two = pset(20, 10, "Own", single("Grade1", "IFCLABEL('x')"), single("Grade2", "IFCLABEL('y')"))
        assert reason(self.asked(baseName="pattern=Grade.", value="x"), wall(), *two) == "value"
        assert reason(self.asked(baseName="pattern=Grade.", value="enumeration=x enumeration=y"), wall(), *two) is None

    def test_any_value_of_a_list_a_bound_an_enumeration_or_a_table_is_enough(self):
        held = {
            "IFCPROPERTYLISTVALUE('Grade',$,(IFCLABEL('a'),IFCLABEL('b')),$)": "b",
            "IFCPROPERTYENUMERATEDVALUE('Grade',$,(IFCLABEL('a'),IFCLABEL('b')),$)": "b",
            "IFCPROPERTYTABLEVALUE('Grade',$,(IFCLABEL('a')),(IFCLENGTHMEASURE(5.)),$,$,$,$)": "a",
        }
        for line, wanted in held.items():
            assert reason(self.asked(value=wanted), wall(), *pset(20, 10, "Own", line)) is None
            assert reason(self.asked(value="c"), wall(), *pset(20, 10, "Own", line)) == "value"
        bounded = pset(
            20, 10, "Own", "IFCPROPERTYBOUNDEDVALUE('Grade',$,IFCLENGTHMEASURE(5000.),IFCLENGTHMEASURE(1000.),$,IFCLENGTHMEASURE(3000.))"
        )
        found = [reason(self.asked(type="IFCLENGTHMEASURE", value=text), wall(), *bounded) for text in ("5", "1", "3", "2")]
        assert found == [None, None, None, "value"]

    def test_complex_and_reference_properties_cannot_be_met(self):
        lines = pset(20, 10, "Own", "IFCCOMPLEXPROPERTY('Grade',$,'u',(#40))")
        assert reason(self.asked(), wall(), *lines, f"#40={single('Inner', '$')};") == "complex"

    def test_predefined_sets_are_sets_too(self):
        door = (
            f"#10=IFCDOOR('{guid(10)}',$,$,$,$,$,$,$,$,$,$,$,$);",
            f"#11=IFCDOORPANELPROPERTIES('{guid(11)}',$,'Panel',$,$,.SWINGING.,$,.LEFT.,$);",
            f"#12=IFCRELDEFINESBYPROPERTIES('{guid(12)}',$,$,$,(#10),#11);",
        )
        asked = self.asked(type="IFCDOORPANELOPERATIONENUM", propertySet="Panel", baseName="PanelOperation", value="SWINGING")
        assert reason(asked, *door, applies=entity("IFCDOOR")) is None

    def test_of_a_material_is_found_on_the_material(self):
        lines = (
            "#10=IFCMATERIAL('C30',$,$);",
            "#11=IFCMATERIALPROPERTIES('Own',$,(#12),#10);",
            "#12=IFCPROPERTYSINGLEVALUE('Grade',$,IFCLABEL('C30'),$);",
        )
        assert reason(self.asked(value="C30"), *lines, applies=entity("IFCMATERIAL")) is None


class TestUnits:
    def asked(self, type: str, wanted: str) -> str:
        return facet("property", f'dataType="{type}"', propertySet="Own", baseName="X", value=wanted)

    def met(self, type: str, wanted: str, held: str, unit: str = "$", *lines: str) -> bool:
        return reason(self.asked(type, wanted), wall(), *pset(20, 10, "Own", single("X", held, unit)), *lines) is None

    def test_of_the_project_turn_values_into_si(self):
        assert self.met("IFCLENGTHMEASURE", "2", "IFCLENGTHMEASURE(2000.)")
        assert self.met("IFCPOSITIVELENGTHMEASURE", "0.2", "IFCPOSITIVELENGTHMEASURE(200.)")
        assert not self.met("IFCLENGTHMEASURE", "2", "IFCLENGTHMEASURE(2.)")

    def test_of_a_property_come_before_those_of_the_project(self):
        assert self.met("IFCLENGTHMEASURE", "2", "IFCLENGTHMEASURE(2.)", "#40", "#40=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);")

    def test_of_areas_and_volumes_take_the_power_of_the_prefix(self):
        unit = "#40=IFCSIUNIT(*,.VOLUMEUNIT.,.MILLI.,.CUBIC_METRE.);"
        assert self.met("IFCVOLUMEMEASURE", "0.5", "IFCVOLUMEMEASURE(500000000.)", "#40", unit)

    def test_of_mass_are_kilograms(self):
        assert self.met("IFCMASSMEASURE", "25", "IFCMASSMEASURE(25.)")
        assert self.met("IFCMASSMEASURE", "0.025", "IFCMASSMEASURE(25.)", "#40", "#40=IFCSIUNIT(*,.MASSUNIT.,$,.GRAM.);")

    def test_that_are_derived_are_followed(self):
        lines = (
            "#40=IFCDERIVEDUNIT((#41,#42),.MASSDENSITYUNIT.,$);",
            "#41=IFCDERIVEDUNITELEMENT(#4,1);",  # kg
            "#42=IFCDERIVEDUNITELEMENT(#1,-3);",  # mm
        )
        assert self.met("IFCMASSDENSITYMEASURE", "2500", "IFCMASSDENSITYMEASURE(0.0000025)", "#40", *lines)  # 2.5e-6 kg/mm³

    @pytest.mark.parametrize(
        "unit",
        [
            "#40=IFCSIUNIT(*,.LENGTHUNIT.,'MILI',.METRE.);",
            "#40=IFCDERIVEDUNIT((#41),.USERDEFINED.,'x');\n#41=IFCDERIVEDUNITELEMENT(#40,1);",
            "#40=IFCDERIVEDUNIT((#41),.USERDEFINED.,'x');\n#41=IFCDERIVEDUNITELEMENT(#1,999);",
        ],
    )
    def test_that_cannot_be_converted_meet_no_value_but_are_there(self, unit):
        lines = (wall(), *pset(20, 10, "Own", single("X", "IFCLENGTHMEASURE(2.)", "#40")), unit)
        assert reason(self.asked("IFCLENGTHMEASURE", "2"), *lines) == "value"
        assert reason(facet("property", 'dataType="IFCLENGTHMEASURE"', propertySet="Own", baseName="X"), *lines) is None

    def test_of_money_stay_as_they_are(self):
        assert self.met("IFCMONETARYMEASURE", "20", "IFCMONETARYMEASURE(20.)", "#40", "#40=IFCMONETARYUNIT('CNY');")

    def test_made_of_units_made_of_units_are_followed_once_each(self):
        lines, base = ["#39=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);"], 1  # mm
        for first in range(1000, 2200, 100):  # twelve floors, the one below eight times: 8¹² ways down
            lines += [f"#{first + at}=IFCDERIVEDUNITELEMENT(#{base},{1 if at == 1 else 0});" for at in range(1, 9)]
            lines.append(f"#{first}=IFCDERIVEDUNIT(({','.join(f'#{first + at}' for at in range(1, 9))}),.USERDEFINED.,'x');")
            lines.append(f"#{first + 20}=IFCMEASUREWITHUNIT(IFCREAL(2.),#{first});")
            base = first + 21
            lines.append(f"#{base}=IFCCONVERSIONBASEDUNIT(#39,.LENGTHUNIT.,'y',#{first + 20});")
        assert self.met("IFCLENGTHMEASURE", "4.096", "IFCLENGTHMEASURE(1.)", f"#{base}", *lines)  # 2¹² mm

    def test_of_angle_and_temperature_are_radian_and_kelvin(self):
        degree = (
            "#40=IFCCONVERSIONBASEDUNIT(#41,.PLANEANGLEUNIT.,'DEGREE',#42);",
            "#41=IFCDIMENSIONALEXPONENTS(0,0,0,0,0,0,0);",
            "#42=IFCMEASUREWITHUNIT(IFCPLANEANGLEMEASURE(0.0174532925199433),#43);",
            "#43=IFCSIUNIT(*,.PLANEANGLEUNIT.,$,.RADIAN.);",
        )
        assert self.met("IFCPLANEANGLEMEASURE", "3.14159265", "IFCPLANEANGLEMEASURE(180.)", "#40", *degree)
        celsius = "#40=IFCSIUNIT(*,.THERMODYNAMICTEMPERATUREUNIT.,$,.DEGREE_CELSIUS.);"
        assert self.met("IFCTHERMODYNAMICTEMPERATUREMEASURE", "293.15", "IFCTHERMODYNAMICTEMPERATUREMEASURE(20.)", "#40", celsius)

    def test_of_quantities_are_turned_too_and_their_measure_is_their_data_type(self):
        lines = (
            f"#20=IFCELEMENTQUANTITY('{guid(20)}',$,'Own',$,$,(#22));",
            f"#21=IFCRELDEFINESBYPROPERTIES('{guid(21)}',$,$,$,(#10),#20);",
            "#22=IFCQUANTITYLENGTH('X',$,$,2500.,$);",
        )
        assert reason(self.asked("IFCLENGTHMEASURE", "2.5"), wall(), *lines) is None
        assert reason(self.asked("IFCAREAMEASURE", "2.5"), wall(), *lines) == "data_type"


class TestMaterial:
    def with_material(self, *lines: str) -> tuple[str, ...]:
        return (wall(), f"#20=IFCRELASSOCIATESMATERIAL('{guid(20)}',$,$,$,(#10),#21);", *lines)

    def test_is_any_name_or_category_in_a_set_of_layers(self):
        lines = self.with_material(
            "#21=IFCMATERIALLAYERSETUSAGE(#22,.AXIS2.,.POSITIVE.,0.,$);",
            "#22=IFCMATERIALLAYERSET((#23,#24),'EW1',$);",
            "#23=IFCMATERIALLAYER(#25,200.,$,'core',$,'LoadBearing',$);",
            "#24=IFCMATERIALLAYER($,50.,$,$,$,$,$);",
            "#25=IFCMATERIAL('C30',$,'concrete');",
        )
        found = {text: reason(facet("material", value=text), *lines) for text in ("EW1", "core", "LoadBearing", "C30", "concrete", "steel")}
        assert found == dict.fromkeys(("EW1", "core", "LoadBearing", "C30", "concrete")) | {"steel": "material"}

    def test_of_the_type_holds_where_the_occurrence_has_none(self):
        lines = (
            wall(),
            *typed(30, 10, f"IFCWALLTYPE('{guid(30)}',$,$,$,$,$,$,$,$,.SHEAR.)"),
            f"#20=IFCRELASSOCIATESMATERIAL('{guid(20)}',$,$,$,(#30),#21);",
            "#21=IFCMATERIAL('C30',$,$);",
        )
        assert reason(facet("material", value="C30"), *lines) is None

    def test_optional_may_be_missing_and_prohibited_must(self):
        lines = self.with_material("#21=IFCMATERIAL('C30',$,$);")
        assert reason(facet("material", OPTIONAL, value="C40"), wall()) is None
        assert reason(facet("material", OPTIONAL, value="C40"), *lines) == "material"
        assert reason(facet("material", PROHIBITED), wall()) is None
        assert reason(facet("material", PROHIBITED), *lines) == "prohibited"
        assert reason(facet("material"), wall()) == "no_material"


class TestClassification:
    LINES = (
        wall(),
        "#20=IFCCLASSIFICATION($,$,$,'GB/T 51269',$,$,$);",
        "#21=IFCCLASSIFICATIONREFERENCE($,'30-01.10',$,#22,$,$);",
        "#22=IFCCLASSIFICATIONREFERENCE($,'30-01',$,#20,$,$);",
        f"#23=IFCRELASSOCIATESCLASSIFICATION('{guid(23)}',$,$,$,(#10),#21);",
        "#24=IFCCLASSIFICATION($,$,$,'Own',$,$,$);",
        "#25=IFCCLASSIFICATIONREFERENCE($,'X',$,#24,$,$);",
        f"#26=IFCRELASSOCIATESCLASSIFICATION('{guid(26)}',$,$,$,(#10),#25);",
    )

    def test_a_code_also_matches_by_those_above_it(self):
        assert reason(facet("classification", value="30-01", system="GB/T 51269"), *self.LINES) is None

    def test_code_and_system_must_be_of_the_same_classification(self):
        assert reason(facet("classification", value="X", system="GB/T 51269"), *self.LINES) == "code"
        assert reason(facet("classification", value="X", system="Own"), *self.LINES) is None
        assert reason(facet("classification", system="Uniclass"), *self.LINES) == "system"

    def test_optional_wants_one_that_matches_where_there_is_any(self):
        asked = facet("classification", OPTIONAL, value="Y", system="Own")
        assert reason(asked, wall()) is None
        assert reason(asked, *self.LINES) == "code"

    def test_the_type_is_asked_for_systems_the_occurrence_lacks(self):
        lines = (
            wall(),
            *typed(30, 10, f"IFCWALLTYPE('{guid(30)}',$,$,$,$,$,$,$,$,.SHEAR.)"),
            "#20=IFCCLASSIFICATION($,$,$,'A',$,$,$);",
            "#21=IFCCLASSIFICATION($,$,$,'B',$,$,$);",
            "#22=IFCCLASSIFICATIONREFERENCE($,'1',$,#20,$,$);",
            "#23=IFCCLASSIFICATIONREFERENCE($,'2',$,#20,$,$);",
            "#24=IFCCLASSIFICATIONREFERENCE($,'3',$,#21,$,$);",
            f"#25=IFCRELASSOCIATESCLASSIFICATION('{guid(25)}',$,$,$,(#10),#22);",
            f"#26=IFCRELASSOCIATESCLASSIFICATION('{guid(26)}',$,$,$,(#30),#23);",
            f"#27=IFCRELASSOCIATESCLASSIFICATION('{guid(27)}',$,$,$,(#30),#24);",
        )
        found = {text: reason(facet("classification", value=text, system="pattern=."), *lines) for text in "123"}
        assert found == {"1": None, "2": "code", "3": None}

    def test_a_material_may_be_classified_in_ifc4(self):
        lines = (
            *self.LINES[1:3],
            "#22=IFCCLASSIFICATIONREFERENCE($,'30-01',$,#20,$,$);",
            "#10=IFCMATERIAL('C30',$,$);",
            "#23=IFCEXTERNALREFERENCERELATIONSHIP($,$,#21,(#10));",
        )
        assert reason(facet("classification", value="30-01.10", system="GB/T 51269"), *lines, applies=entity("IFCMATERIAL")) is None


class TestPartOf:
    LINES = (
        f"#10=IFCBEAM('{guid(10)}',$,$,$,$,$,$,$,$);",
        f"#11=IFCELEMENTASSEMBLY('{guid(11)}',$,$,$,'FRAME',$,$,$,$,.USERDEFINED.);",
        f"#12=IFCRELAGGREGATES('{guid(12)}',$,$,$,#11,(#10));",
        f"#13=IFCBUILDINGSTOREY('{guid(13)}',$,$,$,$,$,$,$,$,0.);",
        f"#14=IFCRELCONTAINEDINSPATIALSTRUCTURE('{guid(14)}',$,$,$,(#11),#13);",
        f"#15=IFCBUILDING('{guid(15)}',$,$,$,$,$,$,$,$,$,$,$);",
        f"#16=IFCRELAGGREGATES('{guid(16)}',$,$,$,#15,(#13));",
        f"#17=IFCZONE('{guid(17)}',$,'Z1',$,$,$);",
        f"#18=IFCSYSTEM('{guid(18)}',$,'S1',$,$);",
        f"#19=IFCRELASSIGNSTOGROUP('{guid(19)}',$,$,$,(#10),$,#17);",
        f"#20=IFCRELASSIGNSTOGROUP('{guid(20)}',$,$,$,(#10),$,#18);",
        f"#21=IFCGROUP('{guid(21)}',$,'G',$,$);",
        f"#22=IFCRELASSIGNSTOGROUP('{guid(22)}',$,$,$,(#18),$,#21);",
    )

    def found(self, name: str, relation: str | None = None, **values: str) -> str | None:
        attributes = [f'relation="{relation}"'] if relation else []
        return reason(facet("partOf", *attributes, name=name, **values), *self.LINES, applies=entity("IFCBEAM"))

    def test_without_a_relation_leads_over_all_of_them(self):
        assert self.found("IFCBUILDING") is None  # aggregated, contained, aggregated
        assert self.found("IFCSITE") == "whole"

    def test_with_a_relation_leads_over_that_one_alone(self):
        assert self.found("IFCBUILDINGSTOREY", "IFCRELAGGREGATES") == "whole"
        assert self.found("IFCBUILDINGSTOREY", "IFCRELCONTAINEDINSPATIALSTRUCTURE") == "no_whole"
        assert self.found("IFCELEMENTASSEMBLY", "IFCRELAGGREGATES") is None

    def test_looks_at_every_group_and_at_groups_of_groups(self):
        assert [self.found(name, "IFCRELASSIGNSTOGROUP") for name in ("IFCZONE", "IFCSYSTEM", "IFCGROUP")] == [None, None, None]

    def test_looks_at_the_predefined_type_of_the_whole(self):
        assert self.found("IFCELEMENTASSEMBLY", predefinedType="FRAME") is None
        assert self.found("IFCELEMENTASSEMBLY", predefinedType="TRUSS") == "whole_type"

    def test_a_door_is_part_of_the_wall_whose_opening_it_fills(self):
        lines = (
            f"#10=IFCDOOR('{guid(10)}',$,$,$,$,$,$,$,$,$,$,$,$);",
            wall(11),
            f"#12=IFCOPENINGELEMENT('{guid(12)}',$,$,$,$,$,$,$,$);",
            f"#13=IFCRELVOIDSELEMENT('{guid(13)}',$,$,$,#11,#12);",
            f"#14=IFCRELFILLSELEMENT('{guid(14)}',$,$,$,#12,#10);",
        )
        for relation in (['relation="IFCRELVOIDSELEMENT IFCRELFILLSELEMENT"'], []):
            assert reason(facet("partOf", *relation, name="IFCWALL"), *lines, applies=entity("IFCDOOR")) is None
            assert reason(facet("partOf", *relation, name="IFCSLAB"), *lines, applies=entity("IFCDOOR")) == "whole"

    def test_a_circle_of_wholes_ends(self):
        lines = (
            f"#10=IFCBEAM('{guid(10)}',$,$,$,$,$,$,$,$);",
            f"#11=IFCSLAB('{guid(11)}',$,$,$,$,$,$,$,$);",
            f"#12=IFCRELAGGREGATES('{guid(12)}',$,$,$,#11,(#10));",
            f"#13=IFCRELAGGREGATES('{guid(13)}',$,$,$,#10,(#11));",
        )
        assert reason(facet("partOf", name="IFCWALL"), *lines, applies=entity("IFCBEAM")) == "whole"

    def test_prohibited_must_not_be(self):
        asked = facet("partOf", PROHIBITED, name="IFCELEMENTASSEMBLY")
        assert reason(asked, *self.LINES, applies=entity("IFCBEAM")) == "prohibited"
