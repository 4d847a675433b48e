"""What is coming."""

from __future__ import annotations

import datetime as dt

from tests.ledger.lives import life, terms

from farthing.ledger.facility import advance, fold, open_line
from farthing.ledger.schedule import upcoming


def test_nothing_comes_on_a_line_at_rest() -> None:
    assert upcoming(open_line(terms())) == ()


def test_the_schedule_ends_with_nothing_left() -> None:
    rows = upcoming(fold(life(terms(tenor_months=3), [(0, "draw", 1_000_000), (12, "draw", 500_000)])))
    assert [row.due_on for row in rows] == sorted({row.due_on for row in rows})
    assert (rows[-1].left_fen, sum(row.principal_fen for row in rows)) == (0, 1_500_000)


def test_what_is_overdue_comes_first_under_today() -> None:
    state = advance(fold(life(terms(), [(0, "draw", 1_000_000)])), dt.date(2024, 2, 25))
    first = upcoming(state)[0]
    assert (first.due_on, first.interest_fen, first.principal_fen) == (dt.date(2024, 2, 25), 41 * 300, 0)
