"""Time stamps 时间戳 (RFC 3161): an authority says that it saw the signed bytes of a checkpoint at a time.

What is stamped is the SHA-256 of the note with its log's own signature lines, so ``openssl ts -verify`` checks it without us.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from qingzhu.ledger.anchors import Finding, Receipt, malformed
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.notes import Note, decoded, encoded
from qingzhu.ledger.witness import Answer
from qingzhu.ledger.witnessing import post
from qingzhu.terms.errors import BrokenChainError, EvidenceError, MalformedError, MissingError
from qingzhu.terms.lines import clean

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

LONGEST = 1 << 20
"""A longer answer is not read. [byte] A token with its certificates has some kB."""

_CERTIFICATES = 0xA0
"""The tag of the certificates in a token, RFC 5652 5.1."""

QUERY = "application/timestamp-query"


@dataclass(frozen=True)
class TimeStamps:
    """A time stamping authority as a sink 时间戳锚定. ``roots`` is a PEM file of the certificates that its own must lead to."""

    name: str
    url: str
    roots: Path
    kind: str = "rfc3161"

    def anchor(self, note: Note) -> Receipt:
        """Have the checkpoint stamped. Raises ``EvidenceError`` for an answer that is no stamp of it, ``OSError`` without an answer."""
        rfc3161 = _library()
        request = rfc3161.TimestampRequestBuilder(note.written(), rfc3161.HashAlgorithm.SHA256).build()
        answer = post(self.url, request.as_bytes(), QUERY, LONGEST)
        if answer.status != 200:
            raise _refused(answer)
        receipt = Receipt(self.name, self.kind, note, {"token": encoded(answer.body)})
        self._stamp(receipt, request.nonce)
        return receipt

    def held(self, receipt: Receipt, *, ask: bool = False) -> Finding:
        """Whether the token is one of the authority over this checkpoint; nobody is asked."""
        stamp = self._stamp(receipt, None).tst_info
        who = stamp.name
        named = ", ".join(clean(attribute.value) for attribute in getattr(who, "value", ()) if isinstance(attribute.value, str))
        zh, en = "时间戳成立", "the time stamp verifies"
        by = f" ({named})" if named else ""
        return Finding("holds", f"{zh}{by}", f"{en}{by}", int(stamp.gen_time.timestamp()))

    def told(self, origin: str) -> list[Checkpoint]:
        """None: an authority keeps no list."""
        return []

    def _stamp(self, receipt: Receipt, nonce: int | None) -> TimeStampResponse:
        """The token, verified: imprint, signature, certificate for time stamping, chain at its time, and the nonce where one is given."""
        rfc3161 = _library()
        token = receipt.proof.get("token")
        data = decoded(token) if isinstance(token, str) and set(receipt.proof) == {"token"} else None
        if data is None:
            raise malformed("没有时间戳", "it has no time stamp token")
        verifier = rfc3161.VerifierBuilder(roots=self._trusted(), nonce=nonce).build()
        try:
            response = rfc3161.decode_timestamp_response(_in_order(data))
        except Exception as error:  # the library raises ValueError and TypeError for what it cannot read
            why = _why(error)
            raise MalformedError(
                "time_stamp_unread",
                f"读不出时间戳：它已损坏，或其编码不是本程序所能读的（{why}）；openssl ts -verify 或可读出。",
                f"The time stamp cannot be read: it was damaged, or is written in a form this program does not read ({why})."
                " openssl ts -verify may read it.",
                sink=self.name,
            ) from error
        try:
            verifier.verify_message(response, receipt.note.written())
        except Exception as error:  # its own errors, ValueError and TypeError
            why = _why(error)
            raise BrokenChainError(
                "time_stamp_wrong",
                f"时间戳不成立：检查点或时间戳已被改动，或并非所信任的机构所签（{why}）。",
                f"The time stamp does not verify: checkpoint or token were changed, or it is of no trusted authority ({why}).",
                sink=self.name,
            ) from error
        return cast("TimeStampResponse", response)

    def _trusted(self) -> list[Certificate]:
        from cryptography.x509 import load_pem_x509_certificates

        try:
            return load_pem_x509_certificates(self.roots.read_bytes())
        except (OSError, ValueError) as error:
            zh, en = f"没有可用的根证书文件 {self.roots}（PEM）", f"There is no file of root certificates {self.roots} (PEM)"
            raise MissingError("roots_missing", f"{zh}：{error}", f"{en}: {error}", file=str(self.roots)) from error


def _in_order(data: bytes) -> bytes:
    """The same answer with the certificates of its token in the order that DER asks of a set.

    Authorities send them in the order of the chain; nobody signs that order, and the library reads no other than DER's. What is not
    of this form is given back as it is.

    answer SEQUENCE { status, token SEQUENCE { type, [0] { signed SEQUENCE { …, certificates [0] { each } … } } } }
    """
    try:
        (answer,) = _elements(data, (0, 0, len(data)))
        token = _elements(data, answer)[1]
        (signed,) = _elements(data, _elements(data, token)[1])
        held = next(one for one in _elements(data, signed) if data[one[0]] == _CERTIFICATES)
        each = sorted(data[start:end] for start, _, end in _elements(data, held))
    except (ValueError, IndexError, StopIteration):
        return data
    return data[: held[1]] + b"".join(each) + data[held[2] :]


def _elements(data: bytes, of: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    """What an element of DER is made of: where each begins, where its content begins, where it ends. Raises ``ValueError``."""
    _, at, last = of
    found = []
    while at < last:
        start, length, at = at, data[at + 1], at + 2
        if length >= 0x80:  # so many bytes of length follow
            more = length - 0x80
            length, at = int.from_bytes(data[at : at + more]), at + more
        found.append((start, at, at + length))
        at += length
    if at != last:
        raise ValueError
    return found


def _why(error: Exception) -> str:
    return clean(str(error).partition(": ErrorStack")[0][:200])


def _refused(answer: Answer) -> EvidenceError:
    return EvidenceError("anchor_refused", f"时间戳机构答复 {answer.status}。", f"The time stamping authority answered {answer.status}.")


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise MissingError(
            "extra_missing",
            "时间戳需要 rfc3161-client：请执行 pip install qingzhu[anchors]。",
            "Time stamps need rfc3161-client: pip install qingzhu[anchors]",
        ) from None
    return rfc3161_client
