"""Shapes of a model 几何形体: every element's body as triangles, made by IfcOpenShell's kernel in processes of its own.

Plan 三（四）. The kernel's threads double the CPU time and gain nothing, so each worker is a process (``model_geometry_worker``) that
opens the file and takes the elements a bundle at a time. What a shape does to its process (a crash, an endless loop) costs that one
shape: the process is started again, and the element is named with the reason. Nothing is kept but the bundles under way.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

BUNDLE = 32
"""How many elements a worker takes at once: enough to share the mapped shapes of like elements. [1]"""

PATIENCE, SILENCE = 60.0, 600.0
"""How much CPU time the kernel may spend on one element, and how long it may be silent, before its process is ended; in our models no
building element takes 3 s of CPU, but a busy machine may stretch them. [s]"""

ENOUGH = 20
"""After so many processes lost in one model the elements that are left are not tried: no file may keep a machine for days. [1]"""

COARSE, FINE = 0.5, 0.1
"""Largest angle between neighbouring facets: to look at, and to measure (a circle then loses at most 0.17 % of its area). [rad]"""

SHAPE, NO_BODY, NO_SHAPE, CUT_AWAY, TOO_LONG, CRASHED, NOT_OPENED, GIVEN_UP = (
    "shape", "no_body", "no_shape", "cut_away", "too_long", "kernel_crashed", "not_opened", "given_up"
)  # fmt: skip
"""A shape, or why there is none: nothing is drawn of the element; the kernel made nothing of what is; its openings leave
nothing of it; it took too long; it crashed; it cannot open the file; too many went wrong before."""

READY = b"ready\n"
"""The first a worker says, once it has opened the file."""

Result = tuple[int, str, Any]
"""Id of the element, ``shape`` or a reason, and what the worker made of it."""


@dataclass(frozen=True)
class Shape:
    """One element's body 形体: ``vertices`` float64 (n, 3) [m] in the model's own (world) coordinates, ``faces`` int32 (m, 3)."""

    global_id: str
    vertices: np.ndarray
    faces: np.ndarray


@dataclass
class Shapes:
    """Shapes as they are made 形体流; ``failed``: GlobalIds of elements whose body gave none, with the reason, complete at the end."""

    _made: Iterator[Shape] = field(repr=False)
    failed: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Shape]:
        return self

    def __next__(self) -> Shape:
        return next(self._made)


def shapes(
    model: Any,
    elements: Sequence[Any] | None = None,
    workers: int = 2,
    tell: Callable[[int, int], None] | None = None,
    deflection: float = COARSE,
) -> Shapes:
    """Shapes of the elements of an opened model 图元形体 (``ifcopenshell.file``), openings cut, in the order of ``elements``.

    ``elements`` defaults to every IfcElement that is no opening or other feature; ``tell`` is called with how many are done, of how many.
    An element without a body is not yielded; one of whose body the kernel made nothing stands in ``failed`` of the result too.
    """
    chosen = list(elements) if elements is not None else [one for one in model.by_type("IfcElement") if not one.is_a("IfcFeatureElement")]
    names = {one.id(): one.GlobalId for one in chosen}
    made = Shapes(iter(()))

    def stream() -> Iterator[Shape]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.ifc"
            model.write(str(path))
            for id, status, held in computed(path, list(names), "mesh", workers, tell, deflection):
                if status == SHAPE:
                    yield Shape(names[id], *held)
                elif status != NO_BODY:
                    made.failed[names[id]] = status

    made._made = stream()
    return made


def computed(
    path: Path, ids: Sequence[int], what: str, workers: int, tell: Callable[[int, int], None] | None = None, deflection: float = FINE
) -> Iterator[Result]:
    """What the workers make of the elements with these ids 形体计算, in their order; ``what`` is ``mesh`` or ``quantities``.

    ``path`` is a plain ``.ifc`` file. At most two bundles a worker are held at a time.
    """
    bundles = [list(ids[at : at + BUNDLE]) for at in range(0, len(ids), BUNDLE)]
    workers = max(1, min(workers, len(bundles)))
    crew = _Crew([sys.executable, "-m", "qingzhu.collectors.model_geometry_worker", str(path), what, str(deflection), str(PATIENCE)])
    done, under_way = 0, deque[Future[list[Result]]]()
    with ThreadPoolExecutor(workers) as pool:
        try:
            while bundles or under_way:
                while bundles and len(under_way) < 2 * workers:
                    under_way.append(pool.submit(crew.work, bundles.pop(0)))
                for result in under_way.popleft().result():
                    done += 1
                    yield result
                if tell:
                    tell(done, len(ids))
        finally:
            for future in under_way:
                future.cancel()
            crew.dismiss()


class _Crew:
    """The workers 工作进程: one for each thread that asks, started when first asked."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.own = threading.local()
        self.all: list[_Worker] = []
        self.lost = 0
        self.dismissed = False
        self.end: str | None = None

    def work(self, ids: list[int]) -> list[Result]:
        """The results of a bundle; where the worker ends under it, the rest is asked for one by one."""
        results, end = self._ask(ids)
        if end is None:
            return results
        rest = ids[len(results) :]
        if len(rest) == 1:
            return [*results, (rest[0], end, None)]
        return [*results, *(one for id in rest for one in self.work([id]))]

    def _ask(self, ids: list[int]) -> tuple[list[Result], str | None]:
        worker = self._worker()
        if isinstance(worker, str):
            return [(id, worker, None) for id in ids], None
        results, end = worker.ask(ids)
        if end is not None:
            worker.stop()
            self.own.worker = None
            self.lost += 1
            self.end = self.end or (GIVEN_UP if self.lost >= ENOUGH else None)
        return results, end

    def _worker(self) -> _Worker | str:
        """The worker of this thread, or why there is none."""
        worker: _Worker | None = getattr(self.own, "worker", None)
        if worker is None and self.end is None:
            worker = self.own.worker = _Worker(self.command)
            self.all.append(worker)  # before it has opened the file, so that it can be dismissed over it
            if self.dismissed:
                worker.stop()
            if not worker.ready():
                self.end = self.end or NOT_OPENED
        return self.end or cast(_Worker, worker)

    def dismiss(self) -> None:
        """End every worker; what is still asked of them ends at once."""
        self.end, self.dismissed = self.end or GIVEN_UP, True
        for worker in self.all:
            worker.stop()


class _Worker:
    """One process of the kernel."""

    def __init__(self, command: list[str]) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": paths}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, bufsize=-1
        )
        self.late = False

    def ready(self) -> bool:
        """Whether it has opened the file; where that takes too long it is ended."""
        try:
            with self._listening():
                return cast(IO[bytes], self.process.stdout).readline() == READY
        except (OSError, ValueError):  # dismissed meanwhile
            return False

    def ask(self, ids: list[int]) -> tuple[list[Result], str | None]:
        """Results in the order of ``ids``, and why they end early, if they do."""
        into, out = cast(IO[bytes], self.process.stdin), cast(IO[bytes], self.process.stdout)
        results: list[Result] = []
        try:
            os.write(into.fileno(), json.dumps(ids).encode() + b"\n")  # nothing is left in a buffer when the process ends under it
            while len(results) < len(ids):
                with self._listening():
                    results.append(pickle.load(out))
        except (OSError, ValueError, EOFError, pickle.UnpicklingError):  # a pipe closed under it is a ValueError
            return results, TOO_LONG if self.late or self._spent() else CRASHED
        return results, None

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Ends the process where it is silent for too long meanwhile."""
        clock = threading.Timer(SILENCE, self._too_late)
        clock.start()
        try:
            yield
        finally:
            clock.cancel()

    def _spent(self) -> bool:
        """Whether the system ended the process for the CPU time it took."""
        with contextlib.suppress(subprocess.TimeoutExpired):  # it wrote what is no answer, and is alive
            return self.process.wait(5) == -getattr(signal, "SIGPROF", 0)
        return False

    def _too_late(self) -> None:
        self.late = True
        self.process.kill()

    def stop(self) -> None:
        """Kill the process and close its pipes."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):  # what was still to be written has nobody to read it
                    pipe.close()
