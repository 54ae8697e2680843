"""The check of a log 存证日志检查: signatures, tiles, entries, and what the journal says of them; every damage with the file it lies in.

What is signed decides: from the signed root down, a tile is right if its hashes lead to the hash its parent has of it, an entry if it
hashes to its place in a right tile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from qingzhu.ledger import merkle, notes
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.entries import FORMAT, entry_of, form_of
from qingzhu.ledger.journal import Record
from qingzhu.ledger.keys import TIMED, Verifier
from qingzhu.ledger.merkle import HASH
from qingzhu.ledger.notes import Note
from qingzhu.ledger.submissions import Problem, broken, leftover
from qingzhu.ledger.tiles import ENTRIES, HEIGHT, WIDTH, Tiles, bundle_of, entries_of, in_folder, path_of
from qingzhu.terms.errors import EvidenceError, MalformedError

Tell = Callable[[int, int], None]

TRIES = 256
"""Where several hashes of a tile are in doubt: so many combinations at most are held to what is signed."""


class Tile(NamedTuple):
    """A tile by its place."""

    level: int
    number: int
    width: int

    def child(self, at: int) -> Tile:
        """The tile below one of its hashes."""
        return Tile(self.level - 1, self.number * WIDTH + at, WIDTH)

    @property
    def path(self) -> str:
        """Where it lies in the log."""
        return path_of(*self)

    @property
    def span(self) -> tuple[int, int]:
        """Indices of the first and the last entry below it."""
        each = 1 << (HEIGHT * self.level)
        return self.number * WIDTH * each, (self.number * WIDTH + self.width) * each - 1


class _Read(NamedTuple):
    """A checkpoint that was read: what is wrong with it, and whether a key of the log vouches for its text."""

    name: str
    note: Note | None
    problems: list[Problem]
    vouched: bool = False

    @property
    def size(self) -> int:
        return Checkpoint.of(self.note.text).size if self.note else -1


def log_problems(
    folder: Path, signed: Path, keys: Sequence[Verifier], records: Sequence[Record] | None, tell: Tell = lambda done, all: None
) -> list[Problem]:
    """Everything that is wrong with a log 检查结果.

    ``keys`` are the public keys of log and witnesses, ``records`` the journal the entries were made from, None for a log without one.
    ``tell`` is called with entries checked and entries in all. The log is held to the newest checkpoint its keys signed.
    """
    published = _read(folder / "checkpoint", keys, own=True)
    others = [_read(path, keys, own=path == signed) for path in (signed, folder / "cosigned", folder / "quorum") if path.exists()]
    mine = [published, *(one for one in others if one.name == signed.name)]
    newest = max(mine, key=lambda one: (one.vouched, one.size))  # the first of equals, which is the published one
    found = [*published.problems]
    if newest.note is not None:
        check = _Check(folder, Checkpoint.of(newest.note.text), newest.vouched, records, tell)
        found += check.tiles()
        damaged = {problem.subject for problem in found}
        found += check.others(damaged)
        for one in (published, *others):
            found += one.problems if one is not published else []
            if one.note is not None and one is not newest and (one.vouched or one is not published):
                found += check.earlier(one.name, Checkpoint.of(one.note.text), damaged)
        if records is not None and check.checkpoint.size != len(records):
            found.append(_lengths(check.checkpoint.size, len(records)))
    return found


def _lengths(size: int, records: int) -> Problem:
    zh, en = f"存证 {size} 条，证据库日志 {records} 条", f"the log has {size} entries, the journal {records} records"
    if size < records:
        return leftover("records_unlogged", "log", f"{zh}，下次写入时补记", f"{en}; the next act logs the rest")
    return broken("journal_shorter", "journal.jsonl", zh, en)


def _read(path: Path, keys: Sequence[Verifier], own: bool) -> _Read:
    """A checkpoint and what is wrong with it: every own key must have signed, every line must be of a known key and verify."""
    name = path.name
    if not path.is_file():
        return _Read(name, None, [broken("log_checkpoint", name, "文件不见了", "the file is gone")])
    try:
        note = notes.read(path.read_bytes())
        origin = Checkpoint.of(note.text).origin
    except EvidenceError as error:
        return _Read(name, None, [broken("log_checkpoint", name, error.zh, error.en)])
    found, vouched = [], False
    lines = {(one.name, one.key_id) for one in note.signatures}
    known = {(key.name, key.key_id): key for key in keys}
    mine = [key for key in keys if key.name == origin]
    keyless = not mine and all(key.kind in TIMED for key in keys)
    if keyless and own:
        zh, en = (
            "没有账本公钥，签名未核对，请用 --key 给出",
            "no public key of the log is here, so no signature was looked at; give them by --key",
        )
        found.append(Problem("leftover", "signatures_unchecked", name, f"未核对：{name}：{zh}。", f"Not checked: {name}: {en}."))
    elif not mine and not keyless:
        found.append(broken("log_origin", name, f"来源“{origin}”不是本账本", f"its origin {origin!r} is not that of this log"))
    for key in mine if own else []:
        if (key.name, key.key_id) not in lines:
            found.append(broken("signature_missing", name, f"缺少 {key.kind} 签名", f"its {key.kind} signature is missing"))
    for one in note.signatures:
        signer = known.get((one.name, one.key_id))
        if signer is None and not (keyless and one.name == origin):
            zh, en = f"有一行签名不知出自谁（{one.name}）", f"a signature line is of no known key ({one.name})"
            found.append(broken("signature_unknown", name, zh, en))
        elif signer is not None and not signer.verifies(note.text, one.signature):
            zh, en = f"{one.name} 的 {signer.kind} 签名不成立", f"the {signer.kind} signature of {one.name} is wrong"
            found.append(broken("signature_wrong", name, zh, en))
        else:
            vouched |= signer in mine
    if len(lines) != len(note.signatures):
        found.append(broken("signature_twice", name, "同一密钥签了两行", "a key has two signature lines"))
    return _Read(name, note, found, vouched)


class _Check:
    """One pass over the tiles of a log, from the signed root down to the entries."""

    def __init__(self, folder: Path, checkpoint: Checkpoint, vouched: bool, records: Sequence[Record] | None, tell: Tell) -> None:
        self.folder, self.checkpoint, self.vouched, self.records, self.tell = folder, checkpoint, vouched, records, tell

    def tiles(self) -> Iterator[Problem]:
        """The right edge of the tree against the signed root, every tile below against the hash its parent has of it, and the entries."""
        size, edge = self.checkpoint.size, list[Tile]()
        for level in range(-(-size.bit_length() // HEIGHT)):
            number, width = divmod(size >> (HEIGHT * level), WIDTH)
            edge += [Tile(level, number, width)] if width else []
        true = self._true(edge, lambda chosen: merkle.root_of_edges(chosen) == self.checkpoint.root)
        if true is None and self.vouched and len(edge) > 1:
            names = ", ".join(tile.path for tile in edge)
            zh = f"各文件彼此相符，却算不出已签署的根：{names} 之一连同其下的内容被改动"
            en = f"the files agree with one another, not with the signed root: one of {names} was altered together with what lies below it"
            yield broken("log_root", "tile", zh, en)
        elif true is None and not (self.vouched and edge):
            yield broken("log_root", "checkpoint", "瓦片算不出它的根", "the tiles do not give its root")
        altered = true is None and self.vouched and len(edge) == 1
        for at in reversed(range(len(edge))):
            yield from self._down(edge[at], true[at] if true is not None else None, altered)

    def _down(self, tile: Tile, true: list[bytes] | None, altered: bool = False) -> Iterator[Problem]:
        """A tile and all below it. ``true`` is what it has to hold, None where that is not known.

        ``altered``: neither what it holds nor what lies below it leads to what is signed.
        """
        stored, problem = self._tile(tile)
        if problem is not None:
            yield problem
        elif altered or (true is not None and stored != true):
            yield _not_signed(tile, altered)
        elif true is None and stored != (self._hashes(tile, 1) or stored):
            yield broken("log_tile", tile.path, "与其下的内容不符", "it does not agree with what lies below it")
        if tile.level == 0:
            yield from self._entries(tile, true, altered)
            return
        for at in range(tile.width):
            child = tile.child(at)
            if true is None:
                yield from self._down(child, None)
            else:
                found = self._under(child, true[at])
                yield from self._down(child, found, altered=found is None)

    def _under(self, tile: Tile, signed: bytes) -> list[bytes] | None:
        found = self._true([tile], lambda chosen: merkle.root_of(chosen[0]) == signed)
        return found[0] if found is not None else None

    def _true(self, tiles: Sequence[Tile], fits: Callable[[Sequence[list[bytes]]], bool]) -> list[list[bytes]] | None:
        """What tiles have to hold so that it leads to what is signed: as stored, else as what lies below gives it; None if nothing does."""
        sources: list[list[list[bytes]]] = [[] for _ in tiles]
        for depth in range(max((tile.level for tile in tiles), default=0) + 3):
            for tile, known in zip(tiles, sources, strict=True):
                known += [one for one in (self._hashes(tile, depth), self._widened(tile, depth)) if one is not None and one not in known]
            for chosen in product(*sources):
                if fits(chosen):
                    return list(chosen)
        hashes = [tuple(dict.fromkeys(said)) for known in sources for said in zip(*known, strict=True)]
        if all(sources) and math.prod(map(len, hashes)) <= TRIES:  # damage in several places: of each hash any of what was said of it
            for row in product(*hashes):
                rest = iter(row)
                parts = [list(islice(rest, tile.width)) for tile in tiles]
                if fits(parts):
                    return parts
        return None

    def _hashes(self, tile: Tile, depth: int) -> list[bytes] | None:
        """The hashes of a tile, made from what lies ``depth`` levels below: tiles, below them the entries, below them the records."""
        if depth == 0:
            return self._tile(tile)[0]
        if tile.level == 0:
            first, last = tile.span
            entries = self._bundle(tile)[0]
            if depth > 1:
                entries = [entry_of(record) for record in (self.records or ())[first : last + 1]] if depth == 2 else None
            return [merkle.leaf_hash(entry) for entry in entries] if entries is not None and len(entries) == tile.width else None
        found = []
        for at in range(tile.width):
            row = self._hashes(tile.child(at), depth - 1)
            if row is None:
                return None
            found.append(merkle.root_of(row))
        return found

    def _widened(self, tile: Tile, depth: int) -> list[bytes] | None:
        """The widest tile of an earlier size that stands beside a partial one, with what came later from that."""
        stored = self._tile(tile)[0] if depth == 0 and tile.width < WIDTH else None
        for width in range(tile.width - 1, 0, -1) if stored else ():
            earlier = self._tile(tile._replace(width=width))[0]
            if earlier is not None:
                return earlier + (stored or [])[width:]
        return None

    def _entries(self, tile: Tile, true: list[bytes] | None, altered: bool) -> Iterator[Problem]:
        """The entries of a bundle against their leaf hashes, and each against its record."""
        entries, problem = self._bundle(tile)
        (first, last), path = tile.span, path_of(ENTRIES, tile.number, tile.width)
        if problem is not None:
            yield problem
        made = [merkle.leaf_hash(entry) for entry in entries or ()]
        wanted = true or self._tile(tile)[0] or made
        wrong = {first + at for at, (one, other) in enumerate(zip(made, wanted, strict=False)) if one != other}
        if wrong:
            zh, en = ("已签署的哈希", "what was signed") if true else ("其叶哈希", "its leaf hash")
            more = (f"，另有 {len(wrong) - 1} 条亦然", f", nor do {len(wrong) - 1} more") if len(wrong) > 1 else ("", "")
            yield broken(
                "log_entry", path, f"第 {min(wrong)} 条与{zh}不符{more[0]}", f"entry {min(wrong)} does not agree with {en}{more[1]}"
            )
        elif made and altered:
            zh, en = (
                f"第 {first} 至 {last} 条中有的与已签署的不符",
                f"some of the entries {first} to {last} do not agree with what was signed",
            )
            yield broken("log_entry", path, zh, en)
        for index, entry in enumerate(entries or (), first):
            if index not in wrong and index < len(self.records or ()) and entry != entry_of((self.records or ())[index]):
                if (form := form_of(entry)) not in (None, FORMAT):
                    zh, en = f"其存证由其他版本写成（{form}）", f"their entries are of another version ({form})"
                    zh, en = f"第 {index + 1} 条起：{zh}，请用写下它的版本检查", f"from record {index + 1} on {en}: check with that version"
                    yield Problem("broken", "entry_form", "journal.jsonl", f"未能核对：{zh}。", f"Not checked: {en}.")
                    break
                zh, en = f"第 {index + 1} 条与其存证不符", f"record {index + 1} does not agree with its entry"
                yield broken("entry_record", "journal.jsonl", zh, en)
        self.tell(last + 1, self.checkpoint.size)

    def _tile(self, tile: Tile) -> tuple[list[bytes] | None, Problem | None]:
        try:
            data = (self.folder / tile.path).read_bytes()
        except OSError:
            return None, broken("log_tile", tile.path, "文件不见了", "the file is gone")
        if len(data) != HASH * tile.width:
            zh, en = f"有 {len(data)} 字节，应为 {HASH * tile.width}", f"it has {len(data)} bytes, wanted {HASH * tile.width}"
            return None, broken("log_tile", tile.path, zh, en)
        return [data[at : at + HASH] for at in range(0, len(data), HASH)], None

    def _bundle(self, tile: Tile) -> tuple[list[bytes] | None, Problem | None]:
        """The entries below a tile of level 0."""
        path = path_of(ENTRIES, tile.number, tile.width)
        try:
            return entries_of((self.folder / path).read_bytes(), tile.width), None
        except OSError:
            return None, broken("log_entry", path, "文件不见了", "the file is gone")
        except ValueError as error:
            return None, broken("log_entry", path, "条目长度不对", str(error))

    def others(self, damaged: set[str]) -> Iterator[Problem]:
        """Partial tiles of earlier sizes hold the beginning of the present ones; what no checkpoint speaks of is left over."""
        size = self.checkpoint.size
        for path in sorted((self.folder / "tile").rglob("*")) if (self.folder / "tile").is_dir() else []:
            if path.is_dir():
                continue
            name = path.relative_to(self.folder).as_posix()
            place = _place_of(name)
            if place is None:
                yield leftover("log_file", name, "不是存证日志的文件", "it is no file of a log")
                continue
            kind, number, width = place
            count = size if kind == ENTRIES else size >> (HEIGHT * int(kind))
            held = min(WIDTH, count - number * WIDTH)
            if width > held:
                yield leftover("log_file", name, "没有检查点提到它", "no checkpoint speaks of it")
            elif (
                width < held
                and path_of(kind, number, held) not in damaged
                and path.read_bytes() != self._beginning(kind, number, width, held)
            ):
                yield broken("log_tile", name, "与现行瓦片的开头不同", "it differs from the beginning of the present tile")

    def _beginning(self, kind: str, number: int, width: int, held: int) -> bytes | None:
        try:
            data = (self.folder / path_of(kind, number, held)).read_bytes()
            return bundle_of(entries_of(data, held)[:width]) if kind == ENTRIES else data[: HASH * width]
        except (OSError, ValueError):
            return None  # said of the present tile already

    def earlier(self, name: str, other: Checkpoint, damaged: set[str]) -> Iterator[Problem]:
        """A checkpoint beside the newest one is of the same log: its root is that of the first entries."""
        newest = self.checkpoint
        if other.origin != newest.origin or other.size > newest.size or (other.size == newest.size and other.root != newest.root):
            yield broken("log_checkpoint", name, "不是本日志现行检查点之前的检查点", "it is no earlier checkpoint of this log")
        elif other.size < newest.size and not damaged:  # of damaged tiles nothing can be said of it
            try:
                root = Tiles(in_folder(self.folder), newest.size).root(other.size)
            except EvidenceError:
                return  # said of the tiles already
            if root != other.root:
                yield broken("log_checkpoint", name, "其根与瓦片不符", "its root is not that of the tiles")
            elif name == "checkpoint":
                zh, en = "落后于密钥最近所签，下次写入时公布", "it is older than what the keys signed last, which the next act publishes"
                yield leftover("log_checkpoint", name, zh, en)


def _not_signed(tile: Tile, altered: bool) -> Problem:
    zh, en = "哈希与已签署的不符", "its hashes do not agree with what was signed"
    if altered and tile.level:
        first, last = tile.span
        zh, en = (
            f"{zh}，其下（第 {first} 至 {last} 条）也有改动",
            f"{en}, and something below it (entries {first} to {last}) was altered with it",
        )
    return broken("log_tile", tile.path, zh, en)


def _place_of(name: str) -> tuple[str, int, int] | None:
    """Kind, number and width of the tile a path names; None for any other path."""
    path, partial, width = name.removeprefix("tile/").partition(".p/")
    kind, _, digits = path.partition("/")
    number = digits.replace("x", "").replace("/", "")
    if not (kind == ENTRIES or kind.isdigit()) or not number.isdigit() or (partial and not width.isdigit()):
        return None
    found = kind, int(number), int(width) if partial else WIDTH
    try:
        return found if path_of(kind, found[1], found[2]) == name else None
    except MalformedError:
        return None
