"""Experience, management and qualification: scales fitted on the bank's own owners, one owner on them, and whether items mean the same
in every segment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.observe import allowed, features_of, features_of_all
from farthing.flows.ports import House
from farthing.models.construct.fit import Columns, LeftOut, fit_constructs
from farthing.models.construct.indicators import FEATURES
from farthing.models.construct.invariance import Difference, differences
from farthing.models.construct.model import Constructs, Reading, decode, encode, read

__all__ = [
    "Constructs", "Difference", "LeftOut", "Reading", "check_constructs", "construct_facts", "decode", "encode", "measure_constructs",
    "show_constructs",
]  # fmt: skip

PAGE = 1_000
READ = tuple(CATALOGUE[name] for name in FEATURES)


@dataclass(frozen=True, slots=True)
class ConstructView:
    """An owner on every scale, and where the scales come from."""

    party: Id
    as_of: dt.date
    model: str
    told: str
    synthetic: bool
    readings: tuple[Reading, ...]


def measure_constructs(house: House, actor: Actor, as_of: dt.date) -> tuple[Constructs, tuple[LeftOut, ...]]:
    """Scales from what every owner had told by a day. `Invalid` with fewer than a hundred."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    synthetic = any(one.provenance.synthetic for one in house.lake.manifests(EvidenceKind.OWNER_PROFILE))
    return fit_constructs(_columns(_table(house, as_of)), f"owners to {as_of}", synthetic=synthetic)


def show_constructs(house: House, actor: Actor, party: Id, made: Constructs, as_of: dt.date | None = None) -> ConstructView:
    """One owner as known on a day, the open one if not given."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    day = as_of or house.clock.today()
    facts = _facts(house, house.parties.get(party), day)
    readings = tuple(read(made, scale, facts) for scale in made.scales)
    return ConstructView(party, day, made.name, made.told, made.synthetic, readings)


def construct_facts(house: House, party: Party, as_of: dt.date, made: Constructs) -> Mapping[str, int | None]:
    """The facts a policy may read, in tenths of a point, the lower bound of each: who answered less is given less."""
    facts = _facts(house, party, as_of)
    found = [read(made, scale, facts) for scale in made.scales]
    return {f"{one.construct}_low": one.low if one.answered else None for one in found}


def check_constructs(house: House, actor: Actor, made: Constructs, as_of: dt.date) -> Sequence[Difference]:
    """Whether items mean the same in every county, industry and kind of party, from who answered everything."""
    require(actor, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    table = _table(house, as_of)
    known = {one.subject: one for one in _everybody(house)}
    found: list[Difference] = []
    for name in ("county", "industry", "kind"):
        segment = np.array([f"{name} {getattr(known.get(subject), name, None) or '—'}" for subject in table["subject"].to_list()])
        found += differences(made, _columns(table), segment)
    return sorted(found, key=lambda one: (-abs(one.delta_milli), one.feature, one.segment))


def _everybody(house: House) -> Iterator[Party]:
    """Every party, a page at a time."""
    page = house.parties.list(limit=PAGE)
    while page:
        yield from page
        page = house.parties.list(limit=PAGE, after=page[-1].id)


def _facts(house: House, party: Party, as_of: dt.date) -> Mapping[str, int | None]:
    return features_of(house, party, as_of, allowed(READ, house.parties.consents(party.id), (), as_of))


def _table(house: House, as_of: dt.date) -> pl.DataFrame:
    return features_of_all(house, as_of, READ)


def _columns(table: pl.DataFrame) -> Columns:
    return {name: (table[name].fill_null(0).cast(pl.Int64).to_numpy(), table[name].is_null().to_numpy()) for name in FEATURES}
