"""The wide scorecard takes what tells and little else, keeps declared directions, and reads nothing that may be no ground."""

from __future__ import annotations

import numpy as np
import pytest

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.features.catalogue import CATALOGUE
from farthing.models.dimension.signals import TRENDS
from farthing.models.reasons import CANDIDATE
from farthing.models.sample import Sample
from farthing.models.wide import NO_GROUND, develop_wide, taken_of, wide_candidates, without_leaks
from farthing.quant.binning import Trend

CASES, TELL = 1_200, ("turnover_monthly_12m", "buyers_12m", "refund_amount_monthly_12m")
NAMES = (*TELL, *[one.feature for one in wide_candidates(CATALOGUE) if one.feature not in TELL][:90])


def sample(seed: int = 3, *, told: bool = True) -> Sample:
    """Ninety features that know nothing and three that do; the third has no declared direction."""
    rng = np.random.default_rng(seed)
    columns = {name: (rng.integers(0, 1_000, CASES), rng.random(CASES) < 0.05) for name in NAMES}
    first, second, third = (columns[name][0] / 1_000 for name in TELL)
    eta = -0.5 - 2.5 * first - 2.0 * second + 2.0 * third if told else np.full(CASES, -1.5)
    return Sample((), columns, rng.random(CASES) < 1 / (1 + np.exp(-eta)), np.ones(CASES))


def test_the_whole_catalogue_is_open_but_for_what_may_be_no_ground() -> None:
    every = wide_candidates(CATALOGUE)
    assert len(every) > 2_500
    names = {one.feature for one in every}
    assert not names & set(NO_GROUND)
    assert not any(EvidenceKind.CONTACT_POINT in CATALOGUE[name].sources for name in names)
    for one in every:
        if one.feature in CANDIDATE:
            assert one == CANDIDATE[one.feature]
        else:
            assert one.trend is TRENDS.get(one.feature, Trend.AUTO)


def test_of_many_features_those_that_tell_are_taken() -> None:
    fitted = develop_wide(sample(), wide_candidates(CATALOGUE))
    assert set(TELL) <= set(fitted.features)
    assert len(fitted.features) <= len(TELL) + 1
    falling = fitted.bins[fitted.features.index("turnover_monthly_12m")]
    ordinary = [bad / max(good + bad, 1) for good, bad in zip(falling.good, falling.bad, strict=True)][: falling.ordinary]
    assert ordinary == sorted(ordinary, reverse=True), "more turnover is declared safer"


def test_of_features_that_know_nothing_hardly_any_is_taken_and_nothing_is_no_card() -> None:
    blind = sample(told=False)
    assert len(taken_of(blind, wide_candidates(CATALOGUE))) <= 2
    few = [one for one in wide_candidates(CATALOGUE) if one.feature in NAMES[3:13]]
    with pytest.raises(Invalid, match="better than chance"):
        develop_wide(blind, few)


def test_the_order_of_candidates_does_not_matter() -> None:
    one = sample()
    some = [each for each in wide_candidates(CATALOGUE) if each.feature in NAMES[:12]]
    assert taken_of(one, some) == taken_of(one, some[::-1])


def test_what_knows_the_outcome_is_done_without_unless_it_was_declared() -> None:
    one = sample()
    leaky = {name: (one.bad.astype(np.int64), np.zeros(CASES, np.bool_)) for name in ("refund_amount_monthly_12m", "turnover_monthly_12m")}
    left = {each.feature for each in without_leaks(Sample((), {**one.columns, **leaky}, one.bad, one.weight), wide_candidates(CATALOGUE))}
    assert "refund_amount_monthly_12m" not in left
    assert "turnover_monthly_12m" in left, "it stops the work in refuse_leaks"
