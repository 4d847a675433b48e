"""Rates, with the rulebook's golden figures (section H)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.domain.rate import Basis, Rate


@pytest.mark.parametrize(("units", "simple", "compounded"), [(20_000, "7.30", 0.0757), (60_000, "21.90", 0.2447)])
def test_pr_02_the_seeds_daily_rates_by_both_conventions(units: int, simple: str, compounded: float) -> None:
    rate = Rate(units, Basis.DAY)
    assert rate.annual_percent() == Decimal(simple)
    assert rate.annual_compounded() == pytest.approx(compounded, abs=5e-5)


def test_a_rate_shows_itself_per_day_and_per_year() -> None:
    assert str(Rate(30_000, Basis.DAY).daily_percent()) == "0.0300"
    assert str(Rate(30_000, Basis.DAY).annual_percent()) == "10.95"
    assert Rate(60_000, Basis.YEAR_365).annual_percent() == Decimal("6.00")
    assert Rate(60_000, Basis.YEAR_360).annual_simple() == Fraction(6, 100)


@given(st.integers(0, 400_000), st.sampled_from(list(Basis)), st.sampled_from(list(Basis)))
def test_changing_basis_moves_a_rate_by_less_than_one_unit(units: int, basis: Basis, other: Basis) -> None:
    rate = Rate(units, basis)
    assert abs(rate.as_basis(other).daily() - rate.daily()) <= Fraction(1, 2 * Rate(0, other).denominator)


def test_a_negative_rate_is_refused() -> None:
    with pytest.raises(Invalid):
        Rate(-1, Basis.DAY)
