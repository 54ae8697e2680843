"""Series for charts: the months of waste show what the figure counts."""

from __future__ import annotations

from datetime import date

import polars as pl

from qingzhu.measures.tables import evidence
from qingzhu.schemes.series import waste_by_month
from tests.measures.waste_rows import ORIGINS, load, zero_report
from tests.measures.worked_cases import frame_of, local

FEBRUARY, MARCH = local("2023-02-10 09:00"), local("2023-03-31 23:30")


def months(*loads: dict) -> list[tuple]:
    """Month, counted, not counted, state, from January to April 2023."""
    frame = frame_of(loads, evidence()["weighing"])
    rows = waste_by_month(frame, pl.DataFrame(ORIGINS), date(2023, 1, 1), date(2023, 4, 30))
    return [(row["month"], row["counted"], row["not_counted"], row["state"]) for row in rows]


class TestWasteByMonth:
    def test_counts_what_left_the_gate_and_sets_spoil_and_unknown_origin_apart(self):
        rows = [load(10.0), load(2.5, "demolition_waste", time=MARCH), load(90.0, "slurry"), load(4.0, None), zero_report("2023-02")]
        assert months(*rows) == [
            ("2023-01", 0.0, 0.0, "silent"),
            ("2023-02", 0.0, 0.0, "zero_report"),
            ("2023-03", 12.5, 94.0, "tickets"),
            ("2023-04", 0.0, 0.0, "silent"),
        ]

    def test_leaves_out_what_was_reused_on_site_as_the_intensity_does(self):
        reused = [load(5.0, disposal="reused_on_site"), load(7.0, "spoil", disposal="reused_on_site", time=FEBRUARY)]
        assert months(load(10.0, disposal="backfilled"), *reused)[1:3] == [
            ("2023-02", 0.0, 0.0, "tickets"),
            ("2023-03", 10.0, 0.0, "tickets"),
        ]

    def test_a_load_without_mass_adds_nothing(self):
        assert months(load(10.0), load(None))[2] == ("2023-03", 10.0, 0.0, "tickets")
