"""The script of the page that checks proof bundles, in a real browser, against what others wrote down."""

from __future__ import annotations

import math
import random
import shutil
import struct
from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, Page, sync_playwright

from qingzhu.ledger import merkle
from qingzhu.ledger.journal import canonical
from qingzhu.reports.html import verify_html
from tests.journeys.test_report_in_a_browser import FLAGS
from tests.ledger.log_makers import leaves, plain_root
from tests.ledger.test_merkle import needs_data, reader, vectors
from tests.ledger.test_notes import C2SP_KEY, C2SP_NOTE


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: the page was not opened in a browser")
    path = tmp_path_factory.mktemp("page") / "verify.html"
    path.write_text(verify_html(), "utf-8")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = running.new_context(offline=True).new_page()
        opened.goto(path.as_uri())
        yield opened
        running.close()


class TestTheScript:
    """Its parts against what others wrote down."""

    def test_takes_each_proof_of_a_tree_at_its_place_and_nowhere_else(self, page):
        for size in range(1, 12):
            hashes = leaves(size)
            told = [plain_root(hashes).hex(), size, [[hashes[at].hex(), at, inclusion(hashes, at)] for at in range(size)]]
            assert page.evaluate(INCLUDED, told) == list(range(size)), size

    def test_takes_each_earlier_tree_and_no_other(self, page):
        for size in range(1, 12):
            hashes = leaves(size)
            roots = [plain_root(hashes[:old]).hex() for old in range(size + 1)]
            proofs = [[one.hex() for one in merkle.consistency(old, size, reader(hashes))] for old in range(size + 1)]
            assert page.evaluate(CONSISTENT, [roots, proofs]) == list(range(size + 1)), size

    @needs_data
    def test_agrees_with_the_proofs_of_another_log(self, page):
        told = vectors()
        for kind, script in (("inclusion", OTHERS_INCLUDED), ("consistency", OTHERS_CONSISTENT)):
            held = page.evaluate(script, told[kind])
            assert held == [not case["wantErr"] for case in told[kind]], kind

    def test_takes_json_in_the_one_spelling_of_the_ledger_and_no_other(self, page):
        chance = random.Random(11)
        numbers = [struct.unpack("<d", chance.randbytes(8))[0] for _ in range(2000)]
        numbers += [0.0, -0.0, 1.0, 1e15, 1e16, 1.5e16, 1e-4, 1e-5, 5e-324, 1.7e308, 0, -7, 10**25, 33.333333333333336]
        values = [one for one in numbers if math.isfinite(one)] + [{"b": ["数\n\x1f\\"], "a": None}]
        right = [canonical(one).decode() for one in values]
        wrong = [
            "1e999",
            "01",
            "1.50",
            "1E5",
            "1e5",
            "100000000000000000.0",
            "-0",
            "[1, 2]",
            '{"b":1,"a":2}',
            '{"a":1,"a":2}',
            '"\\u6570"',
            "NaN",
        ]
        told = page.evaluate("(texts) => texts.map(isCanonical)", [*right, *wrong])
        assert [text for text, held in zip([*right, *wrong], told, strict=True) if held != (text in right)] == []

    def test_verifies_the_note_of_the_specification_and_no_other(self, page):
        verify = "async ([note, line]) => (await verified(noteOf(note), [await keyOf(line)])).good.size"
        assert page.evaluate(verify, [C2SP_NOTE, C2SP_KEY]) == 1
        with pytest.raises(Error, match="does not verify"):
            page.evaluate(verify, [C2SP_NOTE.replace("\n\n", "!\n\n"), C2SP_KEY])


def inclusion(hashes: list[bytes], index: int) -> list[str]:
    return [one.hex() for one in merkle.inclusion(index, len(hashes), reader(hashes))]


INCLUDED = """async ([root, size, leaves]) => {
  const held = [];
  for (const [leaf, at, proof] of leaves) {
    const right = async (index, path, of = BigInt(size)) => included(ofHex(leaf), BigInt(index), of, path.map(ofHex), ofHex(root));
    const wrong = [proof.slice(1), [...proof, root], [...proof].reverse()].filter((path) => path.join() !== proof.join());
    let elsewhere = false;
    for (let other = 0; other < size + 2; other++) { elsewhere ||= other !== at && await right(other, proof); }
    for (const path of wrong) { elsewhere ||= await right(at, path); }
    if (await right(at, proof) && !elsewhere) { held.push(at); }
  }
  return held;
}"""
CONSISTENT = """async ([roots, proofs]) => {
  const held = [], size = roots.length - 1;
  for (let old = 0; old <= size; old++) {
    const right = (root, path) => consistent(BigInt(old), BigInt(size), ofHex(root), ofHex(roots[size]), path.map(ofHex));
    let other = false;
    for (let at = 0; at <= size; at++) { other ||= at !== old && await right(roots[at], proofs[old]); }
    for (const path of [[...proofs[old], roots[0]], proofs[old].slice(1)]) {
      other ||= path.join() !== proofs[old].join() && await right(roots[old], path);
    }
    if (await right(roots[old], proofs[old]) && !other) { held.push(old); }
  }
  return held;
}"""
OTHERS_INCLUDED = """async (cases) => {
  const held = [];
  for (const one of cases) {
    const proof = (one.proof || []).map(decoded);
    held.push(await included(decoded(one.leafHash), BigInt(one.leafIdx), BigInt(one.treeSize), proof, decoded(one.root)));
  }
  return held;
}"""
OTHERS_CONSISTENT = """async (cases) => {
  const held = [];
  for (const one of cases) {
    const proof = (one.proof || []).map(decoded);
    held.push(await consistent(BigInt(one.size1), BigInt(one.size2), decoded(one.root1), decoded(one.root2), proof));
  }
  return held;
}"""
