"""Fuzzing of the ledger's readers 账本读取模糊测试: what a log, a witness or a stranger sends, read by the product and by a second reader.

Run by hand: ``python -m benchmarks.fuzz_ledger proof --runs 1000000 [--seed 1]``; without a name it lists the targets. Faults are chosen
by libFuzzer (atheris), which sees which lines of the product they reach, else by chance: a run is bytes as they are, or a right example
with faults. What is read must be what the second reader reads (``tests/ledger/second_readers.py``) and be written back to the same bytes;
what is refused must be refused by both, with the error that is documented; each within ``SECONDS``; what verifies must be what was signed.
Anything else ends the run and shows the bytes.
"""

from __future__ import annotations

import argparse
import inspect
import random
import sys
import tempfile
import time
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from benchmarks.fuzz_ledger_targets import TARGETS, Target

SECONDS = 0.5
"""Longer no input of ``LONGEST`` may take. [s of CPU time]"""

LONGEST, FAULTS = 4096, 4
RAW = 255
"""A first byte from which on the rest is the input, not faults to put into an example."""


def faulty(data: bytes, target: Target, chance: random.Random) -> bytes:
    """The input of a run: the bytes themselves, or an example with faults: a word put in, bits turned, a part left out or doubled.

    Which faults is said by the bytes, of every second example by chance: bytes that reach the same lines are all alike to libFuzzer.
    """
    if data[:1] == bytes([RAW]):
        return data[1:]
    if len(data) < 8 or data[-1] % 2:
        data = chance.randbytes(2 + 5 * chance.randint(1, FAULTS))
    text = target.seeds[int.from_bytes(data[:2], "big") % len(target.seeds)]
    for at in range(2, min(len(data) - 4, 2 + 5 * FAULTS), 5):
        place = int.from_bytes(data[at : at + 2], "big") % (len(text) + 1)
        kind, much = data[at + 2] % 6, data[at + 3]
        before, word, rest = text[:place], target.words[data[at + 4] % len(target.words)], text[place:]
        if kind < 2:
            text = before + word + rest[1 + kind * much % 4 if not word else kind * much % 4 :]
        elif kind == 2:
            text = before + bytes(one ^ 1 << much % 8 for one in rest[:1]) + rest[1:]
        elif kind == 3:
            text = before + rest[1 + much % 80 :]
        elif kind == 4:
            text = before + rest[: 1 + much % 80] + rest
        else:
            other = target.seeds[data[at + 4] % len(target.seeds)]
            text = before + other[min(place + much % 8, len(other)) :]
    return text


class Fuzz:
    """Runs of one target, counted."""

    def __init__(self, name: str, runs: int, seed: int) -> None:
        self.name, self.target, self.asked, self.chance = name, TARGETS[name](), runs, random.Random(seed)
        self.runs, self.taken, self.right, self.longest, self.begun = 0, 0, 0, 0.0, time.time()

    def one(self, data: bytes) -> None:
        """One run."""
        text = faulty(data, self.target, self.chance)
        self.right += text in self.target.seeds
        begun = time.process_time()
        try:
            self.taken += self.target.check(text)
            took = time.process_time() - begun
            assert took < SECONDS or self.target.slow, f"{took} s for {len(text)} byte"
        except BaseException:
            print(f"\nFOUND in {self.name} after {self.runs} runs:\n{text!r}", flush=True)
            raise
        self.longest = max(self.longest, took)
        self.runs += 1
        if self.runs % 100_000 == 0 or self.runs == self.asked:
            print(self.said(), flush=True)

    def said(self) -> str:
        took = time.time() - self.begun
        each = f"{self.runs / max(took, 1e-9):.0f}/s, the longest {self.longest * 1000:.1f} ms"
        kinds = f"{self.runs} runs, {self.right} of them of right examples, {self.taken} taken"
        return f"{self.name}: {kinds}, {took:.0f} s, {each}, no difference"


def codes(module: ModuleType) -> list[Any]:
    """The functions and methods that a module defines."""
    found: list[Any] = []
    for one in vars(module).values():
        if getattr(one, "__module__", None) != module.__name__:
            continue
        held = vars(one).values() if inspect.isclass(one) else [one]
        bare = [getattr(member, "fget", None) or getattr(member, "__func__", member) for member in held]
        found += [member for member in bare if isinstance(member, FunctionType) and isinstance(member.__code__, CodeType)]
    return [one for one in found if one.__code__.co_filename == module.__file__]


def spelt(word: bytes) -> str:
    """A word as libFuzzer's lists of words have it."""
    return "".join(f"\\x{byte:02x}" for byte in word)


def main() -> None:
    """Run; ends with an error at the first difference."""
    asked = argparse.ArgumentParser()
    asked.add_argument("target", nargs="?", choices=sorted(TARGETS))
    asked.add_argument("--runs", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--by-chance", action="store_true")
    given = asked.parse_args()
    if given.target is None:
        print("\n".join(f"{name:10} {make.__doc__}" for name, make in TARGETS.items()))
        return
    fuzz = Fuzz(given.target, given.runs, given.seed)
    try:
        if given.by_chance:
            raise ImportError
        import atheris
    except ImportError:
        chance = random.Random(given.seed)
        for _ in range(given.runs):
            fuzz.one(chance.randbytes(2 + 5 * chance.randint(0, FAULTS)))
        return
    for module in fuzz.target.modules:
        for function in codes(module):
            atheris.instrument_func(function)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number, seed in enumerate(fuzz.target.seeds):
            Path(folder, f"{number}").write_bytes(number.to_bytes(2, "big"))
            Path(folder, f"{number}-raw").write_bytes(bytes([RAW]) + seed)
        words = Path(folder).with_suffix(".words")
        words.write_text("".join(f'"{spelt(word)}"\n' for word in fuzz.target.words if 0 < len(word) < 64), "ascii")
        flags = [
            "-len_control=0",
            "-timeout=60",
            "-rss_limit_mb=1500",
            "-print_final_stats=1",
            f"-dict={words}",
            f"-artifact_prefix={folder}/",
        ]
        sizes = [f"-runs={given.runs}", f"-seed={given.seed}", f"-max_len={max(LONGEST, *map(len, fuzz.target.seeds))}"]
        atheris.Setup([sys.argv[0], *flags, *sizes, folder], fuzz.one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
