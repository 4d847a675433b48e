"""Proof: everything is sealed, the log only grows, and what was signed holds."""

from __future__ import annotations

from collections.abc import Iterator

from farthing.audit.merkle import consistent, included, leaf_hash
from farthing.audit.signed import head_holds, receipt_holds
from farthing.domain.errors import FarthingError
from farthing.domain.event import Event, encode_event
from farthing.flows.simulation.evening import Evening, Wrong

MOST = 10
"""Lines whose events are proven, an evening."""


def heads_grow_and_hold(evening: Evening) -> Iterator[Wrong]:
    """The newest head is signed, at least as large as the last one, and begins with it."""
    head, last = evening.house.journal.head(), evening.memory.head
    if head is None or not head_holds(head, evening.house.journal.public_key()):
        yield str(evening.day), "a head whose signature holds", "none"
        return
    evening.memory.head = head
    if last is None:
        return
    if head.size <= last.size:  # a night was sealed since
        yield f"head of {head.size}", f"more than {last.size} leaves", str(head.size)
    elif last.size and not consistent(last.size, last.root, head.size, head.root, evening.house.journal.consistency(last.size, head.size)):
        yield f"head of {head.size}", f"the first {last.size} leaves as they were", "others"


def everything_is_sealed_at_its_place(evening: Evening) -> Iterator[Wrong]:
    """Events of the day, and some older ones, have a leaf, and the proof of it leads to a signed head."""
    head = evening.house.journal.head()
    for event in _some(evening):
        try:
            place = evening.house.journal.inclusion(event.id)
        except FarthingError as none:
            yield event.id, "a place in the log", none.code
            continue
        leads = head is not None and included(leaf_hash(encode_event(event)), place.index, place.size, place.path, head.root)
        if not leads:
            yield event.id, f"leaf {place.index} of {place.size}", "a proof that does not hold"


def receipts_promise_what_happened(evening: Evening) -> Iterator[Wrong]:
    """A receipt is signed, and the leaves of its command's events are among those it promises."""
    key = evening.house.journal.public_key()
    for event in _some(evening):
        try:
            receipt = evening.house.commands.receipt(event.command)
        except FarthingError as none:
            yield event.command, "a receipt", none.code
            continue
        if not receipt_holds(receipt, key) or leaf_hash(encode_event(event)) not in receipt.leaves:
            yield event.command, "a receipt that holds and promises its event", "another"


def the_store_finds_nothing(evening: Evening) -> Iterator[Wrong]:
    """What the database itself can see wrong with the journal: gaps, other bytes, events without command, late seals."""
    if evening.thorough:
        yield from ((f"{one.check}: {one.item}", one.expected, one.found) for one in evening.house.journal.findings())


def _some(evening: Evening) -> Iterator[Event]:
    """The day's events, and the last one of other lines looked at."""
    for line in evening.looked_at[:MOST]:
        yield from list(evening.fresh(line)) or evening.events(line)[-1:]


CHECKS = (heads_grow_and_hold, everything_is_sealed_at_its_place, receipts_promise_what_happened, the_store_finds_nothing)
