"""Hashes of rules 规则哈希: what a verdict was judged by, so that other rules later can be told. ``docs/spec/run.md``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from qingzhu.schemes.load import load_scheme

if TYPE_CHECKING:
    from qingzhu.schemes.evaluate import Session

JUDGING = (
    "collectors/mended.py", "measures/gaps.toml",
    "schemes/choices.py", "schemes/determinations.py", "schemes/doubts.py", "schemes/facts.py",
    "schemes/items.py", "schemes/judge.py", "schemes/limits.py", "schemes/load.py", "schemes/results.py", "schemes/scores.py",
    "schemes/spans.py", "terms/figures.py", "terms/times.py", "terms/units.py",
)  # fmt: skip
"""The files that turn figures and rules into verdicts and their words."""


def scheme_hash(name: str, session: Session) -> str:
    """SHA-256 of all that a scheme judges by 方案哈希 in a region on a day: rules, limits, gaps, and the documents they cite."""
    scheme = load_scheme(name, session.on, session.region, session.rulebook)
    judged_by = [scheme.rules, scheme.rows, scheme.missing, scheme.in_force, scheme.region, scheme.book.names_region(scheme.region)]
    cited = {key: scheme.book.documents[key] for key in sorted(set(_documents(judged_by))) if key in scheme.book.documents}
    return sha256(json.dumps([judged_by, cited], ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


@cache
def judging_hash() -> str:
    """SHA-256 of the code and words of judging 评价程序哈希."""
    house = files("qingzhu")
    return sha256(b"".join(sha256(house.joinpath(name).read_bytes()).digest() for name in JUDGING)).hexdigest()


def _documents(value: Any) -> Iterator[str]:
    """The key of every document that rules name."""
    if isinstance(value, dict):
        yield from (str(each) for key, each in value.items() if key == "document")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _documents(each)
