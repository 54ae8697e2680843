"""The contract of anchors: its bytes, its names, what it takes and what it refuses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from qingzhu.ledger.chains import EVENT, SELECTOR
from tests.ledger.chain_makers import ACCOUNT, CALLS, NAMES, OTHER, WORD, PlainChain, init_code, opcodes

SPEC = Path(__file__).resolve().parents[2] / "docs/spec"


def keccak(data: bytes, padding: int = 0x01) -> bytes:
    """Keccak-256 as FIPS 202 writes the permutation; padded by 06 it is SHA3-256, by 01 what the EVM hashes with."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for place in range(7):
            constant |= (register & 1) << ((1 << place) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    whole, state = (1 << 64) - 1, [0] * 25
    data = data + bytes([padding])
    data = bytearray(data + bytes(-len(data) % 136))
    data[-1] |= 0x80
    for start in range(0, len(data), 136):
        for lane in range(17):
            state[lane] ^= int.from_bytes(data[start + 8 * lane : start + 8 * lane + 8], "little")
        for constant in constants:
            parity = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
            turned = [(one << 1 | one >> 63) & whole for one in parity]
            state = [one ^ parity[(at - 1) % 5] ^ turned[(at + 1) % 5] for at, one in enumerate(state)]
            moved, x, y, shift = [state[0]] + [0] * 24, 1, 0, 0
            for step in range(24):
                shift, lane = (shift + step + 1) % 64, state[x + 5 * y]
                x, y = y, (2 * x + 3 * y) % 5
                moved[x + 5 * y] = (lane << shift | lane >> (64 - shift)) & whole
            state = [one ^ (~moved[at // 5 * 5 + (at + 1) % 5] & moved[at // 5 * 5 + (at + 2) % 5]) & whole for at, one in enumerate(moved)]
            state[0] ^= constant
    return b"".join(lane.to_bytes(8, "little") for lane in state)[:32]


class TestTheContract:
    def test_is_made_by_the_opcodes_that_its_page_lists(self):
        numbers = {name: number for number, name in NAMES.items()}
        code, offsets = "", []
        for at, name, word in opcodes():
            offsets.append((at, len(code) // 2))
            code += f"{numbers[name]:02x}{word}"
        assert code == init_code()
        begins = next(place for place, (at, _) in enumerate(offsets) if at == 0 and place)
        assert [at for at, _ in offsets] == [
            where - (offsets[begins][1] if place >= begins else 0) for place, (_, where) in enumerate(offsets)
        ]

    def test_is_called_and_leaves_its_event_by_the_hashes_of_their_names(self):
        assert keccak(b"abc" * 100, 0x06) == hashlib.sha3_256(b"abc" * 100).digest()
        assert keccak(b"anchor(bytes32,uint64,bytes32)").hex()[:8] == SELECTOR
        assert f"0x{keccak(b'Anchored(bytes32,address,uint64,bytes32)').hex()}" == EVENT
        text = (SPEC / "Anchor.sol").read_text("utf-8")
        assert "function anchor(bytes32 originHash, uint64 size, bytes32 root) external" in text
        assert "event Anchored(bytes32 indexed originHash, address indexed by, uint64 size, bytes32 root)" in text

    @pytest.mark.parametrize(("data", "value", "size"), [call[1:] for call in CALLS], ids=[call[0] for call in CALLS])
    def test_leaves_one_event_for_a_checkpoint_and_refuses_everything_else(self, data, value, size):
        chain = PlainChain()
        contract = chain.receipts[chain.send(ACCOUNT, None, init_code())]["contractAddress"]
        receipt = chain.receipts[chain.send(OTHER, contract, data, value)]
        found = [(event["topics"], event["data"]) for event in receipt["logs"]]
        wanted = ([EVENT, f"0x{WORD}", f"0x{'0' * 24}{OTHER[2:]}"], f"0x{size or 0:064x}{'ab' * 32}")
        assert (receipt["status"], found) == (("0x0", []) if size is None else ("0x1", [wanted]))
