"""A designer at the terminal: models held against an IDS, an IDS held against IFC."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("ifctester", reason="the [bim] extra is not installed")

from qingzhu.cli import ids
from qingzhu.terms.errors import MissingError, RefusedError
from tests.collectors.model_makers import step
from tests.journeys.dossiers import qingzhu
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


def told(capsys: pytest.CaptureFixture, *words: object, out: tuple[Path, ...] = (), **more: object) -> tuple[int, dict]:
    """Exit code and object of a check, in this process."""
    issues = ids.Issues("2.1", "me", datetime(2024, 6, 1, tzinfo=UTC))
    code = ids.check([str(word) for word in words], out, issues, lang="en", json=True)
    return code, json.loads(capsys.readouterr().out)


class TestChecking:
    def test_ends_with_0_where_all_is_met_1_where_not_and_2_for_a_wrong_call(self, file, models):
        assert "Walls have names" in qingzhu("ids", "check", file, models[0])
        assert "✗" in qingzhu("ids", "check", file, models[1], expect=1)
        assert "nothing.ifc" in qingzhu("ids", "check", file, "nothing.ifc", expect=2)

    def test_gives_one_object_with_each_model_by_itself(self, file, models, capsys):
        code, found = told(capsys, file, *models)
        assert (code, found["format"], found["outcome"]) == (1, "qingzhu-ids-check/1", "not_met")
        assert [(model["file"], model["outcome"]) for model in found["models"]] == [("good.ifc", "met"), ("bad.ifc", "not_met")]

    def test_names_two_models_that_are_called_alike_by_their_paths(self, file, models, tmp_path, capsys):
        other = tmp_path / "b" / "good.ifc"
        other.parent.mkdir()
        other.write_bytes(models[0].read_bytes() + b"\n")  # other bytes: the same ones would count once
        _, found = told(capsys, file, models[0], other)
        assert [model["file"] for model in found["models"]] == [str(models[0]), str(other)]

    def test_takes_the_specification_that_ships_where_none_is_named(self, models, capsys):
        _, found = told(capsys, models[0])
        assert found["ids"]["file"] == "assembly_rate_and_carbon.ids"
        assert told(capsys, "assembly_rate_and_carbon", models[0])[1]["ids"] == found["ids"]

    def test_writes_reports_of_every_form(self, file, models, tmp_path, capsys):
        outs = tuple(tmp_path / name for name in ("r.html", "r.json", "r.bcf"))
        told(capsys, file, models[1], out=outs)
        assert "the attribute is not given" in outs[0].read_text("utf-8")
        assert json.loads(outs[1].read_text("utf-8"))["outcome"] == "not_met"
        with zipfile.ZipFile(outs[2]) as archive:
            parts = {Path(name).name for name in archive.namelist() if "/" in name and not name.endswith("/")}
        assert parts == {"markup.bcf", "viewpoint.bcfv", "snapshot.png"}

    def test_writes_no_topics_where_all_is_met_and_says_so(self, file, models, tmp_path, capsys):
        out = tmp_path / "r.bcf"
        ids.check([str(file), str(models[0])], (out,), ids.Issues("2.1", "me", datetime(2024, 6, 1, tzinfo=UTC)), lang="en", json=False)
        assert "no topics" in capsys.readouterr().err
        assert not out.exists()

    def test_tells_a_model_that_cannot_be_read_and_checks_the_others(self, file, models, tmp_path, capsys):
        broken = tmp_path / "broken.ifc"
        broken.write_text("ISO-10303-21;\n", "utf-8")
        code, found = told(capsys, file, broken, models[0])
        assert (code, [model["outcome"] for model in found["models"]]) == (1, ["unread", "met"])
        assert found["models"][0]["remarks"][0]["code"] == "model_truncated"

    def test_a_wrong_call_is_told_in_words(self, file, models, capsys):
        for words, out, kind in [
            ([file], (), RefusedError),
            (["nothing.ifc"], (), MissingError),
            ([file, models[0]], (Path("r.txt"),), RefusedError),
            (["nothing.ids", models[0]], (), MissingError),
        ]:
            with pytest.raises(kind):
                told(capsys, *words, out=out)

    @pytest.mark.parametrize(("wrong", "code"), [("<info></info>", "ids_malformed"), ("</info", "ids_not_xml")])
    def test_an_ids_that_is_malformed_never_looks_like_a_model_that_fails(self, file, models, capsys, wrong, code):
        file.write_text(file.read_text("utf-8").replace("<info><title>T</title></info>", wrong), "utf-8")
        with pytest.raises(RefusedError) as caught:  # a wrong call: 2, not 1
            told(capsys, file, models[0])
        assert caught.value.code == code


class TestAuditing:
    def found(self, file: object, capsys: pytest.CaptureFixture) -> tuple[int, dict]:
        code = ids.audit_file(str(file), (), lang="en", json=True)
        return code, json.loads(capsys.readouterr().out)

    def test_ends_with_0_for_a_sound_file_and_1_for_one_with_errors(self, file, capsys):
        assert self.found(file, capsys)[0] == 0
        file.write_text(file.read_text("utf-8").replace("IFCWALL", "IFCWAL"), "utf-8")
        code, found = self.found(file, capsys)
        assert (code, found["valid"]) == (1, False)
        assert "unknown_class" in [finding["code"] for finding in found["findings"]]

    def test_knows_the_specification_that_ships(self, capsys):
        assert self.found("assembly_rate_and_carbon", capsys)[1]["findings"] == []
