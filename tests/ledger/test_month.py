"""A line at a month's end: as the close saw it, with its 24 months."""

from __future__ import annotations

import datetime as dt

from tests.ledger.lives import life, terms

from farthing.domain.arrears import LoanClass
from farthing.ledger.breakdown import Known
from farthing.ledger.month import STATUS_HEAD, line_month, status_rows

END = dt.date(2024, 3, 31)


def test_cr_07_a_line_is_told_with_its_months_class_and_amounts() -> None:
    events = life(terms(), [(0, "draw", 1_000_000)])
    found = line_month(Known(END, events))
    assert found is not None
    assert (found.letters, found.loan_class, found.dpd, found.overdue_fen) == ("/" * 21 + "123", LoanClass.SPECIAL_MENTION, 71, 21_000)
    assert (found.totals.required_fen, found.reported) == (20_000, True)
    (row,) = status_rows([found]).splitlines()
    assert dict(zip(STATUS_HEAD.strip().split(","), row.split(","), strict=True))["principal_fen"] == "1000000"


def test_a_line_that_was_never_used_is_not_reported_and_one_the_close_did_not_see_is_not_there() -> None:
    events = life(terms(), [])
    quiet = line_month(Known(END, events))
    assert quiet is not None
    assert (quiet.reported, status_rows([quiet])) == (False, "")
    assert line_month(Known(END, ())) is None
    assert line_month(Known(dt.date(2023, 12, 31), events)) is None, "it opened the day after"
