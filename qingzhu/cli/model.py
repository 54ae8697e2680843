"""``qingzhu model`` 模型: an IFC file in, its tables and figures out, in seconds and without a dossier."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import polars as pl

from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.cli.places import each_once, writable, writable_folder
from qingzhu.cli.row_files import write_workbook
from qingzhu.cli.words import dossier_words, rulebook
from qingzhu.collectors.geometry_quantities import Geometry
from qingzhu.collectors.mappings import suggested_mapping
from qingzhu.measures.engines import open_engine
from qingzhu.reports.model_book import in_words
from qingzhu.reports.model_data import model_data
from qingzhu.reports.model_tables import flat, model_frames
from qingzhu.reports.model_text import model_text
from qingzhu.schemes.models import Models, hand_in_models, models_evaluated
from qingzhu.terms.errors import RefusedError


@dataclass(frozen=True)
class Asked:
    """What the figures of models stand on beside the files 评价依据: date, engine, region, survey, mapping, library, bodies measured."""

    on: date
    engine: str = "duckdb:"
    region: str | None = None
    facts: Path | None = None
    mapping: Path | None = None
    library: Path | None = None
    geometry: str = "none"


@contextmanager
def opened_models(files: Sequence[Path], asked: Asked, tell: Callable[[int, int], None] | None = None) -> Iterator[Models]:
    """Models read and ready to be measured; what was computed on the way goes with the context.

    ``tell`` is called with how many bodies are measured, of how many.
    """
    running = open_engine(asked.engine)
    try:
        with tempfile.TemporaryDirectory(prefix="qingzhu-model-") as folder:
            store, collected = hand_in_models(
                files,
                Path(folder),
                dossier_words(),
                given_by="model",
                given_at=datetime.now(UTC),
                survey=asked.facts,
                mapping=asked.mapping,
                library=asked.library,
                geometry=geometry_of(asked.geometry),
                measured=tell,
            )
            yield models_evaluated(store, collected, rulebook(), asked.region, asked.on, running)
    finally:
        running.close()


def geometry_of(asked: str) -> Geometry:
    """Whose bodies are measured, from the word given."""
    for known in get_args(Geometry):
        if asked == known:
            return known  # type: ignore[no-any-return]
    listed = ", ".join(get_args(Geometry))
    raise RefusedError(
        "geometry_unknown", f"--geometry 应为 {listed}，而不是“{asked}”。", f"--geometry is one of {listed}, not {asked!r}.", found=asked
    )


def model(
    files: Sequence[Path], asked: Asked, *, tables: Path | None, excel: Path | None, suggest: Path | None, lang: str, json: bool
) -> int:
    """The figures of models, and their tables where asked for."""
    for out, endings in ((excel, (".xlsx",)), (suggest, (".toml",))):
        if out is not None:
            writable(out, endings)
    if tables is not None:
        writable_folder(tables)
    files, twice = each_once(files)
    tell = progress(json)
    tell(", ".join(path.name for path in files[:3]))
    with opened_models(files, asked, lambda done, of: tell(f"{done:,} / {of:,}")) as models:
        data = model_data(models)
        data["remarks"] += [{"file": remark.found, **remark.as_dict()} for remark in twice]
        written = write(models, data, tables, excel, lang)
        if suggest is not None:
            suggest.write_text(suggested_mapping(models.evaluation.unmapped_groups), "utf-8")
            written.append(suggest)
    tell("")
    if json:
        show_json({**data, "written": [str(path) for path in written]})
    else:
        print(model_text(data, lang))
        print("".join(f"  {path}\n" for path in written), end="")
    refused = any(one["state"] == "refused" for one in data["files"]) or any(one["level"] == "refused" for one in data["remarks"])
    return REFUSED if refused else DONE


def write(models: Models, data: dict[str, Any], tables: Path | None, excel: Path | None, lang: str) -> list[Path]:
    """The tables as Parquet files in a folder, and as sheets of an Excel file behind the results in words; the files written."""
    if tables is None and excel is None:
        return []
    frames = model_frames(models)
    written: list[Path] = []
    if tables is not None:
        tables.mkdir(parents=True, exist_ok=True)
        written += [_parquet(frame, tables / f"{name}.parquet") for name, frame in frames.items()]
    if excel is not None:
        sheets = {name: flat(frame) for name, frame in frames.items() if frame.height}
        write_workbook({**in_words(data, sheets, lang), **sheets}, excel)
        written.append(excel)
    return written


def _parquet(frame: pl.DataFrame, file: Path) -> Path:
    unfinished = file.with_name(f"{file.name}.unfinished")
    frame.write_parquet(unfinished)
    unfinished.replace(file)
    return file
