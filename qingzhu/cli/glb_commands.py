"""``qingzhu glb`` 三维模型命令: its signature only; the room is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingzhu.cli.model_commands import FactsOption, GeometryOption, MappingOption, Models, RegionOption
from qingzhu.cli.options import JsonOption, LangOption, OnOption, chosen, day, run

SHORT = "三维模型  a model as GLB, coloured by what is known of its elements"


def glb(
    files: Models,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file: .glb. 输出文件")],
    colour: Annotated[str, typer.Option("--colour", help="construction, mapping, spec or carbon: shown first. 着色")] = "construction",
    facts: FactsOption = None,
    mapping: MappingOption = None,
    geometry: GeometryOption = "none",
    region: RegionOption = None,
    on: OnOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Write a model as GLB for viewers: a node an element, named by its GlobalId, coloured by what is known. 三维模型"""
    from qingzhu.cli import glb as room
    from qingzhu.cli.model import Asked

    def glb() -> int:
        asked = Asked(day(on), region=region, facts=facts, mapping=mapping, geometry=geometry)
        return room.glb(files, asked, out, colour, lang=chosen(lang), json=json)

    run(json, lang, glb)
