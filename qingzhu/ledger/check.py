"""The check of a store 检查: journal, originals, data files, commits, rows; everything that does not agree, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger import tables
from qingzhu.ledger.contracts import Contract
from qingzhu.ledger.files import sha256_of
from qingzhu.ledger.index import Index
from qingzhu.ledger.journal import Journal, Record
from qingzhu.ledger.places import Places
from qingzhu.ledger.rows import hash_of_rows
from qingzhu.ledger.submissions import Problem, broken, leftover
from qingzhu.terms.errors import EvidenceError

ROWS_AT_A_TIME = 4_000_000
"""So many rows are hashed again at a time by the deep check."""

_RUN = 16
"""Rows of one submission that lie side by side: where they are fewer, taking them apart run by run takes longer than sorting them."""

Tell = Callable[[str, int, int], None]
"""Told of the progress of a check: what it is at, how much of it is done, how much there is."""


def no_news(what: str, done: int, all: int) -> None:
    """What is told where nobody looks on."""


def problems(
    places: Places, contracts: Mapping[str, Contract], index: Index, journal: Journal, deep: bool, tell: Tell = no_news
) -> list[Problem]:
    """Everything that is wrong 检查结果, journal first. Without ``deep`` files are looked up by name and size only."""
    found: list[Problem] = []
    try:
        for record in journal.news():
            index.add(record)
    except EvidenceError as error:
        return [Problem("broken", error.code, str(places.journal), error.zh, error.en)]
    if journal.torn():
        found.append(
            leftover(
                "journal_torn",
                places.journal.name,
                f"末尾有 {journal.torn()} 字节未完成",
                f"{journal.torn()} bytes of an unfinished record",
            )
        )
    tell("originals", 0, len(index.records))
    found += _originals(places, index, deep)
    for table in sorted(index.changes):
        tell(f"tables/{table}", 0, len(index.records))
        found += _files(places, index, table, deep)
    found += _leftovers(places, index)
    if deep and not any(one.level == "broken" for one in found):
        for table in sorted(index.changes):
            tell(f"tables/{table} rows", 0, len(index.records))
            found += _rows(places, contracts, index, table)
    return found


def _originals(places: Places, index: Index, deep: bool) -> Iterator[Problem]:
    named: dict[str, int | None] = {}
    for record in index.records:
        named |= {one["sha256"]: one["size"] for one in record.get("originals", ())}
        if "report" in record:
            named.setdefault(record["report"], None)
        if "run" in record:
            named[record["run"]["rows"]["sha256"]] = record["run"]["rows"]["size"]
    for sha256, size in named.items():
        yield from _file(places.original(sha256), f"originals/{sha256}", size, sha256, deep)
    for path in sorted(places.originals.glob("*/*")):
        if path.name not in named:
            yield leftover("original_unrecorded", f"originals/{path.name}", "没有记录提到这份原件", "no record names this original")


def _files(places: Places, index: Index, table: str, deep: bool) -> Iterator[Problem]:
    checkpoints: dict[str, Record] = {}
    for record in index.records:
        files = record.get("tables", {}).get(table, {}).get("files", ())
        if record["kind"] == "checkpoint":
            checkpoints |= {file["path"]: file for file in files}  # the hint is written over by each; the last one says what it holds
            continue
        for file in files:
            yield from _file(places.root / file["path"], file["path"], file["size"], file["sha256"], deep)
    for name, file in checkpoints.items():
        if not (places.root / name).exists():  # a checkpoint that is gone does no harm
            continue
        wrong = _file(places.root / name, name, file["size"], file["sha256"], deep)
        if places.lock.exists() and places.lock.stat().st_size:  # an act that ended here wrote one over it; the next act deletes both
            wrong = (leftover("file_unfinished", name, "未完成的写入留下", "left by an act that did not come to its end") for _ in wrong)
        yield from wrong


def _file(path: Path, subject: str, size: int | None, sha256: str, deep: bool) -> Iterator[Problem]:
    if not path.is_file():
        yield broken("file_missing", subject, "文件不见了", "the file is gone")
    elif size is not None and path.stat().st_size != size:
        yield broken("file_size", subject, f"大小为 {path.stat().st_size} 字节，应为 {size}", f"{path.stat().st_size} bytes, wanted {size}")
    elif deep and sha256_of(path) != sha256:
        yield broken("file_changed", subject, "内容与所记 SHA-256 不符", "its bytes do not agree with the recorded SHA-256")


def _leftovers(places: Places, index: Index) -> Iterator[Problem]:
    for folder in sorted(path for path in places.tables.iterdir() if path.is_dir()):
        named = [places.root / path for path in index.named.get(folder.name, ())]
        for path in tables.leftovers(folder, index.version(folder.name, index.position), named):
            if not tables.is_checkpoint(path):
                yield leftover("file_unrecorded", str(path.relative_to(places.root)), "没有记录提到这个文件", "no record names this file")
    for path in sorted(places.incoming.iterdir()):
        yield leftover("file_unfinished", str(path.relative_to(places.root)), "未完成的提交留下", "left by an unfinished hand-in")


def _rows(places: Places, contracts: Mapping[str, Contract], index: Index, table: str) -> Iterator[Problem]:
    """Delta names the same files as the journal, and the rows of every submission hash as they did when they were handed in."""
    if table not in contracts:
        yield broken("table_unknown", f"tables/{table}", "没有它的表约定", "there is no contract for this table")
        return
    version = index.version(table, index.position)
    paths = {places.root / path for path in index.files(table, index.position)}
    if version is not None and tables.live_files(places.table(table), version) != paths:
        yield broken(
            "table_differs", f"tables/{table}", "Delta 日志与本库日志所列文件不同", "the Delta log and the journal name different files"
        )
    for id in changed_rows(places, contracts[table], index, index.position):
        subject = f"tables/{table} {id}"
        yield broken("rows_changed", subject, "数据行与所记行哈希不符", "its rows do not agree with the recorded hash of rows")


def changed_rows(places: Places, contract: Contract, index: Index, at: int, ids: Collection[str] | None = None) -> Iterator[str]:
    """The submissions whose rows, as the files of a position hold them, do not hash as they did when handed in 已变的数据行.

    Of all submissions, or of those named; rows that cannot be read have changed.
    """
    files = index.files(contract.table, at)
    paths = [places.root / path for path in files]
    for batch in _batches(index, contract.table, ids):
        frames = _rows_of(list(batch), paths, files, contract)
        for id, entry in batch.items():
            rows = frames.get(id, pl.DataFrame(schema=contract.schema))
            if rows.height != entry["rows"] or hash_of_rows(rows, contract) != entry["hash"]:
                yield id


def _batches(index: Index, table: str, ids: Collection[str] | None) -> Iterator[dict[str, Record]]:
    """The submissions with rows in a table and what the journal says of them, as many at a time as fit into memory easily."""
    batch: dict[str, Record] = {}
    for record in index.records:
        entry = record.get("tables", {}).get(table)
        if record["kind"] == "submission" and entry is not None and (ids is None or record["id"] in ids):
            batch[record["id"]] = entry
            if sum(one["rows"] for one in batch.values()) > ROWS_AT_A_TIME:
                yield batch
                batch = {}
    yield batch


def _rows_of(ids: list[str], paths: list[Path], files: Mapping[str, frozenset[str]], contract: Contract) -> dict[str, pl.DataFrame]:
    holding = {path: whose for path, whose in zip(paths, files.values(), strict=True) if not whose.isdisjoint(ids)}
    if not holding:
        return {}
    frame = pl.scan_parquet(list[Any](holding), schema=contract.schema, missing_columns="insert", extra_columns="ignore")
    if not all(whose.issubset(ids) for whose in holding.values()):
        frame = frame.filter(pl.col("submission").is_in(ids))
    try:
        rows = frame.collect()
    except (OSError, pl.exceptions.PolarsError):  # told one by one, which of them it is
        return {} if len(ids) == 1 else {id: frame for one in ids for id, frame in _rows_of([one], paths, files, contract).items()}
    return _by_submission(rows)


def _by_submission(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The rows of each submission, in order. They lie side by side, or in a few runs where files were joined: no row is moved."""
    runs = rows["submission"].rle().struct.unnest()
    if runs.height > rows.height // _RUN:
        return {str(key[0]): part for key, part in rows.partition_by("submission", as_dict=True, maintain_order=True).items()}
    found: dict[str, list[pl.DataFrame]] = {}
    at = 0
    for length, id in runs.iter_rows():
        found.setdefault(str(id), []).append(rows.slice(at, length))
        at += length
    return {id: pl.concat(parts) for id, parts in found.items()}
