"""What the log and its bundles tell of people and names: nothing in words, and nothing that a guess could be tried against."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qingzhu.cli.evaluation import judged
from qingzhu.cli.hand_in import collect_one
from qingzhu.cli.words import rulebook
from qingzhu.ledger.entries import entry_of
from qingzhu.ledger.journal import canonical
from qingzhu.ledger.store import Store
from qingzhu.measures.engines import open_engine
from qingzhu.measures.engines.bounded import bounded_rows
from qingzhu.schemes.bundles import bundle
from qingzhu.schemes.evaluate import open_session
from qingzhu.schemes.runs import run_for
from tests.collectors.model_makers import step, wall
from tests.schemes.small_dossier import SURVEY

ON = date(2023, 6, 30)
NOW = datetime(2023, 7, 1, tzinfo=UTC)
MODEL = '\n[[model_file]]\nmodel = "张三-结构.ifc"\nbuilding = "B1"\n'
TICKETS = "单号,过磅时间,垃圾来源,净重（t）,车牌号,司机\nT1,2023-03-01 08:00,工程垃圾,12.5,苏A12345,李四\n"
SECRET = ("张三", "李四", "王五", "赵六", "苏A12345", "weighings", "project.toml", "scanned twice", "结构.ifc")


def written(folder: Path) -> Path:
    """A dossier of a survey that names a model file, the model, tickets with plate and driver, a file to be refused."""
    (folder / "models").mkdir(parents=True)
    (folder / "project.toml").write_text(SURVEY + MODEL, "utf-8")
    (folder / "models/张三-结构.ifc").write_text(step(wall(20)), "utf-8")
    (folder / "weighings.csv").write_text(TICKETS, "utf-8")
    (folder / "weighings-王五.csv").write_text(TICKETS.replace("T1", "T2"), "utf-8")
    (folder / "weighings-李四.csv").write_text("no tickets at all\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The dossier handed in, with a withdrawal and a run."""
    dossier = written(tmp_path_factory.mktemp("named") / "P01")
    store = Store.open(dossier.parent / "store")
    collect_one(dossier, store, dossier / "results", "赵六", lambda what: None)
    again = next(one for one in store.current() if one.slot.name == "weighings-王五.csv")
    store.withdraw(again.id, "张三 scanned twice", given_by="赵六", given_at=NOW)
    judged(store, ["P01"], ON, "duckdb:", "赵六")
    records = store.refresh().records
    assert {"submission", "refusal", "withdrawal", "run"} <= {record["kind"] for record in records}
    assert any("model_file" in record.get("tables", {}) for record in records)
    return store


@pytest.fixture(scope="module")
def proven(store: Store) -> dict[str, bytes]:
    """The files of the bundle of a figure, as in a dossier that says more than the figure needs."""
    engine = open_engine()
    try:
        session = open_session(store, rulebook(), None, ON, engine, ["P01"], ["waste_intensity"])
        record = run_for(store, "P01", ON.isoformat(), session.pin.position, "waste_intensity:P01")
        data = bundle(session, "waste_intensity:P01", record, originals=False)
    finally:
        engine.close()
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


def digest(value: Any) -> str:
    return hashlib.sha256(value if isinstance(value, bytes) else canonical(value)).hexdigest()


def tried(record: dict[str, Any]) -> Iterator[str]:
    """The hashes that somebody can make who guessed all that a record says but for its salt, as ``docs/spec`` spells them."""
    unsalted = {key: value for key, value in record.items() if key != "salt"}
    yield digest(unsalted)
    words = [record[key] for key in ("given_by", "reason", "report") if key in record]
    for table in record.get("tables", {}).values():
        words += [file["sha256"] for file in table["files"]]
        yield from filter(None, [table.get("hash")])
    if "slot" in record:
        slot = record["slot"]
        words += [slot["name"], slot["name"].rsplit(".", 1)[0]]
        before = record.get("follows") or record["supersedes"]
        parts = [slot["project"], slot["kind"], slot["name"], [one["sha256"] for one in record["originals"]], before]
        for form in (1, 2):
            yield digest([f"qingzhu/{record['kind']}/{form}", *parts])
            yield digest([f"qingzhu/{record['kind']}/{form}", None, *parts])
    for word in words:
        yield from (word, digest(word), digest(word.encode()), digest(word.encode() + b"\n"))


class TestTheGuesses:
    def test_find_the_records_of_a_store_that_has_no_salt(self, tmp_path):
        """They are hashes as the program makes them: where nothing is salted, as before there was a log, they are right."""
        store = Store.open(tmp_path / "store", logged=False)
        collect_one(written(tmp_path / "P01"), store, tmp_path / "results", "赵六", lambda what: None)
        for record in store.refresh().records:
            entry, guesses = json.loads(entry_of(record)), set(tried(record))
            assert {entry["id"], entry["record"], *(table["hash"] for table in entry["tables"].values())} <= guesses, record["kind"]


class TestTheLog:
    def test_says_no_name_of_a_person_or_file(self, store):
        logged = b"".join(store.log().entries()).decode()
        assert [word for word in SECRET if word in logged] == []

    def test_has_no_hash_that_a_guess_could_be_tried_against(self, store):
        told = set(re.findall(r"[0-9a-f]{64}", b"".join(store.log().entries()).decode()))
        records = store.refresh().records
        assert {record["kind"]: digest for record in records for digest in tried(record) if digest in told} == {}

    def test_has_no_salt(self, store):
        logged = b"".join(store.log().entries()).decode()
        assert [record["kind"] for record in store.refresh().records if record["salt"] in logged] == []


class TestABundle:
    def test_says_no_name_of_a_person_or_file_in_what_is_text(self, proven):
        text = "".join(data.decode() for path, data in proven.items() if not path.endswith(".parquet"))
        assert [word for word in SECRET if word in text] == []

    def test_says_none_in_its_rows_either(self, proven):
        frames = {path: bounded_rows(data, 100_000) for path, data in proven.items() if path.startswith("rows/")}
        assert frames["rows/weighing.parquet"]["ticket"].to_list() == ["T1"]
        values = {str(value) for frame in frames.values() for row in frame.rows() for value in row}
        assert [word for word in SECRET if any(word in value for value in values)] == []
        assert not {"plate", "driver"} & {column for frame in frames.values() for column in frame.columns}

    def test_says_none_in_what_parquet_says_of_itself(self, proven):
        for path, data in proven.items():
            if path.endswith(".parquet"):
                told = str(pl.read_parquet_metadata(io.BytesIO(data)))
                assert [word for word in SECRET if word in told] == []

    def test_has_no_hash_that_a_guess_could_be_tried_against_but_that_of_what_it_shows(self, store, proven):
        everything = b"".join(data for path, data in proven.items() if not path.endswith(".parquet")).decode()
        told = set(re.findall(r"[0-9a-f]{64}", everything)) - set(json.loads(proven["bundle.json"])["files"].values())
        records = store.refresh().records
        assert {record["kind"]: digest for record in records for digest in tried(record) if digest in told} == {}
        assert [record["kind"] for record in records if record["salt"] in everything] == []

    def test_opens_no_table_that_it_does_not_show(self, proven):
        told = json.loads(proven["bundle.json"])
        shown = {path.split("/")[1].removesuffix(".parquet") for path in proven if path.startswith("rows/")}
        assert set(told["openings"]) == shown == {"building", "project", "weighing"}
