"""Scales of experience, management and qualification: fitted on the bank's own owners and saved as a draft, and whether items mean the
same in every segment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.access import require
from farthing.flows.estimate.construct import READ, constructs_model
from farthing.flows.model.appoint import save_trained
from farthing.flows.model.develop import NOBODY_YET
from farthing.flows.model.records import columns_of, segments_of
from farthing.flows.observe import features_of_all
from farthing.flows.ports import Command, House
from farthing.models.artefact import encode
from farthing.models.construct.card import Developed, write_card
from farthing.models.construct.fit import fit_constructs
from farthing.models.construct.indicators import FEATURES
from farthing.models.construct.invariance import Difference, differences

__all__ = ["ConstructRequest", "Difference", "check_constructs", "train_constructs"]

SEGMENTS = ("county", "industry", "kind")


@dataclass(frozen=True, slots=True)
class ConstructRequest:
    """From what every owner had told by a day."""

    as_of: dt.date


def train_constructs(house: House, actor: Actor, request: ConstructRequest, key: str) -> ModelCard:
    """Fitted and saved as a draft. `Invalid` with fewer than a hundred owners."""
    require(actor, Role.RISK_MANAGER)
    synthetic = any(one.provenance.synthetic for one in house.lake.manifests(EvidenceKind.OWNER_PROFILE))
    columns = columns_of(features_of_all(house, request.as_of, READ), list(FEATURES))
    made, left = fit_constructs(columns, f"owners to {request.as_of}", synthetic=synthetic)
    reproduce = f"farthing model construct train --as-of {request.as_of} --by STAFF"
    card = write_card(Developed(request.as_of, Accountable(actor.name, NOBODY_YET), columns, made, left, reproduce))
    return save_trained(house, Command(key, "train_constructs", actor, request), card, encode(made))


def check_constructs(house: House, actor: Actor, as_of: dt.date, model: Id | None = None) -> Sequence[Difference]:
    """Whether items mean the same in every county, industry and kind of party, from who answered everything."""
    require(actor, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    _, made = constructs_model(house, actor, model)
    table = features_of_all(house, as_of, READ)
    columns, subjects = columns_of(table, list(FEATURES)), table["subject"].to_list()
    found: list[Difference] = []
    for name in SEGMENTS:
        where = np.array([f"{name} {code or '—'}" for code in segments_of(house, subjects, name).tolist()])
        found += differences(made, columns, where)
    return sorted(found, key=lambda one: (-abs(one.delta_milli), one.feature, one.segment))
