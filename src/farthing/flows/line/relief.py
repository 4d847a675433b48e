"""Disaster relief (row 35): who is reached, what it costs, shown before a second person agrees; then line by line, restartable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from farthing.domain.errors import FarthingError, Invalid
from farthing.domain.event import ReliefPlanned
from farthing.domain.facility import Coupon, LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Relieved
from farthing.domain.relief import ReliefPlan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import GROUND, require
from farthing.flows.line.change import Changed, Past, write
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.accrual import posted
from farthing.ledger.arrears import dpd
from farthing.ledger.facility import advance, stood, supposed
from farthing.ledger.schedule import Due, upcoming

AT_ONCE = 500
DONE_BY_ANOTHER = "key_reused"
"""The key names relief and line, so another's command under it has relieved the line already."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a relief means for one line: interest its coupon will spare at most, and what falls due later than it would have."""

    line: Id
    party: Id
    county: str
    product: str
    principal_fen: int
    dpd: int
    spared_fen: int
    deferred_fen: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Who is reached as things stand today, and how many are not, by reason: nothing owed, too late, claim ended."""

    reached: tuple[Reached, ...]
    left_out: dict[str, int]

    @property
    def spared_fen(self) -> int:
        """The cost to the bank: interest that will not be earned, if nobody repays early."""
        return sum(one.spared_fen for one in self.reached)

    @property
    def deferred_fen(self) -> int:
        """What borrowers will pay later than agreed."""
        return sum(one.deferred_fen for one in self.reached)


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """How many lines a relief reached in this run and before it, and which refused, with the code of the refusal."""

    relieved: int
    refused: tuple[tuple[Id, str], ...]


def require_code(plan: ReliefPlan) -> None:
    """`Invalid` unless the relief is named by a code: its name stands in the journal for ever, where no person's may."""
    if not GROUND.match(plan.name):
        told = f"{plan.name[:40]!r} is no code for a relief."
        raise Invalid("bad_relief_name", told, "Give one in small letters like flood_2026.", field="name")


def preview(house: House, actor: Actor, plan: ReliefPlan) -> Preview:
    """What the plan would do, line by line; nothing is recorded."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    today = house.clock.today()
    _refuse_date(plan, today)
    reached, left_out = [], dict.fromkeys(("nothing_owed", "too_late", "ended"), 0)
    for stored, county in _in_counties(house, plan):
        past = partial(house.journal.events, stored.terms.line, limit=stored.events)
        why = _left_out(stored, plan, today, past)
        if why is None:
            reached.append(_reached((advance(stored, today), county), plan, past))
        else:
            left_out[why] += 1
    return Preview(tuple(sorted(reached, key=lambda one: (one.county, one.line))), left_out)


def carry_out(house: House, actor: Actor, plan: ReliefPlan, progress: Callable[[int, int], None] = lambda _done, _of: None) -> CarriedOut:
    """Relieve every line the agreed plan reaches. Run again after a kill it goes on: a line is relieved once, whatever happens."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    if not any(event.body == ReliefPlanned(plan) for event in house.journal.events(stream=plan.relief)):
        raise Invalid("not_agreed", f"Nobody agreed to {plan.name} ({plan.relief}) as it is.", "Propose it, and have it agreed to.")
    _refuse_date(plan, house.clock.today())
    lines = sorted(stored.terms.line for stored, _ in _in_counties(house, plan) if _is_reached(house, stored, plan))
    refused: list[tuple[Id, str]] = []
    for start in range(0, len(lines), AT_ONCE):
        with house.commands.batch() as commands:
            for line in lines[start : start + AT_ONCE]:
                try:
                    _relieve(replace(house, commands=commands), actor, line, plan)
                except FarthingError as error:  # one line never stops the others
                    if error.code != DONE_BY_ANOTHER:
                        refused.append((line, error.code))
        progress(min(start + AT_ONCE, len(lines)), len(lines))
    return CarriedOut(len(lines) - len(refused), tuple(refused))


def _refuse_date(plan: ReliefPlan, today: dt.date) -> None:
    if plan.from_on is not None and plan.from_on > today:
        raise Invalid(
            "future_date", f"{plan.from_on} lies after the open business day {today}.", f"Date it {today} or before.", field="from_on"
        )


def _relieve(house: House, actor: Actor, line: Id, plan: ReliefPlan) -> Changed:
    def think(transaction: Transaction) -> Changed:
        return write(transaction, line, house.clock.today(), lambda state: _given(state, plan), plan.from_on)

    return house.commands.run(Command(f"relief:{plan.relief}:{line}", "relieve", actor, plan), think, Changed)


def _given(state: LineState, plan: ReliefPlan) -> Relieved:
    """What the plan gives a line on the day it takes effect."""
    line, coupon = state.terms.line, None
    if plan.coupon_until is not None and plan.coupon_until > state.as_of:
        coupon = Coupon(plan.relief, state.as_of, plan.coupon_until, plan.coupon_up_to_fen)
    return Relieved(line, plan.relief, plan.holiday_until, plan.later_months, coupon)


def _in_counties(house: House, plan: ReliefPlan) -> Iterator[tuple[LineState, str]]:
    """Lines of the plan's products whose borrower is registered in one of its counties, as they are stored."""
    found = house.lines.by_county(plan.counties)
    return ((state, county) for state, county in found if not plan.products or state.terms.product in plan.products)


def _is_reached(house: House, stored: LineState, plan: ReliefPlan) -> bool:
    past = partial(house.journal.events, stored.terms.line, limit=stored.events)
    return _left_out(stored, plan, house.clock.today(), past) is None


def _left_out(stored: LineState, plan: ReliefPlan, today: dt.date, past: Past) -> str | None:
    """Why a line is not reached: its claim has ended by today, or it owed nothing or was too late on the day the relief takes effect."""
    on = plan.from_on or today
    if stored.status not in (LineStatus.ACTIVE, LineStatus.FROZEN):
        return "ended"
    if on < stored.terms.opened_on or not (then := stood(stored, on, past)).owed_fen:
        return "nothing_owed"
    return "too_late" if dpd(then) > plan.worst_dpd else None


def _reached(line: tuple[LineState, str], plan: ReliefPlan, past: Past) -> Reached:
    """What the plan changes of a line as it stands today."""
    state, county = line
    on = plan.from_on or state.as_of
    after = advance(supposed(state, _given(stood(state, on, past), plan), on, past), state.as_of)
    until = max(plan.coupon_until or state.as_of, state.as_of)
    spared = posted(advance(after, until).coupon_exact - advance(state, until).coupon_exact, state.terms.rate)
    return Reached(
        line=state.terms.line, party=state.terms.party, county=county, product=state.terms.product, principal_fen=state.principal_fen,
        dpd=dpd(state), spared_fen=spared, deferred_fen=_deferred(state, after),
    )  # fmt: skip


def _deferred(before: LineState, after: LineState) -> int:
    """Principal that falls due later than it would have: the most by which what is due by some day is less than it was to be."""
    was, will = upcoming(before), upcoming(after)
    days = sorted({row.due_on for row in was})
    return max((_principal_by(was, day) - _principal_by(will, day) for day in days), default=0)


def _principal_by(rows: Sequence[Due], day: dt.date) -> int:
    return sum(row.principal_fen for row in rows if row.due_on <= day)
