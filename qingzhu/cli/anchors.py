"""``qingzhu ledger anchor`` and ``anchors`` 锚定: give the newest checkpoint to the sinks, and hold their receipts to the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from qingzhu.cli.ledger import with_log
from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.ledger.anchor_settings import SETTINGS, sinks_of
from qingzhu.ledger.anchors import AnchorSink, Finding, anchored, files, strays, verified
from qingzhu.ledger.log import Log
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import verifiers
from qingzhu.terms.errors import EvidenceError, MissingError
from qingzhu.terms.times import LOCAL

STATES = {
    "holds": ("成立", "holds"),
    "told": ("待核", "as told"),
    "short": ("不足", "too few"),
    "unknown": ("未核", "not checked"),
    "broken": ("不成立", "broken"),
    "pending": ("未锚定", "not anchored"),
}
"""States of a receipt and of a sink without one, in words."""


def anchor(store: Path | None, names: Sequence[str], *, lang: str, json: bool) -> int:
    """Give the newest checkpoint to all sinks, or those named; what became of each."""
    kept = with_log(store)
    log, sinks = _sinks(kept)
    chosen = [sink for sink in sinks if not names or sink.name in names]
    unknown = sorted(set(names) - {sink.name for sink in sinks})
    if unknown or not chosen:
        raise _no_sink(", ".join(unknown), [sink.name for sink in sinks], kept.keys / SETTINGS)
    found = anchored(log, chosen, verifiers(kept.keys))
    if json:
        show_json({"anchored": [_shown(one.sink, one.size, one.finding or _failed(one.zh, one.en)) for one in found]})
    else:
        print("\n".join(_line(one.sink, one.size, one.finding or _failed(one.zh, one.en), lang) for one in found))
    return DONE if all(one.finding is not None and one.finding.state in ("holds", "told") for one in found) else REFUSED


def anchors(store: Path | None, *, ask: bool, lang: str, json: bool) -> int:
    """All receipts with their states; with ``ask`` chains are asked again, also for checkpoints of this log that are not of it."""
    kept = with_log(store)
    log, sinks = _sinks(kept)
    log.refresh()
    keys = verifiers(kept.keys)
    found: list[tuple[str, int, Finding]] = []
    receipts, tell = files(log), progress(json)
    for count, path in enumerate(receipts):  # an SM2 signature takes some 70 ms
        tell(f"{path.name} {count:,}/{len(receipts):,}")
        size, _, name = path.stem.partition("-")
        found.append((name, int(size), verified(log, keys, sinks, path, ask=ask)))
    tell("")
    held = {name for name, size, _ in found if size == log.size}
    pending = [sink.name for sink in sinks if sink.name not in held]
    found += _strays(log, sinks) if ask else []
    if json:
        show_json({"size": log.size, "pending": pending, "anchors": [_shown(*one) for one in found]})
    else:
        print("\n".join([*(_pending(name, log.size, lang) for name in pending), *(_line(*one, lang) for one in found)]) or _none(lang))
    bad = ("broken", "unknown") if ask else ("broken",)
    return REFUSED if any(finding.state in bad for _, _, finding in found) else DONE


def _no_sink(wanted: str, known: list[str], file: Path) -> MissingError:
    zh = f"没有锚定方 {wanted}，只有 {'、'.join(known)}" if known else "没有锚定方"
    en = f"There is no sink {wanted}, only {', '.join(known)}" if known else "There is no sink"
    zh, en = f"{zh}：请写在 {file}（docs/spec/anchor.md）。", f"{en}: name it in {file} (docs/spec/anchor.md)."
    return MissingError("sinks_missing", zh, en, file=str(file), known=known)


def _sinks(kept: Store) -> tuple[Log, list[AnchorSink]]:
    log = kept.log()
    return log, sinks_of(kept.keys, log, kept.policy)


def _strays(log: Log, sinks: Sequence[AnchorSink]) -> list[tuple[str, int, Finding]]:
    """What sinks were given under this log's name and is not of it; a sink that does not answer is said."""
    found = []
    for sink in sinks:
        try:
            for one, checkpoint, error in strays(log, [sink]):
                found.append((one.name, checkpoint.size, Finding("broken", error.zh, error.en)))
        except EvidenceError as error:
            found.append(
                (sink.name, log.size, _failed(f"未能问遍其所有检查点：{error.zh}", f"it could not be asked for all it holds: {error.en}"))
            )
        except OSError as error:
            zh, en = f"未能问遍其所有检查点：连接不上：{error}", f"it could not be asked for all it holds: {error}"
            found.append((sink.name, log.size, _failed(zh, en)))
    return found


def _failed(zh: str, en: str) -> Finding:
    return Finding("unknown", zh, en)


def _shown(name: str, size: int, finding: Finding) -> dict[str, Any]:
    at = None if finding.at is None else datetime.fromtimestamp(finding.at, LOCAL).isoformat()
    return {"sink": name, "size": size, "state": finding.state, "at": at, "zh": finding.zh, "en": finding.en}


def _line(name: str, size: int, finding: Finding, lang: str) -> str:
    state = STATES[finding.state][0 if lang == "zh" else 1]
    at = "" if finding.at is None else f"  {datetime.fromtimestamp(finding.at, LOCAL):%Y-%m-%d %H:%M:%S}"
    words = {"zh": finding.zh, "en": finding.en}[lang]
    return {"zh": f"{size} 条  {name}  {state}{at}  {words}", "en": f"size {size}  {name}  {state}{at}  {words}"}[lang]


def _pending(name: str, size: int, lang: str) -> str:
    words = {"zh": "最新检查点尚未锚定：qingzhu ledger anchor", "en": "the newest checkpoint is not anchored: qingzhu ledger anchor"}[lang]
    state = STATES["pending"][0 if lang == "zh" else 1]
    return {"zh": f"{size} 条  {name}  {state}  {words}", "en": f"size {size}  {name}  {state}  {words}"}[lang]


def _none(lang: str) -> str:
    return {
        "zh": "没有锚定方，也没有回执：见 docs/spec/anchor.md。",
        "en": "There are neither sinks nor receipts: see docs/spec/anchor.md.",
    }[lang]
