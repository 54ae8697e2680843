"""Templates: an empty dossier that our own readers accept as it is, with the same bytes each time."""

from __future__ import annotations

import tomllib

import pytest
from openpyxl import load_workbook

from qingzhu.collectors.headers import Synonyms, plain
from qingzhu.collectors.readings import read_readings
from qingzhu.collectors.survey import TABLES, read_survey
from qingzhu.collectors.templates import survey_toml, survey_workbook, ticket_workbook, write_templates
from qingzhu.collectors.weighings import read_weighings
from qingzhu.ledger import contracts
from tests.collectors.table_making import GIVEN_AT, HEADERS, READING, WASTE_WORDS, WEIGHING, codes, survey_words


@pytest.fixture(scope="module")
def dossier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dossier") / "P07"
    write_templates(folder, "P07", HEADERS, WASTE_WORDS)
    return folder


def filled(path, target, cells):
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    for place in range(1, sheet.max_column + 1):
        sheet.cell(2, place).value = cells.get(sheet.cell(1, place).value)
    workbook.save(target)
    return target


class TestAnEmptyDossier:
    def test_has_every_part(self, dossier):
        names = sorted(path.relative_to(dossier).as_posix() for path in dossier.rglob("*"))
        folders = ["models", "readings", "templates"]
        files = [
            "README.md",
            "project.toml",
            "readings/readings.csv",
            "templates/library.toml",
            "templates/mapping.toml",
            "templates/survey.xlsx",
            "weighings.xlsx",
        ]
        assert names == sorted(folders + files)

    def test_has_the_same_bytes_each_time(self, dossier, tmp_path):
        written = write_templates(tmp_path, "P07", HEADERS, WASTE_WORDS)
        assert all(path.read_bytes() == (dossier / path.relative_to(tmp_path)).read_bytes() for path in written)
        assert len(written) == 7

    def test_leaves_what_is_there_already(self, tmp_path):
        (tmp_path / "project.toml").write_text("mine")
        written = write_templates(tmp_path, "P07", HEADERS, WASTE_WORDS)
        assert (tmp_path / "project.toml").read_text() == "mine"
        assert tmp_path / "project.toml" not in written

    def test_is_read_without_a_refusal(self, dossier):
        survey = read_survey(dossier / "project.toml", "project.toml", None, survey_words())
        tickets = read_weighings(dossier / "weighings.xlsx", "weighings.xlsx", "P07", WEIGHING, given_at=GIVEN_AT)
        readings = read_readings(dossier / "readings/readings.csv", "readings/readings.csv", "P07", READING)
        assert (survey.tables["project"]["project"].to_list(), codes(survey)) == (["P07"], [])
        assert (codes(tickets), codes(readings)) == (["no_rows"], ["no_rows"])

    def test_speaks_both_languages(self, dossier):
        text = (dossier / "README.md").read_text(encoding="utf-8")
        assert "这个文件夹是一个项目的档案" in text
        assert "This folder is the dossier of one project" in text

    def test_has_a_mapping_that_is_valid_toml(self, dossier):
        assert tomllib.loads((dossier / "templates/mapping.toml").read_text(encoding="utf-8")) == {}


class TestTheSurvey:
    def test_asks_for_every_column_of_every_table(self):
        text = survey_toml("P07", HEADERS)
        for table in TABLES:
            for column in contracts.load()[table].columns:
                if column.name not in ("submission", "row"):
                    assert column.words["zh"] in text

    def test_uncommented_is_valid_toml_that_the_reader_knows_in_full(self, tmp_path):
        text = "\n".join(
            line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in survey_toml("P07", HEADERS).splitlines()
        )
        path = tmp_path / "project.toml"
        path.write_text(text, encoding="utf-8")
        assert tomllib.loads(text)["project"]["code"] == "P07"
        unknown = [
            one for one in read_survey(path, "project.toml", None, survey_words()).remarks if one.code in ("key_unknown", "table_unknown")
        ]
        assert unknown == []

    def test_escapes_a_name_with_quotes(self):
        assert tomllib.loads(survey_toml('a"b\\c', HEADERS))["project"]["code"] == 'a"b\\c'

    def test_in_excel_has_a_sheet_for_each_table_whose_headers_are_known(self, tmp_path):
        (tmp_path / "s.xlsx").write_bytes(survey_workbook(HEADERS))
        workbook, words = load_workbook(tmp_path / "s.xlsx"), survey_words()
        assert [words.sheets.match(title)[0] for title in workbook.sheetnames[:-1]] == list(TABLES)
        for title, table in zip(workbook.sheetnames, TABLES, strict=False):
            headers = [cell.value for cell in workbook[title][1]]
            known = [words.columns[table].match(header)[0] for header in headers]
            columns = [
                c.name
                for c in contracts.load()[table].columns
                if c.name not in ("submission", "row") and (table == "project" or c.name != "project")
            ]
            assert known == columns

    def test_in_excel_offers_only_words_the_reader_knows(self, tmp_path):
        (tmp_path / "s.xlsx").write_bytes(survey_workbook(HEADERS))
        offered = [rule.formula1 for sheet in load_workbook(tmp_path / "s.xlsx") for rule in sheet.data_validations.dataValidation]
        known = {word for values in survey_words().values.values() for word in values} | {"是", "否"}
        assert offered
        assert all(plain(word) in known for rule in offered for word in rule.strip('"').split(","))


class TestTheTicketWorkbook:
    def test_has_headers_the_reader_knows(self, dossier):
        synonyms = Synonyms.of(HEADERS["weighing"])
        header = [cell.value for cell in load_workbook(dossier / "weighings.xlsx").worksheets[0][1]]
        assert all(synonyms.match(text) for text in header)
        assert len(header) == 19

    def test_offers_only_words_the_reader_knows(self, dossier):
        rules = load_workbook(dossier / "weighings.xlsx").worksheets[0].data_validations.dataValidation
        words = [word for rule in rules for word in rule.formula1.strip('"').split(",")]
        known = {*WEIGHING.waste.names, *WEIGHING.basis, *WEIGHING.disposal, *WEIGHING.yes, *WEIGHING.no}
        assert len(rules) == 5
        assert all(plain(word) in known for word in words)

    def test_filled_in_with_its_own_examples_is_a_ticket(self, dossier, tmp_path):
        cells = {"联单编号": "XB2303-0001", "出场时间": "2023-03-05 14:20", "垃圾名称": "废钢筋", "垃圾来源": "工程垃圾"}
        cells |= {"毛重（吨）": 25.3, "皮重（吨）": 12.1, "净重（吨）": 13.2, "计量方式": "现场地磅", "去向": "资源化利用"}
        path = filled(dossier / "weighings.xlsx", tmp_path / "w.xlsx", cells)
        row = read_weighings(path, "w.xlsx", "P07", WEIGHING, given_at=GIVEN_AT).tables["weighing"].row(0, named=True)
        assert (row["net_mass"], row["waste_origin"], row["basis"], row["disposal"]) == (
            13.2,
            "works_waste",
            "site_weighbridge",
            "recovered",
        )

    def test_explains_every_column_in_both_languages(self):
        assert ticket_workbook(HEADERS, WASTE_WORDS) == ticket_workbook(HEADERS, WASTE_WORDS)

    def test_has_instructions_that_are_not_read_as_tickets(self, dossier):
        titles = load_workbook(dossier / "weighings.xlsx").sheetnames
        assert titles == ["过磅单", "填写说明 Instructions"]
