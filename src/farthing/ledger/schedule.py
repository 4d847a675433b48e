"""What is coming: the amounts of a line due date by due date, when nothing else is drawn and each is paid on its day.

It is the ledger's own walk into the future, so a shown schedule and the later bills cannot differ.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.facility import LineState
from farthing.domain.product import Claim
from farthing.ledger.due import next_due
from farthing.ledger.facility import advance
from farthing.ledger.waterfall import repay


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid on one day, and the principal left after it."""

    due_on: dt.date
    interest_fen: int
    principal_fen: int
    left_fen: int
    penalty_fen: int = 0

    @property
    def total_fen(self) -> int:
        """Interest, principal and penalty together."""
        return self.interest_fen + self.principal_fen + self.penalty_fen


def upcoming(state: LineState) -> tuple[Due, ...]:
    """Every coming due date to the last; what is due or overdue already comes first, under `state.as_of`."""
    rows: list[Due] = []
    if state.obligations or state.penalty_owed_fen:
        row, state = _pay_all_due(state)
        rows.append(row)
    while (due := next_due(state)) is not None:
        row, state = _pay_all_due(advance(state, due))
        if row.total_fen:
            rows.append(row)
    return tuple(rows)


def _pay_all_due(state: LineState) -> tuple[Due, LineState]:
    asked = {kind: sum(item.unpaid_fen for item in state.obligations if item.kind is kind) for kind in Claim}
    asked[Claim.PENALTY] = state.penalty_owed_fen
    if sum(asked.values()):
        state, _ = repay(state, sum(asked.values()))
    return Due(state.as_of, asked[Claim.INTEREST], asked[Claim.PRINCIPAL], state.principal_fen, asked[Claim.PENALTY]), state
