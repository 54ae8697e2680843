"""What c2sp.org/tlog-witness says a witness answers, written down once more from the pages, sharing no line with the product.

signed-note and tlog-checkpoint for what is malformed (400), RFC 6962 2.1.2 read backwards for the proof. What the pages leave open is
decided as ``docs/spec/log.md`` says: at most 64 KiB and 100 signature lines, and extension lines want a signature that covers them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Verify = Callable[[str, tuple[str, int, bytes], bytes], bool]
"""Whether a signature [byte] is of a key over a text and the checkpoint (origin, size, root) in it."""

EMPTY = hashlib.sha256().digest()
DECIMAL = re.compile(rb"0|[1-9][0-9]*")


class MalformedError(Exception):
    """400."""


@dataclass(frozen=True)
class Key:
    """A key of the log: its name and id in signature lines, whether it signs the whole text, how it verifies."""

    name: bytes
    id: bytes
    whole: bool
    verify: Verify


def base64_of(text: bytes) -> bytes:
    """RFC 4648 section 4, the canonical spelling only."""
    if not re.fullmatch(rb"[A-Za-z0-9+/]*={0,2}", text) or len(text) % 4 or base64.b64encode(base64.b64decode(text)) != text:
        raise MalformedError
    return base64.b64decode(text)


def decimal(text: bytes) -> int:
    if not DECIMAL.fullmatch(text) or int(text) >= 2**63:
        raise MalformedError
    return int(text)


def hash_of(text: bytes) -> bytes:
    data = base64_of(text)
    if len(data) != 32:
        raise MalformedError
    return data


def parsed(body: bytes) -> tuple[int, list[bytes], bytes, list[tuple[bytes, bytes, bytes]], tuple[bytes, int, bytes]]:
    """Old size, proof, text, signatures (name, id, rest), checkpoint. Raises ``MalformedError``."""
    head, blank, note = body.partition(b"\n\n")
    first, *proof = head.split(b"\n")
    if len(body) > 64 * 1024 or not blank or not first.startswith(b"old ") or len(proof) > 63:
        raise MalformedError
    old, hashes = decimal(first[4:]), [hash_of(line) for line in proof]
    try:
        characters = note.decode()
    except UnicodeDecodeError:
        raise MalformedError from None
    if any(ord(one) < 32 and one != "\n" for one in characters) or b"\n\n" not in note or not note.endswith(b"\n"):
        raise MalformedError
    at = note.rindex(b"\n\n")
    text, lines = note[: at + 1], note[at + 2 :].split(b"\n")[:-1]
    if not 1 <= len(lines) <= 100:
        raise MalformedError
    return old, hashes, text, [signature(line) for line in lines], checkpoint(text)


def signature(line: bytes) -> tuple[bytes, bytes, bytes]:
    parts = line.split(b" ", 2)
    if len(parts) != 3 or parts[0] != "—".encode() or not parts[1]:
        raise MalformedError
    if b"+" in parts[1] or any(one.isspace() for one in parts[1].decode()):
        raise MalformedError
    data = base64_of(parts[2])
    if len(data) < 5:
        raise MalformedError
    return parts[1], data[:4], data[4:]


def checkpoint(text: bytes) -> tuple[bytes, int, bytes]:
    lines = text.split(b"\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise MalformedError
    return lines[0], decimal(lines[1]), hash_of(lines[2])


def roots(old: int, new: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes] | None:
    """The two roots that a consistency proof leads to: ``SUBPROOF`` of RFC 6962 2.1.2, read backwards; None where it has another length."""
    left = list(proof)

    def node(one: bytes, other: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + one + other).digest()

    def sub(m: int, n: int, whole: bool) -> tuple[bytes, bytes]:
        if m == n:
            here = old_root if whole else left.pop()
            return here, here
        k = 1 << ((n - 1).bit_length() - 1)
        last = left.pop()
        if m <= k:
            before, after = sub(m, k, whole)
            return before, node(after, last)
        before, after = sub(m - k, n - k, False)
        return node(last, before), node(last, after)

    try:
        found = sub(old, new, True)
    except IndexError:
        return None
    return None if left else found


def status(body: bytes, keys: Mapping[bytes, Sequence[Key]], state: Mapping[bytes, tuple[int, bytes]]) -> int:
    """The status of an answer; ``keys`` by origin of the logs the witness knows, ``state`` what it cosigned last of each."""
    try:
        old, proof, text, signatures, (origin, size, root) = parsed(body)
    except MalformedError:
        return 400
    if origin not in keys:
        return 404
    good = []
    for name, id, rest in signatures:
        for key in keys[origin]:
            if (key.name, key.id) == (name, id):
                if not key.verify(text.decode(), (origin.decode(), size, root), rest):
                    return 403
                good.append(key)
    extended = text.count(b"\n") > 3
    if not good or (extended and not any(key.whole for key in good)):
        return 403
    held, held_root = state.get(origin, (0, EMPTY))
    if old > size:
        return 400
    if old != held:
        return 409
    if size == 0 and root != EMPTY:
        return 422
    if old == 0:
        return 422 if proof else 200
    if old == size:
        return 200 if root == held_root and not proof else 422
    return 200 if roots(old, size, proof, held_root) == (held_root, root) else 422
