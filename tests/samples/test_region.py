"""The sample region: the same bytes each time, twelve dossiers, files that other programs open, findings that are complete."""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from pathlib import Path

import ifcopenshell
import ifcopenshell.geom
import ifcopenshell.util.shape
import openpyxl
import polars as pl
import pytest

from samples.region import SEED, make, make_one
from samples.stories import STORIES

pytestmark = pytest.mark.xdist_group("sample_files")
EXPECTED = Path(__file__).resolve().parents[2] / "samples" / "expected"
OUTCOMES = {"met", "not_met", "unknown", "not_applicable"}


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("region")
    make(out, SEED)
    return out


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def models(region: Path) -> list[Path]:
    return sorted(path for path in region.glob("*/models/*") if path.name.endswith((".ifc", ".ifc.gz", ".ifczip")))


def opened(path: Path) -> ifcopenshell.file:
    return ifcopenshell.open(str(path)) if path.suffix != ".gz" else ifcopenshell.file.from_string(_text(path))


def _text(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode("ascii")


def readings(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    encoding = "utf-8" if path.name != "环境监测_2023.csv" else "gb18030"
    return pl.read_csv(path.read_bytes().decode(encoding).encode())


def expected(code: str) -> dict:
    return tomllib.loads((EXPECTED / f"{code}.toml").read_text("utf-8"))


class TestTheSameEveryTime:
    def test_two_runs_give_the_same_bytes_however_many_processes_work(self, region, tmp_path):
        make(tmp_path, SEED, workers=1)
        assert hashes(tmp_path) == hashes(region)

    def test_another_seed_gives_another_region(self, region, tmp_path):
        make_one("P12", tmp_path, SEED + 1)
        assert (tmp_path / "P12" / "weighings.csv").read_bytes() != (region / "P12" / "weighings.csv").read_bytes()

    def test_the_expected_findings_in_the_repository_are_those_of_the_generator(self, tmp_path):
        for truth in make(tmp_path / "region", SEED):
            truth.write(tmp_path / "expected")
        assert hashes(tmp_path / "expected") == hashes(EXPECTED)


class TestWhatTheRegionHolds:
    def test_there_are_twelve_dossiers_each_with_a_survey(self, region):
        assert sorted(path.name for path in region.iterdir()) == [f"P{number:02d}" for number in range(1, 13)]
        for code in STORIES:
            assert len(list((region / code).glob("project.*"))) == 1

    def test_nine_projects_have_a_model_and_three_have_none(self, region):
        assert len(models(region)) == 9
        assert {code for code in STORIES if not (region / code / "models").exists()} == {"P08", "P10", "P12"}

    def test_all_models_together_hold_no_more_than_6000_elements(self, region):
        count = 0
        for path in models(region):
            model = opened(path)
            count += len(model.by_type("IfcElement")) + len(model.by_type("IfcSpace"))
        assert 5_000 < count <= 6_000

    def test_one_site_is_silent_and_half_of_the_others_count_trucks_and_cubic_metres(self, region):
        assert not list((region / "P07").glob("weighings*"))
        by_volume = [code for code in STORIES if any("方量" in _header(path) for path in (region / code).glob("weighings.*"))]
        assert by_volume == ["P02", "P04", "P08", "P09", "P10", "P11"]

    def test_there_are_about_a_million_readings(self, region):
        count = 0
        for path in region.glob("*/readings/*"):
            frame = readings(path)
            count += frame.height * sum(word in column for column in frame.columns for word in ("噪声", "PM10", "TSP", "监测值"))
        assert 900_000 <= count <= 2_000_000

    def test_eighteen_tickets_stand_in_two_projects(self, region):
        first = {row[-1] for row in _cells(region / "P10" / "weighings.xlsx")[2:] if row[-1]}
        second = {line.split(",")[0] for line in (region / "P11" / "weighings.csv").read_text("utf-8").splitlines()[2:]}
        assert len(first & second) == 18


def _cells(path: Path) -> list[tuple]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def _header(path: Path) -> str:
    if path.suffix == ".xlsx":
        return " ".join(str(cell) for row in _cells(path)[:4] for cell in row)
    head = path.read_bytes().splitlines()[:4]
    return " ".join(line.decode("gb18030" if path.parent.name in {"P02", "P08"} else "utf-8") for line in head)


class TestFilesThatOtherProgramsOpen:
    def test_every_workbook_opens_in_openpyxl(self, region):
        books = sorted(region.glob("*/*.xlsx"))
        assert len(books) >= 9
        for path in books:
            assert openpyxl.load_workbook(path).worksheets[0].max_row > 1

    def test_every_survey_in_toml_has_the_columns_of_the_table_contracts(self, region):
        contracts = EXPECTED.parents[1] / "qingzhu" / "ledger" / "contracts"
        for path in region.glob("*/project.toml"):
            for table, content in tomllib.loads(path.read_text("utf-8")).items():
                columns = {column["name"] for column in tomllib.loads((contracts / f"{table}.toml").read_text("utf-8"))["column"]}
                for row in content if isinstance(content, list) else [content]:
                    assert set(row) <= columns, f"{path.parent.name} {table}"

    def test_the_geometry_kernel_finds_the_volumes_that_were_drawn(self, region):
        """One element of each type of the first model: swept body against the quantity written beside it."""
        model = opened(region / "P01" / "models" / "B1-结构建筑.ifc")
        settings = ifcopenshell.geom.settings()
        seen = set()
        for element in model.by_type("IfcBuildingElement"):
            if element.ObjectType in seen:
                continue
            seen.add(element.ObjectType)
            shape = ifcopenshell.geom.create_shape(settings, element)
            written = {quantity.Name: quantity[3] for rel in element.IsDefinedBy for quantity in _quantities(rel)}
            assert ifcopenshell.util.shape.get_volume(shape.geometry) == pytest.approx(written["NetVolume"], rel=1e-6)
        assert len(seen) >= 12

    def test_a_model_after_the_fact_knows_one_construction_and_one_name(self, region):
        model = opened(region / "P06" / "models" / "3#厂房.ifc")
        assert {element.Name for element in model.by_type("IfcBuildingElement")} == {"常规 - 200mm"}
        assert len(model.by_type("IfcMaterial")) == 1

    def test_one_model_has_no_material_at_all(self, region):
        assert opened(region / "P07" / "models" / "附属用房.ifczip").by_type("IfcMaterial") == ()


def _quantities(relation) -> tuple:
    return getattr(relation.RelatingPropertyDefinition, "Quantities", ())


class TestTheExpectedFindings:
    @pytest.mark.parametrize("code", list(STORIES))
    def test_each_finding_says_what_and_why(self, code):
        found = expected(code)
        assert found["project"] == code
        assert found["zh"]
        assert found["en"]
        assert any(one["id"].startswith("waste_reduction") for one in found["verdict"])
        for verdict in found["verdict"]:
            assert verdict["outcome"] in OUTCOMES
            assert verdict["why"]
        for figure in found.get("figure", []):
            assert ("value" in figure) != ("gap" in figure), figure["id"]
        for remark in found.get("remark", []):
            assert remark["code"]
            assert remark["count"] >= 1

    def test_new_buildings_discharge_between_150_and_420_tonnes_per_10000_square_metres(self):
        values = {}
        for code in ("P01", "P02", "P03", "P04", "P05", "P06"):
            values |= {one["id"]: one["value"] for one in expected(code)["figure"] if one["id"].startswith("waste_intensity:")}
        assert len(values) == 6
        assert all(150 <= value <= 420 for value in values.values()), values

    def test_the_assembly_rate_is_reached_failed_unknown_and_not_applicable_somewhere(self):
        outcomes = {
            one["id"]: (one["outcome"], one.get("grade"))
            for code in STORIES
            for one in expected(code)["verdict"]
            if "gbt51129" in one["id"]
        }
        assert outcomes["gbt51129_2017:P01:B1"] == ("met", "A")
        assert outcomes["gbt51129_2017:P02:B1"][0] == "not_met"
        assert outcomes["gbt51129_2017:P03:B1"][0] == "unknown"
        assert outcomes["gbt51129_2017:P06:B1"][0] == "not_applicable"
