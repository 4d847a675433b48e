from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from farthing.world.economy import Economy
from farthing.world.grid import false_months, invented_months, open_months, parts, real_sales
from farthing.world.trade import sold_inside


@given(wholes=st.lists(st.floats(1.0, 1e7), min_size=1, max_size=8), seed=st.integers(0, 10**6))
def test_parts_come_to_the_whole(wholes: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    times = rng.integers(1, 9, len(wholes))
    cut = parts(rng, np.array(wholes), times)
    assert np.allclose(np.add.reduceat(cut, np.concatenate([[0], np.cumsum(times)[:-1]])), wholes)


def test_nobody_has_months_before_they_open(economy: Economy) -> None:
    rows = open_months(economy)
    opened = np.array([merchant.opened_month for merchant in economy.merchants])
    assert (rows.month >= opened[rows.who]).all()
    assert rows.count == sum(economy.plan.months - merchant.opened_month for merchant in economy.merchants)


def test_real_sales_are_what_is_shown_but_where_sales_were_invented(economy: Economy) -> None:
    invented, real = invented_months(economy), real_sales(economy)
    assert invented.any()
    shown = np.maximum(economy.demand, sold_inside(economy))
    assert (real[~invented] == shown[~invented]).all()
    assert (real[invented & (shown > 0)] < shown[invented & (shown > 0)]).all()
    assert false_months(economy)[list(economy.ring)].sum(axis=1).tolist() == [8] * 5
