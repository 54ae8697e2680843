"""Anchors: what witnesses, a time stamping authority and a chain give for a checkpoint, and what is found when something was changed."""

from __future__ import annotations

import dataclasses
import hashlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingzhu.ledger import anchors
from qingzhu.ledger.anchor_settings import sinks_of
from qingzhu.ledger.anchors import Receipt, Witnesses, anchored, files, strays, verified
from qingzhu.ledger.chains import EVENT, SELECTOR, Chain
from qingzhu.ledger.keys import verifier_of
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import Note
from qingzhu.ledger.policies import Policy, Trusted
from qingzhu.ledger.time_stamps import TimeStamps
from qingzhu.terms.errors import MalformedError
from tests.ledger.chain_makers import ACCOUNT, CHAIN, OTHER, PAGE, START, WORD, PlainChain, init_code, node
from tests.ledger.log_makers import ORIGIN, entries, key, log_at
from tests.ledger.time_stamp_makers import answering, authority, openssl, stamped, with_intermediate
from tests.ledger.witness_makers import serving, witness_at

KEYS = [key().verifier]
SPEC = Path(__file__).resolve().parents[2] / "docs/spec"


@pytest.fixture
def log(tmp_path) -> Log:
    log = log_at(tmp_path)
    log.append(entries(5))
    return log


def state(log: Log, sink: object, *, ask: bool = False) -> str:
    """The state of the newest receipt."""
    return verified(log, KEYS, [sink] if sink else [], files(log)[0], ask=ask).state


def rewritten(log: Log, **changed: object) -> Path:
    """The newest receipt with something else in it, in its one spelling and under its right name."""
    receipt = dataclasses.replace(anchors.read(files(log)[0].read_bytes()), **changed)
    path = files(log)[0].with_name(receipt.file)
    path.write_bytes(receipt.written())
    return path


def other_note(size: int = 5) -> object:
    """A checkpoint of another log that was signed with the same key."""
    return anchors.own_lines(log_of([*entries(size - 1), b"another"]).note)


def log_of(given: list[bytes]) -> Log:
    with tempfile.TemporaryDirectory() as folder:
        log = log_at(Path(folder))
        log.append(given)
    return log


@pytest.fixture
def chain() -> Iterator[tuple[PlainChain, Chain]]:
    made = PlainChain()
    contract = made.receipts[made.send(ACCOUNT, None, init_code())]["contractAddress"]
    with node(made) as address:
        yield made, Chain("chain", address, CHAIN, contract, ACCOUNT, patience=0.5)


class TestAChain:
    def test_is_given_a_checkpoint_and_says_so_when_it_is_asked_again(self, log, chain):
        _, sink = chain
        (said,) = anchored(log, [sink], KEYS)
        assert (said.finding.state, said.finding.at) == ("told", START + 2)
        assert verified(log, KEYS, [sink], files(log)[0], ask=True).state == "holds"
        assert [(one.origin, one.size, one.root) for one in sink.told(ORIGIN)] == [(ORIGIN, 5, log.checkpoint.root)]

    def test_is_sent_a_checkpoint_once_even_where_the_receipt_was_lost(self, log, chain):
        made, sink = chain
        anchored(log, [sink], KEYS)
        first = files(log)[0].read_bytes()
        anchored(log, [sink], KEYS)
        files(log)[0].unlink()
        anchored(log, [sink], KEYS)
        assert (files(log)[0].read_bytes(), len(made.receipts)) == (first, 2)

    def test_that_undid_the_block_is_found_when_it_is_asked(self, log, chain):
        made, sink = chain
        anchored(log, [sink], KEYS)
        made.undo()
        assert (state(log, sink), state(log, sink, ask=True)) == ("told", "broken")

    def test_that_gave_it_another_block_later_holds_where_it_stands_now(self, log, chain):
        made, sink = chain
        anchored(log, [sink], KEYS)
        made.undo()
        made.send(ACCOUNT, None, init_code())
        sink.anchor(anchors.own_lines(log.note))
        assert "block 3 of chain 20200" in verified(log, KEYS, [sink], files(log)[0], ask=True).en

    def test_shows_a_fork_of_the_log_and_passes_over_what_strangers_anchor(self, log, chain):
        made, sink = chain
        anchored(log, [sink], KEYS)
        assert list(strays(log, [sink])) == []
        forked = sink.anchor(other_note())
        made.send(OTHER, sink.contract, f"0x{SELECTOR}{WORD}{3:064x}{'cd' * 32}")
        (found,) = strays(log, [sink])
        assert (found[1].root, "is not the log's" in found[2].en) == (forked.checkpoint.root, True)

    def test_of_milliseconds_gives_seconds(self, log, chain):
        made, sink = chain
        made.times = 1000
        assert anchored(log, [sink], KEYS)[0].finding.at == START + 2

    def test_tells_where_another_contract_or_account_is_configured_now(self, log, chain):
        _, sink = chain
        anchored(log, [sink], KEYS)
        assert state(log, dataclasses.replace(sink, account=OTHER)) == "broken"
        assert state(log, None) == "unknown"


def zeros(self: PlainChain, sent: dict) -> str:
    return f"0x{0:064x}"


def foreign(self: PlainChain, wanted: dict) -> list:
    return [{"address": wanted["address"], "topics": [EVENT], "data": "0x"}]


SAID = [
    ({"eth_chainId": lambda self: "0x1"}, "it is of chain 1, wanted 20200"),
    ({"eth_chainId": lambda self: 20_200}, "is no number"),
    ({"eth_sendTransaction": zeros}, "it keeps no accounts"),
    ({"eth_sendTransaction": lambda self, sent: 1 / 0}, "ZeroDivisionError"),
    ({"eth_getTransactionReceipt": lambda self, sent: None}, "was in no block within 0.5 s"),
    ({"eth_getTransactionReceipt": lambda self, sent: {"status": "0x0"}}, "the contract refused the transaction"),
    ({"eth_getLogs": lambda self, wanted: []}, "is that the contract?"),
    ({"eth_getLogs": lambda self, wanted: {}}, "its events are no list"),
    ({"eth_getLogs": foreign}, "it gave an event that was not asked for"),
]


LOUD = b'{"error":{"message":"\\u001b[2K\\rchain holds\\u001b[8m\\u202e"}}'
"""An error that writes over the line it stands in."""


class TestANode:
    @pytest.mark.parametrize(("methods", "words"), SAID, ids=[words for _, words in SAID])
    def test_that_fails_is_told_in_words_and_leaves_no_receipt(self, log, chain, methods, words):
        sink = chain[1]
        with node(type("Failing", (PlainChain,), methods)()) as address:
            (said,) = anchored(log, [dataclasses.replace(sink, url=address)], KEYS)
        assert (said.finding, words in said.en, files(log)) == (None, True, [])

    @pytest.mark.parametrize(
        "body", [b"", b"<html>", b"[]", b'{"result"', b"[" * 100_000, b'{"error":"busy"}', LOUD, b'{"error":"\\ud800"}']
    )
    def test_that_answers_something_else_is_told_too(self, log, chain, body):
        with answering(lambda asked: body) as address:
            (said,) = anchored(log, [dataclasses.replace(chain[1], url=address)], KEYS)
        assert (said.finding, said.en.startswith("Node of the chain: it answered eth_chainId")) == (None, True)
        assert (said.en + said.zh).isprintable()

    def test_that_is_not_there_leaves_the_receipt_unknown(self, log, chain):
        anchored(log, [chain[1]], KEYS)
        gone = dataclasses.replace(chain[1], url="http://127.0.0.1:9")
        assert (state(log, gone), state(log, gone, ask=True)) == ("told", "unknown")

    def test_without_the_library_that_signs_the_extra_is_named(self, log, chain, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "eth_account", None)
        (tmp_path / "chain.key").write_text(f"0x{1:064x}\n")
        (said,) = anchored(log, [dataclasses.replace(chain[1], key=tmp_path / "chain.key")], KEYS)
        assert "pip install qingzhu[chain]" in said.en

    def test_without_the_private_key_its_file_is_named(self, log, chain, tmp_path):
        (said,) = anchored(log, [dataclasses.replace(chain[1], key=tmp_path / "chain.key")], KEYS)
        assert f"There is no file of a private key {tmp_path / 'chain.key'}" in said.en


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    return authority(tmp_path_factory.mktemp("tsa") / "office")


@pytest.fixture
def stamps(office) -> Iterator[TimeStamps]:
    with answering(lambda query: stamped(office, query)) as address:
        yield TimeStamps("tsa", address, office / "ca.pem")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to stamp with")
class TestATimeStamp:
    def test_holds_with_its_time_when_the_authority_is_gone(self, log, office):
        with answering(lambda query: stamped(office, query)) as address:
            sink = TimeStamps("tsa", address, office / "ca.pem")
            anchored(log, [sink], KEYS)
        finding = verified(log, KEYS, [sink], files(log)[0])
        assert (finding.state, finding.en, abs(finding.at - time.time()) < 100) == ("holds", "the time stamp verifies (Authority)", True)

    def test_is_verified_by_openssl_as_the_page_says(self, log, stamps, office, tmp_path):
        anchored(log, [stamps], KEYS)
        shutil.copy(files(log)[0], tmp_path / "5-tsa.json")
        shutil.copy(office / "ca.pem", tmp_path / "tsa-roots.pem")
        commands = PAGE.split("```sh\n")[1].split("```")[0].replace("python3", sys.executable)
        done = subprocess.run(["bash", "-ec", commands], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, "Verification: OK" in done.stdout + done.stderr) == (0, True)

    def test_with_the_chain_of_its_authority_in_any_order_holds_as_openssl_says(self, log, tmp_path):
        for at, sent in enumerate([("middle.pem",), ("middle.pem", "ca.pem"), ("ca.pem", "middle.pem")]):
            office = with_intermediate(tmp_path / f"office{at}", *sent)
            with answering(lambda query, office=office: stamped(office, query)) as address:
                (said,) = anchored(log, [TimeStamps("tsa", address, office / "ca.pem")], KEYS)
            assert (said.finding and said.finding.en) == "the time stamp verifies (tsa)", said.en
            receipt = anchors.read(files(log)[0].read_bytes())
            (office / "note").write_bytes(receipt.note.written())
            (office / "token").write_bytes(anchors.notes.decoded(receipt.proof["token"]))
            openssl(office, "ts -verify -data note -in token -CAfile ca.pem")
            others = dataclasses.replace(TimeStamps("tsa", address, office / "ca.pem"), roots=authority(tmp_path / f"other{at}") / "ca.pem")
            assert "does not verify" in verified(log, KEYS, [others], files(log)[0]).en
            files(log)[0].unlink()

    def test_of_an_authority_whose_name_clears_the_screen_is_told_without(self, log, tmp_path):
        office = authority(tmp_path / "office", "\x1b[2J\u202eA")
        with answering(lambda query: stamped(office, query)) as address:
            (said,) = anchored(log, [TimeStamps("tsa", address, office / "ca.pem")], KEYS)
        assert said.finding.en == "the time stamp verifies ([2JA)"

    def test_that_cannot_be_read_is_told_apart_from_one_that_does_not_verify(self, log, stamps, office):
        for answer in (b"", b"<html>", b"\x30\x80\x30\x03\x02\x01\x00\x00\x00", b"\x30\x84\xff\xff\xff\xff", b"\x30"):
            with answering(lambda query, answer=answer: answer) as address:
                (said,) = anchored(log, [TimeStamps("tsa", address, office / "ca.pem")], KEYS)
            assert (said.finding, "cannot be read" in said.en, "does not verify" in said.en, files(log)) == (None, True, False, [])

    def test_over_one_checkpoint_is_refused_for_another(self, log, stamps):
        anchored(log, [stamps], KEYS)
        stamp = anchors.read(files(log)[0].read_bytes())
        log.append(entries(1, 5))
        anchored(log, [stamps], KEYS)
        assert verified(log, KEYS, [stamps], rewritten(log, proof=stamp.proof)).state == "broken"

    def test_of_another_authority_is_refused(self, log, stamps, tmp_path):
        anchored(log, [stamps], KEYS)
        assert state(log, dataclasses.replace(stamps, roots=authority(tmp_path / "other") / "ca.pem")) == "broken"

    def test_given_for_another_request_is_refused_and_not_kept(self, log, stamps, office):
        anchored(log, [stamps], KEYS)
        replayed = anchors.notes.decoded(anchors.read(files(log)[0].read_bytes()).proof["token"])
        files(log)[0].unlink()
        with answering(lambda query: replayed) as address:
            (said,) = anchored(log, [dataclasses.replace(stamps, url=address)], KEYS)
        assert (said.finding, "Nonce mismatch" in said.en, files(log)) == (None, True, [])

    @pytest.mark.parametrize(("body", "status"), [(b"", 200), (b"<html>", 200), (b"\x30\x03\x02\x01\x00", 200), (b"", 503)])
    def test_that_is_none_is_said_and_not_kept(self, log, office, body, status):
        with answering(lambda query: body, status) as address:
            (said,) = anchored(log, [TimeStamps("tsa", address, office / "ca.pem")], KEYS)
        assert (said.finding, files(log)) == (None, [])

    def test_with_any_bit_flipped_is_refused_or_still_says_the_same(self, log, stamps):
        anchored(log, [stamps], KEYS)
        token = anchors.notes.decoded(anchors.read(files(log)[0].read_bytes()).proof["token"])
        said, draw = verified(log, KEYS, [stamps], files(log)[0]).at, random.Random(4)
        broken = 0
        for place in draw.sample(range(8 * len(token)), 300):
            flipped = bytearray(token)
            flipped[place // 8] ^= 1 << place % 8
            finding = verified(log, KEYS, [stamps], rewritten(log, proof={"token": anchors.notes.encoded(bytes(flipped))}))
            assert finding.state == "broken" or finding.at == said
            broken += finding.state == "broken"
        assert broken > 280

    def test_without_the_library_or_the_certificates_is_unknown_and_says_what_is_missing(self, log, stamps, tmp_path, monkeypatch):
        anchored(log, [stamps], KEYS)
        assert state(log, dataclasses.replace(stamps, roots=tmp_path / "none.pem")) == "unknown"
        monkeypatch.setitem(sys.modules, "rfc3161_client", None)
        finding = verified(log, KEYS, [stamps], files(log)[0])
        assert (finding.state, "pip install qingzhu[anchors]" in finding.en) == ("unknown", True)


NOW = 1_700_000_000
NAMED = [f"w{number}.example/x" for number in (1, 2, 3)]


def policy(addresses: list[str | None]) -> Policy:
    """Two of three witnesses."""
    trusted = [
        Trusted(f"w{at}", key(name, "ml-dsa-44").verifier, url) for at, (name, url) in enumerate(zip(NAMED, addresses, strict=True), 1)
    ]
    return Policy((), tuple(trusted), {"quorum": (2, ("w1", "w2", "w3"))}, "quorum")


@pytest.fixture
def addresses(tmp_path) -> Iterator[list[str]]:
    made = [witness_at(tmp_path / f"{at}.sqlite", [key(name, "ml-dsa-44")], KEYS) for at, name in enumerate(NAMED)]
    with serving(made[0]) as first, serving(made[1]) as second, serving(made[2]) as third:
        yield [first, second, third]


class TestWitnessesAsASink:
    def test_give_a_receipt_that_holds_without_them(self, log, addresses):
        (said,) = anchored(log, [Witnesses(log, policy([*addresses[:2], None]))], KEYS)
        assert (said.finding.state, said.finding.at) == ("holds", NOW)
        finding = verified(log, KEYS, [Witnesses(log, policy([None] * 3))], files(log)[0])
        assert (finding.state, finding.en) == ("holds", "2 of 3 witnesses (w1, w2), a quorum")

    def test_that_are_too_few_are_asked_again_and_what_they_gave_is_kept(self, log, addresses):
        (said,) = anchored(log, [Witnesses(log, policy([addresses[0], "http://127.0.0.1:9", None]))], KEYS)
        assert said.finding.state == "short"
        (said,) = anchored(log, [Witnesses(log, policy([None, addresses[1], None]))], KEYS)
        assert (said.finding.state, said.finding.en) == ("holds", "2 of 3 witnesses (w1, w2), a quorum")

    def test_that_are_silent_are_named_and_there_is_no_receipt(self, log):
        (said,) = anchored(log, [Witnesses(log, policy(["http://127.0.0.1:9", None, None]))], KEYS)
        assert (said.finding, "w1: it cannot be reached" in said.en, files(log)) == (None, True, [])

    def test_that_say_no_time_give_no_receipt(self, log, tmp_path):
        timeless = witness_at(tmp_path / "timeless.sqlite", [key(NAMED[0], "ml-dsa-44")], KEYS)
        timeless.clock = lambda: 0
        with serving(timeless) as address:
            (said,) = anchored(log, [Witnesses(log, policy([address, None, None]))], KEYS)
        assert (said.finding, "its cosignature has no time" in said.en) == (None, True)
        lines = key(NAMED[0], "ml-dsa-44").sign(log.note.text, 0).line() + key(NAMED[1], "ml-dsa-44").sign(log.note.text, 0).line()
        path = log.folder / "anchors/5-witnesses.json"
        path.write_bytes(Receipt("witnesses", "witness", anchors.own_lines(log.note), {"cosignatures": lines}).written())
        assert verified(log, KEYS, [Witnesses(log, policy([None] * 3))], path).state == "broken"

    def test_see_every_bit_that_is_flipped_in_their_receipt(self, log, addresses):
        sink = Witnesses(log, policy([*addresses[:2], None]))
        anchored(log, [sink], KEYS)
        path, draw = files(log)[0], random.Random(4)
        data = path.read_bytes()
        for place in draw.sample(range(8 * len(data)), 200):
            flipped = bytearray(data)
            flipped[place // 8] ^= 1 << place % 8
            path.write_bytes(flipped)
            assert verified(log, KEYS, [sink], path).state in ("broken", "short", "unknown")


class TestAReceipt:
    def test_of_a_log_that_was_put_back_says_so(self, log, chain, tmp_path):
        shutil.copytree(tmp_path / "log", tmp_path / "old/log")
        log.append(entries(2, 5))
        anchored(log, [chain[1]], KEYS)
        shutil.copytree(tmp_path / "log/anchors", tmp_path / "old/log/anchors")
        finding = verified(Log.open(tmp_path / "old/log"), KEYS, [chain[1]], files(log)[0])
        assert (finding.state, "the log had 7 entries, it has 5 now" in finding.en) == ("broken", True)

    def test_of_another_log_of_the_same_key_is_broken(self, log, chain):
        anchored(log, [chain[1]], KEYS)
        finding = verified(log, KEYS, [chain[1]], rewritten(log, note=other_note()))
        assert (finding.state, "is not the log's" in finding.en) == ("broken", True)

    @pytest.mark.parametrize("at", [-1, 10**15, 10**30, "now", None, 1.5])
    def test_of_a_time_that_is_none_is_broken(self, log, chain, at):
        anchored(log, [chain[1]], KEYS)
        proof = anchors.read(files(log)[0].read_bytes()).proof
        assert verified(log, KEYS, [chain[1]], rewritten(log, proof={**proof, "time": at})).state == "broken"

    @pytest.mark.parametrize(
        ("part", "said", "asked"),
        [
            ("transaction", "0x" + "0" * 64, "broken"),
            ("block_hash", "0x" + "1" * 64, "broken"),
            ("time", 978_307_200, "broken"),
        ],
    )
    def test_that_says_something_else_of_its_block_is_found_when_the_chain_is_asked(self, log, chain, part, said, asked):
        anchored(log, [chain[1]], KEYS)
        proof = anchors.read(files(log)[0].read_bytes()).proof
        path = rewritten(log, proof={**proof, part: said})
        assert verified(log, KEYS, [chain[1]], path, ask=True).state == asked

    @pytest.mark.parametrize("change", [{"block_hash": "ha!"}, {"block": True}, {"more": 1}, {"transaction": "0x" + "A" * 64}])
    def test_of_a_chain_in_another_form_is_broken(self, log, chain, change):
        anchored(log, [chain[1]], KEYS)
        proof = anchors.read(files(log)[0].read_bytes()).proof
        assert verified(log, KEYS, [chain[1]], rewritten(log, proof={**proof, **change})).state == "broken"

    def test_that_a_stranger_signed_too_is_broken(self, log, chain):
        anchored(log, [chain[1]], KEYS)
        note = log.note.signed_too([key("stranger.example/x").sign(log.note.text)])
        assert verified(log, KEYS, [chain[1]], rewritten(log, note=note)).state == "broken"

    def test_with_extension_lines_that_no_key_of_the_log_signed_is_broken(self, tmp_path, chain):
        log = log_at(tmp_path, signers=[key(), key(kind="ml-dsa-44")])
        log.append(entries(5))
        anchored(log, [chain[1]], KEYS)
        forged = Note(log.note.text + "closed from 2027 on\n", (key(kind="ml-dsa-44").sign(log.note.text),))
        finding = verified(log, [*KEYS, key(kind="ml-dsa-44").verifier], [chain[1]], rewritten(log, note=forged))
        assert (finding.state, "extension lines" in finding.en) == ("broken", True)

    def test_that_no_key_of_the_log_signed_is_broken(self, log, chain):
        anchored(log, [chain[1]], KEYS)
        assert verified(log, [key(seed="thief").verifier], [chain[1]], files(log)[0]).state == "broken"

    def test_of_a_kind_that_is_no_word_is_broken(self, log, chain):
        anchored(log, [chain[1]], KEYS)
        finding = verified(log, KEYS, [chain[1]], rewritten(log, kind="\x1b[2Jevm"))
        assert (finding.state, finding.en.isprintable()) == ("broken", True)

    def test_under_another_name_is_broken(self, log, chain):
        anchored(log, [chain[1]], KEYS)
        moved = files(log)[0].rename(files(log)[0].with_name("4-chain.json"))
        assert verified(log, KEYS, [chain[1]], moved).state == "broken"

    @given(st.binary(max_size=200) | st.just(b"[" * 100_000))
    def test_is_nothing_but_its_one_spelling(self, data):
        with pytest.raises(MalformedError):
            anchors.read(data)

    def test_of_the_page_is_read_and_verified(self, tmp_path):
        example = PAGE.split("## Example")[1]
        data = example.split("```json\n")[1].split("\n```")[0].encode()
        receipt: Receipt = anchors.read(data)
        assert (receipt.written(), receipt.file) == (data, "1-tsa.json")
        log = Log.open(example_log(tmp_path))
        (tmp_path / "roots.pem").write_text(example.split("```pem\n")[1].split("```")[0])
        (tmp_path / receipt.file).write_bytes(data)
        line = re.search(r"log\.qingzhu\.example/evidence\+[0-9a-f]{8}\+\S+(?=`)", (SPEC / "log.md").read_text("utf-8"))[0]
        sink = TimeStamps("tsa", "http://127.0.0.1:9", tmp_path / "roots.pem")
        finding = verified(log, [verifier_of(line)], [sink], tmp_path / receipt.file)
        assert (finding.state, finding.en) == ("holds", "the time stamp verifies (Authority)")


def example_log(folder: Path) -> Path:
    """The log of the page on logs, as its files."""
    page = (SPEC / "log.md").read_text("utf-8")
    entry = '{"seq":0,"项目":"青筑-0000","pad":""}'.encode()
    for path, data in (
        ("checkpoint", page.split("Ed25519 line only:\n\n```\n")[1].split("```")[0].encode()),
        ("tile/entries/000.p/1", len(entry).to_bytes(2) + entry),
        ("tile/0/000.p/1", hashlib.sha256(b"\0" + entry).digest()),
    ):
        (folder / "log" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "log" / path).write_bytes(data)
    return folder / "log"


def settings(folder: Path, text: str) -> list:
    (folder / "anchors.toml").write_text(text, "utf-8")
    return sinks_of(folder, log_of([]), Policy())


TSA = '[[sink]]\nname = "tsa"\nkind = "rfc3161"\nurl = "https://tsa.example"\nroots = "a.pem"\n'
EVM = f'[[sink]]\nname = "c"\nkind = "evm"\nurl = "https://n.example"\nchain = 1\ncontract = "{ACCOUNT}"\naccount = "{OTHER}"\n'
WRONG = [
    "[", "sink = 1", "[sink]", "[[sink]]", f"{TSA}{TSA}", f"{TSA}more = 1", "other = 1",
    *(TSA.replace('"tsa"', name) for name in ('"TSA"', '"witnesses"', "3")), TSA.replace("rfc3161", "ots"),
    TSA.replace('roots = "a.pem"', ""), TSA.replace('"a.pem"', '""'), TSA.replace("https://", "file://"),
    *(EVM.replace("chain = 1", chain) for chain in ('chain = "1"', "chain = true")), EVM.replace(ACCOUNT, "0x12"),
    EVM.replace(OTHER, OTHER[2:]), f"{EVM}since = -1", f"{EVM}key = 1",
]  # fmt: skip


class TestTheSettings:
    def test_of_the_page_name_an_authority_and_a_chain(self, tmp_path):
        stamps, chain = settings(tmp_path, PAGE.split("```toml\n")[1].split("```")[0])
        assert (stamps.roots, chain.key, chain.since) == (tmp_path / "tsa-roots.pem", tmp_path / "chain.key", 0)

    def test_may_be_missing_and_the_witnesses_of_the_policy_need_none(self, tmp_path, log):
        assert sinks_of(tmp_path, log, Policy()) == []
        assert [sink.name for sink in sinks_of(tmp_path, log, policy([None] * 3))] == ["witnesses"]

    def test_take_addresses_in_any_case(self, tmp_path):
        (chain,) = settings(tmp_path, EVM.replace(ACCOUNT[2:], ACCOUNT[2:].upper()))
        assert (chain.contract, chain.key) == (ACCOUNT, None)

    @pytest.mark.parametrize("text", WRONG)
    def test_that_are_wrong_are_refused_with_the_file(self, tmp_path, text):
        with pytest.raises(MalformedError, match=r"anchors\.toml"):
            settings(tmp_path, text)
