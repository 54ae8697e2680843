"""Models handed in without a dossier: under which names they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingzhu.schemes.models import names_of


class TestNamesOfFiles:
    def test_are_their_own(self):
        assert names_of([Path("x/a.ifc"), Path("b.ifczip"), Path("c.txt")]) == ["a.ifc", "b.ifczip", "c.txt.ifc"]

    def test_are_numbered_where_two_are_the_same(self):
        assert names_of([Path("x/a.ifc"), Path("y/a.ifc"), Path("b.ifc")]) == ["1-a.ifc", "2-a.ifc", "b.ifc"]

    @pytest.mark.parametrize("others", [["1-a.ifc"], ["1-a.ifc", "2-a.ifc"], ["1-a.ifc", "1-1-a.ifc", "3-1-a.ifc"]])
    def test_never_fall_together_with_a_name_that_is_numbered_already(self, others):
        files = [Path("x/a.ifc"), Path("y/a.ifc"), *map(Path, others)]
        assert len(set(names_of(files))) == len(files)
