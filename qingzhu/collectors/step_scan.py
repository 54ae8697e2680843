"""STEP files as columns 交换文件扫描: the instances of the classes one wants, each with its parameters as text.

ISO 10303-21. A file is a row of statements that end in ``;``. Quotes, parentheses and separators are found by arithmetic over the
bytes, a block at a time, so it makes no difference how a file is broken into lines, where blanks and comments stand, or what a
string holds. Every instance is seen; those of other classes are counted and passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Keys = np.ndarray[tuple[int], np.dtype[np.uint64]]
Chosen = np.ndarray[tuple[int], np.dtype[np.bool_]]

BLOCK = 1 << 20
"""So many bytes are looked at at a time: what fits the cache is fast, and bounds the memory. [byte]"""

SEPARATOR, END = 0x1F, 0x1E
"""After each parameter, in the text handed on, and after each instance while it is made: control characters no legal file holds."""

QUOTE, OPEN, CLOSE, COMMA, SEMICOLON, EQUALS, HASH, BLANK = b"'(),;=# "

NO_INSTANCE = re.compile(
    rb"\s*(?:ISO-10303-21|HEADER|(?:FILE|SECTION|SCHEMA)_[A-Z]+\s*\(.*\)|DATA(?:\s*\(.*\))?|ENDSEC|END-ISO-10303-21)?\s*", re.DOTALL
)
"""What else may stand between two semicolons."""

BOUNDS = (b"ISO-10303-21", b"END-ISO-10303-21")
"""What begins and ends a file: a second of either is another file that runs on in this one."""

MANY = 100
"""So many statements that are no instances no file has; then the file is no longer looked at closely."""

COMMENT, HIDDEN = re.compile(rb"/\*"), re.compile(rb"\\S\\'")
"""What begins a comment, and an apostrophe that ends no string; as patterns they are found three times as fast as by ``in``."""

TO_CHANGE = re.compile(rb"/\*|\\S\\.", re.DOTALL)
"""The first, or any letter of another half of the alphabet; five times slower, so looked for only where there is one of them."""


@dataclass(frozen=True)
class Rows:
    """Instances of one class 一类实例: their numbers [int64], and their parameters one after the other, ``␟`` after each."""

    ids: Places
    text: bytes


@dataclass(frozen=True)
class Scanned:
    """What a scan found 扫描结果: the instances of each wanted class, by its name in upper case, in the order of the file.

    ``total`` counts all instances of the file; ``strange`` those of no known class or without a number, with those that could not be
    told apart; ``repeated`` those whose number was taken; ``misfit`` tells of one instance with too few or too many parameters.
    """

    rows: dict[str, Rows]
    total: int
    strange: int
    repeated: int
    misfit: str | None


def scan(data: bytes, classes: Classes) -> Scanned:
    """The instances of a file that are of the wanted ``classes`` 扫描实例."""
    pieces: dict[int, list[tuple[Places, bytes]]] = {}
    numbers: list[Places] = []
    bounds: list[bytes] = []
    data, open_comment = _without_comments(data)
    strange, misfit = open_comment + (b"\x1f" in data) + (b"\x1e" in data), None
    for block, quotes, ends, swallowed in _blocks(data):
        strange += swallowed
        if not len(block):
            continue
        found = _instances(block, quotes, ends)
        bounds += found.bounds
        ids, of_none = _numbers(found)
        codes = classes.codes(keys_of(found.block, found.equals, found.opens))
        numbers.append(ids)
        strange += found.broken + of_none + int((codes < 0).sum())
        chosen = np.flatnonzero(classes.arity[codes] >= 0)
        if len(chosen) and not strange:
            misfit = _kept(found, ids, codes, chosen[np.argsort(codes[chosen], kind="stable")], classes.arity, pieces) or misfit
    every = np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64)
    strange += len(bounds) - len(set(bounds))
    return Scanned(classes.named(pieces), len(every), strange, _repeated(every), misfit)


def census(data: bytes) -> tuple[int, int]:
    """How many instances a file writes down, whole or not, and how deep its parentheses nest 清点实例与嵌套."""
    instances = deepest = 0
    for block, quotes, ends, _ in _blocks(uncommented(data)):
        outside = _alternating(quotes[quotes < len(block)], len(block))
        instances += int(((block == EQUALS) & outside).sum())
        brackets = np.flatnonzero(((block == OPEN) | (block == CLOSE)) & outside)
        if len(brackets):
            depth = np.cumsum(np.where(block[brackets] == OPEN, 1, -1))
            first = np.searchsorted(brackets, np.concatenate(([0], ends[:-1] + 1)))
            before = np.append(0, depth)[first]
            deepest = max(deepest, int((depth - before[np.searchsorted(ends, brackets)]).max()))
    return instances, deepest


def uncommented(data: bytes) -> bytes:
    """The same file without comments, and without escapes that hide an apostrophe; nearly always the file itself."""
    return _without_comments(data)[0]


def _without_comments(data: bytes) -> tuple[bytes, bool]:
    """The same, and whether a comment has no end."""
    if not COMMENT.search(data) and not HIDDEN.search(data):
        return data, False
    kept: list[bytes] = []
    copied = looked = quotes = 0
    while found := TO_CHANGE.search(data, looked):
        at = found.start()
        quotes += data.count(b"'", looked, at)
        inside, looked = quotes % 2 == 1, at + 1
        if found.group() == b"/*" and not inside:
            end = data.find(b"*/", at + 2)
            if end < 0:
                return b"".join([*kept, data[copied:]]), True
            kept += [data[copied:at], b" "]
            copied = looked = end + 2
        elif found.group() != b"/*" and inside:
            looked = found.end()
            if found.group() == b"\\S\\'":
                kept += [data[copied:at], b"\\X\\A7"]
                copied = looked
    return b"".join([*kept, data[copied:]]) if kept else data, False


def _blocks(data: bytes) -> Iterator[tuple[Bytes, Places, Places, int]]:
    """Blocks of whole statements, with the places of their apostrophes and ends, and how many instances a string seems to have swallowed.

    A statement longer than a block makes its block longer.
    """
    whole = np.frombuffer(data, dtype=np.uint8)
    start, size = 0, BLOCK
    while start < len(whole):
        block = whole[start : start + size]
        quotes = np.flatnonzero(block == QUOTE)
        semicolons = np.flatnonzero(block == SEMICOLON)
        outside = np.searchsorted(quotes, semicolons) % 2 == 0
        ends = semicolons[outside]
        if not len(ends):
            if start + size < len(whole):
                size *= 2
                continue
            if (block > BLANK).any():  # what no statement ends is lost
                yield block[:0], quotes[:0], ends, 1
            return
        last = int(ends[-1]) + 1
        held = semicolons[~outside]
        yield block[:last], quotes, ends, _swallowed(block, held[held < last])
        start, size = start + last, BLOCK


def _swallowed(block: Bytes, semicolons: Places) -> int:
    """How many ``;`` in strings are followed by ``#``: an apostrophe too few makes a string of whole instances."""
    next = np.minimum(semicolons + 1, len(block) - 1)
    for _ in range(8):
        next = np.minimum(next + (block[next] <= BLANK), len(block) - 1)
    return int((block[next] == HASH).sum())


@dataclass(frozen=True)
class _Found:
    """Of each instance of a block where it starts (``#``), its ``=``, and the ``(`` and ``)`` around its parameters.

    ``broken`` counts those that lack one of them; ``bounds`` are the statements that begin and end a file, of which it has one each.
    Behind the block stand blanks, so that one may look past its end.
    """

    block: Bytes
    starts: Places
    equals: Places
    opens: Places
    closes: Places
    broken: int
    bounds: list[bytes]


def _instances(block: Bytes, quotes: Places, ends: Places) -> _Found:
    """The instances of a block; ``ends`` are the ends of its statements."""
    starts = _past_blanks(block, np.concatenate(([0], ends[:-1] + 1)), 1, most=64)
    statements = np.flatnonzero(block[starts] == HASH)
    others = np.flatnonzero(block[starts] != HASH)
    said = [block[starts[at] : ends[at]].tobytes() for at in others[:MANY]]
    wrong = sum(not NO_INSTANCE.fullmatch(one) for one in said) + max(len(others) - MANY, 0)
    bounds = [one for one in map(bytes.strip, said) if one in BOUNDS]
    starts, ends = starts[statements], ends[statements]
    signs = np.flatnonzero(block == EQUALS)
    signs = signs[np.searchsorted(quotes, signs) % 2 == 0]
    equals = _first_after(signs, starts)
    opens = _first_after(np.flatnonzero(block == OPEN), equals)
    last = _past_blanks(block, ends - 1, -1)
    whole = (equals < ends) & (opens < ends) & (block[last] == CLOSE)
    # Two signs in one statement are two instances that nothing parts.
    broken = wrong + int((~whole).sum()) + abs(len(signs) - len(starts))
    padded = np.concatenate((block, np.full(64, BLANK, dtype=np.uint8)))
    return _Found(padded, starts[whole], equals[whole], opens[whole], last[whole], broken, bounds)


def _past_blanks(block: Bytes, places: Places, step: int, most: int = 8) -> Places:
    """Each place, or the first behind it (``step`` -1: before it) where no blank or line end stands; so many are passed over at most."""
    for _ in range(most):
        blank = block[places] <= BLANK
        if not blank.any():
            break
        places = places + step * blank
    return places


def _first_after(places: Places, after: Places) -> Places:
    """The first of the places after each; past every end where there is none."""
    padded = np.append(places, np.iinfo(np.int64).max)
    return padded[np.searchsorted(places, after)]


def _numbers(found: _Found) -> tuple[Places, int]:
    """The number of each instance, and how many have none of up to 16 digits."""
    last = _past_blanks(found.block, found.equals - 1, -1)
    return numbers_of(found.block, found.starts + 1, last + 1)


def numbers_of(padded: Bytes, starts: Places, ends: Places) -> tuple[Places, int]:
    """What the digits from ``starts`` to ``ends`` say [int64], and how many are no numbers of 1 to 16 digits.

    Eight digits are one word of eight bytes, turned into a number by three multiplications; ``padded`` goes on for 8 bytes behind them.
    """
    words = _words(padded)
    lengths = ends - starts
    numbers, wrong = _digits(words[starts], np.clip(lengths, 0, 8))
    long = np.flatnonzero(lengths > 8)
    if len(long):
        rest, also = _digits(words[starts[long] + 8], np.clip(lengths[long] - 8, 0, 8))
        numbers[long] = numbers[long] * 10 ** np.clip(lengths[long] - 8, 0, 8) + rest
        wrong[long] |= also
    return numbers, int((wrong | (lengths < 1) | (lengths > 16)).sum())


def _digits(words: Keys, lengths: Places) -> tuple[Places, Chosen]:
    """The number that the first ``lengths`` bytes of each word write, and where they are no digits."""
    shift = (64 - 8 * lengths).astype(np.uint64)
    empty = lengths == 0
    shift[empty] = 0
    digits = np.where(empty, np.uint64(0), words ^ np.uint64(0x3030303030303030)) << shift
    wrong = ((digits + np.uint64(0x7676767676767676)) | digits) & np.uint64(0x8080808080808080) != 0
    digits = (digits & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(2561) >> np.uint64(8)
    digits = (digits & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601) >> np.uint64(16)
    digits = (digits & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001) >> np.uint64(32)
    return digits.astype(np.int64), wrong


def _words(padded: Bytes) -> Keys:
    """The eight bytes from each place on, as one number."""
    return np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))


def _repeated(ids: Places) -> int:
    """How many numbers were taken before; in most files they only rise."""
    if (ids[1:] > ids[:-1]).all():
        return 0
    ids = np.sort(ids)
    return int((ids[1:] == ids[:-1]).sum())


class Classes:
    """The classes of a schema as numbers 类编号, so that all instances of a block are compared at once.

    ``known`` are all of them, ``arity`` tells of the wanted ones how many parameters each has; both in upper case.
    """

    def __init__(self, known: Collection[str], arity: Mapping[str, int]) -> None:
        self.names = sorted(known)
        self.arity = np.array([*(arity.get(name, -1) for name in self.names), -1], dtype=np.int64)
        heads = [f"={name}(".encode("ascii") for name in self.names]
        text = np.frombuffer(b"".join(heads) + bytes(64), dtype=np.uint8)
        ends = np.cumsum([len(head) for head in heads])
        keys = keys_of(text, np.concatenate(([0], ends[:-1])), ends - 1)
        self._order = np.argsort(keys)
        self._keys = keys[self._order]

    def codes(self, keys: Keys) -> Places:
        """The place among ``names`` of the class of each key; -1 for one that is not known."""
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._order[at], -1)

    def named(self, pieces: dict[int, list[tuple[Places, bytes]]]) -> dict[str, Rows]:
        """The instances of each class, from the pieces of all blocks, which are used up."""
        found = {}
        for code in sorted(pieces):
            held = pieces.pop(code)
            found[self.names[code]] = Rows(np.concatenate([ids for ids, _ in held]), b"".join([text for _, text in held]))
        return found


def keys_of(padded: Bytes, equals: Places, opens: Places) -> Keys:
    """The class of each instance as a number made of its letters, of which no class of IFC has more than 48."""
    words = _words(padded)
    first, last = _past_blanks(padded, equals + 1, 1), _past_blanks(padded, opens - 1, -1)
    length = np.maximum(last - first + 1, 0)
    key = length.astype(np.uint64)
    live = np.flatnonzero(length > 0)
    for at in range(0, 48, 8):
        live = live[length[live] > at]
        if not len(live):
            break
        word = words[first[live] + at] & _UP_TO[np.minimum(length[live] - at, 8)]
        mixed = (key[live] ^ word) * np.uint64(0x9E3779B97F4A7C15)
        key[live] = mixed ^ (mixed >> np.uint64(29))
    return np.asarray(key)


_UP_TO = np.array([(1 << (8 * length)) - 1 for length in range(9)], dtype=np.uint64)
"""Masks of the first 0 … 8 bytes of a word."""


def _kept(
    found: _Found, ids: Places, codes: Places, chosen: Places, arity: Places, pieces: dict[int, list[tuple[Places, bytes]]]
) -> str | None:
    """Add the chosen instances, which come class by class, to the pieces of their class; tells of one whose parameters do not fit."""
    text, ends, counts = _marked(found, chosen)
    codes = codes[chosen]
    wrong = np.flatnonzero(counts != arity[codes])
    if len(wrong):
        return f"#{ids[chosen[wrong[0]]]}"
    firsts = np.flatnonzero(np.diff(codes, prepend=-1))
    for first, after in zip(firsts, [*firsts[1:], len(codes)], strict=True):
        begin = ends[first - 1] + 1 if first else 0
        piece = text[begin : ends[after - 1] + 1].tobytes()
        pieces.setdefault(int(codes[first]), []).append((ids[chosen[first:after]], piece))
    return None


def _marked(found: _Found, chosen: Places) -> tuple[Bytes, Places, Places]:
    """The parameters of the chosen instances with ``␟`` after each, where each instance ends, and how many it has.

    Blanks and line ends are dropped; -1 parameters tell of parentheses that do not pair.
    """
    whole = found.block.tobytes()  # of which slices are made five times as fast as of an array
    bounds = zip((found.opens[chosen] + 1).tolist(), found.closes[chosen].tolist(), strict=True)
    joined = bytearray(bytes([END])).join([whole[begin:end] for begin, end in bounds])
    joined.append(END)
    text = np.frombuffer(joined, dtype=np.uint8)
    signs = np.flatnonzero(text <= COMMA)  # quotes, parentheses, commas, blanks and ends are all among them
    said = text[signs]
    quotes = said == QUOTE
    outside = (np.cumsum(quotes, dtype=np.uint8) & 1 == 0) & ~quotes
    signs, said = signs[outside], said[outside]
    depth = np.cumsum((said == OPEN).view(np.int8) - (said == CLOSE).view(np.int8), dtype=np.int32)
    last = np.flatnonzero(said == END)
    paired = depth.min() >= 0 and not depth[last].any()
    parting = (said == COMMA) & (depth == 0)
    counts = np.diff(np.searchsorted(np.flatnonzero(parting), last), prepend=0) + 1
    ends, blanks = signs[last], signs[(said <= BLANK) & (said != END)]
    text[signs[parting]] = SEPARATOR
    text[ends] = SEPARATOR
    if len(blanks):
        text, ends = np.delete(text, blanks), ends - np.searchsorted(blanks, ends)
    return text, ends, counts if paired else np.full(len(chosen), -1)


def _alternating(places: Places, length: int) -> Chosen:
    """True up to the first place, false from there to the second, and so on."""
    runs = np.diff(places, prepend=0, append=length)
    return np.repeat(np.arange(len(runs)) % 2 == 0, runs)
