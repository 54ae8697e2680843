"""The words of IDS 规范用语: what a facet asks and why an element fails, in Chinese and English, from ``ids_words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from qingzhu.collectors.ids import Facet, Value
from qingzhu.terms.plurals import filled

LANGUAGES = ("zh", "en")
Words = dict[str, str]


@cache
def _all() -> dict[str, dict[str, Words]]:
    return tomllib.loads(files("qingzhu.schemes").joinpath("ids_words.toml").read_text(encoding="utf-8"))


def words(group: str, key: str, **facts: object) -> Words:
    """One text in both languages 双语用语, its names filled; facts that are words themselves are filled by language."""
    return {lang: filled(_all()[group][key][lang], {name: _in(fact, lang) for name, fact in facts.items()}) for lang in LANGUAGES}


def _in(fact: object, lang: str) -> object:
    return fact[lang] if isinstance(fact, dict) else fact


def facet_words(facet: Facet) -> Words:
    """What a facet speaks of 条件说明, without its cardinality."""
    values = {key: value_words(value) if key == "value" else name_words(value) for key, value in facet.values.items()}
    nothing: Any = {"zh": "—", "en": "—"}
    if facet.kind in ("entity", "partOf"):
        key = facet.kind + ("_type" if "predefinedType" in values else "")
        relation: Any = facet.relation or words("facet", "any_relation")
        return words("facet", key, name=values.get("name", nothing), type=values.get("predefinedType", nothing), relation=relation)
    key = facet.kind + ("_value" if "value" in values else "")
    value = values.get("value", nothing)
    if facet.kind == "property":
        type_words: Any = words("facet", "of_type", type=facet.data_type) if facet.data_type else ""
        names = {"set": values.get("propertySet", nothing), "name": values.get("baseName", nothing)}
        return words("facet", key, **names, type=type_words, value=value)
    return words("facet", key, name=values.get("name", nothing), system=values.get("system", nothing), value=value)


def requirement_words(facet: Facet) -> Words:
    """What a requirement asks 要求说明, with its cardinality."""
    return words("cardinality", facet.cardinality if facet.cardinality in _all()["cardinality"] else "required", what=facet_words(facet))


def value_words(value: Value) -> Words:
    """What a parameter must be 取值说明."""
    if value.simple is not None:
        return dict.fromkeys(LANGUAGES, value.simple)
    parts = [_limit_words(kind, value.of(kind)) for kind in dict.fromkeys(kind for kind, _ in value.limits)]
    if not parts:
        return words("limit", "nothing")
    return {"zh": "，".join(part["zh"] for part in parts), "en": ", ".join(part["en"] for part in parts)}


def name_words(value: Value) -> Words:
    """A name as it is, several parted by bars, a pattern between strokes 名称说明; other limits as values."""
    kinds = {kind for kind, _ in value.limits}
    if value.simple is None and kinds == {"enumeration"}:
        return {lang: " | ".join(value.of("enumeration")) for lang in LANGUAGES}
    if value.simple is None and kinds == {"pattern"}:
        return {lang: " | ".join(f"/{text}/" for text in value.of("pattern")) for lang in LANGUAGES}
    return value_words(value)


def _limit_words(kind: str, texts: list[str]) -> Words:
    known = kind in _all()["limit"]
    joined = " | ".join(texts)
    return words("limit", kind, text=joined) if known else words("limit", "other", kind=kind, text=joined)
