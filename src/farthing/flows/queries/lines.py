"""A line on a page: terms, money, what is coming, what happened, what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from farthing.domain.arrears import Bucket, LoanClass
from farthing.domain.calendar import add_months, month_start
from farthing.domain.event import Body
from farthing.domain.facility import LineState, LineTerms, Standing
from farthing.domain.ids import Id
from farthing.domain.line_event import Opened
from farthing.domain.money import round_half_even
from farthing.domain.rate import PPM, Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.access import purpose_of, require, require_own
from farthing.flows.ports import House
from farthing.ledger.arrears import dpd, oldest_unpaid
from farthing.ledger.classify import NON_PERFORMING_AFTER, technical
from farthing.ledger.conduct import OBSERVED_MONTHS, UPGRADE_MONTHS, impaired, observed, standing
from farthing.ledger.facility import advance
from farthing.ledger.provision import required_fen, stage
from farthing.ledger.quote import Payoff, payoff
from farthing.ledger.reapproval import reapproval_due
from farthing.ledger.schedule import Due, upcoming
from farthing.ledger.statement import Entry, story
from farthing.ledger.status import status_24m

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RateView:
    """A rate told three ways: decimal strings of per cent a day and a year (simple), and the effective year in parts per million."""

    daily_percent: str
    annual_percent: str
    effective_ppm: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What the classes remember: observed after a restructuring until, non-performing since, when it may rise at the earliest.

    `upgrade_on` is None while anything is overdue: the six months then have not begun (RC-10, RC-13).
    """

    observed_until: dt.date | None
    impaired_on: dt.date | None
    upgrade_on: dt.date | None
    held_at: LoanClass | None


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as it stands on the open business day. `synthetic` lines are scripted by the world: say so wherever they are shown.

    `bodies` are what its events say, by event, the opening left out.
    """

    terms: LineTerms
    state: LineState
    standing: Standing
    bucket: Bucket
    rate: RateView
    payoff: Payoff
    next_due: Due | None
    schedule: tuple[Due, ...]
    timeline: tuple[Entry, ...]
    synthetic: bool
    memory: Memory
    bodies: dict[Id, Body]
    status_24m: str
    """A letter a month up to the last one that is over (CR-07)."""
    stage: int
    required_fen: int
    reapproval_due: dt.date | None
    """By when it is to be approved again (IL-03)."""
    technical: bool
    """Past due by so few days that RC-01's unconfirmed exception might speak of it; the class takes no notice."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in a list, as it stands on the open business day."""

    line: Id
    party: Id
    product: str
    status: str
    opened_on: dt.date
    expires_on: dt.date
    limit_fen: int
    headroom_fen: int
    principal_fen: int
    owed_fen: int
    overdue_fen: int
    dpd: int
    loan_class: str
    synthetic: bool


def line(house: House, actor: Actor, line: Id) -> LineView:
    """Everything about one line; a borrower sees only their own."""
    require(actor, Role.BORROWER, *STAFF)
    today = house.clock.today()
    state = advance(house.lines.get(line), today)
    require_own(actor, state.terms.party)
    stands, schedule, events = standing(state), upcoming(state), list(house.journal.events(line))
    return LineView(
        terms=state.terms, state=state, standing=stands, bucket=Bucket.of(stands.dpd), rate=rate_view(state.terms.rate),
        payoff=payoff(state, today), next_due=schedule[0] if schedule else None, schedule=schedule,
        timeline=story(events, today), synthetic=state.terms.synthetic, memory=_memory(state),
        bodies={event.id: event.body for event in events if not isinstance(event.body, Opened)},
        status_24m=status_24m(events, month_start(today) - ONE_DAY), stage=stage(state), required_fen=required_fen(state),
        reapproval_due=reapproval_due(state), technical=technical(stands.dpd),
    )  # fmt: skip


def lines(house: House, actor: Actor, *, limit: int = 50, offset: int = 0, sort: str = "-opened_on") -> tuple[LineRow, ...]:
    """A page of all lines, for staff."""
    require(actor, *STAFF)
    return tuple(_row(state, house.clock.today()) for state in house.lines.list(limit=limit, offset=offset, sort=sort))


def borrowers(house: House, actor: Actor, parties: Collection[Id]) -> Mapping[Id, str]:
    """What these parties are called, for staff: each name is a recorded read, and none is told of who was erased."""
    require(actor, *STAFF)
    return house.parties.names(sorted(set(parties)), actor, purpose_of(actor))


def count(house: House, actor: Actor) -> int:
    """How many lines there are, for staff."""
    require(actor, *STAFF)
    return house.lines.count()


def lines_of(house: House, actor: Actor, party: Id) -> tuple[LineRow, ...]:
    """A party's lines; a borrower sees only their own."""
    require(actor, Role.BORROWER, *STAFF)
    require_own(actor, party)
    return tuple(_row(state, house.clock.today()) for state in house.lines.of_party(party))


def rate_view(rate: Rate) -> RateView:
    """A rate for display. The effective year is the daily rate compounded 365 times, exact and rounded once (PR-02)."""
    compounded = (1 + rate.daily()) ** 365 - 1
    return RateView(str(rate.daily_percent()), str(rate.annual_percent()), _ppm(compounded))


def _ppm(value: Fraction) -> int:
    return round_half_even(value.numerator * PPM, value.denominator)


def _memory(state: LineState) -> Memory:
    conduct, missed = state.conduct, oldest_unpaid(state)
    held = LoanClass.worst(conduct.floor, conduct.contagion)
    until = add_months(conduct.observed_from, OBSERVED_MONTHS) if conduct.observed_from is not None and observed(state) else None
    since = None
    if impaired(state):
        since = conduct.impaired_on or (missed + dt.timedelta(days=NON_PERFORMING_AFTER + 1) if missed is not None else None)
    clear = since is not None and conduct.cleared_on is not None and not dpd(state)
    upgrade = add_months(conduct.cleared_on, UPGRADE_MONTHS) if clear and conduct.cleared_on is not None else None
    return Memory(until, since, upgrade, held if held is not LoanClass.NORMAL else None)


def _row(state: LineState, today: dt.date) -> LineRow:
    state = advance(state, today)
    stands, terms = standing(state), state.terms
    return LineRow(
        line=terms.line, party=terms.party, product=terms.product, status=state.status.value, opened_on=terms.opened_on,
        expires_on=terms.expires_on, limit_fen=terms.limit_fen, headroom_fen=state.headroom_fen, principal_fen=state.principal_fen,
        owed_fen=state.owed_fen, overdue_fen=stands.overdue_fen, dpd=stands.dpd, loan_class=stands.loan_class.value,
        synthetic=terms.synthetic,
    )  # fmt: skip
