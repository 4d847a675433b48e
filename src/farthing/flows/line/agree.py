"""New terms for a borrower who pays: rate, limit, expiry, a later maturity, a coupon; and a class that a person holds a line to.

A request's `on` is the day it took effect, today if not said. What is agreed with a borrower in difficulty is a restructuring, whatever it
is called (RC-09), and is refused here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from farthing.domain.arrears import LoanClass
from farthing.domain.bank.rulebook import RULEBOOK
from farthing.domain.calendar import add_months
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import Body, Event
from farthing.domain.facility import Coupon, LineState
from farthing.domain.ids import Id
from farthing.domain.line_event import Assessed, CouponGranted, Extended, Varied
from farthing.domain.money import format_yuan
from farthing.domain.product import MOST_BULLET_MONTHS, Product
from farthing.domain.rate import PPM, Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.line.change import Changed, book, change, refuse_ended, standing_on
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.arrears import dpd
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import counted

RULES = ("RC-05", "RC-07", "RC-08")
"""The rules by which a person may hold a line to a class: no date decides them. RC-06 is measured: `flows.bank.review_classes`."""
COUPON_DAYS = 366


@dataclass(frozen=True, slots=True)
class VaryRequest:
    """What changes; None stays. `rate_units` are units of the line's own basis."""

    line: Id
    ground: str
    rate_units: int | None = None
    limit_fen: int | None = None
    expires_on: dt.date | None = None
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ExtendRequest:
    """A draw that is not due yet shall mature later."""

    line: Id
    number: int
    matures_on: dt.date
    ground: str
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class CouponRequest:
    """An interest-free coupon, from the day it is granted or later, on principal up to an amount."""

    line: Id
    number: str
    from_on: dt.date
    until_on: dt.date
    up_to_fen: int
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class AssessRequest:
    """The least class a line is held to, by which rule; normal lifts it."""

    line: Id
    floor: LoanClass
    rule: str
    on: dt.date | None = None


def vary(house: House, actor: Actor, request: VaryRequest, key: str) -> Changed:
    """Change the terms. `Invalid` outside the product's band or above its all-in cap (IL-15)."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    require_ground(request.ground)

    def decide(state: LineState) -> Body:
        refuse_ended(state)
        if _eases(state, request):
            _refuse_difficulty(state)
        product = house.products[state.terms.product]
        rate = None if request.rate_units is None else Rate(request.rate_units, state.terms.rate.basis)
        if rate is not None:
            _check_rate(rate, product, state)
        if request.limit_fen is not None and product.secured:
            told = f"The limit of line {request.line} is what the houses behind it carry."
            raise Conflict("limit_by_house", told, "Raise or lower it on the house's page.")
        if request.limit_fen is not None and not 0 <= request.limit_fen <= product.limit_max_fen:
            told = f"{format_yuan(request.limit_fen)} is no limit of {product.name_en}."
            raise Invalid("limit_out_of_range", told, f"It is at most {format_yuan(product.limit_max_fen)}.", field="limit_fen")
        if request.expires_on is not None:
            _check_expiry(request.expires_on, house.clock.today(), state)
        return Varied(request.line, rate, request.limit_fen, request.expires_on, request.ground)

    return change(house, Command(key, "vary", actor, request), request.line, decide, request.on)


def extend(house: House, actor: Actor, request: ExtendRequest, key: str) -> Changed:
    """Let a draw mature later, by no more than its first term (short loans may be extended once over): a renewal without repayment.

    Agreed before it matures and for a normal loan only (IN-03); first of all it must be no restructuring (RC-09).
    """
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    require_ground(request.ground)

    def decide(state: LineState) -> Body:
        refuse_ended(state)
        _refuse_difficulty(state)
        _refuse_not_normal(state)
        draw = next((draw for draw in state.draws if draw.number == request.number), None)
        if draw is None or draw.matures_on <= state.as_of:
            raise Conflict("draw_due", f"Line {request.line} has no draw {request.number} that is still to mature.", "Restructure it.")
        last = add_months(draw.drawn_on, 2 * state.terms.tenor_months)
        if not draw.matures_on < request.matures_on <= last:
            told = f"{request.matures_on} is no later maturity of a draw that falls due on {draw.matures_on}."
            raise Invalid("bad_maturity", told, f"Choose a day up to {last}.", field="matures_on")
        return Extended(request.line, request.number, request.matures_on, request.ground)

    return change(house, Command(key, "extend", actor, request), request.line, decide, request.on)


def grant_coupon(house: House, actor: Actor, request: CouponRequest, key: str) -> Changed:
    """Let principal bear no interest for some days; for a borrower in difficulty that is a concession (RC-09)."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)

    def decide(state: LineState) -> Body:
        refuse_ended(state)
        _refuse_difficulty(state)
        days = (request.until_on - request.from_on).days
        if request.from_on < state.as_of or not 0 < days <= COUPON_DAYS or request.up_to_fen <= 0:
            told = f"A coupon from {request.from_on} until {request.until_on} on {request.up_to_fen} fen cannot run."
            raise Invalid(
                "bad_coupon",
                told,
                "Let it begin on the day it is granted or later, for up to a year, on a positive amount.",
                field="until_on",
            )
        return CouponGranted(request.line, Coupon(request.number, request.from_on, request.until_on, request.up_to_fen))

    return change(house, Command(key, "grant_coupon", actor, request), request.line, decide, request.on)


def assess(house: House, actor: Actor, request: AssessRequest, key: str) -> Changed:
    """Hold a line to a class or worse under the actor's name (RC-05, RC-07, RC-08)."""
    require(actor, Role.RISK_MANAGER)
    if request.rule not in RULES:
        raise Invalid(
            "bad_rule", f"{request.rule[:20]!r} is no rule that a person decides.", f"It is one of {', '.join(RULES)}.", field="rule"
        )

    today = house.clock.today()
    on = request.on or today

    def think(transaction: Transaction) -> Changed:
        state = standing_on(transaction, request.line, on, today)
        refuse_ended(state)
        _refuse_lifting(state, request, transaction.events(request.line))
        return book(transaction, Assessed(request.line, request.floor, request.rule), request.line, on, today)

    return house.commands.run(Command(key, "assess", actor, request), think, Changed)


def _refuse_lifting(state: LineState, request: AssessRequest, events: Sequence[Event]) -> None:
    """What a person holds a line to by one rule is lowered by that rule alone; what is worse takes over."""
    held = [event.body for event in counted(events) if isinstance(event.body, Assessed) and event.effective_on <= state.as_of]
    by = next((body.rule for body in reversed(held) if body.rule in RULES), request.rule)
    if by != request.rule and LoanClass.worst(state.conduct.floor, request.floor) is not request.floor:
        told = f"Line {request.line} is held at {state.conduct.floor.value} by {by}."
        raise Conflict("held_by_another_rule", told, f"Assess it by {by}.")


def _eases(state: LineState, request: VaryRequest) -> bool:
    """Would the borrower be better off? What is stricter may be agreed with one in difficulty, too."""
    terms = state.terms
    cheaper = request.rate_units is not None and request.rate_units < terms.rate.units
    more = request.limit_fen is not None and request.limit_fen > terms.limit_fen
    return cheaper or more or (request.expires_on is not None and request.expires_on > terms.expires_on)


def _refuse_difficulty(state: LineState) -> None:
    """Past due, or non-performing for whatever reason: two of the difficulties of RC-09, which dates and classes tell by themselves."""
    if dpd(state) or loan_class(state).non_performing:
        stands = f"{dpd(state)} days past due" if dpd(state) else loan_class(state).value
        told = f"Line {state.terms.line} is {stands}: easier terms would be a restructuring (RC-09)."
        raise Conflict("in_difficulty", told, "Propose a restructuring, which a second person decides.")


def _refuse_not_normal(state: LineState) -> None:
    """Only what is normal may be renewed without repayment (IN-03), so that a renewal hides nothing (IN-05)."""
    if RULEBOOK["IN-03"].in_force(state.as_of) and (worst := loan_class(state)) is not LoanClass.NORMAL:
        told = f"Line {state.terms.line} is {worst.value}: only a normal loan matures later without a restructuring (IN-03)."
        raise Conflict("not_normal", told, "Wait until its class has risen, or let it be repaid.")


def _check_expiry(expires_on: dt.date, today: dt.date, state: LineState) -> None:
    """A day to come; a line for consumption that is repaid at the end runs for a year at most (IL-02)."""
    terms = state.terms
    if expires_on <= today:
        raise Invalid("bad_expiry", f"{expires_on} is not a day to come.", "Freeze the line to stop draws.", field="expires_on")
    bullet = terms.consumption_cap_fen and not terms.repayment.instalments
    last = max(add_months(terms.opened_on, MOST_BULLET_MONTHS), terms.expires_on)
    if bullet and expires_on > last:
        told = f"Line {terms.line} may be drawn on for consumption and is repaid at the end: it runs until {last} at most (IL-02)."
        raise Conflict("consumption_term", told, "Decide a new application when it ends.")


def _check_rate(rate: Rate, product: Product, state: LineState) -> None:
    """Within the product's band, and with the line's own penalty under the all-in cap, both simple (PR-02, PR-04)."""
    all_in = Rate(rate.units + state.terms.penalty_units, rate.basis).annual_simple()
    if not product.rate_min_units <= rate.units <= product.rate_max_units or all_in > Fraction(product.all_in_cap_ppm, PPM):
        told = f"{rate.annual_percent()} % a year is outside {product.name_en}, or passes its all-in cap with the penalty."
        raise Invalid("rate_out_of_range", told, "Choose a rate within the product's band.", field="rate_units")
