"""Migration of classes: every line with principal at either end is in one cell, and both columns add up to the book."""

from __future__ import annotations

from tests.portfolio.books import book

from farthing.portfolio.migration import migrations


def test_lines_move_come_and_go_and_every_fen_is_counted() -> None:
    before = book(("a", 0, 100), ("b", 5, 200), ("c", 100, 300), ("paid", 0, 50), ("empty", 0, 0))
    after = book(("a", 3, 90), ("b", 0, 150), ("c", 130, 300), ("paid", 0, 0), ("fresh", 0, 70), ("empty", 0, 0))
    found = migrations(before, after)
    assert found.rows() == [
        ("new", "normal", 1, 0, 70), ("normal", "special_mention", 1, 100, 90), ("normal", "gone", 1, 50, 0),
        ("special_mention", "normal", 1, 200, 150), ("substandard", "substandard", 1, 300, 300),
    ]  # fmt: skip
    assert (found["was_fen"].sum(), found["is_fen"].sum()) == (before["principal_fen"].sum(), after["principal_fen"].sum())


def test_a_first_month_is_all_new() -> None:
    assert migrations(book(), book(("a", 0, 100))).rows() == [("new", "normal", 1, 0, 100)]
