"""A relief plan says whom it reaches and gives something."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from farthing.domain.errors import Invalid
from farthing.domain.relief import ReliefPlan

FLOOD = ReliefPlan("rlf_a", "洪涝", ("平江县",), (), 30, dt.date(2024, 7, 1), 6, dt.date(2024, 3, 10), 500_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "}, {"counties": ()}, {"later_months": 25}, {"later_months": -1}, {"worst_dpd": -1}, {"coupon_up_to_fen": 0},
        {"coupon_until": None}, {"holiday_until": None, "later_months": 0, "coupon_until": None, "coupon_up_to_fen": 0},
    ],
)  # fmt: skip
def test_a_plan_that_gives_nothing_or_to_nobody_is_none(changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        replace(FLOOD, **changes)  # type: ignore[arg-type]


def test_one_gift_is_enough() -> None:
    assert replace(FLOOD, later_months=0, coupon_until=None, coupon_up_to_fen=0).holiday_until is not None
