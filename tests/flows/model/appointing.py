"""Models drafted by one person, 周风险, and appointed by another."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

from tests.flows import applicants
from tests.flows.applicants import CARD, DAY, save_model
from tests.flows.bank import RISK

from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.line.propose import Proposal, ResolveRequest, propose, resolve
from farthing.flows.ports import House

SECOND = Actor("stf_second", "郑复核", Role.RISK_MANAGER)
YEAR = DAY + dt.timedelta(days=365)
KEYS = itertools.count()


def drafted(house: House, number: int, **changes: object) -> Id:
    """A draft of a model of its own, which 周风险 answers for."""
    card = replace(CARD, id=f"mdl_{number}", status=ModelStatus.DRAFT, accountable=Accountable(RISK.name, "—"), **changes)
    save_model(house, card, applicants.artefact(str(number)))
    return card.id


def asked(house: House, model: Id, status: ModelStatus = ModelStatus.APPROVED, until: dt.date = YEAR, market: str = "CN") -> Proposal:
    return propose(house, RISK, ModelAppointed(model, status, market, until, "better_by_backtest"), f"ask {next(KEYS)}")


def appointed(house: House, model: Id, status: ModelStatus = ModelStatus.APPROVED) -> None:
    proposal = asked(house, model, status)
    resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), f"yes {proposal.id}")


def card(house: House, model: Id) -> ModelCard:
    found = house.registry.model(model)
    assert found is not None
    return found[0]


def in_use(house: House) -> Id | None:
    found = house.registry.model_in_use(ModelClass.RATING)
    return None if found is None else found[0].id
