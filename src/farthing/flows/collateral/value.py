"""What a house is worth: from sales that the bank brought, or by an appraiser; and the sales themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.collateral.event import HouseRevalued, HouseValued, SalesBrought
from farthing.domain.collateral.house import HouseStage, HouseState, Premises, Valuation, ValuationMethod, require_document
from farthing.domain.errors import Conflict, Invalid, NotFound
from farthing.domain.evidence import Quarantined
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.staff import Actor, Role
from farthing.evidence.house_sale import HouseSales, read_sales
from farthing.flows.access import require
from farthing.flows.collateral.pledge import Pledged, pledge
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.lien import Move
from farthing.models.house_value import CONFIDENCE_PPM, NoEstimate, estimate

LISTED = 1_000
"""Quarantined rows named in the answer; all of them are counted."""


@dataclass(frozen=True, slots=True)
class SalesReport:
    """What became of the rows of a file of sales."""

    sales: Id
    rows: int
    accepted: int
    quarantined_rows: int
    quarantined: tuple[Quarantined, ...]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ValueRequest:
    """Which house is to be valued from the sales brought last."""

    house: Id


@dataclass(frozen=True, slots=True)
class AppraisalRequest:
    """What an appraiser's report says of a house: the interval and the report's number."""

    house: Id
    low_fen: int
    mid_fen: int
    high_fen: int
    report: str
    valued_on: dt.date


def bring_sales(house: House, actor: Actor, data: bytes, key: str) -> SalesReport:
    """Take a file of sales in: houses are valued from the newest one. `Invalid` when not one row can be believed."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    digest = house.collateral.sales.keep(data)
    read = _read(house, digest)
    if read.accepted.is_empty():
        faults = "; ".join(f"row {one.row} {one.field}: {one.reason}" for one in read.quarantined[:3])
        raise Invalid("no_sales_accepted", f"Not one of {read.rows} rows can be believed: {faults}.", "Mend the file and bring it again.")
    sales, synthetic = derived_id(Prefix.EVIDENCE, "sales", digest), _synthetic(read)

    def think(transaction: Transaction) -> SalesReport:
        body = SalesBrought(sales, digest, read.accepted.height, read.quarantined_rows)
        transaction.append(sales, house.clock.today(), body, synthetic=synthetic)
        return SalesReport(sales, read.rows, read.accepted.height, read.quarantined_rows, read.quarantined[:LISTED], synthetic)

    return house.commands.run(Command(key, "bring_sales", actor, digest), think, SalesReport)


def value_house(house: House, actor: Actor, request: ValueRequest, key: str) -> Pledged:
    """Value a house from the newest sales. `Conflict` when they are too few for one like it: then an appraiser is asked."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    command = Command(key, "value_house", actor, request)
    if (first := house.commands.done(command, Pledged)) is not None:
        return first
    valuation = valued(house, house.collateral.houses.get(request.house).premises)
    return pledge(house, command, request.house, Move.VALUE, lambda _, state: _body(state, valuation))


def appraise_house(house: House, actor: Actor, request: AppraisalRequest, key: str) -> Pledged:
    """Record an appraiser's value: not of a day to come, and not older than the value there is."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    today = house.clock.today()
    if request.valued_on > today:
        raise Invalid("bad_done_on", f"{request.valued_on} is still to come.", "Give the day of the report.", field="valued_on")
    report = require_document(request.report)
    amounts = (request.low_fen, request.mid_fen, request.high_fen)
    valuation = Valuation(*amounts, ValuationMethod.APPRAISAL, request.valued_on, (report,))

    def decide(_: Transaction, state: HouseState) -> HouseValued | HouseRevalued:
        if state.valuation is not None and request.valued_on < state.valuation.valued_on:
            told = f"House {state.house} has a newer value, of {state.valuation.valued_on}."
            raise Conflict("older_value", told, "The newest value counts; an older one changes nothing.")
        return _body(state, valuation)

    return pledge(house, Command(key, "appraise_house", actor, request), request.house, Move.VALUE, decide)


def valued(house: House, premises: Premises) -> Valuation:
    """The interval that the newest sales give for a house today."""
    brought = house.journal.events(kind="SalesBrought", limit=1, newest_first=True)
    if not brought or not isinstance(brought[0].body, SalesBrought):
        raise NotFound("no_sales", "No sales of houses were brought yet.", "Bring them: farthing house sales FILE; or record an appraisal.")
    body, read = brought[0].body, _read(house, brought[0].body.content_digest)
    today = house.clock.today()
    found = estimate(read.accepted, premises, today)
    if isinstance(found, NoEstimate):
        told = f"Only {found.found} sales of {found.needed} needed ({found.reason}) are known for a house like this."
        raise Conflict("too_few_sales", told, "Have an appraiser value it and record the report.")
    return Valuation(
        found.low_fen, found.mid_fen, found.high_fen, ValuationMethod.COMPARABLES, today, (body.sales,), found.comparables, CONFIDENCE_PPM,
        _synthetic(read),
    )  # fmt: skip


def _read(house: House, digest: str) -> HouseSales:
    return read_sales(*house.collateral.sales.read(digest), house.clock.today())


def _synthetic(read: HouseSales) -> bool:
    return bool(read.accepted.get_column("synthetic").any())


def _body(state: HouseState, valuation: Valuation) -> HouseValued | HouseRevalued:
    securing = state.stage in (HouseStage.AGREED, HouseStage.REGISTERED)
    return HouseRevalued(state.house, valuation) if securing else HouseValued(state.house, valuation)
