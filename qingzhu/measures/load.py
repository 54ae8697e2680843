"""Measures 指标: one SQL file each, with its paper on top; read, checked, and refused where it says more than the vocabulary allows.

The paper is TOML in the leading ``/* */`` comment: title, unit, grain, inputs with their columns, parameters, source, notes. A file
that says ``derived = true`` is a derived table: it has ``columns`` instead of a value. A derived table may also be a pure function
over frames: ``<table>.py`` with ``INPUTS``, ``PARAMETERS`` and a function of that name (which takes inputs and parameters by name),
beside its contract ``<table>.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from qingzhu.measures import checks, papers, tables
from qingzhu.terms.errors import MeasureError

FOLDER = Path(__file__).parent
"""The measures of the house; a region's own folders come after it."""

_PAPER = re.compile(r"\A\s*/\*(.*?)\*/", re.S)


@dataclass(frozen=True)
class Measure:
    """A measure, or a derived table 指标或派生表.

    ``inputs`` and ``parameters`` map tables to the columns read; ``rows`` narrows, table by table, the evidence shown behind a figure;
    ``doubt`` marks a measure of doubt 存疑: a value ``above`` its mark is a finding. ``columns`` are those of a derived table,
    ``described`` their names, units and words as a reader is shown them.
    ``sql`` is the query as written, paper included; ``function`` the dotted name of a derived table in Python.
    ``sha256`` is the hash of the file, or of code and contract.
    """

    name: str
    term: str
    title: dict[str, str]
    unit: str
    grain: list[str]
    inputs: dict[str, list[str]]
    parameters: dict[str, list[str]]
    source: dict[str, Any]
    notes: dict[str, str] | str
    derived: bool
    doubt: dict[str, Any] | None
    rows: dict[str, str]
    sql: str
    sha256: str
    path: Path
    columns: dict[str, str] = field(default_factory=dict)
    described: list[dict[str, Any]] = field(default_factory=list)
    function: str | None = None

    @property
    def results(self) -> dict[str, str]:
        """Columns of the result with their types; those of a figure are grain (text), value, gap, coverage, high."""
        if self.derived:
            return self.columns
        return {**dict.fromkeys(self.grain, "string"), "value": "float64", "gap": "string", "coverage": "float64", "high": "float64"}


def load(folders: Iterable[Path] | None = None, names: Iterable[str] | None = None) -> dict[str, Measure]:
    """Every measure and derived table of the folders 读取指标, by name; without folders those of the house.

    With ``names`` only those and the derived tables they read. Raises ``MeasureError`` for the first file that is refused,
    with its name and what to do.
    """
    places = (FOLDER,) if folders is None else tuple(Path(folder) for folder in folders)
    return dict(_load(places, None if names is None else tuple(sorted(set(names)))))


@cache
def papers_of_house() -> dict[str, Measure]:
    """Every measure and derived table of the house by its paper alone 指标说明, their queries unchecked: for what asks no more of them."""
    return {name: _read(path) for name, path in sorted(_files((FOLDER,)).items())}


@cache
def _load(folders: tuple[Path, ...], names: tuple[str, ...] | None) -> dict[str, Measure]:
    files = _files(folders)
    found: dict[str, Measure] = {}
    wanted = sorted(files) if names is None else list(names)
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = _read(_known(files, name))
            wanted.extend(table for table in found[name].inputs if table in files)
    known = {**tables.evidence(), **{name: measure.columns for name, measure in found.items() if measure.derived}}
    for measure in found.values():
        checks.check(measure, known, tables.parameters())
    order(found, list(found))
    return {name: found[name] for name in sorted(found)}


def _files(folders: tuple[Path, ...]) -> dict[str, Path]:
    """The file of each measure and derived table, by name; a name that stands twice is refused."""
    found: dict[str, Path] = {}
    for folder in folders:
        contracts = [path for path in folder.rglob("*.toml") if path.with_suffix(".py").is_file()]
        for path in sorted([*folder.rglob("*.sql"), *contracts]):
            if path.parent == FOLDER:
                continue
            if path.stem in found:
                raise MeasureError(
                    "measure_twice",
                    f"指标 {path.stem} 有两个文件：{found[path.stem]} 与 {path}，请改名",
                    f"measure {path.stem} stands in two files, {found[path.stem]} and {path}: rename one",
                    measure=path.stem,
                )
            found[path.stem] = path
    return found


def _read(path: Path) -> Measure:
    return read_sql(path) if path.suffix == ".sql" else read_function(path)


def read_sql(path: Path) -> Measure:
    """One SQL file 读取一个指标文件, its paper checked but not yet its query."""
    text = path.read_text("utf-8")
    paper = _paper(path, text)
    papers.check(path, paper)
    columns = paper.get("columns", {})
    return Measure(
        name=path.stem,
        term=path.parent.name,
        title=paper["title"],
        unit=paper.get("unit", ""),
        grain=paper["grain"],
        inputs=paper["inputs"],
        parameters=paper.get("parameters", {}),
        source=paper["source"],
        notes=paper.get("notes", {"zh": "", "en": ""}),
        derived=paper.get("derived", False),
        doubt=paper.get("doubt"),
        rows=paper.get("rows", {}),
        sql=text,
        sha256=sha256(text.encode()).hexdigest(),
        path=path,
        columns=columns,
        described=[{"name": column, "zh": column, "en": column} for column in columns],
    )


def read_function(contract: Path) -> Measure:
    """A derived table in Python 函数派生表: the contract beside the code says title, grain and columns; the code its inputs."""
    paper = tomllib.loads(contract.read_text("utf-8"))
    name, term = contract.stem, contract.parent.name
    module = tables.module_of(f"qingzhu.measures.{term}.{name}")
    code = b"".join(path.read_bytes() for path in sorted(contract.parent.glob("*.py")))
    return Measure(
        name=name,
        term=term,
        title=paper["title"],
        unit="",
        grain=paper.get("grain", ["project"]),
        inputs={table: list(columns) for table, columns in module.INPUTS.items()},
        parameters={table: list(columns) for table, columns in module.PARAMETERS.items()},
        source=paper.get("source", {"document": "house_rules", "checked": "convention"}),
        notes=paper.get("notes", ""),
        derived=True,
        doubt=None,
        rows=paper.get("rows", {}),
        sql="",
        sha256=sha256(code + contract.read_bytes()).hexdigest(),
        path=contract.with_suffix(".py"),
        columns={column["name"]: column["type"] for column in paper["column"]},
        described=[
            {"name": column["name"], **column["words"], **({"unit": column["unit"]} if "unit" in column else {})}
            for column in paper["column"]
        ],
        function=f"{module.__name__}.{name}",
    )


def order(measures: Mapping[str, Measure], names: Iterable[str]) -> list[str]:
    """The derived tables and measures that ``names`` need 计算顺序, themselves included, each after what it reads."""
    placed: dict[str, bool] = {}

    def place(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " → ".join([*above[above.index(name) :], name])
            raise MeasureError(
                "measure_circle", f"派生表互相引用：{circle}", f"derived tables read each other in a circle: {circle}", circle=circle
            )
        if name not in measures:
            raise _unknown(name)
        if name not in placed:
            for table in measures[name].inputs:
                if table in measures:
                    place(table, (*above, name))
            placed[name] = True

    for name in names:
        place(name, ())
    return list(placed)


def _known(files: dict[str, Path], name: str) -> Path:
    if name not in files:
        raise _unknown(name)
    return files[name]


def _unknown(name: str) -> MeasureError:
    return MeasureError("measure_unknown", f"没有指标 {name}", f"there is no measure {name}; `qingzhu measure` lists them", measure=name)


def _paper(path: Path, text: str) -> dict[str, Any]:
    match = _PAPER.match(text)
    if match is None:
        raise MeasureError(
            "measure_without_paper",
            f"{path.name} 开头没有 /* */ 说明（TOML）",
            f"{path.name} does not begin with its paper, TOML in /* */",
            file=path.name,
        )
    try:
        return tomllib.loads(match.group(1))
    except tomllib.TOMLDecodeError as error:
        raise MeasureError(
            "measure_paper_malformed",
            f"{path.name} 的说明不是有效的 TOML：{error}",
            f"the paper of {path.name} is not valid TOML: {error}",
            file=path.name,
        ) from error
