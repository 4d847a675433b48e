"""Every ring and circle that the bank knows of today, those that a person should look at first. Nobody's name is opened for it, and what
somebody took back is not looked at."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from farthing.domain.ids import Id
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor
from farthing.flows.access import require
from farthing.flows.fraud.around import CIRCLED_PPM, NEW_TIES, readable_network, told_until
from farthing.flows.fraud.assess import READERS
from farthing.flows.ports import House
from farthing.flows.queries.lines import lines_of
from farthing.graph import circles, rings
from farthing.graph.network import Network
from farthing.graph.rings import Ring, TieKind

MOST = 50
LEAST = 3
"""Members from which a ring is told of: two who share a device are mostly one household."""


@dataclass(frozen=True, slots=True)
class RingRow:
    """A ring: how many, by what, and when the newest tie became known; `fresh` where two or more were tied lately. `party` leads to it."""

    party: Id
    members: int
    ways: tuple[TieKind, ...]
    newest: dt.date
    fresh: bool
    outcomes: Mapping[Outcome, int]
    late: int


@dataclass(frozen=True, slots=True)
class CircleRow:
    """A party to whom much of what it sells comes back, in half a year."""

    party: Id
    share_ppm: int
    round_fen: int
    sales: int


@dataclass(frozen=True, slots=True)
class RingsView:
    """The rings of three parties and more, and the parties in a circle; `parties` are known, `more` rings are not shown."""

    on: dt.date
    rings: tuple[RingRow, ...]
    more: int
    circles: tuple[CircleRow, ...]
    told_until: dt.date | None


def all_rings(house: House, actor: Actor, wanted: dt.date | None = None) -> RingsView:
    """As known on a day, today if none is named; for staff."""
    require(actor, *READERS)
    on = min(wanted or house.clock.today(), house.clock.today())
    net = readable_network(house, on)
    found = {ring.id: ring for ring in rings.rings(net.ties).values() if len(ring.members) >= LEAST}
    order = sorted(found.values(), key=lambda ring: (-_recent(net, ring), -len(ring.members), ring.id))
    rows, more = tuple(_rows(house, actor, net, order[:MOST])), max(len(order) - MOST, 0)
    return RingsView(on, rows, more, tuple(_circles(house, net)), told_until(house))


def _recent(net: Network, ring: Ring) -> int:
    return rings.measures(net.ties, ring, ring.members[0], net.as_of)["ring_recent"]


def _rows(house: House, actor: Actor, net: Network, found: Sequence[Ring]) -> Iterator[RingRow]:
    known = house.parties.by_subject([subject for ring in found for subject in ring.members])
    for ring in found:
        parties = [known[subject] for subject in ring.members if subject in known]
        if not parties:
            continue
        newest = [rows[0] for party in parties if (rows := house.decisions.list(party=party, limit=1))]
        late = sum(any(line.dpd for line in lines_of(house, actor, party)) for party in parties)
        days = [since for one in ring.shared for since in net.ties.of_mark[one.kind, one.mark].values()]
        ways = tuple(sorted({one.kind for one in ring.shared}, key=list(TieKind).index))
        counted = Counter(Outcome(str(row["outcome"])) for row in newest)
        yield RingRow(parties[0], len(ring.members), ways, max(days), _recent(net, ring) >= NEW_TIES, counted, late)


def _circles(house: House, net: Network) -> list[CircleRow]:
    """Those through whom a third of their sales goes round, the widest share first."""
    found = [
        (subject, shares["circle_share"], around)
        for subject, around in circles.circles(net.trade).items()
        if (shares := circles.measures(net.trade, subject, around, net.turnover_fen.get(subject, 0)))["circle_share"] >= CIRCLED_PPM
    ]
    known = house.parties.by_subject([subject for subject, *_ in found])
    rows = [CircleRow(known[subject], share, fen, sales) for subject, share, (fen, sales) in found if subject in known]
    return sorted(rows, key=lambda row: (-row.share_ppm, row.party))[:MOST]
