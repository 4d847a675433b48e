"""How a repayment splits, and whether a draw may be made.

A repayment first meets what is due, in the order of the line's terms (penalty, interest, principal; within each the oldest first),
then interest earned to date, then principal not yet due (oldest draw first); whatever remains is an explicit surplus, which meets what
falls due later: nobody is late while the bank holds their money. Paying early costs nothing (PR-07: interest for actual time
only), except the catalogue's minimum of days on money returned the day it was drawn.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Invalid
from farthing.domain.evolve import evolve
from farthing.domain.facility import Draw, LineState, LineStatus, Obligation
from farthing.domain.money import format_yuan
from farthing.domain.product import Claim
from farthing.ledger.accrual import interest_exact, posted
from farthing.ledger.arrears import oldest_unpaid
from farthing.ledger.conduct import loan_class, remembered
from farthing.ledger.reapproval import reapproval_overdue


@dataclass(frozen=True, slots=True)
class Split:
    """Where the money of a repayment went."""

    penalty_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused: a stable code, what is the matter, what to do."""

    code: str
    message: str
    remedy: str


def repay(state: LineState, amount_fen: int) -> tuple[LineState, Split]:
    """The state after money came in on `state.as_of`, and how it was split.

    Money of the borrower's that the bank holds helps to settle the line: where it covers the rest, it is used (a negative surplus in
    the split).
    """
    if amount_fen <= 0:
        raise Invalid("bad_repayment", f"A repayment of {amount_fen} fen is not an amount.", "Repay a positive amount.")
    before, state = state, _meet(state, amount_fen)
    held = state.surplus_fen
    if 0 < to_settle_fen(state) <= held:
        state = _meet(evolve(state, surplus_fen=0), held)
    split = Split(
        penalty_fen=state.penalty_paid_fen - before.penalty_paid_fen,
        interest_fen=state.interest_paid_fen - before.interest_paid_fen,
        principal_fen=state.principal_paid_fen - before.principal_paid_fen,
        surplus_fen=state.surplus_fen - before.surplus_fen,
    )
    assert split.penalty_fen + split.interest_fen + split.principal_fen + split.surplus_fen == amount_fen, "every fen goes somewhere"
    return state, split


def to_settle_fen(state: LineState) -> int:
    """Everything owed on `state.as_of`, the same-day minimum of what was drawn today included."""
    extra = posted(state.interest_exact + sum(same_day_exact(state, draw, draw.principal_fen) for draw in state.draws), state.terms.rate)
    return state.owed_fen + extra - state.interest_fen


def _meet(state: LineState, amount_fen: int) -> LineState:
    """The state once money met what is owed, in order."""
    before, (state, left) = state, _give_back(state, amount_fen)
    for claim in state.terms.waterfall if state.obligations or state.penalty_owed_fen else ():
        state, left = _pay_penalty(state, left) if claim is Claim.PENALTY else _pay_due(state, left, claim)
    state, left = _pay_interest(state, left)
    state, left = _pay_ahead(state, left)
    state, left = _pay_interest(state, left)  # the same-day minimum of what was just paid ahead
    return remembered(before, evolve(state, surplus_fen=state.surplus_fen + left) if left else state)


def settle(state: LineState) -> LineState:
    """The state once its surplus has met what is due on `state.as_of`, as far as it goes."""
    if state.surplus_fen <= 0:
        return state
    part = min(state.surplus_fen, state.penalty_owed_fen + sum(item.unpaid_fen for item in state.obligations))
    return _meet(evolve(state, surplus_fen=state.surplus_fen - part), part) if part else state


def same_day_exact(state: LineState, draw: Draw, principal_fen: int) -> int:
    """Exact interest that repaying `principal_fen` of a draw today adds: the same-day minimum if it was drawn today, else nothing."""
    days = state.terms.same_day_days if draw.drawn_on == state.as_of else 0
    return interest_exact(principal_fen, state.terms.rate, days)


def check_draw(state: LineState, amount_fen: int, day: dt.date, *, consumption: bool = False) -> Refusal | None:
    """The first reason, in this order, to refuse a draw of `amount_fen` on `day` from a line that stands at `day`; None to allow it.

    Order: frozen, expired, not approved again in time (business only, IL-03), below the minimum, above headroom, above what may be owed
    for consumption (IL-01), overdue, not normal (a line that was non-performing, is observed after a restructuring, or is held to
    a class by a person or by the debtor's other lines).
    """
    assert state.as_of == day, "advance the state to the day first"
    terms = state.terms
    if state.status is not LineStatus.ACTIVE:
        return Refusal("draw_frozen", f"Line {terms.line} is {state.status.value}.", "Ask the bank why; draw again once it is active.")
    if day >= terms.expires_on:
        return Refusal("draw_expired", f"Line {terms.line} expired on {terms.expires_on}.", "Apply for a new line.")
    if not consumption and (since := reapproval_overdue(state, day)) is not None:
        told = f"Line {terms.line} was to be approved again by {since} (IL-03)."
        return Refusal("draw_not_reapproved", told, "The bank approves it again; draw then.")
    if amount_fen < terms.draw_min_fen:
        least = format_yuan(terms.draw_min_fen)
        return Refusal(
            "draw_below_minimum", f"{format_yuan(amount_fen)} is less than the smallest draw, {least}.", f"Draw at least {least}."
        )
    if amount_fen > state.headroom_fen:
        most = format_yuan(state.headroom_fen)
        return Refusal(
            "draw_above_headroom",
            f"{format_yuan(amount_fen)} is more than the headroom of {most}.",
            f"Draw at most {most}, or repay first.",
        )
    if consumption and (refusal := check_consumption(state, amount_fen)) is not None:
        return refusal
    oldest = oldest_unpaid(state)
    if oldest is not None and oldest < day:
        return Refusal("draw_overdue", f"Line {terms.line} has an amount unpaid since {oldest}.", "Repay what is overdue first.")
    if (worst := loan_class(state)) is not LoanClass.NORMAL:
        told = f"Line {terms.line} is {worst.value}: no more is lent on it until it is normal again."
        return Refusal("draw_not_normal", told, "Keep paying on time; the class rises when its rule says so.")
    return None


def check_consumption(state: LineState, amount_fen: int) -> Refusal | None:
    """Why so much more may not be owed for consumption (IL-01); None to allow it."""
    consumed = sum(draw.principal_fen for draw in state.draws if draw.consumption)
    if consumed + amount_fen <= state.terms.consumption_cap_fen:
        return None
    most = format_yuan(state.terms.consumption_cap_fen)
    told = f"{format_yuan(consumed + amount_fen)} would be owed for consumption, above {most} (IL-01)."
    return Refusal("draw_consumption_cap", told, "Draw less, or draw for the business.")


def _give_back(state: LineState, left: int) -> tuple[LineState, int]:
    """Give back a refund of money that the bank never had."""
    part = min(left, max(-state.surplus_fen, 0))
    return (evolve(state, surplus_fen=state.surplus_fen + part), left - part) if part else (state, left)


def _pay_due(state: LineState, left: int, kind: Claim) -> tuple[LineState, int]:
    """Meet obligations of one kind, oldest first."""
    if left == 0 or not state.obligations:
        return state, left
    kept: list[Obligation] = []
    paid: dict[int, int] = {}
    for item in state.obligations:
        part = min(left, item.unpaid_fen) if item.kind is kind else 0
        left -= part
        paid[item.draw] = paid.get(item.draw, 0) + part
        if part < item.unpaid_fen:
            kept.append(replace(item, paid_fen=item.paid_fen + part))
    met = sum(paid.values())
    if met == 0:
        return state, left
    if kind is Claim.INTEREST:
        return evolve(state, obligations=tuple(kept), interest_paid_fen=state.interest_paid_fen + met), left
    draws = tuple(_less(draw, paid.get(draw.number, 0)) for draw in state.draws if draw.principal_fen > paid.get(draw.number, 0))
    return evolve(state, obligations=tuple(kept), draws=draws, principal_paid_fen=state.principal_paid_fen + met), left


def _pay_penalty(state: LineState, left: int) -> tuple[LineState, int]:
    """Pay penalty to date, all of which is due."""
    part = min(left, state.penalty_owed_fen)
    return (evolve(state, penalty_paid_fen=state.penalty_paid_fen + part), left - part) if part else (state, left)


def _pay_interest(state: LineState, left: int) -> tuple[LineState, int]:
    """Pay interest earned to date that is not due yet; interest that is due has been paid before it, or nothing is left."""
    part = min(left, state.interest_owed_fen)
    if part == 0:
        return state, left
    return evolve(state, interest_paid_fen=state.interest_paid_fen + part), left - part


def _pay_ahead(state: LineState, left: int) -> tuple[LineState, int]:
    """Pay principal not yet due, oldest draw first (the order draws stand in); money drawn today bears its same-day minimum."""
    if left == 0:
        return state, 0
    exact, paid, draws = state.interest_exact, state.principal_paid_fen, list(state.draws)
    while left > 0 and draws:
        part = min(left, draws[0].principal_fen)
        left, paid = left - part, paid + part
        exact += same_day_exact(state, draws[0], part)
        draws[:1] = [_less(draws[0], part)] if part < draws[0].principal_fen else []
    rounded = posted(exact, state.terms.rate)
    return evolve(state, draws=tuple(draws), principal_paid_fen=paid, interest_exact=exact, interest_fen=rounded), left


def _less(draw: Draw, part: int) -> Draw:
    return replace(draw, principal_fen=draw.principal_fen - part) if part else draw
