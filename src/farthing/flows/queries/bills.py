"""The bill desk: every bill with who owes it, what is due today, on whom the bank depends; and one bill in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BANK, Bill, BillKind, BillState, BillStatus
from farthing.domain.event import Event
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import purpose_of, require
from farthing.flows.decide import exposure_fen
from farthing.flows.needs.bills import Wanted
from farthing.flows.ports import House
from farthing.ledger.bill.exposure import exposures
from farthing.ledger.bill.posting import asked_fen
from farthing.ledger.bill.price import Price, earned_fen, price
from farthing.ledger.bill.recourse import Claimed, bill_class, claim, dpd, lapses, late, liable

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
MOST_DUE, MOST_SHOWN, MOST_SOLD = 100, 12, 10_000
MAYBE_ASKED = (BillStatus.REDISCOUNTED, BillStatus.PRESENTED, BillStatus.DISHONOURED, BillStatus.RECOURSE)


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill in a list, with the names of who accepted and who holds it."""

    state: BillState
    acceptor: str
    holder: str
    dpd: int
    loan_class: LoanClass


@dataclass(frozen=True, slots=True)
class Concentration:
    """What one party owes the bank in all, the part of it on bills, and the least of the caps on it."""

    party: Id
    name: str
    seller: bool
    acceptor: bool
    bills_fen: int
    total_fen: int
    cap_fen: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The bills the bank bears on a day. `due` wait to be presented; `unearned_fen` is interest taken and not earned yet; `sold_fen` are
    faces of bills it sold on and may still be asked for, with recourse or by law."""

    on: dt.date
    held_fen: int
    unearned_fen: int
    defaulted_fen: int
    sold_fen: int
    due: tuple[BillRow, ...]
    concentrations: tuple[Concentration, ...]


@dataclass(frozen=True, slots=True)
class Liable:
    """Somebody who may be asked to pay a dishonoured bill, until when, and whether they were."""

    party: Id
    name: str
    until: dt.date | None
    asked: bool


@dataclass(frozen=True, slots=True)
class BillView:
    """One bill on the open business day: names by party, its events, its price if the bank bought it, what is claimed, who is liable.

    `look_alikes` are other bills of the same parties over the same amount and to the same day: a reason to look at the trade.
    """

    state: BillState
    on: dt.date
    names: Mapping[Id, str]
    events: tuple[Event, ...]
    price: Price | None
    earned_fen: int
    claimed: Claimed
    dpd: int
    loan_class: LoanClass
    presented_late: bool
    liable: tuple[Liable, ...]
    look_alikes: tuple[Id, ...]


def names_of(house: House, actor: Actor, parties: Sequence[Id]) -> Mapping[Id, str]:
    """Names by party, for whoever works at the desk; each read is recorded."""
    require(actor, *READERS)
    return house.parties.names(sorted(set(parties) - {BANK}), actor, purpose_of(actor))


def bills(house: House, actor: Actor, wanted: Wanted) -> tuple[BillRow, ...]:
    """A page of bills for staff; each name read is recorded."""
    require(actor, *READERS)
    return _rows(house, actor, house.bills.list(wanted))


def count(house: House, actor: Actor, wanted: Wanted) -> int:
    """How many bills there are of those wanted."""
    require(actor, *READERS)
    return house.bills.count(wanted)


def desk(house: House, actor: Actor) -> Desk:
    """The day's work and the bank's exposure. Reads every open bill once."""
    require(actor, *READERS)
    today = house.clock.today()
    held = tuple(house.bills.bought(open_only=True))
    due = house.bills.list(Wanted((BillStatus.DISCOUNTED,), today, sort="falls_due_on", limit=MOST_DUE))
    return Desk(
        on=today, held_fen=sum(state.balance_fen for state in held), unearned_fen=sum(_unearned(state, today) for state in held),
        defaulted_fen=sum(state.balance_fen for state in held if state.dishonoured_on is not None),
        sold_fen=sum(asked_fen(state, today) for state in house.bills.list(Wanted(MAYBE_ASKED, limit=MOST_SOLD))),
        due=_rows(house, actor, due), concentrations=_concentrations(house, actor, held),
    )  # fmt: skip


def bill(house: House, actor: Actor, bill: Id) -> BillView:
    """One bill; `NotFound` if there is none."""
    require(actor, *READERS)
    state, today = house.bills.get(bill), house.clock.today()
    events = tuple(house.journal.events(stream=bill))
    of, agreed = state.bill, state.discount
    ahead = liable(state, today) if state.dishonoured_on is not None and not state.status.ended else ()
    everyone = {of.drawer, of.acceptor, of.payee, *(one.to for one in state.chain), *ahead} - {BANK}
    names = house.parties.names(sorted(everyone), actor, purpose_of(actor))
    return BillView(
        state=state, on=today, names=names, events=events,
        price=price(of.amount_fen, agreed.rate, agreed.on, agreed.falls_due_on) if agreed else None,
        earned_fen=earned_fen(of.amount_fen, agreed, today) if agreed else 0, claimed=claim(state, today), dpd=dpd(state, today),
        loan_class=bill_class(state, today), presented_late=late(state),
        liable=tuple(Liable(one, names.get(one, ""), lapses(state, one), one in state.asked) for one in ahead),
        look_alikes=_look_alikes(house, of),
    )  # fmt: skip


def _rows(house: House, actor: Actor, states: Sequence[BillState]) -> tuple[BillRow, ...]:
    today = house.clock.today()
    parties = {party for state in states for party in (state.bill.acceptor, state.holder)} - {BANK}
    names = house.parties.names(sorted(parties), actor, purpose_of(actor))
    return tuple(
        BillRow(state, names.get(state.bill.acceptor, ""), names.get(state.holder, ""), dpd(state, today), bill_class(state, today))
        for state in states
    )


def _concentrations(house: House, actor: Actor, held: Sequence[BillState]) -> tuple[Concentration, ...]:
    """Those on whom most of the money depends, the largest first."""
    on_bills = exposures(held)
    largest = sorted(on_bills, key=lambda party: (-on_bills[party], party))[:MOST_SHOWN]
    names = house.parties.names(sorted(largest), actor, purpose_of(actor))
    found = []
    for party in largest:
        sold = any(state.discount is not None and state.discount.seller == party for state in held)
        kinds = {state.bill.kind for state in held if state.bill.acceptor == party}
        caps = [house.bill_product.cap_fen(BillKind.BANK if BillKind.BANK in kinds else BillKind.COMMERCIAL)] if kinds else []
        caps += [house.bill_product.seller_cap_fen] if sold else []
        found.append(
            Concentration(party, names.get(party, ""), sold, bool(kinds), on_bills[party], exposure_fen(house, party), min(caps))
        )  # fmt: skip
    return tuple(found)


def _unearned(state: BillState, today: dt.date) -> int:
    agreed = state.discount
    return agreed.interest_fen - earned_fen(state.bill.amount_fen, agreed, today) if agreed else 0


def _look_alikes(house: House, of: Bill) -> tuple[Id, ...]:
    alike = _essence(of)
    others = (state.bill for state in house.bills.list(Wanted(party=of.drawer, sort="-drawn_on", limit=MOST_DUE)))
    return tuple(one.bill for one in others if one.bill != of.bill and _essence(one) == alike)


def _essence(of: Bill) -> tuple[object, ...]:
    return of.drawer, of.acceptor, of.payee, of.amount_fen, of.matures_on
