"""What a bundle of another project or with its originals is held to, over logs that say what is false and are truly signed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qingzhu.cli.hand_in import collect_one
from qingzhu.cli.proof import outcome
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import verifiers
from qingzhu.schemes.bundles import counted_hash
from tests.schemes.forged import forged, frame_of, put
from tests.schemes.test_bundles import TICKETS, Proven, checked, failing, states


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Proven:
    return Proven(tmp_path_factory.mktemp("proven"))


@pytest.fixture(scope="module")
def whole(proven: Proven) -> bytes:
    return proven.bundle(originals=True)


class Unsurveyed(Proven):
    """A store of one project that handed in tickets twice and no survey."""

    def __init__(self, folder: Path) -> None:
        dossier = folder / "P01"
        dossier.mkdir()
        (dossier / "weighings.csv").write_text(TICKETS, "utf-8")
        (dossier / "weighings-2.csv").write_text(TICKETS.replace("T1", "T3").replace("T2", "T4"), "utf-8")
        self.store = Store.open(folder / "store")
        collect_one(dossier, self.store, folder / "results", "site team", lambda what: None)
        self.keys = verifiers(self.store.keys)


@pytest.fixture(scope="module")
def unsurveyed(tmp_path_factory: pytest.TempPathFactory) -> Proven:
    return Unsurveyed(tmp_path_factory.mktemp("unsurveyed"))


@pytest.fixture(scope="module")
def bare(unsurveyed: Proven) -> bytes:
    return unsurveyed.bundle()


def other_original(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """Other tickets under the name of the old ones."""
    path = next(path for path, data in files.items() if path.startswith("originals/") and b"P01-1" in data)
    files[path] = OTHER


OTHER = TICKETS.replace("12.5", "1.25").encode()


def of_another_sm3(entry: dict[str, Any]) -> None:
    """The entry says the SM3 of the other tickets; the SHA-256 is that of the old ones."""
    if entry["evidence"] == "weighing":
        entry["originals"][0]["sm3"] = hashlib.new("sm3", OTHER).hexdigest()


class TestOriginals:
    def test_hold_where_the_log_is_true(self, proven, whole):
        assert states(checked(forged(proven.store, whole), proven.policy()))["originals"] == "holds"

    @pytest.mark.parametrize(
        "changes",
        [{"submission": of_another_sm3}, {"submission": of_another_sm3, "files_of": other_original}],
        ids=["of another SM3", "of another SHA-256"],
    )
    def test_are_held_to_both_hashes(self, proven, whole, changes):
        found = failing(checked(forged(proven.store, whole, **changes), proven.policy()))
        assert (found.key, "is not that of its entry" in found.en) == ("originals", True)

    def test_that_no_entry_names_are_refused(self, proven, whole):
        def more(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
            files[f"originals/{hashlib.sha256(OTHER).hexdigest()}"] = OTHER

        assert failing(checked(forged(proven.store, whole, files_of=more), proven.policy())).key == "originals"


def backwards(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """The submissions of tickets in another order than that of the log, by the bundle and by the run."""
    for listed in (told["evidence"]["weighing"], told["openings"]["weighing"]):
        listed.reverse()
    entries = [json.loads(data) for path, data in files.items() if path.startswith("entries/") and path.endswith(".json")]
    places = {entry["id"]: entry["position"] for entry in entries}
    run["evidence"]["weighing"] = counted_hash({id: places[id] for id in told["evidence"]["weighing"]})


class TestSubmissions:
    def test_are_listed_in_the_order_of_the_log(self, unsurveyed, bare):
        found = failing(checked(forged(unsurveyed.store, bare, files_of=backwards), unsurveyed.policy()))
        assert (found.key, "listed twice or out of order" in found.en) == ("submissions", True)


class TestTheGrainOfAFigure:
    def test_is_that_of_its_id(self, proven):
        data = forged(proven.store, proven.bundle("unmapped_count:P01:B1"), figure=lambda one: one["grain"].update(building="B2"))
        found = failing(checked(data, proven.policy()))
        assert (found.key, "another id, grain or project" in found.en) == ("figure", True)


class TestAProjectWithoutASurvey:
    def test_is_proven_with_its_bare_row(self, unsurveyed, bare):
        findings = checked(bare, unsurveyed.policy())
        assert outcome(findings) is True
        with zipfile.ZipFile(io.BytesIO(bare)) as held:
            row = pl.read_parquet(io.BytesIO(held.read("rows/project.parquet"))).row(0, named=True)
        assert {name: value for name, value in row.items() if value is not None} == {
            "submission": "unsurveyed", "row": 0, "project": "P01", "name": "P01",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("column", "value"),
        [("works_from", date(2022, 3, 1)), ("category", "housing"), ("name", "青竹苑"), ("project", "P02"), ("submission", "a" * 64)],
    )
    def test_has_nothing_else_in_that_row(self, unsurveyed, bare, column, value):
        """Or the operator could say of the project what no survey says."""

        def filled(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
            rows = frame_of(files, "rows/project.parquet")
            put(files, "rows/project.parquet", rows.with_columns(pl.lit(value, rows.schema[column]).alias(column)))

        assert failing(checked(forged(unsurveyed.store, bare, files_of=filled), unsurveyed.policy())).key == "rows"

    def test_has_that_row_once(self, unsurveyed, bare):
        def twice(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
            rows = frame_of(files, "rows/project.parquet")
            put(files, "rows/project.parquet", pl.concat([rows, rows]))

        assert failing(checked(forged(unsurveyed.store, bare, files_of=twice), unsurveyed.policy())).key == "rows"
