"""Which lines are to be approved again soon, or should have been (IL-03)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House
from farthing.ledger.reapproval import reapproval_due

WITHIN_DAYS = 30
_RUNNING = (LineStatus.ACTIVE, LineStatus.FROZEN)


@dataclass(frozen=True, slots=True)
class ReapprovalRow:
    """A line, and by when it is to be approved again; `days_late` is above zero once draws for the business are refused."""

    line: Id
    party: Id
    product: str
    limit_fen: int
    owed_fen: int
    due_on: dt.date
    days_late: int
    synthetic: bool


def reapprovals(house: House, actor: Actor, *, within_days: int = WITHIN_DAYS) -> tuple[ReapprovalRow, ...]:
    """Lines due within so many days, and all that are late, the latest first. Lines that expire before they are due are left out."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    today = house.clock.today()
    until, found = today + dt.timedelta(days=within_days), []
    for state in house.lines.states(0, 1):
        due = reapproval_due(state)
        if due is None or due > until or state.status not in _RUNNING or max(due, today) >= state.terms.expires_on:
            continue
        terms = state.terms
        found.append(
            ReapprovalRow(
                line=terms.line, party=terms.party, product=terms.product, limit_fen=terms.limit_fen, owed_fen=state.owed_fen,
                due_on=due, days_late=max((today - due).days, 0), synthetic=terms.synthetic,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda row: (row.due_on, row.line)))
