"""The lock of a store or a log 锁: one act at a time, over processes; and the mark that an act may be unfinished."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from qingzhu.terms.errors import BusyError

_PAUSE = 0.02
"""Between two tries. [s]"""


class Lock:
    """The lock file, held 持锁. The operating system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path, wait: float, what: tuple[str, str] = ("证据库", "store")) -> None:
        """Take the lock within ``wait`` seconds or raise ``BusyError``, which calls the folder ``what`` (Chinese, English)."""
        self.path, self.what, self.process = path, what, os.getpid()
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            self._take(path, wait)
        except BaseException:
            os.close(self.handle)
            raise

    def _take(self, path: Path, wait: float) -> None:
        until = time.monotonic() + wait
        while True:
            try:
                return fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise self._busy(path, wait) from None
                time.sleep(_PAUSE)

    def _busy(self, path: Path, wait: float) -> BusyError:
        return BusyError(
            "store_busy",
            f"{self.what[0]} {path.parent} 正被另一进程写入，{wait:g} 秒内未放开：请稍后再试。",
            f"Another process is writing to the {self.what[1]} {path.parent} and did not let go within {wait:g} s: try again later.",
            store=str(path.parent),
            waited=wait,
        )

    @property
    def held(self) -> bool:
        """Whether this process still holds what others lock too: not a child of it, and the file was not put out of its place."""
        try:
            ours, there = os.fstat(self.handle), self.path.stat()
        except OSError:
            return False
        return os.getpid() == self.process and (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    @property
    def marked(self) -> bool:
        """Whether an act began to write and did not come to its end."""
        return os.fstat(self.handle).st_size > 0

    def mark(self) -> None:
        """Say durably, before the first write, that something unfinished may lie about."""
        if not self.marked:
            os.pwrite(self.handle, b"writing\n", 0)
            os.fsync(self.handle)

    def clear(self) -> None:
        """Say that nothing does. Not flushed: if it is lost, the next act sweeps once for nothing."""
        os.ftruncate(self.handle, 0)

    def release(self) -> None:
        """Let go."""
        os.close(self.handle)
