"""A rule from a handful of confirmed cases of the bank's own: everybody else stands for the honest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from farthing.domain.errors import NotFound
from farthing.domain.evidence import CURRENCY
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.fraud.imagined import FEATURES, sample_of_signs, signs_of_all
from farthing.flows.observe import unread_of
from farthing.flows.ports import House
from farthing.graph.network import KINDS
from farthing.models.fraud.rules import Rule, induce

READ = tuple(dict.fromkeys((*KINDS, *(kind for feature in FEATURES for kind in feature.sources))))


@dataclass(frozen=True, slots=True)
class RuleView:
    """The rules as of a day, each with the text that a policy would hold."""

    on: dt.date
    rules: tuple[Rule, ...]


def rule(house: House, actor: Actor, confirmed: Sequence[str], on: dt.date | None = None) -> RuleView:
    """From parties by the key their source knows them by, as everybody stood on a day. `NotFound` names the first stranger."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    known = known_parties(house, confirmed)
    day = on or house.clock.today()
    signs = next(signs_on(house, (day,)))
    cases = {party.subject for party in known.values()}
    return RuleView(day, induce(sample_of_signs(signs.with_columns(fraud=pl.col("party").is_in(cases)))))


def known_parties(house: House, keys: Sequence[str]) -> Mapping[str, Party]:
    """By the keys their sources know them by. `NotFound` names the first stranger."""
    known = house.parties.find_many(keys)
    stranger = next((key for key in keys if key not in known), None)
    if stranger is not None:
        raise NotFound("no_party", f"Nobody is known as {stranger[:40]!r}.", "Give the keys by which their evidence came in.")
    return known


def signs_on(house: House, days: Iterable[dt.date]) -> Iterator[pl.DataFrame]:
    """The signs of everybody, one frame a day, from what the lake holds and may be looked at today."""
    tables = {kind: house.lake.scan(kind, CURRENCY).rename({"subject": "party"}).collect() for kind in READ}
    tables = {kind: frame for kind, frame in tables.items() if frame.height}
    subjects = set().union(*(frame["party"].unique() for frame in tables.values()))
    return signs_of_all(tables, days, house.parties.called(), unread_of(house, subjects, house.clock.today(), READ))
