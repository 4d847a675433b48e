"""Joint loans beside the bank's capital and its book: 25 % of net tier-1 with one partner, half of all loans in all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from farthing.domain.product import Share
from farthing.portfolio.joint import JointBook, breach, joint_book, own_fen
from farthing.sources.catalogue import packaged_products

ALONE = packaged_products()["revolving"]
WITH_A = replace(ALONE, code="with_a", shares=(Share("pty_a", 300_000),))
WITH_BOTH = replace(ALONE, code="with_both", shares=(Share("pty_a", 300_000), Share("pty_b", 300_000)))
PRODUCTS = {one.code: one for one in (ALONE, WITH_A, WITH_BOTH)}


def test_a_loan_with_two_partners_counts_towards_each_with_all_of_the_banks_part() -> None:
    book = joint_book({"revolving": 1_000, "with_a": 1_000, "with_both": 1_000, "gone": 50}, PRODUCTS)
    assert book == JointBook({"pty_a": 700 + 400, "pty_b": 400}, 1_100, 2_150)


def test_the_partners_part_is_rounded_as_the_ledger_does() -> None:
    assert own_fen(101, (Share("pty_a", 300_000),)) == 101 - 30
    assert own_fen(105, (Share("pty_a", 300_000),)) == 105 - 32, "half to even"


@pytest.mark.parametrize(("more_fen", "rule"), [(0, None), (50, None), (51, "IL-07")])
def test_il_07_with_one_partner_at_most_a_quarter_of_net_tier_1(more_fen: int, rule: str | None) -> None:
    book = JointBook({"pty_a": 200}, 200, 10_000)
    assert breach(book, ["pty_a"], more_fen, 1_000) == rule
    assert breach(book, ["pty_b"], more_fen, 1_000) is None, "another partner has room of its own"
    assert breach(book, ["pty_b", "pty_a"], more_fen, 1_000) == rule


@pytest.mark.parametrize(("more_fen", "rule"), [(0, None), (200, None), (201, "IL-08")])
def test_il_08_joint_loans_at_most_half_of_all_loans(more_fen: int, rule: str | None) -> None:
    """400 of 1,000: with 200 more, 600 of 1,200."""
    assert breach(JointBook({"pty_a": 400}, 400, 1_000), ["pty_a"], more_fen, 10**9) == rule


def test_il_08_a_bank_without_other_loans_lends_nothing_jointly() -> None:
    assert breach(JointBook({}, 0, 0), ["pty_a"], 1, 10**9) == "IL-08"
    assert breach(JointBook({}, 0, 0), ["pty_a"], 0, 0) is None
