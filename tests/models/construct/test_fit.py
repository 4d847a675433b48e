"""Fitting scales: they follow the hidden quality, leave out what tells nothing, and say why."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.construct.owners import OWNERS, answers, facts, fitted

from farthing.domain.errors import Invalid
from farthing.models.construct.fit import Columns, LeftOut, fit_constructs
from farthing.models.construct.model import read

NONE = np.ones(OWNERS, np.bool_)


def test_scores_follow_the_quality_and_the_bars_hold_it() -> None:
    quality = answers()[1]
    for scale in fitted().scales:
        readings = [read(fitted(), scale, facts(row)) for row in range(OWNERS)]
        score = np.array([one.score for one in readings])
        assert np.corrcoef(score, quality)[0, 1] > 0.7, scale.name
        assert abs(score.mean() - 500) < 25
        truth = 500 + 100 * quality
        held = np.mean([one.low <= value <= one.high for one, value in zip(readings, truth, strict=True)])
        assert held == pytest.approx(0.9, abs=0.05), scale.name
        assert 0 < scale.reliability_ppm < 1_000_000
        assert scale.alpha_ppm is not None


def replaced(feature: str, value: np.ndarray, missing: np.ndarray) -> Columns:
    return {**answers()[0], feature: (value, missing)}


@pytest.mark.parametrize(("value", "missing", "why"), [
    (np.zeros(OWNERS, np.int64), NONE, "unanswered"),
    (np.full(OWNERS, 7), ~NONE, "constant"),
    (np.random.default_rng(1).integers(0, 99, OWNERS), ~NONE, "weak"),
])  # fmt: skip
def test_what_tells_nothing_is_left_out_and_why(value: np.ndarray, missing: np.ndarray, why: str) -> None:
    made, left = fit_constructs(replaced("owner_plans_ahead", value, missing), "made up", synthetic=True)
    assert left == (LeftOut("management", "owner_plans_ahead", why),)
    management = next(scale for scale in made.scales if scale.name == "management")
    assert "owner_plans_ahead" not in {item.feature for item in management.items}


def test_two_items_are_taken_to_tell_alike_and_one_makes_no_scale() -> None:
    nobody = {name: (np.zeros(OWNERS, np.int64), NONE) for name in ("owner_schooling", "owner_trade_months", "owner_address_months")}
    made, left = fit_constructs({**answers()[0], **nobody}, "made up", synthetic=True)
    assert [scale.name for scale in made.scales] == ["management", "qualification"]
    assert [one.why for one in left] == ["unanswered", "unanswered", "alone", "unanswered"]
    (first, second) = made.scales[1].items
    assert first.discrimination_milli == second.discrimination_milli


def test_too_few_owners_or_none_who_answered_are_refused() -> None:
    few = {name: (value[:99], missing[:99]) for name, (value, missing) in answers()[0].items()}
    with pytest.raises(Invalid, match="99 owners"):
        fit_constructs(few, "made up", synthetic=True)
    with pytest.raises(Invalid, match="No construct"):
        fit_constructs({name: (value, NONE) for name, (value, _) in answers()[0].items()}, "made up", synthetic=True)
