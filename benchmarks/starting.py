"""Starting and the demonstration: ``qingzhu --help`` against a bare interpreter, and the work of ``make demo``.

Run: ``python -m benchmarks.starting``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from tempfile import TemporaryDirectory

HELP_AT_MOST = 0.3
"""Seconds until the plain help stands there."""

DEMO_AT_MOST = 60.0
"""Seconds of work of the demonstration, the installing left out."""

ROUNDS = 7


def seconds(*command: str) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> bool:
    """Print the table; true where the bars hold."""
    bare = min(seconds(sys.executable, "-c", "pass") for _ in range(ROUNDS))
    help_page = min(seconds(sys.executable, "-m", "qingzhu.cli.main", "--help") for _ in range(ROUNDS))
    with TemporaryDirectory() as place:
        demo = seconds(sys.executable, "-m", "samples.demo", f"{place}/demo")
    print(f"{'':22}{'ours [s]':>10}{'bare python [s]':>17}{'ratio':>8}{'bar [s]':>10}")
    print(f"{'qingzhu --help':22}{help_page:10.3f}{bare:17.3f}{help_page / bare:8.1f}{HELP_AT_MOST:10.1f}")
    print(f"{'the demo':22}{demo:10.1f}{'':17}{'':8}{DEMO_AT_MOST:10.1f}")
    return help_page < HELP_AT_MOST and demo <= DEMO_AT_MOST


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
