"""The signs around one party of the bank, as known on a day: features from its own evidence, measures of the network around it.

Of the others too only that is looked at which they have not taken back, and nothing of who is restricted or erased.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import polars as pl

from farthing.domain.consent import Consent
from farthing.domain.evidence import CURRENCY, Evidence, EvidenceKind
from farthing.domain.party import Party
from farthing.evidence.purpose import Standing, standing
from farthing.flows.fraud.imagined import FEATURES
from farthing.flows.observe import allowed, features_of, unread_of
from farthing.flows.ports import House, Lake
from farthing.graph.network import KINDS, MEASURES, TRADE_DAYS, Around, Network, around, beside, everybody, grown, network, without

KEPT = 4
"""Networks of days; today's stays, whoever turns the pages of others."""
_ASKED = ("asked_1d", "asked_7d", "asked_30d", "askers_30d", "asked_busiest_week")
_CIRCLED = ("circle_share", "circle_hops", "traded_back_share")
_CAME = tuple(name for name in MEASURES if name not in (*_ASKED, *_CIRCLED))
RESTS_ON = {
    EvidenceKind.BUREAU_ENQUIRY: _ASKED, EvidenceKind.INVOICE: _CIRCLED, EvidenceKind.DEVICE: _CAME, EvidenceKind.CONTACT_POINT: _CAME,
    EvidenceKind.RELATION: _CAME,
}  # fmt: skip
"""Which measures are of a party's own evidence of a kind: without leave to use it they are missing."""
NEW_TIES = 2
CIRCLED_PPM = 300_000


@dataclass(frozen=True, slots=True)
class Signs:
    """What a fraud model and its rules read of one party, the ring and circle behind it, and the network as it may be looked at from there;
    `withheld`: kinds that it took back."""

    values: dict[str, int | None]
    around: Around
    network: Network
    withheld: frozenset[EvidenceKind] = frozenset()

    @property
    def in_ring(self) -> bool | None:
        """In a ring in which two members or more have come by a shared mark of late, or in a circle through which a third of its sales
        go; None where nothing is known of either."""
        members, recent, share = (self.around.measures[name] for name in ("ring_members", "ring_recent", "circle_share"))
        if members is None and share is None:
            return None
        return bool((members or 0) > 2 and (recent or 0) >= NEW_TIES) or (share or 0) >= CIRCLED_PPM


def signs_of(house: House, party: Party, consents: Sequence[Consent], on: dt.date, looked_on: dt.date | None = None) -> Signs:
    """As known on a day. What the party took back by the day it is looked at is missing, and so is what may be read only under a consent
    that runs, without one; and all of who is restricted."""
    today = looked_on or on
    closed = party.restricted_until is not None
    withheld = frozenset(kind for kind in _READ if closed or standing(consents, kind, today) is Standing.ENDED)
    features = tuple(one for one in allowed(FEATURES, consents, (), today) if not withheld & set(one.sources))
    net, seen = seen_from(house, network_on(house, on), party.subject, today)
    found = _left(seen, withheld)
    values = {**dict.fromkeys(feature.name for feature in FEATURES), **features_of(house, party, on, features), **found.measures}
    if not any(one.covers(EvidenceKind.BUREAU_ENQUIRY, today) for one in consents):
        values |= dict.fromkeys(_ASKED)
    return Signs(values, found, net, withheld)


_READ = tuple(dict.fromkeys((*RESTS_ON, *(kind for feature in FEATURES for kind in feature.sources))))


def _left(found: Around, withheld: frozenset[EvidenceKind]) -> Around:
    """The surroundings without what rests on these kinds."""
    gone = {name for kind in withheld for name in RESTS_ON.get(kind, ())}
    measures = {name: None if name in gone else value for name, value in found.measures.items()}
    return Around(measures, None if _CAME[0] in gone else found.ring, None if _CIRCLED[0] in gone else found.circle)


# ---- what others took back -------------------------------------------------------------------------------------------


def seen_from(house: House, everything: Network, subject: str, today: dt.date) -> tuple[Network, Around]:
    """The network as it may be looked at today from one party, and what is around that party in it.

    Only those are asked for whose evidence makes it what it is. Without one of them the next widest circle may be another one's, so it
    is looked at again until everybody in sight may be seen.
    """
    net, asked = everything, {subject}
    unread: dict[EvidenceKind, set[str]] = {kind: set() for kind in KINDS}
    while True:
        found = around(net, subject)
        fresh = beside(net, subject, found) - asked
        hidden = unread_of(house, fresh, today, KINDS)
        if not any(hidden.values()):
            return net, found
        asked |= fresh
        for kind, parties in hidden.items():
            unread[kind] |= parties
        net = without(everything, unread)


def readable_network(house: House, on: dt.date) -> Network:
    """The network of a day as it may be looked at today: without what anybody took back."""
    net = network_on(house, on)
    return without(net, unread_of(house, everybody(net), house.clock.today(), KINDS))


# ---- the network of a day --------------------------------------------------------------------------------------------


def told_until(house: House) -> dt.date | None:
    """The newest day that evidence of the network speaks of."""
    return max((one.last_on for one in house.lake.manifests() if one.kind in KINDS and one.last_on is not None), default=None)


@dataclass(frozen=True, eq=False)
class _Kept:
    """A network, the objects of the lake it was made from, and whom the bank knew by then."""

    files: Mapping[str, Evidence]
    called: Mapping[str, str]
    network: Network


_KEPT: OrderedDict[tuple[Lake, dt.date], _Kept] = OrderedDict()
_MAKING = tuple(Lock() for _ in range(16))
_KEEPING = Lock()


def network_on(house: House, on: dt.date) -> Network:
    """The network of everybody the bank knows, whatever they took back since (`seen_from`).

    It is kept, and grows by what comes in; on another day, and when more comes in after an erasure, it is made anew. Of many who ask at
    once for a day all but one wait.
    """
    place = (house.lake, on)
    kept = _KEPT.get(place)
    if kept is None or kept.files.keys() != _files(house).keys():
        with _MAKING[on.toordinal() % len(_MAKING)]:
            files, kept = _files(house), _KEPT.get(place)  # as they are when it is one's turn: another may have gathered more meanwhile
            if kept is None or kept.files.keys() != files.keys():
                kept = _made(house, on, files, kept)
                _keep(place, kept, house.clock.today())
    return kept.network


def _files(house: House) -> dict[str, Evidence]:
    """What a network is made from, by object."""
    return {one.object_digest: one for one in house.lake.manifests() if one.kind in KINDS and one.provenance.currency == CURRENCY}


def gather(house: House) -> None:
    """Have the network of today ready, so that no applicant waits for it, in a bank where it was asked for before."""
    if any(lake is house.lake for lake, _ in tuple(_KEPT)):
        network_on(house, house.clock.today())


def _made(house: House, on: dt.date, files: Mapping[str, Evidence], before: _Kept | None) -> _Kept:
    called = house.parties.called()
    if before is not None and not (before.files.keys() <= files.keys() and before.called.items() <= called.items()):
        before = None
    fresh = [one for digest, one in files.items() if before is None or digest not in before.files]
    frames = {kind: _rows(house.lake.scan(kind, files=fresh), kind, on) for kind in KINDS}
    return _Kept(files, called, network(frames, on, called) if before is None else grown(before.network, frames, called))


def _rows(told: pl.LazyFrame, kind: EvidenceKind, on: dt.date) -> pl.DataFrame:
    rows = told.filter(pl.col("known_on") <= on).rename({"subject": "party"})
    if kind is EvidenceKind.INVOICE:
        rows = rows.filter(pl.col("issued_on") > on - dt.timedelta(days=TRADE_DAYS))
    return rows.collect()


def _keep(place: tuple[Lake, dt.date], kept: _Kept, today: dt.date) -> None:
    with _KEEPING:
        _KEPT[place] = kept
        _KEPT.move_to_end(place)
        while len(_KEPT) > KEPT:
            del _KEPT[next((one for one in _KEPT if one[1] != today), next(iter(_KEPT)))]
