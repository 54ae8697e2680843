"""Models of a dossier read ahead: the same readings as one by one, and never of other bytes than those handed in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from qingzhu.collectors import models
from qingzhu.collectors.dossier_files import Found
from qingzhu.collectors.models import read_model
from qingzhu.collectors.models_ahead import ModelsAhead
from tests.collectors.model_makers import step, wall


@pytest.fixture(params=["one after the other", "in processes"])
def files(request, tmp_path: Path, monkeypatch) -> list[Found]:
    """Three models of one, two and three walls."""
    if request.param == "in processes":
        monkeypatch.setattr(models, "WORTH_PROCESSES", 0)
    found = []
    for count in (1, 2, 3):
        path = tmp_path / f"{count}.ifc"
        path.write_text(step(*(wall(10 + at) for at in range(count))), "utf-8")
        found.append(Found("model", f"models/{count}.ifc", path))
    return found


def ahead(files: list[Found]) -> ModelsAhead:
    return ModelsAhead(files, "P", (), None)


def test_each_reading_is_the_one_of_its_file(files):
    with closing(ahead(files)) as held:
        for file in files:
            taken = held.take(file.name, file.path)
            alone = read_model(file.path, file.name, "P", ())
            assert taken.facts == alone.facts
            assert taken.tables["element"].equals(alone.tables["element"])


def test_a_file_that_changed_meanwhile_is_not_answered_for(files):
    with closing(ahead(files)) as held:
        files[1].path.write_text(step(wall(99)), "utf-8")
        assert held.take(files[0].name, files[0].path).tables["element"].height == 1
        assert held.take(files[1].name, files[1].path) is None
        assert held.take(files[2].name, files[2].path).tables["element"].height == 3


def test_files_that_are_passed_over_do_not_disturb_the_order(files):
    with closing(ahead(files)) as held:
        assert held.take(files[2].name, files[2].path).tables["element"].height == 3
        assert held.take(files[0].name, files[0].path) is None


def test_a_bad_model_is_refused_and_the_others_are_read(files):
    files[1].path.write_text("no model", "utf-8")
    with closing(ahead(files)) as held:
        held.take(files[0].name, files[0].path)
        assert held.take(files[1].name, files[1].path).refused
        assert held.take(files[2].name, files[2].path).tables["element"].height == 3
