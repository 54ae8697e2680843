"""Rows of evidence on a page 证据数据行: the same rows stand once, however many figures they stand behind.

A figure by class and its neighbour by stage rest on the same tickets; shown with each of them they would make a report of
megabytes. Personal columns never come in, and columns that are empty in every row shown are named instead of drawn.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

MANY_BLOCKS, FEW_ROWS = 20, 3
"""Of a table with more blocks than this only the first rows of each are shown: a site of 300 sensors is still one page."""


@dataclass
class Block:
    """Rows of one table that are shown once, with their original files and the figures they stand behind."""

    number: int
    table: str
    count: int
    columns: list[tuple[int, Row]]
    empty: list[Row]
    rows: list[list[Any]]
    originals: list[str]
    figures: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The address of the block on its page."""
        return f"rows:{self.number}"


@dataclass
class Blocks:
    """All blocks of a page 数据行, and those of each figure."""

    listed: list[Block]
    of_figure: dict[str, list[Block]]


def blocks_of(figures: list[Row]) -> Blocks:
    """The rows behind figures, each set once, table by table; a table that gave no row has no block."""
    found: dict[str, Block] = {}
    of_figure: dict[str, list[Block]] = {}
    for figure in figures:
        of_figure[figure["id"]] = []
        for entry in figure["evidence"]:
            if not entry["count"]:
                continue
            key = json.dumps([entry["table"], entry["count"], entry["rows"], entry["originals"]], default=str)
            block = found.setdefault(key, _block(entry, len(found) + 1))
            block.figures.append(figure["id"])
            of_figure[figure["id"]].append(block)
    per_table = Counter(block.table for block in found.values())
    for block in found.values():
        if per_table[block.table] > MANY_BLOCKS:
            block.rows = block.rows[:FEW_ROWS]
    return Blocks(sorted(found.values(), key=lambda block: (block.table, -block.count, block.number)), of_figure)


def _block(entry: Row, number: int) -> Block:
    """One entry of evidence with the columns that are worth drawing."""
    shown = [(place, column) for place, column in enumerate(entry["columns"]) if not column.get("personal")]
    filled = [(place, column) for place, column in shown if not entry["rows"] or any(row[place] is not None for row in entry["rows"])]
    empty = [column for place, column in shown if (place, column) not in filled]
    return Block(number, entry["table"], entry["count"], filled, empty, entry["rows"], entry["originals"])
