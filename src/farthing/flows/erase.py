"""Erase a party: at once where no facility ever was, else when what the law keeps (AM-01) is no longer due (PI-06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.calendar import add_months
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import PartyErased, PartyRestricted
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import GROUND, require, require_own
from farthing.flows.needs.bills import Wanted
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import advance

RETENTION_MONTHS = 120  # AM-01: identity and transaction records, ten years after the relationship ends


class Fate(StrEnum):
    """What became of the data."""

    ERASED = "erased"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class EraseRequest:
    """`ground` is why: a code such as `customer_request`, never a sentence, since it stands in the journal for ever."""

    party: Id
    ground: str


@dataclass(frozen=True, slots=True)
class Erased:
    """`until` is the day from which restricted data may be erased."""

    party: Id
    fate: Fate
    until: dt.date | None = None


def erase(house: House, actor: Actor, request: EraseRequest, key: str) -> Erased:
    """`Conflict` while money is owed either way, while a line may still be drawn on, or after erasure."""
    require(actor, Role.RISK_MANAGER, Role.BORROWER, Role.SYSTEM)
    require_own(actor, request.party)
    if not GROUND.match(request.ground):
        raise Invalid("bad_ground", "A ground is a code of small letters, digits and _.", "Write customer_request, say.", field="ground")
    today = house.clock.today()

    def think(transaction: Transaction) -> Erased:
        transaction.lock_party(request.party)
        party = house.parties.get(request.party)
        if party.erased:
            raise Conflict("erased_already", f"{party.id} was erased before.", "There is nothing left to erase.")
        until = _kept_until(transaction, [state.terms.line for state in house.lines.of_party(party.id)], today)
        until = max(filter(None, (until, _bills_kept_until(house, party.id))), default=None)
        if until is not None and today < until:
            transaction.restrict_party(party.id, until)
            body = PartyRestricted(party.id, until, request.ground)
            transaction.append(party.id, today, body, synthetic=party.synthetic)
            return Erased(party.id, Fate.RESTRICTED, until)
        transaction.erase_party(party.id)
        transaction.append(party.id, today, PartyErased(party.id, request.ground), synthetic=party.synthetic)
        return Erased(party.id, Fate.ERASED)

    return house.commands.run(Command(key, "erase", actor, request), think, Erased)


def _kept_until(transaction: Transaction, lines: list[Id], today: dt.date) -> dt.date | None:
    """The day on which the law lets go of the last line; None where there never was one."""
    ends = []
    for line in lines:
        _refuse_open(advance(transaction.line(line), today))
        ends.append(max(event.effective_on for event in transaction.events(line)))
    return add_months(max(ends), RETENTION_MONTHS) if ends else None


def _bills_kept_until(house: House, party: Id) -> dt.date | None:
    """The day on which the law lets go of the last bill that names the party; None where none does."""
    named = house.bills.list(Wanted(party=party, limit=max(house.bills.count(Wanted(party=party)), 1)))
    for state in named:
        if not state.status.ended:
            raise Conflict("bill_open", f"Bill {state.bill.bill} names {party} and is {state.status.value}.", "Wait until it is settled.")
    return add_months(max(state.as_of for state in named), RETENTION_MONTHS) if named else None


def _refuse_open(state: LineState) -> None:
    line = state.terms.line
    if state.owed_fen or state.surplus_fen:
        owed = f"{state.owed_fen} fen are owed on it, {state.surplus_fen} fen are owed back"
        raise Conflict("money_owed", f"Line {line} is not settled: {owed}.", "Settle it, then erase.")
    if state.status is LineStatus.ACTIVE:
        raise Conflict("line_open", f"Line {line} may still be drawn on.", "Freeze it, then erase.")
