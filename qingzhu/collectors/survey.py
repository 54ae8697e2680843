"""Survey 项目概况: the facts of a project, from project.toml or its Excel form with one sheet per table.

Both forms give the same tables (``TABLES``). A key nobody knows is named with the nearest known one and refused; a wrong value is
refused and leaves a gap; neither is guessed.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.collectors.headers import Synonyms, plain
from qingzhu.collectors.remarks import Place, refusal, remark
from qingzhu.collectors.survey_checks import check_entries
from qingzhu.collectors.survey_files import Entry, read_entries
from qingzhu.collectors.survey_values import value_of
from qingzhu.collectors.units import UnitWords
from qingzhu.ledger import contracts
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Reading, Remark

TABLES = (
    "project", "building", "storey", "stage", "room", "unit_type", "takeoff", "material_factor", "rebar_rate", "model_file", "sensor",
    "suspension", "determination", "same_spec",
)  # fmt: skip
"""The tables of a survey, in the order in which they are written."""


@dataclass(frozen=True)
class SurveyWords:
    """What the rulebook tells the readers of surveys and libraries 概况用词: names of tables, keys and values, units, quantities."""

    sheets: Synonyms
    columns: Mapping[str, Synonyms]
    values: Mapping[str, Mapping[str, str]]
    units: UnitWords
    quantities: Synonyms
    yes: frozenset[str]
    no: frozenset[str]
    ignored: frozenset[str]
    instruction_sheets: tuple[str, ...] = ()
    library_sheets: Synonyms = field(default_factory=lambda: Synonyms.of({}))
    library_columns: Synonyms = field(default_factory=lambda: Synonyms.of({}))

    @staticmethod
    def of(headers: Mapping[str, Any]) -> SurveyWords:
        """The words from the data file ``headers.toml``, as ``tomllib`` reads it."""
        words = headers["words"]
        return SurveyWords(
            Synonyms.of(headers["survey_sheets"]),
            {table: Synonyms.of(with_contract(table, columns)) for table, columns in headers["survey"].items()},
            {name: _by_word(values) for name, values in headers["survey_values"].items()},
            UnitWords.of(headers["units"]),
            Synonyms.of(headers["reading_quantities"]),
            frozenset(plain(word) for word in words["yes"]),
            frozenset(plain(word) for word in words["no"]),
            frozenset(plain(word) for word in words["ignored"]),
            tuple(plain(word) for word in words["instruction_sheets"]),
            Synonyms.of({"library_item": headers["library_tables"]["names"]}),
            Synonyms.of(with_contract("library_item", headers["library_item"])),
        )


def with_contract(table: str, columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The synonyms of a table, and the words of its contract: what the Excel form prints must be read."""
    contract = contracts.load()[table]
    own = {column.name: [column.words["zh"], column.words["en"]] for column in contract.columns if column.name not in ("submission", "row")}
    return {name: [*columns.get(name, []), *words] for name, words in own.items()}


def _by_word(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {plain(word): key for key, more in values.items() for word in [key, *more]}


def read_survey(path: Path, name: str, project: str | None, words: SurveyWords) -> Reading:
    """Read a survey 读项目概况 into the tables of ``TABLES``; its code comes from the file, or is ``project`` where it has none.

    Raises ``MalformedError`` when the file cannot be read, or names no project or several.
    """
    entries, place, facts, remarks = read_entries(path, name, words)
    known = contracts.load()
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for entry in entries:
        record = record_of(entry, words, known[entry.table], place, remarks)
        rows[entry.table].append(record)
    code = _project(rows["project"], project, place)
    check_entries(rows, known, words.units, place, remarks)
    if not rows["project"]:
        raise refusal("project_missing", place)
    tables = {table: frame_of(rows[table], known[table], code) for table in TABLES if rows[table]}
    return Reading(tables, remarks, facts={**facts, "project": code})


def _project(projects: list[dict[str, Any]], given: str | None, place: Place) -> str:
    codes = [record["project"] for record in projects if record.get("project")]
    if len(set(codes)) > 1:
        raise refusal("project_twice", place, found=", ".join(codes))
    if not codes and given and len(projects) == 1:
        projects[0]["project"] = given
        codes = [given]
    if not codes:
        raise refusal("project_missing", place)
    return str(codes[0])


def record_of(entry: Entry, words: SurveyWords, contract: Any, place: Place, remarks: list[Remark]) -> dict[str, Any]:
    """The values of one entry by our columns, with ``row``; what is unknown or wrong becomes a remark and no value."""
    record: dict[str, Any] = {"row": entry.row}
    columns = {column.name: column for column in contract.columns}
    synonyms = words.columns[entry.table]
    for key, (value, row) in entry.values.items():
        match = synonyms.match(key)
        if match is None or match[0] not in columns:
            if plain(key) not in words.ignored:
                remarks.append(_unknown_key(key, row, synonyms, place))
            continue
        column, _, unit = match
        try:
            found = value_of(value, columns[column], unit, words)
        except MalformedError as error:
            remarks.append(_refused(error, place, row, key))
            continue
        if found is not None and record.get(column) is None:
            record[column] = found
    return record


def _refused(error: MalformedError, place: Place, row: int, key: str) -> Remark:
    facts: dict[str, Any] = error.facts
    return remark(error.code, place, row=row, column=key, **facts)


def _unknown_key(key: str, row: int, synonyms: Synonyms, place: Place) -> Remark:
    near = synonyms.nearest(key)
    said = difflib.get_close_matches(plain(key), synonyms.ranks, n=1, cutoff=0.6)
    shown = f"{near}（{said[0]}）" if near and said and said[0] != near else near
    facts: dict[str, Any] = {
        "near_zh": f"（最接近的是“{shown}”）" if near else "",
        "near_en": f" (the nearest is “{near}”)" if near else "",
    }
    return remark("key_unknown", place, row=row, column=key, found=key, **facts)


def frame_of(records: list[dict[str, Any]], contract: Any, project: str) -> pl.DataFrame:
    """Records as rows of a contract 记录成表, each of the project."""
    columns = [column for column in contract.columns if column.name not in ("submission", "row", "project")]
    data = {
        "project": pl.Series([project] * len(records), dtype=pl.String),
        "row": pl.Series([record["row"] for record in records], dtype=pl.Int64),
    }
    data |= {column.name: pl.Series([record.get(column.name) for record in records], dtype=column.dtype) for column in columns}
    return pl.DataFrame(data)
