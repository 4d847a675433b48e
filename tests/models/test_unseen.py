"""Evidence from bins that did not see the case: each case left out once, by weight and not by row, and what only looks good found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from farthing.domain.errors import Invalid
from farthing.models import unseen
from farthing.models.fit import WIDE, fit_scorecard
from farthing.models.sample import Sample
from farthing.models.table import Column, Kind, sample_of_table
from farthing.quant.binning import Floats
from farthing.quant.discrimination import auc

COLUMNS = (Column("true"), Column("place", Kind.CATEGORY), Column("sum"))


def table(cases: int, seed: int) -> pl.DataFrame:
    """One column of three tells something; a place of forty and a sum of money say nothing, and seem to where bads are few."""
    rng = np.random.default_rng(seed)
    true = rng.normal(0, 100, cases).round()
    return pl.DataFrame({
        "true": true, "place": [f"p{one:02d}" for one in rng.integers(0, 40, cases)], "sum": rng.lognormal(8, 1, cases).round(),
        "bad": rng.random(cases) < 1 / (1 + np.exp(2.5 - true / 120)),
    })  # fmt: skip


def sample(cases: int = 300, seed: int = 1) -> Sample:
    return sample_of_table(table(cases, seed), COLUMNS, "bad")


def first(_: Sample, others: Sample) -> Floats:
    """Evidence that needs no bins: the first column and its half."""
    value = others.columns["true"][0] / 100.0
    return -np.column_stack([value, value / 2.0])


@pytest.mark.parametrize("weight", [1.0, 0.3, 2.5])
def test_all_weight_is_left_out_once_and_each_fold_has_its_share_of_bads(weight: float) -> None:
    one = sample()
    weights = np.where(np.arange(300) % 3 == 0, weight, 1.0)
    found = unseen.parts(replace(one, weight=weights), 5)
    assert found.sum(axis=0) == pytest.approx(weights)
    assert found.min() >= -1e-9
    assert found[:, one.bad].sum(axis=1) == pytest.approx(np.full(5, weights[one.bad].sum() / 5), abs=1.01)


def test_a_case_of_weight_two_is_left_out_as_two_equal_ones_in_any_order() -> None:
    one = sample()
    times = np.random.default_rng(2).integers(1, 4, 300)
    heavy = unseen.parts(replace(one, weight=times.astype(np.float64)), 5)
    shuffled = np.random.default_rng(3).permutation(np.repeat(np.arange(300), times))
    many = unseen.parts(one.take(shuffled), 5)
    again = np.stack([np.bincount(shuffled, part, 300) for part in many])
    assert again == pytest.approx(heavy)


def test_weights_that_would_put_an_outcome_in_one_fold_are_split_over_all() -> None:
    one = sample()
    found = unseen.parts(replace(one, weight=np.where(one.bad, 1e-9, 1.0)), 5)
    assert (found == found[0]).all()


def test_bins_never_see_the_case_they_speak_of() -> None:
    one, looked = sample(), []

    def tell(fitting: Sample, others: Sample) -> Floats:
        looked.append(set(map(tuple, _rows(fitting))) & set(map(tuple, _rows(others))))
        return first(fitting, others)

    told = unseen.unseen(one, 5, first(one, one), tell)
    assert looked == [set()] * 5
    assert sorted(told.case) == list(range(300))
    assert told.evidence[np.argsort(told.case)] == pytest.approx(first(one, one))


def _rows(one: Sample) -> np.ndarray:
    return np.column_stack([one.columns["true"][0], one.columns["sum"][0]])


def test_the_share_fades_where_cases_bear_their_bins(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [unseen.share_unseen(cases, 50) for cases in (1_000, 40_000, 60_000, 80_000, 10**6)] == [1.0, 1.0, 0.5, 0.0, 0.0]
    monkeypatch.setattr(unseen, "FULL_WORK", 400)
    one = sample()
    told = unseen.unseen(one, 5, first(one, one) * 3.0, first)
    assert told.evidence[np.argsort(told.case)] == pytest.approx(first(one, one) * (0.5 + 1.5))


def test_weights_are_drawn_to_one_that_all_share_and_none_turns() -> None:
    one = sample(2_000)
    told = unseen.unseen(one, 5, first(one, one), first)
    noise = np.random.default_rng(8).normal(size=len(told.case))
    alike = replace(told, evidence=np.column_stack([told.evidence[:, 0], noise]))
    free, drawn = (np.array(unseen.weigh(alike, one.bad, together).coefficients) for together in (1e-6, 1e6))
    assert free[0] < -0.5 < 5 * free[1]
    assert drawn == pytest.approx(np.full(2, drawn[0]), abs=1e-3)
    assert drawn[0] < -0.1
    turned = replace(told, evidence=np.column_stack([told.evidence[:, 0], -told.evidence[:, 0]]))
    assert unseen.weigh(turned, one.bad, 1e-6).coefficients[1] == 0.0


def test_what_only_looks_good_gets_fewer_points_and_new_cases_are_ranked_better() -> None:
    """By weights from the same cases a place that says nothing gets as many points as it seems to say."""
    found = fit_scorecard(table(3_000, 4), COLUMNS, "bad")
    fooled = fit_scorecard(table(3_000, 4), COLUMNS, "bad", settings=replace(WIDE, folds=0))
    place, true = (
        [np.ptp(dict(zip(one.features, one.effects, strict=True))[name]) for one in (found, fooled)] for name in ("place", "true")
    )
    assert place[0] < 0.8 * place[1]
    assert true[0] > 0.8 * true[1]
    fresh = sample_of_table(table(20_000, 5), COLUMNS, "bad")
    assert auc(found.eta(fresh), fresh.bad) > auc(fooled.eta(fresh), fresh.bad) + 0.003


def test_where_nothing_holds_of_other_cases_no_card_is_made() -> None:
    """Pure chance: in one draw of two it holds the wrong way round of cases left out."""
    frame = table(3_000, 7).with_columns(bad=np.random.default_rng(8).random(3_000) < 0.1)
    assert fit_scorecard(frame, COLUMNS[1:2], "bad", settings=replace(WIDE, folds=0)).features
    with pytest.raises(Invalid, match="No candidate"):
        fit_scorecard(frame, COLUMNS[1:2], "bad")
