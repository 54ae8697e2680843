"""The loader refuses what a measure may not say, and names file, place, and what was wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingzhu.measures.load import load
from qingzhu.terms.errors import MeasureError

PAPER = """
title  = { zh = "例", en = "Example" }
unit   = "t"
grain  = ["project"]
inputs = { weighing = ["project", "net_mass", "time"] }
source = { document = "house_rules", checked = "convention" }
"""
QUERY = "SELECT project, sum(net_mass) AS value, 'no_reading' AS gap FROM weighing GROUP BY project"


def loaded(folder: Path, query: str = QUERY, paper: str = PAPER):
    (folder / "waste").mkdir(exist_ok=True)
    (folder / "waste" / "example.sql").write_text(f"/*{paper}*/\n{query}", "utf-8")
    return load([folder])["example"]


def refused(folder: Path, query: str = QUERY, paper: str = PAPER) -> MeasureError:
    with pytest.raises(MeasureError) as refusal:
        loaded(folder, query, paper)
    error = refusal.value
    assert error.facts["file"] == "example.sql"
    assert error.zh
    assert error.en
    return error


class TestASoundFile:
    def test_gives_its_paper_and_the_hash_of_the_file(self, tmp_path):
        measure = loaded(tmp_path)
        assert (measure.name, measure.term, measure.unit, measure.grain) == ("example", "waste", "t", ["project"])
        assert len(measure.sha256) == 64

    def test_a_region_adds_an_indicator_by_adding_a_file(self, tmp_path):
        loaded(tmp_path)
        from qingzhu.measures.load import FOLDER

        found = load([FOLDER, tmp_path], names=["example", "waste_months_reported"])
        assert set(found) == {"example", "waste_months_reported"}

    def test_every_measure_of_the_house_is_sound(self):
        assert "waste_intensity" in load()


class TestAPaper:
    @pytest.mark.parametrize("key", ["title", "unit", "grain", "inputs", "source"])
    def test_needs_each_of_its_parts(self, tmp_path, key):
        paper = "\n".join(line for line in PAPER.splitlines() if not line.startswith(key))
        assert refused(tmp_path, paper=paper).facts["key"] == key

    def test_needs_its_title_in_both_languages(self, tmp_path):
        assert refused(tmp_path, paper=PAPER.replace('zh = "例", ', "")).facts["key"] == "title"

    def test_names_a_unit_in_its_one_spelling(self, tmp_path):
        assert refused(tmp_path, paper=PAPER.replace('"t"', '"tons"')).facts["key"] == "unit"

    def test_says_how_its_source_was_checked(self, tmp_path):
        assert refused(tmp_path, paper=PAPER.replace('"convention"', '"surely"')).facts["key"] == "source"

    def test_has_no_key_nobody_knows(self, tmp_path):
        assert refused(tmp_path, paper=PAPER + 'colour = "green"').facts["key"] == "colour"

    def test_stands_on_top(self, tmp_path):
        (tmp_path / "waste").mkdir()
        (tmp_path / "waste" / "example.sql").write_text(QUERY, "utf-8")
        with pytest.raises(MeasureError) as refusal:
            load([tmp_path])
        assert refusal.value.code == "measure_without_paper"

    def test_reads_no_table_that_does_not_exist(self, tmp_path):
        assert refused(tmp_path, paper=PAPER.replace("weighing", "weighings")).code == "measure_table_unknown"

    def test_reads_no_column_that_does_not_exist(self, tmp_path):
        assert refused(tmp_path, paper=PAPER.replace("net_mass", "mass")).code == "measure_column_unknown"


AROUND = "SELECT project, {} AS value, 'no_reading' AS gap FROM weighing GROUP BY project"


class TestAQuery:
    @pytest.mark.parametrize(
        ("query", "code"),
        [
            (QUERY.replace("FROM weighing", "FROM building"), "measure_table_undeclared"),
            (QUERY.replace("FROM weighing", "FROM read_parquet('other.parquet')"), "measure_table_undeclared"),
            (QUERY.replace("FROM weighing", "FROM main.weighing"), "measure_table_undeclared"),
            (QUERY.replace("net_mass", "gross_mass"), "measure_column_undeclared"),
            (QUERY.replace("net_mass", "no_such_column"), "measure_column_undeclared"),
            ("DELETE FROM weighing", "measure_writes"),
            ("INSERT INTO weighing SELECT project, net_mass, time FROM weighing", "measure_writes"),
            ("CREATE TABLE mine AS " + QUERY, "measure_writes"),
            ("COPY weighing TO 'out.csv'", "measure_writes"),
            (QUERY + "; " + QUERY, "measure_statements"),
            (QUERY + "; DROP TABLE weighing", "measure_statements"),
            (AROUND.format("stddev(net_mass)"), "measure_function_unknown"),
            (AROUND.format("my_own(net_mass)"), "measure_function_unknown"),
            (AROUND.format("sum(net_mass * random())"), "measure_not_determined"),
            (AROUND.format("any_value(net_mass)"), "measure_not_determined"),
            (AROUND.format("max(CASE WHEN time < now() THEN 1 END)"), "measure_not_determined"),
            (QUERY + " LIMIT 5", "measure_not_determined"),
            (AROUND.format("round(sum(net_mass), 1)"), "measure_rounds"),
            (AROUND.format("floor(sum(net_mass))"), "measure_rounds"),
            (AROUND.format("sum(net_mass) // 2"), "measure_rounds"),
            (AROUND.format("CAST(sum(net_mass) AS INTEGER)"), "measure_casts"),
            (AROUND.format("sum(net_mass)::BIGINT"), "measure_casts"),
            (AROUND.format("CAST(sum(net_mass) AS DECIMAL(10, 2))"), "measure_casts"),
            (AROUND.format("sum(net_mass) / count(*)"), "measure_divides"),
            (AROUND.format("sum(net_mass) / 3"), "measure_divides"),
            ("SELECT * FROM weighing", "measure_star"),
            (QUERY.replace("AS value", "AS amount"), "measure_results"),
            (QUERY.replace(", 'no_reading' AS gap", ""), "measure_results"),
            (QUERY.replace("SELECT project,", "SELECT"), "measure_results"),
            (QUERY.replace("'no_reading'", "'no_such_gap'"), "measure_gap_unknown"),
            (QUERY.replace("'no_reading'", "CASE WHEN count(*) = 0 THEN 'no_such_gap' END"), "measure_gap_unknown"),
            ("WITH weighing AS (SELECT project, net_mass FROM weighing) " + QUERY, "measure_name_taken"),
            ("SELECT FROM WHERE", "measure_sql_malformed"),
        ],
    )
    def test_is_refused_where_it_leaves_the_vocabulary(self, tmp_path, query, code):
        assert refused(tmp_path, query).code == code

    def test_may_divide_by_nullif_of_zero(self, tmp_path):
        assert loaded(tmp_path, AROUND.format("sum(net_mass) / nullif(count(*), 0)"))

    def test_may_narrow_the_rows_behind_a_figure_by_columns_that_exist(self, tmp_path):
        assert refused(tmp_path, paper=PAPER + 'rows = { weighing = "no_such_column > 1" }').code == "measure_rows"


class TestDerivedTables:
    ONE = PAPER.replace('unit   = "t"', 'derived = true\ncolumns = { project = "string", mass = "float64" }')

    def test_are_read_like_any_table(self, tmp_path):
        (tmp_path / "waste").mkdir()
        (tmp_path / "waste" / "load_sum.sql").write_text(
            f"/*{self.ONE}*/ SELECT project, sum(net_mass) AS mass FROM weighing GROUP BY project", "utf-8"
        )
        paper = PAPER.replace('{ weighing = ["project", "net_mass", "time"] }', '{ load_sum = ["project", "mass"] }')
        assert loaded(tmp_path, "SELECT project, mass AS value, 'no_reading' AS gap FROM load_sum", paper)

    def test_that_read_each_other_in_a_circle_are_refused(self, tmp_path):
        (tmp_path / "waste").mkdir()
        for name, other in (("one", "two"), ("two", "one")):
            paper = self.ONE.replace('{ weighing = ["project", "net_mass", "time"] }', f'{{ {other} = ["project", "mass"] }}')
            (tmp_path / "waste" / f"{name}.sql").write_text(f"/*{paper}*/ SELECT project, mass FROM {other}", "utf-8")
        with pytest.raises(MeasureError) as refusal:
            load([tmp_path])
        assert refusal.value.code == "measure_circle"

    def test_a_name_that_stands_twice_is_refused(self, tmp_path):
        loaded(tmp_path)
        (tmp_path / "noise").mkdir()
        (tmp_path / "noise" / "example.sql").write_text(f"/*{PAPER}*/ {QUERY}", "utf-8")
        with pytest.raises(MeasureError) as refusal:
            load([tmp_path, tmp_path / "."])
        assert refusal.value.code == "measure_twice"
