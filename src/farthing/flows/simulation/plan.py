"""From the script to messages: what a borrower or the bank asks for on a day, given how the line stands in the morning.

A day's messages are fixed before it begins, so that they can be sent again, word for word, after the bank died.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.calendar import add_months
from farthing.domain.event import ReliefPlanned
from farthing.domain.facility import LineState
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.domain.product import Product
from farthing.domain.rate import Rate
from farthing.domain.relief import ReliefPlan
from farthing.flows.line.agree import AssessRequest, CouponRequest, ExtendRequest, VaryRequest
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest
from farthing.flows.line.draw import DrawRequest
from farthing.flows.line.end import CloseRequest
from farthing.flows.line.freeze import FreezeRequest
from farthing.flows.line.propose import ResolveRequest
from farthing.flows.line.repay import RepayRequest
from farthing.flows.simulation.message import Ask, Message, written
from farthing.flows.simulation.notebook import Notebook
from farthing.flows.simulation.opening import Opening
from farthing.world.year import PPM, Borrower, Deed, Disaster, Doing

GROUND = "simulated"
MOST_LIMIT_FEN = 20_000_000
"""Limits stay below this, so that sums stay readable."""


def line_of(seed: int, number: int) -> Id:
    """The line of a borrower."""
    return derived_id(Prefix.LINE, "simulation", str(seed), str(number))


def key_of(borrower: int, deed: int) -> str:
    """The key under which a deed is asked for."""
    return f"sim:{borrower}:{deed}"


@dataclass(frozen=True, slots=True)
class View:
    """What whoever plans a deed sees: the day, the line this morning, the next borrower's line (None: not open yet), and the notebook."""

    day: dt.date
    line: Id
    state: LineState | None
    next_line: Id | None
    products: Mapping[str, Product]
    notebook: Notebook


@dataclass(frozen=True, slots=True)
class _Case:
    """A deed about to become a message."""

    borrower: Borrower
    deed: Deed
    view: View
    state: LineState

    @property
    def line(self) -> Id:
        return self.view.line

    def part(self, fen: int, least_ppm: int = 0, most_ppm: int = PPM) -> int:
        """A share of an amount by the deed's roll."""
        return fen * (least_ppm + self.deed.roll * (most_ppm - least_ppm) // PPM) // PPM

    def days(self, least: int, below: int) -> dt.date:
        """A day to come by the deed's roll."""
        return self.view.day + dt.timedelta(days=least + self.deed.roll % (below - least))

    def about(self) -> Id | None:
        """What the deed that this one is about brought about; None if it was refused or never came to be."""
        return self.view.notebook.made.get(key_of(self.borrower.number, self.deed.about))

    def write(self, ask: Ask, request: object, actor: str = "system", line: Id | None = None) -> Message:
        """The message of this deed."""
        return written(key_of(self.borrower.number, self.deed.number), ask, line or self.line, request, actor)


def message(borrower: Borrower, deed: Deed, view: View) -> Message | None:
    """What is asked for; None where there is nothing to ask for, such as a payment of nothing."""
    if deed.doing is Doing.OPEN:
        return written(key_of(borrower.number, deed.number), Ask.OPEN, view.line, _opening(borrower, view))
    return None if view.state is None else _WRITERS[deed.doing](_Case(borrower, deed, view, view.state))


def relief_messages(seed: int, disaster: Disaster, day: dt.date, notebook: Notebook) -> list[Message]:
    """What a disaster makes the bank ask for on this day: the plan, the consent, or its carrying out."""
    key = f"sim:relief:{disaster.on}"
    plan = _relief(seed, disaster)
    match (day - disaster.on).days, notebook.made.get(key):
        case 0, _:
            return [written(key, Ask.PLAN_RELIEF, "", ReliefPlanned(plan), "officer")]
        case 1, str(proposal):
            return [written(f"{key}:agree", Ask.RESOLVE, "", ResolveRequest(proposal, agree=True), "second")]
        case 2, str():
            return [written(f"{key}:run", Ask.RELIEVE, "", plan)]
    return []


def _relief(seed: int, disaster: Disaster) -> ReliefPlan:
    on, roll = disaster.on, disaster.roll
    coupon = on + dt.timedelta(days=30 + roll % 60) if roll % 2 else None
    return ReliefPlan(
        derived_id(Prefix.RELIEF, "simulation", str(seed), str(on)), f"模拟纾困 {on}", (disaster.county,), (), roll % 40,
        on + dt.timedelta(days=20 + roll % 70) if roll % 3 else None, 1 + roll % 6, coupon, 5_000_000 if coupon else 0,
    )  # fmt: skip


def _opening(borrower: Borrower, view: View) -> Opening:
    product = list(view.products.values())[borrower.product % len(view.products)]
    most = min(product.limit_max_fen, MOST_LIMIT_FEN)
    least = min(max(product.limit_min_fen, product.draw_min_fen * 20), most)
    return Opening(
        line=view.line, number=borrower.number, county=borrower.county, product=product.code,
        limit_fen=least + (most - least) * borrower.limit // PPM,
        rate_units=product.rate_min_units + (product.rate_max_units - product.rate_min_units) * borrower.rate // PPM,
        repayment=product.repayments[borrower.method % len(product.repayments)],
    )  # fmt: skip


# ---- money -----------------------------------------------------------------------------------------------------------


def _draw(case: _Case) -> Message | None:
    amount = max(case.part(case.state.headroom_fen, 100_000, 900_000), case.state.terms.draw_min_fen)
    return case.write(Ask.DRAW, DrawRequest(case.line, amount)) if case.state.headroom_fen >= amount else None


def _draw_too_much(case: _Case) -> Message:
    return case.write(Ask.DRAW, DrawRequest(case.line, case.state.headroom_fen + 1 + case.deed.roll))


def _consume(case: _Case) -> Message:
    amount = max(case.part(case.state.headroom_fen, 10_000, 200_000), case.state.terms.draw_min_fen)
    return case.write(Ask.DRAW, DrawRequest(case.line, amount, consumption=True))


def _due_fen(state: LineState) -> int:
    return sum(item.unpaid_fen for item in state.obligations) + state.penalty_owed_fen


def _paid(case: _Case, amount_fen: int, on: dt.date | None = None) -> Message | None:
    return case.write(Ask.REPAY, RepayRequest(case.line, amount_fen, on)) if amount_fen > 0 else None


def _pay_found(case: _Case) -> Message | None:
    on = max(case.view.day - dt.timedelta(days=1 + case.deed.roll % 40), case.state.terms.opened_on)
    return _paid(case, case.part(case.state.owed_fen, 10_000, 600_000), on)


def _pay_wrong(case: _Case) -> Message | None:
    amount = _due_fen(case.state) or case.part(case.state.owed_fen, 10_000, 300_000)
    if case.view.next_line is None or amount <= 0:
        return None
    return case.write(Ask.REPAY, RepayRequest(case.view.next_line, amount), line=case.view.next_line)


def _move_back(case: _Case) -> Message | None:
    paid, wrong = case.about(), case.view.next_line
    return None if paid is None or wrong is None else case.write(Ask.MOVE, MoveRequest(wrong, paid, case.line), "officer", wrong)


def _reverse(case: _Case) -> Message | None:
    standing = case.view.notebook.standing(case.line)
    if not standing:
        return None
    return case.write(Ask.REVERSE, ReverseRequest(case.line, standing[case.deed.roll % len(standing)], GROUND), "risk")


def _refund(case: _Case) -> Message | None:
    amount = case.state.surplus_fen + (1 if case.deed.roll % 5 == 0 else 0)  # one time in five more than there is
    return case.write(Ask.REFUND, RefundRequest(case.line, amount), "officer") if amount > 0 else None


# ---- terms -----------------------------------------------------------------------------------------------------------


def _rate(case: _Case) -> Message:
    product = case.view.products[case.state.terms.product]
    width = product.rate_max_units - product.rate_min_units
    units = product.rate_min_units - width // 10 + width * case.deed.roll * 12 // (10 * PPM)  # a little outside of the band, too
    return case.write(Ask.VARY, VaryRequest(case.line, GROUND, rate_units=max(units, 0)), "risk")


def _limit(case: _Case) -> Message:
    return case.write(Ask.VARY, VaryRequest(case.line, GROUND, limit_fen=case.part(case.state.terms.limit_fen, 300_000, 1_600_000)), "risk")


def _expiry(case: _Case) -> Message:
    return case.write(Ask.VARY, VaryRequest(case.line, GROUND, expires_on=case.days(20, 700)), "risk")


def _extend(case: _Case) -> Message | None:
    draws = case.state.draws
    if not draws:
        return None
    draw = draws[case.deed.roll % len(draws)]
    later = add_months(draw.matures_on, 1 + case.deed.roll % 5)
    return case.write(Ask.EXTEND, ExtendRequest(case.line, draw.number, later, GROUND), "officer")


def _coupon(case: _Case) -> Message:
    start = case.days(0, 10)
    until = start + dt.timedelta(days=10 + case.deed.roll % 80)
    up_to = case.part(case.state.terms.limit_fen, 50_000, 900_000)
    return case.write(Ask.COUPON, CouponRequest(case.line, f"c{case.deed.number}", start, until, up_to), "risk")


def _assess(case: _Case) -> Message:
    floor = list(LoanClass)[case.deed.roll % len(LoanClass)]
    return case.write(Ask.ASSESS, AssessRequest(case.line, floor, "RC-05"), "risk")


def _give_up(case: _Case) -> Message:
    return case.write(Ask.ASSESS, AssessRequest(case.line, LoanClass.LOSS, "RC-05"), "risk")


def _lift(case: _Case) -> Message:
    return case.write(Ask.ASSESS, AssessRequest(case.line, LoanClass.NORMAL, "RC-05"), "risk")


# ---- what a second person agrees to ----------------------------------------------------------------------------------


def _restructure(case: _Case) -> Message:
    state, roll = case.state, case.deed.roll
    matures = case.days(60, 400)
    holiday = min(case.days(20, 90), matures) if roll % 3 == 0 else None
    lower = Rate(state.terms.rate.units * 8 // 10, state.terms.rate.basis) if roll % 4 == 0 else None
    waived = (state.interest_owed_fen // 3, state.penalty_owed_fen) if roll % 5 == 0 else (0, 0)
    principal = state.principal_fen // 20 if roll % 7 == 0 else 0
    given = {Concession.GRACE: holiday, Concession.LOWER_RATE: lower, Concession.FORGIVENESS: sum(waived) + principal}
    concessions = (Concession.EXTENSION, *(concession for concession, what in given.items() if what))
    body = Restructured(case.line, Difficulty.OVERDUE, concessions, matures, holiday, lower, principal, *waived)
    return case.write(Ask.RESTRUCTURE, body, "risk")


def _waive(case: _Case) -> Message:
    interest, penalty = case.part(case.state.interest_owed_fen), case.part(case.state.penalty_owed_fen)
    return case.write(Ask.WAIVE, Waived(case.line, interest, penalty, GROUND), "risk")


def _write_off(case: _Case) -> Message:
    return case.write(Ask.WRITE_OFF, WrittenOff(case.line, GROUND), "risk")


def _sell(case: _Case) -> Message:
    return case.write(Ask.SELL, Sold(case.line, "模拟买方", case.part(case.state.owed_fen, 50_000, 600_000)), "risk")


def _resolved(actor: str, *, agree: bool) -> Callable[[_Case], Message | None]:
    def write(case: _Case) -> Message | None:
        proposal = case.about()
        return None if proposal is None else case.write(Ask.RESOLVE, ResolveRequest(proposal, agree), actor)

    return write


_WRITERS: Mapping[Doing, Callable[[_Case], Message | None]] = MappingProxyType({
    Doing.DRAW: _draw, Doing.DRAW_TOO_MUCH: _draw_too_much, Doing.CONSUME: _consume,
    Doing.PAY_DUE: lambda case: _paid(case, _due_fen(case.state)),
    Doing.PAY_PART: lambda case: _paid(case, case.part(_due_fen(case.state) or case.state.owed_fen, 200_000, 900_000)),
    Doing.PAY_AHEAD: lambda case: _paid(case, case.part(case.state.owed_fen, 50_000, 700_000)),
    Doing.PAY_OVER: lambda case: _paid(case, case.state.owed_fen + case.part(case.state.terms.limit_fen, 1, 100_000)),
    Doing.PAY_OFF: lambda case: _paid(case, case.state.owed_fen),
    Doing.PAY_FOUND: _pay_found, Doing.PAY_WRONG: _pay_wrong,
    Doing.PAY_SLIP: lambda case: _paid(case, case.state.owed_fen + 10 * max(case.state.terms.limit_fen, case.state.drawn_fen)),
    Doing.MOVE_BACK: _move_back, Doing.REVERSE: _reverse, Doing.REFUND: _refund, Doing.RATE: _rate, Doing.LIMIT: _limit,
    Doing.EXPIRY: _expiry, Doing.EXTEND: _extend, Doing.COUPON: _coupon, Doing.ASSESS: _assess, Doing.LIFT: _lift, Doing.GIVE_UP: _give_up,
    Doing.FREEZE: lambda case: case.write(Ask.FREEZE, FreezeRequest(case.line, GROUND), "officer"),
    Doing.UNFREEZE: lambda case: case.write(Ask.UNFREEZE, FreezeRequest(case.line, GROUND), "risk"),
    Doing.RESTRUCTURE: _restructure, Doing.WAIVE: _waive, Doing.WRITE_OFF: _write_off, Doing.SELL: _sell,
    Doing.CONSENT: _resolved("second", agree=True), Doing.TURN_DOWN: _resolved("second", agree=False),
    Doing.OWN_CONSENT: _resolved("risk", agree=True),
    Doing.CLOSE: lambda case: case.write(Ask.CLOSE, CloseRequest(case.line)),
})  # fmt: skip
