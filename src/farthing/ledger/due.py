"""When amounts fall due, and the bill of a due date.

On a due date all interest to date that is not yet billed falls due, and the principal of every draw that matures. Due
dates are the maturities of draws and, where interest is paid monthly, the line's due day of each month. Interest with no
draw left to wait for (a rest, or principal past its maturity) falls due on the monthly due day whatever the method.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from farthing.domain.calendar import add_months
from farthing.domain.facility import LineState, Obligation, ObligationKind
from farthing.domain.product import RepaymentMethod


def monthly_after(due_day: int, day: dt.date) -> dt.date:
    """The first monthly due day after `day` (due days are 1 to 28, so every month has one)."""
    this = day.replace(day=due_day)
    return this if this > day else add_months(this, 1)


def unbilled_fen(state: LineState) -> int:
    """Interest to date that no obligation asks for yet."""
    billed = sum(item.unpaid_fen for item in state.obligations if item.kind is ObligationKind.INTEREST)
    return state.interest_owed_fen - billed


def next_due(state: LineState) -> dt.date | None:
    """The first due date after `state.as_of`; None when nothing can fall due without another event."""
    maturities = [draw.matures_on for draw in state.draws if draw.matures_on > state.as_of]
    candidates = maturities[:]
    monthly = state.terms.repayment is RepaymentMethod.INTEREST_MONTHLY or not maturities
    if monthly and (state.principal_fen > 0 or unbilled_fen(state) > 0):
        candidates.append(monthly_after(state.terms.due_day, state.as_of))
    return min(candidates, default=None)


def bill(state: LineState) -> LineState:
    """The state with what falls due on `state.as_of` turned into obligations, interest first."""
    new: list[Obligation] = []
    unbilled = unbilled_fen(state)
    if unbilled > 0:
        new.append(Obligation(due_on=state.as_of, kind=ObligationKind.INTEREST, draw=0, due_fen=unbilled, paid_fen=0))
    new.extend(
        Obligation(due_on=state.as_of, kind=ObligationKind.PRINCIPAL, draw=draw.number, due_fen=draw.principal_fen, paid_fen=0)
        for draw in state.draws
        if draw.matures_on == state.as_of
    )
    return replace(state, obligations=(*state.obligations, *new)) if new else state
