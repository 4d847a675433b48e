"""Models of segments on cases that took no part: later ones if times are told, and the newest segment as if it had no cases."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.models.segment.farmland import FIELDS, cases

from farthing.models.segment.fit import Cases, fit_segments
from farthing.models.segment.model import etas, start_segment
from farthing.models.segment.validate import Validation, pooled, validate_segments
from farthing.quant.discrimination import auc

NEW = "县006"


@cache
def timed() -> Cases:
    """The farms in their order; those of the last county came when the others had half of theirs."""
    every = cases()
    time = np.arange(len(every.bad)) % 600
    return replace(every, time=np.where(every.segment == NEW, 300 + time // 2, time))


@cache
def validated() -> Validation:
    return validate_segments(timed(), fit_segments, 1)


def test_later_cases_test_and_the_worst_segment_is_told() -> None:
    found = validated()
    assert found.out_of_time
    assert found.tested == int((timed().time > np.quantile(timed().time, 0.7, method="lower")).sum())
    assert found.measures["auc"].value > 0.75
    assert found.measures["auc"].low < found.measures["auc"].value < found.measures["auc"].high
    assert found.worst is not None
    assert found.worst.calibration_error == max(one.calibration_error for one in found.segments if one.cases >= 50)


def test_the_newest_segment_starts_without_its_cases_and_is_compared_with_all_of_them() -> None:
    newest = validated().newest
    assert newest is not None
    assert newest.code == NEW
    assert newest.started.value > 0.7
    assert newest.share.value == pytest.approx(newest.started.value / newest.own.value)
    others = timed().take(np.flatnonzero(timed().segment != NEW))
    blind, mine = fit_segments(others), timed().take(np.flatnonzero(timed().segment == NEW))
    eta = etas(blind, start_segment(blind, NEW, list(FIELDS)), mine.columns, mine.missing)
    assert newest.started.value == pytest.approx(auc(eta, mine.bad), abs=1e-9)


def test_without_times_folds_test_and_no_segment_is_newest() -> None:
    some = cases().take(np.arange(0, len(cases().bad), 3))
    found = validate_segments(some, fit_segments, 1)
    assert (found.out_of_time, found.tested, found.newest) == (False, len(some.bad), None)


def test_outcomes_turned_at_random_are_not_ranked() -> None:
    """What cannot be known is not found: out of fold, a model of shuffled outcomes ranks no better than chance."""
    some = cases().take(np.arange(0, len(cases().bad), 3))
    shuffled = replace(some, bad=np.random.default_rng(5).permutation(some.bad))
    assert validate_segments(shuffled, fit_segments, 1).measures["auc"].value == pytest.approx(0.5, abs=0.08)


def test_the_plain_regression_reads_what_varies() -> None:
    every = cases()
    told = np.zeros(len(every.bad), np.bool_)
    same = replace(every, columns={**every.columns, "same": every.columns["trade_months"] * 0}, missing={**every.missing, "same": told})
    assert auc(pooled(same, same), every.bad) > 0.75
