"""Develop a fraud model on made-up worlds, judge it on others, and save it with its card."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import numpy as np

from farthing.domain.errors import Invalid
from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.access import require
from farthing.flows.fraud.imagined import FIRST_MONTH, Cases, Worlds, imagined_cases, patterns
from farthing.flows.model.appoint import save_trained
from farthing.flows.ports import Command, House
from farthing.models.boosted.model import pd_many
from farthing.models.fraud.card import Developed, write_card
from farthing.models.fraud.develop import FOLDS, Judged, Terms, develop, judge, plain
from farthing.models.fraud.model import Costs, encode

NOBODY_YET = "—"
FIRST_APART = 100_000
"""Seeds of the worlds that judge begin here, those that fit at 1: no world does both."""


@dataclass(frozen=True, slots=True)
class FraudRequest:
    """How many worlds fit and how many judge, how large; the share of frauds assumed, what mistakes cost, and who answers for it."""

    owner: str
    approver: str
    name: str = "反欺诈模型（虚构经济） Anti-fraud model of made-up worlds"
    worlds: int = 6
    apart: int = 3
    merchants: int = 180
    since: int = FIRST_MONTH
    fraud_rate_ppm: int = 5_000
    costs: Costs = field(default_factory=Costs)
    seed: int = 20200221

    def __post_init__(self) -> None:
        Accountable(self.owner, self.approver)
        if not (FOLDS <= self.worlds <= 50 and 1 <= self.apart <= 50 and 40 <= self.merchants <= 2_000):
            told = f"{self.worlds} worlds to fit, {self.apart} to judge, {self.merchants} merchants each."
            raise Invalid("bad_plan", told, f"Use {FOLDS}-50 worlds, 1-50 apart, of 40-2,000 merchants.")
        if not 0 < self.fraud_rate_ppm < 1_000_000:
            raise Invalid("bad_rate", "The assumed share of frauds must lie between 0 and 1.", "Give something like 0.005.")


def train(house: House, actor: Actor, request: FraudRequest, key: str) -> ModelCard:
    """The card of the model saved. A risk manager's is a draft, which a second person appoints; who runs the machine states both people,
    and it is in use. The same request and code give the same model."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    if actor.role is Role.RISK_MANAGER:
        request = replace(request, owner=actor.name, approver=NOBODY_YET)
    return save(house, actor, make(request, house.clock.today()), key)


def save(house: House, actor: Actor, made: Developed, key: str) -> ModelCard:
    """Keep a model that was made; `Conflict` if it was retired before."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    drafts = actor.role is Role.RISK_MANAGER
    card, artefact = write_card(replace(made, status=ModelStatus.DRAFT) if drafts else made), encode(made.model)
    return save_trained(house, Command(key, "train_fraud", actor, card), card, artefact)


def make(request: FraudRequest, as_of: dt.date) -> Developed:
    """Everything but saving."""
    fitting = imagined_cases(Worlds(tuple(range(1, request.worlds + 1)), request.merchants, since=request.since))
    apart = imagined_cases(Worlds(tuple(range(FIRST_APART, FIRST_APART + request.apart)), request.merchants, since=request.since))
    model = develop(fitting.sample, fitting.group, Terms(request.fraud_rate_ppm, request.costs, request.seed))
    zh = f"{request.worlds} 个各 {request.merchants} 户的虚构经济。"
    return Developed(
        title=request.name, trained_on=f"{zh} {request.worlds} made-up worlds of {request.merchants} merchants",
        as_of=as_of, sample=fitting.sample, model=model,
        judged=_judged(apart, pd_many(model.trees, apart.sample).astype(np.float64), request.seed),
        plain=_judged(apart, plain(fitting.sample, apart.sample), request.seed),
        accountable=Accountable(request.owner, request.approver), reproduce=_command(request),
    )  # fmt: skip


def _command(request: FraudRequest) -> str:
    """What gives the same model again; its people are whoever trains it."""
    rate = f"{request.fraud_rate_ppm / 1_000_000:f}".rstrip("0")
    asked = f"--worlds {request.worlds} --apart {request.apart} --merchants {request.merchants} --since {request.since}"
    return f"farthing model fraud train {asked} --fraud-rate {rate} --owner … --approver …"


def _judged(cases: Cases, risk: np.ndarray[tuple[int], np.dtype[np.float64]], seed: int) -> Judged:
    return judge(risk, cases.sample.bad, patterns(cases.told), seed)
