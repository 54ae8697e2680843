"""One word for one thing: every table, column, measure, scheme and command is made of the glossary's words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import typer

from qingzhu.cli.main import app
from qingzhu.ledger import contracts
from qingzhu.measures.load import load as load_measures

ROOT = Path(__file__).resolve().parent.parent.parent


def glossary() -> set[str]:
    """The single words that terms.toml uses in its English names."""
    terms = tomllib.loads((ROOT / "qingzhu/rulebook/terms.toml").read_text("utf-8"))
    return {word for name in terms["term"] for word in name.split("_")}


def strange(names: list[str]) -> list[str]:
    return sorted({f"{word} (in {name})" for name in names for word in name.split("_") if word not in glossary()})


class TestTheGlossaryKnows:
    def test_every_table_and_column(self):
        tables = contracts.load().values()
        assert strange([table.table for table in tables] + [column.name for table in tables for column in table.columns]) == []

    def test_every_measure(self):
        assert strange(list(load_measures())) == []

    def test_every_scheme(self):
        assert strange([path.stem for path in (ROOT / "qingzhu/rulebook").rglob("schemes/*.toml")]) == []

    def test_every_command(self):
        assert strange(list(typer.main.get_command(app).commands)) == []
