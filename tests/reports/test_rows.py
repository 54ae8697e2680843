"""Rows of evidence stand on a page once, however many figures rest on them."""

from __future__ import annotations

from qingzhu.reports.addresses import command
from qingzhu.reports.html import report_html
from qingzhu.reports.rows import blocks_of
from tests.reports.made_up import evaluation

COLUMNS = [
    {"name": "time", "zh": "时间", "en": "time"},
    {"name": "note", "zh": "备注", "en": "note"},
    {"name": "plate", "zh": "车牌", "en": "plate", "personal": True},
]


def figure(id: str, count: int = 2, rows: list | None = None) -> dict:
    rows = [["2023-01-01", None, "苏D"], ["2023-01-02", None, "苏D"]] if rows is None else rows
    return {"id": id, "evidence": [{"table": "weighing", "count": count, "columns": COLUMNS, "rows": rows, "originals": ["ab"]}]}


class TestBlocks:
    def test_the_same_rows_are_one_block_that_knows_its_figures(self):
        found = blocks_of([figure("a"), figure("b")])
        (block,) = found.listed
        assert block.figures == ["a", "b"]
        assert found.of_figure["a"] == found.of_figure["b"] == [block]

    def test_other_rows_or_another_count_are_a_block_of_their_own(self):
        assert len(blocks_of([figure("a"), figure("b", count=3), figure("c", rows=[["2023-01-03", None, "x"]])]).listed) == 3

    def test_a_table_that_gave_no_row_has_none(self):
        found = blocks_of([figure("a", count=0, rows=[])])
        assert (found.listed, found.of_figure) == ([], {"a": []})

    def test_columns_empty_in_every_row_are_named_and_personal_ones_neither_shown_nor_named(self):
        (block,) = blocks_of([figure("a")]).listed
        assert [column["name"] for _, column in block.columns] == ["time"]
        assert [column["name"] for column in block.empty] == ["note"]

    def test_of_a_table_with_very_many_blocks_show_their_first_rows_and_the_true_count(self):
        figures = [figure(f"f{n}", count=50, rows=[[f"{n}-{place}", None, "x"] for place in range(20)]) for n in range(30)]
        found = blocks_of(figures).listed
        assert {(len(block.rows), block.count) for block in found} == {(3, 50)}
        assert {len(block.rows) for block in blocks_of(figures[:5]).listed} == {20}


class TestAReport:
    def test_of_many_figures_over_the_same_rows_stays_small(self):
        made = evaluation()
        first = next(one for one in made["figures"] if one["evidence"])
        made["figures"] += [{**first, "id": f"{first['id']}:{n}", "grain": {**first["grain"], "sensor": f"S{n}"}} for n in range(400)]
        assert len(report_html(made, "zh").encode()) < len(report_html(evaluation(), "zh").encode()) + 400 * 1200

    def test_shows_many_figures_of_one_measure_as_a_table_of_anchors(self):
        made = evaluation()
        first = next(one for one in made["figures"] if one["measure"] == "noise_exceedances")
        made["figures"] += [
            {**first, "id": f"noise_exceedances:P01:S{n}:noise_day:day", "grain": {**first["grain"], "sensor": f"S{n}"}} for n in range(20)
        ]
        text = report_html(made, "zh")
        assert '<tr id="noise_exceedances:P01:S19:noise_day:day">' in text
        assert "个数值，展开为表" in text

    def test_says_the_command_of_every_verdict_and_figure_with_its_date(self):
        text = report_html(evaluation(), "zh")
        assert "qingzhu explain waste_reduction:P01 --on 2023-06-30" in text
        assert "qingzhu explain waste_intensity:P01 --on 2023-06-30" in text


class TestTheCommand:
    def test_quotes_what_a_shell_would_take_apart(self):
        assert (
            command("model_completeness:P01:3#厂房 a.ifc", "2023-06-30")
            == "qingzhu explain 'model_completeness:P01:3#厂房 a.ifc' --on 2023-06-30"
        )
        assert command("model_completeness:P01:厂房.ifc", "2023-06-30") == "qingzhu explain model_completeness:P01:厂房.ifc --on 2023-06-30"
