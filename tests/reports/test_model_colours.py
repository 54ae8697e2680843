"""What elements are coloured by: their spec in one text, and carbon that is known whole."""

from __future__ import annotations

import polars as pl

from qingzhu.reports.model_colours import carbon, specs


def component(id: str, **changed: object) -> dict[str, object]:
    known = {"model": "a.ifc", "global_id": id, "project": "P", "building": "B", "component_kind": "wall", "role": "bearing_wall"}
    sides = {"length": 3.0, "width": 0.2, "height": 2.8, "length_class": 1, "width_class": 1, "height_class": 1}
    return {**known, "type_name": "WQ1", "material_key": "concrete", "marks": "", "known": True, **sides, **changed}


def told(*rows: dict[str, object]) -> list[tuple[str, str]]:
    return specs(pl.DataFrame(list(rows), schema_overrides={"width": pl.Float64})).select("global_id", "spec").rows()


class TestASpec:
    def test_is_one_text_for_components_within_its_tolerance(self):
        assert told(component("A"), component("B", length=3.004)) == [
            ("A", "WQ1 concrete 3.0 × 0.2 × 2.8 m"),
            ("B", "WQ1 concrete 3.0 × 0.2 × 2.8 m"),
        ]

    def test_is_another_for_another_size_or_mark(self):
        texts = [spec for _, spec in told(component("A"), component("B", width=0.25, width_class=2), component("C", marks="rebar=8@200"))]
        assert texts == ["WQ1 concrete 3.0 × 0.2 × 2.8 m", "WQ1 concrete 3.0 × 0.25 × 2.8 m", "WQ1 concrete 3.0 × 0.2 × 2.8 m rebar=8@200"]

    def test_without_type_name_has_the_name_of_its_role_and_without_a_side_leaves_it_out(self):
        assert told(component("A", type_name="", width=None)) == [("A", "bearing_wall concrete 3.0 × 2.8 m")]

    def test_that_is_not_known_is_none(self):
        assert told(component("A"), component("B", known=False)) == [("A", "WQ1 concrete 3.0 × 0.2 × 2.8 m")]


class TestCarbon:
    def test_of_an_element_is_the_sum_of_its_materials_and_unknown_where_one_is(self):
        rows = pl.DataFrame({"model": ["a"] * 4, "global_id": ["A", "A", "B", "B"], "carbon": [1.0, 2.0, 3.0, None]})
        assert carbon(rows).select("global_id", "carbon").rows() == [("A", 3.0), ("B", None)]
