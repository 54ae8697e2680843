"""Elements of a model 图元: what each is, where it stands, of what it is made. One pass over each relation.

Rules of inheritance (docs/spec/model.md): the storey is that of the spatial structure that contains the
element, else of what it is part of, voids or fills, climbed until an IfcBuildingStorey; the material of the
type counts where the occurrence has none; classifications of both count.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from qingzhu.collectors.model_losses import Losses, is_kind
from qingzhu.collectors.model_materials import material_rows, number, text
from qingzhu.terms.readings import Remark

ELEMENT_COLUMNS = {
    "global_id": pl.String,
    "ifc_class": pl.String,
    "predefined_type": pl.String,
    "name": pl.String,
    "long_name": pl.String,
    "tag": pl.String,
    "type_name": pl.String,
    "object_type": pl.String,
    "storey": pl.String,
    "storey_elevation": pl.Float64,
    "assembly": pl.String,
    "materials": pl.String,
    "classification": pl.String,
}
"""The columns of ``element`` that a model gives, as the contract has them."""


@dataclass
class Relations:
    """What the relations of a model say 关系, by the id of the related object."""

    type_of: dict[int, Any] = field(default_factory=dict)
    part_of: dict[int, Any] = field(default_factory=dict)
    hosted_by: dict[int, Any] = field(default_factory=dict)
    contained_in: dict[int, Any] = field(default_factory=dict)
    materials: dict[int, list[Any]] = field(default_factory=dict)
    codes: dict[int, list[str]] = field(default_factory=dict)


def occurrences(model: Any) -> list[Any]:
    """Every IfcElement, openings included, and every IfcSpace 图元实例, in the order of their ids."""
    return sorted([*model.by_type("IfcElement"), *model.by_type("IfcSpace")], key=lambda entity: entity.id())


def relations(model: Any, losses: Losses) -> Relations:
    """Read each relation once 读取关系; one to something missing says nothing, one to something of another kind is a loss."""
    found = Relations()
    reader = _Reader(model, losses)
    reader.point("IfcRelDefinesByType", "RelatedObjects", "RelatingType", found.type_of, "IfcTypeObject")
    reader.point("IfcRelAggregates", "RelatedObjects", "RelatingObject", found.part_of, "IfcObjectDefinition")
    reader.point("IfcRelNests", "RelatedObjects", "RelatingObject", found.part_of, "IfcObjectDefinition")
    reader.point("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure", found.contained_in, "IfcProduct")
    reader.point("IfcRelFillsElement", "RelatedBuildingElement", "RelatingOpeningElement", found.hosted_by, "IfcElement")
    reader.point("IfcRelVoidsElement", "RelatedOpeningElement", "RelatingBuildingElement", found.hosted_by, "IfcElement")
    reader.point("IfcRelProjectsElement", "RelatedFeatureElement", "RelatingElement", found.hosted_by, "IfcElement")
    for relation in model.by_type("IfcRelAssociatesMaterial"):
        with losses.guard(relation):
            for related in relation.RelatedObjects or ():
                found.materials.setdefault(related.id(), []).append(relation.RelatingMaterial)
    for relation in model.by_type("IfcRelAssociatesClassification"):
        with losses.guard(relation):
            code = classification_code(relation.RelatingClassification)
            for related in relation.RelatedObjects or ():
                if code:
                    found.codes.setdefault(related.id(), []).append(code)
    return found


class _Reader:
    """Reads relations of one kind after the other."""

    def __init__(self, model: Any, losses: Losses) -> None:
        self.model = model
        self.losses = losses

    def point(self, relation_class: str, related: str, relating: str, table: dict[int, Any], kind: str) -> None:
        """From each related object to what it is related to; the first relation holds."""
        for relation in self.model.by_type(relation_class):
            with self.losses.guard(relation):
                above, below = getattr(relation, relating), getattr(relation, related)
                if above is None:
                    continue
                if not is_kind(above, kind):
                    self.losses.lose(relation)
                    continue
                for entity in below if isinstance(below, tuple | list) else (below,):
                    if entity is not None:
                        table.setdefault(entity.id(), above)


def material_entities(relating: Any) -> list[Any]:
    """The IfcMaterials of an association 材料, in order: single, list, layers, profiles or constituents, with their usages."""
    for attribute in ("ForLayerSet", "ForProfileSet"):
        relating = getattr(relating, attribute, None) or relating
    for attribute in ("Materials", "MaterialLayers", "MaterialProfiles", "MaterialConstituents"):
        parts = getattr(relating, attribute, None)
        if isinstance(parts, tuple | list):
            return [material for part in parts for material in _material(part)]
    return _material(relating)


def _material(part: Any) -> list[Any]:
    """What a part is made of: itself, or what it names."""
    material = part if is_kind(part, "IfcMaterial") else getattr(part, "Material", None)
    return [material] if is_kind(material, "IfcMaterial") else []


def associated(entity: Any, found: Relations) -> tuple[list[Any], bool]:
    """What an element is associated with as material 材料关联: its own, else what its type is; and whether it is the type's."""
    own = found.materials.get(entity.id())
    typed = own is None and entity.id() in found.type_of
    if typed:
        own = found.materials.get(found.type_of[entity.id()].id())
    return [relating for relating in own or [] if hasattr(relating, "id")], typed


def materials_of(entity: Any, found: Relations) -> list[Any]:
    """The materials of an element 图元材料: its own, else those of its type."""
    return [material for relating in associated(entity, found)[0] for material in material_entities(relating)]


def element_materials(found: Relations, length: float | None, instances: list[Any]) -> pl.DataFrame:
    """The table of materials 图元材料表 by ``id``; ``length`` turns the model's unit into m."""
    held = [associated(entity, found) for entity in instances]
    known = {one.id(): one for relating, _ in held for one in relating}
    keys = [([one.id() for one in relating], typed) for relating, typed in held]
    return material_rows([entity.id() for entity in instances], keys, known.__getitem__, length)


def classification_code(reference: Any) -> str | None:
    """The code of a classification reference 分类编码, else its name."""
    for attribute in ("Identification", "ItemReference", "Name"):
        code = text(getattr(reference, attribute, None))
        if code:
            return code
    return None


def elements(model: Any, found: Relations, length: float | None, instances: list[Any]) -> tuple[pl.DataFrame, list[Remark]]:
    """The table of elements 图元表 and what was remarked; ``length`` turns the model's unit into m.

    An element without GlobalId is refused by name; one whose GlobalId was taken before keeps its row under
    the id with ``#`` and its instance number, and is remarked as a doubt.
    """
    storeys = _Storeys(found, length)
    names = _NamesOfMaterials(found)
    columns: dict[str, list[Any]] = {column: [] for column in [*ELEMENT_COLUMNS, "id"]}
    for entity in instances:
        row = _element_row(entity, found, storeys, names)
        for column, value in row.items():
            columns[column].append(value)
    frame = pl.DataFrame(columns, schema={**ELEMENT_COLUMNS, "id": pl.Int64})
    return identified(frame)


def _element_row(entity: Any, found: Relations, storeys: _Storeys, names: _NamesOfMaterials) -> dict[str, Any]:
    id = entity.id()
    type = found.type_of.get(id)
    storey, elevation = storeys.of(entity)
    whole = found.part_of.get(id)
    codes = [*found.codes.get(id, []), *(found.codes.get(type.id(), []) if type is not None else [])]
    return {
        "global_id": text(entity.GlobalId),
        "ifc_class": entity.is_a(),
        "predefined_type": _predefined_type(entity, type),
        "name": text(entity.Name),
        "long_name": text(getattr(entity, "LongName", None)),
        "tag": text(getattr(entity, "Tag", None)),
        "type_name": text(type.Name) if type is not None else None,
        "object_type": text(entity.ObjectType),
        "storey": storey,
        "storey_elevation": elevation,
        "assembly": text(whole.GlobalId) if whole is not None and whole.is_a("IfcElement") else None,
        "materials": names.of(entity),
        "classification": json.dumps(list(dict.fromkeys(codes)), ensure_ascii=False),
        "id": id,
    }


def _predefined_type(entity: Any, type: Any) -> str | None:
    for source in (entity, type):
        value = getattr(source, "PredefinedType", None) if source is not None else None
        if value and value != "NOTDEFINED":
            return str(value)
    return None


class _Storeys:
    """Storey and elevation [m] of elements, remembering each step of the climb."""

    def __init__(self, found: Relations, length: float | None) -> None:
        self.found = found
        self.length = length
        self.known: dict[int, tuple[str | None, float | None]] = {}

    def of(self, entity: Any) -> tuple[str | None, float | None]:
        """Climb until a storey stands above; a circle or an open end has none."""
        path: dict[int, None] = {}  # as a dict, so that a circle is seen at once
        answer: tuple[str | None, float | None] = (None, None)
        above: Any = entity
        while above is not None and above.id() not in path:
            if above.id() in self.known:
                answer = self.known[above.id()]
                break
            if above.is_a("IfcBuildingStorey"):
                answer = text(above.Name), number(above.Elevation, self.length)
                break
            path[above.id()] = None
            above = self._above(above.id())
        self.known.update(dict.fromkeys(path, answer))
        return answer

    def _above(self, id: int) -> Any:
        for table in (self.found.contained_in, self.found.part_of, self.found.hosted_by):
            if id in table:
                return table[id]
        return None


class _NamesOfMaterials:
    """Names of materials as JSON lists, remembering each association."""

    def __init__(self, found: Relations) -> None:
        self.found = found
        self.known: dict[tuple[int, ...], str] = {}

    def of(self, entity: Any) -> str:
        """The names in order; a material without a name is left out."""
        relating, _ = associated(entity, self.found)
        key = tuple(one.id() for one in relating)
        if key not in self.known:
            listed = [text(material.Name) for one in relating for material in material_entities(one)]
            self.known[key] = json.dumps([name for name in listed if name], ensure_ascii=False)
        return self.known[key]


def identified(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Remark]]:
    """Elements with a GlobalId of their own 有标识的图元, and what was remarked of the others."""
    remarks = [_nameless(row) for row in frame.filter(pl.col("global_id").is_null()).iter_rows(named=True)]
    frame = frame.filter(pl.col("global_id").is_not_null())
    repeated = frame.filter(~pl.col("global_id").is_first_distinct())
    if repeated.height:
        remarks.append(_repeated(repeated))
        again = pl.format("{}#{}", pl.col("global_id"), pl.col("id"))
        frame = frame.with_columns(pl.when(pl.col("global_id").is_first_distinct()).then("global_id").otherwise(again).alias("global_id"))
    return frame, remarks


def _nameless(row: dict[str, Any]) -> Remark:
    found = f"#{row['id']} {row['ifc_class']}"
    return Remark(
        "refused", "global_id_missing", f"{found} 没有 GlobalId，未计入。", f"{found} has no GlobalId and is not counted.", found=found
    )


def _repeated(repeated: pl.DataFrame) -> Remark:
    found = ", ".join(repeated["global_id"].head(3).to_list())
    return Remark(
        "doubt",
        "global_id_repeated",
        f"{repeated.height} 个图元的 GlobalId 与前面的图元重复（如 {found}），以“GlobalId#实例号”计入，请核对是否重复建模。",
        f"{repeated.height} elements repeat a GlobalId ({found} …): counted as “GlobalId#instance”; see whether they were modelled twice.",
        found=found,
        count=repeated.height,
    )
