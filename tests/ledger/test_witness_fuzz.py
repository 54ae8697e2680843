"""Valid requests that were changed in one to three places: a witness answers each as the model of the specification does."""

from __future__ import annotations

import base64
import sqlite3
import sys
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingzhu.ledger.keys import Signer
from qingzhu.terms.errors import MalformedError
from tests.ledger import witness_model
from tests.ledger.log_makers import ORIGIN, key, leaves, plain_root
from tests.ledger.witness_makers import NOW, WITNESS, witness_at

ED, ML, SM2 = key(), key(kind="ml-dsa-44"), key(kind="sm2")
STRANGER, NEIGHBOUR = key("stranger.example/x"), key("other.example/log")
COSIGNER = key(WITNESS, "cosignature")
LARGEST = 40
HONEST = leaves(LARGEST)
FORKED = [*HONEST[:6], *leaves(LARGEST + 1)[7:]]


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def ml_dsa(text: str, checkpoint: tuple[str, int, bytes], signature: bytes) -> bool:
    """``cosigned_message`` of c2sp.org/tlog-cosignature, for the log's own key: the name is the origin."""
    origin, size, root = checkpoint
    name = bytes([len(ORIGIN)]) + ORIGIN.encode()
    log = bytes([len(origin.encode())]) + origin.encode()
    message = b"subtree/v1\n\0" + name + signature[:8] + log + bytes(8) + size.to_bytes(8, "big") + root
    if int.from_bytes(signature[:8], "big") >= 2**63:
        return False
    try:
        MLDSA44PublicKey.from_public_bytes(ML.verifier.public).verify(signature[8:], message)
    except (InvalidSignature, ValueError):
        return False
    return True


KEYS = {
    ORIGIN.encode(): [
        witness_model.Key(ORIGIN.encode(), ED.verifier.key_id, True, lambda text, _, one: ed25519(ED.verifier.public, text.encode(), one)),
        witness_model.Key(ORIGIN.encode(), ML.verifier.key_id, False, ml_dsa),
    ]
}


def proof_of(hashes: list[bytes], old: int, new: int) -> list[bytes]:
    """``PROOF(old, D[new])`` as RFC 6962 2.1.2 has it."""

    def sub(m: int, part: list[bytes], whole: bool) -> list[bytes]:
        if m == len(part):
            return [] if whole else [plain_root(part)]
        k = 1 << ((len(part) - 1).bit_length() - 1)
        if m <= k:
            return [*sub(m, part[:k], whole), plain_root(part[k:])]
        return [*sub(m - k, part[k:], False), plain_root(part[:k])]

    return sub(old, hashes[:new], True) if 0 < old <= new else []


@dataclass
class Asked:
    """A request in its parts, so that each can be changed by itself before, or after, the log signs."""

    old: str
    proof: list[str]
    text: list[str]  # origin, size, root, then extension lines
    signed: list[str]
    signers: list[Signer] = field(default_factory=lambda: [ED, ML])
    lines: list[str] = field(default_factory=list)
    lines_first: bool = True

    def written(self) -> bytes:
        signed, lines = "".join(f"{line}\n" for line in self.signed), list[str]()
        for signer in self.signers:
            with suppress(MalformedError):  # ML-DSA-44 signs checkpoints only
                lines.append(signer.sign(signed).line())
        lines = [*self.lines, *lines] if self.lines_first else [*lines, *self.lines]
        head = "".join(f"{line}\n" for line in (f"old {self.old}", *self.proof, "", *self.text, ""))
        return f"{head}{''.join(lines)}".encode()


def asked_of(old: int, new: int, hashes: list[bytes]) -> Asked:
    text = [ORIGIN, str(new), encoded(plain_root(hashes[:new]))]
    return Asked(str(old), [encoded(one) for one in proof_of(hashes, old, new)], text, text.copy())


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def flipped(data: bytes, draw: Random) -> bytes:
    place = draw.randrange(8 * len(data))
    return data[: place // 8] + bytes([data[place // 8] ^ 1 << place % 8]) + data[place // 8 + 1 :]


NUMBERS = ["0", "1", "5", "6", "8", "00", "05", "-1", "+5", "", " 5", "5 ", "5.0", "1e1", "0x5", "\u0665", "9" * 30]
EDGES = [str(2**63 - 1), str(2**63)]
WORDS = [
    "", "AAAA", "=", "a line of text", encoded(bytes(31)), encoded(bytes(33)), encoded(bytes(32)), encoded(bytes(32))[:-1], "old 5",
    encoded(bytes(32))[:-2] + "B=", encoded(bytes(32)) + " ", "\u4e00", "line\tseparated", "a\rb", "\u0085", "\u2028",
]  # fmt: skip


def another_old(one: Asked, draw: Random) -> None:
    one.old = draw.choice([draw.choice(NUMBERS), draw.choice(EDGES), str(draw.randrange(LARGEST)), str(draw.randrange(LARGEST))])


def another_proof(one: Asked, draw: Random) -> None:
    at = draw.randrange(len(one.proof) + 1)
    how = draw.randrange(7)
    if how == 6 and at < len(one.proof):
        one.proof[at] = one.proof[at][:-2] + chr(ord(one.proof[at][-2:-1] or "a") + 1) + one.proof[at][-1:]  # often not canonical
    elif how == 0:
        one.proof.insert(at, draw.choice([draw.choice(WORDS), encoded(draw.randbytes(32)), encoded(bytes(32))]))
    elif how == 1:
        del one.proof[at : at + draw.choice([1, 1, 9])]
    elif how == 2:
        draw.shuffle(one.proof)
    elif how == 3 and at < len(one.proof):
        with suppress(ValueError):  # it is no base64 any more
            one.proof[at] = encoded(flipped(base64.b64decode(one.proof[at]) or b" ", draw))
    elif how == 4:
        one.proof = [encoded(bytes(32))] * draw.choice([1, 63, 64, 64])
    else:
        one.proof = [encoded(part) for part in proof_of(draw.choice([HONEST, FORKED]), draw.randrange(LARGEST), draw.randrange(LARGEST))]


def another_text(one: Asked, draw: Random) -> None:
    at = draw.randrange(len(one.text))
    if draw.random() < 0.3:
        one.text.insert(draw.choice([at + 1, len(one.text)]), draw.choice([draw.choice(WORDS), "closed on Sundays", "closed\ton Mondays"]))
    elif at == 0:
        one.text[at] = draw.choice([ORIGIN.upper(), ORIGIN + " ", "other.example/log", "other.example/log", draw.choice(WORDS)])
    elif at == 1:
        one.text[at] = draw.choice([draw.choice(NUMBERS), draw.choice(EDGES), str(draw.randrange(LARGEST)), str(draw.randrange(LARGEST))])
    else:
        one.text[at] = draw.choice([encoded(plain_root(HONEST[: draw.randrange(9)])), encoded(draw.randbytes(32)), draw.choice(WORDS)])


def another_checkpoint(one: Asked, draw: Random) -> None:
    """Of a log that lies: it signs what it says."""
    another_text(one, draw)
    one.signed = one.text.copy()


def other_signers(one: Asked, draw: Random) -> None:
    one.signers = draw.choices([ED, ML, STRANGER, NEIGHBOUR], k=draw.randrange(4))


def another_line(one: Asked, draw: Random) -> None:
    one.lines_first = draw.random() < 0.5
    true = ED.sign("".join(f"{line}\n" for line in one.signed))
    name, id, rest = true.name, true.key_id, true.signature
    one.lines += [
        draw.choice([
            f"— {name} {encoded(id + flipped(rest, draw))}\n", f"— {name} {encoded(id + rest[:-1])}\n", f"— {name} {encoded(id + rest)}\n",
            f"— {name} {encoded(ML.verifier.key_id + bytes(8) + rest)}\n", f"— {name} {encoded(flipped(id, draw) + rest)}\n",
            f"— {name}2 {encoded(id + rest)}\n", f"— {name}+ {encoded(id + rest)}\n", f"—  {encoded(id + rest)}\n", f"- {name} AAAAAAAA\n",
            f"— {name} {encoded(id)}\n", f"— {name} {encoded(id + b'x')}\n", f"— {name} AAA\n", f"— {name}\u3000x {encoded(id + rest)}\n",
            f"— {name} {encoded(id + rest)} \n", "\n", f"— {name} {encoded(id + rest)}\r\n",
        ])
    ] * draw.choice([1, 1, 1, 1, 16, 99, 101])  # fmt: skip


CHANGES = [another_old, another_proof, another_proof, another_text, another_checkpoint, another_checkpoint, other_signers, another_line]


def damaged(data: bytes, draw: Random) -> bytes:
    """The bytes of a request changed as a careless, or curious, client would."""
    at = draw.randrange(len(data))
    return draw.choice([
        data[:at], data[at:], data[:-1], data + draw.choice([b"\n", b"x", b"\0"]), flipped(data, draw), data.replace(b"\n", b"\r\n"),
        data.replace(b"\n\n", b"\n", 1), data.replace(b"\n", b"\n\n", 1), data[:at] + b"\n" + data[at:], data[:at] + b"\xff" + data[at:],
        b"\xef\xbb\xbf" + data, data.replace(b"old ", b"old  "), data.replace(b"old", b"Old"), data + b"x" * 70_000, b"",
    ])  # fmt: skip


def requests(draw: Random, held: int) -> bytes:
    held = min(held, LARGEST - 1)  # a log that lies may have said 2⁶³ - 1
    one = asked_of(held, draw.choice([held, draw.randrange(held, LARGEST)]), draw.choice([HONEST, HONEST, HONEST, FORKED]))
    for _ in range(draw.choice([0, 1, 1, 1, 2, 3])):
        draw.choice(CHANGES)(one, draw)
    data = one.written()
    return damaged(data, draw) if draw.random() < 0.1 else data


def kept(state: Path) -> dict[bytes, tuple[int, bytes]]:
    with closing(sqlite3.connect(state)) as held:
        return {origin.encode(): (size, root) for origin, size, root in held.execute("SELECT origin, size, root FROM log")}


def put(state: Path, size: int) -> None:
    """What a witness of an honest log has kept, or nothing."""
    with closing(sqlite3.connect(state, isolation_level=None)) as held:
        held.execute("PRAGMA synchronous = OFF")
        held.execute("DELETE FROM log")
        if size:
            held.execute("INSERT INTO log VALUES (?, ?, ?, ?)", (ORIGIN, size, plain_root(HONEST[:size]), b""))


class TestChangedRequests:
    def test_get_the_status_of_the_specification_and_only_200_moves_the_state(self, tmp_path):
        state, seen = tmp_path / "state", Counter[int]()
        witness = witness_at(state, [COSIGNER], [ED.verifier, ML.verifier, SM2.verifier])

        @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.randoms(use_true_random=False), st.sampled_from([0, 1, 4, 5, 8, 20]))
        def several(draw: Random, size: int) -> None:
            put(state, size)
            model = kept(state)
            for _ in range(4):
                body = requests(draw, model.get(ORIGIN.encode(), (0, b""))[0])
                wanted = witness_model.status(body, KEYS, model)
                answer = witness.add_checkpoint(body)
                assert answer.status == wanted, body
                seen[wanted] += 1
                if wanted == 200:
                    text = witness_model.parsed(body)[2]
                    model[ORIGIN.encode()] = witness_model.checkpoint(text)[1:]
                    assert cosigned(answer.body, text)
                elif wanted == 409:
                    assert (answer.body, answer.media) == (f"{model.get(ORIGIN.encode(), (0, b''))[0]}\n".encode(), "text/x.tlog.size")
                assert kept(state) == model

        several()
        assert set(seen) == {200, 400, 403, 404, 409, 422}
        assert min(seen.values()) >= 5, seen
        sys.stdout.write(f"fuzz of the witness, answers by status: {dict(seen)}\n")


def cosigned(lines: bytes, text: bytes) -> bool:
    """Whether an answer is one line by which the witness signs this text at this time, as c2sp.org/tlog-cosignature has it."""
    (name, id, rest) = witness_model.signature(lines.removesuffix(b"\n"))
    message = b"cosignature/v1\ntime " + str(NOW).encode() + b"\n" + text
    return (name.decode(), id, rest[:8]) == (WITNESS, COSIGNER.verifier.key_id, NOW.to_bytes(8, "big")) and ed25519(
        COSIGNER.verifier.public, message, rest[8:]
    )


class TestTheModelItself:
    def test_finds_the_roots_of_honest_proofs_and_no_others(self):
        for old in range(1, LARGEST):
            for new in range(old + 1, LARGEST):
                found = witness_model.roots(old, new, proof_of(HONEST, old, new), plain_root(HONEST[:old]))
                assert found == (plain_root(HONEST[:old]), plain_root(HONEST[:new]))
                assert witness_model.roots(old, new, [*proof_of(HONEST, old, new), bytes(32)], plain_root(HONEST[:old])) != found
