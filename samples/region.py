"""The sample region 样例地区: twelve dossiers of one invented city, and the findings they must lead to.

``python -m samples.region OUT --seed 7`` writes ``OUT/P01`` to ``OUT/P12``; ``--expected DIR`` writes the expected findings as well.
The same seed gives the same bytes. Everything is frozen at 2023-06-30; judged on a later day, months without tickets appear.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from samples.chance import Chance
from samples.dossier import Dossier
from samples.stories import STORIES
from samples.truth import Truth

SEED = 7


def make(out: Path, seed: int = SEED, workers: int = 2) -> list[Truth]:
    """Write every dossier under ``out``; the truths come back in the order of the codes."""
    codes = list(STORIES)
    if workers < 2:
        return [make_one(code, out, seed) for code in codes]
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(make_one, codes, [out] * len(codes), [seed] * len(codes)))


def make_one(code: str, out: Path, seed: int = SEED) -> Truth:
    """One dossier, ``out/<code>``."""
    truth = Truth(code, *STORIES[code])
    maker = importlib.import_module(f"samples.dossiers.{code.lower()}")
    maker.make(Dossier(out / code, Chance(seed, code), truth))
    return truth


def main() -> None:
    """The command line: where to write, which seed, where the expected findings go."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder for the twelve dossiers")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--expected", type=Path, help="folder for the expected findings")
    parser.add_argument("--workers", type=int, default=2)
    choice = parser.parse_args()
    begun = time.perf_counter()
    truths = make(choice.out, choice.seed, choice.workers)
    if choice.expected:
        choice.expected.mkdir(parents=True, exist_ok=True)
        for truth in truths:
            truth.write(choice.expected)
    print(f"{len(truths)} 个项目档案写入 / dossiers written to {choice.out}, {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
