"""What the command line prints: 80 columns wide, Chinese characters two, in both languages."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from qingzhu.reports.columns import fold, pad, shortened, table, widths_of
from qingzhu.reports.terminal import collect_text, evaluate_text, explain_text, measure_text
from qingzhu.terms.errors import MissingError
from tests.reports.made_up import evaluation

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


def texts(lang: str) -> list[str]:
    made = evaluation()
    opened = [explain_text(made, verdict["id"], lang) for verdict in made["verdicts"]]
    return [evaluate_text(made, lang), collect_text(made["submissions"], lang), measure_text(made, lang), *opened]


class TestFolding:
    def test_a_chinese_character_takes_two_cells(self):
        assert fold("建筑垃圾减量化", 6) == ["建筑垃", "圾减量", "化"]

    def test_no_line_starts_with_a_closing_mark(self):
        assert fold("建筑垃圾，减量", 8) == ["建筑垃", "圾，减量"]

    def test_no_line_ends_with_an_opening_mark(self):
        assert fold("评价（一）", 6) == ["评价", "（一）"]

    def test_words_are_kept_whole_and_long_ones_cut(self):
        assert fold("abc defg", 5) == ["abc", "defg"]
        assert fold("abcdefgh", 5) == ["abcde", "fgh"]

    def test_nothing_is_lost(self):
        text = "已计量683.6吨，按3.65万平方米计；two months are silent（未知）。"
        for width in range(8, 60):
            lines = fold(text, width)
            assert "".join(lines).replace(" ", "") == text.replace(" ", "")
            assert all(cell_len(line) <= width for line in lines)

    def test_control_characters_of_a_name_do_not_reach_the_screen(self):
        assert fold("\x1b[31m红\x07\n名", 20) == ["[31m红 名"]

    def test_an_empty_text_is_one_empty_line(self):
        assert fold("", 10) == [""]

    def test_filling_counts_cells(self):
        assert (pad("吨", 4) + "|", pad("吨", 4, right=True)) == ("吨  |", "  吨")


class TestTables:
    def test_columns_stand_under_each_other_whatever_the_script(self):
        lines = table([("类别", "t"), ("wood", "26.4")], (6, 6), right=(1,))
        assert [cell_len(line) for line in lines] == [14, 14]

    def test_only_as_many_columns_as_the_room_holds(self):
        assert widths_of([("a" * 20, "b" * 20, "c" * 20)], most=28, room=45) == [20, 20]


class TestEveryText:
    @LANGUAGES
    def test_is_at_most_80_cells_wide(self, lang):
        wide = [line for text in texts(lang) for line in text.splitlines() if cell_len(line) > 80]
        assert wide == []

    @LANGUAGES
    def test_opened_figures_are_too_but_for_their_sql(self, lang):
        made = evaluation()
        for figure in made["figures"]:
            paper = made["measures"][figure["measure"]]
            papers = [paper, *(made["derived"][name] for name in paper["derived"])]
            sql = {f"  {line}" for one in papers for line in one["sql"].splitlines()}
            assert sql <= set(explain_text(made, figure["id"], lang).splitlines())
            lines = explain_text(made, figure["id"], lang).splitlines()
            assert [line for line in lines if cell_len(line) > 80 and line not in sql] == []

    def test_chinese_texts_show_no_power_of_ten(self):
        assert not any("10⁴" in text for text in texts("zh"))

    @LANGUAGES
    def test_has_no_blank_at_the_end_of_a_line(self, lang):
        assert not any(line != line.rstrip() for text in texts(lang) for line in text.splitlines())


class TestWhatIsPrinted:
    def test_each_verdict_with_its_reason_and_its_id(self):
        text = evaluate_text(evaluation(), "en")
        assert "✓ Within the limit so far  Waste reduction on site" in text
        assert "waste_reduction:P01" in text
        assert "As of: 30 June 2023" in text

    def test_refused_rows_with_their_line(self):
        assert "拒收 第 87 行：皮重 18.42 吨大于毛重 12.10 吨" in collect_text(evaluation()["submissions"], "zh")

    def test_how_many_remarks_are_left_out(self):
        submission = evaluation()["submissions"][2]
        submission["remarks"] = submission["remarks"][:1] * 11
        assert "另有 3 条说明" in collect_text([submission], "zh")

    def test_an_unknown_figure_is_unknown_with_its_gap(self):
        assert "未知  没有现场回用记录" in measure_text(evaluation(), "zh")

    def test_a_figure_opens_to_source_sql_rows_and_full_hashes(self):
        made = evaluation()
        text = explain_text(made, "waste_intensity:P01", "zh")
        paper = made["measures"]["waste_intensity"]
        assert paper["sql_sha256"] in text
        assert "10000 * counted.mass / nullif(area.floor_area, 0) AS value" in text
        assert "另有 204 行" in text
        assert made["figures"][0]["evidence"][0]["originals"][0] in text
        assert "苏D12345" not in text

    def test_a_verdict_opens_to_its_steps_and_their_figures(self):
        text = explain_text(evaluation(), "gbt51129_2017:P01:B1", "zh")
        assert "柱、支撑、承重墙等竖向构件 · 22.2 分 / 30 分" in text
        assert "vertical_precast_ratio:P01:B1" in text

    def test_an_id_that_is_neither_is_an_error_in_both_languages(self):
        with pytest.raises(MissingError) as caught:
            explain_text(evaluation(), "waste:P99", "zh")
        assert "waste:P99" in caught.value.zh
        assert "waste:P99" in caught.value.en

    @LANGUAGES
    def test_nothing_handed_in_is_told(self, lang):
        assert {"zh": "没有提交任何文件。", "en": "Nothing was handed in."}[lang] in collect_text([], lang)


class TestAScreenful:
    @LANGUAGES
    def test_of_lines_tells_a_project_whatever_it_lacks(self, lang):
        made = evaluation()
        long = {"zh": "未知。" * 400, "en": "unknown; " * 400}
        for verdict in made["verdicts"]:
            verdict["words"] = long
        made["findings"] = made["findings"] * 30
        text = evaluate_text(made, lang)
        assert len(text.splitlines()) <= 45
        assert max(cell_len(line) for line in text.splitlines()) <= 80
        assert "…" in text

    def test_ends_with_the_command_that_opens_the_gravest_verdict(self):
        assert evaluate_text(evaluation(), "zh").rstrip().endswith("qingzhu explain noise:P01 --on 2023-06-30")

    def test_tells_a_verdict_once_and_not_again_as_a_task(self):
        made = evaluation(findings=[])
        assert "待办事项" not in evaluate_text(made, "zh")


class TestShortening:
    def test_keeps_what_fits_and_cuts_the_rest_in_cells(self):
        assert shortened("  建筑垃圾", 10) == "  建筑垃圾"
        assert shortened("  建筑垃圾减量化", 10) == "  建筑垃 …"
        assert cell_len(shortened("建筑垃圾减量化工作", 11)) <= 11
