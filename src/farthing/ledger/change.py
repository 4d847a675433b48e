"""Agreements that change a line: new terms, later dates, coupons, relief, restructuring, and the ways a claim ends.

Each step is given a state on the day it takes effect and returns the next one. What may be agreed at all is for `flows` to check; here
it is only carried out, so that the past can be folded whatever today's rules are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from farthing.domain.calendar import add_months
from farthing.domain.errors import Broken
from farthing.domain.event import Body
from farthing.domain.evolve import evolve
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.line_event import (
    Assessed,
    Closed,
    CouponGranted,
    Extended,
    Frozen,
    Reapproved,
    Refunded,
    Relieved,
    Restructured,
    Sold,
    Unfrozen,
    Varied,
    Waived,
    WrittenOff,
)
from farthing.domain.product import Claim
from farthing.ledger.conduct import observed, remembered
from farthing.ledger.due import next_due, on_business_day

_ENDED = (LineStatus.WRITTEN_OFF, LineStatus.SOLD)


def changed(state: LineState, body: Body) -> LineState:
    """The state once `body` took effect on `state.as_of`; `Broken` for what is no change of a line."""
    change = _CHANGES.get(type(body))
    if change is None:
        kind = type(body).__name__
        raise Broken("not_a_line_event", f"{kind} stands in the stream of line {state.terms.line}.", "Look at the journal.")
    return change(state, body)


def _vary(state: LineState, body: Varied) -> LineState:
    terms = state.terms
    new = replace(
        terms,
        rate=body.rate or terms.rate,
        limit_fen=terms.limit_fen if body.limit_fen is None else body.limit_fen,
        expires_on=body.expires_on or terms.expires_on,
    )
    return evolve(state, terms=new)


def _extend(state: LineState, body: Extended) -> LineState:
    due = on_business_day(state.terms, body.matures_on)
    draws = [replace(draw, matures_on=due) if draw.number == body.number else draw for draw in state.draws]
    return evolve(state, draws=tuple(draws))


def _grant(state: LineState, body: CouponGranted) -> LineState:
    return evolve(state, coupons=(*state.coupons, body.coupon))


def _relieve(state: LineState, body: Relieved) -> LineState:
    if body.coupon is not None:
        state = evolve(state, coupons=(*state.coupons, body.coupon))
    later = [_later(state, draw.matures_on, body.later_months) for draw in state.draws]
    draws = [replace(draw, matures_on=matures_on) for draw, matures_on in zip(state.draws, later, strict=True)]
    return evolve(state, draws=tuple(draws), holiday_until=_latest(state.holiday_until, body.holiday_until))


def _later(state: LineState, matures_on: dt.date, months: int) -> dt.date:
    """A maturity that has not come yet, so many months later; one that has passed stays: what is overdue is not relieved."""
    return on_business_day(state.terms, add_months(matures_on, months)) if matures_on > state.as_of else matures_on


def _restructure(state: LineState, body: Restructured) -> LineState:
    """All that is owed falls due anew; the observation starts with the first due date after it (RC-10)."""
    again = state.conduct.restructured + 1 if observed(state) else 1
    due = on_business_day(state.terms, body.matures_on)
    after = evolve(
        _let_go(state, body.waived_interest_fen, body.waived_penalty_fen),
        terms=replace(state.terms, rate=body.rate or state.terms.rate),
        obligations=(),
        draws=tuple(replace(draw, matures_on=due) for draw in state.draws),
        holiday_until=_latest(state.holiday_until, body.holiday_until),
    )
    after = remembered(state, _forgive(after, body.waived_principal_fen))
    conduct = replace(after.conduct, restructured=again, observed_from=next_due(after) or after.as_of)
    return evolve(after, conduct=conduct)


def _forgive(state: LineState, fen: int) -> LineState:
    """Less principal, the oldest draw first."""
    left, draws = fen, []
    for draw in state.draws:
        part = min(left, draw.principal_fen)
        left -= part
        if part < draw.principal_fen:
            draws.append(replace(draw, principal_fen=draw.principal_fen - part))
    return evolve(state, draws=tuple(draws), principal_waived_fen=state.principal_waived_fen + fen - left)


def _waive(state: LineState, body: Waived) -> LineState:
    """Interest is let go of where it is due first, oldest first, then where it is not billed yet."""
    after = _let_go(state, body.interest_fen, body.penalty_fen)
    left, kept = after.interest_waived_fen - state.interest_waived_fen, []
    for item in state.obligations:
        part = min(left, item.unpaid_fen) if item.kind is Claim.INTEREST else 0
        left -= part
        if part < item.unpaid_fen:
            kept.append(replace(item, paid_fen=item.paid_fen + part))
    return remembered(state, evolve(after, obligations=tuple(kept)))


def _let_go(state: LineState, interest_fen: int, penalty_fen: int) -> LineState:
    """So much interest and penalty waived; never more than is owed, which a payment found later may have made less."""
    return evolve(
        state, interest_waived_fen=state.interest_waived_fen + min(interest_fen, state.interest_owed_fen),
        penalty_waived_fen=state.penalty_waived_fen + min(penalty_fen, state.penalty_owed_fen),
    )  # fmt: skip


def _assess(state: LineState, body: Assessed) -> LineState:
    """By the debtor's other lines (RC-06), or by a person: neither lifts what the other holds."""
    conduct = state.conduct
    held = replace(conduct, contagion=body.floor) if body.rule == "RC-06" else replace(conduct, floor=body.floor)
    return evolve(state, conduct=held)


def _reapprove(state: LineState, _: Reapproved) -> LineState:
    return evolve(state, approved_on=state.as_of)


def _write_off(state: LineState, _: WrittenOff) -> LineState:
    return evolve(state, status=LineStatus.WRITTEN_OFF)


def _sell(state: LineState, body: Sold) -> LineState:
    """Nothing is owed to the bank any more: what was, is let go of against the price."""
    return evolve(
        state, status=LineStatus.SOLD, draws=(), obligations=(), sold_for_fen=body.price_fen,
        principal_waived_fen=state.principal_waived_fen + state.principal_fen,
        interest_waived_fen=state.interest_waived_fen + state.interest_owed_fen,
        penalty_waived_fen=state.penalty_waived_fen + state.penalty_owed_fen,
    )  # fmt: skip


def _refund(state: LineState, body: Refunded) -> LineState:
    """A surplus that a reversal takes away after it was refunded is owed back: it goes below zero."""
    return evolve(state, surplus_fen=state.surplus_fen - body.amount_fen)


def _status(status: LineStatus) -> Callable[[LineState, Any], LineState]:
    """To a status, unless the claim has ended."""
    return lambda state, _: state if state.status in _ENDED else evolve(state, status=status)


def _latest(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return max((date for date in (one, other) if date is not None), default=None)


_CHANGES: Mapping[type, Callable[[LineState, Any], LineState]] = MappingProxyType({
    Varied: _vary, Extended: _extend, CouponGranted: _grant, Relieved: _relieve, Restructured: _restructure, Waived: _waive,
    Assessed: _assess, Reapproved: _reapprove, WrittenOff: _write_off, Sold: _sell, Refunded: _refund,
    Frozen: _status(LineStatus.FROZEN), Unfrozen: _status(LineStatus.ACTIVE), Closed: _status(LineStatus.CLOSED),
})  # fmt: skip
