"""Properties and authored quantities of a model 属性与工程量: each set is read once, then joined to the elements that have it.

Values stay as written: text, and a number where the value is one and finite. Quantities are converted to
m, m², m³, t and s by their own unit, else by the project's. Names IFC's documentation does not know are kept
with ``known`` false and remarked: ``GorssVolume`` is a fact about a model, not a volume.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from qingzhu.collectors.model_elements import Relations, materials_of
from qingzhu.collectors.model_losses import Losses, is_kind, leaves
from qingzhu.collectors.model_materials import number, text
from qingzhu.collectors.model_units import ASSUMED, NEUTRAL, Unit, unit_for, unit_of
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.plurals import counted
from qingzhu.terms.readings import Remark

PROPERTY_COLUMNS = {
    "set_name": pl.String,
    "name": pl.String,
    "value": pl.String,
    "number": pl.Float64,
    "unit": pl.String,
    "value_type": pl.String,
}
"""The columns of ``property`` that a property set gives."""

QUANTITY_COLUMNS = {
    "set_name": pl.String, "quantity": pl.String, "kind": pl.String, "value": pl.Float64, "given": pl.Float64, "given_unit": pl.String,
}  # fmt: skip
"""The columns of ``quantity`` that a quantity set gives."""

QUANTITY_KINDS = {
    "IfcQuantityLength": "length",
    "IfcQuantityArea": "area",
    "IfcQuantityVolume": "volume",
    "IfcQuantityWeight": "mass",
    "IfcQuantityCount": "count",
    "IfcQuantityNumber": "count",
    "IfcQuantityTime": "time",
}

MEASURE_KINDS = {
    "IfcLengthMeasure": "length",
    "IfcPositiveLengthMeasure": "length",
    "IfcNonNegativeLengthMeasure": "length",
    "IfcAreaMeasure": "area",
    "IfcVolumeMeasure": "volume",
    "IfcMassMeasure": "mass",
    "IfcTimeMeasure": "time",
}
"""Types of property values whose unit is the project's."""

NEAR = 0.85
"""How alike (difflib ratio) an unknown quantity name must be to a known one to be called a likely slip of the pen; words only. [1]"""

ROWS_AT_MOST = 20_000_000
"""How many rows of one kind a model may have, 3 GB of memory; those of real models of 2 GB would be 15 million. Convention. [1]"""

SHOWN = 12
"""How many unknown names a remark lists."""


@dataclass
class Attachments:
    """Which set hangs on which element 挂接: element instance, set instance, and whether by occurrence, type or material."""

    element: list[int] = field(default_factory=list)
    set: list[int] = field(default_factory=list)
    origin: list[str] = field(default_factory=list)

    def add(self, element: int, set: int, origin: str) -> None:
        """One more."""
        self.element.append(element)
        self.set.append(set)
        self.origin.append(origin)

    def frame(self) -> pl.DataFrame:
        """As a table."""
        return pl.DataFrame(
            {"id": self.element, "set": self.set, "origin": self.origin}, schema={"id": pl.Int64, "set": pl.Int64, "origin": pl.String}
        )


def attachments(model: Any, found: Relations, instances: list[Any], losses: Losses) -> tuple[Attachments, dict[int, Any]]:
    """Sets on occurrences, types and materials 属性集挂接, and the sets themselves by instance number."""
    wanted = {entity.id() for entity in instances}
    hung, sets = Attachments(), {}
    for relation in model.by_type("IfcRelDefinesByProperties"):
        with losses.guard(relation):
            for definition in _sets(_definitions(relation.RelatingPropertyDefinition), relation, losses):
                sets[definition.id()] = definition
                for related in relation.RelatedObjects or ():
                    if related.id() in wanted:
                        hung.add(related.id(), definition.id(), "occurrence")
    of_type = {type.id(): type for type in found.type_of.values()}
    held = {id: list(_sets(type.HasPropertySets or (), type, losses)) for id, type in of_type.items()}
    for entity in instances:
        type = found.type_of.get(entity.id())
        for definition in held[type.id()] if type is not None else ():
            sets[definition.id()] = definition
            hung.add(entity.id(), definition.id(), "type")
    _hang_materials(model, found, instances, hung, sets)
    return hung, sets


def _sets(definitions: Any, holder: Any, losses: Losses) -> Iterator[Any]:
    """Of what a relation or type holds, the sets; anything else is a loss of the holder."""
    for definition in definitions if isinstance(definitions, tuple | list) else (definitions,):
        if is_kind(definition, "IfcPropertySetDefinition"):
            yield definition
        else:
            losses.lose(holder)


def _definitions(relating: Any) -> Iterable[Any]:
    """One set, or the several of an IfcPropertySetDefinitionSet."""
    if relating is None:
        return ()
    if isinstance(relating, tuple | list):
        return relating
    return tuple(relating[0]) if relating.is_a("IfcPropertySetDefinitionSet") else (relating,)


def _hang_materials(model: Any, found: Relations, instances: list[Any], hung: Attachments, sets: dict[int, Any]) -> None:
    """Properties of materials: IfcMaterialProperties (IFC4), IfcExtendedMaterialProperties (IFC2X3)."""
    of_material: dict[int, list[int]] = {}
    kind = "IfcExtendedMaterialProperties" if model.schema == "IFC2X3" else "IfcMaterialProperties"
    for definition in model.by_type(kind):
        if is_kind(definition.Material, "IfcMaterial"):
            sets[definition.id()] = definition
            of_material.setdefault(definition.Material.id(), []).append(definition.id())
    if not of_material:
        return
    for entity in instances:
        for material in dict.fromkeys(materials_of(entity, found)):
            for definition in of_material.get(material.id(), ()):
                hung.add(entity.id(), definition, "material")


def properties(sets: dict[int, Any], hung: Attachments, units: dict[str, Unit], losses: Losses) -> pl.DataFrame:
    """Property rows by element instance 属性表: ``id, origin`` and the columns of ``property``."""
    columns: dict[str, list[Any]] = {column: [] for column in ["set", *PROPERTY_COLUMNS]}
    for id, definition in sets.items():
        for row in _property_rows(definition, units, losses):
            columns["set"].append(id)
            for column, value in zip(PROPERTY_COLUMNS, row, strict=True):
                columns[column].append(value)
    frame = pl.DataFrame(columns, schema={"set": pl.Int64, **PROPERTY_COLUMNS})
    return hang(hung.frame(), frame)


def hang(hung: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of each set at each element it hangs on 挂接属性; raises MalformedError where that is more than any model has."""
    counts = rows.group_by("set").len()
    count = hung.select("set").join(counts, on="set", how="inner")["len"].sum()
    if count > ROWS_AT_MOST:
        raise MalformedError(
            "model_too_many_rows",
            f"模型的属性或工程量展开后有 {count} 行（至多 {ROWS_AT_MOST} 行），多半是很大的属性集挂在了大量图元上；请精简后重新导出。",
            f"The properties or quantities of the model are {count} rows (at most {ROWS_AT_MOST}): most likely a very large set hangs on "
            "very many elements. Export it with fewer properties.",
            found=str(count),
            wanted=f"<= {ROWS_AT_MOST}",
        )
    return hung.join(rows, on="set", how="inner", maintain_order="left_right").drop("set")


def _property_rows(definition: Any, units: dict[str, Unit], losses: Losses) -> Iterator[tuple[Any, ...]]:
    for attribute in ("HasProperties", "Properties", "ExtendedProperties"):
        for name, one in flattened(getattr(definition, attribute, None), definition, losses):
            with losses.guard(one):
                yield (text(definition.Name), name, *property_value(one, units))


def flattened(held: Any, holder: Any, losses: Losses) -> Iterator[tuple[str, Any]]:
    """Names and properties, those of complex ones under ``A.B``; one without a name is passed over."""
    return (found for found in leaves(held, holder, losses, "IfcProperty", "IfcComplexProperty", "HasProperties") if found[0])


def property_value(one: Any, units: dict[str, Unit]) -> tuple[str | None, float | None, str | None, str | None]:
    """Value as text, number, unit and IFC type of one property of any kind."""
    kind = one.is_a()
    if kind == "IfcPropertySingleValue":
        values = [one.NominalValue]
    elif kind == "IfcPropertyEnumeratedValue":
        values = list(one.EnumerationValues or ())
    elif kind == "IfcPropertyListValue":
        values = list(one.ListValues or ())
    elif kind == "IfcPropertyBoundedValue":
        return _bounded(one, units)
    elif kind == "IfcPropertyTableValue":
        return _tabled(one)
    else:
        reference = getattr(one, "PropertyReference", None)
        return (text(getattr(reference, "Name", None) or reference), None, None, kind)
    values = [value for value in values if value is not None]
    type = values[0].is_a() if values else None
    said = "; ".join(written(value.wrappedValue) for value in values) if values else None
    one_number = number(values[0].wrappedValue) if len(values) == 1 else None
    return said, one_number, _unit_name(one, type, units), type


def _bounded(one: Any, units: dict[str, Unit]) -> tuple[str | None, float | None, str | None, str | None]:
    """Bounds as ``lower..upper``, a missing one empty; the number is the set point where there is one."""
    point: Any
    lower, upper, point = one.LowerBoundValue, one.UpperBoundValue, getattr(one, "SetPointValue", None)
    given = next((value for value in (point, lower, upper) if value is not None), None)
    if given is None:
        return None, None, None, None
    ends = ["" if value is None else written(value.wrappedValue) for value in (lower, upper)]
    said = "..".join(ends) if any(ends) else written(point.wrappedValue)
    set_point = number(point.wrappedValue) if point is not None else None
    return said, set_point, _unit_name(one, given.is_a(), units), given.is_a()


def _tabled(one: Any) -> tuple[str | None, float | None, str | None, str | None]:
    """A table as ``defining=defined`` pairs."""
    rows = list(zip(one.DefiningValues or (), one.DefinedValues or (), strict=False))
    said = "; ".join(f"{written(left.wrappedValue)}={written(right.wrappedValue)}" for left, right in rows)
    return (said or None), None, None, (rows[0][1].is_a() if rows else None)


def written(value: Any) -> str:
    """A value as text: ``true`` and ``false``, the shortest number that reads back equal, tuples with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return ", ".join(written(part) for part in value)
    if hasattr(value, "is_a"):
        raise TypeError("an instance where a value belongs")
    return str(value)


def _unit_name(one: Any, type: str | None, units: dict[str, Unit]) -> str | None:
    own = getattr(one, "Unit", None)
    if own is not None:
        return unit_of(own).name
    kind = MEASURE_KINDS.get(type or "")
    return units[kind].name if kind in units else None


def quantities(
    sets: dict[int, Any], hung: Attachments, units: dict[str, Unit], known: Collection[str], losses: Losses
) -> tuple[pl.DataFrame, list[Remark]]:
    """Quantity rows by element instance 工程量表, and remarks on what was assumed, unknown or unreadable.

    A quantity of the type counts for an occurrence that has none of the same set and name.
    """
    reader = _QuantityReader(units, losses)
    columns: dict[str, list[Any]] = {column: [] for column in ["set", *QUANTITY_COLUMNS]}
    for id, definition in sets.items():
        for row in reader.rows(definition):
            columns["set"].append(id)
            for column, value in zip(QUANTITY_COLUMNS, row, strict=True):
                columns[column].append(value)
    frame = pl.DataFrame(columns, schema={"set": pl.Int64, **QUANTITY_COLUMNS})
    frame = hang(hung.frame(), frame)
    frame = named_quantities(frame, known)
    return frame, [*quantity_remarks(reader.assumed, reader.refused), *unknown_names(frame, known)]


def named_quantities(frame: pl.DataFrame, known: Collection[str]) -> pl.DataFrame:
    """Quantity rows with ``known``, ``source`` and ``agrees`` (not compared yet).

    One of the type counts for an occurrence that has none of the same set and name.
    """
    first = (pl.col("origin") == "occurrence") | pl.struct("id", "set_name", "quantity").is_first_distinct()
    said = {"known": pl.col("quantity").is_in(list(known)), "source": pl.lit("authored"), "agrees": pl.lit(None, pl.Boolean)}
    return frame.filter(first).drop("origin").with_columns(**said)


def simple_quantities(held: Any, holder: Any, losses: Losses) -> Iterator[tuple[str, Any]]:
    """Names and quantities, those of complex ones under ``A.B``."""
    return leaves(held, holder, losses, "IfcPhysicalQuantity", "IfcPhysicalComplexQuantity", "HasQuantities")


class _QuantityReader:
    """Quantities of sets in our units, counting what had to be assumed or refused."""

    def __init__(self, units: dict[str, Unit], losses: Losses) -> None:
        self.units = units
        self.losses = losses
        self.assumed: dict[str, int] = {}
        self.refused: dict[str, int] = {}

    def rows(self, definition: Any) -> Iterator[tuple[Any, ...]]:
        """Set, quantity, kind, value, number as written, unit as written."""
        for name, one in simple_quantities(getattr(definition, "Quantities", None), definition, self.losses):
            row = self._simple(one, name)
            if row:
                yield (text(definition.Name), *row)

    def _simple(self, one: Any, name: str) -> tuple[Any, ...] | None:
        kind = QUANTITY_KINDS.get(one.is_a())
        given = number(one[3]) if kind else None
        unit = self._unit(one, kind) if kind else NEUTRAL
        value = number(given, unit.factor)
        if not name or kind is None or given is None or value is None:
            self.refused[name or "?"] = self.refused.get(name or "?", 0) + 1
            return None
        return name, kind, value, given, unit.name

    def _unit(self, one: Any, kind: str) -> Unit:
        if kind == "count":
            return NEUTRAL
        if one.Unit is not None:
            return unit_for(one.Unit, kind)
        if kind not in self.units:
            self.assumed[kind] = self.assumed.get(kind, 0) + 1
        return self.units.get(kind, ASSUMED[kind])


def quantity_remarks(assumed: Mapping[str, int], refused: Mapping[str, int]) -> list[Remark]:
    """What was assumed of units, by kind, and which quantities could not be counted, by name."""
    remarks = []
    for kind, count in sorted(assumed.items()):
        unit = ASSUMED[kind].name
        zh = f"模型没有声明 {kind} 单位，{count} 个工程量按 {unit} 计。"
        en = f"The model declares no unit of {kind}: {counted(count, 'quantity is', 'quantities are')} taken to be in {unit}."
        remarks.append(Remark("doubt", "unit_assumed", zh, en, found=kind, count=count))
    for name, count in sorted(refused.items()):
        zh = f"工程量“{name}”（{count} 处）没有数值或单位无法换算，未计入。"
        en = f"Quantity “{name}” ({counted(count, 'time', 'times')}) has no finite number or a unit that cannot be converted: not counted."
        remarks.append(Remark("refused", "quantity_unreadable", zh, en, column=name, count=count))
    return remarks


def unknown_names(frame: pl.DataFrame, known: Collection[str]) -> list[Remark]:
    """Likely slips of the pen one by one, the other unknown names together."""
    counts = frame.filter(~pl.col("known")).group_by("quantity").len().sort("len", "quantity", descending=[True, False])
    near, far = [], []
    for name, count in counts.iter_rows():
        alike = difflib.get_close_matches(name, known, 1, NEAR)
        near += [_slip(name, alike[0], count)] if alike else []
        far += [] if alike else [name]
    if far:
        found = "; ".join(far[:SHOWN]) + (" …" if len(far) > SHOWN else "")
        zh = f"{len(far)} 个工程量名称不是 IFC 标准名称，保留但不参与计算：{found}"
        en = f"{counted(len(far), 'name of a quantity is', 'names of quantities are')} none of IFC's: kept, but no measure uses it: {found}"
        near.append(Remark("note", "quantity_name_unknown", zh, en, found=found, count=len(far)))
    return near


def _slip(name: str, alike: str, count: int) -> Remark:
    times = counted(count, "time", "times")
    return Remark(
        "doubt",
        "quantity_name_near",
        f"工程量“{name}”（{count} 处）疑为“{alike}”的误写：保留但不参与计算，请在原软件中更正。",
        f"Quantity “{name}” ({times}) looks like “{alike}” misspelt: kept, but no measure uses it. Correct it in the source.",
        column=name,
        found=alike,
        count=count,
    )
