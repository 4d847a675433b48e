"""Those turned down: the outer bounds hold whatever is true, and learning of them corrects what selection by the score of the time did."""

from __future__ import annotations

from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.models.enterprises import made_up

from farthing.models.fit import Settings, develop
from farthing.models.reasons import CANDIDATES
from farthing.models.sample import Sample
from farthing.models.validation.rejected import THEN, augmented, chance_then, rate_of_all, seen_then, with_rejected
from farthing.quant.logistic import sigmoid

FEW = tuple(one for one in CANDIDATES if one.feature != "turnover_monthly_12m")


@given(st.integers(1, 50), st.integers(51, 100), st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=1, max_size=40))
def test_what_is_true_lies_between_the_outer_bounds(bads: int, labelled: int, rejected: list[tuple[float, bool]]) -> None:
    chance, came = (np.array(side) for side in zip(*rejected, strict=True))
    none, told, thrice, every = (float(one.value) for one in rate_of_all(bads, labelled, chance))
    truth = (bads + int(came.sum())) / (labelled + len(came))
    assert none - 5e-5 <= truth <= every + 5e-5
    assert none <= told <= thrice <= every


def selected() -> tuple[Sample, Sample]:
    """The made-up firms, the third with the least turnover turned down by a score of that alone."""
    sample = made_up(1500)
    turnover = np.log1p(sample.columns["turnover_monthly_12m"][0].astype(float))
    then = np.rint(1e6 * sigmoid(-1.2 - 1.5 * (turnover - turnover.mean()))).astype(np.int64)
    whole, refused = seen_then(sample, then), then > np.quantile(then, 0.67)
    return whole.take(np.flatnonzero(~refused)), whole.take(np.flatnonzero(refused))


def test_a_model_that_sees_less_is_half_as_wrong_when_it_learns_of_them() -> None:
    accepted, rejected = selected()
    hidden = Sample(rejected.subjects, rejected.columns, np.zeros_like(rejected.bad), rejected.weight)
    plain = partial(develop, candidates=FEW, settings=Settings())
    biases = [float(sigmoid(fit(accepted).eta(rejected)).mean() - rejected.bad.mean()) for fit in (plain, with_rejected(plain, hidden))]
    assert biases[0] < -0.05, "who was turned down is taken for one of those that were not"
    assert abs(biases[1]) < abs(biases[0]) / 2


def test_each_stands_once_and_the_outcomes_of_those_turned_down_are_never_read() -> None:
    accepted, rejected = selected()
    both = augmented(accepted, rejected)
    flipped = augmented(accepted, Sample((), rejected.columns, ~rejected.bad, rejected.weight))
    assert (both.weight == flipped.weight).all()
    assert (both.bad == flipped.bad).all()
    assert np.isclose(both.weight.sum(), len(accepted.bad) + len(rejected.bad), rtol=1e-2)


def test_the_chance_rises_with_the_score_of_the_time() -> None:
    accepted, _ = selected()
    asked = np.array([10_000, 100_000, 500_000])
    found = chance_then(accepted.columns[THEN][0], accepted.bad, accepted.weight, asked)
    assert (np.diff(found) > 0).all()
