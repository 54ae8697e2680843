"""Second readers of what a log, a witness or a stranger sends, to judge the first by: a pattern or a loop each, from the pages of C2SP.

Each gives what it read, or None for what the page does not allow. They are slow and know no bounds but those of the pages.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable, Collection
from typing import Any

BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"
"""RFC 4648 with its padding and with zeros in the bits that are left over."""

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""``White_Space`` of Unicode, which no key name holds."""

NAME = rf"[^{SPACES}+\x00-\x1f]+"
NUMBER = r"(?:0|[1-9][0-9]{0,18})"
HASH = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="

_NOTE = re.compile(rf"((?s:.*)\n)\n((?:— {NAME} {BASE64}\n){{1,100}})")
_CHECKPOINT = re.compile(rf"([^\n]+)\n({NUMBER})\n({HASH})\n(?:[^\n]+\n)*")
_PROOF = re.compile(rf"c2sp\.org/tlog-proof@v1\n(extra {BASE64}\n)?index ({NUMBER})\n((?:{HASH}\n){{0,63}})\n((?s:.*))")
_REQUEST = re.compile(rf"old ({NUMBER})\n((?:{HASH}\n){{0,63}})\n((?s:.*))")

Read = tuple[str, tuple[tuple[str, bytes], ...]]
"""The text of a note, and its signatures: name, key id with signature."""


def note(data: bytes) -> Read | None:
    """c2sp.org/signed-note, with our bounds of a million bytes and a hundred signatures."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    found = _NOTE.fullmatch(text)
    if found is None or len(data) > 1_000_000 or re.search(r"[\x00-\x09\x0b-\x1f]", text):
        return None
    parts = [line.split(" ") for line in found[2].split("\n")[:-1]]
    signatures = tuple((part[1], base64.b64decode(part[2])) for part in parts)
    return (found[1], signatures) if all(len(signature) > 4 for _, signature in signatures) else None


def checkpoint(text: str) -> tuple[str, int, bytes] | None:
    """c2sp.org/tlog-checkpoint: origin, size, root."""
    found = _CHECKPOINT.fullmatch(text)
    if found is None or int(found[2]) >= 2**63:
        return None
    return found[1], int(found[2]), base64.b64decode(found[3])


def proof(data: bytes) -> tuple[int, tuple[bytes, ...], Read] | None:
    """c2sp.org/tlog-proof: index, hashes, note of a checkpoint."""
    return _with_hashes(_PROOF, data, 2, checkpointed=True)


def request(data: bytes) -> tuple[int, tuple[bytes, ...], Read] | None:
    """The body of ``add-checkpoint`` of c2sp.org/tlog-witness: old size, hashes, note."""
    return _with_hashes(_REQUEST, data, 1, checkpointed=False)


def _with_hashes(pattern: re.Pattern[str], data: bytes, at: int, *, checkpointed: bool) -> tuple[int, tuple[bytes, ...], Read] | None:
    found = pattern.fullmatch(data.decode("utf-8", "surrogateescape"))
    if found is None or int(found[at]) >= 2**63:
        return None
    signed = note(found[at + 2].encode("utf-8", "surrogateescape"))
    if signed is None or (checkpointed and checkpoint(signed[0]) is None):
        return None
    return int(found[at]), tuple(base64.b64decode(line) for line in found[at + 1].split("\n")[:-1]), signed


def entries(data: bytes, width: int) -> list[bytes] | None:
    """An entry bundle of c2sp.org/tlog-tiles: each entry after its length."""
    found = []
    for _ in range(width):
        if len(data) < 2 or len(data) < 2 + (length := struct.unpack(">H", data[:2])[0]):
            return None
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    return None if data else found


def entry(data: bytes, format: str) -> dict[str, Any] | None:
    """An entry of ours: one JSON object of that format, spelt in the one way that ``docs/spec/entry.md`` says."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        value = json.loads(data.decode(), parse_constant=refuse)
        same = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == data
    except (ValueError, RecursionError):
        return None
    return value if same and isinstance(value, dict) and value.get("format") == format else None


Trust = tuple[list[tuple[str, str | None]], dict[str, tuple[str, str | None]], Callable[[Collection[str]], bool]]
"""Of a policy: the logs (key, address), by name the witnesses (key, address), and whether these witnesses are a quorum."""


def policy(text: str, known: Collection[str]) -> Trust | None:
    """c2sp.org/tlog-policy, where ``known`` are the keys that may stand in it, the first letter of those of logs an ``l``."""
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        return None
    logs: list[tuple[str, str | None]] = []
    witnesses: dict[str, tuple[str, str | None]] = {}
    groups: dict[str, tuple[int, list[str]]] = {}
    quorum = None
    for line in text.split("\n"):
        taken = {one for _, members in groups.values() for one in members}
        names = {*witnesses, *groups}
        match [word for word in re.split(r"[ \t]+", line) if word]:
            case []:
                pass
            case [kind, *_] if kind[0] == "#":
                pass
            case ["log", vkey, *url] if vkey in known and vkey not in dict(logs) and len(url) < 2:
                logs.append((vkey, *(url or [None])))
            case ["witness", name, vkey, *url] if vkey in known and vkey[0] == "w" and name not in {*names, "none"} and len(url) < 2:
                if vkey in dict(witnesses.values()):
                    return None
                witnesses[name] = (vkey, *(url or [None]))
            case ["group", name, least, *rest] if name not in {*names, "none"} and _fits(least, rest, names - taken):
                groups[name] = ({"any": 1, "all": len(rest)}.get(least) or int(least), rest)
            case ["quorum", name] if quorum is None and name in {*names, "none"}:
                quorum = name
            case _:
                return None

    def met(seen: Collection[str]) -> bool:
        holding = {"none", *seen}
        for name, (least, members) in groups.items():
            holding |= {name} if sum(member in holding for member in members) >= least else set()
        return quorum in holding

    cosigners = [vkey for vkey, _ in logs if base64.b64decode(vkey.split("+", 2)[2])[0] == 4]
    itself = {vkey for vkey, _ in logs} & {vkey for vkey, _ in witnesses.values()}
    return None if quorum is None or cosigners or itself else (logs, witnesses, met)


def _fits(least: str, rest: list[str], free: set[str]) -> bool:
    sound = least in ("any", "all") or (re.fullmatch("[0-9]{1,9}", least) and 1 <= int(least) <= len(rest))
    return bool(sound) and len(rest) == len(set(rest)) and bool(rest) and free >= set(rest)


def zipped(data: bytes) -> dict[str, bytes] | None:
    """A ZIP as ``qingzhu prove`` writes it: file after file, the list of the same files, its end; nothing before, between or behind."""
    found: dict[str, bytes] = {}
    heads: list[tuple[bytes, int]] = []
    at = 0
    while data[at : at + 4] == b"PK\x03\x04" and len(data) >= at + 30:
        version, flags, method, _, crc, packed, size, length, extra = struct.unpack("<HHHIIIIHH", data[at + 4 : at + 30])
        name, begin = data[at + 30 : at + 30 + length], at + 30 + length
        content, whole = data[begin : begin + packed], len(data) >= begin + packed
        if method == 8 and whole:
            reader = zlib.decompressobj(-15)
            try:
                content = reader.decompress(content)
            except zlib.error:
                return None
            whole = reader.eof and not reader.unused_data
        usual = not flags and not extra and method in (0, 8) and version % 256 < 64 and name.isascii() and 0 not in name
        if not whole or not usual or (len(content), zlib.crc32(content)) != (size, crc) or name.decode() in found:
            return None
        found[name.decode()] = content
        heads.append((data[at + 4 : at + 30] + name, at))
        at = begin + packed
    begin = at
    for head, offset in heads:
        told, name = data[at + 6 : at + 32], data[at + 46 : at + 20 + len(head)]
        comment, place = data[at + 32 : at + 34], data[at + 42 : at + 46]
        if data[at : at + 4] != b"PK\x01\x02" or told + name != head or comment != bytes(2) or place != struct.pack("<I", offset):
            return None
        at += 20 + len(head)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(heads), len(heads), at - begin, begin, 0)
    return found if data[at:] == end else None
