"""Fitting counties: the same cases give the same whole numbers, and what cannot be fitted says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.models.county.farmland import CLOSED, FIELDS, cases, fitted, frame

from farthing.domain.errors import Invalid
from farthing.models.county.fit import cases_of, fit_counties
from farthing.models.county.model import encode, etas
from farthing.quant.discrimination import auc


def test_the_same_cases_in_another_order_give_the_same_bytes() -> None:
    turned = cases().take(np.arange(len(cases().bad))[::-1])
    first, second = fitted(), fit_counties(turned)
    assert [one.weights for one in second.counties] == [pytest.approx(one.weights, abs=5) for one in first.counties]
    assert encode(fit_counties(cases())) == encode(first)


def test_every_county_ranks_its_farms() -> None:
    model, every = fitted(), cases()
    for one in model.counties:
        mine = every.take(np.flatnonzero(every.county == one.code))
        assert auc(etas(model, one, mine.columns, mine.missing), mine.bad) > 0.75, one.code


def test_a_closed_field_has_no_weight_and_others_carry_it() -> None:
    closed = fitted().county("县002")
    assert set(FIELDS) - set(closed.open) == set(CLOSED)
    assert all(set(one.open) == set(FIELDS) for one in fitted().counties if one.code != "县002")


def test_a_county_with_more_cases_is_more_its_own() -> None:
    every = cases()
    few = np.concatenate([np.flatnonzero(every.county != "县001"), np.flatnonzero(every.county == "县001")[:60]])
    before, after = (fit_counties(one).county("县001").local_share_ppm for one in (every.take(few), every))
    assert before < after


def test_scores_are_standard_and_rise() -> None:
    for field in fitted().fields:
        assert list(field.scores) == sorted(field.scores)
        assert list(field.starts) == sorted(set(field.starts))
        assert -4_000 < field.scores[0] < 0 < field.scores[-1] < 4_000


@pytest.mark.parametrize(("change", "code"), [
    ({"defaulted": pl.lit("yes")}, "not_outcome"),
    ({"trade_months": pl.lit(1.5)}, "not_whole"),
])  # fmt: skip
def test_a_wrong_column_is_named(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        cases_of(frame().with_columns(**change), FIELDS, "county", "defaulted")
    assert refused.value.code == code
    assert refused.value.field in change


@pytest.mark.parametrize(("some", "code"), [
    (pl.col("county") <= "县002", "few_cases"),
    (~pl.col("defaulted"), "few_cases"),
])  # fmt: skip
def test_too_little_to_tell_counties_apart_is_refused(some: pl.Expr, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        fit_counties(cases_of(frame().filter(some), FIELDS, "county", "defaulted"))
    assert refused.value.code == code


def test_a_field_that_tells_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="trade_months"):
        fit_counties(cases_of(frame().with_columns(trade_months=pl.lit(7)), FIELDS, "county", "defaulted"))
    with pytest.raises(Invalid, match="trade_months"):
        fit_counties(cases_of(frame().with_columns(trade_months=pl.lit(None, dtype=pl.Int64)), FIELDS, "county", "defaulted"))


def test_what_a_closed_field_told_is_carried_once() -> None:
    """The outcome follows one field alone; where it is closed, a twin that follows it takes its weight over, once."""
    rng = np.random.default_rng(12)
    rows, twins = 12_000, 0.8
    told = rng.standard_normal(rows)
    twin = twins * told + (1 - twins**2) ** 0.5 * rng.standard_normal(rows)
    county = np.array(["a", "b", "c"]).repeat(rows // 3)
    frame = pl.DataFrame({
        "county": county, "told": np.rint(1e4 * told).astype(np.int64), "twin": np.rint(1e4 * twin).astype(np.int64),
        "bad": rng.random(rows) < 1 / (1 + np.exp(1.5 - 1.2 * told)),
    }).with_columns(told=pl.when(pl.col("county") == "c").then(None).otherwise(pl.col("told")))  # fmt: skip
    model = fit_counties(cases_of(frame, ("told", "twin"), "county", "bad"))
    closed, open_ = model.county("c"), model.county("a")
    assert closed.open == ("twin",)
    assert open_.weights[1] / 1e6 == pytest.approx(1.2, abs=0.15)
    assert abs(open_.weights[2]) / 1e6 < 0.15
    assert closed.weights[1] / 1e6 == pytest.approx(1.2 * twins, abs=0.2)
