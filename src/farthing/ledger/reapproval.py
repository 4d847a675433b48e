"""A business line of more than a year is judged again and approved at least every twelve months (IL-03)."""

from __future__ import annotations

import datetime as dt

from farthing.domain.bank.rulebook import RULEBOOK
from farthing.domain.calendar import add_months
from farthing.domain.facility import LineState

MONTHS = 12
_RULE = RULEBOOK["IL-03"]


def reapproval_due(state: LineState) -> dt.date | None:
    """The last day by which the line is to be approved again; None for one of a year or less."""
    terms = state.terms
    if terms.expires_on <= add_months(terms.opened_on, MONTHS):
        return None
    return add_months(state.approved_on or terms.opened_on, MONTHS)


def reapproval_overdue(state: LineState, day: dt.date) -> dt.date | None:
    """Since when the line should have been approved again, if that day has passed on `day` and the rule holds then."""
    due = reapproval_due(state)
    return due if due is not None and day > due and _RULE.in_force(day) else None
