"""``qingzhu ledger`` 存证账本: what it holds, whether it is sound, one entry with its proof."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qingzhu.cli.outcome import DONE, REFUSED, progress, show_json
from qingzhu.cli.places import existing_store, opened
from qingzhu.ledger import entries
from qingzhu.ledger.keys import Verifier, time_of, verifier_of
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import verifiers
from qingzhu.terms.errors import MissingError

WORDS = {
    "origin": ("账本", "log"),
    "size": ("条数", "entries"),
    "root": ("根哈希", "root"),
    "records": ("日志记录", "journal records"),
    "cosigned": ("见证", "cosigned"),
    "key": ("公钥", "public key"),
}


def show(store: Path | None, *, lang: str, json: bool) -> int:
    """The newest checkpoint, the public keys to tell those who verify, the cosignatures."""
    kept = with_log(store)
    log = kept.log()
    checkpoint, cosigned = log.refresh(), log.cosigned()
    own = verifiers(kept.keys)
    lines = [one for one in cosigned.signatures if one.name != checkpoint.origin] if cosigned else []
    data: dict[str, Any] = {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "records": kept.refresh().position,
        "cosigned": [{"name": one.name, "time": time_of(one.signature)} for one in lines],
        "keys": [{"kind": key.kind, "key": key.line()} for key in own],
    }
    if json:
        show_json(data)
        return DONE
    at = 0 if lang == "zh" else 1
    for name in ("origin", "size", "root", "records"):
        print(f"{WORDS[name][at]}: {data[name]}")
    names = ", ".join(one["name"] for one in data["cosigned"])
    print(f"{WORDS['cosigned'][at]}: {names or {'zh': '尚无见证', 'en': 'no witness yet'}[lang]}")
    for one in data["keys"]:
        print(f"{WORDS['key'][at]} ({one['kind']}): {one['key']}")
    return DONE


def check(store: Path | None, *, deep: bool, witnesses: list[str], lang: str, json: bool) -> int:
    """Check the log, with ``deep`` all evidence; every problem in words."""
    kept, tell = with_log(store), progress(json)
    known = [key for given in witnesses for key in keys_of(given)]
    problems = kept.check_log(known, lambda what, done, all: tell(f"{what} {done:,}/{all:,}"))
    problems += kept.check(deep=deep, tell=lambda what, done, all: tell(what)) if deep else []
    tell("")
    size = kept.log().size
    if json:
        show_json({"entries": size, "deep": deep, "problems": [problem.as_dict() for problem in problems]})
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
    checkpoint, note = log.refresh(), log.note
    cosigned = log.cosigned()
    if cosigned is not None and int(cosigned.text.split("\n")[1]) > index:
        note = cosigned
    size = int(note.text.split("\n")[1]) if note is not None else checkpoint.size
    assert note is not None
    return Proof(index, tuple(log.tiles.inclusion(index, size)), note)


def keys_of(given: str) -> list[Verifier]:
    """Public keys: one line, or a file of lines."""
    path = Path(given)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else [given]
    return [verifier_of(line) for line in lines if line.strip()]


def with_log(store: Path | None) -> Store:
    """A store that has a log. Raises ``MissingError`` for one of before there was one."""
    kept = opened(existing_store(store), create=False)
    if not kept.has_log:
        zh = f"{kept.path} 还没有存证账本：下次提交（qingzhu collect）或评价时建立，并补记全部日志。"
        en = f"{kept.path} has no log yet: the next hand-in (qingzhu collect) or evaluation begins one, with all that was recorded."
        raise MissingError("log_missing", zh, en, store=str(kept.path))
    return kept
