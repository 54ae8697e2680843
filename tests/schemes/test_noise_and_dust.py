"""Noise and dust: warnings, never statutory exceedances; by region, by edition; what is missing is not within the limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from qingzhu.schemes.judge import judge
from qingzhu.schemes.limits import _counted
from qingzhu.schemes.load import load_scheme
from qingzhu.schemes.series import slots_by_day
from qingzhu.schemes.spans import Span
from tests.schemes.scheme_making import BOOK, ON, PROJECT, figure, node, nodes

CHANGZHOU = "江苏省/常州市"


def verdict(scheme: str, counts: dict[str, float | str | dict[str, float]], region: str = CHANGZHOU, on: date = ON, **project):
    """What the scheme says of a count, a gap, or a value with its coverage, for each rule."""
    measure = f"{scheme}_exceedances_total"
    figures = {}
    for rule, given in counts.items():
        said = given if isinstance(given, dict) else {"gap": given} if isinstance(given, str) else {"value": given}
        made = figure(measure, "P1", rule, **said)
        figures[made.id] = made
    return judge(load_scheme(scheme, on, region, BOOK), {**PROJECT, **project}, None, figures, on)


class TestWords:
    @pytest.mark.parametrize("scheme", ["noise", "dust"])
    def test_speak_of_a_suspected_exceedance_only(self, scheme):
        counts = {"noise_day": 3.0, "noise_night": 0.0} if scheme == "noise" else {"pm10_difference": 3.0, "tsp_mean": 0.0}
        words = verdict(scheme, counts).words
        assert "疑似超标" in words["zh"]
        assert "suspected exceedance" in words["en"].lower()
        assert "检测报告" in verdict(scheme, counts).clause["note"]["zh"]

    def test_a_suspected_exceedance_that_was_seen_stands_whatever_comes(self):
        assert verdict("noise", {"noise_day": 3.0, "noise_night": 0.0}).final
        assert verdict("noise", {"noise_day": 3.0, "noise_night": "no_sensor"}).final
        assert verdict("noise", {"noise_day": 3.0, "noise_night": 0.0}, works_to=date(2023, 6, 1)).final


class TestRegions:
    def test_changzhou_is_judged_by_jiangsu_s_rules(self):
        found = verdict("dust", {"pm10_difference": 0.0, "tsp_mean": 0.0}, works_from=date(2023, 2, 1))
        assert (found.outcome, found.firm) == ("met", True)
        limits = {step.key: (step.limit, step.unit, step.clause["checked"]) for step in nodes(found.tree) if step.kind == "fact"}
        assert limits == {
            "pm10_difference_db32_4437_2022": (80.0, "µg/m³", "unverified"),
            "tsp_mean_db32_4437_2022": (500.0, "µg/m³", "unverified"),
        }

    @pytest.mark.parametrize("region", ["湖南省/长沙市", "深圳市", "上海市"])
    def test_elsewhere_the_verdict_says_what_is_missing(self, region):
        found = verdict("dust", {}, region=region)
        assert (found.outcome, found.firm) == ("unknown", False)
        assert node(found, "no_limit").kind == "missing"
        assert "未见" in found.words["zh"]

    def test_a_region_that_nobody_entered_is_said_in_the_tree(self):
        counts = {"noise_day": 0.0, "noise_night": 0.0}
        assert "云南省/昆明市" in node(verdict("noise", counts, region="云南省/昆明市"), "region").reason["zh"]
        for region in ("湖南省长沙市", CHANGZHOU, "江苏省常州市", ""):
            assert "region" not in {step.key for step in nodes(verdict("noise", counts, region=region).tree)}

    def test_noise_is_national(self):
        for region in ("湖南省/长沙市", "深圳市", CHANGZHOU):
            assert verdict("noise", {"noise_day": 0.0, "noise_night": 0.0}, region=region).outcome == "met"


class TestEditions:
    def test_the_limit_of_each_edition_that_spoke_during_the_works_is_shown(self):
        counts = {"noise_day": 0.0, "noise_night": 0.0}
        old = {step.key for step in nodes(verdict("noise", counts).tree)}
        both = {step.key for step in nodes(verdict("noise", counts, on=date(2026, 6, 1)).tree)}
        new = {step.key for step in nodes(verdict("noise", counts, on=date(2026, 6, 1), works_from=date(2026, 2, 1)).tree)}
        assert "noise_day_gb12523_2025" not in old
        assert {"noise_day_gb12523_2011", "noise_day_gb12523_2025"} <= both
        assert "noise_day_gb12523_2011" not in new


class TestWhatIsMissing:
    def test_a_sensor_without_enough_valid_slots_leaves_the_rule_unknown(self):
        found = verdict("noise", {"noise_day": 0.0, "noise_night": "no_valid_slot"})
        assert (found.outcome, node(found, "noise_night").outcome) == ("unknown", "unknown")

    def test_a_site_with_no_instrument_at_all_is_unknown(self):
        assert verdict("noise", {"noise_day": "no_sensor", "noise_night": "no_sensor"}).outcome == "unknown"
        assert verdict("noise", {}).outcome == "unknown"

    def test_a_quantity_without_instrument_is_shown_and_not_counted(self):
        found = verdict("dust", {"pm10_difference": 0.0, "tsp_mean": "no_sensor"})
        assert (found.outcome, node(found, "tsp_mean").outcome) == ("met", "unknown")

    @pytest.mark.parametrize("works_to", [None, date(2023, 6, 1)])
    def test_what_was_not_watched_is_said_and_keeps_the_verdict_from_being_firm_or_final(self, works_to):
        found = verdict("dust", {"pm10_difference": 0.0, "tsp_mean": "no_sensor"}, works_from=date(2023, 2, 1), works_to=works_to)
        assert (found.firm, found.final) == (False, False)
        assert "TSP 15 分钟均值：没有监测此项的仪器" in found.words["zh"]
        assert "No instrument measures it" in found.words["en"]

    @pytest.mark.parametrize("works_to", [None, date(2023, 6, 1)])
    def test_limits_entered_for_a_part_of_the_works_are_said_and_settle_nothing(self, works_to):
        found = verdict("dust", {"pm10_difference": 0.0, "tsp_mean": 0.0}, works_from=date(2022, 2, 1), works_to=works_to)
        assert (found.outcome, found.firm, found.final) == ("met", False, False)
        assert node(found, "no_limit").outcome == "unknown"
        assert "此前江苏省扬尘限值缺" in found.words["zh"]


class TestASensorOfUnknownExtent:
    """One without dates: nobody knows how many slots there should be, so the count has no upper bound."""

    @pytest.mark.parametrize("works_to", [None, date(2023, 6, 1)])
    def test_leaves_the_verdict_unknown_where_no_slot_is_seen_to_exceed(self, works_to):
        found = verdict("noise", {"noise_day": {"value": 0.0, "coverage": 50.0}, "noise_night": 0.0}, works_to=works_to)
        assert (found.outcome, found.firm, found.final) == ("unknown", False, False)

    def test_does_not_take_back_an_exceedance_that_was_seen(self):
        found = verdict("noise", {"noise_day": {"value": 3.0, "coverage": 0.0}, "noise_night": 0.0})
        assert (found.outcome, found.final) == ("not_met", True)


class TestSlotsOfADay:
    def test_are_above_the_limit_where_the_slot_table_says_so(self):
        base = {"slot_start": 1685577600, "sensor": "N1", "rule": "noise_day", "period": "day", "limit_value": 70.0}
        slots = [{"level": 70.00000000000001, "exceeds": False}, {"level": 70.1, "exceeds": True}, {"level": None, "exceeds": None}]
        (day,) = slots_by_day(pl.DataFrame([base | slot for slot in slots]))
        assert day == {
            **{"day": "2023-06-01", "sensor": "N1", "rule": "noise_day", "period": "day", "limit": 70.0},
            **{"exceeding": 1, "within": 1, "unknown": 1},
        }


class TestUnknownSlots:
    def test_are_told_apart_from_exceedances(self):
        limits = {"said": {"zh": "个时段高于限值", "en": "above", "zh_unknown": "个时段数据不足", "en_unknown": "unknown"}, "unit": "1"}
        assert _counted(limits, Span(Decimal(5), Decimal(29837)))["zh"] == "已见 5 个时段高于限值，另有 29832 个时段数据不足。"
        assert _counted(limits, Span(Decimal(5), Decimal(5)))["zh"] == "5 个时段高于限值。"
