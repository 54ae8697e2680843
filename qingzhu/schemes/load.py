"""Schemes 评价方案 ready to judge by: the rules of one scheme with the limits and gaps that speak for a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from qingzhu.rulebook.book import Rulebook
from qingzhu.rulebook.load import load
from qingzhu.rulebook.parameters import in_force
from qingzhu.terms.errors import NotInForceError, UnknownSchemeError


@dataclass(frozen=True)
class Scheme:
    """One edition of a scheme 评价方案 for a region. ``rules`` is the file, ``rows`` the limits its table refers to,
    ``missing`` what a region lacks for it, ``in_force`` whether it is in force on the day it was loaded for."""

    name: str
    rules: Mapping[str, Any]
    region: str | None
    rows: tuple[dict[str, Any], ...]
    missing: tuple[dict[str, Any], ...]
    in_force: bool
    book: Rulebook

    @property
    def per(self) -> str:
        """What it judges: ``project`` or ``building``."""
        return str(self.rules["per"])

    @property
    def title(self) -> dict[str, str]:
        """Its name in both languages."""
        return dict(self.rules["title"])

    def cited(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        """The clause of one of its rules; a step without dates has those of the scheme."""
        dates = {key: self.rules[key] for key in ("from", "to") if key in self.rules and key not in rule}
        own = rule["clause"]["document"] == self.rules["clause"]["document"]
        return self.book.cited({**dates, **rule} if own else rule)


@lru_cache(maxsize=1)
def shipped() -> Rulebook:
    """The rulebook that ships."""
    return load()


def load_scheme(name: str, on: date, region: str | None = None, rulebook: Rulebook | None = None) -> Scheme:
    """A scheme by its name (that edition, in force or not) or by its family (the edition in force on ``on``).

    An edition named outright may be older or newer than the day: old evidence can be judged by it, and the verdict says so.
    """
    book = rulebook or shipped()
    if name not in book.schemes:
        name = _edition(book, name, on, region)
    rules = book.schemes[name]
    return Scheme(
        name=name,
        rules=rules,
        region=region,
        rows=_rows(book, rules, region, on),
        missing=tuple(gap for entry in book.region_entries(region) for gap in entry.get("missing", []) if gap["scheme"] == name),
        in_force=in_force(rules, on),
        book=book,
    )


def scheme_names(on: date, region: str | None = None, rulebook: Rulebook | None = None) -> list[str]:
    """The schemes in force on a day that speak for a region: what a region puts first, then the national ones, then the rest of its own."""
    book = rulebook or shipped()
    path = book.region_path(region)
    names = [name for name, rules in book.schemes.items() if in_force(rules, on) and rules.get("region") in (None, *path)]
    first = [entry["scheme"] for region_entry in book.region_entries(region) for entry in region_entry.get("comes_first", [])]
    local = {name for name in names if book.schemes[name].get("region")}
    return sorted(names, key=lambda name: (name not in first, name in local and name not in first, name))


def _edition(book: Rulebook, family: str, on: date, region: str | None) -> str:
    """The edition of a family in force on a day."""
    path = book.region_path(region)
    editions = {name: rules for name, rules in book.schemes.items() if rules["family"] == family and rules.get("region") in (None, *path)}
    if not editions:
        known = "、".join(sorted(book.schemes))
        raise UnknownSchemeError(
            "unknown_scheme", f"没有评价方案“{family}”。已有：{known}。", f"No scheme {family!r}. Known: {known}.", scheme=family
        )
    for name, rules in editions.items():
        if in_force(rules, on):
            return name
    listed = "、".join(f"{name}（{rules['from']} 至 {rules.get('to', '今')}）" for name, rules in editions.items())
    dates = ", ".join(f"{name} ({rules['from']} to {rules.get('to', 'now')})" for name, rules in editions.items())
    raise NotInForceError(
        "no_edition_in_force",
        f"“{family}”在 {on} 没有在用的版本：{listed}。可直接指定某一版本。",
        f"No edition of {family!r} is in force on {on}: {dates}. Name one of them to judge by it.",
        scheme=family,
        on=on,
    )


def _rows(book: Rulebook, rules: Mapping[str, Any], region: str | None, on: date) -> tuple[dict[str, Any], ...]:
    """The rows of the table that a limit or item of the scheme refers to: limits of noise or dust, or kinds of component."""
    tables = {rule["table"] for rule in [*rules.get("limit", []), *rules.get("item", [])] if "table" in rule}
    found: list[dict[str, Any]] = []
    for table in sorted(tables):
        if table == "top_rule":
            found += [row for row in book.of_region("conventions.toml", region)["top_rule"] if in_force(row, on)]
        else:
            found += book.limits_for(table, region, on)
    return tuple(found)
