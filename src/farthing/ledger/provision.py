"""Loss provisions: what the bank sets aside for a line by its class, and the stage of its expected credit loss.

The rates are those of the loss-provision guidelines of 2002 (normal 1, special mention 2, substandard 25, doubtful 50, loss 100 per
cent of principal): a floor until models of expected loss set their own. A stage says for how long losses are expected: 12 months (1),
the whole life after the risk rose (2) or once impaired (3); CAS 22 presumes a rise at more than 30 days past due.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from farthing.domain.arrears import LoanClass
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.money import round_half_even
from farthing.ledger.accrual import Column, posted_columns
from farthing.ledger.arrears import dpd
from farthing.ledger.conduct import loan_class

PERCENT = MappingProxyType({
    LoanClass.NORMAL: 1, LoanClass.SPECIAL_MENTION: 2, LoanClass.SUBSTANDARD: 25, LoanClass.DOUBTFUL: 50, LoanClass.LOSS: 100,
})  # fmt: skip
RISK_ROSE_AFTER = 30
OFF_BALANCE = (LineStatus.WRITTEN_OFF, LineStatus.SOLD)


def required_fen(state: LineState) -> int:
    """What is to be set aside for a line; nothing for a claim that has left the balance sheet."""
    return 0 if state.status in OFF_BALANCE else round_half_even(state.principal_fen * PERCENT[loan_class(state)], 100)


def uncovered_fen(state: LineState, net_fen: int) -> int:
    """What the class would ask for if only `net_fen` of the line, which no house covers, bore its rate and the rest that of a normal loan.

    Told beside `required_fen` and never posted: no rule that we know lets cover lower a provision (those of section PV speak of loans, and
    RC-02 of the class whatever covers it), so what is set aside does not count on a house.
    """
    if state.status in OFF_BALANCE:
        return 0
    net = min(max(net_fen, 0), state.principal_fen)
    at_least = PERCENT[LoanClass.NORMAL] * (state.principal_fen - net)
    return round_half_even(at_least + net * PERCENT[loan_class(state)], 100)


def required_columns(principal_fen: Column, class_order: Column) -> Column:
    """The same row by row; `class_order` is each row's place among the classes, best first. Principal is below 2^56."""
    percent = np.array([PERCENT[one] for one in LoanClass], dtype=np.int64)
    return posted_columns(principal_fen * percent[class_order], np.full(principal_fen.shape, 100, dtype=np.int64))


def stage(state: LineState) -> int:
    """1, 2 or 3."""
    worst = loan_class(state)
    if worst.non_performing:
        return 3
    return 2 if worst is LoanClass.SPECIAL_MENTION and (dpd(state) > RISK_ROSE_AFTER or state.conduct.observed_from is not None) else 1
