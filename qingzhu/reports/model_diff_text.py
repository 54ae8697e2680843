"""What ``qingzhu model diff`` prints 模型变更输出: elements, figures and verdicts of two revisions, and what is behind; 80 columns."""

from __future__ import annotations

from typing import Any

from qingzhu.reports import numbers
from qingzhu.reports.columns import WIDTH, indented, shortened
from qingzhu.reports.words import has_word, in_language, value_word, word

Row = dict[str, Any]

MOST_CLASSES = 8
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
    figures, verdicts = ([one for one in data[part] if one["changed"]] for part in ("figures", "verdicts"))
    lines += ["", word("model_diff.figures", lang, changed=len(figures), all=len(data["figures"]))]
    unknown = [one for one in figures if one["old"]["value"] is None and one["new"]["value"] is None]
    lines += [line for one in figures if one not in unknown for line in _figure(one, lang)]
    if unknown:
        lines += indented(word("model_diff.unknown", lang, count=len(unknown)), "  ", rest="  ")
    lines += ["", word("model_diff.verdicts", lang, changed=len(verdicts), all=len(data["verdicts"]))]
    lines += [line for one in verdicts for line in _verdict(one, lang)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _elements(data: Row, lang: str) -> list[str]:
    """How many of each change, by class, and what changed of them."""
    counts, colon = data["counts"], word("page.colon", lang)
    kinds = [kind for kind in SIGNS if counts[kind]]
    if not kinds:
        return [word("model_diff.nothing", lang)]
    shown = " · ".join(f"{word(f'model_diff.{kind}', lang)} {counts[kind]:,}" for kind in kinds)
    lines = indented(shown, f"{word('model_diff.elements', lang)}{colon}")
    of = " · ".join(
        f"{word(f'model_diff.{name}', lang)} {counts[name]:,}" for name in ("attribute", "property", "quantity") if counts[name]
    )
    lines += indented(of, f"{word('model_diff.of_changed', lang)}{colon}") if of else []
    by_class: dict[str, list[str]] = {}
    for row in counts["by_class"]:
        by_class.setdefault(row["ifc_class"], []).append(f"{SIGNS[row['change']]}{row['count']:,}")
    lines += [shortened(f"  {name}  {' '.join(told)}") for name, told in list(by_class.items())[:MOST_CLASSES]]
    more = len(by_class) - MOST_CLASSES
    return [*lines, f"  {word('model_diff.more', lang, count=more)}"] if more > 0 else lines


def _figure(figure: Row, lang: str) -> list[str]:
    """A figure of both revisions, and the first elements behind its change."""
    about = " · ".join(value_word(column, value, lang) for column, value in figure["grain"].items() if column not in ("building", "model"))
    title = in_language(figure["title"], lang) + (word("page.in_brackets", lang, text=about) if about else "")
    lines = indented(title, "  ", rest="  ")
    before, after = (_value(figure, side, lang) for side in ("old", "new"))
    step = f" ({figure['difference']:+.3g})" if before == after and figure["difference"] else ""
    lines += indented(f"{before} → {after}{step}", "    ")
    shown = figure["behind"][:MOST_BEHIND]
    for row in shown:
        one = row["count"] == 1
        named = [row["ifc_class"], row["name"], row["global_id"]] if one else [f"{row['count']:,} × {row['ifc_class']}"]
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
    """A verdict of both revisions: outcome, value and grade."""
    lines = indented(in_language(verdict["title"], lang), "  ")
    for side in ("old", "new"):
        told, colon = verdict[side], word("page.colon", lang)
        said = in_language(told["words"], lang) if told else word("model_diff.none", lang)
        outcome = word("outcome." + told["outcome"], lang) + " " if told else ""
        bounds = (
            f"{numbers.bounds_shown(told['value'], told['high'], verdict['unit'], lang)} " if told and told["value"] is not None else ""
        )
        lines += indented(f"{outcome}{bounds}{said}", f"    {word(f'model_diff.{side}', lang)}{colon}")
    return lines
