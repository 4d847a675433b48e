"""Lives after the decision, scripted by the world and played through the real flows: every draw and repayment is a command.

Real public data holds no repayments. What this flow writes is marked synthetic in every event, and pages say so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace

from farthing.domain.calendar import business_day
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import Event
from farthing.domain.facility import LineState, LineTerms
from farthing.domain.ids import Id
from farthing.domain.money import FEN_PER_YUAN
from farthing.domain.staff import Actor, Role
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.access import require
from farthing.flows.apply import recorded
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.ledger.facility import advance, fold
from farthing.ledger.waterfall import check_draw
from farthing.world.life import PPM, Act, Circumstances, Verb, live

PD_UNKNOWN_PPM = 50_000
AFTER_EXPIRY = dt.timedelta(days=120)
ACCEPTED_WITHIN = 28
"""Offers are taken up over four weeks, not all on one day."""


@dataclass(frozen=True, slots=True)
class SimulateRequest:
    """Which approvals are taken up and lived until which day, from which seed.

    The place of a decision in `decisions` picks its script, so the order must follow from the data alone. `fates` (party to the
    day trouble strikes, None: never) is the world's truth; a party without one meets trouble by chance, as its PD says. `beside` is
    told each day before it is closed, for whatever else happens in the bank. `pause_on`: nothing of that day is played yet.
    """

    decisions: tuple[Id, ...]
    until: dt.date
    seed: int
    fates: Mapping[Id, dt.date | None] = field(default_factory=dict)
    beside: Callable[[dt.date], None] = field(default=lambda _: None)
    pause_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """What was played: days closed, lines opened, draws and repayments made, and acts the ledger refused."""

    days: int
    opened: int
    draws: int
    repayments: int
    refused: int

    def __add__(self, other: Lived) -> Lived:
        return Lived(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def simulate(house: House, actor: Actor, request: SimulateRequest, key: str, progress: Callable[[dt.date], None] = lambda _: None) -> Lived:
    """Play every life day by day and close each day. Killed and run again it goes on where the open business day stands."""
    require(actor, Role.SYSTEM)
    diary = _Diary(house, actor, request, key)
    made: dict[str, int] = defaultdict(int)
    days = 0
    while (day := house.clock.today()) < min(request.until, request.pause_on or request.until):
        made["opened"] += diary.take_up(day)
        for number, round_ in enumerate(_rounds(diary.acts.pop(day, ()))):
            with house.commands.batch() as commands:
                for line, act in round_:
                    made[_play(replace(house, commands=commands), actor, act, _Turn(line, f"{key}:{line}:{day}:act:", number))] += 1
        request.beside(day)
        day_end(house, actor, DayEndRequest(day), f"{key}:day:{day}")
        days += 1
        progress(day)
    return Lived(days, made["opened"], made["draw"], made["repay"], made["refused"])


class _Diary:
    """Every act by day, written when a line opens."""

    def __init__(self, house: House, actor: Actor, request: SimulateRequest, key: str) -> None:
        self.house, self.actor, self.request, self.key = house, actor, request, key
        self.acts: dict[dt.date, list[tuple[Id, Act]]] = defaultdict(list)
        self.offers: dict[dt.date, list[tuple[int, Id]]] = defaultdict(list)
        for place, decision in enumerate(request.decisions):
            self._expect(place, decision)

    def take_up(self, day: dt.date) -> int:
        """Accept the offers of the day; how many lines opened."""
        offers = self.offers.pop(day, [])
        for place, decision in offers:
            terms = accept(self.house, self.actor, AcceptRequest(decision, synthetic=True), f"{self.key}:accept:{decision}")
            self._write(place, terms)
        return len(offers)

    def _expect(self, place: int, decision: Id) -> None:
        decided = recorded(self.house, decision)
        day = decided.decided_on + dt.timedelta(days=place % ACCEPTED_WITHIN)
        running = [line.terms for line in self.house.lines.of_party(decided.party) if line.terms.decision == decision]
        if running:
            self._write(place, running[0])
        elif day >= self.house.clock.today():
            self.offers[day].append((place, decision))

    def _write(self, place: int, terms: LineTerms) -> None:
        for act in live(self.request.seed, self._circumstances(place, terms)):
            on = business_day(act.on) if terms.business_days else act.on
            self.acts[on].append((terms.line, replace(act, on=on)))

    def _circumstances(self, place: int, terms: LineTerms) -> Circumstances:
        score = recorded(self.house, terms.decision).score
        return Circumstances(
            key=str(place),
            opened_on=terms.opened_on,
            ends_on=min(self.request.until, terms.expires_on + AFTER_EXPIRY),
            due_day=terms.due_day,
            pd_ppm=score.pd_ppm if score is not None else PD_UNKNOWN_PPM,
            strikes_on=self.request.fates.get(terms.party),
            fated=terms.party in self.request.fates,
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


@dataclass(frozen=True, slots=True)
class _Turn:
    """Which of a line's acts of a day it is; `day` begins the keys of all of them."""

    line: Id
    day: str
    number: int

    @property
    def key(self) -> str:
        """Of the act's command."""
        return f"{self.day}{self.number}"

    def not_yet(self, event: Event) -> bool:
        """Had this not happened when the act came: is it of the act itself, or of a later one of the day?"""
        return event.command.startswith(self.day) and int(event.command.removeprefix(self.day)) >= self.number


def _play(house: House, actor: Actor, act: Act, turn: _Turn) -> str:
    """One act as a command; what the ledger refuses is counted, as a borrower's wish may be."""
    state, line = _found(house, act.on, turn), turn.line
    try:
        if act.verb is Verb.DRAW:
            amount = state.headroom_fen * act.share_ppm // PPM // FEN_PER_YUAN * FEN_PER_YUAN
            if check_draw(state, amount, act.on) is not None:
                return "refused"
            draw(house, actor, DrawRequest(line, amount), turn.key)
            return "draw"
        owed = state.owed_fen if act.verb is Verb.PAY_OFF else sum(due.unpaid_fen for due in state.obligations)
        amount = owed * act.share_ppm // PPM
        if amount <= 0:
            return "nothing_due"
        repay(house, actor, RepayRequest(line, amount), turn.key)
    except (Conflict, Invalid):
        return "refused"
    return "repay"


def _found(house: House, on: dt.date, turn: _Turn) -> LineState:
    """The line as its act finds it: after a death the day's acts are played again, and each finds what it found before."""
    stored = house.lines.get(turn.line)
    if stored.as_of < on:
        return advance(stored, on)
    events = house.journal.events(stream=turn.line, limit=stored.events)
    return advance(fold([event for event in events if not turn.not_yet(event)]), on)
