"""Numbers with the form of the word they ask for."""

from __future__ import annotations

import pytest

from qingzhu.terms.plurals import counted, filled


@pytest.mark.parametrize(("count", "said"), [(0, "0 rows have"), (1, "1 row has"), ("1", "1 row has"), ("1,001", "1,001 rows have")])
def test_one_has_a_form_of_its_own(count, said):
    assert counted(count, "row has", "rows have") == filled("{count:row has|rows have}", {"count": count}) == said


def test_other_facts_are_filled_as_python_fills_them():
    assert filled("{name}: {size:.2f} MB", {"name": "a|b", "size": 1.5}) == "a|b: 1.50 MB"
