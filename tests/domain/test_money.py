from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.domain.money import format_yuan, parse_yuan, round_half_even


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**18))
def test_rounding_agrees_with_exact_fractions(numerator: int, denominator: int) -> None:
    assert round_half_even(numerator, denominator) == round(Fraction(numerator, denominator))


@pytest.mark.parametrize(("numerator", "rounded"), [(5, 0), (15, 2), (25, 2), (-5, 0), (-15, -2), (26, 3)])
def test_ties_go_to_the_even_neighbour(numerator: int, rounded: int) -> None:
    assert round_half_even(numerator, 10) == rounded


@given(st.integers(-(10**15), 10**15))
def test_what_is_shown_reads_back(amount_fen: int) -> None:
    assert parse_yuan(format_yuan(amount_fen)) == amount_fen


@pytest.mark.parametrize(
    "text", ["", "1.234", "abc", "1e5", "--3", "１２", "1 000", "NaN", "¥", "1,50", "1,0", "12,34", ",500", "1,2345", "1,000,"]
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_yuan(text)
    assert refused.value.code == "bad_amount"
