"""Survey checks 概况核对: what must be there, what may stand there once, dates in order, references that lead somewhere."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from qingzhu.collectors.headers import plain
from qingzhu.collectors.remarks import Place, remark
from qingzhu.collectors.units import UnitWords
from qingzhu.terms import units as known_units
from qingzhu.terms.errors import MalformedError
from qingzhu.terms.readings import Remark

Records = list[dict[str, Any]]

KEYS = {
    "building": ("building",),
    "storey": ("building", "storey"),
    "room": ("building", "storey", "room"),
    "unit_type": ("building", "unit_type"),
    "takeoff": ("building", "item", "part"),
    "model_file": ("model", "building"),
    "sensor": ("sensor", "quantity"),
}
"""What tells two entries of a table apart; a stage or suspension may come several times."""


TAKEOFF_UNITS = {"q1a": "m³", **dict.fromkeys(("q1b", "q2a", "q2b", "q2c", "q2d", "q3a", "q3b", "q3c"), "m²"), "q3d": "m"}
"""What the ratios of GB/T 51129-2017 (4.0.2 to 4.0.13) are measured in."""


FACTOR_UNITS = ("kgCO₂e/t", "kgCO₂e/m³", "kgCO₂e/m²")
"""What a carbon factor is kept in: by mass, by volume, by area."""

LIGHTEST, DENSEST = 0.0012, 25.0
"""No building material is lighter than air, or denser than this: the number is none, or in another unit. [t/m³]"""

LEAST_STEEL, MOST_STEEL = 1.0, 7850.0
"""Reinforced concrete holds at least this and less than steel itself, or the number is in another unit; 0 is plain concrete. [kg/m³]"""


def check_entries(rows: dict[str, Records], contracts: dict[str, Any], units: UnitWords, place: Place, remarks: list[Remark]) -> None:
    """Takes entries that cannot count out of ``rows`` and says why 核对; doubts are said and kept."""
    for table, records in rows.items():
        records[:] = [record for record in records if complete(record, contracts[table], place, remarks)]
        records[:] = [record for record in records if _in_order(record, place, remarks)]
        records[:] = _once(table, records, place, remarks)
    rows["takeoff"][:] = [record for record in rows["takeoff"] if _in_unit(record, units, place, remarks)]
    rows["material_factor"][:] = [record for record in rows["material_factor"] if _of_a_material(record, units, place, remarks)]
    rows["rebar_rate"][:] = [record for record in rows["rebar_rate"] if _possible_rate(record, place, remarks)]
    _on_stages(rows["stage"], rows["project"], place, remarks)
    _on_buildings(rows, place, remarks)
    _on_references(rows["sensor"], place, remarks)


def complete(record: dict[str, Any], contract: Any, place: Place, remarks: list[Remark]) -> bool:
    """Whether an entry has all it must have 必填项; what lacks is said."""
    filled = {"submission", "row"} if contract.table == "project" else {"submission", "row", "project"}
    lacking = [column for column in contract.columns if column.required and column.name not in filled and record.get(column.name) is None]
    if lacking:
        names = ", ".join(f"{column.name}（{column.words['zh']}）" for column in lacking)
        remarks.append(remark("value_missing", place, row=record["row"], found="", wanted=names, table=contract.table))
    return not lacking


def _in_order(record: dict[str, Any], place: Place, remarks: list[Remark]) -> bool:
    for first, last in (("from_date", "to_date"), ("works_from", "works_to")):
        begin, end = record.get(first), record.get(last)
        if begin and end and begin > end:
            remarks.append(remark("dates_reversed", place, row=record["row"], found=begin, wanted=end))
            if first == "from_date":
                return False
            record[first] = record[last] = None  # the project itself still counts, its dates are a gap
    return True


def _in_unit(record: dict[str, Any], units: UnitWords, place: Place, remarks: list[Remark]) -> bool:
    """A row of a take-off in the unit its item is measured in; one of another kind cannot count."""
    wanted = TAKEOFF_UNITS.get(record["item"])
    if wanted is None:
        remarks.append(
            remark("takeoff_item_unknown", place, row=record["row"], column="item", found=record["item"], wanted=", ".join(TAKEOFF_UNITS))
        )
        return False
    try:
        factor = known_units.factor(units.spellings.get(plain(record["unit"]), record["unit"]), wanted)
    except MalformedError:
        item = record["item"]
        remarks.append(
            remark("takeoff_unit_wrong", place, row=record["row"], column="unit", found=record["unit"], item=item, wanted=wanted)
        )
        return False
    record |= {"value": record["value"] * factor, "unit": wanted}
    return True


def _of_a_material(record: dict[str, Any], units: UnitWords, place: Place, remarks: list[Remark]) -> bool:
    """A row that says of which material it speaks and gives something of it, its factor by mass, volume or area."""
    given = [name for name in ("factor", "density", "distance") if record.get(name) is not None]
    if not given or not (record.get("material") or record.get("material_key")):
        remarks.append(remark("factor_incomplete", place, row=record["row"]))
        return False
    density = record.get("density")
    if density is not None and not LIGHTEST <= density <= DENSEST:
        facts = {"found": density, "least": LIGHTEST, "most": DENSEST}
        remarks.append(remark("density_impossible", place, row=record["row"], column="density", **facts))
        return False
    if record.get("factor") is None:
        return True
    written = record.get("unit") or ""
    for wanted in FACTOR_UNITS:
        try:
            record |= {
                "factor": record["factor"] * known_units.factor(units.spellings.get(plain(written), written), wanted),
                "unit": wanted,
            }
        except MalformedError:
            continue
        return True
    remarks.append(remark("factor_unit_wrong", place, row=record["row"], column="unit", found=written, wanted=", ".join(FACTOR_UNITS)))
    return False


def _possible_rate(record: dict[str, Any], place: Place, remarks: list[Remark]) -> bool:
    """A rate of steel that concrete can have, or 0."""
    rate = record["rate"]
    possible = rate == 0 or LEAST_STEEL <= rate <= MOST_STEEL
    if not possible:
        remarks.append(remark("rate_impossible", place, row=record["row"], column="rate", found=rate, least=LEAST_STEEL, most=MOST_STEEL))
    return bool(possible)


def _once(table: str, records: Records, place: Place, remarks: list[Remark]) -> Records:
    seen: dict[tuple[Any, ...], int] = {}
    kept = []
    for record in records:
        key = tuple(record.get(column) for column in KEYS.get(table, ("row",)))
        if key in seen:
            found = " / ".join(str(part) for part in key if part is not None)
            remarks.append(remark("entry_twice", place, row=record["row"], found=found, first=place.line(seen[key]), table=table))
            continue
        seen[key] = record["row"]
        kept.append(record)
    return kept


def _on_stages(stages: Records, projects: Records, place: Place, remarks: list[Remark]) -> None:
    """Stages that share days, and stages outside the works; a stage without an end lasts until the next one begins.

    Of two that begin on one day the first would last no day at all, so they count as sharing it.
    """
    for one, other in combinations(sorted(stages, key=lambda stage: stage["from_date"]), 2):
        last = one.get("to_date") or one["from_date"]
        if other["from_date"] <= last or (one["stage"] == other["stage"] and not one.get("to_date")):
            first = place.line(one["row"])
            remarks.append(remark("stages_overlap", place, row=other["row"], found=other["stage"], wanted=one["stage"], first=first))
    works = projects[0] if projects else {}
    begun, ended = works.get("works_from"), works.get("works_to")
    for stage in stages:
        first, last = stage["from_date"], stage.get("to_date")
        if (begun and first < begun) or (ended and (last or first) > ended):
            days, works_days = f"{first} – {last or ''}".strip(), f"{begun or ''} – {ended or ''}".strip()
            remarks.append(remark("stage_outside_works", place, row=stage["row"], found=stage["stage"], days=days, wanted=works_days))


def _on_buildings(rows: dict[str, Records], place: Place, remarks: list[Remark]) -> None:
    known = {record["building"] for record in rows["building"]}
    for table in ("storey", "room", "unit_type", "takeoff", "rebar_rate", "model_file", "determination"):
        for record in rows[table]:
            if record.get("building") is not None and record["building"] not in known:
                remarks.append(remark("building_unknown", place, row=record["row"], column="building", found=record["building"]))


def _on_references(sensors: Records, place: Place, remarks: list[Remark]) -> None:
    leads = {record["sensor"]: record["reference"] for record in sensors if record.get("reference")}
    for record in sensors:
        reference = record.get("reference")
        if reference is None:
            continue
        circle = _circle(record["sensor"], leads)
        if circle:
            remarks.append(remark("reference_cyclic", place, row=record["row"], column="reference", found=" → ".join(circle)))
            record["reference"] = None
        elif reference not in {other["sensor"] for other in sensors}:
            remarks.append(remark("reference_unknown", place, row=record["row"], column="reference", found=reference))


def _circle(start: str, leads: dict[str, str]) -> list[str]:
    """The way from a sensor along its references back to itself, or nothing."""
    way = [start]
    while way[-1] in leads and len(way) <= len(leads) + 1:
        way.append(leads[way[-1]])
        if way[-1] == start:
            return way
    return []
