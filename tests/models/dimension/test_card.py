"""The card by example: what is off, how sure that leaves us, where a score shown ends, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.models.dimension.cards import card_of, facet_of

from farthing.domain.errors import Invalid
from farthing.models.dimension.card import Allowed, DimensionCard, ScoreKind, Standing, decode, lost, score_dimensions
from farthing.models.dimension.enterprise import DIMENSIONS
from farthing.models.scorecard import Attribute, Bin

BEHAVIOUR, BUREAU, TRAITS, NETWORK, CIRCLE = DIMENSIONS


def attribute(name: str, low: int, high: int, missing: int) -> Attribute:
    """Two bins about 10, and what a usual good customer earns: the better."""
    bins = Bin("< 10", low, 0, 1, 1), Bin(">= 10", high, 0, 1, 1)
    return Attribute(name, 0, "count", f"{name}中", name, (10,), bins, Bin("missing", missing, 0, 1, 1), max(low, high))


@pytest.fixture
def card() -> DimensionCard:
    return card_of([
        facet_of(BEHAVIOUR, (attribute("turnover", -20, 12, -20), attribute("voids", 5, -30, 0)), 1),
        facet_of(BUREAU, (attribute("late", 4, -8, 0),), -2),
        facet_of(TRAITS, (), 9),
        facet_of(CIRCLE, (attribute("contacts", 3, -3, 0),), 0),
    ])  # fmt: skip


KNOWN = {"turnover": 5, "voids": 40, "late": 1, "contacts": 2}


def standings(card: DimensionCard, known: Mapping[str, int | str | None], allowed: Allowed | None = None) -> dict[str, Standing]:
    return {one.code: one.standing for one in score_dimensions(card, known, allowed).facets}


def test_points_and_reasons_by_hand(card: DimensionCard) -> None:
    found = score_dimensions(card, KNOWN)
    assert found.points == 600 + (1 - 20 - 30) + (-2 + 4)
    assert [(one.feature, one.shortfall) for one in lost(found)] == [("voids", 35), ("turnover", 32)]
    assert lost(found, 1)[0].feature == "voids"
    assert score_dimensions(card, KNOWN, Allowed()).points == found.points + 3


def test_how_a_dimension_stands(card: DimensionCard) -> None:
    assert standings(card, KNOWN) == {
        "behaviour": Standing.ON, "bureau": Standing.ON, "traits": Standing.IDLE, "circle": Standing.NOT_ASKED,
    }  # fmt: skip
    assert standings(card, {**KNOWN, "late": None})["bureau"] is Standing.ABSENT
    assert standings(card, KNOWN, Allowed(off={"bureau"}))["bureau"] is Standing.WITHHELD
    assert standings(card, KNOWN, Allowed(withheld={"late"}))["bureau"] is Standing.WITHHELD
    partly = score_dimensions(card, KNOWN, Allowed(off=card.asked, withheld={"voids"}))
    assert partly.facets[0].standing is Standing.ON
    assert [one.points for one in partly.facets[0].contributions] == [-20, 0]


def test_what_is_not_known_widens_the_interval_by_its_spread(card: DimensionCard) -> None:
    """Calibration is sure within 2 points, a dimension spreads by 7: 1.96 x 2 is 3 whole points, 1.96 x sqrt(4 + 49) is 14."""
    on, off = score_dimensions(card, KNOWN), score_dimensions(card, KNOWN, Allowed(off={"bureau", "circle"}))
    assert on.high_pd_ppm == card.pd_of(on.points - 3)
    assert on.low_pd_ppm == card.pd_of(on.points + 3)
    assert off.high_pd_ppm == card.pd_of(off.points - 14)
    assert off.low_pd_ppm == card.pd_of(off.points + 14)
    assert off.points == on.points - 2


def test_a_score_shown_ends_where_the_scale_does_and_the_pd_does_not(card: DimensionCard) -> None:
    narrow = replace(card, kind=ScoreKind.PERSONAL, floor=590, ceiling=610)
    found = score_dimensions(narrow, KNOWN)
    assert (found.score, found.points) == (590, 553)
    assert found.pd_ppm == narrow.pd_of(553)


def test_cards_that_cannot_be_right_are_refused(card: DimensionCard) -> None:
    for wrong in ({"pd_ppm": card.pd_ppm[:-1]}, {"pd_ppm": card.pd_ppm[::-1]}, {"spread_milli": ()}, {"base_points": 10_000}):
        with pytest.raises(Invalid) as refused:
            replace(card, **wrong)
        assert refused.value.code == "bad_scorecard"
    with pytest.raises(Invalid) as unread:
        decode(b'{"name":"mdl_x"}')
    assert unread.value.code == "not_dimensions"
