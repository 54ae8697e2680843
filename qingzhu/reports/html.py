"""Pages as one file each 网页报告: everything inline, opens offline, prints on A4. All content is escaped: names come from anyone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from qingzhu.reports import numbers
from qingzhu.reports.addresses import anchor, href
from qingzhu.reports.bundle_rules import rules_script
from qingzhu.reports.page import Page
from qingzhu.reports.region import Region
from qingzhu.schemes.bundle_findings import NEVER, TITLES
from qingzhu.terms.errors import RefusedError

Evaluation = dict[str, Any]


def report_html(evaluation: Evaluation, lang: str) -> str:
    """The report of one project 项目评价报告, in ``zh`` or ``en``: ``docs/spec/verdict.md`` says what ``evaluation`` holds."""
    return rendered("report.html.j2", lang, page=Page(evaluation, checked_language(lang)), script="report.js")


def index_html(
    evaluations: Sequence[Evaluation],
    lang: str,
    others: Sequence[Evaluation] | None = None,
    links: dict[str, str] | None = None,
) -> str:
    """The page of a region 项目一览: a row a project; with ``others`` also a contrast of two dates of judgement.

    ``links`` maps a project's code to its report; by default ``<code>/report.html``; the reports of the
    other date are looked for in ``<code>/<date>/report.html``.
    """
    return rendered(
        "index.html.j2", lang, region=Region(list(evaluations), checked_language(lang), list(others or []), links or {}), script="index.js"
    )


def checked_language(lang: str) -> str:
    """``zh`` or ``en``; anything else is a wrong call."""
    if lang not in ("zh", "en"):
        raise RefusedError("unknown_language", f"没有“{lang}”语言，可用 zh 或 en。", f"No language {lang!r}; use zh or en.", found=lang)
    return lang


def verify_html() -> str:
    """The page that checks proof bundles in a browser 证明包核对页: the same for every bundle. ``docs/spec/bundle.md``."""
    return rendered("verify.html.j2", "zh", script=("proofs.js", "verify.js"), first=rules_script(), titles=TITLES, never=NEVER)


def rendered(template: str, lang: str, script: str | tuple[str, ...], first: str = "", **things: Any) -> str:
    """A page with its own style and script (``first``, then one file or more) inside; its policy lets nothing else run or load."""
    folder = files("qingzhu.reports").joinpath("templates")
    names = (script,) if isinstance(script, str) else script
    text = "\n".join([first, *(folder.joinpath(name).read_text(encoding="utf-8").strip() for name in names)]).strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return _environment().get_template(template).render(lang=lang, script=text, policy=policy, **things)


@cache
def _environment() -> Environment:
    """Templates that escape everything and refuse a name they don't know."""
    environment = Environment(
        loader=PackageLoader("qingzhu.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(anchor=anchor, href=href, size_shown=numbers.size_shown, full_value=numbers.full_value)
    return environment
