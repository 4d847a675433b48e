"""The internal rate of return against the rulebook's worked numbers (section H)."""

from __future__ import annotations

import pytest

from farthing.quant.irr import irr


@pytest.mark.parametrize(("received", "nominal", "effective"), [(10_000, 0.14452, 0.15449), (9_700, 0.20311, 0.22313)])
def test_pr_02_ten_thousand_repaid_in_twelve_months_of_nine_hundred(received: int, nominal: float, effective: float) -> None:
    rate = irr(range(13), [received, *[-900] * 12])
    assert rate * 12 == pytest.approx(nominal, abs=5e-6)
    assert (1 + rate) ** 12 - 1 == pytest.approx(effective, abs=5e-6)


def test_nothing_earned_is_a_rate_of_zero_and_a_loss_is_below_it() -> None:
    assert irr([0, 1], [100, -100]) == pytest.approx(0, abs=1e-12)
    assert irr([0, 1], [100, -50]) == pytest.approx(-0.5)


def test_amounts_that_all_go_one_way_have_no_rate() -> None:
    with pytest.raises(ValueError, match="no internal rate"):
        irr([0, 1], [100, 100])
