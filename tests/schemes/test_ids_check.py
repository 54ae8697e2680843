"""What becomes of a specification in a model: met, not met, not applicable, and nothing dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("ifctester", reason="the [bim] extra is not installed")

import ifctester.ids
import jsonschema

from qingzhu.schemes.ids_audit import counts
from qingzhu.schemes.ids_check import check
from qingzhu.schemes.ids_results import CheckedModel, check_result
from qingzhu.terms.readings import Remark
from tests.collectors.model_makers import guid
from tests.schemes.ids_making import HEAD, TAIL, entity, facet, ids, model, outcome, pset, single, specification, wall

NAMED = facet("attribute", name="Name")
REQUIRED, OPTIONAL, PROHIBITED = 'minOccurs="1" maxOccurs="unbounded"', 'minOccurs="0" maxOccurs="unbounded"', 'minOccurs="0" maxOccurs="0"'


class TestASpecification:
    @pytest.mark.parametrize(("occurs", "wanted"), [(REQUIRED, "not_met"), (OPTIONAL, "not_applicable"), (PROHIBITED, "met")])
    def test_that_applies_to_nothing_fails_where_it_is_required_only(self, occurs, wanted):
        assert outcome(NAMED, lines=(), occurs=occurs).outcome == wanted

    @pytest.mark.parametrize(("occurs", "wanted"), [(REQUIRED, "met"), (OPTIONAL, "met"), (PROHIBITED, "not_met")])
    def test_that_applies_to_something_fails_where_it_is_prohibited(self, occurs, wanted):
        assert outcome(NAMED, lines=(wall(),), occurs=occurs).outcome == wanted

    def test_is_required_where_no_occurrence_is_stated(self):
        assert outcome(NAMED, lines=(), occurs='maxOccurs="unbounded"').outcome == "not_met"

    def test_is_met_only_by_elements_that_meet_every_requirement(self):
        found = outcome(NAMED, facet("attribute", name="Description"), lines=(wall(10), wall(11, description="'d'"), wall(12, name="$")))
        assert (found.outcome, found.applicable, found.passed, found.failed) == ("not_met", 3, 1, 2)
        assert [(each.passed, len(each.failures)) for each in found.requirements] == [(2, 1), (1, 2)]

    def test_names_every_element_that_fails(self):
        found = outcome(NAMED, lines=tuple(wall(10 + number, name="$") for number in range(300)))
        assert [each.global_id for each in found.requirements[0].failures] == [guid(10 + number) for number in range(300)]

    def test_is_checked_in_models_of_other_versions_too_and_says_so(self):
        found = outcome(NAMED, lines=(wall(),), versions="IFC2X3")
        assert (found.outcome, found.other_version) == ("met", True)

    def test_takes_all_its_conditions_together(self):
        external = facet("property", propertySet="Own", baseName="Outside", value="true")
        lines = (
            wall(10),
            wall(11),
            *pset(20, 10, "Own", single("Outside", "IFCBOOLEAN(.T.)")),
            *pset(30, 11, "Own", single("Outside", "IFCBOOLEAN(.F.)")),
        )
        assert outcome(NAMED, lines=lines, applies=entity() + external).applicable == 1

    def test_without_a_class_applies_to_whatever_can_hold_the_rest(self):
        lines = (wall(10, name="'A'"), f"#11=IFCSLAB('{guid(11)}',$,'A',$,$,$,$,$,$);", "#12=IFCMATERIAL('A',$,$);", wall(13))
        assert outcome(NAMED, lines=lines, applies=facet("attribute", name="Name", value="A")).applicable == 3
        lines = (wall(10), *pset(20, 10, "Own", single("X", "IFCLABEL('x')")))
        assert outcome(NAMED, lines=lines, applies=facet("property", propertySet="Own", baseName="X")).applicable == 1

    def test_may_name_its_classes_by_a_pattern(self):
        lines = (wall(10), f"#11=IFCWALLSTANDARDCASE('{guid(11)}',$,'A',$,$,$,$,$,$);", f"#12=IFCSLAB('{guid(12)}',$,'A',$,$,$,$,$,$);")
        assert outcome(NAMED, lines=lines, applies=entity("pattern=IFCWALL.*")).applicable == 2


class TestTheResult:
    def result(self, *lines: str) -> dict:
        held = model(*lines)
        found = check(ids(specification(NAMED), specification(occurs=PROHIBITED, applies=entity("IFCDOOR"))), held)
        return check_result(ids(specification(NAMED)), [CheckedModel("a.ifc", {"schema": "IFC4"}, [], found)], {})

    def test_is_met_where_every_model_meets_it(self):
        assert self.result(wall())["outcome"] == "met"
        assert self.result(wall(name="$"))["outcome"] == "not_met"

    def test_gives_each_failure_its_reason_in_both_languages(self):
        (failure,) = self.result(wall(name="$"))["models"][0]["specifications"][0]["requirements"][0]["failures"]
        assert failure["reason"] == {"zh": "直接属性未填写", "en": "the attribute is not given"}
        assert (failure["global_id"], failure["step_id"], failure["ifc_class"]) == (guid(10), 10, "IfcWall")

    def test_lists_what_must_not_be_there(self):
        door = f"#10=IFCDOOR('{guid(10)}',$,'D',$,$,$,$,$,$,$,$,$,$);"
        told = self.result(wall(11), door)["models"][0]["specifications"][1]
        assert [each["global_id"] for each in told["unwanted"]] == [guid(10)]

    def test_a_model_that_could_not_be_read_is_never_met(self):
        result = check_result(ids(specification(NAMED)), [CheckedModel("a.ifc", {}, [], None)], {})
        assert (result["outcome"], result["models"][0]["outcome"]) == ("not_met", "unread")

    def test_has_the_shape_that_the_schema_fixes(self):
        schema = json.loads((Path(__file__).parents[2] / "docs/spec/ids.schema.json").read_text("utf-8"))
        read = ids(specification(NAMED))
        unread = CheckedModel("b.ifc", {}, [Remark("refused", "model_empty", "空", "empty")], None)
        found = check_result(read, [CheckedModel("a.ifc", {"schema": "IFC4"}, [], check(read, model(wall(name="$")))), unread], counts([]))
        jsonschema.validate(found, schema)

    def test_counts_agree_with_what_is_listed(self):
        told = self.result(wall(10, name="$"), wall(11))["models"][0]["specifications"][0]
        assert (told["applicable"], told["passed"], told["failed"]) == (2, 1, 1)
        assert told["requirements"][0]["failed"] == len(told["requirements"][0]["failures"]) == 1


def asked(text: str) -> tuple[bool, list[str]]:
    """What ifctester says of one specification: met, and the elements that fail."""
    read = ifctester.ids.from_string(HEAD + text + TAIL)
    held = model(*LINES)
    read.validate(held)
    (found,) = read.specifications
    return bool(found.status), sorted({failure["element"].GlobalId for each in found.requirements for failure in each.failures})


LINES = (
    wall(10),
    wall(11, name="$"),
    wall(12, predefined=".SHEAR."),
    *pset(20, 10, "Own", single("Grade", "IFCLABEL('C30')"), single("Outside", "IFCBOOLEAN(.T.)"), single("Count", "IFCINTEGER(3)")),
    *pset(30, 12, "Own", single("Grade", "IFCLABEL('C20')"), single("Cover", "IFCLENGTHMEASURE(25.)")),
    f"#40=IFCRELASSOCIATESMATERIAL('{guid(40)}',$,$,$,(#10,#12),#41);",
    "#41=IFCMATERIAL('Concrete',$,$);",
)
ALIKE = [
    NAMED,
    entity(predefinedType="SHEAR"),
    facet("attribute", name="Name", value="pattern=W.*"),
    facet("property", 'dataType="IFCLABEL"', propertySet="Own", baseName="Grade"),
    facet("property", 'dataType="IFCLABEL"', propertySet="Own", baseName="Grade", value="enumeration=C30 enumeration=C40"),
    facet("property", 'dataType="IFCBOOLEAN"', propertySet="Own", baseName="Outside", value="true"),
    facet("property", 'dataType="IFCINTEGER"', propertySet="Own", baseName="Count", value="3"),
    facet("property", 'dataType="IFCLENGTHMEASURE"', propertySet="Own", baseName="Cover", value="minInclusive=0.02", base="double"),
    facet("material", value="Concrete"),
    facet("material", 'cardinality="prohibited"'),
    facet("classification", system="Uniclass"),
    facet("partOf", name="IFCBUILDINGSTOREY"),
]


class TestIfctesterAgrees:
    @pytest.mark.parametrize("requirement", ALIKE)
    def test_where_it_follows_the_documentation(self, requirement):
        text = specification(requirement)
        (found,) = check(ids(text), model(*LINES))
        ours = sorted({failure.global_id for each in found.requirements for failure in each.failures})
        assert (found.outcome == "met", ours) == asked(text)


class TestABrokenModel:
    BROKEN = "#11=IFCRELDEFINESBYPROPERTIES('0000000000000000000011',$,$,$,(#10),(1.,2.));"

    def test_gives_its_elements_the_reason_that_they_cannot_be_checked(self):
        asked = facet("property", propertySet="Own", baseName="X")
        found = outcome(asked, NAMED, lines=(wall(10), self.BROKEN, wall(20)))
        assert [failure.reason.code for failure in found.requirements[0].failures] == ["broken", "no_set"]
        assert found.requirements[1].met

    def test_is_never_met_by_what_cannot_be_read_even_where_it_is_prohibited(self):
        asked = facet("property", 'cardinality="prohibited"', propertySet="Own", baseName="X")
        assert outcome(asked, lines=(wall(10), self.BROKEN)).outcome == "not_met"

    def test_says_of_how_many_elements_it_is_not_known_whether_they_are_meant(self):
        meant = entity() + facet("property", propertySet="Own", baseName="X")
        found = outcome(NAMED, lines=(wall(10), self.BROKEN, wall(20)), applies=meant)
        assert (found.applicable, found.broken) == (0, 1)

    def test_with_a_unit_that_is_none_is_checked_all_the_same(self):
        lines = (wall(10), *pset(20, 10, "Own", single("X", "IFCLENGTHMEASURE(2.)", "#10")))
        asked = facet("property", 'dataType="IFCLENGTHMEASURE"', propertySet="Own", baseName="X")
        assert outcome(asked, lines=lines).outcome == "met"
