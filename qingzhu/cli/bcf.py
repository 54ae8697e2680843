"""``qingzhu bcf export | import`` BCF 问题: findings of models out, topics of other programs in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.cli.bodies import bodies_of
from qingzhu.cli.model import Asked, opened_models
from qingzhu.cli.outcome import DONE, progress, show_json
from qingzhu.cli.places import each_once, writable
from qingzhu.cli.row_files import write_workbook
from qingzhu.collectors.bcf import VERSIONS, BcfFile, read_bcf
from qingzhu.collectors.guards import there
from qingzhu.reports.bcf import BcfProject, write_bcf
from qingzhu.reports.bcf_tables import bcf_data, topic_data, topic_frames, topic_lines
from qingzhu.reports.findings import findings, topics
from qingzhu.reports.model_tables import flat
from qingzhu.reports.snapshots import Scene
from qingzhu.schemes.models import Models
from qingzhu.terms.errors import RefusedError
from qingzhu.terms.plurals import filled
from qingzhu.terms.readings import Remark
from qingzhu.terms.topics import topic_guid

ENDINGS = (".bcf", ".bcfzip")
TABLES = (".xlsx", ".parquet", ".json")


def export(files: Sequence[Path], asked: Asked, out: Path, version: str, *, by: str, at: datetime, most: int, lang: str, json: bool) -> int:
    """Write the findings of models to a BCF file; where there are none no file is written, and that is said."""
    known_version(version)
    writable(out, ENDINGS)
    files, _ = each_once(files, lang)
    tell = progress(json)
    tell(", ".join(path.name for path in files[:3]))
    with opened_models(files, asked) as models:
        tables = [models.derived(name) for name in ("mapped_element", "component_dimension", "element_carbon")]
        found = findings(tables[0], remarks_of(models), tables[1], tables[2])
        code = models.project
    drawn = bodies_of(files, tell) if found else None
    made = (
        topics(
            found,
            Scene.of(drawn.bodies),
            drawn.models,
            date=at,
            author=by,
            lang=lang,
            most=most,
            tell=lambda done, of: tell(f"{done}/{of}"),
        )
        if drawn
        else []
    )
    if made:
        write_bcf(made, out, version, BcfProject(topic_guid(code), code))  # type: ignore[arg-type]
    left = len(found) - len(made)
    undrawn = drawn.undrawn if drawn else {}
    if json:
        show_json(
            {
                "file": str(out) if made else None,
                "version": version,
                "left_out": left,
                "undrawn": undrawn,
                "topics": [topic_data(one) for one in made],
            }
        )
        return DONE
    print("\n".join(topic_lines(made, lang)))
    print(_exported(out, len(made), left, len(undrawn), lang))
    return DONE


def known_version(version: str) -> None:
    """Refuses a version of BCF that is not written."""
    if version not in VERSIONS:
        zh, en = (mark.join(VERSIONS) for mark in (" 或 ", " and "))
        zh, en = f"BCF 版本应为 {zh}，而不是“{version}”。", f"BCF versions are {en}, not {version!r}."
        raise RefusedError("bcf_version_unknown", zh, en, found=version)


def remarks_of(models: Models) -> list[tuple[str, Remark]]:
    """What was remarked while the models were read: model and remark."""
    return [(one.slot.name.removeprefix("models/"), Remark(**said)) for one in models.files for said in one.reading_report["remarks"]]


def import_(file: Path, out: Path | None, *, lang: str, json: bool) -> int:
    """List the topics of a BCF file, and write them as tables where asked for."""
    if out is not None:
        writable(out, TABLES)
    held = read_bcf(there(file))
    if out is not None:
        write_tables(held, out)
    if json:
        show_json({**bcf_data(held), "written": str(out) if out else None})
        return DONE
    head = {"zh": "BCF {version}{project}：{count} 个问题", "en": "BCF {version}{project}: {count:topic|topics}"}[lang]
    print(filled(head, {"version": held.version, "project": f" {held.project}" if held.project else "", "count": len(held.topics)}))
    print("\n".join([*topic_lines(held.topics, lang), *(f"· {said.words(lang)}" for said in held.remarks), *([f"  {out}"] if out else [])]))
    return DONE


def write_tables(held: BcfFile, out: Path) -> None:
    """Topics as sheets of an Excel file, as Parquet (a row a topic, comments within), or as the JSON of ``--json``."""
    frames = topic_frames(held.topics)
    if out.suffix.lower() == ".xlsx":
        write_workbook({name: flat(frame) for name, frame in frames.items()}, out)
    elif out.suffix.lower() == ".parquet":
        said = frames["comment"].group_by("topic", maintain_order=True).agg(said=pl.struct(pl.exclude("topic")))
        frames["topic"].join(said, on="topic", how="left", maintain_order="left").write_parquet(out)
    else:
        out.write_text(_json(bcf_data(held)), "utf-8")


def _json(data: Any) -> str:
    import json

    return json.dumps(data, ensure_ascii=False, indent=2, default=str)


def _exported(out: Path, made: int, left: int, undrawn: int, lang: str) -> str:
    if not made:
        return {"zh": "没有发现，未写出文件。", "en": "Nothing was found; no file was written."}[lang]
    facts = {"made": made, "left": left, "undrawn": undrawn, "out": out}
    zh = "{made} 个问题写入 {out}" + ("；每类只取最大的若干个，另有 {left} 个未写出" if left else "")
    en = "{made:topic|topics} in {out}" + ("; {left:more was|more were} left out, the largest of each kind are there" if left else "")
    zh += "；{undrawn} 个图元或模型没有形体" if undrawn else ""
    en += "; {undrawn:element or model has|elements or models have} no body" if undrawn else ""
    return filled({"zh": zh, "en": en}[lang], facts)
