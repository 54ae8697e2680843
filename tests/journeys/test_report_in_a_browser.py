"""A person opens the report in a real browser, without network, and opens a figure down to its original file."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.dossiers import qingzhu, survey, tickets

ON = "2022-05-31"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: the report was not opened in a browser")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = survey(tmp_path_factory.mktemp("browser") / "T01", floor_area=2000.0)
    tickets(folder, [("2022-03-10", "A1", "混凝土块", 40.0, "填埋"), ("2022-04-10", "A2", "<b>废木材</b>", 8.0, "填埋")])
    tickets(folder, [("2022-03-11", "B1", "废木材", 8.0, "填埋")], "weighings_2.csv")
    qingzhu("evaluate", folder, "--on", ON, expect=1)
    return folder


@pytest.fixture
def page(browser: Browser, dossier: Path) -> Iterator[tuple[Page, list[str]]]:
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto((dossier / "results/report.html").as_uri())
    yield opened, complaints
    context.close()


class TestTheReportOffline:
    def test_opens_without_a_complaint_and_asks_the_network_for_nothing(self, page):
        opened, complaints = page
        assert "青竹苑" in opened.title() or "青竹苑" in opened.locator("h1").inner_text()
        assert complaints == []

    def test_opens_a_figure_by_its_address_down_to_the_original(self, page, dossier):
        opened, _ = page
        opened.goto((dossier / "results/report.html").as_uri() + "#waste_intensity:T01")
        figure = opened.locator('[id="waste_intensity:T01"]')
        assert figure.is_visible()
        digest = hashlib.sha256((dossier / "weighings_2.csv").read_bytes()).hexdigest()
        assert digest in opened.content()
        assert "SELECT" in opened.content()

    def test_runs_nothing_that_a_file_said(self, page):
        opened, _ = page
        assert opened.locator("b", has_text="废木材").count() == 0

    def test_is_narrow_enough_for_a_telephone(self, browser, dossier):
        phone = browser.new_page(viewport={"width": 390, "height": 800})
        phone.goto((dossier / "results/report.html").as_uri())
        assert phone.evaluate("document.documentElement.scrollWidth") <= 400
        phone.close()

    @pytest.mark.parametrize("width", [390, 1280])
    def test_has_no_cell_that_covers_another(self, browser, dossier, width):
        opened = browser.new_page(viewport={"width": width, "height": 800})
        opened.goto((dossier / "results/report.html").as_uri())
        assert opened.evaluate(COVERED) == []
        opened.close()


COVERED = """() => [...document.querySelectorAll("tr")].flatMap(row => {
  const cells = [...row.children].map(cell => {
    const range = document.createRange(); range.selectNodeContents(cell); return [cell.innerText, [...range.getClientRects()]];
  }).filter(([text]) => text.trim());
  const shared = (a, b, from, to) => Math.min(a[to], b[to]) - Math.max(a[from], b[from]);
  const over = (a, b) => shared(a, b, "left", "right") > 2 && shared(a, b, "top", "bottom") > 4;
  return cells.flatMap(([text, boxes], place) => cells.slice(place + 1).filter(([, others]) =>
    boxes.some(a => others.some(b => over(a, b)))).map(([other]) => text.trim() + " | " + other.trim()));
})"""
"""Texts of two cells of one row that lie over one another."""
