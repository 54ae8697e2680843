"""``qingzhu ledger`` 存证账本: what it holds, whether it is sound, one entry with its proof."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.cli.places import existing_store, opened
from qingzhu.ledger import entries
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.keys import Verifier, verifier_of
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import POLICY, PUBLIC, proving_note, verifiers
from qingzhu.ledger.witnessing import cosigned, state_of
from qingzhu.reports.audit_text import conclusion
from qingzhu.reports.numbers import age_shown
from qingzhu.terms.errors import MissingError

WIDEST = 200
"""A longer key is shown by its beginning: one of ML-DSA-44 fills a screen. [characters]"""

WORDS = {
    "origin": ("账本", "log"),
    "size": ("条数", "entries"),
    "root": ("根哈希", "root"),
    "records": ("日志记录", "journal records"),
    "witnessed": ("见证", "witnessed"),
    "key": ("公钥", "public key"),
}


def show(store: Path | None, *, lang: str, json: bool) -> int:
    """The newest checkpoint, the public keys to tell those who verify, who witnessed it and how long ago."""
    kept = with_log(store)
    log = kept.log()
    checkpoint = log.refresh()
    state = state_of(log, kept.policy, int(time.time()))
    data: dict[str, Any] = {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "records": kept.refresh().position,
        "witnessed": state,
        "keys": [{"kind": key.kind, "key": key.line()} for key in verifiers(kept.keys)],
    }
    if json:
        show_json(data)
        return DONE
    at = 0 if lang == "zh" else 1
    for name in ("origin", "size", "root", "records"):
        print(f"{WORDS[name][at]}: {data[name]}")
    print(f"{WORDS['witnessed'][at]}: {witnessed_text(state, checkpoint.size, lang)}")
    for one in data["keys"]:
        print(f"{WORDS['key'][at]} ({one['kind']}): {one['key'] if len(one['key']) < WIDEST else one['key'][:48] + '…'}")
    print({"zh": f"全部公钥：{kept.keys / PUBLIC}", "en": f"all of them: {kept.keys / PUBLIC}"}[lang])
    return DONE


def witnessed_text(state: dict[str, Any], size: int, lang: str) -> str:
    """Who witnessed a log of ``size`` entries, how many of how many, how long ago, and what they have not seen, in words."""
    count, of = len(state["cosigned_by"]), state["witnesses"]
    if not of:
        return {"zh": "未设见证人（keys/policy）", "en": "no witnesses named (keys/policy)"}[lang]
    least, newer = state["quorum"], size - (state["size"] or 0)
    zh, en = (f"达到法定数 {least}", f"quorum of {least} met") if state["met"] else (f"未达法定数 {least}", f"below the quorum of {least}")
    if not count:
        return {"zh": f"待见证（0/{of}），{zh}", "en": f"pending: 0 of {of}, {en}"}[lang]
    who = ("、" if lang == "zh" else ", ").join(state["cosigned_by"])
    zh, en = (
        f"{count}/{of}（{who}），{age_shown(state['age'], 'zh')}，{zh}",
        f"{count} of {of} ({who}), {age_shown(state['age'], 'en')}, {en}",
    )
    if newer:
        zh, en = f"{zh}；此后又有 {newer} 条待见证", f"{en}; pending: the newest {newer} of {size} entries"
    return {"zh": zh, "en": en}[lang]


def cosign(store: Path | None, *, lang: str, json: bool) -> int:
    """Ask the witnesses of the policy to cosign the newest checkpoint; who did, and why others did not."""
    kept = with_log(store)
    log, policy = kept.log(), kept.policy
    if not any(one.url for one in policy.witnesses):
        path = kept.keys / POLICY
        zh = f"没有可请求的见证人：在 {path} 写明（docs/spec/log.md），例如 witness 甲 公钥 https://…"
        en = f"There is no witness to ask: name some in {path} (docs/spec/log.md), e.g. witness A KEY https://…"
        raise MissingError("witnesses_missing", zh, en, policy=str(path))
    found = cosigned(log, policy)
    state = state_of(log, policy, int(time.time()), log.size - 1)
    if json:
        told = [{"witness": one.witness.name, "cosigned": one.signature is not None, "zh": one.zh, "en": one.en} for one in found]
        show_json({"witnesses": told, "witnessed": state})
    else:
        done = {"zh": "已见证", "en": "cosigned"}[lang]
        print("\n".join(f"{one.witness.name}: {done if one.signature else (one.zh if lang == 'zh' else one.en)}" for one in found))
        print(witnessed_text(state, log.size, lang))
    return DONE if state["met"] and (state["size"] == log.size or not state["quorum"]) else REFUSED


def check(store: Path | None, *, deep: bool, keys: list[str], lang: str, json: bool) -> int:
    """Check the log, with ``deep`` all evidence and the figures of each project's newest run; every problem in words."""
    kept, tell = with_log(store, gone=True), progress(json)
    known = [key for given in keys for key in keys_of(given)]
    problems = kept.check_log(known, lambda what, done, all: tell(f"{what} {done:,}/{all:,}"))
    figures: dict[str, Any] = {}
    if deep:
        from qingzhu.cli.audit import figures_checked

        problems += kept.check(deep=deep, tell=lambda what, done, all: tell(what))
        again, figures = figures_checked(kept, tell)
        problems += again
    tell("")
    size = kept.log().size if not any(one.level == "broken" for one in problems) else None
    if json:
        told = {"figures": {key: value for key, value in figures.items() if key != "runs"}} if deep else {}
        show_json({"entries": size, "deep": deep, "problems": [problem.as_dict() for problem in problems], **told})
    elif problems:
        print("\n".join(problem.words(lang) for problem in problems))
    else:
        also = {"zh": "，原件、数据文件和数据行亦然", "en": ", and so are originals, data files and rows"}[lang] if deep else ""
        print(
            {
                "zh": f"账本完好：{size} 条存证、瓦片、检查点、签名均相符{also}。",
                "en": f"The log is sound: {size} entries, their tiles, checkpoints and signatures agree{also}.",
            }[lang]
        )
        if figures.get("runs"):
            print(conclusion(figures, lang))
    return REFUSED if any(problem.level == "broken" for problem in problems) else DONE


def entry(index: int, store: Path | None, proof: Path | None, *, lang: str, json: bool) -> int:
    """One entry, and the proof that it stands in the log under the newest cosigned checkpoint that holds it, else the newest."""
    kept = with_log(store)
    log = kept.log()
    log.refresh()
    if not 0 <= index < log.size:
        zh, en = f"账本有 {log.size} 条，没有第 {index} 条（从 0 起）。", f"The log has {log.size} entries, from 0: there is no {index}."
        raise MissingError("entry_missing", zh, en, index=index)
    data = entries.read(log.entry(index))
    if proof is not None:
        proof.write_bytes(proof_of(kept, index).written())
    show_json({"index": index, "entry": data, **({"proof": str(proof)} if proof else {})})
    return DONE


def proof_of(store: Store, index: int) -> Proof:
    """The proof of one entry, under the newest cosigned checkpoint where that holds it."""
    log = store.log()
    log.refresh()
    note = proving_note(log, [*verifiers(store.keys), *(one.key for one in store.policy.witnesses)], index)
    return Proof(index, tuple(log.tiles.inclusion(index, Checkpoint.of(note.text).size)), note)


def keys_of(given: str) -> list[Verifier]:
    """Public keys: one line, or a file of lines."""
    path = Path(given)
    if "+" not in given and not path.is_file():
        zh, en = (
            f"没有公钥文件 {path}，它也不是公钥（名称+编号+base64）。",
            f"There is no file {path}, nor is it a public key (name+id+base64).",
        )
        raise MissingError("key_file_missing", zh, en, file=given)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else [given]
    return [verifier_of(line.strip()) for line in lines if line.strip()]


def with_log(store: Path | None, *, gone: bool = False) -> Store:
    """A store that has a log, or, with ``gone``, had one. Raises ``MissingError`` for one of before there was one."""
    kept = opened(existing_store(store), create=False)
    if not kept.has_log and not gone and kept.log_begun:
        zh = f"{kept.places.log} 不见了或没有检查点，而证据库有过账本：请从备份恢复它，然后运行 qingzhu ledger check。"
        en = f"{kept.places.log} is gone or has no checkpoint, and there was a log: restore it from a copy and run qingzhu ledger check."
        raise MissingError("log_gone", zh, en, log=str(kept.places.log))
    if not kept.log_begun:
        zh = f"{kept.path} 还没有存证账本：下次提交（qingzhu collect）或评价时建立，并补记全部日志。"
        en = f"{kept.path} has no log yet: the next hand-in (qingzhu collect) or evaluation begins one, with all that was recorded."
        raise MissingError("log_missing", zh, en, store=str(kept.path))
    return kept
