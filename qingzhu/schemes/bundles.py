"""Proof bundles 证明包: one figure with all it rests on and the proofs that nothing was changed. ``docs/spec/bundle.md``.

What is written here is what :mod:`qingzhu.schemes.bundle_checks` reads, which needs no store.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger import merkle
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.entries import opening
from qingzhu.ledger.journal import Record, canonical
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import Note
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import proving_note, verifiers
from qingzhu.measures import tables as measure_tables
from qingzhu.measures.load import FOLDER, Measure, order
from qingzhu.schemes.evaluate import UNSURVEYED, Session
from qingzhu.terms.errors import MissingError

FORMAT, RUN_FORMAT = "qingzhu-bundle/1", "qingzhu-run/1"
STAMP = (2021, 3, 16, 0, 0, 0)
"""The date every entry of the ZIP carries: the same figure gives the same bytes."""

README = """证明包：数值 {id}
用 qingzhu verify 本文件 --key 账本公钥 --witness 见证公钥 核对，不需要证据库和网络；各项含义见 docs/spec/bundle.md。

Proof bundle of the figure {id}
Check it by qingzhu verify FILE --key KEY --witness KEY; no store and no network are needed. docs/spec/bundle.md says what is in it.
"""


def bundle(session: Session, id: str, record: Record, *, originals: bool) -> bytes:
    """The bundle of a figure 证明包 of a run, as the bytes of a ZIP file.

    Raises ``MissingError`` where the run's rows hold no such figure.
    """
    store, run = session.store, record["run"]
    log = store.log()
    log.refresh()
    note = proving_note(log, [*verifiers(store.keys), *(one.key for one in store.policy.witnesses)], record["position"] - 1)
    size = Checkpoint.of(note.text).size
    lines = store.original(run["rows"]["sha256"]).read_bytes().splitlines()
    at = _line(lines, id)
    measures = [session.measures[name] for name in order(session.measures, [id.split(":")[0]])]
    evidence = {name: session.tables.evidence[name] for name in _read(measures, session, evidence=True)}
    project = run["project"]
    counted = {name: own_submissions(session, name, project) for name in evidence}
    files: dict[str, bytes] = {"figure.json": lines[at], "README.txt": README.format(id=id).encode()}
    files |= _entry("run", log, record["position"] - 1, note, size)
    for submission in sorted({one for ids in counted.values() for one in ids}):
        position = store.index.standings[submission].record["position"]
        files |= _entry(f"entries/{position - 1}", log, position - 1, note, size)
        if originals:
            hashes = [one["sha256"] for one in store.index.standings[submission].record["originals"]]
            files |= {f"originals/{sha256}": store.original(sha256).read_bytes() for sha256 in hashes}
    files |= {
        f"rows/{name}.parquet": _parquet(rows_of(store, name, given.files, counted[name], project)) for name, given in evidence.items()
    }
    parameters = session.tables.parameters
    files |= {
        f"parameters/{name}.parquet": _parquet(parameters[name]) for name in _read(measures, session, evidence=False) if name in parameters
    }
    files |= {f"measures/{path.relative_to(FOLDER).as_posix()}": path.read_bytes() for path in sources_of(measures)}
    told = {
        "format": FORMAT,
        "figure": id,
        "files": {path: hashlib.sha256(data).hexdigest() for path, data in files.items()},
        "leaf": {"index": at, "size": len(lines), "hashes": [one.hex() for one in _siblings(lines, at)]},
        "input": [one.hex() for one in log.tiles.consistency(run["input"]["size"], size)],
        "evidence": counted,
        "openings": {name: [opening(store.index.standings[id].record, name) for id in ids] for name, ids in counted.items()},
        "measures": [measure.name for measure in measures],
    }
    return _zipped({"bundle.json": canonical(told), **files})


def own_submissions(session: Session, table: str, project: str) -> list[str]:
    """The submissions of a project whose rows in a table count in a session, in the order of the journal."""
    standings = session.store.index.standings
    ids = session.tables.evidence[table].submissions or ()
    return [id for id in ids if id in standings and standings[id].record["slot"]["project"] == project]


def rows_of(store: Store, table: str, files: Iterable[str], submissions: list[str], project: str) -> pl.DataFrame:
    """The rows of these submissions in a table, without what is personal; a column an older file lacks is null.

    The bare row of a project without a survey is of none.
    """
    contract = store.contract(table)
    shown = [column.name for column in contract.columns if not column.personal]
    paths = list(files)
    if not paths:
        return pl.DataFrame(schema={name: contract.schema[name] for name in shown})
    frame = pl.scan_parquet(paths, schema=contract.schema, missing_columns="insert", extra_columns="ignore")
    bare = (pl.col("submission") == UNSURVEYED) & (pl.col("project") == project) if "project" in contract.schema else pl.lit(False)
    return frame.filter(pl.col("submission").is_in(submissions) | bare).select(shown).collect()


def sources_of(measures: Iterable[Measure]) -> list[Path]:
    """The files of measures: SQL, or code and contract of a derived table that is a function with all code beside it; the vocabulary."""
    found = {FOLDER / "vocabulary.toml"}
    for measure in measures:
        found.add(measure.path)
        if measure.function:
            found |= {*measure.path.parent.glob("*.py"), measure.path.with_suffix(".toml")}
    return sorted(found)


def evidence_hashes(session: Session, measures: Iterable[str], project: str) -> dict[str, dict[str, Any]]:
    """By evidence table of a run how many submissions of the project counted, and the hash that binds them (:func:`counted_hash`)."""
    given = [session.measures[name] for name in order(session.measures, sorted(measures))]
    ids = {name: own_submissions(session, name, project) for name in _read(given, session, evidence=True)}
    standings = session.store.index.standings
    return {name: counted_hash({id: standings[id].record["position"] for id in one}) for name, one in ids.items()}


def counted_hash(positions: Mapping[str, int]) -> dict[str, Any]:
    """How many submissions counted, and the SHA-256 of the canonical list of id and position of each, in order 计入的提交."""
    return {"submissions": len(positions), "sha256": hashlib.sha256(canonical([list(one) for one in positions.items()])).hexdigest()}


def _read(measures: Iterable[Measure], session: Session, *, evidence: bool) -> list[str]:
    """The tables that measures read: those of evidence, or parameter tables."""
    names = {name for measure in measures for name in (*measure.inputs, *measure.parameters) if name not in session.measures}
    return sorted(name for name in names if (name in measure_tables.evidence() and name in session.tables.evidence) == evidence)


def _entry(path: str, log: Log, index: int, note: Note, size: int) -> dict[str, bytes]:
    proof = Proof(index, tuple(log.tiles.inclusion(index, size)), note)
    return {f"{path}.json": log.entry(index), f"{path}.tlog-proof": proof.written()}


def _line(lines: list[bytes], id: str) -> int:
    found = [place for place, line in enumerate(lines) if json.loads(line).get("figure", {}).get("id") == id]
    if not found:
        zh, en = f"该次计算没有数值 {id}。", f"The run gave no figure {id}."
        raise MissingError("unknown_id", zh, en, id=id)
    return found[0]


def _siblings(lines: list[bytes], at: int) -> list[bytes]:
    hashes = [merkle.leaf_hash(line) for line in lines]
    return merkle.inclusion(at, len(lines), lambda level, number: merkle.root_of(hashes[number << level : (number + 1) << level]))


def _parquet(frame: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.write_parquet(written, compression="zstd")
    return written.getvalue()


def _zipped(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return written.getvalue()
