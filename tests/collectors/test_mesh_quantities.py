"""Quantities of meshes, against arithmetic done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qingzhu.collectors.mesh_bodies import volume, watertight
from qingzhu.collectors.mesh_quantities import OVERLAPPING, quantities, seen_area, smallest_box
from tests.collectors.shape_makers import CUBE, SIX

UP = np.array([0.0, 0.0, 1.0])
WORLD = np.eye(3)


def mesh(sides: tuple[float, float, float], at: tuple[float, float, float] = (0, 0, 0)) -> tuple[np.ndarray, np.ndarray]:
    vertices = np.array(CUBE) / 1000 * sides + at
    return vertices, np.array([corners for a, b, c, d in SIX for corners in ((a, b, c), (a, c, d))])


def joined(*meshes: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    ends = np.cumsum([0, *(len(vertices) for vertices, _ in meshes)])
    return np.concatenate([one[0] for one in meshes]), np.concatenate([one[1] + end for one, end in zip(meshes, ends, strict=False)])


def prism(outline: list[tuple[float, float]], height: float) -> tuple[np.ndarray, np.ndarray]:
    """The body over an outline whose ears come off in its own order, from its first corner that sticks out."""
    count = len(outline)
    vertices = np.array([(x, y, z) for z in (0.0, height) for x, y in outline])
    faces = [(b, a, b + count) for a, b in zip(range(count), [*range(1, count), 0], strict=True)]
    faces += [(a, a + count, b + count) for a, b in zip(range(count), [*range(1, count), 0], strict=True)]
    faces = [corners[::-1] for corners in faces]
    for a, b, c in ears(outline):
        faces += [(c, b, a), (a + count, b + count, c + count)]
    return vertices, np.array(faces)


def ears(outline: list[tuple[float, float]]) -> list[tuple[int, int, int]]:
    """Triangles of an outline that runs anticlockwise: a corner is cut off where it sticks out and nothing lies in it."""
    left, found = list(range(len(outline))), []

    def side(a: int, b: int, c: int) -> float:
        (x, y), (u, v), (s, t) = outline[a], outline[b], outline[c]
        return (u - x) * (t - y) - (v - y) * (s - x)

    while len(left) > 2:
        for at in range(len(left)):
            a, b, c = left[at - 1], left[at], left[(at + 1) % len(left)]
            inside = [p for p in left if p not in (a, b, c) and min(side(a, b, p), side(b, c, p), side(c, a, p)) >= 0]
            if side(a, b, c) > 0 and not inside:
                found.append((a, b, c))
                left.remove(b)
                break
    return found


def turned(vertices: np.ndarray, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return vertices @ np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])


def of(family: str, vertices: np.ndarray, faces: np.ndarray) -> dict[str, float]:
    return {name: round(value, 6) for name, value in quantities(family, vertices, faces, WORLD, False)[0].items()}


def why(family: str, vertices: np.ndarray, faces: np.ndarray) -> str | None:
    return quantities(family, vertices, faces, WORLD, False)[1]


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

    @pytest.mark.parametrize("rake", [5, 15, 44, 46, 60, 80])
    def test_a_pile_that_rakes_is_as_long_as_its_axis(self, rake):
        vertices, faces = mesh((0.4, 0.5, 6))
        angle = np.radians(rake)
        frame = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]])
        held, _ = quantities("upright", vertices @ frame, faces, frame, False)
        assert [held[side] for side in ("Length", "Width", "Depth")] == [pytest.approx(size) for size in (6, 0.4, 0.5)]

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

    @pytest.mark.parametrize(
        ("outline", "plan"),
        [
            ([(0, 0), (4, 0), (4, 0.2), (0.2, 0.2), (0.2, 4), (0, 4)], 4 * 0.2 + 3.8 * 0.2),
            ([(0, 0), (0.5, 0), (0.5, 0.2), (0.2, 0.2), (0.2, 0.5), (0, 0.5)], 0.5 * 0.2 + 0.3 * 0.2),
            ([(0, 0), (4, 0), (4, 1), (3.8, 1), (3.8, 0.2), (0.2, 0.2), (0.2, 1), (0, 1)], 4 * 0.2 + 2 * 0.8 * 0.2),
            ([(0, 0), (4, 0), (4, 0.2), (0.2, 0.2), (0.2, 0.8), (4, 0.8), (4, 1), (0, 1)], 2 * 4 * 0.2 + 0.6 * 0.2),
        ],
    )
    def test_a_wall_that_turns_a_corner_has_a_volume_but_no_thickness_and_no_face(self, outline, plan):
        assert of("wall", *prism(outline, 3)) == {"NetVolume": pytest.approx(plan * 3, abs=1e-6)}

    def test_a_wall_with_mitred_ends_and_one_cut_in_two_by_a_passage_keep_theirs(self):
        mitred = of("wall", *prism([(0, 0), (5, 0), (4.8, 0.2), (0.2, 0.2)], 3))
        assert (mitred["Width"], mitred["Length"], mitred["NetSideArea"]) == (0.2, 5.0, 15.0)
        passage = of("wall", *joined(mesh((1, 0.2, 3)), mesh((1, 0.2, 3), at=(4, 0, 0))))
        assert (passage["Width"], passage["Length"], passage["NetSideArea"]) == (0.2, 5.0, 6.0)

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

    def test_a_body_drawn_inside_out_is_added_and_not_taken_off(self):
        small = mesh((1, 1, 1), at=(5, 0, 0))
        assert of("block", *joined(mesh((1, 1, 3)), inside_out(small)))["NetVolume"] == 4
        alike = mesh((1, 1, 3), at=(5, 0, 0))
        assert of("block", *joined(mesh((1, 1, 3)), inside_out(alike)))["NetVolume"] == 6

    def test_a_mirrored_body_that_touches_the_other_is_added(self):
        assert of("block", *joined(mesh((1, 1, 3)), inside_out(mesh((1, 1, 3), at=(1, 0, 0)))))["NetVolume"] == 6

    @pytest.mark.parametrize("mirrored", [False, True])
    def test_a_void_is_taken_off_and_what_lies_in_it_is_not_however_the_whole_is_turned(self, mirrored):
        whole = joined(mesh((3, 3, 3)), inside_out(mesh((2, 2, 2), at=(0.5, 0.5, 0.5))), mesh((1, 1, 1), at=(1, 1, 1)))
        assert of("block", *(inside_out(whole) if mirrored else whole))["NetVolume"] == 27 - 8 + 1

    def test_a_void_inside_is_taken_off(self):
        outside, inside = mesh((3, 3, 3)), mesh((1, 1, 1), at=(1, 1, 1))
        vertices, faces = joined(outside, (inside[0], inside[1][:, ::-1]))
        assert closed(vertices, faces)
        assert volume(vertices, faces) == pytest.approx(26)


def inside_out(given: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return given[0], given[1][:, ::-1]


def closed(vertices: np.ndarray, faces: np.ndarray) -> bool:
    return watertight(vertices, faces) is not None


class TestOverlaps:
    """Bodies of one element that share room: how much of it they hold is not known, what is seen of them is."""

    def test_a_body_drawn_twice_has_no_volume_and_one_face(self):
        held = of("plate", *joined(mesh((3, 2, 0.1)), mesh((3, 2, 0.1))))
        assert held == {"NetArea": 6.0, "Length": 3.0, "Width": 0.1, "Depth": 2.0, "ProjectedArea": 6.0}
        assert why("plate", *joined(mesh((3, 2, 0.1)), mesh((3, 2, 0.1)))) == OVERLAPPING

    def test_bodies_that_overlap_by_a_third_have_no_volume_and_the_area_of_both_together(self):
        held = of("plate", *joined(mesh((3, 2, 0.1)), mesh((3, 2, 0.1), at=(2, 0, 0))))
        assert "NetVolume" not in held
        assert (held["NetArea"], held["ProjectedArea"]) == (10.0, 10.0)

    def test_bodies_that_touch_or_overlap_by_a_joint_keep_their_volume(self):
        assert of("plate", *joined(mesh((3, 2, 0.1)), mesh((3, 2, 0.1), at=(3, 0, 0))))["NetVolume"] == 1.2
        assert of("plate", *joined(mesh((3, 2, 0.1)), mesh((3, 2, 0.1), at=(2.99, 0, 0))))["NetVolume"] == 1.2

    def test_thin_posts_that_reach_into_their_rail_by_a_little_keep_their_volume_and_by_much_lose_it(self):
        def railing(into: float) -> tuple[np.ndarray, np.ndarray]:
            posts = [mesh((0.02, 0.02, 0.9 + into), at=(0.1 + 0.4 * at, 0.01, 0)) for at in range(20)]
            return joined(mesh((8, 0.04, 0.04), at=(0, 0, 0.9)), *posts)

        assert of("bar", *railing(0.01))["NetVolume"] == pytest.approx(0.0128 + 20 * 0.0004 * 0.91)  # 0.4 % lie in both
        assert why("bar", *railing(0.04)) == OVERLAPPING  # 20 × 0.02 × 0.02 × 0.04 = 0.00032 of 0.02032 m³

    def test_bodies_whose_boxes_overlap_but_not_they_keep_their_volume(self):
        crossing = joined(mesh((3, 1, 1)), mesh((1, 3, 1), at=(3, 0, 0)), mesh((3, 1, 1), at=(0, 2, 0)))
        assert of("block", *crossing)["NetVolume"] == 9


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

    @pytest.mark.parametrize("pieces", [128, 256, 512])
    @pytest.mark.parametrize("step", [(0, 1, 0), (1, 0, 0), (0.4, 0.7, 0)])
    def test_boards_with_gaps_have_the_area_of_the_boards(self, pieces: int, step: tuple[float, float, float]):
        size = (0.05, 2.0, 0.03) if step[0] == 1 else (2.0, 0.05, 0.03)
        boards = [mesh(size, at=(0.1 * n * step[0], 0.1 * n * step[1], 0)) for n in range(pieces)]
        assert seen_area(*joined(*boards), UP) == pytest.approx(pieces * 0.1)

    def test_louvres_of_a_wall_are_seen_each_by_itself(self):
        louvres = [mesh((2.0, 0.03, 0.05), at=(0, 0, 0.1 * n)) for n in range(512)]
        assert seen_area(*joined(*louvres), np.array([0.0, 1.0, 0.0])) == pytest.approx(51.2)
