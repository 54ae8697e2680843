"""The server of a witness on real sockets: the statuses of c2sp.org/tlog-witness, and what it does when clients or its state misbehave."""

from __future__ import annotations

import hashlib
import http.client
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from qingzhu.ledger import merkle, notes, witness_server
from qingzhu.ledger.notes import Note
from qingzhu.ledger.witness import Witness
from tests.ledger.log_makers import ORIGIN, key, leaves, plain_root
from tests.ledger.witness_makers import WITNESS, asking, grown, head, serving, witness_at

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
MONITOR = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"


@pytest.fixture
def witness(tmp_path) -> Witness:
    return witness_at(tmp_path / "state.sqlite", [key(WITNESS, "cosignature"), key(WITNESS, "ml-dsa-44")])


@contextmanager
def connected(address: str, *, wait: float = 20.0) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection(address.removeprefix("http://"), timeout=wait)) as connection:
        yield connection


def told(address: str, body: bytes | None = None, path: str = "/add-checkpoint") -> tuple[int, str, bytes]:
    with connected(address) as connection:
        connection.request("GET" if body is None else "POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()


def raw(address: str, data: bytes) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    held = socket.create_connection((host, int(port)), 20)
    held.sendall(data)
    return held


def of_a_fork(old: int, new: int) -> bytes:
    """A request that proves growth of another log of the same name, in which entry 2 is another."""
    forked = [*leaves(2), merkle.leaf_hash(b"another"), *leaves(new)[3:]]
    proof = merkle.consistency(old, new, lambda level, number: plain_root(forked[number << level : (number + 1) << level]))
    return asking(old, new, head(new, plain_root(forked)), tuple(proof))


def with_lines(old: int, new: int, count: int) -> bytes:
    return asking(old, new, proof=(merkle.EMPTY,) * count)


UNKNOWN = key("unknown.example/log")
SIGNED_BY_A_STRANGER = Note(head(6).text, (key("stranger.example/x").sign(head(6).text),))
SIGNED_WRONG = Note(head(6).text, (key().sign(head(7).text),))
ONE_LINE_RIGHT_ONE_WRONG = Note(head(6).text, (*head(6).signatures, *SIGNED_WRONG.signatures))
STATUSES = [
    ("an unknown log", 404, asking(5, 6, head(6, origin="unknown.example/log"))),
    ("an unknown log, though old is larger", 404, asking(9, 6, head(6, origin="unknown.example/log"), ())),
    ("no trusted signature", 403, asking(5, 6, SIGNED_BY_A_STRANGER)),
    ("a trusted key's signature that is wrong", 403, asking(5, 6, SIGNED_WRONG)),
    ("a trusted key's second signature that is wrong", 403, asking(5, 6, ONE_LINE_RIGHT_ONE_WRONG)),
    ("a wrong signature, though old is larger", 403, asking(9, 6, SIGNED_WRONG, ())),
    ("an old size above the checkpoint's", 400, asking(7, 6, proof=())),
    ("an old size with a leading zero", 400, asking(5, 6).replace(b"old 5", b"old 05")),
    ("an old size above 2⁶³", 400, asking(5, 6).replace(b"old 5", b"old 9223372036854775808")),
    ("64 lines of proof", 400, with_lines(5, 6, 64)),
    ("a line of proof that is no hash", 400, asking(5, 6).replace(b"old 5\n", b"old 5\nAAAA\n")),
    ("no blank line", 400, asking(5, 6).replace(b"\n\n", b"\n")),
    ("lines that end in carriage returns", 400, asking(5, 6).replace(b"\n", b"\r\n")),
    ("nothing", 400, b""),
    ("an old size behind the one cosigned", 409, asking(4, 6)),
    ("an old size of 0 after the first", 409, asking(0, 6)),
    ("an empty checkpoint after a larger one", 409, asking(0, 0)),
    ("an old size before the one cosigned", 409, asking(6, 7)),
    ("a fork that proves its own growth", 422, of_a_fork(5, 7)),
    ("the same size with another root", 422, asking(5, 5, head(5, plain_root(leaves(4))))),
    ("the same size with a proof", 422, asking(5, 5, proof=(merkle.EMPTY,))),
    ("growth without a proof", 422, asking(5, 6, proof=())),
    ("a proof that is one hash short", 422, asking(5, 7, proof=grown(5, 7)[:-1])),
    ("a proof that is one hash long", 422, asking(5, 6, proof=(*grown(5, 6), merkle.EMPTY))),
    ("63 lines of proof that prove nothing", 422, with_lines(5, 6, 63)),
]


class TestEveryStatus:
    @pytest.mark.parametrize(("what", "status", "body"), STATUSES, ids=[what for what, _, _ in STATUSES])
    def test_of_the_specification_is_answered_and_the_state_stays(self, witness, what, status, body):
        with serving(witness) as address:
            assert told(address, asking(0, 5))[0] == 200
            found = told(address, body)
        assert found[:2] == (status, SIZE if status == 409 else TEXT)
        assert found[2] == b"5\n" if status == 409 else found[2].endswith(b"\n")
        assert witness.sizes() == {ORIGIN: 5}

    def test_of_a_checkpoint_that_grew_is_200_with_cosignatures_over_it(self, witness):
        with serving(witness) as address:
            for old, new in ((0, 0), (0, 5), (5, 5), (5, 300)):
                status, media, body = told(address, asking(old, new))
                lines = notes.read(f"{head(new).text}\n".encode() + body)
                assert (status, media) == (200, TEXT)
                assert len(notes.verified(lines, [one.verifier for one in witness.signers])) == len(lines.signatures) == 2
        assert witness.sizes() == {ORIGIN: 300}

    @pytest.mark.parametrize("body", [asking(0, 5, proof=(merkle.EMPTY,)), asking(0, 0, head(0, plain_root(leaves(1))))])
    def test_of_a_first_checkpoint_with_a_proof_or_an_empty_one_with_a_root_is_422(self, witness, body):
        with serving(witness) as address:
            assert told(address, body)[0] == 422
            assert told(address, path=MONITOR)[0] == 404
        assert witness.sizes() == {ORIGIN: 0}

    def test_for_monitors_is_404_until_something_was_cosigned(self, witness):
        with serving(witness) as address:
            assert told(address, path=MONITOR)[0] == 404
            told(address, asking(0, 5))
            status, media, body = told(address, path=MONITOR)
            assert told(address, path=MONITOR.upper())[0] == 404
        assert (status, media) == (200, TEXT)
        assert len(notes.verified(notes.read(body), [key().verifier, *(one.verifier for one in witness.signers)])) == 3


LENGTHS = [
    (b"Content-Length: -1", 400), (b"Content-Length: \xb2", 400), (b"Content-Length: " + b"9" * 5000, 400), (b"Content-Length: 1e3", 400),
    (b"Content-Length:", 400), (b"Content-Length: 3\r\nContent-Length: 4", 400), (b"Content-Length: 65537", 413),
    (b"Content-Length: 10000000000", 413), (b"X: y", 411), (b"Transfer-Encoding: chunked", 411),
    (b"Content-Length: 3\r\nTransfer-Encoding: chunked", 411),
]  # fmt: skip


HALF = b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 900\r\n\r\nold"
NO_HTTP = [b"hello there\r\n\r\n", b"PUT / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 70_000]


class TestAClientThatMisbehaves:
    @pytest.mark.parametrize(("line", "status"), LENGTHS)
    def test_is_told_what_is_wrong_with_its_length(self, witness, line, status):
        with serving(witness) as address, raw(address, b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n") as held:
            answer = b"".join(iter(lambda: held.recv(4096), b""))
        assert int(answer.split()[1]) == status
        assert b"Connection: close" in answer

    @pytest.mark.parametrize("data", NO_HTTP)
    def test_and_speaks_no_http_gets_one_line_of_text(self, witness, data):
        with serving(witness) as address, raw(address, data) as held:
            head, _, body = b"".join(iter(lambda: held.recv(4096), b"")).partition(b"\r\n\r\n")
        assert (head[:9], b"text/plain" in head, body.count(b"\n")) == (b"HTTP/1.1 ", True, 1)

    def test_and_ends_before_its_body_is_whole_is_not_cosigned(self, witness):
        body = asking(0, 5)
        request = f"POST /add-checkpoint HTTP/1.1\r\nContent-Length: {len(body) + 1}\r\n\r\n".encode() + body
        with serving(witness) as address, raw(address, request) as held:
            held.shutdown(socket.SHUT_WR)
            assert held.recv(4096).startswith(b"HTTP/1.1 400 ")
        assert witness.sizes() == {ORIGIN: 0}

    @pytest.mark.parametrize("sent", [b"POST /add", HALF[:40], HALF])
    def test_and_drips_is_cut_off_when_its_time_for_the_whole_request_is_over(self, witness, monkeypatch, sent):
        monkeypatch.setattr(witness_server, "PATIENCE", 1.0)
        with serving(witness) as address, raw(address, sent) as held:
            began = time.monotonic()
            held.settimeout(0.05)
            while time.monotonic() - began < 10:
                try:
                    held.sendall(b"a")
                    if held.recv(100) == b"":
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            assert 0.8 < time.monotonic() - began < 9

    def test_and_goes_away_leaves_no_word_on_the_terminal(self, witness, capfd):
        with serving(witness) as address:
            for data in (b"", HALF, f"GET {MONITOR} HTTP/1.1\r\n\r\n".encode() * 50):
                held = raw(address, data)
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # closes by a reset
                held.close()
            assert told(address, asking(0, 5))[0] == 200
        assert capfd.readouterr() == ("", "")


class TestManyConnections:
    def test_more_than_the_limit_are_told_503_in_words_and_one_is_answered_when_another_ends(self, witness, monkeypatch):
        monkeypatch.setattr(witness_server, "PATIENCE", 60.0)
        with serving(witness) as address, ExitStack() as held:
            idle = [held.enter_context(raw(address, b"")) for _ in range(witness_server.MOST)]
            for _ in range(20):
                assert told(address, asking(0, 5)) == (503, TEXT, b"this witness answers no more connections at a time: try again\n")
            idle[0].close()
            assert eventually(address, asking(0, 5)) == 200

    def test_three_hundred_half_posts_take_no_more_threads_than_the_limit_and_are_cut_off(self, witness, monkeypatch):
        monkeypatch.setattr(witness_server, "PATIENCE", 2.0)
        before = threading.active_count()
        with serving(witness) as address, ExitStack() as held:
            half = [held.enter_context(raw(address, HALF)) for _ in range(300)]
            assert threading.active_count() - before <= witness_server.MOST + 1
            answers = Counter(b"".join(iter(lambda one=one: one.recv(4096), b"")) for one in half)
            assert set(answers) == {b"", witness_server.BUSY}
            assert eventually(address, asking(0, 5)) == 200
        assert witness.sizes() == {ORIGIN: 5}


def eventually(address: str, body: bytes) -> int:
    """The first status that is not 503, within ten seconds."""
    until = time.monotonic() + 10
    while (status := told(address, body)[0]) == 503 and time.monotonic() < until:
        time.sleep(0.05)
    return status


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute(sys.argv[2])
held.execute("SELECT * FROM log").fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another_process(state: Path, how: str) -> Iterator[None]:
    command = [sys.executable, "-c", HOLD, str(state), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        yield


class TestAStateThatCannotBeUsed:
    def test_because_another_process_writes_is_503_and_monitors_are_still_answered(self, witness, tmp_path):
        said: list[str] = []
        with serving(witness, lambda zh, en: said.append(en)) as address:
            told(address, asking(0, 5))
            with held_by_another_process(tmp_path / "state.sqlite", "BEGIN IMMEDIATE"):
                status, media, body = told(address, asking(5, 6))
                assert (status, media, b"try again" in body) == (503, TEXT, True)
                assert told(address, path=MONITOR)[0] == 200
            assert told(address, asking(5, 6))[0] == 200
        assert said == ["the state cannot be used (database is locked), nothing was cosigned"]

    def test_is_not_one_that_another_process_only_reads(self, witness, tmp_path):
        with serving(witness) as address:
            told(address, asking(0, 5))
            with held_by_another_process(tmp_path / "state.sqlite", "BEGIN"):
                assert told(address, asking(5, 6))[0] == 200

    @pytest.mark.parametrize("instead", ["nothing", "a folder", "an empty file", "other bytes"])
    def test_because_it_was_deleted_or_replaced_is_503_and_never_a_beginning_from_0(self, witness, tmp_path, instead):
        state = tmp_path / "state.sqlite"
        with serving(witness) as address:
            told(address, asking(0, 5))
            state.unlink()
            if instead == "a folder":
                state.mkdir()
            elif instead != "nothing":
                state.write_bytes(b"" if instead == "an empty file" else b"other bytes" * 1000)
            for body in (asking(0, 5), asking(5, 6)):
                assert told(address, body)[0] == 503
            assert told(address, path=MONITOR)[0] == 503
        assert state.exists() == (instead != "nothing")

    def test_and_any_other_failure_is_500_in_words_without_a_stack_trace(self, tmp_path, capfd):
        said: list[str] = []
        broken = witness_at(tmp_path / "w", [key(WITNESS, "cosignature")], clock=lambda: 1 // 0)
        with serving(broken, lambda zh, en: said.append(en)) as address:
            assert told(address, asking(0, 5)) == (500, TEXT, b"this witness failed, so no cosignature is given\n")
        assert (len(said), "ZeroDivisionError" in said[0]) == (1, True)
        assert capfd.readouterr() == ("", "")
        assert broken.sizes() == {ORIGIN: 0}
