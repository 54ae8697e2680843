"""Both engines show the same typed views: files that lack a column, no files at all, submissions that are not current, times in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from qingzhu.measures.engines import instant, open_engine
from qingzhu.measures.inputs import Files, Tables
from qingzhu.terms.errors import MeasureError, RefusedError

COLUMNS = [("submission", "string"), ("row", "int64"), ("mass", "float64"), ("time", "timestamp"), ("added", "string")]
MOMENT = datetime(2023, 6, 30, 15, 59, 59, 999999, tzinfo=UTC)


def written(folder: Path, name: str, **columns: list) -> str:
    file = folder / f"{name}.parquet"
    pl.DataFrame(columns, schema_overrides={"time": pl.Datetime("us", "UTC")}).write_parquet(file)
    return str(file)


@pytest.fixture
def older(tmp_path) -> str:
    return written(tmp_path, "older", submission=["S1", "S2"], row=[2, 3], mass=[1.0, 2.0], time=[MOMENT, None])


@pytest.fixture
def newer(tmp_path) -> str:
    return written(tmp_path, "newer", added=["x"], submission=["S3"], row=[2], mass=[4], time=[MOMENT])


class TestATypedView:
    def test_of_no_files_is_empty_with_every_column(self, engine):
        engine.register("nothing", [], COLUMNS)
        found = engine.run("SELECT * FROM nothing")
        assert (found.columns, found.height) == ([name for name, _ in COLUMNS], 0)
        assert engine.run("SELECT sum(mass) AS mass FROM nothing").item() is None

    @pytest.mark.parametrize("order", [1, -1])
    def test_of_a_table_that_grew_a_column_fills_older_files_with_null(self, engine, older, newer, order):
        engine.register("grown", [older, newer][::order], COLUMNS)
        found = engine.run("SELECT submission, mass, added FROM grown ORDER BY submission")
        assert found.rows() == [("S1", 1.0, None), ("S2", 2.0, None), ("S3", 4.0, "x")]

    def test_gives_times_as_utc_instants(self, engine, older):
        engine.register("timed", [older], COLUMNS)
        found = engine.run("SELECT time FROM timed WHERE submission = 'S1'")
        assert found.schema["time"] == pl.Datetime("us", "UTC")
        assert found.item() == MOMENT

    def test_shows_only_what_the_filter_lets_through(self, engine, older):
        engine.register("early", [older], COLUMNS, f"time < {instant(engine.dialect, MOMENT)}")
        engine.register("late", [older], COLUMNS, f"time <= {instant(engine.dialect, MOMENT)}")
        counts = [engine.run(f"SELECT count(*) AS n FROM {view}").item() for view in ("early", "late")]
        assert counts == [0, 1]

    def test_may_bear_a_name_that_is_a_word_of_sql(self, engine, older):
        engine.register("limit", [older], COLUMNS)
        quote = '"limit"' if engine.dialect == "duckdb" else "`limit`"
        assert engine.run(f"SELECT count(*) AS n FROM {quote}").item() == 2

    def test_of_a_file_that_is_none_is_refused_by_name(self, engine, tmp_path):
        broken = tmp_path / "broken.parquet"
        broken.write_bytes(b"PAR1 and nothing else")
        with pytest.raises(MeasureError) as refusal:
            engine.register("broken", [str(broken)], COLUMNS)
        assert (refusal.value.code, refusal.value.facts["file"]) == ("input_unreadable", str(broken))

    def test_of_a_file_whose_pages_are_damaged_is_refused_in_words(self, tmp_path):
        file = tmp_path / "part.parquet"
        pl.DataFrame({"a": [f"{place:09}" for place in range(2000)]}).write_parquet(file)
        data = bytearray(file.read_bytes())
        data[4:400] = bytes(396)
        file.write_bytes(data)
        duck = open_engine("duckdb:")
        duck.register("damaged", [str(file)], [("a", "string")])
        with pytest.raises(MeasureError) as told:
            duck.run('SELECT a FROM "damaged"')
        duck.close()
        assert told.value.code == "input_unreadable"
        assert "qingzhu check" in told.value.en

    def test_written_out_can_be_read_again(self, engine, older, tmp_path):
        engine.register("whole", [older], COLUMNS)
        files = engine.write("SELECT submission, mass FROM whole", tmp_path / "out")
        assert pl.read_parquet(files).sort("submission").rows() == [("S1", 1.0), ("S2", 2.0)]

    def test_tells_how_it_would_be_run(self, engine, older):
        engine.register("whole", [older], COLUMNS)
        assert engine.explain("SELECT sum(mass) AS mass FROM whole")


class TestCurrentEvidence:
    def tables(self, file: str, submissions: list[str] | None, folder: Path, event: str | None = None) -> Tables:
        return Tables({"weighing": Files("weighing", [file], submissions, event)}, {}, folder)

    def seen(self, engine, tables: Tables, on: date = date(2023, 6, 30)) -> list[str]:
        tables.register(engine, "weighing", on)
        return engine.run("SELECT submission FROM weighing ORDER BY submission")["submission"].to_list()

    def test_rows_of_other_submissions_are_not_seen(self, engine, older, tmp_path):
        assert self.seen(engine, self.tables(older, ["S2"], tmp_path)) == ["S2"]

    def test_without_current_submissions_nothing_is_seen(self, engine, older, tmp_path):
        assert self.seen(engine, self.tables(older, [], tmp_path)) == []

    def test_many_submissions_are_joined_as_a_table(self, engine, older, tmp_path):
        many = ["S1", *(f"T{at}" for at in range(500))]
        assert self.seen(engine, self.tables(older, many, tmp_path)) == ["S1"]

    def test_rows_after_the_local_day_of_judgement_are_not_seen(self, engine, older, tmp_path):
        tables = self.tables(older, None, tmp_path, "time")
        assert self.seen(engine, tables, date(2023, 6, 30)) == ["S1"]
        assert self.seen(engine, tables, date(2023, 6, 29)) == []

    def test_a_table_nobody_gave_is_empty(self, engine, tmp_path):
        assert self.seen(engine, Tables({}, {}, tmp_path)) == []


class TestOpening:
    def test_an_unknown_address_is_refused_with_what_would_do(self):
        with pytest.raises(RefusedError) as refusal:
            open_engine("postgres://here")
        assert (refusal.value.code, refusal.value.facts["found"]) == ("engine_unknown", "postgres://here")
