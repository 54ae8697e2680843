"""The loader of the rulebook 规则库: reads every TOML file, refuses what cannot be trusted, hands back one :class:`Rulebook`.

Rules are data with a date, a unit, a clause and how they were checked (style: a rule is data). Code holds no threshold.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from qingzhu.rulebook import checks
from qingzhu.rulebook.book import Rulebook
from qingzhu.rulebook.carbon_tables import check_factors

__all__ = ["Rulebook", "load"]

HERE = Path(__file__).resolve().parent
WORDS = ("headers.toml", "waste_words.toml", "roles.toml", "mapping_defaults.toml", "terms.toml")
"""Files of words and mappings: they hold no rule with a clause, and ``unit`` or ``document`` are column names in them."""


def load(folder: Path | None = None, measures: Mapping[str, str] | None = None) -> Rulebook:
    """The rulebook in ``folder`` (default: the one that ships), checked.

    ``measures`` maps each known measure to its unit; with it, schemes that judge an unknown measure, or judge one in another
    unit, are refused too. Raises :class:`RuleError` that names the file and entry.
    """
    files, hashes = _read(folder or HERE)
    documents = files["documents.toml"]["document"]
    for key, entry in documents.items():
        checks.check_document(key, entry, documents)
    for name, content in files.items():
        if name not in WORDS:
            checks.check_words(content, name, documents)
    book = Rulebook(
        files=files,
        sha256=hashes,
        documents=documents,
        limits=_limits(files),
        regions=_regions(files),
        programmes={Path(name).stem: content for name, content in files.items() if name.startswith("programmes/")},
        schemes=_schemes(files),
        cases=_cases(files),
    )
    _check_rules(book)
    _check_schemes(book, measures)
    return book


def _read(folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Every TOML file of a folder, by its path in it, and the hash of its bytes."""
    files: dict[str, dict[str, Any]] = {}
    hashes: dict[str, str] = {}
    for path in sorted(folder.rglob("*.toml")):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        try:
            files[name] = tomllib.loads(content.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise checks.refuse("malformed_rule_file", name, f"无法读作 TOML：{error}", f"cannot be read as TOML: {error}") from error
        hashes[name] = sha256(content).hexdigest()
    for wanted in ("documents.toml", "terms.toml", "articles.toml", "conventions.toml", "modules.toml", "specs.toml", "waste_classes.toml"):
        if wanted not in files:
            raise checks.refuse("rule_file_missing", wanted, "缺此文件。", "this file is missing.")
    return files, hashes


def _limits(files: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Limits of noise and dust, each with the scheme its file names and its place."""
    return [
        {**rule, "scheme": content["scheme"], "where": f"{name}.limit[{place}]"}
        for name, content in files.items()
        if name.startswith("limits/")
        for place, rule in enumerate(content["limit"], start=1)
    ]


def _regions(files: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Regional overlays by the name of their folder."""
    return {name.split("/")[1]: content for name, content in files.items() if name.startswith("regions/") and name.endswith("/region.toml")}


def _schemes(files: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Schemes by name, those of regions included; a name stands once."""
    found: dict[str, dict[str, Any]] = {}
    for name, content in files.items():
        if "schemes/" in name and not name.startswith("cases/"):
            key = Path(name).stem
            if key in found:
                raise checks.refuse("scheme_twice", name, f"方案“{key}”重名。", f"there are two schemes {key!r}.")
            found[key] = {**content, "file": name}
    return found


def _cases(files: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Worked cases, each with the scheme it or its file names."""
    found = []
    for name, content in files.items():
        if name.startswith("cases/"):
            given = {key: value for key, value in content.items() if key != "case"}
            found += [{**given, **case, "file": name} for case in content["case"]]
    return found


def _check_rules(book: Rulebook) -> None:
    """Limits, origins, classes, conventions, phases and articles have what a rule must have; editions do not overlap."""
    for rule in book.limits:
        checks.check_rule(rule, rule["where"])
        checks.check_slot(rule, rule["where"])
    for name, content in book.files.items():
        for place, rule in enumerate(content.get("not_judged", []), start=1):
            checks.check_rule(rule, f"{name}.not_judged[{place}]")
    for place, origin in enumerate(book.waste_classes["origin"], start=1):
        checks.check_rule(origin, f"waste_classes.toml.origin[{place}]", unit=False)
    for key, scheme in book.waste_classes["scheme"].items():
        checks.check_rule(scheme, f"waste_classes.toml.scheme.{key}", unit=False)
    for file in (name for name in book.files if name.split("/")[-1] in ("conventions.toml", "modules.toml", "specs.toml")):
        content = book.files[file]
        dated = {"from": content["from"]} if "from" in content else {}
        for name, entry in content.items():
            for place, rule in enumerate(entry if isinstance(entry, list) else [entry], start=1):
                if isinstance(rule, dict) and name not in ("suspension_reason", "title", "clause", "checked_of"):
                    checks.check_rule(
                        {**dated, **rule}, f"{file}.{name}[{place}]", unit=name not in ("module_rule", "spec_property", "spec_side")
                    )
    for file in (name for name in book.files if name.endswith("/library.toml")):
        checks.check_rule(book.files[file], file)
    for name, programme in book.programmes.items():
        for place, phase in enumerate([programme, *programme.get("phase", [])]):
            checks.check_rule(phase, f"programmes/{name}.toml.phase[{place}]", unit=False)
    for key, region in book.regions.items():
        for place, entry in enumerate([region, *region.get("comes_first", [])]):
            checks.check_rule(entry, f"regions/{key}/region.toml[{place}]", unit=False)
    check_factors(book.files)
    keys = ("scheme", "rule", "region", "stage", "period")
    checks.check_editions((rule["where"], tuple(rule.get(key) for key in keys), rule) for rule in book.limits)


def _check_schemes(book: Rulebook, measures: Mapping[str, str] | None) -> None:
    """Every scheme is complete, has cases and judges known measures; cases and overlays speak of known schemes."""
    for name, scheme in book.schemes.items():
        checks.check_scheme(name, scheme, book.cases, measures)
    checks.check_editions((scheme["file"], (scheme["family"], scheme.get("region")), scheme) for scheme in book.schemes.values())
    for case in book.cases:
        if case["scheme"] not in book.schemes:
            raise checks.refuse("unknown_scheme", case["file"], f"没有方案“{case['scheme']}”。", f"there is no scheme {case['scheme']!r}.")
    for key, region in book.regions.items():
        for entry in [*region.get("comes_first", []), *region.get("missing", [])]:
            if entry["scheme"] not in book.schemes:
                where = f"regions/{key}/region.toml"
                raise checks.refuse("unknown_scheme", where, f"没有方案“{entry['scheme']}”。", f"there is no scheme {entry['scheme']!r}.")
        for document in region.get("documents", []):
            if document not in book.documents:
                where = f"regions/{key}/region.toml"
                raise checks.refuse("unknown_document", where, f"文件“{document}”未登记。", f"document {document!r} is not registered.")
