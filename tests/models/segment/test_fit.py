"""Fitting counties: the same cases give the same whole numbers, and what cannot be fitted says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.models.segment.farmland import CLOSED, FIELDS, cases, fitted, frame

from farthing.domain.errors import Invalid
from farthing.models.artefact import encode
from farthing.models.segment.fit import cases_of, chosen, eta_of, fit_segments, tellings
from farthing.models.segment.model import etas
from farthing.quant.discrimination import auc


def test_the_same_cases_in_another_order_give_the_same_bytes() -> None:
    turned = cases().take(np.arange(len(cases().bad))[::-1])
    first, second = fitted(), fit_segments(turned)
    assert [one.weights for one in second.segments] == [pytest.approx(one.weights, abs=5) for one in first.segments]
    assert encode(fit_segments(cases())) == encode(first)


def test_every_county_ranks_its_farms() -> None:
    model, every = fitted(), cases()
    for one in model.segments:
        mine = every.take(np.flatnonzero(every.segment == one.code))
        assert auc(etas(model, one, mine.columns, mine.missing), mine.bad) > 0.75, one.code


def test_a_closed_field_has_no_weight_and_others_carry_it() -> None:
    closed = fitted().segment("县002")
    assert set(FIELDS) - set(closed.open) == set(CLOSED)
    assert all(set(one.open) == set(FIELDS) for one in fitted().segments if one.code != "县002")


def test_a_county_with_more_cases_is_more_its_own() -> None:
    every = cases()
    few = np.concatenate([np.flatnonzero(every.segment != "县001"), np.flatnonzero(every.segment == "县001")[:60]])
    before, after = (fit_segments(one).segment("县001").local_share_ppm for one in (every.take(few), every))
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
        fit_segments(cases_of(frame().filter(some), FIELDS, "county", "defaulted"))
    assert refused.value.code == code


def test_a_field_that_tells_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="trade_months"):
        fit_segments(cases_of(frame().with_columns(trade_months=pl.lit(7)), FIELDS, "county", "defaulted"))
    with pytest.raises(Invalid, match="trade_months"):
        fit_segments(cases_of(frame().with_columns(trade_months=pl.lit(None, dtype=pl.Int64)), FIELDS, "county", "defaulted"))


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
    model = fit_segments(cases_of(frame, ("told", "twin"), "county", "bad"))
    closed, open_ = model.segment("c"), model.segment("a")
    assert closed.open == ("twin",)
    assert open_.weights[1] / 1e6 == pytest.approx(1.2, abs=0.15)
    assert abs(open_.weights[2]) / 1e6 < 0.15
    assert closed.weights[1] / 1e6 == pytest.approx(1.2 * twins, abs=0.2)


def test_another_rate_of_bads_moves_every_segment_alike() -> None:
    """At a tenth of the odds, every log-odds is lower by the same."""
    moved, plain = fit_segments(cases(), "county", 10_000), fitted()
    assert (moved.by, moved.target_rate_ppm, moved.sample_rate_ppm) == ("county", 10_000, plain.sample_rate_ppm)
    lower = eta_of(plain, cases()) - eta_of(moved, cases())
    assert lower.std() < 1e-5
    assert lower.mean() > 1.0


def test_as_many_fields_are_chosen_as_the_bads_carry_and_no_two_that_tell_the_same() -> None:
    every = cases()
    late, months = every.columns["late_days_12m"], every.columns["trade_months"]
    twin = replace(
        every,
        columns={**every.columns, "twin": late * 2 + 1, "same": months * 0},
        missing={**every.missing, "twin": every.missing["late_days_12m"], "same": every.missing["trade_months"]},
    )
    assert set(tellings(twin)) == {*FIELDS, "twin"}
    kept = set(chosen(twin).columns)
    assert len(kept & {"twin", "late_days_12m"}) == 1
    few = twin.take(np.concatenate([np.flatnonzero(~twin.bad), np.flatnonzero(twin.bad)[:40]]))
    assert len(chosen(few).columns) == 4
    with pytest.raises(Invalid, match="No field differs"):
        chosen(twin.reading(["same"]))


def test_the_digest_tells_of_values_outcomes_and_segments() -> None:
    one = cases()
    assert one.digest == replace(one).digest
    others = (replace(one, bad=~one.bad), replace(one, segment=one.segment[::-1]), one.reading(list(FIELDS)[1:]))
    assert len({one.digest, *(other.digest for other in others)}) == 4
