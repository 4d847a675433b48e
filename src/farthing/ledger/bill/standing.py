"""How bills stand at the close of a day, as a row each with the columns of a line's standing (`ledger.day_end.STANDINGS`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from farthing.domain.bill.bill import BILLS, BillState
from farthing.domain.event import Event
from farthing.ledger.bill.machine import fold, step
from farthing.ledger.bill.recourse import bill_class, dpd
from farthing.ledger.day_end import STANDINGS


def bill_standings(states: Iterable[BillState], day: dt.date) -> pl.DataFrame:
    """Of the bills that are on the balance sheet: the face that is left is principal, overdue once it is past due."""
    rows = [_row(state, day) for state in states if state.balance_fen]
    return pl.DataFrame(rows, schema=STANDINGS, orient="row")


def stood_on(events: Sequence[Event], days: Sequence[dt.date]) -> Iterator[BillState | None]:
    """A bill on each of these days, earliest first, by the days on which its events took effect; None before it was drawn."""
    state, ahead = None, iter(sorted(events, key=lambda event: event.sequence))
    event = next(ahead, None)
    for day in days:
        while event is not None and event.effective_on <= day:
            state = fold([event]) if state is None else step(state, event.body, event.effective_on)
            event = next(ahead, None)
        yield state


def _row(state: BillState, day: dt.date) -> tuple[object, ...]:
    late, agreed = dpd(state, day), state.discount
    assert agreed is not None, "only what was bought is on the balance sheet"
    overdue = state.balance_fen if late or state.dishonoured_on is not None else 0
    synthetic = state.bill.synthetic
    return state.bill.bill, BILLS, agreed.on, late, bill_class(state, day).value, overdue, state.balance_fen, 0, synthetic
