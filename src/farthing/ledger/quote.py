"""What it will cost: a payoff on any day, and a draw over its life.

Quotes are the ledger's own walk forward, so the later bill agrees to the fen when nothing else happens. Cost is disclosed by
both annual rates with their convention named (PR-01, PR-02); the borrower receives the whole principal, interest is never
deducted in advance (PR-06).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.evolve import evolve
from farthing.domain.facility import Draw, LineState, LineTerms
from farthing.domain.money import round_half_even
from farthing.domain.rate import PPM
from farthing.ledger.accrual import posted
from farthing.ledger.due import maturity
from farthing.ledger.facility import advance, open_line
from farthing.ledger.schedule import Due, upcoming
from farthing.ledger.waterfall import same_day_exact
from farthing.quant.irr import irr

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Payoff:
    """What settles a line in full on a day."""

    day: dt.date
    principal_fen: int
    interest_fen: int
    penalty_fen: int = 0
    surplus_fen: int = 0

    @property
    def total_fen(self) -> int:
        """What is to be paid: principal, interest and penalty, less money of the borrower's that the bank holds."""
        return max(self.principal_fen + self.interest_fen + self.penalty_fen - self.surplus_fen, 0)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a draw costs when each amount is paid on its due day.

    `simple_ppm` is the annual rate without compounding, `effective_ppm` the annual internal rate of return of the dated
    amounts (days over 365), both in parts per million.
    """

    drawn_on: dt.date
    received_fen: int
    interest_fen: int
    schedule: tuple[Due, ...]
    simple_ppm: int
    effective_ppm: int


def payoff(state: LineState, day: dt.date) -> Payoff:
    """What settles the line on `day` if nothing else happens until then."""
    state = advance(state, day)
    exact = state.interest_exact + sum(same_day_exact(state, draw, draw.principal_fen) for draw in state.draws)
    interest = posted(exact, state.terms.rate) - state.interest_paid_fen - state.interest_waived_fen
    return Payoff(day, state.principal_fen, interest, state.penalty_owed_fen, state.surplus_fen)


def cost_of_draw(terms: LineTerms, amount_fen: int, day: dt.date) -> Cost:
    """The cost of drawing `amount_fen` on `day`, taken by itself: other draws on the line change no more than the rounding of a fen."""
    draw = Draw(number=1, drawn_on=day, matures_on=maturity(terms, day), drawn_fen=amount_fen, principal_fen=amount_fen)
    state = evolve(open_line(terms), as_of=day, draws=(draw,), drawn_fen=amount_fen, draws_made=1)
    schedule = upcoming(state)
    flows = [(0, amount_fen), *(((due.due_on - day).days, -due.total_fen) for due in schedule)]
    simple = terms.rate.annual_simple()
    return Cost(
        drawn_on=day,
        received_fen=amount_fen,
        interest_fen=sum(due.interest_fen for due in schedule),
        schedule=schedule,
        simple_ppm=round_half_even(simple.numerator * PPM, simple.denominator),
        effective_ppm=round(irr([days / YEAR_DAYS for days, _ in flows], [fen for _, fen in flows]) * PPM),
    )
