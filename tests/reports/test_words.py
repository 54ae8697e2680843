"""Every label stands in both languages, and every label is used."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from qingzhu.ledger import contracts
from qingzhu.reports.words import all_words, has_word, in_language, own_language, value_word, word

ROOM = Path(__file__).resolve().parents[2] / "qingzhu" / "reports"
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in [*ROOM.glob("*.py"), *(ROOM / "templates").glob("*.j2")])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAME_EVERYWHERE = {"original.sha256", "value.quantity.pm10", "value.quantity.pm2_5", "page.in_brackets", "page.colon", "page.numbered"}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_table_of_evidence_has_a_word():
    assert [table for table in contracts.load() if not has_word(f"value.table.{table}")] == []


@pytest.mark.parametrize("key", sorted(all_words()))
class TestEveryLabel:
    def test_stands_in_both_languages_and_in_no_other(self, key):
        assert set(all_words()[key]) == {"zh", "en"}
        assert all(text.strip() for text in all_words()[key].values())

    def test_is_chinese_in_chinese_and_not_in_english(self, key):
        zh, en = all_words()[key]["zh"], all_words()[key]["en"].replace("青筑", "")
        assert key in SAME_EVERYWHERE or (CHINESE.search(zh) and not CHINESE.search(en))

    def test_names_the_same_facts_in_both(self, key):
        assert names(all_words()[key]["zh"]) == names(all_words()[key]["en"])

    def test_shows_no_power_of_ten_in_chinese(self, key):
        assert "10⁴" not in all_words()[key]["zh"]


class TestLabelsAndPages:
    def test_every_label_a_page_names_exists(self):
        named = set(re.findall(r"""(?:\bt|word)\(\s*["']([a-z_]+\.[a-z_ ]+)["']\s*[,)]""", SOURCES))
        assert len(named) > 100
        assert sorted(named - set(all_words())) == []

    def test_every_group_is_named_by_a_page(self):
        groups = {key.split(".")[0] for key in all_words()}
        assert sorted(group for group in groups if not re.search(rf"""["'f]{group}\.""", SOURCES)) == []


class TestValuesInWords:
    def test_a_value_of_a_closed_list_has_a_word(self):
        assert (value_word("waste_class", "metal", "zh"), value_word("stage", "fit_out", "en")) == ("金属类", "fit-out and services")

    def test_a_value_nobody_named_stays_as_it_is(self):
        assert value_word("sensor", "N1", "zh") == "N1"

    def test_yes_no_and_nothing_are_words(self):
        assert (value_word("x", True, "zh"), value_word("x", False, "en"), value_word("x", None, "zh")) == ("是", "no", "—")

    def test_one_text_serves_both_languages(self):
        assert (in_language("GB 12523", "zh"), in_language({"zh": "甲", "en": "a"}, "en"), in_language(None, "zh")) == ("GB 12523", "a", "")

    def test_one_is_told_as_one_and_of_several_as_several(self):
        told = [word("figure.behind", "en", count=count) for count in (0, 1, "1,204")]
        assert told == ["behind 0 figures", "behind 1 figure", "behind 1,204 figures"]

    def test_facts_are_filled_in(self):
        assert word("page.of_rows", "en", shown=20, count="214") == "first 20 of 214 rows"


class TestRulesOfLimits:
    def test_all_have_words(self):
        texts = [path.read_text(encoding="utf-8") for path in (ROOM.parent / "rulebook").rglob("limits/*.toml")]
        rules = {rule for text in texts for rule in re.findall(r'^rule\s*=\s*"(\w+)"', text, re.MULTILINE)}
        assert len(rules) >= 4
        assert [rule for rule in rules if not has_word(f"value.rule.{rule}")] == []


class TestATextThatSaysTheSameTwice:
    def test_is_shown_in_its_language(self):
        assert [own_language("墙：侧面积 / Walls: side area", lang) for lang in ("zh", "en")] == ["墙：侧面积", "Walls: side area"]

    @pytest.mark.parametrize("text", ["Beams / columns", "梁 / 柱", "混凝土 C30/37 的等级", "Walls / 墙"])
    def test_and_any_other_text_stands_as_it_is(self, text):
        assert [own_language(text, lang) for lang in ("zh", "en")] == [text, text]
