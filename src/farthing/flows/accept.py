"""The borrower accepts an approved decision, and the line opens."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from farthing.domain import canon
from farthing.domain.bank.bank_event import CostShown
from farthing.domain.bank.rulebook import RULEBOOK
from farthing.domain.calendar import add_months
from farthing.domain.decision import Decision
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.event import Event
from farthing.domain.facility import LineStatus, LineTerms
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.line_event import Opened
from farthing.domain.money import format_yuan
from farthing.domain.party import PartyKind
from farthing.domain.policy import Outcome
from farthing.domain.product import Product, RepaymentMethod
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_own
from farthing.flows.apply import recorded
from farthing.flows.decide import exposure_fen, product_of, related_finding
from farthing.flows.joint.room import admit
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import open_line

OFFER_DAYS = 30
"""An approval not accepted within these days lapses: the facts behind it have aged."""
READ_S = 15
"""How long the whole cost must have been before the borrower's eyes (PR-03 names no number; this is the bank's)."""
HARVEST_AHEAD = dt.timedelta(days=30)
"""A harvest sold sooner is too near to lend against; the line ends with the next one."""


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """Which approval is accepted. `synthetic` marks a life scripted by the world on a real party.

    `repayment` is one of the product's methods, the usual one if not said; `crop` is whose harvest the line ends with, where it does.
    `months` is the term, where the product lets it be chosen.
    """

    decision: Id
    synthetic: bool = False
    repayment: RepaymentMethod | None = None
    crop: str | None = None
    months: int | None = None


def accept(house: House, actor: Actor, request: AcceptRequest, key: str) -> LineTerms:
    """Open the line on the open business day.

    `Conflict` when not approved, lapsed, opened before, its cost not read (PR-03), or the party closed or related.
    """
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    command = Command(key, "accept", actor, request)
    if (first := house.commands.done(command, LineTerms)) is not None:
        return first
    decision = recorded(house, request.decision)
    require_own(actor, decision.party)
    today, product = house.clock.today(), product_of(house, decision.product)
    _check_months(actor, product, request.months)
    party = house.parties.get(decision.party)
    terms = terms_of(decision, product, request, today, synthetic=request.synthetic or party.synthetic)

    def think(transaction: Transaction) -> LineTerms:
        transaction.lock_party(decision.party)  # another offer, or an erasure, comes before all of this or after it
        if transaction.events(terms.line):
            raise Conflict("opened_already", f"{decision.id} was accepted before.", f"Open line {terms.line}.")
        _check(house, decision, today)
        if must_be_read(actor, party.kind, today):
            _require_read(house, actor, transaction.events(decision.id), terms)
        if terms.shares:
            admit(house, transaction, terms.shares, 0)
        transaction.append(terms.line, today, Opened(terms), synthetic=terms.synthetic)
        transaction.save_line(open_line(terms))
        return terms

    return house.commands.run(command, think, LineTerms)


def must_be_read(actor: Actor, kind: PartyKind, today: dt.date) -> bool:
    """Must the whole cost be read before this is accepted? A person's loan signed online; at a counter the table is signed on paper."""
    return actor.role is Role.BORROWER and kind is not PartyKind.ENTERPRISE and RULEBOOK["PR-03"].in_force(today)


def shown_digest(terms: LineTerms) -> str:
    """What binds the terms that were shown: all that is agreed, the day included."""
    return canon.digest(terms).hex()


def read_left_s(shown_at: dt.datetime, now: dt.datetime) -> int:
    """Whole seconds until what was shown may be accepted."""
    return max(math.ceil(READ_S - (now - shown_at).total_seconds()), 0)


def _require_read(house: House, actor: Actor, events: Sequence[Event], terms: LineTerms) -> None:
    """`Conflict` unless the cost on these very terms was shown to this person today, long enough ago."""
    body = CostShown(terms.decision, shown_digest(terms))
    shown = [event.known_at for event in events if event.body == body and event.actor == actor.id]
    if not shown:
        raise Conflict("cost_not_shown", "The whole cost on these terms was not shown today (PR-03).", "Show it, then accept.")
    if left := read_left_s(min(shown), house.clock.now()):
        raise Conflict("read_on", f"The whole cost was shown too short a while ago (PR-03): {left} seconds are left.", "Read it first.")


def _check(house: House, decision: Decision, today: dt.date) -> None:
    if decision.outcome is not Outcome.APPROVE:
        raise Conflict("not_approved", f"{decision.id} was decided {decision.outcome.value}.", "Only an approval can be accepted.")
    if not 0 <= (today - decision.decided_on).days <= OFFER_DAYS:
        raise Conflict("offer_lapsed", f"{decision.id} of {decision.decided_on} has lapsed.", "Apply again.")
    party = house.parties.get(decision.party)
    if party.erased or party.restricted_until is not None:
        raise Conflict("party_closed", f"{party.id} was erased or restricted.", "No line can open for it.")
    running = [line for line in house.lines.of_party(decision.party) if line.terms.product == decision.product]
    if any(line.status is not LineStatus.CLOSED and today < line.terms.expires_on for line in running):
        raise Conflict("line_running", f"{decision.party} has a running line of {decision.product}.", "Use that line.")
    _refuse_grown(house, decision)
    if related_finding(house, decision.party).hit:
        raise Conflict("related_party", f"{decision.party} has become related to the bank's insiders (RP-01).", "The line cannot open.")


def _refuse_grown(house: House, decision: Decision) -> None:
    """The caps were folded over what was owed and promised then; more of it since, and the offer would pass them."""
    found = house.decisions.get(decision.id)
    then = found[2].values["exposure_fen"] if found is not None else None
    now = exposure_fen(house, decision.party)
    if isinstance(then, int) and now > then:
        told = f"{decision.party} owes or may draw {format_yuan(now)}; {decision.id} was decided over {format_yuan(then)}."
        raise Conflict("exposure_grew", told, "Apply again: the limit is then set beside the other lines.")


def terms_of(decision: Decision, product: Product, request: AcceptRequest, today: dt.date, *, synthetic: bool) -> LineTerms:
    """What would be agreed if an approval were accepted like this today; how it is repaid decides on consumption, too (IL-02)."""
    if decision.rate is None:
        raise Conflict("not_approved", f"{decision.id} was decided {decision.outcome.value}.", "Only an approval can be accepted.")
    method = _method(product, request.repayment)
    return LineTerms(
        line=derived_id(Prefix.LINE, decision.id), party=decision.party, product=decision.product, decision=decision.id,
        limit_fen=0 if product.secured else decision.limit_fen, rate=decision.rate, opened_on=today,
        expires_on=_expiry(product, request, today), tenor_months=request.months or product.tenor_months,
        draw_min_fen=product.draw_min_fen, repayment=method, due_day=product.due_day,
        same_day_days=product.same_day_days, revolving=product.revolving, synthetic=synthetic,
        penalty_units=product.penalty_units(decision.rate), grace_days=product.grace_days, business_days=product.business_days,
        waterfall=product.waterfall, consumption_cap_fen=product.consumption_fen(method), shares=product.shares,
    )  # fmt: skip


def _method(product: Product, wanted: RepaymentMethod | None) -> RepaymentMethod:
    if wanted is not None and wanted not in product.repayments:
        offered = ", ".join(method.value for method in product.repayments)
        raise Invalid("bad_repayment_method", f"{product.name_en} is not repaid {wanted.value}.", f"Choose {offered}.", field="repayment")
    return wanted or product.repayments[0]


def _check_months(actor: Actor, product: Product, months: int | None) -> None:
    """PL-01: a longer term than the product's own is for business whose cash flow is long, and an officer answers for that."""
    if months is None:
        return
    most = product.long_months or product.tenor_months
    if not product.long_months or not 1 <= months <= most:
        told = f"{product.name_en} does not run for {months} months."
        raise Invalid("bad_months", told, f"Choose up to {most} months." if product.long_months else "Leave the term out.", field="months")
    if months > product.tenor_months and actor.role is Role.BORROWER:
        told = f"More than {product.tenor_months} months are for business whose cash flow is long (PL-01)."
        raise Forbidden("long_term", told, "An officer judges that, and accepts for the borrower.")


def _expiry(product: Product, request: AcceptRequest, today: dt.date) -> dt.date:
    """The last day of the line: after its months, or with the first harvest of the crop that leaves time to sow and sell."""
    if not product.harvests:
        return add_months(today, request.months or product.line_months)
    harvest = next((one for one in product.harvests if one.crop == request.crop), None)
    if harvest is None:
        crops, told = ", ".join(one.crop for one in product.harvests), f"{product.name_en} ends with a harvest; no crop we know was named."
        raise Invalid("no_harvest", told, f"Name {crops}.", field="crop")
    sold = (dt.date(year, harvest.month, harvest.day) for year in (today.year, today.year + 1, today.year + 2))
    return next(day for day in sold if day >= today + HARVEST_AHEAD)
