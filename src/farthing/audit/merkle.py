"""The Merkle tree of RFC 6962: a log that can prove what it holds, and that it only ever grew.

A tree over n leaves splits at the largest power of two below n. Nodes are named by (level, position): level 0 is the
leaves, and `(level, position)` covers leaves `position << level` up to the next multiple. Only *full* nodes are ever named,
so a name's hash never changes and may be stored or cached. What is asked of a big log is planned first (`spans`), so that
the few nodes under it are read at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

EMPTY_ROOT = hashlib.sha256(b"").digest()

Span: TypeAlias = tuple[int, int]
"""Leaves from the first, up to but without the second."""
Node: TypeAlias = tuple[int, int]
"""(level, position) of a full subtree."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# ---- growing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the full subtrees a tree of `size` leaves is made of, largest first: all that growing it needs."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        assert len(self.roots) == self.size.bit_count(), "one root for each power of two in the size"

    def root(self) -> bytes:
        """The root hash of the whole tree."""
        return joined(self.roots)

    def nodes(self) -> tuple[Node, ...]:
        """The names of `roots`."""
        return tuple(full_nodes((0, self.size)))


def grow(frontier: Frontier, leaves: Iterable[bytes], filled: Callable[[Node, bytes], None] = lambda _node, _hash: None) -> Frontier:
    """The frontier after more leaf hashes; `filled` is told of each inner node that becomes full. O(leaves)."""
    size, roots = frontier.size, list(frontier.roots)
    for leaf in leaves:
        level, hash_ = 0, leaf
        while size >> level & 1:
            hash_ = node_hash(roots.pop(), hash_)
            level += 1
            filled((level, size >> level), hash_)
        roots.append(hash_)
        size += 1
    return Frontier(size, tuple(roots))


def joined(roots: Sequence[bytes]) -> bytes:
    """The hash over full subtrees that stand side by side, largest first."""
    if not roots:
        return EMPTY_ROOT
    *rest, hash_ = roots
    for left in reversed(rest):
        hash_ = node_hash(left, hash_)
    return hash_


# ---- proving ---------------------------------------------------------------------------------------------------------


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The subtrees whose hashes, nearest first, prove that leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1)."""
    assert 0 <= index < size, "the leaf is in the tree"
    start, end, spans = 0, size, list[Span]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The subtrees whose hashes prove that the tree of `old` leaves is the beginning of that of `new` (RFC 6962, 2.1.2)."""
    assert 0 < old <= new, "a tree grows"
    start, end, whole, spans = 0, new, True, list[Span]()
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, whole = middle, False
    if not whole:
        spans.append((start, end))
    return spans[::-1]


def full_nodes(span: Span) -> list[Node]:
    """The full subtrees a subtree of the tree is made of, largest first; `span` is one that these plans name."""
    start, end = span
    nodes = list[Node]()
    while start < end:
        level = (end - start).bit_length() - 1
        assert start % (1 << level) == 0, "a subtree starts at a multiple of its size"
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def proof(spans: Sequence[Span], hashes: Mapping[Node, bytes]) -> tuple[bytes, ...]:
    """The hashes of these subtrees, from those of their full nodes."""
    return tuple(joined([hashes[node] for node in full_nodes(span)]) for span in spans)


# ---- checking --------------------------------------------------------------------------------------------------------


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Does `path` prove that the leaf hash `leaf` stands at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2)?"""
    if not 0 <= index < size:
        return False
    here, last, hash_ = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            hash_ = node_hash(sibling, hash_)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and hash_ == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Does `path` prove that the tree of `old` leaves is the beginning of the tree of `new` (RFC 9162, 2.1.4.2)?"""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """The largest power of two below `count` (> 1)."""
    return 1 << (count - 1).bit_length() - 1
