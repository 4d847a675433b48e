"""The frozen models of counties: one case equals many, missing and closed fields, newcomers, and bytes that nobody changes unseen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.segment.farmland import CLOSED, FIELDS, cases, fitted

from farthing.domain.errors import Invalid, NotFound
from farthing.models.naming import named
from farthing.models.segment.model import Segment, estimate, etas, start_segment
from farthing.quant.logistic import sigmoid

ROWS = st.integers(0, len(cases().bad) - 1)


def facts(row: int) -> dict[str, int | None]:
    every = cases()
    return {name: None if every.missing[name][row] else int(every.columns[name][row]) for name in FIELDS}


@settings(max_examples=60)
@given(ROWS, st.sampled_from([one.code for one in fitted().segments]))
def test_one_case_scores_as_many_do(row: int, code: str) -> None:
    model, every = fitted(), cases().take(np.array([row]))
    county = model.segment(code)
    eta = float(etas(model, county, every.columns, every.missing)[0])
    found = estimate(model, county, facts(row))
    assert found.pd_ppm == pytest.approx(float(sigmoid(np.array(eta))) * 1e6, abs=0.51)
    assert sum(part.logit_micro for part in found.parts) / 1e6 == pytest.approx(eta - county.weights[0] / 1e6, abs=len(FIELDS) * 1e-6)
    assert found.low_ppm <= found.pd_ppm <= found.high_ppm


@given(ROWS)
def test_the_interval_is_the_standard_error_of_the_covariance(row: int) -> None:
    model, county = fitted(), fitted().segment("县004")
    found = estimate(model, county, facts(row))
    x = np.array([1.0, *(field.score(facts(row)[field.name]) / 1e3 for field in model.fields)])
    eta = x @ np.array(county.weights) / 1e6
    half = 1.645 * np.sqrt(x @ np.array(county.covariance) @ x / 1e9)
    low, high = sigmoid(np.array([eta - half, eta + half])) * 1e6
    assert (found.low_ppm, found.high_ppm) == (pytest.approx(low, abs=1), pytest.approx(high, abs=1))


@given(ROWS, st.sets(st.sampled_from(FIELDS)))
def test_a_missing_field_adds_nothing_and_stops_nothing(row: int, gone: set[str]) -> None:
    model, county = fitted(), fitted().segment("县001")
    whole = estimate(model, county, facts(row))
    some = estimate(model, county, {name: value for name, value in facts(row).items() if name not in gone})
    left = {part.field: part.logit_micro for part in whole.parts}
    assert {part.field: part.logit_micro for part in some.parts} == {name: 0 if name in gone else left[name] for name in FIELDS}


def test_parts_are_told_worst_first() -> None:
    found = estimate(fitted(), fitted().segment("县001"), facts(0))
    assert [part.logit_micro for part in found.parts] == sorted((part.logit_micro for part in found.parts), reverse=True)


@given(st.sets(st.sampled_from(FIELDS), min_size=1))
def test_a_newcomer_is_less_sure_than_any_county_and_wholly_borrowed(opened: set[str]) -> None:
    model = fitted()
    made = start_segment(model, "县099", sorted(opened))
    assert set(made.open) == opened
    assert made.local_share_ppm == 0
    usual = dict.fromkeys(FIELDS)
    every = {one.code: estimate(model, one, usual) for one in (made, *model.segments)}
    assert max(every, key=lambda code: every[code].high_ppm / every[code].low_ppm) == "县099"


def test_where_everything_is_open_a_newcomer_is_the_common_model_and_an_unknown_county_too() -> None:
    model = fitted()
    made = start_segment(model, "县099", FIELDS)
    assert made.weights == pytest.approx(model.common.weights, abs=1)
    assert model.segment("nowhere").weights == model.common.weights
    grown = named(replace(model, segments=(*model.segments, made)))
    assert grown.segment("县099") == made
    assert grown.name != model.name


def test_open_fields_carry_what_is_closed_by_their_correlations() -> None:
    model = fitted()
    half = start_segment(model, "县099", [name for name in FIELDS if name not in CLOSED])
    correlation = np.array(model.correlation) / 1e6
    shut = [FIELDS.index(name) for name in CLOSED]
    opened = [place for place in range(len(FIELDS)) if place not in shut]
    common = np.array(model.common.weights[1:])
    expected = common[opened] + np.linalg.solve(correlation[np.ix_(opened, opened)], correlation[np.ix_(opened, shut)]) @ common[shut]
    assert half.weights[1:] == pytest.approx(expected, abs=2)


def test_what_cannot_be_started_is_refused() -> None:
    with pytest.raises(NotFound, match="moonlight"):
        start_segment(fitted(), "县099", ["moonlight"])
    with pytest.raises(Invalid, match="No field is open"):
        start_segment(fitted(), "县099", [])


def test_a_county_lacks_no_weight() -> None:
    with pytest.raises(Invalid, match="lacks a weight"):
        Segment("县001", 1, 0, ("a",), (1,), ((1,),), (1,))
