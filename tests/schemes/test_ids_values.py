"""When a value meets what an IDS wants: tolerance, types, enumerations, patterns, bounds, lengths."""

from __future__ import annotations

import pytest

from qingzhu.collectors.ids import Value
from qingzhu.schemes.ids_values import equal, is_written, meets


def limited(*limits: tuple[str, str], base: str = "xs:string") -> Value:
    return Value(None, base, limits)


class TestNumbers:
    @pytest.mark.parametrize(
        ("actual", "same"),
        [(1.0, True), (1.000002, True), (0.999998, True), (1.0000021, False), (0.9999979, False)],
    )
    def test_are_equal_within_a_millionth_relative_and_absolute_together(self, actual, same):
        assert equal("1.", actual) is same  # 1 ± (1 · 1e-6 + 1e-6) = 1 ± 2e-6

    @pytest.mark.parametrize(
        ("actual", "same"), [(100000.100001, True), (100000.100002, False), (99999.899999, True), (99999.899998, False)]
    )
    def test_have_a_tolerance_that_grows_with_them(self, actual, same):
        assert equal("100000", actual) is same  # 100000 ± 0.100001

    @pytest.mark.parametrize(("actual", "same"), [(1e-6, True), (-1e-6, True), (1.1e-6, False)])
    def test_near_zero_have_the_absolute_tolerance(self, actual, same):
        assert equal("0", actual) is same

    @pytest.mark.parametrize("text", ["42", "42.", "42.0", "4.2e1", "4.2E+1", "+42"])
    def test_may_be_written_in_any_form_of_a_double(self, text):
        assert equal(text, 42.0)

    @pytest.mark.parametrize("text", ["42,0", "4 2", "42 m", "", "1.000,0", "0x2A", "forty"])
    def test_are_not_read_from_anything_else(self, text):
        assert not equal(text, 42.0)

    @pytest.mark.parametrize(("text", "same"), [("42", True), ("+42", True), ("42.0", False), ("42.", False), ("4.2e1", False)])
    def test_that_are_integers_are_written_as_integers(self, text, same):
        assert equal(text, 42) is same

    def test_of_enumerations_have_the_tolerance_too(self):
        assert meets(limited(("enumeration", "1.5"), ("enumeration", "2.5"), base="xs:double"), 2.5000001)


class TestBounds:
    @pytest.mark.parametrize(
        ("kind", "text", "actual", "within"),
        [
            ("minInclusive", "0", -1e-6, True),  # stretched by 0 · 1e-6 + 1e-6
            ("minInclusive", "0", -1.1e-6, False),
            ("minExclusive", "0", 0.9e-6, False),  # shrunk by as much
            ("minExclusive", "0", 1.1e-6, True),
            ("maxInclusive", "10", 10.000011, True),  # 10 + 10 · 1e-6 + 1e-6
            ("maxInclusive", "10", 10.00002, False),
            ("maxExclusive", "10", 9.999995, False),
            ("maxExclusive", "10", 9.99998, True),
        ],
    )
    def test_that_include_their_end_are_stretched_and_those_that_do_not_are_shrunk(self, kind, text, actual, within):
        assert meets(limited((kind, text), base="xs:double"), actual) is within

    def test_must_all_be_kept(self):
        both = limited(("minInclusive", "3"), ("maxExclusive", "10"), base="xs:double")
        assert [meets(both, number) for number in (2, 3, 9.0, 10.0)] == [False, True, True, False]

    def test_of_dates_follow_the_calendar(self):
        after = limited(("minInclusive", "2024-06-01"), base="xs:date")
        assert [meets(after, day) for day in ("2024-05-31", "2024-06-01", "soon")] == [False, True, False]

    def test_do_not_hold_for_booleans(self):
        assert not meets(limited(("minInclusive", "0"), base="xs:double"), True)


class TestText:
    def test_is_compared_with_its_case(self):
        assert equal("Precast", "Precast")
        assert not equal("Precast", "PRECAST")

    def test_that_looks_like_a_number_stays_text(self):
        assert equal("1", "1")
        assert not equal("1", "1.0")

    def test_matches_a_pattern_as_a_whole(self):
        named = limited(("pattern", "[A-Z]{2}[0-9]{2}"))
        assert [meets(named, text) for text in ("WT01", "XWT01", "WT012", "wt01")] == [True, False, False, False]

    def test_needs_to_match_one_of_several_patterns_as_in_xsd(self):
        either = limited(("pattern", "C[0-9]+"), ("pattern", "预制.*"))
        assert [meets(either, text) for text in ("C30", "预制梁", "LC30")] == [True, True, False]

    def test_is_matched_by_the_character_classes_of_xsd(self):
        assert meets(limited(("pattern", r"\i\c*")), "Beam-1")
        assert meets(limited(("pattern", r"\p{Lu}\d")), "Ä1")

    def test_has_its_length_in_characters(self):
        assert meets(limited(("length", "2")), "墙板")
        assert [meets(limited(("minLength", "2"), ("maxLength", "3")), text) for text in ("a", "ab", "abc", "abcd")] == [
            False,
            True,
            True,
            False,
        ]


class TestOtherValues:
    @pytest.mark.parametrize(("text", "yes", "no"), [("true", True, False), ("1", True, False), ("false", False, True), ("0", False, True)])
    def test_booleans_are_written_in_lower_case_or_as_digits(self, text, yes, no):
        assert equal(text, yes)
        assert not equal(text, no)

    @pytest.mark.parametrize("text", ["TRUE", "True", "T", ".T."])
    def test_booleans_are_written_in_no_other_way(self, text):
        assert not equal(text, True)

    def test_patterns_never_match_numbers(self):
        assert not meets(limited(("pattern", ".*")), 42.0)

    def test_a_limit_that_ids_does_not_support_is_never_met(self):
        assert not meets(limited(("totalDigits", "2"), base="xs:double"), 42.0)

    def test_lists_and_objects_are_never_as_wanted(self):
        assert not meets(Value("x"), ("x",))

    def test_a_pattern_that_is_none_matches_nothing(self):
        assert not meets(limited(("pattern", "[")), "[")

    @pytest.mark.parametrize(
        ("text", "base", "fits"),
        [
            ("2024-02-01", "date", True),
            ("1.2.2024", "date", False),
            ("PT16H", "duration", True),
            ("P", "duration", False),
            ("16 h", "duration", False),
            ("2024-02-01T10:00:00+08:00", "dateTime", True),
            ("-INF", "double", True),
            (".", "double", False),
            ("１", "integer", False),
        ],
    )
    def test_each_base_type_has_its_way_of_writing(self, text, base, fits):
        assert is_written(text, base) is fits
