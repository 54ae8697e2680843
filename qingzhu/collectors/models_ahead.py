"""Models read ahead 预读模型: those of a dossier at once, on all cores, before they are handed in one after the other.

Each is read from a copy. What is handed in is compared with that copy by its hash, so a file that changes meanwhile is read again
and rows never come from other bytes than those kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from qingzhu.collectors.dossier_files import Found
from qingzhu.collectors.geometry_quantities import GeometryRules
from qingzhu.collectors.models import read_models
from qingzhu.ledger.files import sha256_of
from qingzhu.terms.readings import Reading


class ModelsAhead:
    """Readings of several models 预读的模型, taken in the order in which the files were given; a context."""

    def __init__(self, files: Sequence[Found], project: str, known_quantities: Collection[str], rules: GeometryRules | None) -> None:
        self.folder = TemporaryDirectory(prefix="qingzhu-models-")
        self.hashes: list[tuple[str, str]] = []
        copies: list[tuple[Path, str]] = []
        for place, file in enumerate(files):
            copy = Path(self.folder.name) / str(place) / file.path.name
            copy.parent.mkdir()
            shutil.copyfile(file.path, copy)
            copies.append((copy, file.name))
            self.hashes.append((file.name, sha256_of(copy)))
        self.readings: Iterator[Reading] = read_models(copies, project, known_quantities, rules=rules)

    def take(self, name: str, path: Path) -> Reading | None:
        """The reading of a model whose bytes at ``path`` are those that were read; None where it is to be read now."""
        while any(name == one for one, _ in self.hashes):
            (ahead, sha256), reading = self.hashes.pop(0), next(self.readings)
            if ahead == name:
                return reading if sha256_of(path) == sha256 else None
        return None

    def close(self) -> None:
        """Let go of processes and copies."""
        if close := getattr(self.readings, "close", None):
            close()
        self.folder.cleanup()
