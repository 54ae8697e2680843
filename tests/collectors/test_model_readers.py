"""Processes that read models: each reading in its turn, wherever they are started from, and none that is left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qingzhu.collectors import model_readers
from qingzhu.collectors.model_readers import Task, readings, worth
from qingzhu.collectors.models import read_models
from tests.collectors.model_makers import step, wall

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[Path, str]]:
    """Four models, of one to four walls."""
    found = []
    for count in (1, 2, 3, 4):
        path = tmp_path / f"{count}.ifc"
        path.write_text(step(*(wall(10 + at) for at in range(count))), "utf-8")
        found.append((path, f"models/{count}.ifc"))
    return found


def task(file: tuple[Path, str]) -> Task:
    return Task(*file, "P", (), {})


SCRIPT = """
from pathlib import Path
from qingzhu.collectors import model_readers
from qingzhu.collectors.models import read_models
model_readers.WORTH_PROCESSES = 0
files = [(Path(one), one) for one in FILES]
print([reading.tables["element"].height for reading in read_models(files, "P", (), workers=2)])
"""


@pytest.mark.parametrize("way", ["a script", "the standard input"])
def test_a_program_that_does_not_guard_its_first_module_reads_them_too(way, files, tmp_path):
    script = SCRIPT.replace("FILES", repr([str(path) for path, _ in files]))
    (tmp_path / "script.py").write_text(script, "utf-8")
    command = [sys.executable, str(tmp_path / "script.py")] if way == "a script" else [sys.executable, "-"]
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False, env=environment)
    assert (done.stdout, done.stderr) == ("[1, 2, 3, 4]\n", "")


@pytest.mark.parametrize("command", [["false"], ["no-such-program-at-all"], [sys.executable, "-c", "print('hello')"]])
def test_where_no_process_starts_they_are_read_in_this_one(command, files, monkeypatch):
    monkeypatch.setattr(model_readers, "COMMAND", command)
    monkeypatch.setattr(model_readers, "WORTH_PROCESSES", 0)
    assert [one.tables["element"].height for one in read_models(files, "P", (), workers=2)] == [1, 2, 3, 4]


def test_no_task_is_asked_for_long_before_its_turn(files):
    asked = []

    def tasks():
        for at in range(40):
            asked.append(at)
            yield task(files[at % 4])

    found = readings(tasks(), 2)
    for taken in range(1, 5):
        assert next(found).tables["element"].height == taken
        assert len(asked) == taken + 2
    found.close()


def test_what_is_still_being_read_ends_when_they_are_dismissed(files, monkeypatch):
    monkeypatch.setattr(model_readers, "COMMAND", ["sh", "-c", "echo ready; exec sleep 600"])
    workers, found = model_readers._Workers(), []
    reading = threading.Thread(target=lambda: found.append(workers.read(task(files[0]))))
    reading.start()
    while not workers.all:
        time.sleep(0.01)
    workers.dismiss()
    reading.join(60)
    assert found == [None]
    assert workers.all[0].returncode is not None
    assert workers.read(task(files[1])) is None


def test_they_are_worth_starting_for_several_large_files_alone(files, monkeypatch):
    paths = [path for path, _ in files]
    assert worth(paths, 2) == 1
    monkeypatch.setattr(model_readers, "WORTH_PROCESSES", 4 * 300)
    assert [worth(paths, 2), worth(paths, 8), worth(paths[:1], 8), worth([*paths[:1], Path("gone")], 8)] == [2, 4, 1, 1]
