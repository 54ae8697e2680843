"""What a figure says of the number behind it: a point, open above, or open at both ends."""

from __future__ import annotations

import pytest

from qingzhu.schemes.spans import covered, of_figure
from qingzhu.terms.figures import Figure


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"value": 24.0}, (24.0, 24.0)),
        ({"value": 24.0, "coverage": 99.99999999999997}, (24.0, 24.0)),
        ({"value": 24.0, "coverage": 90.0}, (24.0, None)),
        ({"value": 24.0, "coverage": 100.0, "gap": "rebar_open"}, (24.0, None)),
        ({"value": 24.0, "gap": "members_unmeasured"}, (24.0, None)),
        ({"value": 24.0, "gap": "rebar_open", "high": 30.0}, (24.0, 30.0)),
        ({"value": None, "gap": "no_model"}, (None, None)),
    ],
)
def test_a_gap_beside_a_value_leaves_it_open_above_unless_high_bounds_it(said, ends):
    assert of_figure(Figure("material_mass", {"project": "P1"}, unit="t", **said)).floats == ends


def test_only_what_has_no_gap_is_covered():
    assert covered(Figure("material_mass", {"project": "P1"}, 24.0, "t", coverage=100.0))
    assert not covered(Figure("material_mass", {"project": "P1"}, 24.0, "t", coverage=100.0, gap="rebar_open"))
