"""When amounts fall due, and the bill of a due date.

On a due date all interest to date that is not yet billed falls due, the principal of every draw that matures, and of draws
repaid in instalments this month's. Due dates are the maturities of draws and, where something is paid each month, the line's
due day of each month. Interest with no draw left to wait for (a rest, or principal past its maturity) falls due on the monthly due
day whatever the method. Nothing falls due before the end of a payment holiday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, takewhile

from farthing.domain.calendar import add_months, business_day
from farthing.domain.evolve import evolve
from farthing.domain.facility import Draw, LineState, LineTerms, Obligation
from farthing.domain.product import Claim
from farthing.ledger.instalment import instalment_fen

ONE_DAY = dt.timedelta(days=1)
FIRST_AFTER = dt.timedelta(days=15)
"""The first instalment of a draw falls due at least so long after it: nobody pays a month's part the day after drawing."""


def due_dates(terms: LineTerms, after: dt.date) -> Iterator[dt.date]:
    """The monthly due dates after a day, without end."""
    while True:
        after = monthly_after(terms, after)
        yield after


@lru_cache(maxsize=10_000)
def _monthly_after(due_day: int, business_days: bool, day: dt.date) -> dt.date:
    nominal = day.replace(day=due_day)  # 1 to 28, so every month has one
    if not business_days:
        return nominal if nominal > day else add_months(nominal, 1)
    nominal = add_months(nominal, -1)  # last month's may have moved into this one
    while (due := business_day(nominal)) <= day:
        nominal = add_months(nominal, 1)
    return due


def monthly_after(terms: LineTerms, day: dt.date) -> dt.date:
    """The first monthly due date after `day`."""
    return _monthly_after(terms.due_day, terms.business_days, day)


def on_business_day(terms: LineTerms, day: dt.date) -> dt.date:
    """`day`, or the next business day where the terms say so."""
    return business_day(day) if terms.business_days else day


def maturity(terms: LineTerms, drawn_on: dt.date) -> dt.date:
    """When the last of a draw falls due: `tenor_months` later (or the last of as many instalments), at the line's expiry at the latest."""
    last = add_months(drawn_on, terms.tenor_months)
    if terms.repayment.instalments:
        due = due_dates(terms, drawn_on + FIRST_AFTER - ONE_DAY)
        last = next(islice(due, terms.tenor_months - 1, None))
    return on_business_day(terms, min(last, terms.expires_on))


def unbilled_fen(state: LineState) -> int:
    """Interest to date that no obligation asks for yet."""
    billed = sum(item.unpaid_fen for item in state.obligations if item.kind is Claim.INTEREST)
    return state.interest_owed_fen - billed


def left_fen(state: LineState, draw: Draw) -> int:
    """Principal of a draw that no obligation asks for yet."""
    if not state.obligations:
        return draw.principal_fen
    return draw.principal_fen - sum(item.unpaid_fen for item in state.obligations if item.draw == draw.number)


def next_due(state: LineState) -> dt.date | None:
    """The first due date after `state.as_of`; None when nothing can fall due without another event."""
    after = state.as_of
    if state.holiday_until is not None and state.holiday_until > after:
        after = state.holiday_until - ONE_DAY
    candidates = [max(draw.matures_on, after + ONE_DAY) for draw in state.draws if left_fen(state, draw)]
    if (state.terms.repayment.monthly or not candidates) and (state.principal_fen > 0 or unbilled_fen(state) > 0):
        candidates.append(monthly_after(state.terms, after))
    return min(candidates, default=None)


def bill(state: LineState) -> LineState:
    """The state with what falls due on `state.as_of` turned into obligations, interest first."""
    new: list[Obligation] = []
    unbilled = unbilled_fen(state)
    if unbilled > 0:
        new.append(Obligation(due_on=state.as_of, kind=Claim.INTEREST, draw=0, due_fen=unbilled, paid_fen=0))
    new.extend(
        Obligation(due_on=state.as_of, kind=Claim.PRINCIPAL, draw=draw.number, due_fen=part, paid_fen=0)
        for draw in state.draws
        if (part := _principal_due(state, draw))
    )
    return evolve(state, obligations=(*state.obligations, *new)) if new else state


def _principal_due(state: LineState, draw: Draw) -> int:
    """What of a draw's principal falls due on `state.as_of`: all that is left at its maturity, this month's part before it."""
    terms, today = state.terms, state.as_of
    if draw.matures_on > today and not terms.repayment.instalments:
        return 0
    left = left_fen(state, draw)
    if draw.matures_on <= today or left == 0:
        return left
    dates = _instalment_dates(terms, draw, today - ONE_DAY)
    if not dates or dates[0] != today:
        return 0
    return instalment_fen(left, terms, (_period_start(state, draw), *dates))


def _instalment_dates(terms: LineTerms, draw: Draw, after: dt.date) -> list[dt.date]:
    """The due dates of a draw's instalments after a day, its maturity the last."""
    due = due_dates(terms, max(after, draw.drawn_on + FIRST_AFTER - ONE_DAY))
    return [*takewhile(lambda date: date < draw.matures_on, due), draw.matures_on]


def _period_start(state: LineState, draw: Draw) -> dt.date:
    """The monthly due date before `state.as_of`, or the day of the draw if that is later."""
    earlier = takewhile(lambda date: date < state.as_of, due_dates(state.terms, add_months(state.as_of, -2)))
    return max(*earlier, draw.drawn_on)
