"""The command line 命令行: ``qingzhu init | evaluate | collect | measure | explain | withdraw | check | ids``.

Only this room asks for the clock, the user's name and the machine's language. Every command imports its own room
when it runs, so that ``qingzhu --help`` starts at once.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from qingzhu.cli import bcf_commands, glb_commands, ids_commands, ledger_commands, model_commands, witness_commands
from qingzhu.cli.options import (
    LANGUAGE,
    ByOption,
    EngineOption,
    JsonOption,
    LangOption,
    OnOption,
    OutOption,
    StoreOption,
    day,
    run,
    who,
)

app = typer.Typer(
    name="qingzhu",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Qingzhu 青筑: a project's dossier in, its verdict out, every figure open to its evidence.",
)

Dossier = Annotated[Path, typer.Argument(help="Folder of a project, or of several projects. 项目档案文件夹")]


def version(shown: bool) -> None:
    """Print the version and stop."""
    if shown:
        from qingzhu import __version__

        print(f"qingzhu {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Show the version. 版本")] = False,
) -> None:
    """Options of every command."""


@app.command(short_help="新建档案  an empty dossier with templates", help="Make an empty dossier with templates. 新建空的项目档案")
def init(folder: Annotated[Path, typer.Argument(help="New folder. 新文件夹")], lang: LangOption = None, json: JsonOption = False) -> None:
    """``qingzhu init DIR``."""
    from qingzhu.cli import hand_in

    run(json, lang, lambda: hand_in.init(folder, lang=lang or LANGUAGE, json=json))


@app.command(
    short_help="评价      hand in, read, measure, judge; write the report",
    help="Hand in, read, measure, judge; write report.html and verdict.json. 评价",
)
def evaluate(
    dossier: Dossier,
    store: StoreOption = None,
    out: OutOption = None,
    on: OnOption = None,
    lang: LangOption = None,
    engine: EngineOption = "duckdb:",
    by: ByOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu evaluate DOSSIER``."""
    from qingzhu.cli import evaluation

    run(
        json,
        lang,
        lambda: evaluation.evaluate(dossier, store, out, on=day(on), lang=lang or LANGUAGE, engine=engine, by=who(by), json=json),
    )


@app.command(
    short_help="提交读入  only hand in and read; print the reading report",
    help="Only hand in and read; print the reading report. 仅提交并读入",
)
def collect(
    dossier: Dossier,
    store: StoreOption = None,
    out: OutOption = None,
    lang: LangOption = None,
    by: ByOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu collect DOSSIER``."""
    from qingzhu.cli import hand_in

    run(json, lang, lambda: hand_in.collect(dossier, store, out, lang=lang or LANGUAGE, by=who(by), json=json))


@app.command(short_help="计算      figures from what is in the store", help="Compute figures from what is in the store. 计算指标数值")
def measure(
    store: StoreOption = None,
    project: Annotated[str | None, typer.Option("--project", help="Only this project. 项目代码")] = None,
    name: Annotated[str | None, typer.Option("--measure", help="Only this measure. 指标")] = None,
    on: OnOption = None,
    lang: LangOption = None,
    engine: EngineOption = "duckdb:",
    json: JsonOption = False,
) -> None:
    """``qingzhu measure``."""
    from qingzhu.cli import figures

    run(
        json, lang, lambda: figures.measure(store, project, name, on=day(on), lang=lang or LANGUAGE, engine=engine, by=who(None), json=json)
    )


@app.command(
    short_help="说明依据  open a figure or verdict down to its originals",
    help="Open a figure or verdict: rule, clause, formula, SQL, rows, originals. 说明一个数值或结论的依据",
)
def explain(
    figure: Annotated[str, typer.Argument(help="Its id, e.g. waste_intensity:P01. 数值或结论编号")],
    store: StoreOption = None,
    rows: Annotated[Path | None, typer.Option("--rows", help="Write all rows behind it: .csv, .xlsx or .parquet. 导出全部数据行")] = None,
    on: OnOption = None,
    lang: LangOption = None,
    engine: EngineOption = "duckdb:",
    json: JsonOption = False,
) -> None:
    """``qingzhu explain FIGURE``."""
    from qingzhu.cli import figures

    run(json, lang, lambda: figures.explain(figure, store, rows, on=day(on), lang=lang or LANGUAGE, engine=engine, json=json))


@app.command(
    short_help="撤回      take evidence out, with a reason", help="Take evidence out, with a reason, as a submission of its own. 撤回证据"
)
def withdraw(
    submission: Annotated[str, typer.Argument(help="Its id, or the first characters of it. 提交编号")],
    reason: Annotated[str, typer.Option("--reason", help="Why. 原因")],
    store: StoreOption = None,
    lang: LangOption = None,
    by: ByOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu withdraw SUBMISSION --reason "..."``."""
    from qingzhu.cli import hand_in

    run(json, lang, lambda: hand_in.withdraw(submission, reason, store, lang=lang or LANGUAGE, by=who(by), json=json))


@app.command(
    short_help="检查      journal, originals and tables of a store", help="Check the store: journal, originals, tables. 检查证据库"
)
def check(
    store: StoreOption = None,
    deep: Annotated[bool, typer.Option("--deep", help="Hash every file again. 逐个文件重新核对")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu check``."""
    from qingzhu.cli import hand_in

    run(json, lang, lambda: hand_in.check(store, deep=deep, lang=lang or LANGUAGE, json=json))


@app.command(
    short_help="证明      a figure with all it rests on, as a bundle",
    help="Write a proof bundle of a figure: rows, rules, entries, proofs, the signed checkpoint. 导出数值的证明包",
)
def prove(
    figure: Annotated[str, typer.Argument(help="Its id, e.g. waste_intensity:P01. 数值编号")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The bundle, a .zip file. 证明包文件")],
    store: StoreOption = None,
    originals: Annotated[bool, typer.Option("--originals", help="With the original files. 附原件")] = False,
    on: OnOption = None,
    lang: LangOption = None,
    by: ByOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu prove FIGURE -o bundle.zip``."""
    from qingzhu.cli import proof

    run(json, lang, lambda: proof.prove(figure, store, out, on=day(on), originals=originals, by=who(by), lang=lang or LANGUAGE, json=json))


@app.command(
    short_help="核对证明  check a bundle; no store and no network are needed",
    help="Check a proof bundle: what holds, what does not, what was not checked. 核对证明包",
)
def verify(
    file: Annotated[Path | None, typer.Argument(help="The bundle. 证明包文件")] = None,
    key: Annotated[list[str] | None, typer.Option("--key", help="Public key of the log, or a file of keys. 账本公钥")] = None,
    witness: Annotated[list[str] | None, typer.Option("--witness", help="Public key of a witness, or a file. 见证人公钥")] = None,
    quorum: Annotated[int | None, typer.Option("--quorum", min=0, help="So many must have cosigned [all given]. 法定见证数")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="Keys and quorum as c2sp.org/tlog-policy. 信任策略文件")] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write the page that checks bundles in a browser. 写出网页核对工具")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu verify bundle.zip --key KEY --witness KEY``, or ``qingzhu verify --page FILE.html``."""
    from qingzhu.cli import proof

    tongue = lang or LANGUAGE
    if page is not None:
        run(json, lang, lambda: proof.write_page(page, file, lang=tongue, json=json))
    else:
        run(json, lang, lambda: proof.verify(file, key or [], witness or [], quorum, policy, lang=tongue, json=json))


@app.command(
    short_help="复算审计  compute stored figures again, tell what differs",
    help="Compute every stored figure and verdict again from its evidence; tell each difference and why. 复算审计",
)
def audit(
    store: StoreOption = None,
    project: Annotated[str | None, typer.Option("--project", help="Only this project. 项目代码")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Only judged as of this date [all dates]. 评价日期")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every run, not only the newest of each project and date. 全部计算")] = False,
    lang: LangOption = None,
    engine: EngineOption = "duckdb:",
    json: JsonOption = False,
) -> None:
    """``qingzhu audit``."""
    from qingzhu.cli import audit

    run(
        json,
        lang,
        lambda: audit.audit(store, project, day(on) if on else None, every=every, engine=engine, lang=lang or LANGUAGE, json=json),
    )


app.add_typer(ledger_commands.app, name="ledger", short_help=ledger_commands.SHORT)
app.add_typer(witness_commands.app, name="witness", short_help=witness_commands.SHORT)
app.add_typer(model_commands.app, name="model", short_help=model_commands.SHORT)
app.add_typer(ids_commands.app, name="ids", short_help="信息交付  models against an IDS; audit of an IDS")
app.add_typer(bcf_commands.app, name="bcf", short_help=bcf_commands.SHORT)
app.command("glb", short_help=glb_commands.SHORT)(glb_commands.glb)


def command_called(words: list[str]) -> tuple[str, object]:
    """The command that the words of a call name, as ``qingzhu model diff``, and the command itself."""
    path, command = ["qingzhu"], typer.main.get_command(app)
    for word in words:
        below = getattr(command, "commands", {}).get(word)
        if below is None:
            break
        path, command = [*path, word], below
    return " ".join(path), command


def main() -> None:
    """The entry point of ``qingzhu``: a wrong call is told in both languages, or as JSON where the call asks for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese shows ?, and nothing breaks
    try:
        code = app(prog_name="qingzhu", standalone_mode=False)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        from qingzhu.cli.outcome import wrong_call

        place, called = command_called(sys.argv[1:])
        code = wrong_call(error, place, list(getattr(called, "commands", ())), json="--json" in sys.argv)
    sys.exit(code)


if __name__ == "__main__":
    main()
