"""Entries 存证条目: what the log says of each record of the journal. ``docs/spec/entry.md`` is the specification.

An entry is canonical JSON. What may have to be erased one day (names of people and files, reasons in words) is in it by a salted hash
only; the salt stands in the journal, beside the words. Ids are made with it, too, so that none tells a name. Entry ``i`` of the log is
made from the record at position ``i + 1``.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from qingzhu.ledger.journal import Record, canonical
from qingzhu.terms.errors import MalformedError

FORMAT = "qingzhu-entry/2"
"""The format of an entry."""

_SALTED = ("given_by", "reason", "report")
"""Keys of a record whose words stay out of the log; a reading report may name files and people, and is short enough to be guessed."""

_KEPT = ("id", "supersedes", "follows", "withdraws", "corrects", "leans_on", "tables", "run")
"""Keys of a record that the log has as they are."""


def entry_of(record: Record) -> bytes:
    """The entry of a journal record 存证条目: at most 65,535 byte, else its lists stand in it by their hash.

    Raises ``MalformedError`` where it is longer all the same.
    """
    entry: dict[str, Any] = {"format": FORMAT, "kind": record["kind"], "position": record["position"], "given_at": record["given_at"]}
    entry["record"] = hashlib.sha256(canonical(record)).hexdigest()
    if "slot" in record:
        slot = record["slot"]
        entry |= {"project": slot["project"], "evidence": slot["kind"], "name": salted(record, "name", slot["name"])}
        entry["originals"] = [{key: one[key] for key in ("sha256", "sm3", "size") if key in one} for one in record["originals"]]
    entry |= {key: salted(record, key, record[key]) for key in _SALTED if key in record}
    entry |= {key: record[key] for key in _KEPT if key in record}
    if "tables" in record:
        entry["tables"] = {name: _sealed(record, name, table) for name, table in record["tables"].items()}
    written = canonical(entry)
    if len(written) > _LONGEST:
        written = canonical(_short(entry))
    if len(written) > _LONGEST:
        zh = f"记录过长，存证条目有 {len(written)} 字节，超过 {_LONGEST}：请缩短项目代码、名称等。"
        en = f"The record is too long: its entry has {len(written)} bytes, at most {_LONGEST} are allowed. Shorten codes and names."
        raise MalformedError("record_long", zh, en, size=len(written))
    return written


def _sealed(record: Record, name: str, table: Record) -> Record:
    """What is said of a table, with salted hashes: rows and files of which all but a name is known could be made again from guesses."""
    rows = {"hash": sealed_rows(opening(record, name), table["hash"])} if "hash" in table else {}
    return {**table, **rows, "files": [{**file, "sha256": salted(record, "file", file["sha256"])} for file in table["files"]]}


def opening(record: Record, table: str) -> str | None:
    """What opens the hash of rows of one table of a record 行哈希的开启值: told to whom the rows are shown, and of no use without them."""
    return salted(record, "rows", table)


def sealed_rows(opened_by: str | None, rows_hash: str) -> str:
    """The hash of rows as an entry has it: SHA-256 (hex) over the opening and the hash, both hexadecimal; bare without an opening."""
    return rows_hash if opened_by is None else hashlib.sha256(f"{opened_by}{rows_hash}".encode()).hexdigest()


_LONGEST = 65_535


def _short(entry: dict[str, Any]) -> dict[str, Any]:
    """The same with lists of files by the SHA-256 of their canonical JSON: a compaction of thousands of files is too long for an entry."""
    tables = {
        name: {key: {"sha256": _sha256(value)} if key in ("files", "removed") else value for key, value in table.items()}
        for name, table in entry.get("tables", {}).items()
    }
    leans_on = entry.get("leans_on", [])
    return {**entry, "tables": tables, **({"leans_on": {"sha256": _sha256(leans_on)}} if leans_on else {})}


def salted(record: Record, key: str, words: str) -> str | None:
    """SHA-256 (hex) over the record's salt, the key, a zero byte and the words 加盐哈希: equal words do not show under two keys.

    None for a record of before there was a log, which has no salt.
    """
    salt = record.get("salt")
    return None if salt is None else hashlib.sha256(bytes.fromhex(salt) + key.encode() + b"\0" + words.encode()).hexdigest()


def read(data: bytes) -> dict[str, Any]:
    """An entry from its bytes 读存证条目. Raises ``MalformedError`` for one of another format, or not in its canonical form."""
    try:
        entry = json.loads(data)
        same = canonical(entry) == data
    except (ValueError, RecursionError):  # no JSON, a NaN, half a surrogate; lists in lists without end
        same = False
    if not same or not isinstance(entry, dict) or entry.get("format") != FORMAT:
        zh, en = f"这不是格式为 {FORMAT} 的存证条目。", f"This is no entry of the format {FORMAT}."
        raise MalformedError("entry_form", zh, en, wanted=FORMAT)
    return entry


def form_of(data: bytes) -> str | None:
    """The format that an entry says it has; None where it says nothing."""
    try:
        return str(json.loads(data)["format"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
