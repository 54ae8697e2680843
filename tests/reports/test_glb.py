"""GLB files, read byte by byte: header, chunks, accessors, a box by hand, nodes, colours, legends."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from qingzhu.collectors.model_geometry import shapes
from qingzhu.reports.glb import linear, write_glb
from qingzhu.terms.errors import MissingError
from tests.reports.bodies import Box, box

KNOWN = pl.DataFrame(
    [
        {
            "global_id": "A",
            "ifc_class": "IfcWall",
            "construction": "precast",
            "mapped": True,
            "role": "bearing_wall",
            "carbon": 100.0,
            "spec": "W1",
        },
        {"global_id": "B", "ifc_class": "IfcWall", "construction": None, "mapped": False, "role": None, "carbon": None, "spec": None},
    ]
)


def written(path: Path, *bodies: Box, elements: pl.DataFrame = KNOWN, colour_by: str = "construction") -> tuple[dict[str, Any], bytes]:
    """The document and the binary chunk of a file, after its header and chunks were held against the specification."""
    write_glb(path / "a.glb", bodies, elements, colour_by, "塔楼.ifc")
    data = (path / "a.glb").read_bytes()
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length, len(data) % 4) == (b"glTF", 2, len(data), 0)
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert (kind, size % 4) == (b"JSON", 0)
    binary_size, binary_kind = struct.unpack_from("<I4s", data, 20 + size)
    assert (binary_kind, binary_size % 4, 28 + size + binary_size) == (b"BIN\0", 0, len(data))
    return json.loads(data[20 : 20 + size]), data[28 + size :]


def values(document: dict[str, Any], binary: bytes, place: int) -> np.ndarray:
    """What an accessor points at; everything must lie in its view, and its view in the buffer."""
    accessor = document["accessors"][place]
    view = document["bufferViews"][accessor["bufferView"]]
    kind = {5126: np.dtype("<f4"), 5123: np.dtype("<u2"), 5125: np.dtype("<u4")}[accessor["componentType"]]
    width = {"VEC3": 3, "SCALAR": 1}[accessor["type"]]
    start = view["byteOffset"] + accessor["byteOffset"]
    bytes_ = accessor["count"] * width * kind.itemsize
    assert start % kind.itemsize == 0
    assert accessor["byteOffset"] + bytes_ <= view["byteLength"]
    assert view["byteOffset"] + view["byteLength"] <= document["buffers"][0]["byteLength"] == len(binary)
    return np.frombuffer(binary, kind, accessor["count"] * width, start).reshape(-1, width)


def mesh_of(document: dict[str, Any], binary: bytes, node: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corners (where they stand), normals and triangles of a node."""
    (primitive,) = document["meshes"][node["mesh"]]["primitives"]
    positions, normals = (values(document, binary, primitive["attributes"][name]) for name in ("POSITION", "NORMAL"))
    return positions + node["translation"], normals, values(document, binary, primitive["indices"]).reshape(-1, 3)


def legend(document: dict[str, Any], name: str) -> list[tuple[str, int]]:
    (held,) = [each for each in document["asset"]["extras"]["colourings"] if each["name"] == name]
    return [(entry["key"], entry["count"]) for entry in held["legend"]]


class TestABox:
    def test_of_2_by_3_by_4_stands_y_up_around_the_offset(self, tmp_path):
        document, binary = written(tmp_path, box("A", (10, 20, 30), (12, 23, 34)))
        positions, _, _ = mesh_of(document, binary, document["nodes"][0])
        east, north, up = document["asset"]["extras"]["offset"]
        stands = positions + np.array([east, up, -north])
        assert stands.min(axis=0).tolist() == [10, 30, -23]  # x, z and -y of the model
        assert stands.max(axis=0).tolist() == [12, 34, -20]

    def test_has_six_sides_of_four_corners_and_two_triangles(self, tmp_path):
        document, binary = written(tmp_path, box("A"))
        positions, normals, triangles = mesh_of(document, binary, document["nodes"][0])
        assert (len(positions), len(triangles), triangles.max()) == (24, 12, 23)
        assert sorted({tuple(normal) for normal in normals.tolist()}) == sorted(
            [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
        )

    def test_has_triangles_that_turn_about_their_normals(self, tmp_path):
        document, binary = written(tmp_path, box("A", (0, 0, 0), (1, 2, 3)))
        positions, normals, triangles = mesh_of(document, binary, document["nodes"][0])
        a, b, c = (positions[triangles[:, corner]] for corner in range(3))
        assert (np.sum(np.cross(b - a, c - a) * normals[triangles[:, 0]], axis=1) > 0).all()
        outwards = np.sum((a + b + c - 3 * positions.mean(axis=0)) * normals[triangles[:, 0]], axis=1)
        assert (outwards > 0).all()

    def test_has_accessors_that_say_its_least_and_greatest_corner(self, tmp_path):
        document, binary = written(tmp_path, box("A", (0, 0, 0), (1, 2, 3)))
        place = document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]
        found = values(document, binary, place)
        assert document["accessors"][place]["min"] == found.min(axis=0).tolist() == [0, 0, -2]
        assert document["accessors"][place]["max"] == found.max(axis=0).tolist() == [1, 3, 0]


class TestAModel:
    def test_far_from_its_origin_keeps_a_millimetre(self, tmp_path):
        away = 4_512_345.678  # a coordinate of a country: a float32 there is half a metre coarse
        document, binary = written(tmp_path, box("A", (away, 0, 0), (away + 0.001, 1, 1)), box("B", (away + 10, 0, 0), (away + 11, 1, 1)))
        first, second = (mesh_of(document, binary, node)[0] for node in document["nodes"])
        assert np.ptp(first[:, 0]) == pytest.approx(0.001, abs=1e-5)
        assert second[:, 0].min() - first[:, 0].min() == pytest.approx(10, abs=1e-4)

    def test_has_a_node_for_each_element_named_by_its_globalid(self, tmp_path):
        document, _ = written(tmp_path, box("A"), box("B", (5, 0, 0), (6, 1, 1)))
        assert [node["name"] for node in document["nodes"]] == ["A", "B"]
        assert document["scenes"][0]["nodes"] == [0, 1]
        assert document["nodes"][0]["extras"]["ifc_class"] == "IfcWall"

    def test_holds_equal_shapes_once(self, tmp_path):
        document, binary = written(tmp_path, box("A"), box("B", (5, 0, 0), (6, 1, 1)))
        attributes = [document["meshes"][node["mesh"]]["primitives"][0]["attributes"] for node in document["nodes"]]
        assert attributes[0] == attributes[1]
        assert [mesh_of(document, binary, node)[0][:, 0].min() for node in document["nodes"]] == [-2.5, 2.5]

    def test_leaves_out_and_names_what_cannot_be_drawn(self, tmp_path):
        flat, broken = box("flat", (0, 0, 0), (1, 0, 0)), box("broken", (0, 0, 0), (float("nan"), 1, 1))
        report = write_glb(tmp_path / "a.glb", [box("A"), flat, broken], KNOWN)
        assert (report.nodes, report.undrawn) == (1, ["flat", "broken"])

    def test_with_more_corners_than_short_indices_reach_has_long_ones(self, tmp_path):
        many = [box("", (3 * n, 0, 0), (3 * n + 1, 1, 1)) for n in range(2731)]  # 2731 x 24 corners = 65,544
        faces = np.concatenate([each.faces + 8 * n for n, each in enumerate(many)])
        document, binary = written(tmp_path, Box("A", np.concatenate([each.vertices for each in many]), faces))
        assert document["accessors"][-1]["componentType"] == 5125
        assert mesh_of(document, binary, document["nodes"][0])[2].max() == 65_543

    def test_without_bodies_is_refused_in_words(self, tmp_path):
        with pytest.raises(MissingError) as refused:
            write_glb(tmp_path / "a.glb", [], KNOWN)
        assert (refused.value.code, (tmp_path / "a.glb").exists()) == ("glb_without_bodies", False)


class TestColours:
    def test_of_every_colouring_stand_in_one_file_and_the_one_asked_for_is_shown(self, tmp_path):
        document, _ = written(tmp_path, box("A"), colour_by="mapping")
        variants = document["extensions"]["KHR_materials_variants"]["variants"]
        assert [variant["name"] for variant in variants] == ["mapping", "construction", "spec", "carbon"]
        (primitive,) = document["meshes"][0]["primitives"]
        shown = {
            variant: mapping["material"]
            for mapping in primitive["extensions"]["KHR_materials_variants"]["mappings"]
            for variant in mapping["variants"]
        }
        assert [document["materials"][shown[variant]]["name"] for variant in range(4)] == [
            "mapping:default",
            "construction:precast",
            "spec:single",
            "carbon:class:0",
        ]
        assert primitive["material"] == shown[0]

    def test_of_what_is_not_known_are_grey_and_stand_in_every_legend(self, tmp_path):
        document, _ = written(tmp_path, box("A"), box("B", (5, 0, 0), (6, 1, 1)), box("nobody", (9, 0, 0), (10, 1, 1)))
        assert legend(document, "construction") == [("precast", 1), ("unknown", 2)]
        assert legend(document, "mapping") == [("default", 1), ("unmapped", 1), ("unknown", 1)]
        assert legend(document, "carbon") == [("class:0", 1), ("unknown", 2)]
        (grey,) = [material for material in document["materials"] if material["name"] == "construction:unknown"]
        red, green, blue, alpha = grey["pbrMetallicRoughness"]["baseColorFactor"]
        assert (red == green == blue, alpha) == (True, 1.0)

    def test_of_specs_tell_those_that_repeat_from_those_of_one_piece(self, tmp_path):
        rows = [{"global_id": str(place), "spec": spec, "component": True} for place, spec in enumerate(["W1", "W1", "W1", "W2"])]
        boxes = [box(str(place)) for place in range(5)]
        document, _ = written(tmp_path, *boxes, elements=pl.DataFrame(rows), colour_by="spec")
        assert legend(document, "spec") == [("spec:W1", 3), ("single", 1), ("unknown", 1)]

    def test_of_carbon_have_five_classes_of_as_many_elements(self, tmp_path):
        rows = pl.DataFrame({"global_id": [str(n) for n in range(10)], "carbon": [float(n) for n in range(10)]})
        document, _ = written(tmp_path, *(box(str(n)) for n in range(10)), elements=rows, colour_by="carbon")
        assert legend(document, "carbon") == [*((f"class:{n}", 2) for n in range(5)), ("unknown", 0)]

    def test_of_carbon_keep_equal_amounts_together(self, tmp_path):
        rows = pl.DataFrame({"global_id": [str(n) for n in range(10)], "carbon": [10.0] * 7 + [20.0, 30.0, 30.0]})
        document, _ = written(tmp_path, *(box(str(n)) for n in range(10)), elements=rows, colour_by="carbon")
        # of ten in order the 2nd, 4th, 6th, 8th and 10th end a fifth: 10, 10, 10, 20, 30
        assert legend(document, "carbon") == [("class:0", 7), ("class:1", 1), ("class:2", 2), ("unknown", 0)]

    def test_are_linear_light(self):
        # IEC 61966-2-1: 0x80 = 128/255 = 0.50196; ((0.50196 + 0.055) / 1.055) ^ 2.4 = 0.21586
        assert linear("FF8000") == [1.0, 0.215861, 0.0]

    def test_that_the_columns_do_not_allow_are_refused_in_words(self, tmp_path):
        with pytest.raises(MissingError) as refused:
            write_glb(tmp_path / "a.glb", [box("A")], KNOWN.select("global_id", "construction"), "carbon")
        assert refused.value.code == "glb_colouring_missing"


class TestARealModel:
    def test_has_a_node_for_each_element_with_a_body_where_the_model_has_it(self, real_models, tmp_path):
        ifcopenshell = pytest.importorskip("ifcopenshell")
        model = ifcopenshell.open(real_models / "schependomlaan_precast_plank_floors.ifc")
        bodies = list(shapes(model, None, 1))
        rows = pl.DataFrame({"global_id": [body.global_id for body in bodies], "construction": ["precast"] * len(bodies)})
        document, binary = written(tmp_path, *bodies, elements=rows)
        drawn = [
            element.GlobalId for element in model.by_type("IfcElement") if element.Representation and not element.is_a("IfcFeatureElement")
        ]
        assert [node["name"] for node in document["nodes"]] == drawn
        east, north, up = document["asset"]["extras"]["offset"]
        for node, body in zip(document["nodes"], bodies, strict=True):
            stands = mesh_of(document, binary, node)[0] + np.array([east, up, -north])
            assert stands.min(axis=0) == pytest.approx(
                [body.vertices[:, 0].min(), body.vertices[:, 2].min(), -body.vertices[:, 1].max()], abs=1e-4
            )
