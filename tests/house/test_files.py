"""The house is kept in order: sizes, names of hosts, nothing built."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_FILE = 600
LONGEST_BODY = 60


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def bodies(path: Path) -> list[tuple[str, int]]:
    """Each function of a file with the lines of its body, docstring left out."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node, clean=False) is not None
            body = node.body[1:] if documented else node.body
            if body:
                found.append((node.name, (node.end_lineno or 0) - body[0].lineno + 1))
    return found


@pytest.mark.parametrize("path", tracked("*.py", "*.sql"), ids=lambda path: str(path.relative_to(ROOT)))
class TestEveryFile:
    def test_has_at_most_six_hundred_lines(self, path):
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE

    def test_has_no_function_over_sixty_lines(self, path):
        if path.suffix == ".py":
            assert [(name, lines) for name, lines in bodies(path) if lines > LONGEST_BODY] == []


class TestTheRepository:
    def test_names_no_registry_host_and_no_machine_path(self):
        hosts = re.compile("py" + r"pi\.org|python" + r"hosted|npm" + r"js\.(org|com)|deb\.deb" + r"ian\.org|/wo" + r"rk/|/ro" + r"ot/")
        named = [str(path) for path in tracked() if path.suffix not in {".png"} and hosts.search(path.read_text("utf-8", errors="replace"))]
        assert named == []

    def test_holds_no_lock_file_that_names_hosts_and_nothing_built(self):
        names = {path.name for path in tracked()}
        assert not names & {"uv.lock", "pylock.toml"}
        assert [path for path in tracked() if path.suffix in {".whl", ".so", ".pyc", ".min.js", ".ifc", ".gz", ".parquet"}] == []

    def test_pictures_are_small(self):
        assert [path for path in tracked("*.png") if path.stat().st_size > 600_000] == []
