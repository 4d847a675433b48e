"""One debtor's claims stand together: more than a tenth of them non-performing, then all are (RC-06, non-retail).

A class is a line's own; what the debtor's other lines do to it is an event of its own (`Assessed` by RC-06), so that the fold stays per
line. What RC-06 itself made non-performing is no evidence of more: only what a line is by itself counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from farthing.domain.arrears import LoanClass
from farthing.domain.facility import LineState, LineStatus
from farthing.ledger.conduct import own_class

RULE = "RC-06"
ONE_IN = 10
"""More than one fen in so many: 10.00 % is not above it, 10.01 % is."""
_RUNNING = (LineStatus.ACTIVE, LineStatus.FROZEN)


def spreads(claims: Sequence[LineState]) -> bool:
    """Do a debtor's lines, all on one day, make each other non-performing?

    Once they do, it ends only when none of them is non-performing by itself any more (RC-13: no other non-performing claim here).
    """
    bad_fen = sum(claim.owed_fen for claim in claims if own_class(claim).non_performing)
    if any(claim.conduct.contagion.non_performing for claim in claims):
        return bad_fen > 0
    return bad_fen * ONE_IN > sum(claim.owed_fen for claim in claims)


def floors(claims: Iterable[LineState]) -> Iterator[tuple[LineState, LoanClass]]:
    """The lines of a debtor that RC-06 now holds to another class than before, each with that class; normal lifts it."""
    of = tuple(claims)
    spread = spreads(of)
    for claim in of:
        if claim.status not in _RUNNING or own_class(claim).non_performing:
            continue
        floor = LoanClass.SUBSTANDARD if spread else LoanClass.NORMAL
        if floor is not claim.conduct.contagion:
            yield claim, floor
