"""What a 3D file colours by 着色依据: construction and mapping state, spec and carbon of each element, from the derived tables."""

from __future__ import annotations

import polars as pl

from qingzhu.measures.variety.component_spec import CLASSES, INPUTS, PARAMETERS, SAME, SIDES, by_spec
from qingzhu.schemes.models import Models

KEY = ("model", "global_id")


def coloured_elements(models: Models) -> pl.DataFrame:
    """One row an element 着色图元: the columns of ``mapped_element`` with ``spec``, a text, and ``carbon`` [kgCO₂e]."""
    mapped = models.derived("mapped_element")
    given = {name: models.session.tables.parameters[name] for name in PARAMETERS}
    given |= {name: models.table(name) for name in INPUTS if name != "mapped_element"}
    frame = mapped.join(specs(by_spec(mapped, **given)), on=KEY, how="left", maintain_order="left")
    return frame.join(carbon(models.derived("element_carbon")), on=KEY, how="left", maintain_order="left")


def specs(components: pl.DataFrame) -> pl.DataFrame:
    """``model global_id spec`` 构件的规格 of rows of :func:`~qingzhu.measures.variety.component_spec.by_spec` whose spec is known.

    ``spec`` is the type name, else the role, then material, the smallest sides of the spec [m] and what else tells it apart.
    """
    same = [*SAME, *CLASSES]
    sides = [pl.col(side).min().over(same).round(3).cast(pl.String) for side in SIDES]
    name = pl.when(pl.col("type_name") == "").then("role").otherwise("type_name")
    size = pl.concat_str(sides, separator=" × ", ignore_nulls=True) + " m"
    said = [pl.when(pl.col(column) != "").then(column) for column in ("material_key", "marks")]
    words = pl.concat_str([name, said[0], size, said[1]], separator=" ", ignore_nulls=True)
    return components.filter("known").select(*KEY, spec=words).unique(KEY, keep="first", maintain_order=True)


def carbon(materials: pl.DataFrame) -> pl.DataFrame:
    """``model global_id carbon`` 图元碳排放 of rows of ``element_carbon``: of an element of whose every material it is known. [kgCO₂e]

    Reinforcement that nobody knows is not in it.
    """
    whole = pl.when(pl.col("carbon").is_not_null().all()).then(pl.col("carbon").sum())
    return materials.group_by(KEY, maintain_order=True).agg(carbon=whole)
