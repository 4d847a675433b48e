"""Instalments: how much of a draw's principal falls due each month.

Both methods look only at what is left and at the due dates to come, so an early repayment, a new rate or a longer term needs no
new plan: the next bill is already that of the line as it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from farthing.domain.facility import LineTerms
from farthing.domain.money import round_half_even
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Rate

_ONE = 1 << 96
"""Discount factors are integers over this: an error far below a fen, and the same on every machine."""


def instalment_fen(left_fen: int, terms: LineTerms, dates: Sequence[dt.date]) -> int:
    """Principal due on `dates[1]` of `left_fen` not yet billed; `dates[0]` begins the period, the rest are the due dates to come."""
    if len(dates) == 2:
        return left_fen
    if terms.repayment is RepaymentMethod.EQUAL_PRINCIPAL:
        return left_fen // (len(dates) - 1)
    days = [(later - earlier).days for earlier, later in pairwise(dates)]
    return min(max(_level_principal(left_fen, terms.rate, days), 0), left_fen)


def _level_principal(left_fen: int, rate: Rate, days: Sequence[int]) -> int:
    """The principal in the first of `len(days)` equal payments, each period bearing simple interest for its own days.

    The payment is left × Π(1 + r·d) / Σ of the tails of that product (the annuity with periods of unequal length).
    """
    grown, tails = _ONE, 0
    for period in reversed(days):
        tails += grown
        grown = grown * (rate.denominator + rate.units * period) // rate.denominator
    interest = round_half_even(left_fen * rate.units * days[0], rate.denominator)
    return round_half_even(left_fen * grown, tails) - interest
