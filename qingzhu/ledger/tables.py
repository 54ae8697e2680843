"""Delta tables of evidence 证据表: rows appended, columns added, small files joined; what no record names is rolled back.

Rows are written by polars and flushed before a Delta commit names them; the commit is flushed before the journal names it. So a
version that the journal names is whole on the disk, and one beyond it was never told to anybody.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import DeltaTable, Field, Schema
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, PostCommitHookProperties

from qingzhu.ledger.contracts import Contract
from qingzhu.ledger.files import sync_file, sync_folder
from qingzhu.terms.errors import BrokenChainError

DELTA_TYPES = {"string": "string", "int64": "long", "float64": "double", "bool": "boolean", "date": "date", "timestamp": "timestamp"}

CHECKPOINT_EVERY = 50
"""Commits between two checkpoints of a Delta log; they only shorten opening and may be deleted at any time."""

HINT = "_last_checkpoint"
"""The file that names the last checkpoint; written over by each, so what a sweep finds of it may be of one that was never recorded."""

_SETTINGS = {"delta.enableExpiredLogCleanup": "false", "delta.checkpointInterval": "1000000"}
_QUIET = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
_COMMIT = re.compile(r"(\d{20})\.json")

Step = Callable[[str], None]


def log_of(folder: Path) -> Path:
    """The folder of a table's commits."""
    return folder / "_delta_log"


def commit_file(folder: Path, version: int) -> Path:
    """The file of one commit."""
    return log_of(folder) / f"{version:020}.json"


def write_rows(folder: Path, name: str, frame: pl.DataFrame, submission: str, step: Step) -> Path:
    """Write and flush the data file of one submission 写入数据文件; no table names it yet."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    frame.select(pl.lit(submission).alias("submission"), pl.all()).write_parquet(path, compression="zstd", compression_level=1)
    step("rows_written")  # a crash here leaves a file no commit names
    sync_file(path)
    step("rows_synced")
    return path


def commit_rows(folder: Path, contract: Contract, data: Path, rows: int, submission: str, recorded: int | None, step: Step) -> int:
    """Make a data file part of its table 提交数据文件 and give the new version; the table is made, or grown by columns, where need be."""
    table = opened(folder, contract, recorded, step)
    table = _grown(folder, table, contract, step)
    bound = {"submission": submission}
    stats = json.dumps({"numRecords": rows, "minValues": bound, "maxValues": bound, "nullCount": {"submission": 0}})
    facts = data.stat()
    action = AddAction(data.name, facts.st_size, {}, facts.st_mtime_ns // 1_000_000, True, stats)
    before = int(table.version())
    table.create_write_transaction([action], "append", table.schema(), post_commithook_properties=_QUIET)
    step("rows_committed")  # a crash here leaves a version no record names
    version = _next(folder, contract, before)
    sync_commits(folder, recorded, version)
    step("commit_synced")
    return version


def _next(folder: Path, contract: Contract, before: int) -> int:
    """The version a commit made: the next one, as nobody else writes. Raises ``BrokenChainError`` when somebody did all the same."""
    if not commit_file(folder, before + 1).is_file() or commit_file(folder, before + 2).exists():
        raise _other_writer(contract, before + 2, before + 1)
    return before + 1


def opened(folder: Path, contract: Contract, recorded: int | None, step: Step) -> Any:
    """The table at the version the journal names, or a new one. Raises ``BrokenChainError`` when it is at another."""
    if recorded is None:
        table = DeltaTable.create(
            folder, _schema(contract), name=contract.table, configuration=_SETTINGS, post_commithook_properties=_QUIET
        )
        step("table_created")
        return table
    table = DeltaTable(folder)
    if table.version() != recorded:
        raise _other_writer(contract, table.version(), recorded)
    return table


def _other_writer(contract: Contract, found: int, wanted: int) -> BrokenChainError:
    return BrokenChainError(
        "table_version",
        f"表 {contract.table} 为第 {found} 版，日志所记为第 {wanted} 版：有其他程序写过此表。请运行 qingzhu check。",
        f"Table {contract.table} is at version {found}, the journal says {wanted}: another program wrote to it. Run qingzhu check.",
        table=contract.table,
        found=found,
        wanted=wanted,
    )


def _schema(contract: Contract) -> Any:
    return Schema([Field(column.name, PrimitiveType(DELTA_TYPES[column.type]), nullable=True) for column in contract.columns])


def _grown(folder: Path, table: Any, contract: Contract, step: Step) -> Any:
    held = {field.name for field in table.schema().fields}
    new = [field for field in _schema(contract).fields if field.name not in held]
    if not new:
        return table
    table.alter.add_columns(new, post_commithook_properties=_QUIET)
    step("columns_added")
    return DeltaTable(folder)


def commits(folder: Path, recorded: int | None, version: int) -> list[Path]:
    """The commits after the recorded version."""
    return [commit_file(folder, number) for number in range(0 if recorded is None else recorded + 1, version + 1)]


def sync_commits(folder: Path, recorded: int | None, version: int) -> None:
    """Flush the commits after the recorded version, and the folders that name files."""
    for path in commits(folder, recorded, version):
        sync_file(path)
    for place in (log_of(folder), folder, folder.parent):
        sync_folder(place)


def compacted(folder: Path, contract: Contract, recorded: int, target_size: int, step: Step) -> tuple[int, list[Path], list[Path]]:
    """Join small files 合并小文件: new version, data files made, data files replaced. The replaced ones stay on the disk."""
    table = opened(folder, contract, recorded, step)
    before = _data_files(folder, table)
    table.optimize.compact(target_size=target_size, post_commithook_properties=_QUIET)
    step("compaction_committed")
    table = DeltaTable(folder)
    after = _data_files(folder, table)
    made = sorted(after - before)
    for path in made:
        sync_file(path)
    sync_commits(folder, recorded, table.version())
    step("compaction_synced")
    return int(table.version()), made, sorted(before - after)


def _data_files(folder: Path, table: Any) -> set[Path]:
    return {folder / Path(uri).name for uri in table.file_uris()}


def live_files(folder: Path, version: int) -> set[Path]:
    """The data files Delta itself names at a version."""
    return _data_files(folder, DeltaTable(folder, version=version))


def checkpoint(folder: Path, version: int, step: Step) -> list[Path]:
    """Write a checkpoint of the Delta log where the last one lies far back 写检查点; the files written, none where it was near."""
    hint = log_of(folder) / HINT
    last = json.loads(hint.read_text())["version"] if hint.exists() else 0
    if version - last < CHECKPOINT_EVERY:
        return []
    DeltaTable(folder).create_checkpoint()
    step("checkpoint_written")  # a crash here may leave half a checkpoint: the next writer deletes it
    written = [*sorted(log_of(folder).glob(f"{version:020}.checkpoint*")), hint]
    for path in written:
        sync_file(path)
    sync_folder(log_of(folder))
    return written


def leftovers(folder: Path, recorded: int | None, named: Iterable[Path]) -> list[Path]:
    """What stands in a table's folder without a record 遗留文件, in the order in which it may be deleted: newest commits first."""
    if recorded is None:
        return [*_commits_after(folder, -1), *_others(folder, set(), -1)]
    return [*_commits_after(folder, recorded), *_others(folder, set(named), recorded)]


def _commits_after(folder: Path, recorded: int) -> list[Path]:
    names = sorted((path for path in log_of(folder).glob("*.json") if _COMMIT.fullmatch(path.name)), reverse=True)
    return [path for path in names if int(path.name[:20]) > recorded]


def _others(folder: Path, named: set[Path], recorded: int) -> list[Path]:
    """Files that are neither named by the journal nor commits. Checkpoints count as such: they may be half written."""
    found = [path for path in folder.rglob("*") if not path.is_dir() and path not in named]
    return sorted(path for path in found if not (path.parent.name == "_delta_log" and _COMMIT.fullmatch(path.name)))


def is_checkpoint(path: Path) -> bool:
    """Whether a file is a checkpoint of a Delta log, or the hint that names the last."""
    return path.parent.name == "_delta_log" and (path.name == HINT or ".checkpoint" in path.name)


def swept(folder: Path, recorded: int | None, named: Iterable[Path], step: Step) -> None:
    """Roll a table back to the version the journal names 清除未入账的写入. May be cut short and done again."""
    for path in leftovers(folder, recorded, named):
        path.unlink()
        step("leftover_removed")
    if recorded is None:
        shutil.rmtree(folder)
        sync_folder(folder.parent)
        return
    sync_folder(log_of(folder))
    sync_folder(folder)
