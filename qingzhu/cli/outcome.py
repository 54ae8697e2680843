"""From a command's outcome to words and an exit code 命令结果."""

from __future__ import annotations

import errno
import json as json_text
import os
import re
import sys
from collections.abc import Callable
from typing import Any

import typer

from qingzhu.terms.errors import MissingError, QingzhuError, RefusedError

DONE, REFUSED, WRONG_CALL = 0, 1, 2


def finish(command: Callable[[], int], *, json: bool, lang: str | None) -> None:
    """Run ``command``; an error of ours is told in words (or as JSON) without a stack trace, in both languages where none was asked for.

    A wrong call (:class:`RefusedError`, :class:`MissingError`, what the system refuses) exits with 2, any other error of ours with 1.
    """
    try:
        if lang not in (None, "zh", "en"):
            zh, en = f"--lang 的值“{lang}”不认识：可用 zh（中文）或 en（英文）。", f"--lang {lang!r} is not known: use zh or en."
            lang = None
            raise RefusedError("unknown_language", zh, en, found=lang)
        code = command()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        code = DONE
    except QingzhuError as error:
        tell(error, json=json, lang=lang)
        code = WRONG_CALL if isinstance(error, RefusedError | MissingError) else REFUSED
    except OSError as error:
        tell(of_the_system(error), json=json, lang=lang)
        code = WRONG_CALL
    raise typer.Exit(code)


def wrong_call(error: Any, place: str, commands: list[str], *, json: bool) -> int:
    """A call that the command line does not understand, in words of both languages; ``place`` is the command that was called."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return WRONG_CALL
    en = error.format_message()
    en = en if en.endswith((".", "?")) else f"{en}."
    missing, unknown = re.match(r"Missing (?:argument|option) '(.*?)'", en), re.match(r"No such command '(.*?)'", en)
    valued = re.match(r"Invalid value for '(.*?)'", en)
    if missing:
        zh = f"缺少 {missing[1]}。"
    elif unknown:
        zh, en = f"没有命令 {unknown[1]}；可用：{'、'.join(commands)}。", f"{en} Known: {', '.join(commands)}."
    elif en.startswith("No such option"):
        zh = f"没有选项 {error.option_name}。"
    elif getattr(error, "option_name", None):
        zh = f"选项 {error.option_name} 缺少值，或不应有值。"
    else:
        zh = f"{valued[1]} 的值不对。" if valued else "命令用法有误。"
    facts = {"command": place}
    tell(RefusedError("wrong_call", f"{zh}用法见：{place} --help", f"{en} See: {place} --help", **facts), json=json, lang=None)
    return WRONG_CALL


REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "它是文件夹",
    errno.ENOSPC: "空间不足",
    errno.EROFS: "磁盘只读",
    errno.ENAMETOOLONG: "名称过长",
}
"""What the system says most often, in Chinese."""


def of_the_system(error: OSError) -> RefusedError:
    """What the system would not do (no such folder, not allowed, no room), with the path it spoke of."""
    path, why = error.filename, error.strerror or str(error)
    reason = REASONS.get(error.errno or 0, why)
    zh, en = (f" {path}", f" {path}") if path else ("", "")
    return RefusedError(
        "system_refused",
        f"系统不允许读写{zh}：{reason}。请检查路径、权限和剩余空间。",
        f"The system would not read or write{en}: {why}. Check the path, the permissions and the room left.",
        path=str(path or ""),
    )


def tell(error: QingzhuError, *, json: bool, lang: str | None) -> None:
    """An error on standard error, in both languages where ``lang`` is None, or as one JSON object on standard output."""
    if json:
        show_json({"error": {"code": error.code, "zh": error.zh, "en": error.en, "facts": error.facts}})
    else:
        print("\n".join(error.words(each) for each in ([lang] if lang else ["zh", "en"])), file=sys.stderr)


def show_json(value: Any) -> None:
    """One JSON object on standard output; dates and paths as text."""
    print(json_text.dumps(value, ensure_ascii=False, indent=2, default=str))


def progress(json: bool) -> Callable[[str], None]:
    """Tells what is being worked on, on standard error, where a person looks on; silent for programs.

    An empty text clears the line.
    """
    watched = sys.stderr.isatty() and not json

    def tell(what: str) -> None:
        if watched:
            print(f"\r\033[K… {what}" if what else "\r\033[K", end="", file=sys.stderr, flush=True)

    return tell
