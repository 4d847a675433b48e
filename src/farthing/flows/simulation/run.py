"""A simulated bank lives day after day while things go wrong around it, and each evening a judge looks at everything it kept.

One seed decides what the borrowers do, in what order, and what goes wrong when. Whatever goes wrong, the record must come out as if nothing
had: the digest of what happened is the same with faults and without.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace

import numpy as np

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.ids import Id
from farthing.domain.journal import Finding
from farthing.flows.day_end import BANK, DayEndRequest
from farthing.flows.line.relief import preview
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.flows.simulation.desk import Desk, desk_message
from farthing.flows.simulation.evening import Evening, Memory
from farthing.flows.simulation.invariants import INVARIANTS, Check, judged
from farthing.flows.simulation.message import CROWD, STAFF, Answer, Ask, Message, Morning, Orders, request_of, written
from farthing.flows.simulation.notebook import Notebook
from farthing.flows.simulation.plan import View, line_of, message, relief_messages
from farthing.flows.simulation.ports import Bank, Begun, Died, Forgetful, Notes, Struck
from farthing.ledger.facility import advance
from farthing.world.desk import Item, desk_year
from farthing.world.misfortune import Fault, Strike, strikes
from farthing.world.year import Borrower, Deed, Disaster, Doing, Span, borrower, disasters

FIRST = dt.date(2025, 1, 6)
ONE_DAY = dt.timedelta(days=1)
FEW_LINES, WEEK = 500, 7
"""Up to so many lines every evening is thorough; beyond, one a week and the last."""
LIVES_A_DAY = 20
FAULTS = tuple(fault.value for fault in Fault)
DRAWN_ANEW = re.compile(rb'"pty_[a-z0-9]+"|(?<="mark":)"[0-9a-f]+"')
STAYS_UP, IS_WHOLE = "the_bank_stays_up", "the_past_is_whole"


@dataclass(frozen=True, slots=True)
class SimulationRequest:
    """Which world is lived, how long, and what may go wrong; `only` plays the deeds of one borrower, `sample` lines are looked at
    each evening beside those that were touched. The script spans `days`; nothing is lived after `until`."""

    seed: int
    borrowers: int
    days: int
    faults: tuple[str, ...] = FAULTS
    until: dt.date | None = None
    only: int | None = None
    sample: int = 20

    def __post_init__(self) -> None:
        if unknown := sorted({*self.faults} - {*FAULTS}):
            told = f"{unknown[0][:20]!r} is no fault."
            raise Invalid("unknown_fault", told, f"Choose among {', '.join(FAULTS)}, or none.", field="faults")

    @property
    def span(self) -> Span:
        """The days that are scripted."""
        return Span(FIRST, self.days)

    @property
    def last(self) -> dt.date:
        """The last day that is lived."""
        return min(self.until or self.span.last, self.span.last)


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was lived and found. `digest` names everything that happened, without instants and parties: the same for the same seed,
    whatever went wrong."""

    days: int
    commands: int
    refused: int
    faults: dict[str, int]
    lives: int
    checks: int
    findings: tuple[Finding, ...]
    last: dt.date
    digest: str


@dataclass(slots=True)
class _Tally:
    faults: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    refused: int = 0
    checks: int = 0
    days: int = 0
    lives: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """A bank at work, the judge's own way into it, and where those outside keep their notes."""

    bank: Bank
    open_house: Callable[[], AbstractContextManager[House]]
    notes: Notes = field(default_factory=Forgetful)


def simulate_bank(
    stage: Stage, request: SimulationRequest, progress: Callable[[dt.date], None] = lambda _: None, more: Sequence[Check] = ()
) -> Simulated:
    """Live the days, from where the notes end, and stop on the evening of the first finding. `more` are checks of whoever asks."""
    world = _World(stage, request)
    morning, findings = world.remember(), list[Finding]()
    with ExitStack() as stack:
        house = stack.enter_context(stage.open_house())
        if not house.lines.days():
            house.clock.open_day(request.span.first)
        day = morning.orders.day if morning else house.clock.today()
        while day <= request.last and not findings:
            findings, shaken = world.live(morning or world.plan(house, day))
            if shaken:  # the judge's own connections went with the database
                stack.close()
                house = stack.enter_context(stage.open_house())
            findings = findings or world.judged(house, day, more)
            progress(day)
            morning, day = None, day + ONE_DAY
        if not findings:
            findings = [replace(one, check=f"{IS_WHOLE}: {one.check}") for one in verify(house, STAFF["system"]).findings]
        return world.told(findings, day - ONE_DAY, digest_of(house))


def digest_of(house: House) -> str:
    """One digest over what happened to lines, bills, houses and the bank: every event without its instant, and without the parties and
    the marks of invoices, which are drawn anew in every bank."""
    told = hashlib.sha256()
    for stream in (*house.lines.ids(), *house.bills.ids(), *house.collateral.houses.ids(), BANK):
        for event in house.journal.events(stream=stream):
            seen = (event.id, event.sequence, event.effective_on, event.actor, event.command, event.kind, event.body)
            told.update(DRAWN_ANEW.sub(b'""', canon.encode(seen)))
    return told.hexdigest()


class _World:
    """The world outside of the bank: who asks for what, and what they know."""

    def __init__(self, stage: Stage, request: SimulationRequest) -> None:
        self.bank, self.notes, self.request = stage.bank, stage.notes, request
        self.notebook, self.memory, self.tally = Notebook(), Memory(first=request.span.first), _Tally()
        self.deeds: dict[dt.date, list[tuple[Borrower, Deed]]] = defaultdict(list)
        for number in range(request.borrowers):
            one = borrower(request.seed, number, request.span)
            for deed in one.deeds:
                if request.only in (None, number) or deed.doing is Doing.OPEN:  # all lines open
                    self.deeds[deed.on].append((one, deed))
        self.desk: dict[dt.date, list[Item]] = defaultdict(list)
        for item in () if request.only is not None else desk_year(request.seed, request.borrowers, request.span):
            self.desk[item.on].append(item)
        self.disasters: tuple[Disaster, ...] = () if request.only is not None else disasters(request.seed, request.span)
        self.copies: dict[dt.date, list[Message]] = defaultdict(list)
        self.today: dict[str, Message] = {}
        self.answers: dict[str, Answer] = {}

    def remember(self) -> Morning | None:
        """Take in what was noted before; the last day that was begun. `Invalid` when the notes are of another simulation."""
        mine = Begun(canon.encode(replace(self.request, until=None, sample=0)).decode())
        morning, begun, by_key = None, False, dict[str, Message]()
        for noted in self.notes.kept():
            match noted:
                case Begun():
                    begun = True
                    if noted != mine:
                        told = "Another simulation was begun in this home."
                        raise Invalid("other_simulation", told, "Go on with its seed, borrowers, days and faults, or name another home.")
                case Morning():
                    if morning is not None:
                        self._end(morning)
                    self._begin(morning := noted)
                    by_key = {one.key: one for one in morning.orders.messages}
                case Answer():
                    self._hear(by_key[noted.key], noted)
        if not begun:
            self.notes.keep(mine)
        return morning

    def plan(self, house: House, day: dt.date) -> Morning:
        """What is asked for on a day, given how the lines stand in the morning, and what will go wrong."""
        relief = [one for disaster in self.disasters for one in relief_messages(self.request.seed, disaster, day, self.notebook)]
        asked = [one for of, deed in self.deeds.get(day, ()) if (one := message(of, deed, self._view(house, day, of))) is not None]
        asked.sort(key=lambda one: (one.ask in CROWD) == bool(day.toordinal() % 2))  # the crowd first on one day, last on the next
        behind = tuple(line_of(self.request.seed, number) for number in range(self.request.borrowers))
        desk = Desk(house, day, self.notebook, behind)
        papers = [one for item in self.desk.get(day, ()) if (one := desk_message(item, desk)) is not None]
        messages = [*relief, *asked, *papers, written(f"sim:night:{day}", Ask.NIGHT, "", DayEndRequest(day))]
        again = [one for one in self.copies.get(day, ()) if one.key in self.notebook.answers and one.key not in self.notebook.refused]
        found = strikes(self.request.seed, day, [one.key for one in messages], self.request.faults)
        late = tuple(one for one in found if one.fault is Fault.LATE)
        orders = Orders(day, (*again, *messages), tuple(one for one in found if one not in late))
        morning = Morning(orders, len(again), late, tuple(self._reached(house, one) for one in messages if one.ask is Ask.RELIEVE))
        self.notes.keep(morning)
        self._begin(morning)
        return morning

    def live(self, morning: Morning) -> tuple[list[Finding], bool]:
        """A day at the bank, its deaths included; what was wrong with how it went, and whether its database died."""
        before = self.tally.faults[Fault.DATABASE]
        findings = self._through(morning.orders)
        self._end(morning)
        self.tally.days += 1
        self.tally.commands += len(self.answers)
        self.tally.refused += sum(bool(answer.refused) for answer in self.answers.values())
        return findings, self.tally.faults[Fault.DATABASE] > before

    def judged(self, house: House, day: dt.date, more: Sequence[Check]) -> list[Finding]:
        """What is wrong on the evening of a day."""
        thorough = self.request.borrowers <= FEW_LINES or day.toordinal() % WEEK == 0 or day == self.request.last
        looked_at = self._looked_at(house, day)
        evening = Evening(house, day, self.notebook, self.today, self.answers, looked_at, thorough, self.memory)
        self.tally.checks += len(INVARIANTS) + len(more)
        return list(judged(evening, more))

    def told(self, findings: Sequence[Finding], last: dt.date, digest: str) -> Simulated:
        """What came of it all."""
        tally = self.tally
        faults = {str(name): count for name, count in sorted(tally.faults.items())}
        return Simulated(tally.days, tally.commands, tally.refused, faults, tally.lives, tally.checks, tuple(findings), last, digest)

    # ---- a day -------------------------------------------------------------------------------------------------------

    def _begin(self, morning: Morning) -> None:
        day, messages = morning.orders.day, morning.orders.messages
        self.today, self.answers = {one.key: one for one in messages[morning.copies :]}, {}
        for one in morning.late:
            if self.today[one.key].ask is not Ask.RELIEVE:  # run again on a later day it would reach other lines
                self.copies[day + dt.timedelta(days=one.size)].append(self.today[one.key])
                self.tally.faults[Fault.LATE] += 1

    def _through(self, orders: Orders) -> list[Finding]:
        """Send the day's messages to the bank until its night is answered. Whoever was refused, or relieved, does not ask again."""
        by_key = {one.key: one for one in orders.messages}
        for _ in range(LIVES_A_DAY):
            orders = replace(orders, messages=tuple(one for one in orders.messages if not self._done_with(one)))
            died: Died | None = None
            last: Strike | None = None
            for told in self.bank.work(orders):
                if isinstance(told, Answer):
                    self.notes.keep(told)
                    self._hear(by_key[told.key], told)
                elif isinstance(told, Struck):
                    last = told.strike
                    self.tally.faults[last.fault] += 1
                    orders = replace(orders, strikes=tuple(one for one in orders.strikes if one != last))
                else:
                    died = told
            if died is None:
                return []
            self.tally.lives += 1
            if last is None or last.fault is not Fault.KILL:
                return [Finding(STAYS_UP, str(orders.day), "a bank that works through its day", f"exit {died.code}: {died.words[-600:]}")]
        return [Finding(STAYS_UP, str(orders.day), f"a night within {LIVES_A_DAY} lives", "none")]

    def _done_with(self, one: Message) -> bool:
        answer = self.answers.get(one.key)
        return answer is not None and (bool(answer.refused) or one.ask is Ask.RELIEVE)

    def _hear(self, of: Message, answer: Answer) -> None:
        self.notebook.hear(of, answer)
        if answer.key in self.today:
            self.answers.setdefault(answer.key, answer)

    def _end(self, morning: Morning) -> None:
        """Lines that were relieved have one event more."""
        for key, lines in morning.reached:
            if key in self.answers and not self.answers[key].refused:
                self.notebook.relieved(lines)

    def _view(self, house: House, day: dt.date, of: Borrower) -> View:
        line, following = (line_of(self.request.seed, number % self.request.borrowers) for number in (of.number, of.number + 1))
        state = advance(house.lines.get(line), day) if line in self.notebook.lines else None
        return View(day, line, state, following if following in self.notebook.lines else None, house.products, self.notebook)

    def _reached(self, house: House, one: Message) -> tuple[str, tuple[Id, ...]]:
        """The lines that a relief will reach; it comes first in its day."""
        return one.key, tuple(reached.line for reached in preview(house, STAFF["system"], request_of(one)).reached)

    def _looked_at(self, house: House, day: dt.date) -> tuple[Id, ...]:
        """The lines of the day's messages, and a sample by the seed."""
        lines = list(house.lines.ids())
        chance = np.random.default_rng([self.request.seed, 4, day.toordinal()])
        places = chance.choice(len(lines), min(self.request.sample, len(lines)), replace=False) if lines else ()
        touched = {line for one in self.today.values() for line in _lines_of(one)}
        return tuple(dict.fromkeys((*sorted(touched & set(lines)), *(lines[int(place)] for place in places))))


def _lines_of(one: Message) -> Iterator[Id]:
    if one.line:
        yield one.line
    if one.ask is Ask.MOVE:
        yield request_of(one).to
