"""Witnesses: what they cosign, what they refuse and with which status, and a log that asks them over HTTP."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingzhu.ledger import merkle, notes, policies
from qingzhu.ledger.keys import made, time_of
from qingzhu.ledger.notes import Note, encoded
from qingzhu.ledger.witness import Answer, Witness, read_request
from qingzhu.terms.errors import MalformedError
from tests.ledger.log_makers import ORIGIN, key, leaves, plain_root
from tests.ledger.witness_makers import WITNESS, asking, grown, head, serving, witness_at

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def witness(tmp_path) -> Witness:
    signers = [key(WITNESS, "cosignature"), key(WITNESS, "ml-dsa-44")]
    return witness_at(tmp_path / "state.sqlite", signers)


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
        again = witness_at(tmp_path / "state.sqlite", witness.signers, new=False)
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
        witness = witness_at(tmp_path / "state", [key(WITNESS, "cosignature")], [log_key.verifier])
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


def told(connection: http.client.HTTPConnection) -> tuple[int, str]:
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers["Content-Type"]


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


KILLED = """
import sys
from pathlib import Path
from tests.ledger.log_makers import key
from tests.ledger.witness_makers import WITNESS, asking, witness_at
state = Path(sys.argv[1])
witness = witness_at(state, [key(WITNESS, "cosignature")], new=not state.exists())
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
            witness = witness_at(tmp_path / "state", [key(WITNESS, "cosignature")], new=False)
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


SECOND = key(kind="ml-dsa-44").verifier
COSIGNER = key("a.example/x", "cosignature")
NOBODY_TWICE = [
    ([key().verifier, SECOND], [SECOND], "no log is its own witness"),
    ([key().verifier], [SECOND], "no log is its own witness"),
    ([key().verifier], [made("b.example/x", "cosignature", key().secret).verifier], "no log is its own witness"),
    ([key().verifier], [COSIGNER.verifier, made("b.example/x", "cosignature", COSIGNER.secret).verifier], "one and the same public key"),
    ([COSIGNER.verifier], [], "one to cosign with, none of a log"),
]


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

    @pytest.mark.parametrize(("logs", "witnesses", "words"), NOBODY_TWICE)
    def test_let_no_log_be_its_own_witness_and_no_key_two_witnesses(self, logs, witnesses, words):
        with pytest.raises(MalformedError, match=words):
            policies.any_of(logs, witnesses, 1)
        lines = [f"witness w{at} {one.line()}" for at, one in enumerate(witnesses)] + [f"log {one.line()}" for one in logs]
        with pytest.raises(MalformedError, match="stands there already" if "one and the same" in words else words):
            policies.read("\n".join([*lines, "quorum none", ""]))

    def test_let_no_log_that_is_known_without_a_line_be_its_own_witness(self):
        text = f"witness A {SECOND.line()}\nquorum A\n"
        assert policies.read(text).quorum == "A"
        with pytest.raises(MalformedError, match="no log is its own witness"):
            policies.read(text, [key().verifier])

    def test_count_no_cosignature_without_a_time(self):
        signers = [key(f"w{n}.example/x", "cosignature") for n in (1, 2)]
        note = head(5).signed_too([signers[0].sign(head(5).text, 0), signers[1].sign(head(5).text, 1)])
        assert list(policies.cosignatures(note, [one.verifier for one in signers])) == [signers[1].verifier]
