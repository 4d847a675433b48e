"""The five categories by days past due (2023 classification rules): more than 0, 90, 270 and 360 days.

All four bounds are strict: 90 days past due is still special mention (RC-01..RC-04). The technical exception of seven days
stands on an unconfirmed reading of RC-01: it is told to a person and changes no class.
"""

from __future__ import annotations

from farthing.domain.arrears import LoanClass

BOUNDS: tuple[tuple[int, LoanClass], ...] = (
    (360, LoanClass.LOSS),  # RC-04
    (270, LoanClass.DOUBTFUL),  # RC-03
    (90, LoanClass.SUBSTANDARD),  # RC-02
    (0, LoanClass.SPECIAL_MENTION),  # RC-01
)
NON_PERFORMING_AFTER = 90
"""Days past due after which a line is non-performing (RC-02) and accrued interest leaves the balance sheet."""

TECHNICAL_DAYS = 7


def classify(dpd: int) -> LoanClass:
    """The class that `dpd` days past due demand at least."""
    for bound, loan_class in BOUNDS:
        if dpd > bound:
            return loan_class
    return LoanClass.NORMAL


def technical(dpd: int) -> bool:
    """Few enough days for the technical exception of RC-01, if there is one: advice, and no more."""
    return 0 < dpd <= TECHNICAL_DAYS
