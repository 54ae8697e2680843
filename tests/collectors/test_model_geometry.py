"""Geometry of models: shapes by the kernel, in processes of its own, none lost in silence."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

ifcopenshell = pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

from qingzhu.collectors import model_geometry  # noqa: E402
from qingzhu.collectors.model_geometry import (  # noqa: E402
    CRASHED,
    ENOUGH,
    GIVEN_UP,
    NO_SHAPE,
    NOT_OPENED,
    SHAPE,
    TOO_LONG,
    Shape,
    _Crew,
    computed,
    shapes,
)
from tests.collectors.model_makers import guid, wall  # noqa: E402
from tests.collectors.shape_makers import box, broken, drawn, opening  # noqa: E402


def opened(*lines: str) -> ifcopenshell.file:
    return ifcopenshell.file.from_string(drawn(*lines))


def extent(shape: Shape) -> list[float]:
    return np.round(np.ptp(shape.vertices, axis=0), 6).tolist()


class TestShapes:
    def test_a_shape_is_in_metres_and_in_the_coordinates_of_the_world(self):
        (shape,) = shapes(opened(*box(100, (3000, 2000, 200), at=(10000.0, 0.0, 0.0), along=(0, 1, 0))), workers=1)
        assert shape.global_id == guid(100)
        assert extent(shape) == [2.0, 3.0, 0.2]
        assert shape.vertices.min(axis=0).round(6).tolist() == [8.0, 0.0, 0.0]
        assert (shape.vertices.dtype, shape.faces.dtype) == (np.float64, np.int32)

    def test_openings_are_cut_and_are_no_shapes_themselves(self):
        model = opened(*box(100, (3000, 2000, 200)), *opening(200, 100, (1000, 1000, 400), (500.0, 500.0, -100.0)))
        (shape,) = shapes(model, workers=1)
        assert len(shape.faces) == 32  # a ring of 8 corners above and below: 8 triangles each, and 2 on each of its 8 sides

    def test_shapes_come_in_the_order_they_were_asked_for_whatever_worker_made_them(self):
        model = opened(*(line for number in range(100, 8100, 100) for line in box(1000 + number, (1000, number, 100))))
        asked = sorted(model.by_type("IfcSlab"), key=lambda one: one.GlobalId, reverse=True)
        assert [shape.global_id for shape in shapes(model, asked, workers=2)] == [one.GlobalId for one in asked]

    def test_an_element_that_gives_no_shape_is_named_and_one_without_a_body_has_not_failed(self):
        made = shapes(opened(*box(100, (1000, 1000, 100)), *broken(200), wall(300)), workers=2)
        assert [shape.global_id for shape in made] == [guid(100)]
        assert made.failed == {guid(200): NO_SHAPE}

    def test_progress_is_told_after_each_bundle_and_ends_with_all(self):
        told = []
        model = opened(*(line for number in range(100, 4100, 100) for line in box(1000 + number, (1000, number, 100))))
        list(shapes(model, workers=1, tell=lambda done, of: told.append((done, of))))
        assert told == [(32, 40), (40, 40)]

    def test_a_reader_who_stops_early_leaves_no_process_behind(self):
        import psutil

        before = set(psutil.Process().children())  # what other tests left running is none of ours
        stream = shapes(opened(*(line for number in range(100, 8100, 100) for line in box(1000 + number, (1000, number, 100)))), workers=2)
        next(stream)
        assert set(psutil.Process().children()) - before
        stream._made.close()
        assert not set(psutil.Process().children()) - before


PROGRAM = """
import pickle, signal, sys, time, os
sys.stdout.buffer.write(b"ready\\n"); sys.stdout.buffer.flush()
for line in sys.stdin.buffer:
    for id in __import__("json").loads(line):
        if id == 13: os.abort()
        if id == 14: time.sleep(60)
        if id == 17: signal.setitimer(signal.ITIMER_PROF, 0.2)
        while id == 17: pass
        pickle.dump((id, "shape", None), sys.stdout.buffer); sys.stdout.buffer.flush()
"""
"""A worker that crashes over element 13 and says nothing over element 14, and spends its time on element 17."""


class TestAWorkerThatEnds:
    def crew(self, tmp_path: Path, text: str = PROGRAM) -> _Crew:
        path = tmp_path / "worker.py"
        path.write_text(text, "utf-8")
        return _Crew([sys.executable, str(path)])

    def test_costs_the_element_it_ended_over_and_no_other(self, tmp_path):
        crew = self.crew(tmp_path)
        found = crew.work([11, 12, 13, 15, 16])
        crew.dismiss()
        assert [(id, status) for id, status, _ in found] == [(11, SHAPE), (12, SHAPE), (13, CRASHED), (15, SHAPE), (16, SHAPE)]

    def test_is_ended_when_it_is_silent_for_too_long(self, tmp_path, monkeypatch):
        monkeypatch.setattr(model_geometry, "SILENCE", 2.0)
        crew = self.crew(tmp_path)
        found = crew.work([14, 15])
        crew.dismiss()
        assert [(id, status) for id, status, _ in found] == [(14, TOO_LONG), (15, SHAPE)]

    def test_is_ended_when_it_never_gets_ready(self, tmp_path, monkeypatch):
        monkeypatch.setattr(model_geometry, "SILENCE", 1.0)
        crew = self.crew(tmp_path, "import time; time.sleep(60)")
        assert [status for _, status, _ in crew.work([1, 2])] == [NOT_OPENED] * 2
        assert crew.all[0].process.wait(10) != 0
        crew.dismiss()

    def test_can_be_dismissed_while_it_opens_the_file(self, tmp_path):
        crew = self.crew(tmp_path, "import time; time.sleep(60)")
        with ThreadPoolExecutor(1) as pool:
            found = pool.submit(crew.work, [1])
            while not crew.all:
                time.sleep(0.01)
            crew.dismiss()
            assert [status for _, status, _ in found.result(timeout=30)] == [GIVEN_UP]

    def test_is_ended_by_the_system_when_one_element_takes_too_much_of_its_time(self, tmp_path):
        crew = self.crew(tmp_path)
        found = crew.work([17, 15])
        crew.dismiss()
        assert [(id, status) for id, status, _ in found] == [(17, TOO_LONG), (15, SHAPE)]

    def test_too_often_is_not_tried_for_ever(self, tmp_path):
        crew = self.crew(tmp_path)
        found = crew.work([13] * (ENOUGH + 5))
        crew.dismiss()
        assert {status for _, status, _ in found} == {CRASHED, GIVEN_UP}

    def test_before_it_has_opened_the_file_leaves_every_element_without_a_shape(self, tmp_path):
        path = tmp_path / "model.ifc"
        path.write_text("no model", "ascii")
        assert [status for _, status, _ in computed(path, [1, 2], "mesh", 1)] == [NOT_OPENED] * 2
