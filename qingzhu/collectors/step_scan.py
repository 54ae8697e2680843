"""STEP files as columns 交换文件扫描: the instances of the classes one wants, each with its parameters as text.

ISO 10303-21. A file is a row of statements that end in ``;``. Quotes, parentheses and separators are found by arithmetic over the
bytes, a block at a time, so it makes no difference how a file is broken into lines, where blanks and comments stand, or what a
string holds. Every instance is seen; those of other classes are counted and passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Keys = np.ndarray[tuple[int], np.dtype[np.uint64]]
Chosen = np.ndarray[tuple[int], np.dtype[np.bool_]]

BLOCK = 1 << 20
"""So many bytes are looked at at a time: what fits the cache is fast, and bounds the memory. [byte]"""

SEPARATOR, END = 0x1F, 0x1E
"""Between the parameters of an instance, and after it, in the text handed on: control characters no legal file holds."""

QUOTE, OPEN, CLOSE, COMMA, SEMICOLON, EQUALS, HASH, BLANK = b"'(),;=# "

COMMENT = re.compile(rb"/\*.*?\*/|'(?>\\\\|\\S\\.|''|[^'])*+'", re.DOTALL)
"""A comment or a string, whichever begins first."""


@dataclass(frozen=True)
class Scanned:
    """Instances of the wanted classes 扫描结果: ``id`` [int64], ``entity`` (upper case), ``parameters`` (list of text).

    ``total`` counts all instances of the file, ``strange`` those of no known class, with those that could not be told apart.
    """

    instances: pl.DataFrame
    total: int
    strange: int


def scan(data: bytes, classes: Collection[str], known: Collection[str]) -> Scanned:
    """The instances of ``classes`` in a file 扫描实例, in the order of the file; ``known`` are all classes of its schema, in upper case."""
    wanted, every = _Keys(classes), _Keys(known)
    kept: list[bytes] = []
    total = strange = 0
    for block, quotes, semicolons, swallowed in _blocks(uncommented(data)):
        strange += swallowed
        if not len(block):
            continue
        starts, equals, opens, ends, broken = _instances(block, quotes, semicolons)
        keys = keys_of(block, equals, opens)
        total += len(starts)
        strange += int((~every.among(keys)).sum()) + broken + int((block == SEPARATOR).sum() + (block == END).sum())
        chosen = wanted.among(keys)
        kept.append(_marked(block, starts[chosen], equals[chosen], opens[chosen], ends[chosen]))
    return Scanned(_frame(b"".join(kept)), total, strange)


def uncommented(data: bytes) -> bytes:
    """The same file without comments, and without escapes that hide an apostrophe; nearly always the file itself."""
    if b"/*" in data:
        data = COMMENT.sub(lambda match: match.group() if match.group()[:1] == b"'" else b" ", data)
    return data.replace(b"\\S\\'", b"\\X\\A7") if b"\\S\\'" in data else data


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
        ends = _outside(semicolons, quotes)
        if not len(ends):
            if start + size < len(whole):
                size *= 2
                continue
            if (block > BLANK).any():  # what no statement ends is lost
                yield block[:0], quotes[:0], ends, 1
            return
        last = int(ends[-1]) + 1
        yield block[:last], quotes, ends, _swallowed(block, semicolons[semicolons < last], ends)
        start, size = start + last, BLOCK


def _swallowed(block: Bytes, semicolons: Places, ends: Places) -> int:
    """How many ``;`` in strings are followed by ``#``: an apostrophe too few makes a string of whole instances."""
    next = np.minimum(np.setdiff1d(semicolons, ends, assume_unique=True) + 1, len(block) - 1)
    for _ in range(8):
        next = np.minimum(next + (block[next] <= BLANK), len(block) - 1)
    return int((block[next] == HASH).sum())


def _outside(places: Places, quotes: Places) -> Places:
    """The places that stand in no string: an even number of apostrophes before them; a doubled one leaves a string and enters it again."""
    return np.asarray(places[np.searchsorted(quotes, places) % 2 == 0])


def _instances(block: Bytes, quotes: Places, ends: Places) -> tuple[Places, Places, Places, Places, int]:
    """Of each instance where it starts (``#``), its ``=``, the ``(`` of its parameters, and its end; and how many lack one of them."""
    starts = np.concatenate(([0], ends[:-1] + 1))
    for _ in range(64):  # blanks and line ends before an instance
        blank = block[starts] <= BLANK
        if not blank.any():
            break
        starts = starts + blank
    mine = block[starts] == HASH
    starts, ends = starts[mine], ends[mine]
    signs = _outside(np.flatnonzero(block == EQUALS), quotes)
    equals = _first_after(signs, starts)
    opens = _first_after(np.flatnonzero(block == OPEN), equals)
    last = ends - 1
    for _ in range(8):
        last = last - (block[last] <= BLANK)
    whole = (equals < ends) & (opens < ends) & (block[last] == CLOSE)
    # Two signs in one statement are two instances that nothing parts.
    return starts[whole], equals[whole], opens[whole], ends[whole], int((~whole).sum()) + abs(len(signs) - len(starts))


def _first_after(places: Places, after: Places) -> Places:
    """The first of the places after each; past every end where there is none."""
    padded = np.append(places, np.iinfo(np.int64).max)
    return padded[np.searchsorted(places, after)]


class _Keys:
    """Classes as numbers, so that all instances of a block are compared at once."""

    def __init__(self, classes: Collection[str]) -> None:
        names = [name.encode("ascii") for name in classes]
        text = np.frombuffer(b"".join(b"=" + name + b"(" for name in names), dtype=np.uint8)
        lengths = np.array([len(name) for name in names], dtype=np.int64)
        equals = np.cumsum(np.concatenate(([0], lengths + 2)))[:-1]
        self.keys = np.unique(keys_of(text, equals, equals + lengths + 1))

    def among(self, keys: Keys) -> Chosen:
        """Which of the keys are of one of the classes."""
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(self.keys[at] == keys)


def keys_of(block: Bytes, equals: Places, opens: Places) -> Keys:
    """The class of each instance as a number made of its letters, of which no class of IFC has more than 48."""
    padded = np.concatenate((block, np.zeros(64, dtype=np.uint8)))
    words = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))
    first, last = equals + 1, opens - 1
    for _ in range(8):  # blanks around it
        first = first + (padded[first] <= BLANK)
        last = last - (padded[last] <= BLANK)
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


def _marked(block: Bytes, starts: Places, equals: Places, opens: Places, ends: Places) -> bytes:
    """The instances alone, as ``id␟CLASS␟parameter␟…⏎``: separators outside strings and lists marked, blanks and line ends dropped."""
    if not len(starts):
        return b""
    edge = np.zeros(len(block) + 1, dtype=np.int8)
    edge[starts + 1] += 1
    edge[ends + 1] -= 1
    mine = np.cumsum(edge[:-1], dtype=np.int8).view(bool)
    text = block[mine]
    lengths = ends - starts
    shift = np.cumsum(lengths) - lengths - starts - 1
    outside = ~np.logical_xor.accumulate(text == QUOTE)
    depth = np.cumsum(((text == OPEN) & outside).view(np.int8) - ((text == CLOSE) & outside).view(np.int8), dtype=np.int32)
    text = np.where((text == COMMA) & (depth == 1) & outside, np.uint8(SEPARATOR), text)
    text[equals + shift] = SEPARATOR
    text[opens + shift] = SEPARATOR
    text[ends + shift] = END
    last = (text == CLOSE) & (depth == 0) & outside
    dropped = ((text <= BLANK) & outside & (text != SEPARATOR) & (text != END)) | last
    return bytes(text[~dropped])


def _frame(text: bytes) -> pl.DataFrame:
    """The marked text as a table."""
    lines = pl.Series("line", [text.decode("utf-8", "replace")]).str.split("\x1e").explode()
    split = lines.to_frame().filter(pl.col("line") != "").select(pl.col("line").str.split("\x1f").alias("part"))
    return split.select(
        pl.col("part").list.get(0).cast(pl.Int64, strict=False).alias("id"),
        pl.col("part").list.get(1).alias("entity"),
        pl.col("part").list.slice(2).alias("parameters"),
    )
