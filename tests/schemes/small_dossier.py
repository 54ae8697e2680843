"""A dossier of one building and two tickets: 28.125 t on 1,500 m², so 187.5 t/10⁴ m²."""

from __future__ import annotations

from pathlib import Path

SURVEY = '[project]\nproject = "P01"\nname = "一号"\n\n[[building]]\nbuilding = "B1"\nfloor_area = 1500\n'
TICKETS = "单号,过磅时间,垃圾来源,净重（t）\nT1,2023-03-01 08:00,工程垃圾,12.5\nT2,2023-03-02 08:00,工程垃圾,15.625\n"


def written(folder: Path, survey: str = SURVEY) -> Path:
    """The dossier in a new folder."""
    folder.mkdir()
    (folder / "project.toml").write_text(survey, "utf-8")
    (folder / "weighings.csv").write_text(TICKETS, "utf-8")
    return folder
