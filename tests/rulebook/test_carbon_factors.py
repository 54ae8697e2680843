"""Carbon factors: held against a second transcription, refused without a source, and what a region adds of its own."""

from __future__ import annotations

import shutil
from datetime import date
from math import fsum
from pathlib import Path

import polars as pl
import pytest

from qingzhu.rulebook import load as loader
from qingzhu.rulebook.carbon_tables import factor_rows
from qingzhu.rulebook.load import load
from qingzhu.terms.errors import RuleError

BOOK = load()
DAY = date(2023, 6, 30)
STANDARD = BOOK.files["factors/gbt51366_2019.toml"]

SECOND = {
    "t": [
        735, 1190, 747, 32.8, 2.51, 2.18, 5.08, 2.69, 1700, 2280, 9530, 1990, 3030, 2050, 2310, 2365, 2340, 2380, 2400, 2350, 2310, 2340,
        2375, 2340, 2520, 2430, 2530, 3150, 3680, 3110, 3020, 2870, 1730, 2530, 2410, 1130, 20300, 28500, 5020, 1980, 5220, 4620, 1990,
        2620, 2810, 7300, 0.168,
    ],
    "m³": [295, 385, 336, 341, 134, 292, 204, 250, 22.8, 16.0],
    "m²": [254, 194, 147, 122.5, 129.5, 121, 8.06, 37.1, 218],
    "kg": [3.72, 3.60, 7.93],
}  # fmt: skip
"""Table D.0.1 once more, typed from the other transcription, by the unit of the material."""


def parameters(folder: Path | None = None, region: str = "", on: date = DAY) -> dict[str, pl.DataFrame]:
    return load(folder).parameters(on, region)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "rulebook"
    shutil.copytree(loader.HERE, copied, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copied


class TestTableD01:
    @pytest.mark.parametrize("unit", SECOND)
    def test_has_the_numbers_of_the_second_transcription(self, unit):
        rows = [row["value"] for row in STANDARD["material"]["row"] if row["unit"] == f"kgCO₂e/{unit}"]
        assert sorted(rows) == sorted(SECOND[unit])
        assert fsum(rows) == pytest.approx(fsum(SECOND[unit]), rel=1e-12)

    def test_has_sixty_nine_rows_of_which_one_is_not_sure_of_its_unit(self):
        rows = STANDARD["material"]["row"]
        assert len(rows) == 69 == sum(len(column) for column in SECOND.values())
        assert [row["factor"] for row in rows if row.get("checked")] == ["slaked_lime"]

    def test_has_no_grades_of_concrete_but_c30_and_c50(self):
        assert [row["factor"] for row in STANDARD["material"]["row"] if row["factor"].startswith("concrete_c")] == [
            "concrete_c30",
            "concrete_c50",
        ]

    def test_pipes_by_the_kilogram_become_factors_by_the_tonne(self):
        found = dict(parameters()["carbon_factor"].select("factor", "value").iter_rows())
        assert found["pvc_pipe"] == pytest.approx(7930)


class TestTableE01:
    def test_sums_to_what_the_second_transcription_sums_to(self):
        # road 0.334 + 0.115 + 2 × 0.104 + 0.286 + 0.179 + 0.162 + 0.129 + 0.078 + 0.057 = 1.548, rail 0.031, ships 0.046
        assert fsum(row["value"] for row in STANDARD["transport"]["row"]) == pytest.approx(1.548 + 0.031 + 0.046)

    def test_concrete_comes_forty_kilometres_and_all_else_five_hundred(self):
        rows = parameters()["transport_rule"].select("material_key", "distance", "value").rows()
        assert rows == [("concrete", 40.0, 0.078), (None, 500.0, 0.078)]


class TestEveryNumber:
    @pytest.mark.parametrize(("where", "row"), list(factor_rows(BOOK.files)))
    def test_has_clause_day_unit_and_confidence(self, where, row):
        assert row["clause"]["document"] in BOOK.documents
        assert row["unit"]
        assert row["from"]
        assert row["checked"] in ("two transcriptions", "unverified", "convention")

    def test_without_a_clause_is_refused(self, folder):
        file = folder / "factors/gbt51366_2019.toml"
        text = file.read_text("utf-8")
        clause = 'clause  = { document = "gbt51366_2019", clause = { zh = "附录 D 表 D.0.1", en = "Appendix D, table D.0.1" } }\n'
        assert clause in text
        file.write_text(text.replace(clause, ""), "utf-8")
        with pytest.raises(RuleError) as raised:
            load(folder)
        assert raised.value.code == "rule_without_clause"

    def test_a_rule_that_leads_to_no_factor_is_refused(self, folder):
        file = folder / "factors/materials.toml"
        file.write_text(file.read_text("utf-8").replace('factor = "concrete_c30"', 'factor = "concrete_c31"', 1), "utf-8")
        with pytest.raises(RuleError) as raised:
            load(folder)
        assert raised.value.code == "unknown_factor"

    def test_is_of_no_use_before_the_standard_was_in_force(self):
        assert parameters(on=date(2019, 6, 1))["carbon_factor"].height == 0


class TestATableOfARegion:
    TABLE = """
title = { zh = "地方建材因子", en = "Local factors" }
[material]
clause = { document = "hunan_plan_2021", clause = "附表" }
from = 2022-01-01
checked = "unverified"
row = [{ factor = "hunan_concrete_c40", zh = "C40 混凝土", en = "concrete C40", value = 340, unit = "kgCO₂e/m³" }]
"""
    RULE = 'factor = [{ material_key = "concrete", grade = "C40", factor = "hunan_concrete_c40" }]\n'

    def test_comes_before_the_nation_in_that_region_only_and_under_its_own_source(self, folder):
        (folder / "regions/hunan/factors.toml").write_text(self.RULE + self.TABLE, "utf-8")
        local = parameters(folder, "湖南省")
        first = local["carbon_rule"].row(0, named=True)
        assert (first["grade"], first["gives"]) == ("C40", "hunan_concrete_c40")
        assert local["carbon_factor"].filter(pl.col("factor") == "hunan_concrete_c40")["source"][0].endswith("附表")
        elsewhere = parameters(folder, "江苏省")
        assert "hunan_concrete_c40" not in elsewhere["carbon_rule"]["gives"]
        assert "hunan_concrete_c40" not in elsewhere["carbon_factor"]["factor"]


class TestTheDay:
    """The standard is in force from 2019-12-01, our words and densities from 2021-01-01."""

    def heights(self, on: date) -> dict[str, int]:
        return {name: frame.height for name, frame in parameters(on=on).items()}

    def test_before_the_standard_there_is_no_share_and_no_distance(self):
        held = self.heights(date(2019, 11, 30))
        assert (held["mass_rule"], held["transport_rule"], held["carbon_factor"]) == (0, 0, 0)

    def test_before_our_words_nothing_is_told_by_them_and_no_density_is_assumed(self):
        held = self.heights(date(2020, 12, 31))
        assert (held["mass_rule"], held["transport_rule"], held["carbon_factor"]) == (1, 2, 69)
        words = ("carbon_rule", "material_density", "unknown_density", "carbon_role", "grade_property", "carbon_quantity")
        assert [held[name] for name in words] == [0] * len(words)

    def test_from_then_on_they_hold(self):
        held = self.heights(date(2021, 1, 1))
        assert min(held[name] for name in ("carbon_rule", "material_density", "unknown_density", "mass_rule", "transport_rule")) >= 1
