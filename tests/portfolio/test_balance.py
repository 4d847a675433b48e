"""The book on a day."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from tests.portfolio.books import book

from farthing.domain.arrears import Bucket
from farthing.portfolio.balance import balance, by, on_the_books, with_bucket

BOOK = book(("a", 0, 6_000), ("b", 1, 2_000), ("c", 90, 1_000), ("d", 91, 500), ("e", 400, 500), ("f", 0, 0))


def test_npl_counts_the_last_three_classes_and_90_days_is_not_among_them() -> None:
    of = balance(BOOK)
    assert (of.lines, of.owing, of.principal_fen) == (6, 5, 10_000)
    assert (of.special_mention_fen, of.non_performing_fen, of.overdue_90_fen) == (3_000, 1_000, 1_000)
    assert (of.npl_ratio, of.special_mention_ratio, of.scissors_ratio) == (Fraction(1, 10), Fraction(3, 10), 1)


def test_slices_add_up_to_the_book() -> None:
    for column in ("loan_class", "product", "bucket"):
        slices = by(with_bucket(BOOK), column)
        assert sum(part.principal_fen for part in slices.values()) == balance(BOOK).principal_fen
        assert sum(part.lines for part in slices.values()) == 6


def test_buckets_of_the_frame_are_the_buckets_of_the_domain() -> None:
    days = list(range(400))
    frame = with_bucket(book(*((str(dpd), dpd, 1) for dpd in days)))
    assert frame["bucket"].to_list() == [Bucket.of(dpd).value for dpd in days]


def test_an_empty_book_is_a_book() -> None:
    of = balance(BOOK.clear())
    assert (of.lines, of.principal_fen, of.npl_ratio) == (0, 0, None)
    assert by(with_bucket(BOOK.clear()), "bucket") == {}


def test_large_sums_do_not_overflow() -> None:
    large = book(*((str(row), 0, 2**61) for row in range(16)))
    assert balance(large).principal_fen == 2**65
    assert large.select(pl.col("principal_fen").sum()).item() != 2**65


def test_what_was_written_off_is_no_loan_any_more() -> None:
    whole = book(("kept", 0, 100), ("gone", 400, 50))
    assert balance(on_the_books(whole, ["gone"])).npl_ratio == 0
    assert balance(on_the_books(whole, [])).npl_ratio == Fraction(1, 3)
