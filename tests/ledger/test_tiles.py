"""Tiles and bundles as c2sp.org/tlog-tiles lays them out; a log of ours as another program reads it."""

from __future__ import annotations

import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import tlog as scales
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import ConsistencyProof, InclusionProof

from qingzhu.ledger import merkle
from qingzhu.ledger.tiles import Tiles, bundle_of, entries_of, in_folder, path_of
from qingzhu.terms.errors import BrokenChainError
from tests.ledger.log_makers import ORIGIN, entries, key, keys, leaves, log_at, plain_root


def files(folder) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "tile").rglob("*") if path.is_file())


class TestPaths:
    def test_are_those_of_the_specification(self):
        assert path_of(0, 1234067) == "tile/0/x001/x234/067"
        assert path_of("entries", 5, 3) == "tile/entries/005.p/3"
        assert (path_of(1, 999), path_of(1, 1000)) == ("tile/1/999", "tile/1/x001/000")

    def test_a_log_of_70000_has_the_tiles_the_specification_counts(self, tmp_path):
        log_at(tmp_path).append(entries(70_000))
        kinds = Counter((name.split("/")[1], ".p/" in name) for name in files(tmp_path / "log"))
        assert kinds == {
            ("entries", False): 273,
            ("entries", True): 1,
            ("0", False): 273,
            ("0", True): 1,
            ("1", False): 1,
            ("1", True): 1,
            ("2", True): 1,
        }
        assert {name for name in files(tmp_path / "log") if ".p/" in name} == {
            "tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
        }  # fmt: skip

    def test_a_log_of_256_has_a_full_tile_and_a_partial_one_above(self, tmp_path):
        log_at(tmp_path).append(entries(256))
        assert files(tmp_path / "log") == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]


class TestBundles:
    @given(st.lists(st.binary(max_size=400), max_size=256))
    def test_give_their_entries_back(self, told):
        assert entries_of(bundle_of(told), len(told)) == told

    @given(st.lists(st.binary(max_size=20), min_size=1, max_size=5), st.data())
    def test_cut_short_or_with_something_behind_are_refused(self, told, data):
        whole = bundle_of(told)
        for altered in (whole[: data.draw(st.integers(0, len(whole) - 1))], whole + data.draw(st.binary(min_size=1, max_size=9))):
            with pytest.raises(ValueError):
                entries_of(altered, len(told))

    @given(st.binary(max_size=600), st.integers(0, 256))
    def test_of_any_bytes_give_the_same_bytes_or_are_refused(self, data, width):
        try:
            found = entries_of(data, width)
        except ValueError:
            return
        assert bundle_of(found) == data


class TestProofsFromTiles:
    def test_verify_at_every_size(self, tmp_path):
        log_at(tmp_path).append(entries(1000))
        tiles, hashes = Tiles(in_folder(tmp_path / "log"), 1000), leaves(1000)
        for size in (1, 2, 255, 256, 257, 512, 767, 999, 1000):
            root = plain_root(hashes[:size])
            assert tiles.root(size) == root
            for index in (0, size // 2, size - 1):
                assert merkle.included(hashes[index], index, size, tiles.inclusion(index, size), root)
            assert merkle.consistent(size, 1000, root, plain_root(hashes), tiles.consistency(size))

    def test_are_made_by_many_threads_from_the_same_tiles(self, tmp_path, monkeypatch):
        monkeypatch.setattr(Tiles, "KEPT", 1)  # so that what one thread looks at is let go by another all the time
        log = log_at(tmp_path)
        log.append(entries(1000))
        tiles, hashes = log.tiles, leaves(1000)
        places = random.Random(1).choices(range(1000), k=3000)
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            with ThreadPoolExecutor(8) as pool:
                assert list(pool.map(lambda at: tiles.hash(0, at), places)) == [hashes[at] for at in places]
        finally:
            sys.setswitchinterval(before)

    def test_are_made_from_a_full_tile_where_the_partial_one_is_gone(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(100))
        early = Tiles(in_folder(tmp_path / "log"), 100)
        log.append(entries(400, 100))
        assert not (tmp_path / "log/tile/0/000.p").exists()
        assert early.root() == plain_root(leaves(100))
        assert early.entry(99) == b"entry 99"

    def test_a_tile_that_is_gone_or_short_is_said(self, tmp_path):
        log_at(tmp_path).append(entries(300))
        tile = tmp_path / "log/tile/0/000"
        tile.write_bytes(tile.read_bytes()[:-1])
        with pytest.raises(BrokenChainError, match="8191 bytes"):
            Tiles(in_folder(tmp_path / "log"), 300).inclusion(3)
        tile.unlink()
        with pytest.raises(BrokenChainError, match="gone"):
            Tiles(in_folder(tmp_path / "log"), 300).inclusion(3)

    def test_an_entry_that_was_changed_is_not_given_out(self, tmp_path):
        log = log_at(tmp_path)
        log.append(entries(5))
        bundle = tmp_path / "log/tile/entries/000.p/5"
        bundle.write_bytes(bundle.read_bytes().replace(b"entry 3", b"Entry 3"))
        assert log.entry(2) == b"entry 2"
        with pytest.raises(BrokenChainError, match="leaf hash"):
            log.entry(3)


class TestAnotherProgram:
    """tlog-scales, which shares no line with the product, reads a log of ours."""

    def test_verifies_signatures_root_entries_and_growth(self, tmp_path):
        signers = keys(("ed25519", "ml-dsa-44", "sm2"))
        log = log_at(tmp_path, signers=signers)
        roots = {}
        for count in (1, 255, 300, 45):
            log.append(entries(count, log.size))
            roots[log.size] = log.checkpoint.root
        reader = TilesReader(LocalBackend(tmp_path / "log"))
        head = reader.get_checkpoint()
        for signer in signers[:2]:
            head.verify(Vkey.from_string(signer.verifier.line()))
        assert (head.origin, head.size, reader.calculate_root_hash()) == (ORIGIN, 601, head.root_hash)
        assert [reader.get_entry(index) for index in range(601)] == entries(601)
        for size, root in roots.items():
            ConsistencyProof(size, 601, log.tiles.consistency(size)).check(root, head.root_hash)
        for index in (0, 256, 600):
            InclusionProof(index, 601, log.tiles.inclusion(index)).check(merkle.leaf_hash(entries(601)[index]), head.root_hash)

    def test_verifies_a_witness_of_ours_by_both_algorithms(self):
        head = scales.Checkpoint(ORIGIN, 5, plain_root(leaves(5)), [])
        for kind in ("cosignature", "ml-dsa-44"):
            signer = key("w.example/x", kind)
            vkey = Vkey.from_string(signer.verifier.line())
            vkey.get_verifier().verify(signer.sign(head.serialize_body(), 1_700_000_000).signature, head)
            with pytest.raises(InvalidSignature):
                vkey.get_verifier().verify(signer.sign(head.serialize_body(), 5).signature[:8] + bytes(64), head)
