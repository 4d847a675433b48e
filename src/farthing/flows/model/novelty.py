"""Measure a gate for what is new on every party the bank knows, and save the draft. A second person appoints it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.evidence import EvidenceKind
from farthing.domain.model_card import ModelCard
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.access import require
from farthing.flows.estimate.novelty import READ
from farthing.flows.model.appoint import save_trained
from farthing.flows.model.develop import NOBODY_YET
from farthing.flows.model.records import columns_of, segments_of
from farthing.flows.observe import features_of_all
from farthing.flows.ports import Command, House
from farthing.models.artefact import encode
from farthing.models.novelty.card import Developed, unlike, write_card
from farthing.models.novelty.measure import measure_gate

__all__ = ["GateRequest", "train_gate"]


@dataclass(frozen=True, slots=True)
class GateRequest:
    """From everybody known by a day."""

    as_of: dt.date
    seed: int = 20200221


def train_gate(house: House, actor: Actor, request: GateRequest, key: str) -> ModelCard:
    """Measured, tried on each industry as if it were new, and saved as a draft. `Invalid` with fewer than a hundred parties."""
    require(actor, Role.RISK_MANAGER)
    table = features_of_all(house, request.as_of, READ)
    synthetic = any(one.provenance.synthetic for one in house.lake.manifests(EvidenceKind.INVOICE))
    columns, told = columns_of(table, [one.name for one in READ]), f"parties to {request.as_of}"
    gate = measure_gate(columns, told, request.seed, synthetic=synthetic)
    apart = unlike(columns, segments_of(house, table["subject"].to_list(), "industry"), told, request.seed)
    reproduce = f"farthing model novelty train --as-of {request.as_of} --by STAFF"
    made = Developed(request.as_of, Accountable(actor.name, NOBODY_YET), columns, gate, apart, reproduce)
    return save_trained(house, Command(key, "train_gate", actor, request), write_card(made), encode(gate))
