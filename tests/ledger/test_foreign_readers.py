"""Whoever has only the folder and docs/spec/store.md sees the same rows: DuckDB alone, Delta alone, neither with our code."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable

from qingzhu.ledger.store import Store
from tests.ledger.store_makers import NOW, hand_in, told_file
from tests.ledger.test_store import grown_contracts, with_moisture

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/spec/store.md").read_text("utf-8")


@pytest.fixture
def store(tmp_path):
    """Superseded, withdrawn, refused, joined, grown, and an act that was killed before its record."""
    kept = Store.open(tmp_path / "store", contracts=grown_contracts())
    for seed in range(3):
        hand_in(kept, told_file(tmp_path, seed, "a.json"))
    gone = hand_in(kept, told_file(tmp_path, 3, "b.json"))
    hand_in(kept, told_file(tmp_path, 4, "a.json", refused=True))
    kept.withdraw(gone.id, "wrong", given_by="x", given_at=NOW)
    kept.compact("weighing", given_by="x", given_at=NOW)
    kept.hand_in(gone.slot, told_file(tmp_path, 5, "b.json"), with_moisture, given_by="x", given_at=NOW)

    def fail(step):
        if step == "commit_synced":
            raise OSError("pulled the plug")

    with pytest.raises(OSError, match="plug"):
        hand_in(Store.open(kept.path, step=fail, contracts=kept.contracts), told_file(tmp_path, 6, "c.json"))
    return kept


def page_rows(store: Store, monkeypatch) -> list[tuple[object, ...]]:
    """What the statements of the page give, run in the store's folder."""
    monkeypatch.chdir(store.path)
    connection = duckdb.connect()
    *first, last = [text for text in re.search(r"```sql\n(.*?)```", PAGE, re.S).group(1).split(";\n") if text.strip()]
    for statement in first:
        connection.execute(statement)
    return sorted(connection.sql(last).select("submission", "row", "ticket", "net_mass", "moisture").fetchall())


def our_rows(store: Store) -> list[tuple[object, ...]]:
    return sorted(store.rows("weighing", columns=["submission", "row", "ticket", "net_mass", "moisture"]).rows())


class TestDuckDBAlone:
    def test_sees_the_rows_we_see(self, store, monkeypatch):
        assert page_rows(store, monkeypatch) == our_rows(store)
        assert len(our_rows(store)) == 6

    def test_gives_times_with_their_zone(self, store, monkeypatch):
        monkeypatch.chdir(store.path)
        files = store.inputs("weighing", store.pin()).files
        types = dict(
            duckdb.sql(
                f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet({files}, union_by_name = true))"
            ).fetchall()
        )
        assert (types["time"], types["net_mass"], types["row"]) == ("TIMESTAMP WITH TIME ZONE", "DOUBLE", "BIGINT")


class TestDeltaAlone:
    def test_names_the_files_the_journal_names_at_every_version_a_record_names(self, store):
        for position in range(1, store.pin().position + 1):
            version = store.index.version("weighing", position)
            theirs = {Path(uri).name for uri in DeltaTable(store.path / "tables/weighing", version=version).file_uris()}
            assert theirs == {Path(path).name for path in store.index.files("weighing", position)}

    def test_reads_the_rows_we_see_once_filtered(self, store):
        version = store.pin().versions["weighing"]
        table = pl.scan_delta(str(store.path / "tables/weighing"), version=version)
        current = [one.id for one in store.current()]
        rows = table.filter(pl.col("submission").is_in(current)).select("submission", "row", "ticket", "net_mass", "moisture").collect()
        assert sorted(rows.rows()) == our_rows(store)

    def test_is_told_the_columns_of_the_contract_with_the_new_one_last(self, store):
        fields = json.loads(DeltaTable(store.path / "tables/weighing", version=store.pin().versions["weighing"]).schema().to_json())[
            "fields"
        ]
        assert [(field["name"], field["type"]) for field in (fields[0], fields[1], fields[-1])] == [
            ("submission", "string"),
            ("row", "long"),
            ("moisture", "double"),
        ]


class TestTheJournalAlone:
    def test_is_a_chain_of_hashes_anybody_can_follow(self, store):
        previous = "0" * 64
        for place, line in enumerate((store.path / "journal.jsonl").read_text("utf-8").splitlines(), 1):
            record = json.loads(line[65:])
            assert line[:64] == hashlib.sha256(line[65:].encode()).hexdigest()
            assert (record["position"], record["previous"]) == (place, previous)
            previous = line[:64]

    def test_names_files_by_the_hash_they_have(self, store):
        for line in (store.path / "journal.jsonl").read_text("utf-8").splitlines():
            for table in json.loads(line[65:]).get("tables", {}).values():
                for file in table["files"]:
                    assert hashlib.sha256((store.path / file["path"]).read_bytes()).hexdigest() == file["sha256"]


class TestTheStore:
    def test_works_without_pyarrow(self, tmp_path):
        """Polars, DuckDB and Delta speak Arrow among themselves; another library is not needed."""
        code = (
            "import sys; from pathlib import Path\n"
            "from qingzhu.ledger.store import Store\n"
            "from tests.ledger.store_makers import hand_in, told_file, NOW\n"
            "folder = Path(sys.argv[1]); store = Store.open(folder / 'store')\n"
            "[hand_in(store, told_file(folder, seed, f'{seed}.json')) for seed in range(3)]\n"
            "store.compact('weighing', given_by='x', given_at=NOW); assert store.check(deep=True) == []\n"
            "sys.exit(any(name.split('.')[0] == 'pyarrow' for name in sys.modules))"
        )
        assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False).returncode == 0
