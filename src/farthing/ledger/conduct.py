"""What the five categories remember: becoming non-performing is quick, coming back takes time (RC-10..RC-13).

A non-performing line may rise only after all arrears were paid and six months (two monthly periods among them) went by without a
new one (RC-13). A restructured line is observed for a year from its first due date; a miss begins the year again (RC-10). It is special
mention meanwhile, and substandard when restructured again within it (RC-12, where sources conflict: the final text, not the draft's
doubtful). Both follow from dates, so a state is remembered only when its arrears change.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from farthing.domain.arrears import LoanClass
from farthing.domain.calendar import add_months
from farthing.domain.evolve import evolve
from farthing.domain.facility import Conduct, LineState, LineStatus, Standing
from farthing.ledger.arrears import dpd, oldest_unpaid, overdue_fen
from farthing.ledger.classify import NON_PERFORMING_AFTER, classify

UPGRADE_MONTHS = 6
_ENDED = {LineStatus.WRITTEN_OFF: LoanClass.LOSS, LineStatus.SOLD: LoanClass.NORMAL}  # of a claim sold nothing is ours
OBSERVED_MONTHS = 12


def loan_class(state: LineState) -> LoanClass:
    """The class of a line on `state.as_of`: the worst that any rule demands."""
    if state.status in _ENDED:
        return _ENDED[state.status]
    found = [classify(dpd(state)), state.conduct.floor]
    if impaired(state):
        found.append(LoanClass.SUBSTANDARD)
    if observed(state):
        found.append(LoanClass.SUBSTANDARD if state.conduct.restructured > 1 else LoanClass.SPECIAL_MENTION)
    return LoanClass.worst(*found)


def standing(state: LineState) -> Standing:
    """How the line stands on `state.as_of`."""
    return Standing(
        line=state.terms.line, as_of=state.as_of, dpd=dpd(state), loan_class=loan_class(state), overdue_fen=overdue_fen(state),
        principal_fen=state.principal_fen, interest_owed_fen=state.interest_owed_fen, penalty_owed_fen=state.penalty_owed_fen,
    )  # fmt: skip


def impaired(state: LineState) -> bool:
    """Is the line non-performing by its days past due, or was it and may not rise yet (RC-02, RC-13)?"""
    return dpd(state) > NON_PERFORMING_AFTER or (state.conduct.impaired_on is not None and not _healed(state))


def observed(state: LineState) -> bool:
    """Is the observation of a restructured line still running (RC-10)?"""
    since, missed = state.conduct.observed_from, oldest_unpaid(state)
    if since is None:
        return False
    end = add_months(since, OBSERVED_MONTHS)
    return missed < end if missed is not None and missed < state.as_of else state.as_of < end


def remembered(before: LineState, after: LineState) -> LineState:
    """`after` a payment or a new agreement on arrears that stood `before`, with what the classes must not forget of them."""
    missed = oldest_unpaid(before)
    if missed is None or missed >= before.as_of:
        return after
    was, days, cleared = before.conduct, dpd(before), dpd(after) == 0
    impaired_on = None if _healed(before) else was.impaired_on
    if days > NON_PERFORMING_AFTER:
        impaired_on = impaired_on or missed + dt.timedelta(days=NON_PERFORMING_AFTER + 1)
    observed_from = max(item.due_on for item in before.obligations if item.due_on < before.as_of) if observed(before) else None
    if impaired_on is None and observed_from is None and was == Conduct():
        return after
    conduct = replace(
        was, impaired_on=impaired_on, cleared_on=after.as_of if cleared and impaired_on else None, observed_from=observed_from,
        restructured=was.restructured if observed_from else 0,
    )  # fmt: skip
    return evolve(after, conduct=conduct)


def _healed(state: LineState) -> bool:
    """Had six months gone by since all arrears were paid, by now or before the arrears there are now?"""
    cleared, missed = state.conduct.cleared_on, oldest_unpaid(state)
    if cleared is None:
        return False
    until = missed if missed is not None and missed < state.as_of else state.as_of
    return until >= add_months(cleared, UPGRADE_MONTHS)
