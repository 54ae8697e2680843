"""What strangers send to the readers of the ledger: faults by chance, and those that fuzzing found (``benchmarks/fuzz_ledger.py``)."""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_ledger import faulty
from benchmarks.fuzz_ledger_targets import TARGETS, Target
from qingzhu.ledger import entries, notes, policies, proofs, tiles, witness
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.keys import signer_of, verifier_of
from qingzhu.schemes.bundle_files import unzipped
from qingzhu.terms.errors import MalformedError
from tests.ledger.log_makers import key

W = key("w.example/x", "cosignature").verifier.line()


@pytest.fixture(scope="module", params=[name for name in TARGETS if name != "rows"])
def target(request) -> Target:
    return TARGETS[request.param]()


class TestEveryReader:
    def test_takes_its_right_examples(self, target):
        assert all(target.check(seed) for seed in target.seeds[:2])

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.binary(min_size=8, max_size=22), chance=st.randoms(use_true_random=False))
    def test_reads_what_a_second_reader_reads_and_refuses_what_that_refuses(self, target, data, chance):
        target.check(faulty(data, target, chance))


HASH = notes.encoded(bytes(32))
LINE = "— a AAAAAAA=\n"
LONG = {
    "text of a note": (notes.read, lambda n: b"a" * n + f"\n\n{LINE}".encode()),
    "blank lines of a note": (notes.read, lambda n: b"\n" * n + LINE.encode()),
    "signatures": (notes.read, lambda n: b"a\n\n" + LINE.encode() * (n // 15)),
    "one signature": (notes.read, lambda n: f"a\n\n— a {'AAAA' * (n // 4)}\n".encode()),
    "dashes": (notes.read, lambda n: b"a\n\n" + "— ".encode() * (n // 4) + b"\n"),
    "extension lines": (Checkpoint.of, lambda n: f"a\n1\n{HASH}\n" + "x\n" * (n // 2)),
    "a size": (Checkpoint.of, lambda n: f"a\n{'9' * n}\n{HASH}\n"),
    "hashes of a proof": (proofs.read, lambda n: b"c2sp.org/tlog-proof@v1\nindex 1\n" + f"{HASH}\n".encode() * (n // 45) + b"\na\n"),
    "hashes of a request": (witness.read_request, lambda n: b"old 1\n" + f"{HASH}\n".encode() * (n // 45) + b"\na\n"),
    "empty entries": (lambda data: tiles.entries_of(data, 256), bytes),
    "objects in objects": (entries.read, lambda n: b'{"a":' * (n // 5)),
    "digits": (entries.read, lambda n: b"9" * n),
    "groups": (
        policies.read,
        lambda n: f"witness w {W}\ngroup g0 any w\n" + "".join(f"group g{i} any g{i - 1}\n" for i in range(1, n // 22)),
    ),
    "members": (policies.read, lambda n: "group g any" + " w" * (n // 2)),
    "heads of files": (unzipped, lambda n: b"PK\3\4" * (n // 4)),
    "ends of a ZIP": (unzipped, lambda n: b"PK\5\6" * (n // 4)),
}


class TestLength:
    @pytest.mark.parametrize(("read", "made"), LONG.values(), ids=LONG)
    def test_costs_what_it_is_long(self, read, made):
        """Eight times the length may take forty times the time (64 would be its square), and a hundred times its length in memory."""
        took = []
        for length in (40_000, 320_000):
            data, times = made(length), []
            for _ in range(3):
                begun = time.process_time()
                with suppress(MalformedError, ValueError):
                    read(data)
                times.append(time.process_time() - begun)
            took.append(max(min(times), 0.001))
        assert took[1] < 40 * took[0]
        tracemalloc.start()
        with suppress(MalformedError, ValueError):
            read(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100 * len(data)


ENTRY = '{"a":%s,"format":"' + entries.FORMAT + '"}'


class TestEntries:
    @pytest.mark.parametrize(
        "value",
        ["NaN", "-Infinity", '"\\ud800"', "[" * 5000 + "]" * 5000, "9" * 5000, "1e5", '"\\u4e2d"', "1, 2", "01"],
        ids=[
            "no number",
            "infinity",
            "half a surrogate",
            "lists in lists",
            "a long number",
            "1e5",
            "an escape",
            "a blank",
            "a zero before",
        ],
    )
    def test_of_another_spelling_or_of_no_json_are_refused(self, value):
        with pytest.raises(MalformedError, match="no entry"):
            entries.read((ENTRY % value).encode())

    def test_of_the_one_spelling_are_read(self):
        assert entries.read((ENTRY % '"中"').encode()) == {"a": "中", "format": entries.FORMAT}
        with pytest.raises(MalformedError):
            entries.read(json.dumps({"a": "中", "format": entries.FORMAT}).encode("utf-16"))


class TestPolicies:
    @pytest.mark.parametrize(
        "text",
        [f"witness w {W}\ngroup g {'9' * 5000} w\nquorum g\n", "quorum none\r\n", "# \x7f\nquorum none\n", f"log {W}\u3000\nquorum none\n"],
        ids=["a long threshold", "a carriage return", "a control character in a comment", "a blank of another kind behind a key"],
    )
    def test_that_c2sp_does_not_allow_are_refused(self, text):
        with pytest.raises(MalformedError):
            policies.read(text)

    def test_of_groups_in_groups_however_deep_are_counted(self):
        """5,000 groups of one, each of the one before: whoever meets the first meets the last, and it takes one witness."""
        deep = "group g0 any w\n" + "".join(f"group g{n} any g{n - 1}\n" for n in range(1, 5000))
        policy = policies.read(f"witness w {W}\n{deep}quorum g4999\n")
        assert sys.getrecursionlimit() < 5000
        assert (policy.least, policy.met([]), policy.met([verifier_of(W)])) == (1, False, True)


class TestKeys:
    @pytest.mark.parametrize("blank", [" ", "\n", "\u3000"])
    def test_with_a_blank_before_or_behind_are_none(self, blank):
        for line in (blank + W, W + blank):
            with pytest.raises(MalformedError):
                verifier_of(line)
        secret = key().line()
        for line in (secret + blank, secret.replace("KEY+", f"KEY+{blank}")):
            with pytest.raises(MalformedError):
                signer_of(line)
