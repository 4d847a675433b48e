"""What may happen to a line: past participles, each a body of an event in the line's own stream."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.facility import Coupon, LineTerms
from farthing.domain.ids import Id
from farthing.domain.rate import Rate


@dataclass(frozen=True, slots=True)
class Opened:
    """A line was opened on the terms of a decision."""

    terms: LineTerms


@dataclass(frozen=True, slots=True)
class Drawn:
    """Money was paid out under a line, for consumption or for business."""

    line: Id
    number: int
    amount_fen: int
    consumption: bool = False


@dataclass(frozen=True, slots=True)
class Repaid:
    """Money came back; how it splits follows from the waterfall, so it is not stored."""

    line: Id
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """A line may not be drawn on until it is unfrozen."""

    line: Id
    ground: str


@dataclass(frozen=True, slots=True)
class Unfrozen:
    """A frozen line may be drawn on again."""

    line: Id
    ground: str


@dataclass(frozen=True, slots=True)
class Reversed:
    """The bank took an event back: money that never came, a draw that was not paid out. The line is as if it had never been."""

    line: Id
    event: Id
    ground: str


@dataclass(frozen=True, slots=True)
class Varied:
    """Terms changed from this day on; what is None stays. A rate keeps its basis for the life of the line."""

    line: Id
    rate: Rate | None
    limit_fen: int | None
    expires_on: dt.date | None
    ground: str


@dataclass(frozen=True, slots=True)
class Extended:
    """A draw falls due later (展期), agreed before it was due."""

    line: Id
    number: int
    matures_on: dt.date
    ground: str


@dataclass(frozen=True, slots=True)
class CouponGranted:
    """An interest-free coupon began to run."""

    line: Id
    coupon: Coupon


@dataclass(frozen=True, slots=True)
class Relieved:
    """A line's part in a disaster relief: nothing falls due before `holiday_until`, draws mature so many months later."""

    line: Id
    relief: str
    holiday_until: dt.date | None
    later_months: int
    coupon: Coupon | None


@dataclass(frozen=True, slots=True)
class Restructured:
    """New terms for a borrower in difficulty (RC-09): what is owed falls due anew, and the line is observed (RC-10)."""

    line: Id
    difficulty: Difficulty
    concessions: tuple[Concession, ...]
    matures_on: dt.date
    holiday_until: dt.date | None
    rate: Rate | None
    waived_principal_fen: int
    waived_interest_fen: int
    waived_penalty_fen: int


@dataclass(frozen=True, slots=True)
class Waived:
    """The bank let go of interest or penalty that was owed."""

    line: Id
    interest_fen: int
    penalty_fen: int
    ground: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """A line is held to a class or worse by a rule that no date of its own decides; normal lifts it.

    By a named person (RC-05, RC-07, RC-08), or by the review of a debtor's claims (RC-06).
    """

    line: Id
    floor: LoanClass
    rule: str


@dataclass(frozen=True, slots=True)
class Reapproved:
    """A line of more than a year was judged again and approved by two people (IL-03)."""

    line: Id
    ground: str


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """The claim left the balance sheet; the borrower owes as before."""

    line: Id
    ground: str


@dataclass(frozen=True, slots=True)
class Sold:
    """The claim became another's; `price_fen` was paid for it. The buyer is a registered party: its name stands in no event."""

    line: Id
    buyer: Id
    price_fen: int


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money beyond what was owed went back to the borrower."""

    line: Id
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A line on which nothing is owed ended."""

    line: Id


LineBody: TypeAlias = (
    Opened
    | Drawn
    | Repaid
    | Frozen
    | Unfrozen
    | Reversed
    | Varied
    | Extended
    | CouponGranted
    | Relieved
    | Restructured
    | Waived
    | Assessed
    | Reapproved
    | WrittenOff
    | Sold
    | Refunded
    | Closed
)
