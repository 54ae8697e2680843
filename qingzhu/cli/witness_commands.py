"""``qingzhu witness`` 见证人: its commands, which only import their room when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingzhu.cli.options import JsonOption, LangOption, chosen, run

SHORT = "见证人    cosign the checkpoints of logs, for a second office"

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Be a witness of logs: cosign what grew out of what was cosigned. 见证人"
)

StateFile = Annotated[Path | None, typer.Option("--state", help="What it cosigned last [FILE with .sqlite]. Never restore it. 状态文件")]
KeyFile = Annotated[Path, typer.Argument(help="File of the witness' private keys. 见证私钥文件")]


@app.command(
    short_help="新建密钥  keys of a new witness",
    help="Draw keys of a new witness, begin its state, print the public keys. 新建见证密钥",
)
def key(
    file: KeyFile,
    name: Annotated[str, typer.Option("--name", help="Its name, best an address without https://. 名称")],
    state: StateFile = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu witness key FILE --name NAME``."""
    from qingzhu.cli import witness

    run(json, lang, lambda: witness.key(file, name, state, lang=chosen(lang), json=json))


@app.command(
    short_help="服务      answer logs over HTTP until stopped", help="Answer logs over HTTP (c2sp.org/tlog-witness) until stopped. 见证服务"
)
def serve(
    file: KeyFile,
    log: Annotated[list[str], typer.Option("--log", help="Public key of a log, or a file of keys; may be repeated. 账本公钥")],
    state: StateFile = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on. 监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port; 0 takes a free one. 端口")] = 7380,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu witness serve FILE --log KEY``."""
    from qingzhu.cli import witness

    run(json, lang, lambda: witness.serve(file, log, state, host, port, lang=chosen(lang), json=json))
