"""The independent bookkeeper as one more check of an evening: a few lines lived again in exact fractions."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ledger.oracle import live

from farthing.domain.line_event import Opened
from farthing.flows.simulation.evening import Evening, Wrong
from farthing.ledger.conduct import standing

A_FEW = 3


def the_bookkeeper_agrees(evening: Evening) -> Iterator[Wrong]:
    """Balances, days past due and class of the first lines looked at, against a ledger that shares no formula with ours."""
    for line in evening.looked_at[:A_FEW]:
        events = evening.events(line)
        assert isinstance(events[0].body, Opened)
        due, state = live(events[0].body.terms, events, evening.day), evening.tonight(line)
        stands = standing(state)
        want = (due.principal, due.interest_owed, due.penalty_owed, due.surplus, due.overdue(), due.days_late(), due.loan_class())
        found = (
            state.principal_fen, state.interest_owed_fen, state.penalty_owed_fen, state.surplus_fen, stands.overdue_fen, stands.dpd,
            stands.loan_class.value,
        )  # fmt: skip
        if want != found:
            yield line, str(want), str(found)
