"""Models read ahead 预读模型: those of a dossier at once, on all cores, before they are handed in one after the other.

Each is read from a copy. What is handed in is compared with that copy by its hash, so a file that changes meanwhile is read again
and rows never come from other bytes than those kept. No more is copied and read ahead than one more than there are cores.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Generator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qingzhu.collectors.dossier_files import Found
from qingzhu.collectors.geometry_quantities import GeometryRules
from qingzhu.collectors.model_readers import Task, readings, worth
from qingzhu.ledger.files import sha256_of
from qingzhu.terms.readings import Reading


class ModelsAhead:
    """Readings of several models 预读的模型, taken in the order in which the files were given; a context."""

    def __init__(self, files: Sequence[Found], project: str, known_quantities: Collection[str], rules: GeometryRules | None) -> None:
        many = worth([file.path for file in files])
        self.waiting = [file.name for file in files] if many > 1 else []
        self.folder = TemporaryDirectory(prefix="qingzhu-models-", ignore_cleanup_errors=True)
        self.copies: dict[str, tuple[Path, str]] = {}
        tasks = (self._task(file, project, tuple(known_quantities), {"rules": rules}) for file in files)
        self.readings: Generator[Reading | None] = readings(tasks, many)

    def _task(self, file: Found, project: str, known_quantities: tuple[str, ...], asked: dict[str, Any]) -> Task | None:
        """A task to read a copy of the file; None where it cannot be copied, so that it is read, or refused, when its turn comes."""
        copy = Path(self.folder.name) / str(len(self.copies)) / file.path.name
        try:
            copy.parent.mkdir()
            shutil.copyfile(file.path, copy)
            self.copies[file.name] = copy, sha256_of(copy)
        except OSError:
            shutil.rmtree(copy.parent, ignore_errors=True)
            self.copies[file.name] = copy, ""
            return None
        return Task(copy, file.name, project, known_quantities, asked)

    def take(self, name: str, path: Path) -> Reading | None:
        """The reading of a model whose bytes at ``path`` are those that were read; None where it is to be read now."""
        while name in self.waiting:
            ahead, reading = self.waiting.pop(0), next(self.readings, None)
            copy, sha256 = self.copies.get(ahead, (Path(), ""))
            copy.unlink(missing_ok=True) if sha256 else None
            if ahead == name:
                return reading if reading and sha256 == sha256_of(path) else None
        return None

    def close(self) -> None:
        """End what is still being read, and let go of the copies."""
        self.readings.close()
        self.folder.cleanup()
