"""Prove the bills: each is the fold of its events, its row repeats it, and the invoices behind it are those its events named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from farthing.domain import canon
from farthing.domain.bill.bill import BillState, BillStatus
from farthing.domain.errors import FarthingError
from farthing.domain.ids import Id
from farthing.domain.journal import Finding
from farthing.flows.ports import House
from farthing.ledger.bill.machine import fold

CAME_TO_NOTHING = (BillStatus.REFUSED, BillStatus.RETURNED)


def bill_findings(house: House, progress: Callable[[str, int], None]) -> Iterator[Finding]:
    """Everything found wrong, bill by bill."""
    for number, bill in enumerate(house.bills.ids()):
        yield from _findings(house, bill)
        if number % 100 == 0:
            progress("bills", number)


def _findings(house: House, bill: Id) -> Iterator[Finding]:
    check = "bill is the fold of its events"
    try:
        state, repeated = house.bills.get(bill), house.bills.repeats(bill)
        folded = fold(house.journal.events(stream=bill, limit=state.events + 1))
    except (FarthingError, KeyError, ValueError, TypeError) as error:  # bytes that were tampered with may be anything
        yield Finding(check, bill, "events that fold to its state", f"{type(error).__name__}: {error}")
        return
    if not repeated:
        yield Finding("bill row repeats its state", bill, "the columns as the state has them", "other columns")
    if folded != state:
        yield Finding(check, bill, _differing(folded, state), _differing(state, folded))
    due = frozenset() if folded.status in CAME_TO_NOTHING else frozenset(one.mark for one in folded.trade)
    if (found := house.bills.backing(bill)) != due:
        yield Finding(
            "invoices stand behind their bill", bill, f"{len(due)} invoices", f"{len(found & due)} of them, {len(found - due)} others"
        )


def _differing(one: BillState, other: BillState) -> str:
    """The fields in which a state differs from another."""
    mine, its = canon.plain(one), canon.plain(other)
    return ", ".join(f"{name} {mine[name]}" for name in mine if mine[name] != its[name])[:300]
