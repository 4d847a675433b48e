"""A bill's part in a day's posting: the difference of its balances between two closes, as a line's (`ledger.breakdown`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from farthing.domain.event import Event
from farthing.domain.posting import Account
from farthing.ledger.bill.machine import fold
from farthing.ledger.bill.posting import entries
from farthing.ledger.breakdown import Part


def part(before: tuple[dt.date, Sequence[Event]], after: tuple[dt.date, Sequence[Event]], account: Account) -> Part | None:
    """What of a posting is this bill's, from its events in the log before each close; None for a bill the bank had not bought."""
    (then, knew), (now, knows) = before, after
    state = fold(knows) if knows else None
    if state is None or state.discount is None:
        return None
    was = fold(knew) if knew else None
    balance = [entries(one, day).get(account, 0) if one else 0 for one, day in ((was, then), (was, now), (state, now))]
    return Part(
        line=state.bill.bill, before_fen=balance[0], after_fen=balance[2], by_time_fen=balance[1] - balance[0],
        principal_fen=state.bill.amount_fen, rate=state.discount.rate, days=(now - then).days, events=tuple(knows[len(knew) :]),
        synthetic=state.bill.synthetic,
    )  # fmt: skip
