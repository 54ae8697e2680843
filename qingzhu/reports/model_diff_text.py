"""What ``qingzhu model diff`` prints 模型变更输出: elements, figures and verdicts of two revisions, and what is behind; 80 columns."""

from __future__ import annotations

import json
from typing import Any

from qingzhu.reports import numbers
from qingzhu.reports.columns import WIDTH, indented, shortened
from qingzhu.reports.model_tables import UNITS
from qingzhu.reports.words import has_word, in_language, value_word, word

Row = dict[str, Any]

MOST_CLASSES = 8
MOST_CHANGES = 5
"""So many changes of attributes, of properties and of quantities are printed, the most frequent first; the tables hold all."""

MOST_OF_A_VALUE = 60
"""Cells of a value; a longer one is cut."""

MOST_BEHIND = 5
"""So many groups of elements behind a figure are printed; the tables hold every element."""

MOST_REMARKS = 4
SIGNS = {"added": "+", "removed": "-", "changed": "~", "re_identified": "="}


def model_diff_text(data: Row, lang: str) -> str:
    """A diff as text 模型变更文本, from the data of :meth:`qingzhu.schemes.model_diff.ModelDiff.as_dict`."""
    colon = word("page.colon", lang)
    title = f"{word('model_diff.heading', lang)} {numbers.day_shown(data['on'], lang)}"
    lines = [title, "=" * WIDTH]
    for side in ("old", "new"):
        files = ", ".join(one["file"] for one in data[side]["files"])
        told = word("model_diff.revision", lang, files=files, elements=f"{data[side]['elements']:,}")
        lines += indented(told, f"{word(f'model_diff.{side}', lang)}{colon}")
        lines += [shortened(f"  ! {remark[lang]}") for remark in data[side]["remarks"][:MOST_REMARKS]]
    lines += ["", *_elements(data, lang)]
    for kind in ("attribute", "property", "quantity"):
        lines += _changes(data, kind, lang)
    titles = {one["id"]: _title(one, lang) for one in data["figures"]}
    figures, verdicts = ([one for one in data[part] if one["changed"]] for part in ("figures", "verdicts"))
    lines += ["", word("model_diff.figures", lang, changed=len(figures), all=len(data["figures"]))]
    unknown = [one for one in figures if one["old"]["value"] is None and one["new"]["value"] is None]
    lines += [line for one in figures if one not in unknown for line in _figure(one, titles, lang)]
    if unknown:
        lines += indented(word("model_diff.unknown", lang, count=len(unknown)), "  ", rest="  ")
    lines += ["", word("model_diff.verdicts", lang, changed=len(verdicts), all=len(data["verdicts"]))]
    lines += [line for one in verdicts for line in _verdict(one, lang)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _elements(data: Row, lang: str) -> list[str]:
    """How many of each change, and by class."""
    counts, colon = data["counts"], word("page.colon", lang)
    kinds = [kind for kind in SIGNS if counts[kind]]
    if not kinds:
        return [word("model_diff.nothing", lang)]
    shown = " · ".join(f"{word(f'model_diff.{kind}', lang)} {counts[kind]:,}" for kind in kinds)
    lines = indented(shown, f"{word('model_diff.elements', lang)}{colon}")
    by_class: dict[str, list[str]] = {}
    for row in counts["by_class"]:
        by_class.setdefault(row["ifc_class"], []).append(f"{SIGNS[row['change']]}{row['count']:,}")
    lines += [shortened(f"  {name}  {' '.join(told)}") for name, told in list(by_class.items())[:MOST_CLASSES]]
    more = len(by_class) - MOST_CLASSES
    return [*lines, f"  {word('model_diff.more', lang, count=more)}"] if more > 0 else lines


def _changes(data: Row, kind: str, lang: str) -> list[str]:
    """The most frequent changes of attributes, properties or quantities: what, from, to, and of which elements."""
    found, count = data["alike"][kind], data["counts"][kind]
    lines = ["", word(f"model_diff.{kind}_changes", lang, count=f"{count:,}")] if count else []
    for row in found["groups"][:MOST_CHANGES]:
        what, old, new = _changed(kind, row, lang)
        lines += indented(f"{what}{word('page.colon', lang)}{old} → {new}", "  ", rest="    ")
        element = " ".join(part for part in (row["ifc_class"], row["global_id"], row["element"]) if part)
        if row["count"] > 1:
            element = word("model_diff.on_many", lang, count=f"{row['count']:,}", element=element)
        lines.append(shortened(f"    {element}"))
    more = found["kinds"] - MOST_CHANGES
    return [*lines, *indented(word("model_diff.more_changes", lang, count=f"{more:,}"), "  ")] if more > 0 else lines


def _changed(kind: str, row: Row, lang: str) -> tuple[str, str, str]:
    """What changed in words, the value before and after."""
    if kind == "attribute":
        said = [_listed(value, lang) for value in (row["old_value"], row["new_value"])]
        return word(f"model_diff.column.{row['attribute']}", lang), said[0], said[1]
    if kind == "property":
        said = [_listed(row[f"{side}_value"], lang, row[f"{side}_unit"]) for side in ("old", "new")]
        return f"{row['set_name']} › {row['name']}", said[0], said[1]
    unit = numbers.unit_shown(UNITS.get(row["kind"]), lang)
    said = ["—" if row[side] is None else f"{row[side]:.6g} {unit}".strip() for side in ("old_value", "new_value")]
    return f"{row['set_name'] or '—'} › {row['quantity']}", said[0], said[1]


def _listed(value: str | None, lang: str, unit: str | None = None) -> str:
    """A value as it was written, a list by its parts; nothing is a dash."""
    if value is None:
        return "—"
    try:
        parts = json.loads(value) if value.startswith("[") else None
    except ValueError:
        parts = None
    text = ("、" if lang == "zh" else ", ").join(map(str, parts)) if isinstance(parts, list) else value
    return shortened(" ".join(part for part in (text, unit) if part), MOST_OF_A_VALUE) or "—"


def _title(figure: Row, lang: str) -> str:
    """The title of a figure with what it is about."""
    about = " · ".join(value_word(column, value, lang) for column, value in figure["grain"].items() if column not in ("building", "model"))
    return in_language(figure["title"], lang) + (word("page.in_brackets", lang, text=about) if about else "")


def _figure(figure: Row, titles: dict[str, str], lang: str) -> list[str]:
    """A figure of both revisions, and the first elements behind its change, unless an earlier figure has the same."""
    lines = indented(titles[figure["id"]], "  ", rest="  ")
    before, after = (_value(figure, side, lang) for side in ("old", "new"))
    step = f" ({figure['difference']:+.3g})" if before == after and figure["difference"] else ""
    lines += indented(f"{before} → {after}{step}", "    ")
    if figure["same_elements_as"]:
        return [*lines, *indented(word("model_diff.same_elements", lang, title=titles[figure["same_elements_as"]]), "      ")]
    shown = figure["behind"][:MOST_BEHIND]
    for row in shown:
        one = row["count"] == 1
        named = [row["ifc_class"], row["global_id"], row["name"]] if one else [f"{row['count']:,} × {row['ifc_class']}"]
        lines.append(shortened(f"      {SIGNS[row['change']]} {' '.join(part for part in named if part)}"))
        if row["what"]:
            lines += indented(_what(row["what"], lang), "        ")
    more = figure["elements"] - sum(row["count"] for row in shown)
    return [*lines, f"      {word('model_diff.more_elements', lang, count=f'{more:,}')}"] if more > 0 else lines


def _value(figure: Row, side: str, lang: str) -> str:
    """Value and bound, or why there is none."""
    told = figure[side]
    if not told["stands"]:
        return word("model_diff.none", lang)
    if told["value"] is None:
        return f"{word('figure.unknown', lang)}{word('page.in_brackets', lang, text=told['gap'][lang])}" if told["gap"] else "—"
    shown = numbers.bounds_shown(told["value"], told["high"], figure["unit"], lang)
    share = told["coverage"]
    return (
        shown
        if share in (None, 100.0)
        else f"{shown}{word('page.in_brackets', lang, text=word('model_diff.coverage', lang, share=f'{share:.1f}'))}"
    )


def _what(what: str, lang: str) -> str:
    """Columns by their words: ``volume 1.2 → 1.5`` is 体积 1.2 → 1.5."""
    shown = []
    for part in what.split("; "):
        column, _, rest = part.partition(" ")
        known = has_word(f"model_diff.column.{column}")
        values = " → ".join(value_word(column, {"true": True, "false": False}.get(value, value), lang) for value in rest.split(" → "))
        shown.append(f"{word(f'model_diff.column.{column}', lang)} {values}" if known else part)
    return ("；" if lang == "zh" else "; ").join(shown)


def _verdict(verdict: Row, lang: str) -> list[str]:
    """A verdict of both revisions: outcome and value; and the reason of the later one."""
    lines = indented(in_language(verdict["title"], lang), "  ")
    for side in ("old", "new"):
        told, colon = verdict[side], word("page.colon", lang)
        outcome = word("outcome." + told["outcome"], lang) if told else word("model_diff.none", lang)
        bounds = numbers.bounds_shown(told["value"], told["high"], verdict["unit"], lang) if told and told["value"] is not None else ""
        lines += indented(f"{outcome} {bounds}", f"    {word(f'model_diff.{side}', lang)}{colon}")
    last = verdict["new"] or verdict["old"]
    return [*lines, *indented(in_language(last["words"], lang), "    ")]
