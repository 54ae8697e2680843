"""Bundles as an operator could make them who signs a false log with its true keys: every hash and signature holds."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger import merkle
from qingzhu.ledger.journal import canonical
from qingzhu.ledger.log import Log
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import signers

Change = Callable[[dict[str, Any]], object]
Rewrite = Callable[[dict[str, bytes], dict[str, Any], dict[str, Any]], object]
"""Changes the files of a bundle, its ``bundle.json`` and its run."""


def forged(
    store: Store, data: bytes, *, run: Change = len, submission: Change = len, figure: Change = len, files_of: Rewrite | None = None
) -> bytes:
    """The bundle over a log in which the run, its submissions, the figure or the files say something else."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        files = {name: held.read(name) for name in held.namelist()}
    told, line = json.loads(files["bundle.json"]), json.loads(files["figure.json"])
    paths = {int(name.split("/")[1].removesuffix(".json")): name for name in files if name.startswith("entries/") and "proof" not in name}
    entries = [json.loads(one) for one in store.log().entries()]
    at = next(index for index, one in enumerate(entries) if canonical(one) == files["run.json"])
    paths[at] = "run.json"
    for index in sorted(set(paths) - {at}):
        submission(entries[index])
    figure(line["figure"])
    if files_of:
        files_of(files, told, entries[at]["run"])
    size = entries[at]["run"]["input"]["size"]
    root = merkle.root_of([merkle.leaf_hash(canonical(one)) for one in entries[:size]])
    entries[at]["run"]["input"]["root"] = root.hex()
    if canonical(line) != files["figure.json"]:
        files["figure.json"] = canonical(line)
        entries[at]["run"]["rows"] |= {"figures": 1, "verdicts": 0, "root": merkle.leaf_hash(canonical(line)).hex()}
        told["leaf"] = {"index": 0, "size": 1, "hashes": []}
    run(entries[at])
    with tempfile.TemporaryDirectory() as folder:
        log = Log.open(Path(folder) / "log", signers(store.keys), Path(folder) / "signed")
        log.append([canonical(one) for one in entries])
        for index, path in paths.items():
            files[path] = canonical(entries[index])
            proof = Proof(index, tuple(log.tiles.inclusion(index, log.size)), log.note)
            files[path.replace(".json", ".tlog-proof")] = proof.written()
        told["input"] = [one.hex() for one in log.tiles.consistency(size, log.size)]
    told["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "bundle.json"}
    files["bundle.json"] = canonical(told)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return written.getvalue()


def frame_of(files: dict[str, bytes], path: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(files[path]))


def put(files: dict[str, bytes], path: str, frame: pl.DataFrame) -> None:
    written = io.BytesIO()
    frame.write_parquet(written)
    files[path] = written.getvalue()


def twice(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """The buildings count twice, by rows of nobody that make up the number."""
    ids = told["evidence"]["building"] = told["evidence"]["building"] * 2
    entries = [json.loads(data) for name, data in files.items() if name.startswith("entries/") and name.endswith(".json")]
    positions = {entry["id"]: entry["position"] for entry in entries}
    counted = canonical([[id, positions[id]] for id in ids])
    run["evidence"]["building"] = {"submissions": len(ids), "sha256": hashlib.sha256(counted).hexdigest()}
    rows = frame_of(files, "rows/building.parquet")
    put(files, "rows/building.parquet", pl.concat([rows, rows.with_columns(submission=pl.lit(None, pl.String))]))


def lighter(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    put(files, "rows/weighing.parquet", frame_of(files, "rows/weighing.parquet").with_columns(net_mass=pl.lit(1.0)))


def without_parameters(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    for path in [path for path in files if path.startswith("parameters/")]:
        del files[path]


def unhashed(entry: dict[str, Any]) -> None:
    for table in entry["tables"].values():
        table["hash"] = None


FORGERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "an entry that is no run": ("run", {"run": lambda one: one.update(kind="submission")}),
    "a run at another place": ("run", {"run": lambda one: one.update(position=one["position"] + 1)}),
    "a run of another form": ("run", {"run": lambda one: one["run"].update(format="qingzhu-run/0")}),
    "a figure of another measure": ("figure", {"figure": lambda one: one.update(measure="waste_load")}),
    "a figure of another project": ("figure", {"figure": lambda one: one["grain"].update(project="P02")}),
    "a figure of another id": ("figure", {"figure": lambda one: one.update(id="waste_intensity:P02")}),
    "evidence of another log": ("input", {"run": lambda one: one["run"]["input"].update(origin="log.example/other")}),
    "evidence of another pin": ("input", {"run": lambda one: one["run"]["pin"].update(position=1)}),
    "a submission of another project": ("submissions", {"submission": lambda one: one.update(project="P02")}),
    "a submission that was refused": ("submissions", {"submission": lambda one: one.update(kind="refusal")}),
    "a submission that counts twice": ("submissions", {"files_of": twice}),
    "a submission that another one supersedes": ("submissions", {"submission": lambda one: one.update(supersedes=one["id"])}),
    "a submission at another place": ("submissions", {"submission": lambda one: one.update(position=one["position"] + 1)}),
}
"""What such a bundle may say, and the finding that must not hold."""

UNREAD_BY_BROWSERS: dict[str, tuple[str, dict[str, Any]]] = {
    "rows that no hash holds": ("rows", {"submission": unhashed, "files_of": lighter}),
    "no parameter tables": ("rules", {"files_of": without_parameters}),
}
"""The same of Parquet, which no browser reads."""
