"""The whole life of a loan, once through the house: evidence, features, models, decisions, lines, a year of days, the proof.

Beside the lines live a few bills and houses that are made up (`flows.demo_desk`), beside the scorecard a few models
(`flows.demonstration.models`).

Each step asks first whether it was done, so a second run finds everything and a killed one goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from farthing.domain import canon
from farthing.domain.calendar import add_months, business_day, month_start
from farthing.domain.decision import Decision
from farthing.domain.evidence import IntakeReport
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard
from farthing.domain.party import Party, PartyKind
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Role
from farthing.evidence.intake import SourceTable
from farthing.flows.access import require
from farthing.flows.decide_all import DecideAllRequest, DecidedAll, decide_all, unlabelled
from farthing.flows.demo_desk import DemoDesk
from farthing.flows.demonstration.models import Beside, have_models
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.model.count import count_drift
from farthing.flows.model.develop import TrainRequest, train
from farthing.flows.ports import House
from farthing.flows.publish import install_policies
from farthing.flows.simulate import Lived, SimulateRequest, simulate

SEED = 20_260_101
DAYS_LIVED = 330
EVERY = 1_000_000
ONE_IN = 3
"""So many of the applicants come a month later."""
APPLICANTS: Mapping[str, tuple[PartyKind, ...]] = {"sme_term": (PartyKind.ENTERPRISE,), "revolving": (PartyKind.PERSON, PartyKind.FARM)}
ASKED_FEN: Mapping[str, int] = {"sme_term": 100_000_000, "revolving": 30_000_000}

Progress = Callable[[str, int, int], None]
"""Told the stage, and how much of how much is done."""


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """What fills the bank: source tables, the policies' texts, the day models look from (None: the data's end), fates if known.

    `days` are lived after the first decision. `fraud`: an anti-fraud model to be used, with its card. `in_two_months`: some apply only on
    the first working day of the month after, so that there are two months to compare.
    """

    tables: tuple[SourceTable, ...]
    policies: tuple[str, ...]
    train_as_of: dt.date | None = None
    fates: Callable[[House], Mapping[Id, dt.date | None]] = field(default=lambda _: {})
    days: int = DAYS_LIVED
    fraud: tuple[ModelCard, bytes] | None = None
    in_two_months: bool = False


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What came of it. `decided` are the parties without a known outcome; `day` is the open business day now; `beside` the other models."""

    reports: tuple[IntakeReport, ...]
    card: ModelCard
    beside: tuple[ModelCard, ...]
    decided: DecidedAll
    lived: Lived
    day: dt.date


def demo(house: House, actor: Actor, request: DemoRequest, key: str, progress: Progress) -> DemoResult:
    """Run, or finish, the demonstration. Everything is written through the same commands as any other day's work."""
    require(actor, Role.SYSTEM)
    reports = intake(house, actor, IntakeRequest(request.tables), f"{key}:intake", progress)
    install_policies(house, actor, request.policies)
    card = _model(house, actor, request, key, progress)
    more = Beside(card.as_of, request.fraud)
    beside = have_models(house, more, f"{key}:models", lambda done, of, what: progress(f"models beside it: {what}", done, of))
    decided, lived = _live(house, actor, request, key, progress)
    count_drift(house)
    house.journal.seal()
    return DemoResult(reports, card, beside, decided, lived, house.clock.today())


def _live(house: House, actor: Actor, request: DemoRequest, key: str, progress: Progress) -> tuple[DecidedAll, Lived]:
    """Decide and live: everybody at once, or some a month later."""
    fates = request.fates(house)
    decided = _decide(house, actor, key, (lambda party: not _late(party)) if request.in_two_months else _everybody, progress)
    first = min((decision.decided_on for decision in decided.decisions), default=house.clock.today())
    until, lines = first + dt.timedelta(days=request.days), _in_order(house, decided.decisions)

    def live(pause_on: dt.date | None = None) -> Lived:
        desk = DemoDesk(house, actor, key, first, until, lines)
        asked = SimulateRequest(lines, until, SEED, fates, desk.day, pause_on)
        return simulate(house, actor, asked, f"{key}:life", lambda day: progress(f"living {day}", (day - first).days, request.days))

    if not request.in_two_months:
        return decided, live()
    lived = live(business_day(add_months(month_start(first), 1)))
    later = _decide(house, actor, key, _late, progress)
    decided = DecidedAll(decided.decisions + later.decisions, decided.failures + later.failures)
    lines += _in_order(house, later.decisions)
    return decided, lived + live()


def _everybody(_: Party) -> bool:
    return True


def _late(party: Party) -> bool:
    """Whether a party applies in the second month: by what the data says of it, never by its id, which is drawn anew in every bank."""
    return canon.digest((party.registered_on, party.industry, party.county))[0] % ONE_IN == 0


def _model(house: House, actor: Actor, request: DemoRequest, key: str, progress: Progress) -> ModelCard:
    """The approved model, trained now if there is none."""
    found = house.registry.model()
    if found is not None:
        return found[0]
    as_of = request.train_as_of or house.clock.today()
    asked = TrainRequest(name="小微评分卡 Small-business scorecard", as_of=as_of, owner="模型负责人 林知远", approver="风险总监 周明华")
    return train(house, actor, asked, f"{key}:train", lambda done, of, what: progress(f"training: {what}", done, of))


def _decide(house: House, actor: Actor, key: str, among: Callable[[Party], bool], progress: Progress) -> DecidedAll:
    """Enterprises ask for the one-year loan, people and farms for the revolving line."""
    done: list[DecidedAll] = []
    for product, kinds in APPLICANTS.items():
        asked = DecideAllRequest(product, ASKED_FEN[product], kinds, among)
        done.append(
            _decided(house, asked)
            or decide_all(house, actor, asked, f"{key}:apply:{product}", lambda n, of: progress("deciding applications", n, of))
        )
    return DecidedAll(tuple(d for one in done for d in one.decisions), tuple(f for one in done for f in one.failures))


def _decided(house: House, request: DecideAllRequest) -> DecidedAll | None:
    """The first decision on each party, when none is left to decide."""
    rows = {
        str(row["party"]): str(row["decision"])
        for row in house.decisions.list(limit=EVERY, sort="-decided_on")
        if row["product"] == request.product
    }
    waiting = {party.id for party in unlabelled(house, request.kinds) if request.among(party)}
    if not waiting <= set(rows):
        return None
    records = [house.decisions.get(rows[party]) for party in sorted(waiting)]
    return DecidedAll(tuple(record[1] for record in records if record is not None), ())


def _in_order(house: House, decisions: Sequence[Decision]) -> tuple[Id, ...]:
    """Approvals by what the data says (facts), never by ids, which are drawn anew in every bank: so that lives repeat."""

    def by_facts(decision: Decision) -> bytes:
        record = house.decisions.get(decision.id)
        return canon.digest(record[2].values) if record is not None else b""

    taken = [decision for decision in decisions if decision.outcome is Outcome.APPROVE]
    return tuple(decision.id for decision in sorted(taken, key=by_facts))
