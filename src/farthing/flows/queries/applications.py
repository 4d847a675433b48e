"""The officer's desk: what waits for a person, how long already and why, and every decision behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from farthing.domain.decision import Reason
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor
from farthing.flows.ports import House
from farthing.flows.queries.decisions import Page, QueueRow, counts, queue, waiting


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A referred case: days since it was applied for, why it was referred, whether a second person is asked for."""

    row: QueueRow
    days: int
    reason: Reason | None
    proposed: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits, a page of all decisions, and how many there are of each outcome."""

    waiting: tuple[WaitingRow, ...]
    rows: tuple[QueueRow, ...]
    counts: Mapping[Outcome, int]
    total: int


def desk(house: House, actor: Actor, page: Page) -> Desk:
    """For staff; every name shown is a recorded read."""
    made = counts(house, actor)
    total = made[page.outcome] if page.outcome else sum(made.values())
    return Desk(tuple(_waiting(house, row) for row in waiting(house, actor)), queue(house, actor, page), made, total)


def _waiting(house: House, row: QueueRow) -> WaitingRow:
    record = house.decisions.get(row.decision)
    if record is None:
        return WaitingRow(row, 0, None, False)
    application, decision, _ = record
    days = (house.clock.today() - application.applied_on).days
    return WaitingRow(row, days, decision.reasons[0] if decision.reasons else None, decision.overrides is not None)
