"""Checking models against an IDS, auditing an IDS 规范校验与审核: ``qingzhu ids check``, ``qingzhu ids audit``."""

from __future__ import annotations

import json as json_text
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from qingzhu.cli.bcf import known_version
from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.cli.places import each_once, writable
from qingzhu.collectors.ids import IdsFile, read_ids
from qingzhu.collectors.model_files import model_text, parsed
from qingzhu.reports.ids import audit_html, audit_text, check_html, check_text
from qingzhu.rulebook.shipped_ids import shipped, shipped_names
from qingzhu.schemes.ids_audit import audit, audit_result, counts
from qingzhu.schemes.ids_check import check as check_model
from qingzhu.schemes.ids_results import CheckedModel, check_result
from qingzhu.terms.errors import MalformedError, MissingError, QingzhuError, RefusedError
from qingzhu.terms.readings import Remark
from qingzhu.terms.topics import TopicModel

DEFAULT = "assembly_rate_and_carbon"
"""What is checked where no IDS is named."""

SUFFIXES = (".ids", ".xml")
BCF = (".bcf", ".bcfzip")


@dataclass
class Issues:
    """How failed requirements become topics of a BCF file 问题文件: version, author, time; and what was drawn for them, by model."""

    version: str
    author: str
    at: datetime
    scenes: dict[str, Any] = field(default_factory=dict)
    models: dict[str, TopicModel] = field(default_factory=dict)


def check(files: Sequence[str], out: Sequence[Path], issues: Issues, *, lang: str, json: bool) -> int:
    """Hold models against an IDS; each model is judged by itself, and one that cannot be read is told as that."""
    given, models = _split(files)
    for path in out:
        writable(path, (".html", ".json", *BCF))
    known_version(issues.version)
    ids = specification(given)
    found = audit(ids)
    refuse_malformed(ids, [finding.en for finding in found if finding.code.startswith("form_")], found)
    tell, (paths, _) = progress(json), each_once([Path(model) for model in models], lang)
    drawing = issues if any(path.suffix.lower() in BCF for path in out) else None
    result = check_result(ids, [_checked(path, name, ids, tell, drawing) for path, name in _named(paths)], counts(found))
    for path in out:
        if path.suffix.lower() in BCF:
            _write_issues(path, result, issues, lang)
        else:
            _write(path, result, check_html, lang)
    if json:
        show_json(result)
    else:
        print(check_text(result, lang))
    return DONE if result["outcome"] == "met" else REFUSED


def audit_file(file: str, out: Sequence[Path], *, lang: str, json: bool) -> int:
    """Audit an IDS: 1 where it has errors."""
    for path in out:
        writable(path, (".html", ".json"))
    ids = specification(file)
    result = audit_result(ids, audit(ids))
    for path in out:
        _write(path, result, audit_html, lang)
    if json:
        show_json(result)
    else:
        print(audit_text(result, lang))
    return DONE if result["valid"] else REFUSED


def specification(given: str) -> IdsFile:
    """The IDS named: a file, or one that ships. What is no IDS at all is a wrong call, and never looks like a model that fails."""
    path = shipped(given) or Path(given)
    if not path.is_file():
        known = ", ".join(shipped_names())
        raise MissingError(
            "ids_missing",
            f"找不到规范文件 {given}：请检查路径；内置的规范有 {known}。",
            f"There is no IDS file {given}: check the path; those that ship are {known}.",
            file=given,
        )
    try:
        return read_ids(path)
    except MalformedError as error:
        raise RefusedError(error.code, error.zh, error.en, **error.facts) from error


def refuse_malformed(ids: IdsFile, faults: list[str], found: Sequence[Any]) -> None:
    """An IDS that is not formed as IDS 1.0 cannot be checked against: what it asks is not sure."""
    if not faults:
        return
    first = next(finding for finding in found if finding.code.startswith("form_"))
    raise RefusedError(
        "ids_malformed",
        f"{ids.name} 不符合 IDS 1.0 的结构（{len(faults)} 处，第 {first.line} 行：{first.zh}），无法用来校验；请先执行 qingzhu ids audit。",
        f"{ids.name} is not formed as IDS 1.0 ({len(faults)} faults, line {first.line}: {first.en}) and cannot be checked against. "
        "See qingzhu ids audit.",
        file=ids.name,
        faults=len(faults),
    )


def _split(files: Sequence[str]) -> tuple[str, list[str]]:
    """The IDS and the models of a call; without an IDS the one that ships."""
    first = files[0]
    named = first.lower().endswith(SUFFIXES) or shipped(first) is not None
    given, models = (first, list(files[1:])) if named else (DEFAULT, list(files))
    if not models:
        raise RefusedError(
            "no_model",
            f"没有给出模型：请写 qingzhu ids check {first} 模型.ifc",
            f"No model was named: write qingzhu ids check {first} MODEL.ifc",
            found=first,
        )
    return given, models


def _named(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each model with its file name, or its path where two files are called alike."""
    names = [path.name for path in paths]
    return [(path, str(path) if names.count(path.name) > 1 else path.name) for path in paths]


def _checked(path: Path, name: str, ids: IdsFile, tell: Callable[[str], None], issues: Issues | None) -> CheckedModel:
    tell(name)
    try:
        opened = parsed(model_text(path, path.name))
    except MissingError:
        raise
    except QingzhuError as error:
        return CheckedModel(name, error.facts, [Remark("refused", error.code, error.zh, error.en)], None)
    checked = CheckedModel(name, opened.facts, opened.remarks, check_model(ids, opened.model, tell))
    if issues is not None:
        _draw(checked, opened.model, issues, tell)
    return checked


def _draw(checked: CheckedModel, model: Any, issues: Issues, tell: Callable[[str], None]) -> None:
    """The bodies of the elements that fail: they are the picture of each topic, its own coloured, the others grey."""
    from qingzhu.collectors.model_geometry import shapes
    from qingzhu.reports.snapshots import Scene

    outcomes = checked.outcomes or ()
    failures = [
        failure for each in outcomes for failure in (*each.unwanted, *(one for asked in each.requirements for one in asked.failures))
    ]
    failed = [model.by_id(id) for id in sorted({failure.step_id for failure in failures})]
    products = [entity for entity in failed if entity.is_a("IfcProduct") and entity.Representation]
    made = shapes(model, products, os.cpu_count() or 1, lambda done, of: tell(f"{checked.file} {done}/{of}")) if products else ()
    projects = model.by_type("IfcProject")
    issues.scenes[checked.file] = Scene.of(made)
    issues.models[checked.file] = TopicModel(checked.file, projects[0].GlobalId if projects else None)


def _write_issues(path: Path, result: dict[str, Any], issues: Issues, lang: str) -> None:
    """The topics of what is not met; where all is met no file is written, and that is said."""
    from qingzhu.reports.bcf import write_bcf
    from qingzhu.reports.ids_topics import ids_topics

    topics = ids_topics(result, issues.scenes, issues.models, date=issues.at, author=issues.author, lang=lang)
    if topics:
        write_bcf(topics, path, issues.version)  # type: ignore[arg-type]
        return
    said = {"zh": f"全部满足，没有问题，未写出 {path}。", "en": f"Everything is met: there are no topics, and {path} was not written."}
    print(said[lang], file=sys.stderr)


def _write(path: Path, result: dict[str, Any], html: Callable[[dict[str, Any], str], str], lang: str) -> None:
    text = html(result, lang) if path.suffix.lower() == ".html" else json_text.dumps(result, ensure_ascii=False, indent=2)
    path.write_text(text, encoding="utf-8")
