"""A line: the right to draw, what was drawn, and what is owed, as plain integers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.arrears import LoanClass
from farthing.domain.ids import Id
from farthing.domain.product import Claim, RepaymentMethod, Share
from farthing.domain.rate import Rate

WATERFALL = (Claim.PENALTY, Claim.INTEREST, Claim.PRINCIPAL)


class LineStatus(StrEnum):
    """Whether a line may be drawn on, and whose the claim is."""

    ACTIVE = "active"
    FROZEN = "frozen"
    CLOSED = "closed"
    WRITTEN_OFF = "written_off"  # off the balance sheet; the borrower owes as before
    SOLD = "sold"  # the claim is another's


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What is agreed: at the opening, and as it was varied since.

    `penalty_units` come on top of the rate, on principal overdue for more than `grace_days`. With `business_days` what falls due
    on a day off falls due on the next business day. `waterfall` is the order in which a repayment meets what is due.
    """

    line: Id
    party: Id
    product: str
    decision: Id
    limit_fen: int
    rate: Rate
    opened_on: dt.date
    expires_on: dt.date
    tenor_months: int
    draw_min_fen: int
    repayment: RepaymentMethod
    due_day: int
    same_day_days: int
    revolving: bool
    synthetic: bool = False
    penalty_units: int = 0
    grace_days: int = 0
    business_days: bool = False
    waterfall: tuple[Claim, ...] = WATERFALL
    consumption_cap_fen: int = 0
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawdown still owed: principal left and when the last of it is due."""

    number: int
    drawn_on: dt.date
    matures_on: dt.date
    drawn_fen: int
    principal_fen: int
    consumption: bool = False


@dataclass(frozen=True, slots=True)
class Obligation:
    """One amount due on one date: `due_fen` billed, `paid_fen` of it met. Interest is owed by the line as a whole (`draw` 0)."""

    due_on: dt.date
    kind: Claim
    draw: int
    due_fen: int
    paid_fen: int

    @property
    def unpaid_fen(self) -> int:
        """What of it is still owed."""
        return self.due_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class Coupon:
    """An interest-free coupon: principal up to `up_to_fen` bears no interest from `from_on` until the day before `until_on`."""

    number: str
    from_on: dt.date
    until_on: dt.date
    up_to_fen: int


@dataclass(frozen=True, slots=True)
class Conduct:
    """What the five categories remember of a line's past, as far as it still counts (RC-06, RC-10, RC-11, RC-12, RC-13).

    `impaired_on` is when it became non-performing, `cleared_on` since when nothing is overdue after that. `observed_from` starts
    the observation of a restructured line, or starts it again after a miss; `restructured` counts restructurings in it. `floor`
    is the least class that a named person holds it to, `contagion` the one that the debtor's other lines do.
    """

    impaired_on: dt.date | None = None
    cleared_on: dt.date | None = None
    observed_from: dt.date | None = None
    restructured: int = 0
    floor: LoanClass = LoanClass.NORMAL
    contagion: LoanClass = LoanClass.NORMAL


@dataclass(frozen=True)  # without slots, for `domain.evolve`
class LineState:
    """The state of a line on `as_of`: a fold of its events, never edited.

    Interest and penalty are each kept as `*_exact`, unrounded to date in fen × the rate's denominator, with `*_fen` its one
    rounding; less what was paid and waived, that is owed. `coupon_exact` is the interest that coupons spared, which
    `interest_exact` lacks. `surplus_fen` is money received beyond what was owed, until it meets what falls due or is refunded; below
    zero it was refunded and is owed back.
    Draws and obligations leave the state once they are met (`ledger.statement` tells the whole story); `draws_made` numbers
    the next draw. Nothing falls due before `holiday_until`. `approved_on` is the last approval after the opening (IL-03).
    A state carries over to a later day by `ledger.facility.advance`.
    """

    terms: LineTerms
    as_of: dt.date
    status: LineStatus
    draws: tuple[Draw, ...]
    obligations: tuple[Obligation, ...]
    interest_exact: int
    interest_fen: int
    interest_paid_fen: int
    drawn_fen: int
    principal_paid_fen: int
    surplus_fen: int
    draws_made: int
    events: int
    interest_waived_fen: int = 0
    penalty_exact: int = 0
    penalty_fen: int = 0
    penalty_paid_fen: int = 0
    penalty_waived_fen: int = 0
    principal_waived_fen: int = 0
    coupon_exact: int = 0
    coupons: tuple[Coupon, ...] = ()
    holiday_until: dt.date | None = None
    sold_for_fen: int = 0
    conduct: Conduct = Conduct()
    approved_on: dt.date | None = None

    @property
    def principal_fen(self) -> int:
        """Principal outstanding."""
        return self.drawn_fen - self.principal_paid_fen - self.principal_waived_fen

    @property
    def interest_owed_fen(self) -> int:
        """Interest to date, rounded once, less what was paid and waived."""
        return self.interest_fen - self.interest_paid_fen - self.interest_waived_fen

    @property
    def penalty_owed_fen(self) -> int:
        """Penalty to date, rounded once, less what was paid and waived. It is due as it is earned."""
        return self.penalty_fen - self.penalty_paid_fen - self.penalty_waived_fen

    @property
    def owed_fen(self) -> int:
        """Everything owed on `as_of`. Paying off a draw on its own day may cost the same-day minimum on top (`ledger.quote`)."""
        return self.principal_fen + self.interest_owed_fen + self.penalty_owed_fen - min(self.surplus_fen, 0)

    @property
    def headroom_fen(self) -> int:
        """What may still be drawn; zero when the line is not active. A line that does not revolve counts all it ever drew."""
        if self.status is not LineStatus.ACTIVE:
            return 0
        used = self.principal_fen if self.terms.revolving else self.drawn_fen
        return max(self.terms.limit_fen - used, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a line stands on a day: days past due, class, what is overdue."""

    line: Id
    as_of: dt.date
    dpd: int
    loan_class: LoanClass
    overdue_fen: int
    principal_fen: int
    interest_owed_fen: int
    penalty_owed_fen: int = 0
