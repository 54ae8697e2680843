"""Waste: what left the gate by origin, what was generated, what was recovered, months reported. Expected values by hand arithmetic."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from qingzhu.measures.load import load as load_measures
from tests.measures.waste_rows import PLACES, RULES, load, zero_report
from tests.measures.worked_cases import derived_of, figure_of, figures_of, local


class TestDischargedAndGenerated:
    LOADS = (load(10.0), load(5.0, disposal="reused_on_site"), load(100.0, "spoil"), load(20.0, disposal="recovered"))

    def test_discharged_is_what_left_the_gate_by_origin(self, engine):
        found = figures_of("waste_discharged", PLACES | {"weighing": self.LOADS}, RULES, engine)
        assert {figure.grain["waste_origin"]: figure.value for figure in found} == {
            "works_waste": 30.0,
            "demolition_waste": 0.0,
            "spoil": 100.0,
            "slurry": 0.0,
        }

    def test_generated_adds_what_was_reused_on_site_and_leaves_out_spoil(self, engine):
        assert figure_of("waste_generated", PLACES | {"weighing": self.LOADS}, RULES, engine).value == 35.0

    def test_discharged_of_unknown_mass_stands_in_high_of_its_origin_and_of_unknown_origin_in_high_of_each(self, engine):
        loads = [load(10.0), load(None, "spoil", loads=2), load(None, None), load(4.0, "what?")]
        found = figures_of("waste_discharged", PLACES | {"weighing": loads}, RULES, engine)
        assert {figure.grain["waste_origin"]: (figure.value, figure.high) for figure in found} == {
            "works_waste": (10.0, 24.0),
            "demolition_waste": (0.0, 14.0),
            "spoil": (0.0, 34.0),
            "slurry": (0.0, 14.0),
        }
        assert {figure.coverage for figure in found} == {20.0}

    def test_discharged_of_unknown_mass_leaves_its_origin_unknown_where_no_load_was_weighed_to_bound_it(self, engine):
        loads = [zero_report(), load(None, "spoil")]
        found = figures_of("waste_discharged", PLACES | {"weighing": loads}, RULES, engine)
        assert {figure.grain["waste_origin"]: (figure.value, figure.high, figure.gap) for figure in found} == {
            "works_waste": (0.0, 0.0, None),
            "demolition_waste": (0.0, 0.0, None),
            "spoil": (None, None, "no_mass_known"),
            "slurry": (0.0, 0.0, None),
        }

    def test_generated_has_bounds_where_origin_or_mass_is_unknown(self, engine):
        loads = [load(10.0), load(6.0, None, disposal="reused_on_site"), load(None, loads=2), zero_report()]
        figure = figure_of("waste_generated", PLACES | {"weighing": loads}, RULES, engine)
        assert (figure.value, figure.high, figure.coverage) == (10.0, 36.0, 25.0)

    def test_generated_is_unknown_where_no_load_was_weighed_to_bound_one_without_mass(self, engine):
        figure = figure_of("waste_generated", PLACES | {"weighing": [zero_report(), load(None)]}, RULES, engine)
        assert (figure.value, figure.high, figure.coverage, figure.gap) == (None, None, 0.0, "no_mass_known")

    def test_with_zero_reports_only_are_zero_and_covered_in_full(self, engine):
        for measure in ("waste_discharged", "waste_generated"):
            found = figures_of(measure, PLACES | {"weighing": [zero_report()]}, RULES, engine)
            assert {(figure.value, figure.high, figure.coverage) for figure in found} == {(0.0, 0.0, 100.0)}

    def test_of_a_silent_site_are_unknown(self, engine):
        for measure in ("waste_discharged", "waste_generated"):
            assert {figure.gap for figure in figures_of(measure, PLACES, RULES, engine)} == {"no_load_weighed"}


class TestALoadThatDoesNotSayWhereItWent:
    def test_left_the_site_as_every_load_but_one_reused_there(self, engine):
        places = {"disposed": True, "recovered": True, "backfilled": True, "reused_on_site": False, None: True}
        loads = [load(float(mass), disposal=place) for mass, place in enumerate(places, start=1)]
        rows = derived_of("waste_load", {"weighing": loads}, RULES, engine)
        assert [row["discharged"] for row in sorted(rows, key=lambda row: row["net_mass"])] == list(places.values())

    def test_counts_in_what_was_discharged_and_leaves_the_rate_of_recovery_open(self, engine):
        rows = PLACES | {"weighing": [load(1000.0), load(1000.0, disposal="recovered")]}
        intensity, rate = (figure_of(measure, rows, RULES, engine) for measure in ("waste_intensity", "recovery_rate"))
        assert (intensity.value, intensity.high, intensity.coverage) == (625.0, 625.0, 100.0)
        assert (rate.value, rate.high, rate.coverage) == (50.0, 100.0, 50.0)

    def test_is_said_by_the_paper_to_have_left_by_a_convention(self):
        notes = {lang: " ".join(words.split()) for lang, words in load_measures(names=["waste_load"])["waste_load"].notes.items()}
        assert "去向的一车也算离场" in notes["zh"]
        assert "a load that does not say where it went has left" in notes["en"]


class TestRecoveryRate:
    def rate(self, engine, *loads: dict):
        return figure_of("recovery_rate", PLACES | {"weighing": loads}, RULES, engine)

    def test_is_the_share_that_was_recovered_backfilled_or_reused(self, engine):
        figure = self.rate(
            engine,
            load(30.0, disposal="recovered"),
            load(20.0, disposal="backfilled"),
            load(10.0, disposal="reused_on_site"),
            load(20.0, disposal="disposed"),
            load(500.0, "spoil", disposal="backfilled"),
        )
        assert (figure.value, figure.high, figure.coverage) == (75.0, 75.0, 100.0)

    def test_what_goes_to_an_unknown_place_stands_in_the_denominator_and_in_high(self, engine):
        figure = self.rate(
            engine, load(50.0, disposal="recovered"), load(25.0), load(25.0, disposal="disposed"), load(0.0, disposal="disposed")
        )
        assert (figure.value, figure.high, figure.coverage) == (50.0, 75.0, 75.0)

    def test_a_load_of_unknown_origin_may_be_in_or_out(self, engine):
        figure = self.rate(
            engine,
            load(40.0, disposal="recovered"),
            load(40.0, disposal="disposed"),
            load(20.0, None, disposal="recovered"),
            load(20.0, None, disposal="disposed"),
        )
        # lowest: the recovered one out, 40 / (40 + 40 + 20); highest: the one disposed of out, 60 / (60 + 40)
        assert (figure.value, figure.high, figure.coverage) == (40.0, 60.0, 50.0)

    def test_a_load_of_unknown_mass_is_between_nothing_and_its_loads_of_the_heaviest(self, engine):
        figure = self.rate(
            engine,
            load(60.0, disposal="recovered", loads=3),
            load(20.0, disposal="disposed"),
            load(None, disposal="recovered", loads=6),
            load(None, disposal="disposed", loads=2),
        )
        # one load is 20 t at most; lowest: 60 / (60 + 20 + 2 × 20); highest: (60 + 6 × 20) / (60 + 6 × 20 + 20)
        assert (figure.value, figure.high) == (50.0, 90.0)
        assert figure.coverage == pytest.approx(100 / 3)

    def test_is_neither_above_nor_below_what_any_reading_of_the_unknown_gives(self, engine):
        loads = [
            load(30.0, disposal="recovered"),
            load(50.0, disposal="disposed"),
            load(8.0),
            load(None, disposal="backfilled"),
            load(None, None, loads=2),
            load(5.0, None, disposal="recovered"),
        ]
        possible = []
        for known, lost, third, fourth, fifth, sixth in product(
            [30.0], [50.0], [(8.0, 0.0), (0.0, 8.0)], [0.0, 50.0], [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)], [0.0, 5.0]
        ):
            recovered = known + third[0] + fourth + fifth[0] + sixth
            possible.append(100 * recovered / (recovered + lost + third[1] + fifth[1]))
        figure = self.rate(engine, *loads)
        assert (figure.value, figure.high) == (pytest.approx(min(possible)), pytest.approx(max(possible)))
        assert figure.coverage == pytest.approx(200 / 7)

    def test_is_unknown_where_no_load_known_to_count_was_weighed(self, engine):
        for loads in (
            [load(None, disposal="recovered")],
            [load(9.0, None, disposal="recovered")],
            [load(9.0, "spoil", disposal="disposed")],
        ):
            figure = self.rate(engine, *loads, zero_report())
            assert (figure.value, figure.high, figure.gap) == (None, None, "no_load_weighed")

    def test_is_unknown_where_no_ticket_names_a_place(self, engine):
        assert self.rate(engine, load(50.0)).gap == "no_disposal"


class TestMonthsReported:
    def months(self, engine, loads: list[dict], works: dict, on: date = date(2023, 6, 30), **more: list[dict]):
        return figure_of("waste_months_reported", {"project": [{"project": "P1"} | works], "weighing": loads} | more, None, engine, on)

    def test_four_of_five_months_are_80_percent(self, engine):
        loads = [load(1.0, time=local(f"2023-0{month}-20 08:00")) for month in (2, 3, 5)] + [zero_report("2023-06"), zero_report("2023-06")]
        assert self.months(engine, loads, {"works_from": date(2023, 2, 27)}).value == pytest.approx(80.0, rel=1e-9)

    def test_a_ticket_just_after_local_midnight_counts_in_the_new_month(self, engine):
        figure = self.months(engine, [load(1.0, time=local("2023-06-01 00:10"))], {"works_from": date(2023, 5, 1)})
        assert figure.value == pytest.approx(50.0, rel=1e-9)

    def test_end_with_the_works(self, engine):
        works = {"works_from": date(2023, 1, 1), "works_to": date(2023, 2, 10)}
        assert self.months(engine, [zero_report("2023-01"), zero_report("2023-02")], works).value == 100.0

    def test_a_month_wholly_in_suspensions_is_excused(self, engine):
        rest = [
            {"project": "P1", "from_date": date(2023, 3, 1), "to_date": date(2023, 3, 20)},
            {"project": "P1", "from_date": date(2023, 3, 10), "to_date": date(2023, 4, 2)},
        ]
        loads = [zero_report("2023-02"), zero_report("2023-04")]
        figure = self.months(engine, loads, {"works_from": date(2023, 2, 1)}, on=date(2023, 4, 30), suspension=rest)
        assert figure.value == 100.0

    def test_overlapping_suspensions_do_not_excuse_a_month_twice(self, engine):
        rest = [{"project": "P1", "from_date": date(2023, 3, 1), "to_date": date(2023, 3, 20)}] * 2
        figure = self.months(engine, [zero_report("2023-02")], {"works_from": date(2023, 2, 1)}, on=date(2023, 3, 31), suspension=rest)
        assert figure.value == pytest.approx(50.0, rel=1e-9)

    def test_the_running_month_is_not_due_yet(self, engine):
        figure = self.months(engine, [zero_report("2023-05")], {"works_from": date(2023, 5, 1)}, on=date(2023, 6, 10))
        assert figure.value == 100.0

    @pytest.mark.parametrize(("works_to", "share"), [(5, 50.0), (10, 50.0), (11, 100.0)])
    def test_the_month_of_judgement_is_due_once_the_works_have_ended(self, engine, works_to, share):
        works = {"works_from": date(2023, 5, 1), "works_to": date(2023, 6, works_to)}
        assert self.months(engine, [zero_report("2023-05")], works, on=date(2023, 6, 10)).value == share

    def test_without_first_day_of_works_nothing_is_known(self, engine):
        assert self.months(engine, [], {}).gap == "no_works_dates"
