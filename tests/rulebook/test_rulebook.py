"""The loader refuses a rule that cannot be trusted, and says where it stands."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from qingzhu.rulebook import load as loader
from qingzhu.rulebook.load import load
from qingzhu.terms.errors import RuleError

MEASURES = {
    "waste_intensity": "t/10⁴ m²",
    "waste_months_reported": "%",
    "noise_exceedances_total": "1",
    "dust_exceedances_total": "1",
    "top_share": "%",
    "above_ground_area": "m²",
    **dict.fromkeys(
        (
            "vertical_precast_ratio",
            "horizontal_precast_ratio",
            "enclosure_non_masonry_ratio",
            "enclosure_integrated_ratio",
            "inner_wall_non_masonry_ratio",
            "inner_wall_integrated_ratio",
            "dry_floor_ratio",
            "integrated_kitchen_ratio",
            "integrated_bathroom_ratio",
            "separated_pipe_ratio",
            "modular_conformity",
            "precast_ratio",
            "top_area_share",
            "unit_type_share",
            "room_type_share",
        ),
        "%",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rulebook's data that a test may spoil."""
    copied = tmp_path / "rulebook"
    shutil.copytree(loader.HERE, copied, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copied


def spoil(folder: Path, file: str, old: str, new: str, count: int = 1) -> None:
    """Replace text in a file of the copy; the text must be there."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, count), "utf-8")


def refused(folder: Path, code: str, measures: dict[str, str] | None = None) -> RuleError:
    with pytest.raises(RuleError) as raised:
        load(folder, measures)
    assert raised.value.code == code, str(raised.value)
    assert raised.value.zh
    assert raised.value.facts["where"]
    return raised.value


class TestARuleIsRefused:
    def test_without_a_clause(self, folder):
        text = (folder / "limits/noise.toml").read_text("utf-8")
        (folder / "limits/noise.toml").write_text(re.sub(r"clause      = .*\n", "", text, count=1), "utf-8")
        assert "limits/noise.toml.limit[1]" in refused(folder, "rule_without_clause").en

    def test_with_a_clause_that_names_no_document(self, folder):
        spoil(folder, "limits/noise.toml", 'document = "gb12523_2011", ', "")
        refused(folder, "rule_without_clause")

    def test_without_a_unit(self, folder):
        spoil(folder, "limits/noise.toml", 'unit        = "dB(A)"\n', "")
        refused(folder, "rule_without_unit")

    def test_without_a_date(self, folder):
        spoil(folder, "limits/noise.toml", "from        = 2012-07-01\n", "")
        refused(folder, "rule_without_from")

    def test_without_saying_how_it_was_checked(self, folder):
        spoil(folder, "limits/noise.toml", 'checked     = "two transcriptions"\n', "")
        refused(folder, "rule_without_checked")

    def test_checked_in_a_way_nobody_knows(self, folder):
        spoil(folder, "limits/noise.toml", 'checked     = "two transcriptions"', 'checked     = "surely right"')
        assert "surely right" in refused(folder, "unknown_confidence").en

    def test_in_a_unit_nobody_knows(self, folder):
        spoil(folder, "limits/dust.toml", 'unit            = "µg/m³"', 'unit            = "ug per cube"')
        refused(folder, "unknown_unit")

    def test_of_a_document_that_is_not_registered(self, folder):
        spoil(folder, "limits/dust.toml", "db32_4437_2022", "db32_0000_0000")
        assert refused(folder, "unknown_document").facts["document"] == "db32_0000_0000"

    def test_that_ends_before_it_begins(self, folder):
        spoil(folder, "limits/noise.toml", "to          = 2025-12-31", "to          = 2011-12-31")
        refused(folder, "rule_ends_before_it_begins")

    @pytest.mark.parametrize("length", [7000, 5, 172800])
    def test_whose_slots_do_not_fill_a_day(self, folder, length):
        spoil(folder, "limits/noise.toml", "slot_length = 1200", f"slot_length = {length}")
        assert refused(folder, "slot_not_of_a_day").facts["slot_length"] == length

    def test_when_two_editions_are_in_force_on_one_day(self, folder):
        spoil(folder, "limits/noise.toml", "to          = 2025-12-31", "to          = 2026-01-01")
        assert "noise.toml" in refused(folder, "overlapping_editions").facts["other"]


class TestASchemeIsRefused:
    def test_without_cases(self, folder):
        (folder / "cases/variety.toml").unlink()
        assert "variety" in refused(folder, "scheme_without_cases").en

    def test_without_saying_what_it_applies_to(self, folder):
        path = folder / "schemes/gbt50640_2023.toml"
        text = path.read_text("utf-8")
        path.write_text(text[: text.index("[[applies]]")] + text[text.index("[[missing]]") :], "utf-8")
        assert "gbt50640_2023" in refused(folder, "scheme_without_scope").en

    def test_that_judges_a_measure_nobody_knows(self, folder):
        known = {name: unit for name, unit in MEASURES.items() if name != "dry_floor_ratio"}
        assert refused(folder, "unknown_measure", known).facts["measure"] == "dry_floor_ratio"

    def test_that_judges_a_measure_in_another_unit(self, folder):
        error = refused(folder, "unit_not_the_measures", {**MEASURES, "waste_intensity": "kg/m²"})
        assert (error.facts["wanted"], error.facts["found"]) == ("kg/m²", "t/10⁴ m²")

    def test_with_an_item_without_clause(self, folder):
        spoil(folder, "schemes/gbt51129_2017.toml", 'clause   = { document = "gbt51129_2017", clause = "4.0.1", table = "4.0.1" }\n', "")
        assert "item[1]" in refused(folder, "rule_without_clause").en

    def test_of_a_kind_nobody_knows(self, folder):
        spoil(folder, "schemes/variety.toml", 'kind    = "score"', 'kind    = "feeling"')
        refused(folder, "scheme_of_unknown_kind")

    def test_whose_ratio_has_no_mark_and_does_not_say_so(self, folder):
        clause = 'clause   = { document = "gbt51129_2017", clause = "3.0.3" }'
        spoil(folder, "schemes/gbt51129_2017.toml", f"at_least = 50\n{clause}", clause)
        assert "gbt51129_2017.toml.ratio" in refused(folder, "ratio_without_mark").en

    def test_whose_ratio_has_a_mark_and_says_that_none_was_seen(self, folder):
        spoil(folder, "schemes/variety.toml", "no_mark  =", "at_least = 50\nno_mark  =")
        refused(folder, "ratio_without_mark")

    def test_whose_name_stands_twice(self, folder):
        shutil.copy(folder / "schemes/variety.toml", folder / "regions/hunan/schemes/variety.toml")
        refused(folder, "scheme_twice")

    def test_when_two_editions_of_a_family_overlap(self, folder):
        text = (folder / "schemes/variety.toml").read_text("utf-8")
        (folder / "schemes/variety_2.toml").write_text(text, "utf-8")
        cases = (folder / "cases/variety.toml").read_text("utf-8")
        (folder / "cases/variety_2.toml").write_text(cases.replace('scheme   = "variety"', 'scheme   = "variety_2"'), "utf-8")
        refused(folder, "overlapping_editions")


class TestAFileIsRefused:
    def test_that_is_not_toml(self, folder):
        (folder / "limits/noise.toml").write_text("limit = [", "utf-8")
        assert "limits/noise.toml" in refused(folder, "malformed_rule_file").en

    def test_that_is_missing(self, folder):
        (folder / "terms.toml").unlink()
        refused(folder, "rule_file_missing")

    def test_with_a_case_of_an_unknown_scheme(self, folder):
        (folder / "cases/more.toml").write_text('[[case]]\nscheme = "nothing"\nname = "x"\n', "utf-8")
        refused(folder, "unknown_scheme")

    def test_with_an_overlay_that_speaks_of_an_unknown_scheme(self, folder):
        spoil(folder, "regions/hunan/region.toml", 'scheme  = "dust"', 'scheme  = "dusk"')
        refused(folder, "unknown_scheme")

    def test_with_a_document_whose_successor_is_not_registered(self, folder):
        spoil(folder, "documents.toml", 'replaced_by = "gbt51129_2017"', 'replaced_by = "gbt51129_2099"')
        refused(folder, "unknown_document")

    def test_with_a_document_without_a_title_in_english(self, folder):
        text = (folder / "documents.toml").read_text("utf-8")
        spoiled = re.sub(r'title  ( *)= \{ zh = "建筑垃圾处理技术标准", en = "[^"]*" \}', 'title = { zh = "建筑垃圾处理技术标准" }', text)
        (folder / "documents.toml").write_text(spoiled, "utf-8")
        refused(folder, "document_without_title")


class TestWhatShips:
    def test_is_accepted_with_the_measures_the_schemes_name(self):
        assert load(measures=MEASURES).schemes

    def test_has_the_hash_of_every_file(self):
        book = load()
        assert set(book.sha256) == set(book.files)
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in book.sha256.values())

    def test_finds_a_document_by_key_and_by_number(self):
        book = load()
        assert book.document("gbt51129_2017") == book.document("GB/T 51129-2017")

    def test_finds_the_newest_edition_by_a_number_without_year(self):
        assert load().document("GB 12523")["key"] == "gb12523_2025"

    def test_says_which_document_it_does_not_have(self):
        with pytest.raises(Exception, match="GB 1-1900"):
            load().document("GB 1-1900")


class TestARegion:
    OWN = """
[module_tolerance]
tolerance = 0.003
joint     = 0.02
unit      = "m"
clause    = { document = "house_rules", clause = { zh = "模数检验", en = "test of modules" } }
from      = 2021-01-01
checked   = "convention"
"""

    def test_replaces_an_entry_of_the_rules_of_modules_for_itself_alone(self, folder):
        (folder / "regions/changzhou/modules.toml").write_text(self.OWN, "utf-8")
        book, on = load(folder), date(2023, 6, 30)
        of = {region: book.parameters(on, region)["module_rule"] for region in ("江苏省/常州市", "江苏省", "湖南省", "")}
        assert {region: (frame["joint"].max(), frame["tolerance"].max()) for region, frame in of.items()} == {
            "江苏省/常州市": (0.02, 0.003),
            "江苏省": (0.0, 0.001),
            "湖南省": (0.0, 0.001),
            "": (0.0, 0.001),
        }
        assert {frame.height for frame in of.values()} == {of[""].height}

    def test_is_refused_an_entry_without_saying_how_it_was_checked(self, folder):
        (folder / "regions/changzhou/modules.toml").write_text(self.OWN.replace('checked   = "convention"', ""), "utf-8")
        assert "regions/changzhou/modules.toml" in str(refused(folder, "rule_without_checked"))

    LIBRARY = """
clause  = { document = "house_rules", clause = { zh = "构件库", en = "library" } }
unit    = "m"
from    = 2021-01-01
checked = "convention"

[[item]]
component_kind = "slab"
code = "DBS1-67-3612"
length = 3.6
"""

    def test_gives_its_library_to_its_own_projects_alone(self, folder):
        (folder / "regions/changzhou/library.toml").write_text(self.LIBRARY, "utf-8")
        book, on = load(folder), date(2023, 6, 30)
        items = {region: book.parameters(on, region)["regional_item"] for region in ("江苏省/常州市", "湖南省", "")}
        assert {region: frame["code"].to_list() for region, frame in items.items()} == {
            "江苏省/常州市": ["DBS1-67-3612"],
            "湖南省": [],
            "": [],
        }

    def test_has_no_library_without_a_clause(self, folder):
        (folder / "regions/changzhou/library.toml").write_text(self.LIBRARY.replace("clause  =", "other   ="), "utf-8")
        assert "regions/changzhou/library.toml" in str(refused(folder, "rule_without_clause"))

    def test_replaces_what_is_the_same_spec(self, folder):
        own = (folder / "specs.toml").read_text("utf-8").replace("0.005", "0.01").replace('"different"', '"same"')
        (folder / "regions/hunan/specs.toml").write_text(own[own.index("[spec_rule]") : own.index("# Properties that tell")], "utf-8")
        rule = load(folder).parameters(date(2023, 6, 30), "湖南省")["spec_rule"]
        assert (rule["tolerance"].item(), rule["mirrored"].item()) == (0.01, "same")
