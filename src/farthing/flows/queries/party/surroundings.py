"""What is around a party: the signs of fraud, who shares what with it, and goods that come back to it, each with the evidence behind it.

Others are told by a number, their kind and place, and what the bank has with them. Their names are opened where their own page is, under
the name of who opens it. What a party took back is not looked at, and neither is what others did. Of a large ring the nearest are told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from farthing.domain.evidence import CURRENCY, Evidence, EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import HOME_MARKET, ModelCard
from farthing.domain.party import Party
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.fraud.around import Signs, signs_of, told_until
from farthing.flows.fraud.assess import READERS, model_in_use
from farthing.flows.ports import House
from farthing.flows.queries.lines import lines_of
from farthing.graph.network import Network
from farthing.graph.rings import RECENT_DAYS, Shared, TieKind
from farthing.models.fraud.model import Action, Assessment
from farthing.models.fraud.signs import GROUPS, MEASURE_WORDS, SHARES
from farthing.models.reasons import tell

__all__ = ["RECENT_DAYS", "Action", "Mark", "Neighbour", "SignView", "Step", "Surroundings", "TieKind", "surroundings"]

MOST = 24
"""Parties told of: a ring may reach through a whole town, and nobody reads a picture of it. A circle (six at most) is always whole."""
TOLD_BY: Mapping[TieKind, tuple[EvidenceKind, str]] = {
    TieKind.DEVICE: (EvidenceKind.DEVICE, "device"),
    TieKind.NETWORK: (EvidenceKind.DEVICE, "network"),
    TieKind.CONTACT: (EvidenceKind.CONTACT_POINT, "point"),
    TieKind.OWNER: (EvidenceKind.RELATION, "subject"),
}
"""Which evidence tells of a tie, and the column of its mark: what an owner tells of itself ties the firms it owns."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A party in a ring or circle by its number there, 1 being the one asked about; without `party` it was erased.

    `outcome` is of its newest decision; `dpd` of its latest line, None where it has none.
    """

    number: int
    party: Party | None
    outcome: Outcome | None
    dpd: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What some of a ring share: who, each since when we know; and the evidence that says so, with how many of its rows do."""

    kind: TieKind
    members: tuple[tuple[int, dt.date], ...]
    evidence: tuple[tuple[Evidence, int], ...]

    @property
    def since(self) -> dt.date:
        """Since when two or more shared it."""
        return sorted(day for _, day in self.members)[1]


@dataclass(frozen=True, slots=True)
class Step:
    """One sale of a circle, in half a year: from whom to whom, how much, and on how many invoices."""

    seller: int
    buyer: int
    fen: int
    invoices: int


@dataclass(frozen=True, slots=True)
class SignView:
    """One sign by its group, in words, with what was found (None: nothing is known); `found` where it weighs against the party by the model
    in use: made usual, it would lower the risk."""

    group: str
    zh: str
    en: str
    value: str | None
    found: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The whole answer. `assessment` is None while no anti-fraud model is in use; `round_fen` of `turnover_fen` went round `steps`.

    `ring_size` counts the party itself, 0 being no ring; `more` are in the ring and not among the `neighbours`.
    """

    party: Id
    on: dt.date
    card: ModelCard | None
    assessment: Assessment | None
    suspicious: bool | None
    neighbours: tuple[Neighbour, ...]
    marks: tuple[Mark, ...]
    ring_size: int
    more: int
    steps: tuple[Step, ...]
    round_fen: int
    turnover_fen: int
    signs: tuple[SignView, ...]
    withheld: tuple[EvidenceKind, ...]
    told_until: dt.date | None

    @property
    def recent(self) -> dt.date:
        """What became known after this day is new."""
        return self.on - dt.timedelta(days=RECENT_DAYS)


def surroundings(house: House, actor: Actor, party_id: Id, wanted: dt.date | None = None, market: str = HOME_MARKET) -> Surroundings:
    """As known on a day, today if none is named; `NotFound` where there is no such party."""
    require(actor, *READERS)
    party, today = house.parties.get(party_id), house.clock.today()
    on = min(wanted or today, today)
    signs = signs_of(house, party, house.parties.consents(party_id), on, today)
    used = model_in_use(house, market, today)
    number, against = _numbers(party, signs), used[1].against(signs.values) if used else frozenset[str]()
    net, ring, circle = signs.network, signs.around.ring, signs.around.circle
    return Surroundings(
        party=party_id, on=on, card=used[0] if used else None,
        assessment=used[1].assess(signs.values) if used and party.restricted_until is None else None,
        suspicious=signs.in_ring, neighbours=tuple(_neighbours(house, actor, number)),
        marks=tuple(_marks(house, net, ring.shared, number)) if ring else (), ring_size=len(ring.members) if ring else 0,
        more=len(set(ring.members) - set(number)) if ring else 0,
        steps=tuple(_steps(house, net, circle.members, number)) if circle else (), round_fen=circle.round_fen if circle else 0,
        turnover_fen=net.turnover_fen.get(party.subject, 0), signs=tuple(_signs(signs, against)),
        withheld=tuple(sorted(signs.withheld, key=lambda kind: kind.value)), told_until=told_until(house),
    )  # fmt: skip


def _numbers(party: Party, signs: Signs) -> dict[str, int]:
    """Who is around by subject, with a number each; the party asked about is 1, and the nearest come first."""
    ring, circle = signs.around.ring, signs.around.circle
    near = (who for one in (ring.shared if ring else ()) if party.subject in one.parties for who in one.parties)
    others = dict.fromkeys((party.subject, *(circle.members if circle else ()), *near, *(ring.members if ring else ())))
    return {subject: number for number, subject in enumerate(islice(others, MOST), 1)}


def _neighbours(house: House, actor: Actor, number: Mapping[str, int]) -> Iterator[Neighbour]:
    known = house.parties.by_subject(list(number))
    for subject, place in number.items():
        if subject not in known:
            yield Neighbour(place, None, None, None)
            continue
        newest = house.decisions.list(party=known[subject], limit=1)
        lines = lines_of(house, actor, known[subject])
        outcome = Outcome(str(newest[0]["outcome"])) if newest else None
        yield Neighbour(place, house.parties.get(known[subject]), outcome, max((one.dpd for one in lines), default=None))


def _marks(house: House, net: Network, shared: Sequence[Shared], number: Mapping[str, int]) -> Iterator[Mark]:
    """What two or more of those with a number share."""
    told = [one for one in shared if len(number.keys() & set(one.parties)) > 1]
    evidence = _evidence(house, net.as_of, told)
    for one in told:
        since = net.ties.of_mark[one.kind, one.mark]
        members = sorted((number[who], since[who]) for who in one.parties if who in number)
        yield Mark(one.kind, tuple(members), tuple(evidence[one.kind, one.mark]))


def _evidence(house: House, on: dt.date, shared: Sequence[Shared]) -> dict[tuple[TieKind, str], list[tuple[Evidence, int]]]:
    """By mark the files whose rows say that parties came by it, as known on the day; each file is read once for all marks."""
    found: dict[tuple[TieKind, str], list[tuple[Evidence, int]]] = {(one.kind, one.mark): [] for one in shared}
    for kind in dict.fromkeys(TOLD_BY[one.kind][0] for one in shared):
        asked = [(one, _tells(one)) for one in shared if TOLD_BY[one.kind][0] is kind]
        for file in house.lake.manifests(kind):
            if file.provenance.currency != CURRENCY:
                continue
            rows = house.lake.rows_in(file).filter(pl.col("known_on") <= on)
            for one, tells in asked:
                if count := rows.filter(tells).height:
                    found[one.kind, one.mark].append((file, count))
    return found


def _tells(shared: Shared) -> pl.Expr:
    told = pl.col(TOLD_BY[shared.kind][1]) == shared.mark
    return told if shared.kind is TieKind.OWNER else told & pl.col("subject").is_in(shared.parties)


def _steps(house: House, net: Network, way: tuple[str, ...], number: Mapping[str, int]) -> Iterator[Step]:
    called: dict[str, str] = {subject: name for name, subject in house.parties.called().items() if subject in number}
    for seller, buyer in zip(way, (*way[1:], way[0]), strict=True):
        sold = house.lake.subject(EvidenceKind.INVOICE, seller).filter(
            (pl.col("side") == "sale") & (pl.col("status") == "valid") & (pl.col("counterparty") == called.get(buyer))
            & (pl.col("known_on") <= net.as_of) & (pl.col("issued_on") > net.since) & (pl.col("issued_on") <= net.as_of)
        )  # fmt: skip
        yield Step(number[seller], number[buyer], net.trade.sales[seller][buyer], sold.height)


def _signs(signs: Signs, against: frozenset[str]) -> Iterator[SignView]:
    for group, candidates in GROUPS.items():
        for one in candidates:
            known, value = CATALOGUE.get(one.feature), signs.values.get(one.feature)
            zh, en = (known.zh, known.en) if known else MEASURE_WORDS[one.feature]
            unit, scale = (known.unit, known.scale) if known else ("share", 6) if one.feature in SHARES else ("count", 0)
            yield SignView(group, zh, en, None if value is None else tell(value, unit, scale), one.feature in against)
