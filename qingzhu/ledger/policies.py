"""Policies 信任策略: which logs and witnesses are trusted, and how many witnesses must have cosigned, in the form of c2sp.org/tlog-policy.

log <vkey> [<url>]
witness <name> <vkey> [<url>]
group <name> all|any|<k> <name>...
quorum <name>|none
"""

from __future__ import annotations

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
    """A trust policy 信任策略. ``groups`` are the names of a group's members and how many of them it takes."""

    logs: tuple[Trusted, ...] = ()
    witnesses: tuple[Trusted, ...] = ()
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    def met(self, cosigned: Collection[Verifier]) -> bool:
        """Whether these witnesses are a quorum 是否达到法定见证数."""
        return self._seen(self.quorum, {one.name for one in self.witnesses if one.key in cosigned})

    def _seen(self, name: str, names: Collection[str]) -> bool:
        if name in self.groups:
            least, members = self.groups[name]
            return sum(self._seen(member, names) for member in members) >= least
        return name == NONE or name in names

    @property
    def least(self) -> int:
        """The fewest witnesses that are a quorum."""
        return self._least(self.quorum)

    def _least(self, name: str) -> int:
        if name in self.groups:
            least, members = self.groups[name]
            return sum(sorted(self._least(member) for member in members)[:least])
        return 0 if name == NONE else 1

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
    logs: list[Trusted] = []
    witnesses: list[Trusted] = []
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    quorum: str | None = None
    for place, line in enumerate(text.split("\n"), 1):
        words = line.strip(" \t").replace("\t", " ").split(" ")
        kind, *rest = [word for word in words if word] or ["#"]
        names = {one.name for one in witnesses} | set(groups)
        if kind.startswith("#"):
            continue
        if kind == "log" and len(rest) in (1, 2):
            logs.append(_trusted("", rest, logs, place))
        elif kind == "witness" and len(rest) in (2, 3) and rest[0] not in {*names, NONE}:
            witnesses.append(_trusted(rest[0], rest[1:], witnesses, place))
        elif kind == "group" and len(rest) > 2 and rest[0] not in {*names, NONE} and _members(rest[2:], names, groups):
            groups[rest[0]] = (_threshold(rest[1], len(rest) - 2, place), tuple(rest[2:]))
        elif kind == "quorum" and len(rest) == 1 and quorum is None and rest[0] in {*names, NONE}:
            quorum = rest[0]
        else:
            raise _wrong(f"第 {place} 行“{line.strip()}”不成立", f"line {place} makes no sense: {line.strip()!r}")
    if quorum is None:
        raise _wrong("缺少 quorum 行", "it has no quorum line")
    return Policy(tuple(logs), tuple(witnesses), groups, quorum)


def _members(words: list[str], names: Collection[str], groups: Mapping[str, tuple[int, tuple[str, ...]]]) -> bool:
    """Whether these may be members of a group: named before, and each a member only once, so that nobody counts twice."""
    taken = {member for _, members in groups.values() for member in members}
    return set(words) <= set(names) - taken and len(set(words)) == len(words)


def _trusted(name: str, words: list[str], held: list[Trusted], place: int) -> Trusted:
    key = verifier_of(words[0])
    if any(one.key.public == key.public for one in held):
        raise _wrong(f"第 {place} 行的密钥重复", f"the key on line {place} stands there already")
    if name and key.kind not in TIMED:
        raise _wrong(f"第 {place} 行不是见证密钥", f"the key on line {place} is none to cosign with")
    return Trusted(name or key.name, key, words[1] if len(words) > 1 else None)


def _threshold(word: str, members: int, place: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    if not (word.isascii() and word.isdigit()) or not 1 <= int(word) <= members:
        raise _wrong(f"第 {place} 行的门槛“{word}”不成立", f"the threshold {word!r} on line {place} makes no sense")
    return int(word)


def _wrong(zh: str, en: str) -> MalformedError:
    return MalformedError("policy_malformed", f"信任策略不成立：{zh}。", f"The trust policy is malformed: {en}.")
