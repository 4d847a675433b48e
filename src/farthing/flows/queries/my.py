"""A borrower's own page: how much, what it costs, when to pay, what was decided and why, what I allow, who looked at my data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from farthing.domain.errors import Forbidden, Invalid
from farthing.domain.facility import Draw, LineStatus
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind
from farthing.domain.policy import Outcome
from farthing.domain.product import Product
from farthing.domain.staff import Actor, Purpose, Role
from farthing.flows.accept import OFFER_DAYS
from farthing.flows.access import require, require_own
from farthing.flows.ports import House
from farthing.flows.queries.consents import KindView, kinds
from farthing.flows.queries.decisions import CapView, DecisionView, QueueRow, decision, decisions_of
from farthing.flows.queries.lines import LineView, line
from farthing.ledger.due import maturity
from farthing.ledger.facility import advance, open_line
from farthing.ledger.quote import payoff

RECENT_READS = 20


@dataclass(frozen=True, slots=True)
class OwnRead:
    """One look at the borrower's personal data: when, by whom, why."""

    at: dt.datetime
    by: str
    role: str
    purpose: str


@dataclass(frozen=True, slots=True)
class My:
    """Everything on the borrower's first page. `offer` is an approval that may still be accepted, `latest` the newest answer."""

    name: str
    today: dt.date
    lines: tuple[LineView, ...]
    offer: DecisionView | None
    latest: QueueRow | None
    products: tuple[Product, ...]
    consents: tuple[KindView, ...]
    reads: tuple[OwnRead, ...]


@dataclass(frozen=True, slots=True)
class Raise:
    """What holds the limit, and how far it could rise if that alone gave way (to the next cap)."""

    cap: CapView
    gain_fen: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision as its borrower reads it: what would raise the limit, and until when an offer stands."""

    view: DecisionView
    raises: tuple[Raise, ...]
    offer_until: dt.date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What an amount costs when it is drawn today and paid back on a day."""

    amount_fen: int
    until: dt.date
    interest_fen: int


def my(house: House, actor: Actor) -> My:
    """The first page of the borrower who asks. `Forbidden` for staff, who have their own pages."""
    party, today = _own(actor), house.clock.today()
    open_lines = [state for state in house.lines.of_party(party) if state.status is not LineStatus.CLOSED]
    rows = decisions_of(house, actor, party)
    name = house.parties.names([party], actor, Purpose.OWN_ACCESS).get(party, "")
    reads: list[Mapping[str, object]] = list(house.parties.reads(party))
    return My(
        name=name, today=today, lines=tuple(line(house, actor, state.terms.line) for state in open_lines),
        offer=_offer(house, actor, rows), latest=next((row for row in rows if not row.reviewed), None),
        products=tuple(_open_to(house, [state.terms.product for state in open_lines], house.parties.get(party).kind)),
        consents=kinds(house, actor, party),
        reads=tuple(_read(row) for row in reads if row["actor"] != actor.id)[:RECENT_READS],
    )  # fmt: skip


def answer(house: House, actor: Actor, id_: Id) -> Answer:
    """One of the borrower's own decisions."""
    _own(actor)
    view = decision(house, actor, id_)
    until = view.decision.decided_on + dt.timedelta(days=OFFER_DAYS)
    approved = view.decision.outcome is Outcome.APPROVE and view.line is None and house.clock.today() <= until
    return Answer(view, _raises(view), until if approved else None)


def kept(house: House, actor: Actor, line_id: Id, amount_fen: int, until: dt.date) -> Kept:
    """Interest on `amount_fen` drawn today and paid back on `until`, by the ledger's own walk forward."""
    today = house.clock.today()
    state = advance(house.lines.get(line_id), today)
    require_own(actor, state.terms.party)
    last = maturity(state.terms, today)
    if not today <= until <= last or not 0 < amount_fen <= state.terms.limit_fen:
        raise Invalid("bad_day", f"{until} is not a day to pay back on.", f"Choose a day up to {last}.", field="until")
    draw = Draw(number=1, drawn_on=today, matures_on=last, drawn_fen=amount_fen, principal_fen=amount_fen)
    alone = replace(open_line(state.terms), as_of=today, draws=(draw,), drawn_fen=amount_fen, draws_made=1)
    return Kept(amount_fen, until, payoff(alone, until).interest_fen)


def _own(actor: Actor) -> Id:
    require(actor, Role.BORROWER)
    if actor.party is None:
        raise Forbidden("not_yours", f"{actor.id} is no customer.", "Log in as the customer.")
    return actor.party


def _offer(house: House, actor: Actor, rows: tuple[QueueRow, ...]) -> DecisionView | None:
    for row in rows:
        fresh = (house.clock.today() - row.decided_on).days <= OFFER_DAYS
        if row.outcome is Outcome.APPROVE and fresh:
            view = decision(house, actor, row.decision)
            if view.line is None:
                return view
    return None


def _open_to(house: House, running: list[str], kind: PartyKind) -> list[Product]:
    return [product for product in house.products.values() if product.code not in running and kind in product.parties]


def _raises(view: DecisionView) -> tuple[Raise, ...]:
    """The cap that binds, when another one would let more through."""
    caps = sorted(view.caps, key=lambda cap: cap.amount_fen)
    if view.decision.outcome is not Outcome.APPROVE or len(caps) < 2 or not caps[0].binds:
        return ()
    above = next((cap.amount_fen for cap in caps[1:] if cap.amount_fen > caps[0].amount_fen), None)
    return () if above is None else (Raise(caps[0], above - caps[0].amount_fen),)


def _read(row: Mapping[str, object]) -> OwnRead:
    at = row["at"]
    assert isinstance(at, dt.datetime)
    return OwnRead(at, str(row["name"]), str(row["role"]), str(row["purpose"]))
