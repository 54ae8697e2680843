"""``qingzhu glb`` 三维模型文件: a model's bodies in the colours of what is known of them, as one GLB."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qingzhu.cli.bodies import bodies_of
from qingzhu.cli.model import Asked, opened_models
from qingzhu.cli.outcome import DONE, progress, show_json
from qingzhu.cli.places import each_once, writable
from qingzhu.reports.colourings import NAMES
from qingzhu.reports.glb import GlbReport, write_glb
from qingzhu.reports.model_colours import coloured_elements
from qingzhu.terms.errors import RefusedError
from qingzhu.terms.plurals import filled


def glb(files: Sequence[Path], asked: Asked, out: Path, colour: str, *, lang: str, json: bool) -> int:
    """Write the GLB of models, and say what stands in it."""
    if colour not in NAMES:
        zh, en = f"不能按“{colour}”着色；可用：{'、'.join(NAMES)}。", f"There is no colouring {colour!r}. Known: {', '.join(NAMES)}."
        raise RefusedError("glb_colouring_unknown", zh, en, found=colour)
    writable(out, (".glb",))
    files, _ = each_once(files, lang)
    tell = progress(json)
    tell(", ".join(path.name for path in files[:3]))
    with opened_models(files, asked) as models:
        elements = coloured_elements(models)
    drawn = bodies_of(files, tell)
    report = write_glb(out, drawn.bodies, elements, colour, ", ".join(path.name for path in files))
    undrawn = {**drawn.undrawn, **dict.fromkeys(report.undrawn, "no_area")}
    if json:
        show_json({"file": str(out), **{key: value for key, value in vars(report).items() if key != "undrawn"}, "undrawn": undrawn})
    else:
        print(said(report, out, len(undrawn), lang))
    return DONE


def said(report: GlbReport, out: Path, undrawn: int, lang: str) -> str:
    """The report in words: counts, then the legend of the colouring shown."""
    zh = "{out}：{nodes} 个图元，{triangles} 个三角形，{size:.2f} MB" + ("；{undrawn} 个没有形体" if undrawn else "")
    en = "{out}: {nodes:element|elements}, {triangles:triangle|triangles}, {size:.2f} MB" + (
        "; {undrawn} without a body" if undrawn else ""
    )
    facts = {"out": out, "nodes": report.nodes, "triangles": report.triangles, "size": report.size / 1e6, "undrawn": undrawn}
    words = filled({"zh": zh, "en": en}[lang], facts)
    shown = report.colourings[0]
    lines = [f"  #{entry['colour']}  {entry[lang]}  {entry['count']}" for entry in shown["legend"]]
    return "\n".join([words, shown[lang], *lines])
