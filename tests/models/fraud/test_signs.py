"""Signs: each is there to be read, points one way, and says the applicant's own number."""

from __future__ import annotations

from farthing.features.catalogue import CATALOGUE
from farthing.graph.network import MEASURES
from farthing.models.fraud.signs import OF_FEATURES, OF_NETWORK, SHARES, SIGN, SIGNS, words
from farthing.quant.binning import Trend


def test_every_sign_is_a_feature_or_a_measure_of_the_network() -> None:
    assert set(OF_FEATURES) <= set(CATALOGUE)
    assert set(OF_NETWORK) <= set(MEASURES)
    assert len(SIGN) == len(SIGNS) == len(OF_FEATURES) + len(OF_NETWORK)


def test_every_sign_speaks_against_the_higher_value() -> None:
    """A fraud's rule can then always be read as 'at least'."""
    assert {sign.trend for sign in SIGNS} == {Trend.RISING}


def test_shares_have_six_decimals_and_counts_none() -> None:
    assert {name for name in OF_FEATURES if CATALOGUE[name].scale == 6} == SHARES & set(OF_FEATURES)


def test_a_sign_says_its_number_in_both_languages() -> None:
    assert words(SIGN["ring_members"], 5) == ("与多个主体共用设备或联系方式（5）", "Tied to others by shared devices or contacts (5)")
    assert words(SIGN["circle_share"], 834_000)[1].endswith("(83.4 %)")
    assert words(SIGN["circle_share"], None)[1].endswith("(no record to judge by)")
