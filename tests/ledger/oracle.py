"""A slow, independent ledger: one line, one day at a time, in exact fractions. It shares no formula with `farthing.ledger`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

from farthing.domain.event import Drawn, Event, Repaid
from farthing.domain.facility import LineTerms

PER_DAY = {"day": Fraction(1, 10**8), "year_360": Fraction(1, 10**6) / 360, "year_365": Fraction(1, 10**6) / 365}


@dataclass
class Loan:
    drawn_on: dt.date
    falls_due: dt.date
    left: int


@dataclass
class Bill:
    on: dt.date
    interest: int


@dataclass
class Oracle:
    """The line as a bookkeeper with patience would keep it."""

    terms: LineTerms
    today: dt.date = field(init=False)
    loans: list[Loan] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    earned: Fraction = Fraction(0)
    interest_paid: int = 0
    drawn: int = 0
    principal_paid: int = 0
    surplus: int = 0

    def __post_init__(self) -> None:
        self.today = self.terms.opened_on
        self.daily = self.terms.rate.units * PER_DAY[self.terms.rate.basis.value]

    @property
    def principal(self) -> int:
        return sum(loan.left for loan in self.loans)

    @property
    def interest_owed(self) -> int:
        return round(self.earned) - self.interest_paid  # a Fraction rounds half to even

    def night(self) -> None:
        """Money out over night earns a day; then the morning's bills are written."""
        self.earned += self.principal * self.daily
        self.today += dt.timedelta(days=1)
        waiting = any(loan.left and loan.falls_due > self.today - dt.timedelta(days=1) for loan in self.loans)
        maturing = any(loan.left and loan.falls_due == self.today for loan in self.loans)
        monthly = self.today.day == self.terms.due_day and (self.terms.repayment.value == "interest_monthly" or not waiting)
        if maturing or monthly:
            new = self.interest_owed - sum(bill.interest for bill in self.bills)
            if new > 0:
                self.bills.append(Bill(self.today, new))
            self.use_surplus()

    def use_surplus(self) -> None:
        """Money of the customer's that we hold is counted again as if it came in this morning, but only against what is due."""
        due = sum(bill.interest for bill in self.bills) + sum(loan.left for loan in self.loans if loan.falls_due <= self.today)
        held, self.surplus = self.surplus, 0
        if usable := min(held, due):
            self.repay(usable)
        self.surplus += held - usable

    def draw(self, amount: int) -> None:
        year, month, day = self.today.year, self.today.month + self.terms.tenor_months, self.today.day
        while month > 12:
            year, month = year + 1, month - 12
        due: dt.date | None = None
        while due is None:
            try:
                due = dt.date(year, month, day)
            except ValueError:
                day -= 1
        self.loans.append(Loan(self.today, min(due, self.terms.expires_on), amount))
        self.drawn += amount

    def repay(self, amount: int) -> None:
        for bill in self.bills:
            part = min(amount, bill.interest)
            bill.interest -= part
            self.interest_paid += part
            amount -= part
        self.bills = [bill for bill in self.bills if bill.interest]
        due = sorted((loan for loan in self.loans if loan.falls_due <= self.today), key=lambda loan: loan.falls_due)
        for loan in due:
            amount -= self._return(loan, amount)
        amount -= self._pay_interest(amount)
        for loan in sorted((loan for loan in self.loans if loan.falls_due > self.today), key=lambda loan: loan.drawn_on):
            part = self._return(loan, amount)
            amount -= part
            if loan.drawn_on == self.today:
                self.earned += part * self.daily * self.terms.same_day_days
        amount -= self._pay_interest(amount)
        self.surplus += amount

    def _return(self, loan: Loan, amount: int) -> int:
        part = min(amount, loan.left)
        loan.left -= part
        self.principal_paid += part
        return part

    def _pay_interest(self, amount: int) -> int:
        part = min(amount, self.interest_owed)
        self.interest_paid += part
        return part

    def overdue(self) -> int:
        late = sum(bill.interest for bill in self.bills if bill.on < self.today)
        return late + sum(loan.left for loan in self.loans if loan.falls_due < self.today)

    def days_late(self) -> int:
        dates = [bill.on for bill in self.bills if bill.interest] + [loan.falls_due for loan in self.loans if loan.left]
        return max([(self.today - on).days for on in dates if on < self.today], default=0)

    def to_settle(self) -> int:
        minimum = sum(loan.left * self.daily * self.terms.same_day_days for loan in self.loans if loan.drawn_on == self.today)
        return self.principal + round(self.earned + minimum) - self.interest_paid


def live(terms: LineTerms, events: list[Event], to: dt.date) -> Oracle:
    """The line on the evening of `to`."""
    oracle = Oracle(terms)
    ordered = sorted(events[1:], key=lambda event: (event.effective_on, event.sequence))
    while True:
        for event in ordered:
            if event.effective_on == oracle.today:
                if isinstance(event.body, Drawn):
                    oracle.draw(event.body.amount_fen)
                elif isinstance(event.body, Repaid):
                    oracle.repay(event.body.amount_fen)
        if oracle.today == to:
            return oracle
        oracle.night()
