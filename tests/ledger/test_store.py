"""Handing in, superseding, withdrawing, refusing: what counts, and under which id."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import polars as pl
import pytest

from qingzhu.ledger.contracts import Column, Contract, load
from qingzhu.ledger.store import Pin, Slot, Store
from qingzhu.terms.errors import BrokenChainError, BusyError, MalformedError, MissingError, RefusedError
from qingzhu.terms.readings import Reading
from tests.ledger.store_makers import NOW, hand_in, masses, never, read_told, slot, stages, told_file, weighings


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "store")


def grown_contracts() -> dict[str, Contract]:
    """The contracts of the house, weighings with a column more."""
    held = load()["weighing"]
    column = Column("moisture", "float64", "%")
    return {**load(), "weighing": Contract(held.table, held.title, held.kind, held.event, (*held.columns, column))}


def with_moisture(path):
    """A later reader of the same files, which knows the new column."""
    return Reading({"weighing": weighings("P01", 3, json.loads(path.read_text())["seed"]).with_columns(moisture=pl.lit(12.5))})


class TestHandingIn:
    def test_makes_the_rows_count(self, store, tmp_path):
        submission = hand_in(store, told_file(tmp_path, 1))
        assert (submission.state, submission.status, submission.tables) == ("read", "current", {"weighing": 3})
        assert masses(store) == [1.5, 1.5, 1.5]
        assert store.rows("weighing")["submission"].unique().to_list() == [submission.id]

    def test_keeps_the_original_byte_for_byte_under_its_hash(self, store, tmp_path):
        path = told_file(tmp_path, 1)
        submission = hand_in(store, path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        sm3 = hashlib.new("sm3", path.read_bytes()).hexdigest()
        assert submission.originals == [{"name": "tickets.json", "size": path.stat().st_size, "sha256": sha256, "sm3": sm3}]
        assert store.original(sha256).read_bytes() == path.read_bytes()

    def test_reads_the_kept_bytes_under_the_files_own_name(self, store, tmp_path):
        seen = []
        path = told_file(tmp_path, 1)

        def read(given):
            seen.append((given != path, given.name, given.read_bytes() == path.read_bytes()))
            return read_told("P01")(given)

        store.hand_in(slot(), path, read, given_by="x", given_at=NOW)
        assert seen == [(True, "tickets.json", True)]

    def test_keeps_the_reading_report(self, store, tmp_path):
        rows = pl.DataFrame({"row": [7], "净重": ["-3"]})
        reading = Reading({"weighing": weighings("P01", 1, 1)}, facts={"encoding": "GB18030", "on": NOW}, refused_rows=rows)
        submission = store.hand_in(slot(), told_file(tmp_path, 1), lambda path: reading, given_by="x", given_at=NOW)
        assert submission.reading_report["facts"] == {"encoding": "GB18030", "on": "2023-07-01T00:00:00+00:00"}
        assert Store.open(store.path).submissions()[0].refused_rows.equals(rows)

    def test_fills_several_tables_at_once(self, store, tmp_path):
        submission = hand_in(store, told_file(tmp_path, 1, tables={"weighing": 4, "stage": 2}))
        assert submission.tables == {"weighing": 4, "stage": 2}
        assert (store.rows("stage").height, store.pin().versions) == (2, {"stage": 1, "weighing": 1})

    def test_gives_an_id_over_salt_slot_originals_and_what_it_supersedes_and_nothing_else(self, store, tmp_path):
        path = told_file(tmp_path, 1)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        id, salt = hand_in(store, path).id, store.refresh().records[0]["salt"]
        text = f'["qingzhu/submission/2","{salt}","P01","weighing","tickets.json",["{sha256}"],null]'
        assert id == hashlib.sha256(text.encode()).hexdigest()

    def test_of_a_file_without_rows_is_a_submission_too(self, store, tmp_path):
        assert (hand_in(store, told_file(tmp_path, 1, tables={})).status, store.rows("weighing").height) == ("current", 0)

    def test_is_seen_by_a_store_that_was_opened_before(self, store, tmp_path):
        other = Store.open(store.path)
        hand_in(store, told_file(tmp_path, 1))
        assert (len(other.current()), masses(other)) == (1, [1.5, 1.5, 1.5])

    def test_asks_for_a_file_that_exists(self, store, tmp_path):
        with pytest.raises(MissingError) as caught:
            hand_in(store, tmp_path / "none.json")
        assert caught.value.code == "file_missing"

    def test_asks_for_a_time_with_a_zone(self, store, tmp_path):
        with pytest.raises(MalformedError) as caught:
            store.hand_in(slot(), told_file(tmp_path, 1), never, given_by="x", given_at=datetime.fromisoformat("2023-07-01"))
        assert caught.value.code == "given_at_naive"

    @pytest.mark.parametrize("name", ["", "bad\udcff.csv", "two\nlines"])
    def test_asks_for_a_name_that_can_be_written_down(self, store, tmp_path, name):
        with pytest.raises(MalformedError) as caught:
            hand_in(store, told_file(tmp_path, 1), slot(name))
        assert caught.value.code == "slot_name"


class TestTheSameBytes:
    def test_again_do_nothing_and_are_not_even_read(self, store, tmp_path):
        path = told_file(tmp_path, 1)
        first = hand_in(store, path)
        again = store.hand_in(slot(), path, never, given_by="y", given_at=NOW)
        assert (again.state, again.id, store.pin().position) == ("unchanged", first.id, 1)

    def test_in_another_slot_are_another_submission(self, store, tmp_path):
        path = told_file(tmp_path, 1)
        assert hand_in(store, path).id != hand_in(store, path, slot("copy.json")).id
        assert len(masses(store)) == 6

    def test_are_read_again_when_what_their_refusals_leant_on_is_withdrawn(self, store, tmp_path):
        first = hand_in(store, told_file(tmp_path, 1, "first.json"))
        path = told_file(tmp_path, 2, "second.json", leans_on=[first.id])
        second = hand_in(store, path)
        assert hand_in(store, path).state == "unchanged"
        store.withdraw(first.id, "twice", given_by="x", given_at=NOW)
        again = hand_in(store, path)
        assert (again.state, again.supersedes, again.id != second.id) == ("read", second.id, True)

    def test_are_read_again_when_what_they_correct_is_superseded(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 1))
        correction = told_file(tmp_path, 2, "mended.json", corrects=store.current()[0].id)
        assert hand_in(store, correction).corrects == hand_in(store, correction).leans_on[0]
        hand_in(store, told_file(tmp_path, 3))
        assert hand_in(store, correction).state == "read"


class TestOtherBytes:
    def test_supersede_what_is_current_in_the_slot_alone(self, store, tmp_path):
        other = hand_in(store, told_file(tmp_path, 9, "other.json"))
        first = hand_in(store, told_file(tmp_path, 1))
        second = hand_in(store, told_file(tmp_path, 2))
        assert second.supersedes == first.id
        assert {one.id: one.status for one in store.submissions()} == {other.id: "current", first.id: "superseded", second.id: "current"}
        assert masses(store) == [2.5] * 3 + [9.5] * 3

    def test_a_then_b_then_a_are_three_submissions_with_three_ids(self, store, tmp_path):
        ids = [hand_in(store, told_file(tmp_path, seed)).id for seed in (1, 2, 1)]
        assert len(set(ids)) == 3
        assert [one.status for one in store.submissions()] == ["superseded", "superseded", "current"]
        assert masses(store) == [1.5, 1.5, 1.5]


class TestWithdrawing:
    def test_takes_the_rows_out_and_says_who_and_why(self, store, tmp_path):
        first = hand_in(store, told_file(tmp_path, 1))
        gone = store.withdraw(first.id, "handed in by mistake", given_by="officer", given_at=NOW)
        assert (gone.id, gone.status, gone.withdrawal["reason"], gone.withdrawal["given_by"]) == (
            first.id,
            "withdrawn",
            "handed in by mistake",
            "officer",
        )
        assert (masses(store), store.current()) == ([], [])

    def test_does_not_bring_back_what_was_superseded(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 1))
        second = hand_in(store, told_file(tmp_path, 2))
        store.withdraw(second.id, "wrong", given_by="x", given_at=NOW)
        assert [one.status for one in store.submissions()] == ["superseded", "withdrawn"]

    def test_stays_out_when_the_same_bytes_are_met_again(self, store, tmp_path):
        path = told_file(tmp_path, 1)
        store.withdraw(hand_in(store, path).id, "wrong", given_by="x", given_at=NOW)
        met = hand_in(store, path)
        assert (met.state, met.status, masses(store)) == ("unchanged", "withdrawn", [])

    def test_lets_the_same_bytes_come_again_when_asked_under_an_id_of_their_own(self, store, tmp_path):
        path = told_file(tmp_path, 1)
        first = hand_in(store, path)
        store.withdraw(first.id, "wrong", given_by="x", given_at=NOW)
        again = hand_in(store, path, again=True)
        assert (again.status, again.supersedes, masses(store)) == ("current", first.id, [1.5, 1.5, 1.5])
        assert [one.status for one in store.submissions()] == ["withdrawn", "current"]

    def test_twice_for_the_same_reason_is_once(self, store, tmp_path):
        first = hand_in(store, told_file(tmp_path, 1))
        once = store.withdraw(first.id, "wrong", given_by="x", given_at=NOW)
        assert store.withdraw(first.id, "wrong", given_by="x", given_at=NOW) == once
        with pytest.raises(RefusedError):
            store.withdraw(first.id, "another reason", given_by="x", given_at=NOW)

    def test_is_refused_for_what_is_superseded_and_missing_for_what_is_unknown(self, store, tmp_path):
        first = hand_in(store, told_file(tmp_path, 1))
        hand_in(store, told_file(tmp_path, 2))
        with pytest.raises(RefusedError) as caught:
            store.withdraw(first.id, "old", given_by="x", given_at=NOW)
        assert caught.value.facts["status"] == "superseded"
        with pytest.raises(MissingError):
            store.withdraw("0" * 64, "none", given_by="x", given_at=NOW)


class TestARefusedFile:
    def test_is_recorded_and_supersedes_nothing(self, store, tmp_path):
        good = hand_in(store, told_file(tmp_path, 1))
        bad = hand_in(store, told_file(tmp_path, 2, refused=True))
        assert (bad.state, bad.status, bad.supersedes) == ("refused", "refused", None)
        assert [one.id for one in store.current()] == [good.id]
        assert bad.reading_report["remarks"][0]["en"] == "refused as told"
        assert store.original(bad.originals[0]["sha256"]).is_file()

    def test_handed_in_again_is_recorded_once(self, store, tmp_path):
        path = told_file(tmp_path, 2, refused=True)
        assert hand_in(store, path).id == hand_in(store, path).id
        assert store.pin().position == 1

    def test_is_read_again_and_counts_once_its_reader_understands_it(self, store, tmp_path):
        path = told_file(tmp_path, 2, refused=True)
        refused = hand_in(store, path)
        read = store.hand_in(slot(), path, lambda path: Reading({"weighing": weighings("P01", 1, 2)}), given_by="x", given_at=NOW)
        assert (read.status, read.id != refused.id, masses(store)) == ("current", True, [2.5])

    def test_may_be_one_whose_reader_raised(self, store, tmp_path):
        def read(path):
            raise MalformedError("no_table", "没有表", "no table")

        bad = store.hand_in(slot(), told_file(tmp_path, 1), read, given_by="x", given_at=NOW)
        assert [(one["code"], one["zh"]) for one in bad.reading_report["remarks"]] == [("no_table", "没有表")]

    def test_may_be_one_whose_rows_break_the_contract(self, store, tmp_path):
        reading = Reading({"weighing": weighings("P02", 2, 1), "stage": stages("P01", 2, 1)})
        bad = store.hand_in(slot(), told_file(tmp_path, 1), lambda path: reading, given_by="x", given_at=NOW)
        assert (bad.status, bad.reading_report["remarks"][0]["code"]) == ("refused", "contract_row_of_other_project")
        assert store.rows("stage").height == 0

    def test_is_not_made_of_a_fault_in_the_program(self, store, tmp_path):
        with pytest.raises(ZeroDivisionError):
            store.hand_in(slot(), told_file(tmp_path, 1), lambda path: 1 / 0, given_by="x", given_at=NOW)
        assert store.submissions() == []
        assert hand_in(store, told_file(tmp_path, 1)).status == "current"
        assert store.check(deep=True) == []


class TestRows:
    def test_can_be_those_of_one_project_and_some_columns(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 1))
        hand_in(store, told_file(tmp_path, 2), slot(project="P02"))
        assert store.rows("weighing", "P02", ["ticket", "net_mass"]).rows()[0] == ("T2-2", 2.5)

    def test_can_leave_a_slot_out_and_be_narrowed(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 1))
        hand_in(store, told_file(tmp_path, 2, "b.json"))
        assert masses(store, besides=slot()) == [2.5, 2.5, 2.5]
        assert masses(store, where=pl.col("ticket") == "T1-3") == [1.5]

    def test_of_a_table_without_evidence_have_its_columns(self, store):
        assert store.rows("reading").schema == load()["reading"].schema

    def test_of_a_table_nobody_knows_are_missing(self, store):
        with pytest.raises(MissingError):
            store.rows("colours")


class TestAPin:
    def test_shows_the_store_as_it_was(self, store, tmp_path):
        first = hand_in(store, told_file(tmp_path, 1))
        pin = store.pin()
        second = hand_in(store, told_file(tmp_path, 2))
        store.withdraw(second.id, "wrong", given_by="x", given_at=NOW)
        assert store.inputs("weighing", pin).submissions == [first.id]
        assert masses(store, pin=pin) == [1.5, 1.5, 1.5]
        assert [one.status for one in store.submissions(at=pin.position)] == ["current"]
        assert [one.status for one in store.submissions(at=2)] == ["superseded", "current"]

    def test_still_does_after_files_were_joined(self, store, tmp_path):
        for seed in range(4):
            hand_in(store, told_file(tmp_path, seed, f"{seed}.json"))
        pin, before = store.pin(), store.inputs("weighing", store.pin())
        assert store.compact("weighing", given_by="x", given_at=NOW) == 5
        after = store.inputs("weighing", store.pin())
        assert (len(before.files), len(after.files), before.submissions) == (4, 1, after.submissions)
        assert store.inputs("weighing", pin) == before
        assert store.rows("weighing", pin=pin).sort("ticket").equals(store.rows("weighing").sort("ticket"))

    def test_names_the_columns_their_types_and_the_event(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 1))
        given = store.inputs("weighing", store.pin())
        assert [(one.name, one.type) for one in given.columns[:3]] == [("submission", "string"), ("row", "int64"), ("project", "string")]
        assert (given.event, given.version) == ("time", 1)

    def test_passes_over_files_in_which_nothing_is_current(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 1))
        hand_in(store, told_file(tmp_path, 2))
        assert len(store.inputs("weighing", store.pin()).files) == 1

    def test_of_another_store_is_refused(self, store, tmp_path):
        other = Store.open(tmp_path / "other")
        hand_in(store, told_file(tmp_path, 1))
        hand_in(other, told_file(tmp_path, 2))
        for pin in (other.pin(), Pin(7), Pin(1, {"weighing": 3})):
            with pytest.raises(BrokenChainError) as caught:
                store.inputs("weighing", pin)
            assert caught.value.code == "pin_differs"


class TestJoinedFiles:
    def test_keep_every_row_and_its_hash(self, store, tmp_path):
        for seed in range(5):
            hand_in(store, told_file(tmp_path, seed, f"{seed % 3}.json"))
        before = store.rows("weighing").sort("ticket")
        store.compact("weighing", given_by="x", given_at=NOW)
        assert store.rows("weighing").sort("ticket").equals(before)
        assert store.check(deep=True) == []

    def test_take_new_rows_and_can_be_joined_again(self, store, tmp_path):
        for seed in range(6):
            hand_in(store, told_file(tmp_path, seed, f"{seed}.json"))
            if seed % 2:
                store.compact("weighing", given_by="x", given_at=NOW)
        assert masses(store) == sorted(seed + 0.5 for seed in range(6) for _ in range(3))
        assert store.check(deep=True) == []

    def test_come_by_themselves_when_there_are_many_small_ones(self, store, tmp_path, monkeypatch):
        monkeypatch.setattr("qingzhu.ledger.acts.FILES_BEFORE_COMPACTION", 3)
        for seed in range(3):
            last = hand_in(store, told_file(tmp_path, seed, f"{seed}.json"))
        assert (last.status, len(store.inputs("weighing", store.pin()).files), store.pin().position) == ("current", 1, 4)

    def test_are_none_where_there_is_one_file_or_no_table(self, store, tmp_path):
        hand_in(store, told_file(tmp_path, 1))
        assert [store.compact(table, given_by="x", given_at=NOW) for table in ("weighing", "stage")] == [None, None]
        assert store.pin().position == 1


class TestATableThatGrewAColumn:
    @pytest.fixture
    def grown(self, store, tmp_path):
        """Old rows, then new ones with the column, then old-fashioned ones again."""
        hand_in(store, told_file(tmp_path, 1, "a.json"))
        later = Store.open(store.path, contracts=grown_contracts())
        later.hand_in(slot("b.json"), told_file(tmp_path, 2, "b.json"), with_moisture, given_by="x", given_at=NOW)
        hand_in(later, told_file(tmp_path, 3, "c.json"))
        return later

    def test_gives_null_for_rows_from_before(self, grown):
        rows = grown.rows("weighing", columns=["net_mass", "moisture"]).unique().sort("net_mass")
        assert rows.rows() == [(1.5, None), (2.5, 12.5), (3.5, None)]

    def test_reads_the_same_in_both_orders_of_files(self, grown):
        given = grown.inputs("weighing", grown.pin())
        for files in (given.files, given.files[::-1]):
            schema = {column.name: column.dtype for column in given.columns}
            frame = pl.scan_parquet(files, schema=schema, missing_columns="insert").select("net_mass", "moisture").unique().collect()
            assert frame.sort("net_mass").rows() == [(1.5, None), (2.5, 12.5), (3.5, None)]

    def test_keeps_the_hashes_of_earlier_rows_before_and_after_joining(self, grown):
        assert grown.check(deep=True) == []
        grown.compact("weighing", given_by="x", given_at=NOW)
        assert grown.check(deep=True) == []
        assert grown.rows("weighing")["moisture"].drop_nulls().to_list() == [12.5] * 3

    def test_grows_once_only(self, grown):
        assert grown.pin().versions == {"weighing": 4}


class TestATableThatIsNew:
    def test_is_empty_in_a_store_from_before_and_filled_from_then_on(self, tmp_path):
        known = load()
        older = Store.open(tmp_path / "store", contracts={name: one for name, one in known.items() if name != "stage"})
        hand_in(older, told_file(tmp_path, 1, "a.json"))
        later = Store.open(older.path, contracts=known)
        assert later.inputs("stage", later.pin()).files == []
        assert later.rows("stage").columns == list(known["stage"].schema)
        hand_in(later, told_file(tmp_path, 2, "b.json", tables={"stage": 2}))
        assert later.rows("stage").height == 2
        assert later.check(deep=True) == []


class TestOpening:
    def test_a_folder_without_a_store_is_refused_unless_one_is_to_be_made(self, tmp_path):
        with pytest.raises(MissingError):
            Store.open(tmp_path / "none", create=False)
        assert not (tmp_path / "none").exists()

    def test_a_folder_with_other_things_in_it_is_left_alone(self, tmp_path):
        (tmp_path / "letter.txt").write_text("mine")
        with pytest.raises(RefusedError) as caught:
            Store.open(tmp_path)
        assert (caught.value.code, len(list(tmp_path.iterdir()))) == ("store_folder_in_use", 1)

    def test_a_store_of_another_format_is_refused(self, store):
        (store.path / "store.toml").write_text('format = "qingzhu-store/9"\n')
        with pytest.raises(MalformedError) as caught:
            Store.open(store.path)
        assert caught.value.facts["found"] == "qingzhu-store/9"

    def test_a_store_half_made_is_finished(self, tmp_path):
        (tmp_path / "store" / "originals").mkdir(parents=True)
        assert Store.open(tmp_path / "store").submissions() == []


class TestAStoreInUse:
    def test_is_waited_for_no_longer_than_told(self, store, tmp_path):
        hasty = Store.open(store.path, wait=0.05)

        def read(path):
            with pytest.raises(BusyError) as caught:
                hand_in(hasty, told_file(tmp_path, 2, "b.json"))
            assert caught.value.facts["waited"] == 0.05
            return read_told("P01")(path)

        store.hand_in(slot("a.json"), told_file(tmp_path, 1, "a.json"), read, given_by="x", given_at=NOW)
        assert len(store.submissions()) == 1

    def test_can_be_read_while_it_is_written_to(self, store, tmp_path):
        reader = Store.open(store.path)

        def read(path):
            assert (reader.current(), reader.rows("weighing").height) == ([], 0)
            return read_told("P01")(path)

        store.hand_in(Slot("P01", "weighing", "a"), told_file(tmp_path, 1), read, given_by="x", given_at=NOW)
        assert reader.rows("weighing").height == 3
