"""The rules that ship: their numbers stand as the documents have them, and none is shown surer than it is."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from qingzhu.rulebook.load import load

BOOK = load()
FROZEN = date(2023, 6, 30)


def limits(on: date, region: str | None) -> list[tuple]:
    """Rule, limit, slot, from, to of the limits that measures get."""
    table = BOOK.parameters(on, region)["limit"].sort("rule", "from_date")
    return [(row["rule"], row["limit"], row["slot_length"], row["from_date"], row["to_date"]) for row in table.iter_rows(named=True)]


class TestNoise:
    def test_is_70_by_day_and_55_by_night_in_slots_of_twenty_minutes(self):
        assert [row[:3] for row in limits(FROZEN, "湖南省")] == [("noise_day", 70.0, 1200), ("noise_night", 55.0, 1200)]

    def test_has_the_2011_edition_until_the_end_of_2025_and_the_2025_edition_after(self):
        days = [row[3:] for row in limits(date(2026, 2, 1), "湖南省") if row[0] == "noise_night"]
        assert days == [(date(2012, 7, 1), date(2025, 12, 31)), (date(2026, 1, 1), None)]

    def test_does_not_know_the_2025_edition_before_it_began(self):
        assert len(limits(date(2025, 12, 31), "湖南省")) == 2

    def test_counts_the_night_from_ten_to_six(self):
        table = BOOK.parameters(FROZEN, None)["limit"].filter(pl.col("rule") == "noise_night")
        assert table.select("hour_from", "hour_to", "period").row(0) == (22, 6, "night")


class TestDust:
    def test_in_changzhou_is_jiangsu_s(self):
        dust = [row[:3] for row in limits(FROZEN, "江苏省/常州市") if not row[0].startswith("noise")]
        assert dust == [("pm10_difference", 80.0, 3600), ("tsp_mean", 500.0, 900)]

    def test_in_changzhou_is_found_by_the_city_alone(self):
        assert limits(FROZEN, "常州市") == limits(FROZEN, "江苏省/常州市")

    @pytest.mark.parametrize("region", ["江苏省常州市", "江苏常州", "中国江苏省常州市", "常州市武进区", "江苏省／常州市", "Changzhou"])
    def test_in_changzhou_is_found_however_the_region_is_written(self, region):
        assert limits(FROZEN, region) == limits(FROZEN, "江苏省/常州市")
        assert BOOK.region_path(region)[:2] == ("江苏省", "常州市")
        assert BOOK.names_region(region)

    def test_of_a_region_is_no_limit_of_a_project_that_names_none(self):
        assert {row[0] for row in limits(FROZEN, "")} == {"noise_day", "noise_night"}

    @pytest.mark.parametrize("region", ["云南省/昆明市", "云南省昆明市"])
    def test_in_a_region_that_nobody_entered_is_the_nation_s(self, region):
        assert limits(FROZEN, region) == limits(FROZEN, "")
        assert not BOOK.names_region(region)

    def test_has_no_limit_in_hunan_and_shenzhen(self):
        for region in ("湖南省/长沙市", "湖南省长沙市", "深圳市", "广东省/深圳市"):
            assert [row for row in limits(FROZEN, region) if not row[0].startswith("noise")] == []

    def test_needs_the_city_s_series_for_the_difference_alone(self):
        table = BOOK.parameters(FROZEN, "常州市")["limit"]
        assert table.filter("needs_reference")["rule"].to_list() == ["pm10_difference"]

    def test_takes_the_unseen_day_of_effect_as_a_convention(self):
        rules = [rule for rule in BOOK.limits if rule["scheme"] == "dust"]
        assert {(rule["checked"], rule["checked_of"]["from"]) for rule in rules} == {("unverified", "convention")}


class TestWaste:
    def test_leaves_spoil_and_slurry_out_of_the_intensity(self):
        table = BOOK.parameters(FROZEN)["waste_origin"]
        assert set(table.filter(~pl.col("in_intensity"))["waste_origin"]) == {"spoil", "slurry"}
        assert set(table.filter("in_intensity")["waste_origin"]) == {"works_waste", "demolition_waste", "decoration_waste"}

    def test_knows_five_schemes_of_classes(self):
        assert set(BOOK.waste_classes["scheme"]) == {
            "manual_2020",
            "jgjt498_draft",
            "jgjt498_2024",
            "cjjt134_2019",
            "survey_148_sites",
        }

    def test_places_every_class_in_every_scheme_by_class(self):
        table = BOOK.parameters(FROZEN)["waste_class"]
        classes = {entry["waste_class"] for entry in BOOK.waste_classes["class"]}
        for _, rows in table.group_by("scheme"):
            assert set(rows["waste_class"]) == classes

    def test_names_every_group_in_both_languages(self):
        for scheme in BOOK.waste_classes["scheme"].values():
            assert all(scheme["names"][group].keys() == {"zh", "en"} for group in scheme["groups"].values())

    def test_puts_gypsum_board_among_the_mixed_by_the_manual_and_the_other_by_the_standard(self):
        groups = {name: scheme["groups"]["other"] for name, scheme in BOOK.waste_classes["scheme"].items() if scheme["by"] == "waste_class"}
        assert (groups["manual_2020"], groups["jgjt498_2024"]) == ("mixed", "other")

    def test_does_not_spread_unsorted_waste_over_the_classes(self):
        assert BOOK.waste_classes["scheme"]["jgjt498_2024"]["groups"]["mixed"] == "unsorted"


class TestParameterTables:
    @pytest.mark.parametrize(
        ("name", "columns"),
        [
            ("judgement", {"on_date": pl.Date}),
            ("calendar_month", {"month": pl.Int64, "from_date": pl.Date, "to_date": pl.Date}),
            ("waste_origin", {"waste_origin": pl.String, "in_intensity": pl.Boolean}),
            ("waste_class", {"scheme": pl.String, "waste_class": pl.String, "group": pl.String}),
            ("slot_rule", {"valid_share": pl.Float64}),
            ("comparison_rule", {"tolerance": pl.Float64}),
            ("spec_rule", {"tolerance": pl.Float64, "mirrored": pl.String, "mirror_mark": pl.String}),
            ("spec_property", {"property": pl.String, "means": pl.String, "required": pl.Boolean}),
            ("load_rule", {"full_load": pl.Float64}),
            ("top_rule", {"component_kind": pl.String, "by": pl.String, "k": pl.Int64, "share": pl.Float64}),
            ("density", {"waste_class": pl.String, "density": pl.Float64}),
            ("flat_rule", {"hours": pl.Float64}),
            ("ground_rule", {"least_height": pl.Float64}),
            ("plausible", {"quantity": pl.String, "at_least": pl.Float64, "at_most": pl.Float64}),
        ],
    )
    def test_have_the_columns_measures_ask_for(self, name, columns):
        assert dict(BOOK.parameters(FROZEN)[name].schema) == columns

    def test_the_calendar_runs_from_2015_to_the_month_of_judgement(self):
        months = BOOK.parameters(FROZEN)["calendar_month"]
        assert months.row(0) == (2015 * 12, date(2015, 1, 1), date(2015, 1, 31))
        assert months.row(-1) == (2023 * 12 + 5, date(2023, 6, 1), date(2023, 6, 30))
        assert months.height == 8 * 12 + 6

    def test_a_leap_february_has_29_days(self):
        months = BOOK.parameters(date(2024, 12, 31))["calendar_month"]
        assert months.filter(pl.col("month") == 2024 * 12 + 1)["to_date"].item() == date(2024, 2, 29)

    def test_a_slot_needs_three_quarters_of_its_readings_and_a_spec_five_millimetres(self):
        tables = BOOK.parameters(FROZEN)
        assert (tables["slot_rule"].item(), tables["spec_rule"]["tolerance"].item()) == (75.0, 0.005)

    def test_a_full_truck_is_a_body_of_20_m3_full_of_rubble_and_a_convention(self):
        assert BOOK.parameters(FROZEN)["load_rule"].item() == 20 * 1.5
        assert BOOK.conventions["load_rule"]["checked"] == "convention"

    def test_limits_of_all_regions_come_when_no_region_is_named(self):
        assert set(BOOK.parameters(FROZEN, None)["limit"]["region"]) == {"", "江苏省"}

    def test_limits_of_a_quantity_are_in_the_unit_of_its_readings(self):
        assert {(rule["quantity"], rule["unit"]) for rule in BOOK.limits} == {("noise", "dB(A)"), ("pm10", "µg/m³"), ("tsp", "µg/m³")}


class TestThePlan:
    def test_has_every_article_in_its_own_words(self):
        assert all(article["quote"].endswith("。") for article in BOOK.articles)
        assert BOOK.files["articles.toml"]["checked"] == "original text"

    def test_has_three_phases_without_a_day_between(self):
        phases = BOOK.programmes["green_construction_pilot"]["phase"]
        assert [(phase["from"], phase["to"]) for phase in phases] == [
            (date(2021, 1, 1), date(2021, 3, 31)),
            (date(2021, 4, 1), date(2023, 9, 30)),
            (date(2023, 10, 1), date(2023, 12, 31)),
        ]

    def test_names_three_regions_and_each_has_an_overlay(self):
        wanted = set(BOOK.programmes["green_construction_pilot"]["regions"])
        assert {entry["name"] for entry in BOOK.regions.values()} >= wanted

    @pytest.mark.parametrize(
        ("region", "scheme"),
        [
            ("湖南省", "dbj43t332_2018"),
            ("深圳市", "shenzhen_prefabrication_2018"),
            ("常州市", "db32t3753_2020"),
            ("上海市", "shanghai_precast"),
        ],
    )
    def test_puts_each_region_s_own_rule_for_prefabrication_first(self, region, scheme):
        entry = next(entry for entry in BOOK.regions.values() if entry["name"] == region)
        assert [first["scheme"] for first in entry["comes_first"]] == [scheme]
        assert BOOK.schemes[scheme]["kind"] == ("limit" if region == "上海市" else "missing")


class TestConfidence:
    def test_words_are_quoted_of_the_plan_alone(self):
        """A quote says that a text was read; nobody read another one."""
        from qingzhu.rulebook.checks import walk

        quoting = {name for name, content in BOOK.files.items() for _, entry in walk(content, name) if "quote" in entry}
        assert quoting == {"articles.toml", "programmes/green_construction_pilot.toml"}

    def test_points_without_a_range_and_the_scope_of_the_assembly_rate_are_from_memory(self):
        rules = BOOK.schemes["gbt51129_2017"]
        weak = {item["key"] for item in rules["item"] if item["checked"] == "unverified"}
        assert weak == {"q2a", "q2c", "full_fit_out", "q3a"}
        assert {rule["checked"] for rule in rules["applies"]} == {"unverified", "convention"}
        assert rules["checked_of"]["from"] == "unverified"

    def test_what_is_known_and_not_judged_says_why(self):
        known = [entry for content in BOOK.files.values() for entry in content.get("not_judged", [])]
        documents = {entry["clause"]["document"] for entry in known}
        assert documents >= {"gb12523_2011", "gb16297_1996", "gb3095_2012", "green_guideline_2007", "gbt50378_2014", "carbon_peak_2022"}
        assert all(entry["why"]["zh"] and entry["why"]["en"] for entry in known)

    def test_only_the_plan_is_original_text(self):
        """Of all documents the Plan alone was read itself; the law is cited by the name the Plan gives it."""
        from qingzhu.rulebook.checks import walk

        cited = {
            entry["clause"]["document"]
            for name, content in BOOK.files.items()
            for _, entry in walk(content, name)
            if entry.get("checked") == "original text" and isinstance(entry.get("clause"), dict)
        }
        assert cited == {"plan"}

    def test_our_own_conventions_say_so(self):
        from qingzhu.rulebook.checks import walk

        for name, content in BOOK.files.items():
            for _, entry in walk(content, name):
                clause = entry.get("clause")
                if isinstance(clause, dict) and clause.get("document") == "house_rules":
                    assert entry.get("checked", "convention") == "convention", name

    def test_a_repetition_rule_is_secondary_and_that_it_is_of_the_standard_unverified(self):
        assert {(rule["checked"], rule["checked_of"]["provenance"]) for rule in BOOK.conventions["top_rule"]} == {
            ("secondary", "unverified")
        }
