"""Handing in 提交: ``qingzhu init``, ``collect``, ``withdraw``, ``check``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.cli.places import RESULTS, dossiers, existing_store, opened, store_of
from qingzhu.cli.witnesses import ask_witnesses
from qingzhu.cli.words import dossier_words, rulebook
from qingzhu.collectors import dossier as collecting
from qingzhu.collectors.dossier_files import files_of
from qingzhu.collectors.survey import read_survey
from qingzhu.collectors.templates import write_templates
from qingzhu.ledger.store import Store, Submission
from qingzhu.reports.terminal import collect_text
from qingzhu.terms.errors import MissingError, QingzhuError, RefusedError
from qingzhu.terms.readings import Remark

LEFT = {
    "zh": "文件已不在档案中，证据仍计入（可用 qingzhu withdraw 撤回）",
    "en": "the file is gone, the evidence still counts (qingzhu withdraw)",
}
BACK = {
    "zh": "被拒收的行写在这里，改好后另存到档案中再次提交",
    "en": "refused rows are here: mend them, save them into the dossier, hand in again",
}


def init(folder: Path, *, lang: str, json: bool) -> int:
    """An empty dossier with templates; a folder that already holds something is left alone."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError(
            "folder_not_empty",
            f"{folder} 已有内容，未改动：请给一个新文件夹的名字。",
            f"{folder} already holds something and was left alone: name a new folder.",
            folder=str(folder),
        )
    written = write_templates(folder, folder.resolve().name, rulebook().headers, rulebook().waste_words)
    if json:
        show_json({"folder": str(folder), "written": [str(path) for path in written]})
    else:
        said = {"zh": f"已新建项目档案 {folder}：", "en": f"New dossier {folder}:"}
        print("\n".join([said[lang], *(f"  {path.relative_to(folder)}" for path in written)]))
    return DONE


def collect(folder: Path, store: Path | None, out: Path | None, *, lang: str, by: str, json: bool) -> int:
    """Hand in and read every file of one dossier, or of several in a folder."""
    found = one_project_each(dossiers(folder))
    if found == [folder]:
        must_hold_evidence(folder, store_of(folder, store))
    kept = opened(store_of(folder, store))
    data = []
    for one in found:
        data.append(collect_one(one, kept, results_of(one, folder, out), by, progress(json)))
    ask_witnesses(kept)
    if json:
        show_json({"dossiers": data})
    else:
        print("\n".join(collected_text(one, lang) for one in data))
    return REFUSED if any(one["refused"] for one in data) else DONE


def must_hold_evidence(folder: Path, store: Path) -> None:
    """Raises ``MissingError`` for a folder without evidence, before a store is made in it; one that had some is evaluated still."""
    found, unread = files_of(folder)
    if found or (store / "store.toml").is_file():
        return
    names = [one.zh.split("：")[0] for one in unread[:MOST_LISTED]]
    zh = f"其中的 {'、'.join(names)} 不是可识别的证据文件（文件名或位置不符）。" if names else ""
    en = f" Not recognised by name or place: {', '.join(names)}." if names else ""
    wanted = "weighings*.xlsx|csv, readings/, models/"
    raise MissingError(
        "dossier_empty",
        f"{folder} 中没有可以读入的证据。{zh}应有 project.toml 或 project.xlsx, {wanted}。空白模板：qingzhu init 新文件夹",
        f"{folder} holds no evidence to read.{en} Wanted: project.toml or project.xlsx, {wanted}. Templates: qingzhu init NEW",
        folder=str(folder),
        unread=[one.en for one in unread],
    )


def code_of(folder: Path) -> str:
    """The project's code that a dossier's survey names, or the folder's name; what is wrong with a survey is told when it is handed in."""
    survey = next((file for file in files_of(folder)[0] if file.kind == "survey"), None)
    try:
        return (
            str(read_survey(survey.path, survey.name, None, dossier_words().survey).facts["project"]) if survey else folder.resolve().name
        )
    except (QingzhuError, KeyError):
        return folder.resolve().name


def one_project_each(folders: list[Path]) -> list[Path]:
    """The dossiers, after a look that no two of them name the same project: one would silently replace the other."""
    held: dict[str, Path] = {}
    for folder in folders:
        code = code_of(folder)
        if code in held:
            raise RefusedError(
                "project_twice",
                f"{held[code]} 与 {folder} 的项目代码都是 {code}：请改正其中一个的 project.toml，再一起提交。",
                f"{held[code]} and {folder} both name the project {code}: correct project.toml in one of them.",
                project=code,
                folders=[str(held[code]), str(folder)],
            )
        held[code] = folder
    return folders


def results_of(dossier: Path, folder: Path, out: Path | None) -> Path:
    """Where a dossier's results go: ``out`` (a folder for each of several), or its own ``results``."""
    if out is None:
        return dossier / RESULTS
    return out if dossier == folder else out / dossier.name


def collect_one(dossier: Path, store: Store, out: Path, by: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """Hand in one dossier; what became of each file as plain data."""
    tell(dossier.name)
    collected = collecting.collect(dossier, store, dossier_words(), given_by=by, given_at=datetime.now(UTC), out=out)
    status = {one.id: one.status for one in store.submissions(collected.project)}
    submissions = [submission_data(one, status.get(one.id, "refused")) for one in collected]
    refused = [remark for one in submissions for remark in one["remarks"] if remark.get("row") not in collected.mended.get(one["id"], ())]
    unread = [remark.as_dict() for remark in collected.unread]
    return {
        "dossier": str(dossier),
        "project": collected.project,
        "submissions": submissions,
        "unread": unread,
        "left": [submission_data(one, "current") for one in collected.left],
        "refused_files": [str(path) for path in collected.refused_files],
        "refused": any(map(is_refused, [*refused, *unread])),
    }


def is_refused(remark: dict[str, Any]) -> bool:
    """Whether a remark says that something was not counted; a row that a correction has mended since is none."""
    return bool(remark["level"] == "refused")


def submission_data(given: Submission, status: str) -> dict[str, Any]:
    """A submission as ``docs/spec/verdict.md`` has it."""
    return {
        "id": given.id,
        "slot": {"project": given.slot.project, "kind": given.slot.kind, "name": given.slot.name},
        "state": given.state,
        "status": status,
        "given_by": given.given_by,
        "given_at": str(given.given_at),
        "originals": given.originals,
        "tables": given.tables,
        "remarks": [remark.as_dict() if isinstance(remark, Remark) else remark for remark in given.reading_report.get("remarks", [])],
    }


def collected_text(data: dict[str, Any], lang: str) -> str:
    """The reading report of one dossier on the terminal."""
    lines = [f"{data['project']}  {data['dossier']}", collect_text(data["submissions"], lang).rstrip()]
    lines += [f"{remark[lang]}" for remark in data["unread"]]
    lines += [f"{one['slot']['name']} ({one['id'][:12]}): {LEFT[lang]}" for one in data["left"]]
    lines += [f"{path}\n  {BACK[lang]}" for path in data["refused_files"]]
    return "\n".join(lines) + "\n"


def withdraw(submission: str, reason: str, store: Path | None, *, lang: str, by: str, json: bool) -> int:
    """Take a submission out; its id may be shortened as long as it is clear which one is meant."""
    if not reason.strip():
        raise RefusedError("reason_missing", "请用 --reason 写明撤回原因。", "Say why by --reason.", submission=submission)
    kept = opened(existing_store(store), create=False)
    meant = the_one(kept.submissions(), submission)
    done = kept.withdraw(meant.id, reason, given_by=by, given_at=datetime.now(UTC))
    if json:
        show_json({"withdrawn": meant.id, "submission": done.id, "position": done.position, "reason": reason})
    else:
        where = f"{meant.slot.project} {meant.slot.name} ({meant.id[:12]})"
        print({"zh": f"已撤回 {where}，原因：{reason}", "en": f"Withdrawn: {where}, because: {reason}"}[lang])
    return DONE


MOST_LISTED = 20
"""So many submissions a message lists."""

STATUS = {"superseded": ("已被替代", "superseded"), "withdrawn": ("已撤回", "withdrawn"), "refused": ("已被拒收", "refused")}


def the_one(submissions: list[Submission], start: str) -> Submission:
    """The current submission whose id begins so. Raises ``MissingError`` when none or several do, ``RefusedError`` if it counts no more."""
    begun = [one for one in submissions if start and one.id.startswith(start)]
    found = [one for one in begun if one.status == "current"]
    if len(found) == 1:
        return found[0]
    if not found and len(begun) == 1:
        zh, en = STATUS[begun[0].status]
        name = f"{begun[0].slot.project} {begun[0].slot.name} ({begun[0].id[:12]})"
        raise RefusedError(
            "submission_not_current",
            f"{name} {zh}，不计入，无须撤回。",
            f"{name} is {en} and does not count: nothing to withdraw.",
            submission=start,
        )
    shown = found or [one for one in submissions if one.status == "current"]
    listed = "\n".join(f"  {one.id[:12]}  {one.slot.project} {one.slot.name}" for one in shown[:MOST_LISTED])
    listed += f"\n  … {len(shown)}" if len(shown) > MOST_LISTED else ""
    if found:
        zh = f"现行提交中有 {len(found)} 个编号以“{start}”开头，请多写几位："
        en = f"{len(found)} current submissions begin with {start!r}; write more of the id:"
    else:
        zh, en = f"没有编号以“{start}”开头的提交。现行提交：", f"No submission begins with {start!r}. Those that count:"
    raise MissingError("submission_unknown", f"{zh}\n{listed}", f"{en}\n{listed}", submission=start)


def check(store: Path | None, *, deep: bool, lang: str, json: bool) -> int:
    """Check a store; every problem in words."""
    problems = opened(existing_store(store), create=False).check(deep=deep)
    if json:
        show_json({"problems": [problem.as_dict() for problem in problems]})
    elif problems:
        print("\n".join(problem.words(lang) for problem in problems))
    else:
        print({"zh": "证据库完好。", "en": "The store is sound."}[lang])
    return REFUSED if problems else DONE
