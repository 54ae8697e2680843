"""The demonstration 演示: make the sample region, judge it as of 2023-06-30 and as of today, say where the reports lie.

``python -m samples.demo OUT``. The two dates are the point: on the first every month of works has its tickets, on the second
three years have passed in silence, and the same evidence supports less.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from qingzhu.cli import evaluation
from qingzhu.cli.main import day
from samples.dossier import FROZEN_DAY
from samples.region import make


def main() -> None:
    """Make the region under the folder named, evaluate it on both dates."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "demo")
    region = out / "region"
    begun = time.perf_counter()
    if out.exists():
        shutil.rmtree(out)
    make(region)
    print(f"样例地区 / sample region: {region}  ({time.perf_counter() - begun:.0f} s)\n")
    store = out / "store"
    evaluation.evaluate_region(region, store, out, days=[FROZEN_DAY, day(None)], lang="zh", engine="duckdb:", by="demo")
    print(f"\n用时 / took {time.perf_counter() - begun:.0f} s. 用浏览器打开 / open in a browser:\n  {out / 'index.html'}")


if __name__ == "__main__":
    main()
