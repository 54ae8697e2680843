"""Keys 密钥: who may sign a checkpoint, by which algorithm, and how the lines of c2sp.org/signed-note spell them.

| kind | type byte | signs |
| `ed25519` | 0x01 | the text of the note (c2sp.org/signed-note) |
| `cosignature` | 0x04 | text and time, Ed25519 (c2sp.org/tlog-cosignature) |
| `ml-dsa-44` | 0x06 | size, root, origin, name and time of a checkpoint (c2sp.org/tlog-cosignature) |
| `sm2` | 0xff and ``qingzhu/sm2-with-sm3/v1`` | the text, SM2 with SM3 (GB/T 32918.2); clients that don't know it pass it over |
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from qingzhu.ledger.checkpoints import LARGEST, Checkpoint, cosigned_message, subtree_message
from qingzhu.ledger.notes import Signature, decoded, encoded, is_key_name, malformed
from qingzhu.terms.errors import MalformedError

Kind = Literal["ed25519", "cosignature", "ml-dsa-44", "sm2"]

_SM2_NAME = b"qingzhu/sm2-with-sm3/v1"
TYPES: dict[Kind, bytes] = {"ed25519": b"\x01", "cosignature": b"\x04", "ml-dsa-44": b"\x06", "sm2": b"\xff" + _SM2_NAME}
"""What stands before the public key of each kind."""

LENGTHS: dict[Kind, int] = {"ed25519": 32, "cosignature": 32, "ml-dsa-44": 1312, "sm2": 65}
"""Length of a public key. [byte]"""

TIMED: frozenset[Kind] = frozenset({"cosignature", "ml-dsa-44"})
"""Kinds whose signature begins with a time, 8 bytes, big-endian. [s since 1970]"""

SM2_IDENTITY = b"1234567812345678"
"""The identity SM2 mixes into what it signs where nobody agreed on another, GM/T 0009."""

_SM2_PRIME = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
_SM2_B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
"""The curve y² = x³ − 3x + b of SM2, GB/T 32918.5. Its order is prime: every point on it is a public key."""

_PRIVATE = "PRIVATE+KEY+"


def key_id(name: str, kind: Kind, public: bytes) -> bytes:
    """The four bytes by which signature lines name a key."""
    return hashlib.sha256(name.encode() + b"\n" + TYPES[kind] + public).digest()[:4]


@dataclass(frozen=True)
class Verifier:
    """A public key 公钥 with its name."""

    name: str
    kind: Kind
    public: bytes = field(repr=False)

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name it."""
        return key_id(self.name, self.kind, self.public)

    def line(self) -> str:
        """The key as text, ``name+id+base64``: what others are told (*vkey*)."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(TYPES[self.kind] + self.public)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether the signature of a line is this key's over the text of a note."""
        if self.kind not in TIMED:
            return _VERIFY[self.kind](self.public, signature, text.encode())
        time, rest = time_of(signature), signature[8:]
        if time > LARGEST:
            return False
        try:
            message = self.message(text, time)
        except MalformedError:  # only a checkpoint can be cosigned
            return False
        return _VERIFY[self.kind](self.public, rest, message)

    def message(self, text: str, time: int) -> bytes:
        """What a cosigner signs. Raises ``MalformedError`` where the text is no checkpoint."""
        checkpoint = Checkpoint.of(text)
        return cosigned_message(text, time) if self.kind == "cosignature" else subtree_message(self.name, time, checkpoint)


@dataclass(frozen=True)
class Signer:
    """A private key 私钥 with its name."""

    name: str
    kind: Kind
    secret: bytes = field(repr=False)

    @cached_property
    def verifier(self) -> Verifier:
        """Its public key."""
        return Verifier(self.name, self.kind, _PUBLIC[self.kind](self.secret))

    def sign(self, text: str, time: int = 0) -> Signature:
        """The signature line over a note's text; ``time`` [s since 1970] is said by cosigners only."""
        if self.kind in TIMED:
            message = self.verifier.message(text, time)
            signature = time.to_bytes(8, "big") + _SIGN[self.kind](self, message)
        else:
            signature = _SIGN[self.kind](self, text.encode())
        return Signature(self.name, self.verifier.key_id, signature)

    def line(self) -> str:
        """The key as text. Whoever has it can sign."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encoded(TYPES[self.kind] + self.secret)}"


def time_of(signature: bytes) -> int:
    """The time [s since 1970] a cosignature says."""
    return int.from_bytes(signature[:8], "big")


def verifier_of(line: str) -> Verifier:
    """A public key from its line 读公钥. Raises ``MalformedError`` for an unknown kind, or an id that is not the key's."""
    name, id, kind, public = _parts(line)
    if len(public) != LENGTHS[kind] or key_id(name, kind, public).hex() != id:
        raise malformed("key_id", "公钥与其编号不符", "the id of the key is not that of the key", key=name)
    return Verifier(name, kind, public)


def signer_of(line: str) -> Signer:
    """A private key from its line 读私钥. Raises ``MalformedError``."""
    if not line.startswith(_PRIVATE):
        raise malformed("key_private", "不是私钥", "it is no private key")
    name, id, kind, secret = _parts(line.removeprefix(_PRIVATE))
    if len(secret) != 32:
        raise malformed("key_private", "私钥长度不对", "a private key has 32 bytes", key=name)
    signer = Signer(name, kind, secret)
    if signer.verifier.key_id.hex() != id:
        raise malformed("key_id", "私钥与其编号不符", "the id of the key is not that of the key", key=name)
    return signer


def made(name: str, kind: Kind, secret: bytes) -> Signer:
    """A key of 32 secret bytes that the caller drew at random 新建密钥. Raises ``MalformedError`` for a name no key may have."""
    if not is_key_name(name) or len(name.encode()) > 255:
        raise malformed("key_name", f"密钥名“{name}”含空白或加号", f"the key name {name!r} is empty, long or holds a blank or a plus sign")
    return Signer(name, kind, secret)


def _parts(line: str) -> tuple[str, str, Kind, bytes]:
    name, _, rest = line.partition("+")
    id, _, body = rest.partition("+")
    data = decoded(body)
    if not is_key_name(name) or data is None:
        raise malformed("key_form", "密钥须为“名称+编号+base64”", "a key is “name+id+base64”")
    for kind, mark in TYPES.items():
        if data.startswith(mark):
            return name, id, kind, data[len(mark) :]
    raise malformed("key_kind", "不认识的密钥类型", "a key of this type is not known", key=name)


# ---- the algorithms: imported when used, as most commands sign nothing ------------------------------------------------------


def _ed25519_public(secret: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _ed25519_sign(signer: Signer, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(signer.secret).sign(message)


def _ed25519_verify(public: bytes, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ml_dsa_public(secret: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    return MLDSA44PrivateKey.from_seed_bytes(secret).public_key().public_bytes_raw()


def _ml_dsa_sign(signer: Signer, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

    return MLDSA44PrivateKey.from_seed_bytes(signer.secret).sign(message)


def _ml_dsa_verify(public: bytes, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _sm2_public(secret: bytes) -> bytes:
    from gmalg import SM2

    return bytes(SM2().generate_pk(secret))


def _sm2_sign(signer: Signer, message: bytes) -> bytes:
    from gmalg import SM2

    first, second = SM2(signer.secret, SM2_IDENTITY, signer.verifier.public).sign(message)
    return bytes(first).rjust(32, b"\x00") + bytes(second).rjust(32, b"\x00")  # gmalg leaves leading zeros out


def _sm2_verify(public: bytes, signature: bytes, message: bytes) -> bool:
    from gmalg import SM2
    from gmalg.errors import GMError

    if len(signature) != 64 or not _on_the_curve(public):
        return False
    try:
        return bool(SM2(uid=SM2_IDENTITY, pk=public).verify(message, signature[:32], signature[32:]))
    except GMError:
        return False


def _on_the_curve(public: bytes) -> bool:
    """Whether ``04 ‖ x ‖ y`` is a point of the curve; gmalg multiplies by the order too, which takes as long as half a verification."""
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    formed = len(public) == LENGTHS["sm2"] and public[0] == 4 and max(x, y) < _SM2_PRIME
    return formed and (y * y - x * x * x + 3 * x - _SM2_B) % _SM2_PRIME == 0


_PUBLIC: dict[Kind, Callable[[bytes], bytes]] = {
    "ed25519": _ed25519_public, "cosignature": _ed25519_public, "ml-dsa-44": _ml_dsa_public, "sm2": _sm2_public,
}  # fmt: skip
_SIGN: dict[Kind, Callable[[Signer, bytes], bytes]] = {
    "ed25519": _ed25519_sign, "cosignature": _ed25519_sign, "ml-dsa-44": _ml_dsa_sign, "sm2": _sm2_sign,
}  # fmt: skip
_VERIFY: dict[Kind, Callable[[bytes, bytes, bytes], bool]] = {
    "ed25519": _ed25519_verify, "cosignature": _ed25519_verify, "ml-dsa-44": _ml_dsa_verify, "sm2": _sm2_verify,
}  # fmt: skip
