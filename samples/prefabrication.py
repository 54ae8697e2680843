"""Ratios of GB/T 51129-2017 装配率 worked out from a drawing: what was drawn, divided as the standard divides (4.0.2 to 4.0.9).

q1a volumes of vertical members, q1b plans of precast slabs, stairs, balconies and beams over the floor plans, q2a and q2c faces of
walls that are no masonry. What no model holds comes from a take-off: rows (item, numerator, denominator).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from samples.dossier import Dossier
from samples.model import Model

PLAN_ROLES = ("slab", "stair", "balcony", "ac_slab", "beam")


def ratios(model: Model, floor_plans: float) -> dict[str, float]:
    """q1a, q1b, q2a, q2c of the drawing [%]; ``floor_plans`` is the sum of the storeys' plans [m²]."""
    vertical = [model.volume("column", kind) + model.volume("bearing_wall", kind) for kind in ("precast", None)]
    plans = sum(model.area(role, "precast") for role in PLAN_ROLES)
    found = {"q1a": 100 * vertical[0] / vertical[1], "q1b": 100 * plans / floor_plans}
    for symbol, role in (("q2a", "enclosure_wall"), ("q2c", "inner_wall")):
        whole = model.area(role)
        found[symbol] = 100 * (whole - model.area(role, "masonry")) / whole
    return found


def expect_integration(dossier: Dossier, model: Model, said: bool, mapped: str = "一体化", building: str = "B1") -> None:
    """q2b and q2d: walls in one with insulation, finish or services. Masonry never is; of other walls a name or mapping must say it.

    q2b is over all walls drawn outside, bearing ones among them. ``said``: the project's mapping says of every other wall that it is
    not, and of those whose name begins with ``mapped`` that they are. Otherwise they stay open: nought at least, all at most.
    """
    for symbol, role in (("q2b", "enclosure_wall"), ("q2d", "inner_wall")):
        outside = {"q2b": "bearing_wall"}.get(symbol)
        specs = [spec for _, spec in model.drawn if spec.role == role or (spec.role == outside and spec.external)]
        whole = sum(spec.area for spec in specs)
        sure = sum(spec.area for spec in specs if "一体化" in spec.name or spec.name.startswith(mapped))
        unsaid = 0.0 if said else whole - sure - sum(spec.area for spec in specs if spec.construction == "masonry")
        if unsaid == whole:
            dossier.truth.gap(MEASURES[symbol], building, "construction_unknown", f"{symbol}: no wall says whether it is in one")
            continue
        more = {"high": 100 * (sure + unsaid) / whole} if unsaid else {}
        dossier.truth.figure(
            MEASURES[symbol], building, 100 * sure / whole, f"{symbol} from names and mapping, {unsaid:.2f} m² unsaid", **more
        )


MEASURES = {
    "q1a": "vertical_precast_ratio",
    "q1b": "horizontal_precast_ratio",
    "q2a": "enclosure_non_masonry_ratio",
    "q2b": "enclosure_integrated_ratio",
    "q2c": "inner_wall_non_masonry_ratio",
    "q2d": "inner_wall_integrated_ratio",
    "q3a": "dry_floor_ratio",
    "q3b": "integrated_kitchen_ratio",
    "q3c": "integrated_bathroom_ratio",
    "q3d": "separated_pipe_ratio",
}


def expect_ratios(dossier: Dossier, model: Model, floor_plans: float, building: str = "B1") -> dict[str, float]:
    """Write down the drawn ratios and the volumes behind them."""
    found = ratios(model, floor_plans)
    for symbol, value in found.items():
        dossier.truth.figure(MEASURES[symbol], building, value, f"{symbol} from the dimensions drawn")
    dossier.truth.facts |= {
        "elements": len(model.drawn),
        "precast_vertical_m3": round(model.volume("column", "precast") + model.volume("bearing_wall", "precast"), 6),
        "cast_vertical_m3": round(model.volume("column", "cast_in_place") + model.volume("bearing_wall", "cast_in_place"), 6),
        "precast_slab_plan_m2": round(model.area("slab", "precast"), 6),
        "stair_plan_m2": round(model.area("stair"), 6),
        "balcony_plan_m2": round(model.area("balcony") + model.area("ac_slab"), 6),
        "floor_plans_m2": floor_plans,
    }
    return found


KINDS = {"bearing_wall": "wall"} | {role: role for role in ("slab", "beam", "stair", "balcony", "ac_slab", "column")}
MOST_REPEATED = {"wall": 3, "slab": 3, "beam": 3, "column": 3, "stair": 1, "balcony": 1}
"""How many specs count as the most repeated, by kind of component."""


def expect_variety(dossier: Dossier, model: Model, building: str = "B1") -> None:
    """Specs of the precast components drawn: how many, how often each, how much the most repeated make up."""
    for role, kind in KINDS.items():
        counts = Counter(spec for _, spec in model.drawn if spec.role == role and spec.construction == "precast")
        if not counts:
            continue
        whole = sum(counts.values())
        grain, why = f"{building}:{kind}", f"{len(counts)} specs among {whole} components drawn"
        dossier.truth.figure("spec_count", grain, len(counts), why)
        dossier.truth.figure("mean_repetition", grain, whole / len(counts), why)
        dossier.truth.figure("herfindahl", grain, sum((count / whole) ** 2 for count in counts.values()), why)
        if kind in MOST_REPEATED:
            most = sum(count for _, count in counts.most_common(MOST_REPEATED[kind]))
            dossier.truth.figure("top_share", grain, 100 * most / whole, why)


def take_off(dossier: Dossier, items: dict[str, tuple[float, float, str]], building: str = "B1") -> None:
    """Rows of a take-off and the ratios they give: item -> numerator, denominator, unit."""
    for item, (numerator, denominator, unit) in items.items():
        document = "装配式专项工程量计算书 2023-05"
        for part, value in (("numerator", numerator), ("denominator", denominator)):
            dossier.add("takeoff", {"building": building, "item": item, "part": part, "value": value, "unit": unit, "document": document})
        dossier.truth.figure(MEASURES[item], building, 100 * numerator / denominator, f"{item} from the take-off")


def wet_rooms(dossier: Dossier, storeys: int, each: int, use: str, faces: float, dry: float, building: str = "B1") -> None:
    """Kitchens or bathrooms with all their faces and those made dry [m²]."""
    letter = {"kitchen": "K", "bathroom": "W"}[use]
    rows: list[dict[str, Any]] = []
    for storey in range(1, storeys + 1):
        for number in range(1, each + 1):
            name = f"{letter}{storey:02d}{number:02d}"
            row = {"building": building, "storey": f"{storey}F", "room": name, "use": use}
            rows.append({**row, "faces": faces, "dry_faces": dry})
    dossier.add("room", *rows)
    symbol = {"kitchen": "q3b", "bathroom": "q3c"}[use]
    dossier.truth.figure(MEASURES[symbol], building, 100 * dry / faces, f"{symbol} from {len(rows)} rooms")


def storeys(dossier: Dossier, count: int, height: float, plan: float, building: str = "B1") -> float:
    """The storey table with the plan of each [m²]; their sum is handed back."""
    for number in range(count):
        row = {"building": building, "storey": f"{number + 1}F", "elevation": round(number * height, 2), "floor_area": plan}
        dossier.add("storey", row)
    return count * plan
