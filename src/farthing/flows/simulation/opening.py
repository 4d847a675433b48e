"""Lines of a simulated bank open without a decision behind them: what is put to the test is the life after it."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.calendar import add_months
from farthing.domain.event import PartyKnown
from farthing.domain.facility import LineTerms
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.line_event import Opened
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import open_line


@dataclass(frozen=True, slots=True)
class Opening:
    """A synthetic borrower and the terms of their line."""

    line: Id
    number: int
    county: str
    product: str
    limit_fen: int
    rate_units: int
    repayment: RepaymentMethod


@dataclass(frozen=True, slots=True)
class Firm:
    """A synthetic enterprise that draws, accepts, holds or buys bills."""

    number: int


@dataclass(frozen=True, slots=True)
class KnownFirm:
    """Which party it is."""

    party: Id


@dataclass(frozen=True, slots=True)
class OpenedFor:
    """Which line opened for which party."""

    line: Id
    party: Id


def open_for(house: House, actor: Actor, request: Opening, key: str) -> OpenedFor:
    """A party becomes known and its line opens, both or neither; everything about them is marked synthetic."""
    require(actor, Role.SYSTEM)
    today = house.clock.today()

    def think(transaction: Transaction) -> OpenedFor:
        data, registry = PersonalData(f"模拟借款人 {request.number}"), {"county": request.county}
        party, commitment = transaction.add_party(PartyKind.FARM, data, registry, synthetic=True)
        transaction.append(party.id, today, PartyKnown(party.id, commitment), synthetic=True)
        terms = _terms(house, request, party.id)
        transaction.append(terms.line, today, Opened(terms), synthetic=True)
        transaction.save_line(open_line(terms))
        return OpenedFor(terms.line, party.id)

    return house.commands.run(Command(key, "simulate_opening", actor, request), think, OpenedFor)


def know_firm(house: House, actor: Actor, request: Firm, key: str) -> KnownFirm:
    """An enterprise becomes known, marked synthetic."""
    require(actor, Role.SYSTEM)
    today = house.clock.today()

    def think(transaction: Transaction) -> KnownFirm:
        party, commitment = transaction.add_party(PartyKind.ENTERPRISE, PersonalData(f"模拟企业 {request.number}"), {}, synthetic=True)
        transaction.append(party.id, today, PartyKnown(party.id, commitment), synthetic=True)
        return KnownFirm(party.id)

    return house.commands.run(Command(key, "simulate_firm", actor, request), think, KnownFirm)


def _terms(house: House, request: Opening, party: Id) -> LineTerms:
    product, today = house.products[request.product], house.clock.today()
    rate = Rate(request.rate_units, product.rate_basis)
    return LineTerms(
        line=request.line, party=party, product=product.code, decision=derived_id(Prefix.DECISION, request.line),
        limit_fen=request.limit_fen, rate=rate, opened_on=today, expires_on=add_months(today, product.line_months),
        tenor_months=product.tenor_months, draw_min_fen=product.draw_min_fen, repayment=request.repayment, due_day=product.due_day,
        same_day_days=product.same_day_days, revolving=product.revolving, synthetic=True, penalty_units=product.penalty_units(rate),
        grace_days=product.grace_days, business_days=product.business_days, waterfall=product.waterfall,
        consumption_cap_fen=product.consumption_fen(request.repayment), shares=product.shares,
    )  # fmt: skip
