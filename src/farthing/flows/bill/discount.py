"""The bank buys a bill: the price first, then what speaks against it, then, above an amount, a second person.

The face counts in full towards what the acceptor may owe and what the seller may owe, beside their lines; both parties are locked in the
order of their ids, so two bills bought at once cannot pass a cap together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from farthing.domain.bill.bill import BANK, BillState
from farthing.domain.bill.event import BillDiscounted
from farthing.domain.errors import Conflict
from farthing.domain.ids import Id
from farthing.domain.money import format_yuan
from farthing.domain.rate import Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.bill.act import closed_party, stop
from farthing.flows.bill.draw import Invoice, claimed_twice, trade_of
from farthing.flows.decide import exposure_fen, related_finding
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.bill.machine import check, step
from farthing.ledger.bill.price import Price, price
from farthing.ledger.waterfall import Refusal

BUYERS = (Role.CREDIT_OFFICER, Role.SYSTEM)
READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class DiscountRequest:
    """Which bill, at what yearly rate (units of the catalogue's basis), and the seller's invoices.

    `proceeds_fen` is what the seller was told; the bank pays that or nothing.
    """

    bill: Id
    rate_units: int
    invoices: tuple[Invoice, ...]
    proceeds_fen: int | None = None


@dataclass(frozen=True, slots=True)
class CapUse:
    """What a party owes the bank or may draw, before and after, and the most it may be."""

    party: Id
    seller: bool
    acceptor: bool
    before_fen: int
    after_fen: int
    cap_fen: int


@dataclass(frozen=True, slots=True)
class DiscountQuote:
    """The price of a bill today, whom it counts to, whether a second person is needed, and why it would be refused if it would.

    `others` are bills that have one of the invoices behind them already.
    """

    bill: Id
    seller: Id
    price: Price
    uses: tuple[CapUse, ...]
    second_person: bool
    refusal: Refusal | None
    others: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Discounted:
    """A bill that was bought, and what was paid for it."""

    event: Id
    bill: Id
    seller: Id
    on: dt.date
    falls_due_on: dt.date
    days: int
    interest_fen: int
    proceeds_fen: int


def quote_discount(house: House, actor: Actor, request: DiscountRequest) -> DiscountQuote:
    """What the bank would pay today; nothing is recorded."""
    require(actor, *READERS)
    state = house.bills.get(request.bill)
    return _quote(house, state, _body(house, state, request))


def foresee_offer(house: House, actor: Actor, body: BillDiscounted) -> DiscountQuote:
    """What a proposed discount would come to today; raises what it would be refused with."""
    require(actor, *READERS)
    state = house.bills.get(body.bill)
    found = _quote(house, state, repriced(state, body, house.clock.today()))
    stop(found.refusal)
    return found


def discount(house: House, actor: Actor, request: DiscountRequest, key: str) -> Discounted:
    """Buy a bill from its holder on the open business day. `Conflict` when something speaks against it; a refusal leaves no trace."""
    require(actor, *BUYERS)

    def think(transaction: Transaction) -> Discounted:
        def offer(state: BillState) -> BillDiscounted:
            if state.bill.amount_fen > house.bill_product.second_person_fen:
                told = f"{format_yuan(state.bill.amount_fen)} is more than one person may buy."
                raise Conflict("needs_second_person", told, "Propose it; a risk manager decides.")
            return _body(house, state, request)

        return _buy(house, transaction, request.bill, offer, request.proceeds_fen)

    return house.commands.run(Command(key, "discount_bill", actor, request), think, Discounted)


def offer_of(house: House, request: DiscountRequest) -> BillDiscounted:
    """The discount as it is proposed to a second person."""
    return _body(house, house.bills.get(request.bill), request)


def check_offer(house: House, body: BillDiscounted) -> None:
    """Raises what a proposed discount would be refused with today."""
    state = house.bills.get(body.bill)
    stop(_quote(house, state, repriced(state, body, house.clock.today())).refusal)


def carry_out_offer(house: House, transaction: Transaction, body: BillDiscounted) -> Discounted:
    """What a second person agreed to, at the agreed rate and today's price."""
    return _buy(house, transaction, body.bill, lambda state: repriced(state, body, house.clock.today()), None)


def repriced(state: BillState, body: BillDiscounted, today: dt.date) -> BillDiscounted:
    """The same offer at the price of another day; it falls due when it does."""
    due_on = state.falls_due_on
    return replace(body, falls_due_on=due_on, interest_fen=price(state.bill.amount_fen, body.rate, today, max(due_on, today)).interest_fen)


def _quote(house: House, state: BillState, body: BillDiscounted) -> DiscountQuote:
    face, today = state.bill.amount_fen, house.clock.today()
    backed = house.bills.backed([one.mark for one in body.trade])
    others = {mark: other for mark, other in backed.items() if other != body.bill}
    return DiscountQuote(
        bill=body.bill, seller=body.seller, price=price(face, body.rate, today, max(body.falls_due_on, today)),
        uses=tuple(_uses(house, state, body.seller)), second_person=face > house.bill_product.second_person_fen,
        refusal=_against(house, state, body, others), others=tuple(sorted(set(others.values()))),
    )  # fmt: skip


def _buy(
    house: House, transaction: Transaction, bill: Id, offer: Callable[[BillState], BillDiscounted], told_fen: int | None
) -> Discounted:
    today, seen = house.clock.today(), house.bills.get(bill)
    for party in sorted({seen.holder, seen.bill.acceptor} - {BANK}):
        transaction.lock_party(party)
    state = transaction.bill(bill)
    if state.holder != seen.holder:
        raise Conflict("bill_changed", f"Bill {bill} passed to {state.holder} just now.", "Look at the bill, then decide again.")
    body = offer(state)
    others = transaction.claim_invoices(bill, [one.mark for one in body.trade])
    stop(_against(house, state, body, others))
    due = price(state.bill.amount_fen, body.rate, today, body.falls_due_on)
    if told_fen is not None and told_fen != due.proceeds_fen:
        told = f"Bill {bill} is worth {format_yuan(due.proceeds_fen)} today, not {format_yuan(told_fen)}."
        raise Conflict("price_moved", told, "Tell the seller today's price first.")
    event = transaction.append(bill, today, body, synthetic=state.bill.synthetic)
    transaction.save_bill(step(state, body, today))
    return Discounted(event.id, bill, body.seller, today, due.falls_due_on, due.days, due.interest_fen, due.proceeds_fen)


def _body(house: House, state: BillState, request: DiscountRequest) -> BillDiscounted:
    rate = Rate(request.rate_units, house.bill_product.rate_basis)
    body = BillDiscounted(request.bill, state.holder, rate, state.falls_due_on, 0, trade_of(house, request.invoices))
    return repriced(state, body, house.clock.today())


def _against(house: House, state: BillState, body: BillDiscounted, others: Mapping[str, Id]) -> Refusal | None:
    """The first reason not to buy, in this order: the bill itself, the rate, financed twice, the parties, insiders, the caps."""
    return (
        check(state, body, house.clock.today())
        or outside_band(house, body.rate)
        or claimed_twice(others)
        or closed_party(house, body.seller)
        or closed_party(house, state.bill.acceptor)
        or _insider(house, (body.seller, state.bill.acceptor))
        or _above_cap(house, state, body.seller)
    )


def outside_band(house: House, rate: Rate) -> Refusal | None:
    """The refusal of a rate that the catalogue does not have."""
    product = house.bill_product
    if product.rate_min_units <= rate.units <= product.rate_max_units:
        return None
    low, high = (Rate(units, product.rate_basis).annual_percent() for units in (product.rate_min_units, product.rate_max_units))
    return Refusal("bill_rate", f"{rate.annual_percent()} % a year is outside {product.name_en}.", f"Choose between {low} and {high} %.")


def _insider(house: House, parties: tuple[Id, ...]) -> Refusal | None:
    hit = next((party for party in parties if related_finding(house, party).hit), None)
    if hit is None:
        return None
    return Refusal("related_party_bill", f"{hit} is related to the bank's insiders (RP-01).", "Such a bill is not bought at this desk.")


def _above_cap(house: House, state: BillState, seller: Id) -> Refusal | None:
    over = next((use for use in _uses(house, state, seller) if use.after_fen > use.cap_fen), None)
    if over is None:
        return None
    told = f"{over.party} would owe {format_yuan(over.after_fen)}, lines included, above its cap of {format_yuan(over.cap_fen)}."
    return Refusal("bill_above_cap", told, "Wait until bills of this party are paid, or buy another's.")


def _uses(house: House, state: BillState, seller: Id) -> Iterator[CapUse]:
    """The face counts once to each of the two; to whom is both, under the smaller cap."""
    product, acceptor = house.bill_product, state.bill.acceptor
    bought = state.discount is not None
    for party in dict.fromkeys((seller, acceptor)):
        if party != BANK:
            before = exposure_fen(house, party)
            caps = [product.seller_cap_fen] * (party == seller) + [product.cap_fen(state.bill.kind)] * (party == acceptor)
            after = before if bought else before + state.bill.amount_fen
            yield CapUse(party, party == seller, party == acceptor, before, after, min(caps))
