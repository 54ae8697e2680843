"""Mapping files: rows of selectors, refused where they cannot be applied; and the file written for what is unmapped."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest

import qingzhu.ledger
import qingzhu.rulebook
from qingzhu.collectors.mappings import CONSTRUCTIONS, SYSTEMS, read_mapping, suggested_mapping, unmapped_groups
from qingzhu.terms.readings import Reading

RULES = Path(qingzhu.rulebook.__file__).parent
VOCABULARY = tomllib.loads((RULES / "roles.toml").read_text("utf-8"))
ROLES = [entry["role"] for entry in VOCABULARY["role"]]


def read(tmp_path: Path, text: str | bytes) -> Reading:
    path = tmp_path / "original"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_mapping(path, "mapping.toml", "P01", ROLES)


def refusal(tmp_path: Path, row: str):
    """The one remark of a file whose second row is refused."""
    reading = read(tmp_path, f"[[mapping]]\nname = 'a'\nrole = 'column'\n\n[[mapping]]\n{row}\n")
    assert reading.tables["mapping"]["place"].to_list() == [1]
    assert reading.refused_rows is not None
    assert reading.refused_rows["row"].to_list() == [5]
    (remark,) = reading.remarks
    assert (remark.level, remark.row) == ("refused", 5)
    return remark


class TestRows:
    def test_each_row_keeps_its_place_its_line_and_its_words(self, tmp_path):
        reading = read(
            tmp_path,
            "# 映射\n[[mapping]]\nname = '^PCB-'\nrole = 'slab'\n\n[[mapping]]\nifc_class = ['IfcWall', 'IfcSlab.ROOF']\nrole = 'other'\n",
        )
        rows = reading.tables["mapping"].select("row", "project", "place", "name", "ifc_class", "role", "construction").rows()
        assert rows == [(2, "P01", 1, "^PCB-", None, "slab", None), (6, "P01", 2, None, "IfcWall|IfcSlab.ROOF", "other", None)]
        assert reading.remarks == []

    def test_the_columns_are_those_of_the_contract(self, tmp_path):
        contract = tomllib.loads((Path(qingzhu.ledger.__file__).parent / "contracts" / "mapping.toml").read_text("utf-8"))
        frame = read(tmp_path, "[[mapping]]\nname = 'a'\nrole = 'column'\n").tables["mapping"]
        assert set(frame.columns) == {"row", *(column["name"] for column in contract["column"])}

    def test_the_words_are_those_of_the_rulebook(self):
        assert {entry["construction"] for entry in VOCABULARY["construction"]} == set(CONSTRUCTIONS)
        assert {entry["system"] for entry in VOCABULARY["system"]} == set(SYSTEMS)


class TestRefusedRows:
    def test_an_unknown_role_or_construction_is_refused_with_the_nearest(self, tmp_path):
        assert "column" in refusal(tmp_path, "name = 'a'\nrole = 'colum'").en
        remark = refusal(tmp_path, "name = 'a'\nrole = 'column'\nconstruction = 'pre-cast'")
        assert remark.code == "mapping_construction_unknown"
        assert "“precast”" in remark.zh

    def test_a_pattern_that_cannot_be_applied_is_refused(self, tmp_path):
        assert refusal(tmp_path, "name = '(PCB'\nrole = 'slab'").code == "mapping_name_malformed"
        assert refusal(tmp_path, "material = 'a(?=b)'\nrole = 'slab'").code == "mapping_material_malformed"

    def test_a_selector_of_another_form_is_refused(self, tmp_path):
        assert refusal(tmp_path, "ifc_class = 'Wall'\nrole = 'slab'").code == "mapping_ifc_class_malformed"
        assert refusal(tmp_path, "property = 'LoadBearing'\nrole = 'slab'").code == "mapping_property_malformed"

    def test_a_layer_has_a_pattern_and_perhaps_a_range_of_thickness(self, tmp_path):
        rows = read(tmp_path, "[[mapping]]\nlayer = '混凝土 @ 0.1..'\nrole = 'slab'\n[[mapping]]\nlayer = 'C30'\nrole = 'slab'\n")
        assert rows.tables["mapping"]["layer"].to_list() == ["混凝土 @ 0.1..", "C30"]
        empty = ("C30 @ 0.2..0.1", "C30 @ nan..0.1", "C30 @ 0.1..nan", "C30 @ -1..0.1", "C30 @ 0..inf", "C30 @ inf..")
        for wrong in ("C30 @ 200", "C30 @ a..b", "C30 @ ..", " @ 0.1..0.2", "(C30 @ 0.1..0.2", *empty):
            assert refusal(tmp_path, f"layer = '{wrong}'\nrole = 'slab'").code == "mapping_layer_malformed"

    def test_an_unknown_key_an_empty_value_and_a_row_without_result_are_refused(self, tmp_path):
        assert "“material”" in refusal(tmp_path, "materail = 'a'\nrole = 'slab'").en
        assert refusal(tmp_path, "name = ''\nrole = 'slab'").code == "mapping_value_empty"
        assert refusal(tmp_path, "name = 'a'").code == "mapping_says_nothing"


class TestDoubts:
    @pytest.mark.parametrize("layer", ["C30 @ 50..200", "C30 @ ..200", "C30 @ 100.."])
    def test_a_layer_thicker_than_any_was_written_in_millimetres(self, tmp_path, layer):
        (said,) = read(tmp_path, f"[[mapping]]\nlayer = '{layer}'\nrole = 'slab'\n").remarks
        assert (said.level, said.code, said.found) == ("doubt", "mapping_layer_thick", layer)

    def test_a_row_that_matches_everything_and_one_that_never_holds(self, tmp_path):
        reading = read(
            tmp_path, "[[mapping]]\nname = 'a'\nrole = 'slab'\n[[mapping]]\nname = 'a'\nrole = 'beam'\n[[mapping]]\nrole = 'other'\n"
        )
        assert [(remark.code, remark.row) for remark in reading.remarks] == [("mapping_twice", 4), ("mapping_matches_all", 7)]
        assert reading.tables["mapping"].height == 3


class TestRefusedFiles:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("[[mapping]\n", "mapping_not_toml"),
            ("", "mapping_empty"),
            ("[mapping]\nname = 'a'\n", "mapping_empty"),
            ("[[mapping]]\nname = '柱'\n".encode("gb18030"), "mapping_not_utf8"),
        ],
    )
    def test_what_is_no_mapping_is_refused_as_a_whole(self, tmp_path, text, code):
        reading = read(tmp_path, text)
        assert reading.refused
        assert [remark.code for remark in reading.remarks] == [code]


def weights(**held: tuple[float | None, float | None]) -> pl.DataFrame:
    """Rows of element_carbon: mass and what the coverage weighs it with [t], by GlobalId."""
    rows = [("P01", "m", id, *numbers) for id, numbers in held.items()]
    schema = {"project": pl.String, "model": pl.String, "global_id": pl.String, "mass": pl.Float64, "mass_bound": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


class TestSuggestion:
    def test_the_heaviest_group_comes_first_one_of_unknown_mass_by_what_the_coverage_weighs_it_with(self):
        rows = [("timber", 5.0), ("steel", 1.0), ("unknown", 2.0)]
        frame = pl.DataFrame(rows, ["type_name", "volume"], orient="row").with_columns(
            counted=True, mapped=False, name=pl.lit("n"), project=pl.lit("P01"), model=pl.lit("m"), global_id=pl.col("type_name"),
            ifc_class=pl.lit("IfcMember"), materials=pl.lit("[]"), role=pl.lit(None, pl.String),
        )  # fmt: skip
        weighed = weights(timber=(2.5, 2.5), steel=(7.85, 7.85), unknown=(None, 4.8))
        found = [(group["type_name"], group["mass"]) for group in unmapped_groups(frame, weighed)]
        assert found == [("steel", 7.85), ("unknown", None), ("timber", 2.5)]

    def test_lists_unmapped_groups_the_largest_first_and_reads_back_once_completed(self, tmp_path):
        rows = [
            ("IfcBuildingElementProxy", 'T "1" (a+b)', '["混凝土 C30"]', None, False, 2.0),
            ("IfcColumn", "300 x 450", '["Beton"]', "column", False, 5.0),
            ("IfcColumn", "300 x 450", '["Beton"]', "column", False, None),
            ("IfcFooting", "strip", "[]", "foundation", False, 1.0),
            ("IfcWall", "done", "[]", "inner_wall", True, 9.0),
        ]
        frame = pl.DataFrame(rows, ["ifc_class", "type_name", "materials", "role", "mapped", "volume"], orient="row")
        frame = frame.with_columns(counted=True, name=pl.lit("n"), project=pl.lit("P01"), model=pl.lit("m"), global_id=pl.col("type_name"))
        text = suggested_mapping(unmapped_groups(frame, weights()))
        assert text.index("IfcColumn") < text.index("IfcBuildingElementProxy")
        assert "2 个 elements, 5.000 m³，其中 1 个无体积 / 1 without volume" in text
        assert "done" not in text
        completed = text.replace('# construction = ""', 'construction = "precast"').replace('# role = ""', 'role = "beam"')
        read_back = read(tmp_path, completed)
        assert read_back.remarks == []
        types = read_back.tables["mapping"]["type_name"]
        assert types.to_list() == ["^300 x 450$", '^T "1" \\(a\\+b\\)$', "^strip$"]
        assert pl.Series(['T "1" (a+b)']).str.contains(types[1]).all()

    def suggested(self, *rows: tuple[str, str | None, str | None, str, str | None, bool]) -> str:
        """Of elements as class, type, name, materials, role, whether mapped."""
        columns = ["ifc_class", "type_name", "name", "materials", "role", "mapped"]
        frame = pl.DataFrame(rows, dict.fromkeys(columns[:5], pl.String) | {"mapped": pl.Boolean}, orient="row")
        frame = frame.with_columns(counted=True, volume=10.0, project=pl.lit("P01"), model=pl.lit("m"), global_id=pl.col("name"))
        return suggested_mapping(unmapped_groups(frame, weights()))

    def names(self, text: str) -> list[str | None]:
        return [row.get("name") for row in tomllib.loads(text).get("mapping", [])]

    def test_takes_over_nothing_that_is_mapped_already_where_names_tell_its_elements(self):
        text = self.suggested(
            ("IfcColumn", None, "预制柱 KZ1", "[]", "column", True),
            ("IfcColumn", None, "现浇柱 KZ2", "[]", "column", True),
            ("IfcColumn", None, "KZ3", "[]", "column", False),
            ("IfcColumn", None, "KZ14 (a)", "[]", "column", False),
        )
        assert self.names(text) == ["^(KZ[0-9]+|KZ[0-9]+ \\(a\\))$"]

    def test_lists_names_with_their_numbers_where_only_these_tell_them_apart(self):
        assert self.names(
            self.suggested(("IfcColumn", None, "KZ1", "[]", "column", True), ("IfcColumn", None, "KZ3", "[]", None, False))
        ) == ["^(KZ3)$"]

    @pytest.mark.parametrize(
        "other", [("IfcColumnStandardCase", "300", "A", '["C30"]', "column", True), ("IfcColumn", "300", "A", '["S", "C30"]', None, False)]
    )
    def test_whose_elements_nothing_tells_from_others_is_a_comment_with_their_number(self, other):
        text = self.suggested(
            ("IfcColumn", "300", "A", '["C30"]', "column", False), other, ("IfcColumn", "400", "A", '["C30"]', "column", True)
        )
        first = text.split("# 1 个")[1]
        assert "would also take over 1 elements" in first
        assert '# [[mapping]]\n# ifc_class = "IfcColumn"\n# type_name = "^300$"' in text

    def test_needs_no_name_where_it_matches_its_group_alone(self):
        text = self.suggested(("IfcColumn", "300", "A", "[]", None, False), ("IfcColumn", "400", "A", "[]", "column", True))
        assert self.names(text) == [None]
        assert "take over" not in text
