"""Proposals for a mapping 映射建议: what people said of similar elements in the mappings they confirmed; never applied by itself.

Plan 三（四）. A row of a mapping that is current evidence is held against a group of unmapped elements, selector by selector
(docs/spec/mapping.md, 3). Names are alike by their words and letters without digits, sizes and marks, and by what the words mean in
the default mapping, which knows Chinese, English, German and Dutch: 预制 and Fertigteil are one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from qingzhu.terms.selectors import class_conditions, insensitive

RESULTS = ("role", "construction", "material_key", "grade", "system")
NAMED = ("name", "type_name", "material", "text")
"""Selectors that are patterns on names; a row without any of them is learned from by nobody."""

UNSEEN = ("layer", "property", "classification", "storey")
"""Selectors a group cannot be held against: they count as unlike."""

MEANT = ("role", "construction", "material_key", "system")
"""What words of the default mapping mean."""

UNITS = {"mm", "cm", "dm", "thk"}
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]+")
SYNTAX = re.compile(r"\[[^\]]*\]|\\[a-zA-Z]|\{[\d,]*\}|\(\?[a-zA-Z:]*|[\^$*+?.()\\]")
"""What in a pattern is no word: classes, shorthands, counts, groups, signs."""


@dataclass(frozen=True)
class SimilarNames:
    """When names are alike 名称相似: the least similarity shown [1], how many proposals a group gets, how many letters a meaning weighs."""

    least: float
    at_most: int
    meaning: float


def proposals(
    groups: Sequence[Mapping[str, Any]], mapping: pl.DataFrame, defaults: pl.DataFrame, rule: SimilarNames
) -> list[list[dict[str, Any]]]:
    """For each group of :func:`unmapped_groups` the proposals 建议, the most similar first.

    ``mapping`` holds confirmed rows (table ``mapping``), ``defaults`` the words (parameter ``mapping_default``). A proposal has the
    ``project`` and ``place`` of the row it was learned from, ``learned_from`` (its selectors), ``similarity`` [1] and the results.
    """
    rows = [row for row in mapping.sort("project", "place").to_dicts() if any(row[column] for column in NAMED)]
    if not rows or not groups:
        return [[] for _ in groups]
    texts = [_texts(group) for group in groups]
    wanted = {text for held in texts for listed in held.values() for text in listed}
    words = {pattern: plain_words(pattern) for row in rows for column in NAMED if (pattern := row[column])}
    alike = _similarities({one for listed in words.values() for one in listed}, wanted, defaults, rule.meaning)
    series = pl.Series(sorted(wanted), dtype=pl.String)
    hits = {pattern: set(series.filter(series.str.contains(insensitive(pattern)))) for pattern in words}
    found = []
    for group, held in zip(groups, texts, strict=True):
        best: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in rows:
            if not _answers(row, group):
                continue
            similarity = _similarity(row, group, held, words, alike, hits)
            result = tuple(row[column] for column in RESULTS)
            if similarity >= rule.least and similarity > best.get(result, {"similarity": 0.0})["similarity"]:
                best[result] = _proposal(row, similarity)
        found.append(sorted(best.values(), key=lambda one: -one["similarity"])[: rule.at_most])
    return found


def _texts(group: Mapping[str, Any]) -> dict[str, list[str]]:
    """What each selector on names looks at in a group."""
    materials = json.loads(group.get("materials") or "[]")
    own = {"name": [group.get("name")], "type_name": [group.get("type_name")], "material": materials}
    held = {column: [text for text in listed if text] for column, listed in own.items()}
    return {**held, "text": [text for listed in held.values() for text in listed]}


def _answers(row: Mapping[str, Any], group: Mapping[str, Any]) -> bool:
    """Whether a row says what of a group is open, and contradicts nothing that is known of it."""
    known = group.get("role")
    return bool(row["construction"]) and row["role"] in (None, known) if known else bool(row["role"])


def _similarity(
    row: Mapping[str, Any],
    group: Mapping[str, Any],
    held: Mapping[str, list[str]],
    words: Mapping[str, list[str]],
    alike: Mapping[tuple[str, str], float],
    hits: Mapping[str, set[str]],
) -> float:
    """The mean over the row's selectors: 1 where a pattern is found in the group or its class is admitted, else how alike the names are."""
    scores = [0.0 for column in UNSEEN if row[column]]
    if row["ifc_class"]:
        scores.append(float(any(group["ifc_class"] == admitted for admitted, _ in class_conditions(row["ifc_class"]))))
    for column in NAMED:
        if pattern := row[column]:
            pairs = [(word, text) for word in words[pattern] for text in held[column]]
            found = any(text in hits[pattern] for text in held[column])
            scores.append(1.0 if found else max((alike.get(pair, 0.0) for pair in pairs), default=0.0))
    return sum(scores) / len(scores)


def _proposal(row: Mapping[str, Any], similarity: float) -> dict[str, Any]:
    selectors = {column: row[column] for column in ("ifc_class", *NAMED, *UNSEEN) if row[column]}
    results = {column: row[column] for column in RESULTS if row[column]}
    return {"project": row["project"], "place": row["place"], "learned_from": selectors, "similarity": similarity, **results}


def plain_words(pattern: str) -> list[str]:
    """The words a pattern is made of 正则中的文字, an alternative each: ``^(预制|PC)柱`` gives 预制 and PC 柱."""
    return [one.strip() for one in SYNTAX.sub(" ", pattern).split("|") if letters(one)]


def letters(text: str) -> list[str]:
    """The words of a text 规范化文字: width and case made one, digits, units and single letters left out."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = re.findall(r"[^\W\d_]+", plain)
    split = [part for word in found for part in re.findall(HAN.pattern + r"|[^\u2e80-\u9fff\uf900-\ufaff]+", word)]
    return [word for word in split if HAN.match(word) or (len(word) > 1 and word not in UNITS)]


def pieces(text: str) -> set[str]:
    """What names are compared by: pairs of Chinese characters, and threes of letters of other words."""
    found = set()
    for word in letters(text):
        if HAN.match(word):
            found |= {word[at : at + 2] for at in range(max(1, len(word) - 1))}
        else:
            ringed = f"<{word}>"
            found |= {ringed[at : at + 3] for at in range(len(ringed) - 2)}
    return found


def _similarities(left: Iterable[str], right: Iterable[str], defaults: pl.DataFrame, meaning: float) -> dict[tuple[str, str], float]:
    """Twice what two texts share over what both have (Dice), from 0 to 1, for the pairs that share something and contradict nowhere."""
    meant = [_meant(sorted(set(texts)), defaults) for texts in (left, right)]
    sides = [_features(held, meaning) for held in meant]
    totals = [dict(side.group_by("text").agg(pl.col("weight").sum()).iter_rows()) for side in sides]
    shared = sides[0].join(sides[1], on="feature", how="inner").group_by("text", "text_right").agg(pl.col("weight").sum())
    return {
        (one, other): 2 * weight / (totals[0][one] + totals[1][other])
        for one, other, weight in shared.iter_rows()
        if all(meant[1][other].get(field, value) == value for field, value in meant[0][one].items())
    }


def _meant(texts: list[str], defaults: pl.DataFrame) -> dict[str, dict[str, str]]:
    """What the words of the default mapping make of each text: the first row that matches and says a field."""
    found: dict[str, dict[str, str]] = {text: {} for text in texts}
    series = pl.Series(texts, dtype=pl.String)
    for row in defaults.filter(pl.col("text").is_not_null()).sort("place").to_dicts():
        hit = series.str.contains(insensitive(row["text"]))
        if row["unless"]:
            hit &= ~series.str.contains(insensitive(row["unless"]))
        for text in series.filter(hit):
            for field in MEANT:
                if row[field]:
                    found[text].setdefault(field, row[field])
    return found


def _features(meant: Mapping[str, Mapping[str, str]], meaning: float) -> pl.DataFrame:
    """``text``, ``feature``, ``weight``: pieces of words, and what the words mean."""
    rows = [(text, piece, 1.0) for text in meant for piece in sorted(pieces(text))]
    rows += [(text, f"{field}={value}", meaning) for text, held in meant.items() for field, value in held.items()]
    return pl.DataFrame(rows, schema={"text": pl.String, "feature": pl.String, "weight": pl.Float64}, orient="row")
