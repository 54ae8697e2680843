"""Models 模型: elements, materials, properties and authored quantities of an IFC file (IFC2X3, IFC4, IFC4X3).

Plan 三（四）, 三（五）. Reads ``.ifc``, gzip and zip by their columns, else through IfcOpenShell; a bad file gives a refusal in words.
An element without a quantity is a gap of the measures, not an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from qingzhu.collectors.geometry_quantities import Asked, Geometry, GeometryRules
from qingzhu.collectors.model_columns import element_material_rows, element_rows, hung_sets, property_rows, quantity_rows, set_names
from qingzhu.collectors.model_elements import element_materials, elements, identified, occurrences, relations
from qingzhu.collectors.model_files import MODEL_LIMITS, ModelLimits, ModelText, application, model_text, parsed
from qingzhu.collectors.model_losses import BROKEN, Losses
from qingzhu.collectors.model_properties import (
    attachments,
    named_quantities,
    properties,
    quantities,
    quantity_remarks,
    unknown_names,
)
from qingzhu.collectors.model_readers import Task, readings, worth
from qingzhu.collectors.model_schema import Schema, schema
from qingzhu.collectors.model_units import Unit, length_known, length_of, length_remarks, names_of, project_units
from qingzhu.collectors.step_model import NotColumnarError, StepModel
from qingzhu.collectors.step_values import UnreadableError
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Reading, Remark

NO_GEOMETRY = Asked()
"""Nothing is asked of geometry."""


def read_model(
    path: Path,
    name: str,
    project: str,
    known_quantities: Collection[str],
    limits: ModelLimits = MODEL_LIMITS,
    *,
    geometry: Geometry = "none",
    workers: int = 2,
    tell: Callable[[int, int], None] | None = None,
    rules: GeometryRules | None = None,
) -> Reading:
    """Read a model 读入模型 into the tables ``element``, ``element_material``, ``property`` and ``quantity``.

    ``name`` is the file's path in the dossier, what follows ``models/`` becomes ``model``; ``known_quantities`` the names
    of quantities that IFC's documentation knows; ``limits`` how large it may unpack. Lengths in m, areas in m²,
    volumes in m³, masses in t, times in s; properties as written. A file that is no complete, readable model
    gives no table and one remark of level ``refused``; only a missing IfcOpenShell raises (MissingError),
    where the columns cannot be taken or bodies are to be measured.

    With ``rules`` quantities that contradict each other are said; with them and ``geometry`` bodies are measured by so many ``workers``,
    rows of ``source = geometry`` are added and compared, and ``tell`` is called with how many elements are done, of how many.
    """
    if geometry != "none" and rules is None:
        raise ValueError("geometry needs the rulebook's rules for it")
    asked = Asked(geometry, rules, workers, tell)
    try:
        given = model_text(path, name, limits)
        try:
            return by_columns(given, project, known_quantities, asked)
        except NotColumnarError as found:
            return by_parser(given, project, known_quantities, str(found), asked)
    except MalformedError as error:
        named = error.facts.get("found")
        return Reading(remarks=[Remark("refused", error.code, error.zh, error.en, found=None if named is None else str(named))])


def read_models(
    files: Sequence[tuple[Path, str]],
    project: str,
    known_quantities: Collection[str],
    limits: ModelLimits = MODEL_LIMITS,
    workers: int | None = None,
    rules: GeometryRules | None = None,
) -> Iterator[Reading]:
    """Read several models 读入多个模型, each a path and a name, in their order: in processes where that is worth starting them.

    ``workers`` is how many processes at most (default: one a core). A model that ends its process (out of memory) is refused in words,
    the others are read all the same.
    """
    asked: dict[str, Any] = {"limits": limits, "rules": rules}
    tasks = [Task(path, name, project, tuple(known_quantities), asked) for path, name in files]
    many = worth([path for path, _ in files], workers)
    found: Iterable[Reading | None] = readings(tasks, many) if many > 1 else [None] * len(tasks)
    for task, reading in zip(tasks, found, strict=True):
        yield reading or read_model(task.path, task.name, project, task.known_quantities, **asked)


def by_columns(given: ModelText, project: str, known: Collection[str], asked: Asked = NO_GEOMETRY) -> Reading:
    """The tables from the file's own columns; raises NotColumnarError where a guard fails."""
    try:
        model, element, held, units, remarks = _columns(given, known)
    except UnreadableError as error:
        raise NotColumnarError(str(error)) from error
    except (*BROKEN, pl.exceptions.PolarsError) as error:  # no guard foresaw it; what is read all the same is for IfcOpenShell to say
        raise NotColumnarError(f"a value of another kind than the schema's: {error}") from error
    measured = asked.measured(given, element, held["quantity"], length_known(units))
    held["quantity"] = measured.quantity
    facts = {"schema": model.schema.name, **given.facts, "application": application(model), "instances": model.total, **measured.facts}
    facts |= {"units": names_of(units), "reader": "columns"}
    return _reading(held, [*given.remarks, *remarks, *measured.remarks], facts, project, given.name)


def _columns(
    given: ModelText, known: Collection[str]
) -> tuple[StepModel, pl.DataFrame, dict[str, pl.DataFrame], dict[str, Unit], list[Remark]]:
    """The model, its elements with ``id``, its tables, its units and what was remarked."""
    model = StepModel(given.text, _schema_of(given))
    units = project_units(model)
    found, points, relating = element_rows(model, length_of(units))
    if found.is_empty():
        raise NotColumnarError("no element")
    element, element_remarks = identified(found)
    materials = element_material_rows(model, found["id"], relating, length_of(units))
    hung, names = hung_sets(model, found["id"], points, relating), set_names(model)
    quantity, assumed, refused = quantity_rows(model, hung, names, units)
    quantity = named_quantities(quantity, known)
    held = {
        "element": element.drop("id"),
        "element_material": _of(element, materials),
        "property": _named(element, property_rows(model, hung, names, units)),
        "quantity": _named(element, quantity),
    }
    said = [*element_remarks, *_lengths(units, held), *quantity_remarks(assumed, refused), *unknown_names(quantity, known)]
    return model, element, held, units, said


def _lengths(units: dict[str, Unit], held: dict[str, pl.DataFrame]) -> list[Remark]:
    return length_remarks(units, held["element"]["storey_elevation"].count() + held["element_material"]["thickness"].count())


def _schema_of(given: ModelText) -> Schema:
    found = schema(given.schema)
    if found is None:
        raise NotColumnarError(f"schema {given.schema}")
    return found


def by_parser(given: ModelText, project: str, known: Collection[str], reason: str, asked: Asked = NO_GEOMETRY) -> Reading:
    """The tables through IfcOpenShell, with what could not be read, and why the columns were not taken."""
    opened = parsed(given)
    model = opened.model
    instances = occurrences(model)
    if not instances:
        raise _no_elements(given.name)
    losses = Losses()
    found = relations(model, losses)
    units = project_units(model)
    element, element_remarks = elements(model, found, length_of(units), instances)
    hung, sets = attachments(model, found, instances, losses)
    quantity, said = quantities(sets, hung, units, known, losses)
    measured = asked.measured(given, element, _of(element, quantity), length_known(units))
    held = {
        "element": element.drop("id"),
        "element_material": _of(element, element_materials(found, length_of(units), instances)),
        "property": _of(element, properties(sets, hung, units, losses)),
        "quantity": measured.quantity,
    }
    remarks = [_read_by_parser(reason), *opened.remarks, *losses.remarks(), *element_remarks, *_lengths(units, held), *said]
    facts = {**opened.facts, **measured.facts, "units": names_of(units), "reader": "IfcOpenShell"}
    return _reading(held, [*remarks, *measured.remarks], facts, project, given.name)


def _read_by_parser(reason: str) -> Remark:
    zh = f"文件有不合常规之处（{reason}），改由 IfcOpenShell 逐个实例读入；读不出的另有说明。"
    en = f"The file is out of the ordinary ({reason}), so IfcOpenShell read it instance by instance; what was not read is said apart."
    return Remark("note", "read_by_ifcopenshell", zh, en, found=reason)


def _reading(held: dict[str, pl.DataFrame], remarks: list[Remark], facts: dict[str, Any], project: str, name: str) -> Reading:
    file = name.removeprefix("models/")
    return Reading(tables={table: _numbered(frame, project, file) for table, frame in held.items()}, remarks=remarks, facts=facts)


def _of(element: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with the GlobalId of their element, in the order of the elements."""
    joined = element.select("id", "global_id").join(frame, on="id", how="inner", maintain_order="left_right")
    return joined.drop("id")


def _named(element: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The same of rows that are in that order already: nothing is copied but the GlobalIds."""
    ids = element["id"].to_numpy()
    at = np.searchsorted(ids, frame["id"].to_numpy())
    if len(ids) and (ids[np.minimum(at, len(ids) - 1)] == frame["id"].to_numpy()).all():
        return frame.select(element["global_id"].gather(at), pl.exclude("id"))
    return _of(element, frame)


def _numbered(frame: pl.DataFrame, project: str, file: str) -> pl.DataFrame:
    row = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")
    return frame.select(row, pl.lit(project).alias("project"), pl.lit(file).alias("model"), pl.all())


def _no_elements(name: str) -> MalformedError:
    return MalformedError(
        "model_without_elements",
        f"{name} 中没有任何构件（IfcElement）或空间（IfcSpace）；请检查导出范围后重新导出。",
        f"{name} holds no element (IfcElement) and no space (IfcSpace): check what is exported and export again.",
        file=name,
        found="0",
        wanted="IfcElement",
    )
