"""The bills in the book on closed days, to be put beside the standings of lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from farthing.flows.ports import House
from farthing.ledger.bill.standing import bill_standings, stood_on


def bill_books(house: House, days: Sequence[dt.date]) -> Mapping[dt.date, pl.DataFrame]:
    """Standings of bills on each of these closed days, earliest first, from what the last of them knew when it closed.

    On earlier days a bill stands as its steps are dated, so one that was found out later and dated back is there from its day on.
    """
    bought = [state.bill.bill for state in house.bills.bought()]
    if not bought:
        return {day: bill_standings((), day) for day in days}
    close = next(close for close in house.postings.closes() if close.day == days[-1])
    lives = [list(stood_on(events, days)) for events in house.postings.histories(bought, close).values()]
    return {day: bill_standings((one for life in lives if (one := life[place]) is not None), day) for place, day in enumerate(days)}
