"""The form of an ``.ids`` file 文件结构: held against the XML schema of IDS 1.0, each fault with its line.

The schema is buildingSMART's ids.xsd, as ifctester ships it; xmlschema judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qingzhu.collectors.ids import IdsFile
from qingzhu.terms.errors import MissingError

MOST_FAULTS = 200
"""So many faults are told; a file with more is of another kind. Convention."""

PREFIX = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Fault:
    """A fault of form 结构错误: the line, the path to the element, and a key of the words with what they need."""

    line: int | None
    path: str
    code: str
    facts: dict[str, str]


def faults(ids: IdsFile) -> list[Fault]:
    """Faults of form 结构错误, in the order of the file; raises MissingError without ifctester."""
    found = []
    for error in _schema().iter_errors(ids.root, namespaces=ids.prefixes):
        found.append(_fault(error, ids))
        if len(found) >= MOST_FAULTS:
            break
    return found


@cache
def _schema() -> Any:
    place = find_spec("ifctester")
    if place is None or not place.submodule_search_locations:
        raise MissingError(
            "bim_extra_missing",
            "校验 IDS 需要 ifctester：请执行 pip install qingzhu[bim]。",
            "Checking an IDS needs ifctester: pip install qingzhu[bim]",
        )
    import xmlschema

    return xmlschema.XMLSchema(Path(place.submodule_search_locations[0]) / "ids.xsd")


def _fault(error: Any, ids: IdsFile) -> Fault:
    line = ids.lines.get(id(error.elem)) if error.elem is not None else None
    path = PREFIX.sub("", error.path or "").replace("/ids/specifications/", "")
    element = PREFIX.sub("", getattr(error.elem, "tag", "") or "")
    reason = PREFIX.sub("", str(error.reason or error))
    if hasattr(error, "expected"):
        wanted = ", ".join(PREFIX.sub("", str(getattr(each, "name", None) or each)) for each in error.expected or ())
        if error.invalid_tag is None:
            return Fault(line, path, "child_missing", {"element": element, "wanted": wanted or "?"})
        child = error.elem[error.index] if error.index < len(error.elem) else error.elem
        found = PREFIX.sub("", str(error.invalid_tag))
        code = "child_unexpected" if wanted else "child_not_allowed"
        return Fault(ids.lines.get(id(child), line), path, code, {"element": element, "found": found, "wanted": wanted})
    if match := re.match(r"missing required attribute '?([^']*)'?", reason):
        return Fault(line, path, "attribute_missing", {"element": element, "wanted": match[1]})
    if match := re.match(r"'?([^']*)'? attribute not allowed", reason):
        return Fault(line, path, "attribute_unexpected", {"element": element, "found": match[1]})
    if match := re.match(r"(?:attribute ([^=]+)=)?(.*?):? ?(?:value )?must be one of \[(.*)\]$", reason):
        found = match[2].strip("' ") or (error.elem.text or "").strip()
        return Fault(line, path, "not_one_of", {"element": match[1] or element, "found": found, "wanted": match[3].replace("'", "")})
    return Fault(line, path, "form", {"element": element, "found": reason})
