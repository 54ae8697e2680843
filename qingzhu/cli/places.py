"""Where things lie 存放位置: dossiers, their store, their results."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from qingzhu.collectors.guards import there
from qingzhu.terms.errors import RefusedError
from qingzhu.terms.readings import Remark

if TYPE_CHECKING:
    from qingzhu.ledger.store import Store

STORE = ".qingzhu"
KEYS = "QINGZHU_KEYS"
"""Names the folder of the log's keys where that is not the store's own."""

RESULTS = "results"
SURVEYS = ("project.toml", "project.xlsx")


ENDINGS = (".xlsx", ".xls", ".csv", ".parquet", ".json", ".html", ".pdf", ".zip", ".txt")
"""A name that ends so is meant to be a file."""


def writable(file: Path, endings: Sequence[str]) -> Path:
    """A file to be written 输出文件: it ends in one of ``endings``, in a folder that is there; looked at before anything is computed."""
    if file.suffix.lower() not in endings or file.is_dir():
        zh, en = f"{file} 应是以 {'、'.join(endings)} 结尾的文件。", f"{file}: wanted a file that ends in {', '.join(endings)}."
        raise RefusedError("file_ending", zh, en, file=str(file))
    if not file.absolute().parent.is_dir():
        zh, en = f"没有文件夹 {file.parent}，无法写出 {file.name}。", f"There is no folder {file.parent} to write {file.name} into."
        raise RefusedError("file_folder", zh, en, file=str(file))
    return file


def writable_folder(folder: Path, otherwise: str = "") -> Path:
    """A folder to be written into 输出文件夹, made where it is not there; ``otherwise`` is the ending of a file that would do instead."""
    if folder.is_file() or (folder.suffix.lower() in ENDINGS and not folder.is_dir()):
        zh, en = (f"，或以 {otherwise} 结尾的文件", f", or a file that ends in {otherwise}") if otherwise else ("", "")
        raise RefusedError("folder_wanted", f"{folder} 应是文件夹{zh}。", f"{folder}: wanted a folder{en}.", folder=str(folder))
    return folder


def each_once(files: Sequence[Path], lang: str | None = None) -> tuple[list[Path], list[Remark]]:
    """Each file once 同一文件只计一次: one of the same bytes as a file before it is left out, with a remark, told on standard
    error where ``lang`` is given; raises ``MissingError``."""
    first: dict[str, Path] = {}
    remarks = []
    for path in files:
        with there(path).open("rb") as opened:
            sha256 = file_digest(opened, "sha256").hexdigest()
        other = first.setdefault(sha256, path)
        if other is not path:
            zh, en = f"{path} 与 {other} 内容相同，只计一次。", f"{path} is the same as {other} and counts once."
            remarks.append(Remark("note", "file_twice", zh, en, found=str(path)))
    if lang is not None and remarks:
        print("\n".join(remark.words(lang) for remark in remarks), file=sys.stderr)
    return list(first.values()), remarks


def dossiers(folder: Path) -> list[Path]:
    """The dossiers in a folder: itself, or, where it holds no survey but its subfolders do, those in order of name."""
    if folder.is_file():
        raise RefusedError(
            "dossier_is_a_file",
            f"{folder} 是一个文件；请给出它所在的项目档案文件夹：{folder.parent}",
            f"{folder} is a file; name the dossier's folder: {folder.parent}",
            folder=str(folder),
        )
    if not folder.is_dir():
        raise RefusedError(
            "dossier_missing",
            f"找不到项目档案文件夹 {folder}：请检查路径，或用 qingzhu init {folder} 新建。",
            f"There is no dossier folder {folder}: check the path, or make one by qingzhu init {folder}.",
            folder=str(folder),
        )
    below = [path for path in sorted(folder.iterdir()) if path.is_dir() and is_dossier(path)]
    return [folder] if is_dossier(folder) or not below else below


def is_dossier(folder: Path) -> bool:
    """Whether a folder holds a survey of a project."""
    return any((folder / name).is_file() for name in SURVEYS)


def store_of(dossier: Path | None, store: Path | None) -> Path:
    """The store named, or the one inside the dossier or the current folder."""
    return store or (dossier or Path()) / STORE


def opened(store: Path, *, create: bool = True) -> Store:
    """A store, made where there is none and ``create``; its keys lie in it, or where ``QINGZHU_KEYS`` says."""
    from qingzhu.ledger.store import Store

    keys = os.environ.get(KEYS)
    return Store.open(store, create, keys=Path(keys) if keys else None)


def existing_store(store: Path | None) -> Path:
    """A store that must be there already: commands that only read make none."""
    path = store_of(None, store)
    if not (path / "store.toml").is_file() and (path / STORE / "store.toml").is_file():
        return path / STORE
    if not (path / "store.toml").is_file():
        raise RefusedError(
            "store_missing",
            f"{path} 不是证据库：请用 --store 指明，或先运行 qingzhu evaluate。",
            f"{path} is not an evidence store: name one by --store, or run qingzhu evaluate first.",
            store=str(path),
        )
    return path
