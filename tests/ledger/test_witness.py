"""Witnesses: what they cosign, what they refuse and with which status, and a log that asks them over HTTP."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingzhu.ledger import merkle, notes, policies
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.keys import time_of
from qingzhu.ledger.notes import Note, encoded
from qingzhu.ledger.policies import Policy, Trusted
from qingzhu.ledger.witness import Answer, Request, Witness, read_request
from qingzhu.ledger.witness_server import server
from qingzhu.ledger.witnessing import cosigned, state_of
from qingzhu.terms.errors import MalformedError
from tests.ledger.log_makers import ORIGIN, entries, key, leaves, log_at, plain_root

ROOT = Path(__file__).resolve().parents[2]
WITNESS = "witness.example/w1"


def head(size: int, root: bytes | None = None, origin: str = ORIGIN) -> Note:
    text = Checkpoint(origin, size, plain_root(leaves(size)) if root is None else root).text()
    return Note(text, (key(origin).sign(text),))


def grown(old: int, new: int) -> tuple[bytes, ...]:
    hashes = leaves(new)
    return tuple(merkle.consistency(old, new, lambda level, number: plain_root(hashes[number << level : (number + 1) << level])))


def asking(old: int, new: int, note: Note | None = None, proof: tuple[bytes, ...] | None = None) -> bytes:
    return Request(old, grown(old, new) if proof is None else proof, note or head(new)).written()


@pytest.fixture
def witness(tmp_path) -> Witness:
    signers = [key(WITNESS, "cosignature"), key(WITNESS, "ml-dsa-44")]
    return Witness(signers, [key().verifier], tmp_path / "state.sqlite", lambda: 1_700_000_000)


def keys_of(witness: Witness) -> list:
    return [signer.verifier for signer in witness.signers]


class TestACheckpointThatGrew:
    def test_is_cosigned_by_both_algorithms_with_the_time(self, witness):
        answer = witness.add_checkpoint(asking(0, 5))
        assert (answer.status, answer.media) == (200, "text/plain; charset=utf-8")
        lines = notes.read(f"{head(5).text}\n".encode() + answer.body)
        found = notes.verified(lines, keys_of(witness))
        assert {one.kind for one in found} == {"cosignature", "ml-dsa-44"}
        assert {time_of(one.signature) for one in found.values()} == {1_700_000_000}

    def test_is_cosigned_from_where_the_last_one_ended(self, witness):
        assert [witness.add_checkpoint(asking(old, new)).status for old, new in ((0, 3), (3, 8), (8, 8), (8, 300))] == [200] * 4
        assert witness.sizes() == {ORIGIN: 300}

    def test_of_an_empty_log_is_cosigned(self, witness):
        assert witness.add_checkpoint(asking(0, 0)).status == 200

    def test_is_shown_to_monitors_with_the_cosignatures(self, witness):
        witness.add_checkpoint(asking(0, 5, head(5).signed_too([key("stranger.example/x").sign(head(5).text)])))
        shown = witness.checkpoint(hashlib.sha256(ORIGIN.encode()).hexdigest())
        note = notes.read(shown.body)
        assert len(notes.verified(note, [key().verifier, *keys_of(witness)])) == len(note.signatures) == 3

    def test_leaves_a_state_that_another_process_goes_on_from(self, witness, tmp_path):
        witness.add_checkpoint(asking(0, 5))
        again = Witness(witness.signers, [key().verifier], tmp_path / "state.sqlite", lambda: 5)
        assert again.add_checkpoint(asking(0, 6)).status == 409
        assert again.add_checkpoint(asking(5, 6)).status == 200


def said(first: str, note: Note | None = None) -> bytes:
    return f"{first}\n\n".encode() + (note or head(6)).written()


FORGED = Note(head(6).text, (key(seed="thief").sign(head(6).text),))
WRONG = Note(head(6).text, (key().sign(head(7).text),))
REFUSED = [
    (404, asking(5, 6, head(6, origin="unknown.example/log"))), (403, asking(5, 6, FORGED)), (403, asking(5, 6, WRONG)),
    (400, asking(7, 7, head(6), ())), (409, asking(0, 6)), (409, asking(4, 6)),
    (422, asking(5, 6, proof=())), (422, asking(5, 6, proof=(merkle.EMPTY, *grown(5, 6)))),
    (422, asking(5, 6, proof=(*grown(5, 6), merkle.EMPTY))),
    (422, asking(5, 6, head(6, merkle.EMPTY))), (422, asking(5, 5, head(5, plain_root(leaves(4))))),
    (400, b""), (400, b"old 5\n"), (400, said("old 05")), (400, said("old -1")), (400, said("old 5\nAAAA")), (400, said("new 5")),
    (400, asking(5, 6)[:-1]), (400, asking(5, 6) + b"x"), (400, said("old 5" + f"\n{encoded(merkle.EMPTY)}" * 64)),
    (400, b"old 5\n\n" + head(6).text.encode() + b"\n"), (400, b"a" * 70_000),
]  # fmt: skip


class TestWhatIsRefused:
    @pytest.mark.parametrize(("status", "body"), REFUSED)
    def test_with_the_status_of_the_specification_and_nothing_is_kept(self, witness, status, body):
        witness.add_checkpoint(asking(0, 5))
        assert (witness.add_checkpoint(body).status, witness.sizes()) == (status, {ORIGIN: 5})

    def test_a_wrong_old_size_is_told_the_right_one(self, witness):
        witness.add_checkpoint(asking(0, 5))
        assert witness.add_checkpoint(asking(4, 6)) == Answer(409, b"5\n", "text/x.tlog.size")

    def test_a_first_checkpoint_with_a_proof_is_refused_and_an_empty_one_with_a_root_too(self, witness):
        assert witness.add_checkpoint(asking(0, 5, proof=(merkle.EMPTY,))).status == 422
        assert witness.add_checkpoint(asking(0, 0, head(0, plain_root(leaves(1))))).status == 422

    def test_a_fork_is_never_cosigned(self, witness):
        witness.add_checkpoint(asking(0, 5))
        forked = [*leaves(4), merkle.leaf_hash(b"another"), *leaves(6)[5:]]
        read = lambda level, number: plain_root(forked[number << level : (number + 1) << level])  # noqa: E731
        assert witness.add_checkpoint(asking(5, 6, head(6, plain_root(forked)), tuple(merkle.consistency(5, 6, read)))).status == 422

    def test_an_old_checkpoint_after_a_new_one_is_refused(self, witness):
        witness.add_checkpoint(asking(0, 5))
        witness.add_checkpoint(asking(5, 8))
        assert [witness.add_checkpoint(asking(old, 5)).status for old in (0, 5)] == [409, 409]

    @given(st.binary(max_size=400))
    def test_no_bytes_break_it(self, data):
        with suppress(MalformedError):
            assert read_request(data).written() == data

    def test_a_key_that_signs_logs_is_no_key_of_a_witness(self, tmp_path):
        with pytest.raises(MalformedError, match="cosignature or ml-dsa-44"):
            Witness([key(WITNESS)], [], tmp_path / "state", lambda: 1)


class TestExtensionLines:
    def test_that_no_key_of_the_log_signed_are_not_cosigned(self, tmp_path):
        log_key = key(kind="ml-dsa-44")
        witness = Witness([key(WITNESS, "cosignature")], [log_key.verifier], tmp_path / "state", lambda: 5)
        plain = head(5).text
        forged = Note(plain + "of a stranger\n", (log_key.sign(plain),))
        assert witness.add_checkpoint(asking(0, 5, forged)).status == 403
        assert witness.add_checkpoint(asking(0, 5, Note(plain, (log_key.sign(plain),)))).status == 200


class TestARace:
    def test_of_fifty_from_one_size_one_wins(self, witness):
        witness.add_checkpoint(asking(0, 5))
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(lambda more: witness.add_checkpoint(asking(5, 6 + more)).status, range(50)))
        assert sorted(found) == [200] + [409] * 49


def greet(held: socket.socket) -> None:
    with held.accept()[0] as connection:
        connection.recv(65_536)
        connection.sendall(b"hello there\r\n")


def told(connection: http.client.HTTPConnection) -> tuple[int, str]:
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers["Content-Type"]


@contextmanager
def serving(witness: Witness) -> Iterator[str]:
    serves = server(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=serves.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serves.server_address[1]}"
    finally:
        serves.shutdown()
        serves.server_close()
        thread.join()


class TestOverHttp:
    def test_answers_several_requests_on_one_connection(self, witness):
        with serving(witness) as address:
            connection = http.client.HTTPConnection(address.removeprefix("http://"))
            found = []
            monitor = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
            for body in (asking(0, 5), asking(0, 5)):
                connection.request("POST", "/add-checkpoint", body)
                found.append(told(connection))
            for path in (monitor, "/nothing/checkpoint", "/"):
                connection.request("GET", path)
                found.append(told(connection))
            connection.request("POST", "/elsewhere", b"x")
            found.append(told(connection))
            connection.close()
        text, size = "text/plain; charset=utf-8", "text/x.tlog.size"
        assert found == [(200, text), (409, size), (200, text), (404, text), (404, text), (404, text)]

    @pytest.mark.parametrize(("length", "status"), [("10000000000", 413), ("9" * 5000, 411), ("\u00b2", 411), ("", 411), ("-1", 411)])
    def test_reads_no_request_that_is_too_long_or_of_no_length(self, witness, length, status):
        with serving(witness) as address:
            connection = http.client.HTTPConnection(address.removeprefix("http://"))
            connection.putrequest("POST", "/add-checkpoint")
            connection.putheader("Content-Length", length)
            connection.endheaders()
            assert connection.getresponse().status == status
            connection.close()

    def test_a_log_gets_a_quorum_and_shows_who_is_missing(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(5))
        made = [
            Witness([key(f"w{n}.example/x", "ml-dsa-44")], [key().verifier], tmp_path / f"{n}.sqlite", lambda: 1_700_000_000)
            for n in (1, 2)
        ]
        with serving(made[0]) as first, serving(made[1]) as second:
            addresses = [first, second, "http://127.0.0.1:9"]
            trusted = [Trusted(f"w{n}", key(f"w{n}.example/x", "ml-dsa-44").verifier, address) for n, address in enumerate(addresses, 1)]
            policy = Policy((), tuple(trusted), {"quorum": (2, ("w1", "w2", "w3"))}, "quorum")
            assert [one.signature is not None for one in cosigned(log, policy)] == [True, True, False]
            assert state_of(log, policy, 1_700_000_240) == {
                "size": 5, "witnesses": 3, "cosigned_by": ["w1", "w2"], "quorum": 2, "met": True, "age": 240,
            }  # fmt: skip
            log.append(entries(300, 5))
            assert [one.signature is not None for one in cosigned(log, policy)] == [True, True, False]
        assert Checkpoint.of(log_at(tmp_path).cosigned().text).size == 305
        assert len(notes.verified(log_at(tmp_path).note, [key().verifier, *(one.key for one in trusted)])) == 3

    def test_a_log_that_lost_its_cosignatures_is_told_where_the_witness_stands(self, tmp_path, witness):
        log = log_at(tmp_path)
        log.append(entries(5))
        with serving(witness) as address:
            policy = Policy((), (Trusted("w1", keys_of(witness)[0], address),), {}, "w1")
            cosigned(log, policy)
            (tmp_path / "log/cosigned").unlink()
            log.append(entries(2, 5))
            assert cosigned(log, policy)[0].signature is not None

    def test_a_newer_cosignature_of_one_does_not_put_a_quorum_aside(self, tmp_path):
        log, signers = log_at(tmp_path), [key(f"w{n}.example/x", "ml-dsa-44") for n in (1, 2)]
        policy = Policy((), tuple(Trusted(f"w{n}", one.verifier) for n, one in enumerate(signers, 1)), {"both": (2, ("w1", "w2"))}, "both")
        log.append(entries(5))

        def enough(note: Note) -> bool:
            return len(note.signatures) == 3

        log.cosign(log.note, [one.sign(log.note.text, 1_700_000_000) for one in signers], enough)
        log.append(entries(1, 5))
        log.cosign(log.note, [signers[0].sign(log.note.text, 1_700_000_100)], enough)
        state = state_of(log, policy, 1_700_000_200)
        assert (state["size"], state["met"], state["age"]) == (5, True, 200)

    def test_a_witness_that_speaks_no_http_is_told(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(1))
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            held.listen()
            thread = threading.Thread(target=greet, args=(held,), daemon=True)
            thread.start()
            address = f"http://127.0.0.1:{held.getsockname()[1]}"
            policy = Policy((), (Trusted("w1", key("w.example/x", "cosignature").verifier, address),), {}, "w1")
            said = cosigned(log, policy)[0]
            thread.join()
        assert (said.signature, said.en != "") == (None, True)

    def test_a_file_of_cosignatures_that_was_damaged_counts_as_none(self, tmp_path, witness):
        log = log_at(tmp_path)
        log.append(entries(2))
        (tmp_path / "log/cosigned").write_bytes(b"\x00damaged")
        with serving(witness) as address:
            policy = Policy((), (Trusted("w1", keys_of(witness)[0], address),), {}, "w1")
            assert state_of(log, policy, 1_700_000_000)["size"] is None
            assert cosigned(log, policy)[0].signature is not None

    def test_a_forked_log_is_refused_in_words_and_stays_without_quorum(self, tmp_path, witness):
        ours, forked = log_at(tmp_path / "a"), log_at(tmp_path / "b")
        ours.append(entries(5))
        forked.append([*entries(4), b"another"])
        with serving(witness) as address:
            policy = Policy((), (Trusted("w1", keys_of(witness)[0], address),), {}, "w1")
            assert cosigned(ours, policy)[0].signature is not None
            said = cosigned(forked, policy)[0]
        assert said.signature is None
        assert "422" in said.en
        assert state_of(forked, policy, 1_700_000_000)["met"] is False

    def test_a_witness_of_another_key_is_not_counted(self, tmp_path, witness):
        log = log_at(tmp_path)
        log.append(entries(5))
        with serving(witness) as address:
            policy = Policy((), (Trusted("w1", key("other.example/x", "cosignature").verifier, address),), {}, "w1")
            said = cosigned(log, policy)[0]
        assert (said.signature, "No trusted key" in said.en) == (None, True)


KILLED = """
import sys
from pathlib import Path
from tests.ledger.test_witness import WITNESS, asking
from qingzhu.ledger.witness import Witness
from tests.ledger.log_makers import key
witness = Witness([key(WITNESS, "cosignature")], [key().verifier], Path(sys.argv[1]), lambda: 5)
size = next(iter(witness.sizes().values()))
while True:
    assert witness.add_checkpoint(asking(size, size + 1)).status == 200
    size += 1
    print(size, flush=True)
"""


class TestAKill:
    def test_at_any_moment_leaves_no_answer_that_was_not_kept(self, tmp_path):
        told = 0
        for _ in range(8):
            ran = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "state")], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for line in ran.stdout:
                told = int(line)
                if told % 7 == 6:
                    break
            os.kill(ran.pid, signal.SIGKILL)
            told = max([told, *map(int, ran.stdout.read().split())])
            ran.wait()
            ran.stdout.close()
            witness = Witness([key(WITNESS, "cosignature")], [key().verifier], tmp_path / "state", lambda: 5)
            assert told <= witness.sizes()[ORIGIN] <= told + 1


POLICY = f"""
# any two of three, and the university
log {key().verifier.line()} https://log.example
witness X1 {key("x1.example/w", "ml-dsa-44").verifier.line()} https://x1.example
witness X2 {key("x2.example/w", "cosignature").verifier.line()}
 witness\tX3   {key("x3.example/w", "cosignature").verifier.line()}
witness U {key("u.example/w", "cosignature").verifier.line()}
group X 2 X1 X2 X3
group all-of-it all X U
quorum all-of-it
"""


NO_POLICIES = [
    "", "quorum X\n", "quorum none\nquorum none\n", POLICY + "more\n", POLICY + f"log {key().verifier.line()}\n",
    POLICY.replace("X1 X2 X3\n", "X1 X1 X3\n"), POLICY.replace("all X U", "all X X1 U"),
    *(POLICY.replace("group X 2", group) for group in ("group X 4", "group X 0", "group none 2")), POLICY.replace("X2 X3\n", "X2 Z\n"),
    *(POLICY.replace("witness U", line) for line in ("witness X1", "witness none", "witness")),
    POLICY.replace(key("u.example/w", "cosignature").verifier.line(), key().verifier.line()),
]  # fmt: skip


class TestPolicies:
    @pytest.mark.parametrize(("names", "met"), [("", False), ("X1 X2", False), ("X1 U", False), ("X1 X3 U", True), ("X1 X2 X3 U", True)])
    def test_tell_which_witnesses_are_enough(self, names, met):
        policy = policies.read(POLICY)
        assert policy.met([one.key for one in policy.witnesses if one.name in names.split()]) is met
        assert (policy.least, policy.witnesses[0].url) == (3, "https://x1.example")

    def test_may_ask_for_none(self):
        assert policies.read("quorum none\n").met([])

    @pytest.mark.parametrize("text", NO_POLICIES)
    def test_that_make_no_sense_are_refused(self, text):
        with pytest.raises(MalformedError):
            policies.read(text)

    def test_of_any_number_of_witnesses_can_be_said_on_the_command_line(self):
        witnesses = [key(f"w{n}.example/x", "cosignature").verifier for n in (1, 2, 3)]
        policy = policies.any_of([key().verifier], witnesses, 2)
        assert (policy.met(witnesses[:1]), policy.met(witnesses[1:])) == (False, True)
        both = [*witnesses[:1], key("w1.example/x", "ml-dsa-44").verifier]
        assert policies.any_of([], [*both, witnesses[1]], 2).met(both) is False  # two keys of one witness are one
        with pytest.raises(MalformedError, match="the quorum is 4"):
            policies.any_of([], witnesses, 4)
