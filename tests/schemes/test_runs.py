"""Runs in the log: one entry for each, none for the same again, and the figure's line leads to the root it names."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qingzhu.cli.evaluation import judged
from qingzhu.cli.hand_in import collect_one
from qingzhu.cli.words import rulebook
from qingzhu.ledger import entries, merkle
from qingzhu.ledger.store import Store
from qingzhu.measures.engines import open_engine
from qingzhu.schemes.evaluate import open_session
from qingzhu.schemes.runs import lines_of, run_of
from qingzhu.terms.errors import BrokenChainError
from qingzhu.terms.figures import Figure
from tests.ledger.log_makers import plain_root
from tests.schemes.small_dossier import TICKETS, written

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2023, 7, 1, tzinfo=UTC)


@pytest.fixture
def dossier(tmp_path) -> Path:
    return written(tmp_path / "dossier")


def evaluated(dossier: Path, store: Store, on: date = date(2023, 6, 30)) -> dict:
    """Handed in and judged as the command does it; where the run stands in the log."""
    collect_one(dossier, store, dossier / "results", "site team", lambda what: None)
    return judged(store, ["P01"], on, "duckdb:", "officer")[0]["store"]


def bare_run(store: Store) -> dict:
    """A run of no figures, made and not recorded."""
    engine = open_engine()
    try:
        return run_of(open_session(store, rulebook(), None, date(2023, 6, 30), engine, ["P01"]), "P01", [], [])[0]
    finally:
        engine.close()


class TestARun:
    def test_is_one_entry_behind_those_of_the_submissions(self, dossier, tmp_path):
        store = Store.open(tmp_path / "store")
        held = evaluated(dossier, store)
        log = store.log()
        assert [entries.read(one)["kind"] for one in log.entries()] == ["submission", "submission", "run"]
        assert (held["position"], held["log"]["entry"], held["log"]["input"]["size"]) == (2, 2, 2)
        assert held["log"]["input"]["root"] == plain_root([merkle.leaf_hash(one) for one in log.entries(0, 2)]).hex()
        assert held["log"]["checkpoint"] == {"size": 3, "root": log.checkpoint.root.hex()}

    def test_of_the_same_again_logs_nothing(self, dossier, tmp_path):
        store = Store.open(tmp_path / "store")
        first = evaluated(dossier, store)
        assert evaluated(dossier, store)["log"]["entry"] == first["log"]["entry"] == store.log().size - 1

    def test_on_another_day_or_from_other_evidence_is_another(self, dossier, tmp_path):
        store = Store.open(tmp_path / "store")
        evaluated(dossier, store)
        assert evaluated(dossier, store, date(2023, 7, 30))["log"]["entry"] == 3
        (dossier / "weighings.csv").write_text(TICKETS.replace("12.5", "12.6"), "utf-8")
        assert evaluated(dossier, store)["log"]["entry"] == 5

    def test_keeps_its_rows_and_every_line_leads_to_its_root(self, dossier, tmp_path):
        store = Store.open(tmp_path / "store")
        held = evaluated(dossier, store)
        run = entries.read(store.log().entry(held["log"]["entry"]))["run"]
        lines = store.original(run["rows"]["sha256"]).read_bytes().splitlines()
        assert plain_root([merkle.leaf_hash(line) for line in lines]).hex() == run["rows"]["root"]
        figures = {one["figure"]["id"]: one["figure"]["value"] for one in map(json.loads, lines) if "figure" in one}
        assert figures["waste_intensity:P01"] == 187.5  # 28.125 t on 1,500 m²
        assert len(figures) == run["rows"]["figures"]

    def test_of_tiles_that_do_not_give_the_signed_root_is_none(self, dossier, tmp_path):
        store, tile = Store.open(tmp_path / "store"), tmp_path / "store/log/tile/0/000.p/2"
        collect_one(dossier, store, dossier / "results", "site team", lambda what: None)
        assert bare_run(store)["input"]["root"] == plain_root([tile.read_bytes()[:32], tile.read_bytes()[32:]]).hex()
        tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
        with pytest.raises(BrokenChainError, match="does not agree with the signed root"):
            bare_run(Store.open(store.path))

    def test_of_a_copy_without_keys_is_computed_and_not_logged(self, dossier, tmp_path):
        evaluated(dossier, Store.open(tmp_path / "store"))
        shutil.rmtree(tmp_path / "store/keys")
        before = (tmp_path / "store/journal.jsonl").read_bytes()
        held = evaluated(dossier, Store.open(tmp_path / "store"), date(2023, 8, 1))
        assert (held["log"], (tmp_path / "store/journal.jsonl").read_bytes() == before) == (None, True)

    def test_whose_rows_were_changed_is_found_by_the_deep_check(self, dossier, tmp_path):
        store = Store.open(tmp_path / "store")
        held = evaluated(dossier, store)
        rows = store.original(entries.read(store.log().entry(held["log"]["entry"]))["run"]["rows"]["sha256"])
        rows.chmod(0o644)
        rows.write_bytes(rows.read_bytes().replace(b"187.5", b"187.4"))
        assert [problem.subject for problem in store.check(deep=True)] == [f"originals/{rows.name}"]
        assert store.check_log() == []


class TestThePage:
    def test_its_example_is_what_the_program_gives(self):
        page = (ROOT / "docs/spec/run.md").read_text("utf-8")
        line = lines_of([Figure("waste_intensity", {"project": "P01"}, 187.5, "t/10⁴ m²", coverage=100.0)], [])[0]
        assert line.decode() in page
        told = dict(re.findall(r"^\| `(\w+)` \| `?(\w+)`? \|$", page, re.M))
        data = line + b"\n"
        assert told == {
            "root": hashlib.sha256(b"\x00" + line).hexdigest(),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": str(len(data)),
        }
