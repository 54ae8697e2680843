"""Quantities of meshes, against arithmetic done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qingzhu.collectors.mesh_quantities import quantities, seen_area, smallest_box, volume, watertight
from tests.collectors.shape_makers import CUBE, SIX

UP = np.array([0.0, 0.0, 1.0])
WORLD = np.eye(3)


def mesh(sides: tuple[float, float, float], at: tuple[float, float, float] = (0, 0, 0)) -> tuple[np.ndarray, np.ndarray]:
    vertices = np.array(CUBE) / 1000 * sides + at
    return vertices, np.array([corners for a, b, c, d in SIX for corners in ((a, b, c), (a, c, d))])


def joined(*meshes: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    ends = np.cumsum([0, *(len(vertices) for vertices, _ in meshes)])
    return np.concatenate([one[0] for one in meshes]), np.concatenate([one[1] + end for one, end in zip(meshes, ends, strict=False)])


def turned(vertices: np.ndarray, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return vertices @ np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])


def of(family: str, vertices: np.ndarray, faces: np.ndarray) -> dict[str, float]:
    return {name: round(value, 6) for name, value in quantities(family, vertices, faces, WORLD, False).items()}


class TestSides:
    def test_a_slab_has_its_thickness_for_a_width(self):
        held = of("plate", *mesh((2, 3, 0.2)))
        assert held == {"NetVolume": 1.2, "NetArea": 6.0, "Length": 3.0, "Width": 0.2, "Depth": 2.0, "ProjectedArea": 6.0}

    def test_a_wall_across_the_axes_is_as_long_and_as_thick_as_it_is(self):
        vertices, faces = mesh((5, 0.24, 3))
        held = of("wall", turned(vertices, 30), faces)
        assert held == {"NetVolume": 3.6, "NetSideArea": 15.0, "Length": 5.0, "Width": 0.24, "Height": 3.0}

    def test_a_wall_higher_than_long_keeps_its_height(self):
        assert of("wall", *mesh((1, 0.2, 3)))["Height"] == 3.0

    def test_a_column_is_as_long_as_it_is_high_however_stout(self):
        held = of("upright", *mesh((0.8, 0.6, 0.5)))
        assert (held["Length"], held["Width"], held["Depth"]) == (0.5, 0.6, 0.8)

    def test_a_beam_is_deep_upwards(self):
        held = of("bar", *mesh((6, 0.6, 0.3)))
        assert (held["Length"], held["Width"], held["Depth"], held["ProjectedArea"]) == (6.0, 0.6, 0.3, 3.6)

    def test_a_curved_wall_has_a_volume_but_no_thickness_and_no_face(self):
        angles = np.linspace(0, np.pi / 2, 25)
        ring = np.array([[radius * np.cos(a), radius * np.sin(a), z] for z in (0, 3) for radius in (4, 4.2) for a in angles])
        inner, outer = np.arange(25), np.arange(25, 50)
        outline = np.concatenate([inner[::-1], outer])
        faces = [(a, b, b + 50) for a, b in zip(outline, np.roll(outline, -1), strict=True)]
        faces += [(a, b + 50, a + 50) for a, b in zip(outline, np.roll(outline, -1), strict=True)]
        for at in range(24):
            low = [(at, at + 1, at + 26), (at, at + 26, at + 25)]
            faces += low + [(a + 50, c + 50, b + 50) for a, b, c in low]
        held = of("wall", ring, np.array(faces))
        assert set(held) == {"NetVolume"}
        assert held["NetVolume"] == pytest.approx(np.pi / 4 * (4.2**2 - 4**2) * 3, rel=0.002)

    def test_the_smallest_box_of_a_turned_box_has_its_sides(self):
        vertices, faces = mesh((4, 2, 1))
        assert sorted(smallest_box(turned(vertices, 17), faces, WORLD).sides.round(6)) == [1.0, 2.0, 4.0]


class TestClosed:
    def test_a_surface_with_a_face_missing_is_open(self):
        vertices, faces = mesh((1, 1, 1))
        assert closed(vertices, faces)
        assert not closed(vertices, faces[1:])
        assert "NetVolume" not in of("block", vertices, faces[1:])

    def test_a_tube_open_at_both_ends_is_open_though_its_faces_cancel_out(self):
        vertices, faces = mesh((1, 1, 1))
        assert not closed(vertices, faces[4:])

    def test_loose_faces_that_look_in_and_out_are_turned_alike(self):
        vertices, faces = mesh((2, 3, 0.2))
        loose = faces.copy()
        loose[::3] = loose[::3, ::-1]
        assert of("plate", vertices, loose) == of("plate", vertices, faces)

    def test_two_bodies_of_which_one_looks_in_are_both_counted(self):
        one, other = mesh((1, 1, 1)), mesh((1, 1, 2), at=(3, 0, 0))
        loose = other[1].copy()
        loose[::2] = loose[::2, ::-1]
        assert of("block", *joined(one, (other[0], loose)))["NetVolume"] == 3

    def test_a_long_edge_against_two_short_ones_is_closed(self):
        vertices, faces = mesh((1, 1, 1))
        middle = len(vertices)
        a, b, c = faces[0]
        split = np.array([[a, b, middle], [middle, b, c]])
        vertices = np.concatenate([vertices, [(vertices[a] + vertices[c]) / 2]])
        cut = np.concatenate([faces[1:], split])
        outer = [place for place, face in enumerate(faces) if place and {a, c} <= set(face.tolist())]
        assert outer, "another face has the whole of that edge"
        assert closed(vertices, cut)

    def test_a_void_inside_is_taken_off(self):
        outside, inside = mesh((3, 3, 3)), mesh((1, 1, 1), at=(1, 1, 1))
        vertices, faces = joined(outside, (inside[0], inside[1][:, ::-1]))
        assert closed(vertices, faces)
        assert volume(vertices, faces) == pytest.approx(26)


def closed(vertices: np.ndarray, faces: np.ndarray) -> bool:
    return watertight(vertices, faces) is not None


class TestAreasSeen:
    def test_what_lies_above_another_counts_once(self):
        assert seen_area(*joined(mesh((2, 2, 1)), mesh((2, 2, 1), at=(1, 0, 5))), UP) == pytest.approx(6)

    def test_a_triangle_over_a_square_counts_what_sticks_out(self):
        square = mesh((1, 1, 1))
        prism = np.array([[0, 0, 2], [3, 0, 2], [0, 3, 2], [0, 0, 3], [3, 0, 3], [0, 3, 3.0]])
        faces = np.array([[0, 2, 1], [3, 4, 5], [0, 1, 4], [0, 4, 3], [1, 2, 5], [1, 5, 4], [2, 0, 3], [2, 3, 5]])
        assert seen_area(*joined(square, (prism, faces)), UP) == pytest.approx(4.5, rel=1e-3)

    def test_a_slope_has_the_area_of_its_plan(self):
        vertices, faces = mesh((4, 3, 0.2))
        sloped = vertices + np.array([0, 0, 1]) * vertices[:, :1]
        assert seen_area(sloped, faces, UP) == pytest.approx(12)
        assert of("plate", sloped, faces)["NetArea"] > 16

    def test_a_cavity_wall_of_two_leaves_has_one_face(self):
        held = of("wall", *joined(mesh((5, 0.1, 3)), mesh((5, 0.1, 2.8), at=(0, 0.2, 0))))
        assert held["NetSideArea"] == pytest.approx(15)
        assert held["Width"] == pytest.approx(0.3)
