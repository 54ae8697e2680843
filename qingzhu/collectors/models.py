"""Models 模型: elements, properties and authored quantities of an IFC file (IFC2X3, IFC4, IFC4X3).

Plan 三（四）, 三（五）. Reads ``.ifc``, gzip and zip through IfcOpenShell; a bad file gives a refusal in words.
An element without a quantity is a gap of the measures, not an error here.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath

import polars as pl

from qingzhu.collectors.model_elements import elements, occurrences, relations
from qingzhu.collectors.model_files import MODEL_LIMITS, ModelLimits, OpenedModel, open_model
from qingzhu.collectors.model_losses import Losses
from qingzhu.collectors.model_properties import attachments, properties, quantities, units_of
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Reading, Remark


def read_model(path: Path, name: str, project: str, known_quantities: Collection[str], limits: ModelLimits = MODEL_LIMITS) -> Reading:
    """Read a model 读入模型 into the tables ``element``, ``property`` and ``quantity``.

    ``name`` is the file's path in the dossier, its last part becomes ``model``; ``known_quantities`` the names
    of quantities that IFC's documentation knows; ``limits`` how large it may unpack. Lengths in m, areas in m²,
    volumes in m³, masses in t, times in s; properties as written. A file that is no complete, readable model
    gives no table and one remark of level ``refused``; only a missing IfcOpenShell raises (MissingError).
    """
    try:
        opened = open_model(path, name, limits)
        return _tables(opened, name, project, known_quantities)
    except MalformedError as error:
        found = error.facts.get("found")
        return Reading(remarks=[Remark("refused", error.code, error.zh, error.en, found=None if found is None else str(found))])


def _tables(opened: OpenedModel, name: str, project: str, known: Collection[str]) -> Reading:
    model = opened.model
    instances = occurrences(model)
    if not instances:
        raise _no_elements(name)
    losses = Losses()
    found = relations(model, losses)
    units, unit_names = units_of(model)
    element, element_remarks = elements(model, found, units["length"].factor or 1.0 if "length" in units else 1.0, instances)
    hung, sets = attachments(model, found, instances, losses)
    quantity, quantity_remarks = quantities(sets, hung, units, known, losses)
    held = {
        "element": element.drop("id"),
        "property": _of(element, properties(sets, hung, units, losses)),
        "quantity": _of(element, quantity),
    }
    file = PurePosixPath(name).name
    return Reading(
        tables={table: _numbered(frame, project, file) for table, frame in held.items()},
        remarks=[*opened.remarks, *losses.remarks(), *element_remarks, *quantity_remarks],
        facts={**opened.facts, "units": unit_names},
    )


def _of(element: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with the GlobalId of their element, in the order of the elements."""
    joined = element.select("id", "global_id").join(frame, on="id", how="inner", maintain_order="left_right")
    return joined.drop("id")


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
