"""Checks a record of the past against what was signed at the time, and says where they part.

It needs the stored bytes of the events, the signed heads, the receipts and the public key, and believes nothing else: no stored
hash, no database. A head that holds binds every leaf before it. Where one does not, the receipts tell which leaf it is:
each promises the leaves of its commit, so a changed event is a promise without its leaf and a leaf without a promise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from farthing.audit.merkle import Frontier, Node, grow, leaf_hash
from farthing.audit.signed import head_holds, receipt_holds
from farthing.domain.journal import Finding, Receipt, SignedHead

_TOLD_EVERY = 10_000
KEPT = 8
"""Nodes from this level up are kept beside the log: one for 256 leaves."""


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What checking came to; `events` and `heads` are how many were looked at."""

    events: int
    heads: int
    receipts: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What is checked: events (leaf index and bytes, by index), heads by size, receipts, and the inner nodes that are kept (level,
    position, hash); any of them may be streamed.

    A receipt signed after `due` may still wait for its seal; one signed before must have it.
    """

    events: Iterable[tuple[int, bytes]]
    heads: Sequence[SignedHead]
    receipts: Iterable[Receipt]
    due: dt.datetime
    nodes: Iterable[tuple[int, int, bytes]] = ()


@dataclass(slots=True)
class _Leaves:
    """The leaf hashes that were there, by hash, and the roots of the trees the heads speak of."""

    index_of: dict[bytes, int] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    nodes: dict[Node, bytes] = field(default_factory=dict)
    size: int = 0
    findings: list[Finding] = field(default_factory=list)

    def keep(self, node: Node, hash_: bytes) -> None:
        """Remember a node that may be kept."""
        if node[0] >= KEPT:
            self.nodes[node] = hash_


def check_log(record: Record, public_key: bytes, progress: Callable[[int], None] = lambda _: None) -> LogCheck:
    """Check a record; `progress` hears how many events are done."""
    leaves = _read(record.events, {head.size for head in record.heads}, progress)
    findings = [*leaves.findings, *_check_heads(record.heads, leaves, public_key), *_check_nodes(record.nodes, leaves)]
    promised, seen = 0, set[bytes]()
    for receipt in record.receipts:
        promised += 1
        findings += _check_receipt(receipt, leaves, public_key, record.due)
        seen.update(receipt.leaves)
    findings += [
        Finding("leaf was promised by a receipt", f"leaf {index}", "a receipt with this leaf", leaf.hex())
        for leaf, index in leaves.index_of.items()
        if leaf not in seen
    ]
    return LogCheck(leaves.size, len(record.heads), promised, tuple(findings))


def _read(events: Iterable[tuple[int, bytes]], sizes: set[int], progress: Callable[[int], None]) -> _Leaves:
    """Hash every event and grow the tree, keeping the root at each size a head speaks of."""
    leaves, frontier, waiting = _Leaves(), Frontier(), list[bytes]()
    for index, data in events:
        if index != leaves.size:
            leaves.findings.append(Finding("leaf is there", f"leaf {leaves.size}", "an event", f"the next stored leaf is {index}"))
        leaf = leaf_hash(data)
        if (twin := leaves.index_of.setdefault(leaf, index)) != index:
            leaves.findings.append(Finding("leaf stands once", f"leaf {index}", "an event of its own", f"the event of leaf {twin}"))
        waiting.append(leaf)
        leaves.size = index + 1
        if leaves.size in sizes:
            frontier, waiting = grow(frontier, waiting, leaves.keep), []
            leaves.roots[leaves.size] = frontier.root()
        if index % _TOLD_EVERY == 0:
            progress(index)
    return leaves


def _check_heads(heads: Sequence[SignedHead], leaves: _Leaves, public_key: bytes) -> list[Finding]:
    """Every signature; the root of every head; nothing beyond the newest."""
    findings, held = list[Finding](), 0
    for head in heads:
        name = f"head of {head.size} leaves"
        if not head_holds(head, public_key):
            findings.append(Finding("head is signed", name, f"a signature by {head.key_id} that holds", head.signature.hex()[:16]))
        root = leaves.roots.get(head.size, b"") if head.size else Frontier().root()
        if root != head.root:
            found = root.hex() or f"only {leaves.size} leaves"
            findings.append(Finding("leaves come to their head", f"leaves {held} to {head.size - 1}", head.root.hex(), found))
        held = head.size
    if leaves.size > held:
        findings.append(Finding("leaf is under a head", f"leaves {held} to {leaves.size - 1}", "a signed head over them", "none"))
    return findings


def _check_nodes(kept: Iterable[tuple[int, int, bytes]], leaves: _Leaves) -> Iterator[Finding]:
    """Proofs are made from kept nodes: each is what its leaves come to, and none is missing. Nothing is known where leaves are lost."""
    check, due = "kept node is what its leaves come to", leaves.nodes
    if len(leaves.index_of) != leaves.size:
        return
    for level, position, found in kept:
        if (hash_ := due.pop((level, position), None)) != found:
            yield Finding(check, f"node {position} of level {level}", hash_.hex() if hash_ else "no such node", found.hex())
    yield from (Finding(check, f"node {position} of level {level}", hash_.hex(), "none") for (level, position), hash_ in due.items())


def _check_receipt(receipt: Receipt, leaves: _Leaves, public_key: bytes, due: dt.datetime) -> list[Finding]:
    """Its signature, and each leaf it promised."""
    name = f"receipt of {receipt.at.isoformat()}"
    if not receipt_holds(receipt, public_key):
        return [Finding("receipt is signed", name, f"a signature by {receipt.key_id} that holds", receipt.signature.hex()[:16])]
    if receipt.at > due:
        return []
    return [
        Finding("promised leaf is there", f"leaf of the {name}", leaf.hex(), "no such leaf")
        for leaf in receipt.leaves
        if leaf not in leaves.index_of
    ]
