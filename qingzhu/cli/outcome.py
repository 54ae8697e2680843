"""From a command's outcome to words and an exit code 命令结果."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Callable
from typing import Any

import typer

from qingzhu.terms.errors import MissingError, QingzhuError, RefusedError

DONE, REFUSED, WRONG_CALL = 0, 1, 2


def finish(command: Callable[[], int], *, json: bool, lang: str) -> None:
    """Run ``command``; an error of ours is told in words (or as JSON) without a stack trace.

    A wrong call (:class:`RefusedError`, :class:`MissingError`, what the system refuses) exits with 2, any other error of ours with 1.
    """
    if lang not in ("zh", "en"):
        raise typer.BadParameter("--lang: zh | en", param_hint="--lang")
    try:
        code = command()
    except QingzhuError as error:
        tell(error, json=json, lang=lang)
        code = WRONG_CALL if isinstance(error, RefusedError | MissingError) else REFUSED
    except OSError as error:
        tell(of_the_system(error), json=json, lang=lang)
        code = WRONG_CALL
    raise typer.Exit(code)


def of_the_system(error: OSError) -> RefusedError:
    """What the system would not do (no such folder, not allowed, no room), with the path it spoke of."""
    path, why = error.filename or "", error.strerror or str(error)
    return RefusedError(
        "system_refused",
        f"系统不允许读写 {path}：{why}。请检查路径、权限和剩余空间。",
        f"The system would not read or write {path}: {why}. Check the path, the permissions and the room left.",
        path=str(path),
    )


def tell(error: QingzhuError, *, json: bool, lang: str) -> None:
    """An error on standard error, or as one JSON object on standard output."""
    if json:
        show_json({"error": {"code": error.code, "zh": error.zh, "en": error.en, "facts": error.facts}})
    else:
        print(error.words(lang), file=sys.stderr)


def show_json(value: Any) -> None:
    """One JSON object on standard output; dates and paths as text."""
    print(json_text.dumps(value, ensure_ascii=False, indent=2, default=str))


def progress(json: bool) -> Callable[[str], None]:
    """Tells what is being worked on, on standard error, where a person looks on; silent for programs."""
    watched = sys.stderr.isatty() and not json

    def tell(what: str) -> None:
        if watched:
            print(f"\r\033[K… {what}", end="", file=sys.stderr, flush=True)

    return tell
