"""Another office becomes a witness, loses its memory, is knocked at by strangers; a log's owner asks on a clock and sees who is missing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.dossiers import as_json, qingzhu
from tests.ledger.log_makers import key
from tests.ledger.test_witness_server import HALF, told
from tests.ledger.witness_makers import asking
from tests.schemes.small_dossier import written

LOG = key().verifier.line()


@pytest.fixture
def made(tmp_path) -> Path:
    """A key with its state."""
    qingzhu("witness", "key", tmp_path / "w.key", "--name", "w.example/w")
    return tmp_path


@contextmanager
def served(folder: Path, *more: object, name: str = "w") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a witness, and the process that serves it, whose standard error can be read afterwards."""
    call = ["witness", "serve", folder / f"{name}.key", "--port", "0", "--lang", "en", *(more or ("--log", LOG))]
    command = [sys.executable, "-m", "qingzhu.cli.main", *map(str, call)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as serving:
        try:
            yield serving.stdout.readline().split()[2], serving
        finally:
            serving.terminate()


class TestTheStateOfAWitness:
    def test_is_begun_with_its_key_for_the_owner_only_and_goes_on_after_a_restart(self, made):
        assert [oct(path.stat().st_mode & 0o777) for path in (made / "w.key", made / "w.sqlite")] == ["0o600", "0o600"]
        for old, new in ((0, 5), (5, 6)):
            with served(made) as (address, _):
                assert told(address, asking(old, new))[0] == 200

    def test_that_is_gone_is_refused_in_words_and_no_other_is_begun(self, made):
        (made / "w.sqlite").unlink()
        said = qingzhu("witness", "serve", made / "w.key", "--log", LOG, "--lang", "en", expect=2)
        assert "There is no state" in said
        assert "put back no copy: make a new key with a new state" in said
        assert not (made / "w.sqlite").exists()
        assert "已存在" in qingzhu("witness", "key", made / "w.key", "--name", "w.example/w", expect=2)
        assert not (made / "w.sqlite").exists()

    def test_of_another_key_is_refused(self, made):
        qingzhu("witness", "key", made / "v.key", "--name", "w.example/w")
        call = ("witness", "serve", made / "w.key", "--log", LOG, "--state", made / "v.sqlite", "--lang", "en")
        assert "is the state of another key" in qingzhu(*call, expect=2)

    def test_that_is_there_is_left_alone_by_a_new_key(self, made):
        (made / "w.key").unlink()
        before = (made / "w.sqlite").read_bytes()
        said = qingzhu("witness", "key", made / "w.key", "--name", "w.example/w", "--lang", "en", expect=2)
        assert "w.sqlite is there already" in said
        assert ((made / "w.sqlite").read_bytes(), (made / "w.key").exists()) == (before, False)

    def test_cannot_be_the_file_of_the_key(self, made):
        qingzhu("witness", "key", made / "x.key", "--name", "w.example/w", "--state", made / "x.key", expect=2)
        assert not (made / "x.key").exists()


class TestTheService:
    def test_says_nothing_of_clients_and_in_one_line_that_its_state_is_gone(self, made):
        with served(made) as (address, serving):
            host, port = address.removeprefix("http://").split(":")
            for data in (b"", HALF, b"hello\r\n\r\n"):
                with socket.create_connection((host, int(port)), 10) as held:
                    held.sendall(data)
                    held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            assert told(address, asking(0, 5))[0] == 200
            os.replace(made / "w.sqlite", made / "aside")
            assert told(address, asking(5, 6))[0] == 503
            serving.terminate()
            assert serving.stderr.read() == "the state cannot be used (unable to open database file), nothing was cosigned\n"

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            (("--log", "nothing.pub"), "There is no file nothing.pub, nor is it a public key"),
            (("--log", LOG, "--host", "192.0.2.1"), "It cannot listen at 192.0.2.1"),
        ],
    )
    def test_called_wrongly_says_what_to_do(self, made, more, words):
        assert words in qingzhu("witness", "serve", made / "w.key", *more, "--lang", "en", expect=2)


class TestAskingOnAClock:
    def test_fails_where_the_newest_checkpoint_has_no_quorum_though_an_older_one_has(self, tmp_path):
        dossier = written(tmp_path / "site")
        store = dossier / ".qingzhu"
        qingzhu("evaluate", dossier, "--on", "2023-06-29")
        keys = [as_json("witness", "key", tmp_path / f"{name}.key", "--name", f"{name}.example/w")["keys"][0] for name in "ab"]
        log = ("--log", store / "keys/log.pub")
        with served(tmp_path, *log, name="a") as (first, _):
            with served(tmp_path, *log, name="b") as (second, _):
                names = f"witness A {keys[0]} {first}\nwitness B {keys[1]} {second}\n"
                (store / "keys/policy").write_text(f"{names}group both all A B\nquorum both\n")
                said = qingzhu("ledger", "cosign", "--store", store, "--lang", "en")
                assert "2 of 2 (A, B), just now, quorum of 2 met" in said
            told = " ".join(qingzhu("evaluate", dossier, "--on", "2023-06-30", "--lang", "en").split())
            assert "1 of 2 witnesses, just now (A), below the quorum of 2" in told
            said = qingzhu("ledger", "cosign", "--store", store, "--lang", "en", expect=1)
            assert "1 of 2 (A), just now, below the quorum of 2" in said
        said = qingzhu("ledger", "show", "--store", store, "--lang", "en")
        assert "2 of 2 (A, B), just now, quorum of 2 met; pending: the newest 1 of 4 entries" in said
