"""Fuzzing of the scanner 扫描器模糊测试: pieces of real models with faults, read by the scanner and by a second reader.

Run by hand: ``python -m benchmarks.fuzz_models --runs 1000000 [--seed 1]``. Faults are chosen by libFuzzer (atheris) where it is installed,
else by chance. What the scanner takes for sound must be what the second reader finds, and a value is read or refused; anything else ends
the run and shows the text. The pieces are of the models of ``QINGZHU_TEST_DATA``, or made ones without them.

``--models 1000`` gives so many models with values of another kind than the schema's to ``read_model``: it reads or refuses each, and its
columns are what IfcOpenShell reads.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.made_models import walls
from qingzhu.collectors.step_scan import Classes, scan
from qingzhu.collectors.step_values import UnreadableError, value
from tests.collectors.model_mutants import EVERYTHING, differences, mutant
from tests.collectors.step_reference import Kept, instances

PIECES = [
    *(b"'", b"''", b"(", b")", b",", b";", b"#", b"=", b"\\", b"\\S\\", b"\\X2\\", b"\n", b" ", b"/*", b"*/", b"$", b"*", b"#7="),
    *(b".", b"\0", b"\xe4", b"1", b"E"),
]
LINES, PIECES_OF_EACH, FAULTS = 3, 400, 4
CLASS = re.compile(rb"#\d+\s*=\s*([A-Z0-9_]+)\s*\(")


class Piece:
    """Some lines of a model, the classes in them, and how many parameters those have that occur in one number only."""

    def __init__(self, lines: list[bytes]) -> None:
        self.text = b"DATA;\n" + b"\n".join(lines) + b"\nENDSEC;\n"
        self.known = {name.decode() for name in CLASS.findall(self.text)} | {"IFCWALL", "IFCWALLTYPE"}
        kept, _ = instances(self.text.decode("latin-1"), {}, self.known)
        assert not kept
        self.arity: dict[str, int] = {"IFCWALL": 9}
        for name in sorted(self.known):
            for count in range(1, 20):
                try:
                    instances(self.text.decode("latin-1"), {name: count}, self.known)
                except Exception:
                    continue
                self.arity[name] = count
                break
        self.classes = Classes(self.known, self.arity)


def pieces() -> list[Piece]:
    """Pieces of every model, of whole lines each, in which nothing is wrong yet."""
    folder = Path(os.environ.get("QINGZHU_TEST_DATA", "")) / "ifc"
    found, chance = [], random.Random(1)
    with TemporaryDirectory() as place:
        made = Path(place) / "made.ifc"
        walls(200, made)
        for path in [made, *(sorted(folder.glob("*.ifc*")) if folder.is_dir() else [])]:
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            lines = [line.strip() for line in data[:4_000_000].split(b"DATA;", 1)[1].split(b"\n")]
            for _ in range(PIECES_OF_EACH):
                at = chance.randrange(max(len(lines) - LINES, 1))
                chosen = [line for line in lines[at : at + LINES] if line.startswith(b"#") and line.endswith(b";") and len(line) < 400]
                try:
                    found.append(Piece(chosen))
                except Exception:  # a line that is a part of an instance only
                    continue
    return found


def check(text: bytes, piece: Piece) -> bool:
    """Whether the scanner takes the text for sound; raises where it does and the second reader finds something else."""
    found = scan(text, piece.classes)
    if found.strange or found.repeated or found.misfit:
        return False
    kept: Kept = {}
    for name, rows in found.rows.items():
        fields = rows.text.decode("latin-1").split("\x1f")[:-1]
        for row, id in enumerate(rows.ids.tolist()):
            kept[id] = name, fields[row * piece.arity[name] : (row + 1) * piece.arity[name]]
    wanted, total = instances(text.decode("latin-1"), piece.arity, piece.known)
    if (kept, found.total) != (wanted, total):
        raise AssertionError(f"{kept} {found.total}\n{wanted} {total}")
    for _, parts in kept.values():
        for part in parts:
            try:
                value(part)
            except UnreadableError:
                return True
    return True


class Fuzz:
    """Runs, counted."""

    def __init__(self) -> None:
        self.pieces, self.runs, self.sound, self.begun = pieces(), 0, 0, time.time()

    def one(self, data: bytes) -> None:
        """One run: the bytes choose a piece and its faults."""
        piece = self.pieces[int.from_bytes(data[:2], "big") % len(self.pieces)]
        text = piece.text
        for at in range(2, min(len(data) - 3, 2 + 4 * FAULTS), 4):
            place = 5 + int.from_bytes(data[at : at + 2], "big") % (len(text) - 5)
            text = text[:place] + PIECES[data[at + 2] % len(PIECES)] + text[place + data[at + 3] % 4 :]
        try:
            self.sound += check(text, piece)
        except Exception:
            print(f"\nFOUND after {self.runs} runs:\n{text!r}\narity {piece.arity}", flush=True)
            raise
        self.runs += 1
        if self.runs % 50_000 == 0:
            print(self.said(), flush=True)

    def said(self) -> str:
        return f"{self.runs} runs, {self.sound} of them sound, {len(self.pieces)} pieces, {time.time() - self.begun:.0f} s, no difference"


def mutants(count: int, seed: int) -> str:
    """Models with values of another kind, through both readers; raises at the first that is read in two ways."""
    chance = random.Random(seed)
    with TemporaryDirectory() as folder:
        for _ in range(count):
            text = mutant(chance)
            if found := differences(text, Path(folder)):
                changed = set(text.splitlines()) - set(EVERYTHING.splitlines())
                raise AssertionError("\n".join([*changed, *found]))
    return f"{count} models with values of another kind, no difference"


def main() -> None:
    """Run; ends with an error at the first difference."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--runs", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--by-chance", action="store_true")
    asked.add_argument("--models", type=int, default=0)
    given = asked.parse_args()
    if given.models:
        print(mutants(given.models, given.seed))
        return
    fuzz = Fuzz()
    try:
        if given.by_chance:
            raise ImportError
        import atheris
    except ImportError:
        chance = random.Random(given.seed)
        for _ in range(given.runs):
            fuzz.one(chance.randbytes(2 + 4 * chance.randint(0, FAULTS)))
        print(fuzz.said())
        return
    for function in (scan, value, check):
        atheris.instrument_func(function)
    flags = [f"-runs={given.runs}", f"-seed={given.seed}", f"-max_len={2 + 4 * FAULTS}", "-len_control=0", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *flags], fuzz.one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
