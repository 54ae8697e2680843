"""``qingzhu ids`` 信息交付规范: what models are held against, and the audit of the ``.ids`` file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingzhu.cli.options import LANGUAGE, ByOption, JsonOption, LangOption, run, who

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Information delivery specifications (IDS 1.0). 信息交付规范")

AuditOutOption = Annotated[list[Path] | None, typer.Option("--out", help="Write a report: .html or .json; again for more. 写出报告")]
OutOption = Annotated[list[Path] | None, typer.Option("--out", help="Write a report: .html, .json or .bcf; again for more. 写出报告")]


@app.command(
    short_help="校验模型  models against an IDS", help="Check models against an IDS; without one, the one that ships. 用 IDS 校验模型"
)
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="[FILE.ids] MODEL...", help="An .ids file or the name of one that ships, then models.")
    ],
    out: OutOption = None,
    bcf_version: Annotated[str, typer.Option("--bcf-version", help="2.1 or 3.0. BCF 版本")] = "2.1",
    by: ByOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu ids check [FILE.ids] MODEL...``: 0 all met, 1 not met, 2 wrong call."""
    from datetime import UTC, datetime

    from qingzhu.cli import ids

    issues = ids.Issues(bcf_version, who(by), datetime.now(UTC))
    run(json, lang, lambda: ids.check(files, out or [], issues, lang=lang or LANGUAGE, json=json))


@app.command(short_help="审核规范  the .ids file itself", help="Audit an .ids file: form, names, types, restrictions. 审核 IDS 文件")
def audit(
    file: Annotated[str, typer.Argument(help="An .ids file, or the name of one that ships. 规范文件")],
    out: AuditOutOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
) -> None:
    """``qingzhu ids audit FILE.ids``: 0 valid, 1 it has errors, 2 wrong call."""
    from qingzhu.cli import ids

    run(json, lang, lambda: ids.audit_file(file, out or [], lang=lang or LANGUAGE, json=json))
