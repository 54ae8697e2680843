"""Somebody proves a figure of a store that holds runs of other rules, or was changed; somebody checks a bundle of a stranger."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qingzhu.cli.hand_in import collect_one
from qingzhu.cli.ledger import check
from qingzhu.cli.proof import prove, verify
from qingzhu.cli.words import rulebook
from qingzhu.ledger.store import Store
from qingzhu.measures.engines import open_engine
from qingzhu.schemes.evaluate import open_session
from qingzhu.schemes.runs import recorded, run_of
from qingzhu.terms.errors import BrokenChainError
from tests.schemes.forged import forged
from tests.schemes.small_dossier import written

ON, NOW = date(2023, 6, 30), datetime(2023, 7, 1, tzinfo=UTC)
FIGURE = "waste_intensity:P01"


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store.open(tmp_path / "store")
    collect_one(written(tmp_path / "site"), store, tmp_path / "results", "site team", lambda what: None)
    return store


def run_of_today(store: Store, change: Callable[[dict[str, Any]], object] | None = None) -> int:
    """A run recorded as this version does it, or as one of other rules did; its entry."""
    engine = open_engine()
    try:
        session = open_session(store, rulebook(), None, ON, engine, ["P01"], ["waste_intensity"])
        figures = session.figures(["waste_intensity"])
        if change is None:
            return int(recorded(session, "P01", figures, [], "officer", NOW)["entry"])
        run, rows = run_of(session, "P01", figures, [])
        change(run)
        return int(store.record_run(run, rows, given_by="officer", given_at=NOW)["position"]) - 1
    finally:
        engine.close()


def proved(store: Store, out: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert prove(FIGURE, store.path, out, on=ON, originals=False, by="officer", lang="en", json=True) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def checked(store: Store, bundle: Path, capsys: pytest.CaptureFixture[str]) -> str:
    verify(bundle, [str(store.keys / "log.pub")], [], None, None, lang="en", json=False)
    return capsys.readouterr().out


OTHER_RULES = {
    "measure": lambda run: run["measures"].update(waste_intensity="0" * 64),
    "derived measure": lambda run: run["measures"].update(waste_load="0" * 64),
    "vocabulary": lambda run: run.update(vocabulary="0" * 64),
    "parameter table": lambda run: run["parameters"].update(waste_origin="0" * 64),
    "region": lambda run: run.update(region="江苏省"),
}


class TestAStoreWithARunOfOtherRules:
    @pytest.mark.parametrize("change", OTHER_RULES.values(), ids=OTHER_RULES)
    def test_has_the_figure_computed_again_and_that_run_proved(self, store, tmp_path, capsys, change):
        then = run_of_today(store, change)
        assert proved(store, tmp_path / "b.zip", capsys)["entry"] == then + 1
        assert "\nHolds: " in checked(store, tmp_path / "b.zip", capsys)

    @pytest.mark.parametrize("change", OTHER_RULES.values(), ids=OTHER_RULES)
    def test_has_the_older_run_of_these_rules_proved(self, store, tmp_path, capsys, change):
        today = run_of_today(store)
        assert run_of_today(store, change) == today + 1
        assert proved(store, tmp_path / "b.zip", capsys)["entry"] == today
        assert "\nHolds: " in checked(store, tmp_path / "b.zip", capsys)


class TestAStoreThatWasChanged:
    def test_gives_no_bundle_and_says_what_is_wrong(self, store, tmp_path):
        run_of_today(store)
        path = next((store.path / "tables/weighing").glob("*.parquet"))
        path.chmod(0o644)
        pl.read_parquet(path).with_columns(net_mass=pl.lit(1.0)).write_parquet(path)
        with pytest.raises(BrokenChainError, match=r"no bundle was written: Rows: the rows of submission .* ledger check --deep"):
            prove(FIGURE, store.path, tmp_path / "b.zip", on=ON, originals=False, by="officer", lang="en", json=False)
        assert not (tmp_path / "b.zip").exists()


class TestABundleOfAStranger:
    def test_moves_no_cursor_and_turns_no_line_round(self, store, tmp_path, capsys):
        """Control sequences that would wipe what was said, and the letter that lets text run from right to left."""
        run_of_today(store)
        proved(store, tmp_path / "b.zip", capsys)
        data = forged(store, (tmp_path / "b.zip").read_bytes(), figure=lambda one: one.update(unit="t\x1b[2J\x1b[1A\r\u202e"))
        (tmp_path / "b.zip").write_bytes(data)
        said = checked(store, tmp_path / "b.zip", capsys)
        assert "waste_intensity:P01 = 187.5 t[2J[1A" in said
        assert [letter for letter in said if not letter.isprintable() and letter != "\n"] == []


class TestTheCheckOfALedger:
    def test_names_the_file_of_each_bit_that_was_turned_over(self, store, capsys):
        run_of_today(store)
        chance, log = random.Random(40), store.path / "log"
        files = sorted(path for path in log.rglob("*") if path.is_file() and path.stat().st_size)
        for number in range(24):
            path = files[number % len(files)]
            data = path.read_bytes()
            at = chance.randrange(8 * len(data))
            path.write_bytes(data[: at // 8] + bytes([data[at // 8] ^ 1 << at % 8]) + data[at // 8 + 1 :])
            assert check(store.path, deep=False, keys=[], lang="en", json=False) == 1, path
            path.write_bytes(data)
            assert f"Damaged: {path.relative_to(log).as_posix()}" in capsys.readouterr().out
        assert check(store.path, deep=False, keys=[], lang="en", json=False) == 0
