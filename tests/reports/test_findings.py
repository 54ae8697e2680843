"""Findings about models: which groups they are, what they say, and that the same finding is the same topic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl

from qingzhu.reports.findings import Finding, findings, topics
from qingzhu.reports.snapshots import Scene
from qingzhu.terms.readings import Remark
from qingzhu.terms.topics import TopicModel
from tests.reports.bodies import box

ELEMENT: dict[str, Any] = {
    "model": "a.ifc",
    "global_id": "A",
    "ifc_class": "IfcWall",
    "type_name": "外墙 200",
    "materials": '["混凝土"]',
    "storey": "1F",
    "role": "bearing_wall",
    "gbt51129": "vertical",
    "mapped": True,
    "counted": True,
    "volume": 2.0,
    "area": 10.0,
    "length": 5.0,
    "impossible": 0,
}
TYPES = {"role": pl.String, "gbt51129": pl.String, "storey": pl.String, "volume": pl.Float64, "area": pl.Float64, "length": pl.Float64}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def elements(*changed: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**ELEMENT, **change} for change in changed], schema_overrides=TYPES)


def said(found: list[Finding], lang: str = "en") -> list[str]:
    return [finding.words("title", lang) for finding in found]


class TestAnElement:
    def test_of_which_all_is_known_is_no_finding(self):
        assert findings(elements({})) == []

    def test_that_nobody_mapped_is_found_with_those_alike(self):
        rows = elements(
            {"global_id": "B", "role": None, "gbt51129": None, "mapped": False},
            {"global_id": "A", "role": None, "gbt51129": None, "mapped": False},
            {"global_id": "C", "role": None, "gbt51129": None, "mapped": False, "materials": "[]", "volume": 9.0},
        )
        found = findings(rows)
        assert [(finding.kind, finding.elements) for finding in found] == [("unmapped", ("C",)), ("unmapped", ("A", "B"))]
        assert said(found)[1] == "Not mapped: IfcWall “外墙 200” (混凝土) 4.0 m³, 2 elements"
        assert said(found, "zh")[1] == "未映射：IfcWall “外墙 200” (混凝土) 4.0 m³，2 个"

    def test_with_a_role_but_no_construction_is_another_finding(self):
        assert [finding.kind for finding in findings(elements({"mapped": False}))] == ["construction_unknown"]

    def test_that_counts_in_no_ratio_is_asked_for_nothing(self):
        rows = elements({"role": "door", "gbt51129": "none", "mapped": False, "volume": None, "area": None, "length": None, "storey": None})
        assert findings(rows) == []

    def test_that_does_not_count_is_asked_for_no_mapping(self):
        assert findings(elements({"counted": False, "mapped": False, "role": None, "gbt51129": None})) == []

    def test_with_quantities_that_cannot_be_is_found_whatever_it_is(self):
        assert [finding.kind for finding in findings(elements({"impossible": 2, "gbt51129": "none"}))] == ["impossible"]

    def test_without_quantity_or_storey_is_found_for_each(self):
        rows = elements({"volume": None, "area": None, "length": None, "storey": None})
        assert [finding.kind for finding in findings(rows)] == ["without_quantity", "without_storey"]


class TestAComponent:
    ROWS = pl.DataFrame(
        [
            {"global_id": "A", "size": 2.95, "conforms": False, "component": True},
            {"global_id": "B", "size": 2.97, "conforms": False, "component": True},
            {"global_id": "C", "size": 3.0, "conforms": True, "component": True},
            {"global_id": "D", "size": 2.95, "conforms": False, "component": None},
            {"global_id": "E", "size": None, "conforms": None, "component": True},
        ]
    ).with_columns(model=pl.lit("a.ifc"), component_kind=pl.lit("wall"), dimension=pl.lit("length"), module=pl.lit("M"), volume=pl.lit(1.0))

    def test_off_its_module_is_found_with_the_sizes_and_one_of_unknown_size_is_not(self):
        (found,) = findings(elements({}), dimensions=self.ROWS)
        assert (found.kind, found.elements) == ("off_module", ("A", "B"))
        assert found.words("text", "en").startswith("Sizes found: 2.95, 2.97 m.")
        assert found.words("title", "zh") == "不合模数：墙的长，应为 M 的倍数，2 个"


class TestAMaterial:
    def test_without_carbon_is_found_with_the_reason(self):
        rows = pl.DataFrame(
            {
                "model": ["a.ifc"] * 3,
                "global_id": ["A", "A", "B"],
                "material": ["泡沫", "泡沫", "钢"],
                "why": ["no_factor", "no_factor", None],
                "volume": [1.0, 1.0, 1.0],
            }
        )
        (found,) = findings(elements({}), carbon=rows)
        assert (found.elements, found.facts["count"]) == (("A",), 1)
        assert found.words("title", "en") == "Without carbon: material “泡沫”, there is no factor for this material, 1 element"


class TestARemark:
    def test_of_doubt_is_a_finding_without_elements_and_a_note_is_none(self):
        doubt, note = (Remark(level, "code", "存疑", "in doubt") for level in ("doubt", "note"))
        assert said(findings(elements({}), [("a.ifc", doubt), ("a.ifc", note)])) == ["Reading: in doubt"]


class TestATopic:
    FOUND = findings(elements({"global_id": "A", "mapped": False}, {"global_id": "B", "mapped": False, "type_name": "内墙"}))
    SCENE = Scene.of([box("A"), box("B", (5, 0, 0), (6, 1, 1))])

    def made(self, lang: str = "en", most: int = 50) -> list[Any]:
        return topics(self.FOUND, self.SCENE, {"a.ifc": TopicModel("塔楼.ifc")}, date=NOW, author="甲", lang=lang, most=most)

    def test_has_the_elements_of_its_finding_in_a_viewpoint_with_a_picture(self):
        first = self.made()[0]
        assert (first.components, first.viewpoints[0].snapshot[:4], first.models[0].name) == (("B",), b"\x89PNG", "塔楼.ifc")

    def test_has_the_same_id_every_time_and_in_both_languages(self):
        assert [topic.guid for topic in self.made("zh")] == [topic.guid for topic in self.made("en")]
        assert len({topic.guid for topic in self.made()}) == 2

    def test_is_one_of_the_largest_of_its_kind(self):
        assert len(self.made(most=1)) == 1

    def test_says_where_it_selects_fewer_elements_than_it_means(self):
        many = Finding("unmapped", "a.ifc", {"group": "g", "count": 1001}, tuple(str(n) for n in range(1001)), ("g",))
        (topic,) = topics([many], self.SCENE, {}, date=NOW, author="甲", lang="en")
        assert (len(topic.components), "first 1000" in topic.description) == (1000, True)
