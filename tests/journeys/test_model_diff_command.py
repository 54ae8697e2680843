"""``qingzhu model diff`` as a person runs it: words, JSON, files, and a revision that cannot be read."""

from __future__ import annotations

import polars as pl
import pytest
from openpyxl import load_workbook

from tests.collectors.model_makers import Model
from tests.journeys.dossiers import as_json, qingzhu

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

ON = ("--on", "2026-06-30")


@pytest.fixture
def revisions(tmp_path):
    paths = []
    for name, volume in (("v1.ifc", 1.2), ("v2.ifc", 1.5)):
        model = Model()
        model.element("A" * 22, "KZ1", kind="IFCCOLUMN", material="concrete precast", volume=volume)
        paths.append(tmp_path / name)
        paths[-1].write_text(model.text(), "ascii")
    return paths


def test_says_what_changed_and_which_figure_with_it(revisions):
    text = qingzhu("model", "diff", *revisions, *ON, "--lang", "en")
    assert "Elements: changed (~) 1" in text
    assert "1.20 m³ → 1.50 m³" in text
    assert "volume m³ 1.2 → 1.5" in text
    assert "Quantities that changed: 1\n  Q › NetVolume: 1.2 m³ → 1.5 m³\n    IfcColumn AAAAAAAAAAAAAAAAAAAAAA KZ1\n" in text


def test_gives_one_json_object_and_every_row_as_files(revisions, tmp_path):
    found = as_json("model", "diff", *revisions, *ON, "--out", tmp_path / "changes")
    assert found["format"] == "qingzhu-model-diff/1"
    (row,) = found["tables"]["quantity_change"]["rows"]
    assert (row["old_value"], row["new_value"], row["relative"]) == (1.2, 1.5, pytest.approx(0.25))
    (precast,) = [one for one in found["figures"] if one["id"] == "precast_concrete_volume:B1"]
    assert [(group["count"], group["what"]) for group in precast["behind"]] == [(1, "volume 1.2 → 1.5")]
    assert pl.read_parquet(tmp_path / "changes" / "quantity_change.parquet").to_dicts() == [row]
    assert len(found["written"]) == len(list((tmp_path / "changes").iterdir()))


def test_gives_an_excel_file(revisions, tmp_path):
    qingzhu("model", "diff", *revisions, *ON, "--out", tmp_path / "changes.xlsx")
    book = load_workbook(tmp_path / "changes.xlsx")
    assert {"element_change", "quantity_change", "behind"} <= set(book.sheetnames)


def test_a_revision_that_cannot_be_read_is_refused_in_words(revisions, tmp_path):
    bad = tmp_path / "v3.ifc"
    bad.write_text(revisions[0].read_text("ascii")[:-200], "ascii")
    error = as_json("model", "diff", revisions[0], bad, expect=1)["error"]
    assert "v3.ifc" in error["zh"]
