"""Policies 信任策略: which logs and witnesses are trusted, and how many witnesses must have cosigned, in the form of c2sp.org/tlog-policy.

log <vkey> [<url>]
witness <name> <vkey> [<url>]
group <name> all|any|<k> <name>...
quorum <name>|none
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from qingzhu.ledger.keys import TIMED, Verifier, verifier_of
from qingzhu.terms.errors import MalformedError

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


def any_of(logs: Collection[Verifier], witnesses: Collection[Verifier], quorum: int) -> Policy:
    """The policy that any ``quorum`` of the witnesses are enough; keys of one name are one witness, whichever of them signs.

    Raises ``MalformedError`` where there are fewer, or where a witness's key is none to cosign with.
    """
    strange = [key.name for key in witnesses if key.kind not in TIMED]
    if strange:
        raise _wrong(f"“{strange[0]}”的公钥不是见证密钥", f"the key of {strange[0]!r} is none to cosign with")
    named = tuple(Trusted(f"{key.name}+{key.key_id.hex()}", key) for key in witnesses)
    by_name: dict[str, list[str]] = {}
    for one in named:
        by_name.setdefault(one.key.name, []).append(one.name)
    if quorum > len(by_name):
        raise _wrong(f"法定见证数为 {quorum}，见证人只有 {len(by_name)} 个", f"the quorum is {quorum}, there are {len(by_name)} witnesses")
    groups = {name: (1, tuple(keys)) for name, keys in by_name.items()}
    groups["quorum+"] = (quorum, tuple(by_name))  # no key has such a name
    return Policy(tuple(Trusted(key.name, key) for key in logs), named, groups, "quorum+" if quorum else NONE)


def read(text: str) -> Policy:
    """A policy from its text 读信任策略. Raises ``MalformedError`` with the line."""
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
            raise _wrong(f"第 {place} 行“{line.strip()}”不成立", f"line {place} makes no sense: {line.strip()!r}")
    if quorum is None:
        raise _wrong("缺少 quorum 行", "it has no quorum line")
    return Policy(tuple(logs.values()), tuple(witnesses.values()), groups, quorum)


def _trust(held: dict[bytes, Trusted], name: str | None, words: list[str], place: int) -> None:
    """Add a log, or a witness of that name; each public key once."""
    key = verifier_of(words[0])
    if key.public in held:
        raise _wrong(f"第 {place} 行的密钥重复", f"the key on line {place} stands there already")
    if name is not None and key.kind not in TIMED:
        raise _wrong(f"第 {place} 行不是见证密钥", f"the key on line {place} is none to cosign with")
    held[key.public] = Trusted(name or key.name, key, words[1] if len(words) > 1 else None)


def _threshold(word: str, members: int, place: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    if not (word.isascii() and word.isdigit() and len(word) < 10) or not 1 <= int(word) <= members:
        raise _wrong(f"第 {place} 行的门槛“{word[:20]}”不成立", f"the threshold {word[:20]!r} on line {place} makes no sense")
    return int(word)


def _wrong(zh: str, en: str) -> MalformedError:
    return MalformedError("policy_malformed", f"信任策略不成立：{zh}。", f"The trust policy is malformed: {en}.")
