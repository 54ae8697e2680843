"""Rows of waste for worked cases: origins, floor areas, tickets and zero reports of project P1."""

from __future__ import annotations

from tests.measures.worked_cases import local

ORIGINS = [
    {"waste_origin": "works_waste", "in_intensity": True},
    {"waste_origin": "demolition_waste", "in_intensity": True},
    {"waste_origin": "spoil", "in_intensity": False},
    {"waste_origin": "slurry", "in_intensity": False},
]
RULES = {"waste_origin": ORIGINS, "load_rule": [{"full_load": 4.0}]}
"""A full truck of 4 t, so that in most cases the heaviest load of the case is the bound; those of a full truck give their own."""

AREA = [{"project": "P1", "building": "B1", "floor_area": 20_000.0}, {"project": "P1", "building": "B2", "floor_area": 12_000.0}]
PLACES = {"project": [{"project": "P1"}], "building": AREA}


def load(mass: float | None, origin: str | None = "works_waste", **other: object) -> dict:
    """One ticket of P1 [t]."""
    return {"project": "P1", "time": local("2023-03-01 10:00"), "zero_report": False, "waste_origin": origin, "net_mass": mass, **other}


def zero_report(month: str = "2023-03") -> dict:
    return {"project": "P1", "time": local(f"{month}-15 00:00"), "zero_report": True}
