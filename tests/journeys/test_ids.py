"""A designer at the terminal: models held against an IDS, an IDS held against IFC."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("ifctester", reason="the [bim] extra is not installed")

from tests.collectors.model_makers import step
from tests.journeys.dossiers import as_json, qingzhu
from tests.schemes.ids_making import HEAD, TAIL, facet, specification, wall


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An IDS that asks each wall for its name."""
    path = tmp_path / "named.ids"
    path.write_text(HEAD + specification(facet("attribute", name="Name"), name="Walls have names") + TAIL, "utf-8")
    return path


@pytest.fixture
def models(tmp_path: Path) -> tuple[Path, Path]:
    """A model that meets it, and one that does not."""
    good, bad = tmp_path / "good.ifc", tmp_path / "bad.ifc"
    good.write_text(step(wall()), "utf-8")
    bad.write_text(step(wall(), wall(11, name="$")), "utf-8")
    return good, bad


class TestChecking:
    def test_ends_with_0_where_all_is_met_and_1_where_not(self, file, models):
        assert "Walls have names" in qingzhu("ids", "check", file, models[0])
        assert "✗" in qingzhu("ids", "check", file, *models, expect=1)

    def test_gives_one_object_with_each_model_by_itself(self, file, models):
        found = as_json("ids", "check", file, *models, expect=1)
        assert (found["form"], found["outcome"]) == ("qingzhu-ids-check/1", "not_met")
        assert [(model["file"], model["outcome"]) for model in found["models"]] == [("good.ifc", "met"), ("bad.ifc", "not_met")]

    def test_takes_the_specification_that_ships_where_none_is_named(self, models):
        found = as_json("ids", "check", models[0], expect=1)
        assert found["ids"]["file"] == "assembly_rate_and_carbon.ids"
        assert as_json("ids", "check", "assembly_rate_and_carbon", models[0], expect=1)["ids"] == found["ids"]

    def test_writes_reports_of_every_form(self, file, models, tmp_path):
        outs = [tmp_path / name for name in ("r.html", "r.json", "r.bcf")]
        qingzhu("ids", "check", file, models[1], *(word for out in outs for word in ("--out", out)), "--lang", "en", expect=1)
        assert "the attribute is not given" in outs[0].read_text("utf-8")
        assert json.loads(outs[1].read_text("utf-8"))["outcome"] == "not_met"
        with zipfile.ZipFile(outs[2]) as archive:
            assert {Path(name).name for name in archive.namelist() if "/" in name and not name.endswith("/")} == {
                "markup.bcf", "viewpoint.bcfv", "snapshot.png",
            }  # fmt: skip

    def test_tells_a_model_that_cannot_be_read_and_checks_the_others(self, file, models, tmp_path):
        broken = tmp_path / "broken.ifc"
        broken.write_text("ISO-10303-21;\n", "utf-8")
        found = as_json("ids", "check", file, broken, models[0], expect=1)
        assert [model["outcome"] for model in found["models"]] == ["unread", "met"]
        assert found["models"][0]["remarks"][0]["code"] == "model_truncated"

    @pytest.mark.parametrize("words", [["nothing.ifc"], ["{file}"], ["{file}", "nothing.ifc"], ["nothing.ids", "{good}"], ["{file}", "{good}", "--out", "r.txt"]])
    def test_a_wrong_call_is_told_and_ends_with_2(self, file, models, words):
        told = qingzhu("ids", "check", *(word.format(file=file, good=models[0]) for word in words), expect=2)
        assert told.strip()
        assert "Traceback" not in told

    def test_an_ids_that_is_malformed_never_looks_like_a_model_that_fails(self, file, models):
        file.write_text(file.read_text("utf-8").replace("<info>", "<information>").replace("</info>", "</information>"), "utf-8")
        assert "qingzhu ids audit" in qingzhu("ids", "check", file, models[0], expect=2)
        file.write_text("no xml", "utf-8")
        assert "XML" in qingzhu("ids", "check", file, models[0], expect=2)


class TestAuditing:
    def test_ends_with_0_for_a_sound_file_and_1_for_one_with_errors(self, file):
        assert as_json("ids", "audit", file)["valid"] is True
        file.write_text(file.read_text("utf-8").replace("IFCWALL", "IFCWAL"), "utf-8")
        found = as_json("ids", "audit", file, expect=1)
        assert "unknown_class" in [finding["code"] for finding in found["findings"]]

    def test_knows_the_specification_that_ships(self):
        assert "✓" in qingzhu("ids", "audit", "assembly_rate_and_carbon", "--lang", "en")
