"""The journal as files that anyone can keep and check without the bank: what goes into them, line by line.

Every line is canonical JSON (leaves: hexadecimal), so the same journal gives the same bytes. Events hold no personal data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from farthing.domain import canon
from farthing.domain.errors import Broken, NotFound
from farthing.domain.journal import Receipt, SignedHead
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House

_BEGINNING = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Export:
    """The leaves from `since` up to `head`, the heads over them, and `start`: the frontier of the leaves left out (empty with none)."""

    since: int
    head: SignedHead
    start: bytes
    heads: tuple[SignedHead, ...]
    public_key: bytes


def export(house: House, actor: Actor, since: int = 0) -> Export:
    """What is to be written, after sealing. `since` is the size of a head signed earlier: `NotFound` if there is none."""
    require(actor, Role.AUDITOR, Role.RISK_MANAGER, Role.SYSTEM)
    head = _newest(house)
    if head is None or not head.size:
        raise NotFound("empty_journal", "Nothing has happened yet.", "Run `farthing demo`, or take in evidence.")
    start = b""
    if since:
        house.journal.head_of(since)
        start = canon.encode({"size": since, "roots": house.journal.frontier(since)}) + b"\n"
    heads = tuple(one for one in house.journal.heads() if max(since, 1) <= one.size <= head.size)
    return Export(since, head, start, heads, house.journal.public_key())


def _newest(house: House) -> SignedHead | None:
    """The newest head, over everything so far; a journal that was changed can be sealed no more, but still be kept as evidence."""
    try:
        return house.journal.seal()
    except Broken:
        return house.journal.head()


def event_lines(house: House, first: int, beyond: int) -> Iterator[tuple[bytes, bytes]]:
    """For each of these leaves the line of its event and the line of its hash; an empty one where the journal has lost it."""
    due = first
    for index, leaf, data in house.journal.sealed(first, beyond):
        for _ in range(due, index):
            yield b"\n", b"\n"
        yield (data or b"").replace(b"\n", b"\\n") + b"\n", leaf.hex().encode() + b"\n"  # true events have no line break
        due = index + 1
    for _ in range(due, beyond):
        yield b"\n", b"\n"


def head_lines(made: Export) -> Iterator[bytes]:
    """A line a head, smallest first."""
    return (canon.encode(head) + b"\n" for head in made.heads)


def receipt_lines(house: House, made: Export) -> Iterator[bytes]:
    """A line a receipt, in log order."""
    since = house.journal.head_of(made.since).at if made.since else _BEGINNING
    return (_receipt_line(receipt) for receipt in house.journal.promises(made.since, made.head.size, since))


def _receipt_line(receipt: Receipt) -> bytes:
    """What the receipt's signature covers, and the signature; the names of commands stay in the bank."""
    plain = canon.plain(receipt)
    del plain["command"]
    return canon.encode(plain) + b"\n"
