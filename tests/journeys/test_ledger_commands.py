"""A contractor's figures are logged, two offices witness them, an auditor checks one on a machine without store or network."""

from __future__ import annotations

import io
import json
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qingzhu.ledger import proofs
from qingzhu.ledger.keys import verifier_of
from tests.journeys.dossiers import as_json, qingzhu
from tests.schemes.small_dossier import written


@pytest.fixture
def dossier(tmp_path) -> Path:
    return written(tmp_path / "site")


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def witness(folder: Path, name: str, log: Path, port: int) -> Iterator[str]:
    """A witness served by the command; its ML-DSA-44 key."""
    told = as_json("witness", "key", folder / f"{name}.key", "--name", f"{name}.example/w")
    command = ["witness", "serve", folder / f"{name}.key", "--log", log, "--state", folder / f"{name}.sqlite", "--port", port]
    serving = subprocess.Popen([sys.executable, "-m", "qingzhu.cli.main", *map(str, command)], stdout=subprocess.PIPE, text=True)
    try:
        assert "http://127.0.0.1" in serving.stdout.readline()
        yield told["keys"][0]
    finally:
        serving.terminate()
        serving.stdout.close()
        serving.wait(10)


class TestFromTheSiteToTheAuditor:
    def test_a_figure_is_logged_witnessed_proved_and_checked(self, dossier, tmp_path):
        store, bundle = dossier / ".qingzhu", tmp_path / "p01.zip"
        qingzhu("evaluate", dossier, "--on", "2023-06-29")
        public = store / "keys/log.pub"
        with witness(tmp_path, "w1", public, first := free_port()) as one, witness(tmp_path, "w2", public, second := free_port()) as two:
            names = f"witness A {one} http://127.0.0.1:{first}\nwitness B {two} http://127.0.0.1:{second}\n"
            (store / "keys/policy").write_text(f"{names}group both all A B\nquorum both\n")
            told = qingzhu("evaluate", dossier, "--on", "2023-06-30", "--lang", "en")
        assert "2 of 2 witnesses, just now (A, B), quorum of 2 met" in " ".join(told.split())
        qingzhu("prove", "waste_intensity:P01", "--store", store, "--on", "2023-06-30", "-o", bundle)
        (tmp_path / "witnesses.pub").write_text(f"{one}\n{two}\n")
        shutil.copy(public, tmp_path / "log.pub")
        keys = ["--key", tmp_path / "log.pub", "--witness", tmp_path / "witnesses.pub", "--quorum", "2"]
        shutil.rmtree(dossier)
        checked = as_json("verify", bundle, *keys)
        assert (checked["holds"], {one["key"]: one["state"] for one in checked["findings"]}["witnesses"]) == (True, "holds")
        said = qingzhu("verify", bundle, *keys, "--lang", "en")
        assert "Computed again from the rows, the figure is the same: 187.5 t/10⁴ m²" in said
        bundle.write_bytes(with_another_weight(bundle.read_bytes()))
        altered = qingzhu("verify", bundle, *keys, expect=1)
        assert "✗ 数据行：" in altered
        assert "\n不成立：" in altered

    def test_witnesses_that_are_silent_show_as_pending_and_hold_nobody_up(self, dossier, tmp_path):
        store = dossier / ".qingzhu"
        qingzhu("evaluate", dossier, "--on", "2023-06-29")
        told = as_json("witness", "key", tmp_path / "w.key", "--name", "w.example/w")
        (store / "keys/policy").write_text(f"witness A {told['keys'][0]} http://127.0.0.1:{free_port()}\nquorum A\n")
        began = time.monotonic()
        assert "待见证（0/1），未达法定数1" in "".join(qingzhu("evaluate", dossier, "--on", "2023-06-30").split())
        assert time.monotonic() - began < 60
        assert "cannot be reached" in qingzhu("ledger", "cosign", "--store", store, "--lang", "en", expect=1)


def with_another_weight(data: bytes) -> bytes:
    """The bundle with one weight changed and its own list of hashes made to agree."""
    import hashlib

    import polars as pl

    with zipfile.ZipFile(io.BytesIO(data)) as held:
        files = {name: held.read(name) for name in held.namelist()}
    frame = pl.read_parquet(io.BytesIO(files["rows/weighing.parquet"])).with_columns(net_mass=pl.col("net_mass") - 1.0)
    written = io.BytesIO()
    frame.write_parquet(written)
    files["rows/weighing.parquet"] = written.getvalue()
    told = json.loads(files["bundle.json"])
    told["files"]["rows/weighing.parquet"] = hashlib.sha256(written.getvalue()).hexdigest()
    files["bundle.json"] = json.dumps(told).encode()
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return again.getvalue()


class TestTheLedger:
    def test_shows_its_state_checks_itself_and_proves_an_entry(self, dossier, tmp_path):
        store = dossier / ".qingzhu"
        qingzhu("evaluate", dossier, "--on", "2023-06-30")
        state = as_json("ledger", "show", "--store", store)
        assert (state["size"], state["records"], [one["kind"] for one in state["keys"]]) == (3, 3, ["ed25519", "ml-dsa-44", "sm2"])
        assert as_json("ledger", "check", "--deep", "--store", store)["problems"] == []
        told = as_json("ledger", "entry", "0", "--store", store, "--proof", tmp_path / "0.tlog-proof")
        proof = proofs.read((tmp_path / "0.tlog-proof").read_bytes())
        entry = json.dumps(told["entry"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        keys = [verifier_of(one["key"]) for one in state["keys"]]
        assert {one.kind for one in proofs.proven(entry, proof, state["origin"], keys)} == {"ed25519", "ml-dsa-44", "sm2"}

    def test_says_what_was_changed_and_where(self, dossier):
        store = dossier / ".qingzhu"
        qingzhu("evaluate", dossier, "--on", "2023-06-30")
        bundle = store / "log/tile/entries/000.p/3"
        bundle.write_bytes(bundle.read_bytes().replace(b'"project":"P01"', b'"project":"P02"', 1))
        said = qingzhu("ledger", "check", "--store", store, "--lang", "en", expect=1)
        assert "Damaged: tile/entries/000.p/3: entry 0 does not agree with what was signed" in said

    def test_says_that_it_is_gone_or_cannot_be_read_and_which_file(self, dossier):
        store = dossier / ".qingzhu"
        qingzhu("evaluate", dossier, "--on", "2023-06-30")
        checkpoint = store / "log/checkpoint"
        sound = checkpoint.read_bytes()
        for damaged in (b"", b"garbage\n", sound[:40] + bytes([sound[40] ^ 1]) + sound[41:], sound[:-3]):
            checkpoint.write_bytes(damaged)
            assert "checkpoint" in qingzhu("ledger", "check", "--store", store, expect=1)
        checkpoint.unlink()
        assert "checkpoint: the file is gone" in qingzhu("ledger", "check", "--store", store, "--lang", "en", expect=1)
        assert "Damaged: log: the log is gone" in qingzhu("check", "--deep", "--store", store, "--lang", "en", expect=1)
        qingzhu("ledger", "show", "--store", store, expect=2)

    def test_a_policy_and_keys_at_once_are_refused(self, tmp_path):
        (tmp_path / "policy").write_text("quorum none\n")
        (tmp_path / "b.zip").write_bytes(b"")
        call = ("verify", tmp_path / "b.zip", "--policy", tmp_path / "policy", "--quorum", "1", "--lang", "en")
        assert "give it without --key, --witness and --quorum" in qingzhu(*call, expect=2)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (("ledger", "entry", "9"), "there is no 9"),
            (("ledger", "cosign"), "There is no witness to ask"),
            (("prove", "gbt51129_2017:P01:B1", "-o", "x.zip"), "is no id of a figure"),
            (("prove", "shared_tickets:P01:P02", "-o", "x.zip"), "compares projects"),
            (("verify", "nothing.zip", "--key", "a+b+c"), "no file"),
        ],
    )
    def test_wrong_calls_say_what_to_do(self, dossier, call, words):
        qingzhu("evaluate", dossier, "--on", "2023-06-30")
        store = () if call[0] == "verify" else ("--store", dossier / ".qingzhu")
        assert words in qingzhu(*call, *store, "--lang", "en", expect=2)
