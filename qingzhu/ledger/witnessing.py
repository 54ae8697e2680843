"""Witnessing 取得见证: a log asks the witnesses of its policy to cosign its newest checkpoint, and keeps what verifies.

The client side of c2sp.org/tlog-witness. What a witness does not answer, or answers wrongly, is said and never counted.
"""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from qingzhu.ledger import notes
from qingzhu.ledger.checkpoints import Checkpoint, number
from qingzhu.ledger.keys import Verifier, time_of
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import Note, Signature
from qingzhu.ledger.policies import Policy, Trusted
from qingzhu.ledger.tiles import Tiles
from qingzhu.ledger.witness import LONGEST, TEXT, Answer, Request
from qingzhu.terms.errors import EvidenceError

PATIENCE = 10.0
"""How long all witnesses together may take to answer. [s]"""

Ask = Callable[[str, bytes], Answer]
"""Posts a body to an address and gives the answer."""


@dataclass(frozen=True)
class Cosigning:
    """What became of asking one witness 见证结果: the cosignature, or why there is none."""

    witness: Trusted
    signature: Signature | None
    zh: str = ""
    en: str = ""


def cosigned(log: Log, policy: Policy, ask: Ask | None = None) -> list[Cosigning]:
    """Ask all witnesses of a policy that have an address, at once, and keep their cosignatures in the log."""
    log.refresh()
    return [] if log.note is None else cosigned_note(log, log.note, policy, ask)


def cosigned_note(log: Log, note: Note, policy: Policy, ask: Ask | None = None) -> list[Cosigning]:
    """The same for one checkpoint of the log, the newest or an earlier one."""
    asked = [one for one in policy.witnesses if one.url]
    if not asked:
        return []
    tiles, held = log.tiles, log.cosigned()
    told: dict[str, Cosigning] = {}

    def one_of_them(witness: Trusted) -> None:
        told[witness.name] = _of(tiles, held, note, witness, ask or post)

    threads = [threading.Thread(target=one_of_them, args=(one,), daemon=True) for one in asked]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = f"{PATIENCE:g} 秒内没有答复", f"it did not answer within {PATIENCE:g} s"
    found = [told.get(one.name) or Cosigning(one, None, *late) for one in asked]
    signatures = [one.signature for one in found if one.signature is not None]
    if signatures:
        log.cosign(note, signatures, lambda merged: policy.met(list(_known(merged, policy))))
    return found


def _known(note: Note, policy: Policy) -> dict[Verifier, Signature]:
    """The signatures of the policy's witnesses on a note; none where one of them is wrong."""
    try:
        return notes.verified(note, [one.key for one in policy.witnesses])
    except EvidenceError:
        return {}


def _of(tiles: Tiles, held: Note | None, note: Note, witness: Trusted, ask: Ask) -> Cosigning:
    """The cosignature of one witness: first from where it was told last, then from where it says it stands."""
    checkpoint, bare = Checkpoint.of(note.text), own_lines(note)
    try:
        answer = _asked(tiles, bare, checkpoint.size, _last(held, witness), witness, ask)
        if answer.status == 409:
            answer = _asked(tiles, bare, checkpoint.size, number(answer.body.decode("ascii", "replace").strip()), witness, ask)
        if answer.status != 200:
            said = answer.body.decode("utf-8", "replace").strip()[:200]
            return Cosigning(witness, None, f"答复 {answer.status}：{said}", f"it answered {answer.status}: {said}")
        return Cosigning(witness, _verified(note, witness, answer))
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Cosigning(witness, None, f"连接不上：{error}", f"it cannot be reached: {error}")
    except EvidenceError as error:
        return Cosigning(witness, None, error.zh, error.en)


def own_lines(note: Note) -> Note:
    """A checkpoint with the signatures of its own log only: the bytes that do not change when witnesses cosign."""
    origin = Checkpoint.of(note.text).origin
    return Note(note.text, tuple(one for one in note.signatures if one.name == origin))


def _asked(tiles: Tiles, note: Note, size: int, old: int, witness: Trusted, ask: Ask) -> Answer:
    proof = tuple(tiles.consistency(old, size)) if old <= size else ()
    return ask(f"{str(witness.url).rstrip('/')}/add-checkpoint", Request(old, proof, note).written())


def _last(held: Note | None, witness: Trusted) -> int:
    """The size this witness cosigned last, as far as the log knows."""
    known = held is not None and any((one.name, one.key_id) == (witness.key.name, witness.key.key_id) for one in held.signatures)
    return Checkpoint.of(held.text).size if held is not None and known else 0


def _verified(note: Note, witness: Trusted, answer: Answer) -> Signature:
    """The line of the witness' own key among those it answered. Raises ``EvidenceError``."""
    lines = notes.read(f"{note.text}\n".encode() + answer.body)
    return notes.verified(lines, [witness.key])[witness.key]


def post(address: str, body: bytes, media: str = TEXT, longest: int = LONGEST) -> Answer:
    """One HTTP POST; what a server answers, of whatever status, up to ``longest`` bytes of it. Raises ``OSError`` and ``ValueError``."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"{address} is no address of the web")
    request = urllib.request.Request(address, data=body, method="POST", headers={"Content-Type": media})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as told:
            return Answer(told.status, told.read(longest), told.headers.get("Content-Type", ""))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(longest), error.headers.get("Content-Type", ""))
    except http.client.HTTPException as error:
        raise OSError(f"{type(error).__name__} {error}") from error


def state_of(log: Log, policy: Policy, now: int) -> dict[str, object]:
    """Who witnessed, and how long ago 见证状态: of the newest cosigned checkpoint, what verifies; ``age`` [s], null without any."""
    newest, quorum = log.cosigned(), log.cosigned(quorum=True)
    note = newest if newest is not None and (quorum is None or policy.met(list(_known(newest, policy)))) else quorum
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
