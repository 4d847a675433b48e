"""Segments: told by the evidence there is, judged apart, the worst first."""

from __future__ import annotations

import numpy as np
import pytest

from farthing.models.dimension.segments import by_segment, channels
from farthing.models.sample import Sample
from farthing.quant.discrimination import auc
from farthing.quant.logistic import sigmoid


def test_the_channel_is_told_by_the_evidence_and_land_comes_first() -> None:
    there = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]], dtype=np.bool_)
    names = ("parcels_area_now", "order_amount_monthly_12m", "receipt_days_12m")
    columns = {name: (np.zeros(4, dtype=np.int64), ~row) for name, row in zip(names, there, strict=True)}
    sample = Sample((), columns, np.zeros(4, dtype=np.bool_), np.ones(4))
    assert channels(sample) == ("farm", "farm", "online", "other")
    assert channels(Sample((), {}, sample.bad, sample.weight)) == ("other",) * 4


def test_a_score_that_is_wrong_of_one_segment_has_it_first() -> None:
    rng = np.random.default_rng(2)
    eta = rng.normal(size=3_000) - 1.5
    names = ["right"] * 1_500 + ["wrong"] * 1_480 + ["few"] * 20
    true = eta + np.where(np.arange(3_000) >= 1_500, 1.0, 0.0)
    bad = rng.random(3_000) < sigmoid(true)
    bad[-20:] = False
    found = {one.name: one for one in by_segment(eta, bad, names)}
    assert next(iter(by_segment(eta, bad, names))).calibration_error == max(one.calibration_error for one in found.values())
    assert found["wrong"].calibration_error > 0.08 > 0.04 > found["right"].calibration_error
    assert found["right"].auc is not None
    assert found["right"].auc.value == pytest.approx(auc(eta[:1_500], bad[:1_500]))
    assert found["wrong"].calibration_error > 3 * found["wrong"].by_chance
    assert found["right"].by_chance < 0.02 < found["few"].by_chance
    assert (found["few"].auc, found["few"].slope) == (None, None), "twenty cases without a bad rank nobody"
