"""Remarks: every code has words in both languages that say the same, and the page on dossiers shows what is read."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from qingzhu.collectors import remarks
from qingzhu.collectors.readings import read_readings
from qingzhu.collectors.remarks import ENTRY_STEP, SHEET_STEP, WORDINGS, Place, as_remark, remark
from qingzhu.collectors.survey import TABLES
from qingzhu.terms.errors import MalformedError
from tests.collectors.table_making import GIVEN_AT, READING, codes, survey, tickets

ROOM = Path(remarks.__file__).parent
PAGE = (Path(__file__).parents[2] / "docs/spec/dossier.md").read_text(encoding="utf-8")
CODE = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOM.glob("*.py")))


def names(template: str) -> set[str]:
    return {re.sub("_(zh|en)$", "", name) for _, name, _, _ in Formatter().parse(template) if name}


class TestEveryWording:
    @pytest.mark.parametrize("code", sorted(WORDINGS))
    def test_is_used(self, code):
        assert f'"{code}"' in CODE

    @pytest.mark.parametrize("code", sorted(WORDINGS))
    def test_speaks_both_languages_of_the_same_facts(self, code):
        wording = WORDINGS[code]
        assert re.search("[\u4e00-\u9fff]", wording.zh)
        assert re.search("[A-Za-z]", wording.en)
        assert names(wording.zh) - {"header_unit"} <= names(wording.en) | {"found", "count"}

    @pytest.mark.parametrize("code", sorted(code for code, wording in WORDINGS.items() if wording.level == "refused"))
    def test_that_refuses_says_what_to_do(self, code):
        assert re.search("请|应为|应有", WORDINGS[code].zh)


class TestAPlace:
    PLACE = Place("w.xlsx", ("3月", "4月"))

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            (5, "w.xlsx 工作表“3月”第 5 行"),
            (SHEET_STEP + 5, "w.xlsx 工作表“4月”第 5 行"),
            (ENTRY_STEP + SHEET_STEP + 5, "w.xlsx 工作表“4月”第 5 行"),
        ],
    )
    def test_names_sheet_and_line(self, row, words):
        assert self.PLACE.words(row, None)[0] == words

    def test_of_a_file_without_sheets_counts_lines_however_many(self):
        assert Place("r.csv").words(20_000_005, "值") == ("r.csv 第 20000005 行“值”", "r.csv, row 20000005, column “值”")


class TestAnErrorAsARemark:
    def test_keeps_its_own_words(self):
        said = as_remark(MalformedError("file_empty", "空", "empty", found="0"), Place("a.csv"))
        assert (said.level, said.code, said.zh, said.en, said.found) == ("refused", "file_empty", "空", "empty", "0")

    def test_without_words_is_named_by_its_cause(self):
        said = as_remark(KeyError("x"), Place("a.csv"))
        assert (said.code, said.found) == ("file_unreadable", "KeyError: 'x'")

    def test_counts(self):
        assert remark("month_only", Place("a.csv"), count=3).zh == "a.csv：3 行只写了月份，按该月第一天计。"


class TestThePageOnDossiers:
    def block(self, heading, kind):
        part = PAGE.split(f"## {heading}", 1)[1]
        return re.search(rf"```{kind}\n(.*?)```", part, re.DOTALL)[1]

    def test_shows_a_survey_that_is_read_in_full(self, tmp_path):
        reading = survey(tmp_path, self.block("project.toml", "toml"))
        assert codes(reading) == ["reference_unknown"]  # the page shows one sensor, and its reference is another
        assert tuple(reading.tables) == TABLES

    def test_shows_tickets_that_are_read_in_full(self, tmp_path):
        lines = [re.split(r"\s{2,}", line.strip()) for line in self.block("weighings", "").splitlines()]
        title, unit, header, first, second, total = lines
        split = [[*row[0].split(" ", 1), *row[1:]] if len(row) == 5 else row for row in (first, second)]
        reading = tickets(tmp_path, [title, unit, header, *split, ["合计", "", "", "", "", total[-1]]])
        assert reading.tables["weighing"]["net_mass"].to_list() == [13.2, 19.0]
        assert codes(reading, "refused") + codes(reading, "doubt") == []

    def test_shows_readings_that_are_read_in_full(self, tmp_path):
        (tmp_path / "r.csv").write_text(self.block("readings/", ""), encoding="utf-8")
        reading = read_readings(tmp_path / "r.csv", "r.csv", "P01", READING, given_at=GIVEN_AT)
        assert reading.tables["reading"]["value"].to_list() == [61.2, 85.0]

    @pytest.mark.parametrize(
        "column", ["ticket", "waste_origin", "waste_class", "volume", "density", "loads", "basis", "disposal", "receiver", "zero_report"]
    )
    def test_names_the_columns_of_tickets(self, column):
        assert f"`{column}`" in PAGE
