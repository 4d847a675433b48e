"""The network around a party: one applicant and everybody agree on a made-up world, and later rows change nothing."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from farthing.domain.evidence import EvidenceKind
from farthing.graph.network import KINDS, MEASURES, Network, around, grown, measures_of_all, network, without
from farthing.graph.rings import HUB, Ring, TieKind, rings
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


def test_a_network_that_grows_is_the_one_of_all_at_once(told: Told) -> None:
    """Rows come in by thirds, and the bank comes to know the parties by and by: buyers and firms are named before they are known."""
    names = called(told)
    few = {name: party for place, (name, party) in enumerate(names.items()) if place % 2}
    parts = [{kind: told.tables[kind].gather_every(3, part) for kind in KINDS} for part in range(3)]
    net = network(parts[0], TODAY, {})
    for frames, known in zip(parts[1:], (few, names), strict=True):
        net = grown(net, frames, known)
    whole = network({kind: told.tables[kind] for kind in KINDS}, TODAY, names)
    assert measures_of_all(net).equals(measures_of_all(whole))
    assert (net.ties, net.trade, net.turnover_fen, net.traces.public) == (whole.ties, whole.trade, whole.turnover_fen, whole.traces.public)
    for party in list(names)[:20]:
        assert around(net, party) == around(whole, party)


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


UNREAD = (EvidenceKind.DEVICE, EvidenceKind.CONTACT_POINT, EvidenceKind.BUREAU_ENQUIRY, EvidenceKind.INVOICE)


def test_what_some_took_back_is_seen_by_nobody(told: Told) -> None:
    """One of the ring took back its devices and invoices, others other kinds: everybody and one applicant still agree, the ring is
    tied by what is left, and nothing goes round any more."""
    first, *others = told.truth.filter(pl.col("ring"))["party"].sort()
    unread = {kind: {first, *told.truth["party"].gather_every(7, place)} for place, kind in enumerate(UNREAD)}
    net = without(network(told.tables, TODAY, called(told)), unread)
    for row in measures_of_all(net).iter_rows(named=True):
        assert dict(around(net, row["party"]).measures) == {name: row[name] for name in MEASURES}, row["party"]
    for kind, parties in unread.items():
        assert not parties & beside_all(net, kind)
    assert all(first not in (around(net, one).ring or NOBODY).members for one in others)
    assert all(around(net, one).circle is None or first not in around(net, one).circle.members for one in others)  # type: ignore[union-attr]
    assert around(net, first).measures["circle_share"] is None


NOBODY = Ring("", (), ())


def beside_all(net: Network, kind: EvidenceKind) -> set[str]:
    """Everybody whose rows of a kind are still in the network."""
    if kind is EvidenceKind.INVOICE:
        return {*net.trade.sales, *net.turnover_fen}
    if kind is EvidenceKind.BUREAU_ENQUIRY:
        return {*net.traces.asked, *net.asked["party"]}
    device = kind is EvidenceKind.DEVICE
    tied = {TieKind.DEVICE, TieKind.NETWORK} if device else {TieKind.CONTACT}
    stepped = {row.party for rows in net.traces.by_mark.values() for row in rows if row.device == device}
    sharing = {party for (way, _), parties in net.ties.of_mark.items() if way in tied for party in parties}
    marked = {party for party, marks in net.ties.of_party.items() if any(way in tied for way, _ in marks)}
    return {*stepped, *sharing, *marked, *net.came.filter(pl.col("device") == device)["party"]}


def test_an_owner_that_took_back_what_it_owns_ties_nobody() -> None:
    relations = pl.DataFrame({
        "party": ["owner", "owner", "other", "other"], "other": ["f1", "f2", "f3", "f4"], "relation": "holds", "known_on": TODAY,
    })  # fmt: skip
    net = network({EvidenceKind.RELATION: relations}, TODAY, {one: one for one in ("f1", "f2", "f3", "f4")})
    assert set(rings(net.ties)) == {"f1", "f2", "f3", "f4"}
    assert set(rings(without(net, {EvidenceKind.RELATION: {"owner"}}).ties)) == {"f3", "f4"}


def test_a_public_place_stays_one_when_somebody_leaves_it() -> None:
    """Nine came by one tablet: it ties none of them, and neither does it tie the eight who are left."""
    came = pl.DataFrame({
        "party": [f"p{number}" for number in range(HUB + 1)], "device": "tablet", "network": "", "act": "apply", "seen_on": TODAY,
        "known_on": TODAY,
    })  # fmt: skip
    net = without(network({EvidenceKind.DEVICE: came}, TODAY, {}), {EvidenceKind.DEVICE: {"p0", "p1"}})
    counted = measures_of_all(net)
    assert counted["party"].to_list() == [f"p{number}" for number in range(2, HUB + 1)]
    assert counted["ring_members"].to_list() == counted["device_parties_30d"].to_list() == [0] * (HUB - 1)
    assert all(dict(around(net, row["party"]).measures)["device_parties_30d"] == 0 for row in counted.iter_rows(named=True))


def test_what_nobody_told_is_missing(told: Told) -> None:
    tables = {kind: frame for kind, frame in told.tables.items() if kind.value != "device" and kind.value != "contact_point"}
    one = around(network(tables, TODAY, called(told)), told.truth["party"][0])
    assert one.measures["ring_members"] is None
    assert one.measures["circle_hops"] is not None
    assert around(network({}, TODAY, {}), "nobody").measures == dict.fromkeys(MEASURES)


def test_a_firm_that_may_not_be_looked_at_is_not_seen_by_what_its_owner_tells() -> None:
    """Its owner allows that; a firm that took back its own relations alone is still one of the owner's."""
    told = {"party": ["owner"] * 2, "other": ["firm", "sister"], "relation": ["holds"] * 2, "known_on": [TODAY] * 2}
    net = network({EvidenceKind.RELATION: pl.DataFrame(told)}, TODAY, {name: name for name in told["other"]})
    for some, members in ((KINDS, ()), ((EvidenceKind.RELATION,), ("firm", "sister"))):
        seen = without(net, {kind: {"sister"} for kind in some})
        assert (around(seen, "firm").ring or NOBODY).members == members
    assert around(without(net, {kind: {"sister", "owner"} for kind in KINDS}), "firm").ring is None
