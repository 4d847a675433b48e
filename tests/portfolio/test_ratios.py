"""Section O of the rulebook."""

from __future__ import annotations

from fractions import Fraction

import pytest

from farthing.portfolio.ratios import (
    capital_adequacy,
    coverage_ratio,
    npl_ratio,
    ppm,
    provision_ratio,
    scissors_ratio,
    special_mention_ratio,
)


@pytest.mark.parametrize(("npl", "loans", "provisions"), [(159, 10_000, 326), (1, 3, 7), (10**15, 10**17 + 1, 10**16)])
def test_provisions_over_loans_is_npl_ratio_times_coverage(npl: int, loans: int, provisions: int) -> None:
    bad, cover, whole = npl_ratio(npl, loans), coverage_ratio(provisions, npl), provision_ratio(provisions, loans)
    assert bad is not None
    assert cover is not None
    assert bad * cover == whole


@pytest.mark.parametrize(
    ("npl_percent", "coverage_percent", "reported"),
    [(1.73, 196.91, 3.40), (1.50, 211.19, 3.18), (1.50, 205.21, 3.07), (1.52, 207.15, 3.14)],
)
def test_the_identity_holds_for_the_industry_as_reported(npl_percent: float, coverage_percent: float, reported: float) -> None:
    loans = 10**12
    npl = round(loans * npl_percent / 100)
    provisions = round(npl * coverage_percent / 100)
    whole = provision_ratio(provisions, loans)
    assert whole is not None
    rounding = 0.005 * (coverage_percent / 100 + npl_percent / 100 + 1)  # each figure is printed to two decimals
    assert float(whole) * 100 == pytest.approx(reported, abs=rounding)


def test_an_empty_book_has_no_ratio() -> None:
    assert [npl_ratio(0, 0), coverage_ratio(5, 0), provision_ratio(0, 0), scissors_ratio(0, 0), special_mention_ratio(0, 0)] == [None] * 5
    assert ppm(None) is None
    assert npl_ratio(0, 10) == 0


def test_capital_is_net_of_deductions() -> None:
    assert capital_adequacy(150, 20, 1_000) == Fraction(13, 100)
    assert ppm(capital_adequacy(150, 20, 1_000)) == 130_000
