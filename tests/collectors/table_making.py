"""Files of tables in the many forms offices keep them, written for the tests of the collectors."""

from __future__ import annotations

import csv
import io
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook

import qingzhu
from qingzhu.collectors.readings import ReadingWords, read_readings
from qingzhu.collectors.survey import SurveyWords, read_survey
from qingzhu.collectors.weighings import WeighingWords, read_weighings
from qingzhu.terms.readings import Reading, Remark

RULEBOOK = Path(qingzhu.__file__).parent / "rulebook"
HEADERS = tomllib.loads((RULEBOOK / "headers.toml").read_text(encoding="utf-8"))
WASTE_WORDS = tomllib.loads((RULEBOOK / "waste_words.toml").read_text(encoding="utf-8"))
GIVEN_AT = datetime(2023, 6, 30, 10, 0, tzinfo=UTC)
"""30 June 2023, 18:00 in Beijing: the moment everything is handed in."""

WEIGHING = WeighingWords.of(HEADERS, WASTE_WORDS)
READING = ReadingWords.of(HEADERS)

HEADER = ["联单编号", "出场时间", "垃圾名称", "净重（吨）"]


def survey_words() -> SurveyWords:
    return SurveyWords.of(HEADERS)


def csv_bytes(lines: list[list[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        [["" if cell is None else cell for cell in line] for line in lines]
    )
    return text.getvalue().encode(encoding)


def csv_file(path: Path, lines: list[list[Any]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_bytes(lines, encoding, delimiter))
    return path


def book_file(path: Path, sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = (), hidden: tuple[str, ...] = ()) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, lines in sheets.items():
        sheet = workbook.create_sheet(title)
        for line in lines:
            sheet.append(line)
        for area in merged:
            sheet.merge_cells(area)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return path


def tickets(path: Path, lines: list[list[Any]], **more: Any) -> Reading:
    """What the reader of tickets makes of these lines as csv."""
    return read_weighings(csv_file(path / "weighings.csv", lines), "weighings.csv", "P01", WEIGHING, given_at=GIVEN_AT, **more)


def streams(path: Path, lines: list[list[Any]], sensors: pl.DataFrame | None = None, **more: Any) -> Reading:
    """What the reader of readings makes of these lines as csv."""
    file = csv_file(path / "readings.csv", lines)
    return read_readings(file, "readings/readings.csv", "P01", READING, sensors, given_at=GIVEN_AT, **more)


def sensors(*rows: tuple[str, str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"sensor": pl.String, "quantity": pl.String, "unit": pl.String}, orient="row")


def survey(path: Path, text: str) -> Reading:
    """What the reader of surveys makes of this project.toml."""
    file = path / "project.toml"
    file.write_text(text, encoding="utf-8")
    return read_survey(file, "project.toml", None, survey_words())


def codes(reading: Reading, level: str | None = None) -> list[str]:
    return [one.code for one in reading.remarks if level in (None, one.level)]


def said(reading: Reading, code: str) -> Remark:
    """The one remark with this code."""
    found = [one for one in reading.remarks if one.code == code]
    assert len(found) == 1, codes(reading)
    return found[0]


def local(text: str) -> datetime:
    """A Beijing time as a moment."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)
