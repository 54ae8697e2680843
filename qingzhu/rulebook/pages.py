"""Pages made from the rulebook 由规则库生成的页面: the glossary 术语表 and the map of the Plan's articles 方案条文.

``python -m qingzhu.rulebook.pages docs`` writes ``docs/glossary.md`` and ``docs/articles.md``; a test checks that they are current.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qingzhu.rulebook.book import Rulebook
from qingzhu.rulebook.load import load

KINDS = {
    "word": "Words of the field 领域用词",
    "table": "Tables 数据表",
    "column": "Columns 列",
    "measure": "Measures 指标",
    "scheme": "Schemes 评价方案",
    "command": "Commands 命令",
    "parameter": "Parameter tables and their columns 参数表及其列",
}

MADE = "<!-- Made from the rulebook by `make pages`; edit the rulebook, not this page. -->"


def glossary(book: Rulebook) -> str:
    """The glossary as Markdown, by kind, in alphabetical order of the English name."""
    lines = [
        "# Glossary 术语表",
        "",
        MADE,
        "",
        "One word for one thing: in the file, the function, the rule, the test, the page and the address.",
    ]
    for kind, title in KINDS.items():
        named = sorted((name, term) for name, term in book.terms.items() if term["kind"] == kind)
        lines += ["", f"## {title}", "", "| name | 中文 | English |", "|---|---|---|"]
        lines += [f"| `{name}` | {_cell(term['zh'])} | {_cell(term['en'])} |" for name, term in named]
    return "\n".join(lines) + "\n"


def articles(book: Rulebook) -> str:
    """Each article of the Plan with its words and its homes, as Markdown."""
    plan = book.document("plan")
    lines = [
        "# Where each article of the Plan lives 方案条文对照",
        "",
        MADE,
        "",
        f"{plan['title']['zh']}（{plan['number']}），{plan['title']['en']}. The quotes are the Plan's own words.",
    ]
    for article in book.articles:
        lines += ["", f"## {article['article']} {article['title']['zh']} · {article['title']['en']}", "", f"> {article['quote']}", ""]
        for key, label in (("modules", "Modules 模块"), ("tests", "Tests 测试"), ("pages", "Pages 页面")):
            if article.get(key):
                lines.append(f"- {label}: " + ", ".join(f"`{home}`" for home in article[key]))
        if article.get("planned"):
            lines.append("- Planned 计划中: " + ", ".join(f"`{room}`" for room in article["to_come"]))
    return "\n".join(lines) + "\n"


def confidence(book: Rulebook) -> dict[str, list[str]]:
    """How the rules were checked 核对程度: each mark with the rules that carry it, limits and steps of schemes alike."""
    found: dict[str, list[str]] = {}
    for rule in book.limits:
        found.setdefault(rule["checked"], []).append(f"{rule['rule']} ({rule['clause']['document']})")
    for name, scheme in book.schemes.items():
        found.setdefault(scheme["checked"], []).append(name)
        for part in ("applies", "limit", "item", "sum", "gate", "grade"):
            for step in scheme.get(part, []):
                label = step.get("key") or step.get("grade") or step.get("fact")
                found.setdefault(step["checked"], []).append(f"{name}: {part} {label}")
    return found


def _cell(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("|", "\\|")


def write(folder: Path, book: Rulebook | None = None) -> list[Path]:
    """Write both pages into a folder; gives their paths."""
    book = book or load()
    made = {"glossary.md": glossary(book), "articles.md": articles(book)}
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in made]


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
