"""What the rulebook refuses 规则校验: a rule without clause, unit, date and checked, and what else cannot be trusted.

Every check raises :class:`RuleError` with the file and entry it speaks of; nothing is repaired in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from qingzhu.terms import units
from qingzhu.terms.errors import RuleError

Entry = Mapping[str, Any]

CHECKED = ("original text", "two transcriptions", "secondary", "unverified", "convention")
"""How a number was checked, from the best down; a convention is ours and has no clause."""

FAR = date.max

DAY = 86400
"""[s]"""


def refuse(code: str, where: str, zh: str, en: str, **facts: object) -> RuleError:
    """An error about one place of the rulebook."""
    return RuleError(code, f"规则库 {where}：{zh}", f"Rulebook {where}: {en}", where=where, **facts)


def walk(node: Any, where: str) -> Iterator[tuple[str, Entry]]:
    """Every table of a parsed file, with its path in the file."""
    if isinstance(node, Mapping):
        yield where, node
        for key, value in node.items():
            yield from walk(value, f"{where}.{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node, start=1):
            yield from walk(value, f"{where}[{place}]")


def check_words(node: Any, where: str, documents: Mapping[str, Any]) -> None:
    """Units, documents and confidence, wherever they stand in a file, are known ones."""
    for place, entry in walk(node, where):
        marks = [entry.get("checked"), *entry.get("checked_of", {}).values()]
        for mark in marks:
            if mark is not None and mark not in CHECKED:
                wanted = "、".join(CHECKED)
                raise refuse(
                    "unknown_confidence", place, f"checked 不识“{mark}”，应为 {wanted}。", f"checked is {mark!r}, wanted one of {wanted}."
                )
        if isinstance(entry.get("unit"), str) and units.exact(entry["unit"]) is None:
            raise refuse(
                "unknown_unit", place, f"单位“{entry['unit']}”不在单位表中。", f"unit {entry['unit']!r} is not in the table of units."
            )
        document = entry.get("document")
        if isinstance(document, str) and document not in documents:
            raise refuse(
                "unknown_document", place, f"文件“{document}”未登记。", f"document {document!r} is not registered.", document=document
            )


def check_rule(entry: Entry, where: str, unit: bool = True, dated: bool = True) -> None:
    """A rule has a clause, a unit where it has a number, a first day and a confidence."""
    wanted = ["clause", "checked", *(["unit"] if unit else []), *(["from"] if dated else [])]
    for key in wanted:
        if entry.get(key) in (None, "", {}):
            raise refuse(f"rule_without_{key}", where, f"缺 {key}。", f"a rule needs {key!r}.", missing=key)
    clause = entry["clause"]
    if not isinstance(clause, Mapping) or not clause.get("document") or not clause.get("clause"):
        raise refuse("rule_without_clause", where, "clause 须有文件与条文。", "clause needs a document and a clause.", missing="clause")
    last = entry.get("to", FAR)
    if dated and last < entry["from"]:
        raise refuse(
            "rule_ends_before_it_begins", where, f"失效日 {last} 早于生效日。", f"it ends {last}, before it begins {entry['from']}."
        )


def check_slot(entry: Entry, where: str) -> None:
    """Slots of a limit fill a local day without rest, none shorter than ten seconds: one that ran over midnight would be of two days."""
    length = entry["slot_length"]
    if length < 10 or DAY % length:
        zh = f"时段长度 {length} 秒不能整除一天，或短于 10 秒。"
        en = f"slots of {length} s do not fill a day without rest, or are shorter than 10 s."
        raise refuse("slot_not_of_a_day", where, zh, en, slot_length=length)


def check_editions(rules: Iterable[tuple[str, tuple[Any, ...], Entry]]) -> None:
    """Of one thing, no two editions are in force on one day. Each rule comes with its place and what it is an edition of."""
    seen: dict[tuple[Any, ...], list[tuple[date, date, str]]] = {}
    for where, thing, entry in rules:
        first, last = entry["from"], entry.get("to", FAR)
        for other_first, other_last, other in seen.setdefault(thing, []):
            if first <= other_last and other_first <= last:
                raise refuse(
                    "overlapping_editions", where, f"与 {other} 的有效期重叠。", f"is in force on days on which {other} is.", other=other
                )
        seen[thing].append((first, last, where))


def check_document(key: str, entry: Entry, documents: Mapping[str, Any]) -> None:
    """A document has a title in both languages and a confidence; what replaced it is registered."""
    where = f"documents.toml.{key}"
    title = entry.get("title", {})
    if not title.get("zh") or not title.get("en"):
        raise refuse("document_without_title", where, "缺中英文题名。", "a document needs a title in both languages.")
    if "checked" not in entry:
        raise refuse("rule_without_checked", where, "缺 checked。", "a document needs 'checked'.", missing="checked")
    successor = entry.get("replaced_by")
    if successor is not None and successor not in documents:
        raise refuse(
            "unknown_document",
            where,
            f"替代文件“{successor}”未登记。",
            f"its successor {successor!r} is not registered.",
            document=successor,
        )


def check_scheme(name: str, scheme: Entry, cases: Iterable[Entry], measures: Mapping[str, str] | None) -> None:
    """A scheme states what it is, judges known measures in their own unit, and has worked cases."""
    where = f"schemes/{name}.toml"
    check_rule(scheme, where, unit=False)
    for key in ("title", "family", "kind", "per"):
        if key not in scheme:
            raise refuse("scheme_incomplete", where, f"缺 {key}。", f"a scheme needs {key!r}.", missing=key)
    if scheme["kind"] not in ("limit", "score", "missing") or scheme["per"] not in ("project", "building"):
        found = f"kind={scheme['kind']!r}, per={scheme['per']!r}"
        raise refuse("scheme_of_unknown_kind", where, f"不识 {found}。", f"unknown {found}.")
    if not scheme.get("applies"):
        raise refuse("scheme_without_scope", where, "没有适用范围 applies。", "a scheme says what it applies to.", missing="applies")
    if "ratio" in scheme:
        check_ratio(scheme, f"{where}.ratio")
    if not any(case["scheme"] == name for case in cases):
        raise refuse("scheme_without_cases", where, "没有算例。", "a scheme needs worked cases.")
    for place, step in steps(scheme, where):
        check_rule(step, place, unit="measure" in step or "at_least" in step or "at_most" in step, dated=False)
        if measures is not None and "measure" in step:
            check_measure(step, place, measures)


def check_ratio(scheme: Entry, where: str) -> None:
    """The ratio of a scheme of points has a mark from which it is met, or says that none was seen; then there are no grades either."""
    marked = "at_least" in scheme["ratio"]
    if marked == ("no_mark" in scheme["ratio"]) or (not marked and "grade" in scheme):
        zh = "应有合格线 at_least，或以 no_mark 说明未见合格线（此时没有等级）。"
        raise refuse(
            "ratio_without_mark", where, zh, "a ratio has a mark (at_least), or says that none was seen (no_mark); then no grades."
        )


def steps(scheme: Entry, where: str) -> Iterator[tuple[str, Entry]]:
    """Every rule inside a scheme, with its place; sums and grades take the unit of what they judge."""
    for part in ("applies", "limit", "alternative", "item", "gate"):
        for place, step in enumerate(scheme.get(part, []), start=1):
            yield f"{where}.{part}[{place}]", {"unit": "points", **step} if part == "gate" and "fact" in step else step
    for part, unit in (("sum", "points"), ("grade", "%")):
        for place, step in enumerate(scheme.get(part, []), start=1):
            yield f"{where}.{part}[{place}]", {"unit": unit, **step}
    for part in ("ratio", "final", "doubts"):
        if part in scheme:
            yield f"{where}.{part}", scheme[part]


def check_measure(step: Entry, where: str, measures: Mapping[str, str]) -> None:
    """The measure exists, and the scheme names its unit."""
    measure = step["measure"]
    if measure not in measures:
        raise refuse("unknown_measure", where, f"没有指标“{measure}”。", f"there is no measure {measure!r}.", measure=measure)
    if measures[measure] != step["unit"]:
        raise refuse(
            "unit_not_the_measures",
            where,
            f"指标“{measure}”的单位是 {measures[measure]}，不是 {step['unit']}。",
            f"measure {measure!r} is in {measures[measure]}, not in {step['unit']}.",
            measure=measure,
            wanted=measures[measure],
            found=step["unit"],
        )
