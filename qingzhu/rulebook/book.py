"""The rulebook 规则库 as it stands in memory: documents, rules, schemes, cases, words; and the parameter tables made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from qingzhu.rulebook import parameters as tables
from qingzhu.rulebook.carbon_tables import carbon_tables
from qingzhu.rulebook.design_rules import library_table, module_tables, spec_tables
from qingzhu.rulebook.model_rules import model_tables
from qingzhu.terms.errors import MissingError

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Rulebook:
    """Every rule 规则库, checked by the loader. ``files`` are the parsed files by path, ``sha256`` their hashes."""

    files: Mapping[str, dict[str, Any]]
    sha256: Mapping[str, str]
    documents: Mapping[str, dict[str, Any]]
    limits: Sequence[dict[str, Any]]
    regions: Mapping[str, dict[str, Any]]
    programmes: Mapping[str, dict[str, Any]]
    schemes: Mapping[str, dict[str, Any]]
    cases: Sequence[dict[str, Any]]

    @property
    def articles(self) -> list[dict[str, Any]]:
        """The Plan's articles 方案条文, in its own words."""
        return list(self.files["articles.toml"]["article"])

    @property
    def terms(self) -> dict[str, dict[str, str]]:
        """The glossary 术语: English name to its words and kind."""
        return dict(self.files["terms.toml"]["term"])

    @property
    def conventions(self) -> dict[str, Any]:
        """Small rules of the computation 计算约定."""
        return self.files["conventions.toml"]

    @property
    def waste_classes(self) -> dict[str, Any]:
        """Origins, classes and schemes of classes 垃圾来源与类别."""
        return self.files["waste_classes.toml"]

    @property
    def headers(self) -> dict[str, Any]:
        """Header synonyms 表头同义词 for the collectors."""
        return self.files.get("headers.toml", {})

    @property
    def waste_words(self) -> dict[str, Any]:
        """What tickets call waste 垃圾名称, and bulk densities."""
        return self.files.get("waste_words.toml", {})

    def document(self, key: str) -> dict[str, Any]:
        """A document by its key or number, e.g. ``gbt51129_2017`` or ``GB/T 51129-2017``; one without year gives its newest edition."""
        for name, entry in self.documents.items():
            if key in (name, entry.get("number")):
                return {"key": name, **entry}
        editions = [
            (entry.get("edition", ""), name) for name, entry in self.documents.items() if entry.get("number", "").startswith(f"{key}-")
        ]
        if editions:
            name = max(editions)[1]
            return {"key": name, **self.documents[name]}
        raise MissingError("unknown_document", f"规则库没有文件“{key}”。", f"The rulebook has no document {key!r}.", document=key)

    def cited(self, rule: Entry) -> dict[str, Any]:
        """The clause 条文 of a rule as a verdict shows it, as plain data: document, clause, dates, how it was checked, quote.

        ``clause`` is text; where the number of a clause was not seen it is a description, in both languages in ``clause_words``.
        """
        clause = rule["clause"]
        entry = self.documents[clause["document"]]
        first, last = rule.get("from", entry.get("from")), rule.get("to", entry.get("to"))
        place = clause["clause"]
        shown = {
            "document": entry.get("number") or entry["title"]["zh"],
            "key": clause["document"],
            "title": dict(entry["title"]),
            "clause": place if isinstance(place, str) else place["zh"],
            "clause_words": {"zh": place, "en": place} if isinstance(place, str) else dict(place),
            "checked": rule.get("checked"),
            "checked_of": dict(rule.get("checked_of", {})),
            "from_date": first.isoformat() if first else None,
            "to_date": last.isoformat() if last else None,
            "quote": rule.get("quote"),
        }
        return {key: value for key, value in shown.items() if value not in (None, {})}

    def region_path(self, region: str | None) -> tuple[str, ...]:
        """A region and those above it, outermost first: 常州市, 江苏省/常州市 and 江苏省常州市 all give 江苏省, 常州市.

        A name without overlay stands for itself; None and "" are the nation.
        """
        names = self._region_names()
        path: list[str] = []
        for part in (region or "").replace("／", "/").split("/"):
            rest = part.strip()
            while rest:
                found = max((name for name in names if rest.casefold().startswith(name.casefold())), key=len, default=None)
                path += [name for name in (names[found] if found else (rest,)) if name not in path]
                rest = rest[len(found) :].lstrip(" ,，、·-") if found else ""
        return tuple(path)

    def _region_names(self) -> dict[str, tuple[str, ...]]:
        """Every spelling of a region that a rule or an overlay names, with its path; a spelling without 省 or 市 is one too."""
        known: dict[str, tuple[str, ...]] = {}
        for rule in [*self.limits, *self.schemes.values()]:
            if rule.get("region"):
                known[rule["region"]] = (rule["region"],)
        for key, entry in self.regions.items():
            path = tuple(entry["path"])
            known |= {name: path[: place + 1] for place, name in enumerate(path)}
            known |= {key: path, entry["title"]["en"]: path}
        short = {name.removesuffix("省").removesuffix("市"): path for name, path in known.items()}
        return {"中国": (), **short, **known}

    def names_region(self, region: str | None) -> bool:
        """Whether a rule or an overlay speaks for a region: where none does, only national rules are held against it."""
        path = self.region_path(region)
        local = any(rule.get("region") in path for rule in [*self.limits, *self.schemes.values()])
        return local or bool(self.region_entries(region))

    def region_entries(self, region: str | None) -> list[dict[str, Any]]:
        """The overlays 地方规则 that speak for a region, outermost first."""
        path = self.region_path(region)
        return [entry for entry in self.regions.values() if entry["name"] in path]

    def of_region(self, name: str, region: str | None) -> dict[str, Any]:
        """A file of rules as a region has it 地方取值: each entry replaced by that of ``regions/REGION/<name>``, the innermost last."""
        found = dict(self.files[name])
        for folder in self._folders(region):
            found |= self.files.get(f"regions/{folder}/{name}", {})
        return found

    def _folders(self, region: str | None) -> list[str]:
        """The folders of ``regions/`` that speak for a region, the outermost first."""
        return [key for place in self.region_path(region) for key, entry in self.regions.items() if entry["name"] == place]

    def limits_for(self, scheme: str, region: str | None, on: date) -> list[dict[str, Any]]:
        """Limits of ``noise`` or ``dust`` that speak for a region and began by ``on``, every edition."""
        path = self.region_path(region)
        return [rule for rule in self.limits if rule["scheme"] == scheme and rule["from"] <= on and rule.get("region", "") in ("", *path)]

    def parameters(self, on: date, region: str | None = None) -> dict[str, pl.DataFrame]:
        """The parameter tables 参数表 by name, as of a date, for a region.

        "" gives the nation's limits alone; None gives every region's, each with its region.
        """
        chosen = self.limits if region is None else [rule for name in ("noise", "dust") for rule in self.limits_for(name, region, on)]
        conventions = self.of_region("conventions.toml", region)
        small = {
            name: tables.single(conventions[name]) for name in ("slot_rule", "comparison_rule", "load_rule", "flat_rule", "ground_rule")
        }
        made = {
            "judgement": tables.judgement(on),
            "calendar_month": tables.calendar_month(on),
            "limit": tables.limit(chosen, on),
            "waste_origin": tables.waste_origin(self.waste_classes["origin"]),
            "waste_class": tables.waste_class(self.waste_classes["scheme"]),
            "density": tables.density(self.waste_words),
            "top_rule": tables.top_rule(conventions["top_rule"], on),
            "plausible": tables.plausible(conventions["plausible"]),
            **small,
        }
        carbon = carbon_tables(self.files, self.documents, self.region_path(region), on)
        design = {**module_tables(self.of_region("modules.toml", region)), **spec_tables(self.of_region("specs.toml", region))}
        libraries = [
            self.files[f"regions/{key}/library.toml"] for key in self._folders(region) if f"regions/{key}/library.toml" in self.files
        ]
        return {**made, **model_tables(self.files), **carbon, **design, "regional_item": library_table(libraries)}
