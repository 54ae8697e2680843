"""Files that last: whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from qingzhu.ledger.files import write_secret

ROOT = Path(__file__).resolve().parents[2]

FULL = """
import resource, sys
from pathlib import Path
from qingzhu.ledger.files import write_secret
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))  # as a disk that is full: ten bytes and no more
write_secret(Path(sys.argv[1]), "the new secret, which is longer")
"""


class TestASecret:
    def test_is_readable_by_its_owner_only_and_nothing_is_left_beside_it(self, tmp_path):
        write_secret(tmp_path / "key", "one")
        assert (tmp_path / "key").read_text() == "one"
        assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("key", 0o600)]

    def test_takes_the_place_of_an_older_one_which_stays_whole_for_who_reads_it(self, tmp_path):
        write_secret(tmp_path / "key", "the old secret")
        with (tmp_path / "key").open() as reading:
            write_secret(tmp_path / "key", "new")
            assert (reading.read(), (tmp_path / "key").read_text()) == ("the old secret", "new")

    def test_that_does_not_fit_the_disk_leaves_the_older_one(self, tmp_path):
        write_secret(tmp_path / "key", "the old secret")
        ran = subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "key")], cwd=ROOT, capture_output=True, text=True, check=False)
        assert "File too large" in ran.stderr
        assert (tmp_path / "key").read_text() == "the old secret"
