"""``qingzhu bcf`` BCF 问题命令: signatures only; each command imports its room when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingzhu.cli.model_commands import FactsOption, GeometryOption, LibraryOption, MappingOption, Models, RegionOption
from qingzhu.cli.options import ByOption, JsonOption, LangOption, OnOption, chosen, day, run, who

SHORT = "问题      findings of models as BCF topics, and topics of other programs as tables"

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="BCF 2.1 and 3.0: findings of models out, topics in. BCF 问题")


@app.command(short_help="导出      findings of models as topics with viewpoint and snapshot")
def export(
    files: Models,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file: .bcf or .bcfzip. 输出文件")],
    version: Annotated[str, typer.Option("--version", help="2.1 or 3.0. BCF 版本")] = "2.1",
    most: Annotated[int, typer.Option("--most", min=1, help="Findings of each kind, the largest first. 每类至多")] = 50,
    facts: FactsOption = None,
    mapping: MappingOption = None,
    library: LibraryOption = None,
    geometry: GeometryOption = "none",
    region: RegionOption = None,
    on: OnOption = None,
    by: ByOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """Write what keeps a model's figures from being known as BCF topics: unmapped groups, impossible quantities, doubts. 导出问题"""
    from datetime import UTC, datetime

    from qingzhu.cli import bcf
    from qingzhu.cli.model import Asked

    at = datetime.now(UTC)

    def export() -> int:
        asked = Asked(day(on), region=region, facts=facts, mapping=mapping, library=library, geometry=geometry)
        return bcf.export(files, asked, out, version, by=who(by), at=at, most=most, lang=chosen(lang), json=json)

    run(json, lang, export)


@app.command("import", short_help="导入      topics, comments and components of a BCF file as tables")
def import_(
    file: Annotated[Path, typer.Argument(help="A BCF file: .bcf or .bcfzip. BCF 文件")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write tables: .xlsx, .parquet or .json. 输出文件")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """List the topics of a BCF file. 读入问题"""
    from qingzhu.cli import bcf

    run(json, lang, lambda: bcf.import_(file, out, lang=chosen(lang), json=json))
