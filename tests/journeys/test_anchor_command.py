"""Anchoring as an officer does it: settings, ``qingzhu ledger anchor``, ``qingzhu ledger anchors``."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.dossiers import as_json, qingzhu, survey
from tests.ledger.chain_makers import ACCOUNT, CHAIN, PlainChain, init_code, node

SETTINGS = '[[sink]]\nname = "chain"\nkind = "evm"\nurl = "{}"\nchain = {}\ncontract = "{}"\naccount = "{}"\n'


@pytest.fixture(scope="module")
def dossier(tmp_path_factory) -> Path:
    folder = survey(tmp_path_factory.mktemp("anchored") / "T01")
    qingzhu("collect", folder)
    return folder


@pytest.fixture
def store(dossier) -> Iterator[Path]:
    chain = PlainChain()
    contract = chain.receipts[chain.send(ACCOUNT, None, init_code())]["contractAddress"]
    shutil.rmtree(dossier / ".qingzhu/log/anchors", ignore_errors=True)
    with node(chain) as address:
        (dossier / ".qingzhu/keys/anchors.toml").write_text(SETTINGS.format(address, CHAIN, contract, ACCOUNT), "utf-8")
        yield dossier / ".qingzhu"


class TestAnchoring:
    def test_is_listed_as_pending_then_as_told_and_when_asked_as_held(self, store):
        assert "未锚定" in qingzhu("ledger", "anchors", "--store", store)
        assert qingzhu("ledger", "anchor", "--store", store).split()[2:4] == ["chain", "待核"]
        found = as_json("ledger", "anchors", "--store", store)
        assert (found["pending"], [one["state"] for one in found["anchors"]]) == ([], ["told"])
        assert "chain  holds  2026-03-01 08:00:02" in qingzhu("ledger", "anchors", "--ask", "--lang", "en", "--store", store)
        assert as_json("ledger", "check", "--store", store)["problems"] == []
        (receipt,) = (store / "log/anchors").glob("*.json")
        receipt.write_bytes(receipt.read_bytes().replace(b'"chain":20200', b'"chain":20201'))
        assert "broken" in qingzhu("ledger", "anchors", "--lang", "en", "--store", store, expect=1)

    def test_is_verified_by_an_auditor_who_has_public_keys_only(self, store, tmp_path, monkeypatch):
        qingzhu("ledger", "anchor", "--store", store)
        shutil.copytree(store, tmp_path / "copy", ignore=shutil.ignore_patterns("keys"))
        for name in ("log.pub", "anchors.toml"):
            shutil.copy(store / "keys" / name, tmp_path)
        monkeypatch.setenv("QINGZHU_KEYS", str(tmp_path))
        assert [one["state"] for one in as_json("ledger", "anchors", "--ask", "--store", tmp_path / "copy")["anchors"]] == ["holds"]

    def test_of_a_sink_nobody_named_is_a_wrong_call(self, store):
        assert "There is no sink tsa, only chain: name it in" in qingzhu(
            "ledger", "anchor", "--sink", "tsa", "--lang", "en", "--store", store, expect=2
        )

    def test_that_is_asked_of_a_node_that_is_gone_ends_with_one_and_without_asking_with_zero(self, store):
        qingzhu("ledger", "anchor", "--store", store)
        settings = store / "keys/anchors.toml"
        settings.write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", settings.read_text("utf-8")), "utf-8")
        assert "could not be asked for all it holds" in qingzhu("ledger", "anchors", "--ask", "--lang", "en", "--store", store, expect=1)
        qingzhu("ledger", "anchors", "--store", store)

    def test_that_fails_says_why_and_ends_with_one(self, store):
        settings = store / "keys/anchors.toml"
        settings.write_text(settings.read_text("utf-8").replace(f"chain = {CHAIN}", "chain = 7"), "utf-8")
        assert "链号为 20200，应为 7" in qingzhu("ledger", "anchor", "--sink", "chain", "--store", store, expect=1)

    def test_without_sinks_says_where_to_name_them(self, store):
        (store / "keys/anchors.toml").unlink()
        assert "anchors.toml" in qingzhu("ledger", "anchor", "--store", store, expect=2)
