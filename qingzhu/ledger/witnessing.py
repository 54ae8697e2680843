"""Witnessing 取得见证: a log asks the witnesses of its policy to cosign its newest checkpoint, and keeps what verifies.

The client side of c2sp.org/tlog-witness. What a witness does not answer, or answers wrongly, is said and never counted.
"""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from qingzhu.ledger import notes
from qingzhu.ledger.checkpoints import Checkpoint, number
from qingzhu.ledger.keys import Verifier, time_of
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import Note, Signature
from qingzhu.ledger.policies import Policy, Trusted, cosignatures
from qingzhu.ledger.tiles import Tiles
from qingzhu.ledger.witness import LONGEST, TEXT, Answer, Request
from qingzhu.terms.errors import EvidenceError
from qingzhu.terms.lines import clean

PATIENCE = 10.0
"""How long all witnesses together may take to answer, however slowly they do. [s]"""

Ask = Callable[[str, bytes], Answer]
"""Posts a body to an address and gives the answer."""


@dataclass(frozen=True)
class Cosigning:
    """What became of asking one witness 见证结果: the cosignature, or why there is none."""

    witness: Trusted
    signature: Signature | None
    zh: str = ""
    en: str = ""


def cosigned(log: Log, policy: Policy, ask: Ask | None = None, patience: float = PATIENCE) -> list[Cosigning]:
    """Ask all witnesses of a policy that have an address, at once, and keep their cosignatures in the log; within ``patience`` [s]."""
    log.refresh()
    return [] if log.note is None else cosigned_note(log, log.note, policy, ask, patience)


def cosigned_note(log: Log, note: Note, policy: Policy, ask: Ask | None = None, patience: float = PATIENCE) -> list[Cosigning]:
    """The same for one checkpoint of the log, the newest or an earlier one."""
    asked = [one for one in policy.witnesses if one.url]
    if not asked:
        return []
    tiles, held = log.tiles, [one for one in (log.cosigned(), log.cosigned(quorum=True)) if one is not None]
    told: dict[str, Cosigning] = {}

    def one_of_them(witness: Trusted) -> None:
        told[witness.name] = _of(tiles, held, note, witness, ask or post)

    threads = [threading.Thread(target=one_of_them, args=(one,), daemon=True) for one in asked]
    for thread in threads:
        thread.start()
    until = time.monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = f"{patience:g} 秒内没有答复", f"it did not answer within {patience:g} s"
    found = [told.get(one.name) or Cosigning(one, None, *late) for one in asked]
    signatures = [one.signature for one in found if one.signature is not None]
    if signatures:
        log.cosign(note, signatures, lambda merged: policy.met(list(_known(merged, policy))))
    return found


def _known(note: Note, policy: Policy) -> dict[Verifier, Signature]:
    """The signatures of the policy's witnesses on a note; none where one of them is wrong."""
    try:
        return cosignatures(note, [one.key for one in policy.witnesses])
    except EvidenceError:
        return {}


def _of(tiles: Tiles, held: Sequence[Note], note: Note, witness: Trusted, ask: Ask) -> Cosigning:
    """The cosignature of one witness: first from where it was told last, then from where it says it stands."""
    size, bare, last = Checkpoint.of(note.text).size, own_lines(note), _last(held, witness)
    try:
        if last > size:
            return Cosigning(witness, None, *_elsewhere(last, last, size))
        answer = _asked(tiles, bare, size, last, witness, ask)
        if answer.status == 409:
            stands = number(answer.body.decode("ascii", "replace").strip())
            if stands < last or stands > size:
                return Cosigning(witness, None, *_elsewhere(stands, last, size))
            answer = _asked(tiles, bare, size, stands, witness, ask)
        if answer.status != 200:
            said = clean(answer.body.decode("utf-8", "replace")[:200])
            return Cosigning(witness, None, f"答复 {answer.status}：{said}", f"it answered {answer.status}: {said}")
        return Cosigning(witness, _verified(note, witness, answer))
    except EvidenceError as error:
        return Cosigning(witness, None, error.zh, error.en)
    except Exception as error:  # whatever it sends: one witness keeps nobody from hearing the others
        return Cosigning(witness, None, f"连接不上：{clean(error)}", f"it cannot be reached: {clean(error)}")


def _elsewhere(stands: int, last: int, size: int) -> tuple[str, str]:
    """Why a witness that stands elsewhere is not asked again: it forgot, or the log did."""
    if stands < last:
        return (
            f"它称只见证到 {stands} 条，而它对 {last} 条的见证存在本日志中：其状态已丢失或被恢复成旧副本，这把密钥不可再信",
            f"it says it stands at {stands} entries, but the log holds its cosignature of {last}: its state was lost or put back to an"
            " older copy, so that key is not to be trusted any more",
        )
    return (
        f"它已见证 {stands} 条，多于此检查点的 {size} 条：旧检查点不再见证；若这是最新的检查点，日志已被恢复成旧副本",
        f"it has cosigned {stands} entries, more than the {size} of this checkpoint: an older one is not cosigned again; if it is the"
        " newest, the log was put back to an older copy",
    )


def own_lines(note: Note) -> Note:
    """A checkpoint with the signatures of its own log only: the bytes that do not change when witnesses cosign."""
    origin = Checkpoint.of(note.text).origin
    return Note(note.text, tuple(one for one in note.signatures if one.name == origin))


def _asked(tiles: Tiles, note: Note, size: int, old: int, witness: Trusted, ask: Ask) -> Answer:
    proof = tuple(tiles.consistency(old, size)) if old <= size else ()
    return ask(f"{str(witness.url).rstrip('/')}/add-checkpoint", Request(old, proof, note).written())


def _last(held: Sequence[Note], witness: Trusted) -> int:
    """The size this witness cosigned last, as far as the log holds its signature."""
    sizes = [0]
    for note in held:
        with suppress(EvidenceError):  # it has none, or a damaged one
            notes.verified(note, [witness.key])
            sizes.append(Checkpoint.of(note.text).size)
    return max(sizes)


def _verified(note: Note, witness: Trusted, answer: Answer) -> Signature:
    """The line of the witness' own key among those it answered, of a time. Raises ``EvidenceError``."""
    lines = notes.read(f"{note.text}\n".encode() + answer.body)
    signature = notes.verified(lines, [witness.key])[witness.key]
    if not time_of(signature.signature):
        raise EvidenceError("cosignature_timeless", "它的见证签名没有时间", "its cosignature has no time")
    return signature


def post(address: str, body: bytes, media: str = TEXT, longest: int = LONGEST) -> Answer:
    """One HTTP POST; what a server answers, of whatever status, up to ``longest`` bytes of it. Raises ``OSError`` and ``ValueError``.

    The words of an error may be the server's (its status line, where it sends on to): they are clean.
    """
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"{address} is no address of the web")
    request = urllib.request.Request(address, data=body, method="POST", headers={"Content-Type": media})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as told:
            return Answer(told.status, told.read(longest), told.headers.get("Content-Type", ""))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(longest), error.headers.get("Content-Type", ""))
    except urllib.error.URLError as error:
        raise OSError(clean(getattr(error.reason, "strerror", None) or error.reason)) from error
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(clean(f"{type(error).__name__} {error}")) from error


def state_of(log: Log, policy: Policy, now: int, entry: int = -1) -> dict[str, object]:
    """Who witnessed, and how long ago 见证状态: of the newest cosigned checkpoint, or the newest with a quorum; ``age`` [s].

    One that holds ``entry`` goes before one that does not. ``size`` and ``age`` are null where nobody cosigned.
    """
    kept = [note for note in (log.cosigned(), log.cosigned(quorum=True)) if note is not None]
    holding = [note for note in kept if Checkpoint.of(note.text).size > entry] or kept
    enough = [note for note in holding if policy.met(list(_known(note, policy)))]
    note = next(iter(enough or holding), None)
    found = _known(note, policy) if note is not None else {}
    by_key = {one.key: one.name for one in policy.witnesses}
    times = [time_of(signature.signature) for signature in found.values()]
    return {
        "size": Checkpoint.of(note.text).size if note is not None and found else None,
        "witnesses": len(policy.witnesses),
        "cosigned_by": sorted(by_key[key] for key in found),
        "quorum": policy.least,
        "met": policy.met(list(found)),
        "age": now - max(times) if times else None,
    }
