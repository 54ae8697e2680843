"""A person checks a proof bundle in a real browser, without network: what holds, what was altered and where, what is not checked."""

from __future__ import annotations

import hashlib
import io
import random
import re
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from qingzhu.cli.proof import outcome, policy_of
from qingzhu.ledger import policies
from qingzhu.ledger.keys import Kind, Verifier, made
from qingzhu.schemes.bundle_files import unzipped
from qingzhu.terms.errors import MalformedError
from tests.journeys.dossiers import qingzhu
from tests.journeys.test_report_in_a_browser import FLAGS
from tests.ledger.log_makers import key
from tests.schemes.forged import FOREIGN, FORGERIES, UNREAD_BY_BROWSERS, forged
from tests.schemes.test_bundles import Proven, altered, checked, states

WITNESSES = [key(f"w{n}.example/x", "cosignature") for n in range(3)]
NOT_HERE = {"rows", "rules", "recomputed"}
"""What no browser checks: it reads no Parquet and computes nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: the page was not opened in a browser")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Proven:
    """A store whose log two of three witnesses cosigned; a third cosigned by ML-DSA-44 only."""
    made = Proven(tmp_path_factory.mktemp("browser"))
    made.bundle()
    log = made.store.log()
    log.refresh()
    signers = [WITNESSES[0], WITNESSES[2], key("w1.example/x", "ml-dsa-44")]
    log.cosign(log.note, [one.sign(log.note.text, 1_700_000_000) for one in signers])
    return made


@pytest.fixture(scope="module")
def sound(proven: Proven) -> bytes:
    return proven.bundle(originals=True)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "verify.html"
    qingzhu("verify", "--page", path)
    return path.as_uri()


@dataclass
class Told:
    """What the page says: the outcome and its words, by finding its state and words."""

    state: str
    words: str
    states: dict[str, str]
    found: dict[str, str]
    figure: str


class Opened:
    """The page in a browser without network, and what it asked for or complained of."""

    def __init__(self, page: Page, address: str, proven: Proven) -> None:
        self.page, self.proven = page, proven
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)

    def check(self, data: bytes, *, log: str | None = None, witness: str | None = None, quorum: str = "2", policy: str = "") -> Told:
        page = self.page
        page.locator("#file").set_input_files({"name": "bundle.zip", "mimeType": "application/zip", "buffer": data})
        page.locator("#log").fill(lines(self.proven.keys) if log is None else log)
        page.locator("#witness").fill(lines([one.verifier for one in WITNESSES]) if witness is None else witness)
        page.locator("#quorum").fill(quorum)
        page.locator("details").evaluate("one => { one.open = true; }")
        page.locator("#policy").fill(policy)
        page.locator("#check").click()
        page.locator("#outcome:not([data-state=busy])").wait_for()
        rows = {row.get_attribute("data-finding"): row for row in page.locator("[data-finding]").all()}
        shown = page.locator("#findings").is_visible()
        return Told(
            page.locator("#outcome").get_attribute("data-state") or "",
            page.locator("#outcome").inner_text(),
            {name: row.get_attribute("data-state") or "" for name, row in rows.items()} if shown else {},
            {name: row.locator(".words").inner_text() for name, row in rows.items()} if shown else {},
            page.locator("#figure").inner_text() if page.locator("#figure").is_visible() else "",
        )


def lines(keys: list[Verifier]) -> str:
    return "".join(f"{one.line()}\n" for one in keys)


def of_kind(proven: Proven, *kinds: Kind) -> str:
    return lines([one for one in proven.keys if one.kind in kinds])


@pytest.fixture
def opened(browser: Browser, address: str, proven: Proven) -> Iterator[Opened]:
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    one = Opened(context.new_page(), address, proven)
    one.page.locator("#language").click()
    yield one
    assert one.complaints == []
    assert one.asked == [address]  # the page itself, and nothing else
    context.close()


class TestASoundBundle:
    def test_holds_in_all_that_a_browser_can_check(self, opened, sound):
        told = opened.check(sound)
        assert (told.state, "What this page checks holds" in told.words) == ("holds", True)
        assert "Whether the rows were changed, and whether the figure follows from them, was not looked at here" in told.words
        assert {name for name, state in told.states.items() if state == "not_checked"} == NOT_HERE
        assert "fails" not in told.states.values()
        assert "187.5 t/10⁴ m²" in told.figure

    def test_says_who_cosigned_and_when(self, opened, sound):
        words = opened.check(sound).found["witnesses"]
        assert "of 3 witnesses given the cosignatures of 2 verify (w0.example/x, w2.example/x), the quorum is 2" in words
        assert "2023-11-14 22:13 UTC" in words  # 1,700,000,000 s since 1970

    def test_names_the_signatures_that_it_did_not_check(self, opened, sound):
        opened.check(sound)
        assert "ML-DSA-44 × 1, SM2 × 1" in opened.page.locator("#unread").inner_text()

    def test_without_originals_says_that_they_are_missing(self, opened, proven):
        told = opened.check(proven.bundle())
        assert (told.states["originals"], told.state) == ("not_checked", "holds")

    def test_of_a_figure_derived_by_code_holds(self, opened, proven):
        told = opened.check(proven.bundle("unmapped_count:P01:B1"), witness="", quorum="")
        assert (told.state, "of measures and the vocabulary are those of the run" in told.found["rules"]) == ("holds", True)

    def test_holds_without_witnesses_and_says_that_none_were_given(self, opened, sound):
        told = opened.check(sound, witness="", quorum="")
        assert (told.state, told.states["witnesses"]) == ("holds", "not_checked")
        assert "only the log itself has signed" in told.found["witnesses"]

    def test_stored_instead_of_deflated_holds_too(self, opened, sound):
        written = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(sound)) as held, zipfile.ZipFile(written, "w") as target:
            for name in held.namelist():
                target.writestr(name, held.read(name))
        assert opened.check(written.getvalue()).state == "holds"


class TestAPolicy:
    def policy(self, proven: Proven, quorum: str) -> str:
        named = "".join(f"witness w{n} {one.verifier.line()}\n" for n, one in enumerate(WITNESSES))
        return f"log {of_kind(proven, 'ed25519')}{named}group g {quorum} w0 w1 w2\nquorum g\n"

    def test_with_groups_is_read_and_replaces_the_keys(self, opened, proven, sound):
        assert opened.check(sound, log="", witness="", policy=self.policy(proven, "2")).state == "holds"

    def test_whose_quorum_is_not_met_does_not_hold(self, opened, proven, sound):
        told = opened.check(sound, policy=self.policy(proven, "all"))
        assert (told.state, told.states["witnesses"]) == ("fails", "fails")

    def test_that_makes_no_sense_is_told_with_its_line(self, opened, proven, sound):
        told = opened.check(sound, policy=self.policy(proven, "4"))
        assert (told.state, "line 5 of the policy has a threshold that makes no sense" in told.words) == ("not_checked", True)

    @pytest.mark.parametrize(
        ("log", "witness", "words"),
        [
            (None, "ml-dsa-44", "no log is its own witness"),
            (None, "ed25519", "is none to cosign with"),
            ("cosignature", None, "is one to cosign with, none of a log"),
        ],
    )
    def test_with_keys_of_the_wrong_kind_is_refused_as_on_the_command_line(self, opened, proven, sound, log, witness, words):
        text = self.policy(proven, "2")
        if witness:
            text = text.replace(WITNESSES[1].verifier.line(), next(one for one in proven.keys if one.kind == witness).line())
        if log:
            text = f"log {key('other.example/x', log).verifier.line()}\n{text}"
        with pytest.raises(MalformedError, match=words):
            policies.read(text)
        told = opened.check(sound, policy=text)
        assert (told.state, words in told.words) == ("not_checked", True)

    @pytest.mark.parametrize("members", ["w0 w0", "w0 two"])
    def test_that_counts_a_witness_twice_is_refused(self, opened, proven, sound, members):
        text = self.policy(proven, "2").replace("group g 2 w0 w1 w2", f"group two 2 w0 w1\ngroup g 2 {members}")
        told = opened.check(sound, policy=text)
        assert (told.state, "line 6 of the policy makes no sense" in told.words) == ("not_checked", True)

    @pytest.mark.parametrize("letter", ["\r", "\x00", "\x0b", "\x1f", "\x7f"])
    def test_with_control_characters_is_refused_as_on_the_command_line(self, opened, letter):
        with pytest.raises(MalformedError, match="it holds control characters"):
            policies.read(f"quorum none{letter}\n")
        with pytest.raises(Error, match="the policy holds control characters"):
            opened.page.evaluate("(text) => policyOf(text)", f"quorum none{letter}\n")

    def test_from_a_file_with_line_ends_of_windows_is_read_as_on_the_command_line(self, opened, proven, sound, tmp_path):
        text = self.policy(proven, "2").replace("\n", "\r\n")
        (tmp_path / "policy").write_bytes(text.encode())
        assert policy_of([], [], None, tmp_path / "policy").least == 2
        opened.check(sound)
        opened.page.evaluate(DROP, ["#policy", "policy", list(text.encode())])
        expect(opened.page.locator("#policy")).to_have_value(re.compile("quorum g"))
        opened.page.locator("#log").fill("")
        opened.page.locator("#check").click()
        opened.page.locator("#outcome[data-state=holds]").wait_for()


class TestWitnesses:
    def test_a_missing_quorum_is_told(self, opened, sound):
        told = opened.check(sound, quorum="3")
        assert (told.state, told.states["witnesses"]) == ("fails", "fails")
        assert "the quorum is 3: no quorum" in told.found["witnesses"]
        assert told.figure == ""  # no figure is shown as proven

    def test_a_quorum_that_only_the_command_line_can_see_is_neither_met_nor_missing(self, opened, sound):
        keys = [*(one.verifier for one in WITNESSES), key("w1.example/x", "ml-dsa-44").verifier]
        told = opened.check(sound, witness=lines(keys), quorum="3")
        assert (told.state, told.states["witnesses"]) == ("not_checked", "not_checked")
        assert "ML-DSA-44, which a browser does not verify: use qingzhu verify" in told.found["witnesses"]

    def test_a_cosignature_without_a_time_counts_for_nothing(self, opened, proven):
        timeless, log = key("timeless.example/x", "cosignature"), proven.store.log()
        log.refresh()
        log.cosign(log.note, [timeless.sign(log.note.text, 0)])
        told = opened.check(proven.bundle(), witness=lines([timeless.verifier]), quorum="1")
        assert (told.states["witnesses"], "cosignatures of 0 verify (—), the quorum is 1" in told.found["witnesses"]) == ("fails", True)

    def test_a_witness_of_two_keys_is_one(self, opened, sound):
        keys = [WITNESSES[0].verifier, key("w0.example/x", "ml-dsa-44").verifier]
        assert "there are 1 witnesses" in opened.check(sound, witness=lines(keys), quorum="2").words

    def test_a_witness_may_be_called_anything(self, opened, sound):
        strange = [key(name, "cosignature").verifier for name in ("quorum", "none", "__proto__")]
        told = opened.check(sound, witness=lines(strange), quorum="1")
        assert "cosignatures of 0 verify (—), the quorum is 1: no quorum" in told.found["witnesses"]

    def test_the_log_is_no_witness_of_itself(self, opened, proven, sound):
        for kind, words in (("ed25519", "is none to cosign with"), ("ml-dsa-44", "no log is its own witness")):
            told = opened.check(sound, witness=of_kind(proven, kind), quorum="1")
            assert (told.state, words in told.words) == ("not_checked", True)

    def test_one_key_under_two_names_is_not_two(self, opened, sound):
        again = made("again.example/x", "cosignature", WITNESSES[0].secret).verifier
        told = opened.check(sound, witness=lines([WITNESSES[0].verifier, again]), quorum="2")
        assert (told.state, "one key is one witness" in told.words) == ("not_checked", True)


def named(data: bytes, pattern: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return next(name for name in held.namelist() if re.fullmatch(pattern, name))


class TestWhatWasAltered:
    @pytest.mark.parametrize(
        ("finding", "path", "change", "words"),
        [
            ("figure", "figure.json", lambda data: data.replace(b"187.5", b"107.5"), "the figure is none of the run's"),
            ("run", "run.json", lambda data: data.replace(b"2023-06-30", b"2023-06-29"), "run does not stand at 4 of the log"),
            ("submissions", r"entries/\d\.json", lambda data: data.replace(b'"P01"', b'"P02"'), "of the log: it or its proof was changed"),
            ("signature", "run.tlog-proof", lambda data: data.replace(b"\n5\n", b"\n6\n"), "does not verify"),
            ("signature", "run.tlog-proof", lambda data: data.replace(b"qingzhu/", b"qingzhv/"), "not of that of the key given"),
            ("signature", "run.tlog-proof", lambda data: data + b"\x00", "it holds control characters"),
            ("signature", "run.tlog-proof", lambda data: data + b"more", "ends without a newline"),
            ("signature", "run.tlog-proof", lambda data: data.replace(b"index 4", b"index 04"), "has leading zeros"),
            ("run", "run.tlog-proof", lambda data: data.replace(b"index 4", b"index 3"), "run does not stand at 3"),
            ("submissions", r"entries/\d\.tlog-proof", lambda data: data.replace(b"\n5\n", b"\n6\n"), "not under the same checkpoint"),
            ("submissions", "bundle.json", lambda data: data.replace(b'"weighing":["', b'"weighing":["a'), "the entry of submission a"),
            ("input", "bundle.json", lambda data: data.replace(b'"input":[', b'"input":["00",'), "no earlier state of this log"),
            ("rules", "measures/waste/waste_intensity.sql", lambda data: data.replace(b"10000", b"1000"), "the file of waste_intensity"),
            ("rules", "measures/vocabulary.toml", lambda data: data + b"#", "the vocabulary is not the one"),
            ("originals", r"originals/\w+", lambda data: data + b"!", "is not that of its entry"),
        ],
    )  # fmt: skip
    def test_is_told_where_it_lies(self, opened, sound, finding, path, change: Callable[[bytes], bytes], words):
        told = opened.check(altered(sound, named(sound, path), change))
        assert next(name for name, state in told.states.items() if state == "fails") == finding
        assert words in told.found[finding]
        assert (told.state, told.figure) == ("fails", "")

    def test_and_is_not_as_listed_is_told(self, opened, sound):
        told = opened.check(altered(sound, "figure.json", lambda data: data.replace(b"187.5", b"107.5"), listed=False))
        assert told.found["files"] == "figure.json does not have the SHA-256 of the list: it was changed"
        assert set(told.states.values()) == {"fails", "not_checked"}

    def test_key_of_a_witness_is_told(self, opened, sound):
        changed = altered(
            sound,
            "run.tlog-proof",
            lambda data: re.sub(rb"(w0\.example/x .{30})(.)", lambda m: m[1] + (b"B" if m[2] == b"A" else b"A"), data),
        )
        assert "the signature of w0.example/x does not verify" in opened.check(changed).found["witnesses"]


def seen_by_browsers(proven: Proven, data: bytes) -> dict[str, str]:
    """What the command line finds, but that what holds by Parquet or by computing is not checked."""
    found = states(checked(data, proven.policy()))
    return {name: "not_checked" if name in NOT_HERE and state == "holds" else state for name, state in found.items()}


class TestAFalseLog:
    @pytest.mark.parametrize(("finding", "changes"), FORGERIES.values(), ids=FORGERIES.keys())
    def test_with_true_signatures_is_found_where_the_command_line_finds_it(self, opened, proven, sound, finding, changes):
        data = forged(proven.store, sound, **changes)
        told = opened.check(data, witness="", quorum="")
        assert next(name for name, state in told.states.items() if state == "fails") == finding
        assert (told.state, told.figure, told.states) == ("fails", "", seen_by_browsers(proven, data))

    @pytest.mark.parametrize(("finding", "changes"), UNREAD_BY_BROWSERS.values(), ids=UNREAD_BY_BROWSERS.keys())
    def test_that_only_the_command_line_sees_through_is_not_checked(self, opened, proven, sound, finding, changes):
        data = forged(proven.store, sound, **changes)
        told, found = opened.check(data, witness="", quorum=""), states(checked(data, proven.policy()))
        assert (told.states[finding], found[finding]) == ("not_checked", "fails")

    def test_that_is_true_but_signed_once_more_holds(self, opened, proven, sound):
        data = forged(proven.store, sound)
        told = opened.check(data, witness="", quorum="")
        assert (told.state, told.states) == ("holds", seen_by_browsers(proven, data))


class TestRulesOfOthers:
    @pytest.mark.parametrize(("name", "change"), FOREIGN.values(), ids=FOREIGN.keys())
    def test_are_called_so_and_prove_nothing_as_on_the_command_line(self, opened, proven, sound, name, change):
        data = forged(proven.store, sound, files_of=change)
        told, found = opened.check(data, witness="", quorum=""), checked(data, proven.policy())
        assert (told.state, "Could not be checked" in told.words, outcome(found)) == ("not_checked", True, None)
        without_parameters = not any(name.startswith("parameters/") for name in files_of(data))
        assert told.states == seen_by_browsers(proven, data) | ({"rules": "holds"} if without_parameters else {})
        assert f"not this program's: {name}" in told.found["rules"]
        assert f"this program has another {name} than the run" in told.found["recomputed"]


class TestAnotherKey:
    def test_of_the_same_name_trusts_nothing(self, opened, proven, sound):
        told = opened.check(sound, log=key(proven.keys[0].name).verifier.line())
        assert "has signed this; do not rely on it" in told.found["signature"]
        assert set(told.states.values()) == {"holds", "fails", "not_checked"}
        assert [name for name, state in told.states.items() if state == "holds"] == ["files"]

    def test_of_another_log_trusts_nothing(self, opened, sound):
        assert "not of that of the key given" in opened.check(sound, log=key().verifier.line()).found["signature"]

    def test_of_kinds_no_browser_reads_checks_nothing(self, opened, proven, sound):
        told = opened.check(sound, log=of_kind(proven, "ml-dsa-44", "sm2"))
        assert (told.state, told.states["run"]) == ("not_checked", "not_checked")
        assert "none of the log's keys given is of Ed25519" in told.found["signature"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda line: "", "give the log's public key"),
            (lambda line: line[:-2] + "A", "is no public key"),
            (lambda line: line.replace("+A", "+B"), "is not known"),
            (lambda line: re.sub(r"\+.{8}\+", "+00000000+", line), "is not that of the key"),
            (lambda line: f"PRIVATE+KEY+{line}", "a private key, which nobody should hand out"),
        ],
    )
    def test_that_is_no_key_is_told(self, opened, proven, sound, change, words):
        told = opened.check(sound, log=change(of_kind(proven, "ed25519").strip()))
        assert (told.state, words in told.words) == ("not_checked", True)


def bomb() -> bytes:
    """A ZIP that says twice that ten bytes are half a gigabyte."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("bundle.json", b"0123456789")
    data = bytearray(written.getvalue())
    for place in (22, data.index(b"PK\x01\x02") + 24):
        struct.pack_into("<I", data, place, 1 << 29)
    return bytes(data)


def hiding(data: bytes, where: str) -> bytes:
    """The bundle with more in its ZIP than its files: a comment of a file, an extra field, another ZIP before it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for number, (name, content) in enumerate(files_of(data).items()):
            entry = zipfile.ZipInfo(name)
            if number == 0 and where == "comment":
                entry.comment = b"approved"
            if number == 0 and where == "extra":
                entry.extra = struct.pack("<HH8s", 0x7171, 8, b"approved")
            target.writestr(entry, content)
    return (data if where == "two" else b"") + written.getvalue()


class TestWhatIsNoBundle:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda data: b"", "no ZIP directory"),
            (lambda data: b"no zip at all" * 100, "no ZIP directory"),
            (lambda data: data[: len(data) // 2], "it was cut short"),
            (lambda data: data[:-1], "it was cut short"),
            (lambda data: data + b"\x00", "no ZIP directory"),
            (lambda data: b"\x00" + data, "ZIP directory is damaged"),
            (lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:], "damaged"),
            (lambda data: bomb(), "the size of bundle.json is impossible"),
            (lambda data: b"PK\x05\x06" + bytes(18), "bundle.json cannot be read"),
        ],
    )
    def test_is_said(self, opened, sound, change, words):
        told = opened.check(change(sound))
        assert (told.state, "This is no sound proof bundle" in told.words, words in told.words) == ("fails", True, True)

    @pytest.mark.parametrize("where", ["comment", "extra", "two"])
    def test_what_a_zip_could_hide_is_refused_as_on_the_command_line(self, opened, sound, where):
        data = hiding(sound, where)
        with pytest.raises(MalformedError):
            unzipped(data)
        told = opened.check(data)
        assert (told.state, "This is no sound proof bundle" in told.words) == ("fails", True)

    def test_two_files_of_one_name_are_refused(self, opened, sound):
        doubled = sound.replace(b"entries/1.json", b"entries/0.json")
        assert "two of its files are called entries/0.json" in opened.check(doubled).words

    def test_a_bit_turned_over_anywhere_is_found_or_lies_beside_the_files(self, opened, sound):
        chance, plain = random.Random(7), files_of(sound)
        for _ in range(30):
            turned = bytearray(sound)
            at = chance.randrange(8 * len(turned))
            turned[at // 8] ^= 1 << at % 8
            if opened.check(bytes(turned)).state != "fails":  # dates and attributes that a ZIP keeps of its files
                assert files_of(bytes(turned)) == plain, at


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


DROP = """([target, name, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(bytes)], name));
  document.querySelector(target).dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


class TestThePage:
    def test_takes_a_bundle_and_a_file_of_keys_that_are_dropped(self, opened, proven, sound):
        page = opened.page
        page.evaluate(DROP, ["main", "p01.zip", list(sound)])
        page.evaluate(DROP, ["#log", "log.pub", list(lines(proven.keys).encode())])
        page.locator("#chosen", has_text="p01.zip").wait_for()
        page.locator("#check").click()
        page.locator("#outcome[data-state=holds]").wait_for()

    def test_opens_in_chinese_and_can_be_turned_to_english_and_back(self, browser, address):
        page = browser.new_page()
        page.goto(address)
        heading = page.locator("h1")
        first = heading.inner_text()
        page.locator("#language").click()
        second = heading.inner_text()
        page.locator("#language").click()
        assert (first, second, heading.inner_text()) == ("核对证明包", "Check a proof bundle", "核对证明包")
        page.close()

    def test_says_what_it_does_not_check_and_that_it_is_no_part_of_a_bundle(self, browser, address):
        page = browser.new_page()
        page.goto(address)
        text = page.locator("main").inner_text()
        for words in (
            "ML-DSA-44 和 SM2 签名",
            "数据行的行哈希",
            "参数表的哈希",
            "由数据行重算数值",
            "SM3 摘要",
            "包里的页面只会替自己作证",
        ):
            assert words in text
        page.close()

    def test_runs_nothing_that_a_bundle_says(self, opened, sound):
        told = opened.check(altered(sound, "bundle.json", lambda data: data.replace(b"qingzhu-bundle/1", b"<img src=x onerror=alert(1)>")))
        assert "its format is “<img src=x onerror=alert(1)>”" in told.words
        assert opened.page.locator("img").count() == 0

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_is_narrow_enough_for_a_telephone(self, browser, address, proven, sound, language):
        phone = browser.new_page(viewport={"width": 390, "height": 800})
        one = Opened(phone, address, proven)
        one.page.locator("#language").click()
        one.check(sound)
        if language == "zh":
            one.page.locator("#language").click()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.close()

    def test_is_the_same_for_everybody_and_its_hash_is_told(self, tmp_path):
        told = qingzhu("verify", "--page", tmp_path / "verify.html")
        assert hashlib.sha256((tmp_path / "verify.html").read_bytes()).hexdigest() in told

    def test_is_written_or_a_bundle_is_checked_not_both_and_not_neither(self, tmp_path):
        assert "--page only writes the page" in qingzhu("verify", "b.zip", "--page", tmp_path / "p.html", "--lang", "en", expect=2)
        assert not (tmp_path / "p.html").exists()
        assert "Give a bundle, or --page" in qingzhu("verify", "--lang", "en", expect=2)
