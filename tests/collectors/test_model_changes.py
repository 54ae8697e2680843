"""Two revisions of a model whose differences are known by construction, read and compared."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingzhu.collectors.model_changes import SCHEMAS, changes
from qingzhu.collectors.model_files import MODEL_LIMITS, model_text
from qingzhu.collectors.model_pairs import SameNumber
from qingzhu.collectors.models import read_model
from tests.collectors.model_makers import Model

SAME = SameNumber(relative=1e-6, near_zero=1e-12)
KNOWN = ("NetVolume",)
MATERIALS = {
    "model": pl.String, "global_id": pl.String, "place": pl.Int64, "category": pl.String, "thickness": pl.Float64, "share": pl.Float64,
}  # fmt: skip


def compared(tmp_path: Path, old: Model | str | Path, new: Model | str | Path) -> dict[str, pl.DataFrame]:
    """Both revisions read, and their changes."""
    tables = []
    for name, model in (("old.ifc", old), ("new.ifc", new)):
        path = model
        if not isinstance(model, Path):
            path = tmp_path / name
            path.write_text(model.text() if isinstance(model, Model) else model, "latin-1")
        tables.append(read_model(path, f"models/{name}", "P", KNOWN).tables)
    return changes(tables[0], tables[1], SAME)


def said(tables: dict[str, pl.DataFrame], table: str, *columns: str) -> list[tuple]:
    return tables[table].select(columns).rows()


def nothing(tables: dict[str, pl.DataFrame]) -> bool:
    return all(tables[name].is_empty() for name in SCHEMAS if name not in ("repeated_global_id", "element_pair"))


def revisions() -> tuple[Model, Model]:
    """The first: A to G on the first floor. The second: A gone, H new, and each of the others changed in one way."""
    old, new = Model(), Model(first=5000)
    for id in "BCDEFG":
        old.element(id * 22, id, **before(id))
        new.element("Z" * 22 if id == "G" else id * 22, id, **after(id))
    old.element("A" * 22, "A", volume=9.0)
    new.element("H" * 22, "H", volume=8.0)
    return old, new


def before(id: str) -> dict:
    held = {"volume": 1.0, "tag": f"t{id}"}
    return {
        "B": {**held, "type": "200 mm"},
        "C": {**held, "volume": 1.2},
        "D": held,
        "E": {**held, "type": "T", "type_properties": {"Fire": "IFCLABEL('60')"}, "properties": {"Zone": "IFCLABEL('A')"}},
        "F": {**held, "material": "C30 cast"},
        "G": {**held, "properties": {"Load": "IFCBOOLEAN(.T.)"}},
    }[id]


def after(id: str) -> dict:
    held = before(id)
    return {
        "B": {**held, "type": "250 mm"},
        "C": {**held, "volume": 1.5},
        "D": {**held, "storey": 11},
        "E": {**held, "properties": {"Fire": "IFCLABEL('90')"}},
        "F": {**held, "material": "C30 precast"},
        "G": {**held, "properties": {"Load": "IFCBOOLEAN(.F.)"}},
    }[id]


class TestTwoRevisions:
    def test_every_change_is_named_once(self, tmp_path):
        tables = compared(tmp_path, *revisions())
        assert said(tables, "element_change", "change", "name", "attributes", "properties", "quantities") == [
            ("changed", "B", 1, 0, 0),
            ("changed", "C", 0, 0, 1),
            ("changed", "D", 2, 0, 0),
            ("changed", "E", 0, 2, 0),
            ("changed", "F", 1, 0, 0),
            ("re_identified", "G", 0, 1, 0),
            ("added", "H", None, None, None),
            ("removed", "A", None, None, None),
        ]
        assert said(tables, "attribute_change", "global_id", "attribute", "old_value", "new_value") == [
            ("B" * 22, "type_name", "200 mm", "250 mm"),
            ("D" * 22, "storey", "1F", "2F"),
            ("D" * 22, "storey_elevation", "0.0", "3.6"),
            ("F" * 22, "materials", '["C30 cast"]', '["C30 precast"]'),
        ]
        columns = ("global_id", "change", "name", "old_value", "new_value", "old_origin", "new_origin")
        assert said(tables, "property_change", *columns) == [
            ("E" * 22, "changed", "Fire", "60", "90", "type", "occurrence"),
            ("E" * 22, "removed", "Zone", "A", None, "occurrence", None),
            ("Z" * 22, "changed", "Load", "true", "false", "occurrence", "occurrence"),
        ]
        ((global_id, change, old_value, new_value, difference, relative),) = said(
            tables, "quantity_change", "global_id", "change", "old_value", "new_value", "difference", "relative"
        )
        assert (global_id, change, old_value, new_value) == ("C" * 22, "changed", 1.2, 1.5)
        assert (difference, relative) == (pytest.approx(0.3), pytest.approx(0.25))

    def test_the_other_way_round_what_was_added_is_removed_and_values_change_back(self, tmp_path):
        old, new = revisions()
        tables = compared(tmp_path, new, old)
        named = {(change, name) for change, name in said(tables, "element_change", "change", "name") if change != "changed"}
        assert named == {("removed", "H"), ("added", "A"), ("re_identified", "G")}
        assert said(tables, "quantity_change", "old_value", "new_value", "relative") == [(1.5, 1.2, pytest.approx(-0.2))]
        assert ("E" * 22, "added", "Zone", None, "A") in said(
            tables, "property_change", "global_id", "change", "name", "old_value", "new_value"
        )

    def test_the_columns_are_those_promised(self, tmp_path):
        tables = compared(tmp_path, *revisions())
        assert {name: dict(frame.schema) for name, frame in tables.items()} == SCHEMAS


class TestLayers:
    def test_a_layer_that_grows_thicker_is_a_change_though_its_name_stays(self, tmp_path):
        sides = []
        for thickness in (200, 250):
            model = Model()
            wall = model.element("A" * 22)
            layers = [
                model.line(f"IFCMATERIALLAYER(#{model.line(f'IFCMATERIAL({name!r},$,$)')},{size}.,$,$,$,{category},$)")
                for name, size, category in (("C30", thickness, "$"), ("wool", 60, "'insulation'"))
            ]
            set = model.line(f"IFCMATERIALLAYERSET(({','.join(f'#{layer}' for layer in layers)}),$,$)")
            model.relation("IFCRELASSOCIATESMATERIAL", f"(#{wall})", f"#{set}")
            sides.append(model)
        assert said(compared(tmp_path, *sides), "attribute_change", "attribute", "old_value", "new_value") == [
            ("layers", "0.2 m; 0.06 m insulation", "0.25 m; 0.06 m insulation")
        ]


class TestWhatIsNoChange:
    def test_an_exporters_float_noise(self, tmp_path):
        old, new = Model(), Model()
        old.element("A" * 22, volume=1.2, properties={"U": "IFCREAL(0.35)", "V": "IFCREAL(0.35)"})
        new.element("A" * 22, volume=1.2000000000000002, properties={"U": "IFCREAL(0.35000001)", "V": "IFCREAL(0.3501)"})
        tables = compared(tmp_path, old, new)
        assert said(tables, "property_change", "name", "old_value", "new_value") == [("V", "0.35", "0.3501")]
        assert tables["quantity_change"].is_empty()

    def test_a_length_written_in_another_unit(self, tmp_path):
        old, new = Model(), Model()
        old.element("A" * 22, properties={"Width": "IFCLENGTHMEASURE(200.)", "Depth": "IFCLENGTHMEASURE(300.)"})
        new.element("A" * 22, properties={"Width": "IFCLENGTHMEASURE(0.2)", "Depth": "IFCLENGTHMEASURE(0.4)"})
        metres = new.text().replace(".LENGTHUNIT.,.MILLI.", ".LENGTHUNIT.,$").replace("3600.", "3.6")
        columns = ("name", "old_value", "old_unit", "new_value", "new_unit")
        assert said(compared(tmp_path, old, metres), "property_change", *columns) == [("Depth", "300.0", "mm", "0.4", "m")]

    @pytest.mark.parametrize(("kind", "unit"), [("AREA", "m²"), ("VOLUME", "m³"), ("TIME", "s")])
    def test_a_number_of_another_dimension_is_a_change_though_it_reads_the_same(self, tmp_path, kind, unit):
        texts = []
        for measure in ("LENGTH", kind):
            model = Model()
            model.element("A" * 22, properties={"X": f"IFC{measure}MEASURE(1.)"})
            units = "#4=IFCSIUNIT(*,.TIMEUNIT.,$,.SECOND.);"
            texts.append(model.text().replace(".MILLI.", "$").replace("#4=IFCSIUNIT(*,.MASSUNIT.,.KILO.,.GRAM.);", units))
        found = said(compared(tmp_path, *texts), "property_change", "old_value", "old_unit", "new_value", "new_unit")
        assert found == [("1.0", "m", "1.0", unit)]

    def test_a_set_of_the_type_that_the_occurrence_hides(self, tmp_path):
        held = {"type": "T", "properties": {"Fire": "IFCLABEL('90')"}}
        old, new = Model(), Model()
        old.element("A" * 22, **held, type_properties={"Fire": "IFCLABEL('30')"})
        new.element("A" * 22, **held, type_properties={"Fire": "IFCLABEL('60')"})
        assert nothing(compared(tmp_path, old, new))

    def test_a_text_that_looks_like_the_same_number_is_a_change(self, tmp_path):
        old, new = Model(), Model()
        old.element("A" * 22, properties={"Mark": "IFCLABEL('1')"})
        new.element("A" * 22, properties={"Mark": "IFCLABEL('1.0')"})
        assert said(compared(tmp_path, old, new), "property_change", "old_value", "new_value") == [("1", "1.0")]


class TestAnotherGlobalId:
    def pair(self, tmp_path, old: dict, new: dict, count: int = 1, name: str = "W") -> list[tuple]:
        sides = Model(), Model()
        for place in range(count):
            sides[0].element(f"{'A' * 20}{place:02}", name, **old)
            sides[1].element(f"{'B' * 20}{place:02}", name, **new)
        return said(compared(tmp_path, *sides), "element_change", "change", "old_global_id", "global_id", "basis", "candidates")

    def test_one_of_the_same_tag_and_quantities_is_shown_with_both_ids(self, tmp_path):
        held = {"tag": "17", "volume": 2.0}
        assert self.pair(tmp_path, held, held) == [("re_identified", "A" * 20 + "00", "B" * 20 + "00", "tag", 1)]

    def test_elements_that_are_all_alike_are_paired_one_by_one_and_say_of_how_many(self, tmp_path):
        found = self.pair(tmp_path, {"volume": 2.0}, {"volume": 2.0}, count=3)
        assert [(change, basis, candidates) for change, _, _, basis, candidates in found] == [("re_identified", "quantities", 3)] * 3

    def test_of_several_the_one_of_the_same_size_is_found(self, tmp_path):
        old, new = Model(), Model()
        for id, volume in (("A" * 22, 1.0), ("B" * 22, 2.0)):
            old.element(id, volume=volume)
        new.element("C" * 22, volume=2.0000000001)
        assert said(compared(tmp_path, old, new), "element_change", "change", "old_global_id", "global_id") == [
            ("re_identified", "B" * 22, "C" * 22),
            ("removed", "A" * 22, "A" * 22),
        ]

    def test_another_size_storey_type_or_tag_is_another_element(self, tmp_path):
        held = {"tag": "17", "volume": 2.0, "type": "T"}
        for other in ({"volume": 2.1}, {"storey": 11}, {"type": "U"}):
            assert [change for change, *_ in self.pair(tmp_path, held, {**held, **other})] == ["added", "removed"]
        assert [change for change, *_ in self.pair(tmp_path, held, {**held, "tag": "18"})] == ["re_identified"]

    def test_without_tag_and_quantities_only_a_name_no_other_has_will_do(self, tmp_path):
        assert [basis for _, _, _, basis, _ in self.pair(tmp_path, {}, {})] == ["name"]
        assert {change for change, *_ in self.pair(tmp_path, {}, {}, count=2)} == {"added", "removed"}


class TestRepeatedGlobalIds:
    def test_elements_of_one_id_are_told_apart_by_what_they_hold(self, tmp_path):
        old, new = Model(), Model(first=900)
        for name, volume in (("left", 1.0), ("right", 2.0)):
            old.element("A" * 22, name, volume=volume)
        for name, volume in (("right", 2.0), ("left", 1.5)):
            new.element("A" * 22, name, volume=volume)
        tables = compared(tmp_path, old, new)
        assert said(tables, "element_change", "change", "name") == [("changed", "left")]
        assert said(tables, "quantity_change", "old_value", "new_value") == [(1.0, 1.5)]
        assert said(tables, "repeated_global_id", "revision", "global_id", "count") == [("old", "A" * 22, 2), ("new", "A" * 22, 2)]


def rewritten(text: str, seed: int) -> str:
    """The same model: instances numbered anew, in another order, with other blanks and a comment."""
    chance = random.Random(seed)
    head, data = text.split("DATA;", 1)
    data = data[: data.rindex("ENDSEC;")]
    statements = re.findall(r"(?:'(?:[^']|'')*'|/\*.*?\*/|[^';])+;", data, re.DOTALL)
    numbers = [int(re.match(r"\s*(?:/\*.*?\*/\s*)*#(\d+)", one, re.DOTALL)[1]) for one in statements]  # type: ignore[index]
    others = numbers.copy()
    chance.shuffle(others)
    anew = dict(zip(numbers, others, strict=True))
    chance.shuffle(statements)

    def renumbered(found: re.Match[str]) -> str:
        return found[0] if found[1] is None else f"#{anew[int(found[1])]}"

    told = [re.sub(r"'(?:[^']|'')*'|#(\d+)", renumbered, one.strip()).replace("=", " =\n ", 1) for one in statements]
    return f"{head}DATA; /* again */\n" + "\r\n".join(told) + "\nENDSEC;\nEND-ISO-10303-21;\n"


class TestTheSameModelWrittenAnew:
    def test_a_made_model_has_no_change(self, tmp_path):
        text = revisions()[0].text()
        assert nothing(compared(tmp_path, text, rewritten(text, 7)))

    @pytest.mark.parametrize(
        "name",
        ["samplehouse_ifc4_revit2015.ifc", "fzk_haus_ifc4_archicad20.ifc", "infra_bridge_ifc4.ifc", "schependomlaan_precast_vebo.ifc"],
    )
    def test_a_real_model_has_no_change(self, tmp_path, real_models, name):
        text = model_text(real_models / name, f"models/{name}", MODEL_LIMITS).text
        plain = bytes(text).decode("latin-1") if not isinstance(text, str) else text
        assert nothing(compared(tmp_path, real_models / name, rewritten(plain, 11)))


class TestARealModel:
    def test_a_copy_with_one_element_gone_one_renamed_and_one_volume_changed(self, tmp_path, real_models):
        path = real_models / "hhs_office_construction_revit2010.ifc"
        text = path.read_text("latin-1")
        column = re.search(r"^#\d+= ?IFCCOLUMN\('([^']{22})',[^\n]*\n", text, re.MULTILINE)
        walls = re.findall(r"^#(\d+)= ?IFCWALLSTANDARDCASE\('([^']{22})',#\d+,'([^']*)'", text, re.MULTILINE)
        assert column
        renamed = text.replace(f"'{walls[0][1]}'", f"'{'N' * 22}'", 1).replace(f"'{walls[1][2]}'", "'renamed'", 1)
        tables = compared(tmp_path, path, renamed)
        found = said(tables, "element_change", "change", "global_id", "name")
        assert ("re_identified", "N" * 22, walls[0][2]) in found
        assert ("changed", walls[1][1], "renamed") in found
        assert len(found) == 2

    def test_fifty_thousand_elements_take_seconds(self):
        count = 50_000
        ids = [f"{place:022d}" for place in range(count)]
        common = {"model": "m", "global_id": ids}
        told = {
            "ifc_class": "IfcWall",
            "type_name": "T",
            "storey": "1F",
            "storey_elevation": 0.0,
            "materials": "[]",
            "classification": "[]",
        }
        unsaid = dict.fromkeys(["predefined_type", "long_name", "object_type", "assembly"], pl.lit(None, pl.String))
        element = pl.DataFrame({**common, "name": ids, "tag": ids}).with_columns(
            **{name: pl.lit(value) for name, value in told.items()}, **unsaid
        )
        property = pl.concat(
            pl.DataFrame({**common, "set_name": "S", "name": f"P{at}", "value": ids, "number": 1.0, "unit": None, "origin": "occurrence"})
            for at in range(10)
        ).with_columns(pl.col("unit").cast(pl.String))
        quantity = pl.DataFrame({**common, "set_name": "Q", "quantity": "NetVolume", "kind": "volume", "value": 1.5, "source": "authored"})
        material = pl.DataFrame(schema=MATERIALS)
        old = {"element": element, "element_material": material, "property": property, "quantity": quantity}
        new = {**old, "quantity": quantity.with_columns(value=pl.when(pl.int_range(pl.len()) < 20_000).then(1.6).otherwise("value"))}
        begun = time.process_time()
        tables = changes(old, new, SAME)
        assert time.process_time() - begun < 10
        assert tables["quantity_change"].height == 20_000


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.sampled_from(["W", None]),
        st.sampled_from(["t1", "t2", None]),
        st.sampled_from(["1F", "2F"]),
        st.sampled_from([None, 1.0, 1.0000000001, 2.0]),
    ),
    max_size=7,
)


def tables(rows: list[tuple]) -> dict[str, pl.DataFrame]:
    """Walls of GlobalId, name, tag, storey and volume; a repeated GlobalId as the reader writes it."""
    ids = [id if id not in [one[0] for one in rows[:at]] else f"{id}#{at}" for at, (id, *_) in enumerate(rows)]
    columns = {"global_id": ids, "name": [row[1] for row in rows], "tag": [row[2] for row in rows], "storey": [row[3] for row in rows]}
    said = {"ifc_class": "IfcWall", "type_name": "T", "materials": "[]", "classification": "[]", "model": "m"}
    unsaid = {"predefined_type": pl.String, "long_name": pl.String, "object_type": pl.String, "assembly": pl.String}
    element = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        **{name: pl.lit(value) for name, value in said.items()},
        **{name: pl.lit(None, kind) for name, kind in unsaid.items()},
        storey_elevation=pl.lit(None, pl.Float64),
    )
    measured = [("m", id, "Q", "NetVolume", "volume", row[4], "authored") for id, row in zip(ids, rows, strict=True) if row[4]]
    names = dict.fromkeys(("model", "global_id", "set_name", "quantity", "kind"), pl.String)
    quantity = pl.DataFrame(measured, schema={**names, "value": pl.Float64, "source": pl.String}, orient="row")
    texts = ("model", "global_id", "set_name", "name", "value", "unit", "origin")
    property = pl.DataFrame(schema={**dict.fromkeys(texts, pl.String), "number": pl.Float64})
    return {"element": element, "element_material": pl.DataFrame(schema=MATERIALS), "property": property, "quantity": quantity}


class TestWhateverTheModels:
    @settings(deadline=None, max_examples=60)
    @given(ROWS, ROWS)
    def test_every_element_is_accounted_for_once_on_either_side(self, old, new):
        found = changes(tables(old), tables(new), SAME)
        change = found["element_change"]["change"].to_list()
        pairs = found["element_pair"]
        assert len(old) == pairs.height + change.count("removed")
        assert len(new) == pairs.height + change.count("added")
        assert pairs["old_global_id"].is_unique().all()
        assert pairs["global_id"].is_unique().all()

    @settings(deadline=None, max_examples=40)
    @given(ROWS, st.randoms(use_true_random=False))
    def test_the_same_elements_in_another_order_are_no_change(self, rows, chance):
        other = rows.copy()
        chance.shuffle(other)
        assert nothing(changes(tables(rows), tables(other), SAME))

    @settings(deadline=None, max_examples=40)
    @given(ROWS, ROWS)
    def test_the_other_way_round_as_much_changes_back(self, old, new):
        there, back = (changes(tables(one), tables(other), SAME)["element_change"] for one, other in ((old, new), (new, old)))
        mirrored = {"added": "removed", "removed": "added"}
        counted = sorted(mirrored.get(change, change) for change in there["change"])
        assert counted == sorted(back["change"])
