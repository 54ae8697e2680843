"""A log that asks its witnesses: what it keeps, what it says of those that are silent, lie, forgot, or find the log forked."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qingzhu.ledger import notes
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import Note
from qingzhu.ledger.policies import Policy, Trusted
from qingzhu.ledger.witness import Answer, Witness
from qingzhu.ledger.witnessing import Cosigning, cosigned, post, state_of
from tests.ledger.log_makers import entries, key, log_at
from tests.ledger.witness_makers import NOW, WITNESS, serving, witness_at

KEY = key(WITNESS, "cosignature")


@pytest.fixture
def witness(tmp_path) -> Witness:
    return witness_at(tmp_path / "state.sqlite", [KEY, key(WITNESS, "ml-dsa-44")])


def alone(address: str | None) -> Policy:
    """One witness is enough."""
    return Policy((), (Trusted("w1", KEY.verifier, address),), {}, "w1")


def asked(log: Log, address: str, patience: float = 10.0) -> Cosigning:
    return cosigned(log, alone(address), patience=patience)[0]


def log_of(folder: Path, count: int) -> Log:
    log = log_at(folder)
    log.append(entries(count))
    return log


@contextmanager
def speaking(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does what it likes with the one connection it takes; its address."""

    def take() -> None:
        with listening.accept()[0] as connection:
            while not connection.recv(65_536).endswith(b"=\n"):  # the end of the checkpoint's signature
                pass
            try:
                answer(connection)
            except OSError:
                return

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


class TestALogThatAsks:
    def test_gets_a_quorum_and_shows_who_is_missing(self, tmp_path):
        log = log_of(tmp_path, 5)
        made = [witness_at(tmp_path / f"{n}.sqlite", [key(f"w{n}.example/x", "ml-dsa-44")]) for n in (1, 2)]
        with serving(made[0]) as first, serving(made[1]) as second:
            addresses = [first, second, "http://127.0.0.1:9"]
            trusted = [Trusted(f"w{n}", key(f"w{n}.example/x", "ml-dsa-44").verifier, address) for n, address in enumerate(addresses, 1)]
            policy = Policy((), tuple(trusted), {"quorum": (2, ("w1", "w2", "w3"))}, "quorum")
            assert [one.en for one in cosigned(log, policy)] == ["", "", "it cannot be reached: Connection refused"]
            assert state_of(log, policy, NOW + 240) == {
                "size": 5, "witnesses": 3, "cosigned_by": ["w1", "w2"], "quorum": 2, "met": True, "age": 240,
            }  # fmt: skip
            log.append(entries(300, 5))
            assert [one.signature is not None for one in cosigned(log, policy)] == [True, True, False]
        assert Checkpoint.of(log_at(tmp_path).cosigned().text).size == 305
        assert len(notes.verified(log_at(tmp_path).note, [key().verifier, *(one.key for one in trusted)])) == 3

    def test_asks_forty_witnesses_at_once_from_the_same_tiles(self, tmp_path):
        log = log_of(tmp_path, 1000)
        signers = [key(f"w{n}.example/x", "cosignature") for n in range(40)]
        made = {f"http://{n}": witness_at(tmp_path / f"{n}.sqlite", [signer]) for n, signer in enumerate(signers)}
        policy = Policy((), tuple(Trusted(f"w{n}", one.verifier, f"http://{n}") for n, one in enumerate(signers)), {}, "w0")

        def ask(address: str, body: bytes) -> Answer:
            return made[address.removesuffix("/add-checkpoint")].add_checkpoint(body)

        for size in (1000, 1700, 3000):
            log.append(entries(size - log.size, log.size))
            assert [one.en for one in cosigned(log, policy, ask)] == [""] * 40

    def test_and_lost_its_cosignatures_is_told_where_the_witness_stands(self, tmp_path, witness):
        log = log_of(tmp_path, 5)
        with serving(witness) as address:
            asked(log, address)
            (tmp_path / "log/cosigned").unlink()
            (tmp_path / "log/quorum").unlink()
            log.append(entries(2, 5))
            assert asked(log, address).signature is not None

    @pytest.mark.parametrize("damage", ["all of it", "the size it says", "the text", "a signature"])
    def test_and_has_a_damaged_file_of_cosignatures_has_none_and_writes_it_anew(self, tmp_path, witness, damage):
        log = log_of(tmp_path, 2)
        kept = tmp_path / "log/cosigned"
        with serving(witness) as address:
            asked(log, address)
            whole = kept.read_bytes()
            for path in (kept, tmp_path / "log/quorum"):
                path.write_bytes({
                    "all of it": b"\x00damaged", "the size it says": whole.replace(b"\n2\n", b"\n9\n"),
                    "the text": whole.replace(b"\n2\n", b"\nu\n"), "a signature": whole[:-9] + b"AAAAAAA=\n",
                }[damage])  # fmt: skip
            assert state_of(log, alone(address), NOW)["size"] is None
            assert asked(log, address).signature is not None
        assert state_of(log, alone(None), NOW)["met"] is True

    def test_and_forked_is_refused_in_words_and_stays_without_quorum(self, tmp_path, witness):
        ours, forked = log_of(tmp_path / "a", 5), log_at(tmp_path / "b")
        forked.append([*entries(4), b"another"])
        with serving(witness) as address:
            assert asked(ours, address).signature is not None
            said = asked(forked, address)
        assert (said.signature, "422" in said.en) == (None, True)
        assert state_of(forked, alone(None), NOW)["met"] is False

    def test_and_was_put_back_to_an_older_copy_is_told_so(self, tmp_path, witness):
        with serving(witness) as address:
            assert asked(log_of(tmp_path / "a", 8), address).signature is not None
            said = asked(log_of(tmp_path / "b", 5), address)
        assert (said.signature, "cosigned 8 entries, more than the 5" in said.en) == (None, True)

    def test_tells_that_a_witness_was_put_back_to_an_older_state_and_takes_nothing_from_it(self, tmp_path, witness):
        log, older = log_of(tmp_path, 5), tmp_path / "older.sqlite"
        with serving(witness) as address:
            asked(log, address)
        shutil.copy(tmp_path / "state.sqlite", older)
        log.append(entries(3, 5))
        with serving(witness) as address:
            asked(log, address)
        log.append(entries(3, 8))
        with serving(witness_at(older, witness.signers, new=False)) as address:
            said = asked(log, address)
        assert said.signature is None
        assert "stands at 5 entries, but the log holds its cosignature of 8: its state was lost or put back" in said.en


class TestCosignatures:
    def test_of_one_newer_checkpoint_do_not_put_a_quorum_aside(self, tmp_path):
        log, signers = log_of(tmp_path, 5), [key(f"w{n}.example/x", "ml-dsa-44") for n in (1, 2)]
        policy = Policy((), tuple(Trusted(f"w{n}", one.verifier) for n, one in enumerate(signers, 1)), {"both": (2, ("w1", "w2"))}, "both")

        def enough(note: Note) -> bool:
            return len(note.signatures) == 3

        log.cosign(log.note, [one.sign(log.note.text, NOW) for one in signers], enough)
        log.append(entries(1, 5))
        log.cosign(log.note, [signers[0].sign(log.note.text, NOW + 100)], enough)
        state = state_of(log, policy, NOW + 200)
        assert (state["size"], state["met"], state["age"]) == (5, True, 200)
        first, last = state_of(log, policy, NOW + 200, entry=4), state_of(log, policy, NOW + 200, entry=5)
        assert (first["size"], first["met"]) == (5, True)
        assert (last["size"], last["cosigned_by"], last["met"], last["age"]) == (6, ["w1"], False, 100)


def drip(connection: socket.socket) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX: y\r\n":
        connection.sendall(bytes([letter]))
        time.sleep(0.1)


SAID: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "cannot be reached"),
    "no HTTP": (b"hello there\r\n", "cannot be reached"),
    "a header without end": (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000, "cannot be reached"),
    "less than it says": (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabc", "malformed"),
    "a size that is none": (b"HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\n-1\n", "a number is not decimal"),
    "no cosignature": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "signature lines"),
    "another text": (b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nforged\n\n", "signature lines"),
    "control characters": (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n\x1b[2J\x07no\nwhy\r\n", "it answered 403: [2Jno why"),
    "what looks like our lines": (
        b"HTTP/1.1 403 No\r\nContent-Length: 22\r\n\r\n\x1b[2K\rw1: cosigned\n\xc2\x9b8m\xe2\x80",
        "403: [2K w1: cosigned 8m",
    ),
    "a status line that clears the screen": (b"\x1b[2J\x1b[H w1: cosigned\r\n\r\n", "cannot be reached: BadStatusLine [2J[H w1: cosigned"),
    "a redirect to a port of control characters": (
        b"HTTP/1.1 302 Found\r\nLocation: http://h:\x1b2J/\r\nContent-Length: 0\r\n\r\n",
        "port: '2J'",
    ),
    "a redirect to a file": (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", "it answered 302"),
}


class TestAWitnessThatAnswersWrongly:
    @pytest.mark.parametrize("what", SAID)
    def test_is_named_with_the_reason_and_never_counted(self, tmp_path, capfd, what):
        log, (answer, words) = log_of(tmp_path, 1), SAID[what]
        with speaking(lambda connection: connection.sendall(answer)) as address:
            said = asked(log, address)
        assert (said.signature, words in said.en, said.en.isprintable(), said.zh.isprintable()) == (None, True, True, True), said.en
        assert state_of(log, alone(None), NOW)["size"] is None
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("what", [what for what in SAID if "screen" in what or "port" in what])
    def test_is_no_more_than_words_to_whoever_posts(self, what):
        with speaking(lambda connection: connection.sendall(SAID[what][0])) as address, pytest.raises(OSError) as raised:
            post(address, b"=\n")
        assert str(raised.value).isprintable()

    def test_or_a_byte_at_a_time_holds_nobody_longer_than_the_patience_for_all(self, tmp_path, witness):
        log = log_of(tmp_path, 5)
        trusted = Trusted("w2", key(WITNESS, "ml-dsa-44").verifier)
        with speaking(drip) as slow, serving(witness) as address:
            both = Policy((), (*alone(slow).witnesses, Trusted("w2", trusted.key, address)), {}, "w2")
            found = cosigned(log, both, patience=1.0)
        assert [(one.signature is not None, one.en) for one in found] == [(False, "it did not answer within 1 s"), (True, "")]
        assert state_of(log, both, NOW)["met"] is True

    def test_with_another_key_is_not_counted(self, tmp_path):
        stranger = witness_at(tmp_path / "stranger", [key("other.example/x", "cosignature")])
        with serving(stranger) as address:
            said = asked(log_of(tmp_path, 5), address)
        assert (said.signature, "No trusted key" in said.en) == (None, True)
