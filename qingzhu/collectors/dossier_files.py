"""Files of a dossier 档案文件: which file is evidence of what kind, by its place and name; corrections by the mark inside them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from qingzhu.collectors.corrections import SUBMISSION, read_marker
from qingzhu.collectors.remarks import Place, remark
from qingzhu.collectors.sheets import WORKBOOKS
from qingzhu.terms.readings import Remark

ORDER = ("survey", "mapping", "library", "model", "weighing", "reading", "correction")
"""Survey first: it names the project and its sensors. Corrections last: what they mend must be there."""

PASSED_OVER = ("results", "templates")
"""Folders at the top of a dossier that never hold evidence."""

VERDICT, REFUSED = "verdict.json", "refused"
PAGES = (VERDICT, "report.html", "index.html", "mapping_suggested.toml")
"""What an evaluation writes into a folder of results 结果文件, beside the folder of refused rows."""

SURVEYS = ("project.toml", "project.xlsx")
MODELS = (".ifc", ".ifczip", ".ifc.gz")
TABLES = (*WORKBOOKS, ".csv", ".txt", ".tsv")
READINGS = (*TABLES, ".parquet", ".pq")


@dataclass(frozen=True)
class Found:
    """A file of evidence 证据文件: its kind, its name inside the dossier (with ``/``), where it lies, and whether it is a correction."""

    kind: str
    name: str
    path: Path
    correction: bool = False


def files_of(folder: Path, out: Path | None = None) -> tuple[list[Found], list[Remark]]:
    """The files of a dossier in the order in which they are handed in 列出文件, and remarks on those that are no evidence.

    Our own results are none, wherever they were written to: this time (``out``) or at any time before.
    """
    results = {path.parent for path in folder.rglob(VERDICT)}
    if out and out.resolve().is_relative_to(folder.resolve()):
        results.add(folder / out.resolve().relative_to(folder.resolve()))
    found: list[Found] = []
    unread: list[Remark] = []
    for path in sorted(folder.rglob("*")):
        name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        if not _is_text(name):
            unread.append(remark("file_name_unreadable", Place(ascii(name))))
            continue
        if _is_passed_over(name) or _is_result(path, results) or not (path.is_file() or path.is_symlink()):
            continue
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            unread.append(remark("file_outside", Place(name)))
            continue
        file = _found(path, name)
        if file is None:
            unread.append(remark("file_not_recognised", Place(name)))
        else:
            found.append(file)
    found, doubled = _one_survey(found)
    return sorted(found, key=lambda file: (ORDER.index("correction" if file.correction else file.kind), file.name)), unread + doubled


def _is_text(name: str) -> bool:
    """Whether a name is text: a name in another encoding comes with surrogates and can't be written into a report."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _is_passed_over(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "~$")) for part in parts)
    return hidden or parts[0] in PASSED_OVER or parts[-1].lower().startswith("readme") or parts[-1] == "Thumbs.db"


def _is_result(path: Path, results: set[Path]) -> bool:
    """Whether a file is one of ours: a page or data of an evaluation, or refused rows beside them."""
    refused = any(parent.name == REFUSED and parent.parent in results for parent in path.parents)
    return refused or (path.parent in results and path.name in PAGES)


def _found(path: Path, name: str) -> Found | None:
    marker = read_marker(path)
    if marker.get("kind") in ("weighing", "reading"):
        return Found(marker["kind"], name, path, correction=True)
    kind = kind_of(name)
    corrects = kind is not None and path.suffix.lower() == ".csv" and _is_correction_text(path)
    return Found(kind, name, path, correction=corrects) if kind else None


def kind_of(name: str) -> str | None:
    """The kind of evidence that a name inside a dossier stands for 证据种类, or None."""
    parts = name.lower().split("/")
    if len(parts) == 1 and parts[0] in SURVEYS:
        return "survey"
    if name == "mapping.toml":
        return "mapping"
    if len(parts) == 1 and parts[0].startswith("library") and parts[0].endswith((*TABLES, ".toml")):
        return "library"
    if parts[0] == "models" and len(parts) > 1:
        return "model" if name.lower().endswith(MODELS) else None
    if parts[0] == "readings" and len(parts) > 1:
        return "reading" if name.lower().endswith(READINGS) else None
    ticketed = (parts[0] == "weighings" and len(parts) > 1) or (len(parts) == 1 and parts[0].startswith("weighings"))
    return "weighing" if ticketed and name.lower().endswith(TABLES) else None


def plain_model(name: str) -> str:
    """A model's path in ``models/`` without its endings 模型名, as the survey may name it: tower.ifc and models/tower.ifc.gz are one."""
    return re.sub(r"\.(ifc|ifczip)(\.gz)?$", "", name.lower().removeprefix("models/"))


def _is_correction_text(path: Path) -> bool:
    with path.open("rb") as file:
        return SUBMISSION.encode() in file.read(4096)


def _one_survey(found: list[Found]) -> tuple[list[Found], list[Remark]]:
    """project.toml is read where both forms are there; the other is named."""
    surveys = sorted((file for file in found if file.kind == "survey"), key=lambda file: SURVEYS.index(file.name.lower()))
    others = surveys[1:]
    said = [remark("survey_twice", Place(file.name), found=surveys[0].name) for file in others]
    return [file for file in found if file not in others], said
