"""The tree of RFC 6962: roots and proofs as others have them, every altered proof refused."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingzhu.ledger import merkle
from tests.ledger.log_makers import leaves, plain_root

DATA = os.environ.get("QINGZHU_TEST_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="QINGZHU_TEST_DATA names no folder of real files")


def vectors() -> dict[str, object]:
    return json.loads((Path(DATA or "") / "tlog/vectors.json").read_text("utf-8"))


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def reader(hashes: list[bytes]):
    """Hashes of complete subtrees, computed as RFC 6962 says."""
    return lambda level, number: plain_root(hashes[number << level : (number + 1) << level])


@needs_data
class TestVectorsOfOthers:
    def test_inclusion(self):
        for case in vectors()["inclusion"]:
            proof = [raw(one) for one in case["proof"] or []]
            held = merkle.included(raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, raw(case["root"]))
            assert held != case["wantErr"], case["desc"]

    def test_consistency(self):
        for case in vectors()["consistency"]:
            proof = [raw(one) for one in case["proof"] or []]
            held = merkle.consistent(case["size1"], case["size2"], raw(case["root1"]), raw(case["root2"]), proof)
            assert held != case["wantErr"], case["desc"]

    def test_roots(self):
        told = [f'{{"seq":{i},"项目":"青筑-{i % 97:04}","pad":"{"00" * (i % 13)}"}}'.encode() for i in range(9)]
        for case in vectors()["roots_first_9"]["roots"]:
            assert merkle.root_of([merkle.leaf_hash(one) for one in told[: case["size"]]]) == raw(case["root_b64"])


class TestRoots:
    def test_are_what_the_definition_gives(self):
        for size in range(70):
            assert merkle.root_of(leaves(size)) == merkle.root(size, reader(leaves(size))) == plain_root(leaves(size))


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[bytes], int]:
    hashes = leaves(draw(st.integers(1, 300)))
    return hashes, draw(st.integers(0, len(hashes) - 1))


class TestProofs:
    @given(trees())
    def test_show_each_leaf_at_its_place_and_nowhere_else(self, tree):
        hashes, index = tree
        size, root = len(hashes), plain_root(hashes)
        proof = merkle.inclusion(index, size, reader(hashes))
        assert merkle.included(hashes[index], index, size, proof, root)
        assert not any(merkle.included(hashes[index], other, size, proof, root) for other in range(size + 2) if other != index)

    @given(trees())
    def test_show_that_a_log_grew_out_of_an_earlier_one(self, tree):
        hashes, old = tree
        proof = merkle.consistency(old, len(hashes), reader(hashes))
        assert merkle.consistent(old, len(hashes), plain_root(hashes[:old]), plain_root(hashes), proof)

    @given(trees(), st.data())
    def test_that_were_altered_show_nothing(self, tree, data):
        hashes, index = tree
        size, root = len(hashes), plain_root(hashes)
        proof = merkle.inclusion(index, size, reader(hashes))
        for altered in alterations(proof, data):
            assert not merkle.included(hashes[index], index, size, altered, root)
        proof = merkle.consistency(index, size, reader(hashes))
        for altered in alterations(proof, data):
            assert not merkle.consistent(index, size, plain_root(hashes[:index]), root, altered)

    def test_of_another_log_show_nothing(self):
        ours, forked = leaves(20), [*leaves(19), merkle.leaf_hash(b"another")]
        proof = merkle.consistency(19, 20, reader(forked))
        assert merkle.consistent(19, 20, plain_root(ours[:19]), plain_root(forked), proof)
        assert not merkle.consistent(20, 20, plain_root(ours), plain_root(forked), [])
        assert not merkle.consistent(19, 20, plain_root(ours[:19]), plain_root(ours), proof)

    def test_from_nothing_are_empty_as_witnesses_have_it(self):
        root = plain_root(leaves(5))
        assert merkle.consistency(0, 5, reader(leaves(5))) == []
        assert merkle.consistent(0, 5, merkle.EMPTY, root, [])
        assert not merkle.consistent(0, 5, merkle.EMPTY, root, [root])
        assert not merkle.consistent(0, 5, root, root, [])

    @pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5)])
    def test_of_a_log_that_shrank_are_none(self, old, new):
        with pytest.raises(ValueError):
            merkle.consistency(old, new, reader(leaves(6)))
        assert not merkle.consistent(old, new, merkle.EMPTY, merkle.EMPTY, [])

    def test_with_hashes_of_another_length_show_nothing(self):
        hashes = leaves(2)
        assert merkle.included(hashes[0], 0, 2, [hashes[1]], plain_root(hashes))
        assert not merkle.included(hashes[0], 0, 2, [hashes[1] + b"\x00"], plain_root(hashes))


def alterations(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """A hash changed by one bit, left out, added in front and behind, two swapped."""
    altered = [[*proof, merkle.EMPTY], [merkle.EMPTY, *proof]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = bytearray(proof[at])
        flipped[bit // 8] ^= 1 << bit % 8
        altered += [[*proof[:at], bytes(flipped), *proof[at + 1 :]], [*proof[:at], *proof[at + 1 :]]]
    if len(proof) > 1:
        altered.append([proof[1], proof[0], *proof[2:]])
    return altered
