"""What an audit finds 审核发现: severity, place and words, gathered while the file is walked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from qingzhu.collectors.ids import Facet, Specification, Value
from qingzhu.collectors.ids_schema import VERSIONS
from qingzhu.schemes.ids_words import words

SEVERITIES = ("error", "warning", "note")
"""``error``: no model could be judged by it as meant, or IDS 1.0 forbids it; ``warning``: look at it; ``note``: good to know."""


@dataclass(frozen=True)
class Finding:
    """One finding 一项发现 with its place: specification, clause, facet, parameter, line of the file."""

    severity: str
    code: str
    zh: str
    en: str
    specification: int | None = None
    name: str | None = None
    clause: str | None = None
    facet: str | None = None
    parameter: str | None = None
    line: int | None = None


@dataclass
class Place:
    """Where the audit stands 审核位置, and what it has said so far."""

    said: dict[tuple[Any, ...], list[str]] = field(default_factory=dict)
    specification: Specification | None = None
    clause: str | None = None
    facet: Facet | None = None

    def say(self, severity: str, code: str, parameter: str | None = None, value: Value | None = None, **facts: Any) -> None:
        """Note a finding here, once; what several versions of IFC share is told once, with all of them."""
        version = facts.pop("version", None)
        given = self.specification
        line = (value.line if value else 0) or (self.facet.line if self.facet else 0) or (given.line if given else 0) or None
        kind = self.facet.kind if self.facet else None
        where = (given.number, given.name) if given else (None, None)
        told = tuple((key, tuple(fact.items()) if isinstance(fact, dict) else fact) for key, fact in facts.items())
        versions = self.said.setdefault((severity, code, *where, self.clause, kind, parameter, line, told), [])
        if version and version not in versions:
            versions.append(version)

    @property
    def found(self) -> list[Finding]:
        """Everything said, in order, in words."""
        findings = []
        for (severity, code, *where, told), versions in self.said.items():
            facts = {key: dict(fact) if isinstance(fact, tuple) else fact for key, fact in told}
            text = words("audit", code, **facts, version=", ".join(versions))
            findings.append(Finding(severity, code, text["zh"], text["en"], *where))
        return findings

    @property
    def versions(self) -> list[str]:
        """The versions of the specification that IDS knows."""
        return [version for version in (self.specification.versions if self.specification else ()) if version in VERSIONS]


def nearest(name: str, known: Iterable[str]) -> dict[str, str]:
    """A hint at the most similar names 近似名称, as words; empty where none is similar."""
    by_fold: dict[str, str] = {each.casefold(): each for each in known}
    close = [by_fold[name.casefold()]] if name.casefold() in by_fold else []
    close += [by_fold[each] for each in difflib.get_close_matches(name.casefold(), list(by_fold), 3, 0.75) if by_fold[each] not in close]
    if not close:
        return {"zh": "", "en": ""}
    return words("audit", "did_you_mean", names=", ".join(close[:3]))
