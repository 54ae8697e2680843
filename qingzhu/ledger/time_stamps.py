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
from qingzhu.terms.errors import BrokenChainError, EvidenceError, MissingError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

LONGEST = 1 << 20
"""A longer answer is not read. [byte] A token with its certificates has some kB."""

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
        named = ", ".join(attribute.value for attribute in getattr(who, "value", ()) if isinstance(attribute.value, str))
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
            response = rfc3161.decode_timestamp_response(data)
            verifier.verify_message(response, receipt.note.written())
        except Exception as error:  # the library raises its own, ValueError and TypeError for tokens that are no tokens
            why = str(error).partition(": ErrorStack")[0][:200]
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
