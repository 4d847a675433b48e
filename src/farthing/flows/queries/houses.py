"""Houses on pages: what they are worth, what they carry, what was done by whom, what may be done now, and when they are due again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.calendar import add_months
from farthing.domain.collateral.event import LienRegistered
from farthing.domain.collateral.house import HouseStage, HouseState, LienTask, TaskDone
from farthing.domain.event import Event
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.collateral.raise_limit import raise_room
from farthing.flows.line.change import ENDED
from farthing.flows.ports import House
from farthing.flows.queries.lines import LineRow, lines_of
from farthing.ledger.collateral import Covered, Margin, Room, carried_fen, covered, loan_to_value_ppm, margin, release_refusal
from farthing.ledger.facility import advance
from farthing.ledger.lien import BEFORE_REGISTRATION, Move, open_moves, refusal, revalue_by
from farthing.ledger.provision import required_fen, uncovered_fen
from farthing.ledger.waterfall import Refusal

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
DUE_WITHIN_DAYS = 30


@dataclass(frozen=True, slots=True)
class TaskView:
    """An offline task: done by whom, when, with which document, or still to do; `refusal` says why not yet."""

    task: LienTask
    done: TaskDone | None
    by: str
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a house, with the name of whoever did it."""

    on: dt.date
    by: str
    event: Event


@dataclass(frozen=True, slots=True)
class HouseView:
    """A house as it stands on the open business day, and what that means for its line.

    `ltv_ppm` is what is lent at most of the lending value for the line's term, `loan_ppm` what is owed and comes before it of the lending
    value. `margin` and `covered` look at all houses of the line together. `release` says why the house cannot be let go of yet.
    `required_fen` is set aside for the line whatever covers it, `uncovered_fen` what its class would ask of what nothing covers.
    `lines` are the owner's lines that a lien may still be agreed for.
    """

    today: dt.date
    state: HouseState
    line: LineState | None
    carried_fen: int
    ltv_ppm: int
    loan_ppm: int | None
    room: Room | None
    margin: Margin | None
    covered: Covered | None
    required_fen: int
    uncovered_fen: int
    tasks: tuple[TaskView, ...]
    moves: tuple[Move, ...]
    release: Refusal | None
    revalue_by: dt.date | None
    asked_by: str
    certificate: str
    story: tuple[Happened, ...]
    lines: tuple[LineRow, ...]


@dataclass(frozen=True, slots=True)
class HouseRow:
    """A house in a list; `overdue` once the day by which it is to be valued anew has passed (IL-03).

    `asked_fen` is the raise that waits for its second person, if one does.
    """

    house: Id
    party: Id
    line: Id | None
    stage: HouseStage
    kind: str
    district: str
    area_dm2: int
    lending_fen: int
    secured_fen: int
    valued_on: dt.date | None
    revalue_by: dt.date | None
    overdue: bool
    asked_fen: int | None
    synthetic: bool


def house_view(house: House, actor: Actor, of: Id) -> HouseView:
    """Everything about one house."""
    require(actor, *READERS)
    state, grid = house.collateral.houses.get(of), house.collateral.grid
    line = _line(house, state)
    held = house.collateral.houses.of_line(line.terms.line) if line is not None else ()
    part = covered(line, held) if line is not None else None
    names = {one.id: one.name for one in house.staff.list(everyone=True)}
    events = house.journal.events(stream=of)
    months = line.terms.tenor_months if line is not None else 0
    raisable = line is not None and state.stage in (HouseStage.AGREED, HouseStage.REGISTERED)
    return HouseView(
        today=house.clock.today(), state=state, line=line, carried_fen=carried_fen(state, grid, months),
        ltv_ppm=grid.ltv_ppm(state.premises.kind, months), loan_ppm=loan_to_value_ppm(line, state) if line is not None else None,
        room=raise_room(house, state, line) if line is not None and raisable else None,
        margin=margin(line, held, grid) if line is not None else None, covered=part,
        required_fen=required_fen(line) if line is not None else 0,
        uncovered_fen=uncovered_fen(line, part.net_fen) if line is not None and part is not None else 0,
        tasks=_tasks(state, names), moves=open_moves(state),
        release=(refusal(state, Move.LET_GO) or release_refusal(state, line)) if line is not None else None,
        revalue_by=revalue_by(state, grid.revalue_months), asked_by=names.get(state.asked.by, state.asked.by) if state.asked else "",
        certificate=next((event.body.certificate for event in reversed(events) if isinstance(event.body, LienRegistered)), ""),
        story=tuple(Happened(event.effective_on, names.get(event.actor, event.actor), event) for event in events),
        lines=_own_lines(house, actor, state),
    )  # fmt: skip


def houses(house: House, actor: Actor, *, limit: int = 50, offset: int = 0, stage: HouseStage | None = None) -> tuple[HouseRow, ...]:
    """A page of houses, the newest offers first."""
    require(actor, *READERS)
    found = house.collateral.houses.list(stage=stage, limit=limit, offset=offset)
    return tuple(_row(house, state) for state in found)


def count_houses(house: House, actor: Actor) -> int:
    """How many houses there are."""
    require(actor, *READERS)
    return house.collateral.houses.count()


def due_houses(house: House, actor: Actor, *, within_days: int = DUE_WITHIN_DAYS) -> tuple[HouseRow, ...]:
    """Houses to be valued anew within so many days, those overdue among them, the most overdue first (IL-03)."""
    require(actor, *READERS)
    # A value of this day or later comes due only after the days asked for; the few around it are counted exactly.
    until = house.clock.today() + dt.timedelta(days=within_days)
    months = house.collateral.grid.revalue_months
    found = house.collateral.houses.valued_before(add_months(until, -months) + dt.timedelta(days=4))
    rows = (_row(house, state) for state in found)
    return tuple(row for row in rows if row.revalue_by is not None and row.revalue_by <= until)


def houses_of_line(house: House, actor: Actor, line: Id) -> tuple[HouseRow, ...]:
    """Houses whose lien is, or was, for a line."""
    require(actor, *READERS)
    return tuple(_row(house, state) for state in house.collateral.houses.of_line(line))


def raises_waiting(house: House, actor: Actor) -> tuple[HouseRow, ...]:
    """Houses with a raise that waits for its second person."""
    require(actor, *READERS)
    return tuple(_row(house, state) for state in house.collateral.houses.waiting())


def _own_lines(house: House, actor: Actor, state: HouseState) -> tuple[LineRow, ...]:
    if state.stage is not HouseStage.VALUED:
        return ()
    ended = {one.value for one in ENDED}
    return tuple(row for row in lines_of(house, actor, state.party) if row.status not in ended)


def _line(house: House, state: HouseState) -> LineState | None:
    return advance(house.lines.get(state.lien.line), house.clock.today()) if state.lien is not None else None


def _tasks(state: HouseState, names: dict[Id, str]) -> tuple[TaskView, ...]:
    """The tasks in their order; that of release once the bank has let go."""
    shown = (*BEFORE_REGISTRATION, LienTask.RELEASE) if state.stage in (HouseStage.RELEASED, HouseStage.RETURNED) else BEFORE_REGISTRATION
    found = []
    for task in shown:
        done = state.done(task)
        found.append(TaskView(task, done, names.get(done.by, done.by) if done else "", refusal(state, Move(task.value))))
    return tuple(found)


def _row(house: House, state: HouseState) -> HouseRow:
    due, valuation = revalue_by(state, house.collateral.grid.revalue_months), state.valuation
    return HouseRow(
        house=state.house, party=state.party, line=state.lien.line if state.lien else None, stage=state.stage,
        kind=state.premises.kind.value, district=state.premises.district, area_dm2=state.premises.area_dm2,
        lending_fen=valuation.lending_fen if valuation else 0, secured_fen=state.secured_fen,
        valued_on=valuation.valued_on if valuation else None, revalue_by=due, overdue=due is not None and due < house.clock.today(),
        asked_fen=state.asked.by_fen if state.asked else None, synthetic=state.synthetic,
    )  # fmt: skip
