"""How far the models know a party: its distance from those the bank knows, its stage of life, and how thick its file is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import FactValue
from farthing.domain.ids import Id
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelClass
from farthing.domain.party import Party
from farthing.domain.staff import Actor
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.estimate.used import STAFF, Place, asked, in_use, known_party
from farthing.flows.observe import KINDS, features_of, may_read, readable
from farthing.flows.ports import House
from farthing.models.novelty.gate import Distance, Gate, distance
from farthing.models.novelty.stage import File, LifeStage, file_of
from farthing.models.reasons import CANDIDATES

__all__ = ["Distance", "File", "LifeStage", "NoveltyView", "as_facts", "show_novelty"]

READ = tuple(CATALOGUE[one.feature] for one in CANDIDATES)
"""What scorecards may read: a case is new where they would be surprised."""
NOUN = "novelty"


@dataclass(frozen=True, slots=True)
class NoveltyView:
    """A party at the gate on a day, and its file."""

    party: Id
    as_of: dt.date
    card: ModelCard
    found: Distance
    file: File


def place(market: str = HOME_MARKET) -> Place[Gate]:
    """Gates stand where the bank lends: they say who goes to a person, which is part of the approval."""
    return Place(ModelClass.APPROVAL, market, Gate, NOUN)


def show_novelty(house: House, actor: Actor, party: Id, model: Id | None = None, as_of: dt.date | None = None) -> NoveltyView:
    """One party as known on a day, the open one if not given, by the gate in use or one by its id."""
    require(actor, *STAFF)
    card, gate = asked(house, actor, place(), model)
    day, known = as_of or house.clock.today(), known_party(house, party)
    return NoveltyView(party, day, card, _distance(house, known, day, gate), _file(house, known, day))


def as_facts(house: House, party: Party, market: str, on: dt.date) -> tuple[Id | None, Mapping[str, FactValue]]:
    """The gate in use and `segment_known` (missing without one), with `file_thickness`, the number of kinds of evidence told of."""
    thickness = _file(house, party, on).thickness
    found = in_use(house, place(market), on)
    if found is None:
        return None, {"segment_known": None, "file_thickness": thickness}
    return found[0].id, {"segment_known": _distance(house, party, on, found[1]).known, "file_thickness": thickness}


def _distance(house: House, party: Party, on: dt.date, gate: Gate) -> Distance:
    """What may not be looked at is missing."""
    return distance(gate, features_of(house, party, on, readable(house, party, READ, on)))


def _file(house: House, party: Party, as_of: dt.date) -> File:
    consents, today = house.parties.consents(party.id), max(as_of, house.clock.today())
    first: dict[EvidenceKind, dt.date] = {}
    for kind in KINDS:
        if not may_read(consents, kind, today):
            continue
        frame = house.aggregates.get(kind, party.subject)
        seen = None if frame is None else frame.filter((pl.col("known_on") <= as_of) & (pl.col("day") <= as_of))["day"].min()
        if isinstance(seen, dt.date):
            first[kind] = seen
    return file_of(first, as_of)
