"""Circles: the widest way round of one party and of everybody at once are the same, and as wide as trying every way."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from farthing.graph.circles import MOST_HOPS, Trade, circle_of, circles, trade_of

PARTIES = "abcdefg"
SALES = st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES), st.integers(-3, 9)), max_size=22)


@given(SALES)
def test_one_party_and_everybody_agree(told: list[tuple[str, str, int]]) -> None:
    trade = trade_of(told)
    found = {party: circle for party in PARTIES if (circle := circle_of(trade, party)) is not None}
    assert {party: (one.round_fen, len(one.members)) for party, one in found.items()} == circles(trade)
    for party, one in found.items():
        steps = list(zip(one.members, (*one.members[1:], one.members[0]), strict=True))
        assert one.members[0] == party
        assert min(trade.sales[seller][buyer] for seller, buyer in steps) == one.round_fen


@given(SALES)
def test_it_is_the_widest_of_all_ways(told: list[tuple[str, str, int]]) -> None:
    trade = trade_of([one for one in told if one[0] in "abcd" and one[1] in "abcd"])
    assert {party: wide for party, (wide, _) in circles(trade).items()} == {
        party: wide for party in "abcd" if (wide := _tried(trade, party))
    }


def _tried(trade: Trade, party: str) -> int:
    ways = (way for length in range(1, min(MOST_HOPS, 4)) for way in itertools.permutations(set("abcd") - {party}, length))
    return max(
        (min(trade.sales.get(seller, {}).get(buyer, 0) for seller, buyer in itertools.pairwise((party, *way, party))) for way in ways),
        default=0,
    )
