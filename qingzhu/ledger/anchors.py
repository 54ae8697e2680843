"""Anchors 锚定: a checkpoint of the log given to others who keep it or say when they saw it, and the receipt. Article 三（四）: 区块链.

One interface, ``AnchorSink``: witnesses (here), a time stamp of RFC 3161 (``time_stamps``), a contract on an EVM chain (``chains``).
Receipts lie under ``log/anchors/`` as ``docs/spec/anchor.md`` has them, durable, and are held to the log later without any network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from qingzhu.ledger import notes
from qingzhu.ledger.checkpoints import Checkpoint, signed
from qingzhu.ledger.files import sync_folder, write_durably
from qingzhu.ledger.journal import canonical
from qingzhu.ledger.keys import Verifier, time_of
from qingzhu.ledger.locks import Lock
from qingzhu.ledger.log import WAIT, Log
from qingzhu.ledger.notes import Note
from qingzhu.ledger.policies import Policy, cosignatures
from qingzhu.ledger.witnessing import Ask, cosigned_note, own_lines
from qingzhu.terms.errors import BrokenChainError, EvidenceError, MalformedError, QingzhuError
from qingzhu.terms.lines import clean

FORMAT = "qingzhu-anchor/1"
"""The format of a receipt."""

FOLDER = "anchors"
"""Where receipts lie, below the log."""

WITNESSES = "witnesses"
"""The name of the sink that the witnesses of ``keys/policy`` are."""

LATEST = 253_402_300_800
"""The year 10,000: a later time is none. [s since 1970]"""

State = Literal["holds", "told", "short", "unknown", "broken"]
"""What is known of a receipt: verified; as a network answered, to be asked again; no quorum; not to be verified here; wrong."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_FILE = re.compile(r"(0|[1-9][0-9]{0,18})-([a-z0-9][a-z0-9-]{0,39})\.json")


@dataclass(frozen=True)
class Receipt:
    """What a sink gave for a checkpoint 锚定回执: its name and kind, the checkpoint as its log signed it, what proves it."""

    sink: str
    kind: str
    note: Note
    proof: Mapping[str, Any]

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint, not verified."""
        return Checkpoint.of(self.note.text)

    @property
    def file(self) -> str:
        """The name of its file: ``<size>-<sink>.json``."""
        return f"{self.checkpoint.size}-{self.sink}.json"

    def written(self) -> bytes:
        """Its bytes: canonical JSON."""
        data = {"format": FORMAT, "kind": self.kind, "note": self.note.written().decode(), "proof": self.proof, "sink": self.sink}
        return canonical(data)


@dataclass(frozen=True)
class Finding:
    """What a receipt is worth 核验结果: the state, the time it proves [s since 1970], null without one, and words."""

    state: State
    zh: str
    en: str
    at: int | None = None


class AnchorSink(Protocol):
    """Someone to whom a checkpoint is given 锚定方."""

    @property
    def name(self) -> str:
        """Its name, unique in a store: lower-case letters, digits, hyphens."""

    @property
    def kind(self) -> str:
        """``witness``, ``rfc3161`` or ``evm``."""

    def anchor(self, note: Note) -> Receipt:
        """Give it a checkpoint signed by its log, and get the receipt. Raises ``QingzhuError`` and ``OSError``."""

    def held(self, receipt: Receipt, *, ask: bool = False) -> Finding:
        """Whether a receipt proves what it says, without a network unless ``ask``. Raises ``QingzhuError`` and ``OSError``."""

    def told(self, origin: str) -> list[Checkpoint]:
        """All checkpoints of a log that this account gave it, where it can be asked for them; none elsewhere."""


@dataclass(frozen=True)
class Witnesses:
    """The witnesses of a policy as a sink 见证锚定: the receipt holds their cosignatures."""

    log: Log
    policy: Policy
    ask: Ask | None = None
    name: str = WITNESSES
    kind: str = "witness"

    def anchor(self, note: Note) -> Receipt:
        """Ask all of them, and keep also what they cosigned of this checkpoint before. Raises ``MissingError`` without a key of the log."""
        found = cosigned_note(self.log, note, self.policy, self.ask)
        signatures = [one.signature for one in found if one.signature is not None]
        kept = self.log.cosigned()
        everything = (kept if kept is not None and kept.text == note.text else note).signed_too(signatures)
        lines = "".join(one.line() for one in everything.signatures if one not in note.signatures)
        if not lines:
            said = [(f"{one.witness.name}：{one.zh}", f"{one.witness.name}: {one.en}") for one in found]
            zh, en = "；".join(one for one, _ in said), "; ".join(one for _, one in said)
            raise EvidenceError("anchor_refused", f"没有见证人签名：{zh}。", f"No witness cosigned: {en}.")
        return Receipt(self.name, self.kind, note, {"cosignatures": lines})

    def held(self, receipt: Receipt, *, ask: bool = False) -> Finding:
        """Whether the cosignatures verify and are a quorum; nobody is asked."""
        lines = receipt.proof.get("cosignatures")
        if not isinstance(lines, str) or set(receipt.proof) != {"cosignatures"}:
            raise malformed("没有见证签名", "it has no cosignatures")
        cosigned = notes.read(f"{receipt.note.text}\n{lines}".encode())
        found = cosignatures(cosigned, [one.key for one in self.policy.witnesses])
        if not found:
            raise malformed("没有一个见证人的签名计入", "no cosignature of a witness of the policy counts")
        names = ", ".join(sorted(one.name for one in self.policy.witnesses if one.key in found))
        count, of = len(found), len(self.policy.witnesses)
        state: State = "holds" if self.policy.met(list(found)) else "short"
        zh, en = ("达到法定数", "a quorum") if state == "holds" else ("未达法定数", "no quorum")
        at = max(time_of(one.signature) for one in found.values())
        return Finding(state, f"{count}/{of} 见证（{names}），{zh}", f"{count} of {of} witnesses ({names}), {en}", at)

    def told(self, origin: str) -> list[Checkpoint]:
        """None: a witness is not asked what it holds."""
        return []


@dataclass(frozen=True)
class Anchoring:
    """What became of giving the newest checkpoint to a sink 锚定结果. ``finding`` is what the receipt is worth, None without one."""

    sink: str
    size: int
    finding: Finding | None
    zh: str = ""
    en: str = ""


def anchored(log: Log, sinks: Sequence[AnchorSink], keys: Sequence[Verifier]) -> list[Anchoring]:
    """Give the newest checkpoint to each sink and keep the receipts 锚定; what became of each.

    ``keys`` are the log's own. A receipt that holds already is left as it is; one that does not hold when it comes is not kept. A crash
    between the sink's answer and the file loses the receipt: asked again, a witness and an authority give another, a chain is found to
    have it already.
    """
    log.refresh()
    assert log.note is not None
    note, folder = own_lines(log.note), log.folder / FOLDER
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
    lock = Lock(folder / "lock", WAIT, ("锚定回执", "receipts"))
    try:
        return [_given(log, note, sink, keys, folder) for sink in sinks]
    finally:
        lock.release()


def _given(log: Log, note: Note, sink: AnchorSink, keys: Sequence[Verifier], folder: Path) -> Anchoring:
    size = Checkpoint.of(note.text).size
    path = folder / f"{size}-{sink.name}.json"
    try:
        kept = verified(log, keys, [sink], path) if path.exists() else None
        if kept is not None and kept.state in ("holds", "told"):
            return Anchoring(sink.name, size, kept)
        receipt = sink.anchor(note)
        finding = _worth(log, keys, sink, receipt, ask=False)
        if finding.state == "broken":
            return Anchoring(sink.name, size, None, finding.zh, finding.en)
        write_durably(path, receipt.written())
        return Anchoring(sink.name, size, finding)
    except QingzhuError as error:
        return Anchoring(sink.name, size, None, error.zh, error.en)
    except (OSError, ValueError) as error:
        return Anchoring(sink.name, size, None, f"连接不上：{error}", f"it cannot be reached: {error}")


def files(log: Log) -> list[Path]:
    """The receipts of a log 回执文件, the newest checkpoint first."""
    named = [(path, _FILE.fullmatch(path.name)) for path in (log.folder / FOLDER).glob("*.json")]
    found = [(-int(match[1]), match[2], path) for path, match in named if match]
    return [path for _, _, path in sorted(found)]


def verified(log: Log, keys: Sequence[Verifier], sinks: Sequence[AnchorSink], path: Path, *, ask: bool = False) -> Finding:
    """Hold the receipt in a file to the log 核验回执: form, signature of the log, root, and what the sink makes of it. Never raises
    for a receipt that is wrong: the finding says so."""
    try:
        receipt = read(path.read_bytes())
        if receipt.file != path.name:
            raise malformed(f"文件名应为 {receipt.file}", f"its file should be called {receipt.file}")
    except EvidenceError as error:
        return Finding("broken", error.zh, error.en)
    sink = next((one for one in sinks if (one.name, one.kind) == (receipt.sink, receipt.kind)), None)
    return _worth(log, keys, sink, receipt, ask)


def _worth(log: Log, keys: Sequence[Verifier], sink: AnchorSink | None, receipt: Receipt, ask: bool) -> Finding:
    try:
        signed(receipt.note, keys)
        agrees(log, receipt.checkpoint)
        if sink is None:
            zh = f"keys/anchors.toml 中没有名为 {receipt.sink} 的 {receipt.kind} 锚定方，无从核验"
            return Finding("unknown", zh, f"keys/anchors.toml names no {receipt.kind} sink {receipt.sink}, so nobody can tell")
        finding = sink.held(receipt, ask=ask)
        if finding.at is not None and not 0 <= finding.at < LATEST:
            raise malformed("时间不成立", "its time is none")
        return finding
    except EvidenceError as error:
        unknown = error.code in ("extra_missing", "roots_missing", "chain_silent")
        return Finding("unknown" if unknown else "broken", error.zh, error.en)
    except OSError as error:
        return Finding("unknown", f"连接不上：{error}", f"it cannot be reached: {error}")


def agrees(log: Log, checkpoint: Checkpoint) -> None:
    """That a checkpoint is one of this log, by its tiles. Raises ``BrokenChainError`` for a fork or a log that was put back."""
    if checkpoint.origin != log.checkpoint.origin:
        zh, en = f"属于账本“{clean(checkpoint.origin)}”", f"it is of the log {checkpoint.origin!r}"
    elif checkpoint.size > log.size:
        zh, en = f"账本曾有 {checkpoint.size} 条，现只有 {log.size} 条", f"the log had {checkpoint.size} entries, it has {log.size} now"
    elif log.tiles.root(checkpoint.size) != checkpoint.root:
        zh, en = f"前 {checkpoint.size} 条的根与账本不同", f"the root over the first {checkpoint.size} entries is not the log's"
    else:
        return
    raise BrokenChainError("anchor_differs", f"锚定的检查点与账本不符：{zh}。", f"What was anchored is not this log: {en}.")


def strays(log: Log, sinks: Sequence[AnchorSink]) -> Iterator[tuple[AnchorSink, Checkpoint, EvidenceError]]:
    """Checkpoints under this log's name that a sink was given and that are not of this log 分叉: asked of those that can be asked."""
    for sink in sinks:
        told = sink.told(log.checkpoint.origin)
        log.refresh()
        for checkpoint in told:
            try:
                agrees(log, checkpoint)
            except EvidenceError as error:
                yield sink, checkpoint, error


def read(data: bytes) -> Receipt:
    """A receipt from its bytes 读回执. Raises ``MalformedError`` for any other format, and where it is not in its one spelling."""
    try:
        held = json.loads(data)
        receipt = Receipt(held["sink"], held["kind"], notes.read(held["note"].encode()), held["proof"])
        if not (_NAME.fullmatch(receipt.sink) and _NAME.fullmatch(receipt.kind) and isinstance(receipt.proof, dict)):
            raise ValueError
        if own_lines(receipt.note) != receipt.note:
            raise ValueError
        whole = receipt.written() == data
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise malformed(f"不是 {FORMAT}", f"it is no {FORMAT}") from None
    if not whole:
        raise malformed("不是其唯一写法", "it is not in its one spelling")
    return receipt


def is_name(name: object) -> bool:
    """Whether a sink may be called so."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None and name != WITNESSES


def malformed(zh: str, en: str) -> MalformedError:
    """The error of a receipt that is not of its form."""
    return MalformedError("anchor_malformed", f"锚定回执格式不对：{zh}。不可采信。", f"The receipt is malformed: {en}. Do not rely on it.")
