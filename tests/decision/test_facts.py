"""The facts of one application: every spec present, bounded, of its type."""

from __future__ import annotations

import pytest
from tests.decision.cases import DAY, PRODUCTS, SOUND, SPECS, given

from farthing.decision.facts import ESTIMATED, MOST_FEN, bounded, gather, specs_of, within
from farthing.domain.errors import Invalid
from farthing.domain.facts import FactType
from farthing.features.catalogue import FEATURES


def test_every_feature_is_a_fact_with_its_unit_and_scale() -> None:
    for feature in FEATURES:
        spec = SPECS[feature.name]
        assert (spec.unit, spec.scale, spec.zh, spec.en) == (feature.unit, feature.scale, feature.zh, feature.en)
        assert (spec.type is FactType.NUMBER) == (feature.scale > 0)


def test_facts_hold_every_spec_and_missing_is_none() -> None:
    facts = gather(given(PRODUCTS["sme_term"], SOUND, pd=None), SPECS, DAY)
    assert set(facts.values) == set(SPECS)
    assert facts.values["pd_12m"] is None
    assert facts.values["turnover_12m"] == 600_000_000
    assert facts.values["product_max_fen"] == 100_000_000
    assert facts.values["related_party_insider"] is False


def test_a_value_beyond_its_bounds_stays_at_the_bound() -> None:
    assert bounded({"turnover_12m": 9 * MOST_FEN, "buyers_12m": None}, SPECS) == {"turnover_12m": MOST_FEN, "buyers_12m": None}
    cover = next(spec for spec in ESTIMATED if spec.name == "dscr_12m")
    assert [within(cover, value) for value in (10**15, -(10**15), 7, None)] == [cover.high, cover.low, 7, None]
    ring = next(spec for spec in ESTIMATED if spec.name == "fraud_ring")
    assert within(ring, True) is True
    with pytest.raises(Invalid, match="turnover_12m"):
        gather(given(PRODUCTS["sme_term"], {"turnover_12m": "99999999999"}), SPECS, DAY)


def test_the_specs_of_no_features_are_our_own() -> None:
    assert {"pd_12m", "requested_fen", "related_party_insider"} <= set(specs_of([]))
