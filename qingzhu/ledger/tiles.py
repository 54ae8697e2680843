"""Tiles 瓦片: the tree and the entries of a log as static files, exactly as c2sp.org/tlog-tiles has them.

``tile/<L>/<N>[.p/<W>]`` holds ``W`` (256 when full) neighbouring hashes of level ``8 L`` of the tree, ``tile/entries/<N>[.p/<W>]`` the
entries below the same tile of level 0, each after its length as a big-endian ``u16``. ``N`` is written ``x001/x234/067``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from qingzhu.ledger import merkle
from qingzhu.ledger.merkle import HASH
from qingzhu.terms.errors import BrokenChainError

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""

HEIGHT = 8
"""Levels of the tree that a tile spans: 2⁸ = 256."""

LONGEST = 65_535
"""Length of the longest entry: its length is written in two bytes. [byte]"""

ENTRIES = "entries"


def path_of(kind: int | str, number: int, width: int = WIDTH) -> str:
    """Path of a tile of level ``kind``, or of a bundle where ``kind`` is ``entries``, below the log 瓦片路径."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(parts)}{partial}"


def spans(size: int, since: int = 0) -> Iterator[tuple[int, int, int]]:
    """The tiles of a tree of ``size`` leaves that one of ``since`` lacks: level, number, width; level after level."""
    level = 0
    while (count := size >> (HEIGHT * level)) > 0:
        before = since >> (HEIGHT * level)
        if before < count:
            for number in range(before // WIDTH, -(-count // WIDTH)):
                yield level, number, min(WIDTH, count - number * WIDTH)
        level += 1


def bundle_of(entries: Iterable[bytes]) -> bytes:
    """The bytes of an entry bundle. Every entry is at most ``LONGEST``."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of ``width``. Raises ``ValueError`` for one cut short, with too few, or with bytes behind the last."""
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        begin = at + 2
        at = begin + int.from_bytes(bundle[at:begin], "big")
        if begin > len(bundle) or at > len(bundle):
            raise ValueError(f"the bundle ends within entry {len(entries)} of {width}")
        entries.append(bundle[begin:at])
    if at != len(bundle):
        raise ValueError(f"{len(bundle) - at} bytes stand behind the last of {width} entries")
    return entries


class Tiles:
    """The tiles of a log as of one size 瓦片读取: hashes of complete subtrees, entries, proofs.

    ``fetch`` gives the bytes at a path below the log, or None where there is none: a folder, or a server. A partial tile that is
    gone is looked for in the full one, as logs may delete it then. What was fetched is held to its length here, to its hash by
    whoever holds a checkpoint: proofs made from a changed tile don't verify. Raises ``BrokenChainError`` for what is missing or short.
    """

    KEPT = 64
    """So many are kept in memory, then all are let go; a proof at 10⁶ entries looks into three or four."""

    def __init__(self, fetch: Callable[[str], bytes | None], size: int) -> None:
        self.fetch, self.size = fetch, size
        self._cache: dict[tuple[int, int], list[list[bytes]]] = {}

    def hash(self, level: int, number: int) -> bytes:
        """Hash of the complete subtree ``number`` of a level of the tree. [32 byte]"""
        height, within = divmod(level, HEIGHT)
        per_tile = WIDTH >> within
        return self._tile(height, number // per_tile)[within][number % per_tile]

    def root(self, size: int | None = None) -> bytes:
        """Root of the first ``size`` leaves, of all by default."""
        return merkle.root(self.size if size is None else size, self.hash)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Inclusion proof of a leaf in the first ``size``."""
        return merkle.inclusion(index, self.size if size is None else size, self.hash)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Consistency proof from ``old`` to ``new`` leaves."""
        return merkle.consistency(old, self.size if new is None else new, self.hash)

    def hashes(self, level: int, number: int, width: int) -> list[bytes]:
        """The hashes of a tile."""
        data, whole = self._bytes(level, number, width)
        if len(data) != HASH * whole:
            path = path_of(level, number, width)
            raise _broken(path, f"有 {len(data)} 字节，应为 {HASH * whole}", f"it has {len(data)} bytes, wanted {HASH * whole}")
        return [data[at : at + HASH] for at in range(0, HASH * width, HASH)]

    def bundle(self, number: int) -> list[bytes]:
        """The entries of a bundle. They are not held to their hashes here."""
        width = self.width(0, number)
        data, whole = self._bytes(ENTRIES, number, width)
        try:
            return entries_of(data, whole)[:width]
        except ValueError as error:
            raise _broken(path_of(ENTRIES, number, width), "条目不完整", str(error)) from None

    def entry(self, index: int) -> bytes:
        """One entry, held to its leaf hash. Raises ``IndexError`` where there is none."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        found = self.bundle(index // WIDTH)[index % WIDTH]
        if merkle.leaf_hash(found) != self.hash(0, index):
            raise _broken(
                path_of(ENTRIES, index // WIDTH), f"第 {index} 条与叶哈希不符", f"entry {index} does not agree with its leaf hash"
            )
        return found

    def width(self, level: int, number: int) -> int:
        """How many hashes tile ``number`` of a level has at this size."""
        return max(0, min(WIDTH, (self.size >> (HEIGHT * level)) - number * WIDTH))

    def _tile(self, level: int, number: int) -> list[list[bytes]]:
        """The hashes of a tile and their parents within it, level by level. Threads may share the cache: each step on it is a whole one."""
        key = (level, number)
        rows = self._cache.get(key)
        if rows is None:
            rows = [self.hashes(level, number, self.width(level, number))]
            for _ in range(1, HEIGHT):
                rows.append(merkle.fold(rows[-1]))
            if len(self._cache) >= self.KEPT:
                self._cache.clear()
            self._cache[key] = rows
        return rows

    def _bytes(self, kind: int | str, number: int, width: int) -> tuple[bytes, int]:
        """The bytes of a tile or bundle, and of how many hashes or entries: more than ``width`` where only the full one is left."""
        for found in dict.fromkeys((width, WIDTH)):
            data = self.fetch(path_of(kind, number, found))
            if data is not None:
                return data, found
        raise _broken(path_of(kind, number, width), "文件不见了", "the file is gone")


def in_folder(root: Path) -> Callable[[str], bytes | None]:
    """``fetch`` from the folder of a log."""

    def fetch(path: str) -> bytes | None:
        try:
            return (root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    return fetch


def _broken(path: str, zh: str, en: str) -> BrokenChainError:
    return BrokenChainError(
        "log_tile", f"账本文件 {path}：{zh}。请从备份恢复它。", f"File {path} of the log: {en}. Restore it from a copy.", file=path
    )
