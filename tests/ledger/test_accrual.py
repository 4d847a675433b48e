"""Interest in integers: one formula for a line and for a column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.rate import Basis, Rate
from farthing.ledger.accrual import INT64_MAX, fits, interest_exact, interest_exact_columns, posted, posted_columns, total

amounts = st.integers(0, 2**62 - 1)


def column(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_ten_thousand_yuan_at_three_basis_points_a_day_earns_three_yuan() -> None:
    rate = Rate(30_000, Basis.DAY)
    assert posted(interest_exact(1_000_000, rate, 1), rate) == 300


@pytest.mark.parametrize(("halves", "fen"), [(1, 0), (3, 2), (5, 2), (7, 4)])
def test_half_a_fen_goes_to_the_even_neighbour(halves: int, fen: int) -> None:
    rate = Rate(1, Basis.DAY)
    exact = halves * rate.denominator // 2
    assert posted(exact, rate) == fen
    assert posted_columns(column(exact), column(rate.denominator)).tolist() == [fen]


@given(exact=amounts, principal=st.integers(0, 10**13), units=st.integers(0, 10**6), days=st.integers(0, 40_000))
def test_columns_equal_integers_wherever_they_fit(exact: int, principal: int, units: int, days: int) -> None:
    rate = Rate(units, Basis.YEAR_365)
    arguments = (column(exact), column(principal), column(units), column(days))
    true = exact + interest_exact(principal, rate, days)
    if bool(fits(*arguments)[0]):
        assert true <= INT64_MAX
        assert interest_exact_columns(*arguments).tolist() == [true]
        assert posted_columns(column(true), column(rate.denominator)).tolist() == [posted(true, rate)]
    else:
        assert true >= 2**59, "a row is turned away only near the end of the range"
        with pytest.raises(AssertionError):
            interest_exact_columns(*arguments)


@given(exact=st.integers(0, INT64_MAX), denominator=st.sampled_from([10**8, 360 * 10**6, 365 * 10**6]))
def test_rounding_holds_over_the_whole_range(exact: int, denominator: int) -> None:
    rate = {10**8: Rate(1, Basis.DAY), 360 * 10**6: Rate(1, Basis.YEAR_360), 365 * 10**6: Rate(1, Basis.YEAR_365)}[denominator]
    assert posted_columns(column(exact), column(denominator)).tolist() == [posted(exact, rate)]


@given(st.lists(st.integers(-INT64_MAX, INT64_MAX), max_size=40))
def test_sums_do_not_overflow(values: list[int]) -> None:
    assert total(column(*values)) == sum(values)
