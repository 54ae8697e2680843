"""Dossiers: every file is handed in on its own, in order; one bad file stops none, nothing is counted twice."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from openpyxl import load_workbook

from qingzhu.collectors import dossier as collecting
from qingzhu.collectors.dossier import DossierWords, collect
from qingzhu.collectors.dossier_files import files_of, kind_of
from qingzhu.ledger.store import Store
from qingzhu.terms.errors import MissingError
from tests.collectors.table_making import GIVEN_AT, HEADER, READING, WEIGHING, book_file, csv_file, survey_words

SURVEY = '[project]\ncode = "P01"\nname = "丁堰家园"\n\n[[sensor]]\nid = "D1"\nquantity = "pm10"\nunit = "mg/m³"\n'
TICKET = ["A1", "2023-03-05 14:20", "渣土", "13.2"]
LONG = ["监测点", "监测量", "监测时间", "值", "单位"]
DUST = ["D1", "pm10", "2023-03-05 14:20:00", "0.085", ""]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "P01").mkdir()
    (tmp_path / "P01" / "project.toml").write_text(SURVEY, encoding="utf-8")
    return tmp_path / "P01"


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "store")


def hand_in(folder, store, **more):
    words = DossierWords(survey_words(), WEIGHING, READING, frozenset({"NetVolume"}), frozenset({"column", "wall"}))
    return collect(folder, store, words, given_by="张工", given_at=GIVEN_AT, **more)


def states(collected):
    return {one.slot.name: one.state for one in collected}


def remarks(submission):
    return [one["code"] for one in submission.reading_report["remarks"]]


def of(collected, name):
    return next(one for one in collected if one.slot.name == name)


class TestTheWalk:
    def test_hands_in_survey_first_and_corrections_last(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:3], "-3"]])
        csv_file(folder / "readings/dust.csv", [LONG, DUST])
        refused = hand_in(folder, store).refused_files[0]
        (folder / "a.xlsx").write_bytes(refused.read_bytes())
        assert list(states(hand_in(folder, store))) == ["project", "weighings.csv", "readings/dust.csv", "a.xlsx"]

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("project.toml", "survey"),
            ("project.xlsx", "survey"),
            ("sub/project.toml", None),
            ("weighings.xlsx", "weighing"),
            ("weighings_三月.csv", "weighing"),
            ("weighings/2023/3.xls", "weighing"),
            ("readings/a.parquet", "reading"),
            ("readings/n1/a.csv", "reading"),
            ("models/tower.ifc", "model"),
            ("models/tower.ifc.gz", "model"),
            ("models/tower.IFCZIP", "model"),
            ("models/tower.rvt", None),
            ("tower.ifc", None),
            ("mapping.toml", "mapping"),
            ("照片.jpg", None),
        ],
    )
    def test_knows_evidence_by_its_place_and_name(self, name, kind):
        assert kind_of(name) == kind

    def test_names_files_it_does_not_read(self, folder, store):
        (folder / "照片.jpg").write_bytes(b"x")
        (folder / ".DS_Store").write_bytes(b"x")
        (folder / "~$weighings.xlsx").write_bytes(b"x")
        (folder / "README.md").write_text("x")
        unread = hand_in(folder, store).unread
        assert [(one.code, one.zh.split("：")[0]) for one in unread] == [("file_not_recognised", "照片.jpg")]

    def test_never_reads_its_own_results_store_and_templates(self, folder, store):
        for name in ("results", ".qingzhu", "templates"):
            csv_file(folder / name / "weighings.csv", [HEADER, TICKET])
        assert list(states(hand_in(folder, store))) == ["project"]

    def test_does_not_follow_a_link_out_of_the_dossier(self, folder, store, tmp_path):
        csv_file(tmp_path / "elsewhere.csv", [HEADER, TICKET])
        (folder / "weighings.csv").symlink_to(tmp_path / "elsewhere.csv")
        assert [one.code for one in hand_in(folder, store).unread] == ["file_outside"]

    def test_reads_one_survey_of_two_forms(self, folder, store):
        book_file(folder / "project.xlsx", {"项目": [["项目代码", "P09"], ["项目名称", "别的"]]})
        collected = hand_in(folder, store)
        assert (collected.project, [one.code for one in collected.unread]) == ("P01", ["survey_twice"])
        assert collected.unread[0].zh.startswith("project.xlsx：没有读取")
        assert "计入的是“project.toml”" in collected.unread[0].zh

    def test_tells_each_file_as_it_is_done(self, folder, store):
        told = []
        hand_in(folder, store, tell=lambda name, submission: told.append((name, submission.state)))
        assert told == [("project.toml", "read")]

    def test_is_refused_where_there_is_no_folder(self, tmp_path, store):
        with pytest.raises(MissingError):
            hand_in(tmp_path / "nowhere", store)

    def test_gives_the_same_order_each_time(self, folder):
        for name in ("weighings_b.csv", "weighings_a.csv", "weighings/c.csv"):
            csv_file(folder / name, [HEADER, TICKET])
        names = [file.name for file in files_of(folder)[0]]
        assert names == ["project.toml", "weighings/c.csv", "weighings_a.csv", "weighings_b.csv"]


class TestTheProject:
    def test_is_named_by_its_survey(self, folder, store):
        assert hand_in(folder, store).project == "P01"

    def test_without_a_survey_is_named_by_its_folder(self, tmp_path, store):
        csv_file(tmp_path / "P77" / "weighings.csv", [HEADER, TICKET])
        assert hand_in(tmp_path / "P77", store).project == "P77"

    def test_whose_survey_broke_keeps_its_name(self, folder, store):
        hand_in(folder, store)
        (folder / "project.toml").write_text("[project\n")
        collected = hand_in(folder, store)
        assert (collected.project, of(collected, "project").state) == ("P01", "refused")
        assert store.rows("project")["name"].to_list() == ["丁堰家园"]

    def test_has_one_survey_whichever_form_it_takes(self, folder, store):
        hand_in(folder, store)
        (folder / "project.toml").unlink()
        book_file(folder / "project.xlsx", {"项目": [["项目代码", "P01"], ["项目名称", "丁堰家园二期"]]})
        hand_in(folder, store)
        assert store.rows("project")["name"].to_list() == ["丁堰家园二期"]

    def test_gives_its_name_and_load_volume_to_the_tickets(self, folder, store):
        (folder / "project.toml").write_text('[project]\ncode = "P01"\nname = "丁堰家园"\nload_volume = 15\n', encoding="utf-8")
        csv_file(folder / "weighings.csv", [["日期", "垃圾名称", "车数", "项目名称"], ["2023-03-05", "渣土", "6", "丁堰家园"]])
        report = of(hand_in(folder, store), "weighings.csv")
        assert store.rows("weighing")["volume"].to_list() == [90.0]
        assert "project_differs" not in remarks(report)


BAD = {
    "weighings_empty.csv": b"",
    "weighings_pointer.xlsx": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "weighings_broken.xlsx": b"PK\x03\x04 not a zip",
    "readings/none.parquet": b"PAR1 nothing",
    "readings/other.csv": "水果,价格\n香蕉,3\n".encode(),
    "models/pointer.ifc": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "mapping.toml": b"[[mapping\n",
}


class TestOneBadFile:
    def test_never_stops_the_others(self, folder, store):
        for name, data in BAD.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
        csv_file(folder / "weighings_zz.csv", [HEADER, TICKET])
        collected = hand_in(folder, store)
        assert {name: state for name, state in states(collected).items() if state == "read"} == {
            "project": "read",
            "weighings_zz.csv": "read",
        }
        assert {one.slot.name for one in collected if one.state == "refused"} == set(BAD)
        assert store.rows("weighing")["ticket"].to_list() == ["A1"]

    def test_says_why_in_both_languages(self, folder, store):
        (folder / "weighings.csv").write_bytes(b"")
        said = of(hand_in(folder, store), "weighings.csv").reading_report["remarks"][0]
        assert said["code"] == "file_empty"
        assert "weighings.csv" in said["zh"]
        assert "weighings.csv" in said["en"]

    def test_of_a_kind_nobody_thought_of_is_refused_by_its_cause(self, folder, store, monkeypatch):
        def broken(*_, **__):
            raise ZeroDivisionError("division by zero")

        monkeypatch.setattr(collecting, "read_weighings", broken)
        csv_file(folder / "weighings.csv", [HEADER, TICKET])
        said = of(hand_in(folder, store), "weighings.csv").reading_report["remarks"][0]
        assert (said["code"], said["found"]) == ("file_unreadable", "ZeroDivisionError: division by zero")

    def test_that_is_mended_is_read(self, folder, store):
        (folder / "weighings.csv").write_bytes(b"")
        hand_in(folder, store)
        csv_file(folder / "weighings.csv", [HEADER, TICKET])
        assert states(hand_in(folder, store))["weighings.csv"] == "read"

    def test_in_the_place_of_a_good_one_says_that_the_good_one_still_counts(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET])
        first = of(hand_in(folder, store), "weighings.csv")
        (folder / "weighings.csv").write_bytes(b"")
        report = of(hand_in(folder, store), "weighings.csv").reading_report["remarks"]
        assert [one["code"] for one in report] == ["file_empty", "earlier_still_counts"]
        assert f"qingzhu withdraw {first.id[:12]} --reason" in report[1]["zh"]
        assert store.rows("weighing").height == 1

    def test_that_never_counted_says_nothing_of_earlier_ones(self, folder, store):
        (folder / "weighings.csv").write_bytes(b"")
        assert remarks(of(hand_in(folder, store), "weighings.csv")) == ["file_empty"]

    def test_of_the_survey_names_brackets_in_plain_words(self, folder, store):
        (folder / "project.toml").write_text('[project]\ncode = "P01"\n[[building]\nid = "B1"\n', encoding="utf-8")
        said = of(hand_in(folder, store), "project").reading_report["remarks"][0]
        assert "方括号不成对" in said["zh"]
        assert "[[building]]" in said["en"]


class TestHandedInAgain:
    def test_unchanged_files_are_not_read(self, folder, store, monkeypatch):
        csv_file(folder / "weighings.csv", [HEADER, TICKET])
        csv_file(folder / "readings/noise.csv", [LONG, ["N1", "noise", *DUST[2:3], "61", "dB(A)"]])
        (folder / "project.toml").write_text(SURVEY + '[[sensor]]\nid = "N1"\nquantity = "noise"\n', encoding="utf-8")
        hand_in(folder, store)

        def never(*_, **__):
            raise AssertionError("read again")

        monkeypatch.setattr(collecting, "read_weighings", never)
        monkeypatch.setattr(collecting, "read_readings", never)
        assert set(states(hand_in(folder, store)).values()) == {"unchanged"}
        assert store.rows("weighing").height == 1

    def test_a_changed_file_supersedes(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET])
        hand_in(folder, store)
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:]]])
        hand_in(folder, store)
        assert store.rows("weighing")["ticket"].to_list() == ["A1", "A2"]

    def test_a_file_that_left_still_counts_and_is_named(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET])
        hand_in(folder, store)
        (folder / "weighings.csv").unlink()
        assert [one.slot.name for one in hand_in(folder, store).left] == ["weighings.csv"]
        assert store.rows("weighing").height == 1

    def test_readings_that_wanted_a_unit_are_read_again_when_the_survey_gives_it(self, folder, store):
        (folder / "project.toml").write_text('[project]\ncode = "P01"\nname = "丁堰家园"\n', encoding="utf-8")
        csv_file(folder / "readings/dust.csv", [LONG, DUST, ["N1", "noise", *DUST[2:4], "dB"]])
        assert "reading_unit_missing" in remarks(of(hand_in(folder, store), "readings/dust.csv"))
        (folder / "project.toml").write_text(SURVEY, encoding="utf-8")
        hand_in(folder, store)
        assert store.rows("reading").filter(pl.col("sensor") == "D1")["value"].to_list() == [85.0]


class TestNothingCountsTwice:
    def test_a_ticket_in_two_files(self, folder, store):
        csv_file(folder / "weighings_1.csv", [HEADER, TICKET])
        csv_file(folder / "weighings_2.csv", [HEADER, TICKET, ["A2", *TICKET[1:]]])
        collected = hand_in(folder, store)
        assert store.rows("weighing")["ticket"].to_list() == ["A1", "A2"]
        assert "ticket_handed_in_before" in remarks(of(collected, "weighings_2.csv"))

    def test_a_ticket_counts_again_from_the_second_file_once_the_first_lost_it(self, folder, store):
        csv_file(folder / "weighings_1.csv", [HEADER, TICKET])
        csv_file(folder / "weighings_2.csv", [HEADER, TICKET, ["A2", *TICKET[1:]]])
        hand_in(folder, store)
        csv_file(folder / "weighings_1.csv", [HEADER, ["A9", *TICKET[1:]]])
        hand_in(folder, store)
        assert sorted(store.rows("weighing")["ticket"]) == ["A1", "A2", "A9"]

    def test_the_same_file_under_two_names(self, folder, store):
        lines = [HEADER[1:], TICKET[1:]]
        csv_file(folder / "weighings_1.csv", lines)
        csv_file(folder / "weighings_1 - 副本.csv", lines)
        collected = hand_in(folder, store)
        assert sorted(states(collected).values()) == ["read", "read", "refused"]
        assert store.rows("weighing").height == 1

    def test_a_reading_in_two_files(self, folder, store):
        csv_file(folder / "readings/1.csv", [LONG, DUST])
        csv_file(folder / "readings/2.csv", [LONG, DUST, [*DUST[:2], "2023-03-05 14:21:00", *DUST[3:]]])
        collected = hand_in(folder, store)
        assert store.rows("reading").height == 2
        assert "reading_handed_in_before" in remarks(of(collected, "readings/2.csv"))

    def test_readings_of_other_months_are_not_even_looked_at(self, folder, store, monkeypatch):
        csv_file(folder / "readings/1.csv", [LONG, DUST])
        hand_in(folder, store)
        csv_file(folder / "readings/2.csv", [LONG, [*DUST[:2], "2023-04-05 14:20:00", *DUST[3:]]])
        asked = []
        rows = Store.rows

        def watched(self, table, *args, **more):
            asked.append(table)
            return rows(self, table, *args, **more)

        monkeypatch.setattr(Store, "rows", watched)
        hand_in(folder, store)
        assert "reading" not in asked


class TestRefusedRows:
    def test_are_written_mended_and_handed_in_under_another_name(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:3], "-3"]])
        first = hand_in(folder, store)
        assert first.refused_files == [folder / "results/refused/weighings.csv.xlsx"]
        workbook = load_workbook(first.refused_files[0])
        sheet = workbook.worksheets[0]
        assert [cell.value for cell in sheet[4]][2:] == ["3", "A2", "2023-03-05 14:20", "渣土", "-3"]
        sheet["G4"] = "3"
        workbook.save(folder / "改正.xlsx")
        second = hand_in(folder, store)
        assert of(second, "改正.xlsx").corrects == of(first, "weighings.csv").id
        assert store.rows("weighing").select("ticket", "net_mass", "corrects_row").rows() == [("A1", 13.2, None), ("A2", 3.0, 3)]

    def test_of_a_file_that_is_unchanged_are_written_again_when_the_results_are_gone(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:3], "-3"]])
        path = hand_in(folder, store).refused_files[0]
        before = path.read_bytes()
        path.unlink()
        assert states(hand_in(folder, store))["weighings.csv"] == "unchanged"
        assert path.read_bytes() == before

    def test_are_taken_away_when_nothing_is_refused_any_more(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:3], "-3"]])
        path = hand_in(folder, store).refused_files[0]
        csv_file(folder / "weighings.csv", [HEADER, TICKET])
        hand_in(folder, store)
        assert not path.exists()

    def test_are_never_read_as_evidence_wherever_they_are_written(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:3], "-3"]])
        for out in (folder / "mine", folder / "mine", folder, folder):
            collected = hand_in(folder, store, out=out)
            (out / "verdict.json").write_text("{}")
            (out / "report.html").write_text("x")
            assert [one.slot.name for one in collected] == ["project", "weighings.csv"]
            assert collected.unread == []
        assert [one.slot.name for one in hand_in(folder, store)] == ["project", "weighings.csv"]

    def test_may_go_elsewhere(self, folder, store, tmp_path):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:3], "-3"]])
        assert hand_in(folder, store, out=tmp_path / "out").refused_files == [tmp_path / "out/refused/weighings.csv.xlsx"]

    def test_mended_for_a_submission_that_is_not_here_count_as_a_doubt(self, folder, store, tmp_path):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", *TICKET[1:3], "-3"]])
        refused = hand_in(folder, Store.open(tmp_path / "other")).refused_files[0]
        workbook = load_workbook(refused)
        workbook.worksheets[0]["G4"] = "3"
        (folder / "weighings.csv").unlink()
        workbook.save(folder / "改正.xlsx")
        collected = hand_in(folder, store)
        assert "correction_unknown" in remarks(of(collected, "改正.xlsx"))
        assert store.rows("weighing")["ticket"].to_list() == ["A2"]


class TestWhenItWasGiven:
    def test_decides_what_lies_in_the_future(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, TICKET, ["A2", "2023-06-30 18:01", *TICKET[2:]]])
        assert "time_in_future" in remarks(of(hand_in(folder, store), "weighings.csv"))

    def test_stands_in_the_submission(self, folder, store):
        given = datetime.fromisoformat(of(hand_in(folder, store), "project").given_at)
        assert given.astimezone(UTC) == GIVEN_AT


class TestARowMendedInAFileThatWasRefusedWhole:
    def test_counts_once_however_often_the_dossier_is_handed_in(self, folder, store):
        csv_file(folder / "weighings.csv", [HEADER, ["A2", *TICKET[1:3], "-3"]])
        first = hand_in(folder, store)
        assert of(first, "weighings.csv").state == "refused"
        workbook = load_workbook(first.refused_files[0])
        workbook.worksheets[0]["G4"] = "3"
        workbook.save(folder / "改正.xlsx")
        hand_in(folder, store)
        assert states(hand_in(folder, store))["改正.xlsx"] == "unchanged"
        assert store.rows("weighing").select("ticket", "corrects_row").rows() == [("A2", 2)]
