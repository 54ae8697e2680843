"""The report and the page of a region as files: well formed, closed to the outside, complete in both languages."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from qingzhu.reports.html import index_html, report_html
from qingzhu.terms.errors import RefusedError
from tests.reports.made_up import evaluation, project_row

VOID = {"meta", "br", "col", "rect", "line", "link", "img", "input", "hr"}
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"


class Document(HTMLParser):
    """What a strict reader finds: tags that open and close in order, ids, links, outside addresses, text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.broken: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
            if name in ("src", "srcset", "action", "data", "poster") or (name == "href" and re.match(r"[a-z]+:|//", value or "")):
                self.outside.append(value)
            if name.startswith("on"):
                self.handlers.append(name)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif not (self.open and self.open[-1] == "style"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(self.text)


def report(lang: str = "zh", **changes: object) -> Document:
    return Document(report_html(evaluation(**changes), lang))


def evil_evaluation() -> dict:
    """Every text of the evaluation that people outside write is an attack."""
    made = evaluation()
    made["project"] = {**project_row(name=EVIL), "region": EVIL, "client": EVIL}
    made["buildings"] = [{**made["buildings"][0], "name": EVIL}]
    made["findings"][0].update(subject=EVIL, zh=EVIL, en=EVIL)
    made["unmapped"][0].update(model=EVIL, ifc_class=EVIL)
    given = made["submissions"][2]
    given["slot"]["name"] = given["given_by"] = given["originals"][0]["name"] = EVIL
    given["remarks"][0].update(found=EVIL, column=EVIL)
    made["figures"][0]["evidence"][0]["rows"][0][2] = EVIL
    made["verdicts"][0]["words"] = {"zh": EVIL, "en": EVIL}
    made["figures"][-1]["grain"]["model"] = EVIL
    made["measures"]["waste_intensity"]["sql"] = EVIL
    return made


class TestTheFile:
    @LANGUAGES
    def test_is_well_formed(self, lang):
        found = report(lang)
        assert (found.broken, found.open) == ([], [])

    @LANGUAGES
    def test_refers_to_nothing_outside(self, lang):
        text = report_html(evaluation(), lang)
        assert Document(text).outside == []
        assert not re.search(r"https?://|@import|url\((?!#hatch)", text)

    def test_lets_only_its_own_script_run_and_nothing_load(self):
        text = report_html(evaluation(), "zh")
        (script,) = Document(text).scripts
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy = Document(text)
        assert policy.handlers == []
        assert "default-src" in text
        assert f"sha256-{digest}" in text.replace("&#43;", "+")

    def test_the_same_evaluation_gives_the_same_bytes(self):
        assert report_html(evaluation(), "zh") == report_html(evaluation(), "zh")

    def test_another_language_is_a_wrong_call(self):
        with pytest.raises(RefusedError):
            report_html(evaluation(), "de")


class TestAnchors:
    @LANGUAGES
    def test_no_id_stands_twice(self, lang):
        ids = report(lang).ids
        assert len(ids) == len(set(ids))

    @LANGUAGES
    def test_every_link_inside_the_page_leads_somewhere(self, lang):
        found = report(lang)
        inside = [link[1:] for link in found.links if link.startswith("#")]
        assert len(inside) > 100
        assert [link for link in inside if link not in found.ids and unquote(link) not in found.ids] == []

    def test_every_figure_and_every_verdict_is_an_anchor_under_its_id(self):
        made, ids = evaluation(), set(report().ids)
        wanted = [thing["id"] for thing in (*made["figures"], *made["verdicts"])]
        assert [id for id in wanted if re.sub(r"\s", "%20", id) not in ids] == []
        assert "waste_intensity:P01" in ids
        assert "gbt51129_2017:P01:B1" in ids

    def test_a_figure_a_finding_names_but_the_page_lacks_is_no_dead_link(self):
        made = evaluation()
        made["findings"][0]["figure"] = "flat_readings:P01:gone:noise"
        assert "gone" not in " ".join(Document(report_html(made, "zh")).links)


class TestNamesFromOutside:
    @LANGUAGES
    def test_are_text_and_never_markup(self, lang):
        found = Document(report_html(evil_evaluation(), lang))
        assert (found.broken, found.open, found.outside, found.handlers) == ([], [], [], [])
        assert len(found.scripts) == 1
        assert EVIL in found.words

    def test_on_the_page_of_a_region_too(self):
        found = Document(index_html([evil_evaluation()], "zh", [evil_evaluation()]))
        assert (found.broken, found.outside, found.handlers, len(found.scripts)) == ([], [], [], 1)

    def test_plates_and_names_of_drivers_are_not_shown(self):
        assert "苏D12345" not in report_html(evaluation(), "zh")


class TestWhatAReaderFinds:
    def test_a_chinese_page_shows_no_power_of_ten_and_no_english_unit(self):
        text = report_html(evaluation(), "zh")
        assert "10⁴" not in text
        assert "187.3 吨/万m²" in text

    def test_an_english_page_has_english_labels_only(self):
        text = report("en").words
        labels = ("评价结论", "待办事项", "无法判定", "读入报告", "限值", "依据", "核算值", "达标", "逐条说明")
        assert [label for label in labels if label in text] == []

    def test_outcomes_are_told_in_words_and_signs_beside_colours(self):
        words = report().words
        assert all(outcome in words for outcome in ("疑似超标", "无法判定", "目前未超限", "达标", "不适用", "✕", "✓"))

    def test_instruments_warn_and_never_state_a_statutory_exceedance(self):
        assert "在线监测预警，非法定检测" in report().words

    def test_every_figure_opens_to_source_hash_rows_and_originals(self):
        made = evaluation()
        words = report().words
        paper = made["measures"]["waste_intensity"]
        assert paper["sql_sha256"] in words
        assert paper["sql"] in words
        assert "显示前 20 行，共 214 行" in words
        assert made["figures"][0]["evidence"][0]["originals"][0] in words

    def test_a_figure_opens_to_the_derived_tables_it_is_computed_from(self):
        made = evaluation()
        page = report()
        (paper,) = made["derived"].values()
        assert paper["sql"] in page.words
        assert paper["sql_sha256"] in page.words
        assert "#sql:waste_load" in page.links

    def test_a_figure_without_evidence_says_so(self):
        assert "没有数据行：该数值没有证据。" in report().words

    def test_gaps_doubts_and_unmapped_elements_are_lists_of_their_own(self):
        words = report("en").words
        assert "no readings of the city background" in words
        assert "the sensor may be stuck" in words
        assert "IfcBuildingElementProxy" in words

    def test_times_are_local(self):
        assert "2022-04-04 09:23:00 +08" in report().words

    def test_the_confidence_of_the_clauses_is_counted(self):
        assert "16 two transcriptions" in report("en").words

    def test_a_limit_nearly_met_is_not_rounded_onto_it(self):
        made = evaluation()
        made["verdicts"][0]["value"] = 200.004
        assert "200.004" in report_html(made, "zh")


class TestLittleIsKnown:
    @LANGUAGES
    def test_a_project_without_any_evidence_still_has_a_page(self, lang):
        nothing = {key: [] for key in ("buildings", "verdicts", "figures", "submissions", "findings", "unmapped")}
        found = report(lang, **nothing, **{key: {} for key in ("measures", "series", "terms", "documents", "gaps")})
        assert (found.broken, found.open) == ([], [])

    def test_a_survey_of_two_facts_is_enough_for_the_heading(self):
        found = report(project={"project": "P09", "name": "某项目"})
        assert "某项目" in found.words


def region(**changes: object) -> list[dict]:
    quiet = evaluation(project=project_row("P02", "第二实验中学"), findings=[])
    doubtful = evaluation(project=project_row("P03", "科研楼"))
    for found in (quiet, doubtful):
        code = found["project"]["project"]
        for verdict in found["verdicts"]:
            verdict.update(project=code, id=verdict["id"].replace("P01", code))
        found.update(changes)
    return [quiet, doubtful]


class TestThePageOfARegion:
    @LANGUAGES
    def test_is_well_formed_and_closed(self, lang):
        found = Document(index_html(region(), lang))
        assert (found.broken, found.open, found.outside) == ([], [], [])

    def test_starts_with_what_is_most_in_doubt(self):
        text = index_html(region(), "zh")
        assert text.index("科研楼") < text.index("第二实验中学")

    def test_leads_to_each_report(self):
        assert {"P02/report.html", "P03/report.html"} <= set(Document(index_html(region(), "zh")).links)

    def test_or_where_it_is_told_the_reports_lie(self):
        assert "../two/report.html" in Document(index_html(region(), "zh", links={"P02": "../two/report.html"})).links

    def test_sets_two_dates_of_judgement_side_by_side(self):
        late = copy.deepcopy(region(on="2026-11-22"))
        late[0]["verdicts"][0].update(outcome="not_met", final=True, value=211.4)
        words = Document(index_html(region(), "zh", late)).words
        assert "两个评价日期的对比" in words
        assert "211.4 吨/万m²" in words
        assert re.search(r"结论不同：\s*1\b", words)

    def test_leads_from_either_date_to_its_verdict(self):
        links = Document(index_html(region(), "zh", region(on="2026-11-22"))).links
        assert "P02/report.html#noise:P02" in links

    def test_tells_first_what_is_not_met_and_what_to_check(self):
        text = index_html(region(), "zh")
        assert text.index("先看这些") < text.index("项目一览表")
        assert text.index("先核实再采信") < text.index("项目一览表")

    def test_writes_no_limit_with_more_digits_than_a_person_would(self):
        made = region()
        for found in made:
            found["verdicts"][0]["limit"] = 240.68348250610254
        assert "240.68348250610254" not in index_html(made, "zh", region(on="2026-11-22"))

    def test_has_no_contrast_without_a_second_set(self):
        assert "两个评价日期的对比" not in index_html(region(), "zh")

    def test_of_no_project_is_still_a_page(self):
        found = Document(index_html([], "en"))
        assert (found.broken, found.open) == ([], [])
