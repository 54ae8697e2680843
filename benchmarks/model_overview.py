"""Every real model in one table: what is in it, whether both ways of reading agree, what is mapped, its concrete, how fast it is read.

Run: ``python -m benchmarks.model_overview``; takes the models of ``QINGZHU_TEST_DATA``. CPU seconds, best of three; *ratio* is against the
loop over IfcOpenShell's relations of ``benchmarks.models``, in the same run; *all* is the wall time from file to every figure.
"""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.models import best, columns, relation_loop
from qingzhu.cli.model import Asked, opened_models
from qingzhu.cli.words import dossier_words
from qingzhu.collectors.model_files import model_text
from qingzhu.collectors.models import by_columns, by_parser
from qingzhu.collectors.step_model import NotColumnarError
from qingzhu.reports.model_data import model_data
from qingzhu.terms.errors import MalformedError

HEADS = ("model", "MB", "elements", "properties", "quantities", "equal", "mapped", "precast", "in place", "CPU s", "MB/s", "ratio", "all s")
WIDTHS = (40, 5, 8, 10, 10, 24, 7, 9, 9, 6, 6, 6, 6)


def compared(path: Path) -> str:
    """Whether the columns and IfcOpenShell give the same tables: ``yes``, or what differs."""
    given, known = model_text(path, path.name), dossier_words().known_quantities
    try:
        own = by_columns(given, "P", known).tables
    except NotColumnarError as reason:
        return f"read by IfcOpenShell: {reason}"
    referee = by_parser(given, "P", known, "compared").tables
    differing = [name for name in sorted(own | referee) if not _same(own.get(name), referee.get(name))]
    return ", ".join(differing) or "yes"


def _same(one: pl.DataFrame | None, other: pl.DataFrame | None) -> bool:
    if one is None or other is None:
        return one is other
    order = [name for name in one.columns if name != "row"]
    return one.select(order).sort(order).equals(other.select(order).sort(order))


def shown(volume: float | None) -> str:
    """A volume [m³], or that members are there and none of them has one."""
    return "unknown" if volume is None else f"{volume:.2f}"


def row(path: Path, folder: Path) -> tuple[str, ...]:
    """One model's line."""
    given = model_text(path, path.name)
    plain = folder / path.name.removesuffix(".gz")
    plain.write_bytes(given.text if isinstance(given.text, bytes) else given.text.encode())
    size = plain.stat().st_size / 1e6
    spent, _ = best(columns, plain)
    loop, _ = best(relation_loop, plain)
    begun = time.perf_counter()
    with opened_models([path], Asked(date(2026, 1, 1))) as models:
        data = model_data(models)
    whole = time.perf_counter() - begun
    counts, volumes = data["counts"], data["volumes"]
    elements, properties, quantities = (f"{counts[name]:,}" for name in ("elements", "properties", "quantities"))
    share = f"{100 * counts['mapped'] / counts['elements']:.0f} %" if counts["elements"] else "—"
    return (
        path.name, f"{size:.1f}", elements, properties, quantities, compared(path), share,
        shown(volumes["precast"]), shown(volumes["cast_in_place"]), f"{spent:.2f}", f"{size / spent:.0f}", f"{spent / loop:.2f}",
        f"{whole:.1f}",
    )  # fmt: skip


def main() -> bool | None:
    """Print the table; None where there are no models, else whether all are equal."""
    data = os.environ.get("QINGZHU_TEST_DATA")
    if not data:
        print("QINGZHU_TEST_DATA is not set: no real models to read")
        return None
    equal = True
    print("  ".join(head.ljust(width) for head, width in zip(HEADS, WIDTHS, strict=True)))
    with TemporaryDirectory() as kept:
        for path in sorted((Path(data) / "ifc").iterdir()):
            if not path.name.endswith((".ifc", ".ifc.gz", ".ifczip")):
                continue
            try:
                cells = row(path, Path(kept))
            except MalformedError as error:
                cells = (path.name, *[""] * 4, error.code, *[""] * 7)
            equal = equal and cells[5] == "yes"
            print("  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)), flush=True)
    return equal


if __name__ == "__main__":
    main()
