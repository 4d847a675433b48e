"""The price of a bill: interest off the face by day count, and what of it is earned by a day.

Interest is face × rate × days, an integer, rounded half to even once; the day of the discount counts, the day the bill falls due does not
(Payment and Settlement Measures, article 94: up to the day before maturity). What is quoted, paid out, booked and earned in the end is
the same number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.bill.bill import Discount, Rediscount
from farthing.domain.rate import Rate
from farthing.ledger.accrual import interest_exact, posted


@dataclass(frozen=True, slots=True)
class Price:
    """What the bank pays for a bill on a day: the proceeds are the face less the interest."""

    face_fen: int
    rate: Rate
    on: dt.date
    falls_due_on: dt.date
    days: int
    interest_fen: int

    @property
    def proceeds_fen(self) -> int:
        """What the seller receives."""
        return self.face_fen - self.interest_fen


def price(face_fen: int, rate: Rate, on: dt.date, falls_due_on: dt.date) -> Price:
    """The price on a day before the bill falls due."""
    days = (falls_due_on - on).days
    return Price(face_fen, rate, on, falls_due_on, days, posted(interest_exact(face_fen, rate, days), rate))


def earned_fen(face_fen: int, agreed: Discount | Rediscount, day: dt.date) -> int:
    """Discount interest earned by the close of `day`, by the bank or by who bought the bill from it: nothing on the day of the discount,
    all of it from the day the bill falls due on."""
    days = (min(day, agreed.falls_due_on) - agreed.on).days
    return posted(interest_exact(face_fen, agreed.rate, days), agreed.rate)
