"""A simulated bank lives day after day while things go wrong around it, and each evening a judge looks at everything it kept.

One seed decides what the borrowers do, in what order, and what goes wrong when. Whatever goes wrong, the record must come out as if nothing
had: the digest of what happened is the same with faults and without.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace

import numpy as np

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.ids import Id
from farthing.domain.journal import Finding
from farthing.domain.line_event import Opened
from farthing.domain.relief import ReliefPlan
from farthing.flows.day_end import BANK, DayEndRequest
from farthing.flows.line.correct import MoveRequest
from farthing.flows.line.relief import preview
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.flows.simulation.evening import MOST_EVENTS, Evening, Memory
from farthing.flows.simulation.invariants import INVARIANTS, Check, judged
from farthing.flows.simulation.message import CROWD, STAFF, Answer, Ask, Message, Orders, written
from farthing.flows.simulation.notebook import Notebook
from farthing.flows.simulation.plan import View, line_of, message, relief_messages
from farthing.flows.simulation.ports import Bank, Died, Struck
from farthing.ledger.facility import advance
from farthing.world.misfortune import Fault, strikes
from farthing.world.year import Borrower, Deed, Disaster, Span, borrower, disasters

FIRST = dt.date(2025, 1, 6)
ONE_DAY = dt.timedelta(days=1)
FEW_LINES, WEEK = 500, 7
"""Up to so many lines every evening is thorough; beyond, one a week and the last."""
LIVES_A_DAY = 20
FAULTS = tuple(fault.value for fault in Fault)
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


OpenHouse = Callable[[], AbstractContextManager[House]]
"""The judge's own way into the bank, apart from the bank's process."""


def simulate_bank(
    bank: Bank,
    open_house: OpenHouse,
    request: SimulationRequest,
    progress: Callable[[dt.date], None] = lambda _: None,
    more: Sequence[Check] = (),
) -> Simulated:
    """Live the days, and stop on the evening of the first finding. `more` are checks of whoever asks."""
    simulation = _Simulation(bank, request, more)
    findings: list[Finding] = []
    with ExitStack() as stack:
        house = stack.enter_context(open_house())
        if not house.lines.days():
            house.clock.open_day(request.span.first)
        day = house.clock.today()
        while day <= request.last and not findings:
            findings, shaken = simulation.live(house, day)
            if shaken:  # the judge's own connections went with the database
                stack.close()
                house = stack.enter_context(open_house())
            findings = findings or simulation.judge(house, day)
            progress(day)
            day += ONE_DAY
        if not findings:
            findings = [replace(one, check=f"{IS_WHOLE}: {one.check}") for one in verify(house, STAFF["system"]).findings]
        return simulation.told(findings, day - ONE_DAY, digest_of(house))


def digest_of(house: House) -> str:
    """One digest over what happened to lines and the bank: every event without its instant, every opening without its party."""
    told = hashlib.sha256()
    for stream in (*house.lines.ids(), BANK):
        for event in house.journal.events(stream=stream, limit=MOST_EVENTS):
            body = Opened(replace(event.body.terms, party="")) if isinstance(event.body, Opened) else event.body
            told.update(canon.encode((event.id, event.sequence, event.effective_on, event.actor, event.command, event.kind, body)))
    return told.hexdigest()


class _Simulation:
    """The world outside of the bank."""

    def __init__(self, bank: Bank, request: SimulationRequest, more: Sequence[Check]) -> None:
        self.bank, self.request, self.more = bank, request, more
        self.notebook, self.memory, self.tally = Notebook(), Memory(), _Tally()
        numbers = range(request.borrowers)
        self.borrowers = [borrower(request.seed, number, request.span) for number in numbers]
        self.deeds: dict[dt.date, list[tuple[Borrower, Deed]]] = defaultdict(list)
        for one in self.borrowers:
            for deed in one.deeds:
                if request.only in (None, one.number) or deed.number == 0:  # all lines open
                    self.deeds[deed.on].append((one, deed))
        self.disasters: tuple[Disaster, ...] = () if request.only is not None else disasters(request.seed, request.span)
        self.copies: dict[dt.date, list[Message]] = defaultdict(list)
        self.today: dict[str, Message] = {}
        self.answers: dict[str, Answer] = {}

    def live(self, house: House, day: dt.date) -> tuple[list[Finding], bool]:
        """One day at the bank, its deaths included; what was wrong with how it went, and whether its database died."""
        asked = self._messages(house, day)
        self.today, self.answers = {one.key: one for one in asked}, {}
        reached = self._reached(house, asked)
        found = strikes(self.request.seed, day, list(self.today), self.request.faults)
        late = [one for one in found if one.fault is Fault.LATE]
        again = [one for one in self.copies.pop(day, ()) if one.key in self.notebook.answers and one.key not in self.notebook.refused]
        orders = Orders(day, (*again, *asked), tuple(one for one in found if one not in late))
        for one in late:
            if self.today[one.key].ask is not Ask.RELIEVE:
                self.copies[day + dt.timedelta(days=one.size)].append(self.today[one.key])
                self.tally.faults[one.fault] += 1
        struck = Counter[Fault]()
        findings = self._through(orders, {**{one.key: one for one in again}, **self.today}, struck)
        self._relieved(reached)
        self.tally.faults.update({fault.value: count for fault, count in struck.items()})
        self.tally.days += 1
        return findings, bool(struck[Fault.DATABASE])

    def judge(self, house: House, day: dt.date) -> list[Finding]:
        """The evening of a day."""
        thorough = len(self.borrowers) <= FEW_LINES or day.toordinal() % WEEK == 0 or day == self.request.last
        evening = Evening(house, day, self.notebook, self.today, self.answers, self._looked_at(house, day), thorough, self.memory)
        self.memory.first = self.memory.first or self.request.span.first
        self.tally.checks += len(INVARIANTS) + len(self.more)
        self.tally.commands += len(self.answers)
        self.tally.refused += sum(bool(answer.refused) for answer in self.answers.values())
        return list(judged(evening, self.more))

    def told(self, findings: Sequence[Finding], last: dt.date, digest: str) -> Simulated:
        """What came of it all."""
        tally = self.tally
        return Simulated(
            tally.days, tally.commands, tally.refused, dict(sorted(tally.faults.items())), tally.lives, tally.checks, tuple(findings), last,
            digest,
        )  # fmt: skip

    # ---- a day -------------------------------------------------------------------------------------------------------

    def _through(self, orders: Orders, by_key: dict[str, Message], struck: Counter[Fault]) -> list[Finding]:
        """Send the day's messages to the bank until its night is answered. Whoever was refused, or relieved, does not ask again."""
        for _ in range(LIVES_A_DAY):
            died, last = None, None
            for told in self.bank.work(orders):
                match told:
                    case Answer():
                        self._hear(by_key[told.key], told)
                    case Struck(strike=last):
                        struck[last.fault] += 1
                        orders = replace(orders, strikes=tuple(one for one in orders.strikes if one != last))
                    case Died():
                        died = told
            if died is None:
                return []
            self.tally.lives += 1
            if last is None or last.fault is not Fault.KILL:
                return [Finding(STAYS_UP, str(orders.day), "a bank that works through its day", f"exit {died.code}: {died.words[-600:]}")]
            orders = replace(orders, messages=tuple(one for one in orders.messages if not self._done_with(one)))
        return [Finding(STAYS_UP, str(orders.day), f"a night within {LIVES_A_DAY} lives", "none")]

    def _done_with(self, one: Message) -> bool:
        answer = self.answers.get(one.key)
        return answer is not None and (bool(answer.refused) or one.ask is Ask.RELIEVE)

    def _hear(self, of: Message, answer: Answer) -> None:
        self.notebook.hear(of, answer)
        if answer.key in self.today:
            self.answers.setdefault(answer.key, answer)

    def _messages(self, house: House, day: dt.date) -> list[Message]:
        """What is asked for, in order: relief, then crowd and acts in turns, the night last."""
        found = [one for disaster in self.disasters for one in relief_messages(self.request.seed, disaster, day, self.notebook)]
        asked = [one for of, deed in self.deeds.pop(day, ()) if (one := message(of, deed, self._view(house, day, of))) is not None]
        asked.sort(key=lambda one: (one.ask in CROWD) == bool(day.toordinal() % 2))
        return [*found, *asked, written(f"sim:night:{day}", Ask.NIGHT, "", DayEndRequest(day))]

    def _view(self, house: House, day: dt.date, of: Borrower) -> View:
        line, following = (line_of(self.request.seed, number % len(self.borrowers)) for number in (of.number, of.number + 1))
        opened = line in self.notebook.lines
        state = advance(house.lines.get(line), day) if opened else None
        return View(day, line, state, following if following in self.notebook.lines else None, house.products, self.notebook)

    def _reached(self, house: House, asked: Sequence[Message]) -> list[tuple[str, list[Id]]]:
        """The lines that each relief of the day will reach."""
        plans = [(one.key, canon.decode(ReliefPlan, one.request.encode())) for one in asked if one.ask is Ask.RELIEVE]
        return [(key, [reached.line for reached in preview(house, STAFF["system"], plan).reached]) for key, plan in plans]

    def _relieved(self, reached: Sequence[tuple[str, list[Id]]]) -> None:
        for key, lines in reached:
            if key in self.answers and not self.answers[key].refused:
                self.notebook.relieved(lines)

    def _looked_at(self, house: House, day: dt.date) -> tuple[Id, ...]:
        """The lines of the day's messages, and a sample by the seed."""
        lines = list(house.lines.ids())
        touched = dict.fromkeys(line for one in self.today.values() for line in _lines_of(one))
        chance = np.random.default_rng([self.request.seed, 4, day.toordinal()])
        places = chance.choice(len(lines), min(self.request.sample, len(lines)), replace=False) if lines else ()
        return tuple(dict.fromkeys((*(line for line in touched if line in set(lines)), *(lines[int(place)] for place in places))))


def _lines_of(one: Message) -> Iterator[Id]:
    if one.line:
        yield one.line
    if one.ask is Ask.MOVE:
        yield canon.decode(MoveRequest, one.request.encode()).to
