"""The log of a store 证据库的存证日志: its keys, and an entry for every record of the journal.

The journal is the queue: entry ``i`` is made from the record at position ``i + 1``, so what a crash left unlogged is what the log is
shorter by, and the next act logs it. ``docs/spec/log.md``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from qingzhu.ledger import policies
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.entries import FORMAT, entry_of, form_of
from qingzhu.ledger.files import sync_folder, write_durably, write_secret
from qingzhu.ledger.journal import Record
from qingzhu.ledger.keys import Kind, Signer, Verifier, made, signer_of, verifier_of
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import Note, malformed, of_file, verified
from qingzhu.ledger.policies import Policy
from qingzhu.terms.errors import BrokenChainError, MalformedError, MissingError

KINDS: tuple[Kind, ...] = ("ed25519", "ml-dsa-44", "sm2")
"""What a log signs its checkpoints with: the first for every client, the second against quantum computers, the third for 国密."""

Key = TypeVar("Key", Signer, Verifier)

SECRETS, PUBLIC, SIGNED, POLICY = "log.key", "log.pub", "signed", "policy"
"""Files of the folder of keys: private keys (whoever has them can sign), public keys, the last checkpoint signed, the witnesses to ask."""


def signers(keys: Path) -> list[Signer]:
    """The private keys of a folder 私钥, none where it has none or they are another's. Raises ``MalformedError``."""
    try:
        return _read(keys / SECRETS, signer_of)
    except PermissionError:  # who may not sign may read
        return []


def verifiers(keys: Path) -> list[Verifier]:
    """The public keys of a folder 公钥, those of its private keys where they are not written down. Raises ``MalformedError``."""
    return _read(keys / PUBLIC, verifier_of) or [signer.verifier for signer in signers(keys)]


def policy_of(keys: Path) -> Policy:
    """The witnesses to ask, and how many are a quorum 见证策略; none where there is no such file. Raises ``MalformedError``."""
    path = keys / POLICY
    if not path.is_file():
        return Policy()
    own = verifiers(keys)
    try:
        return policies.read(path.read_bytes().decode(), own)
    except MalformedError as error:
        raise of_file(path, error) from None
    except UnicodeDecodeError:
        raise of_file(path, malformed("policy_encoding", "不是 UTF-8", "it is not UTF-8")) from None


def make_keys(keys: Path, origin: str | None = None) -> list[Signer]:
    """Draw new keys and write them 新建密钥. Without ``origin`` the log is named by its first key. Raises ``MalformedError``."""
    drawn = [secrets.token_bytes(32) for _ in KINDS]
    name = origin or f"qingzhu/{made('qingzhu', KINDS[0], drawn[0]).verifier.public.hex()[:16]}"
    new = [made(name, kind, secret) for kind, secret in zip(KINDS, drawn, strict=True)]
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(keys / PUBLIC, "".join(f"{signer.verifier.line()}\n" for signer in new).encode())
    write_secret(keys / SECRETS, "".join(f"{signer.line()}\n" for signer in new))  # last: a folder with it is whole
    sync_folder(keys.parent)
    return new


def open_log(folder: Path, keys: Path, *, wait: float, step: Callable[[str], None], make: bool = False) -> Log:
    """The log of a store, to be written where its private keys are at hand, else to be read. ``make`` draws keys for a new log."""
    own = signers(keys)
    if not own and make and not (folder / "checkpoint").exists():
        own = make_keys(keys)
    return Log.open(folder, own, keys / SIGNED, wait=wait, step=step, make=make)


def proving_note(log: Log, keys: Sequence[Verifier], index: int) -> Note:
    """The checkpoint to prove an entry under 所依检查点: the newest that had a quorum and holds it, else cosigned, else the newest.

    One that ``keys``, of the log and of its witnesses, do not bear out is passed over. Raises ``MissingError``.
    """
    for note in (log.cosigned(quorum=True), log.cosigned(), log.note):
        if note is not None and index < Checkpoint.of(note.text).size <= log.size and (note is log.note or _sound(note, keys)):
            return note
    zh, en = f"存证第 {index} 条还没有检查点。", f"No checkpoint holds entry {index} yet."
    raise MissingError("entry_missing", zh, en, index=index)


def _sound(note: Note, keys: Sequence[Verifier]) -> bool:
    try:
        return any(key.name == Checkpoint.of(note.text).origin for key in verified(note, keys)) if keys else True
    except BrokenChainError:
        return False


def log_records(log: Log, records: Sequence[Record], step: Callable[[str], None]) -> None:
    """Log what the journal holds and the log does not 补记. Only under the store's lock. Raises ``BrokenChainError``."""
    if log.refresh().size < len(records):
        log.settle()  # what was signed before a crash is logged, though not published yet
    if log.size > len(records):
        raise _differs(
            log, f"日志有 {len(records)} 条，存证有 {log.size} 条", f"the journal has {len(records)} records, the log {log.size}"
        )
    if log.size and (form := form_of(log.entry(log.size - 1))) != FORMAT:
        zh = f"存证日志 {log.folder} 由其他版本写成（{form}，本版本为 {FORMAT}）：请用写下它的版本，或把档案交入新的证据库。"
        en = f"The log {log.folder} is of another version ({form}, this one writes {FORMAT}): use that version, or hand in to a new store."
        raise MalformedError("entry_form", zh, en, found=form, wanted=FORMAT)
    if log.size and log.entry(log.size - 1) != entry_of(records[log.size - 1]):
        raise _differs(log, f"第 {log.size} 条与存证不符", f"record {log.size} does not agree with its entry")
    if log.size < len(records):
        log.append([entry_of(record) for record in records[log.size :]])
        step("entry_logged")


def _differs(log: Log, zh: str, en: str) -> BrokenChainError:
    return BrokenChainError(
        "journal_log_differ",
        f"证据库日志与存证日志 {log.folder} 不符：{zh}。请从备份恢复后再检查。",
        f"The journal and the log {log.folder} differ: {en}. Restore them from a copy and check again.",
        log=str(log.folder),
    )


def _read(path: Path, of: Callable[[str], Key]) -> list[Key]:
    try:
        return [of(line.strip()) for line in path.read_bytes().decode().splitlines() if line.strip()] if path.is_file() else []
    except MalformedError as error:
        raise of_file(path, error) from None
    except UnicodeDecodeError:
        raise of_file(path, malformed("key_encoding", "不是 UTF-8", "it is not UTF-8")) from None
