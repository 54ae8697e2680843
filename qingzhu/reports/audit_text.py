"""What ``qingzhu audit`` prints 复算审计输出: each run, what differs and why, what is damaged, and what follows; 80 columns."""

from __future__ import annotations

from typing import Any

from qingzhu.measures.tables import gaps
from qingzhu.reports import numbers
from qingzhu.reports.columns import WIDTH, indented
from qingzhu.reports.words import in_language, word

Row = dict[str, Any]

MOST_DIFFERENCES = 20
"""So many differences of a run are printed, alarms first; ``--json`` gives all."""

TOLD_BY_NAME = ("words", "clause", "determined", "computed", "tree_sha256", "grain")
"""Fields too long for a line: only that they differ is said."""

SHOWN_OF_A_HASH = 8


def audit_text(data: Row, lang: str) -> str:
    """An audit as text 审计文本, from ``{"runs": …}`` with the counts of :func:`summed`."""
    title = word("audit.heading", lang, runs=len(data["runs"]), lines=f"{data['lines']:,}")
    lines = [*indented(title, ""), "=" * WIDTH]
    for run in data["runs"]:
        lines += _run(run, lang)
    return "\n".join([*lines, "", *indented(conclusion(data, lang), "")])


def summed(runs: list[Row]) -> Row:
    """Runs with their counts 审计汇总: lines, equal ones, differences, those that are explained, runs with an alarm."""
    found = [one for run in runs for one in run["differences"]]
    counts = {key: sum(run[key] for run in runs) for key in ("lines", "equal")}
    told = {"differences": len(found), "explained": sum(not one["alarm"] for one in found), "alarms": sum(run["alarm"] for run in runs)}
    return {**counts, **told, "runs": runs}


def conclusion(data: Row, lang: str) -> str:
    """What follows from an audit 审计结论."""
    if data["alarms"]:
        return word("audit.alarm", lang, runs=data["alarms"])
    if data["differences"]:
        return word("audit.explained", lang, count=data["differences"])
    return word("audit.sound", lang, lines=f"{data['lines']:,}")


def _run(run: Row, lang: str) -> list[str]:
    """One run: its project, date, place in the log; then what differs, alarms first, and what is damaged."""
    count = len(run["differences"])
    state = (
        word("audit.differ", lang, count=count, lines=f"{run['lines']:,}")
        if count
        else word("audit.equal", lang, lines=f"{run['lines']:,}")
    )
    if any(fault["code"] == "not_recomputed" for fault in run["faults"]):
        state = word("audit.not_compared", lang, lines=f"{run['lines']:,}")
    state = state if run["lines"] else word("audit.no_lines", lang)
    head = word("audit.run", lang, day=numbers.day_shown(run["on"], lang), entry=run["entry"], position=run["position"])
    lines = indented(f"{run['project']}  {head}{word('page.colon', lang)}{state}", "✗ " if run["alarm"] else "✓ ", rest="    ")
    for fault in run["faults"]:
        lines += indented(fault[lang], "  ✗ ", rest="    ")
    shown = sorted(run["differences"], key=lambda one: not one["alarm"])
    for one in shown[:MOST_DIFFERENCES]:
        lines += indented(difference_words(one, lang), "  ✗ " if one["alarm"] else "  ~ ", rest="    ")
        lines += [line for reason in reasons_words(one, lang) for line in indented(reason, "      ")]
    more = count - MOST_DIFFERENCES
    return [*lines, f"    {word('audit.more', lang, count=more)}"] if more > 0 else lines


def difference_words(one: Row, lang: str) -> str:
    """One difference in words 差异说明: what of it, stored and recomputed."""
    colon = word("page.colon", lang)
    if one["kind"].startswith("only"):
        said = word(f"audit.{one['kind']}", lang)
        values = [_shown(name, then if now is None else now, lang) for name, (then, now) in one["fields"].items()]
        return f"{one['id']}{colon}{said}{word('page.in_brackets', lang, text=', '.join(values))}"
    told = []
    for name, (then, now) in sorted(one["fields"].items(), key=lambda pair: pair[0] not in ("value", "outcome")):
        label = word(f"audit.field.{name}", lang)
        if name in TOLD_BY_NAME:
            told.append(label)
            continue
        change = f"{label} {_shown(name, then, lang)} → {_shown(name, now, lang)}"
        if name == "value" and one["relative"] is not None:
            change += word("page.in_brackets", lang, text=_share(one["relative"]))
        told.append(change)
    return f"{one['id']}{colon}{('；' if lang == 'zh' else '; ').join(told)}"


def reasons_words(one: Row, lang: str) -> list[str]:
    """Why a difference is 差异原因; that nothing tells why, where nothing does."""
    told = [reason_words(reason, lang) for reason in one["reasons"]]
    return told or [word("audit.unexplained", lang)]


def reason_words(reason: Row, lang: str) -> str:
    """One reason in words, with the hashes of then and now."""
    kind, known = reason["kind"], (reason["then"], reason["now"])
    if kind in ("measure", "scheme") and None in known and known != (None, None):
        return word(f"audit.reason.{kind}_{'new' if reason['then'] is None else 'gone'}", lang, name=reason["name"])
    text = word(f"audit.reason.{kind}", lang, name=reason["name"])
    if known == (None, None):
        return text
    short = [str(each) if kind == "engine" else str(each)[:SHOWN_OF_A_HASH] if each else "—" for each in known]
    return text + word("page.in_brackets", lang, text=" → ".join(short))


def _share(relative: float) -> str:
    """By how much a value is larger now, in %, to three digits."""
    return f"{100 * relative:+.3g}%".replace("-", "−")


def _shown(name: str, value: Any, lang: str) -> str:
    """A value of a field: a number in full, an outcome or gap in words."""
    if isinstance(value, bool):
        return word("page.yes" if value else "page.no", lang)
    if isinstance(value, int | float):
        return numbers.full_value(value)
    if value is None:
        return "—"
    if name == "outcome":
        return word(f"outcome.{value}", lang)
    return in_language(gaps()[value], lang) if name == "gap" and value in gaps() else str(value)
