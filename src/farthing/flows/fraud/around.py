"""The signs around one party of the bank, as known on a day: features from its own evidence, measures of the network around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from farthing.domain.consent import Consent
from farthing.domain.evidence import CURRENCY, EvidenceKind
from farthing.domain.party import Party
from farthing.flows.fraud.imagined import FEATURES
from farthing.flows.observe import allowed, features_of
from farthing.flows.ports import House, Lake, Parties
from farthing.graph.network import KINDS, TRADE_DAYS, Around, Network, around, network

KEPT = 4
_ASKED = ("asked_1d", "asked_7d", "asked_30d", "askers_30d", "asked_busiest_week")
NEW_TIES = 2
CIRCLED_PPM = 300_000


@dataclass(frozen=True, slots=True)
class Signs:
    """What a fraud model and its rules read of one party, and the ring and circle behind it."""

    values: dict[str, int | None]
    around: Around

    @property
    def in_ring(self) -> bool | None:
        """In a ring in which two members or more have come by a shared mark of late, or in a circle through which a third of its sales
        go; None where nothing is known of either."""
        members, recent, share = (self.around.measures[name] for name in ("ring_members", "ring_recent", "circle_share"))
        if members is None and share is None:
            return None
        return bool((members or 0) > 2 and (recent or 0) >= NEW_TIES) or (share or 0) >= CIRCLED_PPM


def signs_of(house: House, party: Party, consents: Sequence[Consent], on: dt.date) -> Signs:
    """As known on the day; what may be read only under a consent that runs is missing without one."""
    features = allowed(FEATURES, consents, (), on)
    found = around(network_on(house, on), party.subject)
    values = {**dict.fromkeys(feature.name for feature in FEATURES), **features_of(house, party, on, features), **found.measures}
    if not any(one.covers(EvidenceKind.BUREAU_ENQUIRY, on) for one in consents):
        values |= dict.fromkeys(_ASKED)
    return Signs(values, found)


def network_on(house: House, on: dt.date) -> Network:
    """The network of everybody the bank knows, kept while no evidence is added."""
    told = tuple(one.id for one in house.lake.manifests() if one.kind in KINDS)
    return _network(house.lake, house.parties, told, on)  # type: ignore[arg-type]  # kept by identity


@lru_cache(maxsize=KEPT)
def _network(lake: Lake, parties: Parties, told: tuple[str, ...], on: dt.date) -> Network:
    del told  # what they name is read here; other manifests are another network
    return network({kind: _rows(lake, kind, on) for kind in KINDS}, on, parties.called())


def _rows(lake: Lake, kind: EvidenceKind, on: dt.date) -> pl.DataFrame:
    rows = lake.scan(kind, CURRENCY).filter(pl.col("known_on") <= on).rename({"subject": "party"})
    if kind is EvidenceKind.INVOICE:
        rows = rows.filter(pl.col("issued_on") > on - dt.timedelta(days=TRADE_DAYS))
    return rows.collect()
