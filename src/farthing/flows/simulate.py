"""Lives after the decision, scripted by the world and played through the real flows: every draw and repayment is a command.

Real public data holds no repayments. What this flow writes is marked synthetic in every event, and pages say so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.money import FEN_PER_YUAN
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.draw import DrawRequest, draw
from farthing.flows.ports import House
from farthing.flows.repay import RepayRequest, repay
from farthing.ledger.facility import advance
from farthing.world.life import PPM, Act, Circumstances, Verb, live

PD_UNKNOWN_PPM = 50_000
AFTER_EXPIRY = dt.timedelta(days=120)


@dataclass(frozen=True, slots=True)
class SimulateRequest:
    """Which lines live until which day, from which seed; a line's place in `lines` picks its script. `fates` (party to the day trouble strikes, None: never) is the world's truth."""

    lines: tuple[Id, ...]
    until: dt.date
    seed: int
    fates: Mapping[Id, dt.date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lived:
    """What was played: days closed, draws and repayments made, and acts the ledger refused."""

    days: int
    draws: int
    repayments: int
    refused: int


def simulate(house: House, actor: Actor, request: SimulateRequest, key: str, progress: Callable[[dt.date], None] = lambda _: None) -> Lived:
    """Play every life day by day and close each day. Killed and run again it goes on where the open business day stands."""
    require(actor, Role.SYSTEM)
    diary = _diary(house, request)
    made: dict[str, int] = defaultdict(int)
    days = 0
    while (day := house.clock.today()) < request.until:
        for round_ in _rounds(diary.get(day, ())):
            with house.commands.batch() as commands:
                for line, act in round_:
                    made[_play(replace(house, commands=commands), actor, line, act, key)] += 1
        day_end(house, actor, DayEndRequest(day), f"{key}:day:{day}")
        days += 1
        progress(day)
    return Lived(days, made["draw"], made["repay"], made["refused"])


def _diary(house: House, request: SimulateRequest) -> dict[dt.date, list[tuple[Id, Act]]]:
    """Every act of every life by day."""
    diary: dict[dt.date, list[tuple[Id, Act]]] = defaultdict(list)
    for place, line in enumerate(request.lines):
        state = house.lines.get(line)
        for act in live(request.seed, replace(_circumstances(house, state, request), key=str(place))):
            diary[act.on].append((line, act))
    return diary


def _circumstances(house: House, state: LineState, request: SimulateRequest) -> Circumstances:
    terms = state.terms
    record = house.decisions.get(terms.decision)
    score = record[1].score if record is not None else None
    return Circumstances(
        key=terms.line,
        opened_on=terms.opened_on,
        ends_on=min(request.until, terms.expires_on + AFTER_EXPIRY),
        due_day=terms.due_day,
        pd_ppm=score.pd_ppm if score is not None else PD_UNKNOWN_PPM,
        strikes_on=request.fates.get(terms.party),
        fated=terms.party in request.fates,
        revolves=terms.revolving,
    )


def _rounds(acts: Sequence[tuple[Id, Act]]) -> Iterator[list[tuple[Id, Act]]]:
    """A line acts once a round, so that each act sees the line as the one before left it."""
    left = list(acts)
    while left:
        seen: set[Id] = set()
        now: list[tuple[Id, Act]] = []
        later: list[tuple[Id, Act]] = []
        for line, act in left:
            (later if line in seen else now).append((line, act))
            seen.add(line)
        yield now
        left = later


def _play(house: House, actor: Actor, line: Id, act: Act, key: str) -> str:
    """One act as a command; what the ledger refuses is counted, as a borrower's wish may be."""
    state = advance(house.lines.get(line), act.on)
    act_key = f"{key}:{line}:{act.on}:{act.verb.value}"
    try:
        if act.verb is Verb.DRAW:
            amount = state.headroom_fen * act.share_ppm // PPM // FEN_PER_YUAN * FEN_PER_YUAN
            draw(house, actor, DrawRequest(line, amount), act_key)
            return "draw"
        owed = state.owed_fen if act.verb is Verb.PAY_OFF else sum(due.unpaid_fen for due in state.obligations)
        amount = owed * act.share_ppm // PPM
        if amount <= 0:
            return "nothing_due"
        repay(house, actor, RepayRequest(line, amount), act_key)
    except (Conflict, Invalid):
        return "refused"
    return "repay"
