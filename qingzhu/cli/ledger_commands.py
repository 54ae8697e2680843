"""``qingzhu ledger`` 存证账本: its commands, which only import their room when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingzhu.cli.options import JsonOption, LangOption, StoreOption, chosen, run

SHORT = "存证账本  its state, its keys, its check"

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The log of everything handed in and computed. 存证账本")


@app.command(short_help="现状  size, checkpoint, keys, witnesses", help="Size, newest checkpoint, keys, who witnessed it. 账本现状")
def show(store: StoreOption = None, lang: LangOption = None, json: JsonOption = False) -> None:
    """``qingzhu ledger show``."""
    from qingzhu.cli import ledger

    run(json, lang, lambda: ledger.show(store, lang=chosen(lang), json=json))


@app.command(
    short_help="检查  tiles, entries, checkpoints, signatures; --deep all evidence",
    help="Check tiles, entries, checkpoints and signatures; with --deep originals, data files and rows too. 检查账本",
)
def check(
    store: StoreOption = None,
    deep: Annotated[bool, typer.Option("--deep", help="Originals, data files and rows too. 逐字节核对全部证据")] = False,
    key: Annotated[list[str] | None, typer.Option("--key", help="Public key of the log, if keys/ is not here. 账本公钥")] = None,
    witness: Annotated[list[str] | None, typer.Option("--witness", help="Public key of a witness, or a file of keys. 见证人公钥")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu ledger check``."""
    from qingzhu.cli import ledger

    run(json, lang, lambda: ledger.check(store, deep=deep, keys=[*(key or []), *(witness or [])], lang=chosen(lang), json=json))


@app.command(short_help="条目  one entry and its proof", help="One entry of the log, and with --proof the proof that it is there. 查看条目")
def entry(
    index: Annotated[int, typer.Argument(help="Its index, from 0. 序号，从 0 起")],
    store: StoreOption = None,
    proof: Annotated[Path | None, typer.Option("--proof", help="Write the proof (.tlog-proof). 导出证明")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu ledger entry INDEX``."""
    from qingzhu.cli import ledger

    run(json, lang, lambda: ledger.entry(index, store, proof, lang=chosen(lang), json=json))


@app.command(
    short_help="请求见证  ask the witnesses to cosign the newest checkpoint",
    help="Ask the witnesses named in keys/policy to cosign the newest checkpoint. 请求见证",
)
def cosign(store: StoreOption = None, lang: LangOption = None, json: JsonOption = False) -> None:
    """``qingzhu ledger cosign``."""
    from qingzhu.cli import ledger

    run(json, lang, lambda: ledger.cosign(store, lang=chosen(lang), json=json))


@app.command(
    short_help="锚定      give the newest checkpoint to witnesses, a time stamp, a chain",
    help="Give the newest checkpoint to the sinks of keys/anchors.toml and keys/policy, and keep their receipts. 锚定",
)
def anchor(
    store: StoreOption = None,
    sink: Annotated[list[str] | None, typer.Option("--sink", help="Only this sink; may be repeated. 锚定方")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu ledger anchor``."""
    from qingzhu.cli import anchors

    run(json, lang, lambda: anchors.anchor(store, sink or [], lang=chosen(lang), json=json))


@app.command(
    name="anchors",
    short_help="锚定回执  every receipt, held to the log; --ask asks chains again",
    help="List the receipts of anchors, each held to the log without a network. 核验锚定回执",
)
def list_anchors(
    store: StoreOption = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask chains what they hold of this log now. 再问区块链")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu ledger anchors``."""
    from qingzhu.cli import anchors

    run(json, lang, lambda: anchors.anchors(store, ask=ask, lang=chosen(lang), json=json))
