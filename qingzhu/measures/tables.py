"""What measures may read 可用的表: tables of evidence by contract, parameter tables by ``parameters.toml``; the words of gaps."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from qingzhu.ledger import contracts

Columns = dict[str, str]
"""Column -> type, one of ``string int64 float64 bool date timestamp``."""


@cache
def evidence() -> dict[str, Columns]:
    """Columns of every table of evidence 证据表, ``submission`` and ``row`` among them."""
    return {name: {column.name: column.type for column in contract.columns} for name, contract in contracts.load().items()}


@cache
def parameters() -> dict[str, Columns]:
    """Columns of every parameter table 参数表."""
    return tomllib.loads(Path(__file__).with_name("parameters.toml").read_text("utf-8"))


@cache
def gaps() -> dict[str, dict[str, str]]:
    """Words of every gap 缺口, by key, in ``zh`` and ``en``."""
    return {key: {lang: entry[lang] for lang in ("zh", "en")} for key, entry in _gaps().items()}


def nothing_missing() -> frozenset[str]:
    """The gaps 缺口 of figures of what is not there: nobody is asked for evidence of it."""
    return frozenset(key for key, entry in _gaps().items() if entry.get("nothing_missing"))


@cache
def _gaps() -> dict[str, Any]:
    """``gaps.toml`` as it stands."""
    return tomllib.loads(Path(__file__).with_name("gaps.toml").read_text("utf-8"))


def module_of(name: str) -> ModuleType:
    """A module of the house by its dotted name."""
    return import_module(name)
