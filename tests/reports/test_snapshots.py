"""Snapshots: which pixels a box covers, worked by hand, and what hides what."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from qingzhu.reports.pictures import png
from qingzhu.reports.snapshots import Scene, framed, render, viewpoint
from qingzhu.terms.topics import Camera
from tests.reports.bodies import Box, box

RED, GREEN = (255, 0, 0), (0, 255, 0)
FROM_SOUTH = Camera((0, -10, 0), (0, 1, 0), (0, 0, 1), aspect=1, height=2)  # 8 pixels of 0.25 m see x and z from -1 to 1


def drawn(*boxes: Box, colours: dict[str, tuple[int, int, int]], camera: Camera = FROM_SOUTH, size: tuple[int, int] = (8, 8)) -> np.ndarray:
    return render(Scene.of(boxes), camera, colours, size)


def covered(picture: np.ndarray) -> np.ndarray:
    return (picture != 255).any(axis=2)


class TestABox:
    def test_of_one_metre_covers_the_four_by_four_pixels_in_the_middle(self):
        picture = drawn(box("A", (-0.5, -0.5, -0.5), (0.5, 0.5, 0.5)), colours={"A": RED})
        expected = np.zeros((8, 8), bool)
        expected[2:6, 2:6] = True
        assert (covered(picture) == expected).all()

    def test_has_its_right_end_on_the_right_and_its_top_on_top(self):
        picture = drawn(box("A", (0.5, 0, 0.5), (1, 1, 1)), colours={"A": RED})
        assert [tuple(place) for place in np.argwhere(picture[:, :, 1] == 0)] == [(0, 6), (0, 7), (1, 6), (1, 7)]

    def test_twice_as_far_away_is_half_as_wide_in_perspective(self):
        # a vertical field of view of 90 degrees sees as much above the middle as it is away
        near = Camera((0, -2, 0), (0, 1, 0), (0, 0, 1), aspect=1, field_of_view=90)
        far = Camera((0, -4, 0), (0, 1, 0), (0, 0, 1), aspect=1, field_of_view=90)
        plate = box("A", (-1, 0, -1), (1, 0.001, 1))
        reds = [(drawn(plate, colours={"A": RED}, camera=camera, size=(16, 16))[:, :, 1] == 0).sum() for camera in (near, far)]
        assert reds == [8 * 8, 4 * 4]

    def test_behind_the_camera_is_not_seen(self):
        behind = Camera((0, -10, 0), (0, -1, 0), (0, 0, 1), aspect=1)
        assert not covered(drawn(box("A", (-1, 0, -1), (1, 1, 1)), colours={"A": RED}, camera=behind)).any()


class TestWhatHidesWhat:
    FRONT, BACK = box("A", (-1, 0, -1), (1, 1, 1)), box("B", (-1, 2, -1), (1, 3, 1))

    def test_the_nearer_of_two_is_seen_in_whatever_order_they_come(self):
        for boxes in ([self.FRONT, self.BACK], [self.BACK, self.FRONT]):
            red, green, _ = drawn(*boxes, colours={"A": RED, "B": GREEN})[4, 4]
            assert (red > 0, green) == (True, 0)

    def test_what_is_meant_shines_through_what_is_not(self):
        red, green, blue = drawn(self.FRONT, self.BACK, colours={"B": RED})[4, 4]
        assert red > green == blue > 0

    def test_others_are_grey(self):
        red, green, blue = drawn(self.FRONT, colours={})[4, 4]
        assert red == green == blue < 255


class TestACamera:
    def test_that_frames_an_element_sees_all_of_it_in_the_middle(self):
        scene = Scene.of([box("A", (10, 20, 30), (14, 21, 33)), box("B", (-100, 0, 0), (100, 1, 1))])
        picture = render(scene, framed(scene, ["A"]), {"A": RED}, (80, 60))
        rows, columns = np.nonzero(picture[:, :, 0] > picture[:, :, 1])
        assert (rows.min() > 0, rows.max() < 59, columns.min() > 0, columns.max() < 79) == (True,) * 4
        assert abs((columns.min() + columns.max()) / 2 - 39.5) < 5

    def test_frames_everything_where_the_elements_have_no_body(self):
        scene = Scene.of([box("A", (0, 0, 0), (1, 1, 1))])
        assert framed(scene, ["nobody"]) == framed(scene, ["A"])

    def test_there_is_none_for_an_empty_scene(self):
        assert framed(Scene.of([]), ["A"]) is None


class TestAViewpoint:
    def test_selects_and_colours_the_elements_and_has_a_picture(self):
        made = viewpoint(Scene.of([box("A", (0, 0, 0), (1, 1, 1))]), "g", ["A"], size=(40, 30))
        assert (made.selection, made.coloring, made.snapshot[:4]) == (("A",), (("D55E00", ("A",)),), b"\x89PNG")

    def test_is_the_same_every_time(self):
        scene = Scene.of([box("A", (0, 0, 0), (1, 1, 1)), box("B", (0, 0, 0), (1, 1, 1))])
        assert viewpoint(scene, "g", ["A"], size=(40, 30)) == viewpoint(scene, "g", ["A"], size=(40, 30))

    def test_selects_a_thousand_elements_at_most(self):
        made = viewpoint(Scene.of([]), "g", [str(number) for number in range(1001)])
        assert (len(made.selection), made.snapshot) == (1000, None)


class TestAPng:
    def test_holds_its_size_and_its_rows(self):
        data = png(np.arange(18, dtype=np.uint8).reshape(2, 3, 3))
        assert (data[:8], struct.unpack(">II", data[16:24])) == (b"\x89PNG\r\n\x1a\n", (3, 2))
        start = data.index(b"IDAT")
        length = struct.unpack(">I", data[start - 4 : start])[0]
        assert zlib.decompress(data[start + 4 : start + 4 + length]) == bytes([0, *range(9), 0, *range(9, 18)])

    def test_has_three_channels(self):
        with pytest.raises(ValueError, match="height x width x 3"):
            png(np.zeros((2, 2, 4), np.uint8))
