"""The network around a party: one applicant and everybody agree on a made-up world, and later rows change nothing."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from farthing.graph.network import KINDS, MEASURES, around, measures_of_all, network
from farthing.world.economy import Plan
from farthing.world.told import Told, tell

TODAY = dt.date(2025, 8, 31)


@pytest.fixture(scope="module")
def told() -> Told:
    return tell(Plan(seed=11, merchants=60), every=True)


def called(told: Told) -> dict[str, str]:
    return {party: party for party in told.truth["party"]}


def test_one_applicant_and_everybody_agree(told: Told) -> None:
    net = network(told.tables, TODAY, called(told))
    every = measures_of_all(net)
    assert every.height >= 60
    for row in every.iter_rows(named=True):
        assert dict(around(net, row["party"]).measures) == {name: row[name] for name in MEASURES}, row["party"]
    assert every["ring_members"].max() > 2  # type: ignore[operator]
    assert every["circle_share"].max() > 0  # type: ignore[operator]


def test_no_measure_sees_the_future(told: Told) -> None:
    past = {kind: told.tables[kind].filter(pl.col("known_on") <= TODAY) for kind in KINDS}
    assert measures_of_all(network(told.tables, TODAY, called(told))).equals(measures_of_all(network(past, TODAY, called(told))))


def test_the_ring_of_the_world_is_found_with_its_members(told: Told) -> None:
    """Eight months before the end the ring applies from one device; then it sells round in a circle."""
    ring = set(told.truth.filter(pl.col("ring"))["party"])
    net = network(told.tables, TODAY, called(told))
    found = {party: around(net, party) for party in ring}
    assert all(one.ring is not None and ring <= set(one.ring.members) for one in found.values())
    assert all(one.circle is not None and set(one.circle.members) == ring for one in found.values())


def test_what_nobody_told_is_missing(told: Told) -> None:
    tables = {kind: frame for kind, frame in told.tables.items() if kind.value != "device" and kind.value != "contact_point"}
    one = around(network(tables, TODAY, called(told)), told.truth["party"][0])
    assert one.measures["ring_members"] is None
    assert one.measures["circle_hops"] is not None
    assert around(network({}, TODAY, {}), "nobody").measures == dict.fromkeys(MEASURES)
