"""Tables of a model from its columns 按列读取模型: the same rows as through IfcOpenShell, in a fraction of its time.

Elements, properties and authored quantities as ``model_elements`` and ``model_properties`` define them (docs/spec/model.md); the
rules of storey, type, material and unit are the same, and a test compares every value on every readable model. Wherever a guard
fails (a reference to nothing or to another kind, a class the schema lacks, a parameter too many) ``NotColumnarError`` is raised and
IfcOpenShell reads the file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import numpy as np
import polars as pl

from qingzhu.collectors.model_elements import ELEMENT_COLUMNS, classification_code, material_entities
from qingzhu.collectors.model_losses import Losses
from qingzhu.collectors.model_materials import material_rows, number
from qingzhu.collectors.model_properties import (
    MEASURE_KINDS,
    PROPERTY_COLUMNS,
    QUANTITY_COLUMNS,
    QUANTITY_KINDS,
    flattened,
    hang,
    property_value,
    simple_quantities,
    written,
)
from qingzhu.collectors.model_units import ASSUMED, Unit, unit_for, unit_of
from qingzhu.collectors.step_model import Instance, NotColumnarError, StepModel, enumerations, reference, texts
from qingzhu.collectors.step_values import Enumeration, value

Pairs = dict[int, int]

POINTS = {
    "type_of": [("IfcRelDefinesByType", "RelatedObjects", "RelatingType", "IfcTypeObject")],
    "part_of": [
        ("IfcRelAggregates", "RelatedObjects", "RelatingObject", "IfcObjectDefinition"),
        ("IfcRelNests", "RelatedObjects", "RelatingObject", "IfcObjectDefinition"),
    ],
    "contained_in": [("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure", "IfcProduct")],
    "hosted_by": [
        ("IfcRelFillsElement", "RelatedBuildingElement", "RelatingOpeningElement", "IfcElement"),
        ("IfcRelVoidsElement", "RelatedOpeningElement", "RelatingBuildingElement", "IfcElement"),
        ("IfcRelProjectsElement", "RelatedFeatureElement", "RelatingElement", "IfcElement"),
    ],
}
"""Relations from the related to what it is related to, and what that must be."""

SETS = ("HasProperties", "Properties", "ExtendedProperties")
"""Attributes that hold the properties of a set, by the kinds of sets."""

SET_KINDS = ("IfcPropertySetDefinition", "IfcMaterialProperties")
"""What sets are, those of materials with them."""

CLASSIFICATIONS = ("IfcClassification", "IfcClassificationReference", "IfcClassificationNotation")
MATERIALS = (
    "IfcMaterial", "IfcMaterialList", "IfcMaterialLayer", "IfcMaterialLayerSet", "IfcMaterialLayerSetUsage", "IfcMaterialDefinition",
    "IfcMaterialUsageDefinition",
)  # fmt: skip
"""What an element may be classified by, and made of."""

Associations = list[tuple[tuple[int, ...], bool]]
"""For each element the ids of its associations with materials, and whether they are its type's."""


def element_rows(model: StepModel, length: float | None) -> tuple[pl.DataFrame, dict[str, Pairs], Associations]:
    """The table of elements 图元表 with ``id``, their relations and materials; ``length`` turns the model's unit into m."""
    points = {name: _points(model, wanted) for name, wanted in POINTS.items()}
    names = ["GlobalId", "Name", "LongName", "Tag", "ObjectType", "PredefinedType"]
    frame = model.table("IfcElement", "IfcSpace", attributes=names)
    frame = frame.with_columns(*[texts(frame[name]) for name in names[:-1]], enumerations(frame["PredefinedType"]))
    types = model.table("IfcTypeObject", attributes=["Name", "PredefinedType"])
    types = types.select(
        pl.col("id").alias("type"),
        texts(types["Name"]).alias("type_name"),
        enumerations(types["PredefinedType"]).alias("type_predefined"),
    )
    ids = frame["id"]
    frame = frame.with_columns(type=_at(ids, points["type_of"])).join(types, on="type", how="left", maintain_order="left")
    storeys = _storeys(model, ids, points, length)
    relating = _relating(model, ids, points["type_of"])
    elements = frame.filter(model.are(ids.to_numpy(), "IfcElement"))
    global_ids = dict(zip(elements["id"].to_list(), elements["GlobalId"].to_list(), strict=True))
    wholes = [global_ids.get(whole) for whole in _at(ids, points["part_of"]).to_list()]
    found = frame.select(
        pl.col("GlobalId").alias("global_id"),
        pl.Series("ifc_class", model.classes(ids), pl.String),
        pl.coalesce(_predefined("PredefinedType"), _predefined("type_predefined")).alias("predefined_type"),
        pl.col("Name").alias("name"),
        pl.col("LongName").alias("long_name"),
        pl.col("Tag").alias("tag"),
        "type_name",
        pl.col("ObjectType").alias("object_type"),
        pl.Series("storey", [name for name, _ in storeys], pl.String),
        pl.Series("storey_elevation", [elevation for _, elevation in storeys], pl.Float64),
        pl.Series("assembly", wholes, pl.String),
        pl.Series("materials", _materials(model, relating)),
        pl.Series("classification", _codes(model, ids, points["type_of"])),
        "id",
    )
    return found.select(*ELEMENT_COLUMNS, "id"), points, relating


def element_material_rows(model: StepModel, ids: pl.Series, relating: Associations, length: float | None) -> pl.DataFrame:
    """Material rows by element 材料表 (``id`` and the columns of ``element_material``); ``length`` turns the model's unit into m."""
    return material_rows(ids, relating, model.instance, length)


def _predefined(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "NOTDEFINED").then(column)


def _at(ids: pl.Series, pairs: Pairs) -> pl.Series:
    return pl.Series("at", list(map(pairs.get, ids.to_list())), pl.Int64)


def _points(model: StepModel, wanted: list[tuple[str, str, str, str]]) -> Pairs:
    """From each related object to what it is related to; the first relation holds."""
    found: Pairs = {}
    for relation, related, relating, kind in wanted:
        below, above = _related(model, relation, related, relating, kind)
        found = dict(zip(reversed(below), reversed(above), strict=True)) | found
    return found


def _related(model: StepModel, relation: str, related: str, relating: str, *kinds: str) -> tuple[list[int], list[int]]:
    """Both ends of a relation, in its order: each related object, and what it is related to, which must be of one of the kinds."""
    relations, above = model.links(relating, relation, single=True)
    model.resolve(above, relation, *kinds)
    owners, below = model.links(related, relation)
    at = np.minimum(np.searchsorted(relations, owners), max(len(relations) - 1, 0))
    held = relations[at] == owners if len(relations) else np.zeros(len(owners), dtype=bool)
    model.resolve(below[held], relation)
    return below[held].tolist(), above[at[held]].tolist()


def _storeys(model: StepModel, ids: pl.Series, points: Mapping[str, Pairs], length: float | None) -> list[tuple[str | None, float | None]]:
    """Name and elevation [m] of the storey each element climbs to; a circle or an open end has none."""
    frame = model.table("IfcBuildingStorey", attributes=["Name", "Elevation"])
    elevations = [None if written is None else value(written) for written in frame["Elevation"]]
    heights = [number(height, length) for height in elevations]
    known: dict[int, tuple[str | None, float | None]] = dict(zip(frame["id"], zip(texts(frame["Name"]), heights, strict=True), strict=True))
    above = points["hosted_by"] | points["part_of"] | points["contained_in"]  # the last holds: contained, else part, else hosted
    numbers = ids.to_list()
    for id in numbers:
        at: int | None = above.get(id)
        if at in known:
            known[id] = known[at]
            continue
        path: dict[int, None] = {}  # as a dict, so that a circle is seen at once
        at = id
        while at is not None and at not in known and at not in path:
            path[at] = None
            at = above.get(at)
        known.update(dict.fromkeys(path, known.get(at, (None, None)) if at is not None else (None, None)))
    return [known[id] for id in numbers]


def _associated(model: StepModel, relation: str, relating: str, *kinds: str) -> dict[int, list[int]]:
    """What each object is associated with, in order."""
    found: dict[int, list[int]] = {}
    for below, above in zip(*_related(model, relation, "RelatedObjects", relating, *kinds), strict=True):
        found.setdefault(below, []).append(above)
    return found


def _relating(model: StepModel, ids: pl.Series, type_of: Pairs) -> Associations:
    """The materials of each element: its own, else those of its type."""
    own = _associated(model, "IfcRelAssociatesMaterial", "RelatingMaterial", *MATERIALS)
    if not own:
        return [((), id in type_of) for id in ids.to_list()]
    return [(tuple(own.get(id, own.get(type_of.get(id, -1), ()))), id not in own and id in type_of) for id in ids.to_list()]


def _materials(model: StepModel, relating: Associations) -> list[str]:
    names: dict[tuple[int, ...], str] = {}
    for key in {one for one, _ in relating}:
        held = [material.Name for one in key for material in material_entities(model.instance(one))]
        names[key] = json.dumps([name for name in held if name], ensure_ascii=False)
    return [names[key] for key, _ in relating]


def _codes(model: StepModel, ids: pl.Series, type_of: Pairs) -> list[str]:
    associated = _associated(model, "IfcRelAssociatesClassification", "RelatingClassification", *CLASSIFICATIONS)
    if not associated:
        return ["[]"] * len(ids)
    codes: dict[int, str | None] = {}
    for one in {one for held in associated.values() for one in held}:
        codes[one] = classification_code(model.instance(one))
    said: dict[tuple[int, ...], str] = {(): "[]"}
    found = []
    for id in ids.to_list():
        key = (*associated.get(id, ()), *associated.get(type_of.get(id, -1), ()))
        if key not in said:
            said[key] = json.dumps(list(dict.fromkeys(code for code in map(codes.get, key) if code)), ensure_ascii=False)
        found.append(said[key])
    return found


def hung_sets(model: StepModel, ids: pl.Series, points: Mapping[str, Pairs], relating: Associations) -> pl.DataFrame:
    """Which set hangs on which element 属性集挂接: ``id``, ``set``, ``origin``; by element, occurrences before types before materials."""
    relation, kind = "IfcRelDefinesByProperties", "IfcPropertySetDefinition"
    owners, sets = model.links("RelatingPropertyDefinition", relation, single=True)
    model.resolve(sets, relation, kind)
    relations, objects = model.links("RelatedObjects", relation)
    model.resolve(objects[np.isin(relations, owners)], relation)
    wanted = model.are(objects, "IfcElement", "IfcSpace")
    at = pl.DataFrame({"relation": relations[wanted], "id": objects[wanted]})
    own = pl.DataFrame({"relation": owners, "set": sets}).join(at, on="relation", how="inner", maintain_order="left_right")
    own = own.select("id", "set", pl.lit("occurrence").alias("origin"))
    holders, held = model.links("HasPropertySets", "IfcTypeObject")
    model.resolve(held, "HasPropertySets", kind)
    types = pl.DataFrame({"type": holders, "set": held})
    typed = pl.DataFrame({"id": ids, "type": _at(ids, points["type_of"])}).join(types, on="type", how="inner", maintain_order="left_right")
    of_type = typed.select("id", "set", pl.lit("type").alias("origin"))
    return pl.concat([own, of_type, _of_materials(model, ids, relating)]).sort("id", maintain_order=True)


def _of_materials(model: StepModel, ids: pl.Series, relating: Associations) -> pl.DataFrame:
    kind = "IfcExtendedMaterialProperties" if model.schema.name == "IFC2X3" else "IfcMaterialProperties"
    rows: list[tuple[int, int, str]] = []
    if model.ids(kind).len():
        of_material: dict[int, list[int]] = {}
        for definition in model.by_type(kind):
            if definition.Material is not None and definition.Material.is_a("IfcMaterial"):
                of_material.setdefault(definition.Material.id(), []).append(definition.id())
        sets: dict[tuple[int, ...], list[int]] = {}
        for key in {one for one, _ in relating}:
            materials = dict.fromkeys(material.id() for one in key for material in material_entities(model.instance(one)))
            sets[key] = [definition for material in materials for definition in of_material.get(material, ())]
        rows = [(id, definition, "material") for id, (key, _) in zip(ids, relating, strict=True) for definition in sets[key]]
    return pl.DataFrame(rows, schema={"id": pl.Int64, "set": pl.Int64, "origin": pl.String}, orient="row")


def set_names(model: StepModel) -> pl.DataFrame:
    """What each set is called 集合名称: ``set`` and ``set_name``."""
    named = model.table(*SET_KINDS, attributes=["Name"])
    return named.select(pl.col("id").alias("set"), texts(named["Name"]).alias("set_name"))


def property_rows(model: StepModel, hung: pl.DataFrame, names: pl.DataFrame, units: dict[str, Unit]) -> pl.DataFrame:
    """Property rows by element 属性表: ``id, origin`` and the columns of ``property``."""
    held = _held(model, hung, names, "property", SETS)
    model.resolve(held["property"].to_numpy(), "HasProperties", "IfcProperty")
    wanted = held["property"].unique()
    single = _single_values(model, wanted, units)
    other = _other_values(model, wanted, units)
    rows = held.join(pl.concat([single, other]), on="property", how="inner", maintain_order="left_right")
    return hang(hung, rows.drop("property")).select("id", "origin", *PROPERTY_COLUMNS)


def _held(model: StepModel, hung: pl.DataFrame, names: pl.DataFrame, column: str, attributes: Collection[str]) -> pl.DataFrame:
    """What the sets that hang somewhere hold: ``set``, ``set_name`` and the members in ``column``, in order."""
    sets = hung["set"].unique()
    pairs = [model.links(attribute, *SET_KINDS) for attribute in attributes]
    owners, members = (np.concatenate([pair[place] for pair in pairs]) for place in (0, 1))
    wanted = np.isin(owners, sets.to_numpy())
    return pl.DataFrame({"set": owners[wanted], column: members[wanted]}).join(names, on="set", how="left", maintain_order="left")


def _single_values(model: StepModel, wanted: pl.Series, units: dict[str, Unit]) -> pl.DataFrame:
    """Name, value, number, unit and type of single values, by ``property``."""
    frame = model.table("IfcPropertySingleValue", attributes=["Name", "NominalValue", "Unit"]).filter(pl.col("id").is_in(wanted.implode()))
    values = _values(frame["NominalValue"].unique().drop_nulls(), model.schema.spelling)
    frame = frame.with_columns(texts(frame["Name"])).join(
        values, left_on="NominalValue", right_on="text", how="left", maintain_order="left"
    )
    own = {text: unit_of(model.instance(reference(text))).name for text in frame["Unit"].unique().drop_nulls()}
    by_type = {type: units[kind].name for type, kind in MEASURE_KINDS.items() if kind in units}
    unit = pl.coalesce(_replaced("Unit", own), _replaced("value_type", by_type))
    found = frame.filter(pl.col("Name").is_not_null()).with_columns(unit=unit)
    return found.select(pl.col("id").alias("property"), pl.col("Name").alias("name"), "value", "number", "unit", "value_type")


def _replaced(column: str, by: dict[str, str]) -> pl.Expr:
    if not by:
        return pl.lit(None, pl.String)
    return pl.col(column).replace_strict(list(by), list(by.values()), default=None, return_dtype=pl.String)


def _values(distinct: pl.Series, spelling: Mapping[str, str]) -> pl.DataFrame:
    """``text`` as written → ``value`` as text, ``number``, ``value_type``: texts as columns, the rest one by one."""
    frame = (
        distinct.to_frame("text")
        .with_columns(pl.col("text").str.extract_groups(r"^([A-Za-z0-9_]+)\((?s:(.*))\)$").alias("part"))
        .unnest("part")
    )
    frame = frame.rename({"1": "type", "2": "inner"})
    if frame["type"].null_count():
        raise NotColumnarError("NominalValue: a value without type")
    strange = sorted(type for type in frame["type"].unique() if type.upper() not in spelling)
    if strange:
        raise NotColumnarError(f"{strange[0]}: a type the schema lacks")
    types = {type: spelling[type.upper()] for type in frame["type"].unique()}
    frame = frame.with_columns(value_type=_replaced("type", types))
    plain = frame.filter(pl.col("inner").str.starts_with("'") & pl.col("inner").str.ends_with("'"))
    inner = plain["inner"]
    plain = plain.with_columns(value=texts(inner).fill_null(""), number=pl.lit(None, pl.Float64))
    rest = frame.join(plain, on="text", how="anti")
    read = [value(inner) for inner in rest["inner"]]
    if any(isinstance(one, Enumeration) for one in read):
        raise NotColumnarError("NominalValue: a value that is an enumeration")
    numbers = pl.Series([number(one) for one in read], dtype=pl.Float64)
    rest = rest.with_columns(value=pl.Series([written(one) for one in read], dtype=pl.String), number=numbers)
    columns = ["text", "value", "number", "value_type"]
    return pl.concat([plain.select(columns), rest.select(columns)])


def _other_values(model: StepModel, wanted: pl.Series, units: dict[str, Unit]) -> pl.DataFrame:
    """The same of every other kind of property; one complex property gives a row for each that is in it."""
    losses, rows = Losses(), []
    for id in wanted.filter(
        wanted.is_in(model.ids("IfcProperty").implode()) & ~wanted.is_in(model.ids("IfcPropertySingleValue").implode())
    ).sort():
        one = model.instance(id)
        for name, inner in flattened([one], one, losses):
            if getattr(inner, "PropertyReference", None) is not None:
                raise NotColumnarError(f"#{inner.id()}: a property that refers to an object")
            rows.append((id, name, *property_value(inner, units)))
    if losses.lost:
        raise NotColumnarError(next(iter(losses.lost)))
    schema = {"property": pl.Int64, "name": pl.String, "value": pl.String, "number": pl.Float64, "unit": pl.String, "value_type": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def quantity_rows(
    model: StepModel, hung: pl.DataFrame, names: pl.DataFrame, units: dict[str, Unit]
) -> tuple[pl.DataFrame, dict[str, int], dict[str, int]]:
    """Quantity rows by element 工程量表 (``id, origin`` and the columns of ``quantity``), kinds whose unit was assumed, names refused."""
    held = _held(model, hung, names, "one", ["Quantities"])
    model.resolve(held["one"].to_numpy(), "Quantities", "IfcPhysicalQuantity")
    simple = _simple(model, held["one"].unique(), units)
    rows = held.join(simple, on="one", how="inner", maintain_order="left_right")
    assumed = dict(rows.filter("assumed").group_by("kind").len().iter_rows())
    refused = dict(rows.filter("refused").group_by(pl.col("quantity").fill_null("?")).len().iter_rows())
    good = rows.filter(~pl.col("refused"))
    found = hang(hung, good).select("id", "origin", *QUANTITY_COLUMNS)
    return found, assumed, refused


def _simple(model: StepModel, wanted: pl.Series, units: dict[str, Unit]) -> pl.DataFrame:
    """Name, kind, value, number and unit as written of quantities, by ``one``; those in complex ones under ``A.B``."""
    losses = Losses()
    paths = [(id, one.id(), name) for id in _complex(model, wanted) for name, one in simple_quantities([model.instance(id)], None, losses)]
    if losses.lost:
        raise NotColumnarError(next(iter(losses.lost)))
    nested = pl.DataFrame(paths, schema={"one": pl.Int64, "id": pl.Int64, "path": pl.String}, orient="row")
    plain = (
        wanted.filter(~wanted.is_in(nested["one"].implode())).to_frame("one").with_columns(id=pl.col("one"), path=pl.lit(None, pl.String))
    )
    every = pl.concat([plain, nested])
    frame = pl.concat(
        [_of_kind(model, entity, kind) for entity, kind in QUANTITY_KINDS.items() if model.ids(entity).len() or kind == "length"]
    ).join(every, on="id", how="inner")
    read = {text: value(text) for text in frame["given"].unique().drop_nulls()}
    numbers = {text: number(one) for text, one in read.items()}
    own = {text: model.instance(reference(text)) for text in frame["Unit"].unique().drop_nulls()}
    frame = frame.with_columns(
        quantity=pl.coalesce("path", texts(frame["Name"])),
        given=pl.col("given").replace_strict(numbers, default=None, return_dtype=pl.Float64) if numbers else pl.lit(None, pl.Float64),
        own=pl.col("Unit").is_not_null() & (pl.col("kind") != "count"),
    )
    keys = ["kind", "Unit", "own"]
    used = frame.select(keys).unique()
    found = [_unit(kind, own.get(text or "") if is_own else None, units) for kind, text, is_own in used.iter_rows()]
    used = used.with_columns(
        factor=pl.Series([unit.factor for unit in found], dtype=pl.Float64),
        given_unit=pl.Series([unit.name for unit in found], dtype=pl.String),
    )
    frame = frame.join(used, on=keys, how="left", nulls_equal=True, maintain_order="left")
    frame = frame.with_columns(
        value=pl.col("given") * pl.col("factor"),
        assumed=~pl.col("own") & (pl.col("kind") != "count") & ~pl.col("kind").is_in(list(units)) & pl.col("given").is_not_null(),
    )
    refused = pl.col("quantity").is_null() | ~pl.col("value").is_finite().fill_null(False)
    return frame.with_columns(refused=refused).select("one", "quantity", "kind", "value", "given", "given_unit", "assumed", "refused")


def _unit(kind: str, own: Instance | None, units: dict[str, Unit]) -> Unit:
    if kind == "count":
        return Unit("", 1.0)
    return unit_for(own, kind) if own else units.get(kind) or ASSUMED[kind]


def _complex(model: StepModel, wanted: pl.Series) -> list[int]:
    return wanted.filter(wanted.is_in(model.ids("IfcPhysicalComplexQuantity").implode())).to_list()


def _of_kind(model: StepModel, entity: str, kind: str) -> pl.DataFrame:
    attribute = {"IfcQuantityNumber": "NumberValue"}.get(entity, f"{entity.removeprefix('IfcQuantity')}Value")
    frame = model.table(entity, attributes=["Name", "Unit", attribute]).rename({attribute: "given"})
    return frame.with_columns(kind=pl.lit(kind))
