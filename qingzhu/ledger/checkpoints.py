"""Checkpoints 检查点: origin, size and root of a log, and what cosigners sign of them.

c2sp.org/tlog-checkpoint for the text, c2sp.org/tlog-cosignature for the two messages. The text is

    <origin>\\n<size>\\n<base64 of the root>\\n[extension lines]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingzhu.ledger import notes
from qingzhu.ledger.merkle import HASH
from qingzhu.ledger.notes import Note, Signature, decoded, encoded, malformed
from qingzhu.terms.errors import BrokenChainError

if TYPE_CHECKING:
    from qingzhu.ledger.keys import Verifier

LARGEST = 2**63 - 1
"""A larger size or time is refused."""


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log 检查点: its name, how many entries it has, the root over them. [32 byte]"""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text of its note."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    @classmethod
    def of(cls, text: str) -> Checkpoint:
        """A checkpoint from the text of a note 读检查点. Extension lines are allowed and passed over. Raises ``MalformedError``."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise malformed("checkpoint_form", "检查点须有来源、条数、根三行", "a checkpoint has lines for origin, size and root")
        root = decoded(lines[2])
        if root is None or len(root) != HASH:
            raise malformed("checkpoint_root", "检查点的根不是 32 字节的 base64", "the root of the checkpoint is no base64 of 32 bytes")
        return cls(lines[0], number(lines[1]), root)


def signed(note: Note, keys: Sequence[Verifier]) -> dict[Verifier, Signature]:
    """The signatures of its log on a checkpoint 验证检查点签名, every line of it signed by one of them. ``keys`` are the log's.

    ML-DSA-44 signs origin, size and root only: where nothing else signed, extension lines are nobody's. Raises ``MalformedError`` and
    ``BrokenChainError``.
    """
    checkpoint, found = Checkpoint.of(note.text), notes.verified(note, keys)
    if checkpoint.text() != note.text and all(key.kind == "ml-dsa-44" for key in found):
        raise BrokenChainError(
            "extension_unsigned",
            "检查点的附加行没有账本签名，不可采信。",
            "No key of the log signed the extension lines of the checkpoint. Do not rely on it.",
            origin=checkpoint.origin,
        )
    return found


def number(text: str) -> int:
    """A number as checkpoints and proofs write it: decimal, no sign, no leading zero, below 2⁶³. Raises ``MalformedError``."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or (len(text) > 1 and text[0] == "0") or int(text) > LARGEST:
        raise malformed("checkpoint_number", "数字格式不对或过大", "a number is not decimal, has leading zeros or is too large")
    return int(text)


def cosigned_message(text: str, time: int) -> bytes:
    """What an Ed25519 cosigner signs: a header, the time [s since 1970], the whole text of the checkpoint."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def subtree_message(name: str, time: int, checkpoint: Checkpoint) -> bytes:
    """What an ML-DSA-44 cosigner signs: ``cosigned_message`` of c2sp.org/tlog-cosignature for the whole tree.

    label[12] "subtree/v1\\n\\0" | u8 length, name | u64 time | u8 length, origin | u64 start = 0 | u64 end = size | hash[32]
    """
    return b"".join(
        (
            b"subtree/v1\n\x00",
            _short(name),
            time.to_bytes(8, "big"),
            _short(checkpoint.origin),
            bytes(8),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _short(text: str) -> bytes:
    data = text.encode()
    if not 0 < len(data) < 256:
        raise malformed("checkpoint_name", "名称须为 1 至 255 字节", "a name must have 1 to 255 bytes")
    return bytes([len(data)]) + data
