"""Choosing one after the other: what tells beside the others is taken, what only repeats them is not."""

from __future__ import annotations

import numpy as np
import pytest

from farthing.models.forward import Stop, forward
from farthing.models.sample import Sample
from farthing.quant.binning import Bools, Floats
from farthing.quant.logistic import fit_logistic, sigmoid

STOP = Stop(5, 6.0, 0.99)


def sample(bad: Bools) -> Sample:
    return Sample((), {}, bad, np.ones(len(bad)))


def evidence(seed: int = 1, cases: int = 3_000) -> tuple[dict[str, Floats], Bools]:
    """Safer as `strong` and `hidden` grow; `hidden` stands behind what it shares with `strong`, `copy` repeats it, `noise` is none."""
    rng = np.random.default_rng(seed)
    strong, own, noise = (rng.normal(size=cases) for _ in range(3))
    hidden = own - 0.9 * strong
    bad = rng.random(cases) < sigmoid(-1.5 - 1.2 * strong - 0.9 * hidden)
    return {"strong": strong, "hidden": hidden, "copy": strong + 0.05 * rng.normal(size=cases), "noise": noise}, bad


def test_what_tells_only_beside_another_is_taken_and_a_copy_is_not() -> None:
    told, bad = evidence()
    taken = forward(told, sample(bad), STOP)
    assert len(taken) == 2
    assert "hidden" in taken
    alone = forward({"hidden": told["hidden"], "noise": told["noise"]}, sample(bad), STOP)
    assert alone == ["hidden"]


def test_the_statistic_is_near_twice_what_the_likelihood_gains() -> None:
    told, bad = evidence(2)
    x = told["strong"][:, None]
    none = np.full(len(bad), np.log(bad.mean() / (1 - bad.mean())))
    one = fit_logistic(x, bad).predict(x)
    gained = 2 * ((bad * one - np.logaddexp(0, one)) - (bad * none - np.logaddexp(0, none))).sum()
    low, high = (forward({"strong": told["strong"]}, sample(bad), Stop(1, gained * share, 1.0)) for share in (0.85, 1.15))
    assert (low, high) == (["strong"], [])


@pytest.mark.parametrize(("stop", "count"), [(Stop(1, 6.0, 0.99), 1), (Stop(5, 1e9, 0.99), 0), (Stop(5, 0.0, 0.2), 2)])
def test_it_stops_where_it_is_told(stop: Stop, count: int) -> None:
    told, bad = evidence()
    assert len(forward({name: told[name] for name in ("strong", "copy", "noise")}, sample(bad), stop)) <= count
    turned = {"wrong": -told["strong"], "still": np.zeros(len(bad))}
    assert forward(turned, sample(bad), STOP) == [], "evidence is never turned round"
