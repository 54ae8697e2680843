"""Geometry of models: shapes by the kernel, in processes of its own, none lost in silence."""

from __future__ import annotations

import numpy as np
import pytest

ifcopenshell = pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

from qingzhu.collectors.model_geometry import NO_SHAPE, Shape, shapes  # noqa: E402
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

        stream = shapes(opened(*(line for number in range(100, 8100, 100) for line in box(1000 + number, (1000, number, 100)))), workers=2)
        next(stream)
        assert psutil.Process().children()
        stream._made.close()
        assert not psutil.Process().children()
