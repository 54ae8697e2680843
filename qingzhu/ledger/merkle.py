"""Merkle tree 默克尔树 of RFC 6962 with SHA-256: hashes, roots, proofs, their verification. Article 三（四） 质量可追溯.

``MTH``, ``PATH`` and ``PROOF`` are section 2.1 of RFC 6962; the verifications are 2.1.3.2 and 2.1.4.2 of RFC 9162, which has the same tree.
Everything here is arithmetic on 32-byte hashes: no file, no clock. Ranges of leaves are half open, ``[start, end)``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Read = Callable[[int, int], bytes]
"""Gives the hash [32 byte] of the complete subtree ``n`` of a level: of the leaves ``[n << level, (n + 1) << level)``."""

HASH = 32
"""Length of a hash. [byte]"""

EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry 叶哈希. [32 byte]"""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node over its two children 节点哈希. [32 byte]"""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2: where a tree of that size is divided."""
    return 1 << ((size - 1).bit_length() - 1)


def fold(hashes: Sequence[bytes]) -> list[bytes]:
    """The parents of the complete pairs among neighbouring hashes, one level up; an odd last one has none yet."""
    sha256 = hashlib.sha256
    return [sha256(b"\x01" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes) - 1, 2)]


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Root over leaf hashes 根哈希, ``MTH`` of RFC 6962. [32 byte]"""
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:  # the odd last one goes up as it is: that is what dividing at a power of two amounts to
        level = fold(level) + (level[-1:] if len(level) % 2 else [])
    return level[0]


def root_of_edges(edges: Sequence[Sequence[bytes]]) -> bytes:
    """Root from the right edge of a tree of tiles: at each level the hashes of the last tile, where that is not full. [32 byte]

    Below the hashes of a level, which are of complete subtrees, stands one smaller tree at most: what the levels below leave over.
    """
    rest: list[bytes] = []
    for edge in edges:
        if edge or rest:
            rest = [root_of([*edge, *rest])]
    return rest[0] if rest else EMPTY


def subtree(start: int, end: int, read: Read) -> bytes:
    """Hash over the leaves ``[start, end)``; ``start`` is a multiple of the least power of two that holds them. [32 byte]"""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, start >> level)
    middle = start + split(size)
    return node_hash(subtree(start, middle, read), subtree(middle, end, read))


def root(size: int, read: Read) -> bytes:
    """Root of the first ``size`` leaves. [32 byte]"""
    return subtree(0, size, read) if size else EMPTY


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """Proof that leaf ``index`` is one of the first ``size`` 包含证明, ``PATH``: siblings from the leaf to the root.

    Raises ``ValueError`` where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(subtree(middle, end, read))
            end = middle
        else:
            path.append(subtree(start, middle, read))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, read: Read) -> list[bytes]:
    """Proof that the first ``new`` leaves begin with the first ``old`` 一致性证明, ``PROOF``; empty where they are equal or ``old`` is 0.

    Raises ``ValueError`` where ``old`` is larger than ``new``.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves doesn't begin with one of {old}")
    if old in (0, new):
        return []
    start, end, whole, path = 0, new, True, []  # whole: the old tree is the left subtree that is looked at, so its hash is known
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(subtree(middle, end, read))
            end = middle
        else:
            path.append(subtree(start, middle, read))
            start, whole = middle, False
    return ([] if whole else [subtree(start, end, read)]) + path[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows that leaf hash ``leaf`` stands at ``index`` in the tree of ``size`` leaves with that root 验证包含."""
    if not 0 <= index < size or not _hashes([leaf, root, *proof]):
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree of ``new`` leaves begins with the tree of ``old`` 验证一致.

    An ``old`` of 0 is consistent with everything, by an empty proof (as c2sp.org/tlog-witness has it); its root must be ``EMPTY``.
    """
    if not 0 <= old <= new or not _hashes([old_root, new_root, *proof]):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    path = list(proof)
    if old & (old - 1) == 0:  # a complete old tree is a node of the new one: its root is where the proof begins
        path.insert(0, old_root)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH for value in values)
