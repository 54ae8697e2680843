"""Text of models: legal escapes are what the standard says, raw bytes what their code page says, and half a character is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingzhu.collectors.models import read_model
from qingzhu.collectors.step_values import string
from qingzhu.terms.readings import Reading
from tests.collectors.model_makers import step, wall

LEGAL = {
    "m\\X\\B2": "m²",
    "\\X\\B0C": "°C",
    "caf\\X\\E9": "café",
    "\\S\\d": "ä",
    "\\PE\\\\S\\2\\S\\`": "Вр",
    "\\X2\\58998053\\X0\\": "墙聓",
}
"""Legal names and what they say."""

RAW = {
    "gb18030": [f"预制叠合板 {number}" for number in range(12)],
    "utf-8": ["墙", "外墙板", "Außenwand", "построй"],
    "cp932": [f"構造壁 {number}" for number in range(12)],
    "cp1252": ["Außenwand – tragend", "Träger", "Fenêtre", "größer", "Öffnung"],
}
"""Names by the code page in which programs write them raw."""


def read(tmp_path: Path, raw: list[str], encoding: str, *legal: str) -> Reading:
    """A model of walls with raw and with legal names, in that order."""
    lines = [wall(10 + at, f"RAW{at:03}") for at in range(len(raw))] + [wall(500 + at, name) for at, name in enumerate(legal)]
    content = step(*lines).encode("ascii")
    for at, name in enumerate(raw):
        content = content.replace(f"RAW{at:03}".encode(), name.encode(encoding))
    path = tmp_path / "original"
    path.write_bytes(content)
    return read_model(path, "models/tower.ifc", "P01", ())


def names(reading: Reading) -> list[str]:
    return reading.tables["element"]["name"].to_list()


def said(reading: Reading) -> list[tuple[str, str, str | None]]:
    return [(remark.level, remark.code, remark.found) for remark in reading.remarks]


class TestRawAndLegal:
    @pytest.mark.parametrize("encoding", RAW)
    def test_names_in_one_file_are_two_questions(self, encoding, tmp_path):
        reading = read(tmp_path, RAW[encoding], encoding, *LEGAL)
        assert names(reading) == [*RAW[encoding], *LEGAL.values()]
        assert said(reading) == [("note", "code_page_assumed", encoding)]

    @pytest.mark.parametrize("encoding", RAW)
    def test_one_raw_name_among_many_legal_ones_is_read(self, encoding, tmp_path):
        first = RAW[encoding][:1]
        assert names(read(tmp_path, first, encoding, *LEGAL)) == [*first, *LEGAL.values()]

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "cp1252"])
    def test_a_legal_escape_in_a_raw_name_is_what_the_standard_says(self, encoding, tmp_path):
        content = {"gb18030": "楼面积", "utf-8": "楼面积", "cp1252": "Fläche"}[encoding]
        assert names(read(tmp_path, [f"{content} m\\X\\B2"], encoding)) == [f"{content} m²"]

    def test_legal_names_alone_are_left_as_they_are(self, tmp_path):
        reading = read(tmp_path, [], "ascii", *LEGAL)
        assert (names(reading), reading.remarks) == (list(LEGAL.values()), [])

    def test_a_control_character_escaped_beside_raw_names_has_a_page_of_its_own(self, tmp_path):
        reading = read(tmp_path, RAW["utf-8"], "utf-8", "\\X\\93Nord\\X\\94 \\X\\96 m\\X\\B2", "m\\X\\B2")
        assert names(reading) == [*RAW["utf-8"], "“Nord” – m²", "m²"]
        assert said(reading) == [("note", "code_page_assumed", "utf-8, cp1252")]


class TestCodePages:
    def test_chinese_names_of_rare_characters_and_signs_do_not_make_a_file_western(self, tmp_path):
        rare = ["预制板", "外墙（叠合）", "甪直镇", "面积㎡", "朱镕", "蠡垚", "堃"]
        reading = read(tmp_path, rare, "gb18030")
        assert (names(reading), said(reading)) == (rare, [("note", "code_page_assumed", "gb18030")])

    @pytest.mark.parametrize("word", ["Wände", "Türöffnung", "große Fläche", "Béton armé", "Åsgård"])
    def test_a_western_word_alone_is_not_taken_for_an_asian_one(self, word, tmp_path):
        assert names(read(tmp_path, [word], "cp1252")) == [word]

    def test_what_looks_like_another_alphabet_than_the_western_is_a_doubt(self, tmp_path):
        reading = read(tmp_path, ["Стена", "Колонна", "Перекрытие"], "cp1251")
        assert [(remark.level, remark.code, remark.count) for remark in reading.remarks] == [("doubt", "code_page_assumed", 3)]


class TestPartsOfIso8859:
    @pytest.mark.parametrize(("part", "page"), list(enumerate("ABCDEFGHI", start=1)))
    def test_hold_to_the_end_of_their_string(self, part, page):
        letters = bytes(range(0xC1, 0xC9)).decode(f"iso8859-{part}", "replace")
        assert string(f"\\P{page}\\" + "".join(f"\\S\\{chr(one)}" for one in range(0x41, 0x49))) == letters
        assert string("\\S\\A") == "Á"


class TestHalfACharacter:
    SMILE = "\\X2\\D83DDE00\\X0\\"

    @pytest.mark.parametrize("lost", [[], ["#900=IFCNOSUCHTHING();"]], ids=["columns", "IfcOpenShell"])
    def test_that_lost_its_other_half_is_said(self, lost, tmp_path):
        path = tmp_path / "original"
        path.write_text(step(wall(10, "A\\X2\\58998D83\\X0\\B"), wall(11, "A\\X2\\5899D83D\\X0\\B"), *lost), "ascii")
        reading = read_model(path, "models/tower.ifc", "P01", ())
        assert names(reading) == ["A墙趃B", "A墙�B"]
        assert ("doubt", "character_broken", None) in said(reading)

    @pytest.mark.parametrize("written", [SMILE, "\\X2\\D83D\\X0\\\\X2\\DE00\\X0\\", "\\X4\\0001F600\\X0\\"])
    def test_that_stands_beside_its_other_half_is_one_character(self, written, tmp_path):
        reading = read(tmp_path, [], "ascii", f"A{written}墙".replace("墙", "\\X2\\5899\\X0\\"))
        assert (names(reading), reading.remarks) == (["A😀墙"], [])

    def test_behind_a_backslash_is_text(self, tmp_path):
        assert names(read(tmp_path, [], "ascii", "C:\\\\X2\\\\D83D", self.SMILE)) == ["C:\\X2\\D83D", "😀"]

    def test_is_said_in_a_material_and_a_property_too(self, tmp_path):
        path = tmp_path / "original"
        path.write_text(
            step(wall(10), "#20=IFCMATERIAL('\\X2\\D83D\\X0\\',$,$);", f"#21=IFCRELASSOCIATESMATERIAL('{21:022}',$,$,$,(#10),#20);"),
            "ascii",
        )
        assert read_model(path, "models/tower.ifc", "P01", ()).tables["element_material"]["material"].to_list() == ["�"]
