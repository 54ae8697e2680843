"""Models of a dossier read ahead: the same readings as one by one, and never of other bytes than those handed in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from qingzhu.collectors import model_readers
from qingzhu.collectors.dossier_files import Found
from qingzhu.collectors.models import read_model
from qingzhu.collectors.models_ahead import ModelsAhead
from tests.collectors.model_makers import step, wall


@pytest.fixture
def files(tmp_path: Path, monkeypatch) -> list[Found]:
    """Three models of one, two and three walls, worth processes."""
    monkeypatch.setattr(model_readers, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(model_readers, "cores", lambda: 2)
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
        assert held.take(files[0].name, files[0].path).tables["element"].height == 1
        files[1].path.write_text(step(wall(99)), "utf-8")
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


def test_where_processes_are_not_worth_it_nothing_is_read_ahead(files, monkeypatch):
    monkeypatch.setattr(model_readers, "WORTH_PROCESSES", 10**9)
    with closing(ahead(files)) as held:
        assert [held.take(file.name, file.path) for file in files] == [None, None, None]


def test_one_that_cannot_be_copied_is_left_for_its_turn_and_the_others_are_read(files):
    files[1].path.unlink()
    with closing(ahead(files)) as held:
        assert [held.take(files[at].name, files[0].path) is None for at in (0, 1)] == [False, True]
        assert held.take(files[2].name, files[2].path).tables["element"].height == 3


def test_one_whose_reading_raises_is_left_for_its_turn_and_the_others_are_read(files, tmp_path, monkeypatch):
    without_ifcopenshell(tmp_path, monkeypatch, "raise ImportError")
    files[0].path.write_text(step(wall(10), "#99=IFCNOSUCHTHING();"), "utf-8")
    with closing(ahead(files)) as held:
        found = [held.take(file.name, file.path) for file in files]
    assert [one if one is None else one.tables["element"].height for one in found] == [None, 2, 3]


def test_one_that_ends_its_process_is_refused_and_the_others_are_read(files, tmp_path, monkeypatch):
    without_ifcopenshell(tmp_path, monkeypatch, "import os; os.kill(os.getpid(), 9)")
    files[0].path.write_text(step(wall(10), "#99=IFCNOSUCHTHING();"), "utf-8")
    with closing(ahead(files)) as held:
        found = [held.take(file.name, file.path) for file in files]
    assert [remark.code for remark in found[0].remarks] == ["reader_process_ended"]
    assert [one.tables["element"].height for one in found[1:]] == [2, 3]


def test_no_more_is_copied_than_one_more_than_there_are_processes_and_what_was_taken_goes(files, tmp_path):
    more = [Found("model", f"models/more{number}.ifc", files[0].path) for number in range(10)]
    with closing(ahead(more)) as held:
        held.take(more[0].name, more[0].path)
        assert len(held.copies) == 3
        assert len(list(Path(held.folder.name).rglob("*.ifc"))) == 2


def without_ifcopenshell(folder: Path, monkeypatch: pytest.MonkeyPatch, instead: str) -> None:
    """Processes started from now on do this where they import IfcOpenShell."""
    (folder / "stub").mkdir()
    (folder / "stub" / "ifcopenshell.py").write_text(instead, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder / "stub"))
