"""Where things lie 存放位置: dossiers, their store, their results."""

from __future__ import annotations

from pathlib import Path

from qingzhu.terms.errors import RefusedError

STORE = ".qingzhu"
RESULTS = "results"
SURVEYS = ("project.toml", "project.xlsx")


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
