"""Topics as tables and as JSON 问题表: what ``qingzhu bcf import`` lists and writes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import polars as pl

from qingzhu.collectors.bcf import BcfFile
from qingzhu.terms.plurals import filled
from qingzhu.terms.topics import Topic, Viewpoint

MOMENT = pl.Datetime("us", "UTC")

TOPIC: dict[str, Any] = {
    "topic": pl.String,
    "title": pl.String,
    "topic_type": pl.String,
    "topic_status": pl.String,
    "priority": pl.String,
    "stage": pl.String,
    "labels": pl.List(pl.String),
    "author": pl.String,
    "date": MOMENT,
    "assigned_to": pl.String,
    "due": MOMENT,
    "description": pl.String,
    "models": pl.List(pl.String),
    "components": pl.List(pl.String),
    "comments": pl.Int64,
    "viewpoints": pl.Int64,
    "snapshots": pl.Int64,
}
COMMENT: dict[str, Any] = {"topic": pl.String, "date": MOMENT, "author": pl.String, "text": pl.String, "viewpoint": pl.String}
COMPONENT: dict[str, Any] = {"topic": pl.String, "viewpoint": pl.String, "global_id": pl.String}


def topic_frames(topics: list[Topic]) -> dict[str, pl.DataFrame]:
    """Topics, their comments and the components their viewpoints select 问题、评论、构件, one table each."""
    comments = [(topic.guid, one.date, one.author, one.text, one.viewpoint) for topic in topics for one in topic.comments]
    components = [(topic.guid, seen.guid, id) for topic in topics for seen in topic.viewpoints for id in seen.selection]
    return {
        "topic": pl.DataFrame([_row(topic) for topic in topics], schema=TOPIC),
        "comment": pl.DataFrame(comments, schema=COMMENT, orient="row"),
        "component": pl.DataFrame(components, schema=COMPONENT, orient="row"),
    }


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic.guid,
        "title": topic.title,
        "topic_type": topic.type or None,
        "topic_status": topic.status or None,
        "priority": topic.priority,
        "stage": topic.stage,
        "labels": list(topic.labels),
        "author": topic.author or None,
        "date": topic.date,
        "assigned_to": topic.assigned_to,
        "due": topic.due,
        "description": topic.description or None,
        "models": [model.name for model in topic.models],
        "components": list(topic.components),
        "comments": len(topic.comments),
        "viewpoints": len(topic.viewpoints),
        "snapshots": sum(seen.snapshot is not None for seen in topic.viewpoints),
    }


def bcf_data(file: BcfFile) -> dict[str, Any]:
    """A BCF file as plain data 问题文件数据: version, project, topics in full but for the pictures, remarks."""
    return {
        "version": file.version,
        "project": file.project,
        "topics": [topic_data(topic) for topic in file.topics],
        "remarks": [remark.as_dict() for remark in file.remarks],
    }


def topic_data(topic: Topic) -> dict[str, Any]:
    """A topic as plain data; of a snapshot its kind and size [byte]."""
    return {**asdict(topic), "viewpoints": [_seen(viewpoint) for viewpoint in topic.viewpoints], "components": list(topic.components)}


def _seen(viewpoint: Viewpoint) -> dict[str, Any]:
    picture = viewpoint.snapshot
    kind = None if picture is None else "png" if picture[:4] == b"\x89PNG" else "jpeg" if picture[:2] == b"\xff\xd8" else "unknown"
    data = {**asdict(viewpoint), "snapshot": None if picture is None else {"kind": kind, "size": len(picture)}}
    data["coloring"] = [{"colour": colour, "components": list(ids)} for colour, ids in viewpoint.coloring]
    return data


def topic_lines(topics: list[Topic], lang: str, most: int = 50) -> list[str]:
    """Topics for a terminal 问题清单, one a line, at most ``most``, then how many more there are."""
    words = {
        "zh": "{status} {title}（构件 {components}，评论 {comments}）",
        "en": "{status} {title} ({components:element|elements}, {comments:comment|comments})",
    }[lang]
    lines = [
        filled(
            words,
            {
                "status": f"[{topic.status}]" if topic.status else "-",
                "title": " ".join(topic.title.split())[:100],
                "components": len(topic.components),
                "comments": len(topic.comments),
            },
        )
        for topic in topics[:most]
    ]
    more = {"zh": "……另有 {count} 个", "en": "… and {count} more"}[lang]
    return lines + ([more.format(count=len(topics) - most)] if len(topics) > most else [])
