"""Section O of the rulebook."""

from __future__ import annotations

from contextlib import nullcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.portfolio.ratios import (
    ProvisionStandard,
    capital_adequacy,
    coverage_ratio,
    npl_ratio,
    ppm,
    provision_ratio,
    scissors_ratio,
    special_mention_ratio,
)


@pytest.mark.parametrize(("npl", "loans", "provisions"), [(159, 10_000, 326), (1, 3, 7), (10**15, 10**17 + 1, 10**16)])
def test_pv_01_provisions_over_loans_is_npl_ratio_times_coverage(npl: int, loans: int, provisions: int) -> None:
    bad, cover, whole = npl_ratio(npl, loans), coverage_ratio(provisions, npl), provision_ratio(provisions, loans)
    assert bad is not None
    assert cover is not None
    assert bad * cover == whole


@pytest.mark.parametrize(
    ("npl_percent", "coverage_percent", "reported"),
    [(1.73, 196.91, 3.40), (1.50, 211.19, 3.18), (1.50, 205.21, 3.07), (1.52, 207.15, 3.14)],
)
def test_pv_01_the_identity_holds_for_the_industry_as_reported(npl_percent: float, coverage_percent: float, reported: float) -> None:
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


def test_pv_02_the_higher_of_two_and_a_half_per_cent_of_loans_and_150_per_cent_of_non_performing_ones() -> None:
    standard = ProvisionStandard()
    assert standard.required_fen(1_000_000, 0) == 25_000
    assert standard.required_fen(1_000_000, 20_000) == 30_000
    assert standard.required_fen(3_000_000, 50_000) == 75_000, "at 1.667 % non-performing both amounts are the same"
    assert standard.required_fen(3_000_000, 50_001) == 75_002
    assert standard.required_fen(3_000_000, 49_999) == 75_000
    assert standard.required_fen(41, 0) == 2, "a part of a fen is a whole one"


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_pv_02_whoever_holds_it_meets_both_ratios(loans: int, npl: int) -> None:
    held = ProvisionStandard().required_fen(loans, min(npl, loans))
    assert held * 1000 >= 25 * loans
    assert held * 2 >= 3 * min(npl, loans)
    assert (held - 1) * 1000 < 25 * loans or (held - 1) * 2 < 3 * min(npl, loans), "and no fen more is asked for"


@pytest.mark.parametrize(
    ("loans_ppm", "coverage_ppm", "fine"),
    [(15_000, 1_200_000, True), (25_000, 1_500_000, True), (14_999, 1_200_000, False), (15_000, 1_199_999, False),
     (25_001, 1_500_000, False), (25_000, 1_500_001, False)],
)  # fmt: skip
def test_pv_03_a_banks_own_standard_lies_within_the_range(loans_ppm: int, coverage_ppm: int, fine: bool) -> None:
    with nullcontext() if fine else pytest.raises(Invalid):
        assert ProvisionStandard(loans_ppm, coverage_ppm).required_fen(10**9, 0) == 1_000 * loans_ppm


def test_section_o_more_than_90_days_late_outside_the_non_performing_is_told_by_the_scissors() -> None:
    assert scissors_ratio(100, 100) == 1
    above = scissors_ratio(101, 100)
    assert above is not None
    assert above > 1
    assert special_mention_ratio(25, 1_000) == Fraction(25, 1_000)
