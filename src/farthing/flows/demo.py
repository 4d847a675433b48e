"""The whole life of a loan, once through the house: evidence, features, model, decisions, lines, a year of days, the proof.

Beside the lines live a few bills and houses that are made up (`flows.demo_desk`).

Each step asks first whether it was done, so a second run finds everything and a killed one goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from farthing.domain import canon
from farthing.domain.decision import Decision
from farthing.domain.evidence import IntakeReport
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard
from farthing.domain.party import PartyKind
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Role
from farthing.evidence.intake import SourceTable
from farthing.flows.access import require
from farthing.flows.decide_all import DecideAllRequest, DecidedAll, decide_all, unlabelled
from farthing.flows.demo_desk import DemoDesk
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.model.develop import TrainRequest, train
from farthing.flows.ports import House
from farthing.flows.publish import install_policies
from farthing.flows.simulate import Lived, SimulateRequest, simulate

SEED = 20_260_101
DAYS_LIVED = 330
EVERY = 1_000_000
APPLICANTS: Mapping[str, tuple[PartyKind, ...]] = {"sme_term": (PartyKind.ENTERPRISE,), "revolving": (PartyKind.PERSON, PartyKind.FARM)}
ASKED_FEN: Mapping[str, int] = {"sme_term": 100_000_000, "revolving": 30_000_000}

Progress = Callable[[str, int, int], None]
"""Told the stage, and how much of how much is done."""


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """What fills the bank: source tables, the policies' texts, the day the model looks from (None: the data's end), fates if known.

    `days` are lived after the first decision.
    """

    tables: tuple[SourceTable, ...]
    policies: tuple[str, ...]
    train_as_of: dt.date | None = None
    fates: Callable[[House], Mapping[Id, dt.date | None]] = field(default=lambda _: {})
    days: int = DAYS_LIVED


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What came of it. `decided` are the parties without a known outcome; `day` is the open business day now."""

    reports: tuple[IntakeReport, ...]
    card: ModelCard
    decided: DecidedAll
    lived: Lived
    day: dt.date


def demo(house: House, actor: Actor, request: DemoRequest, key: str, progress: Progress) -> DemoResult:
    """Run, or finish, the demonstration. Everything is written through the same commands as any other day's work."""
    require(actor, Role.SYSTEM)
    reports = intake(house, actor, IntakeRequest(request.tables), f"{key}:intake", progress)
    install_policies(house, actor, request.policies)
    card = _model(house, actor, request, key, progress)
    decided = _decide(house, actor, key, progress)
    taken = _in_order(house, [decision for decision in decided.decisions if decision.outcome is Outcome.APPROVE])
    first = min((decision.decided_on for decision in decided.decisions), default=house.clock.today())
    until = first + dt.timedelta(days=request.days)
    lines = tuple(decision.id for decision in taken)
    desk = DemoDesk(house, actor, key, first, until, lines)
    asked = SimulateRequest(lines, until, SEED, request.fates(house), desk.day)
    lived = simulate(house, actor, asked, f"{key}:life", lambda day: progress(f"living {day}", (day - first).days, request.days))
    house.journal.seal()
    return DemoResult(reports, card, decided, lived, house.clock.today())


def _model(house: House, actor: Actor, request: DemoRequest, key: str, progress: Progress) -> ModelCard:
    """The approved model, trained now if there is none."""
    found = house.registry.model()
    if found is not None:
        return found[0]
    as_of = request.train_as_of or house.clock.today()
    asked = TrainRequest(name="scorecard-v1", as_of=as_of, owner="模型负责人 林知远", approver="风险总监 周明华")
    return train(house, actor, asked, f"{key}:train", lambda done, of, what: progress(f"training: {what}", done, of))


def _decide(house: House, actor: Actor, key: str, progress: Progress) -> DecidedAll:
    """Enterprises ask for the one-year loan, people and farms for the revolving line."""
    done: list[DecidedAll] = []
    for product, kinds in APPLICANTS.items():
        found = _decided(house, product, kinds)
        if found is None:
            asked = DecideAllRequest(product, ASKED_FEN[product], kinds)
            found = decide_all(house, actor, asked, f"{key}:apply:{product}", lambda n, of: progress("deciding applications", n, of))
        done.append(found)
    return DecidedAll(tuple(d for one in done for d in one.decisions), tuple(f for one in done for f in one.failures))


def _decided(house: House, product: str, kinds: tuple[PartyKind, ...]) -> DecidedAll | None:
    """The first decision on each party, when none is left to decide."""
    rows = {
        str(row["party"]): str(row["decision"])
        for row in house.decisions.list(limit=EVERY, sort="-decided_on")
        if row["product"] == product
    }
    waiting = {party.id for party in unlabelled(house, kinds)}
    if not waiting <= set(rows):
        return None
    records = [house.decisions.get(rows[party]) for party in sorted(waiting)]
    return DecidedAll(tuple(record[1] for record in records if record is not None), ())


def _in_order(house: House, decisions: Sequence[Decision]) -> list[Decision]:
    """By what the data says (facts), never by ids, which are drawn anew in every bank: so that lives repeat."""

    def by_facts(decision: Decision) -> bytes:
        record = house.decisions.get(decision.id)
        return canon.digest(record[2].values) if record is not None else b""

    return sorted(decisions, key=by_facts)
