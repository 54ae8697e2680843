"""The check of a log 存证日志检查: signatures, tiles, entries, and what the journal says of them; every damage with the file it lies in.

What is signed decides: a tile is right if the tiles above it lead to the signed root, an entry if it hashes to its place in a right tile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from qingzhu.ledger import merkle, notes
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.entries import entry_of
from qingzhu.ledger.journal import Record
from qingzhu.ledger.keys import Verifier
from qingzhu.ledger.merkle import HASH
from qingzhu.ledger.notes import Note
from qingzhu.ledger.submissions import Problem, broken, leftover
from qingzhu.ledger.tiles import ENTRIES, HEIGHT, WIDTH, Tiles, bundle_of, entries_of, in_folder, path_of
from qingzhu.terms.errors import EvidenceError, MalformedError

Tell = Callable[[int, int], None]


def log_problems(
    folder: Path, signed: Path, keys: Sequence[Verifier], records: Sequence[Record] | None, tell: Tell = lambda done, all: None
) -> list[Problem]:
    """Everything that is wrong with a log 检查结果.

    ``keys`` are the public keys of log and witnesses, ``records`` the journal the entries were made from, None for a log without one.
    ``tell`` is called with entries checked and entries in all.
    """
    note, found = _note(folder / "checkpoint", keys, own=True)
    if note is None:
        return found
    checkpoint = Checkpoint.of(note.text)
    check = _Check(folder, checkpoint, records, tell)
    found += check.tiles()
    found += check.others({problem.subject for problem in found})
    for path in (signed, folder / "cosigned", folder / "quorum"):
        if path.exists():
            other, wrong = _note(path, keys, own=path == signed)
            found += wrong
            if other is not None:
                found += check.earlier(path, other)
    if records is not None and checkpoint.size != len(records):
        found.append(_lengths(checkpoint.size, len(records)))
    return found


def _lengths(size: int, records: int) -> Problem:
    zh, en = f"存证 {size} 条，证据库日志 {records} 条", f"the log has {size} entries, the journal {records} records"
    if size < records:
        return leftover("records_unlogged", "log", f"{zh}，下次写入时补记", f"{en}; the next act logs the rest")
    return broken("journal_shorter", "journal.jsonl", zh, en)


def _note(path: Path, keys: Sequence[Verifier], own: bool) -> tuple[Note | None, list[Problem]]:
    """A checkpoint and what is wrong with it: every own key must have signed, every line must be of a known key and verify."""
    name = path.name
    if not path.is_file():
        return None, [broken("log_checkpoint", name, "文件不见了", "the file is gone")]
    try:
        note = notes.read(path.read_bytes())
        origin = Checkpoint.of(note.text).origin
    except EvidenceError as error:
        return None, [broken("log_checkpoint", name, error.zh, error.en)]
    found = []
    lines = {(one.name, one.key_id) for one in note.signatures}
    known = {(key.name, key.key_id): key for key in keys}
    mine = [key for key in keys if key.name == origin]
    if not mine:
        found.append(broken("log_origin", name, f"来源“{origin}”不是本账本", f"its origin {origin!r} is not that of this log"))
    for key in mine if own else []:
        if (key.name, key.key_id) not in lines:
            found.append(broken("signature_missing", name, f"缺少 {key.kind} 签名", f"its {key.kind} signature is missing"))
    for one in note.signatures:
        signer = known.get((one.name, one.key_id))
        if signer is None:
            zh, en = f"有一行签名不知出自谁（{one.name}）", f"a signature line is of no known key ({one.name})"
            found.append(broken("signature_unknown", name, zh, en))
        elif not signer.verifies(note.text, one.signature):
            zh, en = f"{one.name} 的 {signer.kind} 签名不成立", f"the {signer.kind} signature of {one.name} is wrong"
            found.append(broken("signature_wrong", name, zh, en))
    if len(lines) != len(note.signatures):
        found.append(broken("signature_twice", name, "同一密钥签了两行", "a key has two signature lines"))
    return note, found


class _Check:
    """One pass over the tiles of a log, level by level."""

    def __init__(self, folder: Path, checkpoint: Checkpoint, records: Sequence[Record] | None, tell: Tell) -> None:
        self.folder, self.checkpoint, self.records, self.tell = folder, checkpoint, records, tell

    def tiles(self) -> Iterator[Problem]:
        """Entries and the tiles above them up to the signed root. Of two files that disagree the one the tile above bears out is right."""
        size = self.checkpoint.size
        above = self._stored(1)
        row: list[bytes] = []
        edge: list[bytes] = []
        open_end: tuple[list[bytes], list[bytes], Problem, Problem] | None = None
        for number in range(-(-size // WIDTH)):
            width = min(WIDTH, size - number * WIDTH)
            hashes, problems = self._bundle(number, width)
            tile, wrong_tile = self._tile(0, number, width)
            yield from () if self.records is None or hashes is None else self._against_records(number * WIDTH, hashes[1])
            made = hashes[0] if hashes is not None else None
            if made is not None and made == tile:
                chosen = made
            else:
                wrong_entry = problems or self._wrong_entry(number, width, made, tile)
                wrong_tile = wrong_tile or _not_signed(0, number, width)
                parent = above[number] if number < len(above) else None
                if made is not None and (tile is None or (width == WIDTH and merkle.root_of(made) == parent)):
                    yield wrong_tile
                    chosen = made
                elif tile is not None and (made is None or (width == WIDTH and merkle.root_of(tile) == parent)):
                    yield wrong_entry
                    chosen = tile
                elif made is not None and tile is not None and width < WIDTH:
                    open_end = (made, tile, wrong_entry, wrong_tile)
                    chosen = tile
                else:
                    yield wrong_entry
                    yield wrong_tile
                    chosen = tile or made or [bytes(HASH)] * width
            if width == WIDTH:
                row.append(merkle.root_of(chosen))
            else:
                edge = chosen
            self.tell(min(size, (number + 1) * WIDTH), size)
        yield from self._upwards(row, edge, open_end)

    def _upwards(
        self, row: list[bytes], edge: list[bytes], open_end: tuple[list[bytes], list[bytes], Problem, Problem] | None
    ) -> Iterator[Problem]:
        """The tiles above level 0 against what lies below them, and the root against what is signed."""
        edges, level = [edge], 1
        while row:
            for at in range(0, len(row), WIDTH):
                made = row[at : at + WIDTH]
                tile, problem = self._tile(level, at // WIDTH, len(made))
                if tile != made:
                    yield problem or _not_signed(level, at // WIDTH, len(made))
            whole = len(row) - len(row) % WIDTH
            edges.append(row[whole:])
            row = [merkle.root_of(row[at : at + WIDTH]) for at in range(0, whole, WIDTH)]
            level += 1
        if open_end is not None:  # entries and hashes of the last, partial tile disagree: the signed root tells which are right
            made, tile, wrong_entry, wrong_tile = open_end
            if merkle.root_of_edges([tile, *edges[1:]]) == self.checkpoint.root:
                yield wrong_entry
                return
            yield wrong_tile
            edges[0] = made
        if merkle.root_of_edges(edges) != self.checkpoint.root:
            yield broken("log_root", "checkpoint", "条目算不出已签署的根", "the entries do not give the signed root")

    def _tile(self, level: int, number: int, width: int) -> tuple[list[bytes] | None, Problem | None]:
        path = path_of(level, number, width)
        try:
            data = (self.folder / path).read_bytes()
        except OSError:
            return None, broken("log_tile", path, "文件不见了", "the file is gone")
        if len(data) != HASH * width:
            zh, en = f"有 {len(data)} 字节，应为 {HASH * width}", f"it has {len(data)} bytes, wanted {HASH * width}"
            return None, broken("log_tile", path, zh, en)
        return [data[at : at + HASH] for at in range(0, len(data), HASH)], None

    def _stored(self, level: int) -> list[bytes]:
        """The hashes of a level as its tiles hold them; zeros for a tile that cannot be read."""
        count = self.checkpoint.size >> (HEIGHT * level)
        found: list[bytes] = []
        for number in range(-(-count // WIDTH)):
            width = min(WIDTH, count - number * WIDTH)
            found += self._tile(level, number, width)[0] or [bytes(HASH)] * width
        return found

    def _bundle(self, number: int, width: int) -> tuple[tuple[list[bytes], list[bytes]] | None, Problem | None]:
        """The leaf hashes of a bundle and its entries."""
        path = path_of(ENTRIES, number, width)
        try:
            entries = entries_of((self.folder / path).read_bytes(), width)
        except OSError:
            return None, broken("log_entry", path, "文件不见了", "the file is gone")
        except ValueError as error:
            return None, broken("log_entry", path, "条目长度不对", str(error))
        return ([merkle.leaf_hash(entry) for entry in entries], entries), None

    def _wrong_entry(self, number: int, width: int, made: list[bytes] | None, tile: list[bytes] | None) -> Problem:
        wrong = [at for at, (one, other) in enumerate(zip(made or [], tile or [], strict=False)) if one != other]
        index = number * WIDTH + (wrong[0] if wrong else 0)
        path = path_of(ENTRIES, number, width)
        return broken("log_entry", path, f"第 {index} 条与已签署的哈希不符", f"entry {index} does not agree with what was signed")

    def _against_records(self, first: int, entries: Sequence[bytes]) -> Iterator[Problem]:
        records = self.records or ()
        for index, entry in enumerate(entries, first):
            if index < len(records) and entry != entry_of(records[index]):
                yield broken(
                    "entry_record", "journal.jsonl", f"第 {index + 1} 条与其存证不符", f"record {index + 1} does not agree with its entry"
                )

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

    def earlier(self, path: Path, note: Note) -> Iterator[Problem]:
        """A checkpoint kept beside the newest one is of the same log: its root is that of the first entries."""
        other = Checkpoint.of(note.text)
        newest = self.checkpoint
        if other.origin != newest.origin or other.size > newest.size or (other.size == newest.size and other.root != newest.root):
            yield broken("log_checkpoint", path.name, "不是本日志现行检查点之前的检查点", "it is no earlier checkpoint of this log")
        elif other.size < newest.size:
            try:
                root = Tiles(in_folder(self.folder), newest.size).root(other.size)
            except EvidenceError:
                return  # said of the tiles already
            if root != other.root:
                yield broken("log_checkpoint", path.name, "其根与瓦片不符", "its root is not that of the tiles")


def _not_signed(level: int, number: int, width: int) -> Problem:
    return broken("log_tile", path_of(level, number, width), "哈希与已签署的不符", "its hashes do not agree with what was signed")


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
