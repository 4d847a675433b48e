"""A line: the right to draw, what was drawn, and what is owed, as plain integers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.arrears import LoanClass
from farthing.domain.ids import Id
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Rate


class LineStatus(StrEnum):
    """Whether a line may be drawn on."""

    ACTIVE = "active"
    FROZEN = "frozen"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What was agreed when the line was opened."""

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


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawdown still owed: principal left and when it is due."""

    number: int
    drawn_on: dt.date
    matures_on: dt.date
    drawn_fen: int
    principal_fen: int


class ObligationKind(StrEnum):
    """What falls due."""

    INTEREST = "interest"
    PRINCIPAL = "principal"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One amount due on one date: `due_fen` billed, `paid_fen` of it met. Interest is owed by the line as a whole (`draw` 0)."""

    due_on: dt.date
    kind: ObligationKind
    draw: int
    due_fen: int
    paid_fen: int

    @property
    def unpaid_fen(self) -> int:
        """What of it is still owed."""
        return self.due_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class LineState:
    """The state of a line on `as_of`: a fold of its events, never edited.

    `interest_exact` is unrounded interest to date in fen × the rate's denominator; `interest_fen` is its one rounding,
    so that `interest_fen - interest_paid_fen` is owed. `surplus_fen` is money received beyond what was owed, until it
    meets what falls due. Draws and obligations leave the state once they are met (`ledger.statement` tells the whole
    story); `draws_made` numbers the next draw. A state carries over to a later day by `ledger.facility.advance`.
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

    @property
    def principal_fen(self) -> int:
        """Principal outstanding."""
        return self.drawn_fen - self.principal_paid_fen

    @property
    def interest_owed_fen(self) -> int:
        """Interest to date, rounded once, less what was paid."""
        return self.interest_fen - self.interest_paid_fen

    @property
    def owed_fen(self) -> int:
        """Everything owed on `as_of`. Paying off a draw on its own day may cost the same-day minimum on top (`ledger.quote`)."""
        return self.principal_fen + self.interest_owed_fen

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
