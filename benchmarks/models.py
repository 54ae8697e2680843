"""Reading models: the columns against a loop over IfcOpenShell's relations, both in this run, in CPU seconds; and the memory it takes.

Run: ``python -m benchmarks.models``. Takes the real models of ``QINGZHU_TEST_DATA``, and a large one made of them: all that are
IFC2X3, one after the other, with their instance numbers moved apart; made models of 10,000 to 250,000 walls, and ten at once; then
the command ``qingzhu model`` as a whole.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.made_models import walls
from qingzhu.collectors.model_files import model_text
from qingzhu.collectors.models import by_columns, read_models
from qingzhu.collectors.step_scan import uncommented

RATIOS = {"janesville_restaurant_revit2012.ifc.gz": 0.55, "composite": 0.7}
"""Of the loop's CPU at most."""

WALLS = (10_000, 50_000, 250_000)
WALLS_SECONDS = (50_000, 1.0)
"""So many walls become tables in less than so many CPU seconds."""

LINEAR = 1.5
"""How much more a wall of the largest made model may cost than one of the smallest."""

TEN = 10
SPEEDS = {"janesville_restaurant_revit2012.ifc.gz": 40.0, "composite": 20.0, "schependomlaan_timber_frames.ifc.gz": 12.0}
"""Megabytes a CPU second at least: geometry-heavy, mixed, and properties only."""

MEMORY_FACTOR, MEMORY_FREE = 6.0, 130.0
"""Peak memory at most: so many times the file, and so many megabytes for the program itself."""

COMMAND_SECONDS = ("janesville_restaurant_revit2012.ifc.gz", 3.0)
"""This model becomes figures, program started and ended, in less than so many seconds on the clock."""

SHOWN = (
    "samplehouse_ifc4_revit2015.ifc",
    "mini_project_tekla.ifc",
    "schependomlaan_timber_frames.ifc.gz",
    "janesville_restaurant_revit2012.ifc.gz",
)
ROUNDS = 3
NUMBER = re.compile(rb"'(?:[^']|'')*'|#(\d+)")


def composite(folder: Path, file: Path) -> None:
    """All IFC2X3 models one after the other, as one model, with instance numbers of their own."""
    offset, bodies = 0, []
    for path in sorted(folder.iterdir()):
        if not path.name.endswith((".ifc", ".ifc.gz")):
            continue
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if b"FILE_SCHEMA(('IFC2X3'" not in data[:4096].replace(b" ", b"") or not data.isascii():
            continue
        body = uncommented(data).split(b"DATA;", 1)[1].rsplit(b"ENDSEC;", 1)[0]
        bodies.append(NUMBER.sub(lambda match, by=offset: b"#%d" % (int(match[1]) + by) if match[1] else match[0], body))
        offset += max(int(number) for number in re.findall(rb"#(\d+)\s*=", body))
    head = b"ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');FILE_SCHEMA(('IFC2X3'));ENDSEC;DATA;"
    file.write_bytes(head + b"".join(bodies) + b"ENDSEC;\nEND-ISO-10303-21;\n")


def relation_loop(path: Path) -> tuple[int, int]:
    """Elements and values by one pass over each relation, the plain way through IfcOpenShell; how many there are of each."""
    import ifcopenshell

    model = ifcopenshell.open(path, format=".ifc")
    elements = {element.id(): [element.GlobalId, element.is_a(), element.Name, None, None, []] for element in model.by_type("IfcElement")}
    sets: dict[int, list[tuple[Any, ...]]] = {}

    def values(definition: Any) -> list[tuple[Any, ...]]:
        number = definition.id()
        if number not in sets:
            held = getattr(definition, "HasProperties", None) or getattr(definition, "Quantities", None) or ()
            sets[number] = [(definition.Name, one.Name, *_read(one)) for one in held]
        return sets[number]

    rows = []
    for relation in model.by_type("IfcRelDefinesByProperties"):
        found = values(relation.RelatingPropertyDefinition)
        for related in relation.RelatedObjects:
            if related.id() in elements:
                rows.extend((related.id(), *value) for value in found)
    for relation in model.by_type("IfcRelDefinesByType"):
        type = relation.RelatingType
        found = [value for definition in type.HasPropertySets or () for value in values(definition)]
        for related in relation.RelatedObjects:
            if related.id() in elements:
                elements[related.id()][3] = type.Name
                rows.extend((related.id(), *value) for value in found)
    above = {
        related.id(): relation.RelatingStructure
        for relation in model.by_type("IfcRelContainedInSpatialStructure")
        for related in relation.RelatedElements
    }
    above |= {
        related.id(): relation.RelatingObject for relation in model.by_type("IfcRelAggregates") for related in relation.RelatedObjects
    }
    for number, element in elements.items():
        place = above.get(number)
        while place is not None and not place.is_a("IfcBuildingStorey"):
            place = above.get(place.id())
        element[4] = place.Name if place is not None else None
    for relation in model.by_type("IfcRelAssociatesMaterial"):
        names = _materials(relation.RelatingMaterial)
        for related in relation.RelatedObjects:
            if related.id() in elements:
                elements[related.id()][5] = names
    return len(elements), len(rows)


def _read(one: Any) -> tuple[Any, ...]:
    value = getattr(one, "NominalValue", None)
    return (value.is_a(), value.wrappedValue) if value is not None else (one.is_a(), one[3] if len(one) > 3 else None)


def _materials(relating: Any) -> list[str]:
    if relating.is_a("IfcMaterial"):
        return [relating.Name]
    if relating.is_a("IfcMaterialLayerSetUsage"):
        relating = relating.ForLayerSet
    if relating.is_a("IfcMaterialLayerSet"):
        return [layer.Material.Name for layer in relating.MaterialLayers if layer.Material]
    return [material.Name for material in getattr(relating, "Materials", None) or ()]


def columns(path: Path) -> tuple[int, int]:
    """The same through the file's columns; how many elements and values."""
    tables = by_columns(model_text(path, path.name), "P", ()).tables
    return tables["element"].height, tables["property"].height + tables["quantity"].height


def best(work: Callable[[Path], tuple[int, int]], path: Path) -> tuple[float, tuple[int, int]]:
    """CPU seconds, the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        counts = work(path)
        found.append(time.process_time() - begun)
    return min(found), counts


def peak(path: Path) -> float:
    """Peak memory of a process that reads the file by its columns. [MB]"""
    code = f"import benchmarks.models as models, pathlib; models.columns(pathlib.Path({str(path)!r})); models.own()"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def own() -> None:
    """Print this process's peak memory. [MB]"""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(line.split()[1]) / 1024)


def main() -> bool | None:
    """Print the tables; true where the bars hold, None where some were not asked for want of the real models."""
    made, real = made_walls(), real_models()
    return False if not made else real


def made_walls() -> bool:
    """Walls to tables with quantities, and ten models one after the other and at once."""
    print(f"{'made model':40}{'MB':>7}{'columns [s]':>13}{'µs a wall':>10}{'MB/s':>14}{'peak [MB]':>11}  bars")
    held, each = True, []
    with TemporaryDirectory() as place:
        for count in WALLS:
            file = Path(place) / f"{count}.ifc"
            walls(count, file)
            size, (ours, counts), most = file.stat().st_size / 1e6, best(columns, file), peak(file)
            each.append(ours / count)
            bars = {
                f"rows {(count, 4 * count)}": counts == (count, 4 * count),
                f"linear (≤ {LINEAR} × the smallest)": each[-1] <= LINEAR * each[0],
                f"peak ≤ {MEMORY_FACTOR * size + MEMORY_FREE:.0f} MB": most <= MEMORY_FACTOR * size + MEMORY_FREE,
            }
            if count == WALLS_SECONDS[0]:
                bars |= {f"< {WALLS_SECONDS[1]} s": ours < WALLS_SECONDS[1]}
            held &= all(bars.values())
            print(f"{count:7,} walls{'':27}{size:7.1f}{ours:13.2f}{1e6 * ours / count:10.1f}{size / ours:14.1f}{most:11.0f}  {said(bars)}")
        files = [(Path(place) / f"{WALLS[0]}.ifc", f"{number}.ifc") for number in range(TEN)]
        for workers in (1, os.cpu_count() or 1):
            wall, cpu = ten(files, workers)
            print(f"ten models of {WALLS[0]:,} walls, {workers} at a time: {wall:.2f} s wall, {cpu:.2f} s CPU, {cpu / wall:.2f} cores busy")
    print()
    return held


def ten(files: list[tuple[Path, str]], workers: int) -> tuple[float, float]:
    """Wall and CPU seconds, those of the processes it starts included."""
    begun, before = time.perf_counter(), sum(os.times()[:4])
    for reading in read_models(files, "P", (), workers=workers):
        if reading.refused:
            raise SystemExit(reading.remarks[0].en)
    return time.perf_counter() - begun, sum(os.times()[:4]) - before


def said(bars: dict[str, bool]) -> str:
    return ", ".join(f"{bar}: {'met' if met else 'NOT MET'}" for bar, met in bars.items())


def real_models() -> bool | None:
    """Real models: true where the bars hold, None without them."""
    folder = Path(os.environ.get("QINGZHU_TEST_DATA", "")) / "ifc"
    if not folder.is_dir():
        print("no real models: QINGZHU_TEST_DATA names no folder with ifc/")
        return None
    held = True
    print(f"{'model':40}{'MB':>7}{'columns [s]':>13}{'loop [s]':>10}{'ratio':>7}{'MB/s':>7}{'peak [MB]':>11}  bars")
    with TemporaryDirectory() as place:
        files = [plain(folder / name, Path(place)) for name in SHOWN] + [Path(place) / "composite"]
        composite(folder, files[-1])
        for path in files:
            size = path.stat().st_size / 1e6
            (ours, _), (theirs, _) = best(columns, path), best(relation_loop, path)
            most, speed = peak(path), size / ours
            bars = {
                f"ratio ≤ {RATIOS.get(path.name, 'any')}": ours / theirs <= RATIOS.get(path.name, float("inf")),
                f"≥ {SPEEDS.get(path.name, 0):.0f} MB/s": speed >= SPEEDS.get(path.name, 0),
                f"peak ≤ {MEMORY_FACTOR * size + MEMORY_FREE:.0f} MB": most <= MEMORY_FACTOR * size + MEMORY_FREE,
            }
            held &= all(bars.values())
            print(f"{path.name:40}{size:7.1f}{ours:13.2f}{theirs:10.2f}{ours / theirs:7.2f}{speed:7.1f}{most:11.0f}  {said(bars)}")
        wall, cpu = command(next(path for path in files if path.name == COMMAND_SECONDS[0]), Path(place))
        bars = {f"< {COMMAND_SECONDS[1]} s wall": wall < COMMAND_SECONDS[1]}
        print(f"qingzhu model {COMMAND_SECONDS[0]}: {wall:.2f} s wall, {cpu:.2f} s CPU  {said(bars)}")
    return held and all(bars.values())


def command(path: Path, place: Path) -> tuple[float, float]:
    """Wall and CPU seconds of ``qingzhu model`` on a file, each the best of some rounds, its modules compiled as where it is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(place / "compiled")
    found = []
    for _ in range(ROUNDS + 1):  # the first compiles
        begun, before = time.perf_counter(), sum(os.times()[2:4])
        subprocess.run([sys.executable, "-m", "qingzhu.cli.main", "model", str(path)], check=True, capture_output=True, env=environment)
        found.append((time.perf_counter() - begun, sum(os.times()[2:4]) - before))
    return min(wall for wall, _ in found), min(cpu for _, cpu in found)


def plain(path: Path, place: Path) -> Path:
    """The file unpacked, under its own name."""
    target = place / path.name
    target.write_bytes(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    return target


if __name__ == "__main__":
    sys.exit(1 if main() is False else 0)
