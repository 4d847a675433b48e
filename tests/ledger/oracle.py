"""A slow, independent ledger: one line, one day at a time, in exact fractions. It shares no formula with `farthing.ledger`.

What is earned is the numerator of a fraction whose denominator its terms fix for ever. Nothing is skipped: each night passes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

from chinese_calendar import is_workday

from farthing.domain import line_event as happened
from farthing.domain.event import Event
from farthing.domain.facility import Coupon, LineTerms
from farthing.domain.product import RepaymentMethod

A_FEN = {"day": 10**8, "year_360": 10**6 * 360, "year_365": 10**6 * 365}
"""How many units of a rate, for a day, make one fen of a fen."""
ONE = dt.timedelta(days=1)
CLASSES = ["normal", "special_mention", "substandard", "doubtful", "loss"]


def later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    number = day.day
    while True:
        try:
            return dt.date(year, month, number)
        except ValueError:
            number -= 1


@cache
def working(day: dt.date) -> dt.date:
    """The day itself, or the next on which people work."""
    while True:
        try:
            if is_workday(day):
                return day
        except NotImplementedError:
            if day.weekday() < 5:
                return day
        day += ONE


@cache
def monthly(day: dt.date, due_day: int, business_days: bool) -> bool:
    """Do bills fall due on this day of this or, moved by days off, of last month?"""
    this = day.replace(day=due_day)
    return day in {working(this), working(later(this, -1))} if business_days else day == this


@dataclass
class Loan:
    number: int
    drawn_on: dt.date
    falls_due: dt.date
    left: int


@dataclass
class Bill:
    on: dt.date
    left: int
    loan: Loan | None = None  # of interest, if of none


@dataclass
class Oracle:
    """The line as a bookkeeper with patience would keep it."""

    terms: LineTerms
    today: dt.date = field(init=False)
    loans: list[Loan] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    coupons: list[Coupon] = field(default_factory=list)
    earned: int = 0
    penalty: int = 0
    interest_paid: int = 0
    interest_waived: int = 0
    penalty_paid: int = 0
    penalty_waived: int = 0
    drawn: int = 0
    principal_paid: int = 0
    principal_waived: int = 0
    surplus: int = 0
    holiday: dt.date = dt.date.min
    ended: str = ""
    npl: bool = False
    clean_since: dt.date | None = None
    observed_from: dt.date | None = None
    restructured: int = 0
    floor: str = "normal"

    def __post_init__(self) -> None:
        self.today = self.terms.opened_on

    def fen(self, parts: int) -> int:
        return round(Fraction(parts, A_FEN[self.terms.rate.basis.value]))  # a Fraction rounds half to even

    @property
    def principal(self) -> int:
        return sum(loan.left for loan in self.loans)

    @property
    def interest_owed(self) -> int:
        return self.fen(self.earned) - self.interest_paid - self.interest_waived

    @property
    def penalty_owed(self) -> int:
        return self.fen(self.penalty) - self.penalty_paid - self.penalty_waived

    # ---- days ----------------------------------------------------------------------------------------------------

    def working(self, day: dt.date) -> dt.date:
        return working(day) if self.terms.business_days else day

    def monthly(self, day: dt.date) -> bool:
        return monthly(day, self.terms.due_day, self.terms.business_days)

    def unbilled(self, loan: Loan) -> int:
        return loan.left - sum(bill.left for bill in self.bills if bill.loan is loan)

    def night(self) -> None:
        """Money out over night earns a day; then the morning's bills are written."""
        free = max((c.up_to_fen for c in self.coupons if c.from_on <= self.today < c.until_on), default=0)
        principal = self.principal
        self.earned += (principal - min(principal, free)) * self.terms.rate.units
        if self.bills and self.terms.penalty_units:
            grace = dt.timedelta(days=self.terms.grace_days)
            late = sum(bill.left for bill in self.bills if bill.loan is not None and bill.on + grace <= self.today)
            self.penalty += late * self.terms.penalty_units
        self.today += ONE
        if self.today >= self.holiday and (
            self.monthly(self.today) or any(loan.left and loan.falls_due <= self.today for loan in self.loans)
        ):
            self.morning()
        self.watch()

    def morning(self) -> None:
        """A day on which something may fall due."""
        waiting = [loan for loan in self.loans if self.unbilled(loan)]
        monthly = self.monthly(self.today)
        billing = monthly and (self.terms.repayment.value != "at_maturity" or not waiting)
        if billing or any(loan.falls_due <= self.today for loan in waiting):
            self.write_bills(waiting, monthly=monthly)
            self.use_surplus()

    def write_bills(self, waiting: list[Loan], *, monthly: bool) -> None:
        new = self.interest_owed - sum(bill.left for bill in self.bills if bill.loan is None)
        if new > 0:
            self.bills.append(Bill(self.today, new))
        for loan in waiting:
            part = self.unbilled(loan) if loan.falls_due <= self.today else self.instalment(loan) if monthly else 0
            if part:
                self.bills.append(Bill(self.today, part, loan))

    def instalment(self, loan: Loan) -> int:
        method = self.terms.repayment
        if method not in {RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.EQUAL_INSTALMENT} or (self.today - loan.drawn_on).days < 15:
            return 0
        dates, day = [self.today], self.today
        while (day := day + ONE) < loan.falls_due:
            if self.monthly(day):
                dates.append(day)
        dates.append(loan.falls_due)
        left = self.unbilled(loan)
        if method is RepaymentMethod.EQUAL_PRINCIPAL:
            return left // len(dates)
        start = self.today - ONE
        while not self.monthly(start):
            start -= ONE
        rate = Fraction(self.terms.rate.units, A_FEN[self.terms.rate.basis.value])
        periods = [(b - a).days for a, b in zip([max(start, loan.drawn_on), *dates], dates, strict=False)]
        # The level payment brings what is left to nothing: the debt after all periods is linear in it.
        debt, per_payment = Fraction(left), Fraction(0)
        for days in periods:
            debt, per_payment = debt * (1 + rate * days), per_payment * (1 + rate * days) + 1
        return min(max(round(debt / per_payment) - round(left * rate * periods[0]), 0), left)

    def watch(self) -> None:
        """In the evening: what the classes remember."""
        late = [bill.on for bill in self.bills if bill.on < self.today]
        if late and (self.today - min(late)).days > 90:
            self.npl = True
        self.clean_since = None if late else self.clean_since or self.today
        if self.npl and self.clean_since and self.today >= later(self.clean_since, 6):
            self.npl = False
        if self.observed_from is not None:
            if late and min(late) < later(self.observed_from, 12):
                self.observed_from = max(late)
            elif self.today >= later(self.observed_from, 12):
                self.observed_from, self.restructured = None, 0

    def loan_class(self) -> str:
        late = self.days_late()
        worst = sum(late > bound for bound in (0, 90, 270, 360))
        worst = max(worst, 2 * self.npl, CLASSES.index(self.floor))
        if self.observed_from is not None:
            worst = max(worst, 2 if self.restructured > 1 else 1)
        return {"written_off": "loss", "sold": "normal"}.get(self.ended, CLASSES[worst])

    # ---- money ---------------------------------------------------------------------------------------------------

    def use_surplus(self) -> None:
        """Money of the customer's that we hold is counted again as if it came in this morning, but only against what is due."""
        due = self.penalty_owed + sum(bill.left for bill in self.bills)
        usable = min(max(self.surplus, 0), due)
        if usable:
            self.surplus -= usable
            self.meet(usable)

    def repay(self, amount: int) -> None:
        self.meet(amount)
        held, rest = self.surplus, self.to_settle() + self.surplus
        if 0 < rest <= held:
            self.surplus = 0
            self.meet(held)

    def draw(self, body: happened.Drawn) -> None:
        if self.terms.repayment.value.startswith("equal"):
            day, count = self.today + dt.timedelta(days=14), 0
            while count < self.terms.tenor_months:
                day += ONE
                count += self.monthly(day)
        else:
            day = later(self.today, self.terms.tenor_months)
        self.loans.append(Loan(body.number, self.today, self.working(min(day, self.terms.expires_on)), body.amount_fen))
        self.drawn += body.amount_fen

    def meet(self, amount: int) -> None:
        back = min(amount, max(-self.surplus, 0))
        self.surplus += back
        amount -= back
        for claim in self.terms.waterfall:
            if claim.value == "penalty":
                part = min(amount, self.penalty_owed)
                self.penalty_paid += part
                amount -= part
            for bill in self.bills if claim.value != "penalty" else ():
                if (bill.loan is None) == (claim.value == "interest"):
                    part = min(amount, bill.left)
                    bill.left -= part
                    amount -= part
                    if bill.loan is None:
                        self.interest_paid += part
                    else:
                        self._return(bill.loan, part)
            self.bills = [bill for bill in self.bills if bill.left]
        amount -= self._pay_interest(amount)
        for loan in sorted(self.loans, key=lambda loan: (loan.drawn_on, loan.number)):
            part = min(amount, self.unbilled(loan))
            amount -= part
            self._return(loan, part)
            if loan.drawn_on == self.today:
                self.earned += part * self.terms.rate.units * self.terms.same_day_days
        amount -= self._pay_interest(amount)
        self.surplus += amount

    def _return(self, loan: Loan, part: int) -> None:
        loan.left -= part
        self.principal_paid += part

    def _pay_interest(self, amount: int) -> int:
        part = min(amount, self.interest_owed)
        self.interest_paid += part
        return part

    # ---- agreements ----------------------------------------------------------------------------------------------

    def vary(self, body: happened.Varied) -> None:
        new = {"rate": body.rate, "limit_fen": body.limit_fen, "expires_on": body.expires_on}
        self.terms = replace(self.terms, **{name: value for name, value in new.items() if value is not None})  # type: ignore[arg-type]

    def extend(self, body: happened.Extended) -> None:
        for loan in self.loans:
            if loan.number == body.number and loan.left:
                loan.falls_due = self.working(body.matures_on)

    def relieve(self, body: happened.Relieved) -> None:
        if body.coupon:
            self.coupons.append(body.coupon)
        if body.holiday_until:
            self.holiday = max(self.holiday, body.holiday_until)
        for loan in self.loans:
            if loan.falls_due > self.today:
                loan.falls_due = self.working(later(loan.falls_due, body.later_months))

    def restructure(self, body: happened.Restructured) -> None:
        self.watch()
        self.interest_waived += min(body.waived_interest_fen, self.interest_owed)
        self.penalty_waived += min(body.waived_penalty_fen, self.penalty_owed)
        if body.rate:
            self.terms = replace(self.terms, rate=body.rate)
        self.bills = []
        waive = body.waived_principal_fen
        for loan in self.loans:
            part = min(waive, loan.left)
            loan.left -= part
            waive -= part
            self.principal_waived += part
            loan.falls_due = self.working(body.matures_on)
        if body.holiday_until:
            self.holiday = max(self.holiday, body.holiday_until)
        self.restructured = self.restructured + 1 if self.observed_from else 1
        self.observed_from = self.first_due()
        self.clean_since = self.clean_since or self.today

    def first_due(self) -> dt.date:
        """The first day on which something of what is owed now will fall due."""
        ahead = replace(self, loans=[loan for loan in self.loans if loan.left], bills=[])
        if not ahead.loans and not self.interest_owed:
            return self.today
        day = self.today
        while True:
            day += ONE
            monthly = self.monthly(day) and (self.terms.repayment.value != "at_maturity" or not ahead.loans)
            if day >= self.holiday and (monthly or any(loan.falls_due <= day for loan in ahead.loans)):
                return day

    def waive(self, body: happened.Waived) -> None:
        penalty, interest = min(body.penalty_fen, self.penalty_owed), min(body.interest_fen, self.interest_owed)
        self.penalty_waived += penalty
        self.interest_waived += interest
        for bill in self.bills:
            if bill.loan is None:
                part = min(interest, bill.left)
                bill.left -= part
                interest -= part
        self.bills = [bill for bill in self.bills if bill.left]

    def sell(self) -> None:
        self.ended = "sold"
        self.interest_waived += self.interest_owed
        self.penalty_waived += self.penalty_owed
        self.principal_waived += self.principal
        self.loans, self.bills = [], []

    def happen(self, event: Event) -> None:
        body = event.body
        acts: dict[type, Callable[[], None]] = {
            happened.Drawn: lambda: self.draw(body),  # type: ignore[arg-type]
            happened.Repaid: lambda: self.repay(body.amount_fen),  # type: ignore[union-attr]
            happened.Varied: lambda: self.vary(body),  # type: ignore[arg-type]
            happened.Extended: lambda: self.extend(body),  # type: ignore[arg-type]
            happened.CouponGranted: lambda: self.coupons.append(body.coupon),  # type: ignore[union-attr,arg-type]
            happened.Relieved: lambda: self.relieve(body),  # type: ignore[arg-type]
            happened.Restructured: lambda: self.restructure(body),  # type: ignore[arg-type]
            happened.Waived: lambda: self.waive(body),  # type: ignore[arg-type]
            happened.Sold: self.sell,
        }
        if isinstance(body, happened.Assessed):
            self.floor = body.floor.value
        elif isinstance(body, happened.WrittenOff):
            self.ended = "written_off"
        elif isinstance(body, happened.Refunded):
            self.surplus -= body.amount_fen
        elif type(body) in acts:
            acts[type(body)]()
        self.watch()

    # ---- how it stands -------------------------------------------------------------------------------------------

    def overdue(self) -> int:
        return sum(bill.left for bill in self.bills if bill.on < self.today)

    def days_late(self) -> int:
        return max(((self.today - bill.on).days for bill in self.bills), default=0)

    def to_settle(self) -> int:
        fresh = sum(loan.left for loan in self.loans if loan.drawn_on == self.today)
        earned = self.earned + fresh * self.terms.rate.units * self.terms.same_day_days
        interest = self.fen(earned) - self.interest_paid - self.interest_waived
        return self.principal + interest + self.penalty_owed - self.surplus


def live(terms: LineTerms, events: list[Event], to: dt.date) -> Oracle:
    """The line on the evening of `to`."""
    oracle = Oracle(terms)
    gone = {event.body.event for event in events if isinstance(event.body, happened.Reversed)}
    diary: dict[dt.date, list[Event]] = {}
    for event in sorted(events[1:], key=lambda event: event.sequence):
        if event.id not in gone:
            diary.setdefault(event.effective_on, []).append(event)
    while True:
        for event in diary.get(oracle.today, ()):
            oracle.happen(event)
        if oracle.today == to:
            return oracle
        oracle.night()
