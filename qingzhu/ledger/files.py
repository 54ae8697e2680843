"""Durable files 落盘: what is written here is still there, whole, after the power has failed.

A file is durable when its bytes *and* the entry in its folder have been flushed; both are done here, in that order.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

_BLOCK = 1 << 22


def sync_file(path: Path) -> None:
    """Flush the bytes of a file to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Flush the entries of a folder, so that names made or removed in it last."""
    sync_file(path)


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sm3_of(path: Path) -> str:
    """SM3 (hex, GB/T 32905-2016) of a file's bytes, for readers who take national cryptography 国密 only."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new("sm3")).hexdigest()


def copy_hashed(source: Path, target: Path) -> str:
    """Copy and flush a file; SHA-256 (hex) of the bytes that were written."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        while block := reading.read(_BLOCK):
            digest.update(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def write_flushed(path: Path, data: bytes, ready: Callable[[], None] | None = None, aside: str = "unfinished") -> None:
    """Write a file whole or not at all: under another name, flushed, then renamed. The caller flushes the folder.

    ``ready`` is called right before it gets its name; where it raises, it never does. Writers that may be at it at once each have
    another word ``aside``.
    """
    unfinished = path.with_name(f".{path.name}.{aside}")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        if ready is not None:
            ready()
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink()
        raise


def write_durably(path: Path, data: bytes, ready: Callable[[], None] | None = None) -> None:
    """Write a file whole or not at all, and flush its folder, so that it lasts. ``ready`` as in :func:`write_flushed`."""
    write_flushed(path, data, ready)
    sync_folder(path.parent)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all, and flush it."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text.encode())
        file.flush()  # raises where the disk takes a part only
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def entry(path: Path, root: Path) -> dict[str, Any]:
    """A file as the journal names it: path below the store, size in bytes, SHA-256."""
    return {"path": path.relative_to(root).as_posix(), "size": path.stat().st_size, "sha256": sha256_of(path)}
