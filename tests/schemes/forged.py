"""Bundles as an operator could make them who signs a false log with its true keys: every hash and signature holds."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger import merkle
from qingzhu.ledger.journal import canonical
from qingzhu.ledger.keys import Signer
from qingzhu.ledger.log import Log
from qingzhu.ledger.notes import Note
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.store import Store
from qingzhu.ledger.store_log import signers
from qingzhu.measures.inputs import Tables
from qingzhu.schemes.bundles import README, counted_hash

Change = Callable[[dict[str, Any]], object]
Rewrite = Callable[[dict[str, bytes], dict[str, Any], dict[str, Any]], object]
"""Changes the files of a bundle, its ``bundle.json`` and its run."""


def forged(
    store: Store,
    data: bytes,
    *,
    run: Change = len,
    submission: Change = len,
    figure: Change = len,
    files_of: Rewrite | None = None,
    spelt: Callable[[bytes], bytes] = bytes,
    signed: Callable[[Note, Sequence[Signer]], Note] = lambda note, keys: note,
) -> bytes:
    """The bundle over a log in which the run, its submissions, the figure or the files say something else.

    ``spelt`` writes the line of the figure otherwise than canonical JSON, ``signed`` signs the checkpoint otherwise.
    """
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
    if spelt(canonical(line)) != files["figure.json"]:
        files["figure.json"] = spelt(canonical(line))
        entries[at]["run"]["rows"] |= {"figures": 1, "verdicts": 0, "root": merkle.leaf_hash(files["figure.json"]).hex()}
        told["leaf"] = {"index": 0, "size": 1, "hashes": []}
    run(entries[at])
    with tempfile.TemporaryDirectory() as folder:
        log = Log.open(Path(folder) / "log", signers(store.keys), Path(folder) / "signed")
        log.append([canonical(one) for one in entries])
        note = signed(log.note, log.signers)
        for index, path in paths.items():
            files[path] = canonical(entries[index])
            proof = Proof(index, tuple(log.tiles.inclusion(index, log.size)), note)
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


def listed_twice(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """The same where the list of the bundle alone says so, and the run counted once."""
    counted = dict(run["evidence"]["building"])
    twice(files, told, run)
    run["evidence"]["building"] = counted


def from_nowhere(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """Tickets more, of the submission of the survey, which handed in none; the run says that it counted."""
    ids = told["evidence"]["weighing"] = [*told["evidence"]["building"], *told["evidence"]["weighing"]]
    told["openings"]["weighing"].insert(0, None)
    entries = [json.loads(data) for name, data in files.items() if name.startswith("entries/") and name.endswith(".json")]
    positions = {entry["id"]: entry["position"] for entry in entries}
    run["evidence"]["weighing"] = counted_hash({id: positions[id] for id in ids})
    rows = frame_of(files, "rows/weighing.parquet")
    extra = rows.head(1).with_columns(submission=pl.lit(ids[0]), ticket=pl.lit("T9"))
    put(files, "rows/weighing.parquet", pl.concat([extra, rows]))


def of_a_neighbour(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """A bundle of the figure of a project that is not the run's."""
    told["figure"] = NEIGHBOUR
    files["README.txt"] = README.format(id=NEIGHBOUR).encode()


NEIGHBOUR = "waste_intensity:P02"


def lighter(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    put(files, "rows/weighing.parquet", frame_of(files, "rows/weighing.parquet").with_columns(net_mass=pl.lit(1.0)))


def without_parameters(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    for path in [path for path in files if path.startswith("parameters/")]:
        del files[path]


def earlier(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """The run says to have read the first entry only, and counts the second one."""
    run["input"]["size"] = run["pin"]["position"] = 1


def lenient(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """No waste counts, by a table that is not the one the run says."""
    put(files, "parameters/waste_origin.parquet", uncounted(files))


def uncounted(files: dict[str, bytes]) -> pl.DataFrame:
    return frame_of(files, "parameters/waste_origin.parquet").with_columns(in_intensity=pl.lit(value=False))


def of_others(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """A parameter table that no measure of the figure reads, told by the run all the same."""
    rows = pl.DataFrame({"waste_origin": ["works_waste"]})
    put(files, "parameters/approved.parquet", rows)
    run["parameters"]["approved"] = Tables({}, {"approved": rows}, Path()).key("approved", date.fromisoformat(run["on"]))


def extended(note: Note, keys: Sequence[Signer]) -> Note:
    """A line more that the only signature, by ML-DSA-44, does not speak of."""
    text = f"{note.text}the platform is closed from 2027 on\n"
    return Note(text, tuple(one.sign(text) for one in keys if one.kind == "ml-dsa-44"))


def renamed(note: Note, keys: Sequence[Signer]) -> Note:
    """The checkpoint under the name of another log, signed by keys that are not that log's."""
    text = note.text.replace(keys[0].name, ANOTHER_LOG, 1)
    return Note(text, tuple(one.sign(text) for one in keys))


ANOTHER_LOG = "log.example/other"


def nothing_but_the_run(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """A bundle that says of nothing what the figure was computed from."""
    told |= {"evidence": {}, "measures": told["measures"][-1:]}
    for path in list(files):
        if path.startswith(("entries/", "rows/", "parameters/", "originals/")):
            del files[path]


def without_a_table(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    del told["evidence"]["building"], files["rows/building.parquet"]


def any_text_for_what_it_is_derived_from(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    told["measures"] = told["measures"][-1:]
    files["measures/waste/waste_load.sql"] = b"SELECT 0"


def with_file(path: str, content: bytes = b"SELECT 9999 AS value") -> dict[str, Rewrite]:
    """The bundle with one file more, or another one."""
    return {"files_of": lambda files, told, run: files.update({path: content})}


def of_another_version(path: str, name: str) -> Rewrite:
    """All by a measure or vocabulary that is not the program's: nothing is wrong with that."""

    def change(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
        files[path] += b"\n"
        hashes = run if name == "vocabulary" else run["measures"]
        hashes[name] = hashlib.sha256(files[path]).hexdigest()

    return change


OTHER_INTENSITY = of_another_version("measures/waste/waste_intensity.sql", "waste_intensity")


def of_another_chain(files: dict[str, bytes], told: dict[str, Any], run: dict[str, Any]) -> None:
    """The same of a measure that was derived from nothing and read no parameters."""
    OTHER_INTENSITY(files, told, run)
    del files["measures/waste/waste_load.sql"], told["evidence"]["building"], files["rows/building.parquet"]
    told["measures"] = told["measures"][-1:]
    without_parameters(files, told, run)


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
    "evidence of another log": ("input", {"run": lambda one: one["run"]["input"].update(origin=ANOTHER_LOG)}),
    "evidence of another pin": ("input", {"run": lambda one: one["run"]["pin"].update(position=1)}),
    "a submission of another project": ("submissions", {"submission": lambda one: one.update(project="P02")}),
    "a submission that was refused": ("submissions", {"submission": lambda one: one.update(kind="refusal")}),
    "a submission that counts twice": ("submissions", {"files_of": twice}),
    "a submission that is listed twice": ("submissions", {"files_of": listed_twice}),
    "a figure of a project that is not the run's": (
        "figure",
        {"figure": lambda one: one.update(id=NEIGHBOUR, grain={"project": "P02"}), "files_of": of_a_neighbour},
    ),
    "a submission that another one supersedes": ("submissions", {"submission": lambda one: one.update(supersedes=one["id"])}),
    "a submission at another place": ("submissions", {"submission": lambda one: one.update(position=one["position"] + 1)}),
    "a submission later than what the run read": ("submissions", {"files_of": earlier}),
    "submissions other than the run counted": (
        "submissions",
        {"run": lambda one: one["run"]["evidence"]["weighing"].update(sha256="0" * 64)},
    ),
    "another number of lines": ("figure", {"run": lambda one: one["run"]["rows"].update(verdicts=one["run"]["rows"]["verdicts"] + 1)}),
    "a figure of infinity": ("figure", {"spelt": lambda line: line.replace(b"187.5", b"Infinity")}),
    "a figure that is no number": ("figure", {"spelt": lambda line: line.replace(b"187.5", b"NaN")}),
    "nothing but the run": ("submissions", {"files_of": nothing_but_the_run}),
    "a table of evidence less": ("submissions", {"files_of": without_a_table}),
    "rows that no hash holds": ("rows", {"submission": unhashed, "files_of": lighter}),
    "a table of rows more": ("rows", with_file("rows/noise.parquet", b"PAR1")),
    "another text about it": ("files", with_file("README.txt", "数值为 9999，已批准。".encode())),
    "a page of its own": ("files", with_file("report.html", b"<p>approved")),
    "an entry with two names": ("files", with_file("entries/00.json", b"{}")),
    "any text for what it is derived from": ("rules", {"files_of": any_text_for_what_it_is_derived_from}),
    "a measure more": ("rules", with_file("measures/waste/approved.sql")),
    "a measure there twice": ("rules", with_file("measures/dust/waste_load.sql")),
    "no parameter tables": ("rules", {"files_of": without_parameters}),
    "a parameter table more": ("rules", {"files_of": of_others}),
    "a file of SQL of another term": ("rules", with_file("measures/carbon/waste_intensity.sql")),
    "a figure beyond all numbers": ("figure", {"spelt": lambda line: line.replace(b"187.5", b"1e999")}),
    "a figure of two values": ("figure", {"spelt": lambda line: line.replace(b'"value":', b'"value":107.5,"value":')}),
    "a figure spelt otherwise": ("figure", {"spelt": lambda line: line.replace(b"187.5", b"1.875e2")}),
    "a figure with blanks": ("figure", {"spelt": lambda line: line.replace(b":187.5", b": 187.5")}),
    "a figure with half a letter": ("figure", {"spelt": lambda line: line.replace(b'"gap":null', b'"gap":"\\ud800"')}),
    "a checkpoint under the name of another log": (
        "signature",
        {"signed": renamed, "run": lambda one: one["run"]["input"].update(origin=ANOTHER_LOG)},
    ),
    "a line that ML-DSA-44 does not sign": ("signature", {"signed": extended}),
}
"""What such a bundle may say, and the finding that must not hold."""

UNREAD_BY_BROWSERS: dict[str, tuple[str, dict[str, Any]]] = {
    "rows of a submission that handed in none": ("rows", {"files_of": from_nowhere}),
    "another parameter table than the run says": ("rules", {"files_of": lenient}),
    "a figure of another value": ("recomputed", {"figure": lambda one: one.update(value=107.5)}),
    "a figure of another unit": ("recomputed", {"figure": lambda one: one.update(unit="kg/m²")}),
    "a figure with an upper bound": ("recomputed", {"figure": lambda one: one.update(high=200.0)}),
    "a figure with a gap": ("recomputed", {"figure": lambda one: one.update(gap="no_floor_area")}),
    "a figure of another coverage": ("recomputed", {"figure": lambda one: one.update(coverage=50.0)}),
    "a figure of a building": ("recomputed", {"figure": lambda one: one["grain"].update(building="B1")}),
    "a figure that says more": ("recomputed", {"figure": lambda one: one.update(approved=True)}),
}
"""The same of what no browser reads or computes: Parquet, the figure from its rows."""

FOREIGN: dict[str, tuple[str, Rewrite]] = {
    "a measure": ("waste_intensity", OTHER_INTENSITY),
    "what it is derived from": ("waste_load", of_another_version("measures/waste/waste_load.sql", "waste_load")),
    "the vocabulary": ("vocabulary", of_another_version("measures/vocabulary.toml", "vocabulary")),
    "another chain": ("waste_intensity", of_another_chain),
}
"""Rules that are not this program's, as another version would have them: what is told of it; nothing is wrong, nothing is proven."""
