"""The documented cases of IDS 规范测试用例: each pair of an .ids and an .ifc file, by ifctester and by us, and what differs from its name.

``python -m benchmarks.ids_cases DIR``, where DIR is ``Documentation/testcases`` of a copy of buildingSMART/IDS. A file called
``pass-`` is met, ``fail-`` is not, ``invalid-`` is not either, and its .ids has errors, which those of the other two have not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import ifcopenshell
import ifctester.ids

from qingzhu.collectors.ids import read_ids
from qingzhu.schemes.ids_audit import audit
from qingzhu.schemes.ids_check import check


def theirs(ids: Path, model: Path) -> bool:
    read = ifctester.ids.open(str(ids))
    read.validate(ifcopenshell.open(model))
    return all(specification.status for specification in read.specifications)


def ours(ids: Path, model: Path) -> bool:
    return all(each.outcome != "not_met" for each in check(read_ids(ids), ifcopenshell.open(model)))


def sound(ids: Path, _: Path) -> bool:
    return not any(finding.severity == "error" for finding in audit(read_ids(ids)))


def wrong(cases: list[Path], judge: Callable[[Path, Path], bool], wanted: Callable[[str], bool]) -> list[str]:
    """The cases that a judge gets otherwise than their names say."""
    found = []
    for ids in cases:
        try:
            same = judge(ids, ids.with_suffix(".ifc")) is wanted(ids.name)
        except Exception as error:
            found.append(f"{ids.parent.name}/{ids.name}: {error!r}")
            continue
        if not same:
            found.append(f"{ids.parent.name}/{ids.name}")
    return found


def main(folder: Path) -> int:
    cases = [path for path in sorted(folder.glob("*/*.ids")) if path.with_suffix(".ifc").exists()]
    failed = 0
    for title, judge, wanted in [
        ("check by ifctester", theirs, lambda name: name.startswith("pass-")),
        ("check by qingzhu", ours, lambda name: name.startswith("pass-")),
        ("audit by qingzhu", sound, lambda name: not name.startswith("invalid-")),
    ]:
        others = wrong(cases, judge, wanted)
        failed += len(others) if "qingzhu" in title else 0
        print(f"{title}: {len(cases) - len(others)} of {len(cases)} as named", *others, sep="\n  ")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
