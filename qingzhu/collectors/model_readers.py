"""Processes that read models 读入进程: several models at once, each reading in the order of the files, a few ahead of what was taken.

A process is a worker (``model_reader_worker``) that reads one model after the other. What a model does to its worker (it takes more
memory than there is) costs that model alone; where none can be started, or reading raises, nothing is said: it is for the caller to read.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from qingzhu.terms.readings import Reading, Remark

WORTH_PROCESSES = 16_000_000
"""Files smaller than this together are read one after the other: starting a process costs as much as reading 30 MB. [byte]"""

READY = b"ready\n"
"""The first a worker says."""

COMMAND = [sys.executable, "-m", "qingzhu.collectors.model_reader_worker"]


@dataclass(frozen=True)
class Task:
    """One model to read 读入任务: what ``read_model`` is called with."""

    path: Path
    name: str
    project: str
    known_quantities: tuple[str, ...]
    asked: dict[str, Any]


def cores() -> int:
    """How many processors this process may use 可用核数."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worth(paths: Sequence[Path], workers: int | None = None) -> int:
    """How many processes are worth starting for these files 进程数, of so many (default: one a core); 1 where none is."""
    many = min(workers or cores(), len(paths))
    size = sum(path.stat().st_size for path in paths if path.is_file())
    return many if many > 1 and size >= WORTH_PROCESSES else 1


def readings(tasks: Iterable[Task | None], many: int) -> Generator[Reading | None]:
    """The reading of each task 读入结果, in their order; None for none, and for one that the caller has to read.

    A task is asked for when a process is about to be free: at most one more than processes are under way, or read and not taken.
    """
    workers, under_way = _Workers(), deque[Future[Reading | None]]()
    with ThreadPoolExecutor(many) as pool:
        try:
            for task in tasks:
                under_way.append(pool.submit(workers.read, task))
                if len(under_way) > many:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
            workers.dismiss()


class _Workers:
    """As many processes as there are threads that ask."""

    def __init__(self) -> None:
        self.all: list[subprocess.Popen[bytes]] = []
        self.idle: deque[subprocess.Popen[bytes]] = deque()
        self.dismissed = self.hopeless = False

    def read(self, task: Task | None) -> Reading | None:
        """What a process makes of a task; a refusal where it ended under it."""
        process = self._one() if task is not None else None
        if task is None or process is None:
            return None
        try:
            into, out = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
            pickle.dump(task, into)
            into.flush()
            reading: Reading | None = pickle.load(out)
        except (OSError, ValueError, EOFError, pickle.UnpicklingError):  # a pipe closed under it is a ValueError
            _stop(process)
            return None if self.dismissed else _ended(task.name)
        self.idle.append(process)
        return reading

    def _one(self) -> subprocess.Popen[bytes] | None:
        """A process that waits, else a new one; None where it does not start."""
        with contextlib.suppress(IndexError):
            return self.idle.pop()
        if self.hopeless or self.dismissed:
            return None
        root = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])}
        try:
            process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        except OSError:
            self.hopeless = True
            return None
        self.all.append(process)
        if self.dismissed:  # while this one was starting
            _stop(process)
        with contextlib.suppress(ValueError):
            if cast(IO[bytes], process.stdout).readline() == READY:
                return process
        self.hopeless = True
        _stop(process)
        return None

    def dismiss(self) -> None:
        """End every process, whatever it reads."""
        self.dismissed = True
        for process in self.all:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):  # what was still to be written has nobody to read it
                pipe.close()


def _ended(name: str) -> Reading:
    zh = f"读入 {name} 的进程被系统终止（多半是内存不足），未读入；请在内存更大的机器上读入，或分专业导出。"
    en = f"The process that read {name} was ended by the system, most likely for want of memory: read it on a larger machine."
    return Reading(remarks=[Remark("refused", "reader_process_ended", zh, en, found=name)])
