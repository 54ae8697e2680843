"""The check of a proof bundle 核对证明包: what holds, what does not, what was not checked; no store, no network. ``docs/spec/bundle.md``.

Nothing in a bundle is trusted before it is hashed by something that is, down from a checkpoint signed by a key the caller names.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from qingzhu.ledger import contracts, entries, merkle, notes, proofs
from qingzhu.ledger.journal import canonical
from qingzhu.ledger.keys import Verifier, time_of
from qingzhu.ledger.policies import Policy
from qingzhu.ledger.proofs import Proof
from qingzhu.ledger.rows import hash_of_rows
from qingzhu.measures import run as measuring
from qingzhu.measures.engines import open_engine
from qingzhu.measures.inputs import Files, Tables
from qingzhu.measures.load import Measure, load
from qingzhu.measures.vocabulary import vocabulary_hash
from qingzhu.schemes.bundles import FORMAT
from qingzhu.terms.errors import EvidenceError, MalformedError, QingzhuError
from qingzhu.terms.figures import Figure, split_id

LARGEST = 4 << 30
"""A bundle that unpacks to more is not read. [byte]"""

MOST_FILES = 100_000
AGREES = 1e-9
"""Two engines may differ by so much, relative."""

State = Literal["holds", "fails", "not_checked"]
_PLAIN = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at 核对项: whether it holds, in words."""

    key: str
    state: State
    zh: str
    en: str

    def words(self, lang: str) -> str:
        """The text in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def as_dict(self) -> dict[str, str]:
        """Plain data for JSON."""
        return asdict(self)


def checked(data: bytes, policy: Policy) -> list[Finding]:
    """Check a bundle 核对 against a policy: the log's keys, the witnesses, the quorum. Raises ``MalformedError`` for what is no bundle."""
    bundle = _Bundle(data, policy)
    return bundle.findings()


class _Bundle:
    """One bundle while it is checked."""

    def __init__(self, data: bytes, policy: Policy) -> None:
        self.policy = policy
        self.files = _unzipped(data)
        self.told = _json(self.files.get("bundle.json", b""))
        if self.told.get("format") != FORMAT:
            raise _no_bundle(
                f"格式为 {self.told.get('format')!r}，应为 {FORMAT}", f"its format is {self.told.get('format')!r}, wanted {FORMAT}"
            )
        self.found: list[Finding] = []
        self.signed: Proof | None = None
        self.run: dict[str, Any] = {}

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
            except (QingzhuError, KeyError, TypeError, ValueError, IndexError, AttributeError, pl.exceptions.PolarsError) as error:
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
        title_zh, title_en = TITLES[key]
        self.found.append(Finding(key, state, f"{title_zh}：{zh}" if zh else title_zh, f"{title_en}: {en}" if en else title_en))

    def _files(self) -> tuple[str, str]:
        told = self.told["files"]
        other = sorted(set(self.files) ^ {*told, "bundle.json"})
        if other:
            raise _broken(f"与清单不符：{other[0]}", f"{other[0]} is not as the list says")
        for path, sha256 in told.items():
            if hashlib.sha256(self.files[path]).hexdigest() != sha256:
                raise _broken(f"{path} 与清单中的 SHA-256 不符", f"{path} does not have the SHA-256 of the list")
        return f"{len(told)} 个文件", f"{len(told)} files"

    def _signature(self) -> tuple[str, str]:
        self.signed = proofs.read(self.files["run.tlog-proof"])
        checkpoint = self.signed.checkpoint
        own = [one.key for one in self.policy.logs if one.key.name == checkpoint.origin]
        if not own:
            raise _broken(
                f"检查点来自账本“{checkpoint.origin}”，不是所给公钥的账本",
                f"the checkpoint is of {checkpoint.origin!r}, not of the log of the key given",
            )
        kinds = ", ".join(key.kind for key in notes.verified(self.signed.note, own))
        return f"{checkpoint.origin}，{checkpoint.size} 条（{kinds}）", f"{checkpoint.origin}, {checkpoint.size} entries ({kinds})"

    def _witnesses(self) -> tuple[str, str]:
        note = _the(self.signed).note
        of, least = len({one.key.name for one in self.policy.witnesses}), self.policy.least
        found = _cosigned(note, [one.key for one in self.policy.witnesses])
        seen = sorted({key.name for key in found})
        names = ", ".join(seen) or "—"
        zh, en = f"{len(seen)}/{of}（{names}），法定数 {least}", f"{len(seen)} of {of} ({names}), quorum {least}"
        if not self.policy.met(list(found)):
            raise _broken(f"{zh}：未达法定数", f"{en}: no quorum")
        if not found:
            given = ("未给出见证人公钥", "no key of a witness was given") if not of else (zh, en)
            raise _NotCheckedError(f"{given[0]}：只有账本自己的签名", f"{given[1]}: only the log itself has signed")
        when = _moment(max(time_of(one.signature) for one in found.values()))
        return f"{zh}，最近于 {when}", f"{en}, the last at {when}"

    def _run(self) -> tuple[str, str]:
        entry = self._included("run", _the(self.signed).index)
        self.run = entry["run"]
        return f"第 {_the(self.signed).index} 条，评价日期 {self.run['on']}", f"entry {_the(self.signed).index}, as of {self.run['on']}"

    def _included(self, path: str, index: int) -> dict[str, Any]:
        """An entry of the bundle, held to its proof and to the one checkpoint."""
        proof, signed = proofs.read(self.files[f"{path}.tlog-proof"]), _the(self.signed)
        if proof.note.text != signed.note.text or proof.index != index:
            raise _broken(f"{path} 的证明不在同一检查点", f"the proof of {path} is not under the same checkpoint")
        checkpoint, data = signed.checkpoint, self.files[f"{path}.json"]
        if not merkle.included(merkle.leaf_hash(data), index, checkpoint.size, proof.hashes, checkpoint.root):
            raise _broken(
                f"{path} 不在账本第 {index} 条：条目或证明已被改动",
                f"{path} does not stand at {index} of the log: it or its proof was changed",
            )
        return entries.read(data)

    def _figure(self) -> tuple[str, str]:
        line, leaf, rows = self.files["figure.json"], self.told["leaf"], self.run["rows"]
        hashes = [bytes.fromhex(one) for one in leaf["hashes"]]
        if leaf["size"] != rows["figures"] + rows["verdicts"]:
            raise _broken("结果行数与计算所记不符", "the number of lines is not that of the run")
        if not merkle.included(merkle.leaf_hash(line), leaf["index"], leaf["size"], hashes, bytes.fromhex(rows["root"])):
            raise _broken("数值不是该次计算的结果：数值或证明已被改动", "the figure is none of the run's: it or its proof was changed")
        figure = json.loads(line)["figure"]
        if figure["id"] != self.told["figure"]:
            raise _broken("数值编号不符", "the figure has another id")
        return f"{figure['id']} = {figure['value']} {figure['unit']}", f"{figure['id']} = {figure['value']} {figure['unit']}"

    def _input(self) -> tuple[str, str]:
        given, checkpoint = self.run["input"], _the(self.signed).checkpoint
        proof = [bytes.fromhex(one) for one in self.told["input"]]
        if not merkle.consistent(given["size"], checkpoint.size, bytes.fromhex(given["root"]), checkpoint.root, proof):
            raise _broken("输入检查点不是本账本先前的状态", "the input checkpoint is no earlier state of this log")
        return f"前 {given['size']} 条", f"the first {given['size']} entries"

    def _submissions(self) -> tuple[str, str]:
        given = self.told["evidence"]
        for table, ids in given.items():
            told = self.run["evidence"].get(table)
            if told != {"submissions": len(ids), "sha256": hashlib.sha256(canonical(ids)).hexdigest()}:
                raise _broken(f"表 {table} 的提交清单与计算所记不符", f"the submissions of table {table} are not those of the run")
        self.entries = {}
        for path in sorted(self.files):
            if path.startswith("entries/") and path.endswith(".json"):
                index = int(path.removeprefix("entries/").removesuffix(".json"))
                if index >= self.run["input"]["size"]:
                    raise _broken(f"第 {index} 条在输入检查点之后", f"entry {index} is later than the input checkpoint")
                entry = self._included(path.removesuffix(".json"), index)
                self.entries[entry["id"]] = entry
        missing = {one for ids in given.values() for one in ids} - set(self.entries)
        if missing:
            raise _broken(f"缺少提交 {min(missing)[:12]} 的存证", f"the entry of submission {min(missing)[:12]} is missing")
        return f"{len(self.entries)} 次提交", f"{len(self.entries)} submissions"

    def _rows(self) -> tuple[str, str]:
        known, count = contracts.load(), 0
        self.frames = {table: pl.read_parquet(io.BytesIO(self.files[f"rows/{table}.parquet"])) for table in self.told["evidence"]}
        for table, frame in self.frames.items():
            strange = frame.filter(~pl.col("submission").is_in(self.told["evidence"][table]))
            bare = strange.drop("submission", "row", "project", "name", strict=False)
            if strange.height and (table != "project" or any(bare[column].is_not_null().any() for column in bare.columns)):
                raise _broken(f"表 {table} 有不在清单中的提交的行", f"table {table} has rows of a submission that is not on the list")
            for id in self.told["evidence"][table]:
                rows = frame.filter(pl.col("submission") == id).drop("submission")
                told = self.entries[id]["tables"].get(table, {"rows": 0, "hash": None})
                agrees = rows.height == told["rows"] and (told["hash"] is None or hash_of_rows(rows, known[table]) == told["hash"])
                if not agrees:
                    raise _broken(
                        f"表 {table} 中提交 {id[:12]} 的数据行与存证的行哈希不符：数据已被改动",
                        f"the rows of submission {id[:12]} in table {table} do not have the hash of their entry: they were changed",
                    )
                count += rows.height
        return f"{count:,} 行", f"{count:,} rows"

    def _rules(self) -> tuple[str, str]:
        self.on = date.fromisoformat(self.run["on"])
        frames = {
            path.split("/")[1].removesuffix(".parquet"): pl.read_parquet(io.BytesIO(data))
            for path, data in self.files.items()
            if path.startswith("parameters/")
        }
        self.parameters = frames
        tables = Tables({}, frames, Path())
        for name in frames:
            if tables.key(name, self.on) != self.run["parameters"].get(name):
                raise _broken(f"参数表 {name} 与计算所用的不同", f"parameter table {name} is not the one the run used")
        self.measure = _measures_of(self.files, self.told["measures"], self.run["measures"])
        return (
            f"{len(frames)} 张参数表，{len(self.told['measures'])} 个指标文件",
            f"{len(frames)} parameter tables, {len(self.told['measures'])} files of measures",
        )

    def _recomputed(self) -> tuple[str, str]:
        line = json.loads(self.files["figure.json"])["figure"]
        measures = _runnable(self.files, self.told["measures"], self.run)
        with tempfile.TemporaryDirectory(prefix="qingzhu-") as folder:
            again = self._computed(Path(folder), measures, line["id"])
        if again is None or not _same(again, line):
            value = None if again is None else again.value
            raise _broken(f"重算得 {value}，所存为 {line['value']}", f"computed again it is {value}, stored is {line['value']}")
        return f"{again.value} {again.unit}", f"{again.value} {again.unit}"

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
                raise _broken(f"原件 {sha256[:12]} 与存证不符", f"original {sha256[:12]} is not that of its entry")
        if len(held) < len(told):
            zh = f"证明包含 {len(held)} 个原件，另有 {len(told) - len(held)} 个只有哈希：可向提交人索取后核对"
            raise _NotCheckedError(
                zh, f"{len(held)} originals are in the bundle, of {len(told) - len(held)} only the hashes: ask who handed them in"
            )
        return f"{len(held)} 个（SHA-256、SM3）", f"{len(held)} (SHA-256, SM3)"


TITLES = {
    "files": ("文件与清单相符", "The files are those of the list"),
    "signature": ("检查点由账本签署", "The checkpoint is signed by the log"),
    "witnesses": ("见证", "Witnesses"),
    "run": ("计算已存证", "The run is in the log"),
    "figure": ("数值出自该次计算", "The figure is of that run"),
    "input": ("输入检查点属于本账本", "The input checkpoint is of this log"),
    "submissions": ("所用提交均已存证", "The submissions are in the log"),
    "rows": ("数据行未被改动", "The rows are unchanged"),
    "rules": ("规则与算法未被改动", "Rules and formulas are unchanged"),
    "recomputed": ("由数据行重算的数值相同", "Computed again from the rows, the figure is the same"),
    "originals": ("原件", "Originals"),
}
"""What each finding is about, in the order in which they are looked at."""

NEVER = (
    "数据行是否如实抄自原件；是否另有未列入的提交；所提交的内容是否属实",
    "whether the rows say what the originals say; whether something else was handed in; whether what was handed in is true",
)
"""What no bundle shows."""


class _NotCheckedError(Exception):
    """Something was not looked at, with the reason in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def _broken(zh: str, en: str) -> EvidenceError:
    return EvidenceError("bundle_broken", zh, en)


def _no_bundle(zh: str, en: str) -> MalformedError:
    return MalformedError("bundle_malformed", f"这不是证明包：{zh}。", f"This is no proof bundle: {en}.")


def _the(proof: Proof | None) -> Proof:
    if proof is None:
        raise _broken("没有检查点", "there is no checkpoint")
    return proof


def _cosigned(note: notes.Note, keys: Sequence[Verifier]) -> dict[Verifier, notes.Signature]:
    try:
        return notes.verified(note, keys)
    except EvidenceError as error:
        if error.code == "signature_missing":
            return {}
        raise


def _moment(seconds: int) -> str:
    """A time [s since 1970] as people write it; the number where no calendar has it: a witness may sign any."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(" ")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s"


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            told = held.infolist()
            if len(told) > MOST_FILES or sum(one.file_size for one in told) > LARGEST:
                raise _no_bundle("内容过大", "it unpacks to too much")
            if len({one.filename for one in told}) != len(told):
                raise _no_bundle("有重名文件", "two of its files have one name")
            return {one.filename: held.read(one) for one in told}
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _no_bundle(f"读不出（{error}）", f"it cannot be read ({error})") from None


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _no_bundle("没有清单 bundle.json", "it has no list, bundle.json")
    return found


def _measures_of(files: dict[str, bytes], names: Sequence[str], told: dict[str, str]) -> dict[str, str]:
    """Hold the measures' files in the bundle to the hashes of the run; by name the folder each lies in."""
    found = {}
    for name in names:
        term = next(path.split("/")[1] for path in files if re.fullmatch(rf"measures/[a-z0-9_]+/{re.escape(name)}\.(sql|toml)", path))
        folder = f"measures/{term}/"
        if f"{folder}{name}.sql" in files:
            code = files[f"{folder}{name}.sql"]
        else:
            beside = sorted(path for path in files if path.startswith(folder) and path.endswith(".py"))
            code = b"".join(files[path] for path in beside) + files[f"{folder}{name}.toml"]
        if not _PLAIN.fullmatch(term) or hashlib.sha256(code).hexdigest() != told.get(name):
            raise _broken(f"指标 {name} 的文件与计算所用的不同", f"the file of {name} is not the one the run used")
        found[name] = term
    return found


def _runnable(files: dict[str, bytes], names: Sequence[str], run: dict[str, Any]) -> dict[str, Measure]:
    """The program's own measures where they have the hashes of the run. Raises where they have not: foreign code is not run."""
    held = load(names=[names[-1]])
    other = [name for name in names if name not in held or held[name].sha256 != run["measures"][name]]
    if other or vocabulary_hash() != run["vocabulary"]:
        what = ", ".join(other) or "vocabulary"
        raise _NotCheckedError(
            f"本程序的 {what} 与当时不同：请用当时的版本重算",
            f"this program has another {what} than the run: compute it with the version of then",
        )
    return held


def _same(again: Figure, line: dict[str, Any]) -> bool:
    numbers = [(again.value, line["value"]), (again.high, line["high"]), (again.coverage, line["coverage"])]
    return again.gap == line["gap"] and all(
        one is other if one is None or other is None else abs(one - other) <= AGREES * max(abs(one), abs(other), 1e-300)
        for one, other in numbers
    )
