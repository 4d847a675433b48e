"""Double entry: every set of postings sums to zero."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.lives import SHARES, life, terms

from farthing.domain.money import round_half_even
from farthing.domain.posting import Account
from farthing.domain.product import Share
from farthing.ledger.facility import advance, fold
from farthing.ledger.posting import Totals, balances, bank_part, entries, event_postings, postings, sums, totals


def test_a_draw_moves_loans_and_cash() -> None:
    events = life(terms(), [(0, "draw", 1_000_000)])
    rows = event_postings(fold(events[:1]), fold(events))
    assert {row.account: row.amount_fen for row in rows} == {
        Account.LOANS: 1_000_000, Account.CASH: -1_000_000, Account.LOSS_ALLOWANCE: -10_000, Account.IMPAIRMENT_LOSS: 10_000,
    }  # fmt: skip


def test_a_repayment_pays_interest_principal_and_leaves_a_surplus() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (10, "repay", 1_010_000)])
    before = advance(fold(events[:2]), dt.date(2024, 1, 20))
    moved = {row.account: row.amount_fen for row in event_postings(before, fold(events))}
    assert moved == {
        Account.CASH: 1_010_000, Account.LOANS: -1_000_000, Account.INTEREST_RECEIVABLE: -3_000, Account.CUSTOMER_SURPLUS: -7_000,
        Account.LOSS_ALLOWANCE: 10_000, Account.IMPAIRMENT_LOSS: -10_000,
    }  # fmt: skip


def test_past_90_days_interest_leaves_the_balance_sheet_and_comes_back_when_paid() -> None:
    state = fold(life(terms(), [(0, "draw", 1_000_000)]))
    on_90, on_91 = (advance(state, dt.date(2024, 1, 20) + dt.timedelta(days=days)) for days in (90, 91))
    assert totals(on_90).off_interest_fen == 0
    assert totals(on_91).off_interest_fen == on_91.interest_owed_fen
    rows = event_postings(on_90, on_91)
    owed, earned = on_91.interest_owed_fen, on_91.interest_fen - on_90.interest_fen
    assert {row.account: row.amount_fen for row in rows} == {
        Account.INTEREST_RECEIVABLE: earned - owed, Account.INTEREST_INCOME: owed - earned,
        Account.INTEREST_OFF_BALANCE: owed, Account.INTEREST_OFF_BALANCE_CONTRA: -owed,
        Account.LOSS_ALLOWANCE: -230_000, Account.IMPAIRMENT_LOSS: 230_000,  # from 2 % to 25 % of principal
    }  # fmt: skip
    back = event_postings(on_91, fold(life(terms(), [(0, "draw", 1_000_000), (101, "repay", owed)])))
    assert balances([*rows, *back]).get(Account.INTEREST_OFF_BALANCE) == 0


def test_what_is_posted_is_the_difference_to_date_and_nothing_twice() -> None:
    day = dt.date(2024, 5, 1)
    now = entries("revolving", Totals(drawn_fen=500, interest_fen=7))
    first = postings(day, now, {})
    assert sum(row.amount_fen for row in first) == 0
    assert postings(day, now, sums(first)) == ()


@given(st.lists(st.integers(0, 10**14), min_size=3, max_size=3), st.sampled_from(SHARES[3:]))
def test_il_06_a_joint_loan_is_split_to_the_fen_and_the_books_stay_whole(amounts: list[int], shares: tuple[Share, ...]) -> None:
    drawn, paid, interest = amounts
    whole = Totals(drawn_fen=drawn, principal_paid_fen=paid, interest_paid_fen=interest, interest_fen=interest)
    own = bank_part(whole, shares)
    books = entries("joint", own)
    assert sum(books.values()) == 0
    assert books["joint", Account.CASH] == paid + interest - drawn, "all the money passes through the bank"
    theirs = sum(round_half_even(drawn * share.ppm, 1_000_000) for share in shares)
    assert own.drawn_fen + theirs == drawn
    assert abs(own.drawn_fen * 1_000_000 - drawn * (1_000_000 - sum(share.ppm for share in shares))) <= 500_000 * len(shares)


@given(st.lists(st.integers(0, 10**14), min_size=5, max_size=5), st.sampled_from(SHARES[3:]))
def test_il_06_nothing_of_a_joint_loan_is_left_in_the_books_when_it_is_over(amounts: list[int], shares: tuple[Share, ...]) -> None:
    """What was paid, waived and taken off the balance sheet is all that was lent and earned: no fen of rounding stays behind."""
    paid, waived, off, interest_paid, interest_waived = amounts
    whole = Totals(
        drawn_fen=paid + waived + off, principal_paid_fen=paid, waived_principal_fen=waived, off_principal_fen=off,
        interest_fen=interest_paid + interest_waived + off, interest_paid_fen=interest_paid, waived_interest_fen=interest_waived,
        off_interest_fen=off, penalty_fen=waived + paid + off, penalty_paid_fen=paid, waived_penalty_fen=waived, off_penalty_fen=off,
    )  # fmt: skip
    books = entries("joint", bank_part(whole, shares))
    assert sum(books.values()) == 0
    left = {account: books["joint", account] for account in (Account.LOANS, Account.INTEREST_RECEIVABLE, Account.PENALTY_RECEIVABLE)}
    assert set(left.values()) == {0}, left


def test_il_06_money_beyond_what_a_joint_loan_owes_is_the_borrowers_and_no_partners() -> None:
    own = bank_part(Totals(drawn_fen=1_000, principal_paid_fen=1_000, surplus_fen=301), SHARES[3])
    books = entries("joint", own)
    assert (books["joint", Account.CUSTOMER_SURPLUS], books["joint", Account.DUE_TO_PARTNERS], books["joint", Account.CASH]) == (
        -301,
        0,
        301,
    )
