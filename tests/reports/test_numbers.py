"""Numbers as people read them 数值书写."""

from __future__ import annotations

from datetime import date

import pytest

from qingzhu.reports.numbers import bounds_shown, day_shown, full_value, limit_shown, quantity_shown, size_shown, unit_shown, value_shown
from qingzhu.terms.units import UNITS


class TestUnitsOnAPage:
    def test_waste_per_area_is_written_the_chinese_way_on_a_chinese_page(self):
        assert quantity_shown(187.34, "t/10⁴ m²", "zh") == "187.3 吨/万m²"

    def test_the_same_figure_keeps_its_index_in_english(self):
        assert quantity_shown(187.34, "t/10⁴ m²", "en") == "187.3 t/10⁴ m²"

    @pytest.mark.parametrize("unit", [unit.text for unit in UNITS] + ["kg/10⁴ m³", "10⁴t"])
    def test_no_chinese_page_shows_ten_to_the_fourth(self, unit):
        assert "10⁴" not in unit_shown(unit, "zh")

    def test_a_share_stands_close_to_its_sign(self):
        assert quantity_shown(44.6875, "%", "zh") == "44.7%"

    def test_a_count_needs_no_word_in_english(self):
        assert (quantity_shown(14, "count", "en"), quantity_shown(14, "count", "zh")) == ("14", "14 个")


class TestLargeNumbers:
    def test_chinese_pages_count_in_ten_thousands(self):
        assert quantity_shown(36_500, "m²", "zh") == "3.65 万平方米"

    def test_and_in_hundred_millions(self):
        assert quantity_shown(1_234_000_000, "t", "zh") == "12.34 亿吨"

    def test_a_round_number_of_ten_thousands_has_no_point(self):
        assert quantity_shown(500_000, "t", "zh") == "50 万吨"

    def test_english_pages_set_thousands_apart(self):
        assert quantity_shown(36_500, "m²", "en") == "36,500 m²"

    def test_an_intensity_is_never_told_in_ten_thousands(self):
        assert quantity_shown(12_000, "t/10⁴ m²", "zh") == "12,000 吨/万m²"


class TestWhatRoundingMustNotHide:
    def test_a_value_just_above_its_limit_is_shown_above_it(self):
        assert value_shown(200.04, "t/10⁴ m²", "zh", against=200) == "200.04"

    def test_a_value_just_below_its_minimum_is_shown_below_it(self):
        assert value_shown(34.99, "%", "zh", against=35) == "34.99"

    def test_a_value_far_from_its_limit_keeps_its_usual_digits(self):
        assert value_shown(187.34, "t/10⁴ m²", "zh", against=200) == "187.3"

    def test_ten_thousands_give_way_where_they_would_hide_the_side(self):
        assert value_shown(20_000.4, "m²", "zh", against=20_000) == "20,000.4"

    def test_half_is_rounded_up_as_people_do(self):
        assert (value_shown(0.25, "%", "en"), value_shown(2.65, "%", "en")) == ("0.3", "2.7")

    def test_a_small_negative_value_is_not_minus_nought(self):
        assert value_shown(-0.01, "%", "en") == "0.0"

    def test_the_full_value_keeps_every_digit(self):
        assert (full_value(187.33999999999997), full_value(14.0), full_value(None)) == ("187.33999999999997", "14", "—")


class TestUnknownAndBounds:
    def test_an_unknown_value_is_a_dash_and_not_nought(self):
        assert (quantity_shown(None, "%", "zh"), quantity_shown(None, "t", "en")) == ("—", "—")

    def test_two_bounds_are_told_from_to_with_one_unit(self):
        assert bounds_shown(47.2, 61.0, "%", "zh") == "47.2–61.0%"

    def test_stands_from_the_smaller_to_the_larger_also_where_fewer_is_better(self):
        assert bounds_shown(52.0, 4.0, "1", "en") == "4–52"

    def test_equal_bounds_are_one_value(self):
        assert bounds_shown(22.2, 22.2, "points", "zh") == "22.2 分"

    def test_one_bound_alone_is_told_alone(self):
        assert (bounds_shown(None, 61.0, "%", "en"), bounds_shown(61.0, None, "%", "en")) == ("61.0%", "61.0%")


class TestLimits:
    def test_a_limit_is_written_as_its_rule_writes_it(self):
        assert (limit_shown(200.0, "t/10⁴ m²", "zh"), limit_shown(60.0, "%", "en"), limit_shown(2.5, "m", "en")) == (
            "200 吨/万m²",
            "60%",
            "2.5 m",
        )

    def test_no_limit_is_a_dash(self):
        assert limit_shown(None, "%", "zh") == "—"


class TestDaysAndSizes:
    def test_a_day_is_written_out_in_both_languages(self):
        assert (day_shown("2023-06-30", "zh"), day_shown(date(2023, 6, 30), "en")) == ("2023年6月30日", "30 June 2023")

    def test_a_missing_day_is_a_dash(self):
        assert day_shown(None, "zh") == "—"

    def test_sizes_of_files_are_told_in_steps_of_a_thousand(self):
        assert (size_shown(999), size_shown(18_432), size_shown(31_700_000)) == ("999 B", "18.4 kB", "31.7 MB")


class TestLimitsNoRuleWrites:
    def test_are_rounded_by_their_unit_and_those_of_rules_stay(self):
        assert limit_shown(240.68348250610254, "t/10⁴ m²", "zh") == "240.7 吨/万m²"
        assert limit_shown(0.075, "1", "zh") == "0.075"
        assert limit_shown(200.0, "t/10⁴ m²", "zh") == "200 吨/万m²"
