"""The check of a proof bundle 核对证明包: what holds, what does not, what was not checked; no store, no network. ``docs/spec/bundle.md``.

Nothing in a bundle is trusted before it is hashed by something that is, down from a checkpoint signed by a key the caller names.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from qingzhu.ledger import checkpoints, contracts, entries, merkle, policies, proofs
from qingzhu.ledger.acts import plain
from qingzhu.ledger.keys import time_of
from qingzhu.ledger.policies import Policy
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.rows import hash_of_rows
from qingzhu.measures import run as measuring
from qingzhu.measures import tables as measure_tables
from qingzhu.measures.engines import open_engine
from qingzhu.measures.engines.bounded import bounded_rows
from qingzhu.measures.inputs import Files, Tables
from qingzhu.measures.load import Measure, load, order
from qingzhu.measures.vocabulary import vocabulary_hash
from qingzhu.rulebook.book import Rulebook
from qingzhu.schemes.bundle_files import PATH, bundle_broken, hold_measures, no_bundle, paths_of, strict, told_by, unzipped
from qingzhu.schemes.bundle_findings import SUBJECTS, TITLES, Finding, State
from qingzhu.schemes.bundles import FORMAT, README, RUN_FORMAT, counted_hash
from qingzhu.schemes.evaluate import UNSURVEYED
from qingzhu.terms.errors import MeasureError, QingzhuError
from qingzhu.terms.figures import Figure, split_id

MOST_PARAMETERS = 1_000_000
"""More rows of a parameter table are not read."""

AGREES = 1e-9
"""Two engines may differ by so much, relative."""

_UNREADABLE = (
    QingzhuError, KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, StopIteration, RecursionError, OSError,
    pl.exceptions.PolarsError, pl.exceptions.PanicException,
)  # fmt: skip
"""What reading altered bytes may raise; polars panics on some Parquet."""


def checked(data: bytes, policy: Policy, rulebook: Rulebook) -> list[Finding]:
    """Check a bundle 核对 against a policy: the log's keys, the witnesses, the quorum. Raises ``MalformedError`` for what is no bundle.

    ``rulebook`` gives the parameter tables that the program vouches for.
    """
    return _Bundle(data, policy, rulebook).findings()


class _Bundle:
    """One bundle while it is checked."""

    def __init__(self, data: bytes, policy: Policy, rulebook: Rulebook) -> None:
        self.policy, self.rulebook = policy, rulebook
        self.files = unzipped(data)
        self.told = told_by(self.files.get("bundle.json", b""))
        if self.told.get("format") != FORMAT:
            raise no_bundle(
                f"格式为 {self.told.get('format')!r}，应为 {FORMAT}", f"its format is {self.told.get('format')!r}, wanted {FORMAT}"
            )
        self.found: list[Finding] = []
        self.signed: Proof | None = None
        self.run: dict[str, Any] = {}
        self.figure: dict[str, Any] = {}
        self.house: dict[str, Measure] = {}
        self.needed: list[str] = []
        self.strange: list[str] = []  # measures of the run that are not this program's
        self.entries: dict[str, dict[str, Any]] = {}
        self.frames: dict[str, pl.DataFrame] = {}

    def findings(self) -> list[Finding]:
        """Every finding in the order of the page; after one that the next rests on fails, that one is not checked."""
        steps: tuple[tuple[str, Callable[[], tuple[str, str]], bool], ...] = (
            ("files", self._files, True), ("signature", self._signature, True), ("witnesses", self._witnesses, False),
            ("run", self._run, True), ("figure", self._figure, True), ("input", self._input, True),
            ("submissions", self._submissions, True), ("rows", self._rows, True), ("rules", self._rules, True),
            ("recomputed", self._recomputed, False), ("originals", self._originals, False),
        )  # fmt: skip
        stopped = False
        for key, step, needed in steps:
            if stopped:
                self._say(key, "not_checked", "前面有一项不成立，未核对", "something before it does not hold, so it was not checked")
                continue
            try:
                words = step()
            except _NotCheckedError as error:
                self._say(key, "not_checked", error.zh, error.en)
                continue
            except _UNREADABLE as error:
                zh, en = (
                    (error.zh, error.en)
                    if isinstance(error, QingzhuError)
                    else (f"内容残缺：{error!r}", f"something is missing: {error!r}")
                )
                self._say(key, "fails", zh, en)
                stopped = needed
                continue
            self._say(key, "holds", *words)
        return self.found

    def _say(self, key: str, state: State, zh: str, en: str) -> None:
        title_zh, title_en = (TITLES if state == "holds" else SUBJECTS)[key]
        self.found.append(Finding(key, state, f"{title_zh}：{zh}" if zh else title_zh, f"{title_en}: {en}" if en else title_en))

    def _files(self) -> tuple[str, str]:
        told = self.told["files"]
        other = sorted(set(self.files) ^ {*told, "bundle.json"})
        if other:
            raise bundle_broken(f"与清单不符：{other[0]}", f"{other[0]} is not as the list says")
        for path, sha256 in told.items():
            if not PATH.fullmatch(path):
                raise bundle_broken(f"{path!r} 不属于证明包", f"{path!r} is no part of a bundle")
            if hashlib.sha256(self.files[path]).hexdigest() != sha256:
                raise bundle_broken(f"{path} 与清单中的 SHA-256 不符", f"{path} does not have the SHA-256 of the list")
        if self.files["README.txt"] != README.format(id=self.told["figure"]).encode():
            raise bundle_broken("README.txt 已被改动", "README.txt was changed")
        return f"{len(told)} 个文件", f"{len(told)} files"

    def _signature(self) -> tuple[str, str]:
        self.signed = proofs.read(self.files["run.tlog-proof"])
        checkpoint = self.signed.checkpoint
        own = [one.key for one in self.policy.logs if one.key.name == checkpoint.origin]
        if not own:
            raise bundle_broken(
                f"检查点来自账本“{checkpoint.origin}”，不是所给公钥的账本",
                f"the checkpoint is of {checkpoint.origin!r}, not of the log of the key given",
            )
        kinds = ", ".join(key.kind for key in checkpoints.signed(self.signed.note, own))
        return f"{checkpoint.origin}，{checkpoint.size} 条（{kinds}）", f"{checkpoint.origin}, {checkpoint.size} entries ({kinds})"

    def _witnesses(self) -> tuple[str, str]:
        note = _the(self.signed).note
        of, least = len({one.key.name for one in self.policy.witnesses}), self.policy.least
        found = policies.cosignatures(note, [one.key for one in self.policy.witnesses])
        seen = sorted({key.name for key in found})
        names = ", ".join(seen) or "—"
        zh, en = f"{len(seen)}/{of}（{names}），法定数 {least}", f"{len(seen)} of {of} ({names}), quorum {least}"
        if not self.policy.met(list(found)):
            raise bundle_broken(f"{zh}：未达法定数", f"{en}: no quorum")
        if not found:
            given = ("未给出见证人公钥", "no key of a witness was given") if not of else (zh, en)
            raise _NotCheckedError(f"{given[0]}：只有账本自己的签名", f"{given[1]}: only the log itself has signed")
        when = _moment(max(time_of(one.signature) for one in found.values()))
        return f"{zh}，最近于 {when}", f"{en}, the last at {when}"

    def _run(self) -> tuple[str, str]:
        entry = self._included("run", _the(self.signed).index)
        if entry["kind"] != "run" or entry["run"]["format"] != RUN_FORMAT:
            raise bundle_broken("条目不是一次计算", "the entry is no run")
        self.run = entry["run"]
        return f"第 {_the(self.signed).index} 条，评价日期 {self.run['on']}", f"entry {_the(self.signed).index}, as of {self.run['on']}"

    def _included(self, path: str, index: int) -> dict[str, Any]:
        """An entry of the bundle, held to its proof and to the one checkpoint."""
        proof, signed = proofs.read(self.files[f"{path}.tlog-proof"]), _the(self.signed)
        if proof.note != signed.note or proof.index != index:
            raise bundle_broken(f"{path} 的证明不在同一检查点", f"the proof of {path} is not under the same checkpoint")
        checkpoint, data = signed.checkpoint, self.files[f"{path}.json"]
        if not merkle.included(merkle.leaf_hash(data), index, checkpoint.size, proof.hashes, checkpoint.root):
            raise bundle_broken(
                f"{path} 不在账本第 {index} 条：条目或证明已被改动",
                f"{path} does not stand at {index} of the log: it or its proof was changed",
            )
        entry = entries.read(data)
        if entry["position"] != index + 1:
            raise bundle_broken(f"{path} 自称第 {entry['position']} 条记录", f"{path} calls itself record {entry['position']}")
        return entry

    def _figure(self) -> tuple[str, str]:
        line, leaf, rows = self.files["figure.json"], self.told["leaf"], self.run["rows"]
        hashes = [bytes.fromhex(one) for one in leaf["hashes"]]
        if leaf["size"] != rows["figures"] + rows["verdicts"]:
            raise bundle_broken("结果行数与计算所记不符", "the number of lines is not that of the run")
        if not merkle.included(merkle.leaf_hash(line), leaf["index"], leaf["size"], hashes, bytes.fromhex(rows["root"])):
            raise bundle_broken(
                "数值不是该次计算的结果：数值或证明已被改动", "the figure is none of the run's: it or its proof was changed"
            )
        figure = strict(line)["figure"]
        self.figure = figure
        name, values = split_id(self.told["figure"])
        self.house, self.needed, self.strange = self._rules_of(name)
        grain = figure["grain"]
        in_order = [grain[column] for column in self.house[name].grain] if self.house else sorted(grain.values())
        right = (figure["id"], figure["measure"], grain["project"]) == (self.told["figure"], name, self.run["project"])
        if not right or in_order != (values if self.house else sorted(values)):
            raise bundle_broken("数值的编号、粒度或项目不符", "the figure has another id, grain or project")
        return f"{figure['id']} = {figure['value']} {figure['unit']}", f"{figure['id']} = {figure['value']} {figure['unit']}"

    def _rules_of(self, name: str) -> tuple[dict[str, Measure], list[str], list[str]]:
        """The program's measures that give the figure, in order, if they are those of the run; else the names of those that are not."""
        try:
            house = load(names=[name])
        except MeasureError:  # of a region, or of another version
            return {}, [], [name]
        needed, told = order(house, [name]), self.run["measures"]
        foreign = [one for one in needed if house[one].sha256 != told.get(one)]
        return ({}, [], foreign) if foreign else (house, needed, [])

    def _input(self) -> tuple[str, str]:
        given, checkpoint = self.run["input"], _the(self.signed).checkpoint
        proof = [bytes.fromhex(one) for one in self.told["input"]]
        if (given["origin"], given["size"]) != (checkpoint.origin, self.run["pin"]["position"]):
            raise bundle_broken(
                "输入检查点的账本名称或条数与计算的基准不符", "the input checkpoint is of another log, or not at the pin of the run"
            )
        if not merkle.consistent(given["size"], checkpoint.size, bytes.fromhex(given["root"]), checkpoint.root, proof):
            raise bundle_broken("输入检查点不是本账本先前的状态", "the input checkpoint is no earlier state of this log")
        return f"前 {given['size']} 条", f"the first {given['size']} entries"

    def _submissions(self) -> tuple[str, str]:
        given = self.told["evidence"]
        if self.house and sorted(given) != self._read(evidence=True):
            raise bundle_broken("所列证据表不是该指标所读的", "the tables of evidence are not those the measure reads")
        self.entries = {}
        for path in sorted(self.files):
            if path.startswith("entries/") and path.endswith(".json"):
                index = int(path.removeprefix("entries/").removesuffix(".json"))
                if index >= self.run["input"]["size"]:
                    raise bundle_broken(f"第 {index} 条在输入检查点之后", f"entry {index} is later than the input checkpoint")
                entry = self._included(path.removesuffix(".json"), index)
                if entry["kind"] != "submission" or entry["project"] != self.run["project"]:
                    raise bundle_broken(f"第 {index} 条不是本项目的提交", f"entry {index} is no submission of the project")
                self.entries[entry["id"]] = entry
        self._hold_counted(given)
        return f"{len(self.entries)} 次提交", f"{len(self.entries)} submissions"

    def _hold_counted(self, given: dict[str, list[str]]) -> None:
        """Each submission counts once, in the order of the log, and none that another one supersedes."""
        missing = {one for ids in given.values() for one in ids} - set(self.entries)
        if missing:
            raise bundle_broken(f"缺少提交 {min(missing)[:12]} 的存证", f"the entry of submission {min(missing)[:12]} is missing")
        for table, ids in given.items():
            places = [self.entries[one]["position"] for one in ids]
            if self.run["evidence"].get(table) != counted_hash(dict(zip(ids, places, strict=True))):
                raise bundle_broken(f"表 {table} 的提交清单与计算所记不符", f"the submissions of table {table} are not those of the run")
            if places != sorted(set(places)):
                raise bundle_broken(f"表 {table} 的提交有重复或次序不对", f"submissions of table {table} are listed twice or out of order")
        superseded = {entry["supersedes"] for entry in self.entries.values()} & set(self.entries)
        if superseded:
            one = min(superseded)[:12]
            raise bundle_broken(f"提交 {one} 已被替换而仍计入", f"submission {one} counts and so does the one that supersedes it")

    def _read(self, *, evidence: bool) -> list[str]:
        """The tables that the measure and what it is derived from read: of evidence, or of parameters."""
        names = {name for one in self.house.values() for name in (*one.inputs, *one.parameters) if name not in self.house}
        return sorted(name for name in names if (name in measure_tables.evidence()) == evidence)

    def _rows(self) -> tuple[str, str]:
        """What is computed with is made of the rows that hash to what an entry says, and of nothing else in the files."""
        known, count = contracts.load(), 0
        other = {path for path in self.files if path.startswith("rows/")} ^ {f"rows/{table}.parquet" for table in self.told["evidence"]}
        if other:
            raise bundle_broken(f"{min(other)} 多出或缺少", f"{min(other)} is missing, or should not be there")
        self.frames = {}
        for table, ids in self.told["evidence"].items():
            contract = known[table]
            told_rows = sum(self.entries[id]["tables"].get(table, {"rows": 0})["rows"] for id in ids)
            frame = bounded_rows(self.files[f"rows/{table}.parquet"], told_rows + (table == "project"))  # one bare row
            wanted = {column.name: column.dtype for column in contract.columns if not column.personal}
            if dict(frame.schema) != wanted:
                raise bundle_broken(f"表 {table} 的列不是表约定的列", f"table {table} has other columns or types than its contract")
            parts = []
            for id, opened_by in zip(ids, self.told["openings"][table], strict=True):
                rows = frame.filter(pl.col("submission") == id)
                told = self.entries[id]["tables"].get(table)
                found = entries.sealed_rows(opened_by, hash_of_rows(rows.drop("submission"), contract)) if rows.height else None
                if (rows.height, found) != ((told["rows"], told["hash"]) if told else (0, None)):
                    raise bundle_broken(
                        f"表 {table} 中提交 {id[:12]} 的数据行与存证的行哈希不符：数据已被改动",
                        f"the rows of submission {id[:12]} in table {table} do not have the hash of their entry: they were changed",
                    )
                parts.append(rows)
                count += rows.height
            if table == "project" and not any(part.height for part in parts):
                parts.append(self._bare(frame))
            self.frames[table] = pl.concat([frame.clear(), *parts])
            if self.frames[table].height != frame.height:
                raise bundle_broken(f"表 {table} 有不属于任何提交的行", f"table {table} has rows of no submission")
        return f"{count:,} 行", f"{count:,} rows"

    def _bare(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The bare row of a project without a survey: its code and nothing else."""
        code = self.run["project"]
        row = frame.filter((pl.col("submission") == UNSURVEYED) & (pl.col("project") == code) & (pl.col("name") == code))
        told = row.drop("submission", "row", "project", "name")
        return row if row.height <= 1 and not any(told[column].is_not_null().any() for column in told.columns) else frame.clear()

    def _rules(self) -> tuple[str, str]:
        self.on = date.fromisoformat(self.run["on"])
        frames = {
            path.split("/")[1].removesuffix(".parquet"): bounded_rows(data, MOST_PARAMETERS)
            for path, data in self.files.items()
            if path.startswith("parameters/")
        }
        self.parameters = frames
        tables = Tables({}, frames, Path())
        if self.house and (
            self.told["measures"] != self.needed or set(frames) != set(self._read(evidence=False)) & set(self.run["parameters"])
        ):
            raise bundle_broken("所列指标或参数表不是该数值所用的", "the measures or parameter tables are not those of the figure")
        wanted = {f"measures/{path}" for path in paths_of(self.files, self.told["measures"])} | {"measures/vocabulary.toml"}
        other = sorted({path for path in self.files if path.startswith("measures/")} ^ wanted)
        if other or hashlib.sha256(self.files["measures/vocabulary.toml"]).hexdigest() != self.run["vocabulary"]:
            raise bundle_broken(f"词汇表或 {other[:1]} 与计算所用的不同", f"the vocabulary, or {other[:1]}, is not the one the run used")
        for name in frames:
            if tables.key(name, self.on) != self.run["parameters"].get(name):
                raise bundle_broken(f"参数表 {name} 与计算所用的不同", f"parameter table {name} is not the one the run used")
        hold_measures(self.files, self.told["measures"], self.run["measures"])
        zh = f"{len(frames)} 张参数表，{len(self.told['measures'])} 个指标文件"
        en = f"{len(frames)} parameter tables, {len(self.told['measures'])} files of measures"
        if foreign := ", ".join(self._foreign()):
            zh, en = f"{zh}；与本程序的不同：{foreign}", f"{en}; not this program's: {foreign}"
        return zh, en

    def _recomputed(self) -> tuple[str, str]:
        line = self.figure
        if foreign := ", ".join(self._foreign()):
            zh = f"本程序的 {foreign} 与当时不同：请用当时的版本重算"
            raise _NotCheckedError(zh, f"this program has another {foreign} than the run: compute it with the version of then")
        with tempfile.TemporaryDirectory(prefix="qingzhu-") as folder:
            again = self._computed(Path(folder), self.house, line["id"])
        if again is None or not _same(again, line):
            now = {} if again is None else again.as_dict()
            other = [key for key in line if not _agrees(now.get(key), line[key])]
            then, now = ({key: side.get(key) for key in other} for side in (line, now))
            raise bundle_broken(f"重算得 {_listed(now)}，所存为 {_listed(then)}", f"computed again {_listed(now)}, stored {_listed(then)}")
        return f"{again.value} {again.unit}", f"{again.value} {again.unit}"

    def _foreign(self) -> list[str]:
        """What of the run's rules is not this program's: measures, parameter tables, the vocabulary. Such are not run, nor vouched for."""
        mine, told = self.rulebook.parameters(self.on, self.run["region"] or ""), self.run["parameters"]
        tables = Tables({}, mine, Path())
        keys = {name: tables.key(name, self.on) for name in {*self._read(evidence=False), *self.parameters} if name in mine}
        other = sorted(name for name in {*keys, *self.parameters} if keys.get(name) != told.get(name))
        return [*self.strange, *other, *(["vocabulary"] if vocabulary_hash() != self.run["vocabulary"] else [])]

    def _computed(self, folder: Path, measures: dict[str, Measure], id: str) -> Figure | None:
        known, evidence = contracts.load(), {}
        for table, frame in self.frames.items():
            path = folder / f"{table}.parquet"
            frame.write_parquet(path)
            evidence[table] = Files(table, [str(path)], None, known[table].event)
        engine = open_engine()
        try:
            found = measuring.run(measures, engine, Tables(evidence, self.parameters, folder), [split_id(id)[0]], self.on)
        finally:
            engine.close()
        return next((one for one in found if one.id == id), None)

    def _originals(self) -> tuple[str, str]:
        held = {path.removeprefix("originals/"): data for path, data in self.files.items() if path.startswith("originals/")}
        told = {one["sha256"]: one for entry in self.entries.values() for one in entry["originals"]}
        for sha256, data in held.items():
            wanted = told.get(sha256)
            right = wanted is not None and hashlib.sha256(data).hexdigest() == sha256
            if not right or ("sm3" in told[sha256] and hashlib.new("sm3", data).hexdigest() != told[sha256]["sm3"]):
                raise bundle_broken(f"原件 {sha256[:12]} 与存证不符", f"original {sha256[:12]} is not that of its entry")
        if len(held) < len(told):
            zh = f"证明包含 {len(held)} 个原件，另有 {len(told) - len(held)} 个只有哈希：可向提交人索取后核对"
            raise _NotCheckedError(
                zh, f"{len(held)} originals are in the bundle, of {len(told) - len(held)} only the hashes: ask who handed them in"
            )
        return f"{len(held)} 个（SHA-256、SM3）", f"{len(held)} (SHA-256, SM3)"


class _NotCheckedError(Exception):
    """Something was not looked at, with the reason in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def _the(proof: Proof | None) -> Proof:
    if proof is None:
        raise bundle_broken("没有检查点", "there is no checkpoint")
    return proof


def _moment(seconds: int) -> str:
    """A time [s since 1970] as people write it; the number where no calendar has it: a witness may sign any."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(" ")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s"


def _listed(values: dict[str, Any]) -> str:
    """Names and values as people read them."""
    return ", ".join(f"{key} {'—' if value is None else value}" for key, value in values.items()) or "—"


def _same(again: Figure, line: dict[str, Any]) -> bool:
    """Whether a figure computed again is the stored one: the same words, and numbers that agree."""
    own = plain(again.as_dict())
    return own.keys() == line.keys() and all(_agrees(own[key], line[key]) for key in own)


def _agrees(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float) and not isinstance(other, bool):
        return math.isclose(one, other, rel_tol=AGREES, abs_tol=0.0)
    return bool(one == other)
