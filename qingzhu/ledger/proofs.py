"""Proofs 存证证明: that an entry stands in a log, as one text that needs no network, c2sp.org/tlog-proof.

c2sp.org/tlog-proof@v1
[extra <base64>]
index <number>
<base64 of a hash>          from the leaf's sibling to the root's child, none for a log of one entry

<signed checkpoint>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingzhu.ledger import merkle, notes
from qingzhu.ledger.checkpoints import Checkpoint, number, signed
from qingzhu.ledger.keys import Verifier
from qingzhu.ledger.notes import Note, Signature, decoded, encoded, malformed
from qingzhu.ledger.policies import cosignatures
from qingzhu.terms.errors import BrokenChainError
from qingzhu.terms.lines import clean

_HEADER = "c2sp.org/tlog-proof@v1"
_HASHES_AT_MOST = 63


@dataclass(frozen=True)
class Proof:
    """That an entry is in a log 存证证明: its index, the siblings on the way to the root, the signed checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint of the note, not verified."""
        return Checkpoint.of(self.note.text)

    def written(self) -> bytes:
        """The bytes of the proof."""
        lines = [_HEADER, f"index {self.index}", *map(encoded, self.hashes), "", ""]
        return "\n".join(lines).encode() + self.note.written()


def read(data: bytes) -> Proof:
    """A proof from its bytes 读证明. Raises ``MalformedError`` for all that c2sp.org/tlog-proof does not allow."""
    head, blank, rest = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise malformed("proof_form", "证明格式不对", "it is no proof") from None
    if not blank or lines[0] != _HEADER:
        raise malformed("proof_form", f"证明须以 {_HEADER} 开头", f"a proof begins with {_HEADER}")
    if lines[1:2] and lines[1].startswith("extra ") and decoded(lines.pop(1).removeprefix("extra ")) is None:
        raise malformed("proof_extra", "extra 行不是 base64", "the extra line holds no base64")
    if not lines[1:2] or not lines[1].startswith("index "):
        raise malformed("proof_index", "证明没有 index 行", "the proof has no index line")
    note = notes.read(rest)
    Checkpoint.of(note.text)
    return Proof(number(lines[1].removeprefix("index ")), hashes_of(lines[2:]), note)


def hashes_of(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Hashes from their lines. Raises ``MalformedError``."""
    found = [decoded(line) for line in lines]
    hashes = tuple(one for one in found if one is not None and len(one) == merkle.HASH)
    if len(hashes) < len(found) or len(found) > _HASHES_AT_MOST:
        raise malformed("proof_hash", "证明中有一行不是哈希", f"a line of the proof is no hash, or there are more than {_HASHES_AT_MOST}")
    return hashes


def proven(entry: bytes, proof: Proof, origin: str, keys: Sequence[Verifier]) -> dict[Verifier, Signature]:
    """Hold an entry to its proof 验证存证: origin, signatures, inclusion; the verified signatures, the log's own and witnesses'.

    ``keys`` are those of the log and of the witnesses; at least one of the log, which has the log's name, must have signed. Raises
    ``BrokenChainError``.
    """
    checkpoint = proof.checkpoint
    if checkpoint.origin != origin:
        raise BrokenChainError(
            "origin_wrong",
            f"检查点来自账本“{clean(checkpoint.origin)}”，应为“{origin}”。",
            f"The checkpoint is of the log {checkpoint.origin!r}, wanted {origin!r}.",
            found=checkpoint.origin,
            wanted=origin,
        )
    found = signed(proof.note, [key for key in keys if key.name == origin])
    if not merkle.included(merkle.leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise BrokenChainError(
            "entry_not_included",
            f"条目不在账本第 {proof.index} 条：内容或证明已被改动。",
            f"The entry does not stand at {proof.index} of the log: it or the proof was changed.",
            index=proof.index,
        )
    return found | cosignatures(proof.note, [key for key in keys if key.name != origin])
