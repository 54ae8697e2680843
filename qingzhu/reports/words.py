"""The words of the pages 页面用语: every label in Chinese and English, from ``words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from qingzhu.terms.plurals import filled

LANGUAGES = ("zh", "en")


@cache
def all_words() -> dict[str, dict[str, str]]:
    """``words.toml`` as one flat table: ``outcome.met`` → ``{"zh": "达标", "en": "Met"}``."""
    text = files("qingzhu.reports").joinpath("words.toml").read_text(encoding="utf-8")
    return dict(_flat("", tomllib.loads(text)))


def _flat(prefix: str, table: Mapping[str, Any]) -> Any:
    """Leaves are the tables that hold ``zh``."""
    for key, value in table.items():
        if "zh" in value:
            yield prefix + key, value
        else:
            yield from _flat(f"{prefix}{key}.", value)


def word(key: str, lang: str, **facts: object) -> str:
    """The label ``key`` in ``zh`` or ``en``, its ``{names}`` filled from ``facts``; an unknown key is a mistake of ours."""
    text = all_words()[key][lang]
    return filled(text, facts) if facts else text


def has_word(key: str) -> bool:
    """True where ``words.toml`` has this label."""
    return key in all_words()


def value_word(column: str, value: object, lang: str) -> str:
    """A value of a closed list in words (``waste_class``, ``metal`` → 金属类); any other value as it is."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return word("page.yes" if value else "page.no", lang)
    key = f"value.{column}.{value}"
    return word(key, lang) if has_word(key) else str(value)


CHINESE = re.compile(r"[\u3007\u4e00-\u9fff]")


def own_language(text: str, lang: str) -> str:
    """Of a text that says the same twice, ``中文 / English``, the part in this language; any other text as it is."""
    zh, bar, en = text.partition(" / ")
    twice = bar and CHINESE.search(zh) and not CHINESE.search(en)
    return {"zh": zh, "en": en}[lang] if twice else text


def in_language(words: object, lang: str) -> str:
    """Words given as ``{"zh", "en"}`` or as one text for both; nothing gives an empty text."""
    if isinstance(words, Mapping):
        return str(words.get(lang) or words.get("zh") or words.get("en") or "")
    return "" if words is None else str(words)
