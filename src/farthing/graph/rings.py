"""Who comes by the same device, network, contact point or owner: rings of parties tied by what few share.

What many share is a public place and no tie: a branch's tablet, the agent who helps a village apply, a market's network. Marks are
salted stand-ins, so nobody reads a number here. `rings` finds those of everybody, `ring_of` walks out from one party; they are written
apart and agree (tests/laws/test_rings.py).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from farthing.domain import canon

K = TypeVar("K")
V = TypeVar("V")
HUB = 8
"""A mark that more parties than this have come by ties nobody."""


class TieKind(StrEnum):
    """What two parties may share."""

    DEVICE = "device"
    NETWORK = "network"
    CONTACT = "contact"
    OWNER = "owner"


Mark = tuple[TieKind, str]
"""What is shared: a device, a network or a contact point by its stand-in, an owner by its subject."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A party came by a mark; we knew it from `since` on."""

    party: str
    kind: TieKind
    mark: str
    since: dt.date


@dataclass(frozen=True, slots=True)
class Shared:
    """Why they are tied: one mark and who came by it."""

    kind: TieKind
    mark: str
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """Two parties or more, each tied to another. The same members on any day have the same id."""

    id: str
    members: tuple[str, ...]
    shared: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class Ties:
    """The ties known on a day, by party and by mark, each with the day it was first known."""

    of_party: Mapping[str, Mapping[Mark, dt.date]]
    of_mark: Mapping[Mark, Mapping[str, dt.date]]

    def sharing(self, mark: Mark) -> Mapping[str, dt.date]:
        """Who came by a mark, unless it is a public place."""
        parties = self.of_mark.get(mark, {})
        return parties if len(parties) <= HUB else {}


NO_TIES = Ties({}, {})


def known_ties(ties: Iterable[Tie], as_of: dt.date, beside: Ties = NO_TIES) -> Ties:
    """What was known by the day, whatever the order it is told in, beside what was gathered before."""
    of_party: dict[str, dict[Mark, dt.date]] = defaultdict(dict)
    of_mark: dict[Mark, dict[str, dt.date]] = defaultdict(dict)
    for tie in ties:
        if tie.since > as_of:
            continue
        mark = (tie.kind, tie.mark)
        since = min(tie.since, of_mark[mark].get(tie.party, tie.since), beside.of_mark.get(mark, {}).get(tie.party, tie.since))
        of_mark[mark][tie.party] = of_party[tie.party][mark] = since
    return Ties(_over(beside.of_party, of_party), _over(beside.of_mark, of_mark))


def _over(before: Mapping[K, Mapping[V, dt.date]], fresh: Mapping[K, Mapping[V, dt.date]]) -> dict[K, Mapping[V, dt.date]]:
    return {**before, **{key: {**before.get(key, {}), **days} for key, days in fresh.items()}}


def without(ties: Ties, gone: Iterable[tuple[str, Mark]]) -> Ties:
    """Without these, each a party at a mark. A public place stays one, whoever leaves it: by leaving, nobody is tied."""
    of_party: dict[str, Mapping[Mark, dt.date]] = dict(ties.of_party)
    of_mark: dict[Mark, Mapping[str, dt.date]] = dict(ties.of_mark)
    for party, mark in gone:
        left = {one: since for one, since in of_party.pop(party).items() if one != mark}
        of_party |= {party: left} if left else {}
        of_mark[mark] = {who: since for who, since in of_mark[mark].items() if who != party} if ties.sharing(mark) else {}
    return Ties(of_party, of_mark)


# ---- one applicant ---------------------------------------------------------------------------------------------------


def ring_of(ties: Ties, party: str) -> Ring | None:
    """The ring of one party, found by walking from it to whoever shares a mark; None if it stands alone."""
    members, waiting = {party}, [party]
    while waiting:
        for mark in ties.of_party.get(waiting.pop(), {}):
            fresh = ties.sharing(mark).keys() - members
            members |= fresh
            waiting.extend(fresh)
    return _ring(ties, members) if len(members) > 1 else None


# ---- everybody -------------------------------------------------------------------------------------------------------


def rings(ties: Ties) -> Mapping[str, Ring]:
    """The ring of every party that is in one: components by union-find."""
    root: dict[str, str] = {}
    for mark in ties.of_mark:
        parties = iter(ties.sharing(mark))
        first = next(parties, None)
        for other in parties:
            assert first is not None
            root[_top(root, other)] = _top(root, first)
    parts: dict[str, set[str]] = defaultdict(set)
    for party in ties.of_party:
        parts[_top(root, party)].add(party)
    return {party: ring for members in parts.values() if len(members) > 1 for ring in [_ring(ties, members)] for party in members}


def _top(root: dict[str, str], party: str) -> str:
    """Who stands for a party's component; the way there is shortened on each visit."""
    while (above := root.get(party, party)) != party:
        root[party] = root.get(above, above)
        party = above
    return party


def _ring(ties: Ties, members: Iterable[str]) -> Ring:
    named = tuple(sorted(members))
    return Ring(f"ring_{canon.digest(list(named)).hex()[:24]}", named, tuple(_shared(ties, named)))


def _shared(ties: Ties, members: Sequence[str]) -> Iterator[Shared]:
    marks = {mark for party in members for mark in ties.of_party.get(party, {})}
    for kind, mark in sorted(marks):
        parties = ties.sharing((kind, mark))
        if len(parties) > 1:
            yield Shared(kind, mark, tuple(sorted(parties)))


# ---- what a model reads of a ring -------------------------------------------------------------------------------------


RECENT_DAYS = 90


def measures(ties: Ties, ring: Ring | None, party: str, as_of: dt.date) -> dict[str, int]:
    """Members, the most that share one device and one contact point with the party, in how many ways the ring is tied, and how many of
    its members came by a shared mark within the last 90 days."""
    if ring is None:
        return dict.fromkeys(MEASURES, 0)
    own = [one for one in ring.shared if party in one.parties]
    fresh = as_of - dt.timedelta(days=RECENT_DAYS)
    recent = {who for one in ring.shared for who, since in ties.of_mark[one.kind, one.mark].items() if since > fresh}
    found = (
        len(ring.members), _most(own, TieKind.DEVICE), _most(own, TieKind.CONTACT), len({one.kind for one in ring.shared}), len(recent)
    )  # fmt: skip
    return dict(zip(MEASURES, found, strict=True))


MEASURES = ("ring_members", "ring_device_parties", "ring_contact_parties", "ring_ways", "ring_recent")


def _most(shared: Sequence[Shared], kind: TieKind) -> int:
    return max((len(one.parties) for one in shared if one.kind is kind), default=0)
