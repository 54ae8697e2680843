"""Carbon factors 碳排放因子 as parameter tables: factors of materials and transport, densities, and which of them a material has.

``factors/gbt51366_2019.toml`` holds the standard's numbers, ``factors/materials.toml`` what materials are called. A region may add a
table of its own in ``regions/<name>/factors.toml``, in the same form: its rules come before the nation's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from qingzhu.rulebook import checks
from qingzhu.rulebook.parameters import in_force
from qingzhu.terms import units

Entry = Mapping[str, Any]

BASES = {"carbon_per_mass": "t", "carbon_per_volume": "m³", "carbon_per_area": "m²"}
"""What a factor is multiplied by, by the dimension of its unit."""

SCHEMAS: dict[str, dict[str, Any]] = {
    "carbon_factor": {
        "factor": pl.String,
        "name": pl.String,
        "name_en": pl.String,
        "value": pl.Float64,
        "basis": pl.String,
        "source": pl.String,
        "checked": pl.String,
    },
    "carbon_rule": {
        "place": pl.Int64,
        "field": pl.String,
        "text": pl.String,
        "unless": pl.String,
        "role": pl.String,
        "material_key": pl.String,
        "grade": pl.String,
        "gives": pl.String,
        "nearest": pl.String,
    },
    "material_density": {"density": pl.String, "value": pl.Float64, "basis": pl.String},
    "carbon_role": {"role": pl.String, "material": pl.Boolean, "reinforced": pl.Boolean, "main": pl.Boolean},
    "grade_property": {"place": pl.Int64, "name": pl.String},
    "carbon_quantity": {"dimension": pl.String, "quantity": pl.String, "place": pl.Int64},
    "transport_rule": {"place": pl.Int64, "material_key": pl.String, "distance": pl.Float64, "vehicle": pl.String, "value": pl.Float64},
}
"""Parameter tables of carbon and their columns: kgCO₂e per basis, t per basis, km, kgCO₂e/(t·km)."""

STANDARD = "factors/gbt51366_2019.toml"
MATERIALS = "factors/materials.toml"

NOTHING_SPOKEN: Entry = {
    **dict.fromkeys(("factor", "aside", "material_key", "lining", "grade_word", "no_material", "main", "reinforced", "grade_property"), ()),
    **dict.fromkeys(("weight_quantity", "area_quantity"), ()),
    "density": {"row": (), "rule": ()},
}
"""``materials.toml`` before its day: nothing is told by its words."""


def carbon_tables(files: Mapping[str, Entry], documents: Mapping[str, Entry], path: Iterable[str], on: date) -> dict[str, pl.DataFrame]:
    """The parameter tables of carbon 碳排放参数表, as of a date, for a region and those above it (``path``, outermost first)."""
    words, standard = files[MATERIALS], files[STANDARD]
    spoken = words if in_force(words, on) else NOTHING_SPOKEN
    local = [content for region in reversed(list(path)) for content in _of_region(files, region)]
    held = [content["material"] for content in [*local, *_nation(files)] if in_force(content["material"], on)]
    rules = [("factor", row) for content in local if in_force(content["material"], on) for row in content.get("factor", [])]
    rules += [("factor", row) for row in spoken["factor"]] + [("density", row) for row in spoken["density"]["rule"]]
    rules += [(field, row) for field in ("aside", "material_key") for row in spoken[field]]
    rules += [("lining", {"lining": key}) for key in spoken["lining"]] + [("grade_word", {"text": word}) for word in spoken["grade_word"]]
    roles = [*spoken["no_material"], *spoken["main"], *(role for role in spoken["reinforced"] if role not in spoken["main"])]
    vehicles = {row["factor"]: row["value"] for row in standard["transport"]["row"]} if in_force(standard["transport"], on) else {}
    distances = standard["distance"]["row"] if in_force(standard["distance"], on) else []
    made = {
        "carbon_factor": [_factor(row, header, documents) for header in held for row in header["row"]],
        "carbon_rule": [_rule(place, field, row) for place, (field, row) in enumerate(rules, start=1)],
        "material_density": [_density(row) for row in spoken["density"]["row"]],
        "carbon_role": [
            {
                "role": role,
                "material": role not in spoken["no_material"],
                "reinforced": role in spoken["reinforced"],
                "main": role in spoken["main"],
            }
            for role in roles
        ],
        "grade_property": [{"place": place, "name": name} for place, name in enumerate(spoken["grade_property"], start=1)],
        "carbon_quantity": [
            {"dimension": dimension, "quantity": quantity, "place": place}
            for dimension in ("weight", "area")
            for place, quantity in enumerate(spoken[f"{dimension}_quantity"], start=1)
        ],
        "transport_rule": [
            {**row, "place": place, "vehicle": row["by"], "distance": float(row["value"]), "value": vehicles.get(row["by"])}
            for place, row in enumerate(distances, start=1)
        ],
    }
    small = {
        "unknown_density": _single(words["unknown_density"], on),
        "mass_rule": _single(standard["mass_rule"], on),
    }
    return {**{name: _table(name, rows) for name, rows in made.items()}, **small}


def factor_rows(files: Mapping[str, Entry]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every number about carbon 全部因子条目 with its place in the files, and with clause, dates and confidence of its table."""
    for name, content in files.items():
        if name.startswith("factors/") or name.endswith("/factors.toml"):
            common = {key: content[key] for key in ("clause", "from", "to", "checked") if key in content}
            for part, table in content.items():
                if isinstance(table, Mapping) and "row" in table:
                    header = {**common, **{key: value for key, value in table.items() if key not in ("row", "rule", "words")}}
                    yield from ((f"{name}.{part}.row[{place}]", {**header, **row}) for place, row in enumerate(table["row"], start=1))
                elif isinstance(table, Mapping) and "value" in table:
                    yield f"{name}.{part}", {**common, **table}


def check_factors(files: Mapping[str, Entry]) -> None:
    """Refuse a number without clause, unit, day and confidence 因子校验, a rule that leads to no number, two numbers under one key."""
    for where, row in factor_rows(files):
        checks.check_rule(row, where)
    known = [row["factor"] for name in _tables(files) for row in files[name]["material"]["row"]]
    twice = sorted({key for key in known if known.count(key) > 1})
    if twice:
        raise checks.refuse("factor_twice", "factors", f"因子“{twice[0]}”重名。", f"there are two factors {twice[0]!r}.", factor=twice[0])
    densities = {row["density"] for row in files[MATERIALS]["density"]["row"]} if MATERIALS in files else set()
    rules = [
        (name, row) for name, content in files.items() if name == MATERIALS or name in _tables(files) for row in content.get("factor", [])
    ]
    rules += [(MATERIALS, row) for row in files.get(MATERIALS, {}).get("density", {}).get("rule", [])]
    for name, row in rules:
        for field, listed in (("factor", set(known)), ("nearest", set(known)), ("density", densities)):
            if row.get(field) is not None and row[field] not in listed:
                zh, en = f"没有名为“{row[field]}”的 {field}。", f"there is no {field} {row[field]!r}."
                raise checks.refuse("unknown_factor", name, zh, en, factor=row[field])


def _tables(files: Mapping[str, Entry]) -> list[str]:
    """The files that hold factors of materials: the nation's, then the regions'."""
    return [
        name
        for name, content in files.items()
        if name.rsplit("/", 1)[-1] == "factors.toml" or (name.startswith("factors/") and "material" in content)
    ]


def _nation(files: Mapping[str, Entry]) -> list[Entry]:
    return [files[name] for name in _tables(files) if name.startswith("factors/")]


def _of_region(files: Mapping[str, Entry], region: str) -> list[Entry]:
    keys = [name.split("/")[1] for name, content in files.items() if name.endswith("/region.toml") and content.get("name") == region]
    return [files[f"regions/{key}/factors.toml"] for key in keys if f"regions/{key}/factors.toml" in files]


def _factor(row: Entry, header: Entry, documents: Mapping[str, Entry]) -> dict[str, Any]:
    known = units.unit(row["unit"])
    clause = {**header["clause"], **row.get("clause", {})}
    document = documents[clause["document"]]
    place = clause["clause"] if isinstance(clause["clause"], str) else clause["clause"]["zh"]
    return {
        "factor": row["factor"],
        "name": row["zh"],
        "name_en": row["en"],
        "value": float(row["value"]) * known.factor,
        "basis": BASES[known.dimension],
        "source": f"{document.get('number') or document['title']['zh']} {place}",
        "checked": row.get("checked", header["checked"]),
    }


def _rule(place: int, field: str, row: Entry) -> dict[str, Any]:
    condition = None if field == "material_key" else row.get("material_key")
    return {**row, "place": place, "field": field, "gives": row.get(field), "material_key": condition}


def _density(row: Entry) -> dict[str, Any]:
    area = row["unit"] == "kg/m²"
    return {"density": row["density"], "value": row["value"] / 1000 if area else float(row["value"]), "basis": "m²" if area else "m³"}


def _single(rule: Entry, on: date) -> pl.DataFrame:
    """A rule of one number as one row of one column; no row where it is not in force."""
    held = [float(rule["value"])] if in_force(rule, on) else []
    return pl.DataFrame({rule["column"]: held}, schema={rule["column"]: pl.Float64})


def _table(name: str, entries: Iterable[Entry]) -> pl.DataFrame:
    schema = SCHEMAS[name]
    return pl.DataFrame([{column: entry.get(column) for column in schema} for entry in entries], schema=schema)
