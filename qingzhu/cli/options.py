"""Options that several commands share 通用选项, and what only the command line may ask: the clock, the user's name, the language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

LANGUAGE = "zh"
"""The language of what is printed where none is asked for."""

StoreOption = Annotated[Path | None, typer.Option("--store", help="Evidence store [DOSSIER/.qingzhu]. 证据库")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Where results go [DOSSIER/results]. 结果文件夹")]
OnOption = Annotated[str | None, typer.Option("--on", help="Date of judgement, e.g. 2023-06-30 [today]. 评价日期")]
LangOption = Annotated[str | None, typer.Option("--lang", help="zh or en [zh; errors in both]. 语言")]
EngineOption = Annotated[str, typer.Option("--engine", help="duckdb: or sc://host:port. 计算引擎")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who hands in [the user's name]. 提交人")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output. 输出 JSON")]


def day(on: str | None) -> date:
    """The date of judgement: as given, or today's local date. The one place that asks the clock for it."""
    from qingzhu.terms.errors import RefusedError
    from qingzhu.terms.times import LOCAL

    if on is None:
        return datetime.now(LOCAL).date()
    try:
        return datetime.strptime(on, "%Y-%m-%d").replace(tzinfo=LOCAL).date()
    except ValueError:
        zh = f"--on 的值“{on}”不是日期：应写成 2023-06-30 这样的年-月-日。"
        raise RefusedError("date_malformed", zh, f"--on {on!r} is no date: write year-month-day, e.g. 2023-06-30.", found=on) from None


def who(by: str | None) -> str:
    """Who hands in: as given, or the name of the user of this machine."""
    import getpass

    return by or getpass.getuser()


def run(json: bool, lang: str | None, command: Callable[[], int]) -> None:
    """Run one command and turn its outcome into words and an exit code: 0 done, 1 something was refused and not mended, 2 wrong call."""
    from qingzhu.cli.outcome import finish

    finish(command, json=json, lang=lang)


def chosen(lang: str | None) -> str:
    """The language asked for, or the usual one."""
    return lang or LANGUAGE
