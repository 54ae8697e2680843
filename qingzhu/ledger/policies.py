"""Policies 信任策略: which logs and witnesses are trusted, and how many witnesses must have cosigned, in the form of c2sp.org/tlog-policy.

log <vkey> [<url>]
witness <name> <vkey> [<url>]
group <name> all|any|<k> <name>...
quorum <name>|none
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qingzhu.ledger import notes
from qingzhu.ledger.keys import TIMED, Verifier, time_of, verifier_of
from qingzhu.ledger.notes import Note, Signature
from qingzhu.terms.errors import BrokenChainError, MalformedError
from qingzhu.terms.lines import clean

NONE = "none"
"""The quorum that asks for no witness."""


@dataclass(frozen=True)
class Trusted:
    """A log or witness that is trusted 受信者: its name in the policy, its key, where it is reached."""

    name: str
    key: Verifier
    url: str | None = None


@dataclass(frozen=True)
class Policy:
    """A trust policy 信任策略. ``groups`` are the names of a group's members and how many of them it takes, members before their group."""

    logs: tuple[Trusted, ...] = ()
    witnesses: tuple[Trusted, ...] = ()
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    def met(self, cosigned: Collection[Verifier]) -> bool:
        """Whether these witnesses are a quorum 是否达到法定见证数."""
        met = {NONE: True} | {one.name: one.key in cosigned for one in self.witnesses}
        for name, (least, members) in self.groups.items():
            met[name] = sum(met[member] for member in members) >= least
        return met[self.quorum]

    @property
    def least(self) -> int:
        """The fewest witnesses that are a quorum."""
        fewest = {NONE: 0} | {one.name: 1 for one in self.witnesses}
        for name, (least, members) in self.groups.items():
            fewest[name] = sum(sorted(fewest[member] for member in members)[:least])
        return fewest[self.quorum]

    @property
    def keys(self) -> list[Verifier]:
        """The keys of all logs and witnesses."""
        return [one.key for one in (*self.logs, *self.witnesses)]


def cosignatures(note: Note, witnesses: Sequence[Verifier]) -> dict[Verifier, Signature]:
    """The cosignatures of witnesses on a checkpoint that count 计入的见证签名: verified, and not of time 0, which c2sp.org/tlog-witness
    forbids; none where no witness cosigned. Raises ``BrokenChainError`` where one does not verify.
    """
    try:
        found = notes.verified(note, witnesses)
    except BrokenChainError as error:
        if error.code != "signature_missing":
            raise
        return {}
    return {key: one for key, one in found.items() if time_of(one.signature)}


def any_of(logs: Collection[Verifier], witnesses: Collection[Verifier], quorum: int) -> Policy:
    """The policy that any ``quorum`` of the witnesses are enough; keys of one name are one witness, whichever of them signs.

    Raises ``MalformedError`` where there are fewer, or where a key is none for a log or for a witness.
    """
    _hold(logs, witnesses)
    named = tuple(Trusted(f"{key.name}+{key.key_id.hex()}", key) for key in witnesses)
    by_name: dict[str, list[str]] = {}
    for one in named:
        by_name.setdefault(one.key.name, []).append(one.name)
    if quorum > len(by_name):
        raise _wrong(f"法定见证数为 {quorum}，见证人只有 {len(by_name)} 个", f"the quorum is {quorum}, there are {len(by_name)} witnesses")
    groups = {name: (1, tuple(keys)) for name, keys in by_name.items()}
    groups["quorum+"] = (quorum, tuple(by_name))  # no key has such a name
    return Policy(tuple(Trusted(key.name, key) for key in logs), named, groups, "quorum+" if quorum else NONE)


def read(text: str, own: Collection[Verifier] = ()) -> Policy:
    """A policy from its text 读信任策略. ``own`` are keys of a log that is known without a line. Raises ``MalformedError``."""
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
        raise _wrong("含有控制字符", "it holds control characters")
    logs: dict[bytes, Trusted] = {}
    witnesses: dict[bytes, Trusted] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    names: set[str] = set()
    free: set[str] = set()  # those that are no member yet: each may be one once, so that nobody counts twice
    quorum: str | None = None
    for place, line in enumerate(text.split("\n"), 1):
        kind, *rest = [word for word in line.replace("\t", " ").split(" ") if word] or ["#"]
        new = bool(rest) and rest[0] not in names and rest[0] != NONE
        if kind.startswith("#"):
            continue
        if kind == "log" and len(rest) in (1, 2):
            _trust(logs, None, rest, place)
        elif kind == "witness" and len(rest) in (2, 3) and new:
            _trust(witnesses, rest[0], rest[1:], place)
            names.add(rest[0])
            free.add(rest[0])
        elif kind == "group" and len(rest) > 2 and new and free.issuperset(rest[2:]) and len(set(rest[2:])) == len(rest[2:]):
            groups[rest[0]] = (_threshold(rest[1], len(rest) - 2, place), tuple(rest[2:]))
            names.add(rest[0])
            free.difference_update(rest[2:])
            free.add(rest[0])
        elif kind == "quorum" and len(rest) == 1 and quorum is None and rest[0] in {*names, NONE}:
            quorum = rest[0]
        else:
            raise _wrong(f"第 {place} 行“{clean(line)}”不成立", f"line {place} makes no sense: {line.strip()!r}")
    if quorum is None:
        raise _wrong("缺少 quorum 行", "it has no quorum line")
    _hold([*own, *(one.key for one in logs.values())], [one.key for one in witnesses.values()])
    return Policy(tuple(logs.values()), tuple(witnesses.values()), groups, quorum)


def _hold(logs: Collection[Verifier], witnesses: Collection[Verifier]) -> None:
    """Raises ``MalformedError`` for a key of the wrong kind, for a log that is its own witness, for one key that is two witnesses."""
    origins, publics = {key.name for key in logs}, {key.public for key in logs}
    for key in logs:
        if key.kind == "cosignature":
            raise _wrong(f"“{key.name}”的公钥是见证密钥，不是账本密钥", f"the key of {key.name!r} is one to cosign with, none of a log")
    names: dict[bytes, str] = {}
    for key in witnesses:
        if key.kind not in TIMED:
            raise _wrong(f"“{key.name}”的公钥不是见证密钥", f"the key of {key.name!r} is none to cosign with")
        if key.name in origins or key.public in publics:
            raise _wrong(f"“{key.name}”是账本自己：账本不能见证自己", f"{key.name!r} is the log itself, and no log is its own witness")
        other = names.setdefault(key.public, key.name)  # what Ed25519 cosigns does not commit to the name
        if other != key.name:
            raise _wrong(f"“{other}”和“{key.name}”是同一把公钥", f"{other!r} and {key.name!r} are one and the same public key")


def _trust(held: dict[bytes, Trusted], name: str | None, words: list[str], place: int) -> None:
    """Add a log, or a witness of that name; each public key once."""
    key = verifier_of(words[0])
    if key.public in held:
        raise _wrong(f"第 {place} 行的密钥重复", f"the key on line {place} stands there already")
    held[key.public] = Trusted(name or key.name, key, words[1] if len(words) > 1 else None)


def _threshold(word: str, members: int, place: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    if not (word.isascii() and word.isdigit() and len(word) < 10) or not 1 <= int(word) <= members:
        raise _wrong(f"第 {place} 行的门槛“{word[:20]}”不成立", f"the threshold {word[:20]!r} on line {place} makes no sense")
    return int(word)


def _wrong(zh: str, en: str) -> MalformedError:
    return MalformedError("policy_malformed", f"信任策略不成立：{zh}。", f"The trust policy is malformed: {en}.")
