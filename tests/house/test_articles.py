"""Every article of the Plan has a home that exists, or says that it is planned."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ARTICLES = tomllib.loads((ROOT / "qingzhu/rulebook/articles.toml").read_text("utf-8"))["article"]
WANTED = {"二", *(f"三（{n}）" for n in "一二三四五六七"), *(f"四（{n}）" for n in "一二三"), *(f"五（{n}）" for n in "一二三四五")}


class TestThePlan:
    def test_is_covered_article_by_article(self):
        assert {article["article"] for article in ARTICLES} >= WANTED

    @pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["article"])
    def test_gives_each_article_a_home_that_exists_or_says_planned(self, article):
        homes = [*article.get("modules", []), *article.get("tests", []), *article.get("pages", [])]
        assert homes or article.get("planned")
        assert [home for home in homes if not (ROOT / home).exists()] == []
