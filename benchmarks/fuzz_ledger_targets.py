"""What ``benchmarks.fuzz_ledger`` runs 模糊测试对象: of each reader right examples, words for faults, and what must hold."""

from __future__ import annotations

import atexit
import io
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from types import ModuleType

import polars as pl

from qingzhu.ledger import checkpoints, entries, keys, merkle, notes, policies, proofs, tiles, witness
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.keys import Signer
from qingzhu.ledger.notes import Note
from qingzhu.ledger.tiles import Tiles
from qingzhu.measures.engines import bounded
from qingzhu.schemes import bundle_files
from qingzhu.terms.errors import BrokenChainError, MalformedError
from tests.ledger import second_readers as second
from tests.ledger.log_makers import ORIGIN, key, leaves, log_at, plain_root
from tests.ledger.log_makers import entries as made

WORDS = (
    b"", b"\n", b"\n\n", b" ", b"=", b"+", b"/", b"A", b"0", b"1", b"9223372036854775807", b"9223372036854775808", b"-", "— ".encode(),
    b"\xff", b"\x00", b"\r", b"\t", "\u3000".encode(), "\u2028".encode(), "\xa0".encode(), "٥".encode(), "中".encode(), b"\xed\xa0\x80",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Target:
    """One reader: right examples, words for faults, the modules whose lines count, whether it took an input (raises where it may not)."""

    seeds: list[bytes]
    words: tuple[bytes, ...]
    modules: tuple[ModuleType, ...]
    check: Callable[[bytes], bool]
    slow: bool = False


def vectors() -> dict:
    """The vectors of ``QINGZHU_TEST_DATA``; empty without them."""
    path = Path(os.environ.get("QINGZHU_TEST_DATA", "")) / "tlog/vectors.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def head(size: int, more: str = "") -> str:
    return Checkpoint(ORIGIN, size, plain_root(leaves(size))).text() + more


def signers() -> list[Signer]:
    return [key(), key("w.example/x", "cosignature"), key("w.example/y", "ml-dsa-44")]


def signed_notes() -> list[Note]:
    by = signers()
    small = [Note(text, tuple(one.sign(text, 7 + n) for one in by[: n + 1])) for n, text in enumerate((head(5), head(9, "more\n")))]
    return [
        *small,
        Note(head(5), (by[2].sign(head(5), 99),)),
        Note("no checkpoint\n\nbut a text\n", (by[0].sign("no checkpoint\n\nbut a text\n"),)),
    ]


def note_seeds() -> list[bytes]:
    told = vectors()
    found = [told["note"]["note"], told["c2sp_example_checkpoint"]] if told else []
    return [*(one.written() for one in signed_notes()), *(one.encode() for one in found)]


def note() -> Target:
    """signed notes, c2sp.org/signed-note"""

    def check(data: bytes) -> bool:
        try:
            found = notes.read(data)
        except MalformedError:
            found = None
        read = None if found is None else (found.text, tuple((one.name, one.key_id + one.signature) for one in found.signatures))
        assert read == second.note(data), (read, second.note(data))
        assert found is None or found.written() == data
        return found is not None

    return Target(note_seeds(), WORDS, (notes,), check)


def verified() -> Target:
    """signatures of notes: Ed25519, both cosignatures; SM2 is too slow for this"""
    known, told = [one.verifier for one in signers()], signed_notes()
    sound = {(one.name, one.key_id, one.signature): note.text for note in told for one in note.signatures}

    def check(data: bytes) -> bool:
        try:
            found = notes.read(data)
            by = notes.verified(found, known)
        except (MalformedError, BrokenChainError):
            return False
        for one, signature in by.items():
            text = sound[signature.name, signature.key_id, signature.signature]
            same = text == found.text
            assert same or (one.kind == "ml-dsa-44" and Checkpoint.of(text) == Checkpoint.of(found.text)), (one, found.text)
        return True

    return Target([one.written() for one in told], WORDS, (notes, keys, checkpoints), check)


def checkpoint() -> Target:
    """checkpoints, c2sp.org/tlog-checkpoint"""
    told = vectors()
    seeds = [head(size).encode() for size in (0, 1, 5)] + [head(9, "more\nstill more\n").encode()]

    def check(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        try:
            found = Checkpoint.of(text)
        except MalformedError:
            found = None
        read = None if found is None else (found.origin, found.size, found.root)
        assert read == second.checkpoint(text), (read, second.checkpoint(text))
        assert found is None or text.startswith(found.text())
        return found is not None

    more = [told["c2sp_example_checkpoint"].split("\n\n")[0].encode() + b"\n"] if told else []
    return Target(seeds + more, WORDS, (checkpoints, notes), check)


def proven(index: int, size: int, more: str = "") -> proofs.Proof:
    hashes = leaves(size)
    path = merkle.inclusion(index, size, lambda level, number: plain_root(hashes[number << level : (number + 1) << level]))
    return proofs.Proof(index, tuple(path), Note(head(size, more), (key().sign(head(size, more)),)))


def proof() -> Target:
    """proofs, c2sp.org/tlog-proof, and what they prove"""
    told = [proven(3, 5), proven(0, 1), proven(3, 100, "more\n"), proven(3, 300)]
    sound = {(one.note.text, one.hashes) for one in told}
    extra = told[0].written().replace(b"index", b"extra AAAA\nindex")

    def check(data: bytes) -> bool:
        try:
            found = proofs.read(data)
        except MalformedError:
            found = None
        signatures = () if found is None else tuple((one.name, one.key_id + one.signature) for one in found.note.signatures)
        read = None if found is None else (found.index, found.hashes, (found.note.text, signatures))
        assert read == second.proof(data), (read, second.proof(data))
        if found is None:
            return False
        assert found.written() == re.sub(rb"\Ac2sp.org/tlog-proof@v1\nextra .*\n", b"c2sp.org/tlog-proof@v1\n", data)
        try:
            proofs.proven(made(4)[3], found, ORIGIN, [key().verifier])
        except BrokenChainError:
            return True
        assert found.index == 3
        assert (found.note.text, found.hashes) in sound
        return True

    words = (*WORDS, b"extra ", b"index ", b"c2sp.org/tlog-proof@v1\n", notes.encoded(bytes(32)).encode() + b"\n")
    return Target([*(one.written() for one in told), extra], words, (proofs, notes, checkpoints, merkle), check)


def bundled() -> Target:
    """entry bundles, c2sp.org/tlog-tiles"""
    told = [made(1), made(5), made(256), [b""] * 256, [b"", b"x" * 300, b"\xff" * 3]]
    seeds = [len(one).to_bytes(2, "big") + tiles.bundle_of(one) for one in told]

    def check(data: bytes) -> bool:
        width = int.from_bytes(data[:2], "big") % (tiles.WIDTH + 1)
        try:
            found = tiles.entries_of(data[2:], width)
        except ValueError:
            found = None
        assert found == second.entries(data[2:], width)
        assert found is None or tiles.bundle_of(found) == data[2:]
        return found is not None

    return Target(seeds, (*WORDS, b"\x01\x00", b"\xff\xff", b"\x00\x05entry"), (tiles,), check)


def log() -> Target:
    """a log of 300 entries, a file of which is of a stranger's making: entries, roots and proofs are right or refused"""
    size, files = 300, {}
    with tempfile.TemporaryDirectory() as folder:
        held = log_at(Path(folder))
        held.append(made(size))
        below = Path(folder) / "log"
        files = {
            one.relative_to(below).as_posix(): one.read_bytes()
            for one in sorted(below.rglob("*"))
            if "tile/" in one.as_posix() and one.is_file()
        }
    names, right = sorted(files), made(size)
    proofs_of = {index: Tiles(files.get, size).inclusion(index) for index in range(size)}
    root = Tiles(files.get, size).root()

    def check(data: bytes) -> bool:
        index = int.from_bytes(data[1:3], "big") % size
        name = names[data[0] % len(names)] if data else names[0]
        changed = Tiles({**files, name: data[3:]}.get, size)
        try:
            assert changed.entry(index) == right[index]
        except BrokenChainError:
            return False
        try:
            proof = changed.inclusion(index)
            assert merkle.included(merkle.leaf_hash(right[index]), index, size, proof, root) == (proof == proofs_of[index])
        except BrokenChainError:
            return False
        return True

    seeds = [bytes([at]) + index.to_bytes(2, "big") + files[name] for at, name in enumerate(names) for index in (0, 255, 299)]
    return Target(seeds, (*WORDS, bytes(32), b"\x00\x05entry"), (tiles, merkle), check)


def entry() -> Target:
    """entries of the log, ``docs/spec/entry.md``"""
    blocks = [json.loads(one) for one in re.findall(r"```json\n(.*?)\n```", (ROOT / "docs/spec/entry.md").read_text("utf-8"), re.S)]
    record = next(one for one in blocks if "salt" in one)
    table = {"rows": 2, "hash": "ab" * 32, "files": [{"path": f"{n}.parquet", "size": n, "sha256": "cd" * 32} for n in range(3)]}
    slot = {"kind": "weighings", "project": "工程1", "name": "a.csv"}
    more = {
        **record,
        "kind": "submission",
        "slot": slot,
        "originals": [{"sha256": "ef" * 32, "sm3": "01" * 32, "size": 7}],
        "tables": {"weighing": table},
    }
    seeds = [entries.entry_of(one) for one in (record, more, {**record, "run": {"on": "2026-01-01", "value": 1.5, "none": None}})]

    def check(data: bytes) -> bool:
        try:
            found = entries.read(data)
        except MalformedError:
            found = None
        assert found == second.entry(data, entries.FORMAT), (found, second.entry(data, entries.FORMAT))
        return found is not None

    words = (
        *WORDS, b"NaN", b"Infinity", b"-0", b"1e5", b"1E400", b"\\ud800", b"\\u00e9", b'"', b"[", b"]", b"{", b"}", b",", b":", b"null",
        b'"a":1,', b"[" * 3000, b"9" * 5000, b'{"a":' * 3000,
    )  # fmt: skip
    return Target(seeds, words, (entries,), check)


def policy() -> Target:
    """trust policies, c2sp.org/tlog-policy, and which witnesses meet them"""
    log_keys = [key(f"log{n}.example/x").verifier for n in range(2)]
    by = {f"w{n}": key(f"w{n}.example/x", "cosignature" if n % 2 else "ml-dsa-44").verifier for n in range(4)}
    lines = {one.line(): one for one in (*log_keys, *by.values())}
    first = "".join(f"log {one.line()}\n" for one in log_keys) + "".join(f"witness {name} {one.line()}\n" for name, one in by.items())
    groups = (
        "quorum none\n",
        "quorum w0\n",
        "group g any w0 w1\ngroup h 2 w2 w3 g\nquorum h\n",
        "#x\n\n \tgroup g all\tw0 w3 \nquorum g\n",
    )
    names = [
        name.encode()
        for name in ("w0", "w1", "w2", "g", "h", "none", "all", "any", "2", "3", "007", "#", "group g ", "quorum ", "log ", "witness ")
    ]
    addressed = f"log {log_keys[0].line()} https://log.example/\nwitness w1 {by['w1'].line()} https://w.example/\nquorum w1\n"

    def check(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        try:
            found = policies.read(text)
        except MalformedError:
            found = None
        wanted = second.policy(text, lines)
        assert (found is None) == (wanted is None), (found, wanted)
        if found is None or wanted is None:
            return False
        logs, witnesses, met = wanted
        assert [(one.key.line(), one.url) for one in found.logs] == logs
        assert {one.name: (one.key.line(), one.url) for one in found.witnesses} == witnesses
        every = [seen for count in range(len(witnesses) + 1) for seen in combinations(witnesses, count)]
        enough = [seen for seen in every if met(seen)]
        assert all(found.met([one.key for one in found.witnesses if one.name in seen]) == (seen in enough) for seen in every)
        assert found.least == min(map(len, enough), default=found.least)
        return True

    seeds = [*((first + group).encode() for group in groups), addressed.encode()]
    return Target(seeds, (*WORDS, *names, b"9" * 5000), (policies, keys), check)


def request() -> Target:
    """requests to a witness, c2sp.org/tlog-witness, and what it cosigns"""
    sizes = (0, 1, 3, 5)
    root = {size: plain_root(leaves(size)) for size in range(6)}
    hashes = leaves(6)
    read = lambda level, number: plain_root(hashes[number << level : (number + 1) << level])  # noqa: E731
    forked = Checkpoint(ORIGIN, 5, plain_root([*leaves(4), bytes(32)])).text()
    texts = {head(size): size for size in sizes} | {head(5, "more\n"): 5, forked: None}
    asked = [
        witness.Request(old, tuple(merkle.consistency(old, new, read)), Note(text, (key().sign(text),)))
        for text, new in texts.items()
        for old in sizes
        if new is not None and old <= new
    ]
    asked.append(witness.Request(3, tuple(merkle.consistency(3, 5, read)), Note(forked, (key().sign(forked),))))
    place = tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)  # a disk would be waited for
    atexit.register(shutil.rmtree, place)
    state, by = Path(place) / "state", [key("w.example/x", "cosignature")]
    witness.begin(by, state)
    own, held = witness.Witness(by, [key().verifier], state, lambda: 7), sqlite3.connect(state, isolation_level=None)
    atexit.register(held.close)

    def check(data: bytes) -> bool:
        begun, body = data[0] % 6 if data else 0, data[1:]
        try:
            found = witness.read_request(body)
        except MalformedError:
            found = None
        signatures = () if found is None else tuple((one.name, one.key_id + one.signature) for one in found.note.signatures)
        told = None if found is None else (found.old, found.proof, (found.note.text, signatures))
        assert told == second.request(body), (told, second.request(body))
        assert found is None or found.written() == body
        if found is not None and found.note.text in texts:
            held.execute("INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?)", (ORIGIN, begun, root[begun], b""))
        answer = own.add_checkpoint(body)
        assert answer.status in ((400, 403, 404, 409, 422, 200) if found else (400,)), answer
        if answer.status == 200:
            size = texts[found.note.text]
            assert (begun, found.proof) == (found.old, tuple(merkle.consistency(begun, size, read)))
            line = notes.signature_of(answer.body.decode()[:-1])
            assert own.signers[0].verifier.verifies(found.note.text, line.signature)
        return found is not None

    seeds = [bytes([one.old]) + one.written() for one in asked]
    words = (*WORDS, b"old ", *(notes.encoded(one).encode() + b"\n" for one in (bytes(32), *hashes[:4])))
    return Target(seeds, words, (witness, notes, checkpoints, proofs, merkle), check)


def vkey() -> Target:
    """public and private keys as text"""
    told = [key(kind=kind) for kind in ("ed25519", "cosignature", "ml-dsa-44")]
    sound = {one.line() for one in told} | {one.verifier.line() for one in (*told, key(kind="sm2"))}

    def check(data: bytes) -> bool:
        text, taken = data.decode("utf-8", "replace"), False
        for read in (keys.verifier_of, keys.signer_of):
            try:
                found = read(text)
            except MalformedError:
                continue
            assert found.line() == text
            taken = True
        return taken

    return Target([line.encode() for line in sorted(sound)], (*WORDS, b"PRIVATE+KEY+"), (keys, notes), check)


def bundle() -> Target:
    """the ZIP of a proof bundle, ``docs/spec/bundle.md``"""
    most = 1 << 14

    def packed(method: int, contents: dict[str, bytes]) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", method) as target:
            for name, content in contents.items():
                target.writestr(zipfile.ZipInfo(name), content, method)
        return written.getvalue()

    told = {"bundle.json": b'{"format":"x"}', "run.json": b"{}", "measures/waste/a.sql": b"SELECT 1" * 50}
    seeds = [packed(method, files) for method in (0, 8) for files in (told, {"a": b""}, {"zeros": bytes(most)}, {"zeros": bytes(most + 1)})]
    seeds = [one for one in seeds if len(one) < 10_000]

    def check(data: bytes) -> bool:
        try:
            found = bundle_files.unzipped(data, most)
        except MalformedError:
            found = None
        wanted = second.zipped(data)
        if wanted is not None and sum(map(len, wanted.values())) > most:
            wanted = None
        assert found is None or sum(map(len, found.values())) <= most
        assert found == wanted, (found, wanted)
        if found is None:
            return False
        try:
            bundle_files.told_by(found.get("bundle.json", b""))
        except MalformedError:
            return True
        return True

    words = (
        *WORDS,
        b"PK\x01\x02",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"PK\x06\x06",
        b"PK\x06\x07",
        b"PK\x07\x08",
        b"\xff\xff\xff\xff",
        b"\xff\xff",
    )
    return Target(seeds, words, (bundle_files,), check)


def rows() -> Target:
    """Parquet of a proof bundle: a few thousand runs, it is slow"""
    frame = pl.DataFrame({"a": ["x", None, "yy"], "b": [1, 2, None], "c": [0.5, None, 1.0], "d": [True, None, False]})
    seeds = []
    for compression in ("zstd", "uncompressed", "snappy"):
        written = io.BytesIO()
        frame.write_parquet(written, compression=compression)
        seeds.append(written.getvalue())

    def check(data: bytes) -> bool:
        try:
            found = bounded.bounded_rows(data, 3, 64 << 20)
        except (MalformedError, pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OSError):
            return False
        assert found.height <= 3
        return True

    return Target(seeds, (*WORDS, b"\xff\xff\xff\xff\x0f"), (bounded,), check, slow=True)


TARGETS: dict[str, Callable[[], Target]] = {
    "note": note, "verified": verified, "checkpoint": checkpoint, "proof": proof, "bundled": bundled, "log": log, "entry": entry,
    "policy": policy, "request": request, "key": vkey, "bundle": bundle, "rows": rows,
}  # fmt: skip
"""The targets by name."""
