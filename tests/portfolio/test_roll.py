"""Roll rates."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.portfolio.books import book

from farthing.portfolio.roll import end_loss, rolls


def test_each_bucket_rolls_somewhere() -> None:
    before = book(("a", 0, 1_000), ("b", 0, 1_000), ("c", 20, 500), ("gone", 70, 50))
    after = book(("a", 5, 1_000), ("b", 0, 600), ("c", 51, 700), ("new", 0, 9_999))
    flows = {
        (row["from_bucket"], row["to_bucket"]): (row["principal_fen"], row["share"]) for row in rolls(before, after).iter_rows(named=True)
    }
    assert flows == {
        ("0", "0"): (600, 0.3), ("0", "1-30"): (1_000, 0.5), ("0", "paid"): (400, 0.2),
        ("1-30", "31-60"): (500, 1.0), ("61-90", "paid"): (50, 1.0),
    }  # fmt: skip


lines = st.lists(
    st.tuples(st.integers(0, 20).map(str), st.integers(0, 400), st.integers(0, 10**9)), unique_by=lambda row: row[0], max_size=15
)


@given(before=lines, after=lines)
def test_every_fen_of_the_earlier_balance_is_somewhere(before: list, after: list) -> None:
    flows = rolls(book(*before), book(*after))
    assert flows["principal_fen"].sum() == sum(principal for _, _, principal in before)
    for (_,), row in flows.group_by("from_bucket"):
        assert row["share"].sum() == pytest.approx(1)


def test_the_reference_chain_ends_in_the_reference_loss() -> None:
    """4, 45, 60, 75, 85 and 92 per cent in turn leave 633,420 of a current balance of 100 million."""
    chain = [Fraction(percent, 100) for percent in (4, 45, 60, 75, 85, 92)]
    assert end_loss(chain) * 100_000_000 == 633_420
