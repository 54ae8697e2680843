"""Signed notes 签名文本: text, a blank line, signature lines, exactly as c2sp.org/signed-note has them.

A note is UTF-8 without control characters but newline. A signature line is ``— <key name> <base64 of key id and signature>``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qingzhu.terms.errors import BrokenChainError, MalformedError

if TYPE_CHECKING:
    from qingzhu.ledger.keys import Verifier

LONGEST = 1_000_000
"""A longer note is not read. [byte]"""

SIGNATURES_AT_MOST = 100
"""A note with more is not read; c2sp.org/signed-note asks for at least 16, an ML-DSA-44 signature has 3.3 kB."""

_DASH = "— "


@dataclass(frozen=True)
class Signature:
    """One signature line 签名行: who says to have signed, by which key, and the signature. [byte]"""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {encoded(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """A note as it was read 签名文本. ``text`` ends with a newline; nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def written(self) -> bytes:
        """The bytes of the note."""
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}".encode()

    def signed_too(self, signatures: Iterable[Signature]) -> Note:
        """The same note with more signatures; a key that signed already has its signature replaced."""
        added = {(one.name, one.key_id): one for one in signatures}
        kept = [one for one in self.signatures if (one.name, one.key_id) not in added]
        return Note(self.text, (*kept, *added.values()))


def read(data: bytes) -> Note:
    """A note from its bytes 读签名文本. Raises ``MalformedError`` for all that c2sp.org/signed-note does not allow."""
    if len(data) > LONGEST:
        raise malformed("note_long", f"文本超过 {LONGEST} 字节", f"it has more than {LONGEST} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise malformed("note_encoding", "不是 UTF-8", "it is not UTF-8") from None
    if any(letter < " " and letter != "\n" for letter in text):
        raise malformed("note_control", "含有控制字符", "it holds control characters")
    end = text.rfind("\n\n")
    if end < 0 or not text.endswith("\n"):
        raise malformed("note_form", "没有以空行隔开的签名行", "it has no blank line before its signatures, or ends without a newline")
    lines = text[end + 2 :].split("\n")[:-1]
    if not 0 < len(lines) <= SIGNATURES_AT_MOST:
        raise malformed(
            "note_signatures", f"有 {len(lines)} 行签名", f"it has {len(lines)} signature lines, wanted 1 to {SIGNATURES_AT_MOST}"
        )
    return Note(text[: end + 1], tuple(signature_of(line) for line in lines))


def signature_of(line: str) -> Signature:
    """A signature from its line, without newline. Raises ``MalformedError``."""
    name, blank, body = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not blank or not is_key_name(name):
        raise malformed("note_line", "签名行格式不对", "a signature line is not “— name base64”")
    data = decoded(body)
    if data is None or len(data) < 5:
        raise malformed("note_base64", "签名行不是规范的 base64", "a signature line holds no canonical base64 of a key id and a signature")
    return Signature(name, data[:4], data[4:])


def is_key_name(name: str) -> bool:
    """Whether a name may stand for a key: not empty, without blanks of any kind, plus signs and control characters."""
    return bool(name) and not any(letter.isspace() or letter == "+" or letter < " " for letter in name)


def verified(note: Note, keys: Sequence[Verifier]) -> dict[Verifier, Signature]:
    """The signatures of known keys 验证签名, each of which verifies; signatures of others are passed over.

    Raises ``BrokenChainError`` where a known key's signature does not verify, or where no known key has signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[Verifier, Signature] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None or (key in found and key.kind == "sm2"):  # slow to verify: one line of it is enough, not a hundred
            continue
        if not key.verifies(note.text, signature.signature):
            raise BrokenChainError(
                "signature_wrong",
                f"{key.name} 的签名不成立：文本或签名已被改动，不可采信。",
                f"The signature of {key.name} does not verify: the text or the signature was changed. Do not rely on it.",
                key=key.name,
            )
        found.setdefault(key, signature)
    if not found:
        names = ", ".join(dict.fromkeys(key.name for key in keys)) or "—"
        raise BrokenChainError(
            "signature_missing",
            f"没有所信任密钥（{names}）的签名，不可采信。",
            f"No trusted key ({names}) has signed this. Do not rely on it.",
            keys=names,
        )
    return found


def encoded(data: bytes) -> str:
    """Base64 as notes write it."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes | None:
    """Bytes of canonical base64; None for any other text, so that a note has one spelling only."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encoded(data) == text else None


def of_file(path: Path, error: MalformedError) -> MalformedError:
    """The same error with the file it was found in."""
    return MalformedError(error.code, f"{path}：{error.zh}", f"{path}: {error.en}", file=str(path))


def malformed(code: str, zh: str, en: str, **facts: object) -> MalformedError:
    """The error of a note, checkpoint, proof or key that is not of its form."""
    return MalformedError(code, f"签名文本格式不对：{zh}。不可采信。", f"The note is malformed: {en}. Do not rely on it.", **facts)
