"""What a house carries, by hand and by law: rounded down, behind prior claims, never more than is registered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.houses import LIEN, TO_REGISTER, VALUE, walked
from tests.ledger.lives import terms

from farthing.domain.collateral.grid import LendingGrid, LtvRow
from farthing.domain.collateral.house import HouseKind, HouseStage, HouseState, Lien
from farthing.domain.facility import LineState, LineStatus
from farthing.ledger.collateral import (
    MarginState,
    carried_fen,
    covered,
    loan_to_value_ppm,
    margin,
    release_refusal,
    room,
)
from farthing.ledger.facility import open_line
from farthing.sources.catalogue import packaged_products

GRID = LendingGrid(tuple(LtvRow(kind, months, ppm) for kind in HouseKind for months, ppm in ((12, 700_000), (120, 333_333))), 12, 6)
PRODUCT = packaged_products()["revolving"]


def line(limit_fen: int = 50_000_000, owed_fen: int = 0, **changes: object) -> LineState:
    """A line that owes so much principal."""
    state = open_line(terms(line="lin_a", limit_fen=limit_fen, tenor_months=12, **changes))
    return replace(state, drawn_fen=owed_fen)


def house(**changes: object) -> HouseState:
    return replace(walked(*TO_REGISTER)[1], **changes)  # type: ignore[arg-type]


def test_a_house_carries_its_share_of_the_lower_end_less_what_comes_before() -> None:
    odd = replace(VALUE, low_fen=99_999_999)
    assert carried_fen(house(valuations=(odd,)), GRID, 120) == 33_333_299, "333,333 ppm of 99,999,999 fen, rounded down"
    behind = Lien("lin_a", 2, 90_000_000, 30_000_000)
    assert carried_fen(house(lien=behind), GRID, 12) == 40_000_000
    assert carried_fen(house(lien=replace(behind, prior_fen=80_000_000)), GRID, 12) == 0
    assert carried_fen(house(lien=replace(LIEN, secured_fen=5_000_000)), GRID, 12) == 5_000_000, "no more than is registered"


@pytest.mark.parametrize("stage", [stage for stage in HouseStage if stage is not HouseStage.REGISTERED])
def test_a_house_that_is_not_registered_carries_nothing(stage: HouseStage) -> None:
    state = house(stage=stage, secured_fen=0)
    assert carried_fen(state, GRID, 12) == 0
    assert room(state, line().terms, PRODUCT, GRID, None).fen == 0
    assert covered(line(owed_fen=1_000), [state]).covered_fen == 0


def test_a_term_longer_than_the_grid_knows_carries_nothing() -> None:
    assert carried_fen(house(), GRID, 121) == 0


def test_the_smallest_cap_binds_and_names_itself() -> None:
    state = house(secured_fen=10_000_000)
    found = room(state, line().terms, PRODUCT, GRID, None)
    assert {cap.name: cap.fen for cap in found.caps} == {"ltv": 60_000_000, "registered": 80_000_000, "product_max": 250_000_000}
    assert (found.fen, found.binding.name) == (60_000_000, "ltv")
    assert room(state, line().terms, PRODUCT, GRID, 55_000_000).binding.name == "decided"
    assert room(house(secured_fen=80_000_000), line().terms, PRODUCT, GRID, None).fen == 0, "passed already: no room, and no debt either"


def test_a_margin_says_what_is_the_matter() -> None:
    state = house(secured_fen=70_000_000)
    fine = margin(line(100_000_000, 100_000_000), [state], GRID)
    assert (fine.state, fine.unsecured_fen, fine.carried_fen) == (MarginState.ENOUGH, 30_000_000, 70_000_000)
    less = replace(state, valuations=(replace(VALUE, low_fen=80_000_000),))
    over = margin(line(100_000_000, 80_000_000), [less], GRID)
    assert (over.state, over.over_fen, over.short_fen) == (MarginState.LIMIT_OVER, 14_000_000, 0)
    short = margin(line(100_000_000, 90_000_000), [less], GRID)
    assert (short.state, short.over_fen, short.short_fen) == (MarginState.SHORT, 14_000_000, 4_000_000)


def test_a_house_of_another_line_counts_for_nothing() -> None:
    state = house(secured_fen=70_000_000, lien=replace(LIEN, line="lin_b"))
    assert margin(line(owed_fen=10), [state], GRID).secured_fen == 0
    assert covered(line(owed_fen=10), [state]).covered_fen == 0


def test_loan_to_value_counts_what_comes_before_and_rounds_up() -> None:
    assert loan_to_value_ppm(line(owed_fen=50_000_001), house()) == 500_001
    assert loan_to_value_ppm(line(owed_fen=0), house(lien=Lien("lin_a", 2, 1, 25_000_000))) == 250_000
    assert loan_to_value_ppm(line(), house(lien=None)) is None


def test_a_lien_stays_while_its_line_owes_and_goes_with_a_claim_that_was_sold() -> None:
    assert release_refusal(house(), line()) is None
    assert release_refusal(house(stage=HouseStage.AGREED), line(owed_fen=1)) is None, "what is not registered secures nothing yet"
    for state, code in ((line(owed_fen=1), "still_secured"), (replace(line(), status=LineStatus.SOLD), "lien_sold")):
        refused = release_refusal(house(), state)
        assert refused is not None
        assert refused.code == code


AMOUNT = st.integers(0, 10**12)


@given(low=st.integers(1, 10**12), prior=AMOUNT, registered=st.integers(1, 10**12), secured=AMOUNT, owed=AMOUNT, limit=AMOUNT)
def test_what_is_covered_and_what_is_not_add_up(low: int, prior: int, registered: int, secured: int, owed: int, limit: int) -> None:
    value = replace(VALUE, low_fen=low, mid_fen=low, high_fen=low)
    state = house(valuations=(value,), lien=Lien("lin_a", 2 if prior else 1, registered, prior), secured_fen=secured)
    of = line(limit, owed)
    part = covered(of, [state])
    assert part.covered_fen + part.net_fen == owed
    assert 0 <= part.covered_fen <= max(low - prior, 0)
    found, carried = margin(of, [state], GRID), carried_fen(state, GRID, 12)
    assert 0 <= carried <= min(registered, low)
    assert carried * 1_000_000 <= low * 700_000
    assert found.over_fen == max(secured - carried, 0)
    raise_room = room(state, of.terms, PRODUCT, GRID, None)
    assert raise_room.fen + min(secured, carried) <= max(carried, 0) or raise_room.fen == 0, "a raise never passes what is carried"
