from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from farthing.domain.errors import Invalid
from farthing.quant.discrimination import auc
from farthing.world.farms import VECTOR, FarmPlan, farms

PLAN = FarmPlan(counties=6, farms=4_000)


def test_the_same_seed_is_the_same_and_a_county_stays_itself_among_more() -> None:
    made = farms(PLAN)
    assert made.rows.equals(farms(PLAN).rows)
    assert made.rows.height == 24_000
    more = farms(FarmPlan(counties=8, farms=4_000))
    assert more.rows.filter(pl.col("county") == "县003").equals(made.rows.filter(pl.col("county") == "县003"))
    assert not farms(FarmPlan(seed=1, counties=6, farms=4_000)).rows.equals(made.rows)


def test_a_county_may_have_twenty_thousand_farms_and_more() -> None:
    made = farms(FarmPlan(counties=2, farms=50_000))
    assert made.rows.group_by("county").len()["len"].to_list() == [50_000, 50_000]


def test_the_planted_weights_are_found_again_and_each_county_has_its_own() -> None:
    """The county's own weights rank its farms as well as anything can; they differ from county to county."""
    made = farms(PLAN)
    names = [name for name, _ in VECTOR]
    for code, level, *weights in made.truth.select("county", "level", *names).iter_rows():
        rows = made.rows.filter(pl.col("county") == code)
        ranks = np.column_stack([rows[name].rank().to_numpy() / rows.height - 0.5 for name in names])
        found = auc(ranks @ np.array(weights), rows["defaulted"].to_numpy())
        assert found > 0.7, code
        assert 0.005 < float(rows["defaulted"].mean()) < 0.3, level  # type: ignore[arg-type]
    spread = made.truth.select(pl.col(names).std())
    assert all(value > 0.01 for value in spread.row(0))


def test_a_plan_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="at least one county"):
        farms(FarmPlan(counties=0))
