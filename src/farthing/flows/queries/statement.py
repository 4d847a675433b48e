"""A borrower's statement: a line over some days, with a digest that tells one statement from another."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.facility import LineState, LineTerms
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import purpose_of, require, require_own
from farthing.flows.ports import House
from farthing.flows.queries.lines import STAFF, RateView, rate_view
from farthing.ledger.arrears import dpd, overdue_fen
from farthing.ledger.period import Period, Stretch, period
from farthing.ledger.schedule import Due, upcoming
from farthing.ledger.statement import Entry

LONGEST = dt.timedelta(days=3660)
COMING = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A line, and the first and the last day of its statement."""

    line: Id
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Balances:
    """How the line stood at the end of a day."""

    principal_fen: int
    interest_fen: int
    penalty_fen: int
    surplus_fen: int
    owed_fen: int
    headroom_fen: int
    overdue_fen: int
    dpd: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What came about over the days: opening + drawn + earned - paid - waived + used surplus is the closing."""

    drawn_fen: int
    principal_paid_fen: int
    interest_earned_fen: int
    interest_paid_fen: int
    penalty_earned_fen: int
    penalty_paid_fen: int
    waived_fen: int
    surplus_fen: int


@dataclass(frozen=True, slots=True)
class Statement:
    """All that the paper says but the holder's name. It follows from the line's events up to `last_event` and the days, and from
    nothing else."""

    line: Id
    product: str
    first: dt.date
    last: dt.date
    terms: LineTerms
    rate: RateView
    opening: Balances
    closing: Balances
    sums: Sums
    movements: tuple[Entry, ...]
    stretches: tuple[Stretch, ...]
    coming: tuple[Due, ...]
    events: int
    last_event: Id
    synthetic: bool


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its digest (SHA-256 of its canonical bytes), the product's name in both languages, and whose it is."""

    statement: Statement
    digest: str
    product_names: tuple[str, str]
    holder: str


def statement(house: House, actor: Actor, asked: Asked) -> StatementView:
    """For its borrower and for staff; reading the holder's name is recorded. `Invalid` for days that are not over, or before the line
    opened."""
    require(actor, Role.BORROWER, *STAFF)
    terms = house.lines.get(asked.line).terms
    require_own(actor, terms.party)
    today = house.clock.today()
    if not asked.first <= asked.last <= today or asked.last - asked.first > LONGEST:
        told = f"{asked.first} to {asked.last} are no days for a statement: it is {today}."
        raise Invalid("bad_period", told, "Choose days up to today, ten years at most.", field="last")
    found = _told(house, asked)
    product = house.products.get(terms.product)
    names = house.parties.names([terms.party], actor, purpose_of(actor))
    return StatementView(
        statement=found, digest=hashlib.sha256(canon.encode(found)).hexdigest(),
        product_names=(product.name_zh, product.name_en) if product is not None else (terms.product, terms.product),
        holder=names.get(terms.party, ""),
    )  # fmt: skip


def _told(house: House, asked: Asked) -> Statement:
    events = house.journal.events(asked.line)
    of = period(events, asked.first, asked.last)
    closing = of.closing
    return Statement(
        line=asked.line, product=closing.terms.product, first=asked.first, last=asked.last, terms=closing.terms,
        rate=rate_view(closing.terms.rate), opening=_balances(of.opening), closing=_balances(closing), sums=_sums(of),
        movements=of.movements, stretches=of.stretches, coming=upcoming(closing)[:COMING], events=len(events), last_event=events[-1].id,
        synthetic=closing.terms.synthetic,
    )  # fmt: skip


def _balances(state: LineState | None) -> Balances:
    if state is None:
        return Balances(0, 0, 0, 0, 0, 0, 0, 0)
    return Balances(
        state.principal_fen, state.interest_owed_fen, state.penalty_owed_fen, state.surplus_fen, state.owed_fen, state.headroom_fen,
        overdue_fen(state), dpd(state),
    )  # fmt: skip


def _sums(of: Period) -> Sums:
    return Sums(
        drawn_fen=of.moved(lambda state: state.drawn_fen),
        principal_paid_fen=of.moved(lambda state: state.principal_paid_fen),
        interest_earned_fen=of.moved(lambda state: state.interest_fen),
        interest_paid_fen=of.moved(lambda state: state.interest_paid_fen),
        penalty_earned_fen=of.moved(lambda state: state.penalty_fen),
        penalty_paid_fen=of.moved(lambda state: state.penalty_paid_fen),
        waived_fen=of.moved(lambda state: state.principal_waived_fen + state.interest_waived_fen + state.penalty_waived_fen),
        surplus_fen=of.moved(lambda state: state.surplus_fen),
    )
