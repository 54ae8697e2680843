"""Failed requirements as topics 校验问题 (BCF): one for each requirement of each model, its elements selected, coloured and drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from qingzhu.reports.snapshots import Scene, viewpoint
from qingzhu.reports.words import in_language, own_language, word
from qingzhu.terms.topics import Topic, TopicModel, topic_guid

Row = dict[str, Any]

STATUS = {"zh": "待处理", "en": "Open"}
TITLE_AT_MOST = 120


def ids_topics(
    result: Row, scenes: Mapping[str, Scene], models: Mapping[str, TopicModel], *, date: datetime, author: str, lang: str
) -> list[Topic]:
    """Topics of a check 由校验结果生成问题: ``scenes`` and ``models`` by file. The same requirement of the same model is the same topic."""
    made = []
    title = result["ids"]["info"].get("title") or result["ids"]["file"]
    for model in result["models"]:
        for given, asks, instructions, failures in _failed(model, lang):
            guid = topic_guid("ids", model["file"], title, given["identifier"] or given["name"], asks["en"])
            ids = list(dict.fromkeys(failure["global_id"] for failure in failures if failure["global_id"]))
            seen = viewpoint(scenes.get(model["file"]) or Scene.of(()), topic_guid(guid, "viewpoint"), ids)
            made.append(
                Topic(
                    guid=guid,
                    title=_shortened(f"{own_language(given['name'], lang)}: {in_language(asks, lang)}"),
                    date=date,
                    author=author,
                    type="IDS",
                    status=STATUS[lang],
                    description="\n".join(_lines(given, asks, instructions, failures, lang)),
                    labels=("IDS", *([given["identifier"]] if given["identifier"] else [])),
                    models=(models.get(model["file"], TopicModel(model["file"])),),
                    viewpoints=(seen,),
                )
            )
    return made


def _failed(model: Row, lang: str) -> Iterator[tuple[Row, dict[str, str], str | None, list[Row]]]:
    """Each specification that is not met, requirement by requirement; one without elements stands for itself."""
    for given in model["specifications"]:
        if given["outcome"] != "not_met":
            continue
        if given["unwanted"] or not given["applicable"]:
            yield given, given["reason"], given["instructions"], given["unwanted"]
        for asked in given["requirements"]:
            if asked["failures"]:
                yield given, asked["asks"], asked["instructions"] or given["instructions"], asked["failures"]


def _lines(given: Row, asks: dict[str, str], instructions: str | None, failures: list[Row], lang: str) -> list[str]:
    """What is asked, why, how, and the reasons with how many elements have each."""
    lines = [in_language(asks, lang), *(own_language(text, lang) for text in (given["description"], instructions) if text)]
    counted = Counter(in_language(failure["reason"], lang) for failure in failures)
    lines += [f"{count} × {reason}" for reason, count in counted.most_common(10)]
    if len(counted) > 10:
        lines.append(word("ids.more", lang, count=sum(counted.values()) - sum(count for _, count in counted.most_common(10))))
    nameless = [f"#{failure['step_id']} {failure['ifc_class']}" for failure in failures if not failure["global_id"]]
    return [*lines, *([", ".join(nameless[:20])] if nameless else [])]


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_AT_MOST else line[: TITLE_AT_MOST - 1] + "…"
