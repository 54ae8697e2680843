"""Runs 计算存证: what a pass of measures and schemes stood on and gave, as a record that the log holds. ``docs/spec/run.md``.

The rows a run gave are kept as one file, a line of canonical JSON each: figures, then verdicts, both in the order of their ids. The root
of the Merkle tree over these lines stands in the run, so that one figure can be shown with a short proof and without the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from qingzhu.ledger import merkle
from qingzhu.ledger.acts import plain
from qingzhu.ledger.journal import Record, canonical
from qingzhu.ledger.store import Store
from qingzhu.ledger.witnessing import state_of
from qingzhu.measures.load import order
from qingzhu.schemes.bundles import RUN_FORMAT, evidence_hashes
from qingzhu.schemes.evaluate import Session
from qingzhu.schemes.rule_hashes import judging_hash, scheme_hash
from qingzhu.terms.errors import BrokenChainError, MissingError
from qingzhu.terms.figures import Figure, Verdict


def lines_of(figures: Iterable[Figure], verdicts: Iterable[Verdict]) -> list[bytes]:
    """The rows of a run 计算结果行, each canonical JSON; of a verdict its tree is in it by SHA-256."""
    found = [canonical({"figure": plain(one.as_dict())}) for one in sorted(figures, key=lambda one: one.id)]
    for verdict in sorted(verdicts, key=lambda one: one.id):
        told = plain(verdict.as_dict())
        tree = hashlib.sha256(canonical(told.pop("tree"))).hexdigest()
        found.append(canonical({"verdict": {**told, "tree_sha256": tree}}))
    return found


def run_of(session: Session, project: str, figures: Sequence[Figure], verdicts: Sequence[Verdict]) -> tuple[dict[str, Any], bytes]:
    """The run of one project 计算 and the bytes of its rows. Raises ``MissingError`` where the store has no log."""
    lines = lines_of(figures, verdicts)
    data = b"".join(line + b"\n" for line in lines)
    names = order(session.measures, sorted(name for name, measure in session.measures.items() if not measure.derived))
    pin, log = session.pin, session.store.log()
    root = log.tiles.root(pin.position)
    if not merkle.consistent(pin.position, log.size, root, log.checkpoint.root, log.tiles.consistency(pin.position)):
        raise BrokenChainError(
            "input_root",
            "由瓦片算出的输入检查点与已签署的根不符：请用 qingzhu ledger check 检查账本。",
            "The input checkpoint that the tiles give does not agree with the signed root: run qingzhu ledger check.",
        )
    pinned = session.pinned()
    run = {
        "format": RUN_FORMAT,
        "project": project,
        "region": session.region,
        "on": session.on.isoformat(),
        "pin": {"position": pin.position, "head": pin.head, "versions": dict(pin.versions)},
        "input": {"origin": log.origin, "size": pin.position, "root": root.hex()},
        "engine": pinned["engine"],
        "vocabulary": pinned["vocabulary"],
        "parameters": pinned["parameters"],
        "measures": {name: session.measures[name].sha256 for name in names},
        "evidence": evidence_hashes(session, names, project),
        "schemes": {name: scheme_hash(name, session) for name in sorted({one.scheme for one in verdicts})},
        "judging": judging_hash(),
        "rows": {
            "figures": len(figures),
            "verdicts": len(verdicts),
            "root": merkle.root_of([merkle.leaf_hash(line) for line in lines]).hex(),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
        },
    }
    return run, data


def recorded(
    session: Session, project: str, figures: Sequence[Figure], verdicts: Sequence[Verdict], given_by: str, given_at: datetime
) -> dict[str, Any] | None:
    """Record a run 计算存证; where it stands in the log, None where nothing may be written: a copy to be read, or one without keys."""
    if not session.store.writable:
        return None
    try:
        session.store.settle()
        run, data = run_of(session, project, figures, verdicts)
        record = session.store.record_run(run, data, given_by=given_by, given_at=given_at)
        return stands(session.store, record, int(given_at.timestamp()))
    except MissingError as error:
        if error.code != "log_key_missing":
            raise
        return None


def stands(store: Store, record: Record, now: int) -> dict[str, Any]:
    """Where a run stands in the log: its entry, the input checkpoint of its figures, the newest checkpoint, who witnessed, as of ``now``.

    ``now`` [s since 1970] tells how long ago that was.
    """
    log = store.log()
    checkpoint = log.refresh()
    return {
        "origin": log.origin,
        "entry": record["position"] - 1,
        "run": record["id"],
        "input": {"size": record["run"]["input"]["size"], "root": record["run"]["input"]["root"]},
        "checkpoint": {"size": checkpoint.size, "root": checkpoint.root.hex()},
        "witnessed": state_of(log, store.policy, now),
    }


def run_for(
    store: Store, project: str, on: str, position: int, figure: str, fits: Callable[[Record], bool] = lambda record: True
) -> Record | None:
    """The newest run that gave a figure or verdict of a project on a date, from the evidence up to a position; None where there is none.

    ``fits`` may ask for more: that it was of the same rules, say.
    """
    measure = figure.split(":")[0]
    for record in reversed(store.refresh().runs.values()):
        run = record["run"]
        asked = (run["project"], run["on"], run["pin"]["position"]) == (project, on, position)
        if asked and (measure in run["measures"] or run["rows"]["verdicts"]) and fits(record):
            return record
    return None
