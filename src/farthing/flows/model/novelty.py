"""How far the models know a party: its distance from those the bank knows, its stage of life, and how thick its file is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from farthing.domain.evidence import TERMS, EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.observe import KINDS, features_of, features_of_all
from farthing.flows.ports import House
from farthing.models.novelty.gate import Columns, Distance, Gate, decode, distance, encode, measure_gate
from farthing.models.novelty.stage import File, file_of
from farthing.models.reasons import CANDIDATES

__all__ = ["Gate", "NoveltyView", "decode", "encode", "make_gate", "novelty_facts", "show_novelty"]

READ = tuple(CATALOGUE[one.feature] for one in CANDIDATES)
"""What scorecards may read: a case is new where they would be surprised."""


@dataclass(frozen=True, slots=True)
class NoveltyView:
    """A party at the gate on a day, and its file."""

    party: Id
    as_of: dt.date
    gate: str
    told: str
    synthetic: bool
    found: Distance
    file: File


def make_gate(house: House, actor: Actor, as_of: dt.date, seed: int = 20200221) -> Gate:
    """A gate from every party with evidence by a day. `Invalid` with fewer than a hundred."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    table = features_of_all(house, as_of, READ)
    synthetic = any(one.provenance.synthetic for one in house.lake.manifests(EvidenceKind.INVOICE))
    return measure_gate(_columns(table), f"parties to {as_of}", seed, synthetic=synthetic)


def show_novelty(house: House, actor: Actor, party: Id, gate: Gate, as_of: dt.date | None = None) -> NoveltyView:
    """One party as known on a day, the open one if not given."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    day, known = as_of or house.clock.today(), house.parties.get(party)
    found = distance(gate, features_of(house, known, day, READ))
    return NoveltyView(party, day, gate.name, gate.told, gate.synthetic, found, _file(house, known, day))


def novelty_facts(house: House, party: Party, as_of: dt.date, gate: Gate) -> Mapping[str, int | bool]:
    """The facts a policy may read: `segment_known`, and `file_thickness`, the number of kinds of evidence told of."""
    known = distance(gate, features_of(house, party, as_of, READ)).known
    return {"segment_known": known, "file_thickness": _file(house, party, as_of).thickness}


def _file(house: House, party: Party, as_of: dt.date) -> File:
    consents = house.parties.consents(party.id)
    first: dict[EvidenceKind, dt.date] = {}
    for kind in KINDS:
        if TERMS[kind].live and not any(one.covers(kind, as_of) for one in consents):
            continue
        frame = house.aggregates.get(kind, party.subject)
        seen = None if frame is None else frame.filter((pl.col("known_on") <= as_of) & (pl.col("day") <= as_of))["day"].min()
        if isinstance(seen, dt.date):
            first[kind] = seen
    return file_of(first, as_of)


def _columns(table: pl.DataFrame) -> Columns:
    return {one.name: (table[one.name].fill_null(0).to_numpy(), table[one.name].is_null().to_numpy()) for one in READ}
