"""Arrears: days past due, buckets, the five categories of the 2023 classification rules, and what makes a restructuring (RC-09)."""

from __future__ import annotations

from enum import StrEnum


class Bucket(StrEnum):
    """Days-past-due buckets."""

    CURRENT = "0"
    D1_30 = "1-30"
    D31_60 = "31-60"
    D61_90 = "61-90"
    D91_180 = "91-180"
    D181_270 = "181-270"
    D271_360 = "271-360"
    D361_UP = "361+"

    @property
    def least(self) -> int:
        """The fewest days past due of this bucket."""
        return int(self.value.rstrip("+").split("-")[0])

    @classmethod
    def of(cls, dpd: int) -> Bucket:
        """The bucket of so many days past due."""
        return [bucket for bucket in cls if dpd >= bucket.least][-1]


class LoanClass(StrEnum):
    """The five categories, best first; the last three are non-performing."""

    NORMAL = "normal"
    SPECIAL_MENTION = "special_mention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"

    @classmethod
    def worst(cls, *of: LoanClass) -> LoanClass:
        """The worst of some classes."""
        return max(of, key=_ORDER.__getitem__)

    @property
    def non_performing(self) -> bool:
        """Substandard, doubtful or loss."""
        return self in (LoanClass.SUBSTANDARD, LoanClass.DOUBTFUL, LoanClass.LOSS)


_ORDER = {each: place for place, each in enumerate(LoanClass)}


class Difficulty(StrEnum):
    """Why a borrower could not pay as agreed (RC-09)."""

    OVERDUE = "overdue"
    CASH_FLOW = "cash_flow"  # cash flow too weak to pay as agreed
    NON_PERFORMING = "non_performing"
    NO_MARKET_CREDIT = "no_market_credit"  # nobody else would lend at market terms
    OTHER = "other"


class Concession(StrEnum):
    """What a lender gives that it would not give to others (RC-09)."""

    EXTENSION = "extension"
    EASIER_SCHEDULE = "easier_schedule"
    GRACE = "grace"
    LOWER_RATE = "lower_rate"
    FORGIVENESS = "forgiveness"
    COLLATERAL_RELEASE = "collateral_release"
