"""Rings: walked out from one party and found for everybody at once they are the same; public places and later days tie nobody."""

from __future__ import annotations

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st

from farthing.graph.rings import HUB, Tie, TieKind, known_ties, ring_of, rings, without

TODAY = dt.date(2025, 6, 30)
PARTIES = [f"p{number}" for number in range(14)]
TIES = st.lists(
    st.builds(
        Tie,
        st.sampled_from(PARTIES),
        st.sampled_from(TieKind),
        st.sampled_from("abcd"),
        st.integers(-5, 40).map(lambda ago: TODAY - dt.timedelta(days=ago)),
    ),
    max_size=40,
)


@given(TIES)
def test_one_party_and_everybody_agree(told: list[Tie]) -> None:
    ties = known_ties(told, TODAY)
    every = rings(ties)
    assert {party: ring for party in PARTIES if (ring := ring_of(ties, party)) is not None} == every
    for party, ring in every.items():
        assert party in ring.members
        assert len(ring.members) > 1


@given(TIES, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(told: list[Tie], chance: object) -> None:
    again = [*told, *told]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert rings(known_ties(again, TODAY)) == rings(known_ties(told, TODAY))


@given(TIES)
def test_no_ring_sees_the_future(told: list[Tie]) -> None:
    assert rings(known_ties(told, TODAY)) == rings(known_ties([one for one in told if one.since <= TODAY], TODAY))


@given(st.integers(2, 14))
def test_a_public_place_ties_nobody(crowd: int) -> None:
    told = [Tie(party, TieKind.DEVICE, "tablet", TODAY) for party in PARTIES[:crowd]]
    assert bool(rings(known_ties(told, TODAY))) is (crowd <= HUB)


AGAIN = [Tie("p0", TieKind.DEVICE, "a", TODAY - dt.timedelta(days=ago)) for ago in (5, 1, 3)]


@example(AGAIN, 1)
@given(TIES, st.integers(0, 40))
def test_ties_that_come_later_are_as_if_all_had_come_at_once(told: list[Tie], first: int) -> None:
    assert known_ties(told[first:], TODAY, known_ties(told[:first], TODAY)) == known_ties(told, TODAY)


@given(TIES, st.sets(st.sampled_from(PARTIES)))
def test_who_leaves_ties_nobody_and_nobody_else_is_tied_by_it(told: list[Tie], gone: set[str]) -> None:
    ties = known_ties(told, TODAY)
    left = rings(without(ties, [(party, mark) for party in gone for mark in ties.of_party.get(party, {})]))
    assert not gone & left.keys()
    for party, ring in left.items():
        assert set(ring.members) <= set(rings(ties)[party].members)
