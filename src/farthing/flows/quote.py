"""What a draw would cost, and what would settle a line: quotes, which record nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_own
from farthing.flows.line.repay import MOST_FEN
from farthing.flows.ports import House
from farthing.ledger.facility import advance
from farthing.ledger.quote import Cost, Payoff, cost_of_draw, payoff
from farthing.ledger.schedule import Due, upcoming
from farthing.ledger.waterfall import Refusal, Split, check_draw, repay

HORIZON = dt.timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class DrawQuote:
    """The cost of a draw made today, and why it would be refused if it would."""

    line: Id
    cost: Cost
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class RepaymentQuote:
    """What a repayment on a day would pay for, and the line after it: what is owed and what falls due next.

    `settles_fen` is what would settle the whole line on that day, before the repayment.
    """

    line: Id
    day: dt.date
    amount_fen: int
    split: Split
    settles_fen: int
    owed_after_fen: int
    next_due: Due | None


def quote_draw(house: House, actor: Actor, line: Id, amount_fen: int, *, consumption: bool = False) -> DrawQuote:
    """What drawing `amount_fen` today would cost over its life, each amount paid on its due day (PR-01, PR-06)."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    today = house.clock.today()
    state = advance(house.lines.get(line), today)
    require_own(actor, state.terms.party)
    if not 0 < amount_fen <= state.terms.limit_fen:
        raise Invalid(
            "bad_amount", f"{amount_fen} fen is no amount of line {line}.", "Ask for one fen up to the limit.", field="amount_fen"
        )
    if today >= state.terms.expires_on:
        raise Conflict("draw_expired", f"Line {line} expired on {state.terms.expires_on}.", "Apply for a new line.")
    return DrawQuote(
        line=line, cost=cost_of_draw(state.terms, amount_fen, today), refusal=check_draw(state, amount_fen, today, consumption=consumption)
    )


def quote_payoff(house: House, actor: Actor, line: Id, day: dt.date) -> Payoff:
    """What settles the line on `day`, today or later, if nothing else happens until then: equal to the later bill."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    today = house.clock.today()
    state = house.lines.get(line)
    require_own(actor, state.terms.party)
    if not today <= day <= today + HORIZON:
        raise Invalid("bad_day", f"{day} is not a day to settle on.", f"Choose a day from {today} on, within ten years.", field="day")
    return payoff(state, day)


def quote_repayment(house: House, actor: Actor, line: Id, amount_fen: int, day: dt.date) -> RepaymentQuote:
    """What paying `amount_fen` on `day` would do, if nothing else happens until then: by the ledger's own waterfall."""
    settles = quote_payoff(house, actor, line, day)
    if not 0 < amount_fen <= MOST_FEN:
        raise Invalid("bad_repayment", f"{amount_fen} fen is not an amount to repay.", "Repay at least one fen.", field="amount_fen")
    state = house.lines.get(line)
    if state.status in (LineStatus.CLOSED, LineStatus.SOLD):
        raise Conflict("line_ended", f"Line {line} is {state.status.value}.", "Nothing is to be paid to the bank on it.")
    after, split = repay(advance(state, day), amount_fen)
    dues = upcoming(after)
    return RepaymentQuote(line, day, amount_fen, split, settles.total_fen, after.owed_fen, dues[0] if dues else None)
