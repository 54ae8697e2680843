"""``qingzhu model`` and what belongs to it 模型命令: signatures only; each command imports its room when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingzhu.cli.groups import DEFAULT, DefaultGroup
from qingzhu.cli.options import EngineOption, JsonOption, LangOption, OnOption, chosen, day, run

SHORT = "模型      figures, quantities and tables of IFC models, without a dossier"

app = typer.Typer(
    cls=DefaultGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="""IFC models in; elements, quantities, ratios, carbon, specs and modules out, in seconds. 模型评价

    \b
    qingzhu model tower.ifc
    qingzhu model tower.ifc garage.ifc.gz --geometry needed --excel tower.xlsx
    qingzhu model diff old.ifc new.ifc --out changes.xlsx""",
)

Models = Annotated[list[Path], typer.Argument(metavar="FILE", help="IFC models: .ifc, .ifc.gz, .ifczip. 模型文件")]
FactsOption = Annotated[Path | None, typer.Option("--facts", help="What the building is: a project.toml or .xlsx. 项目概况")]
MappingOption = Annotated[Path | None, typer.Option("--mapping", help="What the elements are: a mapping.toml. 映射文件")]
LibraryOption = Annotated[Path | None, typer.Option("--library", help="The component library: .toml, .xlsx or .csv. 构件库")]
GeometryOption = Annotated[str, typer.Option("--geometry", help="Bodies measured: none, needed (no volume written), all. 几何工程量")]
RegionOption = Annotated[str | None, typer.Option("--region", help="Whose rules, e.g. 常州. 地区")]


@app.command(DEFAULT, short_help="计算      figures of models; the command meant where none is named")
def figures(
    files: Models,
    tables: Annotated[Path | None, typer.Option("--tables", help="Write the tables as Parquet into this folder. 数据表文件夹")] = None,
    excel: Annotated[Path | None, typer.Option("--excel", help="Write the tables into this .xlsx. Excel 文件")] = None,
    suggest: Annotated[Path | None, typer.Option("--suggest", help="Write a mapping file to complete. 待补充的映射")] = None,
    facts: FactsOption = None,
    mapping: MappingOption = None,
    library: LibraryOption = None,
    geometry: GeometryOption = "none",
    region: RegionOption = None,
    on: OnOption = None,
    lang: LangOption = None,
    engine: EngineOption = "duckdb:",
    json: JsonOption = False,
) -> None:
    """Figures of models: quantities, mapping, ratios, carbon, specs, modules, completeness. 模型的数值"""
    from qingzhu.cli import model

    def asked() -> model.Asked:
        return model.Asked(day(on), engine, region, facts, mapping, library, geometry)

    run(json, lang, lambda: model.model(files, asked(), tables=tables, excel=excel, suggest=suggest, lang=chosen(lang), json=json))


@app.command(short_help="变更      what one revision of a model changes of another, and its consequences")
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The revision before. 旧版模型")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The revision after. 新版模型")],
    out: Annotated[Path | None, typer.Option("--out", help="Write all rows: a folder for Parquet, or an .xlsx. 输出变更表")] = None,
    facts: FactsOption = None,
    mapping: MappingOption = None,
    library: LibraryOption = None,
    geometry: GeometryOption = "none",
    region: RegionOption = None,
    on: OnOption = None,
    lang: LangOption = None,
    engine: EngineOption = "duckdb:",
    json: JsonOption = False,
) -> None:
    """What NEW changes of OLD: elements, properties, quantities, figures, and the elements behind each. 两版模型的变更"""
    from qingzhu.cli import model, model_diff

    def asked() -> model.Asked:
        return model.Asked(day(on), engine, region, facts, mapping, library, geometry)

    run(json, lang, lambda: model_diff.model_diff(old, new, asked(), out=out, lang=chosen(lang), json=json))
